// SPDX-License-Identifier: MIT OR Apache-2.0
//! The replies of a program that serves requests: errors, acks, ends of dumps.

use super::Builder;
use crate::error::{Code, Result};
use crate::uapi::{NLM_F_CAPPED, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR};
use crate::wire::message::Header;

impl Builder {
    /// Begins an error message for `request`: `code` is 0 (an ack) or a negative errno. The header of the request is
    /// copied into it, the payload is not. Extended-ack attributes may follow.
    pub fn begin_error(&mut self, request: &Header, code: i32) -> Result<()> {
        self.begin_reply(request, NLMSG_ERROR, NLM_F_CAPPED, code)?;
        self.put_header(&request.to_bytes())
    }

    /// Begins the end of a dump for `request`: `code` is 0 or a negative errno. Extended-ack attributes may follow.
    pub fn begin_done(&mut self, request: &Header, code: i32) -> Result<()> {
        self.begin_reply(request, NLMSG_DONE, NLM_F_MULTI, code)
    }

    /// Begins a reply: its header and its code.
    fn begin_reply(&mut self, request: &Header, ty: u16, flags: u16, code: i32) -> Result<()> {
        self.begin(u32::from(ty), u32::from(flags))?;
        self.is_reply = true;
        if code > 0 {
            return Err(self.fail(Code::ERANGE, 0));
        }
        self.set_seq(request.seq)?;
        self.set_portid(request.portid)?;
        self.put_header(&code.to_ne_bytes())
    }
}
