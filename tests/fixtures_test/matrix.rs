//! Every fixture, of any client, into every layout that can be made, and back into the newest of its own family: nothing is lost,
//! nothing is invented, and the report tells what really happened. (`whole_files.rs` has the targets that are no layouts.)

use std::path::Path;

use rusqlite::Connection;
use tgsession::ErrorCode;
use tgsession::model::{
    Contents, Field, FieldValue, IdKind, Peer, PeerType, SessionData, dc_of_address, default_address, id_kind,
    is_test_address, is_web_address,
};
use tgsession::session::{Lookup, NewFile, Options, Outcome, Report, Session, UsernameExpiry, convert};
use tgsession::storage::{Change, LayoutSupport};

use crate::agreement::{Comparison, Difference};
use crate::fixture::{self, Fixture};
use crate::other_clients::{self, Stored};

macro_rules! targets {
    ($($test:ident: $format:literal;)*) => {
        $(#[test] fn $test() { every_fixture_into($format); })*

        #[test]
        fn every_layout_is_a_target() {
            let mut names = NewFile::names();
            names.sort();
            let mut tested = vec![$($format),*];
            tested.sort();
            assert_eq!(names, tested);
        }
    };
}

targets! {
    into_pyrogram_3: "pyrogram@3";
    into_kurigram_7: "kurigram@7";
    into_kurigram_6: "kurigram@6";
    into_pyrofork_4: "pyrofork@4";
    into_telethon_8: "telethon@8";
    into_telethon_7: "telethon@7";
    into_telethon_6: "telethon@6";
    into_telethon_5: "telethon@5";
    into_telethon_10: "telethon@10";
    into_mtcute_2: "mtcute@2";
    into_grammers_1: "grammers@1";
}

/// Down and up again within Pyrogram's family.
#[test]
fn down_and_up_again() {
    let folder = fixture::folder();
    let mut compared = Comparison::default();
    for fixture in fixture::all().iter().filter(|fixture| fixture.library == "kurigram-2.2.26" && !fixture.was_killed())
    {
        let copy = fixture.copy();
        let mut session = copy.open(true, UsernameExpiry::Never);
        for format in ["kurigram@6", "pyrogram@3", "kurigram@7"] {
            let path = folder.path().join(format!("{}.{format}", fixture.name));
            session = step(&session, &path, format, &fixture.title, &mut compared);
        }
    }
    assert!(compared.0.is_empty(), "{}", Difference::show(&compared.0));
}

/// The address family is not identity: an IPv6 address changes no data centre, and no address takes its place.
#[test]
fn an_ipv6_address_is_kept_with_its_data_centre() {
    let folder = fixture::folder();
    for (n, (address, dc_id)) in
        [("2001:67c:4e8:f004::a", 4), ("2001:67c:4e8:f002::a", 4), ("2001:db8::1", 5)].into_iter().enumerate()
    {
        let source = open(&folder.path().join(format!("{n}")), "telethon@8");
        let key = FieldValue::Key(tgsession::model::AuthKey::new(&[7; 256]).unwrap());
        let text = FieldValue::Text(address.into());
        let fields = [
            (Field::DcId, FieldValue::Integer(dc_id)),
            (Field::ServerAddress, text),
            (Field::Port, FieldValue::Integer(443)),
            (Field::AuthKey, key),
        ];
        source.set(&fields.map(|(field, value)| (field, Some(value)))).unwrap();
        let data = source.data().unwrap();
        let given = [Field::ApiId, Field::UserId, Field::IsBot].map(|field| (field, Some(value(field))));
        for format in NewFile::names() {
            let target = open(&folder.path().join(format!("{n}.{format}")), &format);
            convert(&source, &target, &given).unwrap();
            let found = target.data().unwrap();
            assert_eq!(
                (found.dc_id, found.server_address, found.port),
                (data.dc_id, data.server_address.clone(), Some(443)),
                "{format}"
            );
        }
    }
}

/// A client that migrates to a table of usernames knows better than what was kept aside before; as Kurigram does it.
#[test]
fn after_a_migration_the_names_of_the_client_win() {
    let folder = fixture::folder();
    let path = folder.path().join("migrated");
    let session = open(&path, "pyrogram@3");
    let peer =
        |id, names: &[&str]| Peer { id, usernames: names.iter().map(|&name| name.into()).collect(), ..Peer::default() };
    session.update_peers(&[peer(1, &["tgs_a", "tgs_b"]), peer(2, &["tgs_x", "tgs_y"])]).unwrap();
    let kurigram = "CREATE TABLE usernames (id INTEGER, username TEXT); UPDATE version SET number = 4; \
                    REPLACE INTO peers (id, access_hash, type) VALUES (1, 1, 'user'); INSERT INTO usernames VALUES (1, 'tgs_c')";
    Connection::open(&path).unwrap().execute_batch(kurigram).unwrap();
    let names =
        |session: &Session| session.peers(None).unwrap().into_iter().map(|peer| peer.usernames).collect::<Vec<_>>();
    for session in [session, open(&path, "pyrogram@3")] {
        assert_eq!(names(&session), [vec!["tgs_c"], vec!["tgs_x", "tgs_y"]]);
        for (name, owner) in
            [("tgs_a", None), ("tgs_b", None), ("tgs_c", Some(1)), ("tgs_x", Some(2)), ("tgs_y", Some(2))]
        {
            let found = match session.peer_by_username(name).unwrap() {
                Lookup::Found(peer) => Some(peer.id),
                _ => None,
            };
            assert_eq!(found, owner, "{name}");
        }
    }
}

fn every_fixture_into(format: &str) {
    let folder = fixture::folder();
    let mut compared = Comparison::default();
    for (number, source) in sources(folder.path()).iter().enumerate() {
        let path = folder.path().join(format!("{number}.{format}"));
        let there = step(&source.open(), &path, format, &source.title, &mut compared);
        let Some(home) = source.layout else { continue };
        let title = format!("{} and home to {home}", source.title);
        step(&there, &path.with_extension("home"), home, &title, &mut compared);
    }
    assert!(compared.0.is_empty(), "into {format}:{}", Difference::show(&compared.0));
}

/// A login of any client.
pub struct Source {
    pub title: String,
    /// The newest layout of its own family, where it is one of SQLite.
    pub layout: Option<&'static str>,
    opened: Opened,
}

enum Opened {
    Fixture(fixture::Copy),
    Other(Box<Stored>),
}

impl Source {
    pub fn open(&self) -> Session {
        match &self.opened {
            Opened::Fixture(copy) => copy.open(true, UsernameExpiry::Never),
            Opened::Other(stored) => stored.open().unwrap_or_else(|error| panic!("{}: {error}", self.title)),
        }
    }
}

/// Every fixture of Pyrogram's and Telethon's families, and every file and folder of another client. What has to be made for them
/// is made in `place`.
pub fn sources(place: &Path) -> Vec<Source> {
    let fixtures = fixture::all().into_iter().map(|fixture| Source {
        layout: Some(home_of(&fixture)),
        opened: Opened::Fixture(fixture.copy()),
        title: fixture.title,
    });
    let others = place.join("others");
    std::fs::create_dir(&others).unwrap();
    let others = other_clients::all(&others).into_iter();
    let others = others.map(|stored| Source {
        title: stored.title.clone(),
        layout: None,
        opened: Opened::Other(Box::new(stored)),
    });
    fixtures.chain(others).collect()
}

fn home_of(fixture: &Fixture) -> &'static str {
    match fixture.library.split('-').next().unwrap() {
        "telethon" | "cloudgram" => "telethon@8",
        "pyrogram" | "hydrogram" => "pyrogram@3",
        "pyrogrammod" | "pyrofork" | "electrogram" => "pyrofork@4",
        _ => "kurigram@7",
    }
}

