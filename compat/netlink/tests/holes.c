/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Where ours differs from the stock library on purpose. Each line that this prints and that is not the same stands in the file
 * "differences", with what the stock library does, what ours does, and why; no other program may differ in a single byte.
 */
#include "kernel.h"

#include <sys/mman.h>
#include <sys/resource.h>

static int result;
static const char zeros[140000];

/* The end of a buffer: what is behind it cannot be read. */
static unsigned char *before_nothing(const void *bytes, size_t len)
{
	unsigned char *pages = mmap(NULL, 3 * 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + 2 * 65536, 65536, PROT_NONE) != 0)
		abort();
	memcpy(pages + 2 * 65536 - len, bytes, len);
	return pages + 2 * 65536 - len;
}

#define TALK(what, ...)										\
	CASE("talk, " what, struct rtnl_handle h = handle(); struct nlmsghdr *answer = NULL;		\
	     struct nlmsghdr **to = NULL; new_request(RTM_NEWLINK, NLM_F_REQUEST, 16); quiet_send = 1;	\
	     __VA_ARGS__; errno = 0; result = rtnl_talk(&h, &request.n, to);				\
	     printf(" = %d, errno %d\n", result, errno); if (answer) hex(" answer", answer, answer->nlmsg_len))

static void senders(void)
{
	TALK("the answer to the request before", put_error(-17, 0, 100, PORT); datagram(); put_error(0, 0, 101, PORT); datagram());
	TALK("an answer without the sender's address", put_error(0, 0, 101, PORT); datagram()->name_len = 10);
	TALK("a refusal behind another program's datagram", put_error(-17, 0, 101, PORT); datagram()->from = 99;
	     put_error(-18, 0, 101, PORT); datagram());
	TALK("a refusal behind another socket's", put_error(-17, 0, 101, PORT + 1); datagram(); put_error(-18, 0, 101, PORT); datagram());
	TALK("an empty datagram from another program", push("", 0)->from = 99; put_error(0, 0, 101, PORT); datagram());
	TALK("another message before the answer in its datagram", to = &answer; message(RTM_NEWADDR, 0, 0, 0, "wrong", 5);
	     message(RTM_NEWLINK, 0, 101, PORT, "right", 5); datagram());
	TALK("the sequence number wraps", h.seq = 0xffffffff; put_error(0, 0, 0, PORT); datagram());
}

