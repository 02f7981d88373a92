// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an ack, an error or the end of a dump says.
