/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Made from src by `make header`; not to be edited. */
/**
 * libnlrs: netlink messages, sockets, requests, dumps, batches and monitors.
 *
 * This file is the reference manual. The comment of each declaration describes what it does, sizes and units, ownership
 * and lifetime, which pointers may be NULL, and every error code with its cause. This introduction describes what holds
 * for all of them.
 *
 * TERMS
 *
 * A message has a header and a payload. The payload begins with the header of the netlink family, which attributes
 * follow. An attribute that contains attributes is a nest. A port ID is the address of a socket; it is not a process
 * ID, and the kernel's is 0. A dump is a request for a whole table. An ack is the kernel's report that a request was
 * carried out. An extended ack is the text and the offsets that may come with an ack, an error or the end of a dump.
 * The status of a request is its ack, its error, or the end of its dump. An event is a message that the kernel sends to
 * a multicast group.
 *
 * NAMES AND ARGUMENTS
 *
 * Names are nlrs_<noun>_<verb>. Lengths are in bytes and do not include padding, unless the name contains "space".
 * Values are in host byte order; functions with be or le in their names convert. Arguments of 8 and 16 bits are passed
 * as uint32_t or int32_t; a value out of range is -ERANGE. An argument called on is 0 or 1; another value is -EINVAL.
 * Functions with _is_ or _ok in their names return 1 or 0. Text is UTF-8 and ends with a NUL, unless its length is an
 * argument of its own. The macros of the kernel's headers for messages and attributes are functions here. Nothing
 * requires a macro, a callback, a FILE or errno.
 *
 * OUTPUTS
 *
 * A value that every object has is returned; when the object is NULL the result is 0, NULL, or -EINVAL from a function
 * that returns int. A value that may be absent, and values that come together, are written to outputs: the function
 * returns 0, or -ENOENT when the value is absent. Outputs are called ret_... and follow the other arguments; only err
 * comes after them. A buffer that a call fills is called buf. A buffer, and an output that is an array or a struct of
 * the caller's size, is followed by its size.
 *
 * When a call fails, outputs are not written, with two exceptions: a table of attributes is filled with NULL, so that
 * every slot may be read; and NLRS_ETRUNC comes with everything that was received into the caller's memory. An argument
 * called pos is read and written: it must be 0 before the first call.
 *
 * ERRORS
 *
 * A function that can fail returns an int: 0 or more for success, or a negative code:
 *
 *   -1 ... -65535       an errno: because of an argument, or unchanged from the kernel or a system call
 *   NLRS_E...           a code of this library, from -0x10001 down
 *   -0x20000 and below  never used here: for callbacks
 *
 * A NULL pointer is -EINVAL where it is not allowed; functions that free, close or end an object do nothing for NULL,
 * and predicates return 0. A failed allocation is -ENOMEM. nlrs_code_name() and nlrs_strerror() return the name and the
 * meaning of a code. A struct nlrs_error, which may be NULL everywhere, gets the details: the kernel's message, the
 * attribute, the origin of the code. A call clears it first. The library prints nothing, never exits, and does not use
 * errno.
 *
 * These codes are alike and not the same:
 *
 *   NLRS_EBUSY      this library: the object is in use, such as a socket with an open dump or a batch that was sent
 *   -EBUSY          the kernel: the device or object is in use
 *   NLRS_ETIMEDOUT  this library: the timeout of the socket or monitor has passed
 *   -ETIMEDOUT      the kernel: something that it waited for has timed out
 *   -EAGAIN         this library, only with a timeout of 0 or MSG_DONTWAIT: nothing is there yet. Nothing has failed:
 *                   poll the descriptor and call again
 *
 * A callback returns 0 to continue, NLRS_STOP to end the call with success, or a negative number to end it with that
 * number. It must not throw, unwind or longjmp through the library.
 *
 * OWNERSHIP
 *
 * An object of ..._new, ..._open or ..._begin belongs to the caller, who frees it once, with ..._free, ..._close or
 * ..._end of the same noun. A pointer into an object (a received message, an attribute, a text) is valid until the next
 * call on that object, unless its comment states otherwise. Arguments are not used after the call returns, unless their
 * comment states otherwise.
 *
 * THREADS
 *
 * Functions that take a const T * may run at the same time on one object. Functions that take a T * must be the only
 * ones that use the object, with one exception: a socket locks inside, so that any thread may send requests, dumps and
 * batches on it and cancel them. Different objects are independent, and no global state changes. The library starts a
 * thread only to open a socket in another network namespace, and that thread ends before the call returns. The comments
 * name the functions that a signal handler may call.
 */
#ifndef NLRS_H
#define NLRS_H

#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rtattr;
struct rtnexthop;
struct nlrs_error;
struct nlrs_policy;
struct nlrs_socket_options;
struct nlrs_socket;
struct nlrs_datagrams;
struct nlrs_filter;
struct sock_filter;
struct nlrs_request;
struct nlrs_dump;
struct nlrs_batch;
struct nlrs_event;
struct nlrs_monitor;
struct nlrs_records;
struct nlrs_genl_family;
struct cn_msg;
struct of;
struct nlrs_peer;

/* ====================================================================================================
 * THE KERNEL'S MACROS AS FUNCTIONS
 *
 * The macros of `<linux/netlink.h>` and `<linux/rtnetlink.h>`, for every language. Each function equals its macro for
 * lengths below 2^31 and for messages and attributes that the OK macro accepts. For others the macros wrap around or
 * read bytes that are not there. The functions do not: align, length and space saturate at the largest value, and next
 * ends the loop. The length in a header is used only after OK has compared it with the bytes that are left.
 * ==================================================================================================== */

/**
 * NLMSG_ALIGN: returns len rounded up to a multiple of 4.
 *
 * @param len  bytes; saturates at the largest multiple of 4 in a size_t
 */
size_t nlrs_nlmsg_align(size_t len);

/** NLMSG_LENGTH: returns the nlmsg_len of a message with len bytes of payload. */
size_t nlrs_nlmsg_length(size_t len);

/** NLMSG_SPACE: returns the bytes that a message with len bytes of payload takes in a buffer, padding included. */
size_t nlrs_nlmsg_space(size_t len);

/**
 * NLMSG_DATA: returns the payload.
 *
 * @return nlh + 16 bytes, whatever the header contains; NULL for NULL
 */
void *nlrs_nlmsg_data(const struct nlmsghdr *nlh);

/**
 * NLMSG_NEXT: returns the next message, and subtracts the space of this one from *len.
 *
 * When nlrs_nlmsg_ok() returns 0 for this message, *len becomes 0 and the result is NULL, which ends the loop. As with
 * the macro, nlrs_nlmsg_ok() must accept the result before it is read, and *len becomes negative after an unpadded last
 * message.
 *
 * @param nlh  a message with *len readable bytes, of any alignment
 * @param len  in: bytes from nlh to the end of the buffer; out: bytes from the result to the end
 * @return the next message; NULL: this one is not valid, or a pointer is NULL
 */
struct nlmsghdr *nlrs_nlmsg_next(const struct nlmsghdr *nlh, int *len);

/**
 * NLMSG_OK: whether there is a whole message at nlh.
 *
 * @param nlh  of any alignment; nothing is read when len is less than a header's, and it may be NULL then
 * @param len  bytes from nlh to the end of the buffer
 * @return 1: there is a header, with a length of at least a header's and at most len; 0: there is not, or nlh is NULL
 */
int nlrs_nlmsg_ok(const struct nlmsghdr *nlh, int len);

/**
 * NLMSG_PAYLOAD: returns the number of bytes after a family header of len bytes.
 *
 * @param nlh  a whole header
 * @param len  bytes of the family header; 0: all of the payload
 * @return bytes; negative when the message is shorter than that; -EINVAL for NULL
 */
int nlrs_nlmsg_payload(const struct nlmsghdr *nlh, int len);

/**
 * RTA_ALIGN: returns len rounded up to a multiple of 4.
 *
 * @param len  bytes; saturates at the largest multiple of 4 in a size_t
 */
size_t nlrs_rta_align(size_t len);

/**
 * RTA_LENGTH: returns the rta_len of an attribute with len bytes of payload. rta_len has 16 bits: above 65535 it is not
 * valid.
 */
size_t nlrs_rta_length(size_t len);

/** RTA_SPACE: returns the bytes that an attribute with len bytes of payload takes in a buffer, padding included. */
size_t nlrs_rta_space(size_t len);

/**
 * RTA_DATA: returns the payload.
 *
 * @return rta + 4 bytes, whatever the header contains; NULL for NULL
 */
void *nlrs_rta_data(const struct rtattr *rta);

/**
 * RTA_NEXT: returns the next attribute, and subtracts the space of this one from *len.
 *
 * When nlrs_rta_ok() returns 0 for this attribute, *len becomes 0 and the result is NULL, which ends the loop. As with
 * the macro, nlrs_rta_ok() must accept the result before it is read, and *len becomes negative after an unpadded last
 * attribute.
 *
 * @param rta  an attribute with *len readable bytes, of any alignment
 * @param len  in: bytes from rta to the end of the buffer; out: bytes from the result to the end
 * @return the next attribute; NULL: this one is not valid, or a pointer is NULL
 */
struct rtattr *nlrs_rta_next(const struct rtattr *rta, int *len);

/**
 * RTA_OK: whether there is a whole attribute at rta.
 *
 * @param rta  of any alignment; nothing is read when len is less than a header's, and it may be NULL then
 * @param len  bytes from rta to the end of the buffer
 * @return 1: there is a header, with a length of at least a header's and at most len; 0: there is not, or rta is NULL
 */
int nlrs_rta_ok(const struct rtattr *rta, int len);

/**
 * RTA_PAYLOAD: returns the length of the payload.
 *
 * @param rta  a whole header
 * @return bytes; negative when the length in the header is less than a header's; -EINVAL for NULL
 */
int nlrs_rta_payload(const struct rtattr *rta);

/**
 * RTNH_ALIGN: returns len rounded up to a multiple of 4.
 *
 * @param len  bytes; saturates at the largest multiple of 4 in a size_t
 */
size_t nlrs_rtnh_align(size_t len);

/**
 * RTNH_LENGTH: returns the rtnh_len of a next hop with len bytes of attributes. rtnh_len has 16 bits: above 65535 it is
 * not valid.
 */
size_t nlrs_rtnh_length(size_t len);

/** RTNH_SPACE: returns the bytes that a next hop with len bytes of attributes takes in a buffer, padding included. */
size_t nlrs_rtnh_space(size_t len);

/**
 * RTNH_DATA: returns the attributes of a next hop.
 *
 * @return rtnh + 8 bytes, whatever the header contains; NULL for NULL
 */
void *nlrs_rtnh_data(const struct rtnexthop *rtnh);

/**
 * RTNH_OK: whether there is a whole next hop at rtnh.
 *
 * @param rtnh  of any alignment; nothing is read when len is less than a header's, and it may be NULL then
 * @param len   bytes from rtnh to the end of RTA_MULTIPATH
 * @return 1: there is a header, with a length of at least a header's and at most len; 0: there is not, or rtnh is NULL
 */
int nlrs_rtnh_ok(const struct rtnexthop *rtnh, int len);

/**
 * RTNH_NEXT: returns the next hop after one that nlrs_rtnh_ok() accepts. The bytes that are left are fewer by
 * nlrs_rtnh_align() of its rtnh_len.
 *
 * @param rtnh  a whole header, of any alignment
 * @return the next one, which nlrs_rtnh_ok() must accept before it is read; NULL for NULL
 */
struct rtnexthop *nlrs_rtnh_next(const struct rtnexthop *rtnh);

/* ====================================================================================================
 * BUILDING MESSAGES
 * ==================================================================================================== */

/**
 * A message builder: one or more netlink messages under construction, in a caller's buffer or in memory that grows.
 *
 * Either declare one, initialise it with nlrs_msg_init() over a buffer, and free nothing; or use nlrs_msg_new() and
 * nlrs_msg_free(). It must not be copied by assignment.
 *
 * A message is begun with nlrs_msg_begin(), filled, and ended with nlrs_msg_end(). More messages can follow in the same
 * buffer, each padded with zeros to a multiple of 4 bytes. The first failure of a message is kept: each later call
 * returns the same code and changes nothing, nlrs_msg_end() returns it and drops the message, and nlrs_msg_failure()
 * returns its place. So it is enough to check nlrs_msg_end(). A call that fails does not change the bytes before it.
 *
 * The codes of every function that appends to a message:
 *  -ERANGE     a type, value or flag is out of range (a type is at most 65535 and may contain NLA_F_... bits);
 *  -EMSGSIZE   an attribute or a nest would be longer than 65535 bytes, header included, or the message longer than its
 *              limit (nlrs_msg_set_limit());
 *  -ENOSPC     the caller's buffer is full;
 *  -ENOMEM     no memory;
 *  -EINVAL     a pointer is NULL; no message is open; nlrs_msg_begin() while one is open; nlrs_msg_end() with an open
 *              nest; a nest that is not the innermost open one; a header after an attribute;
 *  NLRS_EBUSY  the messages belong to a batch that was sent and not reset.
 */
struct nlrs_msg {
    /** Private. */
    uint64_t nlrs_private[48];
};

/**
 * Initialises a builder over a caller's buffer, which does not grow. Nothing is allocated and nothing is to be freed.
 *
 * @param m     the builder; what it contained before is not freed
 * @param buf   the buffer, aligned to 4 bytes, which is used while m is. NULL or one that is not aligned counts as a
 *              buffer of no bytes: nlrs_msg_begin() returns -ENOSPC
 * @param size  its size in bytes, of which at most 2^31 - 16 are used
 */
void nlrs_msg_init(struct nlrs_msg *m, void *buf, size_t size);

/**
 * Makes a builder whose memory grows as needed.
 *
 * @param initial_capacity  size of the memory at first, in bytes; growing costs copies
 * @return the builder, to be freed with nlrs_msg_free(); NULL: no memory
 */
struct nlrs_msg *nlrs_msg_new(size_t initial_capacity);

/** Frees a builder of nlrs_msg_new(). NULL is allowed. A builder of nlrs_msg_init() or of a batch is not changed. */
void nlrs_msg_free(struct nlrs_msg *m);

/**
 * Returns sizeof(struct nlrs_msg), for languages that do not read the header.
 *
 * @return bytes; the alignment is 8
 */
size_t nlrs_msg_sizeof(void);

/**
 * Begins a message: appends its header, with sequence number 0 and port ID 0.
 *
 * @param m      messages under construction
 * @param type   message type, at most 65535
 * @param flags  NLM_F_..., at most 65535
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags);

/**
 * Sets the type of the open message.
 *
 * @param m     the message under construction
 * @param type  message type; above 65535 is -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_set_type(struct nlrs_msg *m, uint32_t type);

/**
 * Sets the flags of the open message.
 *
 * @param m      message under construction
 * @param flags  NLM_F_...; above 65535 is -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_set_flags(struct nlrs_msg *m, uint32_t flags);

/**
 * Sets the sequence number of the open message.
 *
 * @param m    message under construction
 * @param seq  sequence number; requests, dumps and batches set their own
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_set_seq(struct nlrs_msg *m, uint32_t seq);

/**
 * Sets the port ID of the open message.
 *
 * @param m       message under construction
 * @param portid  port ID; requests, dumps and batches set their own
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_set_portid(struct nlrs_msg *m, uint32_t portid);

/**
 * Ends the message and sets its length.
 *
 * After a failure, or with an open nest (-EINVAL), the message is dropped: the next message takes its place.
 *
 * @param m  message under construction
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_end(struct nlrs_msg *m);

/**
 * Returns the first failure of the message under construction, or of the last one after its end.
 *
 * @param m  messages under construction
 * @return 0: nothing failed; or the first failure (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_status(const struct nlrs_msg *m);

/**
 * Returns the place of the failure that nlrs_msg_status() returns.
 *
 * @param m           messages under construction
 * @param ret_type    type of the attribute that was refused; 0: it was no attribute
 * @param ret_offset  offset that the attribute would have had, in bytes from the start of the message
 * @return 0; -ENOENT: nothing failed; -EINVAL: a pointer is NULL
 */
int nlrs_msg_failure(const struct nlrs_msg *m, uint32_t *ret_type, size_t *ret_offset);

/**
 * Returns how many more bytes fit into the message and its innermost open nest.
 *
 * An attribute takes 4 bytes and its payload, rounded up to a multiple of 4. Memory that grows counts as unlimited.
 *
 * @param m  message under construction
 * @return bytes; 0 when no message is open, after a failure, or when m is NULL
 */
size_t nlrs_msg_space_left(const struct nlrs_msg *m);

/**
 * Returns the first complete message. The others follow it, each padded to a multiple of 4 bytes.
 *
 * @param m  messages under construction
 * @return the message, valid until m changes; NULL: none is complete, or m is NULL
 */
const struct nlmsghdr *nlrs_msg_first(const struct nlrs_msg *m);

/**
 * Returns the length of all complete messages together, padding included.
 *
 * @param m  messages under construction
 * @return bytes; 0 for NULL
 */
size_t nlrs_msg_len(const struct nlrs_msg *m);

/**
 * Returns the number of complete messages.
 *
 * @param m  messages under construction
 * @return number of messages; 0 for NULL
 */
size_t nlrs_msg_count(const struct nlrs_msg *m);

/**
 * Drops all messages, complete or not, and keeps the memory. The builder of a batch that was sent is reset by
 * nlrs_batch_reset().
 *
 * @param m  messages under construction
 * @return 0; NLRS_EBUSY: it belongs to a batch that was sent; -EINVAL: m is NULL
 */
int nlrs_msg_reset(struct nlrs_msg *m);

/**
 * Sets the largest length of each message.
 *
 * The default is 2147483612, the most that a kernel accepts from a socket with the largest possible send buffer. A
 * socket accepts the size of its send buffer less 32 bytes.
 *
 * @param m      messages under construction
 * @param bytes  length with the header: 16 ... 2147483612
 * @return 0; -ERANGE: bytes is out of range; -EINVAL: a message is open, or m is NULL
 */
int nlrs_msg_set_limit(struct nlrs_msg *m, size_t bytes);

/* ====================================================================================================
 * ATTRIBUTES AND HEADERS OF THE MESSAGE UNDER CONSTRUCTION
 *
 * Each function appends to the message that nlrs_msg_begin() began, or to its innermost open nest.
 * ==================================================================================================== */

/**
 * Appends the family's header (struct rtmsg, struct ifinfomsg, struct genlmsghdr, ...), padded with zeros. A second
 * header may follow; attributes come after the headers.
 *
 * Inside a nest a header may be anywhere, since some families require it: VETH_INFO_PEER begins with a struct
 * ifinfomsg, RTA_MULTIPATH is a sequence of struct rtnexthop, each followed by attributes.
 *
 * @param m    message under construction
 * @param hdr  the header, which is copied; may be NULL only when len is 0
 * @param len  its size in bytes, without padding
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_header(struct nlrs_msg *m, const void *hdr, size_t len);

/**
 * Appends an attribute with an 8-bit unsigned value.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  0 ... 255; others are -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_u8(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Appends an attribute with a 16-bit unsigned value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  0 ... 65535; others are -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_u16(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Appends an attribute with a 32-bit unsigned value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_u32(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Appends an attribute with a 64-bit unsigned value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_u64(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Appends an attribute with an 8-bit signed value.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  -128 ... 127; others are -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_s8(struct nlrs_msg *m, uint32_t type, int32_t value);

/**
 * Appends an attribute with a 16-bit signed value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  -32768 ... 32767; others are -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_s16(struct nlrs_msg *m, uint32_t type, int32_t value);

/**
 * Appends an attribute with a 32-bit signed value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_s32(struct nlrs_msg *m, uint32_t type, int32_t value);

/**
 * Appends an attribute with a 64-bit signed value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_s64(struct nlrs_msg *m, uint32_t type, int64_t value);

/**
 * Appends an attribute with a 16-bit unsigned value in network byte order (big endian).
 *
 * @param m      message under construction
 * @param type   attribute type; ipset requires the flag NLA_F_NET_BYTEORDER in it
 * @param value  in host byte order, from which it is converted: 0 ... 65535; others are -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_be16(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Appends an attribute with a 32-bit unsigned value in network byte order (big endian).
 *
 * @param m      message under construction
 * @param type   attribute type; ipset requires the flag NLA_F_NET_BYTEORDER in it
 * @param value  in host byte order, from which it is converted
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_be32(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Appends an attribute with a 64-bit unsigned value in network byte order (big endian).
 *
 * @param m      message under construction
 * @param type   attribute type; ipset requires the flag NLA_F_NET_BYTEORDER in it
 * @param value  in host byte order, from which it is converted
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_be64(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Appends an attribute with a 16-bit unsigned value in little endian.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, from which it is converted: 0 ... 65535; others are -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_le16(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Appends an attribute with a 32-bit unsigned value in little endian.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, from which it is converted
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_le32(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Appends an attribute with a 64-bit unsigned value in little endian.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, from which it is converted
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_le64(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Appends an attribute with an unsigned value in host byte order: 4 bytes, or 8 when the value does not fit into 4 (the
 * kernel's NLA_UINT, Linux 6.7).
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_uint(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Appends an attribute with a signed value in host byte order: 4 bytes, or 8 when the value does not fit into 4 (the
 * kernel's NLA_SINT, Linux 6.7).
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_sint(struct nlrs_msg *m, uint32_t type, int64_t value);

/**
 * Appends an attribute with a 64-bit value in host byte order, whose payload is at a multiple of 8 bytes from the start
 * of the message.
 *
 * Where it would not be, an attribute of type pad_type without payload is appended first (the family's ..._PAD).
 *
 * @param m         message under construction
 * @param type      attribute type
 * @param value     the value
 * @param pad_type  type of the padding
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_u64_padded(struct nlrs_msg *m, uint32_t type, uint64_t value, uint32_t pad_type);

/**
 * Appends an attribute with a string and its NUL.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @param s     the string, which is copied; at most 65530 bytes without the NUL
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_str(struct nlrs_msg *m, uint32_t type, const char *s);

/**
 * Appends an attribute with a string without a NUL.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @param s     its bytes, which are copied; may be NULL only when len is 0
 * @param len   number of bytes, at most 65531
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_strn(struct nlrs_msg *m, uint32_t type, const char *s, size_t len);

/**
 * Appends an attribute with the given payload.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @param data  the payload, which is copied; may be NULL only when len is 0
 * @param len   number of bytes, at most 65531
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_bytes(struct nlrs_msg *m, uint32_t type, const void *data, size_t len);

/**
 * Appends an attribute whose payload is zeroed bytes, and returns the payload, to be filled in.
 *
 * @param m         message under construction
 * @param type      attribute type
 * @param len       number of bytes, at most 65531
 * @param ret_data  the payload, aligned to 4 bytes, valid until the next call on m
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_reserve(struct nlrs_msg *m, uint32_t type, size_t len, void **ret_data);

/**
 * Appends an attribute without payload.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_flag(struct nlrs_msg *m, uint32_t type);

/**
 * Appends an attribute with a struct nla_bitfield32.
 *
 * @param m         message under construction
 * @param type      attribute type
 * @param value     the bits
 * @param selector  which of the bits are valid
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_bitfield32(struct nlrs_msg *m, uint32_t type, uint32_t value, uint32_t selector);

/**
 * Appends an attribute with an IPv4 address: 4 bytes in network byte order.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @param addr  struct in_addr, of any alignment, which is copied
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_in_addr(struct nlrs_msg *m, uint32_t type, const void *addr);

/**
 * Appends an attribute with an IPv6 address: 16 bytes in network byte order.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @param addr  struct in6_addr, of any alignment, which is copied
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_in6_addr(struct nlrs_msg *m, uint32_t type, const void *addr);

/**
 * Appends an attribute with a MAC address: 6 bytes.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @param mac   the address, which is copied
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_mac(struct nlrs_msg *m, uint32_t type, const void *mac);

/* ====================================================================================================
 * NESTS OF THE MESSAGE UNDER CONSTRUCTION
 * ==================================================================================================== */

/**
 * Begins a nest: an attribute that contains attributes. NLA_F_NESTED is set in its type, as interfaces added since
 * Linux 5.2 require.
 *
 * What is appended before its end belongs to it. Nests may contain nests; the only limit is that the outermost one has
 * at most 65535 bytes. In an array of nests the type is the index.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @return above 0: the nest, for nlrs_msg_nest_end() or nlrs_msg_nest_cancel(); below 0: the first failure of the
 *         message (struct nlrs_msg lists the codes)
 */
int nlrs_msg_nest_begin(struct nlrs_msg *m, uint32_t type);

/**
 * Begins a nest without NLA_F_NESTED in its type, for old interfaces that refuse the flag.
 *
 * What is appended before its end belongs to it. Nests may contain nests; the only limit is that the outermost one has
 * at most 65535 bytes. In an array of nests the type is the index.
 *
 * @param m     the message under construction
 * @param type  attribute type
 * @return above 0: the nest, for nlrs_msg_nest_end() or nlrs_msg_nest_cancel(); below 0: the first failure of the
 *         message (struct nlrs_msg lists the codes)
 */
int nlrs_msg_nest_begin_noflag(struct nlrs_msg *m, uint32_t type);

/**
 * Ends the innermost nest.
 *
 * @param m     the message under construction
 * @param nest  from nlrs_msg_nest_begin(); -EINVAL when it is not the innermost open nest. A negative value need not be
 *              checked for: it is a failure of the message, which is returned here again
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_nest_end(struct nlrs_msg *m, int nest);

/**
 * Drops the innermost nest with its contents.
 *
 * @param m     the message under construction
 * @param nest  as for nlrs_msg_nest_end()
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL. A failure
 *         inside the nest remains the failure of the message
 */
int nlrs_msg_nest_cancel(struct nlrs_msg *m, int nest);

/* ====================================================================================================
 * COPIES OF ATTRIBUTES AND MESSAGES, APPENDED TO MESSAGES UNDER CONSTRUCTION
 * ==================================================================================================== */

/**
 * Appends a copy of an attribute: its type with flag bits, and its payload.
 *
 * @param m     the message under construction
 * @param attr  from an index, a find or a walk; it is copied
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_put_attr(struct nlrs_msg *m, const struct nlattr *attr);

/**
 * Appends copies of consecutive attributes, such as those of a message or a nest.
 *
 * All of them are appended, or none. Each is padded with zeros; up to 3 bytes after the last one are not copied.
 *
 * @param m      message under construction
 * @param attrs  the attributes, of any alignment; may be NULL only when len is 0
 * @param len    their length in bytes
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL; -EBADMSG:
 *         malformed
 */
int nlrs_msg_put_attrs(struct nlrs_msg *m, const void *attrs, size_t len);

/**
 * Appends copies of complete messages, each padded: all of them, or none.
 *
 * @param m     messages under construction, none of them open
 * @param msgs  one or more consecutive messages, of any alignment; may be NULL only when len is 0
 * @param len   their length in bytes
 * @return 0; -EBADMSG: malformed; -EINVAL: a pointer is NULL, or a message is open, which fails then; -EMSGSIZE,
 *         -ENOSPC, -ENOMEM, NLRS_EBUSY: see struct nlrs_msg
 */
int nlrs_msg_append(struct nlrs_msg *m, const void *msgs, size_t len);

/* ====================================================================================================
 * REPLIES TO REQUESTS, FOR PROGRAMS THAT SERVE REQUESTS
 *
 * Two programs can exchange netlink messages (NETLINK_USERSOCK), and a test may play the kernel's part.
 * ==================================================================================================== */

/**
 * Begins the error message that answers a request.
 *
 * Its header has the sequence number and port ID of the request, and NLM_F_CAPPED: the message contains a copy of the
 * request's header and not of its payload. Extended-ack attributes (NLMSGERR_ATTR_MSG: a string, NLMSGERR_ATTR_OFFS: a
 * u32, ...) may be appended; nlrs_msg_end() sets NLM_F_ACK_TLVS when there are any.
 *
 * @param m     messages under construction
 * @param req   the request, of which the 16 bytes of the header are read
 * @param code  0 for an ack, or a negative errno; above 0 is -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_begin_error(struct nlrs_msg *m, const struct nlmsghdr *req, int32_t code);

/**
 * Begins the message that ends a dump: NLMSG_DONE with NLM_F_MULTI, the sequence number and port ID of the request, and
 * a code.
 *
 * Extended-ack attributes may be appended, as for nlrs_msg_begin_error().
 *
 * @param m     messages under construction
 * @param req   the request, of which the 16 bytes of the header are read
 * @param code  0, or the negative errno with which the dump failed; above 0 is -ERANGE
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_begin_done(struct nlrs_msg *m, const struct nlmsghdr *req, int32_t code);

/**
 * Appends a complete ack for a request: nlrs_msg_begin_error() with code 0, and nlrs_msg_end().
 *
 * @param m    messages under construction, none of them open
 * @param req  the request, of which the 16 bytes of the header are read
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_msg_append_ack(struct nlrs_msg *m, const struct nlmsghdr *req);

/* ====================================================================================================
 * RECEIVED MESSAGES
 * ==================================================================================================== */

