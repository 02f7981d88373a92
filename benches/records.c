/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* records record|getters COUNT: reads a route COUNT times, by nlrs_route_read() or by an index and a getter for each field; what was
   read is summed, so that both can be seen to be the same. For callgrind: the difference of two counts, divided by theirs. */
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An address as the record has it. */
static void get_addr(const struct nlattr *attr, uint32_t family, struct nlrs_addr *to)
{
    const void *data;
    size_t len;
    if (nlrs_attr_get_bytes(attr, &data, &len) == 0 && len <= sizeof to->bytes) {
        to->family = family;
        to->prefix_len = (uint32_t)len * 8;
        memcpy(to->bytes, data, len);
    }
}

static int read_by_getters(const struct nlmsghdr *nlh, struct nlrs_route *r)
{
    const struct nlattr *tb[RTA_MAX + 1], *metrics[RTAX_MAX + 1];
    struct rtmsg rtm;
    uint16_t u16;
    uint8_t u8;
    const char *text;

    memset(r, 0, sizeof *r);
    if (nlrs_nlmsg_get_header(nlh, &rtm, sizeof rtm) < 0 || nlrs_nlmsg_index(nlh, sizeof rtm, tb, RTA_MAX) < 0)
        return -1;
    r->family = rtm.rtm_family;
    r->tos = rtm.rtm_tos;
    r->table = rtm.rtm_table;
    r->protocol = rtm.rtm_protocol;
    r->scope = rtm.rtm_scope;
    r->type = rtm.rtm_type;
    r->flags = rtm.rtm_flags;
    get_addr(tb[RTA_DST], rtm.rtm_family, &r->dst);
    r->dst.family = rtm.rtm_family;
    r->dst.prefix_len = rtm.rtm_dst_len;
    get_addr(tb[RTA_SRC], rtm.rtm_family, &r->src);
    r->src.prefix_len = rtm.rtm_src_len;
    get_addr(tb[RTA_GATEWAY], rtm.rtm_family, &r->gateway);
    get_addr(tb[RTA_PREFSRC], rtm.rtm_family, &r->prefsrc);
    nlrs_attr_get_u32(tb[RTA_IIF], &r->iif);
    nlrs_attr_get_u32(tb[RTA_OIF], &r->oif);
    nlrs_attr_get_u32(tb[RTA_PRIORITY], &r->priority);
    nlrs_attr_get_u32(tb[RTA_FLOW], &r->flow);
    nlrs_attr_get_u32(tb[RTA_TABLE], &r->table);
    nlrs_attr_get_u32(tb[RTA_MARK], &r->mark);
    nlrs_attr_get_u32(tb[RTA_EXPIRES], &r->expires);
    nlrs_attr_get_u32(tb[RTA_UID], &r->uid);
    nlrs_attr_get_u32(tb[RTA_NH_ID], &r->nh_id);
    if (nlrs_attr_get_u8(tb[RTA_PREF], &u8) == 0)
        r->pref = u8;
    if (nlrs_attr_get_u16(tb[RTA_ENCAP_TYPE], &u16) == 0)
        r->encap_type = u16;
    if (nlrs_attr_get_u8(tb[RTA_TTL_PROPAGATE], &u8) == 0)
        r->ttl_propagate = u8;
    if (nlrs_attr_get_u8(tb[RTA_IP_PROTO], &u8) == 0)
        r->ip_proto = u8;
    if (nlrs_attr_get_be16(tb[RTA_SPORT], &u16) == 0)
        r->sport = u16;
    if (nlrs_attr_get_be16(tb[RTA_DPORT], &u16) == 0)
        r->dport = u16;
    if (tb[RTA_CACHEINFO])
        nlrs_attr_copy(tb[RTA_CACHEINFO], &r->cache_refcnt, sizeof(struct rta_cacheinfo));
    if (tb[RTA_METRICS] && nlrs_attr_index_nested(tb[RTA_METRICS], metrics, RTAX_MAX) >= 0) {
        uint32_t *const to[] = {&r->metrics.lock,     &r->metrics.mtu,     &r->metrics.window,     &r->metrics.rtt,
                                &r->metrics.rttvar,   &r->metrics.ssthresh, &r->metrics.cwnd,      &r->metrics.advmss,
                                &r->metrics.reordering, &r->metrics.hoplimit, &r->metrics.initcwnd, &r->metrics.features,
                                &r->metrics.rto_min,  &r->metrics.initrwnd, &r->metrics.quickack};
        for (unsigned i = 0; i < sizeof to / sizeof to[0]; i++)
            nlrs_attr_get_u32(metrics[RTAX_LOCK + i], to[i]);
        nlrs_attr_get_u32(metrics[RTAX_FASTOPEN_NO_COOKIE], &r->metrics.fastopen_no_cookie);
        if (nlrs_attr_get_str(metrics[RTAX_CC_ALGO], &text) == 0)
            strncpy(r->metrics.cc_algo, text, sizeof r->metrics.cc_algo - 1);
    }
    return 0;
}

static int read_by_record(const struct nlmsghdr *nlh, struct nlrs_route *r)
{
    return nlrs_route_read(nlh, r, sizeof *r);
}

int main(int argc, char **argv)
{
    int (*read)(const struct nlmsghdr *, struct nlrs_route *) =
        argc > 1 && strcmp(argv[1], "record") == 0 ? read_by_record : read_by_getters;
    unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0, sum = 0;
    struct nlrs_route route = {.table = 254, .protocol = RTPROT_STATIC, .type = RTN_UNICAST, .oif = 3, .priority = 100}, found;
    struct nlrs_msg *m = nlrs_msg_new(256);

    if (count == 0 || nlrs_addr_parse("198.51.100.0/24", &route.dst) < 0 || nlrs_addr_parse("192.0.2.1", &route.gateway) < 0 ||
        nlrs_addr_parse("192.0.2.2", &route.prefsrc) < 0) {
        fprintf(stderr, "usage: %s record|getters COUNT\n", argv[0]);
        return 2;
    }
    nlrs_route_begin(m, RTM_NEWROUTE, 0, &route, sizeof route);
    nlrs_msg_put_u32(m, RTA_TABLE, 254); /* as the kernel does */
    if (nlrs_msg_end(m) < 0)
        return 1;
    for (unsigned long i = 0; i < count; i++) {
        if (read(nlrs_msg_first(m), &found) < 0)
            return 1;
        for (size_t at = 0; at < sizeof found / 4; at += 7)
            sum += ((uint32_t *)&found)[at];
    }
    for (size_t at = 0; at < sizeof found; at++)
        sum = sum * 31 + ((unsigned char *)&found)[at];
    printf("%lu\n", sum);
    nlrs_msg_free(m);
    return 0;
}
