/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A tour: what this host's network looks like, read only, and then a network of the program's own, built, read back and
   taken down again. `make demo` compiles it through pkg-config and runs it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_addr.h>
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

/* ---- three tables: each function prints the row of one message ---- */

static const char *name_of(uint32_t index, char *buffer)
{
    if (index == 0)
        return "-";
    if (if_indextoname(index, buffer) == NULL)
        snprintf(buffer, IF_NAMESIZE, "#%u", index);
    return buffer;
}

/* An address as text, `otherwise` where there is none. */
static const char *address(const struct nlrs_addr *addr, const char *otherwise, char *buffer, size_t size)
{
    return nlrs_addr_format(addr, buffer, size) > 0 ? buffer : otherwise;
}

static int print_link(const struct nlmsghdr *nlh, void *arg)
{
    static const char *const states[] = {"unknown", "absent", "down", "lower-down", "testing", "dormant", "up"};
    struct nlrs_link link;
    char mac[96] = "";
    int code = nlrs_link_read(nlh, &link, sizeof link);
    (void)arg;
    if (code < 0)
        return code;
    nlrs_lladdr_format(&link.address, mac, sizeof mac);
    printf("%5u  %-15s %6u  %-10s  %s\n", link.index, link.name, link.mtu,
           link.operstate < sizeof states / sizeof states[0] ? states[link.operstate] : "?", mac[0] ? mac : "-");
    return 0;
}

static int print_address(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_address ifa;
    char text[64], name[IF_NAMESIZE];
    int code = nlrs_address_read(nlh, &ifa, sizeof ifa);
    (void)arg;
    if (code < 0)
        return code;
    printf("%-15s  %-44s %s\n", name_of(ifa.index, name), address(&ifa.local, "?", text, sizeof text),
           ifa.scope == RT_SCOPE_UNIVERSE ? "global"
           : ifa.scope == RT_SCOPE_LINK   ? "link"
           : ifa.scope == RT_SCOPE_HOST   ? "host"
                                          : "other");
    return 0;
}

static int print_route(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_route route;
    char dst[64], via[64], name[IF_NAMESIZE];
    int code = nlrs_route_read(nlh, &route, sizeof route);
    (void)arg;
    if (code < 0)
        return code;
    printf("%-30s %-26s %-15s %5u %10u\n", route.dst.prefix_len == 0 ? "default" : address(&route.dst, "?", dst, sizeof dst),
           address(&route.gateway, "-", via, sizeof via), name_of(route.oif, name), route.table, route.priority);
    return 0;
}

/* Ends the request for a table, sends it and gives each message to fn. */
static void dump(const char *what, struct nlrs_msg *m, nlrs_msg_fn fn)
{
    int code = nlrs_msg_end(m);
    if (code == 0)
        code = nlrs_dump(sock, nlrs_msg_first(m), fn, NULL, err);
    if (code == NLRS_EINTR_DUMP)
        printf("  (it changed while it was read: some rows may be old)\n");
    else if (code < 0)
        fail(what, code);
    nlrs_msg_reset(m);
}

static void print_everything(void)
{
    const struct nlrs_link links = {0};
    const struct nlrs_address addresses = {0};
    const struct nlrs_route routes = {0};
    struct nlrs_msg *m = nlrs_msg_new(64);

    printf("%5s  %-15s %6s  %-10s  %s\n", "INDEX", "LINK", "MTU", "STATE", "MAC");
    nlrs_link_begin(m, RTM_GETLINK, 0, &links, sizeof links);
    dump("links", m, print_link);
    printf("\n%-15s  %-44s %s\n", "LINK", "ADDRESS", "SCOPE");
    nlrs_address_begin(m, RTM_GETADDR, 0, &addresses, sizeof addresses);
    dump("addresses", m, print_address);
    printf("\n%-30s %-26s %-15s %5s %10s\n", "DESTINATION", "VIA", "DEVICE", "TABLE", "METRIC");
    nlrs_route_begin(m, RTM_GETROUTE, 0, &routes, sizeof routes);
    dump("routes", m, print_route);
    nlrs_msg_free(m);
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

/* Says what was done; a refusal ends the program. */
static void done(const char *what, int code)
{
    if (code < 0)
        fail(what, code);
    printf("  %-58s acknowledged\n", what);
}

static void set_link(const char *name, const char *kind, uint32_t type, const char *what)
{
    struct nlrs_link link = {0};
    snprintf(link.name, sizeof link.name, "%s", name);
    snprintf(link.kind, sizeof link.kind, "%s", kind);
    if (type == RTM_NEWLINK && kind[0] == '\0')
        link.flags = link.change = IFF_UP;
    done(what, nlrs_link_request(sock, type, kind[0] ? NLM_F_CREATE | NLM_F_EXCL : 0, &link, sizeof link, err));
}

static void set_address(uint32_t type, const char *text, const char *what)
{
    struct nlrs_address address = {.flags = IFA_F_NODAD};
    int code = nlrs_addr_parse(text, &address.local);
    if (code == 0)
        code = nlrs_link_index(sock, "tour0", &address.index, err);
    if (address.local.family == AF_INET)
        address.flags = 0;
    if (code == 0)
        code = nlrs_address_request(sock, type, type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0, &address, sizeof address, err);
    done(what, code);
}

static int request_route(uint32_t type, const char *to, const char *via)
{
    struct nlrs_route route = {.table = RT_TABLE_MAIN, .protocol = RTPROT_STATIC, .type = RTN_UNICAST};
    int code = nlrs_addr_parse(to, &route.dst);
    if (code == 0)
        code = nlrs_addr_parse(via, &route.gateway);
    if (code == 0)
        code = nlrs_route_request(sock, type, type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0, &route, sizeof route, err);
    return code;
}

static void request_the_impossible(void)
{
    char line[512];
    if (request_route(RTM_NEWROUTE, "203.0.113.0/24", "10.9.8.7") >= 0) {
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
    set_link("lo", "", RTM_NEWLINK, "set lo up");
    set_link("tour0", "veth", RTM_NEWLINK, "add the pair of links tour0 and veth0");
    set_link("veth0", "", RTM_NEWLINK, "set veth0 up");
    set_link("tour0", "", RTM_NEWLINK, "set tour0 up");
    set_address(RTM_NEWADDR, "192.0.2.1/24", "add the address 192.0.2.1/24");
    set_address(RTM_NEWADDR, "2001:db8::1/64", "add the address 2001:db8::1/64");
    done("add the route 198.51.100.0/24 via 192.0.2.2", request_route(RTM_NEWROUTE, "198.51.100.0/24", "192.0.2.2"));
    done("add the route 2001:db8:1::/48 via 2001:db8::2", request_route(RTM_NEWROUTE, "2001:db8:1::/48", "2001:db8::2"));
    printf("\n");
    print_everything();
    request_the_impossible();
    printf("\n");
    done("delete the route 2001:db8:1::/48", request_route(RTM_DELROUTE, "2001:db8:1::/48", "2001:db8::2"));
    done("delete the route 198.51.100.0/24", request_route(RTM_DELROUTE, "198.51.100.0/24", "192.0.2.2"));
    set_address(RTM_DELADDR, "2001:db8::1/64", "delete the address 2001:db8::1/64");
    set_address(RTM_DELADDR, "192.0.2.1/24", "delete the address 192.0.2.1/24");
    set_link("tour0", "", RTM_DELLINK, "delete the pair of links");
    nlrs_socket_close(sock);
    nlrs_error_free(err);
    return 0;
}
