/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* main encode|decode|routes|links N [FILE]: does it N times; valgrind --tool=callgrind counts the instructions. */
#define _POSIX_C_SOURCE 200809L
#include "codec.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct link_fields FIELDS = {
	.name = "eth0.100-left", .mtu = 1500, .txqlen = 1000, .group = 3, .link = 2,
	.address = { 2, 0, 0, 1, 2, 3 }, .broadcast = { 255, 255, 255, 255, 255, 255 },
	.operstate = 6, .linkmode = 1, .kind = "vlan", .vlan_id = 100, .vlan_flags = 1, .vlan_mask = 1,
};

static void fail(const char *what)
{
	fprintf(stderr, "codec: %s\n", what);
	exit(1);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
	static _Alignas(8) unsigned char buf[1 << 16];
	if (argc < 3)
		fail("encode|decode|routes|links N [FILE]");
	long n = atol(argv[2]);
	size_t len = codec_encode(buf, sizeof buf, &FIELDS), messages = 1;

	if (len != 164)
		fail("the message has not 164 bytes");
	if (!strcmp(argv[1], "encode")) {
		for (long i = 0; i < n; i++)
			if (codec_encode(buf, sizeof buf, &FIELDS) != 164)
				fail("encode");
		for (size_t i = 0; argc > 3 && i < len; i++)
			printf("%02x", buf[i]);
	} else if (!strcmp(argv[1], "decode")) {
		struct link_fields out = { 0 };
		for (long i = 0; i < n; i++)
			if (codec_decode(buf, len, &out))
				fail("decode");
		if (strcmp(out.name, FIELDS.name) || strcmp(out.kind, FIELDS.kind) || out.mtu != 1500 || out.vlan_mask != 1 || out.vlan_id != 100 ||
		    memcmp(out.broadcast, FIELDS.broadcast, 6) || out.operstate != 6 || out.linkmode != 1 || out.group != 3 || out.link != 2)
			fail("a field differs");
	} else {
		int routes = !strcmp(argv[1], "routes");
		FILE *f = argc > 3 ? fopen(argv[3], "rb") : NULL;
		if (!f || (len = fread(buf, 1, sizeof buf, f)) == 0)
			fail("the recorded dump cannot be read");
		fclose(f);
		double start = now();
		for (long i = 0; i < n; i++)
			messages = codec_walk(buf, len, routes ? sizeof(struct rtmsg) : sizeof(struct ifinfomsg), routes ? RTA_MAX : IFLA_MAX);
		double ns = (now() - start) / (double)n / (double)(messages ? messages : 1);
		if (!messages)
			fail("walk");
		printf("%zu messages, %.2f ns each\n", messages, ns);
	}
	return 0;
}
