// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the bytes of a message to JSON text, without a value in between.
//!
//! Every byte of the payload is found again in the text. What the specification does not know keeps its number:
//! `"UnknownAttr(67)": "0100"` (an object, if it is marked as a nest), a bit or an enum's value as a number. What
//! does not fit its type is `{"UnknownBytes": "0102"}`, and so are bytes behind the last member of a struct or the
//! last whole attribute.

use crate::display;
use crate::json::write::{Key, Writer};
use crate::spec::model::{
    Attribute, AttributeSet, Binary, Element, Hint, Int, Kind, Member, MemberKind, MessageId, Names, SetId, Spec,
    Struct, StructId,
};
use crate::wire::{ATTRIBUTE_HEADER, Attr, NLA_F_NESTED, NLA_TYPE_MASK, align, attrs};
use std::borrow::Cow;
use std::collections::HashSet;

/// Nests inside each other that are looked into; the kernel's own go to about ten.
const MAX_DEPTH: usize = 32;

/// The key of bytes that have no name.
pub(crate) const UNKNOWN_BYTES: &str = "UnknownBytes";

/// Returns the key of an attribute that has no name.
pub(crate) fn unknown_name(number: u16) -> String {
    format!("UnknownAttr({number})")
}

/// One level of a message: what a selector further in may refer to.
#[derive(Clone, Copy)]
pub(crate) struct Level<'a> {
    pub(crate) set: &'a AttributeSet,
    pub(crate) bytes: &'a [u8],
    pub(crate) header: Option<(&'a Struct, &'a [u8])>,
    pub(crate) outer: Option<&'a Level<'a>>,
}

/// Decodes the payload of a message: the family's header, then attributes.
pub(crate) fn payload(spec: &Spec, set: Option<SetId>, header: Option<StructId>, bytes: &[u8], out: &mut Writer) {
    let decoder = Decoder { spec };
    out.begin_object();
    decoder.headed(spec.set_or_none(set), header, bytes, None, out, 0);
    out.end_object();
}

/// Splits into a struct and the attributes behind it, which begin at a multiple of 4.
pub(crate) fn split_header<'a>(structure: &Struct, bytes: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let header = bytes.get(..structure.size).unwrap_or(bytes);
    (header, bytes.get(align(structure.size)..).unwrap_or(&[]))
}

/// Reads an integer that fills the payload; None where it does not.
#[inline]
pub(crate) fn int(int: Int, bytes: &[u8]) -> Option<i128> {
    if int.bytes != 0 && bytes.len() != usize::from(int.bytes) {
        return None;
    }
    let unsigned = match *bytes {
        [a] => u64::from(a),
        [a, b] if int.big_endian => u64::from(u16::from_be_bytes([a, b])),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] if int.big_endian => u64::from(u32::from_be_bytes([a, b, c, d])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] if int.big_endian => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => return None,
    };
    // An integer of variable size has 4 or 8 bytes.
    if int.bytes == 0 && bytes.len() < 4 {
        return None;
    }
    if !int.signed {
        return Some(unsigned.into());
    }
    let unused = 64_u32.saturating_sub(u32::try_from(bytes.len()).unwrap_or(8).saturating_mul(8));
    let value = i64::from_ne_bytes(unsigned.wrapping_shl(unused).to_ne_bytes());
    Some(i128::from(value.wrapping_shr(unused)))
}

/// Returns a text without the NULs at its end; None where it is no UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last.saturating_add(1));
    std::str::from_utf8(bytes.get(..end)?).ok()
}

/// The text of an attribute that a sub-message is selected by.
pub(crate) fn selector_text<'a>(spec: &'a Spec, attribute: &Attribute, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    match attribute.kind {
        Kind::Text => text(bytes).map(Cow::Borrowed),
        Kind::Int(kind) => int(kind, bytes).map(|value| number_text(spec, attribute.names, value)),
        _ => None,
    }
}

