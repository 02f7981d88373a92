/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Filters: BPF programs of the caller and of the library, on constructed datagrams and on the kernel's events. */
#include "check.h"
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <sys/socket.h>

static struct nlrs_socket *sender, *receiver;

static struct nlrs_socket *user_socket(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s = NULL;
    REQUIRE(options != NULL);
    nlrs_socket_options_set_any_sender(options, 1);
    nlrs_socket_options_set_timeout(options, 0);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &s) == 0);
    nlrs_socket_options_free(options);
    return s;
}

/* Returns whether a datagram is received. */
static int passes(const void *data, size_t len)
{
    unsigned char buf[256];
    size_t got = 0;
    int code;
    REQUIRE(nlrs_socket_send_to(sender, data, len, 0, nlrs_socket_portid(receiver), 0) == 0);
    code = nlrs_socket_recv(receiver, buf, sizeof buf, 0, &got, NULL, NULL, NULL);
    if (code == 0)
        CHECK(got == len && memcmp(buf, data, len) == 0);
    else
        CHECK_INT(code, -EAGAIN);
    return code == 0;
}

/* A message with a family header like rtmsg and, if table is not 0, an attribute that holds it. */
static int message_passes(unsigned type, unsigned family, unsigned header_table, uint32_t table)
{
    uint64_t memory[32];
    struct nlrs_msg m;
    struct rtmsg rtm;
    memset(&rtm, 0, sizeof rtm);
    rtm.rtm_family = (unsigned char)family;
    rtm.rtm_table = (unsigned char)header_table;
    nlrs_msg_init(&m, memory, sizeof memory);
    nlrs_msg_begin(&m, type, 0);
    nlrs_msg_put_header(&m, &rtm, sizeof rtm);
    nlrs_msg_put_u32(&m, RTA_PRIORITY, 7);
    if (table != 0)
        nlrs_msg_put_u32(&m, RTA_TABLE, table);
    REQUIRE(nlrs_msg_end(&m) == 0);
    return passes(nlrs_msg_first(&m), nlrs_msg_len(&m));
}

static void by_hand(void)
{
    static const struct sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
    static const struct sock_filter everything[] = {BPF_STMT(BPF_RET | BPF_K, 0xffffffff)};
    static const struct sock_filter nonsense[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0)};
    static struct sock_filter longest[4097];
    size_t i;
    CHECK_INT(passes("12345678", 8), 1);
    /* No instructions: no filter, whether there was one or not. */
    CHECK_INT(nlrs_socket_set_bpf(receiver, NULL, 0), 0);
    CHECK_INT(passes("12345678", 8), 1);
    CHECK_INT(nlrs_socket_set_bpf(receiver, nothing, 1), 0);
    CHECK_INT(passes("12345678", 8), 0);
    CHECK_INT(nlrs_socket_set_bpf(receiver, everything, 1), 0);
    CHECK_INT(passes("12345678", 8), 1);
    CHECK_INT(nlrs_socket_set_bpf(receiver, nothing, 1), 0);
    CHECK_INT(nlrs_socket_set_bpf(receiver, NULL, 0), 0);
    CHECK_INT(nlrs_socket_set_bpf(receiver, nothing, 0), 0);
    CHECK_INT(passes("12345678", 8), 1);
    CHECK_INT(nlrs_socket_set_bpf(receiver, NULL, 1), -EINVAL);
    CHECK_INT(nlrs_socket_set_bpf(receiver, nonsense, 1), -EINVAL);
    for (i = 0; i < 4097; i++)
        longest[i] = everything[0];
    CHECK_INT(nlrs_socket_set_bpf(receiver, longest, 4096), 0);
    CHECK_INT(nlrs_socket_set_bpf(receiver, longest, 4097), -EMSGSIZE);
    CHECK_INT(nlrs_socket_set_bpf(receiver, longest, (size_t)-1), -EMSGSIZE);
    CHECK_INT(passes("12345678", 8), 1);
}

