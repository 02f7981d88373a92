/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Dumps: filters, error handlers, errors, interruptions, what is not part of it, files. */
#include "kernel.h"

static int filter_result, handler_result;

static int filter(struct nlmsghdr *n, void *arg)
{
	printf(" filter(%s): type %u, flags %#x, len %u\n", (const char *)arg, n->nlmsg_type, n->nlmsg_flags, n->nlmsg_len);
	return filter_result;
}

static int handler(struct nlmsghdr *n, void *arg)
{
	printf(" handler(%s): type %u, flags %#x, len %u\n", (const char *)arg, n->nlmsg_type, n->nlmsg_flags, n->nlmsg_len);
	return handler_result;
}

static void contents(FILE *file)
{
	unsigned char bytes[400];
	long at = ftell(file);

	rewind(file);
	size_t len = fread(bytes, 1, sizeof(bytes), file);
	printf(" file, %ld bytes:", at);
	hex("", bytes, len);
	fclose(file);
}

#define DUMP(what, ...)										\
	CASE(what, struct rtnl_handle h = handle(); int nc_flags = 0; rtnl_err_hndlr_t errors = NULL;	\
	     h.seq = h.dump = 101; __VA_ARGS__; errno = 0;						\
	     int result = errors ? rtnl_dump_filter_errhndlr_nc(&h, filter, "one", errors, "two", (__u16)nc_flags) :	\
	     rtnl_dump_filter_nc(&h, filter, "one", (__u16)nc_flags);					\
	     printf(" = %d, errno %d, seq %u, dump %u\n", result, errno == EAGAIN ? 0 : errno, h.seq, h.dump);	\
	     if (h.dump_fp) contents(h.dump_fp))

static void part(const char *payload)
{
	message(RTM_NEWLINK, NLM_F_MULTI, 101, PORT, payload, strlen(payload));
}

static void parts(void)
{
	DUMP("two parts", part("abcd"); part("efgh"); datagram(); part("ijk"); datagram(); put_done(0, 0, 101); datagram());
	DUMP("one part", part("abcd"); put_done(0, 0, 101); datagram());
	DUMP("none", put_done(0, 0, 101); datagram());
	DUMP("something behind the end", put_done(0, 0, 101); part("abcd"); datagram());
	DUMP("positive end", part("abcd"); put_done(5, 0, 101); datagram());
	DUMP("a part of 60000 bytes", static char bytes[60000]; message(16, 2, 101, PORT, bytes, 60000); datagram();
	     put_done(0, 0, 101); datagram());
	DUMP("a part of 100000 bytes", static char bytes[100000]; message(16, 2, 101, PORT, bytes, 100000); datagram();
	     put_done(0, 0, 101); datagram());
	DUMP("control messages", message(1, 2, 101, PORT, "abcd", 4); message(4, 2, 101, PORT, "abcd", 4);
	     message(5, 2, 101, PORT, "abcd", 4); put_done(0, 0, 101); datagram());
	DUMP("another dump's end before it", message(16, 2, 100, PORT, "abcd", 4); put_done(0, 0, 100); datagram(); part("efgh");
	     put_done(0, 0, 101); datagram());
	DUMP("another request's error before it", put_error(-22, 0, 100, PORT); datagram(); part("efgh"); put_done(0, 0, 101); datagram());
	DUMP("for another port", message(16, 2, 101, PORT + 1, "abcd", 4); message(16, 2, 101, 0, "abcd", 4); datagram();
	     part("efgh"); put_done(0, 0, 101); datagram());
	DUMP("from another program", part("abcd"); datagram()->from = 9; put_done(-22, 0, 101); datagram()->from = 99; part("efgh");
	     put_done(0, 0, 101); datagram());
	DUMP("without the sender's address", part("abcd"); put_done(0, 0, 101); datagram()->name_len = 0);
	for (filter_result = -3; filter_result < 5; filter_result += 3)
		DUMP("filter's result", part("abcd"); part("efgh"); put_done(0, 0, 101); datagram());
	filter_result = 0;
	for (unsigned flags = 0; flags < 0x40; flags += 0x10)
		DUMP("flags that are hidden", nc_flags = (int)flags; message(16, 0x32, 101, PORT, "abcd", 4); put_done(0, 0x32, 101); datagram());
}

