/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Attributes checked against policies, static ones and ones built by calls: what is valid, and the path to what is
 * not. */
#include "check.h"
#include <nlrs.h>

static const struct nlrs_attr_rule INNER[] = {
    { .type = 1, .kind = NLRS_KIND_U32, .flags = NLRS_RULE_REQUIRED | NLRS_RULE_RANGE, .min = 10, .max = 20 },
    { .type = 2, .kind = NLRS_KIND_NUL_TEXT, .min_len = 1, .max_len = 5 },
};
static const struct nlrs_attr_rule POLICY[] = {
    { .type = 1, .kind = NLRS_KIND_U8, .flags = NLRS_RULE_MASK, .mask = 0x0f },
    { .type = 2, .kind = NLRS_KIND_S16, .flags = NLRS_RULE_RANGE, .min = -5, .max = 5 },
    { .type = 3, .kind = NLRS_KIND_U64, .flags = NLRS_RULE_RANGE, .min = 1, .max = -2 },
    { .type = 4, .kind = NLRS_KIND_ANY, .min_len = 3, .max_len = 6 },
    { .type = 5, .kind = NLRS_KIND_FLAG },
    { .type = 6, .kind = NLRS_KIND_NEST, .nested = INNER, .nested_count = 2 },
    { .type = 7, .kind = NLRS_KIND_NEST_ARRAY, .nested = INNER, .nested_count = 2 },
    { .type = 8, .kind = NLRS_KIND_BE16, .flags = NLRS_RULE_RANGE, .min = 256, .max = 512 },
    { .type = 9, .kind = NLRS_KIND_UINT },
    { .type = 10, .kind = NLRS_KIND_SINT },
    { .type = 11, .kind = NLRS_KIND_TEXT, .max_len = 3 },
    { .type = 12, .kind = NLRS_KIND_BITFIELD32, .flags = NLRS_RULE_MASK, .mask = 3 },
    { .type = 13, .kind = NLRS_KIND_NEST },
    { .type = 14, .kind = NLRS_KIND_U16 },
    { .type = 15, .kind = NLRS_KIND_U32 },
    { .type = 16, .kind = NLRS_KIND_S8 },
    { .type = 17, .kind = NLRS_KIND_S32 },
    { .type = 18, .kind = NLRS_KIND_S64 },
    { .type = 19, .kind = NLRS_KIND_BE32 },
    { .type = 20, .kind = NLRS_KIND_BE64 },
    { .type = 21, .kind = 99 },
    { .type = 22, .kind = NLRS_KIND_TEXT, .flags = NLRS_RULE_RANGE },
};
#define RULES (sizeof POLICY / sizeof *POLICY)

static unsigned char buf[1024];
static struct nlrs_msg m;
static struct nlrs_error *err;
static const struct nlattr *table[24];

static void begin(void)
{
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, 16, 0);
}

static int checked(void)
{
    CHECK_INT(nlrs_msg_end(&m), 0);
    memset(table, 0x55, sizeof table);
    return nlrs_attr_index_checked(buf + 16, nlrs_msg_len(&m) - 16, POLICY, RULES, table, 23, err);
}

/* Checks one attribute. After a failure the path is the attribute and the offset 0. */
#define ONE(expected, put) \
    do { \
        uint32_t types[4] = { 0, 0, 0, 0 }, type; \
        int code; \
        begin(); \
        CHECK_INT(put, 0); \
        code = checked(); \
        CHECK_INT(code, expected); \
        CHECK_INT(nlrs_error_code(err), (expected) < 0 ? (expected) : 0); \
        type = nlrs_attr_type((const void *)(buf + 16)); \
        if ((expected) < 0) { \
            CHECK_INT(nlrs_error_origin(err), (expected) == -EINVAL ? NLRS_ORIGIN_ARGUMENT : NLRS_ORIGIN_LIBRARY); \
            CHECK_INT(nlrs_error_path(err, types, 4), 1); \
            CHECK_INT(types[0], type); \
            CHECK(table[type] == NULL); \
        } else { \
            CHECK_INT(nlrs_error_path(err, types, 4), 0); \
            CHECK(table[type] == (const void *)(buf + 16)); \
        } \
        CHECK(table[0] == NULL); \
    } while (0)

