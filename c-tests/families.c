/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the smaller families have beside their messages, each once against the kernel. */
#include "check.h"
#include <arpa/inet.h>
#include <linux/audit.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nlrs.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static struct nlrs_error *err;
static struct nlrs_msg *m;

/* A listening TCP socket of this namespace. */
static int find_socket(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_inet_socket found;
    CHECK_INT(nlrs_inet_socket_read(nlh, &found, sizeof found), 0);
    if (found.sport == 4711)
        *(struct nlrs_inet_socket *)arg = found;
    return 0;
}

static void inet_sockets(struct nlrs_socket *s)
{
    struct nlrs_inet_socket all = {.family = AF_INET, .protocol = IPPROTO_TCP, .states = 1u << TCP_LISTEN}, found = {0};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(4711), .sin_addr.s_addr = htonl(0x7f000001)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct stat st;
    char text[64];
    REQUIRE(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 17) == 0 && fstat(fd, &st) == 0);
    all.extensions = 1u << (4 - 1); /* INET_DIAG_CONG */
    CHECK_INT(nlrs_inet_socket_begin(m, 0, &all, sizeof all), 0);
    CHECK_INT(nlrs_msg_end(m), 0);
    CHECK_INT(nlrs_dump(s, nlrs_msg_first(m), find_socket, &found, err), 0);
    nlrs_msg_reset(m);
    CHECK_INT(found.family, AF_INET);
    CHECK_INT(found.state, TCP_LISTEN);
    CHECK_INT(found.wqueue, 17);
    CHECK_INT(found.inode, st.st_ino);
    CHECK(found.congestion[0] != '\0');
    CHECK(nlrs_addr_format(&found.src, text, sizeof text) > 0);
    CHECK_STR(text, "127.0.0.1");

    /* That one alone, by its addresses and cookie. */
    all = found;
    all.protocol = IPPROTO_TCP;
    all.states = ~0u;
    memset(&found, 0, sizeof found);
    CHECK_INT(nlrs_inet_socket_begin(m, 0, &all, sizeof all), 0);
    CHECK_INT(nlrs_msg_end(m), 0);
    CHECK_INT(nlrs_request_single(s, nlrs_msg_first(m), find_socket, &found, err), 0);
    nlrs_msg_reset(m);
    CHECK_INT(found.inode, st.st_ino);
    CHECK(found.cookie_low == all.cookie_low && found.cookie_high == all.cookie_high);
    close(fd);
}

struct wanted {
    ino_t inode;
    struct nlrs_unix_socket found;
    char name[16];
};

static int find_unix(const struct nlmsghdr *nlh, void *arg)
{
    struct wanted *wanted = arg;
    struct nlrs_unix_socket found;
    const struct nlattr *attrs[1];
    CHECK_INT(nlrs_unix_socket_read(nlh, &found, sizeof found), 0);
    if (found.inode == wanted->inode) {
        wanted->found = found;
        CHECK(nlrs_nlmsg_index(nlh, sizeof(struct unix_diag_msg), attrs, UNIX_DIAG_NAME) >= 0);
        CHECK(nlrs_attr_copy(attrs[UNIX_DIAG_NAME], wanted->name, sizeof wanted->name) >= 0);
    }
    return 0;
}

static void unix_sockets(struct nlrs_socket *s)
{
    struct nlrs_unix_socket all = {.family = AF_UNIX, .states = ~0u};
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "\0abstract"};
    struct wanted wanted = {0};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct stat st;
    REQUIRE(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(sa_family_t) + 9) == 0 && listen(fd, 5) == 0);
    REQUIRE(fstat(fd, &st) == 0);
    wanted.inode = st.st_ino;
    all.show = UDIAG_SHOW_NAME | UDIAG_SHOW_RQLEN;
    CHECK_INT(nlrs_unix_socket_begin(m, 0, &all, sizeof all), 0);
    CHECK_INT(nlrs_msg_end(m), 0);
    CHECK_INT(nlrs_dump(s, nlrs_msg_first(m), find_unix, &wanted, err), 0);
    nlrs_msg_reset(m);
    CHECK_INT(wanted.found.type, SOCK_STREAM);
    CHECK_INT(wanted.found.state, TCP_LISTEN);
    CHECK_INT(wanted.found.wqueue, 5);
    CHECK_MEM(wanted.name, "\0abstract", 9);
    close(fd);
}

static void sockets(void)
{
    struct nlrs_socket *s = NULL;
    REQUIRE(nlrs_socket_open(NETLINK_SOCK_DIAG, NULL, &s) == 0);
    inet_sockets(s);
    unix_sockets(s);
    nlrs_socket_close(s);
}

