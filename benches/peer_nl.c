/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The works of floor.c as a program on libnl does them, in two ways: with messages and attributes (libnl-3), or, where the last
 * argument is 1, with the objects and caches of libnl-route-3. Buffers and checks are the library's defaults.
 */
#include "common.h"

#include <netlink/attr.h>
#include <netlink/cache.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>
#include <sys/socket.h>

static void fail(const char *what, int code)
{
    fprintf(stderr, "libnl: %s: %s\n", what, nl_geterror(code));
    exit(1);
}

static struct nl_sock *open_route(void)
{
    struct nl_sock *s = nl_socket_alloc();
    int rc = s ? nl_connect(s, NETLINK_ROUTE) : -NLE_NOMEM;

    if (rc < 0)
        fail("socket", rc);
    return s;
}

static int on_route(struct nl_msg *msg, void *arg)
{
    static struct nla_policy policy[RTA_MAX + 1] = {
        [RTA_TABLE] = { .type = NLA_U32 }, [RTA_DST] = { .type = NLA_U32 }, [RTA_OIF] = { .type = NLA_U32 }
    };
    struct nlattr *tb[RTA_MAX + 1];
    struct nlmsghdr *h = nlmsg_hdr(msg);
    const struct rtmsg *r = nlmsg_data(h);
    struct route_tally *t = arg;
    int rc = nlmsg_parse(h, sizeof(*r), tb, RTA_MAX, policy);

    if (rc < 0)
        return rc;
    t->count++;
    t->table += tb[RTA_TABLE] ? nla_get_u32(tb[RTA_TABLE]) : r->rtm_table;
    if (tb[RTA_DST])
        t->dst += __builtin_bswap32(nla_get_u32(tb[RTA_DST]));
    if (tb[RTA_OIF])
        t->oif += nla_get_u32(tb[RTA_OIF]);
    return NL_OK;
}

static int on_link(struct nl_msg *msg, void *arg)
{
    static struct nla_policy policy[IFLA_MAX + 1] = { [IFLA_MTU] = { .type = NLA_U32 },
                              [IFLA_IFNAME] = { .type = NLA_STRING, .maxlen = 16 },
                              [IFLA_STATS64] = { .minlen = 4 * sizeof(uint64_t) } };
    struct nlattr *tb[IFLA_MAX + 1];
    struct nlmsghdr *h = nlmsg_hdr(msg);
    const struct ifinfomsg *i = nlmsg_data(h);
    struct link_tally *t = arg;
    int rc = nlmsg_parse(h, sizeof(*i), tb, IFLA_MAX, policy);

    if (rc < 0)
        return rc;
    t->count++;
    t->index += (uint32_t)i->ifi_index;
    if (tb[IFLA_MTU])
        t->mtu += nla_get_u32(tb[IFLA_MTU]);
    if (tb[IFLA_IFNAME])
        t->name += name_sum(nla_get_string(tb[IFLA_IFNAME]));
    if (tb[IFLA_STATS64])
        stats_tally(t, nla_data(tb[IFLA_STATS64]));
    return NL_OK;
}

static void route_object(struct nl_object *o, void *arg)
{
    struct rtnl_route *r = (struct rtnl_route *)o;
    struct nl_addr *dst = rtnl_route_get_dst(r);
    struct route_tally *t = arg;
    uint32_t v = 0;

    t->count++;
    t->table += rtnl_route_get_table(r);
    if (nl_addr_get_len(dst) == sizeof(v))
        memcpy(&v, nl_addr_get_binary_addr(dst), sizeof(v));
    t->dst += __builtin_bswap32(v);
    t->oif += (uint32_t)rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(r, 0));
}

static void link_object(struct nl_object *o, void *arg)
{
    struct rtnl_link *l = (struct rtnl_link *)o;
    struct link_tally *t = arg;

    t->count++;
    t->index += (uint32_t)rtnl_link_get_ifindex(l);
    t->mtu += rtnl_link_get_mtu(l);
    t->name += name_sum(rtnl_link_get_name(l));
    t->rx_packets += rtnl_link_get_stat(l, RTNL_LINK_RX_PACKETS);
    t->tx_packets += rtnl_link_get_stat(l, RTNL_LINK_TX_PACKETS);
    t->rx_bytes += rtnl_link_get_stat(l, RTNL_LINK_RX_BYTES);
    t->tx_bytes += rtnl_link_get_stat(l, RTNL_LINK_TX_BYTES);
}

static void dump_messages(struct nl_sock *s, int type, nl_recvmsg_msg_cb_t cb, void *tally)
{
    struct rtmsg r = { .rtm_family = AF_INET };
    struct ifinfomsg i = { 0 };
    int rc;

    nl_socket_modify_cb(s, NL_CB_VALID, NL_CB_CUSTOM, cb, tally);
    rc = type == RTM_GETROUTE ? nl_send_simple(s, type, NLM_F_DUMP, &r, sizeof(r))
                  : nl_send_simple(s, type, NLM_F_DUMP, &i, sizeof(i));
    if (rc >= 0)
        rc = nl_recvmsgs_default(s);
    if (rc < 0)
        fail("dump", rc);
}

static void dump_routes(uint32_t repeat, int objects)
{
    struct nl_sock *s = open_route();
    struct route_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        if (objects) {
            struct nl_cache *cache;
            int rc = rtnl_route_alloc_cache(s, AF_INET, 0, &cache);

            if (rc < 0)
                fail("route cache", rc);
            nl_cache_foreach(cache, route_object, &t);
            nl_cache_free(cache);
        } else {
            dump_messages(s, RTM_GETROUTE, on_route, &t);
        }
        meter_stop(&m);
    }
    meter_print(&m);
    route_print(&t);
    nl_socket_free(s);
}

