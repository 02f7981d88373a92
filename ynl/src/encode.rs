// SPDX-License-Identifier: MIT OR Apache-2.0
//! From JSON to the bytes of a message, checked against the specification.
//!
//! Input may be as decoding writes it, or freer: names or numbers for enums and attributes, hexadecimal text for
//! whatever is bytes, an object where a list of one is meant. A value of null counts as absent.

use crate::decode::{UNKNOWN_BYTES, number_text};
use crate::display;
use crate::error::{Allowed, Error, Result};
use crate::json::read::Value;
use crate::json::write::Key;
use crate::spec::model::{
    Attribute, AttributeSet, Binary, Checks, Element, Hint, Int, Kind, Member, MemberKind, MessageId, Names, SetId,
    Spec, Struct, StructId,
};
use crate::wire::{ATTRIBUTE_HEADER, NLA_F_NESTED, NLA_TYPE_MASK, align};
use std::borrow::Cow;

/// The names from the message down to an attribute, for errors.
#[derive(Clone, Copy)]
struct Path<'a> {
    outer: Option<&'a Path<'a>>,
    name: &'a str,
}

impl Path<'_> {
    const ROOT: Path<'static> = Path { outer: None, name: "" };

    fn at<'a>(&'a self, name: &'a str) -> Path<'a> {
        Path { outer: Some(self), name }
    }

    #[cold]
    fn text(&self) -> String {
        let mut names = Vec::new();
        let mut here = Some(self);
        while let Some(path) = here {
            if !path.name.is_empty() {
                names.push(path.name);
            }
            here = path.outer;
        }
        names.reverse();
        names.join(".")
    }

    #[cold]
    fn error(&self, message: impl Into<String>) -> Box<Error> {
        Error::input(self.text(), message)
    }

    #[cold]
    fn range(&self, message: impl Into<String>, allowed: Allowed) -> Box<Error> {
        let mut error = Error::at(-libc::ERANGE, self.text(), message);
        error.allowed = Some(allowed);
        error
    }
}

type Members<'a> = [(Cow<'a, str>, Value<'a>)];

/// One level of the input: what a selector further in may refer to.
struct Level<'a> {
    set: &'a AttributeSet,
    header: Option<&'a Struct>,
    members: &'a Members<'a>,
    outer: Option<&'a Level<'a>>,
}

struct Encoder<'s> {
    spec: &'s Spec,
    /// Values are not checked against the limits in the specification.
    unchecked: bool,
}

/// Appends the payload of a message: the family's header, then attributes. On failure `out` is as it was.
pub(crate) fn payload(
    spec: &Spec,
    set: Option<SetId>,
    header: Option<StructId>,
    value: &Value<'_>,
    unchecked: bool,
    out: &mut Vec<u8>,
) -> Result<()> {
    let encoder = Encoder { spec, unchecked };
    let members = match value {
        Value::Object(members) => members.as_slice(),
        Value::Null => &[],
        other => return Err(Error::input("", format!("a request is an object, not {}", other.kind()))),
    };
    let start = out.len();
    let level = Level { set: spec.set_or_none(set), header: header.map(|id| spec.structure(id)), members, outer: None };
    encoder.headed(&level, &Path::ROOT, out).inspect_err(|_| out.truncate(start))
}

