/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Peers in place of the kernel: in memory with prepared replies or a function, and at the other end of AF_UNIX. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>

static struct {
    struct nlmsghdr nlh;
    struct ifinfomsg ifi;
} request;

/* A link message as the kernel sends it, without sequence number and port ID. */
static struct {
    struct nlmsghdr nlh;
    struct ifinfomsg ifi;
} link_message;

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct nlrs_socket *socket_of(struct nlrs_peer *p, int64_t timeout)
{
    struct nlrs_socket *s = NULL;
    REQUIRE(p != NULL);
    REQUIRE(nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &s) == 0);
    CHECK_INT(nlrs_socket_set_timeout(s, timeout), 0);
    return s;
}

static int counted(const struct nlmsghdr *nlh, void *arg)
{
    CHECK_INT(nlh->nlmsg_type, RTM_NEWLINK);
    ++*(int *)arg;
    return 0;
}

static void add_link(struct nlrs_peer *p, uint32_t index, uint32_t flags, size_t true_len)
{
    link_message.ifi.ifi_index = (int)index;
    link_message.nlh.nlmsg_flags = (uint16_t)flags;
    CHECK_INT(nlrs_peer_reply(p, &link_message, sizeof link_message, true_len), 0);
}

static void prepared_replies(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = NULL, *second = NULL;
    unsigned char two[2 * sizeof link_message];
    int count = 0;
    /* Two links in one datagram, a third in its own, the end; then an error, then an ack. */
    memcpy(two, &link_message, sizeof link_message);
    memcpy(two + sizeof link_message, &link_message, sizeof link_message);
    REQUIRE(p != NULL);
    CHECK_INT(nlrs_peer_reply(p, two, sizeof two, 0), 0);
    add_link(p, 3, NLM_F_MULTI, 0);
    CHECK_INT(nlrs_peer_done(p, 0), 0);
    CHECK_INT(nlrs_peer_next(p), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, -EEXIST), 0);
    CHECK_INT(nlrs_peer_next(p), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    s = socket_of(p, 1000);
    CHECK_INT(nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &second), NLRS_EBUSY);
    CHECK_INT(nlrs_socket_portid(s), 1);
    CHECK_INT(nlrs_dump(s, &request.nlh, counted, &count, NULL), 0);
    CHECK_INT(count, 3);
    request.nlh.nlmsg_type = RTM_NEWLINK;
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), -EEXIST);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_peer_requests(p), 3);
    /* Joining groups and setting options succeeds. */
    CHECK_INT(nlrs_socket_join(s, RTNLGRP_LINK), 0);
    CHECK_INT(nlrs_socket_set_recv_buffer(s, 1 << 20), 0);
    CHECK_INT(nlrs_socket_set_flag(s, NETLINK_PKTINFO, 1), 0);
    CHECK_INT(nlrs_socket_groups(s, NULL, 0), 0);
    /* Without a reply a request ends at its deadline. */
    CHECK_INT(nlrs_socket_set_timeout(s, 50), 0);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), NLRS_ETIMEDOUT);
    request.nlh.nlmsg_type = RTM_GETLINK;
    nlrs_peer_free(p);
    nlrs_socket_close(s);
}

