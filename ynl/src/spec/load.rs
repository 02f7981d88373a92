// SPDX-License-Identifier: MIT OR Apache-2.0
//! From YAML text to a compiled specification.

use super::model::{
    Attribute, AttributeSet, Binary, Checks, Constant, Element, Enum, EnumEntry, EnumId, Exchange, Format, Group, Hint,
    Int, Kind, Member, MemberKind, MessageId, NETLINK_GENERIC, NO_PROTOCOL, Names, Operation, SetId, Spec, Struct,
    StructId, SubMessage,
};
use super::schema::{self, Schema};
use super::yaml::{self, Fault, Node};
use crate::error::{Error, Result};
use crate::json::write::{Key, Quoted};
use std::collections::HashMap;

/// Bits of an attribute's type that are its number: NLA_TYPE_MASK of linux/netlink.h.
const MAX_ATTRIBUTE: u16 = 0x3fff;

/// Longest specification in bytes; the kernel's longest has 90 thousand.
pub(crate) const MAX_TEXT: usize = 8 << 20;

/// Longest struct in bytes: a message's attribute cannot be longer.
const MAX_STRUCT: usize = 0xffff;

/// Attribute numbers that are found in an array; those above are rare.
const DENSE: usize = 512;

type Loaded<T> = std::result::Result<T, Fault>;

/// Compiles a specification. `file` names it in errors, which have -EINVAL, line, column and reason. With `lax`, what
/// no schema has is passed over.
pub(crate) fn load(text: &str, file: &str, lax: bool) -> Result<Spec> {
    compile(text, lax).map_err(|fault| {
        Box::new(Error {
            code: -libc::EINVAL,
            message: fault.reason,
            file: Some(file.to_owned()),
            line: Some(fault.line),
            column: Some(fault.column),
            ..Error::default()
        })
    })
}

fn compile(text: &str, lax: bool) -> Loaded<Spec> {
    if text.len() > MAX_TEXT {
        return Err(Fault { line: 1, column: 1, reason: "the file is too large for a specification".into() });
    }
    let root = yaml::read(text)?;
    let schema = schema::check(&root, lax)?;
    Loader::new(&root, schema, lax)?.spec()
}

/// Sections of the file, and where the things with a name stand in them.
struct Loader<'a> {
    root: &'a Node,
    schema: Schema,
    lax: bool,
    constants: Vec<Constant>,
    constant_by_name: HashMap<String, usize>,
    enums: HashMap<&'a str, EnumId>,
    structs: HashMap<&'a str, StructId>,
    sets: HashMap<&'a str, SetId>,
    messages: HashMap<&'a str, MessageId>,
}

fn items<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Node> + use<'a> {
    node.get(key).map_or(&[][..], Node::items).iter().map(|item| &**item)
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::text)
}

fn name(node: &Node) -> &str {
    text(node, "name").unwrap_or_default()
}

fn doc(node: &Node) -> Box<str> {
    text(node, "doc").unwrap_or_default().trim().into()
}

fn is_set(node: &Node, key: &str) -> bool {
    node.get(key).and_then(Node::boolean) == Some(true)
}

fn strings(node: &Node, key: &str) -> Vec<Box<str>> {
    items(node, key).filter_map(Node::text).map(Box::from).collect()
}

/// Gives each of the named things an index; a name may be given once.
fn index<'a, I>(nodes: impl Iterator<Item = &'a Node>, id: impl Fn(usize) -> I) -> Loaded<HashMap<&'a str, I>> {
    let mut map = HashMap::new();
    for (at, node) in nodes.enumerate() {
        if map.insert(name(node), id(at)).is_some() {
            return Err(node.fault(format!("the name '{}' is given twice", name(node))));
        }
    }
    Ok(map)
}

fn definitions<'a>(root: &'a Node, types: &'static [&'static str]) -> impl Iterator<Item = &'a Node> {
    items(root, "definitions").filter(|node| text(node, "type").is_some_and(|ty| types.contains(&ty)))
}

