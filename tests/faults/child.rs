//! Child processes: this test program once more, which runs one action by its name, with a library loaded before the C
//! library.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::{descriptors, single_calls};

type Action = fn(&Path);

const ACTIONS: &[(&str, Action)] = &[
    ("each_call_fails_once", single_calls::each_call_fails_once),
    ("calls_keep_failing", single_calls::calls_keep_failing),
    ("run_out_of_descriptors", descriptors::run_out_of_descriptors),
];

#[test]
#[ignore = "runs in a child process of other tests"]
fn child() {
    let Ok(name) = std::env::var("TGSESSION_TEST_ACTION") else { return };
    let (_, action) = ACTIONS.iter().find(|(known, _)| *known == name).unwrap();
    action(Path::new(&std::env::var_os("TGSESSION_TEST_FOLDER").unwrap()));
}

/// Compiles `tests/faults/NAME.c`, once.
fn shim(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, library) = (format!("{}/tests/faults/{name}.c", env!("CARGO_MANIFEST_DIR")), folder.join(name));
    BUILT.get_or_init(|| {
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]).arg(&source).arg("-o").arg(&library);
        assert!(compile.status().unwrap().success(), "{compile:?}");
    });
    library
}

/// Runs an action in a folder of its own to its end, which must be a good one.
pub fn run(action: &str) {
    let folder = tempfile::Builder::new().prefix("tgs-under-test-").tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 256; exec \"$@\"", "sh"]).arg(std::env::current_exe().unwrap());
    command.args(["child::child", "--exact", "--ignored", "--nocapture"]);
    command.env("TGSESSION_TEST_ACTION", action).env("TGSESSION_TEST_FOLDER", folder.path());
    command.env("LD_PRELOAD", shim("preload")).env("TGS_FAULT_UNDER", "tgs-under-test-");
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{action}: {}\n{out}\n{err}", output.status);
    println!("{out}");
}
