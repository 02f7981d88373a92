/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Small pieces of work that between them use every function that allocates or makes a system call. They run as they are
   (scenarios.c: for sanitizers and valgrind) and with faults (faults.c). Each step is tried once more when it fails: after a
   fault that has passed, what failed must work on the same objects. All requests may be repeated. */
#ifndef SCENARIOS_H
#define SCENARIOS_H

#include "../c-tests/check.h"
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* What happened in a run. */
struct run {
    int first;  /* the first failure of a step, 0 if there was none */
    int usual;  /* a code that a step has without faults, too */
    int broken; /* a step that failed again at its second try, and its line */
    int line;
};

/* Told when the library is entered and left; defined by who includes this. */
static void enter(void);
static void leave(void);
/* False while calls go on failing. */
static int fault_is_past(void);

static CHECK_UNUSED int left(int code)
{
    leave();
    return code;
}

static CHECK_UNUSED void *left_pointer(void *pointer)
{
    leave();
    return pointer;
}

static CHECK_UNUSED int note(struct run *r, int code, int again, int line)
{
    if (code >= 0)
        return 0;
    if (r->first == 0)
        r->first = code;
    if (again && r->broken == 0) {
        r->broken = code;
        r->line = line;
    }
    return 1;
}

/* A call that must succeed, at the latest at its second try; else the scenario goes to its end. */
#define CALL(expr) (enter(), left(expr))
#define STEP(expr) \
    do { \
        if (note(r, CALL(expr), 0, __LINE__) && note(r, CALL(expr), 1, __LINE__)) \
            goto end; \
    } while (0)
/* The same for what returns an object, NULL for no memory. */
#define MAKE(p, expr) \
    do { \
        enter(); \
        (p) = left_pointer(expr); \
        if ((p) == NULL) { \
            note(r, -ENOMEM, 0, __LINE__); \
            enter(); \
            (p) = left_pointer(expr); \
        } \
        if ((p) == NULL) { \
            note(r, -ENOMEM, 1, __LINE__); \
            goto end; \
        } \
    } while (0)
#define DO(expr) \
    do { \
        enter(); \
        expr; \
        leave(); \
    } while (0)

/* Milliseconds for each operation on the scenarios' sockets. */
#define PATIENCE_MS 300

static int namespace_fd = -1;
static const char *capture_path;

static int count_message(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    ++*(unsigned long *)arg;
    return 0;
}

static int stop_at_once(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    (void)arg;
    return NLRS_STOP;
}

static int hear_reply(const struct nlmsghdr *nlh, size_t index, void *arg)
{
    (void)index;
    return count_message(nlh, arg);
}

static int hear_progress(size_t known, size_t total, void *arg)
{
    (void)arg;
    return known <= total ? 0 : -EPROTO;
}

static void hear_trace(uint32_t direction, const void *data, size_t len, int64_t time_ns, void *arg)
{
    (void)direction;
    (void)data;
    (void)time_ns;
    *(unsigned long *)arg += len;
}

/* A request for the loopback link, on the stack. */
static const struct nlmsghdr *get_lo(struct nlrs_msg *m, uint64_t *buf, size_t size, int flags)
{
    struct ifinfomsg ifi;
    memset(&ifi, 0, sizeof ifi);
    nlrs_msg_init(m, buf, size);
    nlrs_msg_begin(m, RTM_GETLINK, (uint32_t)flags);
    if (!(flags & NLM_F_DUMP))
        ifi.ifi_index = 1;
    nlrs_msg_put_header(m, &ifi, sizeof ifi);
    nlrs_msg_end(m);
    return nlrs_msg_first(m);
}

/* A change of the loopback link's MTU to what it is, with an attribute that the kernel refuses if `bad`. */
static int put_change(struct nlrs_msg *m, int bad)
{
    struct ifinfomsg ifi;
    memset(&ifi, 0, sizeof ifi);
    ifi.ifi_index = bad ? 4711 : 1;
    nlrs_msg_begin(m, RTM_NEWLINK, 0);
    nlrs_msg_put_header(m, &ifi, sizeof ifi);
    nlrs_msg_put_u32(m, IFLA_MTU, 65536);
    return nlrs_msg_end(m);
}

/* A socket with the scenarios' patience. */
static int open_socket(int protocol, struct nlrs_socket **ret)
{
    int code = nlrs_socket_open(protocol, NULL, ret);
    if (code == 0)
        nlrs_socket_set_timeout(*ret, PATIENCE_MS);
    return code;
}

static void scenario_open(struct run *r)
{
    struct nlrs_socket_options *o = NULL;
    struct nlrs_socket *s = NULL, *t = NULL;
    int fd = -1;

    MAKE(o, nlrs_socket_options_new());
    STEP(nlrs_socket_options_set_recv_buffer(o, 100000));
    STEP(nlrs_socket_options_set_send_buffer(o, 100000));
    STEP(nlrs_socket_options_set_flag(o, NETLINK_PKTINFO, 1));
    /* With a port ID of the caller's the socket is bound before it is connected. */
    STEP(nlrs_socket_options_set_portid(o, 0x5e6c7273));
    STEP(nlrs_socket_open(NETLINK_ROUTE, o, &s));
    CHECK(nlrs_socket_portid(s) != 0);
    CHECK((fcntl(nlrs_socket_fd(s), F_GETFD) & FD_CLOEXEC) != 0);
    STEP(nlrs_socket_join(s, RTNLGRP_NEIGH));
    STEP(nlrs_socket_leave(s, RTNLGRP_NEIGH));
    STEP(nlrs_socket_set_recv_buffer(s, 65536));
    STEP(nlrs_socket_borrow(nlrs_socket_fd(s), NETLINK_ROUTE, NULL, &t));
    DO(nlrs_socket_close(t));
    t = NULL;
    STEP(nlrs_socket_connect(s, 0, 0));
    STEP(nlrs_socket_disconnect(s));
    enter();
    fd = left(nlrs_socket_release(s));
    if (fd >= 0) {
        s = NULL;
        CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
        STEP(nlrs_socket_adopt(fd, -1, NULL, &t));
        fd = -1;
    } else {
        note(r, fd, 0, __LINE__);
    }
end:
    if (fd >= 0)
        close(fd);
    DO(nlrs_socket_close(t));
    DO(nlrs_socket_close(s));
    DO(nlrs_socket_options_free(o));
}

