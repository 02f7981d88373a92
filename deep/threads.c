/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Many threads on one socket: each must get its own answers, whatever the others do. Monitors, a thread each. Cancel and close
 * race as the header allows. Under ThreadSanitizer and AddressSanitizer this is what they look at.
 *
 *     threads [REQUESTS [THREADS]]     requests a thread (default 2000), threads (default 8)
 */
#define _GNU_SOURCE
#include "../c-tests/check.h"

#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <pthread.h>
#include <time.h>

enum { MOST_THREADS = 64, LINKS = 8 };

static unsigned long requests = 2000;
static int threads = 8;
static struct nlrs_socket *shared;
static pthread_barrier_t barrier;
static int links; /* interfaces with the indices 1 … links */
static int stop;

/* CHECK counts without a lock: what goes wrong in a thread is counted here and checked at the end. */
static unsigned long wrong;
#define MUST(condition) \
    do { \
        if (!(condition) && __atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED) <= 20) \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
    } while (0)

static const struct nlmsghdr *get_link(struct nlrs_msg *m, uint64_t *buf, size_t size, int index, uint32_t flags)
{
    struct ifinfomsg ifi;
    memset(&ifi, 0, sizeof ifi);
    ifi.ifi_index = index;
    nlrs_msg_init(m, buf, size);
    nlrs_msg_begin(m, RTM_GETLINK, flags);
    nlrs_msg_put_header(m, &ifi, sizeof ifi);
    nlrs_msg_end(m);
    return nlrs_msg_first(m);
}

/* A link of a kind; 0 or why not. */
static int make_link(int index, const char *kind)
{
    struct nlrs_msg m;
    uint64_t buf[64];
    struct ifinfomsg ifi;
    char name[16];
    int nest;

    memset(&ifi, 0, sizeof ifi);
    ifi.ifi_index = index;
    snprintf(name, sizeof name, "deep%d", index);
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_put_str(&m, IFLA_IFNAME, name);
    nest = nlrs_msg_nest_begin(&m, IFLA_LINKINFO);
    nlrs_msg_put_str(&m, IFLA_INFO_KIND, kind);
    nlrs_msg_nest_end(&m, nest);
    nlrs_msg_end(&m);
    return nlrs_request(shared, nlrs_msg_first(&m), NULL, NULL, NULL);
}

static void make_links(void)
{
    int i;

    for (i = 2; i <= LINKS; i++)
        if (make_link(i, "dummy") != 0 && make_link(i, "bridge") != 0)
            break;
    links = i - 1;
    if (links < LINKS)
        printf("SKIP: no interfaces can be made: %d for all threads\n", links);
}

struct wanted {
    int index;
    unsigned long seen;
};

static int is_wanted(const struct nlmsghdr *nlh, void *arg)
{
    struct wanted *w = arg;
    struct ifinfomsg ifi;
    MUST(nlrs_nlmsg_get_header(nlh, &ifi, sizeof ifi) >= 0);
    MUST(ifi.ifi_index == w->index);
    w->seen++;
    return 0;
}

static int count_links(const struct nlmsghdr *nlh, void *arg)
{
    MUST(nlh->nlmsg_type == RTM_NEWLINK);
    ++*(int *)arg;
    return 0;
}

static int is_temporary(int code)
{
    return code == NLRS_ECANCELED || code == NLRS_EBUSY;
}

/* Requests, refusals, dumps and batches; whose answer comes is looked at. With `canceled` a call may also end by that. */
static void work(int number, unsigned long count, int canceled)
{
    struct nlrs_msg m;
    uint64_t buf[32];
    unsigned long i;
    struct nlrs_batch *b = nlrs_batch_new();
    struct nlrs_error *e = nlrs_error_new();

    MUST(b != NULL && e != NULL);
    for (i = 0; i < count; i++) {
        struct wanted w = {1 + (int)((unsigned long)number + i) % links, 0};
        uint32_t ack = i % 3 ? 0 : NLM_F_ACK;
        int code = nlrs_request(shared, get_link(&m, buf, sizeof buf, w.index, ack), is_wanted, &w, e);
        MUST(code == 0 || (canceled && is_temporary(code)));
        MUST(w.seen == 1 || code != 0);
        if (i % 5 == 0) {
            w.index = 1000 + number;
            code = nlrs_request(shared, get_link(&m, buf, sizeof buf, w.index, 0), is_wanted, &w, e);
            MUST(code == -ENODEV || (canceled && is_temporary(code)));
            MUST(nlrs_error_code(e) == code);
        }
        if (i % 16 == 0) {
            int seen = 0;
            code = nlrs_dump(shared, get_link(&m, buf, sizeof buf, 0, NLM_F_DUMP), count_links, &seen, e);
            MUST((code == 0 && seen == links) || (canceled && is_temporary(code)));
        }
        if (i % 16 == 7) {
            int k;
            nlrs_batch_reset(b);
            for (k = 0; k < 10; k++) {
                struct ifinfomsg ifi;
                memset(&ifi, 0, sizeof ifi);
                ifi.ifi_index = k == number % 10 ? 5000 : 1;
                nlrs_msg_begin(nlrs_batch_msg(b), RTM_SETLINK, 0);
                nlrs_msg_put_header(nlrs_batch_msg(b), &ifi, sizeof ifi);
                nlrs_msg_end(nlrs_batch_msg(b));
            }
            code = nlrs_batch_send(shared, b, e);
            MUST(code == NLRS_EPARTIAL || (canceled && is_temporary(code)));
            if (code == NLRS_EPARTIAL) {
                MUST(nlrs_batch_failed(b) == 1);
                MUST(nlrs_batch_result(b, (size_t)(number % 10), e) == -ENODEV);
            }
        }
    }
    nlrs_error_free(e);
    nlrs_batch_free(b);
}

