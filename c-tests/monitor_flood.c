/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A monitor with the smallest receive buffer, and a flood of changes of links, addresses, routes, neighbours and rules beside it. After
   each of a hundred rounds what the monitor has told so far is compared with a fresh dump, object by object. Then the same with a
   buffer that never overflows, so that events alone have to keep the tables right. */
#include "check.h"
#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>

#define ROUNDS 100
#define ROUNDS_WITHOUT_LOSS 50
#define LINKS 6
#define MAX_OBJECTS 4096

/* --- what the monitor told ------------------------------------------------------------------------------------------------- */

struct object {
    uint8_t key[NLRS_KEY_MAX];
    size_t key_len;
    uint8_t *bytes;
    size_t len;
    int seen;
};

static struct object objects[MAX_OBJECTS];
static size_t object_count;

/* A message without what goes on changing by itself, and without its header. */
static uint8_t *essence(const struct nlmsghdr *nlh, size_t *ret_len)
{
    uint8_t *copy = malloc(nlh->nlmsg_len);
    size_t header, len, at, out;
    const uint8_t *payload = (const uint8_t *)nlh + NLMSG_HDRLEN;
    uint64_t skip = 0;

    REQUIRE(copy != NULL);
    len = nlh->nlmsg_len - NLMSG_HDRLEN;
    switch (nlh->nlmsg_type & ~3) {
    case RTM_NEWLINK:
        header = sizeof(struct ifinfomsg);
        skip = 1ULL << IFLA_STATS | 1ULL << IFLA_STATS64 | 1ULL << IFLA_AF_SPEC | 1ULL << IFLA_CARRIER_CHANGES |
               1ULL << IFLA_EVENT | 1ULL << IFLA_CARRIER_UP_COUNT | 1ULL << IFLA_CARRIER_DOWN_COUNT | 1ULL << IFLA_PAD;
        break;
    case RTM_NEWADDR:
        header = sizeof(struct ifaddrmsg);
        skip = 1ULL << IFA_CACHEINFO;
        break;
    case RTM_NEWNEIGH:
        header = sizeof(struct ndmsg);
        skip = 1ULL << NDA_CACHEINFO | 1ULL << NDA_PROBES;
        break;
    case RTM_NEWROUTE:
        header = sizeof(struct rtmsg);
        skip = 1ULL << RTA_CACHEINFO;
        break;
    default:
        header = 12;
        break;
    }
    memcpy(copy, payload, header);
    if ((nlh->nlmsg_type & ~3) == RTM_NEWLINK)
        ((struct ifinfomsg *)(void *)copy)->ifi_change = 0;
    for (at = out = header; at + 4 <= len;) {
        struct nlattr attr;
        unsigned type;
        memcpy(&attr, payload + at, sizeof attr);
        type = attr.nla_type & 0x3fff;
        if (type >= 64 || !(skip >> type & 1)) {
            memcpy(copy + out, payload + at, attr.nla_len);
            out += attr.nla_len;
        }
        at += (attr.nla_len + 3u) & ~3u;
    }
    *ret_len = out;
    return copy;
}

static struct object *find(const struct nlmsghdr *nlh)
{
    static struct object wanted;
    size_t i;

    if (nlrs_rtnl_key(nlh, wanted.key, &wanted.key_len, NULL) == NLRS_KEY_NONE)
        return NULL;
    /* The kernel makes these by itself and tells nobody. */
    if ((nlh->nlmsg_type & ~3) == RTM_NEWNEIGH && ((const struct ndmsg *)NLMSG_DATA(nlh))->ndm_state == NUD_NOARP)
        return NULL;
    for (i = 0; i < object_count; i++)
        if (objects[i].key_len == wanted.key_len && memcmp(objects[i].key, wanted.key, wanted.key_len) == 0)
            return &objects[i];
    wanted.bytes = NULL;
    return &wanted;
}

static void remove_object(struct object *object)
{
    free(object->bytes);
    *object = objects[--object_count];
}

static unsigned long overruns, lost, snapshots;


