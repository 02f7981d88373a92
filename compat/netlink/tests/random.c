/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Thousands of random attributes, messages and datagrams that are well-formed, in random calls. */
#include "kernel.h"

static uint64_t state = 88172645463325252ull;

static uint32_t next(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % below;
}

static unsigned char buffer[9000];
static struct nlmsghdr *n = (struct nlmsghdr *)buffer;

static void write_one(int depth)
{
	unsigned char payload[64];
	int limit = (int)next(4) ? (int)sizeof(buffer) : (int)next(1200), type = (int)next(20);

	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (unsigned char)next(256);
	switch (next(9)) {
	case 0:
		printf("%d", addattr8(n, limit, type, payload[0]));
		break;
	case 1:
		printf("%d", addattr16(n, limit, type, (__u16)next(65536)));
		break;
	case 2:
		printf("%d", addattr32(n, limit, type, next(0xffffffff)));
		break;
	case 3:
		printf("%d", addattr64(n, limit, type, state));
		break;
	case 4:
		printf("%d", addattr_l(n, limit, type, payload, (int)next(sizeof(payload))));
		break;
	case 5:
		payload[next(sizeof(payload))] = 0;
		payload[63] = 0;
		printf("%d", addattrstrz(n, limit, type, (char *)payload));
		break;
	case 6:
		printf("%d", addraw_l(n, limit, payload, (int)next(8) * 4));
		break;
	default:
		if (depth < 3) {
			int compat = next(2);
			struct rtattr *nest = compat ? addattr_nest_compat(n, sizeof(buffer), type, payload, (int)next(20)) :
						       addattr_nest(n, sizeof(buffer), type | (next(2) ? NLA_F_NESTED : 0));
			for (unsigned i = next(4); i > 0; i--)
				write_one(depth + 1);
			printf("%d", compat ? addattr_nest_compat_end(n, nest) : addattr_nest_end(n, nest));
		}
	}
}

/* The attributes of the message, by every reader. */
static void read_all(void)
{
	struct rtattr *tb[25];
	int len = (int)n->nlmsg_len - 16, max = (int)next(25);

	parse_rtattr(tb, max, (struct rtattr *)(buffer + 16), len);
	for (int i = 0; i <= max; i++)
		printf(" %ld", tb[i] ? (long)((unsigned char *)tb[i] - buffer) : 0);
	parse_rtattr_flags(tb, max, (struct rtattr *)(buffer + 16), len, NLA_F_NESTED);
	for (int i = 0; i <= max; i++) {
		printf(" %ld", tb[i] ? (long)((unsigned char *)tb[i] - buffer) : 0);
		if (tb[i] && tb[i]->rta_type & NLA_F_NESTED) {
			struct rtattr *inner[10];
			parse_rtattr_nested(inner, 9, tb[i]);
			for (int j = 0; j < 10; j++)
				printf(" (%ld)", inner[j] ? (long)((unsigned char *)inner[j] - buffer) : 0);
		}
	}
	struct rtattr *one = parse_rtattr_one((int)next(20), (struct rtattr *)(buffer + 16), len);
	printf(" one %ld\n", one ? (long)((unsigned char *)one - buffer) : 0);
}

/* FNV-1a. */
static uint32_t sum(const void *bytes, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ ((const unsigned char *)bytes)[i]) * 16777619u;
	return hash;
}

static int filter(struct nlmsghdr *message_header, void *arg)
{
	printf(" %u:%u:%08x", message_header->nlmsg_type, message_header->nlmsg_len, sum(message_header, message_header->nlmsg_len));
	return ++*(unsigned *)arg == 40 ? -1 : 0;
}

static int events(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *message_header, void *arg)
{
	return ctrl && ctrl->nsid ? -2 : filter(message_header, arg);
}

static void one_message(void)
{
	unsigned char payload[300];
	size_t len = next(sizeof(payload));
	uint16_t types[] = { 16, 20, NLMSG_NOOP, 4, 1000 };

	for (size_t i = 0; i < len; i++)
		payload[i] = (unsigned char)next(256);
	message(types[next(5)], (uint16_t)(next(2) ? NLM_F_MULTI : next(16) ? 0 : 0x12), next(6) ? 101 : 90 + next(5), next(8) ? PORT : 0, payload, len);
}

/* A dump, an answer, or events, from random datagrams. */
static void conversation(void)
{
	struct rtnl_handle h = handle();
	unsigned seen = 0, kind = next(3);
	struct nlmsghdr *answer = NULL;

	h.seq = kind == 1 ? 100 : 101;
	h.dump = 101;
	for (unsigned datagrams = next(12); datagrams > 0; datagrams--) {
		/* The kernel puts each answer into a datagram of its own; holes.c has the others. */
		for (unsigned messages = kind == 1 ? 1 : 1 + next(5); messages > 0; messages--)
			one_message();
		struct datagram *d = datagram();
		if (kind != 2 && next(6) == 0)
			d->from = 99;
		if (next(20) == 0)
			push_failure(next(2) ? EINTR : EAGAIN);
	}
	if (kind == 0) {
		if (next(2))
			put_done(next(3) ? 0 : -(int)next(100), 0, 101);
		else
			put_error(-(int)next(100), 0, 101, PORT);
		datagram();
		printf("dump");
		printf(" = %d\n", rtnl_dump_filter(&h, filter, &seen));
	} else if (kind == 1) {
		put_error(0, 0, 101, PORT);
		datagram();
		new_request(RTM_NEWLINK, 1, 16);
		printf("talk");
		int result = rtnl_talk(&h, &request.n, next(2) ? &answer : NULL);
		printf(" = %d, answer %u %08x\n", result, answer ? answer->nlmsg_len : 0, answer ? sum(answer, answer->nlmsg_len) : 0);
		free(answer);
	} else {
		printf("listen");
		printf(" = %d\n", rtnl_listen(&h, events, &seen));
	}
	for (size_t i = 0; i < last; i++)
		free(queue[i].bytes);
	first = last = 0;
	built_len = 0;
}

int main(void)
{
	begin();
	for (unsigned round = 0; round < 3000; round++) {
		memset(buffer, 0, sizeof(buffer));
		n->nlmsg_len = 16;
		for (unsigned count = next(12); count > 0; count--)
			write_one(0);
		printf(" %u %08x\n", n->nlmsg_len, sum(buffer, n->nlmsg_len));
		read_all();
	}
	for (unsigned round = 0; round < 3000; round++)
		conversation();
	return 0;
}
