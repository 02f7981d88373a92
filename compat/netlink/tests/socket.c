/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The real kernel, in a network namespace of its own: opening, options, requests, dumps, events. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wchar.h>

#include <libnetlink.h>

static void handle(const char *what, int result, const struct rtnl_handle *h)
{
	printf("%s = %d, fd %s, family %u, port %s, groups %#x, dump %u, proto %d, dump_fp %s, flags %d, peer %u %u\n", what, result,
	       h->fd < 0 ? "-1" : "open", h->local.nl_family, h->local.nl_pid ? "set" : "0", h->local.nl_groups, h->dump, h->proto,
	       h->dump_fp ? "set" : "NULL", h->flags, h->peer.nl_family, h->peer.nl_pid);
	if (result == 0) {
		int size = 0, on = 0;
		socklen_t len = sizeof(size);

		getsockopt(h->fd, SOL_SOCKET, SO_RCVBUF, &size, &len);
		printf(" SO_RCVBUF %d", size);
		getsockopt(h->fd, SOL_SOCKET, SO_SNDBUF, &size, &len);
		printf(" SO_SNDBUF %d", size);
		len = sizeof(on);
		getsockopt(h->fd, 270, NETLINK_EXT_ACK, &on, &len);
		printf(" NETLINK_EXT_ACK %d\n", on);
	}
}

static void opening(void)
{
	struct rtnl_handle h;

	memset(&h, 0x55, sizeof(h));
	handle("rtnl_open", rtnl_open(&h, 0), &h);
	rtnl_close(&h);
	printf("closed: fd %d\n", h.fd);
	rtnl_close(&h);
	printf("closed again: fd %d\n", h.fd);
	memset(&h, 0x55, sizeof(h));
	handle("rtnl_open with groups", rtnl_open(&h, RTMGRP_LINK | RTMGRP_IPV4_ROUTE), &h);
	printf("rtnl_add_nl_group = %d\n", rtnl_add_nl_group(&h, RTNLGRP_NEXTHOP));
	errno = 0;
	printf("rtnl_add_nl_group beyond = %d", rtnl_add_nl_group(&h, 9999));
	printf(", errno %d\n", errno);
	rtnl_set_strict_dump(&h);
	printf("rtnl_set_strict_dump: flags %d\n", h.flags);
	printf("rtnl_listen_all_nsid = %d", rtnl_listen_all_nsid(&h));
	printf(", flags %d\n", h.flags);
	rtnl_close(&h);
	errno = 0;
	printf("rtnl_add_nl_group of a closed handle = %d", rtnl_add_nl_group(&h, 1));
	printf(", errno %d\n", errno);
	rtnl_set_strict_dump(&h);
	errno = 0;
	printf("rtnl_listen_all_nsid of a closed handle = %d", rtnl_listen_all_nsid(&h));
	printf(", errno %d, flags %d\n", errno, h.flags);
	rcvbuf = 50000;
	handle("rtnl_open with another rcvbuf", rtnl_open_byproto(&h, 0, 16), &h);
	rtnl_close(&h);
	memset(&h, 0x55, sizeof(h));
	errno = 0;
	int result = rtnl_open_byproto(&h, 0, 999);
	printf("rtnl_open_byproto of no protocol = %d, errno %d, fd %d\n", result, errno, h.fd);
}

struct link {
	struct nlmsghdr n;
	struct ifinfomsg i;
	char room[1000];
};

static struct link veth(const char *name, const char *peer)
{
	struct link link = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)), .nlmsg_type = RTM_NEWLINK,
				    .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL } };

	addattrstrz(&link.n, sizeof(link), IFLA_IFNAME, name);
	struct rtattr *info = addattr_nest(&link.n, sizeof(link), IFLA_LINKINFO);
	addattrstrz(&link.n, sizeof(link), IFLA_INFO_KIND, "veth");
	struct rtattr *data = addattr_nest(&link.n, sizeof(link), IFLA_INFO_DATA);
	struct rtattr *other = addattr_nest(&link.n, sizeof(link), 1);
	struct ifinfomsg empty = { .ifi_family = 0 };
	addraw_l(&link.n, sizeof(link), &empty, sizeof(empty));
	addattrstrz(&link.n, sizeof(link), IFLA_IFNAME, peer);
	addattr_nest_end(&link.n, other);
	addattr_nest_end(&link.n, data);
	addattr_nest_end(&link.n, info);
	return link;
}

static int print_link(struct nlmsghdr *n, void *arg)
{
	struct ifinfomsg *i = NLMSG_DATA(n);
	struct rtattr *tb[IFLA_MAX + 1];

	parse_rtattr(tb, IFLA_MAX, IFLA_RTA(i), (int)IFLA_PAYLOAD(n));
	printf(" %s%u %s mtu %u\n", (const char *)arg, n->nlmsg_type, rta_getattr_str(tb[IFLA_IFNAME]), rta_getattr_u32(tb[IFLA_MTU]));
	return 0;
}

static int stop_at_second(struct nlmsghdr *n, void *arg)
{
	(void)n;
	return ++*(int *)arg == 2 ? -7 : 0;
}

static int count(struct nlmsghdr *n, void *arg)
{
	(void)n;
	++*(int *)arg;
	return 0;
}

static int count_events(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *n, void *arg)
{
	(void)ctrl;
	printf(" event %u\n", n->nlmsg_type);
	return ++*(int *)arg == 2 ? -9 : 0;
}

