// SPDX-License-Identifier: MIT OR Apache-2.0
//! Addresses of interfaces.

use crate::family::addr::{Addr, BYTES_AT, PREFIX_AT};
use crate::family::record::{
    Field, Fields, HeaderField, Kind, Layout, Record, Width, load, read_header, store, table, u8_at,
};
use crate::mem::plain::plain;
use crate::wire::array_at;
use core::ffi::c_char;
use core::mem::offset_of;

/// Bit of `set`: `target_netnsid` holds although it is 0.
pub const NLRS_ADDRESS_TARGET_NETNSID_SET: u32 = 0x1;

/// An address of an interface: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR.
///
/// As a filter of a dump serve `family`, `index` and `target_netnsid`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// NLRS_ADDRESS_..._SET bits: which of these fields hold although they are 0; read: which of them are there.
    pub set: u32,
    /// ifa_family: AF_INET or AF_INET6; 0: that of `local`.
    pub family: u32,
    /// ifa_index: the interface.
    pub index: u32,
    /// ifa_scope: RT_SCOPE_...
    pub scope: u32,
    /// IFA_FLAGS, or ifa_flags: IFA_F_...
    pub flags: u32,
    /// IFA_CACHEINFO: seconds for which new connections may use the address; 0xffffffff: for ever. 0 while
    /// `valid_lft` is not 0: deprecated.
    pub preferred_lft: u32,
    /// IFA_CACHEINFO: seconds until the address is removed; 0xffffffff: never. 0 together with `preferred_lft`:
    /// absent.
    pub valid_lft: u32,
    /// IFA_CACHEINFO: when the address was created, in hundredths of a second since boot.
    pub created: u32,
    /// IFA_CACHEINFO: when the address was changed last, in hundredths of a second since boot.
    pub updated: u32,
    /// IFA_RT_PRIORITY: metric of the route to the prefix. Since Linux 4.18.
    pub priority: u32,
    /// IFA_TARGET_NETNSID: ID of the namespace that the request is about. Since Linux 4.20.
    pub target_netnsid: u32,
    /// IFA_PROTO: IFAPROT_..., where the address comes from. Since Linux 5.18.
    pub proto: u32,
    /// IFA_LOCAL, or IFA_ADDRESS where that is missing: the interface's own address, and ifa_prefixlen.
    pub local: Addr,
    /// IFA_ADDRESS where it differs: the address of the other end of a point-to-point link, and ifa_prefixlen.
    pub peer: Addr,
    /// IFA_BROADCAST: the broadcast address.
    pub broadcast: Addr,
    /// IFA_ANYCAST: an anycast address (RTM_GETANYCAST).
    pub anycast: Addr,
    /// IFA_MULTICAST: a multicast address (RTM_GETMULTICAST).
    pub multicast: Addr,
    /// IFA_LABEL: the name of the address, with its NUL; IPv4 alone.
    pub label: [c_char; 16],
}

plain! {
    Address {
        set: u32, family: u32, index: u32, scope: u32, flags: u32, preferred_lft: u32, valid_lft: u32, created: u32,
        updated: u32, priority: u32, target_netnsid: u32, proto: u32, local: Addr, peer: Addr, broadcast: Addr,
        anycast: Addr, multicast: Addr, label: [c_char; 16],
    }
}

macro_rules! field {
    ($kind:ident, $field:ident) => {
        Field::new(Kind::$kind, offset_of!(Address, $field))
    };
}

static FIELDS: [Field; 12] = table(&[
    (1, field!(Addr, peer)),
    (2, field!(Addr, local)),
    (3, Field::sized(Kind::Text, offset_of!(Address, label), 16)),
    (4, field!(Addr, broadcast)),
    (5, field!(Addr, anycast)),
    (6, Field::sized(Kind::Words, offset_of!(Address, preferred_lft), 16)),
    (7, field!(Addr, multicast)),
    (8, field!(Wide, flags)),
    (9, field!(U32, priority)),
    (10, field!(U32, target_netnsid).or_set(NLRS_ADDRESS_TARGET_NETNSID_SET)),
    (11, field!(U8, proto)),
]);

impl Record for Address {}

impl Fields for Address {
    const LAYOUT: Layout = Layout {
        size: size_of::<Address>(),
        first_size: 184,
        header: 8,
        types: 20,
        families: &[offset_of!(Address, family), offset_of!(Address, local.family)],
        header_fields: &[
            HeaderField::new(0, Width::W8, offset_of!(Address, family)),
            HeaderField::new(1, Width::W8, offset_of!(Address, peer.prefix_len)),
            HeaderField::new(2, Width::Low8, offset_of!(Address, flags)),
            HeaderField::new(3, Width::W8, offset_of!(Address, scope)),
            HeaderField::new(4, Width::W32, offset_of!(Address, index)),
        ],
        fields: &FIELDS,
        nests: &[],
        read_header,
        after_read,
        before_write,
        finish_header: |_, _| {},
    };
}

const LOCAL: usize = offset_of!(Address, local);
const PEER: usize = offset_of!(Address, peer);

/// An address at `at`.
fn addr_at(image: &[u8], at: usize) -> [u8; size_of::<Addr>()] {
    array_at(image, at).unwrap_or([0; size_of::<Addr>()])
}

fn after_read(image: &mut [u8], header: &[u8]) {
    let peer = addr_at(image, PEER);
    if load(image, LOCAL) == 0 {
        store(image, LOCAL, peer);
    }
    if load(image, PEER) == 0 || addr_at(image, LOCAL).get(BYTES_AT..) == peer.get(BYTES_AT..) {
        store(image, PEER, [0; size_of::<Addr>()]);
    }
    for at in [LOCAL, PEER] {
        if load(image, at) != 0 {
            store(image, at + PREFIX_AT, u8_at(header, 1).to_ne_bytes());
        }
    }
}

/// An address without another end is both: IPv4 looks at IFA_LOCAL, IPv6 at IFA_ADDRESS.
fn before_write(image: &mut [u8], _ty: u32) {
    if load(image, PEER) == 0 {
        store(image, PEER, addr_at(image, LOCAL));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::wire::build::Builder;
    use crate::wire::message::Message;

    fn written(address: &Address) -> Vec<u8> {
        let mut m = Builder::growing(0).unwrap();
        address.begin(&mut m, 20, 0).unwrap();
        m.end().unwrap();
        m.bytes().to_vec()
    }

    #[test]
    fn local_and_peer() {
        let v4 = [10, 0, 0, 1];
        let attribute = |ty: u8, bytes: &[u8; 4]| [&8_u16.to_ne_bytes()[..], &[ty, 0], bytes].concat();
        let mut address = Address { index: 3, local: Addr::parse(b"10.0.0.1/24").unwrap(), ..Address::default() };
        let bytes = written(&address);
        assert_eq!(bytes.get(16..18), Some(&[2, 24][..]));
        if cfg!(target_endian = "little") {
            assert_eq!(bytes.get(24..), Some(&[attribute(1, &v4), attribute(2, &v4)].concat()[..]));
        }
        address.family = 2;
        assert_eq!(Address::read(&Message::read(&bytes).unwrap()), Ok(address));

        address.local.prefix_len = 32;
        address.peer = Addr::parse(b"10.0.0.2").unwrap();
        let bytes = written(&address);
        assert_eq!(bytes.get(16..18), Some(&[2, 32][..]));
        assert_eq!(Address::read(&Message::read(&bytes).unwrap()), Ok(address));
    }
}
