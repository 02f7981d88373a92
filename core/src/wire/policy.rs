// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies: tables of rules, and the check of received attributes against them.

use super::attribute::{self, Attributes};
use super::value;
use crate::error::{Code, ErrorRecord, Origin, Path, Result};
use crate::uapi::{NLA_HDRLEN, NLA_TYPE_MASK};

/// Any payload; its length may be limited.
pub const ANY: u32 = 0;
/// No payload.
pub const FLAG: u32 = 1;
/// 1 byte.
pub const U8: u32 = 2;
/// 2 bytes.
pub const U16: u32 = 3;
/// 4 bytes.
pub const U32: u32 = 4;
/// 8 bytes.
pub const U64: u32 = 5;
/// 1 byte, signed.
pub const S8: u32 = 6;
/// 2 bytes, signed.
pub const S16: u32 = 7;
/// 4 bytes, signed.
pub const S32: u32 = 8;
/// 8 bytes, signed.
pub const S64: u32 = 9;
/// 2 bytes in network byte order.
pub const BE16: u32 = 10;
/// 4 bytes in network byte order.
pub const BE32: u32 = 11;
/// 8 bytes in network byte order.
pub const BE64: u32 = 12;
/// 1, 2, 4 or 8 bytes.
pub const UINT: u32 = 13;
/// 1, 2, 4 or 8 bytes, signed.
pub const SINT: u32 = 14;
/// Text with or without a NUL; its length may be limited.
pub const TEXT: u32 = 15;
/// Text with a NUL; its length may be limited.
pub const NUL_TEXT: u32 = 16;
/// A struct nla_bitfield32.
pub const BITFIELD32: u32 = 17;
/// Attributes, to which the nested rules apply.
pub const NEST: u32 = 18;
/// Nests of any type, to whose attributes the nested rules apply.
pub const NEST_ARRAY: u32 = 19;

/// The attribute is required.
pub const REQUIRED: u32 = 1;
/// The value has limits.
pub const RANGE: u32 = 2;
/// Only the bits of a mask may be set.
pub const MASK: u32 = 4;

/// A rule: which attributes of one type are valid.
#[derive(Clone, Copy, Debug)]
pub struct Rule<T> {
    /// The type; flag bits are ignored.
    pub ty: u32,
    /// One of the kinds above.
    pub kind: u32,
    /// REQUIRED, RANGE, MASK.
    pub flags: u32,
    /// Smallest length of the payload, or of the text without its NUL.
    pub min_len: u32,
    /// Largest length of the payload, or of the text without its NUL; 0: any.
    pub max_len: u32,
    /// Smallest value; for an unsigned kind its bits are those of a u64.
    pub min: i64,
    /// Largest value; for an unsigned kind its bits are those of a u64.
    pub max: i64,
    /// Bits that may be set.
    pub mask: u64,
    /// The rules for the attributes inside; None: all are valid.
    pub nested: Option<T>,
}

/// A sequence of rules. A trait, since rules of C programs and of Rust programs refer to the rules of a nest
/// differently.
pub trait Rules: Copy {
    /// Returns rule number `index`; None after the last.
    fn rule(self, index: usize) -> Option<Rule<Self>>;
}

/// Rules of a Rust program.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(pub &'a [Rule<Table<'a>>]);

impl Rules for Table<'_> {
    fn rule(self, index: usize) -> Option<Rule<Self>> {
        self.0.get(index).copied()
    }
}

/// An invalid or missing attribute.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The reason: -EBADMSG malformed, -ERANGE a length or a value, -ENOENT missing, -EINVAL the rule itself.
    pub code: Code,
    /// Offset of the attribute, or of the nest in which one is missing; 0 for the outermost level.
    pub offset: usize,
    /// Types from the outermost level to the attribute, or to the nest in which one is missing.
    pub path: Path,
    /// The type that is missing.
    pub missing: Option<u32>,
}

impl Fault {
    /// An argument is NULL.
    pub const ARGUMENT: Fault = Fault { code: Code::EINVAL, offset: 0, path: Path::EMPTY, missing: None };

    /// Writes the fault to a record. -EINVAL is about an argument, since a rule is one.
    pub fn write_to(&self, record: &mut ErrorRecord) {
        let is_argument = self.code == Code::EINVAL;
        record.set(self.code, if is_argument { Origin::Argument } else { Origin::Library });
        let offset = u32::try_from(self.offset).ok();
        if is_argument && self.path.types().is_empty() {
            return;
        }
        if self.missing.is_some() {
            record.missing_type = self.missing;
            record.missing_path = self.path;
            record.missing_nest = if self.path.types().is_empty() { None } else { offset };
        } else {
            record.offset = offset;
            record.path = self.path;
        }
    }
}

/// Checks attributes, and those in nests, against rules. A type without a rule is valid.
pub fn check<R: Rules>(bytes: &[u8], rules: R) -> core::result::Result<(), Fault> {
    level(bytes, Some(rules), false, Place { offset: 0, path: Path::EMPTY })
}

/// Offset of the attributes of a nest, and the path to it.
#[derive(Clone, Copy)]
struct Place {
    offset: usize,
    path: Path,
}

impl Place {
    fn fault(self, code: Code) -> Fault {
        Fault { code, offset: self.offset, path: self.path, missing: None }
    }

