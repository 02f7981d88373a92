/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The job that every program in this folder does, in C++ with nlrs.hpp: see README.md. */
#include <array>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <net/if.h>
#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <nlrs.hpp>

namespace {

constexpr int lo = 1;

nlrs::builder &begin_link(nlrs::builder &m, std::uint32_t type, int index, unsigned flags)
{
    ifinfomsg ifi{};
    ifi.ifi_index = index;
    ifi.ifi_flags = ifi.ifi_change = flags;
    return m.begin(type).header(ifi);
}

nlrs::builder &begin_route(nlrs::builder &m, std::uint32_t destination, unsigned char bits)
{
    rtmsg rtm{};
    rtm.rtm_family = AF_INET;
    rtm.rtm_dst_len = bits;
    rtm.rtm_table = RT_TABLE_MAIN;
    rtm.rtm_protocol = RTPROT_STATIC;
    rtm.rtm_scope = RT_SCOPE_LINK;
    rtm.rtm_type = RTN_UNICAST;
    return m.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL)
        .header(rtm)
        .put_be(RTA_DST, destination)
        .put(RTA_OIF, std::uint32_t{lo});
}

void list_links(nlrs::socket &sock)
{
    nlrs::builder m;
    begin_link(m, RTM_GETLINK, 0, 0).end();
    for (nlrs::message link : sock.dump(m)) {
        std::array<nlrs::attribute, IFLA_MTU + 1> attrs;
        link.attrs<ifinfomsg>().index(attrs);
        std::cout << "link " << link.header<ifinfomsg>().ifi_index << ' ' << attrs[IFLA_IFNAME].as<std::string_view>()
                  << " mtu " << attrs[IFLA_MTU].as<std::uint32_t>() << '\n';
    }
}

void list_routes(nlrs::socket &sock)
{
    nlrs::builder m;
    rtmsg filter{};
    int count = 0;
    filter.rtm_family = AF_INET;
    m.begin(RTM_GETROUTE).header(filter).end();
    sock.dump_each(m, [&](nlrs::message route) {
        const auto rtm = route.header<rtmsg>();
        if (rtm.rtm_table != RT_TABLE_MAIN)
            return;
        std::uint32_t oif = 0;
        std::cout << "route ";
        for (nlrs::attribute attr : route.attrs<rtmsg>()) {
            if (attr.type() == RTA_DST) {
                const char *dot = "";
                for (std::byte part : attr.as<nlrs::bytes>()) {
                    std::cout << dot << std::to_integer<int>(part);
                    dot = ".";
                }
            } else if (attr.type() == RTA_OIF) {
                oif = attr.as<std::uint32_t>();
            }
        }
        std::cout << '/' << int{rtm.rtm_dst_len} << " dev " << oif << '\n';
        count++;
    });
    std::cout << "routes " << count << '\n';
}

void change_something(nlrs::socket &sock)
{
    nlrs::builder link, address, route;
    sock.request(begin_link(link, RTM_NEWLINK, lo, IFF_UP).end());
    ifaddrmsg ifa{};
    ifa.ifa_family = AF_INET;
    ifa.ifa_prefixlen = 24;
    ifa.ifa_index = lo;
    sock.request(address.begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL)
                     .header(ifa)
                     .put_be(IFA_LOCAL, std::uint32_t{0xc0000201})
                     .end());
    std::cout << "address added\n";
    sock.request(begin_route(route, 0xc6336400, 24).end());
    std::cout << "route added\n";
}

void provoke_an_error(nlrs::socket &sock)
{
    nlrs::builder m;
    begin_link(m, RTM_NEWLINK, lo, 0)
        .nest(IFLA_AF_SPEC,
              [](nlrs::builder &families) {
                  families.nest(AF_INET6, [](nlrs::builder &inet6) { inet6.put(IFLA_INET6_RA_MTU, std::uint32_t{1400}); });
              })
        .end();
    try {
        sock.request(m);
    } catch (const nlrs::exception &e) {
        std::cout << "error " << e.code() << "\nmessage " << e.details()->message() << "\npath";
        for (std::uint32_t type : e.details()->path())
            std::cout << ' ' << type;
        std::cout << "\nline " << e.what() << '\n';
    }
    // The same without an exception, and one that a callback throws.
    nlrs::error err;
    if (sock.request(m, err) != err.code() || err.origin() != NLRS_ORIGIN_KERNEL)
        std::cout << "the form without exceptions says something else\n";
    nlrs::builder links;
    begin_link(links, RTM_GETLINK, 0, 0).end();
    try {
        sock.dump_each(links, [](nlrs::message) { throw 42; });
        std::cout << "nothing was thrown\n";
    } catch (int thrown) {
        if (thrown != 42)
            std::cout << "something else was thrown\n";
    }
}

nlrs::batch send_a_batch(nlrs::socket &sock)
{
    nlrs::batch batch;
    nlrs::error err;
    for (std::uint32_t i = 0; i < 1000; i++) {
        const std::uint32_t number = i == 100 || i == 500 || i == 900 ? i - 1 : i;
        begin_route(batch.messages(), 0x0a000000 | number << 8, 24).end();
    }
    std::cout << "batch " << sock.send(batch, err) << " failed " << batch.failed() << " of " << batch.count() << ':';
    for (std::size_t i = 0; i < batch.count(); i++) {
        if (const int code = batch.result(i); code < 0)
            std::cout << ' ' << i << " (" << nlrs::strerror(code) << ')';
    }
    std::cout << '\n';
    return batch;
}

nlrs::monitor follow_events(nlrs::socket &sock)
{
    nlrs::monitor monitor(NETLINK_ROUTE, {RTNLGRP_LINK});
    nlrs::builder m;
    sock.request(begin_link(m, RTM_NEWLINK, lo, 0).put(IFLA_MTU, std::uint32_t{1400}).end());
    for (nlrs::event event : monitor) {
        if (event.kind() != NLRS_EVENT_MESSAGE)
            continue;
        const auto mtu = event.message().attrs<ifinfomsg>().find(IFLA_MTU).value_or(std::uint32_t{0});
        if (mtu != 1400)
            continue;
        std::cout << "event link " << event.message().header<ifinfomsg>().ifi_index << " mtu " << mtu << " group "
                  << event.group() << '\n';
        break;
    }
    return monitor;
}

} // namespace

int main()
{
    std::cout << "library " << nlrs_version() << '\n';
    try {
        nlrs::socket sock(NETLINK_ROUTE);
        list_links(sock);
        change_something(sock);
        list_routes(sock);
        provoke_an_error(sock);
        nlrs::batch batch = send_a_batch(sock);
        nlrs::monitor monitor = follow_events(sock);

        // What a garbage collector may do: the socket goes first, and what was made on it later.
        nlrs::builder m;
        nlrs::dump dump;
        nlrs::message message;
        nlrs::error err;
        begin_link(m, RTM_GETLINK, 0, 0).end();
        if (const int code = sock.begin_dump(m, dump); code < 0)
            throw nlrs::exception(code);
        sock.close();
        const int next = dump.next(message);
        std::cout << "closed " << next << ' ' << dump.end(err) << '\n';
    } catch (const nlrs::exception &e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
    return 0;
}
