/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The builder: limits, failures that are kept, nests out of order, several messages, copies. */
#include "check.h"
#include <nlrs.h>

static unsigned char buf[1 << 17], big[1 << 17];
static struct nlrs_msg m;

static void start(size_t cap)
{
    memset(buf, 0xaa, sizeof buf);
    nlrs_msg_init(&m, buf, cap);
}

/* The code of the failure, and its place. */
static void failed(int code, uint32_t type, size_t offset)
{
    uint32_t ret_type = 12345;
    size_t ret_offset = 12345;
    CHECK_INT(nlrs_msg_status(&m), code);
    CHECK_INT(nlrs_msg_failure(&m, &ret_type, &ret_offset), 0);
    CHECK_INT(ret_type, type);
    CHECK_INT(ret_offset, offset);
}

static void out_of_range(void)
{
    start(1024);
    CHECK_INT(nlrs_msg_begin(&m, 0x10000, 0), -ERANGE);
    CHECK_INT(nlrs_msg_put_u8(&m, 1, 1), -ERANGE);
    CHECK_INT(nlrs_msg_end(&m), -ERANGE);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0x10000), -ERANGE);
    CHECK_INT(nlrs_msg_end(&m), -ERANGE);
    CHECK_INT(nlrs_msg_len(&m), 0);
#define REFUSED(put, type) \
    do { \
        CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0); \
        CHECK_INT(nlrs_msg_put_u32(&m, 1, 0x01010101), 0); \
        CHECK_INT(put, -ERANGE); \
        failed(-ERANGE, type, 24); \
        CHECK_INT(nlrs_msg_put_flag(&m, 1), -ERANGE); \
        CHECK_INT(nlrs_msg_space_left(&m), 0); \
        CHECK_INT(nlrs_msg_end(&m), -ERANGE); \
        failed(-ERANGE, type, 24); \
        CHECK_INT(buf[24], 0xaa); \
        CHECK_INT(nlrs_msg_len(&m), 0); \
        CHECK(nlrs_msg_first(&m) == NULL); \
    } while (0)
    REFUSED(nlrs_msg_put_u8(&m, 7, 256), 7);
    REFUSED(nlrs_msg_put_u8(&m, 7, UINT32_MAX), 7);
    REFUSED(nlrs_msg_put_u16(&m, 7, 65536), 7);
    REFUSED(nlrs_msg_put_be16(&m, 7, 65536), 7);
    REFUSED(nlrs_msg_put_be16(&m, 7 | NLA_F_NET_BYTEORDER, 65536), 7 | NLA_F_NET_BYTEORDER);
    REFUSED(nlrs_msg_put_le16(&m, 7, 65536), 7);
    REFUSED(nlrs_msg_put_s8(&m, 7, 128), 7);
    REFUSED(nlrs_msg_put_s8(&m, 7, -129), 7);
    REFUSED(nlrs_msg_put_s16(&m, 7, 32768), 7);
    REFUSED(nlrs_msg_put_s16(&m, 7, -32769), 7);
    REFUSED(nlrs_msg_put_u8(&m, 0x10000, 0), 0x10000);
    REFUSED(nlrs_msg_put_u16(&m, 0x10000, 0), 0x10000);
    REFUSED(nlrs_msg_put_u32(&m, 0x10000, 0), 0x10000);
    REFUSED(nlrs_msg_put_u64(&m, UINT32_MAX, 0), UINT32_MAX);
    REFUSED(nlrs_msg_put_str(&m, 0x10000, "x"), 0x10000);
    REFUSED(nlrs_msg_put_bytes(&m, 0x10000, "x", 1), 0x10000);
    REFUSED(nlrs_msg_put_flag(&m, 0x10000), 0x10000);
    REFUSED(nlrs_msg_put_bitfield32(&m, 0x10000, 0, 0), 0x10000);
    REFUSED(nlrs_msg_put_u64_padded(&m, 0x10000, 0, 9), 0x10000);
    REFUSED(nlrs_msg_put_uint(&m, 0x10000, UINT64_MAX), 0x10000);
    REFUSED(nlrs_msg_put_in6_addr(&m, 0x10000, big), 0x10000);
    REFUSED(nlrs_msg_nest_begin(&m, 0x10000), 0x10000);
    REFUSED(nlrs_msg_nest_begin_noflag(&m, 0x10000), 0x10000);
    REFUSED(nlrs_msg_set_type(&m, 0x10000), 0);
    REFUSED(nlrs_msg_set_flags(&m, 0x10000), 0);
#undef REFUSED
}

