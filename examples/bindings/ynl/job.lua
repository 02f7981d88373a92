-- SPDX-License-Identifier: MIT OR Apache-2.0
-- The job that every program in this folder does, with LuaJIT and without a JSON library: see ../README.md.
local ffi = require("ffi")
ffi.cdef [[
    typedef int (*reply_fn)(const char *json, size_t len, void *arg);
    int nlrs_ynl_open(const char *name, uint32_t flags, void **ret_ynl, char **ret_error);
    void nlrs_ynl_close(void *ynl);
    void nlrs_ynl_free(void *memory);
    int nlrs_ynl_call(void *ynl, const char *op, const char *json, uint32_t flags, char **ret_json, char **ret_error);
    int nlrs_ynl_batch(void *ynl, const char *json, reply_fn fn, void *arg, char **ret_error);
    int nlrs_ynl_dump_begin(void *ynl, const char *op, const char *json, uint32_t flags, void **ret_dump,
        char **ret_error);
    int nlrs_ynl_dump_next(void *dump, const char **ret_json, char **ret_error);
    void nlrs_ynl_dump_end(void *dump);
    int nlrs_ynl_events_open(void *ynl, const char *groups, size_t buffer, void **ret_events, char **ret_error);
    int nlrs_ynl_events_next(void *events, const char **ret_json, char **ret_error);
    void nlrs_ynl_events_close(void *events);
]]
local lib = ffi.load(os.getenv("NLRS_YNL_LIBRARY") or "libnlrs-ynl.so.0")
local CREATE = 0x400

-- The result of a call, or nil and its code and error.
local function try(call)
    local ret, failed = ffi.new("void *[1]"), ffi.new("char *[1]")
    local code = call(ret, failed)
    if code >= 0 then return ret[0] end
    local text = ffi.string(failed[0])
    lib.nlrs_ynl_free(failed[0])
    return nil, code, text
end

local function open(name)
    return assert(try(function(ret, failed) return lib.nlrs_ynl_open(name, 0, ret, failed) end))
end

local function call(ynl, op, json, flags)
    local reply, code, text = try(function(ret, failed)
        return lib.nlrs_ynl_call(ynl, op, json, flags or 0, ffi.cast("char **", ret), failed)
    end)
    lib.nlrs_ynl_free(reply)
    return reply and 0 or code, text
end

-- The objects of a dump, one after the other.
local function dump(ynl, op, json)
    local begin = function(ret, failed) return lib.nlrs_ynl_dump_begin(ynl, op, json, 0, ret, failed) end
    local handle = ffi.gc(assert(try(begin)), lib.nlrs_ynl_dump_end)
    local text = ffi.new("const char *[1]")
    return function()
        if lib.nlrs_ynl_dump_next(handle, text, nil) == 1 then return ffi.string(text[0]) end
    end
end

-- The value of a member of a JSON object.
local function member(json, name)
    local key = '"' .. name:gsub("%-", "%%-") .. '":'
    return json:match(key .. '"([^"]*)"') or json:match(key .. "(-?%d+)")
end

local function route(destination, bits)
    return ('{"rtm-family":2,"rtm-table":254,"rtm-protocol":4,"rtm-scope":253,"rtm-type":"unicast","oif":1,'
        .. '"rtm-dst-len":%d,"dst":"%s"}'):format(bits, destination)
end

local links, addresses, routes = open("rt-link"), open("rt-addr"), open("rt-route")
for link in dump(links, "getlink") do
    print(("link %s %s mtu %s"):format(member(link, "ifi-index"), member(link, "ifname"), member(link, "mtu")))
end
assert(call(links, "newlink", '{"ifi-index":1,"ifi-flags":["up"],"ifi-change":1}') == 0)
assert(call(addresses, "newaddr", '{"ifa-family":2,"ifa-prefixlen":24,"ifa-index":1,"local":"192.0.2.1"}', CREATE) == 0)
print("address added")
assert(call(routes, "newroute", route("198.51.100.0", 24), CREATE) == 0)
print("route added")
for found in dump(routes, "getroute", '{"rtm-family":2,"table":254}') do
    print(("route %s/%s dev %s"):format(member(found, "dst"), member(found, "rtm-dst-len"), member(found, "oif")))
end
local code, text = call(links, "newlink", '{"ifi-index":1,"af-spec":{"inet6":{"ra-mtu":5}}}')
print("error " .. code .. " " .. member(text, "errno"))
print("message " .. member(text, "message"))
print("attribute " .. member(text, "attribute"))

local batch, refused, count = {}, {}, 0
for number = 0, 999 do
    local one = route(("198.18.%d.%d"):format(math.floor(number / 256), number % 256), 32)
    if number == 100 or number == 500 or number == 900 then assert(call(routes, "newroute", one, CREATE) == 0) end
    batch[#batch + 1] = '{"do":"newroute","flags":["create","excl"],"json":' .. one .. "}"
end
local note = ffi.cast("reply_fn", function(json)
    local result = ffi.string(json)
    count = count + 1
    if member(result, "code") ~= "0" then refused[#refused + 1] = member(result, "index") end
    return 0
end)
code = lib.nlrs_ynl_batch(routes, "[" .. table.concat(batch, ",") .. "]", note, nil, nil)
note:free()
print(("batch %d failed %d of %d: %s"):format(code, #refused, count, table.concat(refused, " ")))

local events = assert(try(function(ret, failed)
    return lib.nlrs_ynl_events_open(links, "rtnlgrp-link", 0, ret, failed)
end))
assert(call(links, "newlink", '{"ifi-index":1,"mtu":1400}') == 0)
local json = ffi.new("const char *[1]")
while lib.nlrs_ynl_events_next(events, json, nil) == 1 do
    local event = ffi.string(json[0])
    if member(event, "mtu") == "1400" then
        print(("event %s %s mtu %s"):format(member(event, "name"), member(event, "ifname"), member(event, "mtu")))
        break
    end
end
for _, ynl in ipairs { links, addresses, routes } do lib.nlrs_ynl_close(ynl) end
lib.nlrs_ynl_events_close(events)
print("closed")
