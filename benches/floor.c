/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The floor: what a C programmer gets from plain sockets and the kernel's macros when he checks nothing that he can do
 * without. Receive lengths and datagram sizes are the fastest of those tried (README.md).
 *
 * Also the works that only prepare: filling a table, changing routes while others watch, recording dumps.
 */
#define _GNU_SOURCE
#include "common.h"
#include <nlrs.h> /* its structs alone */

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECV 32768u
#define BATCH 256u /* changes in a datagram; all of them refused still fit the default receive buffer */

static int open_route(uint32_t groups)
{
    struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = groups };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int one = 1;

    if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
        die("floor: socket");
    /* Errors without the request that they are about; and dumps without the exceptions that the kernel would look for else. */
    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
    setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
    return fd;
}

/* Aligned, since the kernel copies slower to where malloc puts large blocks: 16 bytes into a page. */
static char *receive_buffer(size_t size)
{
    char *buf = aligned_alloc(4096, (size + 4095) & ~(size_t)4095);

    if (!buf)
        die("floor: memory");
    return buf;
}

static size_t receive(int fd, void *buf, size_t size)
{
    ssize_t n = recv(fd, buf, size, 0);

    if (n < 0)
        die("floor: recv");
    return (size_t)n;
}

static void transmit(int fd, const void *buf, size_t len)
{
    if (send(fd, buf, len, 0) < 0)
        die("floor: send");
}

static void start_dump(int fd, uint16_t type, unsigned char family)
{
    struct {
        struct nlmsghdr h;
        union {
            struct rtmsg route;
            struct ifinfomsg link;
        } u;
    } req = { 0 };

    req.h.nlmsg_len = type == RTM_GETROUTE ? NLMSG_LENGTH(sizeof(req.u.route)) : NLMSG_LENGTH(sizeof(req.u.link));
    req.h.nlmsg_type = type;
    req.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    req.h.nlmsg_seq = 1;
    if (type == RTM_GETROUTE)
        req.u.route.rtm_family = family;
    else
        req.u.link.ifi_family = family;
    transmit(fd, &req, req.h.nlmsg_len);
}

static inline void read_route(const struct nlmsghdr *h, struct route_tally *t)
{
    const struct rtmsg *r = NLMSG_DATA(h);
    const char *p = (const char *)(r + 1), *end = (const char *)h + h->nlmsg_len;
    uint32_t table = r->rtm_table, dst = 0, oif = 0;

    while (p < end) {
        const struct rtattr *a = (const struct rtattr *)p;
        uint32_t v = *(const uint32_t *)(const void *)RTA_DATA(a);

        if (a->rta_type == RTA_TABLE)
            table = v;
        else if (a->rta_type == RTA_DST)
            dst = v;
        else if (a->rta_type == RTA_OIF)
            oif = v;
        p += RTA_ALIGN(a->rta_len);
    }
    t->count++;
    t->dst += __builtin_bswap32(dst);
    t->oif += oif;
    t->table += table;
}

static inline void read_link(const struct nlmsghdr *h, struct link_tally *t)
{
    const struct ifinfomsg *i = NLMSG_DATA(h);
    const char *p = (const char *)(i + 1), *end = (const char *)h + h->nlmsg_len;

    t->count++;
    t->index += (uint32_t)i->ifi_index;
    while (p < end) {
        const struct rtattr *a = (const struct rtattr *)p;

        switch (a->rta_type) {
        case IFLA_IFNAME:
            t->name += name_sum(RTA_DATA(a));
            break;
        case IFLA_MTU:
            t->mtu += *(const uint32_t *)RTA_DATA(a);
            break;
        case IFLA_STATS64:
            stats_tally(t, RTA_DATA(a));
            break;
        default:
            break;
        }
        p += RTA_ALIGN(a->rta_len);
    }
}

