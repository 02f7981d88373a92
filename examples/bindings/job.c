/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The job that every program in this folder does, in C: see README.md. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>

#define LO 1
#define ROUTES 1000

static struct nlrs_socket *sock;
static struct nlrs_error *err;
static struct nlrs_batch *batch;
static struct nlrs_monitor *monitor;

/* Ends the program where what has to work does not. */
static void check(int code, const char *what)
{
    if (code >= 0)
        return;
    fprintf(stderr, "%s: %s\n", what, nlrs_strerror(code));
    exit(1);
}

/* ---- messages ---- */

static void begin_link(struct nlrs_msg *m, uint32_t type, uint32_t flags, int index, unsigned link_flags)
{
    struct ifinfomsg ifi;
    memset(&ifi, 0, sizeof ifi);
    ifi.ifi_index = index;
    ifi.ifi_flags = ifi.ifi_change = link_flags;
    nlrs_msg_begin(m, type, flags);
    nlrs_msg_put_header(m, &ifi, sizeof ifi);
}

static void begin_route(struct nlrs_msg *m, uint32_t destination, unsigned char bits)
{
    struct rtmsg rtm;
    memset(&rtm, 0, sizeof rtm);
    rtm.rtm_family = AF_INET;
    rtm.rtm_dst_len = bits;
    rtm.rtm_table = RT_TABLE_MAIN;
    rtm.rtm_protocol = RTPROT_STATIC;
    rtm.rtm_scope = RT_SCOPE_LINK;
    rtm.rtm_type = RTN_UNICAST;
    nlrs_msg_begin(m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_header(m, &rtm, sizeof rtm);
    nlrs_msg_put_be32(m, RTA_DST, destination);
    nlrs_msg_put_u32(m, RTA_OIF, LO);
}

/* Sends the one message that was built and ended, waits for the ack, and empties m. */
static int ask(struct nlrs_msg *m)
{
    int code = nlrs_msg_status(m);
    if (code == 0)
        code = nlrs_request(sock, nlrs_msg_first(m), NULL, NULL, err);
    nlrs_msg_reset(m);
    return code;
}

/* ---- the job ---- */

/* Links, one by one, without a callback. */
static void list_links(struct nlrs_msg *m)
{
    const struct nlmsghdr *nlh;
    struct nlrs_dump *dump;
    int code;

    begin_link(m, RTM_GETLINK, 0, 0, 0);
    check(nlrs_msg_end(m), "links");
    check(nlrs_dump_begin(sock, nlrs_msg_first(m), &dump), "links");
    while ((code = nlrs_dump_next(dump, &nlh)) == 1) {
        const struct nlattr *table[IFLA_MTU + 1];
        struct ifinfomsg ifi;
        const void *attrs;
        size_t len;
        const char *name;
        uint32_t mtu;

        check(nlrs_nlmsg_get_header(nlh, &ifi, sizeof ifi), "links");
        check(nlrs_nlmsg_attrs(nlh, sizeof ifi, &attrs, &len), "links");
        check(nlrs_attr_index(attrs, len, table, IFLA_MTU), "links");
        check(nlrs_attr_get_str(table[IFLA_IFNAME], &name), "links");
        check(nlrs_attr_get_u32(table[IFLA_MTU], &mtu), "links");
        printf("link %d %s mtu %u\n", ifi.ifi_index, name, (unsigned)mtu);
    }
    check(nlrs_dump_end(dump, err), "links");
    check(code, "links");
    nlrs_msg_reset(m);
}

/* One route of the main table; arg counts them. */
static int print_route(const struct nlmsghdr *nlh, void *arg)
{
    const struct nlattr *table[RTA_OIF + 1];
    struct rtmsg rtm;
    const void *attrs;
    size_t len;
    unsigned char dst[4] = {0, 0, 0, 0};
    uint32_t oif = 0;
    int code;

    if ((code = nlrs_nlmsg_get_header(nlh, &rtm, sizeof rtm)) < 0 ||
        (code = nlrs_nlmsg_attrs(nlh, sizeof rtm, &attrs, &len)) < 0 ||
        (code = nlrs_attr_index(attrs, len, table, RTA_OIF)) < 0)
        return code;
    if (rtm.rtm_table != RT_TABLE_MAIN)
        return 0;
    nlrs_attr_get_in_addr(table[RTA_DST], dst);
    nlrs_attr_get_u32(table[RTA_OIF], &oif);
    printf("route %d.%d.%d.%d/%d dev %u\n", dst[0], dst[1], dst[2], dst[3], rtm.rtm_dst_len, (unsigned)oif);
    ++*(int *)arg;
    return 0;
}

/* Routes, with a callback. */
static void list_routes(struct nlrs_msg *m)
{
    struct rtmsg rtm;
    int count = 0;

    memset(&rtm, 0, sizeof rtm);
    rtm.rtm_family = AF_INET;
    nlrs_msg_begin(m, RTM_GETROUTE, 0);
    nlrs_msg_put_header(m, &rtm, sizeof rtm);
    check(nlrs_msg_end(m), "routes");
    check(nlrs_dump(sock, nlrs_msg_first(m), print_route, &count, err), "routes");
    printf("routes %d\n", count);
    nlrs_msg_reset(m);
}

static void change_something(struct nlrs_msg *m)
{
    struct ifaddrmsg ifa;

    begin_link(m, RTM_NEWLINK, 0, LO, IFF_UP);
    nlrs_msg_end(m);
    check(ask(m), "lo up");

    memset(&ifa, 0, sizeof ifa);
    ifa.ifa_family = AF_INET;
    ifa.ifa_prefixlen = 24;
    ifa.ifa_index = LO;
    nlrs_msg_begin(m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_header(m, &ifa, sizeof ifa);
    nlrs_msg_put_be32(m, IFA_LOCAL, 0xc0000201);
    nlrs_msg_end(m);
    check(ask(m), "address");
    printf("address added\n");

    begin_route(m, 0xc6336400, 24);
    nlrs_msg_end(m);
    check(ask(m), "route");
    printf("route added\n");
}

/* What may not be set: an attribute in a nest of a nest, which the error names. */
static void provoke_an_error(struct nlrs_msg *m)
{
    char line[256];
    uint32_t path[8];
    int families, inet6, depth, i;

    begin_link(m, RTM_NEWLINK, 0, LO, 0);
    families = nlrs_msg_nest_begin(m, IFLA_AF_SPEC);
    inet6 = nlrs_msg_nest_begin(m, AF_INET6);
    nlrs_msg_put_u32(m, IFLA_INET6_RA_MTU, 1400);
    nlrs_msg_nest_end(m, inet6);
    nlrs_msg_nest_end(m, families);
    nlrs_msg_end(m);
    printf("error %d\n", ask(m));
    printf("message %s\n", nlrs_error_message(err));
    depth = nlrs_error_path(err, path, 8);
    printf("path");
    for (i = 0; i < depth && i < 8; i++)
        printf(" %u", (unsigned)path[i]);
    printf("\n");
    nlrs_error_format(err, line, sizeof line);
    printf("line %s\n", line);
}

/* A thousand routes, of which three are there already. */
static void send_a_batch(void)
{
    uint32_t i;
    size_t k;

    batch = nlrs_batch_new();
    for (i = 0; i < ROUTES; i++) {
        uint32_t number = i == 100 || i == 500 || i == 900 ? i - 1 : i;
        begin_route(nlrs_batch_msg(batch), 0x0a000000 | number << 8, 24);
        nlrs_msg_end(nlrs_batch_msg(batch));
    }
    printf("batch %d", nlrs_batch_send(sock, batch, err));
    printf(" failed %zu of %zu:", nlrs_batch_failed(batch), nlrs_batch_count(batch));
    for (k = 0; k < nlrs_batch_count(batch); k++) {
        int code = nlrs_batch_result(batch, k, err);
        if (code < 0)
            printf(" %zu (%s)", k, nlrs_strerror(code));
    }
    printf("\n");
}

/* Waits for lo's new MTU to be told. */
static void follow_events(struct nlrs_msg *m)
{
    const uint32_t group = RTNLGRP_LINK;
    const struct nlrs_event *event;
    const struct nlattr *attr;
    struct ifinfomsg ifi;
    const void *attrs;
    size_t len;
    uint32_t mtu = 0;

    check(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &monitor), "monitor");
    begin_link(m, RTM_NEWLINK, 0, LO, 0);
    nlrs_msg_put_u32(m, IFLA_MTU, 1400);
    nlrs_msg_end(m);
    check(ask(m), "MTU");
    do {
        check(nlrs_monitor_next(monitor, &event), "event");
        check(nlrs_nlmsg_get_header(nlrs_event_message(event), &ifi, sizeof ifi), "event");
        check(nlrs_nlmsg_attrs(nlrs_event_message(event), sizeof ifi, &attrs, &len), "event");
        check(nlrs_attr_find(attrs, len, IFLA_MTU, &attr), "event");
        check(nlrs_attr_get_u32(attr, &mtu), "event");
    } while (nlrs_event_kind(event) != NLRS_EVENT_MESSAGE || mtu != 1400);
    printf("event link %d mtu %u group %u\n", ifi.ifi_index, (unsigned)mtu, (unsigned)nlrs_event_group(event));
}

/* What a garbage collector may do: the socket goes first, and what was made on it later. */
static void clean_up_in_the_worst_order(struct nlrs_msg *m)
{
    const struct nlmsghdr *nlh;
    struct nlrs_dump *dump;

    begin_link(m, RTM_GETLINK, 0, 0, 0);
    nlrs_msg_end(m);
    check(nlrs_dump_begin(sock, nlrs_msg_first(m), &dump), "last dump");
    nlrs_msg_free(m);
    nlrs_socket_close(sock);
    printf("closed %d", nlrs_dump_next(dump, &nlh));
    printf(" %d\n", nlrs_dump_end(dump, err));
    nlrs_batch_free(batch);
    nlrs_monitor_close(monitor);
    nlrs_error_free(err);
}

int main(void)
{
    struct nlrs_msg *m = nlrs_msg_new(0);

    err = nlrs_error_new();
    printf("library %s\n", nlrs_version());
    check(nlrs_socket_open(NETLINK_ROUTE, NULL, &sock), "socket");
    list_links(m);
    change_something(m);
    list_routes(m);
    provoke_an_error(m);
    send_a_batch();
    follow_events(m);
    clean_up_in_the_worst_order(m);
    return 0;
}
