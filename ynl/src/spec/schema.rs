// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a specification may contain: the four schemas of the kernel's Documentation/netlink, as tables.
//!
//! What refers to something else in the file (an attribute set, a struct …) is resolved by `load`.

use super::yaml::{Data, Fault, Node};

/// Which of the four schemas a specification follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// What new families of generic netlink use.
    Genetlink,
    /// With names for code in C.
    GenetlinkC,
    /// With what older families of generic netlink need.
    GenetlinkLegacy,
    /// A protocol of its own (NETLINK_ROUTE …).
    NetlinkRaw,
}

impl Schema {
    const ALL: [Schema; 4] = [Schema::Genetlink, Schema::GenetlinkC, Schema::GenetlinkLegacy, Schema::NetlinkRaw];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Schema::Genetlink => "genetlink",
            Schema::GenetlinkC => "genetlink-c",
            Schema::GenetlinkLegacy => "genetlink-legacy",
            Schema::NetlinkRaw => "netlink-raw",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Schema::Genetlink => G,
            Schema::GenetlinkC => C,
            Schema::GenetlinkLegacy => L,
            Schema::NetlinkRaw => R,
        }
    }
}

const G: u8 = 1;
const C: u8 = 2;
const L: u8 = 4;
const R: u8 = 8;
/// In every schema.
const ALL: u8 = G | C | L | R;
/// From genetlink-c on.
const FROM_C: u8 = C | L | R;
/// From genetlink-legacy on.
const FROM_L: u8 = L | R;

