/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Whose a message is, with a scripted peer: what a kernel sends too seldom, or from a family that not every machine has. */
#include "check.h"
#include <linux/audit.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <time.h>

/* Port ID of every socket that has a peer. */
enum { PORT = 1, GROUP = 7, OTHER_TYPE = 4711 };

struct message {
    struct nlmsghdr nlh;
    uint32_t number;
};

static struct nlrs_error *err;

/* A message whose sequence number and port are as given; 0 and 0: the peer puts in those of the request. */
static struct message message(uint32_t type, uint32_t flags, uint32_t seq, uint32_t port, uint32_t number)
{
    struct message m = {{sizeof m, (uint16_t)type, (uint16_t)flags, seq, port}, number};
    return m;
}

static void reply(struct nlrs_peer *p, struct message m)
{
    CHECK_INT(nlrs_peer_reply(p, &m, sizeof m, 0), 0);
}

/* A socket whose peer says what is prepared; it waits so long that a test that hangs shows it. */
static struct nlrs_socket *socket_of(int protocol, struct nlrs_peer *p)
{
    struct nlrs_socket *s = NULL;
    REQUIRE(p != NULL);
    REQUIRE(nlrs_socket_open_peer(protocol, p, NULL, &s) == 0);
    CHECK_INT(nlrs_socket_set_timeout(s, 1000), 0);
    return s;
}

/* What a callback got: the numbers of the messages, one decimal digit each. */
static int keep(const struct nlmsghdr *nlh, void *arg)
{
    uint32_t *seen = arg;
    CHECK(nlh->nlmsg_len >= sizeof(struct message));
    *seen = *seen * 10 + ((const struct message *)nlh)->number;
    return 0;
}

/* The number of the request that an error is about; 0: none. */
static uint32_t seq_of(const struct nlrs_error *of)
{
    uint32_t seq = 0;
    nlrs_error_seq(of, &seq);
    return seq;
}

static int keep_of(const struct nlmsghdr *nlh, size_t index, void *arg)
{
    uint32_t *seen = arg;
    *seen = *seen * 10 + (uint32_t)index;
    return keep(nlh, seen);
}

static int refuse(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    return *(int *)arg;
}

/* The events in the queue as numbers, and how it ended. */
static uint32_t events(struct nlrs_socket *s, uint32_t group, int end)
{
    const struct nlmsghdr *nlh = NULL;
    uint32_t seen = 0, port = 99, of = 99;
    int32_t nsid = 0;
    int code;
    while ((code = nlrs_socket_next_event(s, &nlh, &port, &of, &nsid)) == 1) {
        keep(nlh, &seen);
        CHECK_INT(port, 0);
        CHECK_INT(of, group);
        CHECK_INT(nsid, -1);
    }
    CHECK_INT(code, end);
    return seen;
}

static struct nlmsghdr *request(uint32_t type, uint32_t flags)
{
    static struct message m;
    m = message(type, flags, 0, 0, 0);
    return &m.nlh;
}

static void close_both(struct nlrs_socket *s, struct nlrs_peer *p)
{
    nlrs_socket_close(s);
    nlrs_peer_free(p);
}

/* An echo carries the group of the notification; without NLM_F_ECHO the same message is the notification itself. */
static void echoes(void)
{
    static const struct {
        uint32_t flags, passed, queued;
    } cases[] = {{NLM_F_ECHO, 5, 0}, {0, 0, 5}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
        struct nlrs_socket *s = socket_of(NETLINK_ROUTE, p);
        uint32_t seen = 0;
        CHECK_INT(nlrs_peer_set_sender(p, 0, GROUP, -1), 0);
        reply(p, message(RTM_NEWROUTE, 0, 0, 0, 5));
        CHECK_INT(nlrs_peer_set_sender(p, 0, 0, -1), 0);
        CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
        CHECK_INT(nlrs_request(s, request(RTM_NEWROUTE, cases[i].flags), keep, &seen, err), 0);
        CHECK_INT(seen, cases[i].passed);
        CHECK_INT(events(s, GROUP, 0), cases[i].queued);
        close_both(s, p);
    }
}

