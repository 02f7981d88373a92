// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything that libnlrs does for this library: sockets, exchanges, events, codes. No other file uses it.

use crate::error::Allowed;
use crate::wire::{MESSAGE_HEADER, attrs};
use nlrs::Handle;
use nlrs::error::{Code, ErrorRecord, Origin};
use nlrs::exchange::{Batch, BatchMode};
use nlrs::mem::Shared;
use nlrs::monitor::{EventKind, Monitor};
use nlrs::socket::{Socket, SocketOptions};
use nlrs::wire::build::Builder;
use std::ops::ControlFlow;

pub(crate) use nlrs::error::{NLRS_EOVERRUN, NLRS_EPARTIAL, NLRS_STOP};

/// NETLINK_NETFILTER, and its messages that a transaction stands between.
const NETLINK_NETFILTER: i32 = 12;
const NFNL_MSG_BATCH_BEGIN: u16 = 16;
const NFNL_MSG_BATCH_END: u16 = 17;

/// How sockets are opened.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Milliseconds that an operation may take; < 0: any time. None: the library's default.
    pub(crate) timeout: Option<i64>,
    /// A file of a network namespace, or the name of one below /run/netns.
    pub(crate) namespace: Option<String>,
}

/// A message to be sent: all but what the socket knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) ty: u16,
    pub(crate) flags: u16,
    pub(crate) payload: &'a [u8],
}

/// Why an operation failed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failure {
    pub(crate) code: i32,
    pub(crate) from_kernel: bool,
    /// The kernel's message; may be empty.
    pub(crate) text: String,
    /// Offset in the payload of the attribute that it is about.
    pub(crate) offset: Option<usize>,
    /// Type of an attribute that is missing, and the offset in the payload of the nest where it is missing.
    pub(crate) missing: Option<(u16, Option<usize>)>,
    pub(crate) allowed: Option<Allowed>,
}

/// What can fail; the failure is large, and rare.
pub(crate) type Outcome<T> = Result<T, Box<Failure>>;

/// Returns the name of a code, or its digits.
pub(crate) fn code_name(code: i32) -> String {
    let name = text_of(nlrs::error::code_name(code));
    if name.is_empty() { code.to_string() } else { name }
}

/// Returns what a code means.
pub(crate) fn code_text(code: i32) -> String {
    text_of(nlrs::error::strerror(code))
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.strip_suffix(b"\0").unwrap_or(bytes)).into_owned()
}

impl From<Code> for Box<Failure> {
    fn from(code: Code) -> Box<Failure> {
        Box::new(Failure { code: code.raw(), ..Failure::default() })
    }
}

/// Names of NL_ATTR_TYPE_… of linux/netlink.h, in the words that specifications use.
const POLICY_KINDS: &[&str] = &[
    "nothing",
    "flag",
    "u8",
    "u16",
    "u32",
    "u64",
    "s8",
    "s16",
    "s32",
    "s64",
    "binary",
    "string",
    "nul-string",
    "nest",
    "nest-array",
    "bitfield32",
    "sint",
    "uint",
];

fn failure(code: Code, record: &ErrorRecord) -> Box<Failure> {
    let payload = |offset: u32| (offset as usize).checked_sub(MESSAGE_HEADER);
    let allowed = record.policy.as_ref().map(|policy| Allowed {
        kind: policy.ty.and_then(|ty| POLICY_KINDS.get(ty as usize)).copied(),
        range: policy
            .range_s
            .map(|(min, max)| (min.into(), max.into()))
            .or(policy.range_u.map(|(min, max)| (min.into(), max.into()))),
        min_length: policy.length.0,
        max_length: policy.length.1,
        mask: policy.mask,
    });
    Box::new(Failure {
        code: code.raw(),
        from_kernel: record.origin == Origin::Kernel,
        text: text_of(record.text()),
        offset: record.offset.and_then(payload),
        missing: record
            .missing_type
            .and_then(|ty| u16::try_from(ty).ok())
            .map(|ty| (ty, record.missing_nest.and_then(payload))),
        allowed,
    })
}

