// SPDX-License-Identifier: MIT OR Apache-2.0
// Lists the routes of both families with their next hops, and the number of a family of generic netlink, in C++.
#include <cstdio>
#include <linux/rtnetlink.h>
#include <nlrs.hpp>

int main() {
    try {
        nlrs::socket route(NETLINK_ROUTE), generic(NETLINK_GENERIC);
        nlrs::builder request;
        request.begin(RTM_GETROUTE, 0, nlrs_route{}).end();
        for (nlrs::message m : route.dump(request)) {
            const auto r = m.read<nlrs_route>();
            std::printf("%s table %u via %s\n", nlrs::format(r.dst).c_str(), r.table, nlrs::format(r.gateway).c_str());
            m.next_hops([](const nlrs_next_hop &hop) {
                std::printf("    via %s weight %u\n", nlrs::format(hop.gateway).c_str(), hop.weight);
            });
        }
        const nlrs::genl_family family(generic, "nlctrl");
        std::printf("%s: %u\n", std::string(family.name()).c_str(), family.id());
    } catch (const nlrs::exception &error) {
        std::fprintf(stderr, "routes: %s\n", error.what());
        return 1;
    }
}
