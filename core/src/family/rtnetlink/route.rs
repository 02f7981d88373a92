// SPDX-License-Identifier: MIT OR Apache-2.0
//! Routes and their next hops.

use crate::error::{Code, Result};
use crate::family::addr::{AF_INET, AF_INET6, Addr};
use crate::family::record::{
    Field, Fields, HeaderField, Kind, Layout, Record, Width, attribute_in, load, read_fields, store, table, u8_at,
    u16_at, u32_at, write_fields,
};
use crate::mem::plain::{Plain, plain};
use crate::wire::align::align;
use crate::wire::build::Builder;
use crate::wire::message::Message;
use core::ffi::c_char;
use core::mem::offset_of;

/// Bit of `set`: `uid` holds although it is 0, the user root.
pub const NLRS_ROUTE_UID_SET: u32 = 0x1;
/// Bit of `set`: `expires` holds although it is 0, at once.
pub const NLRS_ROUTE_EXPIRES_SET: u32 = 0x2;

/// Metrics of a route: the attributes in RTA_METRICS.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteMetrics {
    /// RTAX_LOCK: bit RTAX_... is set for each metric that the kernel must not adapt.
    pub lock: u32,
    /// RTAX_MTU: longest packet, in bytes.
    pub mtu: u32,
    /// RTAX_WINDOW: largest window that TCP advertises, in bytes.
    pub window: u32,
    /// RTAX_RTT: first guess of the round-trip time, in eighths of a millisecond.
    pub rtt: u32,
    /// RTAX_RTTVAR: first guess of its variance, in quarters of a millisecond.
    pub rttvar: u32,
    /// RTAX_SSTHRESH: first guess of the slow start threshold, in segments.
    pub ssthresh: u32,
    /// RTAX_CWND: limit of the congestion window, in segments.
    pub cwnd: u32,
    /// RTAX_ADVMSS: segment size that TCP advertises, in bytes.
    pub advmss: u32,
    /// RTAX_REORDERING: how many segments may be reordered.
    pub reordering: u32,
    /// RTAX_HOPLIMIT: hop limit, or TTL, of packets.
    pub hoplimit: u32,
    /// RTAX_INITCWND: first congestion window, in segments.
    pub initcwnd: u32,
    /// RTAX_FEATURES: RTAX_FEATURE_...
    pub features: u32,
    /// RTAX_RTO_MIN: smallest retransmission timeout, in milliseconds.
    pub rto_min: u32,
    /// RTAX_INITRWND: first receive window, in segments.
    pub initrwnd: u32,
    /// RTAX_QUICKACK: 1: no delayed acks.
    pub quickack: u32,
    /// RTAX_FASTOPEN_NO_COOKIE: 1: TCP Fast Open without a cookie. Since Linux 4.15.
    pub fastopen_no_cookie: u32,
    /// RTAX_CC_ALGO: name of the congestion control algorithm, with its NUL.
    pub cc_algo: [c_char; 16],
}

