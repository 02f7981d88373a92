#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The job that every program in this folder does, with Python's cffi, which reads nlrs.ffi.h: see README.md."""
import os
import sys

from cffi import FFI

NETLINK_ROUTE, AF_INET, AF_INET6, LO, IFF_UP = 0, 2, 10, 1, 1
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_NEWROUTE, RTM_GETROUTE, RTNLGRP_LINK = 16, 18, 20, 24, 26, 1
NLM_F_CREATE_EXCL = 0x600
IFLA_IFNAME, IFLA_MTU, IFLA_AF_SPEC, IFLA_INET6_RA_MTU, IFA_LOCAL, RTA_DST, RTA_OIF = 3, 4, 26, 9, 2, 1, 4
RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_LINK, RTN_UNICAST = 254, 4, 253, 1

ffi = FFI()
with open(os.environ.get("NLRS_FFI_H", "/usr/local/include/nlrs.ffi.h")) as header:
    ffi.cdef(header.read())
# The structs of rtnetlink, which the library does not look into.
ffi.cdef("""
    struct ifinfomsg { uint8_t family; uint8_t pad; uint16_t type; int index; uint32_t flags; uint32_t change; };
    struct ifaddrmsg { uint8_t family; uint8_t prefixlen; uint8_t flags; uint8_t scope; uint32_t index; };
    struct rtmsg { uint8_t family, dst_len, src_len, tos, table, protocol, scope, type; uint32_t flags; };
""")
lib = ffi.dlopen(os.environ.get("NLRS_LIBRARY", "libnlrs.so.0"))
NULL = ffi.NULL


def text(pointer):
    return ffi.string(pointer).decode()


def check(code):
    if code < 0:
        sys.exit(text(lib.nlrs_strerror(code)))
    return code


def put_header(m, name, **fields):
    lib.nlrs_msg_put_header(m, ffi.new("struct %s *" % name, fields), ffi.sizeof("struct " + name))


def begin_link(m, kind, index, flags):
    lib.nlrs_msg_begin(m, kind, 0)
    put_header(m, "ifinfomsg", index=index, flags=flags, change=flags)


def begin_route(m, destination, bits):
    lib.nlrs_msg_begin(m, RTM_NEWROUTE, NLM_F_CREATE_EXCL)
    put_header(m, "rtmsg", family=AF_INET, dst_len=bits, table=RT_TABLE_MAIN, protocol=RTPROT_STATIC,
               scope=RT_SCOPE_LINK, type=RTN_UNICAST)
    lib.nlrs_msg_put_be32(m, RTA_DST, destination)
    lib.nlrs_msg_put_u32(m, RTA_OIF, LO)


def ask(m):
    code = lib.nlrs_msg_end(m) or lib.nlrs_request(sock, lib.nlrs_msg_first(m), NULL, NULL, err)
    lib.nlrs_msg_reset(m)
    return code


def header_of(nlh, name):
    header = ffi.new("struct %s *" % name)
    check(lib.nlrs_nlmsg_get_header(nlh, header, ffi.sizeof(header[0])))
    return header


def attributes(nlh, name, most):
    attrs, length, table = ffi.new("const void **"), ffi.new("size_t *"), ffi.new("const struct nlattr *[]", most + 1)
    check(lib.nlrs_nlmsg_attrs(nlh, ffi.sizeof("struct " + name), attrs, length))
    check(lib.nlrs_attr_index(attrs[0], length[0], table, most))
    return table


def u32(attr):
    value = ffi.new("uint32_t *")
    check(lib.nlrs_attr_get_u32(attr, value))
    return value[0]


def list_links(m):
    begin_link(m, RTM_GETLINK, 0, 0)
    check(lib.nlrs_msg_end(m))
    dump, nlh, name = ffi.new("struct nlrs_dump **"), ffi.new("const struct nlmsghdr **"), ffi.new("const char **")
    check(lib.nlrs_dump_begin(sock, lib.nlrs_msg_first(m), dump))
    while (code := lib.nlrs_dump_next(dump[0], nlh)) == 1:
        table = attributes(nlh[0], "ifinfomsg", IFLA_MTU)
        check(lib.nlrs_attr_get_str(table[IFLA_IFNAME], name))
        print("link", header_of(nlh[0], "ifinfomsg").index, text(name[0]), "mtu", u32(table[IFLA_MTU]))
    check(lib.nlrs_dump_end(dump[0], err))
    check(code)
    lib.nlrs_msg_reset(m)