/**
 * Walks over the messages of a buffer, such as a datagram or a file: returns one per call.
 *
 * Set *pos to 0 and call it until it does not return 1. Then *pos is where the walk ended: at a clean end len - *pos
 * bytes (0 ... 3) are left after the last message; after -EBADMSG *pos is the offset of the malformed message, and
 * further calls return -EBADMSG again. The last message may be without padding. A length beyond the buffer is
 * malformed.
 *
 * @param buf      consecutive messages, of any alignment
 * @param len      their length in bytes
 * @param pos      in: offset of the next message; out: offset of the one after it
 * @param ret_nlh  the message, whose length has been checked, valid while the bytes are; written only when 1 is
 *                 returned
 * @return 1: a message; 0: the clean end; -EBADMSG: malformed; -EINVAL: a pointer is NULL, or *pos is above len
 */
int nlrs_nlmsg_walk(const void *buf, size_t len, size_t *pos, const struct nlmsghdr **ret_nlh);

/**
 * Returns the length of a message: header and payload, without the padding after it.
 *
 * @param nlh  its header, of any alignment
 * @return bytes; 0 for NULL
 */
uint32_t nlrs_nlmsg_len(const struct nlmsghdr *nlh);

/**
 * Returns the type of a message.
 *
 * @param nlh  its header, of any alignment
 * @return type; 0 for NULL
 */
uint32_t nlrs_nlmsg_type(const struct nlmsghdr *nlh);

/**
 * Returns the NLM_F_... flags of a message.
 *
 * @param nlh  its header, of any alignment
 * @return flags; 0 for NULL
 */
uint32_t nlrs_nlmsg_flags(const struct nlmsghdr *nlh);

/**
 * Returns the sequence number of a message. An event may have any.
 *
 * @param nlh  its header, of any alignment
 * @return sequence number; 0 for NULL
 */
uint32_t nlrs_nlmsg_seq(const struct nlmsghdr *nlh);

/**
 * Returns the port ID in a message. It does not prove who sent the message: a sender can write any port ID here.
 *
 * @param nlh  its header, of any alignment
 * @return port ID; 0 for NULL
 */
uint32_t nlrs_nlmsg_portid(const struct nlmsghdr *nlh);

/**
 * Whether a message answers a request: its sequence number and its port ID are those of the request.
 *
 * @param nlh     its header, of any alignment
 * @param seq     sequence number of the request
 * @param portid  port ID of the socket that sent the request
 * @return 1 or 0; 0 for NULL
 */
int nlrs_nlmsg_is_answer(const struct nlmsghdr *nlh, uint32_t seq, uint32_t portid);

/**
 * Copies the family's header out of a message of any alignment.
 *
 * @param nlh      from a walk, a dump or a callback
 * @param ret_hdr  struct rtmsg, struct ifinfomsg, struct genlmsghdr, ...
 * @param size     bytes of that struct
 * @return 0; -EBADMSG: the message is shorter; -EINVAL: a pointer is NULL
 */
int nlrs_nlmsg_get_header(const struct nlmsghdr *nlh, void *ret_hdr, size_t size);

/**
 * Finds the attributes of a message: the bytes after its header and the family's.
 *
 * @param nlh        from a walk, a dump or a callback
 * @param hdrlen     size of the family's header in bytes, without its padding; 0: the attributes are the whole payload
 * @param ret_attrs  the first byte, valid while the message is
 * @param ret_len    the length in bytes, without the padding after the message
 * @return 0; -EBADMSG: the message ends within the family's header; -EINVAL: a pointer is NULL
 */
int nlrs_nlmsg_attrs(const struct nlmsghdr *nlh, size_t hdrlen, const void **ret_attrs, size_t *ret_len);

/**
 * Indexes the attributes of a message by type: nlrs_nlmsg_attrs() and nlrs_attr_index() in one call.
 *
 * @param nlh        from a walk, a dump or a callback
 * @param hdrlen     size of the family's header in bytes, without its padding
 * @param ret_table  max + 1 pointers, all of which are written, on failure with NULL; valid while the message is
 * @param max        the largest type to be indexed
 * @return number of slots that were filled; -EBADMSG: the message ends within the family's header, or malformed
 *         attributes; -EINVAL: nlh or ret_table is NULL
 */
int nlrs_nlmsg_index(const struct nlmsghdr *nlh, size_t hdrlen, const struct nlattr **ret_table, uint32_t max);

/* ====================================================================================================
 * ATTRIBUTES
 * ==================================================================================================== */

/**
 * Returns the type of an attribute without the flag bits NLA_F_NESTED and NLA_F_NET_BYTEORDER.
 *
 * @param attr  the attribute
 * @return 0 ... 16383; 0 for NULL
 */
uint32_t nlrs_attr_type(const struct nlattr *attr);

/**
 * Whether an attribute is marked as a nest. The kernel sets this flag on some nests and not on others.
 *
 * @param attr  the attribute
 * @return 1: NLA_F_NESTED is set; 0: it is not, or attr is NULL
 */
int nlrs_attr_is_nested(const struct nlattr *attr);

/**
 * Whether the value of an attribute is marked as being in network byte order. Many such values are not marked.
 *
 * @param attr  the attribute
 * @return 1: NLA_F_NET_BYTEORDER is set; 0: it is not, or attr is NULL
 */
int nlrs_attr_is_net_byteorder(const struct nlattr *attr);

/**
 * Returns the length of the payload of an attribute.
 *
 * @param attr  the attribute
 * @return bytes; 0 for NULL
 */
size_t nlrs_attr_len(const struct nlattr *attr);

/**
 * Returns the payload of an attribute.
 *
 * @param attr  the attribute
 * @return its first byte, of any alignment, valid while the bytes of the attribute are; NULL for NULL
 */
const void *nlrs_attr_data(const struct nlattr *attr);

/**
 * Indexes attributes by type.
 *
 * ret_table[t] becomes the first attribute of type t, whatever its flag bits, or NULL. Types above max are skipped. The
 * length of each attribute has then been checked against the bytes that are there. One to three bytes after the last
 * attribute are ignored. No function is called and nothing is allocated.
 *
 * @param attrs      consecutive attributes, of any alignment
 * @param len        their length in bytes
 * @param ret_table  max + 1 pointers, all of which are written, on failure with NULL; valid while the attributes are
 * @param max        the largest type to be indexed
 * @return number of slots that were filled; -EBADMSG: malformed; -EINVAL: attrs or ret_table is NULL
 */
int nlrs_attr_index(const void *attrs, size_t len, const struct nlattr **ret_table, uint32_t max);

/**
 * Indexes the attributes inside a nest by type: nlrs_attr_index() of its payload.
 *
 * @param attr       the nest; NLA_F_NESTED need not be set
 * @param ret_table  max + 1 pointers, all of which are written, on failure with NULL; valid while the nest is
 * @param max        the largest type to be indexed
 * @return number of slots that were filled; -ENOENT: attr is NULL, as in a slot of a table when it is absent; -EBADMSG:
 *         malformed; -EINVAL: ret_table is NULL
 */
int nlrs_attr_index_nested(const struct nlattr *attr, const struct nlattr **ret_table, uint32_t max);

/**
 * Finds the first attribute of a type.
 *
 * @param attrs     consecutive attributes, of any alignment
 * @param len       their length in bytes
 * @param type      attribute type; flag bits (NLA_F_NESTED, NLA_F_NET_BYTEORDER) are ignored, here and in the
 *                  attributes
 * @param ret_attr  the attribute, valid while the bytes are
 * @return 0; -ENOENT: there is none; -EBADMSG: the bytes before it are malformed; -ERANGE: type is above 65535;
 *         -EINVAL: attrs or ret_attr is NULL
 */
int nlrs_attr_find(const void *attrs, size_t len, uint32_t type, const struct nlattr **ret_attr);

/**
 * Finds an attribute inside nests: the first of types[0], in it the first of types[1], and so on.
 *
 * @param attrs     consecutive attributes, of any alignment
 * @param len       their length in bytes
 * @param types     attribute types, from the outermost nest to the attribute; flag bits are ignored
 * @param depth     number of types, at least 1
 * @param ret_attr  the attribute, valid while the bytes are
 * @return 0; -ENOENT: one of them is absent; -EBADMSG: the bytes before it are malformed; -ERANGE: a type is above
 *         65535; -EINVAL: a pointer is NULL, or depth is 0 or above 65535
 */
int nlrs_attr_find_path(const void *attrs, size_t len, const uint32_t *types, size_t depth,
                        const struct nlattr **ret_attr);

/**
 * Walks over attributes: returns one per call.
 *
 * Set *pos to 0 and call it until it does not return 1. Then *pos is where the walk ended: at a clean end len - *pos
 * bytes (0 ... 3) are left after the last attribute; after -EBADMSG *pos is the offset of the malformed attribute, and
 * further calls return -EBADMSG again. The last attribute may be without padding.
 *
 * @param attrs     consecutive attributes, of any alignment
 * @param len       their length in bytes
 * @param pos       in: offset of the next attribute; out: offset of the one after it
 * @param ret_attr  the attribute, valid while the bytes are; written only when 1 is returned
 * @return 1: an attribute; 0: the clean end; -EBADMSG: malformed; -EINVAL: a pointer is NULL, or *pos is above len
 */
int nlrs_attr_walk(const void *attrs, size_t len, size_t *pos, const struct nlattr **ret_attr);

/**
 * Walks over the attributes of one type, for types that occur more than once: returns one per call.
 *
 * Used as nlrs_attr_walk().
 *
 * @param attrs     consecutive attributes, of any alignment
 * @param len       their length in bytes
 * @param type      attribute type; flag bits are ignored
 * @param pos       in: offset of the next attribute; out: offset of the one after it
 * @param ret_attr  the attribute, valid while the bytes are; written only when 1 is returned
 * @return 1: an attribute; 0: the clean end; -EBADMSG: malformed; -ERANGE: type is above 65535; -EINVAL: a pointer is
 *         NULL, or *pos is above len
 */
int nlrs_attr_walk_type(const void *attrs, size_t len, uint32_t type, size_t *pos, const struct nlattr **ret_attr);

/* ====================================================================================================
 * VALUES OF ATTRIBUTES
 *
 * Each function that reads a value requires exactly the size that it is named after: another size is -ERANGE. Where the
 * size differs between kernel versions there are nlrs_attr_get_uint() and nlrs_attr_get_sint(), which read 1, 2, 4 or 8
 * bytes.
 * ==================================================================================================== */

/**
 * Reads an 8-bit unsigned value.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 1 byte long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_u8(const struct nlattr *attr, uint8_t *ret_value);

/**
 * Reads a 16-bit unsigned value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 2 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_u16(const struct nlattr *attr, uint16_t *ret_value);

/**
 * Reads a 32-bit unsigned value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_u32(const struct nlattr *attr, uint32_t *ret_value);

/**
 * Reads a 64-bit unsigned value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_u64(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Reads an 8-bit signed value.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 1 byte long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_s8(const struct nlattr *attr, int8_t *ret_value);

/**
 * Reads a 16-bit signed value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 2 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_s16(const struct nlattr *attr, int16_t *ret_value);

/**
 * Reads a 32-bit signed value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_s32(const struct nlattr *attr, int32_t *ret_value);

/**
 * Reads a 64-bit signed value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_s64(const struct nlattr *attr, int64_t *ret_value);

/**
 * Reads a 16-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value in host byte order
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 2 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_be16(const struct nlattr *attr, uint16_t *ret_value);

/**
 * Reads a 32-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value in host byte order
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_be32(const struct nlattr *attr, uint32_t *ret_value);

/**
 * Reads a 64-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value in host byte order
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_be64(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Reads a 16-bit unsigned value in little endian.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value in host byte order
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 2 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_le16(const struct nlattr *attr, uint16_t *ret_value);

/**
 * Reads a 32-bit unsigned value in little endian.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value in host byte order
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_le32(const struct nlattr *attr, uint32_t *ret_value);

/**
 * Reads a 64-bit unsigned value in little endian.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value in host byte order
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_le64(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Reads an unsigned value of 1, 2, 4 or 8 bytes in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 1, 2, 4 or 8 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_uint(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Reads a signed value of 1, 2, 4 or 8 bytes in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value  the value
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 1, 2, 4 or 8 bytes long; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_sint(const struct nlattr *attr, int64_t *ret_value);

/**
 * Reads a string that ends with a NUL inside the attribute. nlrs_attr_get_strn() reads one without a NUL too.
 *
 * @param attr     the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_str  the string, valid while the bytes of the attribute are
 * @return 0; -ENOENT: attr is NULL; -EBADMSG: there is no NUL in the payload; -EINVAL: ret_str is NULL
 */
int nlrs_attr_get_str(const struct nlattr *attr, const char **ret_str);

/**
 * Reads a string by its length: up to its first NUL, or the whole payload when there is none.
 *
 * @param attr     the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_str  its first byte, valid while the bytes of the attribute are; there may be no NUL after it
 * @param ret_len  its length in bytes, without a NUL
 * @return 0; -ENOENT: attr is NULL; -EINVAL: ret_str or ret_len is NULL
 */
int nlrs_attr_get_strn(const struct nlattr *attr, const char **ret_str, size_t *ret_len);

/**
 * Reads the payload of an attribute.
 *
 * @param attr      the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_data  its first byte, valid while the bytes of the attribute are; of any alignment
 * @param ret_len   its length in bytes
 * @return 0; -ENOENT: attr is NULL; -EINVAL: ret_data or ret_len is NULL
 */
int nlrs_attr_get_bytes(const struct nlattr *attr, const void **ret_data, size_t *ret_len);

/**
 * Reads a flag: an attribute without payload, which is present or absent.
 *
 * @param attr  the attribute, or NULL as in a slot of a table when it is absent
 * @return 1: present; 0: attr is NULL; -ERANGE: the attribute has a payload
 */
int nlrs_attr_get_flag(const struct nlattr *attr);

/**
 * Reads a struct nla_bitfield32.
 *
 * @param attr          the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_value     the bits
 * @param ret_selector  which of the bits are valid
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 8 bytes long; -EINVAL: ret_value or ret_selector is
 *         NULL
 */
int nlrs_attr_get_bitfield32(const struct nlattr *attr, uint32_t *ret_value, uint32_t *ret_selector);

/**
 * Reads an IPv4 address: 4 bytes in network byte order.
 *
 * @param attr      the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_addr  struct in_addr, of any alignment
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 4 bytes long; -EINVAL: ret_addr is NULL
 */
int nlrs_attr_get_in_addr(const struct nlattr *attr, void *ret_addr);

/**
 * Reads an IPv6 address: 16 bytes in network byte order.
 *
 * @param attr      the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_addr  struct in6_addr, of any alignment
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 16 bytes long; -EINVAL: ret_addr is NULL
 */
int nlrs_attr_get_in6_addr(const struct nlattr *attr, void *ret_addr);

/**
 * Reads a MAC address: 6 bytes.
 *
 * @param attr      the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param ret_addr  6 bytes, of any alignment
 * @return 0; -ENOENT: attr is NULL; -ERANGE: the payload is not 6 bytes long; -EINVAL: ret_addr is NULL
 */
int nlrs_attr_get_mac(const struct nlattr *attr, void *ret_addr);

/**
 * Copies a struct out of an attribute, which needs no alignment and may be of another kernel version.
 *
 * When the payload is shorter than size, as from an older kernel, the rest of the buffer becomes zero. When it is
 * longer, as from a newer kernel, its end is left out. The returned length shows which.
 *
 * @param attr  the attribute; NULL is -ENOENT, so that a slot of a table can be passed as it is
 * @param buf   size bytes, all of which are written
 * @param size  bytes of the struct
 * @return length of the payload in bytes: size, less, or more; -ENOENT: attr is NULL; -EINVAL: buf is NULL
 */
int nlrs_attr_copy(const struct nlattr *attr, void *buf, size_t size);

/* ====================================================================================================
 * POLICIES: WHICH ATTRIBUTES ARE VALID
 * ==================================================================================================== */

/** Kind of an attribute: any payload; min_len and max_len apply. */
#define NLRS_KIND_ANY 0

/** Kind of an attribute: no payload. */
#define NLRS_KIND_FLAG 1

/** Kind of an attribute: 8 bits. */
#define NLRS_KIND_U8 2

/** Kind of an attribute: 16 bits. */
#define NLRS_KIND_U16 3

/** Kind of an attribute: 32 bits. */
#define NLRS_KIND_U32 4

/** Kind of an attribute: 64 bits. */
#define NLRS_KIND_U64 5

/** Kind of an attribute: 8 bits, signed. */
#define NLRS_KIND_S8 6

/** Kind of an attribute: 16 bits, signed. */
#define NLRS_KIND_S16 7

/** Kind of an attribute: 32 bits, signed. */
#define NLRS_KIND_S32 8

/** Kind of an attribute: 64 bits, signed. */
#define NLRS_KIND_S64 9

/** Kind of an attribute: 16 bits in network byte order. */
#define NLRS_KIND_BE16 10

/** Kind of an attribute: 32 bits in network byte order. */
#define NLRS_KIND_BE32 11

/** Kind of an attribute: 64 bits in network byte order. */
#define NLRS_KIND_BE64 12

/** Kind of an attribute: an unsigned value of 1, 2, 4 or 8 bytes. */
#define NLRS_KIND_UINT 13

/** Kind of an attribute: a signed value of 1, 2, 4 or 8 bytes. */
#define NLRS_KIND_SINT 14

/** Kind of an attribute: text with or without a NUL; min_len and max_len apply, without the NUL. */
#define NLRS_KIND_TEXT 15

/** Kind of an attribute: text with a NUL; min_len and max_len apply, without the NUL. */
#define NLRS_KIND_NUL_TEXT 16

/** Kind of an attribute: struct nla_bitfield32; the mask applies to value and selector. */
#define NLRS_KIND_BITFIELD32 17

/** Kind of an attribute: a nest, to whose attributes the nested rules apply. */
#define NLRS_KIND_NEST 18

/** Kind of an attribute: an array of nests, to whose attributes the nested rules apply. */
#define NLRS_KIND_NEST_ARRAY 19

/** Flag of a rule: the attribute is required. */
#define NLRS_RULE_REQUIRED 1

/** Flag of a rule: min and max apply. */
#define NLRS_RULE_RANGE 2

/** Flag of a rule: mask applies. */
#define NLRS_RULE_MASK 4

/**
 * A rule: which attributes of one type are valid.
 *
 * Its size is final. An array of rules is a policy. It may be static and constant, in C with designated initialisers: a
 * field that is left out is 0, which means no limit. An attribute whose type has no rule is valid, since newer kernels
 * add attributes. When a type has two rules, the first applies.
 */
struct nlrs_attr_rule {
    /** Attribute type; flag bits (NLA_F_...) are ignored. */
    uint32_t type;
    /** NLRS_KIND_... */
    uint32_t kind;
    /** NLRS_RULE_..., or 0. */
    uint32_t flags;
    /** Smallest length of the payload in bytes. */
    uint32_t min_len;
    /** Largest length of the payload in bytes; 0: any. */
    uint32_t max_len;
    /** Number of rules at `nested`. */
    uint32_t nested_count;
    /** Rules for the attributes inside a nest; NULL: all are valid that are not malformed. */
    const struct nlrs_attr_rule *nested;
    /** With NLRS_RULE_RANGE: smallest value; for an unsigned kind its bits are those of a uint64_t. */
    int64_t min;
    /** With NLRS_RULE_RANGE: largest value; for an unsigned kind its bits are those of a uint64_t. */
    int64_t max;
    /** With NLRS_RULE_MASK: the bits that may be set. */
    uint64_t mask;
};

/**
 * Checks attributes against a policy and indexes them by type as nlrs_attr_index() does.
 *
 * All attributes are checked, those inside nests and those of types above max too, up to 32 levels deep. On failure err
 * gets the path of attribute types to the invalid attribute and its offset from attrs, or the type that is missing and
 * the path to the nest in which it is missing.
 *
 * @param attrs       consecutive attributes, of any alignment
 * @param len         their length in bytes
 * @param rules       the policy
 * @param rules_count number of rules
 * @param ret_table   max + 1 pointers, all of which are written, on failure with NULL; valid while the attributes are
 * @param max         the largest type to be indexed
 * @param err         gets the place of the invalid or missing attribute; may be NULL
 * @return number of slots that were filled; -EBADMSG: malformed, text without the required NUL, or more than 32 levels;
 *         -ERANGE: a length or a value is not allowed; -ENOENT: a required attribute is missing; -EINVAL: attrs, rules
 *         or ret_table is NULL, or a rule has no meaning (a type above 65535, an unknown kind, a range or mask for a
 *         kind without a value)
 */
int nlrs_attr_index_checked(const void *attrs, size_t len, const struct nlrs_attr_rule *rules, size_t rules_count,
                            const struct nlattr **ret_table, uint32_t max, struct nlrs_error *err);

/**
 * Makes an empty policy.
 *
 * @return the policy, to be freed with nlrs_policy_free(); NULL: no memory
 */
struct nlrs_policy *nlrs_policy_new(void);

/** Frees a policy. NULL is allowed. Policies that have it as a nest's policy must be freed before. */
void nlrs_policy_free(struct nlrs_policy *p);

/**
 * Adds a rule, which the functions below can refine.
 *
 * @param p      the policy
 * @param type   attribute type; flag bits (NLA_F_...) are ignored
 * @param kind   NLRS_KIND_...
 * @param flags  NLRS_RULE_REQUIRED or 0
 * @return 0; -ERANGE: type above 65535, or an unknown kind or flag; NLRS_EBUSY: p is the policy of a nest; -ENOMEM;
 *         -EINVAL: p is NULL
 */
int nlrs_policy_add(struct nlrs_policy *p, uint32_t type, uint32_t kind, uint32_t flags);

/**
 * Sets the allowed lengths of the payload in the rule that was added last.
 *
 * @param p        the policy
 * @param min_len  smallest length in bytes
 * @param max_len  largest length in bytes; 0: any
 * @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: p is the policy of a nest
 */
int nlrs_policy_set_length(struct nlrs_policy *p, uint32_t min_len, uint32_t max_len);

/**
 * Sets the allowed range of values in the rule that was added last.
 *
 * @param p    the policy
 * @param min  smallest value; for an unsigned kind its bits are those of a uint64_t
 * @param max  largest value, likewise
 * @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: p is the policy of a nest
 */
int nlrs_policy_set_range(struct nlrs_policy *p, int64_t min, int64_t max);

/**
 * Sets the allowed bits in the rule that was added last.
 *
 * @param p     the policy
 * @param mask  the bits that may be set
 * @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: p is the policy of a nest
 */
int nlrs_policy_set_mask(struct nlrs_policy *p, uint64_t mask);

/**
 * Sets the policy of the attributes inside the nest, in the rule that was added last.
 *
 * @param p       the policy
 * @param nested  their policy, which cannot be changed from now on (NLRS_EBUSY) and must be freed after p
 * @return 0; -EINVAL: NULL, p has no rule, or nested is p; NLRS_EBUSY: p is the policy of a nest
 */
int nlrs_policy_set_nested(struct nlrs_policy *p, struct nlrs_policy *nested);

/**
 * Returns the rules of a policy, for nlrs_attr_index_checked().
 *
 * @param p          the policy
 * @param ret_rules  the rules, valid until the policy is changed or freed
 * @param ret_count  number of rules
 * @return 0; -EINVAL: a pointer is NULL
 */
int nlrs_policy_rules(const struct nlrs_policy *p, const struct nlrs_attr_rule **ret_rules, size_t *ret_count);

/* ====================================================================================================
 * ACKS, ERRORS AND ENDS OF DUMPS
 * ==================================================================================================== */

/**
 * Reads an ack, an error or the end of a dump, with its extended ack. For programs that receive messages themselves.
 *
 * Reads NLMSG_ERROR with and without NLM_F_CAPPED and NLM_F_ACK_TLVS, and NLMSG_DONE with and without payload. Text
 * without a NUL is accepted. Malformed extended-ack attributes are ignored from there on and are no failure.
 *
 * @param nlh       from a walk: its length has been checked
 * @param req       the request that was sent, with a correct nlmsg_len: err gets paths of attribute types for the
 *                  offsets; NULL: err gets the offsets alone
 * @param hdrlen    size of the family's header in the request; not used without req
 * @param ret_code  0: an ack, or the end of a dump that did not fail; or the negative errno in the message
 * @param err       gets the code, text, offset, path, policy, cookie and what is missing; may be NULL
 * @return 0; -EBADMSG: neither NLMSG_ERROR nor NLMSG_DONE, too short for its code, or a code that is no errno; -EINVAL:
 *         nlh or ret_code is NULL
 */
int nlrs_nlmsg_status(const struct nlmsghdr *nlh, const struct nlmsghdr *req, size_t hdrlen, int *ret_code,
                      struct nlrs_error *err);

/* ====================================================================================================
 * HOW SOCKETS ARE OPENED: THE OPTIONS OBJECT
 *
 * The options are read when a socket is opened and do not refer to it afterwards. nlrs_socket_join joins multicast
 * groups.
 * ==================================================================================================== */

/**
 * Makes an options object with the defaults.
 *
 * One object may be used for any number of sockets and changed between them.
 *
 * @return the options, to be freed with nlrs_socket_options_free; NULL: no memory
 */
struct nlrs_socket_options *nlrs_socket_options_new(void);

/** Frees the options. NULL is allowed. Sockets that were opened with them are not affected. */
void nlrs_socket_options_free(struct nlrs_socket_options *options);

/**
 * Sets the port ID to bind to. 0, the default: the kernel chooses one that is not in use.
 *
 * @return 0; -EINVAL: options is NULL
 */
int nlrs_socket_options_set_portid(struct nlrs_socket_options *options, uint32_t portid);

/**
 * Sets the timeout of operations, as nlrs_socket_set_timeout.
 *
 * @return 0; -EINVAL: options is NULL
 */
int nlrs_socket_options_set_timeout(struct nlrs_socket_options *options, int64_t milliseconds);

/**
 * Sets whether datagrams are accepted from any sender, for traffic between programs (NETLINK_USERSOCK). Default: 0,
 * from the kernel alone.
 *
 * If it is on, datagrams of every program that may send to the socket are received: check the sender's port ID.
 *
 * @param on 0 or 1
 * @return 0; -EINVAL: options is NULL, or on is neither 0 nor 1
 */
int nlrs_socket_options_set_any_sender(struct nlrs_socket_options *options, int on);

/**
 * Sets whether each datagram comes with the credentials of its sender (SO_PASSCRED): process, user and group ID, for
 * which the kernel vouches. Default: 0.
 *
 * nlrs_datagrams_credentials and nlrs_socket_event_credentials return them. On an open socket, nlrs_socket_set_option
 * turns SO_PASSCRED on or off.
 *
 * @param on 0 or 1
 * @return 0; -EINVAL: options is NULL, or on is neither 0 nor 1
 */
int nlrs_socket_options_set_credentials(struct nlrs_socket_options *options, int on);

/**
 * Sets whether calls on the socket can be cancelled, for which it has a second descriptor. Default: 1.
 *
 * If it is off, nlrs_socket_cancel returns -EOPNOTSUPP, and nlrs_socket_close does not wake a call of another thread.
 *
 * @param on 0 or 1
 * @return 0; -EINVAL: options is NULL, or on is neither 0 nor 1
 */
int nlrs_socket_options_set_cancelable(struct nlrs_socket_options *options, int on);

/**
 * Sets the size of the receive buffer, as nlrs_socket_set_recv_buffer.
 *
 * @param bytes 0, the default: the system's default, but at least 32 KiB; more than 2^30 - 1: nlrs_socket_open fails
 *              with -ERANGE
 * @return 0; -EINVAL: options is NULL
 */
int nlrs_socket_options_set_recv_buffer(struct nlrs_socket_options *options, size_t bytes);

/**
 * Sets the size of the send buffer, as nlrs_socket_set_send_buffer.
 *
 * @param bytes 0, the default: the system's default; more than 2^30 - 1: nlrs_socket_open fails with -ERANGE
 * @return 0; -EINVAL: options is NULL
 */
int nlrs_socket_options_set_send_buffer(struct nlrs_socket_options *options, size_t bytes);

/**
 * Turns a flag of SOL_NETLINK on or off when the socket is opened, as nlrs_socket_set_flag.
 *
 * If the kernel lacks the flag, nlrs_socket_open fails with -ENOPROTOOPT. (Flags that are on by default and were not
 * set here are left out then.)
 *
 * @param option NETLINK_EXT_ACK ... of linux/netlink.h
 * @param on     0 or 1
 * @return 0; -EINVAL: options is NULL, option is not a flag (nlrs_socket_set_flag), or on is neither 0 nor 1
 */
int nlrs_socket_options_set_flag(struct nlrs_socket_options *options, int option, int on);

/**
 * Sets the network namespace to open the socket in, by a descriptor of /proc/PID/ns/net or of a bind mount of it, or
 * since Linux 5.8 by a pidfd.
 *
 * The calling thread never leaves its own namespace, also if nlrs_socket_open fails: a thread with a small stack and
 * all signals blocked enters the other namespace, opens the socket and ends before nlrs_socket_open returns. Several
 * threads may do so at the same time. It needs CAP_SYS_ADMIN in both namespaces, else nlrs_socket_open fails with
 * -EPERM. Each nlrs_socket_options_set_netns_... replaces the choice of an earlier one.
 *
 * @param fd remains yours; the options keep a duplicate of it until they are freed. -1: the caller's own namespace, the
 *           default
 * @return 0; -EINVAL: options is NULL, or fd is below -1; -EBADF: fd is not open; -EMFILE
 */
