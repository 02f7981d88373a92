/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Random messages, read and written in every way; the same ones on every run. Long results are shown as a checksum. */
#include "show.h"

#define ROUNDS 4000
#define ROOM 1024

static _Alignas(8) unsigned char bytes[2 * ROOM];

static uint64_t checksum(const void *data, size_t len)
{
	const unsigned char *byte = data;
	uint64_t sum = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ byte[i]) * 0x100000001b3u;
	return sum;
}

static uint64_t text_checksum(size_t len, size_t extra)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	mnl_nlmsg_fprintf(stream, bytes, len, extra);
	fclose(stream);
	uint64_t sum = checksum(text, size);
	free(text);
	return sum;
}

/* Attributes that are mostly well-formed, some nested, some with a length that lies. */
static size_t random_attributes(unsigned char *to, size_t room, int depth)
{
	size_t used = 0;

	while (used + 8 <= room && random_below(8) != 0) {
		struct nlattr *attr = (struct nlattr *)(to + used);
		size_t len = random_below(3) == 0 ? random_below(40) : random_below(9);
		if (len > room - used - 4)
			len = room - used - 4;
		attr->nla_type = (uint16_t)(random_below(10) == 0 ? random_u32() : random_below(12));
		for (size_t i = 0; i < len; i++)
			to[used + 4 + i] = (unsigned char)(random_below(3) == 0 ? 0 : random_u32());
		if (depth < 4 && random_below(4) == 0) {
			len = random_attributes(to + used + 4, room - used - 4, depth + 1);
			if (random_below(4) != 0)
				attr->nla_type |= NLA_F_NESTED;
		}
		attr->nla_len = (uint16_t)(random_below(30) == 0 ? random_below(80) : 4 + len);
		used += 4 + MNL_ALIGN(len);
	}
	return used;
}

/* Where a length that lies leads to a header of 2^31 or more, the stock library runs away (holes.c): not here. */
static void tame(size_t used)
{
	for (size_t at = 0; at + 16 <= used;) {
		struct nlmsghdr *nlh = (struct nlmsghdr *)(bytes + at);
		nlh->nlmsg_len &= INT_MAX;
		if (nlh->nlmsg_len < 16 || nlh->nlmsg_len > used - at)
			break;
		at += MNL_ALIGN(nlh->nlmsg_len);
	}
}

static size_t random_messages(void)
{
	size_t used = 0;

	memset(bytes, 0, sizeof(bytes));
	do {
		struct nlmsghdr *nlh = (struct nlmsghdr *)(bytes + used);
		size_t extra = 4 * random_below(8);
		memset(nlh, 0, sizeof(*nlh));
		nlh->nlmsg_type = (uint16_t)(random_below(3) == 0 ? random_below(20) : 16 + random_below(100));
		nlh->nlmsg_flags = (uint16_t)(random_below(6) == 0 ? random_u32() : NLM_F_MULTI);
		nlh->nlmsg_seq = random_below(3);
		nlh->nlmsg_pid = random_below(3);
		for (size_t i = 0; i < extra; i++)
			bytes[used + 16 + i] = (unsigned char)random_u32();
		size_t len = 16 + extra + random_attributes(bytes + used + 16 + extra, ROOM - used - 16 - extra, 0);
		nlh->nlmsg_len = (uint32_t)(random_below(20) == 0 ? random_below(ROOM) : len - (random_below(12) == 0 ? random_below(4) : 0));
		used += MNL_ALIGN(len);
	} while (used + 80 < ROOM && random_below(3) != 0);
	if (random_below(10) == 0)
		used = random_below((uint32_t)used + 1);
	tame(used);
	return used;
}

static int depth;

