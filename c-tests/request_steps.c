/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests whose answers are read one by one: with the kernel and with a scripted peer. */
#include "check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>
#include <poll.h>
#include <string.h>

enum { PORT = 1 };

struct route {
    struct nlmsghdr nlh;
    struct rtmsg rtm;
    struct nlattr dst;
    uint32_t address;
    struct nlattr oif;
    uint32_t link;
};

struct link {
    struct nlmsghdr nlh;
    struct ifinfomsg ifi;
};

static struct nlrs_error *err;

static struct link getlink(int index)
{
    struct link request;
    memset(&request, 0, sizeof request);
    request.nlh.nlmsg_len = sizeof request;
    request.nlh.nlmsg_type = RTM_GETLINK;
    request.ifi.ifi_index = index;
    return request;
}

static struct route newroute(uint32_t flags)
{
    struct route r;
    memset(&r, 0, sizeof r);
    r.nlh.nlmsg_len = sizeof r;
    r.nlh.nlmsg_type = RTM_NEWROUTE;
    r.nlh.nlmsg_flags = (uint16_t)(NLM_F_CREATE | NLM_F_EXCL | flags);
    r.rtm.rtm_family = AF_INET;
    r.rtm.rtm_dst_len = 32;
    r.rtm.rtm_table = RT_TABLE_MAIN;
    r.rtm.rtm_type = RTN_UNICAST;
    r.rtm.rtm_scope = RT_SCOPE_LINK;
    r.dst.nla_len = r.oif.nla_len = 8;
    r.dst.nla_type = RTA_DST;
    r.address = htonl(0xc6336401);
    r.oif.nla_type = RTA_OIF;
    r.link = 1;
    return r;
}

/* Reads a request as an event loop does, until something else than -EAGAIN; the answers are counted. */
static int finish(struct nlrs_socket *s, struct nlrs_request *r, int *answers)
{
    const struct nlmsghdr *nlh = NULL;
    struct pollfd ready = {nlrs_socket_fd(s), (short)nlrs_socket_poll_events(s), 0};
    int code;
    *answers = 0;
    for (;;) {
        while ((code = nlrs_request_next(r, &nlh)) == 1)
            ++*answers;
        if (code != -EAGAIN)
            return code;
        REQUIRE(poll(&ready, 1, 5000) == 1);
    }
}

static void with_the_kernel(void)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_request *r = NULL, *second = NULL;
    struct nlrs_dump *d = NULL;
    struct link one = getlink(1), none = getlink(0x7fffffff);
    struct route add = newroute(0), echo = newroute(NLM_F_ECHO);
    int answers = 0;
    struct link up = getlink(1);
    up.nlh.nlmsg_type = RTM_NEWLINK;
    up.ifi.ifi_flags = up.ifi.ifi_change = IFF_UP;
    echo.address = htonl(0xc6336402);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    REQUIRE(nlrs_request(s, &up.nlh, NULL, NULL, err) == 0);
    CHECK_INT(nlrs_socket_set_timeout(s, 0), 0);

    /* One answer ends it, without an ack. */
    REQUIRE(nlrs_request_begin(s, &one.nlh, &r) == 0);
    CHECK_INT(nlrs_request_begin(s, &one.nlh, &second), NLRS_EBUSY);
    CHECK_INT(nlrs_dump_begin(s, &one.nlh, &d), NLRS_EBUSY);
    CHECK_INT(nlrs_request(s, &one.nlh, NULL, NULL, err), NLRS_EBUSY);
    CHECK(second == NULL && d == NULL);
    CHECK_INT(finish(s, r, &answers), 0);
    CHECK_INT(answers, 1);
    CHECK_INT(finish(s, r, &answers), 0);
    CHECK_INT(nlrs_request_end(r, err), 0);
    CHECK_INT(nlrs_error_code(err), 0);

    /* A refusal, with what the kernel reported. */
    REQUIRE(nlrs_request_begin(s, &none.nlh, &r) == 0);
    CHECK_INT(finish(s, r, &answers), -ENODEV);
    CHECK_INT(answers, 0);
    CHECK_INT(finish(s, r, &answers), -ENODEV);
    CHECK_INT(nlrs_request_end(r, err), -ENODEV);
    CHECK_INT(nlrs_error_code(err), -ENODEV);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_KERNEL);

    /* An ack ends it; the second time the route exists. An echo comes before its ack, on a socket that has joined the group too. */
    REQUIRE(nlrs_request_begin(s, &add.nlh, &r) == 0);
    CHECK_INT(finish(s, r, &answers), 0);
    CHECK_INT(answers, 0);
    CHECK_INT(nlrs_request_end(r, NULL), 0);
    REQUIRE(nlrs_request_begin(s, &add.nlh, &r) == 0);
    CHECK_INT(finish(s, r, &answers), -EEXIST);
    CHECK_INT(nlrs_request_end(r, NULL), -EEXIST);
    CHECK_INT(nlrs_socket_join(s, RTNLGRP_IPV4_ROUTE), 0);
    REQUIRE(nlrs_request_begin(s, &echo.nlh, &r) == 0);
    CHECK_INT(finish(s, r, &answers), 0);
    CHECK_INT(answers, 1);
    CHECK_INT(nlrs_request_end(r, NULL), 0);

    /* Ended early: the answer is discarded by what comes next. */
    REQUIRE(nlrs_request_begin(s, &none.nlh, &r) == 0);
    CHECK_INT(nlrs_request_end(r, err), 0);
    CHECK_INT(nlrs_socket_set_timeout(s, 5000), 0);
    CHECK_INT(nlrs_request(s, &one.nlh, NULL, NULL, err), 0);

    /* Closing the socket ends a request that is open. */
    REQUIRE(nlrs_request_begin(s, &one.nlh, &r) == 0);
    nlrs_socket_close(s);
    CHECK_INT(finish(s, r, &answers) == NLRS_ECLOSED || answers == 1, 1);
    nlrs_request_end(r, NULL);
}

