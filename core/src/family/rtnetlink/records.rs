// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many records of one kind, read from messages into an array.

use super::{address, link, neighbour, nexthop, route, rule};
use crate::error::{Code, Result};
use crate::family::record::{self, Fields, Layout};
use crate::mem::{Buf, try_push};
use crate::wire::message::Message;
use crate::wire::{align, value};
use alloc::vec::Vec;

/// The records that there are.
const LAYOUTS: [&Layout; 6] = [
    &link::Link::LAYOUT,
    &address::Address::LAYOUT,
    &route::Route::LAYOUT,
    &neighbour::Neighbour::LAYOUT,
    &rule::Rule::LAYOUT,
    &nexthop::Nexthop::LAYOUT,
];

/// The longest record.
const RECORD_MAX: usize = 400;
const _: () = assert!(link::Link::LAYOUT.size <= RECORD_MAX && route::Route::LAYOUT.size <= RECORD_MAX);

/// No struct of a later version will be longer.
const SIZE_MAX: usize = 4096;

/// An array of records, and the messages that they were read from.
#[derive(Debug)]
pub struct Records {
    layout: &'static Layout,
    /// Bytes of one record, as the caller's header has it.
    size: usize,
    images: Buf,
    messages: Buf,
    /// Offset of each message in `messages`; both end with the last record.
    starts: Vec<usize>,
    used: usize,
}

impl Records {
    /// An empty array for the messages that `ty` is one of, with `size` bytes for each record. -EINVAL: there is no record for that type,
    /// or it does not have that size.
    pub fn new(ty: u32, size: usize) -> Result<Records> {
        let layout = LAYOUTS.into_iter().find(|layout| u32::from(layout.types) == ty & !3).ok_or(Code::EINVAL)?;
        if size < layout.first_size || size > SIZE_MAX {
            return Err(Code::EINVAL);
        }
        Ok(Records { layout, size, images: Buf::empty(), messages: Buf::empty(), starts: Vec::new(), used: 0 })
    }

    /// How many records there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Their bytes, one record after the other.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.images.as_slice().get(..self.count().saturating_mul(self.size)).unwrap_or(&[])
    }

    /// The message of one of them.
    #[must_use]
    pub fn message(&self, index: usize) -> Option<&[u8]> {
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index.checked_add(1)?).copied().unwrap_or(self.used);
        self.messages.as_slice().get(start..end)
    }

    /// Removes all; the memory is kept.
    pub fn clear(&mut self) {
        self.starts.clear();
        self.used = 0;
    }

    /// Reads a message into a record behind the others. As [`record::read`]; -ENOMEM. On failure nothing is added.
    pub fn add(&mut self, message: &Message<'_>) -> Result<()> {
        let at = self.count().saturating_mul(self.size);
        let mut image = [0; RECORD_MAX];
        let image = image.get_mut(..self.layout.size).ok_or(Code::EINVAL)?;
        record::read(self.layout, message, image)?;
        value::copy_out(room(&mut self.images, at, self.size)?, image);
        let start = self.used;
        let bytes = message.bytes();
        let space = align::align(bytes.len());
        let to = room(&mut self.messages, start, space)?;
        value::copy_out(to, bytes);
        try_push(&mut self.starts, start)?;
        self.used = start.saturating_add(space);
        Ok(())
    }
}

/// `len` bytes at `at`. The buffer grows by half at least, so that bytes are copied rarely.
fn room(buf: &mut Buf, at: usize, len: usize) -> Result<&mut [u8]> {
    let end = at.checked_add(len).ok_or(Code::ENOMEM)?;
    if end > buf.len() {
        let half = at.checked_add(at >> 1).ok_or(Code::ENOMEM)?;
        buf.grow(end.max(half).max(FIRST))?;
    }
    buf.as_mut_slice().get_mut(at..end).ok_or(Code::ENOMEM)
}

/// Bytes that a buffer begins with.
const FIRST: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::record::Record;
    use crate::family::rtnetlink::route::Route;
    use crate::mem::plain::Plain;
    use crate::wire::build::Builder;

    const RTM_NEWLINK: u32 = 16;
    const RTM_NEWROUTE: u32 = 24;

    /// A message about a route of this metric.
    fn route(priority: u32) -> Builder {
        let mut m = Builder::growing(256).unwrap();
        Route { family: 2, priority, ..Route::zeroed() }.begin(&mut m, RTM_NEWROUTE, 0).unwrap();
        m.end().unwrap();
        m
    }

    #[test]
    fn records_are_those_of_the_messages() {
        let mut records = Records::new(RTM_NEWROUTE, size_of::<Route>()).unwrap();
        for priority in 1..=1000 {
            records.add(&Message::read(route(priority).bytes()).unwrap()).unwrap();
        }
        assert_eq!(records.count(), 1000);
        for (index, image) in records.bytes().chunks(size_of::<Route>()).enumerate() {
            let message = Message::read(records.message(index).unwrap()).unwrap();
            let read = Route::read(&message).unwrap();
            assert_eq!(read.priority as usize, index + 1);
            assert_eq!(read.image(), image);
        }
        assert!(records.message(1000).is_none());
        records.clear();
        assert_eq!((records.count(), records.bytes().len(), records.message(0)), (0, 0, None));
    }

    #[test]
    fn a_longer_struct_ends_with_zeros() {
        let size = size_of::<Route>() + 8;
        let mut records = Records::new(RTM_NEWROUTE, size).unwrap();
        records.add(&Message::read(route(7).bytes()).unwrap()).unwrap();
        assert_eq!(records.bytes().len(), size);
        assert_eq!(records.bytes()[size - 8..], [0; 8]);
    }

    #[test]
    fn other_types_and_sizes_are_refused() {
        assert_eq!(Records::new(36, 400).unwrap_err(), Code::EINVAL);
        assert_eq!(Records::new(RTM_NEWROUTE, Route::LAYOUT.first_size - 1).unwrap_err(), Code::EINVAL);
        assert_eq!(Records::new(RTM_NEWROUTE, SIZE_MAX + 1).unwrap_err(), Code::EINVAL);
        let mut records = Records::new(RTM_NEWLINK, link::Link::LAYOUT.size).unwrap();
        assert_eq!(records.add(&Message::read(route(7).bytes()).unwrap()).unwrap_err(), Code::ENOMSG);
        assert_eq!(records.count(), 0);
    }
}
