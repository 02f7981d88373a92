// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rules that choose a routing table.

use crate::family::addr::{Addr, PREFIX_AT};
use crate::family::record::{Field, Fields, HeaderField, Kind, Layout, Record, Width, load, read_header, store, table};
use crate::mem::plain::plain;
use crate::wire::array_at;
use core::ffi::c_char;
use core::mem::offset_of;

/// Bit of `set`: `priority` holds although it is 0, the first of all.
pub const NLRS_RULE_PRIORITY_SET: u32 = 0x1;
/// Bit of `set`: `fwmark` holds although it is 0: packets without a mark.
pub const NLRS_RULE_FWMARK_SET: u32 = 0x2;
/// Bit of `set`: `suppress_prefix_len` holds although it is 0: default routes are ignored.
pub const NLRS_RULE_SUPPRESS_PREFIX_LEN_SET: u32 = 0x4;
/// Bit of `set`: `suppress_ifgroup` holds although it is 0.
pub const NLRS_RULE_SUPPRESS_IFGROUP_SET: u32 = 0x8;
/// Bit of `set`: `uid_start` and `uid_end` hold although they are 0: the user root.
pub const NLRS_RULE_UID_RANGE_SET: u32 = 0x10;
/// Bit of `set`: `dscp` holds although it is 0.
pub const NLRS_RULE_DSCP_SET: u32 = 0x20;
/// Bit of `set`: `flowlabel` holds although it is 0.
pub const NLRS_RULE_FLOWLABEL_SET: u32 = 0x40;

/// A rule that chooses a routing table: RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE.
///
/// A packet must match every selector that is there. As a filter of a dump serves `family`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// NLRS_RULE_..._SET bits: which of these fields hold although they are 0; read: which of them are there.
    pub set: u32,
    /// family: AF_INET or AF_INET6; 0: that of `dst` or `src`.
    pub family: u32,
    /// action: FR_ACT_...; FR_ACT_TO_TBL looks up `table`.
    pub action: u32,
    /// FRA_TABLE, or table: routing table, also beyond 255.
    pub table: u32,
    /// FRA_PRIORITY: the smallest comes first.
    pub priority: u32,
    /// flags: FIB_RULE_...
    pub flags: u32,
    /// tos: type of service of the packets.
    pub tos: u32,
    /// FRA_GOTO: priority of the rule to go on with (FR_ACT_GOTO).
    pub goto_priority: u32,
    /// FRA_FWMARK: mark of the packets.
    pub fwmark: u32,
    /// FRA_FWMASK: bits of the mark that are compared.
    pub fwmask: u32,
    /// FRA_FLOW: realms.
    pub flow: u32,
    /// FRA_SUPPRESS_PREFIXLEN: routes with a prefix of this length or shorter are ignored.
    pub suppress_prefix_len: u32,
    /// FRA_SUPPRESS_IFGROUP: routes by links of this group are ignored.
    pub suppress_ifgroup: u32,
    /// FRA_L3MDEV: 1: the table is that of the packet's VRF.
    pub l3mdev: u32,
    /// FRA_PROTOCOL: RTPROT_..., who made the rule. Since Linux 4.17.
    pub protocol: u32,
    /// FRA_IP_PROTO: IPPROTO_... Since Linux 4.17.
    pub ip_proto: u32,
    /// FRA_UID_RANGE: first user ID.
    pub uid_start: u32,
    /// FRA_UID_RANGE: last user ID.
    pub uid_end: u32,
    /// FRA_SPORT_RANGE: first source port. Since Linux 4.17.
    pub sport_start: u32,
    /// FRA_SPORT_RANGE: last source port.
    pub sport_end: u32,
    /// FRA_DPORT_RANGE: first destination port. Since Linux 4.17.
    pub dport_start: u32,
    /// FRA_DPORT_RANGE: last destination port.
    pub dport_end: u32,
    /// FRA_SPORT_MASK: bits of the source port that are compared. Since Linux 6.15.
    pub sport_mask: u32,
    /// FRA_DPORT_MASK: bits of the destination port that are compared. Since Linux 6.15.
    pub dport_mask: u32,
    /// FRA_DSCP: differentiated services code point, 0 ... 63. Since Linux 6.13.
    pub dscp: u32,
    /// FRA_DSCP_MASK: bits of it that are compared. Since Linux 6.15.
    pub dscp_mask: u32,
    /// FRA_FLOWLABEL: IPv6 flow label. Since Linux 6.14.
    pub flowlabel: u32,
    /// FRA_FLOWLABEL_MASK: bits of it that are compared. Since Linux 6.14.
    pub flowlabel_mask: u32,
    /// FRA_TUN_ID: ID of the tunnel that packets came through.
    pub tun_id: u64,
    /// FRA_DST and dst_len: destination.
    pub dst: Addr,
    /// FRA_SRC and src_len: source.
    pub src: Addr,
    /// FRA_IIFNAME: name of the link that packets come in by, with its NUL.
    pub iifname: [c_char; 16],
    /// FRA_OIFNAME: name of the link that sockets are bound to, with its NUL.
    pub oifname: [c_char; 16],
}

