/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Whose a message is, with the kernel: echoes on a socket with groups, audit, conntrack, queues, long events, generations, senders,
   sandboxes. */
#include "check.h"
#include <arpa/inet.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <nlrs.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static struct nlrs_msg m;
static uint64_t buf[1024];
static struct nlrs_error *err;

static int count(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    ++*(unsigned *)arg;
    return 0;
}

static int count_of(const struct nlmsghdr *nlh, size_t index, void *arg)
{
    (void)index;
    return count(nlh, arg);
}

static struct nlrs_socket *opened(int protocol)
{
    struct nlrs_socket *s = NULL;
    int code = nlrs_socket_open(protocol, NULL, &s);
    if (code != 0)
        check_skip("no socket of protocol %d: %s", protocol, nlrs_strerror(code));
    CHECK_INT(nlrs_socket_set_timeout(s, 5000), 0);
    return s;
}

static void put_route(struct nlrs_msg *to, uint32_t type, uint32_t flags, uint32_t number)
{
    struct rtmsg rt = {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                       .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST};
    nlrs_msg_begin(to, type, flags);
    nlrs_msg_put_header(to, &rt, sizeof rt);
    nlrs_msg_put_be32(to, RTA_DST, 0x0a000000 + number);
    nlrs_msg_put_u32(to, RTA_OIF, 1);
    REQUIRE(nlrs_msg_end(to) == 0);
}

static const struct nlmsghdr *route(uint32_t type, uint32_t flags, uint32_t number)
{
    nlrs_msg_init(&m, buf, sizeof buf);
    put_route(&m, type, flags, number);
    return nlrs_msg_first(&m);
}

/* A message that is only a header of its family. */
static const struct nlmsghdr *plain(uint32_t type, uint32_t flags, const void *header, size_t len)
{
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, type, flags);
    nlrs_msg_put_header(&m, header, len);
    REQUIRE(nlrs_msg_end(&m) == 0);
    return nlrs_msg_first(&m);
}

static unsigned events(struct nlrs_socket *s, uint32_t group, int end)
{
    const struct nlmsghdr *nlh = NULL;
    uint32_t of = 99, port = 99;
    unsigned found = 0;
    int code;
    while ((code = nlrs_socket_next_event(s, &nlh, &port, &of, NULL)) == 1) {
        CHECK_INT(of, group);
        CHECK_INT(port, 0);
        found++;
    }
    CHECK_INT(code, end);
    return found;
}

/* The echo reaches whoever asked, in every kind of exchange; without NLM_F_ECHO the same message is an event of the group. */
static void echoes(void)
{
    struct nlrs_socket *s = opened(NETLINK_ROUTE);
    struct nlrs_batch *b = nlrs_batch_new();
    const uint32_t create = NLM_F_CREATE | NLM_F_EXCL;
    unsigned seen = 0;
    uint32_t i;
    CHECK_INT(nlrs_socket_join(s, RTNLGRP_IPV4_ROUTE), 0);
    CHECK_INT(nlrs_request(s, route(RTM_NEWROUTE, create | NLM_F_ECHO, 1), count, &seen, err), 0);
    CHECK_INT(seen, 1);
    CHECK_INT(nlrs_request_single(s, route(RTM_NEWROUTE, create | NLM_F_ECHO, 2), count, &seen, err), 0);
    CHECK_INT(seen, 2);
    CHECK_INT(nlrs_batch_set_reply_fn(b, count_of, &seen), 0);
    for (i = 3; i < 6; i++)
        put_route(nlrs_batch_msg(b), RTM_NEWROUTE, create | NLM_F_ECHO, i);
    CHECK_INT(nlrs_batch_send(s, b, err), 0);
    CHECK_INT(seen, 5);
    CHECK_INT(events(s, RTNLGRP_IPV4_ROUTE, 0), 0);
    CHECK_INT(nlrs_request(s, route(RTM_DELROUTE, 0, 1), count, &seen, err), 0);
    CHECK_INT(seen, 5);
    CHECK_INT(events(s, RTNLGRP_IPV4_ROUTE, 0), 1);
    nlrs_batch_free(b);
    nlrs_socket_close(s);
}