static void *worker(void *arg)
{
    pthread_barrier_wait(&barrier);
    work((int)(intptr_t)arg, requests, 0);
    return NULL;
}

static void *canceled_worker(void *arg)
{
    pthread_barrier_wait(&barrier);
    work((int)(intptr_t)arg, requests / 4, 1);
    return NULL;
}

static void *canceler(void *arg)
{
    struct timespec pause = {0, 200000};
    (void)arg;
    pthread_barrier_wait(&barrier);
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        MUST(nlrs_socket_cancel(shared) == 0);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* Reads settings and changes the harmless ones meanwhile. */
static void *asker(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&barrier);
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        MUST(nlrs_socket_portid(shared) != 0);
        MUST(nlrs_socket_set_timeout(shared, 30000) == 0);
        MUST(nlrs_socket_timeout(shared) == 30000);
        MUST(nlrs_socket_skipped(shared) == 0);
        MUST(nlrs_socket_poll_events(shared) != 0);
        MUST(nlrs_socket_fd(shared) >= 0);
    }
    return NULL;
}

static void run(void *(*each)(void *), int count, void *(*other)(void *))
{
    pthread_t ids[MOST_THREADS + 1];
    int i;

    __atomic_store_n(&stop, 0, __ATOMIC_RELAXED);
    pthread_barrier_init(&barrier, NULL, (unsigned)count + (other != NULL));
    for (i = 0; i < count; i++)
        REQUIRE(pthread_create(&ids[i], NULL, each, (void *)(intptr_t)i) == 0);
    if (other != NULL)
        REQUIRE(pthread_create(&ids[count], NULL, other, NULL) == 0);
    for (i = 0; i < count; i++)
        pthread_join(ids[i], NULL);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    if (other != NULL)
        pthread_join(ids[count], NULL);
    pthread_barrier_destroy(&barrier);
}

/* Calls in progress at the close: all end with NLRS_ECLOSED. */
enum { CALLS = 5 };
static int entered[CALLS];

static void *blocked(void *arg)
{
    int which = (int)(intptr_t)arg, code = 0;
    struct nlrs_msg m;
    uint64_t buf[32];
    unsigned char into[64];
    const void *data;
    size_t len;
    struct nlrs_datagrams *datagrams = nlrs_datagrams_new(2, 64);
    struct nlrs_socket *s = shared;

    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, NLMSG_NOOP, 0);
    nlrs_msg_end(&m);
    __atomic_store_n(&entered[which], 1, __ATOMIC_SEQ_CST);
    switch (which) {
    case 0: code = nlrs_request_single(s, nlrs_msg_first(&m), NULL, NULL, NULL); break;
    case 1: code = nlrs_socket_recv(s, into, sizeof into, 0, &len, NULL, NULL, NULL); break;
    case 2: code = nlrs_socket_recv_datagram(s, 0, &data, &len, NULL, NULL, NULL); break;
    case 3: code = nlrs_socket_recv_many(s, datagrams); break;
    case 4: code = nlrs_request_single(s, nlrs_msg_first(&m), NULL, NULL, NULL); break; /* waits for the lock of the first */
    }
    MUST(code == NLRS_ECLOSED);
    nlrs_datagrams_free(datagrams);
    return NULL;
}