plain! {
    Rule {
        set: u32, family: u32, action: u32, table: u32, priority: u32, flags: u32, tos: u32, goto_priority: u32, fwmark: u32,
        fwmask: u32, flow: u32, suppress_prefix_len: u32, suppress_ifgroup: u32, l3mdev: u32, protocol: u32,
        ip_proto: u32, uid_start: u32, uid_end: u32, sport_start: u32, sport_end: u32, dport_start: u32, dport_end: u32,
        sport_mask: u32, dport_mask: u32, dscp: u32, dscp_mask: u32, flowlabel: u32, flowlabel_mask: u32, tun_id: u64,
        dst: Addr, src: Addr, iifname: [c_char; 16], oifname: [c_char; 16],
    }
}

macro_rules! field {
    ($kind:ident, $field:ident) => {
        Field::new(Kind::$kind, offset_of!(Rule, $field))
    };
}

macro_rules! text {
    ($field:ident) => {
        Field::sized(Kind::Text, offset_of!(Rule, $field), 16)
    };
}

static FIELDS: [Field; 31] = table(&[
    (1, field!(Prefix, dst)),
    (2, field!(Prefix, src)),
    (3, text!(iifname)),
    (4, field!(U32, goto_priority)),
    (6, field!(U32, priority).or_set(NLRS_RULE_PRIORITY_SET)),
    (10, field!(U32, fwmark).or_set(NLRS_RULE_FWMARK_SET)),
    (11, field!(U32, flow)),
    (12, field!(Be64, tun_id)),
    (13, field!(U32, suppress_ifgroup).or_set(NLRS_RULE_SUPPRESS_IFGROUP_SET)),
    (14, field!(U32, suppress_prefix_len).or_set(NLRS_RULE_SUPPRESS_PREFIX_LEN_SET)),
    (15, field!(Wide, table)),
    (16, field!(U32, fwmask)),
    (17, text!(oifname)),
    (19, field!(U8, l3mdev)),
    (20, Field::sized(Kind::Words, offset_of!(Rule, uid_start), 8).or_set(NLRS_RULE_UID_RANGE_SET)),
    (21, field!(U8, protocol)),
    (22, field!(U8, ip_proto)),
    (23, field!(Halves, sport_start)),
    (24, field!(Halves, dport_start)),
    (25, field!(U8, dscp).or_set(NLRS_RULE_DSCP_SET)),
    (26, field!(Be32, flowlabel).or_set(NLRS_RULE_FLOWLABEL_SET)),
    (27, field!(Be32, flowlabel_mask)),
    (28, field!(U16, sport_mask)),
    (29, field!(U16, dport_mask)),
    (30, field!(U8, dscp_mask)),
]);

impl Record for Rule {}

impl Fields for Rule {
    const LAYOUT: Layout = Layout {
        size: size_of::<Rule>(),
        first_size: 200,
        header: 12,
        types: 32,
        families: &[offset_of!(Rule, family), offset_of!(Rule, dst.family), offset_of!(Rule, src.family)],
        header_fields: &[
            HeaderField::new(0, Width::W8, offset_of!(Rule, family)),
            HeaderField::new(1, Width::W8, offset_of!(Rule, dst.prefix_len)),
            HeaderField::new(2, Width::W8, offset_of!(Rule, src.prefix_len)),
            HeaderField::new(3, Width::W8, offset_of!(Rule, tos)),
            HeaderField::new(4, Width::Low8, offset_of!(Rule, table)),
            HeaderField::new(7, Width::W8, offset_of!(Rule, action)),
            HeaderField::new(8, Width::W32, offset_of!(Rule, flags)),
        ],
        fields: &FIELDS,
        nests: &[],
        read_header,
        after_read,
        before_write: |_, _| {},
        finish_header: |_, _| {},
    };
}

fn after_read(image: &mut [u8], _header: &[u8]) {
    // A prefix of no bits is none.
    for at in [offset_of!(Rule, dst), offset_of!(Rule, src)] {
        let addr: [u8; size_of::<Addr>()] = array_at(image, at).unwrap_or([0; size_of::<Addr>()]);
        if addr.iter().skip(PREFIX_AT).all(|&byte| byte == 0) {
            store(image, at, [0; 4]);
        }
    }
    // By this the kernel says that there is none.
    for (at, bit) in [
        (offset_of!(Rule, suppress_prefix_len), NLRS_RULE_SUPPRESS_PREFIX_LEN_SET),
        (offset_of!(Rule, suppress_ifgroup), NLRS_RULE_SUPPRESS_IFGROUP_SET),
    ] {
        if load(image, at) == u32::MAX {
            let set = load(image, offset_of!(Rule, set)) & !bit;
            store(image, at, [0; 4]);
            store(image, offset_of!(Rule, set), set.to_ne_bytes());
        }
    }
}