/// The integer of that name of a type, if it is one.
fn int_of(ty: &str, node: &Node) -> Option<Int> {
    let (bytes, signed) = match ty {
        "u8" => (1, false),
        "u16" => (2, false),
        "u32" => (4, false),
        "u64" => (8, false),
        "uint" => (0, false),
        "s8" => (1, true),
        "s16" => (2, true),
        "s32" => (4, true),
        "s64" => (8, true),
        "sint" => (0, true),
        _ => return None,
    };
    let big_endian = match text(node, "byte-order") {
        Some("big-endian") => true,
        Some("little-endian") => false,
        _ => cfg!(target_endian = "big"),
    };
    Some(Int { bytes, signed, big_endian })
}

fn hint(node: &Node) -> Hint {
    match text(node, "display-hint") {
        Some("hex") => Hint::Hex,
        Some("mac") => Hint::Mac,
        Some("fddi") => Hint::Fddi,
        Some("ipv4") => Hint::Ipv4,
        Some("ipv6") => Hint::Ipv6,
        Some("ipv4-or-v6") => Hint::Ip,
        Some("uuid") => Hint::Uuid,
        _ => Hint::None,
    }
}

/// The numbers of fixed-width types: u8-max, s32-min …
fn limit(name: &str) -> Option<i128> {
    let (ty, end) = name.rsplit_once('-')?;
    let bits: u32 = ty.get(1..)?.parse().ok().filter(|bits| matches!(bits, 8 | 16 | 32 | 64))?;
    match (ty.get(..1)?, end) {
        ("u", "min") => Some(0),
        ("u", "max") => Some((1_i128 << bits) - 1),
        ("s", "min") => Some(-(1_i128 << (bits - 1))),
        ("s", "max") => Some((1_i128 << (bits - 1)) - 1),
        _ => None,
    }
}

fn number(node: &Node, value: i64) -> Loaded<u16> {
    u16::try_from(value).map_err(|_| node.fault(format!("the number {value} does not fit into 16 bits")))
}

