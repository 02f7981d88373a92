/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Monitors against the kernel: groups, namespaces, overflow, cancellation, filters, raw datagrams, descriptors. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

static struct nlrs_socket *sock;

static void run(const char *command)
{
    int status = system(command);
    if (!CHECK(status == 0))
        printf("  %s\n", command);
}

/* Sends one request. Its code. */
static int change(uint32_t type, uint32_t flags, const void *header, size_t len)
{
    struct nlrs_msg *m = nlrs_msg_new(128);
    int code;

    nlrs_msg_begin(m, type, flags);
    nlrs_msg_put_header(m, header, len);
    REQUIRE(nlrs_msg_end(m) == 0);
    code = nlrs_request(sock, nlrs_msg_first(m), NULL, NULL, NULL);
    nlrs_msg_free(m);
    return code;
}

static int set_loopback(int up)
{
    struct ifinfomsg info = {.ifi_index = 1, .ifi_flags = up ? IFF_UP : 0, .ifi_change = IFF_UP};
    return change(RTM_NEWLINK, 0, &info, sizeof info);
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads what is there; how many events of this message type there were. */
static int drain(struct nlrs_monitor *m, uint32_t type)
{
    const struct nlrs_event *event;
    int count = 0, code;

    nlrs_monitor_set_timeout(m, 0);
    while ((code = nlrs_monitor_next(m, &event)) == 1)
        count += nlrs_event_kind(event) == NLRS_EVENT_MESSAGE && nlrs_nlmsg_type(nlrs_event_message(event)) == type;
    CHECK_INT(code, -EAGAIN);
    return count;
}

static void groups(void)
{
    const uint32_t link[] = {RTNLGRP_LINK}, none[] = {100000};
    const struct nlrs_event *event;
    struct nlrs_monitor *m;
    const void *data = NULL;
    size_t len = 0;
    long long start;

    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, link, 1, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 2000), 0);
    CHECK_INT(set_loopback(1), 0);
    REQUIRE(nlrs_monitor_next(m, &event) == 1);
    CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_MESSAGE);
    CHECK_INT(nlrs_event_group(event), RTNLGRP_LINK);
    CHECK_INT(nlrs_event_nsid(event), -1);
    CHECK_INT(nlrs_nlmsg_type(nlrs_event_message(event)), RTM_NEWLINK);
    CHECK_INT(nlrs_event_data(event, &data, &len), 0);
    CHECK(data == (const void *)nlrs_event_message(event));
    CHECK_INT(len, nlrs_nlmsg_len(nlrs_event_message(event)));
    CHECK(nlrs_event_old(event) == NULL);
    CHECK_INT(nlrs_event_count(event), 0);

    /* Nothing more is there: the deadline, or at once. */
    CHECK_INT(drain(m, RTM_NEWLINK), 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 50), 0);
    start = now_ms();
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
    CHECK(now_ms() - start >= 49 && now_ms() - start < 150);

    /* A group that was left is silent, one that was joined is not. */
    CHECK_INT(nlrs_monitor_leave(m, RTNLGRP_LINK), 0);
    CHECK_INT(nlrs_monitor_join(m, RTNLGRP_IPV4_ROUTE), 0);
    CHECK_INT(set_loopback(0), 0);
    CHECK_INT(set_loopback(1), 0);
    CHECK_INT(drain(m, RTM_NEWLINK), 0);
    run("ip link set lo up && ip route add 192.0.2.0/24 dev lo");
    CHECK_INT(drain(m, RTM_NEWROUTE), 1);

    CHECK_INT(nlrs_monitor_join(m, 0), -EINVAL);
    CHECK_INT(nlrs_monitor_join(m, none[0]), -EINVAL);
    CHECK(nlrs_monitor_counter(m, NLRS_COUNT_RECEIVED) >= 2);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_RECEIVED), nlrs_monitor_counter(m, NLRS_COUNT_DELIVERED));
    CHECK_INT(nlrs_monitor_counter(m, 99), 0);
    nlrs_monitor_close(m);

    CHECK_INT(nlrs_monitor_open(NETLINK_ROUTE, none, 1, NULL, &m), -EINVAL);
    CHECK_INT(nlrs_monitor_open(NETLINK_ROUTE, NULL, 1, NULL, &m), -EINVAL);
    CHECK_INT(nlrs_monitor_open(1000, NULL, 0, NULL, &m), -EPROTONOSUPPORT);
}