static int only_one(struct nlmsghdr *n, int len)
{
	return addattr32(n, len, IFLA_EXT_MASK, 1 << 3);
}

static void requests(void)
{
	struct rtnl_handle h, events;
	struct link link = veth("v0", "v1");
	struct nlmsghdr *answer = NULL;
	int seen = 0, result;

	if (rtnl_open(&h, 0) || rtnl_open(&events, RTMGRP_LINK))
		abort();
	printf("new link = %d\n", rtnl_talk(&h, &link.n, NULL));
	printf("the same again = %d", rtnl_talk(&h, &link.n, NULL));
	printf(", errno %d\n", errno);
	printf("the same, suppressed = %d", rtnl_talk_suppress_rtnl_errmsg(&h, &link.n, NULL));
	printf(", errno %d\n", errno);
	result = rtnl_listen(&events, count_events, &seen);
	printf("rtnl_listen = %d, seen %d\n", result, seen);
	rtnl_close(&events);

	struct link get = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)), .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST } };
	addattrstrz(&get.n, sizeof(get), IFLA_IFNAME, "v1");
	printf("get link = %d\n", rtnl_talk(&h, &get.n, &answer));
	print_link(answer, "answer ");
	free(answer);
	get.n.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg));
	addattrstrz(&get.n, sizeof(get), IFLA_IFNAME, "nothing");
	answer = NULL;
	result = rtnl_talk(&h, &get.n, &answer);
	printf("get no link = %d, errno %d, answer %d\n", result, errno, answer != NULL);

	if (rtnl_linkdump_req(&h, AF_UNSPEC) < 0)
		abort();
	printf("dump = %d\n", rtnl_dump_filter(&h, print_link, "dump "));
	seen = 0;
	if (rtnl_linkdump_req(&h, AF_UNSPEC) < 0)
		abort();
	printf("dump that is stopped = %d", rtnl_dump_filter(&h, stop_at_second, &seen));
	printf(", seen %d\n", seen);
	/* What is left of it must not disturb. */
	seen = 0;
	if (rtnl_linkdump_req_filter_fn(&h, AF_UNSPEC, only_one) < 0)
		abort();
	result = rtnl_dump_filter(&h, count, &seen);
	printf("dump after it = %d, seen %d\n", result, seen);
	rtnl_set_strict_dump(&h);
	struct link bad = { .i = { .ifi_family = 0, .ifi_change = 7 } };
	if (rtnl_dump_request(&h, RTM_GETLINK, &bad.i, sizeof(bad.i)) < 0)
		abort();
	printf("dump that is refused = %d", rtnl_dump_filter(&h, count, &seen));
	printf(", errno %d\n", errno);
	if (rtnl_routedump_req(&h, AF_INET, NULL) < 0)
		abort();
	seen = 0;
	printf("routes = %d\n", rtnl_dump_filter(&h, count, &seen));

	struct link del = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)), .nlmsg_type = RTM_DELLINK, .nlmsg_flags = NLM_F_REQUEST } };
	addattrstrz(&del.n, sizeof(del), IFLA_IFNAME, "v0");
	del.n.nlmsg_seq = ++h.seq;
	printf("rtnl_send_check of a request = %d\n", rtnl_send_check(&h, &del, (int)del.n.nlmsg_len));
	del.n.nlmsg_seq = ++h.seq;
	result = rtnl_send_check(&h, &del, (int)del.n.nlmsg_len);
	printf("rtnl_send_check of one that is refused = %d, errno %d\n", result, errno);
	rtnl_close(&h);
}

/* Two requests in one datagram, and 3000 one by one. */
static void many(void)
{
	struct rtnl_handle h;
	struct link one = veth("w0", "w1"), two = veth("x0", "x1");
	struct iovec parts[2] = { { &one, one.n.nlmsg_len }, { &two, two.n.nlmsg_len } };
	int failures = 0;

	if (rtnl_open(&h, 0))
		abort();
	printf("two requests = %d\n", rtnl_talk_iov(&h, parts, 2, NULL));
	struct {
		struct nlmsghdr n;
		struct rtmsg r;
		char room[100];
	} route;
	for (unsigned i = 0; i < 3000; i++) {
		memset(&route, 0, sizeof(route));
		route.n.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg));
		route.n.nlmsg_type = RTM_NEWROUTE;
		route.n.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
		route.r.rtm_family = AF_INET;
		route.r.rtm_dst_len = 32;
		route.r.rtm_table = RT_TABLE_MAIN;
		route.r.rtm_type = RTN_BLACKHOLE;
		route.r.rtm_scope = RT_SCOPE_UNIVERSE;
		addattr32(&route.n, sizeof(route), RTA_DST, htonl(0x0a000000 + i));
		failures += rtnl_talk(&h, &route.n, NULL) != 0;
	}
	printf("3000 routes, failures: %d\n", failures);
	int seen = 0;
	if (rtnl_routedump_req(&h, AF_INET, NULL) < 0)
		abort();
	int result = rtnl_dump_filter(&h, count, &seen);
	printf("dump = %d, seen %d\n", result, seen);
	h.dump_fp = tmpfile();
	if (rtnl_routedump_req(&h, AF_INET, NULL) < 0)
		abort();
	result = rtnl_dump_filter(&h, count, &seen);
	printf("dump into a file = %d, seen %d, bytes %ld\n", result, seen, ftell(h.dump_fp));
	fclose(h.dump_fp);
	rtnl_close(&h);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	fputs("", stderr);
	fwide(stderr, -1);
	requests();
	many();
	opening();
	return 0;
}