/// The name of a number, or its digits.
pub(crate) fn number_text(spec: &Spec, names: Option<Names>, value: i128) -> Cow<'_, str> {
    let named = names
        .and_then(|names| spec.enumeration(names.of))
        .and_then(|of| of.by_value(i64::try_from(value).ok()?))
        .map(|entry| Cow::Borrowed(&*entry.name));
    named.unwrap_or_else(|| Cow::Owned(value.to_string()))
}

impl<'a> Level<'a> {
    /// Returns the value of a selector: an attribute beside the sub-message, a member of the header, or one further
    /// out.
    pub(crate) fn selector(&self, spec: &'a Spec, name: &str) -> Option<Cow<'a, str>> {
        let mut level = Some(self);
        while let Some(here) = level {
            let attribute = here.set.by_name(name);
            let beside = attribute.and_then(|attribute| {
                let found = attrs(here.bytes).find(|attr| attr.number == attribute.number)?;
                Some((attribute, found.payload))
            });
            if let Some((attribute, payload)) = beside {
                return selector_text(spec, attribute, payload);
            }
            let in_header = here.header.and_then(|(structure, bytes)| {
                let member = structure.members.iter().find(|member| *member.name == *name)?;
                let MemberKind::Int(kind) = member.kind else { return None };
                let value = int(kind, bytes.get(member.offset..)?.get(..member.size)?)?;
                Some(number_text(spec, member.names, value))
            });
            if in_header.is_some() {
                return in_header;
            }
            level = here.outer;
        }
        None
    }
}

/// Which types occur in a nest, and which of them more than once.
struct Census {
    seen: [u64; 4],
    /// Types of 256 and more share a bit with a smaller one: of those, it is only known that they may occur twice.
    twice: [u64; 4],
    any_twice: bool,
}

impl Census {
    fn of(bytes: &[u8]) -> Census {
        let mut census = Census { seen: [0; 4], twice: [0; 4], any_twice: false };
        for attr in attrs(bytes) {
            let (word, bit) = Census::place(attr.number);
            if let (Some(seen), Some(twice)) = (census.seen.get_mut(word), census.twice.get_mut(word)) {
                if *seen & bit != 0 {
                    *twice |= bit;
                    census.any_twice = true;
                }
                *seen |= bit;
            }
        }
        census
    }

    fn place(number: u16) -> (usize, u64) {
        (usize::from(number >> 6) & 3, 1 << (number & 63))
    }

    fn may_repeat(&self, number: u16) -> bool {
        let (word, bit) = Census::place(number);
        self.any_twice && self.twice.get(word).is_some_and(|twice| twice & bit != 0)
    }
}

/// What every level is decoded with.
struct Decoder<'s> {
    spec: &'s Spec,
}

