/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The codec works on libnlrs. */
#include "codec.h"

#include <nlrs.h>

size_t codec_encode(void *buf, size_t size, const struct codec_values *v)
{
    struct ifinfomsg ifi = { .ifi_index = 5 };
    struct nlrs_msg m;
    int info, data;

    nlrs_msg_init(&m, buf, size);
    nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_REQUEST);
    nlrs_msg_put_header(&m, &ifi, sizeof(ifi));
    nlrs_msg_put_mac(&m, IFLA_ADDRESS, v->mac);
    nlrs_msg_put_str(&m, IFLA_IFNAME, CODEC_IFNAME);
    nlrs_msg_put_u32(&m, IFLA_MTU, v->mtu);
    nlrs_msg_put_u32(&m, IFLA_TXQLEN, v->txqlen);
    nlrs_msg_put_u32(&m, IFLA_MASTER, v->master);
    nlrs_msg_put_u8(&m, IFLA_OPERSTATE, v->operstate);
    info = nlrs_msg_nest_begin(&m, IFLA_LINKINFO);
    nlrs_msg_put_str(&m, IFLA_INFO_KIND, CODEC_KIND);
    data = nlrs_msg_nest_begin(&m, IFLA_INFO_DATA);
    nlrs_msg_put_u16(&m, DATA_ID, v->id);
    nlrs_msg_put_in6_addr(&m, DATA_ADDRESS, &v->address);
    nlrs_msg_put_u64(&m, DATA_COOKIE, v->cookie);
    nlrs_msg_nest_end(&m, data);
    nlrs_msg_nest_end(&m, info);
    return nlrs_msg_end(&m) == 0 ? nlrs_msg_len(&m) : 0;
}

uint64_t codec_decode(const void *msg, size_t len)
{
    const struct nlattr *tb[IFLA_LINKINFO + 1], *info[IFLA_INFO_DATA + 1], *data[DATA_LAST + 1];
    const struct nlmsghdr *h = msg;
    const struct ifinfomsg *i = NLMSG_DATA(h);
    const size_t head = NLMSG_LENGTH(sizeof(*i));
    const char *ifname, *kind;
    uint32_t mtu, txqlen, master;
    uint64_t cookie;
    uint16_t id;
    uint8_t operstate;

    if (len < head || h->nlmsg_len < head || h->nlmsg_len > len ||
        nlrs_attr_index(i + 1, h->nlmsg_len - head, tb, IFLA_LINKINFO) < 0 ||
        nlrs_attr_index_nested(tb[IFLA_LINKINFO], info, IFLA_INFO_DATA) < 0 ||
        nlrs_attr_index_nested(info[IFLA_INFO_DATA], data, DATA_LAST) < 0)
        return 0;
    if (nlrs_attr_get_str(tb[IFLA_IFNAME], &ifname) < 0 || nlrs_attr_get_u32(tb[IFLA_MTU], &mtu) < 0 ||
        nlrs_attr_get_u32(tb[IFLA_TXQLEN], &txqlen) < 0 || nlrs_attr_get_u32(tb[IFLA_MASTER], &master) < 0 ||
        nlrs_attr_get_u8(tb[IFLA_OPERSTATE], &operstate) < 0 || nlrs_attr_get_str(info[IFLA_INFO_KIND], &kind) < 0 ||
        nlrs_attr_get_u16(data[DATA_ID], &id) < 0 || nlrs_attr_get_u64(data[DATA_COOKIE], &cookie) < 0 ||
        !tb[IFLA_ADDRESS] || tb[IFLA_ADDRESS]->nla_len != NLA_HDRLEN + 6 || !data[DATA_ADDRESS] ||
        data[DATA_ADDRESS]->nla_len != NLA_HDRLEN + 16)
        return 0;
    return codec_sum(i->ifi_index, (const char *)tb[IFLA_ADDRESS] + NLA_HDRLEN, ifname, mtu, txqlen, master, operstate, kind, id,
             (const char *)data[DATA_ADDRESS] + NLA_HDRLEN, cookie);
}

void codec_walk_routes(const void *buf, size_t len, struct route_tally *t)
{
    const struct nlmsghdr *h = buf;
    int left = (int)len;

    for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
        const struct nlattr *tb[RTA_TABLE + 1];
        const struct rtmsg *r = NLMSG_DATA(h);
        const size_t head = NLMSG_LENGTH(sizeof(*r));
        uint32_t table, dst = 0, oif = 0;

        if (h->nlmsg_len < head || nlrs_attr_index(r + 1, h->nlmsg_len - head, tb, RTA_TABLE) < 0)
            return;
        table = r->rtm_table;
        nlrs_attr_get_u32(tb[RTA_TABLE], &table);
        nlrs_attr_get_be32(tb[RTA_DST], &dst);
        nlrs_attr_get_u32(tb[RTA_OIF], &oif);
        t->count++;
        t->dst += dst;
        t->oif += oif;
        t->table += table;
    }
}

void codec_walk_links(const void *buf, size_t len, struct link_tally *t)
{
    const struct nlmsghdr *h = buf;
    int left = (int)len;

    for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
        const struct nlattr *tb[IFLA_STATS64 + 1];
        const struct ifinfomsg *i = NLMSG_DATA(h);
        const size_t head = NLMSG_LENGTH(sizeof(*i));
        const char *name = "";
        uint32_t mtu = 0;

        if (h->nlmsg_len < head || nlrs_attr_index(i + 1, h->nlmsg_len - head, tb, IFLA_STATS64) < 0)
            return;
        nlrs_attr_get_u32(tb[IFLA_MTU], &mtu);
        nlrs_attr_get_str(tb[IFLA_IFNAME], &name);
        t->count++;
        t->index += (uint32_t)i->ifi_index;
        t->mtu += mtu;
        t->name += name_sum(name);
        if (tb[IFLA_STATS64] && tb[IFLA_STATS64]->nla_len >= NLA_HDRLEN + 4 * sizeof(uint64_t))
            stats_tally(t, (const char *)tb[IFLA_STATS64] + NLA_HDRLEN);
    }
}

uint64_t codec_index_routes(const void *buf, size_t len)
{
    const struct nlmsghdr *h = buf;
    int left = (int)len;
    uint64_t found = 0;

    for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
        const struct nlattr *tb[RTA_TABLE + 1];
        const struct rtmsg *r = NLMSG_DATA(h);
        const size_t head = NLMSG_LENGTH(sizeof(*r));

        if (h->nlmsg_len < head || nlrs_attr_index(r + 1, h->nlmsg_len - head, tb, RTA_TABLE) < 0)
            return 0;
        found += tb[RTA_DST] != NULL;
    }
    return found;
}
