/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Message headers, extra headers, lengths, iteration, sequence numbers and ports. */
#include "show.h"

static union {
	struct nlmsghdr nlh;
	unsigned char bytes[256];
} message;

static void sizes(void)
{
	static const size_t large[] = { 65535, 65536, INT_MAX, UINT32_MAX, SIZE_MAX - 32, SIZE_MAX - 16, SIZE_MAX - 15, SIZE_MAX };

	for (size_t len = 0; len <= 40; len++)
		printf("nlmsg_size(%zu) = %zu\n", len, mnl_nlmsg_size(len));
	for (size_t i = 0; i < MNL_ARRAY_SIZE(large); i++)
		printf("nlmsg_size(%zu) = %zu\n", large[i], mnl_nlmsg_size(large[i]));
}

static void headers(void)
{
	memset(&message, POISON, sizeof(message));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(message.bytes);
	printf("put_header: offset = %td\nput_header: bytes = ", (unsigned char *)nlh - message.bytes);
	show_bytes(message.bytes, 24);
	putchar('\n');

	for (size_t size = 0; size <= 24; size++) {
		memset(&message, POISON, sizeof(message));
		nlh = mnl_nlmsg_put_header(message.bytes);
		unsigned char *extra = mnl_nlmsg_put_extra_header(nlh, size);
		printf("put_extra_header(%zu): offset = %td\n", size, extra - message.bytes);
		printf("put_extra_header(%zu): bytes = ", size);
		show_bytes(message.bytes, 48);
		extra = mnl_nlmsg_put_extra_header(nlh, size);
		printf("\nput_extra_header(%zu) again: offset = %td\n", size, extra - message.bytes);
		printf("put_extra_header(%zu) again: nlmsg_len = %u\n", size, nlh->nlmsg_len);
	}

	/* A length that is no multiple of 4 when the extra header is added. */
	for (uint32_t len = 0; len <= 20; len++) {
		memset(&message, POISON, sizeof(message));
		nlh = mnl_nlmsg_put_header(message.bytes);
		nlh->nlmsg_len = len;
		unsigned char *extra = mnl_nlmsg_put_extra_header(nlh, 5);
		printf("put_extra_header(5) at nlmsg_len %u: offset = %td\n", len, extra - message.bytes);
		printf("put_extra_header(5) at nlmsg_len %u: bytes = ", len);
		show_bytes(message.bytes, 40);
		putchar('\n');
	}
}

static void payload(void)
{
	static const uint32_t lengths[] = { 0, 1, 15, 16, 17, 18, 19, 20, 21, 64, 65535, 65536, INT_MAX };

	memset(&message, POISON, sizeof(message));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(message.bytes);
	for (size_t i = 0; i < MNL_ARRAY_SIZE(lengths); i++) {
		nlh->nlmsg_len = lengths[i];
		printf("nlmsg_len %u: payload_len = %zu\n", lengths[i], mnl_nlmsg_get_payload_len(nlh));
		printf("nlmsg_len %u: payload = %td\n", lengths[i], (unsigned char *)mnl_nlmsg_get_payload(nlh) - message.bytes);
		printf("nlmsg_len %u: tail = %td\n", lengths[i], (unsigned char *)mnl_nlmsg_get_payload_tail(nlh) - message.bytes);
		for (size_t offset = 0; offset <= 12; offset++)
			printf("nlmsg_len %u: payload_offset(%zu) = %td\n", lengths[i], offset,
			       (unsigned char *)mnl_nlmsg_get_payload_offset(nlh, offset) - message.bytes);
	}
}

static void iterate(void)
{
	static const uint32_t lengths[] = { 0, 1, 4, 15, 16, 17, 18, 19, 20, 21, 63, 64, 65, 68, 65535, 65536, INT_MAX - 3, INT_MAX };
	static const int rooms[] = { INT_MIN, -65536, -16, -1, 0, 1, 15, 16, 17, 18, 19, 20, 21, 24, 63, 64, 65, 68, 65535, 65536, INT_MAX - 3, INT_MAX };

	memset(&message, 0, sizeof(message));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(message.bytes);
	for (size_t i = 0; i < MNL_ARRAY_SIZE(lengths); i++) {
		nlh->nlmsg_len = lengths[i];
		for (size_t j = 0; j < MNL_ARRAY_SIZE(rooms); j++)
			printf("nlmsg_ok(nlmsg_len %u, %d) = %d\n", lengths[i], rooms[j], mnl_nlmsg_ok(nlh, rooms[j]));
		for (int room = -4; room <= 72; room++) {
			int left = room;
			struct nlmsghdr *next = mnl_nlmsg_next(nlh, &left);
			printf("nlmsg_next(nlmsg_len %u, %d) = %td, %d left\n", lengths[i], room, (unsigned char *)next - message.bytes, left);
		}
	}
}

static void matching(void)
{
	static const uint32_t values[] = { 0, 1, 2, INT_MAX, UINT32_MAX };

	struct nlmsghdr *nlh = mnl_nlmsg_put_header(message.bytes);
	for (size_t i = 0; i < MNL_ARRAY_SIZE(values); i++) {
		for (size_t j = 0; j < MNL_ARRAY_SIZE(values); j++) {
			nlh->nlmsg_seq = values[i];
			nlh->nlmsg_pid = values[i];
			printf("seq_ok(%u, %u) = %d\n", values[i], values[j], mnl_nlmsg_seq_ok(nlh, values[j]));
			printf("portid_ok(%u, %u) = %d\n", values[i], values[j], mnl_nlmsg_portid_ok(nlh, values[j]));
		}
	}
}

static void constants(void)
{
	for (int len = 0; len <= 9; len++)
		printf("MNL_ALIGN(%d) = %d\n", len, MNL_ALIGN(len));
	printf("MNL_ALIGNTO = %d\n", MNL_ALIGNTO);
	printf("MNL_NLMSG_HDRLEN = %zu\n", (size_t)MNL_NLMSG_HDRLEN);
	printf("MNL_ATTR_HDRLEN = %zu\n", (size_t)MNL_ATTR_HDRLEN);
	printf("MNL_SOCKET_BUFFER_SIZE = %ld\n", (long)MNL_SOCKET_BUFFER_SIZE);
	printf("MNL_SOCKET_AUTOPID = %d\n", MNL_SOCKET_AUTOPID);
	printf("MNL_CB = %d %d %d\n", MNL_CB_ERROR, MNL_CB_STOP, MNL_CB_OK);
	printf("MNL_TYPE = %d %d %d %d %d %d %d %d %d %d %d %d %d\n", MNL_TYPE_UNSPEC, MNL_TYPE_U8, MNL_TYPE_U16, MNL_TYPE_U32, MNL_TYPE_U64,
	       MNL_TYPE_STRING, MNL_TYPE_FLAG, MNL_TYPE_MSECS, MNL_TYPE_NESTED, MNL_TYPE_NESTED_COMPAT, MNL_TYPE_NUL_STRING, MNL_TYPE_BINARY,
	       MNL_TYPE_MAX);
	printf("SOL_NETLINK = %d\n", SOL_NETLINK);
}

int main(void)
{
	constants();
	sizes();
	headers();
	payload();
	iterate();
	matching();
	return 0;
}
