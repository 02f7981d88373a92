// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory whose allocation may fail: -ENOMEM where std would abort.
//!
//! | file | |
//! |---|---|
//! | `block` | memory of a boxed value, kept for the next value |
//! | `buffer` | bytes that can grow |
//! | `fallible` | boxes and vectors |
//! | `message_buffer` | what messages are built in: a caller's buffer, or memory that grows |
//! | `shared` | counted references |

mod block;
mod buffer;
mod fallible;
mod message_buffer;
mod shared;

pub use block::Block;
pub(crate) use buffer::Buf;
pub use fallible::{try_box, try_filled, try_push};
pub use message_buffer::MessageBuffer;
pub use shared::Shared;
