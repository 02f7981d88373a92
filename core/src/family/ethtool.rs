// SPDX-License-Identifier: MIT OR Apache-2.0
//! ethtool netlink: the header of its requests, and sets of bits.

use crate::error::{Code, Result};
use crate::wire::attribute::{self, Attributes};
use crate::wire::build::Builder;
use crate::wire::value;

const ETHTOOL_A_HEADER_DEV_INDEX: u32 = 1;
const ETHTOOL_A_HEADER_DEV_NAME: u32 = 2;
const ETHTOOL_A_HEADER_FLAGS: u32 = 3;

const ETHTOOL_A_BITSET_SIZE: u32 = 2;
const ETHTOOL_A_BITSET_BITS: u32 = 3;
const ETHTOOL_A_BITSET_VALUE: u32 = 4;
const ETHTOOL_A_BITSET_MASK: u32 = 5;

const ETHTOOL_A_BITSET_BIT_INDEX: u32 = 1;
const ETHTOOL_A_BITSET_BIT_NAME: u32 = 2;
const ETHTOOL_A_BITSET_BIT_VALUE: u32 = 3;

/// Appends the header of a request in an attribute of type `ty`: the link by index or by name, and flags where they are
/// not 0.
pub fn put_header(m: &mut Builder, ty: u32, index: u32, name: &[u8], flags: u32) -> Result<()> {
    let nest = m.nest_begin_out_of_line(ty)?;
    if index != 0 {
        m.put_out_of_line(ETHTOOL_A_HEADER_DEV_INDEX, &index.to_ne_bytes())?;
    }
    if !name.is_empty() {
        m.put_str_out_of_line(ETHTOOL_A_HEADER_DEV_NAME, name)?;
    }
    if flags != 0 {
        m.put_out_of_line(ETHTOOL_A_HEADER_FLAGS, &flags.to_ne_bytes())?;
    }
    m.nest_end_out_of_line(nest)
}

/// A bit of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bit<'a> {
    /// Its number; None where the message has the name alone.
    pub index: Option<u32>,
    /// Its name, which a NUL follows in memory; None in the compact form.
    pub name: Option<&'a [u8]>,
    /// Whether it is set.
    pub is_set: bool,
}

/// The bits of a set, in either form: a list of bits, or words of bits.
#[derive(Clone, Copy, Debug)]
pub struct Bitset<'a> {
    attributes: &'a [u8],
    /// How far the reading has come: offset in the list, or number of the bit.
    pub at: usize,
}

impl<'a> Bitset<'a> {
    /// The bits in the attributes of a set.
    pub const fn new(attributes: &'a [u8]) -> Bitset<'a> {
        Bitset { attributes, at: 0 }
    }

    /// The next bit that the set says something of; None behind the last, -EBADMSG where it is malformed.
    #[allow(clippy::should_implement_trait)] // an iterator would hide the error in its items
    pub fn next(&mut self) -> Result<Option<Bit<'a>>> {
        match attribute::find(self.attributes, ETHTOOL_A_BITSET_BITS)? {
            Some(list) => self.next_of_list(list.payload()),
            None => self.next_of_words(),
        }
    }

