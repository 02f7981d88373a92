/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The codec works on libmnl, with the checks that its documentation asks for: _check puts, a validating parse callback. */
#include "codec.h"

#include <libmnl/libmnl.h>

size_t codec_encode(void *buf, size_t size, const struct codec_values *v)
{
    struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
    struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));
    struct nlattr *info, *data;

    h->nlmsg_type = RTM_NEWLINK;
    h->nlmsg_flags = NLM_F_REQUEST;
    i->ifi_index = 5;
    if (!mnl_attr_put_check(h, size, IFLA_ADDRESS, sizeof(v->mac), v->mac) ||
        !mnl_attr_put_strz_check(h, size, IFLA_IFNAME, CODEC_IFNAME) || !mnl_attr_put_u32_check(h, size, IFLA_MTU, v->mtu) ||
        !mnl_attr_put_u32_check(h, size, IFLA_TXQLEN, v->txqlen) || !mnl_attr_put_u32_check(h, size, IFLA_MASTER, v->master) ||
        !mnl_attr_put_u8_check(h, size, IFLA_OPERSTATE, v->operstate) ||
        !(info = mnl_attr_nest_start_check(h, size, IFLA_LINKINFO)) ||
        !mnl_attr_put_strz_check(h, size, IFLA_INFO_KIND, CODEC_KIND) ||
        !(data = mnl_attr_nest_start_check(h, size, IFLA_INFO_DATA)) ||
        !mnl_attr_put_u16_check(h, size, DATA_ID, v->id) ||
        !mnl_attr_put_check(h, size, DATA_ADDRESS, sizeof(v->address), &v->address) ||
        !mnl_attr_put_u64_check(h, size, DATA_COOKIE, v->cookie))
        return 0;
    mnl_attr_nest_end(h, data);
    mnl_attr_nest_end(h, info);
    return h->nlmsg_len;
}

struct table {
    const struct nlattr **tb;
    unsigned int max;
    const enum mnl_attr_data_type *types;
};

static int into_table(const struct nlattr *a, void *arg)
{
    const struct table *t = arg;
    unsigned int type = mnl_attr_get_type(a);

    if (mnl_attr_type_valid(a, (uint16_t)t->max) < 0)
        return MNL_CB_OK;
    if (t->types[type] != MNL_TYPE_UNSPEC && mnl_attr_validate(a, t->types[type]) < 0)
        return MNL_CB_ERROR;
    t->tb[type] = a;
    return MNL_CB_OK;
}

uint64_t codec_decode(const void *msg, size_t len)
{
    static const enum mnl_attr_data_type link_types[IFLA_LINKINFO + 1] = {
        [IFLA_IFNAME] = MNL_TYPE_NUL_STRING, [IFLA_MTU] = MNL_TYPE_U32,    [IFLA_TXQLEN] = MNL_TYPE_U32,
        [IFLA_MASTER] = MNL_TYPE_U32,        [IFLA_OPERSTATE] = MNL_TYPE_U8, [IFLA_LINKINFO] = MNL_TYPE_NESTED
    };
    static const enum mnl_attr_data_type info_types[IFLA_INFO_DATA + 1] = { [IFLA_INFO_KIND] = MNL_TYPE_NUL_STRING,
                                        [IFLA_INFO_DATA] = MNL_TYPE_NESTED };
    static const enum mnl_attr_data_type data_types[DATA_LAST + 1] = { [DATA_ID] = MNL_TYPE_U16, [DATA_COOKIE] = MNL_TYPE_U64 };
    const struct nlattr *tb[IFLA_LINKINFO + 1] = { 0 }, *info[IFLA_INFO_DATA + 1] = { 0 }, *data[DATA_LAST + 1] = { 0 };
    struct table link_table = { tb, IFLA_LINKINFO, link_types };
    struct table info_table = { info, IFLA_INFO_DATA, info_types };
    struct table data_table = { data, DATA_LAST, data_types };
    const struct nlmsghdr *h = msg;
    const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);

    if (!mnl_nlmsg_ok(h, (int)len) || mnl_attr_parse(h, sizeof(*i), into_table, &link_table) < 0 || !tb[IFLA_LINKINFO] ||
        mnl_attr_parse_nested(tb[IFLA_LINKINFO], into_table, &info_table) < 0 || !info[IFLA_INFO_DATA] ||
        mnl_attr_parse_nested(info[IFLA_INFO_DATA], into_table, &data_table) < 0)
        return 0;
    if (!tb[IFLA_ADDRESS] || mnl_attr_get_payload_len(tb[IFLA_ADDRESS]) != 6 || !tb[IFLA_IFNAME] || !tb[IFLA_MTU] ||
        !tb[IFLA_TXQLEN] || !tb[IFLA_MASTER] || !tb[IFLA_OPERSTATE] || !info[IFLA_INFO_KIND] || !data[DATA_ID] ||
        !data[DATA_ADDRESS] || mnl_attr_get_payload_len(data[DATA_ADDRESS]) != 16 || !data[DATA_COOKIE])
        return 0;
    return codec_sum(i->ifi_index, mnl_attr_get_payload(tb[IFLA_ADDRESS]), mnl_attr_get_str(tb[IFLA_IFNAME]),
             mnl_attr_get_u32(tb[IFLA_MTU]), mnl_attr_get_u32(tb[IFLA_TXQLEN]), mnl_attr_get_u32(tb[IFLA_MASTER]),
             mnl_attr_get_u8(tb[IFLA_OPERSTATE]), mnl_attr_get_str(info[IFLA_INFO_KIND]), mnl_attr_get_u16(data[DATA_ID]),
             mnl_attr_get_payload(data[DATA_ADDRESS]), mnl_attr_get_u64(data[DATA_COOKIE]));
}

