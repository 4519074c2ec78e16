//! The power fails, anywhere: what `save` covered is there, every transaction is there as a whole or not at all, and no later one
//! without an earlier one.
//!
//! A child plays a script while `recorder.c` notes each change of a file. Of that, images of the medium are made
//! ([`crate::medium`]), before and after every sync and between. `TGS_POWER_LOSS=N` makes N times as many, over all layouts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::Connection;
use tgsession::Result;
use tgsession::model::{Contents, Field, FieldValue, SentFileType, UpdateState};
use tgsession::session::{NewFile, Options, SalvageOptions, Session, UsernameExpiry, convert, salvage};

use crate::child;
use crate::common::{CHANNEL, changes, full_contents, key, peer, sent_file};
use crate::medium::{self, Call, Image, Left, Medium};
use crate::operations::{Mode, contents};
use crate::random::Random;

const ACCOUNT: &str = "account.session";
const COPY: &str = "copy.session";
const RESCUED: &str = "rescued.session";
const FILES: [&str; 3] = [ACCOUNT, COPY, RESCUED];
const SHORT_LAYOUTS: [&str; 4] = ["pyrogram@3", "kurigram@7", "telethon@8", "telethon@10"];

// Of so many syncs the short run cuts the power at one.
const SHORT: usize = if cfg!(debug_assertions) { 6 } else { 2 };

/// What is in each file that is there.
type State = BTreeMap<&'static str, Contents>;

#[derive(Clone)]
struct Scenario {
    layout: String,
    mode: Mode,
    script: &'static [Step],
    /// The account's file is there before, with everything in it.
    is_filled: bool,
}

struct Step {
    run: fn(&mut Player) -> Result<()>,
    /// What is in this file survives from now on.
    saves: Option<&'static str>,
}

const fn step(run: fn(&mut Player) -> Result<()>) -> Step {
    Step { run, saves: None }
}

const SAVE: Step = Step { run: |player| player.account()?.save(), saves: Some(ACCOUNT) };
const SAVE_COPY: Step = Step { run: |player| player.copy()?.save(), saves: Some(COPY) };
const OPEN: Step = step(|player| player.open(ACCOUNT));
const CLOSE: Step = step(|player| player.close());

/// The life of one session.
const LIFE: &[Step] = &[
    OPEN,
    SAVE,
    step(|player| player.account()?.set(&changes(&full_contents().data))),
    step(|player| player.account()?.update_peers(&full_contents().peers)),
    SAVE,
    step(|player| many_peers(player.account()?, 10_000)),
    step(|player| {
        player.account()?.set_update_states(&[UpdateState { id: CHANNEL, pts: Some(5), ..Default::default() }])
    }),
    step(|player| player.account()?.set(&[(Field::AuthKey, Some(FieldValue::Key(key(9))))])),
    SAVE,
    step(|player| player.account()?.delete_update_state(CHANNEL)),
    step(|player| player.account()?.cache_sent_files(&[sent_file(1, 2, SentFileType::Photo)])),
    CLOSE,
    OPEN,
    step(|player| {
        player.account()?.set(&[(Field::TmpAuthKey, None), (Field::TakeoutId, Some(FieldValue::Integer(5)))])
    }),
    step(|player| player.account()?.set(&[(Field::AuthKey, Some(FieldValue::Key(key(77))))])),
    step(|player| many_peers(player.account()?, 20_000)),
    SAVE,
    step(|player| player.account()?.update_peers(&[peer(10_001, &["tgs_20001"])])),
    CLOSE,
];

/// Copies of a session in new files: by conversion, and by rescue.
const COPIES: &[Step] = &[
    OPEN,
    step(|player| many_peers(player.account()?, 10_000)),
    step(|player| player.open(COPY)),
    step(|player| convert(player.account()?, player.copy()?, &[]).map(drop)),
    SAVE_COPY,
    step(|player| player.copy()?.update_peers(&[peer(10_002, &["tgs_10003"])])),
    CLOSE,
    step(|player| player.open(RESCUED)),
    step(|player| {
        let salvaged = salvage(player.path(ACCOUNT).as_str(), &SalvageOptions::default())?;
        convert(&salvaged.session, player.copy()?, &[]).map(drop)
    }),
    Step { run: |player| player.copy()?.save(), saves: Some(RESCUED) },
    CLOSE,
];

const SCRIPTS: [(&str, &[Step], bool); 3] = [("new", LIFE, false), ("existing", LIFE, true), ("copies", COPIES, true)];

// So many that the file grows by some pages.
fn many_peers(session: &Session, first: i64) -> Result<()> {
    let peers: Vec<_> = (first..first + 150).map(|id| peer(id, &[&format!("tgs_{id}")])).collect();
    session.update_peers(&peers)
}

struct Player<'a> {
    folder: &'a Path,
    scenario: &'a Scenario,
    account: Option<Session>,
    copy: Option<Session>,
}

