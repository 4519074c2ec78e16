//! Child processes: this test program once more, which runs one action by its name and may be killed.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

#[cfg(target_os = "linux")]
use crate::modes;
use crate::{atomic, compact, exclusive, foreign, locks, media, merged, mixed, sharing, untouched, waiting};

type Action = fn(&Path);

const ACTIONS: &[(&str, Action)] = &[
    ("update_peers_forever", atomic::update_peers_forever),
    ("compact_forever", compact::compact_forever),
    ("compact_without_room", compact::compact_without_room),
    ("vacuum", compact::vacuum),
    ("merge_peers_forever", merged::merge_peers_forever),
    ("have_alone", exclusive::have_alone),
    ("find_locked", exclusive::find_locked),
    ("hold_exclusive", locks::hold_exclusive),
    ("hold_reserved", locks::hold_reserved),
    ("hold_shared", waiting::hold_shared),
    ("leave_wal", untouched::leave_wal),
    ("leave_more_wal", untouched::leave_more_wal),
    #[cfg(target_os = "linux")]
    ("make_everything", modes::make_everything),
    ("open_relative", foreign::open_relative),
    ("read_all_peers", mixed::read_all_peers),
    ("read_pending_wal", untouched::read_pending_wal),
    ("read_and_be_killed", untouched::read_and_be_killed),
    ("read_clean_wal", untouched::read_clean_wal),
    ("refuse_to_write", media::refuse_to_write),
    ("fill_the_medium", media::fill_the_medium),
    ("write_and_close", sharing::write_and_close),
    ("write_new_peers", mixed::write_new_peers),
];

/// What a child is bound by.
#[derive(Clone, Copy)]
pub enum Bound<'a> {
    /// Nothing.
    Nothing,
    /// The permission bits of files, also as root.
    Permissions,
    /// Files grow no larger than so many blocks of 512 bytes.
    FileSize(u32),
    /// The folder is on a medium of its own, so many KiB large.
    Medium(&'a Path, u32),
}

/// A child that has said that it is ready.
pub struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

#[test]
#[ignore = "runs in a child process of other tests"]
fn child() {
    let Ok(name) = std::env::var("TGSESSION_TEST_ACTION") else { return };
    let (_, action) = ACTIONS.iter().find(|(known, _)| *known == name).unwrap();
    action(Path::new(&std::env::var_os("TGSESSION_TEST_FILE").unwrap()));
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

fn command(action: &str, file: &Path, bound: Bound<'_>) -> Command {
    let mut words: Vec<String> = match bound {
        Bound::Permissions if is_root() => vec!["setpriv", "--bounding-set=-all", "--inh-caps=-all"],
        Bound::Nothing | Bound::Permissions => vec![],
        Bound::FileSize(_) | Bound::Medium(..) => vec!["sh", "-c"],
    }
    .into_iter()
    .map(str::to_owned)
    .collect();
    match bound {
        // The signal that would kill the child becomes an error of the write.
        Bound::FileSize(blocks) => {
            words.extend([format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh".into()])
        }
        Bound::Medium(folder, size) => {
            let unshare = if is_root() { "-m" } else { "-rm" };
            words.splice(0..0, ["unshare".into(), unshare.into()]);
            let folder = folder.display();
            words.extend([format!("mount -t tmpfs -o size={size}k tmpfs '{folder}' && exec \"$@\""), "sh".into()]);
        }
        _ => {}
    }
    words.push(std::env::current_exe().unwrap().to_str().unwrap().to_owned());
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).args(["child::child", "--exact", "--ignored", "--nocapture"]);
    command.env("TGSESSION_TEST_ACTION", action).env("TGSESSION_TEST_FILE", file);
    command
}

/// Runs an action to its end, which must be a good one.
pub fn run(action: &str, file: &Path, bound: Bound<'_>) {
    let output = command(action, file, bound).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{action}: {}\n{out}\n{err}", output.status);
}

/// Starts an action and waits until it is ready.
pub fn start(action: &str, file: &Path) -> Running {
    ready(command(action, file, Bound::Nothing))
}

/// Starts a Python script with the file's path as its argument, and waits until it is ready.
pub fn start_python(script: &str, file: &Path) -> Running {
    let mut command = Command::new("python3");
    command.args(["-c", script]).arg(file);
    ready(command)
}

fn ready(mut command: Command) -> Running {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    let mut running = Running { child, lines };
    while running.line().is_some_and(|line| line != "ready") {}
    running
}

/// Starts an action with a folder for temporary files of its own, in which new files are open to all.
pub fn start_with_temporary_folder(action: &str, file: &Path, temporary: &Path) -> Running {
    ready(under_umask(action, file, temporary, "0"))
}

/// Runs an action to its end, with a folder for temporary files of its own.
pub fn run_under_umask(action: &str, file: &Path, temporary: &Path, umask: &str) {
    let output = under_umask(action, file, temporary, umask).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{action}: {}\n{out}\n{err}", output.status);
}

fn under_umask(action: &str, file: &Path, temporary: &Path, umask: &str) -> Command {
    let plain = command(action, file, Bound::Nothing);
    let mut command = Command::new("sh");
    let script = format!("umask {umask}; exec \"$@\"");
    command.args(["-c", &script, "sh"]).arg(plain.get_program()).args(plain.get_args());
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("TMPDIR", temporary);
    command
}

/// In the child: says something to the parent, on a line of its own.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{line}").unwrap();
    out.flush().unwrap();
}

/// In the child: says that it is ready, and waits to be killed.
pub fn wait() {
    say("ready");
    let _ = std::io::stdin().read_line(&mut String::new());
}

impl Running {
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).unwrap();
        (read > 0).then(|| line.trim().to_owned())
    }

    /// Whether it has said anything since it was ready.
    pub fn has_said_more(&self) -> bool {
        !self.lines.buffer().is_empty() || rustix::io::ioctl_fionread(self.lines.get_ref()).unwrap() > 0
    }

    /// Kills it, and tells what it has said since it was ready.
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::iter::from_fn(|| self.line()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
