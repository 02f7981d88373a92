#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The job that every program in this folder does, with Python's ctypes alone: see README.md."""
import os
import struct
import sys
from ctypes import CDLL, CFUNCTYPE, byref, c_char_p, c_int, c_int64, c_size_t, c_uint32, c_void_p, create_string_buffer

NETLINK_ROUTE, AF_INET, AF_INET6, LO, IFF_UP = 0, 2, 10, 1, 1
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_NEWROUTE, RTM_GETROUTE, RTNLGRP_LINK = 16, 18, 20, 24, 26, 1
NLM_F_CREATE_EXCL = 0x600
IFLA_IFNAME, IFLA_MTU, IFLA_AF_SPEC, IFLA_INET6_RA_MTU, IFA_LOCAL, RTA_DST, RTA_OIF = 3, 4, 26, 9, 2, 1, 4
RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_LINK, RTN_UNICAST = 254, 4, 253, 1
IFINFOMSG, IFADDRMSG, RTMSG = struct.Struct("BxHiII"), struct.Struct("BBBBI"), struct.Struct("BBBBBBBBI")

lib = CDLL(os.environ.get("NLRS_LIBRARY", "libnlrs.so.0"))
MSG_FN = CFUNCTYPE(c_int, c_void_p, c_void_p)

# What returns something other than an int, or takes something other than pointers and 32-bit numbers, is declared.
for name in ("version", "strerror", "error_message"):
    getattr(lib, "nlrs_" + name).restype = c_char_p
for name in ("msg_new", "msg_first", "batch_new", "batch_msg", "error_new", "event_message"):
    getattr(lib, "nlrs_" + name).restype = c_void_p
for name in ("batch_count", "batch_failed"):
    getattr(lib, "nlrs_" + name).restype = c_size_t
P, U, Z = c_void_p, c_uint32, c_size_t
for name, types in {
    "msg_new": [Z], "msg_free": [P], "msg_begin": [P, U, U], "msg_put_header": [P, c_char_p, Z], "msg_put_u32": [P, U, U],
    "msg_put_be32": [P, U, U], "msg_nest_begin": [P, U], "msg_nest_end": [P, c_int], "msg_end": [P], "msg_first": [P],
    "msg_reset": [P], "socket_open": [c_int, P, P], "socket_close": [P], "request": [P, P, P, P, P],
    "dump": [P, P, MSG_FN, P, P], "dump_begin": [P, P, P], "dump_next": [P, P], "dump_end": [P, P],
    "nlmsg_get_header": [P, P, Z], "nlmsg_attrs": [P, Z, P, P], "attr_find": [P, Z, U, P], "attr_get_u32": [P, P],
    "attr_get_str": [P, P], "attr_get_in_addr": [P, P], "batch_msg": [P], "batch_send": [P, P, P], "batch_count": [P],
    "batch_failed": [P], "batch_result": [P, Z, P], "batch_free": [P], "error_free": [P], "error_message": [P],
    "error_path": [P, P, Z], "error_format": [P, P, Z], "monitor_open": [c_int, P, Z, P, P], "monitor_next": [P, P],
    "monitor_close": [P], "event_message": [P], "event_group": [P], "event_kind": [P],
    "constant": [c_char_p, P],
}.items():
    getattr(lib, "nlrs_" + name).argtypes = types


def constant(name):
    value = c_int64()
    check(lib.nlrs_constant(name.encode(), byref(value)))
    return value.value


def check(code):
    if code < 0:
        sys.exit("%s" % lib.nlrs_strerror(code).decode())
    return code


def begin_link(m, kind, index, flags):
    lib.nlrs_msg_begin(m, kind, 0)
    lib.nlrs_msg_put_header(m, IFINFOMSG.pack(0, 0, index, flags, flags), IFINFOMSG.size)


def begin_route(m, destination, bits):
    header = RTMSG.pack(AF_INET, bits, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_LINK, RTN_UNICAST, 0)
    lib.nlrs_msg_begin(m, RTM_NEWROUTE, NLM_F_CREATE_EXCL)
    lib.nlrs_msg_put_header(m, header, RTMSG.size)
    lib.nlrs_msg_put_be32(m, RTA_DST, destination)
    lib.nlrs_msg_put_u32(m, RTA_OIF, LO)


def ask(m):
    code = lib.nlrs_msg_end(m) or lib.nlrs_request(sock, lib.nlrs_msg_first(m), None, None, err)
    lib.nlrs_msg_reset(m)
    return code


def header_of(nlh, layout):
    raw = create_string_buffer(layout.size)
    check(lib.nlrs_nlmsg_get_header(nlh, raw, layout.size))
    return layout.unpack(raw.raw)


def attribute(nlh, layout, kind, value, get):
    """Reads an attribute into `value`; leaves it alone where there is none."""
    attrs, length, attr = c_void_p(), c_size_t(), c_void_p()
    check(lib.nlrs_nlmsg_attrs(nlh, layout.size, byref(attrs), byref(length)))
    if lib.nlrs_attr_find(attrs, length, kind, byref(attr)) == 0:
        check(get(attr, byref(value)))
    return value


