// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a Rust program opens: a socket, and requests and dumps through it.

use crate::error::{Code, Error, ErrorRecord, NLRS_STOP};
use crate::exchange::{self, Batch, BatchCallbacks, Ending};
use crate::family::genetlink::{Family, Policies};
use crate::lookup;
use crate::mem::Shared;
use crate::socket::{FdRef, Peer, Socket, SocketOptions};
use crate::wire::build::Builder;
use crate::wire::message::Message;
use core::ops::ControlFlow;

/// The result of an operation of a [`Handle`].
pub type Result<T> = core::result::Result<T, Error>;

/// A netlink socket with a reference count: clones are the same socket, and dumps keep it alive.
///
/// May be shared between threads: the socket locks inside, and each request gets its own answers. It is closed with the last
/// clone, or by [`Handle::close`].
#[derive(Clone, Debug)]
pub struct Handle(Shared<Socket>);

impl Handle {
    /// Opens a socket for `protocol` (NETLINK_ROUTE …) with `options`, the default of which serves.
    pub fn open(protocol: i32, options: &SocketOptions) -> Result<Handle> {
        Ok(Handle(Socket::open(protocol, options).and_then(Shared::new)?))
    }

    /// Makes a socket of a duplicate of `fd`. With `borrow` no option of SOL_NETLINK is changed.
    pub fn from_descriptor(fd: FdRef<'_>, protocol: i32, options: &SocketOptions, borrow: bool) -> Result<Handle> {
        Ok(Handle(Socket::from_descriptor(fd, protocol, options, borrow).and_then(Shared::new)?))
    }

    /// Opens a socket whose other end is `peer`: for tests that need neither root nor a certain kernel.
    ///
    /// ```
    /// use nlrs::{Handle, socket::Peer, wire::build::Builder};
    /// # fn main() -> Result<(), nlrs::Error> {
    /// let peer = Peer::new()?;
    /// peer.ack(None, -17)?; // EEXIST
    /// let handle = Handle::open_peer(nlrs::uapi::NETLINK_ROUTE, &peer, &Default::default())?;
    /// let mut request = Builder::growing(64)?;
    /// request.begin(24, 0)?; // RTM_NEWROUTE
    /// request.end()?;
    /// assert_eq!(handle.request(&request).map_err(|error| error.code().raw()), Err(-17));
    /// # Ok(())
    /// # }
    /// ```
    pub fn open_peer(protocol: i32, peer: &Peer, options: &SocketOptions) -> Result<Handle> {
        Ok(Handle(Socket::open_peer(protocol, peer, options).and_then(Shared::new)?))
    }

    /// Opens a socket whose other end answers with what a capture has recorded.
    pub fn open_replay(protocol: i32, path: &[u8], options: &SocketOptions) -> Result<Handle> {
        Ok(Handle(Socket::open_replay(protocol, path, options).and_then(Shared::new)?))
    }

    /// Returns the socket itself: its options, groups, addresses, filters, datagrams, trace and counters.
    pub fn socket(&self) -> &Socket {
        &self.0
    }

    /// Sets how long each whole operation may wait, in milliseconds; below 0: without limit; 0: never.
    pub fn set_timeout(&self, milliseconds: i64) {
        self.0.set_timeout(milliseconds);
    }

    /// Ends the calls in progress, or if there is none the next one, once, with NLRS_ECANCELED. May be called from any thread
    /// and from a signal handler.
    pub fn cancel(&self) -> Result<()> {
        Ok(self.0.cancel()?)
    }

    /// Closes the socket for every clone: calls in progress and later ones end with NLRS_ECLOSED.
    pub fn close(&self) {
        self.0.close();
    }

    /// Sends the first message of `request` and waits for its status. Answers are dropped.
    pub fn request(&self, request: &Builder) -> Result<()> {
        self.request_each(request, |_| ControlFlow::Continue(()))
    }

