// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a specification contains, as JSON: for programs that show it, complete names, or check themselves against it.

use crate::error::{Error, Result};
use crate::family::Family;
use crate::json::write::Writer;
use crate::search;
use crate::spec::model::{
    Attribute, AttributeSet, Binary, Element, Enum, Exchange, Hint, Kind, Member, MemberKind, Names, Operation, Spec,
    Struct, SubMessage,
};

/// A part of a specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Name, documentation, schema, protocol, version, where it was found; names of operations and groups.
    Family,
    /// Operations and events, with what may be asked and what comes back.
    Operations,
    /// Sets of attributes: name, number, type.
    AttributeSets,
    /// Enums and flags.
    Enums,
    /// Structs and their members.
    Structs,
    /// What is in an attribute by the value of another.
    SubMessages,
    /// Named numbers.
    Constants,
    /// Multicast groups.
    Groups,
}

impl Section {
    /// Returns the section of that name: `family`, `operations`, `attribute-sets`, `enums`, `structs`,
    /// `sub-messages`, `constants`, `groups`.
    pub fn of(name: &str) -> Option<Section> {
        Some(match name {
            "family" => Section::Family,
            "operations" => Section::Operations,
            "attribute-sets" => Section::AttributeSets,
            "enums" => Section::Enums,
            "structs" => Section::Structs,
            "sub-messages" => Section::SubMessages,
            "constants" => Section::Constants,
            "groups" => Section::Groups,
            _ => return None,
        })
    }
}

/// Returns every family that can be opened by name, and where its specification is: an object.
pub fn families() -> Vec<u8> {
    let mut out = Writer::new();
    out.begin_object();
    for (name, origin) in search::families() {
        out.member(&name).text(&origin);
    }
    out.end_object();
    out.into_bytes()
}

impl Family {
    /// Returns a part of the specification as a list; with the name of one thing in it, that as an object. -ENOENT
    /// when there is none of that name.
    pub fn describe(&self, section: Section, name: Option<&str>) -> Result<Vec<u8>> {
        let mut out = Writer::new();
        let spec = self.spec();
        match section {
            Section::Family => self.overview(&mut out),
            Section::Operations => {
                each(&spec.operations, name, |it| &it.name, &mut out, |it, out| operation(spec, it, out))?
            }
            Section::AttributeSets => each(&spec.sets, name, |it| &it.name, &mut out, |it, out| set(spec, it, out))?,
            Section::Enums => each(&spec.enums, name, |it| &it.name, &mut out, enumeration)?,
            Section::Structs => each(&spec.structs, name, |it| &it.name, &mut out, |it, out| structure(spec, it, out))?,
            Section::SubMessages => {
                each(&spec.messages, name, |it| &it.name, &mut out, |it, out| message(spec, it, out))?
            }
            Section::Constants => each(
                &spec.constants,
                name,
                |it| &it.name,
                &mut out,
                |it, out| {
                    match (it.value, &it.text) {
                        (Some(value), _) => out.member("value").i64(value),
                        (None, Some(text)) => out.member("value").text(text),
                        (None, None) => out.member("value").null(),
                    }
                    doc(&it.doc, out);
                },
            )?,
            Section::Groups => each(
                &spec.groups,
                name,
                |it| &it.name,
                &mut out,
                |it, out| {
                    if let Some(number) = it.number {
                        out.member("value").u64(number.into());
                    }
                },
            )?,
        }
        Ok(out.into_bytes())
    }

    fn overview(&self, out: &mut Writer) {
        let spec = self.spec();
        out.begin_object();
        out.member("name").text(&spec.name);
        doc(&spec.doc, out);
        out.member("protocol").text(spec.schema.name());
        out.member("protonum").i64(spec.protocol.into());
        if spec.is_generic() {
            out.member("version").u64(spec.version.into());
        }
        out.member("origin").text(self.origin());
        out.member("operations").begin_list();
        for operation in &spec.operations {
            out.item().text(&operation.name);
        }
        out.end_list();
        out.member("groups").begin_list();
        for group in &spec.groups {
            out.item().text(&group.name);
        }
        out.end_list();
        out.end_object();
    }
}

