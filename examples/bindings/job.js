// SPDX-License-Identifier: MIT OR Apache-2.0
// The job that every program in this folder does, with Node and koffi, from the prototypes of nlrs.ffi.h: see README.md.
'use strict';
const fs = require('fs');
const koffi = require('koffi');

const NETLINK_ROUTE = 0, AF_INET = 2, AF_INET6 = 10, LO = 1, IFF_UP = 1, RTNLGRP_LINK = 1;
const RTM_NEWLINK = 16, RTM_GETLINK = 18, RTM_NEWADDR = 20, RTM_NEWROUTE = 24, RTM_GETROUTE = 26;
const NLM_F_CREATE_EXCL = 0x600;
const IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_AF_SPEC = 26, IFLA_INET6_RA_MTU = 9, IFA_LOCAL = 2, RTA_DST = 1, RTA_OIF = 4;
const RT_TABLE_MAIN = 254, RTPROT_STATIC = 4, RT_SCOPE_LINK = 253, RTN_UNICAST = 1;
const IFINFOMSG = 16, RTMSG = 12;

// koffi reads prototypes, and wants to be told which pointers are outputs: those are called ret_... in this library.
// Objects and messages are pointers and nothing else to it.
function open(header, library) {
    const dll = koffi.load(library), lib = {};
    const text = header.replace(/\/\*[^]*?\*\//g, '').replace(/\{[^}]*\}/g, '').replace(/\s+/g, ' ');
    for (const statement of text.split(';').map((statement) => statement.trim())) {
        const plain = statement.replace(/(const )?struct \w+ \*/g, 'void *');
        const callback = plain.match(/^typedef (.*)\(\*(\w+)\)(\(.*\))$/);
        const name = plain.match(/\b(nlrs_\w+)\(/);
        if (callback) {
            koffi.proto(`${callback[1]} ${callback[2]}${callback[3]}`);
        } else if (name) {
            const types = plain.replace(/\b(nlrs_\w+_fn) fn\b/g, '$1 *fn').replace(/void \*ret_/g, 'VOID_P ret_');
            lib[name[1].slice(5)] = dll.func(types.replace(/([(,] ?)([^,()]+ \*+ret_)/g, '$1_Out_ $2').replace(/VOID_P /g, 'void *'));
        }
    }
    return lib;
}
const lib = open(fs.readFileSync(process.env.NLRS_FFI_H || '/usr/local/include/nlrs.ffi.h', 'utf8'),
                 process.env.NLRS_LIBRARY || 'libnlrs.so.0');

function check(code) {
    if (code < 0)
        throw new Error(lib.strerror(code));
    return code;
}

function constant(name) {
    const value = [0];
    check(lib.constant(name, value));
    return Number(value[0]);
}

function beginLink(m, kind, index, flags) {
    const header = Buffer.alloc(IFINFOMSG);
    header.writeInt32LE(index, 4);
    header.writeUInt32LE(flags, 8);
    header.writeUInt32LE(flags, 12);
    lib.msg_begin(m, kind, 0);
    lib.msg_put_header(m, header, header.length);
}

function beginRoute(m, destination, bits) {
    const header = Buffer.from([AF_INET, bits, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_LINK, RTN_UNICAST, 0, 0, 0, 0]);
    lib.msg_begin(m, RTM_NEWROUTE, NLM_F_CREATE_EXCL);
    lib.msg_put_header(m, header, header.length);
    lib.msg_put_be32(m, RTA_DST, destination);
    lib.msg_put_u32(m, RTA_OIF, LO);
}

function ask(m) {
    const code = lib.msg_end(m) || lib.request(sock, lib.msg_first(m), null, null, err);
    lib.msg_reset(m);
    return code;
}

function headerOf(nlh, size) {
    const header = Buffer.alloc(size);
    check(lib.nlmsg_get_header(nlh, header, size));
    return header;
}

// The attribute of that type, or null.
function find(nlh, size, type) {
    const attrs = [null], length = [0], attr = [null];
    check(lib.nlmsg_attrs(nlh, size, attrs, length));
    return lib.attr_find(attrs[0], length[0], type, attr) === 0 ? attr[0] : null;
}

function u32(attr) {
    const value = [0];
    check(lib.attr_get_u32(attr, value));
    return value[0];
}

function listLinks(m) {
    const dump = [null], nlh = [null], name = [null];
    beginLink(m, RTM_GETLINK, 0, 0);
    check(lib.msg_end(m));
    check(lib.dump_begin(sock, lib.msg_first(m), dump));
    let code;
    while ((code = lib.dump_next(dump[0], nlh)) === 1) {
        check(lib.attr_get_str(find(nlh[0], IFINFOMSG, IFLA_IFNAME), name));
        const index = headerOf(nlh[0], IFINFOMSG).readInt32LE(4);
        console.log(`link ${index} ${name[0]} mtu ${u32(find(nlh[0], IFINFOMSG, IFLA_MTU))}`);
    }
    check(lib.dump_end(dump[0], err));
    check(code);
    lib.msg_reset(m);
}

function listRoutes(m) {
    let count = 0;
    const each = (nlh) => {
        const header = headerOf(nlh, RTMSG), dst = Buffer.alloc(4);
        if (header[4] === RT_TABLE_MAIN) {
            lib.attr_get_in_addr(find(nlh, RTMSG, RTA_DST), dst);
            console.log(`route ${[...dst].join('.')}/${header[1]} dev ${u32(find(nlh, RTMSG, RTA_OIF))}`);
            count++;
        }
        return 0;
    };
    lib.msg_begin(m, RTM_GETROUTE, 0);
    lib.msg_put_header(m, Buffer.from([AF_INET, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), RTMSG);
    check(lib.msg_end(m));
    check(lib.dump(sock, lib.msg_first(m), each, null, err));
    console.log(`routes ${count}`);
    lib.msg_reset(m);
}

function changeSomething(m) {
    beginLink(m, RTM_NEWLINK, LO, IFF_UP);
    check(ask(m));
    lib.msg_begin(m, RTM_NEWADDR, NLM_F_CREATE_EXCL);
    lib.msg_put_header(m, Buffer.from([AF_INET, 24, 0, 0, LO, 0, 0, 0]), 8);
    lib.msg_put_be32(m, IFA_LOCAL, 0xc0000201);
    check(ask(m));
    console.log('address added');
    beginRoute(m, 0xc6336400, 24);
    check(ask(m));
    console.log('route added');
}

function provokeAnError(m) {
    beginLink(m, RTM_NEWLINK, LO, 0);
    const families = lib.msg_nest_begin(m, IFLA_AF_SPEC);
    const inet6 = lib.msg_nest_begin(m, AF_INET6);
    lib.msg_put_u32(m, IFLA_INET6_RA_MTU, 1400);
    lib.msg_nest_end(m, inet6);
    lib.msg_nest_end(m, families);
    console.log(`error ${ask(m)}`);
    console.log(`message ${lib.error_message(err)}`);
    const path = new Uint32Array(8), line = Buffer.alloc(256);
    const depth = lib.error_path(err, path, path.length);
    console.log(['path', ...path.subarray(0, depth)].join(' '));
    console.log(`line ${line.toString('utf8', 0, lib.error_format(err, line, line.length))}`);
}

function sendABatch() {
    const batch = lib.batch_new(), m = lib.batch_msg(batch);
    for (let i = 0; i < 1000; i++) {
        const number = i === 100 || i === 500 || i === 900 ? i - 1 : i;
        beginRoute(m, 0x0a000000 + number * 256, 24);
        lib.msg_end(m);
    }
    const code = lib.batch_send(sock, batch, err);
    if (code !== constant('NLRS_EPARTIAL'))
        check(code);
    const count = lib.batch_count(batch), refused = [];
    for (let i = 0; i < count; i++) {
        const result = lib.batch_result(batch, i, err);
        if (result < 0)
            refused.push(`${i} (${lib.strerror(result)})`);
    }
    console.log(`batch ${code} failed ${lib.batch_failed(batch)} of ${count}: ${refused.join(' ')}`);
    return batch;
}

function followEvents(m) {
    const monitor = [null], event = [null], MESSAGE = constant('NLRS_EVENT_MESSAGE');
    check(lib.monitor_open(NETLINK_ROUTE, new Uint32Array([RTNLGRP_LINK]), 1, null, monitor));
    beginLink(m, RTM_NEWLINK, LO, 0);
    lib.msg_put_u32(m, IFLA_MTU, 1400);
    check(ask(m));
    let mtu = 0, nlh;
    while (mtu !== 1400) {
        check(lib.monitor_next(monitor[0], event));
        if (lib.event_kind(event[0]) === MESSAGE) {
            nlh = lib.event_message(event[0]);
            mtu = u32(find(nlh, IFINFOMSG, IFLA_MTU));
        }
    }
    console.log(`event link ${headerOf(nlh, IFINFOMSG).readInt32LE(4)} mtu ${mtu} group ${lib.event_group(event[0])}`);
    return monitor[0];
}

function cleanUpInTheWorstOrder(m, batch, monitor) {
    const dump = [null], nlh = [null];
    beginLink(m, RTM_GETLINK, 0, 0);
    check(lib.msg_end(m));
    check(lib.dump_begin(sock, lib.msg_first(m), dump));
    lib.msg_free(m);
    lib.socket_close(sock);
    console.log(`closed ${lib.dump_next(dump[0], nlh)} ${lib.dump_end(dump[0], err)}`);
    lib.batch_free(batch);
    lib.monitor_close(monitor);
    lib.error_free(err);
}

console.log(`library ${lib.version()}`);
const err = lib.error_new(), ret = [null];
check(lib.socket_open(NETLINK_ROUTE, null, ret));
const sock = ret[0];
const m = lib.msg_new(0);
listLinks(m);
changeSomething(m);
listRoutes(m);
provokeAnError(m);
const batch = sendABatch();
const monitor = followEvents(m);
cleanUpInTheWorstOrder(m, batch, monitor);
