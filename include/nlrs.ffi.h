/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Made from src by `make header`; not to be edited.

   The declarations of nlrs.h for tools that read C without a preprocessor, such as Python's cffi and LuaJIT. What they
   mean is said in nlrs.h. */

enum {
    NLRS_KIND_ANY = 0,
    NLRS_KIND_FLAG = 1,
    NLRS_KIND_U8 = 2,
    NLRS_KIND_U16 = 3,
    NLRS_KIND_U32 = 4,
    NLRS_KIND_U64 = 5,
    NLRS_KIND_S8 = 6,
    NLRS_KIND_S16 = 7,
    NLRS_KIND_S32 = 8,
    NLRS_KIND_S64 = 9,
    NLRS_KIND_BE16 = 10,
    NLRS_KIND_BE32 = 11,
    NLRS_KIND_BE64 = 12,
    NLRS_KIND_UINT = 13,
    NLRS_KIND_SINT = 14,
    NLRS_KIND_TEXT = 15,
    NLRS_KIND_NUL_TEXT = 16,
    NLRS_KIND_BITFIELD32 = 17,
    NLRS_KIND_NEST = 18,
    NLRS_KIND_NEST_ARRAY = 19,
    NLRS_RULE_REQUIRED = 1,
    NLRS_RULE_RANGE = 2,
    NLRS_RULE_MASK = 4,
    NLRS_BATCH_CONTINUE = 0,
    NLRS_BATCH_STOP_AT_FAILURE = 1,
    NLRS_COUNT_RECEIVED = 1,
    NLRS_COUNT_DELIVERED = 2,
    NLRS_COUNT_FILTERED = 3,
    NLRS_COUNT_OVERRUNS = 4,
    NLRS_COUNT_LOST = 5,
    NLRS_COUNT_RESYNCS = 6,
    NLRS_COUNT_FOREIGN = 7,
    NLRS_EVENT_MESSAGE = 1,
    NLRS_EVENT_DATAGRAM = 2,
    NLRS_EVENT_OVERRUN = 3,
    NLRS_EVENT_SNAPSHOT_BEGIN = 4,
    NLRS_EVENT_OBJECT = 5,
    NLRS_EVENT_SNAPSHOT_END = 6,
    NLRS_EVENT_ADDED = 7,
    NLRS_EVENT_CHANGED = 8,
    NLRS_EVENT_REMOVED = 9,
    NLRS_LINKS = 0x101,
    NLRS_ADDRESSES = 0x102,
    NLRS_ROUTES = 0x103,
    NLRS_NEIGHBOURS = 0x104,
    NLRS_RULES = 0x105,
    NLRS_KEY_NONE = 0,
    NLRS_KEY_PRESENT = 1,
    NLRS_KEY_DELETED = 2,
    NLRS_KEY_MAX = 128,
    NLRS_LINK_MASTER_SET = 0x1,
    NLRS_LINK_LOWER_SET = 0x2,
    NLRS_LINK_NETNSID_SET = 0x4,
    NLRS_LINK_TARGET_NETNSID_SET = 0x8,
    NLRS_LINK_GROUP_SET = 0x10,
    NLRS_LINK_TX_QUEUE_LEN_SET = 0x20,
    NLRS_LINK_CARRIER_SET = 0x40,
    NLRS_LINK_MODE_SET = 0x80,
    NLRS_LINK_PROTO_DOWN_SET = 0x100,
    NLRS_ADDRESS_TARGET_NETNSID_SET = 0x1,
    NLRS_ROUTE_UID_SET = 0x1,
    NLRS_ROUTE_EXPIRES_SET = 0x2,
    NLRS_RULE_PRIORITY_SET = 0x1,
    NLRS_RULE_FWMARK_SET = 0x2,
    NLRS_RULE_SUPPRESS_PREFIX_LEN_SET = 0x4,
    NLRS_RULE_SUPPRESS_IFGROUP_SET = 0x8,
    NLRS_RULE_UID_RANGE_SET = 0x10,
    NLRS_RULE_DSCP_SET = 0x20,
    NLRS_RULE_FLOWLABEL_SET = 0x40,
    NLRS_NEIGHBOUR_NETNSID_SET = 0x1,
    NLRS_NEXTHOP_IDLE_TIMER_SET = 0x1,
    NLRS_NEXTHOP_UNBALANCED_TIMER_SET = 0x2,
    NLRS_NEXTHOP_HW_STATS_SET = 0x4,
    NLRS_TRACE_SENT = 0,
    NLRS_TRACE_RECEIVED = 1,
    NLRS_EPARTIAL = -0x10001,
    NLRS_ENOTSENT = -0x10002,
    NLRS_EUNKNOWN = -0x10003,
    NLRS_EINDEX = -0x10004,
    NLRS_EINTR_DUMP = -0x10005,
    NLRS_EOVERRUN = -0x10006,
    NLRS_ETRUNC = -0x10007,
    NLRS_ETIMEDOUT = -0x10008,
    NLRS_ECANCELED = -0x10009,
    NLRS_EBUSY = -0x1000a,
    NLRS_ECLOSED = -0x1000b,
    NLRS_EABORTED = -0x1000c,
    NLRS_STOP = 1,
    NLRS_ORIGIN_NONE = 0,
    NLRS_ORIGIN_ARGUMENT = 1,
    NLRS_ORIGIN_SYSTEM = 2,
    NLRS_ORIGIN_KERNEL = 3,
    NLRS_ORIGIN_CALLBACK = 4,
    NLRS_ORIGIN_LIBRARY = 5,
    NLRS_VERSION_MAJOR = 0,
    NLRS_VERSION_MINOR = 1,
    NLRS_VERSION_PATCH = 0,
    NLRS_VERSION_NUMBER = 0x000100,
};

