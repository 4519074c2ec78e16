//! Every fixture into each whole file, folder and session string of another client, and back into a file of its own family:
//! nothing is lost that the target can hold, nothing is invented, and the report tells what stays behind.

use std::net::IpAddr;
use std::path::Path;

use tgsession::ErrorCode;
use tgsession::model::{
    Contents, DataCenter, DcEndpoint, Field, FileFormat, IdKind, Peer, PeerType, SessionData, StringFormat,
    UpdateState, default_address, id_kind,
};
use tgsession::session::{ConvertOptions, Options, Outcome, Report, Session, export_file};
use tgsession::storage::Change;

use crate::agreement::{Comparison, Difference};
use crate::fixture;
use crate::matrix::{self, value};

/// A target that is no layout of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    File(FileFormat),
    Text(StringFormat),
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Self::File(format) => format.name(),
            Self::Text(format) => format.name(),
        }
    }
}

macro_rules! targets {
    ($($test:ident: $target:expr;)*) => {
        $(#[test] fn $test() { every_fixture_into($target); })*

        #[test]
        fn every_format_is_a_target() {
            let tested = [$($target),*];
            let all = FileFormat::ALL.map(Target::File).into_iter().chain(StringFormat::ALL.map(Target::Text));
            for target in all {
                assert!(tested.contains(&target), "{target:?}");
            }
        }
    };
}

targets! {
    into_gotd: Target::File(FileFormat::Gotd);
    into_gogram: Target::File(FileFormat::Gogram);
    into_grammers: Target::File(FileFormat::Grammers);
    into_store_session: Target::File(FileFormat::StoreSession);
    into_tdata: Target::File(FileFormat::Tdata);
    into_mtcute: Target::File(FileFormat::Mtcute);
    into_grammers_sqlite: Target::File(FileFormat::GrammersSqlite);
    into_a_string_of_pyrogram: Target::Text(StringFormat::Pyrogram);
    into_a_string_of_pyrogram_1: Target::Text(StringFormat::Pyrogram1);
    into_a_string_of_telethon: Target::Text(StringFormat::Telethon);
    into_a_string_of_gramjs: Target::Text(StringFormat::GramJs);
    into_a_string_of_mtcute: Target::Text(StringFormat::Mtcute);
    into_a_string_of_mtkruto: Target::Text(StringFormat::MtKruto);
    into_a_string_of_gogram: Target::Text(StringFormat::Gogram);
}

/// What a client keeps, by its own source.
struct Keeps {
    /// Without these it has no login.
    needs: &'static [Field],
    fields: &'static [Field],
    /// What only the address tells when it is read.
    told: &'static [Field],
    peer: fn(&Peer) -> Option<Peer>,
    /// Whether it holds the numbers of the account, or the pts of a channel.
    state: fn(i64, i64) -> bool,
    /// What it keeps of a data centre; the flag says that it is the home one.
    data_center: fn(&DataCenter, bool) -> DataCenter,
}

fn keeps(target: Target) -> Keeps {
    use Field::{ApiId, AuthKey, DcId, IsBot, Port, ServerAddress, TestMode, TmpAuthKey, UserId};
    let login = Keeps {
        needs: &[DcId, AuthKey, ServerAddress, Port],
        fields: &[DcId, ServerAddress, Port, AuthKey],
        told: &[],
        peer: |_| None,
        state: |_, _| false,
        data_center: |dc, _| DataCenter { id: dc.id, ..DataCenter::default() },
    };
    match target {
        Target::File(FileFormat::Gotd) => Keeps {
            fields: &[DcId, ServerAddress, Port, AuthKey, TestMode],
            data_center: |dc, _| DataCenter { id: dc.id, addresses: dc.addresses.clone(), ..DataCenter::default() },
            ..login
        },
        Target::File(FileFormat::Gogram) => Keeps {
            needs: &[ServerAddress, Port, AuthKey],
            fields: &[ServerAddress, Port, AuthKey, ApiId],
            told: &[DcId],
            ..login
        },
        Target::File(FileFormat::Grammers) => Keeps {
            needs: &[DcId, AuthKey, ServerAddress, Port],
            fields: &[DcId, ServerAddress, Port, AuthKey, UserId, IsBot],
            told: &[TestMode],
            state: |_, number| i32::try_from(number).is_ok(),
            data_center: |dc, is_home| of_grammers(dc, is_home, true),
            ..login
        },
        Target::File(FileFormat::GrammersSqlite) => Keeps {
            fields: &[DcId, ServerAddress, Port, AuthKey, UserId, IsBot],
            told: &[TestMode],
            peer: |peer| {
                let access_hash = peer.access_hash.filter(|_| id_kind(peer.id) != IdKind::Chat);
                Some(Peer { id: peer.id, access_hash, peer_type: peer.peer_type.clone(), ..Peer::default() })
            },
            state: |_, _| true,
            data_center: |dc, is_home| of_grammers(dc, is_home, false),
            ..login
        },
        Target::File(FileFormat::StoreSession) => Keeps {
            peer: |peer| {
                let usernames = peer.usernames.iter().take(1).cloned().collect();
                usable(peer).map(|peer| Peer { peer_type: None, usernames, ..peer })
            },
            data_center: only_key,
            ..login
        },
        Target::File(FileFormat::Tdata) => Keeps {
            needs: &[DcId, AuthKey, UserId],
            fields: &[DcId, AuthKey, UserId, TestMode],
            data_center: only_key,
            ..login
        },
        Target::File(FileFormat::Mtcute) => Keeps {
            fields: &[DcId, ServerAddress, Port, TestMode, AuthKey, UserId, IsBot, TmpAuthKey],
            peer: |peer| usable(peer).map(|peer| Peer { peer_type: None, name: None, ..peer }),
            // A channel's has no sign.
            state: |id, number| if id == 0 { i32::try_from(number).is_ok() } else { u32::try_from(number).is_ok() },
            data_center: |dc, is_home| {
                let media = dc.addresses.iter().filter(|endpoint| is_home && endpoint.is_media_only).take(1);
                let has_tmp = dc.tmp_expires_at.is_some() && (dc.tmp_auth_key.is_some() || is_home);
                let tmp_auth_key = dc.tmp_auth_key.clone().filter(|_| has_tmp);
                let tmp_expires_at = dc.tmp_expires_at.filter(|_| has_tmp);
                DataCenter { addresses: media.cloned().collect(), tmp_auth_key, tmp_expires_at, ..dc.clone() }
            },
            ..login
        },
        Target::Text(StringFormat::Pyrogram) => Keeps {
            needs: &[DcId, ApiId, TestMode, AuthKey, UserId, IsBot],
            fields: &[DcId, ApiId, TestMode, AuthKey, UserId, IsBot],
            ..login
        },
        Target::Text(StringFormat::Pyrogram1) => Keeps {
            needs: &[DcId, TestMode, AuthKey, UserId, IsBot],
            fields: &[DcId, TestMode, AuthKey, UserId, IsBot],
            ..login
        },
        Target::Text(StringFormat::MtKruto) => {
            let fields = &[DcId, ApiId, TestMode, AuthKey, UserId, IsBot];
            Keeps { needs: fields, fields, ..login }
        }
        Target::Text(StringFormat::Mtcute) => {
            Keeps { fields: &[DcId, ServerAddress, Port, TestMode, AuthKey, UserId, IsBot], ..login }
        }
        Target::Text(StringFormat::Gogram) => Keeps { fields: &[DcId, ServerAddress, Port, AuthKey, ApiId], ..login },
        Target::Text(StringFormat::Telethon | StringFormat::GramJs) => login,
    }
}

/// Without an access hash nothing but a group is reached, which has none.
fn usable(peer: &Peer) -> Option<Peer> {
    let is_chat = id_kind(peer.id) == IdKind::Chat;
    let access_hash = peer.access_hash.filter(|_| !is_chat);
    (is_chat || access_hash.is_some()).then(|| Peer { access_hash, ..peer.clone() })
}

fn only_key(dc: &DataCenter, is_home: bool) -> DataCenter {
    DataCenter { id: dc.id, auth_key: dc.auth_key.clone().filter(|_| !is_home), ..DataCenter::default() }
}

/// One address of each family; in the older layout they share a port.
fn of_grammers(dc: &DataCenter, is_home: bool, one_port: bool) -> DataCenter {
    let usable: Vec<&DcEndpoint> = dc.addresses.iter().filter(|endpoint| !endpoint.is_media_only).collect();
    let port = usable.first().map(|endpoint| endpoint.port);
    let of_family = |is_ipv6| {
        let mut found = usable.iter().filter(|endpoint| !one_port || Some(endpoint.port) == port);
        found.find(|endpoint| endpoint.is_ipv6() == is_ipv6).map(|endpoint| (*endpoint).clone())
    };
    let addresses = [of_family(false), of_family(true)].into_iter().flatten().collect();
    let auth_key = dc.auth_key.clone().filter(|_| !is_home);
    DataCenter { id: dc.id, auth_key, addresses, ..DataCenter::default() }
}

fn every_fixture_into(target: Target) {
    let folder = fixture::folder();
    let mut compared = Comparison::default();
    let mut made = 0;
    for (number, source) in matrix::sources(folder.path()).iter().enumerate() {
        let path = folder.path().join(format!("{number}-{}", target.name()));
        let session = source.open();
        let Some(there) = step(&session, target, &path, &source.title, &mut compared) else { continue };
        made += 1;
        let back = format!("{} and back", source.title);
        let place = path.with_extension("back");
        match (source.layout, home_of(&session)) {
            (None, Some(home)) => drop(step(&there, Target::File(home), &place, &back, &mut compared)),
            (layout, _) => drop(matrix::step(&there, &place, layout.unwrap_or("pyrogram@3"), &back, &mut compared)),
        }
    }
    assert!(compared.0.is_empty(), "into {}:{}", target.name(), Difference::show(&compared.0));
    assert!(made > 100, "only {made} of them are logins");
}

/// The format that a session's own client can be written in.
fn home_of(session: &Session) -> Option<FileFormat> {
    let format = session.format().unwrap();
    match (format.name, format.version) {
        ("grammers", Some(_)) => Some(FileFormat::GrammersSqlite),
        (name, _) => name.parse().ok(),
    }
}

fn make(source: &Session, target: Target, path: &Path, given: &[Change]) -> tgsession::Result<(Session, Report)> {
    match target {
        Target::File(format) => {
            let options = ConvertOptions { overrides: given, ..ConvertOptions::default() };
            let report = export_file(source, format, path, &options)?;
            let options = Options { create: false, read_only: true, ..Options::default() };
            Ok((Session::open(path.to_str().unwrap(), &options)?, report))
        }
        Target::Text(format) => {
            let (text, report) = source.export_with(format, given)?;
            let expected_format = Some(format.name().parse()?);
            Ok((Session::open_string(&text, &Options { expected_format, ..Options::default() })?, report))
        }
    }
}

/// One conversion, looked at from all sides; the target, opened anew. None where nobody is logged in.
fn step(source: &Session, target: Target, path: &Path, title: &str, compared: &mut Comparison) -> Option<Session> {
    let title = format!("{title} into {}", target.name());
    let contents = source.contents().unwrap();
    let keeps = keeps(target);
    let (whole, derived, missing) = complete(&contents, &keeps, target);
    if !missing.is_empty() {
        let refused = make(source, target, path, &[]).map(drop).unwrap_err();
        compared.equal(format!("{title}: {refused}"), &ErrorCode::Incomplete, &refused.code());
        for field in &missing {
            compared.equal(format!("{title}: {refused}"), &true, &refused.to_string().contains(field.name()));
        }
        for field in keeps.needs.iter().filter(|field| matrix::is_known(&whole.data, **field)) {
            compared.equal(format!("{title}: {refused}"), &false, &refused.to_string().contains(field.name()));
        }
        compared.equal(format!("{title}: refused"), &false, &path.exists());
    }
    contents.data.auth_key.as_ref()?;
    let given: Vec<Change> = missing.iter().map(|field| (*field, Some(value(*field)))).collect();
    let (there, report) = match make(source, target, path, &given) {
        Ok(made) => made,
        Err(error) => {
            compared.0.push(Difference { place: title, views: error.to_string() });
            return None;
        }
    };
    let mut whole = whole;
    given.iter().for_each(|(field, value)| assert!(whole.data.set(*field, value.clone())));
    let mut found = there.contents().unwrap();
    matrix::undate(&whole, &mut found);
    let look = Look { title: &title, target, keeps: &keeps, whole: &whole, found: &found };
    look.at_fields(compared);
    look.at_peers(compared);
    look.at_states(compared);
    look.at_data_centers(compared);
    look.at_report(&report, &derived, &given, compared);
    Some(there)
}

fn is_grammers(target: Target) -> bool {
    [FileFormat::Grammers, FileFormat::GrammersSqlite].map(Target::File).contains(&target)
}

/// The contents with what can be worked out, the fields that were, and those that nobody knows.
fn complete(contents: &Contents, keeps: &Keeps, target: Target) -> (Contents, Vec<Field>, Vec<Field>) {
    let mut whole = contents.clone();
    let (mut derived, mut missing) = (Vec::new(), Vec::new());
    if whole.data.auth_key.is_none() {
        return (whole, derived, vec![Field::AuthKey]);
    }
    for field in keeps.fields.iter().chain(keeps.told).copied() {
        if matrix::is_known(&whole.data, field) {
            continue;
        }
        match matrix::known(&whole, field) {
            Some(value) if keeps.fields.contains(&field) => {
                assert!(whole.data.set(field, Some(value)));
                derived.push(field);
            }
            Some(_) => {}
            None if keeps.needs.contains(&field) => missing.push(field),
            None => {}
        }
    }
    // An account of grammers is a bot or none.
    let is_half = whole.data.user_id.is_some() && whole.data.is_bot.is_none();
    if is_grammers(target) && is_half {
        missing.push(Field::IsBot);
    }
    (whole, derived, missing)
}

/// What went in, and what came out.
struct Look<'a> {
    title: &'a str,
    target: Target,
    keeps: &'a Keeps,
    whole: &'a Contents,
    found: &'a Contents,
}

