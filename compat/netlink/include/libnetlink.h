/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * libnetlink's interface on libnlrs: what a program needs that is to be compiled against the drop-in. It declares what the header of
 * iproute2 6.1 declares. Generated from compat/netlink/src; the comments there are these.
 *
 * Pointers are to what their types say and not NULL, unless a comment says otherwise. A message is a struct nlmsghdr in the
 * caller's buffer whose nlmsg_len grows. Lengths are in bytes. Values are in host byte order unless the name says be16 or be32.
 *
 * A handle is used by one thread at a time. Different handles are independent.
 */
#ifndef __LIBNETLINK_H__
#define __LIBNETLINK_H__

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <asm/types.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Flags of a handle: events come from all namespaces; an error in place of a dump is not written to stderr; dump requests are
 * checked strictly. */
#define RTNL_HANDLE_F_LISTEN_ALL_NSID 0x01
#define RTNL_HANDLE_F_SUPPRESS_NLERR 0x02
#define RTNL_HANDLE_F_STRICT_CHK 0x04

/** A socket and what belongs to it; rtnl_open fills it. */
struct rtnl_handle {
    /** The socket; -1: closed. */
    int fd;
    /** Its address. */
    struct sockaddr_nl local;
    /** Not used. */
    struct sockaddr_nl peer;
    /** The sequence number of the last request. */
    __u32 seq;
    /** The sequence number of the last dump request. */
    __u32 dump;
    /** The protocol: NETLINK_ROUTE, … */
    int proto;
    /** Where rtnl_dump_filter writes datagrams instead of calling the filter; NULL: it calls the filter. The caller's to set. */
    FILE *dump_fp;
    /** RTNL_HANDLE_F_… The caller's to set. */
    int flags;
};

/** A list of messages, for programs to keep some. */
struct nlmsg_list {
    struct nlmsg_list *next;
    struct nlmsghdr h;
};

/** Both ends of such a list. */
struct nlmsg_chain {
    struct nlmsg_list *head;
    struct nlmsg_list *tail;
};

/** What rtnl_statsdump_req_filter's filter gets: a request, with room for attributes. */
struct ipstats_req {
    struct nlmsghdr nlh;
    struct if_stats_msg ifsm;
    char buf[128];
};

/** What is known of a datagram beside its bytes. */
struct rtnl_ctrl_data {
    /** The ID of the namespace that it came from; -1: this one. */
    int nsid;
};

/** Adds attributes to a dump request in a buffer of reqlen bytes. 0: the request is to be sent. */
typedef int (*req_filter_fn_t)(struct nlmsghdr *nlh, int reqlen);
/** Takes a message of a dump. Less than 0 ends it. */
typedef int (*rtnl_filter_t)(struct nlmsghdr *n, void *arg);
/** Returns what an error in a dump means: RTNL_… */
typedef int (*rtnl_err_hndlr_t)(struct nlmsghdr *n, void *arg);
/** Takes a message from a socket or, with ctrl NULL, from a file. Less than 0 ends it. */
typedef int (*rtnl_listen_filter_t)(struct rtnl_ctrl_data *ctrl, struct nlmsghdr *n, void *arg);
/** Takes what an extended ack says. */
typedef int (*nl_ext_ack_fn_t)(const char *errmsg, uint32_t off, const struct nlmsghdr *inner_nlh);

/** What an rtnl_err_hndlr_t returns: the error ends the dump; an error in NLMSG_DONE is none; NLMSG_ERROR is skipped; both. */
#define RTNL_LET_NLERR 0x01
#define RTNL_SUPPRESS_NLMSG_DONE_NLERR 0x02
#define RTNL_SUPPRESS_NLMSG_ERROR_NLERR 0x04
#define RTNL_SUPPRESS_NLERR 0x06

/** A dump's filter with its argument, for programs that pass several. */
struct rtnl_dump_filter_arg {
    rtnl_filter_t filter;
    void *arg1;
    rtnl_err_hndlr_t errhndlr;
    void *arg2;
    __u16 nc_flags;
};

/** The message type in files of rtmon that holds the time of what follows. */
#define NLMSG_TSTAMP 15

