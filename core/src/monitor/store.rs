// SPDX-License-Identifier: MIT OR Apache-2.0
//! The objects of all tables, by key.
//!
//! Freed memory is reused, so that a table whose size does not grow costs no allocation.

use crate::error::{Code, Result};
use crate::mem::{Buf, try_filled, try_push};
use crate::wire::copy;
use alloc::vec::Vec;

/// Memory is allocated in multiples of this many bytes.
const UNIT: usize = 32;

/// Blocks up to this many units have a free list for each size; longer ones are powers of two.
const EXACT_CLASSES: usize = 64;
const CLASSES: usize = EXACT_CLASSES + 32;

/// No block, no slot.
const NONE: u32 = u32::MAX;

/// In the index: never used, and deleted.
const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;

/// One object.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    /// The offset of its block, in units; of a free slot the next free one.
    block: u32,
    len: u32,
    key_len: u16,
    table: u8,
    used: bool,
    /// The number of the latest snapshot that had it.
    snapshot: u32,
}

/// Objects and their keys.
#[derive(Debug)]
pub(super) struct Store {
    slots: Vec<Slot>,
    free_slot: u32,
    /// Open addressing: numbers of slots. Its length is a power of two or 0.
    index: Vec<u32>,
    /// Entries of the index that are not EMPTY.
    used: usize,
    count: usize,
    arena: Buf,
    /// Units of the arena that have been allocated at some time.
    units: u32,
    free_blocks: [u32; CLASSES],
    /// The block that the latest change freed, which the caller may still read.
    pending_free: Option<(u32, u32)>,
}

/// The bytes of a removed or replaced object, valid until the next change.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OldObject {
    block: u32,
    len: u32,
}

fn hash_of(table: u8, prefix: &[u8]) -> u32 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = u64::from(table).wrapping_add(prefix.len() as u64);
    for chunk in prefix.chunks(8) {
        let mut word = [0; 8];
        copy(word.get_mut(..chunk.len()).unwrap_or(&mut []), chunk);
        hash = (hash.rotate_left(29) ^ u64::from_ne_bytes(word)).wrapping_mul(MULTIPLIER);
    }
    let [a, b, c, d, ..] = (hash ^ hash >> 32).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Returns the free list for so many units, and how many units its blocks have.
fn class_of(units: u32) -> (usize, u32) {
    if units as usize <= EXACT_CLASSES {
        ((units as usize).saturating_sub(1), units)
    } else {
        let units = units.checked_next_power_of_two().unwrap_or(units);
        (EXACT_CLASSES.saturating_add(units.trailing_zeros() as usize).min(CLASSES - 1), units)
    }
}

fn units_of(bytes: usize) -> Result<u32> {
    u32::try_from(bytes.div_ceil(UNIT).max(1)).map_err(|_| Code::ENOMEM)
}

impl Store {
    pub(super) const fn new() -> Store {
        Store {
            slots: Vec::new(),
            free_slot: NONE,
            index: Vec::new(),
            used: 0,
            count: 0,
            arena: Buf::empty(),
            units: 0,
            free_blocks: [NONE; CLASSES],
            pending_free: None,
        }
    }

    #[cfg(test)]
    fn count(&self) -> usize {
        self.count
    }

    fn slot(&self, id: u32) -> Option<&Slot> {
        self.slots.get(id as usize).filter(|slot| slot.used)
    }

    fn range(&self, block: u32, from: usize, len: usize) -> &[u8] {
        let start = (block as usize).saturating_mul(UNIT).saturating_add(from);
        self.arena.as_slice().get(start..start.saturating_add(len)).unwrap_or(&[])
    }

    /// Returns the bytes of an object.
    pub(super) fn object(&self, id: u32) -> &[u8] {
        self.slot(id).map_or(&[], |slot| self.range(slot.block, 0, slot.len as usize))
    }

    /// Returns the bytes of an object that the latest change removed or replaced.
    pub(super) fn old_object(&self, old: OldObject) -> &[u8] {
        self.range(old.block, 0, old.len as usize)
    }

    fn key(&self, slot: &Slot) -> &[u8] {
        self.range(slot.block, (slot.len as usize).next_multiple_of(8), slot.key_len as usize)
    }