static int is_status(const struct nlmsghdr *nlh, void *arg)
{
    CHECK_INT(nlh->nlmsg_type, AUDIT_GET);
    CHECK(nlh->nlmsg_len >= NLMSG_HDRLEN + offsetof(struct audit_status, backlog));
    return count(nlh, arg);
}

/* The answer of audit comes behind its ack. */
static void audit(void)
{
    struct nlrs_socket *s = NULL;
    unsigned seen = 0;
    int code = nlrs_socket_open(NETLINK_AUDIT, NULL, &s);
    if (code == 0) {
        CHECK_INT(nlrs_socket_set_timeout(s, 5000), 0);
        code = nlrs_request(s, plain(AUDIT_GET, 0, NULL, 0), is_status, &seen, err);
    }
    if (code == -EPROTONOSUPPORT || code == -ECONNREFUSED || code == -EPERM) {
        printf("SKIP: audit: %s\n", nlrs_strerror(code));
        nlrs_socket_close(s);
        return;
    }
    CHECK_INT(code, 0);
    CHECK_INT(seen, 1);
    CHECK_INT(nlrs_request(s, plain(AUDIT_GET, NLM_F_ACK, NULL, 0), is_status, &seen, err), 0);
    CHECK_INT(seen, 2);
    CHECK_INT(nlrs_request_single(s, plain(AUDIT_GET, 0, NULL, 0), is_status, &seen, err), 0);
    CHECK_INT(seen, 3);
    /* How many rules there are is the machine's affair: all three ways find as many. */
    {
        unsigned by_dump = 0, by_request = 0, by_iterator = 0;
        struct nlrs_dump *d = NULL;
        const struct nlmsghdr *nlh;
        CHECK_INT(nlrs_dump(s, plain(AUDIT_LIST_RULES, 0, NULL, 0), count, &by_dump, err), 0);
        CHECK_INT(nlrs_request(s, plain(AUDIT_LIST_RULES, 0, NULL, 0), count, &by_request, err), 0);
        REQUIRE(nlrs_dump_begin(s, plain(AUDIT_LIST_RULES, 0, NULL, 0), &d) == 0);
        while ((code = nlrs_dump_next(d, &nlh)) == 1)
            by_iterator++;
        CHECK_INT(code, 0);
        CHECK_INT(nlrs_dump_end(d, err), 0);
        CHECK_INT(by_request, by_dump);
        CHECK_INT(by_iterator, by_dump);
    }
    CHECK_INT(nlrs_request(s, plain(1099, 0, NULL, 0), count, &seen, err), -EINVAL);
    nlrs_socket_close(s);
}

/* NLM_F_MULTI in the answer to a request that is no dump, and no NLMSG_DONE. */
static void conntrack_statistics(void)
{
    const uint32_t type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET_STATS;
    struct nlrs_socket *s = opened(NETLINK_NETFILTER);
    struct nlrs_batch *b = nlrs_batch_new();
    struct nfgenmsg nfg = {0};
    unsigned seen = 0;
    int code = nlrs_request_single(s, plain(type, 0, &nfg, sizeof nfg), count, &seen, err);
    if (code == -EINVAL || code == -EOPNOTSUPP) {
        printf("SKIP: conntrack's statistics: %s\n", nlrs_strerror(code));
    } else {
        CHECK_INT(code, 0);
        CHECK_INT(seen, 1);
        CHECK_INT(nlrs_request(s, plain(type, 0, &nfg, sizeof nfg), count, &seen, err), 0);
        CHECK_INT(seen, 2);
        CHECK_INT(nlrs_batch_set_reply_fn(b, count_of, &seen), 0);
        for (int i = 0; i < 2; i++)
            REQUIRE(nlrs_msg_append(nlrs_batch_msg(b), plain(type, 0, &nfg, sizeof nfg), NLMSG_HDRLEN + sizeof nfg) == 0);
        CHECK_INT(nlrs_batch_send(s, b, err), 0);
        CHECK_INT(nlrs_batch_result(b, 0, NULL), 0);
        CHECK_INT(nlrs_batch_result(b, 1, NULL), 0);
        CHECK_INT(seen, 4);
    }
    nlrs_batch_free(b);
    nlrs_socket_close(s);
}