/* Numbers of the kernel that the records are used with. */
enum {
    NETLINK_ROUTE = 0,
    NETLINK_GENERIC = 16,
    NETLINK_NETFILTER = 12,
    NETLINK_KOBJECT_UEVENT = 15,
    NETLINK_CONNECTOR = 11,
    NLM_F_REQUEST = 1,
    NLM_F_MULTI = 2,
    NLM_F_ACK = 4,
    NLM_F_ECHO = 8,
    NLM_F_ROOT = 256,
    NLM_F_MATCH = 512,
    NLM_F_DUMP = 768,
    NLM_F_REPLACE = 256,
    NLM_F_EXCL = 512,
    NLM_F_CREATE = 1024,
    NLM_F_APPEND = 2048,
    RTM_NEWLINK = 16,
    RTM_DELLINK = 17,
    RTM_GETLINK = 18,
    RTM_SETLINK = 19,
    RTM_NEWADDR = 20,
    RTM_DELADDR = 21,
    RTM_GETADDR = 22,
    RTM_NEWROUTE = 24,
    RTM_DELROUTE = 25,
    RTM_GETROUTE = 26,
    RTM_NEWNEIGH = 28,
    RTM_DELNEIGH = 29,
    RTM_GETNEIGH = 30,
    RTM_NEWRULE = 32,
    RTM_DELRULE = 33,
    RTM_GETRULE = 34,
    IFF_UP = 1,
    IFF_BROADCAST = 2,
    IFF_DEBUG = 4,
    IFF_LOOPBACK = 8,
    IFF_POINTOPOINT = 16,
    IFF_NOTRAILERS = 32,
    IFF_RUNNING = 64,
    IFF_NOARP = 128,
    IFF_PROMISC = 256,
    IFF_ALLMULTI = 512,
    IFF_MASTER = 1024,
    IFF_SLAVE = 2048,
    IFF_MULTICAST = 4096,
    IFF_PORTSEL = 8192,
    IFF_AUTOMEDIA = 16384,
    IFF_DYNAMIC = 32768,
    RTN_UNSPEC = 0,
    RTN_UNICAST = 1,
    RTN_LOCAL = 2,
    RTN_BROADCAST = 3,
    RTN_ANYCAST = 4,
    RTN_MULTICAST = 5,
    RTN_BLACKHOLE = 6,
    RTN_UNREACHABLE = 7,
    RTN_PROHIBIT = 8,
    RTN_THROW = 9,
    RTN_NAT = 10,
    RT_SCOPE_UNIVERSE = 0,
    RT_SCOPE_SITE = 200,
    RT_SCOPE_LINK = 253,
    RT_SCOPE_HOST = 254,
    RT_SCOPE_NOWHERE = 255,
    RT_TABLE_UNSPEC = 0,
    RT_TABLE_COMPAT = 252,
    RT_TABLE_DEFAULT = 253,
    RT_TABLE_MAIN = 254,
    RT_TABLE_LOCAL = 255,
    RTPROT_UNSPEC = 0,
    RTPROT_REDIRECT = 1,
    RTPROT_KERNEL = 2,
    RTPROT_BOOT = 3,
    RTPROT_STATIC = 4,
    NUD_INCOMPLETE = 1,
    NUD_REACHABLE = 2,
    NUD_STALE = 4,
    NUD_DELAY = 8,
    NUD_PROBE = 16,
    NUD_FAILED = 32,
    NUD_NOARP = 64,
    NUD_PERMANENT = 128,
    NTF_USE = 1,
    NTF_SELF = 2,
    NTF_MASTER = 4,
    NTF_PROXY = 8,
    NTF_ROUTER = 128,
    AF_UNSPEC = 0,
    AF_UNIX = 1,
    AF_INET = 2,
    AF_INET6 = 10,
    AF_BRIDGE = 7,
    NETLINK_SOCK_DIAG = 4,
    RTM_NEWNEXTHOP = 104,
    RTM_DELNEXTHOP = 105,
    RTM_GETNEXTHOP = 106,
    RTM_NEWLINKPROP = 108,
    RTM_DELLINKPROP = 109,
    RTNLGRP_LINK = 1,
    RTNLGRP_NOTIFY = 2,
    RTNLGRP_NEIGH = 3,
    RTNLGRP_TC = 4,
    RTNLGRP_IPV4_IFADDR = 5,
    RTNLGRP_IPV4_ROUTE = 7,
    RTNLGRP_IPV4_RULE = 8,
    RTNLGRP_IPV6_IFADDR = 9,
    RTNLGRP_IPV6_ROUTE = 11,
    RTNLGRP_IPV6_PREFIX = 18,
    RTNLGRP_IPV6_RULE = 19,
    RTNLGRP_NSID = 28,
    RTNLGRP_NEXTHOP = 32,
    RTPROT_RA = 9,
    RTPROT_ZEBRA = 11,
    RTPROT_BIRD = 12,
    RTPROT_DHCP = 16,
    RTPROT_BGP = 186,
    RTPROT_OSPF = 188,
    FR_ACT_TO_TBL = 1,
    FR_ACT_GOTO = 2,
    FR_ACT_NOP = 3,
    FR_ACT_BLACKHOLE = 6,
    FR_ACT_UNREACHABLE = 7,
    FR_ACT_PROHIBIT = 8,
    AF_MPLS = 28,
};

struct nlmsghdr {
    uint32_t nlmsg_len;
    uint16_t nlmsg_type;
    uint16_t nlmsg_flags;
    uint32_t nlmsg_seq;
    uint32_t nlmsg_pid;
};
struct nlattr {
    uint16_t nla_len;
    uint16_t nla_type;
};
struct sockaddr_nl {
    uint16_t nl_family;
    uint16_t nl_pad;
    uint32_t nl_pid;
    uint32_t nl_groups;
};
struct nlmsgerr {
    int error;
    struct nlmsghdr msg;
};

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

