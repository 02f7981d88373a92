// SPDX-License-Identifier: MIT OR Apache-2.0
//! Specifications: every one of the kernel's that can be had is read, and each of its messages survives encoding and
//! decoding; what the library carries agrees with the kernel's files and with the headers of the C library.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test

mod common;

use nlrs_ynl::describe::Section;
use nlrs_ynl::{Family, OpenOptions, flags};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What the library carries, by name.
const CARRIED: [&str; 6] = ["nlctrl", "rt-addr", "rt-link", "rt-neigh", "rt-route", "rt-rule"];

fn carried(name: &str) -> Family {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("specs/{name}.yaml"));
    open(&path)
}

fn open(path: &Path) -> Family {
    // Those with a dialect of the crate's own are read as a file of a newer kernel would be.
    let no_schema = path.to_str().unwrap().ends_with(".overrides.yaml");
    let family = Family::open_with(path.to_str().unwrap(), OpenOptions { no_schema });
    let family = family.unwrap_or_else(|error| panic!("{error}"));
    family.set_family_id(0x20);
    family
}

fn described(family: &Family, section: Section) -> Value {
    serde_json::from_slice(&family.describe(section, None).unwrap()).unwrap()
}

fn by_name(list: &Value) -> HashMap<String, &Value> {
    list.as_array().unwrap().iter().map(|item| (item["name"].as_str().unwrap().to_owned(), item)).collect()
}

/// The specifications of netlink-bindings, which cargo has downloaded for this test, and of a kernel tree where there
/// is one.
fn all_files() -> Vec<PathBuf> {
    let mut files = common::bindings_specs();
    assert!(files.len() >= 36, "netlink-bindings has {} specifications", files.len());
    // It describes C's bit fields by words that no schema has: what it describes cannot be known.
    files.retain(|file| !file.ends_with("inet-diag.overrides.yaml"));
    files.extend(common::kernel_specs());
    files
}

/// Builds requests from descriptions.
struct Sampler {
    sets: Value,
    enums: Value,
    structs: Value,
    messages: Value,
}

impl Sampler {
    fn new(family: &Family) -> Sampler {
        Sampler {
            sets: described(family, Section::AttributeSets),
            enums: described(family, Section::Enums),
            structs: described(family, Section::Structs),
            messages: described(family, Section::SubMessages),
        }
    }