static void too_long(void)
{
    size_t i;
    int nest, inner;
    void *room = NULL;

    /* An attribute has at most 65531 bytes of payload; with 65532 nothing is written. */
    start(sizeof buf);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_bytes(&m, 1, big, 65531), 0);
    CHECK_INT(buf[16 + 65535], 0);
    CHECK_INT(buf[16 + 65536], 0xaa);
    CHECK_INT(nlrs_msg_put_bytes(&m, 2, big, 65532), -EMSGSIZE);
    CHECK_INT(buf[16 + 65536], 0xaa);
    failed(-EMSGSIZE, 2, 16 + 65536);
    CHECK_INT(nlrs_msg_end(&m), -EMSGSIZE);

    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_bytes(&m, 2, big, SIZE_MAX), -EMSGSIZE);
    CHECK_INT(nlrs_msg_end(&m), -EMSGSIZE);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_reserve(&m, 2, SIZE_MAX, &room), -EMSGSIZE);
    CHECK(room == NULL);
    CHECK_INT(nlrs_msg_end(&m), -EMSGSIZE);
    memset(big, 'a', 65531);
    big[65530] = '\0';
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_str(&m, 2, (const char *)big), 0);
    big[65530] = 'a';
    big[65531] = '\0';
    CHECK_INT(nlrs_msg_put_str(&m, 2, (const char *)big), -EMSGSIZE);
    CHECK_INT(nlrs_msg_end(&m), -EMSGSIZE);
    memset(big, 0, sizeof big);

    /* A nest ends at 65535 bytes, padding included; so does everything inside it. */
    for (i = 65520; i < 65536; i++) {
        start(sizeof buf);
        CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
        nest = nlrs_msg_nest_begin(&m, 1);
        inner = nlrs_msg_nest_begin(&m, 2);
        CHECK_INT(inner > 0, 1);
        CHECK_INT(nlrs_msg_put_bytes(&m, 3, big, i - 12), i <= 65532 ? 0 : -EMSGSIZE);
        CHECK_INT(nlrs_msg_nest_end(&m, inner), i <= 65532 ? 0 : -EMSGSIZE);
        CHECK_INT(nlrs_msg_nest_end(&m, nest), i <= 65532 ? 0 : -EMSGSIZE);
        CHECK_INT(nlrs_msg_end(&m), i <= 65532 ? 0 : -EMSGSIZE);
        if (i <= 65532)
            CHECK_INT(nlrs_msg_len(&m), 16 + ((i + 3) & ~(size_t)3));
        else
            failed(-EMSGSIZE, 3, 24);
    }

    /* A message ends at its limit. */
    CHECK_INT(nlrs_msg_set_limit(&m, 15), -ERANGE);
    CHECK_INT(nlrs_msg_set_limit(&m, 16), 0);
    CHECK_INT(nlrs_msg_set_limit(&m, 2147483613), -ERANGE);
    CHECK_INT(nlrs_msg_set_limit(&m, 2147483612), 0);
    CHECK_INT(nlrs_msg_set_limit(&m, 24), 0);
    nlrs_msg_reset(&m);
    for (i = 0; i < 3; i++) {
        CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
        CHECK_INT(nlrs_msg_set_limit(&m, 64), -EINVAL);
        CHECK_INT(nlrs_msg_space_left(&m), 8);
        CHECK_INT(nlrs_msg_put_u32(&m, 1, 1), 0);
        CHECK_INT(nlrs_msg_end(&m), 0);
    }
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_u64(&m, 1, 1), -EMSGSIZE);
    /* The offset counts from the start of this message, not of the buffer. */
    failed(-EMSGSIZE, 1, 16);
    CHECK_INT(nlrs_msg_end(&m), -EMSGSIZE);
    CHECK_INT(nlrs_msg_count(&m), 3);
    CHECK_INT(nlrs_msg_len(&m), 72);
}

