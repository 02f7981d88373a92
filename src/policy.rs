// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies: what received attributes must look like.

use super::attribute;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::{c_int, c_void};
use libc::nlattr;
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::mem::{try_box, try_push};
use nlrs_core::wire::attribute::type_of;
use nlrs_core::wire::policy::{self, Fault, Rule, Rules};

const EINVAL: c_int = Code::EINVAL.raw();

/// Kind of an attribute: any payload; min_len and max_len hold.
pub const NLRS_KIND_ANY: u32 = 0;
/// Kind of an attribute: no payload.
pub const NLRS_KIND_FLAG: u32 = 1;
/// Kind of an attribute: 8 bits.
pub const NLRS_KIND_U8: u32 = 2;
/// Kind of an attribute: 16 bits.
pub const NLRS_KIND_U16: u32 = 3;
/// Kind of an attribute: 32 bits.
pub const NLRS_KIND_U32: u32 = 4;
/// Kind of an attribute: 64 bits.
pub const NLRS_KIND_U64: u32 = 5;
/// Kind of an attribute: 8 bits, signed.
pub const NLRS_KIND_S8: u32 = 6;
/// Kind of an attribute: 16 bits, signed.
pub const NLRS_KIND_S16: u32 = 7;
/// Kind of an attribute: 32 bits, signed.
pub const NLRS_KIND_S32: u32 = 8;
/// Kind of an attribute: 64 bits, signed.
pub const NLRS_KIND_S64: u32 = 9;
/// Kind of an attribute: 16 bits in network byte order.
pub const NLRS_KIND_BE16: u32 = 10;
/// Kind of an attribute: 32 bits in network byte order.
pub const NLRS_KIND_BE32: u32 = 11;
/// Kind of an attribute: 64 bits in network byte order.
pub const NLRS_KIND_BE64: u32 = 12;
/// Kind of an attribute: an unsigned value of 1, 2, 4 or 8 bytes.
pub const NLRS_KIND_UINT: u32 = 13;
/// Kind of an attribute: a signed value of 1, 2, 4 or 8 bytes.
pub const NLRS_KIND_SINT: u32 = 14;
/// Kind of an attribute: text with or without a NUL; min_len and max_len hold, without the NUL.
pub const NLRS_KIND_TEXT: u32 = 15;
/// Kind of an attribute: text with a NUL; min_len and max_len hold, without the NUL.
pub const NLRS_KIND_NUL_TEXT: u32 = 16;
/// Kind of an attribute: struct nla_bitfield32; the mask holds for value and selector.
pub const NLRS_KIND_BITFIELD32: u32 = 17;
/// Kind of an attribute: a nest, to whose attributes the nested rules apply.
pub const NLRS_KIND_NEST: u32 = 18;
/// Kind of an attribute: an array of nests, to whose attributes the nested rules apply.
pub const NLRS_KIND_NEST_ARRAY: u32 = 19;

/// Flag of a rule: the attribute must be there.
pub const NLRS_RULE_REQUIRED: u32 = 1;
/// Flag of a rule: min and max hold.
pub const NLRS_RULE_RANGE: u32 = 2;
/// Flag of a rule: mask holds.
pub const NLRS_RULE_MASK: u32 = 4;

