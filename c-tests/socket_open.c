/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Opening and closing: port IDs, close-on-exec, adopted, borrowed and released descriptors, none leaked. */
#include "check.h"
#include <dirent.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Returns the number of open descriptors of this process. */
static int descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;
    REQUIRE(folder != NULL);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count - 3; /* ., .. and the folder itself */
}

static int is_cloexec(int fd)
{
    int flags = fcntl(fd, F_GETFD);
    return flags >= 0 && (flags & FD_CLOEXEC) != 0;
}

/* Requests a link that every kernel has. */
static int request_loopback(struct nlrs_socket *s)
{
    struct {
        struct nlmsghdr nlh;
        struct ifinfomsg ifi;
    } req;
    memset(&req, 0, sizeof req);
    req.nlh.nlmsg_len = sizeof req;
    req.nlh.nlmsg_type = RTM_GETLINK;
    req.ifi.ifi_index = 1;
    return nlrs_request(s, &req.nlh, NULL, NULL, NULL);
}

static void sixty_four_sockets_have_distinct_ports(void)
{
    struct nlrs_socket *sockets[64];
    size_t i, j;
    for (i = 0; i < 64; i++) {
        REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &sockets[i]) == 0);
        CHECK(nlrs_socket_portid(sockets[i]) != 0);
        CHECK(is_cloexec(nlrs_socket_fd(sockets[i])));
        CHECK_INT(nlrs_socket_protocol(sockets[i]), NETLINK_ROUTE);
        for (j = 0; j < i; j++)
            CHECK(nlrs_socket_portid(sockets[i]) != nlrs_socket_portid(sockets[j]));
    }
    for (i = 0; i < 64; i++) {
        CHECK_INT(request_loopback(sockets[i]), 0);
        nlrs_socket_close(sockets[i]);
    }
}

static void a_port_id_is_used_once(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *first = NULL, *second = NULL;
    REQUIRE(options != NULL);
    CHECK_INT(nlrs_socket_options_set_portid(options, 0x7a7a7a7a), 0);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, options, &first) == 0);
    CHECK_INT(nlrs_socket_portid(first), 0x7a7a7a7a);
    CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &second), -EADDRINUSE);
    CHECK(second == NULL);
    nlrs_socket_close(first);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, options, &second) == 0);
    nlrs_socket_close(second);
    nlrs_socket_options_free(options);
}

static void descriptors_are_adopted_and_borrowed(void)
{
    struct nlrs_socket *s = NULL;
    int before = descriptors(), fd, pair[2];
    /* Adopted: the number is closed. */
    fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    REQUIRE(fd >= 0);
    REQUIRE(nlrs_socket_adopt(fd, -1, NULL, &s) == 0);
    CHECK(is_cloexec(nlrs_socket_fd(s)));
    CHECK_INT(nlrs_socket_protocol(s), NETLINK_ROUTE);
    CHECK(nlrs_socket_portid(s) != 0);
    CHECK_INT(nlrs_socket_flag(s, NETLINK_EXT_ACK), 1);
    CHECK_INT(request_loopback(s), 0);
    nlrs_socket_close(s);
    CHECK_INT(descriptors(), before);
    /* Borrowed: it remains open, and its options are unchanged. */
    fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    REQUIRE(fd >= 0);
    s = NULL;
    REQUIRE(nlrs_socket_borrow(fd, NETLINK_ROUTE, NULL, &s) == 0);
    CHECK(is_cloexec(nlrs_socket_fd(s)));
    CHECK_INT(nlrs_socket_flag(s, NETLINK_EXT_ACK), 0);
    CHECK_INT(request_loopback(s), 0);
    nlrs_socket_close(s);
    CHECK(fcntl(fd, F_GETFD) >= 0);
    /* Another descriptor is refused and remains open. */
    s = NULL;
    CHECK_INT(nlrs_socket_adopt(fd, NETLINK_GENERIC, NULL, &s), -EPROTOTYPE);
    CHECK_INT(nlrs_socket_adopt(-1, -1, NULL, &s), -EBADF);
    CHECK_INT(nlrs_socket_adopt(STDIN_FILENO, -1, NULL, &s), -ENOTSOCK);
    CHECK(fcntl(fd, F_GETFD) >= 0);
    close(fd);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    REQUIRE(fd >= 0);
    CHECK_INT(nlrs_socket_adopt(fd, -1, NULL, &s), -EAFNOSUPPORT);
    CHECK_INT(close(fd), 0);
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_INT(nlrs_socket_adopt(pair[0], NETLINK_ROUTE, NULL, &s), -ESOCKTNOSUPPORT);
    close(pair[0]);
    close(pair[1]);
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
    CHECK_INT(nlrs_socket_adopt(pair[0], -1, NULL, &s), -EINVAL);
    close(pair[0]);
    close(pair[1]);
    CHECK(s == NULL);
    CHECK_INT(descriptors(), before);
}

