/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sockets of the real kernel; to be run in a network namespace of its own. */
#include <fcntl.h>
#include <sys/resource.h>

#include "show.h"

static unsigned char buffer[65536];

/* Port numbers differ from run to run, what they are to one another does not. */
static const char *port_name(unsigned int port)
{
	if (port == 0)
		return "0";
	if (port == (unsigned int)getpid())
		return "the process id";
	if (port == 4242 || port == 4243)
		return port == 4242 ? "4242" : "4243";
	return (int)port < 0 ? "of the kernel's choice" : "something else";
}

static void show_int(const char *name, long long value)
{
	printf("%s = %lld, errno %s\n", name, value, errno_name(errno));
	errno = EDOM;
}

static void show_ports(const char *name, const struct mnl_socket *nl)
{
	struct sockaddr_nl address = { 0 };
	socklen_t len = sizeof(address);

	printf("%s: portid = %s\n", name, port_name(mnl_socket_get_portid(nl)));
	if (getsockname(mnl_socket_get_fd(nl), (struct sockaddr *)&address, &len) == 0)
		printf("%s: the kernel's portid = %s, groups = %#x\n", name, port_name(address.nl_pid), address.nl_groups);
}

static void show_flags(const char *name, const struct mnl_socket *nl)
{
	int fd = mnl_socket_get_fd(nl);
	int type = -1;
	socklen_t len = sizeof(type);

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	printf("%s: type %d, close on exec %d, non-blocking %d\n", name, type, fcntl(fd, F_GETFD) & FD_CLOEXEC, (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
}

static void opening(void)
{
	for (int bus = -1; bus <= 33; bus++) {
		if (bus == NETLINK_SELINUX || bus == NETLINK_ISCSI || bus == NETLINK_RDMA || bus == NETLINK_ECRYPTFS || bus == NETLINK_CRYPTO ||
		    bus == NETLINK_SCSITRANSPORT || bus == NETLINK_AUDIT || bus == NETLINK_CONNECTOR || bus == NETLINK_DNRTMSG || bus == NETLINK_FIB_LOOKUP)
			continue;	/* there or not there, as the kernel was built */
		errno = EDOM;
		struct mnl_socket *nl = mnl_socket_open(bus);
		printf("open(%d): %s, errno %s\n", bus, nl ? "a socket" : "NULL", errno_name(errno));
		if (nl) {
			show_flags("open", nl);
			show_ports("open", nl);
			show_int("close", mnl_socket_close(nl));
		}
	}
	static const int flags[] = { 0, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_CLOEXEC | SOCK_NONBLOCK, 0x100000, SOCK_DGRAM, -1 };
	for (size_t i = 0; i < MNL_ARRAY_SIZE(flags); i++) {
		errno = EDOM;
		struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, flags[i]);
		printf("open2(%#x): %s, errno %s\n", flags[i], nl ? "a socket" : "NULL", errno_name(errno));
		if (nl) {
			show_flags("open2", nl);
			show_int("close", mnl_socket_close(nl));
		}
	}
	/* No descriptors left. */
	struct rlimit before, none;
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	errno = EDOM;
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	printf("open without descriptors: %s, errno %d\n", nl ? "a socket" : "NULL", errno);
	setrlimit(RLIMIT_NOFILE, &before);
}

static void binding(void)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);

	errno = EDOM;
	show_int("bind to any", mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID));
	show_ports("bind to any", nl);

	/* The process id is taken: the kernel chooses. */
	struct mnl_socket *second = mnl_socket_open(NETLINK_ROUTE);
	show_int("second bind to any", mnl_socket_bind(second, 1, MNL_SOCKET_AUTOPID));
	show_ports("second bind to any", second);
	show_int("close", mnl_socket_close(second));

	second = mnl_socket_open(NETLINK_ROUTE);
	show_int("bind to 4242", mnl_socket_bind(second, 0, 4242));
	show_ports("bind to 4242", second);
	struct mnl_socket *third = mnl_socket_open(NETLINK_ROUTE);
	show_int("bind to 4242, which is taken", mnl_socket_bind(third, 0, 4242));
	show_int("then bind to 4243", mnl_socket_bind(third, 0, 4243));
	show_ports("then bind to 4243", third);
	show_int("close", mnl_socket_close(third));
	third = mnl_socket_open(NETLINK_ROUTE);
	show_int("all groups", mnl_socket_bind(third, 0xffffffff, MNL_SOCKET_AUTOPID));
	show_ports("all groups", third);
	show_int("close", mnl_socket_close(third));
	show_int("close", mnl_socket_close(second));

	close(mnl_socket_get_fd(nl));
	show_int("close of a closed descriptor", mnl_socket_close(nl));
}

