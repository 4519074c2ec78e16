//! What `preload.c` is told: which call fails, and how.

/// Errors of the system.
pub const EIO: i32 = 5;
pub const EMFILE: i32 = 24;
pub const ENOSPC: i32 = 28;

/// A way to fail.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub error: i32,
    /// All later calls fail too.
    pub sticky: bool,
    /// A write writes half of what it was given, and then fails.
    pub cut: bool,
    /// Only these calls, separated and enclosed by commas; all for `,`.
    pub kinds: &'static str,
}

impl Fault {
    pub const fn once(error: i32) -> Self {
        Self { error, sticky: false, cut: false, kinds: "," }
    }

    /// Runs something of which the `n`-th call on a file fails. Tells what has failed, if there were so many calls.
    pub fn during<T>(self, n: u32, run: impl FnOnce() -> T) -> (T, Option<String>) {
        let Self { error, sticky, cut, kinds } = self;
        control(&format!("arm {n} {error} {} {} {kinds}", u8::from(sticky), u8::from(cut)));
        let answer = run();
        control("disarm");
        let fired = std::fs::read_link("/tgs-fault/fired").ok();
        (answer, fired.map(|what| what.to_str().unwrap().to_owned()))
    }
}

fn control(what: &str) {
    std::fs::remove_file(format!("/tgs-fault/{what}")).expect("preload.c is not loaded");
}
