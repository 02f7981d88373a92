# SPDX-License-Identifier: MIT OR Apache-2.0
# Made by tools/records.py from include/nlrs.h; not to be edited.
"""Links, addresses, routes, neighbours, rules and nexthops: the records of libnlrs as classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from typing import NamedTuple, Optional, final

from ._enums import (
    AddressFlags,
    LinkFlags,
    NeighbourFlags,
    NeighbourState,
    OperState,
    RouteProtocol,
    RouteType,
    RuleAction,
    Scope,
)
from ._record import (
    AnyAddress,
    IPAddress,
    IPInterface,
    IPNetwork,
    Record,
    pack_address,
    pack_lladdr,
    pack_record,
    pack_text,
    read_address,
    read_interface,
    read_lladdr,
    read_network,
    read_optional,
    read_text,
)

_u32: Callable[[bytes, int], tuple[int]] = Struct("=I").unpack_from
_u64: Callable[[bytes, int], tuple[int]] = Struct("=Q").unpack_from


class LinkStats(NamedTuple):
    """Counters of a link, all since it exists: struct rtnl_link_stats64."""

    rx_packets: int
    """Packets received."""
    tx_packets: int
    """Packets sent."""
    rx_bytes: int
    """Bytes received."""
    tx_bytes: int
    """Bytes sent."""
    rx_errors: int
    """Bad packets received."""
    tx_errors: int
    """Packets that could not be sent."""
    rx_dropped: int
    """Packets received and dropped because buffers were full."""
    tx_dropped: int
    """Packets dropped before they were sent."""
    multicast: int
    """Multicast packets received."""
    collisions: int
    """Collisions."""
    rx_length_errors: int
    """Of rx_errors: wrong length."""
    rx_over_errors: int
    """Of rx_errors: no room in the receiver's ring."""
    rx_crc_errors: int
    """Of rx_errors: wrong checksum."""
    rx_frame_errors: int
    """Of rx_errors: wrong alignment."""
    rx_fifo_errors: int
    """Of rx_errors: the receiver's FIFO overflowed."""
    rx_missed_errors: int
    """Packets that the receiver missed."""
    tx_aborted_errors: int
    """Of tx_errors: aborted."""
    tx_carrier_errors: int
    """Of tx_errors: no carrier."""
    tx_fifo_errors: int
    """Of tx_errors: the sender's FIFO ran empty."""
    tx_heartbeat_errors: int
    """Of tx_errors: no heartbeat."""
    tx_window_errors: int
    """Of tx_errors: late collision."""
    rx_compressed: int
    """Compressed packets received."""
    tx_compressed: int
    """Compressed packets sent."""
    rx_nohandler: int
    """Packets dropped because no protocol handles them."""
    rx_otherhost_dropped: int
    """Packets dropped for another destination address. Since Linux 5.19."""


_LINK = Struct("=39I32sI32sI32s16s16s32s32s")


