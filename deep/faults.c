/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The scenarios with faults: what the library takes from the C library fails, one call after the other.
 *
 *     faults alloc              the n-th allocation, for every n that a scenario reaches; and all from the n-th on
 *     faults syscall [NAME...]  the n-th call of each function that makes a system call, with each errno of its man page; all from
 *                               the n-th on; interrupted; short; late; woken for nothing
 *     faults list               these functions (deep/reach holds them against what the library needs)
 *
 * A run is right when the first failure is the code that the fault calls for, when the step that failed works at its second
 * try on the same objects (where the fault has passed), when no memory and no descriptor is left over, and when it ends in time.
 *
 * The functions are replaced in this program, which the library's names are looked up in first. Only what the library calls is
 * counted. Needs glibc. */
#define _GNU_SOURCE
#include "scenarios.h"

#include <dirent.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

enum function {
    F_ALLOC, F_SOCKET, F_BIND, F_CONNECT, F_GETSOCKNAME, F_GETPEERNAME, F_SETSOCKOPT, F_GETSOCKOPT, F_SEND, F_WAKEUP, F_SENDMSG,
    F_RECV, F_RECVFROM, F_RECVMSG, F_RECVMMSG, F_PPOLL, F_EVENTFD, F_DUP3, F_FCNTL, F_CLOCK_GETTIME, F_TIMERFD_CREATE,
    F_TIMERFD_SETTIME, F_READ,
    F_WRITE, F_WRITEV, F_OPEN, F_FSTAT, F_FLOCK, F_SETNS, F_PTHREAD_CREATE, F_PTHREAD_ATTR_INIT, F_PTHREAD_ATTR_SETSTACKSIZE,
    F_PTHREAD_SIGMASK, F_EPOLL_CREATE1, F_EPOLL_CTL, F_MMAP, F_MUNMAP, F_MADVISE, F_CLOSE, F_SYSCALL, FUNCTIONS
};

/* Whether a failure has to come out as the code of its errno (or may be none of the caller's business). */
enum rule { MUST, MAY };

