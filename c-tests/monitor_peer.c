/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Monitors with scripted peers: what a kernel does seldom. One peer sends the events, another answers the requests. */
#include "check.h"
#include <nlrs.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>

#define TYPE_NEW 0x100
#define TYPE_DEL 0x101
#define TYPE_GET 0x102
#define PROTOCOL NETLINK_USERSOCK

/* An object: its key, and what there is to know of it. */
struct object {
    struct nlmsghdr nlh;
    uint32_t key;
    uint32_t value;
};

static struct nlrs_peer *events_peer, *requests_peer;
static struct nlrs_socket *events, *requests;
static struct nlrs_monitor *m;

static struct object object(uint16_t type, uint16_t flags, uint32_t seq, uint32_t key, uint32_t value)
{
    struct object o = {{sizeof o, type, flags, seq, 0}, key, value};
    return o;
}

static void tell(uint16_t type, uint32_t seq, uint32_t key, uint32_t value)
{
    struct object o = object(type, 0, seq, key, value);
    CHECK_INT(nlrs_peer_event(events_peer, &o, sizeof o), 0);
}

static void answer(uint16_t flags, uint32_t key, uint32_t value)
{
    struct object o = object(TYPE_NEW, NLM_F_MULTI | flags, 0, key, value);
    CHECK_INT(nlrs_peer_reply(requests_peer, &o, sizeof o, 0), 0);
}

static void end_answer(int code)
{
    CHECK_INT(nlrs_peer_done(requests_peer, code), 0);
    CHECK_INT(nlrs_peer_next(requests_peer), 0);
}

static int key_of(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg)
{
    int *code = arg;
    if (code != NULL && *code != 0)
        return *code;
    if (nlh->nlmsg_type != TYPE_NEW && nlh->nlmsg_type != TYPE_DEL)
        return NLRS_KEY_NONE;
    memcpy(key, &((const struct object *)nlh)->key, 4);
    *ret_len = 4;
    return nlh->nlmsg_type == TYPE_NEW ? NLRS_KEY_PRESENT : NLRS_KEY_DELETED;
}

static void open_monitor(int difference, nlrs_key_fn fn, void *arg)
{
    struct nlmsghdr get = {.nlmsg_len = sizeof get, .nlmsg_type = TYPE_GET};

    REQUIRE((events_peer = nlrs_peer_new(NULL, NULL)) != NULL && (requests_peer = nlrs_peer_new(NULL, NULL)) != NULL);
    REQUIRE(nlrs_socket_open_peer(PROTOCOL, events_peer, NULL, &events) == 0);
    REQUIRE(nlrs_socket_open_peer(PROTOCOL, requests_peer, NULL, &requests) == 0);
    REQUIRE(nlrs_monitor_open_on(events, requests, &m) == 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 3000), 0);
    CHECK_INT(nlrs_monitor_set_interval(m, 20), 0);
    CHECK_INT(nlrs_monitor_set_difference(m, difference), 0);
    CHECK_INT(nlrs_monitor_add_table(m, &get, fn, arg, NULL), 1);
    CHECK_INT(nlrs_peer_set_sender(events_peer, 0, 3, -1), 0);
}

static void close_monitor(void)
{
    nlrs_monitor_close(m);
    nlrs_socket_close(events);
    nlrs_socket_close(requests);
    nlrs_peer_free(events_peer);
    nlrs_peer_free(requests_peer);
}

static const struct nlrs_event *event;

#define EXPECT(kind) CHECK_INT(next(), kind)

/* The kind of the next event, or a code. */
static int next(void)
{
    int code = nlrs_monitor_next(m, &event);
    return code == 1 ? (int)nlrs_event_kind(event) : code;
}

#define EXPECT_OBJECT(expected_kind, expected_key, expected_value) \
    do { \
        const struct object *got; \
        if (CHECK_INT(next(), expected_kind) && CHECK(nlrs_event_message(event) != NULL)) { \
            got = (const struct object *)nlrs_event_message(event); \
            CHECK_INT(got->key, expected_key); \
            CHECK_INT(got->value, expected_value); \
        } \
    } while (0)