impl Decoder<'_> {
    /// Writes the members of an object: attributes, then the members of the header before them.
    fn headed(
        &self,
        set: &AttributeSet,
        header: Option<StructId>,
        bytes: &[u8],
        outer: Option<&Level<'_>>,
        out: &mut Writer,
        depth: usize,
    ) {
        let Some(structure) = header.map(|id| self.spec.structure(id)) else {
            return self.attributes(&Level { set, bytes, header: None, outer }, out, depth);
        };
        let (header, bytes) = split_header(structure, bytes);
        let level = Level { set, bytes, header: Some((structure, header)), outer };
        self.attributes(&level, out, depth);
        self.members(structure, header, out, depth);
    }

    fn attributes(&self, level: &Level<'_>, out: &mut Writer, depth: usize) {
        let census = Census::of(level.bytes);
        let mut written = HashSet::new();
        let mut walk = attrs(level.bytes);
        // Not a for loop: what is left is asked for behind it.
        while let Some(attr) = walk.next() {
            let attribute = level.set.by_number(attr.number);
            let multi = attribute.is_some_and(|attribute| attribute.multi);
            let repeats = census.may_repeat(attr.number);
            if repeats && !written.insert(attr.number) {
                continue;
            }
            match attribute {
                Some(attribute) => _ = out.key(&attribute.key),
                None => _ = out.member(&unknown_name(attr.number)),
            }
            let mut others = walk.clone().filter(|other| other.number == attr.number).peekable();
            if multi || (repeats && others.peek().is_some()) {
                out.begin_list();
                self.value(attribute, &attr, level, out.item(), depth);
                if repeats {
                    for other in others {
                        self.value(attribute, &other, level, out.item(), depth);
                    }
                }
                out.end_list();
            } else {
                self.value(attribute, &attr, level, out, depth);
            }
        }
        if !walk.rest().is_empty() {
            out.member(UNKNOWN_BYTES).hex(walk.rest(), None);
        }
    }

    fn value(&self, attribute: Option<&Attribute>, attr: &Attr<'_>, level: &Level<'_>, out: &mut Writer, depth: usize) {
        let Some(attribute) = attribute else { return self.unknown(attr, out, depth) };
        let bytes = attr.payload;
        match &attribute.kind {
            Kind::Int(kind) => self.number(*kind, attribute.names, attribute.hint, bytes, out),
            Kind::Text => self.text(bytes, out),
            Kind::Flag if bytes.is_empty() => out.boolean(true),
            Kind::Flag => self.raw(bytes, out),
            Kind::Unused | Kind::Pad => out.hex(bytes, None),
            Kind::Binary(kind) => self.binary(*kind, attribute.hint, bytes, out, depth),
            Kind::Bitfield32 => self.bitfield(attribute.names, bytes, out),
            Kind::Nest(set) => self.nest(*set, bytes, level, out, depth),
            Kind::Array(element) => self.array(*element, attribute, bytes, level, out, depth),
            Kind::TypeValue { names, set } => self.type_value(names, *set, bytes, level, out, depth),
            Kind::SubMessage { message, selector } => {
                self.sub_message(*message, selector, attr, level, out, depth);
            }
        }
    }

    /// Bytes that do not fit their type.
    fn raw(&self, bytes: &[u8], out: &mut Writer) {
        out.begin_object();
        out.member(UNKNOWN_BYTES).hex(bytes, None);
        out.end_object();
    }

    /// An attribute of which nothing is known but what its own header says.
    fn unknown(&self, attr: &Attr<'_>, out: &mut Writer, depth: usize) {
        if !attr.nested || depth >= MAX_DEPTH {
            return out.hex(attr.payload, None);
        }
        out.begin_object();
        let level = Level { set: self.spec.set_or_none(None), bytes: attr.payload, header: None, outer: None };
        self.attributes(&level, out, depth + 1);
        out.end_object();
    }

    fn text(&self, bytes: &[u8], out: &mut Writer) {
        match text(bytes) {
            Some(text) => out.text(text),
            None => self.raw(bytes, out),
        }
    }

    #[inline]
    fn number(&self, kind: Int, names: Option<Names>, hint: Hint, bytes: &[u8], out: &mut Writer) {
        let Some(value) = int(kind, bytes) else { return self.raw(bytes, out) };
        match names {
            Some(names) => self.named(names, value, out),
            None if hint == Hint::None => match (u64::try_from(value), i64::try_from(value)) {
                (Ok(value), _) => out.u64(value),
                (_, Ok(value)) => out.i64(value),
                _ => out.int(value),
            },
            None => display::write_number(hint, value, bytes.len(), out),
        }
    }

    /// A value of an enum, or a list of bits.
    fn named(&self, names: Names, value: i128, out: &mut Writer) {
        let Some(of) = self.spec.enumeration(names.of) else { return out.int(value) };
        if !names.flags {
            return match i64::try_from(value).ok().and_then(|value| of.by_value(value)) {
                Some(entry) => out.quoted(&entry.quoted),
                None => out.int(value),
            };
        }
        out.begin_list();
        // The bits of a negative number are those of its 64-bit form.
        let mut left = u64::try_from(value & i128::from(u64::MAX)).unwrap_or(0);
        while left != 0 {
            let bit = left.trailing_zeros();
            match of.by_value(bit.into()) {
                Some(entry) => out.item().quoted(&entry.quoted),
                None => out.item().u64(1 << bit),
            }
            left &= left.wrapping_sub(1);
        }
        out.end_list();
    }

    fn bitfield(&self, names: Option<Names>, bytes: &[u8], out: &mut Writer) {
        let [a, b, c, d, e, f, g, h] = *bytes else { return self.raw(bytes, out) };
        let value = u32::from_ne_bytes([a, b, c, d]);
        let selector = u32::from_ne_bytes([e, f, g, h]);
        out.begin_object();
        for (name, number) in [("value", value), ("selector", selector)] {
            out.member(name);
            match names {
                Some(names) => self.named(Names { flags: true, ..names }, number.into(), out),
                None => out.u64(number.into()),
            }
        }
        out.end_object();
    }

    fn binary(&self, kind: Binary, hint: Hint, bytes: &[u8], out: &mut Writer, depth: usize) {
        match kind {
            Binary::Bytes => display::write_bytes(hint, bytes, out),
            Binary::Struct(id) => self.structure(id, bytes, out, depth),
            Binary::Ints(kind) => {
                let size = usize::from(kind.bytes);
                if size == 0 || bytes.len() % size != 0 {
                    return self.raw(bytes, out);
                }
                out.begin_list();
                for bytes in bytes.chunks_exact(size) {
                    self.number(kind, None, Hint::None, bytes, out.item());
                }
                out.end_list();
            }
        }
    }

    fn structure(&self, id: StructId, bytes: &[u8], out: &mut Writer, depth: usize) {
        out.begin_object();
        self.members(self.spec.structure(id), bytes, out, depth);
        out.end_object();
    }

    /// Members that are there as a whole; a kernel may know fewer, or more, than the specification.
    fn members(&self, structure: &Struct, bytes: &[u8], out: &mut Writer, depth: usize) {
        let mut done = 0;
        for member in &structure.members {
            let Some(bytes) = bytes.get(member.offset..).and_then(|bytes| bytes.get(..member.size)) else { break };
            done = member.offset.saturating_add(member.size);
            if member.kind == MemberKind::Pad {
                continue;
            }
            out.key(&member.key);
            self.member(member, bytes, out, depth);
        }
        if let Some(rest @ [_, ..]) = bytes.get(done..) {
            out.member(UNKNOWN_BYTES).hex(rest, None);
        }
    }

    fn member(&self, member: &Member, bytes: &[u8], out: &mut Writer, depth: usize) {
        match member.kind {
            MemberKind::Int(kind) => self.number(kind, member.names, member.hint, bytes, out),
            MemberKind::Bitfield32 => self.bitfield(member.names, bytes, out),
            MemberKind::Text => self.text(bytes, out),
            MemberKind::Struct(id) if depth < MAX_DEPTH => self.structure(id, bytes, out, depth + 1),
            MemberKind::Bytes | MemberKind::Pad | MemberKind::Struct(_) => {
                display::write_bytes(member.hint, bytes, out);
            }
        }
    }

    fn nest(&self, set: SetId, bytes: &[u8], outer: &Level<'_>, out: &mut Writer, depth: usize) {
        if depth >= MAX_DEPTH {
            return self.raw(bytes, out);
        }
        out.begin_object();
        let level = Level { set: self.spec.set(set), bytes, header: None, outer: Some(outer) };
        self.attributes(&level, out, depth + 1);
        out.end_object();
    }

    fn array(
        &self,
        element: Element,
        attribute: &Attribute,
        bytes: &[u8],
        level: &Level<'_>,
        out: &mut Writer,
        depth: usize,
    ) {
        let mut walk = attrs(bytes);
        out.begin_list();
        for item in walk.by_ref() {
            out.item();
            match element {
                Element::Nest(set) => {
                    out.begin_object();
                    out.member(itoa::Buffer::new().format(item.number));
                    self.nest(set, item.payload, level, out, depth + 1);
                    out.end_object();
                }
                Element::Int(kind) => self.number(kind, attribute.names, attribute.hint, item.payload, out),
                Element::Text => self.text(item.payload, out),
                Element::Binary(kind) => self.binary(kind, attribute.hint, item.payload, out, depth),
            }
        }
        if !walk.rest().is_empty() {
            self.raw(walk.rest(), out.item());
        }
        out.end_list();
    }

    /// Several entries, which the kernel does not send today, make a list.
    fn type_value(
        &self,
        names: &[(Box<str>, Key)],
        set: SetId,
        bytes: &[u8],
        level: &Level<'_>,
        out: &mut Writer,
        depth: usize,
    ) {
        let mut numbers = Vec::new();
        let single = single_path(bytes, names.len());
        if !single {
            out.begin_list();
        }
        self.type_values(names, set, bytes, &mut numbers, !single, level, out, depth);
        if !single {
            out.end_list();
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn type_values(
        &self,
        names: &[(Box<str>, Key)],
        set: SetId,
        bytes: &[u8],
        numbers: &mut Vec<u16>,
        in_list: bool,
        level: &Level<'_>,
        out: &mut Writer,
        depth: usize,
    ) {
        if numbers.len() < names.len() {
            let mut walk = attrs(bytes);
            for entry in walk.by_ref() {
                numbers.push(entry.number);
                self.type_values(names, set, entry.payload, numbers, in_list, level, out, depth);
                numbers.pop();
            }
            if !walk.rest().is_empty() {
                self.raw(walk.rest(), out.item());
            }
            return;
        }
        if in_list {
            out.item();
        }
        out.begin_object();
        for ((_, key), number) in names.iter().zip(numbers.iter()) {
            out.key(key).u64(u64::from(*number));
        }
        let inner = Level { set: self.spec.set(set), bytes, header: None, outer: Some(level) };
        if depth >= MAX_DEPTH {
            out.member(UNKNOWN_BYTES).hex(bytes, None);
        } else {
            self.attributes(&inner, out, depth + 1);
        }
        out.end_object();
    }

    fn sub_message(
        &self,
        message: MessageId,
        selector: &str,
        attr: &Attr<'_>,
        level: &Level<'_>,
        out: &mut Writer,
        depth: usize,
    ) {
        let format = level.selector(self.spec, selector).and_then(|value| self.spec.format(message, &value));
        let Some(format) = format.filter(|_| depth < MAX_DEPTH) else {
            // Old families do not mark them as the nests that most are.
            let nested = attr.nested || are_attributes(attr.payload);
            return self.unknown(&Attr { nested, ..*attr }, out, depth);
        };
        out.begin_object();
        match (format.header, format.set) {
            (None, None) if attr.payload.is_empty() => {}
            (None, None) => out.member(UNKNOWN_BYTES).hex(attr.payload, None),
            (Some(id), None) => self.members(self.spec.structure(id), attr.payload, out, depth),
            (header, Some(set)) => {
                self.headed(self.spec.set(set), header, attr.payload, Some(level), out, depth + 1);
            }
        }
        out.end_object();
    }
}

/// Whether bytes are attributes and nothing else: whole ones, with zeros between them, and no bit set that has no meaning.
fn are_attributes(bytes: &[u8]) -> bool {
    let mut walk = attrs(bytes);
    let mut count: usize = 0;
    for attr in walk.by_ref() {
        let end = attr.offset.saturating_add(ATTRIBUTE_HEADER).saturating_add(attr.payload.len());
        let gap = bytes.get(end..align(end).min(bytes.len())).unwrap_or(&[]);
        let ty = bytes.get(attr.offset.saturating_add(2)..).and_then(|ty| ty.first_chunk().copied());
        let ty = ty.map_or(0, u16::from_ne_bytes);
        if gap.iter().any(|byte| *byte != 0) || ty & !(NLA_F_NESTED | NLA_TYPE_MASK) != 0 {
            return false;
        }
        count = count.saturating_add(1);
    }
    count > 0 && walk.rest().is_empty()
}

/// Whether there is exactly one attribute in each of `depth` levels.
fn single_path(bytes: &[u8], depth: usize) -> bool {
    let mut bytes = bytes;
    for _ in 0..depth {
        let mut walk = attrs(bytes);
        match (walk.next(), walk.rest()) {
            (Some(entry), []) => bytes = entry.payload,
            _ => return false,
        }
    }
    true
}