    fn next_of_list(&mut self, list: &'a [u8]) -> Result<Option<Bit<'a>>> {
        let mut bits = Attributes::new(list.get(self.at..).unwrap_or(&[]));
        let Some(bit) = bits.next()? else { return Ok(None) };
        self.at = list.len().saturating_sub(bits.rest.len());
        let bit = bit.payload();
        let name = match attribute::find(bit, ETHTOOL_A_BITSET_BIT_NAME)? {
            Some(name) => {
                value::terminated(name.payload())?;
                Some(value::text(name.payload()))
            }
            None => None,
        };
        let index = attribute::find(bit, ETHTOOL_A_BITSET_BIT_INDEX)?;
        let index = index.and_then(|index| index.payload().try_into().ok()).map(u32::from_ne_bytes);
        // A list without a mask has the bits that are set alone; NOMASK says so, and then none has a value.
        let is_value = attribute::find(bit, ETHTOOL_A_BITSET_BIT_VALUE)?.is_some();
        let is_list = attribute::find(self.attributes, ETHTOOL_A_BITSET_NOMASK)?.is_some();
        Ok(Some(Bit { index, name, is_set: is_value || is_list }))
    }

    fn next_of_words(&mut self) -> Result<Option<Bit<'a>>> {
        let words =
            |ty| attribute::find(self.attributes, ty).map(|found| found.map_or(&[][..], |found| found.payload()));
        let size = words(ETHTOOL_A_BITSET_SIZE)?.try_into().map(u32::from_ne_bytes).map_err(|_| Code::EBADMSG)?;
        let (values, mask) = (words(ETHTOOL_A_BITSET_VALUE)?, words(ETHTOOL_A_BITSET_MASK)?);
        let is_set = |words: &[u8], bit: usize| {
            let word = words
                .get(bit / 32 * 4..)
                .and_then(|words| words.first_chunk::<4>())
                .map(|word| u32::from_ne_bytes(*word));
            word.is_some_and(|word| word >> (bit % 32) & 1 != 0)
        };
        if values.len() < (size as usize).div_ceil(32) * 4 {
            return Err(Code::EBADMSG);
        }
        while self.at < size as usize {
            let bit = self.at;
            self.at += 1;
            // Without a mask the set says something of every bit.
            if mask.is_empty() || is_set(mask, bit) {
                let index = u32::try_from(bit).ok();
                return Ok(Some(Bit { index, name: None, is_set: is_set(values, bit) }));
            }
        }
        Ok(None)
    }
}

const ETHTOOL_A_BITSET_NOMASK: u32 = 1;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn attributes(build: impl FnOnce(&mut Builder)) -> Vec<u8> {
        let mut m = Builder::growing(0).unwrap();
        m.begin(16, 0).unwrap();
        build(&mut m);
        m.end().unwrap();
        m.bytes().get(16..).unwrap().to_vec()
    }

    /// Index, name and value of a bit.
    type Listed<'a> = (Option<u32>, Option<&'a [u8]>, bool);

    fn bits(set: &[u8]) -> Result<Vec<Listed<'_>>> {
        let mut bits = Bitset::new(set);
        let mut found = Vec::new();
        while let Some(Bit { index, name, is_set }) = bits.next()? {
            found.push((index, name, is_set));
        }
        Ok(found)
    }

    #[test]
    fn words_of_bits() {
        let set = |size: u32, mask: bool| {
            attributes(|m| {
                m.put_u32(ETHTOOL_A_BITSET_SIZE, size).unwrap();
                let words = [0b101_u32, 1].map(u32::to_ne_bytes).concat();
                m.put_bytes(ETHTOOL_A_BITSET_VALUE, &words).unwrap();
                if mask {
                    let words = [0b110_u32, 1].map(u32::to_ne_bytes).concat();
                    m.put_bytes(ETHTOOL_A_BITSET_MASK, &words).unwrap();
                }
            })
        };
        let bit = |index, is_set| (Some(index), None, is_set);
        assert_eq!(bits(&set(33, true)), Ok(vec![bit(1, false), bit(2, true), bit(32, true)]));
        assert_eq!(bits(&set(3, false)), Ok(vec![bit(0, true), bit(1, false), bit(2, true)]));
        assert_eq!(bits(&set(65, false)), Err(Code::EBADMSG));
        assert_eq!(bits(&[]), Err(Code::EBADMSG));
    }

    #[test]
    fn lists_of_bits() {
        let set = |is_list: bool| {
            attributes(|m| {
                if is_list {
                    m.put_flag(ETHTOOL_A_BITSET_NOMASK).unwrap();
                }
                let list = m.nest_begin(ETHTOOL_A_BITSET_BITS).unwrap();
                for (index, name, is_set) in [(3, &b"tx"[..], true), (9, b"rx", false)] {
                    let bit = m.nest_begin(1).unwrap();
                    m.put_u32(ETHTOOL_A_BITSET_BIT_INDEX, index).unwrap();
                    m.put_str(ETHTOOL_A_BITSET_BIT_NAME, name).unwrap();
                    if is_set {
                        m.put_flag(ETHTOOL_A_BITSET_BIT_VALUE).unwrap();
                    }
                    m.nest_end(bit).unwrap();
                }
                m.nest_end(list).unwrap();
            })
        };
        let expected = |second| vec![(Some(3), Some(&b"tx"[..]), true), (Some(9), Some(&b"rx"[..]), second)];
        assert_eq!(bits(&set(false)), Ok(expected(false)));
        assert_eq!(bits(&set(true)), Ok(expected(true)));
    }
}