/// One conversion, looked at from all sides; the target, opened anew.
pub fn step(source: &Session, path: &Path, format: &str, title: &str, compared: &mut Comparison) -> Session {
    let title = format!("{title} into {format}");
    let contents = source.contents().unwrap();
    let places = open(path, format).layout_support().unwrap();
    let (expected, derived, missing) = complete(&contents, format);
    let given = missing.iter().map(|field| (*field, Some(value(*field)))).collect::<Vec<_>>();
    if !missing.is_empty() {
        let refused = convert(source, &open(path, format), &[]).unwrap_err();
        let names = missing.iter().map(|field| field.name()).collect::<Vec<_>>().join(", ");
        compared.equal(format!("{title}: refusal"), &ErrorCode::Incomplete, &refused.code());
        let named = refused.to_string();
        compared.equal(format!("{title}: {named}"), &true, &named.contains(&format!(" without {names}, and")));
        compared.equal(format!("{title}: refused"), &open_empty(format), &open(path, format).contents().unwrap().data);
    }
    let target = open(path, format);
    let report = match convert(source, &target, &given) {
        Ok(report) => report,
        Err(error) => {
            compared.0.push(Difference { place: title, views: error.to_string() });
            return target;
        }
    };
    drop(target);
    let target = Session::open(path.to_str().unwrap(), &Options { create: false, ..Options::default() }).unwrap();
    let expected = as_stored(expected, &given, &places, format);
    let mut found = target.contents().unwrap();
    undate(&expected, &mut found);
    // Where a peer stands in our own table for another reason, so does the type that its mark tells.
    if places.peers && !has_types(&places) {
        found
            .peers
            .iter_mut()
            .for_each(|peer| drop(peer.peer_type.take_if(|told| *told == PeerType::from_id(peer.id))));
    }
    for field in Field::ALL {
        compared.equal(format!("{title}: {}", field.name()), &expected.data.get(field), &found.data.get(field));
    }
    compared.equal(format!("{title}: number of peers"), &expected.peers.len(), &found.peers.len());
    for (expected, found) in expected.peers.iter().zip(&found.peers) {
        compared.equal(format!("{title}: peer {}", expected.id), expected, found);
    }
    compared.equal(format!("{title}: states"), &expected.update_states, &found.update_states);
    compared.equal(format!("{title}: data centres"), &expected.data_centers(), &found.data_centers());
    compared.equal(format!("{title}: files"), &expected.sent_files, &found.sent_files);
    let told = Told { report: &report, derived: &derived, given: &given, source: &contents.data };
    check_report(&told, &expected, path, places.peers, &title, compared);
    target
}

