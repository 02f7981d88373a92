/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* iproute2's JSON functions, which libnetlink calls: linked into each program, they print how they are called. */
#include <stdio.h>

void new_json_obj(int json);
void delete_json_obj(void);
void open_json_object(const char *name);
void close_json_object(void);

void new_json_obj(int json)
{
	printf(" new_json_obj(%d)\n", json);
}

void delete_json_obj(void)
{
	puts(" delete_json_obj");
}

void open_json_object(const char *name)
{
	printf(" open_json_object(%s)\n", name ? name : "NULL");
}

void close_json_object(void)
{
	puts(" close_json_object");
}
