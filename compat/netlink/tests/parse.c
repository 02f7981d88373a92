/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Everything that reads attributes, the header's inline functions and macros included. */
#include "kernel.h"

#include <linux/if_bridge.h>

#define TYPES 12

static unsigned char *base = attributes;
static struct rtattr *tb[TYPES + 1];

static void show(const char *what, int result)
{
	printf("%s = %d:", what, result);
	for (int i = 0; i <= TYPES; i++)
		if (tb[i] == (void *)-1)
			printf(" -");
		else if (!tb[i])
			printf(" .");
		else
			printf(" %ld", (long)((unsigned char *)tb[i] - base));
	putchar('\n');
	memset(tb, 0xff, sizeof(tb));
}

#define SHOW(call) show(#call, (call))

static struct rtattr *all(void)
{
	return (struct rtattr *)attributes;
}

static int total(void)
{
	return (int)attributes_len;
}

static void one(int type)
{
	struct rtattr *found = parse_rtattr_one(type, all(), total());

	printf("parse_rtattr_one %#x = %ld\n", type, found ? (long)((unsigned char *)found - base) : -1);
}

static void arrays(void)
{
	attribute(1, "ab", 2);
	attribute(2, "abcd", 4);
	attribute(0, "x", 1);
	attribute(1, "zz", 2);
	attribute(30, "s", 1);
	attribute(3 | NLA_F_NESTED, "nest", 4);
	attribute(4 | NLA_F_NET_BYTEORDER, "neto", 4);
	attribute(5 | NLA_F_NESTED | NLA_F_NET_BYTEORDER, "both", 4);
	attribute(TYPES, "last", 4);
	attribute(TYPES + 1, "more", 4);
	attribute(6, "", 0);
	for (int max = 0; max <= TYPES; max++) {
		printf("max %d, ", max);
		SHOW(parse_rtattr(tb, max, all(), total()));
	}
	for (unsigned flags = 0; flags < 0x10000; flags += 0x1000)
		for (unsigned low = 0; low < 4; low++) {
			printf("flags %#x, ", flags | low);
			SHOW(parse_rtattr_flags(tb, TYPES, all(), total(), (unsigned short)(flags | low)));
		}
	for (int len = 0; len <= total(); len += 4) {
		printf("%d bytes, ", len);
		SHOW(parse_rtattr(tb, TYPES, all(), len));
	}
	for (int type = 0; type < 16; type++)
		one(type);
	one(0x8003);
	one(0x4004);
	one(0xc005);
	one(-1);
	one(0x10001);
	attributes_len = 0;
	attribute(1, "abcd", 4);
	attribute(2, "abcd", 4);
	for (unsigned short len = 0; len < 24; len++) {
		if (len >= 4 && len <= 16 && len % 4 != 0 && len > 12)
			continue;	/* the last attribute without its padding: holes.c */
		printf("rta_len %u, ", len);
		all()->rta_len = len;
		SHOW(parse_rtattr(tb, TYPES, all(), total()));
	}
	attributes_len = 0;
}

static void nests(void)
{
	static _Alignas(4) unsigned char nest[200];
	struct rtattr *outer = (struct rtattr *)nest;

	attribute(1, "abcd", 4);
	attribute(2 | NLA_F_NESTED, "q", 1);
	memcpy(nest + 4, attributes, attributes_len);
	outer->rta_len = (unsigned short)(4 + attributes_len);
	base = nest;
	SHOW(parse_rtattr_nested(tb, TYPES, outer));
	struct rtattr *found = parse_rtattr_one_nested(1, outer);
	printf("parse_rtattr_one_nested(1) = %ld\n", (long)((unsigned char *)found - base));
	printf("parse_rtattr_one_nested(3) = %d\n", parse_rtattr_one_nested(3, outer) != NULL);
	rtattr_for_each_nested(found, outer)
		printf("rtattr_for_each_nested: %ld, type %#x\n", (long)((unsigned char *)found - base), found->rta_type);
	/* A structure of 8 bytes, and a nest behind it. */
	memset(nest, 0, sizeof(nest));
	struct rtattr *inner = (struct rtattr *)(nest + 12);
	inner->rta_len = (unsigned short)(4 + attributes_len);
	inner->rta_type = 9;
	memcpy(nest + 16, attributes, attributes_len);
	outer->rta_len = (unsigned short)(16 + attributes_len);
	outer->rta_type = 9;
	for (int len = 5; len < 9; len++) {
		void *data = (void *)-1;
		printf("structure of %d, ", len);
		SHOW(__parse_rtattr_nested_compat(tb, TYPES, outer, len));
		int result = parse_rtattr_nested_compat(tb, TYPES, outer, data, (size_t)len);
		printf("data at %ld, ", (long)((unsigned char *)data - base));
		show("parse_rtattr_nested_compat", result);
	}
	for (int len = 29; len < 40; len++) {
		void *data = (void *)-1;
		printf("structure of %d, ", len);
		SHOW(__parse_rtattr_nested_compat(tb, TYPES, outer, len));
		int result = parse_rtattr_nested_compat(tb, TYPES, outer, data, (size_t)len);
		printf("data %d, ", data != NULL);
		show("parse_rtattr_nested_compat", result);
	}
	outer->rta_len = 12;
	SHOW(__parse_rtattr_nested_compat(tb, TYPES, outer, 8));
	attributes_len = 0;
}