const _: () = assert!(
    NLRS_KIND_ANY == policy::ANY
        && NLRS_KIND_FLAG == policy::FLAG
        && NLRS_KIND_U8 == policy::U8
        && NLRS_KIND_U16 == policy::U16
        && NLRS_KIND_U32 == policy::U32
        && NLRS_KIND_U64 == policy::U64
        && NLRS_KIND_S8 == policy::S8
        && NLRS_KIND_S16 == policy::S16
        && NLRS_KIND_S32 == policy::S32
        && NLRS_KIND_S64 == policy::S64
        && NLRS_KIND_BE16 == policy::BE16
        && NLRS_KIND_BE32 == policy::BE32
        && NLRS_KIND_BE64 == policy::BE64
        && NLRS_KIND_UINT == policy::UINT
        && NLRS_KIND_SINT == policy::SINT
        && NLRS_KIND_TEXT == policy::TEXT
        && NLRS_KIND_NUL_TEXT == policy::NUL_TEXT
        && NLRS_KIND_BITFIELD32 == policy::BITFIELD32
        && NLRS_KIND_NEST == policy::NEST
        && NLRS_KIND_NEST_ARRAY == policy::NEST_ARRAY
        && NLRS_RULE_REQUIRED == policy::REQUIRED
        && NLRS_RULE_RANGE == policy::RANGE
        && NLRS_RULE_MASK == policy::MASK
);

/// What attributes of one type must look like.
///
/// Final in size. An array of these is a policy and may be static and constant: in C with designated initialisers,
/// where what is left out is 0 and means no limit. Types that have no rule may hold anything, so that attributes of
/// newer kernels do no harm. Of two rules for one type the first holds.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub struct nlrs_attr_rule {
    /// Attribute type; flag bits do not count.
    pub r#type: u32,
    /// NLRS_KIND_...
    pub kind: u32,
    /// NLRS_RULE_..., or 0.
    pub flags: u32,
    /// Shortest payload in bytes.
    pub min_len: u32,
    /// Longest payload in bytes; 0: any. The same as min_len: exactly that.
    pub max_len: u32,
    /// How many rules `nested` points to.
    pub nested_count: u32,
    /// Rules of the attributes inside a nest; NULL: they may hold anything, but are not malformed.
    pub nested: *const nlrs_attr_rule,
    /// With NLRS_RULE_RANGE: smallest value. For an unsigned kind its bits are taken as unsigned.
    pub min: i64,
    /// With NLRS_RULE_RANGE: largest value. For an unsigned kind its bits are taken as unsigned.
    pub max: i64,
    /// With NLRS_RULE_MASK: the bits that may be set.
    pub mask: u64,
}

/// C's rules.
#[derive(Clone, Copy)]
struct Raw {
    /// Not NULL, and `count` rules that stand and do not change while this is used.
    first: *const nlrs_attr_rule,
    count: usize,
}

impl Rules for Raw {
    fn rule(self, index: usize) -> Option<Rule<Raw>> {
        if index >= self.count {
            return None;
        }
        // SAFETY: one of `count` rules.
        let rule = unsafe { self.first.add(index).read_unaligned() };
        let nested = match rule.nested.is_null() {
            true => None,
            false => Some(Raw { first: rule.nested, count: rule.nested_count as usize }),
        };
        Some(Rule {
            ty: rule.r#type,
            kind: rule.kind,
            flags: rule.flags,
            min_len: rule.min_len,
            max_len: rule.max_len,
            min: rule.min,
            max: rule.max,
            mask: rule.mask,
            nested,
        })
    }
}

/// Check attributes against a policy, and index them: nlrs_attr_index() of what is as it must be.
///
/// Everything is checked, also inside nests and of types above max; up to 32 levels deep. On failure err has the path
/// of attribute types to the culprit and its offset from attrs, or the type that is missing and the path to the nest
/// where it is.
///
/// @param attrs       attributes that follow each other; need no alignment
/// @param len         their bytes
/// @param rules       the policy
/// @param rules_count how many rules
/// @param table       max + 1 pointers, all of which are written; all NULL on failure
/// @param max         the largest type wanted
/// @param err         what was not as it must be; may be NULL
/// @return how many slots were filled; -EBADMSG: malformed, text without the NUL that it must have, or deeper than 32
///         levels;
///         -ERANGE: a size or a value is not allowed; -ENOENT: a required attribute is missing; -EINVAL: attrs, rules
///         or
///         table is NULL, or a rule has no meaning (a type above 65535, an unknown kind, a range or mask for a kind without a
///         value)
///
/// # Safety
/// `attrs` is NULL or has `len` bytes, `rules` is NULL or has `rules_count` rules with valid `nested`, none of which
/// anybody changes meanwhile; `table` is NULL or has room for `max` + 1 pointers; `err` is NULL or a live error
/// object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_index_checked(
    attrs: *const c_void,
    len: usize,
    rules: *const nlrs_attr_rule,
    rules_count: usize,
    table: *mut *const nlattr,
    max: u32,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the caller's promise, unchanged.
    let indexed = unsafe { index_checked(attrs, len, rules, rules_count, table, max) };
    // SAFETY: the caller's promise.
    if let Some(record) = unsafe { err.as_mut() } {
        record.clear();
        if let Err(fault) = &indexed {
            fault.tell(record);
        }
    }
    indexed.unwrap_or_else(|fault| fault.code.raw())
}

