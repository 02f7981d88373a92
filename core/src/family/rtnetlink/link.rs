// SPDX-License-Identifier: MIT OR Apache-2.0
//! Network interfaces, their statistics and alternative names.

use crate::error::{Code, Result};
use crate::family::addr::Lladdr;
use crate::family::record::{
    Field, Fields, HeaderField, Kind, Layout, Record, Width, attribute_in, read_header, store, table,
};
use crate::mem::plain::{Plain, plain};
use crate::wire::attribute::Attributes;
use crate::wire::build::Builder;
use crate::wire::message::Message;
use crate::wire::value;
use core::ffi::c_char;
use core::mem::offset_of;

/// Bit of `set`: `master` holds although it is 0, which releases a link from its master.
pub const NLRS_LINK_MASTER_SET: u32 = 0x1;
/// Bit of `set`: `link` holds although it is 0.
pub const NLRS_LINK_LOWER_SET: u32 = 0x2;
/// Bit of `set`: `link_netnsid` holds although it is 0, which is a namespace ID as any other.
pub const NLRS_LINK_NETNSID_SET: u32 = 0x4;
/// Bit of `set`: `target_netnsid` holds although it is 0.
pub const NLRS_LINK_TARGET_NETNSID_SET: u32 = 0x8;
/// Bit of `set`: `group` holds although it is 0, the default group.
pub const NLRS_LINK_GROUP_SET: u32 = 0x10;
/// Bit of `set`: `tx_queue_len` holds although it is 0.
pub const NLRS_LINK_TX_QUEUE_LEN_SET: u32 = 0x20;
/// Bit of `set`: `carrier` holds although it is 0, no carrier.
pub const NLRS_LINK_CARRIER_SET: u32 = 0x40;
/// Bit of `set`: `link_mode` holds although it is 0, the default mode.
pub const NLRS_LINK_MODE_SET: u32 = 0x80;
/// Bit of `set`: `proto_down` holds although it is 0.
pub const NLRS_LINK_PROTO_DOWN_SET: u32 = 0x100;