impl From<nlrs::Error> for Box<Failure> {
    fn from(error: nlrs::Error) -> Box<Failure> {
        match error.record() {
            Some(record) => failure(error.code(), record),
            None => error.code().into(),
        }
    }
}

/// Reads the message that begins a transaction: a struct nfgenmsg, whose res_id is the subsystem, and an
/// attribute with the generation.
fn transaction_of(payload: &[u8]) -> BatchMode {
    /// Of linux/netfilter/nfnetlink.h.
    const NFNL_BATCH_GENID: u16 = 1;
    let subsystem = match payload {
        [_, _, high, low, ..] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    };
    let mut attributes = attrs(payload.get(4..).unwrap_or(&[]));
    let generation = attributes.find(|attr| attr.number == NFNL_BATCH_GENID).and_then(|attr| match *attr.payload {
        [a, b, c, d] => Some(u32::from_be_bytes([a, b, c, d])),
        _ => None,
    });
    BatchMode::Transaction { subsystem, generation }
}

/// What a callback's number means.
fn stopped(returned: i32) -> Outcome<()> {
    if returned >= 0 {
        return Ok(());
    }
    Err(Box::new(Failure { code: returned, text: "the callback ended the call".into(), ..Failure::default() }))
}

fn options(settings: &Settings) -> Outcome<SocketOptions> {
    let mut options = SocketOptions::new();
    if let Some(timeout) = settings.timeout {
        options.set_timeout(timeout);
    }
    if let Some(namespace) = &settings.namespace {
        match namespace.contains('/') {
            true => options.set_namespace_path(namespace.as_bytes())?,
            false => options.set_namespace_name(namespace.as_bytes())?,
        }
    }
    Ok(options)
}

fn build(builder: &mut Builder, request: &Request<'_>) -> Outcome<()> {
    builder.begin(request.ty.into(), request.flags.into())?;
    builder.put_header(request.payload)?;
    builder.end()?;
    Ok(())
}

/// A socket for requests.
#[derive(Debug)]
pub(crate) struct Channel(Handle);

impl Channel {
    pub(crate) fn open(protocol: i32, settings: &Settings) -> Outcome<Channel> {
        Ok(Channel(Handle::open(protocol, &options(settings)?)?))
    }

    pub(crate) fn set_timeout(&self, milliseconds: i64) {
        self.0.set_timeout(milliseconds);
    }

    /// Ends the calls in progress, or the next one.
    pub(crate) fn cancel(&self) {
        // It fails only for a socket that was opened without the means to cancel, which this one was not.
        let _ = self.0.cancel();
    }

    pub(crate) fn fd(&self) -> i32 {
        self.0.socket().fd()
    }

