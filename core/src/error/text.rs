// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names and meanings of codes, and a record as one line of text.

use super::code::*;
use super::{ErrorRecord, Path};
use crate::names::write_type;
use crate::text::TextWriter;

/// Numbers, and in the same order their names and meanings, each with a NUL. One string, since pointers would need
/// relocations.
macro_rules! table {
    ($($number:path, $name:literal, $meaning:literal;)*) => {
        const NUMBERS: &[i32] = &[$($number),*];
        const WORDS: &[u8] = concat!($($name, "\0", $meaning, "\0"),*).as_bytes();
    };
}

use libc as c;

table! {
    NLRS_EPARTIAL, "NLRS_EPARTIAL", "some messages of the batch were refused";
    NLRS_ENOTSENT, "NLRS_ENOTSENT", "the message was not sent";
    NLRS_EUNKNOWN, "NLRS_EUNKNOWN", "the message was sent and its status was lost";
    NLRS_EINDEX, "NLRS_EINDEX", "there is no entry with that index";
    NLRS_EINTR_DUMP, "NLRS_EINTR_DUMP", "the table changed during the dump, which may be inconsistent";
    NLRS_EOVERRUN, "NLRS_EOVERRUN", "the receive buffer overflowed and messages were lost";
    NLRS_ETRUNC, "NLRS_ETRUNC", "a datagram was longer than the buffer and its end was lost";
    NLRS_ETIMEDOUT, "NLRS_ETIMEDOUT", "the deadline passed";
    NLRS_ECANCELED, "NLRS_ECANCELED", "the call was cancelled";
    NLRS_EBUSY, "NLRS_EBUSY", "the object is in use";
    NLRS_ECLOSED, "NLRS_ECLOSED", "the socket was closed";
    NLRS_EABORTED, "NLRS_EABORTED", "the transaction was refused and nothing of it was applied";
    c::EPERM, "EPERM", "operation not permitted";
    c::ENOENT, "ENOENT", "no such file, object or entry";
    c::ESRCH, "ESRCH", "no such process, route or object";
    c::EINTR, "EINTR", "interrupted system call";
    c::EIO, "EIO", "input/output error";
    c::ENXIO, "ENXIO", "no such device or address";
    c::E2BIG, "E2BIG", "argument list too long";
    c::ENOEXEC, "ENOEXEC", "exec format error";
    c::EBADF, "EBADF", "bad file descriptor";
    c::ECHILD, "ECHILD", "no child processes";
    c::EAGAIN, "EAGAIN", "not yet, try again";
    c::ENOMEM, "ENOMEM", "not enough memory";
    c::EACCES, "EACCES", "permission denied";
    c::EFAULT, "EFAULT", "bad address";
    c::ENOTBLK, "ENOTBLK", "block device required";
    c::EBUSY, "EBUSY", "device, resource or object busy";
    c::EEXIST, "EEXIST", "it exists already";
    c::EXDEV, "EXDEV", "link across devices";
    c::ENODEV, "ENODEV", "no such device";
    c::ENOTDIR, "ENOTDIR", "not a directory";
    c::EISDIR, "EISDIR", "is a directory";
    c::EINVAL, "EINVAL", "invalid argument";
    c::ENFILE, "ENFILE", "too many open files in the system";
    c::EMFILE, "EMFILE", "too many open files in the process";
    c::ENOTTY, "ENOTTY", "inappropriate control operation";
    c::ETXTBSY, "ETXTBSY", "text file busy";
    c::EFBIG, "EFBIG", "file too large";
    c::ENOSPC, "ENOSPC", "no space left";
    c::ESPIPE, "ESPIPE", "cannot seek";
    c::EROFS, "EROFS", "read-only";
    c::EMLINK, "EMLINK", "too many links";
    c::EPIPE, "EPIPE", "the other end is closed";
    c::EDOM, "EDOM", "argument outside the function's domain";
    c::ERANGE, "ERANGE", "value or length out of range";
    c::EDEADLK, "EDEADLK", "it would deadlock";
    c::ENAMETOOLONG, "ENAMETOOLONG", "name too long";
    c::ENOLCK, "ENOLCK", "no locks available";
    c::ENOSYS, "ENOSYS", "not implemented by this kernel";
    c::ENOTEMPTY, "ENOTEMPTY", "not empty";
    c::ELOOP, "ELOOP", "too many levels";
    c::ENOMSG, "ENOMSG", "no message of that type";
    c::EIDRM, "EIDRM", "identifier removed";
    c::ECHRNG, "ECHRNG", "channel number out of range";
    c::EL2NSYNC, "EL2NSYNC", "level 2 not synchronised";
    c::EL3HLT, "EL3HLT", "level 3 halted";
    c::EL3RST, "EL3RST", "level 3 reset";
    c::ELNRNG, "ELNRNG", "link number out of range";
    c::EUNATCH, "EUNATCH", "protocol driver not attached";
    c::ENOCSI, "ENOCSI", "no CSI structure available";
    c::EL2HLT, "EL2HLT", "level 2 halted";
    c::EBADE, "EBADE", "bad exchange";
    c::EBADR, "EBADR", "bad request descriptor";
    c::EXFULL, "EXFULL", "exchange full";
    c::ENOANO, "ENOANO", "no anode";
    c::EBADRQC, "EBADRQC", "bad request code";
    c::EBADSLT, "EBADSLT", "bad slot";
    c::EBFONT, "EBFONT", "bad font file format";
    c::ENOSTR, "ENOSTR", "not a stream";
    c::ENODATA, "ENODATA", "no data available";
    c::ETIME, "ETIME", "timer expired";
    c::ENOSR, "ENOSR", "out of streams resources";
    c::ENONET, "ENONET", "not on the network";
    c::ENOPKG, "ENOPKG", "package not installed";
    c::EREMOTE, "EREMOTE", "object is remote";
    c::ENOLINK, "ENOLINK", "link was severed";
    c::EADV, "EADV", "advertise error";
    c::ESRMNT, "ESRMNT", "srmount error";
    c::ECOMM, "ECOMM", "communication error on send";
    c::EPROTO, "EPROTO", "protocol error";
    c::EMULTIHOP, "EMULTIHOP", "multihop attempted";
    c::EDOTDOT, "EDOTDOT", "RFS specific error";
    c::EBADMSG, "EBADMSG", "malformed message";
    c::EOVERFLOW, "EOVERFLOW", "value too large for its type";
    c::ENOTUNIQ, "ENOTUNIQ", "name not unique";
    c::EBADFD, "EBADFD", "descriptor in bad state";
    c::EREMCHG, "EREMCHG", "remote address changed";
    c::ELIBACC, "ELIBACC", "cannot access a shared library";
    c::ELIBBAD, "ELIBBAD", "corrupted shared library";
    c::ELIBSCN, "ELIBSCN", "corrupted library section";
    c::ELIBMAX, "ELIBMAX", "too many shared libraries";
    c::ELIBEXEC, "ELIBEXEC", "cannot execute a shared library";
    c::EILSEQ, "EILSEQ", "illegal byte sequence";
    c::ERESTART, "ERESTART", "interrupted system call to be restarted";
    c::ESTRPIPE, "ESTRPIPE", "streams pipe error";
    c::EUSERS, "EUSERS", "too many users";
    c::ENOTSOCK, "ENOTSOCK", "not a socket";
    c::EDESTADDRREQ, "EDESTADDRREQ", "destination address required";
    c::EMSGSIZE, "EMSGSIZE", "too long for an attribute, a message or a datagram";
    c::EPROTOTYPE, "EPROTOTYPE", "wrong protocol type for the socket";
    c::ENOPROTOOPT, "ENOPROTOOPT", "option not known to this kernel";
    c::EPROTONOSUPPORT, "EPROTONOSUPPORT", "protocol not supported";
    c::ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT", "socket type not supported";
    c::EOPNOTSUPP, "EOPNOTSUPP", "operation not supported";
    c::EPFNOSUPPORT, "EPFNOSUPPORT", "protocol family not supported";
    c::EAFNOSUPPORT, "EAFNOSUPPORT", "address family not supported";
    c::EADDRINUSE, "EADDRINUSE", "address or port ID in use";
    c::EADDRNOTAVAIL, "EADDRNOTAVAIL", "address not available";
    c::ENETDOWN, "ENETDOWN", "network is down";
    c::ENETUNREACH, "ENETUNREACH", "network is unreachable";
    c::ENETRESET, "ENETRESET", "network dropped the connection";
    c::ECONNABORTED, "ECONNABORTED", "connection aborted";
    c::ECONNRESET, "ECONNRESET", "connection reset";
    c::ENOBUFS, "ENOBUFS", "no buffer space";
    c::EISCONN, "EISCONN", "already connected";
    c::ENOTCONN, "ENOTCONN", "not connected";
    c::ESHUTDOWN, "ESHUTDOWN", "endpoint was shut down";
    c::ETOOMANYREFS, "ETOOMANYREFS", "too many references";
    c::ETIMEDOUT, "ETIMEDOUT", "timed out";
    c::ECONNREFUSED, "ECONNREFUSED", "connection refused: no socket has that address";
    c::EHOSTDOWN, "EHOSTDOWN", "host is down";
    c::EHOSTUNREACH, "EHOSTUNREACH", "no route to host";
    c::EALREADY, "EALREADY", "already in progress";
    c::EINPROGRESS, "EINPROGRESS", "now in progress";
    c::ESTALE, "ESTALE", "stale handle";
    c::EUCLEAN, "EUCLEAN", "structure needs cleaning";
    c::ENOTNAM, "ENOTNAM", "not a XENIX named type file";
    c::ENAVAIL, "ENAVAIL", "no XENIX semaphores available";
    c::EISNAM, "EISNAM", "is a named type file";
    c::EREMOTEIO, "EREMOTEIO", "remote input/output error";
    c::EDQUOT, "EDQUOT", "quota exceeded";
    c::ENOMEDIUM, "ENOMEDIUM", "no medium found";
    c::EMEDIUMTYPE, "EMEDIUMTYPE", "wrong medium type";
    c::ECANCELED, "ECANCELED", "operation cancelled";
    c::ENOKEY, "ENOKEY", "required key not available";
    c::EKEYEXPIRED, "EKEYEXPIRED", "key has expired";
    c::EKEYREVOKED, "EKEYREVOKED", "key has been revoked";
    c::EKEYREJECTED, "EKEYREJECTED", "key was rejected";
    c::EOWNERDEAD, "EOWNERDEAD", "owner died";
    c::ENOTRECOVERABLE, "ENOTRECOVERABLE", "state not recoverable";
    c::ERFKILL, "ERFKILL", "blocked by RF-kill";
    c::EHWPOISON, "EHWPOISON", "memory page has a hardware error";
}