/** Where the next attribute of a message goes. */
#define NLMSG_TAIL(nmsg) ((struct rtattr *)(((char *)(nmsg)) + NLMSG_ALIGN((nmsg)->nlmsg_len)))
/** The attribute behind this one. */
#define RTA_TAIL(rta) ((struct rtattr *)(((char *)(rta)) + RTA_ALIGN((rta)->rta_len)))

/** The first attribute behind a family's header, and the bytes of attributes in a message. */
#ifndef IFA_RTA
#define IFA_RTA(r) ((struct rtattr *)(((char *)(r)) + NLMSG_ALIGN(sizeof(struct ifaddrmsg))))
#endif
#ifndef IFA_PAYLOAD
#define IFA_PAYLOAD(n) NLMSG_PAYLOAD(n, sizeof(struct ifaddrmsg))
#endif
#ifndef IFLA_RTA
#define IFLA_RTA(r) ((struct rtattr *)(((char *)(r)) + NLMSG_ALIGN(sizeof(struct ifinfomsg))))
#endif
#ifndef IFLA_PAYLOAD
#define IFLA_PAYLOAD(n) NLMSG_PAYLOAD(n, sizeof(struct ifinfomsg))
#endif
#ifndef NDA_RTA
#define NDA_RTA(r) ((struct rtattr *)(((char *)(r)) + NLMSG_ALIGN(sizeof(struct ndmsg))))
#endif
#ifndef NDA_PAYLOAD
#define NDA_PAYLOAD(n) NLMSG_PAYLOAD(n, sizeof(struct ndmsg))
#endif
#ifndef NDTA_RTA
#define NDTA_RTA(r) ((struct rtattr *)(((char *)(r)) + NLMSG_ALIGN(sizeof(struct ndtmsg))))
#endif
#ifndef NDTA_PAYLOAD
#define NDTA_PAYLOAD(n) NLMSG_PAYLOAD(n, sizeof(struct ndtmsg))
#endif
#ifndef NETNS_RTA
#define NETNS_RTA(r) ((struct rtattr *)(((char *)(r)) + NLMSG_ALIGN(sizeof(struct rtgenmsg))))
#endif
#ifndef NETNS_PAYLOAD
#define NETNS_PAYLOAD(n) NLMSG_PAYLOAD(n, sizeof(struct rtgenmsg))
#endif
#ifndef IFLA_STATS_RTA
#define IFLA_STATS_RTA(r) ((struct rtattr *)(((char *)(r)) + NLMSG_ALIGN(sizeof(struct if_stats_msg))))
#endif
/* The program includes linux/if_bridge.h for this one, linux/if_link.h is here already. */
#ifndef BRVLAN_RTA
#define BRVLAN_RTA(r) ((struct rtattr *)(((char *)(r)) + NLMSG_ALIGN(sizeof(struct br_vlan_msg))))
#endif
#ifndef TUNNEL_RTA
#define TUNNEL_RTA(r) ((struct rtattr *)(((char *)(r)) + NLMSG_ALIGN(sizeof(struct tunnel_msg))))
#endif

/** Each attribute in a nest. */
#define rtattr_for_each_nested(attr, nest)                                                                    \
    for ((attr) = (struct rtattr *)RTA_DATA(nest);                                                            \
         RTA_OK((attr), (int)((char *)(nest) + (nest)->rta_len - (char *)(attr)));                            \
         (attr) = RTA_TAIL(attr))

/** Bytes of the receive buffer of sockets that are opened from now on; 1 MiB unless the program says otherwise. */
extern int rcvbuf;

/* Sockets */

/**
 * Opens a socket of NETLINK_ROUTE, as rtnl_open_byproto does.
 *
 * @param rth            what becomes the handle
 * @param subscriptions  bitmap of the groups 1 to 32 to join
 * @return 0; -1 after a text on stderr, with errno
 */
__attribute__((warn_unused_result)) int rtnl_open(struct rtnl_handle *rth, unsigned int subscriptions);

