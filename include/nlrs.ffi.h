/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Made from src by `make header`; not to be edited.

   The declarations of nlrs.h for tools that read C without a preprocessor, such as Python's cffi and LuaJIT. What they
   mean is said in nlrs.h. */

enum {
    NLRS_VERSION_MAJOR = 0,
    NLRS_VERSION_MINOR = 1,
    NLRS_VERSION_PATCH = 0,
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
uint32_t nlrs_nla_type(const struct nlattr *nla);
int nlrs_nla_is_nested(const struct nlattr *nla);
int nlrs_nla_is_net_byteorder(const struct nlattr *nla);
