/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Generic netlink: families of this kernel, what is no family, policies, and one that comes back with another number. */
#include "check.h"
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/taskstats.h>
#include <linux/tcp_metrics.h>
#include <nlrs.h>

static struct nlrs_error *err;

static int count_family(const struct nlrs_genl_family *f, void *arg)
{
    CHECK(nlrs_genl_family_id(f) >= GENL_MIN_ID && nlrs_genl_family_name(f)[0] != '\0');
    ++*(int *)arg;
    return 0;
}

static int count_message(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    ++*(int *)arg;
    return 0;
}

/* Families that a kernel may lack: each that is there answers to its number. */
static void families(struct nlrs_socket *s)
{
    static const struct {
        const char *name;
        uint32_t version;
        uint32_t cmd;
        const char *group;
    } known[] = {
        {"nlctrl", 2, CTRL_CMD_GETFAMILY, "notify"},
        {"ethtool", ETHTOOL_GENL_VERSION, ETHTOOL_MSG_LINKINFO_GET, ETHTOOL_MCGRP_MONITOR_NAME},
        {"netdev", 1, 1, "mgmt"},
        {TCP_METRICS_GENL_NAME, TCP_METRICS_GENL_VERSION, TCP_METRICS_CMD_GET, NULL},
        {TASKSTATS_GENL_NAME, TASKSTATS_GENL_VERSION, TASKSTATS_CMD_GET, NULL},
        {"mptcp_pm", 1, 3, "mptcp_pm_events"},
    };
    int count = 0, found = 0;
    CHECK_INT(nlrs_genl_families(s, count_family, &count, err), 0);
    CHECK(count > 0);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct nlrs_genl_family *f = NULL;
        uint32_t number = 0, flags;
        size_t pos = 0;
        int rc = nlrs_genl_resolve(s, known[i].name, &f, err), has_command = 0;
        if (rc == -ENOENT) {
            printf("SKIP: this kernel has no family %s\n", known[i].name);
            continue;
        }
        REQUIRE(rc == 0);
        found++;
        CHECK_STR(nlrs_genl_family_name(f), known[i].name);
        CHECK_INT(nlrs_genl_family_version(f), known[i].version);
        CHECK_INT(nlrs_genl_family_header_size(f), 0);
        while (nlrs_genl_op_walk(f, &pos, &number, &flags) == 1)
            has_command |= number == known[i].cmd;
        CHECK(has_command);
        if (known[i].group != NULL) {
            CHECK_INT(nlrs_genl_family_group(f, known[i].group, &number), 0);
            CHECK(number > 0);
        }
        CHECK_INT(nlrs_genl_family_group(f, "nonesuch", &number), -ENOENT);
        nlrs_genl_family_free(f);
    }
    CHECK(found > 0 && found <= count);
}

static void what_is_none(struct nlrs_socket *s)
{
    struct nlrs_genl_family *f = NULL;
    struct nlrs_socket *route = NULL;
    CHECK_INT(nlrs_genl_resolve(s, "nonesuch", &f, err), -ENOENT);
    CHECK_INT(nlrs_error_code(err), -ENOENT);
    CHECK_INT(nlrs_genl_resolve(s, "", &f, err), -ENOENT);
    CHECK_INT(nlrs_genl_resolve(s, "a-name-of-sixteen", &f, NULL), -ENOENT);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &route) == 0);
    CHECK_INT(nlrs_genl_resolve(route, "nlctrl", &f, err), -EOPNOTSUPP);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_ARGUMENT);
    CHECK_INT(nlrs_genl_families(route, count_family, NULL, err), -EOPNOTSUPP);
    CHECK(f == NULL);
    nlrs_socket_close(route);
}