/* {data, our number, port 0} is another's event: the answer is what carries our port. */
static void port_0_twins(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = socket_of(NETLINK_GENERIC, p);
    uint32_t seen = 0;
    reply(p, message(OTHER_TYPE, 0, 1, 0, 7));
    reply(p, message(OTHER_TYPE, 0, 1, PORT, 8));
    CHECK_INT(nlrs_request_single(s, request(OTHER_TYPE, 0), keep, &seen, err), 0);
    CHECK_INT(seen, 8);
    CHECK_INT(events(s, 0, 0), 7);
    /* Another's port: an event as well. An error without a port is the answer. */
    reply(p, message(OTHER_TYPE, 0, 2, 4712, 6));
    {
        struct {
            struct nlmsghdr nlh;
            int32_t code;
            struct nlmsghdr of;
        } refusal = {{sizeof refusal, NLMSG_ERROR, 0, 2, 0}, -ESRCH, {0, 0, 0, 0, 0}};
        CHECK_INT(nlrs_peer_reply(p, &refusal, sizeof refusal, 0), 0);
    }
    seen = 0;
    CHECK_INT(nlrs_request(s, request(OTHER_TYPE, 0), keep, &seen, err), -ESRCH);
    CHECK_INT(seen, 0);
    CHECK_INT(events(s, 0, 0), 6);
    close_both(s, p);
}

/* Audit acknowledges before it answers, and its answers have the port 0. */
static void audit(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = socket_of(NETLINK_AUDIT, p);
    struct nlrs_batch *b = nlrs_batch_new();
    uint32_t seen = 0;
    /* A request with an ack of the caller's own. */
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    reply(p, message(AUDIT_GET, 0, 1, 0, 3));
    CHECK_INT(nlrs_request(s, request(AUDIT_GET, NLM_F_ACK), keep, &seen, err), 0);
    CHECK_INT(seen, 3);
    /* A table of two rules, asked for by a dump and by a request. */
    for (uint32_t seq = 2; seq <= 3; seq++) {
        CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
        reply(p, message(AUDIT_LIST_RULES, NLM_F_MULTI, seq, 0, 4));
        reply(p, message(AUDIT_LIST_RULES, NLM_F_MULTI, seq, 0, 5));
        {
            struct nlmsghdr done = {sizeof done, NLMSG_DONE, NLM_F_MULTI, seq, 0};
            CHECK_INT(nlrs_peer_reply(p, &done, sizeof done, 0), 0);
        }
        seen = 0;
        if (seq == 2)
            CHECK_INT(nlrs_dump(s, request(AUDIT_LIST_RULES, 0), keep, &seen, err), 0);
        else
            CHECK_INT(nlrs_request(s, request(AUDIT_LIST_RULES, NLM_F_ACK), keep, &seen, err), 0);
        CHECK_INT(seen, 45);
    }
    /* A refusal is one. */
    CHECK_INT(nlrs_peer_ack(p, NULL, -EPERM), 0);
    CHECK_INT(nlrs_dump(s, request(AUDIT_LIST_RULES, 0), keep, &seen, err), -EPERM);
    /* What has no answer ends with its ack. */
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    CHECK_INT(nlrs_request(s, request(AUDIT_SET, 0), keep, &seen, err), 0);
    /* In a batch. */
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    reply(p, message(AUDIT_GET, 0, 7, 0, 3));
    seen = 0;
    CHECK_INT(nlrs_batch_set_reply_fn(b, keep_of, &seen), 0);
    for (int i = 0; i < 2; i++) {
        nlrs_msg_begin(nlrs_batch_msg(b), AUDIT_GET - (uint32_t)!i, 0);
        REQUIRE(nlrs_msg_end(nlrs_batch_msg(b)) == 0);
    }
    CHECK_INT(nlrs_batch_send(s, b, err), 0);
    CHECK_INT(seen, 13);
    nlrs_batch_free(b);
    close_both(s, p);
}