static void nothing_more(void)
{
    nlrs_monitor_set_timeout(m, 0);
    EXPECT(-EAGAIN);
    nlrs_monitor_set_timeout(m, 3000);
}

static void snapshot_then_events(void)
{
    open_monitor(0, NULL, NULL);
    CHECK_INT(nlrs_monitor_is_current(m), 0);
    answer(0, 1, 10);
    answer(0, 2, 20);
    end_answer(0);
    /* These are there before the snapshot is read, and are told behind it. */
    tell(TYPE_NEW, 0, 3, 30);
    tell(TYPE_DEL, 0, 1, 10);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 1, 10);
    CHECK_INT(nlrs_event_group(event), 0);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 2, 20);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    CHECK_INT(nlrs_event_count(event), 2);
    EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 3, 30);
    CHECK_INT(nlrs_event_group(event), 3);
    EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 1, 10);
    nothing_more();
    CHECK_INT(nlrs_monitor_is_current(m), 1);
    CHECK_INT(nlrs_monitor_set_difference(m, 1), NLRS_EBUSY);

    /* Again when asked. */
    CHECK_INT(nlrs_monitor_resync(m), 0);
    CHECK_INT(nlrs_monitor_is_current(m), 0);
    answer(0, 2, 20);
    end_answer(0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 2, 20);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_RESYNCS), 1);
    close_monitor();
}

static void interrupted_snapshot(void)
{
    open_monitor(0, NULL, NULL);
    answer(0, 1, 10);
    answer(NLM_F_DUMP_INTR, 2, 20);
    end_answer(0);
    answer(0, 1, 11);
    end_answer(0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 1, 10);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 2, 20);
    /* No end: it begins anew, after a pause. */
    nothing_more();
    CHECK_INT(nlrs_monitor_is_current(m), 0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 1, 11);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    CHECK_INT(nlrs_monitor_is_current(m), 1);
    close_monitor();
}

static void overrun_within_snapshot(void)
{
    open_monitor(0, NULL, NULL);
    answer(0, 1, 10);
    end_answer(0);
    answer(0, 1, 10);
    answer(0, 4, 40);
    end_answer(0);
    tell(TYPE_NEW, 0, 3, 30);
    /* A request releases what is prepared as its reply: here an overflow. */
    CHECK_INT(nlrs_peer_fail(events_peer, -ENOBUFS), 0);
    CHECK(nlrs_socket_send(events, &(struct nlmsghdr){.nlmsg_len = 16, .nlmsg_type = TYPE_GET}, 16, 0) >= 0);
    tell(TYPE_NEW, 0, 5, 50);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 1, 10);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 3, 30);
    EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 5, 50);
    EXPECT(NLRS_EVENT_OVERRUN);
    CHECK_INT(nlrs_monitor_is_current(m), 0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 1, 10);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 4, 40);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    nothing_more();
    CHECK_INT(nlrs_monitor_is_current(m), 1);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_OVERRUNS), 1);

    /* The kernel may also say it by a message. */
    tell(NLMSG_OVERRUN, 0, 0, 0);
    tell(NLMSG_NOOP, 0, 0, 0);
    answer(0, 4, 41);
    end_answer(0);
    EXPECT(NLRS_EVENT_OVERRUN);
    CHECK_INT(nlrs_event_count(event), 0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 4, 41);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_FILTERED), 1);
    close_monitor();
}

/* Sequence numbers say nothing of events. */
static void sequence_numbers(void)
{
    struct object leftover = object(TYPE_NEW, 0, 1, 99, 99);

    open_monitor(0, NULL, NULL);
    /* By a group, to the socket that asks, with the number of its first request, and at its end a forged one. */
    CHECK_INT(nlrs_peer_set_sender(requests_peer, 0, 5, -1), 0);
    CHECK_INT(nlrs_peer_event(requests_peer, &leftover, sizeof leftover), 0);
    CHECK_INT(nlrs_peer_set_sender(requests_peer, 4711, 0, -1), 0);
    CHECK_INT(nlrs_peer_event(requests_peer, &leftover, sizeof leftover), 0);
    CHECK_INT(nlrs_peer_set_sender(requests_peer, 0, 0, -1), 0);
    answer(0, 1, 10);
    end_answer(0);
    tell(TYPE_NEW, 1, 2, 20);
    tell(TYPE_NEW, 0xffffffff, 3, 30);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 1, 10);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 2, 20);
    EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 3, 30);
    nothing_more();
    close_monitor();
}

