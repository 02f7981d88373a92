/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How a monitor waits: woken, timed out and cancelled in every way, without an event lost, told twice or made up. */
#include "check.h"
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

enum { RACES = 3000 };

static struct nlrs_socket *sock;

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One link event. */
static void touch_loopback(void)
{
    static uint32_t mtu = 3000;
    struct ifinfomsg info = {.ifi_index = 1};
    struct nlrs_msg *m = nlrs_msg_new(128);

    nlrs_msg_begin(m, RTM_NEWLINK, 0);
    nlrs_msg_put_header(m, &info, sizeof info);
    nlrs_msg_put_u32(m, IFLA_MTU, ++mtu);
    REQUIRE(nlrs_msg_end(m) == 0);
    CHECK_INT(nlrs_request(sock, nlrs_msg_first(m), NULL, NULL, NULL), 0);
    nlrs_msg_free(m);
}

/* One event of IPv4 addresses, and more of other groups. */
static void change_address(uint32_t type)
{
    static const uint8_t address[4] = {192, 0, 2, 9};
    struct ifaddrmsg header = {.ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = 1};
    struct nlrs_msg *m = nlrs_msg_new(128);

    nlrs_msg_begin(m, type, type == RTM_NEWADDR ? NLM_F_CREATE : 0);
    nlrs_msg_put_header(m, &header, sizeof header);
    nlrs_msg_put_in_addr(m, IFA_LOCAL, address);
    REQUIRE(nlrs_msg_end(m) == 0);
    CHECK_INT(nlrs_request(sock, nlrs_msg_first(m), NULL, NULL, NULL), 0);
    nlrs_msg_free(m);
}

static struct nlrs_monitor *open_monitor(uint32_t group)
{
    struct nlrs_monitor *m = NULL;
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &m) == 0);
    return m;
}

/* Cancelled again and again, at every moment of a call, while events come: each cancellation ends one call, no event is lost, and
   nothing but events is told. */
static _Atomic int cancelled;

static void *cancel_often(void *arg)
{
    unsigned seed = 1;
    for (int i = 0; i < RACES; i++) {
        volatile unsigned spin;
        seed = seed * 1103515245u + 12345u;
        for (spin = seed >> 16 & 0x3fff; spin > 0; spin--)
            ;
        CHECK_INT(nlrs_monitor_cancel(arg), 0);
        if (i % 16 == 0)
            touch_loopback();
        /* One that comes before the one before has ended a call is one with it. */
        while (atomic_load(&cancelled) <= i)
            sched_yield();
    }
    return NULL;
}

static void cancel_races(int with_deadline)
{
    struct nlrs_monitor *m = open_monitor(RTNLGRP_LINK);
    const struct nlrs_event *event;
    pthread_t thread;
    int events = 0, others = 0;

    atomic_store(&cancelled, 0);
    nlrs_monitor_set_timeout(m, with_deadline ? 20000 : -1);
    REQUIRE(pthread_create(&thread, NULL, cancel_often, m) == 0);
    while (atomic_load(&cancelled) < RACES) {
        int code = nlrs_monitor_next(m, &event);
        if (code == NLRS_ECANCELED)
            atomic_fetch_add(&cancelled, 1);
        else if (code == 1 && nlrs_event_kind(event) == NLRS_EVENT_MESSAGE &&
                 nlrs_nlmsg_type(nlrs_event_message(event)) == RTM_NEWLINK && nlrs_event_group(event) == RTNLGRP_LINK)
            events++;
        else if (others++ < 5)
            CHECK_INT(code, 0);
    }
    pthread_join(thread, NULL);
    nlrs_monitor_set_timeout(m, 0);
    while (nlrs_monitor_next(m, &event) == 1)
        events++;
    CHECK_INT(others, 0);
    CHECK_INT(events, (RACES + 15) / 16);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_RECEIVED), events);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_DELIVERED), events);
    nlrs_monitor_close(m);
}

static struct nlrs_monitor *target;
static volatile sig_atomic_t errno_changed;

static void on_alarm(int number)
{
    int before = errno;
    (void)number;
    errno = ERANGE;
    if (target != NULL)
        nlrs_monitor_cancel(target);
    errno_changed |= errno != ERANGE;
    errno = before;
}

