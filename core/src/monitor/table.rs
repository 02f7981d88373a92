// SPDX-License-Identifier: MIT OR Apache-2.0
//! One table: the request that dumps it, which messages are about it, and what they change in it.

use super::key::{self, Key, Presence, rtnl_key};
use super::store::{OldObject, Store};
use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::uapi::{NETLINK_ROUTE, NLMSG_HDRLEN};
use crate::wire::align::align;
use crate::wire::attribute::find;
use crate::wire::message::{Header, Message};
use crate::wire::{array_at, copy};
use alloc::boxed::Box;

const NLM_F_REPLACE: u16 = 0x100;
const NLM_F_EXCL: u16 = 0x200;
const NLM_F_APPEND: u16 = 0x800;

/// A caller's key function: writes the key of the object that a message is about, and returns whether the object is
/// present or deleted, and the key's length.
pub type KeyFn = dyn FnMut(&[u8], &mut [u8]) -> Result<(Presence, usize)>;

/// How the objects of a table are identified.
pub enum Keys {
    /// They are not: the table has snapshots only.
    None,
    /// As the kernel identifies those of NETLINK_ROUTE.
    Rtnl,
    /// By a function.
    Function(Box<KeyFn>),
}

impl core::fmt::Debug for Keys {
    fn fmt(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Ok(())
    }
}

/// What a message changed in a table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Added(u32),
    Changed(u32, OldObject),
    Removed(OldObject),
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    request: Buf,
    request_len: usize,
    keys: Keys,
    /// Of NETLINK_ROUTE: the NEW type, the family and the routing table of the request.
    pub(super) base: u16,
    family: u8,
    only: Option<u32>,
    /// The table is stale, so that a snapshot has to be taken; since when, and when the snapshot may begin.
    pub(super) is_stale: bool,
    pub(super) stale_since: i64,
    pub(super) not_before: i64,
    /// The kernel may not have finished the change that made the table stale: the snapshot waits for it.
    pub(super) barrier: bool,
    /// Number of the latest snapshot.
    pub(super) snapshot: u32,
    /// A snapshot has been completed.
    pub(super) complete: bool,
    /// A hop of a route is not in use. The kernel uses it again without an event.
    dead_hop: bool,
}

impl Table {
    pub(super) fn new(protocol: i32, request: &[u8], keys: Keys) -> Result<Table> {
        let message = Message::read(request).map_err(|_| Code::EINVAL)?;
        let base = if protocol == NETLINK_ROUTE { message.header.ty & !3 } else { 0 };
        let header = key::header_len(base);
        let keys = match keys {
            Keys::Rtnl if header == 0 => Keys::None,
            other => other,
        };
        let attrs = message.payload().get(header..).unwrap_or(&[]);
        let only = match find(attrs, u32::from(key::RTA_TABLE)) {
            Ok(Some(table)) if base == key::ROUTE => array_at(table.payload(), 0).map(u32::from_ne_bytes),
            _ => None,
        };
        let extension = if base == key::LINK { key::whole_links(&message) } else { None };
        let (request, request_len) = joined(message.bytes, extension.as_ref().map_or(&[], |bytes| bytes))?;
        Ok(Table {
            request_len,
            request,
            keys,
            base,
            family: key::family_of(&message),
            only,
            is_stale: true,
            stale_since: i64::MIN,
            not_before: i64::MIN,
            barrier: false,
            snapshot: 0,
            complete: false,
            dead_hop: false,
        })
    }

    pub(super) fn request(&self) -> &[u8] {
        self.request.as_slice().get(..self.request_len).unwrap_or(&[])
    }

    pub(super) fn has_keys(&self) -> bool {
        !matches!(self.keys, Keys::None)
    }

    /// True for a table of NETLINK_ROUTE whose objects are of this NEW type.
    pub(super) fn is_of(&self, base: u16) -> bool {
        self.base == base && matches!(self.keys, Keys::Rtnl)
    }

    /// Marks the table stale.
    pub(super) fn mark_stale(&mut self, now: i64) {
        if !self.is_stale {
            self.is_stale = true;
            self.stale_since = now;
        }
    }

    pub(super) fn has_dead_hop(&self) -> bool {
        self.dead_hop
    }

    pub(super) fn forget_dead_hops(&mut self) {
        self.dead_hop = false;
    }

    fn key_of(&mut self, message: &Message<'_>, key: &mut Key) -> Result<Presence> {
        match &mut self.keys {
            Keys::None => Ok(Presence::None),
            Keys::Function(function) => {
                let (presence, len) = function(message.bytes, key.buffer())?;
                if len == 0 || len > key::MAX_LEN {
                    return if presence == Presence::None { Ok(presence) } else { Err(Code::ERANGE) };
                }
                key.set_len(len);
                Ok(presence)
            }
            Keys::Rtnl => {
                if message.header.ty & !3 != self.base || !self.is_family(key::family_of(message)) {
                    return Ok(Presence::None);
                }
                if self.only.is_some_and(|only| only != key::table_of(message)) {
                    return Ok(Presence::None);
                }
                match rtnl_key(message, key) {
                    Presence::Present if key::is_unreported(message) => Ok(Presence::Deleted),
                    presence => Ok(presence),
                }
            }
        }
    }