int nlrs_socket_options_set_netns_fd(struct nlrs_socket_options *options, int fd);

/**
 * Sets the network namespace to open the socket in, by the path of a file.
 *
 * As nlrs_socket_options_set_netns_fd otherwise. The string is copied.
 *
 * @return 0; -EINVAL: options or path is NULL, or path is empty; -ENOMEM
 */
int nlrs_socket_options_set_netns_path(struct nlrs_socket_options *options, const char *path);

/**
 * Sets the network namespace to open the socket in, by its name below /run/netns, as ip-netns(8) creates them.
 *
 * As nlrs_socket_options_set_netns_fd otherwise. The string is copied.
 *
 * @return 0; -EINVAL: options or name is NULL, or name is empty, "." or "..", or contains a slash; -ENOMEM
 */
int nlrs_socket_options_set_netns_name(struct nlrs_socket_options *options, const char *name);

/**
 * Sets the network namespace to open the socket in, by a process that is in it.
 *
 * As nlrs_socket_options_set_netns_fd otherwise. A process ID can be reused by another process; a pidfd cannot.
 *
 * @return 0; -EINVAL: options is NULL
 */
int nlrs_socket_options_set_netns_pid(struct nlrs_socket_options *options, uint32_t pid);

/* ====================================================================================================
 * SOCKETS: OPEN, PROPERTIES, TIMEOUT, CANCEL, CLOSE
 *
 * A socket has a lock of its own: every function that takes one may be called from several threads at once. Most
 * programs use a socket for requests, dumps and batches (below). The functions that send and receive single datagrams
 * must not be used on a socket on which one of those is in progress: each would receive what the other waits for.
 * ==================================================================================================== */

/**
 * Opens a netlink socket.
 *
 * The defaults (options NULL): close-on-exec; a port ID chosen by the kernel; extended acks and capped acks on, and on
 * NETLINK_ROUTE strict checking of dump requests, each if the kernel has it; a receive buffer of at least 32 KiB;
 * datagrams are accepted from the kernel alone; a timeout of 30 seconds for each operation; cancellation, which takes a
 * second descriptor.
 *
 * The environment variable NLRS_DEBUG turns on tracing of the socket's datagrams: 1 writes lines to standard error,
 * pcap:FILE writes a capture that Wireshark reads, any other value is the name of a file to write the lines to. It is
 * read by the functions that open a socket, and ignored in programs that run with more privileges than their caller
 * (secure_getenv(3)). Files are opened for appending and created with mode 0600; if a file cannot be opened, the lines
 * go to standard error.
 *
 * @param protocol   NETLINK_ROUTE ... of linux/netlink.h
 * @param options    NULL means the defaults; read, not kept
 * @param ret_socket gets the socket, to be closed with nlrs_socket_close
 * @return 0; -EINVAL: ret_socket is NULL; -EPROTONOSUPPORT: the kernel lacks the protocol; -EMFILE, -ENFILE: too many
 *         descriptors; -EADDRINUSE: the port ID is in use; -EPERM: the namespace may not be entered; -ENOENT, -EACCES,
 *         -EBADF, -EINVAL: the namespace cannot be opened, or is not a network namespace; -EAGAIN: no thread could be
 *         created to enter it; -ENOPROTOOPT: the kernel lacks an option; -ERANGE: a buffer is too large; -ENOMEM
 */
int nlrs_socket_open(int protocol, const struct nlrs_socket_options *options, struct nlrs_socket **ret_socket);

/**
 * Makes a socket object for a descriptor that is already open, and takes over the descriptor.
 *
 * On success fd is closed: the object uses a duplicate of it, close-on-exec, which nlrs_socket_fd returns.
 *
 * A netlink socket that has no address is bound, and extended and capped acks are turned on as by nlrs_socket_open. A
 * connected AF_UNIX socket of type SOCK_SEQPACKET is accepted too: the process at its other end takes the kernel's
 * place, in tests for instance.
 *
 * @param fd         the descriptor; on failure it remains open and yours
 * @param protocol   the protocol that the socket must have, or that is used over the AF_UNIX socket; -1: any, not for
 *                   AF_UNIX
 * @param options    NULL means the defaults; the namespace is ignored, the port ID used only if the socket has no
 *                   address
 * @param ret_socket gets the socket, to be closed with nlrs_socket_close
 * @return 0; -EINVAL: ret_socket is NULL, or protocol is -1 for AF_UNIX; -EBADF; -ENOTSOCK; -EAFNOSUPPORT: neither
 *         AF_NETLINK nor AF_UNIX; -ESOCKTNOSUPPORT: AF_UNIX, but not SOCK_SEQPACKET; -EPROTOTYPE: another protocol;
 *         -EADDRINUSE; -EMFILE, -ENFILE; -ENOPROTOOPT: the kernel lacks an option; -ERANGE: a buffer is too large;
 *         -ENOMEM
 */
int nlrs_socket_adopt(int fd, int protocol, const struct nlrs_socket_options *options, struct nlrs_socket **ret_socket);

/**
 * As nlrs_socket_adopt, but fd remains open and yours, and no option of SOL_NETLINK is changed.
 *
 * Closing fd does not close the object's duplicate, nor the reverse.
 *
 * @return as nlrs_socket_adopt
 */
int nlrs_socket_borrow(int fd, int protocol, const struct nlrs_socket_options *options,
                       struct nlrs_socket **ret_socket);

/**
 * Closes a socket object and returns a descriptor of its netlink socket, which keeps its address, groups and options.
 *
 * @param s closed on success, as by nlrs_socket_close; unchanged on failure
 * @return the descriptor, close-on-exec, yours to close (its number may differ from nlrs_socket_fd's); -EINVAL: s is
 *         NULL; -EMFILE
 */
int nlrs_socket_release(struct nlrs_socket *s);

/**
 * Closes a socket. NULL is allowed.
 *
 * Dumps that are open on it remain valid objects: every call on them fails with NLRS_ECLOSED, and each must still be
 * ended; the socket's memory is freed with the last of them. A call in progress in another thread is woken and fails
 * with NLRS_ECLOSED. No call may begin on the socket after this one. A trace function (nlrs_socket_set_trace) is not
 * called after this has returned; if it is running in another thread, this waits until it has returned.
 */
void nlrs_socket_close(struct nlrs_socket *s);

/**
 * Returns the descriptor, to be polled for nlrs_socket_poll_events.
 *
 * It is the socket's: do not read from it, write to it or close it.
 *
 * @return the descriptor; -EINVAL if s is NULL
 */
int nlrs_socket_fd(const struct nlrs_socket *s);

/**
 * Returns what to poll the descriptor for: POLLIN, and also POLLOUT if the last send failed with -EAGAIN.
 *
 * When poll(2) reports one of these, or POLLERR, repeat the call that returned -EAGAIN.
 *
 * @return bits for poll(2); EPOLLIN and EPOLLOUT have the same values; -EINVAL: s is NULL
 */
int nlrs_socket_poll_events(const struct nlrs_socket *s);

/**
 * Returns the protocol of the socket (NETLINK_ROUTE ...).
 *
 * @return the protocol; -EINVAL: s is NULL
 */
int nlrs_socket_protocol(const struct nlrs_socket *s);

/**
 * Returns how many datagrams were received and skipped because of their sender: neither the kernel nor the port ID that
 * the socket is connected to.
 *
 * Datagrams that the kernel itself refuses, such as unicasts of other programs to a socket that is connected to the
 * kernel, are not counted.
 *
 * @return the number; 0 also if s is NULL
 */
size_t nlrs_socket_skipped(const struct nlrs_socket *s);

/**
 * Returns the socket's port ID, its address.
 *
 * It is not related to the process ID.
 *
 * @return the port ID; 0 if s is NULL
 */
uint32_t nlrs_socket_portid(const struct nlrs_socket *s);

/**
 * Sets the timeout of operations on the socket: how long each may wait in total.
 *
 * It covers one operation from its first wait to its end, sending and receiving, however many datagrams arrive.
 * (SO_SNDTIMEO and SO_RCVTIMEO would start again with each datagram.) In a dump read message by message only the time
 * inside the calls counts. The default is 30,000. An operation in progress keeps the timeout that it began with.
 *
 * @param milliseconds negative: no limit; 0: never wait; values above 2^31 - 1 (24 days) are reduced to that
 * @return 0; -EINVAL: s is NULL
 */
int nlrs_socket_set_timeout(struct nlrs_socket *s, int64_t milliseconds);

/**
 * Returns the timeout of operations on the socket, in milliseconds.
 *
 * @return the timeout; -1: no limit; 0 also if s is NULL
 */
int64_t nlrs_socket_timeout(const struct nlrs_socket *s);

/**
 * Cancels the calls in progress on the socket, or the next one if there is none: they fail with NLRS_ECANCELED.
 *
 * May be called from any thread and from a signal handler; errno is preserved. The socket remains usable. Two
 * cancellations with no call between them count as one.
 *
 * @return 0; -EINVAL: s is NULL; -EOPNOTSUPP: the socket was opened without cancellation
 *         (nlrs_socket_options_set_cancelable)
 */
int nlrs_socket_cancel(struct nlrs_socket *s);

/* ====================================================================================================
 * SOCKETS: ADDRESSES, GROUPS, OPTIONS, BUFFERS
 *
 * Each getter returns the value in use. On a socket whose other end is a peer in memory, or AF_UNIX, the setters check
 * their arguments, do nothing and succeed, and the getters return 0.
 * ==================================================================================================== */

/**
 * Turns a flag of SOL_NETLINK on or off.
 *
 * - NETLINK_PKTINFO: report the group of each datagram.
 * - NETLINK_BROADCAST_ERROR: multicast sends fail if a receiver's buffer is full.
 * - NETLINK_NO_ENOBUFS: do not report overflows of the receive buffer; events are lost without NLRS_EOVERRUN.
 * - NETLINK_LISTEN_ALL_NSID: events of all namespaces that have an ID in the socket's own (CAP_NET_BROADCAST there;
 *   Linux 4.2).
 * - NETLINK_CAP_ACK (Linux 4.3): acks and errors without the request's payload; on by default.
 * - NETLINK_EXT_ACK (4.12): extended acks; on by default.
 * - NETLINK_GET_STRICT_CHK (4.20): strict checking of dump requests; on by default for NETLINK_ROUTE.
 *
 * @param option one of these, or a newer flag of linux/netlink.h
 * @param on     0 or 1
 * @return 0; -EINVAL: s is NULL, option is not from 1 to 31 or is known not to be a flag (NETLINK_ADD_MEMBERSHIP ...),
 *         or on is neither 0 nor 1; -ENOPROTOOPT: the kernel lacks the flag; -EPERM
 */
int nlrs_socket_set_flag(struct nlrs_socket *s, int option, int on);

/**
 * Returns whether a flag of SOL_NETLINK is on.
 *
 * Some kernels do not report NETLINK_LISTEN_ALL_NSID; then it is the value that was set through this socket object.
 *
 * @return 1 or 0; -EINVAL: s is NULL, or option is not a flag, as in nlrs_socket_set_flag; -ENOPROTOOPT: the kernel
 *         lacks the flag or does not report it
 */
int nlrs_socket_flag(const struct nlrs_socket *s, int option);

/**
 * Sets any option of the socket, as setsockopt(2).
 *
 * SO_RCVTIMEO and SO_SNDTIMEO are the library's: use nlrs_socket_set_timeout.
 *
 * @param value may be NULL if len is 0
 * @return 0; -EINVAL: s is NULL, or value is NULL and len is not 0; or the error of setsockopt
 */
int nlrs_socket_set_option(struct nlrs_socket *s, int level, int option, const void *value, size_t len);

/**
 * Reads any option of the socket, as getsockopt(2).
 *
 * @param buf     gets the value; may be NULL if size is 0
 * @param size    the size of buf
 * @param ret_len gets the length that the kernel reported; for some options the length of the full value, also if that
 *                is more than size
 * @return 0; -EINVAL: s or ret_len is NULL, or buf is NULL and size is not 0; or the error of getsockopt
 */
int nlrs_socket_option(const struct nlrs_socket *s, int level, int option, void *buf, size_t size, size_t *ret_len);

/**
 * Joins a multicast group.
 *
 * @param group its number (RTNLGRP_..., not RTMGRP_...), from 1 on, also above 32
 * @return 0; -EINVAL: s is NULL, or the protocol has no such group; -EPERM: this process may not join the group
 */
int nlrs_socket_join(struct nlrs_socket *s, uint32_t group);

/**
 * Leaves a multicast group. Events that are in the receive buffer are still received.
 *
 * @param group its number, as in nlrs_socket_join
 * @return 0, also if it was not joined; -EINVAL: s is NULL, or the protocol has no such group
 */
int nlrs_socket_leave(struct nlrs_socket *s, uint32_t group);

/**
 * Returns which multicast groups are joined (Linux 4.2).
 *
 * @param ret_groups gets their numbers in ascending order, at most max of them; may be NULL if max is 0
 * @param max        how many numbers ret_groups can hold
 * @return how many groups are joined, also if that is more than max; -EINVAL: s is NULL, or ret_groups is NULL and max
 *         is not 0; -ENOPROTOOPT: the kernel lacks it; -ENOMEM
 */
int nlrs_socket_groups(const struct nlrs_socket *s, uint32_t *ret_groups, size_t max);

/**
 * Connects to a port ID: datagrams sent without an address go to it, and it is accepted as a sender, beside the kernel.
 *
 * A socket is connected to the kernel when it is opened, unless it accepts any sender.
 *
 * @param portid the port ID; 0: the kernel
 * @param group  a group that gets what is sent too, by its number; 0: none
 * @return 0; -EINVAL: s is NULL; -ERANGE: group is above 32, the largest that a netlink address can name; -EPERM: the
 *         protocol does not let this user send to other programs or groups
 */
int nlrs_socket_connect(struct nlrs_socket *s, uint32_t portid, uint32_t group);

/**
 * Ends the connection to a port ID: datagrams sent without an address go to the kernel, and they are accepted from the
 * kernel alone, or from any sender if the socket was opened so.
 *
 * @return 0; -EINVAL: s is NULL
 */
int nlrs_socket_disconnect(struct nlrs_socket *s);

/**
 * Returns the port ID that the socket is connected to.
 *
 * @return the port ID; 0: the kernel, or not connected; 0 also if s is NULL
 */
uint32_t nlrs_socket_peer_portid(const struct nlrs_socket *s);

/**
 * Sets the size of the receive buffer.
 *
 * The limit net.core.rmem_max is exceeded if this process may (SO_RCVBUFFORCE; CAP_NET_ADMIN in the initial user
 * namespace). When the buffer is full, events are lost, and the next receive fails with NLRS_EOVERRUN.
 *
 * @param bytes at most 2^30 - 1
 * @return 0: granted; 1: the kernel granted less (nlrs_socket_recv_buffer returns how much); -EINVAL: s is NULL;
 *         -ERANGE: more than 2^30 - 1
 */
int nlrs_socket_set_recv_buffer(struct nlrs_socket *s, size_t bytes);

/**
 * Sets the size of the send buffer, which limits the length of a datagram.
 *
 * As nlrs_socket_set_recv_buffer otherwise; the limit is net.core.wmem_max.
 *
 * @param bytes at most 2^30 - 1
 * @return as nlrs_socket_set_recv_buffer
 */
int nlrs_socket_set_send_buffer(struct nlrs_socket *s, size_t bytes);

/**
 * Reads the size of the receive buffer.
 *
 * @param ret_bytes gets the size as the kernel counts it: twice what was set, because its overhead for each datagram is
 *                  included
 * @return 0; -EINVAL: s or ret_bytes is NULL
 */
int nlrs_socket_recv_buffer(const struct nlrs_socket *s, size_t *ret_bytes);

/**
 * Reads the size of the send buffer.
 *
 * @param ret_bytes gets the size, counted as in nlrs_socket_recv_buffer
 * @return 0; -EINVAL: s or ret_bytes is NULL
 */
int nlrs_socket_send_buffer(const struct nlrs_socket *s, size_t *ret_bytes);

/* ====================================================================================================
 * SINGLE DATAGRAMS: SENT AND RECEIVED WITHOUT REGARD TO THEIR CONTENT
 *
 * For protocols without requests and replies, for traffic between programs, and to receive events in a loop of your
 * own. One thread may send while another receives. Do not use these functions while a request, dump or batch is in
 * progress on the same socket: each would receive what the other waits for.
 *
 * Every call waits as long as the socket's timeout allows (nlrs_socket_set_timeout); with a timeout of 0, or with
 * MSG_DONTWAIT in flags, it returns -EAGAIN instead of waiting. All of them return NLRS_ETIMEDOUT, NLRS_ECANCELED and
 * NLRS_ECLOSED. Those that receive also return NLRS_EOVERRUN: the receive buffer was full and datagrams were lost;
 * those in the buffer are received by the next calls.
 * ==================================================================================================== */

/**
 * Sends bytes as one datagram, unchanged, to the port ID that the socket is connected to (usually the kernel).
 *
 * @param data  one or more complete messages, each padded to a multiple of 4 bytes
 * @param flags 0 or MSG_DONTWAIT
 * @return 0: all of it was sent; -EINVAL: s is NULL, data is NULL and len is not 0, or another flag; -EMSGSIZE: longer
 *         than the send buffer allows; -ECONNREFUSED: no socket has the port ID; -EAGAIN; or the error of sendmsg(2)
 */
int nlrs_socket_send(struct nlrs_socket *s, const void *data, size_t len, int flags);

/**
 * Sends bytes as one datagram to an address.
 *
 * @param data   as in nlrs_socket_send
 * @param flags  0 or MSG_DONTWAIT
 * @param portid port ID of the receiver; 0: the kernel
 * @param group  a group that gets it too, by its number; 0: none
 * @return as nlrs_socket_send; -ERANGE: group is above 32, the largest that a netlink address can name; -EPERM: the
 *         protocol does not let this user send to other programs or groups
 */
int nlrs_socket_send_to(struct nlrs_socket *s, const void *data, size_t len, int flags, uint32_t portid,
                        uint32_t group);

/**
 * Sends all messages of a builder as one datagram.
 *
 * Sequence numbers and port IDs are sent as they are; a new message has 0 for both.
 *
 * @param m     not changed; nlrs_msg_reset empties it for the next use
 * @param flags 0 or MSG_DONTWAIT
 * @return as nlrs_socket_send; -EINVAL also: m is NULL, holds no message, or its last message is not ended
 */
int nlrs_socket_send_msg(struct nlrs_socket *s, const struct nlrs_msg *m, int flags);

/**
 * Receives a datagram into memory of the caller.
 *
 * @param buf        gets the first size bytes of it; the rest is lost. May be NULL if size is 0
 * @param size       the size of buf
 * @param flags      0, or MSG_DONTWAIT and MSG_PEEK (the datagram remains in the receive buffer) combined by |
 * @param ret_len    gets the datagram's full length; also written with NLRS_ETRUNC
 * @param ret_portid gets the sender's port ID, 0 for the kernel; may be NULL
 * @param ret_group  gets the group that it was sent to, 0 for none; one above 32 only if NETLINK_PKTINFO is on; may be
 *                   NULL
 * @param ret_nsid   gets the namespace ID of the sender, -1 for the socket's own namespace, if NETLINK_LISTEN_ALL_NSID
 *                   is on; may be NULL
 * @return 0: all of it was received; NLRS_ETRUNC: longer than size, all outputs are written; -EINVAL: s or ret_len is
 *         NULL, buf is NULL and size is not 0, or another flag; -EAGAIN; or the error of recvmsg(2)
 */
int nlrs_socket_recv(struct nlrs_socket *s, void *buf, size_t size, int flags, size_t *ret_len, uint32_t *ret_portid,
                     uint32_t *ret_group, int32_t *ret_nsid);

/**
 * Receives a datagram of at most 16 MiB into memory of the socket.
 *
 * The memory is allocated by the first call and used again by the next. It is 1 MiB of address space, of which pages
 * are taken when they are written to, and grows when a datagram is longer. One thread at a time.
 *
 * @param flags      as in nlrs_socket_recv
 * @param ret_data   gets the address of its bytes, 8-byte aligned, valid until the next call of this function or the
 *                   close
 * @param ret_len    gets their number
 * @param ret_portid as in nlrs_socket_recv, and so the others
 * @return 0; NLRS_ETRUNC: longer than the memory, and lost: the outputs are not written. The memory has grown, so that
 *         the next datagram of its size is received, unless it is longer than 16 MiB; -EINVAL: s, ret_data or ret_len
 *         is NULL, or another flag; -EAGAIN; -ENOMEM; or the error of recvmsg(2)
 */
int nlrs_socket_recv_datagram(struct nlrs_socket *s, int flags, const void **ret_data, size_t *ret_len,
                              uint32_t *ret_portid, uint32_t *ret_group, int32_t *ret_nsid);

/**
 * Makes an object with memory for several datagrams, to be received by one call.
 *
 * @param count how many; at most 32 are received by one call
 * @param size  bytes for each; 8192 is enough for events
 * @return the object, to be freed with nlrs_datagrams_free; NULL: no memory, or count or size is 0
 */
struct nlrs_datagrams *nlrs_datagrams_new(size_t count, size_t size);

/** Frees the object and its memory. NULL is allowed. */
void nlrs_datagrams_free(struct nlrs_datagrams *d);

/**
 * Receives the datagrams that are in the receive buffer, by one system call; waits for the first if there is none.
 *
 * The datagrams that d held before are discarded, also on failure. If the socket's other end is not the kernel, one
 * datagram is received by each call.
 *
 * @return how many, at least 1; -EINVAL: s or d is NULL; -EAGAIN; -ENOMEM; or the error of recvmmsg(2)
 */
int nlrs_socket_recv_many(struct nlrs_socket *s, struct nlrs_datagrams *d);

/**
 * Returns how many datagrams the last nlrs_socket_recv_many received.
 *
 * @return the number; 0 also if d is NULL
 */
size_t nlrs_datagrams_count(const struct nlrs_datagrams *d);

/**
 * Reads one of the datagrams.
 *
 * @param i          its index, from 0
 * @param ret_data   gets the address of its bytes, 8-byte aligned, valid until d is used to receive again, or freed
 * @param ret_len    gets the datagram's full length; also written with NLRS_ETRUNC
 * @param ret_portid as in nlrs_socket_recv, and so the others
 * @return 0; NLRS_ETRUNC: longer than the size given to nlrs_datagrams_new, of which the first bytes are there (a
 *         multiple of 8, at least that size); all outputs are written; NLRS_EINDEX: no such datagram; -EINVAL: d,
 *         ret_data or ret_len is NULL
 */
int nlrs_datagrams_get(const struct nlrs_datagrams *d, size_t i, const void **ret_data, size_t *ret_len,
                       uint32_t *ret_portid, uint32_t *ret_group, int32_t *ret_nsid);

/**
 * Returns the credentials of the sender of one of the datagrams, for which the kernel vouches.
 *
 * They come with what was received while SO_PASSCRED was on (nlrs_socket_options_set_credentials).
 *
 * @param i       its index, from 0
 * @param ret_pid gets the process ID, 0 for the kernel and for a process that has none in this namespace; may be NULL
 * @param ret_uid gets the user ID, 0 for the kernel; may be NULL
 * @param ret_gid gets the group ID, 0 for the kernel; may be NULL
 * @return 0; -ENOENT: it came without; NLRS_EINDEX: no such datagram; -EINVAL: d is NULL
 */
int nlrs_datagrams_credentials(const struct nlrs_datagrams *d, size_t i, int32_t *ret_pid, uint32_t *ret_uid,
                               uint32_t *ret_gid);

/* ====================================================================================================
 * SOCKETS: FILTERS, WHICH RUN IN THE KERNEL AND SELECT THE DATAGRAMS THAT A SOCKET RECEIVES
 *
 * A datagram that a filter refuses is not put into the receive buffer: it uses no memory, wakes no thread and cannot
 * cause an overflow. A filter sees the first message of a datagram only; the kernel sends each event in a datagram of
 * its own. Use filters on sockets that receive events: of a dump they would drop full datagrams because of their first
 * message.
 * ==================================================================================================== */

/**
 * Makes a filter that accepts everything until a type, family or table is set.
 *
 * @return the filter, to be freed with nlrs_filter_free; NULL: no memory
 */
struct nlrs_filter *nlrs_filter_new(void);

/** Frees a filter. NULL is allowed. Sockets that it was attached to keep its program. */
void nlrs_filter_free(struct nlrs_filter *f);

/**
 * Adds a message type to those that are accepted. As long as none was added, all types are accepted.
 *
 * Control messages (acks, errors, the end of a dump) are always accepted.
 *
 * @param type message type, RTM_NEWLINK for instance
 * @return 0; -EINVAL: f is NULL; -ERANGE: type is above 65535; -ENOMEM
 */
int nlrs_filter_add_type(struct nlrs_filter *f, uint32_t type);

/**
 * Adds an address family to those that are accepted. As long as none was added, all families are accepted.
 *
 * The family is the first byte of the family header (rtm_family, ifi_family, nfgen_family ...).
 *
 * @param family AF_INET, NFPROTO_IPV4 ...
 * @return 0; -EINVAL: f is NULL; -ERANGE: family is above 255; -ENOMEM
 */
int nlrs_filter_add_family(struct nlrs_filter *f, uint32_t family);

/**
 * Sets the routing table whose routes and rules are accepted (RTM_NEWROUTE ... RTM_GETRULE of NETLINK_ROUTE); those of
 * other tables are refused. Other messages are not affected.
 *
 * @param table RT_TABLE_MAIN ..., also above 255
 * @return 0; -EINVAL: f is NULL
 */
int nlrs_filter_set_table(struct nlrs_filter *f, uint32_t table);

/**
 * Attaches a filter to a socket and replaces the one that it has. nlrs_socket_set_bpf with count 0 detaches it.
 *
 * Datagrams that are already in the receive buffer remain there: attach a filter before joining groups.
 *
 * @param f read, not kept
 * @return 0; -EINVAL: s or f is NULL; -EMSGSIZE: its program would have more than 4096 instructions; -EPERM: the filter
 *         is locked; -ENOMEM
 */
int nlrs_socket_set_filter(struct nlrs_socket *s, const struct nlrs_filter *f);

/**
 * Attaches a classic BPF program to a socket and replaces the one that it has, or detaches that.
 *
 * BPF loads convert from network byte order, and netlink uses host byte order: on a little-endian machine a 16-bit load
 * returns the message type with its bytes swapped.
 *
 * @param program the instructions, struct sock_filter of linux/filter.h; may be NULL if count is 0
 * @param count   their number; 0: the socket has no filter from now on
 * @return 0, also if there was none to detach; -EINVAL: s is NULL, program is NULL and count is not 0, or the kernel
 *         refuses the program; -EMSGSIZE: more than 4096 instructions; -EPERM: the filter is locked; -ENOMEM
 */
int nlrs_socket_set_bpf(struct nlrs_socket *s, const struct sock_filter *program, size_t count);

/**
 * Locks the filter of a socket (SO_LOCK_FILTER): it can be neither replaced nor detached any more, by no process that
 * has the descriptor.
 *
 * @return 0; -EINVAL: s is NULL
 */
int nlrs_socket_lock_filter(struct nlrs_socket *s);

/* ====================================================================================================
 * REQUESTS AND DUMPS
 * ==================================================================================================== */

/**
 * The callback for each message.
 *
 * The message is valid until the function returns; its nlmsg_len has been checked. The function must not unwind or
 * longjmp. Calls on the same socket return NLRS_EBUSY in it.
 *
 * @return 0: continue; NLRS_STOP: end the call with success; negative: end the call with that code
 */
typedef int (*nlrs_msg_fn)(const struct nlmsghdr *nlh, void *arg);

/**
 * Sends a request and waits for its status.
 *
 * Every answer to the request is passed to fn. The call ends with the ack or the error; with the end of the table when
 * the request was a dump; or, when the kernel is known to answer with exactly one message (RTM_GETLINK; requests to the
 * generic netlink controller) and NLM_F_ACK is not set in the request, with that answer, which saves the ack.
 *
 * The request is not changed. A copy of its header gets a sequence number and the port ID of the socket, NLM_F_REQUEST,
 * and NLM_F_ACK unless one answer ends the call. Several threads may use the socket: each receives its own answers, one
 * after the other.
 *
 * @param s   the socket
 * @param req one message, with a correct nlmsg_len
 * @param fn  called for each answer; may be NULL
 * @param arg passed to fn
 * @param err gets the details; may be NULL
 * @return 0; the kernel's code, unchanged; the negative code that fn returned; NLRS_ETIMEDOUT, NLRS_ECANCELED;
 *         NLRS_EOVERRUN: answers were lost; NLRS_ETRUNC: an answer was longer than the buffer, which has grown now (an
 *         RTM_GETLINK is then sent again); NLRS_EBUSY: a dump is open on the socket, or fn made the call; NLRS_ECLOSED;
 *         -EBADMSG: a malformed answer; -EMSGSIZE: longer than the send buffer; -EINVAL: s or req is NULL, or nlmsg_len
 *         is less than a header; -ENOMEM; or the code of a system call
 */
