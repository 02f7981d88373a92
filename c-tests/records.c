/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records in C: what is written to the kernel is read back from it; sizes of older and newer callers; codes. */
#include "check.h"
#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <nlrs.h>
#include <sys/wait.h>

static struct nlrs_socket *s;
static struct nlrs_error *err;
static struct nlrs_msg *m;

#define CREATE (NLM_F_CREATE | NLM_F_EXCL)
#define DONE(call) CHECK_STR(said(call), "")

/* What went wrong; "" for success. */
static const char *said(int code)
{
    static char line[256];
    line[0] = '\0';
    if (code < 0 && (nlrs_error_code(err) != code || nlrs_error_format(err, line, sizeof line) <= 0))
        snprintf(line, sizeof line, "%s", nlrs_strerror(code));
    return line;
}

/* Ends the message, sends it and empties the buffer. */
static int send_message(nlrs_msg_fn fn, void *arg, int is_dump)
{
    int rc = nlrs_msg_end(m);
    if (rc == 0)
        rc = (is_dump ? nlrs_dump : nlrs_request)(s, nlrs_msg_first(m), fn, arg, err);
    nlrs_msg_reset(m);
    return rc;
}

static struct nlrs_addr addr(const char *text)
{
    struct nlrs_addr addr;
    REQUIRE(nlrs_addr_parse(text, &addr) == 0);
    return addr;
}

static uint32_t index_of(const char *name)
{
    uint32_t index = 0;
    DONE(nlrs_link_index(s, name, &index, err));
    return index;
}

static int read_link(const struct nlmsghdr *nlh, void *arg)
{
    return nlrs_link_read(nlh, arg, sizeof(struct nlrs_link));
}

static struct nlrs_link link_named(const char *name)
{
    struct nlrs_link wanted = {0}, found = {0};
    snprintf(wanted.name, sizeof wanted.name, "%s", name);
    CHECK_INT(nlrs_link_begin(m, RTM_GETLINK, 0, &wanted, sizeof wanted), 0);
    DONE(send_message(read_link, &found, 0));
    return found;
}

