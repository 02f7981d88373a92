// SPDX-License-Identifier: MIT OR Apache-2.0
//! Records against iproute2, object by object: what `ip -j` prints of a namespace is what the records hold.
#![allow(unsafe_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{skip, tools};
use nlrs_core::family::addr::{Addr, Lladdr};
use nlrs_core::family::record::{Record, text};
use nlrs_core::family::rtnetlink::address::Address;
use nlrs_core::family::rtnetlink::link::{AltNames, Link, LinkStats};
use nlrs_core::family::rtnetlink::neighbour::Neighbour;
use nlrs_core::family::rtnetlink::nexthop::{Members, Nexthop};
use nlrs_core::family::rtnetlink::route::{NextHops, Route};
use nlrs_core::family::rtnetlink::rule::*;
use nlrs_core::wire::build::Builder;
use nlrs_core::wire::message::Message;
use nlrs_core::{Handle, lookup};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::ffi::c_char;
use std::ops::ControlFlow;
use std::process::Command;

const AF_INET: u32 = 2;
const AF_INET6: u32 = 10;
const AF_BRIDGE: u32 = 7;

/// Whether a program of iproute2 is there.
fn has(program: &str) -> bool {
    Command::new(program).arg("-V").output().is_ok_and(|output| output.status.success())
}

/// The calling thread in a network namespace of its own, and what is set up there. False: not possible here, and said so.
fn namespace(what: &str, script: &str) -> bool {
    if !has("ip") {
        skip(what, "iproute2 is not installed (make deps)");
        return false;
    }
    // SAFETY: a system call without memory; the thread is the test's own.
    if unsafe { libc::unshare(libc::CLONE_NEWNET) } != 0 {
        skip(what, "no network namespace without root");
        return false;
    }
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let output = Command::new(words.next().unwrap()).args(words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() && said.contains("Unknown device type") {
            skip(&format!("{what}: {line}"), "this kernel has no such links");
        } else {
            assert!(output.status.success(), "{line}: {said}");
        }
    }
    true
}

/// Objects as a command prints them. What depends on the second it is looked at is removed.
fn theirs(command: &str, without: &[&str]) -> Vec<Value> {
    let mut words = command.split_whitespace();
    let text = tools::run(Command::new(words.next().unwrap()).args(words));
    let mut objects: Vec<Value> = serde_json::from_str(&text).unwrap();
    for object in &mut objects {
        let object = object.as_object_mut().unwrap();
        object.retain(|key, _| !without.contains(&key.as_str()));
    }
    objects
}

/// The two are equal; what changes by itself in the meantime (duplicate address detection, neighbours) settles within seconds.
fn compare(what: &str, ours: impl Fn() -> Vec<Value>, theirs: impl Fn() -> Vec<Value>) {
    for last in [false, false, false, false, true] {
        let (ours, theirs) = (ours(), theirs());
        assert!(!theirs.is_empty(), "{what}: nothing to compare");
        if ours == theirs {
            return;
        }
        if last {
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert_eq!(ours, theirs, "{what}");
            }
            assert_eq!(ours.len(), theirs.len(), "{what}");
        }
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}

fn handle() -> Handle {
    Handle::open(nlrs_core::uapi::NETLINK_ROUTE, &Default::default()).unwrap()
}

