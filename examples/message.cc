// SPDX-License-Identifier: MIT OR Apache-2.0
// Builds a request that makes a VLAN link, reads it back, and prints both. message.c does the same in C.
#include <nlrs.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace {

int checked(int code)
{
    if (code < 0)
        throw std::runtime_error(nlrs_strerror(code));
    return code;
}

} // namespace

int main()
try {
    // Build. What fails is kept; nlrs_msg_end tells.
    std::array<std::uint32_t, 128> buf;
    nlrs_msg m;
    const ifinfomsg ifi{};
    nlrs_msg_init(&m, buf.data(), sizeof buf);
    nlrs_msg_begin(&m, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    nlrs_msg_put_header(&m, &ifi, sizeof ifi);
    nlrs_msg_put_str(&m, IFLA_IFNAME, "eth0.100");
    nlrs_msg_put_u32(&m, IFLA_LINK, 2);
    const int info = nlrs_msg_nest_begin(&m, IFLA_LINKINFO);
    nlrs_msg_put_str(&m, IFLA_INFO_KIND, "vlan");
    const int data = nlrs_msg_nest_begin(&m, IFLA_INFO_DATA);
    nlrs_msg_put_u16(&m, IFLA_VLAN_ID, 100);
    nlrs_msg_nest_end(&m, data);
    nlrs_msg_nest_end(&m, info);
    checked(nlrs_msg_end(&m));

    // Read. A slot that is empty needs no check: its getter says -ENOENT.
    const void *attrs = nullptr;
    std::size_t len = 0;
    std::array<const nlattr *, IFLA_MAX + 1> tb;
    const std::array<std::uint32_t, 3> path{IFLA_LINKINFO, IFLA_INFO_DATA, IFLA_VLAN_ID};
    const nlattr *vlan = nullptr;
    const char *name = nullptr;
    std::uint16_t id = 0;
    checked(nlrs_nlmsg_index(nlrs_msg_first(&m), sizeof ifi, tb.data(), IFLA_MAX));
    checked(nlrs_attr_get_str(tb[IFLA_IFNAME], &name));
    checked(nlrs_nlmsg_attrs(nlrs_msg_first(&m), sizeof ifi, &attrs, &len));
    checked(nlrs_attr_find_path(attrs, len, path.data(), path.size(), &vlan));
    checked(nlrs_attr_get_u16(vlan, &id));
    std::printf("%s has VLAN ID %u\n", name, unsigned{id});

    const auto *bytes = reinterpret_cast<const unsigned char *>(nlrs_msg_first(&m));
    for (std::size_t i = 0; i < nlrs_msg_len(&m); i++)
        std::printf("%02x%s", unsigned{bytes[i]}, i % 16 == 15 ? "\n" : " ");
    std::printf("\n");
    return std::string{name} == "eth0.100" && id == 100 ? 0 : 1;
} catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
