/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* By hand with the kernel's macros: no room, length or type is checked. What everything else is measured against. */
#include "codec.h"
#include <string.h>

static inline char *put(char *at, uint16_t type, const void *data, uint16_t len)
{
	struct nlattr *nla = (struct nlattr *)(void *)at;
	nla->nla_len = (uint16_t)(NLA_HDRLEN + len);
	nla->nla_type = type;
	memcpy(at + NLA_HDRLEN, data, len);
	return at + NLA_ALIGN(nla->nla_len);
}

size_t codec_encode(void *buf, size_t cap, const struct link_fields *in)
{
	struct nlmsghdr *nlh = buf;
	char *at = buf, *info, *data;
	uint32_t bits[2] = { in->vlan_flags, in->vlan_mask };

	(void)cap;
	memset(nlh, 0, sizeof *nlh);
	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	memset(ifi, 0, sizeof *ifi);
	ifi->ifi_index = 7;
	at += NLMSG_HDRLEN + sizeof *ifi;
	at = put(at, IFLA_IFNAME, in->name, (uint16_t)(strlen(in->name) + 1));
	at = put(at, IFLA_MTU, &in->mtu, 4);
	at = put(at, IFLA_TXQLEN, &in->txqlen, 4);
	at = put(at, IFLA_ADDRESS, in->address, 6);
	at = put(at, IFLA_BROADCAST, in->broadcast, 6);
	at = put(at, IFLA_OPERSTATE, &in->operstate, 1);
	at = put(at, IFLA_LINKMODE, &in->linkmode, 1);
	at = put(at, IFLA_GROUP, &in->group, 4);
	at = put(at, IFLA_LINK, &in->link, 4);
	info = at;
	at = put(at, IFLA_LINKINFO | NLA_F_NESTED, "", 0);
	at = put(at, IFLA_INFO_KIND, in->kind, (uint16_t)(strlen(in->kind) + 1));
	data = at;
	at = put(at, IFLA_INFO_DATA | NLA_F_NESTED, "", 0);
	at = put(at, IFLA_VLAN_ID, &in->vlan_id, 2);
	at = put(at, IFLA_VLAN_FLAGS, bits, 8);
	((struct nlattr *)(void *)data)->nla_len = (uint16_t)(at - data);
	((struct nlattr *)(void *)info)->nla_len = (uint16_t)(at - info);
	nlh->nlmsg_len = (uint32_t)(at - (char *)buf);
	return nlh->nlmsg_len;
}

static inline void index_attrs(const struct rtattr **tb, uint32_t max, const void *attrs, size_t length)
{
	const struct rtattr *rta = attrs;
	int len = (int)length;

	memset(tb, 0, sizeof(*tb) * (max + 1));
	while (RTA_OK(rta, len)) {
		uint32_t type = rta->rta_type & NLA_TYPE_MASK;
		if (type <= max && !tb[type])
			tb[type] = rta;
		rta = RTA_NEXT(rta, len);
	}
}

#define U32(a) (*(const uint32_t *)RTA_DATA(a))

int codec_decode(const void *buf, size_t len, struct link_fields *out)
{
	const struct rtattr *tb[IFLA_GROUP + 1], *info[IFLA_INFO_DATA + 1], *data[IFLA_VLAN_FLAGS + 1];
	size_t off = NLMSG_HDRLEN + sizeof(struct ifinfomsg);

	index_attrs(tb, IFLA_GROUP, (const char *)buf + off, len - off);
	out->name = RTA_DATA(tb[IFLA_IFNAME]);
	out->mtu = U32(tb[IFLA_MTU]);
	out->txqlen = U32(tb[IFLA_TXQLEN]);
	memcpy(out->address, RTA_DATA(tb[IFLA_ADDRESS]), 6);
	memcpy(out->broadcast, RTA_DATA(tb[IFLA_BROADCAST]), 6);
	out->operstate = *(const uint8_t *)RTA_DATA(tb[IFLA_OPERSTATE]);
	out->linkmode = *(const uint8_t *)RTA_DATA(tb[IFLA_LINKMODE]);
	out->group = U32(tb[IFLA_GROUP]);
	out->link = U32(tb[IFLA_LINK]);
	index_attrs(info, IFLA_INFO_DATA, RTA_DATA(tb[IFLA_LINKINFO]), RTA_PAYLOAD(tb[IFLA_LINKINFO]));
	out->kind = RTA_DATA(info[IFLA_INFO_KIND]);
	index_attrs(data, IFLA_VLAN_FLAGS, RTA_DATA(info[IFLA_INFO_DATA]), RTA_PAYLOAD(info[IFLA_INFO_DATA]));
	out->vlan_id = *(const uint16_t *)RTA_DATA(data[IFLA_VLAN_ID]);
	out->vlan_flags = U32(data[IFLA_VLAN_FLAGS]);
	out->vlan_mask = (&U32(data[IFLA_VLAN_FLAGS]))[1];
	return 0;
}

size_t codec_walk(const void *buf, size_t len, size_t hdrlen, uint32_t max)
{
	const struct rtattr *tb[max + 1];
	const struct nlmsghdr *nlh = buf;
	int left = (int)len;
	size_t count = 0;

	for (; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left)) {
		index_attrs(tb, max, (const char *)NLMSG_DATA(nlh) + NLMSG_ALIGN(hdrlen), NLMSG_PAYLOAD(nlh, hdrlen));
		count++;
	}
	return count;
}
