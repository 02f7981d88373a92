/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests and the kernel's answers: data, acks, errors, warnings, several at once, failures of the socket. */
#include "kernel.h"

static void report(const struct rtnl_handle *h, int result, struct nlmsghdr **to)
{
	printf(" = %d, errno %d, seq %u\n", result, errno, h->seq);
	if (to && *to == (void *)-1) {
		puts(" answer untouched");
	} else if (to) {
		hex(" answer", *to, (*to)->nlmsg_len);
		free(*to);
	}
}

/* `to` is NULL or &answer; `talk` is the function. */
#define TALK(what, ...)										\
	CASE(what, struct rtnl_handle h = handle(); struct nlmsghdr *answer = (void *)-1;		\
	     struct nlmsghdr **to = NULL;								\
	     int (*talk)(struct rtnl_handle *, struct nlmsghdr *, struct nlmsghdr **) = rtnl_talk;	\
	     new_request(RTM_NEWLINK, NLM_F_REQUEST, 16); (void)answer; __VA_ARGS__; errno = 0;		\
	     int result = talk(&h, &request.n, to); report(&h, result, to))

#define SUPPRESSED talk = rtnl_talk_suppress_rtnl_errmsg

static void one(void)
{
	TALK("ack", put_error(0, 0, 101, PORT); datagram());
	TALK("ack with room for an answer", to = &answer; put_error(0, 0, 101, PORT); datagram());
	TALK("answer", to = &answer; message(RTM_NEWLINK, 0, 101, PORT, "abcdefgh", 8); datagram());
	TALK("answer of another length", to = &answer; message(RTM_NEWLINK, 0, 101, PORT, "abcdefg", 7); datagram());
	TALK("answer and ack in one datagram", to = &answer; message(RTM_NEWLINK, 0, 101, PORT, "abcdefgh", 8);
	     put_error(0, 0, 101, PORT); datagram());
	TALK("answer that is not wanted", message(RTM_NEWLINK, 0, 101, PORT, "abcdefgh", 8); datagram();
	     put_error(0, 0, 101, PORT); datagram());
	TALK("long answer", to = &answer; static char bytes[60000]; message(RTM_NEWLINK, 0, 101, PORT, bytes, 300); datagram());
	TALK("answer that is not wanted, and long", static char bytes[60000]; message(16, 0, 101, PORT, bytes, 60000);
	     datagram(); put_error(0, 0, 101, PORT); datagram());
	TALK("NLM_F_ACK of the caller's", to = &answer; request.n.nlmsg_flags |= NLM_F_ACK; put_error(0, 0, 101, PORT);
	     datagram());
	TALK("control messages", message(NLMSG_NOOP, 0, 101, PORT, "", 0); put_done(0, 0, 101);
	     message(NLMSG_OVERRUN, 0, 101, PORT, "", 0); put_error(0, 0, 101, PORT); datagram());
	TALK("another group of messages before it", message(RTM_NEWADDR, 0, 0, 0, "abcd", 4);
	     put_error(-17, 0, 101, PORT); datagram());
}

static void errors(void)
{
	static const int codes[] = { -1, -2, -17, -22, -95, -4095, -4096, 17, -2147483647 - 1 };

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		printf("error %d\n", codes[i]);
		TALK("error", put_error(codes[i], 0, 101, PORT); datagram());
		TALK("error with room for an answer", to = &answer; put_error(codes[i], 0, 101, PORT); datagram());
		TALK("error, suppressed", SUPPRESSED; put_error(codes[i], 0, 101, PORT); datagram());
		TALK("error, suppressed by the handle", h.flags = RTNL_HANDLE_F_SUPPRESS_NLERR;
		     put_error(codes[i], 0, 101, PORT); datagram());
		TALK("error from NETLINK_SOCK_DIAG", h.proto = 4; put_error(codes[i], 0, 101, PORT); datagram());
		TALK("error from NETLINK_SOCK_DIAG with text", h.proto = 4; text_attribute("the text");
		     put_error(codes[i], CAPPED | TLVS, 101, PORT); datagram());
		TALK("error from NETLINK_GENERIC", h.proto = 16; put_error(codes[i], 0, 101, PORT); datagram());
	}
}

