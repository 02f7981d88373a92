// SPDX-License-Identifier: MIT OR Apache-2.0
//! Records: plain structs that a message is read into and written from.
//!
//! Tables describe each record: where in the struct a field of the family's header goes, and, by attribute type, how a
//! payload is
//! encoded and where it goes. One reader and one writer work by them for all records, on the bytes of the struct.

use super::addr::{Addr, BYTES_AT, LLADDR_MAX, PREFIX_AT, bits_of, family_of, len_of};
use crate::error::{Code, Result};
use crate::mem::plain::Plain;
use crate::uapi::{NLA_HDRLEN, NLA_TYPE_MASK};
use crate::wire::attribute;
use crate::wire::build::Builder;
use crate::wire::message::Message;
use crate::wire::{align, array_at, value};
use core::ffi::c_char;

/// How a payload is encoded, and what the field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// No field: the attribute is skipped.
    None,
    /// 1, 2 or 4 bytes in host byte order, to a `u32`.
    U8,
    U16,
    U32,
    /// As `U32`, but written only above 255: the low values have a place in the family's header.
    Wide,
    /// 2 or 4 bytes in network byte order, to a `u32`.
    Be16,
    Be32,
    /// 8 bytes, to a `u64`.
    U64,
    Be64,
    /// No payload, to a `u32` that is 1.
    Flag,
    /// Text, to an array in which a NUL follows it.
    Text,
    /// A link-layer address, to an `Lladdr`.
    Lladdr,
    /// An address, to an `Addr` whose prefix is the whole of it.
    Addr,
    /// An address, to an `Addr` whose prefix length stands in the family's header.
    Prefix,
    /// As `Addr`, but written only where its family is the header's.
    Gateway,
    /// An address behind its family, to an `Addr`; written only where its family is not the header's.
    Via,
    /// A struct of 32-bit values in host byte order, to as many `u32`. Fewer or more than expected may be there.
    Words,
    /// Two 16-bit values in host byte order, to two `u32`.
    Halves,
    /// A nest, whose attributes table number `at` describes.
    Nest,
}

/// What becomes of one attribute type.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    kind: Kind,
    /// Bytes of a text or of a struct.
    len: u8,
    /// Where in the record the field begins.
    at: u16,
    /// Bit of the record's `set` that says that the attribute is there, whatever its value.
    set: u16,
}

impl Field {
    const NONE: Field = Field { kind: Kind::None, len: 0, at: 0, set: 0 };

    /// A field at offset `at`.
    pub(crate) const fn new(kind: Kind, at: usize) -> Field {
        Field::sized(kind, at, 0)
    }

    /// A field of `len` bytes at offset `at`.
    pub(crate) const fn sized(kind: Kind, at: usize, len: usize) -> Field {
        assert!(at <= u16::MAX as usize && len <= u8::MAX as usize);
        #[allow(clippy::cast_possible_truncation)] // asserted
        Field { kind, len: len as u8, at: at as u16, set: 0 }
    }

    /// The same field, with a bit for being there.
    pub(crate) const fn or_set(self, bit: u32) -> Field {
        assert!(bit <= u16::MAX as u32);
        #[allow(clippy::cast_possible_truncation)] // asserted
        Field { set: bit as u16, ..self }
    }
}

/// A table by attribute type.
#[allow(clippy::indexing_slicing)] // while the library is compiled
pub(crate) const fn table<const N: usize>(fields: &[(u16, Field)]) -> [Field; N] {
    let mut table = [Field::NONE; N];
    let mut index = 0;
    while index < fields.len() {
        let (ty, field) = fields[index];
        assert!(matches!(table[ty as usize].kind, Kind::None), "two fields of one type");
        table[ty as usize] = field;
        index += 1;
    }
    table
}

/// A field of a family's header.
#[derive(Clone, Copy, Debug)]
pub struct HeaderField {
    /// Offset in the header.
    from: u8,
    width: Width,
    /// Offset of the `u32` in the record.
    at: u16,
}

/// How wide a field of a header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    W8,
    W16,
    W32,
    /// 16 bits in network byte order.
    Be16,
    /// 8 bits, for values up to 255; 0 for larger ones, of which an attribute holds the whole.
    Low8,
}

