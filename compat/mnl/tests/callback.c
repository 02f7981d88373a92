/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mnl_cb_run and mnl_cb_run2: control messages of every type, order, sequence numbers, ports, what callbacks return, errno. */
#include "show.h"

static union {
	struct nlmsghdr nlh;
	unsigned char bytes[4096];
} buffer;

static size_t used;

static struct nlmsghdr *add(uint16_t type, uint16_t flags, uint32_t seq, uint32_t port, const void *payload, size_t len)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)(buffer.bytes + used);

	memset(nlh, 0, MNL_NLMSG_HDRLEN + MNL_ALIGN(len));
	nlh->nlmsg_len = (uint32_t)(MNL_NLMSG_HDRLEN + len);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = seq;
	nlh->nlmsg_pid = port;
	if (len > 0)
		memcpy(mnl_nlmsg_get_payload(nlh), payload, len);
	used += MNL_ALIGN(nlh->nlmsg_len);
	return nlh;
}

static struct nlmsghdr *one(uint16_t type, uint16_t flags, uint32_t seq, uint32_t port, const void *payload, size_t len)
{
	used = 0;
	return add(type, flags, seq, port, payload, len);
}

struct answers {
	int data;	/* what the data callback returns */
	int control;	/* what a control callback returns */
	int set_errno;
};

static int data_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct answers *answers = data;

	printf(" data[%td type %u]", (const unsigned char *)nlh - buffer.bytes, nlh->nlmsg_type);
	if (answers->set_errno)
		errno = answers->set_errno;
	return answers->data;
}

static int control_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct answers *answers = data;

	printf(" control[%td type %u]", (const unsigned char *)nlh - buffer.bytes, nlh->nlmsg_type);
	if (answers->set_errno)
		errno = answers->set_errno;
	return answers->control;
}

static void run(size_t len, unsigned int seq, unsigned int port, mnl_cb_t data, struct answers answers)
{
	errno = EDOM;	/* so that a change to 0 is seen, too */
	int ret = mnl_cb_run(buffer.bytes, len, seq, port, data, &answers);
	printf(" = %d, errno %s\n", ret, errno_name(errno));
}

static void run2(size_t len, mnl_cb_t data, struct answers answers, mnl_cb_t *controls, unsigned int count)
{
	errno = EDOM;	/* so that a change to 0 is seen, too */
	int ret = mnl_cb_run2(buffer.bytes, len, 0, 0, data, &answers, controls, count);
	printf(" = %d, errno %s\n", ret, errno_name(errno));
}

static const struct answers go_on = { .data = MNL_CB_OK, .control = MNL_CB_OK };

/* Each message type without control callbacks, with the flag bits that may matter. */
static void types(void)
{
	static const uint16_t flags[] = { 0, NLM_F_MULTI, NLM_F_DUMP_INTR, NLM_F_MULTI | NLM_F_DUMP_INTR, 0xffff };
	static const unsigned char zeros[64];

	for (uint32_t type = 0; type <= 24; type++) {
		for (size_t i = 0; i < MNL_ARRAY_SIZE(flags); i++) {
			one((uint16_t)type, flags[i], 0, 0, zeros, 20);
			printf("type %u flags %#x:", type, flags[i]);
			run(used, 0, 0, data_cb, go_on);
			printf("type %u flags %#x, no data callback:", type, flags[i]);
			run(used, 0, 0, NULL, go_on);
		}
	}
	one(0xffff, 0, 0, 0, zeros, 4);
	printf("type 0xffff:");
	run(used, 0, 0, data_cb, go_on);
}