/// A network interface: RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK.
///
/// An existing link is meant by `index`, or by `name` where `index` is 0; with both, `name` is the new name. To set a
/// flag,
/// set its bit in `flags` and in `change`. As a filter of a dump serve `master`, `kind`, `target_netnsid` and
/// `ext_mask`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// NLRS_LINK_..._SET bits: which of these fields hold although they are 0; read: which of them are there.
    pub set: u32,
    /// ifi_family: AF_UNSPEC; AF_BRIDGE for what concerns a bridge's ports.
    pub family: u32,
    /// ifi_type: ARPHRD_...
    pub r#type: u32,
    /// ifi_index: number of the interface.
    pub index: u32,
    /// ifi_flags: IFF_...
    pub flags: u32,
    /// ifi_change: the bits of flags that are to be changed, or were.
    pub change: u32,
    /// IFLA_MTU: longest packet, in bytes.
    pub mtu: u32,
    /// IFLA_MIN_MTU: smallest MTU that the link takes, in bytes. Since Linux 4.19.
    pub min_mtu: u32,
    /// IFLA_MAX_MTU: largest MTU that the link takes, in bytes. Since Linux 4.19.
    pub max_mtu: u32,
    /// IFLA_LINK: index of the lower link, such as that below a VLAN.
    pub link: u32,
    /// IFLA_LINK_NETNSID: ID of the namespace in which the lower link is.
    pub link_netnsid: u32,
    /// IFLA_MASTER: index of the bridge, bond or VRF that the link belongs to.
    pub master: u32,
    /// IFLA_GROUP: number of the link's group, as `ip link set group` takes it.
    pub group: u32,
    /// IFLA_TXQLEN: length of the transmit queue, in packets.
    pub tx_queue_len: u32,
    /// IFLA_OPERSTATE: IF_OPER_...
    pub operstate: u32,
    /// IFLA_LINKMODE: IF_LINK_MODE_...
    pub link_mode: u32,
    /// IFLA_CARRIER: 1 with a carrier.
    pub carrier: u32,
    /// IFLA_CARRIER_CHANGES: how often the carrier came or went.
    pub carrier_changes: u32,
    /// IFLA_CARRIER_UP_COUNT: how often the carrier came. Since Linux 4.16.
    pub carrier_up_count: u32,
    /// IFLA_CARRIER_DOWN_COUNT: how often the carrier went. Since Linux 4.16.
    pub carrier_down_count: u32,
    /// IFLA_PROTO_DOWN: 1 while a protocol such as VRRP holds the link down.
    pub proto_down: u32,
    /// IFLA_PROMISCUITY: how many users require every packet.
    pub promiscuity: u32,
    /// IFLA_ALLMULTI: how many users require every multicast packet. Since Linux 6.0.
    pub allmulti: u32,
    /// IFLA_NUM_TX_QUEUES: transmit queues.
    pub num_tx_queues: u32,
    /// IFLA_NUM_RX_QUEUES: receive queues.
    pub num_rx_queues: u32,
    /// IFLA_GSO_MAX_SIZE: longest packet handed to segmentation, in bytes.
    pub gso_max_size: u32,
    /// IFLA_GSO_MAX_SEGS: most segments of one packet.
    pub gso_max_segs: u32,
    /// IFLA_GRO_MAX_SIZE: longest packet made of received ones, in bytes. Since Linux 5.17.
    pub gro_max_size: u32,
    /// IFLA_TSO_MAX_SIZE: limit of gso_max_size, in bytes. Since Linux 5.19.
    pub tso_max_size: u32,
    /// IFLA_TSO_MAX_SEGS: limit of gso_max_segs. Since Linux 5.19.
    pub tso_max_segs: u32,
    /// IFLA_GSO_IPV4_MAX_SIZE: gso_max_size for IPv4, in bytes. Since Linux 6.3.
    pub gso_ipv4_max_size: u32,
    /// IFLA_GRO_IPV4_MAX_SIZE: gro_max_size for IPv4, in bytes. Since Linux 6.3.
    pub gro_ipv4_max_size: u32,
    /// IFLA_EVENT: IFLA_EVENT_..., why an event was sent.
    pub event: u32,
    /// IFLA_NET_NS_PID: move the link to the namespace of this process.
    pub netns_pid: u32,
    /// IFLA_NET_NS_FD: move the link to the namespace of this descriptor, which must not be 0.
    pub netns_fd: u32,
    /// IFLA_TARGET_NETNSID: ID of the namespace that the request is about. Since Linux 4.15.
    pub target_netnsid: u32,
    /// IFLA_NEW_IFINDEX: index in the namespace that the link went to. Since Linux 4.16.
    pub new_index: u32,
    /// IFLA_EXT_MASK: RTEXT_FILTER_...: what a request asks for in addition.
    pub ext_mask: u32,
    /// IFLA_ADDRESS: the link-layer address.
    pub address: Lladdr,
    /// IFLA_BROADCAST: the broadcast address; the other end's on a point-to-point link.
    pub broadcast: Lladdr,
    /// IFLA_PERM_ADDRESS: the address that the hardware came with. Since Linux 5.6.
    pub perm_address: Lladdr,
    /// IFLA_IFNAME: the name, with its NUL.
    pub name: [c_char; 16],
    /// IFLA_QDISC: name of the queueing discipline, with its NUL.
    pub qdisc: [c_char; 16],
    /// IFLA_INFO_KIND in IFLA_LINKINFO: "bridge", "veth", "vlan", ..., with its NUL. Empty for hardware, and where
    /// nlrs_link_data_begin() is to follow.
    pub kind: [c_char; 32],
    /// IFLA_INFO_SLAVE_KIND in IFLA_LINKINFO: kind of the master, with its NUL.
    pub slave_kind: [c_char; 32],
}

