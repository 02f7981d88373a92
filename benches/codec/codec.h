/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One job for several libraries: a message of 164 bytes with 12 attributes and two nests around three of them. */
#ifndef CODEC_H
#define CODEC_H
#include <stddef.h>
#include <stdint.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* What is encoded and decoded. */
struct link_fields {
	const char *name;
	uint32_t mtu, txqlen, group, link;
	uint8_t address[6], broadcast[6];
	uint8_t operstate, linkmode;
	const char *kind;
	uint16_t vlan_id;
	uint32_t vlan_flags, vlan_mask;
};

/* Encodes one message into buf and returns its length. */
size_t codec_encode(void *buf, size_t cap, const struct link_fields *in);
/* Indexes the message and reads every field of it: 0. */
int codec_decode(const void *buf, size_t len, struct link_fields *out);
/* Indexes every message of a dump, family headers of hdrlen bytes: how many messages. */
size_t codec_walk(const void *buf, size_t len, size_t hdrlen, uint32_t max);
#endif
