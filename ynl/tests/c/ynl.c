/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The C functions with the specifications that the library carries, in a network namespace. */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <pthread.h>
#include <nlrs-ynl.h>
#include "check.h"

static struct nlrs_ynl *open_family(const char *name)
{
    struct nlrs_ynl *ynl = NULL;
    char *error = NULL;
    int code = nlrs_ynl_open(name, 0, &ynl, &error);
    if (code != 0)
        printf("%s: %s\n", name, error);
    REQUIRE(code == 0 && ynl != NULL && error == NULL);
    return ynl;
}

/* The error of a call that must fail with this code has this text in it. */
static void check_error(int code, int expected, char *error, const char *part)
{
    CHECK_INT(code, expected);
    CHECK(error != NULL && error[0] == '{' && strstr(error, "\"code\":") != NULL);
    if (error != NULL && strstr(error, part) == NULL) {
        printf("no %s in %s\n", part, error);
        CHECK(0);
    }
    nlrs_ynl_free(error);
}

/* A call, which gives its error to &error, fails with this code, and its error has this text in it. */
#define FAILS(call, expected, part) \
    do { \
        char *error = NULL; \
        int failed = (call); \
        check_error(failed, (expected), error, (part)); \
    } while (0)

struct seen {
    int count;
    int result;
    char text[4096];
};

static int note(const char *json, size_t len, void *arg)
{
    struct seen *seen = arg;
    CHECK(strlen(json) == len && json[0] == '{');
    seen->count++;
    snprintf(seen->text, sizeof seen->text, "%s", json);
    return seen->result;
}

static void requests(void)
{
    struct nlrs_ynl *links = open_family("rt-link");
    struct seen seen = {0};
    char *json = NULL;

    CHECK_STR(nlrs_ynl_name(links), "rt-link");
    CHECK_INT(nlrs_ynl_do(links, "newlink",
                          "{\"ifname\": \"br7\", \"linkinfo\": {\"kind\": \"bridge\", \"data\": {\"forward-delay\": 400}}}",
                          NLRS_YNL_CREATE | NLRS_YNL_EXCL, note, &seen, NULL), 0);
    CHECK_INT(seen.count, 0);
    CHECK_INT(nlrs_ynl_do(links, "getlink", "{\"ifname\": \"br7\"}", 0, note, &seen, NULL), 0);
    CHECK_INT(seen.count, 1);
    CHECK(strstr(seen.text, "\"kind\":\"bridge\"") != NULL && strstr(seen.text, "\"forward-delay\":400") != NULL);

    /* What the kernel refuses, with its own message. */
    FAILS(nlrs_ynl_do(links, "newlink", "{\"ifname\": \"br7\", \"linkinfo\": {\"kind\": \"bridge\"}}",
                            NLRS_YNL_CREATE | NLRS_YNL_EXCL, note, &seen, &error), -EEXIST, "\"errno\":\"EEXIST\"");
    FAILS(nlrs_ynl_do(links, "newlink", "{\"ifname\": \"x\", \"linkinfo\": {\"kind\": \"nonesuch\"}}",
                            NLRS_YNL_CREATE, note, &seen, &error), -EOPNOTSUPP, "\"from\":\"kernel\"");
    /* What is refused before it is sent. */
    FAILS(nlrs_ynl_do(links, "newlink", "{\"ifnam\": \"x\"}", 0, note, &seen, &error), -EINVAL, "did you mean ifname");
    FAILS(nlrs_ynl_do(links, "newlink", "{\"mtu\": 4294967296}", 0, note, &seen, &error), -ERANGE,
        "\"max\":4294967295");
    FAILS(nlrs_ynl_do(links, "newlink", "{\"mtu\":\n x}", 0, note, &seen, &error), -EINVAL, "\"line\":2");
    FAILS(nlrs_ynl_do(links, "fly", NULL, 0, note, &seen, &error), -ENOENT, "newlink");
    FAILS(nlrs_ynl_do(links, "newlink", NULL, 0x40000000, note, &seen, &error), -EINVAL, "0x40000000");
    CHECK_INT(seen.count, 1);

    CHECK_INT(nlrs_ynl_call(links, "getlink", "{\"ifname\": \"br7\"}", 0, &json, NULL), 0);
    CHECK(json != NULL && json[0] == '{' && json[strlen(json) - 1] == '}');
    nlrs_ynl_free(json);
    json = NULL;
    CHECK_INT(nlrs_ynl_call(links, "getlink", NULL, NLRS_YNL_DUMP, &json, NULL), 0);
    CHECK(json != NULL && json[0] == '[' && strstr(json, "},{") != NULL);
    nlrs_ynl_free(json);
    json = NULL;
    CHECK_INT(nlrs_ynl_call(links, "dellink", "{\"ifname\": \"br7\"}", 0, &json, NULL), 0);
    CHECK_STR(json, "null");
    nlrs_ynl_free(json);
    json = (char *)"untouched";
    FAILS(nlrs_ynl_call(links, "getlink", "{\"ifname\": \"br7\"}", 0, &json, &error), -ENODEV, "ENODEV");
    CHECK_STR(json, "untouched");
    nlrs_ynl_close(links);
}

