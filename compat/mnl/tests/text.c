/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What mnl_nlmsg_fprintf writes: colours, raw extra headers, nests, padding, cut and lying lengths, several messages. */
#include "show.h"

static union {
	struct nlmsghdr nlh;
	unsigned char bytes[1024];
} buffer;

static void show(const char *name, size_t len, size_t extra)
{
	printf("--- %s, %zu bytes, extra header %zu\n", name, len, extra);
	mnl_nlmsg_fprintf(stdout, buffer.bytes, len, extra);
}

static struct nlmsghdr *header(uint16_t type)
{
	memset(&buffer, 0, sizeof(buffer));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer.bytes);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = 1234567890;
	nlh->nlmsg_pid = 4294967295u;
	return nlh;
}

static void types_and_flags(void)
{
	static const uint16_t flags[] = { 0, 1, 2, 4, 8, 0x10, 0x20, 0x100, 0x200, 0x300, 0x400, 0x800, 0xf00, 0x1f, 0x305, 0xffff };

	for (unsigned int type = 0; type <= 20; type++) {
		struct nlmsghdr *nlh = header((uint16_t)type);
		mnl_nlmsg_put_extra_header(nlh, 4);
		mnl_attr_put_u32(nlh, 1, 0x01020304);
		show("type", nlh->nlmsg_len, 4);
		nlh->nlmsg_len = 16;
		show("type, nothing else", 16, 0);
	}
	for (size_t i = 0; i < MNL_ARRAY_SIZE(flags); i++) {
		struct nlmsghdr *nlh = header(65535);
		nlh->nlmsg_flags = flags[i];
		nlh->nlmsg_seq = 0;
		nlh->nlmsg_pid = 1;
		show("flags", nlh->nlmsg_len, 0);
	}
}

static void values(void)
{
	/* Every byte value, in attributes of every length, as their last byte, too. */
	for (size_t len = 0; len <= 12; len++) {
		struct nlmsghdr *nlh = header(16);
		for (unsigned int start = 0; start < 256; start += 37) {
			unsigned char value[12];
			for (size_t i = 0; i < sizeof(value); i++)
				value[i] = (unsigned char)(start + i);
			mnl_attr_put(nlh, (uint16_t)start, len, value);
		}
		show("attributes", nlh->nlmsg_len, 0);
	}
	for (unsigned int first = 0; first < 256; first += 4) {
		struct nlmsghdr *nlh = header(16);
		unsigned char value[4] = { (unsigned char)first, (unsigned char)(first + 1), (unsigned char)(first + 2), (unsigned char)(first + 3) };
		mnl_attr_put(nlh, 1, 4, value);
		memcpy(mnl_nlmsg_put_extra_header(nlh, 4), value, 4);
		show("bytes", nlh->nlmsg_len, 0);
		show("bytes", nlh->nlmsg_len, 8);
	}
}

static void nests(void)
{
	static const uint16_t types[] = { 0, 1, 9, 10, 99, 100, 999, 1000, 9999, 0x3fff, 0x4000, 0x4001, 0x8000, 0x8001, 0xc001, 0xffff };

	for (size_t i = 0; i < MNL_ARRAY_SIZE(types); i++) {
		struct nlmsghdr *nlh = header(16);
		mnl_attr_put_u16(nlh, types[i], 1);
		mnl_attr_put(nlh, types[i], 0, NULL);
		struct nlattr *nest = mnl_attr_nest_start(nlh, types[i]);
		mnl_attr_put_u64(nlh, types[i], 2);
		mnl_attr_put_strz(nlh, types[i], "lo");
		mnl_attr_nest_end(nlh, nest);
		show("attribute types", nlh->nlmsg_len, 0);
	}
	struct nlmsghdr *nlh = header(16);
	struct nlattr *nest[5];
	for (uint16_t i = 0; i < 5; i++) {
		nest[i] = mnl_attr_nest_start(nlh, i);
		mnl_attr_put_strz(nlh, 7, "eth0");
	}
	for (int i = 4; i >= 0; i--) {
		mnl_attr_nest_end(nlh, nest[i]);
		mnl_attr_put_u8(nlh, 8, (uint8_t)i);
	}
	show("nests in nests", nlh->nlmsg_len, 0);
	nest[1]->nla_len = (uint16_t)(nest[1]->nla_len + 8);
	show("a nest longer than the one around it", nlh->nlmsg_len, 0);
	nest[1]->nla_len = 6;
	show("a nest of two bytes", nlh->nlmsg_len, 0);
	nest[1]->nla_len = 4;
	show("an empty nest", nlh->nlmsg_len, 0);
}

