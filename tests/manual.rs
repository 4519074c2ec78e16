//! The committed man pages and shell completions are those of the command line. `make man` writes them anew.

#![allow(clippy::unwrap_used)] // a test

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_complete::Shell;

#[allow(dead_code, reason = "only its arguments are looked at")]
#[path = "../src/bin/tgsession/main.rs"]
mod program;
use program::*;

const NAME: &str = "tgsession";
/// As an installation lays them out below share.
const FOLDERS: [(Shell, &str, &str); 3] = [
    (Shell::Bash, "bash-completion/completions", "tgsession"),
    (Shell::Zsh, "zsh/site-functions", "_tgsession"),
    (Shell::Fish, "fish/vendor_completions.d", "tgsession.fish"),
];

fn share() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("share")
}

fn generate() -> BTreeMap<PathBuf, Vec<u8>> {
    // The command below it that prints help has no page of its own.
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut files = BTreeMap::new();
    man_pages(&command, &mut files);
    for (shell, folder, file) in FOLDERS {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), NAME, &mut text);
        files.insert(Path::new(folder).join(file), text);
    }
    files
}

/// A page for the command, and one for each command below it.
fn man_pages(command: &clap::Command, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let man = clap_mangen::Man::new(command.clone()).manual("tgsession").date("");
    let mut page = Vec::new();
    man.render(&mut page).unwrap();
    files.insert(Path::new("man/man1").join(man.get_filename()), page);
    for below in command.get_subcommands() {
        man_pages(below, files);
    }
}

fn committed(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            committed(&path, files);
        } else {
            files.insert(path.strip_prefix(share()).unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
}

fn write(files: &BTreeMap<PathBuf, Vec<u8>>) {
    let _ = fs::remove_dir_all(share());
    for (file, text) in files {
        let path = share().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn the_committed_pages_and_completions_are_the_command_lines() {
    let generated = generate();
    if std::env::var_os("TGS_WRITE_MAN").is_some() {
        write(&generated);
    }
    let mut there = BTreeMap::new();
    committed(&share(), &mut there);
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&there), names(&generated), "run `make man`");
    for (file, text) in &generated {
        assert!(there[file] == *text, "{} is not the command line's: run `make man`", file.display());
    }
}
