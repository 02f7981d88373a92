/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* seeds FOLDER: what the kernel says to dumps of every family here, one file a datagram: seeds for fuzzing. */
#define _GNU_SOURCE
#include "../c-tests/check.h"

#include <linux/fib_rules.h>
#include <linux/genetlink.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <sys/stat.h>

static const char *folder;
static unsigned count;

static void keep(uint32_t direction, const void *data, size_t len, int64_t time_ns, void *arg)
{
    char path[4096];
    FILE *file;
    (void)direction;
    (void)time_ns;
    snprintf(path, sizeof path, "%s/%s-%u", folder, (const char *)arg, count++);
    file = fopen(path, "wb");
    REQUIRE(file != NULL);
    CHECK(fwrite(data, 1, len < 4096 ? len : 4096, file) > 0);
    fclose(file);
}

/* Dumps with a family header of `header` zero bytes, of which the first may be given. */
static void dumps(int protocol, const char *name, const uint32_t *types, size_t n, size_t header, unsigned char first)
{
    struct nlrs_socket *s;
    size_t i;
    if (nlrs_socket_open(protocol, NULL, &s) != 0) {
        printf("SKIP: no %s here\n", name);
        return;
    }
    REQUIRE(nlrs_socket_set_trace(s, keep, (void *)(uintptr_t)name) == 0);
    nlrs_socket_set_timeout(s, 1000);
    for (i = 0; i < n; i++) {
        struct nlrs_msg m;
        uint64_t buf[16];
        unsigned char zeros[32] = {0};
        zeros[0] = first;
        nlrs_msg_init(&m, buf, sizeof buf);
        nlrs_msg_begin(&m, types[i], 0);
        nlrs_msg_put_header(&m, zeros, header);
        nlrs_msg_end(&m);
        nlrs_dump(s, nlrs_msg_first(&m), NULL, NULL, NULL);
        /* And what it says when it is no dump: an error with its attributes. */
        nlrs_request(s, nlrs_msg_first(&m), NULL, NULL, NULL);
    }
    nlrs_socket_close(s);
}

int main(int argc, char **argv)
{
    static const uint32_t links[] = {RTM_GETLINK, RTM_GETSTATS};
    static const uint32_t addresses[] = {RTM_GETADDR, RTM_GETADDRLABEL};
    static const uint32_t routes[] = {RTM_GETROUTE, RTM_GETRULE, RTM_GETNEIGH, RTM_GETNEIGHTBL, RTM_GETNETCONF, RTM_GETNEXTHOP,
                                      RTM_GETQDISC};
    static const uint32_t families[] = {GENL_ID_CTRL};
    static const uint32_t tables[] = {NFNL_SUBSYS_NFTABLES << 8 | 1, NFNL_SUBSYS_CTNETLINK << 8 | 1, NFNL_SUBSYS_IPSET << 8 | 7};
    static const uint32_t diag[] = {20};

    REQUIRE(argc == 2);
    folder = argv[1];
    check_own_netns();
    dumps(NETLINK_ROUTE, "link", links, 2, sizeof(struct ifinfomsg), 0);
    dumps(NETLINK_ROUTE, "address", addresses, 2, sizeof(struct ifaddrmsg), 0);
    dumps(NETLINK_ROUTE, "route", routes, 7, sizeof(struct rtmsg), 0);
    dumps(NETLINK_GENERIC, "genl", families, 1, sizeof(struct genlmsghdr), CTRL_CMD_GETFAMILY);
    dumps(NETLINK_GENERIC, "policy", families, 1, sizeof(struct genlmsghdr), CTRL_CMD_GETPOLICY);
    dumps(NETLINK_NETFILTER, "nf", tables, 3, sizeof(struct nfgenmsg), 2);
    dumps(NETLINK_SOCK_DIAG, "diag", diag, 1, 24, 1);
    printf("%u datagrams\n", count);
    CHECK(count > 10);
    return check_end();
}
