/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Single datagrams: between programs, truncated, several by one call, from other senders, with group and namespace. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

static struct nlrs_socket *user_socket(int any_sender)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s = NULL;
    REQUIRE(options != NULL);
    nlrs_socket_options_set_any_sender(options, any_sender);
    nlrs_socket_options_set_timeout(options, 1000);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &s) == 0);
    nlrs_socket_options_free(options);
    return s;
}

static void send_dump_request(struct nlrs_socket *s)
{
    uint64_t memory[16];
    struct nlrs_msg m;
    struct ifinfomsg ifi;
    memset(&ifi, 0, sizeof ifi);
    nlrs_msg_init(&m, memory, sizeof memory);
    CHECK_INT(nlrs_socket_send_msg(s, &m, 0), -EINVAL);
    nlrs_msg_begin(&m, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
    CHECK_INT(nlrs_socket_send_msg(s, &m, 0), -EINVAL);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    REQUIRE(nlrs_msg_end(&m) == 0);
    CHECK_INT(nlrs_socket_send_msg(s, &m, 0), 0);
}

static void between_programs(void)
{
    struct nlrs_socket *a = user_socket(1), *b = user_socket(1);
    char buf[64];
    size_t len = 0;
    uint32_t portid = 0, group = 99;
    int32_t nsid = 5;
    CHECK_INT(nlrs_socket_send_to(a, "hello", 5, 0, nlrs_socket_portid(b), 0), 0);
    CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, 0, &len, &portid, &group, &nsid), 0);
    CHECK_INT(len, 5);
    CHECK_MEM(buf, "hello", 5);
    CHECK_INT(portid, nlrs_socket_portid(a));
    CHECK_INT(group, 0);
    CHECK_INT(nsid, -1);
    /* A connected socket needs no address, and the kernel refuses other senders. */
    CHECK_INT(nlrs_socket_connect(a, nlrs_socket_portid(b), 0), 0);
    CHECK_INT(nlrs_socket_send(a, "again", 5, 0), 0);
    CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, 0, &len, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_socket_send_to(b, "back", 4, 0, nlrs_socket_portid(a), 0), 0);
    CHECK_INT(nlrs_socket_recv(a, buf, sizeof buf, 0, &len, &portid, NULL, NULL), 0);
    CHECK_INT(portid, nlrs_socket_portid(b));
    CHECK_INT(nlrs_socket_disconnect(a), 0);
    /* No socket has the port ID. */
    CHECK_INT(nlrs_socket_send_to(a, "hello", 5, 0, 0x12345678, 0), -ECONNREFUSED);
    CHECK_INT(nlrs_socket_send_to(a, NULL, 5, 0, 0, 0), -EINVAL);
    CHECK_INT(nlrs_socket_send_to(a, "hello", 5, 0, nlrs_socket_portid(b), 33), -ERANGE);
    CHECK_INT(nlrs_socket_send_to(a, "hello", 5, 0, nlrs_socket_portid(b), UINT32_MAX), -ERANGE);
    CHECK_INT(nlrs_socket_connect(a, nlrs_socket_portid(b), 33), -ERANGE);
    /* Only the flags that the manual names. */
    CHECK_INT(nlrs_socket_send_to(a, "hello", 5, MSG_PEEK, nlrs_socket_portid(b), 0), -EINVAL);
    CHECK_INT(nlrs_socket_send(a, "hello", 5, MSG_OOB), -EINVAL);
    nlrs_socket_close(a);
    nlrs_socket_close(b);
}