/// What a value has to be.
#[derive(Clone, Copy)]
enum Is {
    Text,
    TextOrNull,
    Bool,
    Integer,
    /// An integer that is not negative.
    Unsigned,
    /// An integer, the name of a constant, or that name followed by ` - 1`.
    Length,
    /// An integer, or the name of one.
    Number,
    OneOf(&'static [&'static str]),
    Each(&'static Is),
    Object(&'static [Key]),
    /// A name alone, or an object.
    NameOr(&'static [Key]),
}

/// A key that an object may have.
#[derive(Clone, Copy)]
struct Key {
    name: &'static str,
    is: Is,
    /// In which schemas.
    schemas: u8,
    required: bool,
}

const fn may(name: &'static str, is: Is) -> Key {
    Key { name, is, schemas: ALL, required: false }
}

const fn must(name: &'static str, is: Is) -> Key {
    Key { name, is, schemas: ALL, required: true }
}

const fn only(name: &'static str, is: Is, schemas: u8) -> Key {
    Key { name, is, schemas, required: false }
}

pub(crate) const ATTRIBUTE_TYPES: &[&str] = &[
    "unused",
    "pad",
    "flag",
    "binary",
    "bitfield32",
    "uint",
    "sint",
    "u8",
    "u16",
    "u32",
    "u64",
    "s8",
    "s16",
    "s32",
    "s64",
    "string",
    "nest",
    "indexed-array",
    "array-nest",
    "nest-type-value",
    "sub-message",
];

const MEMBER_TYPES: &[&str] =
    &["u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "string", "binary", "bitfield32", "pad"];

const HINTS: &[&str] = &["hex", "mac", "fddi", "ipv4", "ipv6", "ipv4-or-v6", "uuid"];

const BYTE_ORDERS: &[&str] = &["little-endian", "big-endian"];

const ENTRY: &[Key] = &[must("name", Is::Text), may("value", Is::Integer), may("doc", Is::Text)];

const MEMBER: &[Key] = &[
    must("name", Is::Text),
    must("type", Is::OneOf(MEMBER_TYPES)),
    may("len", Is::Length),
    may("byte-order", Is::OneOf(BYTE_ORDERS)),
    may("doc", Is::Text),
    may("enum", Is::Text),
    may("enum-as-flags", Is::Bool),
    may("display-hint", Is::OneOf(HINTS)),
    may("struct", Is::Text),
];

const DEFINITION: &[Key] = &[
    must("type", Is::OneOf(&["const", "enum", "flags", "struct"])),
    must("name", Is::Text),
    may("header", Is::Text),
    may("scope", Is::OneOf(&["uapi", "kernel", "user"])),
    may("doc", Is::Text),
    may("value", Is::Number),
    may("value-start", Is::Number),
    may("entries", Is::Each(&Is::NameOr(ENTRY))),
    may("render-max", Is::Bool),
    may("enum-name", Is::TextOrNull),
    may("name-prefix", Is::Text),
    may("enum-cnt-name", Is::Text),
    only("members", Is::Each(&Is::Object(MEMBER)), FROM_L),
];

const CHECKS: &[Key] = &[
    may("flags-mask", Is::Text),
    may("min", Is::Number),
    may("max", Is::Number),
    may("min-len", Is::Length),
    may("max-len", Is::Length),
    may("exact-len", Is::Length),
    may("unterminated-ok", Is::Bool),
];

const ATTRIBUTE: &[Key] = &[
    must("name", Is::Text),
    may("type", Is::OneOf(ATTRIBUTE_TYPES)),
    may("doc", Is::Text),
    may("value", Is::Unsigned),
    may("type-value", Is::Each(&Is::Text)),
    may("byte-order", Is::OneOf(BYTE_ORDERS)),
    may("multi-attr", Is::Bool),
    may("nested-attributes", Is::Text),
    may("enum", Is::Text),
    may("enum-as-flags", Is::Bool),
    may("checks", Is::Object(CHECKS)),
    may("sub-type", Is::OneOf(ATTRIBUTE_TYPES)),
    may("display-hint", Is::OneOf(HINTS)),
    only("name-prefix", Is::Text, FROM_C),
    only("struct", Is::Text, FROM_L),
    only("sub-message", Is::Text, FROM_L),
    only("selector", Is::Text, FROM_L),
];

const ATTRIBUTE_SET: &[Key] = &[
    must("name", Is::Text),
    must("attributes", Is::Each(&Is::Object(ATTRIBUTE))),
    may("name-prefix", Is::Text),
    may("enum-name", Is::TextOrNull),
    may("doc", Is::Text),
    may("subset-of", Is::Text),
    may("header", Is::Text),
    only("attr-cnt-name", Is::Text, FROM_C),
    only("attr-max-name", Is::Text, FROM_C),
];

const FORMAT: &[Key] = &[must("value", Is::Number), may("fixed-header", Is::Text), may("attribute-set", Is::Text)];

const SUB_MESSAGE: &[Key] = &[must("name", Is::Text), must("formats", Is::Each(&Is::Object(FORMAT)))];

const MESSAGE: &[Key] = &[may("attributes", Is::Each(&Is::Text)), only("value", Is::Unsigned, FROM_L)];

const EXCHANGE: &[Key] = &[
    may("request", Is::Object(MESSAGE)),
    may("reply", Is::Object(MESSAGE)),
    may("pre", Is::Text),
    may("post", Is::Text),
];

const EVENT: &[Key] = &[may("attributes", Is::Each(&Is::Text))];

const COMMAND_FLAGS: Is = Is::Each(&Is::OneOf(&["admin-perm", "uns-admin-perm"]));

const OPERATION: &[Key] = &[
    must("name", Is::Text),
    must("doc", Is::Text),
    may("value", Is::Unsigned),
    may("attribute-set", Is::Text),
    may("flags", COMMAND_FLAGS),
    may("dont-validate", Is::Each(&Is::OneOf(&["strict", "dump", "dump-strict"]))),
    may("config-cond", Is::Text),
    only("fixed-header", Is::Text, FROM_L),
    may("do", Is::Object(EXCHANGE)),
    may("dump", Is::Object(EXCHANGE)),
    may("notify", Is::Text),
    may("event", Is::Object(EVENT)),
    may("mcgrp", Is::Text),
];

const OPERATIONS: &[Key] = &[
    must("list", Is::Each(&Is::Object(OPERATION))),
    may("enum-model", Is::OneOf(&["unified", "directional"])),
    may("name-prefix", Is::Text),
    may("enum-name", Is::TextOrNull),
    may("async-prefix", Is::Text),
    may("async-enum", Is::TextOrNull),
    only("fixed-header", Is::Text, FROM_L),
];

const GROUP: &[Key] = &[
    must("name", Is::Text),
    only("c-define-name", Is::Text, FROM_C),
    may("flags", COMMAND_FLAGS),
    only("value", Is::Unsigned, R),
];

const GROUPS: &[Key] = &[must("list", Is::Each(&Is::Object(GROUP)))];

const KERNEL_FAMILY: &[Key] = &[may("headers", Is::Each(&Is::Text)), may("sock-priv", Is::Text)];

const SPECIFICATION: &[Key] = &[
    must("name", Is::Text),
    must("doc", Is::Text),
    must("attribute-sets", Is::Each(&Is::Object(ATTRIBUTE_SET))),
    must("operations", Is::Object(OPERATIONS)),
    may("protocol", Is::OneOf(&["genetlink", "genetlink-c", "genetlink-legacy", "netlink-raw"])),
    may("uapi-header", Is::Text),
    only("protonum", Is::Unsigned, R),
    only("c-family-name", Is::Text, FROM_C),
    only("c-version-name", Is::Text, FROM_C),
    only("max-by-define", Is::Bool, FROM_C),
    only("cmd-max-name", Is::Text, FROM_C),
    only("cmd-cnt-name", Is::Text, FROM_C),
    only("kernel-policy", Is::OneOf(&["split", "per-op", "global"]), FROM_L),
    only("version", Is::Unsigned, L),
    only("sub-messages", Is::Each(&Is::Object(SUB_MESSAGE)), FROM_L),
    only("kernel-family", Is::Object(KERNEL_FAMILY), G | C | L),
    may("definitions", Is::Each(&Is::Object(DEFINITION))),
    may("mcast-groups", Is::Object(GROUPS)),
];

/// Checks a specification and returns the schema that it names. With `lax`, keys and words of a list that no schema
/// has are passed over, since a newer kernel's files may have some, and documentation may be missing.
pub(crate) fn check(root: &Node, lax: bool) -> Result<Schema, Fault> {
    let schema = match root.get("protocol").and_then(Node::text) {
        None => Schema::Genetlink,
        Some(name) => match Schema::ALL.into_iter().find(|schema| schema.name() == name) {
            Some(schema) => schema,
            None => return Err(root.get("protocol").unwrap_or(root).fault(format!("'{name}' is no schema"))),
        },
    };
    let checker = Checker { schema, lax };
    checker.object(root, SPECIFICATION, "the specification")?;
    Ok(schema)
}

struct Checker {
    schema: Schema,
    lax: bool,
}

impl Checker {
    fn object(&self, node: &Node, keys: &[Key], what: &str) -> Result<(), Fault> {
        let Data::Mapping(entries) = &node.data else {
            return Err(node.fault(format!("{what} must be a mapping")));
        };
        for entry in entries {
            match keys.iter().find(|key| key.name == entry.key) {
                Some(key) if key.schemas & self.schema.bit() != 0 || self.lax => self.value(&entry.value, key)?,
                Some(_) => {
                    let reason = format!("the schema {} has no key '{}' here", self.schema.name(), entry.key);
                    return Err(Fault { line: entry.line, column: entry.column, reason });
                }
                None if self.lax => {}
                None => {
                    let reason = format!("'{}' is no key of {what}", entry.key);
                    return Err(Fault { line: entry.line, column: entry.column, reason });
                }
            }
        }
        // Without documentation a specification can be used as well.
        let needed = |key: &&Key| key.required && !(self.lax && key.name == "doc");
        match keys.iter().filter(needed).find(|key| !entries.iter().any(|entry| entry.key == key.name)) {
            Some(key) => Err(node.fault(format!("{what} lacks the key '{}'", key.name))),
            None => Ok(()),
        }
    }

    fn value(&self, node: &Node, key: &Key) -> Result<(), Fault> {
        self.is(node, key.is, key.name)
    }

    fn is(&self, node: &Node, is: Is, name: &str) -> Result<(), Fault> {
        let expected = match is {
            // Documentation may be missing behind its key.
            Is::Text if node.text().is_some() || (name == "doc" && node.is_null()) => return Ok(()),
            Is::Text => "text",
            Is::TextOrNull if node.text().is_some() || node.is_null() => return Ok(()),
            Is::TextOrNull => "text or nothing",
            Is::Bool if node.boolean().is_some() => return Ok(()),
            Is::Bool => "true or false",
            Is::Integer if node.integer().is_some() => return Ok(()),
            Is::Integer => "an integer",
            Is::Unsigned if node.integer().is_some_and(|value| value >= 0) => return Ok(()),
            Is::Unsigned => "an integer of 0 or more",
            Is::Length if node.text().is_some_and(is_length) => return Ok(()),
            Is::Length => "an integer or the name of a constant",
            Is::Number if node.text().is_some() => return Ok(()),
            Is::Number => "an integer or a name",
            Is::OneOf(words) => match node.text() {
                Some(text) if words.contains(&text) || self.lax => return Ok(()),
                Some(text) => return Err(node.fault(format!("'{text}' is no value of '{name}'"))),
                None => "text",
            },
            Is::Each(item) => {
                if node.is_null() {
                    return Ok(());
                }
                let Data::Sequence(items) = &node.data else {
                    return Err(node.fault(format!("'{name}' must be a list")));
                };
                return items.iter().try_for_each(|node| self.is(node, *item, name));
            }
            Is::Object(keys) => return self.object(node, keys, &format!("'{name}'")),
            Is::NameOr(_) if node.text().is_some() => return Ok(()),
            Is::NameOr(keys) => return self.object(node, keys, &format!("'{name}'")),
        };
        Err(node.fault(format!("'{name}' must be {expected}")))
    }
}

/// A number, or a name that may have ` - 1` behind it.
fn is_length(text: &str) -> bool {
    let name = text.strip_suffix(" - 1").unwrap_or(text);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::yaml;

    const HEAD: &str = "name: x\ndoc: x\nattribute-sets: []\noperations:\n  list: []\n";

    fn fault(text: &str) -> (usize, String) {
        let fault = check(&yaml::read(text).unwrap(), false).unwrap_err();
        (fault.line, fault.reason)
    }

    #[test]
    fn the_least_specification_is_accepted() {
        assert_eq!(check(&yaml::read(HEAD).unwrap(), false).unwrap(), Schema::Genetlink);
        let raw = format!("{HEAD}protocol: netlink-raw\nprotonum: 0\n");
        assert_eq!(check(&yaml::read(&raw).unwrap(), false).unwrap(), Schema::NetlinkRaw);
    }

    #[test]
    fn what_breaks_the_schema_has_line_and_reason() {
        let with = |tail: &str| fault(&format!("{HEAD}{tail}"));
        assert_eq!(with("colour: red\n"), (6, "'colour' is no key of the specification".into()));
        assert_eq!(with("protonum: 0\n"), (6, "the schema genetlink has no key 'protonum' here".into()));
        assert_eq!(with("protocol: genet\n"), (6, "'genet' is no schema".into()));
        assert_eq!(with("definitions: 5\n"), (6, "'definitions' must be a list".into()));
        assert_eq!(with("definitions:\n  - type: const\n"), (7, "'definitions' lacks the key 'name'".into()));
        assert_eq!(with("definitions:\n  - type: konst\n    name: x\n"), (7, "'konst' is no value of 'type'".into()));
        assert_eq!(fault("doc: x\n").1, "the specification lacks the key 'name'");
        assert_eq!(fault("- x\n").1, "the specification must be a mapping");
    }

    #[test]
    fn lax_passes_over_what_is_new() {
        let root = yaml::read(&format!("{HEAD}colour: red\n")).unwrap();
        assert!(check(&root, true).is_ok());
        assert!(check(&yaml::read("colour: red\n").unwrap(), true).is_err());
    }
}
