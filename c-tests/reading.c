/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading: every getter on every size, index, find, walks with their ends, copies of structs. An unmapped page follows the
   bytes, so that a read after their end is a crash. */
#include "check.h"
#include <nlrs.h>
#include <sys/mman.h>

static unsigned char *page_end;

static void map_pages(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *pages = mmap(NULL, 64 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(pages != MAP_FAILED);
    page_end = pages + 63 * page;
    REQUIRE(mprotect(page_end, page, PROT_NONE) == 0);
}

/* An attribute with `len` bytes of payload that ends with the mapped memory. Bytes 0x81, 0x82 and so on, or zeros. */
static const struct nlattr *attribute(size_t len, int zeros)
{
    unsigned char *at = page_end - 4 - len;
    uint16_t head[2] = { (uint16_t)(4 + len), 1 };
    const struct nlattr *found = NULL;
    size_t i;
    memcpy(at, head, 4);
    for (i = 0; i < len; i++)
        at[4 + i] = zeros ? 0 : (unsigned char)(0x81 + i);
    CHECK_INT(nlrs_attr_find(at, 4 + len, 1, &found), 0);
    CHECK(found == (const void *)at);
    return found;
}

static void every_getter_on_every_size(void)
{
    size_t len;
    for (len = 0; len <= 20; len++) {
        const struct nlattr *attr = attribute(len, 0);
        unsigned char value[32];
        uint32_t first, second;
        const char *text;
        const void *data;
        size_t size;
#define EXACT(get, bytes) \
    do { \
        memset(value, 0x55, sizeof value); \
        CHECK_INT(get(attr, (void *)value), len == (bytes) ? 0 : -ERANGE); \
        CHECK_INT(value[0] == 0x55, len != (bytes)); \
        CHECK_INT(value[bytes], 0x55); \
        CHECK_INT(get(NULL, (void *)value), -ENOENT); \
        CHECK_INT(get(attr, NULL), -EINVAL); \
    } while (0)
        EXACT(nlrs_attr_get_u8, 1);
        EXACT(nlrs_attr_get_u16, 2);
        EXACT(nlrs_attr_get_u32, 4);
        EXACT(nlrs_attr_get_u64, 8);
        EXACT(nlrs_attr_get_s8, 1);
        EXACT(nlrs_attr_get_s16, 2);
        EXACT(nlrs_attr_get_s32, 4);
        EXACT(nlrs_attr_get_s64, 8);
        EXACT(nlrs_attr_get_be16, 2);
        EXACT(nlrs_attr_get_be32, 4);
        EXACT(nlrs_attr_get_be64, 8);
        EXACT(nlrs_attr_get_le16, 2);
        EXACT(nlrs_attr_get_le32, 4);
        EXACT(nlrs_attr_get_le64, 8);
        EXACT(nlrs_attr_get_in_addr, 4);
        EXACT(nlrs_attr_get_in6_addr, 16);
        EXACT(nlrs_attr_get_mac, 6);
#undef EXACT
        /* Getters that accept 1, 2, 4 or 8 bytes. */
        attr = attribute(len, 1);
#define WIDE(get, width) \
    do { \
        int takes = len == 1 || len == 2 || len == 4 || len == 8; \
        memset(value, 0x55, sizeof value); \
        CHECK_INT(get(attr, (void *)value), takes ? 0 : -ERANGE); \
        CHECK_INT(value[0], takes ? 0 : 0x55); \
        CHECK_INT(value[width], 0x55); \
    } while (0)
        WIDE(nlrs_attr_get_uint, 8);
        WIDE(nlrs_attr_get_sint, 8);
#undef WIDE
        CHECK_INT(nlrs_attr_get_flag(attr), len == 0 ? 1 : -ERANGE);
        first = second = 0x55;
        CHECK_INT(nlrs_attr_get_bitfield32(attr, &first, &second), len == 8 ? 0 : -ERANGE);
        CHECK(first == (len == 8 ? 0u : 0x55u) && second == first);
        CHECK_INT(nlrs_attr_get_str(attr, &text), len == 0 ? -EBADMSG : 0);
        CHECK_INT(nlrs_attr_get_strn(attr, &text, &size), 0);
        CHECK_INT(size, 0);
        attr = attribute(len, 0);
        text = NULL;
        CHECK_INT(nlrs_attr_get_str(attr, &text), -EBADMSG);
        CHECK(text == NULL);
        CHECK_INT(nlrs_attr_get_strn(attr, &text, &size), 0);
        CHECK_INT(size, len);
        CHECK_INT(nlrs_attr_get_bytes(attr, &data, &size), 0);
        CHECK_INT(size, len);
        CHECK(data == (const void *)(page_end - len));
        CHECK_INT(nlrs_attr_len(attr), len);
        /* Copied to buffers of every size: the rest is zero, and nothing is written after the end. */
        for (size = 0; size <= 20; size++) {
            size_t i;
            memset(value, 0x55, sizeof value);
            CHECK_INT(nlrs_attr_copy(attr, value, size), len);
            for (i = 0; i < size; i++)
                CHECK_INT(value[i], i < len ? 0x81 + i : 0);
            CHECK_INT(value[size], 0x55);
        }
        CHECK_INT(nlrs_attr_copy(NULL, value, 4), -ENOENT);
    }
}

static void values_of_any_width(void)
{
    struct nlrs_msg m;
    unsigned char buf[256];
    const struct nlattr *t[7];
    uint64_t u64 = 0;
    int64_t s64 = 0;
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, 16, 0);
    nlrs_msg_put_u8(&m, 1, 200);
    nlrs_msg_put_u16(&m, 2, 65535);
    nlrs_msg_put_u64(&m, 3, 0x100000000);
    nlrs_msg_put_s8(&m, 4, -5);
    nlrs_msg_put_s64(&m, 5, -129);
    CHECK_INT(nlrs_msg_end(&m), 0);
    CHECK_INT(nlrs_attr_index(buf + 16, nlrs_msg_len(&m) - 16, t, 6), 5);
    CHECK(nlrs_attr_get_uint(t[1], &u64) == 0 && u64 == 200);
    CHECK(nlrs_attr_get_uint(t[2], &u64) == 0 && u64 == 65535);
    CHECK(nlrs_attr_get_uint(t[3], &u64) == 0 && u64 == 0x100000000);
    CHECK(nlrs_attr_get_sint(t[2], &s64) == 0 && s64 == -1);
    CHECK(nlrs_attr_get_sint(t[4], &s64) == 0 && s64 == -5);
    CHECK(nlrs_attr_get_sint(t[5], &s64) == 0 && s64 == -129);
    CHECK(t[6] == NULL && t[0] == NULL);
    CHECK(nlrs_attr_data(t[3]) == (const char *)t[3] + 4);
    CHECK(nlrs_attr_data(NULL) == NULL);
}