/// The kernel's own code for "operation not supported", which user space receives although errno.h does not define it.
const ENOTSUPP: i32 = 524;

const OWN: usize = 12;

/// Returns name and meaning of a code, each with its NUL.
fn words(code: i32) -> Option<(&'static [u8], &'static [u8])> {
    if code == -ENOTSUPP {
        return Some((b"ENOTSUPP\0", b"operation not supported\0"));
    }
    let index = NUMBERS.iter().enumerate().position(|(index, &number)| {
        if index < OWN { number == code } else { number == code.wrapping_neg() && code < 0 }
    })?;
    let name = word(index.saturating_mul(2))?;
    let meaning = word(index.saturating_mul(2).saturating_add(1))?;
    Some((name, meaning))
}

/// Returns the word of that index in [`WORDS`], with its NUL.
fn word(index: usize) -> Option<&'static [u8]> {
    let (mut left, mut rest) = (index, WORDS);
    loop {
        let len = rest.iter().position(|&byte| byte == 0)?;
        let (word, behind) = rest.split_at_checked(len.saturating_add(1))?;
        if left == 0 {
            return Some(word);
        }
        left -= 1;
        rest = behind;
    }
}

/// Returns the meaning of a code, with a NUL; never empty.
pub fn strerror(code: i32) -> &'static [u8] {
    if code >= 0 {
        return b"success\0";
    }
    words(code).map_or(b"unknown code\0", |(_, meaning)| meaning)
}