/**
 * Opens a socket: send buffer 32768 bytes, receive buffer rcvbuf, extended acks on, port ID of the kernel's choice.
 *
 * @param rth            what becomes the handle; what it was before is not looked at. After a failure its fd is -1
 * @param subscriptions  bitmap of the groups 1 to 32 to join
 * @param protocol       NETLINK_ROUTE, NETLINK_GENERIC, …
 * @return 0; -1 after a text on stderr, with errno
 */
__attribute__((warn_unused_result))
int rtnl_open_byproto(struct rtnl_handle *rth,
                      unsigned int subscriptions,
                      int protocol);

/**
 * Joins a multicast group of any number.
 *
 * @return 0; -1 with errno
 */
__attribute__((warn_unused_result)) int rtnl_add_nl_group(struct rtnl_handle *rth, unsigned int group);

/**
 * Closes the socket and sets the handle's fd to -1. A handle whose fd is -1 already is left as it is.
 */
void rtnl_close(struct rtnl_handle *rth);

/**
 * Asks the kernel to check dump requests strictly and to filter by their headers and attributes (Linux 4.20), and sets
 * RTNL_HANDLE_F_STRICT_CHK in the handle's flags where the kernel can. Without it, the kernel returns more than was asked for.
 */
void rtnl_set_strict_dump(struct rtnl_handle *rth);

/**
 * Receives events of all network namespaces that have an ID in this one. rtnl_listen then says which.
 *
 * @return 0; -1 after a text on stderr, with errno
 */
int rtnl_listen_all_nsid(struct rtnl_handle *rth);

/*
 * Dump requests
 *
 * Each sends a request with NLM_F_REQUEST and NLM_F_DUMP under the next sequence number, which becomes the handle's `seq` and
 * `dump`; rtnl_dump_filter receives the answer. They return the bytes that were sent, or -1 with errno.
 */

/**
 * Requests the addresses.
 *
 * @param family     AF_UNSPEC, AF_INET, AF_INET6
 * @param filter_fn  may be NULL; adds attributes to the message in a buffer of the given bytes, and returns 0
 * @return the bytes that were sent; -1 with errno, EMSGSIZE: the filter made the message longer than its buffer; or what filter_fn
 *         returned
 */
__attribute__((warn_unused_result))
int rtnl_addrdump_req(struct rtnl_handle *rth,
                      int family,
                      req_filter_fn_t filter_fn);

/**
 * Requests the labels of address selection.
 */
__attribute__((warn_unused_result)) int rtnl_addrlbldump_req(struct rtnl_handle *rth, int family);

/**
 * Requests the routes; filter_fn as in rtnl_addrdump_req.
 */
__attribute__((warn_unused_result))
int rtnl_routedump_req(struct rtnl_handle *rth,
                       int family,
                       req_filter_fn_t filter_fn);

/**
 * Requests the rules.
 */
__attribute__((warn_unused_result)) int rtnl_ruledump_req(struct rtnl_handle *rth, int family);

/**
 * Requests the neighbours; filter_fn as in rtnl_addrdump_req.
 */
__attribute__((warn_unused_result))
int rtnl_neighdump_req(struct rtnl_handle *rth,
                       int family,
                       req_filter_fn_t filter_fn);

/**
 * Requests the neighbour tables with their parameters.
 */
__attribute__((warn_unused_result)) int rtnl_neightbldump_req(struct rtnl_handle *rth, int family);

/**
 * Requests the multicast groups of bridges.
 */
__attribute__((warn_unused_result)) int rtnl_mdbdump_req(struct rtnl_handle *rth, int family);

/**
 * Requests the VLANs of bridges.
 *
 * @param dump_flags  BRIDGE_VLANDB_DUMPF_…: which parts
 */
__attribute__((warn_unused_result))
int rtnl_brvlandump_req(struct rtnl_handle *rth,
                        int family,
                        __u32 dump_flags);

/**
 * Requests the configuration of devices.
 */
__attribute__((warn_unused_result)) int rtnl_netconfdump_req(struct rtnl_handle *rth, int family);

/**
 * Requests the links; of AF_UNSPEC with their virtual functions.
 */
__attribute__((warn_unused_result)) int rtnl_linkdump_req(struct rtnl_handle *rth, int family);

