/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Objects that the kernel creates without an event: a table with differences that is current has what a table that was opened this
   moment has, whatever was created in between. */
#include "check.h"
#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>
#include <time.h>

static void run(const char *command)
{
    if (!CHECK(system(command) == 0))
        printf("  %s\n", command);
}

/* How many objects a table has, and the states or flags of all of them. */
struct summary {
    int count;
    uint32_t states;
};

static uint32_t state_of(const struct nlmsghdr *nlh)
{
    const struct ndmsg *neighbour = nlrs_nlmsg_data(nlh);
    const struct ifaddrmsg *address = nlrs_nlmsg_data(nlh);

    return (nlh->nlmsg_type & ~3) == RTM_NEWNEIGH ? neighbour->ndm_state : address->ifa_flags;
}

static int summarize(const struct nlmsghdr *nlh, void *arg)
{
    struct summary *summary = arg;

    summary->count++;
    summary->states |= state_of(nlh);
    return 0;
}

/* Reads until the table is current and nothing is left; how many changes there were. */
static int settle(struct nlrs_monitor *m)
{
    const struct nlrs_event *event;
    int code, changes = 0;

    do {
        nlrs_monitor_set_timeout(m, 50);
        while ((code = nlrs_monitor_next(m, &event)) == 1)
            changes += nlrs_event_kind(event) >= NLRS_EVENT_ADDED;
        CHECK_INT(code, NLRS_ETIMEDOUT);
    } while (code == NLRS_ETIMEDOUT && !nlrs_monitor_is_current(m));
    return changes;
}

static struct nlrs_monitor *follow(uint32_t table, int *ret_changes)
{
    struct nlrs_monitor *m;

    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_set_difference(m, 1), 0);
    CHECK_INT(nlrs_monitor_set_interval(m, 1), 0);
    CHECK(nlrs_monitor_follow(m, table, 0) == 1);
    *ret_changes = settle(m);
    return m;
}

static struct summary objects(struct nlrs_monitor *m)
{
    struct summary summary = {0, 0};

    CHECK_INT(nlrs_monitor_objects(m, 1, summarize, &summary), 0);
    return summary;
}

/* What the kernel has itself. */
static struct summary dump(uint32_t type)
{
    static const char zero[sizeof(struct ndmsg)];
    struct summary summary = {0, 0};
    struct nlrs_msg *request = nlrs_msg_new(64);
    struct nlrs_socket *s = NULL;

    nlrs_msg_begin(request, type, 0);
    nlrs_msg_put_header(request, zero, type == RTM_GETNEIGH ? sizeof(struct ndmsg) : sizeof(struct ifaddrmsg));
    REQUIRE(nlrs_msg_end(request) == 0 && nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    CHECK_INT(nlrs_dump(s, nlrs_msg_first(request), summarize, &summary, NULL), 0);
    nlrs_socket_close(s);
    nlrs_msg_free(request);
    return summary;
}

/* A table followed for a while and one that was just opened are the same, and a new snapshot changes nothing. */
static void same_as_new(struct nlrs_monitor *m, uint32_t table)
{
    struct summary known, fresh;
    struct nlrs_monitor *other;
    int changes;

    settle(m);
    CHECK_INT(nlrs_monitor_is_current(m), 1);
    known = objects(m);
    other = follow(table, &changes);
    fresh = objects(other);
    CHECK_INT(changes, fresh.count);
    CHECK_INT(known.count, fresh.count);
    CHECK_INT(known.states, fresh.states);
    CHECK_INT(nlrs_monitor_resync(m), 0);
    CHECK_INT(settle(m), 0);
    nlrs_monitor_close(other);
}

/* Sends a datagram, for which the kernel makes a neighbour. */
static void send_to(const char *address, const char *device)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    REQUIRE(fd >= 0 && inet_pton(AF_INET, address, &to.sin_addr) == 1);
    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device)), 0);
    CHECK_INT(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to), 1);
    close(fd);
}

/* Neighbours of multicast addresses (NUD_NOARP) and those that are being looked up (NUD_INCOMPLETE). */
static void neighbours(void)
{
    struct nlrs_monitor *m;
    int i, changes;

    m = follow(NLRS_NEIGHBOURS, &changes);
    send_to("224.0.0.251", "v0");
    CHECK(dump(RTM_GETNEIGH).states & NUD_NOARP);
    CHECK((objects(m).states & NUD_NOARP) == 0);
    same_as_new(m, NLRS_NEIGHBOURS);

    send_to("192.0.2.77", "v0");
    CHECK(dump(RTM_GETNEIGH).states & NUD_INCOMPLETE);
    same_as_new(m, NLRS_NEIGHBOURS);
    CHECK((objects(m).states & NUD_INCOMPLETE) == 0);
    /* Nobody is there: that is announced. */
    for (i = 0; i < 200 && (dump(RTM_GETNEIGH).states & NUD_FAILED) == 0; i++)
        settle(m);
    same_as_new(m, NLRS_NEIGHBOURS);
    CHECK(objects(m).states & NUD_FAILED);

    /* Others are in the table, and leave it when they change to NUD_NOARP. */
    run("ip neigh add 192.0.2.78 lladdr 02:00:00:00:00:01 dev v0 nud reachable");
    CHECK_INT(settle(m), 1);
    run("ip neigh change 192.0.2.78 lladdr 02:00:00:00:00:01 dev v0 nud noarp");
    CHECK_INT(settle(m), 1);
    same_as_new(m, NLRS_NEIGHBOURS);
    /* The kernel reports it as failed before it reports the end. */
    run("ip neigh del 192.0.2.78 dev v0");
    same_as_new(m, NLRS_NEIGHBOURS);
    nlrs_monitor_close(m);
}