impl Player<'_> {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    fn open(&mut self, name: &str) -> Result<()> {
        let session = Some(Session::open(&self.path(name), &self.scenario.options(false))?);
        *(if name == ACCOUNT { &mut self.account } else { &mut self.copy }) = session;
        Ok(())
    }

    fn account(&self) -> Result<&Session> {
        Ok(self.account.as_ref().unwrap())
    }

    fn copy(&self) -> Result<&Session> {
        Ok(self.copy.as_ref().unwrap())
    }

    fn close(&mut self) -> Result<()> {
        (self.account, self.copy) = (None, None);
        Ok(())
    }
}

impl Scenario {
    fn all(layouts: &[String]) -> Vec<(String, Self)> {
        let mut all = Vec::new();
        for layout in layouts {
            for mode in [Mode::Rollback, Mode::Wal] {
                for (name, script, is_filled) in SCRIPTS {
                    let scenario = Self { layout: layout.clone(), mode, script, is_filled };
                    all.push((format!("{layout} {mode:?} {name}"), scenario));
                }
            }
        }
        all
    }

    fn options(&self, read_only: bool) -> Options {
        Options {
            new_file: NewFile::named(&self.layout).unwrap(),
            wal: matches!(self.mode, Mode::Wal),
            username_expiry: UsernameExpiry::Never,
            busy_timeout: Duration::from_millis(50),
            read_only,
            ..Options::default()
        }
    }

    fn fill(&self, folder: &Path) {
        if self.is_filled {
            let mut player = self.player(folder);
            player.open(ACCOUNT).unwrap();
            player.account.as_ref().unwrap().set(&changes(&full_contents().data)).unwrap();
            player.account.as_ref().unwrap().update_peers(&full_contents().peers).unwrap();
        }
    }

    fn player<'a>(&'a self, folder: &'a Path) -> Player<'a> {
        Player { folder, scenario: self, account: None, copy: None }
    }

    /// Plays the script; `tell` gets the number of each step before it begins, and after it has returned.
    fn play(&self, folder: &Path, mut tell: impl FnMut(&str, usize)) {
        let mut player = self.player(folder);
        for (number, step) in self.script.iter().enumerate() {
            tell("begin", number);
            (step.run)(&mut player).unwrap();
            tell("done", number);
        }
    }

    /// What is in the files before the script and after each step.
    fn states(&self) -> Vec<State> {
        let folder = memory_folder();
        self.fill(folder.path());
        let mut states = vec![self.state(folder.path())];
        self.play(folder.path(), |what, _| {
            if what == "done" {
                states.push(self.state(folder.path()));
            }
        });
        states
    }

    fn state(&self, folder: &Path) -> State {
        let there = FILES.into_iter().filter(|name| folder.join(name).exists());
        there.map(|name| (name, self.stored(folder, name, false).unwrap())).collect()
    }

    fn stored(&self, folder: &Path, name: &str, read_only: bool) -> Result<Contents> {
        contents(&Session::open(folder.join(name).to_str().unwrap(), &self.options(read_only))?)
    }
}

fn memory_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// In the child.
pub fn play(folder: &Path) {
    let wanted = std::env::var("TGS_SCENARIO").unwrap();
    let (_, scenario) = Scenario::all(&NewFile::names()).into_iter().find(|(name, _)| *name == wanted).unwrap();
    scenario.play(folder, |what, number| fs::remove_file(format!("/tgs-record/{what} {number}")).unwrap());
}

/// What must be there after a loss of power, as far as the script has come.
#[derive(Default)]
struct Promised {
    begun: usize,
    /// The state that was saved last.
    saved: BTreeMap<&'static str, usize>,
}

impl Promised {
    fn note(&mut self, note: &str, script: &[Step]) {
        let (what, number) = note.split_once(' ').unwrap();
        let number: usize = number.parse().unwrap();
        if what == "begin" {
            self.begun = number + 1;
        } else if let Some(name) = script[number].saves {
            self.saved.insert(name, number + 1);
        }
    }

    fn allows(&self, name: &str, states: &[State], found: Option<&Contents>) -> bool {
        let saved = self.saved.get(name).copied().unwrap_or(0);
        states[saved..=self.begun].iter().any(|state| state.get(name) == found)
    }
}

fn times() -> usize {
    std::env::var("TGS_POWER_LOSS").map_or(0, |text| text.parse().expect("TGS_POWER_LOSS is a number"))
}