static void from_descriptors(void)
{
	errno = EDOM;
	struct mnl_socket *nl = mnl_socket_fdopen(-1);
	printf("fdopen(-1): %s, errno %s\n", nl ? "a socket" : "NULL", errno_name(errno));

	errno = EDOM;
	nl = mnl_socket_fdopen(STDOUT_FILENO);
	printf("fdopen(stdout): %s, errno %s\n", nl ? "a socket" : "NULL", errno_name(errno));

	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	errno = EDOM;
	nl = mnl_socket_fdopen(fd);
	printf("fdopen(unbound): %s, errno %s\n", nl ? "a socket" : "NULL", errno_name(errno));
	printf("fdopen(unbound): same descriptor = %d\n", mnl_socket_get_fd(nl) == fd);
	show_ports("fdopen(unbound)", nl);
	show_int("bind", mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID));
	show_ports("fdopen(unbound), bound", nl);
	show_int("close", mnl_socket_close(nl));
	printf("the descriptor is closed = %d\n", fcntl(fd, F_GETFD) < 0);

	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_GENERIC);
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_pid = 4242 };
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		perror("bind");
	errno = EDOM;
	nl = mnl_socket_fdopen(fd);
	printf("fdopen(bound): %s, errno %s\n", nl ? "a socket" : "NULL", errno_name(errno));
	show_ports("fdopen(bound)", nl);
	show_int("close", mnl_socket_close(nl));

	static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_PACKET };
	for (size_t i = 0; i < MNL_ARRAY_SIZE(families); i++) {
		fd = socket(families[i], SOCK_DGRAM, 0);
		errno = EDOM;
		nl = mnl_socket_fdopen(fd);
		printf("fdopen(family %d): %s, errno %s\n", families[i], nl ? "a socket" : "NULL", errno_name(errno));
		if (nl)
			show_ports("fdopen(other family)", nl);
		if (!nl)
			printf("the descriptor stays open = %d\n", fcntl(fd, F_GETFD) >= 0);
		close(fd);
	}
}

static struct nlmsghdr *get_link(uint16_t flags, int index)
{
	static unsigned char request[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request);
	unsigned char *extra;

	nlh->nlmsg_type = 18;	/* RTM_GETLINK */
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = 77;
	extra = mnl_nlmsg_put_extra_header(nlh, 16);
	memcpy(extra + 4, &index, sizeof(index));
	return nlh;
}

