/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Whether a link has a carrier, as ethtool netlink says. */
/* arguments: lo */
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <nlrs.h>
#include <stdio.h>

static int print_state(const struct nlmsghdr *nlh, void *arg)
{
    const struct nlattr *attrs[ETHTOOL_A_LINKSTATE_LINK + 1];
    uint8_t link;
    int rc = nlrs_nlmsg_index(nlh, GENL_HDRLEN, attrs, ETHTOOL_A_LINKSTATE_LINK);
    if (rc >= 0 && (rc = nlrs_attr_get_u8(attrs[ETHTOOL_A_LINKSTATE_LINK], &link)) == 0)
        printf("%s: %s\n", (const char *)arg, link ? "link detected" : "no link");
    return rc < 0 ? rc : 0;
}

int main(int argc, char **argv)
{
    struct nlrs_error *err = nlrs_error_new();
    struct nlrs_msg *m = nlrs_msg_new(128);
    struct nlrs_genl_family *f = NULL;
    struct nlrs_socket *s = NULL;
    char line[256];
    int nest, rc = nlrs_socket_open(NETLINK_GENERIC, NULL, &s);
    if (rc == 0 && (rc = nlrs_genl_resolve(s, "ethtool", &f, err)) == 0) {
        nlrs_genl_begin(m, f, ETHTOOL_MSG_LINKSTATE_GET, 0);
        nest = nlrs_msg_nest_begin(m, ETHTOOL_A_LINKSTATE_HEADER);
        nlrs_msg_put_str(m, ETHTOOL_A_HEADER_DEV_NAME, argv[argc - 1]);
        nlrs_msg_nest_end(m, nest);
        if ((rc = nlrs_msg_end(m)) == 0)
            rc = nlrs_request(s, nlrs_msg_first(m), print_state, argv[argc - 1], err);
    }
    if (rc < 0 && nlrs_error_format(err, line, sizeof line) > 0)
        fprintf(stderr, "linkstate: %s\n", line);
    nlrs_genl_family_free(f);
    nlrs_socket_close(s);
    nlrs_msg_free(m);
    nlrs_error_free(err);
    return rc < 0;
}
