// SPDX-License-Identifier: MIT OR Apache-2.0
//! The exchanges against a scripted peer: every case that the kernel cannot be made to play at will.

mod batch;
mod dump;
mod extack;
mod replies;
mod request;

use crate::error::{Code, ErrorRecord};
use crate::mem::Shared;
use crate::socket::{Peer, Socket, SocketOptions};
use crate::uapi::NLMSG_HDRLEN;
use crate::wire::message::{Header, Message};

/// Message types of NETLINK_ROUTE that the cases use.
const NEWLINK: u16 = 16;
const GETLINK: u16 = 18;
const NEWROUTE: u16 = 24;
const GETROUTE: u16 = 26;

const ROUTE: i32 = crate::uapi::NETLINK_ROUTE;

/// A socket whose peer plays what `script` prepares.
fn scripted(protocol: i32, script: impl FnOnce(&Peer)) -> Shared<Socket> {
    let peer = Peer::new().unwrap();
    script(&peer);
    let mut options = SocketOptions::new();
    options.set_timeout(200);
    Shared::new(Socket::open_peer(protocol, &peer, &options).unwrap()).unwrap()
}

/// A message with that payload to the socket's port. Sequence number 0: the peer puts in the request's, and the port.
fn message(ty: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(NLMSG_HDRLEN + payload.len()).unwrap();
    let portid = if seq == 0 { 0 } else { 1 };
    let mut bytes = Header { len, ty, flags, seq, portid }.to_bytes().to_vec();
    bytes.extend_from_slice(payload);
    bytes
}

/// Several messages in one datagram.
fn datagram(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend_from_slice(message);
    }
    bytes
}

/// An attribute with its padding.
fn attribute(ty: u16, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(4 + payload.len()).unwrap();
    let mut bytes = [len.to_ne_bytes(), ty.to_ne_bytes()].concat();
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// What a call handed to its callback, and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    types: Vec<u16>,
    result: Result<(), Code>,
}

fn ended(types: &[u16], result: Result<(), Code>) -> Outcome {
    Outcome { types: types.to_vec(), result }
}

/// A request with NLM_F_… `flags` and a family header of 16 zero bytes.
fn ask(socket: &Socket, ty: u16, flags: u16) -> Outcome {
    ask_with(socket, ty, flags, None, &mut |_| 0)
}

fn ask_with(
    socket: &Socket,
    ty: u16,
    flags: u16,
    report: Option<&mut ErrorRecord>,
    each: &mut dyn FnMut(&Message<'_>) -> i32,
) -> Outcome {
    let mut types = Vec::new();
    let result = super::request(
        socket,
        &message(ty, flags, 77, &[0; 16]),
        super::Ending::Known,
        &mut |message| {
            types.push(message.header.ty);
            each(message)
        },
        report,
    );
    Outcome { types, result }
}
