//! The real client libraries and this one on the same files: alternating, at the same time, and after `kill -9`.
//!
//! They run in Python: `python3 tests/oracle/install.py` installs them. Nothing here talks to Telegram.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "../common/agreement.rs"]
mod agreement;
mod bench;
mod conversion;
mod doctor;
mod library;
#[path = "../common/neutral.rs"]
mod neutral;
mod oracle;
mod ours;
mod strings;
mod theirs;
mod together;

macro_rules! libraries {
    ($($test:ident: $key:literal;)*) => {
        $(#[test] #[ignore = "needs the real clients: make test-rust"] fn $test() { live($key); })*

        #[test]
        fn every_library_is_tried() {
            assert_eq!(library::ALL.iter().map(|library| library.key).collect::<Vec<_>>(), [$($key),*]);
        }
    };
}

libraries! {
    pyrogram_0_15: "pyrogram-0.15.1";
    pyrogram_1_4: "pyrogram-1.4.16";
    pyrogram_2_0: "pyrogram-2.0.106";
    hydrogram_0_2: "hydrogram-0.2.0";
    pyrogrammod_2_4: "pyrogrammod-2.4.1";
    pyrofork_2_3: "pyrofork-2.3.69";
    electrogram_0_3: "electrogram-0.3.230";
    pyrogramdev_2_1: "pyrogramdev-2.1.1";
    pyrotgfork_2_1: "pyrotgfork-2.1.17";
    pyrotgfork_2_2: "pyrotgfork-2.2.24.1";
    pyroblack_3_0: "pyroblack-3.0.8";
    kurigram_2_1: "kurigram-2.1.35";
    kurigram_2_2: "kurigram-2.2.26";
    telethon_0_16_0: "telethon-0.16";
    telethon_0_16_1: "telethon-0.16.1.4";
    telethon_0_18: "telethon-0.18.2.3";
    telethon_1_0: "telethon-1.0.4";
    telethon_1_6: "telethon-1.6.2";
    telethon_1_11: "telethon-1.11.3";
    telethon_1_24: "telethon-1.24.0";
    telethon_1_36: "telethon-1.36.0";
    telethon_1_40: "telethon-1.40.0";
    telethon_1_43: "telethon-1.43.2";
    telethon_1_45: "telethon-1.45.0";
}

fn live(key: &str) {
    let mut bench = bench::Bench::new(library::library_of(key));
    theirs::a_file_of_theirs_is_read(&mut bench);
    for (format, _) in bench.library.opens {
        ours::a_file_of_ours_is_used(&mut bench, format);
    }
    for (_, format, reason) in library::REFUSALS.iter().filter(|(refusing, _, _)| *refusing == key) {
        ours::a_file_of_ours_is_refused(&mut bench, format, reason);
    }
    together::a_writer_that_waits(&mut bench);
    together::two_writers(&mut bench);
    together::a_writer_that_is_killed(&mut bench);
    strings::both_ways(&mut bench);
    bench.end();
}
