/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The works of floor.c as a program on libnlrs does them, with the library's defaults. */
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <nlrs.h>
#include <sys/socket.h>

#define BATCH 1000u /* messages given to the library at a time, where not all at once */

static void fail(const char *what, int code, const struct nlrs_error *err)
{
    char line[512];

    if (err && nlrs_error_format(err, line, sizeof(line)) > 0)
        fprintf(stderr, "nlrs: %s: %s\n", what, line);
    else
        fprintf(stderr, "nlrs: %s: %s\n", what, nlrs_strerror(code));
    exit(1);
}

static struct nlrs_socket *open_route(void)
{
    struct nlrs_socket *s;
    int rc = nlrs_socket_open(NETLINK_ROUTE, NULL, &s);

    if (rc < 0)
        fail("socket", rc, NULL);
    return s;
}

static int on_route(const struct nlmsghdr *h, void *arg)
{
    const struct nlattr *tb[RTA_TABLE + 1];
    const struct rtmsg *r = NLMSG_DATA(h);
    const size_t head = NLMSG_LENGTH(sizeof(*r));
    struct route_tally *t = arg;
    uint32_t table, dst = 0, oif = 0;
    int rc;

    if (h->nlmsg_len < head)
        return -EBADMSG;
    rc = nlrs_attr_index(r + 1, h->nlmsg_len - head, tb, RTA_TABLE);
    if (rc < 0)
        return rc;
    table = r->rtm_table;
    nlrs_attr_get_u32(tb[RTA_TABLE], &table);
    nlrs_attr_get_be32(tb[RTA_DST], &dst);
    nlrs_attr_get_u32(tb[RTA_OIF], &oif);
    t->count++;
    t->dst += dst;
    t->oif += oif;
    t->table += table;
    return 0;
}

/* The same out of a record. */
static int on_route_record(const struct nlmsghdr *h, void *arg)
{
    struct route_tally *t = arg;
    struct nlrs_route r;
    uint32_t dst;
    int rc = nlrs_route_read(h, &r, sizeof(r));

    if (rc < 0)
        return rc;
    memcpy(&dst, r.dst.bytes, sizeof(dst));
    t->count++;
    t->dst += ntohl(dst);
    t->oif += r.oif;
    t->table += r.table;
    return 0;
}

static int on_link(const struct nlmsghdr *h, void *arg)
{
    const struct nlattr *tb[IFLA_STATS64 + 1];
    const struct ifinfomsg *i = NLMSG_DATA(h);
    const size_t head = NLMSG_LENGTH(sizeof(*i));
    struct link_tally *t = arg;
    const char *name = "";
    uint32_t mtu = 0;
    int rc;

    if (h->nlmsg_len < head)
        return -EBADMSG;
    rc = nlrs_attr_index(i + 1, h->nlmsg_len - head, tb, IFLA_STATS64);
    if (rc < 0)
        return rc;
    nlrs_attr_get_u32(tb[IFLA_MTU], &mtu);
    nlrs_attr_get_str(tb[IFLA_IFNAME], &name);
    t->count++;
    t->index += (uint32_t)i->ifi_index;
    t->mtu += mtu;
    t->name += name_sum(name);
    if (tb[IFLA_STATS64] && tb[IFLA_STATS64]->nla_len >= NLA_HDRLEN + 4 * sizeof(uint64_t))
        stats_tally(t, (const char *)tb[IFLA_STATS64] + NLA_HDRLEN);
    return 0;
}

static void dump_by_callback(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *tally)
{
    int rc = nlrs_dump(s, req, fn, tally, NULL);

    if (rc < 0)
        fail("dump", rc, NULL);
}

static void dump_by_iterator(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *tally)
{
    const struct nlmsghdr *h;
    struct nlrs_dump *d;
    int rc = nlrs_dump_begin(s, req, &d);

    if (rc < 0)
        fail("dump", rc, NULL);
    while ((rc = nlrs_dump_next(d, &h)) > 0)
        fn(h, tally);
    rc = nlrs_dump_end(d, NULL);
    if (rc < 0)
        fail("dump", rc, NULL);
}

static void dump(struct nlrs_socket *s, uint32_t type, int iterate, nlrs_msg_fn fn, void *tally)
{
    uint64_t buf[64];
    struct rtmsg r = { .rtm_family = AF_INET };
    struct ifinfomsg i = { 0 };
    struct nlrs_msg m;
    int rc;

    nlrs_msg_init(&m, buf, sizeof(buf));
    nlrs_msg_begin(&m, type, 0);
    if (type == RTM_GETROUTE)
        nlrs_msg_put_header(&m, &r, sizeof(r));
    else
        nlrs_msg_put_header(&m, &i, sizeof(i));
    rc = nlrs_msg_end(&m);
    if (rc < 0)
        fail("message", rc, NULL);
    (iterate ? dump_by_iterator : dump_by_callback)(s, nlrs_msg_first(&m), fn, tally);
}

/* how: 0 by callback, 1 by iterator, 2 by callback into records. */
static void dump_routes(uint32_t repeat, int how)
{
    struct nlrs_socket *s = open_route();
    struct route_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        dump(s, RTM_GETROUTE, how == 1, how == 2 ? on_route_record : on_route, &t);
        meter_stop(&m);
    }
    meter_print(&m);
    route_print(&t);
    nlrs_socket_close(s);
}

static void dump_links(uint32_t repeat, int iterate)
{
    struct nlrs_socket *s = open_route();
    struct link_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        dump(s, RTM_GETLINK, iterate, on_link, &t);
        meter_stop(&m);
    }
    meter_print(&m);
    link_print(&t);
    nlrs_socket_close(s);
}

