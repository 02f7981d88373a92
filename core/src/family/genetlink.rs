// SPDX-License-Identifier: MIT OR Apache-2.0
//! Generic netlink: families, their operations, groups and policies, as nlctrl reports them.

use super::Answering;
use crate::error::{Code, Result};
use crate::mem::{Buf, try_push};
use crate::uapi::GENL_ID_CTRL;
use crate::wire::attribute::{self, Attribute, Attributes};
use crate::wire::build::Builder;
use crate::wire::extack;
use crate::wire::message::{Header, Message};
use crate::wire::policy::{self, Rule, Rules};
use crate::wire::{copy, value};
use alloc::vec::Vec;

/// Bytes of `struct genlmsghdr` of linux/genetlink.h.
pub(super) const HEADER_LEN: usize = 4;

const CTRL_CMD_NEWFAMILY: u8 = 1;
const CTRL_CMD_DELFAMILY: u8 = 2;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_CMD_GETPOLICY: u8 = 10;

const CTRL_ATTR_FAMILY_ID: u32 = 1;
const CTRL_ATTR_FAMILY_NAME: u32 = 2;
const CTRL_ATTR_VERSION: u32 = 3;
const CTRL_ATTR_HDRSIZE: u32 = 4;
const CTRL_ATTR_MAXATTR: u32 = 5;
const CTRL_ATTR_OPS: u32 = 6;
const CTRL_ATTR_MCAST_GROUPS: u32 = 7;
const CTRL_ATTR_POLICY: u32 = 8;
const CTRL_ATTR_OP_POLICY: u32 = 9;
const CTRL_ATTR_OP: u32 = 10;

const NL_POLICY_TYPE_ATTR_POLICY_IDX: u32 = 8;

/// GENL_NAMSIZ: the longest name with its NUL.
const NAME_MAX: usize = 16;

/// Of other families than the controller it is not known.
pub(super) fn answering(request: &Header) -> Answering {
    if request.ty == GENL_ID_CTRL { Answering::One } else { Answering::Ack }
}

/// A family as nlctrl described it.
#[derive(Debug)]
pub struct Family {
    /// nlctrl's message.
    message: Buf,
    /// Message type of the family; 0 while it is not registered.
    id: u16,
    version: u32,
    header_size: u32,
    max_attribute: u32,
}

/// The attributes of a message of nlctrl; -ENOMSG where it is of another family or not of that command.
fn attributes<'a>(message: &Message<'a>, command: u8) -> Result<&'a [u8]> {
    if message.header.ty != GENL_ID_CTRL || message.payload().first() != Some(&command) {
        return Err(Code::ENOMSG);
    }
    message.payload().get(HEADER_LEN..).ok_or(Code::EBADMSG)
}

/// A 32-bit attribute; None where it is missing or malformed.
fn word(attributes: &[u8], ty: u32) -> Option<u32> {
    let found = attribute::find(attributes, ty).ok()??;
    found.payload().try_into().ok().map(u32::from_ne_bytes)
}

/// The name and its NUL; None where it is missing or malformed.
fn name_in(attributes: &[u8], ty: u32) -> Option<&[u8]> {
    let payload = attribute::find(attributes, ty).ok()??.payload();
    value::terminated(payload).ok()?;
    Some(value::text(payload))
}

/// Entry number `index` of an array of nests.
fn entry(attributes: &[u8], array: u32, index: usize) -> Option<&[u8]> {
    let mut entries = Attributes::new(attribute::find(attributes, array).ok()??.payload());
    let mut entry = None;
    for _ in 0..=index {
        entry = entries.next().ok()?;
        entry?;
    }
    entry.map(|entry| entry.payload())
}