static void begin_table(struct nlrs_msg *to, uint32_t what, uint32_t flags)
{
    struct nfgenmsg header = {.nfgen_family = AF_INET};
    nlrs_msg_begin(to, NFNL_SUBSYS_NFTABLES << 8 | what, flags);
    nlrs_msg_put_header(to, &header, sizeof header);
}

static void put_table(struct nlrs_msg *to, const char *name)
{
    begin_table(to, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_str(to, NFTA_TABLE_NAME, name);
    REQUIRE(nlrs_msg_end(to) == 0);
}

/* Everything that goes out here waits for a verdict in queue 0. */
static int queue_packets(struct nlrs_socket *s)
{
    struct nlrs_batch *b = nlrs_batch_new();
    struct nlrs_msg *to = nlrs_batch_msg(b);
    int nest, element, data, code;
    CHECK_INT(nlrs_batch_set_transaction(b, NFNL_SUBSYS_NFTABLES), 0);
    put_table(to, "queue");
    begin_table(to, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
    nlrs_msg_put_str(to, NFTA_CHAIN_TABLE, "queue");
    nlrs_msg_put_str(to, NFTA_CHAIN_NAME, "out");
    nest = nlrs_msg_nest_begin(to, NFTA_CHAIN_HOOK);
    nlrs_msg_put_be32(to, NFTA_HOOK_HOOKNUM, 3 /* NF_INET_LOCAL_OUT */);
    nlrs_msg_put_be32(to, NFTA_HOOK_PRIORITY, 0);
    nlrs_msg_nest_end(to, nest);
    nlrs_msg_put_str(to, NFTA_CHAIN_TYPE, "filter");
    REQUIRE(nlrs_msg_end(to) == 0);
    begin_table(to, NFT_MSG_NEWRULE, NLM_F_CREATE);
    nlrs_msg_put_str(to, NFTA_RULE_TABLE, "queue");
    nlrs_msg_put_str(to, NFTA_RULE_CHAIN, "out");
    nest = nlrs_msg_nest_begin(to, NFTA_RULE_EXPRESSIONS);
    element = nlrs_msg_nest_begin(to, NFTA_LIST_ELEM);
    nlrs_msg_put_str(to, NFTA_EXPR_NAME, "target");
    data = nlrs_msg_nest_begin(to, NFTA_EXPR_DATA);
    nlrs_msg_put_str(to, NFTA_TARGET_NAME, "NFQUEUE");
    nlrs_msg_put_be32(to, NFTA_TARGET_REV, 0);
    nlrs_msg_put_bytes(to, NFTA_TARGET_INFO, "\0\0\0\0\0\0\0", 8);
    nlrs_msg_nest_end(to, data);
    nlrs_msg_nest_end(to, element);
    nlrs_msg_nest_end(to, nest);
    REQUIRE(nlrs_msg_end(to) == 0);
    code = nlrs_batch_send(s, b, err);
    nlrs_batch_free(b);
    return code;
}

static const struct nlmsghdr *queue_request(uint32_t attribute, const void *value, size_t len)
{
    struct nfgenmsg nfg = {0};
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_CONFIG, 0);
    nlrs_msg_put_header(&m, &nfg, sizeof nfg);
    nlrs_msg_put_bytes(&m, attribute, value, len);
    REQUIRE(nlrs_msg_end(&m) == 0);
    return nlrs_msg_first(&m);
}

/* A packet that waits while another request is made is not lost: it is an event of no group. */
static void queued_packets(void)
{
    struct nlrs_socket *s = opened(NETLINK_NETFILTER), *other = opened(NETLINK_NETFILTER);
    struct nfqnl_msg_config_cmd bind = {.command = NFQNL_CFG_CMD_BIND};
    struct nfqnl_msg_config_params params = {.copy_range = htonl(100), .copy_mode = NFQNL_COPY_PACKET};
    const struct nlmsghdr *nlh = NULL;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    uint32_t group = 99;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int code = nlrs_request(s, queue_request(NFQA_CFG_CMD, &bind, sizeof bind), NULL, NULL, err);
    if (code == 0)
        code = queue_packets(other);
    if (code != 0) {
        printf("SKIP: a queue of packets: %s\n", nlrs_strerror(nlrs_error_code(err)));
    } else {
        CHECK_INT(nlrs_request(s, queue_request(NFQA_CFG_PARAMS, &params, sizeof params), NULL, NULL, err), 0);
        CHECK_INT(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to), 1);
        CHECK_INT(nlrs_request(s, queue_request(NFQA_CFG_PARAMS, &params, sizeof params), NULL, NULL, err), 0);
        CHECK_INT(nlrs_socket_next_event(s, &nlh, NULL, &group, NULL), 1);
        if (nlh != NULL) {
            CHECK_INT(nlh->nlmsg_type, NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET);
            CHECK_INT(nlh->nlmsg_seq, 0);
            CHECK_INT(group, 0);
        }
        CHECK_INT(nlrs_socket_next_event(s, &nlh, NULL, NULL, NULL), 0);
        nlrs_msg_init(&m, buf, sizeof buf);
        begin_table(&m, NFT_MSG_DELTABLE, 0);
        nlrs_msg_put_str(&m, NFTA_TABLE_NAME, "queue");
        REQUIRE(nlrs_msg_end(&m) == 0);
        {
            struct nlrs_batch *b = nlrs_batch_new();
            CHECK_INT(nlrs_batch_set_transaction(b, NFNL_SUBSYS_NFTABLES), 0);
            REQUIRE(nlrs_msg_append(nlrs_batch_msg(b), nlrs_msg_first(&m), nlrs_msg_first(&m)->nlmsg_len) == 0);
            CHECK_INT(nlrs_batch_send(other, b, err), 0);
            nlrs_batch_free(b);
        }
    }
    close(fd);
    nlrs_socket_close(s);
    nlrs_socket_close(other);
}

