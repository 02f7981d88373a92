/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Extended acks as programs read them themselves, and the policies of generic netlink. */
#include "kernel.h"

static int function_result;

static int function(const char *text, uint32_t offset, const struct nlmsghdr *request_header)
{
	printf(" function: %s, offset %u, request %s", text ? text : "NULL", offset, request_header ? "" : "NULL");
	if (request_header)
		hex("", request_header, 16);
	putchar('\n');
	return function_result;
}

#define ACK(what, ...)											\
	CASE(what, int code = -22; uint16_t flags = CAPPED | TLVS; nl_ext_ack_fn_t errfn = function; __VA_ARGS__;	\
	     put_error(code, flags, 1, 2); int result = nl_dump_ext_ack((struct nlmsghdr *)built, errfn);	\
	     printf(" = %d\n", result))

#define DONE(what, ...)										\
	CASE(what, int code = -22; uint16_t flags = TLVS; unsigned offset = 4; __VA_ARGS__;		\
	     put_done(code, flags, 1);									\
	     int result = nl_dump_ext_ack_done((struct nlmsghdr *)built, offset, code); printf(" = %d\n", result))

static void acks(void)
{
	static const uint32_t offsets[] = { 0, 4, 15, 16, 17, 36, 40, 44, 45, 2000, 0x7fffffff, 0x80000000, 0xffffffff };

	for (function_result = -1; function_result < 3; function_result++) {
		ACK("nothing", (void)0);
		ACK("text", text_attribute("hello"));
		ACK("text, code 0", code = 0; text_attribute("hello"));
		ACK("no flag", flags = CAPPED; text_attribute("hello"));
	}
	function_result = 0;
	ACK("text without a function", errfn = NULL; text_attribute("hello"));
	ACK("text without a function, code 0", errfn = NULL; code = 0; text_attribute("hello"));
	ACK("text without a function, positive code", errfn = NULL; code = 5; text_attribute("hello"));
	ACK("nothing without a function", errfn = NULL);
	ACK("empty text without a function", errfn = NULL; text_attribute(""));
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		printf("offset %u\n", offsets[i]);
		ACK("offset", u32_attribute(NLMSGERR_ATTR_OFFS, offsets[i]));
		ACK("text and offset", text_attribute("hi"); u32_attribute(NLMSGERR_ATTR_OFFS, offsets[i]));
		ACK("text and offset without a function", errfn = NULL; text_attribute("hi"); u32_attribute(NLMSGERR_ATTR_OFFS, offsets[i]));
		if (offsets[i])
			ACK("not capped", flags = TLVS; text_attribute("hi"); u32_attribute(NLMSGERR_ATTR_OFFS, offsets[i]));
	}
	ACK("not capped, no offset", flags = TLVS; text_attribute("hi"));
	ACK("cookie, missing attribute", attribute(3, "abcd", 4); u32_attribute(5, 7); u32_attribute(6, 8));
	ACK("cookie, then text", attribute(3, "abcd", 4); text_attribute("abc"));
	ACK("two texts", text_attribute("one"); text_attribute("two"));
	ACK("type 0", attribute(0, "abcd", 4); text_attribute("two"));
	ACK("text with a flag", attribute(NLMSGERR_ATTR_MSG | NLA_F_NESTED, "one", 4));
	ACK("text that is not terminated", attribute(NLMSGERR_ATTR_MSG, "abc", 3));
	ACK("text of no bytes", attribute(NLMSGERR_ATTR_MSG, "", 0));
	ACK("offset of 2 bytes", attribute(NLMSGERR_ATTR_OFFS, "ab", 2));
}

static void ends(void)
{
	DONE("end, nothing", (void)0);
	DONE("end, text", text_attribute("hello"));
	DONE("end, text with a period", text_attribute("hello."));
	DONE("end, text, code 0", code = 0; text_attribute("hello"));
	DONE("end, text, no flag", flags = 0; text_attribute("hello"));
	DONE("end, text further behind", offset = 8; attribute(0, "", 0); text_attribute("hello"));
	DONE("end, offset beyond", offset = 1000; text_attribute("hello"));
	DONE("end, text and offset", text_attribute("hello"); u32_attribute(NLMSGERR_ATTR_OFFS, 8));
	DONE("end, text that is not terminated", attribute(NLMSGERR_ATTR_MSG, "abc", 3));
	DONE("end, empty text", text_attribute(""));
}

static _Alignas(4) unsigned char nested[3][5000];

static void u64_attribute(uint16_t type, uint64_t value)
{
	attribute(type, &value, sizeof(value));
}

static size_t wrap(unsigned char *to, uint16_t type, const void *payload, size_t len)
{
	struct rtattr rta = { .rta_len = (unsigned short)(4 + len), .rta_type = type };

	memcpy(to, &rta, 4);
	memcpy(to + 4, payload, len);
	return RTA_ALIGN(4 + len);
}

/* The attributes that were made are the policy of attribute 7 in policy 2. */
static void policy(const char *what)
{
	size_t len = wrap(nested[0], 7 | NLA_F_NESTED, attributes, attributes_len);

	len = wrap(nested[1], 2 | NLA_F_NESTED, nested[0], len);
	wrap(nested[2], 3 | NLA_F_NESTED, nested[1], len);
	printf("%s:", what);
	nl_print_policy((struct rtattr *)nested[2], stdout);
	puts("|");
	attributes_len = 0;
}

static void policies(void)
{
	policy("no type");
	for (unsigned type = 0; type < 20; type++) {
		u32_attribute(1, type);
		policy("type");
	}
	u32_attribute(1, 0xffffffff);
	policy("unknown type");
	for (unsigned bits = 0; bits < 1024; bits++) {
		u32_attribute(1, 3);
		for (unsigned bit = 0; bit < 10; bit++)
			if (bits & (1u << bit)) {
				uint16_t type = (uint16_t)(bit + 2);
				if (type < 6)
					u64_attribute(type, type % 2 ? 0xfffffffffffffff0 : 5);
				else
					u32_attribute(type, type % 2 ? 0xfffffff0 : 5);
			}
		policy("bits");
	}
	u64_attribute(4, 1);
	u64_attribute(5, 9);
	u32_attribute(1, 3);
	u64_attribute(12, 0xf0);
	policy("another order");
	u32_attribute(8, 1);
	policy("an index without a type");
	u32_attribute(1, 3);
	size_t len = wrap(nested[0], 7, attributes, attributes_len);
	len += wrap(nested[0] + len, 8, attributes, attributes_len);
	size_t all = wrap(nested[1], 5, nested[0], len);
	all += wrap(nested[1] + all, 6, nested[0], len);
	wrap(nested[2], 9, nested[1], all);
	nl_print_policy((struct rtattr *)nested[2], stdout);
	puts("| two policies of two attributes");
	wrap(nested[2], 9, "", 0);
	nl_print_policy((struct rtattr *)nested[2], stdout);
	puts("| none");
}

int main(void)
{
	begin();
	acks();
	ends();
	policies();
	return 0;
}
