/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* seeds FOLDER: what the kernel says to dumps of every family here, one file a datagram: seeds for fuzzing. */
#define _GNU_SOURCE
#include "../c-tests/check.h"

#include <linux/fib_rules.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <nlrs.h>
#include <sys/socket.h>
#include <sys/stat.h>

static const char *folder;
static unsigned count;

static void keep(uint32_t direction, const void *data, size_t len, int64_t time_ns, void *arg)
{
    char path[4096];
    FILE *file;
    (void)direction;
    (void)time_ns;
    snprintf(path, sizeof path, "%s/%s-%u", folder, (const char *)arg, count++);
    file = fopen(path, "wb");
    REQUIRE(file != NULL);
    CHECK(fwrite(data, 1, len < 4096 ? len : 4096, file) > 0);
    fclose(file);
}

/* Dumps with a family header of `header` zero bytes, of which the first may be given. */
static void dumps(int protocol, const char *name, const uint32_t *types, size_t n, size_t header, unsigned char first)
{
    struct nlrs_socket *s;
    size_t i;
    if (nlrs_socket_open(protocol, NULL, &s) != 0) {
        printf("SKIP: no %s here\n", name);
        return;
    }
    REQUIRE(nlrs_socket_set_trace(s, keep, (void *)(uintptr_t)name) == 0);
    nlrs_socket_set_timeout(s, 1000);
    for (i = 0; i < n; i++) {
        struct nlrs_msg m;
        uint64_t buf[16];
        unsigned char zeros[32] = {0};
        zeros[0] = first;
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, types[i], 0);
        nlrs_msg_put_header(&m, zeros, header);
        nlrs_msg_end(&m);
        nlrs_dump(s, nlrs_msg_first(&m), NULL, NULL, NULL);
        /* And what it says when it is no dump: an error with its attributes. */
        nlrs_request(s, nlrs_msg_first(&m), NULL, NULL, NULL);
    }
    nlrs_socket_close(s);
}

static struct nlrs_socket *route;

static void change(const struct nlrs_msg *m)
{
    if (nlrs_request(route, nlrs_msg_first(m), NULL, NULL, NULL) < 0)
        printf("SKIP: a change for the dumps to tell of was refused\n");
}

/* Something for the dumps to tell of: links with attributes of their kind, an address, a route with two hops, a rule, neighbours. */
static void populate(void)
{
    static const char *const kinds[] = {"bridge", "dummy", "ifb", "vlan", "vxlan", "macvlan"};
    static const unsigned char address[4] = {192, 0, 2, 1}, net[4] = {198, 51, 100, 0}, mac[6] = {2, 0, 0, 0, 0, 1};
    struct nlrs_msg m;
    uint64_t buf[64];
    unsigned i;

    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &route) == 0);
    REQUIRE(nlrs_socket_set_trace(route, keep, (void *)(uintptr_t)"change") == 0);
    for (i = 0; i < 2 * sizeof kinds / sizeof *kinds; i++) {
        struct ifinfomsg ifi = {.ifi_index = (int)i + 10, .ifi_flags = 1, .ifi_change = 1};
        const char *kind = kinds[i / 2];
        char name[16];
        int info, data;
        snprintf(name, sizeof name, "seed%u", i);
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
        nlrs_msg_put_header(&m, &ifi, sizeof ifi);
        nlrs_msg_put_str(&m, IFLA_IFNAME, name);
        if (strcmp(kind, "vlan") == 0 || strcmp(kind, "macvlan") == 0)
            nlrs_msg_put_u32(&m, IFLA_LINK, 10);
        info = nlrs_msg_nest_begin(&m, IFLA_LINKINFO);
        nlrs_msg_put_str(&m, IFLA_INFO_KIND, kind);
        data = nlrs_msg_nest_begin(&m, IFLA_INFO_DATA);
        if (strcmp(kind, "vlan") == 0)
            nlrs_msg_put_u16(&m, IFLA_VLAN_ID, i);
        if (strcmp(kind, "vxlan") == 0)
            nlrs_msg_put_u32(&m, IFLA_VXLAN_ID, i);
        nlrs_msg_nest_end(&m, data);
        nlrs_msg_nest_end(&m, info);
        nlrs_msg_end(&m);
        change(&m);
    }
    for (i = 0; i < 2; i++) {
        struct ifaddrmsg ifa = {.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 10 + i};
        struct ndmsg nd = {.ndm_family = AF_INET, .ndm_ifindex = 10 + (int)i, .ndm_state = NUD_PERMANENT};
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, RTM_NEWADDR, NLM_F_CREATE);
        nlrs_msg_put_header(&m, &ifa, sizeof ifa);
        nlrs_msg_put_in_addr(&m, IFA_LOCAL, address);
        nlrs_msg_end(&m);
        change(&m);
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, RTM_NEWNEIGH, NLM_F_CREATE);
        nlrs_msg_put_header(&m, &nd, sizeof nd);
        nlrs_msg_put_in_addr(&m, NDA_DST, net);
        nlrs_msg_put_mac(&m, NDA_LLADDR, mac);
        nlrs_msg_end(&m);
        change(&m);
    }
    {
        struct rtmsg rt = {.rtm_family = AF_INET, .rtm_dst_len = 24, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                           .rtm_type = RTN_UNICAST, .rtm_scope = RT_SCOPE_LINK};
        struct fib_rule_hdr rule = {.family = AF_INET, .table = 100, .action = FR_ACT_TO_TBL};
        struct rtnexthop hops[2] = {{.rtnh_len = sizeof hops[0], .rtnh_ifindex = 10}, {.rtnh_len = sizeof hops[0], .rtnh_ifindex = 11}};
        int metrics;
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, RTM_NEWROUTE, NLM_F_CREATE);
        nlrs_msg_put_header(&m, &rt, sizeof rt);
        nlrs_msg_put_in_addr(&m, RTA_DST, net);
        metrics = nlrs_msg_nest_begin(&m, RTA_METRICS);
        nlrs_msg_put_u32(&m, RTAX_MTU, 1400);
        nlrs_msg_nest_end(&m, metrics);
        nlrs_msg_put_bytes(&m, RTA_MULTIPATH, hops, sizeof hops);
        nlrs_msg_end(&m);
        change(&m);
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, RTM_NEWRULE, NLM_F_CREATE);
        nlrs_msg_put_header(&m, &rule, sizeof rule);
        nlrs_msg_put_u32(&m, FRA_PRIORITY, 1000);
        nlrs_msg_end(&m);
        change(&m);
    }
}