static void scenario_namespace(struct run *r)
{
    struct nlrs_socket_options *o = NULL;
    struct nlrs_socket *s = NULL;

    MAKE(o, nlrs_socket_options_new());
    STEP(nlrs_socket_options_set_netns_fd(o, namespace_fd));
    STEP(nlrs_socket_open(NETLINK_ROUTE, o, &s));
    DO(nlrs_socket_close(s));
    s = NULL;
    STEP(nlrs_socket_options_set_netns_pid(o, getpid()));
    STEP(nlrs_socket_open(NETLINK_ROUTE, o, &s));
    DO(nlrs_socket_close(s));
    s = NULL;
    STEP(nlrs_socket_options_set_netns_path(o, "/proc/self/ns/net"));
    STEP(nlrs_socket_open(NETLINK_ROUTE, o, &s));
end:
    DO(nlrs_socket_close(s));
    DO(nlrs_socket_options_free(o));
}

static void scenario_request(struct run *r)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_error *e = NULL;
    struct nlrs_msg m, *big = NULL;
    uint64_t buf[32];
    unsigned long count = 0;
    char line[256];
    int code;

    STEP(open_socket(NETLINK_ROUTE, &s));
    MAKE(e, nlrs_error_new());
    STEP(nlrs_request(s, get_lo(&m, buf, sizeof buf, 0), count_message, &count, e));
    STEP(nlrs_request(s, get_lo(&m, buf, sizeof buf, NLM_F_ACK), count_message, &count, e));
    STEP(nlrs_request_single(s, get_lo(&m, buf, sizeof buf, 0), count_message, &count, NULL));
    STEP(nlrs_request_oneway(s, get_lo(&m, buf, sizeof buf, 0), e));
    nlrs_msg_init(&m, buf, sizeof buf);
    put_change(&m, 1);
    /* What the kernel refuses is refused each time; anything else is a failure of ours. */
    code = CALL(nlrs_request(s, nlrs_msg_first(&m), NULL, NULL, e));
    if (code != -ENODEV) {
        note(r, code, 0, __LINE__);
        CHECK(code < 0);
        STEP(nlrs_request(s, nlrs_msg_first(&m), NULL, NULL, e) == -ENODEV ? 0 : -EPROTO);
    }
    CHECK(nlrs_error_format(e, line, sizeof line) > 0);
    /* Longer than what is copied beside its header. */
    MAKE(big, nlrs_msg_new(16));
    nlrs_msg_begin(big, RTM_GETLINK, 0);
    {
        struct ifinfomsg ifi;
        char filler[2000];
        memset(&ifi, 0, sizeof ifi);
        memset(filler, 0, sizeof filler);
        ifi.ifi_index = 1;
        nlrs_msg_put_header(big, &ifi, sizeof ifi);
        enter();
        code = left(nlrs_msg_put_bytes(big, 4000, filler, sizeof filler));
        if (code < 0)
            note(r, code, 0, __LINE__);
    }
    enter();
    code = left(nlrs_msg_end(big));
    if (code == 0) {
        /* An attribute that nobody knows is ignored or refused, as the kernel is strict. */
        code = CALL(nlrs_request(s, nlrs_msg_first(big), NULL, NULL, e));
        if (code == -EINVAL)
            r->usual = code;
        else
            note(r, code, 0, __LINE__);
    } else {
        note(r, code, 0, __LINE__);
    }
end:
    DO(nlrs_msg_free(big));
    DO(nlrs_error_free(e));
    DO(nlrs_socket_close(s));
}

static void scenario_request_steps(struct run *r)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_error *e = NULL;
    struct nlrs_request *request = NULL;
    const struct nlmsghdr *nlh;
    struct nlrs_msg m;
    uint64_t buf[32];
    int code;

    STEP(open_socket(NETLINK_ROUTE, &s));
    MAKE(e, nlrs_error_new());
    STEP(nlrs_request_begin(s, get_lo(&m, buf, sizeof buf, NLM_F_ACK), &request));
    do
        code = CALL(nlrs_request_next(request, &nlh));
    while (code == 1);
    note(r, code, 0, __LINE__);
    code = CALL(nlrs_request_end(request, e));
    request = NULL;
    note(r, code, 0, __LINE__);
    /* Ended early: the next one discards what is left. */
    STEP(nlrs_request_begin(s, get_lo(&m, buf, sizeof buf, 0), &request));
    DO(nlrs_request_end(request, NULL));
    request = NULL;
    STEP(nlrs_request(s, get_lo(&m, buf, sizeof buf, 0), NULL, NULL, e));
end:
    DO(nlrs_request_end(request, NULL));
    DO(nlrs_error_free(e));
    DO(nlrs_socket_close(s));
}

static void scenario_dump(struct run *r)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_error *e = NULL;
    struct nlrs_dump *d = NULL;
    const struct nlmsghdr *nlh;
    struct nlrs_msg m;
    uint64_t buf[32];
    unsigned long count = 0;
    int code;

    STEP(open_socket(NETLINK_ROUTE, &s));
    MAKE(e, nlrs_error_new());
    STEP(nlrs_dump(s, get_lo(&m, buf, sizeof buf, NLM_F_DUMP), count_message, &count, e));
    CHECK(count > 0);
    STEP(nlrs_dump(s, get_lo(&m, buf, sizeof buf, NLM_F_DUMP), stop_at_once, NULL, e));
    STEP(nlrs_dump_begin(s, get_lo(&m, buf, sizeof buf, NLM_F_DUMP), &d));
    while ((code = CALL(nlrs_dump_next(d, &nlh))) > 0)
        CHECK(nlh->nlmsg_len >= sizeof *nlh);
    note(r, code, 0, __LINE__);
    code = CALL(nlrs_dump_end(d, e));
    d = NULL;
    note(r, code, 0, __LINE__);
    /* One left early, with the next one behind it. */
    STEP(nlrs_dump_begin(s, get_lo(&m, buf, sizeof buf, NLM_F_DUMP), &d));
    code = CALL(nlrs_dump_end(d, NULL));
    d = NULL;
    note(r, code, 0, __LINE__);
    STEP(nlrs_dump_consistent(s, get_lo(&m, buf, sizeof buf, NLM_F_DUMP), 2, count_message, &count, e));
