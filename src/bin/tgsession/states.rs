//! `tgsession states`: the update states (pts, qts, date, seq).

use serde::Serialize;
use tgsession::model::UpdateState;

use crate::date;
use crate::failure::Result;
use crate::location;
use crate::output::Output;
use crate::table::{self, Column, cell};

/// List the update states of a session: how far the account (id 0) and each channel has read
#[derive(clap::Args)]
pub struct Args {
    /// A session's file, a session string, or - for a string on standard input
    location: String,
    #[command(flatten)]
    from: location::From,
    /// One object of JSON a line
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct StateJson {
    id: i64,
    pts: Option<i64>,
    qts: Option<i64>,
    date: Option<i64>,
    seq: Option<i64>,
}

const COLUMNS: [Column; 5] = [("ID", true), ("PTS", true), ("QTS", true), ("SEQ", true), ("DATE", false)];

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let states = location::open(&args.location, &args.from)?.update_states()?;
    if !args.json {
        let rows: Vec<_> = states.iter().map(row).collect();
        return table::table(out, &COLUMNS, &rows);
    }
    states.iter().try_for_each(|state| out.json_line(&json(state)))
}

fn json(state: &UpdateState) -> StateJson {
    StateJson { id: state.id, pts: state.pts, qts: state.qts, date: state.date, seq: state.seq }
}

fn row(state: &UpdateState) -> Vec<String> {
    vec![state.id.to_string(), cell(state.pts), cell(state.qts), cell(state.seq), cell(state.date.map(date::both))]
}