/**
 * Requests the links.
 *
 * @param filter_mask  RTEXT_FILTER_…: which parts; for AF_UNSPEC and AF_BRIDGE alone, other families have none to choose from
 */
__attribute__((warn_unused_result))
int rtnl_linkdump_req_filter(struct rtnl_handle *rth,
                             int family,
                             __u32 filter_mask);

/**
 * Requests the links; filter_fn as in rtnl_addrdump_req, not NULL, and called for AF_UNSPEC and AF_PACKET alone.
 *
 * @return as rtnl_addrdump_req; -EINVAL: no filter_fn for one of these
 */
__attribute__((warn_unused_result))
int rtnl_linkdump_req_filter_fn(struct rtnl_handle *rth,
                                int family,
                                req_filter_fn_t filter_fn);

/**
 * Requests the forwarding entries of bridges; filter_fn as in rtnl_addrdump_req.
 */
__attribute__((warn_unused_result))
int rtnl_fdb_linkdump_req_filter_fn(struct rtnl_handle *rth,
                                    req_filter_fn_t filter_fn);

/**
 * Requests the IDs of network namespaces; filter_fn as in rtnl_addrdump_req, but not NULL.
 *
 * @return as rtnl_addrdump_req; -EINVAL: no filter_fn
 */
__attribute__((warn_unused_result))
int rtnl_nsiddump_req_filter_fn(struct rtnl_handle *rth,
                                int family,
                                req_filter_fn_t filter_fn);

/**
 * Requests statistics of links.
 *
 * @param filt_mask    IFLA_STATS_FILTER_BIT(…): which
 * @param filter_fn    may be NULL; adds attributes to the request, and returns 0
 * @param filter_data  for filter_fn
 * @return as rtnl_addrdump_req
 */
__attribute__((warn_unused_result))
int rtnl_statsdump_req_filter(struct rtnl_handle *rth,
                              int fam,
                              __u32 filt_mask,
                              int (*filter_fn)(struct ipstats_req *req, void *data),
                              void *filter_data);

/**
 * Requests any dump.
 *
 * @param type  the message type
 * @param req   what follows the message's header
 * @param len   bytes of that
 * @return the bytes that were sent; -1 with errno, EINVAL: len is negative
 */
__attribute__((warn_unused_result))
int rtnl_dump_request(struct rtnl_handle *rth,
                      int type,
                      void *req,
                      int len);

/**
 * Requests any dump by a message of the caller's, which gets flags, sequence number and port ID 0.
 *
 * @return the bytes that were sent; -1 with errno
 */
__attribute__((warn_unused_result)) int rtnl_dump_request_n(struct rtnl_handle *rth, struct nlmsghdr *n);

/**
 * Requests the nexthops; filter_fn as in rtnl_addrdump_req.
 */
__attribute__((warn_unused_result))
int rtnl_nexthopdump_req(struct rtnl_handle *rth,
                         int family,
                         req_filter_fn_t filter_fn);

/**
 * Requests the buckets of resilient nexthop groups; filter_fn as in rtnl_addrdump_req.
 */
__attribute__((warn_unused_result))
int rtnl_nexthop_bucket_dump_req(struct rtnl_handle *rth,
                                 int family,
                                 req_filter_fn_t filter_fn);

/**
 * Requests the entries of a tunnel device.
 *
 * @param ifindex  the device
 * @param flags    TUNNEL_MSG_FLAG_…
 */
__attribute__((warn_unused_result))
int rtnl_tunneldump_req(struct rtnl_handle *rth,
                        int family,
                        int ifindex,
                        __u8 flags);

/*
 * Dumps
 *
 * rtnl_dump_filter and rtnl_dump_filter_errhndlr are macros for these with nc_flags 0.
 */