static const struct {
    const char *name;
    enum rule rule;
    int errnos[32];
} functions[FUNCTIONS] = {
    [F_ALLOC] = {"alloc", MAY, {ENOMEM}},
    [F_SOCKET] = {"socket", MUST, {EACCES, EAFNOSUPPORT, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, EPROTONOSUPPORT}},
    [F_BIND] = {"bind", MUST, {EACCES, EADDRINUSE, EADDRNOTAVAIL, EBADF, EFAULT, EINVAL, ENOMEM, ENOTSOCK, EPERM}},
    [F_CONNECT] = {"connect", MUST, {EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EALREADY, EBADF, ECONNREFUSED,
                                     EFAULT, EINPROGRESS, EINVAL, EISCONN, ENETUNREACH, ENOBUFS, ENOTSOCK, EPERM, EPROTOTYPE,
                                     ETIMEDOUT}},
    [F_GETSOCKNAME] = {"getsockname", MUST, {EBADF, EFAULT, EINVAL, ENOBUFS, ENOTSOCK}},
    [F_GETPEERNAME] = {"getpeername", MAY, {EBADF, EFAULT, EINVAL, ENOBUFS, ENOTCONN, ENOTSOCK}},
    [F_SETSOCKOPT] = {"setsockopt", MAY, {EBADF, EDOM, EFAULT, EINVAL, ENOPROTOOPT, ENOMEM, ENOBUFS, EPERM, ENOTSOCK}},
    [F_GETSOCKOPT] = {"getsockopt", MAY, {EBADF, EFAULT, EINVAL, ENOPROTOOPT, ENOTSOCK}},
    [F_SEND] = {"send", MUST, {EACCES, EALREADY, EBADF, ECONNREFUSED, ECONNRESET, EDESTADDRREQ, EFAULT, EINVAL, EISCONN, EMSGSIZE,
                               ENOBUFS, ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP, EPERM, EPIPE}},
    /* What wakes a waiting receive, by send and recv: where it is refused, waits are done in another way. */
    [F_WAKEUP] = {"send", MAY, {EACCES, EALREADY, EBADF, ECONNREFUSED, ECONNRESET, EDESTADDRREQ, EFAULT, EINVAL, EISCONN, EMSGSIZE,
                               ENOBUFS, ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP, EPERM, EPIPE}},
    [F_SENDMSG] = {"sendmsg", MUST, {EACCES, EALREADY, EBADF, ECONNREFUSED, ECONNRESET, EDESTADDRREQ, EFAULT, EINVAL, EISCONN,
                                     EMSGSIZE, ENOBUFS, ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP, EPERM, EPIPE}},
    [F_RECV] = {"recv", MUST, {EBADF, ECONNREFUSED, EFAULT, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK, ENOBUFS}},
    [F_RECVFROM] = {"recvfrom", MUST, {EBADF, ECONNREFUSED, EFAULT, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK, ENOBUFS}},
    [F_RECVMSG] = {"recvmsg", MUST, {EBADF, ECONNREFUSED, EFAULT, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK, ENOBUFS}},
    [F_RECVMMSG] = {"recvmmsg", MUST, {EBADF, ECONNREFUSED, EFAULT, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK, ENOBUFS}},
    [F_PPOLL] = {"ppoll", MUST, {EFAULT, EINVAL, ENOMEM}},
    [F_EVENTFD] = {"eventfd", MUST, {EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM}},
    [F_DUP3] = {"dup3", MAY, {EBADF, EBUSY, EINTR, EINVAL, EMFILE}},
    [F_FCNTL] = {"fcntl", MUST, {EBADF, EINVAL, EMFILE, EPERM}},
    [F_CLOCK_GETTIME] = {"clock_gettime", MAY, {EACCES, EFAULT, EINVAL, ENODEV, ENOTSUP, EPERM}},
    [F_TIMERFD_CREATE] = {"timerfd_create", MAY, {EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM, EPERM}},
    [F_TIMERFD_SETTIME] = {"timerfd_settime", MAY, {EBADF, ECANCELED, EFAULT, EINVAL}},
    [F_READ] = {"read", MAY, {EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, EISDIR}},
    [F_WRITE] = {"write", MAY, {EAGAIN, EBADF, EDESTADDRREQ, EDQUOT, EFAULT, EFBIG, EINTR, EINVAL, EIO, ENOSPC, EPERM, EPIPE}},
    [F_WRITEV] = {"writev", MAY, {EAGAIN, EBADF, EDESTADDRREQ, EDQUOT, EFAULT, EFBIG, EINTR, EINVAL, EIO, ENOSPC, EOPNOTSUPP,
                                  EPERM, EPIPE}},
    [F_OPEN] = {"open", MAY, {EACCES, EBUSY, EDQUOT, EEXIST, EFAULT, EFBIG, EINTR, EINVAL, EISDIR, ELOOP, EMFILE, ENAMETOOLONG,
                              ENFILE, ENODEV, ENOENT, ENOMEM, ENOSPC, ENOTDIR, ENXIO, EOPNOTSUPP, EOVERFLOW, EPERM, EROFS, ETXTBSY,
                              EWOULDBLOCK}},
    [F_FSTAT] = {"fstat", MAY, {EBADF, EFAULT, EIO, ENOMEM, EOVERFLOW}},
    [F_FLOCK] = {"flock", MAY, {EBADF, EINTR, EINVAL, ENOLCK, EWOULDBLOCK}},
    [F_SETNS] = {"setns", MUST, {EBADF, EINVAL, ENOMEM, EPERM, ESRCH}},
    [F_PTHREAD_CREATE] = {"pthread_create", MUST, {EAGAIN, EINVAL, EPERM}},
    [F_PTHREAD_ATTR_INIT] = {"pthread_attr_init", MAY, {ENOMEM}},
    [F_PTHREAD_ATTR_SETSTACKSIZE] = {"pthread_attr_setstacksize", MAY, {EINVAL}},
    [F_PTHREAD_SIGMASK] = {"pthread_sigmask", MAY, {EINVAL}},
    [F_EPOLL_CREATE1] = {"epoll_create1", MUST, {EINVAL, EMFILE, ENFILE, ENOMEM}},
    [F_EPOLL_CTL] = {"epoll_ctl", MUST, {EBADF, EEXIST, EINVAL, ELOOP, ENOENT, ENOMEM, ENOSPC, EPERM}},
    [F_MMAP] = {"mmap", MUST, {EACCES, EAGAIN, EBADF, EINVAL, ENFILE, ENODEV, ENOMEM, EOVERFLOW, EPERM, ETXTBSY}},
    [F_MUNMAP] = {"munmap", MAY, {EINVAL, ENOMEM}},
    [F_MADVISE] = {"madvise", MAY, {EACCES, EAGAIN, EBADF, EFAULT, EINVAL, EIO, ENOMEM, EPERM}},
    [F_CLOSE] = {"close", MAY, {EBADF, EDQUOT, EINTR, EIO, ENOSPC}},
    [F_SYSCALL] = {"syscall", MAY, {EACCES, EAGAIN, EINTR, EINVAL, EFAULT, EMFILE, ENOSYS, ENOMEM, EPERM, ESRCH, ETIMEDOUT}},
};