impl Family {
    /// Reads a family out of nlctrl's CTRL_CMD_NEWFAMILY, of which a copy is kept: -ENOMSG where it is
    /// another message, -EBADMSG
    /// where ID or name are missing or malformed, -ENOMEM.
    pub fn read(message: &Message<'_>) -> Result<Family> {
        let attributes = attributes(message, CTRL_CMD_NEWFAMILY)?;
        let id = attribute::find(attributes, CTRL_ATTR_FAMILY_ID)?.ok_or(Code::EBADMSG)?;
        let id = u16::from_ne_bytes(id.payload().try_into().map_err(|_| Code::EBADMSG)?);
        name_in(attributes, CTRL_ATTR_FAMILY_NAME).ok_or(Code::EBADMSG)?;
        let mut copied = Buf::empty();
        copied.grow(message.bytes.len())?;
        copy(copied.as_mut_slice(), message.bytes);
        Ok(Family {
            id,
            version: word(attributes, CTRL_ATTR_VERSION).unwrap_or(0),
            header_size: word(attributes, CTRL_ATTR_HDRSIZE).unwrap_or(0),
            max_attribute: word(attributes, CTRL_ATTR_MAXATTR).unwrap_or(0),
            message: copied,
        })
    }

    fn attributes(&self) -> &[u8] {
        self.message.as_slice().get(crate::uapi::NLMSG_HDRLEN + HEADER_LEN..).unwrap_or(&[])
    }

    /// Returns the message type of the family; 0 while it is not registered.
    pub fn id(&self) -> u16 {
        self.id
    }

    /// Returns the name, which a NUL follows in memory.
    pub fn name(&self) -> &[u8] {
        name_in(self.attributes(), CTRL_ATTR_FAMILY_NAME).unwrap_or(&[])
    }

    /// Returns the version of the family's interface.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Returns how many bytes of header the family has behind struct genlmsghdr.
    pub fn header_size(&self) -> u32 {
        self.header_size
    }

    /// Returns the largest attribute type that the family takes; 0 where each operation has its own.
    pub fn max_attribute(&self) -> u32 {
        self.max_attribute
    }

    /// Returns operation number `index`: its command and its GENL_… flags.
    pub fn operation(&self, index: usize) -> Option<(u32, u32)> {
        let operation = entry(self.attributes(), CTRL_ATTR_OPS, index)?;
        Some((word(operation, 1)?, word(operation, 2)?))
    }

    /// Returns multicast group number `index`: its name, which a NUL follows in memory, and its number.
    pub fn group_at(&self, index: usize) -> Option<(&[u8], u32)> {
        let group = entry(self.attributes(), CTRL_ATTR_MCAST_GROUPS, index)?;
        Some((name_in(group, 1)?, word(group, 2)?))
    }

    /// Returns the number of the multicast group of that name; -ENOENT.
    pub fn group(&self, name: &[u8]) -> Result<u32> {
        let mut index = 0;
        while let Some((found, number)) = self.group_at(index) {
            if found == name {
                return Ok(number);
            }
            index += 1;
        }
        Err(Code::ENOENT)
    }

    /// Begins a message of the family: struct genlmsghdr and a zeroed header of the family's. The message's
    /// failure: also -ENOENT while the
    /// family is not registered, -ERANGE where `command` has more than 8 bits.
    pub fn begin(&self, m: &mut Builder, command: u32, flags: u32) -> Result<()> {
        m.begin_out_of_line(u32::from(self.id), flags)?;
        let Ok(command) = u8::try_from(command) else { return Err(m.refuse(0, Code::ERANGE)) };
        if self.id == 0 {
            return Err(m.refuse(0, Code::ENOENT));
        }
        m.put_header_out_of_line(&[command, self.version.to_le_bytes()[0], 0, 0])?;
        let mut left = self.header_size as usize;
        while left > 0 {
            let some = left.min(NAME_MAX);
            m.put_header_out_of_line([0; NAME_MAX].get(..some).unwrap_or(&[]))?;
            left -= some;
        }
        Ok(())
    }

