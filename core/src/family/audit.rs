// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kernel's audit: its ack comes before the answer, which a kernel thread sends, with the port ID 0.

use super::Answering;
use super::record::u32_at;
use crate::error::{Code, Result};
use crate::mem::plain::{Plain, plain};
use crate::uapi::NLMSG_HDRLEN;
use crate::wire::build::Builder;
use crate::wire::message::{Header, Message};
use crate::wire::value;

/// The first type of a record: AUDIT_FIRST_USER_MSG of linux/audit.h. Types below it are requests and their answers.
const FIRST_RECORD: u16 = 1100;

/// Message types of linux/audit.h that are answered.
const AUDIT_GET: u16 = 1000;
const AUDIT_SIGNAL_INFO: u16 = 1010;
const AUDIT_LIST_RULES: u16 = 1013;
const AUDIT_TTY_GET: u16 = 1016;
const AUDIT_GET_FEATURE: u16 = 1019;

pub(super) fn answering(request: &Header) -> Answering {
    match request.ty {
        AUDIT_GET | AUDIT_SIGNAL_INFO | AUDIT_TTY_GET | AUDIT_GET_FEATURE => Answering::One,
        AUDIT_LIST_RULES => Answering::Parts,
        _ => Answering::Ack,
    }
}

/// Returns the length of a record that the kernel sends to the registered audit daemon, which is the datagram's; None
/// for anything else. There nlmsg_len is 16 bytes less, as if it did not count the header; it is right in what the
/// members of AUDIT_NLGRP_READLOG get, and in answers (seen on 6.18). The kernel never puts two of these into one
/// datagram.
pub(super) fn record_len(datagram: &[u8]) -> Option<u32> {
    let header = Header::read(datagram)?;
    let says = header.len as usize;
    let is_short = header.ty >= FIRST_RECORD && says.checked_add(NLMSG_HDRLEN) == Some(datagram.len());
    if is_short { u32::try_from(datagram.len()).ok() } else { None }
}

/// State of the kernel's audit: `struct audit_status` of linux/audit.h, in the answer to AUDIT_GET and in AUDIT_SET.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditStatus {
    /// AUDIT_STATUS_...: in AUDIT_SET, which of the fields are to be set.
    pub mask: u32,
    /// 0: off; 1: on; 2: on until the next boot.
    pub enabled: u32,
    /// AUDIT_FAIL_...: what happens where a record cannot be written.
    pub failure: u32,
    /// Process of the registered audit daemon; 0: none.
    pub pid: u32,
    /// Most records in a second; 0: any number.
    pub rate_limit: u32,
    /// Most records that wait.
    pub backlog_limit: u32,
    /// Records that were lost.
    pub lost: u32,
    /// Records that wait.
    pub backlog: u32,
    /// AUDIT_FEATURE_BITMAP_...: what the kernel can do.
    pub feature_bitmap: u32,
    /// How long a process waits while too many records wait, in ticks of 1/100 to 1/1000 second as the kernel has
    /// them.
    pub backlog_wait_time: u32,
    /// How long processes have waited so, in the same ticks. Since Linux 5.9.
    pub backlog_wait_time_actual: u32,
    /// Must be 0.
    pub reserved: u32,
}

plain! {
    AuditStatus {
        mask: u32, enabled: u32, failure: u32, pid: u32, rate_limit: u32, backlog_limit: u32, lost: u32, backlog: u32,
        feature_bitmap: u32, backlog_wait_time: u32, backlog_wait_time_actual: u32, reserved: u32,
    }
}

/// Bytes of `struct audit_status` as far as the record has its fields.
const STATUS_LEN: usize = 44;
/// Those of the first kernels that had AUDIT_GET.
const STATUS_MIN: usize = 32;

const AUDIT_SET: u16 = 1001;

impl AuditStatus {
    /// Reads the answer to AUDIT_GET: -ENOMSG where it is another message, -EBADMSG where it is too short. What an
    /// older kernel does
    /// not have is 0.
    pub fn read(message: &Message<'_>) -> Result<AuditStatus> {
        if !matches!(message.header().ty, AUDIT_GET | AUDIT_SET) {
            return Err(Code::ENOMSG);
        }
        let payload = message.payload();
        if payload.len() < STATUS_MIN {
            return Err(Code::EBADMSG);
        }
        let mut status = AuditStatus::zeroed();
        value::copy_out(status.image_mut(), payload.get(..STATUS_LEN).unwrap_or(payload));
        Ok(status)
    }

    /// Appends a message AUDIT_SET, complete with its header and end.
    pub fn request(&self, m: &mut Builder) -> Result<()> {
        m.append_message(u32::from(AUDIT_SET), self.image().get(..STATUS_LEN).unwrap_or(&[]))
    }
}

/// A record of the kernel's audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditRecord<'a> {
    /// When: seconds since 1970.
    pub seconds: u64,
    /// And milliseconds.
    pub milliseconds: u32,
    /// Number of the event, which several records may have.
    pub serial: u64,
    /// What follows "audit(...): ".
    pub text: &'a [u8],
}