impl<'a> Loader<'a> {
    fn new(root: &'a Node, schema: Schema, lax: bool) -> Loaded<Loader<'a>> {
        let mut constants = Vec::new();
        let mut constant_by_name = HashMap::new();
        for node in definitions(root, &["const"]) {
            constant_by_name.insert(name(node).to_owned(), constants.len());
            if let Some(prefix) = text(node, "name-prefix") {
                constant_by_name.insert(format!("{prefix}{}", name(node)), constants.len());
            }
            let value = node.get("value").and_then(Node::integer);
            let word = if value.is_none() { text(node, "value").map(Box::from) } else { None };
            constants.push(Constant { name: name(node).into(), value, text: word, doc: doc(node) });
        }
        Ok(Loader {
            root,
            schema,
            lax,
            constants,
            constant_by_name,
            enums: index(definitions(root, &["enum", "flags"]), EnumId)?,
            structs: index(definitions(root, &["struct"]), StructId)?,
            sets: index(items(root, "attribute-sets"), SetId)?,
            messages: index(items(root, "sub-messages"), MessageId)?,
        })
    }

    fn spec(mut self) -> Loaded<Spec> {
        let root = self.root;
        let enums =
            definitions(root, &["enum", "flags"]).map(|node| self.enumeration(node)).collect::<Loaded<Vec<_>>>()?;
        let structs = self.all_structs()?;
        let messages = items(root, "sub-messages").map(|node| self.message(node)).collect::<Loaded<Vec<_>>>()?;
        let sets = self.all_sets()?;
        let operations = self.operations()?;
        let mut groups = Vec::new();
        for node in root.get("mcast-groups").into_iter().flat_map(|groups| items(groups, "list")) {
            let number = node.get("value").and_then(Node::integer).and_then(|value| u32::try_from(value).ok());
            groups.push(Group { name: name(node).into(), number });
        }
        let protocol = match self.schema {
            // The schema does not ask for it. Without a number no socket can be opened.
            Schema::NetlinkRaw => root
                .get("protonum")
                .and_then(Node::integer)
                .and_then(|value| i32::try_from(value).ok())
                .unwrap_or(NO_PROTOCOL),
            _ => NETLINK_GENERIC,
        };
        let version = root.get("version").and_then(Node::integer).unwrap_or(1);
        let mut operation_by_name = HashMap::new();
        for (at, operation) in operations.iter().enumerate() {
            operation_by_name.insert(operation.name.clone(), at);
        }
        Ok(Spec {
            name: name(root).to_owned(),
            doc: doc(root).into_string(),
            schema: self.schema,
            protocol,
            version: u8::try_from(version)
                .map_err(|_| root.fault(format!("the version {version} does not fit into 8 bits")))?,
            constants: std::mem::take(&mut self.constants),
            enums,
            structs,
            sets,
            messages,
            by_event: by_event(&operations, self.schema),
            operations,
            groups,
            operation_by_name,
        })
    }

    /// Resolves a name in the file.
    fn find<I: Copy>(&self, map: &HashMap<&str, I>, node: &Node, key: &str, what: &str) -> Loaded<Option<I>> {
        let Some(name) = text(node, key) else { return Ok(None) };
        match map.get(name) {
            Some(id) => Ok(Some(*id)),
            None => Err(node.get(key).unwrap_or(node).fault(format!("there is no {what} '{name}'"))),
        }
    }

    fn enumeration(&self, node: &Node) -> Loaded<Enum> {
        let flags = text(node, "type") == Some("flags");
        let mut next = match node.get("value-start") {
            Some(start) => self.number(start)?.and_then(|value| i64::try_from(value).ok()).unwrap_or(0),
            None => 0,
        };
        let mut entries = Vec::new();
        let (mut by_value, mut by_name) = (HashMap::new(), HashMap::new());
        for item in items(node, "entries") {
            let name = item.text().unwrap_or_else(|| name(item));
            let value = item.get("value").and_then(Node::integer).unwrap_or(next);
            if flags && !(0..64).contains(&value) {
                return Err(item.fault(format!("there is no bit {value}")));
            }
            next = value.wrapping_add(1);
            // Of several names for one value the first is shown.
            by_value.entry(value).or_insert(entries.len());
            if by_name.insert(Box::from(name), entries.len()).is_some() {
                return Err(item.fault(format!("the name '{name}' is given twice")));
            }
            entries.push(EnumEntry { name: name.into(), quoted: Quoted::new(name), value, doc: doc(item) });
        }
        Ok(Enum { name: name(node).into(), doc: doc(node), flags, entries, by_value, by_name })
    }

    fn names(&self, node: &Node) -> Loaded<Option<Names>> {
        let Some(of) = self.find(&self.enums, node, "enum", "enum")? else { return Ok(None) };
        let is_flags = definitions(self.root, &["enum", "flags"])
            .nth(of.0)
            .is_some_and(|definition| text(definition, "type") == Some("flags"));
        Ok(Some(Names { of, flags: is_flags || is_set(node, "enum-as-flags") }))
    }

    /// The value of a constant or a limit; None where the file does not have it.
    fn number(&self, node: &Node) -> Loaded<Option<i128>> {
        if let Some(value) = node.integer() {
            return Ok(Some(value.into()));
        }
        let word = node.text().unwrap_or_default();
        let (name, less) = word.strip_suffix(" - 1").map_or((word, 0), |name| (name, 1));
        if let Some(constant) = self.constant_by_name.get(name).and_then(|at| self.constants.get(*at)) {
            return Ok(constant.value.map(|value| i128::from(value) - less));
        }
        match limit(name) {
            Some(value) => Ok(Some(value - less)),
            None if self.lax => Ok(None),
            None => Err(node.fault(format!("there is no constant '{name}'"))),
        }
    }

    fn length(&self, node: &Node) -> Loaded<Option<usize>> {
        match self.number(node)? {
            None => Ok(None),
            Some(value) => match usize::try_from(value) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(node.fault(format!("the length {value} is impossible"))),
            },
        }
    }

    fn all_structs(&self) -> Loaded<Vec<Struct>> {
        let nodes: Vec<&Node> = definitions(self.root, &["struct"]).collect();
        let mut structs: Vec<Option<Struct>> = nodes.iter().map(|_| None).collect();
        let mut open = vec![false; nodes.len()];
        for at in 0..nodes.len() {
            self.structure(at, &nodes, &mut structs, &mut open, 0)?;
        }
        Ok(structs.into_iter().flatten().collect())
    }

