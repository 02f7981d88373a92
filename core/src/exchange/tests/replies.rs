// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reader of replies against its rules, with random schedules of datagrams and without a socket.

use crate::exchange::reference::{compare, read_anything};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whose_a_message_is_agrees_with_the_rules(data in prop::collection::vec(any::<u8>(), 0..300)) {
        compare(&data);
    }

    #[test]
    fn every_datagram_has_an_end(data in prop::collection::vec(any::<u8>(), 0..200)) {
        read_anything(&data);
    }
}
