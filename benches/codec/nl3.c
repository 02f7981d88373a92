/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "codec.h"
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

size_t codec_encode(void *buf, size_t cap, const struct link_fields *in)
{
	struct nl_msg *msg = nlmsg_alloc_size(cap < 4096 ? cap : 4096);
	struct ifinfomsg ifi = { .ifi_index = 7 };
	struct nla_bitfield32 bits = { in->vlan_flags, in->vlan_mask };
	struct nlattr *info, *data;
	size_t len;
	int bad = 0;

	nlmsg_put(msg, 0, 0, RTM_NEWLINK, 0, NLM_F_REQUEST | NLM_F_ACK);
	bad |= nlmsg_append(msg, &ifi, sizeof ifi, NLMSG_ALIGNTO);
	bad |= nla_put_string(msg, IFLA_IFNAME, in->name);
	bad |= nla_put_u32(msg, IFLA_MTU, in->mtu);
	bad |= nla_put_u32(msg, IFLA_TXQLEN, in->txqlen);
	bad |= nla_put(msg, IFLA_ADDRESS, 6, in->address);
	bad |= nla_put(msg, IFLA_BROADCAST, 6, in->broadcast);
	bad |= nla_put_u8(msg, IFLA_OPERSTATE, in->operstate);
	bad |= nla_put_u8(msg, IFLA_LINKMODE, in->linkmode);
	bad |= nla_put_u32(msg, IFLA_GROUP, in->group);
	bad |= nla_put_u32(msg, IFLA_LINK, in->link);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	bad |= nla_put_string(msg, IFLA_INFO_KIND, in->kind);
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	bad |= nla_put_u16(msg, IFLA_VLAN_ID, in->vlan_id);
	bad |= nla_put(msg, IFLA_VLAN_FLAGS, sizeof bits, &bits);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	len = bad ? 0 : nlmsg_hdr(msg)->nlmsg_len;
	memcpy(buf, nlmsg_hdr(msg), len);
	nlmsg_free(msg);
	return len;
}

int codec_decode(const void *buf, size_t len, struct link_fields *out)
{
	struct nlattr *tb[IFLA_GROUP + 1], *info[IFLA_INFO_DATA + 1], *data[IFLA_VLAN_FLAGS + 1];
	static const struct nla_policy policy[IFLA_GROUP + 1] = {
		[IFLA_IFNAME] = { .type = NLA_STRING }, [IFLA_MTU] = { .type = NLA_U32 }, [IFLA_TXQLEN] = { .type = NLA_U32 },
		[IFLA_ADDRESS] = { .minlen = 6 }, [IFLA_BROADCAST] = { .minlen = 6 }, [IFLA_OPERSTATE] = { .type = NLA_U8 },
		[IFLA_LINKMODE] = { .type = NLA_U8 }, [IFLA_GROUP] = { .type = NLA_U32 }, [IFLA_LINK] = { .type = NLA_U32 },
	};
	static const struct nla_policy info_policy[IFLA_INFO_DATA + 1] = { [IFLA_INFO_KIND] = { .type = NLA_STRING } };
	static const struct nla_policy data_policy[IFLA_VLAN_FLAGS + 1] = { [IFLA_VLAN_ID] = { .type = NLA_U16 }, [IFLA_VLAN_FLAGS] = { .minlen = 8 } };
	const struct nla_bitfield32 *bits;

	(void)len;
	if (nlmsg_parse((struct nlmsghdr *)(uintptr_t)buf, sizeof(struct ifinfomsg), tb, IFLA_GROUP, policy) < 0)
		return 1;
	out->name = nla_get_string(tb[IFLA_IFNAME]);
	out->mtu = nla_get_u32(tb[IFLA_MTU]);
	out->txqlen = nla_get_u32(tb[IFLA_TXQLEN]);
	memcpy(out->address, nla_data(tb[IFLA_ADDRESS]), 6);
	memcpy(out->broadcast, nla_data(tb[IFLA_BROADCAST]), 6);
	out->operstate = nla_get_u8(tb[IFLA_OPERSTATE]);
	out->linkmode = nla_get_u8(tb[IFLA_LINKMODE]);
	out->group = nla_get_u32(tb[IFLA_GROUP]);
	out->link = nla_get_u32(tb[IFLA_LINK]);
	if (nla_parse_nested(info, IFLA_INFO_DATA, tb[IFLA_LINKINFO], info_policy) < 0)
		return 1;
	out->kind = nla_get_string(info[IFLA_INFO_KIND]);
	if (nla_parse_nested(data, IFLA_VLAN_FLAGS, info[IFLA_INFO_DATA], data_policy) < 0)
		return 1;
	out->vlan_id = nla_get_u16(data[IFLA_VLAN_ID]);
	bits = nla_data(data[IFLA_VLAN_FLAGS]);
	out->vlan_flags = bits->value;
	out->vlan_mask = bits->selector;
	return 0;
}

size_t codec_walk(const void *buf, size_t len, size_t hdrlen, uint32_t max)
{
	struct nlattr *tb[max + 1];
	struct nlmsghdr *nlh = (struct nlmsghdr *)(uintptr_t)buf;
	int left = (int)len;
	size_t count = 0;

	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left)) {
		if (nlmsg_parse(nlh, (int)hdrlen, tb, (int)max, NULL) < 0)
			return 0;
		count++;
	}
	return count;
}
