/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sockets in other network namespaces, from eight threads at once, while the caller never leaves its own. */
#include "check.h"
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { THREADS = 8, ROUNDS = 50 };

/* A process that is in a network namespace of its own until its pipe is closed. */
struct other {
    pid_t pid;
    int pipe;
    int fd; /* of its namespace */
    ino_t inode;
};

static ino_t own_namespace(void)
{
    struct stat status;
    return stat("/proc/thread-self/ns/net", &status) == 0 ? status.st_ino : 0;
}

static struct other another_namespace(void)
{
    struct other other;
    struct stat status;
    char path[64], byte;
    int ready[2], stay[2];
    REQUIRE(pipe(ready) == 0 && pipe(stay) == 0);
    other.pid = fork();
    REQUIRE(other.pid >= 0);
    if (other.pid == 0) {
        close(stay[1]);
        if (unshare(CLONE_NEWNET) != 0 || write(ready[1], "", 1) != 1)
            _exit(1);
        _exit(read(stay[0], &byte, 1) != 0);
    }
    close(stay[0]);
    REQUIRE(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    close(ready[1]);
    other.pipe = stay[1];
    snprintf(path, sizeof path, "/proc/%ld/ns/net", (long)other.pid);
    other.fd = open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE(other.fd >= 0 && fstat(other.fd, &status) == 0);
    other.inode = status.st_ino;
    return other;
}

static int note_index(const struct nlmsghdr *nlh, void *arg)
{
    const struct ifinfomsg *ifi = (const struct ifinfomsg *)(const void *)(nlh + 1);
    *(int *)arg = ifi->ifi_index;
    return 0;
}

/* Makes a link, so that the two namespaces differ. */
static int make_link(struct nlrs_socket *s, const char *name)
{
    uint64_t memory[64];
    struct nlrs_msg m;
    struct ifinfomsg ifi;
    int nest;
    memset(&ifi, 0, sizeof ifi);
    nlrs_msg_init(&m, memory, sizeof memory);
    nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_put_str(&m, IFLA_IFNAME, name);
    nest = nlrs_msg_nest_begin(&m, IFLA_LINKINFO);
    nlrs_msg_put_str(&m, IFLA_INFO_KIND, "bridge");
    nlrs_msg_nest_end(&m, nest);
    REQUIRE(nlrs_msg_end(&m) == 0);
    return nlrs_request(s, nlrs_msg_first(&m), NULL, NULL, NULL);
}

/* Returns the index of the link of that name, or a code. */
static int index_of(struct nlrs_socket *s, const char *name)
{
    uint64_t memory[32];
    struct nlrs_msg m;
    struct ifinfomsg ifi;
    int index = 0, code;
    memset(&ifi, 0, sizeof ifi);
    nlrs_msg_init(&m, memory, sizeof memory);
    nlrs_msg_begin(&m, RTM_GETLINK, 0);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_put_str(&m, IFLA_IFNAME, name);
    REQUIRE(nlrs_msg_end(&m) == 0);
    code = nlrs_request(s, nlrs_msg_first(&m), note_index, &index, NULL);
    return code < 0 ? code : index;
}

static struct other there;

static void *opens_there(void *arg)
{
    long number = (long)arg;
    ino_t before = own_namespace();
    sigset_t mask, after;
    int round;
    long failures = 0;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    for (round = 0; round < ROUNDS; round++) {
        struct nlrs_socket_options *options = nlrs_socket_options_new();
        struct nlrs_socket *s = NULL;
        char path[64];
        int code;
        switch ((round + (int)number) % 5) {
        case 0:
            nlrs_socket_options_set_netns_fd(options, there.fd);
            break;
        case 1:
            nlrs_socket_options_set_netns_pid(options, (uint32_t)there.pid);
            break;
        case 2:
            snprintf(path, sizeof path, "/proc/%ld/ns/net", (long)there.pid);
            nlrs_socket_options_set_netns_path(options, path);
            break;
        case 3: /* fails in the thread: no namespace */
            nlrs_socket_options_set_netns_path(options, "/dev/null");
            break;
        default: /* fails before the thread is created */
            nlrs_socket_options_set_netns_pid(options, 0x7fffffff);
            break;
        }
        code = nlrs_socket_open(NETLINK_ROUTE, options, &s);
        switch ((round + (int)number) % 5) {
        case 3:
            failures += code != -EINVAL || s != NULL;
            break;
        case 4:
            failures += code != -ENOENT || s != NULL;
            break;
        default:
            failures += code != 0 || index_of(s, "there") <= 0 || index_of(s, "here") != -ENODEV;
        }
        nlrs_socket_close(s);
        nlrs_socket_options_free(options);
        failures += own_namespace() != before;
    }
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    failures += !sigismember(&after, SIGUSR1) || sigismember(&after, SIGUSR2);
    return (void *)failures;
}

static volatile sig_atomic_t handled_elsewhere;
static pthread_t main_thread;

static void on_signal(int number)
{
    (void)number;
    if (!pthread_equal(pthread_self(), main_thread))
        handled_elsewhere = 1;
}

static void from_eight_threads(void)
{
    pthread_t threads[THREADS];
    long i;
    for (i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, opens_there, (void *)i) == 0);
    for (i = 0; i < THREADS; i++) {
        void *failures;
        REQUIRE(pthread_join(threads[i], &failures) == 0);
        CHECK_INT((long)failures, 0);
    }
}

