//! The libraries under test, and the facts about each.

/// One version of a client library.
#[derive(Debug)]
pub struct Library {
    pub key: &'static str,
    /// The layouts of ours that it opens, and the format that the file has afterwards.
    pub opens: &'static [(&'static str, &'static str)],
    /// How many usernames of a peer its layout can hold.
    pub names: Names,
    /// Peers that it wrote stay invisible, and others locked out, until it saves.
    pub holds_its_lock: bool,
    pub has_strings: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    One,
    Several,
}

use Names::{One, Several};

const fn library(
    key: &'static str,
    opens: &'static [(&'static str, &'static str)],
    names: Names,
    holds_its_lock: bool,
    has_strings: bool,
) -> Library {
    Library { key, opens, names, holds_its_lock, has_strings }
}

pub const ALL: &[Library] = &[
    library("pyrogram-0.15.1", &[("pyrogram@3", "pyrogram@3")], One, true, true),
    library("pyrogram-1.4.16", &[("pyrogram@3", "pyrogram@3")], One, true, true),
    library("pyrogram-2.0.106", &[("pyrogram@3", "pyrogram@3"), ("pyrofork@4", "pyrofork@4")], One, true, true),
    library("hydrogram-0.2.0", &[("pyrogram@3", "pyrogram@3"), ("pyrofork@4", "pyrofork@4")], One, false, true),
    library("pyrogrammod-2.4.1", &[("pyrogram@3", "pyrofork@4"), ("pyrofork@4", "pyrofork@4")], One, true, true),
    library("pyrofork-2.3.69", &[("pyrogram@3", "pyrofork@4"), ("pyrofork@4", "pyrofork@4")], Several, false, true),
    library("electrogram-0.3.230", &[("pyrogram@3", "pyrofork@4"), ("pyrofork@4", "pyrofork@4")], Several, false, true),
    library("pyrogramdev-2.1.1", &[("pyrogram@3", "kurigram@4")], Several, true, true),
    library("pyrotgfork-2.1.17", &[("pyrogram@3", "kurigram@5")], Several, false, true),
    library(
        "pyrotgfork-2.2.24.1",
        &[("pyrogram@3", "kurigram@6"), ("kurigram@6", "kurigram@6"), ("kurigram@7", "kurigram@7")],
        Several,
        false,
        true,
    ),
    library(
        "pyroblack-3.0.8",
        &[
            ("pyrogram@3", "kurigram@6"),
            ("pyrofork@4", "kurigram@6"),
            ("kurigram@6", "kurigram@6"),
            ("kurigram@7", "kurigram@7"),
        ],
        Several,
        false,
        true,
    ),
    library(
        "kurigram-2.1.35",
        &[("pyrogram@3", "kurigram@6"), ("kurigram@6", "kurigram@6"), ("kurigram@7", "kurigram@7")],
        Several,
        true,
        true,
    ),
    library(
        "kurigram-2.2.26",
        &[("pyrogram@3", "kurigram@7"), ("kurigram@6", "kurigram@7"), ("kurigram@7", "kurigram@7")],
        Several,
        true,
        true,
    ),
    library("telethon-0.16", &[], One, false, false),
    library("telethon-0.16.1.4", &[], One, false, false),
    library("telethon-0.18.2.3", &[], One, false, false),
    library("telethon-1.0.4", &[], One, true, false),
    library("telethon-1.6.2", &[("telethon@5", "telethon@5")], One, true, true),
    library("telethon-1.11.3", &[("telethon@6", "telethon@6")], One, true, true),
    library("telethon-1.24.0", &[("telethon@6", "telethon@7"), ("telethon@7", "telethon@7")], One, true, true),
    library("telethon-1.36.0", &[("telethon@7", "telethon@7")], One, true, true),
    library("telethon-1.40.0", &[("telethon@7", "telethon@7")], One, true, true),
    library("telethon-1.43.2", &[("telethon@7", "telethon@8"), ("telethon@8", "telethon@8")], One, true, true),
    library("telethon-1.45.0", &[("telethon@7", "telethon@8"), ("telethon@8", "telethon@8")], One, true, true),
];

/// What a library cannot open or use: the last line of its traceback says why.
pub const REFUSALS: &[(&str, &str, &str)] = &[
    ("pyrogram-2.0.106", "kurigram@6", "table peers has no column named username"),
    ("pyrogram-2.0.106", "kurigram@7", "table peers has no column named username"),
    ("hydrogram-0.2.0", "kurigram@7", "table peers has no column named username"),
    ("pyrogrammod-2.4.1", "kurigram@6", "table peers has no column named username"),
    ("pyrofork-2.3.69", "kurigram@6", "table peers has no column named username"),
    ("electrogram-0.3.230", "kurigram@7", "table usernames has no column named peer_id"),
    ("kurigram-2.1.35", "pyrofork@4", "table update_state already exists"),
    ("kurigram-2.2.26", "pyrofork@4", "table update_state already exists"),
    ("pyrotgfork-2.2.24.1", "pyrofork@4", "table update_state already exists"),
    ("pyrogramdev-2.1.1", "pyrofork@4", "table usernames has no column named username"),
    ("telethon-1.11.3", "telethon@7", "table entities has 6 columns but 5 values were supplied"),
    ("telethon-1.24.0", "telethon@8", "too many values to unpack (expected 5)"),
    ("telethon-1.40.0", "telethon@8", "too many values to unpack (expected 5)"),
];

pub fn library_of(key: &str) -> &'static Library {
    ALL.iter().find(|library| library.key == key).unwrap()
}

impl Library {
    pub fn is_telethon(&self) -> bool {
        self.key.starts_with("telethon")
    }

    /// How many usernames of a peer it finds in a file of ours. Kurigram's family leaves those of a Pyrogram file behind
    /// in the old column, and no client reads what we keep aside.
    pub fn names_found(&self, format: &str) -> usize {
        match self.names {
            Several if format != "pyrogram@3" => usize::MAX,
            Several if !["pyrofork", "electrogram"].iter().any(|start| self.key.starts_with(start)) => 0,
            _ => 1,
        }
    }

    /// Electrogram writes the further names of a channel under its bare id, and leaves others' rows where they are.
    pub fn leaves_old_names(&self) -> bool {
        self.key.starts_with("electrogram")
    }

    /// 1.43 cannot open a file with a takeout id (tests/oracle/README.md).
    pub fn fails_on_takeouts(&self) -> bool {
        self.key == "telethon-1.43.2"
    }
}
