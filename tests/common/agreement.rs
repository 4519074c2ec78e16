//! A session, as we read it, beside what a library reads from the same file.

use std::fmt::Debug;

use serde_json::{Value, json};
use tgsession::model::{Field, IdKind, PeerType, id_kind};
use tgsession::session::{Lookup, Session};

use crate::neutral;

/// Something that the library and we see otherwise: where, and both views.
#[derive(Debug)]
pub struct Difference {
    pub place: String,
    pub views: String,
}

impl Difference {
    pub fn show(differences: &[Self]) -> String {
        differences.iter().map(|Self { place, views }| format!("\n    {place}: {views}")).collect()
    }
}

#[derive(Default)]
pub struct Comparison(pub Vec<Difference>);

impl Comparison {
    pub fn equal<T: PartialEq + Debug>(&mut self, place: impl Into<String>, library: &T, ours: &T) {
        if library != ours {
            let views = format!("the library has {library:?}, we have {ours:?}");
            self.0.push(Difference { place: place.into(), views });
        }
    }
}

/// Everything in which our reading differs from a library's (the answer of the oracle's `read`).
pub fn differences(session: &Session, read: &Value) -> Vec<Difference> {
    let ours = session.contents().unwrap();
    let theirs = neutral::contents(read);
    let mut compared = Comparison::default();
    for field in Field::ALL {
        compared.equal(format!("session.{}", field.name()), &theirs.data.get(field), &ours.data.get(field));
    }
    compared.equal("update_states", &theirs.update_states, &ours.update_states);
    compared.equal("sent_files", &theirs.sent_files, &ours.sent_files);
    // A fixture shows the first peers only.
    let total = read["peers_total"].as_u64().map_or(theirs.peers.len(), |total| total.try_into().unwrap());
    compared.equal("peers.len", &total, &ours.peers.len());
    for (theirs, ours) in theirs.peers.iter().zip(&ours.peers) {
        compared.equal(format!("peer {}", theirs.id), theirs, ours);
        compared.equal(
            format!("peer {} alone", ours.id),
            &session.peers(Some(&[ours.id])).unwrap(),
            &vec![ours.clone()],
        );
        // Whoever has a name is found by it, or another who has it too.
        for username in &ours.usernames {
            let found = session.peer_by_username(username).unwrap();
            let has_it = matches!(&found, Lookup::Found(found) if session.peers(Some(&[found.id])).unwrap()[0].usernames.contains(username));
            compared.equal(format!("the owner of {username}"), &true, &has_it);
        }
    }
    lookups(session, &read["lookups"], &mut compared);
    compared.0
}

/// The library's answers to lookups beside ours.
pub fn lookups(session: &Session, answers: &Value, compared: &mut Comparison) {
    for (what, answers) in answers.as_object().into_iter().flatten() {
        for (key, theirs) in answers.as_object().into_iter().flatten() {
            let ours = match what.as_str() {
                "ids" => session.peer_by_id(key.parse().unwrap()),
                "usernames" => session.peer_by_username(key),
                _ => session.peer_by_phone_number(key),
            };
            compared.equal(format!("lookups.{what}.{key}"), &without_words(theirs), &answer(&ours.unwrap()));
        }
    }
}

/// Each library has its own words for nobody: only what happened counts.
fn without_words(answer: &Value) -> Value {
    let Some(error) = answer["error"].as_str() else { return answer.clone() };
    json!(if error.contains("expired") {
        "expired"
    } else if error.contains("not found") || error.contains("Could not find") || error.starts_with("KeyError") {
        "not found"
    } else {
        error
    })
}

fn answer(found: &Lookup) -> Value {
    match found {
        Lookup::NotFound => json!("not found"),
        Lookup::Expired => json!("expired"),
        Lookup::Found(peer) => {
            let kind = match peer.peer_type {
                PeerType::User | PeerType::Bot => "user",
                PeerType::Group => "chat",
                _ => "channel",
            };
            assert_eq!(kind == "channel", id_kind(peer.id) == IdKind::Channel, "the type and the id of {peer:?}");
            let access_hash = peer.access_hash.filter(|_| kind != "chat");
            json!({"kind": kind, "id": peer.bare_id(), "access_hash": access_hash})
        }
    }
}