/* Groups above 32 do not fit the mask of an address. */
static void high_group(void)
{
    const uint32_t group[] = {38 /* RTNLGRP_IPV6_MCADDR of Linux 6.15 */};
    const struct nlrs_event *event;
    struct nlrs_monitor *m;
    int code = nlrs_monitor_open(NETLINK_ROUTE, group, 1, NULL, &m);

    if (code == -EINVAL) {
        printf("SKIP: groups above 32: this kernel has none that is easy to hear from\n");
        return;
    }
    REQUIRE(code == 0);
    nlrs_monitor_set_timeout(m, 2000);
    run("ip link add d0 type ifb && ip link set d0 up");
    code = nlrs_monitor_next(m, &event);
    if (code == NLRS_ETIMEDOUT) {
        printf("SKIP: groups above 32: no multicast addresses of IPv6 here\n");
    } else if (CHECK_INT(code, 1)) {
        CHECK_INT(nlrs_event_group(event), group[0]);
        CHECK_INT(nlrs_nlmsg_type(nlrs_event_message(event)), 56 /* RTM_NEWMULTICAST */);
    }
    drain(m, 0);
    CHECK_INT(nlrs_monitor_leave(m, group[0]), 0);
    run("ip link set d0 down");
    CHECK_INT(drain(m, 57 /* RTM_DELMULTICAST */), 0);
    nlrs_monitor_close(m);
}

/* Two other namespaces, whose events alternate. */
static void namespaces(void)
{
    const uint32_t link[] = {RTNLGRP_LINK};
    const struct nlrs_event *event;
    struct nlrs_monitor *m;
    int i, code, seen[3] = {0, 0, 0}, last = -1, alternations = 0;
    char command[256];
    pid_t pids[2];

    for (i = 0; i < 2; i++) {
        int ready[2];
        char byte;
        REQUIRE(pipe(ready) == 0);
        pids[i] = fork();
        if (pids[i] == 0) {
            if (unshare(CLONE_NEWNET) != 0 || write(ready[1], "x", 1) != 1)
                _exit(1);
            pause();
            _exit(0);
        }
        close(ready[1]);
        REQUIRE(read(ready[0], &byte, 1) == 1);
        close(ready[0]);
        {
            struct rtgenmsg header = {.rtgen_family = AF_UNSPEC};
            struct nlrs_msg *msg = nlrs_msg_new(64);
            nlrs_msg_begin(msg, RTM_NEWNSID, 0);
            nlrs_msg_put_header(msg, &header, sizeof header);
            nlrs_msg_put_u32(msg, 2 /* NETNSA_PID */, (uint32_t)pids[i]);
            nlrs_msg_put_s32(msg, 1 /* NETNSA_NSID */, 10 + i);
            REQUIRE(nlrs_msg_end(msg) == 0);
            CHECK_INT(nlrs_request(sock, nlrs_msg_first(msg), NULL, NULL, NULL), 0);
            nlrs_msg_free(msg);
        }
    }
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, link, 1, NULL, &m) == 0);
    code = nlrs_monitor_set_all_namespaces(m, 1);
    if (code == -EPERM) {
        printf("SKIP: events of other namespaces: not allowed here\n");
    } else {
        CHECK_INT(code, 0);
        for (i = 0; i < 20; i++) {
            snprintf(command, sizeof command, "nsenter -t %d -n ip link set lo mtu %d", (int)pids[i % 2], 2000 + i);
            run(command);
        }
        CHECK_INT(set_loopback(0), 0);
        nlrs_monitor_set_timeout(m, 0);
        while (nlrs_monitor_next(m, &event) == 1) {
            int nsid = nlrs_event_nsid(event), which = nsid == -1 ? 2 : nsid - 10;
            REQUIRE(which >= 0 && which <= 2);
            seen[which]++;
            alternations += last >= 0 && which < 2 && which != last;
            last = which;
            CHECK_INT(nlrs_event_group(event), RTNLGRP_LINK);
        }
        CHECK_INT(seen[0], 10);
        CHECK_INT(seen[1], 10);
        CHECK_INT(alternations, 19);
        CHECK_INT(seen[2], 1);
        CHECK_INT(nlrs_monitor_set_all_namespaces(m, 0), 0);
        snprintf(command, sizeof command, "nsenter -t %d -n ip link set lo mtu 1999", (int)pids[0]);
        run(command);
        CHECK_INT(drain(m, RTM_NEWLINK), 0);
    }
    CHECK_INT(nlrs_monitor_set_all_namespaces(m, 2), -EINVAL);
    nlrs_monitor_close(m);

    /* And one that lives in another namespace. */
    {
        struct nlrs_socket_options *options = nlrs_socket_options_new();
        CHECK_INT(nlrs_socket_options_set_netns_pid(options, (uint32_t)pids[1]), 0);
        REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, link, 1, options, &m) == 0);
        nlrs_socket_options_free(options);
        CHECK_INT(nlrs_monitor_follow(m, NLRS_LINKS, 0), 1);
        CHECK_INT(set_loopback(1), 0);
        CHECK_INT(drain(m, RTM_NEWLINK), 0);
        snprintf(command, sizeof command, "nsenter -t %d -n ip link set lo mtu 1998", (int)pids[1]);
        run(command);
        CHECK_INT(drain(m, RTM_NEWLINK), 1);
        nlrs_monitor_close(m);
    }
    for (i = 0; i < 2; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
}

