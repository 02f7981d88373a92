/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The works of floor.c as a program on libmnl does them: its sockets, mnl_cb_run, mnl_attr_parse, mnl_nlmsg_batch. */
#include "common.h"

#include <errno.h>
#include <stdbool.h>
#include <libmnl/libmnl.h>
#include <sys/socket.h>

static struct mnl_socket *open_route(unsigned int groups)
{
    struct mnl_socket *s = mnl_socket_open(NETLINK_ROUTE);

    if (!s || mnl_socket_bind(s, groups, MNL_SOCKET_AUTOPID) < 0)
        die("libmnl: socket");
    return s;
}

static int route_attr(const struct nlattr *a, void *data)
{
    const struct nlattr **tb = data;
    int type = mnl_attr_get_type(a);

    if (mnl_attr_type_valid(a, RTA_MAX) < 0)
        return MNL_CB_OK;
    switch (type) {
    case RTA_TABLE:
    case RTA_DST:
    case RTA_OIF:
        if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
            return MNL_CB_ERROR;
        break;
    default:
        break;
    }
    tb[type] = a;
    return MNL_CB_OK;
}

static int on_route(const struct nlmsghdr *h, void *data)
{
    const struct nlattr *tb[RTA_MAX + 1] = { 0 };
    const struct rtmsg *r = mnl_nlmsg_get_payload(h);
    struct route_tally *t = data;

    if (mnl_attr_parse(h, sizeof(*r), route_attr, tb) < 0)
        return MNL_CB_ERROR;
    t->count++;
    t->table += tb[RTA_TABLE] ? mnl_attr_get_u32(tb[RTA_TABLE]) : r->rtm_table;
    if (tb[RTA_DST])
        t->dst += __builtin_bswap32(mnl_attr_get_u32(tb[RTA_DST]));
    if (tb[RTA_OIF])
        t->oif += mnl_attr_get_u32(tb[RTA_OIF]);
    return MNL_CB_OK;
}

static int link_attr(const struct nlattr *a, void *data)
{
    const struct nlattr **tb = data;
    int type = mnl_attr_get_type(a);

    if (mnl_attr_type_valid(a, IFLA_MAX) < 0)
        return MNL_CB_OK;
    switch (type) {
    case IFLA_MTU:
        if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
            return MNL_CB_ERROR;
        break;
    case IFLA_IFNAME:
        if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0)
            return MNL_CB_ERROR;
        break;
    case IFLA_STATS64:
        if (mnl_attr_get_payload_len(a) < 4 * sizeof(uint64_t))
            return MNL_CB_ERROR;
        break;
    default:
        break;
    }
    tb[type] = a;
    return MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *h, void *data)
{
    const struct nlattr *tb[IFLA_MAX + 1] = { 0 };
    const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
    struct link_tally *t = data;

    if (mnl_attr_parse(h, sizeof(*i), link_attr, tb) < 0)
        return MNL_CB_ERROR;
    t->count++;
    t->index += (uint32_t)i->ifi_index;
    if (tb[IFLA_MTU])
        t->mtu += mnl_attr_get_u32(tb[IFLA_MTU]);
    if (tb[IFLA_IFNAME])
        t->name += name_sum(mnl_attr_get_str(tb[IFLA_IFNAME]));
    if (tb[IFLA_STATS64])
        stats_tally(t, mnl_attr_get_payload(tb[IFLA_STATS64]));
    return MNL_CB_OK;
}

static void dump(struct mnl_socket *s, uint16_t type, mnl_cb_t cb, void *tally)
{
    /* Links with statistics of many queues exceed MNL_SOCKET_BUFFER_SIZE; libmnl's own advice for dumps is 32 KiB. */
    static ALIGNED uint64_t buf[4096];
    size_t size = type == RTM_GETLINK ? sizeof(buf) : (size_t)MNL_SOCKET_BUFFER_SIZE;
    struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
    unsigned int seq = (unsigned int)time(NULL);
    int left = MNL_CB_OK;

    h->nlmsg_type = type;
    h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    h->nlmsg_seq = seq;
    if (type == RTM_GETROUTE) {
        struct rtmsg *r = mnl_nlmsg_put_extra_header(h, sizeof(*r));
        r->rtm_family = AF_INET;
    } else {
        mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
    }
    if (mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
        die("libmnl: send");
    while (left > MNL_CB_STOP) {
        ssize_t n = mnl_socket_recvfrom(s, buf, size);

        left = n < 0 ? -1 : mnl_cb_run(buf, (size_t)n, seq, mnl_socket_get_portid(s), cb, tally);
    }
    if (left < 0)
        die("libmnl: dump");
}

static void dump_routes(uint32_t repeat)
{
    struct mnl_socket *s = open_route(0);
    struct route_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        dump(s, RTM_GETROUTE, on_route, &t);
        meter_stop(&m);
    }
    meter_print(&m);
    route_print(&t);
    mnl_socket_close(s);
}

