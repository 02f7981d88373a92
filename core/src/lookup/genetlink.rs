// SPDX-License-Identifier: MIT OR Apache-2.0
//! Families of generic netlink.

use super::prepare;
use crate::error::{Code, ErrorRecord, Result};
use crate::exchange::{self, Ending};
use crate::family::genetlink::{Family, Policies, families_request, family_request, policy_request};
use crate::socket::Socket;
use crate::uapi::NETLINK_GENERIC;

/// Returns the family of that name; a module that has it is loaded if need be. -ENOENT where there is none, -EOPNOTSUPP
/// where the
/// socket is of another protocol, and as a request.
pub fn family(socket: &Socket, name: &[u8], mut record: Option<&mut ErrorRecord>) -> Result<Family> {
    let request = prepare(socket, NETLINK_GENERIC, || family_request(name), record.as_deref_mut())?;
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

/// Passes every family to `each`, which returns 0 to continue, a positive number to end with success, a negative code
/// to end with that.
pub fn families(
    socket: &Socket,
    each: &mut dyn FnMut(&Family) -> i32,
    mut record: Option<&mut ErrorRecord>,
) -> Result<()> {
    let request = prepare(socket, NETLINK_GENERIC, families_request, record.as_deref_mut())?;
    let mut read = |answer: &crate::wire::message::Message<'_>| match Family::read(answer) {
        Ok(family) => each(&family),
        Err(code) => code.raw(),
    };
    exchange::dump(socket, request.bytes(), &mut read, record)
}

/// Returns the kernel's policies for an operation of a family: -ENODATA where it has none, and as a request. Since
/// Linux 5.10.
pub fn policies(
    socket: &Socket,
    family: &Family,
    command: u32,
    mut record: Option<&mut ErrorRecord>,
) -> Result<Policies> {
    let request = prepare(socket, NETLINK_GENERIC, || policy_request(family, command), record.as_deref_mut())?;
    let mut policies = Policies::default();
    let mut read = |answer: &crate::wire::message::Message<'_>| match policies.add(answer) {
        Ok(()) => 0,
        Err(code) => code.raw(),
    };
    exchange::dump(socket, request.bytes(), &mut read, record)?;
    Ok(policies)
}