static void failures_and_delays(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = socket_of(p, 1000);
    struct nlrs_error *err = nlrs_error_new();
    int count = 0;
    size_t needed = 0;
    long start;
    REQUIRE(err != NULL);
    request.nlh.nlmsg_type = RTM_NEWLINK;
    /* Delayed. */
    CHECK_INT(nlrs_peer_set_delay(p, -1), -EINVAL);
    CHECK_INT(nlrs_peer_set_delay(p, 60), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    start = milliseconds();
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), 0);
    CHECK(milliseconds() - start >= 59);
    CHECK_INT(nlrs_peer_set_delay(p, 0), 0);
    /* A signal is not noticed by the caller. */
    CHECK_INT(nlrs_peer_fail(p, -EINTR), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_peer_fail(p, 0), -EINVAL);
    /* From another sender: skipped and counted. */
    CHECK_INT(nlrs_peer_set_sender(p, 4711, 0, -1), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    CHECK_INT(nlrs_peer_set_sender(p, 0, 0, -1), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, -EPERM), 0);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), -EPERM);
    CHECK_INT(nlrs_socket_skipped(s), 1);
    /* A reply with another sequence number arrives first. */
    {
        struct nlmsghdr stale = {sizeof stale, RTM_NEWLINK, 0, 0x7fffffff, 1};
        CHECK_INT(nlrs_peer_ack(p, &stale, -EEXIST), 0);
    }
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), 0);
    /* Overflow. */
    CHECK_INT(nlrs_peer_fail(p, -ENOBUFS), 0);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), NLRS_EOVERRUN);
    /* Interrupted dump, and one that ends with an error. */
    request.nlh.nlmsg_type = RTM_GETLINK;
    add_link(p, 1, NLM_F_MULTI | NLM_F_DUMP_INTR, 0);
    CHECK_INT(nlrs_peer_done(p, 0), 0);
    CHECK_INT(nlrs_dump(s, &request.nlh, counted, &count, NULL), NLRS_EINTR_DUMP);
    CHECK_INT(count, 1);
    CHECK_INT(nlrs_peer_done(p, -EOPNOTSUPP), 0);
    CHECK_INT(nlrs_dump(s, &request.nlh, counted, &count, err), -EOPNOTSUPP);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_KERNEL);
    CHECK_INT(nlrs_peer_done(p, 1), -EINVAL);
    /* Truncated: the full length is reported. */
    add_link(p, 1, NLM_F_MULTI, 1000000);
    CHECK_INT(nlrs_peer_done(p, 0), 0);
    CHECK_INT(nlrs_dump(s, &request.nlh, counted, &count, err), NLRS_ETRUNC);
    CHECK_INT(nlrs_error_needed(err, &needed), 0);
    CHECK_INT(needed, 1000000);
    nlrs_error_free(err);
    nlrs_socket_close(s);
    nlrs_peer_free(p);
}

struct script {
    int requests, refuse;
};

static int answer(struct nlrs_peer *p, const void *data, size_t len, void *arg)
{
    struct script *script = arg;
    const struct nlmsghdr *nlh = data;
    CHECK_INT(len, nlh->nlmsg_len);
    if (script->refuse > 0) {
        script->refuse--;
        return -EAGAIN;
    }
    script->requests++;
    if (nlh->nlmsg_flags & NLM_F_DUMP) {
        int i;
        for (i = 0; i < 100; i++)
            add_link(p, (uint32_t)i + 1, NLM_F_MULTI, 0);
        CHECK_INT(nlrs_peer_done(p, 0), 0);
        return 0;
    }
    return nlrs_peer_ack(p, nlh, -script->requests);
}

static void a_function_answers(void)
{
    struct script script = {0, 3};
    struct nlrs_peer *p = nlrs_peer_new(answer, &script);
    struct nlrs_socket *s = socket_of(p, 1000);
    int count = 0;
    request.nlh.nlmsg_type = RTM_GETLINK;
    /* -EAGAIN first: the send is repeated. */
    CHECK_INT(nlrs_dump(s, &request.nlh, counted, &count, NULL), 0);
    CHECK_INT(count, 100);
    CHECK_INT(script.refuse, 0);
    request.nlh.nlmsg_type = RTM_NEWLINK;
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), -2);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), -3);
    CHECK_INT(nlrs_peer_requests(p), 3);
    request.nlh.nlmsg_type = RTM_GETLINK;
    nlrs_socket_close(s);
    nlrs_peer_free(p);
}

static int count_requests(struct nlrs_peer *p, const void *data, size_t len, void *arg)
{
    (void)data;
    (void)len;
    ++*(int *)arg;
    return nlrs_peer_ack(p, NULL, 0);
}

