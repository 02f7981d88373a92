/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * libmnl's interface on libnlrs: what a program needs that is to be compiled against the drop-in. It declares what Debian's
 * libmnl-dev 1.0.4 declares. Generated from compat/mnl/src; the comments there are these.
 *
 * Pointers point to objects of their types and are not NULL, unless a comment allows it. A message under construction is a
 * struct nlmsghdr in the caller's buffer whose nlmsg_len grows; what has no limit argument trusts the caller that there is
 * room. Lengths are in bytes. Values are in host byte order. What fails sets errno.
 */
#ifndef _LIBMNL_H_
#define _LIBMNL_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>
#include <linux/netlink.h>

#ifdef __cplusplus
extern "C" {
#endif

/** mnl_socket_bind: a port ID of the kernel's choice. */
#define MNL_SOCKET_AUTOPID 0
/** Bytes for mnl_socket_recvfrom: the page, or 8192 where that is larger. Too few for some dumps; 32768 are enough for all. */
#define MNL_SOCKET_BUFFER_SIZE (sysconf(_SC_PAGESIZE) < 8192L ? sysconf(_SC_PAGESIZE) : 8192L)

/** What messages and attributes are aligned to. */
#define MNL_ALIGNTO 4
/** len rounded up to that. */
#define MNL_ALIGN(len) (((len) + MNL_ALIGNTO - 1) & ~(MNL_ALIGNTO - 1))
/** Bytes of a message's header. */
#define MNL_NLMSG_HDRLEN MNL_ALIGN(sizeof(struct nlmsghdr))
/** Bytes of an attribute's header. */
#define MNL_ATTR_HDRLEN MNL_ALIGN(sizeof(struct nlattr))

/** What a callback returns: end with an error, end, continue. */
#define MNL_CB_ERROR -1
#define MNL_CB_STOP 0
#define MNL_CB_OK 1

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

/** Elements of an array. */
#ifndef MNL_ARRAY_SIZE
#define MNL_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

/** What mnl_attr_validate checks a payload for: 1, 2, 4, 8 bytes; text; nothing; 8 bytes; attributes; attributes behind a header; text
 * with a NUL; anything. */
enum mnl_attr_data_type {
    MNL_TYPE_UNSPEC,
    MNL_TYPE_U8,
    MNL_TYPE_U16,
    MNL_TYPE_U32,
    MNL_TYPE_U64,
    MNL_TYPE_STRING,
    MNL_TYPE_FLAG,
    MNL_TYPE_MSECS,
    MNL_TYPE_NESTED,
    MNL_TYPE_NESTED_COMPAT,
    MNL_TYPE_NUL_STRING,
    MNL_TYPE_BINARY,
    MNL_TYPE_MAX,
};

struct mnl_socket;
struct mnl_nlmsg_batch;

/*
 * Sockets
 *
 * One system call a function, waiting as the descriptor waits: libmnl has no deadline, no retry and no buffer of its
 * own, and passes out what any sender sent.
 */

/**
 * Opens a socket of a netlink protocol (NETLINK_ROUTE, …).
 *
 * @return the socket, for mnl_socket_close; NULL with errno of the system call
 */
struct mnl_socket *mnl_socket_open(int bus);

/**
 * Opens a socket with flags of socket(2): SOCK_CLOEXEC, SOCK_NONBLOCK.
 *
 * @return the socket, for mnl_socket_close; NULL with errno of the system call
 */
struct mnl_socket *mnl_socket_open2(int bus, int flags);

/**
 * Makes a socket of a descriptor. It belongs to the socket from then on: mnl_socket_close closes it.
 *
 * @return the socket; NULL with errno of the system call, as for a descriptor that is not open; it stays open then
 */
struct mnl_socket *mnl_socket_fdopen(int fd);

/**
 * Binds to a port ID (MNL_SOCKET_AUTOPID: one of the kernel's choice) and to groups 1 … 32, by bits.
 *
 * @return 0; or -1 with errno of the system call. The socket's port ID is unchanged then
 */
int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid);

/**
 * Closes the socket and its descriptor, and frees it. NULL is allowed.
 *
 * @return 0; or -1 with errno of close(2). The socket is closed all the same
 */
