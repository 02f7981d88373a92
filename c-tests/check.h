/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the C tests share. A program checks with CHECK…, and ends its main with `return check_end();`. */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __GNUC__
#define CHECK_UNUSED __attribute__((unused))
#else
#define CHECK_UNUSED
#endif

/* Exit status of a skipped test; the reason is on stdout. */
#define CHECK_SKIPPED 77

static unsigned long check_count CHECK_UNUSED;
static unsigned long check_failures CHECK_UNUSED;

/* The condition holds. */
#define CHECK(condition) check_that((condition) ? 1 : 0, __FILE__, __LINE__, #condition)
/* Two integers are equal; both are printed when they are not. */
#define CHECK_INT(actual, expected) check_int((long long)(actual), (long long)(expected), __FILE__, __LINE__, #actual)
/* Two texts are equal. */
#define CHECK_STR(actual, expected) check_str((actual), (expected), __FILE__, __LINE__, #actual)
/* Two byte ranges are equal. */
#define CHECK_MEM(actual, expected, len) \
    check_that(memcmp((actual), (expected), (len)) == 0, __FILE__, __LINE__, #actual " == " #expected)
/* As CHECK, but the program ends when the condition is false. */
#define REQUIRE(condition) \
    do { \
        if (!check_that((condition) ? 1 : 0, __FILE__, __LINE__, #condition)) \
            exit(1); \
    } while (0)

static CHECK_UNUSED int check_that(int holds, const char *file, int line, const char *what)
{
    check_count++;
    if (!holds) {
        check_failures++;
        if (check_failures <= 50)
            printf("%s:%d: not so: %s\n", file, line, what);
    }
    return holds;
}

static CHECK_UNUSED int check_int(long long actual, long long expected, const char *file, int line, const char *what)
{
    check_count++;
    if (actual == expected)
        return 1;
    check_failures++;
    if (check_failures <= 50)
        printf("%s:%d: %s is %lld (%#llx), not %lld (%#llx)\n", file, line, what, actual, (unsigned long long)actual,
               expected, (unsigned long long)expected);
    return 0;
}

static CHECK_UNUSED int check_str(const char *actual, const char *expected, const char *file, int line, const char *what)
{
    check_count++;
    if (actual != NULL && expected != NULL && strcmp(actual, expected) == 0)
        return 1;
    check_failures++;
    if (check_failures <= 50)
        printf("%s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, actual ? actual : "(NULL)",
               expected ? expected : "(NULL)");
    return 0;
}

/* The program's exit status. One that checked nothing has failed. */
static CHECK_UNUSED int check_end(void)
{
    printf("%lu checks, %lu failed\n", check_count, check_failures);
    return check_failures != 0 || check_count == 0;
}

/* Ends the program: not tested, and why. */
#ifdef __GNUC__
__attribute__((noreturn, format(printf, 1, 2)))
#endif
static CHECK_UNUSED void check_skip(const char *format, ...)
{
    va_list args;
    if (check_failures != 0)
        exit(check_end());
    va_start(args, format);
    printf("SKIP: ");
    vprintf(format, args);
    printf("\n");
    va_end(args);
    exit(CHECK_SKIPPED);
}

static CHECK_UNUSED int check_write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t written;
    if (fd < 0)
        return -1;
    written = write(fd, text, strlen(text));
    close(fd);
    return written == (ssize_t)strlen(text) ? 0 : -1;
}

/* 0: the calling thread is in a network namespace of its own, with the right to change it; -1: neither root nor a user
   namespace gives that. To be called before the program starts a thread. */
static CHECK_UNUSED int check_try_netns(void)
{
    char map[64];
    long uid = (long)getuid(), gid = (long)getgid();
    if (unshare(CLONE_NEWNET) == 0)
        return 0;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return -1;
    snprintf(map, sizeof map, "0 %ld 1", uid);
    if (check_write_file("/proc/self/setgroups", "deny") != 0 || check_write_file("/proc/self/uid_map", map) != 0)
        return -1;
    snprintf(map, sizeof map, "0 %ld 1", gid);
    return check_write_file("/proc/self/gid_map", map);
}

/* A network namespace of its own, or the test is skipped. */
static CHECK_UNUSED void check_own_netns(void)
{
    if (check_try_netns() != 0)
        check_skip("no network namespace of its own: %s", strerror(errno));
}

#endif
