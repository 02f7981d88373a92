// SPDX-License-Identifier: MIT OR Apache-2.0
//! Events of devices (NETLINK_KOBJECT_UEVENT): text, in the kernel's form and in udev's.

use crate::error::{Code, Result};
use crate::wire::array_at;

/// What udev's messages begin with: a NUL behind it, and a number in network byte order.
const UDEV_PREFIX: &[u8] = b"libudev\0";
const UDEV_MAGIC: u32 = 0xfeed_cafe;

/// The keys and values of an event.
#[derive(Clone, Copy, Debug)]
pub struct Uevent<'a> {
    text: &'a [u8],
    /// Offset of what has not been read.
    pub at: usize,
}

impl<'a> Uevent<'a> {
    /// Those in a datagram: -EBADMSG where it is neither the kernel's, which begins with ACTION@DEVPATH, nor udev's.
    pub fn of(datagram: &'a [u8]) -> Result<Uevent<'a>> {
        let text = if datagram.starts_with(UDEV_PREFIX) {
            let be = |at| array_at(datagram, at).map(u32::from_be_bytes);
            let ne = |at| array_at(datagram, at).map(|bytes| u32::from_ne_bytes(bytes) as usize);
            let (Some(UDEV_MAGIC), Some(start), Some(len)) = (be(8), ne(16), ne(20)) else { return Err(Code::EBADMSG) };
            datagram.get(start..).and_then(|text| text.get(..len))
        } else {
            let end = datagram.iter().position(|&byte| byte == 0).ok_or(Code::EBADMSG)?;
            let (title, text) = datagram.split_at_checked(end).ok_or(Code::EBADMSG)?;
            title.contains(&b'@').then_some(text.get(1..)).flatten()
        };
        Ok(Uevent { text: text.ok_or(Code::EBADMSG)?, at: 0 })
    }

    /// The next key, and its value, which a NUL follows in memory. None behind the last, -EBADMSG where one is
    /// malformed.
    #[allow(clippy::should_implement_trait)] // an iterator would hide the error in its items
    pub fn next(&mut self) -> Result<Option<(&'a [u8], &'a [u8])>> {
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        if rest.is_empty() {
            return Ok(None);
        }
        let end = rest.iter().position(|&byte| byte == 0).ok_or(Code::EBADMSG)?;
        let line = rest.get(..end).unwrap_or(&[]);
        let equals = line.iter().position(|&byte| byte == b'=').ok_or(Code::EBADMSG)?;
        self.at += end + 1;
        Ok(line.get(..equals).zip(line.get(equals + 1..)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    type Pairs = Vec<(String, String)>;

    fn pairs(datagram: &[u8]) -> Result<Pairs> {
        let mut uevent = Uevent::of(datagram)?;
        let mut found = Vec::new();
        while let Some((key, value)) = uevent.next()? {
            let [key, value] = [key, value].map(|text| String::from_utf8(text.to_vec()).unwrap());
            found.push((key, value));
        }
        Ok(found)
    }

    fn owned(pairs: &[(&str, &str)]) -> Pairs {
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    #[test]
    fn both_forms_are_read() {
        let expected = owned(&[("ACTION", "add"), ("DEVPATH", "/devices/x"), ("X", "a=b"), ("EMPTY", "")]);
        let text = b"ACTION=add\0DEVPATH=/devices/x\0X=a=b\0EMPTY=\0";
        assert_eq!(pairs(&[&b"add@/devices/x\0"[..], text].concat()), Ok(expected.clone()));
        let header = |magic: u32, start: u32, len: usize| {
            let len = u32::try_from(len).unwrap();
            let mut header = [UDEV_PREFIX, &magic.to_be_bytes(), &40_u32.to_ne_bytes()].concat();
            header.extend([start.to_ne_bytes(), len.to_ne_bytes()].concat());
            header.resize(40, 0);
            header
        };
        assert_eq!(pairs(&[header(UDEV_MAGIC, 40, text.len()), text.to_vec()].concat()), Ok(expected));
        for wrong in [header(1, 40, 0), header(UDEV_MAGIC, 40, 1), header(UDEV_MAGIC, 41, 0), header(UDEV_MAGIC, 0, 8)]
        {
            assert_eq!(pairs(&wrong), Err(Code::EBADMSG));
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for wrong in [&b""[..], b"add@/x", b"nothing\0A=b\0", b"add@/x\0A=b", b"add@/x\0AB\0"] {
            assert_eq!(pairs(wrong), Err(Code::EBADMSG), "{wrong:?}");
        }
        assert_eq!(pairs(b"add@/x\0"), Ok(Vec::new()));
    }
}