/* The thread that enters the namespace runs no signal handler of the program. */
static void no_signal_in_the_thread(void)
{
    struct sigaction action;
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    pid_t child;
    int round;
    main_thread = pthread_self();
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    nlrs_socket_options_set_netns_fd(options, there.fd);
    child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        for (;;)
            if (kill(getppid(), SIGUSR1) != 0)
                _exit(0);
    }
    for (round = 0; round < 300; round++) {
        struct nlrs_socket *s = NULL;
        if (!CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), 0))
            break;
        nlrs_socket_close(s);
    }
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    signal(SIGUSR1, SIG_IGN);
    CHECK_INT(handled_elsewhere, 0);
    nlrs_socket_options_free(options);
}

static void by_pidfd(void)
{
#ifdef SYS_pidfd_open
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s = NULL;
    int pidfd = (int)syscall(SYS_pidfd_open, there.pid, 0);
    if (pidfd < 0) {
        printf("SKIP: a namespace by pidfd: %s\n", strerror(errno));
    } else {
        nlrs_socket_options_set_netns_fd(options, pidfd);
        CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), 0);
        CHECK(s == NULL || index_of(s, "there") > 0);
        nlrs_socket_close(s);
        close(pidfd);
    }
    nlrs_socket_options_free(options);
#endif
}

/* A name below /run/netns, in a /run of this process: the host's is not changed. */
static void by_name(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s = NULL;
    char path[64];
    int fd;
    CHECK_INT(nlrs_socket_options_set_netns_name(options, ""), -EINVAL);
    CHECK_INT(nlrs_socket_options_set_netns_name(options, "a/b"), -EINVAL);
    CHECK_INT(nlrs_socket_options_set_netns_name(options, ".."), -EINVAL);
    CHECK_INT(nlrs_socket_options_set_netns_name(options, "no-such-namespace-here"), 0);
    CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), -ENOENT);
    snprintf(path, sizeof path, "/proc/%ld/ns/net", (long)there.pid);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", "/run", "tmpfs", 0, NULL) != 0 || mkdir("/run/netns", 0755) != 0 ||
        (fd = open("/run/netns/of-a-test", O_CREAT | O_RDONLY, 0600)) < 0 ||
        mount(path, "/run/netns/of-a-test", NULL, MS_BIND, NULL) != 0) {
        printf("SKIP: a namespace by name: /run cannot be mounted: %s\n", strerror(errno));
    } else {
        close(fd);
        CHECK_INT(nlrs_socket_options_set_netns_name(options, "of-a-test"), 0);
        CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), 0);
        CHECK(s == NULL || index_of(s, "there") > 0);
        nlrs_socket_close(s);
    }
    nlrs_socket_options_free(options);
}

/* Brings the loopback link up or down. */
static int set_up(struct nlrs_socket *s, int up)
{
    struct {
        struct nlmsghdr nlh;
        struct ifinfomsg ifi;
    } req;
    memset(&req, 0, sizeof req);
    req.nlh.nlmsg_len = sizeof req;
    req.nlh.nlmsg_type = RTM_NEWLINK;
    req.ifi.ifi_index = 1;
    req.ifi.ifi_flags = up ? 1 : 0;
    req.ifi.ifi_change = 1;
    return nlrs_request(s, &req.nlh, NULL, NULL, NULL);
}