/* An event of a link each time. */
static int touch_loopback(void)
{
    static uint32_t mtu = 3000;
    struct ifinfomsg info = {.ifi_index = 1};
    struct nlrs_msg *m = nlrs_msg_new(128);
    int code;

    nlrs_msg_begin(m, RTM_NEWLINK, 0);
    nlrs_msg_put_header(m, &info, sizeof info);
    nlrs_msg_put_u32(m, IFLA_MTU, ++mtu);
    REQUIRE(nlrs_msg_end(m) == 0);
    code = nlrs_request(sock, nlrs_msg_first(m), NULL, NULL, NULL);
    nlrs_msg_free(m);
    return code;
}

static void overflow(void)
{
    const uint32_t link[] = {RTNLGRP_LINK};
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    const struct nlrs_event *event;
    struct nlrs_monitor *m;
    const void *data = NULL;
    size_t size = 0, len = 0;
    int i, round, messages, overruns;

    REQUIRE(nlrs_socket_options_set_recv_buffer(options, 8192) == 0);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, link, 1, options, &m) == 0);
    nlrs_socket_options_free(options);
    CHECK_INT(nlrs_socket_recv_buffer(nlrs_monitor_socket(m), &size), 0);
    CHECK_INT(size, 16384);
    nlrs_monitor_set_timeout(m, 0);
    for (round = 1; round <= 40; round++) {
        uint64_t lost = 0;
        for (i = 0; i < 60; i++)
            CHECK_INT(touch_loopback(), 0);
        messages = overruns = 0;
        while (nlrs_monitor_next(m, &event) == 1) {
            if (nlrs_event_kind(event) == NLRS_EVENT_OVERRUN) {
                overruns++;
                lost += nlrs_event_count(event);
                CHECK(nlrs_event_message(event) == NULL);
                CHECK_INT(nlrs_event_data(event, &data, &len), -ENOENT);
            } else {
                /* What came before the loss is told before it. */
                CHECK_INT(overruns, 0);
                messages++;
            }
        }
        CHECK_INT(overruns, 1);
        CHECK(messages > 0);
        CHECK_INT((uint64_t)messages + lost, 60);
        /* And it goes on. */
        CHECK_INT(touch_loopback(), 0);
        CHECK_INT(touch_loopback(), 0);
        CHECK_INT(drain(m, RTM_NEWLINK), 2);
    }
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_OVERRUNS), 40);

    /* With poll between the calls: after an overflow the descriptor gets readable again. */
    for (round = 0; round < 40; round++) {
        struct pollfd poll_fd = {.fd = nlrs_monitor_fd(m), .events = POLLIN};
        for (i = 0; i < 60; i++)
            touch_loopback();
        while (poll(&poll_fd, 1, 0) == 1)
            if (nlrs_monitor_next(m, &event) == 1 && nlrs_event_kind(event) == NLRS_EVENT_OVERRUN)
                break;
        while (nlrs_monitor_next(m, &event) == 1)
            ;
        touch_loopback();
        CHECK_INT(poll(&poll_fd, 1, 1000), 1);
        CHECK_INT(drain(m, RTM_NEWLINK), 1);
    }
    nlrs_monitor_close(m);
}

