#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The kernel's own ynl tool and libnlrs-ynl, command by command, in one network namespace.

Each gives equal JSON, or a difference that is listed.

The tool (tools/net/ynl of a kernel tree) and its specifications are not part of this project: `make ynl-kernel`
downloads them.
Without them, or without a network namespace of its own, the comparison is skipped.
"""

import argparse
import contextlib
import ctypes
import glob
import io
import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys

CLONE_NEWNET = 0x40000000
CREATE, EXCL, REPLACE, APPEND, DUMP = 0x400, 0x200, 0x100, 0x800, 0x10000

# Where the tool and the library differ on purpose. Each entry: what, why. They are counted.
DIFFERENCES = {
    "flag order": "the tool prints a set, whose order is random; a list of names is compared without its order",
    "UnknownBytes": "the tool drops bytes behind the last member of a struct; the library keeps them",
    "trailing NUL": "the tool keeps NULs at the end of a text that has several; the library takes them off",
    "repeated": "the tool keeps the last of several attributes that are not declared to repeat; the library keeps all",
    "address": "the tool shows what newer specifications call ipv4-or-v6 as bytes; the library knows the word",
    "time": "a value in seconds may change between the two commands",
    "flag with a value": "the tool drops the payload of a flag that has one; the library keeps it",
}


class Ours:
    """libnlrs-ynl by its C functions."""

    def __init__(self, library):
        self.lib = ctypes.CDLL(library)
        self.open_ = {}

    def family(self, spec):
        if spec not in self.open_:
            ynl, error = ctypes.c_void_p(), ctypes.c_void_p()
            code = self.lib.nlrs_ynl_open(spec.encode(), 0, ctypes.byref(ynl), ctypes.byref(error))
            if code:
                raise SystemExit(f"{spec}: {self.text(error)}")
            self.open_[spec] = ynl
        return self.open_[spec]

    def text(self, pointer):
        text = ctypes.string_at(pointer).decode()
        self.lib.nlrs_ynl_free(pointer)
        return text

    def call(self, spec, operation, attributes, flags):
        """(0, JSON value) or (code, error)."""
        out, error = ctypes.c_void_p(), ctypes.c_void_p()
        code = self.lib.nlrs_ynl_call(
            self.family(spec),
            operation.encode(),
            json.dumps(attributes).encode(),
            flags,
            ctypes.byref(out),
            ctypes.byref(error),
        )
        if code:
            return code, json.loads(self.text(error))
        return 0, json.loads(self.text(out))


class Theirs:
    """The kernel's tool, as a module: its program is a hundred lines around it."""

    def __init__(self, kernel):
        sys.path.insert(0, os.path.join(kernel, "tools/net/ynl"))
        import lib  # the kernel's

        self.module = lib
        self.open_ = {}

    def family(self, spec):
        if spec not in self.open_:
            self.open_[spec] = self.module.YnlFamily(spec, schema="", process_unknown=True)
        return self.open_[spec]

    def call(self, spec, operation, attributes, flags):
        family = self.family(spec)
        try:
            # It prints the kernel's warnings.
            with contextlib.redirect_stdout(io.StringIO()):
                if flags & DUMP:
                    result = family.dump(operation, attributes)
                else:
                    bits = [bit for bit in (CREATE, EXCL, REPLACE, APPEND) if flags & bit]
                    result = family.do(operation, attributes, bits)
        except self.module.NlError as error:
            return error.nl_msg.error, None
        except BaseException:
            # What the kernel still sends would be taken for the answer to the next request.
            del self.open_[spec]
            raise
        return 0, json.loads(json.dumps(result, default=encode))