static void other_senders_are_skipped(void)
{
    struct nlrs_socket *s = NULL, *other = user_socket(1), *ally = user_socket(1);
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_datagrams *datagrams = nlrs_datagrams_new(4, 64);
    char buf[64];
    const void *data;
    size_t len = 0;
    int i;
    REQUIRE(options != NULL && datagrams != NULL);
    /* The kernel does not check the sender of a multicast: the library does. */
    nlrs_socket_options_set_timeout(options, 50);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &s) == 0);
    CHECK_INT(nlrs_socket_send_to(other, "data", 4, 0, nlrs_socket_portid(s), 0), -ECONNREFUSED);
    REQUIRE(nlrs_socket_disconnect(s) == 0);
    for (i = 0; i < 3; i++)
        CHECK_INT(nlrs_socket_send_to(other, "data", 4, 0, nlrs_socket_portid(s), 0), 0);
    CHECK_INT(nlrs_socket_recv(s, buf, sizeof buf, 0, &len, NULL, NULL, NULL), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_socket_skipped(s), 3);
    /* With MSG_PEEK they are removed, too. */
    CHECK_INT(nlrs_socket_send_to(other, "data", 4, 0, nlrs_socket_portid(s), 0), 0);
    CHECK_INT(nlrs_socket_recv(s, buf, sizeof buf, MSG_PEEK, &len, NULL, NULL, NULL), NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_socket_send_to(other, "data", 4, 0, nlrs_socket_portid(s), 0), 0);
    CHECK_INT(nlrs_socket_recv_many(s, datagrams), NLRS_ETIMEDOUT);
    CHECK(nlrs_socket_skipped(s) >= 5);
    /* The port ID that it is connected to is accepted. */
    CHECK_INT(nlrs_socket_send_to(other, "data", 4, 0, nlrs_socket_portid(s), 0), 0);
    CHECK_INT(nlrs_socket_connect(s, nlrs_socket_portid(ally), 0), 0);
    CHECK_INT(nlrs_socket_send_to(ally, "news", 4, 0, nlrs_socket_portid(s), 0), 0);
    CHECK_INT(nlrs_socket_recv_many(s, datagrams), 1);
    CHECK_INT(nlrs_datagrams_get(datagrams, 0, &data, &len, NULL, NULL, NULL), 0);
    CHECK_MEM(data, "news", 4);
    nlrs_datagrams_free(datagrams);
    nlrs_socket_options_free(options);
    nlrs_socket_close(s);
    nlrs_socket_close(other);
    nlrs_socket_close(ally);
}

/* Datagrams that are skipped do not extend the deadline. */
static void a_flood_of_other_senders_ends_at_the_deadline(void)
{
    struct nlrs_socket *s = NULL;
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    char buf[64];
    size_t len = 0;
    uint32_t portid;
    pid_t child;
    REQUIRE(options != NULL);
    nlrs_socket_options_set_timeout(options, 200);
    REQUIRE(nlrs_socket_open(NETLINK_USERSOCK, options, &s) == 0);
    REQUIRE(nlrs_socket_disconnect(s) == 0);
    portid = nlrs_socket_portid(s);
    child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        struct nlrs_socket *other = user_socket(1);
        for (;;)
            nlrs_socket_send_to(other, "data", 4, 0, portid, 0);
    }
    CHECK_INT(nlrs_socket_recv(s, buf, sizeof buf, 0, &len, NULL, NULL, NULL), NLRS_ETIMEDOUT);
    CHECK(nlrs_socket_skipped(s) > 0);
    kill(child, SIGKILL);
    CHECK_INT(waitpid(child, NULL, 0), child);
    nlrs_socket_close(s);
    nlrs_socket_options_free(options);
}

static void sixty_four_bytes_against_a_link_dump(void)
{
    struct nlrs_socket *s = NULL;
    unsigned char buf[68];
    size_t len = 0;
    uint32_t portid = 7;
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    send_dump_request(s);
    memset(buf, 0xee, sizeof buf);
    CHECK_INT(nlrs_socket_recv(s, buf, 64, 0, &len, &portid, NULL, NULL), NLRS_ETRUNC);
    CHECK(len > 64);
    CHECK_INT(portid, 0);
    CHECK_INT(((struct nlmsghdr *)(void *)buf)->nlmsg_type, RTM_NEWLINK);
    CHECK_INT(buf[64], 0xee);
    nlrs_socket_close(s);
}

