/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every dump request: the bytes, the result, and what becomes of the handle; filters that add, refuse, or are not there. */
#include "kernel.h"

#include <linux/if_bridge.h>

static int filter_result;

static int filter(struct nlmsghdr *n, int len)
{
	printf(" filter(%d): ", len);
	hex("", n, n->nlmsg_len);
	addattr32(n, len, 5, 0x01020304);
	return filter_result;
}

static int stats_filter(struct ipstats_req *request, void *data)
{
	printf(" stats filter: ");
	hex("", &request->nlh, request->nlh.nlmsg_len);
	if (data)
		addattr32(&request->nlh, sizeof(*request), 5, 0x01020304);
	return filter_result;
}

#define TRY(call)											\
	CASE(#call, struct rtnl_handle h = handle(); int result = (call);				\
	     printf(" = %d, errno %d, seq %u, dump %u\n", result, errno, h.seq, h.dump))

static const int families[] = { AF_UNSPEC, AF_INET, AF_INET6, AF_BRIDGE, AF_PACKET, 300, -1 };

static void by_family(int family)
{
	printf("family %d\n", family);
	TRY(rtnl_addrdump_req(&h, family, NULL));
	TRY(rtnl_addrdump_req(&h, family, filter));
	TRY(rtnl_addrlbldump_req(&h, family));
	TRY(rtnl_routedump_req(&h, family, NULL));
	TRY(rtnl_routedump_req(&h, family, filter));
	TRY(rtnl_ruledump_req(&h, family));
	TRY(rtnl_neighdump_req(&h, family, NULL));
	TRY(rtnl_neighdump_req(&h, family, filter));
	TRY(rtnl_neightbldump_req(&h, family));
	TRY(rtnl_mdbdump_req(&h, family));
	TRY(rtnl_brvlandump_req(&h, family, 0x12345678));
	TRY(rtnl_netconfdump_req(&h, family));
	TRY(rtnl_linkdump_req(&h, family));
	TRY(rtnl_linkdump_req_filter(&h, family, 0x12345678));
	TRY(rtnl_linkdump_req_filter(&h, family, 0));
	TRY(rtnl_linkdump_req_filter_fn(&h, family, NULL));
	TRY(rtnl_linkdump_req_filter_fn(&h, family, filter));
	TRY(rtnl_nsiddump_req_filter_fn(&h, family, NULL));
	TRY(rtnl_nsiddump_req_filter_fn(&h, family, filter));
	TRY(rtnl_statsdump_req_filter(&h, family, 7, NULL, NULL));
	TRY(rtnl_statsdump_req_filter(&h, family, 7, stats_filter, NULL));
	TRY(rtnl_statsdump_req_filter(&h, family, 7, stats_filter, &filter_result));
	TRY(rtnl_nexthopdump_req(&h, family, NULL));
	TRY(rtnl_nexthopdump_req(&h, family, filter));
	TRY(rtnl_nexthop_bucket_dump_req(&h, family, NULL));
	TRY(rtnl_nexthop_bucket_dump_req(&h, family, filter));
	TRY(rtnl_tunneldump_req(&h, family, 0x12345678, 9));
}

int main(void)
{
	begin();
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		by_family(families[i]);
	TRY(rtnl_fdb_linkdump_req_filter_fn(&h, filter));
	for (filter_result = -5; filter_result < 10; filter_result += 10) {
		printf("filter returns %d\n", filter_result);
		TRY(rtnl_addrdump_req(&h, AF_INET, filter));
		TRY(rtnl_linkdump_req_filter_fn(&h, AF_UNSPEC, filter));
		TRY(rtnl_fdb_linkdump_req_filter_fn(&h, filter));
		TRY(rtnl_nsiddump_req_filter_fn(&h, AF_UNSPEC, filter));
		TRY(rtnl_statsdump_req_filter(&h, AF_UNSPEC, 7, stats_filter, NULL));
		TRY(rtnl_nexthop_bucket_dump_req(&h, AF_INET, filter));
	}
	new_request(RTM_GETLINK, NLM_F_ECHO, 24);
	TRY(rtnl_dump_request(&h, RTM_GETLINK, request.bytes, 24));
	TRY(rtnl_dump_request(&h, RTM_GETLINK, request.bytes, 21));
	TRY(rtnl_dump_request(&h, RTM_GETLINK, NULL, 0));
	TRY(rtnl_dump_request(&h, 0x12345, request.bytes, 4));
	TRY(rtnl_dump_request_n(&h, &request.n));
	CASE("the request afterwards", struct rtnl_handle h = handle(); if (rtnl_dump_request_n(&h, &request.n) < 0) abort();
	     hex("", &request.n, 16));
	TRY(rtnl_send(&h, &request, 20));
	TRY(rtnl_send(&h, &request, 0));
	send_failure = EPERM;
	TRY(rtnl_addrdump_req(&h, AF_INET, NULL));
	TRY(rtnl_dump_request(&h, RTM_GETLINK, request.bytes, 24));
	TRY(rtnl_dump_request_n(&h, &request.n));
	TRY(rtnl_statsdump_req_filter(&h, AF_UNSPEC, 7, NULL, NULL));
	TRY(rtnl_send(&h, &request, 20));
	send_failure = 0;
	CASE("the sequence number wraps", struct rtnl_handle h = handle(); h.seq = 0xffffffff;
	     int result = rtnl_ruledump_req(&h, AF_INET); printf(" = %d, seq %u, dump %u\n", result, h.seq, h.dump));
	return 0;
}