/* An event that is longer than the receive buffer, before an answer that is not. */
static void long_event(void)
{
    struct nlrs_socket *s = opened(NETLINK_ROUTE), *other = opened(NETLINK_ROUTE);
    struct nlrs_batch *b = nlrs_batch_new();
    struct nlrs_msg *to = nlrs_batch_msg(b);
    struct ifinfomsg ifi = {.ifi_index = 1};
    struct ifaddrmsg ifa = {.ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = 1};
    char name[121];
    int i, code;
    for (i = 0; i < 330; i++) {
        int nest;
        memset(name, 'a' + i % 26, 120);
        snprintf(name, sizeof name, "n%d", i);
        name[strlen(name)] = 'x';
        name[120] = 0;
        nlrs_msg_begin(to, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND);
        nlrs_msg_put_header(to, &ifi, sizeof ifi);
        nest = nlrs_msg_nest_begin(to, IFLA_PROP_LIST);
        nlrs_msg_put_str(to, IFLA_ALT_IFNAME, name);
        nlrs_msg_nest_end(to, nest);
        REQUIRE(nlrs_msg_end(to) == 0);
    }
    code = nlrs_batch_send(other, b, err);
    nlrs_batch_free(b);
    if (code != 0) {
        printf("SKIP: alternative names of links: %s\n", nlrs_strerror(code));
    } else {
        CHECK_INT(nlrs_socket_set_recv_buffer(s, 1 << 20) >= 0, 1);
        CHECK_INT(nlrs_socket_join(s, RTNLGRP_LINK), 0);
        ifi.ifi_change = ifi.ifi_flags = IFF_PROMISC;
        CHECK_INT(nlrs_request(other, plain(RTM_NEWLINK, 0, &ifi, sizeof ifi), NULL, NULL, err), 0);
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
        nlrs_msg_put_header(&m, &ifa, sizeof ifa);
        nlrs_msg_put_be32(&m, IFA_LOCAL, 0xc0000201);
        REQUIRE(nlrs_msg_end(&m) == 0);
        CHECK_INT(nlrs_request(s, nlrs_msg_first(&m), NULL, NULL, err), 0);
        CHECK_INT(events(s, RTNLGRP_LINK, NLRS_EOVERRUN), 0);
        CHECK_INT(events(s, RTNLGRP_LINK, 0), 0);
    }
    nlrs_socket_close(s);
    nlrs_socket_close(other);
}