/// A route: RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE.
///
/// What NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE and NLM_F_APPEND are for. For the kernel, a `table` of 0 is the main
/// one when a
/// route is added, and `type` 0 (RTN_UNSPEC) is none: a unicast route has RTN_UNICAST. Next hops of a multipath route
/// are read
/// with nlrs_next_hop_walk() and written with nlrs_next_hop_begin(); encapsulation through the attributes RTA_ENCAP. As
/// a filter of a dump serve
/// `family`, `table`, `protocol`, `type`, `oif` and `flags`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// NLRS_ROUTE_..._SET bits: which of these fields hold although they are 0; read: which of them are there.
    pub set: u32,
    /// rtm_family: AF_INET, AF_INET6, AF_MPLS; 0: that of the first of `dst`, `src`, `gateway` and `prefsrc` that
    /// is there.
    pub family: u32,
    /// RTA_TABLE, or rtm_table: routing table, also beyond 255.
    pub table: u32,
    /// rtm_protocol: RTPROT_..., who made the route.
    pub protocol: u32,
    /// rtm_scope: RT_SCOPE_...
    pub scope: u32,
    /// rtm_type: RTN_...
    pub r#type: u32,
    /// rtm_tos: type of service of the packets.
    pub tos: u32,
    /// rtm_flags: RTNH_F_... and RTM_F_...
    pub flags: u32,
    /// RTA_OIF: index of the link that packets leave by.
    pub oif: u32,
    /// RTA_IIF: index of the link that packets come in by.
    pub iif: u32,
    /// RTA_PRIORITY: metric; the smallest wins.
    pub priority: u32,
    /// RTA_FLOW: realms.
    pub flow: u32,
    /// RTA_MARK: mark of the packets.
    pub mark: u32,
    /// RTA_NH_ID: nexthop object. Since Linux 5.3.
    pub nh_id: u32,
    /// RTA_PREF: ICMPV6_ROUTER_PREF_..., of a router.
    pub pref: u32,
    /// RTA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; RTA_ENCAP is put and read as an attribute.
    pub encap_type: u32,
    /// RTA_EXPIRES: seconds until the route is removed; written alone.
    pub expires: u32,
    /// RTA_UID: user whose route is asked for.
    pub uid: u32,
    /// RTA_TTL_PROPAGATE: 1: the TTL is copied into MPLS labels and out of them.
    pub ttl_propagate: u32,
    /// RTA_IP_PROTO: IPPROTO_..., of the packets whose route is asked for. Since Linux 4.18.
    pub ip_proto: u32,
    /// RTA_SPORT: source port of these packets. Since Linux 4.18.
    pub sport: u32,
    /// RTA_DPORT: destination port of these packets. Since Linux 4.18.
    pub dport: u32,
    /// RTA_CACHEINFO: how many use the route.
    pub cache_refcnt: u32,
    /// RTA_CACHEINFO: hundredths of a second since it was used last.
    pub cache_lastuse: u32,
    /// RTA_CACHEINFO: hundredths of a second until it is removed, as an int32_t.
    pub cache_expires: u32,
    /// RTA_CACHEINFO: errno of a route that refuses.
    pub cache_error: u32,
    /// RTA_CACHEINFO: how often it was used.
    pub cache_used: u32,
    /// RTA_CACHEINFO: no longer used by the kernel.
    pub cache_id: u32,
    /// RTA_CACHEINFO: no longer used by the kernel.
    pub cache_ts: u32,
    /// RTA_CACHEINFO: no longer used by the kernel.
    pub cache_tsage: u32,
    /// RTA_DST and rtm_dst_len: destination; prefix_len 0: the default route.
    pub dst: Addr,
    /// RTA_SRC and rtm_src_len: source.
    pub src: Addr,
    /// RTA_GATEWAY, or RTA_VIA where its family is not the route's (for IPv4 since Linux 5.2): the next router.
    pub gateway: Addr,
    /// RTA_PREFSRC: source address that is preferred.
    pub prefsrc: Addr,
    /// RTA_METRICS.
    pub metrics: RouteMetrics,
}

/// One next hop of a multipath route: struct rtnexthop and its attributes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextHop {
    /// Must be 0.
    pub set: u32,
    /// rtnh_flags: RTNH_F_...
    pub flags: u32,
    /// rtnh_hops + 1: weight, 1 ... 256. Written, 0 is 1.
    pub weight: u32,
    /// rtnh_ifindex: index of the link that packets leave by.
    pub oif: u32,
    /// RTA_FLOW: realms.
    pub flow: u32,
    /// RTA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; RTA_ENCAP is put and read as an attribute.
    pub encap_type: u32,
    /// Address family of the route, which decides between RTA_GATEWAY and RTA_VIA; 0, written: that of `gateway`.
    pub family: u32,
    /// RTA_GATEWAY, or RTA_VIA where its family is not the route's: the next router.
    pub gateway: Addr,
}