end:
    if (d != NULL)
        DO(nlrs_dump_end(d, NULL));
    DO(nlrs_error_free(e));
    DO(nlrs_socket_close(s));
}

static void scenario_batch(struct run *r)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_batch *b = NULL;
    struct nlrs_error *e = NULL;
    unsigned long replies = 0;
    int i, code, mode;

    STEP(open_socket(NETLINK_ROUTE, &s));
    MAKE(e, nlrs_error_new());
    MAKE(b, nlrs_batch_new());
    STEP(nlrs_batch_set_reply_fn(b, hear_reply, &replies));
    STEP(nlrs_batch_set_progress_fn(b, hear_progress, NULL));
    for (mode = NLRS_BATCH_CONTINUE; mode <= NLRS_BATCH_STOP_AT_FAILURE; mode++) {
        DO(nlrs_batch_reset(b));
        STEP(nlrs_batch_set_mode(b, (uint32_t)mode));
        for (i = 0; i < 60; i++) {
            enter();
            code = left(put_change(nlrs_batch_msg(b), i % 7 == 5));
            if (note(r, code, 0, __LINE__)) {
                /* What failed left no trace, and is built again. */
                CHECK_INT(nlrs_batch_count(b), i);
                STEP(put_change(nlrs_batch_msg(b), i % 7 == 5));
            }
        }
        CHECK_INT(nlrs_batch_count(b), 60);
        code = CALL(nlrs_batch_send(s, b, e));
        if (code == NLRS_EPARTIAL)
            code = nlrs_error_code(e);
        if (code == -ENODEV) {
            CHECK_INT(nlrs_batch_failed(b), mode == NLRS_BATCH_STOP_AT_FAILURE ? 1 : 8);
            CHECK_INT(nlrs_batch_result(b, 5, e), -ENODEV);
            CHECK_INT(nlrs_batch_result(b, 4, e), 0);
            CHECK_INT(nlrs_batch_result(b, 59, NULL), mode == NLRS_BATCH_STOP_AT_FAILURE ? NLRS_ENOTSENT : 0);
        } else {
            note(r, code, 0, __LINE__);
            CHECK(code < 0);
            CHECK_INT(nlrs_batch_count(b), 60);
        }
    }
end:
    DO(nlrs_batch_free(b));
    DO(nlrs_error_free(e));
    DO(nlrs_socket_close(s));
}

static void scenario_datagrams(struct run *r)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_datagrams *datagrams = NULL;
    struct nlrs_filter *f = NULL;
    struct nlrs_msg m;
    uint64_t buf[32], into[1024];
    const void *data;
    size_t len;
    uint32_t portid, group;
    int32_t nsid;
    int code;

    STEP(open_socket(NETLINK_ROUTE, &s));
    MAKE(f, nlrs_filter_new());
    STEP(nlrs_filter_add_type(f, RTM_NEWLINK));
    STEP(nlrs_filter_add_family(f, AF_UNSPEC));
    STEP(nlrs_filter_set_table(f, 1000));
    STEP(nlrs_socket_set_filter(s, f));
    STEP(nlrs_socket_set_bpf(s, NULL, 0));
    get_lo(&m, buf, sizeof buf, NLM_F_REQUEST);
    STEP(nlrs_socket_send_msg(s, &m, 0));
    STEP(nlrs_socket_recv(s, into, sizeof into, 0, &len, &portid, &group, &nsid));
    STEP(nlrs_socket_send(s, nlrs_msg_first(&m), nlrs_msg_len(&m), 0));
    STEP(nlrs_socket_recv_datagram(s, 0, &data, &len, &portid, &group, &nsid));
    note(r, nlrs_nlmsg_ok(data, (int)len) ? 0 : -EBADMSG, 0, __LINE__);
    MAKE(datagrams, nlrs_datagrams_new(4, 8192));
    STEP(nlrs_socket_send_to(s, nlrs_msg_first(&m), nlrs_msg_len(&m), 0, 0, 0));
    STEP(nlrs_socket_recv_many(s, datagrams));
    STEP(nlrs_datagrams_get(datagrams, 0, &data, &len, &portid, &group, &nsid));
    note(r, nlrs_nlmsg_ok(data, (int)len) ? 0 : -EBADMSG, 0, __LINE__);
    /* Nothing is there: an end nevertheless. */
    nlrs_socket_set_timeout(s, 20);
    code = CALL(nlrs_socket_recv(s, into, sizeof into, 0, &len, NULL, NULL, NULL));
    if (code != NLRS_ETIMEDOUT)
        note(r, code < 0 ? code : -EPROTO, 0, __LINE__);
end:
    DO(nlrs_datagrams_free(datagrams));
    DO(nlrs_filter_free(f));
    DO(nlrs_socket_close(s));
}

static void scenario_events(struct run *r)
{
    struct nlrs_socket *s = NULL;
    const struct nlmsghdr *nlh;
    struct nlrs_msg m;
    uint64_t buf[32];
    uint32_t group;
    int32_t nsid;
    int code, i;

    STEP(open_socket(NETLINK_ROUTE, &s));
    STEP(nlrs_socket_join(s, RTNLGRP_LINK));
    for (i = 0; i < 4; i++) {
        struct ifinfomsg ifi;
        memset(&ifi, 0, sizeof ifi);
        ifi.ifi_index = 1;
        ifi.ifi_change = IFF_UP;
        ifi.ifi_flags = i % 2 ? 0 : IFF_UP;
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, RTM_NEWLINK, 0);
        nlrs_msg_put_header(&m, &ifi, sizeof ifi);
        nlrs_msg_end(&m);
        STEP(nlrs_request(s, nlrs_msg_first(&m), NULL, NULL, NULL));
    }
    nlrs_socket_set_timeout(s, 0);
    while ((code = CALL(nlrs_socket_next_event(s, &nlh, NULL, &group, &nsid))) > 0) {
        CHECK_INT(group, RTNLGRP_LINK);
        CHECK_INT(CALL(nlrs_socket_event_credentials(s, NULL, NULL, NULL)), -ENOENT);
    }
    if (code != -EAGAIN)
        note(r, code, 0, __LINE__);
end:
    DO(nlrs_socket_close(s));
}

static int answer_peer(struct nlrs_peer *p, const void *data, size_t len, void *arg)
{
    (void)len;
    (void)arg;
    return nlrs_peer_ack(p, data, 0);
}

