/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* nlrs_attr_index over tables of every size up to 80 slots: all slots are written, none beyond, the first attribute of a type
   wins, types above the largest are skipped, and after malformed bytes all are NULL. */
#include "check.h"

#include <nlrs.h>

#define MOST 80u

static const struct nlattr *const garbage = (const struct nlattr *)(uintptr_t)0x5a5a5a5a;

/* Attributes of the types 0, 3, 6 … MOST + 5, each twice and 0 to 8 bytes long; how many bytes. */
static size_t fill(unsigned char *to)
{
    size_t at = 0;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned type = 0; type < MOST + 6; type += 3) {
            struct nlattr head = { (uint16_t)(4 + type % 9), (uint16_t)(type | (round ? NLA_F_NESTED : 0)) };
            memcpy(to + at, &head, sizeof head);
            at += nlrs_nlmsg_align(head.nla_len);
        }
    }
    return at;
}

static const struct nlattr *expected(const unsigned char *bytes, unsigned type)
{
    size_t at = 0;
    for (unsigned other = 0; other < MOST + 6; other += 3) {
        if (other == type)
            return (const struct nlattr *)(const void *)(bytes + at);
        at += nlrs_nlmsg_align(4 + other % 9);
    }
    return NULL;
}

static void one_size(const unsigned char *bytes, size_t len, uint32_t max)
{
    const struct nlattr *table[MOST + 3];
    struct nlattr broken[2] = { { 4, 0 }, { 3, 1 } };
    int filled = 0;
    for (unsigned i = 0; i < MOST + 3; i++)
        table[i] = garbage;
    int rc = nlrs_attr_index(bytes, len, table + 1, max);
    CHECK(table[0] == garbage && table[max + 2] == garbage);
    for (unsigned type = 0; type <= max; type++) {
        CHECK(table[type + 1] == expected(bytes, type));
        filled += table[type + 1] != NULL;
    }
    CHECK_INT(rc, filled);

    for (unsigned i = 0; i < MOST + 3; i++)
        table[i] = garbage;
    CHECK_INT(nlrs_attr_index(broken, sizeof broken, table + 1, max), -EBADMSG);
    CHECK(table[0] == garbage && table[max + 2] == garbage);
    for (unsigned type = 0; type <= max; type++)
        CHECK(table[type + 1] == NULL);

    for (unsigned i = 0; i < MOST + 3; i++)
        table[i] = garbage;
    CHECK_INT(nlrs_attr_index(NULL, len, table + 1, max), -EINVAL);
    for (unsigned type = 0; type <= max; type++)
        CHECK(table[type + 1] == NULL);
    for (unsigned i = 0; i < MOST + 3; i++)
        table[i] = garbage;
    CHECK_INT(nlrs_attr_index_nested(NULL, table + 1, max), -ENOENT);
    CHECK(table[0] == garbage && table[max + 2] == garbage);
    for (unsigned type = 0; type <= max; type++)
        CHECK(table[type + 1] == NULL);
}

int main(void)
{
    union {
        struct nlattr aligned;
        unsigned char bytes[2048];
    } u;
    memset(&u, 0, sizeof u);
    size_t len = fill(u.bytes);
    REQUIRE(len <= sizeof u.bytes);
    for (uint32_t max = 0; max < MOST; max++)
        one_size(u.bytes, len, max);
    CHECK_INT(nlrs_attr_index(u.bytes, len, NULL, 3), -EINVAL);
    return check_end();
}
