/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Routes that the kernel removes or changes without an event: a monitor finds out, by itself, one cause at a time. IPv6 is off, so that
   its events of the same causes do not help. */
#include "check.h"
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>

static struct nlrs_monitor *m;

static void run(const char *command)
{
    if (!CHECK(system(command) == 0))
        printf("  %s\n", command);
}

/* The number of the network 192.0.N.0 that a route leads to; -1: to none such. */
static int network(const struct nlmsghdr *nlh)
{
    const struct nlattr *attrs[RTA_DST + 1];
    const void *start, *data;
    const uint8_t *dst;
    size_t len;

    if (nlh == NULL || (nlrs_nlmsg_type(nlh) & ~3u) != RTM_NEWROUTE ||
        nlrs_nlmsg_attrs(nlh, sizeof(struct rtmsg), &start, &len) != 0 || nlrs_attr_index(start, len, attrs, RTA_DST) < 0 ||
        nlrs_attr_get_bytes(attrs[RTA_DST], &data, &len) != 0 || len != 4)
        return -1;
    dst = data;
    return dst[0] == 192 && dst[1] == 0 ? dst[2] : -1;
}

/* Reads until nothing is in doubt; how many events of that kind there were about the network. */
static int settled(uint32_t kind, int wanted)
{
    const struct nlrs_event *event;
    int count = 0, code;

    nlrs_monitor_set_timeout(m, 50);
    for (;;) {
        code = nlrs_monitor_next(m, &event);
        if (code == NLRS_ETIMEDOUT && nlrs_monitor_is_current(m))
            return count;
        if (code != 1 && code != NLRS_ETIMEDOUT)
            CHECK_INT(code, 1);
        if (code == 1 && nlrs_event_kind(event) == kind && network(nlrs_event_message(event)) == wanted)
            count++;
        /* What the library hears for itself is not handed over. */
        if (code == 1)
            CHECK(nlrs_event_kind(event) != NLRS_EVENT_MESSAGE);
    }
}

static int count_networks(const struct nlmsghdr *nlh, void *arg)
{
    int *count = arg;
    *count += network(nlh) >= 0;
    return 0;
}

int main(void)
{
    struct nlrs_batch *batch = nlrs_batch_new();
    struct nlrs_socket *s;
    int i, index, count = 0;

    check_own_netns();
    CHECK(check_write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1") == 0);
    if (system("ip link add la type ifb && ip link add lb type ifb && ip link set la up && ip link set lb up && ip link set lo up") != 0)
        check_skip("no links of type ifb");
    run("ip addr add 10.0.0.1/24 dev la");
    run("ip addr add 10.0.1.1/24 dev lb");
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_set_difference(m, 1), 0);
    CHECK_INT(nlrs_monitor_set_interval(m, 1), 0);
    CHECK_INT(nlrs_monitor_follow(m, NLRS_ROUTES, AF_INET), 1);
    CHECK_INT(nlrs_monitor_follow(m, NLRS_RULES, AF_INET), 2);
    settled(0, 0);

    run("ip route add 192.0.1.0/24 dev la");
    CHECK_INT(settled(NLRS_EVENT_ADDED, 1), 1);
    run("ip link set la down");
    CHECK_INT(settled(NLRS_EVENT_REMOVED, 1), 1);

    /* The address that it is sent from goes away. */
    run("ip link set la up && ip addr add 10.9.9.9/32 dev la && ip route add 192.0.2.0/24 dev lb src 10.9.9.9");
    CHECK_INT(settled(NLRS_EVENT_ADDED, 2), 1);
    run("ip addr del 10.9.9.9/32 dev la");
    CHECK_INT(settled(NLRS_EVENT_REMOVED, 2), 1);

    /* The link goes away. */
    run("ip link add lc type ifb && ip link set lc up && ip route add 192.0.3.0/24 dev lc");
    CHECK_INT(settled(NLRS_EVENT_ADDED, 3), 1);
    run("ip link del lc");
    CHECK_INT(settled(NLRS_EVENT_REMOVED, 3), 1);

    /* One hop of two goes down, and comes back. */
    run("ip route add 192.0.4.0/24 nexthop dev la nexthop dev lb");
    CHECK_INT(settled(NLRS_EVENT_ADDED, 4), 1);
    run("ip link set la down");
    CHECK_INT(settled(NLRS_EVENT_CHANGED, 4), 1);
    run("ip link set la up");
    CHECK_INT(settled(NLRS_EVENT_CHANGED, 4), 1);
    run("ip addr del 10.0.0.1/24 dev la");
    CHECK_INT(settled(NLRS_EVENT_CHANGED, 4), 1);
    run("ip addr add 10.0.0.1/24 dev la");
    CHECK_INT(settled(NLRS_EVENT_CHANGED, 4), 1);

    /* A nexthop object goes away. */
    if (system("ip nexthop add id 7 dev lb && ip route add 192.0.5.0/24 nhid 7") == 0) {
        CHECK_INT(settled(NLRS_EVENT_ADDED, 5), 1);
        run("ip nexthop del id 7");
        CHECK_INT(settled(NLRS_EVENT_REMOVED, 5), 1);
    } else {
        printf("SKIP: nexthop objects: this kernel has none\n");
    }

    /* Replaced: one of one, and one of several. */
    run("ip route add 192.0.6.0/24 dev la && ip route replace 192.0.6.0/24 dev lb");
    CHECK_INT(settled(NLRS_EVENT_CHANGED, 6), 1);
    run("ip route append 192.0.6.0/24 dev la");
    CHECK_INT(settled(NLRS_EVENT_ADDED, 6), 1);
    run("ip route replace 192.0.6.0/24 dev lo");
    CHECK_INT(settled(NLRS_EVENT_REMOVED, 6), 1);

    /* The event comes before the kernel has got through the routes. */
    run("ip addr add 10.9.9.9/32 dev la");
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    index = (int)if_nametoindex("la");
    for (i = 0; i < 30000; i++) {
        struct rtmsg header = {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                               .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST};
        uint32_t dst = htonl(0xc0000000u | (uint32_t)(i + 4096)), source = htonl(0x0a090909u);
        struct nlrs_msg *msg = nlrs_batch_msg(batch);
        nlrs_msg_begin(msg, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
        nlrs_msg_put_header(msg, &header, sizeof header);
        nlrs_msg_put_in_addr(msg, RTA_DST, &dst);
        nlrs_msg_put_in_addr(msg, RTA_PREFSRC, &source);
        nlrs_msg_put_u32(msg, RTA_OIF, (uint32_t)index);
        REQUIRE(nlrs_msg_end(msg) == 0);
    }
    CHECK_INT(nlrs_batch_send(s, batch, NULL), 0);
    nlrs_batch_free(batch);
    nlrs_socket_close(s);
    settled(0, 0);
    nlrs_monitor_objects(m, 1, count_networks, &count);
    CHECK(count > 30000);
    if (fork() == 0) {
        execlp("ip", "ip", "addr", "del", "10.9.9.9/32", "dev", "la", (char *)NULL);
        _exit(1);
    }
    settled(0, 0);
    usleep(100000);
    settled(0, 0);
    count = 0;
    nlrs_monitor_objects(m, 1, count_networks, &count);
    CHECK_INT(count, 3);
    nlrs_monitor_close(m);
    return check_end();
}
