/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What goes over the wire, told: to a callback, as lines, as a capture that tshark reads and that can be played again. */
#include "check.h"
#include <linux/rtnetlink.h>
#include <nlrs.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static char folder[] = "/tmp/nlrs-trace-XXXXXX";

static const char *file(const char *name)
{
    static char path[2][128];
    static int which;
    which = !which;
    snprintf(path[which], sizeof path[which], "%s/%s", folder, name);
    return path[which];
}

static size_t read_file(const char *path, char *buf, size_t size)
{
    FILE *stream = fopen(path, "r");
    size_t len;
    if (stream == NULL)
        return 0;
    len = fread(buf, 1, size - 1, stream);
    buf[len] = 0;
    fclose(stream);
    return len;
}

static struct {
    struct nlmsghdr nlh;
    struct ifinfomsg ifi;
} link_request;

static int copy_name(const struct nlmsghdr *nlh, void *arg)
{
    const struct nlattr *name = NULL;
    const char *text = NULL;
    const char *attrs = (const char *)nlh + sizeof link_request;
    if (nlrs_attr_find(attrs, nlh->nlmsg_len - sizeof link_request, IFLA_IFNAME, &name) == 0 && nlrs_attr_get_str(name, &text) == 0)
        snprintf(arg, 32, "%s", text);
    return 0;
}

/* A dump of the links, and a request that is refused. */
static void talk(struct nlrs_socket *s, int count)
{
    char name[32] = "";
    while (count-- > 0) {
        link_request.ifi.ifi_index = 0;
        CHECK_INT(nlrs_dump(s, &link_request.nlh, copy_name, name, NULL), 0);
        CHECK_STR(name, "lo");
        link_request.ifi.ifi_index = 999;
        CHECK_INT(nlrs_request(s, &link_request.nlh, NULL, NULL, NULL), -ENODEV);
    }
}

struct told {
    int sent, received;
    size_t bytes;
    int64_t first, last;
    struct nlrs_socket *s;
};

static void note(uint32_t direction, const void *data, size_t len, int64_t time_ns, void *arg)
{
    struct told *told = arg;
    const struct nlmsghdr *nlh = data;
    CHECK(len >= 16);
    if (direction == NLRS_TRACE_SENT) {
        told->sent++;
        CHECK_INT(nlh->nlmsg_type, RTM_GETLINK);
    } else {
        CHECK_INT(direction, NLRS_TRACE_RECEIVED);
        told->received++;
    }
    told->bytes += len;
    CHECK(time_ns >= told->last);
    if (told->first == 0)
        told->first = time_ns;
    told->last = time_ns;
    CHECK_INT(nlrs_socket_set_trace(told->s, NULL, NULL), NLRS_EBUSY);
}

static void a_callback_is_told(void)
{
    struct nlrs_socket *s = NULL;
    struct told told;
    time_t now = time(NULL);
    memset(&told, 0, sizeof told);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    told.s = s;
    CHECK_INT(nlrs_socket_set_trace(s, note, &told), 0);
    talk(s, 1);
    CHECK_INT(told.sent, 2);
    CHECK(told.received >= 2);
    CHECK(told.bytes > 200);
    CHECK(told.first / 1000000000 >= now - 1 && told.last / 1000000000 <= time(NULL) + 1);
    CHECK_INT(nlrs_socket_set_trace(s, NULL, NULL), 0);
    talk(s, 1);
    CHECK_INT(told.sent, 2);
    nlrs_socket_close(s);
}

