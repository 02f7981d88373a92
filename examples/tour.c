/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A tour: what this host's network looks like, read only, and then a network of the program's own, built, read back and
   taken down again. `make demo` compiles it through pkg-config and runs it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>

static struct nlrs_socket *sock;
static struct nlrs_error *err;

/* Ends the program with the reason in one line. */
static void fail(const char *what, int code)
{
    char line[512];
    if (nlrs_error_code(err) == code && nlrs_error_format(err, line, sizeof line) > 0)
        fprintf(stderr, "tour: %s: %s\n", what, line);
    else
        fprintf(stderr, "tour: %s: %s\n", what, nlrs_strerror(code));
    exit(1);
}

/* The payload of a message behind a family header of that size: where its attributes are. */
static const void *attributes(const struct nlmsghdr *nlh, size_t header, size_t *len)
{
    int left = nlrs_nlmsg_payload(nlh, (int)header);
    *len = left > 0 ? (size_t)left : 0;
    return (const char *)nlrs_nlmsg_data(nlh) + nlrs_nlmsg_align(header);
}

/* The family header; NULL when the message is too short for one. */
static const void *family_header(const struct nlmsghdr *nlh, size_t header)
{
    return nlrs_nlmsg_payload(nlh, (int)header) >= 0 ? nlrs_nlmsg_data(nlh) : NULL;
}

static const char *name_of(int index, char *buffer)
{
    if (index <= 0)
        return "-";
    if (if_indextoname((unsigned)index, buffer) == NULL)
        snprintf(buffer, IF_NAMESIZE, "#%d", index);
    return buffer;
}

/* An address attribute as text; `otherwise` where there is none. */
static const char *address(const struct nlattr *attr, int family, const char *otherwise, char *buffer)
{
    size_t size = family == AF_INET ? 4 : 16;
    if (attr == NULL || attr->nla_len != nlrs_rta_length(size))
        return otherwise;
    return inet_ntop(family, (const char *)attr + sizeof *attr, buffer, INET6_ADDRSTRLEN);
}

/* ---- three tables: each function prints the row of one message ---- */

static int print_link(const struct nlmsghdr *nlh, void *arg)
{
    static const char *const states[] = {"unknown", "absent", "down", "lower-down", "testing", "dormant", "up"};
    const struct ifinfomsg *ifi = family_header(nlh, sizeof *ifi);
    const struct nlattr *table[IFLA_MAX + 1];
    const char *name = "?", *state = "?";
    char mac[3 * 32] = "-";
    uint32_t mtu = 0;
    uint8_t operstate;
    size_t len;
    const void *attrs = attributes(nlh, sizeof *ifi, &len);
    int code = nlrs_attr_index(attrs, len, table, IFLA_MAX);
    (void)arg;

    if (ifi == NULL || code < 0)
        return ifi == NULL ? -EBADMSG : code;
    nlrs_attr_get_str(table[IFLA_IFNAME], &name);
    nlrs_attr_get_u32(table[IFLA_MTU], &mtu);
    if (nlrs_attr_get_u8(table[IFLA_OPERSTATE], &operstate) == 0 && operstate < sizeof states / sizeof states[0])
        state = states[operstate];
    if (table[IFLA_ADDRESS] != NULL) {
        const unsigned char *bytes = (const unsigned char *)(table[IFLA_ADDRESS] + 1);
        size_t i, size = table[IFLA_ADDRESS]->nla_len - sizeof(struct nlattr);
        for (i = 0; i < size && i < 20; i++)
            snprintf(mac + 3 * i, 4, "%02x%s", bytes[i], i + 1 < size && i < 19 ? ":" : "");
    }
    printf("%5d  %-15s %6u  %-10s  %s\n", ifi->ifi_index, name, (unsigned)mtu, state, mac);
    return 0;
}