/* Buffers of every size: either all fits, or nothing is written after the end and the code is -ENOSPC. */
static void no_room(void)
{
    size_t cap, k;
    for (cap = 0; cap <= 96; cap++) {
        int nest, code;
        start(cap);
        nlrs_msg_begin(&m, 1, 0);
        nlrs_msg_put_header(&m, "abcde", 5);
        nlrs_msg_put_u32(&m, 1, 1);
        nest = nlrs_msg_nest_begin(&m, 2);
        nlrs_msg_put_str(&m, 3, "a text of some length");
        nlrs_msg_put_u64(&m, 4, 5);
        nlrs_msg_nest_end(&m, nest);
        nlrs_msg_put_flag(&m, 6);
        code = nlrs_msg_end(&m);
        CHECK_INT(code, cap < 80 ? -ENOSPC : 0);
        CHECK_INT(nlrs_msg_len(&m), cap < 80 ? 0 : 80);
        CHECK_INT(nlrs_msg_count(&m), cap < 80 ? 0 : 1);
        for (k = cap & ~(size_t)3; k < 200; k++)
            CHECK_INT(buf[k], 0xaa);
    }
    start(63);
    CHECK_INT(nlrs_msg_space_left(&m), 0);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_space_left(&m), 44);
    CHECK_INT(nlrs_msg_put_bytes(&m, 1, big, 41), -ENOSPC);
    CHECK_INT(nlrs_msg_end(&m), -ENOSPC);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_bytes(&m, 1, big, 40), 0);
    CHECK_INT(nlrs_msg_space_left(&m), 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    nlrs_msg_init(&m, NULL, 100);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), -ENOSPC);
    nlrs_msg_init(&m, buf + 1, 100);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), -ENOSPC);
    /* Zeroed and not initialised: a builder with a buffer of no bytes. */
    memset(&m, 0, sizeof m);
    CHECK_INT(nlrs_msg_put_str(&m, 1, "x"), -EINVAL);
    CHECK(nlrs_msg_begin(&m, 1, 0) < 0);
    CHECK(nlrs_msg_put_header(&m, "x", 1) < 0);
    CHECK(nlrs_msg_put_header(&m, "x", 0) < 0);
    CHECK(nlrs_msg_nest_begin(&m, 1) < 0);
    CHECK(nlrs_msg_end(&m) < 0);
    CHECK(nlrs_msg_first(&m) == NULL);
    nlrs_msg_free(&m);
}

static void out_of_order(void)
{
    int outer, inner;
    size_t offset = 77;
    uint32_t type = 77;
    start(1024);
    CHECK_INT(nlrs_msg_put_u32(&m, 1, 1), -EINVAL);
    CHECK_INT(nlrs_msg_put_header(&m, "a", 1), -EINVAL);
    CHECK_INT(nlrs_msg_nest_begin(&m, 1), -EINVAL);
    CHECK_INT(nlrs_msg_nest_end(&m, 16), -EINVAL);
    CHECK_INT(nlrs_msg_nest_end(&m, 0), -EINVAL);
    CHECK_INT(nlrs_msg_nest_cancel(&m, 0), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);
    CHECK_INT(nlrs_msg_set_seq(&m, 1), -EINVAL);
    CHECK_INT(nlrs_msg_status(&m), 0);
    CHECK_INT(nlrs_msg_failure(&m, &type, &offset), -ENOENT);
    CHECK(type == 77 && offset == 77);

    /* A begin while a message is open fails that message. */
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);

    /* An end with an open nest. */
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK(nlrs_msg_nest_begin(&m, 1) > 0);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);

    /* The outer nest before the inner; a nest of the message before; a nest twice. */
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    outer = nlrs_msg_nest_begin(&m, 1);
    inner = nlrs_msg_nest_begin(&m, 1);
    CHECK_INT(nlrs_msg_nest_end(&m, outer), -EINVAL);
    CHECK_INT(nlrs_msg_nest_end(&m, inner), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    outer = nlrs_msg_nest_begin(&m, 1);
    CHECK_INT(nlrs_msg_nest_end(&m, outer), 0);
    CHECK_INT(nlrs_msg_nest_end(&m, outer), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_nest_end(&m, -EMSGSIZE), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);

    /* A header after an attribute. Inside a nest it may be anywhere. */
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_flag(&m, 1), 0);
    CHECK_INT(nlrs_msg_put_header(&m, "a", 1), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    outer = nlrs_msg_nest_begin(&m, 1);
    CHECK(outer > 0);
    CHECK_INT(nlrs_msg_put_header(&m, "a", 1), 0);
    CHECK_INT(nlrs_msg_put_flag(&m, 2), 0);
    CHECK_INT(nlrs_msg_put_header(&m, "b", 1), 0);
    CHECK_INT(nlrs_msg_nest_end(&m, outer), 0);
    CHECK_INT(nlrs_msg_len(&m), 0);
    CHECK_INT(nlrs_msg_put_header(&m, "a", 1), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);
    start(1024);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    outer = nlrs_msg_nest_begin(&m, 1);
    CHECK_INT(nlrs_msg_put_header(&m, "a", 1), 0);
    CHECK_INT(nlrs_msg_put_flag(&m, 2), 0);
    CHECK_INT(nlrs_msg_put_header(&m, "b", 1), 0);
    CHECK_INT(nlrs_msg_nest_end(&m, outer), 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_msg_count(&m), 1);
    {
        unsigned char nest[] = {'a', 0, 0, 0, 4, 0, 2, 0, 'b', 0, 0, 0};
        const uint16_t head[] = {4, 2};
        memcpy(nest + 4, head, sizeof head);
        CHECK_INT(nlrs_msg_first(&m)->nlmsg_len, 16 + 4 + sizeof nest);
        CHECK_MEM((const char *)nlrs_msg_first(&m) + 20, nest, sizeof nest);
    }
    start(1024);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_attrs(&m, "\4\0\1\0", 0), 0);
    CHECK_INT(nlrs_msg_put_header(&m, "a", 1), 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_msg_count(&m), 1);
}