@final
class Link(Record):
    """A network interface: RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK.

    An existing link is meant by index, or by name where index is 0; with both, name is the new name. To set a flag,
    set its bit in flags and in change. As a filter of a dump serve master, kind, target_netnsid and ext_mask.
    """

    __slots__ = ()
    _SIZE = 356
    _TYPE = 16
    _FIELDS = (
        "family",
        "type",
        "index",
        "flags",
        "change",
        "mtu",
        "min_mtu",
        "max_mtu",
        "link",
        "link_netnsid",
        "master",
        "group",
        "tx_queue_len",
        "operstate",
        "link_mode",
        "carrier",
        "carrier_changes",
        "carrier_up_count",
        "carrier_down_count",
        "proto_down",
        "promiscuity",
        "allmulti",
        "num_tx_queues",
        "num_rx_queues",
        "gso_max_size",
        "gso_max_segs",
        "gro_max_size",
        "tso_max_size",
        "tso_max_segs",
        "gso_ipv4_max_size",
        "gro_ipv4_max_size",
        "event",
        "netns_pid",
        "netns_fd",
        "target_netnsid",
        "new_index",
        "ext_mask",
        "address",
        "broadcast",
        "perm_address",
        "name",
        "qdisc",
        "kind",
        "slave_kind",
        "peer",
    )

    def __init__(
        self,
        *,
        family: int = 0,
        type: int = 0,
        index: int = 0,
        flags: int = 0,
        change: int = 0,
        mtu: int = 0,
        min_mtu: int = 0,
        max_mtu: int = 0,
        link: Optional[int] = None,
        link_netnsid: Optional[int] = None,
        master: Optional[int] = None,
        group: Optional[int] = None,
        tx_queue_len: Optional[int] = None,
        operstate: int = 0,
        link_mode: Optional[int] = None,
        carrier: Optional[int] = None,
        carrier_changes: int = 0,
        carrier_up_count: int = 0,
        carrier_down_count: int = 0,
        proto_down: Optional[int] = None,
        promiscuity: int = 0,
        allmulti: int = 0,
        num_tx_queues: int = 0,
        num_rx_queues: int = 0,
        gso_max_size: int = 0,
        gso_max_segs: int = 0,
        gro_max_size: int = 0,
        tso_max_size: int = 0,
        tso_max_segs: int = 0,
        gso_ipv4_max_size: int = 0,
        gro_ipv4_max_size: int = 0,
        event: int = 0,
        netns_pid: int = 0,
        netns_fd: int = 0,
        target_netnsid: Optional[int] = None,
        new_index: int = 0,
        ext_mask: int = 0,
        address: str = "",
        broadcast: str = "",
        perm_address: str = "",
        name: str = "",
        qdisc: str = "",
        kind: str = "",
        slave_kind: str = "",
        peer: Optional[Link] = None,
    ) -> None:
        bits = 0
        if master is not None:
            bits |= 0x1
        if link is not None:
            bits |= 0x2
        if link_netnsid is not None:
            bits |= 0x4
        if target_netnsid is not None:
            bits |= 0x8
        if group is not None:
            bits |= 0x10
        if tx_queue_len is not None:
            bits |= 0x20
        if carrier is not None:
            bits |= 0x40
        if link_mode is not None:
            bits |= 0x80
        if proto_down is not None:
            bits |= 0x100
        self._raw = pack_record(
            _LINK,
            bits,
            family,
            type,
            index,
            flags,
            change,
            mtu,
            min_mtu,
            max_mtu,
            link or 0,
            link_netnsid or 0,
            master or 0,
            group or 0,
            tx_queue_len or 0,
            operstate,
            link_mode or 0,
            carrier or 0,
            carrier_changes,
            carrier_up_count,
            carrier_down_count,
            proto_down or 0,
            promiscuity,
            allmulti,
            num_tx_queues,
            num_rx_queues,
            gso_max_size,
            gso_max_segs,
            gro_max_size,
            tso_max_size,
            tso_max_segs,
            gso_ipv4_max_size,
            gro_ipv4_max_size,
            event,
            netns_pid,
            netns_fd,
            target_netnsid or 0,
            new_index,
            ext_mask,
            *pack_lladdr(address),
            *pack_lladdr(broadcast),
            *pack_lladdr(perm_address),
            pack_text(name, 16, "name"),
            pack_text(qdisc, 16, "qdisc"),
            pack_text(kind, 32, "kind"),
            pack_text(slave_kind, 32, "slave_kind"),
        )
        self._message = None
        self._extra = peer

    @property
    def family(self) -> int:
        """ifi_family: AF_UNSPEC; AF_BRIDGE for what concerns a bridge's ports."""
        return _u32(self._raw, 4)[0]

    @property
    def type(self) -> int:
        """ifi_type: ARPHRD_..."""
        return _u32(self._raw, 8)[0]

    @property
    def index(self) -> int:
        """ifi_index: number of the interface."""
        return _u32(self._raw, 12)[0]

    @property
    def flags(self) -> LinkFlags:
        """ifi_flags: IFF_..."""
        return LinkFlags(_u32(self._raw, 16)[0])

    @property
    def change(self) -> LinkFlags:
        """ifi_change: the bits of flags that are to be changed, or were."""
        return LinkFlags(_u32(self._raw, 20)[0])

    @property
    def mtu(self) -> int:
        """IFLA_MTU: longest packet, in bytes."""
        return _u32(self._raw, 24)[0]

    @property
    def min_mtu(self) -> int:
        """IFLA_MIN_MTU: smallest MTU that the link takes, in bytes. Since Linux 4.19."""
        return _u32(self._raw, 28)[0]

    @property
    def max_mtu(self) -> int:
        """IFLA_MAX_MTU: largest MTU that the link takes, in bytes. Since Linux 4.19."""
        return _u32(self._raw, 32)[0]

    @property
    def link(self) -> Optional[int]:
        """IFLA_LINK: index of the lower link, such as that below a VLAN."""
        return read_optional(self._raw, 36, 0x2)

    @property
    def link_netnsid(self) -> Optional[int]:
        """IFLA_LINK_NETNSID: ID of the namespace in which the lower link is."""
        return read_optional(self._raw, 40, 0x4)

    @property
    def master(self) -> Optional[int]:
        """IFLA_MASTER: index of the bridge, bond or VRF that the link belongs to."""
        return read_optional(self._raw, 44, 0x1)

    @property
    def group(self) -> Optional[int]:
        """IFLA_GROUP: number of the link's group, as ip link set group takes it."""
        return read_optional(self._raw, 48, 0x10)

    @property
    def tx_queue_len(self) -> Optional[int]:
        """IFLA_TXQLEN: length of the transmit queue, in packets."""
        return read_optional(self._raw, 52, 0x20)

    @property
    def operstate(self) -> OperState:
        """IFLA_OPERSTATE: IF_OPER_..."""
        return OperState(_u32(self._raw, 56)[0])

    @property
    def link_mode(self) -> Optional[int]:
        """IFLA_LINKMODE: IF_LINK_MODE_..."""
        return read_optional(self._raw, 60, 0x80)

    @property
    def carrier(self) -> Optional[int]:
        """IFLA_CARRIER: 1 with a carrier."""
        return read_optional(self._raw, 64, 0x40)

    @property
    def carrier_changes(self) -> int:
        """IFLA_CARRIER_CHANGES: how often the carrier came or went."""
        return _u32(self._raw, 68)[0]

    @property
    def carrier_up_count(self) -> int:
        """IFLA_CARRIER_UP_COUNT: how often the carrier came. Since Linux 4.16."""
        return _u32(self._raw, 72)[0]

    @property
    def carrier_down_count(self) -> int:
        """IFLA_CARRIER_DOWN_COUNT: how often the carrier went. Since Linux 4.16."""
        return _u32(self._raw, 76)[0]

    @property
    def proto_down(self) -> Optional[int]:
        """IFLA_PROTO_DOWN: 1 while a protocol such as VRRP holds the link down."""
        return read_optional(self._raw, 80, 0x100)

    @property
    def promiscuity(self) -> int:
        """IFLA_PROMISCUITY: how many users require every packet."""
        return _u32(self._raw, 84)[0]

    @property
    def allmulti(self) -> int:
        """IFLA_ALLMULTI: how many users require every multicast packet. Since Linux 6.0."""
        return _u32(self._raw, 88)[0]

    @property
    def num_tx_queues(self) -> int:
        """IFLA_NUM_TX_QUEUES: transmit queues."""
        return _u32(self._raw, 92)[0]

    @property
    def num_rx_queues(self) -> int:
        """IFLA_NUM_RX_QUEUES: receive queues."""
        return _u32(self._raw, 96)[0]

    @property
    def gso_max_size(self) -> int:
        """IFLA_GSO_MAX_SIZE: longest packet handed to segmentation, in bytes."""
        return _u32(self._raw, 100)[0]

    @property
    def gso_max_segs(self) -> int:
        """IFLA_GSO_MAX_SEGS: most segments of one packet."""
        return _u32(self._raw, 104)[0]

    @property
    def gro_max_size(self) -> int:
        """IFLA_GRO_MAX_SIZE: longest packet made of received ones, in bytes. Since Linux 5.17."""
        return _u32(self._raw, 108)[0]

    @property
    def tso_max_size(self) -> int:
        """IFLA_TSO_MAX_SIZE: limit of gso_max_size, in bytes. Since Linux 5.19."""
        return _u32(self._raw, 112)[0]

    @property
    def tso_max_segs(self) -> int:
        """IFLA_TSO_MAX_SEGS: limit of gso_max_segs. Since Linux 5.19."""
        return _u32(self._raw, 116)[0]

    @property
    def gso_ipv4_max_size(self) -> int:
        """IFLA_GSO_IPV4_MAX_SIZE: gso_max_size for IPv4, in bytes. Since Linux 6.3."""
        return _u32(self._raw, 120)[0]

    @property
    def gro_ipv4_max_size(self) -> int:
        """IFLA_GRO_IPV4_MAX_SIZE: gro_max_size for IPv4, in bytes. Since Linux 6.3."""
        return _u32(self._raw, 124)[0]

    @property
    def event(self) -> int:
        """IFLA_EVENT: IFLA_EVENT_..., why an event was sent."""
        return _u32(self._raw, 128)[0]

    @property
    def netns_pid(self) -> int:
        """IFLA_NET_NS_PID: move the link to the namespace of this process."""
        return _u32(self._raw, 132)[0]

    @property
    def netns_fd(self) -> int:
        """IFLA_NET_NS_FD: move the link to the namespace of this descriptor, which must not be 0."""
        return _u32(self._raw, 136)[0]

    @property
    def target_netnsid(self) -> Optional[int]:
        """IFLA_TARGET_NETNSID: ID of the namespace that the request is about. Since Linux 4.15."""
        return read_optional(self._raw, 140, 0x8)

    @property
    def new_index(self) -> int:
        """IFLA_NEW_IFINDEX: index in the namespace that the link went to. Since Linux 4.16."""
        return _u32(self._raw, 144)[0]

    @property
    def ext_mask(self) -> int:
        """IFLA_EXT_MASK: RTEXT_FILTER_...: what a request asks for in addition."""
        return _u32(self._raw, 148)[0]

    @property
    def address(self) -> str:
        """IFLA_ADDRESS: the link-layer address."""
        return read_lladdr(self._raw, 152)

    @property
    def broadcast(self) -> str:
        """IFLA_BROADCAST: the broadcast address; the other end's on a point-to-point link."""
        return read_lladdr(self._raw, 188)

    @property
    def perm_address(self) -> str:
        """IFLA_PERM_ADDRESS: the address that the hardware came with. Since Linux 5.6."""
        return read_lladdr(self._raw, 224)

    @property
    def name(self) -> str:
        """IFLA_IFNAME: the name."""
        return read_text(self._raw, 260, 16)

    @property
    def qdisc(self) -> str:
        """IFLA_QDISC: name of the queueing discipline."""
        return read_text(self._raw, 276, 16)

    @property
    def kind(self) -> str:
        """IFLA_INFO_KIND in IFLA_LINKINFO: "bridge", "veth", "vlan", .... Empty for hardware, and where
        nlrs_link_data_begin() is to follow.
        """
        return read_text(self._raw, 292, 32)

    @property
    def slave_kind(self) -> str:
        """IFLA_INFO_SLAVE_KIND in IFLA_LINKINFO: kind of the master."""
        return read_text(self._raw, 324, 32)

    @property
    def peer(self) -> Optional[Link]:
        """VETH_INFO_PEER: other end of a pair that is to be added; written alone."""
        peer: Optional[Link] = self._beside()
        return peer

    @property
    def stats(self) -> Optional[LinkStats]:
        """IFLA_STATS64: counters; None if the message had none."""
        return self._stats(LinkStats)