fn open(path: &Path, format: &str) -> Session {
    let options = Options { new_file: NewFile::named(format).unwrap(), ..Options::default() };
    Session::open(path.to_str().unwrap(), &options).unwrap()
}

/// A file of this layout that nobody has logged in with.
fn open_empty(format: &str) -> SessionData {
    let folder = fixture::folder();
    open(&folder.path().join("empty"), format).data().unwrap()
}

/// What a client of a format cannot do without, by its own source (see DESIGN and NEEDS).
fn required(format: &str) -> Vec<Field> {
    use Field::{ApiId, AuthKey, DcId, IsBot, Port, ServerAddress, TestMode, UserId};
    match format {
        "kurigram@7" => vec![DcId, AuthKey, ApiId, TestMode, UserId, IsBot, ServerAddress, Port],
        _ if format.starts_with("telethon") => vec![DcId, AuthKey, ServerAddress, Port],
        "mtcute@2" | "grammers@1" => vec![DcId, AuthKey, ServerAddress, Port, TestMode],
        _ => vec![DcId, AuthKey, ApiId, TestMode, UserId, IsBot],
    }
}

/// The contents with what can be worked out, the fields that were, and those that nobody knows.
fn complete(contents: &Contents, format: &str) -> (Contents, Vec<Field>, Vec<Field>) {
    let mut complete = contents.clone();
    let (mut derived, mut missing) = (Vec::new(), Vec::new());
    if complete.data.auth_key.is_none() {
        return (complete, derived, missing);
    }
    for field in required(format) {
        if is_known(&complete.data, field) {
            continue;
        }
        match known(&complete, field) {
            Some(value) => {
                assert!(complete.data.set(field, Some(value)));
                derived.push(field);
            }
            None => missing.push(field),
        }
    }
    (complete, derived, missing)
}

