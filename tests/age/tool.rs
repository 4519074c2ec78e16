//! The age tool opens what we write, and we open what it writes.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use tgsession::session::{AgeKey, AgeLock, ByteOptions, Options, Session};

use crate::common::full_data;
use crate::samples::{open, session};

const PASSPHRASE: &str = "correct horse battery staple";

#[track_caller]
fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that asks for the passphrase on a terminal, as often as it asks.
fn run_on_terminal(folder: &Path, command: &str, times: usize) {
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", command, "/dev/null"]).current_dir(folder);
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut seen, mut asked, mut piece) = (String::new(), 0, [0; 256]);
    loop {
        let len = output.read(&mut piece).unwrap();
        if len == 0 {
            break;
        }
        seen.push_str(&String::from_utf8_lossy(&piece[..len]));
        while asked < times && seen.matches("assphrase").count() > asked && seen.trim_end().ends_with(':') {
            input.write_all(format!("{PASSPHRASE}\n").as_bytes()).unwrap();
            input.flush().unwrap();
            asked += 1;
            if asked < times {
                break; // the next question comes first
            }
        }
    }
    drop(input);
    assert!(child.wait().unwrap().success(), "{command}: {seen}");
}

fn identity(folder: &Path) -> (String, String) {
    let text = run(folder, "age-keygen", &[]);
    fs::write(folder.join("key.txt"), &text).unwrap();
    let recipient = run(folder, "age-keygen", &["-y", "key.txt"]).trim().to_owned();
    (recipient, text)
}

#[track_caller]
fn is_the_session(path: &Path) {
    let session = Session::open(path.to_str().unwrap(), &Options::default()).unwrap();
    assert_eq!(session.data().unwrap(), full_data());
}

#[test]
#[ignore = "needs the age tool: make test-rust"]
fn the_tool_decrypts_what_we_encrypt() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let (recipient, _) = identity(folder);
    let (other, _) = crate::samples::pair();
    let sealed = session().to_age(AgeLock::Recipients(&[&other, &recipient]), ByteOptions::default()).unwrap();
    fs::write(folder.join("backup.age"), sealed).unwrap();
    run(folder, "age", &["-d", "-i", "key.txt", "-o", "a.session", "backup.age"]);
    is_the_session(&folder.join("a.session"));

    let sealed = session().to_age(AgeLock::Passphrase(PASSPHRASE), ByteOptions::default()).unwrap();
    fs::write(folder.join("passphrase.age"), sealed).unwrap();
    run_on_terminal(folder, "age -d -o b.session passphrase.age", 1);
    is_the_session(&folder.join("b.session"));
}

#[test]
#[ignore = "needs the age tool: make test-rust"]
fn we_decrypt_what_the_tool_encrypts() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let (recipient, text) = identity(folder);
    let plain = session().to_bytes(ByteOptions::default()).unwrap();
    let packed = session().to_bytes(ByteOptions { compress: true, ..ByteOptions::default() }).unwrap();
    for (name, content) in [("plain", &plain), ("packed", &packed)] {
        fs::write(folder.join(name), content).unwrap();
        for armor in [&[][..], &["-a"]] {
            let to = [&["-r", &recipient, "-o", "made.age"][..], armor, &[name]].concat();
            run(folder, "age", &to);
            let made = fs::read(folder.join("made.age")).unwrap();
            assert_eq!(open(&made, AgeKey::Identity(&text)).unwrap().data().unwrap(), full_data());
            fs::remove_file(folder.join("made.age")).unwrap();
        }
    }
    for armor in ["", "-a"] {
        run_on_terminal(folder, &format!("age -p {armor} -o made.age plain"), 2);
        let made = fs::read(folder.join("made.age")).unwrap();
        assert_eq!(open(&made, AgeKey::Passphrase(PASSPHRASE)).unwrap().data().unwrap(), full_data());
        fs::remove_file(folder.join("made.age")).unwrap();
    }
}
