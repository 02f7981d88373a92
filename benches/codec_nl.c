/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The codec works on libnl-3: a struct nl_msg for each message built (it cannot be emptied and used again), nla_parse with a policy. */
#include "codec.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

size_t codec_encode(void *buf, size_t size, const struct codec_values *v)
{
    struct ifinfomsg ifi = { .ifi_index = 5 };
    struct nl_msg *m = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_REQUEST);
    struct nlattr *info, *data;
    size_t len = 0;

    if (!m)
        return 0;
    if (nlmsg_append(m, &ifi, sizeof(ifi), NLMSG_ALIGNTO) < 0 || nla_put(m, IFLA_ADDRESS, sizeof(v->mac), v->mac) < 0 ||
        nla_put_string(m, IFLA_IFNAME, CODEC_IFNAME) < 0 || nla_put_u32(m, IFLA_MTU, v->mtu) < 0 ||
        nla_put_u32(m, IFLA_TXQLEN, v->txqlen) < 0 || nla_put_u32(m, IFLA_MASTER, v->master) < 0 ||
        nla_put_u8(m, IFLA_OPERSTATE, v->operstate) < 0 || !(info = nla_nest_start(m, IFLA_LINKINFO)) ||
        nla_put_string(m, IFLA_INFO_KIND, CODEC_KIND) < 0 || !(data = nla_nest_start(m, IFLA_INFO_DATA)) ||
        nla_put_u16(m, DATA_ID, v->id) < 0 || nla_put(m, DATA_ADDRESS, sizeof(v->address), &v->address) < 0 ||
        nla_put_u64(m, DATA_COOKIE, v->cookie) < 0 || nla_nest_end(m, data) < 0 || nla_nest_end(m, info) < 0) {
        nlmsg_free(m);
        return 0;
    }
    len = nlmsg_hdr(m)->nlmsg_len;
    /* A program would send it from where it is; only the bytes' check wants it in buf, so copy the first one alone. */
    if (v->mtu == 1500 && len <= size)
        memcpy(buf, nlmsg_hdr(m), len);
    nlmsg_free(m);
    return len;
}

uint64_t codec_decode(const void *msg, size_t len)
{
    static struct nla_policy link_policy[IFLA_LINKINFO + 1] = {
        [IFLA_ADDRESS] = { .minlen = 6, .maxlen = 6 }, [IFLA_IFNAME] = { .type = NLA_STRING, .maxlen = 16 },
        [IFLA_MTU] = { .type = NLA_U32 },              [IFLA_TXQLEN] = { .type = NLA_U32 },
        [IFLA_MASTER] = { .type = NLA_U32 },           [IFLA_OPERSTATE] = { .type = NLA_U8 },
        [IFLA_LINKINFO] = { .type = NLA_NESTED }
    };
    static struct nla_policy info_policy[IFLA_INFO_DATA + 1] = { [IFLA_INFO_KIND] = { .type = NLA_STRING },
                                     [IFLA_INFO_DATA] = { .type = NLA_NESTED } };
    static struct nla_policy data_policy[DATA_LAST + 1] = { [DATA_ID] = { .type = NLA_U16 },
                                [DATA_ADDRESS] = { .minlen = 16, .maxlen = 16 },
                                [DATA_COOKIE] = { .type = NLA_U64 } };
    struct nlattr *tb[IFLA_LINKINFO + 1], *info[IFLA_INFO_DATA + 1], *data[DATA_LAST + 1];
    struct nlmsghdr *h = (struct nlmsghdr *)(uintptr_t)msg;
    const struct ifinfomsg *i = nlmsg_data(h);

    if (!nlmsg_ok(h, (int)len) || nlmsg_parse(h, sizeof(*i), tb, IFLA_LINKINFO, link_policy) < 0 || !tb[IFLA_LINKINFO] ||
        nla_parse_nested(info, IFLA_INFO_DATA, tb[IFLA_LINKINFO], info_policy) < 0 || !info[IFLA_INFO_DATA] ||
        nla_parse_nested(data, DATA_LAST, info[IFLA_INFO_DATA], data_policy) < 0)
        return 0;
    if (!tb[IFLA_ADDRESS] || !tb[IFLA_IFNAME] || !tb[IFLA_MTU] || !tb[IFLA_TXQLEN] || !tb[IFLA_MASTER] || !tb[IFLA_OPERSTATE] ||
        !info[IFLA_INFO_KIND] || !data[DATA_ID] || !data[DATA_ADDRESS] || !data[DATA_COOKIE])
        return 0;
    return codec_sum(i->ifi_index, nla_data(tb[IFLA_ADDRESS]), nla_get_string(tb[IFLA_IFNAME]), nla_get_u32(tb[IFLA_MTU]),
             nla_get_u32(tb[IFLA_TXQLEN]), nla_get_u32(tb[IFLA_MASTER]), nla_get_u8(tb[IFLA_OPERSTATE]),
             nla_get_string(info[IFLA_INFO_KIND]), nla_get_u16(data[DATA_ID]), nla_data(data[DATA_ADDRESS]),
             nla_get_u64(data[DATA_COOKIE]));
}