size_t nlrs_nlmsg_align(size_t len);
size_t nlrs_nlmsg_length(size_t len);
size_t nlrs_nlmsg_space(size_t len);
void *nlrs_nlmsg_data(const struct nlmsghdr *nlh);
struct nlmsghdr *nlrs_nlmsg_next(const struct nlmsghdr *nlh, int *len);
int nlrs_nlmsg_ok(const struct nlmsghdr *nlh, int len);
int nlrs_nlmsg_payload(const struct nlmsghdr *nlh, int len);
size_t nlrs_rta_align(size_t len);
size_t nlrs_rta_length(size_t len);
size_t nlrs_rta_space(size_t len);
void *nlrs_rta_data(const struct rtattr *rta);
struct rtattr *nlrs_rta_next(const struct rtattr *rta, int *len);
int nlrs_rta_ok(const struct rtattr *rta, int len);
int nlrs_rta_payload(const struct rtattr *rta);
size_t nlrs_rtnh_align(size_t len);
size_t nlrs_rtnh_length(size_t len);
size_t nlrs_rtnh_space(size_t len);
void *nlrs_rtnh_data(const struct rtnexthop *rtnh);
int nlrs_rtnh_ok(const struct rtnexthop *rtnh, int len);
struct rtnexthop *nlrs_rtnh_next(const struct rtnexthop *rtnh);
struct nlrs_msg {
    uint64_t nlrs_private[48];
};
void nlrs_msg_init(struct nlrs_msg *m, void *buf, size_t size);
struct nlrs_msg *nlrs_msg_new(size_t initial_capacity);
void nlrs_msg_free(struct nlrs_msg *m);
size_t nlrs_msg_sizeof(void);
int nlrs_msg_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags);
int nlrs_msg_set_type(struct nlrs_msg *m, uint32_t type);
int nlrs_msg_set_flags(struct nlrs_msg *m, uint32_t flags);
int nlrs_msg_set_seq(struct nlrs_msg *m, uint32_t seq);
int nlrs_msg_set_portid(struct nlrs_msg *m, uint32_t portid);
int nlrs_msg_end(struct nlrs_msg *m);
int nlrs_msg_status(const struct nlrs_msg *m);
int nlrs_msg_failure(const struct nlrs_msg *m, uint32_t *ret_type, size_t *ret_offset);
size_t nlrs_msg_space_left(const struct nlrs_msg *m);
const struct nlmsghdr *nlrs_msg_first(const struct nlrs_msg *m);
size_t nlrs_msg_len(const struct nlrs_msg *m);
size_t nlrs_msg_count(const struct nlrs_msg *m);
int nlrs_msg_reset(struct nlrs_msg *m);
int nlrs_msg_set_limit(struct nlrs_msg *m, size_t bytes);
int nlrs_msg_put_header(struct nlrs_msg *m, const void *hdr, size_t len);
int nlrs_msg_put_u8(struct nlrs_msg *m, uint32_t type, uint32_t value);
int nlrs_msg_put_u16(struct nlrs_msg *m, uint32_t type, uint32_t value);
int nlrs_msg_put_u32(struct nlrs_msg *m, uint32_t type, uint32_t value);
int nlrs_msg_put_u64(struct nlrs_msg *m, uint32_t type, uint64_t value);
int nlrs_msg_put_s8(struct nlrs_msg *m, uint32_t type, int32_t value);
int nlrs_msg_put_s16(struct nlrs_msg *m, uint32_t type, int32_t value);
int nlrs_msg_put_s32(struct nlrs_msg *m, uint32_t type, int32_t value);
int nlrs_msg_put_s64(struct nlrs_msg *m, uint32_t type, int64_t value);
int nlrs_msg_put_be16(struct nlrs_msg *m, uint32_t type, uint32_t value);
int nlrs_msg_put_be32(struct nlrs_msg *m, uint32_t type, uint32_t value);
int nlrs_msg_put_be64(struct nlrs_msg *m, uint32_t type, uint64_t value);
int nlrs_msg_put_le16(struct nlrs_msg *m, uint32_t type, uint32_t value);
int nlrs_msg_put_le32(struct nlrs_msg *m, uint32_t type, uint32_t value);
int nlrs_msg_put_le64(struct nlrs_msg *m, uint32_t type, uint64_t value);
int nlrs_msg_put_uint(struct nlrs_msg *m, uint32_t type, uint64_t value);
int nlrs_msg_put_sint(struct nlrs_msg *m, uint32_t type, int64_t value);
int nlrs_msg_put_u64_padded(struct nlrs_msg *m, uint32_t type, uint64_t value, uint32_t pad_type);
int nlrs_msg_put_str(struct nlrs_msg *m, uint32_t type, const char *s);
int nlrs_msg_put_strn(struct nlrs_msg *m, uint32_t type, const char *s, size_t len);
int nlrs_msg_put_bytes(struct nlrs_msg *m, uint32_t type, const void *data, size_t len);
int nlrs_msg_put_reserve(struct nlrs_msg *m, uint32_t type, size_t len, void **ret_data);
int nlrs_msg_put_flag(struct nlrs_msg *m, uint32_t type);
int nlrs_msg_put_bitfield32(struct nlrs_msg *m, uint32_t type, uint32_t value, uint32_t selector);
int nlrs_msg_put_in_addr(struct nlrs_msg *m, uint32_t type, const void *addr);
int nlrs_msg_put_in6_addr(struct nlrs_msg *m, uint32_t type, const void *addr);
int nlrs_msg_put_mac(struct nlrs_msg *m, uint32_t type, const void *mac);
int nlrs_msg_nest_begin(struct nlrs_msg *m, uint32_t type);
int nlrs_msg_nest_begin_noflag(struct nlrs_msg *m, uint32_t type);
int nlrs_msg_nest_end(struct nlrs_msg *m, int nest);
int nlrs_msg_nest_cancel(struct nlrs_msg *m, int nest);
int nlrs_msg_put_attr(struct nlrs_msg *m, const struct nlattr *attr);
int nlrs_msg_put_attrs(struct nlrs_msg *m, const void *attrs, size_t len);
int nlrs_msg_append(struct nlrs_msg *m, const void *msgs, size_t len);
int nlrs_msg_begin_error(struct nlrs_msg *m, const struct nlmsghdr *req, int32_t code);
int nlrs_msg_begin_done(struct nlrs_msg *m, const struct nlmsghdr *req, int32_t code);
int nlrs_msg_append_ack(struct nlrs_msg *m, const struct nlmsghdr *req);
int nlrs_nlmsg_walk(const void *buf, size_t len, size_t *pos, const struct nlmsghdr **ret_nlh);
uint32_t nlrs_nlmsg_len(const struct nlmsghdr *nlh);
uint32_t nlrs_nlmsg_type(const struct nlmsghdr *nlh);
uint32_t nlrs_nlmsg_flags(const struct nlmsghdr *nlh);
uint32_t nlrs_nlmsg_seq(const struct nlmsghdr *nlh);
uint32_t nlrs_nlmsg_portid(const struct nlmsghdr *nlh);
int nlrs_nlmsg_is_answer(const struct nlmsghdr *nlh, uint32_t seq, uint32_t portid);
int nlrs_nlmsg_get_header(const struct nlmsghdr *nlh, void *ret_hdr, size_t size);
int nlrs_nlmsg_attrs(const struct nlmsghdr *nlh, size_t hdrlen, const void **ret_attrs, size_t *ret_len);
int nlrs_nlmsg_index(const struct nlmsghdr *nlh, size_t hdrlen, const struct nlattr **ret_table, uint32_t max);
uint32_t nlrs_attr_type(const struct nlattr *attr);
int nlrs_attr_is_nested(const struct nlattr *attr);
int nlrs_attr_is_net_byteorder(const struct nlattr *attr);
size_t nlrs_attr_len(const struct nlattr *attr);
const void *nlrs_attr_data(const struct nlattr *attr);
int nlrs_attr_index(const void *attrs, size_t len, const struct nlattr **ret_table, uint32_t max);
int nlrs_attr_index_nested(const struct nlattr *attr, const struct nlattr **ret_table, uint32_t max);
int nlrs_attr_find(const void *attrs, size_t len, uint32_t type, const struct nlattr **ret_attr);
int nlrs_attr_find_path(const void *attrs, size_t len, const uint32_t *types, size_t depth,
                        const struct nlattr **ret_attr);
int nlrs_attr_walk(const void *attrs, size_t len, size_t *pos, const struct nlattr **ret_attr);
int nlrs_attr_walk_type(const void *attrs, size_t len, uint32_t type, size_t *pos, const struct nlattr **ret_attr);
int nlrs_attr_get_u8(const struct nlattr *attr, uint8_t *ret_value);
int nlrs_attr_get_u16(const struct nlattr *attr, uint16_t *ret_value);
int nlrs_attr_get_u32(const struct nlattr *attr, uint32_t *ret_value);
int nlrs_attr_get_u64(const struct nlattr *attr, uint64_t *ret_value);
int nlrs_attr_get_s8(const struct nlattr *attr, int8_t *ret_value);
int nlrs_attr_get_s16(const struct nlattr *attr, int16_t *ret_value);
int nlrs_attr_get_s32(const struct nlattr *attr, int32_t *ret_value);
int nlrs_attr_get_s64(const struct nlattr *attr, int64_t *ret_value);
int nlrs_attr_get_be16(const struct nlattr *attr, uint16_t *ret_value);
int nlrs_attr_get_be32(const struct nlattr *attr, uint32_t *ret_value);
int nlrs_attr_get_be64(const struct nlattr *attr, uint64_t *ret_value);
int nlrs_attr_get_le16(const struct nlattr *attr, uint16_t *ret_value);
int nlrs_attr_get_le32(const struct nlattr *attr, uint32_t *ret_value);
int nlrs_attr_get_le64(const struct nlattr *attr, uint64_t *ret_value);
int nlrs_attr_get_uint(const struct nlattr *attr, uint64_t *ret_value);
int nlrs_attr_get_sint(const struct nlattr *attr, int64_t *ret_value);
int nlrs_attr_get_str(const struct nlattr *attr, const char **ret_str);
int nlrs_attr_get_strn(const struct nlattr *attr, const char **ret_str, size_t *ret_len);
int nlrs_attr_get_bytes(const struct nlattr *attr, const void **ret_data, size_t *ret_len);
int nlrs_attr_get_flag(const struct nlattr *attr);
int nlrs_attr_get_bitfield32(const struct nlattr *attr, uint32_t *ret_value, uint32_t *ret_selector);
int nlrs_attr_get_in_addr(const struct nlattr *attr, void *ret_addr);
int nlrs_attr_get_in6_addr(const struct nlattr *attr, void *ret_addr);
int nlrs_attr_get_mac(const struct nlattr *attr, void *ret_addr);
int nlrs_attr_copy(const struct nlattr *attr, void *buf, size_t size);
struct nlrs_attr_rule {
    uint32_t type;
    uint32_t kind;
    uint32_t flags;
    uint32_t min_len;
    uint32_t max_len;
    uint32_t nested_count;
    const struct nlrs_attr_rule *nested;
    int64_t min;
    int64_t max;
    uint64_t mask;
};
int nlrs_attr_index_checked(const void *attrs, size_t len, const struct nlrs_attr_rule *rules, size_t rules_count,
                            const struct nlattr **ret_table, uint32_t max, struct nlrs_error *err);
