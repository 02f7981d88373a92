// SPDX-License-Identifier: MIT OR Apache-2.0
//! A family that was opened: its specification, its socket, and what can be asked of it.

use crate::decode;
use crate::encode;
use crate::error::{Error, Result};
use crate::json::read::{self, Value};
use crate::json::write::Writer;
use crate::path;
use crate::search;
use crate::socket::{self, Channel, Failure, NLRS_EPARTIAL, NLRS_STOP, Request, Resolved, Settings};
use crate::spec::load;
use crate::spec::model::{Exchange, Operation, Spec};
use crate::wire::{GENERIC_HEADER, MESSAGE_HEADER};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Flags of a request: those of linux/netlink.h that a caller may choose, and this library's own.
pub mod flags {
    /// Return the object as it is afterwards (NLM_F_ECHO).
    pub const ECHO: u32 = 0x008;
    /// Replace an object that exists (NLM_F_REPLACE).
    pub const REPLACE: u32 = 0x100;
    /// Fail if the object exists (NLM_F_EXCL).
    pub const EXCL: u32 = 0x200;
    /// Create the object if it does not exist (NLM_F_CREATE).
    pub const CREATE: u32 = 0x400;
    /// Add to the end of the list (NLM_F_APPEND).
    pub const APPEND: u32 = 0x800;
    /// Ask for all objects: a dump.
    pub const DUMP: u32 = 0x1_0000;
    /// Do not check values against the limits in the specification.
    pub const UNCHECKED: u32 = 0x2_0000;

    /// Those of linux/netlink.h.
    pub(crate) const KERNEL: u32 = ECHO | REPLACE | EXCL | CREATE | APPEND;
    pub(crate) const ALL: u32 = KERNEL | DUMP | UNCHECKED;
}

/// How a specification is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenOptions {
    /// Pass over keys and words that no schema has, also in a file that was named by its path.
    pub no_schema: bool,
}

/// A family that was opened. Clones are the same; may be shared between threads.
#[derive(Clone, Debug)]
pub struct Family(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    spec: Spec,
    origin: String,
    settings: Mutex<Settings>,
    channel: Mutex<Option<Arc<Channel>>>,
    resolved: Mutex<Option<Resolved>>,
    /// Buffers that were used, so that a request allocates none.
    buffers: Mutex<Vec<Vec<u8>>>,
}

/// Buffers kept for later; one that has grown beyond this is not.
const MAX_BUFFERS: usize = 8;
const MAX_KEPT: usize = 1 << 20;

/// The data is whole whatever panicked while it was locked: nothing here leaves it half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request that was encoded.
struct Encoded {
    ty: u16,
    flags: u16,
    /// What stands behind the header of the message.
    payload: Vec<u8>,
}

impl Encoded {
    fn request(&self) -> Request<'_> {
        Request { ty: self.ty, flags: self.flags, payload: &self.payload }
    }
}

impl Family {
    /// Opens the specification of a family by its name, or by the path of a file.
    ///
    /// What contains a slash or ends in `.yaml` is a path. A name is looked for in the folders of `NLRS_YNL_PATH`, in
    /// those into which the kernel's tools and distributions install, and among the specifications that the library
    /// carries. No socket is opened yet.
    pub fn open(family_or_path: &str) -> Result<Family> {
        Family::open_with(family_or_path, OpenOptions::default())
    }

    /// As [`Family::open`], with options.
    pub fn open_with(family_or_path: &str, options: OpenOptions) -> Result<Family> {
        let found = search::find(family_or_path)?;
        // An installed file may be newer than this library, which must not keep it from being used.
        let lax = options.no_schema || !found.by_path;
        Ok(Family::of(load::load(&found.text, &found.origin, lax)?, found.origin))
    }

    /// Reads a specification from its text; `origin` is the file's name in errors.
    pub fn from_text(text: &str, origin: &str, options: OpenOptions) -> Result<Family> {
        Ok(Family::of(load::load(text, origin, options.no_schema)?, origin.to_owned()))
    }

    fn of(spec: Spec, origin: String) -> Family {
        Family(Arc::new(Inner {
            spec,
            origin,
            settings: Mutex::new(Settings { timeout: None, namespace: None }),
            channel: Mutex::new(None),
            resolved: Mutex::new(None),
            buffers: Mutex::new(Vec::new()),
        }))
    }