static void tell(const struct nlrs_event *event)
{
    const struct nlmsghdr *nlh = nlrs_event_message(event);
    struct object *object;

    switch (nlrs_event_kind(event)) {
    case NLRS_EVENT_OVERRUN:
        overruns++;
        lost += nlrs_event_count(event);
        break;
    case NLRS_EVENT_SNAPSHOT_BEGIN:
        snapshots++;
        break;
    case NLRS_EVENT_SNAPSHOT_END:
        break;
    case NLRS_EVENT_CHANGED:
        object = find(nlrs_event_old(event));
        if (object != NULL && CHECK(object->bytes != NULL))
            remove_object(object);
        /* fallthrough */
    case NLRS_EVENT_ADDED:
        object = find(nlh);
        if (object != NULL && CHECK(object->bytes == NULL)) {
            REQUIRE(object_count < MAX_OBJECTS);
            objects[object_count] = *object;
            objects[object_count].bytes = essence(nlh, &objects[object_count].len);
            object_count++;
        }
        break;
    case NLRS_EVENT_REMOVED:
        object = find(nlh);
        if (object != NULL && CHECK(object->bytes != NULL))
            remove_object(object);
        break;
    default:
        CHECK(!"an event of this kind");
        break;
    }
}

/* --- what there is --------------------------------------------------------------------------------------------------------- */

static int differences, aloud;

static void report(const char *what, const struct nlmsghdr *nlh)
{
    char text[2000];

    differences++;
    if (aloud && differences <= 20) {
        nlrs_nlmsg_format(NETLINK_ROUTE, nlh, nlh->nlmsg_len, text, sizeof text);
        printf("%s: %s\n", what, text);
    }
}

static int compare(const struct nlmsghdr *nlh, void *arg)
{
    struct object *object = find(nlh);
    uint8_t *bytes;
    size_t len;

    (void)arg;
    if (object == NULL)
        return 0;
    if (object->bytes == NULL) {
        report("not told", nlh);
        return 0;
    }
    bytes = essence(nlh, &len);
    if (len != object->len || memcmp(bytes, object->bytes, len) != 0)
        report("told otherwise", nlh);
    object->seen = 1;
    free(bytes);
    return 0;
}

static const struct {
    uint32_t objects, type;
    size_t header;
} tables[] = {{NLRS_LINKS, RTM_GETLINK, sizeof(struct ifinfomsg)},
              {NLRS_ADDRESSES, RTM_GETADDR, sizeof(struct ifaddrmsg)},
              {NLRS_ROUTES, RTM_GETROUTE, sizeof(struct rtmsg)},
              {NLRS_RULES, RTM_GETRULE, sizeof(struct fib_rule_hdr)},
              {NLRS_NEIGHBOURS, RTM_GETNEIGH, sizeof(struct ndmsg)}};

static int tell_stale(const struct nlmsghdr *nlh, void *arg)
{
    struct object *object = find(nlh);

    (void)arg;
    if (object != NULL && object->bytes != NULL && !object->seen)
        report("gone and not told", nlh);
    return 0;
}

/* How many objects were told otherwise than they are. */
static int compare_all(struct nlrs_socket *s, struct nlrs_monitor *m)
{
    size_t i, t;

    differences = 0;
    for (i = 0; i < object_count; i++)
        objects[i].seen = 0;
    for (t = 0; t < sizeof tables / sizeof *tables; t++) {
        static const char zero[64];
        struct nlrs_msg *msg = nlrs_msg_new(64);
        nlrs_msg_begin(msg, tables[t].type, 0);
        nlrs_msg_put_header(msg, zero, tables[t].header);
        REQUIRE(nlrs_msg_end(msg) == 0);
        CHECK_INT(nlrs_dump(s, nlrs_msg_first(msg), compare, NULL, NULL), 0);
        nlrs_msg_free(msg);
    }
    for (t = 0; t < sizeof tables / sizeof *tables; t++)
        CHECK_INT(nlrs_monitor_objects(m, (uint32_t)t + 1, tell_stale, NULL), 0);
    for (i = 0; i < object_count; i++)
        differences += !objects[i].seen;
    return differences;
}

/* --- the flood -------------------------------------------------------------------------------------------------------------- */

static struct nlrs_socket *flood_socket;
static _Thread_local unsigned seed = 1;

static unsigned dice(unsigned sides)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % sides;
}

static int links[LINKS];

static void send_msg(struct nlrs_msg *m)
{
    if (nlrs_msg_end(m) == 0)
        nlrs_request(flood_socket, nlrs_msg_first(m), NULL, NULL, NULL);
    nlrs_msg_free(m);
}