struct nlrs_policy *nlrs_policy_new(void);
void nlrs_policy_free(struct nlrs_policy *p);
int nlrs_policy_add(struct nlrs_policy *p, uint32_t type, uint32_t kind, uint32_t flags);
int nlrs_policy_set_length(struct nlrs_policy *p, uint32_t min_len, uint32_t max_len);
int nlrs_policy_set_range(struct nlrs_policy *p, int64_t min, int64_t max);
int nlrs_policy_set_mask(struct nlrs_policy *p, uint64_t mask);
int nlrs_policy_set_nested(struct nlrs_policy *p, struct nlrs_policy *nested);
int nlrs_policy_rules(const struct nlrs_policy *p, const struct nlrs_attr_rule **ret_rules, size_t *ret_count);
int nlrs_nlmsg_status(const struct nlmsghdr *nlh, const struct nlmsghdr *req, size_t hdrlen, int *ret_code,
                      struct nlrs_error *err);
struct nlrs_socket_options *nlrs_socket_options_new(void);
void nlrs_socket_options_free(struct nlrs_socket_options *options);
int nlrs_socket_options_set_portid(struct nlrs_socket_options *options, uint32_t portid);
int nlrs_socket_options_set_timeout(struct nlrs_socket_options *options, int64_t milliseconds);
int nlrs_socket_options_set_any_sender(struct nlrs_socket_options *options, int on);
int nlrs_socket_options_set_credentials(struct nlrs_socket_options *options, int on);
int nlrs_socket_options_set_cancelable(struct nlrs_socket_options *options, int on);
int nlrs_socket_options_set_recv_buffer(struct nlrs_socket_options *options, size_t bytes);
int nlrs_socket_options_set_send_buffer(struct nlrs_socket_options *options, size_t bytes);
int nlrs_socket_options_set_flag(struct nlrs_socket_options *options, int option, int on);
int nlrs_socket_options_set_netns_fd(struct nlrs_socket_options *options, int fd);
int nlrs_socket_options_set_netns_path(struct nlrs_socket_options *options, const char *path);
int nlrs_socket_options_set_netns_name(struct nlrs_socket_options *options, const char *name);
int nlrs_socket_options_set_netns_pid(struct nlrs_socket_options *options, uint32_t pid);
int nlrs_socket_open(int protocol, const struct nlrs_socket_options *options, struct nlrs_socket **ret_socket);
int nlrs_socket_adopt(int fd, int protocol, const struct nlrs_socket_options *options, struct nlrs_socket **ret_socket);
int nlrs_socket_borrow(int fd, int protocol, const struct nlrs_socket_options *options,
                       struct nlrs_socket **ret_socket);
int nlrs_socket_release(struct nlrs_socket *s);
void nlrs_socket_close(struct nlrs_socket *s);
int nlrs_socket_fd(const struct nlrs_socket *s);
int nlrs_socket_poll_events(const struct nlrs_socket *s);
int nlrs_socket_protocol(const struct nlrs_socket *s);
size_t nlrs_socket_skipped(const struct nlrs_socket *s);
uint32_t nlrs_socket_portid(const struct nlrs_socket *s);
int nlrs_socket_set_timeout(struct nlrs_socket *s, int64_t milliseconds);
int64_t nlrs_socket_timeout(const struct nlrs_socket *s);
int nlrs_socket_cancel(struct nlrs_socket *s);
int nlrs_socket_set_flag(struct nlrs_socket *s, int option, int on);
int nlrs_socket_flag(const struct nlrs_socket *s, int option);
int nlrs_socket_set_option(struct nlrs_socket *s, int level, int option, const void *value, size_t len);
int nlrs_socket_option(const struct nlrs_socket *s, int level, int option, void *buf, size_t size, size_t *ret_len);
int nlrs_socket_join(struct nlrs_socket *s, uint32_t group);
int nlrs_socket_leave(struct nlrs_socket *s, uint32_t group);
int nlrs_socket_groups(const struct nlrs_socket *s, uint32_t *ret_groups, size_t max);
int nlrs_socket_connect(struct nlrs_socket *s, uint32_t portid, uint32_t group);
int nlrs_socket_disconnect(struct nlrs_socket *s);
uint32_t nlrs_socket_peer_portid(const struct nlrs_socket *s);
int nlrs_socket_set_recv_buffer(struct nlrs_socket *s, size_t bytes);
int nlrs_socket_set_send_buffer(struct nlrs_socket *s, size_t bytes);
int nlrs_socket_recv_buffer(const struct nlrs_socket *s, size_t *ret_bytes);
int nlrs_socket_send_buffer(const struct nlrs_socket *s, size_t *ret_bytes);
int nlrs_socket_send(struct nlrs_socket *s, const void *data, size_t len, int flags);
int nlrs_socket_send_to(struct nlrs_socket *s, const void *data, size_t len, int flags, uint32_t portid,
                        uint32_t group);
int nlrs_socket_send_msg(struct nlrs_socket *s, const struct nlrs_msg *m, int flags);
int nlrs_socket_recv(struct nlrs_socket *s, void *buf, size_t size, int flags, size_t *ret_len, uint32_t *ret_portid,
                     uint32_t *ret_group, int32_t *ret_nsid);
int nlrs_socket_recv_datagram(struct nlrs_socket *s, int flags, const void **ret_data, size_t *ret_len,
                              uint32_t *ret_portid, uint32_t *ret_group, int32_t *ret_nsid);
struct nlrs_datagrams *nlrs_datagrams_new(size_t count, size_t size);
void nlrs_datagrams_free(struct nlrs_datagrams *d);
int nlrs_socket_recv_many(struct nlrs_socket *s, struct nlrs_datagrams *d);
size_t nlrs_datagrams_count(const struct nlrs_datagrams *d);
int nlrs_datagrams_get(const struct nlrs_datagrams *d, size_t i, const void **ret_data, size_t *ret_len,
                       uint32_t *ret_portid, uint32_t *ret_group, int32_t *ret_nsid);
int nlrs_datagrams_credentials(const struct nlrs_datagrams *d, size_t i, int32_t *ret_pid, uint32_t *ret_uid,
                               uint32_t *ret_gid);