impl Look<'_> {
    fn equal<T: PartialEq + std::fmt::Debug>(&self, what: &str, expected: &T, found: &T, compared: &mut Comparison) {
        compared.equal(format!("{}: {what}", self.title), expected, found);
    }

    /// Whether the target holds a field that is known.
    fn holds(&self, field: Field) -> bool {
        let data = &self.whole.data;
        // mtcute has one place for both of them.
        let is_account = [Field::UserId, Field::IsBot].contains(&field)
            && [Target::File(FileFormat::Mtcute), Target::Text(StringFormat::Mtcute)].contains(&self.target);
        let is_whole = !is_account || data.user_id.zip(data.is_bot).is_some();
        // A temporary key without its end is none.
        let home = self.whole.data_centers().into_iter().find(|dc| Some(dc.id) == data.dc_id);
        let has_end = field != Field::TmpAuthKey || home.is_some_and(|home| home.tmp_expires_at.is_some());
        // grammers knows an account by its id.
        let has_user = field != Field::IsBot || !is_grammers(self.target) || data.user_id.is_some();
        // teleproto notes the test servers only.
        let is_test = self.target == Target::File(FileFormat::StoreSession)
            && field == Field::TestMode
            && data.test_mode == Some(true);
        is_test || self.keeps.fields.contains(&field) && is_whole && has_end && has_user
    }

    fn at_fields(&self, compared: &mut Comparison) {
        for field in Field::ALL {
            let (whole, found) = (self.whole.data.get(field), self.found.data.get(field));
            if self.holds(field) {
                if self.is_second_address(field) {
                    continue;
                }
                self.equal(field.name(), &whole, &found, compared);
            } else if self.keeps.told.contains(&field) {
                let expected = whole.or_else(|| matrix::known(self.found, field));
                let is_right = found.is_none() || found == expected;
                self.equal(&format!("{} {found:?} as told", field.name()), &true, &is_right, compared);
            } else {
                self.equal(&format!("{} is invented", field.name()), &None, &found, compared);
            }
        }
    }

    /// Of two addresses, grammers tries that of IPv4 first.
    fn is_second_address(&self, field: Field) -> bool {
        let is_ipv6 = self.whole.data.server_address.as_deref().is_some_and(|address| address.contains(':'));
        let Some(address) = self.whole.data.server_address.as_ref() else { return false };
        let home = self.found.data_centers().into_iter().find(|dc| Some(dc.id) == self.found.data.dc_id);
        let is_there = home.is_some_and(|home| home.addresses.iter().any(|known| known.server_address == *address));
        [Field::ServerAddress, Field::Port].contains(&field)
            && is_ipv6
            && is_there
            && self.target == Target::File(FileFormat::GrammersSqlite)
    }

    fn expected_peers(&self) -> Vec<Peer> {
        let mut peers: Vec<Peer> = self.whole.peers.iter().filter_map(self.keeps.peer).collect();
        if self.target != Target::File(FileFormat::GrammersSqlite) {
            return peers;
        }
        let data = &self.whole.data;
        for peer in &mut peers {
            peer.peer_type = match (peer.peer_type.take(), id_kind(peer.id)) {
                _ if Some(peer.id) == data.user_id => Some(own_type(data.is_bot)),
                (Some(PeerType::Bot), IdKind::User) => Some(PeerType::Bot),
                (_, IdKind::User) => Some(PeerType::User),
                (_, IdKind::Chat) => Some(PeerType::Group),
                (Some(PeerType::Forum), _) => Some(PeerType::Supergroup),
                (Some(PeerType::Direct), _) => Some(PeerType::Channel),
                (told, _) => told.filter(|told| !matches!(told, PeerType::Other(_))),
            };
        }
        peers
    }

    fn at_peers(&self, compared: &mut Comparison) {
        let expected = self.expected_peers();
        let ids = |peers: &[Peer]| peers.iter().map(|peer| peer.id).collect::<Vec<i64>>();
        self.equal("peers", &ids(&expected), &ids(&self.found.peers), compared);
        for (expected, found) in expected.iter().zip(&self.found.peers) {
            let mut expected = expected.clone();
            expected.name.take_if(|name| name.is_empty());
            self.equal(&format!("peer {}", expected.id), &expected, found, compared);
        }
    }

    fn at_states(&self, compared: &mut Comparison) {
        let kept = |state: &UpdateState| {
            let state = match *state {
                UpdateState { id: 0, .. } => *state,
                UpdateState { id, pts, .. } => UpdateState { id, pts, ..UpdateState::default() },
            };
            let numbers = [state.pts, state.qts, state.date, state.seq];
            let fits = numbers.into_iter().flatten().all(|number| (self.keeps.state)(state.id, number));
            Some(state).filter(|state| state.is_simple() && fits)
        };
        let mut expected: Vec<UpdateState> = self.whole.update_states.iter().filter_map(kept).collect();
        // Channels stand within the account's state there.
        if self.target == Target::File(FileFormat::Grammers) && expected.iter().all(|state| state.id != 0) {
            expected.clear();
        }
        self.equal("states", &expected, &self.found.update_states, compared);
    }

    /// A data centre beside what stands in the fields; none where nothing is left.
    fn beside(&self, mut dc: DataCenter, data: &SessionData) -> Option<DataCenter> {
        for endpoint in &mut dc.addresses {
            // An address of IPv6 has many spellings.
            if let Ok(address) = endpoint.server_address.parse::<IpAddr>() {
                endpoint.server_address = address.to_string();
            }
        }
        if Some(dc.id) == data.dc_id {
            let is_first = |endpoint: &DcEndpoint| {
                Some(&endpoint.server_address) == data.server_address.as_ref() && Some(endpoint.port) == data.port
            };
            dc.addresses.retain(|endpoint| !is_first(endpoint));
            (dc.auth_key, dc.tmp_auth_key) = (None, None);
        }
        let is_empty = dc.addresses.is_empty() && dc.auth_key.is_none() && dc.tmp_expires_at.is_none();
        (!is_empty || dc.tmp_auth_key.is_some()).then_some(dc)
    }

    fn expected_data_centers(&self) -> Vec<DataCenter> {
        let data = &self.whole.data;
        let kept = |mut dc: DataCenter| {
            let is_home = Some(dc.id) == data.dc_id;
            if is_home {
                dc.tmp_auth_key.clone_from(&data.tmp_auth_key);
                let first = data.server_address.clone().zip(data.port);
                let first =
                    first.map(|(server_address, port)| DcEndpoint { server_address, port, is_media_only: false });
                dc.addresses = first.into_iter().chain(dc.addresses).collect();
            }
            self.beside((self.keeps.data_center)(&dc, is_home), data)
        };
        self.whole.data_centers().into_iter().filter_map(kept).collect()
    }

    fn at_data_centers(&self, compared: &mut Comparison) {
        let expected = self.expected_data_centers();
        // grammers has no place that may be empty: its own built-in address stands there.
        let mut found = self.found.data_centers();
        for dc in &mut found {
            let known = |endpoint: &DcEndpoint| {
                let wanted = expected.iter().find(|wanted| wanted.id == dc.id);
                wanted.is_some_and(|wanted| wanted.addresses.contains(endpoint))
            };
            let is_default = |endpoint: &DcEndpoint| {
                default_address(dc.id, self.whole.data.test_mode == Some(true))
                    .is_some_and(|usual| usual.server_address == endpoint.server_address && usual.port == endpoint.port)
            };
            let (id, mut addresses) = (dc.id, std::mem::take(&mut dc.addresses));
            addresses.retain(|endpoint| known(endpoint) || !(is_grammers(self.target) && is_default(endpoint)));
            (dc.id, dc.addresses) = (id, addresses);
        }
        let found: Vec<DataCenter> = found.into_iter().filter_map(|dc| self.beside(dc, &self.whole.data)).collect();
        self.equal("data centres", &expected, &found, compared);
    }

    fn at_report(&self, report: &Report, derived: &[Field], given: &[Change], compared: &mut Comparison) {
        for (field, told) in Field::ALL.iter().zip(&report.fields) {
            let outcome = match self.whole.data.get(*field) {
                None if self.whole.data.unusable.iter().any(|unusable| unusable.field == *field) => Outcome::Unusable,
                None => Outcome::Missing,
                Some(_) if !self.holds(*field) => Outcome::LeftOut,
                Some(_) if given.iter().any(|(given, _)| given == field) => Outcome::Overridden,
                Some(_) if derived.contains(field) => Outcome::Derived,
                Some(_) => Outcome::Kept,
            };
            self.equal(&format!("report on {}", field.name()), &outcome, &told.outcome, compared);
        }
        for (name, total, kept) in self.counts() {
            let told = report.tables.iter().find(|table| table.name == name);
            let told = told.map_or((0, 0, 0), |table| (table.kept, table.kept_aside, table.left_out));
            self.equal(&format!("report on {name} (kept, aside, left out)"), &(kept, 0, total - kept), &told, compared);
        }
    }

    /// How many of each kind went in, and how many came out as they were.
    fn counts(&self) -> [(&'static str, usize, usize); 8] {
        let (whole, found) = (self.whole, self.found);
        let there = |peer: &Peer| found.peers.iter().find(|found| found.id == peer.id);
        let pairs: Vec<(&Peer, Option<&Peer>)> = whole.peers.iter().map(|peer| (peer, there(peer))).collect();
        let count = |of: fn(&Peer, &Peer) -> usize| {
            let total: usize = pairs.iter().map(|(peer, _)| of(peer, peer)).sum();
            (total, pairs.iter().filter_map(|(peer, there)| Some(of(peer, (*there)?))).sum::<usize>())
        };
        let peers = count(|_, _| 1);
        let names = count(|peer, there| usize::from(peer.name.is_some() && peer.name == there.name));
        let types = count(|peer, there| usize::from(peer.effective_type() == there.effective_type()));
        let usernames =
            count(|peer, there| peer.usernames.iter().filter(|name| there.usernames.contains(name)).count());
        let states = whole.update_states.iter().filter(|state| found.update_states.contains(state)).count();
        let dcs = whole.data_centers();
        let has = |dc: &DataCenter| {
            let Some(wanted) = self.beside(dc.clone(), &whole.data) else { return true };
            let found = self.found.data_centers().into_iter().find(|found| found.id == dc.id);
            let found = found.and_then(|found| self.beside(found, &whole.data));
            found.is_some_and(|found| {
                let is_there = |endpoint| found.addresses.contains(endpoint);
                wanted.addresses.iter().all(is_there)
                    && DataCenter { addresses: wanted.addresses.clone(), ..found } == wanted
            })
        };
        let whole_dcs = dcs.iter().filter(|dc| has(dc)).count();
        [
            ("peers", peers.0, peers.1),
            ("usernames", usernames.0, usernames.1),
            ("names", names.0, names.1),
            ("peer_types", types.0, types.1),
            ("update_states", whole.update_states.len(), states),
            ("sent_files", whole.sent_files.len(), 0),
            ("data_centers", dcs.len(), whole_dcs),
            ("values", whole.own_values(), 0),
        ]
    }
}

fn own_type(is_bot: Option<bool>) -> PeerType {
    if is_bot == Some(true) { PeerType::Bot } else { PeerType::User }
}