static void leaves(void)
{
    ONE(1, nlrs_msg_put_u8(&m, 1, 0x0f));
    ONE(-ERANGE, nlrs_msg_put_u8(&m, 1, 0x10));
    ONE(-ERANGE, nlrs_msg_put_u16(&m, 1, 1));
    ONE(1, nlrs_msg_put_s16(&m, 2, -5));
    ONE(1, nlrs_msg_put_s16(&m, 2, 5));
    ONE(-ERANGE, nlrs_msg_put_s16(&m, 2, -6));
    ONE(-ERANGE, nlrs_msg_put_s16(&m, 2, 6));
    ONE(1, nlrs_msg_put_u64(&m, 3, UINT64_MAX - 1));
    ONE(-ERANGE, nlrs_msg_put_u64(&m, 3, UINT64_MAX));
    ONE(-ERANGE, nlrs_msg_put_u64(&m, 3, 0));
    ONE(-ERANGE, nlrs_msg_put_bytes(&m, 4, "12", 2));
    ONE(1, nlrs_msg_put_bytes(&m, 4, "123", 3));
    ONE(1, nlrs_msg_put_bytes(&m, 4, "123456", 6));
    ONE(-ERANGE, nlrs_msg_put_bytes(&m, 4, "1234567", 7));
    ONE(1, nlrs_msg_put_flag(&m, 5));
    ONE(-ERANGE, nlrs_msg_put_u8(&m, 5, 0));
    ONE(1, nlrs_msg_put_be16(&m, 8, 256));
    ONE(1, nlrs_msg_put_be16(&m, 8 | NLA_F_NET_BYTEORDER, 512));
    ONE(-ERANGE, nlrs_msg_put_be16(&m, 8, 513));
    ONE(-ERANGE, nlrs_msg_put_be16(&m, 8, 255));
    ONE(1, nlrs_msg_put_u8(&m, 9, 1));
    ONE(1, nlrs_msg_put_u64(&m, 9, 1));
    ONE(-ERANGE, nlrs_msg_put_bytes(&m, 9, "123", 3));
    ONE(1, nlrs_msg_put_s32(&m, 10, -1));
    ONE(-ERANGE, nlrs_msg_put_bytes(&m, 10, "12345", 5));
    ONE(1, nlrs_msg_put_str(&m, 11, "abc"));
    ONE(1, nlrs_msg_put_strn(&m, 11, "abc", 3));
    ONE(-ERANGE, nlrs_msg_put_strn(&m, 11, "abcd", 4));
    ONE(1, nlrs_msg_put_bitfield32(&m, 12, 1, 3));
    ONE(-ERANGE, nlrs_msg_put_bitfield32(&m, 12, 4, 3));
    ONE(-ERANGE, nlrs_msg_put_bitfield32(&m, 12, 1, 4));
    ONE(-ERANGE, nlrs_msg_put_u32(&m, 12, 1));
    ONE(1, nlrs_msg_put_u16(&m, 14, 1));
    ONE(-ERANGE, nlrs_msg_put_u32(&m, 14, 1));
    ONE(1, nlrs_msg_put_u32(&m, 15, 1));
    ONE(-ERANGE, nlrs_msg_put_u16(&m, 15, 1));
    ONE(1, nlrs_msg_put_s8(&m, 16, -1));
    ONE(-ERANGE, nlrs_msg_put_u32(&m, 16, 1));
    ONE(1, nlrs_msg_put_s32(&m, 17, -1));
    ONE(-ERANGE, nlrs_msg_put_u64(&m, 17, 1));
    ONE(1, nlrs_msg_put_s64(&m, 18, -1));
    ONE(-ERANGE, nlrs_msg_put_u32(&m, 18, 1));
    ONE(1, nlrs_msg_put_be32(&m, 19, 1));
    ONE(-ERANGE, nlrs_msg_put_u8(&m, 19, 1));
    ONE(1, nlrs_msg_put_be64(&m, 20, 1));
    ONE(-ERANGE, nlrs_msg_put_u8(&m, 20, 1));
    ONE(-EINVAL, nlrs_msg_put_u8(&m, 21, 1));
    ONE(-EINVAL, nlrs_msg_put_str(&m, 22, "x"));
    ONE(1, nlrs_msg_put_u64(&m, 23, 1));
}