static void lengths(void)
{
	for (size_t extra = 0; extra <= 20; extra++) {
		struct nlmsghdr *nlh = header(16);
		memcpy(mnl_nlmsg_put_extra_header(nlh, extra), "ABCDEFGHIJKLMNOPQRSTUVWXYZ", extra);
		mnl_attr_put_u16(nlh, 1, 0x4142);
		mnl_attr_put_strz(nlh, 2, "abcde");
		for (size_t shown = 0; shown <= 40; shown += 3)
			show("extra headers", nlh->nlmsg_len, shown);
		show("extra headers", nlh->nlmsg_len, extra);
	}
	struct nlmsghdr *nlh = header(16);
	memcpy(mnl_nlmsg_put_extra_header(nlh, 4), "\1\2\3\4", 4);
	mnl_attr_put_u16(nlh, 1, 0x4142);
	struct nlattr *second = (struct nlattr *)mnl_nlmsg_get_payload_tail(nlh);
	mnl_attr_put_strz(nlh, 2, "abcde");
	uint32_t whole = nlh->nlmsg_len;
	for (size_t len = 0; len <= whole + 4; len++)
		show("cut", len, 4);
	for (uint32_t len = 0; len <= whole + 8; len++) {
		nlh->nlmsg_len = len;
		if (len >= 16)
			show("nlmsg_len", whole, 4);
	}
	nlh->nlmsg_len = whole;
	for (uint16_t len = 0; len <= 20; len++) {
		second->nla_len = len;
		show("nla_len", whole, 4);
	}
	nlh->nlmsg_len = whole;
	second->nla_len = 10;

	/* Control messages. */
	int32_t code = -2;
	struct nlmsghdr inner = *header(NLMSG_ERROR);
	nlh = &buffer.nlh;
	memcpy(mnl_nlmsg_put_extra_header(nlh, 4), &code, 4);
	memcpy(mnl_nlmsg_put_extra_header(nlh, sizeof(inner)), &inner, sizeof(inner));
	for (size_t extra = 0; extra <= 20; extra += 4)
		show("error", nlh->nlmsg_len, extra);
	mnl_attr_put_strz(nlh, 1, "a message of the kernel");
	show("error with text", nlh->nlmsg_len, 0);
	nlh->nlmsg_flags = 0x200;
	show("error with text", nlh->nlmsg_len, 0);

	/* Several messages, the last one cut. */
	nlh = header(16);
	mnl_attr_put_u32(nlh, 1, 2);
	nlh = mnl_nlmsg_put_header(buffer.bytes + 24);
	nlh->nlmsg_type = 17;
	mnl_attr_put_strz(nlh, 3, "ab");
	nlh = mnl_nlmsg_put_header(buffer.bytes + 48);
	nlh->nlmsg_type = NLMSG_DONE;
	mnl_nlmsg_put_extra_header(nlh, 4);
	for (size_t len = 0; len <= 72; len++)
		show("messages", len, 0);

	/* Messages without attributes, more text than any writer's buffer has; the first one's attributes move them against its end. */
	for (size_t words = 0; words < 60; words++) {
		size_t at;
		nlh = header(16);
		for (at = 0; at < words; at++)
			mnl_attr_put(nlh, 1, 0, NULL);
		for (at = nlh->nlmsg_len; at + 16 <= sizeof(buffer); at += 16)
			mnl_nlmsg_put_header(buffer.bytes + at)->nlmsg_type = 16;
		show("messages without attributes", at, 0);
	}
}

int main(void)
{
	types_and_flags();
	values();
	nests();
	lengths();

	/* Into a stream that refuses: nothing to see but that it survives. */
	FILE *full = fopen("/dev/full", "w");
	if (full) {
		setvbuf(full, NULL, _IONBF, 0);
		struct nlmsghdr *nlh = header(16);
		mnl_attr_put_u32(nlh, 1, 2);
		mnl_nlmsg_fprintf(full, nlh, nlh->nlmsg_len, 0);
		printf("a full device: error = %d\n", ferror(full) != 0);
		fclose(full);
	}
	return 0;
}
