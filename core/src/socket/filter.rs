// SPDX-License-Identifier: MIT OR Apache-2.0
//! Classic BPF programs that select the datagrams that a socket receives.
//!
//! The kernel runs a program on each datagram before it is queued: one that is refused uses no memory and wakes no
//! thread. A program sees the first message of a datagram; the kernel sends each event in a datagram of its own. BPF
//! loads convert from network byte order, netlink is in host byte order: numbers are compared in the byte order that a
//! load returns.

use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::uapi::NLMSG_MIN_TYPE;

/// One instruction: `struct sock_filter` of linux/filter.h.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instruction {
    code: u16,
    jump_true: u8,
    jump_false: u8,
    k: u32,
}

/// Bytes of an instruction.
pub(crate) const INSTRUCTION_LEN: usize = 8;
/// BPF_MAXINSNS of linux/filter.h.
pub(crate) const MAX_INSTRUCTIONS: usize = 4096;

const LOAD_WORD: u16 = 0x20;
const LOAD_HALF: u16 = 0x28;
const LOAD_BYTE: u16 = 0x30;
const LOAD_IMMEDIATE: u16 = 0x00;
const LOAD_WORD_INDIRECT: u16 = 0x40;
const LOAD_X_IMMEDIATE: u16 = 0x01;
const JUMP: u16 = 0x05;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_GREATER_OR_EQUAL: u16 = 0x35;
const ACCUMULATOR_TO_X: u16 = 0x07;
const RETURN: u16 = 0x06;

/// SKF_AD_OFF + SKF_AD_NLATTR of linux/filter.h: the offset of the first attribute of type X from offset A on; 0: none.
const FIND_ATTRIBUTE: u32 = 0xffff_f000 + 12;
/// Accept all bytes of the datagram.
const ACCEPT: u32 = u32::MAX;

const TYPE_AT: u32 = 4;
const TYPE_HIGH_AT: u32 = if cfg!(target_endian = "big") { 4 } else { 5 };
const TYPE_LOW_AT: u32 = if cfg!(target_endian = "big") { 5 } else { 4 };
const FAMILY_AT: u32 = 16;
/// Offset of rtm_table, and of the table of a rule.
const TABLE_AT: u32 = 20;
/// Offset of the attributes, after struct rtmsg or struct fib_rule_hdr.
const ATTRIBUTES_AT: u32 = 28;
/// RTA_TABLE and FRA_TABLE.
const ATTR_TABLE: u32 = 15;

/// RTM_NEWROUTE … RTM_GETROUTE, RTM_NEWRULE … RTM_GETRULE.
const ROUTES_AND_RULES: [u16; 6] = [24, 25, 26, 32, 33, 34];

impl Instruction {
    const fn new(code: u16, jump_true: u8, jump_false: u8, k: u32) -> Instruction {
        Instruction { code, jump_true, jump_false, k }
    }

    fn to_bytes(self) -> [u8; INSTRUCTION_LEN] {
        let [c0, c1] = self.code.to_ne_bytes();
        let [k0, k1, k2, k3] = self.k.to_ne_bytes();
        [c0, c1, self.jump_true, self.jump_false, k0, k1, k2, k3]
    }
}

/// Returns what a 16-bit load returns for `value`.
fn half(value: u16) -> u32 {
    u32::from(u16::from_be_bytes(value.to_ne_bytes()))
}

/// Returns what a 32-bit load returns for `value`.
fn word(value: u32) -> u32 {
    u32::from_be_bytes(value.to_ne_bytes())
}

/// A filter by message type, address family and routing table. A property that is not restricted is not checked.
#[derive(Debug)]
pub struct Filter {
    /// Types, two bytes each.
    types: List,
    /// Families, two bytes each.
    families: List,
    table: Option<u32>,
}

/// A set of numbers whose allocation may fail.
#[derive(Debug)]
struct List {
    bytes: Buf,
    len: usize,
}

impl List {
    const fn new() -> List {
        List { bytes: Buf::empty(), len: 0 }
    }

    fn push(&mut self, value: u16) -> Result<()> {
        if self.iter().any(|member| member == value) {
            return Ok(());
        }
        let end = self.len.saturating_add(2);
        if end > self.bytes.len() {
            self.bytes.grow(end.saturating_mul(2).max(32))?;
        }
        let slot = self.bytes.as_mut_slice().get_mut(self.len..end).unwrap_or(&mut []);
        for (to, from) in slot.iter_mut().zip(value.to_ne_bytes()) {
            *to = from;
        }
        self.len = end;
        Ok(())
    }

    fn iter(&self) -> impl Iterator<Item = u16> {
        let bytes = self.bytes.as_slice().get(..self.len).unwrap_or(&[]);
        bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk().copied()).map(u16::from_ne_bytes)
    }

    fn count(&self) -> usize {
        self.len / 2
    }
}

impl Filter {
    /// Returns a filter that accepts everything.
    pub const fn new() -> Filter {
        Filter { types: List::new(), families: List::new(), table: None }
    }

    /// Adds a message type to those that are accepted; -ENOMEM.
    pub fn add_type(&mut self, ty: u16) -> Result<()> {
        self.types.push(ty)
    }

    /// Adds a family (AF_…) to those that are accepted; -ENOMEM.
    pub fn add_family(&mut self, family: u8) -> Result<()> {
        self.families.push(u16::from(family))
    }