_ADDRESS = Struct("=14I16s2I16s2I16s2I16s2I16s16s")


@final
class Address(Record):
    """An address of an interface: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR.

    As a filter of a dump serve family, index and target_netnsid.
    """

    __slots__ = ()
    _SIZE = 184
    _TYPE = 20
    _FIELDS = (
        "family",
        "index",
        "scope",
        "flags",
        "preferred_lft",
        "valid_lft",
        "created",
        "updated",
        "priority",
        "target_netnsid",
        "proto",
        "local",
        "peer",
        "broadcast",
        "anycast",
        "multicast",
        "label",
    )

    def __init__(
        self,
        *,
        family: int = 0,
        index: int = 0,
        scope: int = 0,
        flags: int = 0,
        preferred_lft: int = 0,
        valid_lft: int = 0,
        created: int = 0,
        updated: int = 0,
        priority: int = 0,
        target_netnsid: Optional[int] = None,
        proto: int = 0,
        local: Optional[AnyAddress] = None,
        peer: Optional[AnyAddress] = None,
        broadcast: Optional[AnyAddress] = None,
        anycast: Optional[AnyAddress] = None,
        multicast: Optional[AnyAddress] = None,
        label: str = "",
    ) -> None:
        bits = 0
        if target_netnsid is not None:
            bits |= 0x1
        self._raw = pack_record(
            _ADDRESS,
            bits,
            family,
            index,
            scope,
            flags,
            preferred_lft,
            valid_lft,
            created,
            updated,
            priority,
            target_netnsid or 0,
            proto,
            *pack_address(local),
            *pack_address(peer),
            *pack_address(broadcast),
            *pack_address(anycast),
            *pack_address(multicast),
            pack_text(label, 16, "label"),
        )
        self._message = None
        self._extra = None

    @property
    def family(self) -> int:
        """ifa_family: AF_INET or AF_INET6; 0: that of local."""
        return _u32(self._raw, 4)[0]

    @property
    def index(self) -> int:
        """ifa_index: the interface."""
        return _u32(self._raw, 8)[0]

    @property
    def scope(self) -> Scope:
        """ifa_scope: RT_SCOPE_..."""
        return Scope(_u32(self._raw, 12)[0])

    @property
    def flags(self) -> AddressFlags:
        """IFA_FLAGS, or ifa_flags: IFA_F_..."""
        return AddressFlags(_u32(self._raw, 16)[0])

    @property
    def preferred_lft(self) -> int:
        """IFA_CACHEINFO: seconds for which new connections may use the address; 0xffffffff: for ever. 0 while
        valid_lft is not 0: deprecated.
        """
        return _u32(self._raw, 20)[0]

    @property
    def valid_lft(self) -> int:
        """IFA_CACHEINFO: seconds until the address is removed; 0xffffffff: never. 0 together with preferred_lft:
        absent.
        """
        return _u32(self._raw, 24)[0]

    @property
    def created(self) -> int:
        """IFA_CACHEINFO: when the address was created, in hundredths of a second since boot."""
        return _u32(self._raw, 28)[0]

    @property
    def updated(self) -> int:
        """IFA_CACHEINFO: when the address was changed last, in hundredths of a second since boot."""
        return _u32(self._raw, 32)[0]

    @property
    def priority(self) -> int:
        """IFA_RT_PRIORITY: metric of the route to the prefix. Since Linux 4.18."""
        return _u32(self._raw, 36)[0]

    @property
    def target_netnsid(self) -> Optional[int]:
        """IFA_TARGET_NETNSID: ID of the namespace that the request is about. Since Linux 4.20."""
        return read_optional(self._raw, 40, 0x1)

    @property
    def proto(self) -> int:
        """IFA_PROTO: IFAPROT_..., where the address comes from. Since Linux 5.18."""
        return _u32(self._raw, 44)[0]

    @property
    def local(self) -> Optional[IPInterface]:
        """IFA_LOCAL, or IFA_ADDRESS where that is missing: the interface's own address, and ifa_prefixlen."""
        return read_interface(self._raw, 48)

    @property
    def peer(self) -> Optional[IPInterface]:
        """IFA_ADDRESS where it differs: the address of the other end of a point-to-point link, and ifa_prefixlen."""
        return read_interface(self._raw, 72)

    @property
    def broadcast(self) -> Optional[IPAddress]:
        """IFA_BROADCAST: the broadcast address."""
        return read_address(self._raw, 96)

    @property
    def anycast(self) -> Optional[IPAddress]:
        """IFA_ANYCAST: an anycast address (RTM_GETANYCAST)."""
        return read_address(self._raw, 120)

    @property
    def multicast(self) -> Optional[IPAddress]:
        """IFA_MULTICAST: a multicast address (RTM_GETMULTICAST)."""
        return read_address(self._raw, 144)

    @property
    def label(self) -> str:
        """IFA_LABEL: the name of the address; IPv4 alone."""
        return read_text(self._raw, 168, 16)


_ROUTE = Struct("=32I16s2I16s2I16s2I16s16I16s")