impl HeaderField {
    /// The field at `from` of the header goes to `at` of the record.
    pub(crate) const fn new(from: u8, width: Width, at: usize) -> HeaderField {
        assert!(at <= u16::MAX as usize);
        #[allow(clippy::cast_possible_truncation)] // asserted
        HeaderField { from, width, at: at as u16 }
    }
}

/// The tables of a record, whose first field is the `u32` of bits that say what holds although it is 0.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Bytes of the struct.
    pub size: usize,
    /// Bytes of the struct when it was first released: what a caller's must have at least.
    pub first_size: usize,
    /// Bytes of the family's header.
    pub(crate) header: usize,
    /// The first of the message types (new, delete, get, set) that the record is for.
    pub(crate) types: u16,
    /// Offsets of the address family and, where that is 0, of the addresses that it is taken from.
    pub(crate) families: &'static [usize],
    /// Reads the header: `read_header`, unless there is a faster way.
    pub(crate) read_header: fn(&Layout, &[u8], &mut [u8]),
    /// What becomes of the header's fields.
    pub(crate) header_fields: &'static [HeaderField],
    /// What becomes of each attribute type.
    pub(crate) fields: &'static [Field],
    /// What becomes of those inside nests.
    pub(crate) nests: &'static [&'static [Field]],
    /// Puts right what attributes say differently from the record, after they were read. The header is the
    /// second argument.
    pub(crate) after_read: fn(&mut [u8], &[u8]),
    /// The reverse, before they are written to a message of the type that is the second argument.
    pub(crate) before_write: fn(&mut [u8], u32),
    /// Writes what no table describes into the header, which is the second argument.
    pub(crate) finish_header: fn(&[u8], &mut [u8]),
}

/// The longest header of a family that has records.
const HEADER_MAX: usize = 72;

/// Offset of the field `set`, the first of every record.
const SET: usize = 0;

/// What a record says of itself.
#[doc(hidden)]
pub trait Fields: Plain {
    /// The tables.
    const LAYOUT: Layout;
}

/// A plain struct that a message is read into and written from. Its default is empty, and zero means absent.
pub trait Record: Fields {
    /// Reads a message: -ENOMSG where it is of another type, -EBADMSG where something in it is malformed.
    fn read(message: &Message<'_>) -> Result<Self>
    where
        Self: Sized,
    {
        let mut record = Self::zeroed();
        read(&Self::LAYOUT, message, record.image_mut())?;
        Ok(record)
    }

    /// Begins a message: its header, the family's, and an attribute for each field that is not absent.
    fn begin(&self, m: &mut Builder, ty: u32, flags: u32) -> Result<()> {
        m.begin_out_of_line(ty, flags)?;
        self.put(m, ty)
    }

    /// Appends the family's header and the attributes, to a message of type `ty` or to a nest.
    fn put(&self, m: &mut Builder, ty: u32) -> Result<()> {
        let mut record = *self;
        write(&Self::LAYOUT, record.image_mut(), ty, m)
    }
}

/// Reads the fields of a header by their table.
pub(crate) fn read_header(layout: &Layout, header: &[u8], image: &mut [u8]) {
    for field in layout.header_fields {
        let from = usize::from(field.from);
        let value = match field.width {
            Width::W8 | Width::Low8 => u8_at(header, from),
            Width::W16 => u16_at(header, from),
            Width::W32 => u32_at(header, from),
            Width::Be16 => u32::from(u16::from_be_bytes(array_at(header, from).unwrap_or([0; 2]))),
        };
        store(image, usize::from(field.at), value.to_ne_bytes());
    }
}

/// Reads a message into `image`, the zeroed bytes of a record.
#[doc(hidden)]
pub fn read(layout: &Layout, message: &Message<'_>, image: &mut [u8]) -> Result<()> {
    if message.header.ty & !3 != layout.types {
        return Err(Code::ENOMSG);
    }
    let payload = message.payload();
    let header = payload.get(..layout.header).ok_or(Code::EBADMSG)?;
    let attributes = payload.get(align::align(layout.header)..).unwrap_or(&[]);
    (layout.read_header)(layout, header, image);
    let set = read_fields(layout.fields, layout.nests, attributes, u8_at(header, 0), image)?;
    store(image, SET, set.to_ne_bytes());
    (layout.after_read)(image, header);
    Ok(())
}

/// The payload of the first attribute of type `ty` in a message for the record: -ENOMSG where the message is of another
/// type,
/// -EBADMSG where it is malformed before it.
#[inline(never)]
pub(crate) fn attribute_in<'a>(layout: &Layout, message: &Message<'a>, ty: u32) -> Result<Option<&'a [u8]>> {
    if message.header.ty & !3 != layout.types {
        return Err(Code::ENOMSG);
    }
    let attributes = message.payload().get(layout.header..).ok_or(Code::EBADMSG)?;
    Ok(attribute::find(attributes, ty)?.map(|found| found.payload()))
}