/* The kernel's policy refuses before it is asked what the kernel refuses. */
static void policies(struct nlrs_socket *s)
{
    const struct nlattr *table[ETHTOOL_A_LINKSTATE_HEADER + 1];
    const struct nlrs_attr_rule *rules = NULL;
    struct nlrs_genl_family *f = NULL;
    struct nlrs_policy *p = NULL;
    struct nlrs_msg *m = nlrs_msg_new(128);
    size_t count = 0, len = 0;
    const void *attrs;
    uint32_t types[4];
    int nest, rc = nlrs_genl_resolve(s, "ethtool", &f, err);
    if (rc == 0)
        rc = nlrs_genl_policy(s, f, ETHTOOL_MSG_LINKSTATE_GET, 0, &p, err);
    if (rc == -ENOENT || rc == -EOPNOTSUPP) {
        printf("SKIP: this kernel has no ethtool netlink, or no policies of operations\n");
        nlrs_genl_family_free(f);
        nlrs_msg_free(m);
        return;
    }
    REQUIRE(rc == 0);
    CHECK_INT(nlrs_policy_rules(p, &rules, &count), 0);
    REQUIRE(count == 1 && rules[0].type == ETHTOOL_A_LINKSTATE_HEADER);
    CHECK_INT(rules[0].kind, NLRS_KIND_NEST);
    CHECK(rules[0].nested != NULL && rules[0].nested_count >= 3);
    CHECK_INT(nlrs_policy_add(p, 9, NLRS_KIND_U8, 0), NLRS_EBUSY);
    for (int is_good = 0; is_good < 2; is_good++) {
        CHECK_INT(nlrs_genl_begin(m, f, ETHTOOL_MSG_LINKSTATE_GET, 0), 0);
        nest = nlrs_msg_nest_begin(m, ETHTOOL_A_LINKSTATE_HEADER);
        nlrs_msg_put_str(m, ETHTOOL_A_HEADER_DEV_NAME, "lo");
        nlrs_msg_put_u32(m, ETHTOOL_A_HEADER_FLAGS, is_good ? 0 : 0x80000000);
        nlrs_msg_nest_end(m, nest);
        CHECK_INT(nlrs_msg_end(m), 0);
        CHECK_INT(nlrs_nlmsg_attrs(nlrs_msg_first(m), GENL_HDRLEN, &attrs, &len), 0);
        rc = nlrs_attr_index_checked(attrs, len, rules, count, table, ETHTOOL_A_LINKSTATE_HEADER, err);
        CHECK_INT(rc, is_good ? 1 : -ERANGE);
        if (!is_good) {
            CHECK_INT(nlrs_error_path(err, types, 4), 2);
            CHECK(types[0] == ETHTOOL_A_LINKSTATE_HEADER && types[1] == ETHTOOL_A_HEADER_FLAGS);
        }
        rc = nlrs_request(s, nlrs_msg_first(m), NULL, NULL, err);
        CHECK(is_good ? rc == 0 : rc < 0);
        nlrs_msg_reset(m);
    }
    nlrs_policy_free(p);
    p = NULL;
    CHECK_INT(nlrs_genl_policy(s, f, 255, 0, &p, err), -ENOENT);
    CHECK(p == NULL);
    nlrs_genl_family_free(f);
    nlrs_msg_free(m);
}

/* A message of nlctrl about the family "acme". */
static void announce(struct nlrs_msg *m, uint32_t cmd, uint32_t id, uint32_t group)
{
    const struct genlmsghdr header = {.cmd = (uint8_t)cmd, .version = 2};
    int groups, one;
    nlrs_msg_reset(m);
    nlrs_msg_begin(m, GENL_ID_CTRL, 0);
    nlrs_msg_put_header(m, &header, sizeof header);
    nlrs_msg_put_str(m, CTRL_ATTR_FAMILY_NAME, "acme");
    nlrs_msg_put_u16(m, CTRL_ATTR_FAMILY_ID, id);
    nlrs_msg_put_u32(m, CTRL_ATTR_HDRSIZE, 6);
    groups = nlrs_msg_nest_begin(m, CTRL_ATTR_MCAST_GROUPS);
    one = nlrs_msg_nest_begin(m, 1);
    nlrs_msg_put_str(m, CTRL_ATTR_MCAST_GRP_NAME, "news");
    nlrs_msg_put_u32(m, CTRL_ATTR_MCAST_GRP_ID, group);
    nlrs_msg_nest_end(m, one);
    nlrs_msg_nest_end(m, groups);
    CHECK_INT(nlrs_msg_end(m), 0);
}