    /// Returns the object of this key.
    pub(super) fn find(&self, table: u8, key: &[u8], prefix_len: usize) -> Option<u32> {
        self.walk(table, key, prefix_len, |_, stored| stored == key)
    }

    /// Returns an object whose key begins with the same `prefix_len` bytes: the first one behind `after`.
    pub(super) fn with_same_prefix(&self, table: u8, key: &[u8], prefix_len: usize, after: Option<u32>) -> Option<u32> {
        let prefix = key.get(..prefix_len)?;
        let mut skipping = after;
        self.walk(table, key, prefix_len, |id, stored| {
            if let Some(after) = skipping {
                if id == after {
                    skipping = None;
                }
                return false;
            }
            stored.get(..prefix_len) == Some(prefix)
        })
    }

    fn walk(
        &self,
        table: u8,
        key: &[u8],
        prefix_len: usize,
        mut is_match: impl FnMut(u32, &[u8]) -> bool,
    ) -> Option<u32> {
        let hash = hash_of(table, key.get(..prefix_len).unwrap_or(key));
        let mask = self.index.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        for _ in 0..self.index.len() {
            let id = *self.index.get(at)?;
            if id == EMPTY {
                return None;
            }
            if let Some(slot) = self.slot(id) {
                if slot.hash == hash && slot.table == table && is_match(id, self.key(slot)) {
                    return Some(id);
                }
            }
            at = at.wrapping_add(1) & mask;
        }
        None
    }

    /// Inserts an object whose key is not in the table. -ENOMEM, and nothing has changed.
    pub(super) fn insert(
        &mut self,
        table: u8,
        key: &[u8],
        prefix_len: usize,
        bytes: &[u8],
        snapshot: u32,
    ) -> Result<u32> {
        self.free_pending();
        self.reserve_index()?;
        let key_len = u16::try_from(key.len()).map_err(|_| Code::EMSGSIZE)?;
        let len = u32::try_from(bytes.len()).map_err(|_| Code::EMSGSIZE)?;
        let block = self.allocate(block_len(bytes.len(), key.len()))?;
        let hash = hash_of(table, key.get(..prefix_len).unwrap_or(key));
        let slot = Slot { hash, block, len, key_len, table, used: true, snapshot };
        let id = match self.new_slot(slot) {
            Ok(id) => id,
            Err(code) => {
                self.free(block, block_len(bytes.len(), key.len()));
                return Err(code);
            }
        };
        self.write(block, bytes, key);
        let mask = self.index.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        for _ in 0..self.index.len() {
            let Some(entry) = self.index.get_mut(at) else { break };
            if *entry == EMPTY || *entry == DELETED {
                self.used = self.used.saturating_add(usize::from(*entry == EMPTY));
                *entry = id;
                break;
            }
            at = at.wrapping_add(1) & mask;
        }
        self.count = self.count.saturating_add(1);
        Ok(id)
    }

    /// Replaces the bytes of an object, and its key by one of the same prefix; returns the old bytes. -ENOMEM, and
    /// nothing has changed.
    pub(super) fn replace(&mut self, id: u32, key: &[u8], bytes: &[u8]) -> Result<OldObject> {
        self.free_pending();
        let Some(&old) = self.slot(id) else { return Ok(OldObject::default()) };
        let key_len = u16::try_from(key.len()).map_err(|_| Code::EMSGSIZE)?;
        let len = u32::try_from(bytes.len()).map_err(|_| Code::EMSGSIZE)?;
        let block = self.allocate(block_len(bytes.len(), key.len()))?;
        self.write(block, bytes, key);
        if let Some(slot) = self.slots.get_mut(id as usize) {
            *slot = Slot { block, len, key_len, ..old };
        }
        Ok(self.free_later(&old))
    }

    /// Removes an object; returns its bytes.
    pub(super) fn remove(&mut self, id: u32) -> OldObject {
        self.free_pending();
        let Some(&slot) = self.slot(id) else { return OldObject::default() };
        let mask = self.index.len().wrapping_sub(1);
        let mut at = slot.hash as usize & mask;
        for _ in 0..self.index.len() {
            let next = self.index.get(at.wrapping_add(1) & mask).copied().unwrap_or(DELETED);
            let Some(entry) = self.index.get_mut(at) else { break };
            if *entry == id {
                // With nothing behind it no search has to pass here.
                *entry = if next == EMPTY { EMPTY } else { DELETED };
                self.used = self.used.saturating_sub(usize::from(next == EMPTY));
                break;
            }
            at = at.wrapping_add(1) & mask;
        }
        let free = self.free_slot;
        if let Some(slot) = self.slots.get_mut(id as usize) {
            slot.used = false;
            slot.block = free;
            self.free_slot = id;
        }
        self.count = self.count.saturating_sub(1);
        self.free_later(&slot)
    }