static void release_keeps_the_socket_open(void)
{
    struct nlrs_socket *s = NULL;
    int before = descriptors(), fd;
    uint32_t portid;
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    REQUIRE(nlrs_socket_join(s, RTNLGRP_LINK) == 0);
    portid = nlrs_socket_portid(s);
    fd = nlrs_socket_release(s);
    REQUIRE(fd >= 0);
    CHECK(is_cloexec(fd));
    CHECK_INT(descriptors(), before + 1);
    s = NULL;
    REQUIRE(nlrs_socket_adopt(fd, -1, NULL, &s) == 0);
    CHECK_INT(nlrs_socket_portid(s), portid);
    CHECK_INT(nlrs_socket_groups(s, NULL, 0), 1);
    CHECK_INT(request_loopback(s), 0);
    nlrs_socket_close(s);
    CHECK_INT(descriptors(), before);
}

static void ten_thousand_leak_nothing(void)
{
    int before = descriptors(), i;
    for (i = 0; i < 10000; i++) {
        struct nlrs_socket *s = NULL;
        if (nlrs_socket_open(i % 2 ? NETLINK_ROUTE : NETLINK_GENERIC, NULL, &s) != 0)
            break;
        nlrs_socket_close(s);
    }
    CHECK_INT(i, 10000);
    CHECK_INT(descriptors(), before);
}

static void failures_leak_nothing(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_peer *peer = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = NULL;
    struct rlimit old, tight;
    int before, limit, step;
    REQUIRE(options != NULL && peer != NULL);
    before = descriptors();
    CHECK_INT(nlrs_socket_open(77, NULL, &s), -EPROTONOSUPPORT);
    CHECK_INT(nlrs_socket_options_set_recv_buffer(options, (size_t)1 << 30), 0);
    CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), -ERANGE);
    CHECK_INT(nlrs_socket_options_set_recv_buffer(options, 0), 0);
    CHECK_INT(nlrs_socket_options_set_flag(options, 31, 1), 0);
    CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), -ENOPROTOOPT);
    CHECK_INT(nlrs_socket_options_set_flag(options, 0, 1), -EINVAL);
    CHECK_INT(nlrs_socket_options_set_flag(options, 32, 1), -EINVAL);
    CHECK_INT(descriptors(), before);
    nlrs_socket_options_free(options);
    /* The first, the second … descriptor of an open cannot be created. */
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    options = nlrs_socket_options_new();
    REQUIRE(options != NULL && nlrs_socket_options_set_netns_path(options, "/proc/self/ns/net") == 0);
    for (step = 0; step < 3; step++) {
        int failed = 0;
        for (limit = 0; limit < 4; limit++) {
            int code;
            tight = old;
            tight.rlim_cur = (rlim_t)(3 + limit);
            /* The descriptors below the limit are in use except `limit` of them. */
            REQUIRE(setrlimit(RLIMIT_NOFILE, &tight) == 0);
            code = step == 0   ? nlrs_socket_open(NETLINK_ROUTE, NULL, &s)
                   : step == 1 ? nlrs_socket_open(NETLINK_ROUTE, options, &s)
                               : nlrs_socket_open_peer(NETLINK_ROUTE, peer, NULL, &s);
            REQUIRE(setrlimit(RLIMIT_NOFILE, &old) == 0);
            if (code == 0) {
                nlrs_socket_close(s);
                s = NULL;
                break;
            }
            failed += code == -EMFILE;
            CHECK(code == -EMFILE || code == NLRS_EBUSY);
            CHECK(s == NULL);
            CHECK_INT(descriptors(), before);
        }
        CHECK(failed > 0);
    }
    nlrs_socket_options_free(options);
    nlrs_peer_free(peer);
    CHECK_INT(descriptors(), before - 1);
}

static void nothing_is_inherited_across_exec(void)
{
    /* Every function that opens a socket sets close-on-exec. */
    struct nlrs_socket *s = NULL;
    char command[128];
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    snprintf(command, sizeof command, "test ! -e /proc/self/fd/%d", nlrs_socket_fd(s));
    CHECK_INT(system(command), 0);
    nlrs_socket_close(s);
}

/* All of this in a child without capabilities. */
static void unprivileged(void)
{
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
        printf("SKIP: the unprivileged half: cannot change the user\n");
        return;
    }
    sixty_four_sockets_have_distinct_ports();
    descriptors_are_adopted_and_borrowed();
    release_keeps_the_socket_open();
}

int main(void)
{
    int fd;
    /* 0, 1 and 2 are open, and nothing above: the counts of descriptors depend on it. */
    for (fd = 3; fd < 64; fd++)
        close(fd);
    sixty_four_sockets_have_distinct_ports();
    a_port_id_is_used_once();
    descriptors_are_adopted_and_borrowed();
    release_keeps_the_socket_open();
    ten_thousand_leak_nothing();
    failures_leak_nothing();
    nothing_is_inherited_across_exec();
    unprivileged();
    return check_end();
}