/* How a call goes wrong. */
enum mode {
    FAIL,    /* with an errno */
    SHORT,   /* it does less than asked for */
    LATE,    /* it takes LATE_MS longer */
    NOTHING, /* ppoll says that something is there, and nothing is */
};
enum { LATE_MS = 15 };

/* The C library's syscall, which is replaced as well. */
static long (*raw)(long number, ...);

__attribute__((constructor)) static void find_raw(void)
{
    raw = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
}

static int inside; /* threads that the library makes run while it is inside */
static struct {
    enum function function;
    enum mode mode;
    long from, to; /* which calls, counted from 1 */
    int err;
    long count, fired;
} fault = {.function = FUNCTIONS};
static long live_blocks;
static char where[200];
static long long started; /* when the run began, in milliseconds */

static void enter(void)
{
    __atomic_store_n(&inside, 1, __ATOMIC_SEQ_CST);
}

static void leave(void)
{
    __atomic_store_n(&inside, 0, __ATOMIC_SEQ_CST);
}

static int fault_is_past(void)
{
    return fault.mode == FAIL && (fault.function == FUNCTIONS || fault.to < 1000000000L);
}

/* True when this call is one that goes wrong; then errno is set. */
static int hit(enum function function)
{
    if (!__atomic_load_n(&inside, __ATOMIC_SEQ_CST) || fault.function != function)
        return 0;
    fault.count++;
    if (fault.count < fault.from || fault.count > fault.to)
        return 0;
    fault.fired++;
    errno = fault.err;
    return 1;
}