/* Error messages of every length and sign; DONE with the same payloads. */
static void errors(void)
{
	static const int32_t codes[] = { 0, -1, -2, -13, -16, -22, -95, -4095, -4096, -4352, 1, 2, 22, INT32_MAX, INT32_MIN, INT32_MIN + 1 };

	for (size_t i = 0; i < MNL_ARRAY_SIZE(codes); i++) {
		for (uint16_t type = NLMSG_NOOP; type <= NLMSG_OVERRUN; type++) {
			unsigned char payload[40] = { 0 };
			memcpy(payload, &codes[i], sizeof(codes[i]));
			one(type, 0, 0, 0, payload, sizeof(payload));
			printf("type %u code %d:", type, codes[i]);
			run(used, 0, 0, data_cb, go_on);
		}
	}
	for (size_t len = 0; len <= 40; len++) {
		unsigned char payload[40] = { 0 };
		int32_t code = -ENOENT;
		memcpy(payload, &code, sizeof(code));
		for (uint16_t type = NLMSG_ERROR; type <= NLMSG_DONE; type++) {
			one(type, 0, 0, 0, payload, len);
			printf("type %u payload %zu:", type, len);
			run(used, 0, 0, data_cb, go_on);
		}
	}
}

static void controls(void)
{
	static const int results[] = { INT_MIN, -2, -1, 0, 1, 2, INT_MAX };
	static const unsigned char zeros[20];
	mnl_cb_t all[NLMSG_MIN_TYPE + 4];

	for (size_t i = 0; i < MNL_ARRAY_SIZE(all); i++)
		all[i] = control_cb;
	for (uint32_t type = 0; type <= NLMSG_MIN_TYPE + 1; type++) {
		for (unsigned int count = 0; count <= MNL_ARRAY_SIZE(all); count++) {
			one((uint16_t)type, 0, 0, 0, zeros, sizeof(zeros));
			add((uint16_t)type, 0, 0, 0, zeros, sizeof(zeros));
			printf("type %u, %u control callbacks:", type, count);
			run2(used, data_cb, go_on, all, count);
		}
		for (size_t i = 0; i < MNL_ARRAY_SIZE(results); i++) {
			struct answers answers = { .data = MNL_CB_OK, .control = results[i] };
			one((uint16_t)type, 0, 0, 0, zeros, sizeof(zeros));
			add(NLMSG_MIN_TYPE, 0, 0, 0, zeros, sizeof(zeros));
			printf("type %u, control gives %d:", type, results[i]);
			run2(used, data_cb, answers, all, MNL_ARRAY_SIZE(all));
			answers.set_errno = EPERM;
			printf("type %u, control gives %d and errno:", type, results[i]);
			run2(used, data_cb, answers, all, MNL_ARRAY_SIZE(all));
		}
		mnl_cb_t holes[NLMSG_MIN_TYPE + 4] = { 0 };
		one((uint16_t)type, 0, 0, 0, zeros, sizeof(zeros));
		add(NLMSG_MIN_TYPE, 0, 0, 0, zeros, sizeof(zeros));
		printf("type %u, control callbacks NULL:", type);
		run2(used, data_cb, go_on, holes, MNL_ARRAY_SIZE(holes));
		printf("type %u, no control callbacks:", type);
		run2(used, data_cb, go_on, NULL, 0);
		struct answers twice = { .data = 2, .control = 3 };
		used = 0;
		add(NLMSG_MIN_TYPE, 0, 0, 0, zeros, sizeof(zeros));
		add((uint16_t)type, 0, 0, 0, zeros, sizeof(zeros));
		printf("type %u after data that gave 2:", type);
		run2(used, data_cb, twice, NULL, 0);
		printf("type %u after data that gave 2, control callbacks NULL:", type);
		run2(used, data_cb, twice, holes, MNL_ARRAY_SIZE(holes));
		printf("type %u after data that gave 2, control gives 3:", type);
		run2(used, data_cb, twice, all, MNL_ARRAY_SIZE(all));
		printf("type %u, control gives 3, no data callback:", type);
		run2(used, NULL, twice, all, MNL_ARRAY_SIZE(all));
	}
}

