/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Audit records as a registered audit daemon gets them: their nlmsg_len says 16 bytes less than the datagram has. */
#include "check.h"
#include <linux/audit.h>
#include <nlrs.h>
#include <time.h>

struct record {
    struct nlmsghdr nlh;
    char text[200];
};

static struct nlrs_monitor *m;
static const struct nlrs_event *event;

/* A record as the kernel sends it: the datagram has the header and the text. Its length. */
static uint32_t fill(struct record *r, uint16_t type, const char *text, size_t hidden)
{
    uint32_t len = (uint32_t)(sizeof r->nlh + strlen(text));

    memset(r, 0, sizeof *r);
    r->nlh.nlmsg_len = len - (uint32_t)hidden;
    r->nlh.nlmsg_type = type;
    memcpy(r->text, text, strlen(text));
    return len;
}

static size_t text_len(const struct nlmsghdr *nlh)
{
    return nlrs_nlmsg_len(nlh) - sizeof *nlh;
}

/* The next event is a record with this text, all of it. */
static void expect(uint16_t type, const char *text)
{
    const struct nlmsghdr *nlh;
    const void *data = NULL;
    size_t len = 0;

    if (!CHECK_INT(nlrs_monitor_next(m, &event), 1) || !CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_MESSAGE))
        return;
    nlh = nlrs_event_message(event);
    CHECK_INT(nlh->nlmsg_type, type);
    CHECK_INT(text_len(nlh), strlen(text));
    CHECK_INT(nlrs_event_data(event, &data, &len), 0);
    CHECK(data == nlh);
    CHECK_INT(len, nlh->nlmsg_len);
    if (text_len(nlh) == strlen(text))
        CHECK_MEM(nlrs_nlmsg_data(nlh), text, strlen(text));
}

/* Every length, records whose text is shorter than a header among them; and what is right already is left alone. */
static void lengths_by_a_peer(void)
{
    struct nlrs_peer *peer = nlrs_peer_new(NULL, NULL);
    struct nlrs_socket *events = NULL;
    char text[160];
    struct record r;
    uint32_t len;
    int length;

    REQUIRE(peer != NULL && nlrs_socket_open_peer(NETLINK_AUDIT, peer, NULL, &events) == 0);
    REQUIRE(nlrs_monitor_open_on(events, NULL, &m) == 0);
    CHECK_INT(nlrs_monitor_set_timeout(m, 0), 0);
    for (length = 1; length < 150; length++) {
        memset(text, 'a' + length % 26, sizeof text);
        text[length] = 0;
        len = fill(&r, AUDIT_USER_AVC, text, sizeof r.nlh);
        CHECK_INT(nlrs_peer_event(peer, &r, len), 0);
        expect(AUDIT_USER_AVC, text);
        len = fill(&r, AUDIT_SYSCALL, text, 0);
        CHECK_INT(nlrs_peer_event(peer, &r, len), 0);
        expect(AUDIT_SYSCALL, text);
        CHECK_INT(nlrs_monitor_next(m, &event), -EAGAIN);
    }
    /* Another difference is still an error, and so is this one of a message that is no record. */
    len = fill(&r, AUDIT_USER_AVC, "twenty bytes of text", 8);
    CHECK_INT(nlrs_peer_event(peer, &r, len), 0);
    CHECK_INT(nlrs_monitor_next(m, &event), 1);
    CHECK_INT(nlrs_monitor_next(m, &event), -EBADMSG);
    len = fill(&r, AUDIT_GET, "eighteen of those.", sizeof r.nlh);
    CHECK_INT(nlrs_peer_event(peer, &r, len), 0);
    CHECK_INT(nlrs_monitor_next(m, &event), 1);
    CHECK_INT(nlrs_monitor_next(m, &event), -EBADMSG);
    nlrs_monitor_close(m);
    nlrs_socket_close(events);
    nlrs_peer_free(peer);
}

