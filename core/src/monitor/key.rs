// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys of links, addresses, routes, neighbours and rules.
//!
//! A key identifies an object as the kernel does. It must not contain what can change while the object exists (flags,
//! lifetimes, counters), and must contain all that can differ between two objects that exist at the same time.

use crate::uapi::NLMSG_HDRLEN;
use crate::wire::attribute::{Attributes, find, write};
use crate::wire::message::Message;
use crate::wire::{array_at, copy};

/// The longest key.
pub const MAX_LEN: usize = 128;

/// Message types come in groups of four: NEW, DEL, GET, SET. These are the types NEW.
pub(super) const LINK: u16 = 16;
pub(super) const ADDRESS: u16 = 20;
pub(super) const ROUTE: u16 = 24;
pub(super) const NEIGHBOUR: u16 = 28;
pub(super) const RULE: u16 = 32;
pub(super) const NEXTHOP: u16 = 104;

pub(super) const AF_INET: u8 = 2;
pub(super) const AF_INET6: u8 = 10;
pub(super) const AF_BRIDGE: u8 = 7;
/// Families from here on are tables of multicast routing, whose messages only look like routes.
const FIRST_NO_FAMILY: u8 = 128;
const RTNL_FAMILY_IPMR: u8 = 128;
const RTNL_FAMILY_IP6MR: u8 = 129;

const IFLA_WIRELESS: u16 = 11;
const IFLA_EXT_MASK: u16 = 29;
/// A bit of IFLA_EXT_MASK that adds nothing to the links of a dump for all families.
const RTEXT_FILTER_BRVLAN: u32 = 1 << 1;
const IFA_ADDRESS: u32 = 1;
const IFA_LOCAL: u32 = 2;
const IFA_FLAGS: u32 = 8;
const IFA_F_OPTIMISTIC: u32 = 0x04;
const IFA_F_DADFAILED: u32 = 0x08;
const IFA_F_TENTATIVE: u32 = 0x40;
const NUD_INCOMPLETE: u16 = 0x01;
const NUD_NOARP: u16 = 0x40;
const NDA_DST: u16 = 1;
const NDA_LLADDR: u16 = 2;
const NDA_VLAN: u16 = 5;
const NDA_PORT: u16 = 6;
const NDA_VNI: u16 = 7;
const NDA_SRC_VNI: u16 = 11;
const NTF_SELF: u8 = 0x02;
const NTF_MASTER: u8 = 0x04;
const NTF_PROXY: u8 = 0x08;
const FRA_PRIORITY: u16 = 6;
const RTA_DST: u16 = 1;
const RTA_SRC: u16 = 2;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PRIORITY: u16 = 6;
const RTA_MULTIPATH: u16 = 9;
const RTA_FLOW: u16 = 11;
const RTA_CACHEINFO: u16 = 12;
pub(super) const RTA_TABLE: u16 = 15;
const RTA_MFC_STATS: u16 = 17;
const RTA_VIA: u16 = 18;
const RTA_NEWDST: u16 = 19;
const RTA_PREF: u16 = 20;
const RTA_ENCAP_TYPE: u16 = 21;
const RTA_ENCAP: u16 = 22;
const RTA_EXPIRES: u16 = 23;
const RTA_PAD: u16 = 24;
const RTA_NH_ID: u16 = 30;
const RTM_F_CLONED: u32 = 0x200;
const RTNH_F_DEAD: u32 = 1;
const RTNEXTHOP_LEN: usize = 8;

/// What a message reports about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is not about an object of a table.
    None,
    /// The object is present.
    Present,
    /// The object was deleted.
    Deleted,
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    bytes: [u8; MAX_LEN],
    len: usize,
    /// An object can replace another one whose key has the same prefix.
    prefix_len: usize,
}

impl Key {
    /// A key of no bytes.
    pub const NONE: Key = Key { bytes: [0; MAX_LEN], len: 0, prefix_len: 0 };

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    pub(super) fn prefix_len(&self) -> usize {
        self.prefix_len
    }

