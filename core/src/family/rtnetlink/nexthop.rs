// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nexthop objects and groups of them.

use crate::error::{Code, Result};
use crate::family::addr::Addr;
use crate::family::record::{
    Field, Fields, HeaderField, Kind, Layout, Record, Width, attribute_in, read_header, table, u8_at, u32_at,
};
use crate::mem::plain::plain;
use crate::wire::build::Builder;
use crate::wire::message::Message;
use core::mem::offset_of;

/// Bit of `set`: `idle_timer` holds although it is 0.
pub const NLRS_NEXTHOP_IDLE_TIMER_SET: u32 = 0x1;
/// Bit of `set`: `unbalanced_timer` holds although it is 0, never.
pub const NLRS_NEXTHOP_UNBALANCED_TIMER_SET: u32 = 0x2;
/// Bit of `set`: `hw_stats_enable` holds although it is 0.
pub const NLRS_NEXTHOP_HW_STATS_SET: u32 = 0x4;

/// A nexthop object or a group of them: RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP. Since Linux 5.3.
///
/// Members of a group are read with nlrs_nexthop_member_walk() and written with nlrs_nexthop_put_members(). As a filter
/// of a dump serve `family`, `oif`, `master`,
/// `groups` and `fdb`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nexthop {
    /// NLRS_NEXTHOP_..._SET bits: which of these fields hold although they are 0; read: which of them are there.
    pub set: u32,
    /// nh_family: AF_INET, AF_INET6; AF_UNSPEC for a group; 0: that of `gateway`.
    pub family: u32,
    /// NHA_ID: number of the object; 0 in a new one: the kernel chooses.
    pub id: u32,
    /// nh_scope: RT_SCOPE_...; read alone.
    pub scope: u32,
    /// nh_protocol: RTPROT_..., who made it.
    pub protocol: u32,
    /// nh_flags: RTNH_F_...
    pub flags: u32,
    /// NHA_OIF: index of the link that packets leave by.
    pub oif: u32,
    /// NHA_MASTER: in a filter, index of the link's master.
    pub master: u32,
    /// NHA_BLACKHOLE: 1: packets are dropped.
    pub blackhole: u32,
    /// NHA_FDB: 1: it belongs to a VXLAN link's forwarding table. Since Linux 5.8.
    pub fdb: u32,
    /// NHA_GROUPS: in a filter, 1: groups alone.
    pub groups: u32,
    /// NHA_GROUP_TYPE: NEXTHOP_GRP_TYPE_...
    pub group_type: u32,
    /// NHA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; NHA_ENCAP is put and read as an attribute.
    pub encap_type: u32,
    /// NHA_RES_GROUP_BUCKETS of a resilient group: how many buckets. Since Linux 5.13.
    pub buckets: u32,
    /// NHA_RES_GROUP_IDLE_TIMER: hundredths of a second until an unused bucket may move. Since Linux 5.13.
    pub idle_timer: u32,
    /// NHA_RES_GROUP_UNBALANCED_TIMER: hundredths of a second until buckets move although they are used. Since
    /// Linux 5.13.
    pub unbalanced_timer: u32,
    /// NHA_OP_FLAGS: NHA_OP_FLAG_...: what a request asks for in addition. Since Linux 6.10.
    pub op_flags: u32,
    /// NHA_HW_STATS_ENABLE: 1: hardware counts packets. Since Linux 6.10.
    pub hw_stats_enable: u32,
    /// NHA_RES_GROUP_UNBALANCED_TIME: hundredths of a second for which the group is unbalanced. Since Linux 5.13.
    pub unbalanced_time: u64,
    /// NHA_GATEWAY: the next router.
    pub gateway: Addr,
}

/// A member of a group of nexthop objects.
///
/// Final in size: 8 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NexthopMember {
    /// Number of the object.
    pub id: u32,
    /// 1 ... 256, and ... 65536 since Linux 6.12. Written, 0 is 1.
    pub weight: u32,
}

plain! {
    Nexthop {
        set: u32, family: u32, id: u32, scope: u32, protocol: u32, flags: u32, oif: u32, master: u32, blackhole: u32,
        fdb: u32, groups: u32, group_type: u32, encap_type: u32, buckets: u32, idle_timer: u32, unbalanced_timer: u32,
        op_flags: u32, hw_stats_enable: u32, unbalanced_time: u64, gateway: Addr,
    }
    NexthopMember { id: u32, weight: u32 }
}

macro_rules! field {
    ($kind:ident, $field:ident) => {
        Field::new(Kind::$kind, offset_of!(Nexthop, $field))
    };
}

const NHA_GROUP: u32 = 2;

static FIELDS: [Field; 17] = table(&[
    (1, field!(U32, id)),
    (3, field!(U16, group_type)),
    (4, field!(Flag, blackhole)),
    (5, field!(U32, oif)),
    (6, field!(Addr, gateway)),
    (7, field!(U16, encap_type)),
    (9, field!(Flag, groups)),
    (10, field!(U32, master)),
    (11, field!(Flag, fdb)),
    (12, Field::new(Kind::Nest, 0)),
    (14, field!(U32, op_flags)),
    (16, field!(U32, hw_stats_enable).or_set(NLRS_NEXTHOP_HW_STATS_SET)),
]);

