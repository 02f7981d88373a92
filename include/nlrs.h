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
 * -ERANGE, never a silent cut. Predicates (..._is_..., ..._ok) give 1 or 0. Text is UTF-8 with its NUL unless a length
 * stands beside it. Whatever is a macro in the kernel's headers is a function here, and nothing needs a macro, a
 * callback, a FILE or errno.
 *
 * ERRORS
 *
 * What can fail returns an int: 0 or more for success, and one of these below 0:
 *
 *   -1 ... -65535          an errno, negative. Ours about an argument, or unchanged what the kernel or a system call
 *       said
 *   NLRS_E...              the library's own, from -0x10001 down
 *   -0x20000 and below   free for the codes of your callbacks
 *
 * Outputs are called ret_..., stand last, and are untouched on failure. A NULL where a pointer must be is -EINVAL, in a
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
 * What ..._new, ..._open or ..._begin gives you is yours until you give it to ..._free, ..._close or ..._end of the
 * same noun, once. What points into something else (a received message, an attribute, a text) is borrowed: it is valid
 * until the next call on the object it came from, unless its comment says otherwise. What you pass in is not kept after
 * the call returns, unless its comment says so.
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

#ifdef __cplusplus
extern "C" {
#endif

struct rtattr;
struct nlrs_error;
struct nlrs_policy;
struct nlrs_socket_options;
struct nlrs_socket;
struct nlrs_inbox;
struct nlrs_filter;
struct sock_filter;
struct nlrs_dump;
struct nlrs_batch;
struct nlrs_event;
struct nlrs_monitor;
struct nlrs_peer;

/* ====================================================================================================
 * THE KERNEL'S MACROS AS FUNCTIONS
 *
 * What `<linux/netlink.h>` and `<linux/rtnetlink.h>` offer to C alone, for every language. Each equals its macro for
 * lengths below 2^31 and for messages and attributes that the OK macro accepts. Beyond that the macros wrap around or
 * read what is not there; these do not: align, length and space stop at the largest value there is, and next ends the
 * loop. The length inside a header is trusted only after OK has compared it with the bytes that are left.
 * ==================================================================================================== */

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
 * @return 0 ... 16383; 0 for NULL
 */
uint32_t nlrs_attr_type(const struct nlattr *nla);

/**
 * Whether the attribute says that it holds attributes. The kernel sets this flag on some nests and not on others.
 *
 * @return 1: NLA_F_NESTED is set; 0: not, or nla is NULL
 */
int nlrs_attr_is_nested(const struct nlattr *nla);

/**
 * Whether the attribute says that its value is in network byte order. Many that are do not say so.
 *
 * @return 1: NLA_F_NET_BYTEORDER is set; 0: not, or nla is NULL
 */
int nlrs_attr_is_net_byteorder(const struct nlattr *nla);

/* ====================================================================================================
 * BUILDING MESSAGES
 * ==================================================================================================== */

/**
 * One or more netlink messages under construction, in the caller's buffer or in memory that grows.
 *
 * For the stack: declare one, nlrs_msg_init() it over a buffer, build, send; nothing is to be freed. Or nlrs_msg_new()
 * and nlrs_msg_free(). It must not be copied by assignment. One thread at a time.
 *
 * A message is begun with nlrs_msg_begin(), filled, and ended with nlrs_msg_end(); further ones follow in the same
 * buffer, each padded with zeros to a multiple of 4 bytes. The first failure of a message is kept: whatever is put
 * after it returns that same code and does nothing, nlrs_msg_end() returns it and drops the message, and
 * nlrs_msg_status() says what failed. So one check at the end is enough. What is refused leaves the bytes before it as
 * they were.
 *
 * The codes of every function that adds to a message:
 *  -ERANGE    a type, value or flag out of its range (types go up to 65535; they may carry NLA_F_... bits);
 *  -EMSGSIZE  more than an attribute or a nest holds (65535 bytes, header included), or more than the message's
 *             limit (nlrs_msg_set_limit());
 *  -ENOSPC    no room in the caller's buffer;
 *  -ENOMEM    no memory to grow;
 *  -EINVAL    NULL; no message is begun; a begin while one is; an end with an open nest; a nest that is not the
 *             innermost open one; a header behind an attribute;
 *  NLRS_EBUSY the messages belong to a batch that was sent and not reset.
 */
struct nlrs_msg {
    /** Not for the caller. */
    uint64_t nlrs_private[48];
};

/**
 * Start over the caller's buffer: never grows, never allocates, needs no free.
 *
 * @param m    to be initialised; what it held before is forgotten, not freed
 * @param buf  4-byte aligned; used as long as m is. NULL or not aligned counts as a buffer of no bytes: every begin
 *             fails with -ENOSPC
 * @param cap  its size in bytes; more than 2^31 - 16 are not used
 */
void nlrs_msg_init(struct nlrs_msg *m, void *buf, size_t cap);

/**
 * A new one whose memory grows as needed.
 *
 * @param initial_capacity  bytes to begin with; a good guess saves copies
 * @return for nlrs_msg_free(); NULL: no memory
 */
struct nlrs_msg *nlrs_msg_new(size_t initial_capacity);

/**
 * Free what nlrs_msg_new() gave. Nothing happens for NULL, for one that nlrs_msg_init() initialised, and for a batch's.
 */
void nlrs_msg_free(struct nlrs_msg *m);

/**
 * sizeof (struct nlrs_msg), for languages that cannot ask the header.
 *
 * @return bytes; the alignment needed is 8
 */
size_t nlrs_msg_sizeof(void);

/**
 * Begin a message: its header, with sequence number and port 0.
 *
 * @param m      messages under construction
 * @param type   message type
 * @param flags  NLM_F_...
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags);

/**
 * Append the family's header (struct rtmsg, struct ifinfomsg, struct genlmsghdr, ...), padded with zeros. A second one
 * may follow it; attributes come after.
 *
 * Inside a nest a header may stand anywhere, for the families that want one there: VETH_INFO_PEER begins with a struct
 * ifinfomsg, RTA_MULTIPATH is a row of struct rtnexthop with attributes behind each.
 *
 * @param m    message under construction
 * @param hdr  its bytes, copied. NULL is -EINVAL unless len is 0
 * @param len  its size in bytes
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_header(struct nlrs_msg *m, const void *hdr, size_t len);

/**
 * Append an attribute with an 8-bit unsigned value.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  0 ... 255; others are -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_u8(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 16-bit unsigned value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  0 ... 65535; others are -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_u16(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 32-bit unsigned value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_u32(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 64-bit unsigned value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_u64(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Append an attribute with an 8-bit signed value.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  -128 ... 127; others are -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_s8(struct nlrs_msg *m, uint32_t type, int32_t value);

/**
 * Append an attribute with a 16-bit signed value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  -32768 ... 32767; others are -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_s16(struct nlrs_msg *m, uint32_t type, int32_t value);

/**
 * Append an attribute with a 32-bit signed value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_s32(struct nlrs_msg *m, uint32_t type, int32_t value);

/**
 * Append an attribute with a 64-bit signed value in host byte order.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_s64(struct nlrs_msg *m, uint32_t type, int64_t value);

/**
 * Append an attribute with a 16-bit unsigned value in network byte order (big endian).
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here: 0 ... 65535; others are -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_be16(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 16-bit unsigned value in network byte order (big endian), and the flag NLA_F_NET_BYTEORDER
 * in its type, as ipset wants it.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here: 0 ... 65535; others are -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_be16_net(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 32-bit unsigned value in network byte order (big endian).
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_be32(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 32-bit unsigned value in network byte order (big endian), and the flag NLA_F_NET_BYTEORDER
 * in its type, as ipset wants it.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_be32_net(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 64-bit unsigned value in network byte order (big endian).
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_be64(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Append an attribute with a 64-bit unsigned value in network byte order (big endian), and the flag NLA_F_NET_BYTEORDER
 * in its type, as ipset wants it.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_be64_net(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Append an attribute with a 16-bit unsigned value in little endian.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here: 0 ... 65535; others are -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_le16(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 32-bit unsigned value in little endian.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_le32(struct nlrs_msg *m, uint32_t type, uint32_t value);

/**
 * Append an attribute with a 64-bit unsigned value in little endian.
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  in host byte order, converted here
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_le64(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Append an attribute with an unsigned value in host byte order: 4 bytes, or 8 where the value needs them (the kernel's
 * NLA_UINT, Linux 6.7).
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_uint(struct nlrs_msg *m, uint32_t type, uint64_t value);

/**
 * Append an attribute with a signed value in host byte order: 4 bytes, or 8 where the value needs them (the kernel's
 * NLA_SINT, Linux 6.7).
 *
 * @param m      message under construction
 * @param type   attribute type
 * @param value  the value
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_sint(struct nlrs_msg *m, uint32_t type, int64_t value);

/**
 * Append an attribute with a 64-bit value in host byte order whose payload stands at a multiple of 8 bytes from the
 * start of the message.
 *
 * Where it would not, an attribute without payload of type pad_type goes before it (the family's ..._PAD).
 *
 * @param m         message under construction
 * @param type      attribute type
 * @param value     the value
 * @param pad_type  type of the padding
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_u64_padded(struct nlrs_msg *m, uint32_t type, uint64_t value, uint32_t pad_type);

/**
 * Append an attribute with a string and its NUL.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @param s     NUL-terminated, copied; up to 65530 bytes. NULL is -EINVAL
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_str(struct nlrs_msg *m, uint32_t type, const char *s);

/**
 * Append an attribute with a string without a NUL.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @param s     its bytes, copied. NULL is -EINVAL unless len is 0
 * @param len   how many: up to 65531
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_strn(struct nlrs_msg *m, uint32_t type, const char *s, size_t len);

/**
 * Append an attribute with bytes as they are.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @param data  the bytes, copied. NULL is -EINVAL unless len is 0
 * @param len   how many: up to 65531
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_bytes(struct nlrs_msg *m, uint32_t type, const void *data, size_t len);

/**
 * Append an attribute of zero bytes and tells where they are, to be filled in.
 *
 * @param m         message under construction
 * @param type      attribute type
 * @param len       how many: up to 65531
 * @param ret_data  the payload, 4-byte aligned; until the next call on m. NULL is -EINVAL
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_reserve(struct nlrs_msg *m, uint32_t type, size_t len, void **ret_data);

/**
 * Append an attribute without payload.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_flag(struct nlrs_msg *m, uint32_t type);

/**
 * Append an attribute with a struct nla_bitfield32.
 *
 * @param m         message under construction
 * @param type      attribute type
 * @param value     the bits
 * @param selector  which of them count
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_bitfield32(struct nlrs_msg *m, uint32_t type, uint32_t value, uint32_t selector);

/**
 * Append an attribute with an IPv4 address, as it stands in memory: network byte order, 4 bytes.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @param addr  struct in_addr, copied. NULL is -EINVAL
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_in_addr(struct nlrs_msg *m, uint32_t type, const void *addr);

/**
 * Append an attribute with an IPv6 address, as it stands in memory: network byte order, 16 bytes.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @param addr  struct in6_addr, copied. NULL is -EINVAL
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_in6_addr(struct nlrs_msg *m, uint32_t type, const void *addr);

/**
 * Append an attribute with a MAC address, as it stands in memory: 6 bytes.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @param mac   the address, copied. NULL is -EINVAL
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_mac(struct nlrs_msg *m, uint32_t type, const void *mac);

/**
 * Begin a nest: an attribute of attributes. NLA_F_NESTED is set in its type, which Linux >= 5.2 demands of new
 * interfaces.
 *
 * What is put from now on until its end is in it. Nests may hold nests; their 65535 bytes are the only bound. For an
 * array of nests the type is the index.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @return > 0: the nest, for nlrs_msg_nest_end() or nlrs_msg_nest_cancel(); < 0: the message's first failure (codes:
 *         see struct nlrs_msg)
 */
int nlrs_msg_nest_begin(struct nlrs_msg *m, uint32_t type);

/**
 * Begin a nest whose type does not get NLA_F_NESTED, for old interfaces that refuse it.
 *
 * What is put from now on until its end is in it. Nests may hold nests; their 65535 bytes are the only bound. For an
 * array of nests the type is the index.
 *
 * @param m     message under construction
 * @param type  attribute type
 * @return > 0: the nest, for nlrs_msg_nest_end() or nlrs_msg_nest_cancel(); < 0: the message's first failure (codes:
 *         see struct nlrs_msg)
 */
int nlrs_msg_nest_begin_noflag(struct nlrs_msg *m, uint32_t type);

/**
 * End the innermost nest.
 *
 * @param m     message under construction
 * @param nest  from nlrs_msg_nest_begin(); another than the innermost open one is -EINVAL. A negative one does no
 *              harm: that begin's failure is the message's
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_nest_end(struct nlrs_msg *m, int nest);

/**
 * Drop the innermost nest with all that is in it.
 *
 * @param m     message under construction
 * @param nest  as for nlrs_msg_nest_end()
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL. A failure inside
 *         the nest stays
 */
int nlrs_msg_nest_cancel(struct nlrs_msg *m, int nest);

/**
 * End the message.
 *
 * Its length is set. After a failure, or with a nest still open (-EINVAL), the message is dropped: the next one is
 * begun where it began.
 *
 * @param m  message under construction
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_end(struct nlrs_msg *m);

/**
 * The first complete message; the others follow it, each padded to a multiple of 4 bytes.
 *
 * @param m  messages under construction
 * @return until the next change of m; NULL: none is complete, or m is NULL
 */
const struct nlmsghdr *nlrs_msg_first(const struct nlrs_msg *m);

/**
 * Length of all complete messages together, with their padding.
 *
 * @param m  messages under construction
 * @return bytes; 0 for NULL
 */
size_t nlrs_msg_len(const struct nlrs_msg *m);

/**
 * How many messages are complete.
 *
 * @param m  messages under construction
 * @return messages; 0 for NULL
 */
size_t nlrs_msg_count(const struct nlrs_msg *m);

/**
 * Drop all messages, complete or not, and keeps the memory. A batch's is reset by nlrs_batch_reset().
 *
 * @param m  messages under construction
 * @return 0; NLRS_EBUSY: it is the one of a batch that was sent; -EINVAL when m is NULL
 */
int nlrs_msg_reset(struct nlrs_msg *m);

/**
 * Limit how long each message may become.
 *
 * Default and largest: 2147483612, what a kernel takes when the socket's send buffer is as large as can be; a socket
 * takes its send buffer's size less 32 bytes.
 *
 * @param m      messages under construction
 * @param bytes  with the header; 16 ... 2147483612
 * @return 0; -ERANGE: bytes is out of range; -EINVAL: a message is open, or m is NULL
 */
int nlrs_msg_set_limit(struct nlrs_msg *m, size_t bytes);

/**
 * Tell what failed first in the message under construction, or in the last one after its end.
 *
 * An attribute's offset counts from the start of the message and is where it would have been.
 *
 * @param m           messages under construction
 * @param ret_type    type of the attribute that was refused, 0 if it was none; written on failure alone; may be NULL
 * @param ret_offset  its offset in bytes; written on failure alone; may be NULL
 * @return 0: nothing failed; or the first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_status(const struct nlrs_msg *m, uint32_t *ret_type, size_t *ret_offset);

/**
 * How many more bytes fit into the innermost open nest, or the message.
 *
 * Header and padding of what is put count: an attribute needs 4 bytes and its payload, rounded up to a multiple of 4.
 * Memory that grows counts as endless.
 *
 * @param m  message under construction
 * @return bytes; 0 when no message is open, after a failure, or when m is NULL
 */
size_t nlrs_msg_space_left(const struct nlrs_msg *m);

/**
 * Change the type of the open message.
 *
 * @param m     message under construction
 * @param type  message type; above 65535 is -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_set_type(struct nlrs_msg *m, uint32_t type);

/**
 * Change the flags of the open message.
 *
 * @param m      message under construction
 * @param flags  NLM_F_...; above 65535 is -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_set_flags(struct nlrs_msg *m, uint32_t flags);

/**
 * Change the sequence number of the open message.
 *
 * @param m    message under construction
 * @param seq  sequence number; an exchange sets its own
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_set_seq(struct nlrs_msg *m, uint32_t seq);

/**
 * Change the port ID of the open message.
 *
 * @param m       message under construction
 * @param portid  port ID; an exchange sets its own
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_set_portid(struct nlrs_msg *m, uint32_t portid);

/**
 * Append a copy of an attribute: type with its flag bits, payload, and padding.
 *
 * @param m     message under construction
 * @param attr  from an index, a find or a walk; copied. NULL is -EINVAL
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_put_attr(struct nlrs_msg *m, const struct nlattr *attr);

/**
 * Append copies of attributes that follow each other, as in a message's payload or a nest's.
 *
 * All of them or none. Each is padded with zeros; bytes behind the last one (up to 3) are not copied.
 *
 * @param m      message under construction
 * @param attrs  their bytes; need no alignment. NULL is -EINVAL unless len is 0
 * @param len    how many
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL; -EBADMSG: they are
 *         malformed
 */
int nlrs_msg_put_attrs(struct nlrs_msg *m, const void *attrs, size_t len);

/**
 * Append complete messages that were built elsewhere, as they are, each padded: all of them, or none.
 *
 * @param m     messages under construction, none of them open
 * @param msgs  one message or several; need no alignment. NULL is -EINVAL unless len is 0
 * @param len   their bytes
 * @return 0; -EBADMSG: they are malformed; -EINVAL: a message is open, which fails with that, or NULL; -EMSGSIZE,
 *         -ENOSPC, -ENOMEM, NLRS_EBUSY as for struct nlrs_msg
 */
int nlrs_msg_append(struct nlrs_msg *m, const void *msgs, size_t len);

/**
 * Begin the error message that answers a request, for programs that take requests.
 *
 * Its header has the request's sequence number and port, and NLM_F_CAPPED: the request's header is echoed, its payload
 * is not. Extended-ack attributes (NLMSGERR_ATTR_MSG as a string, NLMSGERR_ATTR_OFFS as an u32, ...) may be put next;
 * nlrs_msg_end() sets NLM_F_ACK_TLVS when there are any.
 *
 * @param m     messages under construction
 * @param req   the request; its 16-byte header is read. NULL is -EINVAL
 * @param code  0 for an ack, or a negative errno; above 0 is -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_begin_error(struct nlrs_msg *m, const struct nlmsghdr *req, int32_t code);

/**
 * Begin the message that ends a dump: NLMSG_DONE with NLM_F_MULTI, the request's sequence number and port, and a code.
 *
 * Extended-ack attributes may be put next, as for nlrs_msg_begin_error().
 *
 * @param m     messages under construction
 * @param req   the request; its 16-byte header is read. NULL is -EINVAL
 * @param code  0, or a negative errno: why the dump failed; above 0 is -ERANGE
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_begin_done(struct nlrs_msg *m, const struct nlmsghdr *req, int32_t code);

/**
 * Append a complete ack for a request: nlrs_msg_begin_error() with code 0, and nlrs_msg_end().
 *
 * @param m    messages under construction, none of them open
 * @param req  the request; its 16-byte header is read. NULL is -EINVAL
 * @return 0, or the message's first failure (codes: see struct nlrs_msg); -EINVAL when m is NULL
 */
int nlrs_msg_append_ack(struct nlrs_msg *m, const struct nlmsghdr *req);

/* ====================================================================================================
 * READING ATTRIBUTES
 * ==================================================================================================== */

/**
 * The attributes of a payload or a nest, by type.
 *
 * table[t] becomes the first attribute of type t (flag bits aside), or NULL; types above max are skipped. The length of
 * each attribute has then been checked against the bytes that are there, and the pointers are valid as long as these.
 * One to three bytes behind the last attribute are ignored. Nothing is called back, nothing allocated.
 *
 * @param attrs  the bytes; need no alignment
 * @param len    how many
 * @param table  max + 1 pointers, all of which are written; all NULL on failure
 * @param max    the largest type wanted
 * @return how many slots were filled; -EBADMSG: malformed bytes; -EINVAL: attrs or table is NULL
 */
int nlrs_attr_index(const void *attrs, size_t len, const struct nlattr **table, uint32_t max);

/**
 * The attributes inside a nest, by type: nlrs_attr_index() of its payload.
 *
 * @param attr   the nest; NLA_F_NESTED need not be set
 * @param table  max + 1 pointers, all of which are written; all NULL on failure
 * @param max    the largest type wanted
 * @return how many slots were filled; -ENOENT: attr is NULL (as from an index where there is none); -EBADMSG:
 *         malformed bytes; -EINVAL: table is NULL
 */
int nlrs_attr_index_nested(const struct nlattr *attr, const struct nlattr **table, uint32_t max);

/**
 * Read an 8-bit unsigned value.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 1 byte; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_u8(const struct nlattr *attr, uint8_t *ret_value);

/**
 * Read a 16-bit unsigned value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_u16(const struct nlattr *attr, uint16_t *ret_value);

/**
 * Read a 32-bit unsigned value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_u32(const struct nlattr *attr, uint32_t *ret_value);

/**
 * Read a 64-bit unsigned value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_u64(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Read an 8-bit signed value.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 1 byte; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_s8(const struct nlattr *attr, int8_t *ret_value);

/**
 * Read a 16-bit signed value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_s16(const struct nlattr *attr, int16_t *ret_value);

/**
 * Read a 32-bit signed value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_s32(const struct nlattr *attr, int32_t *ret_value);

/**
 * Read a 64-bit signed value in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_s64(const struct nlattr *attr, int64_t *ret_value);

/**
 * Read a 16-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_be16(const struct nlattr *attr, uint16_t *ret_value);

/**
 * Read a 32-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_be32(const struct nlattr *attr, uint32_t *ret_value);

/**
 * Read a 64-bit unsigned value in network byte order (big endian), whether NLA_F_NET_BYTEORDER is set or not.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_be64(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Read a 16-bit unsigned value in little endian.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 2 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_le16(const struct nlattr *attr, uint16_t *ret_value);

/**
 * Read a 32-bit unsigned value in little endian.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_le32(const struct nlattr *attr, uint32_t *ret_value);

/**
 * Read a 64-bit unsigned value in little endian.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_le64(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_uint(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Read a signed value of 1, 2, 4 or 8 bytes in host byte order.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size; -EINVAL: ret_value is NULL
 */
int nlrs_attr_get_sint(const struct nlattr *attr, int64_t *ret_value);

/**
 * Read a string that is NUL-terminated inside the attribute.
 *
 * For one without a NUL there is nlrs_attr_get_strn().
 *
 * @param attr     the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_str  the string, as long as the attribute's bytes stand; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -EBADMSG: there is no NUL in it; -EINVAL: ret_str is NULL
 */
int nlrs_attr_get_str(const struct nlattr *attr, const char **ret_str);

/**
 * Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order as an 8-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_u8_lax(const struct nlattr *attr, uint8_t *ret_value);

/**
 * Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order as a 16-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_u16_lax(const struct nlattr *attr, uint16_t *ret_value);

/**
 * Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order as a 32-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_u32_lax(const struct nlattr *attr, uint32_t *ret_value);

/**
 * Read an unsigned value of 1, 2, 4 or 8 bytes in host byte order as a 64-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_u64_lax(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Read a signed value of 1, 2, 4 or 8 bytes in host byte order as an 8-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_s8_lax(const struct nlattr *attr, int8_t *ret_value);

/**
 * Read a signed value of 1, 2, 4 or 8 bytes in host byte order as a 16-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_s16_lax(const struct nlattr *attr, int16_t *ret_value);

/**
 * Read a signed value of 1, 2, 4 or 8 bytes in host byte order as a 32-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_s32_lax(const struct nlattr *attr, int32_t *ret_value);

/**
 * Read a signed value of 1, 2, 4 or 8 bytes in host byte order as a 64-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_s64_lax(const struct nlattr *attr, int64_t *ret_value);

/**
 * Read an unsigned value of 1, 2, 4 or 8 bytes in network byte order (big endian) as a 16-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_be16_lax(const struct nlattr *attr, uint16_t *ret_value);

/**
 * Read an unsigned value of 1, 2, 4 or 8 bytes in network byte order (big endian) as a 32-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_be32_lax(const struct nlattr *attr, uint32_t *ret_value);

/**
 * Read an unsigned value of 1, 2, 4 or 8 bytes in network byte order (big endian) as a 64-bit one, where it fits.
 *
 * @param attr       the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value  the value in host byte order; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has another size, or the value does not fit; -EINVAL:
 *         ret_value is NULL
 */
int nlrs_attr_get_be64_lax(const struct nlattr *attr, uint64_t *ret_value);

/**
 * Read a string by its length: up to its first NUL, or the whole payload where there is none.
 *
 * @param attr     the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_str  its first byte, as long as the attribute's bytes stand; not NUL-terminated for sure
 * @param ret_len  its length in bytes, without a NUL
 * @return 0; -ENOENT: attr is NULL; -EINVAL: ret_str or ret_len is NULL
 */
int nlrs_attr_get_strn(const struct nlattr *attr, const char **ret_str, size_t *ret_len);

/**
 * Read a payload as it is.
 *
 * @param attr      the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_data  its first byte, as long as the attribute's bytes stand; not aligned for sure
 * @param ret_len   its length in bytes
 * @return 0; -ENOENT: attr is NULL; -EINVAL: ret_data or ret_len is NULL
 */
int nlrs_attr_get_bytes(const struct nlattr *attr, const void **ret_data, size_t *ret_len);

/**
 * Read a flag: an attribute that has no payload and is there or not.
 *
 * @param attr  the attribute, or NULL as from an index where there is none
 * @return 1: it is there; 0: attr is NULL; -ERANGE: it has a payload
 */
int nlrs_attr_get_flag(const struct nlattr *attr);

/**
 * Read a struct nla_bitfield32.
 *
 * @param attr          the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_value     the bits
 * @param ret_selector  which of them count
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 8 bytes; -EINVAL: ret_value or ret_selector is NULL
 */
int nlrs_attr_get_bitfield32(const struct nlattr *attr, uint32_t *ret_value, uint32_t *ret_selector);

/**
 * Read an IPv4 address, copied as it stands: 4 bytes in network byte order.
 *
 * @param attr      the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_addr  struct in_addr; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 4 bytes; -EINVAL: ret_addr is NULL
 */
int nlrs_attr_get_in_addr(const struct nlattr *attr, void *ret_addr);

/**
 * Read an IPv6 address, copied as it stands: 16 bytes in network byte order.
 *
 * @param attr      the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_addr  struct in6_addr; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 16 bytes; -EINVAL: ret_addr is NULL
 */
int nlrs_attr_get_in6_addr(const struct nlattr *attr, void *ret_addr);

/**
 * Read a MAC address, copied as it stands: 6 bytes.
 *
 * @param attr      the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param ret_addr  6 bytes; untouched on failure
 * @return 0; -ENOENT: attr is NULL; -ERANGE: its payload has not 6 bytes; -EINVAL: ret_addr is NULL
 */
int nlrs_attr_get_mac(const struct nlattr *attr, void *ret_addr);

/**
 * Copy a struct out of an attribute, whatever its alignment and however long the kernel's is.
 *
 * From an older kernel it may be shorter than size: the rest of dst becomes zero. From a newer one it may be longer:
 * what goes beyond is left out. The returned length tells.
 *
 * @param attr  the attribute; NULL is -ENOENT, so that a slot of an index can be given as it is
 * @param dst   where to
 * @param size  bytes that dst has, all of which are written
 * @return length of the payload in bytes: size, less than that, or more; -ENOENT: attr is NULL; -EINVAL: dst is NULL
 */
int nlrs_attr_copy(const struct nlattr *attr, void *dst, size_t size);

/**
 * Length of an attribute's payload.
 *
 * @param attr  the attribute
 * @return bytes; 0 for NULL
 */
size_t nlrs_attr_len(const struct nlattr *attr);

/**
 * Find the first attribute of a type.
 *
 * @param attrs     attributes that follow each other; need no alignment
 * @param len       their bytes
 * @param type      attribute type; flag bits (NLA_F_NESTED, NLA_F_NET_BYTEORDER) do not count, here or in an attribute
 * @param ret_attr  the attribute, as long as the bytes stand; untouched on failure
 * @return 0; -ENOENT: there is none; -EBADMSG: malformed bytes come first; -ERANGE: type is above 65535; -EINVAL: attrs
 *     or
 *         ret_attr is NULL
 */
int nlrs_attr_find(const void *attrs, size_t len, uint32_t type, const struct nlattr **ret_attr);

/**
 * Find an attribute inside nests: the first of types[0], in it the first of types[1], and so on.
 *
 * @param attrs     attributes that follow each other; need no alignment
 * @param len       their bytes
 * @param types     attribute types from the outermost to the wanted one; flag bits do not count
 * @param depth     how many, at least 1
 * @param ret_attr  the attribute, as long as the bytes stand; untouched on failure
 * @return 0; -ENOENT: one of them is not there; -EBADMSG: malformed bytes come first; -ERANGE: a type is above 65535;
 *         -EINVAL: NULL, or depth is 0 or above 65535
 */
int nlrs_attr_find_path(const void *attrs, size_t len, const uint32_t *types, size_t depth,
                        const struct nlattr **ret_attr);

/**
 * Walk over attributes, one a call.
 *
 * Start with *pos = 0 and call it again until it does not return 1. Then *pos tells how far it came: len - *pos bytes
 * are left over (0 ... 3 behind the last attribute at a clean end), or *pos is the offset of the malformed attribute.
 * It stays there. An unpadded last attribute is accepted.
 *
 * @param attrs     attributes that follow each other; need no alignment
 * @param len       their bytes
 * @param pos       offset of the next attribute, moved behind it
 * @param ret_attr  the attribute, as long as the bytes stand; written with 1 alone
 * @return 1: an attribute; 0: the clean end; -EBADMSG: malformed; -EINVAL: NULL, or *pos is beyond len
 */
int nlrs_attr_walk(const void *attrs, size_t len, size_t *pos, const struct nlattr **ret_attr);

/**
 * Walk over the attributes of one type, one a call: for those that occur more than once.
 *
 * Start with *pos = 0 and call it again until it does not return 1. Then *pos tells how far it came: len - *pos bytes
 * are left over (0 ... 3 behind the last attribute at a clean end), or *pos is the offset of the malformed attribute.
 * It stays there. An unpadded last attribute is accepted.
 *
 * @param attrs     attributes that follow each other; need no alignment
 * @param len       their bytes
 * @param type      attribute type; flag bits do not count
 * @param pos       offset of the next attribute, moved behind it
 * @param ret_attr  the attribute, as long as the bytes stand; written with 1 alone
 * @return 1: an attribute; 0: the clean end; -EBADMSG: malformed; -ERANGE: type is above 65535; -EINVAL: NULL, or *pos
 *     is
 *         beyond len
 */
int nlrs_attr_walk_type(const void *attrs, size_t len, uint32_t type, size_t *pos, const struct nlattr **ret_attr);

/* ====================================================================================================
 * READING MESSAGES
 * ==================================================================================================== */

/**
 * Walk over the messages of a buffer, as a datagram or a file holds them, one a call.
 *
 * Start with *pos = 0 and call it again until it does not return 1. Then *pos tells how far it came: len - *pos bytes
 * are left over (0 ... 3 behind the last message at a clean end), or *pos is the offset of the malformed message. It
 * stays there. An unpadded last message is accepted. A length beyond the buffer is malformed, whatever its sign as an
 * int.
 *
 * @param buf      messages that follow each other; need no alignment
 * @param len      their bytes
 * @param pos      offset of the next message, moved behind it
 * @param ret_nlh  the message, as long as the bytes stand; its length has been checked; written with 1 alone
 * @return 1: a message; 0: the clean end; -EBADMSG: malformed; -EINVAL: NULL, or *pos is beyond len
 */
int nlrs_nlmsg_walk(const void *buf, size_t len, size_t *pos, const struct nlmsghdr **ret_nlh);

/**
 * Length of a message with its header, without the padding behind it.
 *
 * @param nlh  its header, which need not be aligned
 * @return bytes; 0 for NULL
 */
uint32_t nlrs_nlmsg_len(const struct nlmsghdr *nlh);

/**
 * Type of a message.
 *
 * @param nlh  its header, which need not be aligned
 * @return type; 0 for NULL
 */
uint32_t nlrs_nlmsg_type(const struct nlmsghdr *nlh);

/**
 * NLM_F_... flags of a message.
 *
 * @param nlh  its header, which need not be aligned
 * @return flags; 0 for NULL
 */
uint32_t nlrs_nlmsg_flags(const struct nlmsghdr *nlh);

/**
 * Sequence number of a message. That of an event may be any.
 *
 * @param nlh  its header, which need not be aligned
 * @return sequence number; 0 for NULL
 */
uint32_t nlrs_nlmsg_seq(const struct nlmsghdr *nlh);

/**
 * Port ID in a message. It proves nothing about who sent it: a forger writes what it likes.
 *
 * @param nlh  its header, which need not be aligned
 * @return port ID; 0 for NULL
 */
uint32_t nlrs_nlmsg_portid(const struct nlmsghdr *nlh);

/**
 * Whether a message answers a request: both its sequence number and its port are the request's.
 *
 * @param nlh     its header, which need not be aligned
 * @param seq     the request's sequence number
 * @param portid  port of the socket that sent it
 * @return 1 or 0; 0 for NULL
 */
int nlrs_nlmsg_is_answer(const struct nlmsghdr *nlh, uint32_t seq, uint32_t portid);

/**
 * Copy the family's header out of a message, whatever its alignment.
 *
 * @param nlh      from a walk, a dump or a callback
 * @param ret_hdr  struct rtmsg, struct ifinfomsg, struct genlmsghdr, ...; untouched on failure
 * @param len      its size in bytes
 * @return 0; -EBADMSG: the message is shorter; -EINVAL: NULL
 */
int nlrs_nlmsg_get_header(const struct nlmsghdr *nlh, void *ret_hdr, size_t len);

/**
 * The attributes of a message: what follows its header and the family's.
 *
 * @param nlh        from a walk, a dump or a callback
 * @param hdrlen     size of the family's header in bytes; it is padded to a multiple of 4. 0: the whole payload
 * @param ret_attrs  the first of them, as long as the message's bytes stand
 * @param ret_len    their bytes, exactly, the message being unpadded included
 * @return 0; -EBADMSG: the message ends within the family's header; -EINVAL: NULL
 */
int nlrs_nlmsg_attrs(const struct nlmsghdr *nlh, size_t hdrlen, const void **ret_attrs, size_t *ret_len);

/**
 * The attributes of a message, by type: nlrs_attr_index() of what nlrs_nlmsg_attrs() gives, in one call.
 *
 * @param nlh     from a walk, a dump or a callback
 * @param hdrlen  size of the family's header in bytes; it is padded to a multiple of 4
 * @param table   max + 1 pointers, all of which are written; all NULL on failure; valid as long as the message's
 *                bytes
 * @param max     the largest type wanted
 * @return how many slots were filled; -EBADMSG: the message ends within the family's header, or malformed bytes;
 *         -EINVAL:
 *         nlh or table is NULL
 */
int nlrs_nlmsg_index(const struct nlmsghdr *nlh, size_t hdrlen, const struct nlattr **table, uint32_t max);

/* ====================================================================================================
 * POLICIES: WHAT RECEIVED ATTRIBUTES MUST LOOK LIKE
 * ==================================================================================================== */

/** Kind of an attribute: any payload; min_len and max_len hold. */
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

/** Kind of an attribute: text with or without a NUL; min_len and max_len hold, without the NUL. */
#define NLRS_KIND_TEXT 15

/** Kind of an attribute: text with a NUL; min_len and max_len hold, without the NUL. */
#define NLRS_KIND_NUL_TEXT 16

/** Kind of an attribute: struct nla_bitfield32; the mask holds for value and selector. */
#define NLRS_KIND_BITFIELD32 17

/** Kind of an attribute: a nest, to whose attributes the nested rules apply. */
#define NLRS_KIND_NEST 18

/** Kind of an attribute: an array of nests, to whose attributes the nested rules apply. */
#define NLRS_KIND_NEST_ARRAY 19

/** Flag of a rule: the attribute must be there. */
#define NLRS_RULE_REQUIRED 1

/** Flag of a rule: min and max hold. */
#define NLRS_RULE_RANGE 2

/** Flag of a rule: mask holds. */
#define NLRS_RULE_MASK 4

/**
 * What attributes of one type must look like.
 *
 * Final in size. An array of these is a policy and may be static and constant: in C with designated initialisers, where
 * what is left out is 0 and means no limit. Types that have no rule may hold anything, so that attributes of newer
 * kernels do no harm. Of two rules for one type the first holds.
 */
struct nlrs_attr_rule {
    /** Attribute type; flag bits do not count. */
    uint32_t type;
    /** NLRS_KIND_... */
    uint32_t kind;
    /** NLRS_RULE_..., or 0. */
    uint32_t flags;
    /** Shortest payload in bytes. */
    uint32_t min_len;
    /** Longest payload in bytes; 0: any. The same as min_len: exactly that. */
    uint32_t max_len;
    /** How many rules `nested` points to. */
    uint32_t nested_count;
    /** Rules of the attributes inside a nest; NULL: they may hold anything, but are not malformed. */
    const struct nlrs_attr_rule *nested;
    /** With NLRS_RULE_RANGE: smallest value. For an unsigned kind its bits are taken as unsigned. */
    int64_t min;
    /** With NLRS_RULE_RANGE: largest value. For an unsigned kind its bits are taken as unsigned. */
    int64_t max;
    /** With NLRS_RULE_MASK: the bits that may be set. */
    uint64_t mask;
};

/**
 * Check attributes against a policy, and index them: nlrs_attr_index() of what is as it must be.
 *
 * Everything is checked, also inside nests and of types above max; up to 32 levels deep. On failure err has the path of
 * attribute types to the culprit and its offset from attrs, or the type that is missing and the path to the nest where
 * it is.
 *
 * @param attrs       attributes that follow each other; need no alignment
 * @param len         their bytes
 * @param rules       the policy
 * @param rules_count how many rules
 * @param table       max + 1 pointers, all of which are written; all NULL on failure
 * @param max         the largest type wanted
 * @param err         what was not as it must be; may be NULL
 * @return how many slots were filled; -EBADMSG: malformed, text without the NUL that it must have, or deeper than 32
 *         levels;
 *         -ERANGE: a size or a value is not allowed; -ENOENT: a required attribute is missing; -EINVAL: attrs, rules
 *         or
 *         table is NULL, or a rule has no meaning (a type above 65535, an unknown kind, a range or mask for a kind
 *             without a
 *         value)
 */
int nlrs_attr_index_checked(const void *attrs, size_t len, const struct nlrs_attr_rule *rules, size_t rules_count,
                            const struct nlattr **table, uint32_t max, struct nlrs_error *err);

/**
 * Make an empty policy.
 *
 * @return the policy, to be freed with nlrs_policy_free(); NULL: no memory
 */
struct nlrs_policy *nlrs_policy_new(void);

/** Free a policy: after those that have it as a nest's. NULL is allowed. */
void nlrs_policy_free(struct nlrs_policy *p);

/**
 * Add a rule, which the functions below refine.
 *
 * @param p      the policy
 * @param type   attribute type; flag bits (NLA_F_...) do not count
 * @param kind   NLRS_KIND_...
 * @param flags  NLRS_RULE_REQUIRED or 0
 * @return 0; -ERANGE: type above 65535, or an unknown kind or flag; NLRS_EBUSY: it is a nest's policy already; -ENOMEM;
 *         -EINVAL: p is NULL
 */
int nlrs_policy_add(struct nlrs_policy *p, uint32_t type, uint32_t kind, uint32_t flags);

/**
 * Set how long the payload of the rule added last may be.
 *
 * @param p        the policy
 * @param min_len  shortest, in bytes
 * @param max_len  longest; 0: any
 * @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: it is a nest's policy already
 */
int nlrs_policy_set_length(struct nlrs_policy *p, uint32_t min_len, uint32_t max_len);

/**
 * Set which values the rule added last allows.
 *
 * @param p    the policy
 * @param min  smallest; for an unsigned kind its bits are taken as unsigned
 * @param max  largest, likewise
 * @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: it is a nest's policy already
 */
int nlrs_policy_set_range(struct nlrs_policy *p, int64_t min, int64_t max);

/**
 * Set which bits the rule added last allows.
 *
 * @param p     the policy
 * @param mask  the bits that may be set
 * @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: it is a nest's policy already
 */
int nlrs_policy_set_mask(struct nlrs_policy *p, uint64_t mask);

/**
 * Set what the attributes inside the nest of the rule added last must look like.
 *
 * @param p       the policy
 * @param nested  their policy, complete: from now on it cannot be changed (NLRS_EBUSY), and it must live as long as p
 * @return 0; -EINVAL: NULL, p has no rule, or nested is p; NLRS_EBUSY: p is a nest's policy already
 */
int nlrs_policy_set_nested(struct nlrs_policy *p, struct nlrs_policy *nested);

/**
 * Ask for the rules, for nlrs_attr_index_checked().
 *
 * @param p          the policy
 * @param ret_count  how many
 * @return the rules, until the policy is changed or freed; NULL: p or ret_count is NULL
 */
const struct nlrs_attr_rule *nlrs_policy_rules(const struct nlrs_policy *p, size_t *ret_count);

/* ====================================================================================================
 * ACKS, ERRORS AND ENDS OF DUMPS, AS BYTES
 * ==================================================================================================== */

/**
 * Read an ack, an error or the end of a dump, with its extended ack: for programs that receive by themselves.
 *
 * Takes NLMSG_ERROR with and without NLM_F_CAPPED and NLM_F_ACK_TLVS, and NLMSG_DONE with and without payload; text
 * needs no NUL. Malformed extended-ack attributes end the reading of these and are no failure.
 *
 * @param nlh       from a walk: its length has been checked
 * @param req       the request that was sent, whose nlmsg_len is true: with it, offsets become paths of attribute
 *                  types in
 *                  err; NULL: err has offsets alone
 * @param hdrlen    size of the family's header in the request; not used without req
 * @param ret_code  0: an ack or a good end; or the negative errno in it
 * @param err       the code, text, offset, path, policy, cookie and what is missing; may be NULL
 * @return 0; -EBADMSG: neither NLMSG_ERROR nor NLMSG_DONE, too short for its code, or a code that is no errno;
 *         -EINVAL: nlh or
 *         ret_code is NULL
 */
int nlrs_nlmsg_status(const struct nlmsghdr *nlh, const struct nlmsghdr *req, size_t hdrlen, int *ret_code,
                      struct nlrs_error *err);

/* ====================================================================================================
 * HOW SOCKETS ARE OPENED: THE OPTIONS OBJECT
 * ==================================================================================================== */

/**
 * Make the options of a socket, with the defaults.
 *
 * One object serves for any number of sockets and may be changed between them.
 *
 * @return the options, to be freed with nlrs_socket_options_free; NULL: no memory
 */
struct nlrs_socket_options *nlrs_socket_options_new(void);

/** Free the options. NULL is allowed. Sockets that were opened with them are not touched. */
void nlrs_socket_options_free(struct nlrs_socket_options *options);

/**
 * Bind to a port ID. The default, 0, leaves the choice to the kernel, whose choices never collide.
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_portid(struct nlrs_socket_options *options, uint32_t portid);

/**
 * Join multicast groups 1 to 32 at open, as a mask: bit 0 is group 1. nlrs_socket_join joins any group by its number.
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_groups(struct nlrs_socket_options *options, uint32_t groups);

/**
 * Set how long each whole operation may wait, as nlrs_socket_set_timeout.
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_timeout(struct nlrs_socket_options *options, int64_t milliseconds);

/**
 * Hear other programs and not the kernel alone, for traffic between programs (NETLINK_USERSOCK).
 *
 * Anybody who may send to the socket is believed then: its sender's port ID must be looked at by the program.
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_any_sender(struct nlrs_socket_options *options, int on);

/**
 * Give the socket the means to be cancelled (the default), at the cost of a second descriptor, or not.
 *
 * Without it nlrs_socket_cancel says -EOPNOTSUPP, and nlrs_socket_close does not wake a call of another thread that
 * waits.
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_cancelable(struct nlrs_socket_options *options, int on);

/**
 * Ask for a receive buffer of so many bytes, as nlrs_socket_set_recv_buffer. 0, the default: as it comes, but 32 KiB at
 * least.
 *
 * More than 2^30 - 1 makes the open fail with -ERANGE.
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_recv_buffer(struct nlrs_socket_options *options, size_t bytes);

/**
 * Ask for a send buffer of so many bytes, as nlrs_socket_set_send_buffer. 0, the default: as it comes.
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_send_buffer(struct nlrs_socket_options *options, size_t bytes);

/**
 * Switch an option of SOL_NETLINK on or off at open, as nlrs_socket_set_flag.
 *
 * If the kernel lacks it the open fails with -ENOPROTOOPT, whereas it goes on without one of the defaults.
 *
 * @param option NETLINK_EXT_ACK ... of linux/netlink.h
 *
 * @return 0; -EINVAL if options is NULL or option is not between 1 and 31
 */
int nlrs_socket_options_set_flag(struct nlrs_socket_options *options, int option, int on);

/**
 * Open in the network namespace of a descriptor: of /proc/PID/ns/net or a bind mount of one, or since Linux 5.8 a
 * pidfd.
 *
 * The calling thread never leaves its own namespace, also when the open fails: a thread with a small stack and all
 * signals blocked enters the other one, opens the socket and ends, before the open returns. Several threads may do so
 * at once. It takes CAP_SYS_ADMIN in both, else the open fails with -EPERM. The last choice of a namespace counts.
 *
 * @param fd stays yours and must be open at the open; < 0: back to the caller's own namespace
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_netns_fd(struct nlrs_socket_options *options, int fd);

/**
 * Open in the network namespace at a path.
 *
 * Otherwise as nlrs_socket_options_set_netns_fd. The text is copied.
 *
 * @return 0; -EINVAL if options or path is NULL, or path is empty; -ENOMEM
 */
int nlrs_socket_options_set_netns_path(struct nlrs_socket_options *options, const char *path);

/**
 * Open in the network namespace of a name under /run/netns, where ip-netns keeps them.
 *
 * Otherwise as nlrs_socket_options_set_netns_fd. The text is copied.
 *
 * @return 0; -EINVAL if options or name is NULL, or name is empty or no file's name; -ENOMEM
 */
int nlrs_socket_options_set_netns_name(struct nlrs_socket_options *options, const char *name);

/**
 * Open in the network namespace of a process.
 *
 * A process ID may have passed to another process meanwhile; a pidfd (nlrs_socket_options_set_netns_fd) cannot.
 * Otherwise as that.
 *
 * @return 0; -EINVAL if options is NULL
 */
int nlrs_socket_options_set_netns_pid(struct nlrs_socket_options *options, uint32_t pid);

/* ====================================================================================================
 * SOCKETS: OPEN, ASK, CANCEL, CLOSE
 *
 * A socket locks inside: whatever takes one may be called from several threads at once. Requests, dumps and batches
 * (below) are what most programs use it for; the functions that send and receive datagrams as they are do not go
 * together with those on one socket at one time, since each takes what the other waits for.
 * ==================================================================================================== */

/**
 * Open a netlink socket.
 *
 * With options NULL it has good defaults: it is closed on exec; the kernel chooses its port ID; extended acks and
 * capped acks are on, and on NETLINK_ROUTE strict checking of dump requests, each where the kernel has it; its receive
 * buffer is at least 32 KiB; it hears the kernel alone; an operation may take 30 seconds; it can be cancelled, for
 * which it has a second descriptor.
 *
 * With NLRS_DEBUG in the environment (it is looked at here alone, and not in programs that run with more rights than
 * their caller) the socket tells of each datagram: 1, as lines on standard error; pcap:FILE, as a capture that
 * Wireshark reads; any other value is the file that gets the lines. Files are appended to and are for their owner
 * alone; where one cannot be opened the lines go to standard error.
 *
 * @param protocol   NETLINK_ROUTE ... of linux/netlink.h
 * @param options    NULL, or how; it is read, not kept
 * @param ret_socket gets the socket, to be closed with nlrs_socket_close
 * @return 0; -EINVAL if ret_socket is NULL; -EPROTONOSUPPORT if the kernel lacks the protocol; -EMFILE, -ENFILE: too
 *     many
 *         descriptors; -EADDRINUSE if the port ID asked for is taken; -EPERM if a group or a namespace asked for is not
 *         allowed; -ENOENT, -EACCES, -EBADF, -EINVAL if the namespace cannot be opened or is none; -EAGAIN if no thread
 *             can
 *         be made to enter it; -ENOPROTOOPT if the kernel lacks an option asked for; -ENOMEM
 */
int nlrs_socket_open(int protocol, const struct nlrs_socket_options *options, struct nlrs_socket **ret_socket);

/**
 * Make a socket of a descriptor that is open already: one inherited, or given by another program.
 *
 * The descriptor is taken over: the socket has another one for the same open socket, close-on-exec (nlrs_socket_fd),
 * and the one given is closed.
 *
 * A netlink socket that has no address gets one, and extended and capped acks are switched on as by nlrs_socket_open. A
 * connected AF_UNIX socket of type SOCK_SEQPACKET serves too: at its other end is whoever plays the kernel, in tests
 * for instance.
 *
 * @param fd         the descriptor; on failure it stays yours
 * @param protocol   -1: whatever it is; else the protocol that it must be of, or that is spoken over the AF_UNIX socket
 * @param options    NULL, or how; namespace and flags are not looked at, port ID and groups only if it has no address
 *     yet
 * @param ret_socket gets the socket, to be closed with nlrs_socket_close
 * @return 0; -EINVAL if ret_socket is NULL, or protocol is -1 for AF_UNIX; -EBADF, -ENOTSOCK: no socket; -EAFNOSUPPORT:
 *     neither
 *         AF_NETLINK nor AF_UNIX; -ESOCKTNOSUPPORT: AF_UNIX, but not SOCK_SEQPACKET; -EPROTOTYPE: of another protocol;
 *             -EMFILE,
 *         -ENFILE; -ENOMEM
 */
int nlrs_socket_adopt(int fd, int protocol, const struct nlrs_socket_options *options, struct nlrs_socket **ret_socket);

/**
 * As nlrs_socket_adopt, but the descriptor stays yours, and so do the socket's options.
 *
 * Closing either descriptor leaves the other open.
 *
 * @return as nlrs_socket_adopt
 */
int nlrs_socket_borrow(int fd, int protocol, const struct nlrs_socket_options *options,
                       struct nlrs_socket **ret_socket);

/**
 * Close a socket but keep what it stands for: the netlink socket stays open, with its address, groups and options.
 *
 * @param s closed on success as by nlrs_socket_close; on failure as it was
 * @return a descriptor, close-on-exec, that is yours now (its number may be another than nlrs_socket_fd's); -EINVAL if
 *     s is NULL; -EMFILE
 */
int nlrs_socket_release(struct nlrs_socket *s);

/**
 * Close a socket. NULL is allowed.
 *
 * Dumps that are still open on it stay valid objects: each fails with NLRS_ECLOSED from now on and must still be ended;
 * the memory lives until the last of them is. A call of another thread that is in progress is woken and fails with
 * NLRS_ECLOSED. No call may begin on the socket after this.
 */
void nlrs_socket_close(struct nlrs_socket *s);

/**
 * Ask for the descriptor.
 *
 * It stays the socket's: poll it, but do not read from it or close it.
 *
 * @return the descriptor; -EINVAL if s is NULL
 */
int nlrs_socket_fd(const struct nlrs_socket *s);

/**
 * Ask what to poll the descriptor for: POLLIN, and POLLOUT too while the last send has found no room.
 *
 * When poll reports one of these, or POLLERR, call again what said -EAGAIN.
 *
 * @return events of poll(2); EPOLLIN and EPOLLOUT have the same values; -EINVAL if s is NULL
 */
int nlrs_socket_events(const struct nlrs_socket *s);

/**
 * Ask for the protocol of the socket (NETLINK_ROUTE ...).
 *
 * @return the protocol; -EINVAL if s is NULL
 */
int nlrs_socket_protocol(const struct nlrs_socket *s);

/**
 * Ask how many datagrams were dropped because neither the kernel nor the peer that the socket is connected to had sent
 * them.
 *
 * What the kernel itself refuses, as it does of unicasts to a socket that talks to the kernel alone, is not among them.
 *
 * @return how many; 0 also if s is NULL
 */
size_t nlrs_socket_foreign(const struct nlrs_socket *s);

/**
 * Ask for the port ID that the kernel knows the socket by.
 *
 * It has nothing to do with the process ID.
 *
 * @return the port ID; 0 if s is NULL
 */
uint32_t nlrs_socket_portid(const struct nlrs_socket *s);

/**
 * Set how long each whole operation on the socket may wait.
 *
 * It covers an operation from its first wait to its end, sending and receiving, whatever arrives meanwhile: two limits,
 * as SO_SNDTIMEO and SO_RCVTIMEO are, would each start anew with every datagram and bound nothing. In a dump read
 * message by message only the time inside the calls counts. The default is 30,000. What is under way keeps the timeout
 * that it began with.
 *
 * @param milliseconds < 0: no limit; 0: never wait; more than 2^31 - 1 (24 days) is taken as that
 * @return 0; -EINVAL if s is NULL
 */
int nlrs_socket_set_timeout(struct nlrs_socket *s, int64_t milliseconds);

/**
 * Ask for the timeout in force, in milliseconds.
 *
 * @return the timeout; -1: no limit; 0 also if s is NULL
 */
int64_t nlrs_socket_timeout(const struct nlrs_socket *s);

/**
 * End the calls that are in progress on the socket, or if there is none the next one, once, with NLRS_ECANCELED.
 *
 * May be called from any thread and from a signal handler; errno is left as it was. The socket stays usable. Two
 * cancellations with no call between them count as one.
 *
 * @return 0; -EINVAL if s is NULL; -EOPNOTSUPP if the socket was opened without the means to cancel
 */
int nlrs_socket_cancel(struct nlrs_socket *s);

/* ====================================================================================================
 * SOCKETS: ADDRESSES, GROUPS, OPTIONS, BUFFERS
 *
 * Each getter tells what is in force. On a socket whose other end is a peer in memory, or AF_UNIX, the setters do
 * nothing and succeed, and the getters tell 0.
 * ==================================================================================================== */

/**
 * Switch an option of SOL_NETLINK on or off.
 *
 * NETLINK_PKTINFO: tell the group of each datagram. NETLINK_BROADCAST_ERROR: failed multicast sends are errors.
 * NETLINK_NO_ENOBUFS: overflows are not reported, and what is lost is lost silently. NETLINK_LISTEN_ALL_NSID: events of
 * all namespaces that have an ID in the socket's own (CAP_NET_BROADCAST there; Linux 4.2). NETLINK_CAP_ACK (4.3) and
 * NETLINK_EXT_ACK (4.12): acks without the request's payload, and with the kernel's words; on by default.
 * NETLINK_GET_STRICT_CHK: strict checking of dump requests, on by default for NETLINK_ROUTE (4.20).
 *
 * @param option one of these, or a newer one, of linux/netlink.h
 * @param on     0: off; else on
 * @return 0; -EINVAL if s is NULL; -ENOPROTOOPT if the kernel lacks the option; -EPERM
 */
int nlrs_socket_set_flag(struct nlrs_socket *s, int option, int on);

/**
 * Ask whether an option of SOL_NETLINK is on.
 *
 * Where the kernel does not tell of NETLINK_LISTEN_ALL_NSID, it is as this socket has set it.
 *
 * @return 1 or 0; -EINVAL if s is NULL; -ENOPROTOOPT if the kernel lacks the option or does not tell
 */
int nlrs_socket_flag(const struct nlrs_socket *s, int option);

/**
 * Set any option of the socket, as setsockopt(2).
 *
 * For SO_RCVTIMEO and SO_SNDTIMEO see nlrs_socket_set_timeout: the library never blocks in the kernel, so they do
 * nothing.
 *
 * @return 0; -EINVAL if s is NULL, or value is NULL and len is not 0; or what setsockopt says
 */
int nlrs_socket_set_option(struct nlrs_socket *s, int level, int option, const void *value, size_t len);

/**
 * Ask for any option of the socket, as getsockopt(2).
 *
 * @param value   gets the value; may be NULL if len is 0
 * @param ret_len gets the length that the kernel gave; of some options it is the length that the whole value has, even
 *     if
 *                that is more than len
 * @return 0; -EINVAL if s or ret_len is NULL, or value is NULL and len is not 0; or what getsockopt says
 */
int nlrs_socket_option(const struct nlrs_socket *s, int level, int option, void *value, size_t len, size_t *ret_len);

/**
 * Join a multicast group.
 *
 * @param group its number (RTNLGRP_..., not RTMGRP_...), from 1 on, also above 32
 * @return 0; -EINVAL if s is NULL or the protocol has no such group; -EPERM if the group is not for this process
 */
int nlrs_socket_join(struct nlrs_socket *s, uint32_t group);

/**
 * Leave a multicast group. Events that have arrived already are still received.
 *
 * @return 0, also if it was not joined; -EINVAL if s is NULL or the protocol has no such group
 */
int nlrs_socket_leave(struct nlrs_socket *s, uint32_t group);

/**
 * Ask which multicast groups are joined (Linux 4.2).
 *
 * @param groups gets their numbers in ascending order, as many as there is room for; may be NULL if max is 0
 * @param max    how many numbers there is room for
 * @return how many groups are joined, also if that is more than max; -EINVAL if s is NULL, or groups is NULL and max is
 *     not
 *         0; -ENOMEM
 */
int nlrs_socket_groups(const struct nlrs_socket *s, uint32_t *groups, size_t max);

/**
 * Ask for the groups of the socket's address, as a mask: those up to 32, bit 0 is group 1.
 *
 * @return 0; -EINVAL if s or ret_groups is NULL
 */
int nlrs_socket_group_mask(const struct nlrs_socket *s, uint32_t *ret_groups);

/**
 * Connect to a peer: it gets what is sent without an address, and only it is heard, beside the kernel.
 *
 * A socket is connected to the kernel when it is opened, unless it hears any sender.
 *
 * @param portid the peer; 0: the kernel
 * @param groups mask of groups that get what is sent, too
 * @return 0; -EINVAL if s is NULL; -EPERM if the protocol is not for talk between programs of this user
 */
int nlrs_socket_connect(struct nlrs_socket *s, uint32_t portid, uint32_t groups);

/**
 * Take the connection to a peer back: what is sent without an address goes to the kernel, and the kernel alone is
 * heard, or any sender if the socket was opened so.
 *
 * @return 0; -EINVAL if s is NULL
 */
int nlrs_socket_disconnect(struct nlrs_socket *s);

/**
 * Ask for the port ID that the socket is connected to; 0: the kernel, or not connected.
 *
 * @return the port ID; 0 also if s is NULL
 */
uint32_t nlrs_socket_peer(const struct nlrs_socket *s);

/**
 * Ask for a receive buffer of so many bytes.
 *
 * The administrator's limit (net.core.rmem_max) is passed over where this process may (SO_RCVBUFFORCE, CAP_NET_ADMIN in
 * the first user namespace). When the buffer is full the next receive fails with NLRS_EOVERRUN: events were lost.
 *
 * @param bytes at most 2^30 - 1
 * @return 0: granted; 1: the kernel granted less (nlrs_socket_recv_buffer tells how much); -EINVAL if s is NULL;
 *     -ERANGE
 */
int nlrs_socket_set_recv_buffer(struct nlrs_socket *s, size_t bytes);

/**
 * Ask for a send buffer of so many bytes; it bounds the length of a datagram. Otherwise as nlrs_socket_set_recv_buffer,
 * with net.core.wmem_max.
 *
 * @return as nlrs_socket_set_recv_buffer
 */
int nlrs_socket_set_send_buffer(struct nlrs_socket *s, size_t bytes);

/**
 * Ask for the size of the receive buffer in force.
 *
 * It is as the kernel counts: twice what was granted, since its own overhead for each datagram is part of it.
 *
 * @return 0; -EINVAL if s or ret_bytes is NULL
 */
int nlrs_socket_recv_buffer(const struct nlrs_socket *s, size_t *ret_bytes);

/**
 * Ask for the size of the send buffer in force, counted as in nlrs_socket_recv_buffer.
 *
 * @return 0; -EINVAL if s or ret_bytes is NULL
 */
int nlrs_socket_send_buffer(const struct nlrs_socket *s, size_t *ret_bytes);

/* ====================================================================================================
 * DATAGRAMS AS THEY ARE: SENT AND RECEIVED WITHOUT KNOWING WHAT IS IN THEM
 *
 * For protocols that do not ask and answer, for traffic between programs, and to follow events with a loop of one's
 * own. One thread may send while another receives. Not to be mixed with a request, dump or batch that is in progress on
 * the same socket: each would take what the other waits for.
 *
 * Every call waits as long as the socket's timeout allows (nlrs_socket_set_timeout), and with a timeout of 0 says
 * -EAGAIN. The codes that all of them return: NLRS_ETIMEDOUT, NLRS_ECANCELED, NLRS_ECLOSED, -EINVAL for a NULL, and
 * when receiving NLRS_EOVERRUN: the receive buffer was full and datagrams were lost; what is in it is still received by
 * the next calls.
 * ==================================================================================================== */

/**
 * Send bytes as one datagram, unchanged, to whom the socket is connected to (the kernel, usually).
 *
 * @param data  one or more whole messages, each padded to a multiple of 4
 * @param flags as in sendmsg(2); 0 serves. MSG_DONTWAIT: -EAGAIN rather than wait
 * @return 0: sent whole; -EMSGSIZE: longer than the send buffer allows; -ECONNREFUSED: the peer is not there; -EAGAIN;
 *     or what
 *         sendmsg says
 */
int nlrs_socket_send(struct nlrs_socket *s, const void *data, size_t len, int flags);

/**
 * Send bytes as one datagram to an address.
 *
 * @param portid the receiver; 0: the kernel
 * @param groups mask of groups that get it, too; the kernel sends to the lowest one alone
 * @return as nlrs_socket_send; -EPERM if the protocol does not let this user send to other programs or groups
 */
int nlrs_socket_send_to(struct nlrs_socket *s, const void *data, size_t len, int flags, uint32_t portid,
                        uint32_t groups);

/**
 * Send all complete messages under construction as one datagram.
 *
 * Sequence numbers and ports go out as they stand; a fresh message has 0 for both.
 *
 * @param m nlrs_msg_reset it to use it again
 * @return as nlrs_socket_send; -EINVAL also if no message is complete, or one is not ended
 */
int nlrs_socket_send_msg(struct nlrs_socket *s, const struct nlrs_msg *m, int flags);

/**
 * Receive a datagram into your own memory.
 *
 * @param buf        gets its bytes, as many as there is room for; what does not fit is lost. May be NULL if size is 0
 * @param flags      as in recvmsg(2); 0 serves. MSG_DONTWAIT: -EAGAIN rather than wait. MSG_PEEK: it stays in the queue
 * @param ret_len    gets the datagram's true length; written with NLRS_ETRUNC too
 * @param ret_portid gets the sender's port ID, 0 for the kernel; may be NULL
 * @param ret_group  gets the group that it was sent to, 0 for none, if NETLINK_PKTINFO is on; may be NULL
 * @param ret_nsid   gets the namespace ID of the sender, -1 for the socket's own namespace, if NETLINK_LISTEN_ALL_NSID
 *     is on; may be
 *                   NULL
 * @return 0: received whole; NLRS_ETRUNC: longer than size, and all outputs are written; -EAGAIN; or what recvmsg says
 */
int nlrs_socket_recv(struct nlrs_socket *s, void *buf, size_t size, int flags, size_t *ret_len, uint32_t *ret_portid,
                     uint32_t *ret_group, int32_t *ret_nsid);

/**
 * Receive a whole datagram, of 16 MiB at the most, into the socket's own memory.
 *
 * The memory is taken at the first call, 1 MiB of which the kernel only gives what is written to, and used again. One
 * thread at a time.
 *
 * @param flags      as in nlrs_socket_recv
 * @param ret_data   gets the bytes, 8-byte aligned; they live until the next call of this function, or the close
 * @param ret_len    gets their length
 * @param ret_portid as in nlrs_socket_recv, and so the others
 * @return 0; NLRS_ETRUNC: longer than the memory, which has grown by now:
 *         the next of its size will be received, unless it is longer than 16 MiB; -EAGAIN;
 *         -ENOMEM; or what recvmsg says
 */
int nlrs_socket_recv_whole(struct nlrs_socket *s, int flags, const void **ret_data, size_t *ret_len,
                           uint32_t *ret_portid, uint32_t *ret_group, int32_t *ret_nsid);

/**
 * Make room for several datagrams, to be received in one call.
 *
 * @param count how many; more than 32 are not received in one call
 * @param size  bytes for each; 8192 serves for events
 * @return the inbox, to be freed with nlrs_inbox_free; NULL: no memory, or count or size is 0
 */
struct nlrs_inbox *nlrs_inbox_new(size_t count, size_t size);

/** Free an inbox. NULL is allowed. */
void nlrs_inbox_free(struct nlrs_inbox *inbox);

/**
 * Receive the datagrams that are there into an inbox, by one system call; waits for the first if there is none.
 *
 * What the inbox held before is gone. On a socket whose other end is not the kernel it is one datagram a call.
 *
 * @return how many, 1 at least; -EAGAIN; -ENOMEM; or what recvmmsg says
 */
int nlrs_socket_recv_inbox(struct nlrs_socket *s, struct nlrs_inbox *inbox);

/**
 * Look at a datagram of an inbox.
 *
 * @param i          which, from 0
 * @param ret_data   gets its bytes, 8-byte aligned; they live until the inbox is used to receive again, or freed
 * @param ret_len    gets the datagram's true length; written with NLRS_ETRUNC too
 * @param ret_portid as in nlrs_socket_recv, and so the others
 * @return 0; NLRS_ETRUNC: longer than the room it had, only the first bytes are there, and all outputs are written;
 *     NLRS_EINDEX:
 *         no such datagram; -EINVAL if inbox, ret_data or ret_len is NULL
 */
int nlrs_inbox_get(const struct nlrs_inbox *inbox, size_t i, const void **ret_data, size_t *ret_len,
                   uint32_t *ret_portid, uint32_t *ret_group, int32_t *ret_nsid);

/* ====================================================================================================
 * SOCKETS: FILTERS, WHICH CHOOSE IN THE KERNEL WHAT IS RECEIVED
 *
 * What a filter refuses is never queued: it costs neither memory nor a wake-up, and cannot overflow the receive buffer.
 * A program sees the first message of a datagram; the kernel sends events one a datagram. Filters are for sockets that
 * follow events: on a socket that dumps they would drop whole datagrams of a dump by their first message.
 * ==================================================================================================== */

/**
 * Make a filter that lets everything pass until it is told what to let pass.
 *
 * @return the filter, to be freed with nlrs_filter_free; NULL: no memory
 */
struct nlrs_filter *nlrs_filter_new(void);

/** Free a filter. NULL is allowed. Sockets that have its program keep that. */
void nlrs_filter_free(struct nlrs_filter *f);

/**
 * Let messages of a type pass, and those of the types added before. Without any, all types pass.
 *
 * Control messages (acks, errors, the end of a dump) always pass.
 *
 * @param type message type, RTM_NEWLINK for instance
 * @return 0; -EINVAL if f is NULL; -ERANGE if type is more than 65535; -ENOMEM
 */
int nlrs_filter_add_type(struct nlrs_filter *f, uint32_t type);

/**
 * Let messages of a family pass, and those of the families added before. Without any, all families pass.
 *
 * The family is the first byte of the family header (rtm_family, ifi_family, nfgen_family ...).
 *
 * @param family AF_INET, NFPROTO_IPV4 ...
 * @return 0; -EINVAL if f is NULL; -ERANGE if family is more than 255; -ENOMEM
 */
int nlrs_filter_add_family(struct nlrs_filter *f, uint32_t family);

/**
 * Let only routes and rules of one table pass (RTM_NEWROUTE ... RTM_GETRULE of NETLINK_ROUTE); other messages are not
 * touched by that.
 *
 * @param table RT_TABLE_MAIN ..., also above 255
 * @return 0; -EINVAL if f is NULL
 */
int nlrs_filter_set_table(struct nlrs_filter *f, uint32_t table);

/**
 * Attach a filter to a socket, in place of the one that it has.
 *
 * What was received before stays in the queue. Attach before joining groups, and nothing unwanted is ever there.
 *
 * @param f is read, not kept
 * @return 0; -EINVAL if s or f is NULL; -EMSGSIZE if its program would be longer than 4096 instructions; -EPERM if the
 *         filter was locked; -ENOMEM
 */
int nlrs_socket_set_filter(struct nlrs_socket *s, const struct nlrs_filter *f);

/**
 * Attach a program of classic BPF to a socket, in place of the one that it has, or take that away.
 *
 * Loads convert from network byte order, and netlink is in host order: on a little-endian machine a 16-bit load gives
 * the type with its bytes swapped.
 *
 * @param program instructions, struct sock_filter of linux/filter.h; NULL if count is 0
 * @param count   how many; 0: no filter from now on
 * @return 0, also if there was none to take away; -EINVAL if s is NULL, if program is NULL and count is not 0, or if
 *         the kernel refuses the program; -EMSGSIZE if it has more than 4096 instructions; -EPERM if the filter was
 *             locked;
 *         -ENOMEM
 */
int nlrs_socket_set_program(struct nlrs_socket *s, const struct sock_filter *program, size_t count);

/**
 * Lock the filter of a socket: from now on it can neither be changed nor taken away, also by a program that the
 * descriptor is given to.
 *
 * @return 0; -EINVAL if s is NULL
 */
int nlrs_socket_lock_filter(struct nlrs_socket *s);

/* ====================================================================================================
 * REQUESTS AND DUMPS
 * ==================================================================================================== */

/**
 * What is called for each message.
 *
 * The message lives until the function returns; nlmsg_len has been checked. It must not unwind or longjmp, and calls on
 * the same socket get NLRS_EBUSY.
 *
 * @return 0: go on; NLRS_STOP: end the call with success; negative: end the call with that code
 */
typedef int (*nlrs_msg_fn)(const struct nlmsghdr *nlh, void *arg);

/**
 * Send a request and wait for the kernel's verdict.
 *
 * Every answer that belongs to it is handed to fn. It ends with the ack, with the error, with the end of the table if
 * the request turned out to be a dump, or, where the kernel is known to answer with exactly one message (RTM_GETLINK;
 * requests to the generic netlink controller) and NLM_F_ACK is not set in the request, with that answer, which saves
 * the ack.
 *
 * The request is read, never written: sequence number and port ID are the library's, NLM_F_REQUEST is always set,
 * NLM_F_ACK unless the answer is the end. nlmsg_len must be true. Threads may share the socket: each gets its own
 * answers, one after the other.
 *
 * @param s   the socket
 * @param req one message
 * @param fn  called for each answer; NULL: nobody is interested
 * @param arg handed to fn
 * @param err gets the details; may be NULL
 * @return 0; what the kernel said, unchanged; the negative code that fn returned; NLRS_ETIMEDOUT, NLRS_ECANCELED;
 *         NLRS_EOVERRUN: answers were lost; NLRS_ETRUNC: an answer was longer than the buffer, which has grown now (an
 *         RTM_GETLINK is then sent again by itself); NLRS_EBUSY: a dump is open on the socket, or fn called back;
 *             NLRS_ECLOSED;
 *         -EBADMSG: a malformed answer; -EMSGSIZE: longer than the send buffer; -EINVAL: s or req is NULL, or nlmsg_len
 *             is
 *         less than a header; -ENOMEM; or what a system call said
 */
int nlrs_request(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg, struct nlrs_error *err);

/**
 * Send a request that one message answers, and wait for that.
 *
 * As nlrs_request, but no ack is asked for, unless NLM_F_ACK is set in the request: the first answer ends it. For
 * families that answer without an ack, and to save the ack where the caller knows that there is exactly one answer. If
 * the kernel answers with more, the others are dropped; if it answers with none, the call lasts until its deadline.
 *
 * @return as nlrs_request
 */
int nlrs_request_single(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg,
                        struct nlrs_error *err);

/**
 * Ask for a table and hand every object to fn.
 *
 * NLM_F_DUMP, NLM_F_REQUEST and NLM_F_ACK are set in a copy of the request's header. The dump is read to its end
 * whatever happens to it, so that the socket is ready for the next call. Threads may share the socket: another's call
 * waits.
 *
 * @param s   the socket
 * @param req one message
 * @param fn  called for each object; NULL: nobody is interested
 * @param arg handed to fn
 * @param err gets the details; may be NULL
 * @return 0; NLRS_EINTR_DUMP: the table changed meanwhile, all was delivered, and may be inconsistent: dump again; and
 *     as
 *         nlrs_request
 */
int nlrs_dump(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg, struct nlrs_error *err);

/**
 * Send a request and wait for nothing.
 *
 * NLM_F_ACK is taken off. A refusal that the kernel reports at once is told, as all families do that handle a request
 * on the sender's thread; of a success nothing comes. Answers that come later are dropped by the next call on the
 * socket.
 *
 * @return 0: it was sent, and not refused so far; else as nlrs_request
 */
int nlrs_request_oneway(struct nlrs_socket *s, const struct nlmsghdr *req, struct nlrs_error *err);

/**
 * Ask for a table in one piece: again, if it changed meanwhile.
 *
 * As nlrs_dump, but fn is called only once all of it is there, so that nothing comes twice. The whole table is kept in
 * memory until the call returns. The socket's timeout covers all tries.
 *
 * @param retries how often to ask again after NLRS_EINTR_DUMP, NLRS_ETRUNC or NLRS_EOVERRUN; if the last try ended so
 *     too, its
 *                objects are handed over and its code is returned
 * @return as nlrs_dump
 */
int nlrs_dump_consistent(struct nlrs_socket *s, const struct nlmsghdr *req, uint32_t retries, nlrs_msg_fn fn, void *arg,
                         struct nlrs_error *err);

/**
 * Begin a dump that is read message by message.
 *
 * While it is open, other requests, dumps and batches on the socket get NLRS_EBUSY. The request is copied.
 *
 * @param s        the socket
 * @param req      one message
 * @param ret_dump gets the dump, to be ended with nlrs_dump_end
 * @return 0; -EINVAL: a pointer is NULL, or nlmsg_len is less than a header; -EAGAIN: an abandoned dump has to end
 *     first and nothing
 *         may be waited for; NLRS_EBUSY; NLRS_ETIMEDOUT; NLRS_ECANCELED; NLRS_ECLOSED; -ENOMEM; or what a system call
 *             said
 */
int nlrs_dump_begin(struct nlrs_socket *s, const struct nlmsghdr *req, struct nlrs_dump **ret_dump);

/**
 * Fetch the next object of a dump.
 *
 * @param d       the dump
 * @param ret_nlh gets the message; it lives until the next call on d, and its nlmsg_len has been checked
 * @return 1: a message; 0: the end, all is well; -EAGAIN: not yet (the socket's timeout is 0; poll the descriptor);
 *     -EINVAL: a
 *         pointer is NULL; any other negative code, as nlrs_dump: why it failed, and so will every later call
 */
int nlrs_dump_next(struct nlrs_dump *d, const struct nlmsghdr **ret_nlh);

/**
 * Ask whether the kernel filtered the dump as the request asked (NLM_F_DUMP_FILTERED).
 *
 * Old kernels ignore filters without a word, and then this is 0. Known once the first object or the end has been read.
 *
 * @return 1 or 0; 0 if d is NULL
 */
int nlrs_dump_is_filtered(const struct nlrs_dump *d);

/**
 * End a dump and free it. NULL is allowed.
 *
 * Never waits: what has not been read is discarded by the next call on the socket.
 *
 * @param d   the dump
 * @param err gets the details; may be NULL
 * @return 0: it came to its end and all is well, or it was left early, or d is NULL; else why it failed, as
 *     nlrs_dump_next
 */
int nlrs_dump_end(struct nlrs_dump *d, struct nlrs_error *err);

/**
 * Fetch an event that arrived while an exchange was reading from the socket.
 *
 * A socket that has joined groups gets events between the answers to its requests. They are set apart, up to 1 MiB, for
 * whoever follows the groups on it: fetch these first, then what is still to be received. (A socket of its own, as
 * nlrs_monitor has, is the better way.)
 *
 * @param s         the socket
 * @param ret_nlh   gets the message; it lives until the next call on the socket, of any thread
 * @param ret_group gets the group that it was sent to; may be NULL
 * @param ret_nsid  gets the namespace ID of its origin, -1: the socket's own; may be NULL
 * @return 1: an event; 0: there is none; NLRS_EOVERRUN, once: events behind those fetched before may be lost; -EINVAL:
 *     s or ret_nlh is NULL;
 *         NLRS_EBUSY, NLRS_ETIMEDOUT: the socket is in use; NLRS_ECANCELED, NLRS_ECLOSED
 */
int nlrs_socket_next_stray(struct nlrs_socket *s, const struct nlmsghdr **ret_nlh, uint32_t *ret_group,
                           int32_t *ret_nsid);

/* ====================================================================================================
 * BATCHES: MANY MESSAGES, A VERDICT FOR EACH
 * ==================================================================================================== */

/** nlrs_batch_set_mode: send everything, whatever is refused. The default. */
#define NLRS_BATCH_CONTINUE 0

/**
 * nlrs_batch_set_mode: send nothing after the first message that was refused. Each message is a datagram of its own.
 */
#define NLRS_BATCH_STOP_AT_FAILURE 1

/**
 * What is called for each answer to a message of a batch (an echo, the object that a GET asked for).
 *
 * As nlrs_msg_fn; index says which message it belongs to, counted from 0. What is in flight is finished before the
 * batch ends. The batch itself must not be used in it.
 */
typedef int (*nlrs_batch_reply_fn)(const struct nlmsghdr *nlh, size_t index, void *arg);

/**
 * What is called now and then while a batch is being sent: of total messages, known have their verdict.
 *
 * The batch itself must not be used in it.
 *
 * @return 0: go on; NLRS_STOP: send no more; negative: send no more, and nlrs_batch_send returns that code
 */
typedef int (*nlrs_batch_progress_fn)(size_t known, size_t total, void *arg);

/**
 * Make an empty batch.
 *
 * @return the batch, to be freed with nlrs_batch_free; NULL: no memory
 */
struct nlrs_batch *nlrs_batch_new(void);

/** Free a batch and its messages. NULL is allowed. */
void nlrs_batch_free(struct nlrs_batch *b);

/** Empty a batch for the next use; its memory, mode and callbacks are kept. NULL is allowed. */
void nlrs_batch_reset(struct nlrs_batch *b);

/**
 * Ask for the message builder of a batch: begin, fill and end each message in it.
 *
 * It is owned by the batch and lives as long; nlrs_msg_free on it does nothing. After nlrs_batch_send it refuses with
 * NLRS_EBUSY until nlrs_batch_reset. Sequence numbers and port IDs are the library's.
 *
 * @return the builder; NULL if b is NULL
 */
struct nlrs_msg *nlrs_batch_msg(struct nlrs_batch *b);

/**
 * Choose how a batch is sent.
 *
 * @param mode NLRS_BATCH_CONTINUE or NLRS_BATCH_STOP_AT_FAILURE
 * @return 0; -EINVAL if b is NULL or there is no such mode; NLRS_EBUSY if it was sent and not reset
 */
int nlrs_batch_set_mode(struct nlrs_batch *b, uint32_t mode);

/**
 * Make a batch a transaction of nfnetlink (NETLINK_NETFILTER): all of it is applied, or nothing.
 *
 * The library puts NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END around the messages. All goes out as one datagram, for
 * which the socket's buffers are enlarged as far as the caller's privileges go.
 *
 * @param subsystem NFNL_SUBSYS_... of linux/netfilter/nfnetlink.h, up to 65535
 * @return 0; -EINVAL if b is NULL; -ERANGE if subsystem is too large; NLRS_EBUSY if the batch was sent and not reset
 */
int nlrs_batch_set_transaction(struct nlrs_batch *b, uint32_t subsystem);

/**
 * Have a function called for each answer to a message of the batch.
 *
 * @param fn  NULL: nobody is interested
 * @param arg handed to fn
 * @return 0; -EINVAL if b is NULL
 */
int nlrs_batch_set_reply_fn(struct nlrs_batch *b, nlrs_batch_reply_fn fn, void *arg);

/**
 * Have a function called after each datagram of the batch whose verdicts have come.
 *
 * @param fn  NULL: nobody is interested
 * @param arg handed to fn
 * @return 0; -EINVAL if b is NULL
 */
int nlrs_batch_set_progress_fn(struct nlrs_batch *b, nlrs_batch_progress_fn fn, void *arg);

/**
 * Send every message of a batch and wait for all verdicts.
 *
 * The messages go out in as few datagrams as the socket's buffers take, so bounded that the receive buffer holds every
 * report even if all fail. NLM_F_REQUEST is set on each message, NLM_F_ACK on the last of each datagram. A batch is
 * sent once: a second time is NLRS_EBUSY until nlrs_batch_reset, also after a failure.
 *
 * @param s   the socket
 * @param b   the batch, which stays the caller's and then has the results
 * @param err gets the details, for NLRS_EPARTIAL those of the first message that was refused; may be NULL
 * @return 0: all were accepted; NLRS_EPARTIAL: some were refused; NLRS_EABORTED: a transaction was refused and nothing
 *     was applied;
 *         NLRS_EBUSY: sent already; -EINVAL: s or b is NULL, or a message in it is not ended; the negative code of a
 *             callback; any other code
 *         as nlrs_request: why the exchange failed, and nlrs_batch_result tells what is known of each message
 */
int nlrs_batch_send(struct nlrs_socket *s, struct nlrs_batch *b, struct nlrs_error *err);

/**
 * Ask how many messages a batch holds.
 *
 * @return the number of ended messages; 0 if b is NULL
 */
size_t nlrs_batch_count(const struct nlrs_batch *b);

/**
 * Ask how many messages of a batch were refused.
 *
 * @return the number; 0 if b is NULL
 */
size_t nlrs_batch_failed(const struct nlrs_batch *b);

/**
 * Ask what became of one message of a batch.
 *
 * @param i   which message, counted from 0
 * @param err gets the details; may be NULL
 * @return 0: accepted; what the kernel said, unchanged; NLRS_ENOTSENT; NLRS_EUNKNOWN: sent, and its verdict was lost;
 *     NLRS_EABORTED: not at
 *         fault, but the transaction was refused; NLRS_EINDEX: there is no such message; -EINVAL: b is NULL
 */
int nlrs_batch_result(const struct nlrs_batch *b, size_t i, struct nlrs_error *err);

/* ====================================================================================================
 * MONITORS: FOLLOW THE KERNEL'S EVENTS
 *
 * A monitor has a socket of its own that joins multicast groups; nlrs_monitor_next gives what came by them, event by
 * event. When events come faster than they are read, the kernel throws some away: that is an event too
 * (NLRS_EVENT_OVERRUN), in its place in the stream, and the monitor goes on.
 *
 * It can also keep tables in step (nlrs_monitor_follow, nlrs_monitor_add_table). Of each it takes a snapshot first, and
 * gives NLRS_EVENT_SNAPSHOT_BEGIN, an NLRS_EVENT_OBJECT for each object, NLRS_EVENT_SNAPSHOT_END, and then the events,
 * nothing of which is missed in between. When what is known becomes doubtful (events were lost, the dump was
 * interrupted, the kernel may have changed routes without a word) it does so again by itself, and what the new snapshot
 * does not have is gone. A begin without an end before it: the snapshot failed, forget its objects. An event from just
 * before a snapshot may be told after it once more; the last event of an object is always how it stands.
 *
 * With nlrs_monitor_set_difference it compares by itself and tells only what is added, changed and removed, the objects
 * of the first snapshot as added.
 *
 * A monitor is used by one thread at a time, with the exception of nlrs_monitor_cancel.
 * ==================================================================================================== */

/** Kind of an event: a message of the kernel. */
#define NLRS_EVENT_MESSAGE 1

/** Kind of an event: a datagram whose payload is no netlink messages, as it came. */
#define NLRS_EVENT_DATAGRAM 2

/** Kind of an event: something got lost here. */
#define NLRS_EVENT_OVERRUN 3

/** Kind of an event: a snapshot of a table begins. */
#define NLRS_EVENT_SNAPSHOT_BEGIN 4

/** Kind of an event: an object of the snapshot. */
#define NLRS_EVENT_OBJECT 5

/** Kind of an event: the snapshot is complete. Objects that it did not have are gone. */
#define NLRS_EVENT_SNAPSHOT_END 6

/** Kind of an event: an object is there that was not. */
#define NLRS_EVENT_ADDED 7

/** Kind of an event: an object is not as it was; nlrs_event_old tells how it was. */
#define NLRS_EVENT_CHANGED 8

/** Kind of an event: an object is gone; its message is the last that was known of it. */
#define NLRS_EVENT_REMOVED 9

/** Table for nlrs_monitor_follow: links (RTM_GETLINK). */
#define NLRS_LINKS 18

/** Table for nlrs_monitor_follow: addresses (RTM_GETADDR). */
#define NLRS_ADDRESSES 22

/** Table for nlrs_monitor_follow: routes (RTM_GETROUTE). */
#define NLRS_ROUTES 26

/** Table for nlrs_monitor_follow: neighbours (RTM_GETNEIGH). */
#define NLRS_NEIGHBOURS 30

/** Table for nlrs_monitor_follow: rules (RTM_GETRULE). */
#define NLRS_RULES 34

/** A key function's answer: the message is not about an object of the table. */
#define NLRS_KEY_NONE 0

/** A key function's answer: the object is there. */
#define NLRS_KEY_HERE 1

/** A key function's answer: the object is gone. */
#define NLRS_KEY_GONE 2

/** The longest key, in bytes. */
#define NLRS_KEY_MAX 128

/** Number for nlrs_monitor_counter: datagrams received. */
#define NLRS_COUNT_RECEIVED 1

/** Number for nlrs_monitor_counter: events given to you. */
#define NLRS_COUNT_DELIVERED 2

/**
 * Number for nlrs_monitor_counter: messages that were read and not given to you. What a filter in the kernel holds back
 * is not counted by anybody.
 */
#define NLRS_COUNT_FILTERED 3

/** Number for nlrs_monitor_counter: overruns. */
#define NLRS_COUNT_OVERRUNS 4

/** Number for nlrs_monitor_counter: datagrams lost in them, as far as it is known how many. */
#define NLRS_COUNT_LOST 5

/** Number for nlrs_monitor_counter: snapshots that were taken again. */
#define NLRS_COUNT_RESYNCS 6

/** Number for nlrs_monitor_counter: datagrams of foreign senders that were skipped. */
#define NLRS_COUNT_FOREIGN 7

/**
 * What tells the objects of a table apart: writes the key of the object that a message is about.
 *
 * Two messages are about the same object when their keys are equal, byte by byte. It must not call anything on the
 * monitor.
 *
 * @param nlh     a message of the dump or an event
 * @param key     room for NLRS_KEY_MAX bytes
 * @param ret_len gets how many are used, at least 1
 * @param arg     as given to nlrs_monitor_add_table
 * @return NLRS_KEY_NONE, NLRS_KEY_HERE, NLRS_KEY_GONE; negative: the call on the monitor ends with that code, and the
 *     table is dumped
 *         again later
 */
typedef int (*nlrs_key_fn)(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg);

/**
 * What is called for each event.
 *
 * The event lives until the function returns. It may call every function of the monitor but nlrs_monitor_close and
 * nlrs_monitor_loop.
 *
 * @return 0: go on; NLRS_STOP: end the loop with success; negative: end the loop with that code
 */
typedef int (*nlrs_event_fn)(const struct nlrs_event *event, void *arg);

/**
 * Open a monitor.
 *
 * Its receive buffer is the socket's of nlrs_monitor_socket: make it larger (nlrs_socket_options_set_recv_buffer) where
 * losses would hurt. Beside the socket for events it has one for requests of its own, in the same namespace.
 *
 * On NETLINK_ROUTE, _GENERIC, _NETFILTER and _XFRM a wait is one receive, which a cancellation ends by a message to the
 * kernel that is no request and asks for an ack alone. One such message is sent now, to see whether it is answered;
 * where it is not, or when a filter or an option is set through nlrs_monitor_socket, poll waits before each receive.
 *
 * @param protocol    NETLINK_ROUTE ... of linux/netlink.h
 * @param groups      numbers of multicast groups (RTNLGRP_LINK ...) to join; may be NULL when count is 0
 * @param count       how many
 * @param options     NULL, or how to open the socket; it is read, not kept
 * @param ret_monitor gets the monitor, to be closed with nlrs_monitor_close
 * @return 0; -EINVAL: ret_monitor or groups is NULL, or there is no group of such a number; -EPERM: a group is not for
 *         this process; and as nlrs_socket_open
 */
int nlrs_monitor_open(int protocol, const uint32_t *groups, size_t count, const struct nlrs_socket_options *options,
                      struct nlrs_monitor **ret_monitor);

/**
 * Make a monitor of sockets that are open already: one whose other end is a peer, say.
 *
 * Both are used on by the monitor, and must not be used otherwise until it is closed. They are closed by you: before
 * the monitor, and its calls fail with NLRS_ECLOSED, or after it.
 *
 * @param events      the socket that events come by
 * @param requests    the socket for requests; its timeout becomes 0. NULL: then names and tables cannot be asked for
 * @param ret_monitor gets the monitor, to be closed with nlrs_monitor_close
 * @return 0; -EINVAL if events or ret_monitor is NULL; -ENOMEM; or what a system call said
 */
int nlrs_monitor_open_on(struct nlrs_socket *events, struct nlrs_socket *requests, struct nlrs_monitor **ret_monitor);

/** Close a monitor. NULL is allowed. No other call may be in progress on it. */
void nlrs_monitor_close(struct nlrs_monitor *m);

/**
 * Fetch the next event.
 *
 * Waits for it within the timeout of the monitor's socket: 30 seconds, or what nlrs_monitor_set_timeout said.
 *
 * @param m         the monitor
 * @param ret_event gets the event; it lives until the next call on m, and so does all that it points to
 * @return 1: an event; -EAGAIN: none is there (the timeout is 0; poll nlrs_monitor_fd); NLRS_ETIMEDOUT; NLRS_ECANCELED;
 *     NLRS_ECLOSED: the
 *         socket of nlrs_monitor_open_on was closed; -EBADMSG: a malformed datagram, the rest of which is skipped;
 *             -EINVAL: a pointer
 *         is NULL; -ENOMEM; what the kernel answered to the request of a table, which is then not asked for again until
 *         nlrs_monitor_resync or an overrun; or what a system call said. The monitor can be used on after each of them
 */
int nlrs_monitor_next(struct nlrs_monitor *m, const struct nlrs_event **ret_event);

/**
 * Call a function for each event until there is a reason to end.
 *
 * The timeout holds for the wait for each event. The loop can be ended from inside (NLRS_STOP), and by
 * nlrs_monitor_cancel from another thread or a signal handler.
 *
 * @param m   the monitor
 * @param fn  called for each event
 * @param arg handed to fn
 * @return 0: fn said NLRS_STOP; the negative code that fn returned; -EINVAL: m or fn is NULL; else as
 *     nlrs_monitor_next; after all of
 *         these it can be called again
 */
int nlrs_monitor_loop(struct nlrs_monitor *m, nlrs_event_fn fn, void *arg);

/**
 * End the call that is in progress on the monitor, or if there is none the next one, once, with NLRS_ECANCELED.
 *
 * May be called from any thread and from a signal handler; errno is left as it was. The monitor stays usable, and loses
 * nothing.
 *
 * @return 0; -EINVAL if m is NULL; -EOPNOTSUPP if it was opened without the means to cancel;
 *         -ENOBUFS, -ENOMEM or what else send said of the message that wakes a waiting call: that
 *         sees the cancellation at the next event or its timeout; call again to end it now
 */
int nlrs_monitor_cancel(struct nlrs_monitor *m);

/**
 * Ask for the descriptor to poll for reading, or to hand to epoll, level-triggered.
 *
 * When it is readable, call nlrs_monitor_next until it says -EAGAIN (with a timeout of 0): several events are read in
 * one go, and what has been read does not make the descriptor readable again. It stays the monitor's: it is there to be
 * polled, and whatever is to be changed is changed by nlrs_monitor_socket.
 *
 * @return the descriptor; -EINVAL if m is NULL
 */
int nlrs_monitor_fd(const struct nlrs_monitor *m);

/**
 * Ask for the socket that events come by: to size its receive buffer, to attach a filter, to ask for its groups, to
 * trace it.
 *
 * It stays the monitor's. Requests, receives and close are not for it. A filter has to let through what tables are kept
 * in step by: for routes also the events of links, addresses and nexthops.
 *
 * @return the socket, as long as the monitor is open; NULL if m is NULL
 */
struct nlrs_socket *nlrs_monitor_socket(struct nlrs_monitor *m);

/**
 * Set how long the wait for an event may last.
 *
 * @param milliseconds < 0: no limit; 0: never wait; more than 2^31 - 1 (24 days) is taken as that
 * @return 0; -EINVAL if m is NULL
 */
int nlrs_monitor_set_timeout(struct nlrs_monitor *m, int64_t milliseconds);

/**
 * Join a multicast group.
 *
 * @param group its number (RTNLGRP_LINK ...), not a bit of a mask
 * @return 0; -EINVAL: m is NULL, or there is no group of that number; -EPERM: it is not for this process
 */
int nlrs_monitor_join(struct nlrs_monitor *m, uint32_t group);

/**
 * Leave a multicast group. What came by it before and has not been read is still delivered.
 *
 * @return as nlrs_monitor_join
 */
int nlrs_monitor_leave(struct nlrs_monitor *m, uint32_t group);

/**
 * Ask for the number of a multicast group of generic netlink, to join or leave it.
 *
 * The numbers are given out while the kernel runs, differently each time. A module that has the family is loaded if
 * need be.
 *
 * @param m      a monitor on NETLINK_GENERIC
 * @param family name of the family, such as "nlctrl"
 * @param group  name of the group, such as "notify"
 * @return the number; -ENOENT: there is no such family, or it has no such group; -EINVAL: a pointer is NULL;
 *     -EOPNOTSUPP: it is a
 *         monitor on another protocol, or has no socket for requests; else as nlrs_request
 */
int nlrs_monitor_group(struct nlrs_monitor *m, const char *family, const char *group);

/**
 * Hear the events of every namespace that has an ID in the monitor's own (ip netns set), or not any more.
 *
 * nlrs_event_nsid tells them apart.
 *
 * @param on 1 or 0
 * @return 0; -EINVAL: m is NULL, or on is neither; -EPERM: it needs CAP_NET_BROADCAST; or what the system call said
 */
int nlrs_monitor_set_all_namespaces(struct nlrs_monitor *m, int on);

/**
 * Hand datagrams over as they are (NLRS_EVENT_DATAGRAM) instead of message by message, or not any more.
 *
 * For protocols whose payload is not netlink messages. On NETLINK_KOBJECT_UEVENT it is so from the beginning.
 *
 * @param on 1 or 0
 * @return 0; -EINVAL: m is NULL, or on is neither
 */
int nlrs_monitor_set_raw(struct nlrs_monitor *m, int on);

/**
 * Follow one of the tables of rtnetlink, and keep it in step.
 *
 * Joins the table's groups. For routes and rules it also hears, for itself, of links, addresses and nexthops, with
 * which routes come and go without a word: what of that you have not joined is not given to you. Of neighbours the
 * kernel does not tell when one is begun to be looked for or when its state becomes DELAY.
 *
 * @param m      a monitor on NETLINK_ROUTE
 * @param table  NLRS_LINKS, NLRS_ADDRESSES, NLRS_ROUTES, NLRS_NEIGHBOURS or NLRS_RULES
 * @param family AF_INET, AF_INET6 or 0 for both; of neighbours also AF_BRIDGE
 * @return the table's number, counted from 0; -EINVAL: m is NULL, or there is no such table or family; -ERANGE: family
 *     is more than
 *         255; -EOPNOTSUPP: a monitor on another protocol, or without a socket for requests; -ENOSPC: more than 250
 *             tables; -ENOMEM; or what
 *         a system call said
 */
int nlrs_monitor_follow(struct nlrs_monitor *m, uint32_t table, uint32_t family);

/**
 * Follow any table that can be dumped, and keep it in step. Join its groups yourself, before the first
 * nlrs_monitor_next.
 *
 * @param m   the monitor
 * @param req the request that dumps the table, which is copied; flags, sequence number and port are the library's
 * @param fn  what tells its objects apart, for differences. NULL: as the kernel does, where the request is RTM_GETLINK,
 *     _GETADDR, _GETROUTE,
 *            _GETNEIGH or _GETRULE on NETLINK_ROUTE; of other tables there are no differences then. With a filter in
 *                the
 *            request other than RTA_TABLE and the family, fn has to say NLRS_KEY_NONE of what that excludes
 * @param arg handed to fn
 * @return as nlrs_monitor_follow; -EINVAL also if req is NULL or its length is less than a header's
 */
int nlrs_monitor_add_table(struct nlrs_monitor *m, const struct nlmsghdr *req, nlrs_key_fn fn, void *arg);

/**
 * Write the key of a link, address, route, neighbour or rule: an nlrs_key_fn, for those who keep tables themselves.
 *
 * Links: the index. Addresses: device, address, and of IPv4 the length of its prefix. Neighbours: device, address,
 * proxy or not; of bridges the hardware address, VLAN and whose entry it is. Routes and rules: everything but flags and
 * lifetimes, in the order that the kernel does not care for.
 *
 * @param nlh     a message whose length was checked
 * @param key     room for NLRS_KEY_MAX bytes
 * @param ret_len gets how many are used; untouched unless there is a key
 * @param arg     not used
 * @return NLRS_KEY_HERE, NLRS_KEY_GONE; NLRS_KEY_NONE: not about such an object; -EINVAL: a pointer is NULL
 */
int nlrs_rtnl_key(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg);

/**
 * Tell differences (added, changed, removed) instead of snapshots, or not. To be set before the first
 * nlrs_monitor_next.
 *
 * The monitor then keeps a copy of each object. Begin and end of snapshots are still told. A change is any difference
 * but in counters and ages of links, addresses, routes and neighbours.
 *
 * @param on 1 or 0
 * @return 0; -EINVAL: m is NULL, or on is neither; NLRS_EBUSY: a snapshot has been taken already
 */
int nlrs_monitor_set_difference(struct nlrs_monitor *m, int on);

/**
 * Set how much time passes at least between two snapshots of a table. The default is 100 milliseconds.
 *
 * After a snapshot that took long it is more: nine times as long as that took, but a second at the most.
 *
 * @param milliseconds 0 or more; less is taken as 0
 * @return 0; -EINVAL if m is NULL
 */
int nlrs_monitor_set_interval(struct nlrs_monitor *m, int64_t milliseconds);

/**
 * Take a snapshot of each table again, as after an overrun.
 *
 * @return 0; -EINVAL if m is NULL
 */
int nlrs_monitor_resync(struct nlrs_monitor *m);

/**
 * Ask whether you have been told all that is known of the tables, and nothing of it is in doubt.
 *
 * Changes that the kernel has told since the monitor read last are not known yet: so ask after nlrs_monitor_next has
 * said -EAGAIN.
 *
 * @return 1 or 0; 0 also if m is NULL; without tables 1
 */
int nlrs_monitor_is_current(const struct nlrs_monitor *m);

/**
 * Call a function for each object of a table as it is known now. Only with differences; in no order.
 *
 * fn must not call anything on the monitor.
 *
 * @param m     the monitor
 * @param table the table's number
 * @param fn    called for each object
 * @param arg   handed to fn
 * @return 0, also if fn said NLRS_STOP; the negative code that fn returned; -EINVAL: m or fn is NULL
 */
int nlrs_monitor_objects(struct nlrs_monitor *m, uint32_t table, nlrs_msg_fn fn, void *arg);

/**
 * Ask for one of the monitor's counters.
 *
 * @param which NLRS_COUNT_...
 * @return what was counted since it was opened; 0 if m is NULL or there is no such counter
 */
uint64_t nlrs_monitor_counter(const struct nlrs_monitor *m, uint32_t which);

/**
 * Ask what an event tells.
 *
 * @return NLRS_EVENT_...; 0 if event is NULL
 */
uint32_t nlrs_event_kind(const struct nlrs_event *event);

/**
 * Ask for the message of an event.
 *
 * @return the message, whose nlmsg_len has been checked, as long as the event lives; NULL if the event has none or is
 *     NULL
 */
const struct nlmsghdr *nlrs_event_message(const struct nlrs_event *event);

/**
 * Ask for the bytes of an event: those of its message, or the datagram of an NLRS_EVENT_DATAGRAM.
 *
 * @param ret_len gets how many there are; may be NULL
 * @return the bytes, as long as the event lives; NULL if there are none or event is NULL, and then ret_len is untouched
 */
const void *nlrs_event_data(const struct nlrs_event *event, size_t *ret_len);

/**
 * Ask by which multicast group an event came.
 *
 * @return the group; 0: by none, or event is NULL
 */
uint32_t nlrs_event_group(const struct nlrs_event *event);

/**
 * Ask from which namespace an event came.
 *
 * @return its ID in the monitor's namespace; -1: from that itself, or event is NULL
 */
int32_t nlrs_event_nsid(const struct nlrs_event *event);

/**
 * Ask what a changed object was before.
 *
 * @return the message, as long as the event lives; NULL unless the event is NLRS_EVENT_CHANGED
 */
const struct nlmsghdr *nlrs_event_old(const struct nlrs_event *event);

/**
 * Ask which table an event is about: those of snapshots and differences are.
 *
 * @return the table's number; 0 also where it is about none
 */
uint32_t nlrs_event_table(const struct nlrs_event *event);

/**
 * Ask for the number that an event tells: of an overrun how many datagrams were lost, of the end of a snapshot how many
 * objects it had.
 *
 * @return the number; 0: the event has none, or it is not known, or event is NULL
 */
uint64_t nlrs_event_count(const struct nlrs_event *event);

/* ====================================================================================================
 * SEEING WHAT HAPPENS: MESSAGES AS TEXT, AND A CALLBACK FOR EACH DATAGRAM
 *
 * For a look without changing a program there is NLRS_DEBUG in the environment, see nlrs_socket_open.
 * ==================================================================================================== */

/** Direction of a datagram: sent by the socket. */
#define NLRS_TRACE_SENT 0

/** Direction of a datagram: received by the socket. */
#define NLRS_TRACE_RECEIVED 1

/**
 * What is told of each datagram.
 *
 * The bytes live until it returns; of a truncated datagram it is what was received. It runs inside the call that sends
 * or receives and must not use the socket, except to cancel.
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
 * Have a function told of each datagram that the socket sends and receives, in their order.
 *
 * @param fn  called in the thread that sends or receives; NULL: no more
 * @param arg handed to fn
 * @return 0; -EINVAL if s is NULL; NLRS_EBUSY if called from fn; -ENOMEM
 */
int nlrs_socket_set_trace(struct nlrs_socket *s, nlrs_trace_fn fn, void *arg);

/**
 * Write messages as text, one line each, without a newline behind the last.
 *
 * For instance: RTM_NEWLINK(16) len 52 flags REQUEST|ACK|EXCL|CREATE seq 7 port 0 <0000...> {3 "dummy0", 18 {1
 * "dummy"}}
 *
 * Types and flags have the kernel's names where they are known, in angle brackets are the bytes of the family header,
 * in braces attributes by their number. What an attribute holds is guessed from its bytes: attributes (whether or not
 * NLA_F_NESTED is set), text, a number, else bytes in hexadecimal. Malformed bytes are printed as what they are.
 *
 * @param protocol NETLINK_ROUTE ...; -1: unknown
 * @param data     the bytes of a datagram, or of a part of it
 * @param len      their length
 * @param buf      gets the text, cut to what fits, always with a NUL if size is not 0; may be NULL if size is 0
 * @param size     bytes of room
 * @return the length of the whole text without its NUL, as snprintf; -EINVAL if data or buf is NULL and its length is
 *     not 0
 */
int nlrs_nlmsg_format(int protocol, const void *data, size_t len, char *buf, size_t size);

/* ====================================================================================================
 * PEERS IN MEMORY: WHAT A PROGRAM TESTS ITS OWN CODE WITH, WITHOUT ROOT AND WITHOUT A KERNEL
 *
 * A peer stands in the kernel's place at the other end of a socket. Each datagram that the socket sends is a request.
 * Either a function answers it, or the replies were prepared beforehand:
 *
 *     p = nlrs_peer_new(NULL, NULL);
 *     nlrs_peer_reply(p, link, link_len, 0);  nlrs_peer_done(p, 0);      the first request gets a link and the end of
 *         the dump
 *     nlrs_peer_next(p);  nlrs_peer_ack(p, NULL, -EEXIST);               the second one an error
 *     nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &s);
 *
 * One call that adds bytes is one datagram: messages can be split and merged at will. A reply that is not added is a
 * reply that the kernel dropped. All functions may be called from any thread, also while another one waits on the
 * socket, and from the answering function. nlrs_socket_fd of such a socket can be polled as any other.
 * ==================================================================================================== */

/**
 * What answers a request: adds replies by nlrs_peer_reply, nlrs_peer_ack and their like, or none.
 *
 * The bytes live until it returns. It runs inside the call that sends.
 *
 * @return 0; negative: the send fails with that code and the request does not count (-EAGAIN: the send is tried again)
 */
typedef int (*nlrs_peer_fn)(struct nlrs_peer *p, const void *data, size_t len, void *arg);

/**
 * Make a peer.
 *
 * @param fn  called for each request, in the thread that sends it; NULL: only prepared replies answer
 * @param arg handed to fn
 * @return the peer, to be freed with nlrs_peer_free; NULL: no memory, or no descriptor is left for its timer
 */
struct nlrs_peer *nlrs_peer_new(nlrs_peer_fn fn, void *arg);

/** Free a peer. NULL is allowed. Its socket may live on, and receives what was added before. */
void nlrs_peer_free(struct nlrs_peer *p);

/**
 * Open a socket whose other end is a peer in memory. It is used as any other; its port ID is 1.
 *
 * @param protocol   what the socket is to believe that it talks
 * @param p          a peer serves one socket; it may be freed before the socket is closed
 * @param options    NULL, or how; timeout, cancelable and any_sender count
 * @param ret_socket gets the socket, to be closed with nlrs_socket_close
 * @return 0; -EINVAL if p or ret_socket is NULL; NLRS_EBUSY if the peer has a socket already; -EMFILE, -ENFILE; -ENOMEM
 */
int nlrs_socket_open_peer(int protocol, struct nlrs_peer *p, const struct nlrs_socket_options *options,
                          struct nlrs_socket **ret_socket);

/**
 * Open a socket whose other end says again what a capture has recorded: a file that NLRS_DEBUG=pcap:FILE, or tcpdump or
 * Wireshark on an nlmon device wrote.
 *
 * Each request stands for the next recorded one of the protocol, whatever is in either, and gets the answers recorded
 * behind that with its own sequence number and port; what was recorded before the first is there at once. At the end a
 * receive fails with
 * -ENODATA.
 *
 * @param protocol   only what this protocol's sockets recorded is played
 * @param path       the file: pcap (not pcapng) in this machine's byte order, with link type 253
 * @param options    as in nlrs_socket_open_peer
 * @param ret_socket gets the socket, to be closed with nlrs_socket_close
 * @return 0; -EINVAL if path or ret_socket is NULL; -EBADMSG: not such a file; -ENOENT, -EACCES ...: it cannot be read;
 *     -EMFILE,
 *         -ENFILE; -ENOMEM
 */
int nlrs_socket_open_replay(int protocol, const char *path, const struct nlrs_socket_options *options,
                            struct nlrs_socket **ret_socket);

/**
 * Add a datagram that replies to the current request: the next one to come, or a later one if nlrs_peer_next says so,
 * and in the answering function the one that it answers.
 *
 * Messages in it whose sequence number is 0 get the sequence number of the request's last message and the socket's
 * port, and an ack whose echoed header is all 0 gets that header. What has a sequence number stays as it is.
 *
 * @param data     whole messages, or what a peer would say that is not one; copied
 * @param cut_from 0; or the true length that the receiver is told, as if its buffer had been too small: NLRS_ETRUNC.
 *     Where its buffer
 *                 is larger than that it is told one byte more than the buffer has
 * @return 0; -EINVAL if p is NULL, or data is NULL and len is not 0; -ENOMEM
 */
int nlrs_peer_reply(struct nlrs_peer *p, const void *data, size_t len, size_t cut_from);

/**
 * Add a datagram that nobody asked for: an event. It can be received at once, before replies that still wait for their
 * request.
 *
 * @param data as in nlrs_peer_reply, but nothing of it is changed
 * @return 0; -EINVAL if p is NULL, or data is NULL and len is not 0; -ENOMEM
 */
int nlrs_peer_event(struct nlrs_peer *p, const void *data, size_t len);

/**
 * Add an ack or an error that replies to the current request.
 *
 * @param req  the header of the message that it is about; NULL: the last message of the request
 * @param code 0: an ack; negative: the error
 * @return 0; -EINVAL if p is NULL or code is positive; -ENOMEM
 */
int nlrs_peer_ack(struct nlrs_peer *p, const struct nlmsghdr *req, int code);

/**
 * Add the end of a dump (NLMSG_DONE) that replies to the current request.
 *
 * @param code 0; negative: the error that the dump ended with
 * @return 0; -EINVAL if p is NULL or code is positive; -ENOMEM
 */
int nlrs_peer_done(struct nlrs_peer *p, int code);

/**
 * Add a failure in the place of a reply to the current request: the system call that receives says so once.
 *
 * @param code -ENOBUFS: the receive buffer has overflowed; -EINTR: a signal came; or another
 * @return 0; -EINVAL if p is NULL or code is not negative; -ENOMEM
 */
int nlrs_peer_fail(struct nlrs_peer *p, int code);

/**
 * Go on to the next request: what is added from now on replies to that. Once a request has come, what is added replies
 * to the one after it without this.
 *
 * @return 0; -EINVAL if p is NULL
 */
int nlrs_peer_next(struct nlrs_peer *p);

/**
 * Choose who sends what is added from now on.
 *
 * @param portid port ID of the sender; 0, the default: the kernel. Anything else is forged: a socket that hears the
 *     kernel alone
 *               drops it
 * @param group  group that it is sent to; 0, the default: to the socket alone
 * @param nsid   namespace ID of the sender; -1, the default: the socket's own namespace
 * @return 0; -EINVAL if p is NULL
 */
int nlrs_peer_set_sender(struct nlrs_peer *p, uint32_t portid, uint32_t group, int32_t nsid);

/**
 * Choose how long after its request, or after it was added, what is added from now on can be received.
 *
 * Datagrams never overtake each other.
 *
 * @param milliseconds 0, the default: at once
 * @return 0; -EINVAL if p is NULL or milliseconds is negative
 */
int nlrs_peer_set_delay(struct nlrs_peer *p, int64_t milliseconds);

/**
 * Ask how many requests there were.
 *
 * @return how many; 0 also if p is NULL
 */
uint64_t nlrs_peer_requests(const struct nlrs_peer *p);

/* ====================================================================================================
 * ERRORS: WHAT A CODE MEANS, AND THE OBJECT THAT SAYS MORE
 * ==================================================================================================== */

/** Of a batch, some messages were refused. */
#define NLRS_EPARTIAL (-0x10001)

/** The message was not sent. */
#define NLRS_ENOTSENT (-0x10002)

/** The message was sent, and its status was lost. */
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

/**
 * The object is in use: a socket by an open dump or by a call of the same thread, a batch that was sent and not reset,
 * a policy that another one points to, a peer that has a socket.
 */
#define NLRS_EBUSY (-0x1000a)

/** The socket was closed. */
#define NLRS_ECLOSED (-0x1000b)

/** The transaction was refused: nothing of it was applied. */
#define NLRS_EABORTED (-0x1000c)

/** Returned by a callback: end the call, with success. */
#define NLRS_STOP 1

/** nlrs_error_origin: there was no error. */
#define NLRS_ORIGIN_NONE 0

/** nlrs_error_origin: the library, of an argument; the code is an errno. */
#define NLRS_ORIGIN_ARGUMENT 1

/** nlrs_error_origin: a system call; the code is its errno. */
#define NLRS_ORIGIN_SYSTEM 2

/** nlrs_error_origin: the kernel's answer; the code is the kernel's, unchanged. */
#define NLRS_ORIGIN_KERNEL 3

/** nlrs_error_origin: the caller's callback; the code is what it returned. */
#define NLRS_ORIGIN_CALLBACK 4

/** nlrs_error_origin: the library, of what happened; the code is NLRS_E... or -EBADMSG. */
#define NLRS_ORIGIN_LIBRARY 5

/**
 * Make an error object.
 *
 * It has a fixed size inside and never allocates again; one serves for any number of calls, each of which clears it on
 * entry. Every function that takes one also takes NULL.
 *
 * @return the object, to be freed with nlrs_error_free; NULL: no memory
 */
struct nlrs_error *nlrs_error_new(void);

/** Free an error object. NULL is allowed. */
void nlrs_error_free(struct nlrs_error *err);

/** Set an error object back to "no error". NULL is allowed. */
void nlrs_error_clear(struct nlrs_error *err);

/**
 * Ask for the code.
 *
 * @return 0: no error (there may be a warning); else the negative code that the call returned, or for a batch the code
 *         of the first message that was refused; -EINVAL if err is NULL
 */
int nlrs_error_code(const struct nlrs_error *err);

/**
 * Ask who said so.
 *
 * @return one of NLRS_ORIGIN_...; -EINVAL if err is NULL
 */
int nlrs_error_origin(const struct nlrs_error *err);

/**
 * Ask whether the kernel said something about a success.
 *
 * @return 1: the call succeeded and nlrs_error_message has the kernel's warning; 0: no; -EINVAL if err is NULL
 */
int nlrs_error_is_warning(const struct nlrs_error *err);

/**
 * Ask for the kernel's words.
 *
 * @return a string, at most 255 bytes; "" if the kernel said nothing (older than 4.12, or no text for this error) or
 *     err
 *         is NULL. It lives until the object's next use. Never NULL.
 */
const char *nlrs_error_message(const struct nlrs_error *err);

/**
 * Ask which attribute of the request was at fault, as attribute types from the root.
 *
 * 18, 2, 4 says: attribute 4 in the nest 2 in the nest 18. Flag bits are not part of a type.
 *
 * @param types gets the first max types; may be NULL if max is 0
 * @return the depth, which may be more than max; 0 when the kernel named no attribute (before 4.12 it never does) or
 *     the
 *         length of the family header of this request is not known (then see nlrs_error_offset); -EINVAL if err is
 *             NULL,
 *         or types is NULL and max is not 0
 */
int nlrs_error_path(const struct nlrs_error *err, uint32_t *types, size_t max);

/**
 * Ask for the offset of the attribute at fault, in bytes from the start of the request's header.
 *
 * @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
 */
int nlrs_error_offset(const struct nlrs_error *err, uint32_t *ret_offset);

/**
 * Ask for the type of an attribute that the kernel misses in the request (since 6.1).
 *
 * @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
 */
int nlrs_error_missing_type(const struct nlrs_error *err, uint32_t *ret_type);

/**
 * Ask for the offset of the nest in which the attribute is missing, in bytes from the start of the request's header.
 *
 * @return 0; -ENOENT if the kernel told none: it is missing at the root; -EINVAL if a pointer is NULL
 */
int nlrs_error_missing_nest(const struct nlrs_error *err, uint32_t *ret_offset);

/**
 * Ask for the nest in which the attribute is missing, as attribute types from the root.
 *
 * @param types gets the first max types; may be NULL if max is 0
 * @return as nlrs_error_path; 0 also when it is missing at the root
 */
int nlrs_error_missing_path(const struct nlrs_error *err, uint32_t *types, size_t max);

/**
 * Ask which kind of attribute the violated policy wants (kernels since 5.8).
 *
 * @param ret_kind gets one of the kernel's NL_ATTR_TYPE_... (linux/netlink.h)
 * @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
 */
int nlrs_error_policy_kind(const struct nlrs_error *err, uint32_t *ret_kind);

/**
 * Ask for the smallest and largest signed value that the violated policy allows.
 *
 * @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
 */
int nlrs_error_policy_range_s(const struct nlrs_error *err, int64_t *ret_min, int64_t *ret_max);

/**
 * Ask for the smallest and largest unsigned value that the violated policy allows.
 *
 * @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
 */
int nlrs_error_policy_range_u(const struct nlrs_error *err, uint64_t *ret_min, uint64_t *ret_max);

/**
 * Ask for the smallest and largest length that the violated policy allows, in bytes.
 *
 * @param ret_min gets 0 where the policy has no lower limit
 * @param ret_max gets UINT32_MAX where it has no upper limit
 * @return 0; -ENOENT if the kernel told neither; -EINVAL if a pointer is NULL
 */
int nlrs_error_policy_length(const struct nlrs_error *err, uint32_t *ret_min, uint32_t *ret_max);

/**
 * Ask for the bits that the violated policy allows.
 *
 * @return 0; -ENOENT if the kernel told none; -EINVAL if a pointer is NULL
 */
int nlrs_error_policy_mask(const struct nlrs_error *err, uint64_t *ret_mask);

/**
 * Ask for the cookie that the kernel sent with an ack.
 *
 * @param ret_cookie gets where it stands, at most 20 bytes; it lives until the object's next use
 * @param ret_len    gets its length in bytes
 * @return 0; -ENOENT if there was none; -EINVAL if a pointer is NULL
 */
int nlrs_error_cookie(const struct nlrs_error *err, const void **ret_cookie, size_t *ret_len);

/**
 * Ask for the message type of the request that the error is about.
 *
 * @return 0; -ENOENT if there was no request; -EINVAL if a pointer is NULL
 */
int nlrs_error_request_type(const struct nlrs_error *err, uint32_t *ret_type);

/**
 * Ask for the sequence number of the request that the error is about.
 *
 * @return the number, which is never 0; 0: it was not sent, or err is NULL
 */
uint32_t nlrs_error_seq(const struct nlrs_error *err);

/**
 * Ask how large the datagram was that did not fit (NLRS_ETRUNC).
 *
 * The next call on the same socket has a buffer for that.
 *
 * @return bytes; 0: nothing was truncated, or err is NULL
 */
size_t nlrs_error_needed(const struct nlrs_error *err);

/**
 * Write an error as one line for a person, without a newline.
 *
 * For instance: request type 16: Attribute failed policy validation (ERANGE) at attribute 18/2/4, a u32 was wanted
 *
 * @param buf gets the text, cut to what fits, always with a NUL if len is not 0; may be NULL if len is 0
 * @return the length of the whole text without its NUL, as snprintf; -EINVAL if err is NULL, or buf is NULL and len is
 *         not 0
 */
int nlrs_error_format(const struct nlrs_error *err, char *buf, size_t len);

/**
 * Say what a code means, in a few words.
 *
 * Knows every errno of this platform and every code of this library, also those that only exist in the kernel.
 *
 * @param code what a function returned; 0 and positive numbers are "success"
 * @return a constant string; never NULL
 */
const char *nlrs_strerror(int code);

/**
 * Ask whether a code says that something is not there: ENOENT, ESRCH, ENODEV, ENXIO.
 *
 * @param code what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_not_found(int code);

/**
 * Ask whether a code says that something exists already: EEXIST.
 *
 * @param code what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_exists(int code);

/**
 * Ask whether a code says that the caller may not: EPERM, EACCES.
 *
 * @param code what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_permission(int code);

/**
 * Ask whether the same call may succeed a little later: EAGAIN, EBUSY, ENOMEM, ENOBUFS, NLRS_EINTR_DUMP, NLRS_EOVERRUN,
 * NLRS_ETRUNC (the buffer has grown), NLRS_EBUSY.
 *
 * @param code what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_temporary(int code);

/**
 * Ask whether a code says that time ran out: NLRS_ETIMEDOUT, ETIMEDOUT, ETIME.
 *
 * @param code what a function returned
 * @return 1 or 0
 */
int nlrs_code_is_timeout(int code);

/* ====================================================================================================
 * THE LIBRARY'S VERSION AND ITS CONSTANTS BY NAME
 * ==================================================================================================== */

/** Major version that the header belongs to. */
#define NLRS_VERSION_MAJOR 0

/** Minor version that the header belongs to. */
#define NLRS_VERSION_MINOR 1

/** Patch version that the header belongs to. */
#define NLRS_VERSION_PATCH 0

/**
 * Ask for the version of the library that runs, which may be newer than the header.
 *
 * @return a constant string such as "0.1.0"
 */
const char *nlrs_version(void);

/**
 * Ask for the value of a constant of the header by its name, for languages that cannot read it there.
 *
 * @param name      such as "NLRS_EPARTIAL"; a constant of this library, not the kernel's
 * @param ret_value gets the value
 * @return 0; -ENOENT: there is none of that name; -EINVAL: a pointer is NULL
 */
int nlrs_constant(const char *name, int64_t *ret_value);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* NLRS_H */
