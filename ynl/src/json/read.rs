// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON text as values. Numbers are exact, members keep their order, and text is borrowed where it can be.

use crate::error::{Error, Result};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// Every integer of 64 bits.
    Int(i128),
    /// A number with a fraction or an exponent, or one beyond 64 bits.
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl Value<'_> {
    /// What it is, for an error message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a truth value",
            Value::Int(_) => "a number",
            Value::Float(_) => "a number that is no integer of 64 bits",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

/// Reads a whole text. -EINVAL with line and column where it is no JSON.
pub(crate) fn parse(text: &[u8]) -> Result<Value<'_>> {
    serde_json::from_slice(text).map_err(|error| {
        let mut message = error.to_string();
        // serde_json appends the place, which has fields of its own here.
        if let Some(at) = message.rfind(" at line ") {
            message.truncate(at);
        }
        let mut fault = Error::new(-libc::EINVAL, format!("the JSON text is malformed: {message}"));
        fault.line = Some(error.line());
        fault.column = Some(error.column());
        fault
    })
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        from.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Int(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> std::result::Result<Value<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> std::result::Result<Value<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some((Name(name), value)) = from.next_entry()? {
            members.push((name, value));
        }
        match twice(&members) {
            Some(name) => Err(serde::de::Error::custom(format_args!("the name '{name}' is given twice"))),
            None => Ok(Value::Object(members)),
        }
    }
}

/// Returns a name that two members have.
fn twice<'m>(members: &'m [(Cow<'_, str>, Value<'_>)]) -> Option<&'m str> {
    // Comparing each with each is faster for the few members that objects have.
    if members.len() <= 32 {
        let mut rest = members;
        while let Some(((name, _), others)) = rest.split_first() {
            if others.iter().any(|(other, _)| other == name) {
                return Some(name);
            }
            rest = others;
        }
        return None;
    }
    let mut names = HashSet::new();
    members.iter().find(|(name, _)| !names.insert(&**name)).map(|(name, _)| &**name)
}

/// A key: serde's own implementation for Cow never borrows.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        struct AnyName;
        impl<'de> Visitor<'de> for AnyName {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> std::result::Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(value.to_owned())))
            }
        }
        from.deserialize_str(AnyName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_exact_and_in_order() {
        let value =
            parse(br#"{"b": [18446744073709551615, -9223372036854775808, 1.5], "a": null, "c\n": "x"}"#).unwrap();
        let Value::Object(members) = value else { panic!("{value:?}") };
        assert_eq!(
            members[0].1,
            Value::List(vec![Value::Int(u64::MAX.into()), Value::Int(i64::MIN.into()), Value::Float(1.5)])
        );
        assert_eq!(members[1], ("a".into(), Value::Null));
        assert_eq!(members[2], ("c\n".into(), Value::Text("x".into())));
    }

    #[test]
    fn a_malformed_text_has_a_place() {
        let error = parse(b"{\"a\":\n  x}").unwrap_err();
        assert_eq!((error.code, error.line, error.column), (-libc::EINVAL, Some(2), Some(3)));
        assert!(!error.message.contains("line"), "{}", error.message);
        assert!(parse(&b"[".repeat(100_000)).is_err());
        assert!(parse(b"\"\xff\"").is_err());
        assert!(parse(b"1 2").is_err());
        assert_eq!(
            parse(br#"{"a": 1, "a": 2}"#).unwrap_err().message,
            "the JSON text is malformed: the name 'a' is given twice"
        );
    }
}