static void dump_links(uint32_t repeat)
{
    struct mnl_socket *s = open_route(0);
    struct link_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        dump(s, RTM_GETLINK, on_link, &t);
        meter_stop(&m);
    }
    meter_print(&m);
    link_print(&t);
    mnl_socket_close(s);
}

struct batch_state {
    struct status_tally v;
    uint32_t refused; /* in this datagram */
    uint32_t last;    /* the sequence number whose ack ends it */
};

static int on_error(const struct nlmsghdr *h, void *data)
{
    const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
    struct batch_state *b = data;

    if (h->nlmsg_len < mnl_nlmsg_size(sizeof(*e)))
        return MNL_CB_ERROR;
    if (e->error) {
        b->refused++;
        b->v.refused_at += h->nlmsg_seq - 1;
    }
    return h->nlmsg_seq == b->last ? MNL_CB_STOP : MNL_CB_OK;
}

static void flush(struct mnl_socket *s, struct mnl_nlmsg_batch *batch, struct batch_state *b)
{
    static mnl_cb_t control[NLMSG_MIN_TYPE] = { [NLMSG_ERROR] = on_error };
    static ALIGNED uint64_t reply[4096];
    int left = MNL_CB_OK;

    if (mnl_socket_sendto(s, mnl_nlmsg_batch_head(batch), mnl_nlmsg_batch_size(batch)) < 0)
        die("libmnl: send");
    while (left > MNL_CB_STOP) {
        ssize_t n = mnl_socket_recvfrom(s, reply, sizeof(reply));

        left = n < 0 ? -1 : mnl_cb_run2(reply, (size_t)n, 0, mnl_socket_get_portid(s), NULL, b, control, NLMSG_MIN_TYPE);
    }
    if (left < 0)
        die("libmnl: batch");
}

/*
 * each_ack: an ack a message, as libmnl's own examples do it; else one a datagram, which its mnl_nlmsg_batch allows to those who
 * know that the kernel reports failures anyhow.
 */
static void change(struct mnl_socket *s, uint16_t type, uint32_t count, const uint32_t oif[2], bool each_ack, struct batch_state *b)
{
    static ALIGNED uint64_t buf[4096];
    size_t limit = sizeof(buf) / 2;
    struct mnl_nlmsg_batch *batch = mnl_nlmsg_batch_start(buf, limit);
    uint32_t n = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct nlmsghdr *h = mnl_nlmsg_put_header(mnl_nlmsg_batch_current(batch));
        struct rtmsg *r;

        h->nlmsg_type = type;
        h->nlmsg_flags = NLM_F_REQUEST;
        if (type == RTM_NEWROUTE)
            h->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
        if (each_ack)
            h->nlmsg_flags |= NLM_F_ACK;
        h->nlmsg_seq = i + 1;
        r = mnl_nlmsg_put_extra_header(h, sizeof(*r));
        r->rtm_family = AF_INET;
        r->rtm_dst_len = 32;
        r->rtm_table = RT_TABLE_MAIN;
        r->rtm_protocol = RTPROT_STATIC;
        r->rtm_scope = RT_SCOPE_LINK;
        r->rtm_type = RTN_UNICAST;
        mnl_attr_put_u32(h, RTA_DST, __builtin_bswap32(change_dst(i)));
        mnl_attr_put_u32(h, RTA_OIF, oif[change_dst(i) & 1]);
        n++;
        if (n == 128 || i == count - 1)
            h->nlmsg_flags |= NLM_F_ACK;
        mnl_nlmsg_batch_next(batch);
        if (n == 128 || i == count - 1) {
            b->last = i + 1;
            b->refused = 0;
            flush(s, batch, b);
            b->v.refused += b->refused;
            b->v.accepted += n - b->refused;
            mnl_nlmsg_batch_reset(batch);
            n = 0;
        }
    }
    mnl_nlmsg_batch_stop(batch);
}