static struct nlrs_msg *begin(uint32_t type, uint32_t flags, const void *header, size_t len)
{
    struct nlrs_msg *m = nlrs_msg_new(256);
    nlrs_msg_begin(m, type, flags);
    nlrs_msg_put_header(m, header, len);
    return m;
}

static void set_link(int index, int up)
{
    struct ifinfomsg info = {.ifi_index = index, .ifi_flags = up ? IFF_UP : 0, .ifi_change = IFF_UP};
    send_msg(begin(RTM_NEWLINK, 0, &info, sizeof info));
}

static void set_mtu(int index, uint32_t mtu)
{
    struct ifinfomsg info = {.ifi_index = index};
    struct nlrs_msg *m = begin(RTM_NEWLINK, 0, &info, sizeof info);
    nlrs_msg_put_u32(m, IFLA_MTU, mtu);
    send_msg(m);
}

static void make_link(const char *name)
{
    struct ifinfomsg info = {0};
    struct nlrs_msg *m = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
    int nest;
    nlrs_msg_put_str(m, IFLA_IFNAME, name);
    nest = nlrs_msg_nest_begin(m, IFLA_LINKINFO);
    nlrs_msg_put_strn(m, IFLA_INFO_KIND, "ifb", 3);
    nlrs_msg_nest_end(m, nest);
    send_msg(m);
}

static void drop_link(int index)
{
    struct ifinfomsg info = {.ifi_index = index};
    send_msg(begin(RTM_DELLINK, 0, &info, sizeof info));
}

static void change_address4(int add, int index, unsigned host, uint8_t prefix)
{
    struct ifaddrmsg header = {.ifa_family = AF_INET, .ifa_prefixlen = prefix, .ifa_index = (unsigned)index};
    struct nlrs_msg *m = begin(add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &header, sizeof header);
    uint32_t address = htonl(0x0a000000u | host);
    nlrs_msg_put_in_addr(m, IFA_LOCAL, &address);
    nlrs_msg_put_in_addr(m, IFA_ADDRESS, &address);
    send_msg(m);
}

static void change_address6(int add, int index, unsigned host)
{
    struct ifaddrmsg header = {
        .ifa_family = AF_INET6, .ifa_prefixlen = 64, .ifa_index = (unsigned)index};
    struct nlrs_msg *m = begin(add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &header, sizeof header);
    uint8_t address[16] = {0xfd, 0, 0, (uint8_t)index, [15] = (uint8_t)(host + 1)};
    nlrs_msg_put_in6_addr(m, IFA_LOCAL, address);
    send_msg(m);
}

static void change_route4(uint32_t type, uint32_t flags, unsigned number, uint32_t metric, int index, int index2)
{
    struct rtmsg header = {.rtm_family = AF_INET, .rtm_dst_len = 24, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                           .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST};
    struct nlrs_msg *m;
    uint32_t dst = htonl(0xc0a80000u | number << 8);

    if (type == RTM_DELROUTE)
        header.rtm_scope = RT_SCOPE_NOWHERE;
    m = begin(type, flags, &header, sizeof header);
    nlrs_msg_put_in_addr(m, RTA_DST, &dst);
    if (metric != 0)
        nlrs_msg_put_u32(m, RTA_PRIORITY, metric);
    if (index2 != 0) {
        struct rtnexthop hops[2] = {{.rtnh_len = sizeof(struct rtnexthop), .rtnh_ifindex = index},
                                    {.rtnh_len = sizeof(struct rtnexthop), .rtnh_hops = 3, .rtnh_ifindex = index2}};
        nlrs_msg_put_bytes(m, RTA_MULTIPATH, hops, sizeof hops);
    } else if (index != 0) {
        nlrs_msg_put_u32(m, RTA_OIF, (uint32_t)index);
    }
    send_msg(m);
}

static void change_route6(uint32_t type, uint32_t flags, unsigned number, uint32_t metric, int index, unsigned gateway)
{
    struct rtmsg header = {.rtm_family = AF_INET6, .rtm_dst_len = 64, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                           .rtm_scope = RT_SCOPE_UNIVERSE, .rtm_type = RTN_UNICAST};
    struct nlrs_msg *m = begin(type, flags, &header, sizeof header);
    uint8_t dst[16] = {0x20, 1, 0x0d, 0xb8, 0, (uint8_t)number};
    uint8_t via[16] = {0xfe, 0x80, [15] = (uint8_t)(gateway + 1)};
    nlrs_msg_put_in6_addr(m, RTA_DST, dst);
    nlrs_msg_put_u32(m, RTA_PRIORITY, metric + 1);
    if (gateway != 0)
        nlrs_msg_put_in6_addr(m, RTA_GATEWAY, via);
    if (index != 0)
        nlrs_msg_put_u32(m, RTA_OIF, (uint32_t)index);
    send_msg(m);
}