static void datagrams_of_any_size(void)
{
    struct nlrs_socket *a = user_socket(1), *b = user_socket(1);
    size_t size = 256 << 10, huge = 3 << 20, len = 0, i;
    unsigned char *bytes = malloc(huge);
    const void *data = NULL, *again = NULL;
    uint32_t portid = 0;
    REQUIRE(bytes != NULL);
    for (i = 0; i < huge; i++)
        bytes[i] = (unsigned char)(i * 31 >> 3);
    CHECK_INT(nlrs_socket_send_to(a, bytes, huge, 0, nlrs_socket_portid(b), 0), -EMSGSIZE);
    if (nlrs_socket_set_send_buffer(a, 8 << 20) == 1) {
        printf("SKIP: datagrams of 256 KiB and more: the send buffer is limited\n");
    } else {
        CHECK_INT(nlrs_socket_send_to(a, bytes, size, 0, nlrs_socket_portid(b), 0), 0);
        CHECK_INT(nlrs_socket_recv_datagram(b, 0, &data, &len, &portid, NULL, NULL), 0);
        CHECK_INT(len, size);
        CHECK_INT(portid, nlrs_socket_portid(a));
        CHECK_INT((uintptr_t)data % 8, 0);
        CHECK(data != NULL && memcmp(data, bytes, size) == 0);
        /* The same memory is used again. */
        CHECK_INT(nlrs_socket_send_to(a, "small", 5, 0, nlrs_socket_portid(b), 0), 0);
        CHECK_INT(nlrs_socket_recv_datagram(b, 0, &again, &len, NULL, NULL, NULL), 0);
        CHECK_INT(len, 5);
        CHECK(again == data);
        /* Longer than that memory: NLRS_ETRUNC, and the next one is received completely. */
        CHECK_INT(nlrs_socket_send_to(a, bytes, huge, 0, nlrs_socket_portid(b), 0), 0);
        CHECK_INT(nlrs_socket_recv_datagram(b, 0, &data, &len, NULL, NULL, NULL), NLRS_ETRUNC);
        CHECK_INT(nlrs_socket_send_to(a, bytes, huge, 0, nlrs_socket_portid(b), 0), 0);
        CHECK_INT(nlrs_socket_recv_datagram(b, 0, &data, &len, NULL, NULL, NULL), 0);
        CHECK_INT(len, huge);
        CHECK(len == huge && memcmp(data, bytes, huge) == 0);
    }
    nlrs_socket_close(a);
    nlrs_socket_close(b);
    free(bytes);
}

static void peeked_datagrams_remain(void)
{
    struct nlrs_socket *a = user_socket(1), *b = user_socket(1);
    char buf[8];
    const void *data = NULL;
    size_t len = 0;
    CHECK_INT(nlrs_socket_send_to(a, "peek", 4, 0, nlrs_socket_portid(b), 0), 0);
    CHECK_INT(nlrs_socket_recv(b, NULL, 0, MSG_PEEK, &len, NULL, NULL, NULL), NLRS_ETRUNC);
    CHECK_INT(len, 4);
    CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, MSG_PEEK, &len, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, 0, &len, NULL, NULL, NULL), 0);
    CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, MSG_DONTWAIT, &len, NULL, NULL, NULL), -EAGAIN);
    CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, MSG_ERRQUEUE, &len, NULL, NULL, NULL), -EINVAL);
    CHECK_INT(nlrs_socket_recv_datagram(b, MSG_DONTWAIT | MSG_OOB, &data, &len, NULL, NULL, NULL), -EINVAL);
    nlrs_socket_close(a);
    nlrs_socket_close(b);
}

static void several_by_one_call(void)
{
    struct nlrs_socket *a = user_socket(1), *c = user_socket(1), *b = user_socket(1);
    struct nlrs_datagrams *datagrams = nlrs_datagrams_new(64, 20);
    const void *data = NULL;
    size_t len = 0;
    uint32_t portid = 0;
    int i, got;
    REQUIRE(datagrams != NULL);
    CHECK(nlrs_datagrams_new(0, 8) == NULL);
    CHECK(nlrs_datagrams_new(8, 0) == NULL);
    CHECK(nlrs_datagrams_new(8, (size_t)-1) == NULL);
    for (i = 0; i < 40; i++) {
        char text[40];
        int size = snprintf(text, sizeof text, "%d is the number of this datagram", i);
        CHECK_INT(nlrs_socket_send_to(i % 2 ? a : c, text, i % 3 ? 8 : (size_t)size, 0, nlrs_socket_portid(b), 0), 0);
    }
    got = nlrs_socket_recv_many(b, datagrams);
    CHECK_INT(got, 32);
    CHECK_INT(nlrs_datagrams_count(datagrams), 32);
    for (i = 0; i < got; i++) {
        int code = nlrs_datagrams_get(datagrams, (size_t)i, &data, &len, &portid, NULL, NULL);
        CHECK_INT(code, i % 3 ? 0 : NLRS_ETRUNC);
        CHECK_INT(atoi(data), i);
        CHECK(i % 3 ? len == 8 : len > 20);
        CHECK_INT(portid, nlrs_socket_portid(i % 2 ? a : c));
    }
    CHECK_INT(nlrs_datagrams_get(datagrams, 32, &data, &len, NULL, NULL, NULL), NLRS_EINDEX);
    CHECK_INT(nlrs_socket_recv_many(b, datagrams), 8);
    CHECK_INT(nlrs_datagrams_get(datagrams, 7, &data, &len, NULL, NULL, NULL), NLRS_ETRUNC);
    CHECK_INT(atoi(data), 39);
    CHECK_INT(nlrs_datagrams_get(datagrams, 8, &data, &len, NULL, NULL, NULL), NLRS_EINDEX);
    nlrs_socket_set_timeout(b, 0);
    CHECK_INT(nlrs_socket_recv_many(b, datagrams), -EAGAIN);
    CHECK_INT(nlrs_datagrams_count(datagrams), 0);
    nlrs_datagrams_free(datagrams);
    nlrs_socket_close(a);
    nlrs_socket_close(b);
    nlrs_socket_close(c);
}