static void change_routes(uint32_t count, const uint32_t oif[2], uint32_t repeat, bool each_ack)
{
    struct mnl_socket *s = open_route(0);
    struct batch_state b;
    struct meter m;

    while (repeat--) {
        memset(&b, 0, sizeof(b));
        meter_start(&m);
        change(s, RTM_NEWROUTE, count, oif, each_ack, &b);
        change(s, RTM_DELROUTE, count, oif, each_ack, &b);
        meter_stop(&m);
    }
    meter_print(&m);
    status_print(&b.v);
    mnl_socket_close(s);
}

/* Ends at the answer, with no ack. */
static void getlink(uint32_t count, uint32_t index, uint32_t repeat)
{
    struct mnl_socket *s = open_route(0);
    static ALIGNED uint64_t buf[4096];
    struct link_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++) {
            struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
            struct ifinfomsg *ifi;
            ssize_t n;

            h->nlmsg_type = RTM_GETLINK;
            h->nlmsg_flags = NLM_F_REQUEST;
            h->nlmsg_seq = i + 1;
            ifi = mnl_nlmsg_put_extra_header(h, sizeof(*ifi));
            ifi->ifi_index = (int)index;
            if (mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
                die("libmnl: send");
            n = mnl_socket_recvfrom(s, buf, sizeof(buf));
            if (n < 0 || mnl_cb_run(buf, (size_t)n, i + 1, mnl_socket_get_portid(s), on_link, &t) < 0)
                die("libmnl: getlink");
        }
        meter_stop(&m);
    }
    meter_print(&m);
    link_print(&t);
    mnl_socket_close(s);
}

static int on_event(const struct nlmsghdr *h, void *data)
{
    struct event_tally *t = data;
    struct route_tally one = { 0 };

    if (on_route(h, &one) < 0)
        return MNL_CB_ERROR;
    if (one.dst == LAST_EVENT)
        return MNL_CB_STOP;
    t->events++;
    t->dst += one.dst;
    return MNL_CB_OK;
}

static void events(int rcvbuf)
{
    struct mnl_socket *s = open_route(RTMGRP_IPV4_ROUTE);
    static ALIGNED uint64_t buf[4096];
    struct event_tally t = { 0 };
    struct meter m = { 0 };
    int left = MNL_CB_OK, first = 1;

    if (rcvbuf && setsockopt(mnl_socket_get_fd(s), SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, sizeof(rcvbuf)) < 0)
        die("libmnl: SO_RCVBUFFORCE");
    say_ready();
    while (left > MNL_CB_STOP) {
        ssize_t n = mnl_socket_recvfrom(s, buf, sizeof(buf));

        if (first) {
            meter_start(&m);
            first = 0;
        }
        if (n < 0) {
            if (errno != ENOBUFS)
                die("libmnl: recv");
            t.overflows++;
            continue;
        }
        left = mnl_cb_run(buf, (size_t)n, 0, 0, on_event, &t);
    }
    if (left < 0)
        die("libmnl: events");
    meter_stop(&m);
    meter_print(&m);
    event_print(&t);
    mnl_socket_close(s);
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
        dump_routes(arg[0]);
    else if (!strcmp(work, "dump-links") && argc >= 3)
        dump_links(arg[0]);
    else if (!strcmp(work, "change-routes") && argc >= 6)
        change_routes(arg[0], oif, arg[3], arg[4]);
    else if (!strcmp(work, "getlink") && argc >= 5)
        getlink(arg[0], arg[1], arg[2]);
    else if (!strcmp(work, "events") && argc >= 3)
        events((int)arg[0]);
    else {
        fprintf(stderr, "peer_mnl: unknown work; see benches/README.md\n");
        return 2;
    }
    putchar('\n');
    return 0;
}