static void close_race(int round)
{
    pthread_t ids[CALLS];
    struct timespec pause = {0, 2000000L};
    struct nlrs_dump *d = NULL;
    struct nlrs_msg m;
    uint64_t buf[32];
    const struct nlmsghdr *nlh;
    int i;

    int first = round % 8 / 2, behind = first == CALLS - 2 ? CALLS : first + 1;

    /* Each call alone, so that nobody else's reference keeps the socket alive; in the last round all of them. */
    if (first == CALLS - 2)
        first = 0;
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &shared) == 0);
    if (round % 2) {
        /* An open dump outlives the close. */
        REQUIRE(nlrs_dump_begin(shared, get_link(&m, buf, sizeof buf, 0, NLM_F_DUMP), &d) == 0);
        if (round % 4 == 1)
            CHECK_INT(nlrs_dump_next(d, &nlh), 1);
    } else {
        for (i = first; i < behind; i++) {
            __atomic_store_n(&entered[i], 0, __ATOMIC_SEQ_CST);
            REQUIRE(pthread_create(&ids[i], NULL, blocked, (void *)(intptr_t)i) == 0);
        }
        /* No call may begin after the close: they all get some time to be in the call. */
        for (i = first; i < behind; i++)
            while (!__atomic_load_n(&entered[i], __ATOMIC_SEQ_CST))
                nanosleep(&pause, NULL);
        nanosleep(&pause, NULL);
        nanosleep(&pause, NULL);
    }
    nlrs_socket_close(shared);
    if (d != NULL) {
        int code;
        while ((code = nlrs_dump_next(d, &nlh)) > 0)
            ;
        CHECK_INT(code, NLRS_ECLOSED);
        CHECK_INT(nlrs_dump_end(d, NULL), NLRS_ECLOSED);
    } else {
        for (i = first; i < behind; i++)
            pthread_join(ids[i], NULL);
    }
}

/* Monitors, each read by a thread of its own, while others cancel them and the links change. */
enum { MONITORS = 4 };
static struct watched {
    struct nlrs_monitor *m;
    unsigned long events, canceled;
} watched[MONITORS];

static int look(const struct nlrs_event *event, void *arg)
{
    const struct nlmsghdr *nlh = nlrs_event_message(event), *old = nlrs_event_old(event);
    uint32_t kind = nlrs_event_kind(event);
    MUST(kind >= NLRS_EVENT_MESSAGE && kind <= NLRS_EVENT_REMOVED);
    MUST(nlh == NULL || nlh->nlmsg_len >= sizeof *nlh);
    MUST(old == NULL || old->nlmsg_len >= sizeof *old);
    ++*(unsigned long *)arg;
    return 0;
}

static void *watch(void *arg)
{
    struct watched *w = arg;
    const struct nlrs_event *event;
    int code, by_loop = w - watched == MONITORS - 1;

    pthread_barrier_wait(&barrier);
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        code = by_loop ? nlrs_monitor_loop(w->m, look, &w->events) : nlrs_monitor_next(w->m, &event);
        if (code > 0)
            look(event, &w->events);
        else if (code == NLRS_ECANCELED)
            w->canceled++;
        else
            MUST(code == 0);
    }
    return NULL;
}

static void *cancel_monitors(void *arg)
{
    struct timespec pause = {0, 300000};
    int i;
    (void)arg;
    pthread_barrier_wait(&barrier);
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        for (i = 0; i < MONITORS; i++)
            MUST(nlrs_monitor_cancel(watched[i].m) == 0);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* A link goes up or down. */
static void change_link(int index, unsigned up)
{
    struct nlrs_msg m;
    uint64_t buf[32];
    struct ifinfomsg ifi;
    memset(&ifi, 0, sizeof ifi);
    ifi.ifi_index = index;
    ifi.ifi_change = 1;
    ifi.ifi_flags = up;
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, RTM_NEWLINK, 0);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_end(&m);
    CHECK_INT(nlrs_request(shared, nlrs_msg_first(&m), NULL, NULL, NULL), 0);
}