    /// Compiles a struct and those that it contains; its size.
    fn structure(
        &self,
        at: usize,
        nodes: &[&Node],
        structs: &mut [Option<Struct>],
        open: &mut [bool],
        depth: usize,
    ) -> Loaded<usize> {
        if let Some(Some(done)) = structs.get(at) {
            return Ok(done.size);
        }
        let (Some(node), Some(open_here)) = (nodes.get(at), open.get_mut(at)) else { return Ok(0) };
        if std::mem::replace(open_here, true) {
            return Err(node.fault("the struct contains itself"));
        }
        if depth > 16 {
            return Err(node.fault("structs contain each other too deep"));
        }
        let mut members = Vec::new();
        let mut offset: usize = 0;
        for item in items(node, "members") {
            let ty = text(item, "type").unwrap_or_default();
            let length = item.get("len").map(|len| self.length(len)).transpose()?.flatten();
            let (kind, size) = match (ty, int_of(ty, item)) {
                (_, Some(int)) => (MemberKind::Int(int), usize::from(int.bytes)),
                ("bitfield32", _) => (MemberKind::Bitfield32, 8),
                ("binary", _) if item.get("struct").is_some() => {
                    let id = self.find(&self.structs, item, "struct", "struct")?.unwrap_or(StructId(at));
                    (MemberKind::Struct(id), self.structure(id.0, nodes, structs, open, depth + 1)?)
                }
                (_, _) => {
                    let size = length.ok_or_else(|| item.fault(format!("'{}' needs a 'len'", name(item))))?;
                    let kind = match ty {
                        "pad" => MemberKind::Pad,
                        "string" => MemberKind::Text,
                        _ => MemberKind::Bytes,
                    };
                    (kind, size)
                }
            };
            members.push(Member {
                name: name(item).into(),
                key: Key::new(name(item)),
                kind,
                offset,
                size,
                names: self.names(item)?,
                hint: hint(item),
                doc: doc(item),
            });
            offset = offset.saturating_add(size);
            if offset > MAX_STRUCT {
                return Err(item.fault("the struct is longer than a message can be"));
            }
        }
        if let Some(slot) = structs.get_mut(at) {
            *slot = Some(Struct { name: name(node).into(), doc: doc(node), members, size: offset });
        }
        Ok(offset)
    }

    fn message(&self, node: &Node) -> Loaded<SubMessage> {
        let mut formats = Vec::new();
        for item in items(node, "formats") {
            formats.push(Format {
                value: text(item, "value").unwrap_or_default().into(),
                header: self.find(&self.structs, item, "fixed-header", "struct")?,
                set: self.find(&self.sets, item, "attribute-set", "attribute set")?,
            });
        }
        Ok(SubMessage { name: name(node).into(), formats })
    }

    fn all_sets(&self) -> Loaded<Vec<AttributeSet>> {
        let nodes: Vec<&Node> = items(self.root, "attribute-sets").collect();
        let mut sets: Vec<Option<AttributeSet>> = nodes.iter().map(|_| None).collect();
        loop {
            let (mut progress, mut waiting) = (false, None);
            for (at, node) in nodes.iter().enumerate() {
                if !matches!(sets.get(at), Some(None)) {
                    continue;
                }
                let set = match self.find(&self.sets, node, "subset-of", "attribute set")? {
                    None => self.set(node, None)?,
                    Some(parent) => match sets.get(parent.0) {
                        Some(Some(parent)) => self.set(node, Some(parent))?,
                        _ => {
                            waiting = Some(node);
                            continue;
                        }
                    },
                };
                if let Some(slot) = sets.get_mut(at) {
                    *slot = Some(set);
                    progress = true;
                }
            }
            match waiting {
                None => return Ok(sets.into_iter().flatten().collect()),
                Some(node) if !progress => return Err(node.fault("the set is a subset of itself")),
                Some(_) => {}
            }
        }
    }