    fn named<'a>(list: &'a Value, name: &Value) -> &'a Value {
        list.as_array().unwrap().iter().find(|item| item["name"] == *name).unwrap_or(&Value::Null)
    }

    /// How many requests there have to be until each format of each sub-message was in one.
    fn variants(&self) -> usize {
        let formats = |message: &Value| message["formats"].as_array().map_or(0, Vec::len);
        self.messages.as_array().unwrap().iter().map(formats).max().unwrap_or(0).max(2)
    }

    fn set(
        &self,
        name: &Value,
        variant: usize,
        depth: usize,
        outer: &mut Vec<Map<String, Value>>,
    ) -> Map<String, Value> {
        let mut object = Map::new();
        let set = Sampler::named(&self.sets, name);
        let empty = Vec::new();
        let attributes = set["attributes"].as_array().unwrap_or(&empty);
        // Selectors first: what is chosen by them may stand anywhere.
        for attribute in attributes.iter().filter(|it| it["type"] == "sub-message") {
            let selector = attribute["selector"].as_str().unwrap();
            let formats = Sampler::named(&self.messages, &attribute["sub-message"])["formats"].as_array().unwrap();
            if attributes.iter().any(|it| it["name"] == selector) && !object.contains_key(selector) {
                object.insert(selector.to_owned(), formats[variant % formats.len()]["value"].clone());
            }
        }
        for attribute in attributes {
            let name = attribute["name"].as_str().unwrap().to_owned();
            if object.contains_key(&name) {
                continue;
            }
            outer.push(object.clone());
            let value = self.attribute(attribute, variant, depth, outer);
            outer.pop();
            if let Some(value) = value {
                object.insert(name, value);
            }
        }
        object
    }

    fn attribute(
        &self,
        it: &Value,
        variant: usize,
        depth: usize,
        outer: &mut Vec<Map<String, Value>>,
    ) -> Option<Value> {
        let deep = depth > 5;
        let value = match it["type"].as_str().unwrap() {
            "unused" | "pad" => json!("0102"),
            "flag" => json!(true),
            "string" => json!("t".repeat(length(it, 4))),
            "bitfield32" => match &it["enum"] {
                Value::Null => json!({"value": 1, "selector": 3}),
                names => {
                    let flags = self.flags(names);
                    json!({"value": [flags[0]], "selector": flags})
                }
            },
            "binary" if it.get("struct").is_some() => self.structure(&it["struct"], variant),
            "binary" if it.get("sub-type").is_some() => json!([1, 2, 3]),
            "binary" => self.bytes(it, length(it, 4)),
            "nest" if deep => json!({}),
            "nest" => Value::Object(self.set(&it["nested-attributes"], variant, depth + 1, outer)),
            "indexed-array" | "array-nest" => match it["sub-type"].as_str().unwrap_or("nest") {
                "nest" if deep => json!([]),
                "nest" => {
                    let item = self.set(&it["nested-attributes"], variant, depth + 2, outer);
                    json!([{"3": item}, {"4": {}}])
                }
                "binary" if it.get("struct").is_some() => json!([self.structure(&it["struct"], variant)]),
                "binary" => json!([self.bytes(it, 4)]),
                "string" => json!(["a", "b"]),
                kind => json!([self.number(it, kind, variant), self.number(it, kind, variant + 1)]),
            },
            "nest-type-value" => {
                let mut item =
                    if deep { Map::new() } else { self.set(&it["nested-attributes"], variant, depth + 1, outer) };
                for name in it["type-value"].as_array().unwrap() {
                    item.insert(name.as_str().unwrap().to_owned(), json!(7));
                }
                Value::Object(item)
            }
            "sub-message" => {
                let selector = it["selector"].as_str().unwrap();
                let chosen = outer.iter().rev().find_map(|object| object.get(selector))?.clone();
                let formats = Sampler::named(&self.messages, &it["sub-message"])["formats"].as_array().unwrap();
                let format = formats.iter().find(|format| format["value"] == chosen)?;
                let mut object = match format.get("attribute-set") {
                    Some(set) if !deep => self.set(set, variant, depth + 1, outer),
                    _ => Map::new(),
                };
                if let Some(header) = format.get("fixed-header") {
                    let Value::Object(members) = self.structure(header, variant) else { panic!() };
                    object.extend(members);
                }
                Value::Object(object)
            }
            kind => self.number(it, kind, variant),
        };
        let multi = it["multi-attr"] == true && variant % 2 == 0;
        Some(if multi { json!([value, value]) } else { value })
    }

    fn flags(&self, names: &Value) -> Vec<Value> {
        let entries = Sampler::named(&self.enums, names)["entries"].as_array().unwrap();
        entries
            .iter()
            .filter(|entry| (0..8).contains(&entry["value"].as_i64().unwrap()))
            .map(|entry| entry["name"].clone())
            .collect()
    }

    fn number(&self, it: &Value, kind: &str, variant: usize) -> Value {
        if let Some(names) = it.get("enum") {
            let of = Sampler::named(&self.enums, names);
            if of["type"] == "flags" || it["enum-as-flags"] == true {
                return Value::Array(self.flags(names));
            }
            let entries = of["entries"].as_array().unwrap();
            let min = it["checks"]["min"].as_i64().unwrap_or(0);
            let max = it["checks"]["max"].as_i64().unwrap_or(i64::MAX);
            let fits = |entry: &&Value| (min..=max).contains(&entry["value"].as_i64().unwrap());
            let fitting: Vec<_> = entries.iter().filter(fits).collect();
            return fitting.get(variant % fitting.len().max(1)).map_or(json!(min), |entry| entry["name"].clone());
        }
        match it["display-hint"].as_str() {
            Some("hex") => json!("0x7"),
            Some("ipv4" | "ipv4-or-v6") if kind == "u32" => json!("192.0.2.1"),
            _ => {
                let checks = &it["checks"];
                let max = checks["max"].as_i64().unwrap_or(i64::MAX);
                let min = checks["min"].as_i64().unwrap_or(i64::MIN);
                let large = match kind {
                    "u64" | "uint" if variant % 2 == 1 => i64::MAX,
                    "s64" | "sint" if variant % 2 == 1 => i64::MIN,
                    "s32" => -5,
                    _ => 5,
                };
                if let Some(mask) = checks["flags-mask"].as_i64() {
                    return json!(mask);
                }
                json!(large.clamp(min, max.max(min)))
            }
        }
    }

    fn bytes(&self, it: &Value, len: usize) -> Value {
        let lengths = (it["checks"].get("exact-len"), it["checks"].get("min-len"), it["checks"].get("max-len"));
        match it["display-hint"].as_str() {
            Some("ipv4" | "ipv4-or-v6") if !matches!(lengths.0, Some(len) if *len == 16) => json!("192.0.2.1"),
            Some("ipv6" | "ipv4-or-v6") => json!("2001:db8::1"),
            Some("mac") => json!(vec!["02"; if lengths == (None, None, None) { 6 } else { len }].join(":")),
            Some("uuid") => json!("00112233-4455-6677-8899-aabbccddeeff"),
            Some("hex") => json!(vec!["0a"; len].join(" ")),
            _ => json!("0a".repeat(len)),
        }
    }

    fn structure(&self, name: &Value, variant: usize) -> Value {
        let mut object = Map::new();
        for member in Sampler::named(&self.structs, name)["members"].as_array().unwrap() {
            let len = usize::try_from(member["len"].as_u64().unwrap()).unwrap();
            let value = match member["type"].as_str().unwrap() {
                "pad" => continue,
                "binary" if member.get("struct").is_some() => self.structure(&member["struct"], variant),
                "binary" => match member["display-hint"].as_str() {
                    Some("ipv4") if len == 4 => json!("192.0.2.1"),
                    Some("ipv6") if len == 16 => json!("2001:db8::1"),
                    _ => json!("0b".repeat(len)),
                },
                "string" => json!("s".repeat(len)),
                "bitfield32" => json!({"value": 1, "selector": 1}),
                kind => self.number(member, kind, variant),
            };
            object.insert(member["name"].as_str().unwrap().to_owned(), value);
        }
        Value::Object(object)
    }
}

