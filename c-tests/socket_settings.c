/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Each setter and getter of a socket on the kernel: what was set is in use. */
#include "check.h"
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <sys/socket.h>

static struct nlrs_socket *opened(int protocol, const struct nlrs_socket_options *options)
{
    struct nlrs_socket *s = NULL;
    REQUIRE(nlrs_socket_open(protocol, options, &s) == 0);
    return s;
}

/* Returns what getsockopt reports. */
static int kernel_value(struct nlrs_socket *s, int option)
{
    int value = -1;
    socklen_t len = sizeof value;
    return getsockopt(nlrs_socket_fd(s), SOL_NETLINK, option, &value, &len) == 0 ? value : -errno;
}

static void flags_are_what_was_set(int privileged)
{
    static const int flags[] = {NETLINK_PKTINFO, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS, NETLINK_CAP_ACK,
                                NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK,  NETLINK_LISTEN_ALL_NSID};
    struct nlrs_socket *s = opened(NETLINK_ROUTE, NULL);
    size_t i;
    CHECK_INT(nlrs_socket_flag(s, NETLINK_EXT_ACK), 1);
    CHECK_INT(nlrs_socket_flag(s, NETLINK_CAP_ACK), 1);
    CHECK_INT(nlrs_socket_flag(s, NETLINK_GET_STRICT_CHK), 1);
    CHECK_INT(nlrs_socket_flag(s, NETLINK_PKTINFO), 0);
    for (i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        int reported;
        if (flags[i] == NETLINK_LISTEN_ALL_NSID && !privileged) {
            CHECK_INT(nlrs_socket_set_flag(s, flags[i], 1), -EPERM);
            CHECK_INT(nlrs_socket_flag(s, flags[i]), 0);
            continue;
        }
        CHECK_INT(nlrs_socket_set_flag(s, flags[i], 0), 0);
        CHECK_INT(nlrs_socket_flag(s, flags[i]), 0);
        CHECK_INT(nlrs_socket_set_flag(s, flags[i], 1), 0);
        CHECK_INT(nlrs_socket_flag(s, flags[i]), 1);
        reported = kernel_value(s, flags[i]);
        CHECK(reported == 1 || (flags[i] == NETLINK_LISTEN_ALL_NSID && reported == -ENOPROTOOPT));
    }
    CHECK_INT(nlrs_socket_set_flag(s, 31, 1), -ENOPROTOOPT);
    CHECK_INT(nlrs_socket_flag(s, 31), -ENOPROTOOPT);
    nlrs_socket_close(s);
    s = opened(NETLINK_GENERIC, NULL);
    CHECK_INT(nlrs_socket_flag(s, NETLINK_GET_STRICT_CHK), 0);
    nlrs_socket_close(s);
}

/* Neither a flag nor a switch: -EINVAL, and nothing is changed. */
static void only_flags_and_switches(void)
{
    static const int others[] = {INT32_MIN, -1, 0, NETLINK_ADD_MEMBERSHIP, NETLINK_DROP_MEMBERSHIP, 6, 7,
                                 NETLINK_LIST_MEMBERSHIPS, 32, 99};
    static const int not_switches[] = {INT32_MIN, -1, 2, 256};
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = opened(NETLINK_ROUTE, NULL), *of_peer = NULL;
    size_t i;
    REQUIRE(options != NULL && p != NULL);
    REQUIRE(nlrs_socket_open_peer(NETLINK_ROUTE, p, NULL, &of_peer) == 0);
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        CHECK_INT(nlrs_socket_set_flag(s, others[i], 1), -EINVAL);
        CHECK_INT(nlrs_socket_flag(s, others[i]), -EINVAL);
        CHECK_INT(nlrs_socket_options_set_flag(options, others[i], 1), -EINVAL);
        CHECK_INT(nlrs_socket_set_flag(of_peer, others[i], 1), -EINVAL);
        CHECK_INT(nlrs_socket_flag(of_peer, others[i]), -EINVAL);
    }
    CHECK_INT(nlrs_socket_groups(s, NULL, 0), 0);
    for (i = 0; i < sizeof not_switches / sizeof not_switches[0]; i++) {
        CHECK_INT(nlrs_socket_set_flag(s, NETLINK_PKTINFO, not_switches[i]), -EINVAL);
        CHECK_INT(nlrs_socket_options_set_flag(options, NETLINK_EXT_ACK, not_switches[i]), -EINVAL);
        CHECK_INT(nlrs_socket_options_set_any_sender(options, not_switches[i]), -EINVAL);
        CHECK_INT(nlrs_socket_options_set_cancelable(options, not_switches[i]), -EINVAL);
    }
    CHECK_INT(nlrs_socket_flag(s, NETLINK_PKTINFO), 0);
    CHECK_INT(nlrs_socket_options_set_netns_fd(options, -2), -EINVAL);
    CHECK_INT(nlrs_socket_options_set_netns_fd(options, -1), 0);
    nlrs_socket_close(s);
    s = opened(NETLINK_ROUTE, options);
    CHECK_INT(kernel_value(s, NETLINK_EXT_ACK), 1);
    CHECK_INT(nlrs_socket_cancel(s), 0);
    nlrs_socket_close(s);
    nlrs_socket_close(of_peer);
    nlrs_peer_free(p);
    nlrs_socket_options_free(options);
}