int nlrs_request(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg, struct nlrs_error *err);

/**
 * Sends a request that one message answers, and waits for the answer.
 *
 * As nlrs_request(), but no ack is requested, unless NLM_F_ACK is set in the request: the first answer ends the call.
 * For families that answer without an ack, and to save the ack when there is exactly one answer. If the kernel sends
 * more answers, the others are dropped; if it sends none, the call ends at its deadline.
 *
 * @return as nlrs_request()
 */
int nlrs_request_single(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg,
                        struct nlrs_error *err);

/**
 * Begins a request whose answers are read one by one: the form of nlrs_request for event loops.
 *
 * With a timeout of 0 (nlrs_socket_set_timeout) nothing waits: poll nlrs_socket_fd for nlrs_socket_poll_events, and
 * call nlrs_request_next until it no longer returns -EAGAIN. While the request is open, other requests, dumps and
 * batches on the socket return NLRS_EBUSY. The message is copied; its flags are treated as nlrs_request does.
 *
 * @param s           the socket
 * @param req         one message
 * @param ret_request gets the request, to be ended with nlrs_request_end
 * @return 0; -EINVAL: a pointer is NULL, or nlmsg_len is less than a header; -EAGAIN: an abandoned dump has to end
 *         first, or the send buffer is full, and the timeout is 0; NLRS_EBUSY; NLRS_ETIMEDOUT; NLRS_ECANCELED;
 *         NLRS_ECLOSED; -ENOMEM; or the code of a system call
 */
int nlrs_request_begin(struct nlrs_socket *s, const struct nlmsghdr *req, struct nlrs_request **ret_request);

/**
 * Returns the next answer to a request.
 *
 * @param r       the request
 * @param ret_nlh gets the message, which is valid until the next call on r; its nlmsg_len has been checked
 * @return 1: an answer; 0: the request was carried out and there are no more answers; -EAGAIN: nothing has arrived and
 *         the socket's timeout is 0; -EINVAL: a pointer is NULL; any other negative code, as nlrs_request: why it
 *         failed, which every later call returns too
 */
int nlrs_request_next(struct nlrs_request *r, const struct nlmsghdr **ret_nlh);

/**
 * Ends a request and frees it. NULL is allowed.
 *
 * Never waits: answers that have not been read are discarded by the next call on the socket. A request that is ended
 * early may have been carried out.
 *
 * @param r   the request
 * @param err gets the details; may be NULL
 * @return 0: it was carried out, or it was ended early, or r is NULL; else why it failed, as nlrs_request_next
 */
int nlrs_request_end(struct nlrs_request *r, struct nlrs_error *err);

/**
 * Requests a table and passes every object to fn.
 *
 * NLM_F_DUMP, NLM_F_REQUEST and NLM_F_ACK are set in a copy of the request's header. The dump is always read to its
 * end, so that the socket is ready for the next call. Several threads may use the socket: the call of another thread
 * waits.
 *
 * Two tables of NETLINK_ROUTE can be incomplete although the kernel reports success (seen on Linux 6.18). Links: the
 * kernel ends the dump at the first link whose message is longer than 32 KiB, such as one with 250 alternative names,
 * unless the request has an IFLA_EXT_MASK other than 0. RTEXT_FILTER_BRVLAN changes nothing else in a dump for
 * AF_UNSPEC; with RTEXT_FILTER_SKIP_STATS the links come without their counters. IPv4 routes: the dump ends at the
 * first route whose message is longer than 32 KiB, such as one with 2,000 next hops, whatever the request contains.
 *
 * @param s   the socket
 * @param req one message
 * @param fn  called for each object; may be NULL
 * @param arg passed to fn
 * @param err gets the details; may be NULL
 * @return 0; NLRS_EINTR_DUMP: the table changed meanwhile; all objects were passed on and may be inconsistent: repeat
 *         the dump; and as nlrs_request()
 */
int nlrs_dump(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg, struct nlrs_error *err);

/**
 * Sends a request and does not wait for its status.
 *
 * NLM_F_ACK is removed. An error that the kernel reports at once is returned, as by all families that process a request
 * in the sender's thread; a success is not reported. Answers that come later are dropped by the next call on the
 * socket.
 *
 * @return 0: it was sent, and there is no error yet; else as nlrs_request()
 */
int nlrs_request_oneway(struct nlrs_socket *s, const struct nlmsghdr *req, struct nlrs_error *err);

/**
 * Requests a table as a whole, and repeats the dump when the table changed meanwhile.
 *
 * As nlrs_dump(), but fn is called only after the whole table has been received, so that no object is passed on twice.
 * The table is kept in memory until the call returns. The timeout of the socket covers all tries.
 *
 * @param retries how often the dump is repeated after NLRS_EINTR_DUMP, NLRS_ETRUNC or NLRS_EOVERRUN; when the last try
 *                ends so too, its objects are passed on and its code is returned
 * @return as nlrs_dump()
 */
int nlrs_dump_consistent(struct nlrs_socket *s, const struct nlmsghdr *req, uint32_t retries, nlrs_msg_fn fn, void *arg,
                         struct nlrs_error *err);

/**
 * Begins a dump that is read message by message.
 *
 * While it is open, other requests, dumps and batches on the socket return NLRS_EBUSY. The request is copied.
 *
 * @param s        the socket
 * @param req      one message
 * @param ret_dump gets the dump, to be ended with nlrs_dump_end()
 * @return 0; -EINVAL: a pointer is NULL, or nlmsg_len is less than a header; -EAGAIN: an abandoned dump has to end
 *         first, and the timeout is 0; NLRS_EBUSY; NLRS_ETIMEDOUT; NLRS_ECANCELED; NLRS_ECLOSED; -ENOMEM; or the code
 *         of a system call
 */
int nlrs_dump_begin(struct nlrs_socket *s, const struct nlmsghdr *req, struct nlrs_dump **ret_dump);

/**
 * Returns the next object of a dump.
 *
 * @param d       the dump
 * @param ret_nlh gets the message, which is valid until the next call on d; its nlmsg_len has been checked
 * @return 1: a message; 0: the end, and the dump succeeded; -EAGAIN: nothing has arrived and the socket's timeout is 0;
 *         -EINVAL: a pointer is NULL; any other negative code, as nlrs_dump(): why the dump failed, which every later
 *         call returns too
 */
int nlrs_dump_next(struct nlrs_dump *d, const struct nlmsghdr **ret_nlh);

/**
 * Whether the kernel filtered the dump as requested (NLM_F_DUMP_FILTERED).
 *
 * Old kernels ignore filters without a report, and the result is 0. Known after the first object or the end has been
 * read.
 *
 * @return 1 or 0; 0 for NULL
 */
int nlrs_dump_is_filtered(const struct nlrs_dump *d);

/**
 * Ends a dump and frees it. NULL is allowed.
 *
 * Never waits: objects that have not been read are discarded by the next call on the socket.
 *
 * @param d   the dump
 * @param err gets the details; may be NULL
 * @return 0: the dump succeeded, or it was ended early, or d is NULL; else why it failed, as nlrs_dump_next()
 */
int nlrs_dump_end(struct nlrs_dump *d, struct nlrs_error *err);

/**
 * Returns the oldest event that arrived while an exchange was reading from the socket.
 *
 * A socket that has joined groups receives events between the answers to its requests, and one that a queue or a
 * listener is bound to receives messages without a sequence number. They are kept in an event queue of at most 1 MiB:
 * fetch these first, then what is still to be received. (A socket of its own, as nlrs_monitor has, is the better way.)
 *
 * The notification of a change that the socket itself has made is such an event, unless NLM_F_ECHO is set in the
 * request: then it is the answer to that.
 *
 * @param s          the socket
 * @param ret_nlh    gets the message, which is valid until the next call on the socket, of any thread
 * @param ret_portid gets the port ID of its sender, 0: the kernel; may be NULL
 * @param ret_group  gets the group that it was sent to, 0: to this socket alone; may be NULL
 * @param ret_nsid   gets the namespace ID of its origin, -1: the socket's own; may be NULL
 * @return 1: an event; 0: there is none; NLRS_EOVERRUN, once: events behind those returned before may be lost; -EINVAL:
 *         s or ret_nlh is NULL; NLRS_EBUSY, NLRS_ETIMEDOUT: the socket is in use; NLRS_ECANCELED, NLRS_ECLOSED
 */
int nlrs_socket_next_event(struct nlrs_socket *s, const struct nlmsghdr **ret_nlh, uint32_t *ret_portid,
                           uint32_t *ret_group, int32_t *ret_nsid);

/**
 * Returns the credentials of the sender of the event that nlrs_socket_next_event returned last, for which the kernel
 * vouches.
 *
 * They come with what was received while SO_PASSCRED was on (nlrs_socket_options_set_credentials).
 *
 * @param s       the socket
 * @param ret_pid gets the process ID, 0 for the kernel and for a process that has none in this namespace; may be NULL
 * @param ret_uid gets the user ID, 0 for the kernel; may be NULL
 * @param ret_gid gets the group ID, 0 for the kernel; may be NULL
 * @return 0; -ENOENT: the event came without, or none was returned; -EINVAL: s is NULL; NLRS_EBUSY, NLRS_ETIMEDOUT,
 *         NLRS_ECANCELED, NLRS_ECLOSED as nlrs_socket_next_event
 */
int nlrs_socket_event_credentials(struct nlrs_socket *s, int32_t *ret_pid, uint32_t *ret_uid, uint32_t *ret_gid);

/* ====================================================================================================
 * BATCHES: MANY MESSAGES, A STATUS FOR EACH
 * ==================================================================================================== */

/** nlrs_batch_set_mode: send all messages, also after a failure. The default. */
#define NLRS_BATCH_CONTINUE 0

/**
 * nlrs_batch_set_mode: send no more messages after the first that was refused. Each message is a datagram of its own.
 */
#define NLRS_BATCH_STOP_AT_FAILURE 1

/**
 * The callback for each answer to a message of a batch (an echo, the object that a GET requested).
 *
 * As nlrs_msg_fn; index is the message to which the answer belongs, counted from 0. Messages that were sent are
 * completed before the batch ends. The batch must not be used in the callback.
 */
typedef int (*nlrs_batch_reply_fn)(const struct nlmsghdr *nlh, size_t index, void *arg);

/**
 * The callback for the progress of a batch: known of total messages have their status.
 *
 * The batch must not be used in the callback.
 *
 * @return 0: continue; NLRS_STOP: send no more; negative: send no more, and nlrs_batch_send() returns that code
 */
typedef int (*nlrs_batch_progress_fn)(size_t known, size_t total, void *arg);

/**
 * Makes an empty batch.
 *
 * @return the batch, to be freed with nlrs_batch_free(); NULL: no memory
 */
struct nlrs_batch *nlrs_batch_new(void);

/** Frees a batch and its messages. NULL is allowed. */
void nlrs_batch_free(struct nlrs_batch *b);

/** Empties a batch for the next use; memory, mode and callbacks are kept. NULL is allowed. */
void nlrs_batch_reset(struct nlrs_batch *b);

/**
 * Returns the message builder of a batch: each message is begun, filled and ended in it.
 *
 * The batch owns the builder; nlrs_msg_free() does not change it. After nlrs_batch_send() its functions return
 * NLRS_EBUSY until nlrs_batch_reset(). The library sets sequence numbers and port IDs.
 *
 * @return the builder, valid while the batch is; NULL for NULL
 */
struct nlrs_msg *nlrs_batch_msg(struct nlrs_batch *b);

/**
 * Sets how a batch is sent.
 *
 * @param mode NLRS_BATCH_CONTINUE or NLRS_BATCH_STOP_AT_FAILURE
 * @return 0; -EINVAL: b is NULL, or there is no such mode; NLRS_EBUSY: it was sent and not reset
 */
int nlrs_batch_set_mode(struct nlrs_batch *b, uint32_t mode);

/**
 * Makes a batch a transaction of nfnetlink (NETLINK_NETFILTER): all of it is applied, or nothing.
 *
 * The library adds NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END around the messages. The transaction is sent as one
 * datagram, for which the socket's buffers are enlarged as far as the caller's privileges allow.
 *
 * @param subsystem NFNL_SUBSYS_... of linux/netfilter/nfnetlink.h, at most 65535
 * @return 0; -EINVAL: b is NULL; -ERANGE: subsystem is too large; NLRS_EBUSY: the batch was sent and not reset
 */
int nlrs_batch_set_transaction(struct nlrs_batch *b, uint32_t subsystem);

/**
 * Makes a transaction one for a generation of the subsystem's tables (NFNL_BATCH_GENID, Linux 4.11).
 *
 * If the tables are of another generation, all of it is refused: nlrs_batch_send returns NLRS_EABORTED, with -ERESTART
 * in the error object. Of nf_tables the generation is NFTA_GEN_ID in the answer to NFT_MSG_GETGEN, here in host byte
 * order. To be called after nlrs_batch_set_transaction(), which clears the generation.
 *
 * @return 0; -EINVAL: b is NULL, or the batch is no transaction; NLRS_EBUSY: it was sent and not reset
 */
int nlrs_batch_set_generation(struct nlrs_batch *b, uint32_t generation);

/**
 * Sets the callback for each answer to a message of the batch.
 *
 * @param fn  the callback, used until it is replaced or the batch is freed; may be NULL
 * @param arg passed to fn
 * @return 0; -EINVAL: b is NULL
 */
int nlrs_batch_set_reply_fn(struct nlrs_batch *b, nlrs_batch_reply_fn fn, void *arg);

/**
 * Sets the callback after each datagram of the batch whose statuses have arrived.
 *
 * @param fn  the callback, used until it is replaced or the batch is freed; may be NULL
 * @param arg passed to fn
 * @return 0; -EINVAL: b is NULL
 */
int nlrs_batch_set_progress_fn(struct nlrs_batch *b, nlrs_batch_progress_fn fn, void *arg);

/**
 * Sends every message of a batch and waits for all statuses.
 *
 * The messages are sent in as few datagrams as the socket's buffers allow. A datagram is limited so that the receive
 * buffer can take every error, even if all messages fail. NLM_F_REQUEST is set in each message, NLM_F_ACK in the last
 * of each datagram. A batch is sent once: a second call is NLRS_EBUSY until nlrs_batch_reset(), also after a failure.
 *
 * Messages of NETLINK_NETFILTER between the caller's own NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END are sent as one
 * datagram, as the kernel requires.
 *
 * @param s   the socket
 * @param b   the batch, which has the results afterwards
 * @param err gets the details, after NLRS_EPARTIAL those of the first message that was refused; may be NULL
 * @return 0: all were accepted; NLRS_EPARTIAL: some were refused; NLRS_EABORTED: a transaction was refused and nothing
 *         was applied, and err has the details of the transaction (-ERESTART: it is for another generation) or of the
 *         first message that was refused; NLRS_EBUSY: sent already; -EINVAL: s or b is NULL, or a message in it is not
 *         ended; the negative code of a callback; any other code as nlrs_request(): why the exchange failed, and
 *         nlrs_batch_result() returns what is known of each message
 */
int nlrs_batch_send(struct nlrs_socket *s, struct nlrs_batch *b, struct nlrs_error *err);

/**
 * Returns the number of messages in a batch.
 *
 * @return number of ended messages; 0 for NULL
 */
size_t nlrs_batch_count(const struct nlrs_batch *b);

/**
 * Returns the number of messages of a batch that were refused.
 *
 * @return the number; 0 for NULL
 */
size_t nlrs_batch_failed(const struct nlrs_batch *b);

/**
 * Returns the status of one message of a batch.
 *
 * @param i   index of the message, counted from 0
 * @param err gets the details; may be NULL
 * @return 0: accepted; the kernel's code, unchanged; NLRS_ENOTSENT; NLRS_EUNKNOWN: sent, and its status was lost;
 *         NLRS_EABORTED: not refused itself, but the transaction was; NLRS_EINDEX: there is no such message; -EINVAL: b
 *         is NULL
 */
int nlrs_batch_result(const struct nlrs_batch *b, size_t i, struct nlrs_error *err);

/* ====================================================================================================
 * MONITORS: MULTICAST EVENTS
 *
 * A monitor has a socket of its own that joins multicast groups; nlrs_monitor_next returns what is sent to them, event
 * by event. When events come faster than they are read, the kernel drops some: that is reported by an event too
 * (NLRS_EVENT_OVERRUN), in its place among the others, and the monitor continues.
 *
 * A monitor is used by one thread at a time, with the exception of nlrs_monitor_cancel.
 * ==================================================================================================== */

/** Counter for nlrs_monitor_counter: datagrams received. */
#define NLRS_COUNT_RECEIVED 1

/** Counter for nlrs_monitor_counter: events delivered to you. */
#define NLRS_COUNT_DELIVERED 2

/**
 * Counter for nlrs_monitor_counter: messages that were read and not delivered to you. What a filter in the kernel drops
 * is not counted.
 */
#define NLRS_COUNT_FILTERED 3

/** Counter for nlrs_monitor_counter: overruns. */
#define NLRS_COUNT_OVERRUNS 4

/** Counter for nlrs_monitor_counter: datagrams lost in overruns, as far as their number is known. */
#define NLRS_COUNT_LOST 5

/** Counter for nlrs_monitor_counter: snapshots after the first of a table. */
#define NLRS_COUNT_RESYNCS 6

/** Counter for nlrs_monitor_counter: datagrams of foreign senders that were skipped. */
#define NLRS_COUNT_FOREIGN 7

/**
 * Called for each event by nlrs_monitor_loop.
 *
 * The event is valid until the function returns. It may call every function of the monitor except nlrs_monitor_close
 * and nlrs_monitor_loop.
 *
 * @return 0: continue; NLRS_STOP: end the loop with success; negative: end the loop with that code
 */
typedef int (*nlrs_event_fn)(const struct nlrs_event *event, void *arg);

/**
 * Opens a monitor.
 *
 * It waits without limit: see nlrs_monitor_set_timeout. Its receive buffer is that of the socket of
 * nlrs_monitor_socket: make it larger (nlrs_socket_options_set_recv_buffer) where losses would hurt. An event of more
 * than 256 KiB is lost the first time, and received the next. Besides the socket for events it has one for its own
 * requests, in the same namespace.
 *
 * On NETLINK_ROUTE, _GENERIC, _NETFILTER and _XFRM a wait is one receive, which a cancellation ends by a message to the
 * kernel that is no request and has only NLM_F_ACK. One such message is sent now, to see whether it is answered; where
 * it is not, or when a filter or an option is set through nlrs_monitor_socket, poll waits before each receive. Where a
 * sandbox refuses recvmmsg, events are received one by one.
 *
 * @param protocol     NETLINK_ROUTE ... of linux/netlink.h
 * @param groups       numbers of multicast groups (RTNLGRP_LINK ...) to join; may be NULL when count is 0
 * @param count        how many
 * @param options      NULL, or how to open the socket; read, not kept. A timeout in it is the monitor's
 * @param ret_monitor  the monitor, to be closed with nlrs_monitor_close
 * @return 0; -EINVAL: ret_monitor or groups is NULL, or there is no group of such a number; -EPERM: a group is not for
 *         this process; and as nlrs_socket_open
 */
int nlrs_monitor_open(int protocol, const uint32_t *groups, size_t count, const struct nlrs_socket_options *options,
                      struct nlrs_monitor **ret_monitor);

/**
 * Makes a monitor of open sockets: of one whose other end is a peer, for instance.
 *
 * The monitor uses both, and they must not be used otherwise until it is closed. You close them: before the monitor,
 * whose calls then fail with NLRS_ECLOSED, or after it.
 *
 * @param events       the socket that receives the events; its timeout becomes "no limit"
 * @param requests     the socket for requests; its timeout becomes 0. NULL: the monitor has no names of groups and no
 *                     tables
 * @param ret_monitor  the monitor, to be closed with nlrs_monitor_close
 * @return 0; -EINVAL if events or ret_monitor is NULL; -ENOMEM; or the code of a system call
 */
int nlrs_monitor_open_on(struct nlrs_socket *events, struct nlrs_socket *requests, struct nlrs_monitor **ret_monitor);

/** Closes a monitor. NULL is allowed. No other call may be in progress on it. */
void nlrs_monitor_close(struct nlrs_monitor *m);

/**
 * Returns the next event, and waits for it within the monitor's timeout and deadline.
 *
 * @param m          the monitor
 * @param ret_event  the event, valid until the next call on m, and so is everything that it points to
 * @return 1: an event; -EAGAIN: none is queued (the timeout is 0; poll nlrs_monitor_fd); NLRS_ETIMEDOUT;
 *         NLRS_ECANCELED; NLRS_ECLOSED: the socket of nlrs_monitor_open_on was closed; -EBADMSG: a malformed datagram,
 *         the rest of which is skipped; -EINVAL: a pointer is NULL; -ENOMEM; the kernel's refusal of a table's request,
 *         which is not repeated until nlrs_monitor_resync or an overrun; or the code of a system call. The monitor can
 *         be used again after each of them
 */
int nlrs_monitor_next(struct nlrs_monitor *m, const struct nlrs_event **ret_event);

/**
 * Calls a function for each event until there is a reason to end.
 *
 * The timeout holds for the wait for each event, the deadline for the whole loop. fn can end the loop (NLRS_STOP), and
 * nlrs_monitor_cancel from another thread or a signal handler.
 *
 * @param m    the monitor
 * @param fn   called for each event, until this function returns
 * @param arg  passed to fn
 * @return 0: fn returned NLRS_STOP; the negative code that fn returned; -EINVAL: m or fn is NULL; else as
 *         nlrs_monitor_next. After all of these it can be called again
 */
int nlrs_monitor_loop(struct nlrs_monitor *m, nlrs_event_fn fn, void *arg);

/**
 * Ends the call that is in progress on the monitor, or if there is none the next one, once, with NLRS_ECANCELED.
 *
 * May be called from any thread and from a signal handler; errno is left unchanged. The monitor stays usable, and loses
 * nothing.
 *
 * @return 0; -EINVAL if m is NULL; -EOPNOTSUPP if it was opened without the means to cancel; -ENOBUFS, -ENOMEM or
 *         another code of send for the message that wakes a waiting call: that call sees the cancellation at the next
 *         event or its timeout; call again to end it now
 */
int nlrs_monitor_cancel(struct nlrs_monitor *m);

/**
 * Returns the descriptor to poll for reading, or to add to epoll, level-triggered.
 *
 * When it is readable, call nlrs_monitor_next until it returns -EAGAIN (with a timeout of 0): several events are
 * received at once, and what has been received does not make the descriptor readable again. The descriptor stays the
 * monitor's: it is for polling, and options are set through nlrs_monitor_socket.
 *
 * @return the descriptor; -EINVAL if m is NULL
 */
int nlrs_monitor_fd(const struct nlrs_monitor *m);

/**
 * Returns the socket that receives the events: to size its receive buffer, to attach a filter, to read its groups, to
 * trace it.
 *
 * It stays the monitor's. Do not request, receive or close with it. A filter has to let through what tables need: for
 * routes also the events of links, addresses and nexthops.
 *
 * @return the socket, valid until the monitor is closed; NULL if m is NULL
 */
struct nlrs_socket *nlrs_monitor_socket(struct nlrs_monitor *m);

/**
 * Sets how long nlrs_monitor_next waits for an event. The default is no limit.
 *
 * @param milliseconds  < 0: no limit; 0: never wait; more than 2^31 - 1 (24 days) is taken as that
 * @return 0; -EINVAL if m is NULL
 */
int nlrs_monitor_set_timeout(struct nlrs_monitor *m, int64_t milliseconds);

/**
 * Returns how long nlrs_monitor_next waits for an event, in milliseconds.
 *
 * @return the timeout; -1: no limit; 0 also if m is NULL
 */
int64_t nlrs_monitor_timeout(const struct nlrs_monitor *m);

/**
 * Sets the time at which calls on the monitor end with NLRS_ETIMEDOUT, also while events keep coming.
 *
 * The timeout still holds for each wait before that. After the deadline every call of nlrs_monitor_next and
 * nlrs_monitor_loop ends at once, until another one is set. Nothing is lost by that.
 *
 * @param at_ns  nanoseconds of CLOCK_MONOTONIC; < 0: no deadline, which is the default
 * @return 0; -EINVAL if m is NULL
 */
int nlrs_monitor_set_deadline(struct nlrs_monitor *m, int64_t at_ns);

/**
 * Joins a multicast group.
 *
 * @param group  its number (RTNLGRP_LINK ...), not a bit of a mask
 * @return 0; -EINVAL: m is NULL, or there is no group of that number; -EPERM: it is not for this process
 */
int nlrs_monitor_join(struct nlrs_monitor *m, uint32_t group);

/**
 * Leaves a multicast group. What was sent to it before and has not been read is still delivered.
 *
 * @return as nlrs_monitor_join
 */
int nlrs_monitor_leave(struct nlrs_monitor *m, uint32_t group);

/**
 * Returns the number of a multicast group of generic netlink, to join or leave it.
 *
 * The kernel assigns the numbers at run time. A module that has the family is loaded if necessary. The request waits as
 * long as the monitor's timeout, or 30 seconds where that is no limit.
 *
 * @param m       a monitor on NETLINK_GENERIC
 * @param family  name of the family, such as "nlctrl"
 * @param group   name of the group, such as "notify"
 * @return the number; -ENOENT: there is no such family, or it has no such group; -EINVAL: a pointer is NULL;
 *         -EOPNOTSUPP: the monitor is on another protocol, or has no socket for requests; else as nlrs_request
 */
int nlrs_monitor_group(struct nlrs_monitor *m, const char *family, const char *group);

/**
 * Joins a multicast group of generic netlink by its name: nlrs_monitor_group() and nlrs_monitor_join() in one call.
 *
 * @param m       a monitor on NETLINK_GENERIC
 * @param family  name of the family, such as "nlctrl"
 * @param group   name of the group, such as "notify"
 * @return 0; as nlrs_monitor_group() and nlrs_monitor_join()
 */
int nlrs_monitor_join_name(struct nlrs_monitor *m, const char *family, const char *group);

/**
 * Sets whether the events of every namespace are received that has an ID in the monitor's own (ip netns set).
 *
 * nlrs_event_nsid returns which it is.
 *
 * @param on  1 or 0
 * @return 0; -EINVAL: m is NULL, or on is neither; -EPERM: it needs CAP_NET_BROADCAST; or the code of a system call
 */
int nlrs_monitor_set_all_namespaces(struct nlrs_monitor *m, int on);

/**
 * Sets whether datagrams are delivered as a whole (NLRS_EVENT_DATAGRAM) instead of message by message.
 *
 * For protocols whose payload is not netlink messages. On NETLINK_KOBJECT_UEVENT it is the default.
 *
 * @param on  1 or 0
 * @return 0; -EINVAL: m is NULL, or on is neither
 */
int nlrs_monitor_set_raw(struct nlrs_monitor *m, int on);

/**
 * Returns one of the monitor's counters.
 *
 * @param which  NLRS_COUNT_...
 * @return the count since it was opened; 0 if m is NULL or there is no such counter
 */
uint64_t nlrs_monitor_counter(const struct nlrs_monitor *m, uint32_t which);

/* ====================================================================================================
 * EVENTS OF A MONITOR
 *
 * An event is valid until the next call on its monitor, and so is everything that it points to.
 * ==================================================================================================== */

/** Kind of an event: a message of the kernel. */
#define NLRS_EVENT_MESSAGE 1

/** Kind of an event: a datagram as a whole, whose payload is not netlink messages. */
#define NLRS_EVENT_DATAGRAM 2

/** Kind of an event: events were lost here. */
#define NLRS_EVENT_OVERRUN 3

/** Kind of an event: a snapshot of a table begins. */
#define NLRS_EVENT_SNAPSHOT_BEGIN 4

/** Kind of an event: an object of the snapshot. */
#define NLRS_EVENT_OBJECT 5

/** Kind of an event: the snapshot is complete. Objects that it did not have do not exist any more. */
#define NLRS_EVENT_SNAPSHOT_END 6

/** Kind of an event: an object was added to a table. */
#define NLRS_EVENT_ADDED 7

/** Kind of an event: an object has changed; nlrs_event_old returns its previous state. */
#define NLRS_EVENT_CHANGED 8

/** Kind of an event: an object was removed from a table; the message is its last known state. */
#define NLRS_EVENT_REMOVED 9

/**
 * Returns what an event reports.
 *
 * @return NLRS_EVENT_...; 0 if event is NULL
 */
uint32_t nlrs_event_kind(const struct nlrs_event *event);

/**
 * Returns the message of an event.
 *
 * @return the message, whose nlmsg_len has been checked, valid as long as the event; NULL if the event has none or is
 *         NULL
 */
const struct nlmsghdr *nlrs_event_message(const struct nlrs_event *event);

/**
 * Returns the bytes of an event: those of its message, or the datagram of an NLRS_EVENT_DATAGRAM.
 *
 * @param ret_data  the first byte, valid while the event is
 * @param ret_len   the number of bytes
 * @return 0; -ENOENT: the event has no bytes; -EINVAL: a pointer is NULL
 */