static void nests(void)
{
    uint32_t types[8] = { 0 }, missing = 0, offset = 0;
    int a, b;

    begin();
    nlrs_msg_put_u32(&m, 15, 0);
    a = nlrs_msg_nest_begin(&m, 6);
    nlrs_msg_put_u32(&m, 1, 15);
    nlrs_msg_put_str(&m, 2, "short");
    nlrs_msg_put_u8(&m, 3, 1);
    nlrs_msg_nest_end(&m, a);
    CHECK_INT(checked(), 2);

    begin();
    nlrs_msg_put_u32(&m, 15, 0);
    a = nlrs_msg_nest_begin(&m, 6);
    nlrs_msg_put_u32(&m, 1, 15);
    nlrs_msg_put_str(&m, 2, "longer");
    nlrs_msg_nest_end(&m, a);
    CHECK_INT(checked(), -ERANGE);
    CHECK_INT(nlrs_error_path(err, types, 8), 2);
    CHECK(types[0] == 6 && types[1] == 2);

    begin();
    a = nlrs_msg_nest_begin(&m, 7);
    b = nlrs_msg_nest_begin(&m, 0);
    nlrs_msg_put_u32(&m, 1, 10);
    nlrs_msg_nest_end(&m, b);
    b = nlrs_msg_nest_begin(&m, 33);
    nlrs_msg_put_strn(&m, 2, "abc", 3);
    nlrs_msg_put_u32(&m, 1, 20);
    nlrs_msg_nest_end(&m, b);
    nlrs_msg_nest_end(&m, a);
    CHECK_INT(checked(), -EBADMSG);
    CHECK_INT(nlrs_error_path(err, types, 8), 3);
    CHECK(types[0] == 7 && types[1] == 33 && types[2] == 2);

    /* One that is missing: the path leads to its nest. */
    begin();
    nlrs_msg_put_u32(&m, 15, 0);
    a = nlrs_msg_nest_begin(&m, 6);
    nlrs_msg_put_str(&m, 2, "abc");
    nlrs_msg_nest_end(&m, a);
    CHECK_INT(checked(), -ENOENT);
    CHECK_INT(nlrs_error_code(err), -ENOENT);
    CHECK_INT(nlrs_error_path(err, types, 8), 0);
    CHECK_INT(nlrs_error_missing_type(err, &missing), 0);
    CHECK_INT(missing, 1);
    CHECK_INT(nlrs_error_missing_nest(err, &offset), 0);
    CHECK_INT(offset, 8);
    CHECK_INT(nlrs_error_missing_path(err, types, 8), 1);
    CHECK_INT(types[0], 6);

    /* A nest of garbage is malformed even when it has no rules. */
    begin();
    nlrs_msg_put_bytes(&m, 13, "\xff\xff\xff\xff\xff", 5);
    CHECK_INT(checked(), -EBADMSG);
    begin();
    nlrs_msg_put_bytes(&m, 13, "123", 3);
    CHECK_INT(checked(), 1);
}

/* A policy that contains itself ends at 32 levels. */
static void endless(void)
{
    static struct nlrs_attr_rule self[1] = { { .type = 1, .kind = NLRS_KIND_NEST, .nested_count = 1 } };
    const struct nlattr *t[2];
    int nests[33], i, depth;
    self[0].nested = self;
    for (depth = 32; depth <= 33; depth++) {
        begin();
        for (i = 0; i < depth; i++)
            nests[i] = nlrs_msg_nest_begin(&m, 1);
        while (i-- > 0)
            nlrs_msg_nest_end(&m, nests[i]);
        CHECK_INT(nlrs_msg_end(&m), 0);
        CHECK_INT(nlrs_attr_index_checked(buf + 16, nlrs_msg_len(&m) - 16, self, 1, t, 1, err), depth == 32 ? 1 : -EBADMSG);
    }
}

