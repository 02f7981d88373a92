// SPDX-License-Identifier: MIT OR Apache-2.0
//! The network namespace that a socket is opened in.

use crate::error::{Code, Result};
use crate::mem::Buf;
use crate::sys::descriptor::Fd;
use crate::sys::{file::Path, net, netns};
use crate::text::TextWriter;

/// A network namespace.
#[derive(Debug, Default)]
pub(crate) enum Namespace {
    /// The calling thread's.
    #[default]
    Own,
    /// By a descriptor of a namespace, or a pidfd.
    Descriptor(Fd),
    /// By the path of a file.
    Path(Buf),
    /// By a name below /run/netns.
    Name(Buf),
    /// By the ID of a process in it.
    Process(u32),
}

/// Opens a socket in `namespace`. The calling thread does not leave its own, also on failure; other threads may do the
/// same at the same time.
pub(crate) fn socket_in(namespace: &Namespace, protocol: i32) -> Result<Fd> {
    let path = match namespace {
        Namespace::Own => return net::socket(protocol),
        Namespace::Descriptor(descriptor) => return netns::socket_in(descriptor, protocol),
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
    netns::socket_in(&path.open_read()?, protocol)
}

/// Returns whether `name` is a file name without a folder.
pub(crate) fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.contains(&b'/')
}

/// Copies `bytes`; -EINVAL if there are none, -ENOMEM.
pub(crate) fn copy(bytes: &[u8]) -> Result<Buf> {
    if bytes.is_empty() {
        return Err(Code::EINVAL);
    }
    let mut buf = Buf::empty();
    buf.grow(bytes.len())?;
    crate::wire::copy(buf.as_mut_slice(), bytes);
    Ok(buf)
}