/* All that the record of libnlrs has, without a check. Not inlined: what is not used would not be read. */
__attribute__((noinline)) static void read_record(const struct nlmsghdr *h, struct nlrs_route *r)
{
    const struct rtmsg *m = NLMSG_DATA(h);
    const char *p = (const char *)(m + 1), *end = (const char *)h + h->nlmsg_len;
    const uint32_t size = m->rtm_family == AF_INET ? 4 : 16;

    memset(r, 0, sizeof(*r));
    r->family = r->dst.family = m->rtm_family;
    r->dst.prefix_len = m->rtm_dst_len;
    r->src.prefix_len = m->rtm_src_len;
    r->tos = m->rtm_tos;
    r->table = m->rtm_table;
    r->protocol = m->rtm_protocol;
    r->scope = m->rtm_scope;
    r->type = m->rtm_type;
    r->flags = m->rtm_flags;
    while (p < end) {
        const struct rtattr *a = (const struct rtattr *)p;
        const uint32_t *v = (const uint32_t *)(const void *)RTA_DATA(a);
        struct nlrs_addr *addr = NULL;

        switch (a->rta_type) {
        case RTA_DST: memcpy(r->dst.bytes, v, size); break;
        case RTA_SRC: r->src.family = m->rtm_family; memcpy(r->src.bytes, v, size); break;
        case RTA_GATEWAY: addr = &r->gateway; break;
        case RTA_PREFSRC: addr = &r->prefsrc; break;
        case RTA_IIF: r->iif = *v; break;
        case RTA_OIF: r->oif = *v; break;
        case RTA_PRIORITY: r->priority = *v; break;
        case RTA_FLOW: r->flow = *v; break;
        case RTA_TABLE: r->table = *v; break;
        case RTA_MARK: r->mark = *v; break;
        case RTA_EXPIRES: r->expires = *v; break;
        case RTA_UID: r->uid = *v; break;
        case RTA_NH_ID: r->nh_id = *v; break;
        case RTA_CACHEINFO: memcpy(&r->cache_refcnt, v, sizeof(struct rta_cacheinfo)); break;
        default: break;
        }
        if (addr) {
            addr->family = m->rtm_family;
            addr->prefix_len = size * 8;
            memcpy(addr->bytes, v, size);
        }
        p += RTA_ALIGN(a->rta_len);
    }
}

static inline void tally_record(const struct nlmsghdr *h, struct route_tally *t)
{
    struct nlrs_route r;
    uint32_t dst;

    read_record(h, &r);
    memcpy(&dst, r.dst.bytes, sizeof(dst));
    t->count++;
    t->dst += __builtin_bswap32(dst);
    t->oif += r.oif;
    t->table += r.table;
}

static void dump_routes(int fd, uint32_t repeat, size_t size, int whole)
{
    struct route_tally t;
    struct meter m;
    char *buf = receive_buffer(size);

    while (repeat--) {
        int done = 0;

        memset(&t, 0, sizeof(t));
        meter_start(&m);
        start_dump(fd, RTM_GETROUTE, AF_INET);
        while (!done) {
            const char *p = buf, *end = buf + receive(fd, buf, size);

            while (p < end) {
                const struct nlmsghdr *h = (const struct nlmsghdr *)p;

                if (h->nlmsg_type == NLMSG_DONE) {
                    done = 1;
                    break;
                }
                if (whole)
                    tally_record(h, &t);
                else
                    read_route(h, &t);
                p += NLMSG_ALIGN(h->nlmsg_len);
            }
        }
        meter_stop(&m);
    }
    meter_print(&m);
    route_print(&t);
    free(buf);
}

static void dump_links(int fd, uint32_t repeat, size_t size)
{
    struct link_tally t;
    struct meter m;
    char *buf = receive_buffer(size);

    while (repeat--) {
        int done = 0;

        memset(&t, 0, sizeof(t));
        meter_start(&m);
        start_dump(fd, RTM_GETLINK, AF_UNSPEC);
        while (!done) {
            const char *p = buf, *end = buf + receive(fd, buf, size);

            while (p < end) {
                const struct nlmsghdr *h = (const struct nlmsghdr *)p;

                if (h->nlmsg_type == NLMSG_DONE) {
                    done = 1;
                    break;
                }
                read_link(h, &t);
                p += NLMSG_ALIGN(h->nlmsg_len);
            }
        }
        meter_stop(&m);
    }
    meter_print(&m);
    link_print(&t);
    free(buf);
}