int mnl_socket_close(struct mnl_socket *nl);

/**
 * The descriptor.
 */
int mnl_socket_get_fd(const struct mnl_socket *nl);

/**
 * The port ID; 0 before mnl_socket_bind.
 */
unsigned int mnl_socket_get_portid(const struct mnl_socket *nl);

/**
 * Sends a datagram to the kernel.
 *
 * @return the bytes that were sent; -1 with errno of the system call
 */
ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *req, size_t siz);

/**
 * Receives a datagram. It waits unless the descriptor is non-blocking. The sender is not reported: it may be any
 * program.
 *
 * @return the bytes that were received; -1 with errno ENOSPC: longer than bufsiz, and lost; EINVAL: not from a netlink socket;
 *         otherwise that of the system call
 */
ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl,
                            void *buf,
                            size_t bufsiz);

/**
 * Sets an option of SOL_NETLINK: NETLINK_ADD_MEMBERSHIP, …
 *
 * @return 0; or -1 with errno of the system call
 */
int mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf, socklen_t len);

/**
 * Reads an option of SOL_NETLINK; *len is the room in buf and becomes the option's length.
 *
 * @return 0; or -1 with errno of the system call
 */
int mnl_socket_getsockopt(const struct mnl_socket *nl, int type, void *buf, socklen_t *len);

/* Messages: headers, payloads, iteration, text */

/**
 * The bytes of a message with `len` bytes of payload, without padding.
 */
size_t mnl_nlmsg_size(size_t len);

/**
 * The bytes of the payload. The message's length is not checked: of a message that mnl_nlmsg_ok refuses this is
 * nonsense.
 */
size_t mnl_nlmsg_get_payload_len(const struct nlmsghdr *nlh);

/**
 * Starts a message in buf: sixteen bytes of header, all zero but for the length.
 *
 * @return buf
 */
struct nlmsghdr *mnl_nlmsg_put_header(void *buf);

/**
 * Appends size zero bytes, padded to a multiple of 4, for the family's own header.
 *
 * @return where they are
 */
void *mnl_nlmsg_put_extra_header(struct nlmsghdr *nlh, size_t size);

/**
 * Whether there is a whole message at nlh: at least a header, whose length is at least its own and at most len.
 *
 * @param len  bytes from nlh to the end of the buffer
 */
bool mnl_nlmsg_ok(const struct nlmsghdr *nlh,
                  int len);

/**
 * The message behind this one; *len becomes less by what this one takes, and may become negative. To be checked with
 * mnl_nlmsg_ok.
 */
struct nlmsghdr *mnl_nlmsg_next(const struct nlmsghdr *nlh,
                                int *len);

/**
 * Whether the message's sequence number is seq. 0 on either side is any.
 */
bool mnl_nlmsg_seq_ok(const struct nlmsghdr *nlh, unsigned int seq);

/**
 * Whether the message's port ID is portid. 0 on either side is any.
 */
bool mnl_nlmsg_portid_ok(const struct nlmsghdr *nlh, unsigned int portid);

/**
 * What follows the header.
 */
void *mnl_nlmsg_get_payload(const struct nlmsghdr *nlh);

/**
 * What follows the header and offset bytes, padded to a multiple of 4: the first attribute behind a family header of
 * that size.
 */
void *mnl_nlmsg_get_payload_offset(const struct nlmsghdr *nlh,
                                   size_t offset);

/**
 * The end of the message with its padding: where the next attribute goes.
 */
void *mnl_nlmsg_get_payload_tail(const struct nlmsghdr *nlh);

/**
 * Writes messages as text: four bytes a line, attributes' headers in colour.
 *
 * @param fd                 the stream; what it refuses is lost
 * @param data               messages, up to what is none
 * @param datalen            bytes of data
 * @param extra_header_size  bytes of the family's own header, a multiple of 4
 */
void mnl_nlmsg_fprintf(FILE *fd, const void *data, size_t datalen, size_t extra_header_size);

/* Several messages in one datagram */

/**
 * Starts a batch in buf. It may hold bufsiz bytes; the buffer has room for one message more, at least, since that is
 * written before mnl_nlmsg_batch_next can refuse it.
 *
 * @return the batch, for mnl_nlmsg_batch_stop; NULL: no memory
 */