int nlrs_event_data(const struct nlrs_event *event, const void **ret_data, size_t *ret_len);

/**
 * Returns the multicast group that an event was sent to.
 *
 * @return the group's number; 0: it was sent to no group, or event is NULL. Also 0, for groups above 32, where the
 *         kernel or a sandbox has no NETLINK_PKTINFO
 */
uint32_t nlrs_event_group(const struct nlrs_event *event);

/**
 * Returns the port ID of the sender of an event.
 *
 * Other senders than the kernel are received by a monitor whose options have nlrs_socket_options_set_any_sender, and by
 * one whose socket is connected to a peer.
 *
 * @return the port ID; 0: the kernel, or event is NULL
 */
uint32_t nlrs_event_portid(const struct nlrs_event *event);

/**
 * Returns the credentials of the sender of an event, which the kernel vouches for.
 *
 * They come with events that were received while SO_PASSCRED was on for the monitor's socket.
 *
 * @param ret_pid  the process ID; 0: the kernel, or a process that has none in this namespace; may be NULL
 * @param ret_uid  the user ID; 0 for the kernel; may be NULL
 * @param ret_gid  the group ID; 0 for the kernel; may be NULL
 * @return 0; -ENOENT: the event came without credentials; -EINVAL: event is NULL
 */
int nlrs_event_credentials(const struct nlrs_event *event, int32_t *ret_pid, uint32_t *ret_uid, uint32_t *ret_gid);

/**
 * Returns the namespace that an event was sent in.
 *
 * @return its ID in the monitor's namespace; -1: the monitor's namespace, or event is NULL
 */
int32_t nlrs_event_nsid(const struct nlrs_event *event);

/**
 * Returns the previous state of a changed object.
 *
 * @return the message, valid as long as the event; NULL unless the event is an NLRS_EVENT_CHANGED
 */
const struct nlmsghdr *nlrs_event_old(const struct nlrs_event *event);

/**
 * Returns the number of the table that an event is about: one of a snapshot or of a difference is about one.
 *
 * @return what nlrs_monitor_follow or nlrs_monitor_add_table returned, at least 1; 0: it is about no table, or event is
 *         NULL
 */
uint32_t nlrs_event_table(const struct nlrs_event *event);

/**
 * Returns the count of an event: of an NLRS_EVENT_OVERRUN how many datagrams were lost, of an NLRS_EVENT_SNAPSHOT_END
 * how many objects the snapshot had.
 *
 * @return the count; 0: the event has none, or it is not known, or event is NULL
 */
uint64_t nlrs_event_count(const struct nlrs_event *event);

/* ====================================================================================================
 * TABLES OF A MONITOR: OBJECTS OF THE KERNEL, KEPT IN STEP
 *
 * Of each table the monitor takes a snapshot first: NLRS_EVENT_SNAPSHOT_BEGIN, an NLRS_EVENT_OBJECT for each object,
 * NLRS_EVENT_SNAPSHOT_END. The events after it follow, and none is missed in between. When a table becomes stale
 * (events were lost, the dump was interrupted, the kernel may have changed routes without an event) the monitor takes
 * another snapshot by itself; objects that this one does not have do not exist any more. A begin without an end before
 * it: the snapshot failed, forget its objects. An event from just before a snapshot may be delivered after it as well;
 * the last event of an object is always its state.
 *
 * With nlrs_monitor_set_difference the monitor compares by itself, and reports only what was added, changed and
 * removed; the objects of the first snapshot are added.
 * ==================================================================================================== */

/** Objects for nlrs_monitor_follow: links. */
#define NLRS_LINKS 0x101

/** Objects for nlrs_monitor_follow: addresses. */
#define NLRS_ADDRESSES 0x102

/** Objects for nlrs_monitor_follow: routes. */
#define NLRS_ROUTES 0x103

/** Objects for nlrs_monitor_follow: neighbours. */
#define NLRS_NEIGHBOURS 0x104

/** Objects for nlrs_monitor_follow: routing policy rules. */
#define NLRS_RULES 0x105

/** Result of a key function: the message is not about an object of the table. */
#define NLRS_KEY_NONE 0

/** Result of a key function: the object is present. */
#define NLRS_KEY_PRESENT 1

/** Result of a key function: the object was deleted. */
#define NLRS_KEY_DELETED 2

/** The longest key, in bytes. */
#define NLRS_KEY_MAX 128

/**
 * Identifies the objects of a table: writes the key of the object that a message is about.
 *
 * Two messages are about the same object when their keys are equal, byte by byte. It must not call anything on the
 * monitor.
 *
 * @param nlh      a message of the dump or an event
 * @param key      a buffer of NLRS_KEY_MAX bytes
 * @param ret_len  the length of the key, at least 1
 * @param arg      as passed to nlrs_monitor_add_table
 * @return NLRS_KEY_NONE, NLRS_KEY_PRESENT, NLRS_KEY_DELETED; negative: the call on the monitor ends with that code, and
 *         the table is dumped again later
 */
typedef int (*nlrs_key_fn)(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg);

/** Called once when the library does not use an arg any more that it was given to keep. */
typedef void (*nlrs_release_fn)(void *arg);

/**
 * Follows links, addresses, routes, neighbours or rules in a table, and keeps it in step.
 *
 * Joins the groups of these objects. For routes and rules it also receives events of links, addresses and nexthops,
 * with which the kernel adds and removes routes without events of their own: of those groups you get the events only if
 * you have joined them.
 *
 * The kernel does not report every change of what its dumps have. What follows from that, on Linux 6.18:
 *
 * With differences a table leaves out what is created without an event: neighbours in the states NUD_NONE,
 * NUD_INCOMPLETE and NUD_NOARP, and IPv6 addresses until their duplicate address detection ends. They are added when
 * the kernel reports another state. Snapshots without differences have them, as the dump has them.
 *
 * A table for both families leaves out what belongs to others: routes of MPLS, for instance.
 *
 * A neighbour that changes to NUD_DELAY, or from NUD_FAILED to NUD_INCOMPLETE, stays as it was until its next event or
 * snapshot.
 *
 * An IPv4 route whose message is longer than 32 KiB, which some 2,000 next hops make it, ends the kernel's dump without
 * an error: it and the routes behind it are missing. Links of any length are in the table.
 *
 * @param m        a monitor on NETLINK_ROUTE
 * @param objects  NLRS_LINKS, NLRS_ADDRESSES, NLRS_ROUTES, NLRS_NEIGHBOURS or NLRS_RULES
 * @param family   AF_INET, AF_INET6 or 0 for both; of neighbours also AF_BRIDGE
 * @return the table's number, from 1 to 250; -EINVAL: m is NULL, or there are no such objects or no such family;
 *         -ERANGE: family is above 255; -EOPNOTSUPP: the monitor is on another protocol, or has no socket for requests;
 *         -ENOSPC: there are 250 tables already; -ENOMEM; or the code of a system call
 */
int nlrs_monitor_follow(struct nlrs_monitor *m, uint32_t objects, uint32_t family);

/**
 * Follows any objects that can be dumped in a table, and keeps it in step. Join their groups yourself, before the first
 * nlrs_monitor_next.
 *
 * A request for links gets an IFLA_EXT_MASK that changes nothing but that links of any length are in the dump, if it
 * has none.
 *
 * @param m        the monitor
 * @param req      the request that dumps the objects, which is copied; flags, sequence number and port are the
 *                 library's
 * @param fn       identifies the objects, for differences. NULL: as the kernel does, where the request is RTM_GETLINK,
 *                 _GETADDR, _GETROUTE, _GETNEIGH or _GETRULE on NETLINK_ROUTE; of other objects there are no
 *                 differences then. With a filter in the request other than RTA_TABLE and the family, fn has to return
 *                 NLRS_KEY_NONE for what the filter excludes
 * @param arg      passed to fn
 * @param release  called once with arg when fn and arg are not used any more: by nlrs_monitor_close, or by this
 *                 function when it fails or fn is NULL; may be NULL
 * @return as nlrs_monitor_follow; -EINVAL also if req is NULL or its length is less than a header's
 */
int nlrs_monitor_add_table(struct nlrs_monitor *m, const struct nlmsghdr *req, nlrs_key_fn fn, void *arg,
                           nlrs_release_fn release);

/**
 * Writes the key of a link, address, route, neighbour or rule: an nlrs_key_fn, for those who keep tables themselves.
 *
 * Links: the index. Addresses: device, address, and of IPv4 the prefix length. Neighbours: device, address, proxy or
 * not; of bridges the hardware address, VLAN and owner of the entry. Routes and rules: everything but flags and
 * lifetimes, independent of the order of attributes.
 *
 * @param nlh      a message whose length was checked
 * @param key      a buffer of NLRS_KEY_MAX bytes
 * @param ret_len  the length of the key; untouched unless there is a key
 * @param arg      not used
 * @return NLRS_KEY_PRESENT, NLRS_KEY_DELETED; NLRS_KEY_NONE: it is not about such an object; -EINVAL: a pointer is NULL
 */
int nlrs_rtnl_key(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg);

/**
 * Sets whether differences (added, changed, removed) are reported instead of snapshots; before the first
 * nlrs_monitor_next.
 *
 * The monitor then keeps a copy of each object. Begin and end of snapshots are still reported. A change is any
 * difference except in counters and ages of links, addresses, routes and neighbours.
 *
 * @param on  1 or 0
 * @return 0; -EINVAL: m is NULL, or on is neither; NLRS_EBUSY: a snapshot has been taken already
 */
int nlrs_monitor_set_difference(struct nlrs_monitor *m, int on);

/**
 * Sets the least time between two snapshots of a table. The default is 100 milliseconds.
 *
 * After a snapshot that took long it is more: nine times the duration of the snapshot, but at most a second.
 *
 * @param milliseconds  0 or more; less is taken as 0
 * @return 0; -EINVAL if m is NULL
 */
int nlrs_monitor_set_interval(struct nlrs_monitor *m, int64_t milliseconds);

/**
 * Takes another snapshot of each table, as after an overrun.
 *
 * @return 0; -EINVAL if m is NULL
 */
int nlrs_monitor_resync(struct nlrs_monitor *m);

/**
 * Returns whether everything known about the tables has been delivered, and no table is stale.
 *
 * Changes that the kernel has reported since the monitor read last are not known yet: so call it after
 * nlrs_monitor_next has returned -EAGAIN. What the kernel does not report is described at nlrs_monitor_follow.
 *
 * @return 1 or 0; 0 also if m is NULL; without tables 1
 */
int nlrs_monitor_is_current(const struct nlrs_monitor *m);

/**
 * Calls a function for each object of a table as it is known now, in no order. Only with differences.
 *
 * fn must not call anything on the monitor.
 *
 * @param m      the monitor
 * @param table  the table's number
 * @param fn     called for each object
 * @param arg    passed to fn
 * @return 0, also if fn returned NLRS_STOP; the negative code that fn returned; -EINVAL: m or fn is NULL, or there is
 *         no table of that number; -EOPNOTSUPP: the monitor keeps no objects of the table, for lack of
 *         nlrs_monitor_set_difference or of a key function
 */
int nlrs_monitor_objects(const struct nlrs_monitor *m, uint32_t table, nlrs_msg_fn fn, void *arg);

/* ====================================================================================================
 * NETWORK AND LINK-LAYER ADDRESSES
 * ==================================================================================================== */

/**
 * An address or a prefix. Zeroed: none.
 *
 * Final in size: 24 bytes.
 */
struct nlrs_addr {
    /** AF_INET, AF_INET6 or AF_MPLS; 0: there is no address. */
    uint32_t family;
    /** Length of the prefix in bits. That of an address that is no prefix is 32, 128, or 20 for an MPLS label. */
    uint32_t prefix_len;
    /**
     * The address in network byte order: 4 bytes for AF_INET, 16 for AF_INET6; for AF_MPLS the 4 bytes of a label
     * stack entry. The others are 0.
     */
    uint8_t bytes[16];
};

/**
 * A link-layer address, such as a MAC address. Zeroed: none.
 *
 * Final in size: 36 bytes.
 */
struct nlrs_lladdr {
    /** How many bytes it has: 6 for Ethernet, at most 32; 0: there is no address. */
    uint32_t len;
    /** The bytes; those behind `len` are 0. */
    uint8_t bytes[32];
};

/**
 * Reads an address or a prefix: "192.0.2.1", "192.0.2.0/24", "2001:db8::1", "2001:db8::/32".
 *
 * @param text      the address; nothing before or behind it
 * @param ret_addr  gets the address. Without a slash prefix_len becomes 32 or 128
 * @return 0; -EINVAL: it is no address, or the prefix is longer than that, or NULL
 */
int nlrs_addr_parse(const char *text, struct nlrs_addr *ret_addr);

/**
 * Writes an address or a prefix as text, IPv6 in its shortest form. The prefix length is left out where it is 32 or
 * 128.
 *
 * @param addr  the address
 * @param buf   gets the text and a NUL, as much as fits; NULL with size 0 is allowed
 * @param size  its size in bytes; 64 are always enough
 * @return the text's length without the NUL: what is size or more has been cut; 0 for no address; -EAFNOSUPPORT: of
 *         another family than AF_INET and AF_INET6; -EINVAL: addr is NULL, or buf is NULL and size is not 0
 */
int nlrs_addr_format(const struct nlrs_addr *addr, char *buf, size_t size);

/**
 * Reads a link-layer address: pairs of hexadecimal digits with colons between them, such as "02:00:00:00:00:01".
 *
 * @param text        the address; nothing before or behind it
 * @param ret_lladdr  gets the address
 * @return 0; -EINVAL: it is no address, or longer than 32 bytes, or NULL
 */
int nlrs_lladdr_parse(const char *text, struct nlrs_lladdr *ret_lladdr);

/**
 * Writes a link-layer address as text: pairs of hexadecimal digits with colons between them.
 *
 * @param lladdr  the address; of a len above 32 the first 32 bytes
 * @param buf     gets the text and a NUL, as much as fits; NULL with size 0 is allowed
 * @param size    its size in bytes; 96 are always enough
 * @return the text's length without the NUL: what is size or more has been cut; 0 for no address; -EINVAL: lladdr is
 *         NULL, or buf is NULL and size is not 0
 */
int nlrs_lladdr_format(const struct nlrs_lladdr *lladdr, char *buf, size_t size);

/* ====================================================================================================
 * LINKS: NETWORK INTERFACES
 * ==================================================================================================== */

/** Bit of `set`: `master` holds although it is 0, which releases a link from its master. */
#define NLRS_LINK_MASTER_SET 0x1

/** Bit of `set`: `link` holds although it is 0. */
#define NLRS_LINK_LOWER_SET 0x2

/** Bit of `set`: `link_netnsid` holds although it is 0, which is a namespace ID as any other. */
#define NLRS_LINK_NETNSID_SET 0x4

/** Bit of `set`: `target_netnsid` holds although it is 0. */
#define NLRS_LINK_TARGET_NETNSID_SET 0x8

/** Bit of `set`: `group` holds although it is 0, the default group. */
#define NLRS_LINK_GROUP_SET 0x10

/** Bit of `set`: `tx_queue_len` holds although it is 0. */
#define NLRS_LINK_TX_QUEUE_LEN_SET 0x20

/** Bit of `set`: `carrier` holds although it is 0, no carrier. */
#define NLRS_LINK_CARRIER_SET 0x40

/** Bit of `set`: `link_mode` holds although it is 0, the default mode. */
#define NLRS_LINK_MODE_SET 0x80

/** Bit of `set`: `proto_down` holds although it is 0. */
#define NLRS_LINK_PROTO_DOWN_SET 0x100

/**
 * A network interface: RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK.
 *
 * An existing link is meant by `index`, or by `name` where `index` is 0; with both, `name` is the new name. To set a
 * flag, set its bit in `flags` and in `change`. As a filter of a dump serve `master`, `kind`, `target_netnsid` and
 * `ext_mask`.
 */
struct nlrs_link {
    /** NLRS_LINK_..._SET bits: which of these fields hold although they are 0; read: which of them are there. */
    uint32_t set;
    /** ifi_family: AF_UNSPEC; AF_BRIDGE for what concerns a bridge's ports. */
    uint32_t family;
    /** ifi_type: ARPHRD_... */
    uint32_t type;
    /** ifi_index: number of the interface. */
    uint32_t index;
    /** ifi_flags: IFF_... */
    uint32_t flags;
    /** ifi_change: the bits of flags that are to be changed, or were. */
    uint32_t change;
    /** IFLA_MTU: longest packet, in bytes. */
    uint32_t mtu;
    /** IFLA_MIN_MTU: smallest MTU that the link takes, in bytes. Since Linux 4.19. */
    uint32_t min_mtu;
    /** IFLA_MAX_MTU: largest MTU that the link takes, in bytes. Since Linux 4.19. */
    uint32_t max_mtu;
    /** IFLA_LINK: index of the lower link, such as that below a VLAN. */
    uint32_t link;
    /** IFLA_LINK_NETNSID: ID of the namespace in which the lower link is. */
    uint32_t link_netnsid;
    /** IFLA_MASTER: index of the bridge, bond or VRF that the link belongs to. */
    uint32_t master;
    /** IFLA_GROUP: number of the link's group, as `ip link set group` takes it. */
    uint32_t group;
    /** IFLA_TXQLEN: length of the transmit queue, in packets. */
    uint32_t tx_queue_len;
    /** IFLA_OPERSTATE: IF_OPER_... */
    uint32_t operstate;
    /** IFLA_LINKMODE: IF_LINK_MODE_... */
    uint32_t link_mode;
    /** IFLA_CARRIER: 1 with a carrier. */
    uint32_t carrier;
    /** IFLA_CARRIER_CHANGES: how often the carrier came or went. */
    uint32_t carrier_changes;
    /** IFLA_CARRIER_UP_COUNT: how often the carrier came. Since Linux 4.16. */
    uint32_t carrier_up_count;
    /** IFLA_CARRIER_DOWN_COUNT: how often the carrier went. Since Linux 4.16. */
    uint32_t carrier_down_count;
    /** IFLA_PROTO_DOWN: 1 while a protocol such as VRRP holds the link down. */
    uint32_t proto_down;
    /** IFLA_PROMISCUITY: how many users require every packet. */
    uint32_t promiscuity;
    /** IFLA_ALLMULTI: how many users require every multicast packet. Since Linux 6.0. */
    uint32_t allmulti;
    /** IFLA_NUM_TX_QUEUES: transmit queues. */
    uint32_t num_tx_queues;
    /** IFLA_NUM_RX_QUEUES: receive queues. */
    uint32_t num_rx_queues;
    /** IFLA_GSO_MAX_SIZE: longest packet handed to segmentation, in bytes. */
    uint32_t gso_max_size;
    /** IFLA_GSO_MAX_SEGS: most segments of one packet. */
    uint32_t gso_max_segs;
    /** IFLA_GRO_MAX_SIZE: longest packet made of received ones, in bytes. Since Linux 5.17. */
    uint32_t gro_max_size;
    /** IFLA_TSO_MAX_SIZE: limit of gso_max_size, in bytes. Since Linux 5.19. */
    uint32_t tso_max_size;
    /** IFLA_TSO_MAX_SEGS: limit of gso_max_segs. Since Linux 5.19. */
    uint32_t tso_max_segs;
    /** IFLA_GSO_IPV4_MAX_SIZE: gso_max_size for IPv4, in bytes. Since Linux 6.3. */
    uint32_t gso_ipv4_max_size;
    /** IFLA_GRO_IPV4_MAX_SIZE: gro_max_size for IPv4, in bytes. Since Linux 6.3. */
    uint32_t gro_ipv4_max_size;
    /** IFLA_EVENT: IFLA_EVENT_..., why an event was sent. */
    uint32_t event;
    /** IFLA_NET_NS_PID: move the link to the namespace of this process. */
    uint32_t netns_pid;
    /** IFLA_NET_NS_FD: move the link to the namespace of this descriptor, which must not be 0. */
    uint32_t netns_fd;
    /** IFLA_TARGET_NETNSID: ID of the namespace that the request is about. Since Linux 4.15. */
    uint32_t target_netnsid;
    /** IFLA_NEW_IFINDEX: index in the namespace that the link went to. Since Linux 4.16. */
    uint32_t new_index;
    /** IFLA_EXT_MASK: RTEXT_FILTER_...: what a request asks for in addition. */
    uint32_t ext_mask;
    /** IFLA_ADDRESS: the link-layer address. */
    struct nlrs_lladdr address;
    /** IFLA_BROADCAST: the broadcast address; the other end's on a point-to-point link. */
    struct nlrs_lladdr broadcast;
    /** IFLA_PERM_ADDRESS: the address that the hardware came with. Since Linux 5.6. */
    struct nlrs_lladdr perm_address;
    /** IFLA_IFNAME: the name, with its NUL. */
    char name[16];
    /** IFLA_QDISC: name of the queueing discipline, with its NUL. */
    char qdisc[16];
    /**
     * IFLA_INFO_KIND in IFLA_LINKINFO: "bridge", "veth", "vlan", ..., with its NUL. Empty for hardware, and where
     * nlrs_link_data_begin() is to follow.
     */
    char kind[32];
    /** IFLA_INFO_SLAVE_KIND in IFLA_LINKINFO: kind of the master, with its NUL. */
    char slave_kind[32];
};

/** Counters of a link, all since it exists: struct rtnl_link_stats64. */
struct nlrs_link_stats {
    /** Packets received. */
    uint64_t rx_packets;
    /** Packets sent. */
    uint64_t tx_packets;
    /** Bytes received. */
    uint64_t rx_bytes;
    /** Bytes sent. */
    uint64_t tx_bytes;
    /** Bad packets received. */
    uint64_t rx_errors;
    /** Packets that could not be sent. */
    uint64_t tx_errors;
    /** Packets received and dropped because buffers were full. */
    uint64_t rx_dropped;
    /** Packets dropped before they were sent. */
    uint64_t tx_dropped;
    /** Multicast packets received. */
    uint64_t multicast;
    /** Collisions. */
    uint64_t collisions;
    /** Of rx_errors: wrong length. */
    uint64_t rx_length_errors;
    /** Of rx_errors: no room in the receiver's ring. */
    uint64_t rx_over_errors;
    /** Of rx_errors: wrong checksum. */
    uint64_t rx_crc_errors;
    /** Of rx_errors: wrong alignment. */
    uint64_t rx_frame_errors;
    /** Of rx_errors: the receiver's FIFO overflowed. */
    uint64_t rx_fifo_errors;
    /** Packets that the receiver missed. */
    uint64_t rx_missed_errors;
    /** Of tx_errors: aborted. */
    uint64_t tx_aborted_errors;
    /** Of tx_errors: no carrier. */
    uint64_t tx_carrier_errors;
    /** Of tx_errors: the sender's FIFO ran empty. */
    uint64_t tx_fifo_errors;
    /** Of tx_errors: no heartbeat. */
    uint64_t tx_heartbeat_errors;
    /** Of tx_errors: late collision. */
    uint64_t tx_window_errors;
    /** Compressed packets received. */
    uint64_t rx_compressed;
    /** Compressed packets sent. */
    uint64_t tx_compressed;
    /** Packets dropped because no protocol handles them. */
    uint64_t rx_nohandler;
    /** Packets dropped for another destination address. Since Linux 5.19. */
    uint64_t rx_otherhost_dropped;
};

/**
 * Begins a message about a link: its header, and an attribute for each field that is not absent.
 *
 * More attributes may follow; nlrs_msg_end() ends the message.
 *
 * @param m      messages under construction
 * @param type   RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK
 * @param flags  NLM_F_...
 * @param link  what to write
 * @param size   sizeof (struct nlrs_link)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit its attribute or a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6
 *         and AF_MPLS, -E2BIG where a field is set that only a newer library knows; -EINVAL when m is NULL
 */
int nlrs_link_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_link *link, size_t size);

/**
 * Sends a request about a link that holds nothing but the record, and waits for the kernel's answer.
 *
 * As nlrs_link_begin(), nlrs_msg_end() and nlrs_request() in one call.
 *
 * @param s      a socket of NETLINK_ROUTE
 * @param type   RTM_NEWLINK, RTM_DELLINK or RTM_SETLINK
 * @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
 * @param link  what to write
 * @param size   sizeof (struct nlrs_link)
 * @param err    gets the details; may be NULL
 * @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_link_begin(); -EINVAL: s or link is NULL; -ENOMEM; or as
 *         nlrs_request()
 */
int nlrs_link_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_link *link, size_t size,
                      struct nlrs_error *err);

/**
 * Reads a message about a link.
 *
 * Attributes that are missing leave their fields 0; those of no field are skipped.
 *
 * @param nlh       from a walk, a dump or a callback
 * @param ret_link  gets what the message holds; untouched on failure. Where it is longer than this version knows, the
 *                  rest becomes 0
 * @param size      sizeof (struct nlrs_link)
 * @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
 *         inside a nest, or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
 */
int nlrs_link_read(const struct nlmsghdr *nlh, struct nlrs_link *ret_link, size_t size);

/**
 * Appends a link to an open nest: struct ifinfomsg and an attribute for each field that is not absent.
 *
 * For VETH_INFO_PEER, whose nest holds the other end of a pair.
 *
 * @param m     message under construction
 * @param link  what to write
 * @param size  sizeof (struct nlrs_link)
 * @return as nlrs_link_begin()
 */
int nlrs_link_put(struct nlrs_msg *m, const struct nlrs_link *link, size_t size);

/**
 * Begins the data of a link's kind: the nest IFLA_LINKINFO with IFLA_INFO_KIND, and in it the nest IFLA_INFO_DATA.
 *
 * The attributes of the kind follow (IFLA_VLAN_ID, IFLA_BR_STP_STATE, IFLA_VXLAN_ID, ...). The record's `kind` must be
 * empty, since the kind is written here.
 *
 * @param m     message under construction
 * @param kind  "bridge", "veth", "vlan", "vxlan", "bond", ...
 * @return 0 or more: the nest, for nlrs_link_data_end(); or the first failure of the message (struct nlrs_msg lists the
 *         codes); -EINVAL when m or kind is NULL
 */
int nlrs_link_data_begin(struct nlrs_msg *m, const char *kind);

/**
 * Ends both nests that nlrs_link_data_begin() began.
 *
 * @param m     message under construction
 * @param data  what nlrs_link_data_begin() returned; a negative one has failed the message already
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -EINVAL where data is not the
 *         innermost nest; -EINVAL when m is NULL
 */
int nlrs_link_data_end(struct nlrs_msg *m, int data);

/**
 * Reads the counters of a link: IFLA_STATS64, or IFLA_STATS where that is missing.
 *
 * Counters that the kernel does not know are 0.
 *
 * @param nlh        a link's message, from a walk, a dump or a callback
 * @param ret_stats  gets the counters; untouched on failure
 * @param size       sizeof (struct nlrs_link_stats)
 * @return 0; -ENOENT: the message has no counters, as events and answers under RTEXT_FILTER_SKIP_STATS; -ENOMSG: it is
 *         of another type; -EBADMSG: malformed; -EINVAL: NULL, or size is less than the struct ever had
 */
int nlrs_link_read_stats(const struct nlmsghdr *nlh, struct nlrs_link_stats *ret_stats, size_t size);

/**
 * Walks over the alternative names of a link (IFLA_PROP_LIST), one a call. Since Linux 5.5.
 *
 * Start with *pos = 0 and call it again until it does not return 1.
 *
 * @param nlh       a link's message, from a walk, a dump or a callback
 * @param pos       offset of what has not been read, moved behind the name
 * @param ret_name  gets the name with its NUL, valid as long as the message's bytes; written with 1 alone
 * @return 1: a name; 0: no more; -ENOMSG: the message is of another type; -EBADMSG: malformed; -EINVAL: NULL
 */
int nlrs_link_alt_name_walk(const struct nlmsghdr *nlh, size_t *pos, const char **ret_name);

/* ====================================================================================================
 * ADDRESSES OF LINKS
 * ==================================================================================================== */

/** Bit of `set`: `target_netnsid` holds although it is 0. */
#define NLRS_ADDRESS_TARGET_NETNSID_SET 0x1

/**
 * An address of an interface: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR.
 *
 * As a filter of a dump serve `family`, `index` and `target_netnsid`.
 */
