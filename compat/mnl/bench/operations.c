/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One operation on libmnl's interface, over and over: operations NAME COUNT. Compiled once; run.py counts its instructions
 * with one library and with the other. Without arguments it lists the names.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#define ROUTES 64

static _Alignas(8) unsigned char message[4096];
static _Alignas(8) unsigned char datagram[16384];
static size_t datagram_len;
static uint64_t sum;	/* what is read is used */
static FILE *null;

/* A route as the kernel describes one: 12 bytes of struct rtmsg, then attributes. */
static struct nlmsghdr *put_route(void *to, uint32_t address)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(to);

	nlh->nlmsg_type = 24;
	nlh->nlmsg_flags = NLM_F_MULTI;
	nlh->nlmsg_seq = 1;
	memset(mnl_nlmsg_put_extra_header(nlh, 12), 2, 12);
	mnl_attr_put_u32(nlh, 15, 254);
	mnl_attr_put_u32(nlh, 1, address);
	mnl_attr_put_u32(nlh, 6, 100);
	mnl_attr_put_u32(nlh, 4, 3);
	struct nlattr *metrics = mnl_attr_nest_start(nlh, 8);
	mnl_attr_put_u32(nlh, 2, 1400);
	mnl_attr_nest_end(nlh, metrics);
	return nlh;
}

/* A device with a name and an address, as a request to the kernel. */
static struct nlmsghdr *put_link(void *to)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(to);

	nlh->nlmsg_type = 16;
	mnl_nlmsg_put_extra_header(nlh, 16);
	mnl_attr_put_strz(nlh, 3, "eth0");
	mnl_attr_put(nlh, 1, 6, "\2\0\0\0\0\1");
	mnl_attr_put_u32(nlh, 4, 1500);
	struct nlattr *info = mnl_attr_nest_start(nlh, 18);
	mnl_attr_put_str(nlh, 1, "vlan");
	struct nlattr *data = mnl_attr_nest_start(nlh, 2);
	mnl_attr_put_u16(nlh, 1, 5);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return nlh;
}