static void links(void)
{
    struct nlrs_link bridge = {.name = "br0", .kind = "bridge", .flags = IFF_UP, .change = IFF_UP};
    struct nlrs_link port = {.name = "v0", .flags = IFF_UP, .change = IFF_UP, .tx_queue_len = 77, .group = 9};
    struct nlrs_link peer = {.name = "v1", .mtu = 1300}, found, change = {0};
    int data, end;

    REQUIRE(nlrs_lladdr_parse("02:00:00:00:00:01", &port.address) == 0);
    DONE(nlrs_link_request(s, RTM_NEWLINK, CREATE, &bridge, sizeof bridge, err));
    CHECK_INT(nlrs_link_request(s, RTM_NEWLINK, CREATE, &bridge, sizeof bridge, err), -EEXIST);
    port.master = index_of("br0");
    CHECK_INT(nlrs_link_begin(m, RTM_NEWLINK, CREATE, &port, sizeof port), 0);
    data = nlrs_link_data_begin(m, "veth");
    end = nlrs_msg_nest_begin(m, VETH_INFO_PEER);
    CHECK(data > 0 && end > data);
    CHECK_INT(nlrs_link_put(m, &peer, sizeof peer), 0);
    CHECK_INT(nlrs_msg_nest_end(m, end), 0);
    CHECK_INT(nlrs_link_data_end(m, data), 0);
    DONE(send_message(NULL, NULL, 0));

    found = link_named("v0");
    CHECK_STR(found.name, "v0");
    CHECK_STR(found.kind, "veth");
    CHECK_STR(found.slave_kind, "bridge");
    CHECK_INT(found.index, index_of("v0"));
    CHECK_INT(found.master, port.master);
    CHECK_INT(found.link, index_of("v1"));
    CHECK_INT(found.tx_queue_len, 77);
    CHECK_INT(found.group, 9);
    CHECK_INT(found.flags & IFF_UP, IFF_UP);
    CHECK_INT(found.address.len, 6);
    CHECK_MEM(found.address.bytes, port.address.bytes, 32);
    CHECK_INT(link_named("v1").mtu, 1300);

    /* Zero is a master too, where a bit says so. */
    change.index = found.index;
    DONE(nlrs_link_request(s, RTM_NEWLINK, 0, &change, sizeof change, err));
    CHECK_INT(link_named("v0").master, port.master);
    change.set = NLRS_LINK_MASTER_SET;
    DONE(nlrs_link_request(s, RTM_NEWLINK, 0, &change, sizeof change, err));
    CHECK_INT(link_named("v0").master, 0);

    /* An alternative name, which long ones are. */
    CHECK_INT(nlrs_link_begin(m, RTM_NEWLINKPROP, CREATE | NLM_F_APPEND, &change, sizeof change), 0);
    end = nlrs_msg_nest_begin(m, IFLA_PROP_LIST);
    nlrs_msg_put_str(m, IFLA_ALT_IFNAME, "a-name-of-more-than-fifteen-letters");
    nlrs_msg_nest_end(m, end);
    DONE(send_message(NULL, NULL, 0));
    CHECK_INT(index_of("a-name-of-more-than-fifteen-letters"), found.index);
    {
        char text[IF_NAMESIZE];
        DONE(nlrs_link_name(s, found.index, text, err));
        CHECK_STR(text, "v0");
        CHECK_INT(nlrs_link_name(s, 9999, text, err), -ENODEV);
        CHECK_STR(text, "v0");
        CHECK_INT(nlrs_link_name(s, 0, text, err), -EINVAL);
        CHECK_INT(nlrs_link_index(s, "", &change.index, err), -EINVAL);
        CHECK_INT(nlrs_link_index(s, "nonesuch", &change.index, err), -ENODEV);
    }
}

/* Statistics and alternative names of the message of a link. */
static int read_rest(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_link_stats stats;
    const char *name = NULL;
    size_t pos = 0;
    CHECK_INT(nlrs_link_read_stats(nlh, &stats, sizeof stats), 0);
    CHECK_INT(nlrs_link_read_stats(nlh, &stats, sizeof stats - 1), -EINVAL);
    CHECK(stats.rx_errors == 0);
    CHECK_INT(nlrs_link_alt_name_walk(nlh, &pos, &name), 1);
    CHECK_STR(name, "a-name-of-more-than-fifteen-letters");
    CHECK_INT(nlrs_link_alt_name_walk(nlh, &pos, &name), 0);
    ++*(int *)arg;
    return 0;
}

static void link_messages(void)
{
    struct nlrs_link wanted = {.name = "v0"};
    int count = 0;
    CHECK_INT(nlrs_link_begin(m, RTM_GETLINK, 0, &wanted, sizeof wanted), 0);
    DONE(send_message(read_rest, &count, 0));
    CHECK_INT(count, 1);
}

static int read_address(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_address *found = arg, address;
    CHECK_INT(nlrs_address_read(nlh, &address, sizeof address), 0);
    if (address.local.family == AF_INET)
        *found = address;
    return 0;
}