struct nlrs_address {
    /** NLRS_ADDRESS_..._SET bits: which of these fields hold although they are 0; read: which of them are there. */
    uint32_t set;
    /** ifa_family: AF_INET or AF_INET6; 0: that of `local`. */
    uint32_t family;
    /** ifa_index: the interface. */
    uint32_t index;
    /** ifa_scope: RT_SCOPE_... */
    uint32_t scope;
    /** IFA_FLAGS, or ifa_flags: IFA_F_... */
    uint32_t flags;
    /**
     * IFA_CACHEINFO: seconds for which new connections may use the address; 0xffffffff: for ever. 0 while
     * `valid_lft` is not 0: deprecated.
     */
    uint32_t preferred_lft;
    /**
     * IFA_CACHEINFO: seconds until the address is removed; 0xffffffff: never. 0 together with `preferred_lft`:
     * absent.
     */
    uint32_t valid_lft;
    /** IFA_CACHEINFO: when the address was created, in hundredths of a second since boot. */
    uint32_t created;
    /** IFA_CACHEINFO: when the address was changed last, in hundredths of a second since boot. */
    uint32_t updated;
    /** IFA_RT_PRIORITY: metric of the route to the prefix. Since Linux 4.18. */
    uint32_t priority;
    /** IFA_TARGET_NETNSID: ID of the namespace that the request is about. Since Linux 4.20. */
    uint32_t target_netnsid;
    /** IFA_PROTO: IFAPROT_..., where the address comes from. Since Linux 5.18. */
    uint32_t proto;
    /** IFA_LOCAL, or IFA_ADDRESS where that is missing: the interface's own address, and ifa_prefixlen. */
    struct nlrs_addr local;
    /** IFA_ADDRESS where it differs: the address of the other end of a point-to-point link, and ifa_prefixlen. */
    struct nlrs_addr peer;
    /** IFA_BROADCAST: the broadcast address. */
    struct nlrs_addr broadcast;
    /** IFA_ANYCAST: an anycast address (RTM_GETANYCAST). */
    struct nlrs_addr anycast;
    /** IFA_MULTICAST: a multicast address (RTM_GETMULTICAST). */
    struct nlrs_addr multicast;
    /** IFA_LABEL: the name of the address, with its NUL; IPv4 alone. */
    char label[16];
};

/**
 * Begins a message about an address of a link: its header, and an attribute for each field that is not absent.
 *
 * More attributes may follow; nlrs_msg_end() ends the message.
 *
 * @param m      messages under construction
 * @param type   RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR
 * @param flags  NLM_F_...
 * @param address  what to write
 * @param size   sizeof (struct nlrs_address)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit its attribute or a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6
 *         and AF_MPLS, -E2BIG where a field is set that only a newer library knows; -EINVAL when m is NULL
 */
int nlrs_address_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_address *address,
                       size_t size);

/**
 * Sends a request about an address of a link that holds nothing but the record, and waits for the kernel's answer.
 *
 * As nlrs_address_begin(), nlrs_msg_end() and nlrs_request() in one call.
 *
 * @param s      a socket of NETLINK_ROUTE
 * @param type   RTM_NEWADDR or RTM_DELADDR
 * @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
 * @param address  what to write
 * @param size   sizeof (struct nlrs_address)
 * @param err    gets the details; may be NULL
 * @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_address_begin(); -EINVAL: s or address is NULL; -ENOMEM; or as
 *         nlrs_request()
 */
int nlrs_address_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_address *address,
                         size_t size, struct nlrs_error *err);

/**
 * Reads a message about an address of a link.
 *
 * Attributes that are missing leave their fields 0; those of no field are skipped.
 *
 * @param nlh       from a walk, a dump or a callback
 * @param ret_address  gets what the message holds; untouched on failure. Where it is longer than this version knows,
 *                     the rest becomes 0
 * @param size      sizeof (struct nlrs_address)
 * @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
 *         inside a nest, or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
 */
int nlrs_address_read(const struct nlmsghdr *nlh, struct nlrs_address *ret_address, size_t size);

/* ====================================================================================================
 * ROUTES
 * ==================================================================================================== */

/** Bit of `set`: `uid` holds although it is 0, the user root. */
#define NLRS_ROUTE_UID_SET 0x1

/** Bit of `set`: `expires` holds although it is 0, at once. */
#define NLRS_ROUTE_EXPIRES_SET 0x2

/** Metrics of a route: the attributes in RTA_METRICS. */
struct nlrs_route_metrics {
    /** RTAX_LOCK: bit RTAX_... is set for each metric that the kernel must not adapt. */
    uint32_t lock;
    /** RTAX_MTU: longest packet, in bytes. */
    uint32_t mtu;
    /** RTAX_WINDOW: largest window that TCP advertises, in bytes. */
    uint32_t window;
    /** RTAX_RTT: first guess of the round-trip time, in eighths of a millisecond. */
    uint32_t rtt;
    /** RTAX_RTTVAR: first guess of its variance, in quarters of a millisecond. */
    uint32_t rttvar;
    /** RTAX_SSTHRESH: first guess of the slow start threshold, in segments. */
    uint32_t ssthresh;
    /** RTAX_CWND: limit of the congestion window, in segments. */
    uint32_t cwnd;
    /** RTAX_ADVMSS: segment size that TCP advertises, in bytes. */
    uint32_t advmss;
    /** RTAX_REORDERING: how many segments may be reordered. */
    uint32_t reordering;
    /** RTAX_HOPLIMIT: hop limit, or TTL, of packets. */
    uint32_t hoplimit;
    /** RTAX_INITCWND: first congestion window, in segments. */
    uint32_t initcwnd;
    /** RTAX_FEATURES: RTAX_FEATURE_... */
    uint32_t features;
    /** RTAX_RTO_MIN: smallest retransmission timeout, in milliseconds. */
    uint32_t rto_min;
    /** RTAX_INITRWND: first receive window, in segments. */
    uint32_t initrwnd;
    /** RTAX_QUICKACK: 1: no delayed acks. */
    uint32_t quickack;
    /** RTAX_FASTOPEN_NO_COOKIE: 1: TCP Fast Open without a cookie. Since Linux 4.15. */
    uint32_t fastopen_no_cookie;
    /** RTAX_CC_ALGO: name of the congestion control algorithm, with its NUL. */
    char cc_algo[16];
};

/**
 * A route: RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE.
 *
 * What NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE and NLM_F_APPEND are for. For the kernel, a `table` of 0 is the main one
 * when a route is added, and `type` 0 (RTN_UNSPEC) is none: a unicast route has RTN_UNICAST. Next hops of a multipath
 * route are read with nlrs_next_hop_walk() and written with nlrs_next_hop_begin(); encapsulation through the attributes
 * RTA_ENCAP. As a filter of a dump serve `family`, `table`, `protocol`, `type`, `oif` and `flags`.
 */
struct nlrs_route {
    /** NLRS_ROUTE_..._SET bits: which of these fields hold although they are 0; read: which of them are there. */
    uint32_t set;
    /**
     * rtm_family: AF_INET, AF_INET6, AF_MPLS; 0: that of the first of `dst`, `src`, `gateway` and `prefsrc` that
     * is there.
     */
    uint32_t family;
    /** RTA_TABLE, or rtm_table: routing table, also beyond 255. */
    uint32_t table;
    /** rtm_protocol: RTPROT_..., who made the route. */
    uint32_t protocol;
    /** rtm_scope: RT_SCOPE_... */
    uint32_t scope;
    /** rtm_type: RTN_... */
    uint32_t type;
    /** rtm_tos: type of service of the packets. */
    uint32_t tos;
    /** rtm_flags: RTNH_F_... and RTM_F_... */
    uint32_t flags;
    /** RTA_OIF: index of the link that packets leave by. */
    uint32_t oif;
    /** RTA_IIF: index of the link that packets come in by. */
    uint32_t iif;
    /** RTA_PRIORITY: metric; the smallest wins. */
    uint32_t priority;
    /** RTA_FLOW: realms. */
    uint32_t flow;
    /** RTA_MARK: mark of the packets. */
    uint32_t mark;
    /** RTA_NH_ID: nexthop object. Since Linux 5.3. */
    uint32_t nh_id;
    /** RTA_PREF: ICMPV6_ROUTER_PREF_..., of a router. */
    uint32_t pref;
    /** RTA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; RTA_ENCAP is put and read as an attribute. */
    uint32_t encap_type;
    /** RTA_EXPIRES: seconds until the route is removed; written alone. */
    uint32_t expires;
    /** RTA_UID: user whose route is asked for. */
    uint32_t uid;
    /** RTA_TTL_PROPAGATE: 1: the TTL is copied into MPLS labels and out of them. */
    uint32_t ttl_propagate;
    /** RTA_IP_PROTO: IPPROTO_..., of the packets whose route is asked for. Since Linux 4.18. */
    uint32_t ip_proto;
    /** RTA_SPORT: source port of these packets. Since Linux 4.18. */
    uint32_t sport;
    /** RTA_DPORT: destination port of these packets. Since Linux 4.18. */
    uint32_t dport;
    /** RTA_CACHEINFO: how many use the route. */
    uint32_t cache_refcnt;
    /** RTA_CACHEINFO: hundredths of a second since it was used last. */
    uint32_t cache_lastuse;
    /** RTA_CACHEINFO: hundredths of a second until it is removed, as an int32_t. */
    uint32_t cache_expires;
    /** RTA_CACHEINFO: errno of a route that refuses. */
    uint32_t cache_error;
    /** RTA_CACHEINFO: how often it was used. */
    uint32_t cache_used;
    /** RTA_CACHEINFO: no longer used by the kernel. */
    uint32_t cache_id;
    /** RTA_CACHEINFO: no longer used by the kernel. */
    uint32_t cache_ts;
    /** RTA_CACHEINFO: no longer used by the kernel. */
    uint32_t cache_tsage;
    /** RTA_DST and rtm_dst_len: destination; prefix_len 0: the default route. */
    struct nlrs_addr dst;
    /** RTA_SRC and rtm_src_len: source. */
    struct nlrs_addr src;
    /** RTA_GATEWAY, or RTA_VIA where its family is not the route's (for IPv4 since Linux 5.2): the next router. */
    struct nlrs_addr gateway;
    /** RTA_PREFSRC: source address that is preferred. */
    struct nlrs_addr prefsrc;
    /** RTA_METRICS. */
    struct nlrs_route_metrics metrics;
};

/** One next hop of a multipath route: struct rtnexthop and its attributes. */
struct nlrs_next_hop {
    /** Must be 0. */
    uint32_t set;
    /** rtnh_flags: RTNH_F_... */
    uint32_t flags;
    /** rtnh_hops + 1: weight, 1 ... 256. Written, 0 is 1. */
    uint32_t weight;
    /** rtnh_ifindex: index of the link that packets leave by. */
    uint32_t oif;
    /** RTA_FLOW: realms. */
    uint32_t flow;
    /** RTA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; RTA_ENCAP is put and read as an attribute. */
    uint32_t encap_type;
    /** Address family of the route, which decides between RTA_GATEWAY and RTA_VIA; 0, written: that of `gateway`. */
    uint32_t family;
    /** RTA_GATEWAY, or RTA_VIA where its family is not the route's: the next router. */
    struct nlrs_addr gateway;
};

/**
 * Begins a message about a route: its header, and an attribute for each field that is not absent.
 *
 * More attributes may follow; nlrs_msg_end() ends the message.
 *
 * @param m      messages under construction
 * @param type   RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE
 * @param flags  NLM_F_...
 * @param route  what to write
 * @param size   sizeof (struct nlrs_route)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit its attribute or a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6
 *         and AF_MPLS, -E2BIG where a field is set that only a newer library knows; -EINVAL when m is NULL
 */
int nlrs_route_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_route *route, size_t size);

/**
 * Sends a request about a route that holds nothing but the record, and waits for the kernel's answer.
 *
 * As nlrs_route_begin(), nlrs_msg_end() and nlrs_request() in one call.
 *
 * @param s      a socket of NETLINK_ROUTE
 * @param type   RTM_NEWROUTE or RTM_DELROUTE
 * @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
 * @param route  what to write
 * @param size   sizeof (struct nlrs_route)
 * @param err    gets the details; may be NULL
 * @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_route_begin(); -EINVAL: s or route is NULL; -ENOMEM; or as
 *         nlrs_request()
 */
int nlrs_route_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_route *route,
                       size_t size, struct nlrs_error *err);

/**
 * Reads a message about a route.
 *
 * Attributes that are missing leave their fields 0; those of no field are skipped.
 *
 * @param nlh       from a walk, a dump or a callback
 * @param ret_route  gets what the message holds; untouched on failure. Where it is longer than this version knows, the
 *                   rest becomes 0
 * @param size      sizeof (struct nlrs_route)
 * @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
 *         inside a nest, or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
 */
int nlrs_route_read(const struct nlmsghdr *nlh, struct nlrs_route *ret_route, size_t size);

/**
 * Walks over the next hops of a multipath route, one a call.
 *
 * Start with *pos = 0 and call it again until it does not return 1.
 *
 * @param nlh        a route's message, from a walk, a dump or a callback
 * @param pos        offset of the next one, moved behind it
 * @param ret_hop    gets the next hop; written with 1 alone
 * @param size       sizeof (struct nlrs_next_hop)
 * @param ret_attrs  gets where its attributes are, such as RTA_ENCAP; may be NULL
 * @param ret_len    gets their bytes; may be NULL
 * @return 1: a next hop; 0: no more, or no multipath route; -ENOMSG: the message is of another type; -EBADMSG:
 *         malformed; -EINVAL: NULL, or size is less than the struct ever had
 */
int nlrs_next_hop_walk(const struct nlmsghdr *nlh, size_t *pos, struct nlrs_next_hop *ret_hop, size_t size,
                       const void **ret_attrs, size_t *ret_len);

/**
 * Begins a next hop of a multipath route, inside the nest RTA_MULTIPATH: struct rtnexthop and an attribute for each
 * field that is not absent.
 *
 * More attributes of the next hop may follow. The length in struct rtnexthop is filled in by nlrs_next_hop_end().
 *
 * @param m     message under construction, with the nest RTA_MULTIPATH the innermost
 * @param hop   what to write
 * @param size  sizeof (struct nlrs_next_hop)
 * @return 0 or more: the next hop, for nlrs_next_hop_end(); or the first failure of the message (struct nlrs_msg lists
 *         the codes): also -ERANGE for a weight above 256 or flags above 255, -E2BIG where a field is set that only a
 *         newer library knows; -EINVAL when m is NULL
 */
int nlrs_next_hop_begin(struct nlrs_msg *m, const struct nlrs_next_hop *hop, size_t size);

/**
 * Ends a next hop: fills in the length of its struct rtnexthop.
 *
 * @param m         message under construction
 * @param next_hop  what nlrs_next_hop_begin() returned; a negative one has failed the message already
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -EINVAL where a nest that was
 *         begun in the next hop is open; -EINVAL when m is NULL
 */
int nlrs_next_hop_end(struct nlrs_msg *m, int next_hop);

/* ====================================================================================================
 * ROUTING RULES
 * ==================================================================================================== */

/** Bit of `set`: `priority` holds although it is 0, the first of all. */
#define NLRS_RULE_PRIORITY_SET 0x1

/** Bit of `set`: `fwmark` holds although it is 0: packets without a mark. */
#define NLRS_RULE_FWMARK_SET 0x2

/** Bit of `set`: `suppress_prefix_len` holds although it is 0: default routes are ignored. */
#define NLRS_RULE_SUPPRESS_PREFIX_LEN_SET 0x4

/** Bit of `set`: `suppress_ifgroup` holds although it is 0. */
#define NLRS_RULE_SUPPRESS_IFGROUP_SET 0x8

/** Bit of `set`: `uid_start` and `uid_end` hold although they are 0: the user root. */
#define NLRS_RULE_UID_RANGE_SET 0x10

/** Bit of `set`: `dscp` holds although it is 0. */
#define NLRS_RULE_DSCP_SET 0x20

/** Bit of `set`: `flowlabel` holds although it is 0. */
#define NLRS_RULE_FLOWLABEL_SET 0x40

/**
 * A rule that chooses a routing table: RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE.
 *
 * A packet must match every selector that is there. As a filter of a dump serves `family`.
 */
struct nlrs_rule {
    /** NLRS_RULE_..._SET bits: which of these fields hold although they are 0; read: which of them are there. */
    uint32_t set;
    /** family: AF_INET or AF_INET6; 0: that of `dst` or `src`. */
    uint32_t family;
    /** action: FR_ACT_...; FR_ACT_TO_TBL looks up `table`. */
    uint32_t action;
    /** FRA_TABLE, or table: routing table, also beyond 255. */
    uint32_t table;
    /** FRA_PRIORITY: the smallest comes first. */
    uint32_t priority;
    /** flags: FIB_RULE_... */
    uint32_t flags;
    /** tos: type of service of the packets. */
    uint32_t tos;
    /** FRA_GOTO: priority of the rule to go on with (FR_ACT_GOTO). */
    uint32_t goto_priority;
    /** FRA_FWMARK: mark of the packets. */
    uint32_t fwmark;
    /** FRA_FWMASK: bits of the mark that are compared. */
    uint32_t fwmask;
    /** FRA_FLOW: realms. */
    uint32_t flow;
    /** FRA_SUPPRESS_PREFIXLEN: routes with a prefix of this length or shorter are ignored. */
    uint32_t suppress_prefix_len;
    /** FRA_SUPPRESS_IFGROUP: routes by links of this group are ignored. */
    uint32_t suppress_ifgroup;
    /** FRA_L3MDEV: 1: the table is that of the packet's VRF. */
    uint32_t l3mdev;
    /** FRA_PROTOCOL: RTPROT_..., who made the rule. Since Linux 4.17. */
    uint32_t protocol;
    /** FRA_IP_PROTO: IPPROTO_... Since Linux 4.17. */
    uint32_t ip_proto;
    /** FRA_UID_RANGE: first user ID. */
    uint32_t uid_start;
    /** FRA_UID_RANGE: last user ID. */
    uint32_t uid_end;
    /** FRA_SPORT_RANGE: first source port. Since Linux 4.17. */
    uint32_t sport_start;
    /** FRA_SPORT_RANGE: last source port. */
    uint32_t sport_end;
    /** FRA_DPORT_RANGE: first destination port. Since Linux 4.17. */
    uint32_t dport_start;
    /** FRA_DPORT_RANGE: last destination port. */
    uint32_t dport_end;
    /** FRA_SPORT_MASK: bits of the source port that are compared. Since Linux 6.15. */
    uint32_t sport_mask;
    /** FRA_DPORT_MASK: bits of the destination port that are compared. Since Linux 6.15. */
    uint32_t dport_mask;
    /** FRA_DSCP: differentiated services code point, 0 ... 63. Since Linux 6.13. */
    uint32_t dscp;
    /** FRA_DSCP_MASK: bits of it that are compared. Since Linux 6.15. */
    uint32_t dscp_mask;
    /** FRA_FLOWLABEL: IPv6 flow label. Since Linux 6.14. */
    uint32_t flowlabel;
    /** FRA_FLOWLABEL_MASK: bits of it that are compared. Since Linux 6.14. */
    uint32_t flowlabel_mask;
    /** FRA_TUN_ID: ID of the tunnel that packets came through. */
    uint64_t tun_id;
    /** FRA_DST and dst_len: destination. */
    struct nlrs_addr dst;
    /** FRA_SRC and src_len: source. */
    struct nlrs_addr src;
    /** FRA_IIFNAME: name of the link that packets come in by, with its NUL. */
    char iifname[16];
    /** FRA_OIFNAME: name of the link that sockets are bound to, with its NUL. */
    char oifname[16];
};

/**
 * Begins a message about a routing rule: its header, and an attribute for each field that is not absent.
 *
 * More attributes may follow; nlrs_msg_end() ends the message.
 *
 * @param m      messages under construction
 * @param type   RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE
 * @param flags  NLM_F_...
 * @param rule  what to write
 * @param size   sizeof (struct nlrs_rule)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit its attribute or a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6
 *         and AF_MPLS, -E2BIG where a field is set that only a newer library knows; -EINVAL when m is NULL
 */
int nlrs_rule_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_rule *rule, size_t size);

/**
 * Sends a request about a routing rule that holds nothing but the record, and waits for the kernel's answer.
 *
 * As nlrs_rule_begin(), nlrs_msg_end() and nlrs_request() in one call.
 *
 * @param s      a socket of NETLINK_ROUTE
 * @param type   RTM_NEWRULE or RTM_DELRULE
 * @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
 * @param rule  what to write
 * @param size   sizeof (struct nlrs_rule)
 * @param err    gets the details; may be NULL
 * @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_rule_begin(); -EINVAL: s or rule is NULL; -ENOMEM; or as
 *         nlrs_request()
 */
int nlrs_rule_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_rule *rule, size_t size,
                      struct nlrs_error *err);

/**
 * Reads a message about a routing rule.
 *
 * Attributes that are missing leave their fields 0; those of no field are skipped.
 *
 * @param nlh       from a walk, a dump or a callback
 * @param ret_rule  gets what the message holds; untouched on failure. Where it is longer than this version knows, the
 *                  rest becomes 0
 * @param size      sizeof (struct nlrs_rule)
 * @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
 *         inside a nest, or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
 */
int nlrs_rule_read(const struct nlmsghdr *nlh, struct nlrs_rule *ret_rule, size_t size);

/* ====================================================================================================
 * NEIGHBOURS AND FORWARDING TABLES
 * ==================================================================================================== */

/** Bit of `set`: `link_netnsid` holds although it is 0. */
#define NLRS_NEIGHBOUR_NETNSID_SET 0x1

/**
 * A neighbour, a proxy (NTF_PROXY in `flags`), or an entry of a forwarding table (AF_BRIDGE): RTM_NEWNEIGH,
 * RTM_DELNEIGH, RTM_GETNEIGH.
 *
 * As a filter of a dump serve `family`, `index`, `master` and NTF_PROXY in `flags`.
 */
struct nlrs_neighbour {
    /** NLRS_NEIGHBOUR_..._SET bits: which of these fields hold although they are 0; read: which of them are there. */
    uint32_t set;
    /** ndm_family: AF_INET, AF_INET6, AF_BRIDGE; 0: that of `dst`. */
    uint32_t family;
    /** ndm_ifindex, or NDA_IFINDEX in the request for a dump: the link on which the neighbour is. */
    uint32_t index;
    /** ndm_state: NUD_... */
    uint32_t state;
    /** ndm_flags: NTF_... */
    uint32_t flags;
    /** NDA_FLAGS_EXT: NTF_EXT_... Since Linux 5.16. */
    uint32_t flags_ext;
    /** ndm_type: RTN_... */
    uint32_t type;
    /** NDA_PROTOCOL: RTPROT_..., who made the entry. Since Linux 5.0. */
    uint32_t protocol;
    /** NDA_CACHEINFO: hundredths of a second since the neighbour was confirmed. */
    uint32_t confirmed;
    /** NDA_CACHEINFO: hundredths of a second since it was used. */
    uint32_t used;
    /** NDA_CACHEINFO: hundredths of a second since it was updated. */
    uint32_t updated;
    /** NDA_CACHEINFO: how many use it. */
    uint32_t refcnt;
    /** NDA_PROBES: probes that were not answered. */
    uint32_t probes;
    /** NDA_MASTER: index of the bridge or VXLAN link. */
    uint32_t master;
    /** NDA_VLAN: VLAN ID. */
    uint32_t vlan;
    /** NDA_VNI: VXLAN network identifier of the destination. */
    uint32_t vni;
    /** NDA_SRC_VNI: VXLAN network identifier of the entry. */
    uint32_t src_vni;
    /** NDA_PORT: UDP port of the destination. */
    uint32_t port;
    /** NDA_IFINDEX: index of the link to the destination (VXLAN). */
    uint32_t dst_index;
    /** NDA_LINK_NETNSID: ID of the namespace of that link. */
    uint32_t link_netnsid;
    /** NDA_NH_ID: nexthop object (VXLAN). Since Linux 5.8. */
    uint32_t nh_id;
    /** NDA_NDM_STATE_MASK: bits of the state that a flush compares. Since Linux 6.0. */
    uint32_t state_mask;
    /** NDA_NDM_FLAGS_MASK: bits of the flags that a flush compares. Since Linux 6.0. */
    uint32_t flags_mask;
    /** NDA_DST: the neighbour's address; of a VXLAN entry the tunnel's other end. */
    struct nlrs_addr dst;
    /** NDA_LLADDR: its link-layer address. */
    struct nlrs_lladdr lladdr;
};

/**
 * Begins a message about a neighbour: its header, and an attribute for each field that is not absent.
 *
 * More attributes may follow; nlrs_msg_end() ends the message.
 *
 * @param m      messages under construction
 * @param type   RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH
 * @param flags  NLM_F_...
 * @param neighbour  what to write
 * @param size   sizeof (struct nlrs_neighbour)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit its attribute or a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6
 *         and AF_MPLS, -E2BIG where a field is set that only a newer library knows; -EINVAL when m is NULL
 */
int nlrs_neighbour_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_neighbour *neighbour,
                         size_t size);

/**
 * Sends a request about a neighbour that holds nothing but the record, and waits for the kernel's answer.
 *
 * As nlrs_neighbour_begin(), nlrs_msg_end() and nlrs_request() in one call.
 *
 * @param s      a socket of NETLINK_ROUTE
 * @param type   RTM_NEWNEIGH or RTM_DELNEIGH
 * @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
 * @param neighbour  what to write
 * @param size   sizeof (struct nlrs_neighbour)
 * @param err    gets the details; may be NULL
 * @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_neighbour_begin(); -EINVAL: s or neighbour is NULL; -ENOMEM; or as
 *         nlrs_request()
 */
int nlrs_neighbour_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_neighbour *neighbour,
                           size_t size, struct nlrs_error *err);

/**
 * Reads a message about a neighbour.
 *
 * Attributes that are missing leave their fields 0; those of no field are skipped.
 *
 * @param nlh       from a walk, a dump or a callback
 * @param ret_neighbour  gets what the message holds; untouched on failure. Where it is longer than this version knows,
 *                       the rest becomes 0
 * @param size      sizeof (struct nlrs_neighbour)
 * @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
 *         inside a nest, or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
 */
int nlrs_neighbour_read(const struct nlmsghdr *nlh, struct nlrs_neighbour *ret_neighbour, size_t size);

/* ====================================================================================================
 * NEXTHOP OBJECTS
 * ==================================================================================================== */

/** Bit of `set`: `idle_timer` holds although it is 0. */
#define NLRS_NEXTHOP_IDLE_TIMER_SET 0x1

/** Bit of `set`: `unbalanced_timer` holds although it is 0, never. */
#define NLRS_NEXTHOP_UNBALANCED_TIMER_SET 0x2

/** Bit of `set`: `hw_stats_enable` holds although it is 0. */
#define NLRS_NEXTHOP_HW_STATS_SET 0x4

/**
 * A nexthop object or a group of them: RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP. Since Linux 5.3.
 *
 * Members of a group are read with nlrs_nexthop_member_walk() and written with nlrs_nexthop_put_members(). As a filter
 * of a dump serve `family`, `oif`, `master`, `groups` and `fdb`.
 */
struct nlrs_nexthop {
    /** NLRS_NEXTHOP_..._SET bits: which of these fields hold although they are 0; read: which of them are there. */
    uint32_t set;
    /** nh_family: AF_INET, AF_INET6; AF_UNSPEC for a group; 0: that of `gateway`. */
    uint32_t family;
    /** NHA_ID: number of the object; 0 in a new one: the kernel chooses. */
    uint32_t id;
    /** nh_scope: RT_SCOPE_...; read alone. */
    uint32_t scope;
    /** nh_protocol: RTPROT_..., who made it. */
    uint32_t protocol;
    /** nh_flags: RTNH_F_... */
    uint32_t flags;
    /** NHA_OIF: index of the link that packets leave by. */
    uint32_t oif;
    /** NHA_MASTER: in a filter, index of the link's master. */
    uint32_t master;
    /** NHA_BLACKHOLE: 1: packets are dropped. */
    uint32_t blackhole;
    /** NHA_FDB: 1: it belongs to a VXLAN link's forwarding table. Since Linux 5.8. */
    uint32_t fdb;
    /** NHA_GROUPS: in a filter, 1: groups alone. */
    uint32_t groups;
    /** NHA_GROUP_TYPE: NEXTHOP_GRP_TYPE_... */
    uint32_t group_type;
    /** NHA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; NHA_ENCAP is put and read as an attribute. */
    uint32_t encap_type;
    /** NHA_RES_GROUP_BUCKETS of a resilient group: how many buckets. Since Linux 5.13. */
    uint32_t buckets;
    /** NHA_RES_GROUP_IDLE_TIMER: hundredths of a second until an unused bucket may move. Since Linux 5.13. */
    uint32_t idle_timer;
    /**
     * NHA_RES_GROUP_UNBALANCED_TIMER: hundredths of a second until buckets move although they are used. Since
     * Linux 5.13.
     */
    uint32_t unbalanced_timer;
    /** NHA_OP_FLAGS: NHA_OP_FLAG_...: what a request asks for in addition. Since Linux 6.10. */
    uint32_t op_flags;
    /** NHA_HW_STATS_ENABLE: 1: hardware counts packets. Since Linux 6.10. */
    uint32_t hw_stats_enable;
    /** NHA_RES_GROUP_UNBALANCED_TIME: hundredths of a second for which the group is unbalanced. Since Linux 5.13. */
    uint64_t unbalanced_time;
    /** NHA_GATEWAY: the next router. */
    struct nlrs_addr gateway;
};

/**
 * A member of a group of nexthop objects.
 *
 * Final in size: 8 bytes.
 */
struct nlrs_nexthop_member {
    /** Number of the object. */
    uint32_t id;
    /** 1 ... 256, and ... 65536 since Linux 6.12. Written, 0 is 1. */
    uint32_t weight;
};

/**
 * Begins a message about a nexthop object: its header, and an attribute for each field that is not absent.
 *
 * More attributes may follow; nlrs_msg_end() ends the message.
 *
 * @param m      messages under construction
 * @param type   RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP
 * @param flags  NLM_F_...
 * @param nexthop  what to write
 * @param size   sizeof (struct nlrs_nexthop)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit its attribute or a text has no NUL, -EAFNOSUPPORT for an address of another family than AF_INET, AF_INET6
 *         and AF_MPLS, -E2BIG where a field is set that only a newer library knows; -EINVAL when m is NULL
 */