    /// Returns the buffer for a caller's key function to write to.
    pub(super) fn buffer(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    pub(super) fn set_len(&mut self, len: usize) {
        self.len = len.min(MAX_LEN);
        self.prefix_len = self.len;
    }

    fn put(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if let Some(to) = self.bytes.get_mut(self.len..end) {
            copy(to, bytes);
            self.len = end;
        }
    }

    /// Appends an address of any length: at most 32 bytes of it, after their number.
    fn put_address(&mut self, bytes: &[u8]) {
        let len = bytes.len().min(32);
        self.put(&[u8::try_from(len).unwrap_or(32)]);
        self.put(bytes.get(..len).unwrap_or(&[]));
    }

    fn end_prefix(&mut self) {
        self.prefix_len = self.len;
    }
}

/// A digest of 128 bits of what is too long to be part of a key itself. It does not depend on the order of the parts.
#[derive(Clone, Copy, Debug, Default)]
struct Digest(u64, u64);

impl Digest {
    fn add(&mut self, kind: u64, bytes: &[u8]) {
        let (one, two) = (fold(bytes, kind, 0x9e37_79b9_7f4a_7c15), fold(bytes, !kind, 0xc2b2_ae3d_27d4_eb4f));
        self.0 = self.0.wrapping_add(one);
        self.1 = self.1.wrapping_add(two);
    }

    fn nest(&mut self, kind: u64, inner: Digest) {
        let [a0, a1, a2, a3, a4, a5, a6, a7] = inner.0.to_ne_bytes();
        let [b0, b1, b2, b3, b4, b5, b6, b7] = inner.1.to_ne_bytes();
        self.add(kind, &[a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7]);
    }
}

fn fold(bytes: &[u8], seed: u64, multiplier: u64) -> u64 {
    let mix = |hash: u64| {
        let hash = (hash ^ hash >> 29).wrapping_mul(multiplier);
        hash ^ hash >> 32
    };
    let mut hash = mix(seed.wrapping_add(bytes.len() as u64).wrapping_mul(multiplier));
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        if let Some(to) = word.get_mut(..chunk.len()) {
            copy(to, chunk);
        }
        hash = mix(hash ^ u64::from_ne_bytes(word)).wrapping_add(multiplier);
    }
    hash
}

/// Returns the family that the payload begins with.
pub(super) fn family_of(message: &Message<'_>) -> u8 {
    message.bytes.get(NLMSG_HDRLEN).copied().unwrap_or(0)
}

/// Returns the bytes of the family header in front of the attributes; 0: not a message that is known here.
pub(super) fn header_len(base: u16) -> usize {
    match base {
        LINK => 16,
        ADDRESS => 8,
        ROUTE | NEIGHBOUR | RULE => 12,
        _ => 0,
    }
}

/// Returns the table that a route or a rule belongs to.
pub(super) fn table_of(message: &Message<'_>) -> u32 {
    let payload = message.payload();
    match find(payload.get(12..).unwrap_or(&[]), u32::from(RTA_TABLE)) {
        Ok(Some(table)) => array_at(table.payload(), 0).map_or(0, u32::from_ne_bytes),
        _ => payload.get(4).copied().map_or(0, u32::from),
    }
}

/// True for a family whose objects are reported to the groups that [`follow`](super::Monitor::follow) joins for family
/// 0. A dump for all families has those of others too: routes of MPLS, addresses of Phonet.
pub(super) fn is_followed(base: u16, family: u8) -> bool {
    match base {
        LINK => true,
        // Rules of multicast routing are reported to the groups of IPv4 and IPv6.
        RULE => matches!(family, AF_INET | AF_INET6 | RTNL_FAMILY_IPMR | RTNL_FAMILY_IP6MR),
        _ => matches!(family, AF_INET | AF_INET6),
    }
}

/// True for an object in a state in which the kernel creates objects without reporting them: a table with some of these
/// objects would miss others. The kernel reports the object when its state changes to another one.
pub(super) fn is_unreported(message: &Message<'_>) -> bool {
    let payload = message.payload();
    match message.header.ty & !3 {
        NEIGHBOUR if family_of(message) != AF_BRIDGE => {
            let state = array_at(payload, 8).map_or(0, u16::from_ne_bytes);
            state & !(NUD_INCOMPLETE | NUD_NOARP) == 0
        }
        ADDRESS if family_of(message) == AF_INET6 => {
            // Addresses that the kernel generates are reported when their duplicate address detection ends.
            let attr = find(payload.get(header_len(ADDRESS)..).unwrap_or(&[]), IFA_FLAGS);
            let low = payload.get(2).copied().map_or(0, u32::from);
            let flags = match attr {
                Ok(Some(attr)) => array_at(attr.payload(), 0).map_or(low, u32::from_ne_bytes),
                _ => low,
            };
            flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED) == IFA_F_TENTATIVE
        }
        _ => false,
    }
}

