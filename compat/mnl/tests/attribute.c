/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Attributes: getters, writers with and without a limit, nests, iteration, parsing by callback. */
#include "show.h"

#define ROOM 192

static union {
	struct nlmsghdr nlh;
	unsigned char bytes[ROOM];
} message;

/*
 * The stock library leaves the padding after a value as it was, ours writes zeros (holes.c shows it). So the writers run
 * twice: over zeros, where the whole message is shown, and over poison, where it is shown that nothing behind it changed.
 */
static unsigned char fill;

static struct nlmsghdr *fresh(void)
{
	memset(&message, fill, sizeof(message));
	return mnl_nlmsg_put_header(message.bytes);
}

static ptrdiff_t offset_of(const void *where)
{
	return where ? (const unsigned char *)where - message.bytes : -1;
}

static void show_message(const char *name, size_t argument)
{
	size_t from = fill == 0 ? 0 : MNL_ALIGN(message.nlh.nlmsg_len);

	printf("%s(%zu) = ", name, argument);
	show_bytes(message.bytes + from, 64 - from);
	putchar('\n');
}

static void getters(void)
{
	static const unsigned char text[] = "abcdefghijklmnop";
	static const uint16_t lengths[] = { 0, 1, 3, 4, 5, 8, 12, 16, 255, 256, 32768, 65535 };
	static const uint16_t types[] = { 0, 1, 255, 256, 0x3fff, 0x4000, 0x4001, 0x8000, 0x8001, 0xbfff, 0xc000, 0xffff };
	struct nlattr *attr = (struct nlattr *)message.bytes;

	for (size_t i = 0; i < MNL_ARRAY_SIZE(lengths); i++) {
		for (size_t j = 0; j < MNL_ARRAY_SIZE(types); j++) {
			attr->nla_len = lengths[i];
			attr->nla_type = types[j];
			printf("nla_len %u, nla_type %#x: len = %u, payload_len = %u, type = %#x, payload = %td\n", lengths[i], types[j],
			       mnl_attr_get_len(attr), mnl_attr_get_payload_len(attr), mnl_attr_get_type(attr), offset_of(mnl_attr_get_payload(attr)));
			errno = EDOM;
			for (uint32_t max = 0; max <= 2; max++) {
				int ret = mnl_attr_type_valid(attr, (uint16_t)(types[j] - 1 + max));
				printf("type %#x: type_valid(%#x) = %d, errno %s\n", types[j], (uint16_t)(types[j] - 1 + max), ret, errno_name(errno));
			}
		}
	}
	memcpy(message.bytes + 4, text, sizeof(text));
	attr->nla_len = 4 + sizeof(text);
	attr->nla_type = 1;
	printf("get_u8 = %#x\n", mnl_attr_get_u8(attr));
	printf("get_u16 = %#x\n", mnl_attr_get_u16(attr));
	printf("get_u32 = %#x\n", mnl_attr_get_u32(attr));
	printf("get_u64 = %#llx\n", (unsigned long long)mnl_attr_get_u64(attr));
	printf("get_str = %s\n", mnl_attr_get_str(attr));
	printf("get_str: offset = %td\n", offset_of(mnl_attr_get_str(attr)));
	memset(message.bytes + 4, 0xff, 8);
	printf("get_u8 of ones = %#x\n", mnl_attr_get_u8(attr));
	printf("get_u16 of ones = %#x\n", mnl_attr_get_u16(attr));
	printf("get_u32 of ones = %#x\n", mnl_attr_get_u32(attr));
	printf("get_u64 of ones = %#llx\n", (unsigned long long)mnl_attr_get_u64(attr));

	/* An attribute at 4 modulo 8: a 64-bit value that is not aligned to 8. */
	attr = (struct nlattr *)(message.bytes + 8);
	attr->nla_len = 12;
	memcpy(message.bytes + 12, text, 8);
	printf("get_u64 at 12 = %#llx\n", (unsigned long long)mnl_attr_get_u64(attr));
}

/* Every kind of writer, by number, so that a loop can go through all of them. */
#define WRITERS 7

static const char *const writer_names[WRITERS] = { "put", "put_u8", "put_u16", "put_u32", "put_u64", "put_str", "put_strz" };
static const char words[] = "zyxwvutsrqponmlkjihgfedcba";