static void types(void)
{
    struct nlrs_filter *f = nlrs_filter_new();
    unsigned type;
    REQUIRE(f != NULL);
    CHECK_INT(nlrs_socket_set_filter(receiver, f), 0);
    CHECK_INT(message_passes(RTM_NEWLINK, 0, 0, 0), 1);
    CHECK_INT(nlrs_filter_add_type(f, 0x10000), -ERANGE);
    CHECK_INT(nlrs_filter_add_type(f, RTM_NEWLINK), 0);
    CHECK_INT(nlrs_filter_add_type(f, RTM_NEWLINK), 0);
    CHECK_INT(nlrs_filter_add_type(f, 0x0a10), 0);
    CHECK_INT(nlrs_socket_set_filter(receiver, f), 0);
    CHECK_INT(message_passes(RTM_NEWLINK, 0, 0, 0), 1);
    CHECK_INT(message_passes(RTM_DELLINK, 0, 0, 0), 0);
    CHECK_INT(message_passes(0x0a10, 0, 0, 0), 1);
    CHECK_INT(message_passes(0x100a, 0, 0, 0), 0); /* its bytes swapped */
    for (type = 1; type < 16; type++)              /* control messages */
        CHECK_INT(message_passes(type, 0, 0, 0), 1);
    CHECK_INT(message_passes(0x0100, 0, 0, 0), 0);
    CHECK_INT(passes("12345", 5), 0);
    /* More than an 8-bit jump can skip. */
    for (type = 1000; type < 2500; type++)
        CHECK_INT(nlrs_filter_add_type(f, type), 0);
    CHECK_INT(nlrs_socket_set_filter(receiver, f), 0);
    CHECK_INT(message_passes(RTM_NEWLINK, 0, 0, 0), 1);
    CHECK_INT(message_passes(999, 0, 0, 0), 0);
    CHECK_INT(message_passes(1000, 0, 0, 0), 1);
    CHECK_INT(message_passes(1700, 0, 0, 0), 1);
    CHECK_INT(message_passes(2499, 0, 0, 0), 1);
    CHECK_INT(message_passes(2500, 0, 0, 0), 0);
    for (type = 3000; type < 4000; type++)
        CHECK_INT(nlrs_filter_add_type(f, type), 0);
    CHECK_INT(nlrs_socket_set_filter(receiver, f), -EMSGSIZE);
    CHECK_INT(message_passes(2499, 0, 0, 0), 1);
    nlrs_filter_free(f);
}

static void families_and_a_table(void)
{
    struct nlrs_filter *f = nlrs_filter_new();
    REQUIRE(f != NULL);
    CHECK_INT(nlrs_filter_add_family(f, 256), -ERANGE);
    CHECK_INT(nlrs_filter_add_family(f, AF_INET), 0);
    CHECK_INT(nlrs_filter_add_family(f, AF_BRIDGE), 0);
    CHECK_INT(nlrs_socket_set_filter(receiver, f), 0);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET, 254, 254), 1);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_BRIDGE, 254, 254), 1);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET6, 254, 254), 0);
    CHECK_INT(nlrs_filter_set_table(f, 1000), 0);
    CHECK_INT(nlrs_socket_set_filter(receiver, f), 0);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET, 252, 1000), 1);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET, 252, 1001), 0);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET6, 252, 1000), 0);
    CHECK_INT(message_passes(RTM_DELROUTE, AF_INET, 254, 254), 0);
    CHECK_INT(message_passes(RTM_GETRULE, AF_INET, 252, 1000), 1);
    CHECK_INT(message_passes(RTM_NEWRULE, AF_INET, 254, 0), 0);
    CHECK_INT(message_passes(RTM_NEWLINK, AF_BRIDGE, 0, 0), 1);
    CHECK_INT(message_passes(RTM_NEWNEIGH, AF_INET, 0, 0), 1);
    CHECK_INT(nlrs_filter_set_table(f, 254), 0);
    CHECK_INT(nlrs_socket_set_filter(receiver, f), 0);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET, 254, 254), 1);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET, 254, 0), 1); /* in the header alone */
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET, 253, 0), 0);
    CHECK_INT(message_passes(RTM_NEWROUTE, AF_INET, 254, 0xfe000000), 0);
    nlrs_filter_free(f);
}