/* An event in the form of the kernel. */
static void uevent(void)
{
    static const char event[] = "add@/devices/virtual/net/t0\0ACTION=add\0DEVPATH=/devices/virtual/net/t0\0SUBSYSTEM=net\0"
                                "INTERFACE=t0\0IFINDEX=7\0SEQNUM=1234";
    const char *key = NULL, *value = NULL;
    size_t pos = 0, len = 0, count = 0;
    int rc;
    while ((rc = nlrs_uevent_walk(event, sizeof event, &pos, &key, &len, &value)) == 1) {
        if (len == 7 && memcmp(key, "IFINDEX", 7) == 0)
            CHECK_STR(value, "7");
        count++;
    }
    CHECK_INT(rc, 0);
    CHECK_INT(count, 6);
    pos = 0;
    CHECK_INT(nlrs_uevent_walk(event, sizeof event - 1, &pos, &key, &len, &value), 1);
    pos = sizeof event - 12;
    CHECK_INT(nlrs_uevent_walk("nothing", 8, &pos, &key, &len, &value), -EBADMSG);
}

static int is_exit(const struct nlmsghdr *nlh, struct nlrs_process_event *event)
{
    int rc = nlrs_process_event_read(nlh, event, sizeof *event);
    return rc == 0 && event->what == 0x80000000u; /* PROC_EVENT_EXIT */
}

/* A process of this program ends; needs the first network namespace and root. */
static void process_events(void)
{
    static const uint32_t group = 1; /* CN_IDX_PROC */
    struct nlrs_process_event event = {0};
    const struct nlrs_event *received = NULL;
    struct nlrs_monitor *monitor = NULL;
    struct nlrs_socket *s = NULL;
    int rc = nlrs_monitor_open(NETLINK_CONNECTOR, &group, 1, NULL, &monitor), seen = 0;
    pid_t child;
    if (rc < 0) {
        printf("SKIP: no process events here: %s\n", nlrs_strerror(rc));
        return;
    }
    s = nlrs_monitor_socket(monitor);
    CHECK_INT(nlrs_monitor_set_timeout(monitor, 2000), 0);
    CHECK_INT(nlrs_process_event_request(m, 1), 0);
    CHECK_INT(nlrs_socket_send_msg(s, m, 0), 0);
    nlrs_msg_reset(m);
    child = fork();
    if (child == 0)
        _exit(3);
    REQUIRE(child > 0);
    while (!seen && (rc = nlrs_monitor_next(monitor, &received)) == 1) {
        const struct nlmsghdr *nlh = nlrs_event_message(received);
        if (nlh != NULL && is_exit(nlh, &event) && event.data[0] == (uint32_t)child) {
            CHECK_INT(event.data[2], 3 << 8);
            CHECK(event.data_len >= 4 && event.timestamp_ns > 0);
            seen = 1;
        }
    }
    if (!seen && rc == NLRS_ETIMEDOUT)
        printf("SKIP: this namespace gets no process events\n");
    else
        CHECK(seen);
    nlrs_monitor_close(monitor);
}

static int count_bits(const struct nlmsghdr *nlh, void *arg)
{
    const struct nlattr *attrs[ETHTOOL_A_FEATURES_MAX + 1];
    const char *name = NULL;
    uint32_t index = 0, value = 0, count = 0, set = 0;
    size_t pos = 0;
    int rc;
    REQUIRE(nlrs_nlmsg_index(nlh, GENL_HDRLEN, attrs, ETHTOOL_A_FEATURES_MAX) >= 0);
    while ((rc = nlrs_ethtool_bit_walk(attrs[ETHTOOL_A_FEATURES_ACTIVE], &pos, &index, &name, &value)) == 1) {
        count++;
        set += value;
    }
    CHECK_INT(rc, 0);
    CHECK(count >= set && set > 0);
    ((uint32_t *)arg)[0] = set;
    ((uint32_t *)arg)[1] = name != NULL;
    return 0;
}

