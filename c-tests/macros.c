/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Each function of the header's first section beside the macro that it stands for, and what it does where the macro would
   wrap around or read what is not there. */
#include "check.h"

#include <limits.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>

/* The results of the macros for lengths below 2^31, where they do not wrap. */
static void lengths_as_the_macros(size_t len)
{
    CHECK_INT(nlrs_nlmsg_align(len), NLMSG_ALIGN(len));
    CHECK_INT(nlrs_nlmsg_length(len), NLMSG_LENGTH(len));
    CHECK_INT(nlrs_nlmsg_space(len), NLMSG_SPACE(len));
    CHECK_INT(nlrs_rta_align(len), RTA_ALIGN(len));
    CHECK_INT(nlrs_rta_length(len), RTA_LENGTH(len));
    CHECK_INT(nlrs_rta_space(len), RTA_SPACE(len));
}

static void lengths_beyond(void)
{
    size_t top = SIZE_MAX & ~(size_t)3;
    size_t back;
    for (back = 0; back < 64; back++) {
        size_t len = SIZE_MAX - back;
        size_t message = len > SIZE_MAX - 16 ? SIZE_MAX : len + 16;
        size_t attribute = len > SIZE_MAX - 4 ? SIZE_MAX : len + 4;
        size_t aligned = len > top ? top : (len + 3) & ~(size_t)3;
        CHECK(nlrs_nlmsg_align(len) == aligned);
        CHECK(nlrs_rta_align(len) == aligned);
        CHECK(nlrs_nlmsg_length(len) == message);
        CHECK(nlrs_rta_length(len) == attribute);
        CHECK(nlrs_nlmsg_space(len) == (message > top ? top : (message + 3) & ~(size_t)3));
        CHECK(nlrs_rta_space(len) == (attribute > top ? top : (attribute + 3) & ~(size_t)3));
    }
}

/* A header with this length in it, and this many bytes left. */
static void message_as_the_macros(uint32_t inner, int left)
{
    struct nlmsghdr nlh = {inner, 0, 0, 0, 0};
    int ok = NLMSG_OK(&nlh, (unsigned)left) && left >= 0; /* the macro compares an int with an unsigned */
    int ours = left, theirs = left;

    CHECK_INT(nlrs_nlmsg_ok(&nlh, left), ok);
    if (ok) {
        struct nlmsghdr *next = NLMSG_NEXT(&nlh, theirs);
        CHECK(nlrs_nlmsg_next(&nlh, &ours) == next);
        CHECK_INT(ours, theirs);
    } else {
        CHECK(nlrs_nlmsg_next(&nlh, &ours) == NULL);
        CHECK_INT(ours, 0);
    }
}

static void attribute_as_the_macros(uint32_t inner, int left)
{
    struct rtattr rta = {(unsigned short)inner, 0};
    int ok = left >= 0 && RTA_OK(&rta, (unsigned)left);
    int ours = left, theirs = left;

    CHECK_INT(nlrs_rta_ok(&rta, left), ok);
    CHECK_INT(nlrs_rta_payload(&rta), (int)RTA_PAYLOAD(&rta));
    if (ok) {
        struct rtattr *next = RTA_NEXT(&rta, theirs);
        CHECK(nlrs_rta_next(&rta, &ours) == next);
        CHECK_INT(ours, theirs);
    } else {
        CHECK(nlrs_rta_next(&rta, &ours) == NULL);
        CHECK_INT(ours, 0);
    }
}

static void next_hop_as_the_macros(uint32_t inner, int left)
{
    struct rtnexthop hop = {.rtnh_len = (uint16_t)inner};
    CHECK_INT(nlrs_rtnh_ok(&hop, left), left >= 0 && RTNH_OK(&hop, left));
    CHECK(nlrs_rtnh_next(&hop) == RTNH_NEXT(&hop));
    CHECK(nlrs_rtnh_data(&hop) == (void *)RTNH_DATA(&hop));
    CHECK(nlrs_rtnh_align(inner & 0xffff) == RTNH_ALIGN(inner & 0xffff));
    CHECK(nlrs_rtnh_length(inner & 0xffff) == RTNH_LENGTH(inner & 0xffff));
    CHECK(nlrs_rtnh_space(inner & 0xffff) == RTNH_SPACE(inner & 0xffff));
}

