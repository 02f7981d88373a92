/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Dumps the IPv4 routes of the namespace and reads destination, device and table of each; prints how many there were and
 * the nanoseconds that it took.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

static uint64_t sum;

static int into_table(const struct nlattr *attr, void *data)
{
	const struct nlattr **table = data;

	if (mnl_attr_type_valid(attr, RTA_MAX) < 0)
		return MNL_CB_OK;
	switch (mnl_attr_get_type(attr)) {
	case RTA_DST:
	case RTA_OIF:
	case RTA_TABLE:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
			return MNL_CB_ERROR;
	}
	table[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static int on_route(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *table[RTA_MAX + 1] = { 0 };

	if (mnl_attr_parse(nlh, sizeof(struct rtmsg), into_table, table) < 0)
		return MNL_CB_ERROR;
	if (table[RTA_DST])
		sum += mnl_attr_get_u32(table[RTA_DST]);
	if (table[RTA_OIF])
		sum += mnl_attr_get_u32(table[RTA_OIF]);
	if (table[RTA_TABLE])
		sum += mnl_attr_get_u32(table[RTA_TABLE]);
	++*(unsigned long *)data;
	return MNL_CB_OK;
}

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int main(void)
{
	static unsigned char buffer[32768];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	unsigned long routes = 0;
	ssize_t len;
	int ret = MNL_CB_OK;

	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = 1;
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	rtm->rtm_family = AF_INET;

	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return 1;
	unsigned int port = mnl_socket_get_portid(nl);
	uint64_t start = nanoseconds();
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return 1;
	while (ret > 0) {
		len = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
		if (len < 0)
			return 1;
		ret = mnl_cb_run(buffer, (size_t)len, 1, port, on_route, &routes);
	}
	uint64_t took = nanoseconds() - start;
	mnl_socket_close(nl);
	printf("%lu %llu\n", routes, (unsigned long long)took);
	return ret < 0 || sum == 0;
}
