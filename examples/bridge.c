/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Makes a bridge, a veth pair of which one end is a port of it, and a VLAN on the other end: all or an error. */
/* in a namespace: ip link add t0 type ifb && ip link add t1 link t0 type vlan id 1 || { echo "SKIP: no VLANs here"; exit 77; } */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <nlrs.h>
#include <stdio.h>

int main(void)
{
    const uint32_t create = NLM_F_CREATE | NLM_F_EXCL;
    struct nlrs_link bridge = {.name = "br0", .kind = "bridge", .flags = IFF_UP, .change = IFF_UP};
    struct nlrs_link port = {.name = "v0", .flags = IFF_UP, .change = IFF_UP}, peer = {.name = "v1"};
    struct nlrs_link vlan = {.name = "v1.5"};
    struct nlrs_error *err = nlrs_error_new();
    struct nlrs_msg *m = nlrs_msg_new(512);
    struct nlrs_socket *s = NULL;
    char line[256];
    int data, end, rc = nlrs_socket_open(NETLINK_ROUTE, NULL, &s);

    if (rc == 0 && (rc = nlrs_link_request(s, RTM_NEWLINK, create, &bridge, sizeof bridge, err)) == 0 &&
        (rc = nlrs_link_index(s, "br0", &port.master, err)) == 0) {
        nlrs_link_begin(m, RTM_NEWLINK, create, &port, sizeof port);
        data = nlrs_link_data_begin(m, "veth");
        end = nlrs_msg_nest_begin(m, VETH_INFO_PEER);
        nlrs_link_put(m, &peer, sizeof peer);
        nlrs_msg_nest_end(m, end);
        nlrs_link_data_end(m, data);
        if ((rc = nlrs_msg_end(m)) == 0 && (rc = nlrs_request(s, nlrs_msg_first(m), NULL, NULL, err)) == 0)
            rc = nlrs_link_index(s, "v1", &vlan.link, err);
    }
    if (rc == 0) {
        nlrs_msg_reset(m);
        nlrs_link_begin(m, RTM_NEWLINK, create, &vlan, sizeof vlan);
        data = nlrs_link_data_begin(m, "vlan");
        nlrs_msg_put_u16(m, IFLA_VLAN_ID, 5);
        nlrs_link_data_end(m, data);
        rc = (rc = nlrs_msg_end(m)) < 0 ? rc : nlrs_request(s, nlrs_msg_first(m), NULL, NULL, err);
    }
    printf("%s\n", rc == 0 ? "br0, v0, v1, v1.5" : (nlrs_error_format(err, line, sizeof line), line));
    nlrs_socket_close(s), nlrs_msg_free(m), nlrs_error_free(err);
    return rc < 0;
}
