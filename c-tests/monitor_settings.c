/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Timeouts and deadlines of monitors, numbers of tables, functions that are called when an argument is not used any more, and the
   senders of events. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <sys/socket.h>
#include <time.h>

static struct nlrs_peer *peer;
static struct nlrs_socket *events;
static struct nlrs_monitor *m;
static const struct nlrs_event *event;

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Milliseconds since a time. */
static int64_t since_ms(int64_t start)
{
    return (now_ns() - start) / 1000000;
}

static void open_on_peer(void)
{
    REQUIRE((peer = nlrs_peer_new(NULL, NULL)) != NULL);
    REQUIRE(nlrs_socket_open_peer(NETLINK_USERSOCK, peer, NULL, &events) == 0);
    REQUIRE(nlrs_monitor_open_on(events, NULL, &m) == 0);
}

static void close_on_peer(void)
{
    nlrs_monitor_close(m);
    nlrs_socket_close(events);
    nlrs_peer_free(peer);
}

static void add_event(void)
{
    const struct nlmsghdr nlh = {.nlmsg_len = sizeof nlh, .nlmsg_type = 0x100};
    CHECK_INT(nlrs_peer_event(peer, &nlh, sizeof nlh), 0);
}

static void timeouts(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    int64_t start;

    /* Without limit unless something else was asked for. */
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_timeout(m), -1);
    CHECK_INT(nlrs_monitor_set_timeout(m, 70), 0);
    CHECK_INT(nlrs_monitor_timeout(m), 70);
    CHECK_INT(nlrs_monitor_set_timeout(m, -5), 0);
    CHECK_INT(nlrs_monitor_timeout(m), -1);
    nlrs_monitor_close(m);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, options, &m) == 0);
    CHECK_INT(nlrs_monitor_timeout(m), -1);
    nlrs_monitor_close(m);
    CHECK_INT(nlrs_socket_options_set_timeout(options, 50), 0);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, options, &m) == 0);
    CHECK_INT(nlrs_monitor_timeout(m), 50);
    start = now_ns();
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
    CHECK(since_ms(start) >= 49);
    nlrs_monitor_close(m);
    nlrs_socket_options_free(options);
    open_on_peer();
    CHECK_INT(nlrs_monitor_timeout(m), -1);
    close_on_peer();
    CHECK_INT(nlrs_monitor_timeout(NULL), 0);
}

/* Each event brings the next one: only a deadline ends the loop. */
static int add_another(const struct nlrs_event *unused, void *arg)
{
    (void)unused;
    ++*(unsigned long *)arg;
    add_event();
    return 0;
}

static void deadlines(void)
{
    unsigned long count = 0;
    int64_t start;

    open_on_peer();
    /* Nothing comes, and the timeout is none. */
    start = now_ns();
    CHECK_INT(nlrs_monitor_set_deadline(m, start + 60000000), 0);
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
    CHECK(since_ms(start) >= 60 && since_ms(start) < 5000);
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);

    /* A timeout that ends earlier, and later. */
    start = now_ns();
    CHECK_INT(nlrs_monitor_set_deadline(m, start + 20000000000), 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 30), 0);
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
    CHECK(since_ms(start) >= 30 && since_ms(start) < 5000);
    start = now_ns();
    CHECK_INT(nlrs_monitor_set_deadline(m, start + 30000000), 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 20000), 0);
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
    CHECK(since_ms(start) >= 30 && since_ms(start) < 5000);

    /* A call that never waits. */
    CHECK_INT(nlrs_monitor_set_timeout(m, 0), 0);
    CHECK_INT(nlrs_monitor_set_deadline(m, now_ns() + 20000000000), 0);
    CHECK_INT(nlrs_monitor_next(m, &event), -EAGAIN);

    /* Events keep coming. */
    CHECK_INT(nlrs_monitor_set_timeout(m, -1), 0);
    add_event();
    start = now_ns();
    CHECK_INT(nlrs_monitor_set_deadline(m, start + 100000000), 0);
    CHECK_INT(nlrs_monitor_loop(m, add_another, &count), NLRS_ETIMEDOUT);
    CHECK(since_ms(start) >= 100 && since_ms(start) < 10000);
    CHECK(count > 10);

    /* The event that was left is still there. */
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_monitor_set_deadline(m, -1), 0);
    CHECK_INT(nlrs_monitor_next(m, &event), 1);
    CHECK_INT(nlrs_monitor_set_deadline(m, 0), 0);
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_monitor_set_deadline(NULL, 0), -EINVAL);
    close_on_peer();

    /* On the kernel's socket, where a wait without a deadline is one receive. */
    {
        const uint32_t group = RTNLGRP_LINK;
        REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &m) == 0);
        start = now_ns();
        CHECK_INT(nlrs_monitor_set_deadline(m, start + 60000000), 0);
        CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
        CHECK(since_ms(start) >= 60 && since_ms(start) < 5000);
        nlrs_monitor_close(m);
    }
}

static int count_one(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    ++*(int *)arg;
    return 0;
}