/* nlrs_peer_free ends the use of fn and arg although the socket remains open; prepared replies are still received. */
static void not_called_after_free(void)
{
    int calls = 0;
    struct nlrs_peer *p = nlrs_peer_new(count_requests, &calls);
    struct nlrs_socket *s = socket_of(p, 50);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), 0);
    CHECK_INT(calls, 1);
    CHECK_INT(nlrs_peer_ack(p, NULL, -EEXIST), 0);
    nlrs_peer_free(p);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), -EEXIST);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), NLRS_ETIMEDOUT);
    CHECK_INT(calls, 1);
    nlrs_socket_close(s);
}

static int free_the_peer(struct nlrs_peer *p, const void *data, size_t len, void *arg)
{
    (void)data;
    (void)len;
    ++*(int *)arg;
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    nlrs_peer_free(p);
    return 0;
}

/* fn itself may free the peer: it is not called again. */
static void freed_by_its_function(void)
{
    int calls = 0;
    struct nlrs_peer *p = nlrs_peer_new(free_the_peer, &calls);
    struct nlrs_socket *s = socket_of(p, 50);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), NLRS_ETIMEDOUT);
    CHECK_INT(calls, 1);
    nlrs_socket_close(s);
}

/* 1: fn has begun; 2: nlrs_peer_free has returned. */
static int progress;

static int still_running(struct nlrs_peer *p, const void *data, size_t len, void *arg)
{
    struct timespec pause = {0, 50000000};
    (void)p;
    (void)data;
    (void)len;
    (void)arg;
    __atomic_store_n(&progress, 1, __ATOMIC_SEQ_CST);
    nanosleep(&pause, NULL);
    CHECK_INT(__atomic_load_n(&progress, __ATOMIC_SEQ_CST), 1);
    return 0;
}

static void *send_request(void *s)
{
    CHECK_INT(nlrs_socket_send(s, &request, sizeof request, 0), 0);
    return NULL;
}

/* nlrs_peer_free returns only after fn has returned in another thread. */
static void free_waits_for_its_function(void)
{
    struct nlrs_peer *p = nlrs_peer_new(still_running, NULL);
    struct nlrs_socket *s = socket_of(p, 1000);
    pthread_t thread;
    progress = 0;
    REQUIRE(pthread_create(&thread, NULL, send_request, s) == 0);
    while (__atomic_load_n(&progress, __ATOMIC_SEQ_CST) == 0)
        sched_yield();
    nlrs_peer_free(p);
    __atomic_store_n(&progress, 2, __ATOMIC_SEQ_CST);
    REQUIRE(pthread_join(thread, NULL) == 0);
    nlrs_socket_close(s);
}

static void *add_an_event_later(void *p)
{
    struct timespec pause = {0, 50000000};
    nanosleep(&pause, NULL);
    return (void *)(long)nlrs_peer_event(p, "event", 5);
}

