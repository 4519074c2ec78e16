//! `tgsession prune`: deletes the peers that a session can do without.

use tgsession::clock::now;
use tgsession::model::{PeerType, Prune};
use tgsession::session::{Options, Session};

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::passphrase::Passphrase;

const DAY: i64 = 86_400;

/// Delete the peers that were not seen for long, or are too many
///
/// A client asks Telegram again for a peer that it does not find. The account itself, the login and the update states stay.
/// The file does not become smaller: the next peers take the place, or `tgsession compact` gives it back.
#[derive(clap::Args)]
#[group(id = "limits", required = true, multiple = true, args = ["not_seen_for", "keep"])]
pub struct Args {
    /// A session's file or URL
    location: String,
    #[command(flatten)]
    passphrase: Passphrase,
    /// Delete the peers that were not seen for so many days; one whose time is not known stays
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32))]
    not_seen_for: Option<u32>,
    /// Keep only so many, those that were seen last; one whose time is not known counts as the oldest
    #[arg(long, value_name = "N")]
    keep: Option<usize>,
    /// Count and delete only peers of this type: user, bot, group, channel, supergroup, …
    #[arg(long = "type", value_name = "TYPE")]
    peer_type: Option<String>,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let options = Options { create: false, encryption_key: args.passphrase.key()?, ..Options::default() };
    let session = Session::open(&args.location, &options)?;
    if !session.capabilities()?.persistent {
        return Err(Failure::WrongUse(
            "LOCATION is a session string or a whole file, which keeps its peers".to_owned(),
        ));
    }
    let prune = Prune {
        seen_before: args.not_seen_for.map(|days| now() - i64::from(days) * DAY),
        keep_newest: args.keep,
        peer_type: args.peer_type.as_deref().map(known_type).transpose()?,
        spared: None,
    };
    let before = session.counts()?.peers;
    let removed = session.prune_peers(&prune)?;
    out.line(&format!("deleted {removed} of {before} peers in {}", session.location()?))
}

fn known_type(name: &str) -> Result<PeerType> {
    match PeerType::from_name(name) {
        PeerType::Other(_) => Err(Failure::WrongUse(format!("there is no type of peers '{name}'"))),
        known => Ok(known),
    }
}