static void addresses(void)
{
    struct nlrs_address address = {.index = index_of("v0"), .local = addr("10.0.0.1/24"), .label = "v0:x"};
    struct nlrs_address filter = {.family = AF_INET, .index = address.index}, found = {0};
    address.valid_lft = 1000;
    address.preferred_lft = 500;
    DONE(nlrs_address_request(s, RTM_NEWADDR, CREATE, &address, sizeof address, err));
    CHECK_INT(nlrs_address_begin(m, RTM_GETADDR, 0, &filter, sizeof filter), 0);
    DONE(send_message(read_address, &found, 1));
    CHECK_MEM(&found.local, &address.local, sizeof found.local);
    CHECK_INT(found.peer.family, 0);
    CHECK_STR(found.label, "v0:x");
    CHECK(found.valid_lft > 900 && found.valid_lft <= 1000 && found.preferred_lft <= 500);
    DONE(nlrs_address_request(s, RTM_DELADDR, 0, &address, sizeof address, err));
    CHECK_INT(nlrs_address_request(s, RTM_DELADDR, 0, &address, sizeof address, err), -EADDRNOTAVAIL);
    address.valid_lft = address.preferred_lft = 0;
    DONE(nlrs_address_request(s, RTM_NEWADDR, CREATE, &address, sizeof address, err));
    address.local = addr("2001:db8::1/64");
    address.flags = 0x02; /* IFA_F_NODAD */
    address.label[0] = '\0';
    DONE(nlrs_address_request(s, RTM_NEWADDR, CREATE, &address, sizeof address, err));
}

static int read_route(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_next_hop hop;
    struct nlrs_route *found = arg;
    size_t pos = 0, len = 1;
    const void *attrs = NULL;
    char text[64];
    CHECK_INT(nlrs_route_read(nlh, found, sizeof *found), 0);
    CHECK_INT(nlrs_next_hop_walk(nlh, &pos, &hop, sizeof hop - 1, NULL, NULL), -EINVAL);
    CHECK_INT(pos, 0);
    CHECK_INT(nlrs_next_hop_walk(nlh, &pos, &hop, sizeof hop, &attrs, &len), 1);
    CHECK_INT(hop.weight, 3);
    CHECK(attrs != NULL && len == 8);
    CHECK(nlrs_addr_format(&hop.gateway, text, sizeof text) > 0);
    CHECK_STR(text, "10.0.0.2");
    CHECK_INT(nlrs_next_hop_walk(nlh, &pos, &hop, sizeof hop, NULL, NULL), 1);
    CHECK_INT(hop.weight, 1);
    CHECK_INT(hop.oif, index_of("v0"));
    CHECK(nlrs_addr_format(&hop.gateway, text, sizeof text) > 0);
    CHECK_STR(text, "2001:db8::2");
    CHECK_INT(nlrs_next_hop_walk(nlh, &pos, &hop, sizeof hop, NULL, NULL), 0);
    return 0;
}

static int keep_route(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_route route;
    CHECK_INT(nlrs_route_read(nlh, &route, sizeof route), 0);
    *(struct nlrs_route *)arg = route;
    return 0;
}

static void routes(void)
{
    struct nlrs_route route = {.dst = addr("198.51.100.0/24"), .table = 1000, .protocol = RTPROT_STATIC, .type = RTN_UNICAST};
    struct nlrs_route filter = {.family = AF_INET, .table = 1000}, found = {0};
    struct nlrs_next_hop first = {.gateway = addr("10.0.0.2"), .weight = 3};
    struct nlrs_next_hop second = {.family = AF_INET, .gateway = addr("2001:db8::2"), .oif = index_of("v0")};
    int nest, hop;
    route.metrics.mtu = 1350;
    snprintf(route.metrics.cc_algo, sizeof route.metrics.cc_algo, "reno");
    CHECK_INT(nlrs_route_begin(m, RTM_NEWROUTE, CREATE, &route, sizeof route), 0);
    nest = nlrs_msg_nest_begin(m, RTA_MULTIPATH);
    hop = nlrs_next_hop_begin(m, &first, sizeof first);
    CHECK(hop > nest);
    CHECK_INT(nlrs_next_hop_end(m, hop), 0);
    hop = nlrs_next_hop_begin(m, &second, sizeof second);
    CHECK_INT(nlrs_next_hop_end(m, hop), 0);
    CHECK_INT(nlrs_msg_nest_end(m, nest), 0);
    DONE(send_message(NULL, NULL, 0));

    CHECK_INT(nlrs_route_begin(m, RTM_GETROUTE, 0, &filter, sizeof filter), 0);
    /* read_route asks for an index meanwhile: on a socket of its own. */
    {
        struct nlrs_socket *of_dump = NULL, *other = s;
        REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &of_dump) == 0);
        CHECK_INT(nlrs_msg_end(m), 0);
        CHECK_INT(nlrs_dump(of_dump, nlrs_msg_first(m), read_route, &found, err), 0);
        nlrs_msg_reset(m);
        nlrs_socket_close(of_dump);
        s = other;
    }
    CHECK_MEM(&found.dst, &route.dst, sizeof found.dst);
    CHECK_INT(found.table, 1000);
    CHECK_INT(found.protocol, RTPROT_STATIC);
    CHECK_INT(found.metrics.mtu, 1350);
    CHECK_STR(found.metrics.cc_algo, "reno");

    /* The route to an address: what the kernel would choose. */
    route = (struct nlrs_route){.dst = addr("10.0.0.77")};
    CHECK_INT(nlrs_route_begin(m, RTM_GETROUTE, 0, &route, sizeof route), 0);
    DONE(send_message(keep_route, &found, 0));
    CHECK_INT(found.oif, index_of("v0"));
    CHECK_INT(found.prefsrc.bytes[3], 1);
}