    /// Sets the table whose routes and rules are accepted.
    pub fn set_table(&mut self, table: u32) {
        self.table = Some(table);
    }

    /// Returns the program in the kernel's layout: -EMSGSIZE if it has more than 4096 instructions, -ENOMEM.
    ///
    /// Control messages (acks, errors, the end of a dump) are always accepted, so that requests work on the same
    /// socket.
    pub(crate) fn program(&self) -> Result<Program> {
        let Filter { types, families, table } = self;
        let most = types.count().saturating_add(families.count()).saturating_mul(2).saturating_add(32);
        if most > MAX_INSTRUCTIONS {
            return Err(Code::EMSGSIZE);
        }
        let mut program = Buf::empty();
        program.grow(most.saturating_mul(INSTRUCTION_LEN))?;
        let mut out = Assembler { memory: program.as_mut_slice(), count: 0 };
        // The high byte of a control type is 0, its low byte less than 16.
        for step in [
            Instruction::new(LOAD_BYTE, 0, 0, TYPE_HIGH_AT),
            Instruction::new(JUMP_EQUAL, 0, 3, 0),
            Instruction::new(LOAD_BYTE, 0, 0, TYPE_LOW_AT),
            Instruction::new(JUMP_GREATER_OR_EQUAL, 1, 0, u32::from(NLMSG_MIN_TYPE)),
            Instruction::new(RETURN, 0, 0, ACCEPT),
            Instruction::new(LOAD_HALF, 0, 0, TYPE_AT),
        ] {
            out.push(step);
        }
        out.one_of(types, half);
        if families.count() > 0 {
            out.push(Instruction::new(LOAD_BYTE, 0, 0, FAMILY_AT));
            out.one_of(families, u32::from);
        }
        if let Some(table) = *table {
            out.table(table);
        }
        out.push(Instruction::new(RETURN, 0, 0, ACCEPT));
        let len = out.count.saturating_mul(INSTRUCTION_LEN);
        Ok(Program { memory: program, len })
    }
}

/// Instructions in the kernel's layout.
#[derive(Debug)]
pub(crate) struct Program {
    memory: Buf,
    len: usize,
}

impl Program {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.memory.as_slice().get(..self.len).unwrap_or(&[])
    }
}

impl Default for Filter {
    fn default() -> Filter {
        Filter::new()
    }
}

/// Appends instructions to memory that is large enough.
struct Assembler<'a> {
    memory: &'a mut [u8],
    count: usize,
}

impl Assembler<'_> {
    #[inline(never)]
    fn push(&mut self, instruction: Instruction) {
        let at = self.count.saturating_mul(INSTRUCTION_LEN);
        if let Some(slot) = self.memory.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *slot = instruction.to_bytes();
        }
        self.count = self.count.saturating_add(1);
    }

    /// Refuses the datagram if A is not one of `values`; nothing if there are none. A conditional jump reaches 255
    /// instructions, an unconditional one any number: each value gets one of both.
    fn one_of(&mut self, values: &List, loaded: fn(u16) -> u32) {
        let mut left = values.count();
        if left == 0 {
            return;
        }
        for value in values.iter() {
            left = left.saturating_sub(1);
            self.push(Instruction::new(JUMP_EQUAL, 0, 1, loaded(value)));
            // Skips the remaining values, two instructions each, and the refusal.
            let distance = u32::try_from(left.saturating_mul(2).saturating_add(1)).unwrap_or(0);
            self.push(Instruction::new(JUMP, 0, 0, distance));
        }
        self.push(Instruction::new(RETURN, 0, 0, 0));
    }

    /// Refuses routes and rules of other tables. The header has the table if it is below 256. The attribute has any
    /// table, but old kernels omit it: then the header is checked.
    fn table(&mut self, table: u32) {
        self.push(Instruction::new(LOAD_HALF, 0, 0, TYPE_AT));
        for (index, ty) in ROUTES_AND_RULES.into_iter().enumerate() {
            // Skips the rest of these six, and the jump for other types.
            let behind = 6u8.saturating_sub(u8::try_from(index).unwrap_or(0));
            self.push(Instruction::new(JUMP_EQUAL, behind, 0, half(ty)));
        }
        for step in [
            Instruction::new(JUMP, 0, 0, 11),
            Instruction::new(LOAD_X_IMMEDIATE, 0, 0, ATTR_TABLE),
            Instruction::new(LOAD_IMMEDIATE, 0, 0, ATTRIBUTES_AT),
            Instruction::new(LOAD_WORD, 0, 0, FIND_ATTRIBUTE),
            Instruction::new(JUMP_EQUAL, 4, 0, 0),
            Instruction::new(ACCUMULATOR_TO_X, 0, 0, 0),
            Instruction::new(LOAD_WORD_INDIRECT, 0, 0, 4),
            Instruction::new(JUMP_EQUAL, 4, 0, word(table)),
            Instruction::new(RETURN, 0, 0, 0),
            Instruction::new(LOAD_BYTE, 0, 0, TABLE_AT),
            Instruction::new(JUMP_EQUAL, 1, 0, table),
            Instruction::new(RETURN, 0, 0, 0),
        ] {
            self.push(step);
        }
    }
}