    /// Follows an event of nlctrl's group "notify": whether the family has changed. One that is
    /// unregistered has no ID from then
    /// on, and one that is registered again has its new ID, operations and groups. Other messages change nothing.
    pub fn update(&mut self, event: &Message<'_>) -> Result<bool> {
        let (command, is_deleted) = match event.payload().first() {
            Some(&CTRL_CMD_DELFAMILY) => (CTRL_CMD_DELFAMILY, true),
            _ => (CTRL_CMD_NEWFAMILY, false),
        };
        let Ok(attributes) = attributes(event, command) else { return Ok(false) };
        if name_in(attributes, CTRL_ATTR_FAMILY_NAME) != Some(self.name()) {
            return Ok(false);
        }
        if is_deleted {
            self.id = 0;
        } else {
            *self = Family::read(event)?;
        }
        Ok(true)
    }
}

/// A request to nlctrl.
fn control(command: u8, attributes: &[(u32, &[u8])]) -> Result<Builder> {
    Builder::message(u32::from(GENL_ID_CTRL), &[command, 2, 0, 0], attributes)
}

/// A request for the family of that name; -ENOENT where no family can be called so.
pub(crate) fn family_request(name: &[u8]) -> Result<Builder> {
    let mut terminated = [0; NAME_MAX];
    if name.is_empty() || name.len() >= NAME_MAX {
        return Err(Code::ENOENT);
    }
    value::copy_out(&mut terminated, name);
    control(CTRL_CMD_GETFAMILY, &[(CTRL_ATTR_FAMILY_NAME, terminated.get(..=name.len()).unwrap_or(&[]))])
}

/// A request for all families.
pub(crate) fn families_request() -> Result<Builder> {
    control(CTRL_CMD_GETFAMILY, &[])
}

/// A request for the policies of one operation.
pub(crate) fn policy_request(family: &Family, command: u32) -> Result<Builder> {
    let (id, command) = (family.id.to_ne_bytes(), command.to_ne_bytes());
    control(CTRL_CMD_GETPOLICY, &[(CTRL_ATTR_FAMILY_ID, &id), (CTRL_ATTR_OP, &command)])
}

/// One rule of a policy, which has a number; so has the policy of its nest.
#[derive(Clone, Copy, Debug)]
pub struct NumberedRule {
    /// Number of the policy.
    pub policy: u32,
    /// The rule.
    pub rule: Rule<u32>,
}

/// The policies that a family has for one operation.
#[derive(Debug, Default)]
pub struct Policies {
    /// The rules, those of one policy beside each other, numbers ascending.
    rules: Vec<NumberedRule>,
    /// Numbers of the policies for a plain request and for a dump.
    roots: [Option<u32>; 2],
}

impl Policies {
    /// Adds what one message of nlctrl's CTRL_CMD_GETPOLICY holds: -EBADMSG where it is malformed, -ENOMEM.
    pub fn add(&mut self, message: &Message<'_>) -> Result<()> {
        let attributes = attributes(message, CTRL_CMD_GETPOLICY)?;
        if let Some(operations) = attribute::find(attributes, CTRL_ATTR_OP_POLICY)? {
            if let Some(operation) = Attributes::new(operations.payload()).next()? {
                self.roots = [word(operation.payload(), 1), word(operation.payload(), 2)];
            }
        }
        let Some(policies) = attribute::find(attributes, CTRL_ATTR_POLICY)? else { return Ok(()) };
        let mut policies = Attributes::new(policies.payload());
        while let Some(policy) = policies.next()? {
            let mut types = Attributes::new(policy.payload());
            while let Some(ty) = types.next()? {
                self.add_rule(u32::from(policy.ty()), &ty)?;
            }
        }
        Ok(())
    }