static void scenario_peer(struct run *r)
{
    struct nlrs_peer *p = NULL, *q = NULL;
    struct nlrs_socket *s = NULL, *t = NULL;
    struct nlrs_error *e = NULL;
    struct nlrs_msg m;
    uint64_t buf[32], link[16];
    unsigned long count = 0, bytes = 0;
    struct nlmsghdr *h = (struct nlmsghdr *)link;
    int pair[2];

    memset(link, 0, sizeof link);
    h->nlmsg_len = 32;
    h->nlmsg_type = RTM_NEWLINK;
    h->nlmsg_flags = NLM_F_MULTI;
    MAKE(e, nlrs_error_new());
    MAKE(p, nlrs_peer_new(NULL, NULL));
    STEP(nlrs_peer_reply(p, link, 32, 0));
    STEP(nlrs_peer_set_delay(p, 2));
    STEP(nlrs_peer_done(p, 0));
    STEP(nlrs_peer_next(p));
    STEP(nlrs_peer_ack(p, NULL, 0));
    STEP(nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &s));
    nlrs_socket_set_timeout(s, PATIENCE_MS);
    STEP(nlrs_socket_set_trace(s, hear_trace, &bytes));
    if (note(r, CALL(nlrs_dump(s, get_lo(&m, buf, sizeof buf, NLM_F_DUMP), count_message, &count, e)), 0, __LINE__) == 0)
        note(r, CALL(nlrs_request(s, get_lo(&m, buf, sizeof buf, NLM_F_ACK), NULL, NULL, e)), 0, __LINE__);
    MAKE(q, nlrs_peer_new(answer_peer, NULL));
    STEP(nlrs_socket_open_peer(NETLINK_GENERIC, q, NULL, &t));
    nlrs_socket_set_timeout(t, PATIENCE_MS);
    note(r, CALL(nlrs_request(t, get_lo(&m, buf, sizeof buf, NLM_F_ACK), NULL, NULL, e)), 0, __LINE__);
    DO(nlrs_socket_close(t));
    t = NULL;
    /* A process that plays the kernel. */
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0) {
        int code = CALL(nlrs_socket_adopt(pair[0], NETLINK_ROUTE, NULL, &t));
        close(pair[1]);
        if (code < 0) {
            close(pair[0]);
            note(r, code, 0, __LINE__);
        } else {
            /* It is gone. */
            nlrs_socket_set_timeout(t, PATIENCE_MS);
            code = CALL(nlrs_request(t, get_lo(&m, buf, sizeof buf, 0), NULL, NULL, e));
            CHECK(code < 0);
            if (code == -EPIPE)
                r->usual = code;
            else
                note(r, code, 0, __LINE__);
        }
    }
    if (capture_path != NULL) {
        DO(nlrs_socket_close(t));
        t = NULL;
        STEP(nlrs_socket_open_replay(NETLINK_ROUTE, capture_path, NULL, &t));
        nlrs_socket_set_timeout(t, PATIENCE_MS);
        note(r, CALL(nlrs_request(t, get_lo(&m, buf, sizeof buf, 0), NULL, NULL, e)), 0, __LINE__);
    }
end:
    DO(nlrs_socket_close(t));
    DO(nlrs_socket_close(s));
    DO(nlrs_peer_free(q));
    DO(nlrs_peer_free(p));
    DO(nlrs_error_free(e));
}

static void scenario_debug(struct run *r)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_msg m;
    uint64_t buf[32];
    const char *text = getenv("SCENARIO_TEXT");
    char value[4096];
    int capture;

    if (text == NULL)
        return;
    for (capture = 0; capture < 2; capture++) {
        snprintf(value, sizeof value, capture ? "pcap:%s.pcap" : "%s", text);
        setenv("NLRS_DEBUG", value, 1);
        STEP(open_socket(NETLINK_ROUTE, &s));
        STEP(nlrs_request(s, get_lo(&m, buf, sizeof buf, 0), NULL, NULL, NULL));
        DO(nlrs_socket_close(s));
        s = NULL;
    }
end:
    unsetenv("NLRS_DEBUG");
    DO(nlrs_socket_close(s));
}

static int build_large(struct nlrs_msg *m)
{
    char filler[3000];
    int i;

    memset(filler, 'x', sizeof filler);
    nlrs_msg_begin(m, 16, 0);
    for (i = 0; i < 5; i++) {
        int nest = nlrs_msg_nest_begin(m, 5);
        nlrs_msg_put_bytes(m, 1, filler, sizeof filler);
        nlrs_msg_put_str(m, 2, "text");
        nlrs_msg_nest_end(m, nest);
    }
    return nlrs_msg_end(m);
}

static void scenario_build(struct run *r)
{
    struct nlrs_msg *m = NULL;
    int i;

    MAKE(m, nlrs_msg_new(0));
    for (i = 0; i < 40; i++) {
        if (note(r, CALL(build_large(m)), 0, __LINE__)) {
            /* Its bytes are gone, the ones before it are there. */
            CHECK_INT(nlrs_msg_count(m), i);
            STEP(build_large(m));
        }
    }
    CHECK_INT(nlrs_msg_count(m), 40);
end:
    DO(nlrs_msg_free(m));
}

/* A monitor with two tables: a snapshot, a change, a snapshot again. */
static void scenario_monitor(struct run *r)
{
    struct nlrs_monitor *m = NULL;
    struct nlrs_socket *s = NULL;
    const struct nlrs_event *event;
    struct nlrs_msg msg;
    uint64_t buf[32];
    uint32_t group = RTNLGRP_LINK;
    unsigned long count = 0;
    int round, code, tries;

    STEP(open_socket(NETLINK_ROUTE, &s));
    STEP(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &m));
    nlrs_monitor_set_timeout(m, 0);
    nlrs_monitor_set_interval(m, 0);
    STEP(nlrs_monitor_set_difference(m, 1));
    STEP(nlrs_monitor_follow(m, NLRS_LINKS, 0));
    STEP(nlrs_monitor_follow(m, NLRS_ADDRESSES, 0));
    for (round = 0; round < 3; round++) {
        for (tries = 0; tries < (fault_is_past() ? 1000 : 30); tries++) {
            code = CALL(nlrs_monitor_next(m, &event));
            if (code > 0)
                continue;
            if (code == -EAGAIN && nlrs_monitor_is_current(m))
                break;
            if (code != -EAGAIN && code != NLRS_EOVERRUN)
                note(r, code, 0, __LINE__);
            /* After a snapshot that took long the next one is put off. */
            poll(NULL, 0, tries < 20 ? 1 : 10);
        }
        if (fault_is_past() && tries == 1000)
            note(r, -EPROTO, 1, __LINE__);
        nlrs_msg_init(&msg, buf, sizeof buf);
        put_change(&msg, 0);
        note(r, CALL(nlrs_request(s, nlrs_msg_first(&msg), NULL, NULL, NULL)), 0, __LINE__);
        STEP(nlrs_monitor_resync(m));
    }
    STEP(nlrs_monitor_objects(m, 1, count_message, &count));
    if (fault_is_past() && count == 0)
        note(r, -EPROTO, 1, __LINE__);