plain! {
    Link {
        set: u32, family: u32, r#type: u32, index: u32, flags: u32, change: u32, mtu: u32, min_mtu: u32, max_mtu: u32,
        link: u32, link_netnsid: u32, master: u32, group: u32, tx_queue_len: u32, operstate: u32, link_mode: u32,
        carrier: u32, carrier_changes: u32, carrier_up_count: u32, carrier_down_count: u32, proto_down: u32,
        promiscuity: u32, allmulti: u32, num_tx_queues: u32, num_rx_queues: u32, gso_max_size: u32, gso_max_segs: u32,
        gro_max_size: u32, tso_max_size: u32, tso_max_segs: u32, gso_ipv4_max_size: u32, gro_ipv4_max_size: u32,
        event: u32, netns_pid: u32, netns_fd: u32, target_netnsid: u32, new_index: u32, ext_mask: u32,
        address: Lladdr, broadcast: Lladdr, perm_address: Lladdr, name: [c_char; 16], qdisc: [c_char; 16], kind: [c_char; 32],
        slave_kind: [c_char; 32],
    }
}

/// A `u32` of the record that is an attribute of 4 bytes.
macro_rules! word {
    ($field:ident) => {
        Field::new(Kind::U32, offset_of!(Link, $field))
    };
}

macro_rules! byte {
    ($field:ident) => {
        Field::new(Kind::U8, offset_of!(Link, $field))
    };
}

macro_rules! text {
    ($field:ident, $len:expr) => {
        Field::sized(Kind::Text, offset_of!(Link, $field), $len)
    };
}

macro_rules! lladdr {
    ($field:ident) => {
        Field::new(Kind::Lladdr, offset_of!(Link, $field))
    };
}

/// Attribute types that other functions need too.
pub(crate) const IFLA_IFNAME: u16 = 3;
pub(crate) const IFLA_LINKINFO: u16 = 18;
pub(crate) const IFLA_EXT_MASK: u16 = 29;
pub(crate) const IFLA_PROP_LIST: u16 = 52;
pub(crate) const IFLA_ALT_IFNAME: u16 = 53;
const IFLA_STATS: u16 = 7;
const IFLA_STATS64: u16 = 23;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const IFLA_INFO_SLAVE_KIND: u16 = 4;

static FIELDS: [Field; 65] = table(&[
    (1, lladdr!(address)),
    (2, lladdr!(broadcast)),
    (IFLA_IFNAME, text!(name, 16)),
    (4, word!(mtu)),
    (5, word!(link).or_set(NLRS_LINK_LOWER_SET)),
    (6, text!(qdisc, 16)),
    (10, word!(master).or_set(NLRS_LINK_MASTER_SET)),
    (13, word!(tx_queue_len).or_set(NLRS_LINK_TX_QUEUE_LEN_SET)),
    (16, byte!(operstate)),
    (17, byte!(link_mode).or_set(NLRS_LINK_MODE_SET)),
    (IFLA_LINKINFO, Field::new(Kind::Nest, 0)),
    (19, word!(netns_pid)),
    (27, word!(group).or_set(NLRS_LINK_GROUP_SET)),
    (28, word!(netns_fd)),
    (IFLA_EXT_MASK, word!(ext_mask)),
    (30, word!(promiscuity)),
    (31, word!(num_tx_queues)),
    (32, word!(num_rx_queues)),
    (33, byte!(carrier).or_set(NLRS_LINK_CARRIER_SET)),
    (35, word!(carrier_changes)),
    (37, word!(link_netnsid).or_set(NLRS_LINK_NETNSID_SET)),
    (39, byte!(proto_down).or_set(NLRS_LINK_PROTO_DOWN_SET)),
    (40, word!(gso_max_segs)),
    (41, word!(gso_max_size)),
    (44, word!(event)),
    (46, word!(target_netnsid).or_set(NLRS_LINK_TARGET_NETNSID_SET)),
    (47, word!(carrier_up_count)),
    (48, word!(carrier_down_count)),
    (49, word!(new_index)),
    (50, word!(min_mtu)),
    (51, word!(max_mtu)),
    (54, lladdr!(perm_address)),
    (58, word!(gro_max_size)),
    (59, word!(tso_max_size)),
    (60, word!(tso_max_segs)),
    (61, word!(allmulti)),
    (63, word!(gso_ipv4_max_size)),
    (64, word!(gro_ipv4_max_size)),
]);

