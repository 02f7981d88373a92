/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the comparison programs share. Each program calls the library, prints what it sees as one "name = value" line
 * a fact, and is run with the stock libmnl.so.0 and with ours: the two outputs must be the same text. Addresses are
 * printed as offsets, port numbers only in relation to one another, so that nothing differs from run to run.
 */
#ifndef SHOW_H
#define SHOW_H

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

/* Bytes that were never written show up as this. */
#define POISON 0xa5

static inline void show_bytes(const void *data, size_t len)
{
	const unsigned char *byte = data;

	for (size_t i = 0; i < len; i++)
		printf("%02x%s", byte[i], i % 4 == 3 && i + 1 < len ? " " : "");
}

static inline const char *errno_name(int code)
{
	static char number[16];

	switch (code) {
	case 0: return "0";
#define NAME(e) case e: return #e
	NAME(EPERM); NAME(ENOENT); NAME(ESRCH); NAME(EINTR); NAME(EBADF); NAME(EAGAIN); NAME(ENOMEM); NAME(EACCES);
	NAME(EFAULT); NAME(EBUSY); NAME(EEXIST); NAME(EINVAL); NAME(ERANGE); NAME(ENOSPC); NAME(ENODEV); NAME(EPROTO); NAME(EBADMSG);
	NAME(EOVERFLOW); NAME(EDOM); NAME(ENOTSOCK); NAME(EDESTADDRREQ); NAME(EMSGSIZE); NAME(ENOPROTOOPT); NAME(EPROTONOSUPPORT); NAME(ESOCKTNOSUPPORT);
	NAME(EOPNOTSUPP); NAME(EAFNOSUPPORT); NAME(EADDRINUSE); NAME(EADDRNOTAVAIL); NAME(ENOBUFS); NAME(ECONNREFUSED); NAME(ENOTCONN); NAME(ENOSYS);
#undef NAME
	}
	snprintf(number, sizeof(number), "%d", code);
	return number;
}

/* The same numbers on every run and machine: xorshift64*. */
static uint64_t random_state = 0x9e3779b97f4a7c15u;

static inline uint32_t random_u32(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)((random_state * 0x2545f4914f6cdd1du) >> 32);
}

/* 0 … below - 1 */
static inline uint32_t random_below(uint32_t below)
{
	return random_u32() % below;
}

#endif
