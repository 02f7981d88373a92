/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The codec floor: the kernel's structs and macros, everything inlined, nothing checked. */
#include "codec.h"

static inline struct nlattr *put(char **p, uint16_t type, const void *data, size_t len)
{
    struct nlattr *a = (struct nlattr *)(void *)*p;

    a->nla_type = type;
    a->nla_len = (uint16_t)(NLA_HDRLEN + len);
    memset(*p + NLA_ALIGN(a->nla_len) - 4, 0, len % 4 ? 4 : 0);
    memcpy(*p + NLA_HDRLEN, data, len);
    *p += NLA_ALIGN(a->nla_len);
    return a;
}

static inline struct nlattr *nest(char **p, uint16_t type)
{
    struct nlattr *a = (struct nlattr *)(void *)*p;

    a->nla_type = type | NLA_F_NESTED;
    *p += NLA_HDRLEN;
    return a;
}

static inline void nest_end(const char *p, struct nlattr *a)
{
    a->nla_len = (uint16_t)(p - (char *)a);
}

size_t codec_encode(void *buf, size_t size, const struct codec_values *v)
{
    struct nlmsghdr *h = buf;
    struct ifinfomsg *i = NLMSG_DATA(h);
    char *p = (char *)(i + 1);
    struct nlattr *info, *data;

    (void)size;
    *i = (struct ifinfomsg){ .ifi_index = 5 };
    put(&p, IFLA_ADDRESS, v->mac, sizeof(v->mac));
    put(&p, IFLA_IFNAME, CODEC_IFNAME, sizeof(CODEC_IFNAME));
    put(&p, IFLA_MTU, &v->mtu, 4);
    put(&p, IFLA_TXQLEN, &v->txqlen, 4);
    put(&p, IFLA_MASTER, &v->master, 4);
    put(&p, IFLA_OPERSTATE, &v->operstate, 1);
    info = nest(&p, IFLA_LINKINFO);
    put(&p, IFLA_INFO_KIND, CODEC_KIND, sizeof(CODEC_KIND));
    data = nest(&p, IFLA_INFO_DATA);
    put(&p, DATA_ID, &v->id, 2);
    put(&p, DATA_ADDRESS, &v->address, 16);
    put(&p, DATA_COOKIE, &v->cookie, 8);
    nest_end(p, data);
    nest_end(p, info);
    *h = (struct nlmsghdr){ .nlmsg_len = (uint32_t)(p - (char *)buf), .nlmsg_type = RTM_NEWLINK, .nlmsg_flags = NLM_F_REQUEST };
    return h->nlmsg_len;
}

static inline void table_of(const char *p, size_t len, const struct nlattr **tb, size_t max)
{
    const char *end = p + len;

    memset(tb, 0, (max + 1) * sizeof(*tb));
    while (p < end) {
        const struct nlattr *a = (const struct nlattr *)(const void *)p;
        unsigned type = a->nla_type & NLA_TYPE_MASK;

        if (type <= max)
            tb[type] = a;
        p += NLA_ALIGN(a->nla_len);
    }
}

static inline const char *value(const struct nlattr *a)
{
    return (const char *)a + NLA_HDRLEN;
}

uint64_t codec_decode(const void *msg, size_t len)
{
    const struct nlattr *tb[IFLA_LINKINFO + 1], *info[IFLA_INFO_DATA + 1], *data[DATA_LAST + 1];
    const struct ifinfomsg *i = NLMSG_DATA(msg);

    table_of((const char *)(i + 1), len - NLMSG_LENGTH(sizeof(*i)), tb, IFLA_LINKINFO);
    table_of(value(tb[IFLA_LINKINFO]), tb[IFLA_LINKINFO]->nla_len - (size_t)NLA_HDRLEN, info, IFLA_INFO_DATA);
    table_of(value(info[IFLA_INFO_DATA]), info[IFLA_INFO_DATA]->nla_len - (size_t)NLA_HDRLEN, data, DATA_LAST);
    return codec_sum(i->ifi_index, value(tb[IFLA_ADDRESS]), value(tb[IFLA_IFNAME]), load32(value(tb[IFLA_MTU])),
             load32(value(tb[IFLA_TXQLEN])), load32(value(tb[IFLA_MASTER])), *(const uint8_t *)value(tb[IFLA_OPERSTATE]),
             value(info[IFLA_INFO_KIND]), *(const uint16_t *)(const void *)value(data[DATA_ID]),
             value(data[DATA_ADDRESS]), load64(value(data[DATA_COOKIE])));
}

void codec_walk_routes(const void *buf, size_t len, struct route_tally *t)
{
    const char *at = buf, *end = at + len;

    while (at < end) {
        const struct nlmsghdr *h = (const struct nlmsghdr *)(const void *)at;
        const struct rtmsg *r = NLMSG_DATA(h);
        const char *p = (const char *)(r + 1), *last = at + h->nlmsg_len;
        uint32_t table = r->rtm_table, dst = 0, oif = 0;

        while (p < last) {
            const struct nlattr *a = (const struct nlattr *)(const void *)p;

            if (a->nla_type == RTA_TABLE)
                table = load32(value(a));
            else if (a->nla_type == RTA_DST)
                dst = load32(value(a));
            else if (a->nla_type == RTA_OIF)
                oif = load32(value(a));
            p += NLA_ALIGN(a->nla_len);
        }
        t->count++;
        t->dst += __builtin_bswap32(dst);
        t->oif += oif;
        t->table += table;
        at += NLMSG_ALIGN(h->nlmsg_len);
    }
}

void codec_walk_links(const void *buf, size_t len, struct link_tally *t)
{
    const char *at = buf, *end = at + len;

    while (at < end) {
        const struct nlmsghdr *h = (const struct nlmsghdr *)(const void *)at;
        const struct ifinfomsg *i = NLMSG_DATA(h);
        const char *p = (const char *)(i + 1), *last = at + h->nlmsg_len;

        t->count++;
        t->index += (uint32_t)i->ifi_index;
        while (p < last) {
            const struct nlattr *a = (const struct nlattr *)(const void *)p;

            if (a->nla_type == IFLA_IFNAME)
                t->name += name_sum(value(a));
            else if (a->nla_type == IFLA_MTU)
                t->mtu += load32(value(a));
            else if (a->nla_type == IFLA_STATS64)
                stats_tally(t, value(a));
            p += NLA_ALIGN(a->nla_len);
        }
        at += NLMSG_ALIGN(h->nlmsg_len);
    }
}

uint64_t codec_index_routes(const void *buf, size_t len)
{
    const char *at = buf, *end = at + len;
    uint64_t found = 0;

    while (at < end) {
        const struct nlmsghdr *h = (const struct nlmsghdr *)(const void *)at;
        const struct rtmsg *r = NLMSG_DATA(h);
        const struct nlattr *tb[RTA_TABLE + 1];

        table_of((const char *)(r + 1), h->nlmsg_len - NLMSG_LENGTH(sizeof(*r)), tb, RTA_TABLE);
        found += tb[RTA_DST] != NULL;
        at += NLMSG_ALIGN(h->nlmsg_len);
    }
    return found;
}