struct family {
    uint32_t id;
    char name[GENL_NAMSIZ];
    unsigned char dumps[64]; /* commands that can be dumped */
    unsigned count;
};
static struct family families[64];
static unsigned family_count;

/* A family of generic netlink, and which of its commands the kernel says can be dumped: no other one is tried. */
static int note_family(const struct nlmsghdr *nlh, void *arg)
{
    const struct nlattr *table[CTRL_ATTR_MAX + 1], *op, *of_op[CTRL_ATTR_OP_MAX + 1];
    const void *attrs;
    size_t len;
    uint16_t id;
    const char *name;
    const void *ops;
    size_t pos = 0;
    struct family *f = &families[family_count];

    (void)arg;
    if (family_count == 64 || nlrs_nlmsg_attrs(nlh, sizeof(struct genlmsghdr), &attrs, &len) < 0 ||
        nlrs_attr_index(attrs, len, table, CTRL_ATTR_MAX) < 0 || nlrs_attr_get_u16(table[CTRL_ATTR_FAMILY_ID], &id) < 0 ||
        nlrs_attr_get_str(table[CTRL_ATTR_FAMILY_NAME], &name) < 0)
        return 0;
    family_count++;
    f->id = id;
    snprintf(f->name, sizeof f->name, "%s", name);
    if (nlrs_attr_get_bytes(table[CTRL_ATTR_OPS], &ops, &len) < 0)
        return 0;
    while (nlrs_attr_walk(ops, len, &pos, &op) > 0) {
        uint32_t command, flags;
        if (nlrs_attr_index_nested(op, of_op, CTRL_ATTR_OP_MAX) >= 0 && nlrs_attr_get_u32(of_op[CTRL_ATTR_OP_ID], &command) == 0 &&
            nlrs_attr_get_u32(of_op[CTRL_ATTR_OP_FLAGS], &flags) == 0 && (flags & GENL_CMD_CAP_DUMP) && f->count < 64)
            f->dumps[f->count++] = (unsigned char)command;
    }
    return 0;
}