end:
    DO(nlrs_monitor_close(m));
    DO(nlrs_socket_close(s));
}

/* What is read back from a socket, and set on it. */
static void scenario_settings(struct run *r)
{
    struct nlrs_socket_options *o = NULL;
    struct nlrs_socket *s = NULL;
    uint32_t groups[4];
    size_t bytes;
    int value = 1;

    MAKE(o, nlrs_socket_options_new());
    STEP(nlrs_socket_options_set_netns_name(o, "nlrs-deep"));
    STEP(open_socket(NETLINK_ROUTE, &s));
    STEP(nlrs_socket_join(s, RTNLGRP_LINK));
    STEP(nlrs_socket_groups(s, groups, 4));
    STEP(nlrs_socket_set_flag(s, NETLINK_EXT_ACK, 1));
    STEP(nlrs_socket_flag(s, NETLINK_EXT_ACK));
    STEP(nlrs_socket_set_option(s, SOL_SOCKET, SO_PRIORITY, &value, sizeof value));
    STEP(nlrs_socket_option(s, SOL_SOCKET, SO_PRIORITY, &value, sizeof value, &bytes));
    STEP(nlrs_socket_set_send_buffer(s, 65536));
    STEP(nlrs_socket_send_buffer(s, &bytes));
    STEP(nlrs_socket_recv_buffer(s, &bytes));
    STEP(nlrs_socket_set_bpf(s, NULL, 0));
    STEP(nlrs_socket_lock_filter(s));
end:
    DO(nlrs_socket_close(s));
    DO(nlrs_socket_options_free(o));
}

/* Memory for the rules grows. */
static void scenario_policy(struct run *r)
{
    struct nlrs_policy *p = NULL;
    int i;

    MAKE(p, nlrs_policy_new());
    for (i = 0; i < 20; i++)
        STEP(nlrs_policy_add(p, (uint32_t)i, NLRS_KIND_U32, 0));
end:
    DO(nlrs_policy_free(p));
}

/* What a growing message begins with: so much that whatever comes next needs memory. */
static void fill(struct nlrs_msg *m)
{
    static const char filler[44];
    nlrs_msg_begin(m, 16, 0);
    nlrs_msg_put_bytes(m, 1, filler, sizeof filler);
}

/* In a message that is full. After a failure the whole of it is built again, on the same object. */
#define PUT(expr) \
    do { \
        MAKE(m, nlrs_msg_new(64)); \
        STEP((fill(m), expr, nlrs_msg_end(m))); \
        CHECK_INT(nlrs_msg_count(m), 1); \
        DO(nlrs_msg_free(m)); \
        m = NULL; \
    } while (0)
/* Behind a message that fills its memory. */
#define PUT_BEHIND(expr) \
    do { \
        MAKE(m, nlrs_msg_new(64)); \
        STEP((fill(m), nlrs_msg_end(m))); \
        STEP(expr); \
        CHECK_INT(nlrs_msg_count(m), 2); \
        DO(nlrs_msg_free(m)); \
        m = NULL; \
    } while (0)

static void scenario_put(struct run *r)
{
    static const unsigned char bytes[16] = {1}, header[64];
    const struct nlmsghdr request = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK};
    const struct nlattr attr = {.nla_len = sizeof attr, .nla_type = 3};
    struct nlrs_msg *m = NULL;
    void *room;
    int nest;

    MAKE(m, nlrs_msg_new(0));
    STEP((nlrs_msg_begin(m, 16, 0), nlrs_msg_put_header(m, header, sizeof header), nlrs_msg_end(m)));
    DO(nlrs_msg_free(m));
    m = NULL;
    PUT(nlrs_msg_put_u8(m, 2, 1));
    PUT(nlrs_msg_put_u16(m, 2, 1));
    PUT(nlrs_msg_put_u32(m, 2, 1));
    PUT(nlrs_msg_put_u64(m, 2, 1));
    PUT(nlrs_msg_put_u64_padded(m, 2, 1, 9));
    PUT(nlrs_msg_put_s8(m, 2, 1));
    PUT(nlrs_msg_put_s16(m, 2, 1));
    PUT(nlrs_msg_put_s32(m, 2, 1));
    PUT(nlrs_msg_put_s64(m, 2, 1));
    PUT(nlrs_msg_put_be16(m, 2, 1));
    PUT(nlrs_msg_put_be32(m, 2, 1));
    PUT(nlrs_msg_put_be64(m, 2, 1));
    PUT(nlrs_msg_put_be16(m, 2 | NLA_F_NET_BYTEORDER, 1));
    PUT(nlrs_msg_put_be32(m, 2 | NLA_F_NET_BYTEORDER, 1));
    PUT(nlrs_msg_put_be64(m, 2 | NLA_F_NET_BYTEORDER, 1));
    PUT(nlrs_msg_put_le16(m, 2, 1));
    PUT(nlrs_msg_put_le32(m, 2, 1));
    PUT(nlrs_msg_put_le64(m, 2, 1));
    PUT(nlrs_msg_put_uint(m, 2, 1));
    PUT(nlrs_msg_put_sint(m, 2, 1));
    PUT(nlrs_msg_put_str(m, 2, "a"));
    PUT(nlrs_msg_put_strn(m, 2, "a", 1));
    PUT(nlrs_msg_put_bytes(m, 2, bytes, 3));
    PUT(nlrs_msg_put_flag(m, 2));
    PUT(nlrs_msg_put_bitfield32(m, 2, 1, 1));
    PUT(nlrs_msg_put_in_addr(m, 2, bytes));
    PUT(nlrs_msg_put_in6_addr(m, 2, bytes));
    PUT(nlrs_msg_put_mac(m, 2, bytes));
    PUT(nlrs_msg_put_attr(m, &attr));
    PUT(nlrs_msg_put_attrs(m, &attr, sizeof attr));
    PUT((nlrs_msg_put_reserve(m, 2, 8, &room) == 0 ? memset(room, 0, 8) : NULL));
    PUT((nest = nlrs_msg_nest_begin(m, 2), nlrs_msg_nest_end(m, nest)));
    PUT((nest = nlrs_msg_nest_begin_noflag(m, 2), nlrs_msg_nest_end(m, nest)));
    PUT_BEHIND((nlrs_msg_begin(m, 16, 0), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_msg_begin_done(m, &request, 0), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_msg_begin_error(m, &request, -EPERM), nlrs_msg_end(m)));
    PUT_BEHIND(nlrs_msg_append_ack(m, &request));
    PUT_BEHIND(nlrs_msg_append(m, &request, sizeof request));
