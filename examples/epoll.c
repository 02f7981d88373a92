/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An event loop with two netlink sockets and nothing that blocks: one dumps the links, the other follows their changes.
   Ends after a second without news, or after the number of seconds given. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static int failed(const char *what, int code)
{
    fprintf(stderr, "%s: %s\n", what, nlrs_strerror(code));
    return 1;
}

static void show(const char *what, const struct nlmsghdr *nlh)
{
    char text[160];
    nlrs_nlmsg_format(NETLINK_ROUTE, nlh, nlh->nlmsg_len, text, sizeof text);
    printf("%s %s\n", what, text);
}

/* Has the loop wake us when there is something to do on the socket. */
static int watch(int loop, struct nlrs_socket *s, int operation)
{
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = (uint32_t)nlrs_socket_poll_events(s); /* EPOLLIN, and EPOLLOUT when a send found no room */
    event.data.ptr = s;
    return epoll_ctl(loop, operation, nlrs_socket_fd(s), &event);
}

int main(int argc, char **argv)
{
    struct nlrs_socket *asks = NULL, *follows = NULL;
    struct nlrs_dump *dump = NULL;
    struct {
        struct nlmsghdr nlh;
        struct ifinfomsg ifi;
    } request;
    int loop = epoll_create1(EPOLL_CLOEXEC), code, patience = (argc > 1 ? atoi(argv[1]) : 1) * 1000;
    if (loop < 0) {
        perror("epoll_create1");
        return 1;
    }
    memset(&request, 0, sizeof request);
    request.nlh.nlmsg_len = sizeof request;
    request.nlh.nlmsg_type = RTM_GETLINK;

    /* A timeout of 0: nothing ever waits, "not yet" is -EAGAIN. Events have a socket of their own. */
    if ((code = nlrs_socket_open(NETLINK_ROUTE, NULL, &follows)) < 0 ||
        (code = nlrs_socket_open(NETLINK_ROUTE, NULL, &asks)) < 0 ||
        (code = nlrs_socket_set_timeout(follows, 0)) < 0 || (code = nlrs_socket_set_timeout(asks, 0)) < 0)
        return failed("open", code);
    /* First follow, then ask: what changes in between is not missed. */
    if ((code = nlrs_socket_join(follows, RTNLGRP_LINK)) < 0)
        return failed("join", code);
    if ((code = nlrs_dump_begin(asks, &request.nlh, &dump)) < 0)
        return failed("dump", code);
    if (watch(loop, asks, EPOLL_CTL_ADD) < 0 || watch(loop, follows, EPOLL_CTL_ADD) < 0) {
        perror("epoll_ctl");
        return 1;
    }

    for (;;) {
        struct epoll_event event;
        const struct nlmsghdr *nlh;
        const void *data;
        size_t len, pos;
        int ready = epoll_wait(loop, &event, 1, patience);
        if (ready < 0) {
            perror("epoll_wait");
            return 1;
        }
        if (ready == 0)
            break;
        if (event.data.ptr == asks && dump != NULL) {
            while ((code = nlrs_dump_next(dump, &nlh)) == 1)
                show("there is:", nlh);
            if (code == -EAGAIN) {
                watch(loop, asks, EPOLL_CTL_MOD);
                continue;
            }
            if ((code = nlrs_dump_end(dump, NULL)) < 0)
                return failed("dump", code);
            dump = NULL;
        } else {
            while ((code = nlrs_socket_recv_datagram(follows, 0, &data, &len, NULL, NULL, NULL)) == 0)
                for (pos = 0; nlrs_nlmsg_walk(data, len, &pos, &nlh) == 1;)
                    show("changed: ", nlh);
            /* After NLRS_EOVERRUN events are missing: a program that must not miss any dumps again. */
            if (code != -EAGAIN && code != NLRS_EOVERRUN)
                return failed("follow", code);
        }
    }
    nlrs_socket_close(asks);
    nlrs_socket_close(follows);
    close(loop);
    return 0;
}
