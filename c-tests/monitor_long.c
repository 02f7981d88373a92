/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Links whose message is longer than 32 KiB, as many alternative names make it: their events and their place in tables. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>

#define NAMES 330
#define NAME_LEN 120

static struct nlrs_socket *sock;
static uint32_t long_link;

static int request(struct nlrs_msg *m)
{
    int code;

    REQUIRE(nlrs_msg_end(m) == 0);
    code = nlrs_request(sock, nlrs_msg_first(m), NULL, NULL, NULL);
    nlrs_msg_free(m);
    return code;
}

/* A link with so many alternative names that its message has 43 KB. */
static void make_long(void)
{
    struct ifinfomsg info = {.ifi_index = (int)long_link};
    struct nlrs_msg *m = nlrs_msg_new(64 * 1024);
    char name[NAME_LEN + 1];
    size_t nest;
    int i, code;

    nlrs_msg_begin(m, 108 /* RTM_NEWLINKPROP */, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND);
    nlrs_msg_put_header(m, &info, sizeof info);
    nest = nlrs_msg_nest_begin(m, 52 /* IFLA_PROP_LIST */);
    for (i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "name%04d%0*d", i, NAME_LEN - 8, 0);
        nlrs_msg_put_str(m, 53 /* IFLA_ALT_IFNAME */, name);
    }
    nlrs_msg_nest_end(m, nest);
    code = request(m);
    if (code == -EOPNOTSUPP)
        check_skip("no alternative names of links before Linux 5.5");
    REQUIRE(code == 0);
}

static void set_mtu(uint32_t mtu)
{
    struct ifinfomsg info = {.ifi_index = (int)long_link};
    struct nlrs_msg *m = nlrs_msg_new(128);

    nlrs_msg_begin(m, RTM_NEWLINK, 0);
    nlrs_msg_put_header(m, &info, sizeof info);
    nlrs_msg_put_u32(m, IFLA_MTU, mtu);
    CHECK_INT(request(m), 0);
}

static struct nlrs_monitor *open_monitor(int group)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    const uint32_t groups[] = {RTNLGRP_LINK};
    struct nlrs_monitor *m;

    REQUIRE(nlrs_socket_options_set_recv_buffer(options, 4 << 20) == 0);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, groups, group ? 1 : 0, options, &m) == 0);
    nlrs_socket_options_free(options);
    CHECK_INT(nlrs_monitor_set_timeout(m, 0), 0);
    return m;
}

/* The first events of a monitor, several of them in one go, are longer than 32 KiB: none is lost. */
static void first_events_are_long(unsigned count)
{
    struct nlrs_monitor *m = open_monitor(1);
    static uint32_t mtus = 1000;
    const uint32_t first = mtus;
    const struct nlrs_event *event;
    unsigned i;
    int code;

    for (i = 0; i < count; i++)
        set_mtu(mtus++);
    for (i = 0; i < count; i++) {
        const struct nlattr *mtu;
        const void *attrs;
        uint32_t value = 0;
        size_t len;

        if (!CHECK_INT(code = nlrs_monitor_next(m, &event), 1) || !CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_MESSAGE))
            break;
        CHECK(nlrs_event_message(event)->nlmsg_len > NAMES * NAME_LEN);
        CHECK_INT(nlrs_nlmsg_attrs(nlrs_event_message(event), sizeof(struct ifinfomsg), &attrs, &len), 0);
        CHECK_INT(nlrs_attr_find(attrs, len, IFLA_MTU, &mtu), 0);
        CHECK_INT(nlrs_attr_get_u32(mtu, &value), 0);
        CHECK_INT(value, first + i);
    }
    CHECK_INT(nlrs_monitor_next(m, &event), -EAGAIN);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_OVERRUNS), 0);
    nlrs_monitor_close(m);
}

/* Which links a table was reported to have, by the bits of their indices. */
struct seen {
    uint32_t present;
    int begun, removed, overruns, current;
};

static struct seen settle(struct nlrs_monitor *m)
{
    const struct nlrs_event *event;
    struct seen seen = {0, 0, 0, 0, 0};
    int code, round;

