/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The codec works, for instruction counts: what is built, what is read, and the main() around it. Each codec_*.c gives the four
 * functions below for one library.
 *
 * The message is 164 bytes: a header, a struct ifinfomsg, and twelve attributes of which two are nests, as they might be
 * sent to create an interface. Decoding puts each level into an index and reads every field.
 */
#ifndef BENCH_CODEC_H
#define BENCH_CODEC_H

#include "common.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define CODEC_LEN 164u
#define CODEC_IFNAME "benchmark-iface"
#define CODEC_KIND "bridge_slave"

enum { DATA_UNSPEC, DATA_ID, DATA_ADDRESS, DATA_COOKIE, DATA_LAST = DATA_COOKIE };

struct codec_values {
    uint8_t mac[6];
    uint32_t mtu, txqlen, master;
    uint8_t operstate;
    uint16_t id;
    struct in6_addr address;
    uint64_t cookie;
};

/* Builds the message of these values into buf (of size bytes); the message's length. */
size_t codec_encode(void *buf, size_t size, const struct codec_values *v);

/* The sum of all fields of such a message, as codec_sum takes it from the values. */
uint64_t codec_decode(const void *msg, size_t len);

/* Reads each message of a recorded dump: its destination, device and table; or index, MTU, name and statistics. */
void codec_walk_routes(const void *buf, size_t len, struct route_tally *t);
void codec_walk_links(const void *buf, size_t len, struct link_tally *t);

/* Indexes each message of a recorded dump of routes and looks whether it has a destination; how many have. */
uint64_t codec_index_routes(const void *buf, size_t len);

static inline uint64_t load64(const void *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof(v));
    return v;
}

static inline uint32_t load32(const void *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof(v));
    return v;
}

static inline uint64_t codec_sum(int ifindex, const void *mac, const char *ifname, uint32_t mtu, uint32_t txqlen, uint32_t master,
                 uint8_t operstate, const char *kind, uint16_t id, const void *address, uint64_t cookie)
{
    return (uint64_t)(uint32_t)ifindex + load32(mac) + (unsigned char)ifname[0] + mtu + txqlen + master + operstate +
           (unsigned char)kind[0] + id + load64(address) + cookie;
}

static void codec_load(const char *path, void *buf, size_t size, size_t *len)
{
    FILE *f = fopen(path, "rb");

    if (!f)
        die(path);
    *len = fread(buf, 1, size, f);
    fclose(f);
}

static uint64_t codec_hash(const unsigned char *p, size_t len)
{
    uint64_t h = 14695981039346656037u;

    while (len--)
        h = (h ^ *p++) * 1099511628211u;
    return h;
}

/* codec_X encode|decode COUNT, or codec_X walk-routes|index-routes|walk-links COUNT FILE */
int main(int argc, char **argv)
{
    static uint64_t buf[8192];
    const char *work = argc > 1 ? argv[1] : "";
    uint32_t count = argc > 2 ? number(argv[2]) : 0;
    struct codec_values v = { .mac = { 2, 0, 0, 0, 0, 1 },
                  .mtu = 1500,
                  .txqlen = 1000,
                  .master = 7,
                  .operstate = 6,
                  .id = 4094,
                  .cookie = 0x1122334455667788 };
    struct meter m;
    size_t len = 0;

    v.address.s6_addr[0] = 0x20;
    v.address.s6_addr[15] = 1;
    if (!count) {
        fprintf(stderr, "usage: %s encode|decode COUNT, or walk-routes|index-routes|walk-links COUNT FILE\n", argv[0]);
        return 2;
    }
    if (!strcmp(work, "encode")) {
        uint64_t total = 0;

        meter_start(&m);
        for (uint32_t i = 0; i < count; i++) {
            v.mtu = i;
            total += codec_encode(buf, sizeof(buf), &v);
        }
        meter_stop(&m);
        len = total / count;
        v.mtu = 1500;
        codec_encode(buf, sizeof(buf), &v);
        meter_print(&m);
        printf(" messages=%u seen.length=%zu seen.bytes=%" PRIu64, count, len, codec_hash((unsigned char *)buf, len));
    } else if (!strcmp(work, "decode")) {
        uint64_t sum = 0;

        len = codec_encode(buf, sizeof(buf), &v);
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++)
            sum += codec_decode(buf, len);
        meter_stop(&m);
        meter_print(&m);
        printf(" messages=%u seen.sum=%" PRIu64, count, sum);
    } else if (!strcmp(work, "walk-routes") && argc > 3) {
        struct route_tally t = { 0 };

        codec_load(argv[3], buf, sizeof(buf), &len);
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++)
            codec_walk_routes(buf, len, &t);
        meter_stop(&m);
        meter_print(&m);
        printf(" messages=%" PRIu64, t.count);
        route_print(&t);
    } else if (!strcmp(work, "index-routes") && argc > 3) {
        uint64_t found = 0;

        codec_load(argv[3], buf, sizeof(buf), &len);
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++)
            found += codec_index_routes(buf, len);
        meter_stop(&m);
        meter_print(&m);
        printf(" messages=%" PRIu64 " seen.found=%" PRIu64, found, found);
    } else if (!strcmp(work, "walk-links") && argc > 3) {
        struct link_tally t = { 0 };

        codec_load(argv[3], buf, sizeof(buf), &len);
        meter_start(&m);
        for (uint32_t i = 0; i < count; i++)
            codec_walk_links(buf, len, &t);
        meter_stop(&m);
        meter_print(&m);
        printf(" messages=%" PRIu64, t.count);
        link_print(&t);
    } else {
        return 2;
    }
    putchar('\n');
    return 0;
}

#endif
