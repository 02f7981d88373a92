// SPDX-License-Identifier: MIT OR Apache-2.0
//! One table of a synchronised view: how to ask for it, which messages are about it, what they do to it.

use super::key::{self, Key, Presence, rtnl_key};
use super::store::{Parted, Store};
use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::uapi::{NETLINK_ROUTE, NLMSG_HDRLEN};
use crate::wire::attribute::find;
use crate::wire::message::{Header, Message};
use crate::wire::{array_at, copy};
use alloc::boxed::Box;

const NLM_F_REPLACE: u16 = 0x100;
const NLM_F_EXCL: u16 = 0x200;
const NLM_F_APPEND: u16 = 0x800;

/// A caller's key function: writes the key of a message's object, and says how long it is and whether the object is there.
pub type KeyFn = dyn FnMut(&[u8], &mut [u8]) -> Result<(Presence, usize)>;

/// How the objects of a table are told apart.
pub enum Keys {
    /// They are not.
    None,
    /// As rtnetlink does.
    Rtnl,
    /// By a function.
    Own(Box<KeyFn>),
}

impl core::fmt::Debug for Keys {
    fn fmt(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Ok(())
    }
}

/// What a message did to a table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Added(u32),
    Changed(u32, Parted),
    Removed(Parted),
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    request: Buf,
    request_len: usize,
    keys: Keys,
    /// Of rtnetlink: the NEW type, the family and the routing table that were asked for.
    pub(super) base: u16,
    family: u8,
    only: Option<u32>,
    /// A snapshot is to be taken, since when, and when at the earliest.
    pub(super) wanted: bool,
    pub(super) doubted_at: i64,
    pub(super) not_before: i64,
    /// What made it doubtful may still be at work in the kernel.
    pub(super) barrier: bool,
    /// Number of the latest snapshot.
    pub(super) round: u32,
    /// There has been a snapshot.
    pub(super) complete: bool,
    /// A hop of a route is out of use: it may come back without an event.
    dead_hop: bool,
}

impl Table {
    pub(super) fn new(protocol: i32, request: &[u8], keys: Keys) -> Result<Table> {
        let message = Message::read(request).map_err(|_| Code::EINVAL)?;
        let mut copied = Buf::empty();
        copied.grow(message.bytes.len())?;
        if let Some(to) = copied.as_mut_slice().get_mut(..message.bytes.len()) {
            copy(to, message.bytes);
        }
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
        Ok(Table {
            request_len: message.bytes.len(),
            request: copied,
            keys,
            base,
            family: key::family_of(&message),
            only,
            wanted: true,
            doubted_at: i64::MIN,
            not_before: i64::MIN,
            barrier: false,
            round: 0,
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

    /// True for a table of rtnetlink whose objects are of this NEW type.
    pub(super) fn is_of(&self, base: u16) -> bool {
        self.base == base && matches!(self.keys, Keys::Rtnl)
    }

    /// From now on what is known of it is not certain.
    pub(super) fn doubt(&mut self, now: i64) {
        if !self.wanted {
            self.wanted = true;
            self.doubted_at = now;
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
            Keys::Own(function) => {
                let (presence, len) = function(message.bytes, key.room())?;
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
                Ok(rtnl_key(message, key))
            }
        }
    }

    /// Whether a dump for the family that was asked for has objects of this one.
    fn is_family(&self, family: u8) -> bool {
        match (self.base, self.family) {
            (key::LINK, _) => true,
            (key::NEIGHBOUR, 0) => family != key::AF_BRIDGE,
            (_, 0) => true,
            (_, asked) => asked == family,
        }
    }

    /// Does to the objects what a message says; None: it is not about this table. Some(None): nothing has changed.
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
            Presence::Gone if from_dump => return Ok(Some(None)),
            Presence::Gone => {
                let prefix_len = key.prefix_len();
                if let Some(id) = store.find(number, key.bytes(), prefix_len) {
                    return Ok(Some(Some(Change::Removed(store.remove(id)))));
                }
                // One hop of a route of several, or a route of which an event was missed.
                if is_route && store.kin(number, key.bytes(), prefix_len, None).is_some() {
                    self.doubt(now());
                }
                return Ok(Some(None));
            }
            Presence::Here => {}
        }
        if is_route && !self.dead_hop {
            self.dead_hop = key::has_dead_hop(message);
        }
        let prefix_len = key.prefix_len();
        let found = store.find(number, key.bytes(), prefix_len);
        let mut taken = found;
        if is_route && !from_dump {
            taken = self.place_of(number, store, message, &key, found, now);
        }
        match taken {
            None => {
                let id = store.insert(number, key.bytes(), prefix_len, message.bytes, self.round)?;
                Ok(Some(Some(Change::Added(id))))
            }
            Some(id) => {
                store.touch(id, self.round);
                let is_rtnl = matches!(self.keys, Keys::Rtnl);
                if found == taken && key::is_same(store.object(id), message.bytes, is_rtnl) {
                    return Ok(Some(None));
                }
                let old = store.replace(id, key.bytes(), message.bytes)?;
                Ok(Some(Some(Change::Changed(id, old))))
            }
        }
    }

    /// Which route the one of an event takes the place of. Where that cannot be known, the table is in doubt.
    fn place_of(
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
        let first = store.kin(number, key.bytes(), prefix_len, None);
        let another = first.and_then(|first| store.kin(number, key.bytes(), prefix_len, Some(first)));
        let replaces = flags & NLM_F_REPLACE != 0;
        let is_v6 = key::family_of(message) == key::AF_INET6;
        if found.is_some() {
            if replaces && another.is_some() {
                self.doubt(now());
            }
            return found;
        }
        let one = if another.is_none() { first } else { None };
        if replaces {
            // Of several the kernel takes the first. Of IPv6 it may take one of another device.
            if another.is_some() || (is_v6 && first.is_none()) {
                self.doubt(now());
            }
            return one;
        }
        first?;
        if is_v6 {
            // A hop more for a route, or a route beside it.
            self.doubt(now());
            return if key::is_multipath(message) { one } else { None };
        }
        if flags & NLM_F_EXCL != 0 && flags & NLM_F_APPEND == 0 {
            self.doubt(now());
        }
        None
    }
}

/// The message that asks rtnetlink for a table of a family.
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