static void differences(void)
{
    int code = 0;

    open_monitor(1, key_of, &code);
    answer(0, 1, 10);
    answer(0, 2, 20);
    answer(0, 3, 30);
    end_answer(0);
    tell(TYPE_NEW, 0, 3, 30);
    tell(TYPE_NEW, 0, 3, 31);
    tell(TYPE_DEL, 0, 9, 0);
    tell(TYPE_NEW, 0, 4, 40);
    tell(TYPE_DEL, 0, 1, 0);
    tell(TYPE_GET, 0, 1, 0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 1, 10);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 2, 20);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 3, 30);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    EXPECT_OBJECT(NLRS_EVENT_CHANGED, 3, 31);
    CHECK_INT(((const struct object *)nlrs_event_old(event))->value, 30);
    CHECK_INT(nlrs_event_group(event), 3);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 4, 40);
    EXPECT_OBJECT(NLRS_EVENT_REMOVED, 1, 10);
    /* Not about an object: as it is. */
    EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 1, 0);
    nothing_more();
    CHECK_INT(nlrs_monitor_counter(m, NLRS_COUNT_FILTERED), 2);

    /* A new snapshot tells what is other than it was told. */
    nlrs_monitor_resync(m);
    answer(0, 2, 20);
    answer(0, 4, 44);
    answer(0, 5, 50);
    end_answer(0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_CHANGED, 4, 44);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 5, 50);
    EXPECT_OBJECT(NLRS_EVENT_REMOVED, 3, 31);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    nothing_more();

    /* An interrupted one removes nothing. */
    nlrs_monitor_resync(m);
    answer(NLM_F_DUMP_INTR, 2, 22);
    end_answer(0);
    answer(0, 2, 22);
    answer(0, 4, 44);
    end_answer(0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_CHANGED, 2, 22);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_REMOVED, 5, 50);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);

    /* The key function fails: its code, and the table is asked for again. */
    code = -0x20001;
    tell(TYPE_NEW, 0, 6, 60);
    EXPECT(-0x20001);
    code = 7;
    tell(TYPE_NEW, 0, 6, 60);
    EXPECT(-ERANGE);
    code = 0;
    answer(0, 6, 60);
    end_answer(0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 6, 60);
    EXPECT(NLRS_EVENT_REMOVED);
    EXPECT(NLRS_EVENT_REMOVED);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    close_monitor();
}

/* A snapshot that fails here and not in the kernel is told, and taken again. */
static void failed_here(void)
{
    int code = -0x20001;

    open_monitor(1, key_of, &code);
    answer(0, 1, 10);
    end_answer(0);
    answer(0, 1, 10);
    CHECK_INT(nlrs_peer_fail(requests_peer, -EBADF), 0);
    end_answer(0);
    answer(0, 1, 10);
    end_answer(0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT(-0x20001);
    CHECK_INT(nlrs_monitor_is_current(m), 0);
    code = 0;
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 1, 10);
    EXPECT(-EBADF);
    CHECK_INT(nlrs_monitor_is_current(m), 0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    CHECK_INT(nlrs_monitor_is_current(m), 1);
    close_monitor();
}

/* A dump that is refused is told once, and not tried again by itself. */
static void refused(void)
{
    open_monitor(0, NULL, NULL);
    end_answer(-EPERM);
    tell(TYPE_NEW, 0, 1, 10);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT(-EPERM);
    EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 1, 10);
    nlrs_monitor_set_timeout(m, 100);
    EXPECT(NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_peer_requests(requests_peer), 1);
    CHECK_INT(nlrs_monitor_is_current(m), 0);
    close_monitor();
}