static void late(enum function function)
{
    struct timespec wait = {0, LATE_MS * 1000000L};
    if (fault.mode == LATE && hit(function))
        raw(SYS_nanosleep, &wait, NULL);
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static void *counted(void *memory)
{
    if (memory != NULL && __atomic_load_n(&inside, __ATOMIC_SEQ_CST))
        __atomic_add_fetch(&live_blocks, 1, __ATOMIC_SEQ_CST);
    return memory;
}

void *malloc(size_t size)
{
    return hit(F_ALLOC) ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return hit(F_ALLOC) ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
    if (hit(F_ALLOC))
        return NULL;
    return memory == NULL ? counted(__libc_realloc(memory, size)) : __libc_realloc(memory, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (hit(F_ALLOC))
        return ENOMEM;
    *memory = counted(__libc_memalign(alignment, size));
    return *memory == NULL ? ENOMEM : 0;
}

void free(void *memory)
{
    if (memory != NULL && __atomic_load_n(&inside, __ATOMIC_SEQ_CST))
        __atomic_sub_fetch(&live_blocks, 1, __ATOMIC_SEQ_CST);
    __libc_free(memory);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A function that fails or is late; `result` is what it returns otherwise. */
#define BODY(function, result) \
    do { \
        late(function); \
        if (fault.mode == FAIL && hit(function)) \
            return -1; \
        return result; \
    } while (0)

int socket(int domain, int type, int protocol) { BODY(F_SOCKET, (int)raw(SYS_socket, domain, type, protocol)); }
int bind(int fd, const struct sockaddr *a, socklen_t len) { BODY(F_BIND, (int)raw(SYS_bind, fd, a, len)); }
int connect(int fd, const struct sockaddr *a, socklen_t len) { BODY(F_CONNECT, (int)raw(SYS_connect, fd, a, len)); }
int getsockname(int fd, struct sockaddr *a, socklen_t *len) { BODY(F_GETSOCKNAME, (int)raw(SYS_getsockname, fd, a, len)); }
int getpeername(int fd, struct sockaddr *a, socklen_t *len) { BODY(F_GETPEERNAME, (int)raw(SYS_getpeername, fd, a, len)); }
int setsockopt(int fd, int level, int name, const void *v, socklen_t len)
{
    BODY(F_SETSOCKOPT, (int)raw(SYS_setsockopt, fd, level, name, v, len));
}
int getsockopt(int fd, int level, int name, void *v, socklen_t *len)
{
    BODY(F_GETSOCKOPT, (int)raw(SYS_getsockopt, fd, level, name, v, len));
}

static ssize_t fewer(enum function function, ssize_t len)
{
    return fault.mode == SHORT && len > 1 && hit(function) ? len / 2 : len;
}

/* Whether it is what the library sends in order to wake a waiting receive, or the ack of that. */
static int is_wakeup(const struct nlmsghdr *nlh)
{
    return nlh->nlmsg_seq == 0x6e6c7273; /* "nlrs" */
}

ssize_t send(int fd, const void *b, size_t len, int flags)
{
    if (len == sizeof(struct nlmsghdr) && is_wakeup(b))
        BODY(F_WAKEUP, raw(SYS_sendto, fd, b, len, flags, NULL, 0));
    BODY(F_SEND, fewer(F_SEND, raw(SYS_sendto, fd, b, len, flags, NULL, 0)));
}
ssize_t sendmsg(int fd, const struct msghdr *m, int flags) { BODY(F_SENDMSG, fewer(F_SENDMSG, raw(SYS_sendmsg, fd, m, flags))); }
ssize_t recv(int fd, void *b, size_t len, int flags)
{
    struct nlmsghdr first;
    if (raw(SYS_recvfrom, fd, &first, sizeof first, MSG_PEEK | MSG_DONTWAIT, NULL, NULL) == sizeof first && is_wakeup(&first))
        BODY(F_WAKEUP, raw(SYS_recvfrom, fd, b, len, flags, NULL, NULL));
    BODY(F_RECV, fewer(F_RECV, raw(SYS_recvfrom, fd, b, len, flags, NULL, NULL)));
}
ssize_t recvfrom(int fd, void *b, size_t len, int flags, struct sockaddr *a, socklen_t *alen)
{
    BODY(F_RECVFROM, fewer(F_RECVFROM, raw(SYS_recvfrom, fd, b, len, flags, a, alen)));
}
ssize_t recvmsg(int fd, struct msghdr *m, int flags) { BODY(F_RECVMSG, fewer(F_RECVMSG, raw(SYS_recvmsg, fd, m, flags))); }
int recvmmsg(int fd, struct mmsghdr *m, unsigned n, int flags, struct timespec *t)
{
    BODY(F_RECVMMSG, (int)raw(SYS_recvmmsg, fd, m, n, flags, t));
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *t, const sigset_t *mask)
{
    late(F_PPOLL);
    if (fault.mode == NOTHING && hit(F_PPOLL)) {
        fds[0].revents = fds[0].events;
        return 1;
    }
    if (fault.mode == SHORT && hit(F_PPOLL))
        return 0; /* back too early */
    if (fault.mode == FAIL && hit(F_PPOLL))
        return -1;
    return REAL(ppoll)(fds, n, t, mask);
}

int eventfd(unsigned value, int flags) { BODY(F_EVENTFD, (int)raw(SYS_eventfd2, value, flags)); }
int dup3(int from, int to, int flags) { BODY(F_DUP3, (int)raw(SYS_dup3, from, to, flags)); }
int fcntl(int fd, int command, ...)
{
    va_list args;
    long arg;
    va_start(args, command);
    arg = va_arg(args, long);
    va_end(args);
    BODY(F_FCNTL, (int)raw(SYS_fcntl, fd, command, arg));
}
int clock_gettime(clockid_t clock, struct timespec *t) { BODY(F_CLOCK_GETTIME, (int)raw(SYS_clock_gettime, clock, t)); }
int timerfd_create(int clock, int flags) { BODY(F_TIMERFD_CREATE, (int)raw(SYS_timerfd_create, clock, flags)); }
int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    BODY(F_TIMERFD_SETTIME, (int)raw(SYS_timerfd_settime, fd, flags, new, old));
}
ssize_t read(int fd, void *b, size_t len) { BODY(F_READ, fewer(F_READ, raw(SYS_read, fd, b, len))); }
ssize_t write(int fd, const void *b, size_t len)
{
    late(F_WRITE);
    if (fault.mode == SHORT && len > 1 && hit(F_WRITE))
        len /= 2;
    if (fault.mode == FAIL && hit(F_WRITE))
        return -1;
    return raw(SYS_write, fd, b, len);
}
ssize_t writev(int fd, const struct iovec *v, int n)
{
    late(F_WRITEV);
    if (fault.mode == SHORT && n > 0 && v[0].iov_len > 1 && hit(F_WRITEV))
        return raw(SYS_write, fd, v[0].iov_base, v[0].iov_len / 2);
    if (fault.mode == FAIL && hit(F_WRITEV))
        return -1;
    return raw(SYS_writev, fd, v, n);
}
int open(const char *path, int flags, ...)
{
    va_list args;
    mode_t permissions;
    va_start(args, flags);
    permissions = va_arg(args, mode_t);
    va_end(args);
    BODY(F_OPEN, (int)raw(SYS_openat, AT_FDCWD, path, flags, permissions));
}
int fstat(int fd, struct stat *st) { BODY(F_FSTAT, REAL(fstat)(fd, st)); }
int flock(int fd, int operation) { BODY(F_FLOCK, (int)raw(SYS_flock, fd, operation)); }
int setns(int fd, int type) { BODY(F_SETNS, (int)raw(SYS_setns, fd, type)); }
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *arg)
{
    late(F_PTHREAD_CREATE);
    if (fault.mode == FAIL && hit(F_PTHREAD_CREATE))
        return fault.err;
    return REAL(pthread_create)(thread, attributes, run, arg);
}
int pthread_attr_init(pthread_attr_t *attributes)
{
    if (fault.mode == FAIL && hit(F_PTHREAD_ATTR_INIT))
        return fault.err;
    return REAL(pthread_attr_init)(attributes);
}
int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t size)
{
    if (fault.mode == FAIL && hit(F_PTHREAD_ATTR_SETSTACKSIZE))
        return fault.err;
    return REAL(pthread_attr_setstacksize)(attributes, size);
}
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    if (fault.mode == FAIL && hit(F_PTHREAD_SIGMASK))
        return fault.err;
    return REAL(pthread_sigmask)(how, set, old);
}
int epoll_create1(int flags) { BODY(F_EPOLL_CREATE1, (int)raw(SYS_epoll_create1, flags)); }
int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
    BODY(F_EPOLL_CTL, (int)raw(SYS_epoll_ctl, epoll, operation, fd, event));
}
/* A mapping is memory of the library, as a block is: one that is left over is found. */
void *mmap(void *address, size_t len, int protection, int flags, int fd, off_t offset)
{
    late(F_MMAP);
    if (fault.mode == FAIL && hit(F_MMAP))
        return MAP_FAILED;
    address = (void *)raw(SYS_mmap, address, len, protection, flags, fd, offset);
    if (address != MAP_FAILED)
        counted(address);
    return address;
}
/* It says that it failed, and the mapping is gone nevertheless: nobody can try again when an object is freed. */
int munmap(void *address, size_t len)
{
    int code = (int)raw(SYS_munmap, address, len);
    if (code == 0 && __atomic_load_n(&inside, __ATOMIC_SEQ_CST))
        __atomic_sub_fetch(&live_blocks, 1, __ATOMIC_SEQ_CST);
    late(F_MUNMAP);
    return fault.mode == FAIL && hit(F_MUNMAP) ? -1 : code;
}
int madvise(void *address, size_t len, int advice) { BODY(F_MADVISE, (int)raw(SYS_madvise, address, len, advice)); }
/* It says that it failed, and has closed nevertheless: that is what Linux does. */
int close(int fd)
{
    int code = (int)raw(SYS_close, fd);
    late(F_CLOSE);
    return fault.mode == FAIL && hit(F_CLOSE) ? -1 : code;
}