/* What each family of generic netlink dumps, and the policy of its attributes. */
static void generic(void)
{
    struct nlrs_socket *s;
    struct nlrs_msg m;
    uint64_t buf[16];
    struct genlmsghdr header = {CTRL_CMD_GETFAMILY, 1, 0};
    unsigned i, k;

    REQUIRE(nlrs_socket_open(NETLINK_GENERIC, NULL, &s) == 0);
    nlrs_socket_set_timeout(s, 1000);
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, GENL_ID_CTRL, 0);
    nlrs_msg_put_header(&m, &header, sizeof header);
    nlrs_msg_end(&m);
    CHECK_INT(nlrs_dump(s, nlrs_msg_first(&m), note_family, NULL, NULL), 0);
    CHECK(family_count > 0);
    REQUIRE(nlrs_socket_set_trace(s, keep, (void *)(uintptr_t)"policy") == 0);
    for (i = 0; i < family_count; i++) {
        header.cmd = CTRL_CMD_GETPOLICY;
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, GENL_ID_CTRL, 0);
        nlrs_msg_put_header(&m, &header, sizeof header);
        nlrs_msg_put_u16(&m, CTRL_ATTR_FAMILY_ID, families[i].id);
        nlrs_msg_end(&m);
        nlrs_dump(s, nlrs_msg_first(&m), NULL, NULL, NULL);
    }
    for (i = 0; i < family_count; i++) {
        if (families[i].id == GENL_ID_CTRL)
            continue;
        REQUIRE(nlrs_socket_set_trace(s, keep, families[i].name) == 0);
        for (k = 0; k < families[i].count; k++) {
            header.cmd = families[i].dumps[k];
            nlrs_msg_init(&m, buf, sizeof buf);
            nlrs_msg_begin(&m, families[i].id, 0);
            nlrs_msg_put_header(&m, &header, sizeof header);
            nlrs_msg_end(&m);
            nlrs_dump(s, nlrs_msg_first(&m), NULL, NULL, NULL);
        }
    }
    nlrs_socket_close(s);
}

int main(int argc, char **argv)
{
    static const uint32_t links[] = {RTM_GETLINK, RTM_GETSTATS};
    static const uint32_t addresses[] = {RTM_GETADDR, RTM_GETADDRLABEL, RTM_GETMULTICAST, RTM_GETANYCAST};
    static const uint32_t routes[] = {RTM_GETROUTE,   RTM_GETRULE,    RTM_GETNEIGH, RTM_GETNEIGHTBL, RTM_GETNETCONF, RTM_GETNEXTHOP,
                                      RTM_GETNSID,    RTM_GETMDB,     RTM_GETVLAN,  RTM_GETDCB,      RTM_GETLINKPROP};
    static const uint32_t qdiscs[] = {RTM_GETQDISC, RTM_GETTCLASS, RTM_GETTFILTER, RTM_GETCHAIN, RTM_GETACTION};
    static const uint32_t controllers[] = {GENL_ID_CTRL};
    static const uint32_t tables[] = {NFNL_SUBSYS_NFTABLES << 8 | 1,  NFNL_SUBSYS_NFTABLES << 8 | 4, NFNL_SUBSYS_CTNETLINK << 8 | 1,
                                      NFNL_SUBSYS_CTNETLINK_EXP << 8 | 1, NFNL_SUBSYS_IPSET << 8 | 7};
    static const uint32_t diag[] = {20};
    static const uint32_t security[] = {XFRM_MSG_GETSA, XFRM_MSG_GETPOLICY};

    REQUIRE(argc == 2);
    folder = argv[1];
    check_own_netns();
    populate();
    dumps(NETLINK_ROUTE, "link", links, 2, sizeof(struct ifinfomsg), 0);
    dumps(NETLINK_ROUTE, "address", addresses, 4, sizeof(struct ifaddrmsg), 0);
    dumps(NETLINK_ROUTE, "route", routes, 11, sizeof(struct rtmsg), 0);
    dumps(NETLINK_ROUTE, "bridge", routes + 2, 1, sizeof(struct ndmsg), AF_BRIDGE);
    dumps(NETLINK_ROUTE, "qdisc", qdiscs, 5, sizeof(struct tcmsg), 0);
    dumps(NETLINK_GENERIC, "genl", controllers, 1, sizeof(struct genlmsghdr), CTRL_CMD_GETFAMILY);
    generic();
    dumps(NETLINK_NETFILTER, "nf", tables, 5, sizeof(struct nfgenmsg), AF_INET);
    dumps(NETLINK_SOCK_DIAG, "diag", diag, 1, 24, AF_UNIX);
    dumps(NETLINK_XFRM, "xfrm", security, 2, 0, 0);
    nlrs_socket_close(route);
    printf("%u datagrams, %u families of generic netlink\n", count, family_count);
    CHECK(count > 100);
    return check_end();
}