#[test]
fn a_loss_of_power_breaks_no_promise() {
    let short = || SHORT_LAYOUTS.map(str::to_owned).into();
    let layouts: Vec<String> = if times() > 0 { NewFile::names() } else { short() };
    let (mut images, mut wrong) = (0, Vec::new());
    for (number, (name, scenario)) in Scenario::all(&layouts).into_iter().enumerate() {
        images += of_scenario(&name, &scenario, number, |_| true, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} of {images} images:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
    println!("{images} images");
}

// Else the test above would see nothing.
#[test]
fn without_the_syncs_promises_are_broken() {
    let of_one_kind: [fn(&Call) -> bool; 2] =
        [|call| matches!(call, Call::SyncFolder { .. }), |call| matches!(call, Call::Sync { .. })];
    for does_sync in of_one_kind {
        let (name, scenario) = Scenario::all(&["pyrogram@3".to_owned()]).remove(0);
        let mut wrong = Vec::new();
        of_scenario(&name, &scenario, 0, does_sync, &mut wrong);
        assert!(!wrong.is_empty());
    }
}

fn of_scenario(
    name: &str,
    scenario: &Scenario,
    seed: usize,
    does_sync: fn(&Call) -> bool,
    wrong: &mut Vec<String>,
) -> usize {
    let states = scenario.states();
    // A real file system: some make no file without a name in memory.
    let folder = tempfile::Builder::new().prefix("tgs-under-test-").tempdir().unwrap();
    scenario.fill(folder.path());
    let mut medium = Medium::new(folder.path());
    let calls = medium::calls(&child::record(name, folder.path()));
    let (mut promised, mut images) = (Promised::default(), 0);
    let mut random = Random(seed as u64);
    for (at, call) in calls.iter().enumerate() {
        let is_boundary = call.is_sync() || at.checked_sub(1).is_some_and(|before| calls[before].is_sync());
        for left in choose(is_boundary, &mut random) {
            images += 1;
            let image = medium.image(left, &mut random);
            if let Err(cause) = check(scenario, &image, &promised, &states) {
                wrong.push(format!(
                    "{name}, before call {at} of {}, step {}, {left:?}: {cause}",
                    calls.len(),
                    promised.begun
                ));
            }
        }
        if let Call::Note(note) = call {
            promised.note(note, scenario.script);
        }
        medium.apply(call);
        if does_sync(call) {
            medium.sync(call);
        }
    }
    // Nothing has escaped the record.
    assert!(medium.image(Left::All, &mut random) == medium::read(folder.path()), "{name}: the record is not complete");
    images
}

fn choose(is_boundary: bool, random: &mut Random) -> Vec<Left> {
    let any = |random: &mut Random| match random.below(6) {
        0 => Left::Nothing,
        1 => Left::All,
        _ => Left::Some(1 + random.next() % 7),
    };
    let images = match (times(), is_boundary) {
        (0, true) => usize::from(random.below(SHORT) == 0),
        (0, false) => usize::from(random.below(4 * SHORT) == 0),
        (times, true) => 2 * times,
        (times, false) => times,
    };
    (0..images).map(|_| any(random)).collect()
}

fn check(scenario: &Scenario, image: &Image, promised: &Promised, states: &[State]) -> std::result::Result<(), String> {
    let folder = memory_folder();
    // Long ago: who only reads waits until a file is not being written any more.
    let modified = SystemTime::now() - Duration::from_secs(60);
    for (name, content) in image {
        fs::write(folder.path().join(name), content).unwrap();
        fs::File::options().write(true).open(folder.path().join(name)).unwrap().set_modified(modified).unwrap();
    }
    for name in FILES {
        if !image.contains_key(name) {
            if !promised.allows(name, states, None) {
                return Err(format!("{name} is gone"));
            }
            continue;
        }
        // First as one that changes nothing: the WAL or the journal is applied in memory. Then by SQLite itself.
        for read_only in [true, false] {
            let found = scenario.stored(folder.path(), name, read_only);
            let found = found.map_err(|error| format!("{name}, read_only {read_only}: {error}"))?;
            if !promised.allows(name, states, Some(&found)) {
                return Err(format!("{name}, read_only {read_only}: {}", differences(name, states, &found)));
            }
        }
        is_sound(scenario, folder.path(), name)?;
    }
    Ok(())
}

fn is_sound(scenario: &Scenario, folder: &Path, name: &str) -> std::result::Result<(), String> {
    let told = |error: &dyn std::fmt::Display| format!("{name}: {error}");
    let conn = Connection::open(folder.join(name)).map_err(|error| told(&error))?;
    let answer = conn.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    match answer.map_err(|error| told(&error))?.as_str() {
        "ok" => {}
        damage => return Err(told(&damage)),
    }
    drop(conn);
    let path = folder.join(name);
    let session = Session::open(path.to_str().unwrap(), &scenario.options(false)).map_err(|error| told(&error))?;
    session.update_peers(&[peer(1, &[])]).and_then(|()| session.save()).map_err(|error| told(&error))
}

fn differences(name: &str, states: &[State], found: &Contents) -> String {
    let is = |state: &State| state.get(name) == Some(found);
    match states.iter().rposition(is) {
        Some(number) => format!("it is as after step {number}"),
        None => format!("it is as after no step: {} peers, {} states", found.peers.len(), found.update_states.len()),
    }
}
