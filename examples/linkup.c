/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Brings up the link of a name. */
/* in a namespace: ip link add v0 type veth peer name v1 */
/* arguments: v0 */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nlrs.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    struct nlrs_link link = {.flags = IFF_UP, .change = IFF_UP};
    struct nlrs_socket *s = NULL;
    int rc = nlrs_socket_open(NETLINK_ROUTE, NULL, &s);
    snprintf(link.name, sizeof link.name, "%s", argv[argc - 1]);
    rc = rc < 0 ? rc : nlrs_link_request(s, RTM_NEWLINK, 0, &link, sizeof link, NULL);
    printf("%s: %s\n", link.name, nlrs_strerror(rc));
    nlrs_socket_close(s);
    return rc < 0;
}