/// Whether a session tells a field. To a Pyrogram an api_id of 0 is none, and only a browser can use its server.
pub fn is_known(data: &SessionData, field: Field) -> bool {
    match field {
        Field::ApiId => data.api_id.is_some_and(|id| id != 0),
        Field::ServerAddress => data.server_address.as_deref().is_some_and(|address| !is_web_address(address)),
        _ => data.get(field).is_some(),
    }
}

/// What of a session follows from the rest of it.
pub fn known(contents: &Contents, field: Field) -> Option<FieldValue> {
    let data = &contents.data;
    let usual = || default_address(data.dc_id?, data.test_mode.unwrap_or(false));
    match field {
        Field::DcId => Some(FieldValue::Integer(dc_of_address(data.server_address.as_deref()?)?.into())),
        Field::TestMode => Some(FieldValue::Integer(is_test_address(data.server_address.as_deref()?).into())),
        Field::ServerAddress => Some(FieldValue::Text(usual()?.server_address.into())),
        Field::Port => Some(FieldValue::Integer(usual()?.port.into())),
        Field::IsBot => {
            let own = contents.peers.iter().find(|peer| Some(peer.id) == data.user_id)?;
            let own_type = own.peer_type.as_ref()?;
            Some(FieldValue::Integer((*own_type == PeerType::Bot).into()))
        }
        _ => None,
    }
}

/// What a caller would give.
pub fn value(field: Field) -> FieldValue {
    FieldValue::Integer(match field {
        Field::DcId => 4,
        Field::ApiId => 54_321,
        Field::UserId => 7_770_001_234_567,
        Field::IsBot | Field::TestMode => 0,
        other => panic!("nobody needs to give {}", other.name()),
    })
}

fn has_types(places: &LayoutSupport) -> bool {
    places.peer_types.is_none_or(|known| !known.is_empty())
}

/// What stands in the target afterwards.
fn as_stored(mut contents: Contents, given: &[Change], places: &LayoutSupport, format: &str) -> Contents {
    for (field, value) in given {
        assert!(contents.data.set(*field, value.clone()));
    }
    for peer in &mut contents.peers {
        // A client's column of types is never NULL, but grammers' of channels; no type is no more than the mark's.
        let may_be_absent = format == "grammers@1" && id_kind(peer.id) == IdKind::Channel;
        if places.peers && !(may_be_absent && peer.peer_type.is_none()) {
            let told = Some(peer.effective_type());
            peer.peer_type = told.filter(|told| has_types(places) || *told != PeerType::from_id(peer.id));
        }
        peer.name.take_if(|name| name.is_empty());
    }
    // In Pyrogram's row these are never NULL.
    if places.fields.contains(&Field::Date) {
        contents.data.date = contents.data.date.or(Some(0));
        contents.data.dc_id = contents.data.dc_id.or(Some(2));
    }
    contents
}

/// A client that keeps times has one for each peer: that of the conversion where the source had none.
pub fn undate(expected: &Contents, found: &mut Contents) {
    for (expected, found) in expected.peers.iter().zip(&mut found.peers) {
        if expected.last_update_on.is_none() && found.last_update_on.is_some_and(|time| time > 1_700_000_000) {
            found.last_update_on = None;
        }
    }
}

/// A report, and what it has to tell.
struct Told<'a> {
    report: &'a Report,
    derived: &'a [Field],
    given: &'a [Change],
    source: &'a SessionData,
}