/// A length that the checks allow.
fn length(it: &Value, wanted: u64) -> usize {
    let checks = &it["checks"];
    let min = checks["min-len"].as_u64().unwrap_or(0);
    let max = checks["max-len"].as_u64().unwrap_or(u64::MAX);
    usize::try_from(checks["exact-len"].as_u64().unwrap_or(wanted.clamp(min, max.max(min)))).unwrap()
}

#[test]
fn every_message_survives_encoding_and_decoding() {
    let (mut families, mut messages) = (0, 0);
    for file in all_files() {
        let family = open(&file);
        let sampler = Sampler::new(&family);
        families += 1;
        for operation in described(&family, Section::Operations).as_array().unwrap() {
            let name = operation["name"].as_str().unwrap();
            for (word, bits) in [("do", 0), ("dump", flags::DUMP)] {
                if operation[word].get("request").is_none() {
                    continue;
                }
                for variant in 0..sampler.variants() {
                    let mut request = match operation.get("attribute-set") {
                        Some(set) => sampler.set(set, variant, 0, &mut Vec::new()),
                        None => Map::new(),
                    };
                    if let Some(header) = operation.get("fixed-header") {
                        let Value::Object(members) = sampler.structure(header, variant) else { panic!() };
                        request.extend(members);
                    }
                    let text = Value::Object(request).to_string();
                    let context = |error: Box<nlrs_ynl::Error>| -> Vec<u8> {
                        panic!("{}: {name}: {error}\n{text}", file.display())
                    };
                    let first = match family.encode(name, text.as_bytes(), bits) {
                        // With every attribute in it some messages are longer than a nest may be.
                        Err(error) if error.code == -libc::EMSGSIZE => continue,
                        result => result.unwrap_or_else(context),
                    };
                    let decoded = family.decode(Some(name), &first).unwrap_or_else(context);
                    let value: Value = serde_json::from_slice(&decoded).unwrap();
                    assert!(!value.to_string().contains("Unknown"), "{}: {name}: {value}", file.display());
                    let second = family.encode(name, value["msg"].to_string().as_bytes(), bits).unwrap_or_else(context);
                    let again = family.decode(Some(name), &second).unwrap_or_else(context);
                    // The order of attributes is that of the JSON text, which serde_json has sorted.
                    let again: Value = serde_json::from_slice(&again).unwrap();
                    assert_eq!(value, again, "{}: {name}", file.display());
                    assert_eq!(first.len(), second.len(), "{}: {name}: {value}", file.display());
                    messages += 1;
                }
            }
        }
    }
    assert!(families >= 35 && messages > 1000, "{families} families, {messages} messages");
    common::note(&format!(
        "{families} specifications were read, {messages} messages encoded, decoded and encoded again"
    ));
}