static void put(struct nlmsghdr *nlh, int writer, uint16_t type, size_t len)
{
	const char *text = words + sizeof(words) - 1 - len;

	switch (writer) {
	case 0: mnl_attr_put(nlh, type, len, words); break;
	case 1: mnl_attr_put_u8(nlh, type, 0x12); break;
	case 2: mnl_attr_put_u16(nlh, type, 0x1234); break;
	case 3: mnl_attr_put_u32(nlh, type, 0x12345678); break;
	case 4: mnl_attr_put_u64(nlh, type, 0x123456789abcdef0); break;
	case 5: mnl_attr_put_str(nlh, type, text); break;
	case 6: mnl_attr_put_strz(nlh, type, text); break;
	}
}

static bool put_check(struct nlmsghdr *nlh, size_t room, int writer, uint16_t type, size_t len)
{
	const char *text = words + sizeof(words) - 1 - len;

	switch (writer) {
	case 0: return mnl_attr_put_check(nlh, room, type, len, words);
	case 1: return mnl_attr_put_u8_check(nlh, room, type, 0x12);
	case 2: return mnl_attr_put_u16_check(nlh, room, type, 0x1234);
	case 3: return mnl_attr_put_u32_check(nlh, room, type, 0x12345678);
	case 4: return mnl_attr_put_u64_check(nlh, room, type, 0x123456789abcdef0);
	case 5: return mnl_attr_put_str_check(nlh, room, type, text);
	default: return mnl_attr_put_strz_check(nlh, room, type, text);
	}
}

static bool takes_length(int writer)
{
	return writer == 0 || writer >= 5;
}

static void writers(void)
{
	static const uint16_t types[] = { 0, 1, 0x4001, 0x8001, 0xffff };

	for (int writer = 0; writer < WRITERS; writer++) {
		for (size_t len = 0; len <= (takes_length(writer) ? 17 : 0); len++) {
			struct nlmsghdr *nlh = fresh();
			put(nlh, writer, 7, len);
			put(nlh, writer, 8, len);
			show_message(writer_names[writer], len);
		}
		for (size_t i = 0; i < MNL_ARRAY_SIZE(types); i++) {
			put(fresh(), writer, types[i], 3);
			printf("type %#x: ", types[i]);
			show_message(writer_names[writer], 3);
		}
		/* A header whose length is not a multiple of 4 when the attribute is added. */
		for (uint32_t len = 16; len <= 20; len++) {
			struct nlmsghdr *nlh = fresh();
			nlh->nlmsg_len = len;
			put(nlh, writer, 7, 5);
			printf("nlmsg_len %u: ", len);
			show_message(writer_names[writer], 5);
		}
	}
	struct nlmsghdr *nlh = fresh();
	mnl_attr_put(nlh, 3, 0, NULL);
	show_message("put of nothing", 0);
}

static void limited_writers(void)
{
	for (int writer = 0; writer < WRITERS; writer++) {
		for (size_t len = 0; len <= (takes_length(writer) ? 9 : 0); len++) {
			for (size_t room = 0; room <= 48; room++) {
				struct nlmsghdr *nlh = fresh();
				bool first = put_check(nlh, room, writer, 7, len);
				bool second = put_check(nlh, room, writer, 8, len);
				printf("%s_check(%zu) in %zu: %d %d nlmsg_len %u, ", writer_names[writer], len, room, first, second, nlh->nlmsg_len);
				show_message("bytes", len);
			}
		}
		for (uint32_t start = 16; start <= 20; start += 4) {	/* other lengths: holes.c */
			for (size_t room = 16; room <= 36; room++) {
				struct nlmsghdr *nlh = fresh();
				nlh->nlmsg_len = start;
				bool fits = put_check(nlh, room, writer, 7, 3);
				printf("%s_check at %u in %zu: %d nlmsg_len %u, ", writer_names[writer], start, room, fits, nlh->nlmsg_len);
				show_message("bytes", 3);
			}
		}
	}
}

