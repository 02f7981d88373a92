// SPDX-License-Identifier: MIT OR Apache-2.0
//! A compiled specification: what decoding and encoding look things up in.
//!
//! Attributes are found by number in an array, and by name in a hash table. The text that JSON needs for a name is
//! made here, once. What refers to something else does so by its index.

use super::schema::Schema;
use crate::json::write::{Key, Quoted};
use std::collections::HashMap;

/// Number of NETLINK_GENERIC.
pub(crate) const NETLINK_GENERIC: i32 = 16;

/// In place of the protocol's number where a specification has none: opening a socket fails.
pub(crate) const NO_PROTOCOL: i32 = -1;

/// Index of an attribute set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SetId(pub(crate) usize);

/// Index of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StructId(pub(crate) usize);

/// Index of an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EnumId(pub(crate) usize);

/// Index of a sub-message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MessageId(pub(crate) usize);

/// A specification.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) schema: Schema,
    /// NETLINK_ROUTE …
    pub(crate) protocol: i32,
    /// Version of a generic netlink family.
    pub(crate) version: u8,
    pub(crate) constants: Vec<Constant>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) structs: Vec<Struct>,
    pub(crate) sets: Vec<AttributeSet>,
    pub(crate) messages: Vec<SubMessage>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) groups: Vec<Group>,
    pub(crate) operation_by_name: HashMap<Box<str>, usize>,
    /// By number of the message: the operation that an event of it means.
    pub(crate) by_event: HashMap<u16, usize>,
}

/// A named number.
#[derive(Debug)]
pub(crate) struct Constant {
    pub(crate) name: Box<str>,
    /// None where the file only names the C header that has it.
    pub(crate) value: Option<i64>,
    pub(crate) text: Option<Box<str>>,
    pub(crate) doc: Box<str>,
}

/// An integer on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Int {
    /// 1, 2, 4 or 8 bytes; 0: 4, or 8 where the value needs them.
    pub(crate) bytes: u8,
    pub(crate) signed: bool,
    pub(crate) big_endian: bool,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hint {
    #[default]
    None,
    Hex,
    Mac,
    Fddi,
    Ipv4,
    Ipv6,
    /// IPv4 or IPv6, by length.
    Ip,
    Uuid,
}

/// The enum whose names a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) of: EnumId,
    /// Each bit has a name.
    pub(crate) flags: bool,
}

/// What a binary attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Bytes,
    Struct(StructId),
    Ints(Int),
}

/// What an array has in each of its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    Nest(SetId),
    Int(Int),
    Text,
    Binary(Binary),
}

/// The type of an attribute.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Unused,
    Pad,
    Flag,
    Int(Int),
    Text,
    Binary(Binary),
    Bitfield32,
    Nest(SetId),
    /// A nest of elements whose types count them.
    Array(Element),
    /// Nests inside each other whose types are values with these names; attributes in the innermost.
    TypeValue {
        names: Vec<(Box<str>, Key)>,
        set: SetId,
    },
    /// What is in it depends on the attribute `selector` beside it, or further out.
    SubMessage {
        message: MessageId,
        selector: Box<str>,
    },
}

/// What the kernel is known to refuse.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Checks {
    pub(crate) min: Option<i128>,
    pub(crate) max: Option<i128>,
    pub(crate) mask: Option<u64>,
    pub(crate) min_len: Option<usize>,
    pub(crate) max_len: Option<usize>,
    pub(crate) exact_len: Option<usize>,
}

/// An attribute.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Box<str>,
    pub(crate) key: Key,
    pub(crate) number: u16,
    pub(crate) kind: Kind,
    /// The word of the file for `kind`.
    pub(crate) type_name: Box<str>,
    /// It may come several times, and is a list.
    pub(crate) multi: bool,
    pub(crate) names: Option<Names>,
    pub(crate) hint: Hint,
    pub(crate) checks: Option<Box<Checks>>,
    pub(crate) doc: Box<str>,
}

/// Attributes that stand beside each other.
#[derive(Debug, Default)]
pub(crate) struct AttributeSet {
    pub(crate) name: Box<str>,
    pub(crate) doc: Box<str>,
    pub(crate) attributes: Vec<Attribute>,
    /// By number: the index, plus 1; 0: none.
    pub(crate) by_number: Vec<u32>,
    /// Indices of those with numbers beyond that array.
    pub(crate) by_high_number: HashMap<u16, u32>,
    pub(crate) by_name: HashMap<Box<str>, u32>,
}

impl AttributeSet {
    /// Returns the attribute with that number.
    #[inline]
    pub(crate) fn by_number(&self, number: u16) -> Option<&Attribute> {
        match self.by_number.get(usize::from(number)) {
            Some(index) => self.attributes.get((*index as usize).checked_sub(1)?),
            None => self.attributes.get(*self.by_high_number.get(&number)? as usize),
        }
    }

    /// Returns the attribute with that name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Attribute> {
        self.attributes.get(*self.by_name.get(name)? as usize)
    }
}

