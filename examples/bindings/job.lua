-- SPDX-License-Identifier: MIT OR Apache-2.0
-- The job that every program in this folder does, with LuaJIT, which reads nlrs.ffi.h: see README.md.
local ffi = require("ffi")

local NETLINK_ROUTE, AF_INET, AF_INET6, LO, IFF_UP = 0, 2, 10, 1, 1
local RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_NEWROUTE, RTM_GETROUTE, RTNLGRP_LINK = 16, 18, 20, 24, 26, 1
local NLM_F_CREATE_EXCL = 0x600
local IFLA_IFNAME, IFLA_MTU, IFLA_AF_SPEC, IFLA_INET6_RA_MTU, IFA_LOCAL, RTA_DST, RTA_OIF = 3, 4, 26, 9, 2, 1, 4
local RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_LINK, RTN_UNICAST = 254, 4, 253, 1

local file = assert(io.open(os.getenv("NLRS_FFI_H") or "/usr/local/include/nlrs.ffi.h"))
ffi.cdef(file:read("*a"))
file:close()
-- The structs of rtnetlink, which the library does not look into.
ffi.cdef [[
    struct ifinfomsg { uint8_t family; uint8_t pad; uint16_t type; int index; uint32_t flags; uint32_t change; };
    struct ifaddrmsg { uint8_t family; uint8_t prefixlen; uint8_t flags; uint8_t scope; uint32_t index; };
    struct rtmsg { uint8_t family, dst_len, src_len, tos, table, protocol, scope, type; uint32_t flags; };
]]
local lib = ffi.load(os.getenv("NLRS_LIBRARY") or "libnlrs.so.0")
local sock, err

local function check(code)
    if code < 0 then error(ffi.string(lib.nlrs_strerror(code))) end
    return code
end

local function put_header(m, name, fields)
    local header = ffi.new("struct " .. name, fields)
    lib.nlrs_msg_put_header(m, header, ffi.sizeof(header))
end

local function begin_link(m, kind, index, flags)
    lib.nlrs_msg_begin(m, kind, 0)
    put_header(m, "ifinfomsg", { index = index, flags = flags, change = flags })
end

local function begin_route(m, destination, bits)
    lib.nlrs_msg_begin(m, RTM_NEWROUTE, NLM_F_CREATE_EXCL)
    put_header(m, "rtmsg", { family = AF_INET, dst_len = bits, table = RT_TABLE_MAIN, protocol = RTPROT_STATIC,
                             scope = RT_SCOPE_LINK, type = RTN_UNICAST })
    lib.nlrs_msg_put_be32(m, RTA_DST, destination)
    lib.nlrs_msg_put_u32(m, RTA_OIF, LO)
end

local function ask(m)
    local code = lib.nlrs_msg_end(m)
    if code == 0 then code = lib.nlrs_request(sock, lib.nlrs_msg_first(m), nil, nil, err) end
    lib.nlrs_msg_reset(m)
    return code
end

local function header_of(nlh, name)
    local header = ffi.new("struct " .. name)
    check(lib.nlrs_nlmsg_get_header(nlh, header, ffi.sizeof(header)))
    return header
end

local function attributes(nlh, name, most)
    local attrs, length = ffi.new("const void *[1]"), ffi.new("size_t[1]")
    local found = ffi.new("const struct nlattr *[?]", most + 1)
    check(lib.nlrs_nlmsg_attrs(nlh, ffi.sizeof("struct " .. name), attrs, length))
    check(lib.nlrs_attr_index(attrs[0], length[0], found, most))
    return found
end

local function u32(attr)
    local value = ffi.new("uint32_t[1]")
    check(lib.nlrs_attr_get_u32(attr, value))
    return value[0]
end

local function list_links(m)
    local dump, nlh, name = ffi.new("struct nlrs_dump *[1]"), ffi.new("const struct nlmsghdr *[1]"), ffi.new("const char *[1]")
    begin_link(m, RTM_GETLINK, 0, 0)
    check(lib.nlrs_msg_end(m))
    check(lib.nlrs_dump_begin(sock, lib.nlrs_msg_first(m), dump))
    local code = lib.nlrs_dump_next(dump[0], nlh)
    while code == 1 do
        local found = attributes(nlh[0], "ifinfomsg", IFLA_MTU)
        check(lib.nlrs_attr_get_str(found[IFLA_IFNAME], name))
        print(("link %d %s mtu %d"):format(header_of(nlh[0], "ifinfomsg").index, ffi.string(name[0]), u32(found[IFLA_MTU])))
        code = lib.nlrs_dump_next(dump[0], nlh)
    end
    check(lib.nlrs_dump_end(dump[0], err))
    check(code)
    lib.nlrs_msg_reset(m)
end

local function list_routes(m)
    local count, dst = 0, ffi.new("uint8_t[4]")
    local each = ffi.cast("nlrs_msg_fn", function(nlh)
        local header = header_of(nlh, "rtmsg")
        if header.table == RT_TABLE_MAIN then
            local found = attributes(nlh, "rtmsg", RTA_OIF)
            lib.nlrs_attr_get_in_addr(found[RTA_DST], dst)
            print(("route %d.%d.%d.%d/%d dev %d"):format(dst[0], dst[1], dst[2], dst[3], header.dst_len, u32(found[RTA_OIF])))
            count = count + 1
        end
        return 0
    end)
    lib.nlrs_msg_begin(m, RTM_GETROUTE, 0)
    put_header(m, "rtmsg", { family = AF_INET })
    check(lib.nlrs_msg_end(m))
    check(lib.nlrs_dump(sock, lib.nlrs_msg_first(m), each, nil, err))
    each:free()
    print("routes " .. count)
    lib.nlrs_msg_reset(m)
