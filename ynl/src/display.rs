// SPDX-License-Identifier: MIT OR Apache-2.0
//! Display hints: bytes and numbers as text, and text as bytes.

use crate::json::write::Writer;
use crate::spec::model::Hint;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Writes bytes as the hint wants them, in plain hexadecimal where it does not fit their length.
pub(crate) fn write_bytes(hint: Hint, bytes: &[u8], out: &mut Writer) {
    match hint {
        Hint::Ipv4 | Hint::Ipv6 | Hint::Ip => {
            if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
                return out.ipv4(Ipv4Addr::from(octets));
            }
            if let Ok(octets) = <[u8; 16]>::try_from(bytes) {
                return out.ipv6(Ipv6Addr::from(octets));
            }
            out.hex(bytes, None);
        }
        Hint::Uuid => match <[u8; 16]>::try_from(bytes) {
            Ok(bytes) => out.uuid(bytes),
            Err(_) => out.hex(bytes, None),
        },
        Hint::Mac if !bytes.is_empty() => out.hex(bytes, Some(b':')),
        Hint::Hex => out.hex(bytes, Some(b' ')),
        Hint::None | Hint::Mac | Hint::Fddi => out.hex(bytes, None),
    }
}

/// Writes a number of `bytes` bytes as the hint wants it.
pub(crate) fn write_number(hint: Hint, value: i128, bytes: usize, out: &mut Writer) {
    match (hint, u32::try_from(value)) {
        (Hint::Hex, _) => out.hex_number(value),
        (Hint::Ipv4 | Hint::Ip, Ok(value)) if bytes == 4 => out.ipv4(Ipv4Addr::from(value)),
        _ => out.int(value),
    }
}

/// Appends the bytes that a text denotes; None where the hint has no such text.
///
/// An address as the hint writes it; for every hint hexadecimal digits, which colons, dashes or blanks may part.
pub(crate) fn read_bytes(hint: Hint, text: &str, into: &mut Vec<u8>) -> Option<()> {
    match hint {
        Hint::Ipv4 | Hint::Ipv6 | Hint::Ip => {
            if let (true, Ok(address)) = (hint != Hint::Ipv6, text.parse::<Ipv4Addr>()) {
                into.extend_from_slice(&address.octets());
                return Some(());
            }
            if let (true, Ok(address)) = (hint != Hint::Ipv4, text.parse::<Ipv6Addr>()) {
                into.extend_from_slice(&address.octets());
                return Some(());
            }
            // The digits of 4 or 16 bytes: shorter ones are more likely an address with a mistake.
            match text.len() {
                8 | 32 => read_hex(text, into),
                _ => None,
            }
        }
        Hint::None | Hint::Hex | Hint::Mac | Hint::Fddi | Hint::Uuid => read_hex(text, into),
    }
}

/// Reads a number as the hint writes it, or as decimal or 0x… digits.
pub(crate) fn read_number(hint: Hint, text: &str) -> Option<i128> {
    if let (Hint::Ipv4 | Hint::Ip, Ok(address)) = (hint, text.parse::<Ipv4Addr>()) {
        return Some(u32::from(address).into());
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    if digits.starts_with(['-', '+']) {
        return None;
    }
    let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(digits) if !digits.starts_with(['-', '+']) => i128::from_str_radix(digits, 16).ok()?,
        Some(_) => return None,
        None => digits.parse().ok()?,
    };
    if negative { value.checked_neg() } else { Some(value) }
}

fn read_hex(text: &str, into: &mut Vec<u8>) -> Option<()> {
    let mut high = None;
    for byte in text.bytes() {
        let digit = match byte {
            b'0'..=b'9' => byte.wrapping_sub(b'0'),
            b'a'..=b'f' => byte.wrapping_sub(b'a').wrapping_add(10),
            b'A'..=b'F' => byte.wrapping_sub(b'A').wrapping_add(10),
            // Between two bytes.
            b':' | b'-' | b' ' if high.is_none() => continue,
            _ => return None,
        };
        high = match high {
            None => Some(digit),
            Some(high) => {
                into.push(high << 4 | digit);
                None
            }
        };
    }
    high.is_none().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(hint: Hint, bytes: &[u8]) -> String {
        let mut out = Writer::new();
        write_bytes(hint, bytes, &mut out);
        out.into_string()
    }

    fn read(hint: Hint, text: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        read_bytes(hint, text, &mut bytes).map(|()| bytes)
    }

    #[test]
    fn bytes_by_hint_and_back() {
        let v6: Vec<u8> = (0..16).collect();
        for (hint, bytes, text) in [
            (Hint::None, &[1, 2, 255][..], "0102ff"),
            (Hint::Hex, &[1, 2, 255], "01 02 ff"),
            (Hint::Mac, &[0, 1, 2, 3, 4, 5], "00:01:02:03:04:05"),
            (Hint::Fddi, &[0, 1, 2, 3, 4, 5, 6, 7], "0001020304050607"),
            (Hint::Ipv4, &[10, 0, 0, 1], "10.0.0.1"),
            (Hint::Ip, &[10, 0, 0, 1], "10.0.0.1"),
            (Hint::Ip, &v6, "1:203:405:607:809:a0b:c0d:e0f"),
            (Hint::Ipv6, &v6, "1:203:405:607:809:a0b:c0d:e0f"),
            (Hint::Uuid, &v6, "00010203-0405-0607-0809-0a0b0c0d0e0f"),
            (Hint::Ip, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], "102:304:506:708:90a:b0c:d0e:f10"),
            (Hint::Mac, &[], ""),
        ] {
            assert_eq!(shown(hint, bytes), format!("\"{text}\""), "{hint:?}");
            assert_eq!(read(hint, text).as_deref(), Some(bytes), "{hint:?} {text}");
        }
        // What does not fit the hint is shown in hexadecimal.
        assert_eq!(shown(Hint::Ip, &[1, 2, 3, 4, 5]), "\"0102030405\"");
        assert_eq!(shown(Hint::Uuid, &[1]), "\"01\"");
    }

    #[test]
    fn what_is_no_text_of_the_hint_is_refused() {
        for (hint, text) in [
            (Hint::None, "1"),
            (Hint::None, "0x01"),
            (Hint::Mac, "0:1"),
            (Hint::Ipv4, "::1"),
            (Hint::Ipv4, "10.0.0"),
            (Hint::Ipv6, "10.0.0.1"),
            (Hint::Ip, "localhost"),
        ] {
            assert_eq!(read(hint, text), None, "{hint:?} {text}");
        }
    }

    #[test]
    fn numbers_by_hint_and_back() {
        let shown = |hint, value, bytes| {
            let mut out = Writer::new();
            write_number(hint, value, bytes, &mut out);
            out.into_string()
        };
        assert_eq!(shown(Hint::None, 5, 4), "5");
        assert_eq!(shown(Hint::Hex, 255, 4), "\"0xff\"");
        assert_eq!(shown(Hint::Ipv4, 0x0a00_0001, 4), "\"10.0.0.1\"");
        assert_eq!(shown(Hint::Ipv4, 5, 2), "5");
        assert_eq!(read_number(Hint::Ipv4, "10.0.0.1"), Some(0x0a00_0001));
        assert_eq!(read_number(Hint::None, "0xff"), Some(255));
        assert_eq!(read_number(Hint::None, "-12"), Some(-12));
        for text in ["", "-", "0x", "--1", "-+1", "0x-1", "1.5", "10.0.0.1"] {
            assert_eq!(read_number(Hint::None, text), None, "{text}");
        }
    }
}
