/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* link: mnl */
/* The same random message built by libmnl and by us is the same bytes, and each reads the other's. */
#include "check.h"
#include <nlrs.h>
#include <libmnl/libmnl.h>

#define CAP 8192
static unsigned char ours[CAP] __attribute__((aligned(8))), theirs[CAP] __attribute__((aligned(8)));

static uint64_t state;

static uint32_t rnd(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

/* One random put, in both; depth bounds the nests. */
static void put(struct nlrs_msg *m, struct nlmsghdr *nlh, int depth)
{
    static unsigned char data[1024];
    uint32_t type = rnd(0x4000), kind = rnd(depth > 0 ? 9 : 7), i, n = rnd(rnd(4) ? 24 : 600);
    uint64_t value = (uint64_t)rnd(1u << 30) << 34 ^ rnd(1u << 30);
    for (i = 0; i < n; i++)
        data[i] = (unsigned char)(1 + rnd(255));
    data[n] = '\0';
    switch (kind) {
    case 0:
        nlrs_msg_put_u8(m, type, (uint8_t)value);
        mnl_attr_put_u8(nlh, (uint16_t)type, (uint8_t)value);
        break;
    case 1:
        nlrs_msg_put_u16(m, type, (uint16_t)value);
        mnl_attr_put_u16(nlh, (uint16_t)type, (uint16_t)value);
        break;
    case 2:
        nlrs_msg_put_u32(m, type, (uint32_t)value);
        mnl_attr_put_u32(nlh, (uint16_t)type, (uint32_t)value);
        break;
    case 3:
        nlrs_msg_put_u64(m, type, value);
        mnl_attr_put_u64(nlh, (uint16_t)type, value);
        break;
    case 4:
        nlrs_msg_put_str(m, type, (const char *)data);
        mnl_attr_put_strz(nlh, (uint16_t)type, (const char *)data);
        break;
    case 5:
        nlrs_msg_put_strn(m, type, (const char *)data, n);
        mnl_attr_put_str(nlh, (uint16_t)type, (const char *)data);
        break;
    case 6:
        nlrs_msg_put_bytes(m, type, data, n);
        mnl_attr_put(nlh, (uint16_t)type, n, data);
        break;
    default: {
        int nest = nlrs_msg_nest_begin(m, type);
        struct nlattr *start = mnl_attr_nest_start(nlh, (uint16_t)type);
        int cancel = rnd(8) == 0;
        for (i = rnd(4); i > 0; i--)
            put(m, nlh, depth - 1);
        if (cancel) {
            CHECK_INT(nlrs_msg_nest_cancel(m, nest), 0);
            mnl_attr_nest_cancel(nlh, start);
            memset(mnl_nlmsg_get_payload_tail(nlh), 0, (size_t)(theirs + CAP - (unsigned char *)mnl_nlmsg_get_payload_tail(nlh)));
        } else {
            CHECK_INT(nlrs_msg_nest_end(m, nest), 0);
            mnl_attr_nest_end(nlh, start);
        }
    }
    }
}

/* Walks with both readers at once: each sees what the other sees. `ours_at` are our bytes, read by libmnl; theirs by us. */
static void compare(const unsigned char *ours_at, const unsigned char *theirs_at, size_t len)
{
    const struct nlattr *seen = NULL;
    const struct nlattr *known = (const void *)ours_at;
    size_t pos = 0;
    int left = (int)len;
    while (nlrs_attr_walk(theirs_at, len, &pos, &seen) == 1) {
        uint32_t value = 0, same = 0;
        REQUIRE(mnl_attr_ok(known, left));
        CHECK_INT(nlrs_attr_type(seen), mnl_attr_get_type(known));
        CHECK_INT(nlrs_attr_len(seen), mnl_attr_get_payload_len(known));
        CHECK_INT((const unsigned char *)seen - theirs_at, (const unsigned char *)known - ours_at);
        if (nlrs_attr_get_u32(seen, &value) == 0) {
            same = mnl_attr_get_u32(known);
            CHECK(value == same);
        }
        if (nlrs_attr_is_nested(seen)) {
            const void *inner = NULL;
            size_t inner_len = 0;
            CHECK_INT(nlrs_attr_get_bytes(seen, &inner, &inner_len), 0);
            compare(mnl_attr_get_payload(known), inner, inner_len);
        }
        left -= MNL_ALIGN(mnl_attr_get_len(known));
        known = mnl_attr_next(known);
    }
    CHECK_INT(pos, len);
    CHECK(!mnl_attr_ok(known, left));
}

int main(void)
{
    uint32_t round, i;
    for (round = 0; round < 20000; round++) {
        struct nlrs_msg m;
        struct nlmsghdr *nlh;
        uint32_t hdr = rnd(30), n = rnd(8);
        static const char header[32] = "abcdefghijklmnopqrstuvwxyz12345";
        state = round * 2654435761u + 12345;
        memset(ours, 0xaa, sizeof ours);
        /* libmnl 1.0.4 leaves what stood in the padding. */
        memset(theirs, 0, sizeof theirs);
        nlrs_msg_init(&m, ours, sizeof ours);
        nlrs_msg_begin(&m, round & 0xffff, round >> 3 & 0xffff);
        nlh = mnl_nlmsg_put_header(theirs);
        nlh->nlmsg_type = (uint16_t)round;
        nlh->nlmsg_flags = (uint16_t)(round >> 3);
        nlh->nlmsg_seq = round;
        nlrs_msg_set_seq(&m, round);
        nlrs_msg_put_header(&m, header, hdr);
        memcpy(mnl_nlmsg_put_extra_header(nlh, hdr), header, hdr);
        for (i = 0; i < n; i++)
            put(&m, nlh, 4);
        CHECK_INT(nlrs_msg_end(&m), 0);
        REQUIRE(nlrs_msg_len(&m) == nlh->nlmsg_len);
        CHECK_MEM(ours, theirs, nlh->nlmsg_len);
        if (check_failures != 0)
            break;
        CHECK(mnl_nlmsg_ok((const void *)ours, (int)nlrs_msg_len(&m)));
        {
            size_t skip = 16 + ((hdr + 3u) & ~3u);
            compare(ours + skip, theirs + skip, nlh->nlmsg_len - skip);
        }
    }
    CHECK_INT(round, 20000);
    return check_end();
}