static void flags_set_at_open_are_in_use(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s;
    REQUIRE(options != NULL);
    CHECK_INT(nlrs_socket_options_set_flag(options, NETLINK_GET_STRICT_CHK, 0), 0);
    CHECK_INT(nlrs_socket_options_set_flag(options, NETLINK_PKTINFO, 1), 0);
    s = opened(NETLINK_ROUTE, options);
    CHECK_INT(kernel_value(s, NETLINK_GET_STRICT_CHK), 0);
    CHECK_INT(kernel_value(s, NETLINK_PKTINFO), 1);
    CHECK_INT(kernel_value(s, NETLINK_EXT_ACK), 1);
    nlrs_socket_close(s);
    nlrs_socket_options_free(options);
}

static void groups_by_number(void)
{
    struct nlrs_socket *s = opened(NETLINK_ROUTE, NULL);
    uint32_t groups[4] = {0};
    CHECK_INT(nlrs_socket_groups(s, groups, 4), 0);
    CHECK_INT(nlrs_socket_join(s, RTNLGRP_BRVLAN), 0); /* 33 */
    CHECK_INT(nlrs_socket_join(s, RTNLGRP_LINK), 0);
    CHECK_INT(nlrs_socket_join(s, RTNLGRP_IPV6_ROUTE), 0);
    CHECK_INT(nlrs_socket_groups(s, groups, 4), 3);
    CHECK_INT(groups[0], RTNLGRP_LINK);
    CHECK_INT(groups[1], RTNLGRP_IPV6_ROUTE);
    CHECK_INT(groups[2], RTNLGRP_BRVLAN);
    CHECK_INT(groups[3], 0);
    groups[1] = 99;
    CHECK_INT(nlrs_socket_groups(s, groups, 1), 3);
    CHECK_INT(groups[1], 99);
    CHECK_INT(nlrs_socket_groups(s, NULL, 0), 3);
    CHECK_INT(nlrs_socket_groups(s, NULL, 1), -EINVAL);
    CHECK_INT(nlrs_socket_leave(s, RTNLGRP_IPV6_ROUTE), 0);
    CHECK_INT(nlrs_socket_leave(s, RTNLGRP_IPV6_ROUTE), 0);
    CHECK_INT(nlrs_socket_groups(s, groups, 4), 2);
    CHECK_INT(nlrs_socket_join(s, 0), -EINVAL);
    CHECK_INT(nlrs_socket_join(s, 0x80000001u), -EINVAL);
    CHECK_INT(nlrs_socket_join(s, 100000), -EINVAL);
    nlrs_socket_close(s);
}

static void buffers_return_the_size_in_use(int privileged)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s = opened(NETLINK_ROUTE, NULL);
    size_t bytes = 0;
    int value = 0;
    socklen_t len = sizeof value;
    REQUIRE(options != NULL);
    CHECK_INT(nlrs_socket_recv_buffer(s, &bytes), 0);
    CHECK(bytes >= 65536);
    CHECK_INT(nlrs_socket_set_recv_buffer(s, 100000), 0);
    CHECK_INT(nlrs_socket_recv_buffer(s, &bytes), 0);
    CHECK_INT(bytes, 200000);
    CHECK_INT(nlrs_socket_set_send_buffer(s, 50000), 0);
    CHECK_INT(nlrs_socket_send_buffer(s, &bytes), 0);
    CHECK_INT(bytes, 100000);
    /* 64 MiB is above every usual limit: granted with privilege, reduced and reported without. */
    CHECK_INT(nlrs_socket_set_recv_buffer(s, 64 << 20), privileged ? 0 : 1);
    CHECK_INT(nlrs_socket_recv_buffer(s, &bytes), 0);
    CHECK((bytes == 128 << 20) == privileged);
    CHECK_INT(getsockopt(nlrs_socket_fd(s), SOL_SOCKET, SO_RCVBUF, &value, &len), 0);
    CHECK_INT(value, bytes);
    CHECK_INT(nlrs_socket_set_send_buffer(s, 64 << 20), privileged ? 0 : 1);
    CHECK_INT(nlrs_socket_set_recv_buffer(s, (size_t)1 << 30), -ERANGE);
    CHECK_INT(nlrs_socket_set_recv_buffer(s, (size_t)-1), -ERANGE);
    nlrs_socket_close(s);
    CHECK_INT(nlrs_socket_options_set_recv_buffer(options, 20000), 0);
    CHECK_INT(nlrs_socket_options_set_send_buffer(options, 30000), 0);
    s = opened(NETLINK_ROUTE, options);
    CHECK_INT(nlrs_socket_recv_buffer(s, &bytes), 0);
    CHECK_INT(bytes, 40000);
    CHECK_INT(nlrs_socket_send_buffer(s, &bytes), 0);
    CHECK_INT(bytes, 60000);
    nlrs_socket_close(s);
    nlrs_socket_options_free(options);
}