static void malformed(void)
{
    struct object bad = object(TYPE_NEW, 0, 0, 1, 1);

    open_monitor(1, key_of, NULL);
    answer(0, 1, 10);
    end_answer(0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 1, 10);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    bad.nlh.nlmsg_len = 4000;
    CHECK_INT(nlrs_peer_event(events_peer, &bad, sizeof bad), 0);
    tell(TYPE_NEW, 0, 2, 20);
    answer(0, 2, 20);
    end_answer(0);
    EXPECT(-EBADMSG);
    EXPECT_OBJECT(NLRS_EVENT_ADDED, 2, 20);
    /* What it said is not known: the table is asked for again. */
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    EXPECT_OBJECT(NLRS_EVENT_REMOVED, 1, 10);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    close_monitor();
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *cancel_soon(void *arg)
{
    struct timespec time = {.tv_nsec = 20000000};
    (void)arg;
    nanosleep(&time, NULL);
    nlrs_monitor_cancel(m);
    return NULL;
}

/* An answer that takes its time, and what a caller can do meanwhile. */
static void slow_answer(void)
{
    struct pollfd poll_fd = {.events = POLLIN};
    pthread_t thread;
    long long start;

    open_monitor(0, NULL, NULL);
    CHECK_INT(nlrs_peer_set_delay(requests_peer, 150), 0);
    answer(0, 1, 10);
    end_answer(0);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    nothing_more();
    nlrs_monitor_set_timeout(m, 20);
    start = now_ms();
    EXPECT(NLRS_ETIMEDOUT);
    CHECK(now_ms() - start >= 19 && now_ms() - start < 100);
    nlrs_monitor_set_timeout(m, 5000);
    REQUIRE(pthread_create(&thread, NULL, cancel_soon, NULL) == 0);
    EXPECT(NLRS_ECANCELED);
    pthread_join(thread, NULL);
    /* The descriptor wakes for the answer too. */
    poll_fd.fd = nlrs_monitor_fd(m);
    CHECK_INT(poll(&poll_fd, 1, 2000), 1);
    EXPECT_OBJECT(NLRS_EVENT_OBJECT, 1, 10);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);

    /* And when it is time for the next snapshot. */
    nothing_more();
    CHECK_INT(poll(&poll_fd, 1, 30), 0);
    nlrs_monitor_resync(m);
    CHECK_INT(nlrs_peer_set_delay(requests_peer, 0), 0);
    answer(0, 1, 11);
    end_answer(0);
    nlrs_monitor_set_timeout(m, 0);
    while (next() == -EAGAIN)
        CHECK_INT(poll(&poll_fd, 1, 5000), 1);
    CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_SNAPSHOT_BEGIN);
    close_monitor();
}

/* Sockets that are closed before their monitor. */
static void closed_early(void)
{
    open_monitor(0, NULL, NULL);
    nlrs_socket_close(events);
    EXPECT(NLRS_ECLOSED);
    nlrs_socket_close(requests);
    EXPECT(NLRS_ECLOSED);
    nlrs_monitor_close(m);
    nlrs_peer_free(events_peer);
    nlrs_peer_free(requests_peer);

    open_monitor(0, NULL, NULL);
    nlrs_socket_close(requests);
    EXPECT(NLRS_ECLOSED);
    nlrs_monitor_close(m);
    nlrs_socket_close(events);
    nlrs_peer_free(events_peer);
    nlrs_peer_free(requests_peer);
}

/* Many events while a snapshot is read: they are set aside, in their order. */
static void long_snapshot(void)
{
    uint32_t i;

    open_monitor(0, NULL, NULL);
    for (i = 0; i < 500; i++)
        answer(0, i, i);
    end_answer(0);
    for (i = 0; i < 3000; i++)
        tell(TYPE_NEW, 0, 1000 + i, i);
    EXPECT(NLRS_EVENT_SNAPSHOT_BEGIN);
    for (i = 0; i < 500; i++)
        EXPECT_OBJECT(NLRS_EVENT_OBJECT, i, i);
    EXPECT(NLRS_EVENT_SNAPSHOT_END);
    for (i = 0; i < 3000; i++)
        EXPECT_OBJECT(NLRS_EVENT_MESSAGE, 1000 + i, i);
    nothing_more();
    close_monitor();
}

int main(void)
{
    snapshot_then_events();
    interrupted_snapshot();
    overrun_within_snapshot();
    sequence_numbers();
    differences();
    failed_here();
    refused();
    malformed();
    slow_answer();
    closed_early();
    long_snapshot();
    return check_end();
}
