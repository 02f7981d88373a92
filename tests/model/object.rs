// SPDX-License-Identifier: MIT OR Apache-2.0
//! Objects of two tables as messages: of a made-up protocol, whose keys a function tells, or neighbours of rtnetlink.

use crate::wire::{message, u16_at, u32_at};
use core::ffi::{c_int, c_void};
use nlrs::table::*;

pub(crate) const TABLES: usize = 2;

const NEW: u16 = 0x100;
const NEWNEIGH: u16 = 28;
const FAMILIES: [u8; TABLES] = [2, 10];

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Protocol {
    MadeUp,
    Route,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Object {
    pub(crate) table: usize,
    pub(crate) key: u8,
    /// None: it is gone.
    pub(crate) value: Option<u8>,
}

fn attr(ty: u16, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(4 + payload.len()).unwrap();
    let mut bytes = [len.to_ne_bytes(), ty.to_ne_bytes()].concat();
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

impl Protocol {
    pub(crate) fn number(self) -> c_int {
        match self {
            Protocol::MadeUp => 2,
            Protocol::Route => 0,
        }
    }

    /// The request that dumps a table.
    pub(crate) fn request(self, table: usize) -> Vec<u8> {
        match self {
            Protocol::MadeUp => message(self.ty(table) + 2, 0, 0, &[]),
            Protocol::Route => message(NEWNEIGH + 2, 0, 0, &[FAMILIES[table], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        }
    }

    /// The table that a request asks for; None: it asks for something else.
    pub(crate) fn asked(self, request: &[u8]) -> Option<usize> {
        (0..TABLES).find(|&table| {
            let expected = self.request(table);
            u16_at(request, 4) == u16_at(&expected, 4) && request[16..].first() == expected[16..].first()
        })
    }

    /// The type of a message that says that an object is there; the next one says that it is gone.
    fn ty(self, table: usize) -> u16 {
        match self {
            Protocol::MadeUp => NEW + 4 * u16::try_from(table).unwrap(),
            Protocol::Route => NEWNEIGH,
        }
    }

    /// `age` is what goes on changing in a neighbour without being a change.
    pub(crate) fn write(self, object: Object, flags: u16, seq: u32, age: u32) -> Vec<u8> {
        let Object { table, key, value } = object;
        let ty = self.ty(table) + u16::from(value.is_none());
        let value = value.unwrap_or(0);
        let payload = match self {
            Protocol::MadeUp => [key, 0, 0, 0, value, 0, 0, 0].to_vec(),
            Protocol::Route => {
                let address: &[u8] =
                    if table == 0 { &[10, 0, 0, key] } else { &[0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, key] };
                // A struct ndmsg, NDA_DST, NDA_LLADDR, NDA_PROBES.
                let header = [FAMILIES[table], 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1];
                [&header[..], &attr(1, address), &attr(2, &[2, 0, 0, 0, 0, value]), &attr(4, &age.to_ne_bytes())]
                    .concat()
            }
        };
        message(ty, flags, seq, &payload)
    }

    pub(crate) fn read(self, bytes: &[u8]) -> Object {
        let is_gone = u16_at(bytes, 4) & 1 != 0;
        let (table, key, value) = match self {
            Protocol::MadeUp => (usize::from((u16_at(bytes, 4) - NEW) / 4), bytes[16], bytes[20]),
            Protocol::Route => {
                let table = FAMILIES.iter().position(|&family| family == bytes[16]).unwrap();
                let address_len = [4, 16][table];
                (table, bytes[28 + 4 + address_len - 1], bytes[28 + 4 + address_len + 4 + 5])
            }
        };
        Object { table, key, value: (!is_gone).then_some(value) }
    }

    /// What tells the objects of a table apart.
    pub(crate) fn key_fn(self, table: usize) -> nlrs_key_fn {
        match (self, table) {
            (Protocol::Route, _) => None,
            (Protocol::MadeUp, 0) => Some(key_in::<0>),
            (Protocol::MadeUp, _) => Some(key_in::<1>),
        }
    }
}

/// As nlrs_key_fn says.
unsafe extern "C" fn key_in<const TABLE: u16>(
    nlh: *const libc::nlmsghdr,
    key: *mut c_void,
    ret_len: *mut usize,
    _: *mut c_void,
) -> c_int {
    // SAFETY: a message of the library's, whose length was checked, and room for the answer.
    unsafe {
        let bytes = core::slice::from_raw_parts(nlh.cast::<u8>(), (*nlh).nlmsg_len as usize);
        if u16_at(bytes, 4) & !1 != NEW + 4 * TABLE {
            return NLRS_KEY_NONE;
        }
        key.cast::<u32>().write_unaligned(u32_at(bytes, 16));
        ret_len.write(4);
        if u16_at(bytes, 4) & 1 == 0 { NLRS_KEY_PRESENT } else { NLRS_KEY_DELETED }
    }
}
