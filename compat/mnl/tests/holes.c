/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Where ours differs from the stock library on purpose. Each line that this prints is in the file "differences",
 * with what the stock library does, what ours does, and why; no other program may differ in a single byte.
 * To be run in a network namespace of its own.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "show.h"

#define LARGE 262144

static _Alignas(4) unsigned char bytes[LARGE];

static struct nlmsghdr *fresh(void)
{
	memset(bytes, POISON, sizeof(bytes));
	return mnl_nlmsg_put_header(bytes);
}

/* Runs what may kill the process in one of its own, and prints how it ended. */
static void survive(const char *name, void (*run)(void))
{
	int status;

	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		struct rlimit none = { 0, 0 };
		setrlimit(RLIMIT_CORE, &none);
		run();
		fflush(stdout);
		_exit(0);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status))
		printf("%s = killed by signal %d\n", name, WTERMSIG(status));
}

static int count(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	++*(int *)data;
	return MNL_CB_OK;
}

static void huge_messages(void)
{
	static const uint32_t lengths[] = { 0x80000000, 0x80000010, 0xfffffff0, 0xffffffff };
	struct nlmsghdr *nlh = fresh();

	for (size_t i = 0; i < MNL_ARRAY_SIZE(lengths); i++) {
		int calls = 0;
		nlh->nlmsg_type = 16;
		nlh->nlmsg_len = lengths[i];
		printf("nlmsg_ok(nlmsg_len %#x, 64) = %d\n", lengths[i], mnl_nlmsg_ok(nlh, 64));
		if (lengths[i] == 0x80000010) {
			mnl_cb_run(nlh, 64, 0, 0, count, &calls);
			printf("cb_run over nlmsg_len %#x in 64 bytes: calls = %d\n", lengths[i], calls);
		}
	}
}

static void print_huge(void)
{
	struct nlmsghdr *nlh = fresh();
	FILE *null = fopen("/dev/null", "w");

	nlh->nlmsg_len = 0x80000010;
	mnl_nlmsg_fprintf(null, nlh, 64, 0);
	printf("fprintf of nlmsg_len 0x80000010 in 64 bytes = survived\n");
}