static void duplicates_and_tails(void)
{
    struct nlrs_msg m;
    unsigned char buf[256];
    const struct nlattr *t[4], *attr = NULL;
    const uint32_t path[2] = { 3, 2 };
    const uint32_t missing[2] = { 2, 2 };
    size_t pos = 0, len, n = 0, tail;
    uint32_t value = 0;
    int nest;
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, 16, 0);
    nlrs_msg_put_u32(&m, 1, 10);
    nlrs_msg_put_u32(&m, 2, 20);
    nlrs_msg_put_u32(&m, 1, 11);
    nest = nlrs_msg_nest_begin(&m, 3);
    nlrs_msg_put_u32(&m, 2, 30);
    nlrs_msg_nest_end(&m, nest);
    nlrs_msg_put_u32(&m, 1, 12);
    nlrs_msg_put_u8(&m, 100, 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    len = nlrs_msg_len(&m) - 16;
    CHECK_INT(nlrs_nlmsg_index(nlrs_msg_first(&m), 0, t, 3), 3);
    CHECK(nlrs_attr_get_u32(t[1], &value) == 0 && value == 10 && t[0] == NULL);
    CHECK_INT(nlrs_nlmsg_index(nlrs_msg_first(&m), 5, t, 3), 3);
    CHECK(nlrs_attr_get_u32(t[1], &value) == 0 && value == 11);
    CHECK_INT(nlrs_nlmsg_index(NULL, 0, t, 3), -EINVAL);
    CHECK(t[1] == NULL);
    CHECK_INT(nlrs_attr_index(buf + 16, len, t, 3), 3);
    CHECK(nlrs_attr_get_u32(t[1], &value) == 0 && value == 10);
    while (nlrs_attr_walk_type(buf + 16, len, 1, &pos, &attr) == 1) {
        CHECK(nlrs_attr_get_u32(attr, &value) == 0 && value == 10 + n);
        n++;
    }
    CHECK_INT(n, 3);
    CHECK_INT(pos, len);
    CHECK_INT(nlrs_attr_index_nested(t[3], t, 3), 1);
    CHECK(nlrs_attr_get_u32(t[2], &value) == 0 && value == 30 && t[1] == NULL && t[3] == NULL);
    CHECK_INT(nlrs_attr_index_nested(NULL, t, 3), -ENOENT);
    CHECK(t[2] == NULL);
    CHECK_INT(nlrs_attr_find_path(buf + 16, len, path, 2, &attr), 0);
    CHECK(nlrs_attr_get_u32(attr, &value) == 0 && value == 30);
    CHECK_INT(nlrs_attr_find_path(buf + 16, len, missing, 2, &attr), -EBADMSG);
    CHECK_INT(nlrs_attr_find_path(buf + 16, len, path, 0, &attr), -EINVAL);
    CHECK_INT(nlrs_attr_find(buf + 16, len, 77, &attr), -ENOENT);

    /* The last attribute without its padding, then with bytes after it, then cut. */
    for (tail = 0; tail <= 3; tail++) {
        unsigned char *at = page_end - (len - 3) - tail;
        memcpy(at, buf + 16, len - 3);
        memset(at + len - 3, 0x7f, tail);
        for (pos = n = 0; nlrs_attr_walk(at, len - 3 + tail, &pos, &attr) == 1; n++)
            ;
        CHECK_INT(n, 6);
        CHECK_INT(pos, len - 3 + tail);
        CHECK_INT(nlrs_attr_index(at, len - 3 + tail, t, 3), 3);
    }
    for (tail = 1; tail <= 3; tail++) {
        unsigned char *at = page_end - len - tail;
        memcpy(at, buf + 16, len);
        memset(at + len, 0x7f, tail);
        for (pos = n = 0; nlrs_attr_walk(at, len + tail, &pos, &attr) == 1; n++)
            ;
        CHECK_INT(n, 6);
        CHECK_INT(pos, len);
        CHECK_INT(nlrs_attr_walk(at, len + tail, &pos, &attr), 0);
        CHECK_INT(pos, len);
        CHECK_INT(nlrs_attr_index(at, len + tail, t, 3), 3);
    }
    memcpy(page_end - len + 4, buf + 16, len - 4);
    for (pos = n = 0; nlrs_attr_walk(page_end - len + 4, len - 4, &pos, &attr) == 1; n++)
        ;
    CHECK_INT(n, 5);
    CHECK_INT(pos, len - 8);
    CHECK_INT(nlrs_attr_walk(page_end - len + 4, len - 4, &pos, &attr), -EBADMSG);
    CHECK_INT(pos, len - 8);
    CHECK_INT(nlrs_attr_index(page_end - len + 4, len - 4, t, 3), -EBADMSG);
    CHECK(t[0] == NULL && t[1] == NULL && t[2] == NULL && t[3] == NULL);
    pos = len + 1;
    CHECK_INT(nlrs_attr_walk(buf + 16, len, &pos, &attr), -EINVAL);
    CHECK_INT(nlrs_attr_index(buf + 16, 0, t, 3), 0);
}

