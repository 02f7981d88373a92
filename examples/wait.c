/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Waits until an address is there, ten seconds at most, whether it was there before or comes meanwhile. */
/* in a namespace: ip link set lo up; (sleep 0.3; ip addr add 192.0.2.1/24 dev lo) > /dev/null 2>&1 & */
/* arguments: 192.0.2.1 */
#include <nlrs.h>
#include <stdio.h>
#include <string.h>

static int is_it(const struct nlmsghdr *nlh, void *arg)
{
    const struct nlrs_addr *wanted = arg;
    struct nlrs_address address;
    int rc = nlrs_address_read(nlh, &address, sizeof address);
    if (rc < 0)
        return rc;
    return memcmp(address.local.bytes, wanted->bytes, sizeof wanted->bytes) == 0 ? NLRS_STOP : 0;
}

int main(int argc, char **argv)
{
    struct nlrs_addr wanted;
    int rc = nlrs_addr_parse(argv[argc - 1], &wanted);
    if (rc == 0)
        rc = nlrs_wait(NLRS_ADDRESSES, wanted.family, 10000, NULL, is_it, &wanted);
    printf("%s: %s\n", argv[argc - 1], nlrs_strerror(rc));
    return rc < 0;
}