impl<'a> AuditRecord<'a> {
    /// Reads a record: -ENOMSG where the message is none (its type is below 1100), -EBADMSG where it does not begin
    /// with
    /// "audit(SECONDS.MILLISECONDS:SERIAL): ".
    pub fn read(message: &Message<'a>) -> Result<AuditRecord<'a>> {
        if message.header().ty < FIRST_RECORD {
            return Err(Code::ENOMSG);
        }
        let text = value::text(message.payload());
        let mut rest = text.strip_prefix(b"audit(").ok_or(Code::EBADMSG)?;
        let mut number = |end: &[u8]| -> Result<u64> {
            let digits = rest.iter().position(|byte| !byte.is_ascii_digit()).ok_or(Code::EBADMSG)?;
            let (number, behind) = rest.split_at_checked(digits).ok_or(Code::EBADMSG)?;
            rest = behind.strip_prefix(end).ok_or(Code::EBADMSG)?;
            let add = |value: u64, byte: &u8| value.checked_mul(10)?.checked_add(u64::from(byte.wrapping_sub(b'0')));
            number.iter().try_fold(0, add).ok_or(Code::EBADMSG)
        };
        let (seconds, milliseconds, serial) = (number(b".")?, number(b":")?, number(b"):")?);
        let milliseconds = u32::try_from(milliseconds).map_err(|_| Code::EBADMSG)?;
        Ok(AuditRecord { seconds, milliseconds, serial, text: rest.strip_prefix(b" ").unwrap_or(rest) })
    }
}

/// One condition of an audit rule.
///
/// Final in size: 12 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditCondition {
    /// AUDIT_PID, AUDIT_UID, AUDIT_FILTERKEY, ...
    pub field: u32,
    /// AUDIT_EQUAL, AUDIT_NOT_EQUAL, ...
    pub op: u32,
    /// What the field is compared with; of a text its length.
    pub value: u32,
}

plain! { AuditCondition { field: u32, op: u32, value: u32 } }

/// Offsets in `struct audit_rule_data` of linux/audit.h, and its numbers of elements.
const RULE_COUNT: usize = 8;
const RULE_FIELDS: usize = 12 + 64 * 4;
const RULE_VALUES: usize = RULE_FIELDS + 64 * 4;
const RULE_OPS: usize = RULE_VALUES + 64 * 4;
const RULE_TEXTS: usize = RULE_OPS + 64 * 4 + 4;
const RULE_MAX: usize = 64;

/// A condition, and its text if its field is compared with one.
pub type ConditionOf<'a> = (AuditCondition, Option<&'a [u8]>);

/// The conditions of an audit rule: the answer to AUDIT_LIST_RULES, or AUDIT_ADD_RULE.
#[derive(Clone, Copy, Debug)]
pub struct AuditRule<'a> {
    payload: &'a [u8],
    /// Number of the next condition.
    pub at: usize,
}

impl<'a> AuditRule<'a> {
    /// Those of a message: -ENOMSG where it is of another type, -EBADMSG where it is too short.
    pub fn of(message: &Message<'a>) -> Result<AuditRule<'a>> {
        if !(AUDIT_ADD_RULE..=AUDIT_LIST_RULES).contains(&message.header().ty) {
            return Err(Code::ENOMSG);
        }
        let payload = message.payload();
        let is_whole = payload.len() >= RULE_TEXTS && u32_at(payload, RULE_COUNT) as usize <= RULE_MAX;
        if is_whole { Ok(AuditRule { payload, at: 0 }) } else { Err(Code::EBADMSG) }
    }

    /// Returns whether the value of a field is a text.
    fn is_text(field: u32) -> bool {
        // AUDIT_SUBJ_USER ... AUDIT_SUBJ_CLR, AUDIT_WATCH, AUDIT_DIR, AUDIT_EXE, AUDIT_OBJ_USER ... AUDIT_OBJ_LEV_HIGH,
        // AUDIT_FILTERKEY.
        matches!(field, 13..=17 | 19..=23 | 105 | 107 | 112 | 210)
    }

    /// The next condition, and its text if it has one. None behind the last, -EBADMSG where a text is cut.
    #[allow(clippy::should_implement_trait)] // an iterator would hide the error in its items
    pub fn next(&mut self) -> Result<Option<ConditionOf<'a>>> {
        if self.at >= u32_at(self.payload, RULE_COUNT) as usize {
            return Ok(None);
        }
        let of = |row: usize, index: usize| u32_at(self.payload, row + index * 4);
        let condition = AuditCondition {
            field: of(RULE_FIELDS, self.at),
            op: of(RULE_OPS, self.at),
            value: of(RULE_VALUES, self.at),
        };
        // The texts follow each other in the order of their conditions.
        let before = (0..self.at).filter(|&index| AuditRule::is_text(of(RULE_FIELDS, index)));
        let start = before.fold(RULE_TEXTS, |at, index| at.saturating_add(of(RULE_VALUES, index) as usize));
        let text = match AuditRule::is_text(condition.field) {
            true => {
                let text = self.payload.get(start..).and_then(|rest| rest.get(..condition.value as usize));
                Some(text.ok_or(Code::EBADMSG)?)
            }
            false => None,
        };
        self.at += 1;
        Ok(Some((condition, text)))
    }
}