    fn add_rule(&mut self, policy: u32, attribute: &Attribute<'_>) -> Result<()> {
        if self.rules.last().is_some_and(|last| last.policy > policy) {
            return Err(Code::EBADMSG);
        }
        let kernel = extack::policy(attribute.payload());
        let mut flags = 0;
        let (min, max) = match (kernel.range_s, kernel.range_u) {
            (Some(range), _) => range,
            (None, Some((min, max))) => (min as i64, max as i64),
            (None, None) => (0, 0),
        };
        let kind = kind_of(kernel.ty.unwrap_or(0));
        let has_value = (policy::U8..=policy::S64).contains(&kind) || kind == policy::UINT || kind == policy::SINT;
        if has_value && (kernel.range_s.is_some() || kernel.range_u.is_some()) {
            flags |= policy::RANGE;
        }
        if kernel.mask.is_some() && (has_value || kind == policy::BITFIELD32) {
            flags |= policy::MASK;
        }
        let rule = Rule {
            ty: u32::from(attribute.ty()),
            kind,
            flags,
            min_len: kernel.length.0.unwrap_or(0),
            max_len: kernel.length.1.unwrap_or(0),
            min,
            max,
            mask: kernel.mask.unwrap_or(0),
            nested: word(attribute.payload(), NL_POLICY_TYPE_ATTR_POLICY_IDX),
        };
        try_push(&mut self.rules, NumberedRule { policy, rule })
    }

    /// Returns the number of the policy for a request, or for a dump. None where the operation has none.
    pub fn root(&self, is_dump: bool) -> Option<u32> {
        self.roots.get(usize::from(is_dump)).copied().flatten()
    }

    /// Returns all rules, those of one policy beside each other.
    pub fn rules(&self) -> &[NumberedRule] {
        &self.rules
    }

    /// Returns where in [`Policies::rules`] those of a policy are.
    pub fn range(&self, policy: u32) -> (usize, usize) {
        let start = self.rules.iter().take_while(|rule| rule.policy < policy).count();
        let end = self.rules.iter().take_while(|rule| rule.policy <= policy).count();
        (start, end)
    }

    /// Returns the policy of that number, for [`policy::check`].
    pub fn policy(&self, number: u32) -> PolicyView<'_> {
        let (start, end) = self.range(number);
        PolicyView { policies: self, start, end }
    }
}

/// One of several policies.
#[derive(Clone, Copy, Debug)]
pub struct PolicyView<'a> {
    policies: &'a Policies,
    start: usize,
    end: usize,
}

impl Rules for PolicyView<'_> {
    fn rule(self, index: usize) -> Option<Rule<Self>> {
        let rules = self.policies.rules.get(self.start..self.end)?;
        let Rule { ty, kind, flags, min_len, max_len, min, max, mask, nested } = rules.get(index)?.rule;
        let nested = nested.map(|number| self.policies.policy(number));
        Some(Rule { ty, kind, flags, min_len, max_len, min, max, mask, nested })
    }
}

