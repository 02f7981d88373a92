/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The structs of the specifications that the library carries are as long as the kernel's headers say. */
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <nlrs-ynl.h>
#include "check.h"

static long size_of(const char *family, const char *name)
{
    struct nlrs_ynl *ynl = NULL;
    char *json = NULL;
    const char *size;
    long bytes = -1;
    REQUIRE(nlrs_ynl_open(family, 0, &ynl, NULL) == 0);
    if (nlrs_ynl_describe(ynl, "structs", name, &json, NULL) == 0 && (size = strstr(json, "\"size\":")) != NULL)
        bytes = strtol(size + strlen("\"size\":"), NULL, 10);
    nlrs_ynl_free(json);
    nlrs_ynl_close(ynl);
    return bytes;
}

int main(void)
{
    unsetenv("NLRS_YNL_PATH");
    CHECK_INT(size_of("rt-link", "ifinfomsg"), sizeof(struct ifinfomsg));
    CHECK_INT(size_of("rt-link", "rtgenmsg"), sizeof(struct rtgenmsg));
    CHECK_INT(size_of("rt-link", "if-stats-msg"), sizeof(struct if_stats_msg));
    CHECK_INT(size_of("rt-link", "rtnl-link-stats"), sizeof(struct rtnl_link_stats));
    CHECK_INT(size_of("rt-link", "rtnl-link-stats64"), sizeof(struct rtnl_link_stats64));
    CHECK_INT(size_of("rt-link", "ifla-cacheinfo"), sizeof(struct ifla_cacheinfo));
    CHECK_INT(size_of("rt-link", "ifla-bridge-id"), sizeof(struct ifla_bridge_id));
    CHECK_INT(size_of("rt-link", "br-boolopt-multi"), sizeof(struct br_boolopt_multi));
    CHECK_INT(size_of("rt-link", "ifla-vlan-flags"), sizeof(struct ifla_vlan_flags));
    CHECK_INT(size_of("rt-link", "ifla-vlan-qos-mapping"), sizeof(struct ifla_vlan_qos_mapping));
    CHECK_INT(size_of("rt-link", "ifla-vxlan-port-range"), sizeof(struct ifla_vxlan_port_range));
    CHECK_INT(size_of("rt-link", "ifla-vf-mac"), sizeof(struct ifla_vf_mac));
    CHECK_INT(size_of("rt-link", "ifla-vf-vlan"), sizeof(struct ifla_vf_vlan));
    CHECK_INT(size_of("rt-link", "ifla-vf-rate"), sizeof(struct ifla_vf_rate));
    CHECK_INT(size_of("rt-link", "ifla-vf-trust"), sizeof(struct ifla_vf_trust));
    CHECK_INT(size_of("rt-addr", "ifaddrmsg"), sizeof(struct ifaddrmsg));
    CHECK_INT(size_of("rt-addr", "ifa-cacheinfo"), sizeof(struct ifa_cacheinfo));
    CHECK_INT(size_of("rt-route", "rtmsg"), sizeof(struct rtmsg));
    CHECK_INT(size_of("rt-route", "rta-cacheinfo"), sizeof(struct rta_cacheinfo));
    CHECK_INT(size_of("rt-neigh", "ndmsg"), sizeof(struct ndmsg));
    CHECK_INT(size_of("rt-neigh", "ndtmsg"), sizeof(struct ndtmsg));
    CHECK_INT(size_of("rt-neigh", "nda-cacheinfo"), sizeof(struct nda_cacheinfo));
    CHECK_INT(size_of("rt-neigh", "ndt-config"), sizeof(struct ndt_config));
    CHECK_INT(size_of("rt-neigh", "ndt-stats"), sizeof(struct ndt_stats));
    CHECK_INT(size_of("rt-rule", "fib-rule-hdr"), sizeof(struct fib_rule_hdr));
    CHECK_INT(size_of("rt-rule", "fib-rule-port-range"), sizeof(struct fib_rule_port_range));
    CHECK_INT(size_of("rt-rule", "fib-rule-uid-range"), sizeof(struct fib_rule_uid_range));
    CHECK_INT(size_of("rt-rule", "nonesuch"), -1);
    return check_end();
}
