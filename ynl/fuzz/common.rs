// SPDX-License-Identifier: MIT OR Apache-2.0
//! Families to fuzz with: those that the library carries.
use nlrs_ynl::{Family, OpenOptions};

/// A family, and the operation that the first byte of the input chooses.
pub struct Choice {
    pub family: Family,
    pub operation: &'static str,
}

const TEXTS: [(&str, &[&str]); 6] = [
    (include_str!("../specs/rt-link.yaml"), &["newlink", "getlink", "getstats"]),
    (include_str!("../specs/rt-route.yaml"), &["newroute", "getroute"]),
    (include_str!("../specs/rt-addr.yaml"), &["newaddr", "getaddr"]),
    (include_str!("../specs/rt-neigh.yaml"), &["newneigh", "getneightbl"]),
    (include_str!("../specs/rt-rule.yaml"), &["newrule", "getrule"]),
    (include_str!("../specs/nlctrl.yaml"), &["getfamily", "getpolicy"]),
];

pub fn choose(byte: u8) -> Choice {
    thread_local! {
        static FAMILIES: Vec<Family> = TEXTS
            .iter()
            .map(|(text, _)| {
                let family = Family::from_text(text, "x", OpenOptions::default()).expect("what is carried is right");
                family.set_family_id(0x20);
                family
            })
            .collect();
    }
    let at = usize::from(byte) % TEXTS.len();
    let operations = TEXTS[at].1;
    let operation = operations[usize::from(byte) / TEXTS.len() % operations.len()];
    FAMILIES.with(|families| Choice { family: families[at].clone(), operation })
}