static RESILIENT: [Field; 5] = table(&[
    (1, field!(U16, buckets)),
    (2, field!(U32, idle_timer).or_set(NLRS_NEXTHOP_IDLE_TIMER_SET)),
    (3, field!(U32, unbalanced_timer).or_set(NLRS_NEXTHOP_UNBALANCED_TIMER_SET)),
    (4, field!(U64, unbalanced_time)),
]);

/// RTM_NEWNEXTHOP.
const TYPES: u16 = 104;
/// Bytes of struct nhmsg.
const HEADER: usize = 8;

impl Record for Nexthop {}

impl Fields for Nexthop {
    const LAYOUT: Layout = Layout {
        size: size_of::<Nexthop>(),
        first_size: 104,
        header: HEADER,
        types: TYPES,
        families: &[offset_of!(Nexthop, family), offset_of!(Nexthop, gateway.family)],
        header_fields: &[
            HeaderField::new(0, Width::W8, offset_of!(Nexthop, family)),
            HeaderField::new(1, Width::W8, offset_of!(Nexthop, scope)),
            HeaderField::new(2, Width::W8, offset_of!(Nexthop, protocol)),
            HeaderField::new(4, Width::W32, offset_of!(Nexthop, flags)),
        ],
        fields: &FIELDS,
        nests: &[&RESILIENT],
        read_header,
        after_read: |_, _| {},
        before_write: |_, _| {},
        finish_header: |_, _| {},
    };
}

/// Bytes of struct nexthop_grp.
const MEMBER: usize = 8;

/// The members of a group of nexthop objects.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    rows: &'a [u8],
}

impl<'a> Members<'a> {
    /// Those of a nexthop's message, none where it is no group. -ENOMSG where the message is of another
    /// type, -EBADMSG where it is
    /// malformed.
    pub fn of(message: &Message<'a>) -> Result<Members<'a>> {
        let rows = attribute_in(&Nexthop::LAYOUT, message, NHA_GROUP)?.unwrap_or(&[]);
        if rows.len() % MEMBER == 0 { Ok(Members { rows }) } else { Err(Code::EBADMSG) }
    }

    /// Member number `index`; None behind the last.
    pub fn get(&self, index: usize) -> Option<NexthopMember> {
        let row = self.rows.get(index.checked_mul(MEMBER)?..)?.first_chunk::<MEMBER>()?;
        Some(NexthopMember { id: u32_at(row, 0), weight: (u8_at(row, 4) | u8_at(row, 5) << 8) + 1 })
    }
}

/// Appends NHA_GROUP with these members.
pub fn put_members(m: &mut Builder, members: impl ExactSizeIterator<Item = NexthopMember>) -> Result<()> {
    let len = members.len().saturating_mul(MEMBER);
    let rows = m.put_reserve(NHA_GROUP, len)?;
    let mut is_narrow = true;
    for (row, member) in rows.chunks_exact_mut(MEMBER).zip(members) {
        let weight = u16::try_from(member.weight.max(1) - 1);
        is_narrow &= weight.is_ok();
        let ([a, b, c, d], [low, high]) = (member.id.to_ne_bytes(), weight.unwrap_or(0).to_le_bytes());
        if let Some(row) = row.first_chunk_mut() {
            *row = [a, b, c, d, low, high, 0, 0];
        }
    }
    if is_narrow { Ok(()) } else { Err(m.refuse(NHA_GROUP, Code::ERANGE)) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn members() {
        let members = [(1, 1), (0x0102_0304, 256), (7, 65_536)].map(|(id, weight)| NexthopMember { id, weight });
        let mut m = Builder::growing(0).unwrap();
        let group = Nexthop { id: 10, ..Nexthop::default() };
        group.begin(&mut m, 104, 0).unwrap();
        put_members(&mut m, members.iter().copied()).unwrap();
        m.end().unwrap();
        let id = 0x0102_0304_u32.to_ne_bytes();
        assert_eq!(m.bytes().get(44..52), Some(&[id[0], id[1], id[2], id[3], 255, 0, 0, 0][..]));
        let message = Message::read(m.bytes()).unwrap();
        let read = Members::of(&message).unwrap();
        assert_eq!([0, 1, 2].map(|index| read.get(index)), members.map(Some));
        assert_eq!((read.get(3), read.get(usize::MAX)), (None, None));
        assert_eq!(Nexthop::read(&message), Ok(group));

        m.begin(104, 0).unwrap();
        m.put_header(&[0; HEADER]).unwrap();
        let heavy = NexthopMember { id: 1, weight: 65_537 };
        assert_eq!(put_members(&mut m, [heavy].into_iter()), Err(Code::ERANGE));
        assert_eq!(m.end(), Err(Code::ERANGE));
        m.reset();
        m.begin(104, 0).unwrap();
        m.put_header(&[0; HEADER]).unwrap();
        m.put_bytes(NHA_GROUP, &[0; 9]).unwrap();
        m.end().unwrap();
        assert_eq!(Members::of(&Message::read(m.bytes()).unwrap()).err(), Some(Code::EBADMSG));
    }
}
