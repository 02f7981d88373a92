/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* soak SECONDS: mixed work in one process: dumps, batches, refused requests, a monitor with a small receive buffer that
 * overflows under a storm of changes, sockets in namespaces that come and go. Memory and descriptors stay as they are; at the end the
 * monitor's view is the kernel's. */
#define _GNU_SOURCE
#include "../c-tests/check.h"

#include <dirent.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

enum { NEIGHBOURS = 200 };

static long resident_kb(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file != NULL)
        fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    REQUIRE(folder != NULL);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* Neighbours: what is to be the same in view and kernel. */
struct table {
    unsigned long count;
    struct neighbour {
        unsigned char address[4], mac[6];
        unsigned short state, index;
    } neighbours[4 * NEIGHBOURS];
};

static int note_neighbour(const struct nlmsghdr *nlh, void *arg)
{
    struct table *table = arg;
    const struct nlattr *attrs[NDA_LLADDR + 1];
    struct neighbour *n = &table->neighbours[table->count];
    struct ndmsg nd;
    if (!CHECK(table->count < 4 * NEIGHBOURS) || !CHECK(nlrs_nlmsg_get_header(nlh, &nd, sizeof nd) >= 0) ||
        !CHECK(nlrs_nlmsg_index(nlh, sizeof nd, attrs, NDA_LLADDR) >= 0) || !CHECK_INT(nlrs_attr_get_in_addr(attrs[NDA_DST], n->address), 0))
        return 0;
    if (attrs[NDA_LLADDR] != NULL)
        CHECK_INT(nlrs_attr_get_mac(attrs[NDA_LLADDR], n->mac), 0);
    n->state = nd.ndm_state;
    n->index = (unsigned short)nd.ndm_ifindex;
    /* A table that reports differences leaves out what the kernel changes without a report: see nlrs_monitor_set_difference(). */
    if (nd.ndm_state != NUD_NONE && (nd.ndm_state & (NUD_INCOMPLETE | NUD_NOARP)) == 0)
        table->count++;
    return 0;
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct neighbour));
}

static int count_one(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    ++*(unsigned long *)arg;
    return 0;
}

/* Adds or takes away all neighbours but some, in a batch. */
static void storm(struct nlrs_socket *s, struct nlrs_batch *b, int type, int skip)
{
    int i;
    nlrs_batch_reset(b);
    for (i = 0; i < NEIGHBOURS; i++) {
        struct nlrs_msg *m = nlrs_batch_msg(b);
        struct ndmsg nd;
        unsigned char address[4] = {10, 0, (unsigned char)(i >> 8), (unsigned char)i}, mac[6] = {2, 0, 0, 0, 0, (unsigned char)skip};
        if (skip != 0 && i % skip == 0)
            continue;
        memset(&nd, 0, sizeof nd);
        nd.ndm_family = AF_INET;
        nd.ndm_ifindex = 2;
        nd.ndm_state = NUD_PERMANENT;
        nlrs_msg_begin(m, (uint32_t)type, type == RTM_NEWNEIGH ? NLM_F_CREATE | NLM_F_REPLACE : 0);
        nlrs_msg_put_header(m, &nd, sizeof nd);
        nlrs_msg_put_in_addr(m, NDA_DST, address);
        if (type == RTM_NEWNEIGH)
            nlrs_msg_put_mac(m, NDA_LLADDR, mac);
        nlrs_msg_end(m);
    }
    i = nlrs_batch_send(s, b, NULL);
    CHECK(i == 0 || i == NLRS_EPARTIAL);
}

static unsigned long dump(struct nlrs_socket *s, int type)
{
    struct nlrs_msg m;
    uint64_t buf[16];
    unsigned char zeros[16] = {0};
    unsigned long count = 0;
    int code, tries = 0;

    nlrs_msg_init(&m, buf, sizeof buf);
    nlrs_msg_begin(&m, (uint32_t)type, 0);
    nlrs_msg_put_header(&m, zeros, type == RTM_GETNEIGH ? sizeof(struct ndmsg) : sizeof zeros);
    nlrs_msg_end(&m);
    do {
        count = 0;
        code = nlrs_dump(s, nlrs_msg_first(&m), count_one, &count, NULL);
    } while (code == NLRS_EINTR_DUMP && ++tries < 10);
    CHECK_INT(code, 0);
    return count;
}

