/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A scripted kernel in place of the real one: what the library sends is printed, what it receives was queued by the program.
 *
 * send, sendmsg, recv and recvmsg are defined here, so that both libraries, which call them by name, find these. time() is
 * fixed, since sequence numbers begin with it. stderr goes where stdout goes.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include <libnetlink.h>

#define NOW 1000000
/* The port ID of handle(). */
#define PORT 4242

struct datagram {
	unsigned char *bytes;
	size_t len;
	uint32_t from;		/* sender's port ID */
	socklen_t name_len;
	int failure;		/* an errno in place of bytes */
	int nsid;		/* >= 0: ancillary data */
};

static struct datagram queue[64];
static size_t first, last;
static int quiet_send, send_failure;

time_t time(time_t *to)
{
	if (to)
		*to = NOW;
	return NOW;
}

static inline void hex(const char *what, const void *bytes, size_t len)
{
	const unsigned char *byte = bytes;

	printf("%s", what);
	for (size_t i = 0; i < len; i++)
		printf("%s%02x", i % 4 == 0 ? " " : "", byte[i]);
	putchar('\n');
}

static inline struct datagram *push(const void *bytes, size_t len)
{
	struct datagram *d = &queue[last++];

	memset(d, 0, sizeof(*d));
	d->bytes = malloc(len ? len : 1);
	if (len)
		memcpy(d->bytes, bytes, len);
	d->len = len;
	d->name_len = sizeof(struct sockaddr_nl);
	d->nsid = -1;
	return d;
}

static inline void push_failure(int code)
{
	push("", 0)->failure = code;
}

/* Drops what was not received, and says so. */
static inline void drain(void)
{
	if (first != last)
		printf("  not received: %zu\n", last - first);
	for (size_t i = 0; i < last; i++)
		free(queue[i].bytes);
	first = last = 0;
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	unsigned char all[70000];
	size_t len = 0;
	const struct sockaddr_nl *to = msg->msg_name;

	(void)fd;
	if (send_failure) {
		errno = send_failure;
		return -1;
	}
	for (size_t i = 0; i < (size_t)msg->msg_iovlen; i++) {
		if (len + msg->msg_iov[i].iov_len > sizeof(all))
			abort();
		memcpy(all + len, msg->msg_iov[i].iov_base, msg->msg_iov[i].iov_len);
		len += msg->msg_iov[i].iov_len;
	}
	if (!quiet_send) {
		printf("  sent to %d, flags %x, %zu bytes:", to ? (int)to->nl_pid : 0, flags, len);
		hex("", all, len < 160 ? len : 160);
	}
	return (ssize_t)len;
}

ssize_t sendto(int fd, const void *bytes, size_t len, int flags, const struct sockaddr *to, socklen_t to_len)
{
	struct iovec iov = { (void *)bytes, len };
	struct msghdr msg = { .msg_name = (void *)to, .msg_namelen = to_len, .msg_iov = &iov, .msg_iovlen = 1 };

	return sendmsg(fd, &msg, flags);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
	return sendto(fd, bytes, len, flags, NULL, 0);
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct sockaddr_nl from = { .nl_family = AF_NETLINK };
	struct datagram *d = &queue[first];
	size_t done = 0;

	(void)fd;
	if (first == last) {
		if (flags & MSG_DONTWAIT) {
			errno = EAGAIN;
			return -1;
		}
		/* A program that waits here would wait for ever. */
		printf("  waits for more\n");
		errno = ENOTCONN;
		return -1;
	}
	if (d->failure) {
		first++;
		errno = d->failure;
		return -1;
	}
	from.nl_pid = d->from;
	if (msg->msg_name && msg->msg_namelen >= sizeof(from))
		memcpy(msg->msg_name, &from, sizeof(from));
	msg->msg_namelen = d->name_len;
	for (size_t i = 0; i < (size_t)msg->msg_iovlen && done < d->len; i++) {
		size_t part = d->len - done < msg->msg_iov[i].iov_len ? d->len - done : msg->msg_iov[i].iov_len;

		if (part)
			memcpy(msg->msg_iov[i].iov_base, d->bytes + done, part);
		done += part;
	}
	msg->msg_flags = done < d->len ? MSG_TRUNC : 0;
	if (d->nsid >= 0 && msg->msg_control && msg->msg_controllen >= CMSG_SPACE(sizeof(int))) {
		struct cmsghdr *c = msg->msg_control;

		c->cmsg_level = 270;	/* SOL_NETLINK */
		c->cmsg_type = NETLINK_LISTEN_ALL_NSID;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &d->nsid, sizeof(int));
		msg->msg_controllen = CMSG_SPACE(sizeof(int));
	} else {
		msg->msg_controllen = 0;
	}
	if (!(flags & MSG_PEEK))
		first++;
	return (ssize_t)(flags & MSG_TRUNC ? d->len : done);
}

ssize_t recvfrom(int fd, void *bytes, size_t len, int flags, struct sockaddr *from, socklen_t *from_len)
{
	struct iovec iov = { bytes, len };
	struct msghdr msg = { .msg_name = from, .msg_namelen = from_len ? *from_len : 0, .msg_iov = &iov, .msg_iovlen = 1 };

	return recvmsg(fd, &msg, flags);
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
	return recvfrom(fd, bytes, len, flags, NULL, NULL);
}

