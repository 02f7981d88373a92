// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fuzz targets for a moment: random bytes, and bytes that are nearly right. fuzz/run goes on where this ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "../fuzz/bodies.rs"]
mod bodies;

/// xorshift64*: the same bytes on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: u64) -> usize {
        (self.next() % end) as usize
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }

    /// Attributes with true lengths, nests among them.
    fn attributes(&mut self, depth: usize) -> Vec<u8> {
        self.attributes_of(8, depth)
    }

    /// The same, of types below `types`.
    fn attributes_of(&mut self, types: u64, depth: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for _ in 0..self.below(5) {
            let payload = match self.below(3) {
                0 if depth > 0 => self.attributes_of(types, depth - 1),
                _ => {
                    let len = self.below(20);
                    self.bytes(len)
                }
            };
            out.extend(((payload.len() + 4) as u16).to_ne_bytes());
            out.extend((self.below(types) as u16).to_ne_bytes());
            out.extend(&payload);
            out.resize(out.len().div_ceil(4) * 4, 0);
        }
        out
    }

    /// Messages with true lengths: acks, errors, ends of dumps and others.
    fn messages(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        for _ in 0..=self.below(3) {
            let ty = [2_u16, 3, 16, 24][self.below(4)];
            let mut payload = (-(self.below(40) as i32)).to_ne_bytes().to_vec();
            if ty == 2 {
                payload.extend(self.bytes(16));
            }
            payload.extend(self.attributes(2));
            out.extend(((payload.len() + 16) as u32).to_ne_bytes());
            out.extend(ty.to_ne_bytes());
            out.extend([0x300_u16, 0x200, 0, 0x100][self.below(4)].to_ne_bytes());
            out.extend(self.bytes(8));
            out.extend(&payload);
        }
        out
    }

    /// Now and then a byte is changed or the end is cut off.
    fn damaged(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        while !bytes.is_empty() && self.below(3) == 0 {
            let at = self.below(bytes.len() as u64);
            if self.below(4) == 0 {
                bytes.truncate(at);
            } else {
                bytes[at] = self.next() as u8;
            }
        }
        bytes
    }
}

const ROUNDS: u64 = 20_000;

fn rounds(seed: u64, mut try_one: impl FnMut(&mut Random)) {
    for round in 1..=ROUNDS {
        try_one(&mut Random(seed.wrapping_mul(round)));
    }
}

#[test]
fn attributes() {
    rounds(0x1234_5678_9abc_def1, |random| {
        let len = random.below(80);
        let noise = random.bytes(len);
        bodies::attributes(&noise);
        let nearly = random.attributes(3);
        bodies::attributes(&random.damaged(nearly));
    });
}

#[test]
fn messages() {
    rounds(0x2345_6789_abcd_ef13, |random| {
        let len = random.below(120);
        let noise = random.bytes(len);
        bodies::messages(&noise);
        let nearly = random.messages();
        bodies::messages(&random.damaged(nearly));
    });
}

#[test]
fn policies() {
    rounds(0x3456_789a_bcde_f125, |random| {
        let mut bytes = random.bytes(24);
        bytes.extend(random.attributes(3));
        bodies::policies(&random.damaged(bytes));
    });
}

#[test]
fn families() {
    rounds(0x5678_9abc_def1_2347, |random| {
        let len = random.below(200);
        let noise = random.bytes(len);
        bodies::families(&noise);
        // The longest header has 72 bytes; each record's attributes follow behind its own.
        let len = [8, 12, 16, 72][random.below(4)];
        let mut nearly = random.bytes(len);
        nearly[0] = [2, 10, 28, 7, 128][random.below(5)];
        let types = [8, 18, 32, 68][random.below(4)];
        nearly.extend(random.attributes_of(types, 3));
        bodies::families(&random.damaged(nearly));
    });
}

#[test]
fn building() {
    rounds(0x4567_89ab_cdef_1237, |random| {
        let len = random.below(200);
        bodies::building(&random.bytes(len));
    });
}
