/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "codec.h"
#include <libmnl/libmnl.h>
#include <string.h>

size_t codec_encode(void *buf, size_t cap, const struct link_fields *in)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;
	struct nlattr *info, *data;
	uint32_t bits[2] = { in->vlan_flags, in->vlan_mask };

	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof *ifi);
	ifi->ifi_index = 7;
	mnl_attr_put_strz_check(nlh, cap, IFLA_IFNAME, in->name);
	mnl_attr_put_u32_check(nlh, cap, IFLA_MTU, in->mtu);
	mnl_attr_put_u32_check(nlh, cap, IFLA_TXQLEN, in->txqlen);
	mnl_attr_put_check(nlh, cap, IFLA_ADDRESS, 6, in->address);
	mnl_attr_put_check(nlh, cap, IFLA_BROADCAST, 6, in->broadcast);
	mnl_attr_put_u8_check(nlh, cap, IFLA_OPERSTATE, in->operstate);
	mnl_attr_put_u8_check(nlh, cap, IFLA_LINKMODE, in->linkmode);
	mnl_attr_put_u32_check(nlh, cap, IFLA_GROUP, in->group);
	mnl_attr_put_u32_check(nlh, cap, IFLA_LINK, in->link);
	info = mnl_attr_nest_start_check(nlh, cap, IFLA_LINKINFO);
	mnl_attr_put_strz_check(nlh, cap, IFLA_INFO_KIND, in->kind);
	data = mnl_attr_nest_start_check(nlh, cap, IFLA_INFO_DATA);
	mnl_attr_put_u16_check(nlh, cap, IFLA_VLAN_ID, in->vlan_id);
	mnl_attr_put_check(nlh, cap, IFLA_VLAN_FLAGS, sizeof bits, bits);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return nlh->nlmsg_len;
}

struct table {
	const struct nlattr **tb;
	uint32_t max;
};

static int collect(const struct nlattr *attr, void *arg)
{
	struct table *t = arg;
	uint16_t type = mnl_attr_get_type(attr);
	if (type <= t->max && !t->tb[type])
		t->tb[type] = attr;
	return MNL_CB_OK;
}

static int nested(const struct nlattr *nest, const struct nlattr **tb, uint32_t max)
{
	struct table t = { tb, max };
	memset(tb, 0, sizeof(*tb) * (max + 1));
	return mnl_attr_parse_nested(nest, collect, &t);
}

static int is(const struct nlattr *attr, size_t len)
{
	return attr && mnl_attr_get_payload_len(attr) == len;
}

int codec_decode(const void *buf, size_t len, struct link_fields *out)
{
	const struct nlattr *tb[IFLA_GROUP + 1], *info[IFLA_INFO_DATA + 1], *data[IFLA_VLAN_FLAGS + 1];
	struct table t = { tb, IFLA_GROUP };
	const uint32_t *bits;

	(void)len;
	memset(tb, 0, sizeof tb);
	if (mnl_attr_parse(buf, sizeof(struct ifinfomsg), collect, &t) < 0)
		return 1;
	if (!tb[IFLA_IFNAME] || mnl_attr_validate(tb[IFLA_IFNAME], MNL_TYPE_NUL_STRING) < 0 || mnl_attr_validate(tb[IFLA_MTU], MNL_TYPE_U32) < 0 ||
	    mnl_attr_validate(tb[IFLA_TXQLEN], MNL_TYPE_U32) < 0 || !is(tb[IFLA_ADDRESS], 6) || !is(tb[IFLA_BROADCAST], 6) ||
	    mnl_attr_validate(tb[IFLA_OPERSTATE], MNL_TYPE_U8) < 0 || mnl_attr_validate(tb[IFLA_LINKMODE], MNL_TYPE_U8) < 0 ||
	    mnl_attr_validate(tb[IFLA_GROUP], MNL_TYPE_U32) < 0 || mnl_attr_validate(tb[IFLA_LINK], MNL_TYPE_U32) < 0)
		return 1;
	out->name = mnl_attr_get_str(tb[IFLA_IFNAME]);
	out->mtu = mnl_attr_get_u32(tb[IFLA_MTU]);
	out->txqlen = mnl_attr_get_u32(tb[IFLA_TXQLEN]);
	memcpy(out->address, mnl_attr_get_payload(tb[IFLA_ADDRESS]), 6);
	memcpy(out->broadcast, mnl_attr_get_payload(tb[IFLA_BROADCAST]), 6);
	out->operstate = mnl_attr_get_u8(tb[IFLA_OPERSTATE]);
	out->linkmode = mnl_attr_get_u8(tb[IFLA_LINKMODE]);
	out->group = mnl_attr_get_u32(tb[IFLA_GROUP]);
	out->link = mnl_attr_get_u32(tb[IFLA_LINK]);
	if (nested(tb[IFLA_LINKINFO], info, IFLA_INFO_DATA) < 0 || mnl_attr_validate(info[IFLA_INFO_KIND], MNL_TYPE_NUL_STRING) < 0)
		return 1;
	out->kind = mnl_attr_get_str(info[IFLA_INFO_KIND]);
	if (nested(info[IFLA_INFO_DATA], data, IFLA_VLAN_FLAGS) < 0 || mnl_attr_validate(data[IFLA_VLAN_ID], MNL_TYPE_U16) < 0 ||
	    !is(data[IFLA_VLAN_FLAGS], 8))
		return 1;
	out->vlan_id = mnl_attr_get_u16(data[IFLA_VLAN_ID]);
	bits = mnl_attr_get_payload(data[IFLA_VLAN_FLAGS]);
	out->vlan_flags = bits[0];
	out->vlan_mask = bits[1];
	return 0;
}

size_t codec_walk(const void *buf, size_t len, size_t hdrlen, uint32_t max)
{
	const struct nlattr *tb[max + 1];
	const struct nlmsghdr *nlh = buf;
	int left = (int)len;
	size_t count = 0;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		struct table t = { tb, max };
		memset(tb, 0, sizeof(*tb) * (max + 1));
		if (mnl_attr_parse(nlh, (unsigned int)hdrlen, collect, &t) < 0)
			return 0;
		count++;
	}
	return count;
}
