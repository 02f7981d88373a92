// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every use of libnlrs's core: the walk over messages and attributes, an attribute as bytes, where extended acks are.

pub(crate) use nlrs_core::uapi::{
    NETLINK_ADD_MEMBERSHIP, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, NETLINK_LISTEN_ALL_NSID, NETLINK_ROUTE,
    NLA_F_NESTED, NLA_HDRLEN, NLM_F_ACK, NLM_F_CAPPED, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_ECHO, NLM_F_REQUEST,
    NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS, NLMSGERR_LEN, SOL_NETLINK,
};
pub(crate) use nlrs_core::wire::align::align;
pub(crate) use nlrs_core::wire::attribute::{Attribute, Attributes};
pub(crate) use nlrs_core::wire::message::{Header, Message};

use nlrs_core::uapi::NLM_F_ACK_TLVS;
use nlrs_core::wire::message::Cursor;

/// The longest payload of an attribute.
pub(crate) const MAX_PAYLOAD: usize = (u16::MAX as usize) - NLA_HDRLEN;

/// What stands next in a datagram.
pub(crate) enum Step {
    /// A message whose length is within the datagram.
    Message {
        /// Where it begins.
        at: usize,
        /// Its header.
        header: Header,
    },
    /// Nothing: the datagram ends here.
    End,
    /// Bytes that are no message.
    Malformed {
        /// How many there are.
        left: usize,
        /// The header, when there are enough bytes for one.
        header: Option<Header>,
    },
}

/// The walk over the messages of a datagram. It owns no bytes, so that callbacks may change them between two steps.
pub(crate) struct Walk {
    cursor: Cursor,
}

impl Walk {
    /// Over a datagram of `len` bytes.
    pub(crate) fn new(len: usize) -> Walk {
        Walk { cursor: Cursor::new(len) }
    }

    /// The next message of `datagram`.
    #[inline(always)]
    pub(crate) fn next(&mut self, datagram: &[u8]) -> Step {
        let at = self.cursor.at;
        match self.cursor.next(datagram) {
            Ok(Some(message)) => Step::Message { at, header: message.header },
            Ok(None) => Step::End,
            Err(_) => {
                let rest = datagram.get(at..).unwrap_or(&[]);
                Step::Malformed { left: rest.len(), header: Header::read(rest) }
            }
        }
    }
}

/// The error code of an NLMSG_ERROR or NLMSG_DONE, which is the first thing in its payload. None: it is too short.
pub(crate) fn code(message: &Message<'_>) -> Option<i32> {
    let bytes = message.payload().first_chunk::<4>()?;
    if message.header.ty == NLMSG_ERROR && message.payload().len() < NLMSGERR_LEN {
        return None;
    }
    Some(i32::from_ne_bytes(*bytes))
}

/// The extended-ack attributes of an NLMSG_ERROR that says it has some; `offset` bytes of payload stand before them.
pub(crate) fn extended_ack<'a>(message: &Message<'a>) -> Option<&'a [u8]> {
    let payload = message.payload();
    if message.header.flags & NLM_F_ACK_TLVS == 0 {
        return None;
    }
    let request = request(message)?;
    let offset = if message.header.flags & NLM_F_CAPPED != 0 {
        NLMSGERR_LEN
    } else {
        // A length below a header's leaves the header; one beyond the payload leaves no attributes.
        align((request.len as usize).max(NLMSG_HDRLEN)).saturating_add(4)
    };
    Some(payload.get(offset..).unwrap_or(&[]))
}

/// The header of the request that an NLMSG_ERROR answers.
pub(crate) fn request(message: &Message<'_>) -> Option<Header> {
    Header::read(message.payload().get(4..)?)
}

/// Writes an attribute over `to`, which is as long as the attribute with its padding; padding becomes zero. `payload` has at most
/// [`MAX_PAYLOAD`] bytes.
#[inline(always)]
pub(crate) fn write_attribute(to: &mut [u8], ty: u16, payload: &[u8]) {
    let len = nlrs_core::wire::align::attribute_length(payload.len());
    if let Ok(len) = u16::try_from(len) {
        nlrs_core::wire::attribute::write(to, len, ty, payload);
    }
}