static int into_table(const struct nlattr *attr, void *data)
{
	const struct nlattr **table = data;

	if (mnl_attr_type_valid(attr, 30) < 0)
		return MNL_CB_OK;
	if (mnl_attr_get_type(attr) != 8 && mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
		return MNL_CB_ERROR;
	table[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static int on_route(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *table[31] = { 0 };

	(void)data;
	mnl_attr_parse(nlh, 12, into_table, table);
	if (table[1])
		sum += mnl_attr_get_u32(table[1]);
	if (table[4])
		sum += mnl_attr_get_u32(table[4]);
	return MNL_CB_OK;
}

static int on_message(const struct nlmsghdr *nlh, void *data)
{
	(void)data;
	sum += nlh->nlmsg_type;
	return MNL_CB_OK;
}

static struct nlmsghdr *nlh;

/* Starts the message anew when it is long. */
static inline void rewind_message(void)
{
	if (nlh->nlmsg_len > sizeof(message) - 512)
		nlh->nlmsg_len = 16;
}

static const char bytes[600] = "some bytes";

static void put_u8(void) { rewind_message(); mnl_attr_put_u8(nlh, 1, 2); }
static void put_u16(void) { rewind_message(); mnl_attr_put_u16(nlh, 1, 2); }
static void put_u32(void) { rewind_message(); mnl_attr_put_u32(nlh, 1, 2); }
static void put_u64(void) { rewind_message(); mnl_attr_put_u64(nlh, 1, 2); }
static void put_flag(void) { rewind_message(); mnl_attr_put(nlh, 1, 0, NULL); }
static void put_6(void) { rewind_message(); mnl_attr_put(nlh, 1, 6, bytes); }
static void put_16(void) { rewind_message(); mnl_attr_put(nlh, 1, 16, bytes); }
static void put_400(void) { rewind_message(); mnl_attr_put(nlh, 1, 400, bytes); }
static void put_str(void) { rewind_message(); mnl_attr_put_str(nlh, 1, "eth0"); }
static void put_strz(void) { rewind_message(); mnl_attr_put_strz(nlh, 1, "a-long-interface"); }
static void put_u8_check(void) { rewind_message(); mnl_attr_put_u8_check(nlh, sizeof(message), 1, 2); }
static void put_u16_check(void) { rewind_message(); mnl_attr_put_u16_check(nlh, sizeof(message), 1, 2); }
static void put_u32_check(void) { rewind_message(); mnl_attr_put_u32_check(nlh, sizeof(message), 1, 2); }
static void put_u64_check(void) { rewind_message(); mnl_attr_put_u64_check(nlh, sizeof(message), 1, 2); }
static void put_check(void) { rewind_message(); mnl_attr_put_check(nlh, sizeof(message), 1, 6, bytes); }
static void put_check_refused(void) { sum += mnl_attr_put_check(nlh, 18, 1, 6, bytes); }
static void put_str_check(void) { rewind_message(); mnl_attr_put_str_check(nlh, sizeof(message), 1, "eth0"); }
static void put_strz_check(void) { rewind_message(); mnl_attr_put_strz_check(nlh, sizeof(message), 1, "eth0"); }
static void nest(void) { rewind_message(); mnl_attr_nest_end(nlh, mnl_attr_nest_start(nlh, 1)); }
static void nest_check(void) { rewind_message(); mnl_attr_nest_cancel(nlh, mnl_attr_nest_start_check(nlh, sizeof(message), 1)); }
static void headers(void) { mnl_nlmsg_put_extra_header(mnl_nlmsg_put_header(message), 16); }
static void encode_route(void) { put_route(message, 1); }
static void encode_link(void) { put_link(message); }

static const struct nlattr *attr;

static void getters(void)
{
	sum += mnl_attr_get_type(attr) + mnl_attr_get_len(attr) + mnl_attr_get_payload_len(attr) + mnl_attr_get_u8(attr) + mnl_attr_get_u16(attr) +
	       mnl_attr_get_u32(attr) + mnl_attr_get_u64(attr) + (uintptr_t)mnl_attr_get_str(attr) + (uintptr_t)mnl_attr_get_payload(attr);
}

static void message_getters(void)
{
	sum += mnl_nlmsg_get_payload_len(nlh) + (uintptr_t)mnl_nlmsg_get_payload(nlh) + (uintptr_t)mnl_nlmsg_get_payload_offset(nlh, 12) +
	       (uintptr_t)mnl_nlmsg_get_payload_tail(nlh) + mnl_nlmsg_seq_ok(nlh, 1) + mnl_nlmsg_portid_ok(nlh, 0) + mnl_nlmsg_size(12);
}

static void validate_u32(void) { sum += (unsigned int)mnl_attr_validate(attr, MNL_TYPE_U32); }
static void validate_string(void) { sum += (unsigned int)mnl_attr_validate(attr, MNL_TYPE_NUL_STRING); }
static void validate_refused(void) { sum += (unsigned int)mnl_attr_validate(attr, MNL_TYPE_FLAG); }
static void validate2(void) { sum += (unsigned int)mnl_attr_validate2(attr, MNL_TYPE_BINARY, 4); }

static void walk_attributes(void)
{
	const struct nlmsghdr *route = (const struct nlmsghdr *)datagram;
	const struct nlattr *each;

	mnl_attr_for_each(each, route, 12)
		sum += mnl_attr_get_type(each);
}

static void walk_messages(void)
{
	const struct nlmsghdr *each = (const struct nlmsghdr *)datagram;
	int left = (int)datagram_len;

	while (mnl_nlmsg_ok(each, left)) {
		sum += each->nlmsg_type;
		each = mnl_nlmsg_next(each, &left);
	}
}

static void run_callbacks(void) { mnl_cb_run(datagram, datagram_len, 1, 0, on_message, NULL); }
static void decode_routes(void) { mnl_cb_run(datagram, datagram_len, 1, 0, on_route, NULL); }
static void text(void) { mnl_nlmsg_fprintf(null, datagram, datagram_len, 12); }

static void batch(void)
{
	struct mnl_nlmsg_batch *b = mnl_nlmsg_batch_start(datagram, 1024);

	for (int i = 0; i < 16; i++) {
		mnl_nlmsg_put_header(mnl_nlmsg_batch_current(b));
		if (!mnl_nlmsg_batch_next(b))
			mnl_nlmsg_batch_reset(b);
	}
	sum += mnl_nlmsg_batch_size(b) + mnl_nlmsg_batch_is_empty(b) + (uintptr_t)mnl_nlmsg_batch_head(b);
	mnl_nlmsg_batch_stop(b);
}

static const struct operation {
	const char *name;
	void (*run)(void);
} operations[] = {
	{ "encode a route (5 attributes, 1 nest)", encode_route },
	{ "encode a device (6 attributes, 2 nests)", encode_link },
	{ "decode 64 routes (cb_run, parse, validate, get)", decode_routes },
	{ "cb_run over 64 messages", run_callbacks },
	{ "nlmsg_ok, nlmsg_next over 64 messages", walk_messages },
	{ "for_each over 5 attributes", walk_attributes },
	{ "attribute getters, 9", getters },
	{ "message getters, 7", message_getters },
	{ "validate: u32", validate_u32 },
	{ "validate: text with NUL", validate_string },
	{ "validate: refused", validate_refused },
	{ "validate2", validate2 },
	{ "put_header, put_extra_header", headers },
	{ "put_u8", put_u8 },
	{ "put_u16", put_u16 },
	{ "put_u32", put_u32 },
	{ "put_u64", put_u64 },
	{ "put of nothing", put_flag },
	{ "put of 6 bytes", put_6 },
	{ "put of 16 bytes", put_16 },
	{ "put of 400 bytes", put_400 },
	{ "put_str", put_str },
	{ "put_strz", put_strz },
	{ "put_u8_check", put_u8_check },
	{ "put_u16_check", put_u16_check },
	{ "put_u32_check", put_u32_check },
	{ "put_u64_check", put_u64_check },
	{ "put_check of 6 bytes", put_check },
	{ "put_check, refused", put_check_refused },
	{ "put_str_check", put_str_check },
	{ "put_strz_check", put_strz_check },
	{ "nest_start, nest_end", nest },
	{ "nest_start_check, nest_cancel", nest_check },
	{ "batch of 16 messages", batch },
	{ "fprintf of 64 messages", text },
};

int main(int argc, char **argv)
{
	if (argc != 3) {
		for (size_t i = 0; i < MNL_ARRAY_SIZE(operations); i++)
			puts(operations[i].name);
		return 0;
	}
	for (uint32_t i = 0; i < ROUTES; i++)
		datagram_len += put_route(datagram + datagram_len, i)->nlmsg_len;
	attr = mnl_nlmsg_get_payload_offset((struct nlmsghdr *)datagram, 12);
	nlh = mnl_nlmsg_put_header(message);
	nlh->nlmsg_seq = 1;
	null = fopen("/dev/null", "w");
	for (size_t i = 0; i < MNL_ARRAY_SIZE(operations); i++) {
		if (strcmp(operations[i].name, argv[1]) != 0)
			continue;
		for (long count = atol(argv[2]); count > 0; count--)
			operations[i].run();
		return sum == 1;	/* the sum is needed */
	}
	return 2;
}
