// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory whose allocation may fail, -ENOMEM where std would abort, and memory that threads share.
//!
//! | file | |
//! |---|---|
//! | `buffer` | bytes that can grow |
//! | `fallible` | boxes and vectors |
//! | `lock` | a value that one thread at a time uses |
//! | `message_buffer` | what messages are built in: a caller's buffer, or memory that grows |
//! | `plain` | structs that are nothing but their bytes |
//! | `shared` | counted references |

mod buffer;
mod fallible;
mod lock;
mod message_buffer;
pub mod plain;
mod shared;

pub(crate) use buffer::Buf;
pub use fallible::{try_box, try_filled, try_push};
pub(crate) use lock::{Guard, Lock};
pub use message_buffer::MessageBuffer;
pub use shared::Shared;