/* The group and sender of each datagram are its own, not those of the one before. */
static void ancillary_data_is_never_stale(void)
{
    struct nlrs_socket *a = user_socket(1), *b = user_socket(1);
    char buf[8];
    size_t len = 0;
    uint32_t group = 99, portid = 0;
    int i;
    if (nlrs_socket_join(b, 1) == -EPERM || nlrs_socket_join(b, 2) == -EPERM) {
        printf("SKIP: groups of USERSOCK: not permitted\n");
    } else {
        CHECK_INT(nlrs_socket_set_flag(b, NETLINK_PKTINFO, 1), 0);
        for (i = 0; i < 20; i++) {
            uint32_t wanted = (uint32_t)i % 3;
            int code = wanted ? nlrs_socket_send_to(a, "x", 1, 0, 0, wanted)
                              : nlrs_socket_send_to(a, "x", 1, 0, nlrs_socket_portid(b), 0);
            /* USERSOCK has no kernel socket: the multicast was sent nevertheless. */
            CHECK(code == 0 || (wanted && code == -ECONNREFUSED));
            CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, 0, &len, &portid, &group, NULL), 0);
            CHECK_INT(group, wanted);
            CHECK_INT(portid, nlrs_socket_portid(a));
        }
    }
    nlrs_socket_close(a);
    nlrs_socket_close(b);
}

static void overflow_is_reported_once(void)
{
    struct nlrs_socket *a = user_socket(1), *b = user_socket(1);
    char buf[64];
    size_t len;
    int i, code, received = 0;
    CHECK_INT(nlrs_socket_set_recv_buffer(b, 2048), 0);
    nlrs_socket_set_timeout(a, 0);
    /* Unicasts are never dropped: the send fails with -EAGAIN and can be waited for. */
    CHECK_INT(nlrs_socket_poll_events(a), 1 /* POLLIN */);
    for (i = 0, code = 0; i < 10000 && code == 0; i++)
        code = nlrs_socket_send_to(a, "unicast", 7, 0, nlrs_socket_portid(b), 0);
    CHECK_INT(code, -EAGAIN);
    CHECK_INT(nlrs_socket_poll_events(a), 1 | 4 /* POLLIN | POLLOUT */);
    nlrs_socket_set_timeout(b, 0);
    while ((code = nlrs_socket_recv(b, buf, sizeof buf, 0, &len, NULL, NULL, NULL)) == 0)
        received++;
    CHECK_INT(code, -EAGAIN);
    CHECK(received > 0);
    CHECK_INT(nlrs_socket_send_to(a, "unicast", 7, 0, nlrs_socket_portid(b), 0), 0);
    CHECK_INT(nlrs_socket_poll_events(a), 1);
    CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, 0, &len, NULL, NULL, NULL), 0);
    if (nlrs_socket_join(b, 1) == 0) {
        for (i = 0; i < 100; i++)
            (void)nlrs_socket_send_to(a, "multicast", 9, 0, 0, 1);
        CHECK_INT(nlrs_socket_recv(b, buf, sizeof buf, 0, &len, NULL, NULL, NULL), NLRS_EOVERRUN);
        received = 0;
        while ((code = nlrs_socket_recv(b, buf, sizeof buf, 0, &len, NULL, NULL, NULL)) == 0)
            received++;
        CHECK_INT(code, -EAGAIN);
        CHECK(received > 0 && received < 100);
    }
    nlrs_socket_close(a);
    nlrs_socket_close(b);
}

int main(void)
{
    check_own_netns();
    between_programs();
    other_senders_are_skipped();
    a_flood_of_other_senders_ends_at_the_deadline();
    sixty_four_bytes_against_a_link_dump();
    datagrams_of_any_size();
    peeked_datagrams_remain();
    several_by_one_call();
    ancillary_data_is_never_stale();
    overflow_is_reported_once();
    return check_end();
}
