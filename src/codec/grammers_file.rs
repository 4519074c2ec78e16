//! The session file of grammers-session 0.4 to 0.7, and of `TlSession` in 0.8: TL.
//!
//! From `build.rs` and `src/lib.rs` of the crates 0.5.2, 0.7.0 and 0.8.0:
//!
//! ```text
//! dataCenter#756d16b6 flags:# id:int ipv4:flags.0?int ipv6:flags.1?int128 port:int auth:flags.2?bytes
//! user#672f428d id:long dc:int bot:Bool        channelState#c2b0f8cd channel_id:long pts:int
//! updateState#d0cadcc1 pts:int qts:int date:int seq:int channels:Vector<ChannelState>
//! session#a73eb8ce flags:# dcs:Vector<DataCenter> user:flags.0?User state:flags.1?UpdateState
//! ```
//!
//! Up to 0.7 the octets of an address stand in their order; 0.8 turned them round, without another number: the known addresses
//! tell. The ids of channels are bare. It holds no access hashes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use zeroize::Zeroizing;

use super::problem::Problem;
use super::tl::{TlReader, write_bytes};
use super::{DecodedFile, fields};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    AuthKey, Contents, DataCenter, DcEndpoint, IdKind, UpdateState, bare_id, dc_of_address, default_address, id_kind,
    mark_channel,
};

const SESSION: u32 = 0xa73e_b8ce;
const VECTOR: u32 = 0x1cb5_c415;
const DATA_CENTER: u32 = 0x756d_16b6;
const USER: u32 = 0x672f_428d;
const UPDATE_STATE: u32 = 0xd0ca_dcc1;
const CHANNEL_STATE: u32 = 0xc2b0_f8cd;
const TRUE: u32 = 0x9972_75b5;
const FALSE: u32 = 0xbc79_9737;
const HAS_IPV4: u32 = 1;
const HAS_IPV6: u32 = 2;
const HAS_AUTH: u32 = 4;
const HAS_USER: u32 = 1;
const HAS_STATE: u32 = 2;
/// The data centres that 0.8 writes, all with both addresses.
const ALL_DCS: usize = 5;

/// The first bytes of each file.
pub(super) fn claims(head: &[u8]) -> bool {
    head.starts_with(&SESSION.to_le_bytes())
}

struct StoredDc {
    id: i32,
    ipv4: Option<[u8; 4]>,
    ipv6: Option<[u8; 16]>,
    port: u16,
    auth_key: Option<AuthKey>,
}

pub(super) fn decode(bytes: &[u8], location: &str) -> Result<DecodedFile> {
    let problem = |problem: Problem| {
        let cause = match problem {
            Problem::Value(what) => what,
            Problem::Surplus => "something follows after its end".to_owned(),
            _ => "its end is missing".to_owned(),
        };
        Error::corrupt(location, cause)
    };
    read(bytes).map_err(problem).map(|contents| DecodedFile::new("grammers", None, contents))
}

fn read(bytes: &[u8]) -> std::result::Result<Contents, Problem> {
    let mut tl = TlReader::new(bytes);
    expect(&mut tl, SESSION, "session")?;
    let flags = word(&mut tl)?;
    let count = vector(&mut tl)?;
    let dcs = (0..count).map(|_| data_center(&mut tl)).collect::<std::result::Result<Vec<_>, _>>()?;
    let user = if flags & HAS_USER != 0 { Some(user(&mut tl)?) } else { None };
    let update_states = if flags & HAS_STATE != 0 { states(&mut tl)? } else { Vec::new() };
    tl.end()?;
    let is_turned = is_turned(&dcs);
    let keyed: Vec<&StoredDc> = dcs.iter().filter(|dc| dc.auth_key.is_some()).collect();
    // Before the login there is a key, and no user.
    let only = if let [dc] = keyed.as_slice() { Some(dc.id) } else { None };
    let home = user.map(|(_, dc_id, _)| dc_id).or(only);
    let mut contents = Contents { update_states, ..Contents::default() };
    contents.data.user_id = user.and_then(|(id, ..)| id);
    contents.data.is_bot = user.filter(|(id, ..)| id.is_some()).map(|(.., is_bot)| is_bot);
    contents.data.dc_id = home;
    for dc in dcs {
        let is_turned = own_order(&dc).unwrap_or(is_turned);
        let found = dc.into_model(is_turned);
        if Some(found.id) == home {
            fields::set_home(&mut contents.data, &found);
        }
        let beside = if Some(found.id) == home { DataCenter { auth_key: None, ..found } } else { found };
        contents.put_data_center(&beside).map_err(|_| Problem::Value("a data centre in it cannot be".to_owned()))?;
    }
    contents.update_states.sort_by_key(|state| state.id);
    Ok(contents)
}