/// The number in `UnknownAttr(67)`, or in digits alone.
fn number_in_name(name: &str) -> Option<u16> {
    let digits = name.strip_prefix("UnknownAttr(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(name);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|number| *number <= NLA_TYPE_MASK)
}

/// The bytes of `{"UnknownBytes": "…"}` alone, which fits every type.
fn raw_text<'a>(value: &'a Value<'_>) -> Option<&'a str> {
    match value {
        Value::Object(members) => match members.as_slice() {
            [(name, Value::Text(text))] if name == UNKNOWN_BYTES => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn truthy(value: &Value<'_>) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Int(value) => *value != 0,
        Value::Float(value) => *value != 0.0,
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// Smallest and largest value of an integer.
fn bounds(kind: Int) -> (i128, i128) {
    let bits = match kind.bytes {
        0 => 64,
        bytes => u32::from(bytes) * 8,
    };
    match kind.signed {
        true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
        false => (0, (1_i128 << bits) - 1),
    }
}

/// Appends an integer that is in range.
fn put_int(kind: Int, value: i128, out: &mut Vec<u8>) {
    // The low 64 bits; what is above them repeats the sign.
    let low = u64::try_from(value & i128::from(u64::MAX)).unwrap_or(0);
    let size = match kind.bytes {
        0 if kind.signed && i32::try_from(value).is_ok() => 4,
        0 if !kind.signed && u32::try_from(value).is_ok() => 4,
        0 => 8,
        bytes => usize::from(bytes),
    };
    if kind.big_endian {
        out.extend_from_slice(low.to_be_bytes().get(8_usize.saturating_sub(size)..).unwrap_or(&[]));
    } else {
        out.extend_from_slice(low.to_le_bytes().get(..size).unwrap_or(&[]));
    }
}

impl<'s> Encoder<'s> {
    /// Appends a header, if there is one, and attributes: the members of one object.
    fn headed(&self, level: &Level<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        let base = out.len();
        if let Some(header) = level.header {
            out.resize(base.saturating_add(align(header.size)), 0);
        }
        let mut tail = None;
        for (name, value) in level.members {
            if matches!(value, Value::Null) {
                continue;
            }
            let member = level.header.and_then(|header| header.members.iter().find(|member| *member.name == **name));
            if let Some(member) = member.filter(|member| member.kind != MemberKind::Pad) {
                self.member_in_place(member, value, &path.at(name), base, out)?;
            } else if let Some(attribute) = level.set.by_name(name) {
                self.attribute(attribute, value, level, &path.at(name), out)?;
            } else if name == UNKNOWN_BYTES {
                tail = Some(value);
            } else if let Some(number) = number_in_name(name) {
                match level.set.by_number(number) {
                    Some(attribute) => self.attribute(attribute, value, level, &path.at(name), out)?,
                    None => self.unknown(number, value, &path.at(name), out)?,
                }
            } else {
                return Err(self.no_such_name(level, name, path));
            }
        }
        match tail {
            None => Ok(()),
            Some(value) => self.hex(Hint::None, value, &path.at(UNKNOWN_BYTES), out),
        }
    }

    #[cold]
    fn no_such_name(&self, level: &Level<'_>, name: &str, path: &Path<'_>) -> Box<Error> {
        let members = level.header.iter().flat_map(|header| &header.members).map(|member| &*member.name);
        let known = members.chain(level.set.attributes.iter().map(|attribute| &*attribute.name));
        let set = &level.set.name;
        let place = if set.is_empty() { "there is".into() } else { format!("the set '{set}' has") };
        path.at(name).error(format!("{place} no attribute '{name}'{}", suggestion(known, name)))
    }

    /// Appends an attribute; several of a kind where the value is a list of such.
    fn attribute(
        &self,
        attribute: &Attribute,
        value: &Value<'_>,
        level: &Level<'_>,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match value {
            Value::List(items) if attribute.multi || !takes_list(attribute, items) => {
                items.iter().try_for_each(|item| self.single(attribute, item, level, path, out))
            }
            value => self.single(attribute, value, level, path, out),
        }
    }

    fn single(
        &self,
        attribute: &Attribute,
        value: &Value<'_>,
        level: &Level<'_>,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        if matches!(attribute.kind, Kind::Flag) && raw_text(value).is_none() {
            if truthy(value) {
                return self.wrap(attribute.number, path, out, |_| Ok(()));
            }
            return Ok(());
        }
        let nested = match &attribute.kind {
            Kind::Nest(_) | Kind::Array(_) | Kind::TypeValue { .. } => NLA_F_NESTED,
            Kind::SubMessage { .. } if matches!(value, Value::Object(_)) => NLA_F_NESTED,
            _ => 0,
        };
        self.wrap(attribute.number | nested, path, out, |out| {
            if let Some(text) = raw_text(value) {
                return self.hex_text(Hint::None, text, path, out);
            }
            self.value(attribute, value, level, path, out)
        })
    }

    /// Appends an attribute's header, what `fill` appends, and padding.
    fn wrap(
        &self,
        ty: u16,
        path: &Path<'_>,
        out: &mut Vec<u8>,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let start = out.len();
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&ty.to_ne_bytes());
        fill(out)?;
        let len = out.len().saturating_sub(start);
        let Ok(short) = u16::try_from(len) else {
            return Err(Error::at(
                -libc::EMSGSIZE,
                path.text(),
                format!("{} bytes do not fit into an attribute", len.saturating_sub(ATTRIBUTE_HEADER)),
            ));
        };
        if let Some(slot) = out.get_mut(start..start.saturating_add(2)) {
            slot.copy_from_slice(&short.to_ne_bytes());
        }
        out.resize(start.saturating_add(align(len)), 0);
        Ok(())
    }

    fn unknown(&self, number: u16, value: &Value<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            Value::List(items) => items.iter().try_for_each(|item| self.unknown(number, item, path, out)),
            Value::Text(text) => self.wrap(number, path, out, |out| self.hex_text(Hint::None, text, path, out)),
            Value::Object(members) => self.wrap(number | NLA_F_NESTED, path, out, |out| {
                let set = self.spec.set_or_none(None);
                self.headed(&Level { set, header: None, members, outer: None }, path, out)
            }),
            other => Err(path.error(format!("hexadecimal text or an object is needed here, not {}", other.kind()))),
        }
    }

    fn value(
        &self,
        attribute: &Attribute,
        value: &Value<'_>,
        level: &Level<'_>,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let start = out.len();
        let checks = attribute.checks.as_deref().filter(|_| !self.unchecked);
        match &attribute.kind {
            Kind::Int(kind) => {
                let number = self.number(*kind, attribute.names, attribute.hint, value, path)?;
                if let Some(checks) = checks {
                    check_number(checks, *kind, number, path)?;
                }
                put_int(*kind, number, out);
                Ok(())
            }
            Kind::Text => {
                self.text(value, path, out)?;
                check_length(checks, out.len().saturating_sub(start), path)?;
                out.push(0);
                Ok(())
            }
            Kind::Binary(kind) => {
                self.binary(*kind, attribute.hint, value, path, out)?;
                check_length(checks, out.len().saturating_sub(start), path)
            }
            Kind::Unused | Kind::Pad | Kind::Flag => self.hex(Hint::None, value, path, out),
            Kind::Bitfield32 => self.bitfield(attribute.names, value, path, out),
            Kind::Nest(set) => self.nest(*set, value, level, path, out),
            Kind::Array(element) => self.array(*element, attribute, value, level, path, out),
            Kind::TypeValue { names, set } => match value {
                Value::List(items) => {
                    items.iter().try_for_each(|item| self.type_value(names, *set, item, level, path, out))
                }
                value => self.type_value(names, *set, value, level, path, out),
            },
            Kind::SubMessage { message, selector } => self.sub_message(*message, selector, value, level, path, out),
        }
    }

    /// Appends the bytes of hexadecimal text, or of an address.
    fn hex(&self, hint: Hint, value: &Value<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            Value::Text(text) => self.hex_text(hint, text, path, out),
            other => Err(path.error(format!("text is needed here, not {}", other.kind()))),
        }
    }

    fn hex_text(&self, hint: Hint, text: &str, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        let start = out.len();
        display::read_bytes(hint, text, out).ok_or_else(|| {
            out.truncate(start);
            let what = match hint {
                Hint::Ipv4 => "an IPv4 address",
                Hint::Ipv6 => "an IPv6 address",
                Hint::Ip => "an IP address",
                _ => "hexadecimal text, two digits for each byte",
            };
            path.error(format!("'{text}' is not {what}"))
        })
    }

    fn text(&self, value: &Value<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            Value::Text(text) => out.extend_from_slice(text.as_bytes()),
            Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
            other => return Err(path.error(format!("text is needed here, not {}", other.kind()))),
        }
        Ok(())
    }

    /// Reads a number: digits, a name, or a list of names of bits.
    fn number(&self, kind: Int, names: Option<Names>, hint: Hint, value: &Value<'_>, path: &Path<'_>) -> Result<i128> {
        let number = match value {
            Value::Int(number) => *number,
            Value::Bool(value) => i128::from(*value),
            Value::Text(text) => self.named(names, hint, text, path)?,
            Value::List(items) if names.is_some_and(|names| names.flags) => {
                let mut bits = 0;
                for item in items {
                    bits |= match item {
                        Value::Int(number) => *number,
                        Value::Text(text) => self.named(names, hint, text, path)?,
                        other => return Err(path.error(format!("a flag is a name, not {}", other.kind()))),
                    };
                }
                // All 64 bits may have been written as a positive number.
                if kind.signed && kind.bytes != 0 { sign_extend(kind, bits) } else { bits }
            }
            other => return Err(path.error(format!("a number is needed here, not {}", other.kind()))),
        };
        let (min, max) = bounds(kind);
        if number < min || number > max {
            let allowed = Allowed { range: Some((min, max)), ..Allowed::default() };
            return Err(path.range(format!("{number} is out of range"), allowed));
        }
        Ok(number)
    }

    /// The number of a name, or of digits.
    fn named(&self, names: Option<Names>, hint: Hint, text: &str, path: &Path<'_>) -> Result<i128> {
        let of = names.and_then(|names| self.spec.enumeration(names.of));
        let (Some(of), Some(names)) = (of, names) else {
            return display::read_number(hint, text).ok_or_else(|| path.error(format!("'{text}' is not a number")));
        };
        if let Some(entry) = of.by_name(text) {
            return Ok(match names.flags {
                true => u32::try_from(entry.value).ok().and_then(|bit| 1_i128.checked_shl(bit)).unwrap_or(0),
                false => entry.value.into(),
            });
        }
        display::read_number(hint, text).ok_or_else(|| {
            let known: Vec<&str> = of.entries.iter().map(|entry| &*entry.name).collect();
            path.error(format!("'{text}' is no value of '{}': {}", of.name, known.join(", ")))
        })
    }

    fn bitfield(&self, names: Option<Names>, value: &Value<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        const U32: Int = Int { bytes: 4, signed: false, big_endian: cfg!(target_endian = "big") };
        let names = names.map(|names| Names { flags: true, ..names });
        let (bits, selector) = match value {
            Value::Object(members) => {
                let (mut bits, mut selector) = (0, None);
                for (name, value) in members {
                    let number = self.number(U32, names, Hint::None, value, &path.at(name))?;
                    match &**name {
                        "value" => bits = number,
                        "selector" => selector = Some(number),
                        _ => return Err(path.at(name).error("a bitfield has 'value' and 'selector'")),
                    }
                }
                (bits, selector.unwrap_or(bits))
            }
            // Bits alone: they are to be set, and no other changes.
            value => {
                let bits = self.number(U32, names, Hint::None, value, path)?;
                (bits, bits)
            }
        };
        put_int(U32, bits, out);
        put_int(U32, selector, out);
        Ok(())
    }

    fn binary(&self, kind: Binary, hint: Hint, value: &Value<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        match (kind, value) {
            (Binary::Struct(id), Value::Object(members)) => self.structure(self.spec.structure(id), members, path, out),
            (Binary::Ints(kind), Value::List(items)) => items.iter().try_for_each(|item| {
                put_int(kind, self.number(kind, None, Hint::None, item, path)?, out);
                Ok(())
            }),
            (Binary::Ints(kind), Value::Int(_)) => {
                put_int(kind, self.number(kind, None, Hint::None, value, path)?, out);
                Ok(())
            }
            (Binary::Struct(_), Value::Text(_)) | (_, Value::Text(_)) => self.hex(hint, value, path, out),
            (Binary::Struct(_), other) => {
                Err(path.error(format!("an object or hexadecimal text is needed here, not {}", other.kind())))
            }
            (_, other) => Err(path.error(format!("text is needed here, not {}", other.kind()))),
        }
    }

    /// Appends a struct. Members that are not given are 0; with bytes behind it, it ends with the last one given.
    fn structure(&self, structure: &Struct, members: &Members<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        let base = out.len();
        out.resize(base.saturating_add(structure.size), 0);
        let (mut end, mut tail) = (0, None);
        for (name, value) in members {
            let here = path.at(name);
            let known = structure.members.iter().find(|member| *member.name == **name);
            match known.filter(|member| member.kind != MemberKind::Pad) {
                _ if matches!(value, Value::Null) => {}
                Some(member) => {
                    self.member_in_place(member, value, &here, base, out)?;
                    end = end.max(member.offset.saturating_add(member.size));
                }
                None if name == UNKNOWN_BYTES => tail = Some(value),
                None => return Err(here.error(format!("the struct '{}' has no member '{name}'", structure.name))),
            }
        }
        if let Some(value) = tail {
            out.truncate(base.saturating_add(end));
            self.hex(Hint::None, value, &path.at(UNKNOWN_BYTES), out)?;
        }
        Ok(())
    }

    /// Writes a member of the struct that begins at `base` of `out` and is there already, as zeros.
    fn member_in_place(
        &self,
        member: &Member,
        value: &Value<'_>,
        path: &Path<'_>,
        base: usize,
        out: &mut [u8],
    ) -> Result<()> {
        let mut bytes = Vec::new();
        self.member(member, value, path, &mut bytes)?;
        if bytes.len() > member.size {
            let allowed = Allowed { max_length: u32::try_from(member.size).ok(), ..Allowed::default() };
            return Err(path.range(format!("{} bytes do not fit", bytes.len()), allowed));
        }
        let at = base.saturating_add(member.offset);
        if let Some(slot) = out.get_mut(at..at.saturating_add(bytes.len())) {
            slot.copy_from_slice(&bytes);
        }
        Ok(())
    }

    fn member(&self, member: &Member, value: &Value<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        if let Some(text) = raw_text(value) {
            return self.hex_text(Hint::None, text, path, out);
        }
        match (member.kind, value) {
            (MemberKind::Int(kind), value) => {
                put_int(kind, self.number(kind, member.names, member.hint, value, path)?, out);
                Ok(())
            }
            (MemberKind::Bitfield32, value) => self.bitfield(member.names, value, path, out),
            (MemberKind::Struct(id), Value::Object(members)) => {
                self.structure(self.spec.structure(id), members, path, out)
            }
            (MemberKind::Text, value) => self.text(value, path, out),
            (_, value) => self.hex(member.hint, value, path, out),
        }
    }

    fn nest(&self, set: SetId, value: &Value<'_>, outer: &Level<'_>, path: &Path<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            Value::Object(members) => {
                let level = Level { set: self.spec.set(set), header: None, members, outer: Some(outer) };
                self.headed(&level, path, out)
            }
            other => Err(path.error(format!("an object is needed here, not {}", other.kind()))),
        }
    }

    fn array(
        &self,
        element: Element,
        attribute: &Attribute,
        value: &Value<'_>,
        level: &Level<'_>,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let items = match value {
            Value::List(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        let mut next: u16 = 0;
        for item in items {
            match (element, item) {
                // By number, as decoding writes it.
                (Element::Nest(set), Value::Object(members))
                    if !members.is_empty() && members.iter().all(|(name, value)| is_numbered(name, value)) =>
                {
                    for (name, value) in members {
                        let number = number_in_name(name).unwrap_or(next);
                        self.wrap(number | NLA_F_NESTED, path, out, |out| {
                            self.nest(set, value, level, &path.at(name), out)
                        })?;
                        next = number.saturating_add(1);
                    }
                    continue;
                }
                (Element::Nest(set), item) => {
                    self.wrap(next | NLA_F_NESTED, path, out, |out| self.nest(set, item, level, path, out))?
                }
                (element, item) => self.wrap(next, path, out, |out| {
                    if let Some(text) = raw_text(item) {
                        return self.hex_text(Hint::None, text, path, out);
                    }
                    match element {
                        Element::Int(kind) => {
                            put_int(kind, self.number(kind, attribute.names, attribute.hint, item, path)?, out);
                            Ok(())
                        }
                        Element::Binary(kind) => self.binary(kind, attribute.hint, item, path, out),
                        Element::Text | Element::Nest(_) => {
                            self.text(item, path, out)?;
                            out.push(0);
                            Ok(())
                        }
                    }
                })?,
            }
            next = next.saturating_add(1) & NLA_TYPE_MASK;
        }
        Ok(())
    }

    fn type_value(
        &self,
        names: &[(Box<str>, Key)],
        set: SetId,
        value: &Value<'_>,
        outer: &Level<'_>,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let Value::Object(members) = value else {
            return Err(path.error(format!("an object is needed here, not {}", value.kind())));
        };
        let Some(((name, _), names_left)) = names.split_first() else {
            let level = Level { set: self.spec.set(set), header: None, members, outer: Some(outer) };
            return self.headed(&level, path, out);
        };
        const U16: Int = Int { bytes: 2, signed: false, big_endian: false };
        let here = path.at(name);
        let number = members
            .iter()
            .find(|(member, _)| **member == **name)
            .ok_or_else(|| here.error(format!("'{name}' is missing")))
            .and_then(|(_, value)| self.number(U16, None, Hint::None, value, &here))?;
        let number = u16::try_from(number).unwrap_or(0) & NLA_TYPE_MASK;
        let left = Value::Object(members.iter().filter(|(member, _)| **member != **name).cloned().collect());
        self.wrap(number | NLA_F_NESTED, path, out, |out| self.type_value(names_left, set, &left, outer, path, out))
    }

    fn sub_message(
        &self,
        message: MessageId,
        selector: &str,
        value: &Value<'_>,
        level: &Level<'_>,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let members = match value {
            Value::Object(members) => members.as_slice(),
            value => return self.hex(Hint::None, value, path, out),
        };
        let chosen = self.selector(level, selector);
        let Some(format) = chosen.as_ref().and_then(|chosen| self.spec.format(message, chosen)) else {
            // What decoding writes of a nest whose kind it does not know.
            if members.iter().all(|(name, _)| number_in_name(name).is_some()) {
                let set = self.spec.set_or_none(None);
                return self.headed(&Level { set, header: None, members, outer: None }, path, out);
            }
            return Err(path.error(match chosen {
                Some(chosen) => {
                    let formats = self.spec.messages.get(message.0).map_or(&[][..], |message| &message.formats);
                    let known = formats.iter().map(|format| &*format.value);
                    format!("the specification does not know the {selector} '{chosen}'{}", suggestion(known, &chosen))
                }
                None => format!("what may stand here depends on '{selector}', which is missing"),
            }));
        };
        match (format.header, format.set) {
            (Some(id), None) => self.structure(self.spec.structure(id), members, path, out),
            (header, set) => {
                let level = Level {
                    set: self.spec.set_or_none(set),
                    header: header.map(|id| self.spec.structure(id)),
                    members,
                    outer: Some(level),
                };
                self.headed(&level, path, out)
            }
        }
    }

    /// The value of a selector, from the innermost level that has it.
    fn selector<'a>(&self, level: &'a Level<'_>, name: &str) -> Option<Cow<'a, str>>
    where
        's: 'a,
    {
        let mut level = Some(level);
        while let Some(here) = level {
            if let Some((_, value)) = here.members.iter().find(|(member, _)| **member == *name) {
                let names = match here.set.by_name(name) {
                    Some(attribute) => attribute.names,
                    None => here.header?.members.iter().find(|member| *member.name == *name)?.names,
                };
                return match value {
                    Value::Text(text) => match display::read_number(Hint::None, text) {
                        Some(number) if names.is_some() => Some(number_text(self.spec, names, number)),
                        _ => Some(Cow::Borrowed(text)),
                    },
                    Value::Int(number) => Some(number_text(self.spec, names, *number)),
                    _ => None,
                };
            }
            level = here.outer;
        }
        None
    }
}