static void interruptions(void)
{
	DUMP("interrupted", message(16, 0x12, 101, PORT, "abcd", 4); part("efgh"); datagram(); put_done(0, 0, 101); datagram());
	DUMP("interrupted at the end", part("efgh"); datagram(); put_done(0, 0x10, 101); datagram());
	DUMP("interrupted twice", message(16, 0x12, 101, PORT, "abcd", 4); datagram(); message(16, 0x12, 101, PORT, "abcd", 4); datagram();
	     put_done(0, 0, 101); datagram());
	DUMP("another dump was interrupted", message(16, 0x12, 102, PORT, "abcd", 4); datagram(); put_done(0, 0, 101); datagram());
	DUMP("interrupted, and an error", message(16, 0x12, 101, PORT, "abcd", 4); datagram(); put_done(-22, 0, 101); datagram());
	DUMP("interrupted, errors suppressed", h.flags = RTNL_HANDLE_F_SUPPRESS_NLERR; message(16, 0x12, 101, PORT, "abcd", 4);
	     put_done(0, 0, 101); datagram());
}

static void errors_in_dumps(void)
{
	static const int codes[] = { 0, -1, -2, -4, -17, -22, -90, -95, -4095, 5 };
	static const int protocols[] = { 0, 4, 16 };

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		for (size_t p = 0; p < sizeof(protocols) / sizeof(*protocols); p++)
			for (int flags = 0; flags < 8; flags += 2) {
				printf("code %d, protocol %d, flags %d\n", codes[i], protocols[p], flags);
				DUMP("end", h.flags = flags; h.proto = protocols[p]; part("abcd"); put_done(codes[i], 0, 101); datagram());
				DUMP("end with text", h.flags = flags; h.proto = protocols[p]; text_attribute("the text");
				     put_done(codes[i], TLVS, 101); datagram());
				DUMP("error", h.flags = flags; h.proto = protocols[p]; put_error(codes[i], 0, 101, PORT); datagram());
				DUMP("error with text", h.flags = flags; h.proto = protocols[p]; text_attribute("the text");
				     put_error(codes[i], CAPPED | TLVS, 101, PORT); datagram());
			}
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		for (handler_result = 0; handler_result < 8; handler_result++) {
			printf("code %d, handler returns %d\n", codes[i], handler_result);
			DUMP("end", errors = handler; part("abcd"); put_done(codes[i], 0, 101); datagram());
			DUMP("end with text", errors = handler; text_attribute("the text"); put_done(codes[i], TLVS, 101); datagram());
			DUMP("error, then the end", errors = handler; put_error(codes[i], 0, 101, PORT); part("abcd"); datagram();
			     part("efgh"); put_done(0, 0, 101); datagram());
			DUMP("error with text", errors = handler; text_attribute("the text"); put_error(codes[i], CAPPED | TLVS, 101, PORT);
			     put_done(0, 0, 101); datagram());
			DUMP("error from NETLINK_SOCK_DIAG", errors = handler; h.proto = 4; put_error(codes[i], 0, 101, PORT);
			     put_done(0, 0, 101); datagram());
			DUMP("error, suppressed by the handle", errors = handler; h.flags = RTNL_HANDLE_F_SUPPRESS_NLERR;
			     put_error(codes[i], 0, 101, PORT); put_done(0, 0, 101); datagram());
		}
	DUMP("end with a missing attribute", u32_attribute(5, 3); put_done(-22, TLVS, 101); datagram());
	DUMP("end with an empty text", text_attribute(""); put_done(-22, TLVS, 101); datagram());
	DUMP("receive interrupted", push_failure(EINTR); push_failure(EAGAIN); put_done(0, 0, 101); datagram());
	DUMP("overflow", push_failure(ENOBUFS); put_done(0, 0, 101); datagram());
	DUMP("nothing comes", (void)0);
}

static void files(void)
{
	DUMP("file", h.dump_fp = tmpfile(); part("abcd"); part("efg"); datagram(); message(16, 2, 100, PORT, "abcd", 4); datagram();
	     put_done(0, 0, 101); datagram());
	DUMP("file, end with an error", h.dump_fp = tmpfile(); part("abcd"); put_done(-22, 0, 101); datagram());
	DUMP("file, error", h.dump_fp = tmpfile(); part("abcd"); put_error(-22, 0, 101, PORT); datagram());
	DUMP("file, interrupted", h.dump_fp = tmpfile(); message(16, 0x12, 101, PORT, "abcd", 4); put_done(0, 0, 101); datagram());
	DUMP("file, hidden flags", nc_flags = 0x10; h.dump_fp = tmpfile(); message(16, 0x12, 101, PORT, "abcd", 4);
	     put_done(0, 0, 101); datagram());
}

int main(void)
{
	begin();
	parts();
	interruptions();
	errors_in_dumps();
	files();
	return 0;
}