/**
 * Receives a dump and passes its messages to a filter.
 *
 * What does not belong to the dump that was requested last is skipped. With a dump_fp in the handle, datagrams are written there
 * and the filter is not called. A dump that the kernel calls inconsistent is reported on stderr.
 *
 * @param rth       an open handle
 * @param filter    gets each message; less than 0 ends the dump. NULL: messages are skipped
 * @param arg       for filter
 * @param nc_flags  bits of nlmsg_flags that the filter is not to see
 * @return 0; what the filter returned, when less; -1 with errno after a text on stderr: what the kernel returned (ENOENT and
 *         EOPNOTSUPP at the end of a dump without a text); a negative errno: a receive failed
 */
int rtnl_dump_filter_nc(struct rtnl_handle *rth,
                        rtnl_filter_t filter,
                        void *arg,
                        __u16 nc_flags);

/**
 * As rtnl_dump_filter_nc, with a say in what an error means.
 *
 * @param errhndlr  gets the NLMSG_ERROR or NLMSG_DONE with an error in it, and returns RTNL_LET_NLERR or a combination of
 *                  RTNL_SUPPRESS_NLMSG_ERROR_NLERR (the NLMSG_ERROR is skipped) and RTNL_SUPPRESS_NLMSG_DONE_NLERR (the
 *                  NLMSG_DONE ends the dump well); may be NULL. ENOENT and EOPNOTSUPP from NETLINK_SOCK_DIAG end the dump without it
 *                  and without a text: the kernel has no such sockets
 * @param earg      for errhndlr
 */
int rtnl_dump_filter_errhndlr_nc(struct rtnl_handle *rth,
                                 rtnl_filter_t filter,
                                 void *farg,
                                 rtnl_err_hndlr_t errhndlr,
                                 void *earg,
                                 __u16 nc_flags);

/* Requests and their answers */

/**
 * Sends a request and receives its answer.
 *
 * @param rtnl    an open handle, whose sequence number grows by one
 * @param n       the request; gets the sequence number, and NLM_F_ACK when answer is NULL
 * @param answer  becomes the first message that answers, the ack where there is nothing else, to be freed by free(); untouched after
 *                a failure. NULL: the ack is waited for, and other messages are reported on stderr
 * @return 0; less, with errno, after a text on stderr: what the kernel (without a text from NETLINK_SOCK_DIAG) or the system reports
 */
__attribute__((warn_unused_result))
int rtnl_talk(struct rtnl_handle *rtnl,
              struct nlmsghdr *n,
              struct nlmsghdr **answer);

/**
 * As rtnl_talk, but an error that the kernel returns is not written to stderr.
 */
__attribute__((warn_unused_result))
int rtnl_talk_suppress_rtnl_errmsg(struct rtnl_handle *rtnl,
                                   struct nlmsghdr *n,
                                   struct nlmsghdr **answer);

/**
 * Sends several requests in one datagram and receives the answer to each, as rtnl_talk does for one.
 *
 * @param iovec   the requests, one in each
 * @param iovlen  how many; 0: nothing is done
 * @param answer  as in rtnl_talk; what answers the last one that was answered by more than an error
 * @return 0; less, with errno: -N when the Nth was refused, the last such; otherwise a negative errno
 */
__attribute__((warn_unused_result))
int rtnl_talk_iov(struct rtnl_handle *rtnl,
                  struct iovec *iovec,
                  size_t iovlen,
                  struct nlmsghdr **answer);

/**
 * Sends a request with NLM_F_ECHO and NLM_F_ACK, and passes the kernel's answer, which is the object as it is now, to a handler.
 *
 * @param json     not 0: the handler's output is to be JSON. In a program that has new_json_obj, open_json_object,
 *                 close_json_object and delete_json_obj, as iproute2 does, they are called around the handler, with json
 * @param handler  gets the message, and stdout
 * @return 0; less: as rtnl_talk
 */
__attribute__((warn_unused_result))
int rtnl_echo_talk(struct rtnl_handle *rtnl,
                   struct nlmsghdr *n,
                   int json,
                   int (*handler)(struct nlmsghdr *n, void *arg));

/**
 * Sends bytes as they are: one message or more.
 *
 * @return the bytes that were sent; -1 with errno
 */
__attribute__((warn_unused_result)) int rtnl_send(struct rtnl_handle *rth, const void *buf, int len);