static void cancelled(void)
{
    int outer, inner;
    start(1024);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_u32(&m, 1, 1), 0);
    outer = nlrs_msg_nest_begin(&m, 2);
    CHECK_INT(nlrs_msg_put_u32(&m, 3, 1), 0);
    inner = nlrs_msg_nest_begin(&m, 4);
    CHECK_INT(nlrs_msg_put_u32(&m, 5, 1), 0);
    CHECK_INT(nlrs_msg_nest_cancel(&m, inner), 0);
    CHECK_INT(nlrs_msg_nest_end(&m, outer), 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_msg_len(&m), 16 + 8 + 4 + 8);
    nlrs_msg_reset(&m);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    outer = nlrs_msg_nest_begin(&m, 2);
    CHECK_INT(nlrs_msg_put_u32(&m, 3, 1), 0);
    CHECK_INT(nlrs_msg_nest_cancel(&m, outer), 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_msg_len(&m), 16);
}

/* 40 nests in each other, and as many as fit into 65535 bytes. */
static void deep(void)
{
    static int nests[20000];
    int n = 0, i;
    const struct nlattr *found = NULL;
    uint32_t types[40];
    struct nlrs_msg *g = nlrs_msg_new(0);
    REQUIRE(g != NULL);
    CHECK_INT(nlrs_msg_begin(g, 1, 0), 0);
    for (i = 0; i < 40; i++) {
        types[i] = (uint32_t)i + 1;
        nests[i] = nlrs_msg_nest_begin(g, types[i]);
        CHECK(nests[i] > 0);
    }
    while (i-- > 0)
        CHECK_INT(nlrs_msg_nest_end(g, nests[i]), 0);
    CHECK_INT(nlrs_msg_end(g), 0);
    CHECK_INT(nlrs_msg_len(g), 16 + 160);
    CHECK_INT(nlrs_attr_find_path((const char *)nlrs_msg_first(g) + 16, 160, types, 40, &found), 0);
    CHECK(found == (const void *)((const char *)nlrs_msg_first(g) + 16 + 156));
    CHECK_INT(nlrs_msg_begin(g, 1, 0), 0);
    while (n < 20000 && (nests[n] = nlrs_msg_nest_begin(g, 1)) > 0)
        n++;
    CHECK_INT(n, 16383);
    CHECK_INT(nlrs_msg_end(g), -EMSGSIZE);
    nlrs_msg_free(g);
}

static void growing(void)
{
    struct nlrs_msg *g = nlrs_msg_new(1), *other = nlrs_msg_new(100);
    size_t i, pos = 0, n = 0;
    const struct nlmsghdr *nlh;
    REQUIRE(g != NULL && other != NULL);
    CHECK(nlrs_msg_first(g) == NULL);
    for (i = 0; i < 3000; i++) {
        CHECK_INT(nlrs_msg_begin(g, 20, 0), 0);
        CHECK_INT(nlrs_msg_set_seq(g, (uint32_t)i), 0);
        CHECK_INT(nlrs_msg_put_bytes(g, 1, big, i % 300), 0);
        if (i % 7 == 0)
            CHECK_INT(nlrs_msg_put_u8(g, 1, 256), -ERANGE);
        CHECK_INT(nlrs_msg_end(g), i % 7 == 0 ? -ERANGE : 0);
    }
    CHECK_INT(nlrs_msg_count(g), 3000 - 429);
    for (i = 0; nlrs_nlmsg_walk(nlrs_msg_first(g), nlrs_msg_len(g), &pos, &nlh) == 1; i++, n++) {
        if (i % 7 == 0)
            i++;
        CHECK_INT(nlrs_nlmsg_seq(nlh), i);
        CHECK_INT(nlrs_nlmsg_len(nlh), 16 + ((4 + i % 300 + 3) & ~(size_t)3));
    }
    CHECK_INT(n, 3000 - 429);
    CHECK_INT(pos, nlrs_msg_len(g));

    /* Appended to another builder: all or nothing. */
    CHECK_INT(nlrs_msg_append(other, nlrs_msg_first(g), nlrs_msg_len(g)), 0);
    CHECK_INT(nlrs_msg_count(other), n);
    CHECK_INT(nlrs_msg_len(other), nlrs_msg_len(g));
    CHECK_MEM(nlrs_msg_first(other), nlrs_msg_first(g), nlrs_msg_len(g));
    CHECK_INT(nlrs_msg_append(other, nlrs_msg_first(g), nlrs_msg_len(g) - 4), -EBADMSG);
    CHECK_INT(nlrs_msg_count(other), n);
    CHECK_INT(nlrs_msg_append(other, NULL, 0), 0);
    CHECK_INT(nlrs_msg_append(other, NULL, 1), -EINVAL);
    start(100);
    CHECK_INT(nlrs_msg_append(&m, nlrs_msg_first(g), nlrs_msg_len(g)), -ENOSPC);
    CHECK_INT(nlrs_msg_count(&m), 0);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_append(&m, nlrs_msg_first(g), 16), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);
    CHECK_INT(nlrs_msg_reset(g), 0);
    CHECK_INT(nlrs_msg_len(g), 0);
    CHECK_INT(nlrs_msg_count(g), 0);
    CHECK(nlrs_msg_first(g) == NULL);
    nlrs_msg_free(g);
    nlrs_msg_free(other);
    nlrs_msg_free(&m);
    nlrs_msg_free(NULL);
}

