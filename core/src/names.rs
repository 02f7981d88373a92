// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names of message types and flags of the common protocols.

use crate::text::TextWriter;
use crate::uapi::{
    GENL_ID_CTRL, NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_ROUTE, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR,
    NLMSG_MIN_TYPE,
};

/// The control messages, by type - 1.
const CONTROL: &[u8] = b"NLMSG_NOOP NLMSG_ERROR NLMSG_DONE NLMSG_OVERRUN";

/// Objects of rtnetlink, by (type - 16) / 4.
const OBJECTS: &[u8] =
    b"LINK ADDR ROUTE NEIGH RULE QDISC TCLASS TFILTER ACTION PREFIX MULTICAST ANYCAST NEIGHTBL NDUSEROPT \
    ADDRLABEL DCB NETCONF MDB NSID STATS CACHEREPORT CHAIN NEXTHOP LINKPROP VLAN NEXTHOPBUCKET TUNNEL";

/// Verbs of rtnetlink, by type % 4.
const VERBS: &[u8] = b"NEW DEL GET SET";

/// Subsystems of nfnetlink, by type >> 8.
const SUBSYSTEMS: &[u8] =
    b"NONE CTNETLINK CTNETLINK_EXP QUEUE ULOG OSF IPSET ACCT CTNETLINK_TIMEOUT CTHELPER NFTABLES \
    NFT_COMPAT HOOK";
const SUBSYSTEM_CONNTRACK: u16 = 1;
const SUBSYSTEM_NFTABLES: u16 = 10;

const CONNTRACK: &[u8] = b"NEW GET DELETE GET_CTRZERO GET_STATS_CPU GET_STATS GET_DYING GET_UNCONFIRMED";

const NFTABLES: &[u8] =
    b"NEWTABLE GETTABLE DELTABLE NEWCHAIN GETCHAIN DELCHAIN NEWRULE GETRULE DELRULE NEWSET GETSET DELSET \
    NEWSETELEM GETSETELEM DELSETELEM NEWGEN GETGEN TRACE NEWOBJ GETOBJ DELOBJ GETOBJ_RESET NEWFLOWTABLE \
    GETFLOWTABLE DELFLOWTABLE";

const BATCH: &[u8] = b"NFNL_MSG_BATCH_BEGIN NFNL_MSG_BATCH_END";

/// What a message does, which decides the meaning of its flags.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    /// Error or done.
    Answer,
    New,
    Get,
    Del,
    Unknown,
}

/// Returns the word of that index in a table of words separated by spaces. A table of pointers would need relocations.
#[inline(never)]
fn nth(table: &'static [u8], index: u16) -> Option<&'static [u8]> {
    table.split(|&byte| byte == b' ').nth(usize::from(index))
}

fn object(ty: u16) -> Option<&'static [u8]> {
    nth(OBJECTS, ty.checked_sub(NLMSG_MIN_TYPE)? / 4)
}

/// Returns the name of a message type of nfnetlink, and its prefix in the kernel's headers.
fn netfilter(ty: u16) -> Option<(&'static str, &'static [u8])> {
    let (prefix, table) = match ty >> 8 {
        SUBSYSTEM_CONNTRACK => ("IPCTNL_MSG_CT_", CONNTRACK),
        SUBSYSTEM_NFTABLES => ("NFT_MSG_", NFTABLES),
        _ => return None,
    };
    Some((prefix, nth(table, ty & 0xff)?))
}

