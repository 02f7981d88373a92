/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What each build system here builds: the least program that shows that compiling, linking and loading worked. */
#include <stdio.h>

#include <linux/rtnetlink.h>
#include <nlrs.h>

static int count(const struct nlmsghdr *nlh, void *arg)
{
    (void)nlh;
    ++*(int *)arg;
    return 0;
}

int main(void)
{
    uint64_t buffer[8];
    struct nlrs_msg m;
    struct nlrs_socket *sock;
    struct ifinfomsg ifi = {0};
    int links = 0, code;

    nlrs_msg_init(&m, buffer, sizeof buffer);
    nlrs_msg_begin(&m, RTM_GETLINK, 0);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    if ((code = nlrs_msg_end(&m)) < 0 || (code = nlrs_socket_open(NETLINK_ROUTE, NULL, &sock)) < 0) {
        fprintf(stderr, "%s\n", nlrs_strerror(code));
        return 1;
    }
    code = nlrs_dump(sock, nlrs_msg_first(&m), count, &links, NULL);
    nlrs_socket_close(sock);
    printf("libnlrs %s: %s, %s\n", nlrs_version(), nlrs_strerror(code), links > 0 ? "links" : "no links");
    return code < 0 || links == 0;
}
