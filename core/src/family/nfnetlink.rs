// SPDX-License-Identifier: MIT OR Apache-2.0
//! Netfilter: message types, transactions, answers that look like parts of a dump.

use super::Answering;
use crate::uapi::{NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END, NLA_HDRLEN, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_HDRLEN};
use crate::wire::copy;
use crate::wire::message::Header;

/// Bytes of `struct nfgenmsg` of linux/netfilter/nfnetlink.h.
pub(super) const HEADER_LEN: usize = 4;

/// Subsystem and message, as the type has them: linux/netfilter/nfnetlink_conntrack.h and ipset/ip_set.h.
const IPCTNL_MSG_CT_GET_STATS: u16 = 1 << 8 | 5;
const NFNL_SUBSYS_IPSET: u16 = 6;
const IPSET_CMD_LIST: u16 = 7;
const IPSET_CMD_SAVE: u16 = 8;

/// NFNL_BATCH_GENID: the generation that a transaction is for.
const NFNL_BATCH_GENID: u16 = 1;

pub(super) fn answering(request: &Header) -> Answering {
    if request.ty == IPCTNL_MSG_CT_GET_STATS { Answering::One } else { Answering::Ack }
}

/// True when the kernel answers with a dump. NLM_F_MULTI in the answer to another request says nothing: conntrack and its relatives
/// set it whenever somebody has asked. ipset lists by a dump whether NLM_F_DUMP is set or not.
pub(super) fn dumps(request: &Header) -> bool {
    let is_set_list =
        request.ty >> 8 == NFNL_SUBSYS_IPSET && matches!(request.ty & 0xff, IPSET_CMD_LIST | IPSET_CMD_SAVE);
    is_set_list || request.flags & NLM_F_DUMP != 0
}

/// Type of the message that begins a transaction, which has to be the first of its datagram.
pub(crate) const BEGIN: u16 = NFNL_MSG_BATCH_BEGIN;

/// Type of the message that ends a transaction. The kernel reads nothing of the datagram behind it.
pub(crate) const END: u16 = NFNL_MSG_BATCH_END;

/// The longest of the two messages around a transaction.
pub(crate) const MARK_MAX: usize = NLMSG_HDRLEN + HEADER_LEN + NLA_HDRLEN + 4;

/// The message that begins a transaction of `subsystem`, in the first bytes of the array; and its length.
pub(crate) fn begin(subsystem: u16, generation: Option<u32>, seq: u32, portid: u32) -> ([u8; MARK_MAX], usize) {
    let (mut bytes, len) = mark(NFNL_MSG_BATCH_BEGIN, subsystem, seq, portid, generation.is_some());
    if let (Some(generation), Some((head, value))) =
        (generation, bytes.get_mut(NLMSG_HDRLEN + HEADER_LEN..).and_then(|rest| rest.split_at_mut_checked(NLA_HDRLEN)))
    {
        // struct nlattr: length 8, type.
        let [len, ty] = [8u16, NFNL_BATCH_GENID].map(u16::to_ne_bytes);
        if let Some((first, second)) = head.split_at_mut_checked(2) {
            copy(first, &len);
            copy(second, &ty);
        }
        copy(value, &generation.to_be_bytes());
    }
    (bytes, len)
}

/// The message that ends a transaction, as [`begin`].
pub(crate) fn end(subsystem: u16, seq: u32, portid: u32) -> ([u8; MARK_MAX], usize) {
    mark(NFNL_MSG_BATCH_END, subsystem, seq, portid, false)
}

/// A header and a struct nfgenmsg whose res_id, in network byte order, is the subsystem.
fn mark(ty: u16, subsystem: u16, seq: u32, portid: u32, has_generation: bool) -> ([u8; MARK_MAX], usize) {
    let len = if has_generation { MARK_MAX } else { NLMSG_HDRLEN + HEADER_LEN };
    let mut bytes = [0; MARK_MAX];
    #[allow(clippy::cast_possible_truncation)] // 28 at most
    let header = Header { len: len as u32, ty, flags: NLM_F_REQUEST, seq, portid };
    if let Some(place) = bytes.first_chunk_mut() {
        *place = header.to_bytes();
    }
    if let Some(place) = bytes.get_mut(NLMSG_HDRLEN + 2..NLMSG_HDRLEN + HEADER_LEN) {
        copy(place, &subsystem.to_be_bytes());
    }
    (bytes, len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_transaction() {
        let header = |len, ty, seq| Header { len, ty, flags: 1, seq, portid: 9 }.to_bytes().to_vec();
        let (bytes, len) = begin(10, None, 5, 9);
        assert_eq!(bytes[..len], [header(20, 16, 5), vec![0, 0, 0, 10]].concat());
        let (bytes, len) = begin(10, Some(0x0102_0304), 5, 9);
        let attribute = [8u16.to_ne_bytes(), 1u16.to_ne_bytes()].concat();
        assert_eq!(bytes[..len], [header(28, 16, 5), vec![0, 0, 0, 10], attribute, vec![1, 2, 3, 4]].concat());
        let (bytes, len) = end(10, 6, 9);
        assert_eq!(bytes[..len], [header(20, 17, 6), vec![0, 0, 0, 10]].concat());
    }
}