impl StoredDc {
    fn addresses(&self, is_turned: bool) -> Vec<IpAddr> {
        let v4 = self.ipv4.map(|mut octets| {
            if is_turned {
                octets.reverse();
            }
            IpAddr::V4(Ipv4Addr::from(octets))
        });
        let v6 = self.ipv6.map(|mut octets| {
            if is_turned {
                octets.reverse();
            }
            IpAddr::V6(Ipv6Addr::from(octets))
        });
        v4.into_iter().chain(v6).collect()
    }

    fn into_model(self, is_turned: bool) -> DataCenter {
        // 0.8 fills the place with an IPv4 address in the form of IPv6, which nothing can be reached by.
        let is_real = |address: &IpAddr| !matches!(address, IpAddr::V6(v6) if v6.to_ipv4().is_some());
        let endpoint =
            |address: IpAddr| DcEndpoint { server_address: address.to_string(), port: self.port, is_media_only: false };
        let addresses = self.addresses(is_turned).into_iter().filter(is_real).map(endpoint).collect();
        DataCenter { id: self.id, auth_key: self.auth_key, addresses, ..DataCenter::default() }
    }
}

// What a known address tells of its data centre: a file of 0.7 that 0.8 has saved mixes both orders.
fn own_order(dc: &StoredDc) -> Option<bool> {
    let is_known = |is_turned| dc.addresses(is_turned).iter().any(|ip| dc_of_address(&ip.to_string()) == Some(dc.id));
    match (is_known(false), is_known(true)) {
        (true, false) => Some(false),
        (false, true) => Some(true),
        _ => None,
    }
}

// Known addresses decide; where there are none, that 0.8 writes all data centres with both.
fn is_turned(dcs: &[StoredDc]) -> bool {
    let known = |is_turned| dcs.iter().filter(|dc| own_order(dc) == Some(is_turned)).count();
    let (straight, turned) = (known(false), known(true));
    let is_whole = dcs.len() == ALL_DCS && dcs.iter().all(|dc| dc.ipv4.is_some() && dc.ipv6.is_some());
    turned > straight || (turned == straight && is_whole)
}

fn word(tl: &mut TlReader<'_>) -> std::result::Result<u32, Problem> {
    tl.int().map(|number| u32::from_le_bytes(number.to_le_bytes()))
}

fn expect(tl: &mut TlReader<'_>, constructor: u32, name: &str) -> std::result::Result<(), Problem> {
    if word(tl)? == constructor {
        Ok(())
    } else {
        Err(Problem::Value(format!("its {name} has an unknown constructor")))
    }
}

// What each element needs at least bounds the number of them before any is made.
fn vector(tl: &mut TlReader<'_>) -> std::result::Result<u32, Problem> {
    expect(tl, VECTOR, "list")?;
    word(tl).and_then(|count| {
        let is_possible = usize::try_from(count).is_ok_and(|count| count <= tl.len() / 12);
        if is_possible { Ok(count) } else { Err(Problem::EndsEarly) }
    })
}

