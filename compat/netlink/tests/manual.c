/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A small program by libnetlink(3) alone, with the prototypes that a compiler accepts: it lists links, routes and neighbours, adds
 * a route with metrics, follows events into a file, and reads that again. To be run in a network namespace of its own.
 */
#include <errno.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asm/types.h>
#include <libnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

struct route {
	struct nlmsghdr n;
	struct rtmsg r;
	char attributes[512];
};

/* A route to 10.N.0.0/16 over lo. */
static struct route route_to(int type, int flags, unsigned number)
{
	struct route route = {
		.n = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)), .nlmsg_type = (__u16)type, .nlmsg_flags = (__u16)(NLM_F_REQUEST | flags) },
		.r = { .rtm_family = AF_INET, .rtm_dst_len = 16, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
		       .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST },
	};

	addattr32(&route.n, sizeof(route), RTA_DST, htonl(10u << 24 | number << 16));
	addattr32(&route.n, sizeof(route), RTA_OIF, 1);
	return route;
}

static int show(struct nlmsghdr *n, void *arg)
{
	printf("%s: type %u, flags %#x", (const char *)arg, n->nlmsg_type, n->nlmsg_flags);
	if (n->nlmsg_type == RTM_NEWLINK) {
		struct ifinfomsg *i = NLMSG_DATA(n);
		struct rtattr *tb[IFLA_MAX + 1];

		parse_rtattr(tb, IFLA_MAX, IFLA_RTA(i), (int)IFLA_PAYLOAD(n));
		printf(", %s, index %d, mtu %u", (char *)RTA_DATA(tb[IFLA_IFNAME]), i->ifi_index, *(__u32 *)RTA_DATA(tb[IFLA_MTU]));
	} else if (n->nlmsg_type == RTM_NEWROUTE || n->nlmsg_type == RTM_DELROUTE) {
		struct rtmsg *r = NLMSG_DATA(n);
		struct rtattr *tb[RTA_MAX + 1], *metrics[RTAX_MAX + 1] = { NULL };

		parse_rtattr(tb, RTA_MAX, RTM_RTA(r), (int)RTM_PAYLOAD(n));
		if (tb[RTA_METRICS])
			parse_rtattr(metrics, RTAX_MAX, RTA_DATA(tb[RTA_METRICS]), (int)RTA_PAYLOAD(tb[RTA_METRICS]));
		printf(", to %08x/%u", tb[RTA_DST] ? ntohl(*(__u32 *)RTA_DATA(tb[RTA_DST])) : 0, r->rtm_dst_len);
		for (int i = 0; i <= RTAX_MAX; i++)
			if (metrics[i])
				printf(", metric %d: %u", i, *(__u32 *)RTA_DATA(metrics[i]));
	}
	putchar('\n');
	return 0;
}

static FILE *record;
static int events;

static int keep(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *n, void *arg)
{
	(void)ctrl;
	fwrite(n, 1, NLMSG_ALIGN(n->nlmsg_len), record);
	show(n, arg);
	return ++events == 3 ? -1 : 0;
}

static int play(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *n, void *arg)
{
	(void)ctrl;
	return show(n, arg);
}

static void dump(struct rtnl_handle *rth, int type, const char *what)
{
	struct rtgenmsg any = { .rtgen_family = AF_UNSPEC };

	if (rtnl_dump_request(rth, type, &any, sizeof(any)) < 0 || rtnl_dump_filter(rth, show, (void *)what) < 0)
		printf("%s failed\n", what);
}

int main(void)
{
	struct rtnl_handle rth, groups;
	struct route route;
	char metrics[64];
	struct rtattr *nest = (struct rtattr *)metrics;

	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	if (rtnl_open(&rth, 0) < 0 || rtnl_open(&groups, RTMGRP_IPV4_ROUTE) < 0)
		return 1;
	struct {
		struct nlmsghdr n;
		struct ifinfomsg i;
	} up = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)), .nlmsg_type = RTM_NEWLINK, .nlmsg_flags = NLM_F_REQUEST },
		 .i = { .ifi_index = 1, .ifi_flags = 1, .ifi_change = 1 } };
	printf("lo up: %d\n", rtnl_talk(&rth, &up.n, NULL));

	route = route_to(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, 7);
	nest->rta_len = RTA_LENGTH(0);
	nest->rta_type = RTA_METRICS;
	rta_addattr32(nest, sizeof(metrics), RTAX_MTU, 1400);
	rta_addattr_l(nest, sizeof(metrics), RTAX_ADVMSS, &(__u32){ 1000 }, 4);
	addattr_l(&route.n, sizeof(route), RTA_METRICS, RTA_DATA(nest), (int)RTA_PAYLOAD(nest));
	printf("route: %d\n", rtnl_talk(&rth, &route.n, NULL));
	int result = rtnl_talk(&rth, &route.n, NULL);
	printf("route again: %d, errno %d\n", result, errno);
	route = route_to(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, 8);
	printf("route by rtnl_send: %d\n", rtnl_send(&rth, &route, (int)route.n.nlmsg_len));
	route = route_to(RTM_DELROUTE, 0, 8);
	printf("and away: %d\n", rtnl_talk(&rth, &route.n, NULL));
	printf("too long: %d\n", addattr_l(&route.n, sizeof(route), RTA_DST, metrics, 600));

	dump(&rth, RTM_GETLINK, "link");
	dump(&rth, RTM_GETROUTE, "route");
	dump(&rth, RTM_GETNEIGH, "neighbour");
	record = tmpfile();
	result = rtnl_listen(&groups, keep, "event");
	printf("listened: %d\n", result);
	rewind(record);
	result = rtnl_from_file(record, play, "recorded");
	printf("played: %d\n", result);
	rtnl_close(&groups);
	rtnl_close(&rth);
	return 0;
}