    /// As [`Handle::request`], and passes each answer to `each`; `Break` ends the call with success.
    ///
    /// ```
    /// use nlrs::{Handle, wire::build::Builder};
    /// use std::ops::ControlFlow;
    /// # fn main() -> Result<(), nlrs::Error> {
    /// let handle = Handle::open(nlrs::uapi::NETLINK_ROUTE, &Default::default())?;
    /// let mut request = Builder::growing(64)?;
    /// request.begin(18, 0)?; // RTM_GETLINK
    /// request.put_header(&[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])?; // of link 1
    /// request.end()?;
    /// let mut answers = 0;
    /// handle.request_each(&request, |answer| {
    ///     answers += usize::from(answer.header().ty == 16); // RTM_NEWLINK
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(answers, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request_each(&self, request: &Builder, each: impl FnMut(&Message<'_>) -> ControlFlow<()>) -> Result<()> {
        with_record(|record| exchange::request(&self.0, first(request)?, Ending::Known, &mut flow(each), record))
    }

    /// As [`Handle::request_each`], but the first answer ends it and no ack is requested.
    pub fn request_single(&self, request: &Builder, each: impl FnMut(&Message<'_>) -> ControlFlow<()>) -> Result<()> {
        with_record(|record| exchange::request(&self.0, first(request)?, Ending::Answer, &mut flow(each), record))
    }

    /// Begins a request whose answers [`PendingRequest::next`] returns one by one: the form for event loops, with a timeout of 0.
    pub fn begin_request(&self, request: &Builder) -> Result<PendingRequest> {
        Ok(PendingRequest(exchange::Request::begin(&self.0, first(request)?)?))
    }

    /// Sends the first message of `request` and waits for nothing; a refusal that has arrived already is returned.
    pub fn request_oneway(&self, request: &Builder) -> Result<()> {
        with_record(|record| exchange::request_oneway(&self.0, first(request)?, record))
    }

    /// Begins a dump, whose objects [`Dump::next`] returns one by one.
    pub fn dump(&self, request: &Builder) -> Result<Dump> {
        Ok(Dump(exchange::Dump::begin(&self.0, first(request)?)?))
    }

    /// Dumps a table and passes every object to `each`; `Break` ends the call with success.
    pub fn dump_each(&self, request: &Builder, each: impl FnMut(&Message<'_>) -> ControlFlow<()>) -> Result<()> {
        with_record(|record| exchange::dump(&self.0, first(request)?, &mut flow(each), record))
    }

    /// As [`Handle::dump_each`], but nothing is passed on before the dump is complete, and one that was interrupted by a change of
    /// the table is repeated, at most `retries` times.
    pub fn dump_consistent(
        &self,
        request: &Builder,
        retries: u32,
        each: impl FnMut(&Message<'_>) -> ControlFlow<()>,
    ) -> Result<()> {
        with_record(|record| exchange::dump_consistent(&self.0, first(request)?, retries, &mut flow(each), record))
    }

    /// Returns the index of the link with this name or alternative name, by one request of NETLINK_ROUTE. -ENODEV: there is none.
    ///
    /// ```
    /// # fn main() -> Result<(), nlrs::Error> {
    /// let handle = nlrs::Handle::open(nlrs::uapi::NETLINK_ROUTE, &Default::default())?;
    /// assert_eq!(handle.link_index(b"lo")?, 1);
    /// assert_eq!(nlrs::family::record::text(&handle.link_name(1)?), b"lo");
    /// # Ok(())
    /// # }
    /// ```
    pub fn link_index(&self, name: &[u8]) -> Result<u32> {
        with_record(|record| lookup::link_index(&self.0, name, record))
    }

    /// Returns the name of the link with this index, by one request of NETLINK_ROUTE. -ENODEV: there is none.
    pub fn link_name(&self, index: u32) -> Result<lookup::LinkName> {
        with_record(|record| lookup::link_name(&self.0, index, record))
    }

    /// Resolves a family of generic netlink. -ENOENT: there is none of that name.
    ///
    /// ```
    /// # fn main() -> Result<(), nlrs::Error> {
    /// let handle = nlrs::Handle::open(nlrs::uapi::NETLINK_GENERIC, &Default::default())?;
    /// let family = handle.genl_family(b"nlctrl")?;
    /// assert_eq!(family.id(), 0x10);
    /// assert!(family.group(b"notify").is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn genl_family(&self, name: &[u8]) -> Result<Family> {
        with_record(|record| lookup::family(&self.0, name, record))
    }

    /// Passes every family of generic netlink to `each`; `Break` ends the call with success.
    pub fn genl_families(&self, mut each: impl FnMut(&Family) -> ControlFlow<()>) -> Result<()> {
        with_record(|record| lookup::families(&self.0, &mut |family| returned(each(family)), record))
    }

    /// Returns the kernel's policies for an operation of a family. -ENODATA: it has none.
    pub fn genl_policies(&self, family: &Family, command: u32) -> Result<Policies> {
        with_record(|record| lookup::policies(&self.0, family, command, record))
    }

    /// Sends every message of a batch and waits for the status of each, which [`Batch::result`] returns.
    pub fn send_batch(&self, batch: &mut Batch) -> Result<()> {
        with_record(|record| batch.send(&self.0, BatchCallbacks { reply: None, progress: None }, record))
    }

    /// As [`Handle::send_batch`], and passes each answer (of an echo, a GET …) and the index of its message to `each`.
    pub fn send_batch_each(
        &self,
        batch: &mut Batch,
        mut each: impl FnMut(&Message<'_>, usize) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut reply = |message: &Message<'_>, index: usize| returned(each(message, index));
        with_record(|record| batch.send(&self.0, BatchCallbacks { reply: Some(&mut reply), progress: None }, record))
    }
}

/// A dump that is read object by object; it keeps its socket alive. Dropping it leaves the rest unread: the socket skips it.
#[derive(Debug)]
#[must_use]
pub struct Dump(exchange::Dump);

impl Dump {
    /// Returns the next object, valid until the next call; None at the end, whose outcome [`Dump::end`] returns.
    #[allow(clippy::should_implement_trait)] // an object borrows from the dump, which an iterator's cannot
    pub fn next(&mut self) -> Result<Option<Message<'_>>> {
        match self.0.next()? {
            Some(bytes) => Ok(Some(Message::read(bytes)?)),
            None => Ok(None),
        }
    }

    /// Ends the dump: success when all of it has arrived; the kernel's refusal; NLRS_EINTR_DUMP when the table changed meanwhile.
    pub fn end(self) -> Result<()> {
        with_record(|record| self.0.end(record))
    }
}

/// A request whose answers are read one by one; it keeps its socket alive.
#[derive(Debug)]
#[must_use]
pub struct PendingRequest(exchange::Request);

impl PendingRequest {
    /// Returns the next answer, valid until the next call; None when there are no more. -EAGAIN: nothing has arrived, and the
    /// socket's timeout is 0.
    #[allow(clippy::should_implement_trait)] // an answer borrows from the request, which an iterator's cannot
    pub fn next(&mut self) -> Result<Option<Message<'_>>> {
        match self.0.next()? {
            Some(bytes) => Ok(Some(Message::read(bytes)?)),
            None => Ok(None),
        }
    }

    /// Ends the request: success when it was carried out or is ended early.
    pub fn end(self) -> Result<()> {
        with_record(|record| self.0.end(record))
    }
}

/// Returns the first complete message; -EINVAL where there is none.
fn first(builder: &Builder) -> core::result::Result<&[u8], Code> {
    match Message::read(builder.bytes()) {
        Ok(message) if builder.count() > 0 => Ok(message.bytes),
        _ => Err(Code::EINVAL),
    }
}

/// Runs an operation with an error record, which goes into the error.
fn with_record<T>(operation: impl FnOnce(Option<&mut ErrorRecord>) -> core::result::Result<T, Code>) -> Result<T> {
    let mut record = ErrorRecord::new();
    operation(Some(&mut record)).map_err(|code| Error::new(code, record))
}

/// Returns what a callback of the library's returns for `flow`.
fn returned(flow: ControlFlow<()>) -> i32 {
    if flow.is_continue() { 0 } else { NLRS_STOP }
}

fn flow(mut each: impl FnMut(&Message<'_>) -> ControlFlow<()>) -> impl FnMut(&Message<'_>) -> i32 {
    move |message| returned(each(message))
}
