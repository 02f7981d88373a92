/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * operations: lists what there is. operations NAME COUNT: does it COUNT times.
 *
 * The kernel is left out: sendmsg and recvmsg are defined here, and cost the same with both libraries.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <libnetlink.h>

#define PORT 4242

static unsigned char built[65536];
static size_t built_len;
/* Copies of what was built that are still to come; then what follows. */
static unsigned left;
static unsigned char last[64];
static size_t last_len;

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	(void)fd;
	(void)flags;
	return (ssize_t)msg->msg_iov[0].iov_len;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct sockaddr_nl from = { .nl_family = AF_NETLINK };
	const void *bytes = left ? built : last;
	size_t len = left ? built_len : last_len;

	(void)fd;
	if (msg->msg_name)
		memcpy(msg->msg_name, &from, sizeof(from));
	msg->msg_namelen = sizeof(from);
	msg->msg_flags = 0;
	msg->msg_controllen = 0;
	if (flags & MSG_PEEK)
		return (ssize_t)len;
	memcpy(msg->msg_iov[0].iov_base, bytes, len);
	if (left)
		left--;
	return (ssize_t)len;
}

ssize_t recv(int fd, void *to, size_t len, int flags)
{
	struct iovec iov = { to, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	return recvmsg(fd, &msg, flags);
}

static struct rtnl_handle handle = { .fd = 999, .local = { .nl_family = AF_NETLINK, .nl_pid = PORT }, .seq = 100, .dump = 101 };

struct request {
	struct nlmsghdr n;
	struct rtmsg r;
	char room[1000];
};

/* As ip route add does. */
static void encode(struct request *q)
{
	memset(q, 0, sizeof(q->n) + sizeof(q->r));
	q->n.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg));
	q->n.nlmsg_type = RTM_NEWROUTE;
	q->n.nlmsg_flags = NLM_F_REQUEST;
	addattr_l(&q->n, sizeof(*q), RTA_DST, &(uint32_t){ 0x0100000a }, 4);
	addattr_l(&q->n, sizeof(*q), RTA_GATEWAY, &(uint32_t){ 0x0200000a }, 4);
	addattr32(&q->n, sizeof(*q), RTA_OIF, 3);
	addattr32(&q->n, sizeof(*q), RTA_PRIORITY, 100);
	struct rtattr *nest = addattr_nest(&q->n, sizeof(*q), RTA_METRICS);
	addattr32(&q->n, sizeof(*q), RTAX_MTU, 1400);
	addattr_nest_end(&q->n, nest);
}

static int parse(struct nlmsghdr *n, void *arg)
{
	struct rtattr *tb[RTA_MAX + 1];

	parse_rtattr(tb, RTA_MAX, RTM_RTA(NLMSG_DATA(n)), (int)RTM_PAYLOAD(n));
	*(unsigned *)arg += rta_getattr_u32(tb[RTA_OIF]);
	return 0;
}

static int take(struct nlmsghdr *n, void *arg)
{
	*(unsigned *)arg += n->nlmsg_len;
	return 0;
}

static int take_event(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *n, void *arg)
{
	(void)ctrl;
	return ++*(unsigned *)arg >= 6400 || n->nlmsg_type == NLMSG_DONE ? -1 : 0;
}

static unsigned sum;

static void build(unsigned count, uint16_t type)
{
	struct request q;

	built_len = 0;
	for (unsigned i = 0; i < count; i++) {
		encode(&q);
		q.n.nlmsg_type = type;
		q.n.nlmsg_seq = 101;
		q.n.nlmsg_pid = PORT;
		memcpy(built + built_len, &q, q.n.nlmsg_len);
		built_len += NLMSG_ALIGN(q.n.nlmsg_len);
	}
}

static void ends_with(uint16_t type, uint32_t seq)
{
	struct nlmsghdr h = { .nlmsg_len = type == NLMSG_DONE ? 20 : 36, .nlmsg_type = type, .nlmsg_seq = seq, .nlmsg_pid = PORT };

	memset(last, 0, sizeof(last));
	memcpy(last, &h, sizeof(h));
	last_len = h.nlmsg_len;
}

static void encode_route(unsigned count)
{
	struct request q;

	for (unsigned i = 0; i < count; i++)
		encode(&q);
}

static void put_u32(unsigned count)
{
	struct request q;

	for (unsigned i = 0; i < count; i++) {
		q.n.nlmsg_len = 28;
		addattr32(&q.n, sizeof(q), RTA_OIF, 3);
	}
}

static void put_300(unsigned count)
{
	static const char bytes[300];
	struct request q;

	for (unsigned i = 0; i < count; i++) {
		q.n.nlmsg_len = 28;
		addattr_l(&q.n, sizeof(q), RTA_OIF, bytes, sizeof(bytes));
	}
}

static void parse_route(unsigned count)
{
	build(1, RTM_NEWROUTE);
	for (unsigned i = 0; i < count; i++)
		parse((struct nlmsghdr *)built, &sum);
}

static void talk(unsigned count)
{
	struct request q;

	for (unsigned i = 0; i < count; i++) {
		encode(&q);
		ends_with(NLMSG_ERROR, handle.seq + 1);
		if (rtnl_talk(&handle, &q.n, NULL) != 0)
			abort();
	}
}

/* Ten datagrams of 400 routes. */
static void dump(unsigned count)
{
	build(400, RTM_NEWROUTE);
	ends_with(NLMSG_DONE, 101);
	handle.dump = 101;
	for (unsigned i = 0; i < count; i++) {
		left = 10;
		if (rtnl_dump_filter(&handle, take, &sum) != 0)
			abort();
	}
}

/* 6400 datagrams of one event. */
static void listen_(unsigned count)
{
	build(1, RTM_NEWROUTE);
	for (unsigned i = 0; i < count; i++) {
		unsigned seen = 0;

		left = 6400;
		if (rtnl_listen(&handle, take_event, &seen) != -1)
			abort();
	}
}

static const struct {
	const char *name;
	void (*run)(unsigned count);
} operations[] = {
	{ "encode a route (5 attributes, 1 nest)", encode_route },
	{ "addattr32", put_u32 },
	{ "addattr_l of 300 bytes", put_300 },
	{ "parse_rtattr of a route", parse_route },
	{ "rtnl_talk with the encoding", talk },
	{ "rtnl_dump_filter over 4000 messages", dump },
	{ "rtnl_listen to 6400 events", listen_ },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
		if (argc < 3)
			puts(operations[i].name);
		else if (strcmp(operations[i].name, argv[1]) == 0)
			operations[i].run((unsigned)atoi(argv[2]));
	}
	return 0;
}