static void lines_in_a_file(void)
{
    struct nlrs_socket *s = NULL, *quiet = NULL;
    static char text[65536];
    const char *path = file("lines");
    struct stat status;
    int lines = 0;
    char *at;
    setenv("NLRS_DEBUG", path, 1);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    unsetenv("NLRS_DEBUG");
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &quiet) == 0);
    talk(s, 1);
    talk(quiet, 1);
    nlrs_socket_close(s);
    nlrs_socket_close(quiet);
    REQUIRE(read_file(path, text, sizeof text) > 0);
    CHECK(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
    for (at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    CHECK_INT(lines, 5);
    CHECK(strncmp(text, "nlrs 0 > RTM_GETLINK(18) len 32 flags REQUEST|ACK|DUMP seq ", 59) == 0);
    CHECK(strstr(text, "\nnlrs 0 < RTM_NEWLINK(16) len ") != NULL);
    CHECK(strstr(text, " {3 \"lo\", ") != NULL);
    CHECK(strstr(text, "NLMSG_DONE(3) len 20 flags MULTI seq ") != NULL);
    CHECK(strstr(text, " code -19 (no such device) to [RTM_GETLINK(18) len 32 flags REQUEST seq ") != NULL);
}

static void lines_on_standard_error(const char *value)
{
    static char text[65536];
    const char *path = file("stderr");
    int kept = dup(STDERR_FILENO), fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    struct nlrs_socket *s = NULL;
    REQUIRE(kept >= 0 && fd >= 0);
    dup2(fd, STDERR_FILENO);
    setenv("NLRS_DEBUG", value, 1);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    unsetenv("NLRS_DEBUG");
    talk(s, 1);
    nlrs_socket_close(s);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(fd);
    CHECK((read_file(path, text, sizeof text) > 0) == (strcmp(value, "0") != 0 && *value != 0));
    CHECK((strstr(text, "nlrs 0 > RTM_GETLINK") != NULL) == (strcmp(value, "0") != 0 && *value != 0));
    unlink(path);
    text[0] = 0;
}

/* Two sockets write one capture, and tshark reads back what they said. */
static void a_capture(void)
{
    struct nlrs_socket *s = NULL, *other = NULL;
    char command[512], line[256];
    FILE *stream;
    int lines = 0, requests = 0, answers = 0, with_seq = 0;
    snprintf(command, sizeof command, "pcap:%s", file("capture"));
    setenv("NLRS_DEBUG", command, 1);
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    REQUIRE(nlrs_socket_open(NETLINK_GENERIC, NULL, &other) == 0);
    unsetenv("NLRS_DEBUG");
    talk(s, 2);
    nlrs_socket_close(s);
    CHECK_INT(nlrs_socket_send(other, "no message", 10, 0), 0);
    nlrs_socket_close(other);
    if (system("tshark --version > /dev/null 2>&1") != 0) {
        printf("SKIP: a capture read by tshark: not installed (make deps)\n");
        return;
    }
    snprintf(command, sizeof command,
             "tshark -r %s -Y 'netlink.family == 0' -T fields -e frame.encap_type -e netlink-route.nltype "
             "-e netlink.hdr_type -e netlink.hdr_seq -E separator=, -E occurrence=f 2>/dev/null",
             file("capture"));
    stream = popen(command, "r");
    REQUIRE(stream != NULL);
    while (fgets(line, sizeof line, stream) != NULL) {
        /* The type is in one field for the family's own messages and in another for control messages. */
        char number[16] = "";
        int encapsulation, type, fields;
        unsigned seq = 0;
        char *at = strchr(line, ',');
        REQUIRE(at != NULL);
        encapsulation = atoi(line);
        fields = sscanf(at, *(at + 1) == ',' ? ",,%15[^,],%u" : ",%15[^,],,%u", number, &seq);
        type = (int)strtol(number, NULL, 0);
        lines++;
        CHECK_INT(encapsulation, 158); /* Wireshark's own number for LINKTYPE_NETLINK */
        requests += type == RTM_GETLINK;
        answers += type == RTM_NEWLINK || type == NLMSG_DONE || type == NLMSG_ERROR;
        with_seq += fields == 2 && seq != 0;
    }
    CHECK_INT(pclose(stream), 0);
    CHECK_INT(requests, 4);
    CHECK(answers >= 4);
    CHECK_INT(requests + answers, lines);
    CHECK_INT(with_seq, lines);
}

/* The capture as a tool that reads an nlmon device writes it: the packet type is always 4, and there is no address. */
static void as_from_nlmon(const char *from, const char *to)
{
    static unsigned char bytes[1 << 20];
    FILE *stream = fopen(file(from), "rb");
    size_t len, at;
    int records = 0;
    REQUIRE(stream != NULL);
    len = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    for (at = 24; at + 32 <= len; records++) {
        uint32_t captured;
        memcpy(&captured, bytes + at + 8, 4);
        memcpy(bytes + at + 16, "\0\4", 2);
        memset(bytes + at + 20, 0, 10);
        at += 16 + captured;
    }
    CHECK_INT(at, len);
    CHECK(records >= 8);
    stream = fopen(file(to), "wb");
    REQUIRE(stream != NULL && fwrite(bytes, 1, len, stream) == len && fclose(stream) == 0);
}

/* The same program on the capture: the same answers, with its own sequence numbers; then there is no more. */
static void played_again(const char *capture)
{
    struct nlrs_socket *s = NULL;
    char byte;
    size_t len;
    uint32_t i;
    REQUIRE(nlrs_socket_open_replay(NETLINK_ROUTE, file(capture), NULL, &s) == 0);
    talk(s, 1);
    link_request.nlh.nlmsg_seq = 0;
    for (i = 0; i < 1; i++)
        talk(s, 1);
    CHECK_INT(nlrs_socket_recv(s, &byte, 1, 0, &len, NULL, NULL, NULL), -ENODATA);
    link_request.ifi.ifi_index = 999;
    CHECK_INT(nlrs_request(s, &link_request.nlh, NULL, NULL, NULL), -ENODATA);
    nlrs_socket_close(s);
    s = NULL;
    CHECK_INT(nlrs_socket_open_replay(NETLINK_ROUTE, file("lines"), NULL, &s), -EBADMSG);
    CHECK_INT(nlrs_socket_open_replay(NETLINK_ROUTE, file("none"), NULL, &s), -ENOENT);
    CHECK(s == NULL);
}

static int closing;

static void still_running(uint32_t direction, const void *data, size_t len, int64_t time_ns, void *arg)
{
    struct timespec pause = {0, 50000000};
    (void)direction;
    (void)data;
    (void)len;
    (void)time_ns;
    (void)arg;
    __atomic_store_n(&closing, 1, __ATOMIC_SEQ_CST);
    nanosleep(&pause, NULL);
    CHECK_INT(__atomic_load_n(&closing, __ATOMIC_SEQ_CST), 1);
}

static void *request_in_a_thread(void *s)
{
    nlrs_request(s, &link_request.nlh, NULL, NULL, NULL);
    return NULL;
}

/* nlrs_socket_close returns only after the trace function has returned in another thread. */
static void not_called_after_close(void)
{
    struct nlrs_socket *s = NULL;
    pthread_t thread;
    REQUIRE(nlrs_socket_open(NETLINK_ROUTE, NULL, &s) == 0);
    CHECK_INT(nlrs_socket_set_trace(s, still_running, NULL), 0);
    REQUIRE(pthread_create(&thread, NULL, request_in_a_thread, s) == 0);
    while (__atomic_load_n(&closing, __ATOMIC_SEQ_CST) == 0)
        sched_yield();
    nlrs_socket_close(s);
    __atomic_store_n(&closing, 2, __ATOMIC_SEQ_CST);
    REQUIRE(pthread_join(thread, NULL) == 0);
}

static void as_text(void)
{
    uint64_t memory[32];
    struct nlrs_msg m;
    struct ifinfomsg ifi;
    char text[256], cut[16];
    int len;
    memset(&ifi, 0, sizeof ifi);
    nlrs_msg_init(&m, memory, sizeof memory);
    nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_put_str(&m, IFLA_IFNAME, "br7");
    nlrs_msg_put_u32(&m, IFLA_MTU, 1400);
    REQUIRE(nlrs_msg_end(&m) == 0);
    len = nlrs_nlmsg_format(NETLINK_ROUTE, nlrs_msg_first(&m), nlrs_msg_len(&m), text, sizeof text);
    CHECK_INT(len, strlen(text));
    CHECK_STR(text, "RTM_NEWLINK(16) len 48 flags REQUEST|EXCL|CREATE seq 0 port 0 "
                    "<00000000000000000000000000000000> {3 \"br7\", 4 1400}");
    CHECK_INT(nlrs_nlmsg_format(NETLINK_ROUTE, nlrs_msg_first(&m), nlrs_msg_len(&m), cut, sizeof cut), len);
    CHECK_STR(cut, "RTM_NEWLINK(16)");
    CHECK_INT(nlrs_nlmsg_format(NETLINK_ROUTE, nlrs_msg_first(&m), nlrs_msg_len(&m), NULL, 0), len);
    CHECK_INT(nlrs_nlmsg_format(-1, "\1\2\3", 3, text, sizeof text), 14);
    CHECK_STR(text, "3 bytes 010203");
    CHECK_INT(nlrs_nlmsg_format(-1, NULL, 0, text, sizeof text), 0);
    CHECK_STR(text, "");
    CHECK_INT(nlrs_nlmsg_format(-1, NULL, 1, text, sizeof text), -EINVAL);
    CHECK_INT(nlrs_nlmsg_format(-1, "x", 1, NULL, 1), -EINVAL);
}

int main(void)
{
    char command[64];
    check_own_netns();
    REQUIRE(mkdtemp(folder) != NULL);
    link_request.nlh.nlmsg_len = sizeof link_request;
    link_request.nlh.nlmsg_type = RTM_GETLINK;
    a_callback_is_told();
    lines_in_a_file();
    lines_on_standard_error("1");
    lines_on_standard_error("0");
    lines_on_standard_error("");
    lines_on_standard_error("/nonexistent/file");
    lines_on_standard_error("pcap:/nonexistent/file");
    a_capture();
    played_again("capture");
    as_from_nlmon("capture", "nlmon");
    played_again("nlmon");
    not_called_after_close();
    as_text();
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK_INT(system(command), 0);
    return check_end();
}