static int show_link(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	printf("link: type %u, flags %#x, port is ours = %d\n", nlh->nlmsg_type, nlh->nlmsg_flags, nlh->nlmsg_pid == *(unsigned int *)data);
	mnl_attr_for_each(attr, nlh, 16)
		if (mnl_attr_get_type(attr) == 3)
			printf("link: name %s\n", mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static void talking(void)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_NONBLOCK);
	mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID);
	unsigned int port = mnl_socket_get_portid(nl);

	errno = EDOM;
	show_int("receive of nothing", mnl_socket_recvfrom(nl, buffer, sizeof(buffer)));
	show_int("receive of nothing into nothing", mnl_socket_recvfrom(nl, buffer, 0));

	struct nlmsghdr *nlh = get_link(0, 1);
	show_int("send", mnl_socket_sendto(nl, nlh, nlh->nlmsg_len));
	ssize_t whole = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
	printf("received more than 500 = %d\n", whole > 500);
	printf("cb_run = %d\n", mnl_cb_run(buffer, (size_t)whole, 77, port, show_link, &port));
	printf("cb_run of another port = %d\n", mnl_cb_run(buffer, (size_t)whole, 77, port + 1, show_link, &port));
	printf("cb_run of another sequence = %d\n", mnl_cb_run(buffer, (size_t)whole, 78, port, show_link, &port));

	/* Too small a buffer, one byte too small, and just right. */
	size_t rooms[] = { 0, 1, 15, 16, 32, (size_t)whole - 1, (size_t)whole, (size_t)whole + 1 };
	for (size_t i = 0; i < MNL_ARRAY_SIZE(rooms); i++) {
		memset(buffer, POISON, sizeof(buffer));
		mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
		ssize_t got = mnl_socket_recvfrom(nl, buffer, rooms[i]);
		printf("receive, room %zu: all of it = %d, -1 = %d, errno %s, untouched behind = %d\n", i, got == whole, got == -1,
		       errno_name(errno), buffer[rooms[i]] == POISON);
		errno = EDOM;
		show_int("receive what is left", mnl_socket_recvfrom(nl, buffer, sizeof(buffer)));
	}

	nlh = get_link(NLM_F_DUMP, 0);
	show_int("send a dump", mnl_socket_sendto(nl, nlh, nlh->nlmsg_len));
	for (int i = 0; i < 10; i++) {
		ssize_t got = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
		int ret = got > 0 ? mnl_cb_run(buffer, (size_t)got, 77, port, show_link, &port) : -2;
		printf("dump: cb_run = %d\n", ret);
		if (ret <= 0)
			break;
	}

	/* A device that is not there, an ack, a message that is none. */
	nlh = get_link(0, 12345);
	show_int("send", mnl_socket_sendto(nl, nlh, nlh->nlmsg_len));
	ssize_t got = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
	show_int("no such device: length", got);
	show_int("no such device: cb_run", mnl_cb_run(buffer, (size_t)got, 77, port, NULL, NULL));
	nlh = get_link(NLM_F_ACK, 1);
	mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
	got = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
	show_int("answer: cb_run", mnl_cb_run(buffer, (size_t)got, 77, port, NULL, NULL));
	got = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
	show_int("ack: length", got);
	show_int("ack: cb_run", mnl_cb_run(buffer, (size_t)got, 77, port, NULL, NULL));
	show_int("send of nothing", mnl_socket_sendto(nl, nlh, 0));
	show_int("send of a part", mnl_socket_sendto(nl, nlh, 7));
	show_int("send from nowhere", mnl_socket_sendto(nl, NULL, 20));
	show_int("receive to nowhere, nothing there", mnl_socket_recvfrom(nl, NULL, 20));
	nlh = get_link(0, 1);
	mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
	show_int("receive to nowhere", mnl_socket_recvfrom(nl, NULL, 20));
	while (mnl_socket_recvfrom(nl, buffer, sizeof(buffer)) > 0)
		;
	errno = EDOM;

	close(mnl_socket_get_fd(nl));
	show_int("send on a closed descriptor", mnl_socket_sendto(nl, nlh, nlh->nlmsg_len));
	show_int("receive on a closed descriptor", mnl_socket_recvfrom(nl, buffer, sizeof(buffer)));
	show_int("bind of a closed descriptor", mnl_socket_bind(nl, 0, 0));
	mnl_socket_close(nl);

	/* What comes from an address that is no netlink address. */
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) == 0) {
		int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
		nl = mnl_socket_fdopen(fd);
		dup2(pair[0], fd);
		if (write(pair[1], "abcd", 4) != 4)
			perror("write");
		errno = EDOM;
		show_int("receive from a foreign family", mnl_socket_recvfrom(nl, buffer, sizeof(buffer)));
		show_int("send to a foreign family", mnl_socket_sendto(nl, "abcd", 4));
		mnl_socket_close(nl);
		close(pair[0]);
		close(pair[1]);
	}

	/* From one program to another: libmnl returns what any sender sent. */
	struct mnl_socket *from = mnl_socket_open(NETLINK_USERSOCK);
	struct mnl_socket *to = mnl_socket_open2(NETLINK_USERSOCK, SOCK_NONBLOCK);
	mnl_socket_bind(from, 0, 4242);
	mnl_socket_bind(to, 0, 4243);
	struct sockaddr_nl peer = { .nl_family = AF_NETLINK, .nl_pid = 4243 };
	errno = EDOM;
	show_int("user to user: sent", sendto(mnl_socket_get_fd(from), "hello", 5, 0, (struct sockaddr *)&peer, sizeof(peer)));
	show_int("user to user: received", mnl_socket_recvfrom(to, buffer, sizeof(buffer)));
	printf("user to user: bytes = %.5s\n", (char *)buffer);
	mnl_socket_close(from);
	mnl_socket_close(to);
}

static void options(void)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	static const int sizes[] = { 0, 1, 3, 4, 5, 8 };

	mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID);
	errno = EDOM;
	for (int option = 0; option <= 14; option++) {
		for (size_t i = 0; i < MNL_ARRAY_SIZE(sizes); i++) {
			int value[2] = { 1, 0 };
			if (option == NETLINK_ADD_MEMBERSHIP || option == NETLINK_DROP_MEMBERSHIP || option == 6 || option == 7)
				continue;
			printf("option %d, size %d: ", option, sizes[i]);
			show_int("set", mnl_socket_setsockopt(nl, option, value, (socklen_t)sizes[i]));
			socklen_t len = (socklen_t)sizes[i];
			value[0] = value[1] = -1;
			printf("option %d, size %d: ", option, sizes[i]);
			show_int("get", mnl_socket_getsockopt(nl, option, value, &len));
			printf("option %d, size %d: value %d %d, len %u\n", option, sizes[i], value[0], value[1], len);
		}
	}
	for (int group = -1; group <= 40; group += 4) {
		int value = group;
		printf("group %d: ", group);
		show_int("join", mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &value, sizeof(value)));
		show_ports("joined", nl);
		printf("group %d: ", group);
		show_int("leave", mnl_socket_setsockopt(nl, NETLINK_DROP_MEMBERSHIP, &value, sizeof(value)));
		show_ports("left", nl);
	}
	show_int("set from nowhere", mnl_socket_setsockopt(nl, NETLINK_PKTINFO, NULL, 4));
	socklen_t len = 4;
	show_int("get to nowhere", mnl_socket_getsockopt(nl, NETLINK_PKTINFO, NULL, &len));
	mnl_socket_close(nl);
}

int main(void)
{
	opening();
	binding();
	from_descriptors();
	talking();
	options();
	return 0;
}