static int generation_of(const struct nlmsghdr *nlh, void *arg)
{
    const size_t head = NLMSG_HDRLEN + sizeof(struct nfgenmsg);
    const struct nlattr *a = NULL;
    CHECK(nlh->nlmsg_len >= head);
    CHECK_INT(nlrs_attr_find((const char *)nlh + head, nlh->nlmsg_len - head, NFTA_GEN_ID, &a), 0);
    return nlrs_attr_get_be32(a, arg);
}

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A transaction for another generation is refused at once, by the library's BEGIN and by the caller's own. */
static void generations(void)
{
    struct nlrs_socket *s = opened(NETLINK_NETFILTER);
    struct nlrs_batch *b = nlrs_batch_new();
    struct nlrs_msg *to = nlrs_batch_msg(b);
    struct nfgenmsg nfg = {0};
    uint32_t generation = 0, i;
    long before = milliseconds();
    int code = nlrs_request(s, plain(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN, 0, &nfg, sizeof nfg), generation_of,
                            &generation, err);
    if (code != 0) {
        printf("SKIP: generations of nf_tables: %s\n", nlrs_strerror(code));
        nlrs_batch_free(b);
        nlrs_socket_close(s);
        return;
    }
    CHECK_INT(nlrs_batch_set_generation(b, generation), -EINVAL);
    CHECK_INT(nlrs_batch_set_transaction(b, NFNL_SUBSYS_NFTABLES), 0);
    CHECK_INT(nlrs_batch_set_generation(b, generation + 5), 0);
    put_table(to, "one");
    put_table(to, "two");
    CHECK_INT(nlrs_batch_send(s, b, err), NLRS_EABORTED);
    CHECK_INT(nlrs_error_code(err), -ERESTART);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_KERNEL);
    CHECK_INT(nlrs_batch_set_generation(b, generation), NLRS_EBUSY);
    for (i = 0; i < 2; i++)
        CHECK_INT(nlrs_batch_result(b, i, NULL), NLRS_EABORTED);
    nlrs_batch_reset(b);
    CHECK_INT(nlrs_batch_set_generation(b, generation), 0);
    put_table(to, "one");
    put_table(to, "two");
    CHECK_INT(nlrs_batch_send(s, b, err), 0);
    /* The same generation again, which is over: now in messages of the caller's own, in a plain batch. */
    for (i = 0; i < 2; i++) {
        struct nfgenmsg subsystem = {.res_id = htons(NFNL_SUBSYS_NFTABLES)};
        struct nlrs_batch *own = nlrs_batch_new();
        to = nlrs_batch_msg(own);
        nlrs_msg_begin(to, NFNL_MSG_BATCH_BEGIN, 0);
        nlrs_msg_put_header(to, &subsystem, sizeof subsystem);
        nlrs_msg_put_be32(to, NFNL_BATCH_GENID, generation + i);
        REQUIRE(nlrs_msg_end(to) == 0);
        put_table(to, "three");
        put_table(to, "four");
        nlrs_msg_begin(to, NFNL_MSG_BATCH_END, 0);
        nlrs_msg_put_header(to, &subsystem, sizeof subsystem);
        REQUIRE(nlrs_msg_end(to) == 0);
        CHECK_INT(nlrs_batch_send(s, own, err), i == 0 ? NLRS_EPARTIAL : 0);
        CHECK_INT(nlrs_batch_result(own, 0, NULL), i == 0 ? -ERESTART : 0);
        CHECK_INT(nlrs_batch_result(own, 1, NULL), i == 0 ? NLRS_EABORTED : 0);
        CHECK_INT(nlrs_batch_result(own, 2, NULL), i == 0 ? NLRS_EABORTED : 0);
        CHECK_INT(nlrs_batch_result(own, 3, NULL), i == 0 ? NLRS_EABORTED : 0);
        nlrs_batch_free(own);
    }
    /* Nothing of it waited for its deadline. */
    CHECK(milliseconds() - before < 4000);
    nlrs_batch_free(b);
    nlrs_socket_close(s);
}