struct nlrs_filter *nlrs_filter_new(void);
void nlrs_filter_free(struct nlrs_filter *f);
int nlrs_filter_add_type(struct nlrs_filter *f, uint32_t type);
int nlrs_filter_add_family(struct nlrs_filter *f, uint32_t family);
int nlrs_filter_set_table(struct nlrs_filter *f, uint32_t table);
int nlrs_socket_set_filter(struct nlrs_socket *s, const struct nlrs_filter *f);
int nlrs_socket_set_bpf(struct nlrs_socket *s, const struct sock_filter *program, size_t count);
int nlrs_socket_lock_filter(struct nlrs_socket *s);
typedef int (*nlrs_msg_fn)(const struct nlmsghdr *nlh, void *arg);
int nlrs_request(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg, struct nlrs_error *err);
int nlrs_request_single(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg,
                        struct nlrs_error *err);
int nlrs_request_begin(struct nlrs_socket *s, const struct nlmsghdr *req, struct nlrs_request **ret_request);
int nlrs_request_next(struct nlrs_request *r, const struct nlmsghdr **ret_nlh);
int nlrs_request_end(struct nlrs_request *r, struct nlrs_error *err);
int nlrs_dump(struct nlrs_socket *s, const struct nlmsghdr *req, nlrs_msg_fn fn, void *arg, struct nlrs_error *err);
int nlrs_request_oneway(struct nlrs_socket *s, const struct nlmsghdr *req, struct nlrs_error *err);
int nlrs_dump_consistent(struct nlrs_socket *s, const struct nlmsghdr *req, uint32_t retries, nlrs_msg_fn fn, void *arg,
                         struct nlrs_error *err);
int nlrs_dump_begin(struct nlrs_socket *s, const struct nlmsghdr *req, struct nlrs_dump **ret_dump);
int nlrs_dump_next(struct nlrs_dump *d, const struct nlmsghdr **ret_nlh);
int nlrs_dump_is_filtered(const struct nlrs_dump *d);
int nlrs_dump_end(struct nlrs_dump *d, struct nlrs_error *err);
int nlrs_socket_next_event(struct nlrs_socket *s, const struct nlmsghdr **ret_nlh, uint32_t *ret_portid,
                           uint32_t *ret_group, int32_t *ret_nsid);
int nlrs_socket_event_credentials(struct nlrs_socket *s, int32_t *ret_pid, uint32_t *ret_uid, uint32_t *ret_gid);
typedef int (*nlrs_batch_reply_fn)(const struct nlmsghdr *nlh, size_t index, void *arg);
typedef int (*nlrs_batch_progress_fn)(size_t known, size_t total, void *arg);
struct nlrs_batch *nlrs_batch_new(void);
void nlrs_batch_free(struct nlrs_batch *b);
void nlrs_batch_reset(struct nlrs_batch *b);
struct nlrs_msg *nlrs_batch_msg(struct nlrs_batch *b);
int nlrs_batch_set_mode(struct nlrs_batch *b, uint32_t mode);
int nlrs_batch_set_transaction(struct nlrs_batch *b, uint32_t subsystem);
int nlrs_batch_set_generation(struct nlrs_batch *b, uint32_t generation);
int nlrs_batch_set_reply_fn(struct nlrs_batch *b, nlrs_batch_reply_fn fn, void *arg);
int nlrs_batch_set_progress_fn(struct nlrs_batch *b, nlrs_batch_progress_fn fn, void *arg);
int nlrs_batch_send(struct nlrs_socket *s, struct nlrs_batch *b, struct nlrs_error *err);
size_t nlrs_batch_count(const struct nlrs_batch *b);
size_t nlrs_batch_failed(const struct nlrs_batch *b);
int nlrs_batch_result(const struct nlrs_batch *b, size_t i, struct nlrs_error *err);
typedef int (*nlrs_event_fn)(const struct nlrs_event *event, void *arg);
int nlrs_monitor_open(int protocol, const uint32_t *groups, size_t count, const struct nlrs_socket_options *options,
                      struct nlrs_monitor **ret_monitor);
int nlrs_monitor_open_on(struct nlrs_socket *events, struct nlrs_socket *requests, struct nlrs_monitor **ret_monitor);
void nlrs_monitor_close(struct nlrs_monitor *m);
int nlrs_monitor_next(struct nlrs_monitor *m, const struct nlrs_event **ret_event);
int nlrs_monitor_loop(struct nlrs_monitor *m, nlrs_event_fn fn, void *arg);
int nlrs_monitor_cancel(struct nlrs_monitor *m);
int nlrs_monitor_fd(const struct nlrs_monitor *m);
struct nlrs_socket *nlrs_monitor_socket(struct nlrs_monitor *m);
int nlrs_monitor_set_timeout(struct nlrs_monitor *m, int64_t milliseconds);
int64_t nlrs_monitor_timeout(const struct nlrs_monitor *m);
int nlrs_monitor_set_deadline(struct nlrs_monitor *m, int64_t at_ns);
int nlrs_monitor_join(struct nlrs_monitor *m, uint32_t group);
int nlrs_monitor_leave(struct nlrs_monitor *m, uint32_t group);
int nlrs_monitor_group(struct nlrs_monitor *m, const char *family, const char *group);
int nlrs_monitor_join_name(struct nlrs_monitor *m, const char *family, const char *group);
int nlrs_monitor_set_all_namespaces(struct nlrs_monitor *m, int on);
int nlrs_monitor_set_raw(struct nlrs_monitor *m, int on);
uint64_t nlrs_monitor_counter(const struct nlrs_monitor *m, uint32_t which);
uint32_t nlrs_event_kind(const struct nlrs_event *event);
const struct nlmsghdr *nlrs_event_message(const struct nlrs_event *event);
int nlrs_event_data(const struct nlrs_event *event, const void **ret_data, size_t *ret_len);
uint32_t nlrs_event_group(const struct nlrs_event *event);
uint32_t nlrs_event_portid(const struct nlrs_event *event);
int nlrs_event_credentials(const struct nlrs_event *event, int32_t *ret_pid, uint32_t *ret_uid, uint32_t *ret_gid);
int32_t nlrs_event_nsid(const struct nlrs_event *event);
const struct nlmsghdr *nlrs_event_old(const struct nlrs_event *event);
uint32_t nlrs_event_table(const struct nlrs_event *event);
uint64_t nlrs_event_count(const struct nlrs_event *event);
typedef int (*nlrs_key_fn)(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg);
typedef void (*nlrs_release_fn)(void *arg);
int nlrs_monitor_follow(struct nlrs_monitor *m, uint32_t objects, uint32_t family);
int nlrs_monitor_add_table(struct nlrs_monitor *m, const struct nlmsghdr *req, nlrs_key_fn fn, void *arg,
                           nlrs_release_fn release);