    /// Whether the table has objects of this family.
    fn is_family(&self, family: u8) -> bool {
        match (self.base, self.family) {
            (key::LINK, _) => true,
            (base, 0) => key::is_followed(base, family),
            (_, asked) => asked == family,
        }
    }

    /// True for an object of a dump that is not of the table: of a family whose changes are not reported, or, with
    /// differences, in a state that is not reported.
    pub(super) fn leaves_out(&self, message: &Message<'_>, difference: bool) -> bool {
        self.is_of(message.header.ty & !3)
            && (!self.is_family(key::family_of(message)) || (difference && key::is_unreported(message)))
    }

    /// Changes the objects as a message reports. None: it is not about this table; Some(None): nothing has changed.
    pub(super) fn apply(
        &mut self,
        number: u8,
        store: &mut Store,
        message: &Message<'_>,
        from_dump: bool,
        now: &dyn Fn() -> i64,
    ) -> Result<Option<Option<Change>>> {
        let mut key = Key::NONE;
        let presence = self.key_of(message, &mut key)?;
        let is_route = self.is_of(key::ROUTE);
        match presence {
            Presence::None => return Ok(None),
            Presence::Deleted if from_dump => return Ok(Some(None)),
            Presence::Deleted => {
                let prefix_len = key.prefix_len();
                if let Some(id) = store.find(number, key.bytes(), prefix_len) {
                    return Ok(Some(Some(Change::Removed(store.remove(id)))));
                }
                // One hop of a route of several, or a route whose event was missed.
                if is_route && store.with_same_prefix(number, key.bytes(), prefix_len, None).is_some() {
                    self.mark_stale(now());
                }
                return Ok(Some(None));
            }
            Presence::Present => {}
        }
        if is_route && !self.dead_hop {
            self.dead_hop = key::has_dead_hop(message);
        }
        let prefix_len = key.prefix_len();
        let found = store.find(number, key.bytes(), prefix_len);
        let mut replaced = found;
        if is_route && !from_dump {
            replaced = self.replaced_by(number, store, message, &key, found, now);
        }
        match replaced {
            None => {
                let id = store.insert(number, key.bytes(), prefix_len, message.bytes, self.snapshot)?;
                Ok(Some(Some(Change::Added(id))))
            }
            Some(id) => {
                store.touch(id, self.snapshot);
                let is_rtnl = matches!(self.keys, Keys::Rtnl);
                if found == replaced && key::is_same(store.object(id), message.bytes, is_rtnl) {
                    return Ok(Some(None));
                }
                let old = store.replace(id, key.bytes(), message.bytes)?;
                Ok(Some(Some(Change::Changed(id, old))))
            }
        }
    }

    /// Returns the route that the one of an event replaces. Where that cannot be known, the table becomes stale.
    fn replaced_by(
        &mut self,
        number: u8,
        store: &Store,
        message: &Message<'_>,
        key: &Key,
        found: Option<u32>,
        now: &dyn Fn() -> i64,
    ) -> Option<u32> {
        let prefix_len = key.prefix_len();
        let flags = message.header.flags;
        let first = store.with_same_prefix(number, key.bytes(), prefix_len, None);
        let another = first.and_then(|first| store.with_same_prefix(number, key.bytes(), prefix_len, Some(first)));
        let replaces = flags & NLM_F_REPLACE != 0;
        let is_v6 = key::family_of(message) == key::AF_INET6;
        if found.is_some() {
            if replaces && another.is_some() {
                self.mark_stale(now());
            }
            return found;
        }
        let one = if another.is_none() { first } else { None };
        if replaces {
            // Of several routes the kernel replaces the first. Of IPv6 it may replace one of another device.
            if another.is_some() || (is_v6 && first.is_none()) {
                self.mark_stale(now());
            }
            return one;
        }
        first?;
        if is_v6 {
            // One more hop of a route, or another route.
            self.mark_stale(now());
            return if key::is_multipath(message) { one } else { None };
        }
        if flags & NLM_F_EXCL != 0 && flags & NLM_F_APPEND == 0 {
            self.mark_stale(now());
        }
        None
    }
}

/// Returns a copy of a message with attributes appended to it, and its length.
fn joined(message: &[u8], attrs: &[u8]) -> Result<(Buf, usize)> {
    let start = if attrs.is_empty() { message.len() } else { align(message.len()) };
    let len = start.saturating_add(attrs.len());
    let mut copied = Buf::empty();
    copied.grow(len)?;
    let bytes = copied.as_mut_slice();
    if let Some(to) = bytes.get_mut(..message.len()) {
        copy(to, message);
    }
    if let Some(to) = bytes.get_mut(start..len) {
        copy(to, attrs);
    }
    if let Some(to) = bytes.first_chunk_mut() {
        *to = u32::try_from(len).map_err(|_| Code::EMSGSIZE)?.to_ne_bytes();
    }
    Ok((copied, len))
}

/// Returns the request for a table of NETLINK_ROUTE, of one family or of all (0).
pub(super) fn rtnl_request(get: u16, family: u8, buf: &mut [u8; 64]) -> Option<&[u8]> {
    let len = match key::header_len(get & !3) {
        0 => return None,
        header => NLMSG_HDRLEN.saturating_add(header),
    };
    let header = Header { len: u32::try_from(len).ok()?, ty: get, ..Header::default() };
    *buf.first_chunk_mut()? = header.to_bytes();
    *buf.get_mut(NLMSG_HDRLEN)? = family;
    buf.get(..len)
}