/* More events than the receive buffer holds while a long snapshot is read: none is lost. */
static void long_snapshot(void)
{
    struct nlrs_batch *batch = nlrs_batch_new();
    const struct nlrs_event *event;
    struct nlrs_monitor *m;
    int i, code, objects = 0, changes = 0, told = 0;

    for (i = 0; i < 3000; i++) {
        struct rtmsg header = {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = 100, .rtm_protocol = RTPROT_STATIC,
                               .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST};
        uint8_t dst[4] = {198, 18, (uint8_t)(i >> 8), (uint8_t)i};
        struct nlrs_msg *msg = nlrs_batch_msg(batch);
        nlrs_msg_begin(msg, RTM_NEWROUTE, NLM_F_CREATE);
        nlrs_msg_put_header(msg, &header, sizeof header);
        nlrs_msg_put_in_addr(msg, RTA_DST, dst);
        nlrs_msg_put_u32(msg, RTA_OIF, 1);
        REQUIRE(nlrs_msg_end(msg) == 0);
    }
    set_loopback(1);
    CHECK_INT(nlrs_batch_send(sock, batch, NULL), 0);
    nlrs_batch_free(batch);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, (const uint32_t[]){RTNLGRP_LINK}, 1, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_follow(m, NLRS_ROUTES, AF_INET), 1);
    nlrs_monitor_set_timeout(m, 0);
    while ((code = nlrs_monitor_next(m, &event)) == 1 && nlrs_event_kind(event) != NLRS_EVENT_SNAPSHOT_END)
        if (nlrs_event_kind(event) == NLRS_EVENT_OBJECT && ++objects % 2 == 0) {
            CHECK_INT(touch_loopback(), 0);
            changes++;
        }
    CHECK_INT(code, 1);
    CHECK(objects >= 3000);
    while ((code = nlrs_monitor_next(m, &event)) == 1 && nlrs_event_kind(event) != NLRS_EVENT_SNAPSHOT_BEGIN) {
        CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_MESSAGE);
        told += nlrs_event_group(event) == RTNLGRP_LINK;
    }
    CHECK_INT(told, changes);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_OVERRUNS), 0);
    nlrs_monitor_close(m);
}

static struct nlrs_monitor *victim;

static void *cancel_soon(void *arg)
{
    struct timespec time = {.tv_nsec = 30000000};
    nanosleep(&time, NULL);
    if (arg == NULL)
        nlrs_monitor_cancel(victim);
    else
        pthread_kill(*(pthread_t *)arg, SIGUSR1);
    return NULL;
}

static void on_signal(int number)
{
    (void)number;
    nlrs_monitor_cancel(victim);
}

static int count_to(const struct nlrs_event *event, void *arg)
{
    int *left = arg;
    CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_MESSAGE);
    return --*left == 0 ? NLRS_STOP : 0;
}

static int refuse(const struct nlrs_event *event, void *arg)
{
    (void)event;
    (void)arg;
    return -0x20005;
}

static int cancel_inside(const struct nlrs_event *event, void *arg)
{
    int *calls = arg;
    (void)event;
    ++*calls;
    return nlrs_monitor_cancel(victim);
}

static void cancellation(void)
{
    const uint32_t link[] = {RTNLGRP_LINK};
    const struct nlrs_event *event;
    pthread_t thread, self = pthread_self();
    int i, left = 3, calls = 0;

    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, link, 1, NULL, &victim) == 0);
    nlrs_monitor_set_timeout(victim, 5000);
    REQUIRE(pthread_create(&thread, NULL, cancel_soon, NULL) == 0);
    CHECK_INT(nlrs_monitor_next(victim, &event), NLRS_ECANCELED);
    pthread_join(thread, NULL);
    signal(SIGUSR1, on_signal);
    REQUIRE(pthread_create(&thread, NULL, cancel_soon, &self) == 0);
    CHECK_INT(nlrs_monitor_loop(victim, refuse, NULL), NLRS_ECANCELED);
    pthread_join(thread, NULL);

    /* One that came before its call ends the next call, once, and nothing is lost. */
    for (i = 0; i < 5; i++)
        CHECK_INT(set_loopback(i % 2), 0);
    CHECK_INT(nlrs_monitor_cancel(victim), 0);
    CHECK_INT(nlrs_monitor_next(victim, &event), NLRS_ECANCELED);
    CHECK_INT(nlrs_monitor_loop(victim, count_to, &left), 0);
    CHECK_INT(left, 0);
    CHECK_INT(nlrs_monitor_loop(victim, cancel_inside, &calls), NLRS_ECANCELED);
    CHECK_INT(calls, 1);
    CHECK_INT(nlrs_monitor_loop(victim, refuse, NULL), -0x20005);
    CHECK_INT(drain(victim, RTM_NEWLINK), 0);
    nlrs_monitor_close(victim);
}