static void timeouts(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s = opened(NETLINK_ROUTE, NULL);
    char byte;
    size_t len;
    REQUIRE(options != NULL);
    CHECK_INT(nlrs_socket_timeout(s), 30000);
    CHECK_INT(nlrs_socket_set_timeout(s, -5), 0);
    CHECK_INT(nlrs_socket_timeout(s), -1);
    CHECK_INT(nlrs_socket_set_timeout(s, INT64_MAX), 0);
    CHECK_INT(nlrs_socket_timeout(s), INT32_MAX);
    CHECK_INT(nlrs_socket_set_timeout(s, 0), 0);
    CHECK_INT(nlrs_socket_recv(s, &byte, 1, 0, &len, NULL, NULL, NULL), -EAGAIN);
    CHECK_INT(nlrs_socket_set_timeout(s, 20), 0);
    CHECK_INT(nlrs_socket_recv(s, &byte, 1, 0, &len, NULL, NULL, NULL), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_socket_recv(s, &byte, 1, MSG_DONTWAIT, &len, NULL, NULL, NULL), -EAGAIN);
    nlrs_socket_close(s);
    CHECK_INT(nlrs_socket_options_set_timeout(options, 1234), 0);
    s = opened(NETLINK_ROUTE, options);
    CHECK_INT(nlrs_socket_timeout(s), 1234);
    nlrs_socket_close(s);
    /* Without cancellation there is one descriptor less. */
    CHECK_INT(nlrs_socket_options_set_cancelable(options, 0), 0);
    s = opened(NETLINK_ROUTE, options);
    CHECK_INT(nlrs_socket_cancel(s), -EOPNOTSUPP);
    CHECK_INT(fcntl(nlrs_socket_fd(s) + 1, F_GETFD), -1);
    nlrs_socket_close(s);
    nlrs_socket_options_free(options);
}

static void raw_options(void)
{
    struct nlrs_socket *s = opened(NETLINK_ROUTE, NULL);
    int value = 6;
    size_t len = 0;
    CHECK_INT(nlrs_socket_set_option(s, SOL_SOCKET, SO_PRIORITY, &value, sizeof value), 0);
    value = 0;
    CHECK_INT(nlrs_socket_option(s, SOL_SOCKET, SO_PRIORITY, &value, sizeof value, &len), 0);
    CHECK_INT(value, 6);
    CHECK_INT(len, sizeof value);
    CHECK_INT(nlrs_socket_option(s, SOL_SOCKET, 9999, &value, sizeof value, &len), -ENOPROTOOPT);
    CHECK_INT(nlrs_socket_set_option(s, SOL_SOCKET, SO_PRIORITY, NULL, 4), -EINVAL);
    CHECK_INT(nlrs_socket_option(s, SOL_SOCKET, SO_PRIORITY, NULL, 4, &len), -EINVAL);
    nlrs_socket_close(s);
}

static void addresses(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s, *other;
    REQUIRE(options != NULL);
    CHECK_INT(nlrs_socket_options_set_any_sender(options, 1), 0);
    s = opened(NETLINK_USERSOCK, options);
    other = opened(NETLINK_USERSOCK, options);
    CHECK_INT(nlrs_socket_peer_portid(s), 0);
    CHECK_INT(nlrs_socket_connect(s, nlrs_socket_portid(other), 0), 0);
    CHECK_INT(nlrs_socket_peer_portid(s), nlrs_socket_portid(other));
    CHECK_INT(nlrs_socket_disconnect(s), 0);
    CHECK_INT(nlrs_socket_peer_portid(s), 0);
    nlrs_socket_close(s);
    nlrs_socket_close(other);
    nlrs_socket_options_free(options);
}

/* Returns whether SO_RCVBUFFORCE works: root of a user namespace may not use it. */
static int may_force(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), value = 1 << 20;
    int may = setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &value, sizeof value) == 0;
    close(fd);
    return may;
}

int main(void)
{
    int fd, privileged = may_force();
    for (fd = 3; fd < 64; fd++)
        close(fd);
    if (!privileged)
        printf("SKIP: the privileged half of buffers and namespace IDs: no CAP_NET_ADMIN\n");
    for (;;) {
        flags_are_what_was_set(privileged);
        only_flags_and_switches();
        flags_set_at_open_are_in_use();
        groups_by_number();
        buffers_return_the_size_in_use(privileged);
        timeouts();
        raw_options();
        addresses();
        if (getuid() != 0 || setgid(65534) != 0 || setuid(65534) != 0)
            break;
        privileged = 0;
    }
    return check_end();
}
