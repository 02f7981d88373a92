/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Waiting: a timer signal each millisecond does not end it, a cancellation does, from a thread and from a signal
   handler, under load. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

enum { ROUTES = 10000 };

static struct nlrs_socket *s;

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void make_routes(void)
{
    struct nlrs_batch *batch = nlrs_batch_new();
    struct nlrs_msg *m;
    struct ifinfomsg ifi;
    struct rtmsg rtm;
    uint32_t i;
    REQUIRE(batch != NULL);
    m = nlrs_batch_msg(batch);
    memset(&ifi, 0, sizeof ifi);
    ifi.ifi_index = 1;
    ifi.ifi_flags = ifi.ifi_change = 1; /* IFF_UP */
    nlrs_msg_begin(m, RTM_NEWLINK, 0);
    nlrs_msg_put_header(m, &ifi, sizeof ifi);
    nlrs_msg_end(m);
    memset(&rtm, 0, sizeof rtm);
    rtm.rtm_family = AF_INET;
    rtm.rtm_dst_len = 32;
    rtm.rtm_table = RT_TABLE_MAIN;
    rtm.rtm_protocol = RTPROT_STATIC;
    rtm.rtm_type = RTN_UNICAST;
    rtm.rtm_scope = RT_SCOPE_LINK;
    for (i = 0; i < ROUTES; i++) {
        nlrs_msg_begin(m, RTM_NEWROUTE, NLM_F_CREATE);
        nlrs_msg_put_header(m, &rtm, sizeof rtm);
        nlrs_msg_put_be32(m, RTA_DST, 0x0a000001 + i);
        nlrs_msg_put_u32(m, RTA_OIF, 1);
        nlrs_msg_end(m);
    }
    REQUIRE(nlrs_batch_send(s, batch, NULL) == 0);
    nlrs_batch_free(batch);
}

static struct {
    struct nlmsghdr nlh;
    struct rtmsg rtm;
} routes;

static int counted(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    ++*(int *)arg;
    return 0;
}

static volatile sig_atomic_t ticks;

static void on_tick(int number)
{
    (void)number;
    ticks++;
}

static void a_signal_each_millisecond(void)
{
    struct sigaction action;
    struct itimerval timer = {{0, 1000}, {0, 1000}}, none = {{0, 0}, {0, 0}};
    char byte;
    size_t len;
    int i;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_tick; /* without SA_RESTART */
    REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
    REQUIRE(setitimer(ITIMER_REAL, &timer, NULL) == 0);
    for (i = 0; i < 20 || ticks < 20; i++) {
        int count = 0;
        REQUIRE(i < 2000);
        if (!CHECK_INT(nlrs_dump(s, &routes.nlh, counted, &count, NULL), 0) || !CHECK_INT(count, ROUTES))
            break;
    }
    /* A wait for nothing ends at its deadline, neither earlier nor later because of the signals. */
    for (i = 0; i < 3; i++) {
        long start = milliseconds(), waited;
        CHECK_INT(nlrs_socket_set_timeout(s, 100), 0);
        CHECK_INT(nlrs_socket_recv(s, &byte, 1, 0, &len, NULL, NULL, NULL), NLRS_ETIMEDOUT);
        waited = milliseconds() - start;
        CHECK(waited >= 99 && waited < 1000);
    }
    REQUIRE(setitimer(ITIMER_REAL, &none, NULL) == 0);
    CHECK(ticks >= 20);
    CHECK_INT(nlrs_socket_set_timeout(s, 30000), 0);
}

static void *cancel_later(void *arg)
{
    struct timespec pause = {0, 30000000};
    nanosleep(&pause, NULL);
    return (void *)(long)nlrs_socket_cancel(arg);
}

static void a_blocked_call_is_cancelled(void)
{
    pthread_t thread;
    char byte;
    size_t len;
    void *code;
    int i, count = 0;
    for (i = 0; i < 5; i++) {
        long start = milliseconds();
        REQUIRE(pthread_create(&thread, NULL, cancel_later, s) == 0);
        CHECK_INT(nlrs_socket_recv(s, &byte, 1, 0, &len, NULL, NULL, NULL), NLRS_ECANCELED);
        CHECK(milliseconds() - start < 5000);
        REQUIRE(pthread_join(thread, &code) == 0);
        CHECK_INT((long)code, 0);
    }
    /* Once: the socket remains usable. */
    CHECK_INT(nlrs_dump(s, &routes.nlh, counted, &count, NULL), 0);
    CHECK_INT(count, ROUTES);
    /* A cancellation before a call ends that call and no other; two without a call between count as one. */
    CHECK_INT(nlrs_socket_cancel(s), 0);
    CHECK_INT(nlrs_socket_cancel(s), 0);
    CHECK_INT(nlrs_dump(s, &routes.nlh, counted, &count, NULL), NLRS_ECANCELED);
    count = 0;
    CHECK_INT(nlrs_dump(s, &routes.nlh, counted, &count, NULL), 0);
    CHECK_INT(count, ROUTES);
}

static volatile sig_atomic_t kept_errno;

static void on_cancel(int number)
{
    (void)number;
    errno = 4321;
    nlrs_socket_cancel(s);
    kept_errno = errno == 4321;
}