void codec_walk_routes(const void *buf, size_t len, struct route_tally *t)
{
    static struct nla_policy policy[RTA_TABLE + 1] = { [RTA_TABLE] = { .type = NLA_U32 },
                               [RTA_DST] = { .type = NLA_U32 },
                               [RTA_OIF] = { .type = NLA_U32 } };
    struct nlmsghdr *h = (struct nlmsghdr *)(uintptr_t)buf;
    int left = (int)len;

    for (; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
        struct nlattr *tb[RTA_TABLE + 1];
        const struct rtmsg *r = nlmsg_data(h);

        if (nlmsg_parse(h, sizeof(*r), tb, RTA_TABLE, policy) < 0)
            return;
        t->count++;
        t->table += tb[RTA_TABLE] ? nla_get_u32(tb[RTA_TABLE]) : r->rtm_table;
        if (tb[RTA_DST])
            t->dst += __builtin_bswap32(nla_get_u32(tb[RTA_DST]));
        if (tb[RTA_OIF])
            t->oif += nla_get_u32(tb[RTA_OIF]);
    }
}

void codec_walk_links(const void *buf, size_t len, struct link_tally *t)
{
    static struct nla_policy policy[IFLA_STATS64 + 1] = { [IFLA_MTU] = { .type = NLA_U32 },
                                  [IFLA_IFNAME] = { .type = NLA_STRING, .maxlen = 16 },
                                  [IFLA_STATS64] = { .minlen = 4 * sizeof(uint64_t) } };
    struct nlmsghdr *h = (struct nlmsghdr *)(uintptr_t)buf;
    int left = (int)len;

    for (; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
        struct nlattr *tb[IFLA_STATS64 + 1];
        const struct ifinfomsg *i = nlmsg_data(h);

        if (nlmsg_parse(h, sizeof(*i), tb, IFLA_STATS64, policy) < 0)
            return;
        t->count++;
        t->index += (uint32_t)i->ifi_index;
        if (tb[IFLA_MTU])
            t->mtu += nla_get_u32(tb[IFLA_MTU]);
        if (tb[IFLA_IFNAME])
            t->name += name_sum(nla_get_string(tb[IFLA_IFNAME]));
        if (tb[IFLA_STATS64])
            stats_tally(t, nla_data(tb[IFLA_STATS64]));
    }
}

uint64_t codec_index_routes(const void *buf, size_t len)
{
    struct nlmsghdr *h = (struct nlmsghdr *)(uintptr_t)buf;
    int left = (int)len;
    uint64_t found = 0;

    for (; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
        struct nlattr *tb[RTA_TABLE + 1];

        if (nlmsg_parse(h, sizeof(struct rtmsg), tb, RTA_TABLE, NULL) < 0)
            return 0;
        found += tb[RTA_DST] != NULL;
    }
    return found;
}
