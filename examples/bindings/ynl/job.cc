// SPDX-License-Identifier: MIT OR Apache-2.0
// The job that every program in this folder does, in C++17 without a JSON library: see ../README.md.
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <nlrs-ynl.h>

namespace {

struct Free {
    void operator()(char *text) const { nlrs_ynl_free(text); }
    void operator()(nlrs_ynl *ynl) const { nlrs_ynl_close(ynl); }
    void operator()(struct nlrs_ynl_events *events) const { nlrs_ynl_events_close(events); }
};

// What a call failed with: its code, and the error as JSON.
struct Refused : std::runtime_error {
    int code;
    Refused(int failed, char *error) : std::runtime_error(error != nullptr ? error : "?"), code(failed)
    {
        nlrs_ynl_free(error);
    }
};

// The value of a member of a JSON object, text without its quotes.
std::string member(const std::string &json, const std::string &name)
{
    const std::string key = '"' + name + "\":";
    const auto at = json.find(key);
    if (at == std::string::npos)
        return "";
    const auto start = at + key.size();
    if (json[start] == '"')
        return json.substr(start + 1, json.find('"', start + 1) - start - 1);
    return json.substr(start, json.find_first_of(",}", start) - start);
}

class Family {
    std::unique_ptr<nlrs_ynl, Free> ynl;

public:
    explicit Family(const char *name)
    {
        nlrs_ynl *opened = nullptr;
        char *error = nullptr;
        if (int code = nlrs_ynl_open(name, 0, &opened, &error); code < 0)
            throw Refused(code, error);
        ynl.reset(opened);
    }

    void call(const char *op, const std::string &json, uint32_t flags = 0) const
    {
        each(op, json, flags, [](const std::string &) {});
    }

    // Passes each reply to a function.
    template <typename Function>
    void each(const char *op, const std::string &json, uint32_t flags, Function function) const
    {
        char *error = nullptr;
        const auto pass = [](const char *reply, size_t len, void *arg) {
            (*static_cast<Function *>(arg))(std::string(reply, len));
            return 0;
        };
        if (int code = nlrs_ynl_do(ynl.get(), op, json.c_str(), flags, pass, &function, &error); code < 0)
            throw Refused(code, error);
    }

    template <typename Function> int batch(const std::string &json, Function function) const
    {
        const auto pass = [](const char *result, size_t len, void *arg) {
            (*static_cast<Function *>(arg))(std::string(result, len));
            return 0;
        };
        return nlrs_ynl_batch(ynl.get(), json.c_str(), pass, &function, nullptr);
    }

    std::unique_ptr<struct nlrs_ynl_events, Free> events(const char *groups) const
    {
        struct nlrs_ynl_events *opened = nullptr;
        char *error = nullptr;
        if (int code = nlrs_ynl_events_open(ynl.get(), groups, 0, &opened, &error); code < 0)
            throw Refused(code, error);
        return std::unique_ptr<struct nlrs_ynl_events, Free>(opened);
    }
};

std::string route(const std::string &destination, int bits)
{
    return R"({"rtm-family":2,"rtm-table":254,"rtm-protocol":4,"rtm-scope":253,"rtm-type":"unicast","oif":1,)"
           R"("rtm-dst-len":)" +
           std::to_string(bits) + R"(,"dst":")" + destination + "\"}";
}

void job()
{
    const Family links("rt-link"), addresses("rt-addr"), routes("rt-route");
    links.each("getlink", "", NLRS_YNL_DUMP, [](const std::string &link) {
        std::cout << "link " << member(link, "ifi-index") << ' ' << member(link, "ifname")
                  << " mtu " << member(link, "mtu") << '\n';
    });
    links.call("newlink", R"({"ifi-index":1,"ifi-flags":["up"],"ifi-change":1})");
    addresses.call("newaddr", R"({"ifa-family":2,"ifa-prefixlen":24,"ifa-index":1,"local":"192.0.2.1"})",
        NLRS_YNL_CREATE);
    std::cout << "address added\n";
    routes.call("newroute", route("198.51.100.0", 24), NLRS_YNL_CREATE);
    std::cout << "route added\n";
    routes.each("getroute", R"({"rtm-family":2,"table":254})", NLRS_YNL_DUMP, [](const std::string &found) {
        std::cout << "route " << member(found, "dst") << '/' << member(found, "rtm-dst-len") << " dev "
                  << member(found, "oif") << '\n';
    });
    try {
        links.call("newlink", R"({"ifi-index":1,"af-spec":{"inet6":{"ra-mtu":5}}})");
    } catch (const Refused &refused) {
        std::cout << "error " << refused.code << ' ' << member(refused.what(), "errno") << '\n'
                  << "message " << member(refused.what(), "message") << '\n'
                  << "attribute " << member(refused.what(), "attribute") << '\n';
    }
    std::string batch = "[", failed;
    for (int i = 0; i < 1000; i++) {
        const auto one = route("198.18." + std::to_string(i >> 8) + '.' + std::to_string(i & 255), 32);
        if (i == 100 || i == 500 || i == 900)
            routes.call("newroute", one, NLRS_YNL_CREATE);
        batch += (i ? "," : "") + (R"({"do":"newroute","flags":["create","excl"],"json":)" + one) + '}';
    }
    int count = 0, refused = 0;
    const int code = routes.batch(batch + ']', [&](const std::string &result) {
        count++;
        if (member(result, "code") != "0") {
            refused++;
            failed += ' ' + member(result, "index");
        }
    });
    std::cout << "batch " << code << " failed " << refused << " of " << count << ':' << failed << '\n';
    const auto events = links.events("rtnlgrp-link");
    links.call("newlink", R"({"ifi-index":1,"mtu":1400})");
    const char *json = nullptr;
    while (nlrs_ynl_events_next(events.get(), &json, nullptr) == 1)
        if (member(json, "mtu") == "1400") {
            std::cout << "event " << member(json, "name") << ' ' << member(json, "ifname")
                      << " mtu " << member(json, "mtu") << '\n';
            break;
        }
}

} // namespace

int main()
{
    try {
        job();
    } catch (const std::exception &failed) {
        std::cerr << failed.what() << '\n';
        return 1;
    }
    std::cout << "closed\n";
}
