// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the offset of an attribute in a message to its path of types.

use super::align;
use super::attribute::Attributes;
use crate::error::Path;
use crate::uapi::NLMSG_HDRLEN;

/// Returns the types from the outermost level to the attribute whose header is at `offset` of `message`. Attributes
/// begin after `family_header` bytes of payload. When no header is at `offset`, the path ends at the innermost
/// attribute that contains it; it is empty when there is none.
#[inline(never)]
pub fn to(message: &[u8], family_header: usize, offset: usize) -> Path {
    let mut path = Path::EMPTY;
    let mut start = align::align(NLMSG_HDRLEN.saturating_add(family_header));
    let mut end = message.len();
    'level: loop {
        let mut attributes = Attributes::new(message.get(start..end).unwrap_or(&[]));
        let mut at = start;
        while let Ok(Some(attribute)) = attributes.next() {
            let len = attribute.bytes.len();
            if offset < at {
                break;
            }
            if offset < at.saturating_add(len) {
                if !path.push(attribute.ty()) || offset == at {
                    return path;
                }
                start = at.saturating_add(crate::uapi::NLA_HDRLEN);
                end = at.saturating_add(len);
                continue 'level;
            }
            at = at.saturating_add(align::align(len));
        }
        return path;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(parts: &[&[u8]]) -> Vec<u8> {
        [&[0; 16][..], &[0; 16]].into_iter().chain(parts.iter().copied()).flatten().copied().collect()
    }

    fn attribute(ty: u16, payload: &[u8]) -> Vec<u8> {
        let len = u16::try_from(4 + payload.len()).expect("short");
        let mut bytes = [len.to_ne_bytes(), ty.to_ne_bytes()].concat();
        bytes.extend_from_slice(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn offsets_become_paths() {
        let leaf = attribute(4, &[1, 2]);
        let inner = [attribute(9, &[]), leaf].concat();
        let nest = attribute(2 | 0x8000, &inner);
        let root = attribute(18, &nest);
        let bytes = message(&[&attribute(3, b"abc"), &root]);
        for (offset, expected) in [
            (32, &[3][..]),
            (40, &[18]),
            (44, &[18, 2]),
            (48, &[18, 2, 9]),
            (52, &[18, 2, 4]),
            (0, &[]),
            (31, &[]),
            (60, &[]),
            (usize::MAX, &[]),
        ] {
            assert_eq!(to(&bytes, 16, offset).types(), expected, "offset {offset}");
        }
        assert_eq!(to(&bytes, usize::MAX, 40).types(), &[] as &[u16]);
        assert_eq!(to(&[], 0, 16).types(), &[] as &[u16]);
    }

    #[test]
    fn deep_nests_end() {
        let mut bytes = attribute(1, &[]);
        for _ in 0..100 {
            bytes = attribute(1, &bytes);
        }
        let bytes = message(&[&bytes]);
        assert_eq!(to(&bytes, 16, bytes.len() - 4).types().len(), crate::error::MAX_DEPTH);
    }
}