@final
class Route(Record):
    """A route: RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE.

    What NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE and NLM_F_APPEND are for. For the kernel, a table of 0 is the main
    one when a route is added, and type 0 (RTN_UNSPEC) is none: a unicast route has RTN_UNICAST. Next hops of a
    multipath route are read with nlrs_next_hop_walk() and written with nlrs_next_hop_begin(); encapsulation through
    the attributes RTA_ENCAP. As a filter of a dump serve family, table, protocol, type, oif and flags.
    """

    __slots__ = ()
    _SIZE = 296
    _TYPE = 24
    _FIELDS = (
        "family",
        "table",
        "protocol",
        "scope",
        "type",
        "tos",
        "flags",
        "oif",
        "iif",
        "priority",
        "flow",
        "mark",
        "nh_id",
        "pref",
        "encap_type",
        "expires",
        "uid",
        "ttl_propagate",
        "ip_proto",
        "sport",
        "dport",
        "cache_refcnt",
        "cache_lastuse",
        "cache_expires",
        "cache_error",
        "cache_used",
        "cache_id",
        "cache_ts",
        "cache_tsage",
        "dst",
        "src",
        "gateway",
        "prefsrc",
        "metric_lock",
        "metric_mtu",
        "metric_window",
        "metric_rtt",
        "metric_rttvar",
        "metric_ssthresh",
        "metric_cwnd",
        "metric_advmss",
        "metric_reordering",
        "metric_hoplimit",
        "metric_initcwnd",
        "metric_features",
        "metric_rto_min",
        "metric_initrwnd",
        "metric_quickack",
        "metric_fastopen_no_cookie",
        "metric_cc_algo",
        "next_hops",
    )

    def __init__(
        self,
        *,
        family: int = 0,
        table: int = 0,
        protocol: int = 0,
        scope: int = 0,
        type: int = 0,
        tos: int = 0,
        flags: int = 0,
        oif: int = 0,
        iif: int = 0,
        priority: int = 0,
        flow: int = 0,
        mark: int = 0,
        nh_id: int = 0,
        pref: int = 0,
        encap_type: int = 0,
        expires: Optional[int] = None,
        uid: Optional[int] = None,
        ttl_propagate: int = 0,
        ip_proto: int = 0,
        sport: int = 0,
        dport: int = 0,
        cache_refcnt: int = 0,
        cache_lastuse: int = 0,
        cache_expires: int = 0,
        cache_error: int = 0,
        cache_used: int = 0,
        cache_id: int = 0,
        cache_ts: int = 0,
        cache_tsage: int = 0,
        dst: Optional[AnyAddress] = None,
        src: Optional[AnyAddress] = None,
        gateway: Optional[AnyAddress] = None,
        prefsrc: Optional[AnyAddress] = None,
        metric_lock: int = 0,
        metric_mtu: int = 0,
        metric_window: int = 0,
        metric_rtt: int = 0,
        metric_rttvar: int = 0,
        metric_ssthresh: int = 0,
        metric_cwnd: int = 0,
        metric_advmss: int = 0,
        metric_reordering: int = 0,
        metric_hoplimit: int = 0,
        metric_initcwnd: int = 0,
        metric_features: int = 0,
        metric_rto_min: int = 0,
        metric_initrwnd: int = 0,
        metric_quickack: int = 0,
        metric_fastopen_no_cookie: int = 0,
        metric_cc_algo: str = "",
        next_hops: Sequence[NextHop] = (),
    ) -> None:
        bits = 0
        if uid is not None:
            bits |= 0x1
        if expires is not None:
            bits |= 0x2
        self._raw = pack_record(
            _ROUTE,
            bits,
            family,
            table,
            protocol,
            scope,
            type,
            tos,
            flags,
            oif,
            iif,
            priority,
            flow,
            mark,
            nh_id,
            pref,
            encap_type,
            expires or 0,
            uid or 0,
            ttl_propagate,
            ip_proto,
            sport,
            dport,
            cache_refcnt,
            cache_lastuse,
            cache_expires,
            cache_error,
            cache_used,
            cache_id,
            cache_ts,
            cache_tsage,
            *pack_address(dst),
            *pack_address(src),
            *pack_address(gateway),
            *pack_address(prefsrc),
            metric_lock,
            metric_mtu,
            metric_window,
            metric_rtt,
            metric_rttvar,
            metric_ssthresh,
            metric_cwnd,
            metric_advmss,
            metric_reordering,
            metric_hoplimit,
            metric_initcwnd,
            metric_features,
            metric_rto_min,
            metric_initrwnd,
            metric_quickack,
            metric_fastopen_no_cookie,
            pack_text(metric_cc_algo, 16, "metric_cc_algo"),
        )
        self._message = None
        self._extra = tuple(next_hops) or None

    @property
    def family(self) -> int:
        """rtm_family: AF_INET, AF_INET6, AF_MPLS; 0: that of the first of dst, src, gateway and prefsrc that is there.
        """
        return _u32(self._raw, 4)[0]

    @property
    def table(self) -> int:
        """RTA_TABLE, or rtm_table: routing table, also beyond 255."""
        return _u32(self._raw, 8)[0]

    @property
    def protocol(self) -> RouteProtocol:
        """rtm_protocol: RTPROT_..., who made the route."""
        return RouteProtocol(_u32(self._raw, 12)[0])

    @property
    def scope(self) -> Scope:
        """rtm_scope: RT_SCOPE_..."""
        return Scope(_u32(self._raw, 16)[0])

    @property
    def type(self) -> RouteType:
        """rtm_type: RTN_..."""
        return RouteType(_u32(self._raw, 20)[0])

    @property
    def tos(self) -> int:
        """rtm_tos: type of service of the packets."""
        return _u32(self._raw, 24)[0]

    @property
    def flags(self) -> int:
        """rtm_flags: RTNH_F_... and RTM_F_..."""
        return _u32(self._raw, 28)[0]

    @property
    def oif(self) -> int:
        """RTA_OIF: index of the link that packets leave by."""
        return _u32(self._raw, 32)[0]

    @property
    def iif(self) -> int:
        """RTA_IIF: index of the link that packets come in by."""
        return _u32(self._raw, 36)[0]

    @property
    def priority(self) -> int:
        """RTA_PRIORITY: metric; the smallest wins."""
        return _u32(self._raw, 40)[0]

    @property
    def flow(self) -> int:
        """RTA_FLOW: realms."""
        return _u32(self._raw, 44)[0]

    @property
    def mark(self) -> int:
        """RTA_MARK: mark of the packets."""
        return _u32(self._raw, 48)[0]

    @property
    def nh_id(self) -> int:
        """RTA_NH_ID: nexthop object. Since Linux 5.3."""
        return _u32(self._raw, 52)[0]

    @property
    def pref(self) -> int:
        """RTA_PREF: ICMPV6_ROUTER_PREF_..., of a router."""
        return _u32(self._raw, 56)[0]

    @property
    def encap_type(self) -> int:
        """RTA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; RTA_ENCAP is put and read as an attribute."""
        return _u32(self._raw, 60)[0]

    @property
    def expires(self) -> Optional[int]:
        """RTA_EXPIRES: seconds until the route is removed; written alone."""
        return read_optional(self._raw, 64, 0x2)

    @property
    def uid(self) -> Optional[int]:
        """RTA_UID: user whose route is asked for."""
        return read_optional(self._raw, 68, 0x1)

    @property
    def ttl_propagate(self) -> int:
        """RTA_TTL_PROPAGATE: 1: the TTL is copied into MPLS labels and out of them."""
        return _u32(self._raw, 72)[0]

    @property
    def ip_proto(self) -> int:
        """RTA_IP_PROTO: IPPROTO_..., of the packets whose route is asked for. Since Linux 4.18."""
        return _u32(self._raw, 76)[0]

    @property
    def sport(self) -> int:
        """RTA_SPORT: source port of these packets. Since Linux 4.18."""
        return _u32(self._raw, 80)[0]

    @property
    def dport(self) -> int:
        """RTA_DPORT: destination port of these packets. Since Linux 4.18."""
        return _u32(self._raw, 84)[0]

    @property
    def cache_refcnt(self) -> int:
        """RTA_CACHEINFO: how many use the route."""
        return _u32(self._raw, 88)[0]

    @property
    def cache_lastuse(self) -> int:
        """RTA_CACHEINFO: hundredths of a second since it was used last."""
        return _u32(self._raw, 92)[0]

    @property
    def cache_expires(self) -> int:
        """RTA_CACHEINFO: hundredths of a second until it is removed, as an int32_t."""
        return _u32(self._raw, 96)[0]

    @property
    def cache_error(self) -> int:
        """RTA_CACHEINFO: errno of a route that refuses."""
        return _u32(self._raw, 100)[0]

    @property
    def cache_used(self) -> int:
        """RTA_CACHEINFO: how often it was used."""
        return _u32(self._raw, 104)[0]

    @property
    def cache_id(self) -> int:
        """RTA_CACHEINFO: no longer used by the kernel."""
        return _u32(self._raw, 108)[0]

    @property
    def cache_ts(self) -> int:
        """RTA_CACHEINFO: no longer used by the kernel."""
        return _u32(self._raw, 112)[0]

    @property
    def cache_tsage(self) -> int:
        """RTA_CACHEINFO: no longer used by the kernel."""
        return _u32(self._raw, 116)[0]

    @property
    def dst(self) -> Optional[IPNetwork]:
        """RTA_DST and rtm_dst_len: destination; prefix_len 0: the default route."""
        return read_network(self._raw, 120, _u32(self._raw, 4)[0])

    @property
    def src(self) -> Optional[IPNetwork]:
        """RTA_SRC and rtm_src_len: source."""
        return read_network(self._raw, 144)

    @property
    def gateway(self) -> Optional[IPAddress]:
        """RTA_GATEWAY, or RTA_VIA where its family is not the route's (for IPv4 since Linux 5.2): the next router."""
        return read_address(self._raw, 168)

    @property
    def prefsrc(self) -> Optional[IPAddress]:
        """RTA_PREFSRC: source address that is preferred."""
        return read_address(self._raw, 192)

    @property
    def metric_lock(self) -> int:
        """RTAX_LOCK: bit RTAX_... is set for each metric that the kernel must not adapt."""
        return _u32(self._raw, 216)[0]

    @property
    def metric_mtu(self) -> int:
        """RTAX_MTU: longest packet, in bytes."""
        return _u32(self._raw, 220)[0]

    @property
    def metric_window(self) -> int:
        """RTAX_WINDOW: largest window that TCP advertises, in bytes."""
        return _u32(self._raw, 224)[0]

    @property
    def metric_rtt(self) -> int:
        """RTAX_RTT: first guess of the round-trip time, in eighths of a millisecond."""
        return _u32(self._raw, 228)[0]

    @property
    def metric_rttvar(self) -> int:
        """RTAX_RTTVAR: first guess of its variance, in quarters of a millisecond."""
        return _u32(self._raw, 232)[0]

    @property
    def metric_ssthresh(self) -> int:
        """RTAX_SSTHRESH: first guess of the slow start threshold, in segments."""
        return _u32(self._raw, 236)[0]

    @property
    def metric_cwnd(self) -> int:
        """RTAX_CWND: limit of the congestion window, in segments."""
        return _u32(self._raw, 240)[0]

    @property
    def metric_advmss(self) -> int:
        """RTAX_ADVMSS: segment size that TCP advertises, in bytes."""
        return _u32(self._raw, 244)[0]

    @property
    def metric_reordering(self) -> int:
        """RTAX_REORDERING: how many segments may be reordered."""
        return _u32(self._raw, 248)[0]

    @property
    def metric_hoplimit(self) -> int:
        """RTAX_HOPLIMIT: hop limit, or TTL, of packets."""
        return _u32(self._raw, 252)[0]

    @property
    def metric_initcwnd(self) -> int:
        """RTAX_INITCWND: first congestion window, in segments."""
        return _u32(self._raw, 256)[0]

    @property
    def metric_features(self) -> int:
        """RTAX_FEATURES: RTAX_FEATURE_..."""
        return _u32(self._raw, 260)[0]

    @property
    def metric_rto_min(self) -> int:
        """RTAX_RTO_MIN: smallest retransmission timeout, in milliseconds."""
        return _u32(self._raw, 264)[0]

    @property
    def metric_initrwnd(self) -> int:
        """RTAX_INITRWND: first receive window, in segments."""
        return _u32(self._raw, 268)[0]

    @property
    def metric_quickack(self) -> int:
        """RTAX_QUICKACK: 1: no delayed acks."""
        return _u32(self._raw, 272)[0]

    @property
    def metric_fastopen_no_cookie(self) -> int:
        """RTAX_FASTOPEN_NO_COOKIE: 1: TCP Fast Open without a cookie. Since Linux 4.15."""
        return _u32(self._raw, 276)[0]

    @property
    def metric_cc_algo(self) -> str:
        """RTAX_CC_ALGO: name of the congestion control algorithm."""
        return read_text(self._raw, 280, 16)

    @property
    def next_hops(self) -> tuple[NextHop, ...]:
        """RTA_MULTIPATH: next hops of a multipath route; empty for another route."""
        hops: tuple[NextHop, ...] = self._beside() or ()
        return hops