/// Returns the attribute that a request for links needs so that none is left out; None where it has that attribute, or
/// is for one family, whose objects are no links.
///
/// The kernel makes the pieces of a dump as long as its longest link only when IFLA_EXT_MASK is not 0. Otherwise it
/// ends the dump at the first link that is longer than 32 KiB, without an error (seen on 6.18).
pub(super) fn whole_links(request: &Message<'_>) -> Option<[u8; 8]> {
    let attrs = request.payload().get(header_len(LINK)..).unwrap_or(&[]);
    if family_of(request) != 0 || !matches!(find(attrs, u32::from(IFLA_EXT_MASK)), Ok(None)) {
        return None;
    }
    let mut attribute = [0; 8];
    write(&mut attribute, 8, IFLA_EXT_MASK, &RTEXT_FILTER_BRVLAN.to_ne_bytes());
    Some(attribute)
}

/// Writes the key of the object that a message of NETLINK_ROUTE is about, and returns whether the object is present or
/// deleted.
pub fn rtnl_key(message: &Message<'_>, key: &mut Key) -> Presence {
    key.len = 0;
    let ty = message.header.ty;
    let base = ty & !3;
    let payload = message.payload();
    let Some((header, attrs)) = payload.split_at_checked(header_len(base)) else { return Presence::None };
    key.put(&base.to_ne_bytes());
    let known = match base {
        LINK => link(header, attrs, key),
        ADDRESS => address(header, attrs, key),
        ROUTE => route(header, attrs, key),
        NEIGHBOUR => neighbour(header, attrs, key),
        RULE => rule(header, attrs, key),
        _ => None,
    };
    match (known, ty & 3) {
        (Some(()), 0) => Presence::Present,
        (Some(()), 1) => Presence::Deleted,
        _ => Presence::None,
    }
}

fn link(header: &[u8], attrs: &[u8], key: &mut Key) -> Option<()> {
    // Messages of the same type with a family report bridge ports and IPv6 settings; a port that leaves its bridge is
    // "deleted" there. Messages of wireless drivers have only the name and IFLA_WIRELESS.
    if header.first() != Some(&0) || matches!(find(attrs, u32::from(IFLA_WIRELESS)), Ok(Some(_))) {
        return None;
    }
    key.put(&array_at::<4>(header, 4)?);
    key.end_prefix();
    Some(())
}

fn address(header: &[u8], attrs: &[u8], key: &mut Key) -> Option<()> {
    let [family, prefix_len, ..] = *header.first_chunk::<8>()?;
    let local = find(attrs, IFA_LOCAL).ok()?;
    let peer = find(attrs, IFA_ADDRESS).ok()?;
    key.put(&[family, if family == AF_INET { prefix_len } else { 0 }]);
    key.put(&array_at::<4>(header, 4)?);
    key.put_address(local.or(peer)?.payload());
    if family == AF_INET {
        key.put_address(peer.map_or(&[], |peer| peer.payload()));
    }
    key.end_prefix();
    Some(())
}

fn neighbour(header: &[u8], attrs: &[u8], key: &mut Key) -> Option<()> {
    let [family, _, _, _, i0, i1, i2, i3, _, _, flags, _] = *header.first_chunk::<12>()?;
    let bridge = family == AF_BRIDGE;
    key.put(&[family, flags & if bridge { NTF_SELF | NTF_MASTER } else { NTF_PROXY }, i0, i1, i2, i3]);
    let mut digest = Digest::default();
    let mut walk = Attributes::new(attrs);
    while let Ok(Some(attr)) = walk.next() {
        let part = match attr.ty() {
            NDA_DST => true,
            NDA_LLADDR | NDA_VLAN | NDA_PORT | NDA_VNI | NDA_SRC_VNI => bridge,
            _ => false,
        };
        if part {
            digest.add(u64::from(attr.ty()), attr.payload());
            if !bridge {
                key.put_address(attr.payload());
            }
        }
    }
    if bridge {
        put_digest(key, digest);
    }
    key.end_prefix();
    Some(())
}

fn rule(header: &[u8], attrs: &[u8], key: &mut Key) -> Option<()> {
    // Everything but the flags, two of which say whether a device of the rule exists.
    key.put(header.get(..8)?);
    let mut digest = Digest::default();
    let mut walk = Attributes::new(attrs);
    while let Ok(Some(attr)) = walk.next() {
        if attr.ty() == FRA_PRIORITY {
            key.put(attr.payload().get(..4)?);
        } else {
            digest.add(u64::from(attr.ty()), attr.payload());
        }
    }
    put_digest(key, digest);
    key.end_prefix();
    Some(())
}