static int read_rule(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_rule rule;
    CHECK_INT(nlrs_rule_read(nlh, &rule, sizeof rule), 0);
    if (rule.priority == 77)
        *(struct nlrs_rule *)arg = rule;
    return 0;
}

static void rules(void)
{
    struct nlrs_rule rule = {.priority = 77, .action = FR_ACT_TO_TBL, .table = 1000, .src = addr("10.0.0.0/8"), .iifname = "v0"};
    struct nlrs_rule filter = {.family = AF_INET}, found = {0};
    rule.set = NLRS_RULE_SUPPRESS_PREFIX_LEN_SET | NLRS_RULE_UID_RANGE_SET;
    rule.ip_proto = IPPROTO_TCP;
    rule.dport_start = 80;
    rule.dport_end = 90;
    DONE(nlrs_rule_request(s, RTM_NEWRULE, CREATE, &rule, sizeof rule, err));
    CHECK_INT(nlrs_rule_begin(m, RTM_GETRULE, 0, &filter, sizeof filter), 0);
    DONE(send_message(read_rule, &found, 1));
    rule.family = AF_INET;
    rule.set |= NLRS_RULE_PRIORITY_SET; /* what is there is said to be */
    found.protocol = 0;
    CHECK_MEM(&found, &rule, sizeof rule);
    DONE(nlrs_rule_request(s, RTM_DELRULE, 0, &rule, sizeof rule, err));
}

static int read_neighbour(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_neighbour neighbour;
    CHECK_INT(nlrs_neighbour_read(nlh, &neighbour, sizeof neighbour), 0);
    if (neighbour.state == NUD_PERMANENT)
        *(struct nlrs_neighbour *)arg = neighbour;
    return 0;
}

static void neighbours(void)
{
    struct nlrs_neighbour neighbour = {.index = index_of("v0"), .state = NUD_PERMANENT, .dst = addr("10.0.0.9")};
    struct nlrs_neighbour filter = {.family = AF_INET, .index = neighbour.index}, found = {0};
    REQUIRE(nlrs_lladdr_parse("02:00:00:00:00:09", &neighbour.lladdr) == 0);
    DONE(nlrs_neighbour_request(s, RTM_NEWNEIGH, CREATE, &neighbour, sizeof neighbour, err));
    CHECK_INT(nlrs_neighbour_begin(m, RTM_GETNEIGH, 0, &filter, sizeof filter), 0);
    DONE(send_message(read_neighbour, &found, 1));
    CHECK_MEM(&found.dst, &neighbour.dst, sizeof found.dst);
    CHECK_MEM(&found.lladdr, &neighbour.lladdr, sizeof found.lladdr);
    CHECK_INT(found.index, neighbour.index);
    DONE(nlrs_neighbour_request(s, RTM_DELNEIGH, 0, &neighbour, sizeof neighbour, err));
}

