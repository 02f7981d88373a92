/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What happens to devices, as udev hears it: each datagram is an action, a path, and variables, each text with its NUL. Until nothing
   has happened for so many seconds (or for ever). */
/* arguments: 1 */
#include <linux/netlink.h>
#include <nlrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int on_event(const struct nlrs_event *event, void *arg)
{
    const void *data = NULL;
    const char *text;
    size_t len = 0, i;

    (void)arg;
    if (nlrs_event_kind(event) == NLRS_EVENT_OVERRUN)
        printf("%llu events were lost\n", (unsigned long long)nlrs_event_count(event));
    nlrs_event_data(event, &data, &len);
    text = data;
    for (i = 0; i < len; i += strnlen(text + i, len - i) + 1)
        printf("%s%.*s\n", i == 0 ? "" : "    ", (int)strnlen(text + i, len - i), text + i);
    return 0;
}

int main(int argc, char **argv)
{
    const uint32_t group = 1; /* the kernel's; udev's own is 2 */
    struct nlrs_monitor *m = NULL;
    int code = nlrs_monitor_open(NETLINK_KOBJECT_UEVENT, &group, 1, NULL, &m);

    if (code == 0 && (code = nlrs_monitor_set_timeout(m, argc > 1 ? atoi(argv[1]) * 1000 : -1)) == 0)
        code = nlrs_monitor_loop(m, on_event, NULL);
    printf("uevents: %s\n", nlrs_strerror(code));
    nlrs_monitor_close(m);
    return code != NLRS_ETIMEDOUT;
}
