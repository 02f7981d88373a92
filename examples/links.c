/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A link monitor: prints which links are added, changed and deleted, until nothing has happened for so many seconds, or
   without end. */
/* arguments: 1 */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>
#include <stdio.h>
#include <stdlib.h>

static int on_event(const struct nlrs_event *event, void *arg)
{
    const struct nlmsghdr *nlh = nlrs_event_message(event);
    const struct nlattr *attrs[IFLA_IFNAME + 1];
    struct ifinfomsg info;
    const void *start;
    const char *name;
    size_t len;

    (void)arg;
    if (nlrs_event_kind(event) == NLRS_EVENT_OVERRUN)
        printf("%llu events were lost\n", (unsigned long long)nlrs_event_count(event));
    if (nlrs_nlmsg_get_header(nlh, &info, sizeof info) < 0 || nlrs_nlmsg_attrs(nlh, sizeof info, &start, &len) < 0 ||
        nlrs_attr_index(start, len, attrs, IFLA_IFNAME) < 0 || nlrs_attr_get_str(attrs[IFLA_IFNAME], &name) < 0)
        return 0;
    printf("%d: %s: %s\n", info.ifi_index, name,
           nlrs_nlmsg_type(nlh) == RTM_DELLINK ? "deleted" : info.ifi_flags & IFF_UP ? "up" : "down");
    return 0;
}

int main(int argc, char **argv)
{
    const uint32_t group = RTNLGRP_LINK;
    struct nlrs_monitor *m = NULL;
    int code = nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &m);

    if (code == 0 && argc > 1)
        code = nlrs_monitor_set_timeout(m, atoi(argv[1]) * 1000);
    if (code == 0)
        code = nlrs_monitor_loop(m, on_event, NULL);
    printf("links: %s\n", nlrs_strerror(code));
    nlrs_monitor_close(m);
    return code != NLRS_ETIMEDOUT;
}
