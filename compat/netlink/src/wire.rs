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
use nlrs_core::wire::attribute::is_length;

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
    Malformed,
}

/// The walk over the messages of a datagram. It owns no bytes, so that callbacks may change them between two steps.
pub(crate) struct Walk {
    /// Where the next message begins.
    pub(crate) at: usize,
    /// Bytes from there on.
    pub(crate) left: usize,
}

/// Bytes that are no message.
pub(crate) struct Malformed {
    /// How many there are.
    pub(crate) left: usize,
    /// The header, when there are enough bytes for one.
    pub(crate) header: Option<Header>,
}

impl Walk {
    /// Over a datagram of `len` bytes.
    pub(crate) fn new(len: usize) -> Walk {
        Walk { at: 0, left: len }
    }

    /// The next message. `rest` are the bytes from [`Walk::at`] on. An unpadded last message is accepted, and so are up to three bytes
    /// behind it.
    #[inline(always)]
    pub(crate) fn next(&mut self, rest: &[u8]) -> Step {
        match Message::read(rest) {
            Ok(message) => {
                let (at, len) = (self.at, message.bytes().len());
                self.at = at.wrapping_add(align(len));
                self.left = rest.len().saturating_sub(align(len));
                Step::Message { at, header: message.header() }
            }
            Err(_) if rest.len() < NLA_HDRLEN => Step::End,
            Err(_) => Step::Malformed,
        }
    }

    /// The same in a datagram that is there as a whole.
    pub(crate) fn next_of(&mut self, datagram: &[u8]) -> Step {
        self.next(datagram.get(self.at..).unwrap_or(&[]))
    }
}

/// What it is that [`Step::Malformed`] was returned for.
#[cold]
pub(crate) fn malformed(rest: &[u8]) -> Malformed {
    Malformed { left: rest.len(), header: Header::read(rest) }
}

/// The error code of an NLMSG_ERROR or NLMSG_DONE, which is the first thing in its payload. None: it is too short.
pub(crate) fn code(message: &Message<'_>) -> Option<i32> {
    let bytes = message.payload().first_chunk::<4>()?;
    if message.header().ty == NLMSG_ERROR && message.payload().len() < NLMSGERR_LEN {
        return None;
    }
    Some(i32::from_ne_bytes(*bytes))
}

/// The extended-ack attributes of an NLMSG_ERROR that says it has some; `offset` bytes of payload stand before them.
pub(crate) fn extended_ack<'a>(message: &Message<'a>) -> Option<&'a [u8]> {
    let payload = message.payload();
    if message.header().flags & NLM_F_ACK_TLVS == 0 {
        return None;
    }
    let request = request(message)?;
    let offset = if message.header().flags & NLM_F_CAPPED != 0 {
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

/// Passes to `each` the type of every attribute in `bytes`, with its flags, and the bytes from there on. Bytes that are no attribute end
/// the walk, and are returned; up to three bytes behind the last attribute are padding.
#[inline(always)]
pub(crate) fn each_attribute<'a>(bytes: &'a [u8], mut each: impl FnMut(u16, &'a [u8])) -> Result<(), &'a [u8]> {
    let mut rest = bytes;
    while let Some([l0, l1, t0, t1]) = rest.first_chunk::<NLA_HDRLEN>() {
        let len = usize::from(u16::from_ne_bytes([*l0, *l1]));
        if !is_length(len, rest.len()) {
            return Err(rest);
        }
        each(u16::from_ne_bytes([*t0, *t1]), rest);
        match rest.get(align(len)..) {
            Some(next) => rest = next,
            None => break,
        }
    }
    Ok(())
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
