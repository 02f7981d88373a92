/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "codec.h"
#include <nlrs.h>

size_t codec_encode(void *buf, size_t cap, const struct link_fields *in)
{
	struct nlrs_msg m;
	struct ifinfomsg ifi = { .ifi_index = 7 };
	int info, data;

	nlrs_msg_init(&m, buf, cap);
	nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
	nlrs_msg_put_header(&m, &ifi, sizeof ifi);
	nlrs_msg_put_str(&m, IFLA_IFNAME, in->name);
	nlrs_msg_put_u32(&m, IFLA_MTU, in->mtu);
	nlrs_msg_put_u32(&m, IFLA_TXQLEN, in->txqlen);
	nlrs_msg_put_mac(&m, IFLA_ADDRESS, in->address);
	nlrs_msg_put_mac(&m, IFLA_BROADCAST, in->broadcast);
	nlrs_msg_put_u8(&m, IFLA_OPERSTATE, in->operstate);
	nlrs_msg_put_u8(&m, IFLA_LINKMODE, in->linkmode);
	nlrs_msg_put_u32(&m, IFLA_GROUP, in->group);
	nlrs_msg_put_u32(&m, IFLA_LINK, in->link);
	info = nlrs_msg_nest_begin(&m, IFLA_LINKINFO);
	nlrs_msg_put_str(&m, IFLA_INFO_KIND, in->kind);
	data = nlrs_msg_nest_begin(&m, IFLA_INFO_DATA);
	nlrs_msg_put_u16(&m, IFLA_VLAN_ID, in->vlan_id);
	nlrs_msg_put_bitfield32(&m, IFLA_VLAN_FLAGS, in->vlan_flags, in->vlan_mask);
	nlrs_msg_nest_end(&m, data);
	nlrs_msg_nest_end(&m, info);
	if (nlrs_msg_end(&m) < 0)
		return 0;
	return nlrs_msg_len(&m);
}

int codec_decode(const void *buf, size_t len, struct link_fields *out)
{
	const struct nlattr *tb[IFLA_GROUP + 1], *info[IFLA_INFO_DATA + 1], *data[IFLA_VLAN_FLAGS + 1];
	size_t off = NLMSG_HDRLEN + sizeof(struct ifinfomsg);
	int bad = 0;

	bad |= nlrs_attr_index((const char *)buf + off, len - off, tb, IFLA_GROUP) < 0;
	bad |= nlrs_attr_get_str(tb[IFLA_IFNAME], &out->name);
	bad |= nlrs_attr_get_u32(tb[IFLA_MTU], &out->mtu);
	bad |= nlrs_attr_get_u32(tb[IFLA_TXQLEN], &out->txqlen);
	bad |= nlrs_attr_get_mac(tb[IFLA_ADDRESS], out->address);
	bad |= nlrs_attr_get_mac(tb[IFLA_BROADCAST], out->broadcast);
	bad |= nlrs_attr_get_u8(tb[IFLA_OPERSTATE], &out->operstate);
	bad |= nlrs_attr_get_u8(tb[IFLA_LINKMODE], &out->linkmode);
	bad |= nlrs_attr_get_u32(tb[IFLA_GROUP], &out->group);
	bad |= nlrs_attr_get_u32(tb[IFLA_LINK], &out->link);
	bad |= nlrs_attr_index_nested(tb[IFLA_LINKINFO], info, IFLA_INFO_DATA) < 0;
	bad |= nlrs_attr_get_str(info[IFLA_INFO_KIND], &out->kind);
	bad |= nlrs_attr_index_nested(info[IFLA_INFO_DATA], data, IFLA_VLAN_FLAGS) < 0;
	bad |= nlrs_attr_get_u16(data[IFLA_VLAN_ID], &out->vlan_id);
	bad |= nlrs_attr_get_bitfield32(data[IFLA_VLAN_FLAGS], &out->vlan_flags, &out->vlan_mask);
	return bad;
}

size_t codec_walk(const void *buf, size_t len, size_t hdrlen, uint32_t max)
{
	const struct nlattr *tb[max + 1];
	const struct nlmsghdr *nlh;
	size_t pos = 0, count = 0, attrs_len;
	const void *attrs;

	while (nlrs_nlmsg_walk(buf, len, &pos, &nlh) == 1) {
		if (nlrs_nlmsg_attrs(nlh, hdrlen, &attrs, &attrs_len) < 0 || nlrs_attr_index(attrs, attrs_len, tb, max) < 0)
			return 0;
		count++;
	}
	return count;
}
