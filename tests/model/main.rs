// SPDX-License-Identifier: MIT OR Apache-2.0
//! The engines against small models of what they must do, with random schedules of faults.
//!
//! | file | |
//! |---|---|
//! | `wire` | messages as bytes; a peer with its socket |
//! | `kernel` | a peer that answers requests as it was told to, and what it said |
//! | `exchange` | requests, dumps and batches on one socket |
//! | `monitor` | a monitor that follows groups |
//! | `object` | objects of two tables as messages |
//! | `view` | a monitor that keeps tables in step with a kernel |
//!
//! The models know no buffers and no state machine of the library: what the peer has said, and for each call the rules of the header. No
//! answer may come to the wrong request, nothing twice, and nothing may be lost without being told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unsafe_code)]

mod exchange;
mod kernel;
mod monitor;
mod object;
mod view;
mod wire;

use proptest::prelude::ProptestConfig;

/// As many schedules as PROPTEST_CASES says; none is kept in a file. One that fails by waiting in vain is not made smaller for ever.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, max_shrink_time: 20_000, ..ProptestConfig::default() }
}