/* Flag bits of a type are ignored, in the attribute and in the argument. */
static void types_with_flag_bits(void)
{
    static const uint32_t flags[] = {0, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_F_NESTED | NLA_F_NET_BYTEORDER};
    static unsigned char buf[256];
    const struct nlattr *attr, *first;
    struct nlrs_msg m;
    size_t put, asked;

    for (put = 0; put < 4; put++) {
        for (asked = 0; asked < 4; asked++) {
            uint32_t path[] = {7 | flags[asked], 2 | flags[asked]};
            size_t nest, pos = 0, len;

            nlrs_msg_init(&m, buf, sizeof buf);
            nlrs_msg_begin(&m, 16, 0);
            nlrs_msg_put_u32(&m, 1, 1);
            nest = nlrs_msg_nest_begin(&m, 7 | flags[put]);
            nlrs_msg_put_u32(&m, 2 | flags[put], 30);
            nlrs_msg_nest_end(&m, nest);
            nlrs_msg_put_u32(&m, 7 | flags[put], 8);
            REQUIRE(nlrs_msg_end(&m) == 0);
            len = nlrs_msg_len(&m) - 16;

            REQUIRE(nlrs_attr_find(buf + 16, len, 7 | flags[asked], &first) == 0);
            CHECK_INT(nlrs_attr_len(first), 8);
            CHECK_INT(nlrs_attr_find_path(buf + 16, len, path, 2, &attr), 0);
            CHECK_INT(nlrs_attr_len(attr), 4);
            CHECK_INT(nlrs_attr_walk_type(buf + 16, len, 7 | flags[asked], &pos, &attr), 1);
            CHECK(attr == first);
            CHECK_INT(nlrs_attr_walk_type(buf + 16, len, 7 | flags[asked], &pos, &attr), 1);
            CHECK_INT(nlrs_attr_len(attr), 4);
            CHECK_INT(nlrs_attr_walk_type(buf + 16, len, 7 | flags[asked], &pos, &attr), 0);
            CHECK_INT(nlrs_attr_find(buf + 16, len, 3 | flags[asked], &attr), -ENOENT);
        }
    }
    /* A type has 16 bits. */
    {
        uint32_t path[] = {7, 0x10002};
        size_t pos = 0;
        CHECK_INT(nlrs_attr_find(buf + 16, 4, 0x10001, &attr), -ERANGE);
        CHECK_INT(nlrs_attr_find_path(buf + 16, 4, path, 2, &attr), -ERANGE);
        CHECK_INT(nlrs_attr_walk_type(buf + 16, 4, 0x10001, &pos, &attr), -ERANGE);
        CHECK_INT(pos, 0);
    }
}