/// One value of an enum.
#[derive(Debug)]
pub(crate) struct EnumEntry {
    pub(crate) name: Box<str>,
    pub(crate) quoted: Quoted,
    /// The value; of flags, the number of the bit.
    pub(crate) value: i64,
    pub(crate) doc: Box<str>,
}

/// Values that have names.
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) name: Box<str>,
    pub(crate) doc: Box<str>,
    /// Its entries are bits.
    pub(crate) flags: bool,
    pub(crate) entries: Vec<EnumEntry>,
    pub(crate) by_value: HashMap<i64, usize>,
    pub(crate) by_name: HashMap<Box<str>, usize>,
}

impl Enum {
    /// Returns the entry with that value, or number of a bit.
    #[inline]
    pub(crate) fn by_value(&self, value: i64) -> Option<&EnumEntry> {
        // Most enums count from 0.
        let guess = usize::try_from(value).ok().and_then(|at| self.entries.get(at));
        match guess {
            Some(entry) if entry.value == value => Some(entry),
            _ => self.entries.get(*self.by_value.get(&value)?),
        }
    }

    /// Returns the entry with that name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&EnumEntry> {
        self.entries.get(*self.by_name.get(name)?)
    }
}

/// What a member of a struct is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Int(Int),
    Pad,
    Bytes,
    Text,
    Bitfield32,
    Struct(StructId),
}

/// A member of a struct.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: Box<str>,
    pub(crate) key: Key,
    pub(crate) kind: MemberKind,
    pub(crate) offset: usize,
    pub(crate) size: usize,
    pub(crate) names: Option<Names>,
    pub(crate) hint: Hint,
    pub(crate) doc: Box<str>,
}

/// A struct: its members stand behind each other without gaps.
#[derive(Debug, Default)]
pub(crate) struct Struct {
    pub(crate) name: Box<str>,
    pub(crate) doc: Box<str>,
    pub(crate) members: Vec<Member>,
    pub(crate) size: usize,
}

/// What a sub-message is for one value of its selector.
#[derive(Debug)]
pub(crate) struct Format {
    pub(crate) value: Box<str>,
    pub(crate) header: Option<StructId>,
    pub(crate) set: Option<SetId>,
}

/// What stands in an attribute by the value of another one.
#[derive(Debug)]
pub(crate) struct SubMessage {
    pub(crate) name: Box<str>,
    pub(crate) formats: Vec<Format>,
}

impl SubMessage {
    /// Returns the format for a value of the selector.
    pub(crate) fn format(&self, value: &str) -> Option<&Format> {
        self.formats.iter().find(|format| *format.value == *value)
    }
}

/// A request and what answers it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange {
    /// Number of the request's message; None where the file has no request.
    pub(crate) request: Option<u16>,
    /// Number of the reply's message; None where an ack is all that comes.
    pub(crate) reply: Option<u16>,
    pub(crate) request_attributes: Vec<Box<str>>,
    pub(crate) reply_attributes: Vec<Box<str>>,
}

/// An operation, or an event.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: Box<str>,
    pub(crate) doc: Box<str>,
    pub(crate) set: Option<SetId>,
    pub(crate) header: Option<StructId>,
    pub(crate) do_: Option<Exchange>,
    pub(crate) dump: Option<Exchange>,
    /// The number of the event's message, where this is one.
    pub(crate) event: Option<u16>,
    /// The operation whose reply the event looks like.
    pub(crate) notify: Option<Box<str>>,
    /// The group that gets it.
    pub(crate) group: Option<Box<str>>,
    pub(crate) flags: Vec<Box<str>>,
}

/// A multicast group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: Box<str>,
    /// None: the kernel returns it for the name (generic netlink).
    pub(crate) number: Option<u32>,
}

static NO_SET: std::sync::LazyLock<AttributeSet> = std::sync::LazyLock::new(AttributeSet::default);
static NO_STRUCT: std::sync::LazyLock<Struct> = std::sync::LazyLock::new(Struct::default);

impl Spec {
    #[inline]
    pub(crate) fn set(&self, id: SetId) -> &AttributeSet {
        self.sets.get(id.0).unwrap_or(&NO_SET)
    }

    /// The set, or one without attributes.
    pub(crate) fn set_or_none(&self, id: Option<SetId>) -> &AttributeSet {
        id.map_or(&NO_SET, |id| self.set(id))
    }

    #[inline]
    pub(crate) fn structure(&self, id: StructId) -> &Struct {
        self.structs.get(id.0).unwrap_or(&NO_STRUCT)
    }

    #[inline]
    pub(crate) fn enumeration(&self, id: EnumId) -> Option<&Enum> {
        self.enums.get(id.0)
    }

    /// Returns the format of a sub-message for a value of its selector.
    pub(crate) fn format(&self, id: MessageId, value: &str) -> Option<&Format> {
        self.messages.get(id.0)?.format(value)
    }

    /// Returns the operation of that name.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(*self.operation_by_name.get(name)?)
    }

    /// Whether it is a family of generic netlink.
    pub(crate) fn is_generic(&self) -> bool {
        self.schema != Schema::NetlinkRaw
    }
}
