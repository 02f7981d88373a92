/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shows a family of generic netlink: its number, operations and multicast groups. */
/* arguments: nlctrl */
#include <linux/netlink.h>
#include <nlrs.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    struct nlrs_genl_family *f = NULL;
    struct nlrs_socket *s = NULL;
    const char *name = argv[argc - 1], *group;
    size_t op = 0, at = 0;
    uint32_t number, flags;
    int rc = nlrs_socket_open(NETLINK_GENERIC, NULL, &s);
    rc = rc < 0 ? rc : nlrs_genl_resolve(s, name, &f, NULL);
    printf("%s: number %u, version %u: %s\n", name, nlrs_genl_family_id(f), nlrs_genl_family_version(f), nlrs_strerror(rc));
    while (nlrs_genl_op_walk(f, &op, &number, &flags) == 1)
        printf("operation %u, flags %#x\n", number, flags);
    while (nlrs_genl_group_walk(f, &at, &group, &number) == 1)
        printf("group %s: %u\n", group, number);
    nlrs_genl_family_free(f);
    nlrs_socket_close(s);
    return rc < 0;
}
