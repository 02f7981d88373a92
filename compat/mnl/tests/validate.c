/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mnl_attr_validate and mnl_attr_validate2 for every type and every length, over several contents. */
#include "show.h"

static _Alignas(8) unsigned char bytes[64];

static void show(const char *content, unsigned int type, unsigned int len)
{
	const struct nlattr *attr = (const struct nlattr *)bytes;

	errno = EDOM;
	int ret = mnl_attr_validate(attr, (enum mnl_attr_data_type)type);
	printf("validate(%s, type %u, nla_len %u) = %d, errno %s\n", content, type, len, ret, errno_name(errno));
	for (size_t want = 0; want <= 18; want++) {
		errno = EDOM;
		ret = mnl_attr_validate2(attr, (enum mnl_attr_data_type)type, want);
		printf("validate2(%s, type %u, nla_len %u, %zu) = %d, errno %s\n", content, type, len, want, ret, errno_name(errno));
	}
}

int main(void)
{
	static const struct {
		const char *name;
		const char *bytes;
	} contents[] = {
		{ "zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
		{ "letters", "abcdefghijklmnopqrstuvwx" },
		{ "a NUL inside", "ab\0def\0hijk\0mn\0pq\0stuvwx" },
		{ "a true nest", "\x05\0\x01\0a\0\0\0\x04\0\x02\0\x08\0\x03\0abcd\x04\0\x04\0" },
	};
	struct nlattr *attr = (struct nlattr *)bytes;

	for (size_t i = 0; i < MNL_ARRAY_SIZE(contents); i++) {
		memcpy(bytes + 4, contents[i].bytes, 24);
		attr->nla_type = 1;
		for (unsigned int type = MNL_TYPE_UNSPEC; type < MNL_TYPE_MAX; type++) {
			for (unsigned int len = 4; len <= 26; len++) {
				attr->nla_len = (uint16_t)len;
				show(contents[i].name, type, len);
			}
			attr->nla_len = 65535;
			if (type != MNL_TYPE_NUL_STRING)	/* it would look at the last of 65531 bytes */
				show(contents[i].name, type, 65535);
		}
		attr->nla_len = 8;
		for (unsigned int type = MNL_TYPE_MAX; type < MNL_TYPE_MAX + 3; type++) {
			errno = EDOM;
			int ret = mnl_attr_validate(attr, (enum mnl_attr_data_type)type);
			printf("validate(%s, type %u, nla_len 8) = %d, errno %s\n", contents[i].name, type, ret, errno_name(errno));
			for (size_t want = 0; want <= 8; want++) {
				errno = EDOM;
				ret = mnl_attr_validate2(attr, (enum mnl_attr_data_type)type, want);
				printf("validate2(%s, type %u, nla_len 8, %zu) = %d, errno %s\n", contents[i].name, type, want, ret, errno_name(errno));
			}
		}
		errno = EDOM;
		int ret = mnl_attr_validate(attr, (enum mnl_attr_data_type)-1);
		printf("validate(%s, type -1, nla_len 8) = %d, errno %s\n", contents[i].name, ret, errno_name(errno));
	}
	return 0;
}
