// SPDX-License-Identifier: MIT OR Apache-2.0
//! Network addresses with a prefix length, and link-layer addresses.

use crate::error::{Code, Result};
use crate::mem::plain::plain;
use crate::sys::inet;
use crate::text::TextWriter;
use core::mem::offset_of;

/// IPv4.
pub(crate) const AF_INET: u32 = 2;
/// IPv6.
pub(crate) const AF_INET6: u32 = 10;
/// MPLS.
pub(crate) const AF_MPLS: u32 = 28;

/// The longest link-layer address of the kernel.
pub(crate) const LLADDR_MAX: usize = 32;

/// An address or a prefix. Zeroed: none.
///
/// Final in size: 24 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addr {
    /// AF_INET, AF_INET6 or AF_MPLS; 0: there is no address.
    pub family: u32,
    /// Length of the prefix in bits. That of an address that is no prefix is 32, 128, or 20 for an MPLS label.
    pub prefix_len: u32,
    /// The address in network byte order: 4 bytes for AF_INET, 16 for AF_INET6; for AF_MPLS the 4 bytes of a label
    /// stack entry. The others are 0.
    pub bytes: [u8; 16],
}

/// A link-layer address, such as a MAC address. Zeroed: none.
///
/// Final in size: 36 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lladdr {
    /// How many bytes it has: 6 for Ethernet, at most 32; 0: there is no address.
    pub len: u32,
    /// The bytes; those behind `len` are 0.
    pub bytes: [u8; 32],
}

plain! {
    Addr { family: u32, prefix_len: u32, bytes: [u8; 16] }
    Lladdr { len: u32, bytes: [u8; 32] }
}

/// Where in an `Addr` its prefix length and its bytes are.
pub(crate) const PREFIX_AT: usize = offset_of!(Addr, prefix_len);
pub(crate) const BYTES_AT: usize = offset_of!(Addr, bytes);
const _: () = assert!(offset_of!(Addr, family) == 0 && offset_of!(Lladdr, len) == 0 && offset_of!(Lladdr, bytes) == 4);

/// The family of an address of `len` bytes in a message of family `header`; None where that family's are not so long.
#[inline(always)]
pub(crate) fn family_of(header: u32, len: usize) -> Option<u32> {
    match (header, len) {
        (AF_INET6, 4) | (AF_INET | AF_MPLS, 16) => None,
        (AF_MPLS, 4) => Some(AF_MPLS),
        (_, 4) => Some(AF_INET),
        (_, 16) => Some(AF_INET6),
        _ => None,
    }
}

/// How many bytes the addresses of `family` have; -EAFNOSUPPORT.
pub(crate) fn len_of(family: u32) -> Result<usize> {
    match family {
        AF_INET | AF_MPLS => Ok(4),
        AF_INET6 => Ok(16),
        _ => Err(Code::of(-libc::EAFNOSUPPORT)),
    }
}

/// How many bits the addresses of a family have that is known.
pub(crate) fn bits_of(family: u32) -> u32 {
    match family {
        AF_INET => 32,
        AF_MPLS => 20,
        _ => 128,
    }
}

impl Addr {
    /// Reads "192.0.2.1", "2001:db8::1", or either with a prefix length behind a slash. -EINVAL where it is none.
    pub fn parse(text: &[u8]) -> Result<Addr> {
        let (address, prefix) = match text.iter().position(|&byte| byte == b'/') {
            Some(at) => (text.get(..at).unwrap_or(&[]), text.get(at + 1..)),
            None => (text, None),
        };
        let (family, bits, bytes) = match (inet::parse(false, address), inet::parse(true, address)) {
            (Some(bytes), _) => (AF_INET, 32, bytes),
            (None, Some(bytes)) => (AF_INET6, 128, bytes),
            _ => return Err(Code::EINVAL),
        };
        let prefix_len = match prefix {
            Some(prefix) => number(prefix).filter(|&len| len <= bits).ok_or(Code::EINVAL)?,
            None => bits,
        };
        Ok(Addr { family, prefix_len, bytes })
    }

    /// Writes what [`Addr::parse`] reads and a NUL into `buf`, as much as fits, and returns how long the
    /// text is. The prefix length is
    /// left out where it is the whole address's. Nothing for no address, -EAFNOSUPPORT for another family
    /// than AF_INET and AF_INET6.
    pub fn format(&self, buf: &mut [u8]) -> Result<usize> {
        let mut out = TextWriter::new(buf);
        self.write(&mut out)?;
        Ok(out.finish())
    }