/// Returns the name of a code, such as ENODEV, with a NUL; only the NUL for a code without a name.
pub fn code_name(code: i32) -> &'static [u8] {
    words(code).map_or(b"\0", |(name, _)| name)
}

fn without_nul(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\0").unwrap_or(text)
}

fn write_path(out: &mut TextWriter<'_>, path: &Path) {
    for (index, &ty) in path.types().iter().enumerate() {
        if index > 0 {
            out.byte(b'/');
        }
        out.unsigned(u64::from(ty));
    }
}

/// Writes a text of the kernel. Control characters are replaced, so that they cannot change the state of a terminal.
fn write_text(out: &mut TextWriter<'_>, text: &[u8]) {
    for &byte in text {
        out.byte(if byte < 0x20 || byte == 0x7f { b'?' } else { byte });
    }
}

/// Names of NL_ATTR_TYPE_…, with their articles.
const KINDS: &[&str] = &[
    "an attribute that is not accepted",
    "a flag",
    "a u8",
    "a u16",
    "a u32",
    "a u64",
    "an s8",
    "an s16",
    "an s32",
    "an s64",
    "bytes",
    "a string",
    "a NUL-terminated string",
    "a nest",
    "a nest array",
    "a bitfield32",
    "a sint",
    "a uint",
];