static void change_neighbour(int add, int index, unsigned number)
{
    struct ndmsg header = {.ndm_family = AF_INET, .ndm_ifindex = index, .ndm_state = NUD_PERMANENT};
    struct nlrs_msg *m = begin(add ? RTM_NEWNEIGH : RTM_DELNEIGH, add ? NLM_F_CREATE | NLM_F_REPLACE : 0, &header, sizeof header);
    uint32_t address = htonl(0x0a010000u | number);
    uint8_t mac[6] = {2, 0, 0, 0, 0, (uint8_t)dice(4)};
    nlrs_msg_put_in_addr(m, NDA_DST, &address);
    nlrs_msg_put_bytes(m, NDA_LLADDR, mac, sizeof mac);
    send_msg(m);
}

static void change_rule(int add, unsigned number, const char *iif)
{
    struct fib_rule_hdr header = {.family = AF_INET, .table = RT_TABLE_MAIN, .action = FR_ACT_TO_TBL};
    struct nlrs_msg *m = begin(add ? RTM_NEWRULE : RTM_DELRULE, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &header, sizeof header);
    nlrs_msg_put_u32(m, FRA_PRIORITY, 100 + number);
    if (iif != NULL)
        nlrs_msg_put_str(m, FRA_IIFNAME, iif);
    send_msg(m);
}

static void pause_us(unsigned us)
{
    struct timespec time = {.tv_nsec = (long)us * 1000};
    nanosleep(&time, NULL);
}

static void flood_step(void)
{
    static const uint32_t ways[] = {NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE | NLM_F_REPLACE, NLM_F_CREATE | NLM_F_APPEND,
                                    NLM_F_CREATE};
    int index = links[dice(LINKS - 1)], index2 = links[dice(LINKS - 1)];
    unsigned i, n = dice(20);
    char name[16];

    switch (dice(18)) {
    case 0:
        set_link(index, 0);
        break;
    case 1:
    case 2:
        set_link(index, 1);
        break;
    case 3:
        set_mtu(index, 1300 + dice(100));
        break;
    case 4:
        change_address4(dice(2) == 0, index, dice(8) << 8 | (1 + dice(4)), dice(2) ? 24 : 32);
        break;
    case 5:
        change_address6(dice(2) == 0, index, dice(4));
        break;
    case 6:
        change_route4(RTM_DELROUTE, 0, n, 0, 0, 0);
        break;
    case 7:
        change_route6(RTM_DELROUTE, 0, n, dice(2), dice(2) ? index : 0, 0);
        break;
    case 8:
        change_route6(RTM_NEWROUTE, ways[dice(4)], n, dice(2), index, dice(4));
        break;
    case 9:
        for (i = 0; i < 40; i++)
            change_route4(RTM_NEWROUTE, ways[1], i, 7, index, 0);
        break;
    case 10:
        change_rule(dice(2) == 0, dice(6), dice(2) ? "extra0" : NULL);
        break;
    case 11:
        snprintf(name, sizeof name, "extra%u", dice(2));
        if (if_nametoindex(name) != 0)
            drop_link((int)if_nametoindex(name));
        else
            make_link(name);
        break;
    case 12:
    case 13:
        change_neighbour(dice(3) != 0, index, n);
        break;
    case 14:
        change_route4(RTM_NEWROUTE, ways[dice(4)], n, dice(2), index, index2);
        break;
    default:
        change_route4(RTM_NEWROUTE, ways[dice(4)], n, dice(2), index, 0);
        break;
    }
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int round_wanted, round_done;

static void *flood(void *arg)
{
    int round, i, steps;

    (void)arg;
    for (round = 1; round <= ROUNDS + ROUNDS_WITHOUT_LOSS; round++) {
        pthread_mutex_lock(&lock);
        while (round_wanted < round)
            pthread_cond_wait(&changed, &lock);
        pthread_mutex_unlock(&lock);
        steps = (int)dice(70);
        for (i = 0; i < steps; i++) {
            flood_step();
            if (dice(20) == 0)
                pause_us(dice(3000));
        }
        pthread_mutex_lock(&lock);
        round_done = round;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

/* Reads until nothing more is told and nothing is in doubt. */
static void settle(struct nlrs_monitor *m, int (*done)(int), int round)
{
    const struct nlrs_event *event;
    int code, idle;

    for (idle = 0; idle < 400;) {
        int finished = done(round);
        code = nlrs_monitor_next(m, &event);
        if (code == 1) {
            tell(event);
            /* A reader that is slow now and then is what makes the buffer overflow. */
            if (dice(200) == 0)
                pause_us(2000);
        } else if (code == -EAGAIN) {
            struct pollfd poll_fd = {.fd = nlrs_monitor_fd(m), .events = POLLIN};
            if (finished && nlrs_monitor_is_current(m))
                return;
            idle += poll(&poll_fd, 1, 25) == 0 && finished;
        } else {
            CHECK_INT(code, 1);
            return;
        }
    }
    CHECK(!"it does not settle");
}

static int flood_done(int round)
{
    int done;
    pthread_mutex_lock(&lock);
    done = round_done >= round;
    pthread_mutex_unlock(&lock);
    return done;
}

static struct nlrs_monitor *open_monitor(size_t buffer)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_monitor *m;
    int i;

    REQUIRE(options != NULL && nlrs_socket_options_set_recv_buffer(options, buffer) == 0);
    REQUIRE(nlrs_socket_options_set_timeout(options, 0) == 0);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, options, &m) == 0);
    nlrs_socket_options_free(options);
    for (i = 0; i < (int)(sizeof tables / sizeof *tables); i++)
        CHECK_INT(nlrs_monitor_follow(m, tables[i].objects, 0), i + 1);
    CHECK_INT(nlrs_monitor_set_difference(m, 1), 0);
    CHECK_INT(nlrs_monitor_set_interval(m, 5), 0);
    return m;
}