end:
    DO(nlrs_msg_free(m));
}

/* A monitor that waits: for an event that is there, and for one that does not come. */
static void scenario_wait(struct run *r)
{
    struct nlrs_monitor *m = NULL;
    struct nlrs_socket *s = NULL;
    const struct nlrs_event *event;
    struct nlrs_msg msg;
    uint64_t buf[32];
    uint32_t group = RTNLGRP_LINK;
    struct ifinfomsg ifi;
    int code;

    STEP(open_socket(NETLINK_ROUTE, &s));
    STEP(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &m));
    STEP(nlrs_monitor_set_timeout(m, 60));
    memset(&ifi, 0, sizeof ifi);
    ifi.ifi_index = 1;
    ifi.ifi_change = IFF_UP;
    for (ifi.ifi_flags = IFF_UP;; ifi.ifi_flags = 0) {
        nlrs_msg_init(&msg, buf, sizeof buf);
        nlrs_msg_begin(&msg, RTM_NEWLINK, 0);
        nlrs_msg_put_header(&msg, &ifi, sizeof ifi);
        nlrs_msg_end(&msg);
        STEP(nlrs_request(s, nlrs_msg_first(&msg), NULL, NULL, NULL));
        if (ifi.ifi_flags == 0)
            break;
    }
    while ((code = CALL(nlrs_monitor_next(m, &event))) > 0)
        ;
    if (code != NLRS_ETIMEDOUT)
        note(r, code, 0, __LINE__);
end:
    DO(nlrs_monitor_close(m));
    DO(nlrs_socket_close(s));
}

/* Groups of a monitor, by number and by name. */
static void scenario_groups(struct run *r)
{
    struct nlrs_monitor *m = NULL;
    const struct nlrs_event *event;
    int code;

    STEP(nlrs_monitor_open(NETLINK_GENERIC, NULL, 0, NULL, &m));
    STEP(nlrs_monitor_set_timeout(m, PATIENCE_MS));
    STEP(nlrs_monitor_group(m, "nlctrl", "notify"));
    STEP(nlrs_monitor_leave(m, 16));
    STEP(nlrs_monitor_join(m, 16));
    STEP(nlrs_monitor_set_all_namespaces(m, 1));
    STEP(nlrs_socket_set_recv_buffer(nlrs_monitor_socket(m), 65536));
    STEP(nlrs_monitor_cancel(m));
    code = CALL(nlrs_monitor_next(m, &event));
    if (code != NLRS_ECANCELED)
        note(r, code < 0 ? code : -EPROTO, 0, __LINE__);
end:
    DO(nlrs_monitor_close(m));
}

static int key_of_index(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg)
{
    const struct ifinfomsg *ifi = nlrs_nlmsg_data(nlh);
    (void)arg;
    memcpy(key, &ifi->ifi_index, sizeof ifi->ifi_index);
    *ret_len = sizeof ifi->ifi_index;
    return nlh->nlmsg_type == RTM_DELLINK ? NLRS_KEY_DELETED : NLRS_KEY_PRESENT;
}

static int answer_dump(struct nlrs_peer *p, const void *data, size_t len, void *arg)
{
    (void)data;
    (void)len;
    (void)arg;
    return nlrs_peer_done(p, 0);
}

/* The loop ends at the end of a snapshot, at a link that goes, or where it is told that events are lost. */
static int until_known(const struct nlrs_event *event, void *arg)
{
    const struct nlmsghdr *nlh = nlrs_event_message(event);
    uint32_t kind = nlrs_event_kind(event);
    (void)arg;
    return kind == NLRS_EVENT_SNAPSHOT_END || kind == NLRS_EVENT_OVERRUN || (nlh != NULL && nlh->nlmsg_type == RTM_DELLINK)
               ? NLRS_STOP
               : 0;
}

/* A monitor whose kernel is two peers. */
static void scenario_monitor_peer(struct run *r)
{
    struct nlrs_peer *p = NULL, *q = NULL;
    struct nlrs_socket *events = NULL, *requests = NULL;
    struct nlrs_monitor *m = NULL;
    struct {
        struct nlmsghdr header;
        struct ifinfomsg ifi;
    } link = {{sizeof link, RTM_NEWLINK, 0, 0, 0}, {.ifi_index = 7}};
    const struct nlmsghdr get = {.nlmsg_len = sizeof get, .nlmsg_type = RTM_GETLINK};
    int code;

    MAKE(p, nlrs_peer_new(NULL, NULL));
    MAKE(q, nlrs_peer_new(answer_dump, NULL));
    STEP(nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &events));
    STEP(nlrs_socket_open_peer(NETLINK_ROUTE, q, NULL, &requests));
    STEP(nlrs_monitor_open_on(events, requests, &m));
    STEP(nlrs_monitor_set_timeout(m, PATIENCE_MS));
    nlrs_monitor_set_interval(m, 0);
    STEP(nlrs_monitor_add_table(m, &get, key_of_index, NULL, NULL));
    code = CALL(nlrs_monitor_loop(m, until_known, NULL));
    note(r, code, 0, __LINE__);
    STEP(nlrs_peer_set_sender(p, 0, RTNLGRP_LINK, -1));
    STEP(nlrs_peer_event(p, &link, sizeof link));
    STEP(nlrs_peer_fail(p, -EINTR));
    link.header.nlmsg_type = RTM_DELLINK;
    STEP(nlrs_peer_event(p, &link, sizeof link));
    code = CALL(nlrs_monitor_loop(m, until_known, NULL));
    note(r, code, 0, __LINE__);
    if (fault_is_past())
        CHECK(nlrs_peer_requests(q) > 0);