static int read_group(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_nexthop nexthop;
    struct nlrs_nexthop_member member = {0, 0};
    size_t pos = 0;
    CHECK_INT(nlrs_nexthop_read(nlh, &nexthop, sizeof nexthop), 0);
    CHECK_INT(nexthop.id, 20);
    CHECK_INT(nlrs_nexthop_member_walk(nlh, &pos, &member), 1);
    CHECK(member.id == 10 && member.weight == 3);
    CHECK_INT(nlrs_nexthop_member_walk(nlh, &pos, &member), 1);
    CHECK(member.id == 11 && member.weight == 256);
    CHECK_INT(nlrs_nexthop_member_walk(nlh, &pos, &member), 0);
    ++*(int *)arg;
    return 0;
}

static void nexthops(void)
{
    struct nlrs_nexthop one = {.id = 10, .oif = index_of("v0"), .gateway = addr("10.0.0.2")}, group = {.id = 20};
    const struct nlrs_nexthop_member members[] = {{10, 3}, {11, 256}};
    struct nlrs_route through = {.dst = addr("192.0.2.0/24"), .type = RTN_UNICAST, .nh_id = 20};
    int count = 0;
    DONE(nlrs_nexthop_request(s, RTM_NEWNEXTHOP, CREATE, &one, sizeof one, err));
    one.id = 11;
    DONE(nlrs_nexthop_request(s, RTM_NEWNEXTHOP, CREATE, &one, sizeof one, err));
    CHECK_INT(nlrs_nexthop_begin(m, RTM_NEWNEXTHOP, CREATE, &group, sizeof group), 0);
    CHECK_INT(nlrs_nexthop_put_members(m, members, 2), 0);
    DONE(send_message(NULL, NULL, 0));
    CHECK_INT(nlrs_nexthop_begin(m, RTM_GETNEXTHOP, 0, &group, sizeof group), 0);
    DONE(send_message(read_group, &count, 0));
    CHECK_INT(count, 1);
    DONE(nlrs_route_request(s, RTM_NEWROUTE, CREATE, &through, sizeof through, err));
}

/* Callers that were compiled with an older header, or a newer one. */
static void sizes(void)
{
    struct {
        struct nlrs_route route;
        uint32_t newer;
    } newer = {.route = {.type = RTN_UNICAST}};
    struct nlrs_route found;
    const struct nlmsghdr *nlh;
    CHECK_INT(nlrs_route_begin(m, RTM_NEWROUTE, 0, &newer.route, sizeof newer), 0);
    CHECK_INT(nlrs_msg_end(m), 0);
    nlh = nlrs_msg_first(m);
    newer.newer = 0x5a5a5a5a;
    CHECK_INT(nlrs_route_read(nlh, &newer.route, sizeof newer), 0);
    CHECK_INT(newer.newer, 0);
    CHECK_INT(nlrs_route_read(nlh, &found, sizeof found), 0);
    CHECK_MEM(&found, &newer.route, sizeof found);
    CHECK_INT(nlrs_route_read(nlh, &found, sizeof found - 1), -EINVAL);
    CHECK_INT(nlrs_route_read(nlh, &found, 0), -EINVAL);
    CHECK_INT(nlrs_link_read(nlh, (struct nlrs_link *)(void *)&newer, sizeof(struct nlrs_link)), -ENOMSG);
    nlrs_msg_reset(m);

    /* A field that is not known here is not lost in silence; the message has failed. */
    newer.newer = 1;
    CHECK_INT(nlrs_route_begin(m, RTM_NEWROUTE, 0, &newer.route, sizeof newer), -E2BIG);
    CHECK_INT(nlrs_msg_put_u32(m, RTA_OIF, 1), -E2BIG);
    CHECK_INT(nlrs_msg_end(m), -E2BIG);
    CHECK_INT(nlrs_msg_count(m), 0);
    CHECK_INT(nlrs_route_begin(m, RTM_NEWROUTE, 0, &newer.route, sizeof found - 4), -EINVAL);
    CHECK_INT(nlrs_msg_end(m), -EINVAL);
    CHECK_INT(nlrs_route_begin(m, RTM_NEWROUTE, 0, NULL, sizeof found), -EINVAL);
    CHECK_INT(nlrs_msg_end(m), -EINVAL);
    CHECK_INT(nlrs_route_request(s, RTM_NEWROUTE, 0, &newer.route, sizeof newer, err), -E2BIG);
    CHECK_INT(nlrs_error_code(err), -E2BIG);
}