    /// Keeps the block of a slot until the next change.
    fn free_later(&mut self, slot: &Slot) -> OldObject {
        let units = units_of(block_len(slot.len as usize, usize::from(slot.key_len))).unwrap_or(0);
        self.pending_free = Some((slot.block, units));
        OldObject { block: slot.block, len: slot.len }
    }

    /// Notes that snapshot `snapshot` has the object.
    pub(super) fn touch(&mut self, id: u32, snapshot: u32) {
        if let Some(slot) = self.slots.get_mut(id as usize) {
            slot.snapshot = snapshot;
        }
    }

    /// Returns the first object of the table at or behind slot `from` that snapshot `snapshot` does not have.
    pub(super) fn first_missing(&self, table: u8, snapshot: u32, from: u32) -> Option<u32> {
        let rest = self.slots.get(from as usize..)?;
        let at = rest.iter().position(|slot| slot.used && slot.table == table && slot.snapshot != snapshot)?;
        u32::try_from(at).ok()?.checked_add(from)
    }

    /// Returns the first object of the table at or behind slot `from`.
    pub(super) fn first(&self, table: u8, from: u32) -> Option<u32> {
        let rest = self.slots.get(from as usize..)?;
        let at = rest.iter().position(|slot| slot.used && slot.table == table)?;
        u32::try_from(at).ok()?.checked_add(from)
    }

    /// Frees the block that the latest change left.
    fn free_pending(&mut self) {
        if let Some((block, units)) = self.pending_free.take() {
            self.free_units(block, units);
        }
    }

    fn new_slot(&mut self, slot: Slot) -> Result<u32> {
        let id = self.free_slot;
        if let Some(free) = self.slots.get_mut(id as usize) {
            self.free_slot = free.block;
            *free = slot;
            return Ok(id);
        }
        let id = u32::try_from(self.slots.len()).ok().filter(|&id| id < DELETED).ok_or(Code::ENOMEM)?;
        try_push(&mut self.slots, slot)?;
        Ok(id)
    }

    /// Makes sure that the index has an entry left: at most three quarters of it are used.
    fn reserve_index(&mut self) -> Result<()> {
        if self.used.saturating_add(1).saturating_mul(4) <= self.index.len().saturating_mul(3) {
            return Ok(());
        }
        // Twice what is needed, or the same size again when most of the entries are deleted ones.
        let len =
            self.count.saturating_add(1).saturating_mul(2).max(64).checked_next_power_of_two().ok_or(Code::ENOMEM)?;
        let len = len.max(self.index.len());
        let mut index = if len == self.index.len() {
            let mut index = core::mem::take(&mut self.index);
            index.fill(EMPTY);
            index
        } else {
            try_filled(EMPTY, len)?
        };
        let mask = len.wrapping_sub(1);
        for (id, slot) in (0u32..).zip(&self.slots).filter(|(_, slot)| slot.used) {
            let mut at = slot.hash as usize & mask;
            for _ in 0..len {
                match index.get_mut(at) {
                    Some(entry) if *entry == EMPTY => {
                        *entry = id;
                        break;
                    }
                    _ => at = at.wrapping_add(1) & mask,
                }
            }
        }
        self.index = index;
        self.used = self.count;
        Ok(())
    }

    fn write(&mut self, block: u32, bytes: &[u8], key: &[u8]) {
        let start = (block as usize).saturating_mul(UNIT);
        let target = self.arena.as_mut_slice().get_mut(start..).unwrap_or(&mut []);
        if let Some(to) = target.get_mut(..bytes.len()) {
            copy(to, bytes);
        }
        let at = bytes.len().next_multiple_of(8);
        if let Some(to) = target.get_mut(at..at.saturating_add(key.len())) {
            copy(to, key);
        }
    }