def encode(value):
    """What the tool's program does with values that JSON has not."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, set):
        return sorted(value)
    raise TypeError(value)


TIMES = (
    "expires",
    "lastuse",
    "used",
    "valid",
    "prefered",
    "tstamp",
    "cstamp",
    "confirmed",
    "updated",
    "install",
    "flush",
    "rand",
)


def is_address(text, digits):
    try:
        return ipaddress.ip_address(text).packed.hex() == digits
    except ValueError:
        return False


def differ(ours, theirs, path, found):
    """The first difference that no entry of DIFFERENCES explains, or None."""
    if isinstance(ours, dict) and list(ours) == ["UnknownBytes"] and theirs is True:
        found.add("flag with a value")
        return None
    if isinstance(ours, dict) and isinstance(theirs, dict):
        ours = dict(ours)
        if "UnknownBytes" in ours and "UnknownBytes" not in theirs:
            found.add("UnknownBytes")
            del ours["UnknownBytes"]
        if ours.keys() != theirs.keys():
            more, less = sorted(ours.keys() - theirs.keys()), sorted(theirs.keys() - ours.keys())
            return f"{path}: only ours {more}, only theirs {less}"
        for key, value in ours.items():
            difference = differ(value, theirs[key], f"{path}.{key}", found)
            if difference:
                return difference
        return None
    if isinstance(ours, list) and isinstance(theirs, list):
        if all(isinstance(item, (str, int)) for item in ours + theirs) and any(
            isinstance(item, str) for item in ours + theirs
        ):
            if ours != theirs:
                found.add("flag order")
            ours, theirs = sorted(ours, key=str), sorted(theirs, key=str)
            return None if ours == theirs else f"{path}: {ours} and {theirs}"
        if len(ours) != len(theirs):
            return f"{path}: {len(ours)} and {len(theirs)} items"
        for index, (one, other) in enumerate(zip(ours, theirs)):
            difference = differ(one, other, f"{path}[{index}]", found)
            if difference:
                return difference
        return None
    if isinstance(ours, list) and ours and differ(ours[-1], theirs, path, found) is None:
        found.add("repeated")
        return None
    if (
        isinstance(ours, int)
        and isinstance(theirs, int)
        and path.rsplit("-", 1)[-1] in TIMES
        and abs(ours - theirs) < 1000
    ):
        if ours != theirs:
            found.add("time")
        return None
    if isinstance(ours, str) and isinstance(theirs, str) and ours != theirs and is_address(ours, theirs):
        found.add("address")
        return None
    if isinstance(ours, str) and isinstance(theirs, str) and ours != theirs and theirs.rstrip("\0") == ours:
        found.add("trailing NUL")
        return None
    return None if ours == theirs and type(ours) is type(theirs) else f"{path}: {ours!r} and {theirs!r}"


def setup():
    """A network with something of everything; what this kernel lacks is left out."""
    commands = """
        ip link set lo up
        ip link add v0 type veth peer name v1
        ip link add v2 numtxqueues 4 numrxqueues 4 type veth peer name v3
        ip link add br0 type bridge
        ip link set br0 type bridge vlan_filtering 1
        ip link add br1 type bridge stp_state 1 forward_delay 400
        ip link set v1 master br0
        ip link add ifb0 type ifb
        ip link add vl5 link v0 type vlan id 5
        ip link add dummy0 type dummy
        ip link add bond0 type bond mode 1
        ip link add gre1 type gre remote 192.0.2.8 local 192.0.2.1
        ip link add sit1 type sit remote 192.0.2.8 local 192.0.2.1
        ip link add ipip1 type ipip remote 192.0.2.8 local 192.0.2.1
        ip link add vrf1 type vrf table 77
        ip link add gv0 type geneve id 5 remote 192.0.2.7
        ip link add nk0 type netkit
        ip tuntap add tap0 mode tap
        ip tuntap add tun0 mode tun
        ip link property add dev v0 altname another altname yet-another
        ip link set v0 alias some-text
        ip link set v0 up
        ip link set v1 up
        ip link set v2 up
        ip link set v3 up
        ip link set br0 up
        ip addr add 192.0.2.1/24 dev v0
        ip addr add 192.0.2.2/24 dev v0 label v0:1
        ip addr add 10.5.5.5 peer 10.5.5.6 dev v2
        ip addr add 2001:db8::1/64 dev v0 nodad
        ip addr add 2001:db8::2/64 dev v2 nodad valid_lft 5000 preferred_lft 4000
        ip route add 10.1.0.0/16 via 192.0.2.9
        ip route add 10.2.0.0/16 via 192.0.2.9 mtu 1400 advmss 1300 initcwnd 20
        ip route add blackhole 10.3.0.0/16
        ip route add unreachable 10.4.0.0/16 metric 50
        ip route add 10.6.0.0/16 nexthop via 192.0.2.9 weight 2 nexthop via 192.0.2.10
        ip route add 10.7.0.0/16 dev v2 table 100 proto 99 scope link
        ip -6 route add 2001:db8:1::/48 via 2001:db8::9
        ip -6 route add 2001:db8:2::/48 dev v2 metric 77 pref high
        ip nexthop add id 5 via 192.0.2.9 dev v0
        ip route add 10.8.0.0/16 nhid 5
        ip rule add from 10.1.0.0/16 table 100 priority 1000
        ip rule add fwmark 0x10/0xff lookup 100 priority 1001
        ip rule add iif v0 dport 80-90 ipproto tcp lookup 100 priority 1002
        ip rule add uidrange 5-10 lookup 100 priority 1003
        ip -6 rule add to 2001:db8:1::/48 lookup 100 priority 1004
        ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent
        ip neigh add proxy 192.0.2.77 dev v0
        ip -6 neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 nud permanent
        bridge fdb add 02:00:00:00:00:11 dev v1 master static
        bridge vlan add vid 10 dev v1
        tc qdisc add dev v0 root handle 1: htb default 10
        tc class add dev v0 parent 1: classid 1:10 htb rate 10mbit ceil 20mbit
        tc class add dev v0 parent 1: classid 1:20 htb rate 1mbit
        tc qdisc add dev v0 parent 1:10 handle 10: fq_codel limit 100
        tc qdisc add dev v0 parent 1:20 handle 20: netem delay 10ms 1ms loss 1%
        tc qdisc add dev v2 root handle 1: prio
        tc qdisc add dev v3 root handle 1: tbf rate 1mbit burst 10k latency 50ms
        tc qdisc add dev v1 ingress
        tc qdisc add dev v2 clsact
        tc qdisc add dev ifb0 root sfq perturb 10
        tc qdisc add dev br1 root codel
        tc qdisc add dev v3 root fq
        tc qdisc add dev tap0 root pfifo limit 50
        tc qdisc add dev tun0 root bfifo limit 5000
        tc qdisc add dev br0 root red limit 60000 avpkt 1000 bandwidth 10mbit
        tc filter add dev v1 ingress protocol ip prio 1 u32 match ip src 10.0.0.0/8 action drop
        tc filter add dev v1 ingress protocol ip prio 2 flower dst_ip 10.0.0.1 ip_proto tcp dst_port 80 action pass
        tc filter add dev v1 ingress protocol all prio 3 matchall action mirred egress redirect dev ifb0
        tc filter add dev v0 parent 1: protocol ip prio 1 u32 match ip dst 10.0.0.0/8 flowid 1:20
        tc filter add dev v0 parent 1: protocol ip prio 2 fw classid 1:10
        tc filter add dev v2 egress protocol ip prio 1 basic action gact ok
        tc actions add action gact drop index 9
        nft add table ip filter
        nft add chain ip filter input { type filter hook input priority 0 ; policy accept ; }
        nft add chain ip filter other
        nft add rule ip filter input ip saddr 192.0.2.5 counter accept comment "a-comment"
        nft add rule ip filter input tcp dport { 22, 80, 443 } accept
        nft add rule ip filter input ct state established,related accept
        nft add rule ip filter input iifname v0 drop
        nft add rule ip filter other meta mark set 0x5 return
        nft add rule ip filter other reject with icmp type port-unreachable
        nft add table inet two
        nft add set inet two addresses { type ipv4_addr ; flags interval ; }
        nft add element inet two addresses { 10.0.0.0/8, 192.0.2.0/24 }
        nft add map inet two m { type inet_service : verdict ; }
        nft add element inet two m { 80 : accept, 81 : drop }
        nft add counter inet two ctr
        nft add quota inet two enough { 5 mbytes }
        ip mptcp limits set add_addr_accepted 2 subflows 3
        ip mptcp endpoint add 192.0.2.1 dev v0 signal
        ip mptcp endpoint add 192.0.2.2 id 9 subflow backup
        ip mptcp endpoint add 2001:db8::1 signal port 5000
    """
    missing = []
    # Addresses are not tentative first, which would end between one command and the next.
    for scope in ("all", "default"):
        try:
            with open(f"/proc/sys/net/ipv6/conf/{scope}/accept_dad", "w", encoding="ascii") as setting:
                setting.write("0")
        except OSError as error:
            missing.append(f"accept_dad ({error.strerror})")
    for line in filter(None, (line.strip() for line in commands.splitlines())):
        program = line.split()[0]
        if not shutil.which(program):
            missing.append(f"{line} ({program} is not installed)")
            continue
        words = [line] if program == "nft" else line.split()
        done = subprocess.run(["nft", line[4:]] if program == "nft" else words, capture_output=True, text=True)
        if done.returncode:
            missing.append(
                f"{line} ({done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode})"
            )
    if shutil.which("conntrack"):
        subprocess.run(
            "conntrack -I -p tcp -s 192.0.2.1 -d 192.0.2.9 --sport 1000 --dport 80 --state ESTABLISHED -t 600".split(),
            capture_output=True,
        )
    return missing


def links_here():
    out = subprocess.run(["ip", "-j", "link"], capture_output=True, text=True).stdout
    return [link["ifname"] for link in json.loads(out)], {link["ifname"]: link["ifindex"] for link in json.loads(out)}


def packed(address):
    """The digits of its bytes: the tool of this kernel takes no addresses as text."""
    return ipaddress.ip_address(address).packed.hex()


def commands():
    """(family, operation, attributes, flags) of what only reads."""
    links, index = links_here()
    yield "rt-link", "getlink", {}, DUMP
    for link in links:
        yield "rt-link", "getlink", {"ifname": link}, 0
        yield "rt-link", "getlink", {"ifi-index": index[link]}, 0
        yield "rt-link", "getstats", {"ifindex": index[link], "filter-mask": 1}, 0
    yield "rt-link", "getlink", {"ifname": "nonesuch"}, 0
    yield "rt-link", "getlink", {"alt-ifname": "another"}, 0
    yield "rt-link", "getstats", {"filter-mask": 1}, DUMP
    yield "rt-link", "getlink", {"linkinfo": {"kind": "bridge"}}, DUMP
    yield "rt-link", "getlink", {"ext-mask": 8}, DUMP
    for family in (0, 2, 10):
        yield "rt-addr", "getaddr", {"ifa-family": family}, DUMP
        yield "rt-route", "getroute", {"rtm-family": family}, DUMP
    yield "rt-addr", "getaddr", {"ifa-index": index["lo"]}, DUMP
    yield "rt-addr", "getmulticast", {"ifa-family": 10}, DUMP
    for destination in (
        "10.1.2.3",
        "10.2.0.1",
        "10.3.0.1",
        "10.4.0.1",
        "10.6.0.5",
        "10.8.1.1",
        "127.0.0.1",
        "192.0.2.9",
    ):
        yield "rt-route", "getroute", {"rtm-family": 2, "rtm-dst-len": 32, "DST": packed(destination)}, 0
    for destination in ("2001:db8:1::5", "2001:db8:2::5", "2001:db8::1", "::1"):
        yield "rt-route", "getroute", {"rtm-family": 10, "rtm-dst-len": 128, "DST": packed(destination)}, 0
    for family in (0, 2, 10, 7):
        yield "rt-neigh", "getneigh", {"ndm-family": family}, DUMP
    yield "rt-neigh", "getneigh", {"ndm-family": 2, "ndm-ifindex": index.get("v0", 1), "DST": packed("192.0.2.9")}, 0
    yield "rt-neigh", "getneigh", {"ndm-family": 2, "ndm-flags": 8}, DUMP
    yield "rt-neigh", "getneightbl", {}, DUMP
    for family in (0, 2, 10):
        yield "rt-rule", "getrule", {"family": family}, DUMP
    yield "tc", "getqdisc", {}, DUMP
    for link in links:
        yield "tc", "getqdisc", {"ifindex": index[link]}, DUMP
        yield "tc", "gettclass", {"ifindex": index[link]}, DUMP
        yield "tc", "gettfilter", {"ifindex": index[link], "parent": 0xFFFFFFFF}, DUMP
        for parent in (0x10000, 0xFFFFFFF2, 0xFFFFFFF3, 0xFFFF0000):
            yield "tc", "gettfilter", {"ifindex": index[link], "parent": parent}, DUMP
    yield "tc", "getchain", {"ifindex": index.get("v1", 1), "parent": 0xFFFF0000}, DUMP
    yield "nlctrl", "getfamily", {}, DUMP
    families = [
        "nlctrl",
        "ethtool",
        "netdev",
        "tcp_metrics",
        "mptcp_pm",
        "TASKSTATS",
        "NLBL_MGMT",
        "netlabel",
        "devlink",
        "nonesuch",
    ]
    for family in families:
        yield "nlctrl", "getfamily", {"family-name": family}, 0
        yield "nlctrl", "getpolicy", {"family-name": family}, DUMP
    for number in range(16, 30):
        yield "nlctrl", "getfamily", {"family-id": number}, 0
    for operation in (
        "strset",
        "linkinfo",
        "linkmodes",
        "linkstate",
        "debug",
        "wol",
        "features",
        "privflags",
        "rings",
        "channels",
        "coalesce",
        "pause",
        "eee",
        "tsinfo",
        "tunnel-info",
        "fec",
        "module-eeprom",
        "stats",
        "phc-vclocks",
        "module",
        "pse",
        "rss",
        "plca-get-cfg",
        "plca-get-status",
        "mm",
        "phy",
    ):
        operation = operation if operation.startswith("plca") else operation + "-get"
        yield "ethtool", operation, {}, DUMP
        for link in ("lo", "v0", "br0", "tap0", "nonesuch"):
            yield "ethtool", operation, {"header": {"dev-name": link}}, 0
    yield "ethtool", "features-get", {"header": {"dev-name": "v0", "flags": ["compact-bitsets"]}}, 0
    yield "ethtool", "rings-get", {"header": {"dev-index": index["lo"]}}, 0
    yield "netdev", "dev-get", {}, DUMP
    yield "netdev", "qstats-get", {}, DUMP
    yield "netdev", "queue-get", {}, DUMP
    yield "netdev", "napi-get", {}, DUMP
    yield "netdev", "page-pool-get", {}, DUMP
    for link in links:
        yield "netdev", "dev-get", {"ifindex": index[link]}, 0
        yield "netdev", "queue-get", {"ifindex": index[link], "type": "rx", "id": 0}, 0
    yield "netdev", "dev-get", {"ifindex": 9999}, 0
    yield "tcp_metrics", "get", {}, DUMP
    yield "tcp_metrics", "get", {"addr-ipv4": 0x0A000001}, 0
    yield "mptcp_pm", "get-addr", {}, DUMP
    yield "mptcp_pm", "get-limits", {}, 0
    for number in (1, 9, 55):
        yield "mptcp_pm", "get-addr", {"addr": {"id": number}}, 0
    for operation in ("gettable", "getchain", "getrule", "getset", "getobj", "getflowtable"):
        yield "nftables", operation, {}, DUMP
        yield "nftables", operation, {"nfgen-family": 2}, DUMP
    yield "nftables", "getgen", {}, 0
    yield "nftables", "gettable", {"nfgen-family": 2, "name": "filter"}, 0
    yield "nftables", "getchain", {"nfgen-family": 2, "table": "filter", "name": "input"}, 0
    yield "nftables", "getset", {"nfgen-family": 1, "table": "two", "name": "addresses"}, 0
    yield "nftables", "getsetelem", {"nfgen-family": 1, "table": "two", "set": "addresses"}, DUMP
    yield "nftables", "getsetelem", {"nfgen-family": 1, "table": "two", "set": "m"}, DUMP
    yield "conntrack", "ctnetlink-get", {"nfgen-family": 2}, DUMP
    yield "conntrack", "get", {"nfgen-family": 2}, DUMP
    yield "conntrack", "get-stats", {}, DUMP


def changes():
    """(family, operation, attributes, flags) of what changes the namespace."""
    bridge = {"kind": "bridge", "data": {"forward-delay": 500, "ageing-time": 1000, "vlan-filtering": 1}}
    yield "rt-link", "newlink", {"ifname": "new0", "linkinfo": bridge}, CREATE | EXCL
    yield "rt-link", "getlink", {"ifname": "new0"}, 0
    yield "rt-link", "newlink", {"ifname": "new0", "mtu": 1400, "txqlen": 77}, 0
    yield "rt-link", "newlink", {"ifname": "new0", "mtu": 1}, 0
    yield "rt-link", "newlink", {"ifname": "new0", "group": 5, "address": "020000000077"}, 0
    yield "rt-link", "newlink", {"ifname": "new1", "linkinfo": {"kind": "nonesuch"}}, CREATE
    yield "rt-link", "newlink", {"ifname": "a-name-that-is-much-too-long-for-it"}, CREATE
    yield "rt-link", "newlink", {
        "ifname": "new3",
        "linkinfo": {"kind": "bridge", "data": {"vlan-protocol": 5}},
    }, CREATE
    yield "rt-link", "setlink", {"ifname": "new0", "ifi-flags": 1, "ifi-change": 1}, 0
    yield "rt-link", "dellink", {"ifname": "new0"}, 0
    yield "rt-link", "dellink", {"ifname": "new0"}, 0
    yield "rt-route", "newroute", {
        "rtm-family": 2,
        "rtm-dst-len": 24,
        "rtm-table": 254,
        "rtm-type": 1,
        "rtm-protocol": 4,
        "rtm-scope": 0,
        "DST": packed("10.99.0.0"),
        "GATEWAY": packed("192.0.2.9"),
    }, CREATE | EXCL
    yield "rt-route", "delroute", {
        "rtm-family": 2,
        "rtm-dst-len": 24,
        "rtm-table": 254,
        "DST": packed("10.99.0.0"),
        "rtm-scope": 255,
    }, 0
    yield "rt-route", "delroute", {
        "rtm-family": 2,
        "rtm-dst-len": 24,
        "rtm-table": 254,
        "DST": packed("10.99.0.0"),
        "rtm-scope": 255,
    }, 0
    yield "mptcp_pm", "add-addr", {"addr": {"family": 2, "addr4": 0x0A000009, "id": 20, "flags": 1}}, 0
    yield "mptcp_pm", "add-addr", {"addr": {"family": 2, "id": 21}}, 0
    yield "mptcp_pm", "del-addr", {"addr": {"id": 20}}, 0
    yield "ethtool", "rings-set", {"header": {"dev-name": "lo"}, "rx": 5}, 0
    yield "ethtool", "features-set", {
        "header": {"dev-name": "v0"},
        "wanted": {"bits": {"bit": [{"name": "nonesuch", "value": True}]}},
    }, 0
    yield "ethtool", "features-set", {}, 0
    yield "nlctrl", "getfamily", {}, 0


def find_specs(kernel):
    """Specifications by name, those of the kernel tree first, and those of a newer kernel in cargo's netlink-bindings."""
    found = {}
    crates = glob.glob(os.path.expanduser("~/.cargo/registry/src/*/netlink-bindings-*/src/*/*.yaml"))
    for path in sorted(crates):
        if "overrides" not in path:
            found[os.path.basename(path)[:-5]] = [path]
    for path in glob.glob(os.path.join(kernel, "Documentation/netlink/specs/*.yaml")):
        name = os.path.basename(path)[:-5]
        found.setdefault(name.replace("_", "-") if name.startswith("rt_") else name, []).insert(0, path)
    return found