static INFO: [Field; 5] = table(&[(IFLA_INFO_KIND, text!(kind, 32)), (IFLA_INFO_SLAVE_KIND, text!(slave_kind, 32))]);

/// RTM_NEWLINK.
const TYPES: u16 = 16;
/// Bytes of struct ifinfomsg.
pub(crate) const HEADER: usize = 16;
/// Where in it the index is.
pub(crate) const INDEX_AT: usize = 4;

impl Record for Link {}

impl Fields for Link {
    const LAYOUT: Layout = Layout {
        size: size_of::<Link>(),
        first_size: 356,
        header: HEADER,
        types: TYPES,
        families: &[offset_of!(Link, family)],
        header_fields: &[
            HeaderField::new(0, Width::W8, offset_of!(Link, family)),
            HeaderField::new(2, Width::W16, offset_of!(Link, r#type)),
            HeaderField::new(4, Width::W32, offset_of!(Link, index)),
            HeaderField::new(8, Width::W32, offset_of!(Link, flags)),
            HeaderField::new(12, Width::W32, offset_of!(Link, change)),
        ],
        fields: &FIELDS,
        nests: &[&INFO],
        read_header,
        after_read: |_, _| {},
        before_write: |_, _| {},
        finish_header: |_, _| {},
    };
}

/// Counters of a link, all since it exists: struct rtnl_link_stats64.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkStats {
    /// Packets received.
    pub rx_packets: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Bytes received.
    pub rx_bytes: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Bad packets received.
    pub rx_errors: u64,
    /// Packets that could not be sent.
    pub tx_errors: u64,
    /// Packets received and dropped because buffers were full.
    pub rx_dropped: u64,
    /// Packets dropped before they were sent.
    pub tx_dropped: u64,
    /// Multicast packets received.
    pub multicast: u64,
    /// Collisions.
    pub collisions: u64,
    /// Of rx_errors: wrong length.
    pub rx_length_errors: u64,
    /// Of rx_errors: no room in the receiver's ring.
    pub rx_over_errors: u64,
    /// Of rx_errors: wrong checksum.
    pub rx_crc_errors: u64,
    /// Of rx_errors: wrong alignment.
    pub rx_frame_errors: u64,
    /// Of rx_errors: the receiver's FIFO overflowed.
    pub rx_fifo_errors: u64,
    /// Packets that the receiver missed.
    pub rx_missed_errors: u64,
    /// Of tx_errors: aborted.
    pub tx_aborted_errors: u64,
    /// Of tx_errors: no carrier.
    pub tx_carrier_errors: u64,
    /// Of tx_errors: the sender's FIFO ran empty.
    pub tx_fifo_errors: u64,
    /// Of tx_errors: no heartbeat.
    pub tx_heartbeat_errors: u64,
    /// Of tx_errors: late collision.
    pub tx_window_errors: u64,
    /// Compressed packets received.
    pub rx_compressed: u64,
    /// Compressed packets sent.
    pub tx_compressed: u64,
    /// Packets dropped because no protocol handles them.
    pub rx_nohandler: u64,
    /// Packets dropped for another destination address. Since Linux 5.19.
    pub rx_otherhost_dropped: u64,
}

plain! {
    LinkStats {
        rx_packets: u64, tx_packets: u64, rx_bytes: u64, tx_bytes: u64, rx_errors: u64, tx_errors: u64, rx_dropped: u64,
        tx_dropped: u64, multicast: u64, collisions: u64, rx_length_errors: u64, rx_over_errors: u64,
        rx_crc_errors: u64, rx_frame_errors: u64, rx_fifo_errors: u64, rx_missed_errors: u64, tx_aborted_errors: u64,
        tx_carrier_errors: u64, tx_fifo_errors: u64, tx_heartbeat_errors: u64, tx_window_errors: u64,
        rx_compressed: u64, tx_compressed: u64, rx_nohandler: u64, rx_otherhost_dropped: u64,
    }
}

impl LinkStats {
    /// Reads the counters of a link: IFLA_STATS64, or IFLA_STATS where that is missing. Those that the
    /// kernel does not know are 0.
    /// -ENOENT where the message has neither, and as [`Record::read`].
    pub fn read(message: &Message<'_>) -> Result<LinkStats> {
        let mut stats = LinkStats::zeroed();
        if let Some(counters) = attribute_in(&Link::LAYOUT, message, u32::from(IFLA_STATS64))? {
            fill(counters, stats.image_mut(), 8)?;
        } else {
            let counters = attribute_in(&Link::LAYOUT, message, u32::from(IFLA_STATS))?.ok_or(Code::ENOENT)?;
            fill(counters, stats.image_mut(), 4)?;
        }
        Ok(stats)
    }
}

/// Fills 64-bit counters from those of 4 or 8 bytes each, as many as there are on both sides; -EBADMSG where the last
/// one is cut.
fn fill(from: &[u8], to: &mut [u8], width: usize) -> Result<()> {
    if from.len() % width != 0 {
        return Err(Code::EBADMSG);
    }
    for (to, from) in to.chunks_exact_mut(8).zip(from.chunks_exact(width)) {
        let value = value::uint(from)?;
        store(to, 0, value.to_ne_bytes());
    }
    Ok(())
}

/// The alternative names of a link.
#[derive(Clone, Copy, Debug)]
pub struct AltNames<'a> {
    list: &'a [u8],
    /// Offset of what has not been read.
    pub at: usize,
}