static void put_change(struct nlrs_msg *m, uint32_t type, uint32_t dst, uint32_t oif)
{
    const struct rtmsg r = { .rtm_family = AF_INET,
                 .rtm_dst_len = 32,
                 .rtm_table = RT_TABLE_MAIN,
                 .rtm_protocol = RTPROT_STATIC,
                 .rtm_scope = RT_SCOPE_LINK,
                 .rtm_type = RTN_UNICAST };

    nlrs_msg_begin(m, type, type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0);
    nlrs_msg_put_header(m, &r, sizeof(r));
    nlrs_msg_put_be32(m, RTA_DST, dst);
    nlrs_msg_put_u32(m, RTA_OIF, oif);
    nlrs_msg_end(m);
}

static void change(struct nlrs_socket *s, struct nlrs_batch *b, uint32_t type, uint32_t count, uint32_t batch, const uint32_t oif[2],
           struct status_tally *v)
{
    struct nlrs_msg *m = nlrs_batch_msg(b);

    for (uint32_t i = 0; i < count;) {
        uint32_t n = 0, first = i;
        int rc;

        for (; n < batch && i < count; n++, i++)
            put_change(m, type, change_dst(i), oif[change_dst(i) & 1]);
        rc = nlrs_batch_send(s, b, NULL);
        if ((rc < 0 && rc != NLRS_EPARTIAL) || nlrs_batch_count(b) != n)
            fail("batch", rc, NULL);
        for (uint32_t k = 0; k < n; k++)
            status_seen(v, first + k, nlrs_batch_result(b, k, NULL));
        nlrs_batch_reset(b);
    }
}

/* batch 0: all in one */
static void change_routes(uint32_t count, const uint32_t oif[2], uint32_t repeat, uint32_t batch)
{
    struct nlrs_socket *s = open_route();
    struct nlrs_batch *b = nlrs_batch_new();
    struct status_tally v;
    struct meter m;

    if (!b)
        fail("batch", -ENOMEM, NULL);
    if (!batch)
        batch = count;
    while (repeat--) {
        memset(&v, 0, sizeof(v));
        meter_start(&m);
        change(s, b, RTM_NEWROUTE, count, batch, oif, &v);
        change(s, b, RTM_DELROUTE, count, batch, oif, &v);
        meter_stop(&m);
    }
    meter_print(&m);
    status_print(&v);
    nlrs_batch_free(b);
    nlrs_socket_close(s);
}

static void getlink(uint32_t count, uint32_t index, uint32_t repeat)
{
    struct nlrs_socket *s = open_route();
    struct ifinfomsg ifi = { .ifi_index = (int)index };
    uint64_t buf[64];
    struct link_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++) {
            struct nlrs_msg req;
            int rc;

            nlrs_msg_init(&req, buf, sizeof(buf));
            nlrs_msg_begin(&req, RTM_GETLINK, 0);
            nlrs_msg_put_header(&req, &ifi, sizeof(ifi));
            rc = nlrs_msg_end(&req);
            if (rc == 0)
                rc = nlrs_request(s, nlrs_msg_first(&req), on_link, &t, NULL);
            if (rc < 0)
                fail("getlink", rc, NULL);
        }
        meter_stop(&m);
    }
    meter_print(&m);
    link_print(&t);
    nlrs_socket_close(s);
}

/* several: more than one group, so that the kernel has to report the group of each event; nothing happens in the other. forever: no
   timeout, as raw C has none; else one of 30 seconds. */
static void events(uint32_t rcvbuf, int several, int forever)
{
    const uint32_t groups[] = { RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE };
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_monitor *monitor;
    struct event_tally t = { 0 };
    struct meter m = { 0 };
    int rc = options ? nlrs_socket_options_set_recv_buffer(options, rcvbuf) : -ENOMEM;

    if (rc == 0)
        rc = nlrs_monitor_open(NETLINK_ROUTE, groups, several ? 2 : 1, options, &monitor);
    if (rc < 0)
        fail("monitor", rc, NULL);
    nlrs_socket_options_free(options);
    nlrs_monitor_set_timeout(monitor, forever ? -1 : 30000);
    say_ready();
    for (int first = 1;; first = 0) {
        const struct nlrs_event *event;
        struct route_tally one = { 0 };

        rc = nlrs_monitor_next(monitor, &event);
        if (first)
            meter_start(&m);
        if (rc < 0)
            fail("event", rc, NULL);
        if (nlrs_event_kind(event) == NLRS_EVENT_OVERRUN) {
            t.overflows++;
            continue;
        }
        rc = on_route(nlrs_event_message(event), &one);
        if (rc < 0)
            fail("event", rc, NULL);
        if (one.dst == LAST_EVENT)
            break;
        t.events++;
        t.dst += one.dst;
    }
    meter_stop(&m);
    meter_print(&m);
    event_print(&t);
    nlrs_monitor_close(monitor);
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
        change_routes(arg[0], oif, arg[3], argc > 6 ? arg[4] : BATCH);
    else if (!strcmp(work, "getlink") && argc >= 5)
        getlink(arg[0], arg[1], arg[2]);
    else if (!strcmp(work, "events") && argc >= 3)
        events(arg[0], argc >= 4 && arg[1] != 0, argc >= 5 && arg[2] != 0);
    else {
        fprintf(stderr, "ours: unknown work; see benches/README.md\n");
        return 2;
    }
    putchar('\n');
    return 0;
}