plain! {
    RouteMetrics {
        lock: u32, mtu: u32, window: u32, rtt: u32, rttvar: u32, ssthresh: u32, cwnd: u32, advmss: u32, reordering: u32,
        hoplimit: u32, initcwnd: u32, features: u32, rto_min: u32, initrwnd: u32, quickack: u32,
        fastopen_no_cookie: u32, cc_algo: [c_char; 16],
    }
    Route {
        set: u32, family: u32, table: u32, protocol: u32, scope: u32, r#type: u32, tos: u32, flags: u32, oif: u32,
        iif: u32, priority: u32, flow: u32, mark: u32, nh_id: u32, pref: u32, encap_type: u32, expires: u32, uid: u32,
        ttl_propagate: u32, ip_proto: u32, sport: u32, dport: u32, cache_refcnt: u32, cache_lastuse: u32,
        cache_expires: u32, cache_error: u32, cache_used: u32, cache_id: u32, cache_ts: u32, cache_tsage: u32,
        dst: Addr, src: Addr, gateway: Addr, prefsrc: Addr, metrics: RouteMetrics,
    }
    NextHop { set: u32, flags: u32, weight: u32, oif: u32, flow: u32, encap_type: u32, family: u32, gateway: Addr }
}

macro_rules! field {
    ($kind:ident, $field:ident) => {
        Field::new(Kind::$kind, offset_of!(Route, $field))
    };
}

macro_rules! metric {
    ($field:ident) => {
        Field::new(Kind::U32, offset_of!(Route, metrics) + offset_of!(RouteMetrics, $field))
    };
}

macro_rules! hop {
    ($kind:ident, $field:ident) => {
        Field::new(Kind::$kind, offset_of!(NextHop, $field))
    };
}

const RTA_GATEWAY: u16 = 5;
const RTA_MULTIPATH: u32 = 9;
const RTA_FLOW: u16 = 11;
const RTA_VIA: u16 = 18;
const RTA_ENCAP_TYPE: u16 = 21;

static FIELDS: [Field; 31] = table(&[
    (1, field!(Prefix, dst)),
    (2, field!(Prefix, src)),
    (3, field!(U32, iif)),
    (4, field!(U32, oif)),
    (RTA_GATEWAY, field!(Gateway, gateway)),
    (6, field!(U32, priority)),
    (7, field!(Addr, prefsrc)),
    (8, Field::new(Kind::Nest, 0)),
    (RTA_FLOW, field!(U32, flow)),
    (12, Field::sized(Kind::Words, offset_of!(Route, cache_refcnt), 32)),
    (15, field!(Wide, table)),
    (16, field!(U32, mark)),
    (RTA_VIA, field!(Via, gateway)),
    (20, field!(U8, pref)),
    (RTA_ENCAP_TYPE, field!(U16, encap_type)),
    (23, field!(U32, expires).or_set(NLRS_ROUTE_EXPIRES_SET)),
    (25, field!(U32, uid).or_set(NLRS_ROUTE_UID_SET)),
    (26, field!(U8, ttl_propagate)),
    (27, field!(U8, ip_proto)),
    (28, field!(Be16, sport)),
    (29, field!(Be16, dport)),
    (30, field!(U32, nh_id)),
]);

static METRICS: [Field; 18] = table(&[
    (1, metric!(lock)),
    (2, metric!(mtu)),
    (3, metric!(window)),
    (4, metric!(rtt)),
    (5, metric!(rttvar)),
    (6, metric!(ssthresh)),
    (7, metric!(cwnd)),
    (8, metric!(advmss)),
    (9, metric!(reordering)),
    (10, metric!(hoplimit)),
    (11, metric!(initcwnd)),
    (12, metric!(features)),
    (13, metric!(rto_min)),
    (14, metric!(initrwnd)),
    (15, metric!(quickack)),
    (16, Field::sized(Kind::Text, offset_of!(Route, metrics) + offset_of!(RouteMetrics, cc_algo), 16)),
    (17, metric!(fastopen_no_cookie)),
]);