/* A socket in a namespace that ends with the process that made it. */
static void visit_namespace(void)
{
    int ready[2], done[2];
    char c = 0;
    pid_t child;
    REQUIRE(pipe2(ready, O_CLOEXEC) == 0 && pipe2(done, O_CLOEXEC) == 0);
    child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        close(done[1]);
        c = unshare(CLONE_NEWNET) == 0;
        if (write(ready[1], &c, 1) == 1 && read(done[0], &c, 1) >= 0)
            _exit(0);
        _exit(1);
    }
    if (read(ready[0], &c, 1) == 1 && c == 1) {
        struct nlrs_socket_options *o = nlrs_socket_options_new();
        struct nlrs_socket *s;
        REQUIRE(o != NULL);
        nlrs_socket_options_set_netns_pid(o, (uint32_t)child);
        if (CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, o, &s), 0)) {
            CHECK(dump(s, RTM_GETLINK) >= 1);
            nlrs_socket_close(s);
        }
        nlrs_socket_options_free(o);
    }
    close(done[1]);
    close(done[0]);
    close(ready[0]);
    close(ready[1]);
    waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 20;
    struct nlrs_socket_options *o = nlrs_socket_options_new();
    struct nlrs_socket *s;
    struct nlrs_batch *b = nlrs_batch_new();
    struct nlrs_monitor *m;
    const struct nlrs_event *event;
    struct nlrs_msg request;
    uint64_t buf[32];
    uint32_t group = RTNLGRP_NEIGH;
    time_t start;
    unsigned long rounds = 0;
    static struct table view, kernel;
    long memory = 0, most = 0;
    int fds = 0, code, nest, idle;

    check_own_netns();
    REQUIRE(o != NULL && b != NULL);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    {
        struct ifinfomsg ifi;
        memset(&ifi, 0, sizeof ifi);
        ifi.ifi_index = 2;
        ifi.ifi_flags = ifi.ifi_change = 1; /* up */
        nlrs_msg_init(&request, buf, sizeof buf);
        nlrs_msg_begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
        nlrs_msg_put_header(&request, &ifi, sizeof ifi);
        nlrs_msg_put_str(&request, IFLA_IFNAME, "soak");
        nest = nlrs_msg_nest_begin(&request, IFLA_LINKINFO);
        nlrs_msg_put_str(&request, IFLA_INFO_KIND, "bridge");
        nlrs_msg_nest_end(&request, nest);
        nlrs_msg_end(&request);
        if (nlrs_request(s, nlrs_msg_first(&request), NULL, NULL, NULL) != 0)
            check_skip("no bridge can be made here");
    }
    /* Too small for a storm: it overflows. */
    nlrs_socket_options_set_recv_buffer(o, 20000);
    REQUIRE(nlrs_monitor_open(NETLINK_ROUTE, &group, 1, o, &m) == 0);
    nlrs_monitor_set_timeout(m, 0);
    nlrs_monitor_set_interval(m, 1);
    nlrs_monitor_set_difference(m, 1);
    REQUIRE(nlrs_monitor_follow(m, NLRS_NEIGHBOURS, AF_INET) == 1);

    start = time(NULL);
    while (difftime(time(NULL), start) < seconds || rounds < 20) {
        unsigned long i;
        storm(s, b, RTM_NEWNEIGH, (int)(rounds % 5));
        CHECK(dump(s, RTM_GETNEIGH) > 0);
        dump(s, RTM_GETLINK);
        storm(s, b, RTM_DELNEIGH, (int)(rounds % 3) + 2);
        for (i = 0; i < 5000 && (code = nlrs_monitor_next(m, &event)) > 0; i++)
            ;
        CHECK(code > 0 || code == -EAGAIN);
        if (rounds % 10 == 0)
            visit_namespace();
        rounds++;
        if (rounds == 20) {
            memory = resident_kb();
            fds = descriptors();
        }
        if (resident_kb() > most)
            most = resident_kb();
    }
    /* Let it come to rest. */
    for (idle = 0; idle < 200;) {
        struct timespec pause = {0, 5000000};
        code = nlrs_monitor_next(m, &event);
        if (code > 0)
            continue;
        if (!CHECK_INT(code, -EAGAIN))
            break;
        if (nlrs_monitor_is_current(m) && idle > 20)
            break;
        idle++;
        nanosleep(&pause, NULL);
    }
    CHECK_INT(nlrs_monitor_is_current(m), 1);
    CHECK_INT(nlrs_monitor_objects(m, 1, note_neighbour, &view), 0);
    {
        struct ndmsg nd;
        memset(&nd, 0, sizeof nd);
        nd.ndm_family = AF_INET;
        nlrs_msg_init(&request, buf, sizeof buf);
        nlrs_msg_begin(&request, RTM_GETNEIGH, 0);
        nlrs_msg_put_header(&request, &nd, sizeof nd);
        nlrs_msg_end(&request);
        CHECK_INT(nlrs_dump(s, nlrs_msg_first(&request), note_neighbour, &kernel, NULL), 0);
    }
    qsort(view.neighbours, view.count, sizeof *view.neighbours, by_bytes);
    qsort(kernel.neighbours, kernel.count, sizeof *kernel.neighbours, by_bytes);
    CHECK_INT(view.count, kernel.count);
    CHECK_MEM(view.neighbours, kernel.neighbours, sizeof view.neighbours);
    CHECK(kernel.count > 0);
    printf("%lu rounds, %llu overruns, %llu resyncs; %ld KiB after 20 rounds, %ld at most; %lu neighbours in view and kernel\n", rounds,
           (unsigned long long)nlrs_monitor_counter(m, NLRS_COUNT_OVERRUNS),
           (unsigned long long)nlrs_monitor_counter(m, NLRS_COUNT_RESYNCS), memory, most, kernel.count);
    CHECK(nlrs_monitor_counter(m, NLRS_COUNT_OVERRUNS) > 0);
    /* What the C library keeps moves a little. */
    CHECK(most <= memory + 512);
    CHECK_INT(descriptors(), fds);
    nlrs_monitor_close(m);
    nlrs_batch_free(b);
    nlrs_socket_close(s);
    nlrs_socket_options_free(o);
    return check_end();
}