/* A message that ends with the last byte of a page, and the next page cannot be read. */
static void print_at_the_edge(void)
{
	long page = sysconf(_SC_PAGESIZE);
	unsigned char *memory = mmap(NULL, (size_t)(2 * page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct nlmsghdr header = { .nlmsg_len = 17, .nlmsg_type = 16 };
	FILE *null = fopen("/dev/null", "w");

	mprotect(memory + page, (size_t)page, PROT_NONE);
	memcpy(memory + page - 17, &header, sizeof(header));
	mnl_nlmsg_fprintf(null, memory + page - 17, 17, 0);
	printf("fprintf of 17 bytes before an unreadable page = survived\n");
}

static void long_values(void)
{
	static const size_t lengths[] = { 65531, 65532, 70000 };
	static char text[70001];

	for (size_t i = 0; i < MNL_ARRAY_SIZE(lengths); i++) {
		memset(text, 'x', lengths[i]);
		text[lengths[i]] = 0;
		struct nlmsghdr *nlh = fresh();
		bool done = mnl_attr_put_check(nlh, LARGE, 1, lengths[i], text);
		printf("put_check(%zu) = %d, nlmsg_len %u, nla_len %u\n", lengths[i], done, nlh->nlmsg_len, *(uint16_t *)(bytes + 16));
		nlh = fresh();
		done = mnl_attr_put_str_check(nlh, LARGE, 1, text);
		printf("put_str_check(%zu) = %d, nlmsg_len %u, nla_len %u\n", lengths[i], done, nlh->nlmsg_len, *(uint16_t *)(bytes + 16));
		nlh = fresh();
		done = mnl_attr_put_strz_check(nlh, LARGE, 1, text);
		printf("put_strz_check(%zu) = %d, nlmsg_len %u, nla_len %u\n", lengths[i], done, nlh->nlmsg_len, *(uint16_t *)(bytes + 16));
		nlh = fresh();
		mnl_attr_put(nlh, 1, lengths[i], text);
		printf("put(%zu): nlmsg_len %u, nla_len %u\n", lengths[i], nlh->nlmsg_len, *(uint16_t *)(bytes + 16));
		nlh = fresh();
		mnl_attr_put_str(nlh, 1, text);
		printf("put_str(%zu): nlmsg_len %u, nla_len %u\n", lengths[i], nlh->nlmsg_len, *(uint16_t *)(bytes + 16));
		nlh = fresh();
		mnl_attr_put_strz(nlh, 1, text);
		printf("put_strz(%zu): nlmsg_len %u, nla_len %u\n", lengths[i], nlh->nlmsg_len, *(uint16_t *)(bytes + 16));
	}
	/* nest_end cannot report it: it stays as it is, see README. */
	struct nlmsghdr *nlh = fresh();
	struct nlattr *nest = mnl_attr_nest_start(nlh, 1);
	for (int i = 0; i < 4; i++)
		mnl_attr_put(nlh, 2, 20000, text);
	mnl_attr_nest_end(nlh, nest);
	printf("nest_end(80020): nlmsg_len %u, nla_len %u\n", nlh->nlmsg_len, nest->nla_len);
}

static void endless_value(void)
{
	struct nlmsghdr *nlh = fresh();
	bool done = mnl_attr_put_check(nlh, LARGE, 1, SIZE_MAX - 4, bytes);

	printf("put_check(SIZE_MAX - 4) = %d\n", done);
}

static void unaligned_message(void)
{
	struct nlmsghdr *nlh = fresh();
	nlh->nlmsg_len = 17;
	bool done = mnl_attr_put_u8_check(nlh, 25, 1, 2);
	printf("put_u8_check at 17 in 25 = %d, byte 27 is %s\n", done, bytes[27] == POISON ? "untouched" : "written");
	nlh = fresh();
	nlh->nlmsg_len = 17;
	done = mnl_attr_put_u32_check(nlh, 27, 1, 2);
	printf("put_u32_check at 17 in 27 = %d, byte 27 is %s\n", done, bytes[27] == POISON ? "untouched" : "written");
	nlh = fresh();
	nlh->nlmsg_len = 17;
	done = mnl_attr_nest_start_check(nlh, 21, 1) != NULL;
	printf("nest_start_check at 17 in 21 = %d, byte 23 is %s\n", done, bytes[23] == POISON ? "untouched" : "written");
}

static void padding(void)
{
	for (size_t len = 1; len <= 3; len++) {
		mnl_attr_put(fresh(), 1, len, "abc");
		printf("padding of put(%zu) = ", len);
		show_bytes(bytes + 20 + len, 4 - len);
		mnl_attr_put_check(fresh(), LARGE, 1, len, "abc");
		printf("\npadding of put_check(%zu) = ", len);
		show_bytes(bytes + 20 + len, 4 - len);
		mnl_attr_put_str(fresh(), 1, &"abc"[3 - len]);
		printf("\npadding of put_str(%zu) = ", len);
		show_bytes(bytes + 20 + len, 4 - len);
		mnl_attr_put_strz(fresh(), 1, &"abc"[4 - len]);
		printf("\npadding of put_strz(%zu) = ", len);
		show_bytes(bytes + 20 + len, 4 - len);
		putchar('\n');
	}
	mnl_attr_put_u8(fresh(), 1, 2);
	printf("padding of put_u8 = ");
	show_bytes(bytes + 21, 3);
	mnl_attr_put_u16(fresh(), 1, 2);
	printf("\npadding of put_u16 = ");
	show_bytes(bytes + 22, 2);
	mnl_attr_put_u8_check(fresh(), LARGE, 1, 2);
	printf("\npadding of put_u8_check = ");
	show_bytes(bytes + 21, 3);
	mnl_attr_put_u16_check(fresh(), LARGE, 1, 2);
	printf("\npadding of put_u16_check = ");
	show_bytes(bytes + 22, 2);
	mnl_attr_nest_start(fresh(), 1);
	printf("\nnla_len of an open nest = ");
	show_bytes(bytes + 16, 2);
	mnl_attr_nest_start_check(fresh(), LARGE, 1);
	printf("\nnla_len of an open nest, checked = ");
	show_bytes(bytes + 16, 2);
	putchar('\n');
}

static void failed_bind(void)
{
	struct mnl_socket *first = mnl_socket_open(NETLINK_ROUTE);
	struct mnl_socket *second = mnl_socket_open(NETLINK_ROUTE);

	mnl_socket_bind(first, 0, 4242);
	printf("bind of a bound socket to another port = %d", mnl_socket_bind(first, 0, 4243));
	printf(", portid %u\n", mnl_socket_get_portid(first));
	printf("bind to a port that is taken = %d", mnl_socket_bind(second, 0, 4242));
	printf(", portid %u\n", mnl_socket_get_portid(second));
	mnl_socket_close(first);
	mnl_socket_close(second);
}

static void null_socket(void)
{
	printf("close(NULL) = %d\n", mnl_socket_close(NULL));
}

static void null_batch(void)
{
	mnl_nlmsg_batch_stop(NULL);
	printf("batch_stop(NULL) = survived\n");
}

int main(void)
{
	huge_messages();
	survive("fprintf of nlmsg_len 0x80000010 in 64 bytes", print_huge);
	survive("fprintf of 17 bytes before an unreadable page", print_at_the_edge);
	long_values();
	survive("put_check(SIZE_MAX - 4)", endless_value);
	unaligned_message();
	padding();
	failed_bind();
	survive("close(NULL)", null_socket);
	survive("batch_stop(NULL)", null_batch);
	return 0;
}