static void run_rounds(struct nlrs_monitor *m, struct nlrs_socket *s, int from, int to)
{
    int i, tries, retries = 0;

    overruns = lost = snapshots = 0;
    for (i = from; i <= to; i++) {
        pthread_mutex_lock(&lock);
        round_wanted = i;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
        settle(m, flood_done, i);
        /* The kernel completes addresses of IPv6 from a work queue, and may do so between our reading and the dump. */
        for (tries = 0; tries < 20 && compare_all(s, m) != 0; tries++) {
            pause_us(20000);
            settle(m, flood_done, i);
        }
        retries += tries;
        if (!CHECK(tries < 20)) {
            aloud = 1;
            printf("in round %d: %d differences\n", i, compare_all(s, m));
            exit(check_end());
        }
    }
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_OVERRUNS), overruns);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_LOST), lost);
    CHECK(nlrs_monitor_counter(m, NLRS_COUNT_RESYNCS) > 0);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_FOREIGN), 0);
    printf("%zu objects, %lu overruns with %lu events lost, %lu snapshots; %llu events received, %llu told; %d retries\n", object_count,
           overruns, lost, snapshots, (unsigned long long)nlrs_monitor_counter(m, NLRS_COUNT_RECEIVED),
           (unsigned long long)nlrs_monitor_counter(m, NLRS_COUNT_DELIVERED), retries);
}

int main(void)
{
    struct nlrs_monitor *m;
    struct nlrs_socket *s;
    pthread_t thread;
    int i;

    check_own_netns();
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &flood_socket) == 0);
    for (i = 0; i < LINKS; i++) {
        char name[16];
        snprintf(name, sizeof name, "test%d", i);
        make_link(name);
        links[i] = (int)if_nametoindex(name);
        if (links[i] == 0)
            check_skip("no links of type ifb");
    }
    REQUIRE(pthread_create(&thread, NULL, flood, NULL) == 0);

    m = open_monitor(2304);
    run_rounds(m, s, 1, ROUNDS);
    CHECK(overruns > 0);
    CHECK(lost >= overruns);
    nlrs_monitor_close(m);

    while (object_count > 0)
        remove_object(&objects[0]);
    m = open_monitor(8 << 20);
    run_rounds(m, s, ROUNDS + 1, ROUNDS + ROUNDS_WITHOUT_LOSS);
    CHECK_INT(overruns, 0);
    nlrs_monitor_close(m);

    pthread_join(thread, NULL);
    nlrs_socket_close(flood_socket);
    nlrs_socket_close(s);
    return check_end();
}