fn put_digest(key: &mut Key, digest: Digest) {
    key.put(&digest.0.to_ne_bytes());
    key.put(&digest.1.to_ne_bytes());
}

/// The kernel allows several routes for one destination, table, TOS and metric if anything else differs that is not a
/// flag; of IPv6 those with a gateway are one route of several hops.
fn route(header: &[u8], attrs: &[u8], key: &mut Key) -> Option<()> {
    let [family, dst_len, src_len, tos, table, protocol, scope, ty, ..] = *header.first_chunk::<12>()?;
    let flags = u32::from_ne_bytes(array_at(header, 8)?);
    if family >= FIRST_NO_FAMILY || flags & RTM_F_CLONED != 0 {
        return None;
    }
    let (mut dst, mut src): (&[u8], &[u8]) = (&[], &[]);
    let mut table = u32::from(table).to_ne_bytes();
    let mut priority = [0; 4];
    let mut device = [0; 4];
    let mut has_gateway = false;
    let mut rest = Digest::default();
    let mut hops = Digest::default();
    let mut hop = Digest::default();
    let mut has_hop = false;
    let mut walk = Attributes::new(attrs);
    while let Ok(Some(attr)) = walk.next() {
        let payload = attr.payload();
        match attr.ty() {
            RTA_DST => dst = payload,
            RTA_SRC => src = payload,
            RTA_TABLE => table = array_at(payload, 0)?,
            RTA_PRIORITY => priority = array_at(payload, 0)?,
            RTA_CACHEINFO | RTA_EXPIRES | RTA_MFC_STATS | RTA_PAD | RTA_PREF => {}
            RTA_OIF => {
                device = array_at(payload, 0)?;
                hop.add(u64::from(RTA_OIF), payload);
                has_hop = true;
            }
            RTA_GATEWAY | RTA_VIA | RTA_NEWDST | RTA_ENCAP | RTA_ENCAP_TYPE | RTA_FLOW => {
                has_gateway |= matches!(attr.ty(), RTA_GATEWAY | RTA_VIA);
                hop.add(u64::from(attr.ty()), payload);
                has_hop = true;
            }
            RTA_MULTIPATH => {
                has_gateway = true;
                nexthops(payload, &mut hops);
            }
            other => {
                has_gateway |= other == RTA_NH_ID;
                rest.add(u64::from(other), payload);
            }
        }
    }
    if has_hop {
        hops.nest(0, hop);
    }
    rest.nest(u64::MAX, hops);
    key.put(&[family, dst_len, src_len, tos]);
    key.put(&table);
    key.put(&priority);
    key.put_address(dst);
    key.put_address(src);
    // Each device of a host has the same few IPv6 routes: a route of another device never replaces them.
    if family == AF_INET6 && !has_gateway {
        key.put(&device);
    }
    key.end_prefix();
    key.put(&[protocol, scope, ty]);
    put_digest(key, rest);
    Some(())
}

/// Adds each hop of a multipath route: device, weight and attributes, without the flags, which depend on the device.
fn nexthops(bytes: &[u8], hops: &mut Digest) {
    each_nexthop(bytes, |Nexthop { weight, device, attrs, .. }| {
        let mut hop = Digest::default();
        hop.add(u64::from(RTA_OIF), &device);
        let mut walk = Attributes::new(attrs);
        while let Ok(Some(attr)) = walk.next() {
            hop.add(u64::from(attr.ty()), attr.payload());
        }
        hops.nest(u64::from(weight), hop);
    });
}

struct Nexthop<'a> {
    flags: u8,
    weight: u8,
    device: [u8; 4],
    attrs: &'a [u8],
}

