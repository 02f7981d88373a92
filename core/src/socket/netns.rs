// SPDX-License-Identifier: MIT OR Apache-2.0
//! In which network namespace a socket is opened.

use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::sys::fd::{self, Fd};
use crate::sys::{file::Path, netns};
use crate::text::TextWriter;

/// A network namespace.
#[derive(Debug, Default)]
pub(crate) enum Namespace {
    /// That of the calling thread.
    #[default]
    Own,
    /// A descriptor of a namespace, or a pidfd.
    Descriptor(i32),
    /// A path to a namespace.
    Path(Buf),
    /// A name under /run/netns.
    Name(Buf),
    /// That of a process.
    Process(u32),
}

/// Opens a socket there. The calling thread stays where it is, also on failure; other threads may open at the same time.
pub(crate) fn socket_in(namespace: &Namespace, protocol: i32) -> Result<Fd> {
    let path = match namespace {
        Namespace::Own => return fd::socket(protocol),
        Namespace::Descriptor(descriptor) => return netns::socket_in(*descriptor, protocol),
        Namespace::Path(path) => Path::of(&[path.as_slice()])?,
        Namespace::Name(name) => Path::of(&[b"/run/netns/", name.as_slice()])?,
        Namespace::Process(id) => {
            let mut digits = [0; 16];
            let mut text = TextWriter::new(&mut digits);
            text.unsigned(u64::from(*id));
            let len = text.finish();
            Path::of(&[b"/proc/", digits.get(..len).unwrap_or(&[]), b"/ns/net"])?
        }
    };
    netns::socket_in(path.open_read()?.raw(), protocol)
}

/// Whether it can be a file's name in a folder.
pub(crate) fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.contains(&b'/')
}

/// A copy that may fail.
pub(crate) fn copy(bytes: &[u8]) -> Result<Buf> {
    if bytes.is_empty() {
        return Err(Code::EINVAL);
    }
    let mut buf = Buf::empty();
    buf.grow(bytes.len())?;
    crate::wire::copy(buf.as_mut_slice(), bytes);
    Ok(buf)
}