static void data_results(void)
{
	static const int results[] = { INT_MIN, -2, -1, 0, 1, 2, INT_MAX };

	for (size_t i = 0; i < MNL_ARRAY_SIZE(results); i++) {
		struct answers answers = { .data = results[i], .control = MNL_CB_OK };
		one(16, NLM_F_MULTI, 0, 0, "abcd", 4);
		add(17, NLM_F_MULTI, 0, 0, "abcde", 5);
		add(18, NLM_F_MULTI, 0, 0, "abcdefgh", 8);
		printf("data gives %d:", results[i]);
		run(used, 0, 0, data_cb, answers);
		add(NLMSG_DONE, NLM_F_MULTI, 0, 0, "\0\0\0\0", 4);
		add(19, 0, 0, 0, NULL, 0);
		printf("data gives %d, then DONE:", results[i]);
		run(used, 0, 0, data_cb, answers);
		answers.set_errno = EACCES;
		printf("data gives %d and errno:", results[i]);
		run(used, 0, 0, data_cb, answers);
	}
}

static void matching(void)
{
	static const uint32_t values[] = { 0, 1, 7, UINT32_MAX };

	for (size_t i = 0; i < MNL_ARRAY_SIZE(values); i++) {
		for (size_t j = 0; j < MNL_ARRAY_SIZE(values); j++) {
			for (size_t k = 0; k < MNL_ARRAY_SIZE(values); k++) {
				for (size_t l = 0; l < MNL_ARRAY_SIZE(values); l++) {
					one(16, 0, values[i], values[j], NULL, 0);
					printf("seq %u port %u, want %u %u:", values[i], values[j], values[k], values[l]);
					run(used, values[k], values[l], data_cb, go_on);
				}
			}
		}
	}
	/* What is found first when more than one thing is wrong. */
	one(NLMSG_ERROR, NLM_F_DUMP_INTR, 5, 5, "\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	printf("an error with another sequence, port and an interrupted dump:");
	run(used, 6, 6, data_cb, go_on);
	printf("an error with another port and an interrupted dump:");
	run(used, 5, 6, data_cb, go_on);
	printf("an error with another sequence and an interrupted dump:");
	run(used, 6, 5, data_cb, go_on);
	printf("an error of an interrupted dump:");
	run(used, 5, 5, data_cb, go_on);
	one(16, 0, 5, 5, NULL, 0);
	add(16, 0, 6, 5, NULL, 0);
	printf("a second message with another sequence:");
	run(used, 5, 5, data_cb, go_on);
}

/* Buffers that end anywhere, and lengths that lie. */
static void malformed(void)
{
	static const uint32_t lies[] = { 0, 1, 4, 15, 16, 17, 19, 20, 21, 23, 24, 25, 27, 28, 36, 37, 40, 41, 44, 45, 48, 64, 65536, INT_MAX - 3, INT_MAX };

	for (uint32_t first = 0; first <= 4; first++) {
		one(16, 0, 0, 0, "abcdefgh", first);
		add(17, 0, 0, 0, "abcdefgh", 8);
		add(18, 0, 0, 0, "abcdefgh", 5);
		for (size_t len = 0; len <= used; len++) {
			printf("payload %u, cut at %zu:", first, len);
			run(len, 0, 0, data_cb, go_on);
		}
	}
	for (size_t i = 0; i < MNL_ARRAY_SIZE(lies); i++) {
		one(16, 0, 0, 0, "abcd", 4)->nlmsg_len = lies[i];
		used = 20;
		add(17, 0, 0, 0, "abcd", 4);
		if (lies[i] == 0 || lies[i] > 15) {
			printf("first nlmsg_len %u:", lies[i]);
			run(used, 0, 0, data_cb, go_on);
		}
		used = 0;
		add(16, 0, 0, 0, "abcd", 4);
		add(17, 0, 0, 0, "abcd", 4)->nlmsg_len = lies[i];
		printf("last nlmsg_len %u:", lies[i]);
		run(40, 0, 0, data_cb, go_on);
	}
}

int main(void)
{
	types();
	errors();
	controls();
	data_results();
	matching();
	malformed();
	return 0;
}
