/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Follows links, addresses, routes and neighbours, as `ip monitor` does, but begins with what there is, and goes on to be right when
   events are lost: what is gone is told, whether or not the kernel told it. Until nothing has happened for so many seconds (or
   for ever). A line begins with + (new), ~ (changed) or - (gone). */
/* arguments: 1 */
#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_ATTR 31

/* An address as text: of the Internet, or bytes. */
static const char *address_text(uint32_t family, const struct nlattr *attr, char *text, size_t size)
{
    const void *data;
    size_t len, i, used = 0;

    if (nlrs_attr_get_bytes(attr, &data, &len) < 0)
        return "-";
    if ((family == AF_INET && len == 4) || (family == AF_INET6 && len == 16))
        return inet_ntop((int)family, data, text, (socklen_t)size);
    text[0] = '\0';
    for (i = 0; i < len && used + 4 < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%02x", i == 0 ? "" : ":", ((const uint8_t *)data)[i]);
    return text;
}

static uint32_t number(const struct nlattr *attr)
{
    uint32_t value = 0;
    nlrs_attr_get_u32(attr, &value);
    return value;
}

static void print_link(const struct nlmsghdr *nlh, const struct nlattr **attrs)
{
    struct ifinfomsg info;
    const char *name = "?";

    nlrs_nlmsg_get_header(nlh, &info, sizeof info);
    nlrs_attr_get_str(attrs[IFLA_IFNAME], &name);
    printf("link %d %s mtu %u %s%s", info.ifi_index, name, number(attrs[IFLA_MTU]), info.ifi_flags & IFF_UP ? "up" : "down",
           info.ifi_flags & IFF_RUNNING ? " running" : "");
}

static void print_address(const struct nlmsghdr *nlh, const struct nlattr **attrs)
{
    struct ifaddrmsg info;
    char text[64];

    nlrs_nlmsg_get_header(nlh, &info, sizeof info);
    printf("address %s/%u dev %u", address_text(info.ifa_family, attrs[attrs[IFA_LOCAL] ? IFA_LOCAL : IFA_ADDRESS], text, sizeof text),
           info.ifa_prefixlen, info.ifa_index);
}

static void print_hop(uint32_t family, const struct nlattr **attrs, uint32_t device)
{
    char text[64];

    if (attrs[RTA_GATEWAY] != NULL)
        printf(" via %s", address_text(family, attrs[RTA_GATEWAY], text, sizeof text));
    if (device != 0)
        printf(" dev %u", device);
}

static void print_route(const struct nlmsghdr *nlh, const struct nlattr **attrs)
{
    const struct nlattr *hop_attrs[RTA_GATEWAY + 1];
    const void *data;
    struct rtnexthop hop;
    struct rtmsg info;
    char text[64];
    size_t len;

    nlrs_nlmsg_get_header(nlh, &info, sizeof info);
    if (attrs[RTA_DST] != NULL)
        printf("route %s/%u", address_text(info.rtm_family, attrs[RTA_DST], text, sizeof text), info.rtm_dst_len);
    else
        printf("route default%s", info.rtm_family == AF_INET6 ? " (IPv6)" : "");
    printf(" table %u type %u", attrs[RTA_TABLE] ? number(attrs[RTA_TABLE]) : info.rtm_table, info.rtm_type);
    if (attrs[RTA_PRIORITY] != NULL)
        printf(" metric %u", number(attrs[RTA_PRIORITY]));
    print_hop(info.rtm_family, attrs, number(attrs[RTA_OIF]));
    if (nlrs_attr_get_bytes(attrs[RTA_MULTIPATH], &data, &len) < 0)
        return;
    while (len >= sizeof hop) {
        hop = *(const struct rtnexthop *)data;
        if (hop.rtnh_len < sizeof hop || hop.rtnh_len > len)
            break;
        printf(" [");
        if (nlrs_attr_index((const char *)data + sizeof hop, hop.rtnh_len - sizeof hop, hop_attrs, RTA_GATEWAY) >= 0)
            print_hop(info.rtm_family, hop_attrs, (uint32_t)hop.rtnh_ifindex);
        printf("%s ]", hop.rtnh_flags & RTNH_F_DEAD ? " dead" : "");
        if (nlrs_nlmsg_align(hop.rtnh_len) >= len)
            break;
        len -= nlrs_nlmsg_align(hop.rtnh_len);
        data = (const char *)data + nlrs_nlmsg_align(hop.rtnh_len);
    }
}

static void print_neighbour(const struct nlmsghdr *nlh, const struct nlattr **attrs)
{
    struct ndmsg info;
    char text[64], link[64];

    nlrs_nlmsg_get_header(nlh, &info, sizeof info);
    printf("neighbour %s dev %d %s state %#x", address_text(info.ndm_family, attrs[NDA_DST], text, sizeof text), info.ndm_ifindex,
           address_text(AF_UNSPEC, attrs[NDA_LLADDR], link, sizeof link), info.ndm_state);
}

/* What is followed, in the order of the tables' numbers, which begin at 1. */
static const struct {
    uint32_t objects;
    size_t header;
    void (*print)(const struct nlmsghdr *nlh, const struct nlattr **attrs);
} tables[] = {
    {NLRS_LINKS, sizeof(struct ifinfomsg), print_link},
    {NLRS_ADDRESSES, sizeof(struct ifaddrmsg), print_address},
    {NLRS_ROUTES, sizeof(struct rtmsg), print_route},
    {NLRS_NEIGHBOURS, sizeof(struct ndmsg), print_neighbour},
};
#define TABLES (sizeof tables / sizeof tables[0])

static int on_event(const struct nlrs_event *event, void *arg)
{
    const struct nlmsghdr *nlh = nlrs_event_message(event);
    const struct nlattr *attrs[MAX_ATTR + 1];
    uint32_t table = nlrs_event_table(event);
    const void *start;
    size_t len;
    char sign;

    (void)arg;
    switch (nlrs_event_kind(event)) {
    case NLRS_EVENT_ADDED:
        sign = '+';
        break;
    case NLRS_EVENT_CHANGED:
        sign = '~';
        break;
    case NLRS_EVENT_REMOVED:
        sign = '-';
        break;
    case NLRS_EVENT_OVERRUN:
        printf("# %llu events were lost; the changes follow\n", (unsigned long long)nlrs_event_count(event));
        return 0;
    default:
        return 0;
    }
    if (table == 0 || table > TABLES || nlrs_nlmsg_attrs(nlh, tables[table - 1].header, &start, &len) < 0 ||
        nlrs_attr_index(start, len, attrs, MAX_ATTR) < 0)
        return 0;
    printf("%c ", sign);
    tables[table - 1].print(nlh, attrs);
    printf("\n");
    return 0;
}

int main(int argc, char **argv)
{
    struct nlrs_monitor *m = NULL;
    int code = nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m);
    size_t i;

    for (i = 0; i < TABLES && code >= 0; i++)
        code = nlrs_monitor_follow(m, tables[i].objects, 0);
    if (code >= 0 && (code = nlrs_monitor_set_difference(m, 1)) == 0 &&
        (code = nlrs_monitor_set_timeout(m, argc > 1 ? atoi(argv[1]) * 1000 : -1)) == 0)
        code = nlrs_monitor_loop(m, on_event, NULL);
    printf("ipmonitor: %s\n", nlrs_strerror(code));
    nlrs_monitor_close(m);
    return code != NLRS_ETIMEDOUT;
}
