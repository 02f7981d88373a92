/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The bytes of every put, in both byte orders, and every getter on them. */
#include "check.h"
#include <nlrs.h>
#include <arpa/inet.h>

static int is_big_endian(void)
{
    const uint16_t one = 1;
    return *(const unsigned char *)&one == 0;
}

static unsigned char buf[512];
static struct nlrs_msg m;

/* Ends the message and returns what follows its header, in hexadecimal. */
static const char *payload_hex(void)
{
    static char hex[1024];
    size_t len, i;
    const unsigned char *bytes;
    CHECK_INT(nlrs_msg_end(&m), 0);
    bytes = (const unsigned char *)nlrs_msg_first(&m);
    len = nlrs_msg_len(&m);
    for (i = 16; i < len; i++)
        snprintf(hex + 2 * (i - 16), 3, "%02x", bytes[i]);
    hex[len < 16 ? 0 : 2 * (len - 16)] = '\0';
    return hex;
}

static void begin(void)
{
    /* Filled, so that a byte that is not written is detected. */
    memset(buf, 0xaa, sizeof buf);
    nlrs_msg_init(&m, buf, sizeof buf);
    CHECK_INT(nlrs_msg_begin(&m, 16, 5), 0);
}

/* One put, and the expected bytes on a little- and on a big-endian machine. */
#define GOLDEN(put, little, big) \
    do { \
        begin(); \
        CHECK_INT(put, 0); \
        CHECK_STR(payload_hex(), is_big_endian() ? (big) : (little)); \
    } while (0)

static const struct nlattr *only(void)
{
    const struct nlattr *table[1];
    const struct nlattr *attr = NULL;
    size_t pos = 0;
    CHECK_INT(nlrs_attr_index(buf + 16, nlrs_msg_len(&m) - 16, table, 0) >= 0, 1);
    CHECK_INT(nlrs_attr_walk(buf + 16, nlrs_msg_len(&m) - 16, &pos, &attr), 1);
    return attr;
}

/* The value is read back, also from an address that is not aligned. */
#define COMES_BACK(type, get, expected) \
    do { \
        unsigned char room[16]; \
        type value, again; \
        memset(&value, 0x55, sizeof value); \
        CHECK_INT(get(only(), &value), 0); \
        CHECK(value == (type)(expected)); \
        CHECK_INT(get(only(), (type *)(void *)(room + 1)), 0); \
        memcpy(&again, room + 1, sizeof again); \
        CHECK(again == (type)(expected)); \
    } while (0)

static void header(void)
{
    begin();
    CHECK_INT(nlrs_msg_set_seq(&m, 0x01020304), 0);
    CHECK_INT(nlrs_msg_set_portid(&m, 0x05060708), 0);
    CHECK_INT(nlrs_msg_set_type(&m, 0x1112), 0);
    CHECK_INT(nlrs_msg_set_flags(&m, 0x1314), 0);
    CHECK_INT(nlrs_msg_put_header(&m, "\x61\x62\x63\x64\x65", 5), 0);
    CHECK_INT(nlrs_msg_put_header(&m, "\x66", 1), 0);
    CHECK_STR(payload_hex(), "616263646500000066000000");
    if (is_big_endian())
        CHECK_MEM(buf, "\x00\x00\x00\x1c\x11\x12\x13\x14\x01\x02\x03\x04\x05\x06\x07\x08", 16);
    else
        CHECK_MEM(buf, "\x1c\x00\x00\x00\x12\x11\x14\x13\x04\x03\x02\x01\x08\x07\x06\x05", 16);
    CHECK_INT(nlrs_nlmsg_len(nlrs_msg_first(&m)), 28);
    CHECK_INT(nlrs_nlmsg_type(nlrs_msg_first(&m)), 0x1112);
    CHECK_INT(nlrs_nlmsg_flags(nlrs_msg_first(&m)), 0x1314);
    CHECK_INT(nlrs_nlmsg_seq(nlrs_msg_first(&m)), 0x01020304);
    CHECK_INT(nlrs_nlmsg_portid(nlrs_msg_first(&m)), 0x05060708);
    CHECK_INT(nlrs_nlmsg_is_answer(nlrs_msg_first(&m), 0x01020304, 0x05060708), 1);
    CHECK_INT(nlrs_nlmsg_is_answer(nlrs_msg_first(&m), 0x01020304, 0), 0);
    CHECK_INT(nlrs_nlmsg_is_answer(nlrs_msg_first(&m), 0, 0x05060708), 0);
    begin();
    CHECK_STR(payload_hex(), "");
    if (is_big_endian())
        CHECK_MEM(buf, "\x00\x00\x00\x10\x00\x10\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00", 16);
    else
        CHECK_MEM(buf, "\x10\x00\x00\x00\x10\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00", 16);
}