impl<'a> AltNames<'a> {
    /// Those in a link's message. Codes as [`Record::read`].
    pub fn of(message: &Message<'a>) -> Result<AltNames<'a>> {
        let list = attribute_in(&Link::LAYOUT, message, u32::from(IFLA_PROP_LIST))?.unwrap_or(&[]);
        Ok(AltNames { list, at: 0 })
    }

    /// The next name, without its NUL, which follows it in memory; None behind the last, -EBADMSG where one
    /// has no NUL.
    #[allow(clippy::should_implement_trait)] // an iterator would hide the error in its items
    pub fn next(&mut self) -> Result<Option<&'a [u8]>> {
        let mut names = Attributes::new(self.list.get(self.at..).unwrap_or(&[]));
        while let Some(attribute) = names.next()? {
            self.at = self.list.len().saturating_sub(names.rest.len());
            if attribute.ty() == IFLA_ALT_IFNAME {
                value::terminated(attribute.payload())?;
                return Ok(Some(value::text(attribute.payload())));
            }
        }
        Ok(None)
    }
}

/// Begins the data of a link's kind: IFLA_LINKINFO with IFLA_INFO_KIND, and in it IFLA_INFO_DATA, whose attributes
/// follow. The
/// nest, for [`data_end`].
pub fn data_begin(m: &mut Builder, kind: &[u8]) -> Result<u32> {
    m.nest_begin_out_of_line(u32::from(IFLA_LINKINFO))?;
    m.put_str_out_of_line(u32::from(IFLA_INFO_KIND), kind)?;
    m.nest_begin_out_of_line(u32::from(IFLA_INFO_DATA))
}