static int accepts(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_link link;
    CHECK_INT(nlrs_link_read(nlh, &link, sizeof link), 0);
    return strcmp(link.name, arg) == 0 ? NLRS_STOP : 0;
}

static int fails(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    (void)arg;
    return -EPERM;
}

static void waits(void)
{
    char there[] = "br0", nowhere[] = "nonesuch";
    CHECK_INT(nlrs_wait(NLRS_LINKS, 0, 10000, NULL, accepts, there), 0);
    CHECK_INT(nlrs_wait(NLRS_LINKS, 0, 50, NULL, accepts, nowhere), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_wait(NLRS_LINKS, 0, 0, NULL, accepts, there), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_wait(NLRS_LINKS, 0, -1, NULL, fails, NULL), -EPERM);
    CHECK_INT(nlrs_wait(NLRS_LINKS, 256, 50, NULL, accepts, there), -ERANGE);
    CHECK_INT(nlrs_wait(17, 0, 50, NULL, accepts, there), -EINVAL);
}

/* Whatever happens between the look-up and the waiting: the link is added some time before, while or after. */
static void waits_for_what_comes(void)
{
    for (int round = 0; round < 60; round++) {
        struct nlrs_link link = {.kind = "ifb"};
        int status = 0, rc;
        pid_t child = fork();
        REQUIRE(child >= 0);
        snprintf(link.name, sizeof link.name, "w%d", round);
        if (child == 0) {
            struct nlrs_socket *own = NULL;
            usleep((useconds_t)(round * 37 % 1500));
            rc = nlrs_socket_open(NETLINK_ROUTE, NULL, &own);
            rc = rc < 0 ? rc : nlrs_link_request(own, RTM_NEWLINK, CREATE, &link, sizeof link, NULL);
            nlrs_socket_close(own);
            nlrs_socket_close(s); /* the copy of it: nothing is left over for valgrind */
            _exit(rc == 0 ? 0 : rc == -EOPNOTSUPP ? CHECK_SKIPPED : 1);
        }
        rc = nlrs_wait(NLRS_LINKS, 0, 5000, NULL, accepts, link.name);
        REQUIRE(waitpid(child, &status, 0) == child);
        if (WEXITSTATUS(status) == CHECK_SKIPPED) {
            printf("SKIP: this kernel has no links of type ifb\n");
            return;
        }
        CHECK_INT(status, 0);
        CHECK_INT(rc, 0);
        DONE(nlrs_link_request(s, RTM_DELLINK, 0, &(struct nlrs_link){.index = index_of(link.name)}, sizeof link, err));
    }
}

int main(void)
{
    check_own_netns();
    err = nlrs_error_new();
    m = nlrs_msg_new(256);
    REQUIRE(err != NULL && m != NULL);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    links();
    link_messages();
    /* The link below must have a carrier for routes. */
    {
        struct nlrs_link up = {.name = "v1", .flags = IFF_UP, .change = IFF_UP};
        DONE(nlrs_link_request(s, RTM_NEWLINK, 0, &up, sizeof up, err));
    }
    addresses();
    routes();
    rules();
    neighbours();
    nexthops();
    sizes();
    waits();
    waits_for_what_comes();
    nlrs_socket_close(s);
    nlrs_msg_free(m);
    nlrs_error_free(err);
    return check_end();
}