struct change {
    struct nlmsghdr h;
    struct rtmsg r;
    struct rtattr dst_a;
    uint32_t dst;
    struct rtattr oif_a;
    uint32_t oif;
};

static inline void build_change(struct change *c, uint16_t type, uint16_t flags, uint32_t seq, uint32_t dst, uint32_t oif)
{
    *c = (struct change){
        .h = { .nlmsg_len = sizeof(*c), .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags, .nlmsg_seq = seq },
        .r = { .rtm_family = AF_INET,
               .rtm_dst_len = 32,
               .rtm_table = RT_TABLE_MAIN,
               .rtm_protocol = RTPROT_STATIC,
               .rtm_scope = RT_SCOPE_LINK,
               .rtm_type = RTN_UNICAST },
        .dst_a = { .rta_len = RTA_LENGTH(4), .rta_type = RTA_DST },
        .dst = __builtin_bswap32(dst),
        .oif_a = { .rta_len = RTA_LENGTH(4), .rta_type = RTA_OIF },
        .oif = oif,
    };
}

static uint16_t change_flags(uint16_t type)
{
    return type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0;
}

/* The kernel reports every failure by itself; the ack of a datagram's last message says that all reports are there. */
static void change_batched(int fd, uint16_t type, uint32_t count, const uint32_t oif[2], uint32_t batch, struct status_tally *v)
{
    struct change *c = malloc(batch * sizeof(*c));
    static ALIGNED uint64_t reply[4096];

    for (uint32_t i = 0; i < count;) {
        uint32_t n = 0, last;
        uint64_t refused = 0;

        for (; n < batch && i < count; n++, i++)
            build_change(c + n, type, change_flags(type), i + 1, change_dst(i), oif[change_dst(i) & 1]);
        c[n - 1].h.nlmsg_flags |= NLM_F_ACK;
        last = c[n - 1].h.nlmsg_seq;
        transmit(fd, c, n * sizeof(*c));
        for (uint32_t seq = 0; seq != last;) {
            const struct nlmsghdr *h = (const struct nlmsghdr *)reply;
            const struct nlmsgerr *e = NLMSG_DATA(h);

            receive(fd, reply, sizeof(reply));
            seq = h->nlmsg_seq;
            if (e->error) {
                refused++;
                v->refused_at += seq - 1;
            }
        }
        v->refused += refused;
        v->accepted += n - refused;
    }
    free(c);
}

static void change_one_by_one(int fd, uint16_t type, uint32_t count, const uint32_t oif[2], struct status_tally *v)
{
    static ALIGNED uint64_t reply[4096];

    for (uint32_t i = 0; i < count; i++) {
        struct change c;
        const struct nlmsgerr *e = NLMSG_DATA((struct nlmsghdr *)reply);

        build_change(&c, type, NLM_F_ACK | change_flags(type), i + 1, change_dst(i), oif[change_dst(i) & 1]);
        transmit(fd, &c, sizeof(c));
        receive(fd, reply, sizeof(reply));
        status_seen(v, i, e->error);
    }
}

/* batch 0: one request an ack */
static void change_routes(int fd, uint32_t count, const uint32_t oif[2], uint32_t repeat, uint32_t batch)
{
    struct status_tally v;
    struct meter m;

    while (repeat--) {
        memset(&v, 0, sizeof(v));
        meter_start(&m);
        if (batch) {
            change_batched(fd, RTM_NEWROUTE, count, oif, batch, &v);
            change_batched(fd, RTM_DELROUTE, count, oif, batch, &v);
        } else {
            change_one_by_one(fd, RTM_NEWROUTE, count, oif, &v);
            change_one_by_one(fd, RTM_DELROUTE, count, oif, &v);
        }
        meter_stop(&m);
    }
    meter_print(&m);
    status_print(&v);
}