fn each<T>(
    items: &[T],
    wanted: Option<&str>,
    name: impl Fn(&T) -> &str,
    out: &mut Writer,
    write: impl Fn(&T, &mut Writer),
) -> Result<()> {
    let object = |item: &T, out: &mut Writer| {
        out.begin_object();
        out.member("name").text(name(item));
        write(item, out);
        out.end_object();
    };
    if let Some(wanted) = wanted {
        let item = items.iter().find(|item| name(item) == wanted);
        let item = item.ok_or_else(|| Error::new(-libc::ENOENT, format!("there is no '{wanted}'")))?;
        object(item, out);
        return Ok(());
    }
    out.begin_list();
    for item in items {
        object(item, out.item());
    }
    out.end_list();
    Ok(())
}

fn doc(text: &str, out: &mut Writer) {
    if !text.is_empty() {
        out.member("doc").text(text);
    }
}

fn operation(spec: &Spec, it: &Operation, out: &mut Writer) {
    doc(&it.doc, out);
    if let Some(id) = it.set {
        out.member("attribute-set").text(&spec.set(id).name);
    }
    if let Some(id) = it.header {
        out.member("fixed-header").text(&spec.structure(id).name);
    }
    for (word, part) in [("do", &it.do_), ("dump", &it.dump)] {
        if let Some(part) = part {
            out.member(word);
            exchange(part, out);
        }
    }
    if let Some(number) = it.event {
        out.member("event").u64(number.into());
    }
    for (word, name) in [("notify", &it.notify), ("mcgrp", &it.group)] {
        if let Some(name) = name {
            out.member(word).text(name);
        }
    }
    if !it.flags.is_empty() {
        list("flags", &it.flags, out);
    }
}

fn list(word: &str, names: &[Box<str>], out: &mut Writer) {
    out.member(word).begin_list();
    for name in names {
        out.item().text(name);
    }
    out.end_list();
}

fn exchange(it: &Exchange, out: &mut Writer) {
    out.begin_object();
    for (word, number, names) in
        [("request", it.request, &it.request_attributes), ("reply", it.reply, &it.reply_attributes)]
    {
        if number.is_none() && names.is_empty() {
            continue;
        }
        out.member(word).begin_object();
        if let Some(number) = number {
            out.member("value").u64(number.into());
        }
        if !names.is_empty() {
            list("attributes", names, out);
        }
        out.end_object();
    }
    out.end_object();
}

fn set(spec: &Spec, it: &AttributeSet, out: &mut Writer) {
    doc(&it.doc, out);
    out.member("attributes").begin_list();
    for attribute in &it.attributes {
        self::attribute(spec, attribute, out.item());
    }
    out.end_list();
}

fn binary(spec: &Spec, kind: Binary, out: &mut Writer) {
    match kind {
        Binary::Struct(id) => out.member("struct").text(&spec.structure(id).name),
        Binary::Ints(kind) => out.member("sub-type").text(&int_name(kind.bytes, kind.signed)),
        Binary::Bytes => {}
    }
}

fn int_name(bytes: u8, signed: bool) -> String {
    match (bytes, signed) {
        (0, false) => "uint".into(),
        (0, true) => "sint".into(),
        (bytes, signed) => format!("{}{}", if signed { 's' } else { 'u' }, u32::from(bytes) * 8),
    }
}

fn attribute(spec: &Spec, it: &Attribute, out: &mut Writer) {
    out.begin_object();
    out.member("name").text(&it.name);
    out.member("value").u64(it.number.into());
    out.member("type").text(&it.type_name);
    match &it.kind {
        Kind::Int(kind) => big_endian(kind.bytes != 1 && kind.big_endian != cfg!(target_endian = "big"), out),
        Kind::Nest(id) => out.member("nested-attributes").text(&spec.set(*id).name),
        Kind::Binary(kind) => binary(spec, *kind, out),
        Kind::Array(Element::Nest(id)) => {
            out.member("sub-type").text("nest");
            out.member("nested-attributes").text(&spec.set(*id).name);
        }
        Kind::Array(Element::Int(kind)) => out.member("sub-type").text(&int_name(kind.bytes, kind.signed)),
        Kind::Array(Element::Text) => out.member("sub-type").text("string"),
        Kind::Array(Element::Binary(kind)) => {
            out.member("sub-type").text("binary");
            if let Binary::Struct(id) = kind {
                out.member("struct").text(&spec.structure(*id).name);
            }
        }
        Kind::TypeValue { names, set } => {
            out.member("type-value").begin_list();
            for (name, _) in names {
                out.item().text(name);
            }
            out.end_list();
            out.member("nested-attributes").text(&spec.set(*set).name);
        }
        Kind::SubMessage { message, selector } => {
            if let Some(message) = spec.messages.get(message.0) {
                out.member("sub-message").text(&message.name);
            }
            out.member("selector").text(selector);
        }
        Kind::Unused | Kind::Pad | Kind::Flag | Kind::Text | Kind::Bitfield32 => {}
    }
    if it.multi {
        out.member("multi-attr").boolean(true);
    }
    names(spec, it.names, out);
    hint(it.hint, out);
    if let Some(checks) = &it.checks {
        out.member("checks").begin_object();
        for (word, value) in [("min", checks.min), ("max", checks.max), ("flags-mask", checks.mask.map(i128::from))] {
            if let Some(value) = value {
                out.member(word).int(value);
            }
        }
        for (word, value) in [("min-len", checks.min_len), ("max-len", checks.max_len), ("exact-len", checks.exact_len)]
        {
            if let Some(value) = value {
                out.member(word).u64(value as u64);
            }
        }
        out.end_object();
    }
    doc(&it.doc, out);
    out.end_object();
}