static int print_address(const struct nlmsghdr *nlh, void *arg)
{
    const struct ifaddrmsg *ifa = family_header(nlh, sizeof *ifa);
    const struct nlattr *table[IFA_MAX + 1], *which;
    char text[INET6_ADDRSTRLEN], name[IF_NAMESIZE], both[INET6_ADDRSTRLEN + 8];
    size_t len;
    const void *attrs = attributes(nlh, sizeof *ifa, &len);
    int code = nlrs_attr_index(attrs, len, table, IFA_MAX);
    (void)arg;

    if (ifa == NULL || code < 0)
        return ifa == NULL ? -EBADMSG : code;
    which = table[IFA_LOCAL] != NULL ? table[IFA_LOCAL] : table[IFA_ADDRESS];
    snprintf(both, sizeof both, "%s/%d", address(which, ifa->ifa_family, "?", text), ifa->ifa_prefixlen);
    printf("%-15s  %-44s %s\n", name_of((int)ifa->ifa_index, name), both,
           ifa->ifa_scope == RT_SCOPE_UNIVERSE ? "global"
           : ifa->ifa_scope == RT_SCOPE_LINK   ? "link"
           : ifa->ifa_scope == RT_SCOPE_HOST   ? "host"
                                               : "other");
    return 0;
}

static int print_route(const struct nlmsghdr *nlh, void *arg)
{
    const struct rtmsg *rtm = family_header(nlh, sizeof *rtm);
    const struct nlattr *table[RTA_MAX + 1];
    char dst[INET6_ADDRSTRLEN], via[INET6_ADDRSTRLEN], name[IF_NAMESIZE], both[INET6_ADDRSTRLEN + 8];
    uint32_t oif = 0, metric = 0, number;
    size_t len;
    const void *attrs = attributes(nlh, sizeof *rtm, &len);
    int code = nlrs_attr_index(attrs, len, table, RTA_MAX);
    (void)arg;

    if (rtm == NULL || code < 0)
        return rtm == NULL ? -EBADMSG : code;
    number = rtm->rtm_table;
    nlrs_attr_get_u32(table[RTA_OIF], &oif);
    nlrs_attr_get_u32(table[RTA_TABLE], &number);
    nlrs_attr_get_u32(table[RTA_PRIORITY], &metric);
    if (table[RTA_DST] == NULL && rtm->rtm_dst_len == 0)
        snprintf(both, sizeof both, "default");
    else
        snprintf(both, sizeof both, "%s/%d", address(table[RTA_DST], rtm->rtm_family, "?", dst), rtm->rtm_dst_len);
    printf("%-30s %-26s %-15s %5u %10u\n", both, address(table[RTA_GATEWAY], rtm->rtm_family, "-", via),
           name_of((int)oif, name), (unsigned)number, (unsigned)metric);
    return 0;
}

/* Sends a dump request of that type for that family and gives each message to fn. */
static void dump(const char *what, uint32_t type, int family, nlrs_msg_fn fn)
{
    uint64_t buffer[16];
    struct nlrs_msg m;
    int code;

    nlrs_msg_init(&m, buffer, sizeof buffer);
    nlrs_msg_begin(&m, type, 0);
    if (type == RTM_GETLINK) {
        struct ifinfomsg ifi = {.ifi_family = (unsigned char)family};
        nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    } else if (type == RTM_GETADDR) {
        struct ifaddrmsg ifa = {.ifa_family = (unsigned char)family};
        nlrs_msg_put_header(&m, &ifa, sizeof ifa);
    } else {
        struct rtmsg rtm = {.rtm_family = (unsigned char)family};
        nlrs_msg_put_header(&m, &rtm, sizeof rtm);
    }
    code = nlrs_msg_end(&m);
    if (code == 0)
        code = nlrs_dump(sock, nlrs_msg_first(&m), fn, NULL, err);
    if (code == NLRS_EINTR_DUMP)
        printf("  (it changed while it was read: some rows may be old)\n");
    else if (code < 0)
        fail(what, code);
}