const AUDIT_ADD_RULE: u16 = 1011;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_record_that_is_16_bytes_short_is_corrected() {
        for (ty, says, has, expected) in [
            (1107u16, 124u32, 140usize, 140),
            (1300, 0, 16, 16),
            (1300, 3, 19, 19),
            (1300, 140, 140, 140),
            (1300, 132, 140, 132),
            (1000, 124, 140, 124),
            (2, 20, 36, 20),
        ] {
            let mut datagram = Header { len: says, ty, ..Header::default() }.to_bytes().to_vec();
            datagram.resize(has, 0);
            let len = record_len(&datagram).unwrap_or(says);
            assert_eq!(len, expected, "{ty} {says} {has}");
        }
        assert_eq!(record_len(&[0; 15]), None);
    }

    fn message(ty: u16, payload: &[u8]) -> Vec<u8> {
        let len = u32::try_from(16 + payload.len()).expect("short");
        [&Header { len, ty, ..Header::default() }.to_bytes()[..], payload].concat()
    }

    #[test]
    fn records() {
        let read = |text: &str| {
            let bytes = message(1300, text.as_bytes());
            let record = AuditRecord::read(&Message::read(&bytes).expect("whole"))?;
            Ok((record.seconds, record.milliseconds, record.serial, String::from_utf8_lossy(record.text).into_owned()))
        };
        assert_eq!(read("audit(1364481363.243:24287): a=1 b"), Ok((1_364_481_363, 243, 24_287, "a=1 b".into())));
        assert_eq!(read("audit(1.2:3): \0"), Ok((1, 2, 3, String::new())));
        for wrong in ["", "audit(", "audit(1:2): x", "audit(1.2:3) x", "audit(99999999999999999999.2:3): x", "type=1"] {
            assert_eq!(read(wrong), Err(Code::EBADMSG), "{wrong}");
        }
        let bytes = message(1000, b"audit(1.2:3): x");
        assert_eq!(AuditRecord::read(&Message::read(&bytes).expect("whole")), Err(Code::ENOMSG));
    }

    #[test]
    fn status_of_any_kernel() {
        let words = |count: u32| (1..=count).flat_map(u32::to_ne_bytes).collect::<Vec<_>>();
        let read = |len: u32| {
            let bytes = message(AUDIT_GET, &words(len));
            AuditStatus::read(&Message::read(&bytes).expect("whole"))
        };
        let old = read(8).expect("an old kernel's");
        assert_eq!((old.mask, old.backlog, old.feature_bitmap), (1, 8, 0));
        let new = read(20).expect("a newer kernel's");
        assert_eq!((new.backlog_wait_time, new.backlog_wait_time_actual, new.reserved), (10, 11, 0));
        assert_eq!(read(7), Err(Code::EBADMSG));
        let mut m = Builder::growing(0).expect("memory");
        new.request(&mut m).expect("room");
        assert_eq!(m.bytes().get(16..), Some(&words(11)[..]));
        assert_eq!(AuditStatus::read(&Message::read(m.bytes()).expect("built")), Ok(new));
    }

    #[test]
    fn conditions_of_rules() {
        let rule = |count: u32, fields: &[(u32, u32, u32)], texts: &[u8]| {
            let mut payload = vec![0; RULE_TEXTS];
            let mut put = |at: usize, value: u32| payload[at..at + 4].copy_from_slice(&value.to_ne_bytes());
            put(RULE_COUNT, count);
            for (index, (field, op, value)) in fields.iter().enumerate() {
                put(RULE_FIELDS + index * 4, *field);
                put(RULE_OPS + index * 4, *op);
                put(RULE_VALUES + index * 4, *value);
            }
            payload.extend(texts);
            message(AUDIT_LIST_RULES, &payload)
        };
        let bytes = rule(3, &[(105, 0x4000_0000, 4), (9, 1, 77), (210, 2, 3)], b"/etckey");
        let mut conditions = AuditRule::of(&Message::read(&bytes).expect("whole")).expect("a rule");
        let condition = |field, op, value| AuditCondition { field, op, value };
        assert_eq!(conditions.next(), Ok(Some((condition(105, 0x4000_0000, 4), Some(&b"/etc"[..])))));
        assert_eq!(conditions.next(), Ok(Some((condition(9, 1, 77), None))));
        assert_eq!(conditions.next(), Ok(Some((condition(210, 2, 3), Some(&b"key"[..])))));
        assert_eq!(conditions.next(), Ok(None));
        let cut = rule(1, &[(105, 0, 5)], b"/etc");
        let mut conditions = AuditRule::of(&Message::read(&cut).expect("whole")).expect("a rule");
        assert_eq!(conditions.next(), Err(Code::EBADMSG));
        let many = rule(65, &[], b"");
        assert_eq!(AuditRule::of(&Message::read(&many).expect("whole")).err(), Some(Code::EBADMSG));
    }
}
