/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Linked into a drop-in that is wrong on purpose in the function that is defined, to show that the comparison of programs notices.
 * The right function has the prefix right_.
 */
#include <stddef.h>

#include <libnetlink.h>

#ifdef BREAK_rtnl_talk
int right_rtnl_talk(struct rtnl_handle *rtnl, struct nlmsghdr *n, struct nlmsghdr **answer);

/* A refused request is reported as executed. */
int rtnl_talk(struct rtnl_handle *rtnl, struct nlmsghdr *n, struct nlmsghdr **answer)
{
	int result = right_rtnl_talk(rtnl, n, answer);

	return result < 0 && !answer ? 0 : result;
}
#endif

#ifdef BREAK_rtnl_dump_filter_nc
int right_rtnl_dump_filter_nc(struct rtnl_handle *rth, rtnl_filter_t filter, void *arg, __u16 nc_flags);

static __thread rtnl_filter_t wanted;
static __thread int seen;

static int all_but_the_second(struct nlmsghdr *n, void *arg)
{
	return ++seen == 2 || !wanted ? 0 : wanted(n, arg);
}

/* A message of each dump is lost. */
int rtnl_dump_filter_nc(struct rtnl_handle *rth, rtnl_filter_t filter, void *arg, __u16 nc_flags)
{
	wanted = filter;
	seen = 0;
	return right_rtnl_dump_filter_nc(rth, all_but_the_second, arg, nc_flags);
}
#endif

#ifdef BREAK_parse_rtattr_flags
int right_parse_rtattr_flags(struct rtattr *tb[], int max, struct rtattr *rta, int len, unsigned short flags);

/* The flags of a type are taken for a part of it. */
int parse_rtattr_flags(struct rtattr *tb[], int max, struct rtattr *rta, int len, unsigned short flags)
{
	(void)flags;
	return right_parse_rtattr_flags(tb, max, rta, len, 0);
}
#endif

#ifdef BREAK_addattr32
int right_addattr32(struct nlmsghdr *n, int maxlen, int type, __u32 data);

/* The lowest bit is wrong. */
int addattr32(struct nlmsghdr *n, int maxlen, int type, __u32 data)
{
	return right_addattr32(n, maxlen, type, data ^ 1);
}
#endif

#ifdef BREAK_addattr_nest_end
/* The nest's length is not written. */
int addattr_nest_end(struct nlmsghdr *n, struct rtattr *nest)
{
	(void)nest;
	return (int)n->nlmsg_len;
}
#endif

#ifdef BREAK_rtnl_send_check
/* The request is not sent. */
int rtnl_send_check(struct rtnl_handle *rth, const void *buf, int len)
{
	(void)rth;
	(void)buf;
	(void)len;
	return 0;
}
#endif

#ifdef BREAK_rtnl_listen
int right_rtnl_listen(struct rtnl_handle *rtnl, rtnl_listen_filter_t handler, void *jarg);

static rtnl_listen_filter_t listener;

static int without_routes(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *n, void *arg)
{
	return n->nlmsg_type == RTM_NEWROUTE ? 0 : listener(ctrl, n, arg);
}

/* Events of one kind are lost. */
int rtnl_listen(struct rtnl_handle *rtnl, rtnl_listen_filter_t handler, void *jarg)
{
	listener = handler;
	return right_rtnl_listen(rtnl, without_routes, jarg);
}
#endif

#ifdef BREAK_rtnl_from_file
/* The file is taken for an empty one. */
int rtnl_from_file(FILE *file, rtnl_listen_filter_t handler, void *jarg)
{
	(void)file;
	(void)handler;
	(void)jarg;
	return 0;
}
#endif
