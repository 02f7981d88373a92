// SPDX-License-Identifier: MIT OR Apache-2.0
//! Families of generic netlink.

use crate::error::{Code, ErrorRecord, Origin, Result};
use crate::exchange::{self, Ending};
use crate::family::genetlink::{Family, Policies, families_request, family_request, policy_request};
use crate::socket::Socket;
use crate::uapi::NETLINK_GENERIC;
use crate::wire::build::Builder;

/// Room for any request here.
const REQUEST: usize = 64;

/// Notes why nothing was sent.
fn refuse(record: Option<&mut ErrorRecord>, code: Code) -> Code {
    if let Some(record) = record {
        record.clear();
        record.set(code, Origin::Argument);
    }
    code
}

/// A request, made by `make`; -EOPNOTSUPP where the socket is of another protocol.
fn request(socket: &Socket, make: impl FnOnce(&mut Builder) -> Result<()>) -> Result<Builder> {
    if socket.protocol() != NETLINK_GENERIC {
        return Err(Code::EOPNOTSUPP);
    }
    let mut m = Builder::growing(REQUEST)?;
    make(&mut m)?;
    Ok(m)
}

/// Returns the family of that name; a module that has it is loaded if need be. -ENOENT where there is none, -EOPNOTSUPP where the
/// socket is of another protocol, and as a request.
pub fn family(socket: &Socket, name: &[u8], mut record: Option<&mut ErrorRecord>) -> Result<Family> {
    let request = request(socket, |m| family_request(m, name)).map_err(|code| refuse(record.as_deref_mut(), code))?;
    let mut found = Err(Code::ENOENT);
    exchange::request(
        socket,
        request.bytes(),
        Ending::Known,
        &mut |answer| {
            found = Family::read(answer);
            found.as_ref().map_or_else(|code| code.raw(), |_| 0)
        },
        record,
    )?;
    found
}

/// Passes every family to `each`, which returns 0 to continue, a positive number to end with success, a negative code to end with that.
pub fn families(
    socket: &Socket,
    each: &mut dyn FnMut(&Family) -> i32,
    mut record: Option<&mut ErrorRecord>,
) -> Result<()> {
    let request = request(socket, families_request).map_err(|code| refuse(record.as_deref_mut(), code))?;
    let mut read = |answer: &crate::wire::message::Message<'_>| match Family::read(answer) {
        Ok(family) => each(&family),
        Err(code) => code.raw(),
    };
    exchange::dump(socket, request.bytes(), &mut read, record)
}

/// Returns the kernel's policies for an operation of a family: -ENODATA where it has none, and as a request. Since Linux 5.10.
pub fn policies(
    socket: &Socket,
    family: &Family,
    command: u32,
    mut record: Option<&mut ErrorRecord>,
) -> Result<Policies> {
    let request =
        request(socket, |m| policy_request(m, family, command)).map_err(|code| refuse(record.as_deref_mut(), code))?;
    let mut policies = Policies::default();
    let mut read = |answer: &crate::wire::message::Message<'_>| match policies.add(answer) {
        Ok(()) => 0,
        Err(code) => code.raw(),
    };
    exchange::dump(socket, request.bytes(), &mut read, record)?;
    Ok(policies)
}
