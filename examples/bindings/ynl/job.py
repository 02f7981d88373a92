#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The job that every program in this folder does, with Python's ctypes: see ../README.md."""
import json
import os
from ctypes import CDLL, CFUNCTYPE, byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p, string_at

lib = CDLL(os.environ.get("NLRS_YNL_LIBRARY", "libnlrs-ynl.so.0"))
REPLY = CFUNCTYPE(c_int, c_char_p, c_size_t, c_void_p)
CREATE, DUMP = 0x400, 0x10000


class Refused(Exception):
    """What a call failed with: its code, and the error as an object."""


def take(text):
    value = json.loads(string_at(text)) if text.value else None
    lib.nlrs_ynl_free(text)
    return value


class Family:
    def __init__(self, name):
        self.ynl = c_void_p()
        self.check(lambda error: lib.nlrs_ynl_open(name.encode(), 0, byref(self.ynl), error))

    def check(self, call):
        error = c_void_p()
        code = call(byref(error))
        if code < 0:
            raise Refused(code, take(error))
        return code

    def call(self, op, flags=0, **attributes):
        text = c_void_p()
        request = json.dumps({name.replace("_", "-"): value for name, value in attributes.items()}).encode()
        self.check(lambda error: lib.nlrs_ynl_call(self.ynl, op.encode(), request, c_uint32(flags), byref(text), error))
        return take(text)

    def batch(self, requests):
        results = []
        seen = REPLY(lambda text, length, arg: results.append(json.loads(text)) or 0)
        return lib.nlrs_ynl_batch(self.ynl, json.dumps(requests).encode(), seen, None, None), results

    def events(self, groups):
        events = c_void_p()
        self.check(lambda error: lib.nlrs_ynl_events_open(self.ynl, groups.encode(), c_size_t(0), byref(events), error))
        return events

    def next(self, events):
        text = c_char_p()
        self.check(lambda error: lib.nlrs_ynl_events_next(events, byref(text), error))
        return json.loads(text.value)


def route(number):
    return {"rtm-family": 2, "rtm-dst-len": 32, "rtm-table": 254, "rtm-protocol": 4, "rtm-scope": 253,
            "rtm-type": "unicast",
            "dst": f"198.18.{number >> 8}.{number & 255}", "oif": 1}


links, addresses, routes = Family("rt-link"), Family("rt-addr"), Family("rt-route")
for link in links.call("getlink", DUMP):
    print("link", link["ifi-index"], link["ifname"], "mtu", link["mtu"])
links.call("newlink", ifi_index=1, ifi_flags=["up"], ifi_change=1)
addresses.call("newaddr", CREATE, ifa_family=2, ifa_prefixlen=24, ifa_index=1, local="192.0.2.1")
print("address added")
routes.call("newroute", CREATE, **{**route(0), "dst": "198.51.100.0", "rtm-dst-len": 24})
print("route added")
for found in routes.call("getroute", DUMP, rtm_family=2, table=254):
    print(f"route {found['dst']}/{found['rtm-dst-len']} dev {found['oif']}")
try:
    links.call("newlink", ifi_index=1, af_spec={"inet6": {"ra-mtu": 5}})
except Refused as refused:
    code, error = refused.args
    print("error", code, error["errno"])
    print("message", error["message"])
    print("attribute", error["attribute"])
batch = [{"do": "newroute", "json": route(number), "flags": ["create", "excl"]} for number in range(1000)]
for number in (100, 500, 900):
    routes.call("newroute", CREATE, **batch[number]["json"])
code, results = routes.batch(batch)
failed = [result["index"] for result in results if result["code"]]
print("batch", code, "failed", len(failed), "of", f"{len(results)}:", *failed)
events = links.events("rtnlgrp-link")
links.call("newlink", ifi_index=1, mtu=1400)
event = links.next(events)
while event["msg"].get("mtu") != 1400:
    event = links.next(events)
print("event", event["name"], event["msg"]["ifname"], "mtu", event["msg"]["mtu"])
for family in (links, addresses, routes):
    lib.nlrs_ynl_close(family.ynl)
lib.nlrs_ynl_events_close(events)
print("closed")