/// Our kind for NL_ATTR_TYPE_…; any payload for a type that is not known.
fn kind_of(ty: u32) -> u32 {
    match ty {
        1..=9 => ty, // FLAG, U8 … U64, S8 … S64
        11 => policy::TEXT,
        12 => policy::NUL_TEXT,
        13 => policy::NEST,
        14 => policy::NEST_ARRAY,
        15 => policy::BITFIELD32,
        16 => policy::SINT,
        17 => policy::UINT,
        _ => policy::ANY,
    }
}
const _: () = assert!(policy::FLAG == 1 && policy::U8 == 2 && policy::U64 == 5 && policy::S8 == 6 && policy::S64 == 9);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn built(build: impl FnOnce(&mut Builder)) -> Vec<u8> {
        let mut m = Builder::growing(0).unwrap();
        build(&mut m);
        m.end().unwrap();
        m.bytes().to_vec()
    }

    fn begin_control(m: &mut Builder, command: u8) -> Result<()> {
        m.begin(u32::from(GENL_ID_CTRL), 0)?;
        m.put_header(&[command, 2, 0, 0])
    }

    fn nest(m: &mut Builder, ty: u32, inside: impl FnOnce(&mut Builder)) {
        let nest = m.nest_begin(ty).unwrap();
        inside(m);
        m.nest_end(nest).unwrap();
    }

    fn announced(command: u8, name: &[u8], id: u16, group: u32) -> Vec<u8> {
        built(|m| {
            begin_control(m, command).unwrap();
            m.put_str(CTRL_ATTR_FAMILY_NAME, name).unwrap();
            m.put_u16(CTRL_ATTR_FAMILY_ID, id).unwrap();
            m.put_u32(CTRL_ATTR_VERSION, 3).unwrap();
            m.put_u32(CTRL_ATTR_HDRSIZE, 20).unwrap();
            m.put_u32(CTRL_ATTR_MAXATTR, 9).unwrap();
            nest(m, CTRL_ATTR_OPS, |m| {
                for (index, (command, flags)) in [(1, 11), (5, 26)].into_iter().enumerate() {
                    nest(m, u32::try_from(index).unwrap() + 1, |m| {
                        m.put_u32(1, command).unwrap();
                        m.put_u32(2, flags).unwrap();
                    });
                }
            });
            nest(m, CTRL_ATTR_MCAST_GROUPS, |m| {
                nest(m, 1, |m| {
                    m.put_u32(2, group).unwrap();
                    m.put_str(1, b"events").unwrap();
                });
            });
        })
    }

    fn family(bytes: &[u8]) -> Result<Family> {
        Family::read(&Message::read(bytes).unwrap())
    }

    #[test]
    fn a_family_is_read() {
        let family = family(&announced(1, b"acme", 0x21, 7)).unwrap();
        assert_eq!((family.name(), family.id(), family.version()), (&b"acme"[..], 0x21, 3));
        assert_eq!((family.header_size(), family.max_attribute()), (20, 9));
        assert_eq!([0, 1, 2].map(|index| family.operation(index)), [Some((1, 11)), Some((5, 26)), None]);
        assert_eq!((family.group_at(0), family.group_at(1)), (Some((&b"events"[..], 7)), None));
        assert_eq!((family.group(b"events"), family.group(b"event")), (Ok(7), Err(Code::ENOENT)));
        let request = built(|m| family.begin(m, 5, 0x300).unwrap());
        let expected = [&[5, 3, 0, 0][..], &[0; 20]].concat();
        let message = Message::read(&request).unwrap();
        assert_eq!((message.header.ty, message.header.flags, message.payload()), (0x21, 0x300, &expected[..]));
        let mut m = Builder::growing(0).unwrap();
        assert_eq!(family.begin(&mut m, 256, 0), Err(Code::ERANGE));
    }

    #[test]
    fn what_is_no_family_is_refused() {
        assert_eq!(family(&announced(2, b"acme", 0x21, 7)).err(), Some(Code::ENOMSG));
        let without = |ty: u32| {
            built(|m| {
                begin_control(m, 1).unwrap();
                if ty != CTRL_ATTR_FAMILY_ID {
                    m.put_u16(CTRL_ATTR_FAMILY_ID, 1).unwrap();
                }
                if ty != CTRL_ATTR_FAMILY_NAME {
                    m.put_bytes(CTRL_ATTR_FAMILY_NAME, b"no NUL").unwrap();
                }
            })
        };
        for ty in [CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, 0] {
            assert_eq!(family(&without(ty)).err(), Some(Code::EBADMSG));
        }
    }

    #[test]
    fn a_family_that_went_and_came_back_has_another_id() {
        let mut followed = family(&announced(1, b"acme", 0x21, 7)).unwrap();
        let mut update = |bytes: &[u8]| followed.update(&Message::read(bytes).unwrap()).map(|is| (is, followed.id()));
        assert_eq!(update(&announced(2, b"other", 0x22, 7)), Ok((false, 0x21)));
        assert_eq!(update(&announced(2, b"acme", 0x21, 7)), Ok((true, 0)));
        assert_eq!(update(&announced(1, b"other", 0x22, 7)), Ok((false, 0)));
        let mut m = Builder::growing(0).unwrap();
        assert_eq!(followed.begin(&mut m, 1, 0), Err(Code::ENOENT));
        assert_eq!(m.end(), Err(Code::ENOENT));
        let bytes = announced(1, b"acme", 0x30, 8);
        assert_eq!(followed.update(&Message::read(&bytes).unwrap()), Ok(true));
        assert_eq!((followed.id(), followed.group(b"events")), (0x30, Ok(8)));
    }

    /// Two policies, of which the second is that of a nest and of its own nest too.
    #[test]
    fn policies_check_as_the_kernel_would() {
        let rule = |m: &mut Builder, policy, ty, fill: &dyn Fn(&mut Builder)| {
            nest(m, CTRL_ATTR_POLICY, |m| nest(m, policy, |m| nest(m, ty, fill)));
        };
        let message = |fill: &dyn Fn(&mut Builder)| {
            built(|m| {
                begin_control(m, CTRL_CMD_GETPOLICY).unwrap();
                fill(m);
            })
        };
        let messages = [
            message(&|m| {
                nest(m, CTRL_ATTR_OP_POLICY, |m| {
                    nest(m, 5, |m| {
                        m.put_u32(1, 0).unwrap();
                        m.put_u32(2, 1).unwrap();
                    });
                });
            }),
            message(&|m| {
                rule(m, 0, 1, &|m| {
                    m.put_u32(1, 4).unwrap(); // U32
                    m.put_u64(4, 1).unwrap();
                    m.put_u64(5, 10).unwrap();
                });
            }),
            message(&|m| {
                rule(m, 0, 2, &|m| {
                    m.put_u32(1, 13).unwrap(); // NESTED
                    m.put_u32(8, 1).unwrap();
                    m.put_u32(9, 3).unwrap();
                });
            }),
            message(&|m| {
                rule(m, 1, 1, &|m| {
                    m.put_u32(1, 12).unwrap(); // NUL_STRING
                    m.put_u32(7, 3).unwrap();
                });
            }),
            message(&|m| {
                rule(m, 1, 2, &|m| {
                    m.put_u32(1, 13).unwrap();
                    m.put_u32(8, 1).unwrap();
                });
            }),
        ];
        let mut policies = Policies::default();
        for bytes in &messages {
            policies.add(&Message::read(bytes).unwrap()).unwrap();
        }
        assert_eq!((policies.root(false), policies.root(true)), (Some(0), Some(1)));
        assert_eq!((policies.range(0), policies.range(1), policies.range(2)), ((0, 2), (2, 4), (4, 4)));

        let root = policies.policy(0);
        let checked = |build: &dyn Fn(&mut Builder)| {
            let bytes = built(|m| {
                m.begin(16, 0).unwrap();
                build(m);
            });
            policy::check(bytes.get(16..).unwrap(), root).map_err(|fault| (fault.code, fault.path.types().to_vec()))
        };
        assert_eq!(checked(&|m| m.put_u32(1, 10).unwrap()), Ok(()));
        assert_eq!(checked(&|m| m.put_u32(1, 11).unwrap()), Err((Code::ERANGE, vec![1])));
        assert_eq!(checked(&|m| m.put_u16(1, 1).unwrap()), Err((Code::ERANGE, vec![1])));
        let deep = |text: &'static [u8]| {
            checked(&move |m| {
                nest(m, 2, |m| nest(m, 2, |m| m.put_str(1, text).unwrap()));
            })
        };
        assert_eq!(deep(b"abc"), Ok(()));
        assert_eq!(deep(b"abcd"), Err((Code::ERANGE, vec![2, 2, 1])));

        // Rules of an earlier policy after those of a later one.
        assert_eq!(policies.add(&Message::read(&messages[1]).unwrap()), Err(Code::EBADMSG));
    }
}