/* Sends a message by the monitor's own socket, whose port is the daemon's, or by another. */
static void send_message(struct nlrs_socket *s, uint16_t type, const void *payload, size_t len)
{
    struct {
        struct nlmsghdr nlh;
        char payload[256];
    } msg;

    memset(&msg, 0, sizeof msg);
    msg.nlh.nlmsg_len = (uint32_t)(sizeof msg.nlh + len);
    msg.nlh.nlmsg_type = type;
    msg.nlh.nlmsg_flags = NLM_F_REQUEST;
    if (len > 0)
        memcpy(msg.payload, payload, len);
    CHECK_INT(nlrs_socket_send(s, &msg, msg.nlh.nlmsg_len, 0), 0);
}

static void set_daemon(uint32_t pid)
{
    struct audit_status status;

    memset(&status, 0, sizeof status);
    status.mask = AUDIT_STATUS_PID;
    status.pid = pid;
    send_message(nlrs_monitor_socket(m), AUDIT_SET, &status, sizeof status);
}

/* Process ID of the registered daemon. */
static uint32_t daemon_pid(void)
{
    struct {
        struct nlmsghdr nlh;
        struct audit_status status;
        char more[128];
    } answer;
    struct nlrs_socket *s = NULL;
    size_t len = 0;

    REQUIRE(nlrs_socket_open(NETLINK_AUDIT, NULL, &s) == 0);
    send_message(s, AUDIT_GET, NULL, 0);
    memset(&answer, 0, sizeof answer);
    if (nlrs_socket_recv(s, &answer, sizeof answer, 0, &len, NULL, NULL, NULL) != 0 || answer.nlh.nlmsg_type != AUDIT_GET)
        check_skip("audit records of the kernel: its state cannot be read");
    nlrs_socket_close(s);
    return answer.status.pid;
}

/* The audit system is the whole machine's: where a daemon is registered, it is left alone. */
static void records_of_the_kernel(void)
{
    static const char text[] = "a message for the audit daemon, 123 bytes long or so; what it says does not matter, but its end does: the end";
    struct nlrs_socket *other = NULL;
    int code, tries, i;

    code = nlrs_monitor_open(NETLINK_AUDIT, NULL, 0, NULL, &m);
    if (code < 0)
        check_skip("audit records of the kernel: %s", nlrs_strerror(code));
    CHECK_INT(nlrs_monitor_set_timeout(m, 3000), 0);
    /* Another process of these tests may be registered for a moment. */
    for (tries = 0; tries < 100 && daemon_pid() != (uint32_t)getpid(); tries++) {
        const struct timespec pause = {0, 50000000};
        if (daemon_pid() == 0)
            set_daemon((uint32_t)getpid());
        else
            nanosleep(&pause, NULL);
    }
    if (daemon_pid() != (uint32_t)getpid())
        check_skip("audit records of the kernel: a daemon is registered, or this process may not be one");
    REQUIRE(nlrs_socket_open(NETLINK_AUDIT, NULL, &other) == 0);
    for (i = 0; i < 4; i++) {
        int found = 0;
        /* As long as the text, its time and its sender make it; the last words tell whether the end is there. */
        send_message(other, AUDIT_USER_AVC, text + i, sizeof text - i);
        while (!found) {
            const struct nlmsghdr *nlh;
            const char *data;
            size_t len;
            if (!CHECK_INT(nlrs_monitor_next(m, &event), 1) || !CHECK_INT(nlrs_event_kind(event), NLRS_EVENT_MESSAGE))
                break;
            nlh = nlrs_event_message(event);
            if (nlh->nlmsg_type != AUDIT_USER_AVC)
                continue;
            data = nlrs_nlmsg_data(nlh);
            len = text_len(nlh);
            found = CHECK(len > strlen(text) && memmem(data, len, text + i, strlen(text + i)) != NULL);
            CHECK(len > 0 && data[len - 1] == '\'');
        }
    }
    set_daemon(0);
    nlrs_socket_close(other);
    nlrs_monitor_close(m);
}

int main(void)
{
    check_own_netns();
    lengths_by_a_peer();
    records_of_the_kernel();
    return check_end();
}