static void a_signal_handler_cancels(void)
{
    struct sigaction action;
    struct itimerval timer = {{0, 0}, {0, 30000}};
    char byte;
    size_t len;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_cancel;
    action.sa_flags = SA_RESTART;
    REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
    REQUIRE(setitimer(ITIMER_REAL, &timer, NULL) == 0);
    CHECK_INT(nlrs_socket_recv(s, &byte, 1, 0, &len, NULL, NULL, NULL), NLRS_ECANCELED);
    CHECK_INT(kept_errno, 1);
}

static volatile int stop;
static unsigned long cancellations;

static void *cancel_repeatedly(void *arg)
{
    struct timespec pause = {0, 200000};
    while (!stop) {
        nanosleep(&pause, NULL);
        nlrs_socket_cancel(arg);
        cancellations++;
    }
    return NULL;
}

struct tally {
    unsigned long complete, cancelled, wrong;
};

static void *dump_repeatedly(void *arg)
{
    struct tally *tally = arg;
    while (!stop) {
        int count = 0, code = nlrs_dump(s, &routes.nlh, counted, &count, NULL);
        if (code == 0 && count == ROUTES)
            tally->complete++;
        else if (code == NLRS_ECANCELED && count <= ROUTES)
            tally->cancelled++;
        else
            tally->wrong++;
    }
    return NULL;
}

/* Two threads dump, a third cancels: each dump is complete or cancelled, and none hangs. */
static void cancelled_under_load(void)
{
    pthread_t threads[3];
    struct tally tallies[2];
    struct timespec second = {1, 0};
    int i, count = 0, code;
    memset(tallies, 0, sizeof tallies);
    stop = 0;
    for (i = 0; i < 2; i++)
        REQUIRE(pthread_create(&threads[i], NULL, dump_repeatedly, &tallies[i]) == 0);
    nanosleep(&second, NULL);
    REQUIRE(pthread_create(&threads[2], NULL, cancel_repeatedly, s) == 0);
    nanosleep(&second, NULL);
    stop = 1;
    for (i = 0; i < 3; i++)
        REQUIRE(pthread_join(threads[i], NULL) == 0);
    CHECK_INT(tallies[0].wrong + tallies[1].wrong, 0);
    CHECK(tallies[0].complete + tallies[1].complete > 0);
    CHECK(tallies[0].cancelled + tallies[1].cancelled > 0);
    CHECK(cancellations > 0);
    /* One cancellation may remain for the next call. */
    code = nlrs_dump(s, &routes.nlh, counted, &count, NULL);
    CHECK(code == 0 || code == NLRS_ECANCELED);
    count = 0;
    CHECK_INT(nlrs_dump(s, &routes.nlh, counted, &count, NULL), 0);
    CHECK_INT(count, ROUTES);
}

static void *receives(void *arg)
{
    char buf[16];
    size_t len = 0;
    long received = 0;
    while (nlrs_socket_recv(arg, buf, sizeof buf, 0, &len, NULL, NULL, NULL) == 0 && len == 4)
        received++;
    return (void *)received;
}

/* One thread waits for a datagram while another sends on the same socket. */
static void sending_while_receiving(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *one = NULL;
    pthread_t thread;
    void *received;
    int i;
    REQUIRE(options != NULL && nlrs_socket_options_set_any_sender(options, 1) == 0);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &one) == 0);
    REQUIRE(pthread_create(&thread, NULL, receives, one) == 0);
    for (i = 0; i < 1000; i++)
        if (!CHECK_INT(nlrs_socket_send_to(one, "self", 4, 0, nlrs_socket_portid(one), 0), 0))
            break;
    CHECK_INT(nlrs_socket_send_to(one, "end", 3, 0, nlrs_socket_portid(one), 0), 0);
    REQUIRE(pthread_join(thread, &received) == 0);
    CHECK_INT((long)received, 1000);
    nlrs_socket_close(one);
    nlrs_socket_options_free(options);
}

/* Non-blocking: -EAGAIN until the descriptor is ready for nlrs_socket_poll_events. */
static void with_an_event_loop(void)
{
    struct nlrs_dump *dump = NULL;
    const struct nlmsghdr *nlh;
    struct pollfd poller;
    int count = 0, code;
    CHECK_INT(nlrs_socket_set_timeout(s, 0), 0);
    REQUIRE(nlrs_dump_begin(s, &routes.nlh, &dump) == 0);
    for (;;) {
        code = nlrs_dump_next(dump, &nlh);
        if (code == 1) {
            count++;
            continue;
        }
        if (code != -EAGAIN)
            break;
        poller.fd = nlrs_socket_fd(s);
        poller.events = (short)nlrs_socket_poll_events(s);
        REQUIRE(poll(&poller, 1, 5000) == 1);
    }
    CHECK_INT(code, 0);
    CHECK_INT(count, ROUTES);
    CHECK_INT(nlrs_dump_end(dump, NULL), 0);
    CHECK_INT(nlrs_socket_set_timeout(s, 30000), 0);
}

int main(void)
{
    check_own_netns();
    routes.nlh.nlmsg_len = sizeof routes;
    routes.nlh.nlmsg_type = RTM_GETROUTE;
    routes.rtm.rtm_family = AF_INET;
    routes.rtm.rtm_table = RT_TABLE_MAIN;
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    make_routes();
    a_signal_each_millisecond();
    a_blocked_call_is_cancelled();
    a_signal_handler_cancels();
    cancelled_under_load();
    sending_while_receiving();
    with_an_event_loop();
    nlrs_socket_close(s);
    return check_end();
}