/// nlrs_attr_index_checked without an error object.
///
/// # Safety
/// As there.
unsafe fn index_checked(
    attrs: *const c_void,
    len: usize,
    rules: *const nlrs_attr_rule,
    rules_count: usize,
    table: *mut *const nlattr,
    max: u32,
) -> Result<c_int, Fault> {
    not_null!(table => Err(Fault::ARGUMENT));
    // SAFETY: not NULL, and the caller's promise.
    let slots = unsafe { attribute::slots(table, max) };
    attribute::wipe(slots, 0);
    not_null!(attrs, rules => Err(Fault::ARGUMENT));
    // SAFETY: not NULL, and the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(attrs.cast::<u8>(), len.min(isize::MAX as usize)) };
    policy::check(bytes, Raw { first: rules, count: rules_count })?;
    Ok(attribute::index(bytes, slots))
}

/// A policy that is built by calls, for languages in which an array of structs is awkward.
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct nlrs_policy {
    rules: Vec<nlrs_attr_rule>,
    /// Another policy points to the rules.
    is_used: bool,
}

/// Make an empty policy.
///
/// @return the policy, to be freed with nlrs_policy_free(); NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_policy_new() -> *mut nlrs_policy {
    try_box(nlrs_policy { rules: Vec::new(), is_used: false }).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Free a policy: after those that have it as a nest's. NULL is allowed.
///
/// # Safety
/// `p` is NULL or from nlrs_policy_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_free(p: *mut nlrs_policy) {
    not_null!(p);
    // SAFETY: from Box::into_raw in nlrs_policy_new, freed once.
    drop(unsafe { Box::from_raw(p) });
}

/// Add a rule, which the functions below refine.
///
/// @param p      the policy
/// @param type   attribute type; flag bits (NLA_F_...) do not count
/// @param kind   NLRS_KIND_...
/// @param flags  NLRS_RULE_REQUIRED or 0
/// @return 0; -ERANGE: type above 65535, or an unknown kind or flag; NLRS_EBUSY: it is a nest's policy already; -ENOMEM;
///         -EINVAL: p is NULL
///
/// # Safety
/// `p` is NULL or a live policy that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_add(p: *mut nlrs_policy, r#type: u32, kind: u32, flags: u32) -> c_int {
    not_null!(p => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let policy = unsafe { &mut *p };
    let ty = match type_of(r#type) {
        Ok(ty) if kind <= NLRS_KIND_NEST_ARRAY && flags & !NLRS_RULE_REQUIRED == 0 => u32::from(ty),
        _ => return Code::ERANGE.raw(),
    };
    if policy.is_used {
        return Code::BUSY.raw();
    }
    let rule = nlrs_attr_rule {
        r#type: ty,
        kind,
        flags,
        min_len: 0,
        max_len: 0,
        nested_count: 0,
        nested: core::ptr::null(),
        min: 0,
        max: 0,
        mask: 0,
    };
    Code::of_result(&try_push(&mut policy.rules, rule))
}