/**
 * Sends bytes as they are, and looks whether the kernel has refused them at once. Nothing is taken out of the queue.
 *
 * @return 0; -1 with errno
 */
__attribute__((warn_unused_result))
int rtnl_send_check(struct rtnl_handle *rth,
                    const void *buf,
                    int len);

/* Events */

/**
 * Receives events and passes each message to a handler, until that returns less than 0 or a receive fails. What other programs
 * send is skipped. When the kernel had to drop events (ENOBUFS), a text on stderr says so, and it continues.
 *
 * @param rtnl     an open handle
 * @param handler  gets the ID of the namespace (0; with RTNL_HANDLE_F_LISTEN_ALL_NSID -1 for this one), the message, and jarg
 * @param jarg     for handler
 * @return what the handler returned; -1 with errno after a text on stderr
 */
int rtnl_listen(struct rtnl_handle *rtnl,
                rtnl_listen_filter_t handler,
                void *jarg);

/**
 * Reads messages from a file and passes each to a handler, until that returns less than 0 or the file ends.
 *
 * @param rtnl     a stream of messages, each padded to a multiple of 4, as rtmon writes them
 * @param handler  gets NULL, the message, and jarg
 * @param jarg     for handler
 * @return 0 at the end of the file; what the handler returned; -1 after a text on stderr: the file cannot be read, ends within a
 *         message, or has one with a length below 16 or above 1 MiB
 */
int rtnl_from_file(FILE *rtnl,
                   rtnl_listen_filter_t handler,
                   void *jarg);

/*
 * Attributes: writers
 *
 * A message, or an attribute that holds others, is in the caller's buffer, which has `maxlen` bytes from there on; a negative maxlen
 * is no limit. What does not fit is refused with -1 and a text on stderr, and leaves the message as it was. Padding is zero.
 */

/**
 * Appends an attribute without payload.
 *
 * @return 0; -1: it does not fit
 */
int addattr(struct nlmsghdr *n, int maxlen, int type);

/**
 * Appends an 8-bit value.
 *
 * @return 0; -1: it does not fit
 */
int addattr8(struct nlmsghdr *n, int maxlen, int type, __u8 data);

/**
 * Appends a 16-bit value in host byte order.
 *
 * @return 0; -1: it does not fit
 */
int addattr16(struct nlmsghdr *n, int maxlen, int type, __u16 data);

/**
 * Appends a 32-bit value in host byte order.
 *
 * @return 0; -1: it does not fit
 */
int addattr32(struct nlmsghdr *n, int maxlen, int type, __u32 data);

/**
 * Appends a 64-bit value in host byte order.
 *
 * @return 0; -1: it does not fit
 */
int addattr64(struct nlmsghdr *n, int maxlen, int type, __u64 data);

/**
 * Appends text with its NUL.
 *
 * @return 0; -1: it does not fit, or has more than 65530 bytes
 */
int addattrstrz(struct nlmsghdr *n, int maxlen, int type, const char *data);

/**
 * Appends alen bytes.
 *
 * @param data  may be NULL when alen is 0
 * @return 0; -1: it does not fit, alen is negative or more than 65531
 */
int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data, int alen);

/**
 * Appends len bytes that are no attribute, padded with zeros.
 *
 * @return 0; -1: they do not fit, or len is negative
 */
int addraw_l(struct nlmsghdr *n, int maxlen, const void *data, int len);

/**
 * Begins a nest, which addattr_nest_end ends. NLA_F_NESTED is the caller's to add to the type.
 *
 * @return the nest; NULL: it does not fit
 */
struct rtattr *addattr_nest(struct nlmsghdr *n, int maxlen, int type);

/**
 * Ends a nest.
 *
 * @param nest  what addattr_nest returned; NULL: -1 is the result
 * @return the message's length; -1 when the nest has more than 65535 bytes: it is taken out of the message then
 */
int addattr_nest_end(struct nlmsghdr *n,
                     struct rtattr *nest);

/**
 * Begins an attribute that is a structure and a nest of the same type; addattr_nest_compat_end ends it.
 *
 * @param data  the structure
 * @param len   its bytes
 * @return the attribute; NULL: it does not fit, and the message is as it was
 */