def spell(attributes, prefixed):
    """Attributes of rt-route and rt-neigh had a prefix in older kernels' files."""
    names = {"DST": "rta-dst" if prefixed else "dst", "GATEWAY": "rta-gateway" if prefixed else "gateway"}
    return {names.get(name, name): value for name, value in attributes.items()}


def unknown_kinds(ours, theirs, spec, cannot):
    """Links of kinds that the specification does not have: they end the tool; the library shows them by number."""
    failures = []
    kinds = {"vxlan": "type vxlan id 7 dstport 4789 remote 192.0.2.9", "macvlan": "link v0 type macvlan"}
    for kind, options in kinds.items():
        if subprocess.run(["ip", "link", "add", "new0", *options.split()], capture_output=True).returncode:
            continue
        code, value = ours.call(spec, "getlink", {"ifname": "new0"}, 0)
        data = value.get("linkinfo", {}).get("data", {}) if code == 0 else {}
        if not data or not all(name.startswith("UnknownAttr(") for name in data):
            failures.append(f"a link of kind {kind}: {code} {data}")
        code, value = ours.call(spec, "getlink", {}, DUMP)
        if code or not any(link["ifname"] == "new0" for link in value):
            failures.append(f"all links with one of kind {kind}: {code}")
        try:
            theirs.call(spec, "getlink", {"ifname": "new0"}, 0)
        except Exception as error:  # what the tool ends with
            cannot.append(f"a link of kind {kind}: {error}")
        subprocess.run(["ip", "link", "del", "new0"], check=True)
    return failures


