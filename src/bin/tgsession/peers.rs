//! `tgsession peers`: the peers that a session has cached.

use serde::Serialize;
use tgsession::model::Peer;
use tgsession::session::Session;

use crate::date;
use crate::failure::Result;
use crate::location;
use crate::output::Output;
use crate::table::{Column, Widths, cell};
use crate::visible::visible;

/// List the peers of a session
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

/// A peer as JSON.
#[derive(Serialize)]
pub struct PeerJson<'a> {
    id: i64,
    access_hash: Option<i64>,
    #[serde(rename = "type")]
    peer_type: String,
    usernames: &'a [String],
    phone_number: Option<&'a str>,
    name: Option<&'a str>,
    last_update_on: Option<i64>,
}

// The name is last, because it may be in any script, whose letters have any width.
const COLUMNS: [Column; 7] = [
    ("ID", true),
    ("TYPE", false),
    ("ACCESS HASH", true),
    ("PHONE", false),
    ("LAST SEEN", false),
    ("USERNAMES", false),
    ("NAME", false),
];

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let session = location::open(&args.location, &args.from)?;
    if args.json {
        return each_peer(&session, |peer| out.json_line(&PeerJson::from(peer)));
    }
    // Twice over: a million peers are not kept in memory to know how wide the columns are.
    let mut widths = Widths::of_titles(&COLUMNS);
    each_peer(&session, |peer| {
        widths.see(&row(peer));
        Ok(())
    })?;
    widths.titles(out)?;
    each_peer(&session, |peer| widths.line(out, &row(peer)))
}

fn each_peer(session: &Session, mut see: impl FnMut(&Peer) -> Result<()>) -> Result<()> {
    for page in session.peer_pages() {
        page?.iter().try_for_each(&mut see)?;
    }
    Ok(())
}

impl<'a> From<&'a Peer> for PeerJson<'a> {
    fn from(peer: &'a Peer) -> Self {
        Self {
            id: peer.id,
            access_hash: peer.access_hash,
            peer_type: peer.effective_type().name().to_owned(),
            usernames: &peer.usernames,
            phone_number: peer.phone_number.as_deref(),
            name: peer.name.as_deref(),
            last_update_on: peer.last_update_on,
        }
    }
}

fn row(peer: &Peer) -> Vec<String> {
    let usernames = (!peer.usernames.is_empty()).then(|| peer.usernames.join(", "));
    vec![
        peer.id.to_string(),
        visible(peer.effective_type().name()),
        cell(peer.access_hash),
        cell(peer.phone_number.as_ref()),
        cell(peer.last_update_on.and_then(date::utc)),
        cell(usernames),
        cell(peer.name.as_ref()),
    ]
}