end:
    DO(nlrs_monitor_close(m));
    DO(nlrs_socket_close(requests));
    DO(nlrs_socket_close(events));
    DO(nlrs_peer_free(q));
    DO(nlrs_peer_free(p));
}

/* Nobody answers: the call ends at its deadline. */
static void scenario_deadline(struct run *r)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_msg m;
    uint64_t buf[8];
    int code;

    STEP(open_socket(NETLINK_ROUTE, &s));
    nlrs_socket_set_timeout(s, 30);
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, NLMSG_NOOP, 0);
    nlrs_msg_end(&m);
    code = CALL(nlrs_request_single(s, nlrs_msg_first(&m), NULL, NULL, NULL));
    if (code != NLRS_ETIMEDOUT)
        note(r, code < 0 ? code : -EPROTO, 0, __LINE__);
    DO(nlrs_socket_cancel(s));
    code = CALL(nlrs_request_single(s, nlrs_msg_first(&m), NULL, NULL, NULL));
    if (code != NLRS_ECANCELED)
        note(r, code < 0 ? code : -EPROTO, 0, __LINE__);
end:
    DO(nlrs_socket_close(s));
}

/* Records, written where memory is needed for them. */
static void scenario_records(struct run *r)
{
    const struct nlrs_link link = {.index = 1};
    const struct nlrs_address address = {.index = 1, .local = {AF_INET, 32, {10}}};
    const struct nlrs_route route = {.oif = 1, .dst = {AF_INET, 32, {10}}};
    const struct nlrs_rule rule = {.family = AF_INET, .priority = 7};
    const struct nlrs_neighbour neighbour = {.index = 1, .dst = {AF_INET, 32, {10}}};
    const struct nlrs_nexthop nexthop = {.id = 1};
    const struct nlrs_nexthop_member member = {1, 1};
    const struct nlrs_next_hop hop = {.oif = 1};
    const struct nlrs_inet_socket inet = {.family = AF_INET, .states = ~0u};
    const struct nlrs_unix_socket unix_socket = {.family = AF_UNIX, .states = ~0u};
    const struct nlrs_nfnl_header nfnl = {.subsystem = 1};
    const struct nlrs_audit_status status = {.enabled = 1};
    struct nlrs_msg *m = NULL;
    int nest;

    PUT_BEHIND((nlrs_link_begin(m, RTM_NEWLINK, 0, &link, sizeof link), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_address_begin(m, RTM_NEWADDR, 0, &address, sizeof address), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_route_begin(m, RTM_NEWROUTE, 0, &route, sizeof route), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_rule_begin(m, RTM_NEWRULE, 0, &rule, sizeof rule), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_neighbour_begin(m, RTM_NEWNEIGH, 0, &neighbour, sizeof neighbour), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_nexthop_begin(m, RTM_NEWNEXTHOP, 0, &nexthop, sizeof nexthop), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_inet_socket_begin(m, 0, &inet, sizeof inet), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_unix_socket_begin(m, 0, &unix_socket, sizeof unix_socket), nlrs_msg_end(m)));
    PUT_BEHIND((nlrs_nfnl_begin(m, &nfnl, 0), nlrs_msg_end(m)));
    PUT_BEHIND(nlrs_audit_status_request(m, &status, sizeof status));
    PUT_BEHIND(nlrs_process_event_request(m, 2));
    PUT(nlrs_nexthop_put_members(m, &member, 1));
    PUT(nlrs_ethtool_put_header(m, 1, 1, NULL, 0));
    PUT((nest = nlrs_msg_nest_begin(m, 5), nlrs_link_put(m, &link, sizeof link), nlrs_msg_nest_end(m, nest)));
    PUT((nest = nlrs_link_data_begin(m, "dummy"), nlrs_link_data_end(m, nest)));
    PUT((nest = nlrs_msg_nest_begin(m, RTA_MULTIPATH), nlrs_next_hop_end(m, nlrs_next_hop_begin(m, &hop, sizeof hop)),
         nlrs_msg_nest_end(m, nest)));
end:
    DO(nlrs_msg_free(m));
}

static int count_family(const struct nlrs_genl_family *f, void *arg)
{
    *(unsigned long *)arg += nlrs_genl_family_id(f) != 0;
    return 0;
}

/* Generic netlink: what is resolved, and messages of it. */
/* An array of records, from a message and from a dump. */
static int add_record(const struct nlmsghdr *nlh, void *arg)
{
    return nlrs_records_add(arg, nlh);
}

static void scenario_record_array(struct run *r)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_records *a = NULL;
    struct nlrs_dump *d = NULL;
    struct nlrs_msg m;
    uint64_t buf[32];
    int code;

    STEP(open_socket(NETLINK_ROUTE, &s));
    STEP(nlrs_records_new(RTM_NEWLINK, sizeof(struct nlrs_link), &a));
    STEP(nlrs_request(s, get_lo(&m, buf, sizeof buf, 0), add_record, a, NULL));
    STEP(nlrs_dump_begin(s, get_lo(&m, buf, sizeof buf, NLM_F_DUMP), &d));
    /* A dump that has failed stays so: there is no second try. */
    code = CALL(nlrs_records_add_dump(a, d));
    note(r, code, 0, __LINE__);
    code = CALL(nlrs_dump_end(d, NULL));
    d = NULL;
    note(r, code, 0, __LINE__);
end:
    DO(nlrs_dump_end(d, NULL));
    DO(nlrs_records_free(a));
    DO(nlrs_socket_close(s));
}