/// Each object that the kernel's dump has, by the filter that a record is.
fn dump<R: Record>(filter: &R, ty: u32, mut each: impl FnMut(R, &Message<'_>)) {
    let mut m = Builder::growing(64).unwrap();
    filter.begin(&mut m, ty, 0).unwrap();
    m.end().unwrap();
    handle()
        .dump_each(&m, |message| {
            each(R::read(message).unwrap(), message);
            ControlFlow::Continue(())
        })
        .unwrap();
}

fn names() -> HashMap<u32, String> {
    let mut names = HashMap::new();
    dump(&Link::default(), 18, |link, _| {
        names.insert(link.index, words(&link.name));
    });
    names
}

fn words<const N: usize>(field: &[c_char; N]) -> String {
    String::from_utf8(text(field).to_vec()).unwrap()
}

fn shown(addr: &Addr) -> String {
    let mut buf = [0; 64];
    let len = addr.format(&mut buf).unwrap();
    String::from_utf8(buf[..len].to_vec()).unwrap()
}

/// Without its prefix length.
fn host(addr: &Addr) -> String {
    shown(addr).split('/').next().unwrap().into()
}

fn lladdr(lladdr: &Lladdr) -> String {
    let mut buf = [0; 100];
    let len = lladdr.format(&mut buf);
    String::from_utf8(buf[..len].to_vec()).unwrap()
}

/// Adds a value where it is not zero.
fn put(object: &mut Map<String, Value>, key: &str, value: u32) {
    if value != 0 {
        object.insert(key.into(), json!(value));
    }
}

const LINKS: &str = "
    ip link set lo up
    ip link add br0 type bridge
    ip link add v0 type veth peer name v1
    ip link add vl5 link v0 type vlan id 5
    ip link add vx0 type vxlan id 42 dstport 4789 dev v0
    ip link add ifb7 type ifb
    ip link set v1 master br0
    ip link set v0 mtu 1400 txqueuelen 77 group 5
    ip link property add dev v0 altname a-quite-long-alternative-name altname short
    ip link set v0 up
    ip link set v1 up
    ip link set br0 up
";

fn link(link: &Link, message: &Message<'_>, names: &HashMap<u32, String>) -> Value {
    let mode = ["DEFAULT", "DORMANT"][link.link_mode as usize];
    let operstate = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];
    let operstate = operstate[link.operstate as usize];
    let mut object = json!({
        "ifindex": link.index,
        "ifname": words(&link.name),
        "mtu": link.mtu,
        "qdisc": words(&link.qdisc),
        "operstate": operstate,
        "linkmode": mode,
        "group": link.group.to_string(),
        "link_type": format!("[{}]", link.r#type),
        "address": lladdr(&link.address),
        "broadcast": lladdr(&link.broadcast),
        "promiscuity": link.promiscuity,
        "allmulti": link.allmulti,
        "min_mtu": link.min_mtu,
        "max_mtu": link.max_mtu,
        "num_tx_queues": link.num_tx_queues,
        "num_rx_queues": link.num_rx_queues,
        "gso_max_size": link.gso_max_size,
        "gso_max_segs": link.gso_max_segs,
        "tso_max_size": link.tso_max_size,
        "tso_max_segs": link.tso_max_segs,
        "gro_max_size": link.gro_max_size,
    });
    let object_map = object.as_object_mut().unwrap();
    put(object_map, "txqlen", link.tx_queue_len);
    for (key, index) in [("master", link.master), ("link", link.link)] {
        if index != 0 {
            object_map.insert(key.into(), json!(names[&index]));
        }
    }
    let mut info = Map::new();
    for (key, kind) in [("info_kind", words(&link.kind)), ("info_slave_kind", words(&link.slave_kind))] {
        if !kind.is_empty() {
            info.insert(key.into(), json!(kind));
        }
    }
    if !info.is_empty() {
        object_map.insert("linkinfo".into(), info.into());
    }
    let mut alternative = AltNames::of(message).unwrap();
    let mut found = Vec::new();
    while let Some(name) = alternative.next().unwrap() {
        found.push(String::from_utf8(name.to_vec()).unwrap());
    }
    if !found.is_empty() {
        object_map.insert("altnames".into(), json!(found));
    }
    object_map.insert("up".into(), json!(link.flags & 1 != 0));
    object
}

#[test]
fn links() {
    if !namespace("links", LINKS) {
        return;
    }
    let names = names();
    let ours = |filter: Link| {
        let mut found = Vec::new();
        dump(&filter, 18, |record, message| found.push(link(&record, message, &names)));
        found
    };
    let theirs = |command: &str| {
        let mut objects = theirs(command, &["inet6_addr_gen_mode"]);
        for object in &mut objects {
            let object = object.as_object_mut().unwrap();
            let flags = object.remove("flags").unwrap();
            object.insert("up".into(), json!(flags.as_array().unwrap().contains(&json!("UP"))));
            if let Some(info) = object.get_mut("linkinfo") {
                info.as_object_mut().unwrap().retain(|key, _| !key.ends_with("_data"));
            }
        }
        objects
    };
    compare("links", || ours(Link::default()), || theirs("ip -j -d -N link"));
    // The kernel filters: by kind, and by master.
    let kind = nlrs_core::family::record::field(b"veth").unwrap();
    compare("veth", || ours(Link { kind, ..Link::default() }), || theirs("ip -j -d -N link show type veth"));
    let master = *names.iter().find(|(_, name)| *name == "br0").unwrap().0;
    compare("ports", || ours(Link { master, ..Link::default() }), || theirs("ip -j -d -N link show master br0"));

    let statistics = || {
        let mut found = Vec::new();
        dump(&Link::default(), 18, |_, message| {
            let stats = LinkStats::read(message).unwrap();
            found.push(json!({"stats64": {
                "rx": {"bytes": stats.rx_bytes, "packets": stats.rx_packets, "errors": stats.rx_errors,
                    "dropped": stats.rx_dropped, "over_errors": stats.rx_over_errors, "multicast": stats.multicast},
                "tx": {"bytes": stats.tx_bytes, "packets": stats.tx_packets, "errors": stats.tx_errors,
                    "dropped": stats.tx_dropped, "carrier_errors": stats.tx_carrier_errors,
                    "collisions": stats.collisions},
            }}));
        });
        found
    };
    let counters = || {
        let text = tools::run(Command::new("ip").args(["-j", "-s", "link"]));
        let objects: Vec<Value> = serde_json::from_str(&text).unwrap();
        objects.iter().map(|object| json!({"stats64": object["stats64"]})).collect()
    };
    compare("statistics", statistics, counters);

    for (name, index) in names.iter().map(|(index, name)| (name, index)) {
        let handle = handle();
        assert_eq!(lookup::link_index(handle.socket(), name.as_bytes(), None), Ok(*index));
        assert_eq!(words(&lookup::link_name(handle.socket(), *index, None).unwrap()), *name);
    }
    let v0 = *names.iter().find(|(_, name)| *name == "v0").unwrap().0;
    for name in ["short", "a-quite-long-alternative-name"] {
        assert_eq!(lookup::link_index(handle().socket(), name.as_bytes(), None), Ok(v0));
    }
}

const ADDRESSES: &str = "
    ip link set lo up
    ip link add v0 type veth peer name v1
    ip link set v0 up
    ip link set v1 up
    ip addr add 10.1.0.1/24 brd + dev v0 label v0:1
    ip addr add 10.2.0.1 peer 10.2.0.2/32 dev v0 metric 50
    ip addr add 10.3.0.1/16 dev v0 valid_lft 1000 preferred_lft 500
    ip addr add 2001:db8:1::1/64 dev v0 nodad
    ip addr add 2001:db8:2::1 peer 2001:db8:2::2/128 dev v0 nodad
";

#[test]
fn addresses() {
    if !namespace("addresses", ADDRESSES) {
        return;
    }
    let names = names();
    for (family, option) in [(0, ""), (AF_INET, "-4 "), (AF_INET6, "-6 ")] {
        let ours = || {
            let mut found = Vec::new();
            dump(&Address { family, ..Address::default() }, 22, |address, _| {
                let is_v4 = address.family == AF_INET;
                let mut object = json!({
                    "dev": names[&address.index],
                    "family": if is_v4 { "inet" } else { "inet6" },
                    "local": host(&address.local),
                    "prefixlen": address.local.prefix_len,
                    "scope": address.scope.to_string(),
                });
                let object_map = object.as_object_mut().unwrap();
                if address.peer.family != 0 {
                    object_map.insert("address".into(), json!(host(&address.peer)));
                }
                if address.broadcast.family != 0 {
                    object_map.insert("broadcast".into(), json!(shown(&address.broadcast)));
                }
                if is_v4 {
                    object_map.insert("label".into(), json!(words(&address.label)));
                }
                put(object_map, "metric", address.priority);
                // They count down.
                let forever = [address.valid_lft, address.preferred_lft].map(|seconds| seconds == u32::MAX);
                object_map.insert("forever".into(), json!(forever));
                assert!(forever[0] || (900..=1000).contains(&address.valid_lft), "{}", address.valid_lft);
                assert!(forever[1] || (400..=500).contains(&address.preferred_lft), "{}", address.preferred_lft);
                // IFA_F_PERMANENT
                object_map.insert("dynamic".into(), json!(address.flags & 0x80 == 0));
                found.push(object);
            });
            found.sort_by_key(|object| (object["dev"].to_string(), object.to_string()));
            found
        };
        let theirs = || {
            let text = tools::run(Command::new("ip").args(option.split_whitespace()).args(["-j", "-N", "addr"]));
            let links: Vec<Value> = serde_json::from_str(&text).unwrap();
            let mut found = Vec::new();
            for link in &links {
                // Of links that -4 or -6 leaves out there is an empty object.
                for address in link["addr_info"].as_array().map_or(&[][..], |addresses| addresses) {
                    let mut object = address.clone();
                    let object_map = object.as_object_mut().unwrap();
                    if object_map.is_empty() {
                        continue;
                    }
                    object_map.insert("dev".into(), link["ifname"].clone());
                    let lifetimes = ["valid_life_time", "preferred_life_time"];
                    let forever = lifetimes.map(|key| object_map.remove(key).unwrap() == json!(u32::MAX));
                    object_map.insert("forever".into(), json!(forever));
                    let dynamic = object_map.remove("dynamic").is_some();
                    object_map.insert("dynamic".into(), json!(dynamic));
                    object_map.remove("nodad");
                    // Not permanent either, as long as it is in doubt.
                    if object_map.remove("tentative").is_some() {
                        object_map.insert("dynamic".into(), json!(true));
                    }
                    found.push(object);
                }
            }
            found.sort_by_key(|object| (object["dev"].to_string(), object.to_string()));
            found
        };
        compare(&format!("addresses of family {family}"), ours, theirs);
    }
}

const ROUTES: &str = "
    ip link set lo up
    ip link add v0 type veth peer name v1
    ip link set v0 up
    ip link set v1 up
    ip addr add 10.1.0.1/24 dev v0
    ip addr add 2001:db8:1::1/64 dev v0 nodad
    ip nexthop add id 10 via 10.1.0.9 dev v0
    ip nexthop add id 11 via 10.1.0.8 dev v0
    ip nexthop add id 20 group 10,3/11
    ip route add 198.51.100.0/24 via 10.1.0.2 table 1000 metric 7 mtu 1400 advmss 1360 proto static
    ip route add 198.51.101.0/24 via 10.1.0.2 mtu lock 1300 initcwnd 20 hoplimit 9 congctl reno
    ip route add 203.0.113.0/24 nexthop via 10.1.0.2 weight 3 nexthop via 10.1.0.3 dev v0 weight 5
    ip route add 203.0.114.0/24 nexthop via inet6 2001:db8:1::5 dev v0 weight 256 nexthop via 10.1.0.3 onlink dev v0
    ip route add 192.0.2.0/25 via inet6 2001:db8:1::2 dev v0
    ip route add blackhole 192.0.2.128/25
    ip route add default via 10.1.0.77
    ip route add 198.18.0.0/15 nhid 20
    ip -6 route add 2001:db8:9::/48 via 2001:db8:1::2 src 2001:db8:1::1 metric 9
    ip -6 route add 2001:db8:a::/48 nexthop via 2001:db8:1::2 nexthop via 2001:db8:1::3 weight 2
    ip -6 route add unreachable 2001:db8:b::/48
    ip -6 route add default via 2001:db8:1::77 pref high
";

fn route(route: &Route, message: &Message<'_>, names: &HashMap<u32, String>) -> Value {
    let prefix = if route.dst.prefix_len == 0 { "default".into() } else { shown(&route.dst) };
    let mut object = json!({
        "type": route.r#type.to_string(),
        "dst": prefix,
        "table": route.table.to_string(),
        "protocol": route.protocol.to_string(),
        "scope": route.scope.to_string(),
        "metric": route.priority,
    });
    let object_map = object.as_object_mut().unwrap();
    router(object_map, &route.gateway, route.family);
    if route.oif != 0 {
        object_map.insert("dev".into(), json!(names[&route.oif]));
    }
    if route.prefsrc.family != 0 {
        object_map.insert("prefsrc".into(), json!(shown(&route.prefsrc)));
    }
    put(object_map, "nhid", route.nh_id);
    if route.family == AF_INET6 {
        let pref = ["medium", "high", "", "low"][route.pref as usize];
        object_map.insert("pref".into(), json!(pref));
    }
    let mut metrics = Map::new();
    let m = &route.metrics;
    for (key, value) in [("mtu", m.mtu), ("advmss", m.advmss), ("hoplimit", m.hoplimit), ("initcwnd", m.initcwnd)] {
        put(&mut metrics, key, value);
    }
    // ip says in plain text alone which are locked.
    assert_eq!(m.lock, if m.mtu == 1300 { 1 << 2 } else { 0 });
    if m.cc_algo[0] != 0 {
        metrics.insert("congestion".into(), json!(words(&m.cc_algo)));
    }
    if !metrics.is_empty() {
        object_map.insert("metrics".into(), json!([metrics]));
    }
    let mut hops = NextHops::of(message).unwrap();
    let mut found = Vec::new();
    while let Some((hop, _)) = hops.next().unwrap() {
        let mut object = Map::new();
        router(&mut object, &hop.gateway, route.family);
        object.insert("dev".into(), json!(names[&hop.oif]));
        object.insert("weight".into(), json!(hop.weight));
        object.insert("onlink".into(), json!(hop.flags & 4 != 0));
        found.push(Value::from(object));
    }
    if !found.is_empty() {
        object_map.insert("nexthops".into(), json!(found));
    }
    object
}

/// A gateway, or a router of the other family.
fn router(object: &mut Map<String, Value>, gateway: &Addr, family: u32) {
    if gateway.family == family {
        object.insert("gateway".into(), json!(shown(gateway)));
    } else if gateway.family != 0 {
        let other = if gateway.family == AF_INET6 { "inet6" } else { "inet" };
        object.insert("via".into(), json!({"family": other, "host": shown(gateway)}));
    }
}

fn routes_of(command: &str) -> Vec<Value> {
    let mut objects = theirs(command, &["flags", "expires", "nh_info"]);
    for object in &mut objects {
        let object = object.as_object_mut().unwrap();
        object.entry("metric").or_insert(json!(0));
        for hop in object.get_mut("nexthops").and_then(Value::as_array_mut).into_iter().flatten() {
            let hop = hop.as_object_mut().unwrap();
            let flags = hop.remove("flags").unwrap();
            hop.insert("onlink".into(), json!(flags.as_array().unwrap().contains(&json!("onlink"))));
        }
    }
    objects
}

#[test]
fn routes() {
    if !namespace("routes", ROUTES) {
        return;
    }
    let names = names();
    let ours = |filter: &Route| {
        let mut found = Vec::new();
        dump(filter, 26, |record, message| found.push(route(&record, message, &names)));
        found
    };
    for (family, option) in [(AF_INET, "-4"), (AF_INET6, "-6")] {
        compare(
            &format!("routes of family {family}"),
            || ours(&Route { family, ..Route::default() }),
            || routes_of(&format!("ip {option} -j -d -N route show table all")),
        );
    }
    // The kernel filters: by table, and by protocol.
    let table = Route { family: AF_INET, table: 1000, ..Route::default() };
    compare(
        "table 1000",
        || ours(&table),
        || {
            let mut objects = routes_of("ip -4 -j -d -N route show table 1000");
            for object in &mut objects {
                object.as_object_mut().unwrap().insert("table".into(), json!("1000"));
            }
            objects
        },
    );
    let protocol = Route { family: AF_INET, protocol: 4, ..Route::default() };
    // ip leaves out what it was given.
    compare(
        "protocol static",
        || ours(&protocol),
        || {
            let mut objects = routes_of("ip -4 -j -d -N route show table all proto 4");
            for object in &mut objects {
                object.as_object_mut().unwrap().insert("protocol".into(), json!("4"));
            }
            objects
        },
    );
}

#[test]
fn ten_thousand_routes() {
    if !namespace("ten thousand routes", ROUTES) {
        return;
    }
    let mut batch = String::new();
    for index in 0..5_000 {
        let (high, low) = (index / 250, index % 250);
        batch +=
            &format!("route add 172.{}.{low}.0/24 via 10.1.0.{} metric {}\n", 16 + high, 2 + index % 200, index % 7);
        batch += &format!("-6 route add 2001:db8:{:x}::/48 via 2001:db8:1::{:x}\n", 0x1000 + index, 2 + index % 200);
    }
    let file = common::scratch("iproute-batch").join("routes");
    std::fs::write(&file, batch.replace("-6 ", "")).unwrap();
    tools::run(Command::new("ip").arg("-batch").arg(&file));
    let names = names();
    let ours = || {
        let mut found = Vec::new();
        for family in [AF_INET, AF_INET6] {
            dump(&Route { family, ..Route::default() }, 26, |record, message| {
                found.push(route(&record, message, &names));
            });
        }
        assert!(found.len() >= 10_000, "{} routes", found.len());
        found
    };
    let theirs = || {
        let mut objects = routes_of("ip -4 -j -d -N route show table all");
        objects.extend(routes_of("ip -6 -j -d -N route show table all"));
        objects
    };
    compare("ten thousand routes", ours, theirs);
}

const RULES: &str = "
    ip link add v0 type veth peer name v1
    ip rule add from 10.0.0.0/8 to 192.0.2.0/24 iif v0 fwmark 0x10/0xff table 1000 pref 100
    ip rule add uidrange 0-0 sport 1000-2000 dport 80 ipproto tcp lookup 200 pref 101
    ip rule add lookup main suppress_prefixlength 0 pref 102
    ip rule add lookup main suppress_ifgroup 7 pref 103
    ip rule add oif v1 goto 102 pref 90 protocol 77
    ip rule add not from 10.9.0.0/16 l3mdev pref 110
    ip -6 rule add from 2001:db8::/32 tos 0x10 lookup 77 pref 103
";

fn rule(rule: &Rule) -> Value {
    let mut object = json!({
        "priority": rule.priority,
        "protocol": rule.protocol.to_string(),
        "src": if rule.src.family == 0 { "all".into() } else { host(&rule.src) },
    });
    let object_map = object.as_object_mut().unwrap();
    for (key, addr, bits) in [("srclen", &rule.src, "src"), ("dstlen", &rule.dst, "dst")] {
        if addr.family != 0 {
            object_map.insert(bits.into(), json!(host(addr)));
            if addr.prefix_len != if addr.family == AF_INET { 32 } else { 128 } {
                object_map.insert(key.into(), json!(addr.prefix_len));
            }
        }
    }
    for (key, name) in [("iif", words(&rule.iifname)), ("oif", words(&rule.oifname))] {
        if !name.is_empty() {
            object_map.insert(key.into(), json!(name));
        }
    }
    if rule.fwmark != 0 {
        object_map.insert("fwmark".into(), json!(format!("{:#x}", rule.fwmark)));
        object_map.insert("fwmask".into(), json!(format!("{:#x}", rule.fwmask)));
    }
    if rule.tos != 0 {
        object_map.insert("tos".into(), json!(format!("{:#x}", rule.tos)));
    }
    if rule.set & NLRS_RULE_UID_RANGE_SET != 0 {
        object_map.insert("uid_start".into(), json!(rule.uid_start));
        object_map.insert("uid_end".into(), json!(rule.uid_end));
    }
    for (key, start, end) in [("sport", rule.sport_start, rule.sport_end), ("dport", rule.dport_start, rule.dport_end)]
    {
        if start == end {
            put(object_map, key, start);
        } else {
            put(object_map, &format!("{key}_start"), start);
            put(object_map, &format!("{key}_end"), end);
        }
    }
    if rule.ip_proto != 0 {
        object_map.insert("ipproto".into(), json!(format!("ipproto-{}", rule.ip_proto)));
    }
    if rule.set & NLRS_RULE_SUPPRESS_PREFIX_LEN_SET != 0 {
        object_map.insert("suppress_prefixlen".into(), json!(rule.suppress_prefix_len));
    }
    if rule.set & NLRS_RULE_SUPPRESS_IFGROUP_SET != 0 {
        object_map.insert("suppress_ifgroup".into(), json!(rule.suppress_ifgroup.to_string()));
    }
    if rule.flags & 2 != 0 {
        object_map.insert("not".into(), Value::Null);
    }
    if rule.l3mdev != 0 {
        object_map.insert("l3mdev".into(), Value::Null);
    }
    if rule.table != 0 {
        object_map.insert("table".into(), json!(rule.table.to_string()));
    }
    put(object_map, "goto", rule.goto_priority);
    object
}

#[test]
fn rules() {
    if !namespace("rules", RULES) {
        return;
    }
    for (family, option) in [(AF_INET, "-4"), (AF_INET6, "-6")] {
        let ours = || {
            let mut found = Vec::new();
            dump(&Rule { family, ..Rule::default() }, 34, |record, _| found.push(rule(&record)));
            found
        };
        // FIB_RULE_UNRESOLVED and FIB_RULE_IIF_DETACHED, which ip spells as words.
        let without = ["unresolved", "iif_detached", "oif_detached"];
        compare("rules", ours, || theirs(&format!("ip {option} -j -d -N rule"), &without));
    }
}

const NEIGHBOURS: &str = "
    ip link add v0 type veth peer name v1
    ip link add br0 type bridge
    ip link add vx0 type vxlan id 42 dstport 4789 dev v0
    ip link set v1 master br0
    ip link set v0 up
    ip link set v1 up
    ip link set vx0 up
    ip addr add 10.1.0.1/24 dev v0
    ip neigh add 10.1.0.50 lladdr 02:00:00:00:00:50 dev v0 nud permanent
    ip neigh add 10.1.0.51 lladdr 02:00:00:00:00:51 dev v0 nud reachable protocol 44
    ip neigh add proxy 10.1.0.60 dev v0
    ip -6 neigh add 2001:db8:1::50 lladdr 02:00:00:00:06:50 dev v0
    bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.1.0.77 port 4790 vni 43 via v0
    bridge fdb add 02:00:00:00:00:99 dev v1 master static
";

fn neighbour(neighbour: &Neighbour, names: &HashMap<u32, String>) -> Value {
    let states =
        ["INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT"].iter().enumerate();
    let state: Vec<&str> = states.filter(|(bit, _)| neighbour.state >> bit & 1 != 0).map(|(_, name)| *name).collect();
    let mut object = json!({"dst": shown(&neighbour.dst), "dev": names[&neighbour.index]});
    let object_map = object.as_object_mut().unwrap();
    if neighbour.lladdr.len != 0 {
        object_map.insert("lladdr".into(), json!(lladdr(&neighbour.lladdr)));
    }
    if neighbour.flags & 8 != 0 {
        object_map.insert("proxy".into(), Value::Null);
    } else {
        object_map.insert("state".into(), json!(state));
    }
    if neighbour.protocol != 0 {
        object_map.insert("protocol".into(), json!(neighbour.protocol.to_string()));
    }
    object
}

#[test]
fn neighbours() {
    if !namespace("neighbours", NEIGHBOURS) {
        return;
    }
    let names = names();
    let v0 = *names.iter().find(|(_, name)| *name == "v0").unwrap().0;
    let ours = |filter: Neighbour| {
        let mut found = Vec::new();
        dump(&filter, 30, |record, _| {
            // One dump has both families' entries, and those of a proxy are asked for apart.
            found.push(neighbour(&record, &names));
        });
        found
    };
    let plain = Neighbour::default();
    for (family, option) in [(AF_INET, "-4"), (AF_INET6, "-6")] {
        compare(
            "neighbours",
            || ours(Neighbour { family, ..plain }),
            || theirs(&format!("ip {option} -j -N neigh show nud all"), &[]),
        );
    }
    let on_v0 = Neighbour { family: AF_INET, index: v0, ..plain };
    compare(
        "neighbours of a link",
        || ours(on_v0),
        || {
            let mut objects = theirs("ip -4 -j -N neigh show dev v0 nud all", &[]);
            for object in &mut objects {
                object.as_object_mut().unwrap().insert("dev".into(), json!("v0"));
            }
            objects
        },
    );
    // NTF_PROXY
    let proxies = Neighbour { family: AF_INET, flags: 8, ..plain };
    compare("proxies", || ours(proxies), || theirs("ip -4 -j -N neigh show proxy", &[]));

    if !has("bridge") {
        return skip("forwarding table", "bridge of iproute2 is not installed");
    }
    let table = || {
        let mut found = Vec::new();
        dump(&Neighbour { family: AF_BRIDGE, ..plain }, 30, |record, _| {
            let mut object = json!({"mac": lladdr(&record.lladdr), "ifname": names[&record.index]});
            let object_map = object.as_object_mut().unwrap();
            if record.dst.family != 0 {
                object_map.insert("dst".into(), json!(shown(&record.dst)));
            }
            put(object_map, "port", record.port);
            put(object_map, "vni", record.vni);
            put(object_map, "vlan", record.vlan);
            if record.dst_index != 0 {
                object_map.insert("viaIf".into(), json!(names[&record.dst_index]));
            }
            if record.master != 0 {
                object_map.insert("master".into(), json!(names[&record.master]));
            }
            object_map.insert("self".into(), json!(record.flags & 2 != 0));
            object_map.insert("permanent".into(), json!(record.state & 0x80 != 0));
            found.push(object);
        });
        found
    };
    let fdb = || {
        let mut objects = theirs("bridge -j fdb", &[]);
        for object in &mut objects {
            let object = object.as_object_mut().unwrap();
            let flags = object.remove("flags").unwrap();
            object.insert("self".into(), json!(flags.as_array().unwrap().contains(&json!("self"))));
            let state = object.remove("state").unwrap();
            object.insert("permanent".into(), json!(state == json!("permanent")));
        }
        objects
    };
    compare("forwarding tables", table, fdb);
}

const NEXTHOPS: &str = "
    ip link set lo up
    ip link add v0 type veth peer name v1
    ip link set v0 up
    ip link set v1 up
    ip addr add 10.1.0.1/24 dev v0
    ip addr add 2001:db8:1::1/64 dev v0 nodad
    ip nexthop add id 10 via 10.1.0.9 dev v0
    ip nexthop add id 11 via 10.1.0.8 dev v0 onlink protocol 99
    ip nexthop add id 12 blackhole
    ip nexthop add id 20 group 10,3/11,256
    ip nexthop add id 21 group 10/11 type resilient buckets 8 idle_timer 60 unbalanced_timer 300
    ip nexthop add id 30 via 2001:db8:1::7 dev v0
    ip nexthop add id 40 via 10.1.0.99 fdb
";

#[test]
fn nexthops() {
    if !namespace("nexthops", NEXTHOPS) {
        return;
    }
    let names = names();
    let ours = |filter: Nexthop| {
        let mut found = Vec::new();
        dump(&filter, 106, |nexthop, message| {
            let mut object = json!({
                "id": nexthop.id,
                "scope": nexthop.scope.to_string(),
                "protocol": nexthop.protocol.to_string(),
                "onlink": nexthop.flags & 4 != 0,
            });
            let object_map = object.as_object_mut().unwrap();
            if nexthop.gateway.family != 0 {
                object_map.insert("gateway".into(), json!(shown(&nexthop.gateway)));
            }
            if nexthop.oif != 0 {
                object_map.insert("dev".into(), json!(names[&nexthop.oif]));
            }
            for (key, value) in [("blackhole", nexthop.blackhole), ("fdb", nexthop.fdb)] {
                if value != 0 {
                    object_map.insert(key.into(), Value::Null);
                }
            }
            let members = Members::of(message).unwrap();
            let group: Vec<Value> = (0..)
                .map_while(|index| members.get(index))
                .map(|member| json!({"id": member.id, "weight": member.weight}))
                .collect();
            if !group.is_empty() {
                object_map.insert("group".into(), json!(group));
            }
            if nexthop.group_type == 1 {
                object_map.insert("type".into(), json!("resilient"));
                object_map.insert(
                    "resilient_args".into(),
                    json!({
                        "buckets": nexthop.buckets,
                        "idle_timer": nexthop.idle_timer / 100,
                        "unbalanced_timer": nexthop.unbalanced_timer / 100,
                    }),
                );
            }
            found.push(object);
        });
        found
    };
    let theirs = |command: &str| {
        let mut objects = theirs(command, &[]);
        for object in &mut objects {
            let object = object.as_object_mut().unwrap();
            let flags = object.remove("flags").unwrap();
            object.insert("onlink".into(), json!(flags.as_array().unwrap().contains(&json!("onlink"))));
            for member in object.get_mut("group").and_then(Value::as_array_mut).into_iter().flatten() {
                member.as_object_mut().unwrap().entry("weight").or_insert(json!(1));
            }
            if let Some(resilient) = object.get_mut("resilient_args").and_then(Value::as_object_mut) {
                resilient.remove("unbalanced_time");
            }
        }
        objects
    };
    let all = Nexthop::default();
    compare("nexthops", || ours(all), || theirs("ip -j -d -N nexthop"));
    compare("groups", || ours(Nexthop { groups: 1, ..all }), || theirs("ip -j -d -N nexthop show groups"));
    compare("fdb", || ours(Nexthop { fdb: 1, ..all }), || theirs("ip -j -d -N nexthop show fdb"));
}

/// `ss` of the same namespace: TCP and UDP over both families, listening and connected.
#[test]
fn inet_sockets() {
    use nlrs_core::family::sock_diag::{InetSocket, message_type};
    if !has("ss") {
        return skip("sockets", "ss of iproute2 is not installed (make deps)");
    }
    if !namespace("sockets", "ip link set lo up") {
        return;
    }
    let tcp = std::net::TcpListener::bind("127.0.0.1:4711").unwrap();
    let _tcp6 = std::net::TcpListener::bind("[::1]:4712").unwrap();
    let _connected = std::net::TcpStream::connect(tcp.local_addr().unwrap()).unwrap();
    let _accepted = tcp.accept().unwrap();
    let _udp = std::net::UdpSocket::bind("127.0.0.1:4713").unwrap();
    let handle = Handle::open(4, &Default::default()).unwrap(); // NETLINK_SOCK_DIAG
    for (protocol, option) in [(6, "-t"), (17, "-u")] {
        let mut ours = Vec::new();
        for family in [AF_INET, AF_INET6] {
            let all = InetSocket { family, protocol, states: u32::MAX, ..InetSocket::default() };
            let mut m = Builder::growing(128).unwrap();
            all.begin_request(&mut m, 0).unwrap();
            m.end().unwrap();
            handle
                .dump_each(&m, |message| {
                    assert_eq!(u32::from(message.header().ty), message_type());
                    let socket = InetSocket::read(message).unwrap();
                    let end = |addr: &Addr, port: u32| match (host(addr), port) {
                        (host, 0) if family == AF_INET6 => format!("[{host}]:*"),
                        (host, port) if family == AF_INET6 => format!("[{host}]:{port}"),
                        (host, 0) => format!("{host}:*"),
                        (host, port) => format!("{host}:{port}"),
                    };
                    let queues = format!("{} {}", socket.rqueue, socket.wqueue);
                    let ends = format!("{} {}", end(&socket.src, socket.sport), end(&socket.dst, socket.dport));
                    ours.push(format!("{queues} {ends} ino:{}", socket.inode));
                    ControlFlow::Continue(())
                })
                .unwrap();
        }
        let text = tools::run(Command::new("ss").args(["-a", "-n", "-H", "-e", "-O", option]));
        let mut theirs: Vec<String> = text
            .lines()
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                let inode = words.iter().find(|word| word.starts_with("ino:")).unwrap_or(&"ino:0");
                format!("{} {} {} {} {inode}", words[1], words[2], words[3], words[4])
            })
            .collect();
        ours.sort();
        theirs.sort();
        assert!(!theirs.is_empty());
        assert_eq!(ours, theirs);
    }
}