static void print_everything(void)
{
    printf("%5s  %-15s %6s  %-10s  %s\n", "INDEX", "LINK", "MTU", "STATE", "MAC");
    dump("links", RTM_GETLINK, AF_UNSPEC, print_link);
    printf("\n%-15s  %-44s %s\n", "LINK", "ADDRESS", "SCOPE");
    dump("IPv4 addresses", RTM_GETADDR, AF_INET, print_address);
    dump("IPv6 addresses", RTM_GETADDR, AF_INET6, print_address);
    printf("\n%-30s %-26s %-15s %5s %10s\n", "DESTINATION", "VIA", "DEVICE", "TABLE", "METRIC");
    dump("IPv4 routes", RTM_GETROUTE, AF_INET, print_route);
    dump("IPv6 routes", RTM_GETROUTE, AF_INET6, print_route);
}

/* ---- a network of our own ---- */

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t written = fd < 0 ? -1 : write(fd, text, strlen(text));
    if (fd >= 0)
        close(fd);
    return written < 0 ? -1 : 0;
}

/* As root a new network namespace is to be had directly, else inside a user namespace of one's own. */
static int enter_own_network(void)
{
    char uid_map[48], gid_map[48];
    snprintf(uid_map, sizeof uid_map, "0 %u 1", (unsigned)getuid());
    snprintf(gid_map, sizeof gid_map, "0 %u 1", (unsigned)getgid());
    if (unshare(CLONE_NEWNET) == 0)
        return 0;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return -1;
    if (write_file("/proc/self/setgroups", "deny") != 0 || write_file("/proc/self/uid_map", uid_map) != 0)
        return -1;
    return write_file("/proc/self/gid_map", gid_map);
}

/* Ends the message, sends it, waits for the ack; a refusal ends the program. */
static void carry_out(struct nlrs_msg *m, const char *what)
{
    int code = nlrs_msg_end(m);
    if (code == 0)
        code = nlrs_request(sock, nlrs_msg_first(m), NULL, NULL, err);
    if (code < 0)
        fail(what, code);
    printf("  %-58s acknowledged\n", what);
}

static void add_veth(const char *name)
{
    uint64_t buffer[64];
    struct nlrs_msg m;
    struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
    int info;

    nlrs_msg_init(&m, buffer, sizeof buffer);
    nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_put_str(&m, IFLA_IFNAME, name);
    info = nlrs_msg_nest_begin(&m, IFLA_LINKINFO);
    nlrs_msg_put_str(&m, IFLA_INFO_KIND, "veth");
    nlrs_msg_nest_end(&m, info);
    carry_out(&m, "add the pair of links tour0 and veth0");
}

static void set_link(const char *name, uint32_t type, const char *what)
{
    uint64_t buffer[16];
    struct nlrs_msg m;
    struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};

    if (type == RTM_NEWLINK)
        ifi.ifi_flags = ifi.ifi_change = IFF_UP;
    nlrs_msg_init(&m, buffer, sizeof buffer);
    nlrs_msg_begin(&m, type, 0);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_put_str(&m, IFLA_IFNAME, name);
    carry_out(&m, what);
}

static void set_address(uint32_t type, int family, const char *text, unsigned char prefix, const char *what)
{
    uint64_t buffer[16];
    struct nlrs_msg m;
    struct in6_addr addr;
    struct ifaddrmsg ifa = {.ifa_family = (unsigned char)family, .ifa_prefixlen = prefix};

    inet_pton(family, text, &addr);
    ifa.ifa_index = if_nametoindex("tour0");
    ifa.ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0;
    nlrs_msg_init(&m, buffer, sizeof buffer);
    nlrs_msg_begin(&m, type, type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0);
    nlrs_msg_put_header(&m, &ifa, sizeof ifa);
    nlrs_msg_put_bytes(&m, IFA_LOCAL, &addr, family == AF_INET ? 4 : 16);
    carry_out(&m, what);
}