int nlrs_nexthop_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_nexthop *nexthop,
                       size_t size);

/**
 * Sends a request about a nexthop object that holds nothing but the record, and waits for the kernel's answer.
 *
 * As nlrs_nexthop_begin(), nlrs_msg_end() and nlrs_request() in one call.
 *
 * @param s      a socket of NETLINK_ROUTE
 * @param type   RTM_NEWNEXTHOP or RTM_DELNEXTHOP
 * @param flags  NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, ...
 * @param nexthop  what to write
 * @param size   sizeof (struct nlrs_nexthop)
 * @param err    gets the details; may be NULL
 * @return 0; -ERANGE, -EAFNOSUPPORT, -E2BIG: as nlrs_nexthop_begin(); -EINVAL: s or nexthop is NULL; -ENOMEM; or as
 *         nlrs_request()
 */
int nlrs_nexthop_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_nexthop *nexthop,
                         size_t size, struct nlrs_error *err);

/**
 * Reads a message about a nexthop object.
 *
 * Attributes that are missing leave their fields 0; those of no field are skipped.
 *
 * @param nlh       from a walk, a dump or a callback
 * @param ret_nexthop  gets what the message holds; untouched on failure. Where it is longer than this version knows,
 *                     the rest becomes 0
 * @param size      sizeof (struct nlrs_nexthop)
 * @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed, also
 *         inside a nest, or longer than its field; -EINVAL: NULL, or size is less than the struct ever had
 */
int nlrs_nexthop_read(const struct nlmsghdr *nlh, struct nlrs_nexthop *ret_nexthop, size_t size);

/**
 * Walks over the members of a group, one a call.
 *
 * Start with *pos = 0 and call it again until it does not return 1.
 *
 * @param nlh         a nexthop's message, from a walk, a dump or a callback
 * @param pos         how many have been read
 * @param ret_member  gets the member; written with 1 alone
 * @return 1: a member; 0: no more, or no group; -ENOMSG: the message is of another type; -EBADMSG: malformed; -EINVAL:
 *         NULL
 */
int nlrs_nexthop_member_walk(const struct nlmsghdr *nlh, size_t *pos, struct nlrs_nexthop_member *ret_member);

/**
 * Appends the members of a group (NHA_GROUP).
 *
 * @param m        message under construction
 * @param members  the members
 * @param count    how many
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE for a weight above
 *         65536; -EINVAL when m is NULL
 */
int nlrs_nexthop_put_members(struct nlrs_msg *m, const struct nlrs_nexthop_member *members, size_t count);

/* ====================================================================================================
 * RECORDS OF A WHOLE TABLE
 *
 * An array that grows, into which the messages of a dump or of events are read: a table in a few calls, to be sorted,
 * searched, or passed to another language at once.
 *
 *     struct nlrs_records *routes = NULL;
 *     rc = nlrs_records_new(RTM_NEWROUTE, sizeof (struct nlrs_route), &routes);
 *     if (rc == 0) rc = nlrs_dump_begin(s, request, &dump);
 *     if (rc == 0) rc = nlrs_records_add_dump(routes, dump);
 *     const struct nlrs_route *route = nlrs_records_data(routes);
 *     for (size_t i = 0; i < nlrs_records_count(routes); i++) print(&route[i]);
 * ==================================================================================================== */

/**
 * Makes an empty array of records.
 *
 * @param type         message type of which they are, such as RTM_NEWROUTE: of links, addresses, routes, neighbours,
 *                     rules or nexthops
 * @param size         sizeof the struct that is for that type, such as sizeof (struct nlrs_route)
 * @param ret_records  gets the array, to be freed with nlrs_records_free()
 * @return 0; -EINVAL: there is no struct for that type, size is less than the struct ever had, or NULL; -ENOMEM
 */
int nlrs_records_new(uint32_t type, size_t size, struct nlrs_records **ret_records);

/** Frees an array of records. NULL is allowed. */
void nlrs_records_free(struct nlrs_records *r);

/** Removes all records; the memory is kept for the next ones. NULL is allowed. */
void nlrs_records_clear(struct nlrs_records *r);

/**
 * Reads a message into a record at the end of the array. A copy of the message is kept.
 *
 * @param r    the array
 * @param nlh  from a walk, a dump or a callback
 * @return 0; on failure nothing is added: -ENOMSG: the message is of another type than the array's; -EBADMSG: it is
 *         malformed, as for nlrs_route_read(); -EINVAL: NULL; -ENOMEM
 */
int nlrs_records_add(struct nlrs_records *r, const struct nlmsghdr *nlh);

/**
 * Reads what is left of a dump into records at the end of the array.
 *
 * Messages of other types than the array's are skipped.
 *
 * @param r  the array
 * @param d  the dump, still to be ended with nlrs_dump_end()
 * @return 0: the dump has been read to its end, and succeeded; -EAGAIN: nothing more has arrived and the socket's
 *         timeout is 0: poll, and call it again; -EBADMSG: a message is malformed, and those before it were added;
 *         -EINVAL: NULL; -ENOMEM; else why the dump failed, as nlrs_dump_next()
 */
int nlrs_records_add_dump(struct nlrs_records *r, struct nlrs_dump *d);

/**
 * Returns the number of records.
 *
 * @return the number; 0 for NULL
 */
size_t nlrs_records_count(const struct nlrs_records *r);

/**
 * Returns the records: an array of the struct, nlrs_records_count() long, each with the size given to
 * nlrs_records_new().
 *
 * @return the first record, aligned to 8 bytes if size is a multiple of 8, valid until the next call that adds or
 *         removes, or frees; NULL: there are none, or r is NULL
 */
const void *nlrs_records_data(const struct nlrs_records *r);

/**
 * Returns the message that a record was read from, for what the struct has no field for: next hops, counters, other
 * attributes.
 *
 * @param r  the array
 * @param i  index of the record, from 0
 * @return the message, valid as long as what nlrs_records_data() returned; NULL: there is no such record, or r is NULL
 */
const struct nlmsghdr *nlrs_records_message(const struct nlrs_records *r, size_t i);

/* ====================================================================================================
 * NAMES AND INDICES OF LINKS, AND WAITING FOR AN OBJECT
 * ==================================================================================================== */

/**
 * Returns the index of the link that has a name, or since Linux 5.5 an alternative name, by one request.
 *
 * @param s          a socket of NETLINK_ROUTE
 * @param name       the name
 * @param ret_index  gets the index
 * @param err        gets the details; may be NULL
 * @return 0; -ENODEV: no link has that name; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s, name or
 *         ret_index is NULL, or the name is empty or longer than 127 bytes; or as nlrs_request()
 */
int nlrs_link_index(struct nlrs_socket *s, const char *name, uint32_t *ret_index, struct nlrs_error *err);

/**
 * Returns the name of the link that has an index, by one request.
 *
 * @param s         a socket of NETLINK_ROUTE
 * @param index     the index
 * @param ret_name  gets the name with its NUL: has IF_NAMESIZE (16) bytes
 * @param err       gets the details; may be NULL
 * @return 0; -ENODEV: no link has that index; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s or ret_name is
 *         NULL, or index is 0; or as nlrs_request()
 */
int nlrs_link_name(struct nlrs_socket *s, uint32_t index, char *ret_name, struct nlrs_error *err);

/**
 * Waits for the first object that a function accepts: an address appears, a link comes up, a route is added.
 *
 * Correct whatever happens meanwhile: the multicast groups are joined before the table is read, and read again after a
 * loss, so that fn gets each object that is there, and each that is added or changed later, until it accepts one. The
 * call has sockets of its own.
 *
 * @param objects       NLRS_LINKS, NLRS_ADDRESSES, NLRS_ROUTES, NLRS_NEIGHBOURS or NLRS_RULES
 * @param family        AF_INET, AF_INET6 or 0 for both; of neighbours also AF_BRIDGE
 * @param milliseconds  for the whole call; below 0: without limit
 * @param options       NULL means the defaults; the timeout in it is not used
 * @param fn            called with each object, which is valid until it returns. NLRS_STOP: this is the one; 0: go on;
 *                      negative: end the call with that code. It must not unwind or longjmp
 * @param arg           passed to fn; used until the call returns
 * @return 0: fn accepted an object; NLRS_ETIMEDOUT: none in that time; the negative code that fn returned; -EINVAL: fn
 *         is NULL, or there is no such objects or family; -ERANGE: family is more than 255; or as nlrs_monitor_open()
 *         and nlrs_monitor_next()
 */
int nlrs_wait(uint32_t objects, uint32_t family, int64_t milliseconds, const struct nlrs_socket_options *options,
              nlrs_msg_fn fn, void *arg);

/* ====================================================================================================
 * GENERIC NETLINK
 *
 * A family of generic netlink has a name; its number, and those of its multicast groups, are given out while the kernel
 * runs. A resolved family holds them, with its operations, and begins messages of it:
 *
 * struct nlrs_genl_family *f;
 * int rc = nlrs_genl_resolve(s, "ethtool", &f, err);
 * if (rc == 0)
 *     rc = nlrs_genl_begin(m, f, ETHTOOL_MSG_LINKSTATE_GET, 0);
 *
 * A module that is removed and loaded again gets other numbers. Requests with the old one are then refused with
 * -ENOENT. A program that follows nlctrl's group "notify" passes its events to nlrs_genl_family_update().
 * ==================================================================================================== */

/**
 * What is called for each family.
 *
 * The family lives until the function returns. It must not unwind or longjmp, and calls on the same socket get
 * NLRS_EBUSY.
 *
 * @return 0: continue; NLRS_STOP: end the call with success; negative: end the call with that code
 */
typedef int (*nlrs_genl_family_fn)(const struct nlrs_genl_family *f, void *arg);

/**
 * Resolves the name of a family. The kernel loads a module that has it, if need be.
 *
 * @param s           a socket of NETLINK_GENERIC
 * @param name        name of the family, such as "nlctrl" or "ethtool"
 * @param ret_family  gets the family, to be freed with nlrs_genl_family_free()
 * @param err         gets the details; may be NULL
 * @return 0; -ENOENT: there is no such family; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s, name or
 *         ret_family is NULL; -ENOMEM; or as nlrs_request()
 */
int nlrs_genl_resolve(struct nlrs_socket *s, const char *name, struct nlrs_genl_family **ret_family,
                      struct nlrs_error *err);

/** Frees a resolved family. NULL is allowed. */
void nlrs_genl_family_free(struct nlrs_genl_family *f);

/**
 * Returns the number of a family: the type of its messages.
 *
 * @return the number; 0: it is not registered at the moment, or f is NULL
 */
uint32_t nlrs_genl_family_id(const struct nlrs_genl_family *f);

/**
 * Returns the version of a family's interface.
 *
 * @return the version; 0 if f is NULL
 */
uint32_t nlrs_genl_family_version(const struct nlrs_genl_family *f);

/**
 * Returns the size of the header that a family has behind struct genlmsghdr.
 *
 * Attributes of a received message begin sizeof (struct genlmsghdr) and that many bytes behind its header: see
 * nlrs_nlmsg_index().
 *
 * @return bytes; 0 for most families, and if f is NULL
 */
uint32_t nlrs_genl_family_header_size(const struct nlrs_genl_family *f);

/**
 * Returns the largest attribute type that a family takes.
 *
 * @return the type; 0: each operation has its own, or f is NULL
 */
uint32_t nlrs_genl_family_max_attr(const struct nlrs_genl_family *f);

/**
 * Returns the name of a family.
 *
 * @return the name, until the family is updated or freed; "" if f is NULL
 */
const char *nlrs_genl_family_name(const struct nlrs_genl_family *f);

/**
 * Returns the number of a family's multicast group by its name, for nlrs_socket_join() and nlrs_monitor_join().
 *
 * @param f          the family
 * @param name       name of the group
 * @param ret_group  gets the number
 * @return 0; -ENOENT: the family has no such group; -EINVAL: NULL
 */
int nlrs_genl_family_group(const struct nlrs_genl_family *f, const char *name, uint32_t *ret_group);

/**
 * Walks over the multicast groups of a family, one a call.
 *
 * Start with *pos = 0 and call it again until it does not return 1.
 *
 * @param f          the family
 * @param pos        how many have been read
 * @param ret_name   gets the name, until the family is updated or freed; written with 1 alone
 * @param ret_group  gets the number; written with 1 alone
 * @return 1: a group; 0: no more; -EINVAL: NULL
 */
int nlrs_genl_group_walk(const struct nlrs_genl_family *f, size_t *pos, const char **ret_name, uint32_t *ret_group);

/**
 * Walks over the operations of a family, one a call.
 *
 * Start with *pos = 0 and call it again until it does not return 1.
 *
 * @param f          the family
 * @param pos        how many have been read
 * @param ret_cmd    gets the command; written with 1 alone
 * @param ret_flags  gets GENL_ADMIN_PERM, GENL_CMD_CAP_DO, GENL_CMD_CAP_DUMP, GENL_CMD_CAP_HASPOL, ...; written with 1
 *                   alone
 * @return 1: an operation; 0: no more; -EINVAL: NULL
 */
int nlrs_genl_op_walk(const struct nlrs_genl_family *f, size_t *pos, uint32_t *ret_cmd, uint32_t *ret_flags);

/**
 * Joins a multicast group by its name: nlrs_genl_resolve(), nlrs_genl_family_group() and nlrs_socket_join() in one
 * call.
 *
 * @param s       a socket of NETLINK_GENERIC
 * @param family  name of the family, such as "nlctrl"
 * @param group   name of the group, such as "notify"
 * @param err     the details; may be NULL
 * @return 0; -ENOENT: there is no such family, or it has no such group; -EPERM: this process may not join the group;
 *         -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s, family or group is NULL; -ENOMEM; or as
 *         nlrs_request()
 */
int nlrs_genl_join(struct nlrs_socket *s, const char *family, const char *group, struct nlrs_error *err);

/**
 * Follows an event of nlctrl's multicast group "notify".
 *
 * A family that is unregistered has the number 0 from then on, and nlrs_genl_begin() fails; one that is registered
 * again gets its new number, operations and groups. Events of other families change nothing.
 *
 * @param f    the family
 * @param nlh  a message, from a walk, a monitor or a callback
 * @return 1: the family has changed; 0: it has not; -EBADMSG: malformed; -ENOMEM; -EINVAL: NULL
 */
int nlrs_genl_family_update(struct nlrs_genl_family *f, const struct nlmsghdr *nlh);

/**
 * Begins a message of a family: struct genlmsghdr, and the family's own header, zeroed, where it has one.
 *
 * Attributes follow; nlrs_msg_end() ends the message.
 *
 * @param m      messages under construction
 * @param f      the family
 * @param cmd    the operation
 * @param flags  NLM_F_...
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE for a cmd above 255,
 *         -ENOENT while the family is not registered; -EINVAL when m or f is NULL
 */
int nlrs_genl_begin(struct nlrs_msg *m, const struct nlrs_genl_family *f, uint32_t cmd, uint32_t flags);

/**
 * Passes every family to fn.
 *
 * @param s    a socket of NETLINK_GENERIC
 * @param fn   called for each family; NULL: none is
 * @param arg  passed to fn; used until the call returns
 * @param err  gets the details; may be NULL
 * @return 0; -EOPNOTSUPP: the socket is of another protocol; -EINVAL: s is NULL; or as nlrs_dump()
 */
int nlrs_genl_families(struct nlrs_socket *s, nlrs_genl_family_fn fn, void *arg, struct nlrs_error *err);

/**
 * Returns the kernel's own policy for an operation of a family, by which a request can be checked before it is sent.
 * Since Linux 5.10.
 *
 * It has the kernel's kinds, lengths, ranges and masks, also those of nests. nlrs_policy_rules() returns its rules for
 * nlrs_attr_index_checked(). Attributes that the kernel takes and does not describe are not in it.
 *
 * @param s           a socket of NETLINK_GENERIC
 * @param f           the family
 * @param cmd         the operation
 * @param flags       NLM_F_DUMP: the policy for a dump, which may be another; 0: for other requests
 * @param ret_policy  gets the policy, to be freed with nlrs_policy_free()
 * @param err         gets the details; may be NULL
 * @return 0; -ENODATA: the operation has no policy; -ENOENT: there is no such operation or family; -EOPNOTSUPP: the
 *         socket is of another protocol, or the kernel is too old; -EINVAL: s, f or ret_policy is NULL; -ENOMEM; or as
 *         nlrs_dump()
 */
int nlrs_genl_policy(struct nlrs_socket *s, const struct nlrs_genl_family *f, uint32_t cmd, uint32_t flags,
                     struct nlrs_policy **ret_policy, struct nlrs_error *err);

/* ====================================================================================================
 * SOCKETS OF THIS HOST (NETLINK_SOCK_DIAG)
 * ==================================================================================================== */

/**
 * A socket of TCP, UDP, SCTP ... over IPv4 or IPv6.
 *
 * In a request for a dump, `states` and `extensions` select the sockets and the attributes; for one socket there are
 * its addresses and ports.
 */
struct nlrs_inet_socket {
    /** Must be 0. */
    uint32_t set;
    /** idiag_family: AF_INET or AF_INET6. */
    uint32_t family;
    /** sdiag_protocol of a request: IPPROTO_TCP, IPPROTO_UDP, ... */
    uint32_t protocol;
    /** idiag_ext of a request: bit INET_DIAG_... - 1 for each attribute that the answer is to have. */
    uint32_t extensions;
    /** idiag_states of a request: bit TCP_... for each state that is selected; 0xffffffff: all. */
    uint32_t states;
    /** idiag_state: TCP_ESTABLISHED, ... */
    uint32_t state;
    /** idiag_timer: 0: none; 1: retransmission; 2: keep-alive; 3: time-wait; 4: zero window probe. */
    uint32_t timer;
    /** idiag_retrans: retransmissions. */
    uint32_t retrans;
    /** idiag_sport: the socket's own port. */
    uint32_t sport;
    /** idiag_dport: the other end's port. */
    uint32_t dport;
    /** idiag_if: link to which the socket is bound. */
    uint32_t oif;
    /** idiag_expires: milliseconds until the timer fires. */
    uint32_t expires;
    /** idiag_rqueue: bytes received and not read; of a listening socket the connections that wait. */
    uint32_t rqueue;
    /** idiag_wqueue: bytes sent and not acknowledged; of a listening socket how many connections may wait. */
    uint32_t wqueue;
    /** idiag_uid: the user whose socket it is. */
    uint32_t uid;
    /** idiag_inode: inode of the socket. */
    uint32_t inode;
    /** idiag_cookie: number of the socket, its low half; both 0xffffffff in a request: any. */
    uint32_t cookie_low;
    /** idiag_cookie: its high half. */
    uint32_t cookie_high;
    /** INET_DIAG_MARK: mark of the packets. */
    uint32_t mark;
    /** INET_DIAG_SHUTDOWN: bit 0: receiving, bit 1: sending has ended. */
    uint32_t shutdown;
    /** INET_DIAG_SKV6ONLY: 1: IPv6 alone. */
    uint32_t v6_only;
    /** INET_DIAG_TOS: type of service. */
    uint32_t tos;
    /** idiag_src: the socket's own address. */
    struct nlrs_addr src;
    /** idiag_dst: the other end's address. */
    struct nlrs_addr dst;
    /** INET_DIAG_CONG: name of the congestion control algorithm, with its NUL. */
    char congestion[16];
};

/**
 * A socket of AF_UNIX.
 *
 * In a request for a dump, `states` and `show` select the sockets and the attributes. Their names (UNIX_DIAG_NAME) are
 * read as attributes, since they may hold NULs.
 */
struct nlrs_unix_socket {
    /** Must be 0. */
    uint32_t set;
    /** udiag_family: AF_UNIX. */
    uint32_t family;
    /** udiag_type: SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET. */
    uint32_t type;
    /** udiag_state: TCP_ESTABLISHED, TCP_LISTEN, ... */
    uint32_t state;
    /** udiag_ino: inode of the socket; 0 in a request for a dump. */
    uint32_t inode;
    /** udiag_states of a request: bit TCP_... for each state that is selected; 0xffffffff: all. */
    uint32_t states;
    /** udiag_show of a request: UDIAG_SHOW_... */
    uint32_t show;
    /** udiag_cookie: number of the socket, its low half; both 0xffffffff in a request: any. */
    uint32_t cookie_low;
    /** udiag_cookie: its high half. */
    uint32_t cookie_high;
    /** UNIX_DIAG_VFS: inode of the file that the name is. */
    uint32_t vfs_inode;
    /** UNIX_DIAG_VFS: device of that file. */
    uint32_t vfs_dev;
    /** UNIX_DIAG_PEER: inode of the other end. */
    uint32_t peer;
    /** UNIX_DIAG_RQLEN: bytes received and not read; of a listening socket the connections that wait. */
    uint32_t rqueue;
    /** UNIX_DIAG_RQLEN: bytes sent and not read; of a listening socket how many connections may wait. */
    uint32_t wqueue;
    /** UNIX_DIAG_SHUTDOWN: bit 0: receiving, bit 1: sending has ended. */
    uint32_t shutdown;
    /** UNIX_DIAG_UID: the user whose socket it is. Since Linux 5.3. */
    uint32_t uid;
};

/**
 * Begins a request for sockets of IPv4 or IPv6: SOCK_DIAG_BY_FAMILY with struct inet_diag_req_v2.
 *
 * For a dump, NLM_F_DUMP is set by nlrs_dump(). Bytecode that filters (INET_DIAG_REQ_BYTECODE) may follow as an
 * attribute.
 *
 * @param m      messages under construction
 * @param flags  NLM_F_...
 * @param inet_socket  which sockets, and what about them
 * @param size   sizeof (struct nlrs_inet_socket)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit the header, -E2BIG where a field is set that only a newer library knows; -EINVAL: m is NULL
 */
int nlrs_inet_socket_begin(struct nlrs_msg *m, uint32_t flags, const struct nlrs_inet_socket *inet_socket, size_t size);

/**
 * Reads the kernel's answer about sockets of IPv4 or IPv6.
 *
 * @param nlh             from a dump or a callback
 * @param ret_inet_socket  gets what the message holds; untouched on failure
 * @param size            sizeof (struct nlrs_inet_socket)
 * @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed; -EINVAL:
 *         NULL, or size is less than the struct ever had
 */
int nlrs_inet_socket_read(const struct nlmsghdr *nlh, struct nlrs_inet_socket *ret_inet_socket, size_t size);

/**
 * Begins a request for sockets of AF_UNIX: SOCK_DIAG_BY_FAMILY with struct unix_diag_req.
 *
 * For a dump, NLM_F_DUMP is set by nlrs_dump(). For one socket there are its inode and cookie.
 *
 * @param m      messages under construction
 * @param flags  NLM_F_...
 * @param unix_socket  which sockets, and what about them
 * @param size   sizeof (struct nlrs_unix_socket)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit the header, -E2BIG where a field is set that only a newer library knows; -EINVAL: m is NULL
 */
int nlrs_unix_socket_begin(struct nlrs_msg *m, uint32_t flags, const struct nlrs_unix_socket *unix_socket, size_t size);

/**
 * Reads the kernel's answer about sockets of AF_UNIX.
 *
 * @param nlh             from a dump or a callback
 * @param ret_unix_socket  gets what the message holds; untouched on failure
 * @param size            sizeof (struct nlrs_unix_socket)
 * @return 0; -ENOMSG: the message is of another type; -EBADMSG: it is too short, or an attribute is malformed; -EINVAL:
 *         NULL, or size is less than the struct ever had
 */
int nlrs_unix_socket_read(const struct nlmsghdr *nlh, struct nlrs_unix_socket *ret_unix_socket, size_t size);

/* ====================================================================================================
 * EVENTS OF DEVICES (NETLINK_KOBJECT_UEVENT)
 * ==================================================================================================== */

/**
 * Walks over the keys and values of an event, one a call: ACTION, DEVPATH, SUBSYSTEM, ...
 *
 * Start with *pos = 0 and call it again until it does not return 1. The kernel's form is read, and udev's (group 2).
 *
 * @param data         the datagram, as a monitor on NETLINK_KOBJECT_UEVENT returns it (nlrs_event_data())
 * @param len          its bytes
 * @param pos          offset of what has not been read, moved behind the value
 * @param ret_key      gets the key, which no NUL follows; valid as long as the datagram, as the value is; written with
 *                     1 alone
 * @param ret_key_len  gets the length of the key; written with 1 alone
 * @param ret_value    gets the value with its NUL; written with 1 alone
 * @return 1: a key and its value; 0: no more; -EBADMSG: it is no event, or malformed; -EINVAL: NULL
 */
int nlrs_uevent_walk(const void *data, size_t len, size_t *pos, const char **ret_key, size_t *ret_key_len,
                     const char **ret_value);

/* ====================================================================================================
 * PROCESS EVENTS (NETLINK_CONNECTOR)
 *
 * They go to the multicast group CN_IDX_PROC (1), and only while a socket has sent PROC_CN_MCAST_LISTEN. The network
 * namespace must be the first one, and the caller root in it.
 * ==================================================================================================== */

/** A process event: `struct proc_event` of linux/cn_proc.h behind `struct cn_msg`. */
struct nlrs_process_event {
    /** what: PROC_EVENT_... */
    uint32_t what;
    /** cpu: the CPU on which it happened. */
    uint32_t cpu;
    /** timestamp_ns: when, in nanoseconds since boot. */
    uint64_t timestamp_ns;
    /** seq of struct cn_msg: each CPU counts its events. */
    uint32_t seq;
    /** How many of `data` the message has. */
    uint32_t data_len;
    /** event_data: for each kind the struct of linux/cn_proc.h; what the message does not have is 0. */
    uint32_t data[10];
};

/**
 * Appends a message, complete with its header and end, that asks for process events or ends that.
 *
 * @param m          messages under construction
 * @param operation  PROC_CN_MCAST_LISTEN (1) or PROC_CN_MCAST_IGNORE (2)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_process_event_request(struct nlrs_msg *m, uint32_t operation);

/**
 * Reads a process event.
 *
 * @param nlh        a message of a monitor or a socket of NETLINK_CONNECTOR
 * @param ret_event  gets the event; untouched on failure
 * @param size       sizeof (struct nlrs_process_event)
 * @return 0; -ENOMSG: it is of another connector; -EBADMSG: it is too short; -EINVAL: NULL, or size is less than the
 *         struct ever had
 */
int nlrs_process_event_read(const struct nlmsghdr *nlh, struct nlrs_process_event *ret_event, size_t size);

/* ====================================================================================================
 * ETHTOOL NETLINK: HEADERS AND SETS OF BITS
 *
 * The family is resolved as any other: nlrs_genl_resolve() of "ethtool".
 * ==================================================================================================== */

/**
 * Appends the header of a request: the link that it is about, and flags.
 *
 * @param m      message under construction
 * @param type   ETHTOOL_A_..._HEADER of the request
 * @param index  index of the link; 0: the name holds, or the request is about all links
 * @param name   name of the link; NULL: the index holds
 * @param flags  ETHTOOL_FLAG_..., or 0
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes); -EINVAL: m is NULL
 */
int nlrs_ethtool_put_header(struct nlrs_msg *m, uint32_t type, uint32_t index, const char *name, uint32_t flags);

/**
 * Walks over the bits of a set, one a call, in the compact form as in that with names.
 *
 * Start with *pos = 0 and call it again until it does not return 1. Bits that the mask of the set leaves out are
 * skipped.
 *
 * @param set        the nest, such as ETHTOOL_A_FEATURES_ACTIVE; NULL is -ENOENT, so that a slot of an index can be
 *                   given as it is
 * @param pos        how far the reading has come
 * @param ret_index  gets the number of the bit; written with 1 alone
 * @param ret_name   gets its name with its NUL, valid as long as the message; NULL in the compact form; written with 1
 *                   alone
 * @param ret_value  gets 1: set; 0: not set; written with 1 alone
 * @return 1: a bit; 0: no more; -ENOENT: set is NULL; -EBADMSG: malformed, or a bit without a number; -EINVAL: another
 *         pointer is NULL
 */
int nlrs_ethtool_bit_walk(const struct nlattr *set, size_t *pos, uint32_t *ret_index, const char **ret_name,
                          uint32_t *ret_value);

/* ====================================================================================================
 * NFNETLINK (NETLINK_NETFILTER)
 *
 * The header that messages of all its subsystems have. A transaction is a batch: nlrs_batch_set_transaction() and
 * nlrs_batch_set_generation().
 * ==================================================================================================== */

/**
 * What a message of nfnetlink is: its type, taken apart, and `struct nfgenmsg` of linux/netfilter/nfnetlink.h.
 *
 * Final in size: 20 bytes.
 */
struct nlrs_nfnl_header {
    /** NFNL_SUBSYS_...: the high byte of the message type. */
    uint32_t subsystem;
    /** The message of the subsystem, such as IPCTNL_MSG_CT_NEW: the low byte of the message type. */
    uint32_t message;
    /** nfgen_family: NFPROTO_..., AF_INET, AF_INET6. */
    uint32_t family;
    /** version: NFNETLINK_V0. */
    uint32_t version;
    /** res_id in host byte order: the subsystem of a transaction, the number of a queue or a log group. */
    uint32_t res_id;
};

