/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Everything that writes attributes: bytes, lengths, results, limits to the byte. Payloads that need no padding: holes.c has the others. */
#include "kernel.h"

static unsigned char buffer[200000];
static struct nlmsghdr *n = (struct nlmsghdr *)buffer;
static struct rtattr *rta = (struct rtattr *)buffer;

static void fresh(uint32_t len)
{
	memset(buffer, 0, sizeof(buffer));
	n->nlmsg_len = len;
}

static void show(const char *what, long result)
{
	printf("%s = %ld, len %u", what, result, n->nlmsg_len);
	hex("", buffer + 16, n->nlmsg_len < 200 ? n->nlmsg_len - 16 + 8 : 64);
}

#define MESSAGE(len, call)			\
	do {					\
		fresh(len);			\
		show(#len ": " #call, (call));	\
	} while (0)

#define NEST(len, call)								\
	do {									\
		fresh(0);							\
		rta->rta_len = (len);						\
		rta->rta_type = 3;						\
		int result = (call);						\
		printf(#len ": " #call " = %d, len %u", result, rta->rta_len);	\
		hex("", buffer, 48);						\
	} while (0)

static long at(const struct rtattr *attr)
{
	return (const unsigned char *)attr - buffer;
}

static void messages(void)
{
	MESSAGE(16, addattr(n, 100, 5));
	MESSAGE(17, addattr(n, 100, 5));
	MESSAGE(16, addattr8(n, 100, 5, 0x12));
	MESSAGE(16, addattr16(n, 100, 5, 0x1234));
	MESSAGE(16, addattr32(n, 100, 5, 0x12345678));
	MESSAGE(16, addattr64(n, 100, 5, 0x123456789abcdef0));
	MESSAGE(16, addattrstrz(n, 100, 5, "text"));
	MESSAGE(16, addattrstrz(n, 100, 5, ""));
	MESSAGE(16, addattr_l(n, 100, 5, NULL, 0));
	MESSAGE(16, addattr_l(n, 100, 0x8005, "abcd", 4));
	MESSAGE(16, addattr_l(n, 100, 0x10005, "abcd", 4));
	MESSAGE(16, addattr_l(n, 100, -1, "abcd", 4));
	MESSAGE(16, addattr_l(n, -1, 5, "abc", 3));
	MESSAGE(16, addattr_l(n, -2147483647 - 1, 5, "abc", 3));
	MESSAGE(16, addattr_l(n, 0, 5, "abc", 3));
	for (unsigned len = 16; len < 21; len++)
		for (int payload = 0; payload < 9; payload++)
			for (int limit = 14; limit < 36; limit++) {
				printf("limit %d, payload %d, ", limit, payload);
				MESSAGE(len, addattr_l(n, limit, 5, "abcdefgh", payload));
				printf("limit %d, payload %d, ", limit, payload);
				MESSAGE(len, addraw_l(n, limit, "abcdefgh", payload));
			}
	MESSAGE(16, addattr_l(n, 200000, 5, buffer + 100000, 65531));
	MESSAGE(16, addraw_l(n, 200000, buffer + 100000, 70000));
	MESSAGE(16, addattr8(n, 23, 5, 1));
	MESSAGE(16, addattr16(n, 23, 5, 1));
	MESSAGE(16, addattr32(n, 23, 5, 1));
	MESSAGE(16, addattr64(n, 27, 5, 1));
	MESSAGE(16, addattrstrz(n, 27, 5, "text"));
	MESSAGE(16, addattr(n, 19, 5));
}

static void nests(void)
{
	fresh(16);
	struct rtattr *outer = addattr_nest(n, 100, 5 | NLA_F_NESTED);
	show("nest", at(outer));
	struct rtattr *inner = addattr_nest(n, 100, 6);
	show("inner nest", at(inner));
	show("value", addattr32(n, 100, 7, 9));
	show("end of the inner nest", addattr_nest_end(n, inner));
	show("value", addattr8(n, 100, 8, 9));
	show("end of the nest", addattr_nest_end(n, outer));
	fresh(16);
	show("empty nest", addattr_nest_end(n, addattr_nest(n, 100, 5)));
	for (int len = 0; len < 10; len++) {
		fresh(16);
		struct rtattr *nest = addattr_nest_compat(n, 100, 5, "abcdefghij", len);
		show("compat", at(nest));
		addattr32(n, 100, 7, 9);
		show("end of compat", addattr_nest_compat_end(n, nest));
	}
}

static void in_attributes(void)
{
	NEST(4, rta_addattr8(rta, 100, 5, 0x12));
	NEST(4, rta_addattr16(rta, 100, 5, 0x1234));
	NEST(4, rta_addattr32(rta, 100, 5, 0x12345678));
	NEST(4, rta_addattr64(rta, 100, 5, 0x123456789abcdef0));
	NEST(4, rta_addattr_l(rta, 100, 5, NULL, 0));
	NEST(4, rta_addattr_l(rta, 100, 0x18005, "abcd", 4));
	NEST(4, rta_addattr_l(rta, -1, 5, "abcd", 4));
	NEST(4, rta_addattr_l(rta, 0, 5, "abcd", 4));
	for (unsigned short len = 4; len < 9; len++)
		for (int payload = 0; payload < 9; payload++)
			for (int limit = 3; limit < 24; limit++) {
				printf("limit %d, payload %d, ", limit, payload);
				NEST(len, rta_addattr_l(rta, limit, 5, "abcdefgh", payload));
			}
	for (unsigned short len = 4; len < 9; len++)
		for (int limit = 3; limit < 24; limit++) {
			printf("limit %d, ", limit);
			NEST(len, rta_addattr8(rta, limit, 5, 1));
			printf("limit %d, ", limit);
			NEST(len, rta_addattr16(rta, limit, 5, 1));
			printf("limit %d, ", limit);
			NEST(len, rta_addattr32(rta, limit, 5, 1));
			printf("limit %d, ", limit);
			NEST(len, rta_addattr64(rta, limit, 5, 1));
		}
	NEST(4, rta_addattr_l(rta, 200000, 5, buffer + 100000, 65000));
	fresh(0);
	rta->rta_len = 4;
	struct rtattr *nest = rta_nest(rta, 100, 7);
	printf("rta_nest at %ld: ", at(nest));
	hex("", buffer, 20);
	rta_addattr32(rta, 100, 9, 1);
	rta_addattr8(rta, 100, 9, 1);
	printf("rta_nest_end = %d: ", rta_nest_end(rta, nest));
	hex("", buffer, 32);
}

int main(void)
{
	begin();
	messages();
	nests();
	in_attributes();
	return 0;
}