static void messages(void)
{
    unsigned char *at;
    struct nlmsghdr nlh;
    const struct nlmsghdr *found = NULL;
    const void *attrs = NULL;
    const struct nlattr *table[4];
    size_t len, pos, attrs_len, hdrlen, odd;
    struct rtgenmsg { unsigned char family; } gen;
    memset(&nlh, 0, sizeof nlh);
    nlh.nlmsg_type = 20;
    /* Lengths that are no multiple of 4, as the last message and before another, and at odd addresses. */
    for (len = 16; len <= 24; len++)
        for (odd = 0; odd < 4; odd++) {
            size_t whole = ((len + 3) & ~(size_t)3) + 16;
            at = page_end - whole - odd;
            nlh.nlmsg_len = (uint32_t)len;
            memset(at, 0x7f, whole + odd);
            memcpy(at, &nlh, 16);
            nlh.nlmsg_len = 16;
            memcpy(at + whole - 16, &nlh, 16);
            pos = 0;
            CHECK_INT(nlrs_nlmsg_walk(at, whole + odd, &pos, &found), 1);
            CHECK_INT(pos, whole - 16);
            CHECK(found == (const void *)at);
            CHECK_INT(nlrs_nlmsg_len(found), len);
            CHECK_INT(nlrs_nlmsg_walk(at, whole + odd, &pos, &found), 1);
            CHECK_INT(pos, whole);
            CHECK_INT(nlrs_nlmsg_walk(at, whole + odd, &pos, &found), 0);
            CHECK_INT(pos, whole);
            at = page_end - len;
            nlh.nlmsg_len = (uint32_t)len;
            memcpy(at, &nlh, 16);
            pos = 0;
            CHECK_INT(nlrs_nlmsg_walk(at, len, &pos, &found), 1);
            CHECK_INT(pos, len);
            CHECK_INT(nlrs_nlmsg_walk(at, len, &pos, &found), 0);
            for (hdrlen = 0; hdrlen <= 12; hdrlen++) {
                size_t skip = (hdrlen + 3) & ~(size_t)3, rest = len - 16;
                attrs_len = 99;
                CHECK_INT(nlrs_nlmsg_attrs((const void *)at, hdrlen, &attrs, &attrs_len), hdrlen > rest ? -EBADMSG : 0);
                CHECK_INT(attrs_len, hdrlen > rest ? 99 : rest > skip ? rest - skip : 0);
                if (hdrlen <= rest)
                    CHECK(attrs == (const void *)(page_end - attrs_len));
                /* The bytes are those of no attribute, unless there are fewer than four. */
                memset(table, 0x55, sizeof table);
                CHECK_INT(nlrs_nlmsg_index((const void *)at, hdrlen, table, 3), hdrlen > rest || (rest > skip && rest - skip >= 4) ? -EBADMSG : 0);
                CHECK(table[0] == NULL && table[3] == NULL);
            }
            CHECK_INT(nlrs_nlmsg_get_header((const void *)at, &gen, sizeof gen), len > 16 ? 0 : -EBADMSG);
        }
}