int nlrs_rtnl_key(const struct nlmsghdr *nlh, void *key, size_t *ret_len, void *arg);
int nlrs_monitor_set_difference(struct nlrs_monitor *m, int on);
int nlrs_monitor_set_interval(struct nlrs_monitor *m, int64_t milliseconds);
int nlrs_monitor_resync(struct nlrs_monitor *m);
int nlrs_monitor_is_current(const struct nlrs_monitor *m);
int nlrs_monitor_objects(const struct nlrs_monitor *m, uint32_t table, nlrs_msg_fn fn, void *arg);
struct nlrs_addr {
    uint32_t family;
    uint32_t prefix_len;
    uint8_t bytes[16];
};
struct nlrs_lladdr {
    uint32_t len;
    uint8_t bytes[32];
};
int nlrs_addr_parse(const char *text, struct nlrs_addr *ret_addr);
int nlrs_addr_format(const struct nlrs_addr *addr, char *buf, size_t size);
int nlrs_lladdr_parse(const char *text, struct nlrs_lladdr *ret_lladdr);
int nlrs_lladdr_format(const struct nlrs_lladdr *lladdr, char *buf, size_t size);
struct nlrs_link {
    uint32_t set;
    uint32_t family;
    uint32_t type;
    uint32_t index;
    uint32_t flags;
    uint32_t change;
    uint32_t mtu;
    uint32_t min_mtu;
    uint32_t max_mtu;
    uint32_t link;
    uint32_t link_netnsid;
    uint32_t master;
    uint32_t group;
    uint32_t tx_queue_len;
    uint32_t operstate;
    uint32_t link_mode;
    uint32_t carrier;
    uint32_t carrier_changes;
    uint32_t carrier_up_count;
    uint32_t carrier_down_count;
    uint32_t proto_down;
    uint32_t promiscuity;
    uint32_t allmulti;
    uint32_t num_tx_queues;
    uint32_t num_rx_queues;
    uint32_t gso_max_size;
    uint32_t gso_max_segs;
    uint32_t gro_max_size;
    uint32_t tso_max_size;
    uint32_t tso_max_segs;
    uint32_t gso_ipv4_max_size;
    uint32_t gro_ipv4_max_size;
    uint32_t event;
    uint32_t netns_pid;
    uint32_t netns_fd;
    uint32_t target_netnsid;
    uint32_t new_index;
    uint32_t ext_mask;
    struct nlrs_lladdr address;
    struct nlrs_lladdr broadcast;
    struct nlrs_lladdr perm_address;
    char name[16];
    char qdisc[16];
    char kind[32];
    char slave_kind[32];
};
struct nlrs_link_stats {
    uint64_t rx_packets;
    uint64_t tx_packets;
    uint64_t rx_bytes;
    uint64_t tx_bytes;
    uint64_t rx_errors;
    uint64_t tx_errors;
    uint64_t rx_dropped;
    uint64_t tx_dropped;
    uint64_t multicast;
    uint64_t collisions;
    uint64_t rx_length_errors;
    uint64_t rx_over_errors;
    uint64_t rx_crc_errors;
    uint64_t rx_frame_errors;
    uint64_t rx_fifo_errors;
    uint64_t rx_missed_errors;
    uint64_t tx_aborted_errors;
    uint64_t tx_carrier_errors;
    uint64_t tx_fifo_errors;
    uint64_t tx_heartbeat_errors;
    uint64_t tx_window_errors;
    uint64_t rx_compressed;
    uint64_t tx_compressed;
    uint64_t rx_nohandler;
    uint64_t rx_otherhost_dropped;
};
int nlrs_link_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_link *link, size_t size);
int nlrs_link_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_link *link, size_t size,
                      struct nlrs_error *err);
int nlrs_link_read(const struct nlmsghdr *nlh, struct nlrs_link *ret_link, size_t size);
int nlrs_link_put(struct nlrs_msg *m, const struct nlrs_link *link, size_t size);
int nlrs_link_data_begin(struct nlrs_msg *m, const char *kind);
int nlrs_link_data_end(struct nlrs_msg *m, int data);
int nlrs_link_read_stats(const struct nlmsghdr *nlh, struct nlrs_link_stats *ret_stats, size_t size);
int nlrs_link_alt_name_walk(const struct nlmsghdr *nlh, size_t *pos, const char **ret_name);
struct nlrs_address {
    uint32_t set;
    uint32_t family;
    uint32_t index;
    uint32_t scope;
    uint32_t flags;
    uint32_t preferred_lft;
    uint32_t valid_lft;
    uint32_t created;
    uint32_t updated;
    uint32_t priority;
    uint32_t target_netnsid;
    uint32_t proto;
    struct nlrs_addr local;
    struct nlrs_addr peer;
    struct nlrs_addr broadcast;
    struct nlrs_addr anycast;
    struct nlrs_addr multicast;
    char label[16];
};
int nlrs_address_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_address *address,
                       size_t size);
int nlrs_address_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_address *address,
                         size_t size, struct nlrs_error *err);
int nlrs_address_read(const struct nlmsghdr *nlh, struct nlrs_address *ret_address, size_t size);
struct nlrs_route_metrics {
    uint32_t lock;
    uint32_t mtu;
    uint32_t window;
    uint32_t rtt;
    uint32_t rttvar;
    uint32_t ssthresh;
    uint32_t cwnd;
    uint32_t advmss;
    uint32_t reordering;
    uint32_t hoplimit;
    uint32_t initcwnd;
    uint32_t features;
    uint32_t rto_min;
    uint32_t initrwnd;
    uint32_t quickack;
    uint32_t fastopen_no_cookie;
    char cc_algo[16];
};
struct nlrs_route {
    uint32_t set;
    uint32_t family;
    uint32_t table;
    uint32_t protocol;
    uint32_t scope;
    uint32_t type;
    uint32_t tos;
    uint32_t flags;
    uint32_t oif;
    uint32_t iif;
    uint32_t priority;
    uint32_t flow;
    uint32_t mark;
    uint32_t nh_id;
    uint32_t pref;
    uint32_t encap_type;
    uint32_t expires;
    uint32_t uid;
    uint32_t ttl_propagate;
    uint32_t ip_proto;
    uint32_t sport;
    uint32_t dport;
    uint32_t cache_refcnt;
    uint32_t cache_lastuse;
    uint32_t cache_expires;
    uint32_t cache_error;
    uint32_t cache_used;
    uint32_t cache_id;
    uint32_t cache_ts;
    uint32_t cache_tsage;
    struct nlrs_addr dst;
    struct nlrs_addr src;
    struct nlrs_addr gateway;
    struct nlrs_addr prefsrc;
    struct nlrs_route_metrics metrics;
};
struct nlrs_next_hop {
    uint32_t set;
    uint32_t flags;
    uint32_t weight;
    uint32_t oif;
    uint32_t flow;
    uint32_t encap_type;
    uint32_t family;
    struct nlrs_addr gateway;
};
int nlrs_route_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_route *route, size_t size);
int nlrs_route_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_route *route,
                       size_t size, struct nlrs_error *err);
int nlrs_route_read(const struct nlmsghdr *nlh, struct nlrs_route *ret_route, size_t size);
int nlrs_next_hop_walk(const struct nlmsghdr *nlh, size_t *pos, struct nlrs_next_hop *ret_hop, size_t size,
                       const void **ret_attrs, size_t *ret_len);
int nlrs_next_hop_begin(struct nlrs_msg *m, const struct nlrs_next_hop *hop, size_t size);
int nlrs_next_hop_end(struct nlrs_msg *m, int next_hop);
struct nlrs_rule {
    uint32_t set;
    uint32_t family;
    uint32_t action;
    uint32_t table;
    uint32_t priority;
    uint32_t flags;
    uint32_t tos;
    uint32_t goto_priority;
    uint32_t fwmark;
    uint32_t fwmask;
    uint32_t flow;
    uint32_t suppress_prefix_len;
    uint32_t suppress_ifgroup;
    uint32_t l3mdev;
    uint32_t protocol;
    uint32_t ip_proto;
    uint32_t uid_start;
    uint32_t uid_end;
    uint32_t sport_start;
    uint32_t sport_end;
    uint32_t dport_start;
    uint32_t dport_end;
    uint32_t sport_mask;
    uint32_t dport_mask;
    uint32_t dscp;
    uint32_t dscp_mask;
    uint32_t flowlabel;
    uint32_t flowlabel_mask;
    uint64_t tun_id;
    struct nlrs_addr dst;
    struct nlrs_addr src;
    char iifname[16];
    char oifname[16];
};
int nlrs_rule_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_rule *rule, size_t size);
int nlrs_rule_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_rule *rule, size_t size,
                      struct nlrs_error *err);