static void integers(void)
{
    GOLDEN(nlrs_msg_put_u8(&m, 0x123, 0xfe), "05002301fe000000", "00050123fe000000");
    COMES_BACK(uint8_t, nlrs_attr_get_u8, 0xfe);
    GOLDEN(nlrs_msg_put_u16(&m, 1, 0xfedc), "06000100dcfe0000", "00060001fedc0000");
    COMES_BACK(uint16_t, nlrs_attr_get_u16, 0xfedc);
    GOLDEN(nlrs_msg_put_u32(&m, 1, 0xfedcba98), "0800010098badcfe", "00080001fedcba98");
    COMES_BACK(uint32_t, nlrs_attr_get_u32, 0xfedcba98);
    GOLDEN(nlrs_msg_put_u64(&m, 1, 0xfedcba9876543210), "0c0001001032547698badcfe", "000c0001fedcba9876543210");
    COMES_BACK(uint64_t, nlrs_attr_get_u64, 0xfedcba9876543210);
    GOLDEN(nlrs_msg_put_s8(&m, 1, -2), "05000100fe000000", "00050001fe000000");
    COMES_BACK(int8_t, nlrs_attr_get_s8, -2);
    GOLDEN(nlrs_msg_put_s16(&m, 1, -2), "06000100feff0000", "00060001fffe0000");
    COMES_BACK(int16_t, nlrs_attr_get_s16, -2);
    GOLDEN(nlrs_msg_put_s32(&m, 1, -2), "08000100feffffff", "00080001fffffffe");
    COMES_BACK(int32_t, nlrs_attr_get_s32, -2);
    GOLDEN(nlrs_msg_put_s64(&m, 1, -2), "0c000100feffffffffffffff", "000c0001fffffffffffffffe");
    COMES_BACK(int64_t, nlrs_attr_get_s64, -2);
    GOLDEN(nlrs_msg_put_be16(&m, 1, 0xfedc), "06000100fedc0000", "00060001fedc0000");
    COMES_BACK(uint16_t, nlrs_attr_get_be16, 0xfedc);
    GOLDEN(nlrs_msg_put_be32(&m, 1, 0xfedcba98), "08000100fedcba98", "00080001fedcba98");
    COMES_BACK(uint32_t, nlrs_attr_get_be32, 0xfedcba98);
    GOLDEN(nlrs_msg_put_be64(&m, 1, 0xfedcba9876543210), "0c000100fedcba9876543210", "000c0001fedcba9876543210");
    COMES_BACK(uint64_t, nlrs_attr_get_be64, 0xfedcba9876543210);
    GOLDEN(nlrs_msg_put_be16(&m, 1 | NLA_F_NET_BYTEORDER, 0xfedc), "06000140fedc0000", "00064001fedc0000");
    COMES_BACK(uint16_t, nlrs_attr_get_be16, 0xfedc);
    CHECK_INT(nlrs_attr_is_net_byteorder(only()), 1);
    CHECK_INT(nlrs_attr_type(only()), 1);
    GOLDEN(nlrs_msg_put_be32(&m, 1 | NLA_F_NET_BYTEORDER, 0xfedcba98), "08000140fedcba98", "00084001fedcba98");
    COMES_BACK(uint32_t, nlrs_attr_get_be32, 0xfedcba98);
    GOLDEN(nlrs_msg_put_be64(&m, 1 | NLA_F_NET_BYTEORDER, 0xfedcba9876543210), "0c000140fedcba9876543210", "000c4001fedcba9876543210");
    COMES_BACK(uint64_t, nlrs_attr_get_be64, 0xfedcba9876543210);
    GOLDEN(nlrs_msg_put_le16(&m, 1, 0xfedc), "06000100dcfe0000", "00060001dcfe0000");
    COMES_BACK(uint16_t, nlrs_attr_get_le16, 0xfedc);
    GOLDEN(nlrs_msg_put_le32(&m, 1, 0xfedcba98), "0800010098badcfe", "0008000198badcfe");
    COMES_BACK(uint32_t, nlrs_attr_get_le32, 0xfedcba98);
    GOLDEN(nlrs_msg_put_le64(&m, 1, 0xfedcba9876543210), "0c0001001032547698badcfe", "000c00011032547698badcfe");
    COMES_BACK(uint64_t, nlrs_attr_get_le64, 0xfedcba9876543210);
    GOLDEN(nlrs_msg_put_uint(&m, 1, 0xfedcba98), "0800010098badcfe", "00080001fedcba98");
    COMES_BACK(uint64_t, nlrs_attr_get_uint, 0xfedcba98);
    GOLDEN(nlrs_msg_put_uint(&m, 1, 0x1fedcba98), "0c00010098badcfe01000000", "000c000100000001fedcba98");
    COMES_BACK(uint64_t, nlrs_attr_get_uint, 0x1fedcba98);
    GOLDEN(nlrs_msg_put_sint(&m, 1, INT32_MIN), "0800010000000080", "0008000180000000");
    COMES_BACK(int64_t, nlrs_attr_get_sint, INT32_MIN);
    GOLDEN(nlrs_msg_put_sint(&m, 1, (int64_t)INT32_MIN - 1), "0c000100ffffff7fffffffff", "000c0001ffffffff7fffffff");
    COMES_BACK(int64_t, nlrs_attr_get_sint, (int64_t)INT32_MIN - 1);
    GOLDEN(nlrs_msg_put_sint(&m, 1, (int64_t)INT32_MAX + 1), "0c0001000000008000000000", "000c00010000000080000000");
    COMES_BACK(int64_t, nlrs_attr_get_sint, (int64_t)INT32_MAX + 1);
}