    fn set(&self, node: &Node, parent: Option<&AttributeSet>) -> Loaded<AttributeSet> {
        if parent.is_some() && node.get("name-prefix").is_some() && !self.lax {
            return Err(node.fault("a subset has the names of its set, and no 'name-prefix'"));
        }
        let mut set = AttributeSet { name: name(node).into(), doc: doc(node), ..AttributeSet::default() };
        let mut next: i64 = 1;
        for item in items(node, "attributes") {
            let base = match parent {
                None => None,
                Some(parent) => Some(parent.by_name(name(item)).ok_or_else(|| {
                    item.fault(format!("the set '{}' has no attribute '{}'", parent.name, name(item)))
                })?),
            };
            let value = match (item.get("value").and_then(Node::integer), base) {
                (Some(value), _) => value,
                (None, Some(base)) => base.number.into(),
                (None, None) => next,
            };
            next = value.wrapping_add(1);
            let number = number(item, value)?;
            if number > MAX_ATTRIBUTE {
                return Err(item.fault(format!("an attribute's number is at most {MAX_ATTRIBUTE}")));
            }
            let attribute = self.attribute(item, base, number)?;
            let at = u32::try_from(set.attributes.len()).unwrap_or(u32::MAX);
            // The kernel's files name some attributes twice in a set; the last one counts.
            set.by_name.insert(attribute.name.clone(), at);
            if usize::from(number) < DENSE {
                if set.by_number.len() <= usize::from(number) {
                    set.by_number.resize(usize::from(number) + 1, 0);
                }
                if let Some(slot) = set.by_number.get_mut(usize::from(number)) {
                    *slot = at.saturating_add(1);
                }
            } else {
                set.by_high_number.insert(number, at);
            }
            set.attributes.push(attribute);
        }
        Ok(set)
    }

    fn attribute(&self, node: &Node, base: Option<&Attribute>, number: u16) -> Loaded<Attribute> {
        let (kind, type_name) = match (node.get("type"), base) {
            (None, Some(base)) => match text(node, "nested-attributes") {
                // A subset may define only what is nested; the rest is that of the set that it is part of.
                Some(_) => (self.kind(node, &base.type_name)?, base.type_name.clone()),
                None => (base.kind.clone(), base.type_name.clone()),
            },
            (None, None) => return Err(node.fault(format!("the attribute '{}' has no type", name(node)))),
            (Some(ty), _) => {
                let ty = ty.text().unwrap_or_default();
                (self.kind(node, ty)?, ty.into())
            }
        };
        let text = doc(node);
        Ok(Attribute {
            name: name(node).into(),
            key: Key::new(name(node)),
            number,
            kind,
            type_name,
            multi: node.get("multi-attr").map_or(base.is_some_and(|base| base.multi), |_| is_set(node, "multi-attr")),
            names: self.names(node)?.or(base.and_then(|base| base.names)),
            hint: match hint(node) {
                Hint::None => base.map_or(Hint::None, |base| base.hint),
                hint => hint,
            },
            checks: match node.get("checks") {
                Some(checks) => Some(Box::new(self.checks(checks)?)),
                None => base.and_then(|base| base.checks.clone()),
            },
            doc: if text.is_empty() { base.map_or(text, |base| base.doc.clone()) } else { text },
        })
    }

    fn kind(&self, node: &Node, ty: &str) -> Loaded<Kind> {
        if let Some(int) = int_of(ty, node) {
            return Ok(Kind::Int(int));
        }
        Ok(match ty {
            "unused" => Kind::Unused,
            "pad" => Kind::Pad,
            "flag" => Kind::Flag,
            "string" => Kind::Text,
            "bitfield32" => Kind::Bitfield32,
            "binary" => Kind::Binary(self.binary(node)?),
            "nest" => Kind::Nest(self.nested(node)?),
            "indexed-array" | "array-nest" => Kind::Array(match text(node, "sub-type") {
                None | Some("nest") => Element::Nest(self.nested(node)?),
                Some("string") => Element::Text,
                Some(sub) => match int_of(sub, node) {
                    Some(int) => Element::Int(int),
                    None => Element::Binary(match self.find(&self.structs, node, "struct", "struct")? {
                        Some(id) => Binary::Struct(id),
                        None => Binary::Bytes,
                    }),
                },
            }),
            "nest-type-value" => Kind::TypeValue {
                names: strings(node, "type-value").into_iter().map(|name| (name.clone(), Key::new(&name))).collect(),
                set: self.nested(node)?,
            },
            "sub-message" => {
                let selector = text(node, "selector")
                    .ok_or_else(|| node.fault(format!("the sub-message '{}' needs a 'selector'", name(node))))?;
                let message = self
                    .find(&self.messages, node, "sub-message", "sub-message")?
                    .ok_or_else(|| node.fault(format!("'{}' needs the name of a sub-message", name(node))))?;
                Kind::SubMessage { message, selector: selector.into() }
            }
            // Only a lax check lets another word pass: its bytes are shown as they are.
            _ => Kind::Binary(Binary::Bytes),
        })
    }