static void nests(void)
{
	static const uint16_t types[] = { 0, 1, 0x3fff, 0x4001, 0x8001, 0xffff };

	for (size_t i = 0; i < MNL_ARRAY_SIZE(types); i++) {
		struct nlmsghdr *nlh = fresh();
		struct nlattr *nest = mnl_attr_nest_start(nlh, types[i]);
		printf("nest_start(%#x): offset = %td, nlmsg_len = %u, nla_type = %#x\n", types[i], offset_of(nest), nlh->nlmsg_len, nest->nla_type);
		mnl_attr_nest_end(nlh, nest);
		show_message("empty nest", types[i]);
	}
	for (size_t len = 0; len <= 9; len++) {
		struct nlmsghdr *nlh = fresh();
		struct nlattr *outer = mnl_attr_nest_start(nlh, 1);
		mnl_attr_put(nlh, 2, len, words);
		struct nlattr *inner = mnl_attr_nest_start(nlh, 3);
		mnl_attr_put(nlh, 4, len, words);
		mnl_attr_nest_end(nlh, inner);
		mnl_attr_nest_end(nlh, outer);
		mnl_attr_put_u8(nlh, 5, 6);
		show_message("nest in nest", len);
	}
	for (size_t len = 0; len <= 9; len++) {
		struct nlmsghdr *nlh = fresh();
		mnl_attr_put_u16(nlh, 1, 2);
		struct nlattr *outer = mnl_attr_nest_start(nlh, 2);
		mnl_attr_put(nlh, 3, len, words);
		struct nlattr *inner = mnl_attr_nest_start(nlh, 4);
		mnl_attr_put(nlh, 5, len, words);
		mnl_attr_nest_cancel(nlh, inner);
		memset(message.bytes + nlh->nlmsg_len, fill, ROOM - nlh->nlmsg_len);
		printf("inner cancelled: nlmsg_len = %u\n", nlh->nlmsg_len);
		mnl_attr_nest_end(nlh, outer);
		show_message("inner cancelled", len);
		mnl_attr_nest_cancel(nlh, outer);
		memset(message.bytes + nlh->nlmsg_len, fill, ROOM - nlh->nlmsg_len);
		printf("outer cancelled: nlmsg_len = %u\n", nlh->nlmsg_len);
		mnl_attr_put_u16(nlh, 6, 7);
		show_message("outer cancelled", len);
	}
	for (uint32_t start = 16; start <= 20; start += 4) {
		for (size_t room = 0; room <= 40; room++) {
			struct nlmsghdr *nlh = fresh();
			nlh->nlmsg_len = start;
			struct nlattr *nest = mnl_attr_nest_start_check(nlh, room, 9);
			printf("nest_start_check at %u in %zu = %td, nlmsg_len %u\n", start, room, offset_of(nest), nlh->nlmsg_len);
			show_message("nest_start_check", room);
		}
	}
}

static void iterate(void)
{
	static const uint16_t lengths[] = { 0, 1, 3, 4, 5, 6, 7, 8, 9, 12, 16, 255, 4096, 65532, 65533, 65535 };
	static const int rooms[] = { INT_MIN, -65536, -4, -1, 0, 1, 3, 4, 5, 6, 7, 8, 9, 11, 12, 16, 255, 4095, 4096, 65532, 65535, 65536, INT_MAX };
	struct nlattr *attr = (struct nlattr *)message.bytes;

	attr->nla_type = 1;
	for (size_t i = 0; i < MNL_ARRAY_SIZE(lengths); i++) {
		attr->nla_len = lengths[i];
		printf("attr_next(nla_len %u) = %td\n", lengths[i], offset_of(mnl_attr_next(attr)));
		for (size_t j = 0; j < MNL_ARRAY_SIZE(rooms); j++)
			printf("attr_ok(nla_len %u, %d) = %d\n", lengths[i], rooms[j], mnl_attr_ok(attr, rooms[j]));
	}
}

struct answer {
	int calls;
	int last;	/* what the last call of the callback returns */
	int when;	/* which call that is */
};

static int see(const struct nlattr *attr, void *data)
{
	struct answer *answer = data;

	printf(" [%td type %u len %u]", offset_of(attr), mnl_attr_get_type(attr), mnl_attr_get_len(attr));
	return ++answer->calls == answer->when ? answer->last : MNL_CB_OK;
}

