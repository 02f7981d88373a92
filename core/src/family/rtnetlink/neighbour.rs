// SPDX-License-Identifier: MIT OR Apache-2.0
//! Neighbours, proxies, and entries of a bridge's forwarding table.

use super::GET;
use crate::family::addr::{Addr, Lladdr};
use crate::family::record::{Field, Fields, HeaderField, Kind, Layout, Record, Width, load, read_header, store, table};
use crate::mem::plain::plain;
use core::mem::offset_of;

/// Bit of `set`: `link_netnsid` holds although it is 0.
pub const NLRS_NEIGHBOUR_NETNSID_SET: u32 = 0x1;

/// A neighbour, a proxy (NTF_PROXY in `flags`), or an entry of a forwarding table (AF_BRIDGE): RTM_NEWNEIGH,
/// RTM_DELNEIGH,
/// RTM_GETNEIGH.
///
/// As a filter of a dump serve `family`, `index`, `master` and NTF_PROXY in `flags`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// NLRS_NEIGHBOUR_..._SET bits: which of these fields hold although they are 0; read: which of them are there.
    pub set: u32,
    /// ndm_family: AF_INET, AF_INET6, AF_BRIDGE; 0: that of `dst`.
    pub family: u32,
    /// ndm_ifindex, or NDA_IFINDEX in the request for a dump: the link on which the neighbour is.
    pub index: u32,
    /// ndm_state: NUD_...
    pub state: u32,
    /// ndm_flags: NTF_...
    pub flags: u32,
    /// NDA_FLAGS_EXT: NTF_EXT_... Since Linux 5.16.
    pub flags_ext: u32,
    /// ndm_type: RTN_...
    pub r#type: u32,
    /// NDA_PROTOCOL: RTPROT_..., who made the entry. Since Linux 5.0.
    pub protocol: u32,
    /// NDA_CACHEINFO: hundredths of a second since the neighbour was confirmed.
    pub confirmed: u32,
    /// NDA_CACHEINFO: hundredths of a second since it was used.
    pub used: u32,
    /// NDA_CACHEINFO: hundredths of a second since it was updated.
    pub updated: u32,
    /// NDA_CACHEINFO: how many use it.
    pub refcnt: u32,
    /// NDA_PROBES: probes that were not answered.
    pub probes: u32,
    /// NDA_MASTER: index of the bridge or VXLAN link.
    pub master: u32,
    /// NDA_VLAN: VLAN ID.
    pub vlan: u32,
    /// NDA_VNI: VXLAN network identifier of the destination.
    pub vni: u32,
    /// NDA_SRC_VNI: VXLAN network identifier of the entry.
    pub src_vni: u32,
    /// NDA_PORT: UDP port of the destination.
    pub port: u32,
    /// NDA_IFINDEX: index of the link to the destination (VXLAN).
    pub dst_index: u32,
    /// NDA_LINK_NETNSID: ID of the namespace of that link.
    pub link_netnsid: u32,
    /// NDA_NH_ID: nexthop object (VXLAN). Since Linux 5.8.
    pub nh_id: u32,
    /// NDA_NDM_STATE_MASK: bits of the state that a flush compares. Since Linux 6.0.
    pub state_mask: u32,
    /// NDA_NDM_FLAGS_MASK: bits of the flags that a flush compares. Since Linux 6.0.
    pub flags_mask: u32,
    /// NDA_DST: the neighbour's address; of a VXLAN entry the tunnel's other end.
    pub dst: Addr,
    /// NDA_LLADDR: its link-layer address.
    pub lladdr: Lladdr,
}

plain! {
    Neighbour {
        set: u32, family: u32, index: u32, state: u32, flags: u32, flags_ext: u32, r#type: u32, protocol: u32,
        confirmed: u32, used: u32, updated: u32, refcnt: u32, probes: u32, master: u32, vlan: u32, vni: u32,
        src_vni: u32, port: u32, dst_index: u32, link_netnsid: u32, nh_id: u32, state_mask: u32, flags_mask: u32,
        dst: Addr, lladdr: Lladdr,
    }
}