struct mnl_nlmsg_batch *mnl_nlmsg_batch_start(void *buf,
                                              size_t bufsiz);

/**
 * Frees the batch, not the buffer. NULL is allowed.
 */
void mnl_nlmsg_batch_stop(struct mnl_nlmsg_batch *b);

/**
 * Takes in the message at mnl_nlmsg_batch_current.
 *
 * @return false: the batch would be longer than its limit. Send it, then mnl_nlmsg_batch_reset, which keeps that message
 */
bool mnl_nlmsg_batch_next(struct mnl_nlmsg_batch *b);

/**
 * Empties the batch. The message that mnl_nlmsg_batch_next refused last moves to the front and is the first one of the
 * new batch.
 */
void mnl_nlmsg_batch_reset(struct mnl_nlmsg_batch *b);

/**
 * Bytes of the messages that were taken in.
 */
size_t mnl_nlmsg_batch_size(struct mnl_nlmsg_batch *b);

/**
 * The buffer: what is to be sent.
 */
void *mnl_nlmsg_batch_head(struct mnl_nlmsg_batch *b);

/**
 * Where the next message is to be written.
 */
void *mnl_nlmsg_batch_current(struct mnl_nlmsg_batch *b);

/**
 * Whether no message was taken in.
 */
bool mnl_nlmsg_batch_is_empty(struct mnl_nlmsg_batch *b);

/* Attributes: getters, writers, nests, iteration, validation */

/**
 * A callback for attributes: below 0 ends the walk with an error, 0 ends it, above 0 continues.
 */
typedef int (*mnl_attr_cb_t)(const struct nlattr *attr, void *data);

/**
 * The type without the flags.
 */
uint16_t mnl_attr_get_type(const struct nlattr *attr);

/**
 * Bytes of header and payload, without padding.
 */
uint16_t mnl_attr_get_len(const struct nlattr *attr);

/**
 * Bytes of the payload.
 */
uint16_t mnl_attr_get_payload_len(const struct nlattr *attr);

/**
 * What follows the header.
 */
void *mnl_attr_get_payload(const struct nlattr *attr);

/**
 * The payload as an 8-bit value. Its length is not checked: validate first.
 */
uint8_t mnl_attr_get_u8(const struct nlattr *attr);

/**
 * The payload as a 16-bit value in host byte order. Its length is not checked: validate first.
 */
uint16_t mnl_attr_get_u16(const struct nlattr *attr);

/**
 * The payload as a 32-bit value in host byte order. Its length is not checked: validate first.
 */
uint32_t mnl_attr_get_u32(const struct nlattr *attr);

/**
 * The payload as a 64-bit value in host byte order; needs no alignment. Its length is not checked: validate first.
 */
uint64_t mnl_attr_get_u64(const struct nlattr *attr);

/**
 * The payload as text. Its NUL is not checked: validate first.
 */
const char *mnl_attr_get_str(const struct nlattr *attr);

/**
 * Appends an attribute with len bytes of payload. More than 65531 cannot be: then the message stays as it was.
 *
 * There is no limit argument: the caller makes sure that there is room. mnl_attr_put_check has one.
 */
void mnl_attr_put(struct nlmsghdr *nlh,
                  uint16_t type,
                  size_t len,
                  const void *data);

/**
 * Appends an 8-bit value.
 */
void mnl_attr_put_u8(struct nlmsghdr *nlh, uint16_t type, uint8_t data);

/**
 * Appends a 16-bit value in host byte order.
 */
void mnl_attr_put_u16(struct nlmsghdr *nlh, uint16_t type, uint16_t data);

/**
 * Appends a 32-bit value in host byte order.
 */
void mnl_attr_put_u32(struct nlmsghdr *nlh, uint16_t type, uint32_t data);

/**
 * Appends a 64-bit value in host byte order.
 */
void mnl_attr_put_u64(struct nlmsghdr *nlh, uint16_t type, uint64_t data);

/**
 * Appends text without its NUL. Longer than 65531 bytes: the message stays as it was.
 */
void mnl_attr_put_str(struct nlmsghdr *nlh, uint16_t type, const char *data);

