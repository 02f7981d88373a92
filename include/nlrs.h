/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Made from src by `make header`; not to be edited. */
/**
 * libnlrs: netlink messages, sockets, requests, dumps, batches and monitors.
 *
 * This file is the reference manual: each declaration's comment says what it does, sizes and units, who owns what and
 * for how long, what may be NULL, and every error code with its cause. What holds for all of them stands here.
 *
 * CONVENTIONS
 *
 * Names are nlrs_<noun>_<verb>. Words are used in one meaning each: a message has a header and a payload; the payload
 * begins with the family's own header and goes on with attributes; an attribute that holds attributes is a nest. A port
 * ID is a socket's address (the kernel's is 0) and not a process ID. A dump is a request for a whole table, an ack the
 * kernel's word that a request was carried out, an extended ack the text and offsets that come with it, a group what
 * multicast events go to.
 *
 * Lengths are in bytes and do not count padding, unless "space" is in the name. Values are in host byte order;
 * functions with be or le in their name convert. Arguments of 8 and 16 bits travel as uint32_t and are checked:
 * -ERANGE, never a silent cut. Predicates (…_is_…, …_ok) give 1 or 0. Text is UTF-8 with its NUL unless a length stands
 * beside it. Whatever is a macro in the kernel's headers is a function here, and nothing needs a macro, a callback, a
 * FILE or errno.
 *
 * ERRORS
 *
 * What can fail returns an int: 0 or more for success, and one of these below 0:
 *
 *   -1 … -65535          an errno, negative. Ours about an argument, or unchanged what the kernel or a system call said
 *   NLRS_E…              the library's own, from -0x10001 down
 *   -0x20000 and below   free for the codes of your callbacks
 *
 * Outputs are called ret_…, stand last, and are untouched on failure. A NULL where a pointer must be is -EINVAL, in a
 * function that frees or closes it is nothing, in a predicate 0. A failed allocation is -ENOMEM. nlrs_strerror has
 * words for every code. A struct nlrs_error, which you may pass or leave out, holds the rest: the kernel's own
 * sentence, the attribute that it means, who said it. It is cleared on entry and complete on return. Nothing is
 * printed, nothing exits, errno means nothing here.
 *
 * A callback's 0 goes on, NLRS_STOP ends the call with success, a negative number ends it with that number. A callback
 * must not throw, unwind or longjmp through the library.
 *
 * OWNERSHIP
 *
 * What …_new, …_open or …_begin gives you is yours until you give it to …_free, …_close or …_end of the same noun,
 * once. What points into something else (a received message, an attribute, a text) is borrowed: it is valid until the
 * next call on the object it came from, unless its comment says otherwise. What you pass in is not kept after the call
 * returns, unless its comment says so.
 *
 * THREADS
 *
 * Functions that take a const T * may run at the same time on one object. Functions that take a T * need the object to
 * themselves, with one exception: a socket locks inside, so that requests, dumps, batches and cancellation may come
 * from any thread. Different objects are independent. There is no global state that changes, and no thread that you did
 * not start. The comments name the functions that a signal handler may call.
 */
#ifndef NLRS_H
#define NLRS_H

#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>

/** The release that this header belongs to; nlrs_version tells the library's. */
#define NLRS_VERSION_MAJOR 0
#define NLRS_VERSION_MINOR 1
#define NLRS_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

struct rtattr;

/* ====================================================================================================
 * THE KERNEL'S MACROS AS FUNCTIONS
 *
 * What `<linux/netlink.h>` and `<linux/rtnetlink.h>` offer to C alone, for every language. Each equals its macro for
 * lengths below 2^31 and for messages and attributes that the OK macro accepts. Beyond that the macros wrap around or
 * read what is not there; these do not: align, length and space stop at the largest value there is, and next ends the
 * loop. The length inside a header is trusted only after OK has compared it with the bytes that are left.
 * ==================================================================================================== */

/** Of a batch, some messages were refused. */
#define NLRS_EPARTIAL (-0x10001)

/** The message was not sent. */
#define NLRS_ENOTSENT (-0x10002)

/** The message was sent, and its verdict was lost. */
#define NLRS_EUNKNOWN (-0x10003)

/** There is no entry of that index. */
#define NLRS_EINDEX (-0x10004)

/** The table changed during the dump: what was delivered may be inconsistent. Dump again. */
#define NLRS_EINTR_DUMP (-0x10005)

/** The receive buffer overflowed: messages were lost. */
#define NLRS_EOVERRUN (-0x10006)

/** A datagram was longer than the buffer: its tail was lost. */
#define NLRS_ETRUNC (-0x10007)

/** The deadline passed. */
#define NLRS_ETIMEDOUT (-0x10008)

/** nlrs_socket_cancel ended the call. */
#define NLRS_ECANCELED (-0x10009)

/** The socket is in use by a dump, or by the caller itself further up its stack. */
#define NLRS_EBUSY (-0x1000a)

/** The socket was closed. */
#define NLRS_ECLOSED (-0x1000b)

/** The transaction was refused: nothing of it was applied. */
#define NLRS_EABORTED (-0x1000c)

/** Returned by a callback: end the call, with success. */
#define NLRS_STOP 1