/* Events of two namespaces in turn: each has its own namespace ID, not that of the one before. */
static void events_have_their_namespace(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *here = NULL, *away = NULL, *events = NULL;
    uint64_t memory[32];
    struct nlrs_msg m;
    uint32_t family = 0;
    int i, counts[2] = {0, 0};
    REQUIRE(options != NULL && nlrs_socket_options_set_netns_fd(options, there.fd) == 0);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, options, &away) == 0);
    nlrs_socket_options_free(options);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &here) == 0);
    nlrs_msg_init(&m, memory, sizeof memory);
    nlrs_msg_begin(&m, RTM_NEWNSID, 0);
    nlrs_msg_put_header(&m, &family, sizeof family);
    nlrs_msg_put_u32(&m, NETNSA_FD, (uint32_t)there.fd);
    nlrs_msg_put_s32(&m, NETNSA_NSID, 4711);
    REQUIRE(nlrs_msg_end(&m) == 0);
    CHECK_INT(nlrs_request(here, nlrs_msg_first(&m), NULL, NULL, NULL), 0);
    options = nlrs_socket_options_new();
    REQUIRE(options != NULL && nlrs_socket_options_set_flag(options, NETLINK_LISTEN_ALL_NSID, 1) == 0);
    REQUIRE(nlrs_socket_options_set_flag(options, NETLINK_PKTINFO, 1) == 0);
    if ((i = nlrs_socket_open(NETLINK_ROUTE, options, &events)) < 0) {
        printf("SKIP: events of all namespaces: %s\n", nlrs_strerror(i));
    } else {
        CHECK_INT(nlrs_socket_flag(events, NETLINK_LISTEN_ALL_NSID), 1);
        CHECK_INT(nlrs_socket_join(events, RTNLGRP_LINK), 0);
        nlrs_socket_set_timeout(events, 2000);
        for (i = 0; i < 20; i++) {
            const void *data = NULL;
            size_t len = 0;
            uint32_t group = 0, portid = 9;
            int32_t nsid = 0;
            int turn = i % 3 == 0;
            CHECK_INT(set_up(turn ? here : away, i % 6 < 3), 0);
            while (nlrs_socket_recv_datagram(events, MSG_DONTWAIT, &data, &len, &portid, &group, &nsid) == 0) {
                counts[turn]++;
                CHECK_INT(nsid, turn ? -1 : 4711);
                CHECK_INT(group, RTNLGRP_LINK);
                CHECK_INT(portid, 0);
            }
        }
        CHECK(counts[0] >= 3 && counts[1] >= 3);
        nlrs_socket_close(events);
    }
    nlrs_socket_options_free(options);
    nlrs_socket_close(here);
    nlrs_socket_close(away);
}

static void failures_are_reported(void)
{
    struct nlrs_socket_options *options = nlrs_socket_options_new();
    struct nlrs_socket *s = NULL;
    struct rlimit old, none;
    ino_t before = own_namespace();
    char longer[5000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    CHECK_INT(nlrs_socket_options_set_netns_path(options, longer), 0);
    CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), -ENAMETOOLONG);
    CHECK_INT(nlrs_socket_options_set_netns_path(options, ""), -EINVAL);
    CHECK_INT(nlrs_socket_options_set_netns_fd(options, 999), -EBADF);
    CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), -ENAMETOOLONG);
    /* Its own namespace again. */
    CHECK_INT(nlrs_socket_options_set_netns_fd(options, -1), 0);
    CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), 0);
    CHECK(index_of(s, "here") > 0);
    nlrs_socket_close(s);
    s = NULL;
    /* Without the privilege to enter, and if no thread can be created: as another user. */
    if (setgid(65534) != 0 || setuid(65534) != 0) {
        printf("SKIP: entering a namespace without privilege: %s\n", strerror(errno));
    } else {
        CHECK_INT(nlrs_socket_options_set_netns_fd(options, there.fd), 0);
        CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), -EPERM);
        REQUIRE(getrlimit(RLIMIT_NPROC, &old) == 0);
        none = old;
        none.rlim_cur = 0;
        REQUIRE(setrlimit(RLIMIT_NPROC, &none) == 0);
        CHECK_INT(nlrs_socket_open(NETLINK_ROUTE, options, &s), -EAGAIN);
    }
    CHECK(s == NULL);
    CHECK(own_namespace() == before);
    nlrs_socket_options_free(options);
}

int main(void)
{
    struct nlrs_socket_options *options;
    struct nlrs_socket *s = NULL;
    check_own_netns();
    there = another_namespace();
    CHECK(there.inode != own_namespace());
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    if (make_link(s, "here") == -EOPNOTSUPP)
        check_skip("the kernel has no bridges");
    CHECK(index_of(s, "here") > 0);
    nlrs_socket_close(s);
    options = nlrs_socket_options_new();
    REQUIRE(options != NULL && nlrs_socket_options_set_netns_fd(options, there.fd) == 0);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, options, &s) == 0);
    CHECK_INT(make_link(s, "there"), 0);
    CHECK_INT(index_of(s, "here"), -ENODEV);
    nlrs_socket_close(s);
    nlrs_socket_options_free(options);
    from_eight_threads();
    no_signal_in_the_thread();
    by_pidfd();
    by_name();
    events_have_their_namespace();
    failures_are_reported();
    close(there.pipe);
    return check_end();
}
