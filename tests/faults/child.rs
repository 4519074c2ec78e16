//! Child processes: this test program once more, which runs one action by its name, with a library loaded before the C
//! library.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::{descriptors, memory, power_loss, single_calls};

type Action = fn(&Path);

const ACTIONS: &[(&str, Action)] = &[
    ("each_call_fails_once", single_calls::each_call_fails_once),
    ("calls_keep_failing", single_calls::calls_keep_failing),
    ("read_bombs", memory::read_bombs),
    ("allocate", memory::allocate),
    ("run_out_of_descriptors", descriptors::run_out_of_descriptors),
    ("play", power_loss::play),
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
    static COMPILING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut compiled = COMPILING.lock().unwrap();
    let source = format!("{}/tests/faults/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if compiled.insert(name.to_owned()) {
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]).arg(&source).arg("-o").arg(&library);
        assert!(compile.status().unwrap().success(), "{compile:?}");
    }
    library
}

/// How a process has ended of which one allocation failed.
pub enum Ended {
    Well,
    NothingFailed,
    Aborted,
}

/// Runs an operation of which the `n`-th allocation of `least` bytes or more fails.
pub fn run_with_malloc(operation: &str, file: &Path, n: usize, least: usize) -> Ended {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child::child", "--exact", "--ignored", "--nocapture"]).env("LD_PRELOAD", shim("malloc"));
    command.env("TGSESSION_TEST_ACTION", "allocate").env("TGSESSION_TEST_FOLDER", file).env("TGS_OPERATION", operation);
    command.env("TGS_MALLOC_N", n.to_string()).env("TGS_MALLOC_LEAST", least.to_string());
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    match output.status.signal() {
        Some(6) => Ended::Aborted,
        _ => {
            assert!(
                output.status.success() && out.contains("1 passed"),
                "{operation} {n}: {}\n{out}\n{err}",
                output.status
            );
            if out.contains("nothing failed") { Ended::NothingFailed } else { Ended::Well }
        }
    }
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

/// Plays a script of [`power_loss`] in a folder, and returns the record of its calls.
pub fn record(scenario: &str, folder: &Path) -> Vec<u8> {
    let record = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child::child", "--exact", "--ignored", "--nocapture"]).env("TGS_SCENARIO", scenario);
    command.env("TGSESSION_TEST_ACTION", "play").env("TGSESSION_TEST_FOLDER", folder);
    command.env("LD_PRELOAD", shim("recorder")).env("TGS_FAULT_UNDER", "tgs-under-test-");
    command.env("TGS_RECORD", record.path());
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{scenario}: {}\n{out}\n{err}", output.status);
    std::fs::read(record.path()).unwrap()
}
