//! `tgsession inspect`: what a session is and holds.

use crate::failure::Result;
use crate::location;
use crate::output::Output;
use crate::table;
use crate::visible::visible;

/// Show what a session is and holds, in a form that is safe to paste
#[derive(clap::Args)]
pub struct Args {
    /// A session's file, a session string, or - for a string on standard input
    location: String,
    #[command(flatten)]
    from: location::From,
    /// One object of JSON; absent values are null
    #[arg(long)]
    json: bool,
    /// Show the auth key too, which is the login itself
    #[arg(long)]
    show_secrets: bool,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let session = location::open(&args.location, &args.from)?;
    let mut inspection = session.inspect()?;
    if args.show_secrets {
        inspection = inspection.with_secrets(&session)?;
    }
    if args.json {
        return out.json(&inspection);
    }
    let mut rows = vec![
        ("location".to_owned(), visible(&session.location()?)),
        ("format".to_owned(), session.format()?.to_string()),
    ];
    let of_lists = ["format", "version", "foreign_tables", "other_logins", "other_keys", "data_centers", "remarks"];
    rows.extend(table::members(&serde_json::to_value(&inspection)?, &of_lists));
    let row = |name: &str, text: String| (name.to_owned(), visible(&text));
    rows.extend(inspection.foreign_tables.iter().map(|table| row("foreign table", table.to_string())));
    rows.extend(inspection.other_logins.iter().map(|login| row("other login", login.to_string())));
    rows.extend(inspection.data_centers.iter().map(|known| row("data centre", known.to_string())));
    rows.extend(inspection.other_keys.iter().map(|key| row("other key", key.to_string())));
    rows.extend(inspection.remarks.iter().map(|remark| row("remark", remark.clone())));
    table::pairs(out, &rows)
}