static int ask_again(const char *json, size_t len, void *arg)
{
    char *reply = NULL;
    (void)json;
    (void)len;
    return nlrs_ynl_call(arg, "getlink", "{\"ifname\": \"lo\"}", 0, &reply, NULL);
}

/* A callback that asks the family again whose socket it is called for. */
static void reentry(void)
{
    struct nlrs_ynl *links = open_family("rt-link");
    struct seen seen = {0};
    CHECK_INT(nlrs_ynl_do(links, "getlink", "{\"ifname\": \"lo\"}", 0, ask_again, links, NULL), NLRS_YNL_EBUSY);
    CHECK_INT(nlrs_ynl_do(links, "getlink", "{\"ifname\": \"lo\"}", 0, note, &seen, NULL), 0);
    CHECK_INT(seen.count, 1);
    nlrs_ynl_close(links);
}

static void dumps(void)
{
    struct nlrs_ynl *links = open_family("rt-link");
    struct nlrs_ynl_dump *dump = NULL, *second = NULL;
    struct seen seen = {0};
    const char *json = NULL;
    int count = 0;

    CHECK_INT(nlrs_ynl_do(links, "newlink", "{\"ifname\": \"br8\", \"linkinfo\": {\"kind\": \"bridge\"}}",
        NLRS_YNL_CREATE,
                          note, &seen, NULL), 0);
    CHECK_INT(nlrs_ynl_dump(links, "getlink", NULL, 0, note, &seen, NULL), 0);
    CHECK(seen.count >= 2);
    /* Stop, and a code of the callback's own. */
    seen = (struct seen){.result = NLRS_YNL_STOP};
    CHECK_INT(nlrs_ynl_dump(links, "getlink", NULL, 0, note, &seen, NULL), 0);
    CHECK_INT(seen.count, 1);
    seen = (struct seen){.result = -0x20001};
    FAILS(nlrs_ynl_dump(links, "getlink", NULL, 0, note, &seen, &error), -0x20001, "-131073");
    FAILS(nlrs_ynl_do(links, "getlink", "{\"ifname\": \"lo\"}", 0, note, &seen, &error), -0x20001, "-131073");

    CHECK_INT(nlrs_ynl_dump_begin(links, "getlink", NULL, 0, &dump, NULL), 0);
    FAILS(nlrs_ynl_dump_begin(links, "getlink", NULL, 0, &second, &error), NLRS_YNL_EBUSY, "NLRS_EBUSY");
    CHECK(second == NULL);
    while (nlrs_ynl_dump_next(dump, &json, NULL) == 1) {
        CHECK(strstr(json, "\"ifname\":\"") != NULL);
        count++;
    }
    CHECK(count >= 2);
    CHECK_INT(nlrs_ynl_dump_next(dump, &json, NULL), 0);
    nlrs_ynl_dump_end(dump);
    /* One that is left early disturbs nobody. */
    CHECK_INT(nlrs_ynl_dump_begin(links, "getlink", NULL, 0, &dump, NULL), 0);
    CHECK_INT(nlrs_ynl_dump_next(dump, &json, NULL), 1);
    nlrs_ynl_dump_end(dump);
    seen = (struct seen){0};
    CHECK_INT(nlrs_ynl_do(links, "getlink", "{\"ifname\": \"br8\"}", 0, note, &seen, NULL), 0);
    CHECK_INT(seen.count, 1);
    /* A dump that the kernel refuses. */
    FAILS(nlrs_ynl_dump(links, "getlink", "{\"UnknownAttr(5000)\": \"00\"}", 0, note, &seen, &error), -EINVAL,
        "\"from\":\"kernel\"");
    nlrs_ynl_close(links);
}