/**
 * Appends text with its NUL. Longer than 65530 bytes: the message stays as it was.
 */
void mnl_attr_put_strz(struct nlmsghdr *nlh, uint16_t type, const char *data);

/**
 * Appends an attribute where it fits: message, attribute and padding end within buflen bytes of nlh.
 *
 * @return false: it does not fit, or len is more than 65531; the message is as it was
 */
bool mnl_attr_put_check(struct nlmsghdr *nlh, size_t buflen, uint16_t type, size_t len, const void *data);

/**
 * mnl_attr_put_u8 where it fits.
 *
 * @return false: it does not; the message is as it was
 */
bool mnl_attr_put_u8_check(struct nlmsghdr *nlh, size_t buflen, uint16_t type, uint8_t data);

/**
 * mnl_attr_put_u16 where it fits.
 *
 * @return false: it does not; the message is as it was
 */
bool mnl_attr_put_u16_check(struct nlmsghdr *nlh, size_t buflen, uint16_t type, uint16_t data);

/**
 * mnl_attr_put_u32 where it fits.
 *
 * @return false: it does not; the message is as it was
 */
bool mnl_attr_put_u32_check(struct nlmsghdr *nlh, size_t buflen, uint16_t type, uint32_t data);

/**
 * mnl_attr_put_u64 where it fits.
 *
 * @return false: it does not; the message is as it was
 */
bool mnl_attr_put_u64_check(struct nlmsghdr *nlh, size_t buflen, uint16_t type, uint64_t data);

/**
 * mnl_attr_put_str where it fits.
 *
 * @return false: it does not, or is longer than 65531 bytes; the message is as it was
 */
bool mnl_attr_put_str_check(struct nlmsghdr *nlh, size_t buflen, uint16_t type, const char *data);

/**
 * mnl_attr_put_strz where it fits.
 *
 * @return false: it does not, or is longer than 65530 bytes; the message is as it was
 */
bool mnl_attr_put_strz_check(struct nlmsghdr *nlh, size_t buflen, uint16_t type, const char *data);

/**
 * Opens a nest: NLA_F_NESTED is set in its type. What is put from now on is inside, until mnl_attr_nest_end.
 *
 * @return the nest, for mnl_attr_nest_end or mnl_attr_nest_cancel
 */
struct nlattr *mnl_attr_nest_start(struct nlmsghdr *nlh, uint16_t type);

/**
 * Opens a nest where its header fits.
 *
 * @return the nest; NULL: it does not fit, and the message is as it was
 */
struct nlattr *mnl_attr_nest_start_check(struct nlmsghdr *nlh, size_t buflen, uint16_t type);

/**
 * Ends a nest: sets its length. A nest holds 65531 bytes, and this function cannot report that it has more: its length
 * is then what 16 bits hold of it, as it always was. Check before.
 */
void mnl_attr_nest_end(struct nlmsghdr *nlh,
                       struct nlattr *start);

/**
 * Takes back a nest and everything in it: the message ends where the nest began.
 */
void mnl_attr_nest_cancel(struct nlmsghdr *nlh, struct nlattr *start);

/**
 * Whether the type, without its flags, is at most maxtype: so that it can be an index.
 *
 * @return 1; or -1 with errno EOPNOTSUPP
 */
int mnl_attr_type_valid(const struct nlattr *attr, uint16_t maxtype);

/**
 * Checks the payload's length for a type, and that MNL_TYPE_NUL_STRING ends with a NUL.
 *
 * @return 0; or -1 with errno ERANGE for the length, EINVAL for a missing NUL or a type that there is not
 */
int mnl_attr_validate(const struct nlattr *attr, enum mnl_attr_data_type type);

/**
 * The same for a payload of len bytes; 0: of any length that the type allows.
 *
 * @return 0; or -1 with errno ERANGE for the length, EINVAL for a missing NUL or a type that there is not
 */
int mnl_attr_validate2(const struct nlattr *attr, enum mnl_attr_data_type type, size_t len);

/**
 * Whether there is a whole attribute at attr: at least a header, whose length is at least its own and at most len.
 *
 * @param len  bytes from attr to the end of the message or nest
 */
bool mnl_attr_ok(const struct nlattr *attr,
                 int len);