static void padded(void)
{
    /* The first attribute is at 16, and its payload would be at 20: a padding of 4 bytes moves it to 24. */
    GOLDEN(nlrs_msg_put_u64_padded(&m, 1, 2, 9), "040009000c0001000200000000000000", "00040009000c00010000000000000002");
    begin();
    CHECK_INT(nlrs_msg_put_flag(&m, 3), 0);
    CHECK_INT(nlrs_msg_put_u64_padded(&m, 1, 2, 9), 0);
    CHECK_STR(payload_hex(), is_big_endian() ? "00040003000c00010000000000000002" : "040003000c0001000200000000000000");
}

static void payloads(void)
{
    const char *text = NULL;
    const void *data = NULL;
    size_t len = 0, i;
    uint32_t value = 0, selector = 0;
    unsigned char address[16], want[64];

    GOLDEN(nlrs_msg_put_str(&m, 1, ""), "0500010000000000", "0005000100000000");
    GOLDEN(nlrs_msg_put_str(&m, 1, "abc"), "0800010061626300", "0008000161626300");
    CHECK_INT(nlrs_attr_get_str(only(), &text), 0);
    CHECK_STR(text, "abc");
    GOLDEN(nlrs_msg_put_str(&m, 1, "abcd"), "090001006162636400000000", "000900016162636400000000");
    GOLDEN(nlrs_msg_put_strn(&m, 1, "abcd", 3), "0700010061626300", "0007000161626300");
    CHECK_INT(nlrs_attr_get_strn(only(), &text, &len), 0);
    CHECK_INT(len, 3);
    CHECK_MEM(text, "abc", 3);
    text = NULL;
    CHECK_INT(nlrs_attr_get_str(only(), &text), -EBADMSG);
    CHECK(text == NULL);
    GOLDEN(nlrs_msg_put_strn(&m, 1, NULL, 0), "04000100", "00040001");
    GOLDEN(nlrs_msg_put_flag(&m, 0x3fff), "0400ff3f", "00043fff");
    CHECK_INT(nlrs_attr_get_flag(only()), 1);
    GOLDEN(nlrs_msg_put_flag(&m, 0xffff), "0400ffff", "0004ffff");
    CHECK_INT(nlrs_attr_type(only()), 0x3fff);
    GOLDEN(nlrs_msg_put_bitfield32(&m, 1, 0x01020304, 0xf1f2f3f4), "0c00010004030201f4f3f2f1", "000c000101020304f1f2f3f4");
    CHECK_INT(nlrs_attr_get_bitfield32(only(), &value, &selector), 0);
    CHECK(value == 0x01020304 && selector == 0xf1f2f3f4);
    GOLDEN(nlrs_msg_put_in_addr(&m, 1, "\xc0\x00\x02\x01"), "08000100c0000201", "00080001c0000201");
    CHECK_INT(nlrs_attr_get_in_addr(only(), address), 0);
    CHECK_MEM(address, "\xc0\x00\x02\x01", 4);
    GOLDEN(nlrs_msg_put_in6_addr(&m, 1, "\x20\x01\x0d\xb8\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c"),
           "1400010020010db80102030405060708090a0b0c", "0014000120010db80102030405060708090a0b0c");
    CHECK_INT(nlrs_attr_get_in6_addr(only(), address), 0);
    CHECK_MEM(address, "\x20\x01\x0d\xb8\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c", 16);
    GOLDEN(nlrs_msg_put_mac(&m, 1, "\x02\x00\x00\x01\x02\x03"), "0a0001000200000102030000", "000a00010200000102030000");
    CHECK_INT(nlrs_attr_get_mac(only(), address), 0);
    CHECK_MEM(address, "\x02\x00\x00\x01\x02\x03", 6);

    /* Every way of copying, by length: header, payload and padding are right, and no other byte is changed. */
    for (i = 0; i <= 40; i++) {
        size_t k, space = (4 + i + 3) & ~(size_t)3;
        for (k = 0; k < sizeof want; k++)
            want[k] = (unsigned char)(k * 7 + 1);
        begin();
        CHECK_INT(nlrs_msg_put_bytes(&m, 1, want, i), 0);
        CHECK_INT(nlrs_msg_end(&m), 0);
        CHECK_INT(nlrs_msg_len(&m), 16 + space);
        CHECK_MEM(buf + 20, want, i);
        for (k = 20 + i; k < 16 + space; k++)
            CHECK_INT(buf[k], 0);
        for (; k < sizeof buf; k++)
            CHECK_INT(buf[k], 0xaa);
        CHECK_INT(nlrs_attr_get_bytes(only(), &data, &len), 0);
        CHECK_INT(len, i);
        CHECK(data == buf + 20);
        CHECK_INT(nlrs_attr_len(only()), i);
    }
}