/// Where the kernel's files are wrong: linux/netlink.h has NL_POLICY_TYPE_ATTR_PAD before NL_POLICY_TYPE_ATTR_MASK,
/// and struct rta_cacheinfo of linux/rtnetlink.h has three members more.
const WRONG: [&str; 3] = [
    "nlctrl.policy-attrs.attributes.mask.value",
    "nlctrl.policy-attrs.attributes.pad.value",
    "rt-route.rta-cacheinfo.size",
];

/// What is in the kernel's list is in ours, equal but for documentation.
fn assert_contains(ours: &Value, theirs: &Value, what: &str) {
    let ignored = ["doc", "checks"];
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in theirs.iter().filter(|(key, _)| !ignored.contains(&key.as_str())) {
                // The list of attributes of a message is documentation too.
                if key == "attributes" && value[0].is_string() {
                    continue;
                }
                let mine = ours.get(key).unwrap_or_else(|| panic!("{what}: no {key}"));
                assert_contains(mine, value, &format!("{what}.{key}"));
            }
        }
        (Value::Array(_), Value::Array(items)) if items.iter().all(|item| item.get("name").is_some()) => {
            let mine = by_name(ours);
            for item in items {
                let name = item["name"].as_str().unwrap();
                let mine = mine.get(name).unwrap_or_else(|| panic!("{what}: no '{name}'"));
                assert_contains(mine, item, &format!("{what}.{name}"));
            }
        }
        (Value::Array(mine), Value::Array(items)) if items.iter().all(|item| item.get("value").is_some()) => {
            for item in items {
                let mine = mine.iter().find(|mine| mine["value"] == item["value"]);
                assert_contains(mine.unwrap_or_else(|| panic!("{what}: no {item}")), item, what);
            }
        }
        (ours, theirs) if WRONG.contains(&what) => assert_ne!(ours, theirs, "{what} is right by now"),
        (ours, theirs) => assert_eq!(ours, theirs, "{what}"),
    }
}

#[test]
fn what_is_carried_agrees_with_the_kernels_files() {
    let files = common::bindings_specs();
    for name in CARRIED {
        let file = files.iter().find(|file| file.file_stem().is_some_and(|stem| stem == name)).unwrap();
        let (ours, theirs) = (carried(name), open(file));
        let (mine, other) = (described(&ours, Section::Family), described(&theirs, Section::Family));
        for key in ["name", "protocol", "protonum"] {
            assert_eq!(mine[key], other[key], "{name} {key}");
        }
        for section in [
            Section::Operations,
            Section::AttributeSets,
            Section::Enums,
            Section::Structs,
            Section::SubMessages,
            Section::Groups,
        ] {
            assert_contains(&described(&ours, section), &described(&theirs, section), name);
        }
    }
}