static void getlink(int fd, uint32_t count, uint32_t index, uint32_t repeat)
{
    struct {
        struct nlmsghdr h;
        struct ifinfomsg i;
    } req;
    static ALIGNED uint64_t reply[4096];
    struct link_tally t;
    struct meter m;

    while (repeat--) {
        memset(&t, 0, sizeof(t));
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++) {
            memset(&req, 0, sizeof(req));
            req.h.nlmsg_len = sizeof(req);
            req.h.nlmsg_type = RTM_GETLINK;
            req.h.nlmsg_flags = NLM_F_REQUEST;
            req.h.nlmsg_seq = i;
            req.i.ifi_index = (int)index;
            transmit(fd, &req, sizeof(req));
            receive(fd, reply, sizeof(reply));
            read_link((struct nlmsghdr *)reply, &t);
        }
        meter_stop(&m);
    }
    meter_print(&m);
    link_print(&t);
}

/* What a receiver has to ask for that looks at the sender, and tells the group of each event. */
static ssize_t receive_told(int fd, void *buf, size_t len)
{
    struct sockaddr_nl sender;
    struct iovec iov = { buf, len };
    char control[64];
    struct msghdr m = { .msg_name = &sender, .msg_namelen = sizeof(sender), .msg_iov = &iov, .msg_iovlen = 1,
                        .msg_control = control, .msg_controllen = sizeof(control) };
    ssize_t n = recvmsg(fd, &m, 0);
    struct cmsghdr *c = n < 0 ? NULL : CMSG_FIRSTHDR(&m);

    if (n >= 0 && (sender.nl_pid != 0 || !c || c->cmsg_type != NETLINK_PKTINFO || *(uint32_t *)CMSG_DATA(c) == 0))
        die("floor: not an event of the kernel's");
    return n;
}

/* Plain recv: recvmmsg showed no gain here, and can stay blocked after ENOBUFS. */
static void events(int rcvbuf, int told)
{
    int fd = open_route(RTMGRP_IPV4_ROUTE);
    static ALIGNED uint64_t buf[4096];
    struct event_tally t = { 0 };
    struct meter m = { 0 };
    int first = 1;

    if (rcvbuf && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, sizeof(rcvbuf)) < 0)
        die("floor: SO_RCVBUFFORCE");
    if (told && setsockopt(fd, SOL_NETLINK, NETLINK_PKTINFO, &told, sizeof(told)) < 0)
        die("floor: NETLINK_PKTINFO");
    say_ready();
    for (;;) {
        ssize_t n = told ? receive_told(fd, buf, sizeof(buf)) : recv(fd, buf, sizeof(buf), 0);
        const char *p = (const char *)buf, *end;

        if (first) {
            meter_start(&m);
            first = 0;
        }
        if (n < 0) {
            if (errno != ENOBUFS)
                die("floor: recv");
            t.overflows++;
            continue;
        }
        for (end = p + n; p < end;) {
            const struct nlmsghdr *h = (const struct nlmsghdr *)p;
            struct route_tally one = { 0 };

            read_route(h, &one);
            if (one.dst == LAST_EVENT) {
                meter_stop(&m);
                meter_print(&m);
                event_print(&t);
                return;
            }
            t.events++;
            t.dst += one.dst;
            p += NLMSG_ALIGN(h->nlmsg_len);
        }
    }
}

static void fill(int fd, uint32_t count, const uint32_t oif[2])
{
    struct change *c = malloc(BATCH * sizeof(*c));
    static ALIGNED uint64_t reply[4096];

    for (uint32_t i = 0; i < count;) {
        uint32_t n = 0;

        for (; n < BATCH && i < count; n++, i++)
            build_change(c + n, RTM_NEWROUTE, NLM_F_CREATE, i + 1, FIRST_ROUTE + i, oif[i & 1]);
        c[n - 1].h.nlmsg_flags |= NLM_F_ACK;
        transmit(fd, c, n * sizeof(*c));
        receive(fd, reply, sizeof(reply));
        if (((struct nlmsgerr *)NLMSG_DATA((struct nlmsghdr *)reply))->error) {
            fprintf(stderr, "floor: a route was refused\n");
            exit(1);
        }
    }
    free(c);
}

