/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A thread that waits in the library can be cancelled (pthread_cancel): its cleanup handlers run, and it ends. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <pthread.h>
#include <time.h>

static struct nlrs_monitor *monitor;
static int cleaned;

static void clean(void *arg)
{
    (void)arg;
    cleaned = 1;
}

static void *waits(void *arg)
{
    const struct nlrs_event *event = NULL;
    pthread_cleanup_push(clean, arg);
    nlrs_monitor_next(monitor, &event);
    pthread_cleanup_pop(0);
    return arg;
}

int main(void)
{
    const uint32_t group = RTNLGRP_LINK;
    const struct timespec moment = {0, 50000000};
    pthread_t thread;
    void *result = NULL;
    check_own_netns();
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, NULL, &monitor) == 0);
    REQUIRE(pthread_create(&thread, NULL, waits, NULL) == 0);
    nanosleep(&moment, NULL);
    REQUIRE(pthread_cancel(thread) == 0);
    CHECK_INT(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_INT(cleaned, 1);
    nlrs_monitor_close(monitor);
    return check_end();
}