static void monitor_race(void)
{
    const uint32_t group = RTNLGRP_LINK;
    pthread_t readers[MONITORS], cancelers[2];
    unsigned long i, changes = requests < 1000 ? requests : 1000, events = 0, canceled = 0;

    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &shared) == 0);
    __atomic_store_n(&stop, 0, __ATOMIC_SEQ_CST);
    pthread_barrier_init(&barrier, NULL, MONITORS + 2);
    for (i = 0; i < MONITORS; i++) {
        REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &watched[i].m) == 0);
        CHECK_INT(nlrs_monitor_set_difference(watched[i].m, i != 0), 0);
        nlrs_monitor_set_interval(watched[i].m, 1);
        REQUIRE(nlrs_monitor_follow(watched[i].m, NLRS_LINKS, 0) == 1);
        REQUIRE(pthread_create(&readers[i], NULL, watch, &watched[i]) == 0);
    }
    for (i = 0; i < 2; i++)
        REQUIRE(pthread_create(&cancelers[i], NULL, cancel_monitors, NULL) == 0);
    for (i = 0; i < changes; i++) {
        struct timespec pause = {0, 100000};
        change_link(links, i % 2 == 0);
        if (i % 8 == 0)
            nanosleep(&pause, NULL);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < 2; i++)
        pthread_join(cancelers[i], NULL);
    for (i = 0; i < MONITORS; i++) {
        struct nlrs_monitor *m = watched[i].m;
        const struct nlrs_event *event;
        int code, seen = 0;
        /* One that waits goes on waiting otherwise. */
        MUST(nlrs_monitor_cancel(m) == 0);
        pthread_join(readers[i], NULL);
        /* Now it is this thread's. Cancellations lost nothing: it comes to what the kernel has. */
        nlrs_monitor_set_timeout(m, 100);
        while ((code = nlrs_monitor_next(m, &event)) > 0 || code == NLRS_ECANCELED || !nlrs_monitor_is_current(m))
            if (!CHECK(code > 0 || code == NLRS_ECANCELED || code == NLRS_ETIMEDOUT))
                break;
        CHECK_INT(code, NLRS_ETIMEDOUT);
        if (i != 0) {
            CHECK_INT(nlrs_monitor_objects(m, 1, count_links, &seen), 0);
            CHECK_INT(seen, links);
        }
        CHECK(watched[i].events > 0);
        events += watched[i].events;
        canceled += watched[i].canceled;
        nlrs_monitor_close(m);
    }
    pthread_barrier_destroy(&barrier);
    nlrs_socket_close(shared);
    printf("%d monitors: %lu events, %lu of their waits canceled\n", MONITORS, events, canceled);
    CHECK(canceled > 0);
}

/* A monitor over sockets that are closed while another thread is in a call on it. */
static int as_loop;

static void *read_to_the_end(void *arg)
{
    struct nlrs_monitor *m = arg;
    const struct nlrs_event *event;
    unsigned long events = 0;
    int code;
    __atomic_store_n(&entered[0], 1, __ATOMIC_SEQ_CST);
    while ((code = as_loop ? nlrs_monitor_loop(m, look, &events) : nlrs_monitor_next(m, &event)) > 0 || code == NLRS_ECANCELED)
        ;
    MUST(code == NLRS_ECLOSED);
    /* And it stays so. */
    MUST(nlrs_monitor_next(m, &event) == NLRS_ECLOSED);
    return NULL;
}

static void monitor_close_race(int round)
{
    struct timespec pause = {0, 2000000L};
    struct nlrs_socket *events, *requests_socket;
    struct nlrs_monitor *m;
    pthread_t reader;

    as_loop = round % 2;
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &events) == 0);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &requests_socket) == 0);
    REQUIRE(nlrs_socket_join(events, RTNLGRP_LINK) == 0);
    REQUIRE(nlrs_monitor_open_on(events, requests_socket, &m) == 0);
    if (round % 4 >= 2) {
        nlrs_monitor_set_difference(m, 1);
        REQUIRE(nlrs_monitor_follow(m, NLRS_LINKS, 0) == 1);
    }
    __atomic_store_n(&entered[0], 0, __ATOMIC_SEQ_CST);
    REQUIRE(pthread_create(&reader, NULL, read_to_the_end, m) == 0);
    while (!__atomic_load_n(&entered[0], __ATOMIC_SEQ_CST))
        nanosleep(&pause, NULL);
    if (round % 3)
        nanosleep(&pause, NULL);
    if (round % 5 == 0)
        MUST(nlrs_monitor_cancel(m) == 0);
    if (round % 8 >= 4)
        nlrs_socket_close(requests_socket);
    nlrs_socket_close(events);
    if (round % 8 < 4)
        nlrs_socket_close(requests_socket);
    pthread_join(reader, NULL);
    nlrs_monitor_close(m);
}

int main(int argc, char **argv)
{
    struct timespec start, end;
    int i;

    if (argc > 1)
        requests = strtoul(argv[1], NULL, 10);
    if (argc > 2)
        threads = atoi(argv[2]);
    REQUIRE(threads > 0 && threads <= MOST_THREADS);
    check_own_netns();
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &shared) == 0);
    make_links();
    clock_gettime(CLOCK_MONOTONIC, &start);
    run(worker, threads, asker);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%d threads, %lu requests each and their dumps and batches: %.1f s\n", threads, requests,
           (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec));
    run(canceled_worker, threads, canceler);
    /* One cancellation may be left over. */
    i = nlrs_socket_join(shared, RTNLGRP_LINK);
    CHECK(i == 0);
    nlrs_socket_close(shared);
    for (i = 0; i < 40; i++)
        close_race(i);
    monitor_race();
    for (i = 0; i < 40; i++)
        monitor_close_race(i);
    CHECK_INT(wrong, 0);
    return check_end();
}