/**
 * The attribute behind this one. To be checked with mnl_attr_ok.
 */
struct nlattr *mnl_attr_next(const struct nlattr *attr);

/**
 * Calls cb for each attribute of a message behind offset bytes of payload, up to what is none.
 *
 * @return what cb returned last, which is less than 1 where it ended the walk; 1 when there was nothing
 */
int mnl_attr_parse(const struct nlmsghdr *nlh, unsigned int offset, mnl_attr_cb_t cb, void *data);

/**
 * Calls cb for each attribute in a nest, up to what is none.
 *
 * @return what cb returned last, which is less than 1 where it ended the walk; 1 when there was nothing
 */
int mnl_attr_parse_nested(const struct nlattr *attr, mnl_attr_cb_t cb, void *data);

/**
 * Calls cb for each attribute in payload_len bytes, up to what is none.
 *
 * @return what cb returned last, which is less than 1 where it ended the walk; 1 when there was nothing
 */
int mnl_attr_parse_payload(const void *payload, size_t payload_len, mnl_attr_cb_t cb, void *data);

/* Callbacks for what was received */

/**
 * A callback for messages: below 0 ends the run with an error, 0 ends it, above 0 continues.
 */
typedef int (*mnl_cb_t)(const struct nlmsghdr *nlh, void *data);

/**
 * Calls callbacks for the messages of a datagram, in turn, until one returns less than 1 or what is left is no
 * message.
 *
 * Before each message its port ID, its sequence number and the mark of an interrupted dump are checked.
 *
 * @param buf               the datagram
 * @param numbytes          its bytes
 * @param seq               the sequence number that messages must have; 0: any, as a message's 0 is
 * @param portid            the port ID that messages must have; 0: any, as a message's 0 is
 * @param cb_data           for messages of type 16 and above; NULL: they are passed over
 * @param data              for the callbacks
 * @param cb_ctl_array      for messages below type 16, by type. A NULL in it: they are passed over. Where it ends, as in mnl_cb_run
 * @param cb_ctl_array_len  how many cb_ctl_array has
 * @return what the last callback returned: 1 or more to continue, 0 to end, less after an error; or -1 with errno ESRCH: another port ID,
 *         EPROTO: another sequence number, EINTR: a dump that is inconsistent
 */
int mnl_cb_run2(const void *buf,
                size_t numbytes,
                unsigned int seq,
                unsigned int portid,
                mnl_cb_t cb_data,
                void *data,
                mnl_cb_t *cb_ctl_array,
                unsigned int cb_ctl_array_len);

/**
 * mnl_cb_run2 without control callbacks: NLMSG_NOOP and NLMSG_OVERRUN are passed over, NLMSG_DONE and an ack end the
 * run with 0, and an error ends it with -1 and its code in errno (EBADMSG when it is cut short).
 */
int mnl_cb_run(const void *buf,
               size_t numbytes,
               unsigned int seq,
               unsigned int portid,
               mnl_cb_t cb_data,
               void *data);

/** Each attribute of a message, behind offset bytes of payload. */
#define mnl_attr_for_each(attr, nlh, offset)                                                                  \
    for ((attr) = mnl_nlmsg_get_payload_offset((nlh), (offset));                                              \
         mnl_attr_ok((attr), (int)((char *)mnl_nlmsg_get_payload_tail(nlh) - (char *)(attr)));                \
         (attr) = mnl_attr_next(attr))

/** Each attribute in a nest. */
#define mnl_attr_for_each_nested(attr, nest)                                                                  \
    for ((attr) = mnl_attr_get_payload(nest);                                                                 \
         mnl_attr_ok((attr), (int)((char *)mnl_attr_get_payload(nest) + mnl_attr_get_payload_len(nest) -      \
                                   (char *)(attr)));                                                          \
         (attr) = mnl_attr_next(attr))

/** Each attribute in payload_size bytes; the variable is called attr. */
#define mnl_attr_for_each_payload(payload, payload_size)                                                      \
    for ((attr) = (payload);                                                                                  \
         mnl_attr_ok((attr), (int)((char *)(payload) + (payload_size) - (char *)(attr)));                     \
         (attr) = mnl_attr_next(attr))

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
