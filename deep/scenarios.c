/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The scenarios as they are, each of them twice: nothing fails. Under sanitizers and valgrind this is what they look at. */
#define _GNU_SOURCE
#include "scenarios.h"

static void enter(void) {}
static void leave(void) {}
static int fault_is_past(void)
{
    return 1;
}

int main(void)
{
    int i;

    prepare_scenarios();
    for (i = 0; i < 2 * SCENARIOS; i++) {
        struct run r = {0, 0, 0, 0};
        scenarios[i % SCENARIOS].run(&r);
        if (r.first != 0)
            printf("scenario %s: %s\n", scenarios[i % SCENARIOS].name, nlrs_strerror(r.first));
        CHECK_INT(r.first, 0);
    }
    finish_scenarios();
    return check_end();
}