int nlrs_rule_read(const struct nlmsghdr *nlh, struct nlrs_rule *ret_rule, size_t size);
struct nlrs_neighbour {
    uint32_t set;
    uint32_t family;
    uint32_t index;
    uint32_t state;
    uint32_t flags;
    uint32_t flags_ext;
    uint32_t type;
    uint32_t protocol;
    uint32_t confirmed;
    uint32_t used;
    uint32_t updated;
    uint32_t refcnt;
    uint32_t probes;
    uint32_t master;
    uint32_t vlan;
    uint32_t vni;
    uint32_t src_vni;
    uint32_t port;
    uint32_t dst_index;
    uint32_t link_netnsid;
    uint32_t nh_id;
    uint32_t state_mask;
    uint32_t flags_mask;
    struct nlrs_addr dst;
    struct nlrs_lladdr lladdr;
};
int nlrs_neighbour_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_neighbour *neighbour,
                         size_t size);
int nlrs_neighbour_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_neighbour *neighbour,
                           size_t size, struct nlrs_error *err);
int nlrs_neighbour_read(const struct nlmsghdr *nlh, struct nlrs_neighbour *ret_neighbour, size_t size);
struct nlrs_nexthop {
    uint32_t set;
    uint32_t family;
    uint32_t id;
    uint32_t scope;
    uint32_t protocol;
    uint32_t flags;
    uint32_t oif;
    uint32_t master;
    uint32_t blackhole;
    uint32_t fdb;
    uint32_t groups;
    uint32_t group_type;
    uint32_t encap_type;
    uint32_t buckets;
    uint32_t idle_timer;
    uint32_t unbalanced_timer;
    uint32_t op_flags;
    uint32_t hw_stats_enable;
    uint64_t unbalanced_time;
    struct nlrs_addr gateway;
};
struct nlrs_nexthop_member {
    uint32_t id;
    uint32_t weight;
};
int nlrs_nexthop_begin(struct nlrs_msg *m, uint32_t type, uint32_t flags, const struct nlrs_nexthop *nexthop,
                       size_t size);
int nlrs_nexthop_request(struct nlrs_socket *s, uint32_t type, uint32_t flags, const struct nlrs_nexthop *nexthop,
                         size_t size, struct nlrs_error *err);
int nlrs_nexthop_read(const struct nlmsghdr *nlh, struct nlrs_nexthop *ret_nexthop, size_t size);
int nlrs_nexthop_member_walk(const struct nlmsghdr *nlh, size_t *pos, struct nlrs_nexthop_member *ret_member);
int nlrs_nexthop_put_members(struct nlrs_msg *m, const struct nlrs_nexthop_member *members, size_t count);
int nlrs_records_new(uint32_t type, size_t size, struct nlrs_records **ret_records);
void nlrs_records_free(struct nlrs_records *r);
void nlrs_records_clear(struct nlrs_records *r);
int nlrs_records_add(struct nlrs_records *r, const struct nlmsghdr *nlh);
int nlrs_records_add_dump(struct nlrs_records *r, struct nlrs_dump *d);
size_t nlrs_records_count(const struct nlrs_records *r);
const void *nlrs_records_data(const struct nlrs_records *r);
const struct nlmsghdr *nlrs_records_message(const struct nlrs_records *r, size_t i);
int nlrs_link_index(struct nlrs_socket *s, const char *name, uint32_t *ret_index, struct nlrs_error *err);
int nlrs_link_name(struct nlrs_socket *s, uint32_t index, char *ret_name, struct nlrs_error *err);
int nlrs_wait(uint32_t objects, uint32_t family, int64_t milliseconds, const struct nlrs_socket_options *options,
              nlrs_msg_fn fn, void *arg);
typedef int (*nlrs_genl_family_fn)(const struct nlrs_genl_family *f, void *arg);
int nlrs_genl_resolve(struct nlrs_socket *s, const char *name, struct nlrs_genl_family **ret_family,
                      struct nlrs_error *err);
void nlrs_genl_family_free(struct nlrs_genl_family *f);
uint32_t nlrs_genl_family_id(const struct nlrs_genl_family *f);
uint32_t nlrs_genl_family_version(const struct nlrs_genl_family *f);
uint32_t nlrs_genl_family_header_size(const struct nlrs_genl_family *f);
uint32_t nlrs_genl_family_max_attr(const struct nlrs_genl_family *f);
const char *nlrs_genl_family_name(const struct nlrs_genl_family *f);
int nlrs_genl_family_group(const struct nlrs_genl_family *f, const char *name, uint32_t *ret_group);
int nlrs_genl_group_walk(const struct nlrs_genl_family *f, size_t *pos, const char **ret_name, uint32_t *ret_group);
int nlrs_genl_op_walk(const struct nlrs_genl_family *f, size_t *pos, uint32_t *ret_cmd, uint32_t *ret_flags);
int nlrs_genl_join(struct nlrs_socket *s, const char *family, const char *group, struct nlrs_error *err);
int nlrs_genl_family_update(struct nlrs_genl_family *f, const struct nlmsghdr *nlh);
int nlrs_genl_begin(struct nlrs_msg *m, const struct nlrs_genl_family *f, uint32_t cmd, uint32_t flags);
int nlrs_genl_families(struct nlrs_socket *s, nlrs_genl_family_fn fn, void *arg, struct nlrs_error *err);
int nlrs_genl_policy(struct nlrs_socket *s, const struct nlrs_genl_family *f, uint32_t cmd, uint32_t flags,
                     struct nlrs_policy **ret_policy, struct nlrs_error *err);
struct nlrs_inet_socket {
    uint32_t set;
    uint32_t family;
    uint32_t protocol;
    uint32_t extensions;
    uint32_t states;
    uint32_t state;
    uint32_t timer;
    uint32_t retrans;
    uint32_t sport;
    uint32_t dport;
    uint32_t oif;
    uint32_t expires;
    uint32_t rqueue;
    uint32_t wqueue;
    uint32_t uid;
    uint32_t inode;
    uint32_t cookie_low;
    uint32_t cookie_high;
    uint32_t mark;
    uint32_t shutdown;
    uint32_t v6_only;
    uint32_t tos;
    struct nlrs_addr src;
    struct nlrs_addr dst;
    char congestion[16];
};
struct nlrs_unix_socket {
    uint32_t set;
    uint32_t family;
    uint32_t type;
    uint32_t state;
    uint32_t inode;
    uint32_t states;
    uint32_t show;
    uint32_t cookie_low;
    uint32_t cookie_high;
    uint32_t vfs_inode;
    uint32_t vfs_dev;
    uint32_t peer;
    uint32_t rqueue;
    uint32_t wqueue;
    uint32_t shutdown;
    uint32_t uid;
};
int nlrs_inet_socket_begin(struct nlrs_msg *m, uint32_t flags, const struct nlrs_inet_socket *inet_socket, size_t size);
int nlrs_inet_socket_read(const struct nlmsghdr *nlh, struct nlrs_inet_socket *ret_inet_socket, size_t size);
int nlrs_unix_socket_begin(struct nlrs_msg *m, uint32_t flags, const struct nlrs_unix_socket *unix_socket, size_t size);
int nlrs_unix_socket_read(const struct nlmsghdr *nlh, struct nlrs_unix_socket *ret_unix_socket, size_t size);
int nlrs_uevent_walk(const void *data, size_t len, size_t *pos, const char **ret_key, size_t *ret_key_len,
                     const char **ret_value);
