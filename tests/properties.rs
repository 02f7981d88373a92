// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arbitrary trees of attributes: the builder writes the same bytes as a simple writer, and the readers return what was
//! written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use nlrs_core::error::Code;
use nlrs_core::uapi::NLA_F_NET_BYTEORDER;
use nlrs_core::wire::attribute::{self, Attributes};
use nlrs_core::wire::build::Builder;
use nlrs_core::wire::message::Cursor;
use nlrs_core::wire::value;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Node {
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    Be32(u32),
    Uint(u64),
    Sint(i64),
    Text(String),
    Bytes(Vec<u8>),
    Flag,
    Bits(u32, u32),
    Nest(Vec<(u16, Node)>),
    PlainNest(Vec<(u16, Node)>),
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        any::<u8>().prop_map(Node::U8),
        any::<u16>().prop_map(Node::U16),
        any::<u32>().prop_map(Node::U32),
        any::<u64>().prop_map(Node::U64),
        any::<u32>().prop_map(Node::Be32),
        prop_oneof![any::<u64>(), 0..1_u64 << 33].prop_map(Node::Uint),
        prop_oneof![any::<i64>(), -(1_i64 << 32)..1_i64 << 32].prop_map(Node::Sint),
        "[^\0]{0,30}".prop_map(Node::Text),
        prop::collection::vec(any::<u8>(), 0..70).prop_map(Node::Bytes),
        Just(Node::Flag),
        any::<(u32, u32)>().prop_map(|(value, selector)| Node::Bits(value, selector)),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let children = prop::collection::vec((0..0x4000_u16, inner), 0..6);
        prop_oneof![children.clone().prop_map(Node::Nest), children.prop_map(Node::PlainNest)]
    })
}

fn tree() -> impl Strategy<Value = Vec<(u16, Node)>> {
    prop::collection::vec((0..0x4000_u16, node()), 0..8)
}

/// Writes with the builder.
fn build(m: &mut Builder, tree: &[(u16, Node)]) -> Result<(), Code> {
    for (ty, node) in tree {
        let ty = u32::from(*ty);
        match node {
            Node::U8(value) => m.put_u8(ty, *value)?,
            Node::U16(value) => m.put_u16(ty, *value)?,
            Node::U32(value) => m.put_u32(ty, *value)?,
            Node::U64(value) => m.put_u64(ty, *value)?,
            Node::Be32(value) => m.put_u32(ty | u32::from(NLA_F_NET_BYTEORDER), value.to_be())?,
            Node::Uint(value) => m.put_uint(ty, *value)?,
            Node::Sint(value) => m.put_sint(ty, *value)?,
            Node::Text(text) => m.put_str(ty, text.as_bytes())?,
            Node::Bytes(bytes) => m.put_bytes(ty, bytes)?,
            Node::Flag => m.put_flag(ty)?,
            Node::Bits(value, selector) => m.put_bitfield32(ty, *value, *selector)?,
            Node::Nest(children) | Node::PlainNest(children) => {
                let nest = match node {
                    Node::Nest(_) => m.nest_begin(ty)?,
                    _ => m.nest_begin_noflag(ty)?,
                };
                build(m, children)?;
                m.nest_end(nest)?;
            }
        }
    }
    Ok(())
}