impl ErrorRecord {
    /// Writes the record as one line of text, cut to the buffer as by snprintf, and returns the length of the whole
    /// line.
    pub fn format(&self, buf: &mut [u8]) -> usize {
        let mut out = TextWriter::new(buf);
        if let Some(ty) = self.request_type {
            out.str("request ");
            match self.protocol {
                Some(protocol) => write_type(&mut out, protocol, ty),
                None => {
                    out.str("type ");
                    out.unsigned(u64::from(ty));
                }
            }
            out.str(": ");
        }
        if self.code == 0 && !self.text().is_empty() {
            out.str("warning: ");
        }
        let text = self.text();
        if text.is_empty() {
            out.bytes(without_nul(strerror(self.code)));
        } else {
            write_text(&mut out, text);
        }
        if self.code < 0 {
            out.str(" (");
            match words(self.code) {
                Some((name, _)) => out.bytes(without_nul(name)),
                None => out.signed(i64::from(self.code)),
            }
            out.byte(b')');
        }
        self.format_place(&mut out);
        self.format_policy(&mut out);
        if let Some(ty) = self.missing_type {
            out.str(", attribute ");
            out.unsigned(u64::from(ty));
            out.str(" is missing");
            if !self.missing_path.types().is_empty() {
                out.str(" in ");
                write_path(&mut out, &self.missing_path);
            } else if let Some(offset) = self.missing_nest {
                out.str(" in the nest at offset ");
                out.unsigned(u64::from(offset));
            }
        }
        if self.needed > 0 {
            out.str(", ");
            out.unsigned(self.needed as u64);
            out.str(" bytes were needed");
        }
        out.finish()
    }

    fn format_place(&self, out: &mut TextWriter<'_>) {
        if !self.path.types().is_empty() {
            out.str(" at attribute ");
            write_path(out, &self.path);
        } else if let Some(offset) = self.offset {
            out.str(" at offset ");
            out.unsigned(u64::from(offset));
        }
    }