static void generic(void)
{
    struct nlrs_ynl *control = open_family("nlctrl"), *none = NULL;
    char *json = NULL;
    static const char spec[] = "name: no-such-family\ndoc: x\nattribute-sets: []\noperations:\n  list:\n"
                               "    - {name: get, doc: x, do: {request: {attributes: []}}}\n";

    CHECK_INT(nlrs_ynl_call(control, "getfamily", "{\"family-name\": \"nlctrl\"}", 0, &json, NULL), 0);
    CHECK(json != NULL && strstr(json, "\"family-id\":16") != NULL && strstr(json,
        "\"mcast-groups\":[{\"1\":{") != NULL);
    nlrs_ynl_free(json);
    FAILS(nlrs_ynl_call(control, "getfamily", "{}", 0, &json, &error), -EINVAL, "from\":\"kernel");

    CHECK_INT(nlrs_ynl_open_text(spec, strlen(spec), "none.yaml", 0, &none, NULL), 0);
    FAILS(nlrs_ynl_call(none, "get", NULL, 0, &json, &error), -ENOENT, "no-such-family");
    nlrs_ynl_close(none);
    FAILS(nlrs_ynl_open_text("name: x\nfoo: y\n", 15, "bad.yaml", 0, &none, &error), -EINVAL,
        "\"file\":\"bad.yaml\",\"line\":2,\"column\":1");
    FAILS(nlrs_ynl_open("no-such-family", 0, &none, &error), -ENOENT, "no-such-family");
    FAILS(nlrs_ynl_open("/nowhere/x.yaml", 0, &none, &error), -ENOENT, "/nowhere/x.yaml");
    nlrs_ynl_close(control);
}

static void batches(void)
{
    struct nlrs_ynl *links = open_family("rt-link");
    struct seen seen = {0};
    static const char three[] =
        "[{\"do\": \"newlink\", \"json\": {\"ifname\": \"b1\", \"linkinfo\": {\"kind\": \"bridge\"}},"
        "  \"flags\": [\"create\"]},"
        " {\"do\": \"newlink\", \"json\": {\"ifname\": \"b1\", \"linkinfo\": {\"kind\": \"bridge\"}},"
        "  \"flags\": [\"create\", \"excl\"]},"
        " {\"do\": \"getlink\", \"json\": {\"ifname\": \"b1\"}}]";

    FAILS(nlrs_ynl_batch(links, three, note, &seen, &error), NLRS_YNL_EPARTIAL, "1 of 3");
    CHECK_INT(seen.count, 3);
    CHECK(strstr(seen.text, "{\"index\":2,\"code\":0,\"reply\":{") == seen.text);
    FAILS(nlrs_ynl_batch(links, "[{\"do\": \"newlink\", \"json\": {\"x\": 1}}]", note, &seen, &error), -EINVAL,
        "message 0 of the batch");
    FAILS(nlrs_ynl_batch(links, "{}", note, &seen, &error), -EINVAL, "a batch is a list");
    nlrs_ynl_close(links);
}

