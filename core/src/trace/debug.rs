// SPDX-License-Identifier: MIT OR Apache-2.0
//! Traces: the datagrams of a socket, passed to a callback and written where NLRS_DEBUG says.

use super::pcap::{self, Record};
use crate::error::Result;
use crate::mem::{Buf, try_box};
use crate::sys::clock::wall_ns;
use crate::sys::descriptor::{Fd, FdRef};
use crate::sys::file;
use crate::text::TextWriter;
use alloc::boxed::Box;

/// Which way a datagram goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From this socket.
    Sent,
    /// To this socket.
    Received,
}

/// Called for each datagram: its direction, its bytes, and the time in nanoseconds of CLOCK_REALTIME.
pub type TraceFn = dyn FnMut(Direction, &[u8], i64) + Send;

/// Where the datagrams of a socket are traced to.
#[derive(Default)]
pub(crate) struct Trace {
    callback: Option<Box<TraceFn>>,
    debug: Option<Box<Debug>>,
}

struct Debug {
    sink: Sink,
    line: Buf,
}

enum Sink {
    StandardError,
    Text(Fd),
    Pcap(Fd),
}

/// Longest value of NLRS_DEBUG that is read: a path with its prefix.
const MAX_VALUE: usize = 4096 + 8;

impl Trace {
    /// Reads NLRS_DEBUG: no trace where it is not set, empty or 0; standard error for 1; `pcap:FILE`; else a file.
    /// Where the file cannot be opened the text goes to standard error.
    #[inline(never)]
    pub(crate) fn from_environment() -> Result<Trace> {
        let mut value = [0; MAX_VALUE];
        let sink = match file::environment(c"NLRS_DEBUG", &mut value) {
            None | Some(b"" | b"0") => return Ok(Trace::default()),
            Some(b"1") => Sink::StandardError,
            Some(path) => match path.strip_prefix(b"pcap:") {
                Some(path) => file::open_append(path, &pcap::file_header()).map(Sink::Pcap),
                None => file::open_append(path, b"").map(Sink::Text),
            }
            .unwrap_or(Sink::StandardError),
        };
        let debug = try_box(Debug { sink, line: Buf::empty() })?;
        Ok(Trace { callback: None, debug: Some(debug) })
    }

    /// True when datagrams are traced.
    #[inline(always)]
    pub(crate) fn is_on(&self) -> bool {
        self.callback.is_some() || self.debug.is_some()
    }

    /// Replaces the callback.
    pub(crate) fn set_callback(&mut self, callback: Option<Box<TraceFn>>) {
        self.callback = callback;
    }

    /// Traces a datagram.
    #[cold]
    pub(crate) fn datagram(&mut self, record: &Record<'_>) {
        let now = wall_ns();
        if let Some(callback) = &mut self.callback {
            callback(record.direction, record.bytes, now);
        }
        if let Some(debug) = &mut self.debug {
            debug.datagram(record, now);
        }
    }
}

impl Debug {
    /// Writes a datagram by one system call where that is possible, so that the output of several sockets and processes
    /// does not mix. What cannot be written is lost: debugging must not make a program fail that works without it.
    fn datagram(&mut self, record: &Record<'_>, now: i64) {
        let fd = match &self.sink {
            Sink::Pcap(fd) => {
                let (header, kept) = pcap::record_header(record, now);
                return file::append(fd.borrow(), [&header, record.bytes.get(..kept).unwrap_or(&[])]);
            }
            Sink::Text(fd) => fd.borrow(),
            Sink::StandardError => FdRef::standard_error(),
        };
        let mut len = write_lines(record, self.line.as_mut_slice());
        if len >= self.line.len() {
            if self.line.grow(len.saturating_add(1)).is_err() {
                return;
            }
            len = write_lines(record, self.line.as_mut_slice());
        }
        file::append(fd, [self.line.as_slice().get(..len).unwrap_or(&[]), b""]);
    }
}

/// Writes the datagram as lines, each with its direction in front and a newline at the end.
fn write_lines(record: &Record<'_>, buf: &mut [u8]) -> usize {
    let mut out = TextWriter::new(buf);
    let mark = match record.direction {
        Direction::Sent => "> ",
        Direction::Received => "< ",
    };
    out.str("nlrs ");
    out.unsigned(u64::from(record.protocol.unsigned_abs()));
    out.byte(b' ');
    if record.portid != 0 {
        out.str("peer ");
        out.unsigned(u64::from(record.portid));
        out.byte(b' ');
    }
    if record.group != 0 {
        out.str("group ");
        out.unsigned(u64::from(record.group));
        out.byte(b' ');
    }
    if record.true_len > record.bytes.len() {
        out.str("CUT from ");
        out.unsigned(record.true_len as u64);
        out.byte(b' ');
    }
    out.str(mark);
    super::text::write_datagram(&mut out, record.protocol, record.bytes, mark);
    out.byte(b'\n');
    out.finish()
}

impl core::fmt::Debug for Trace {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Trace")
    }
}