/* Conntrack sets NLM_F_MULTI in an answer that no NLMSG_DONE follows; elsewhere one follows, also an empty one. */
static void parts(void)
{
    const uint32_t get_stats = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET_STATS;
    const uint32_t get = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = socket_of(NETLINK_NETFILTER, p);
    struct nlrs_batch *b = nlrs_batch_new();
    uint32_t seen = 0;
    reply(p, message(get_stats, NLM_F_MULTI, 0, 0, 1));
    CHECK_INT(nlrs_request_single(s, request(get_stats, 0), keep, &seen, err), 0);
    CHECK_INT(seen, 1);
    seen = 0;
    reply(p, message(get, NLM_F_MULTI, 0, 0, 2));
    CHECK_INT(nlrs_request_single(s, request(get, 0), keep, &seen, err), 0);
    CHECK_INT(seen, 2);
    /* In a batch: the message before the last one has its status too. */
    reply(p, message(get, NLM_F_MULTI, 3, PORT, 3));
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    seen = 0;
    CHECK_INT(nlrs_batch_set_reply_fn(b, keep_of, &seen), 0);
    for (int i = 0; i < 2; i++) {
        nlrs_msg_begin(nlrs_batch_msg(b), get, 0);
        REQUIRE(nlrs_msg_end(nlrs_batch_msg(b)) == 0);
    }
    CHECK_INT(nlrs_batch_send(s, b, err), 0);
    CHECK_INT(seen, 3);
    CHECK_INT(nlrs_batch_result(b, 0, NULL), 0);
    nlrs_batch_free(b);
    close_both(s, p);
    /* Of another family NLM_F_MULTI announces an end. */
    p = nlrs_peer_new(NULL, NULL);
    s = socket_of(NETLINK_GENERIC, p);
    reply(p, message(OTHER_TYPE, NLM_F_MULTI, 0, 0, 4));
    reply(p, message(OTHER_TYPE, NLM_F_MULTI, 0, 0, 5));
    {
        struct nlmsghdr done = {sizeof done, NLMSG_DONE, NLM_F_MULTI, 0, 0};
        CHECK_INT(nlrs_peer_reply(p, &done, sizeof done, 0), 0);
    }
    seen = 0;
    CHECK_INT(nlrs_request_single(s, request(OTHER_TYPE, 0), keep, &seen, err), 0);
    CHECK_INT(seen, 45);
    close_both(s, p);
}