/**
 * NLMSG_ALIGN: len rounded up to a multiple of 4.
 *
 * @param len  bytes; beyond the largest multiple of 4 that a size_t holds the result is that multiple
 */
size_t nlrs_nlmsg_align(size_t len);

/** NLMSG_LENGTH: what nlmsg_len says of a message with len bytes behind its header. */
size_t nlrs_nlmsg_length(size_t len);

/** NLMSG_SPACE: the bytes that a message with len bytes behind its header takes in a buffer, padding included. */
size_t nlrs_nlmsg_space(size_t len);

/**
 * NLMSG_DATA: what follows the header.
 *
 * @return nlh + 16 bytes, whatever the header says; NULL for NULL
 */
void *nlrs_nlmsg_data(const struct nlmsghdr *nlh);

/**
 * NLMSG_NEXT: the message behind this one, and *len less by what this one takes.
 *
 * Where nlrs_nlmsg_ok refuses this message, *len becomes 0 and the result is NULL, which ends the loop. As with the
 * macro, the result is to be asked nlrs_nlmsg_ok before it is read, and *len ends at a negative value behind an
 * unpadded last message.
 *
 * @param nlh  a message with *len readable bytes; needs no alignment
 * @param len  in: bytes from nlh to the end of the buffer; out: bytes from the result to the end
 * @return the next message; NULL when this one is not ok or a pointer is NULL
 */
struct nlmsghdr *nlrs_nlmsg_next(const struct nlmsghdr *nlh, int *len);

/**
 * NLMSG_OK: whether a whole message stands at nlh.
 *
 * @param nlh  may be NULL when len is less than a header: nothing is read then; needs no alignment
 * @param len  bytes from nlh to the end of the buffer
 * @return 1: there is a header, and its length is at least a header's and at most len; 0: not, or nlh is NULL
 */
int nlrs_nlmsg_ok(const struct nlmsghdr *nlh, int len);

/**
 * NLMSG_PAYLOAD: the bytes behind a family header of len bytes.
 *
 * @param nlh  a whole header
 * @param len  bytes of the family header; 0: all of the payload
 * @return bytes; negative where the message is shorter than that; -EINVAL for NULL
 */
int nlrs_nlmsg_payload(const struct nlmsghdr *nlh, int len);

/**
 * RTA_ALIGN: len rounded up to a multiple of 4.
 *
 * @param len  bytes; beyond the largest multiple of 4 that a size_t holds the result is that multiple
 */
size_t nlrs_rta_align(size_t len);

/**
 * RTA_LENGTH: what rta_len says of an attribute with len bytes behind its header. More than 65535 does not fit there.
 */
size_t nlrs_rta_length(size_t len);

/** RTA_SPACE: the bytes that an attribute with len bytes behind its header takes in a buffer, padding included. */
size_t nlrs_rta_space(size_t len);

/**
 * RTA_DATA: what follows the header.
 *
 * @return rta + 4 bytes, whatever the header says; NULL for NULL
 */
void *nlrs_rta_data(const struct rtattr *rta);

/**
 * RTA_NEXT: the attribute behind this one, and *len less by what this one takes.
 *
 * Where nlrs_rta_ok refuses this attribute, *len becomes 0 and the result is NULL, which ends the loop. As with the
 * macro, the result is to be asked nlrs_rta_ok before it is read, and *len ends at a negative value behind an unpadded
 * last attribute.
 *
 * @param rta  an attribute with *len readable bytes; needs no alignment
 * @param len  in: bytes from rta to the end of the buffer; out: bytes from the result to the end
 * @return the next attribute; NULL when this one is not ok or a pointer is NULL
 */
struct rtattr *nlrs_rta_next(const struct rtattr *rta, int *len);

/**
 * RTA_OK: whether a whole attribute stands at rta.
 *
 * @param rta  may be NULL when len is less than a header: nothing is read then; needs no alignment
 * @param len  bytes from rta to the end of the buffer
 * @return 1: there is a header, and its length is at least a header's and at most len; 0: not, or rta is NULL
 */
int nlrs_rta_ok(const struct rtattr *rta, int len);

/**
 * RTA_PAYLOAD: the bytes behind the attribute's header.
 *
 * @param rta  a whole header
 * @return bytes; negative where the header says less than its own length; -EINVAL for NULL
 */
int nlrs_rta_payload(const struct rtattr *rta);

/**
 * The attribute's type without the flag bits NLA_F_NESTED and NLA_F_NET_BYTEORDER.
 *
 * @return 0 … 16383; 0 for NULL
 */
uint32_t nlrs_nla_type(const struct nlattr *nla);

/**
 * Whether the attribute says that it holds attributes. The kernel sets this flag on some nests and not on others.
 *
 * @return 1: NLA_F_NESTED is set; 0: not, or nla is NULL
 */
int nlrs_nla_is_nested(const struct nlattr *nla);

/**
 * Whether the attribute says that its value is in network byte order. Many that are do not say so.
 *
 * @return 1: NLA_F_NET_BYTEORDER is set; 0: not, or nla is NULL
 */
int nlrs_nla_is_net_byteorder(const struct nlattr *nla);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* NLRS_H */