struct rtattr *addattr_nest_compat(struct nlmsghdr *n, int maxlen, int type, const void *data, int len);

/**
 * Ends an attribute that addattr_nest_compat began.
 *
 * @param nest  what addattr_nest_compat returned; NULL: -1 is the result
 * @return the message's length; -1 when the attribute has more than 65535 bytes: it is taken out of the message then
 */
int addattr_nest_compat_end(struct nlmsghdr *n,
                            struct rtattr *nest);

/**
 * Appends an 8-bit value to an attribute that holds others.
 *
 * @return 0; -1: it does not fit
 */
int rta_addattr8(struct rtattr *rta, int maxlen, int type, __u8 data);

/**
 * Appends a 16-bit value in host byte order to an attribute that holds others.
 *
 * @return 0; -1: it does not fit
 */
int rta_addattr16(struct rtattr *rta, int maxlen, int type, __u16 data);

/**
 * Appends a 32-bit value in host byte order to an attribute that holds others.
 *
 * @return 0; -1: it does not fit
 */
int rta_addattr32(struct rtattr *rta, int maxlen, int type, __u32 data);

/**
 * Appends a 64-bit value in host byte order to an attribute that holds others.
 *
 * @return 0; -1: it does not fit
 */
int rta_addattr64(struct rtattr *rta, int maxlen, int type, __u64 data);

/**
 * Appends alen bytes to an attribute that holds others.
 *
 * @param data  may be NULL when alen is 0
 * @return 0; -1: it does not fit, alen is negative, or one of the two would have more than 65535 bytes
 */
int rta_addattr_l(struct rtattr *rta, int maxlen, int type, const void *data, int alen);

/**
 * Begins a nest, with NLA_F_NESTED in its type, in an attribute that holds others; rta_nest_end ends it.
 *
 * @return the nest; NULL: it does not fit
 */
struct rtattr *rta_nest(struct rtattr *rta, int maxlen, int type);

/**
 * Ends a nest that rta_nest began.
 *
 * @param nest  what rta_nest returned; NULL: -1 is the result
 * @return the length of rta; -1
 */
int rta_nest_end(struct rtattr *rta, struct rtattr *nest);

/* Attributes: readers */

/**
 * Puts a pointer to each attribute into an array by its type. Of several of one type the first counts; of a type that is not in
 * the array none.
 *
 * @param tb   max + 1 pointers; NULL where there is no attribute
 * @param max  the largest type
 * @param rta  the first attribute
 * @param len  bytes from there on. Bytes that are no attribute end the walk, with a text on stderr
 * @return 0
 */
int parse_rtattr(struct rtattr **tb,
                 int max,
                 struct rtattr *rta,
                 int len);

/**
 * As parse_rtattr, with the bits of flags taken out of the types: NLA_F_NESTED and the like, which are no part of a type.
 *
 * @return 0
 */
int parse_rtattr_flags(struct rtattr **tb,
                       int max,
                       struct rtattr *rta,
                       int len,
                       unsigned short flags);

/**
 * The first attribute of a type, which is compared with its flag bits.
 *
 * @param type  the type
 * @param rta   the first attribute
 * @param len   bytes from there on. Bytes that are no attribute end the walk, with a text on stderr
 * @return the attribute; NULL: there is none
 */
struct rtattr *parse_rtattr_one(int type, struct rtattr *rta, int len);

/**
 * parse_rtattr_nested_compat's function: parses the nest behind a structure of len bytes in an attribute.
 *
 * @return 0, also when there is no nest; -1: the attribute is shorter than the structure, and tb as it was
 */
int __parse_rtattr_nested_compat(struct rtattr **tb, int max, struct rtattr *rta, int len);

/* Extended acks */

/**
 * Passes the extended ack of an NLMSG_ERROR on: to errfn, or to stderr when that is NULL.
 *
 * @param nlh    the NLMSG_ERROR
 * @param errfn  gets the text (NULL: none), the offset of what is wrong in the request (0: not known), and the request (NULL: not
 *               echoed, or no offset); may be NULL
 * @return what errfn returned; without it 1: the text of an error was written; 0: there was none, or it was a warning's
 */