/**
 * Begins a message of a subsystem: its type, and struct nfgenmsg. Attributes follow; nlrs_msg_end() ends the message.
 *
 * @param m       messages under construction
 * @param header  subsystem, message, family, version and res_id
 * @param flags   NLM_F_...
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -ERANGE where a field does not
 *         fit; -EINVAL: m or header is NULL
 */
int nlrs_nfnl_begin(struct nlrs_msg *m, const struct nlrs_nfnl_header *header, uint32_t flags);

/**
 * Reads the type and struct nfgenmsg of a message. Its attributes begin 4 bytes behind its header.
 *
 * @param nlh         a message of NETLINK_NETFILTER
 * @param ret_header  the header
 * @return 0; -EBADMSG: it is too short; -EINVAL: a pointer is NULL
 */
int nlrs_nfnl_read(const struct nlmsghdr *nlh, struct nlrs_nfnl_header *ret_header);

/* ====================================================================================================
 * CONNECTION TRACKING (NETLINK_NETFILTER)
 * ==================================================================================================== */

/**
 * Addresses, protocol and ports of one direction of a connection: CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_TUPLE_MASTER.
 */
struct nlrs_conntrack_tuple {
    /** CTA_PROTO_NUM: IPPROTO_... */
    uint32_t protocol;
    /** CTA_PROTO_SRC_PORT: source port. */
    uint32_t sport;
    /** CTA_PROTO_DST_PORT: destination port. */
    uint32_t dport;
    /** CTA_PROTO_ICMP_ID or CTA_PROTO_ICMPV6_ID: number of an echo. */
    uint32_t icmp_id;
    /** CTA_PROTO_ICMP_TYPE or CTA_PROTO_ICMPV6_TYPE. */
    uint32_t icmp_type;
    /** CTA_PROTO_ICMP_CODE or CTA_PROTO_ICMPV6_CODE. */
    uint32_t icmp_code;
    /** CTA_TUPLE_ZONE: zone, where this direction has one of its own. */
    uint32_t zone;
    /** Must be 0. */
    uint32_t reserved;
    /** CTA_IP_V4_SRC or CTA_IP_V6_SRC: source address. */
    struct nlrs_addr src;
    /** CTA_IP_V4_DST or CTA_IP_V6_DST: destination address. */
    struct nlrs_addr dst;
};

/**
 * Reads a tuple: addresses, protocol and ports of one direction of a connection.
 *
 * @param attr       the nest: CTA_TUPLE_ORIG, CTA_TUPLE_REPLY or CTA_TUPLE_MASTER; NULL is -ENOENT, so that a slot of
 *                   an index can be given as it is
 * @param ret_tuple  gets the tuple; untouched on failure
 * @param size       sizeof (struct nlrs_conntrack_tuple)
 * @return 0; -ENOENT: attr is NULL; -EBADMSG: malformed; -EINVAL: ret_tuple is NULL, or size is less than the struct
 *         ever had
 */
int nlrs_conntrack_tuple_read(const struct nlattr *attr, struct nlrs_conntrack_tuple *ret_tuple, size_t size);

/* ====================================================================================================
 * AUDIT (NETLINK_AUDIT)
 * ==================================================================================================== */

/**
 * State of the kernel's audit: `struct audit_status` of linux/audit.h, in the answer to AUDIT_GET and in AUDIT_SET.
 */
struct nlrs_audit_status {
    /** AUDIT_STATUS_...: in AUDIT_SET, which of the fields are to be set. */
    uint32_t mask;
    /** 0: off; 1: on; 2: on until the next boot. */
    uint32_t enabled;
    /** AUDIT_FAIL_...: what happens where a record cannot be written. */
    uint32_t failure;
    /** Process of the registered audit daemon; 0: none. */
    uint32_t pid;
    /** Most records in a second; 0: any number. */
    uint32_t rate_limit;
    /** Most records that wait. */
    uint32_t backlog_limit;
    /** Records that were lost. */
    uint32_t lost;
    /** Records that wait. */
    uint32_t backlog;
    /** AUDIT_FEATURE_BITMAP_...: what the kernel can do. */
    uint32_t feature_bitmap;
    /**
     * How long a process waits while too many records wait, in ticks of 1/100 to 1/1000 second as the kernel has
     * them.
     */
    uint32_t backlog_wait_time;
    /** How long processes have waited so, in the same ticks. Since Linux 5.9. */
    uint32_t backlog_wait_time_actual;
    /** Must be 0. */
    uint32_t reserved;
};

/**
 * One condition of an audit rule.
 *
 * Final in size: 12 bytes.
 */
struct nlrs_audit_condition {
    /** AUDIT_PID, AUDIT_UID, AUDIT_FILTERKEY, ... */
    uint32_t field;
    /** AUDIT_EQUAL, AUDIT_NOT_EQUAL, ... */
    uint32_t op;
    /** What the field is compared with; of a text its length. */
    uint32_t value;
};

/**
 * Appends a message AUDIT_SET, complete with its header and end.
 *
 * @param m       messages under construction
 * @param status  the fields that `mask` names are set
 * @param size    sizeof(struct nlrs_audit_status)
 * @return 0, or the first failure of the message (struct nlrs_msg lists the codes): also -E2BIG where a field is set
 *         that only a newer library knows; -EINVAL: m or status is NULL, or size is less than the struct ever had
 */
int nlrs_audit_status_request(struct nlrs_msg *m, const struct nlrs_audit_status *status, size_t size);

/**
 * Reads the state of the kernel's audit: the answer to AUDIT_GET. What an older kernel does not have is 0.
 *
 * @param nlh         the answer
 * @param ret_status  the state
 * @param size        sizeof(struct nlrs_audit_status)
 * @return 0; -ENOMSG: it is another message; -EBADMSG: it is too short; -EINVAL: a pointer is NULL, or size is less
 *         than the struct ever had
 */
int nlrs_audit_status_read(const struct nlmsghdr *nlh, struct nlrs_audit_status *ret_status, size_t size);

/**
 * Reads a record: when it was made, the number of its event, and its text.
 *
 * @param nlh               a message of a monitor, of a type of 1100 or more
 * @param ret_seconds       seconds since 1970
 * @param ret_milliseconds  and milliseconds
 * @param ret_serial        number of the event, which several records may have
 * @param ret_text          what follows "audit(...): ", valid as long as the message; no NUL follows it
 * @param ret_len           its length
 * @return 0; -ENOMSG: it is no record; -EBADMSG: it does not begin so; -EINVAL: a pointer is NULL
 */
int nlrs_audit_record_read(const struct nlmsghdr *nlh, uint64_t *ret_seconds, uint32_t *ret_milliseconds,
                           uint64_t *ret_serial, const char **ret_text, size_t *ret_len);

/**
 * Walks over the conditions of a rule (struct audit_rule_data), one a call.
 *
 * Start with *pos = 0 and call it again until it does not return 1.
 *
 * @param nlh            the answer to AUDIT_LIST_RULES, or a message AUDIT_ADD_RULE
 * @param pos            how many have been read
 * @param ret_condition  the condition; written with 1 alone
 * @param ret_text       the text that the field is compared with, of `value` bytes without a NUL, valid as long as the
 *                       message; NULL for a field that is a number; written with 1 alone
 * @return 1: a condition; 0: no more; -ENOMSG: it is another message; -EBADMSG: malformed; -EINVAL: a pointer is NULL
 */
int nlrs_audit_rule_walk(const struct nlmsghdr *nlh, size_t *pos, struct nlrs_audit_condition *ret_condition,
                         const char **ret_text);

/* ====================================================================================================
 * TRACES: MESSAGES AS TEXT, AND A CALLBACK FOR EACH DATAGRAM
 *
 * A program can be traced without a change by NLRS_DEBUG in the environment, see nlrs_socket_open.
 * ==================================================================================================== */

/** Direction of a datagram: sent by the socket. */
#define NLRS_TRACE_SENT 0

/** Direction of a datagram: received by the socket. */
#define NLRS_TRACE_RECEIVED 1

/**
 * Called for each datagram.
 *
 * The bytes are valid until it returns; of a truncated datagram they are what was received. It runs inside the call
 * that sends or receives and must not use the socket, except to cancel.
 *
 * @param direction NLRS_TRACE_SENT or NLRS_TRACE_RECEIVED
 * @param time_ns   CLOCK_REALTIME, in nanoseconds
 */
typedef void (*nlrs_trace_fn)(uint32_t direction,
                              const void *data,
                              size_t len,
                              int64_t time_ns,
                              void *arg);

/**
 * Sets the function that is called for each datagram that the socket sends and receives, in their order.
 *
 * @param fn  called in the thread that sends or receives; NULL: none. It is not called after this function has returned
 *            for another fn, nor after nlrs_socket_close has returned: both wait if fn is running in another thread
 * @param arg passed to fn; not used after fn is not called any more
 * @return 0; -EINVAL if s is NULL; NLRS_EBUSY if called from fn; -ENOMEM
 */
int nlrs_socket_set_trace(struct nlrs_socket *s, nlrs_trace_fn fn, void *arg);

/**
 * Writes messages as text, one line each, without a newline after the last.
 *
 * For example: RTM_NEWLINK(16) len 52 flags REQUEST|ACK|EXCL|CREATE seq 7 port 0 <0000...> {3 "dummy0", 18 {1 "dummy"}}
 *
 * Types and flags have the kernel's names where they are known, in angle brackets are the bytes of the family header,
 * in braces attributes by their number. What an attribute holds is guessed from its bytes: attributes (whether or not
 * NLA_F_NESTED is set), text, a number, else bytes in hexadecimal. Malformed bytes are printed as what they are.
 *
 * @param protocol NETLINK_ROUTE ...; -1: unknown
 * @param data     the bytes of a datagram, or of a part of it
 * @param len      their length
 * @param buf      gets the text, cut to what fits, always with a NUL if size is not 0; may be NULL if size is 0
 * @param size     bytes of buf
 * @return the length of the whole text without its NUL, as snprintf; -EINVAL if data or buf is NULL and its length is
 *         not 0
 */
int nlrs_nlmsg_format(int protocol, const void *data, size_t len, char *buf, size_t size);

/* ====================================================================================================
 * PEERS IN MEMORY: TO TEST PROGRAMS WITHOUT ROOT AND WITHOUT A KERNEL
 *
 * A peer takes the kernel's place at the other end of a socket. Each datagram that the socket sends is a request. It is
 * answered by a function, or by replies that were prepared before:
 *
 *     p = nlrs_peer_new(NULL, NULL);
 *     nlrs_peer_reply(p, link, link_len, 0);  nlrs_peer_done(p, 0);      replies to the first request: a link, the end
 *                                             of the dump
 *     nlrs_peer_next(p);  nlrs_peer_ack(p, NULL, -EEXIST);               reply to the second: an error
 *     nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &s);
 *
 * Each call that adds bytes adds one datagram, so messages can be split and combined as needed. To simulate a reply
 * that was lost, do not add it. All functions may be called from any thread, also while another waits on the socket,
 * and from the function that answers. The descriptor of such a socket (nlrs_socket_fd) can be polled as any other.
 * ==================================================================================================== */

/**
 * A function that answers a request: it adds replies by nlrs_peer_reply, nlrs_peer_ack ..., or none.
 *
 * It is called in the call that sends. The bytes are valid until it returns.
 *
 * @return 0; negative: the send fails with that code and the request is not counted (-EAGAIN: the send is repeated)
 */
typedef int (*nlrs_peer_fn)(struct nlrs_peer *p, const void *data, size_t len, void *arg);

/**
 * Makes a peer.
 *
 * @param fn  called for each request, in the thread that sends it; NULL: only prepared replies answer. It is not called
 *            after nlrs_peer_free has returned
 * @param arg passed to fn; not used after nlrs_peer_free has returned
 * @return the peer, to be freed with nlrs_peer_free; NULL: no memory, or no descriptor is left for its timer
 */
struct nlrs_peer *nlrs_peer_new(nlrs_peer_fn fn, void *arg);

/**
 * Frees a peer. NULL is allowed.
 *
 * Its socket remains open and receives what was added before; requests that it sends from now on are answered by
 * prepared replies alone. If the peer's function is running in another thread, this waits until it has returned. The
 * function may free its own peer.
 */
void nlrs_peer_free(struct nlrs_peer *p);

/**
 * Opens a socket whose other end is a peer in memory. Its port ID is 1.
 *
 * @param protocol   the protocol of the socket (NETLINK_ROUTE ...)
 * @param p          may be freed before the socket is closed
 * @param options    NULL means the defaults; timeout, cancelable and any_sender are used
 * @param ret_socket gets the socket, to be closed with nlrs_socket_close
 * @return 0; -EINVAL: p or ret_socket is NULL; NLRS_EBUSY: the peer has an open socket; -EMFILE, -ENFILE; -ENOMEM
 */
int nlrs_socket_open_peer(int protocol, struct nlrs_peer *p, const struct nlrs_socket_options *options,
                          struct nlrs_socket **ret_socket);

/**
 * Opens a socket whose other end replays a capture: a file written by NLRS_DEBUG=pcap:FILE, or by tcpdump or Wireshark
 * on an nlmon device.
 *
 * Each request is matched with the next recorded request of the protocol, without comparing their content, and gets the
 * replies that follow that one in the capture, with its own sequence number and port ID. What was recorded before the
 * first request can be received at once. After the last datagram each receive fails with -ENODATA.
 *
 * @param protocol   the protocol of the socket; datagrams of other protocols are ignored
 * @param path       the file: pcap (not pcapng) in this machine's byte order, with link type 253
 * @param options    as in nlrs_socket_open_peer
 * @param ret_socket gets the socket, to be closed with nlrs_socket_close
 * @return 0; -EINVAL: path or ret_socket is NULL; -EBADMSG: not such a file; -ENOENT, -EACCES ...: it cannot be read;
 *         -EMFILE, -ENFILE; -ENOMEM
 */
int nlrs_socket_open_replay(int protocol, const char *path, const struct nlrs_socket_options *options,
                            struct nlrs_socket **ret_socket);

/**
 * Adds a datagram that replies to the current request: the first one, until nlrs_peer_next moves on to the next; in the
 * function that answers, the request that it is called for.
 *
 * Messages in it whose sequence number is 0 get the sequence number of the request's last message and the socket's port
 * ID, and an ack whose echoed header is all zero gets that message's header. Messages with a sequence number are not
 * changed.
 *
 * @param data     messages, or any other bytes; copied
 * @param true_len 0; else the receive reports a truncated datagram (NLRS_ETRUNC) of this length, or of one byte more
 *                 than the receiver's buffer if that is larger
 * @return 0; -EINVAL: p is NULL, or data is NULL and len is not 0; -ENOMEM
 */
int nlrs_peer_reply(struct nlrs_peer *p, const void *data, size_t len, size_t true_len);

/**
 * Adds a datagram that belongs to no request: an event. It can be received at once, before the replies of requests that
 * were not sent yet.
 *
 * @param data messages, or any other bytes; copied, not changed
 * @return 0; -EINVAL: p is NULL, or data is NULL and len is not 0; -ENOMEM
 */
int nlrs_peer_event(struct nlrs_peer *p, const void *data, size_t len);

/**
 * Adds an ack or an error that replies to the current request.
 *
 * @param req  the message that it is for; NULL: the last message of the request
 * @param code 0: an ack; negative: an error
 * @return 0; -EINVAL: p is NULL, code is positive, or nlmsg_len of req is below 16; -ENOMEM
 */
int nlrs_peer_ack(struct nlrs_peer *p, const struct nlmsghdr *req, int code);

/**
 * Adds the end of a dump (NLMSG_DONE) that replies to the current request.
 *
 * @param code 0; negative: the error that the dump ended with
 * @return 0; -EINVAL: p is NULL, or code is positive; -ENOMEM
 */
int nlrs_peer_done(struct nlrs_peer *p, int code);

/**
 * Adds a failure in place of a reply to the current request: one receive fails with it.
 *
 * @param code -ENOBUFS: the receive buffer overflowed; -EINTR: a signal arrived; or any other
 * @return 0; -EINVAL: p is NULL, or code is not negative; -ENOMEM
 */
int nlrs_peer_fail(struct nlrs_peer *p, int code);

/**
 * Moves on to the next request: what is added from now on replies to it.
 *
 * After a request was sent this is so without a call: what is added then replies to the next one.
 *
 * @return 0; -EINVAL: p is NULL
 */
int nlrs_peer_next(struct nlrs_peer *p);

/**
 * Sets the sender of what is added from now on.
 *
 * @param portid port ID of the sender; 0, the default: the kernel. A socket that accepts datagrams from the kernel
 *               alone skips all others
 * @param group  group that it is sent to; 0, the default: to the socket alone
 * @param nsid   namespace ID of the sender; -1, the default: the socket's own namespace
 * @return 0; -EINVAL: p is NULL, or nsid is below -1
 */
int nlrs_peer_set_sender(struct nlrs_peer *p, uint32_t portid, uint32_t group, int32_t nsid);

/**
 * Sets the delay of what is added from now on: how long after its request (an event: after it was added) it can be
 * received.
 *
 * The order of datagrams is not changed by their delays.
 *
 * @param milliseconds 0, the default: no delay
 * @return 0; -EINVAL: p is NULL, or milliseconds is negative
 */
int nlrs_peer_set_delay(struct nlrs_peer *p, int64_t milliseconds);

/**
 * Returns how many requests the socket has sent.
 *
 * @return the number; 0 also if p is NULL
 */
uint64_t nlrs_peer_requests(const struct nlrs_peer *p);

/* ====================================================================================================
 * ERRORS: CODES, AND THE ERROR OBJECT WITH THE DETAILS
 * ==================================================================================================== */

/** Of a batch, some messages were refused. */
#define NLRS_EPARTIAL (-0x10001)

/** The message was not sent. */
#define NLRS_ENOTSENT (-0x10002)

/** The message was sent, and its status was lost. */
#define NLRS_EUNKNOWN (-0x10003)

/** There is no entry with that index. */
#define NLRS_EINDEX (-0x10004)

/** The table changed during the dump, whose objects may be inconsistent. Repeat the dump. */
#define NLRS_EINTR_DUMP (-0x10005)

/** The receive buffer overflowed: messages were lost. */
#define NLRS_EOVERRUN (-0x10006)

/** A datagram was longer than the buffer: its end was lost. */
#define NLRS_ETRUNC (-0x10007)

/** The deadline passed. */
#define NLRS_ETIMEDOUT (-0x10008)

/** nlrs_socket_cancel() or nlrs_monitor_cancel() ended the call. */
#define NLRS_ECANCELED (-0x10009)

/**
 * The object is in use: a socket by an open dump or by a call of the same thread, a batch that was sent and not reset,
 * a policy that another one points to, a peer that has a socket.
 */
#define NLRS_EBUSY (-0x1000a)

/** The socket was closed. */
#define NLRS_ECLOSED (-0x1000b)

/** The transaction was refused, and nothing of it was applied. */
#define NLRS_EABORTED (-0x1000c)

/** Returned by a callback: ends the call with success. */
#define NLRS_STOP 1

/** nlrs_error_origin: there was no error. */
#define NLRS_ORIGIN_NONE 0

/** nlrs_error_origin: the library, because of an argument; the code is an errno. */
#define NLRS_ORIGIN_ARGUMENT 1

/** nlrs_error_origin: a system call; the code is its errno. */
#define NLRS_ORIGIN_SYSTEM 2

/** nlrs_error_origin: the kernel's answer; the code is the kernel's, unchanged. */
#define NLRS_ORIGIN_KERNEL 3

/** nlrs_error_origin: the caller's callback; the code is what it returned. */
#define NLRS_ORIGIN_CALLBACK 4

/** nlrs_error_origin: the library, because of what happened; the code is NLRS_E..., -EAGAIN or -EBADMSG. */
#define NLRS_ORIGIN_LIBRARY 5

/**
 * Makes an error object.
 *
 * It has a fixed size and does not allocate later. One object serves for any number of calls, each of which clears it
 * at its start. Every function that takes one also takes NULL.
 *
 * @return the object, to be freed with nlrs_error_free(); NULL: no memory
 */
struct nlrs_error *nlrs_error_new(void);

/** Frees an error object. NULL is allowed. */
void nlrs_error_free(struct nlrs_error *err);

/** Clears an error object: it has no error then. NULL is allowed. */
void nlrs_error_clear(struct nlrs_error *err);

/**
 * Returns the code.
 *
 * @return 0: no error (there may be a warning); the negative code that the call returned, or after a batch the code of
 *         the first message that was refused; -EINVAL: err is NULL
 */
int nlrs_error_code(const struct nlrs_error *err);

/**
 * Returns the origin of the code.
 *
 * @return one of NLRS_ORIGIN_...; -EINVAL: err is NULL
 */
int nlrs_error_origin(const struct nlrs_error *err);

/**
 * Whether the call succeeded with a warning of the kernel, which nlrs_error_message() returns.
 *
 * @return 1 or 0; 0 for NULL
 */
int nlrs_error_is_warning(const struct nlrs_error *err);

/**
 * Returns the kernel's extended ack message.
 *
 * @return a string of at most 255 bytes, valid until the object is used again; "" when the kernel sent none (before
 *         Linux 4.12 it never does) or err is NULL; never NULL
 */
const char *nlrs_error_message(const struct nlrs_error *err);

/**
 * Returns the path to the attribute that the kernel refused, as attribute types from the outermost nest on.
 *
 * 18, 2, 4 is attribute 4 in the nest 2 in the nest 18. Flag bits are not part of a type.
 *
 * @param ret_types  gets the first max types; may be NULL when max is 0
 * @param max        number of types that ret_types can hold
 * @return the depth, which may be above max; 0: the kernel named no attribute (before Linux 4.12 it never does), or the
 *         length of the family's header of this request is not known (nlrs_error_offset() has the offset then);
 *         -EINVAL: err is NULL, or ret_types is NULL and max is not 0
 */
int nlrs_error_path(const struct nlrs_error *err, uint32_t *ret_types, size_t max);

/**
 * Returns the offset of the attribute that the kernel refused, in bytes from the start of the request's header.
 *
 * @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
 */
int nlrs_error_offset(const struct nlrs_error *err, uint32_t *ret_offset);

/**
 * Returns the type of an attribute that is missing in the request (since Linux 6.1).
 *
 * @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
 */
int nlrs_error_missing_type(const struct nlrs_error *err, uint32_t *ret_type);

/**
 * Returns the offset of the nest in which the attribute is missing, in bytes from the start of the request's header.
 *
 * @return 0; -ENOENT: the kernel sent none, since the attribute is missing outside of all nests; -EINVAL: a pointer is
 *         NULL
 */
int nlrs_error_missing_nest(const struct nlrs_error *err, uint32_t *ret_offset);

/**
 * Returns the path to the nest in which the attribute is missing, as attribute types from the outermost nest on.
 *
 * @param ret_types  gets the first max types; may be NULL when max is 0
 * @param max        number of types that ret_types can hold
 * @return as nlrs_error_path(); 0 also when the attribute is missing outside of all nests
 */
int nlrs_error_missing_path(const struct nlrs_error *err, uint32_t *ret_types, size_t max);

/**
 * Returns the kind of attribute that the violated policy requires (since Linux 5.8).
 *
 * @param ret_kind  one of the kernel's NL_ATTR_TYPE_... (linux/netlink.h)
 * @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
 */
int nlrs_error_policy_kind(const struct nlrs_error *err, uint32_t *ret_kind);

/**
 * Returns the smallest and largest signed value that the violated policy allows.
 *
 * @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
 */
int nlrs_error_policy_range_s(const struct nlrs_error *err, int64_t *ret_min, int64_t *ret_max);

/**
 * Returns the smallest and largest unsigned value that the violated policy allows.
 *
 * @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
 */
int nlrs_error_policy_range_u(const struct nlrs_error *err, uint64_t *ret_min, uint64_t *ret_max);

/**
 * Returns the smallest and largest length that the violated policy allows, in bytes.
 *
 * @param ret_min  0 when the policy has no lower limit
 * @param ret_max  UINT32_MAX when the policy has no upper limit
 * @return 0; -ENOENT: the kernel sent neither; -EINVAL: a pointer is NULL
 */
int nlrs_error_policy_length(const struct nlrs_error *err, uint32_t *ret_min, uint32_t *ret_max);

/**
 * Returns the bits that the violated policy allows.
 *
 * @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
 */
int nlrs_error_policy_mask(const struct nlrs_error *err, uint64_t *ret_mask);

/**
 * Returns the cookie of an ack.
 *
 * @param ret_cookie  its first byte, valid until the object is used again
 * @param ret_len     its length in bytes, at most 20
 * @return 0; -ENOENT: the kernel sent none; -EINVAL: a pointer is NULL
 */
int nlrs_error_cookie(const struct nlrs_error *err, const void **ret_cookie, size_t *ret_len);

/**
 * Returns the message type of the request that failed.
 *
 * @return 0; -ENOENT: there was no request; -EINVAL: a pointer is NULL
 */
int nlrs_error_request_type(const struct nlrs_error *err, uint32_t *ret_type);

/**
 * Returns the sequence number of the request that failed.
 *
 * @return 0; -ENOENT: no request was sent; -EINVAL: a pointer is NULL
 */
int nlrs_error_seq(const struct nlrs_error *err, uint32_t *ret_seq);

/**
 * Returns the size of the datagram that was truncated (NLRS_ETRUNC). The next call on the same socket has a buffer of
 * that size.
 *
 * @param ret_size  bytes
 * @return 0; -ENOENT: nothing was truncated; -EINVAL: a pointer is NULL
 */
int nlrs_error_needed(const struct nlrs_error *err, size_t *ret_size);

/**
 * Writes an error as one line of text without a newline.
 *
 * For example: request RTM_NEWLINK(16): Attribute failed policy validation (ERANGE) at attribute 18/2/4, a u32 was
 * expected
 *
 * @param buf   gets the text and a NUL, cut to the size; may be NULL when size is 0
 * @param size  bytes of buf
 * @return length of the whole text without its NUL, as snprintf(3); -EINVAL: err is NULL, or buf is NULL and size is
 *         not 0
 */
int nlrs_error_format(const struct nlrs_error *err, char *buf, size_t size);

/**
 * Returns the meaning of a code in a few words.
 *
 * It has every errno of this platform and every code of this library, and the codes that only the kernel has.
 *
 * @param code  what a function returned; 0 and positive numbers are "success"
 * @return a constant string; "unknown code" for a code without a meaning; never NULL
 */
const char *nlrs_strerror(int code);

/**
 * Returns the name of a code, such as "ENODEV" for -ENODEV and "NLRS_EPARTIAL" for NLRS_EPARTIAL.
 *
 * @param code  what a function returned
 * @return a constant string; "" for a code without a name and for 0 and positive numbers; never NULL
 */
const char *nlrs_code_name(int code);

/**
 * Whether a code means that something does not exist: ENOENT, ESRCH, ENODEV, ENXIO.
 *
 * @param code  what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_not_found(int code);

/**
 * Whether a code means that something exists already: EEXIST.
 *
 * @param code  what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_exists(int code);

/**
 * Whether a code means that the caller lacks a permission: EPERM, EACCES.
 *
 * @param code  what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_permission(int code);

/**
 * Whether the same call may succeed later: EAGAIN, EBUSY, ENOMEM, ENOBUFS, NLRS_EINTR_DUMP, NLRS_EOVERRUN, NLRS_ETRUNC
 * (the buffer has grown), NLRS_EBUSY.
 *
 * @param code  what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_temporary(int code);

/**
 * Whether a code means that a time limit was reached: NLRS_ETIMEDOUT, ETIMEDOUT, ETIME.
 *
 * @param code  what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_timeout(int code);

/* ====================================================================================================
 * VERSION, AND CONSTANTS BY NAME
 * ==================================================================================================== */

/** Version of the header. */
#define NLRS_VERSION "0.1.0"

/** Major version of the header. */
#define NLRS_VERSION_MAJOR 0

/** Minor version of the header. */
#define NLRS_VERSION_MINOR 1

/** Patch version of the header. */
#define NLRS_VERSION_PATCH 0

/** Version of the header as a number, for comparisons: major * 0x10000 + minor * 0x100 + patch. */
#define NLRS_VERSION_NUMBER 0x000100

/**
 * Returns the version of the library at run time, which may be newer than the header.
 *
 * @return a constant string such as "0.1.0"
 */
const char *nlrs_version(void);

/**
 * Returns the version of the library at run time as a number, to be compared with NLRS_VERSION_NUMBER.
 *
 * @return major * 0x10000 + minor * 0x100 + patch
 */
uint32_t nlrs_version_number(void);

/**
 * Returns the value of a constant of the header by its name, for languages that do not read the header.
 *
 * @param name       such as "NLRS_EPARTIAL"; a numeric constant of this library, not of the kernel
 * @param ret_value  the value
 * @return 0; -ENOENT: there is no such constant; -EINVAL: a pointer is NULL
 */
int nlrs_constant(const char *name, int64_t *ret_value);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* NLRS_H */
