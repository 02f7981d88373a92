// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel connector: process events and others.

use super::record::{store, u32_at};
use crate::error::{Code, Result};
use crate::mem::plain::{Plain, plain};
use crate::uapi::NLMSG_DONE;
use crate::wire::array_at;
use crate::wire::build::Builder;
use crate::wire::message::Message;

/// The kernel gives every message of the connector the type NLMSG_DONE, which ends nothing there.
pub(super) fn is_control(ty: u16) -> bool {
    ty != NLMSG_DONE
}

/// Bytes of `struct cn_msg` of linux/connector.h.
const HEADER_LEN: usize = 20;

/// CN_IDX_PROC and CN_VAL_PROC: the ID of process events.
const PROC: u32 = 1;

/// A process event: `struct proc_event` of linux/cn_proc.h behind `struct cn_msg`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessEvent {
    /// what: PROC_EVENT_...
    pub what: u32,
    /// cpu: the CPU on which it happened.
    pub cpu: u32,
    /// timestamp_ns: when, in nanoseconds since boot.
    pub timestamp_ns: u64,
    /// seq of struct cn_msg: each CPU counts its events.
    pub seq: u32,
    /// How many of `data` the message has.
    pub data_len: u32,
    /// event_data: for each kind the struct of linux/cn_proc.h; what the message does not have is 0.
    pub data: [u32; 10],
}

plain! {
    ProcessEvent { what: u32, cpu: u32, timestamp_ns: u64, seq: u32, data_len: u32, data: [u32; 10] }
}

impl ProcessEvent {
    /// Reads an event: -ENOMSG where the message is not of the process connector, -EBADMSG where it is too short.
    pub fn read(message: &Message<'_>) -> Result<ProcessEvent> {
        let payload = message.payload();
        let word = |at| array_at(payload, at).map(u32::from_ne_bytes);
        if (word(0), word(4)) != (Some(PROC), Some(PROC)) {
            return Err(Code::ENOMSG);
        }
        let len = array_at(payload, 16).map_or(0, |len| usize::from(u16::from_ne_bytes(len)));
        let event = payload.get(HEADER_LEN..).and_then(|event| event.get(..len)).ok_or(Code::EBADMSG)?;
        let (what, data) = event.split_first_chunk::<16>().ok_or(Code::EBADMSG)?;
        let mut read = ProcessEvent::zeroed();
        read.what = u32_at(what, 0);
        read.cpu = u32_at(what, 4);
        read.timestamp_ns = u64::from_ne_bytes(array_at(what, 8).unwrap_or([0; 8]));
        read.seq = word(8).unwrap_or(0);
        let words = data.chunks_exact(4);
        read.data_len = u32::try_from(words.len().min(read.data.len())).unwrap_or(0);
        for (to, from) in read.data.iter_mut().zip(words) {
            *to = u32_at(from, 0);
        }
        Ok(read)
    }
}

/// Appends a message to the process connector: PROC_CN_MCAST_LISTEN (1) or PROC_CN_MCAST_IGNORE (2) as `operation`.
pub fn process_request(m: &mut Builder, operation: u32) -> Result<()> {
    let mut message = [0; HEADER_LEN + 4];
    for (at, value) in [(0, PROC), (4, PROC), (HEADER_LEN, operation)] {
        store(&mut message, at, value.to_ne_bytes());
    }
    store(&mut message, 16, 4_u16.to_ne_bytes());
    m.append_message(u32::from(NLMSG_DONE), &message)
}