_NEIGHBOUR = Struct("=25I16sI32s")


@final
class Neighbour(Record):
    """A neighbour, a proxy (NTF_PROXY in flags), or an entry of a forwarding table (AF_BRIDGE): RTM_NEWNEIGH,
    RTM_DELNEIGH, RTM_GETNEIGH.

    As a filter of a dump serve family, index, master and NTF_PROXY in flags.
    """

    __slots__ = ()
    _SIZE = 152
    _TYPE = 28
    _FIELDS = (
        "family",
        "index",
        "state",
        "flags",
        "flags_ext",
        "type",
        "protocol",
        "confirmed",
        "used",
        "updated",
        "refcnt",
        "probes",
        "master",
        "vlan",
        "vni",
        "src_vni",
        "port",
        "dst_index",
        "link_netnsid",
        "nh_id",
        "state_mask",
        "flags_mask",
        "dst",
        "lladdr",
    )

    def __init__(
        self,
        *,
        family: int = 0,
        index: int = 0,
        state: int = 0,
        flags: int = 0,
        flags_ext: int = 0,
        type: int = 0,
        protocol: int = 0,
        confirmed: int = 0,
        used: int = 0,
        updated: int = 0,
        refcnt: int = 0,
        probes: int = 0,
        master: int = 0,
        vlan: int = 0,
        vni: int = 0,
        src_vni: int = 0,
        port: int = 0,
        dst_index: int = 0,
        link_netnsid: Optional[int] = None,
        nh_id: int = 0,
        state_mask: int = 0,
        flags_mask: int = 0,
        dst: Optional[AnyAddress] = None,
        lladdr: str = "",
    ) -> None:
        bits = 0
        if link_netnsid is not None:
            bits |= 0x1
        self._raw = pack_record(
            _NEIGHBOUR,
            bits,
            family,
            index,
            state,
            flags,
            flags_ext,
            type,
            protocol,
            confirmed,
            used,
            updated,
            refcnt,
            probes,
            master,
            vlan,
            vni,
            src_vni,
            port,
            dst_index,
            link_netnsid or 0,
            nh_id,
            state_mask,
            flags_mask,
            *pack_address(dst),
            *pack_lladdr(lladdr),
        )
        self._message = None
        self._extra = None

    @property
    def family(self) -> int:
        """ndm_family: AF_INET, AF_INET6, AF_BRIDGE; 0: that of dst."""
        return _u32(self._raw, 4)[0]

    @property
    def index(self) -> int:
        """ndm_ifindex, or NDA_IFINDEX in the request for a dump: the link on which the neighbour is."""
        return _u32(self._raw, 8)[0]

    @property
    def state(self) -> NeighbourState:
        """ndm_state: NUD_..."""
        return NeighbourState(_u32(self._raw, 12)[0])

    @property
    def flags(self) -> NeighbourFlags:
        """ndm_flags: NTF_..."""
        return NeighbourFlags(_u32(self._raw, 16)[0])

    @property
    def flags_ext(self) -> int:
        """NDA_FLAGS_EXT: NTF_EXT_... Since Linux 5.16."""
        return _u32(self._raw, 20)[0]

    @property
    def type(self) -> int:
        """ndm_type: RTN_..."""
        return _u32(self._raw, 24)[0]

    @property
    def protocol(self) -> int:
        """NDA_PROTOCOL: RTPROT_..., who made the entry. Since Linux 5.0."""
        return _u32(self._raw, 28)[0]

    @property
    def confirmed(self) -> int:
        """NDA_CACHEINFO: hundredths of a second since the neighbour was confirmed."""
        return _u32(self._raw, 32)[0]

    @property
    def used(self) -> int:
        """NDA_CACHEINFO: hundredths of a second since it was used."""
        return _u32(self._raw, 36)[0]

    @property
    def updated(self) -> int:
        """NDA_CACHEINFO: hundredths of a second since it was updated."""
        return _u32(self._raw, 40)[0]

    @property
    def refcnt(self) -> int:
        """NDA_CACHEINFO: how many use it."""
        return _u32(self._raw, 44)[0]

    @property
    def probes(self) -> int:
        """NDA_PROBES: probes that were not answered."""
        return _u32(self._raw, 48)[0]

    @property
    def master(self) -> int:
        """NDA_MASTER: index of the bridge or VXLAN link."""
        return _u32(self._raw, 52)[0]

    @property
    def vlan(self) -> int:
        """NDA_VLAN: VLAN ID."""
        return _u32(self._raw, 56)[0]

    @property
    def vni(self) -> int:
        """NDA_VNI: VXLAN network identifier of the destination."""
        return _u32(self._raw, 60)[0]

    @property
    def src_vni(self) -> int:
        """NDA_SRC_VNI: VXLAN network identifier of the entry."""
        return _u32(self._raw, 64)[0]

    @property
    def port(self) -> int:
        """NDA_PORT: UDP port of the destination."""
        return _u32(self._raw, 68)[0]

    @property
    def dst_index(self) -> int:
        """NDA_IFINDEX: index of the link to the destination (VXLAN)."""
        return _u32(self._raw, 72)[0]

    @property
    def link_netnsid(self) -> Optional[int]:
        """NDA_LINK_NETNSID: ID of the namespace of that link."""
        return read_optional(self._raw, 76, 0x1)

    @property
    def nh_id(self) -> int:
        """NDA_NH_ID: nexthop object (VXLAN). Since Linux 5.8."""
        return _u32(self._raw, 80)[0]

    @property
    def state_mask(self) -> int:
        """NDA_NDM_STATE_MASK: bits of the state that a flush compares. Since Linux 6.0."""
        return _u32(self._raw, 84)[0]

    @property
    def flags_mask(self) -> int:
        """NDA_NDM_FLAGS_MASK: bits of the flags that a flush compares. Since Linux 6.0."""
        return _u32(self._raw, 88)[0]

    @property
    def dst(self) -> Optional[IPAddress]:
        """NDA_DST: the neighbour's address; of a VXLAN entry the tunnel's other end."""
        return read_address(self._raw, 92)

    @property
    def lladdr(self) -> str:
        """NDA_LLADDR: its link-layer address."""
        return read_lladdr(self._raw, 116)