static void extended_acks(void)
{
	static const char *const texts[] = { "the text", "the text.", "the text\n", "", ".", "100%s %d%n" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		TALK("error with text", text_attribute(texts[i]); put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
		TALK("warning", text_attribute(texts[i]); put_error(0, CAPPED | TLVS, 101, PORT); datagram());
		TALK("error with text, suppressed", SUPPRESSED; text_attribute(texts[i]);
		     put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
		TALK("warning, suppressed", SUPPRESSED; text_attribute(texts[i]); put_error(0, CAPPED | TLVS, 101, PORT);
		     datagram());
		TALK("warning with an answer", to = &answer; text_attribute(texts[i]); put_error(0, CAPPED | TLVS, 101, PORT);
		     datagram());
	}
	TALK("text without the flag", text_attribute("the text"); put_error(-22, CAPPED, 101, PORT); datagram());
	TALK("offset", u32_attribute(NLMSGERR_ATTR_OFFS, 20); put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("text and offset", text_attribute("hi"); u32_attribute(NLMSGERR_ATTR_OFFS, 20);
	     put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("offset beyond", text_attribute("hi"); u32_attribute(NLMSGERR_ATTR_OFFS, 2000);
	     put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("policy", text_attribute("hi"); attribute(4 | NLA_F_NESTED, "\010\000\001\000\004\000\000\000", 8);
	     put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("missing attribute", text_attribute("hi"); u32_attribute(5, 3); u32_attribute(6, 20);
	     put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("missing attribute without text", u32_attribute(5, 3); u32_attribute(6, 20);
	     put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("cookie", attribute(3, "abcd", 4); put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
	TALK("no attributes", put_error(-22, CAPPED | TLVS, 101, PORT); datagram());
}

static void failures(void)
{
	TALK("interrupted twice", push_failure(EINTR); push_failure(EAGAIN); put_error(-18, 0, 101, PORT); datagram());
	TALK("overflow", push_failure(ENOBUFS); put_error(-18, 0, 101, PORT); datagram());
	TALK("receive fails", push_failure(ENOMEM));
	TALK("send fails", send_failure = EPERM);
	TALK("nothing comes", (void)0);
	TALK("ack for another port", h.local.nl_pid = 0; put_error(0, 0, 101, PORT); datagram());
}

#define SEVERAL(what, count, ...)									\
	CASE(what, struct rtnl_handle h = handle(); struct nlmsghdr *answer = (void *)-1;		\
	     struct nlmsghdr **to = NULL; struct nlmsghdr messages[4]; struct iovec parts[4];		\
	     for (unsigned i = 0; i < 4; i++) {								\
		     memset(&messages[i], 0, 16);							\
		     messages[i].nlmsg_len = 16;							\
		     messages[i].nlmsg_type = (__u16)(16 + i);						\
		     parts[i].iov_base = &messages[i];							\
		     parts[i].iov_len = 16;								\
	     }												\
	     (void)answer; __VA_ARGS__; errno = 0; int result = rtnl_talk_iov(&h, parts, count, to);	\
	     report(&h, result, to))

static void put_acks(uint32_t from, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		put_error(0, 0, from + i, PORT);
		datagram();
	}
}

static void several(void)
{
	SEVERAL("one of one", 1, put_acks(101, 1));
	SEVERAL("three acks", 3, put_acks(101, 3));
	SEVERAL("four acks", 4, put_acks(101, 4));
	SEVERAL("three acks with room for an answer", 3, to = &answer; put_acks(101, 3));
	SEVERAL("an error in the third", 3, put_acks(101, 2); put_error(-18, 0, 103, PORT); datagram());
	SEVERAL("errors in the first and the third", 3, put_error(-17, 0, 101, PORT); datagram(); put_acks(102, 1);
		put_error(-18, 0, 103, PORT); datagram());
	SEVERAL("an error in the third, room for an answer", 3, to = &answer; put_acks(101, 2);
		put_error(-18, 0, 103, PORT); datagram());
	SEVERAL("overflow", 3, put_acks(101, 1); push_failure(ENOBUFS); put_acks(102, 2));
}

static int handler_result;

static int handler(struct nlmsghdr *n, void *arg)
{
	printf(" handler: stdout %d, ", arg == stdout);
	hex("", n, n->nlmsg_len);
	return handler_result;
}

#define ECHO(what, ...)										\
	CASE(what, struct rtnl_handle h = handle(); new_request(RTM_NEWLINK, NLM_F_REQUEST, 4);		\
	     int json = 0; __VA_ARGS__; errno = 0;							\
	     int result = rtnl_echo_talk(&h, &request.n, json, handler);				\
	     report(&h, result, NULL))

static void echoes(void)
{
	ECHO("echo", message(RTM_NEWLINK, 0, 101, PORT, "abcd", 4); put_error(0, 0, 101, PORT); datagram());
	ECHO("echo and ack apart", message(RTM_NEWLINK, 0, 101, PORT, "abcd", 4); datagram(); put_error(0, 0, 101, PORT); datagram());
	ECHO("echo as JSON", json = 1; message(RTM_NEWLINK, 0, 101, PORT, "abcd", 4); put_error(0, 0, 101, PORT); datagram());
	ECHO("echo as JSON to be read", json = 2; message(RTM_NEWLINK, 0, 101, PORT, "abcd", 4); datagram());
	ECHO("refused, as JSON", json = 1; put_error(-17, 0, 101, PORT); datagram());
	ECHO("ack alone", put_error(0, 0, 101, PORT); datagram());
	ECHO("refused", put_error(-17, 0, 101, PORT); datagram());
	ECHO("handler fails", handler_result = -5; message(RTM_NEWLINK, 0, 101, PORT, "abcd", 4); datagram());
	ECHO("send fails", send_failure = EPERM);
}

#define CHECK(what, ...)										\
	CASE("send_check, " what, struct rtnl_handle h = handle(); new_request(RTM_NEWLINK, 1, 4);	\
	     __VA_ARGS__; errno = 0; int result = rtnl_send_check(&h, &request, 20);			\
	     printf(" = %d, errno %d, seq %u\n", result, errno == EAGAIN ? 0 : errno, h.seq))

static void checks(void)
{
	CHECK("nothing comes", (void)0);
	CHECK("send fails", send_failure = EPERM);
	CHECK("error", put_error(-17, 0, 9, PORT); datagram());
	CHECK("error with text", text_attribute("the text"); put_error(-17, CAPPED | TLVS, 9, PORT); datagram());
	CHECK("data", message(16, 0, 9, PORT, "abcd", 4); datagram());
	CHECK("data and an error behind", message(16, 0, 9, PORT, "abcd", 4); put_error(-17, 0, 9, PORT); datagram());
	CHECK("an error in the next datagram", message(16, 0, 9, PORT, "abcd", 4); datagram(); put_error(-17, 0, 9, PORT); datagram());
	CHECK("overflow", push_failure(ENOBUFS));
	CHECK("interrupted", push_failure(EINTR));
	CHECK("the end of a dump", put_done(-22, 0, 9); datagram());
}

int main(void)
{
	begin();
	one();
	errors();
	extended_acks();
	failures();
	several();
	echoes();
	checks();
	return 0;
}
