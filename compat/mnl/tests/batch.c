/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mnl_nlmsg_batch_*: what fits, what moves when it is full, what a reset keeps. */
#include "show.h"

#define LIMIT 128

static _Alignas(4) unsigned char bytes[4 * LIMIT];

static void state(const char *when, struct mnl_nlmsg_batch *batch)
{
	printf("%s: size = %zu, head = %td, current = %td, empty = %d\n", when, mnl_nlmsg_batch_size(batch),
	       (unsigned char *)mnl_nlmsg_batch_head(batch) - bytes, (unsigned char *)mnl_nlmsg_batch_current(batch) - bytes,
	       mnl_nlmsg_batch_is_empty(batch));
}

static void put_message(struct mnl_nlmsg_batch *batch, size_t payload, unsigned char value)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(mnl_nlmsg_batch_current(batch));
	void *extra = mnl_nlmsg_put_extra_header(nlh, payload);

	nlh->nlmsg_type = value;
	memset(extra, value, payload);
}

static void fill(size_t limit, size_t payload)
{
	memset(bytes, POISON, sizeof(bytes));
	struct mnl_nlmsg_batch *batch = mnl_nlmsg_batch_start(bytes, limit);

	printf("limit %zu, payload %zu\n", limit, payload);
	state("start", batch);
	for (unsigned char i = 1; i <= 20; i++) {
		put_message(batch, payload, i);
		bool fits = mnl_nlmsg_batch_next(batch);
		printf("message %u: next = %d\n", i, fits);
		state("after next", batch);
		if (!fits) {
			mnl_nlmsg_batch_reset(batch);
			state("after reset", batch);
			printf("bytes = ");
			show_bytes(bytes, 32);
			putchar('\n');
		}
	}
	mnl_nlmsg_batch_reset(batch);
	state("reset", batch);
	mnl_nlmsg_batch_reset(batch);
	state("reset again", batch);
	put_message(batch, 0, 99);
	printf("next = %d\n", mnl_nlmsg_batch_next(batch));
	state("after one more", batch);
	mnl_nlmsg_batch_stop(batch);
}

int main(void)
{
	for (size_t limit = 0; limit <= LIMIT; limit += 4)
		for (size_t payload = 0; payload <= 24; payload += 4)
			fill(limit, payload);
	/* Limits and lengths that are no multiples of 4. */
	for (size_t limit = 61; limit <= 67; limit++)
		for (size_t payload = 0; payload <= 9; payload++)
			fill(limit, payload);

	/* A next after the refused one, without a reset between. */
	struct mnl_nlmsg_batch *batch = mnl_nlmsg_batch_start(bytes, 40);
	for (unsigned char i = 1; i <= 4; i++) {
		put_message(batch, 4, i);
		printf("no reset, message %u: next = %d\n", i, mnl_nlmsg_batch_next(batch));
		state("no reset", batch);
	}
	mnl_nlmsg_batch_reset(batch);
	state("late reset", batch);
	printf("bytes = ");
	show_bytes(bytes, 64);
	putchar('\n');
	mnl_nlmsg_batch_stop(batch);

	/* A message whose nlmsg_len is no multiple of 4. */
	batch = mnl_nlmsg_batch_start(bytes, 64);
	for (unsigned char i = 1; i <= 5; i++) {
		put_message(batch, 4, i);
		((struct nlmsghdr *)mnl_nlmsg_batch_current(batch))->nlmsg_len = 17;
		printf("unaligned, message %u: next = %d\n", i, mnl_nlmsg_batch_next(batch));
		state("unaligned", batch);
	}
	mnl_nlmsg_batch_stop(batch);
	return 0;
}