/* Who sent an event: its port, and the credentials that the kernel vouches for. */
static void senders(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *from = NULL, *to = NULL, *s = opened(NETLINK_ROUTE);
    struct nlrs_datagrams *datagrams = nlrs_datagrams_new(4, 8192);
    const struct nlmsghdr *nlh = NULL;
    struct nlmsghdr hello = {sizeof hello, 77, 0, 0, 0};
    const void *data = NULL;
    size_t len = 0;
    uint32_t port = 0, group = 0, uid = 99, gid = 99;
    int32_t nsid = 0, pid = 99;
    const int on = 1, off = 0;
    CHECK_INT(nlrs_socket_options_set_any_sender(options, 1), 0);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &from) == 0);
    CHECK_INT(nlrs_socket_options_set_credentials(options, 1), 0);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &to) == 0);
    CHECK_INT(nlrs_socket_join(to, 3), 0);
    CHECK_INT(nlrs_socket_send_to(from, &hello, sizeof hello, 0, nlrs_socket_portid(to), 0), 0);
    /* The group gets it; the kernel itself does not take it. */
    CHECK_INT(nlrs_socket_send_to(from, &hello, sizeof hello, 0, 0, 3), -ECONNREFUSED);
    for (size_t i = 0; i < 2; i++) {
        CHECK_INT(nlrs_socket_recv_many(to, datagrams) >= 1, 1);
        CHECK_INT(nlrs_datagrams_get(datagrams, 0, &data, &len, &port, &group, &nsid), 0);
        CHECK_INT(port, nlrs_socket_portid(from));
        CHECK_INT(nlrs_datagrams_credentials(datagrams, 0, &pid, &uid, &gid), 0);
        CHECK_INT(pid, getpid());
        CHECK_INT(uid, getuid());
        CHECK_INT(gid, getgid());
        if (nlrs_datagrams_get(datagrams, 1, &data, &len, NULL, NULL, NULL) == 0)
            break;
    }
    CHECK_INT(nlrs_datagrams_credentials(datagrams, 5, NULL, NULL, NULL), NLRS_EINDEX);
    /* Switched off again they do not come. */
    CHECK_INT(nlrs_socket_set_option(to, SOL_SOCKET, SO_PASSCRED, &off, sizeof off), 0);
    CHECK_INT(nlrs_socket_send_to(from, &hello, sizeof hello, 0, nlrs_socket_portid(to), 0), 0);
    CHECK_INT(nlrs_socket_recv_many(to, datagrams), 1);
    CHECK_INT(nlrs_datagrams_credentials(datagrams, 0, NULL, NULL, NULL), -ENOENT);
    /* An event between the answers: the kernel's. */
    CHECK_INT(nlrs_socket_event_credentials(s, NULL, NULL, NULL), -ENOENT);
    CHECK_INT(nlrs_socket_set_option(s, SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
    CHECK_INT(nlrs_socket_join(s, RTNLGRP_IPV4_ROUTE), 0);
    CHECK_INT(nlrs_request(s, route(RTM_NEWROUTE, NLM_F_CREATE, 77), NULL, NULL, err), 0);
    CHECK_INT(nlrs_socket_next_event(s, &nlh, &port, &group, &nsid), 1);
    CHECK_INT(port, 0);
    CHECK_INT(group, RTNLGRP_IPV4_ROUTE);
    CHECK_INT(nlrs_socket_event_credentials(s, &pid, &uid, &gid), 0);
    CHECK_INT(pid, 0);
    CHECK_INT(uid, 0);
    CHECK_INT(gid, 0);
    nlrs_datagrams_free(datagrams);
    nlrs_socket_options_free(options);
    nlrs_socket_close(from);
    nlrs_socket_close(to);
    nlrs_socket_close(s);
}

#ifdef __BYTE_ORDER__
/* recvmmsg is refused, and so is setsockopt(SOL_NETLINK, NETLINK_PKTINFO). */
static int enter_sandbox(unsigned refusal)
{
    const unsigned low = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;
    const unsigned long number = offsetof(struct seccomp_data, nr), argument = offsetof(struct seccomp_data, args);
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)number),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvmmsg, 7, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setsockopt, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)argument + 8 + low),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 270 /* SOL_NETLINK */, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)argument + 16 + low),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETLINK_PKTINFO, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOPROTOOPT),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | refusal),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* In a child: what is joined in a sandbox works, with the number of the group as far as the address tells it. */
static void in_sandbox(unsigned refusal)
{
    pid_t child = fork();
    int status = -1;
    if (child == 0) {
        struct nlrs_socket *s = NULL, *other = opened(NETLINK_ROUTE);
        struct nlrs_datagrams *datagrams = nlrs_datagrams_new(4, 8192);
        const void *data = NULL;
        size_t len = 0;
        uint32_t group = 0, number;
        if (enter_sandbox(refusal) != 0)
            _exit(CHECK_SKIPPED);
        check_failures = 0;
        for (uint32_t turn = 0; turn < 2; turn++) {
            CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, NULL, &s), 0);
            CHECK_INT(nlrs_socket_set_timeout(s, 5000), 0);
            CHECK_INT(nlrs_socket_join(s, RTNLGRP_IPV4_ROUTE), 0);
            number = 200 + refusal * 2 + turn;
            CHECK_INT(nlrs_request(other, route(RTM_NEWROUTE, NLM_F_CREATE, number), NULL, NULL, err), 0);
            CHECK_INT(nlrs_socket_recv_many(s, datagrams), 1);
            CHECK_INT(nlrs_datagrams_get(datagrams, 0, &data, &len, NULL, &group, NULL), 0);
            CHECK_INT(group, RTNLGRP_IPV4_ROUTE);
            CHECK_INT(nlrs_request(other, route(RTM_DELROUTE, 0, number), NULL, NULL, err), 0);
            CHECK_INT(nlrs_request(s, route(RTM_NEWROUTE, NLM_F_CREATE, number), NULL, NULL, err), 0);
            CHECK_INT(events(s, RTNLGRP_IPV4_ROUTE, 0), 2);
            nlrs_socket_close(s);
        }
        nlrs_datagrams_free(datagrams);
        nlrs_socket_close(other);
        _exit(check_failures != 0);
    }
    REQUIRE(child > 0);
    CHECK_INT(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHECK_SKIPPED)
        printf("SKIP: a sandbox: seccomp is not allowed\n");
    else
        CHECK_INT(status, 0);
}
#endif

int main(void)
{
    check_own_netns();
    REQUIRE((err = nlrs_error_new()) != NULL);
    {
        struct nlrs_socket *s = opened(NETLINK_ROUTE);
        struct ifinfomsg up = {.ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
        CHECK_INT(nlrs_request(s, plain(RTM_NEWLINK, 0, &up, sizeof up), NULL, NULL, err), 0);
        nlrs_socket_close(s);
    }
    echoes();
    audit();
    conntrack_statistics();
    generations();
    queued_packets();
    senders();
#ifdef __BYTE_ORDER__
    fflush(stdout);
    in_sandbox(ENOSYS);
    in_sandbox(EPERM);
#endif
    long_event();
    nlrs_error_free(err);
    return check_end();
}