static void codec(void)
{
    struct nlrs_ynl *routes = open_family("rt-route");
    void *bytes = NULL;
    size_t len = 0;
    char *json = NULL;
    static const char request[] = "{\"rtm-family\":2,\"rtm-dst-len\":24,\"dst\":\"10.1.2.0\",\"oif\":7}";
    struct nlmsghdr *nlh;

    CHECK_INT(nlrs_ynl_encode(routes, "newroute", request, NLRS_YNL_CREATE, &bytes, &len, NULL), 0);
    nlh = bytes;
    CHECK_INT(len, NLMSG_LENGTH(sizeof(struct rtmsg) + 8 + 8));
    CHECK_INT(nlh->nlmsg_len, len);
    CHECK_INT(nlh->nlmsg_type, RTM_NEWROUTE);
    CHECK_INT(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE);
    CHECK_INT(((struct rtmsg *)NLMSG_DATA(nlh))->rtm_dst_len, 24);
    CHECK_INT(nlrs_ynl_decode(routes, NULL, bytes, len, &json, NULL), 0);
    CHECK(strstr(json, "{\"name\":\"newroute-ntf\",\"msg\":{") == json && strstr(json, "\"dst\":\"10.1.2.0\"") != NULL);
    nlrs_ynl_free(json);
    json = NULL;
    FAILS(nlrs_ynl_decode(routes, NULL, bytes, len - 1, &json, &error), -EBADMSG, "no whole message");
    nlh->nlmsg_type = 9999;
    CHECK_INT(nlrs_ynl_decode(routes, NULL, bytes, len, &json, NULL), 0);
    CHECK(strstr(json, "\"UnknownMsg(9999)\"") != NULL);
    nlrs_ynl_free(json);
    nlrs_ynl_free(bytes);
    nlrs_ynl_close(routes);
}

static void *cancel_soon(void *arg)
{
    usleep(50000);
    CHECK_INT(nlrs_ynl_events_cancel(arg), 0);
    return NULL;
}

static void events(void)
{
    struct nlrs_ynl *links = open_family("rt-link");
    struct nlrs_ynl_events *events = NULL;
    struct pollfd ready = {.events = POLLIN};
    const char *json = NULL;
    pthread_t thread;
    struct seen seen = {0};

    CHECK_INT(nlrs_ynl_events_open(links, "rtnlgrp-link", 65536, &events, NULL), 0);
    REQUIRE(events != NULL);
    CHECK_INT(nlrs_ynl_events_set_timeout(events, 0), 0);
    CHECK_INT(nlrs_ynl_events_next(events, &json, NULL), -EAGAIN);
    CHECK_INT(nlrs_ynl_do(links, "newlink", "{\"ifname\": \"b9\", \"linkinfo\": {\"kind\": \"bridge\"}}",
        NLRS_YNL_CREATE, note,
                          &seen, NULL), 0);
    ready.fd = nlrs_ynl_events_fd(events);
    CHECK_INT(poll(&ready, 1, 5000), 1);
    CHECK_INT(nlrs_ynl_events_next(events, &json, NULL), 1);
    CHECK(strstr(json, "{\"name\":\"newlink-ntf\",\"msg\":{") == json && strstr(json, "\"ifname\":\"b9\"") != NULL);
    CHECK_INT(nlrs_ynl_do(links, "dellink", "{\"ifname\": \"b9\"}", 0, note, &seen, NULL), 0);
    nlrs_ynl_events_set_timeout(events, 5000);
    do {
        CHECK_INT(nlrs_ynl_events_next(events, &json, NULL), 1);
    } while (strstr(json, "\"name\":\"dellink-ntf\"") == NULL);
    nlrs_ynl_events_set_timeout(events, 20);
    while (nlrs_ynl_events_next(events, &json, NULL) == 1)
        ;
    CHECK_INT(nlrs_ynl_events_next(events, &json, NULL), NLRS_YNL_ETIMEDOUT);
    nlrs_ynl_events_set_timeout(events, 10000);
    REQUIRE(pthread_create(&thread, NULL, cancel_soon, events) == 0);
    CHECK_INT(nlrs_ynl_events_next(events, &json, NULL), NLRS_YNL_ECANCELED);
    pthread_join(thread, NULL);
    nlrs_ynl_events_close(events);

    events = NULL;
    FAILS(nlrs_ynl_events_open(links, "no-such-group", 0, &events, &error), -ENOENT, "rtnlgrp-link");
    CHECK(events == NULL);
    nlrs_ynl_close(links);
}