/* The features of lo, as a list with names and as words: as many are active. */
static void ethtool(void)
{
    uint32_t named[2] = {0}, compact[2] = {0};
    struct nlrs_genl_family *f = NULL;
    struct nlrs_socket *s = NULL;
    REQUIRE(nlrs_socket_open(NETLINK_GENERIC, NULL, &s) == 0);
    if (nlrs_genl_resolve(s, "ethtool", &f, err) == -ENOENT) {
        printf("SKIP: this kernel has no ethtool netlink\n");
        nlrs_socket_close(s);
        return;
    }
    for (int is_compact = 0; is_compact < 2; is_compact++) {
        nlrs_genl_begin(m, f, ETHTOOL_MSG_FEATURES_GET, 0);
        CHECK_INT(nlrs_ethtool_put_header(m, ETHTOOL_A_FEATURES_HEADER, is_compact ? 1 : 0, is_compact ? NULL : "lo",
                                          is_compact ? ETHTOOL_FLAG_COMPACT_BITSETS : 0), 0);
        CHECK_INT(nlrs_msg_end(m), 0);
        CHECK_INT(nlrs_request(s, nlrs_msg_first(m), count_bits, is_compact ? compact : named, err), 0);
        nlrs_msg_reset(m);
    }
    CHECK(named[0] == compact[0] && named[1] == 1 && compact[1] == 0);
    nlrs_genl_family_free(f);
    nlrs_socket_close(s);
}

/* A tuple as it stands in a message. */
static void conntrack(void)
{
    struct nlrs_conntrack_tuple tuple;
    const struct nlattr *attrs[CTA_TUPLE_ORIG + 1];
    char text[64];
    int orig, nest;
    nlrs_msg_begin(m, 1 << 8, 0);
    nlrs_msg_put_header(m, &(struct nfgenmsg){.nfgen_family = AF_INET}, sizeof(struct nfgenmsg));
    orig = nlrs_msg_nest_begin(m, CTA_TUPLE_ORIG);
    nest = nlrs_msg_nest_begin(m, CTA_TUPLE_IP);
    nlrs_msg_put_be32(m, CTA_IP_V4_SRC, 0xc0000201);
    nlrs_msg_put_be32(m, CTA_IP_V4_DST, 0xc0000202);
    nlrs_msg_nest_end(m, nest);
    nest = nlrs_msg_nest_begin(m, CTA_TUPLE_PROTO);
    nlrs_msg_put_u8(m, CTA_PROTO_NUM, IPPROTO_UDP);
    nlrs_msg_put_be16(m, CTA_PROTO_SRC_PORT, 5353);
    nlrs_msg_put_be16(m, CTA_PROTO_DST_PORT, 53);
    nlrs_msg_nest_end(m, nest);
    nlrs_msg_nest_end(m, orig);
    CHECK_INT(nlrs_msg_end(m), 0);
    CHECK(nlrs_nlmsg_index(nlrs_msg_first(m), sizeof(struct nfgenmsg), attrs, CTA_TUPLE_ORIG) == 1);
    CHECK_INT(nlrs_conntrack_tuple_read(attrs[CTA_TUPLE_ORIG], &tuple, sizeof tuple), 0);
    CHECK(tuple.protocol == IPPROTO_UDP && tuple.sport == 5353 && tuple.dport == 53);
    CHECK(nlrs_addr_format(&tuple.src, text, sizeof text) > 0);
    CHECK_STR(text, "192.0.2.1");
    CHECK(nlrs_addr_format(&tuple.dst, text, sizeof text) > 0);
    CHECK_STR(text, "192.0.2.2");
    CHECK_INT(nlrs_conntrack_tuple_read(NULL, &tuple, sizeof tuple), -ENOENT);
    nlrs_msg_reset(m);
}

/* The header of nfnetlink: a generation of nf_tables is answered with it. */
static int read_generation(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_nfnl_header header;
    CHECK_INT(nlrs_nfnl_read(nlh, &header), 0);
    CHECK_INT(header.subsystem, NFNL_SUBSYS_NFTABLES);
    CHECK_INT(header.message, NFT_MSG_NEWGEN);
    ++*(int *)arg;
    return 0;
}

static void nfnetlink(void)
{
    const struct nlrs_nfnl_header header = {.subsystem = NFNL_SUBSYS_NFTABLES, .message = NFT_MSG_GETGEN};
    const struct nlrs_nfnl_header wrong = {.subsystem = 256};
    struct nlrs_socket *s = NULL;
    int rc = nlrs_socket_open(NETLINK_NETFILTER, NULL, &s), count = 0;
    if (rc == 0) {
        CHECK_INT(nlrs_nfnl_begin(m, &header, 0), 0);
        CHECK_INT(nlrs_msg_end(m), 0);
        rc = nlrs_request(s, nlrs_msg_first(m), read_generation, &count, err);
        nlrs_msg_reset(m);
    }
    if (rc == -EINVAL || rc == -EPROTONOSUPPORT || rc == -EOPNOTSUPP)
        printf("SKIP: this kernel has no nf_tables\n");
    else
        CHECK(rc == 0 && count == 1);
    CHECK_INT(nlrs_nfnl_begin(m, &wrong, 0), -ERANGE);
    CHECK_INT(nlrs_msg_end(m), -ERANGE);
    nlrs_socket_close(s);
}