static void malformed_answers(void)
{
	TALK("8 bytes", push(zeros, 8); put_error(0, 0, 101, PORT); datagram());
	TALK("a length of 8", message_as(8, 16, 0, 101, PORT, "abcd", 4); datagram());
	TALK("a length beyond the datagram", message_as(100, 16, 0, 101, PORT, "abcd", 4); datagram());
	TALK("a length of 2^31", message_as(0x80000010, 16, 0, 101, PORT, "abcd", 4); datagram());
	TALK("no padding behind the last message", message(16, 0, 99, PORT, "abcde", 5); built_len -= 3; datagram();
	     put_error(0, 0, 101, PORT); datagram());
	TALK("an error of 3 bytes", message(NLMSG_ERROR, 0, 101, PORT, "abc", 3); datagram());
	TALK("an extended ack with an attribute of tomorrow", text_attribute("the text"); attribute(77, "abcd", 4);
	     put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("an extended ack with a text that is not terminated", attribute(NLMSGERR_ATTR_MSG, "abc", 3);
	     put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("an extended ack with an offset of 2 bytes", attribute(NLMSGERR_ATTR_OFFS, "ab", 2);
	     put_error(-17, CAPPED | TLVS, 101, PORT); datagram());
}

#define SEVERAL(what, count, ...)									\
	CASE("several, " what, struct rtnl_handle h = handle(); struct nlmsghdr messages[4];		\
	     struct iovec parts[4]; quiet_send = 1;							\
	     for (unsigned i = 0; i < 4; i++) {								\
		     memset(&messages[i], 0, 16);							\
		     messages[i].nlmsg_len = 16;							\
		     parts[i].iov_base = &messages[i];							\
		     parts[i].iov_len = 16;								\
	     }												\
	     __VA_ARGS__; errno = 0; result = rtnl_talk_iov(&h, parts, count, NULL);			\
	     printf(" = %d, errno %d\n", result, errno))

static void several(void)
{
	SEVERAL("an error in the second of three", 3, put_error(0, 0, 101, PORT); datagram(); put_error(-17, 0, 102, PORT); datagram();
		put_error(0, 0, 103, PORT); datagram());
	SEVERAL("three acks in one datagram", 3, put_error(0, 0, 101, PORT); put_error(0, 0, 102, PORT); put_error(0, 0, 103, PORT); datagram());
	SEVERAL("a leftover before the acks", 2, put_error(0, 0, 100, PORT); datagram(); put_error(0, 0, 101, PORT); datagram();
		put_error(-17, 0, 102, PORT); datagram());
	SEVERAL("none", 0, (void)0);
}

#define CHECK(what, ...)										\
	CASE("send_check, " what, struct rtnl_handle h = handle(); new_request(RTM_NEWLINK, 1, 4);	\
	     quiet_send = 1; __VA_ARGS__; errno = 0; result = rtnl_send_check(&h, &request, 20);		\
	     printf(" = %d, errno %d\n", result, errno))

static void checks(void)
{
	CHECK("an ack", put_error(0, 0, 9, PORT); datagram());
	CHECK("another request's error", put_error(-17, 0, 8, PORT); datagram());
	CHECK("another socket's error", put_error(-17, 0, 9, PORT + 1); datagram());
	CHECK("another program's error", put_error(-17, 0, 9, PORT); datagram()->from = 99);
	CHECK("an error behind 2000 bytes", message(16, 0, 1, 2, zeros, 2000); put_error(-17, 0, 9, PORT); datagram());
	CHECK("an error of 3 bytes", message(NLMSG_ERROR, 0, 9, PORT, "abc", 3); datagram());
}

static int filter(struct nlmsghdr *n, void *arg)
{
	(void)arg;
	printf(" filter: %u bytes\n", n->nlmsg_len);
	return 0;
}

#define DUMP(what, ...)										\
	CASE("dump, " what, struct rtnl_handle h = handle(); h.seq = h.dump = 101;			\
	     rtnl_filter_t filter_or_null = filter; __VA_ARGS__; errno = 0;				\
	     result = rtnl_dump_filter(&h, filter_or_null, NULL); printf(" = %d, errno %d\n", result, errno);	\
	     if (h.dump_fp) printf(" file, %ld bytes\n", ftell(h.dump_fp)))

static void part(void)
{
	message(RTM_NEWLINK, NLM_F_MULTI, 101, PORT, "abcd", 4);
}

static void dumps(void)
{
	DUMP("no filter", filter_or_null = NULL; part(); put_done(0, 0, 101); datagram());
	DUMP("a length of 8", part(); message_as(8, 16, 2, 101, PORT, "abcd", 4); datagram());
	DUMP("a length beyond the datagram", part(); message_as(100, 16, 2, 101, PORT, "abcd", 4); datagram());
	DUMP("a length of 2^31", part(); message_as(0x80000010, 16, 2, 101, PORT, "abcd", 4); datagram());
	DUMP("8 bytes behind the last message", part(); memcpy(built + built_len, zeros, 8); built_len += 8; datagram();
	     put_done(0, 0, 101); datagram());
	DUMP("3 bytes behind the last message", part(); memcpy(built + built_len, zeros, 3); built_len += 3; datagram();
	     put_done(0, 0, 101); datagram());
	DUMP("no padding behind the last message", message(16, 2, 101, PORT, "abcde", 5); built_len -= 3; datagram();
	     put_done(0, 0, 101); datagram());
	DUMP("an end without a code", part(); message(NLMSG_DONE, 2, 101, PORT, "", 0); datagram());
	DUMP("an end of 2 bytes", part(); message(NLMSG_DONE, 2, 101, PORT, "ab", 2); datagram());
	DUMP("an error of 3 bytes", message(NLMSG_ERROR, 0, 101, PORT, "abc", 3); datagram());
	DUMP("an error of 4 bytes", message(NLMSG_ERROR, 0, 101, PORT, "\352\377\377\377", 4); datagram());
	DUMP("into a file, another program's datagram", h.dump_fp = tmpfile(); part(); datagram()->from = 9; put_done(0, 0, 101);
	     datagram());
	DUMP("an empty datagram from another program", push("", 0)->from = 99; put_done(0, 0, 101); datagram());
	DUMP("an end with an attribute of tomorrow", text_attribute("the text"); attribute(77, "abcd", 4); put_done(-22, TLVS, 101); datagram());
}

static int handler(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *n, void *arg)
{
	(void)ctrl;
	(void)arg;
	printf(" handler: %u bytes\n", n->nlmsg_len);
	return 0;
}

#define LISTEN(what, ...)										\
	CASE("listen, " what, struct rtnl_handle h = handle(); __VA_ARGS__; errno = 0;			\
	     result = rtnl_listen(&h, handler, NULL); printf(" = %d, errno %d\n", result, errno))

#define READ(what, ...)										\
	CASE("file, " what, FILE *file = tmpfile(); __VA_ARGS__; fwrite(built, 1, built_len, file);	\
	     rewind(file); result = rtnl_from_file(file, handler, NULL); printf(" = %d\n", result))

static void events(void)
{
	LISTEN("another program's datagram", part(); datagram()->from = 7; part(); datagram());
	LISTEN("no sender's address", part(); datagram()->name_len = 8);
	LISTEN("a length of 8", part(); message_as(8, 16, 0, 101, PORT, "abcd", 4); datagram());
	LISTEN("a length beyond the datagram", part(); message_as(100, 16, 0, 101, PORT, "abcd", 4); datagram());
	LISTEN("a length of 2^31", part(); message_as(0x80000010, 16, 0, 101, PORT, "abcd", 4); datagram());
	LISTEN("8 bytes behind the last message", part(); memcpy(built + built_len, zeros, 8); built_len += 8; datagram());
	LISTEN("no padding behind the last message", message(16, 2, 101, PORT, "abcde", 5); built_len -= 3; datagram());
	LISTEN("17000 bytes", message(16, 0, 0, 0, zeros, 17000); datagram());
	LISTEN("130000 bytes", message(16, 0, 0, 0, zeros, 130000); datagram());
	LISTEN("an empty datagram from another program", push("", 0)->from = 99; part(); datagram());
	READ("17000 bytes", message(16, 0, 0, 0, zeros, 17000));
	READ("130000 bytes", message(16, 0, 0, 0, zeros, 130000));
}

static unsigned char buffer[400000];
static struct nlmsghdr *n = (struct nlmsghdr *)buffer;
static struct rtattr *rta = (struct rtattr *)buffer;

static void fresh(void)
{
	memset(buffer, 0xa5, sizeof(buffer));
	memset(buffer, 0, 16);
	n->nlmsg_len = 16;
}

/* The result, what it made of the message, and its first attribute. */
#define WRITE(call)										\
	CASE(#call, fresh(); result = (call);							\
	     printf(" = %d, len %u, rta_len %u\n", result, n->nlmsg_len, ((struct rtattr *)(buffer + 16))->rta_len))

#define IN_ATTRIBUTE(len, call)									\
	CASE(#len ": " #call, fresh(); rta->rta_len = (len); rta->rta_type = 3; result = (call);	\
	     printf(" = %d, len %u\n", result, rta->rta_len))

/* Up to three bytes behind a payload. */
#define PADDING(call, payload)										\
	CASE("padding of " #call, fresh(); (void)(call);						\
	     hex("", buffer + 20 + (payload), 3 - ((payload) + 3) % 4))

static int is_null(const void *pointer)
{
	return pointer == NULL;
}

static int large_nest(void)
{
	struct rtattr *nest = addattr_nest(n, sizeof(buffer), 5);

	addattr_l(n, sizeof(buffer), 6, zeros, 60000);
	addattr_l(n, sizeof(buffer), 6, zeros, 60000);
	return addattr_nest_end(n, nest);
}

static int large_compat(void)
{
	struct rtattr *nest = addattr_nest_compat(n, sizeof(buffer), 5, "abcd", 4);

	addattr_l(n, sizeof(buffer), 6, zeros, 60000);
	addattr_l(n, sizeof(buffer), 6, zeros, 60000);
	return addattr_nest_compat_end(n, nest);
}

static void writers(void)
{
	WRITE(addattr_l(n, sizeof(buffer), 5, zeros, 65531));
	WRITE(addattr_l(n, sizeof(buffer), 5, zeros, 65532));
	WRITE(addattr_l(n, sizeof(buffer), 5, zeros, 70000));
	WRITE(addattr_l(n, 100, 5, zeros, -1));
	WRITE(addattr_l(n, 100, 5, zeros, -5));
	WRITE(addattr_l(n, -1, 5, zeros, -5));
	WRITE(addraw_l(n, 100, zeros, -1));
	WRITE(addraw_l(n, 100, zeros, -20));
	WRITE(large_nest());
	WRITE(large_compat());
	WRITE(is_null(addattr_nest(n, 18, 5)));
	WRITE(is_null(addattr_nest_compat(n, 20, 5, "abcdef", 6)));
	WRITE(is_null(addattr_nest_compat(n, 28, 5, "abcdef", 6)));
	WRITE(addattr_nest_end(n, NULL));
	WRITE(addattr_nest_compat_end(n, NULL));
	IN_ATTRIBUTE(1000, rta_addattr_l(rta, sizeof(buffer), 5, zeros, 65000));
	IN_ATTRIBUTE(65532, rta_addattr32(rta, sizeof(buffer), 5, 1));
	IN_ATTRIBUTE(4, rta_addattr_l(rta, 100, 5, zeros, -1));
	IN_ATTRIBUTE(4, rta_addattr_l(rta, 100, 5, zeros, -9));
	IN_ATTRIBUTE(4, is_null(rta_nest(rta, 6, 7)));
	IN_ATTRIBUTE(4, rta_nest_end(rta, NULL));
	PADDING(addattr8(n, 100, 5, 1), 1);
	PADDING(addattr16(n, 100, 5, 1), 2);
	PADDING(addattr_l(n, 100, 5, "abcde", 5), 5);
	PADDING(addattr_l(n, 100, 5, "ab", 2), 2);
	PADDING(addattr_l(n, 100, 5, "abc", 3), 3);
	PADDING(addattrstrz(n, 100, 5, "text"), 5);
	PADDING(addattr_nest_compat(n, 100, 5, "abcdef", 6), 6);
}

static struct rtattr *tb[12];

#define PARSE(what, bytes, len, call)									\
	CASE(what, struct rtattr *at = (struct rtattr *)before_nothing(bytes, len); (void)at;		\
	     result = (call); printf(" = %d, found %d %d\n", result, tb[1] != NULL, tb[2] != NULL))

static void readers(void)
{
	attribute(1, "ab", 2);
	attribute(2, "abcde", 5);
	PARSE("parse_rtattr of a last attribute without padding", attributes, 17, parse_rtattr(tb, 11, at, 17));
	PARSE("parse_rtattr with 1 byte behind the last attribute", attributes, 9, parse_rtattr(tb, 11, at, 9));
	PARSE("parse_rtattr with 3 bytes behind the last attribute", attributes, 11, parse_rtattr(tb, 11, at, 11));
	PARSE("parse_rtattr of -4 bytes", attributes, 0, parse_rtattr(tb, 11, at, -4));
	PARSE("parse_rtattr_one with 1 byte behind the last attribute", attributes, 9, parse_rtattr_one(7, at, 9) != NULL);
	PARSE("parse_rtattr to a negative maximum", attributes, 20, parse_rtattr(tb, -2, at, 20));
	/* A structure of 4 bytes, and what claims to be a nest of 2000. */
	attributes_len = 0;
	attribute(9, "abcd\320\007\011\000", 8);
	PARSE("__parse_rtattr_nested_compat of a nest beyond its attribute", attributes, 12, __parse_rtattr_nested_compat(tb, 11, at, 4));
	PARSE("__parse_rtattr_nested_compat of a structure of -4 bytes", attributes, 12, __parse_rtattr_nested_compat(tb, 11, at, -4));
	attributes_len = 0;
	attribute(9, "abcdef", 6);
	PARSE("__parse_rtattr_nested_compat of 2 bytes behind the structure", attributes, 10, __parse_rtattr_nested_compat(tb, 11, at, 4));
}

static int grow(struct nlmsghdr *header, int len)
{
	header->nlmsg_len = (uint32_t)len + 100;
	return 0;
}

static int ack_function(const char *text, uint32_t offset, const struct nlmsghdr *request_header)
{
	printf(" function: %s, offset %u, request %d\n", text ? text : "NULL", offset, request_header != NULL);
	return 0;
}

static void put_uncapped(uint32_t claimed)
{
	unsigned char payload[400];
	int code = -22;
	struct nlmsghdr inner = { .nlmsg_len = claimed, .nlmsg_type = RTM_NEWLINK };

	text_attribute("hi");
	memset(payload, 0, sizeof(payload));
	memcpy(payload, &code, 4);
	memcpy(payload + 4, &inner, 16);
	memcpy(payload + 20, attributes, attributes_len);
	message(NLMSG_ERROR, TLVS, 1, 2, payload, 20 + attributes_len);
	attributes_len = 0;
}

static void others(void)
{
	attributes_len = 0;
	CASE("linkdump_req_filter_fn, a filter that claims more than its buffer", struct rtnl_handle h = handle(); quiet_send = 1;
	     result = rtnl_linkdump_req_filter_fn(&h, AF_UNSPEC, grow); printf(" = %d\n", result));
	CASE("nsiddump_req_filter_fn, a filter that claims more than its buffer", struct rtnl_handle h = handle(); quiet_send = 1;
	     result = rtnl_nsiddump_req_filter_fn(&h, AF_UNSPEC, grow); printf(" = %d\n", result));
	CASE("fdb_linkdump_req_filter_fn, no filter", struct rtnl_handle h = handle(); quiet_send = 1;
	     result = rtnl_fdb_linkdump_req_filter_fn(&h, NULL); printf(" = %d\n", result));
	CASE("dump_request of -4 bytes", struct rtnl_handle h = handle(); quiet_send = 1;
	     result = rtnl_dump_request(&h, RTM_GETLINK, buffer, -4); printf(" = %d\n", result));
	for (uint32_t claimed = 0; claimed < 16; claimed += 4) {
		printf("request of %u bytes in an error, ", claimed);
		CASE("extended ack", put_uncapped(claimed);
		     struct nlmsghdr *at = (struct nlmsghdr *)before_nothing(built, built_len);
		     result = nl_dump_ext_ack(at, ack_function); printf(" = %d\n", result));
	}
	printf("request of 4000000000 bytes in an error, ");
	CASE("extended ack", put_uncapped(4000000000u);
	     struct nlmsghdr *at = (struct nlmsghdr *)before_nothing(built, built_len);
	     result = nl_dump_ext_ack(at, ack_function); printf(" = %d\n", result));
	CASE("extended ack, an attribute of tomorrow", text_attribute("hi"); attribute(77, "abcd", 4);
	     put_error(-22, CAPPED | TLVS, 1, 2); result = nl_dump_ext_ack((struct nlmsghdr *)built, ack_function);
	     printf(" = %d\n", result));
	CASE("extended ack in an error of 8 bytes", message(NLMSG_ERROR, CAPPED | TLVS, 1, 2, "\352\377\377\377abcd", 8);
	     struct nlmsghdr *at = (struct nlmsghdr *)before_nothing(built, built_len);
	     result = nl_dump_ext_ack(at, ack_function); printf(" = %d\n", result));
	attribute(1, "ab", 2);
	static unsigned char policy[40];
	struct rtattr *inner = (struct rtattr *)(policy + 8), *middle = (struct rtattr *)(policy + 4), *outer = (struct rtattr *)policy;
	memcpy(policy + 12, attributes, attributes_len);
	outer->rta_len = 20;
	middle->rta_len = 16;
	middle->rta_type = 2;
	inner->rta_len = 12;
	inner->rta_type = 7;
	CASE("nl_print_policy of a type of 2 bytes", nl_print_policy((struct rtattr *)before_nothing(policy, 20), stdout));
	attributes_len = 0;
}

int main(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	begin();
	senders();
	malformed_answers();
	several();
	checks();
	dumps();
	events();
	writers();
	readers();
	others();
	return 0;
}