_RULE = Struct("=28IQ2I16s2I16s16s16s")


@final
class Rule(Record):
    """A rule that chooses a routing table: RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE.

    A packet must match every selector that is there. As a filter of a dump serves family.
    """

    __slots__ = ()
    _SIZE = 200
    _TYPE = 32
    _FIELDS = (
        "family",
        "action",
        "table",
        "priority",
        "flags",
        "tos",
        "goto_priority",
        "fwmark",
        "fwmask",
        "flow",
        "suppress_prefix_len",
        "suppress_ifgroup",
        "l3mdev",
        "protocol",
        "ip_proto",
        "uid_start",
        "uid_end",
        "sport_start",
        "sport_end",
        "dport_start",
        "dport_end",
        "sport_mask",
        "dport_mask",
        "dscp",
        "dscp_mask",
        "flowlabel",
        "flowlabel_mask",
        "tun_id",
        "dst",
        "src",
        "iifname",
        "oifname",
    )

    def __init__(
        self,
        *,
        family: int = 0,
        action: int = 0,
        table: int = 0,
        priority: Optional[int] = None,
        flags: int = 0,
        tos: int = 0,
        goto_priority: int = 0,
        fwmark: Optional[int] = None,
        fwmask: int = 0,
        flow: int = 0,
        suppress_prefix_len: Optional[int] = None,
        suppress_ifgroup: Optional[int] = None,
        l3mdev: int = 0,
        protocol: int = 0,
        ip_proto: int = 0,
        uid_start: Optional[int] = None,
        uid_end: Optional[int] = None,
        sport_start: int = 0,
        sport_end: int = 0,
        dport_start: int = 0,
        dport_end: int = 0,
        sport_mask: int = 0,
        dport_mask: int = 0,
        dscp: Optional[int] = None,
        dscp_mask: int = 0,
        flowlabel: Optional[int] = None,
        flowlabel_mask: int = 0,
        tun_id: int = 0,
        dst: Optional[AnyAddress] = None,
        src: Optional[AnyAddress] = None,
        iifname: str = "",
        oifname: str = "",
    ) -> None:
        bits = 0
        if priority is not None:
            bits |= 0x1
        if fwmark is not None:
            bits |= 0x2
        if suppress_prefix_len is not None:
            bits |= 0x4
        if suppress_ifgroup is not None:
            bits |= 0x8
        if uid_start is not None:
            bits |= 0x10
        if uid_end is not None:
            bits |= 0x10
        if dscp is not None:
            bits |= 0x20
        if flowlabel is not None:
            bits |= 0x40
        self._raw = pack_record(
            _RULE,
            bits,
            family,
            action,
            table,
            priority or 0,
            flags,
            tos,
            goto_priority,
            fwmark or 0,
            fwmask,
            flow,
            suppress_prefix_len or 0,
            suppress_ifgroup or 0,
            l3mdev,
            protocol,
            ip_proto,
            uid_start or 0,
            uid_end or 0,
            sport_start,
            sport_end,
            dport_start,
            dport_end,
            sport_mask,
            dport_mask,
            dscp or 0,
            dscp_mask,
            flowlabel or 0,
            flowlabel_mask,
            tun_id,
            *pack_address(dst),
            *pack_address(src),
            pack_text(iifname, 16, "iifname"),
            pack_text(oifname, 16, "oifname"),
        )
        self._message = None
        self._extra = None

    @property
    def family(self) -> int:
        """family: AF_INET or AF_INET6; 0: that of dst or src."""
        return _u32(self._raw, 4)[0]

    @property
    def action(self) -> RuleAction:
        """action: FR_ACT_...; FR_ACT_TO_TBL looks up table."""
        return RuleAction(_u32(self._raw, 8)[0])

    @property
    def table(self) -> int:
        """FRA_TABLE, or table: routing table, also beyond 255."""
        return _u32(self._raw, 12)[0]

    @property
    def priority(self) -> Optional[int]:
        """FRA_PRIORITY: the smallest comes first."""
        return read_optional(self._raw, 16, 0x1)

    @property
    def flags(self) -> int:
        """flags: FIB_RULE_..."""
        return _u32(self._raw, 20)[0]

    @property
    def tos(self) -> int:
        """tos: type of service of the packets."""
        return _u32(self._raw, 24)[0]

    @property
    def goto_priority(self) -> int:
        """FRA_GOTO: priority of the rule to go on with (FR_ACT_GOTO)."""
        return _u32(self._raw, 28)[0]

    @property
    def fwmark(self) -> Optional[int]:
        """FRA_FWMARK: mark of the packets."""
        return read_optional(self._raw, 32, 0x2)

    @property
    def fwmask(self) -> int:
        """FRA_FWMASK: bits of the mark that are compared."""
        return _u32(self._raw, 36)[0]

    @property
    def flow(self) -> int:
        """FRA_FLOW: realms."""
        return _u32(self._raw, 40)[0]

    @property
    def suppress_prefix_len(self) -> Optional[int]:
        """FRA_SUPPRESS_PREFIXLEN: routes with a prefix of this length or shorter are ignored."""
        return read_optional(self._raw, 44, 0x4)

    @property
    def suppress_ifgroup(self) -> Optional[int]:
        """FRA_SUPPRESS_IFGROUP: routes by links of this group are ignored."""
        return read_optional(self._raw, 48, 0x8)

    @property
    def l3mdev(self) -> int:
        """FRA_L3MDEV: 1: the table is that of the packet's VRF."""
        return _u32(self._raw, 52)[0]

    @property
    def protocol(self) -> RouteProtocol:
        """FRA_PROTOCOL: RTPROT_..., who made the rule. Since Linux 4.17."""
        return RouteProtocol(_u32(self._raw, 56)[0])

    @property
    def ip_proto(self) -> int:
        """FRA_IP_PROTO: IPPROTO_... Since Linux 4.17."""
        return _u32(self._raw, 60)[0]

    @property
    def uid_start(self) -> Optional[int]:
        """FRA_UID_RANGE: first user ID."""
        return read_optional(self._raw, 64, 0x10)

    @property
    def uid_end(self) -> Optional[int]:
        """FRA_UID_RANGE: last user ID."""
        return read_optional(self._raw, 68, 0x10)

    @property
    def sport_start(self) -> int:
        """FRA_SPORT_RANGE: first source port. Since Linux 4.17."""
        return _u32(self._raw, 72)[0]

    @property
    def sport_end(self) -> int:
        """FRA_SPORT_RANGE: last source port."""
        return _u32(self._raw, 76)[0]

    @property
    def dport_start(self) -> int:
        """FRA_DPORT_RANGE: first destination port. Since Linux 4.17."""
        return _u32(self._raw, 80)[0]

    @property
    def dport_end(self) -> int:
        """FRA_DPORT_RANGE: last destination port."""
        return _u32(self._raw, 84)[0]

    @property
    def sport_mask(self) -> int:
        """FRA_SPORT_MASK: bits of the source port that are compared. Since Linux 6.15."""
        return _u32(self._raw, 88)[0]

    @property
    def dport_mask(self) -> int:
        """FRA_DPORT_MASK: bits of the destination port that are compared. Since Linux 6.15."""
        return _u32(self._raw, 92)[0]

    @property
    def dscp(self) -> Optional[int]:
        """FRA_DSCP: differentiated services code point, 0 ... 63. Since Linux 6.13."""
        return read_optional(self._raw, 96, 0x20)

    @property
    def dscp_mask(self) -> int:
        """FRA_DSCP_MASK: bits of it that are compared. Since Linux 6.15."""
        return _u32(self._raw, 100)[0]

    @property
    def flowlabel(self) -> Optional[int]:
        """FRA_FLOWLABEL: IPv6 flow label. Since Linux 6.14."""
        return read_optional(self._raw, 104, 0x40)

    @property
    def flowlabel_mask(self) -> int:
        """FRA_FLOWLABEL_MASK: bits of it that are compared. Since Linux 6.14."""
        return _u32(self._raw, 108)[0]

    @property
    def tun_id(self) -> int:
        """FRA_TUN_ID: ID of the tunnel that packets came through."""
        return _u64(self._raw, 112)[0]

    @property
    def dst(self) -> Optional[IPNetwork]:
        """FRA_DST and dst_len: destination."""
        return read_network(self._raw, 120)

    @property
    def src(self) -> Optional[IPNetwork]:
        """FRA_SRC and src_len: source."""
        return read_network(self._raw, 144)

    @property
    def iifname(self) -> str:
        """FRA_IIFNAME: name of the link that packets come in by."""
        return read_text(self._raw, 168, 16)

    @property
    def oifname(self) -> str:
        """FRA_OIFNAME: name of the link that sockets are bound to."""
        return read_text(self._raw, 184, 16)