fn check_report(
    told: &Told,
    expected: &Contents,
    path: &Path,
    has_peers: bool,
    title: &str,
    compared: &mut Comparison,
) {
    let Told { report, derived, given, source } = told;
    let raw = Connection::open(path).unwrap();
    let aside = own_fields(&raw);
    for (field, told) in Field::ALL.iter().zip(&report.fields) {
        let is_aside = aside.iter().any(|name| name == field.name());
        let outcome = match source.get(*field) {
            _ if is_aside => Outcome::KeptAside,
            _ if given.iter().any(|(given, _)| given == field) => Outcome::Overridden,
            _ if derived.contains(field) => Outcome::Derived,
            None => Outcome::Missing,
            Some(_) => Outcome::Kept,
        };
        compared.equal(format!("{title}: report on {}", field.name()), &outcome, &told.outcome);
        compared.equal(format!("{title}: report names {}", field.name()), &field.name(), &told.name);
    }
    let count = |from: &str| {
        raw.query_row(&format!("SELECT count(*) FROM {from}"), [], |row| row.get::<_, u32>(0)).unwrap_or(0) as usize
    };
    let peers = &expected.peers;
    let total = |of: fn(&Peer) -> usize| peers.iter().map(of).sum::<usize>();
    let aside = [
        ("peers", peers.len(), if has_peers { 0 } else { count("tgsession_peers") }),
        ("usernames", total(|peer| peer.usernames.len()), count("tgsession_usernames")),
        ("names", total(|peer| peer.name.is_some().into()), count("tgsession_peers WHERE name IS NOT NULL")),
        ("update_states", expected.update_states.len(), count("tgsession_states")),
        ("sent_files", expected.sent_files.len(), count("tgsession_files")),
    ];
    for (name, total, aside) in aside {
        let told = report
            .tables
            .iter()
            .find(|table| table.name == name)
            .map_or((0, 0, 0), |t| (t.kept, t.kept_aside, t.left_out));
        compared.equal(format!("{title}: report on {name} (kept, aside, left out)"), &(total - aside, aside, 0), &told);
    }
}

fn own_fields(raw: &Connection) -> Vec<String> {
    let Ok(mut statement) = raw.prepare("SELECT name FROM tgsession_fields WHERE value IS NOT NULL") else {
        return Vec::new();
    };
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Pyrogram 2 raises an error for a peer of a type that only Kurigram knows.
#[test]
fn a_client_finds_only_types_that_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/kurigram-2.2.26/account.session");
    let source = Session::open(source, &Options { read_only: true, ..Options::default() }).unwrap();
    for (name, unknown) in [("pyrogram@3", 3_u8), ("pyrofork@4", 3), ("kurigram@6", 3), ("kurigram@7", 0)] {
        let path = folder.path().join(name);
        let options = Options { new_file: NewFile::named(name).unwrap(), ..Options::default() };
        let target = Session::open(path.to_str().unwrap(), &options).unwrap();
        let report = convert(&source, &target, &[]).unwrap();
        let types = report.tables.iter().find(|table| table.name == "peer_types").unwrap();
        assert_eq!(types.kept_aside, usize::from(unknown), "{name}");
        let raw = Connection::open(&path).unwrap();
        let strange = "SELECT count(*) FROM peers WHERE type IN ('forum', 'direct', 'community')";
        let strange: i64 = raw.query_row(strange, [], |row| row.get(0)).unwrap();
        assert_eq!(strange, 3 - i64::from(unknown), "{name}");
        assert_eq!(target.peers(None).unwrap(), source.peers(None).unwrap(), "{name}");
        // The client has seen the peer anew: what it says now wins.
        raw.execute("UPDATE peers SET type = 'channel' WHERE id = -1001777000401", []).unwrap();
        let seen = target.peers(Some(&[-1001777000401])).unwrap();
        assert_eq!(seen[0].peer_type, Some(PeerType::Channel), "{name}");
    }
}