/// `genl ctrl list`: every family with its numbers, operations and groups.
#[test]
fn families() {
    if !has("genl") {
        return skip("families of generic netlink", "genl of iproute2 is not installed (make deps)");
    }
    let handle = Handle::open(nlrs_core::uapi::NETLINK_GENERIC, &Default::default()).unwrap();
    let mut ours = String::new();
    let mut each = |family: &nlrs_core::family::genetlink::Family| {
        let name = String::from_utf8_lossy(family.name()).into_owned();
        ours += &format!("Name: {name} ID: {:#x} Version: {:#x} ", family.id(), family.version());
        ours += &format!("header size: {} max attribs: {} ", family.header_size(), family.max_attribute());
        if family.operation(0).is_some() {
            ours += "commands supported: ";
        }
        for (index, (command, _)) in (0..).map_while(|index| family.operation(index)).enumerate() {
            ours += &format!("#{}: ID-{command:#x} ", index + 1);
        }
        if family.group_at(0).is_some() {
            ours += "multicast groups: ";
        }
        for (index, (name, number)) in (0..).map_while(|index| family.group_at(index)).enumerate() {
            ours += &format!("#{}: ID-{number:#x} name: {} ", index + 1, String::from_utf8_lossy(name));
        }
        0
    };
    lookup::families(handle.socket(), &mut each, None).unwrap();
    let text = tools::run(Command::new("genl").args(["ctrl", "list"]));
    // What an operation can do stands in lines of its own.
    let kept = text.lines().filter(|line| !line.contains("Capabilities") && !line.trim_start().starts_with("can "));
    let kept = kept.filter(|line| !line.trim().starts_with("requires") && !line.trim().starts_with("has policy"));
    let theirs: String = kept.flat_map(str::split_whitespace).map(|word| format!("{word} ")).collect();
    assert!(theirs.starts_with("Name: nlctrl"), "{theirs}");
    assert_eq!(ours, theirs);
}