/// Writes with a simple writer.
fn write(tree: &[(u16, Node)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (ty, node) in tree {
        let (flags, payload) = match node {
            Node::U8(value) => (0, value.to_ne_bytes().to_vec()),
            Node::U16(value) => (0, value.to_ne_bytes().to_vec()),
            Node::U32(value) => (0, value.to_ne_bytes().to_vec()),
            Node::U64(value) => (0, value.to_ne_bytes().to_vec()),
            Node::Be32(value) => (0x4000, value.to_be_bytes().to_vec()),
            Node::Uint(value) => match u32::try_from(*value) {
                Ok(value) => (0, value.to_ne_bytes().to_vec()),
                Err(_) => (0, value.to_ne_bytes().to_vec()),
            },
            Node::Sint(value) => match i32::try_from(*value) {
                Ok(value) => (0, value.to_ne_bytes().to_vec()),
                Err(_) => (0, value.to_ne_bytes().to_vec()),
            },
            Node::Text(text) => (0, [text.as_bytes(), &[0]].concat()),
            Node::Bytes(bytes) => (0, bytes.clone()),
            Node::Flag => (0, Vec::new()),
            Node::Bits(value, selector) => (0, [value.to_ne_bytes(), selector.to_ne_bytes()].concat()),
            Node::Nest(children) => (0x8000, write(children)),
            Node::PlainNest(children) => (0, write(children)),
        };
        out.extend(u16::try_from(payload.len() + 4).unwrap().to_ne_bytes());
        out.extend((ty | flags).to_ne_bytes());
        out.extend(payload);
        out.resize(out.len().div_ceil(4) * 4, 0);
    }
    out
}

/// Reads with the library and compares.
fn read(bytes: &[u8], tree: &[(u16, Node)]) {
    let mut attributes = Attributes::new(bytes);
    for (ty, node) in tree {
        let attribute = attributes.next().unwrap().unwrap();
        assert_eq!(attribute.ty(), *ty);
        let payload = attribute.payload();
        match node {
            Node::U8(value) => assert_eq!(value::exact(payload).map(u8::from_ne_bytes), Ok(*value)),
            Node::U16(value) => assert_eq!(value::exact(payload).map(u16::from_ne_bytes), Ok(*value)),
            Node::U32(value) => assert_eq!(value::exact(payload).map(u32::from_ne_bytes), Ok(*value)),
            Node::U64(value) => assert_eq!(value::exact(payload).map(u64::from_ne_bytes), Ok(*value)),
            Node::Be32(value) => assert_eq!(value::be_uint(payload), Ok(u64::from(*value))),
            Node::Uint(value) => assert_eq!(value::uint(payload), Ok(*value)),
            Node::Sint(value) => assert_eq!(value::sint(payload), Ok(*value)),
            Node::Text(text) => {
                assert_eq!(value::terminated(payload), Ok(()));
                assert_eq!(value::text(payload), text.as_bytes());
            }
            Node::Bytes(bytes) => assert_eq!(payload, bytes),
            Node::Flag => assert!(payload.is_empty()),
            Node::Bits(value, selector) => assert_eq!(value::bitfield32(payload), Ok((*value, *selector))),
            Node::Nest(children) | Node::PlainNest(children) => read(payload, children),
        }
    }
    assert!(attributes.next().unwrap().is_none());
    assert!(attributes.rest().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn built_bytes_are_the_plain_writers(tree in tree(), header in prop::collection::vec(any::<u8>(), 0..21), capacity in 0..300_usize) {
        let mut m = Builder::growing(capacity).unwrap();
        for _ in 0..2 {
            m.begin(24, 5).unwrap();
            m.put_header(&header).unwrap();
            build(&mut m, &tree).unwrap();
            m.end().unwrap();
        }
        let mut message = [0, 0, 0, 0].to_vec();
        message.extend(24_u16.to_ne_bytes());
        message.extend(5_u16.to_ne_bytes());
        message.extend([0; 8]);
        message.extend(&header);
        message.resize(message.len().div_ceil(4) * 4, 0);
        let start = message.len();
        message.extend(write(&tree));
        let len = u32::try_from(message.len()).unwrap();
        message[..4].copy_from_slice(&len.to_ne_bytes());
        prop_assert_eq!(m.bytes(), [&message[..], &message].concat());
        prop_assert_eq!(m.count(), 2);

        let mut cursor = Cursor::new(m.bytes().len());
        for _ in 0..2 {
            let read_back = cursor.next(m.bytes()).unwrap().unwrap();
            read(&read_back.bytes()[start..], &tree);
        }
        prop_assert!(cursor.next(m.bytes()).unwrap().is_none());
    }

    /// With any limit, either the whole message is built, or none of it and the code is that of a limit.
    #[test]
    fn a_limit_leaves_all_or_nothing(tree in tree(), limit in 16..600_usize) {
        let mut m = Builder::growing(0).unwrap();
        m.set_max_len(limit).unwrap();
        m.begin(24, 5).unwrap();
        let built = build(&mut m, &tree);
        let ended = m.end();
        prop_assert_eq!(built, ended);
        let whole = 16 + write(&tree).len();
        prop_assert_eq!(ended, if whole <= limit { Ok(()) } else { Err(Code::EMSGSIZE) });
        prop_assert_eq!(m.bytes().len(), if whole <= limit { whole } else { 0 });
    }

    /// Copies of attributes equal the attributes.
    #[test]
    fn copied_attributes_are_the_same(tree in tree()) {
        let bytes = write(&tree);
        let mut m = Builder::growing(0).unwrap();
        m.begin(24, 5).unwrap();
        m.put_attributes(&bytes).unwrap();
        m.end().unwrap();
        prop_assert_eq!(&m.bytes()[16..], &bytes[..]);
    }

    /// Find returns the first attribute of a type, and a path leads to the same attribute as a search level by level.
    #[test]
    fn finds_agree_with_a_search(tree in tree()) {
        let bytes = write(&tree);
        for (ty, node) in &tree {
            let (_, first) = tree.iter().find(|(other, _)| other == ty).unwrap();
            let found = attribute::find(&bytes, u32::from(*ty)).unwrap().unwrap();
            if let (Node::Nest(children) | Node::PlainNest(children), true) = (node, std::ptr::eq(node, first)) {
                read(found.payload(), children);
                if let Some((inner, _)) = children.first() {
                    let inner = attribute::find_path(&bytes, &[u32::from(*ty), u32::from(*inner)]).unwrap().unwrap();
                    prop_assert_eq!(Some(inner.bytes()), Attributes::new(found.payload()).next().unwrap().map(|a| a.bytes()));
                }
            }
        }
        prop_assert!(attribute::find(&bytes, 0x4000).unwrap().is_none());
    }
}