static void reserved(void)
{
    void *room = NULL;
    size_t i;
    for (i = 0; i < 20; i++) {
        begin();
        CHECK_INT(nlrs_msg_put_reserve(&m, 1, i, &room), 0);
        CHECK(room == buf + 20);
        CHECK_INT(nlrs_msg_end(&m), 0);
        CHECK_MEM(buf + 20, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", i);
        CHECK_INT(nlrs_attr_len(only()), i);
    }
    begin();
    CHECK_INT(nlrs_msg_put_reserve(&m, 1, 3, &room), 0);
    memcpy(room, "abc", 3);
    CHECK_STR(payload_hex(), is_big_endian() ? "0007000161626300" : "0700010061626300");
}

static void nests(void)
{
    int outer, inner;
    begin();
    outer = nlrs_msg_nest_begin(&m, 1);
    CHECK(outer > 0);
    CHECK_INT(nlrs_msg_put_u8(&m, 2, 3), 0);
    inner = nlrs_msg_nest_begin_noflag(&m, 4);
    CHECK(inner > 0);
    CHECK_INT(nlrs_msg_put_u8(&m, 5, 6), 0);
    CHECK_INT(nlrs_msg_nest_end(&m, inner), 0);
    CHECK_INT(nlrs_msg_nest_end(&m, outer), 0);
    CHECK_INT(nlrs_msg_put_u8(&m, 7, 8), 0);
    CHECK_STR(payload_hex(), is_big_endian() ? "00188001"
                                               "0005000203000000"
                                               "000c0004"
                                               "0005000506000000"
                                               "0005000708000000"
                                             : "18000180"
                                               "0500020003000000"
                                               "0c000400"
                                               "0500050006000000"
                                               "0500070008000000");
}

static void answers(void)
{
    struct nlmsghdr request;
    memset(&request, 0, sizeof request);
    request.nlmsg_len = 40;
    request.nlmsg_type = 24;
    request.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.nlmsg_seq = 7;
    request.nlmsg_pid = 9;
    nlrs_msg_init(&m, buf, sizeof buf);
    CHECK_INT(nlrs_msg_append_ack(&m, &request), 0);
    if (!is_big_endian())
        CHECK_MEM(buf,
                  "\x24\0\0\0\x02\0\0\x01\x07\0\0\0\x09\0\0\0"
                  "\0\0\0\0"
                  "\x28\0\0\0\x18\0\x05\0\x07\0\0\0\x09\0\0\0",
                  36);
    CHECK_INT(nlrs_msg_len(&m), 36);
    CHECK_INT(nlrs_msg_begin_error(&m, &request, -EPERM), 0);
    CHECK_INT(nlrs_msg_put_str(&m, NLMSGERR_ATTR_MSG, "no"), 0);
    CHECK_INT(nlrs_msg_put_u32(&m, NLMSGERR_ATTR_OFFS, 28), 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    if (!is_big_endian())
        CHECK_MEM(buf + 36,
                  "\x34\0\0\0\x02\0\0\x03\x07\0\0\0\x09\0\0\0"
                  "\xff\xff\xff\xff"
                  "\x28\0\0\0\x18\0\x05\0\x07\0\0\0\x09\0\0\0"
                  "\x07\0\x01\0no\0\0"
                  "\x08\0\x02\0\x1c\0\0\0",
                  52);
    CHECK_INT(nlrs_msg_begin_done(&m, &request, 0), 0);
    CHECK_INT(nlrs_msg_end(&m), 0);
    if (!is_big_endian())
        CHECK_MEM(buf + 88, "\x14\0\0\0\x03\0\x02\0\x07\0\0\0\x09\0\0\0\0\0\0\0", 20);
    CHECK_INT(nlrs_msg_count(&m), 3);
    CHECK_INT(nlrs_msg_begin_error(&m, &request, 1), -ERANGE);
    CHECK_INT(nlrs_msg_end(&m), -ERANGE);
    CHECK_INT(nlrs_msg_len(&m), 108);
}

int main(void)
{
    header();
    integers();
    padded();
    payloads();
    reserved();
    nests();
    answers();
    return check_end();
}
