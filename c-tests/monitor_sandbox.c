/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Monitors where a sandbox has no NETLINK_PKTINFO or no recvmmsg: seccomp filters that answer as gVisor and container profiles do. */
#include "check.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <nlrs.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#if defined __x86_64__
#define ARCH AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCH AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#endif

#ifndef ARCH
int main(void)
{
    check_skip("the system calls of this architecture are not known to this test");
}
#else

#define SOL_NETLINK_LEVEL 270

/* Arguments are compared by their low half, which is first or last in memory. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARG(n) (offsetof(struct seccomp_data, args) + (n) * 8)
#else
#define ARG(n) (offsetof(struct seccomp_data, args) + (n) * 8 + 4)
#endif

/* From now on recvmmsg fails with the one code, and setting NETLINK_PKTINFO with the other; 0: it is allowed. */
static int forbid(int recvmmsg_code, int pktinfo_code)
{
    const uint32_t refused_many = recvmmsg_code ? SECCOMP_RET_ERRNO | (uint32_t)recvmmsg_code : SECCOMP_RET_ALLOW;
    const uint32_t refused_info = pktinfo_code ? SECCOMP_RET_ERRNO | (uint32_t)pktinfo_code : SECCOMP_RET_ALLOW;
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_recvmmsg, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, refused_many),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_setsockopt, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG(1)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOL_NETLINK_LEVEL, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG(2)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETLINK_PKTINFO, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, refused_info),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 ? 0 : -1;
}

static struct nlrs_socket *sock;

static void set_mtu(uint32_t mtu)
{
    struct ifinfomsg info = {.ifi_index = 1};
    struct nlrs_msg *m = nlrs_msg_new(128);

    nlrs_msg_begin(m, RTM_NEWLINK, 0);
    nlrs_msg_put_header(m, &info, sizeof info);
    nlrs_msg_put_u32(m, IFLA_MTU, mtu);
    REQUIRE(nlrs_msg_end(m) == 0);
    CHECK_INT(nlrs_request(sock, nlrs_msg_first(m), NULL, NULL, NULL), 0);
    nlrs_msg_free(m);
}

/* Milliseconds of processor time that this process has used. */
static long used(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Nothing comes: the call waits for its time, and computes nothing meanwhile. The kernel may report the state of a new link up to
   a second late. */
static void waits(struct nlrs_monitor *m)
{
    const struct nlrs_event *event;
    long long start;
    long before;
    int code, late = 0;

    CHECK_INT(nlrs_monitor_set_timeout(m, 300), 0);
    do {
        start = now_ms();
        before = used();
        code = nlrs_monitor_next(m, &event);
    } while (code == 1 && late++ < 8);
    CHECK_INT(code, NLRS_ETIMEDOUT);
    CHECK(now_ms() - start >= 299);
    CHECK(used() - before < 100);
}

static uint32_t group_of_high(void)
{
    return 33;
}

static int events(void)
{
    /* The second group is beyond those that an address can tell. */
    const uint32_t groups[] = {RTNLGRP_LINK, group_of_high()};
    const struct nlrs_event *event;
    struct nlrs_monitor *m = NULL;
    size_t count;

    for (count = 1; count <= 2; count++) {
        uint32_t i;
        if (!CHECK_INT(nlrs_monitor_open(NETLINK_ROUTE, groups, count, NULL, &m), 0))
            return check_end();
        waits(m);
        for (i = 0; i < 40; i++)
            set_mtu(2000 + 100 * (uint32_t)count + i);
        for (i = 0; i < 40; i++) {
            if (!CHECK_INT(nlrs_monitor_next(m, &event), 1))
                break;
            CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_MESSAGE);
            CHECK_INT(nlrs_event_group(event), RTNLGRP_LINK);
        }
        waits(m);
        CHECK_INT(nlrs_monitor_set_timeout(m, 0), 0);
        CHECK_INT(nlrs_monitor_next(m, &event), -EAGAIN);
        nlrs_monitor_close(m);
    }
    return 0;
}

/* Tables too: what comes by the groups that only the library needs is still not the caller's. */
static int tables(void)
{
    const struct nlrs_event *event;
    struct nlrs_monitor *m = NULL;
    int code, messages = 0;

    if (!CHECK_INT(nlrs_monitor_open(NETLINK_ROUTE, NULL, 0, NULL, &m), 0))
        return check_end();
    CHECK_INT(nlrs_monitor_set_difference(m, 1), 0);
    CHECK(nlrs_monitor_follow(m, NLRS_ROUTES, 0) == 1);
    nlrs_monitor_set_timeout(m, 50);
    while ((code = nlrs_monitor_next(m, &event)) == 1)
        ;
    CHECK_INT(code, NLRS_ETIMEDOUT);
    CHECK_INT(nlrs_monitor_is_current(m), 1);
    set_mtu(3000);
    while ((code = nlrs_monitor_next(m, &event)) == 1)
        messages += nlrs_event_kind(event) == NLRS_EVENT_MESSAGE;
    CHECK_INT(code, NLRS_ETIMEDOUT);
    CHECK_INT(messages, 0);
    waits(m);
    nlrs_monitor_close(m);
    return 0;
}

/* In a process of its own, since a filter stays. */
static void with_filter(int recvmmsg_code, int pktinfo_code)
{
    pid_t pid;
    int status = 0;

    fflush(stdout);
    pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        unsigned long before = check_failures;
        if (forbid(recvmmsg_code, pktinfo_code) != 0)
            exit(CHECK_SKIPPED);
        REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &sock) == 0);
        events();
        tables();
        nlrs_socket_close(sock);
        if (check_failures != before)
            printf("  with recvmmsg: %s, NETLINK_PKTINFO: %s\n", strerror(recvmmsg_code), strerror(pktinfo_code));
        exit(check_failures != before);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHECK_SKIPPED)
        check_skip("seccomp filters are not allowed here");
    CHECK_INT(status, 0);
}

int main(void)
{
    check_own_netns();
    with_filter(0, 0);
    with_filter(ENOSYS, 0);
    with_filter(EPERM, 0);
    with_filter(0, ENOPROTOOPT);
    with_filter(0, EPERM);
    with_filter(ENOSYS, ENOPROTOOPT);
    with_filter(EPERM, ENOSYS);
    return check_end();
}
#endif