static int read_status(const struct nlmsghdr *nlh, void *arg)
{
    return nlrs_audit_status_read(nlh, arg, sizeof(struct nlrs_audit_status));
}

static int read_rule(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_audit_condition condition;
    const char *text = NULL;
    size_t pos = 0;
    int rc;
    while ((rc = nlrs_audit_rule_walk(nlh, &pos, &condition, &text)) == 1)
        *(int *)arg += text != NULL && condition.value == 8 && memcmp(text, "nlrskey1", 8) == 0;
    CHECK_INT(rc, 0);
    return 0;
}

/* The kernel's audit, in the namespace of whoever runs this; nothing of it is changed but a rule of our own. */
static void audit(void)
{
    struct nlrs_audit_status status = {.reserved = 1};
    struct audit_rule_data *rule = calloc(1, sizeof *rule + 8);
    struct nlrs_socket *s = NULL;
    uint64_t seconds, serial;
    uint32_t milliseconds;
    const char *text;
    size_t len;
    int rc = nlrs_socket_open(NETLINK_AUDIT, NULL, &s), found = 0;
    REQUIRE(rule != NULL);
    if (rc == 0) {
        CHECK_INT(nlrs_socket_set_timeout(s, 2000), 0);
        nlrs_msg_begin(m, AUDIT_GET, 0);
        CHECK_INT(nlrs_msg_end(m), 0);
        rc = nlrs_request(s, nlrs_msg_first(m), read_status, &status, err);
        nlrs_msg_reset(m);
    }
    if (rc < 0) {
        printf("SKIP: no audit for this process: %s\n", nlrs_strerror(rc));
    } else {
        CHECK(status.reserved == 0 && status.enabled <= 2 && status.failure <= 2);
        rule->flags = AUDIT_FILTER_EXIT;
        rule->action = AUDIT_NEVER;
        rule->field_count = 1;
        rule->mask[0] = 1;
        rule->fields[0] = AUDIT_FILTERKEY;
        rule->fieldflags[0] = AUDIT_EQUAL;
        rule->values[0] = rule->buflen = 8;
        memcpy(rule->buf, "nlrskey1", 8);
        for (int is_added = 0; is_added < 2 && rc == 0; is_added++) {
            nlrs_msg_begin(m, is_added ? AUDIT_DEL_RULE : AUDIT_ADD_RULE, 0);
            nlrs_msg_put_header(m, rule, sizeof *rule + 8);
            CHECK_INT(nlrs_msg_end(m), 0);
            rc = nlrs_request(s, nlrs_msg_first(m), NULL, NULL, err);
            nlrs_msg_reset(m);
            if (rc == 0 && !is_added) {
                nlrs_msg_begin(m, AUDIT_LIST_RULES, 0);
                CHECK_INT(nlrs_msg_end(m), 0);
                CHECK_INT(nlrs_request(s, nlrs_msg_first(m), read_rule, &found, err), 0);
                nlrs_msg_reset(m);
                CHECK_INT(found, 1);
            }
        }
        if (rc < 0)
            printf("SKIP: no audit rules here: %s\n", nlrs_strerror(rc));
    }
    status.reserved = 0;
    CHECK_INT(nlrs_audit_status_request(m, &status, sizeof status), 0);
    CHECK_INT(nlrs_nlmsg_type(nlrs_msg_first(m)), AUDIT_SET);
    nlrs_msg_reset(m);
    nlrs_msg_begin(m, AUDIT_FIRST_USER_MSG, 0);
    nlrs_msg_put_header(m, "audit(1364481363.243:24287): a=1", 33);
    CHECK_INT(nlrs_msg_end(m), 0);
    CHECK_INT(nlrs_audit_record_read(nlrs_msg_first(m), &seconds, &milliseconds, &serial, &text, &len), 0);
    CHECK(seconds == 1364481363 && milliseconds == 243 && serial == 24287 && len == 3 && memcmp(text, "a=1", 3) == 0);
    nlrs_msg_reset(m);
    free(rule);
    nlrs_socket_close(s);
}

int main(void)
{
    err = nlrs_error_new();
    m = nlrs_msg_new(256);
    audit();
    process_events(); /* in the namespace of whoever runs this */
    check_own_netns();
    sockets();
    uevent();
    ethtool();
    conntrack();
    nfnetlink();
    nlrs_msg_free(m);
    nlrs_error_free(err);
    return check_end();
}