/* Every length field with every buffer: nothing is read outside of the buffer, and what is returned is right. */
static void every_length(void)
{
    static const uint32_t lengths[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 0xffff, 0x10000, 0x10001,
                                        0x7ffffff0, 0x7ffffffc, 0x7fffffff, 0x80000000, 0x80000010, 0xfffffffc, 0xffffffff };
    const struct nlattr *table[8], *attr;
    const struct nlmsghdr *found;
    size_t size, i, pos;
    for (size = 0; size <= 64; size++) {
        unsigned char *at = page_end - size;
        for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            uint32_t len = lengths[i];
            uint16_t short_len = (uint16_t)len;
            int good;
            memset(at, 0, size);
            memcpy(at, &len, size < 4 ? size : 4);
            pos = 0;
            found = NULL;
            good = size >= 16 && len >= 16 && len <= size;
            CHECK_INT(nlrs_nlmsg_walk(at, size, &pos, &found), size < 4 ? 0 : good ? 1 : -EBADMSG);
            CHECK(found == (good ? (const void *)at : NULL));
            CHECK_INT(pos, !good ? 0 : ((size_t)len + 3) / 4 * 4 < size ? (len + 3) / 4 * 4 : size);

            /* As an attribute: the header is 4 bytes, and the zeros after a valid one are malformed. */
            memset(at, 0, size);
            memcpy(at, &short_len, size < 2 ? size : 2);
            good = size >= 4 && short_len >= 4 && short_len <= size;
            pos = 0;
            attr = NULL;
            CHECK_INT(nlrs_attr_walk(at, size, &pos, &attr), size < 4 ? 0 : good ? 1 : -EBADMSG);
            CHECK(attr == (good ? (const void *)at : NULL));
            memset(table, 0x55, sizeof table);
            {
                size_t next = ((size_t)short_len + 3) / 4 * 4;
                int clean = good && (next >= size || size - next < 4);
                CHECK_INT(nlrs_attr_index(at, size, table, 7), size < 4 ? 0 : clean ? 1 : -EBADMSG);
                CHECK(table[0] == (clean ? (const void *)at : NULL));
                CHECK(table[7] == NULL);
                CHECK_INT(nlrs_attr_find(at, size, 5, &attr), size < 4 || clean ? -ENOENT : -EBADMSG);
            }
        }
    }
}

int main(void)
{
    map_pages();
    every_getter_on_every_size();
    values_of_any_width();
    duplicates_and_tails();
    types_with_flag_bits();
    messages();
    every_length();
    return check_end();
}
