//! `tgsession get`: one peer.

use tgsession::model::{FoundPeer, Peer};
use tgsession::redact;
use tgsession::session::{Lookup, Session};

use crate::date;
use crate::failure::{Failure, Result};
use crate::location;
use crate::output::Output;
use crate::peers::PeerJson;
use crate::table;

/// Find one peer of a session
///
/// A username expires as it does in the session's own client: after 8 hours in the Pyrogram family, never in Telethon.
#[derive(clap::Args)]
pub struct Args {
    /// A session's file, a session string, or - for a string on standard input
    location: String,
    #[command(flatten)]
    from: location::From,
    #[command(flatten)]
    key: Key,
    /// One object of JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Key {
    /// By its marked id: users are positive, groups -ID, channels -100…ID
    #[arg(long, allow_negative_numbers = true)]
    id: Option<i64>,
    /// By a username, in any case, with or without @
    #[arg(long)]
    username: Option<String>,
    /// By a phone number, with or without +
    #[arg(long)]
    phone: Option<String>,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let session = location::open(&args.location, &args.from)?;
    let (lookup, name) = find(&session, &args.key)?;
    let found = match lookup {
        Lookup::Found(found) => found,
        Lookup::NotFound => {
            return Err(Failure::Failed(format!("not found: the session has no peer with the {name}")));
        }
        Lookup::Expired => return Err(Failure::Failed(expired(&name))),
    };
    let peer = with_all_fields(&session, found)?;
    if args.json {
        return out.json(&PeerJson::from(&peer));
    }
    let mut rows = table::members(&serde_json::to_value(PeerJson::from(&peer))?, &["last_update_on"]);
    rows.push(("last_update_on".to_owned(), table::cell(peer.last_update_on.map(date::both))));
    table::pairs(out, &rows)
}

fn find(session: &Session, key: &Key) -> Result<(Lookup, String)> {
    Ok(match (key.id, &key.username, &key.phone) {
        (Some(id), _, _) => (session.peer_by_id(id)?, format!("id {id}")),
        (_, Some(username), _) => {
            (session.peer_by_username(username)?, format!("username '{}'", redact::shown(username)))
        }
        (_, _, Some(phone)) => {
            (session.peer_by_phone_number(phone)?, format!("phone number '{}'", redact::shown(phone)))
        }
        _ => return Err(Failure::WrongUse("one of --id, --username and --phone is needed".to_owned())),
    })
}

fn expired(name: &str) -> String {
    format!(
        "expired: the peer with the {name} was last seen too long ago; usernames change owners, so ask Telegram again"
    )
}

// Another program may have deleted the peer between the two reads: then the answer is what was found.
fn with_all_fields(session: &Session, found: FoundPeer) -> Result<Peer> {
    let peer = session.peers(Some(&[found.id]))?.into_iter().next();
    Ok(peer.unwrap_or_else(|| Peer {
        id: found.id,
        access_hash: found.access_hash,
        peer_type: Some(found.peer_type),
        last_update_on: found.last_update_on,
        ..Peer::default()
    }))
}