/// Whether a list is one value of the attribute, and not several attributes.
fn takes_list(attribute: &Attribute, items: &[Value<'_>]) -> bool {
    let lists_inside = items.iter().any(|item| matches!(item, Value::List(_)));
    match attribute.kind {
        Kind::Array(_) | Kind::TypeValue { .. } | Kind::Binary(Binary::Ints(_)) => !lists_inside,
        Kind::Int(_) => attribute.names.is_some_and(|names| names.flags) && !lists_inside,
        Kind::Bitfield32 => items.iter().all(|item| matches!(item, Value::Text(_))),
        _ => false,
    }
}

/// `"1": {…}` as an element of an array.
fn is_numbered(name: &str, value: &Value<'_>) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
        && number_in_name(name).is_some()
        && matches!(value, Value::Object(_))
}

/// Returns the number whose low bits these are.
fn sign_extend(kind: Int, bits: i128) -> i128 {
    let (_, max) = bounds(kind);
    let all = (max << 1) | 1;
    if bits > max && bits <= all { bits - all - 1 } else { bits }
}

fn check_number(checks: &Checks, kind: Int, value: i128, path: &Path<'_>) -> Result<()> {
    let (lowest, highest) = bounds(kind);
    let (min, max) = (checks.min.unwrap_or(lowest), checks.max.unwrap_or(highest));
    if value < min || value > max {
        let allowed = Allowed { range: Some((min, max)), ..Allowed::default() };
        return Err(path.range(format!("{value} is out of range"), allowed));
    }
    match checks.mask {
        Some(mask) if value & !i128::from(mask) != 0 => {
            let allowed = Allowed { mask: Some(mask), ..Allowed::default() };
            Err(path.range(format!("{value:#x} has bits that are not allowed"), allowed))
        }
        _ => Ok(()),
    }
}

fn check_length(checks: Option<&Checks>, len: usize, path: &Path<'_>) -> Result<()> {
    let Some(checks) = checks else { return Ok(()) };
    let min = checks.exact_len.or(checks.min_len);
    let max = checks.exact_len.or(checks.max_len);
    if min.is_some_and(|min| len < min) || max.is_some_and(|max| len > max) {
        let short = |len: Option<usize>| len.and_then(|len| u32::try_from(len).ok());
        let allowed = Allowed { min_length: short(min), max_length: short(max), ..Allowed::default() };
        return Err(path.range(format!("a length of {len} bytes is out of range"), allowed));
    }
    Ok(())
}

/// What a message about an unknown name ends with: at most three names that may have been meant.
fn suggestion<'n>(known: impl Iterator<Item = &'n str>, given: &str) -> String {
    let near: Vec<&str> = known.filter(|known| is_near(known, given)).take(3).collect();
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) }
}

/// Whether a name may have been meant: it has the other in it, or differs in one character.
fn is_near(known: &str, given: &str) -> bool {
    let fold = |name: &str| name.replace('_', "-").to_ascii_lowercase();
    let (known, given) = (fold(known), fold(given));
    if given.len() < 3 {
        return false;
    }
    if known.contains(&given) || (known.len() >= 3 && given.contains(&known)) {
        return true;
    }
    let same_start = known.bytes().zip(given.bytes()).take_while(|(a, b)| a == b).count();
    let same_end = known.bytes().rev().zip(given.bytes().rev()).take_while(|(a, b)| a == b).count();
    let longest = known.len().max(given.len());
    longest.abs_diff(known.len().min(given.len())) <= 1
        && same_start.saturating_add(same_end).saturating_add(1) >= longest
}