static void filters(void)
{
    const uint32_t both[] = {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR};
    struct nlrs_filter *filter = nlrs_filter_new();
    struct nlrs_monitor *m;

    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, both, 2, NULL, &m) == 0);
    CHECK_INT(nlrs_filter_add_type(filter, RTM_NEWADDR), 0);
    CHECK_INT(nlrs_socket_set_filter(nlrs_monitor_socket(m), filter), 0);
    run("ip link set lo up && ip addr add 192.0.2.1/24 dev lo && ip addr del 192.0.2.1/24 dev lo");
    CHECK_INT(drain(m, RTM_NEWADDR), 1);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_DELIVERED), 1);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_RECEIVED), 1);
    nlrs_filter_free(filter);
    nlrs_monitor_close(m);
}

/* Generic netlink: names of groups. */
static void names(void)
{
    struct nlrs_monitor *m;
    int group;

    REQUIRE(nlrs_monitor_open(NETLINK_GENERIC, NULL, 0, NULL, &m) == 0);
    group = nlrs_monitor_group(m, "nlctrl", "notify");
    CHECK_INT(group, 0x10);
    CHECK_INT(nlrs_monitor_join(m, (uint32_t)group), 0);
    CHECK_INT(nlrs_monitor_group(m, "nlctrl", "no such group"), -ENOENT);
    CHECK_INT(nlrs_monitor_group(m, "no such fam", "notify"), -ENOENT);
    CHECK_INT(nlrs_monitor_group(m, "a name that is too long for any", "notify"), -ENOENT);
    CHECK_INT(nlrs_monitor_follow(m, NLRS_LINKS, 0), -EOPNOTSUPP);
    nlrs_monitor_close(m);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_group(m, "nlctrl", "notify"), -EOPNOTSUPP);
    CHECK_INT(nlrs_monitor_follow(m, 17, 0), -EINVAL);
    CHECK_INT(nlrs_monitor_follow(m, 70000, 0), -EINVAL);
    CHECK_INT(nlrs_monitor_follow(m, NLRS_LINKS, 256), -ERANGE);
    CHECK_INT(nlrs_monitor_follow(m, NLRS_ROUTES, AF_PACKET), -EINVAL);
    nlrs_monitor_close(m);
}

/* A protocol whose payload is text. */
static void uevents(void)
{
    const uint32_t group[] = {1};
    const struct nlrs_event *event;
    struct nlrs_monitor *m;
    const void *text = NULL;
    size_t len = 0;
    int code;

    REQUIRE(nlrs_monitor_open(15 /* NETLINK_KOBJECT_UEVENT */, group, 1, NULL, &m) == 0);
    nlrs_monitor_set_timeout(m, 1000);
    run("ip link add d9 type ifb");
    code = nlrs_monitor_next(m, &event);
    if (code == NLRS_ETIMEDOUT) {
        printf("SKIP: uevents: none come in this namespace\n");
    } else if (CHECK_INT(code, 1)) {
        CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_DATAGRAM);
        CHECK(nlrs_event_message(event) == NULL);
        CHECK_INT(nlrs_event_data(event, &text, &len), 0);
        CHECK(len > 4 && memcmp(text, "add@", 4) == 0);
    }
    nlrs_monitor_close(m);
}

/* Programs that send to a group of their own are foreign; a monitor skips and counts them, without end if need be. */
static void foreigners(void)
{
    const uint32_t group[] = {7};
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    const struct nlrs_event *event;
    struct nlrs_monitor *m, *open;
    struct nlrs_socket *sender;
    struct nlmsghdr message = {.nlmsg_len = sizeof message, .nlmsg_type = 0x55, .nlmsg_seq = 77};
    int i;

    REQUIRE(nlrs_monitor_open(NETLINK_USERSOCK, group, 1, NULL, &m) == 0);
    CHECK_INT(nlrs_socket_options_set_any_sender(options, 1), 0);
    REQUIRE(nlrs_monitor_open(NETLINK_USERSOCK, group, 1, options, &open) == 0);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &sender) == 0);
    nlrs_socket_options_free(options);
    for (i = 0; i < 5; i++)
        /* The group gets it; port 0, the kernel, does not listen to this protocol. */
        CHECK_INT(nlrs_socket_send_to(sender, &message, sizeof message, 0, 0, 7), -ECONNREFUSED);
    nlrs_monitor_set_timeout(m, 20);
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_FOREIGN), 5);
    /* A sequence number does not make an event an answer. */
    CHECK_INT(drain(open, 0x55), 5);
    nlrs_monitor_close(m);
    nlrs_monitor_close(open);
    nlrs_socket_close(sender);
}

int main(void)
{
    check_own_netns();
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &sock) == 0);
    groups();
    high_group();
    overflow();
    long_snapshot();
    cancellation();
    filters();
    names();
    uevents();
    foreigners();
    namespaces();
    nlrs_socket_close(sock);
    return check_end();
}
