/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What single calls cost, in CPU time: opening a family, encoding a request, decoding a reply, dumping a table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <nlrs-ynl.h>

static double cpu(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what, char *error)
{
    fprintf(stderr, "%s: %s\n", what, error ? error : "?");
    exit(1);
}

static long objects;

static int count(const char *json, size_t len, void *arg)
{
    (void)json;
    *(size_t *)arg += len;
    objects++;
    return 0;
}

int main(int argc, char **argv)
{
    static const char request[] =
        "{\"rtm-family\": 2, \"rtm-dst-len\": 24, \"rtm-table\": 254, \"rtm-protocol\": 4, \"rtm-scope\": 0,"
        " \"rtm-type\": \"unicast\", \"dst\": \"10.1.2.0\", \"gateway\": \"192.0.2.1\", \"oif\": 7, \"priority\": 100}";
    struct nlrs_ynl *ynl = NULL;
    char *error = NULL, *json = NULL;
    void *bytes = NULL;
    size_t len = 0, total = 0;
    FILE *status;
    char line[128];
    long memory;
    const char *families[] = {"rt-route", "rt-link"};
    double start;
    int i, n;

    for (n = 0; n < 2; n++) {
        start = cpu();
        for (i = 0; i < 100; i++) {
            if (nlrs_ynl_open(families[n], 0, &ynl, &error))
                fail("open", error);
            nlrs_ynl_close(ynl);
        }
        printf("open %s %.3f ms\n", families[n], (cpu() - start) * 1e3 / 100);
    }
    for (i = 1; i < argc; i++) {
        start = cpu();
        if (nlrs_ynl_open(argv[i], 0, &ynl, &error))
            fail(argv[i], error);
        printf("open %s %.3f ms\n", strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i], (cpu() - start) * 1e3);
        nlrs_ynl_close(ynl);
    }

    if (nlrs_ynl_open("rt-route", 0, &ynl, &error))
        fail("open", error);
    start = cpu();
    for (i = 0; i < 200000; i++) {
        if (nlrs_ynl_encode(ynl, "newroute", request, NLRS_YNL_CREATE, &bytes, &len, &error))
            fail("encode", error);
        nlrs_ynl_free(bytes);
    }
    printf("encode newroute %.3f us\n", (cpu() - start) * 1e6 / 200000);

    if (nlrs_ynl_encode(ynl, "newroute", request, NLRS_YNL_CREATE, &bytes, &len, &error))
        fail("encode", error);
    start = cpu();
    for (i = 0; i < 200000; i++) {
        if (nlrs_ynl_decode(ynl, "newroute", bytes, len, &json, &error))
            fail("decode", error);
        nlrs_ynl_free(json);
    }
    printf("decode newroute %.3f us\n", (cpu() - start) * 1e6 / 200000);
    nlrs_ynl_free(bytes);

    for (i = 0; i < 5; i++) {
        objects = 0;
        start = cpu();
        if (nlrs_ynl_dump(ynl, "getroute", NULL, 0, count, &total, &error))
            fail("dump", error);
        printf("dump %ld routes %.3f us\n", objects, objects ? (cpu() - start) * 1e6 / (double)objects : 0);
    }
    /* Not ru_maxrss, which begins with that of the process that was forked. */
    status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmHWM: %ld", &memory) == 1)
            printf("memory %ld KiB\n", memory);
    if (status != NULL)
        fclose(status);
    nlrs_ynl_close(ynl);
    return 0;
}