static void with_a_peer(void)
{
    struct nlrs_peer *p = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *s = NULL;
    struct nlrs_request *r = NULL;
    struct nlmsghdr plain = {sizeof plain, 4711, 0, 0, 0}, answer = {sizeof answer, 4712, 0, 0, 0};
    const struct nlmsghdr *nlh = NULL;
    REQUIRE(p != NULL && nlrs_socket_open_peer(NETLINK_GENERIC, p, NULL, &s) == 0);

    /* Three answers and an ack, with a timeout of 0 and nothing there at first. */
    CHECK_INT(nlrs_socket_set_timeout(s, 0), 0);
    CHECK_INT(nlrs_peer_set_delay(p, 50), 0);
    CHECK_INT(nlrs_peer_reply(p, &answer, sizeof answer, 0), 0);
    CHECK_INT(nlrs_peer_set_delay(p, 0), 0);
    for (int i = 1; i < 3; i++)
        CHECK_INT(nlrs_peer_reply(p, &answer, sizeof answer, 0), 0);
    CHECK_INT(nlrs_peer_ack(p, NULL, 0), 0);
    REQUIRE(nlrs_request_begin(s, &plain, &r) == 0);
    CHECK_INT(nlrs_request_next(r, &nlh), -EAGAIN);
    CHECK(nlh == NULL);
    while (nlrs_request_next(r, &nlh) == -EAGAIN)
        poll(NULL, 0, 5);
    CHECK(nlh != NULL && nlh->nlmsg_type == 4712);
    for (int i = 1; i < 3; i++) {
        CHECK_INT(nlrs_request_next(r, &nlh), 1);
        CHECK(nlh != NULL && nlh->nlmsg_type == 4712);
    }
    CHECK_INT(nlrs_request_next(r, &nlh), 0);
    CHECK_INT(nlrs_request_end(r, err), 0);

    /* The deadline of a socket with a timeout ends it. */
    CHECK_INT(nlrs_socket_set_timeout(s, 30), 0);
    REQUIRE(nlrs_request_begin(s, &plain, &r) == 0);
    CHECK_INT(nlrs_request_next(r, &nlh), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_request_next(r, &nlh), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_request_end(r, err), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_LIBRARY);

    /* A request without a whole header is refused before anything is sent. */
    plain.nlmsg_len = 15;
    r = NULL;
    CHECK_INT(nlrs_request_begin(s, &plain, &r), -EINVAL);
    CHECK(r == NULL);
    CHECK_INT(nlrs_request_end(NULL, err), 0);
    nlrs_socket_close(s);
    nlrs_peer_free(p);
}

int main(void)
{
    err = nlrs_error_new();
    with_a_peer();
    check_own_netns();
    with_the_kernel();
    nlrs_error_free(err);
    return check_end();
}