    fn binary(&self, node: &Node) -> Loaded<Binary> {
        if let Some(id) = self.find(&self.structs, node, "struct", "struct")? {
            return Ok(Binary::Struct(id));
        }
        Ok(text(node, "sub-type").and_then(|ty| int_of(ty, node)).map_or(Binary::Bytes, Binary::Ints))
    }

    fn nested(&self, node: &Node) -> Loaded<SetId> {
        self.find(&self.sets, node, "nested-attributes", "attribute set")?
            .ok_or_else(|| node.fault(format!("'{}' needs 'nested-attributes'", name(node))))
    }

    fn checks(&self, node: &Node) -> Loaded<Checks> {
        let number = |key: &str| node.get(key).map_or(Ok(None), |node| self.number(node));
        let length = |key: &str| node.get(key).map_or(Ok(None), |node| self.length(node));
        let mask = match self.find(&self.enums, node, "flags-mask", "flags")? {
            None => None,
            Some(id) => definitions(self.root, &["enum", "flags"])
                .nth(id.0)
                .map(|node| self.enumeration(node))
                .transpose()?
                .map(|flags| all_bits(&flags)),
        };
        Ok(Checks {
            min: number("min")?,
            max: number("max")?,
            mask,
            min_len: length("min-len")?,
            max_len: length("max-len")?,
            exact_len: length("exact-len")?,
        })
    }

    fn operations(&self) -> Loaded<Vec<Operation>> {
        let Some(section) = self.root.get("operations") else { return Ok(Vec::new()) };
        let directional = text(section, "enum-model") == Some("directional");
        let header = self.find(&self.structs, section, "fixed-header", "struct")?;
        let mut counter = Counter { directional, request: 1, reply: 1 };
        let mut operations = Vec::new();
        let mut seen = HashMap::new();
        for node in items(section, "list") {
            if seen.insert(name(node), operations.len()).is_some() {
                return Err(node.fault(format!("the name '{}' is given twice", name(node))));
            }
            let is_event = node.get("notify").is_some() || node.get("event").is_some();
            let numbers = counter.count(node, is_event)?;
            operations.push(Operation {
                name: name(node).into(),
                doc: doc(node),
                set: self.find(&self.sets, node, "attribute-set", "attribute set")?,
                header: self.find(&self.structs, node, "fixed-header", "struct")?.or(header),
                do_: exchange(node.get("do"), &numbers)?,
                dump: exchange(node.get("dump"), &numbers)?,
                event: if is_event { numbers.reply } else { None },
                notify: text(node, "notify").map(Box::from),
                group: text(node, "mcgrp").map(Box::from),
                flags: strings(node, "flags"),
            });
        }
        for (at, node) in items(section, "list").enumerate() {
            let Some(target) = text(node, "notify") else { continue };
            let Some(&target) = seen.get(target) else {
                return Err(node.get("notify").unwrap_or(node).fault(format!("there is no operation '{target}'")));
            };
            let looks = operations.get(target).map(|target| (target.set, target.header));
            if let (Some((set, header)), Some(operation)) = (looks, operations.get_mut(at)) {
                operation.set = operation.set.or(set);
                operation.header = header;
            }
        }
        Ok(operations)
    }
}

/// Every bit that has a name.
fn all_bits(flags: &Enum) -> u64 {
    let bit = |entry: &EnumEntry| u32::try_from(entry.value).ok().and_then(|bit| 1_u64.checked_shl(bit));
    flags.entries.iter().filter_map(bit).fold(0, |mask, bit| mask | bit)
}