/* Data without a sequence number was not asked for: it is an event of no group. */
static void unsolicited(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = socket_of(NETLINK_NETFILTER, p);
    struct message packet = message(NFNL_SUBSYS_QUEUE << 8, 0, 0, 0, 9);
    CHECK_INT(nlrs_peer_event(p, &packet, sizeof packet), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    CHECK_INT(nlrs_request(s, request(NFNL_SUBSYS_QUEUE << 8 | 2, 0), NULL, NULL, err), 0);
    CHECK_INT(events(s, 0, 0), 9);
    close_both(s, p);
}

/* What concerns an event, or a leftover, spoils no answer; what concerns the answer does. */
static void losses(void)
{
    static const struct {
        const char *name;
        uint32_t seq, port, group;
        int code, end;
    } cases[] = {
        {"an event of a group", 5, 4711, GROUP, 0, NLRS_EOVERRUN},
        {"an event of no group", 0, 0, 0, 0, NLRS_EOVERRUN},
        {"a leftover", 4711, PORT, 0, 0, 0},
        {"the answer", 1, PORT, 0, NLRS_ETRUNC, 0},
    };
    size_t i, cut;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        for (cut = 0; cut < 2; cut++) {
            struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
            struct nlrs_socket *s = socket_of(NETLINK_ROUTE, p);
            struct message m = message(RTM_NEWLINK, 0, cases[i].seq, cases[i].port, 1);
            int code = cases[i].code;
            CHECK_INT(nlrs_peer_set_sender(p, 0, cases[i].group, -1), 0);
            m.nlh.nlmsg_len = 44124;
            /* As an event, so that the peer puts in no numbers. */
            if (cases[i].seq == 0 || cut == 0)
                CHECK_INT(nlrs_peer_reply(p, &m, cases[i].seq ? sizeof m : 0, cut == 0 ? 44124 : 0), 0);
            if (cases[i].seq != 0 && cut == 1)
                CHECK_INT(nlrs_peer_reply(p, &m, sizeof m, 0), 0);
            if (cases[i].seq == 0)
                CHECK_INT(nlrs_peer_event(p, &m, sizeof m), 0);
            CHECK_INT(nlrs_peer_set_sender(p, 0, 0, -1), 0);
            CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
            if (cases[i].seq == 0 && cut == 0) {
                close_both(s, p);
                continue;
            }
            if (cut == 1 && code != 0)
                code = -EBADMSG;
            if (!CHECK_INT(nlrs_request(s, request(RTM_NEWADDR, 0), NULL, NULL, err), code))
                printf("  %s, %s\n", cases[i].name, cut == 0 ? "truncated" : "malformed");
            CHECK_INT(events(s, cases[i].group, cases[i].end), 0);
            close_both(s, p);
        }
}

/* A failure names the request that it is about, whoever is at fault. */
static void error_records(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = socket_of(NETLINK_ROUTE, p);
    struct nlrs_batch *b = nlrs_batch_new();
    struct message broken = message(RTM_NEWLINK, NLM_F_MULTI, 0, 0, 1);
    uint32_t type = 0, seen = 0;
    int code = -0x20001;
    broken.nlh.nlmsg_len = 999;
    /* A malformed answer, behind which a dump is running: the next call does not meet its rest. */
    reply(p, message(RTM_NEWLINK, NLM_F_MULTI, 0, 0, 1));
    CHECK_INT(nlrs_peer_reply(p, &broken, sizeof broken, 0), 0);
    CHECK_INT(nlrs_request(s, request(RTM_GETLINK, NLM_F_DUMP), NULL, NULL, err), -EBADMSG);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_LIBRARY);
    CHECK_INT(seq_of(err), 1);
    CHECK_INT(nlrs_error_request_type(err, &type), 0);
    CHECK_INT(type, RTM_GETLINK);
    /* A callback that fails. */
    reply(p, message(RTM_NEWROUTE, 0, 0, 0, 1));
    CHECK_INT(nlrs_request(s, request(RTM_GETROUTE, 0), refuse, &code, err), code);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_CALLBACK);
    CHECK_INT(seq_of(err), 2);
    reply(p, message(RTM_NEWROUTE, NLM_F_MULTI, 0, 0, 1));
    CHECK_INT(nlrs_dump(s, request(RTM_GETROUTE, 0), refuse, &code, err), code);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_CALLBACK);
    CHECK_INT(seq_of(err), 3);
    CHECK_INT(nlrs_error_request_type(err, &type), 0);
    CHECK_INT(type, RTM_GETROUTE);
    /* A batch whose second message starts a dump and gets a malformed answer. */
    reply(p, message(RTM_NEWROUTE, NLM_F_MULTI, 5, PORT, 1));
    CHECK_INT(nlrs_peer_reply(p, &broken, sizeof broken, 0), 0);
    for (uint32_t i = 0; i < 2; i++) {
        nlrs_msg_begin(nlrs_batch_msg(b), RTM_GETROUTE + 4 * i, NLM_F_DUMP);
        REQUIRE(nlrs_msg_end(nlrs_batch_msg(b)) == 0);
    }
    CHECK_INT(nlrs_batch_send(s, b, err), -EBADMSG);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_LIBRARY);
    CHECK_INT(nlrs_error_request_type(err, &type), 0);
    CHECK_INT(type, RTM_GETROUTE);
    CHECK_INT(seq_of(err), 4);
    CHECK_INT(nlrs_batch_result(b, 1, err), NLRS_EUNKNOWN);
    CHECK_INT(nlrs_error_request_type(err, &type), 0);
    CHECK_INT(type, RTM_GETROUTE + 4);
    CHECK_INT(seq_of(err), 5);
    /* The rest of that dump comes with the next request, and is read before the next dump. */
    reply(p, message(RTM_NEWROUTE, NLM_F_MULTI, 5, PORT, 1));
    {
        struct message done = message(NLMSG_DONE, NLM_F_MULTI, 5, PORT, 0);
        CHECK_INT(nlrs_peer_event(p, &done, sizeof done), 0);
        done = message(NLMSG_DONE, NLM_F_MULTI, 6, PORT, 0);
        reply(p, message(RTM_NEWROUTE, NLM_F_MULTI, 6, PORT, 2));
        CHECK_INT(nlrs_peer_reply(p, &done, sizeof done, 0), 0);
    }
    CHECK_INT(nlrs_dump(s, request(RTM_GETROUTE, 0), keep, &seen, err), 0);
    CHECK_INT(seen, 2);
    nlrs_batch_free(b);
    close_both(s, p);
}