def list_links(m):
    begin_link(m, RTM_GETLINK, 0, 0)
    check(lib.nlrs_msg_end(m))
    dump, nlh = c_void_p(), c_void_p()
    check(lib.nlrs_dump_begin(sock, lib.nlrs_msg_first(m), byref(dump)))
    while (code := lib.nlrs_dump_next(dump, byref(nlh))) == 1:
        index = header_of(nlh, IFINFOMSG)[2]
        name = attribute(nlh, IFINFOMSG, IFLA_IFNAME, c_char_p(), lib.nlrs_attr_get_str).value.decode()
        mtu = attribute(nlh, IFINFOMSG, IFLA_MTU, c_uint32(), lib.nlrs_attr_get_u32).value
        print("link", index, name, "mtu", mtu)
    check(lib.nlrs_dump_end(dump, err))
    check(code)
    lib.nlrs_msg_reset(m)


def list_routes(m):
    routes = []

    @MSG_FN
    def each(nlh, _):
        header = header_of(nlh, RTMSG)
        if header[4] == RT_TABLE_MAIN:
            dst = attribute(nlh, RTMSG, RTA_DST, create_string_buffer(4), lib.nlrs_attr_get_in_addr).raw
            oif = attribute(nlh, RTMSG, RTA_OIF, c_uint32(), lib.nlrs_attr_get_u32).value
            routes.append("route %d.%d.%d.%d/%d dev %d" % (*dst, header[1], oif))
        return 0

    lib.nlrs_msg_begin(m, RTM_GETROUTE, 0)
    lib.nlrs_msg_put_header(m, RTMSG.pack(AF_INET, 0, 0, 0, 0, 0, 0, 0, 0), RTMSG.size)
    check(lib.nlrs_msg_end(m))
    check(lib.nlrs_dump(sock, lib.nlrs_msg_first(m), each, None, err))
    print(*routes, "routes %d" % len(routes), sep="\n")
    lib.nlrs_msg_reset(m)


def change_something(m):
    begin_link(m, RTM_NEWLINK, LO, IFF_UP)
    check(ask(m))
    lib.nlrs_msg_begin(m, RTM_NEWADDR, NLM_F_CREATE_EXCL)
    lib.nlrs_msg_put_header(m, IFADDRMSG.pack(AF_INET, 24, 0, 0, LO), IFADDRMSG.size)
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
    print("message", lib.nlrs_error_message(err).decode())
    path, line = (c_uint32 * 8)(), create_string_buffer(256)
    depth = lib.nlrs_error_path(err, path, 8)
    print("path", *path[:depth])
    lib.nlrs_error_format(err, line, 256)
    print("line", line.value.decode())


def send_a_batch():
    batch = lib.nlrs_batch_new()
    m = lib.nlrs_batch_msg(batch)
    for i in range(1000):
        begin_route(m, 0x0A000000 | (i - (i in (100, 500, 900))) << 8, 24)
        lib.nlrs_msg_end(m)
    code = lib.nlrs_batch_send(sock, batch, err)
    assert code == constant("NLRS_EPARTIAL")
    count = lib.nlrs_batch_count(batch)
    codes = [(i, lib.nlrs_batch_result(batch, i, err)) for i in range(count)]
    refused = ["%d (%s)" % (i, lib.nlrs_strerror(code).decode()) for i, code in codes if code < 0]
    print("batch", code, "failed", lib.nlrs_batch_failed(batch), "of", "%d:" % count, *refused)
    return batch


def follow_events(m):
    monitor, event, groups = c_void_p(), c_void_p(), (c_uint32 * 1)(RTNLGRP_LINK)
    check(lib.nlrs_monitor_open(NETLINK_ROUTE, groups, 1, None, byref(monitor)))
    begin_link(m, RTM_NEWLINK, LO, 0)
    lib.nlrs_msg_put_u32(m, IFLA_MTU, 1400)
    check(ask(m))
    mtu = 0
    while mtu != 1400:
        check(lib.nlrs_monitor_next(monitor, byref(event)))
        if lib.nlrs_event_kind(event) == constant("NLRS_EVENT_MESSAGE"):
            nlh = lib.nlrs_event_message(event)
            mtu = attribute(nlh, IFINFOMSG, IFLA_MTU, c_uint32(), lib.nlrs_attr_get_u32).value
    print("event link", header_of(nlh, IFINFOMSG)[2], "mtu", mtu, "group", lib.nlrs_event_group(event))
    return monitor


def clean_up_in_the_worst_order(m, batch, monitor):
    begin_link(m, RTM_GETLINK, 0, 0)
    check(lib.nlrs_msg_end(m))
    dump, nlh = c_void_p(), c_void_p()
    check(lib.nlrs_dump_begin(sock, lib.nlrs_msg_first(m), byref(dump)))
    lib.nlrs_msg_free(m)
    lib.nlrs_socket_close(sock)
    print("closed", lib.nlrs_dump_next(dump, byref(nlh)), lib.nlrs_dump_end(dump, err))
    lib.nlrs_batch_free(batch)
    lib.nlrs_monitor_close(monitor)
    lib.nlrs_error_free(err)


print("library", lib.nlrs_version().decode())
err = lib.nlrs_error_new()
sock = c_void_p()
check(lib.nlrs_socket_open(NETLINK_ROUTE, None, byref(sock)))
m = lib.nlrs_msg_new(0)
list_links(m)
change_something(m)
list_routes(m)
provoke_an_error(m)
batch = send_a_batch()
monitor = follow_events(m)
clean_up_in_the_worst_order(m, batch, monitor)