static HOP: [Field; 22] = table(&[
    (RTA_GATEWAY, hop!(Gateway, gateway)),
    (RTA_FLOW, hop!(U32, flow)),
    (RTA_VIA, hop!(Via, gateway)),
    (RTA_ENCAP_TYPE, hop!(U16, encap_type)),
]);

/// Families of multicast routes.
const RTNL_FAMILY_IPMR: u32 = 128;
const RTNL_FAMILY_IP6MR: u32 = 129;

/// RTM_NEWROUTE.
const TYPES: u16 = 24;
/// Bytes of struct rtmsg.
const HEADER: usize = 12;

impl Record for Route {}

impl Fields for Route {
    const LAYOUT: Layout = Layout {
        size: size_of::<Route>(),
        first_size: 296,
        header: HEADER,
        types: TYPES,
        families: &[
            offset_of!(Route, family),
            offset_of!(Route, dst.family),
            offset_of!(Route, src.family),
            offset_of!(Route, gateway.family),
            offset_of!(Route, prefsrc.family),
        ],
        header_fields: &[
            HeaderField::new(0, Width::W8, offset_of!(Route, family)),
            HeaderField::new(1, Width::W8, offset_of!(Route, dst.prefix_len)),
            HeaderField::new(2, Width::W8, offset_of!(Route, src.prefix_len)),
            HeaderField::new(3, Width::W8, offset_of!(Route, tos)),
            HeaderField::new(4, Width::Low8, offset_of!(Route, table)),
            HeaderField::new(5, Width::W8, offset_of!(Route, protocol)),
            HeaderField::new(6, Width::W8, offset_of!(Route, scope)),
            HeaderField::new(7, Width::W8, offset_of!(Route, r#type)),
            HeaderField::new(8, Width::W32, offset_of!(Route, flags)),
        ],
        fields: &FIELDS,
        nests: &[&METRICS],
        read_header: read_route_header,
        after_read,
        before_write: |_, _| {},
        finish_header: |_, _| {},
    };
}

/// As the table says: routes are what there are most of.
fn read_route_header(_layout: &Layout, header: &[u8], image: &mut [u8]) {
    let Some(&[family, dst, src, tos, table, protocol, scope, ty, a, b, c, d]) = header.first_chunk::<HEADER>() else {
        return;
    };
    // Of a known size, so that each store is one instruction.
    let Some(image) = image.first_chunk_mut::<{ size_of::<Route>() }>() else { return };
    let mut put = |at: usize, value: u32| store(image, at, value.to_ne_bytes());
    put(offset_of!(Route, family), u32::from(family));
    put(offset_of!(Route, dst.prefix_len), u32::from(dst));
    put(offset_of!(Route, src.prefix_len), u32::from(src));
    put(offset_of!(Route, tos), u32::from(tos));
    put(offset_of!(Route, table), u32::from(table));
    put(offset_of!(Route, protocol), u32::from(protocol));
    put(offset_of!(Route, scope), u32::from(scope));
    put(offset_of!(Route, r#type), u32::from(ty));
    put(offset_of!(Route, flags), u32::from_ne_bytes([a, b, c, d]));
}

/// A prefix without an attribute is that of all addresses.
fn after_read(image: &mut [u8], header: &[u8]) {
    const DST: usize = offset_of!(Route, dst.family);
    if load(image, DST) == 0 {
        let family = match u8_at(header, 0) {
            RTNL_FAMILY_IPMR => AF_INET,
            RTNL_FAMILY_IP6MR => AF_INET6,
            other => other,
        };
        store(image, DST, family.to_ne_bytes());
    }
}

/// Bytes of struct rtnexthop.
const RTNEXTHOP: usize = 8;

/// The next hops of a multipath route.
#[derive(Clone, Copy, Debug)]
pub struct NextHops<'a> {
    family: u32,
    bytes: &'a [u8],
    /// Offset of the next one.
    pub at: usize,
}

impl<'a> NextHops<'a> {
    /// Those of a route's message, none where it is no multipath route. -ENOMSG where the message is of
    /// another type, -EBADMSG
    /// where it is malformed.
    pub fn of(message: &Message<'a>) -> Result<NextHops<'a>> {
        let bytes = attribute_in(&Route::LAYOUT, message, RTA_MULTIPATH)?.unwrap_or(&[]);
        Ok(NextHops { family: u8_at(message.payload(), 0), bytes, at: 0 })
    }

    /// The next one and its attributes: None behind the last, -EBADMSG where it is malformed.
    #[allow(clippy::should_implement_trait)] // an iterator would hide the error in its items
    pub fn next(&mut self) -> Result<Option<(NextHop, &'a [u8])>> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        if rest.is_empty() {
            return Ok(None);
        }
        let len = u16_at(rest, 0) as usize;
        let header = rest.get(..RTNEXTHOP).ok_or(Code::EBADMSG)?;
        let attributes = rest.get(RTNEXTHOP..len).ok_or(Code::EBADMSG)?;
        let mut hop = NextHop::zeroed();
        hop.family = self.family;
        hop.flags = u8_at(header, 2);
        hop.weight = u8_at(header, 3) + 1;
        hop.oif = u32_at(header, 4);
        read_fields(&HOP, &[], attributes, self.family, hop.image_mut())?;
        self.at = self.at.saturating_add(align(len));
        Ok(Some((hop, attributes)))
    }
}

impl NextHop {
    /// Begins a next hop inside the nest RTA_MULTIPATH; attributes may follow. Where it stands, for
    /// [`NextHop::end`].
    pub fn begin(&self, m: &mut Builder) -> Result<u32> {
        let weight = self.weight.max(1) - 1;
        let (Ok(flags), Ok(weight)) = (u8::try_from(self.flags), u8::try_from(weight)) else {
            return Err(m.refuse(0, Code::ERANGE));
        };
        let at = m.position();
        let [a, b, c, d] = self.oif.to_ne_bytes();
        m.put_header_out_of_line(&[0, 0, flags, weight, a, b, c, d])?;
        let family = if self.family != 0 { self.family } else { self.gateway.family };
        write_fields(&HOP, &[], self.image(), family, 0, m)?;
        Ok(at)
    }

    /// Ends the next hop that begins at `at`: its length is filled in.
    pub fn end(m: &mut Builder, at: u32) -> Result<()> {
        m.fill_length(at)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn built(build: impl FnOnce(&mut Builder)) -> Vec<u8> {
        let mut m = Builder::growing(0).unwrap();
        build(&mut m);
        m.end().unwrap();
        m.bytes().to_vec()
    }

    /// 198.51.100.0/24 in table 1000 by 192.0.2.1 and by an IPv6 router, written out by hand.
    #[cfg(target_endian = "little")]
    const GOLDEN: &[u8] = &[
        112, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // nlmsghdr
        2, 24, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0, // rtmsg: RTPROT_STATIC, RTN_UNICAST
        8, 0, 1, 0, 198, 51, 100, 0, // RTA_DST
        12, 0, 8, 128, 8, 0, 2, 0, 0x78, 5, 0, 0, // RTA_METRICS: RTAX_MTU 1400
        8, 0, 15, 0, 0xe8, 3, 0, 0, // RTA_TABLE 1000
        56, 0, 9, 128, // RTA_MULTIPATH
        16, 0, 0, 2, 7, 0, 0, 0, // rtnexthop: weight 3, link 7
        8, 0, 5, 0, 192, 0, 2, 1, // RTA_GATEWAY
        36, 0, 4, 0, 8, 0, 0, 0, // rtnexthop: RTNH_F_ONLINK, weight 1, link 8
        22, 0, 18, 0, 10, 0, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, // RTA_VIA
        4, 0, 21, 0, // an attribute more
    ];

    #[cfg(target_endian = "little")]
    #[test]
    fn golden() {
        let mut route = Route { protocol: 4, r#type: 1, table: 1000, ..Route::default() };
        route.dst = Addr::parse(b"198.51.100.0/24").unwrap();
        route.metrics.mtu = 1400;
        let v4 = NextHop { weight: 3, oif: 7, gateway: Addr::parse(b"192.0.2.1").unwrap(), ..NextHop::default() };
        let v6 = NextHop {
            flags: 4,
            oif: 8,
            family: AF_INET,
            gateway: Addr::parse(b"2001:db8::1").unwrap(),
            ..NextHop::default()
        };
        let bytes = built(|m| {
            route.begin(m, 24, 0).unwrap();
            let nest = m.nest_begin(RTA_MULTIPATH).unwrap();
            let first = v4.begin(m).unwrap();
            NextHop::end(m, first).unwrap();
            let second = v6.begin(m).unwrap();
            m.put_flag(21).unwrap();
            NextHop::end(m, second).unwrap();
            m.nest_end(nest).unwrap();
        });
        assert_eq!(bytes, GOLDEN);

        let message = Message::read(GOLDEN).unwrap();
        let read = Route::read(&message).unwrap();
        assert_eq!(read, Route { family: AF_INET, ..route });
        // RTA_ENCAP_TYPE of no bytes.
        let mut hops = NextHops::of(&message).unwrap();
        assert_eq!(hops.next().unwrap().unwrap().0, NextHop { family: AF_INET, ..v4 });
        assert_eq!(hops.next().err(), Some(Code::EBADMSG));
    }

    #[test]
    fn hops_of_a_wrong_length_are_malformed() {
        let hops = |payload: &[u8]| {
            let bytes = built(|m| {
                m.begin(24, 0).unwrap();
                m.put_header(&[AF_INET.to_le_bytes()[0], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap();
                m.put_bytes(RTA_MULTIPATH, payload).unwrap();
            });
            let message = Message::read(&bytes).unwrap();
            let mut hops = NextHops::of(&message).unwrap();
            let mut count = 0;
            loop {
                match hops.next() {
                    Ok(Some(_)) => count += 1,
                    Ok(None) => return Ok(count),
                    Err(code) => return Err(code),
                }
            }
        };
        let len = |len: u16| [&len.to_ne_bytes()[..], &[0; 6]].concat();
        assert_eq!(hops(&[]), Ok(0));
        assert_eq!(hops(&[len(8), len(8)].concat()), Ok(2));
        for wrong in [&len(0)[..], &len(7), &len(9), &len(u16::MAX), &len(8)[..7], &[len(8), vec![8]].concat()] {
            assert_eq!(hops(wrong), Err(Code::EBADMSG), "{wrong:?}");
        }
    }

    #[test]
    fn a_hop_is_ended_where_it_was_begun() {
        let mut m = Builder::growing(0).unwrap();
        for (nest, at) in [(false, 16), (true, 16), (true, 10_000)] {
            m.begin(24, 0).unwrap();
            if nest {
                m.nest_begin(RTA_MULTIPATH).unwrap();
                NextHop::default().begin(&mut m).unwrap();
            }
            assert_eq!(NextHop::end(&mut m, at), Err(Code::EINVAL));
            assert_eq!(m.end(), Err(Code::EINVAL));
        }
        m.begin(24, 0).unwrap();
        assert_eq!(NextHop { weight: 257, ..NextHop::default() }.begin(&mut m), Err(Code::ERANGE));
        assert_eq!(m.end(), Err(Code::ERANGE));
    }
}
