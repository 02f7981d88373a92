// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel's structs and numbers in Rust, compared with the C headers by a C compiler.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;
#[allow(unreachable_pub)]
#[path = "layout/constants.rs"]
mod constants;

use common::{scratch, tools};
use nlrs_tools::kernel;
use std::fmt::Write;
use std::mem::{align_of, offset_of, size_of};

/// The C headers that define the names.
const HEADERS: &[&str] = &[
    "errno.h",
    "fcntl.h",
    "limits.h",
    "poll.h",
    "pthread.h",
    "sched.h",
    "signal.h",
    "stddef.h",
    "stdint.h",
    "stdlib.h",
    "string.h",
    "time.h",
    "unistd.h",
    "arpa/inet.h",
    "netinet/in.h",
    "sys/epoll.h",
    "sys/eventfd.h",
    "sys/ioctl.h",
    "sys/mman.h",
    "sys/socket.h",
    "sys/stat.h",
    "sys/syscall.h",
    "sys/time.h",
    "sys/timerfd.h",
    "sys/types.h",
    "sys/uio.h",
    "sys/un.h",
    "sys/utsname.h",
    "sys/wait.h",
    "linux/filter.h",
    "linux/futex.h",
    "linux/genetlink.h",
    "linux/if_addr.h",
    "linux/if_link.h",
    "linux/neighbour.h",
    "linux/netfilter/nfnetlink.h",
    "linux/netlink.h",
    "linux/rtnetlink.h",
    "linux/sock_diag.h",
    "linux/sockios.h",
];

/// Names of core/src/uapi.rs for which C has no constant of the same name: the C expression with the same value.
const EXPRESSIONS: &[(&str, &str)] =
    &[("NLMSGERR_LEN", "sizeof(struct nlmsgerr)"), ("NLA_TYPE_MASK", "(NLA_TYPE_MASK & 0xffff)")];

/// Types of the libc crate that are no structs in C.
const SCALARS: &[&str] = &[
    "c_char",
    "c_int",
    "c_uint",
    "c_long",
    "c_ulong",
    "c_short",
    "c_ushort",
    "c_void",
    "clockid_t",
    "mode_t",
    "nfds_t",
    "off_t",
    "pid_t",
    "sa_family_t",
    "size_t",
    "socklen_t",
    "ssize_t",
    "time_t",
    "uid_t",
    "gid_t",
];

struct Layout {
    name: &'static str,
    size: usize,
    align: usize,
    fields: Vec<(&'static str, usize)>,
}

macro_rules! layouts {
    ($($name:ident { $($field:ident),* $(,)? })*) => {
        vec![$(Layout {
            name: stringify!($name),
            size: size_of::<libc::$name>(),
            align: align_of::<libc::$name>(),
            fields: vec![$((stringify!($field), offset_of!(libc::$name, $field))),*],
        }),*]
    };
}

/// Types that are opaque in C and named without struct.
fn closed() -> Vec<Layout> {
    macro_rules! closed {
        ($($name:ident)*) => {
            vec![$(Layout {
                name: stringify!($name),
                size: size_of::<libc::$name>(),
                align: align_of::<libc::$name>(),
                fields: Vec::new(),
            }),*]
        };
    }
    closed! { sigset_t pthread_attr_t pthread_mutex_t pthread_t clockid_t }
}

/// The fields that Rust names.
fn layouts() -> Vec<Layout> {
    layouts! {
        nlmsghdr { nlmsg_len, nlmsg_type, nlmsg_flags, nlmsg_seq, nlmsg_pid }
        nlattr { nla_len, nla_type }
        rtattr { rta_len, rta_type }
        nlmsgerr { error, msg }
        sockaddr_nl { nl_family, nl_pid, nl_groups }
        nl_pktinfo { group }
        genlmsghdr { cmd, version, reserved }
        sockaddr { sa_family, sa_data }
        sockaddr_un { sun_family, sun_path }
        sockaddr_storage { ss_family }
        msghdr { msg_name, msg_namelen, msg_iov, msg_iovlen, msg_control, msg_controllen, msg_flags }
        mmsghdr { msg_hdr, msg_len }
        cmsghdr { cmsg_len, cmsg_level, cmsg_type }
        iovec { iov_base, iov_len }
        pollfd { fd, events, revents }
        epoll_event { events }
        timespec { tv_sec, tv_nsec }
        timeval { tv_sec, tv_usec }
        itimerspec { it_interval, it_value }
        sock_filter { code, jt, jf, k }
        sock_fprog { len, filter }
        in_addr { s_addr }
        in6_addr { s6_addr }
        ifinfomsg { ifi_family, ifi_type, ifi_index, ifi_flags, ifi_change }
        epoll_event { events }
        ucred { pid, uid, gid }
        stat { st_dev, st_ino, st_mode }
    }
}

/// A program of static assertions, which is compiled and not run.
fn compare(name: &str, assertions: &str) {
    let mut text =
        String::from("/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n/* Written by tests/layout.rs. */\n");
    for header in HEADERS {
        writeln!(text, "#include <{header}>").unwrap();
    }
    text.push_str(assertions);
    text.push_str("int main(void) { return 0; }\n");
    let folder = scratch(&format!("layout-{name}"));
    let source = folder.join(format!("{name}.c"));
    std::fs::write(&source, text).unwrap();
    tools::run(tools::cc().arg("-fsyntax-only").arg(&source));
}

#[test]
fn constants_are_those_of_the_c_headers() {
    let mut assertions = String::new();
    for (name, value) in constants::CONSTANTS {
        let c = EXPRESSIONS.iter().find(|(own, _)| own == name).map_or(*name, |(_, c)| c);
        // A cast to a type that can represent both: C converts when it compares an int with an unsigned.
        writeln!(assertions, "_Static_assert((long long)({c}) == {value}LL, \"{name}\");").unwrap();
    }
    assert!(constants::CONSTANTS.len() > 20, "the list of constants is nearly empty");
    compare("constants", &assertions);
}

#[test]
fn structs_are_those_of_the_c_headers() {
    let mut assertions = String::new();
    let structs = layouts().into_iter().map(|layout| (format!("struct {}", layout.name), layout));
    let closed = closed().into_iter().map(|layout| (layout.name.to_string(), layout));
    for (c, layout) in structs.chain(closed) {
        writeln!(assertions, "_Static_assert(sizeof({c}) == {}, \"sizeof {c}\");", layout.size).unwrap();
        writeln!(assertions, "_Static_assert(_Alignof({c}) == {}, \"_Alignof {c}\");", layout.align).unwrap();
        for (field, offset) in layout.fields {
            writeln!(assertions, "_Static_assert(offsetof({c}, {field}) == {offset}, \"{c}.{field}\");").unwrap();
        }
    }
    compare("structs", &assertions);
}

#[test]
fn every_struct_that_src_uses_is_compared() {
    let known: Vec<&str> =
        layouts().iter().chain(&closed()).map(|layout| layout.name).chain(SCALARS.iter().copied()).collect();
    let missing: Vec<String> =
        kernel::used().libc_types.into_iter().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(
        missing.is_empty(),
        "src uses these types of libc: name them and their fields in tests/layout.rs: {missing:?}"
    );
}