/// How operations get their numbers where the file gives none: one more than the one before.
struct Counter {
    /// Requests and replies are counted apart.
    directional: bool,
    request: i64,
    reply: i64,
}

/// Numbers of one operation's messages.
struct Numbers {
    request: Option<u16>,
    reply: Option<u16>,
}

impl Counter {
    fn count(&mut self, node: &Node, is_event: bool) -> Loaded<Numbers> {
        let own = node.get("value").and_then(Node::integer);
        if !self.directional {
            let value = number(node, own.unwrap_or(self.request))?;
            self.request = i64::from(value) + 1;
            return Ok(Numbers { request: Some(value), reply: Some(value) });
        }
        let take = |counter: &mut i64, value: Option<i64>| {
            let value = number(node, value.or(own).unwrap_or(*counter))?;
            *counter = i64::from(value) + 1;
            Ok(Some(value))
        };
        if is_event {
            let reply = take(&mut self.reply, None)?;
            return Ok(Numbers { request: None, reply });
        }
        let exchange = node.get("do").or_else(|| node.get("dump"));
        let part = |key: &str| exchange.and_then(|exchange| exchange.get(key));
        let value = |part: &Node| part.get("value").and_then(Node::integer);
        Ok(Numbers {
            request: part("request").map_or(Ok(None), |part| take(&mut self.request, value(part)))?,
            reply: part("reply").map_or(Ok(None), |part| take(&mut self.reply, value(part)))?,
        })
    }
}

fn exchange(node: Option<&Node>, numbers: &Numbers) -> Loaded<Option<Exchange>> {
    let Some(node) = node else { return Ok(None) };
    let own = |key: &str| {
        let value = node.get(key).and_then(|part| part.get("value")).and_then(Node::integer);
        value.map(|value| number(node, value)).transpose()
    };
    let names = |key: &str| node.get(key).map_or(Vec::new(), |part| strings(part, "attributes"));
    Ok(Some(Exchange {
        request: own("request")?.or(numbers.request),
        reply: own("reply")?.or(numbers.reply),
        request_attributes: names("request"),
        reply_attributes: names("reply"),
    }))
}