/// Writes the name of a message type with its number, or the number alone.
pub(crate) fn write_type(out: &mut TextWriter<'_>, protocol: i32, ty: u16) {
    let known = if ty < NLMSG_MIN_TYPE {
        write(out, ty.checked_sub(1).and_then(|index| nth(CONTROL, index)))
    } else {
        match protocol {
            NETLINK_ROUTE => write_pair(out, "RTM_", nth(VERBS, ty % 4), object(ty)),
            NETLINK_NETFILTER if ty < 0x100 => write(out, nth(BATCH, ty.wrapping_sub(NLMSG_MIN_TYPE))),
            NETLINK_NETFILTER => match netfilter(ty) {
                Some((prefix, name)) => write_pair(out, prefix, Some(name), Some(b"")),
                None => write_pair(out, "NFNL_SUBSYS_", nth(SUBSYSTEMS, ty >> 8), Some(b"")),
            },
            NETLINK_GENERIC if ty == GENL_ID_CTRL => write(out, Some(b"nlctrl")),
            _ => false,
        }
    };
    if known {
        out.byte(b'(');
        out.unsigned(u64::from(ty));
        out.byte(b')');
    } else {
        out.str("type ");
        out.unsigned(u64::from(ty));
    }
}

fn write(out: &mut TextWriter<'_>, name: Option<&[u8]>) -> bool {
    write_pair(out, "", name, Some(b""))
}

#[inline(never)]
fn write_pair(out: &mut TextWriter<'_>, prefix: &str, first: Option<&[u8]>, second: Option<&[u8]>) -> bool {
    let (Some(first), Some(second)) = (first, second) else { return false };
    out.str(prefix);
    out.bytes(first);
    out.bytes(second);
    true
}

fn action(protocol: i32, ty: u16) -> Action {
    if ty == NLMSG_ERROR || ty == NLMSG_DONE {
        return Action::Answer;
    }
    let name = match protocol {
        _ if ty < NLMSG_MIN_TYPE => b"",
        NETLINK_ROUTE => nth(VERBS, ty % 4).unwrap_or(b""),
        NETLINK_NETFILTER => netfilter(ty).map_or(&b""[..], |(_, name)| name),
        _ => b"",
    };
    match name.get(..3) {
        Some(b"NEW") => Action::New,
        Some(b"GET") => Action::Get,
        Some(b"DEL") => Action::Del,
        _ => Action::Unknown,
    }
}

/// The flags whose meaning is the same everywhere.
const COMMON: &[(u16, &str)] =
    &[(0x01, "REQUEST"), (0x02, "MULTI"), (0x04, "ACK"), (0x08, "ECHO"), (0x10, "DUMP_INTR"), (0x20, "DUMP_FILTERED")];
const DUMP: (u16, &str) = (0x300, "DUMP");

/// Writes the flags of a message; bits without a name in hexadecimal.
pub(crate) fn write_flags(out: &mut TextWriter<'_>, protocol: i32, ty: u16, flags: u16) {
    let special: &[(u16, &str)] = match action(protocol, ty) {
        Action::Answer => &[(0x100, "CAPPED"), (0x200, "ACK_TLVS")],
        Action::New => &[(0x100, "REPLACE"), (0x200, "EXCL"), (0x400, "CREATE"), (0x800, "APPEND")],
        Action::Get => &[DUMP, (0x100, "ROOT"), (0x200, "MATCH"), (0x400, "ATOMIC")],
        Action::Del => &[(0x100, "NONREC"), (0x200, "BULK")],
        // Only a request for a dump sets these two together without creating anything.
        Action::Unknown if flags & NLM_F_REQUEST != 0 && flags & 0xf00 == DUMP.0 => &[DUMP],
        Action::Unknown => &[],
    };
    let mut left = flags;
    let mut first = true;
    for &(bits, name) in COMMON.iter().chain(special) {
        if left & bits == bits {
            left &= !bits;
            separate(out, &mut first);
            out.str(name);
        }
    }
    if left != 0 || first {
        separate(out, &mut first);
        out.str(if left == 0 { "0" } else { "0x" });
        if left != 0 {
            out.hex(u64::from(left), 0);
        }
    }
}

fn separate(out: &mut TextWriter<'_>, first: &mut bool) {
    if !*first {
        out.byte(b'|');
    }
    *first = false;
}