    fn write(&self, out: &mut TextWriter<'_>) -> Result<()> {
        match self.family {
            0 => return Ok(()),
            AF_INET | AF_INET6 => {}
            _ => return Err(Code::of(-libc::EAFNOSUPPORT)),
        }
        let bits = bits_of(self.family);
        inet::format(self.family == AF_INET6, &self.bytes, |text| out.bytes(text));
        if self.prefix_len != bits {
            out.byte(b'/');
            out.unsigned(u64::from(self.prefix_len));
        }
        Ok(())
    }
}

/// A decimal number of one to three digits.
fn number(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 3 {
        return None;
    }
    text.iter().try_fold(0_u32, |value, &byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
}

impl Lladdr {
    /// Reads pairs of hexadecimal digits with colons between them, such as "02:00:00:00:00:01". -EINVAL
    /// where it is none.
    pub fn parse(text: &[u8]) -> Result<Lladdr> {
        let mut lladdr = Lladdr::default();
        let mut to = lladdr.bytes.iter_mut();
        for part in text.split(|&byte| byte == b':') {
            let (&[high, low], Some(to)) = (part, to.next()) else { return Err(Code::EINVAL) };
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            *to = digit(high).ok_or(Code::EINVAL)? << 4 | digit(low).ok_or(Code::EINVAL)?;
            lladdr.len += 1;
        }
        Ok(lladdr)
    }

    /// Writes what [`Lladdr::parse`] reads and a NUL into `buf`, as much as fits, and returns how long the
    /// text is; nothing for no
    /// address.
    pub fn format(&self, buf: &mut [u8]) -> usize {
        let mut out = TextWriter::new(buf);
        for (index, &byte) in self.bytes.iter().take(self.len as usize).enumerate() {
            if index > 0 {
                out.byte(b':');
            }
            out.hex(u64::from(byte), 2);
        }
        out.finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    fn text(format: impl Fn(&mut [u8]) -> Result<usize>) -> String {
        let mut buf = [0xaa; 100];
        let len = format(&mut buf).unwrap();
        assert_eq!(buf[len], 0);
        String::from_utf8(buf[..len].to_vec()).unwrap()
    }

    #[test]
    fn text_forms() {
        for form in [
            "0.0.0.0/0",
            "192.0.2.1",
            "192.0.2.0/24",
            "255.255.255.255",
            "::",
            "::/0",
            "::1",
            "2001:db8::/32",
            "2001:db8::1:0:0:1",
            "2001:0:0:1::1",
            "fe80::1:2:3:4/64",
            "1:2:3:4:5:6:7:8",
            "1:0:3:4:5:6:7:8",
            "::ffff:192.0.2.1",
            "1::",
        ] {
            let addr = Addr::parse(form.as_bytes()).unwrap();
            assert_eq!(text(|buf| addr.format(buf)), form);
        }
        for wrong in [
            "",
            "/",
            "/24",
            "192.0.2.1/",
            "192.0.2.1/33",
            "::/129",
            "192.0.2",
            "1.2.3.4/+8",
            "1.2.3.4/0008",
            "g::",
            "eth0",
        ] {
            assert_eq!(Addr::parse(wrong.as_bytes()), Err(Code::EINVAL), "{wrong}");
        }
        assert_eq!(text(|buf| Addr::default().format(buf)), "");
        let mpls = Addr { family: AF_MPLS, prefix_len: 20, bytes: [0; 16] };
        assert_eq!(mpls.format(&mut []), Err(Code::of(-libc::EAFNOSUPPORT)));
    }

    /// Whatever its zeros, an address is read back as it was, by another reader too.
    #[test]
    fn v6_is_read_back() {
        for zeros in 0..=255_u32 {
            let mut bytes = [0; 16];
            for group in 0..8 {
                if zeros >> group & 1 == 0 {
                    bytes[group * 2] = 0x20;
                    bytes[group * 2 + 1] = 0x01;
                }
            }
            let addr = Addr { family: AF_INET6, prefix_len: 128, bytes };
            let text = text(|buf| addr.format(buf));
            assert_eq!(Addr::parse(text.as_bytes()), Ok(addr));
            assert_eq!(text.parse(), Ok(Ipv6Addr::from(bytes)));
        }
    }

    #[test]
    fn link_layer_addresses() {
        for form in ["02:00:5e:10:00:ff", "00", "0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d"] {
            let lladdr = Lladdr::parse(form.as_bytes()).unwrap();
            assert_eq!(lladdr.len as usize, form.len().div_ceil(3));
            assert_eq!(text(|buf| Ok(lladdr.format(buf))), form);
        }
        let long = ["00"; 33].join(":");
        for wrong in ["", "0", "0g:00", "00:", ":00", "000", "00-00", &long] {
            assert_eq!(Lladdr::parse(wrong.as_bytes()), Err(Code::EINVAL), "{wrong}");
        }
    }
}