def list_routes(m):
    routes = []

    @ffi.callback("nlrs_msg_fn")
    def each(nlh, _):
        header, dst = header_of(nlh, "rtmsg"), ffi.new("uint8_t[4]")
        if header.table == RT_TABLE_MAIN:
            table = attributes(nlh, "rtmsg", RTA_OIF)
            lib.nlrs_attr_get_in_addr(table[RTA_DST], dst)
            routes.append("route %d.%d.%d.%d/%d dev %d" % (*dst, header.dst_len, u32(table[RTA_OIF])))
        return 0

    lib.nlrs_msg_begin(m, RTM_GETROUTE, 0)
    put_header(m, "rtmsg", family=AF_INET)
    check(lib.nlrs_msg_end(m))
    check(lib.nlrs_dump(sock, lib.nlrs_msg_first(m), each, NULL, err))
    print(*routes, "routes %d" % len(routes), sep="\n")
    lib.nlrs_msg_reset(m)


def change_something(m):
    begin_link(m, RTM_NEWLINK, LO, IFF_UP)
    check(ask(m))
    lib.nlrs_msg_begin(m, RTM_NEWADDR, NLM_F_CREATE_EXCL)
    put_header(m, "ifaddrmsg", family=AF_INET, prefixlen=24, index=LO)
    lib.nlrs_msg_put_be32(m, IFA_LOCAL, 0xC0000201)
    check(ask(m))
    print("address added")
    begin_route(m, 0xC6336400, 24)
    check(ask(m))
    print("route added")


def provoke_an_error(m):
    begin_link(m, RTM_NEWLINK, LO, 0)
    families = lib.nlrs_msg_nest_begin(m, IFLA_AF_SPEC)
    inet6 = lib.nlrs_msg_nest_begin(m, AF_INET6)
    lib.nlrs_msg_put_u32(m, IFLA_INET6_RA_MTU, 1400)
    lib.nlrs_msg_nest_end(m, inet6)
    lib.nlrs_msg_nest_end(m, families)
    print("error", ask(m))
    print("message", text(lib.nlrs_error_message(err)))
    path, line = ffi.new("uint32_t[8]"), ffi.new("char[256]")
    depth = lib.nlrs_error_path(err, path, 8)
    print("path", *path[0:depth])
    lib.nlrs_error_format(err, line, 256)
    print("line", text(line))


def send_a_batch():
    batch = lib.nlrs_batch_new()
    m = lib.nlrs_batch_msg(batch)
    for i in range(1000):
        begin_route(m, 0x0A000000 | (i - (i in (100, 500, 900))) << 8, 24)
        lib.nlrs_msg_end(m)
    code = lib.nlrs_batch_send(sock, batch, err)
    assert code == lib.NLRS_EPARTIAL
    count = lib.nlrs_batch_count(batch)
    codes = [(i, lib.nlrs_batch_result(batch, i, err)) for i in range(count)]
    refused = ["%d (%s)" % (i, text(lib.nlrs_strerror(code))) for i, code in codes if code < 0]
    print("batch", code, "failed", lib.nlrs_batch_failed(batch), "of", "%d:" % count, *refused)
    return batch


def follow_events(m):
    monitor, event = ffi.new("struct nlrs_monitor **"), ffi.new("const struct nlrs_event **")
    check(lib.nlrs_monitor_open(NETLINK_ROUTE, [RTNLGRP_LINK], 1, NULL, monitor))
    begin_link(m, RTM_NEWLINK, LO, 0)
    lib.nlrs_msg_put_u32(m, IFLA_MTU, 1400)
    check(ask(m))
    mtu = 0
    while mtu != 1400:
        check(lib.nlrs_monitor_next(monitor[0], event))
        if lib.nlrs_event_kind(event[0]) == lib.NLRS_EVENT_MESSAGE:
            nlh = lib.nlrs_event_message(event[0])
            mtu = u32(attributes(nlh, "ifinfomsg", IFLA_MTU)[IFLA_MTU])
    print("event link", header_of(nlh, "ifinfomsg").index, "mtu", mtu, "group", lib.nlrs_event_group(event[0]))
    return monitor[0]


def clean_up_in_the_worst_order(m, batch, monitor):
    begin_link(m, RTM_GETLINK, 0, 0)
    check(lib.nlrs_msg_end(m))
    dump, nlh = ffi.new("struct nlrs_dump **"), ffi.new("const struct nlmsghdr **")
    check(lib.nlrs_dump_begin(sock, lib.nlrs_msg_first(m), dump))
    lib.nlrs_msg_free(m)
    lib.nlrs_socket_close(sock)
    print("closed", lib.nlrs_dump_next(dump[0], nlh), lib.nlrs_dump_end(dump[0], err))
    lib.nlrs_batch_free(batch)
    lib.nlrs_monitor_close(monitor)
    lib.nlrs_error_free(err)


print("library", text(lib.nlrs_version()))
err = lib.nlrs_error_new()
ret_socket = ffi.new("struct nlrs_socket **")
check(lib.nlrs_socket_open(NETLINK_ROUTE, NULL, ret_socket))
sock = ret_socket[0]
m = lib.nlrs_msg_new(0)
list_links(m)
change_something(m)
list_routes(m)
provoke_an_error(m)
batch = send_a_batch()
monitor = follow_events(m)
clean_up_in_the_worst_order(m, batch, monitor)
