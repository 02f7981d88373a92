/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Linked into a drop-in that is wrong on purpose, to show that the comparison of programs notices. */
#include <stdint.h>
#include <string.h>

struct nlattr;

uint32_t mnl_attr_get_u32(const struct nlattr *attr)
{
	uint32_t value;

	memcpy(&value, (const char *)attr + 4, sizeof(value));
	return value ^ 0x01000000;	/* the lowest bit of a number in network byte order */
}