static void locked_filters_remain(void)
{
    struct nlrs_filter *f = nlrs_filter_new();
    struct nlrs_socket *s = user_socket();
    REQUIRE(f != NULL);
    CHECK_INT(nlrs_filter_add_type(f, RTM_NEWLINK), 0);
    CHECK_INT(nlrs_socket_set_filter(s, f), 0);
    CHECK_INT(nlrs_socket_lock_filter(s), 0);
    CHECK_INT(nlrs_socket_set_filter(s, f), -EPERM);
    CHECK_INT(nlrs_socket_set_bpf(s, NULL, 0), -EPERM);
    nlrs_socket_close(s);
    nlrs_filter_free(f);
}

static int change(struct nlrs_socket *s, unsigned type, uint32_t table, uint32_t address)
{
    uint64_t memory[32];
    struct nlrs_msg m;
    struct rtmsg rtm;
    memset(&rtm, 0, sizeof rtm);
    rtm.rtm_family = AF_INET;
    rtm.rtm_dst_len = 32;
    rtm.rtm_protocol = RTPROT_STATIC;
    rtm.rtm_scope = RT_SCOPE_LINK;
    rtm.rtm_type = RTN_UNICAST;
    nlrs_msg_init(&m, memory, sizeof memory);
    nlrs_msg_begin(&m, type, NLM_F_CREATE);
    nlrs_msg_put_header(&m, &rtm, sizeof rtm);
    nlrs_msg_put_u32(&m, RTA_TABLE, table);
    nlrs_msg_put_be32(&m, RTA_DST, address);
    nlrs_msg_put_u32(&m, RTA_OIF, 1);
    REQUIRE(nlrs_msg_end(&m) == 0);
    return nlrs_request(s, nlrs_msg_first(&m), NULL, NULL, NULL);
}

/* Of the kernel's events, those of a table are received and the others not queued. */
static void kernel_events(void)
{
    struct nlrs_socket *s = NULL, *events = NULL;
    struct nlrs_filter *f = nlrs_filter_new();
    struct {
        struct nlmsghdr nlh;
        struct ifinfomsg ifi;
    } up;
    struct nlrs_datagrams *datagrams = nlrs_datagrams_new(32, 4096);
    const void *data;
    size_t len;
    int i;
    REQUIRE(f != NULL && datagrams != NULL);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &events) == 0);
    memset(&up, 0, sizeof up);
    up.nlh.nlmsg_len = sizeof up;
    up.nlh.nlmsg_type = RTM_NEWLINK;
    up.ifi.ifi_index = 1;
    up.ifi.ifi_flags = up.ifi.ifi_change = 1;
    CHECK_INT(nlrs_request(s, &up.nlh, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_filter_add_type(f, RTM_NEWROUTE), 0);
    CHECK_INT(nlrs_filter_set_table(f, 7777), 0);
    CHECK_INT(nlrs_socket_set_filter(events, f), 0);
    CHECK_INT(nlrs_socket_join(events, RTNLGRP_IPV4_ROUTE), 0);
    for (i = 0; i < 5; i++) {
        uint32_t address = 0x0a000000u + (uint32_t)i;
        CHECK_INT(change(s, RTM_NEWROUTE, 7777, address), 0);
        CHECK_INT(change(s, RTM_NEWROUTE, 7778, address), 0);
        CHECK_INT(change(s, RTM_NEWROUTE, RT_TABLE_MAIN, address), 0);
        CHECK_INT(change(s, RTM_DELROUTE, 7777, address), 0);
    }
    CHECK_INT(nlrs_socket_recv_many(events, datagrams), 5);
    for (i = 0; i < 5; i++) {
        CHECK_INT(nlrs_datagrams_get(datagrams, (size_t)i, &data, &len, NULL, NULL, NULL), 0);
        CHECK_INT(((const struct nlmsghdr *)data)->nlmsg_type, RTM_NEWROUTE);
    }
    nlrs_socket_set_timeout(events, 0);
    CHECK_INT(nlrs_socket_recv_many(events, datagrams), -EAGAIN);
    nlrs_datagrams_free(datagrams);
    nlrs_filter_free(f);
    nlrs_socket_close(events);
    nlrs_socket_close(s);
}

int main(void)
{
    check_own_netns();
    sender = user_socket();
    receiver = user_socket();
    by_hand();
    types();
    families_and_a_table();
    locked_filters_remain();
    kernel_events();
    nlrs_socket_close(sender);
    nlrs_socket_close(receiver);
    return check_end();
}