/// Appends the family's header and the attributes of a record, whose bytes are `image`.
#[doc(hidden)]
pub fn write(layout: &Layout, image: &mut [u8], ty: u32, m: &mut Builder) -> Result<()> {
    (layout.before_write)(image, ty);
    let family = layout.families.iter().map(|&at| load(image, at)).find(|&family| family != 0).unwrap_or(0);
    if let Some(&at) = layout.families.first() {
        store(image, at, family.to_ne_bytes());
    }
    let mut header = [0; HEADER_MAX];
    for field in layout.header_fields {
        let value = load(image, usize::from(field.at));
        let to = usize::from(field.from);
        match (field.width, u8::try_from(value), u16::try_from(value)) {
            (Width::W32, ..) => store(&mut header, to, value.to_ne_bytes()),
            (Width::W16, _, Ok(value)) => store(&mut header, to, value.to_ne_bytes()),
            (Width::Be16, _, Ok(value)) => store(&mut header, to, value.to_be_bytes()),
            (Width::W8 | Width::Low8, Ok(value), _) => store(&mut header, to, [value]),
            (Width::Low8, ..) => {}
            _ => return Err(m.refuse(0, Code::ERANGE)),
        }
    }
    (layout.finish_header)(image, &mut header);
    m.put_header_out_of_line(header.get(..layout.header).unwrap_or(&[]))?;
    write_fields(layout.fields, layout.nests, image, family, load(image, SET), m).map(|_| ())
}

/// The text of a field, without its NUL.
pub fn text<const N: usize>(field: &[c_char; N]) -> &[u8] {
    value::text(field.image())
}

/// A text as the field of a record; -ERANGE where it is longer than the field without a NUL, or has one inside.
pub fn field<const N: usize>(text: &[u8]) -> Result<[c_char; N]> {
    let mut field = <[c_char; N]>::zeroed();
    if text.len() >= N || text.contains(&0) {
        return Err(Code::ERANGE);
    }
    value::copy_out(field.image_mut(), text);
    Ok(field)
}

/// A byte of a header.
#[inline(always)]
pub(crate) fn u8_at(header: &[u8], at: usize) -> u32 {
    header.get(at).map_or(0, |&value| u32::from(value))
}

/// Two bytes of a header.
#[inline(always)]
pub(crate) fn u16_at(header: &[u8], at: usize) -> u32 {
    array_at(header, at).map_or(0, |bytes| u32::from(u16::from_ne_bytes(bytes)))
}

/// Four bytes of a header.
#[inline(always)]
pub(crate) fn u32_at(header: &[u8], at: usize) -> u32 {
    array_at(header, at).map_or(0, u32::from_ne_bytes)
}

/// Stores bytes of a record.
#[inline(always)]
pub(crate) fn store<const N: usize>(image: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(to) = image.get_mut(at..).and_then(|to| to.first_chunk_mut::<N>()) {
        *to = bytes;
    }
}

/// Four bytes of a record.
#[inline(always)]
pub(crate) fn load(image: &[u8], at: usize) -> u32 {
    u32_at(image, at)
}

/// Copies `from` to the field at `at`, which has `len` bytes; zeros follow.
#[inline(never)]
fn store_slice(image: &mut [u8], at: usize, len: usize, from: &[u8]) {
    if let Some(to) = image.get_mut(at..).and_then(|to| to.get_mut(..len)) {
        value::copy_out(to, from);
    }
}

