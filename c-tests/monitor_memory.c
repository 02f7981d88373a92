/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory of monitors: none is allocated once sizes have been seen, and where none is left the call says -ENOMEM and the monitor goes
   on. The library's malloc is this program's. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>

#ifndef __GLIBC__
int main(void)
{
    check_skip("malloc cannot be stood in for with this C library");
}
#else
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static int watching;
static long left = -1;
static unsigned long allocations;

/* Whether this allocation is to fail. */
static int fails(void)
{
    if (!watching)
        return 0;
    allocations++;
    return left >= 0 && left-- == 0;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

static struct nlrs_socket *sock;

static void change_route(uint32_t type, unsigned number, uint32_t metric)
{
    struct rtmsg header = {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                           .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST};
    uint8_t dst[4] = {198, 18, (uint8_t)(number >> 8), (uint8_t)number};
    char memory[256];
    struct nlrs_msg m;

    nlrs_msg_init(&m, memory, sizeof memory);
    nlrs_msg_begin(&m, type, type == RTM_NEWROUTE ? NLM_F_CREATE : 0);
    nlrs_msg_put_header(&m, &header, sizeof header);
    nlrs_msg_put_in_addr(&m, RTA_DST, dst);
    nlrs_msg_put_u32(&m, RTA_OIF, 1);
    nlrs_msg_put_u32(&m, RTA_PRIORITY, metric);
    REQUIRE(nlrs_msg_end(&m) == 0);
    CHECK_INT(nlrs_request(sock, nlrs_msg_first(&m), NULL, NULL, NULL), 0);
}

/* Reads until nothing is left; the first code that is no success. */
static int settle(struct nlrs_monitor *m)
{
    const struct nlrs_event *event;
    int code, first = 0;

    for (;;) {
        watching = 1;
        code = nlrs_monitor_next(m, &event);
        watching = 0;
        if (code == 1)
            continue;
        if (code == NLRS_ETIMEDOUT && nlrs_monitor_is_current(m))
            return first;
        if (code != NLRS_ETIMEDOUT && first == 0)
            first = code;
        if (code != NLRS_ETIMEDOUT && code != -ENOMEM) {
            CHECK_INT(code, -ENOMEM);
            return code;
        }
    }
}

static int count_one(const struct nlmsghdr *nlh, void *arg)
{
    int *count = arg;
    (void)nlh;
    ++*count;
    return 0;
}

static int try_open(struct nlrs_monitor **ret)
{
    int code = nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, ret);

    if (code < 0)
        return code;
    nlrs_monitor_set_timeout(*ret, 20);
    nlrs_monitor_set_interval(*ret, 5);
    nlrs_monitor_set_difference(*ret, 1);
    if ((code = nlrs_monitor_follow(*ret, NLRS_ROUTES, 0)) < 0 || (code = nlrs_monitor_follow(*ret, NLRS_LINKS, 0)) < 0)
        nlrs_monitor_close(*ret);
    return code;
}

int main(void)
{
    struct nlrs_monitor *m;
    unsigned i, round, failed = 0;
    int code, known, all;

    check_own_netns();
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &sock) == 0);
    REQUIRE(system("ip link set lo up") == 0);

    REQUIRE(try_open(&m) >= 0);
    for (round = 0; round < 4; round++) {
        if (round == 2)
            allocations = 0;
        for (i = 0; i < 200; i++)
            change_route(RTM_NEWROUTE, i, 1 + i % 3);
        CHECK_INT(settle(m), 0);
        nlrs_monitor_resync(m);
        CHECK_INT(settle(m), 0);
        for (i = 0; i < 200; i++)
            change_route(RTM_DELROUTE, i, 1 + i % 3);
        CHECK_INT(settle(m), 0);
        CHECK(round != 0 || allocations > 0);
    }
    CHECK_INT(allocations, 0);
    nlrs_monitor_close(m);

    for (i = 0; i < 300; i++)
        change_route(RTM_NEWROUTE, i, 1);
    all = 0;
    REQUIRE(try_open(&m) >= 0);
    CHECK_INT(settle(m), 0);
    nlrs_monitor_objects(m, 1, count_one, &all);
    CHECK(all >= 300);
    nlrs_monitor_close(m);
    for (i = 0; i < 60; i++) {
        left = (long)i;
        watching = 1;
        code = try_open(&m);
        watching = 0;
        if (code < 0) {
            CHECK_INT(code, -ENOMEM);
            failed++;
            continue;
        }
        /* What is left of the patience goes into reading. */
        code = settle(m);
        if (code != 0)
            failed++;
        CHECK(code == 0 || code == -ENOMEM);
        left = -1;
        CHECK_INT(settle(m), 0);
        known = 0;
        nlrs_monitor_objects(m, 1, count_one, &known);
        CHECK_INT(known, all);
        nlrs_monitor_close(m);
    }
    CHECK(failed > 10);
    CHECK(failed < 60);
    nlrs_socket_close(sock);
    return check_end();
}
#endif