static int on_attribute(const struct nlattr *attr, void *data)
{
	int *calls = data;

	printf(" %d:%u/%u", depth, mnl_attr_get_type(attr), mnl_attr_get_payload_len(attr));
	++*calls;
	for (unsigned int type = MNL_TYPE_UNSPEC; type <= MNL_TYPE_MAX; type++) {
		errno = EDOM;
		int ret = mnl_attr_validate(attr, (enum mnl_attr_data_type)type);
		putchar(ret == 0 ? 'v' : errno == ERANGE ? 'r' : 'i');
	}
	switch (mnl_attr_get_payload_len(attr)) {
	case 1: printf("=%u", mnl_attr_get_u8(attr)); break;
	case 2: printf("=%u", mnl_attr_get_u16(attr)); break;
	case 4: printf("=%u", mnl_attr_get_u32(attr)); break;
	case 8: printf("=%llu", (unsigned long long)mnl_attr_get_u64(attr)); break;
	}
	printf(" %d", mnl_attr_type_valid(attr, 9));
	if (mnl_attr_get_payload_len(attr) >= 4 && depth < 6) {
		int ret;
		depth++;
		ret = mnl_attr_parse_nested(attr, on_attribute, data);
		depth--;
		printf(" nested=%d", ret);
	}
	return random_below(40) == 0 ? (int)random_below(3) - 1 : MNL_CB_OK;
}

static int on_message(const struct nlmsghdr *nlh, void *data)
{
	int calls = 0;

	(void)data;
	depth = 0;
	printf(" <%td %u", (const unsigned char *)nlh - bytes, nlh->nlmsg_type);
	int ret = mnl_attr_parse(nlh, 4 * random_below(8), on_attribute, &calls);
	printf(" = %d>", ret);
	return random_below(30) == 0 ? (int)random_below(3) - 1 : MNL_CB_OK;
}

static void reading(void)
{
	static mnl_cb_t controls[NLMSG_MIN_TYPE] = { [NLMSG_NOOP] = on_message, [NLMSG_ERROR] = on_message, [NLMSG_OVERRUN] = on_message };

	for (int round = 0; round < ROUNDS; round++) {
		size_t used = random_messages();
		printf("round %d, %zu bytes:", round, used);
		errno = EDOM;
		int ret = round % 3 == 0 ? mnl_cb_run2(bytes, used, random_below(3), random_below(3), on_message, NULL, controls, random_below(NLMSG_MIN_TYPE + 1))
				       : mnl_cb_run(bytes, used, random_below(3), random_below(3), on_message, NULL);
		printf(" = %d, errno %s\n", ret, errno_name(errno));

		int left = (int)used;
		struct nlmsghdr *nlh = (struct nlmsghdr *)bytes;
		printf("walk:");
		while (mnl_nlmsg_ok(nlh, left)) {
			printf(" %td/%zu", (unsigned char *)nlh - bytes, mnl_nlmsg_get_payload_len(nlh));
			nlh = mnl_nlmsg_next(nlh, &left);
		}
		printf(", left %d\n", left);
		printf("text %016llx\n", (unsigned long long)text_checksum(used, random_below(3) == 0 ? random_below(24) : 4 * random_below(6)));
	}
}

