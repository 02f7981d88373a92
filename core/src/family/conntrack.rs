// SPDX-License-Identifier: MIT OR Apache-2.0
//! Connection tracking: the tuple by which one direction of a connection is recognized.

use super::addr::Addr;
use super::record::{Field, Kind, read_fields, table};
use crate::error::Result;
use crate::mem::plain::{Plain, plain};
use core::mem::offset_of;

/// Addresses, protocol and ports of one direction of a connection: CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_TUPLE_MASTER.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConntrackTuple {
    /// CTA_PROTO_NUM: IPPROTO_...
    pub protocol: u32,
    /// CTA_PROTO_SRC_PORT: source port.
    pub sport: u32,
    /// CTA_PROTO_DST_PORT: destination port.
    pub dport: u32,
    /// CTA_PROTO_ICMP_ID or CTA_PROTO_ICMPV6_ID: number of an echo.
    pub icmp_id: u32,
    /// CTA_PROTO_ICMP_TYPE or CTA_PROTO_ICMPV6_TYPE.
    pub icmp_type: u32,
    /// CTA_PROTO_ICMP_CODE or CTA_PROTO_ICMPV6_CODE.
    pub icmp_code: u32,
    /// CTA_TUPLE_ZONE: zone, where this direction has one of its own.
    pub zone: u32,
    /// Must be 0.
    pub reserved: u32,
    /// CTA_IP_V4_SRC or CTA_IP_V6_SRC: source address.
    pub src: Addr,
    /// CTA_IP_V4_DST or CTA_IP_V6_DST: destination address.
    pub dst: Addr,
}

plain! {
    ConntrackTuple {
        protocol: u32, sport: u32, dport: u32, icmp_id: u32, icmp_type: u32, icmp_code: u32, zone: u32, reserved: u32,
        src: Addr, dst: Addr,
    }
}

macro_rules! field {
    ($kind:ident, $field:ident) => {
        Field::new(Kind::$kind, offset_of!(ConntrackTuple, $field))
    };
}

static TUPLE: [Field; 4] =
    table(&[(1, Field::new(Kind::Nest, 0)), (2, Field::new(Kind::Nest, 1)), (3, field!(Be16, zone))]);

static ADDRESSES: [Field; 5] =
    table(&[(1, field!(Addr, src)), (2, field!(Addr, dst)), (3, field!(Addr, src)), (4, field!(Addr, dst))]);

static PROTOCOL: [Field; 10] = table(&[
    (1, field!(U8, protocol)),
    (2, field!(Be16, sport)),
    (3, field!(Be16, dport)),
    (4, field!(Be16, icmp_id)),
    (5, field!(U8, icmp_type)),
    (6, field!(U8, icmp_code)),
    (7, field!(Be16, icmp_id)),
    (8, field!(U8, icmp_type)),
    (9, field!(U8, icmp_code)),
]);

impl ConntrackTuple {
    /// Reads the attributes in a tuple: -EBADMSG where they are malformed.
    pub fn read(attributes: &[u8]) -> Result<ConntrackTuple> {
        let mut tuple = ConntrackTuple::zeroed();
        read_fields(&TUPLE, &[&ADDRESSES, &PROTOCOL], attributes, 0, tuple.image_mut())?;
        Ok(tuple)
    }
}