/* Messages under construction, to be queued. */
static unsigned char built[140000];
static size_t built_len;

static inline void message_as(uint32_t claimed, uint16_t type, uint16_t flags, uint32_t seq, uint32_t portid, const void *payload, size_t len)
{
	struct nlmsghdr h = { .nlmsg_len = claimed, .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = seq, .nlmsg_pid = portid };

	memcpy(built + built_len, &h, sizeof(h));
	if (len)
		memcpy(built + built_len + sizeof(h), payload, len);
	memset(built + built_len + sizeof(h) + len, 0, 3);
	built_len += NLMSG_ALIGN(sizeof(h) + len);
}

static inline void message(uint16_t type, uint16_t flags, uint32_t seq, uint32_t portid, const void *payload, size_t len)
{
	message_as((uint32_t)(16 + len), type, flags, seq, portid, payload, len);
}

/* Queues what was built as one datagram. */
static inline struct datagram *datagram(void)
{
	struct datagram *d = push(built, built_len);

	built_len = 0;
	return d;
}

/* A handle of a socket that there is not: PORT, sequence number 100. */
static inline struct rtnl_handle handle(void)
{
	struct rtnl_handle h;

	memset(&h, 0, sizeof(h));
	h.fd = 999;
	h.local.nl_family = AF_NETLINK;
	h.local.nl_pid = PORT;
	h.seq = 100;
	return h;
}

static inline void begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	/* perror leaves errno alone where stderr has its orientation. */
	fputs("", stderr);
	fwide(stderr, -1);
}

/* Extended-ack attributes, which put_error and put_done append. */
static unsigned char attributes[4096];
static size_t attributes_len;

static inline void attribute(uint16_t type, const void *payload, size_t len)
{
	struct rtattr rta = { .rta_len = (unsigned short)(4 + len), .rta_type = type };

	memcpy(attributes + attributes_len, &rta, 4);
	memcpy(attributes + attributes_len + 4, payload, len);
	memset(attributes + attributes_len + 4 + len, 0, 3);
	attributes_len += RTA_ALIGN(4 + len);
}

static inline void text_attribute(const char *text)
{
	attribute(NLMSGERR_ATTR_MSG, text, strlen(text) + 1);
}

static inline void u32_attribute(uint16_t type, uint32_t value)
{
	attribute(type, &value, sizeof(value));
}

#define CAPPED 0x100	/* NLM_F_CAPPED */
#define TLVS 0x200	/* NLM_F_ACK_TLVS */

/* An NLMSG_ERROR that echoes a request's header, with the attributes that were made before. */
static inline void put_error(int code, uint16_t flags, uint32_t seq, uint32_t portid)
{
	unsigned char payload[5000];
	struct nlmsghdr request = { .nlmsg_len = 16, .nlmsg_type = RTM_NEWLINK, .nlmsg_flags = 5, .nlmsg_seq = seq };

	memcpy(payload, &code, 4);
	memcpy(payload + 4, &request, 16);
	memcpy(payload + 20, attributes, attributes_len);
	message(NLMSG_ERROR, flags, seq, portid, payload, 20 + attributes_len);
	attributes_len = 0;
}

static inline void put_done(int code, uint16_t flags, uint32_t seq)
{
	unsigned char payload[5000];

	memcpy(payload, &code, 4);
	memcpy(payload + 4, attributes, attributes_len);
	message(NLMSG_DONE, flags | NLM_F_MULTI, seq, PORT, payload, 4 + attributes_len);
	attributes_len = 0;
}

/* A request of 16 + len bytes. */
static struct {
	struct nlmsghdr n;
	unsigned char bytes[100];
} request;

static inline void new_request(uint16_t type, uint16_t flags, unsigned len)
{
	memset(&request, 0, sizeof(request));
	request.n.nlmsg_len = 16 + len;
	request.n.nlmsg_type = type;
	request.n.nlmsg_flags = flags;
	request.n.nlmsg_pid = 7;
	request.n.nlmsg_seq = 9;
	for (unsigned i = 0; i < len; i++)
		request.bytes[i] = (unsigned char)i;
}

/*
 * Runs a case in a child, which it may end: 1 in the child, 0 in the parent afterwards. All that the child prints becomes one line,
 * and so does its end when that is not a good one.
 */
static inline int in_child(const char *what)
{
	int status, ends[2], c, before = 0;
	FILE *from;

	fflush(stdout);
	if (pipe(ends) != 0)
		abort();
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[1]);
		alarm(20);
		errno = 0;
		return 1;
	}
	close(ends[1]);
	from = fdopen(ends[0], "r");
	printf("%s: ", what);
	while ((c = getc(from)) != EOF) {
		if (before == '\n')
			fputs(" |", stdout);
		if (c != '\n')
			putchar(c);
		before = c;
	}
	fclose(from);
	if (waitpid(child, &status, 0) != child)
		abort();
	if (WIFSIGNALED(status))
		printf(" | killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		printf(" | exited with %d", WEXITSTATUS(status));
	putchar('\n');
	return 0;
}

#define CASE(what, ...)						\
	do {							\
		if (in_child(what)) {				\
			__VA_ARGS__;				\
			drain();				\
			fflush(stdout);				\
			_exit(0);				\
		}						\
	} while (0)

#endif