/// Which operation an event's number means. An event that the file describes comes first. A protocol of its own
/// announces changes by the message that asks for them (RTM_NEWLINK); a reply is the last that it may be.
fn by_event(operations: &[Operation], schema: Schema) -> HashMap<u16, usize> {
    let mut map = HashMap::new();
    let each = |take: &mut dyn FnMut(&Operation) -> [Option<u16>; 2], map: &mut HashMap<u16, usize>| {
        for (at, operation) in operations.iter().enumerate() {
            for number in take(operation).into_iter().flatten() {
                map.entry(number).or_insert(at);
            }
        }
    };
    let parts = |operation: &Operation, part: fn(&Exchange) -> Option<u16>| {
        [operation.do_.as_ref().and_then(part), operation.dump.as_ref().and_then(part)]
    };
    each(&mut |operation| [operation.event, None], &mut map);
    if schema == Schema::NetlinkRaw {
        each(&mut |operation| parts(operation, |exchange| exchange.request), &mut map);
    }
    each(&mut |operation| parts(operation, |exchange| exchange.reply), &mut map);
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name: x\nprotocol: netlink-raw\nprotonum: 5\ndoc: x\n";

    fn load_raw(body: &str) -> Result<Spec> {
        load(&format!("{HEAD}{body}"), "x.yaml", false)
    }

    fn fault(body: &str) -> (usize, String) {
        let error = load_raw(body).unwrap_err();
        assert_eq!((error.code, error.file.as_deref()), (-libc::EINVAL, Some("x.yaml")));
        (error.line.unwrap(), error.message)
    }

    #[test]
    fn numbers_count_on_where_none_is_given() {
        let spec = load_raw(
            "
attribute-sets:
- name: s
  attributes:
  - {name: a, type: u8}
  - {name: b, type: u8, value: 9}
  - {name: c, type: u8}
  - {name: d, type: u8, value: 5000}
  - {name: a2, type: u8}
operations:
  enum-model: directional
  list:
  - {name: get, doc: x, do: {request: {}, reply: {}}}
  - {name: set, doc: x, do: {request: {}}}
  - {name: ntf, doc: x, notify: get}
  - {name: last, doc: x, do: {request: {value: 20}, reply: {}}}
",
        )
        .unwrap();
        let set = &spec.sets[0];
        let numbers: Vec<u16> =
            ["a", "b", "c", "d", "a2"].iter().map(|name| set.by_name(name).unwrap().number).collect();
        assert_eq!(numbers, [1, 9, 10, 5000, 5001]);
        assert_eq!(&*set.by_number(5001).unwrap().name, "a2");
        assert!(set.by_number(2).is_none() && set.by_number(4999).is_none());
        let part = |name: &str| spec.operation(name).unwrap().do_.clone().unwrap();
        assert_eq!((part("get").request, part("get").reply), (Some(1), Some(1)));
        assert_eq!((part("set").request, part("set").reply), (Some(2), None));
        assert_eq!(spec.operation("ntf").unwrap().event, Some(2));
        assert_eq!((part("last").request, part("last").reply), (Some(20), Some(3)));
    }

    #[test]
    fn lengths_may_be_constants() {
        let spec = load_raw(
            "
definitions:
- {name: len, type: const, value: 16}
- name: s
  type: struct
  members: [{name: a, type: binary, len: len - 1}, {name: b, type: u8}, {name: c, type: u64}]
- {name: t, type: struct, members: [{name: s, type: binary, struct: s}]}
attribute-sets: []
operations: {list: []}
",
        )
        .unwrap();
        assert_eq!((spec.structs[0].size, spec.structs[1].size), (24, 24));
        assert_eq!(spec.structs[0].members[2].offset, 16);
        for (name, value) in [("u8-max", 255), ("s16-min", -32768), ("u64-max", u64::MAX.into()), ("s8-max", 127)] {
            assert_eq!(limit(name), Some(value));
        }
        assert_eq!(limit("u7-max"), None);
    }

    #[test]
    fn what_refers_to_nothing_has_a_place() {
        let set = |attribute: &str| {
            format!("attribute-sets:\n- name: s\n  attributes:\n  - {attribute}\noperations: {{list: []}}\n")
        };
        assert_eq!(
            fault(&set("{name: a, type: nest, nested-attributes: zz}")),
            (8, "there is no attribute set 'zz'".into())
        );
        assert_eq!(fault(&set("{name: a, type: u8, enum: zz}")).1, "there is no enum 'zz'");
        assert_eq!(fault(&set("{name: a, type: nest}")).1, "'a' needs 'nested-attributes'");
        assert_eq!(fault(&set("{name: a}")).1, "the attribute 'a' has no type");
        assert_eq!(fault(&set("{name: a, type: u8, value: 20000}")).1, "an attribute's number is at most 16383");
        assert_eq!(fault(&set("{name: a, type: u8, checks: {max: zz}}")).1, "there is no constant 'zz'");
        assert_eq!(
            fault(&set("{name: a, type: sub-message, sub-message: m}")).1,
            "the sub-message 'a' needs a 'selector'"
        );
        let prefix = "
attribute-sets:
- {name: s, attributes: []}
- {name: t, subset-of: s, name-prefix: x-, attributes: []}
operations: {list: []}
";
        assert_eq!(fault(prefix), (8, "a subset has the names of its set, and no 'name-prefix'".into()));
        let subset = "
attribute-sets:
- {name: s, subset-of: t, attributes: [{name: a}]}
- {name: t, subset-of: s, attributes: []}
operations: {list: []}
";
        assert_eq!(fault(subset).1, "the set is a subset of itself");
        let structs = "
definitions:
- {name: s, type: struct, members: [{name: a, type: binary, struct: s}]}
attribute-sets: []
operations: {list: []}
";
        assert_eq!(fault(structs).1, "the struct contains itself");
        assert_eq!(
            fault("attribute-sets: []\noperations: {list: [{name: n, doc: x, notify: zz}]}\n"),
            (6, "there is no operation 'zz'".into())
        );
    }
}
