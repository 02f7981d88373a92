#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Debian's own programs with the stock libmnl and with another one, compared command by command: see compat/tests/scenarios.py.

DIR holds a libmnl.so.0, and is LD_LIBRARY_PATH; without --stock, Debian's is taken.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests"))

import scenarios  # noqa: E402
import stock  # noqa: E402

PROFILE = scenarios.Profile(
    folders=[os.path.join(HERE, "scenarios"), scenarios.SHARED],
    linked={
        "nft", "ethtool", "conntrack", "ipset", "ip", "tc", "bridge", "ss", "ulogd",
        "iptables", "ip6tables", "iptables-save", "ip6tables-save", "iptables-restore", "ip6tables-restore",
        "arptables", "ebtables", "xtables-monitor", "iptables-translate", "arptables-save", "ebtables-save",
    },
    soname="libmnl.so.0",
    expected=lambda library: os.path.join(library, "libmnl.so.0"),
    stock=stock.folder,
    environment=lambda library: {"LD_LIBRARY_PATH": library},
    not_listening={"ulogd"},
    masks=[
        ("nft", r"by process \d+", "by process <pid>"),
        ("nft", r"(expires )[0-9a-z]+", r"\1<time>"),
        ("nft", r'("expires": )\d+', r"\1<time>"),
        ("nft", r"(new generation )\d+", r"\1<generation>"),
        ("nft", r'("genid": |"id": )\d+', r"\1<generation>"),
        ("nft", r"trace id [0-9a-f]+", "trace id <id>"),
        ("iptables", r"generation \d+ by process \d+", "generation <generation> by process <pid>"),
        ("iptables", r"NEWGEN: GENID=\d+ PID=\d+", "NEWGEN: GENID=<generation> PID=<pid>"),
        ("iptables", r"^# (Generated|Completed).* on .*$", r"# \1 <time>"),
        ("conntrack", r"\bid=\d+", "id=<id>"),
        ("conntrack", r"portid=\d+( progname=\S*)?", "portid=<id>"),
        ("conntrack", r"<portid>\d+</portid>", "<portid/>"),
        ("conntrack", r"<when>.*?</when>", "<when/>"),
        ("ethtool", r"^\|  \d{10}  \|(?=.*port ID)", "|  <port>  |"),
        ("conntrack", r"<id>\d+</id>", "<id/>"),
        ("conntrack", r"<timeout>\d+</timeout>", "<timeout/>"),
        ("conntrack", r"^(\S*\s*(?:tcp|udp|icmp|sctp|gre)\s+\d+ )\d+ ", r"\1<timeout> "),
        ("conntrack", r"^((?:ipv4|ipv6)\s+\d+\s+\S+\s+\d+ )\d+ ", r"\1<timeout> "),
        ("conntrack", r"^(\s*\[\w+\] \S+\s+\d+ )\d+ ", r"\1<timeout> "),
        ("conntrack", r"\[\d+\.\d+\]", "[<time>]"),
        ("conntrack", r"\b(found|search_restart|chaintoolong|clash_resolve|insert|error|drop|early_drop|invalid|insert_failed|icmp_error)=\d+", r"\1=<count>"),
        ("ipset", r"timeout \d+", "timeout <time>"),
        ("ipset", r"(Size in memory:|<memsize>|\"memsize\" ?:) ?\d+", r"\1 <size>"),
        ("ipset", r"hashsize (1024|2048|4096|8192|16384)", "hashsize <grown>"),
        ("ipset", r"initval 0x[0-9a-f]+", "initval <random>"),
        ("ipset", r"<initval>0x[0-9a-f]+", "<initval><random>"),
        ("ulogd", r"^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}", "<time>"),
        ("ulogd", r"^\w{3} +\d+ \d\d:\d\d:\d\d \S+", "<time> <host>"),
        ("ulogd", r"timestamp=[^,]+", "timestamp=<time>"),
        ("ulogd", r"oob\.time\.\w+=\d+", "oob.time=<time>"),
        ("ulogd", r"(flow\.(start|end)\.\w+|ct\.id|ct\.mark)=\d+", r"\1=<time>"),
        ("ulogd", r"<(sec|usec|hour|min|day|month|year|wday|id|when)>[^<]*</\1>", r"<\1/>"),
        ("ulogd", r"(?<![\w.])ID=\d+", "ID=<id>"),
        ("ulogd", r"ip\.(id|csum)=\d+", r"ip.\1=<id>"),
        ("ulogd", r"(udp|tcp|icmp)\.csum=\d+", r"\1.csum=<id>"),
        ("ulogd", r"\b(pid|pidfile)\W+\d+", r"\1 <pid>"),
    ],
)

if __name__ == "__main__":
    sys.exit(scenarios.main(PROFILE))
