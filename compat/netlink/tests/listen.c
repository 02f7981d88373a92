/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events from a socket and from a file. */
#include "kernel.h"

static int handler_result;

static int handler(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *n, void *arg)
{
	printf(" handler(%s): nsid %d, type %u, flags %#x, len %u\n", (const char *)arg, ctrl ? ctrl->nsid : -99, n->nlmsg_type,
	       n->nlmsg_flags, n->nlmsg_len);
	return handler_result;
}

#define LISTEN(what, ...)										\
	CASE(what, struct rtnl_handle h = handle(); __VA_ARGS__; errno = 0;				\
	     int result = rtnl_listen(&h, handler, "one"); printf(" = %d, errno %d\n", result, errno))

#define READ(what, ...)										\
	CASE("file, " what, FILE *file = tmpfile(); __VA_ARGS__; fwrite(built, 1, built_len, file);	\
	     rewind(file); errno = 0; int result = rtnl_from_file(file, handler, "one");		\
	     printf(" = %d, errno %d, at %ld\n", result, errno, ftell(file)))

static void event(const char *payload)
{
	message(RTM_NEWLINK, 0, 0, 0, payload, strlen(payload));
}

static const char zeros[70000];

int main(void)
{
	begin();
	LISTEN("two datagrams", event("abcd"); event("efg"); datagram(); event("ijkl"); datagram());
	LISTEN("namespaces", h.flags = RTNL_HANDLE_F_LISTEN_ALL_NSID; event("abcd"); datagram()->nsid = 5; event("efgh"); datagram());
	LISTEN("namespaces without the flag", event("abcd"); datagram()->nsid = 5; event("efgh"); datagram());
	LISTEN("errors, ends, control messages", put_error(-17, 0, 101, PORT); put_done(0, 0, 1); message(1, 0, 1, 2, "", 0);
	       event("abcd"); datagram());
	LISTEN("overflow", push_failure(EINTR); push_failure(EAGAIN); push_failure(ENOBUFS); event("abcd"); datagram(); push_failure(EBADF));
	LISTEN("16384 bytes", message(16, 0, 0, 0, zeros, 16384 - 16); datagram());
	for (handler_result = -5; handler_result < 10; handler_result += 5)
		LISTEN("handler's result", event("abcd"); event("efgh"); datagram(); event("ijkl"); datagram());
	handler_result = 0;
	READ("two messages", event("abcd"); event("efgh"));
	READ("empty", (void)0);
	READ("ends within a header", event("abcd"); event("efgh"); built_len -= 12);
	READ("ends within a payload", event("abcd"); event("efgh"); built_len -= 2);
	READ("ends before the padding", event("abcde"); built_len -= 3);
	READ("padding", event("abcde"); event("abcd"));
	READ("a length of 0", message_as(0, 16, 0, 1, 2, "abcd", 4));
	READ("a length of 15", message_as(15, 16, 0, 1, 2, "abcd", 4));
	READ("a length beyond the end", message_as(100, 16, 0, 1, 2, "abcd", 4));
	READ("a length of 2^31", message_as(0x80000010, 16, 0, 1, 2, "abcd", 4));
	READ("a length of 2^32 - 16", message_as(0xfffffff0, 16, 0, 1, 2, "abcd", 4));
	READ("a length of 2^32 - 1", message_as(0xffffffff, 16, 0, 1, 2, "abcd", 4));
	READ("a length of 16384", message(16, 0, 1, 2, zeros, 16384 - 16); event("abcd"));
	READ("errors, ends, times", put_error(-17, 0, 101, PORT); put_done(0, 0, 1); message(NLMSG_TSTAMP, 0, 0, 0, "abcdefgh", 8);
	     event("abcd"));
	for (handler_result = -5; handler_result < 10; handler_result += 5)
		READ("handler's result", event("abcd"); event("efgh"));
	CASE("file, not to be read", FILE *file = fopen("/dev/null", "w"); int result = rtnl_from_file(file, handler, "one");
	     printf(" = %d\n", result));
	return 0;
}