static void scenario_genl(struct run *r)
{
    struct nlrs_genl_family *f = NULL;
    struct nlrs_policy *p = NULL;
    struct nlrs_socket *s = NULL;
    struct nlrs_monitor *monitor = NULL;
    struct nlrs_error *e = NULL;
    struct nlrs_msg *m = NULL;
    struct {
        struct nlmsghdr nlh;
        struct genlmsghdr genl;
        struct nlattr id;
        uint16_t number, pad;
        struct nlattr name;
        char text[8];
    } announced = {{sizeof announced, GENL_ID_CTRL, 0, 0, 0},  {CTRL_CMD_NEWFAMILY, 2, 0}, {6, CTRL_ATTR_FAMILY_ID}, 16, 0,
                   {11, CTRL_ATTR_FAMILY_NAME}, "nlctrl"};
    unsigned long count = 0;

    STEP(open_socket(NETLINK_GENERIC, &s));
    MAKE(e, nlrs_error_new());
    STEP(nlrs_genl_resolve(s, "nlctrl", &f, e));
    STEP(nlrs_genl_families(s, count_family, &count, e));
    STEP(nlrs_genl_policy(s, f, CTRL_CMD_GETFAMILY, 0, &p, e));
    STEP(nlrs_genl_join(s, "nlctrl", "notify", e));
    STEP(nlrs_genl_family_update(f, &announced.nlh));
    PUT_BEHIND((nlrs_genl_begin(m, f, CTRL_CMD_GETFAMILY, 0), nlrs_msg_end(m)));
    STEP(nlrs_monitor_open(NETLINK_GENERIC, NULL, 0, NULL, &monitor));
    STEP(nlrs_monitor_set_timeout(monitor, PATIENCE_MS));
    STEP(nlrs_monitor_join_name(monitor, "nlctrl", "notify"));
end:
    DO(nlrs_monitor_close(monitor));
    DO(nlrs_msg_free(m));
    DO(nlrs_policy_free(p));
    DO(nlrs_genl_family_free(f));
    DO(nlrs_error_free(e));
    DO(nlrs_socket_close(s));
}

static int accept_link(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_link link;
    (void)arg;
    return nlrs_link_read(nlh, &link, sizeof link) == 0 && link.index == 1 ? NLRS_STOP : 0;
}

/* 0 for the refusal that is expected; what failed otherwise. */
static int refused(int code, int expected)
{
    return code == expected ? 0 : code < 0 ? code : -EPROTO;
}

/* Lookups, waiting, and requests with a record. Those that change something are refused each time, for want of the object. */
static void scenario_lookup(struct run *r)
{
    const struct nlrs_link link = {.index = 1};
    const struct nlrs_address address = {.index = 1, .local = {AF_INET, 32, {10, 9, 8, 7}}};
    const struct nlrs_route route = {.table = 77, .oif = 1, .dst = {AF_INET, 32, {10, 9, 8, 7}}};
    const struct nlrs_rule rule = {.family = AF_INET, .action = 1, .table = 77, .priority = 4711};
    const struct nlrs_neighbour neighbour = {.index = 1, .dst = {AF_INET, 32, {10, 9, 8, 7}}};
    const struct nlrs_nexthop nexthop = {.id = 4711};
    struct nlrs_socket *s = NULL;
    struct nlrs_error *e = NULL;
    uint32_t index = 0;
    char name[16];

    STEP(open_socket(NETLINK_ROUTE, &s));
    MAKE(e, nlrs_error_new());
    STEP(nlrs_link_index(s, "lo", &index, e));
    STEP(nlrs_link_name(s, 1, name, e));
    STEP(nlrs_link_request(s, RTM_NEWLINK, 0, &link, sizeof link, e));
#define REFUSED(call, code) STEP(refused(call, code))
    REFUSED(nlrs_address_request(s, RTM_DELADDR, 0, &address, sizeof address, e), -EADDRNOTAVAIL);
    REFUSED(nlrs_route_request(s, RTM_DELROUTE, 0, &route, sizeof route, e), -ESRCH);
    REFUSED(nlrs_rule_request(s, RTM_DELRULE, 0, &rule, sizeof rule, e), -ENOENT);
    REFUSED(nlrs_neighbour_request(s, RTM_DELNEIGH, 0, &neighbour, sizeof neighbour, e), -ENOENT);
    REFUSED(nlrs_nexthop_request(s, RTM_DELNEXTHOP, 0, &nexthop, sizeof nexthop, e), -ENOENT);
    STEP(nlrs_wait(NLRS_LINKS, 0, PATIENCE_MS, NULL, accept_link, NULL));
end:
    DO(nlrs_error_free(e));
    DO(nlrs_socket_close(s));
}

static const struct {
    const char *name;
    void (*run)(struct run *r);
} scenarios[] = {
    {"open", scenario_open},         {"namespace", scenario_namespace}, {"request", scenario_request},
    {"request steps", scenario_request_steps},
    {"dump", scenario_dump},         {"batch", scenario_batch},         {"datagrams", scenario_datagrams},
    {"events", scenario_events},     {"peer", scenario_peer},           {"debug", scenario_debug},
    {"build", scenario_build},       {"monitor", scenario_monitor},     {"deadline", scenario_deadline},
    {"settings", scenario_settings}, {"policy", scenario_policy},       {"put", scenario_put},
    {"records", scenario_records}, {"record array", scenario_record_array},   {"genl", scenario_genl},           {"lookup", scenario_lookup},
    {"groups", scenario_groups},     {"wait", scenario_wait},           {"monitor peer", scenario_monitor_peer},
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

/* The network namespace, and a capture for the replay: made by NLRS_DEBUG. */
static CHECK_UNUSED void prepare_scenarios(void)
{
    static char path[] = "/tmp/nlrs-deep-XXXXXX";
    char value[64];
    struct nlrs_socket *s;
    struct nlrs_msg m;
    uint64_t buf[32];
    int fd;

    check_own_netns();
    namespace_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    REQUIRE(namespace_fd >= 0);
    fd = mkstemp(path);
    REQUIRE(fd >= 0);
    close(fd);
    unlink(path);
    snprintf(value, sizeof value, "pcap:%s", path);
    setenv("NLRS_DEBUG", value, 1);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    unsetenv("NLRS_DEBUG");
    REQUIRE(nlrs_request(s, get_lo(&m, buf, sizeof buf, 0), NULL, NULL, NULL) == 0);
    nlrs_socket_close(s);
    capture_path = path;
}

static CHECK_UNUSED void finish_scenarios(void)
{
    if (capture_path != NULL)
        unlink(capture_path);
    close(namespace_fd);
}

#endif