    /// The family's name.
    pub fn name(&self) -> &str {
        &self.0.spec.name
    }

    /// The file that was read, or `carried:` and the name of a specification in the library.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    pub(crate) fn spec(&self) -> &Spec {
        &self.0.spec
    }

    /// Sets how many milliseconds an operation may take; below 0: any time.
    pub fn set_timeout(&self, milliseconds: i64) {
        lock(&self.0.settings).timeout = Some(milliseconds);
        if let Some(channel) = &*lock(&self.0.channel) {
            channel.set_timeout(milliseconds);
        }
    }

    /// Opens later sockets in a network namespace: a file (`/proc/123/ns/net`), or the name of one below /run/netns.
    /// A socket that is open is closed when nothing uses it any more.
    pub fn set_namespace(&self, path_or_name: &str) {
        lock(&self.0.settings).namespace = Some(path_or_name.to_owned());
        *lock(&self.0.channel) = None;
        *lock(&self.0.resolved) = None;
    }

    /// Ends the requests in progress, or the next one, with NLRS_ECANCELED. Any thread may call it.
    pub fn cancel(&self) {
        if let Some(channel) = &*lock(&self.0.channel) {
            channel.cancel();
        }
    }

    /// The descriptor of the socket for requests, which is opened if there is none.
    pub fn fd(&self) -> Result<i32> {
        Ok(self.channel()?.fd())
    }

    fn settings(&self) -> Settings {
        lock(&self.0.settings).clone()
    }

    fn channel(&self) -> Result<Arc<Channel>> {
        let mut channel = lock(&self.0.channel);
        if let Some(channel) = &*channel {
            return Ok(Arc::clone(channel));
        }
        let opened = Channel::open(self.spec().protocol, &self.settings())
            .map_err(|failure| plain(&failure, "the socket cannot be opened"))?;
        Ok(Arc::clone(channel.insert(Arc::new(opened))))
    }

    /// ID and groups of a family of generic netlink.
    fn resolved(&self) -> Result<Resolved> {
        if let Some(resolved) = &*lock(&self.0.resolved) {
            return Ok(resolved.clone());
        }
        let resolved = self
            .channel()?
            .resolve(self.name())
            .map_err(|failure| plain(&failure, &format!("the kernel does not have the family '{}'", self.name())))?;
        Ok(lock(&self.0.resolved).insert(resolved).clone())
    }

    fn id(&self) -> Result<u16> {
        if let Some(resolved) = &*lock(&self.0.resolved) {
            return Ok(resolved.id);
        }
        self.resolved().map(|resolved| resolved.id)
    }

    /// Sets the ID of a family of generic netlink, so that encoding and decoding need no socket to ask for it.
    pub fn set_family_id(&self, id: u16) {
        lock(&self.0.resolved).get_or_insert_default().id = id;
    }

    fn buffer(&self) -> Vec<u8> {
        lock(&self.0.buffers).pop().unwrap_or_default()
    }

    fn keep(&self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= MAX_KEPT {
            let mut buffers = lock(&self.0.buffers);
            if buffers.len() < MAX_BUFFERS {
                buffer.clear();
                buffers.push(buffer);
            }
        }
    }

    fn operation(&self, name: &str) -> Result<&Operation> {
        self.spec().operation(name).ok_or_else(|| {
            let names: Vec<&str> = self.spec().operations.iter().map(|operation| &*operation.name).collect();
            Error::new(
                -libc::ENOENT,
                format!("the family '{}' has no operation '{name}': {}", self.name(), names.join(", ")),
            )
        })
    }

    /// The messages of an operation. Many files describe only one of `do` and `dump` where the kernel has both.
    fn exchange<'a>(&self, operation: &'a Operation, dump: bool) -> Result<&'a Exchange> {
        let (wanted, other) = if dump { (&operation.dump, &operation.do_) } else { (&operation.do_, &operation.dump) };
        wanted
            .as_ref()
            .filter(|exchange| exchange.request.is_some())
            .or(other.as_ref())
            .ok_or_else(|| Error::new(-libc::EOPNOTSUPP, format!("'{}' is an event, not a request", operation.name)))
    }

    /// Encodes a request whose JSON was read.
    fn encode_value(&self, operation: &Operation, value: &Value<'_>, flags: u32) -> Result<Encoded> {
        if flags & !flags::ALL != 0 {
            return Err(Error::new(-libc::EINVAL, format!("there are no flags {:#x}", flags & !flags::ALL)));
        }
        let exchange = self.exchange(operation, flags & flags::DUMP != 0)?;
        let number = exchange.request.ok_or_else(|| {
            Error::new(-libc::EOPNOTSUPP, format!("the operation '{}' has no request", operation.name))
        })?;
        let mut payload = self.buffer();
        payload.clear();
        let ty = if self.spec().is_generic() {
            let command = u8::try_from(number).map_err(|_| {
                Error::new(-libc::EINVAL, format!("the number of the operation '{}' is too large", operation.name))
            })?;
            payload.extend_from_slice(&[command, self.spec().version, 0, 0]);
            self.id()?
        } else {
            number
        };
        let unchecked = flags & flags::UNCHECKED != 0;
        encode::payload(self.spec(), operation.set, operation.header, value, unchecked, &mut payload)?;
        let flags = u16::try_from(flags & flags::KERNEL).unwrap_or(0);
        Ok(Encoded { ty, flags, payload })
    }

    fn encode_request(&self, operation: &Operation, json: &[u8], flags: u32) -> Result<Encoded> {
        let value = if json.iter().all(u8::is_ascii_whitespace) { Value::Null } else { read::parse(json)? };
        self.encode_value(operation, &value, flags)
    }

    /// Writes a message as JSON: an object with the attributes and the members of the family's header.
    fn write_reply(&self, operation: &Operation, reply: Option<u16>, message: &[u8], out: &mut Writer) {
        let (number, payload) = self.split(message);
        let operation = match reply {
            Some(reply) if reply == number => operation,
            _ => self.spec().by_event.get(&number).and_then(|at| self.spec().operations.get(*at)).unwrap_or(operation),
        };
        decode::payload(self.spec(), operation.set, operation.header, payload, out);
    }

    /// The number of a message, and what is behind the headers that all families have.
    fn split<'m>(&self, message: &'m [u8]) -> (u16, &'m [u8]) {
        let payload = message.get(MESSAGE_HEADER..).unwrap_or(&[]);
        if self.spec().is_generic() {
            let command = payload.first().copied().unwrap_or(0);
            return (u16::from(command), payload.get(GENERIC_HEADER..).unwrap_or(&[]));
        }
        match message.get(4..6) {
            Some(&[a, b]) => (u16::from_ne_bytes([a, b]), payload),
            _ => (0, payload),
        }
    }

    /// Returns the kernel's error with names in place of offsets and numbers.
    #[cold]
    fn explain(&self, operation: &Operation, payload: &[u8], failure: &Failure) -> Box<Error> {
        let skip = if self.spec().is_generic() { GENERIC_HEADER } else { 0 };
        let body = payload.get(skip..).unwrap_or(&[]);
        let found = failure
            .offset
            .and_then(|offset| offset.checked_sub(skip))
            .and_then(|offset| path::find(self.spec(), operation, body, offset));
        let missing = failure.missing.map(|(number, nest)| {
            let nest = nest.and_then(|nest| nest.checked_sub(skip));
            path::missing(self.spec(), operation, body, number, nest)
        });
        Box::new(Error {
            code: failure.code,
            message: if failure.text.is_empty() { socket::code_text(failure.code) } else { failure.text.clone() },
            from_kernel: failure.from_kernel,
            attribute: found.map(|found| found.text()),
            missing,
            allowed: failure.allowed.clone(),
            ..Error::default()
        })
    }

    /// Sends a request and passes each reply to `each` as JSON, then waits for the ack.
    ///
    /// `json` is an object of attributes and members of the family's header; nothing, or null, is an empty one. With
    /// [`flags::DUMP`] it is a dump. `each` returns 0 to continue, NLRS_STOP (1) to end with success, a negative
    /// number to end with that as the error's code.
    pub fn request(&self, operation: &str, json: &[u8], flags: u32, each: &mut dyn FnMut(&[u8]) -> i32) -> Result<()> {
        if flags & flags::DUMP != 0 {
            return self.dump_each(operation, json, flags, each);
        }
        let operation = self.operation(operation)?;
        let encoded = self.encode_request(operation, json, flags)?;
        let reply = self.exchange(operation, false)?.reply;
        let channel = self.channel()?;
        let mut buffer = self.buffer();
        let result = channel.request(&encoded.request(), &mut |message| {
            buffer.clear();
            let mut out = Writer::on(std::mem::take(&mut buffer));
            self.write_reply(operation, reply, message, &mut out);
            buffer = out.into_bytes();
            each(&buffer)
        });
        self.keep(buffer);
        let result = result.map_err(|failure| self.explain(operation, &encoded.payload, &failure));
        self.keep(encoded.payload);
        result
    }

    fn dump_each(&self, operation: &str, json: &[u8], flags: u32, each: &mut dyn FnMut(&[u8]) -> i32) -> Result<()> {
        let mut dump = self.dump(operation, json, flags)?;
        while let Some(object) = dump.next()? {
            match each(object) {
                0 => {}
                NLRS_STOP.. => return Ok(()),
                code => return Err(Error::new(code, "the callback ended the dump")),
            }
        }
        dump.end()
    }

    /// Asks for all objects; [`Dump::next`] returns one after the other.
    pub fn dump(&self, operation: &str, json: &[u8], flags: u32) -> Result<Dump> {
        let at = self.spec().operation_by_name.get(operation).copied();
        let operation = self.operation(operation)?;
        let encoded = self.encode_request(operation, json, flags | flags::DUMP)?;
        let dump = self.channel()?.dump(&encoded.request());
        match dump {
            Ok(dump) => Ok(Dump {
                family: self.clone(),
                operation: at.unwrap_or(0),
                dump: Some(dump),
                payload: encoded.payload,
                text: self.buffer(),
                failed: false,
            }),
            Err(failure) => Err(self.explain(operation, &encoded.payload, &failure)),
        }
    }

    /// As [`Family::request`], with all replies as one text: of a dump a list; else `null` without a reply, an object
    /// for one, a list for several.
    pub fn call(&self, operation: &str, json: &[u8], flags: u32) -> Result<Vec<u8>> {
        let mut text = vec![b'['];
        let mut count: usize = 0;
        self.request(operation, json, flags, &mut |reply| {
            if count > 0 {
                text.push(b',');
            }
            text.extend_from_slice(reply);
            count = count.saturating_add(1);
            0
        })?;
        Ok(match count {
            0 if flags & flags::DUMP == 0 => b"null".to_vec(),
            1 if flags & flags::DUMP == 0 => text.split_off(1),
            _ => {
                text.push(b']');
                text
            }
        })
    }

    /// Sends several requests together and passes the result of each to `each`, in their order.
    ///
    /// `json` is a list of objects: `do` is the operation, `json` its attributes, `flags` a list of `create`, `excl`,
    /// `replace`, `append` and `echo`. A result has `index`, `code`, `reply` (null, an object or a list), and `error`
    /// where the kernel refused it. NLRS_EPARTIAL when some were refused. Between `batch-begin` and `batch-end` of
    /// nfnetlink it is a transaction.
    pub fn batch(&self, json: &[u8], each: &mut dyn FnMut(&[u8]) -> i32) -> Result<()> {
        let value = read::parse(json)?;
        let Value::List(items) = &value else {
            return Err(Error::new(-libc::EINVAL, format!("a batch is a list, not {}", value.kind())));
        };
        let mut requests = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let request = self.batch_item(item).map_err(|mut error| {
                error.message = format!("message {index} of the batch: {}", error.message);
                error
            })?;
            requests.push(request);
        }
        let mut replies: Vec<Vec<Vec<u8>>> = requests.iter().map(|_| Vec::new()).collect();
        let wire: Vec<Request<'_>> = requests.iter().map(|(_, encoded)| encoded.request()).collect();
        let results = self.channel()?.batch(&wire, self.spec().protocol, &mut |index, message| {
            if let (Some((operation, _)), Some(replies)) = (requests.get(index), replies.get_mut(index)) {
                let reply = self.exchange(operation, false).ok().and_then(|exchange| exchange.reply);
                let mut out = Writer::new();
                self.write_reply(operation, reply, message, &mut out);
                replies.push(out.into_bytes());
            }
        });
        let results = results.map_err(|failure| plain(&failure, "the batch cannot be sent"))?;
        let mut failed: usize = 0;
        for (index, result) in results.iter().enumerate() {
            let mut out = Writer::new();
            out.begin_object();
            out.member("index").u64(index as u64);
            out.member("code").i64(result.as_ref().map_or_else(|failure| i64::from(failure.code), |()| 0));
            match replies.get(index).map(Vec::as_slice) {
                None | Some([]) => out.member("reply").null(),
                Some([one]) => out.member("reply").raw(one),
                Some(several) => {
                    out.member("reply").begin_list();
                    for reply in several {
                        out.item().raw(reply);
                    }
                    out.end_list();
                }
            }
            if let (Err(failure), Some((operation, encoded))) = (result, requests.get(index)) {
                failed = failed.saturating_add(1);
                out.member("error").raw(self.explain(operation, &encoded.payload, failure).to_json().as_bytes());
            }
            out.end_object();
            match each(&out.into_bytes()) {
                0 => {}
                NLRS_STOP.. => break,
                code => return Err(Error::new(code, "the callback ended the batch")),
            }
        }
        match failed {
            0 => Ok(()),
            _ => Err(Error::new(NLRS_EPARTIAL, format!("{failed} of {} messages were refused", results.len()))),
        }
    }

    fn batch_item(&self, item: &Value<'_>) -> Result<(&Operation, Encoded)> {
        let Value::Object(members) = item else {
            return Err(Error::new(-libc::EINVAL, format!("an object is needed, not {}", item.kind())));
        };
        let (mut name, mut value, mut bits) = (None, &Value::Null, 0);
        for (key, member) in members {
            match (&**key, member) {
                ("do", Value::Text(text)) => name = Some(&**text),
                ("json", member) => value = member,
                ("flags", Value::List(words)) => {
                    for word in words {
                        bits |= match word {
                            Value::Text(text) => flag_of(text),
                            _ => None,
                        }
                        .ok_or_else(|| Error::new(-libc::EINVAL, "a flag is create, excl, replace, append or echo"))?;
                    }
                }
                (key, _) => return Err(Error::new(-libc::EINVAL, format!("'{key}' is not what is expected here"))),
            }
        }
        let name = name.ok_or_else(|| Error::new(-libc::EINVAL, "'do' is missing"))?;
        let operation = self.operation(name)?;
        Ok((operation, self.encode_value(operation, value, bits)?))
    }

    /// Encodes a request as a message that begins with its struct nlmsghdr, whose sequence number and port ID are 0.
    ///
    /// The ID of a family of generic netlink is asked for, unless [`Family::set_family_id`] was called.
    pub fn encode(&self, operation: &str, json: &[u8], flags: u32) -> Result<Vec<u8>> {
        /// NLM_F_REQUEST, NLM_F_ACK and NLM_F_DUMP of linux/netlink.h.
        const NLM_F_REQUEST: u16 = 0x01;
        const NLM_F_ACK: u16 = 0x04;
        const NLM_F_DUMP: u16 = 0x300;
        let operation = self.operation(operation)?;
        let encoded = self.encode_request(operation, json, flags)?;
        let len = encoded.payload.len().saturating_add(MESSAGE_HEADER);
        let len = u32::try_from(len).map_err(|_| Error::new(-libc::EMSGSIZE, "the message is too long"))?;
        let kind = if flags & flags::DUMP != 0 { NLM_F_DUMP } else { NLM_F_ACK };
        let mut message = Vec::with_capacity(len as usize);
        message.extend_from_slice(&len.to_ne_bytes());
        message.extend_from_slice(&encoded.ty.to_ne_bytes());
        message.extend_from_slice(&(encoded.flags | NLM_F_REQUEST | kind).to_ne_bytes());
        message.extend_from_slice(&[0; 8]);
        message.extend_from_slice(&encoded.payload);
        self.keep(encoded.payload);
        Ok(message)
    }

    /// Decodes a message that begins with its struct nlmsghdr: `name` is the operation or event that its number
    /// means, `msg` what is in it. With the name of an operation it is taken for a request of that, or a reply.
    ///
    /// -EBADMSG for what is no message. A number that the specification does not have is not an error:
    /// `UnknownMsg(99)`.
    pub fn decode(&self, operation: Option<&str>, message: &[u8]) -> Result<Vec<u8>> {
        let operation = operation.map(|name| self.operation(name)).transpose()?;
        let len = match message.get(..4) {
            Some(&[a, b, c, d]) => u32::from_ne_bytes([a, b, c, d]) as usize,
            _ => 0,
        };
        let message = message
            .get(..len)
            .filter(|message| message.len() >= MESSAGE_HEADER)
            .ok_or_else(|| Error::new(-libc::EBADMSG, "the bytes are no whole message"))?;
        let mut out = Writer::new();
        self.write_event(operation, message, &mut out);
        Ok(out.into_bytes())
    }

    fn write_event(&self, operation: Option<&Operation>, message: &[u8], out: &mut Writer) {
        let (number, payload) = self.split(message);
        let known = || self.spec().by_event.get(&number).and_then(|at| self.spec().operations.get(*at));
        let operation = operation.or_else(known);
        out.begin_object();
        match operation {
            Some(operation) => {
                out.member("name").text(&operation.name);
                out.member("msg");
                decode::payload(self.spec(), operation.set, operation.header, payload, out);
            }
            None => {
                out.member("name").text(&format!("UnknownMsg({number})"));
                out.member("msg").begin_object();
                out.member(decode::UNKNOWN_BYTES).hex(payload, None);
                out.end_object();
            }
        }
        out.end_object();
    }

    /// Follows the events of groups, each given by name or by number; without any, of all that the specification has.
    pub fn events(&self, groups: &[&str]) -> Result<Events> {
        self.events_with(groups, 0)
    }

    /// As [`Family::events`], with a receive buffer of so many bytes, in which events wait until they are read; 0:
    /// the system's default.
    pub fn events_with(&self, groups: &[&str], buffer: usize) -> Result<Events> {
        let all: Vec<&str> = self.spec().groups.iter().map(|group| &*group.name).collect();
        let names = if groups.is_empty() { all.as_slice() } else { groups };
        let mut numbers = Vec::new();
        for name in names {
            numbers.push(self.group(name)?);
        }
        let events = socket::Events::open(self.spec().protocol, &numbers, &self.settings(), buffer)
            .map_err(|failure| plain(&failure, "the groups cannot be joined"))?;
        Ok(Events { family: self.clone(), events, text: Vec::new() })
    }

    fn group(&self, name: &str) -> Result<u32> {
        if let Ok(number) = name.parse() {
            return Ok(number);
        }
        let known = self.spec().groups.iter().find(|group| *group.name == *name);
        if let Some(number) = known.and_then(|group| group.number) {
            return Ok(number);
        }
        let mut names: Vec<String> = self.spec().groups.iter().map(|group| group.name.to_string()).collect();
        if self.spec().is_generic() {
            let resolved = self.resolved()?;
            if let Some((_, number)) = resolved.groups.iter().find(|(group, _)| group == name) {
                return Ok(*number);
            }
            names = resolved.groups.into_iter().map(|(name, _)| name).collect();
        }
        Err(Error::new(
            -libc::ENOENT,
            format!("the family '{}' has no group '{name}': {}", self.name(), names.join(", ")),
        ))
    }
}