def programs(program, kernel, specs):
    """The same through both programs."""
    failures, count = [], 0
    cli = [sys.executable, os.path.join(kernel, "tools/net/ynl/cli.py"), "--no-schema", "--process-unknown"]
    for words in (
        ["--do", "getlink", "--json", '{"ifname": "lo"}'],
        ["--dump", "getaddr"],
        ["--dump", "getroute"],
        ["--list-ops"],
        ["--list-msgs"],
        [
            "--multi",
            "newlink",
            '{"ifname": "pair0", "linkinfo": {"kind": "bridge"}}',
            "--multi",
            "dellink",
            '{"ifname": "pair0"}',
            "--create",
        ],
    ):
        family = {"getaddr": "rt-addr", "getroute": "rt-route"}.get(words[1] if len(words) > 1 else "", "rt-link")
        arguments = ["--spec", specs[family][0], *words, "--output-json"]
        ours = subprocess.run([program, *arguments], capture_output=True, text=True)
        theirs = subprocess.run([*cli, *arguments], capture_output=True, text=True)
        count += 1
        if ours.returncode != theirs.returncode:
            failures.append(
                f"{' '.join(words)}: status {ours.returncode} and {theirs.returncode}: {ours.stderr} {theirs.stderr}"
            )
            continue
        if words[0].startswith("--list"):
            shape = [
                re.sub(r"\[ (.*) \]", lambda match: ",".join(sorted(match[1].split(", "))), line)
                for text in (ours.stdout, theirs.stdout)
                for line in text.splitlines()
            ]
            half = len(shape) // 2
            if shape[:half] != shape[half:]:
                failures.append(f"{words[0]}: {ours.stdout} and {theirs.stdout}")
            continue
        difference = differ(json.loads(ours.stdout), json.loads(theirs.stdout), words[1], set())
        if difference:
            failures.append(f"{' '.join(words)}: {difference}")
    return count, failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--library")
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--log")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    program, kernel = os.path.abspath(args.program), os.path.abspath(args.kernel)
    library = os.path.abspath(args.library or os.path.join(os.path.dirname(program), "libnlrs-ynl.so"))

    def skip(reason):
        print(f"compare: skipped, {reason}")
        if args.log:
            with open(args.log, "a", encoding="utf-8") as log:
                log.write(f"SKIP comparison with the kernel's tool: {reason}\n")
        sys.exit(0)

    if not os.path.exists(os.path.join(kernel, "tools/net/ynl/cli.py")):
        skip("it is not there; `make ynl-kernel` downloads it")
    try:
        import yaml  # noqa: F401  the kernel's tool needs it
    except ImportError:
        skip("python3-yaml is not installed")
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        skip(f"no network namespace of its own: {os.strerror(ctypes.get_errno())}")
    specs = find_specs(kernel)
    missing = setup()
    ours, theirs = Ours(library), Theirs(kernel)
    equal, refused, found, failures, cannot, absent = 0, 0, {}, [], [], set()
    plan = [(family, spec, *rest) for family, *rest in commands() for spec in specs.get(family, [None])]
    plan += [(family, specs.get(family, [None])[0], *rest) for family, *rest in changes()]
    for family, spec, operation, attributes, flags in plan:
        if spec is None:
            absent.add(family)
            continue
        attributes = spell(attributes, "/specs/rt_" in spec)
        what = f"{os.path.basename(spec)} {operation} {json.dumps(attributes)} {'dump' if flags & DUMP else flags:}"
        changing = any(operation.startswith(verb) for verb in ("new", "del", "set", "add")) or operation.endswith(
            "-set"
        )
        # A counter may change between the two: a difference that stays is one.
        for attempt in range(1 if changing else 3):
            code, value = ours.call(spec, operation, attributes, flags)
            if code == -2 and "has no operation" in value.get("message", ""):
                break
            undo(family, operation, attributes, code, ours, spec)
            try:
                other_code, other = theirs.call(spec, operation, attributes, flags)
            except Exception as error:  # whatever the tool ends with
                other_code, other = None, f"{type(error).__name__}: {error}"
            differences = set()
            if other_code is None or code or other_code:
                difference = None if code == other_code else f"codes {code} and {other_code}"
            else:
                difference = differ(value, other, operation, differences)
            if other_code is None or difference is None:
                break
        else:
            attempt = None
        if code == -2 and isinstance(value, dict) and "has no operation" in value.get("message", ""):
            continue
        if other_code is None:
            # The tool ends with a traceback where the library has an answer, or the kernel's error.
            cannot.append(f"{what}: {other}; ours {'answers' if code == 0 else value.get('errno')}")
        elif difference:
            failures.append(f"{what}: {difference}")
        elif code:
            refused += 1
        else:
            equal += 1
        for name in differences:
            found[name] = found.get(name, 0) + 1
        if args.verbose:
            print("ok" if not difference else "DIFFERENT", what)
    failures += unknown_kinds(ours, theirs, specs["rt-link"][0], cannot)
    more, program_failures = programs(program, kernel, specs)
    failures += program_failures
    lines = [f"{equal} commands with equal JSON, {refused} with the same error, {more} through both programs"]
    lines += [
        f"listed difference '{name}' in {count} commands: {DIFFERENCES[name]}"
        for name, count in sorted(found.items())
    ]
    lines.append(f"the tool ended with a traceback in {len(cannot)} commands that the library answered")
    for line in lines:
        print("compare:", line)
    if args.verbose:
        print("\n".join(["cannot:", *cannot, "left out:", *missing, *sorted(absent)]))
    if args.log:
        with open(args.log, "a", encoding="utf-8") as log:
            log.writelines(f"NOTE kernel's tool: {line}\n" for line in lines)
            log.writelines(
                f"SKIP comparison: {line}\n"
                for line in missing + [f"no specification of {name}" for name in sorted(absent)]
            )
    for failure in failures:
        print("compare: DIFFERENT", failure)
    if equal + refused < 300:
        failures.append("too few")
        print(f"compare: only {equal + refused} commands were compared")
    sys.exit(1 if failures else 0)