struct nlrs_process_event {
    uint32_t what;
    uint32_t cpu;
    uint64_t timestamp_ns;
    uint32_t seq;
    uint32_t data_len;
    uint32_t data[10];
};
int nlrs_process_event_request(struct nlrs_msg *m, uint32_t operation);
int nlrs_process_event_read(const struct nlmsghdr *nlh, struct nlrs_process_event *ret_event, size_t size);
int nlrs_ethtool_put_header(struct nlrs_msg *m, uint32_t type, uint32_t index, const char *name, uint32_t flags);
int nlrs_ethtool_bit_walk(const struct nlattr *set, size_t *pos, uint32_t *ret_index, const char **ret_name,
                          uint32_t *ret_value);
struct nlrs_nfnl_header {
    uint32_t subsystem;
    uint32_t message;
    uint32_t family;
    uint32_t version;
    uint32_t res_id;
};
int nlrs_nfnl_begin(struct nlrs_msg *m, const struct nlrs_nfnl_header *header, uint32_t flags);
int nlrs_nfnl_read(const struct nlmsghdr *nlh, struct nlrs_nfnl_header *ret_header);
struct nlrs_conntrack_tuple {
    uint32_t protocol;
    uint32_t sport;
    uint32_t dport;
    uint32_t icmp_id;
    uint32_t icmp_type;
    uint32_t icmp_code;
    uint32_t zone;
    uint32_t reserved;
    struct nlrs_addr src;
    struct nlrs_addr dst;
};
int nlrs_conntrack_tuple_read(const struct nlattr *attr, struct nlrs_conntrack_tuple *ret_tuple, size_t size);
struct nlrs_audit_status {
    uint32_t mask;
    uint32_t enabled;
    uint32_t failure;
    uint32_t pid;
    uint32_t rate_limit;
    uint32_t backlog_limit;
    uint32_t lost;
    uint32_t backlog;
    uint32_t feature_bitmap;
    uint32_t backlog_wait_time;
    uint32_t backlog_wait_time_actual;
    uint32_t reserved;
};
struct nlrs_audit_condition {
    uint32_t field;
    uint32_t op;
    uint32_t value;
};
int nlrs_audit_status_request(struct nlrs_msg *m, const struct nlrs_audit_status *status, size_t size);
int nlrs_audit_status_read(const struct nlmsghdr *nlh, struct nlrs_audit_status *ret_status, size_t size);
int nlrs_audit_record_read(const struct nlmsghdr *nlh, uint64_t *ret_seconds, uint32_t *ret_milliseconds,
                           uint64_t *ret_serial, const char **ret_text, size_t *ret_len);
int nlrs_audit_rule_walk(const struct nlmsghdr *nlh, size_t *pos, struct nlrs_audit_condition *ret_condition,
                         const char **ret_text);
typedef void (*nlrs_trace_fn)(uint32_t direction,
                              const void *data,
                              size_t len,
                              int64_t time_ns,
                              void *arg);
int nlrs_socket_set_trace(struct nlrs_socket *s, nlrs_trace_fn fn, void *arg);
int nlrs_nlmsg_format(int protocol, const void *data, size_t len, char *buf, size_t size);
typedef int (*nlrs_peer_fn)(struct nlrs_peer *p, const void *data, size_t len, void *arg);
struct nlrs_peer *nlrs_peer_new(nlrs_peer_fn fn, void *arg);
void nlrs_peer_free(struct nlrs_peer *p);
int nlrs_socket_open_peer(int protocol, struct nlrs_peer *p, const struct nlrs_socket_options *options,
                          struct nlrs_socket **ret_socket);
int nlrs_socket_open_replay(int protocol, const char *path, const struct nlrs_socket_options *options,
                            struct nlrs_socket **ret_socket);
int nlrs_peer_reply(struct nlrs_peer *p, const void *data, size_t len, size_t true_len);
int nlrs_peer_event(struct nlrs_peer *p, const void *data, size_t len);
int nlrs_peer_ack(struct nlrs_peer *p, const struct nlmsghdr *req, int code);
int nlrs_peer_done(struct nlrs_peer *p, int code);
int nlrs_peer_fail(struct nlrs_peer *p, int code);
int nlrs_peer_next(struct nlrs_peer *p);
int nlrs_peer_set_sender(struct nlrs_peer *p, uint32_t portid, uint32_t group, int32_t nsid);
int nlrs_peer_set_delay(struct nlrs_peer *p, int64_t milliseconds);
uint64_t nlrs_peer_requests(const struct nlrs_peer *p);
struct nlrs_error *nlrs_error_new(void);
void nlrs_error_free(struct nlrs_error *err);
void nlrs_error_clear(struct nlrs_error *err);
int nlrs_error_code(const struct nlrs_error *err);
int nlrs_error_origin(const struct nlrs_error *err);
int nlrs_error_is_warning(const struct nlrs_error *err);
const char *nlrs_error_message(const struct nlrs_error *err);
int nlrs_error_path(const struct nlrs_error *err, uint32_t *ret_types, size_t max);
int nlrs_error_offset(const struct nlrs_error *err, uint32_t *ret_offset);
int nlrs_error_missing_type(const struct nlrs_error *err, uint32_t *ret_type);
int nlrs_error_missing_nest(const struct nlrs_error *err, uint32_t *ret_offset);
int nlrs_error_missing_path(const struct nlrs_error *err, uint32_t *ret_types, size_t max);
int nlrs_error_policy_kind(const struct nlrs_error *err, uint32_t *ret_kind);
int nlrs_error_policy_range_s(const struct nlrs_error *err, int64_t *ret_min, int64_t *ret_max);
int nlrs_error_policy_range_u(const struct nlrs_error *err, uint64_t *ret_min, uint64_t *ret_max);
int nlrs_error_policy_length(const struct nlrs_error *err, uint32_t *ret_min, uint32_t *ret_max);
int nlrs_error_policy_mask(const struct nlrs_error *err, uint64_t *ret_mask);
int nlrs_error_cookie(const struct nlrs_error *err, const void **ret_cookie, size_t *ret_len);
int nlrs_error_request_type(const struct nlrs_error *err, uint32_t *ret_type);
int nlrs_error_seq(const struct nlrs_error *err, uint32_t *ret_seq);
int nlrs_error_needed(const struct nlrs_error *err, size_t *ret_size);
int nlrs_error_format(const struct nlrs_error *err, char *buf, size_t size);
const char *nlrs_strerror(int code);
const char *nlrs_code_name(int code);
int nlrs_code_is_not_found(int code);
int nlrs_code_is_exists(int code);
int nlrs_code_is_permission(int code);
int nlrs_code_is_temporary(int code);
int nlrs_code_is_timeout(int code);
const char *nlrs_version(void);
uint32_t nlrs_version_number(void);
int nlrs_constant(const char *name, int64_t *ret_value);