/// The flag of that name.
pub fn flag_of(name: &str) -> Option<u32> {
    Some(match name {
        "create" => flags::CREATE,
        "excl" => flags::EXCL,
        "replace" => flags::REPLACE,
        "append" => flags::APPEND,
        "echo" => flags::ECHO,
        _ => return None,
    })
}

/// A failure that no attribute has to do with.
fn plain(failure: &Failure, what: &str) -> Box<Error> {
    let text = if failure.text.is_empty() { socket::code_text(failure.code) } else { failure.text.clone() };
    let mut error = Error::new(failure.code, format!("{what}: {text}"));
    error.from_kernel = failure.from_kernel;
    error
}

/// A dump in progress. The socket takes no other dump until it is dropped.
#[derive(Debug)]
pub struct Dump {
    family: Family,
    operation: usize,
    dump: Option<socket::Dump>,
    payload: Vec<u8>,
    text: Vec<u8>,
    failed: bool,
}

impl Dump {
    /// Returns the next object as JSON, or None at the end. The text is valid until the next call.
    #[allow(clippy::should_implement_trait)] // an item borrows from the dump, which an iterator's cannot
    pub fn next(&mut self) -> Result<Option<&[u8]>> {
        let Some(dump) = &mut self.dump else { return Ok(None) };
        match dump.next() {
            Ok(Some(message)) => {
                self.text.clear();
                let mut out = Writer::on(std::mem::take(&mut self.text));
                if let Some(operation) = self.family.spec().operations.get(self.operation) {
                    let reply = self.family.exchange(operation, true).ok().and_then(|exchange| exchange.reply);
                    self.family.write_reply(operation, reply, message, &mut out);
                }
                self.text = out.into_bytes();
                Ok(Some(&self.text))
            }
            Ok(None) => Ok(None),
            Err(code) if code == -libc::EAGAIN => Err(Error::new(code, socket::code_text(code))),
            Err(_) => {
                self.failed = true;
                self.finish()?;
                Ok(None)
            }
        }
    }