/* IPv6 addresses until their duplicate address detection ends: the link-local ones are announced then, and not before. */
static void tentative_addresses(void)
{
    struct nlrs_monitor *m;
    struct summary seen;
    int i, changes;

    run("ip link set v0 down && ip link set v1 down");
    m = follow(NLRS_ADDRESSES, &changes);
    run("ip link set v0 up && ip link set v1 up");
    seen = dump(RTM_GETADDR);
    for (i = 0; i < 100 && (seen.states & IFA_F_TENTATIVE) == 0; i++)
        seen = dump(RTM_GETADDR);
    if ((seen.states & IFA_F_TENTATIVE) == 0) {
        printf("SKIP: tentative addresses: none of IPv6 here\n");
        nlrs_monitor_close(m);
        return;
    }
    settle(m);
    CHECK((objects(m).states & IFA_F_TENTATIVE) == 0);
    same_as_new(m, NLRS_ADDRESSES);
    /* One that is announced at once, tentative as it is. */
    run("ip address add 2001:db8::1/64 dev v0");
    CHECK(dump(RTM_GETADDR).states & IFA_F_TENTATIVE);
    same_as_new(m, NLRS_ADDRESSES);
    for (i = 0; i < 200 && (dump(RTM_GETADDR).states & IFA_F_TENTATIVE) != 0; i++)
        settle(m);
    same_as_new(m, NLRS_ADDRESSES);
    seen = dump(RTM_GETADDR);
    CHECK_INT(objects(m).count, seen.count);
    nlrs_monitor_close(m);
}

struct route {
    struct nlmsghdr nlh;
    struct rtmsg rtm;
    struct nlattr head;
    uint32_t dst;
};

static struct route route(uint16_t type, uint8_t family, uint32_t dst)
{
    struct route r = {{.nlmsg_len = sizeof r, .nlmsg_type = type, .nlmsg_flags = NLM_F_MULTI},
                      {.rtm_family = family, .rtm_dst_len = 20, .rtm_table = RT_TABLE_MAIN, .rtm_type = RTN_UNICAST},
                      {8, RTA_DST},
                      dst};
    return r;
}

/* A dump of the routes of all families has those of MPLS and others too, whose groups are not joined: they are not followed. */
static void routes_of_other_families(int difference)
{
    static const uint8_t families[] = {AF_INET, 28 /* AF_MPLS */, 35 /* AF_PHONET */, AF_INET, 45 /* AF_MCTP */};
    struct nlrs_peer *events_peer = nlrs_peer_new(NULL, NULL), *requests_peer = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *events = NULL, *requests = NULL;
    const struct nlrs_event *event;
    struct nlrs_monitor *m;
    struct route r;
    size_t i;
    int routes = 0, counted = 0;

    REQUIRE(events_peer != NULL && requests_peer != NULL);
    REQUIRE(nlrs_socket_open_peer(NETLINK_ROUTE, events_peer, NULL, &events) == 0);
    REQUIRE(nlrs_socket_open_peer(NETLINK_ROUTE, requests_peer, NULL, &requests) == 0);
    REQUIRE(nlrs_monitor_open_on(events, requests, &m) == 0);
    CHECK_INT(nlrs_monitor_set_difference(m, difference), 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 0), 0);
    CHECK(nlrs_monitor_follow(m, NLRS_ROUTES, 0) == 1);
    for (i = 0; i < sizeof families; i++) {
        r = route(RTM_NEWROUTE, families[i], (uint32_t)i);
        CHECK_INT(nlrs_peer_reply(requests_peer, &r, sizeof r, 0), 0);
    }
    CHECK_INT(nlrs_peer_done(requests_peer, 0), 0);
    while (nlrs_monitor_next(m, &event) == 1) {
        if (nlrs_event_kind(event) == NLRS_EVENT_SNAPSHOT_END)
            counted = (int)nlrs_event_count(event);
        if (nlrs_event_kind(event) != (difference ? NLRS_EVENT_ADDED : NLRS_EVENT_OBJECT))
            continue;
        CHECK_INT(((const struct rtmsg *)nlrs_nlmsg_data(nlrs_event_message(event)))->rtm_family, AF_INET);
        routes++;
    }
    CHECK_INT(routes, 2);
    CHECK_INT(counted, 2);
    CHECK_INT(nlrs_monitor_is_current(m), 1);
    nlrs_monitor_close(m);
    nlrs_socket_close(events);
    nlrs_socket_close(requests);
    nlrs_peer_free(events_peer);
    nlrs_peer_free(requests_peer);
}

int main(void)
{
    routes_of_other_families(0);
    routes_of_other_families(1);
    check_own_netns();
    if (system("ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up && "
               "ip address add 192.0.2.1/24 dev v0") != 0)
        check_skip("no links of type veth");
    neighbours();
    tentative_addresses();
    return check_end();
}
