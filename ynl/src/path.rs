// SPDX-License-Identifier: MIT OR Apache-2.0
//! The name of the attribute that the kernel means: it sends an offset in the request.

use crate::decode::{Level, split_header, unknown_name};
use crate::spec::model::{AttributeSet, Element, Kind, Operation, Spec};
use crate::wire::{ATTRIBUTE_HEADER, Attr, attrs};

/// An attribute of a request.
pub(crate) struct Found<'a> {
    /// Names from the outermost on.
    pub(crate) names: Vec<String>,
    /// The attributes that may stand in it.
    pub(crate) inside: Option<&'a AttributeSet>,
}

impl Found<'_> {
    /// The names with dots between them.
    pub(crate) fn text(&self) -> String {
        self.names.join(".")
    }
}

/// Returns the attribute at `target`, an offset in the payload of a request: the family's header, then attributes.
pub(crate) fn find<'a>(
    spec: &'a Spec,
    operation: &'a Operation,
    payload: &'a [u8],
    target: usize,
) -> Option<Found<'a>> {
    let header = operation.header.map(|id| spec.structure(id));
    let set = spec.set_or_none(operation.set);
    let mut found = Found { names: Vec::new(), inside: Some(set) };
    let (start, bytes) = match header {
        Some(header) => (crate::wire::align(header.size), split_header(header, payload).1),
        None => (0, payload),
    };
    if let Some(header) = header.filter(|_| target < start) {
        let member = header
            .members
            .iter()
            .find(|member| target >= member.offset && target < member.offset.saturating_add(member.size))?;
        found.names.push(member.name.to_string());
        return Some(found);
    }
    let header = header.map(|header| (header, split_header(header, payload).0));
    let level = Level { set, bytes, header, outer: None };
    descend(spec, &level, target.checked_sub(start)?, &mut found).then_some(found)
}

/// Returns the name of a missing attribute: its number, and the nest where it is missing.
pub(crate) fn missing(spec: &Spec, operation: &Operation, payload: &[u8], number: u16, nest: Option<usize>) -> String {
    let found = nest.and_then(|nest| find(spec, operation, payload, nest));
    let set = match &found {
        Some(found) => found.inside,
        None => Some(spec.set_or_none(operation.set)),
    };
    let name = match set.and_then(|set| set.by_number(number)) {
        Some(attribute) => attribute.name.to_string(),
        None => unknown_name(number),
    };
    match found {
        Some(found) if !found.names.is_empty() => format!("{}.{name}", found.text()),
        _ => name,
    }
}

/// Whether the attribute at `target` of the level's bytes was found. Follows what decoding does, one path of it.
fn descend<'s>(spec: &'s Spec, level: &Level<'_>, target: usize, found: &mut Found<'s>) -> bool {
    let Some(attr) = attrs(level.bytes).find(|attr| contains(attr, target)) else { return false };
    let attribute = level.set.by_number(attr.number);
    found.names.push(attribute.map_or_else(|| unknown_name(attr.number), |attribute| attribute.name.to_string()));
    // More levels than a message can have would need more bytes than it can have.
    let target = target.saturating_sub(attr.offset);
    let here = target < ATTRIBUTE_HEADER;
    let target = target.saturating_sub(ATTRIBUTE_HEADER);
    let Some(attribute) = attribute else {
        found.inside = None;
        return here || target < attr.payload.len();
    };
    match &attribute.kind {
        Kind::Nest(set) => {
            found.inside = Some(spec.set(*set));
            here || descend(
                spec,
                &Level { set: spec.set(*set), bytes: attr.payload, header: None, outer: Some(level) },
                target,
                found,
            )
        }
        Kind::Array(Element::Nest(set)) => {
            found.inside = Some(spec.set(*set));
            if here {
                return true;
            }
            let Some(item) = attrs(attr.payload).find(|item| contains(item, target)) else { return true };
            found.names.push(item.number.to_string());
            let target = target.saturating_sub(item.offset);
            target < ATTRIBUTE_HEADER
                || descend(
                    spec,
                    &Level { set: spec.set(*set), bytes: item.payload, header: None, outer: Some(level) },
                    target - ATTRIBUTE_HEADER,
                    found,
                )
        }
        Kind::SubMessage { message, selector } => {
            let format = level.selector(spec, selector).and_then(|value| spec.format(*message, &value));
            let Some(format) = format else {
                found.inside = None;
                return true;
            };
            let set = spec.set_or_none(format.set);
            found.inside = Some(set);
            if here {
                return true;
            }
            match format.header.map(|id| spec.structure(id)) {
                None => {
                    descend(spec, &Level { set, bytes: attr.payload, header: None, outer: Some(level) }, target, found)
                }
                Some(header) => {
                    let (head, rest) = split_header(header, attr.payload);
                    match target.checked_sub(crate::wire::align(header.size)) {
                        None => true,
                        Some(target) => descend(
                            spec,
                            &Level { set, bytes: rest, header: Some((header, head)), outer: Some(level) },
                            target,
                            found,
                        ),
                    }
                }
            }
        }
        _ => {
            found.inside = None;
            true
        }
    }
}

fn contains(attr: &Attr<'_>, target: usize) -> bool {
    target >= attr.offset && target < attr.offset.saturating_add(ATTRIBUTE_HEADER).saturating_add(attr.payload.len())
}
