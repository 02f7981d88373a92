// SPDX-License-Identifier: MIT OR Apache-2.0
//! Netfilter: message types, transactions, answers that look like parts of a dump.

use super::Answering;
use crate::error::{Code, Result};
use crate::mem::plain::plain;
use crate::uapi::{NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END, NLA_HDRLEN, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_HDRLEN};
use crate::wire::build::Builder;
use crate::wire::message::{Header, Message};

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

/// True when the kernel answers with a dump. NLM_F_MULTI in the answer to another request says nothing: conntrack and
/// its relatives
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
    mark(NFNL_MSG_BATCH_BEGIN, subsystem, generation, seq, portid)
}

/// The message that ends a transaction, as [`begin`].
pub(crate) fn end(subsystem: u16, seq: u32, portid: u32) -> ([u8; MARK_MAX], usize) {
    mark(NFNL_MSG_BATCH_END, subsystem, None, seq, portid)
}

/// A header, a struct nfgenmsg whose res_id, in network byte order, is the subsystem, and the generation as an
/// attribute.
fn mark(ty: u16, subsystem: u16, generation: Option<u32>, seq: u32, portid: u32) -> ([u8; MARK_MAX], usize) {
    let len = if generation.is_some() { MARK_MAX } else { NLMSG_HDRLEN + HEADER_LEN };
    #[allow(clippy::cast_possible_truncation)] // 28 at most
    let header = Header { len: len as u32, ty, flags: NLM_F_REQUEST, seq, portid };
    let [s0, s1] = subsystem.to_be_bytes();
    // struct nlattr: length and type.
    let [l0, l1] = 8u16.to_ne_bytes();
    let [t0, t1] = NFNL_BATCH_GENID.to_ne_bytes();
    let [g0, g1, g2, g3] = generation.unwrap_or(0).to_be_bytes();
    let mut bytes = [0; MARK_MAX];
    if let Some(head) = bytes.first_chunk_mut() {
        *head = header.to_bytes();
    }
    if let Some(tail) = bytes.last_chunk_mut() {
        *tail = [0, 0, s0, s1, l0, l1, t0, t1, g0, g1, g2, g3];
    }
    (bytes, len)
}

/// What a message of nfnetlink is: its type, taken apart, and `struct nfgenmsg` of linux/netfilter/nfnetlink.h.
///
/// Final in size: 20 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NfnlHeader {
    /// NFNL_SUBSYS_...: the high byte of the message type.
    pub subsystem: u32,
    /// The message of the subsystem, such as IPCTNL_MSG_CT_NEW: the low byte of the message type.
    pub message: u32,
    /// nfgen_family: NFPROTO_..., AF_INET, AF_INET6.
    pub family: u32,
    /// version: NFNETLINK_V0.
    pub version: u32,
    /// res_id in host byte order: the subsystem of a transaction, the number of a queue or a log group.
    pub res_id: u32,
}

plain! { NfnlHeader { subsystem: u32, message: u32, family: u32, version: u32, res_id: u32 } }

impl NfnlHeader {
    /// Reads the header: -EBADMSG where the message is too short for one.
    pub fn read(message: &Message<'_>) -> Result<NfnlHeader> {
        let Some(&[family, version, high, low]) = message.payload().first_chunk::<HEADER_LEN>() else {
            return Err(Code::EBADMSG);
        };
        let [subsystem, kind] = message.header().ty.to_be_bytes();
        Ok(NfnlHeader {
            subsystem: u32::from(subsystem),
            message: u32::from(kind),
            family: u32::from(family),
            version: u32::from(version),
            res_id: u32::from(u16::from_be_bytes([high, low])),
        })
    }

    /// Begins a message with this header. The message's failure: also -ERANGE where a field does not fit.
    pub fn begin(&self, m: &mut Builder, flags: u32) -> Result<()> {
        let bytes = [self.subsystem, self.message, self.family, self.version].map(u8::try_from);
        let ([Ok(subsystem), Ok(message), Ok(family), Ok(version)], Ok(res_id)) = (bytes, u16::try_from(self.res_id))
        else {
            m.begin_out_of_line(0, flags)?;
            return Err(m.refuse(0, Code::ERANGE));
        };
        let [high, low] = res_id.to_be_bytes();
        m.begin_out_of_line(u32::from(u16::from_be_bytes([subsystem, message])), flags)?;
        m.put_header_out_of_line(&[family, version, high, low])
    }
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

    #[test]
    fn headers() {
        let header = NfnlHeader { subsystem: 10, message: 3, family: 2, version: 0, res_id: 0x0102 };
        let mut m = Builder::growing(0).expect("memory");
        header.begin(&mut m, 0).expect("room");
        m.end().expect("complete");
        let message = Message::read(m.bytes()).expect("built");
        assert_eq!((message.header().ty, message.payload()), (0x0a03, &[2, 0, 1, 2][..]));
        assert_eq!(NfnlHeader::read(&message), Ok(header));
        for wrong in [NfnlHeader { subsystem: 256, ..header }, NfnlHeader { res_id: 65_536, ..header }] {
            assert_eq!(wrong.begin(&mut m, 0), Err(Code::ERANGE));
            assert_eq!(m.end(), Err(Code::ERANGE));
        }
        let bytes = [Header { len: 19, ..Header::default() }.to_bytes().to_vec(), vec![0; 3]].concat();
        assert_eq!(NfnlHeader::read(&Message::read(&bytes).expect("whole")), Err(Code::EBADMSG));
    }
}