_NEXTHOP = Struct("=18IQ2I16s")


@final
class Nexthop(Record):
    """A nexthop object or a group of them: RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP. Since Linux 5.3.

    Members of a group are read with nlrs_nexthop_member_walk() and written with nlrs_nexthop_put_members(). As a
    filter of a dump serve family, oif, master, groups and fdb.
    """

    __slots__ = ()
    _SIZE = 104
    _TYPE = 104
    _FIELDS = (
        "family",
        "id",
        "scope",
        "protocol",
        "flags",
        "oif",
        "master",
        "blackhole",
        "fdb",
        "groups",
        "group_type",
        "encap_type",
        "buckets",
        "idle_timer",
        "unbalanced_timer",
        "op_flags",
        "hw_stats_enable",
        "unbalanced_time",
        "gateway",
    )

    def __init__(
        self,
        *,
        family: int = 0,
        id: int = 0,
        scope: int = 0,
        protocol: int = 0,
        flags: int = 0,
        oif: int = 0,
        master: int = 0,
        blackhole: int = 0,
        fdb: int = 0,
        groups: int = 0,
        group_type: int = 0,
        encap_type: int = 0,
        buckets: int = 0,
        idle_timer: Optional[int] = None,
        unbalanced_timer: Optional[int] = None,
        op_flags: int = 0,
        hw_stats_enable: Optional[int] = None,
        unbalanced_time: int = 0,
        gateway: Optional[AnyAddress] = None,
    ) -> None:
        bits = 0
        if idle_timer is not None:
            bits |= 0x1
        if unbalanced_timer is not None:
            bits |= 0x2
        if hw_stats_enable is not None:
            bits |= 0x4
        self._raw = pack_record(
            _NEXTHOP,
            bits,
            family,
            id,
            scope,
            protocol,
            flags,
            oif,
            master,
            blackhole,
            fdb,
            groups,
            group_type,
            encap_type,
            buckets,
            idle_timer or 0,
            unbalanced_timer or 0,
            op_flags,
            hw_stats_enable or 0,
            unbalanced_time,
            *pack_address(gateway),
        )
        self._message = None
        self._extra = None

    @property
    def family(self) -> int:
        """nh_family: AF_INET, AF_INET6; AF_UNSPEC for a group; 0: that of gateway."""
        return _u32(self._raw, 4)[0]

    @property
    def id(self) -> int:
        """NHA_ID: number of the object; 0 in a new one: the kernel chooses."""
        return _u32(self._raw, 8)[0]

    @property
    def scope(self) -> Scope:
        """nh_scope: RT_SCOPE_...; read alone."""
        return Scope(_u32(self._raw, 12)[0])

    @property
    def protocol(self) -> RouteProtocol:
        """nh_protocol: RTPROT_..., who made it."""
        return RouteProtocol(_u32(self._raw, 16)[0])

    @property
    def flags(self) -> int:
        """nh_flags: RTNH_F_..."""
        return _u32(self._raw, 20)[0]

    @property
    def oif(self) -> int:
        """NHA_OIF: index of the link that packets leave by."""
        return _u32(self._raw, 24)[0]

    @property
    def master(self) -> int:
        """NHA_MASTER: in a filter, index of the link's master."""
        return _u32(self._raw, 28)[0]

    @property
    def blackhole(self) -> int:
        """NHA_BLACKHOLE: 1: packets are dropped."""
        return _u32(self._raw, 32)[0]

    @property
    def fdb(self) -> int:
        """NHA_FDB: 1: it belongs to a VXLAN link's forwarding table. Since Linux 5.8."""
        return _u32(self._raw, 36)[0]

    @property
    def groups(self) -> int:
        """NHA_GROUPS: in a filter, 1: groups alone."""
        return _u32(self._raw, 40)[0]

    @property
    def group_type(self) -> int:
        """NHA_GROUP_TYPE: NEXTHOP_GRP_TYPE_..."""
        return _u32(self._raw, 44)[0]

    @property
    def encap_type(self) -> int:
        """NHA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; NHA_ENCAP is put and read as an attribute."""
        return _u32(self._raw, 48)[0]

    @property
    def buckets(self) -> int:
        """NHA_RES_GROUP_BUCKETS of a resilient group: how many buckets. Since Linux 5.13."""
        return _u32(self._raw, 52)[0]

    @property
    def idle_timer(self) -> Optional[int]:
        """NHA_RES_GROUP_IDLE_TIMER: hundredths of a second until an unused bucket may move. Since Linux 5.13."""
        return read_optional(self._raw, 56, 0x1)

    @property
    def unbalanced_timer(self) -> Optional[int]:
        """NHA_RES_GROUP_UNBALANCED_TIMER: hundredths of a second until buckets move although they are used. Since
        Linux 5.13.
        """
        return read_optional(self._raw, 60, 0x2)

    @property
    def op_flags(self) -> int:
        """NHA_OP_FLAGS: NHA_OP_FLAG_...: what a request asks for in addition. Since Linux 6.10."""
        return _u32(self._raw, 64)[0]

    @property
    def hw_stats_enable(self) -> Optional[int]:
        """NHA_HW_STATS_ENABLE: 1: hardware counts packets. Since Linux 6.10."""
        return read_optional(self._raw, 68, 0x4)

    @property
    def unbalanced_time(self) -> int:
        """NHA_RES_GROUP_UNBALANCED_TIME: hundredths of a second for which the group is unbalanced. Since Linux 5.13."""
        return _u64(self._raw, 72)[0]

    @property
    def gateway(self) -> Optional[IPAddress]:
        """NHA_GATEWAY: the next router."""
        return read_address(self._raw, 80)