fn data_center(tl: &mut TlReader<'_>) -> std::result::Result<StoredDc, Problem> {
    expect(tl, DATA_CENTER, "data centre")?;
    let flags = word(tl)?;
    let id = tl.int()?;
    let ipv4 = if flags & HAS_IPV4 != 0 { Some(tl.int()?.to_le_bytes()) } else { None };
    let ipv6 = if flags & HAS_IPV6 != 0 { Some(tl.array()?) } else { None };
    let port = u16::try_from(tl.int()?).map_err(|_| Problem::Value("a port in it is out of range".to_owned()))?;
    let auth_key = if flags & HAS_AUTH != 0 { Some(auth_key(tl.bytes()?)?) } else { None };
    if id <= 0 {
        return Err(Problem::Value(format!("it has a data centre {id}")));
    }
    Ok(StoredDc { id, ipv4, ipv6, port: fields::port(port)?, auth_key })
}

fn auth_key(bytes: &[u8]) -> std::result::Result<AuthKey, Problem> {
    AuthKey::new(bytes).map_err(|_| Problem::Value(format!("an auth key in it has {} bytes", bytes.len())))
}

fn user(tl: &mut TlReader<'_>) -> std::result::Result<(Option<i64>, i32, bool), Problem> {
    expect(tl, USER, "user")?;
    // 0.8 writes 0 where the home data centre is set before the account is known.
    let id = fields::user_id(tl.long()?)?;
    let dc_id = tl.int()?;
    let is_bot = match word(tl)? {
        TRUE => true,
        FALSE => false,
        _ => return Err(Problem::Value("its user is neither a bot nor none".to_owned())),
    };
    if dc_id <= 0 {
        return Err(Problem::Value(format!("its data centre is {dc_id}")));
    }
    Ok((id, dc_id, is_bot))
}

fn states(tl: &mut TlReader<'_>) -> std::result::Result<Vec<UpdateState>, Problem> {
    expect(tl, UPDATE_STATE, "update state")?;
    let mut number = || tl.int().map(|number| Some(i64::from(number)));
    let mut states = vec![UpdateState { id: 0, pts: number()?, qts: number()?, date: number()?, seq: number()? }];
    for _ in 0..vector(tl)? {
        expect(tl, CHANNEL_STATE, "channel's state")?;
        let (channel, pts) = (tl.long()?, tl.int()?);
        let id = if channel > 0 { mark_channel(channel) } else { channel };
        if id_kind(id) != IdKind::Channel {
            return Err(Problem::Value("the id of a channel in it is out of range".to_owned()));
        }
        states.push(UpdateState { id, pts: Some(pts.into()), ..UpdateState::default() });
    }
    Ok(states)
}

/// Encodes the session as 0.4 to 0.7 do.
pub(super) fn encode(contents: &Contents) -> Result<Zeroizing<Vec<u8>>> {
    let data = &contents.data;
    let Some((home, _)) = data.dc_id.zip(data.auth_key.as_ref()) else {
        return Err(Error::new(ErrorCode::Incomplete, "a grammers session cannot do without dc_id and auth_key"));
    };
    if data.user_id.is_some() && data.is_bot.is_none() {
        return Err(Error::new(ErrorCode::Incomplete, "a grammers session with user_id cannot do without is_bot"));
    }
    let mut dcs = contents.data_centers();
    dcs.retain(|dc| dc.id != home);
    dcs.push(home_of(contents, home)?);
    let account = contents.update_states.iter().find(|state| state.id == 0).filter(|state| is_whole(state));
    let mut out = Zeroizing::new(Vec::with_capacity(512 * dcs.len() + 64));
    put(&mut out, SESSION);
    put(&mut out, HAS_USER | if account.is_some() { HAS_STATE } else { 0 });
    put(&mut out, VECTOR);
    put(&mut out, u32::try_from(dcs.len()).unwrap_or(u32::MAX));
    let is_test = fields::test_mode(data);
    dcs.iter().try_for_each(|dc| write_dc(&mut out, dc, is_test))?;
    // Only the user tells the home data centre: 0.8 writes one of id 0 where the account is not known.
    put(&mut out, USER);
    out.extend_from_slice(&data.user_id.unwrap_or(0).to_le_bytes());
    out.extend_from_slice(&home.to_le_bytes());
    put(&mut out, if data.is_bot == Some(true) { TRUE } else { FALSE });
    if let Some(account) = account {
        write_states(&mut out, account, &contents.update_states);
    }
    Ok(out)
}