/* What the kernel refuses is named: the attribute, what is allowed, what is missing. */
static void extended_acks(void)
{
    static const char spec[] =
        "name: ethtool\nprotocol: genetlink-legacy\ndoc: A part of it.\nattribute-sets:\n"
        "  - {name: header, attributes: [{name: dev-index, type: u32}, {name: dev-name, type: string}]}\n"
        "  - name: rings\n    attributes:\n      - {name: header, type: nest, nested-attributes: header}\n"
        "      - {name: tx-push, type: u8, value: 14}\n"
        "operations:\n  list:\n"
        "    - {name: rings-set, value: 16, doc: x, attribute-set: rings, do: {request: {}}}\n";
    struct nlrs_ynl *control = open_family("nlctrl"), *links = open_family("rt-link"), *ethtool = NULL;
    char *json = NULL;

    FAILS(nlrs_ynl_call(control, "getfamily", "{\"family-name\": \"a-name-that-is-too-long-for-it\"}", 0, &json,
        &error), -EINVAL,
          "\"from\":\"kernel\",\"attribute\":\"family-name\",\"allowed\":{\"type\":\"nul-string\",\"max-length\":15}");
    FAILS(nlrs_ynl_call(links, "newlink", "{\"ifi-index\": 1, \"af-spec\": {\"inet6\": {\"ra-mtu\": 5}}}", 0, &json,
        &error), -EINVAL,
          "\"message\":\"IFLA_INET6_RA_MTU can not be set\",\"from\":\"kernel\",\"attribute\":\"af-spec.inet6.ra-mtu\"");
    REQUIRE(nlrs_ynl_open_text(spec, strlen(spec), "spec", 0, &ethtool, NULL) == 0);
    if (nlrs_ynl_fd(ethtool) >= 0 && nlrs_ynl_call(ethtool, "rings-set", NULL, 0, &json, NULL) != -ENOENT) {
        FAILS(nlrs_ynl_call(ethtool, "rings-set", "{\"tx-push\": 1}", 0, &json, &error), -EINVAL,
            "\"missing\":\"header\"");
        FAILS(nlrs_ynl_call(ethtool, "rings-set", "{\"header\": {}, \"tx-push\": 7}", 0, &json, &error), -ERANGE,
              "\"attribute\":\"tx-push\",\"allowed\":{\"type\":\"u8\",\"min\":0,\"max\":1}");
    } else {
        puts("this kernel has no ethtool over netlink");
    }
    nlrs_ynl_close(ethtool);
    nlrs_ynl_close(control);
    nlrs_ynl_close(links);
}

static void *ask_often(void *arg)
{
    struct seen seen = {0};
    char *json = NULL;
    int i;
    for (i = 0; i < 200; i++) {
        seen.text[0] = 0;
        CHECK_INT(nlrs_ynl_do(arg, "getlink", "{\"ifname\": \"lo\"}", 0, note, &seen, NULL), 0);
        CHECK(strstr(seen.text, "\"ifname\":\"lo\"") != NULL);
        CHECK_INT(nlrs_ynl_call(arg, "getlink", "{\"ifname\": \"nonesuch\"}", 0, &json, NULL), -ENODEV);
    }
    CHECK_INT(seen.count, 200);
    return NULL;
}