static void writing(void)
{
	static unsigned char value[128];

	for (int round = 0; round < ROUNDS; round++) {
		struct nlattr *nests[4];
		int open = 0;
		memset(bytes, 0, sizeof(bytes));
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(bytes);
		mnl_nlmsg_put_extra_header(nlh, random_below(32));
		for (size_t i = 0; i + 1 < sizeof(value); i++)
			value[i] = (unsigned char)(1 + random_below(255));
		size_t room = random_below(ROOM);
		if (random_below(20) == 0) {
			nlh->nlmsg_len += random_below(4);
			room = ROOM;	/* where the limit is near: holes.c */
		}
		int fit = 0;
		for (uint32_t step = random_below(24); step > 0; step--) {
			uint16_t type = (uint16_t)(random_below(8) == 0 ? random_u32() : random_below(20));
			size_t len = random_below(3) == 0 ? random_below(100) : random_below(9);
			const char *text = (const char *)value + sizeof(value) - 1 - len;
			switch (random_below(18)) {
			case 0: mnl_attr_put(nlh, type, len, value); break;
			case 1: mnl_attr_put_u8(nlh, type, (uint8_t)len); break;
			case 2: mnl_attr_put_u16(nlh, type, (uint16_t)random_u32()); break;
			case 3: mnl_attr_put_u32(nlh, type, random_u32()); break;
			case 4: mnl_attr_put_u64(nlh, type, random_u32() * 5000000001u); break;
			case 5: mnl_attr_put_str(nlh, type, text); break;
			case 6: mnl_attr_put_strz(nlh, type, text); break;
			case 7: fit += mnl_attr_put_check(nlh, room, type, len, value); break;
			case 8: fit += mnl_attr_put_u8_check(nlh, room, type, (uint8_t)len); break;
			case 9: fit += mnl_attr_put_u16_check(nlh, room, type, (uint16_t)len); break;
			case 10: fit += mnl_attr_put_u32_check(nlh, room, type, (uint32_t)len); break;
			case 11: fit += mnl_attr_put_u64_check(nlh, room, type, len); break;
			case 12: fit += mnl_attr_put_str_check(nlh, room, type, text); break;
			case 13: fit += mnl_attr_put_strz_check(nlh, room, type, text); break;
			case 14:
				if (open < 4)
					nests[open++] = mnl_attr_nest_start(nlh, type);
				break;
			case 15:
				if (open < 4 && (nests[open] = mnl_attr_nest_start_check(nlh, room, type)) != NULL) {
					open++;
					fit++;
				}
				break;
			case 16:
				if (open > 0)
					mnl_attr_nest_end(nlh, nests[--open]);
				break;
			case 17:
				if (open > 0) {
					mnl_attr_nest_cancel(nlh, nests[--open]);
					memset(bytes + MNL_ALIGN(nlh->nlmsg_len), 0, sizeof(bytes) - MNL_ALIGN(nlh->nlmsg_len));
				}
				break;
			}
		}
		while (open > 0)
			mnl_attr_nest_end(nlh, nests[--open]);
		printf("built %d: nlmsg_len %u, fit %d, checksum %016llx\n", round, nlh->nlmsg_len, fit, (unsigned long long)checksum(bytes, nlh->nlmsg_len));
		printf("text %016llx\n", (unsigned long long)text_checksum(MNL_ALIGN(nlh->nlmsg_len), 0));
	}
}

static void batching(void)
{
	for (int round = 0; round < ROUNDS / 4; round++) {
		size_t limit = 192 + random_below(ROOM - 192);	/* a message never overlaps the place that a reset moves it to */
		memset(bytes, 0, sizeof(bytes));
		struct mnl_nlmsg_batch *batch = mnl_nlmsg_batch_start(bytes, limit);
		printf("batch %d, limit %zu:", round, limit);
		for (uint32_t step = random_below(40); step > 0; step--) {
			struct nlmsghdr *nlh = mnl_nlmsg_put_header(mnl_nlmsg_batch_current(batch));
			memset(mnl_nlmsg_put_extra_header(nlh, random_below(64)), (int)step, 1);
			bool fits = mnl_nlmsg_batch_next(batch);
			if (!fits || random_below(10) == 0)
				mnl_nlmsg_batch_reset(batch);
			printf(" %d/%zu/%td/%d", fits, mnl_nlmsg_batch_size(batch), (unsigned char *)mnl_nlmsg_batch_current(batch) - bytes,
			       mnl_nlmsg_batch_is_empty(batch));
		}
		printf(" %016llx\n", (unsigned long long)checksum(mnl_nlmsg_batch_head(batch), mnl_nlmsg_batch_size(batch)));
		mnl_nlmsg_batch_stop(batch);
	}
}

int main(void)
{
	reading();
	writing();
	batching();
	return 0;
}