macro_rules! field {
    ($kind:ident, $field:ident) => {
        Field::new(Kind::$kind, offset_of!(Neighbour, $field))
    };
}

static FIELDS: [Field; 18] = table(&[
    (1, field!(Addr, dst)),
    (2, field!(Lladdr, lladdr)),
    (3, Field::sized(Kind::Words, offset_of!(Neighbour, confirmed), 16)),
    (4, field!(U32, probes)),
    (5, field!(U16, vlan)),
    (6, field!(Be16, port)),
    (7, field!(U32, vni)),
    (8, field!(U32, dst_index)),
    (9, field!(U32, master)),
    (10, field!(U32, link_netnsid).or_set(NLRS_NEIGHBOUR_NETNSID_SET)),
    (11, field!(U32, src_vni)),
    (12, field!(U8, protocol)),
    (13, field!(U32, nh_id)),
    (15, field!(U32, flags_ext)),
    (16, field!(U16, state_mask)),
    (17, field!(U8, flags_mask)),
]);

/// RTM_NEWNEIGH.
const TYPES: u16 = 28;

impl Record for Neighbour {}

impl Fields for Neighbour {
    const LAYOUT: Layout = Layout {
        size: size_of::<Neighbour>(),
        first_size: 152,
        header: 12,
        types: TYPES,
        families: &[offset_of!(Neighbour, family), offset_of!(Neighbour, dst.family)],
        header_fields: &[
            HeaderField::new(0, Width::W8, offset_of!(Neighbour, family)),
            HeaderField::new(4, Width::W32, offset_of!(Neighbour, index)),
            HeaderField::new(8, Width::W16, offset_of!(Neighbour, state)),
            HeaderField::new(10, Width::W8, offset_of!(Neighbour, flags)),
            HeaderField::new(11, Width::W8, offset_of!(Neighbour, r#type)),
        ],
        fields: &FIELDS,
        nests: &[],
        read_header,
        after_read: |_, _| {},
        before_write,
        finish_header: |_, _| {},
    };
}

/// A request for one neighbour names it, and the link stands in the header. The filter of a dump has the link in an
/// attribute.
fn before_write(image: &mut [u8], ty: u32) {
    const NAMES: [usize; 3] =
        [offset_of!(Neighbour, dst), offset_of!(Neighbour, lladdr), offset_of!(Neighbour, dst_index)];
    const INDEX: usize = offset_of!(Neighbour, index);
    if ty == u32::from(TYPES) + GET && NAMES.iter().all(|&at| load(image, at) == 0) {
        let index = load(image, INDEX);
        store(image, offset_of!(Neighbour, dst_index), index.to_ne_bytes());
        store(image, INDEX, [0; 4]);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::wire::build::Builder;

    /// The kernel takes the link of a filter from NDA_IFINDEX, that of one neighbour from the header.
    #[test]
    fn the_link_of_a_filter_is_an_attribute() {
        let written = |neighbour: Neighbour, ty| {
            let mut m = Builder::growing(0).unwrap();
            neighbour.begin(&mut m, ty, 0).unwrap();
            m.end().unwrap();
            m.bytes().get(20..).unwrap().to_vec()
        };
        let index = 5_u32.to_ne_bytes();
        let on_link = Neighbour { index: 5, ..Neighbour::default() };
        let attribute = [&8_u16.to_ne_bytes()[..], &8_u16.to_ne_bytes(), &index].concat();
        assert_eq!(written(on_link, 30), [&[0; 8][..], &attribute].concat());
        assert_eq!(written(on_link, 28), [&index[..], &[0; 4]].concat());
        let one = Neighbour { dst: Addr::parse(b"192.0.2.1").unwrap(), ..on_link };
        assert_eq!(written(one, 30).get(..4), Some(&index[..]));
    }
}