/* Several threads, one family: each gets its own replies. */
static void threads(void)
{
    struct nlrs_ynl *links = open_family("rt-link");
    pthread_t thread[4];
    int i;
    for (i = 0; i < 4; i++)
        REQUIRE(pthread_create(&thread[i], NULL, ask_often, links) == 0);
    for (i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    nlrs_ynl_close(links);
}

/* Requests in a namespace that is not the program's. */
static void namespaces(void)
{
    struct nlrs_ynl *links = open_family("rt-link");
    struct seen seen = {0};
    char path[64], *json = NULL;
    int first = open("/proc/self/ns/net", O_RDONLY);
    REQUIRE(first >= 0);
    CHECK_INT(nlrs_ynl_do(links, "newlink", "{\"ifname\": \"first0\", \"linkinfo\": {\"kind\": \"bridge\"}}",
        NLRS_YNL_CREATE, note,
                          &seen, NULL), 0);
    nlrs_ynl_close(links);
    REQUIRE(unshare(CLONE_NEWNET) == 0);
    links = open_family("rt-link");
    FAILS(nlrs_ynl_call(links, "getlink", "{\"ifname\": \"first0\"}", 0, &json, &error), -ENODEV, "ENODEV");
    snprintf(path, sizeof path, "/proc/self/fd/%d", first);
    CHECK_INT(nlrs_ynl_set_netns(links, path), 0);
    CHECK_INT(nlrs_ynl_call(links, "getlink", "{\"ifname\": \"first0\"}", 0, &json, NULL), 0);
    nlrs_ynl_free(json);
    CHECK_INT(nlrs_ynl_set_netns(links, "/proc/self/fd/nonesuch"), 0);
    FAILS(nlrs_ynl_call(links, "getlink", NULL, 0, &json, &error), -ENOENT, "the socket cannot be opened");
    nlrs_ynl_close(links);
    close(first);
}

static void description(void)
{
    struct nlrs_ynl *links = open_family("rt-link");
    char *json = NULL;
    CHECK_INT(nlrs_ynl_describe(links, "attribute-sets", "link-attrs", &json, NULL), 0);
    CHECK(strstr(json, "{\"name\":\"ifname\",\"value\":3,\"type\":\"string\"") != NULL);
    nlrs_ynl_free(json);
    CHECK_INT(nlrs_ynl_describe(links, "operations", "getlink", &json, NULL), 0);
    CHECK(strstr(json, "\"dump\":{\"request\":{\"value\":18") != NULL);
    nlrs_ynl_free(json);
    FAILS(nlrs_ynl_describe(links, "enums", "nonesuch", &json, &error), -ENOENT, "nonesuch");
    FAILS(nlrs_ynl_describe(links, "colours", NULL, &json, &error), -EINVAL, "colours");
    CHECK_INT(nlrs_ynl_families(&json), 0);
    CHECK(strstr(json, "\"rt-rule\":\"") != NULL || strstr(json, "\"rt_rule\":\"") != NULL);
    nlrs_ynl_free(json);
    nlrs_ynl_close(links);
}

/* NULL in every pointer position. */
static void nulls(void)
{
    struct nlrs_ynl *links = open_family("rt-link"), *ynl = NULL;
    struct nlrs_ynl_dump *dump = NULL;
    struct nlrs_ynl_events *events = NULL;
    struct seen seen = {0};
    char *json = NULL;
    const char *text = NULL;
    void *bytes = NULL;
    size_t len = 0;

    CHECK_INT(nlrs_ynl_open(NULL, 0, &ynl, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_open("rt-link", 0, NULL, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_open("rt-link", 99, &ynl, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_open_text(NULL, 5, "x", 0, &ynl, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_open_text("x", 1, NULL, 0, &ynl, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_open_text("x", 1, "x", 0, NULL, NULL), -EINVAL);
    CHECK(nlrs_ynl_name(NULL) == NULL && nlrs_ynl_origin(NULL) == NULL);
    CHECK_INT(nlrs_ynl_set_timeout(NULL, 1), -EINVAL);
    CHECK_INT(nlrs_ynl_set_netns(NULL, "x"), -EINVAL);
    CHECK_INT(nlrs_ynl_set_netns(links, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_set_family_id(NULL, 5), -EINVAL);
    CHECK_INT(nlrs_ynl_set_family_id(links, 0), -ERANGE);
    CHECK_INT(nlrs_ynl_cancel(NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_fd(NULL), -EINVAL);
    CHECK(nlrs_ynl_fd(links) >= 0);
    CHECK_INT(nlrs_ynl_families(NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_do(NULL, "getlink", NULL, 0, note, &seen, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_do(links, NULL, NULL, 0, note, &seen, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_do(links, "getlink", NULL, 0, NULL, &seen, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_dump(NULL, "getlink", NULL, 0, note, &seen, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_call(NULL, "getlink", NULL, 0, &json, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_call(links, NULL, NULL, 0, &json, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_call(links, "getlink", NULL, 0, NULL, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_batch(NULL, "[]", note, &seen, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_batch(links, NULL, note, &seen, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_batch(links, "[]", NULL, &seen, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_dump_begin(NULL, "getlink", NULL, 0, &dump, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_dump_begin(links, NULL, NULL, 0, &dump, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_dump_begin(links, "getlink", NULL, 0, NULL, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_dump_next(NULL, &text, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_dump_begin(links, "getlink", NULL, 0, &dump, NULL), 0);
    CHECK_INT(nlrs_ynl_dump_next(dump, NULL, NULL), -EINVAL);
    nlrs_ynl_dump_end(dump);
    CHECK_INT(nlrs_ynl_events_open(NULL, NULL, 0, &events, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_events_open(links, NULL, 0, NULL, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_events_next(NULL, &text, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_events_open(links, NULL, 0, &events, NULL), 0);
    CHECK_INT(nlrs_ynl_events_next(events, NULL, NULL), -EINVAL);
    nlrs_ynl_events_close(events);
    CHECK_INT(nlrs_ynl_events_set_timeout(NULL, 0), -EINVAL);
    CHECK_INT(nlrs_ynl_events_fd(NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_events_cancel(NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_encode(NULL, "getlink", NULL, 0, &bytes, &len, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_encode(links, NULL, NULL, 0, &bytes, &len, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_encode(links, "getlink", NULL, 0, NULL, &len, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_encode(links, "getlink", NULL, 0, &bytes, NULL, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_decode(NULL, NULL, "x", 1, &json, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_decode(links, NULL, NULL, 1, &json, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_decode(links, NULL, "x", 1, NULL, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_describe(NULL, "family", NULL, &json, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_describe(links, NULL, NULL, &json, NULL), -EINVAL);
    CHECK_INT(nlrs_ynl_describe(links, "family", NULL, NULL, NULL), -EINVAL);
    CHECK(json == NULL && bytes == NULL && ynl == NULL);
    nlrs_ynl_free(NULL);
    nlrs_ynl_dump_end(NULL);
    nlrs_ynl_events_close(NULL);
    nlrs_ynl_close(NULL);
    CHECK(strchr(nlrs_ynl_version(), '.') != NULL);
    nlrs_ynl_close(links);
}

int main(void)
{
    check_own_netns();
    unsetenv("NLRS_YNL_PATH");
    requests();
    dumps();
    reentry();
    generic();
    batches();
    codec();
    events();
    extended_acks();
    description();
    nulls();
    threads();
    namespaces();
    return check_end();
}