static void values(void)
{
	static _Alignas(8) unsigned char bytes[24] = { 0, 0, 0, 0, 12, 0, 1, 0, 0x81, 2, 3, 0x84, 5, 6, 7, 0xf8, 'x', 0 };
	const struct rtattr *rta = (const struct rtattr *)(bytes + 4);

	printf("%#x %#x %#x %#x %#x %#llx %d %lld\n", rta_getattr_u8(rta), rta_getattr_u16(rta), rta_getattr_be16(rta),
	       rta_getattr_u32(rta), rta_getattr_be32(rta), (unsigned long long)rta_getattr_u64(rta), rta_getattr_s32(rta),
	       (long long)rta_getattr_s64(rta));
	printf("text at %ld\n", (long)(rta_getattr_str(rta) - (const char *)rta));
}

#define VALUE(expression) printf(#expression " = %lld\n", (long long)(expression))
#define OFFSET(macro) printf(#macro " = %ld\n", (long)((char *)macro(start) - (char *)start))

static void macros(void)
{
	struct nlmsghdr header = { .nlmsg_len = 101 };
	struct nlmsghdr *start = &header;
	struct rtattr rta = { .rta_len = 9 };

	VALUE(RTNL_HANDLE_F_LISTEN_ALL_NSID);
	VALUE(RTNL_HANDLE_F_SUPPRESS_NLERR);
	VALUE(RTNL_HANDLE_F_STRICT_CHK);
	VALUE(RTNL_LET_NLERR);
	VALUE(RTNL_SUPPRESS_NLMSG_DONE_NLERR);
	VALUE(RTNL_SUPPRESS_NLMSG_ERROR_NLERR);
	VALUE(RTNL_SUPPRESS_NLERR);
	VALUE(NLMSG_TSTAMP);
	OFFSET(NLMSG_TAIL);
	OFFSET(IFA_RTA);
	OFFSET(IFLA_RTA);
	OFFSET(NDA_RTA);
	OFFSET(NDTA_RTA);
	OFFSET(NETNS_RTA);
	OFFSET(IFLA_STATS_RTA);
	OFFSET(BRVLAN_RTA);
	OFFSET(TUNNEL_RTA);
	VALUE(IFA_PAYLOAD(start));
	VALUE(IFLA_PAYLOAD(start));
	VALUE(NDA_PAYLOAD(start));
	VALUE(NDTA_PAYLOAD(start));
	VALUE(NETNS_PAYLOAD(start));
	printf("RTA_TAIL = %ld\n", (long)((char *)RTA_TAIL(&rta) - (char *)&rta));
	VALUE(sizeof(struct rtnl_handle));
	VALUE(offsetof(struct rtnl_handle, local));
	VALUE(offsetof(struct rtnl_handle, peer));
	VALUE(offsetof(struct rtnl_handle, seq));
	VALUE(offsetof(struct rtnl_handle, dump));
	VALUE(offsetof(struct rtnl_handle, proto));
	VALUE(offsetof(struct rtnl_handle, dump_fp));
	VALUE(offsetof(struct rtnl_handle, flags));
	VALUE(sizeof(struct nlmsg_list));
	VALUE(offsetof(struct nlmsg_list, h));
	VALUE(sizeof(struct nlmsg_chain));
	VALUE(offsetof(struct nlmsg_chain, tail));
	VALUE(sizeof(struct ipstats_req));
	VALUE(offsetof(struct ipstats_req, ifsm));
	VALUE(offsetof(struct ipstats_req, buf));
	VALUE(sizeof(struct rtnl_ctrl_data));
	VALUE(sizeof(struct rtnl_dump_filter_arg));
	VALUE(offsetof(struct rtnl_dump_filter_arg, arg1));
	VALUE(offsetof(struct rtnl_dump_filter_arg, errhndlr));
	VALUE(offsetof(struct rtnl_dump_filter_arg, arg2));
	VALUE(offsetof(struct rtnl_dump_filter_arg, nc_flags));
	VALUE(rcvbuf);
}

int main(void)
{
	begin();
	memset(tb, 0xff, sizeof(tb));
	arrays();
	nests();
	values();
	macros();
	return 0;
}
