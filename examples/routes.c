/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lists the routes of both families and all tables, with their next hops. */
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <stdio.h>

static void print_hop(const struct nlrs_addr *gateway, uint32_t oif, uint32_t weight)
{
    char text[64] = "";
    nlrs_addr_format(gateway, text, sizeof text);
    printf(" via %s dev %u weight %u", gateway->family ? text : "-", oif, weight);
}

static int print_route(const struct nlmsghdr *nlh, void *arg)
{
    struct nlrs_route route;
    struct nlrs_next_hop hop;
    size_t pos = 0;
    char dst[64];
    int rc = nlrs_route_read(nlh, &route, sizeof route);
    (void)arg;
    if (rc < 0)
        return rc;
    nlrs_addr_format(&route.dst, dst, sizeof dst);
    printf("%s table %u metric %u", dst, route.table, route.priority);
    print_hop(&route.gateway, route.oif, 1);
    while ((rc = nlrs_next_hop_walk(nlh, &pos, &hop, sizeof hop, NULL, NULL)) == 1)
        print_hop(&hop.gateway, hop.oif, hop.weight);
    printf("\n");
    return rc;
}

int main(void)
{
    struct nlrs_route all = {0};
    struct nlrs_msg *m = nlrs_msg_new(64);
    struct nlrs_socket *s = NULL;
    int rc = nlrs_socket_open(NETLINK_ROUTE, NULL, &s);
    nlrs_route_begin(m, RTM_GETROUTE, 0, &all, sizeof all);
    if (rc == 0 && (rc = nlrs_msg_end(m)) == 0)
        rc = nlrs_dump(s, nlrs_msg_first(m), print_route, NULL, NULL);
    nlrs_socket_close(s);
    nlrs_msg_free(m);
    return rc < 0 ? fprintf(stderr, "routes: %s\n", nlrs_strerror(rc)), 1 : 0;
}