/* NLMSG_PAYLOAD for what NLMSG_OK accepts. */
static void payload_as_the_macro(uint32_t inner, int len)
{
    struct nlmsghdr nlh = {inner, 0, 0, 0, 0};
    CHECK_INT(nlrs_nlmsg_payload(&nlh, len), (int)NLMSG_PAYLOAD(&nlh, (uint32_t)len));
}

static const uint32_t extremes[] = {
    0,          1,          2,          3,          4,           5,          6,          7,          8,          12,
    15,         16,         17,         18,         19,          20,         21,         0xfff0,     0xffff,     0x10000,
    0x10001,    0x7fffffe0, 0x7ffffff0, 0x7ffffffb, 0x7ffffffc,  0x7ffffffd, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001,
    0x80000010, 0xfffffff0, 0xfffffffc, 0xfffffffd, 0xfffffffe,  0xffffffff,
};
#define EXTREMES (sizeof extremes / sizeof extremes[0])

int main(void)
{
    size_t len, i, j;
    struct nlmsghdr nlh = {16, 0, 0, 0, 0};
    struct rtattr rta = {4, 0};
    uint32_t type;
    int left;

    for (len = 0; len <= 70000; len++)
        lengths_as_the_macros(len);
    for (len = 0x7fffff00; len < 0x7fffffe0; len++)
        lengths_as_the_macros(len);
    lengths_beyond();

    CHECK(nlrs_nlmsg_data(&nlh) == NLMSG_DATA(&nlh));
    CHECK(nlrs_rta_data(&rta) == RTA_DATA(&rta));

    for (i = 0; i < EXTREMES; i++)
        for (j = 0; j < EXTREMES; j++) {
            message_as_the_macros(extremes[i], (int)extremes[j]);
            attribute_as_the_macros(extremes[i], (int)extremes[j]);
            next_hop_as_the_macros(extremes[i], (int)extremes[j]);
        }
    for (i = 0; i <= 70000; i++) {
        message_as_the_macros((uint32_t)i, 70000);
        message_as_the_macros((uint32_t)i, (int)i);
        message_as_the_macros((uint32_t)i, (int)i - 1);
        attribute_as_the_macros((uint32_t)i & 0xffff, 70000);
        attribute_as_the_macros((uint32_t)i & 0xffff, (int)(i & 0xffff));
        payload_as_the_macro((uint32_t)i + 16, 0);
        payload_as_the_macro((uint32_t)i + 16, 12);
        payload_as_the_macro(16, (int)i);
        payload_as_the_macro(0x7fffffff, (int)i);
    }

    /* Where the macro overflows the difference saturates, and a negative length is valid. */
    nlh.nlmsg_len = 0xffffffff;
    CHECK_INT(nlrs_nlmsg_payload(&nlh, 0), INT_MAX);
    nlh.nlmsg_len = 16;
    CHECK_INT(nlrs_nlmsg_payload(&nlh, INT_MAX), INT_MIN);
    CHECK_INT(nlrs_nlmsg_payload(&nlh, -4), 4);

    /* A loop over malformed bytes ends, whatever the lengths are. */
    for (i = 0; i < EXTREMES; i++) {
        _Alignas(4) unsigned char bytes[64] = {0};
        const struct nlmsghdr *at = (const struct nlmsghdr *)bytes;
        int rounds = 0;
        memcpy(bytes, &extremes[i], 4);
        left = (int)sizeof bytes;
        while (nlrs_nlmsg_ok(at, left) && rounds < 10) {
            at = nlrs_nlmsg_next(at, &left);
            rounds++;
        }
        CHECK(rounds <= 1);
    }

    for (type = 0; type <= 0xffff; type++) {
        struct nlattr nla = {4, (uint16_t)type};
        CHECK_INT(nlrs_attr_type(&nla), nla.nla_type & NLA_TYPE_MASK);
        CHECK_INT(nlrs_attr_is_nested(&nla), (nla.nla_type & NLA_F_NESTED) != 0);
        CHECK_INT(nlrs_attr_is_net_byteorder(&nla), (nla.nla_type & NLA_F_NET_BYTEORDER) != 0);
    }

    left = 16;
    CHECK(nlrs_nlmsg_next(NULL, &left) == NULL);
    CHECK_INT(left, 0);
    left = 4;
    CHECK(nlrs_rta_next(NULL, &left) == NULL);
    CHECK_INT(left, 0);
    return check_end();
}