fn put(out: &mut Zeroizing<Vec<u8>>, word: u32) {
    out.extend_from_slice(&word.to_le_bytes());
}

fn home_of(contents: &Contents, id: i32) -> Result<DataCenter> {
    let data = &contents.data;
    let known = contents.data_centers().into_iter().find(|dc| dc.id == id).unwrap_or_default();
    let (server_address, port) = fields::address("a grammers", data, id)?;
    let first = DcEndpoint { server_address, port, is_media_only: false };
    let others = known.addresses.into_iter().filter(|address| *address != first);
    Ok(DataCenter {
        id,
        auth_key: data.auth_key.clone(),
        addresses: [first.clone()].into_iter().chain(others).collect(),
        ..DataCenter::default()
    })
}

/// Each data centre has one address of each kind and one port.
fn write_dc(out: &mut Zeroizing<Vec<u8>>, dc: &DataCenter, is_test: bool) -> Result<()> {
    let usable: Vec<(IpAddr, u16)> = dc
        .addresses
        .iter()
        .filter(|endpoint| !endpoint.is_media_only)
        .filter_map(|endpoint| Some((endpoint.server_address.parse().ok()?, endpoint.port)))
        .collect();
    let usual =
        default_address(dc.id, is_test).and_then(|usual| Some((usual.server_address.parse().ok()?, usual.port)));
    let Some((first, port)) = usable.first().copied().or(usual) else {
        let message = format!("a grammers session cannot hold data centre {} without an IP address", dc.id);
        return Err(Error::new(ErrorCode::Incomplete, message));
    };
    let same_port = |(address, other): &(IpAddr, u16)| (*other == port).then_some(*address);
    let all = || [first].into_iter().chain(usable.iter().filter_map(same_port));
    let v4 = all().find_map(|address| if let IpAddr::V4(v4) = address { Some(v4) } else { None });
    let v6 = all().find_map(|address| if let IpAddr::V6(v6) = address { Some(v6) } else { None });
    put(out, DATA_CENTER);
    let flag = |is_there: bool, flag| if is_there { flag } else { 0 };
    put(out, flag(v4.is_some(), HAS_IPV4) | flag(v6.is_some(), HAS_IPV6) | flag(dc.auth_key.is_some(), HAS_AUTH));
    out.extend_from_slice(&dc.id.to_le_bytes());
    out.extend(v4.iter().flat_map(Ipv4Addr::octets));
    out.extend(v6.iter().flat_map(Ipv6Addr::octets));
    put(out, port.into());
    if let Some(key) = &dc.auth_key {
        write_bytes(out, key.as_bytes());
    }
    Ok(())
}

fn is_whole(state: &UpdateState) -> bool {
    [state.pts, state.qts, state.date, state.seq]
        .into_iter()
        .all(|number| number.is_some_and(|n| i32::try_from(n).is_ok()))
}

fn write_states(out: &mut Zeroizing<Vec<u8>>, account: &UpdateState, all: &[UpdateState]) {
    let int = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
    let channels =
        all.iter().filter(|state| state.id != 0).filter_map(|state| Some((bare_id(state.id), int(state.pts)?)));
    let channels: Vec<(i64, i32)> = channels.collect();
    put(out, UPDATE_STATE);
    for number in [account.pts, account.qts, account.date, account.seq] {
        out.extend_from_slice(&int(number).unwrap_or_default().to_le_bytes());
    }
    put(out, VECTOR);
    put(out, u32::try_from(channels.len()).unwrap_or(u32::MAX));
    for (id, pts) in channels {
        put(out, CHANNEL_STATE);
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(&pts.to_le_bytes());
    }
}