static void dump_links(uint32_t repeat, int objects)
{
    struct nl_sock *s = open_route();
    struct link_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        if (objects) {
            struct nl_cache *cache;
            int rc = rtnl_link_alloc_cache(s, AF_UNSPEC, &cache);

            if (rc < 0)
                fail("link cache", rc);
            nl_cache_foreach(cache, link_object, &t);
            nl_cache_free(cache);
        } else {
            dump_messages(s, RTM_GETLINK, on_link, &t);
        }
        meter_stop(&m);
    }
    meter_print(&m);
    link_print(&t);
    nl_socket_free(s);
}

static int change_message(struct nl_sock *s, int type, uint32_t dst, uint32_t oif)
{
    struct rtmsg r = { .rtm_family = AF_INET,
               .rtm_dst_len = 32,
               .rtm_table = RT_TABLE_MAIN,
               .rtm_protocol = RTPROT_STATIC,
               .rtm_scope = RT_SCOPE_LINK,
               .rtm_type = RTN_UNICAST };
    struct nl_msg *msg = nlmsg_alloc_simple(type, type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0);

    if (!msg || nlmsg_append(msg, &r, sizeof(r), NLMSG_ALIGNTO) < 0 || nla_put_u32(msg, RTA_DST, __builtin_bswap32(dst)) < 0 ||
        nla_put_u32(msg, RTA_OIF, oif) < 0)
        fail("message", -NLE_NOMEM);
    return nl_send_sync(s, msg);
}

static int change_object(struct nl_sock *s, int type, uint32_t dst, uint32_t oif)
{
    struct rtnl_route *r = rtnl_route_alloc();
    struct rtnl_nexthop *nh = rtnl_route_nh_alloc();
    uint32_t v = __builtin_bswap32(dst);
    struct nl_addr *addr = nl_addr_build(AF_INET, &v, sizeof(v));
    int rc;

    if (!r || !nh || !addr)
        fail("route", -NLE_NOMEM);
    nl_addr_set_prefixlen(addr, 32);
    rtnl_route_set_family(r, AF_INET);
    rtnl_route_set_table(r, RT_TABLE_MAIN);
    rtnl_route_set_protocol(r, RTPROT_STATIC);
    rtnl_route_set_scope(r, RT_SCOPE_LINK);
    rtnl_route_set_type(r, RTN_UNICAST);
    rtnl_route_set_dst(r, addr);
    rtnl_route_nh_set_ifindex(nh, (int)oif);
    rtnl_route_add_nexthop(r, nh);
    rc = type == RTM_NEWROUTE ? rtnl_route_add(s, r, NLM_F_EXCL) : rtnl_route_delete(s, r, 0);
    nl_addr_put(addr);
    rtnl_route_put(r);
    return rc;
}

static void change_routes(uint32_t count, const uint32_t oif[2], uint32_t repeat, int objects)
{
    struct nl_sock *s = open_route();
    int (*change)(struct nl_sock *, int, uint32_t, uint32_t) = objects ? change_object : change_message;
    struct status_tally v;
    struct meter m;

    while (repeat--) {
        memset(&v, 0, sizeof(v));
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++)
            status_seen(&v, i, change(s, RTM_NEWROUTE, change_dst(i), oif[change_dst(i) & 1]));
        for (uint32_t i = 0; i < count; i++)
            status_seen(&v, i, change(s, RTM_DELROUTE, change_dst(i), oif[change_dst(i) & 1]));
        meter_stop(&m);
    }
    meter_print(&m);
    status_print(&v);
    nl_socket_free(s);
}

/* With messages it ends at the answer, with no ack; with objects as rtnl_link_get_kernel does it. */
static void getlink(uint32_t count, uint32_t index, uint32_t repeat, int objects)
{
    struct nl_sock *s = open_route();
    struct link_tally t;
    struct meter m;

    if (!objects) {
        nl_socket_disable_auto_ack(s);
        nl_socket_modify_cb(s, NL_CB_VALID, NL_CB_CUSTOM, on_link, &t);
    }
    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++) {
            int rc;

            if (objects) {
                struct rtnl_link *l;

                rc = rtnl_link_get_kernel(s, (int)index, NULL, &l);
                if (rc < 0)
                    fail("getlink", rc);
                link_object((struct nl_object *)l, &t);
                rtnl_link_put(l);
            } else {
                struct ifinfomsg ifi = { .ifi_index = (int)index };

                rc = nl_send_simple(s, RTM_GETLINK, 0, &ifi, sizeof(ifi));
                if (rc >= 0)
                    rc = nl_recvmsgs_default(s);
                if (rc < 0)
                    fail("getlink", rc);
            }
        }
        meter_stop(&m);
    }
    meter_print(&m);
    link_print(&t);
    nl_socket_free(s);
}

int main(int argc, char **argv)
{
    const char *work = argc > 1 ? argv[1] : "";
    uint32_t arg[5] = { 0 };
    uint32_t oif[2];

    for (int i = 0; i < 5 && i + 2 < argc; i++)
        arg[i] = number(argv[i + 2]);
    oif[0] = arg[1];
    oif[1] = arg[2];
    if (!strcmp(work, "dump-routes") && argc >= 3)
        dump_routes(arg[0], (int)arg[1]);
    else if (!strcmp(work, "dump-links") && argc >= 3)
        dump_links(arg[0], (int)arg[1]);
    else if (!strcmp(work, "change-routes") && argc >= 6)
        change_routes(arg[0], oif, arg[3], (int)arg[4]);
    else if (!strcmp(work, "getlink") && argc >= 5)
        getlink(arg[0], arg[1], arg[2], (int)arg[3]);
    else {
        fprintf(stderr, "peer_nl: unknown work; see benches/README.md\n");
        return 2;
    }
    putchar('\n');
    return 0;
}
