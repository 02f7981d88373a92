// SPDX-License-Identifier: MIT OR Apache-2.0
// The job that every program in this folder does, with Node and koffi: see ../README.md.
const koffi = require("koffi");

const lib = koffi.load(process.env.NLRS_YNL_LIBRARY || "libnlrs-ynl.so.0");
const release = lib.func("void nlrs_ynl_free(void *memory)");
const Text = koffi.disposable("Text", "str", release); // freed once it was copied
const Reply = koffi.proto("int Reply(const char *json, size_t len, void *arg)");
const native = {
    open: lib.func("int nlrs_ynl_open(const char *name, uint32_t flags, _Out_ void **ynl, _Out_ Text *error)"),
    close: lib.func("void nlrs_ynl_close(void *ynl)"),
    call: lib.func("int nlrs_ynl_call(void *ynl, const char *op, const char *json, uint32_t flags, " +
        "_Out_ Text *reply, _Out_ Text *error)"),
    batch: lib.func("int nlrs_ynl_batch(void *ynl, const char *json, Reply *fn, void *arg, _Out_ Text *error)"),
    eventsOpen: lib.func("int nlrs_ynl_events_open(void *ynl, const char *groups, size_t buffer, " +
        "_Out_ void **events, _Out_ Text *error)"),
    eventsNext: lib.func("int nlrs_ynl_events_next(void *events, _Out_ const char **json, _Out_ Text *error)"),
    eventsClose: lib.func("void nlrs_ynl_events_close(void *events)"),
};
const CREATE = 0x400, DUMP = 0x10000;

// Calls with an output and an error at the end; the output, or an exception with the code and the error as an object.
function checked(call, ...args) {
    const ret = [null], error = [null];
    const code = call(...args, ret, error);
    if (code < 0) throw Object.assign(new Error(error[0]), { code, error: JSON.parse(error[0]) });
    return ret[0];
}

class Family {
    constructor(name) { this.ynl = checked(native.open, name, 0); }
    call(op, attributes, flags = 0) {
        return JSON.parse(checked(native.call, this.ynl, op, JSON.stringify(attributes), flags));
    }
    batch(requests) {
        const results = [];
        const code = native.batch(this.ynl, JSON.stringify(requests),
            (json) => { results.push(JSON.parse(json)); return 0; }, null, [null]);
        return [code, results];
    }
    close() { native.close(this.ynl); }
}

const route = (dst, bits) => ({
    "rtm-family": 2, "rtm-dst-len": bits, "rtm-table": 254, "rtm-protocol": 4, "rtm-scope": 253,
    "rtm-type": "unicast", dst, oif: 1,
});

const links = new Family("rt-link"), addresses = new Family("rt-addr"), routes = new Family("rt-route");
for (const link of links.call("getlink", {}, DUMP))
    console.log(`link ${link["ifi-index"]} ${link.ifname} mtu ${link.mtu}`);
links.call("newlink", { "ifi-index": 1, "ifi-flags": ["up"], "ifi-change": 1 });
addresses.call("newaddr", { "ifa-family": 2, "ifa-prefixlen": 24, "ifa-index": 1, local: "192.0.2.1" }, CREATE);
console.log("address added");
routes.call("newroute", route("198.51.100.0", 24), CREATE);
console.log("route added");
for (const found of routes.call("getroute", { "rtm-family": 2, table: 254 }, DUMP))
    console.log(`route ${found.dst}/${found["rtm-dst-len"]} dev ${found.oif}`);
try {
    links.call("newlink", { "ifi-index": 1, "af-spec": { inet6: { "ra-mtu": 5 } } });
} catch ({ code, error }) {
    console.log(`error ${code} ${error.errno}\nmessage ${error.message}\nattribute ${error.attribute}`);
}
const batch = Array.from({ length: 1000 }, (_, number) =>
    ({ do: "newroute", flags: ["create", "excl"], json: route(`198.18.${number >> 8}.${number & 255}`, 32) }));
for (const number of [100, 500, 900]) routes.call("newroute", batch[number].json, CREATE);
const [code, results] = routes.batch(batch);
const refused = results.filter((result) => result.code).map((result) => result.index);
console.log(`batch ${code} failed ${refused.length} of ${results.length}: ${refused.join(" ")}`);

const events = checked(native.eventsOpen, links.ynl, "rtnlgrp-link", 0);
links.call("newlink", { "ifi-index": 1, mtu: 1400 });
for (;;) {
    const { name, msg } = JSON.parse(checked(native.eventsNext, events));
    if (msg.mtu !== 1400) continue;
    console.log(`event ${name} ${msg.ifname} mtu ${msg.mtu}`);
    break;
}
for (const family of [links, addresses, routes]) family.close();
native.eventsClose(events);
console.log("closed");