/* No number of a table means "none", or is one of what can be followed. */
static void table_numbers(void)
{
    static const uint32_t objects[] = {NLRS_LINKS, NLRS_ADDRESSES, NLRS_ROUTES, NLRS_NEIGHBOURS, NLRS_RULES};
    uint32_t seen = 0, i;
    int code, count = 0;

    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 200), 0);
    CHECK_INT(nlrs_monitor_objects(m, 1, count_one, &count), -EINVAL);
    for (i = 0; i < 5; i++)
        CHECK_INT(nlrs_monitor_follow(m, objects[i], AF_UNSPEC), i + 1);
    for (i = 0; i <= 250; i++)
        CHECK_INT(nlrs_monitor_follow(m, i, AF_UNSPEC), -EINVAL);
    CHECK_INT(nlrs_monitor_objects(m, 1, count_one, &count), -EOPNOTSUPP);
    CHECK_INT(nlrs_monitor_set_difference(m, 1), 0);
    while ((code = nlrs_monitor_next(m, &event)) == 1) {
        CHECK(nlrs_event_table(event) >= 1 && nlrs_event_table(event) <= 5);
        seen |= 1u << nlrs_event_table(event);
    }
    CHECK_INT(code, NLRS_ETIMEDOUT);
    CHECK_INT(seen, 0x3e);
    for (i = 1; i <= 5; i++)
        CHECK_INT(nlrs_monitor_objects(m, i, count_one, &count), 0);
    CHECK(count > 0);
    CHECK_INT(nlrs_monitor_objects(m, 0, count_one, &count), -EINVAL);
    CHECK_INT(nlrs_monitor_objects(m, 6, count_one, &count), -EINVAL);
    CHECK_INT(nlrs_monitor_objects(m, UINT32_MAX, count_one, &count), -EINVAL);
    for (i = 0; i < 5; i++)
        CHECK_INT(nlrs_monitor_objects(m, objects[i], count_one, &count), -EINVAL);
    nlrs_monitor_close(m);

    open_on_peer();
    add_event();
    CHECK_INT(nlrs_monitor_next(m, &event), 1);
    CHECK_INT(nlrs_event_table(event), 0);
    close_on_peer();
}

static int no_key(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg)
{
    (void)nlh, (void)key, (void)ret_len, (void)arg;
    return NLRS_KEY_NONE;
}

static void count_release(void *arg)
{
    ++*(int *)arg;
}

/* The argument of a key function is released once, whatever happens. */
static void releases(void)
{
    const struct nlmsghdr get = {.nlmsg_len = sizeof get, .nlmsg_type = 0x102};
    const struct nlmsghdr cut = {.nlmsg_len = 15};
    int released[6] = {0}, i;

    CHECK_INT(nlrs_monitor_add_table(NULL, &get, no_key, &released[0], count_release), -EINVAL);
    CHECK_INT(released[0], 1);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_add_table(m, NULL, no_key, &released[1], count_release), -EINVAL);
    CHECK_INT(released[1], 1);
    CHECK_INT(nlrs_monitor_add_table(m, &cut, no_key, &released[2], count_release), -EINVAL);
    CHECK_INT(released[2], 1);
    CHECK_INT(nlrs_monitor_add_table(m, &get, NULL, &released[3], count_release), 1);
    CHECK_INT(released[3], 1);
    CHECK_INT(nlrs_monitor_add_table(m, &get, no_key, &released[4], count_release), 2);
    CHECK_INT(nlrs_monitor_add_table(m, &get, no_key, &released[5], NULL), 3);
    CHECK_INT(released[4], 0);
    nlrs_monitor_close(m);
    for (i = 0; i < 5; i++)
        CHECK_INT(released[i], 1);
    CHECK_INT(released[5], 0);
}

/* Of the kernel's and of a program's events: who has sent them. */
static void senders(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    const struct nlmsghdr nlh = {.nlmsg_len = sizeof nlh, .nlmsg_type = 0x100};
    struct nlrs_socket *sender = NULL;
    const uint32_t group = 3;
    const int on = 1;
    int32_t pid = -7;
    uint32_t uid = 0, gid = 0;
    int code;

    CHECK_INT(nlrs_socket_options_set_any_sender(options, 1), 0);
    code = nlrs_monitor_open(NETLINK_USERSOCK, &group, 1, options, &m);
    if (code == -EPERM) {
        printf("SKIP: events of programs: not for this process\n");
        nlrs_socket_options_free(options);
        return;
    }
    REQUIRE(code == 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 2000), 0);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &sender) == 0);
    /* The group gets it; then the kernel refuses its own copy, since nobody listens at port 0. */
    code = nlrs_socket_send_to(sender, &nlh, sizeof nlh, 0, 0, group);
    CHECK(code == 0 || code == -ECONNREFUSED);
    REQUIRE(nlrs_monitor_next(m, &event) == 1);
    CHECK_INT(nlrs_event_group(event), group);
    CHECK(nlrs_event_portid(event) != 0);
    CHECK_INT(nlrs_event_portid(event), nlrs_socket_portid(sender));
    CHECK_INT(nlrs_event_credentials(event, &pid, &uid, &gid), -ENOENT);
    CHECK_INT(pid, -7);

    CHECK_INT(nlrs_socket_set_option(nlrs_monitor_socket(m), SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
    nlrs_socket_send_to(sender, &nlh, sizeof nlh, 0, 0, group);
    REQUIRE(nlrs_monitor_next(m, &event) == 1);
    CHECK_INT(nlrs_event_portid(event), nlrs_socket_portid(sender));
    CHECK_INT(nlrs_event_group(event), group);
    CHECK_INT(nlrs_event_credentials(event, &pid, &uid, &gid), 0);
    CHECK_INT(pid, getpid());
    CHECK_INT(uid, getuid());
    CHECK_INT(gid, getgid());
    CHECK_INT(nlrs_event_credentials(event, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_event_credentials(NULL, &pid, &uid, &gid), -EINVAL);
    nlrs_socket_close(sender);
    nlrs_monitor_close(m);
    nlrs_socket_options_free(options);
    CHECK_INT(nlrs_event_portid(NULL), 0);
}

int main(void)
{
    check_own_netns();
    timeouts();
    deadlines();
    table_numbers();
    releases();
    senders();
    return check_end();
}