def undo(family, operation, attributes, code, ours, spec):
    """Takes a change back, so that the tool finds what the library found."""
    if code:
        return
    if (family, operation) == ("rt-link", "newlink") and "linkinfo" in attributes:
        ours.call(spec, "dellink", {"ifname": attributes["ifname"]}, 0)
    elif (family, operation) == ("rt-link", "dellink"):
        ours.call(spec, "newlink", {"ifname": attributes["ifname"], "linkinfo": {"kind": "bridge"}}, CREATE)
    elif (family, operation) == ("rt-route", "newroute"):
        ours.call(spec, "delroute", {key: value for key, value in attributes.items() if "gateway" not in key}, 0)
    elif (family, operation) == ("rt-route", "delroute"):
        again = {
            **attributes,
            "rtm-type": "unicast",
            "rtm-protocol": 4,
            "rtm-scope": 0,
            ("rta-gateway" if "rta-dst" in attributes else "gateway"): "192.0.2.9",
        }
        ours.call(spec, "newroute", again, CREATE)
    elif (family, operation) == ("mptcp_pm", "add-addr"):
        ours.call(spec, "del-addr", {"addr": {"id": attributes["addr"]["id"]}}, 0)
    elif (family, operation) == ("mptcp_pm", "del-addr"):
        ours.call(
            spec,
            "add-addr",
            {"addr": {"family": 2, "addr4": 0x0A000009, "id": attributes["addr"]["id"], "flags": 1}},
            0,
        )


if __name__ == "__main__":
    main()