int nl_dump_ext_ack(const struct nlmsghdr *nlh,
                    nl_ext_ack_fn_t errfn);

/**
 * Writes the extended ack in an NLMSG_DONE to stderr.
 *
 * @param nlh     the NLMSG_DONE
 * @param offset  bytes of payload before the attributes: 4
 * @param error   the error that the NLMSG_DONE says; 0: what it says is a warning
 * @return 1: the text of an error was written; 0
 */
int nl_dump_ext_ack_done(const struct nlmsghdr *nlh, unsigned int offset, int error);

/* Policies */

/**
 * Prints a policy that the kernel's generic netlink controller returned: every attribute with its type, ranges, lengths.
 *
 * @param attr  CTRL_ATTR_POLICY
 * @param fp    the stream
 */
void nl_print_policy(const struct rtattr *attr,
                     FILE *fp);

/** rtnl_dump_filter_nc and rtnl_dump_filter_errhndlr_nc for a filter that sees all flags. */
#define rtnl_dump_filter(rth, filter, arg) rtnl_dump_filter_nc((rth), (filter), (arg), 0)
#define rtnl_dump_filter_errhndlr(rth, filter, farg, errhndlr, earg)                                          \
    rtnl_dump_filter_errhndlr_nc((rth), (filter), (farg), (errhndlr), (earg), 0)

/** parse_rtattr and parse_rtattr_one over what is in a nest. */
#define parse_rtattr_nested(tb, max, rta)                                                                     \
    (parse_rtattr_flags((tb), (max), (struct rtattr *)RTA_DATA(rta), (int)RTA_PAYLOAD(rta), NLA_F_NESTED))
#define parse_rtattr_one_nested(type, rta)                                                                    \
    (parse_rtattr_one((type), (struct rtattr *)RTA_DATA(rta), (int)RTA_PAYLOAD(rta)))
/** parse_rtattr over the nest behind a structure of len bytes; data becomes the structure, or NULL where there is less. */
#define parse_rtattr_nested_compat(tb, max, rta, data, len)                                                   \
    ((data) = RTA_PAYLOAD(rta) >= (len) ? RTA_DATA(rta) : NULL,                                               \
     __parse_rtattr_nested_compat((tb), (max), (rta), (int)(len)))

/** The payload as a value. Its length is not checked: the kernel's attributes have theirs. */
static inline __u8 rta_getattr_u8(const struct rtattr *rta)
{
    __u8 value;

    memcpy(&value, (const char *)rta + RTA_LENGTH(0), sizeof(value));
    return value;
}

static inline __u16 rta_getattr_u16(const struct rtattr *rta)
{
    __u16 value;

    memcpy(&value, (const char *)rta + RTA_LENGTH(0), sizeof(value));
    return value;
}

/** From network to host byte order, as its result's use shows; the type says otherwise. */
static inline __be16 rta_getattr_be16(const struct rtattr *rta)
{
    return ntohs(rta_getattr_u16(rta));
}

static inline __u32 rta_getattr_u32(const struct rtattr *rta)
{
    __u32 value;

    memcpy(&value, (const char *)rta + RTA_LENGTH(0), sizeof(value));
    return value;
}

/** From network to host byte order, as rta_getattr_be16. */
static inline __be32 rta_getattr_be32(const struct rtattr *rta)
{
    return ntohl(rta_getattr_u32(rta));
}

static inline __u64 rta_getattr_u64(const struct rtattr *rta)
{
    __u64 value;

    memcpy(&value, (const char *)rta + RTA_LENGTH(0), sizeof(value));
    return value;
}

static inline __s32 rta_getattr_s32(const struct rtattr *rta)
{
    return (__s32)rta_getattr_u32(rta);
}

static inline __s64 rta_getattr_s64(const struct rtattr *rta)
{
    return (__s64)rta_getattr_u64(rta);
}

/** The payload as text; the kernel ends it with a NUL. */
static inline const char *rta_getattr_str(const struct rtattr *rta)
{
    return (const char *)rta + RTA_LENGTH(0);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