/* The kernel in memory: the family is unregistered after it was resolved, and comes back. */
static void another_number(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_msg *m = nlrs_msg_new(256), *request = nlrs_msg_new(64);
    struct nlrs_genl_family *f = NULL;
    struct nlrs_socket *s = NULL;
    uint32_t group = 0;
    const char *name;
    size_t pos = 0;
    int count = 0;
    REQUIRE(p != NULL && m != NULL && request != NULL);
    announce(m, CTRL_CMD_NEWFAMILY, 0x21, 7);
    CHECK_INT(nlrs_peer_reply(p, nlrs_msg_first(m), nlrs_msg_len(m), 0), 0);
    CHECK_INT(nlrs_peer_next(p), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, -ENOENT), 0);
    CHECK_INT(nlrs_peer_next(p), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    REQUIRE(nlrs_socket_open_peer(NETLINK_GENERIC, p, NULL, &s) == 0);
    CHECK_INT(nlrs_genl_resolve(s, "acme", &f, err), 0);
    REQUIRE(f != NULL);
    CHECK_INT(nlrs_genl_family_id(f), 0x21);
    CHECK_INT(nlrs_genl_group_walk(f, &pos, &name, &group), 1);
    CHECK_STR(name, "news");
    CHECK_INT(group, 7);
    CHECK_INT(nlrs_genl_group_walk(f, &pos, &name, &group), 0);

    CHECK_INT(nlrs_genl_begin(request, f, 1, 0), 0);
    CHECK_INT(nlrs_msg_end(request), 0);
    CHECK_INT(nlrs_msg_len(request), NLMSG_HDRLEN + GENL_HDRLEN + 8); /* the header of 6 bytes, padded */
    CHECK_INT(nlrs_request(s, nlrs_msg_first(request), count_message, &count, err), -ENOENT);
    announce(m, CTRL_CMD_DELFAMILY, 0x21, 7);
    CHECK_INT(nlrs_genl_family_update(f, nlrs_msg_first(m)), 1);
    CHECK_INT(nlrs_genl_family_id(f), 0);
    CHECK_INT(nlrs_genl_begin(request, f, 1, 0), -ENOENT);
    CHECK_INT(nlrs_msg_end(request), -ENOENT);
    announce(m, CTRL_CMD_NEWFAMILY, 0x2f, 9);
    CHECK_INT(nlrs_genl_family_update(f, nlrs_msg_first(m)), 1);
    CHECK_INT(nlrs_genl_family_id(f), 0x2f);
    CHECK_INT(nlrs_genl_family_group(f, "news", &group), 0);
    CHECK_INT(group, 9);
    CHECK_INT(nlrs_genl_family_update(f, nlrs_msg_first(request)), 0);
    nlrs_msg_reset(request);
    CHECK_INT(nlrs_genl_begin(request, f, 1, 0), 0);
    CHECK_INT(nlrs_msg_end(request), 0);
    CHECK_INT(nlrs_msg_first(request)->nlmsg_type, 0x2f);
    CHECK_INT(nlrs_request(s, nlrs_msg_first(request), NULL, NULL, err), 0);
    nlrs_genl_family_free(f);
    nlrs_msg_free(request);
    nlrs_msg_free(m);
    nlrs_socket_close(s);
    nlrs_peer_free(p);
}

/* Groups by their names, on a socket and on a monitor. */
static void joins(struct nlrs_socket *s)
{
    struct nlrs_monitor *monitor = NULL;
    uint32_t groups[8] = {0};
    int number;
    CHECK_INT(nlrs_genl_join(s, "nlctrl", "notify", err), 0);
    REQUIRE(nlrs_socket_groups(s, groups, 8) == 1);
    CHECK_INT(nlrs_socket_leave(s, groups[0]), 0);
    CHECK_INT(nlrs_genl_join(s, "nlctrl", "nonesuch", err), -ENOENT);
    CHECK_INT(nlrs_error_code(err), -ENOENT);
    CHECK_INT(nlrs_genl_join(s, "nonesuch", "notify", NULL), -ENOENT);
    REQUIRE(nlrs_monitor_open(NETLINK_GENERIC, NULL, 0, NULL, &monitor) == 0);
    number = nlrs_monitor_group(monitor, "nlctrl", "notify");
    CHECK_INT(number, groups[0]);
    CHECK_INT(nlrs_monitor_join_name(monitor, "nlctrl", "notify"), 0);
    CHECK_INT(nlrs_socket_groups(nlrs_monitor_socket(monitor), groups, 8), 1);
    CHECK_INT(groups[0], number);
    CHECK_INT(nlrs_monitor_join_name(monitor, "nlctrl", "nonesuch"), -ENOENT);
    nlrs_monitor_close(monitor);
}

int main(void)
{
    struct nlrs_socket *s = NULL;
    err = nlrs_error_new();
    REQUIRE(nlrs_socket_open(NETLINK_GENERIC, NULL, &s) == 0);
    families(s);
    what_is_none(s);
    policies(s);
    joins(s);
    another_number();
    nlrs_socket_close(s);
    nlrs_error_free(err);
    return check_end();
}