    fn format_policy(&self, out: &mut TextWriter<'_>) {
        let Some(policy) = &self.policy else { return };
        let kind = policy.ty.and_then(|ty| KINDS.get(usize::try_from(ty).ok()?));
        out.str(", ");
        out.str(kind.copied().unwrap_or("another value"));
        if let Some((min, max)) = policy.range_s {
            out.str(" from ");
            out.signed(min);
            out.str(" to ");
            out.signed(max);
        } else if let Some((min, max)) = policy.range_u {
            out.str(" from ");
            out.unsigned(min);
            out.str(" to ");
            out.unsigned(max);
        }
        if let Some(mask) = policy.mask {
            out.str(" within the mask 0x");
            out.hex(mask, 0);
        }
        if let Some(min) = policy.length.0 {
            out.str(" of at least ");
            out.unsigned(u64::from(min));
            out.str(" bytes");
        }
        if let Some(max) = policy.length.1 {
            out.str(" of at most ");
            out.unsigned(u64::from(max));
            out.str(" bytes");
        }
        out.str(" was expected");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Origin, Policy};

    fn format(record: &ErrorRecord) -> String {
        let mut buf = [0; 512];
        let len = record.format(&mut buf);
        String::from_utf8_lossy(&buf[..len]).into_owned()
    }

    #[test]
    fn own_codes_come_first_in_the_table() {
        assert!(NUMBERS.iter().take(OWN).all(|&number| number < -0x10000));
        assert!(NUMBERS.iter().skip(OWN).all(|&number| number > 0));
    }

    #[test]
    fn every_errno_has_a_meaning() {
        for errno in 1..=133 {
            let unused = [41, 58].contains(&errno);
            assert_eq!(strerror(-errno) == b"unknown code\0", unused, "errno {errno}");
        }
        assert_eq!(strerror(0), b"success\0");
        assert_eq!(strerror(NLRS_EPARTIAL), b"some messages of the batch were refused\0");
        assert_eq!(strerror(-libc::EEXIST), b"it exists already\0");
        assert_eq!(strerror(i32::MIN), b"unknown code\0");
        assert_eq!(strerror(-4097), b"unknown code\0");
    }

    #[test]
    fn codes_have_names() {
        assert_eq!(code_name(-libc::ENODEV), b"ENODEV\0");
        assert_eq!(code_name(NLRS_EPARTIAL), b"NLRS_EPARTIAL\0");
        assert_eq!(code_name(-524), b"ENOTSUPP\0");
        for nameless in [0, 1, -41, -4097, i32::MIN] {
            assert_eq!(code_name(nameless), b"\0", "{nameless}");
        }
    }

    #[test]
    fn a_record_is_one_line() {
        let mut record = ErrorRecord::new();
        record.set(Code::ERANGE, Origin::Kernel);
        record.request_type = Some(16);
        record.set_text(b"Attribute failed policy validation");
        for ty in [18, 2, 4] {
            assert!(record.path.push(ty));
        }
        record.policy = Some(Policy { ty: Some(4), ..Policy::default() });
        assert_eq!(
            format(&record),
            "request type 16: Attribute failed policy validation (ERANGE) at attribute 18/2/4, a u32 was expected"
        );
        record.protocol = Some(crate::uapi::NETLINK_ROUTE);
        assert!(format(&record).starts_with("request RTM_NEWLINK(16): Attribute failed"), "{}", format(&record));
        let mut record = ErrorRecord::new();
        record.set(Code::of(-5000), Origin::Kernel);
        record.offset = Some(36);
        assert_eq!(format(&record), "unknown code (-5000) at offset 36");
        let mut record = ErrorRecord::new();
        record.set_text(b"beware\n");
        assert_eq!(format(&record), "warning: beware?");
    }
}
