/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The job that every program in this folder does, in C without a JSON library: see ../README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <nlrs-ynl.h>

#define ROUTES 1000

/* Opens a family, or ends the program. */
static struct nlrs_ynl *family(const char *name)
{
    struct nlrs_ynl *ynl = NULL;
    char *error = NULL;
    if (nlrs_ynl_open(name, 0, &ynl, &error) < 0) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    return ynl;
}

/* Sends a request that has to succeed. */
static void call(struct nlrs_ynl *ynl, const char *op, const char *json, uint32_t flags)
{
    char *reply = NULL, *error = NULL;
    if (nlrs_ynl_call(ynl, op, json, flags, &reply, &error) < 0) {
        fprintf(stderr, "%s: %s\n", op, error);
        exit(1);
    }
    nlrs_ynl_free(reply);
}

/* Prints the value of a member of a JSON object, text without its quotes; its name is quoted and ends with a colon. */
static int print(const char *json, const char *member, const char *before, const char *after)
{
    const char *value = strstr(json, member);
    size_t quote, len;
    if (value == NULL)
        return 0;
    value += strlen(member);
    quote = value[0] == '"';
    len = strcspn(value + quote, quote ? "\"" : ",}");
    printf("%s%.*s%s", before, (int)len, value + quote, after);
    return 1;
}

static int show_route(const char *json, size_t len, void *arg)
{
    (void)len;
    (void)arg;
    print(json, "\"dst\":", "route ", "/");
    print(json, "\"rtm-dst-len\":", "", "");
    print(json, "\"oif\":", " dev ", "\n");
    return 0;
}

struct batch {
    int failed;
    char indices[64];
};

static int note_result(const char *json, size_t len, void *arg)
{
    struct batch *batch = arg;
    (void)len;
    if (strstr(json, "\"code\":0,") == NULL) {
        size_t used = strlen(batch->indices);
        snprintf(batch->indices + used, sizeof batch->indices - used, " %d", atoi(json + strlen("{\"index\":")));
        batch->failed++;
    }
    return 0;
}

static void route(char *to, size_t size, int number)
{
    snprintf(to, size,
             "{\"rtm-family\":2,\"rtm-dst-len\":32,\"rtm-table\":254,\"rtm-protocol\":4,"
             "\"rtm-scope\":253,\"rtm-type\":\"unicast\","
             "\"dst\":\"198.18.%d.%d\",\"oif\":1}", number >> 8, number & 255);
}

int main(void)
{
    struct nlrs_ynl *links = family("rt-link"), *addresses = family("rt-addr"), *routes = family("rt-route");
    struct nlrs_ynl_dump *dump = NULL;
    struct nlrs_ynl_events *events = NULL;
    struct batch batch = {0, ""};
    const char *json = NULL;
    char *error = NULL, *text, one[256];
    int code, i;

    nlrs_ynl_dump_begin(links, "getlink", NULL, 0, &dump, NULL);
    while (nlrs_ynl_dump_next(dump, &json, NULL) == 1) {
        print(json, "\"ifi-index\":", "link ", "");
        print(json, "\"ifname\":", " ", "");
        print(json, "\"mtu\":", " mtu ", "\n");
    }
    nlrs_ynl_dump_end(dump);

    call(links, "newlink", "{\"ifi-index\":1,\"ifi-flags\":[\"up\"],\"ifi-change\":1}", 0);
    call(addresses, "newaddr", "{\"ifa-family\":2,\"ifa-prefixlen\":24,\"ifa-index\":1,\"local\":\"192.0.2.1\"}",
        NLRS_YNL_CREATE);
    puts("address added");
    call(routes, "newroute",
         "{\"rtm-family\":2,\"rtm-dst-len\":24,\"rtm-table\":254,\"rtm-protocol\":4,"
             "\"rtm-scope\":253,\"rtm-type\":\"unicast\","
         "\"dst\":\"198.51.100.0\",\"oif\":1}", NLRS_YNL_CREATE);
    puts("route added");
    nlrs_ynl_dump(routes, "getroute", "{\"rtm-family\":2,\"table\":254}", 0, show_route, NULL, NULL);

    code = nlrs_ynl_do(links, "newlink", "{\"ifi-index\":1,\"af-spec\":{\"inet6\":{\"ra-mtu\":5}}}", 0, show_route,
        NULL, &error);
    printf("error %d", code);
    print(error, "\"errno\":", " ", "\n");
    print(error, "\"message\":", "message ", "\n");
    print(error, "\"attribute\":", "attribute ", "\n");
    nlrs_ynl_free(error);

    text = malloc(ROUTES * 300);
    if (text == NULL)
        return 1;
    strcpy(text, "[");
    for (i = 0; i < ROUTES; i++) {
        route(one, sizeof one, i);
        if (i == 100 || i == 500 || i == 900)
            call(routes, "newroute", one, NLRS_YNL_CREATE);
        sprintf(text + strlen(text), "%s{\"do\":\"newroute\",\"flags\":[\"create\",\"excl\"],\"json\":%s}",
            i ? "," : "", one);
    }
    strcat(text, "]");
    code = nlrs_ynl_batch(routes, text, note_result, &batch, NULL);
    free(text);
    printf("batch %d failed %d of %d:%s\n", code, batch.failed, ROUTES, batch.indices);

    nlrs_ynl_events_open(links, "rtnlgrp-link", 0, &events, NULL);
    call(links, "newlink", "{\"ifi-index\":1,\"mtu\":1400}", 0);
    while (nlrs_ynl_events_next(events, &json, NULL) == 1)
        if (strstr(json, "\"mtu\":1400,") != NULL) {
            print(json, "\"name\":", "event ", "");
            print(json, "\"ifname\":", " ", "");
            print(json, "\"mtu\":", " mtu ", "\n");
            break;
        }
    nlrs_ynl_close(links);
    nlrs_ynl_close(addresses);
    nlrs_ynl_close(routes);
    nlrs_ynl_events_close(events);
    puts("closed");
    return 0;
}