/// The header that has the names of a set, and their prefix.
const HEADERS: &[(&str, &str, &str, &str)] = &[
    ("rt-link", "link-attrs", "IFLA_", "if_link.h"),
    ("rt-link", "linkinfo-attrs", "IFLA_INFO_", "if_link.h"),
    ("rt-link", "linkinfo-bridge-attrs", "IFLA_BR_", "if_link.h"),
    ("rt-link", "linkinfo-brport-attrs", "IFLA_BRPORT_", "if_link.h"),
    ("rt-link", "linkinfo-bond-attrs", "IFLA_BOND_", "if_link.h"),
    ("rt-link", "bond-slave-attrs", "IFLA_BOND_SLAVE_", "if_link.h"),
    ("rt-link", "linkinfo-vlan-attrs", "IFLA_VLAN_", "if_link.h"),
    ("rt-link", "linkinfo-vxlan-attrs", "IFLA_VXLAN_", "if_link.h"),
    ("rt-link", "linkinfo-macvlan-attrs", "IFLA_MACVLAN_", "if_link.h"),
    ("rt-link", "linkinfo-ipvlan-attrs", "IFLA_IPVLAN_", "if_link.h"),
    ("rt-link", "linkinfo-xfrm-attrs", "IFLA_XFRM_", "if_link.h"),
    ("rt-link", "linkinfo-bareudp-attrs", "IFLA_BAREUDP_", "if_link.h"),
    ("rt-link", "linkinfo-geneve-attrs", "IFLA_GENEVE_", "if_link.h"),
    ("rt-link", "linkinfo-hsr-attrs", "IFLA_HSR_", "if_link.h"),
    ("rt-link", "linkinfo-vrf-attrs", "IFLA_VRF_", "if_link.h"),
    ("rt-link", "linkinfo-tun-attrs", "IFLA_TUN_", "if_link.h"),
    ("rt-link", "linkinfo-gre-attrs", "IFLA_GRE_", "if_tunnel.h"),
    ("rt-link", "linkinfo-iptun-attrs", "IFLA_IPTUN_", "if_tunnel.h"),
    ("rt-link", "linkinfo-vti-attrs", "IFLA_VTI_", "if_tunnel.h"),
    ("rt-link", "linkinfo-veth-attrs", "VETH_INFO_", "veth.h"),
    ("rt-link", "xdp-attrs", "IFLA_XDP_", "if_link.h"),
    ("rt-link", "ifla6-attrs", "IFLA_INET6_", "if_link.h"),
    ("rt-link", "stats-attrs", "IFLA_STATS_", "if_link.h"),
    ("rt-addr", "addr-attrs", "IFA_", "if_addr.h"),
    ("rt-route", "route-attrs", "RTA_", "rtnetlink.h"),
    ("rt-route", "metrics", "RTAX_", "rtnetlink.h"),
    ("rt-neigh", "neighbour-attrs", "NDA_", "neighbour.h"),
    ("rt-neigh", "ndt-attrs", "NDTA_", "neighbour.h"),
    ("rt-neigh", "ndtpa-attrs", "NDTPA_", "neighbour.h"),
    ("rt-rule", "fib-rule-attrs", "FRA_", "fib_rules.h"),
    ("nlctrl", "ctrl-attrs", "CTRL_ATTR_", "genetlink.h"),
    ("nlctrl", "op-attrs", "CTRL_ATTR_OP_", "genetlink.h"),
    ("nlctrl", "mcast-group-attrs", "CTRL_ATTR_MCAST_GRP_", "genetlink.h"),
    ("nlctrl", "policy-attrs", "NL_POLICY_TYPE_ATTR_", "netlink.h"),
];

/// The numbers of the enums in a header of C.
fn enumerators(header: &str) -> Option<HashMap<String, i64>> {
    let text = std::fs::read_to_string(format!("/usr/include/linux/{header}")).ok()?;
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("/*") {
        plain.push_str(&rest[..at]);
        rest = rest[at..].find("*/").map_or("", |end| &rest[at + end + 2..]);
    }
    plain.push_str(rest);
    let plain: String = plain.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    let mut numbers = HashMap::new();
    for block in plain.split("enum").skip(1) {
        let Some(body) = block.find('{').and_then(|open| block[open + 1..].split('}').next()) else { continue };
        let mut next = 0;
        for item in body.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let (name, value) =
                item.split_once('=').map_or((item, None), |(name, value)| (name.trim(), Some(value.trim())));
            let value = match value {
                None => Some(next),
                Some(value) => match value.strip_prefix("0x") {
                    Some(digits) => i64::from_str_radix(digits, 16).ok(),
                    None => value.parse().ok().or_else(|| numbers.get(value).copied()),
                },
            };
            let Some(value) = value else { continue };
            numbers.insert(name.to_owned(), value);
            next = value + 1;
        }
    }
    Some(numbers)
}

#[test]
fn what_is_carried_agrees_with_the_headers() {
    let (mut compared, mut newer) = (0, Vec::new());
    for (family, set, prefix, header) in HEADERS {
        let Some(numbers) = enumerators(header) else {
            common::skip(&format!("numbers of {set}: linux/{header} is not installed"));
            continue;
        };
        let description = carried(family).describe(Section::AttributeSets, Some(set)).unwrap();
        let description: Value = serde_json::from_slice(&description).unwrap();
        for attribute in description["attributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap();
            let upper = name.to_uppercase().replace('-', "_");
            let candidates = [format!("{prefix}{upper}"), format!("{prefix}{}", upper.replace('_', ""))];
            match candidates.iter().find_map(|name| numbers.get(name)) {
                Some(number) => {
                    assert_eq!(attribute["value"].as_i64(), Some(*number), "{family} {set} {name}");
                    compared += 1;
                }
                None => newer.push(format!("{family} {set} {name}")),
            }
        }
    }
    // An old libc's headers lack some; names that the kernel's files spell in another way are few.
    assert!(compared > 350 || cfg!(not(target_os = "linux")), "{compared} compared; not found: {newer:?}");
    assert!(newer.len() * 4 < compared, "{newer:?}");
    common::note(&format!(
        "{compared} numbers of attributes agree with the headers of the C library; {} are not in them",
        newer.len()
    ));
}