    /// The place of the attribute of type `ty`, which is `offset` bytes further.
    fn step(mut self, offset: usize, ty: u16) -> core::result::Result<Place, Fault> {
        self.offset = self.offset.saturating_add(offset);
        // The length of a path limits the depth of the recursion.
        if self.path.push(ty) { Ok(self) } else { Err(self.fault(Code::EBADMSG)) }
    }

    /// The place of its payload.
    fn inside(mut self) -> Place {
        self.offset = self.offset.saturating_add(NLA_HDRLEN);
        self
    }
}

/// Checks attributes and whether required ones are present. The attributes of an array are nests, and the rules apply
/// to each.
fn level<R: Rules>(bytes: &[u8], rules: Option<R>, is_array: bool, place: Place) -> core::result::Result<(), Fault> {
    let mut attributes = Attributes::new(bytes);
    loop {
        let offset = bytes.len().saturating_sub(attributes.rest.len());
        let attribute = match attributes.next() {
            Ok(Some(attribute)) => attribute,
            Ok(None) => break,
            Err(code) => {
                let mut fault = place.fault(code);
                fault.offset = fault.offset.saturating_add(offset);
                return Err(fault);
            }
        };
        let inner = place.step(offset, attribute.ty())?;
        if is_array {
            level(attribute.payload(), rules, false, inner.inside())?;
        } else if let Some(rule) = rules.and_then(|rules| find(rules, attribute.ty())) {
            if let NEST | NEST_ARRAY = rule.kind {
                level(attribute.payload(), rule.nested, rule.kind == NEST_ARRAY, inner.inside())?;
            }
            leaf(attribute.payload(), &rule).map_err(|code| inner.fault(code))?;
        }
    }
    match missing(bytes, rules).map_err(|code| place.fault(code))? {
        Some(missing) if !is_array => {
            let header = if place.path.types().is_empty() { 0 } else { NLA_HDRLEN };
            let offset = place.offset.saturating_sub(header);
            Err(Fault { code: Code::ENOENT, offset, path: place.path, missing: Some(missing) })
        }
        _ => Ok(()),
    }
}

/// Returns the first required type that is missing. -EINVAL: the type of a rule has more than 16 bits.
#[inline(never)]
fn missing<R: Rules>(bytes: &[u8], rules: Option<R>) -> Result<Option<u32>> {
    let Some(rules) = rules else { return Ok(None) };
    let mut first = None;
    let mut index = 0;
    while let Some(rule) = rules.rule(index) {
        let ty = u32::from(attribute::type_of(rule.ty).map_err(|_| Code::EINVAL)?);
        let is_required = first.is_none() && rule.flags & REQUIRED != 0;
        if is_required && !matches!(attribute::find(bytes, ty), Ok(Some(_))) {
            first = Some(ty);
        }
        index += 1;
    }
    Ok(first)
}

/// Returns the rule for a type without flag bits.
fn find<R: Rules>(rules: R, ty: u16) -> Option<Rule<R>> {
    const FLAGS: u32 = !(NLA_TYPE_MASK as u32) & 0xffff;
    let mut index = 0;
    while let Some(rule) = rules.rule(index) {
        if rule.ty & !FLAGS == u32::from(ty) {
            return Some(rule);
        }
        index += 1;
    }
    None
}

/// The value of an attribute, for kinds that have one.
enum Value {
    None,
    Unsigned(u64),
    Signed(i64),
}

/// Checks size and value.
#[inline(never)]
fn leaf<R>(payload: &[u8], rule: &Rule<R>) -> Result<()> {
    let mut len = payload.len();
    let exact = match rule.kind {
        FLAG => 0,
        U8 | S8 => 1,
        U16 | S16 | BE16 => 2,
        U32 | S32 | BE32 => 4,
        U64 | S64 | BE64 => 8,
        _ => len,
    };
    if len != exact {
        return Err(Code::ERANGE);
    }
    let value = match rule.kind {
        ANY | FLAG | NEST | NEST_ARRAY => Value::None,
        U8 | U16 | U32 | U64 | UINT => Value::Unsigned(value::uint(payload)?),
        BE16 | BE32 | BE64 => Value::Unsigned(value::be_uint(payload)?),
        S8 | S16 | S32 | S64 | SINT => Value::Signed(value::sint(payload)?),
        TEXT | NUL_TEXT => {
            if rule.kind == NUL_TEXT {
                value::terminated(payload)?;
            }
            len = value::text(payload).len();
            Value::None
        }
        BITFIELD32 => {
            let (value, selector) = value::bitfield32(payload)?;
            Value::Unsigned(u64::from(value | selector))
        }
        _ => return Err(Code::EINVAL),
    };
    if len < rule.min_len as usize || (rule.max_len != 0 && len > rule.max_len as usize) {
        return Err(Code::ERANGE);
    }
    bounded(&value, rule)
}

/// Checks a value against the rule's range and mask.
fn bounded<R>(value: &Value, rule: &Rule<R>) -> Result<()> {
    let (in_range, bits) = match *value {
        Value::None if rule.flags & (RANGE | MASK) != 0 => return Err(Code::EINVAL),
        Value::None => return Ok(()),
        Value::Unsigned(value) => ((rule.min as u64..=rule.max as u64).contains(&value), value),
        Value::Signed(value) => ((rule.min..=rule.max).contains(&value), value as u64),
    };
    if (rule.flags & RANGE != 0 && !in_range) || (rule.flags & MASK != 0 && bits & !rule.mask != 0) {
        return Err(Code::ERANGE);
    }
    Ok(())
}