    /// Sends a request and passes the whole message of each reply to `each`, which returns 0, NLRS_STOP or a negative
    /// code.
    pub(crate) fn request(&self, request: &Request<'_>, each: &mut dyn FnMut(&[u8]) -> i32) -> Outcome<()> {
        let mut builder = Builder::growing(request.payload.len().saturating_add(MESSAGE_HEADER))?;
        build(&mut builder, request)?;
        let mut returned = 0;
        self.0.request_each(&builder, |message| {
            returned = each(message.bytes());
            if returned == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        stopped(returned)
    }

    pub(crate) fn dump(&self, request: &Request<'_>) -> Outcome<Dump> {
        let mut builder = Builder::growing(request.payload.len().saturating_add(MESSAGE_HEADER))?;
        build(&mut builder, request)?;
        Ok(Dump(self.0.dump(&builder)?))
    }

    /// Sends several requests together; the result of each. `each` gets the index of a request and a reply to it.
    ///
    /// What stands between the two ends of a transaction of nfnetlink is sent as one.
    pub(crate) fn batch(
        &self,
        requests: &[Request<'_>],
        protocol: i32,
        each: &mut dyn FnMut(usize, &[u8]),
    ) -> Outcome<Vec<Outcome<()>>> {
        let (inner, transaction) = match requests {
            [begin, inner @ .., end]
                if protocol == NETLINK_NETFILTER
                    && begin.ty == NFNL_MSG_BATCH_BEGIN
                    && end.ty == NFNL_MSG_BATCH_END =>
            {
                (inner, Some(begin))
            }
            all => (all, None),
        };
        let first = usize::from(transaction.is_some());
        let mut batch = Batch::new()?;
        if let Some(begin) = transaction {
            batch.set_mode(transaction_of(begin.payload))?;
        }
        for request in inner {
            build(batch.builder(), request)?;
        }
        let sent = self.0.send_batch_each(&mut batch, |message, index| {
            each(index.saturating_add(first), message.bytes());
            ControlFlow::Continue(())
        });
        match sent {
            Ok(()) => {}
            // Each message has a result of its own.
            Err(error) if matches!(error.code(), Code::PARTIAL | Code::ABORTED) => {}
            Err(error) => return Err(error.into()),
        }
        let result = |index| {
            let mut record = ErrorRecord::new();
            batch.result(index, Some(&mut record)).map_err(|code| failure(code, &record))
        };
        let mut results: Vec<_> = (0..inner.len()).map(result).collect();
        if transaction.is_some() {
            results.insert(0, Ok(()));
            results.push(Ok(()));
        }
        Ok(results)
    }

    /// Asks for the ID of a family of generic netlink, and for its groups.
    pub(crate) fn resolve(&self, name: &str) -> Outcome<Resolved> {
        let mut record = ErrorRecord::new();
        let family = nlrs::lookup::family(self.0.socket(), name.as_bytes(), Some(&mut record))
            .map_err(|code| failure(code, &record))?;
        let groups = (0..).map_while(|index| family.group_at(index));
        let groups = groups.map(|(name, number)| (text_of(name), number)).collect();
        Ok(Resolved { id: family.id(), groups })
    }
}

/// A family of generic netlink, as the kernel describes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    pub(crate) id: u16,
    pub(crate) groups: Vec<(String, u32)>,
}

/// A dump in progress.
#[derive(Debug)]
pub(crate) struct Dump(nlrs::Dump);

impl Dump {
    /// The next message; None at the end. -EAGAIN is not the end; after another code `end` returns the same with its
    /// details.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, i32> {
        match self.0.next() {
            Ok(message) => Ok(message.map(|message| message.bytes())),
            Err(error) => Err(error.code().raw()),
        }
    }

    pub(crate) fn end(self) -> Outcome<()> {
        Ok(self.0.end()?)
    }
}

/// What a socket that follows events has received.
pub(crate) enum Event<'a> {
    /// A whole message.
    Message(&'a [u8]),
    /// Events were lost; how many, 0: unknown.
    Lost(u64),
}

/// A socket that follows events.
#[derive(Debug)]
pub(crate) struct Events(Monitor);

impl Events {
    /// `buffer`: bytes of the receive buffer; 0: the system's default.
    pub(crate) fn open(protocol: i32, groups: &[u32], settings: &Settings, buffer: usize) -> Outcome<Events> {
        let mut options = options(settings)?;
        if buffer != 0 {
            options.set_recv_buffer(buffer);
        }
        Ok(Events(Monitor::open(protocol, groups, &options)?))
    }

    pub(crate) fn fd(&self) -> i32 {
        self.0.fd()
    }

    /// What other threads may do with the socket while one waits for an event.
    pub(crate) fn control(&self) -> Control {
        Control(self.0.socket().clone())
    }

    /// Waits for the next event and passes it to `each`.
    pub(crate) fn next<T>(&mut self, each: impl FnOnce(Event<'_>) -> T) -> Outcome<T> {
        loop {
            let event = self.0.next()?;
            match event.kind {
                EventKind::Message => return Ok(each(Event::Message(event.bytes))),
                EventKind::Overrun => return Ok(each(Event::Lost(event.count))),
                // Of tables and whole datagrams, which were not asked for.
                _ => {}
            }
        }
    }
}

/// The socket of [`Events`], for what may be done at any time.
#[derive(Clone, Debug)]
pub(crate) struct Control(Shared<Socket>);

impl Control {
    pub(crate) fn set_timeout(&self, milliseconds: i64) {
        self.0.set_timeout(milliseconds);
    }

    pub(crate) fn cancel(&self) {
        // As Channel::cancel.
        let _ = self.0.cancel();
    }
}