/* The descriptor can be polled, and another thread may add an event. */
static void polled_and_woken(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = socket_of(p, 5000);
    struct pollfd poller;
    pthread_t thread;
    char buf[16];
    size_t len = 0;
    uint32_t group = 0;
    int32_t nsid = 0;
    void *code;
    poller.fd = nlrs_socket_fd(s);
    poller.events = POLLIN;
    CHECK_INT(poll(&poller, 1, 0), 0);
    CHECK_INT(nlrs_peer_set_delay(p, 40), 0);
    CHECK_INT(nlrs_peer_event(p, "late", 4), 0);
    CHECK_INT(poll(&poller, 1, 0), 0);
    CHECK_INT(nlrs_socket_recv(s, buf, sizeof buf, MSG_DONTWAIT, &len, NULL, NULL, NULL), -EAGAIN);
    CHECK_INT(poll(&poller, 1, 5000), 1);
    CHECK_INT(nlrs_socket_recv(s, buf, sizeof buf, MSG_PEEK, &len, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_socket_recv(s, buf, sizeof buf, MSG_DONTWAIT, &len, NULL, NULL, NULL), 0);
    CHECK_INT(len, 4);
    CHECK_INT(poll(&poller, 1, 0), 0);
    CHECK_INT(nlrs_peer_set_delay(p, 0), 0);
    CHECK_INT(nlrs_peer_set_sender(p, 0, 33, 7), 0);
    REQUIRE(pthread_create(&thread, NULL, add_an_event_later, p) == 0);
    CHECK_INT(nlrs_socket_recv(s, buf, sizeof buf, 0, &len, NULL, &group, &nsid), 0);
    CHECK_INT(len, 5);
    CHECK_INT(group, 33);
    CHECK_INT(nsid, 7);
    REQUIRE(pthread_join(thread, &code) == 0);
    CHECK_INT((long)code, 0);
    CHECK_INT(nlrs_socket_cancel(s), 0);
    CHECK_INT(nlrs_socket_recv(s, buf, sizeof buf, 0, &len, NULL, NULL, NULL), NLRS_ECANCELED);
    nlrs_socket_close(s);
    nlrs_peer_free(p);
}

static void *reply_as_the_kernel(void *arg)
{
    int fd = *(int *)arg;
    union {
        struct nlmsghdr nlh;
        unsigned char bytes[256];
    } in;
    struct {
        struct nlmsghdr nlh;
        struct nlmsgerr err;
    } out;
    long served = 0;
    while (recv(fd, &in, sizeof in, 0) > 0) {
        memset(&out, 0, sizeof out);
        out.nlh.nlmsg_len = sizeof out;
        out.nlh.nlmsg_type = NLMSG_ERROR;
        out.nlh.nlmsg_flags = NLM_F_CAPPED;
        out.nlh.nlmsg_seq = in.nlh.nlmsg_seq;
        out.nlh.nlmsg_pid = in.nlh.nlmsg_pid;
        out.err.error = in.nlh.nlmsg_type == RTM_DELLINK ? -ENODEV : 0;
        out.err.msg = in.nlh;
        if (send(fd, &out, sizeof out, 0) != (ssize_t)sizeof out)
            break;
        if (++served == 3)
            break;
    }
    close(fd);
    return (void *)served;
}

static void over_af_unix(void)
{
    struct nlrs_socket *s = NULL;
    pthread_t thread;
    int pair[2];
    void *served;
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    REQUIRE(pthread_create(&thread, NULL, reply_as_the_kernel, &pair[1]) == 0);
    REQUIRE(nlrs_socket_adopt(pair[0], NETLINK_ROUTE, NULL, &s) == 0);
    request.nlh.nlmsg_type = RTM_NEWLINK;
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), 0);
    request.nlh.nlmsg_type = RTM_DELLINK;
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), -ENODEV);
    REQUIRE(pthread_join(thread, &served) == 0);
    CHECK_INT((long)served, 3);
    /* The other end is closed: reported at once, and without SIGPIPE. */
    CHECK_INT(nlrs_request(s, &request.nlh, NULL, NULL, NULL), -EPIPE);
    request.nlh.nlmsg_type = RTM_GETLINK;
    {
        char byte;
        size_t len;
        CHECK_INT(nlrs_socket_recv(s, &byte, 1, 0, &len, NULL, NULL, NULL), -ECONNRESET);
    }
    nlrs_socket_close(s);
}

int main(void)
{
    request.nlh.nlmsg_len = sizeof request;
    request.nlh.nlmsg_type = RTM_GETLINK;
    link_message.nlh.nlmsg_len = sizeof link_message;
    link_message.nlh.nlmsg_type = RTM_NEWLINK;
    link_message.nlh.nlmsg_flags = NLM_F_MULTI;
    prepared_replies();
    failures_and_delays();
    a_function_answers();
    not_called_after_free();
    freed_by_its_function();
    free_waits_for_its_function();
    polled_and_woken();
    over_af_unix();
    return check_end();
}