/* count changes, half of them additions; then, when all who watch have had the time to catch up, the route that ends it */
static void storm(int fd, uint32_t count, const uint32_t oif[2])
{
    struct status_tally v = { 0 };
    struct meter m;
    struct change c;
    static ALIGNED uint64_t reply[4096];

    meter_start(&m);
    change_one_by_one(fd, RTM_NEWROUTE, count / 2, oif, &v);
    change_one_by_one(fd, RTM_DELROUTE, count / 2, oif, &v);
    meter_stop(&m);
    usleep(200000);
    for (int del = 0; del < 2; del++) {
        build_change(&c, del ? RTM_DELROUTE : RTM_NEWROUTE, NLM_F_ACK | (del ? 0 : NLM_F_CREATE), 1, LAST_EVENT, oif[0]);
        transmit(fd, &c, sizeof(c));
        receive(fd, reply, sizeof(reply));
    }
    meter_print(&m);
    status_print(&v);
}

/* The longest datagram of a dump, as a file for the codec programs. */
static void record(int fd, uint16_t type, unsigned char family, const char *path)
{
    static ALIGNED uint64_t buf[4096], best[4096];
    size_t best_len = 0;
    int done = 0;
    FILE *f = fopen(path, "wb");

    if (!f)
        die(path);
    start_dump(fd, type, family);
    while (!done) {
        size_t n = receive(fd, buf, sizeof(buf));
        const struct nlmsghdr *h = (const struct nlmsghdr *)buf;

        for (int len = (int)n; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len))
            if (h->nlmsg_type == NLMSG_DONE)
                done = 1;
        if (!done && n > best_len) {
            memcpy(best, buf, n);
            best_len = n;
        }
    }
    if (!best_len || fwrite(best, 1, best_len, f) != best_len || fclose(f))
        die(path);
    printf("bytes=%zu", best_len);
}

int main(int argc, char **argv)
{
    const char *work = argc > 1 ? argv[1] : "";
    uint32_t arg[5] = { 0 };
    uint32_t oif[2];
    int fd = open_route(0);

    for (int i = 0; i < 5 && i + 2 < argc; i++)
        arg[i] = number(argv[i + 2]);
    oif[0] = arg[1];
    oif[1] = arg[2];
    if (!strcmp(work, "dump-routes") && argc >= 3)
        dump_routes(fd, arg[0], arg[1] ? arg[1] : RECV, arg[2] != 0);
    else if (!strcmp(work, "dump-links") && argc >= 3)
        dump_links(fd, arg[0], arg[1] ? arg[1] : RECV);
    else if (!strcmp(work, "change-routes") && argc >= 6)
        change_routes(fd, arg[0], oif, arg[3], argc > 6 ? arg[4] : BATCH);
    else if (!strcmp(work, "getlink") && argc >= 5)
        getlink(fd, arg[0], arg[1], arg[2]);
    else if (!strcmp(work, "events") && argc >= 3)
        events((int)arg[0], argc >= 4 && arg[1] != 0);
    else if (!strcmp(work, "fill") && argc >= 5)
        fill(fd, arg[0], oif);
    else if (!strcmp(work, "storm") && argc >= 5)
        storm(fd, arg[0], oif);
    else if (!strcmp(work, "record-routes") && argc >= 3)
        record(fd, RTM_GETROUTE, AF_INET, argv[2]);
    else if (!strcmp(work, "record-links") && argc >= 3)
        record(fd, RTM_GETLINK, AF_UNSPEC, argv[2]);
    else {
        fprintf(stderr, "floor: unknown work; see benches/README.md\n");
        return 2;
    }
    putchar('\n');
    return 0;
}