/// Says it where the byte order is not the machine's.
fn big_endian(other: bool, out: &mut Writer) {
    if other {
        out.member("byte-order").text(if cfg!(target_endian = "big") { "little-endian" } else { "big-endian" });
    }
}

fn names(spec: &Spec, names: Option<Names>, out: &mut Writer) {
    if let Some((names, of)) = names.and_then(|names| Some((names, spec.enumeration(names.of)?))) {
        out.member("enum").text(&of.name);
        if names.flags && !of.flags {
            out.member("enum-as-flags").boolean(true);
        }
    }
}

fn hint(hint: Hint, out: &mut Writer) {
    let word = match hint {
        Hint::None => return,
        Hint::Hex => "hex",
        Hint::Mac => "mac",
        Hint::Fddi => "fddi",
        Hint::Ipv4 => "ipv4",
        Hint::Ipv6 => "ipv6",
        Hint::Ip => "ipv4-or-v6",
        Hint::Uuid => "uuid",
    };
    out.member("display-hint").text(word);
}

fn enumeration(it: &Enum, out: &mut Writer) {
    out.member("type").text(if it.flags { "flags" } else { "enum" });
    doc(&it.doc, out);
    out.member("entries").begin_list();
    for entry in &it.entries {
        out.item().begin_object();
        out.member("name").text(&entry.name);
        out.member("value").i64(entry.value);
        doc(&entry.doc, out);
        out.end_object();
    }
    out.end_list();
}

fn structure(spec: &Spec, it: &Struct, out: &mut Writer) {
    doc(&it.doc, out);
    out.member("size").u64(it.size as u64);
    out.member("members").begin_list();
    for member in &it.members {
        self::member(spec, member, out.item());
    }
    out.end_list();
}

fn member(spec: &Spec, it: &Member, out: &mut Writer) {
    out.begin_object();
    out.member("name").text(&it.name);
    let ty = match it.kind {
        MemberKind::Int(kind) => int_name(kind.bytes, kind.signed),
        MemberKind::Pad => "pad".into(),
        MemberKind::Bytes | MemberKind::Struct(_) => "binary".into(),
        MemberKind::Text => "string".into(),
        MemberKind::Bitfield32 => "bitfield32".into(),
    };
    out.member("type").text(&ty);
    out.member("offset").u64(it.offset as u64);
    out.member("len").u64(it.size as u64);
    match it.kind {
        MemberKind::Struct(id) => out.member("struct").text(&spec.structure(id).name),
        MemberKind::Int(kind) => big_endian(kind.bytes != 1 && kind.big_endian != cfg!(target_endian = "big"), out),
        _ => {}
    }
    names(spec, it.names, out);
    hint(it.hint, out);
    doc(&it.doc, out);
    out.end_object();
}

fn message(spec: &Spec, it: &SubMessage, out: &mut Writer) {
    out.member("formats").begin_list();
    for format in &it.formats {
        out.item().begin_object();
        out.member("value").text(&format.value);
        if let Some(id) = format.header {
            out.member("fixed-header").text(&spec.structure(id).name);
        }
        if let Some(id) = format.set {
            out.member("attribute-set").text(&spec.set(id).name);
        }
        out.end_object();
    }
    out.end_list();
}