static void build_route(struct nlrs_msg *m, uint32_t type, int family, const char *to, unsigned char prefix, const char *via)
{
    struct in6_addr dst, gateway;
    struct rtmsg rtm = {.rtm_family = (unsigned char)family, .rtm_dst_len = prefix};
    size_t size = family == AF_INET ? 4 : 16;

    inet_pton(family, to, &dst);
    inet_pton(family, via, &gateway);
    rtm.rtm_table = RT_TABLE_MAIN;
    if (type == RTM_NEWROUTE) {
        rtm.rtm_protocol = RTPROT_STATIC;
        rtm.rtm_type = RTN_UNICAST;
    }
    nlrs_msg_begin(m, type, type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0);
    nlrs_msg_put_header(m, &rtm, sizeof rtm);
    nlrs_msg_put_bytes(m, RTA_DST, &dst, size);
    nlrs_msg_put_bytes(m, RTA_GATEWAY, &gateway, size);
}

static void set_route(uint32_t type, int family, const char *to, unsigned char prefix, const char *via, const char *what)
{
    uint64_t buffer[16];
    struct nlrs_msg m;

    nlrs_msg_init(&m, buffer, sizeof buffer);
    build_route(&m, type, family, to, prefix, via);
    carry_out(&m, what);
}

static void ask_for_the_impossible(void)
{
    uint64_t buffer[16];
    struct nlrs_msg m;
    char line[512];
    int code;

    nlrs_msg_init(&m, buffer, sizeof buffer);
    build_route(&m, RTM_NEWROUTE, AF_INET, "203.0.113.0", 24, "10.9.8.7");
    code = nlrs_msg_end(&m);
    if (code == 0)
        code = nlrs_request(sock, nlrs_msg_first(&m), NULL, NULL, err);
    if (code >= 0) {
        fprintf(stderr, "tour: a route through a gateway that no link reaches was accepted\n");
        exit(1);
    }
    nlrs_error_format(err, line, sizeof line);
    printf("\nA route through a gateway that no link reaches. The kernel's answer in one line:\n\n  %s\n", line);
}

static void open_socket(void)
{
    int code = nlrs_socket_open(NETLINK_ROUTE, NULL, &sock);
    if (code < 0)
        fail("socket", code);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0); /* so that stderr comes in its place where both go to one file */
    err = nlrs_error_new();
    if (err == NULL)
        fail("error object", -ENOMEM);
    printf("libnlrs %s\n\n--- This host\n\n", nlrs_version());
    open_socket();
    print_everything();
    nlrs_socket_close(sock);

    printf("\n--- A network of its own\n\n");
    if (enter_own_network() != 0) {
        printf("Neither root nor a user namespace gives one here (%s): left out.\n", strerror(errno));
        nlrs_error_free(err);
        return 0;
    }
    open_socket(); /* a socket belongs to the namespace that it was opened in */
    set_link("lo", RTM_NEWLINK, "set lo up");
    add_veth("tour0");
    set_link("veth0", RTM_NEWLINK, "set veth0 up");
    set_link("tour0", RTM_NEWLINK, "set tour0 up");
    set_address(RTM_NEWADDR, AF_INET, "192.0.2.1", 24, "add the address 192.0.2.1/24");
    set_address(RTM_NEWADDR, AF_INET6, "2001:db8::1", 64, "add the address 2001:db8::1/64");
    set_route(RTM_NEWROUTE, AF_INET, "198.51.100.0", 24, "192.0.2.2", "add the route 198.51.100.0/24 via 192.0.2.2");
    set_route(RTM_NEWROUTE, AF_INET6, "2001:db8:1::", 48, "2001:db8::2", "add the route 2001:db8:1::/48 via 2001:db8::2");
    printf("\n");
    print_everything();
    ask_for_the_impossible();
    printf("\n");
    set_route(RTM_DELROUTE, AF_INET6, "2001:db8:1::", 48, "2001:db8::2", "delete the route 2001:db8:1::/48");
    set_route(RTM_DELROUTE, AF_INET, "198.51.100.0", 24, "192.0.2.2", "delete the route 198.51.100.0/24");
    set_address(RTM_DELADDR, AF_INET6, "2001:db8::1", 64, "delete the address 2001:db8::1/64");
    set_address(RTM_DELADDR, AF_INET, "192.0.2.1", 24, "delete the address 192.0.2.1/24");
    set_link("tour0", RTM_DELLINK, "delete the pair of links");
    nlrs_socket_close(sock);
    nlrs_error_free(err);
    return 0;
}
