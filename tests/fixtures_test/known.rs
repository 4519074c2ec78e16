//! What is known of the fixtures beside what stands in them: their formats, and where we know better than a library.

use crate::fixture::Fixture;

/// The format of a library's files.
const FORMATS: &[(&str, &str)] = &[
    ("pyrogram-0.14.1", "pyrogram@0"),
    ("pyrogram-0.15.1", "pyrogram@1"),
    ("pyrogram-1.4.16", "pyrogram@2"),
    ("pyrogram-2.0.106", "pyrogram@3"),
    ("hydrogram-0.2.0", "pyrogram@3"),
    ("pyrogrammod-2.4.1", "pyrofork@4"),
    ("pyrofork-2.3.69", "pyrofork@4"),
    ("electrogram-0.3.230", "pyrofork@4"),
    ("pyrogramdev-2.1.1", "kurigram@4"),
    ("pyrotgfork-2.1.17", "kurigram@5"),
    ("pyrotgfork-2.2.24.1", "kurigram@6"),
    ("pyroblack-3.0.8", "kurigram@6"),
    ("kurigram-2.1.35", "kurigram@6"),
    ("kurigram-2.2.26", "kurigram@7"),
    ("telethon-0.15.5.7", "telethon@0"),
    ("telethon-0.16", "telethon@1"),
    ("telethon-0.16.1.4", "telethon@2"),
    ("telethon-0.18.2.3", "telethon@3"),
    ("telethon-1.0.4", "telethon@4"),
    ("telethon-1.6.2", "telethon@5"),
    ("telethon-1.11.3", "telethon@6"),
    ("telethon-1.24.0", "telethon@7"),
    ("telethon-1.36.0", "telethon@7"),
    ("telethon-1.40.0", "telethon@7"),
    ("telethon-1.43.2", "telethon@8"),
    ("telethon-1.45.0", "telethon@8"),
    ("cloudgram-1.24.2.post1", "telethon2-alpha@8"),
    // Pyrogram 2 opens the files of its forks and changes nothing in them.
    ("pyrogram-2.0.106/upgraded-from-kurigram-2.2.26", "kurigram@7"),
    ("pyrogram-2.0.106/upgraded-from-pyrofork-2.3.69", "pyrofork@4"),
];

/// The format of a fixture.
pub fn format(fixture: &Fixture) -> &'static str {
    let of = |key: &str| FORMATS.iter().find(|(known, _)| *known == key).map(|(_, format)| *format);
    of(&fixture.title).or_else(|| of(&fixture.library)).unwrap()
}

/// A difference that is meant: fixtures (a `*` stands for anything), places, and why we see it otherwise.
pub struct Known {
    fixtures: &'static [&'static str],
    places: &'static [&'static str],
    pub reason: &'static str,
}

pub const KNOWN: &[Known] = &[
    Known {
        fixtures: &["electrogram-0.3.230/account", "electrogram-0.3.230/killed"],
        places: &["peer -1001777000302", "*usernames.tgs_many_b"],
        reason: "Electrogram stores a channel's further names under its bare id and never finds them again",
    },
    Known {
        fixtures: &["electrogram-0.3.230/used-after-upgrade*"],
        places: &["peer -1001777000302", "*usernames.tgs_many_d"],
        reason: "the same",
    },
    Known {
        fixtures: &["electrogram-0.3.230/upgraded-from-hydrogram-0.2.0", "pyrofork-2.3.69/upgraded-from-pyro*"],
        places: &["*usernames.*"],
        reason: "before it first needs its table of usernames it fails on names that the column does not have",
    },
    Known {
        fixtures: &["*gram*-2.*/upgraded-from-pyrogram-2.0.106", "pyrotgfork-2.*/upgraded-from-pyrogram-2.0.106"],
        places: &["*usernames.*"],
        reason: "Kurigram's family leaves the names behind in the old column; we find them there",
    },
    Known {
        fixtures: &[
            "*gram*-2.*/used-after-upgrade-from-pyrogram-2.0.106",
            "pyrotgfork-2.*/used-after-upgrade-from-pyrogram-2.0.106",
        ],
        places: &["*usernames.*"],
        reason: "the same",
    },
    Known {
        fixtures: &["pyrogram-2.0.106/upgraded-from-kurigram-2.2.26"],
        places: &["session.server_address", "session.port", "update_states", "*usernames.*"],
        reason: "Pyrogram 2 opens a Kurigram file, has no place for these, and fails at each username",
    },
    Known {
        fixtures: &["pyrogram-2.0.106/upgraded-from-pyrofork-2.3.69"],
        places: &["update_states", "*usernames.tgs_*_?"],
        reason: "Pyrogram 2 opens a Pyrofork file and knows neither its states nor its second names",
    },
    Known {
        fixtures: &["pyrogrammod-2.4.1/upgraded-from-pyrofork-2.3.69"],
        places: &["*usernames.tgs_*_?"],
        reason: "PyrogramMod has no table of second names",
    },
    Known {
        fixtures: &["telethon-0.15.5.7/account"],
        places: &["session.dc_id"],
        reason: "the JSON has the address alone, which tells the data centre",
    },
    Known {
        fixtures: &["telethon-0.16/upgraded-from-telethon-0.15.5.7"],
        places: &["peers.len"],
        reason: "Telethon 0.16 cannot open what it converted from JSON; the 9 entities are there",
    },
    Known {
        fixtures: &["telethon-1.*/moved"],
        places: &["peer 777000101"],
        reason: "the older peer loses the name when Telethon looks it up, which it did while it read",
    },
    Known {
        fixtures: &["telethon-1.43.2/takeout"],
        places: &["session.*"],
        reason: "Telethon 1.43 cannot open what it wrote with a takeout id",
    },
];

impl Known {
    pub fn covers(&self, fixture: &Fixture, place: &str) -> bool {
        let any = |patterns: &[&str], text: &str| patterns.iter().any(|pattern| is_like(pattern, text));
        any(self.fixtures, &fixture.title) && any(self.places, place)
    }
}

/// `*` stands for anything, `?` for one character.
fn is_like(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, end) => end.is_none(),
        (Some('*'), end) => {
            is_like(&pattern[1..], text) || end.is_some_and(|c| is_like(pattern, &text[c.len_utf8()..]))
        }
        (Some(wanted), Some(found)) if wanted == found || wanted == '?' => {
            is_like(&pattern[wanted.len_utf8()..], &text[found.len_utf8()..])
        }
        _ => false,
    }
}
