//! The command line `tgsession`: a thin user of the library.

pub(crate) mod account;
pub(crate) mod age;
pub(crate) mod compact;
pub(crate) mod convert;
pub(crate) mod database_key;
pub(crate) mod date;
pub(crate) mod delete;
pub(crate) mod desktop;
pub(crate) mod diagnose;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod failure;
pub(crate) mod files;
pub(crate) mod folder;
pub(crate) mod get;
pub(crate) mod inspect;
pub(crate) mod list;
pub(crate) mod location;
pub(crate) mod output;
pub(crate) mod overrides;
pub(crate) mod parallel;
pub(crate) mod passphrase;
pub(crate) mod peers;
pub(crate) mod prune;
pub(crate) mod report;
pub(crate) mod states;
pub(crate) mod table;
pub(crate) mod target;
pub(crate) mod visible;

use std::process::ExitCode;

use clap::Parser;

use failure::Result;
use output::Output;

const EXITS: &str = "\
LOCATION is anything that can be opened: the session file of any client, a session string, or the URL of a session in a database
(mongodb://host/NAME, postgresql://host/database?session=NAME, mysql and sqlite likewise); or an age file, with --age-identity or
--age-passphrase-file. Sessions are opened read-only.
A session string or a password among the arguments is seen by every user of this machine and stays in the shell's history: \
give - instead, and the string on standard input.

Exit status: 0; 1 for a failure; 2 for wrong use.";

/// Opens, keeps and converts the session of any Telegram client.
#[derive(Parser)]
#[command(name = "tgsession", version, after_help = EXITS, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Inspect(inspect::Args),
    Peers(peers::Args),
    States(states::Args),
    Get(get::Args),
    Export(export::Args),
    Convert(convert::Args),
    List(list::Args),
    Prune(prune::Args),
    Compact(compact::Args),
    Delete(delete::Args),
    Diagnose(diagnose::Args),
    Doctor(doctor::Args),
    Passphrase(passphrase::Args),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return failure::wrong_use(&error),
    };
    let mut out = Output::new();
    let result = run(&cli.command, &mut out);
    // What was found before a failure is printed before its message.
    let flushed = out.flush();
    match result.and(flushed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.exit(),
    }
}

fn run(command: &Command, out: &mut Output) -> Result<()> {
    match command {
        Command::Inspect(args) => inspect::run(args, out),
        Command::Peers(args) => peers::run(args, out),
        Command::States(args) => states::run(args, out),
        Command::Get(args) => get::run(args, out),
        Command::Export(args) => export::run(args, out),
        Command::Convert(args) => convert::run(args, out),
        Command::List(args) => list::run(args, out),
        Command::Prune(args) => prune::run(args, out),
        Command::Compact(args) => compact::run(args, out),
        Command::Delete(args) => delete::run(args, out),
        Command::Diagnose(args) => diagnose::run(args, out),
        Command::Doctor(args) => doctor::run(args, out),
        Command::Passphrase(args) => passphrase::run(args, out),
    }
}
