/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds a request that makes a VLAN link, reads it back, and prints both. message.cc does the same in C++. */
#include <nlrs.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    uint32_t buf[128];
    struct nlrs_msg m;
    struct ifinfomsg ifi;
    const struct nlattr *tb[IFLA_MAX + 1], *vlan = NULL;
    const uint32_t path[] = { IFLA_LINKINFO, IFLA_INFO_DATA, IFLA_VLAN_ID };
    const void *attrs;
    const char *name;
    const unsigned char *bytes;
    size_t len, i;
    uint16_t id;
    int info, data, code;

    /* Build. What fails is kept; nlrs_msg_end tells. */
    memset(&ifi, 0, sizeof ifi);
    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_put_str(&m, IFLA_IFNAME, "eth0.100");
    nlrs_msg_put_u32(&m, IFLA_LINK, 2);
    info = nlrs_msg_nest_begin(&m, IFLA_LINKINFO);
    nlrs_msg_put_str(&m, IFLA_INFO_KIND, "vlan");
    data = nlrs_msg_nest_begin(&m, IFLA_INFO_DATA);
    nlrs_msg_put_u16(&m, IFLA_VLAN_ID, 100);
    nlrs_msg_nest_end(&m, data);
    nlrs_msg_nest_end(&m, info);
    code = nlrs_msg_end(&m);
    if (code < 0) {
        fprintf(stderr, "build: %s\n", nlrs_strerror(code));
        return 1;
    }

    /* Read. A slot that is empty needs no check: its getter says -ENOENT. */
    code = nlrs_nlmsg_index(nlrs_msg_first(&m), sizeof ifi, tb, IFLA_MAX);
    if (code >= 0)
        code = nlrs_attr_get_str(tb[IFLA_IFNAME], &name);
    if (code >= 0)
        code = nlrs_nlmsg_attrs(nlrs_msg_first(&m), sizeof ifi, &attrs, &len);
    if (code >= 0)
        code = nlrs_attr_find_path(attrs, len, path, 3, &vlan);
    if (code >= 0)
        code = nlrs_attr_get_u16(vlan, &id);
    if (code < 0) {
        fprintf(stderr, "read: %s\n", nlrs_strerror(code));
        return 1;
    }
    printf("%s has VLAN ID %u\n", name, (unsigned int)id);

    bytes = (const unsigned char *)nlrs_msg_first(&m);
    for (i = 0; i < nlrs_msg_len(&m); i++)
        printf("%02x%s", (unsigned int)bytes[i], i % 16 == 15 ? "\n" : " ");
    printf("\n");
    return strcmp(name, "eth0.100") != 0 || id != 100;
}