static int route_attr(const struct nlattr *a, void *arg)
{
    const struct nlattr **tb = arg;
    int type = mnl_attr_get_type(a);

    if (mnl_attr_type_valid(a, RTA_TABLE) < 0)
        return MNL_CB_OK;
    if ((type == RTA_TABLE || type == RTA_DST || type == RTA_OIF) && mnl_attr_validate(a, MNL_TYPE_U32) < 0)
        return MNL_CB_ERROR;
    tb[type] = a;
    return MNL_CB_OK;
}

void codec_walk_routes(const void *buf, size_t len, struct route_tally *t)
{
    const struct nlmsghdr *h = buf;
    int left = (int)len;

    for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
        const struct nlattr *tb[RTA_TABLE + 1] = { 0 };
        const struct rtmsg *r = mnl_nlmsg_get_payload(h);

        if (mnl_attr_parse(h, sizeof(*r), route_attr, tb) < 0)
            return;
        t->count++;
        t->table += tb[RTA_TABLE] ? mnl_attr_get_u32(tb[RTA_TABLE]) : r->rtm_table;
        if (tb[RTA_DST])
            t->dst += __builtin_bswap32(mnl_attr_get_u32(tb[RTA_DST]));
        if (tb[RTA_OIF])
            t->oif += mnl_attr_get_u32(tb[RTA_OIF]);
    }
}

static int link_attr(const struct nlattr *a, void *arg)
{
    const struct nlattr **tb = arg;
    int type = mnl_attr_get_type(a);

    if (mnl_attr_type_valid(a, IFLA_STATS64) < 0)
        return MNL_CB_OK;
    if ((type == IFLA_MTU && mnl_attr_validate(a, MNL_TYPE_U32) < 0) ||
        (type == IFLA_IFNAME && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0) ||
        (type == IFLA_STATS64 && mnl_attr_get_payload_len(a) < 4 * sizeof(uint64_t)))
        return MNL_CB_ERROR;
    tb[type] = a;
    return MNL_CB_OK;
}

void codec_walk_links(const void *buf, size_t len, struct link_tally *t)
{
    const struct nlmsghdr *h = buf;
    int left = (int)len;

    for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
        const struct nlattr *tb[IFLA_STATS64 + 1] = { 0 };
        const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);

        if (mnl_attr_parse(h, sizeof(*i), link_attr, tb) < 0)
            return;
        t->count++;
        t->index += (uint32_t)i->ifi_index;
        if (tb[IFLA_MTU])
            t->mtu += mnl_attr_get_u32(tb[IFLA_MTU]);
        if (tb[IFLA_IFNAME])
            t->name += name_sum(mnl_attr_get_str(tb[IFLA_IFNAME]));
        if (tb[IFLA_STATS64])
            stats_tally(t, mnl_attr_get_payload(tb[IFLA_STATS64]));
    }
}

uint64_t codec_index_routes(const void *buf, size_t len)
{
    const struct nlmsghdr *h = buf;
    int left = (int)len;
    uint64_t found = 0;

    for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
        const struct nlattr *tb[RTA_TABLE + 1] = { 0 };

        if (mnl_attr_parse(h, sizeof(struct rtmsg), route_attr, tb) < 0)
            return 0;
        found += tb[RTA_DST] != NULL;
    }
    return found;
}