/* An unpadded message is padded with zeros when it is appended; so is a last attribute when it is copied. */
static void unpadded(void)
{
    struct nlmsghdr nlh;
    unsigned char bytes[24];
    const uint16_t head[2] = { 5, 3 };
    const struct nlattr *attr = NULL;
    memset(&nlh, 0, sizeof nlh);
    nlh.nlmsg_len = 21;
    nlh.nlmsg_type = 20;
    memset(bytes, 0x77, sizeof bytes);
    memcpy(bytes, &nlh, sizeof nlh);
    memcpy(bytes + 16, head, sizeof head);
    bytes[20] = 0x99;
    start(1024);
    CHECK_INT(nlrs_msg_append(&m, bytes, 21), 0);
    CHECK_INT(nlrs_msg_len(&m), 24);
    CHECK_MEM(buf + 20, "\x99\0\0\0", 4);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_attr_find(bytes + 16, 5, 3, &attr), 0);
    CHECK_INT(nlrs_msg_put_attr(&m, attr), 0);
    CHECK_INT(nlrs_msg_put_attrs(&m, bytes + 16, 5), 0);
    CHECK_INT(nlrs_msg_put_attrs(&m, bytes + 16, 8), 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_msg_len(&m), 24 + 16 + 24);
    CHECK_MEM(buf + 40, buf + 16, 8);
    CHECK_MEM(buf + 48, buf + 16, 8);
    CHECK_MEM(buf + 56, buf + 16, 8);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_attrs(&m, bytes + 16, 4), -EBADMSG);
    CHECK_INT(nlrs_msg_end(&m), -EBADMSG);
    CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0);
    CHECK_INT(nlrs_msg_put_attr(&m, NULL), -EINVAL);
    CHECK_INT(nlrs_msg_end(&m), -EINVAL);
}

/* A NULL pointer inside a message is a failure that is kept too. */
static void nothing(void)
{
    start(1024);
#define NOTHING(put) \
    do { \
        CHECK_INT(nlrs_msg_begin(&m, 1, 0), 0); \
        CHECK_INT(put, -EINVAL); \
        CHECK_INT(nlrs_msg_end(&m), -EINVAL); \
    } while (0)
    NOTHING(nlrs_msg_put_str(&m, 1, NULL));
    NOTHING(nlrs_msg_put_strn(&m, 1, NULL, 1));
    NOTHING(nlrs_msg_put_bytes(&m, 1, NULL, 1));
    NOTHING(nlrs_msg_put_header(&m, NULL, 1));
    NOTHING(nlrs_msg_put_attrs(&m, NULL, 1));
    NOTHING(nlrs_msg_put_mac(&m, 1, NULL));
    NOTHING(nlrs_msg_put_in_addr(&m, 1, NULL));
    NOTHING(nlrs_msg_put_in6_addr(&m, 1, NULL));
    NOTHING(nlrs_msg_put_reserve(&m, 1, 1, NULL));
#undef NOTHING
    CHECK_INT(nlrs_msg_sizeof(), sizeof(struct nlrs_msg));
}

int main(void)
{
    out_of_range();
    too_long();
    no_room();
    out_of_order();
    cancelled();
    deep();
    growing();
    unpadded();
    nothing();
    return check_end();
}