    fn finish(&mut self) -> Result<()> {
        let Some(dump) = self.dump.take() else { return Ok(()) };
        dump.end().map_err(|failure| match self.family.spec().operations.get(self.operation) {
            Some(operation) => self.family.explain(operation, &self.payload, &failure),
            None => plain(&failure, "the dump failed"),
        })
    }

    /// Ends the dump and returns how it ended; a dump that is left early has not failed.
    pub fn end(mut self) -> Result<()> {
        self.finish()
    }
}

impl Drop for Dump {
    fn drop(&mut self) {
        self.family.keep(std::mem::take(&mut self.payload));
        self.family.keep(std::mem::take(&mut self.text));
    }
}

/// Events of a family, on a socket of their own.
#[derive(Debug)]
pub struct Events {
    family: Family,
    events: socket::Events,
    text: Vec<u8>,
}

impl Events {
    /// Waits for the next event: `{"name": …, "msg": {…}}`. The text is valid until the next call.
    ///
    /// NLRS_EOVERRUN where events were lost, NLRS_ETIMEDOUT, NLRS_ECANCELED; the events can be followed on after
    /// each.
    #[allow(clippy::should_implement_trait)] // an item borrows from the socket's buffer, which an iterator's cannot
    pub fn next(&mut self) -> Result<&[u8]> {
        let Events { family, events, text } = self;
        text.clear();
        let mut out = Writer::on(std::mem::take(text));
        let lost = events.next(|event| match event {
            socket::Event::Message(message) => {
                family.write_event(None, message, &mut out);
                None
            }
            socket::Event::Lost(count) => Some(count),
        });
        *text = out.into_bytes();
        match lost {
            Ok(None) => Ok(text),
            Ok(Some(0)) => Err(Error::new(socket::NLRS_EOVERRUN, "events were lost")),
            Ok(Some(count)) => Err(Error::new(socket::NLRS_EOVERRUN, format!("{count} events were lost"))),
            Err(failure) => Err(plain(&failure, "there is no event")),
        }
    }

    /// What to poll for reading.
    pub fn fd(&self) -> i32 {
        self.events.fd()
    }

    /// What any thread may do while one waits in [`Events::next`].
    pub fn control(&self) -> EventsControl {
        EventsControl(self.events.control())
    }

    /// Sets how many milliseconds [`Events::next`] may wait; below 0: any time; 0: not at all (-EAGAIN).
    pub fn set_timeout(&self, milliseconds: i64) {
        self.events.control().set_timeout(milliseconds);
    }
}

/// The socket of [`Events`], for what may be done at any time.
#[derive(Clone, Debug)]
pub struct EventsControl(socket::Control);

impl EventsControl {
    /// As [`Events::set_timeout`]; holds from the next call on.
    pub fn set_timeout(&self, milliseconds: i64) {
        self.0.set_timeout(milliseconds);
    }

    /// Ends the call in progress, or the next one, with NLRS_ECANCELED.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}
