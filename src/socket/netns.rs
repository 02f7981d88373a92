// SPDX-License-Identifier: MIT OR Apache-2.0
//! In which network namespace a socket is opened.

use crate::error::{Code, Result};
use crate::sys::fd::{self, Fd};
use crate::sys::{file::Path, netns};

/// A network namespace.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Namespace<'a> {
    /// That of the calling thread.
    #[default]
    Own,
    /// A descriptor of a namespace, or a pidfd.
    Descriptor(i32),
    /// A path to a namespace.
    Path(&'a [u8]),
    /// A name under /run/netns.
    Name(&'a [u8]),
    /// That of a process.
    Process(u32),
}

/// Opens a socket there. The calling thread stays where it is, also on failure; other threads may open at the same time.
pub(crate) fn socket_in(namespace: Namespace<'_>, protocol: i32) -> Result<Fd> {
    let path = match namespace {
        Namespace::Own => return fd::socket(protocol),
        Namespace::Descriptor(descriptor) => return netns::socket_in(descriptor, protocol),
        Namespace::Path(path) => Path::of(&[path])?,
        Namespace::Name(name) if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') => {
            return Err(Code::EINVAL);
        }
        Namespace::Name(name) => Path::of(&[b"/run/netns/", name])?,
        Namespace::Process(id) => {
            let mut digits = [0; 16];
            let mut text = crate::text::TextWriter::new(&mut digits);
            text.unsigned(u64::from(id));
            let len = text.finish();
            Path::of(&[b"/proc/", digits.get(..len).unwrap_or(&[]), b"/ns/net"])?
        }
    };
    let namespace = path.open_read()?;
    netns::socket_in(namespace.raw(), protocol)
}
