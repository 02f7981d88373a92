/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What every benchmark program shares: the meter, the tallies that prove that all programs read the same, and the rules of
 * the works, so that no program does less than another.
 *
 * A program prints one line of key=value. Keys that begin with "seen." must agree between all programs that did the same
 * work; `run` fails if they do not.
 */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <dlfcn.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* For buffers that the kernel copies to: it is slower where they begin within a page's first cache line. */
#define ALIGNED __attribute__((aligned(64)))

/* Every REFUSE_EVERYth route repeats the one before it, so that some statuses are refusals (EEXIST, then ESRCH). */
#define REFUSE_EVERY 1000u
#define FIRST_ROUTE 0x0a000000u /* 10.0.0.0 */
#define LAST_EVENT 0xc0000201u  /* 192.0.2.1: a route to it ends the watching of events */

static inline uint32_t change_dst(uint32_t i)
{
    return FIRST_ROUTE + (i % REFUSE_EVERY == REFUSE_EVERY - 1 ? i - 1 : i);
}

static inline void die(const char *what)
{
    perror(what);
    exit(1);
}

static inline uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The calls of the malloc family so far, when run with alloc_count.so preloaded; else -1. */
static inline int64_t allocs_now(void)
{
    uint64_t (*count)(void);

    *(void **)&count = dlsym(RTLD_DEFAULT, "bench_alloc_count");
    return count ? (int64_t)count() : -1;
}

struct meter {
    uint64_t wall, cpu;
    int64_t allocs;
};

static inline void meter_start(struct meter *m)
{
    m->allocs = allocs_now();
    m->cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    m->wall = clock_ns(CLOCK_MONOTONIC);
}

static inline void meter_stop(struct meter *m)
{
    m->wall = clock_ns(CLOCK_MONOTONIC) - m->wall;
    m->cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - m->cpu;
    m->allocs = m->allocs < 0 ? -1 : allocs_now() - m->allocs;
}

/* VmHWM and not ru_maxrss: the latter is inherited through fork and exec from whoever started us. */
static inline long peak_kib(void)
{
    char line[256];
    long kib = -1;
    FILE *f = fopen("/proc/self/status", "r");

    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "VmHWM: %ld", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib;
}

static inline void meter_print(const struct meter *m)
{
    printf("ns=%" PRIu64 " cpu_ns=%" PRIu64 " allocs=%" PRId64 " peak_kib=%ld", m->wall, m->cpu, m->allocs, peak_kib());
}

struct route_tally {
    uint64_t count, dst, oif, table;
};

static inline void route_print(const struct route_tally *t)
{
    printf(" seen.count=%" PRIu64 " seen.dst=%" PRIu64 " seen.oif=%" PRIu64 " seen.table=%" PRIu64, t->count, t->dst, t->oif,
           t->table);
}

struct link_tally {
    uint64_t count, index, mtu, name, rx_packets, rx_bytes, tx_packets, tx_bytes;
};

static inline uint64_t name_sum(const char *name)
{
    uint64_t sum = 0;

    while (*name)
        sum += (unsigned char)*name++;
    return sum;
}

/* The kernel aligns the 64-bit counters to 4 only. */
static inline void stats_tally(struct link_tally *t, const void *stats)
{
    uint64_t v[4];

    memcpy(v, stats, sizeof(v)); /* rx_packets, tx_packets, rx_bytes, tx_bytes */
    t->rx_packets += v[0];
    t->tx_packets += v[1];
    t->rx_bytes += v[2];
    t->tx_bytes += v[3];
}

static inline void link_print(const struct link_tally *t)
{
    printf(" seen.count=%" PRIu64 " seen.index=%" PRIu64 " seen.mtu=%" PRIu64 " seen.name=%" PRIu64 " seen.rx_packets=%" PRIu64
           " seen.rx_bytes=%" PRIu64 " seen.tx_packets=%" PRIu64 " seen.tx_bytes=%" PRIu64,
           t->count, t->index, t->mtu, t->name, t->rx_packets, t->rx_bytes, t->tx_packets, t->tx_bytes);
}

struct status_tally {
    uint64_t accepted, refused, refused_at; /* the last: the sum of the refused changes' numbers, each counted from 0 */
};

static inline void status_seen(struct status_tally *t, uint64_t i, int code)
{
    if (code) {
        t->refused++;
        t->refused_at += i;
    } else {
        t->accepted++;
    }
}

static inline void status_print(const struct status_tally *t)
{
    printf(" seen.accepted=%" PRIu64 " seen.refused=%" PRIu64 " seen.refused_at=%" PRIu64, t->accepted, t->refused, t->refused_at);
}

/* Events are not "seen.": at the default receive buffer some are lost. */
struct event_tally {
    uint64_t events, overflows, dst;
};

static inline void event_print(const struct event_tally *t)
{
    printf(" events=%" PRIu64 " overflows=%" PRIu64 " event_dst=%" PRIu64, t->events, t->overflows, t->dst);
}

/* The programs that watch events say so when they are subscribed; `run` waits for it. */
static inline void say_ready(void)
{
    puts("ready");
    fflush(stdout);
}

static inline uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 0);
}

#endif