static void by_calls(void)
{
    struct nlrs_policy *inner = nlrs_policy_new(), *p = nlrs_policy_new();
    const struct nlrs_attr_rule *rules;
    size_t count = 0, i;
    const struct nlattr *t[3];
    int nest;
    REQUIRE(inner != NULL && p != NULL);
    CHECK_INT(nlrs_policy_set_length(p, 1, 2), -EINVAL);
    CHECK_INT(nlrs_policy_add(p, 0x10000, NLRS_KIND_U8, 0), -ERANGE);
    CHECK_INT(nlrs_policy_add(p, 1, 20, 0), -ERANGE);
    CHECK_INT(nlrs_policy_add(p, 1, NLRS_KIND_U8, NLRS_RULE_RANGE), -ERANGE);
    CHECK_INT(nlrs_policy_add(inner, 1, NLRS_KIND_U16, NLRS_RULE_REQUIRED), 0);
    CHECK_INT(nlrs_policy_set_range(inner, 5, 6), 0);
    CHECK_INT(nlrs_policy_add(inner, 2, NLRS_KIND_U16, 0), 0);
    CHECK_INT(nlrs_policy_set_mask(inner, 1), 0);
    CHECK_INT(nlrs_policy_add(p, 1, NLRS_KIND_ANY, 0), 0);
    CHECK_INT(nlrs_policy_set_length(p, 3, 4), 0);
    CHECK_INT(nlrs_policy_add(p, 2, NLRS_KIND_NEST, 0), 0);
    CHECK_INT(nlrs_policy_set_nested(p, p), -EINVAL);
    CHECK_INT(nlrs_policy_set_nested(p, inner), 0);
    CHECK_INT(nlrs_policy_add(inner, 3, NLRS_KIND_U8, 0), NLRS_EBUSY);
    CHECK_INT(nlrs_policy_set_mask(inner, 1), NLRS_EBUSY);
    for (i = 0; i < 100; i++)
        CHECK_INT(nlrs_policy_add(p, 100, NLRS_KIND_FLAG, 0), 0);
    CHECK_INT(nlrs_policy_rules(p, &rules, &count), 0);
    CHECK_INT(count, 102);
    for (i = 4; i <= 7; i++) {
        begin();
        nlrs_msg_put_bytes(&m, 1, "1234", 4);
        nest = nlrs_msg_nest_begin(&m, 2);
        nlrs_msg_put_u16(&m, 1, (uint32_t)i);
        nlrs_msg_put_u16(&m, 2, 1);
        nlrs_msg_nest_end(&m, nest);
        CHECK_INT(nlrs_msg_end(&m), 0);
        CHECK_INT(nlrs_attr_index_checked(buf + 16, nlrs_msg_len(&m) - 16, rules, count, t, 2, NULL), i == 4 || i == 7 ? -ERANGE : 2);
    }
    nlrs_policy_free(p);
    nlrs_policy_free(inner);
    nlrs_policy_free(NULL);
}

/* Flag bits of a type are ignored, in a rule as in an attribute. */
static void types_with_flag_bits(void)
{
    const struct nlrs_attr_rule rules[] = {
        {.type = 1 | NLA_F_NET_BYTEORDER, .kind = NLRS_KIND_BE16, .flags = NLRS_RULE_REQUIRED},
    };
    const struct nlrs_attr_rule none = {.type = 0x10001, .kind = NLRS_KIND_ANY};
    const struct nlrs_attr_rule *built;
    struct nlrs_policy *p = nlrs_policy_new();
    const struct nlattr *t[2];
    uint32_t type;
    size_t count;

    begin();
    nlrs_msg_put_be16(&m, 1 | NLA_F_NET_BYTEORDER, 5);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_attr_index_checked(buf + 16, nlrs_msg_len(&m) - 16, rules, 1, t, 1, err), 1);
    begin();
    nlrs_msg_put_u32(&m, 1, 5);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_attr_index_checked(buf + 16, nlrs_msg_len(&m) - 16, rules, 1, t, 1, err), -ERANGE);
    CHECK_INT(nlrs_attr_index_checked(buf + 16, 0, rules, 1, t, 1, err), -ENOENT);
    CHECK_INT(nlrs_error_missing_type(err, &type), 0);
    CHECK_INT(type, 1);
    CHECK_INT(nlrs_attr_index_checked(buf + 16, 0, &none, 1, t, 1, err), -EINVAL);

    REQUIRE(nlrs_policy_add(p, 1 | NLA_F_NESTED, NLRS_KIND_BE16, 0) == 0);
    CHECK_INT(nlrs_policy_rules(p, &built, &count), 0);
    CHECK(count == 1 && built[0].type == 1);
    nlrs_policy_free(p);
}

int main(void)
{
    err = nlrs_error_new();
    REQUIRE(err != NULL);
    leaves();
    nests();
    endless();
    by_calls();
    types_with_flag_bits();
    CHECK_INT(nlrs_attr_index_checked(NULL, 0, POLICY, RULES, table, 3, err), -EINVAL);
    CHECK_INT(nlrs_error_code(err), -EINVAL);
    CHECK_INT(nlrs_error_origin(err), NLRS_ORIGIN_ARGUMENT);
    nlrs_error_free(err);
    return check_end();
}