    nlrs_monitor_set_timeout(m, 1000);
    for (round = 0; round < 200; round++) {
        const struct ifinfomsg *info;
        code = nlrs_monitor_next(m, &event);
        if (code == NLRS_ETIMEDOUT)
            break;
        REQUIRE(code == 1);
        switch (nlrs_event_kind(event)) {
        case NLRS_EVENT_OVERRUN:
            seen.overruns++;
            break;
        case NLRS_EVENT_SNAPSHOT_BEGIN:
            seen.begun++;
            break;
        case NLRS_EVENT_OBJECT:
        case NLRS_EVENT_ADDED:
            info = nlrs_nlmsg_data(nlrs_event_message(event));
            seen.present |= 1u << info->ifi_index;
            break;
        case NLRS_EVENT_REMOVED:
            seen.removed++;
            break;
        case NLRS_EVENT_SNAPSHOT_END:
            nlrs_monitor_set_timeout(m, 0);
            while ((code = nlrs_monitor_next(m, &event)) == 1)
                seen.removed += nlrs_event_kind(event) == NLRS_EVENT_REMOVED;
            CHECK_INT(code, -EAGAIN);
            seen.current = nlrs_monitor_is_current(m);
            if (seen.current)
                return seen;
            nlrs_monitor_set_timeout(m, 1000);
            break;
        default:
            break;
        }
    }
    return seen;
}

/* The table has the link and those behind it, and goes on having them; by the table's name, and by a request of the caller's that
   asks for nothing in particular. */
static void long_links_are_in_tables(int difference, int own_request)
{
    struct nlrs_monitor *m = open_monitor(0);
    const uint32_t all = 1u << 1 | 1u << long_link | 1u << (long_link + 1);
    struct seen seen;

    CHECK_INT(nlrs_monitor_set_difference(m, difference), 0);
    if (own_request) {
        struct {
            struct nlmsghdr nlh;
            struct ifinfomsg info;
        } get = {{.nlmsg_len = sizeof get, .nlmsg_type = RTM_GETLINK}, {.ifi_family = AF_UNSPEC}};
        CHECK_INT(nlrs_monitor_join(m, RTNLGRP_LINK), 0);
        CHECK(nlrs_monitor_add_table(m, &get.nlh, NULL, NULL, NULL) == 1);
    } else {
        CHECK(nlrs_monitor_follow(m, NLRS_LINKS, 0) == 1);
    }
    seen = settle(m);
    CHECK_INT(seen.begun, 1);
    CHECK_INT(seen.present, all);
    CHECK_INT(seen.current, 1);

    CHECK_INT(nlrs_monitor_resync(m), 0);
    seen = settle(m);
    CHECK_INT(seen.present, difference ? 0 : all);
    CHECK_INT(seen.removed, 0);
    CHECK_INT(seen.overruns, 0);
    CHECK_INT(seen.current, 1);

    /* One of its events, and another snapshot. */
    set_mtu(difference ? 1400 : 1401);
    CHECK_INT(nlrs_monitor_resync(m), 0);
    seen = settle(m);
    CHECK_INT(seen.removed, 0);
    nlrs_monitor_close(m);
}

static int add_link(const struct nlmsghdr *nlh, void *arg)
{
    const struct ifinfomsg *info = nlrs_nlmsg_data(nlh);
    uint32_t *links = arg;

    *links |= 1u << info->ifi_index;
    return 0;
}

/* What the comment of nlrs_dump says of the caller's own dumps: IFLA_EXT_MASK makes them whole. */
static void dumps_that_ask_for_long_links(uint32_t mask)
{
    const uint32_t all = 1u << 1 | 1u << long_link | 1u << (long_link + 1);
    struct {
        struct nlmsghdr nlh;
        struct ifinfomsg info;
        struct nlattr head;
        uint32_t mask;
    } get = {{.nlmsg_len = sizeof get, .nlmsg_type = RTM_GETLINK}, {.ifi_family = AF_UNSPEC}, {8, IFLA_EXT_MASK}, mask};
    uint32_t links = 0;
    int code = nlrs_dump(sock, &get.nlh, add_link, &links, NULL);

    if (code == NLRS_ETRUNC) {
        links = 0;
        code = nlrs_dump(sock, &get.nlh, add_link, &links, NULL);
    }
    CHECK_INT(code, 0);
    CHECK_INT(links, all);
}

int main(void)
{
    check_own_netns();
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &sock) == 0);
    if (system("ip link add d0 type ifb && ip link add d1 type ifb") != 0)
        check_skip("no links of type ifb");
    long_link = if_nametoindex("d0");
    REQUIRE(if_nametoindex("d1") == long_link + 1);
    make_long();
    first_events_are_long(1);
    first_events_are_long(3);
    long_links_are_in_tables(0, 0);
    long_links_are_in_tables(1, 0);
    long_links_are_in_tables(0, 1);
    long_links_are_in_tables(1, 1);
    dumps_that_ask_for_long_links(RTEXT_FILTER_BRVLAN);
    dumps_that_ask_for_long_links(RTEXT_FILTER_SKIP_STATS);
    nlrs_socket_close(sock);
    return check_end();
}