/// Changes the rule that was added last: -EINVAL when there is none, NLRS_EBUSY when another policy points to it.
///
/// # Safety
/// `p` is NULL or a live policy that nobody else uses meanwhile.
unsafe fn refine(p: *mut nlrs_policy, change: impl FnOnce(&mut nlrs_attr_rule)) -> c_int {
    not_null!(p => EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let policy = unsafe { &mut *p };
    match policy.rules.last_mut() {
        Some(_) if policy.is_used => Code::BUSY.raw(),
        Some(rule) => {
            change(rule);
            0
        }
        None => EINVAL,
    }
}

/// Set how long the payload of the rule added last may be.
///
/// @param p        the policy
/// @param min_len  shortest, in bytes
/// @param max_len  longest; 0: any
/// @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: it is a nest's policy already
///
/// # Safety
/// `p` is NULL or a live policy that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_set_length(p: *mut nlrs_policy, min_len: u32, max_len: u32) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { refine(p, |rule| (rule.min_len, rule.max_len) = (min_len, max_len)) }
}

/// Set which values the rule added last allows.
///
/// @param p    the policy
/// @param min  smallest; for an unsigned kind its bits are taken as unsigned
/// @param max  largest, likewise
/// @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: it is a nest's policy already
///
/// # Safety
/// `p` is NULL or a live policy that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_set_range(p: *mut nlrs_policy, min: i64, max: i64) -> c_int {
    let change = |rule: &mut nlrs_attr_rule| {
        rule.flags |= NLRS_RULE_RANGE;
        (rule.min, rule.max) = (min, max);
    };
    // SAFETY: the caller's promise.
    unsafe { refine(p, change) }
}

/// Set which bits the rule added last allows.
///
/// @param p     the policy
/// @param mask  the bits that may be set
/// @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: it is a nest's policy already
///
/// # Safety
/// `p` is NULL or a live policy that nobody else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_set_mask(p: *mut nlrs_policy, mask: u64) -> c_int {
    let change = |rule: &mut nlrs_attr_rule| {
        rule.flags |= NLRS_RULE_MASK;
        rule.mask = mask;
    };
    // SAFETY: the caller's promise.
    unsafe { refine(p, change) }
}

/// Set what the attributes inside the nest of the rule added last must look like.
///
/// @param p       the policy
/// @param nested  their policy, complete: from now on it cannot be changed (NLRS_EBUSY), and it must live as long as p
/// @return 0; -EINVAL: NULL, p has no rule, or nested is p; NLRS_EBUSY: p is a nest's policy already
///
/// # Safety
/// `p` and `nested` are NULL or live policies that nobody else uses meanwhile; `nested` is freed after `p`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_set_nested(p: *mut nlrs_policy, nested: *mut nlrs_policy) -> c_int {
    not_null!(nested => EINVAL);
    if nested == p {
        return EINVAL;
    }
    // SAFETY: not NULL, not p, and the caller's promise.
    let inner = unsafe { &mut *nested };
    let count = u32::try_from(inner.rules.len()).unwrap_or(u32::MAX);
    // SAFETY: the caller's promise.
    let code = unsafe { refine(p, |rule| (rule.nested, rule.nested_count) = (inner.rules.as_ptr(), count)) };
    if code == 0 {
        inner.is_used = true;
    }
    code
}

/// Ask for the rules, for nlrs_attr_index_checked().
///
/// @param p          the policy
/// @param ret_count  how many
/// @return the rules, until the policy is changed or freed; NULL: p or ret_count is NULL
///
/// # Safety
/// `p` is NULL or a live policy; `ret_count` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_rules(p: *const nlrs_policy, ret_count: *mut usize) -> *const nlrs_attr_rule {
    not_null!(p, ret_count => core::ptr::null());
    // SAFETY: not NULL, and the caller's promise.
    let rules = unsafe { &(*p).rules };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { ret_count.write(rules.len()) };
    rules.as_ptr()
}