/* Sleeping on a lock, and what has no function in every C library. */
long syscall(long number, ...)
{
    va_list args;
    long a[6];
    int i;
    va_start(args, number);
    for (i = 0; i < 6; i++)
        a[i] = va_arg(args, long);
    va_end(args);
    BODY(F_SYSCALL, raw(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}

static int descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return -1;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static long long milliseconds(void)
{
    struct timespec now;
    raw(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void died(const char *how)
{
    char text[300];
    void *frames[32];
    int len;
    len = snprintf(text, sizeof text, "%s after %lld ms at: %s\n", how, milliseconds() - started, where);
    if (len > 0)
        raw(SYS_write, 1, text, (size_t)len);
    leave();
    backtrace_symbols_fd(frames, backtrace(frames, 32), 1);
    raw(SYS_exit_group, 1);
}

static void crash(int sig)
{
    (void)sig;
    died("crashed");
}

/* Once a second. A machine that stands still for a while, or has no time for this program, sends it once for all of that: what is
 * counted are seconds in which the program could run. */
static volatile sig_atomic_t ticks;

static void tick(int sig)
{
    (void)sig;
    if (++ticks == 20)
        died("still running");
}

static void tick_each(int seconds)
{
    struct itimerval timer = {{seconds, 0}, {seconds, 0}};
    ticks = 0;
    setitimer(ITIMER_REAL, &timer, NULL);
}

static int is_receive(enum function function)
{
    return function == F_RECV || function == F_RECVFROM || function == F_RECVMSG || function == F_RECVMMSG;
}

static int is_transfer(enum function function)
{
    return is_receive(function) || function == F_SEND || function == F_SENDMSG;
}

/* Whether `code` is what this fault calls for. */
static int is_right(enum function function, int err, int code, int usual, int is_once)
{
    if (code == 0 && fault.mode == FAIL && usual == -err)
        return 1;
    /* Handled inside, all of them. */
    if (fault.mode == LATE)
        return code == 0 || code == NLRS_ETIMEDOUT;
    if (fault.mode == NOTHING)
        return code == 0 || code == NLRS_ETIMEDOUT;
    /* An event that is cut short is no failure of the request beside which it arrives: the event queue reports it as lost. */
    if (fault.mode == SHORT && is_receive(function) && code == NLRS_EOVERRUN)
        return 1;
    if (fault.mode == SHORT)
        return code == 0 || code == -EBADMSG || code == -EINVAL || code == -EIO || code == NLRS_ETIMEDOUT || code == NLRS_ETRUNC;
    if (function == F_ALLOC)
        return code == 0 || code == -ENOMEM || code == NLRS_EOVERRUN; /* events that there is no memory for are reported as lost */
    if (err == EINTR || (is_transfer(function) && err == EAGAIN))
        return code == 0 || (!is_once && (code == NLRS_ETIMEDOUT || code == -err));
    if (is_receive(function) && err == ENOBUFS)
        return code == NLRS_EOVERRUN || code == 0; /* 0: while an opened socket is emptied */
    if (is_receive(function) && function != F_RECVMMSG && code == NLRS_EOVERRUN)
        return 0;
    if (function == F_GETSOCKNAME && err == ENOTSOCK && code == 0)
        return 1; /* a peer that is no socket has no groups, and needs none */
    if (function == F_TIMERFD_CREATE && code == -ENOMEM)
        return 1; /* a constructor that returns NULL */
    if (functions[function].rule == MUST)
        return code == -err;
    return code == 0 || code == -err || code == NLRS_ETIMEDOUT || code == -EINVAL;
}

static unsigned long runs, fired;

/* One run with the fault that is set; CHECKs it. The number of calls of the function that it saw. */
static long once(int scenario, int is_single)
{
    struct run r = {0, 0, 0, 0};
    long blocks = __atomic_load_n(&live_blocks, __ATOMIC_SEQ_CST);
    int fds = descriptors();
    int slow;

    snprintf(where, sizeof where, "scenario %s, %s call %ld%s, %s %s", scenarios[scenario].name, functions[fault.function].name, fault.from,
             is_single ? "" : " and later ones",
             fault.mode == FAIL ? "fails:" : fault.mode == SHORT ? "short" : fault.mode == LATE ? "late" : "for nothing",
             fault.mode == FAIL ? strerrorname_np(fault.err) : "");
    fault.count = fault.fired = 0;
    started = milliseconds();
    runs++;
    tick_each(1);
    scenarios[scenario].run(&r);
    slow = ticks;
    tick_each(0);
    fired += (unsigned long)fault.fired;
    if (fault.fired > 0) {
        if (!CHECK(is_right(fault.function, fault.err, r.first, r.usual, is_single)) || (is_single && !CHECK_INT(r.broken, 0)))
            printf("  %s: %d (%s), again: %d at line %d, fired %ld\n", where, r.first, nlrs_strerror(r.first), r.broken, r.line, fault.fired);
    }
    if (!CHECK_INT(__atomic_load_n(&live_blocks, __ATOMIC_SEQ_CST), blocks) || !CHECK_INT(descriptors(), fds))
        printf("  %s\n", where);
    /* A scenario has some dozen operations with a deadline each, few of which wait to their end. */
    if (!CHECK(slow < 8))
        printf("  %s: took %lld ms\n", where, milliseconds() - started);
    return fault.count;
}

/* Every n of one function and kind of fault in one scenario. */
static void all(int scenario, enum function function, enum mode mode, int err, long most)
{
    long n, seen = 1;
    for (n = 1; n <= seen && n <= most; n++) {
        fault.function = function;
        fault.mode = mode;
        fault.err = err;
        fault.from = n;
        /* A clock is refused by a sandbox, and then always. */
        fault.to = function == F_CLOCK_GETTIME ? 1000000000L : n;
        seen = once(scenario, function != F_CLOCK_GETTIME);
        if (n > seen)
            break;
        /* No kernel interrupts or overflows for ever; what is late each time only takes long. */
        fault.to = mode == FAIL && (err == EINTR || err == ENOBUFS) ? n + 200 : 1000000000L;
        if (mode == FAIL || mode == NOTHING)
            once(scenario, 0);
    }
    fault.function = FUNCTIONS;
}

static void *nothing(void *arg)
{
    return arg;
}

int main(int argc, char **argv)
{
    int is_alloc = argc > 1 && strcmp(argv[1], "alloc") == 0, i, j;
    enum function f;
    long most = getenv("NLRS_DEEP_MOST") ? atol(getenv("NLRS_DEEP_MOST")) : 6;

    if (argc > 1 && strcmp(argv[1], "list") == 0) {
        for (f = F_ALLOC + 1; f < FUNCTIONS; f++)
            printf("%s\n", functions[f].name);
        return 0;
    }
    signal(SIGALRM, tick);
    signal(SIGSEGV, crash);
    signal(SIGABRT, crash);
    setvbuf(stdout, NULL, _IOLBF, 4096);
    prepare_scenarios();
    {
        /* The C library keeps the stack of a thread that has ended, with blocks that belong to it. */
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, nothing, NULL) == 0);
        pthread_join(thread, NULL);
    }
    for (i = 0; i < SCENARIOS; i++) {
        /* Once without: what the C library keeps for itself is there afterwards. */
        struct run r = {0, 0, 0, 0};
        scenarios[i].run(&r);
        if (!CHECK_INT(r.first, 0))
            printf("  scenario %s without any fault\n", scenarios[i].name);
    }
    for (f = is_alloc ? F_ALLOC : F_ALLOC + 1; f < (is_alloc ? F_ALLOC + 1 : FUNCTIONS); f++) {
        unsigned long before = runs;
        fired = 0;
        if (!is_alloc && argc > 2) {
            for (j = 2; j < argc && strcmp(argv[j], functions[f].name) != 0; j++)
                ;
            if (j == argc)
                continue;
        }
        for (i = 0; i < SCENARIOS; i++) {
            for (j = 0; j < 32 && functions[f].errnos[j] != 0; j++)
                all(i, f, FAIL, functions[f].errnos[j], is_alloc ? 1000 : most);
            if (is_alloc)
                continue;
            if (is_transfer(f) || f == F_PPOLL) {
                all(i, f, FAIL, EINTR, most);
                if (f != F_PPOLL)
                    all(i, f, FAIL, EAGAIN, most);
            }
            if ((is_transfer(f) && f != F_RECVMMSG) || f == F_READ || f == F_WRITE || f == F_WRITEV || f == F_PPOLL)
                all(i, f, SHORT, 0, most);
            if (f == F_PPOLL)
                all(i, f, NOTHING, 0, 2);
            all(i, f, LATE, 0, 1);
        }
        printf("%-16s %lu runs, %lu calls went wrong, %lu failures so far\n", functions[f].name, runs - before, fired, check_failures);
        CHECK(fired > 0); /* a scenario gets there */
    }
    finish_scenarios();
    return check_end();
}