fn each_nexthop(mut bytes: &[u8], mut each: impl FnMut(Nexthop<'_>)) {
    while let Some(&[l0, l1, flags, weight, d0, d1, d2, d3]) = bytes.first_chunk::<RTNEXTHOP_LEN>() {
        let len = usize::from(u16::from_ne_bytes([l0, l1]));
        let Some(attrs) = bytes.get(RTNEXTHOP_LEN..len) else { return };
        each(Nexthop { flags, weight, device: [d0, d1, d2, d3], attrs });
        bytes = bytes.get(crate::wire::align::align(len)..).unwrap_or(&[]);
    }
}

/// True for a route with a hop that is not in use, since its device is down or its address is missing.
pub(super) fn has_dead_hop(message: &Message<'_>) -> bool {
    let payload = message.payload();
    let flags = array_at(payload, 8).map_or(0, u32::from_ne_bytes);
    let mut dead = flags & RTNH_F_DEAD != 0;
    if let Ok(Some(hops)) = find(payload.get(12..).unwrap_or(&[]), u32::from(RTA_MULTIPATH)) {
        each_nexthop(hops.payload(), |hop| dead |= u32::from(hop.flags) & RTNH_F_DEAD != 0);
    }
    dead
}

/// True for a route of several hops.
pub(super) fn is_multipath(message: &Message<'_>) -> bool {
    matches!(find(message.payload().get(12..).unwrap_or(&[]), u32::from(RTA_MULTIPATH)), Ok(Some(_)))
}

/// True when two messages report the same about an object, apart from what changes all the time (counters, ages).
pub(super) fn is_same(one: &[u8], two: &[u8], is_rtnl: bool) -> bool {
    let (Ok(one), Ok(two)) = (Message::read(one), Message::read(two)) else { return false };
    if one.payload() == two.payload() {
        return true;
    }
    let base = one.header.ty & !3;
    if !is_rtnl {
        return false;
    }
    let header = header_len(base);
    let (Some((head, attrs)), Some((other_head, other_attrs))) =
        (one.payload().split_at_checked(header), two.payload().split_at_checked(header))
    else {
        return false;
    };
    // The last field of struct ifinfomsg is the mask of what has just changed.
    let head_len = if base == LINK { 12 } else { header };
    head.get(..head_len) == other_head.get(..head_len) && are_same(attrs, other_attrs, volatile(base))
}

/// Returns the attribute types that are not compared, as bits.
fn volatile(base: u16) -> u64 {
    match base {
        // IFLA_STATS, STATS64, AF_SPEC (counters of IPv6; its settings change without events), EVENT, CARRIER_CHANGES,
        // PAD, NEW_NETNSID, CARRIER_UP_COUNT, CARRIER_DOWN_COUNT, NEW_IFINDEX
        LINK => 1 << 7 | 1 << 23 | 1 << 26 | 1 << 35 | 1 << 42 | 1 << 44 | 1 << 45 | 1 << 47 | 1 << 48 | 1 << 49,
        // IFA_CACHEINFO
        ADDRESS => 1 << 6,
        ROUTE => 1 << RTA_CACHEINFO | 1 << RTA_EXPIRES | 1 << RTA_MFC_STATS | 1 << RTA_PAD,
        // NDA_CACHEINFO, NDA_PROBES
        NEIGHBOUR => 1 << 3 | 1 << 4,
        _ => 0,
    }
}

fn are_same(one: &[u8], two: &[u8], skip: u64) -> bool {
    let (mut one, mut two) = (Attributes::new(one), Attributes::new(two));
    loop {
        match (next_kept(&mut one, skip), next_kept(&mut two, skip)) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
}

fn next_kept<'a>(walk: &mut Attributes<'a>, skip: u64) -> Option<&'a [u8]> {
    loop {
        let attr = walk.next().ok()??;
        if attr.ty() >= 64 || skip >> attr.ty() & 1 == 0 {
            return Some(attr.bytes);
        }
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::wire::message::Header;

    fn attr(ty: u16, payload: &[u8]) -> Vec<u8> {
        let len = u16::try_from(4 + payload.len()).expect("short");
        let mut bytes = [len.to_ne_bytes(), ty.to_ne_bytes()].concat();
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn message(ty: u16, header: &[u8], attrs: &[Vec<u8>]) -> Vec<u8> {
        let payload = [header, &attrs.concat()].concat();
        let len = u32::try_from(16 + payload.len()).expect("short");
        [&Header { len, ty, ..Header::default() }.to_bytes()[..], &payload].concat()
    }

    fn key(bytes: &[u8]) -> (Presence, Vec<u8>) {
        let mut key = Key::NONE;
        let presence = rtnl_key(&Message::read(bytes).expect("a message"), &mut key);
        (presence, key.bytes().to_vec())
    }

    fn route(ty: u16, flags: u32, attrs: &[Vec<u8>]) -> Vec<u8> {
        let header = [&[AF_INET, 24, 0, 0, 254, 4, 0, 1][..], &flags.to_ne_bytes()].concat();
        message(ty, &header, &[&[attr(RTA_DST, &[10, 0, 0, 0])], attrs].concat())
    }

    fn hop(device: u32, flags: u8, gateway: &[u8]) -> Vec<u8> {
        let attrs = attr(RTA_GATEWAY, gateway);
        let len = u16::try_from(8 + attrs.len()).expect("short");
        [&len.to_ne_bytes()[..], &[flags, 0], &device.to_ne_bytes(), &attrs].concat()
    }

    #[test]
    fn routes_differ_by_all_but_flags() {
        let oif = attr(RTA_OIF, &3u32.to_ne_bytes());
        let plain = key(&route(ROUTE, 0, core::slice::from_ref(&oif)));
        assert_eq!(plain.0, Presence::Present);
        assert_eq!(key(&route(ROUTE, 0x11, &[oif.clone(), attr(RTA_CACHEINFO, &[1; 32])])), plain);
        assert_eq!(key(&route(ROUTE + 1, 0, core::slice::from_ref(&oif))), (Presence::Deleted, plain.1.clone()));
        for other in [
            attr(RTA_OIF, &4u32.to_ne_bytes()),
            [oif.clone(), attr(RTA_PRIORITY, &[7, 0, 0, 0])].concat(),
            [oif.clone(), attr(RTA_TABLE, &[7, 1, 0, 0])].concat(),
            [oif.clone(), attr(7, &[1, 2, 3, 4])].concat(),
        ] {
            assert_ne!(key(&route(ROUTE, 0, &[other])).1, plain.1);
        }
        assert_eq!(key(&route(ROUTE, RTM_F_CLONED, &[oif])).0, Presence::None);
    }

    #[test]
    fn the_order_and_the_flags_of_hops_do_not_count() {
        let (a, b) = (hop(3, 0, &[10, 0, 0, 1]), hop(4, 0, &[10, 0, 0, 2]));
        let dead = hop(3, 1, &[10, 0, 0, 1]);
        let of = |hops: &[Vec<u8>]| route(ROUTE, 0, &[attr(RTA_MULTIPATH, &hops.concat())]);
        let both = of(&[a.clone(), b.clone()]);
        assert_eq!(key(&of(&[b.clone(), a.clone()])), key(&both));
        assert_eq!(key(&of(&[dead.clone(), b.clone()])), key(&both));
        assert_ne!(key(&of(&[a.clone(), a.clone()])), key(&both));
        assert_ne!(key(&of(&[hop(3, 0, &[10, 0, 0, 2]), hop(4, 0, &[10, 0, 0, 1])])), key(&both));
        let message = |bytes: &[u8]| has_dead_hop(&Message::read(bytes).expect("a message"));
        assert!(!message(&both) && message(&of(&[dead, b])));
    }

    #[test]
    fn messages_about_no_object_have_no_key() {
        let link = |family: u8, attrs: &[Vec<u8>]| {
            message(LINK, &[family, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], attrs)
        };
        assert_eq!(key(&link(0, &[])).0, Presence::Present);
        assert_eq!(key(&link(AF_BRIDGE, &[])).0, Presence::None);
        assert_eq!(key(&link(0, &[attr(IFLA_WIRELESS, b"scan")])).0, Presence::None);
        assert_eq!(key(&message(LINK, &[0; 8], &[])).0, Presence::None);
        assert_eq!(key(&message(LINK + 2, &[0; 16], &[])).0, Presence::None);
        assert_eq!(key(&message(36, &[0; 16], &[])).0, Presence::None);
        assert_eq!(key(&message(ADDRESS, &[AF_INET, 24, 0, 0, 1, 0, 0, 0], &[])).0, Presence::None);
    }

    #[test]
    fn counters_and_ages_are_no_change() {
        let link = |change: u8, stats: u8, mtu: u8| {
            let header = [0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, change, 0, 0, 0];
            message(LINK, &header, &[attr(7, &[stats; 12]), attr(4, &[mtu, 0, 0, 0])])
        };
        assert!(is_same(&link(0, 1, 9), &link(1, 2, 9), true));
        assert!(!is_same(&link(0, 1, 9), &link(0, 1, 8), true));
        assert!(!is_same(&link(0, 1, 9), &link(0, 2, 9), false));
        let short = message(LINK, &[0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], &[]);
        assert!(!is_same(&link(0, 1, 9), &short, true));
    }
}