end

local function change_something(m)
    begin_link(m, RTM_NEWLINK, LO, IFF_UP)
    check(ask(m))
    lib.nlrs_msg_begin(m, RTM_NEWADDR, NLM_F_CREATE_EXCL)
    put_header(m, "ifaddrmsg", { family = AF_INET, prefixlen = 24, index = LO })
    lib.nlrs_msg_put_be32(m, IFA_LOCAL, 0xc0000201)
    check(ask(m))
    print("address added")
    begin_route(m, 0xc6336400, 24)
    check(ask(m))
    print("route added")
end

local function provoke_an_error(m)
    local path, line = ffi.new("uint32_t[8]"), ffi.new("char[256]")
    begin_link(m, RTM_NEWLINK, LO, 0)
    local families = lib.nlrs_msg_nest_begin(m, IFLA_AF_SPEC)
    local inet6 = lib.nlrs_msg_nest_begin(m, AF_INET6)
    lib.nlrs_msg_put_u32(m, IFLA_INET6_RA_MTU, 1400)
    lib.nlrs_msg_nest_end(m, inet6)
    lib.nlrs_msg_nest_end(m, families)
    print("error " .. ask(m))
    print("message " .. ffi.string(lib.nlrs_error_message(err)))
    local types = { "path" }
    for i = 0, lib.nlrs_error_path(err, path, 8) - 1 do types[#types + 1] = path[i] end
    print(table.concat(types, " "))
    lib.nlrs_error_format(err, line, 256)
    print("line " .. ffi.string(line))
end

local function send_a_batch()
    local batch = lib.nlrs_batch_new()
    local m = lib.nlrs_batch_msg(batch)
    for i = 0, 999 do
        local number = (i == 100 or i == 500 or i == 900) and i - 1 or i
        begin_route(m, 0x0a000000 + number * 256, 24)
        lib.nlrs_msg_end(m)
    end
    local code = lib.nlrs_batch_send(sock, batch, err)
    assert(code == lib.NLRS_EPARTIAL)
    -- A size_t is a boxed 64-bit number here; tonumber makes one of Lua's own.
    local count = tonumber(lib.nlrs_batch_count(batch))
    local line = { ("batch %d failed %d of %d:"):format(code, tonumber(lib.nlrs_batch_failed(batch)), count) }
    for i = 0, count - 1 do
        local result = lib.nlrs_batch_result(batch, i, err)
        if result < 0 then line[#line + 1] = ("%d (%s)"):format(i, ffi.string(lib.nlrs_strerror(result))) end
    end
    print(table.concat(line, " "))
    return batch
end

local function follow_events(m)
    local monitor, event = ffi.new("struct nlrs_monitor *[1]"), ffi.new("const struct nlrs_event *[1]")
    local groups = ffi.new("uint32_t[1]", RTNLGRP_LINK)
    check(lib.nlrs_monitor_open(NETLINK_ROUTE, groups, 1, nil, monitor))
    begin_link(m, RTM_NEWLINK, LO, 0)
    lib.nlrs_msg_put_u32(m, IFLA_MTU, 1400)
    check(ask(m))
    local mtu, nlh = 0, nil
    while mtu ~= 1400 do
        check(lib.nlrs_monitor_next(monitor[0], event))
        if lib.nlrs_event_kind(event[0]) == lib.NLRS_EVENT_MESSAGE then
            nlh = lib.nlrs_event_message(event[0])
            mtu = u32(attributes(nlh, "ifinfomsg", IFLA_MTU)[IFLA_MTU])
        end
    end
    print(("event link %d mtu %d group %d"):format(header_of(nlh, "ifinfomsg").index, mtu, lib.nlrs_event_group(event[0])))
    return monitor[0]
end

-- With finalizers the collector ends what is left when Lua does, in an order of its own.
local function clean_up_in_the_worst_order(m, batch, monitor)
    local dump, nlh = ffi.new("struct nlrs_dump *[1]"), ffi.new("const struct nlmsghdr *[1]")
    begin_link(m, RTM_GETLINK, 0, 0)
    check(lib.nlrs_msg_end(m))
    check(lib.nlrs_dump_begin(sock, lib.nlrs_msg_first(m), dump))
    lib.nlrs_msg_free(m)
    lib.nlrs_socket_close(sock)
    local code = lib.nlrs_dump_next(dump[0], nlh)
    print(("closed %d %d"):format(code, lib.nlrs_dump_end(dump[0], err)))
    ffi.gc(batch, lib.nlrs_batch_free)
    ffi.gc(monitor, lib.nlrs_monitor_close)
    ffi.gc(err, lib.nlrs_error_free)
end

print("library " .. ffi.string(lib.nlrs_version()))
err = lib.nlrs_error_new()
local ret_socket = ffi.new("struct nlrs_socket *[1]")
check(lib.nlrs_socket_open(NETLINK_ROUTE, nil, ret_socket))
sock = ret_socket[0]
local m = lib.nlrs_msg_new(0)
list_links(m)
change_something(m)
list_routes(m)
provoke_an_error(m)
local batch = send_a_batch()
local monitor = follow_events(m)
clean_up_in_the_worst_order(m, batch, monitor)
