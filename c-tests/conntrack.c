/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The conntrack example counts real connections: TCP over loopback in a namespace whose connections nf_tables has tracked. */
#define main conntrack_main
#include "../examples/conntrack.c"
#undef main
#include "check.h"
#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <pthread.h>
#include <sys/socket.h>

/* Five events each, which fit the smallest receive buffer that nobody reads from. */
enum { CONNECTIONS = 8 };

static void begin(struct nlrs_msg *m, uint32_t what)
{
    struct nfgenmsg header = {.nfgen_family = AF_INET};

    nlrs_msg_begin(m, NFNL_SUBSYS_NFTABLES << 8 | what, NLM_F_CREATE);
    nlrs_msg_put_header(m, &header, sizeof header);
}

/* A chain on the way out with one rule, which asks for the state of the connection: that has the kernel track them. */
static int track(void)
{
    struct nlrs_batch *b = nlrs_batch_new();
    struct nlrs_msg *m = nlrs_batch_msg(b);
    struct nlrs_socket *s = NULL;
    int hook, expressions, element, data, code = nlrs_socket_open(NETLINK_NETFILTER, NULL, &s);

    CHECK_INT(nlrs_batch_set_transaction(b, NFNL_SUBSYS_NFTABLES), 0);
    begin(m, NFT_MSG_NEWTABLE);
    nlrs_msg_put_str(m, NFTA_TABLE_NAME, "track");
    REQUIRE(nlrs_msg_end(m) == 0);

    begin(m, NFT_MSG_NEWCHAIN);
    nlrs_msg_put_str(m, NFTA_CHAIN_TABLE, "track");
    nlrs_msg_put_str(m, NFTA_CHAIN_NAME, "out");
    hook = nlrs_msg_nest_begin(m, NFTA_CHAIN_HOOK);
    nlrs_msg_put_be32(m, NFTA_HOOK_HOOKNUM, 3 /* NF_INET_LOCAL_OUT */);
    nlrs_msg_put_be32(m, NFTA_HOOK_PRIORITY, 0);
    nlrs_msg_nest_end(m, hook);
    nlrs_msg_put_str(m, NFTA_CHAIN_TYPE, "filter");
    REQUIRE(nlrs_msg_end(m) == 0);

    begin(m, NFT_MSG_NEWRULE);
    nlrs_msg_put_str(m, NFTA_RULE_TABLE, "track");
    nlrs_msg_put_str(m, NFTA_RULE_CHAIN, "out");
    expressions = nlrs_msg_nest_begin(m, NFTA_RULE_EXPRESSIONS);
    element = nlrs_msg_nest_begin(m, NFTA_LIST_ELEM);
    nlrs_msg_put_str(m, NFTA_EXPR_NAME, "ct");
    data = nlrs_msg_nest_begin(m, NFTA_EXPR_DATA);
    nlrs_msg_put_be32(m, NFTA_CT_KEY, NFT_CT_STATE);
    nlrs_msg_put_be32(m, NFTA_CT_DREG, NFT_REG_1);
    nlrs_msg_nest_end(m, data);
    nlrs_msg_nest_end(m, element);
    nlrs_msg_nest_end(m, expressions);
    REQUIRE(nlrs_msg_end(m) == 0);

    if (code == 0)
        code = nlrs_batch_send(s, b, NULL);
    nlrs_batch_free(b);
    nlrs_socket_close(s);
    return code;
}

static void loopback_up(void)
{
    struct ifinfomsg info = {.ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    struct nlrs_msg *m = nlrs_msg_new(64);
    struct nlrs_socket *s = NULL;

    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    nlrs_msg_begin(m, RTM_NEWLINK, 0);
    nlrs_msg_put_header(m, &info, sizeof info);
    REQUIRE(nlrs_msg_end(m) == 0);
    REQUIRE(nlrs_request(s, nlrs_msg_first(m), NULL, NULL, NULL) == 0);
    nlrs_msg_free(m);
    nlrs_socket_close(s);
}

/* Opens and resets connections, and has the kernel forget them. */
static void *connect_often(void *arg)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct linger reset = {1, 0};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct nlrs_msg *m = nlrs_msg_new(64);
    struct nfgenmsg all = {.nfgen_family = AF_INET};
    struct nlrs_socket *s = NULL;

    (void)arg;
    usleep(300000); /* the example is to listen first */
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    REQUIRE(listen(listener, CONNECTIONS) == 0);
    REQUIRE(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    for (int i = 0; i < CONNECTIONS; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), other;

        REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
        REQUIRE((other = accept(listener, NULL, NULL)) >= 0);
        CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
        close(fd);
        close(other);
    }
    close(listener);
    /* A DELETE without a tuple is for all of them. */
    REQUIRE(nlrs_socket_open(NETLINK_NETFILTER, NULL, &s) == 0);
    nlrs_msg_begin(m, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, 0);
    nlrs_msg_put_header(m, &all, sizeof all);
    REQUIRE(nlrs_msg_end(m) == 0);
    CHECK_INT(nlrs_request(s, nlrs_msg_first(m), NULL, NULL, NULL), 0);
    nlrs_msg_free(m);
    nlrs_socket_close(s);
    return NULL;
}

int main(void)
{
    char patience[] = "2", *arguments[] = {NULL, patience, NULL};
    pthread_t thread;
    int code;

    check_own_netns();
    loopback_up();
    code = track();
    if (code < 0)
        check_skip("connection tracking by nf_tables: %s", nlrs_strerror(code));
    REQUIRE(pthread_create(&thread, NULL, connect_often, NULL) == 0);
    CHECK_INT(conntrack_main(2, arguments), 0);
    pthread_join(thread, NULL);
    CHECK_INT(come, CONNECTIONS);
    CHECK_INT(gone, CONNECTIONS);
    /* Seen from both sides, then the reset. */
    CHECK(changed >= 2 * CONNECTIONS);
    CHECK_INT(lost, 0);
    return check_end();
}
