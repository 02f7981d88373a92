/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* secure trace       opens a socket and asks for a link: NLRS_DEBUG is heeded, or not
 * secure inherit     opens everything that has a descriptor and becomes `secure list`
 * secure list        how many descriptors there are, the three standard ones not counted */
#define _GNU_SOURCE
#include "../c-tests/check.h"

#include <dirent.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>

static int list(void)
{
    int count = 0;
    struct dirent *entry;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return -1;
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.' && atoi(entry->d_name) > 2 && atoi(entry->d_name) != dirfd(folder))
            count++;
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    struct nlrs_socket *s, *t, *u, *v;
    struct nlrs_socket_options *o = nlrs_socket_options_new();
    struct nlrs_monitor *m;
    struct nlrs_peer *p;
    struct nlrs_msg msg;
    struct ifinfomsg ifi;
    uint64_t buf[16];
    uint32_t group = RTNLGRP_LINK;
    char count[16];
    int before;

    REQUIRE(argc > 1 && o != NULL);
    if (strcmp(argv[1], "list") == 0) {
        printf("%d\n", list());
        CHECK_INT(list(), argc > 2 ? atoi(argv[2]) : 0);
        return check_end();
    }
    before = list();
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    if (strcmp(argv[1], "trace") == 0) {
        memset(&ifi, 0, sizeof ifi);
        ifi.ifi_index = 1;
        nlrs_msg_init(&msg, buf, sizeof buf);
        nlrs_msg_begin(&msg, RTM_GETLINK, 0);
        nlrs_msg_put_header(&msg, &ifi, sizeof ifi);
        nlrs_msg_end(&msg);
        CHECK_INT(nlrs_request(s, nlrs_msg_first(&msg), NULL, NULL, NULL), 0);
        return check_end();
    }
    check_own_netns();
    nlrs_socket_options_set_netns_path(o, "/proc/self/ns/net");
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, o, &t) == 0);
    REQUIRE(nlrs_socket_borrow(nlrs_socket_fd(s), NETLINK_ROUTE, NULL, &u) == 0);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &m) == 0);
    p = nlrs_peer_new(NULL, NULL);
    REQUIRE(p != NULL && nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &v) == 0);
    REQUIRE(nlrs_socket_release(t) >= 0);
    REQUIRE(list() >= before + 9);
    snprintf(count, sizeof count, "%d", before);
    execl("/proc/self/exe", argv[0], "list", count, (char *)NULL);
    return 1;
}
