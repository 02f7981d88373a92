// SPDX-License-Identifier: MIT OR Apache-2.0
//! A socket for Rust, and what is asked through it.

use crate::error::{Code, ErrorRecord, Result};
use crate::exchange::{self, Batch, BatchEars, Dump, Ending};
use crate::mem::Shared;
use crate::socket::{AnswerFn, Peer, Socket, SocketOptions};
use crate::wire::build::Builder;
use crate::wire::message::Message;
use alloc::boxed::Box;

/// A netlink socket that is counted: clones are the same socket, and dumps keep it alive.
///
/// May be shared between threads; the socket locks inside. It is closed with the last clone, or by [`Handle::close`].
#[derive(Clone, Debug)]
pub struct Handle(Shared<Socket>);

impl Handle {
    /// Opens a socket for `protocol` (NETLINK_ROUTE …) with `options`, the default of which serves.
    pub fn open(protocol: i32, options: &SocketOptions) -> Result<Handle> {
        Socket::open(protocol, options).and_then(Shared::new).map(Handle)
    }

    /// A socket on a descriptor that is there already: taken over, or with `borrow` left to its owner.
    pub fn from_descriptor(raw: i32, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Handle> {
        Socket::from_descriptor(raw, protocol, options, borrow).and_then(Shared::new).map(Handle)
    }

    /// A socket whose other end is `peer`: for tests that need neither root nor a kernel that does what they want to see.
    ///
    /// ```
    /// use nlrs::{Handle, ScriptedPeer, wire::build::Builder};
    /// # fn main() -> Result<(), nlrs::error::Code> {
    /// let peer = ScriptedPeer::new()?;
    /// peer.ack(None, -17)?; // EEXIST
    /// let handle = Handle::open_peer(nlrs::uapi::NETLINK_ROUTE, &peer, &Default::default())?;
    /// let mut request = Builder::growing(64)?;
    /// request.begin(24, 0)?; // RTM_NEWROUTE
    /// request.end()?;
    /// assert_eq!(handle.request(&request, &mut |_| 0, None).map_err(|code| code.raw()), Err(-17));
    /// # Ok(())
    /// # }
    /// ```
    pub fn open_peer(protocol: i32, peer: &ScriptedPeer, options: &SocketOptions) -> Result<Handle> {
        Socket::open_peer(protocol, peer.0.clone(), options).and_then(Shared::new).map(Handle)
    }

    /// A socket whose other end says what a capture has recorded.
    pub fn open_replay(protocol: i32, path: &[u8], options: &SocketOptions) -> Result<Handle> {
        Socket::open_replay(protocol, path, options).and_then(Shared::new).map(Handle)
    }

    /// Sends the first message of `request`, hands each answer to `each`, and waits for the verdict.
    ///
    /// `each` returns 0 to go on, [`NLRS_STOP`](crate::error::NLRS_STOP) to end with success, a negative number to end with
    /// that. `details` gets what the kernel said beside the code.
    ///
    /// ```
    /// use nlrs::{Handle, error::ErrorRecord, wire::build::Builder};
    /// # fn main() -> Result<(), nlrs::error::Code> {
    /// let handle = Handle::open(nlrs::uapi::NETLINK_ROUTE, &Default::default())?;
    /// let mut request = Builder::growing(64)?;
    /// request.begin(18, 0)?; // RTM_GETLINK of no link
    /// request.put_header(&[0; 16])?;
    /// request.end()?;
    /// let mut details = ErrorRecord::new();
    /// let code = handle.request(&request, &mut |_| 0, Some(&mut details)).expect_err("there is no link 0");
    /// assert_eq!(code.raw(), details.code);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(
        &self,
        request: &Builder,
        each: &mut dyn FnMut(&Message<'_>) -> i32,
        details: Option<&mut ErrorRecord>,
    ) -> Result<()> {
        exchange::request(&self.0, first(request)?, Ending::Known, each, details)
    }

    /// As [`Handle::request`], but the first answer ends it and no ack is asked for.
    pub fn request_single(
        &self,
        request: &Builder,
        each: &mut dyn FnMut(&Message<'_>) -> i32,
        details: Option<&mut ErrorRecord>,
    ) -> Result<()> {
        exchange::request(&self.0, first(request)?, Ending::Answer, each, details)
    }

    /// Sends the first message of `request` and waits for nothing; a refusal that is there at once is told.
    pub fn request_oneway(&self, request: &Builder, details: Option<&mut ErrorRecord>) -> Result<()> {
        exchange::request_oneway(&self.0, first(request)?, details)
    }

    /// Asks for a table, to be read object by object.
    pub fn dump(&self, request: &Builder) -> Result<Dump> {
        Dump::begin(&self.0, first(request)?)
    }

    /// Asks for a table and hands every object to `each`, which returns as that of [`Handle::request`].
    pub fn dump_each(
        &self,
        request: &Builder,
        each: &mut dyn FnMut(&Message<'_>) -> i32,
        details: Option<&mut ErrorRecord>,
    ) -> Result<()> {
        exchange::dump(&self.0, first(request)?, each, details)
    }

    /// As [`Handle::dump_each`], but nothing is handed over before all of it is there, and a table that changed meanwhile is asked
    /// for again, `retries` times at the most.
    pub fn dump_consistent(
        &self,
        request: &Builder,
        retries: u32,
        each: &mut dyn FnMut(&Message<'_>) -> i32,
        details: Option<&mut ErrorRecord>,
    ) -> Result<()> {
        exchange::dump_consistent(&self.0, first(request)?, retries, each, details)
    }

    /// Sends a batch and waits for all verdicts, which [`Batch::result`] tells.
    pub fn send_batch(&self, batch: &mut Batch, details: Option<&mut ErrorRecord>) -> Result<()> {
        batch.send(&self.0, BatchEars { reply: None, progress: None }, details)
    }

    /// As [`Handle::send_batch`], and answers and progress are heard of.
    pub fn send_batch_with(
        &self,
        batch: &mut Batch,
        ears: BatchEars<'_>,
        details: Option<&mut ErrorRecord>,
    ) -> Result<()> {
        batch.send(&self.0, ears, details)
    }

    /// Closes the socket for every clone: calls in progress and later ones end with NLRS_ECLOSED.
    pub fn close(&self) {
        self.0.close();
    }
}

impl core::ops::Deref for Handle {
    type Target = Socket;
    fn deref(&self) -> &Socket {
        &self.0
    }
}

/// A peer in memory that plays the kernel for one socket at a time; what it is to say is prepared through [`Peer`]'s functions.
#[derive(Clone, Debug)]
pub struct ScriptedPeer(Shared<Peer>);

impl ScriptedPeer {
    /// A peer that says what is prepared.
    pub fn new() -> Result<ScriptedPeer> {
        Peer::new(None).and_then(Shared::new).map(ScriptedPeer)
    }

    /// A peer that shows each request to `answer`, which may prepare what it says.
    pub fn answering(answer: Box<AnswerFn>) -> Result<ScriptedPeer> {
        Peer::new(Some(answer)).and_then(Shared::new).map(ScriptedPeer)
    }
}

impl core::ops::Deref for ScriptedPeer {
    type Target = Peer;
    fn deref(&self) -> &Peer {
        &self.0
    }
}

/// The first complete message; -EINVAL where there is none.
fn first(builder: &Builder) -> Result<&[u8]> {
    match Message::read(builder.bytes()) {
        Ok(message) if builder.count() > 0 => Ok(message.bytes),
        _ => Err(Code::EINVAL),
    }
}