/// Reads the attributes in `bytes` into the fields of `image`. The bits of those that were there.
///
/// Of attributes that occur twice the last holds, as in the kernel.
pub(crate) fn read_fields(
    fields: &[Field],
    nests: &[&[Field]],
    bytes: &[u8],
    family: u32,
    image: &mut [u8],
) -> Result<u32> {
    let mut rest = bytes;
    let mut set = 0;
    while let Some(head) = rest.first_chunk::<NLA_HDRLEN>() {
        let (len, ty) = attribute::split(u32::from_ne_bytes(*head));
        if !attribute::is_length(len, rest.len()) {
            return Err(Code::EBADMSG);
        }
        let payload = rest.get(NLA_HDRLEN..len).unwrap_or(&[]);
        if let Some(field) = fields.get(usize::from(ty & NLA_TYPE_MASK)) {
            set |= u32::from(field.set);
            let at = usize::from(field.at);
            match (field.kind, payload.first_chunk::<4>()) {
                // What most attributes are comes first.
                (Kind::U32 | Kind::Wide, Some(bytes)) if payload.len() == 4 => store(image, at, *bytes),
                (Kind::Addr | Kind::Gateway | Kind::Prefix, _) => {
                    let family = family_of(family, payload.len()).ok_or(Code::EBADMSG)?;
                    store_addr(image, at, family, field.kind == Kind::Prefix, payload);
                }
                (Kind::Nest, _) => {
                    let inner = nests.get(at).copied().unwrap_or(&[]);
                    set |= read_fields(inner, nests, payload, family, image)?;
                }
                _ => read_field(field, payload, image).ok_or(Code::EBADMSG)?,
            }
        }
        match rest.get(align::align(len)..) {
            Some(next) => rest = next,
            None => break,
        }
    }
    Ok(set)
}

/// How many bytes a number has, and whether they are in network byte order; 0 for what is no number.
#[inline(always)]
fn number(kind: Kind) -> (usize, bool) {
    match kind {
        Kind::U8 => (1, false),
        Kind::U16 => (2, false),
        Kind::U32 | Kind::Wide => (4, false),
        Kind::U64 => (8, false),
        Kind::Be16 => (2, true),
        Kind::Be32 => (4, true),
        Kind::Be64 => (8, true),
        _ => (0, false),
    }
}