    fn allocate(&mut self, len: usize) -> Result<u32> {
        let (class, units) = class_of(units_of(len)?);
        let head = self.free_blocks.get(class).copied().unwrap_or(NONE);
        if head != NONE {
            let next = self.range(head, 0, 4).first_chunk().copied().map_or(NONE, u32::from_ne_bytes);
            if let Some(slot) = self.free_blocks.get_mut(class) {
                *slot = next;
            }
            return Ok(head);
        }
        let block = self.units;
        let end = block.checked_add(units).filter(|&end| end < NONE).ok_or(Code::ENOMEM)?;
        let bytes = (end as usize).checked_mul(UNIT).ok_or(Code::ENOMEM)?;
        if bytes > self.arena.len() {
            self.arena.grow(bytes.saturating_add(bytes / 2).max(16 * 1024))?;
        }
        self.units = end;
        Ok(block)
    }

    fn free(&mut self, block: u32, len: usize) {
        self.free_units(block, units_of(len).unwrap_or(0));
    }

    fn free_units(&mut self, block: u32, units: u32) {
        let (class, _) = class_of(units);
        let Some(head) = self.free_blocks.get_mut(class) else { return };
        let start = (block as usize).saturating_mul(UNIT);
        if let Some(link) = self.arena.as_mut_slice().get_mut(start..).and_then(|bytes| bytes.first_chunk_mut()) {
            *link = head.to_ne_bytes();
            *head = block;
        }
    }
}

/// Returns the bytes of a block: the object, padding of up to seven bytes, and the key.
fn block_len(bytes: usize, key: usize) -> usize {
    bytes.saturating_add(7).saturating_add(key)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_store_is_a_map() {
        let mut store = Store::new();
        let mut model: BTreeMap<(u8, Vec<u8>), Vec<u8>> = BTreeMap::new();
        let mut state = 12345u64;
        let mut random = move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            usize::try_from(state >> 33).expect("31 bits")
        };
        for step in 0..60_000 {
            let table = u8::try_from(random() % 2).expect("a bit");
            let key = (random() % 500).to_le_bytes().to_vec();
            let bytes = vec![u8::try_from(random() % 256).expect("a byte"); random() % 300];
            let found = store.find(table, &key, 8);
            let entry = (table, key.clone());
            assert_eq!(found.map(|id| store.object(id).to_vec()), model.get(&entry).cloned(), "step {step}");
            match (found, random() % 3) {
                (None, _) => {
                    store.insert(table, &key, 8, &bytes, 1).expect("insert");
                    model.insert(entry, bytes);
                }
                (Some(id), 0) => {
                    let old = store.remove(id);
                    assert_eq!(Some(store.old_object(old).to_vec()), model.remove(&entry));
                }
                (Some(id), _) => {
                    let old = store.replace(id, &key, &bytes).expect("replace");
                    assert_eq!(Some(store.old_object(old).to_vec()), model.insert(entry, bytes.clone()));
                    assert_eq!(store.object(id), bytes);
                }
            }
            assert_eq!(store.count(), model.len());
        }
        let (slots, arena) = (store.slots.capacity(), store.arena.len());
        assert!(slots <= 2048 && arena < 2_000_000, "{slots} slots and {arena} bytes for {} objects", model.len());
    }

    #[test]
    fn objects_are_found_by_their_prefix() {
        let mut store = Store::new();
        let a = store.insert(0, b"net/a", 3, b"A", 1).expect("insert");
        let b = store.insert(0, b"net/b", 3, b"B", 1).expect("insert");
        store.insert(0, b"met/b", 3, b"C", 1).expect("insert");
        store.insert(1, b"net/b", 3, b"D", 1).expect("insert");
        let first = store.with_same_prefix(0, b"net/x", 3, None).expect("first");
        let second = store.with_same_prefix(0, b"net/x", 3, Some(first)).expect("second");
        assert!((first, second) == (a, b) || (first, second) == (b, a));
        assert_eq!(store.with_same_prefix(0, b"net/x", 3, Some(second)), None);
        store.touch(a, 2);
        assert_eq!(store.first_missing(0, 2, 0), Some(b));
        assert_eq!(store.first_missing(0, 2, b + 1).map(|id| store.object(id).to_vec()), Some(b"C".to_vec()));
    }
}