/// Ends the nest that [`data_begin`] began, and the one around it.
pub fn data_end(m: &mut Builder, data: u32) -> Result<()> {
    m.nest_end_out_of_line(data)?;
    m.nest_end_out_of_line(m.innermost_nest())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::family::record::{field, text};
    use crate::wire::attribute;

    fn built(build: impl FnOnce(&mut Builder)) -> Vec<u8> {
        let mut m = Builder::growing(0).unwrap();
        build(&mut m);
        m.end().unwrap();
        m.bytes().to_vec()
    }

    #[test]
    fn kind_and_data() {
        let record = Link { name: field(b"v0").unwrap(), link: 5, ..Link::default() };
        let bytes = built(|m| {
            record.begin(m, 16, 0).unwrap();
            let data = data_begin(m, b"vlan").unwrap();
            m.put_u16(1, 100).unwrap();
            data_end(m, data).unwrap();
        });
        let read = Link::read(&Message::read(&bytes).unwrap()).unwrap();
        let expected = Link { kind: field(b"vlan").unwrap(), set: NLRS_LINK_LOWER_SET, ..record };
        assert_eq!(read, expected);
        assert_eq!((text(&read.name), text(&read.kind)), (&b"v0"[..], &b"vlan"[..]));
        let path = [u32::from(IFLA_LINKINFO), u32::from(IFLA_INFO_DATA), 1];
        let id = attribute::find_path(&bytes[32..], &path).unwrap().unwrap();
        assert_eq!(id.payload(), 100_u16.to_ne_bytes());
    }

    #[test]
    fn statistics_of_either_width() {
        let of = |attribute: u16, payload: &[u8]| {
            let bytes = built(|m| {
                Link::default().begin(m, 16, 0).unwrap();
                m.put_bytes(u32::from(attribute), payload).unwrap();
            });
            LinkStats::read(&Message::read(&bytes).unwrap())
        };
        let counters = |count: u32| (1..=count).flat_map(|value| u64::from(value).to_ne_bytes()).collect::<Vec<_>>();
        let old = of(IFLA_STATS64, &counters(23)).unwrap();
        assert_eq!((old.rx_packets, old.tx_compressed, old.rx_nohandler), (1, 23, 0));
        let new = of(IFLA_STATS64, &counters(30)).unwrap();
        assert_eq!((new.tx_bytes, new.rx_otherhost_dropped), (4, 25));
        let narrow = (1..=24_u32).flat_map(u32::to_ne_bytes).collect::<Vec<_>>();
        let narrow = of(IFLA_STATS, &narrow).unwrap();
        assert_eq!((narrow.tx_bytes, narrow.rx_nohandler, narrow.rx_otherhost_dropped), (4, 24, 0));
        assert_eq!(of(IFLA_STATS64, &[0; 12]), Err(Code::EBADMSG));
        assert_eq!(of(4, &[0; 4]), Err(Code::ENOENT));
    }

    #[test]
    fn alternative_names() {
        let bytes = built(|m| {
            Link::default().begin(m, 16, 0).unwrap();
            let list = m.nest_begin(u32::from(IFLA_PROP_LIST)).unwrap();
            m.put_str(u32::from(IFLA_ALT_IFNAME), b"a-very-long-alternative-name").unwrap();
            m.put_u32(99, 1).unwrap();
            m.put_str(u32::from(IFLA_ALT_IFNAME), b"b").unwrap();
            m.put_bytes(u32::from(IFLA_ALT_IFNAME), b"no NUL").unwrap();
            m.nest_end(list).unwrap();
        });
        let mut names = AltNames::of(&Message::read(&bytes).unwrap()).unwrap();
        assert_eq!(names.next(), Ok(Some(&b"a-very-long-alternative-name"[..])));
        assert_eq!(names.next(), Ok(Some(&b"b"[..])));
        assert_eq!(names.next(), Err(Code::EBADMSG));
        let none = built(|m| Link::default().begin(m, 16, 0).unwrap());
        assert_eq!(AltNames::of(&Message::read(&none).unwrap()).unwrap().next(), Ok(None));
    }
}
