/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counts what connection tracking tells: connections that come, change and go, until nothing has happened for so many seconds (or for
   ever). With an event loop of its own: the descriptor is polled, and nothing else waits. */
/* arguments: 1 */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_compat.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <nlrs.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long come, changed, gone, lost;

static void count(const struct nlrs_event *event)
{
    const struct nlmsghdr *nlh = nlrs_event_message(event);
    uint32_t type = nlrs_nlmsg_type(nlh);

    if (nlrs_event_kind(event) == NLRS_EVENT_OVERRUN)
        lost += nlrs_event_count(event);
    else if (type == (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW))
        *(nlrs_nlmsg_flags(nlh) & NLM_F_CREATE ? &come : &changed) += 1;
    else if (type == (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE))
        gone++;
}

int main(int argc, char **argv)
{
    const uint32_t groups[] = {NFNLGRP_CONNTRACK_NEW, NFNLGRP_CONNTRACK_UPDATE, NFNLGRP_CONNTRACK_DESTROY};
    int patience = argc > 1 ? atoi(argv[1]) * 1000 : -1;
    const struct nlrs_event *event;
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_monitor *m;
    struct pollfd poll_fd = {.events = POLLIN};
    int code;

    /* A burst of connections is a burst of events of 4 KiB each: as much room as the system gives. */
    nlrs_socket_options_set_recv_buffer(options, 8 << 20);
    code = nlrs_monitor_open(NETLINK_NETFILTER, groups, 3, options, &m);
    nlrs_socket_options_free(options);

    if (code == -EPERM || code == -EPROTONOSUPPORT) {
        printf("conntrack: %s\n", nlrs_strerror(code));
        return 0;
    }
    if (code < 0 || (code = nlrs_monitor_set_timeout(m, 0)) < 0) {
        printf("conntrack: %s\n", nlrs_strerror(code));
        return 1;
    }
    poll_fd.fd = nlrs_monitor_fd(m);
    while (poll(&poll_fd, 1, patience) == 1) {
        while ((code = nlrs_monitor_next(m, &event)) == 1)
            count(event);
        if (code != -EAGAIN)
            printf("conntrack: %s\n", nlrs_strerror(code));
        printf("%lu come, %lu changed, %lu gone, %lu lost\n", come, changed, gone, lost);
    }
    nlrs_monitor_close(m);
    return 0;
}
