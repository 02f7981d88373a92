// SPDX-License-Identifier: MIT OR Apache-2.0
//! A peer that answers each message as it was told to, and remembers what came and what it said.

use crate::wire::{ACK, DONE, DUMP_INTR, MULTI, Mouth, NOOP, message, u16_at, u32_at, verdict};
use core::ffi::{c_int, c_void};
use nlrs_core::socket::Peer;
use proptest::prelude::*;

pub(crate) const NEWROUTE: u16 = 24;
pub(crate) const GETROUTE: u16 = 26;

/// Whom a message belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Whose {
    Own,
    /// The message that was sent before.
    Former,
    /// Nobody's.
    Strange,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Said {
    Data {
        whose: Whose,
        multi: bool,
        interrupted: bool,
    },
    Ack {
        whose: Whose,
        code: c_int,
        has_text: bool,
    },
    Done {
        whose: Whose,
        code: c_int,
        interrupted: bool,
    },
    Noop,
    Overflow,
    /// An answer to a group, not to us.
    Event,
    /// By somebody who is not the kernel.
    Forged {
        code: c_int,
    },
}

/// What comes of one message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate {
    pub(crate) said: Vec<Said>,
    /// Said when all messages of the datagram have been answered: the rest of a dump, say.
    pub(crate) late: Vec<Said>,
    /// Where an ack is asked for and no verdict is among what is said, it comes.
    pub(crate) acks: bool,
    /// The caller asks for an ack.
    pub(crate) asks: bool,
    /// So long that the datagram of a batch has no room for a second one.
    pub(crate) long: bool,
    /// The send fails with this code.
    pub(crate) refused: c_int,
}

pub(crate) fn whose() -> impl Strategy<Value = Whose> {
    prop_oneof![6 => Just(Whose::Own), 1 => Just(Whose::Former), 1 => Just(Whose::Strange)]
}

pub(crate) fn code() -> impl Strategy<Value = c_int> {
    prop_oneof![3 => Just(0), 1 => -40..-11]
}

/// What has nothing to do with any request.
pub(crate) fn noise() -> impl Strategy<Value = Said> {
    prop_oneof![
        Just(Said::Noop),
        Just(Said::Overflow),
        Just(Said::Event),
        (-40..1).prop_map(|code| Said::Forged { code }),
    ]
}

pub(crate) fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        8 => (whose(), prop::bool::weighted(0.1))
            .prop_map(|(whose, interrupted)| Said::Data { whose, multi: true, interrupted }),
        3 => (whose(), code(), any::<bool>()).prop_map(|(whose, code, has_text)| Said::Ack { whose, code, has_text }),
        3 => (whose(), code(), prop::bool::weighted(0.1))
            .prop_map(|(whose, code, interrupted)| Said::Done { whose, code, interrupted }),
        4 => noise(),
    ]
}

/// Something that was said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) said: Said,
    pub(crate) seq: u32,
    /// No two items have the same.
    pub(crate) number: u32,
}

/// A datagram that came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Datagram {
    /// Not 0: it was not taken.
    pub(crate) refused: c_int,
    /// The sequence number of each message.
    pub(crate) seqs: Vec<u32>,
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Default)]
pub(crate) struct Kernel {
    /// By the number that a message carries.
    pub(crate) fates: Vec<Fate>,
    pub(crate) came: Vec<Datagram>,
    numbers: u32,
    former: u32,
}

/// A message that is met by the fate of that number.
pub(crate) fn payload_of(fate: usize) -> Vec<u8> {
    [&[0; 8][..], &u32::try_from(fate).unwrap().to_ne_bytes()].concat()
}

/// A peer's function; `arg` is the [`Kernel`].
pub(crate) extern "C" fn answer(peer: *mut Peer, data: *const c_void, len: usize, arg: *mut c_void) -> c_int {
    // SAFETY: the kernel outlives the peer, and nobody else uses it during the call that sends; bytes with their length.
    let (kernel, bytes) = unsafe { (&mut *arg.cast::<Kernel>(), core::slice::from_raw_parts(data.cast::<u8>(), len)) };
    kernel.hear(Mouth(peer), bytes)
}

impl Kernel {
    /// Says what belongs to the message before, if there was one, as the rest of its answer.
    pub(crate) fn go_on(&mut self, mouth: Mouth, what: &[Said]) -> Vec<Item> {
        let what = if self.former > 0 { what } else { &[] };
        what.iter().map(|said| self.say(mouth, *said, self.former)).collect()
    }

    fn hear(&mut self, mouth: Mouth, mut bytes: &[u8]) -> c_int {
        if bytes.len() == 16 {
            // Only a header: it releases what is prepared.
            return 0;
        }
        let mut datagram = Datagram::default();
        let mut fates = Vec::new();
        while !bytes.is_empty() {
            let (flags, seq) = (u16_at(bytes, 6), u32_at(bytes, 8));
            let fate = self.fates[u32_at(bytes, 24) as usize].clone();
            datagram.refused = if datagram.refused == 0 { fate.refused } else { datagram.refused };
            datagram.seqs.push(seq);
            fates.push((fate, seq, flags & ACK != 0));
            bytes = &bytes[(u32_at(bytes, 0) as usize).next_multiple_of(4)..];
        }
        if datagram.refused == 0 {
            for (fate, seq, asked) in &fates {
                let is_verdict = |said: &Said| {
                    matches!(said, Said::Ack { whose: Whose::Own, .. } | Said::Done { whose: Whose::Own, .. })
                };
                let is_silent = !fate.said.iter().chain(&fate.late).any(is_verdict);
                let ack = Said::Ack { whose: Whose::Own, code: 0, has_text: false };
                for said in fate.said.iter().copied().chain((*asked && fate.acks && is_silent).then_some(ack)) {
                    datagram.items.push(self.say(mouth, said, *seq));
                }
                self.former = *seq;
            }
            for (fate, seq, _) in &fates {
                datagram.items.extend(fate.late.iter().map(|said| self.say(mouth, *said, *seq)));
            }
        }
        let refused = datagram.refused;
        self.came.push(datagram);
        refused
    }

    fn say(&mut self, mouth: Mouth, said: Said, own: u32) -> Item {
        self.numbers += 1;
        let number = self.numbers;
        let former = self.former;
        let of = |whose| match whose {
            Whose::Own => own,
            Whose::Former if former > 0 => former,
            _ => 0x7000_0000 + number,
        };
        let flag = |interrupted| if interrupted { DUMP_INTR } else { 0 };
        let mut seq = own;
        match said {
            Said::Data { whose, multi, interrupted } => {
                seq = of(whose);
                let flags = if multi { MULTI } else { 0 } | flag(interrupted);
                mouth.reply(&message(NEWROUTE, flags, seq, &number.to_ne_bytes()));
            }
            Said::Ack { whose, code, has_text } => {
                seq = of(whose);
                mouth.reply(&verdict(GETROUTE, seq, code, has_text));
            }
            Said::Done { whose, code, interrupted } => {
                seq = of(whose);
                mouth.reply(&message(DONE, MULTI | flag(interrupted), seq, &code.to_ne_bytes()));
            }
            Said::Noop => mouth.reply(&message(NOOP, 0, own, &[])),
            Said::Overflow => mouth.fail(-libc::ENOBUFS),
            Said::Event => mouth.by(0, 7, -1, |mouth| mouth.reply(&message(NEWROUTE, 0, own, &number.to_ne_bytes()))),
            Said::Forged { code } => mouth.by(4711, 0, -1, |mouth| mouth.reply(&verdict(GETROUTE, own, code, false))),
        }
        Item { said, seq, number }
    }
}