/* A transaction of the caller's own in a plain batch: refused as a whole it ends at once, and goes out in one datagram. */
static void own_transaction(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = socket_of(NETLINK_NETFILTER, p);
    struct nlrs_batch *b = nlrs_batch_new();
    static const uint32_t types[] = {NFNL_SUBSYS_NFTABLES << 8, NFNL_MSG_BATCH_BEGIN, NFNL_SUBSYS_NFTABLES << 8,
                                     NFNL_MSG_BATCH_END, NFNL_SUBSYS_NFTABLES << 8 | 1};
    struct nlmsghdr begin = {20, NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, 2, PORT};
    struct timespec before, after;
    size_t i;
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    CHECK_INT(nlrs_peer_next(p), 0);
    CHECK_INT(nlrs_peer_ack(p, &begin, -ERESTART), 0);
    CHECK_INT(nlrs_peer_next(p), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    for (i = 0; i < sizeof types / sizeof *types; i++) {
        nlrs_msg_begin(nlrs_batch_msg(b), types[i], 0);
        nlrs_msg_put_header(nlrs_batch_msg(b), "\0\0\0\12", 4);
        REQUIRE(nlrs_msg_end(nlrs_batch_msg(b)) == 0);
    }
    clock_gettime(CLOCK_MONOTONIC, &before);
    CHECK_INT(nlrs_batch_send(s, b, err), NLRS_EPARTIAL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    CHECK(after.tv_sec - before.tv_sec < 1);
    CHECK_INT(nlrs_error_code(err), -ERESTART);
    CHECK_INT(nlrs_peer_requests(p), 3);
    CHECK_INT(nlrs_batch_result(b, 0, NULL), 0);
    CHECK_INT(nlrs_batch_result(b, 1, NULL), -ERESTART);
    CHECK_INT(nlrs_batch_result(b, 2, NULL), NLRS_EABORTED);
    CHECK_INT(nlrs_batch_result(b, 3, NULL), NLRS_EABORTED);
    CHECK_INT(nlrs_batch_result(b, 4, NULL), 0);
    nlrs_batch_free(b);
    close_both(s, p);
}

int main(void)
{
    REQUIRE((err = nlrs_error_new()) != NULL);
    echoes();
    port_0_twins();
    audit();
    parts();
    unsolicited();
    losses();
    error_records();
    own_transaction();
    nlrs_error_free(err);
    return check_end();
}