static void set_alarm(long first_us, long every_us)
{
    struct itimerval timer = {{every_us / 1000000, every_us % 1000000}, {first_us / 1000000, first_us % 1000000}};
    REQUIRE(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

/* A signal every millisecond does not make a wait longer, nor end it; a cancellation by a handler does, whatever SA_RESTART says. */
static void signals(void)
{
    struct nlrs_monitor *m = open_monitor(RTNLGRP_LINK);
    const struct nlrs_event *event;
    /* Under valgrind the handling of one signal takes more than a millisecond, so that nothing else would ever run. */
    const char *given = getenv("CHECK_ALARM_US");
    const long period = given != NULL ? atol(given) : 1000;
    int restart;

    for (restart = 0; restart < 2; restart++) {
        struct sigaction action = {.sa_handler = on_alarm, .sa_flags = restart ? SA_RESTART : 0};
        long long before;

        REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
        nlrs_monitor_set_timeout(m, 200);
        before = now_ms();
        set_alarm(period, period);
        CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
        set_alarm(0, 0);
        CHECK(now_ms() - before >= 200);
        CHECK(now_ms() - before < 2000);

        nlrs_monitor_set_timeout(m, restart ? -1 : 30000);
        target = m;
        set_alarm(30000, 0);
        CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ECANCELED);
        target = NULL;
    }
    CHECK_INT(errno_changed, 0);
    signal(SIGALRM, SIG_DFL);
    nlrs_monitor_close(m);
}

static void *cancel_soon(void *arg)
{
    const struct timespec moment = {0, 50000000};
    nanosleep(&moment, NULL);
    CHECK_INT(nlrs_monitor_cancel(arg), 0);
    return NULL;
}

static void cancel_once(struct nlrs_monitor *m)
{
    const struct nlrs_event *event;
    long long before = now_ms();
    pthread_t thread;

    nlrs_monitor_set_timeout(m, 20000);
    REQUIRE(pthread_create(&thread, NULL, cancel_soon, m) == 0);
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ECANCELED);
    /* By the cancellation, and not when the time was over. */
    CHECK(now_ms() - before < 10000);
    pthread_join(thread, NULL);
    /* It holds for one call, and leaves nothing behind. */
    nlrs_monitor_set_timeout(m, 20);
    CHECK_INT(nlrs_monitor_next(m, &event), NLRS_ETIMEDOUT);
}

/* What a caller may do to the socket does not take the means to cancel away. */
static void changed_sockets(void)
{
    struct sock_filter links_alone[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x1000, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog program = {4, links_alone};
    struct nlrs_filter *filter = nlrs_filter_new();
    struct nlrs_monitor *m = open_monitor(RTNLGRP_LINK);
    int flags = fcntl(nlrs_monitor_fd(m), F_GETFL);

    cancel_once(m);
    CHECK_INT(fcntl(nlrs_monitor_fd(m), F_SETFL, flags | O_NONBLOCK), 0);
    cancel_once(m);
    nlrs_monitor_close(m);

    m = open_monitor(RTNLGRP_LINK);
    REQUIRE(nlrs_filter_add_type(filter, RTM_NEWROUTE) == 0);
    CHECK_INT(nlrs_socket_set_filter(nlrs_monitor_socket(m), filter), 0);
    cancel_once(m);
    nlrs_monitor_close(m);
    nlrs_filter_free(filter);

    m = open_monitor(RTNLGRP_LINK);
    CHECK_INT(nlrs_socket_set_option(nlrs_monitor_socket(m), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
    cancel_once(m);
    nlrs_monitor_close(m);
}

/* Protocols whose kernel side answers, does not answer, or is not there at all. */
static void protocols(void)
{
    static const int numbers[] = {NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_XFRM, NETLINK_KOBJECT_UEVENT,
                                  NETLINK_SOCK_DIAG, NETLINK_USERSOCK};
    size_t i;

    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const uint32_t group = 1;
        struct nlrs_monitor *m;
        int code = nlrs_monitor_open(numbers[i], &group, numbers[i] != NETLINK_GENERIC, NULL, &m);

        if (code == -EPROTONOSUPPORT) {
            printf("protocol %d: not in this kernel\n", numbers[i]);
            continue;
        }
        if (!CHECK_INT(code, 0))
            continue;
        if (numbers[i] == NETLINK_ROUTE)
            nlrs_monitor_set_raw(m, 1);
        cancel_once(m);
        nlrs_monitor_close(m);
    }
}

/* The group of each event is right while one, and when several groups are joined, also of those that waited then. */
static void group_numbers(void)
{
    struct nlrs_monitor *m = open_monitor(RTNLGRP_LINK);
    const struct nlrs_event *event;
    unsigned links = 0, addresses = 0, wrong = 0;
    int round;

    for (round = 0; round < 3; round++) {
        touch_loopback();
        if (round == 1) {
            CHECK_INT(nlrs_monitor_join(m, RTNLGRP_IPV4_IFADDR), 0);
            change_address(RTM_NEWADDR);
        }
        if (round == 2) {
            CHECK_INT(nlrs_monitor_leave(m, RTNLGRP_LINK), 0);
            change_address(RTM_DELADDR);
        }
        nlrs_monitor_set_timeout(m, 100);
        while (nlrs_monitor_next(m, &event) == 1) {
            int is_link = nlrs_nlmsg_type(nlrs_event_message(event)) == RTM_NEWLINK;
            wrong += nlrs_event_group(event) != (uint32_t)(is_link ? RTNLGRP_LINK : RTNLGRP_IPV4_IFADDR);
            wrong += nlrs_event_nsid(event) != -1;
            links += is_link != 0;
            addresses += is_link == 0;
        }
    }
    CHECK_INT(links, 3);
    CHECK_INT(addresses, 2);
    CHECK_INT(wrong, 0);
    nlrs_monitor_close(m);
}

int main(void)
{
    check_own_netns();
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &sock) == 0);
    cancel_races(1);
    cancel_races(0);
    signals();
    changed_sockets();
    protocols();
    group_numbers();
    nlrs_socket_close(sock);
    return check_end();
}