/// Fills in an `Addr`, of which the address has as many bytes as its family's.
#[inline(always)]
fn store_addr(image: &mut [u8], at: usize, family: u32, keeps_prefix: bool, address: &[u8]) {
    // Of a known size, so that each store is one instruction.
    let Some(to) = image.get_mut(at..).and_then(|to| to.first_chunk_mut::<{ size_of::<Addr>() }>()) else { return };
    let bytes = match (address.first_chunk::<16>(), address.first_chunk::<4>()) {
        (Some(v6), _) => u128::from_ne_bytes(*v6),
        (None, Some(&[a, b, c, d])) => u128::from_le_bytes([a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).to_le(),
        (None, None) => 0,
    };
    // The default route: as absent as where the kernel leaves the attribute out.
    if bytes == 0 && keeps_prefix && load(to, PREFIX_AT) == 0 {
        return;
    }
    store(to, 0, family.to_ne_bytes());
    if !keeps_prefix {
        store(to, PREFIX_AT, bits_of(family).to_ne_bytes());
    }
    store(to, BYTES_AT, bytes.to_ne_bytes());
}

/// Reads one payload that is neither an address nor a nest; None where it is malformed.
#[inline(never)]
fn read_field(field: &Field, payload: &[u8], image: &mut [u8]) -> Option<()> {
    let at = usize::from(field.at);
    let len = usize::from(field.len);
    let (width, is_be) = number(field.kind);
    if width != 0 {
        let is_first_high = is_be || cfg!(target_endian = "big");
        let number = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        let value = if is_first_high { payload.iter().fold(0, number) } else { payload.iter().rev().fold(0, number) };
        if payload.len() != width {
            return None;
        }
        match u32::try_from(value) {
            Ok(value) if width < 8 => store(image, at, value.to_ne_bytes()),
            _ => store(image, at, value.to_ne_bytes()),
        }
        return Some(());
    }
    let second: [u8; 4];
    // A word at the start of the field, and behind it, or over it, bytes in a room of their own.
    let (word, skip, room, bytes) = match field.kind {
        Kind::Flag => (1, 0, 0, &[][..]),
        Kind::Text => {
            let text = value::text(payload);
            if text.len() >= len {
                return None;
            }
            (0, 0, len, text)
        }
        Kind::Words if payload.len() % 4 == 0 => (0, 0, len, payload.get(..len).unwrap_or(payload)),
        Kind::Lladdr if payload.len() <= LLADDR_MAX => (u32::try_from(payload.len()).ok()?, 4, LLADDR_MAX, payload),
        Kind::Words | Kind::Lladdr => return None,
        Kind::Via => {
            let address = payload.get(2..)?;
            let family = family_of(u16_at(payload, 0), address.len())?;
            store_addr(image, at, family, false, address);
            return Some(());
        }
        Kind::Halves if payload.len() == 4 => {
            second = u16_at(payload, 2).to_ne_bytes();
            (u16_at(payload, 0), 4, 4, &second[..])
        }
        Kind::Halves => return None,
        // Numbers, addresses, nests, and what has no field.
        _ => return Some(()),
    };
    store(image, at, word.to_ne_bytes());
    store_slice(image, at + skip, room, bytes);
    Some(())
}

/// Appends an attribute for each field of `image` that is not absent; whether there was one.
pub(crate) fn write_fields(
    fields: &[Field],
    nests: &[&[Field]],
    image: &[u8],
    family: u32,
    set: u32,
    m: &mut Builder,
) -> Result<bool> {
    let mut any = false;
    for (ty, field) in (0..).zip(fields) {
        any |= if field.kind == Kind::Nest {
            let inner = nests.get(usize::from(field.at)).copied().unwrap_or(&[]);
            let nest = m.nest_begin_out_of_line(ty)?;
            let is_needed = write_fields(inner, nests, image, family, set, m)?;
            if is_needed {
                m.nest_end_out_of_line(nest)?;
            } else {
                m.nest_cancel(nest)?;
            }
            is_needed
        } else {
            write_field(ty, field, image, family, u32::from(field.set) & set != 0, m)?
        };
    }
    Ok(any)
}

/// Appends one attribute, unless it is absent; whether it was not.
fn write_field(ty: u32, field: &Field, image: &[u8], family: u32, is_set: bool, m: &mut Builder) -> Result<bool> {
    let at = usize::from(field.at);
    let len = usize::from(field.len);
    let (first, second) = (load(image, at), load(image, at + 4));
    let bytes = |at: usize, len: usize| image.get(at..).and_then(|image| image.get(..len)).unwrap_or(&[]);
    let is_there = match field.kind {
        Kind::None | Kind::Nest => return Ok(false),
        Kind::Wide => first > 255,
        Kind::U64 | Kind::Be64 | Kind::Halves => first | second != 0,
        Kind::Words => bytes(at, len).iter().any(|&byte| byte != 0),
        Kind::Text => bytes(at, 1) != [0],
        Kind::Prefix => first != 0 && (second != 0 || bytes(at + BYTES_AT, 16) != [0; 16]),
        Kind::Gateway => first == family && first != 0,
        Kind::Via => first != family && first != 0,
        _ => first != 0,
    };
    if !is_there && !is_set {
        return Ok(false);
    }
    let mut scratch = [0_u8; 18];
    let (width, is_be) = number(field.kind);
    let payload = if width != 0 {
        let value =
            if width == 8 { u64::from_ne_bytes(array_at(image, at).unwrap_or([0; 8])) } else { u64::from(first) };
        let is_first_high = is_be || cfg!(target_endian = "big");
        let (high, low) = (value.to_be_bytes(), value.to_le_bytes());
        let bytes = if is_first_high { high.get(8 - width..) } else { low.get(..width) };
        store_slice(&mut scratch, 0, width, bytes.unwrap_or(&[]));
        let is_narrow = width == 8 || value >> (8 * width) == 0;
        scratch.get(..width).filter(|_| is_narrow).ok_or(Code::ERANGE)
    } else {
        match field.kind {
            Kind::Flag => Ok(&[][..]),
            Kind::Text => {
                let text = bytes(at, len);
                text.get(..=value::text(text).len()).ok_or(Code::ERANGE)
            }
            Kind::Lladdr => bytes(at + 4, LLADDR_MAX).get(..first as usize).ok_or(Code::ERANGE),
            Kind::Addr | Kind::Prefix | Kind::Gateway => len_of(first).map(|len| bytes(at + BYTES_AT, len)),
            Kind::Via => len_of(first).map(|len| {
                store(&mut scratch, 0, u16::try_from(first).unwrap_or(0).to_ne_bytes());
                store_slice(&mut scratch, 2, len, bytes(at + BYTES_AT, len));
                scratch.get(..2 + len).unwrap_or(&[])
            }),
            Kind::Halves => match (u16::try_from(first), u16::try_from(second)) {
                (Ok(first), Ok(second)) => {
                    store(&mut scratch, 0, first.to_ne_bytes());
                    store(&mut scratch, 2, second.to_ne_bytes());
                    Ok(scratch.get(..4).unwrap_or(&[]))
                }
                _ => Err(Code::ERANGE),
            },
            _ => Ok(bytes(at, len)),
        }
    };
    match payload.and_then(|payload| m.put_out_of_line(ty, payload)) {
        Ok(()) => Ok(true),
        // A failure of the message itself is kept by it already, and stays the first.
        Err(code) => Err(m.refuse(ty, code)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::addr::{AF_INET, AF_INET6, AF_MPLS};
    use super::super::rtnetlink::{
        address::Address, link::Link, neighbour::Neighbour, nexthop::Nexthop, route::Route, rule::Rule,
    };
    use super::*;
    use proptest::prelude::*;

    /// Numbers out of arbitrary bytes, zeros behind their end.
    struct Entropy<'a>(&'a [u8]);

    impl Entropy<'_> {
        fn byte(&mut self) -> u8 {
            let (&first, rest) = self.0.split_first().unwrap_or((&0, &[]));
            self.0 = rest;
            first
        }

        fn bytes(&mut self, len: usize) -> Vec<u8> {
            (0..len).map(|_| self.byte()).collect()
        }
    }

    fn put(to: &mut Vec<u8>, ty: usize, payload: &[u8]) {
        to.extend(u16::try_from(4 + payload.len()).unwrap().to_ne_bytes());
        to.extend(u16::try_from(ty).unwrap().to_ne_bytes());
        to.extend(payload);
        to.resize(to.len().next_multiple_of(4), 0);
    }

    fn address_len(family: u32) -> usize {
        if family == AF_INET6 { 16 } else { 4 }
    }

    /// Attributes as the kernel might write them: some of those in the table, and some of no table.
    fn attributes(layout: &Layout, fields: &[Field], family: u32, entropy: &mut Entropy<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        for ty in 0..fields.len() + 4 {
            if entropy.byte() % 3 == 0 {
                continue;
            }
            let field = fields.get(ty).copied().unwrap_or(Field::NONE);
            let payload = match field.kind {
                Kind::None => entropy.bytes(ty % 9),
                Kind::U8 => entropy.bytes(1),
                Kind::U16 | Kind::Be16 => entropy.bytes(2),
                Kind::U32 | Kind::Wide | Kind::Be32 | Kind::Halves => entropy.bytes(4),
                Kind::U64 | Kind::Be64 => entropy.bytes(8),
                Kind::Flag => Vec::new(),
                Kind::Text => {
                    let len = usize::from(entropy.byte()) % usize::from(field.len);
                    let text = entropy.bytes(len).iter().map(|byte| byte | 1).collect::<Vec<_>>();
                    [text, vec![0]].concat()
                }
                Kind::Lladdr => {
                    let len = usize::from(entropy.byte()) % 33;
                    entropy.bytes(len)
                }
                Kind::Addr | Kind::Prefix | Kind::Gateway => entropy.bytes(address_len(family)),
                Kind::Via => {
                    let via = if entropy.byte() & 1 == 0 { AF_INET } else { AF_INET6 };
                    [u16::try_from(via).unwrap().to_ne_bytes().to_vec(), entropy.bytes(address_len(via))].concat()
                }
                // An older kernel's struct is shorter, a newer one's longer.
                Kind::Words => {
                    let len = usize::from(entropy.byte()) % 12 * 4;
                    entropy.bytes(len)
                }
                Kind::Nest => attributes(layout, layout.nests[usize::from(field.at)], family, entropy),
            };
            put(&mut out, ty, &payload);
        }
        out
    }

    fn message<R: Record>(entropy: &mut Entropy<'_>) -> Vec<u8> {
        let layout = R::LAYOUT;
        let family = [AF_INET, AF_INET6, AF_MPLS][usize::from(entropy.byte()) % 3];
        let mut header = entropy.bytes(layout.header);
        header[0] = u8::try_from(family).unwrap();
        let body = [header, attributes(&layout, layout.fields, family, entropy)].concat();
        let header = crate::wire::message::Header {
            len: u32::try_from(16 + body.len()).unwrap(),
            ty: layout.types,
            ..Default::default()
        };
        [header.to_bytes().to_vec(), body].concat()
    }

    /// What is read is written so that the same is read again, and cutting the message anywhere gives a
    /// code or an earlier end.
    fn survives<R: Record + PartialEq + core::fmt::Debug>(entropy: &[u8]) {
        assert!(R::LAYOUT.first_size <= size_of::<R>() && R::LAYOUT.header <= HEADER_MAX);
        let bytes = message::<R>(&mut Entropy(entropy));
        let record = R::read(&Message::read(&bytes).unwrap()).unwrap();
        let written = |record: &R| {
            let mut m = Builder::growing(0).unwrap();
            record.begin(&mut m, u32::from(R::LAYOUT.types), 0).unwrap();
            m.end().unwrap();
            m.bytes().to_vec()
        };
        let once = written(&record);
        let again = R::read(&Message::read(&once).unwrap()).unwrap();
        assert_eq!(record, again);
        assert_eq!(once, written(&again));

        let cut = entropy.iter().fold(0_usize, |sum, &byte| sum * 31 % 65_521 + usize::from(byte)) % bytes.len();
        let mut short = bytes.get(..cut.max(16)).unwrap().to_vec();
        let len = u32::try_from(short.len()).unwrap();
        short[..4].copy_from_slice(&len.to_ne_bytes());
        match R::read(&Message::read(&short).unwrap()) {
            Ok(_) => assert!(short.len() >= 16 + R::LAYOUT.header),
            Err(code) => assert_eq!(code, Code::EBADMSG),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_read_can_be_written(entropy in prop::collection::vec(any::<u8>(), 0..700)) {
            survives::<Link>(&entropy);
            survives::<Address>(&entropy);
            survives::<Route>(&entropy);
            survives::<Rule>(&entropy);
            survives::<Neighbour>(&entropy);
            survives::<Nexthop>(&entropy);
        }
    }

    fn read<R: Record>(header: &[u8], attributes: &[(usize, &[u8])]) -> Result<R> {
        let mut body = header.to_vec();
        for (ty, payload) in attributes {
            put(&mut body, *ty, payload);
        }
        let header = crate::wire::message::Header {
            len: u32::try_from(16 + body.len()).unwrap(),
            ty: R::LAYOUT.types,
            ..Default::default()
        };
        let bytes = [&header.to_bytes()[..], &body].concat();
        R::read(&Message::read(&bytes).unwrap())
    }

    #[test]
    fn payloads_of_a_wrong_size_are_malformed() {
        let route = [2, 24, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0];
        let bad = Some(Code::EBADMSG);
        let [low, high] = 10_u16.to_ne_bytes(); // AF_INET6
        for (ty, payload) in [
            (1, &[10, 0, 0][..]), // RTA_DST
            (1, &[0; 16]),        // of the other family
            (4, &[1, 0]),         // RTA_OIF
            (18, &[2]),           // RTA_VIA
            (18, &[low, high, 1, 2, 3, 4]),
            (28, &[1]),            // RTA_SPORT
            (12, &[0; 7]),         // RTA_CACHEINFO
            (8, &[9, 0, 2, 0, 1]), // RTA_METRICS: an attribute longer than the nest
            (8, &[5, 0, 2, 0, 1]), // RTAX_MTU of one byte
        ] {
            assert_eq!(read::<Route>(&route, &[(ty, payload)]).err(), bad, "{ty} {payload:?}");
        }
        let link = [0; 16];
        assert_eq!(read::<Link>(&link, &[(1, &[0; 33])]).err(), bad);
        assert_eq!(read::<Link>(&link, &[(3, b"sixteen-and-more\0")]).err(), bad);
        assert_eq!(
            read::<Link>(&link, &[(3, b"fifteen-letters\0")]).map(|link| text(&link.name).to_vec()).unwrap(),
            b"fifteen-letters"
        );
        assert_eq!(read::<Route>(&route[..11], &[]).err(), bad);
    }

    /// 0.0.0.0/0 in an attribute and no attribute are the same route.
    #[test]
    fn a_prefix_of_no_length_is_absent() {
        let route = [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0];
        let plain = read::<Route>(&route, &[]).unwrap();
        assert_eq!(read::<Route>(&route, &[(1, &[0; 4]), (2, &[0; 4])]).unwrap(), plain);
        let other = read::<Route>(&route, &[(1, &[0, 0, 0, 1])]).unwrap();
        assert_eq!((other.dst.family, other.dst.prefix_len), (AF_INET, 0));
    }

    #[test]
    fn other_messages_are_no_records() {
        let header = |ty| crate::wire::message::Header { len: 32, ty, ..Default::default() };
        for ty in [0, 2, 3, 15, 20, 24, 108] {
            let bytes = [&header(ty).to_bytes()[..], &[0; 16]].concat();
            assert_eq!(Link::read(&Message::read(&bytes).unwrap()), Err(Code::ENOMSG));
        }
    }

    #[test]
    fn values_too_large_for_their_place_fail_the_message() {
        let written = |write: &dyn Fn(&mut Builder) -> Result<()>| {
            let mut m = Builder::growing(0).unwrap();
            assert_eq!(write(&mut m), m.end());
            m.failure().map(|failure| (failure.code, failure.ty))
        };
        let range = |ty| Some((Code::ERANGE, ty));
        let route = Route { scope: 256, ..Route::default() };
        assert_eq!(written(&|m| route.begin(m, 24, 0)), range(0));
        let route = Route { sport: 65_536, ..Route::default() };
        assert_eq!(written(&|m| route.begin(m, 24, 0)), range(28));
        let rule = Rule { dport_end: 65_536, ..Rule::default() };
        assert_eq!(written(&|m| rule.begin(m, 32, 0)), range(24));
        let link = Link { name: [0x20; 16], ..Link::default() };
        assert_eq!(written(&|m| link.begin(m, 16, 0)), range(3));
        let neighbour = Neighbour::default();
        let mut lladdr = neighbour.lladdr;
        lladdr.len = 33;
        assert_eq!(written(&|m| Neighbour { lladdr, ..neighbour }.begin(m, 28, 0)), range(2));
        let mut dst = route.dst;
        (dst.family, dst.prefix_len) = (99, 8);
        let unknown = Some((Code::of(-libc::EAFNOSUPPORT), 1));
        assert_eq!(written(&|m| Route { dst, ..Route::default() }.begin(m, 24, 0)), unknown);
    }

    /// Bits of `set` say what is there although it is 0, in both directions.
    #[test]
    fn zero_is_absent_unless_a_bit_says_otherwise() {
        use super::super::rtnetlink::link::{NLRS_LINK_MASTER_SET, NLRS_LINK_NETNSID_SET};
        let written = |link: Link| {
            let mut m = Builder::growing(0).unwrap();
            link.begin(&mut m, 16, 0).unwrap();
            m.end().unwrap();
            m.bytes().to_vec()
        };
        assert_eq!(written(Link::default()).len(), 32);
        let released = written(Link { set: NLRS_LINK_MASTER_SET, ..Link::default() });
        assert_eq!(released.get(32..).unwrap(), [&8_u16.to_ne_bytes()[..], &10_u16.to_ne_bytes(), &[0; 4]].concat());
        let link = read::<Link>(&[0; 16], &[(37, &[0; 4])]).unwrap();
        assert_eq!(link, Link { set: NLRS_LINK_NETNSID_SET, ..Link::default() });
    }
}