/* What follows one call of a parser. */
static void show_result(int ret, const struct answer *answer)
{
	printf(" = %d after %d, errno %s\n", ret, answer->calls, errno_name(errno));
}

static void parsers(void)
{
	static const int results[] = { INT_MIN, -5, -1, 0, 1, 2, INT_MAX };

	/* A message with an extra header of 8 bytes, three attributes, and a nest of two. */
	struct nlmsghdr *nlh = fresh();
	mnl_nlmsg_put_extra_header(nlh, 8);
	mnl_attr_put_u8(nlh, 1, 1);
	mnl_attr_put_strz(nlh, 2, "name");
	struct nlattr *nest = mnl_attr_nest_start(nlh, 3);
	mnl_attr_put_u32(nlh, 4, 4);
	mnl_attr_put_u64(nlh, 5, 5);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put(nlh, 6, 0, NULL);

	for (size_t i = 0; i < MNL_ARRAY_SIZE(results); i++) {
		for (int when = 0; when <= 5; when++) {
			struct answer answer = { .last = results[i], .when = when };
			errno = EDOM;
			printf("parse, call %d gives %d:", when, results[i]);
			show_result(mnl_attr_parse(nlh, 8, see, &answer), &answer);
			answer.calls = 0;
			printf("parse_nested, call %d gives %d:", when, results[i]);
			show_result(mnl_attr_parse_nested(nest, see, &answer), &answer);
			answer.calls = 0;
			printf("parse_payload, call %d gives %d:", when, results[i]);
			show_result(mnl_attr_parse_payload(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), see, &answer), &answer);
		}
	}
	for (unsigned int offset = 0; offset <= 80; offset++) {
		struct answer answer = { 0 };
		printf("parse at %u:", offset);
		show_result(mnl_attr_parse(nlh, offset, see, &answer), &answer);
	}
	/* Cut short at every length. */
	uint32_t whole = nlh->nlmsg_len;
	for (uint32_t len = 16; len <= whole; len++) {
		struct answer answer = { 0 };
		nlh->nlmsg_len = len;
		printf("parse of nlmsg_len %u:", len);
		show_result(mnl_attr_parse(nlh, 8, see, &answer), &answer);
	}
	nlh->nlmsg_len = whole;
	uint16_t nest_len = nest->nla_len;
	for (uint16_t len = 4; len <= nest_len; len++) {
		struct answer answer = { 0 };
		nest->nla_len = len;
		printf("parse_nested of nla_len %u:", len);
		show_result(mnl_attr_parse_nested(nest, see, &answer), &answer);
	}
	nest->nla_len = nest_len;
	for (size_t len = 0; len <= nest_len - 4u; len++) {
		struct answer answer = { 0 };
		printf("parse_payload of %zu:", len);
		show_result(mnl_attr_parse_payload(mnl_attr_get_payload(nest), len, see, &answer), &answer);
	}
	/* A length that lies, in each attribute. */
	for (unsigned int lie = 0; lie <= 12; lie++) {
		struct answer answer = { 0 };
		struct nlattr *second = mnl_attr_next(mnl_nlmsg_get_payload_offset(nlh, 8));
		uint16_t true_len = second->nla_len;
		second->nla_len = (uint16_t)lie;
		printf("parse with a second length of %u:", lie);
		show_result(mnl_attr_parse(nlh, 8, see, &answer), &answer);
		second->nla_len = true_len;
	}

	const struct nlattr *attr;
	printf("for_each:");
	mnl_attr_for_each(attr, nlh, 8)
		printf(" %u at %td", mnl_attr_get_type(attr), offset_of(attr));
	printf("\nfor_each_nested:");
	mnl_attr_for_each_nested(attr, nest)
		printf(" %u at %td", mnl_attr_get_type(attr), offset_of(attr));
	printf("\nfor_each_payload:");
	mnl_attr_for_each_payload(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest))
		printf(" %u at %td", mnl_attr_get_type(attr), offset_of(attr));
	putchar('\n');
}

int main(void)
{
	getters();
	fill = 0;
	writers();
	limited_writers();
	nests();
	fill = POISON;
	writers();
	limited_writers();
	nests();
	iterate();
	parsers();
	return 0;
}