_NEXT_HOP = Struct("=9I16s")


@final
class NextHop(Record):
    """One next hop of a multipath route: struct rtnexthop and its attributes."""

    __slots__ = ()
    _SIZE = 52
    _TYPE = 0
    _FIELDS = (
        "flags",
        "weight",
        "oif",
        "flow",
        "encap_type",
        "family",
        "gateway",
    )

    def __init__(
        self,
        *,
        flags: int = 0,
        weight: int = 0,
        oif: int = 0,
        flow: int = 0,
        encap_type: int = 0,
        family: int = 0,
        gateway: Optional[AnyAddress] = None,
    ) -> None:
        bits = 0
        self._raw = pack_record(
            _NEXT_HOP,
            bits,
            flags,
            weight,
            oif,
            flow,
            encap_type,
            family,
            *pack_address(gateway),
        )
        self._message = None
        self._extra = None

    @property
    def flags(self) -> int:
        """rtnh_flags: RTNH_F_..."""
        return _u32(self._raw, 4)[0]

    @property
    def weight(self) -> int:
        """rtnh_hops + 1: weight, 1 ... 256. Written, 0 is 1."""
        return _u32(self._raw, 8)[0]

    @property
    def oif(self) -> int:
        """rtnh_ifindex: index of the link that packets leave by."""
        return _u32(self._raw, 12)[0]

    @property
    def flow(self) -> int:
        """RTA_FLOW: realms."""
        return _u32(self._raw, 16)[0]

    @property
    def encap_type(self) -> int:
        """RTA_ENCAP_TYPE: LWTUNNEL_ENCAP_...; RTA_ENCAP is put and read as an attribute."""
        return _u32(self._raw, 20)[0]

    @property
    def family(self) -> int:
        """Address family of the route, which decides between RTA_GATEWAY and RTA_VIA; 0, written: that of gateway."""
        return _u32(self._raw, 24)[0]

    @property
    def gateway(self) -> Optional[IPAddress]:
        """RTA_GATEWAY, or RTA_VIA where its family is not the route's: the next router."""
        return read_address(self._raw, 28)
