//! The two addresses of a data centre, of which grammers needs both: one that is not known is filled.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::model::{DcEndpoint, default_address};

/// As a row holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    pub v4: SocketAddrV4,
    pub v6: SocketAddrV6,
}

impl Addresses {
    /// The first of each kind that is known, or the built-in one, or what fills its place. Absent where there is none at all.
    pub fn of(dc_id: i32, known: &[DcEndpoint], test_mode: bool) -> Option<Self> {
        let known = known.iter().filter(|endpoint| !endpoint.is_media_only).filter_map(parse);
        Self::complete(dc_id, known, test_mode)
    }

    /// The same, where an address is known that goes before those of a row.
    pub fn with(self, dc_id: i32, first: Option<&DcEndpoint>, test_mode: bool) -> Option<Self> {
        let first = first.and_then(parse);
        Self::complete(dc_id, first.into_iter().chain(self.known()), test_mode)
    }

    fn complete(dc_id: i32, known: impl Iterator<Item = SocketAddr>, test_mode: bool) -> Option<Self> {
        let usual = default_address(dc_id, test_mode);
        let usual = usual.and_then(|usual| Some((usual.server_address.parse::<IpAddr>().ok()?, usual.port).into()));
        let (mut v4, mut v6) = (None, None);
        for address in known.chain(usual) {
            match address {
                SocketAddr::V4(address) => v4 = v4.or(Some(address)),
                SocketAddr::V6(address) => v6 = v6.or(Some(address)),
            }
        }
        // Where one is not known, the library itself writes an IPv4 address in the form of IPv6.
        let v6_filler = v4.map(|v4| SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0));
        let v4_filler = v6.map(|v6| SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, v6.port()));
        Some(Self { v4: v4.or(v4_filler)?, v6: v6.or(v6_filler)? })
    }

    /// Those that fill no place.
    fn known(self) -> impl Iterator<Item = SocketAddr> {
        let v4 = Some(self.v4.into()).filter(|_| !self.v4.ip().is_unspecified());
        let v6 = Some(self.v6.into()).filter(|_| self.v6.ip().to_ipv4().is_none());
        v4.into_iter().chain(v6)
    }

    /// The same as the model has them.
    pub fn endpoints(self) -> Vec<DcEndpoint> {
        let endpoint = |address: SocketAddr| DcEndpoint {
            server_address: address.ip().to_string(),
            port: address.port(),
            is_media_only: false,
        };
        self.known().map(endpoint).collect()
    }
}

fn parse(endpoint: &DcEndpoint) -> Option<SocketAddr> {
    let address = endpoint.server_address.parse::<IpAddr>().ok()?;
    // What means nobody, and what stands for no address in a row.
    let is_filler = match address {
        IpAddr::V4(v4) => v4.is_unspecified(),
        IpAddr::V6(v6) => v6.to_ipv4().is_some(),
    };
    (!is_filler).then(|| (address, endpoint.port).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(server_address: &str, is_media_only: bool) -> DcEndpoint {
        DcEndpoint { server_address: server_address.into(), port: 443, is_media_only }
    }

    fn of(dc_id: i32, known: &[DcEndpoint]) -> Option<(String, String)> {
        Addresses::of(dc_id, known, false).map(|found| (found.v4.to_string(), found.v6.to_string()))
    }

    #[test]
    fn a_place_is_filled_by_what_is_known() {
        let both = [endpoint("1.2.3.4", false), endpoint("2001:db8::1", false), endpoint("1.2.3.5", false)];
        assert_eq!(of(9, &both), Some(("1.2.3.4:443".into(), "[2001:db8::1]:443".into())));
        assert_eq!(of(9, &both[..1]), Some(("1.2.3.4:443".into(), "[::ffff:1.2.3.4]:443".into())));
        assert_eq!(of(9, &both[1..2]), Some(("0.0.0.0:443".into(), "[2001:db8::1]:443".into())));
        assert_eq!(of(2, &[]).unwrap().0, "149.154.167.51:443");
        for nobody in [endpoint("1.2.3.4", true), endpoint("a.example", false), endpoint("0.0.0.0", false)] {
            assert_eq!(of(9, &[nobody]), None);
        }
    }

    #[test]
    fn what_fills_a_place_is_no_address() {
        for known in [vec![endpoint("1.2.3.4", false)], vec![endpoint("2001:db8::1", false)]] {
            assert_eq!(Addresses::of(9, &known, false).unwrap().endpoints(), known);
        }
    }
}
