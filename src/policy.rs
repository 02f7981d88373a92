// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies: which attributes are valid

use super::attribute;
use super::pointers::{EINVAL, slice_of, slots_of, write_pair};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::{c_int, c_void};
use libc::nlattr;
use nlrs_core::error::{Code, ErrorRecord};
use nlrs_core::family::genetlink::{NumberedRule, Policies};
use nlrs_core::mem::{try_box, try_push};
use nlrs_core::wire::attribute::type_of;
use nlrs_core::wire::policy::{self, Fault, Rule, Rules};

/// Kind of an attribute: any payload; min_len and max_len apply.
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
/// Kind of an attribute: text with or without a NUL; min_len and max_len apply, without the NUL.
pub const NLRS_KIND_TEXT: u32 = 15;
/// Kind of an attribute: text with a NUL; min_len and max_len apply, without the NUL.
pub const NLRS_KIND_NUL_TEXT: u32 = 16;
/// Kind of an attribute: struct nla_bitfield32; the mask applies to value and selector.
pub const NLRS_KIND_BITFIELD32: u32 = 17;
/// Kind of an attribute: a nest, to whose attributes the nested rules apply.
pub const NLRS_KIND_NEST: u32 = 18;
/// Kind of an attribute: an array of nests, to whose attributes the nested rules apply.
pub const NLRS_KIND_NEST_ARRAY: u32 = 19;

/// Flag of a rule: the attribute is required.
pub const NLRS_RULE_REQUIRED: u32 = 1;
/// Flag of a rule: min and max apply.
pub const NLRS_RULE_RANGE: u32 = 2;
/// Flag of a rule: mask applies.
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

/// A rule: which attributes of one type are valid.
///
/// Its size is final. An array of rules is a policy. It may be static and constant, in C with designated initialisers:
/// a field that is left out is 0, which means no limit. An attribute whose type has no rule is valid, since newer
/// kernels add attributes. When a type has two rules, the first applies.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub struct nlrs_attr_rule {
    /// Attribute type; flag bits (NLA_F_...) are ignored.
    pub r#type: u32,
    /// NLRS_KIND_...
    pub kind: u32,
    /// NLRS_RULE_..., or 0.
    pub flags: u32,
    /// Smallest length of the payload in bytes.
    pub min_len: u32,
    /// Largest length of the payload in bytes; 0: any.
    pub max_len: u32,
    /// Number of rules at `nested`.
    pub nested_count: u32,
    /// Rules for the attributes inside a nest; NULL: all are valid that are not malformed.
    pub nested: *const nlrs_attr_rule,
    /// With NLRS_RULE_RANGE: smallest value; for an unsigned kind its bits are those of a uint64_t.
    pub min: i64,
    /// With NLRS_RULE_RANGE: largest value; for an unsigned kind its bits are those of a uint64_t.
    pub max: i64,
    /// With NLRS_RULE_MASK: the bits that may be set.
    pub mask: u64,
}

impl nlrs_attr_rule {
    /// A rule whose nested rules are not known yet.
    fn of<T>(rule: &Rule<T>) -> nlrs_attr_rule {
        nlrs_attr_rule {
            r#type: rule.ty,
            kind: rule.kind,
            flags: rule.flags,
            min_len: rule.min_len,
            max_len: rule.max_len,
            nested_count: 0,
            nested: core::ptr::null(),
            min: rule.min,
            max: rule.max,
            mask: rule.mask,
        }
    }
}

/// An array of rules of a C program.
#[derive(Clone, Copy)]
struct Raw {
    /// Not NULL, and `count` rules that are valid and do not change while this is used.
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

/// Checks attributes against a policy and indexes them by type as nlrs_attr_index() does.
///
/// All attributes are checked, those inside nests and those of types above max too, up to 32 levels deep. On failure
/// err gets the path of attribute types to the invalid attribute and its offset from attrs, or the type that is missing
/// and the path to the nest in which it is missing.
///
/// @param attrs       consecutive attributes, of any alignment
/// @param len         their length in bytes
/// @param rules       the policy
/// @param rules_count number of rules
/// @param ret_table   max + 1 pointers, all of which are written, on failure with NULL; valid while the attributes are
/// @param max         the largest type to be indexed
/// @param err         gets the place of the invalid or missing attribute; may be NULL
/// @return number of slots that were filled; -EBADMSG: malformed, text without the required NUL, or more than 32
///         levels; -ERANGE: a length or a value is not allowed; -ENOENT: a required attribute is missing; -EINVAL:
///         attrs, rules or ret_table is NULL, or a rule has no meaning (a type above 65535, an unknown kind, a range or
///         mask for a kind without a value)
///
/// # Safety
/// `attrs` is NULL or has `len` bytes, `rules` is NULL or has `rules_count` rules with valid `nested`, none of which
/// change meanwhile; `ret_table` is NULL or has `max` + 1 writable slots; `err` is NULL or an error object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_attr_index_checked(
    attrs: *const c_void,
    len: usize,
    rules: *const nlrs_attr_rule,
    rules_count: usize,
    ret_table: *mut *const nlattr,
    max: u32,
    err: *mut ErrorRecord,
) -> c_int {
    // SAFETY: the contract, unchanged.
    let indexed = unsafe { index_checked(attrs, len, rules, rules_count, ret_table, max) };
    // SAFETY: the contract.
    if let Some(record) = unsafe { err.as_mut() } {
        record.clear();
        if let Err(fault) = &indexed {
            fault.write_to(record);
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
    ret_table: *mut *const nlattr,
    max: u32,
) -> Result<c_int, Fault> {
    not_null!(ret_table => Err(Fault::ARGUMENT));
    // SAFETY: not NULL, and the contract.
    let slots = unsafe { slots_of(ret_table, max) };
    attribute::clear(slots, 0);
    not_null!(attrs, rules => Err(Fault::ARGUMENT));
    // SAFETY: not NULL, and the contract.
    let bytes = unsafe { slice_of(attrs, len) };
    policy::check(bytes, Raw { first: rules, count: rules_count })?;
    Ok(attribute::index(bytes, slots))
}

/// A policy that is built by calls, for languages in which an array of structs is awkward.
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct nlrs_policy {
    rules: Vec<nlrs_attr_rule>,
    /// Which of the rules are the policy's, if not all; the others are those of nests in it.
    own: Option<(usize, usize)>,
    /// Another policy points to the rules.
    is_used: bool,
}

impl nlrs_policy {
    /// The rules of the policy itself.
    fn rules(&self) -> &[nlrs_attr_rule] {
        let (start, end) = self.own.unwrap_or((0, self.rules.len()));
        self.rules.get(start..end).unwrap_or(&[])
    }

    /// The policy of the kernel's with the number `root`, and those that it leads to; -ENOMEM.
    pub(crate) fn of_kernel(policies: &Policies, root: u32) -> nlrs_core::error::Result<nlrs_policy> {
        let mut rules = Vec::new();
        for NumberedRule { rule, .. } in policies.rules() {
            try_push(&mut rules, nlrs_attr_rule::of(rule))?;
        }
        // All of them have their place from here on.
        let first = rules.as_ptr();
        for (rule, kernel) in rules.iter_mut().zip(policies.rules()) {
            if let Some(number) = kernel.rule.nested {
                let (start, end) = policies.range(number);
                rule.nested = first.wrapping_add(start);
                rule.nested_count = u32::try_from(end.saturating_sub(start)).unwrap_or(0);
            }
        }
        Ok(nlrs_policy { rules, own: Some(policies.range(root)), is_used: true })
    }
}

/// Makes an empty policy.
///
/// @return the policy, to be freed with nlrs_policy_free(); NULL: no memory
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_policy_new() -> *mut nlrs_policy {
    try_box(nlrs_policy { rules: Vec::new(), own: None, is_used: false }).map_or(core::ptr::null_mut(), Box::into_raw)
}

/// Frees a policy. NULL is allowed. Policies that have it as a nest's policy must be freed before.
///
/// # Safety
/// `p` is NULL or from nlrs_policy_new and not yet freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_free(p: *mut nlrs_policy) {
    not_null!(p);
    // SAFETY: from Box::into_raw in nlrs_policy_new, freed once.
    drop(unsafe { Box::from_raw(p) });
}

/// Adds a rule, which the functions below can refine.
///
/// @param p      the policy
/// @param type   attribute type; flag bits (NLA_F_...) are ignored
/// @param kind   NLRS_KIND_...
/// @param flags  NLRS_RULE_REQUIRED or 0
/// @return 0; -ERANGE: type above 65535, or an unknown kind or flag; NLRS_EBUSY: p is the policy of a nest; -ENOMEM;
///         -EINVAL: p is NULL
///
/// # Safety
/// `p` is NULL or a policy that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_add(p: *mut nlrs_policy, r#type: u32, kind: u32, flags: u32) -> c_int {
    not_null!(p => EINVAL);
    // SAFETY: not NULL, and the contract.
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
/// `p` is NULL or a policy that nothing else uses meanwhile.
unsafe fn refine(p: *mut nlrs_policy, change: impl FnOnce(&mut nlrs_attr_rule)) -> c_int {
    not_null!(p => EINVAL);
    // SAFETY: not NULL, and the contract.
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

/// Sets the allowed lengths of the payload in the rule that was added last.
///
/// @param p        the policy
/// @param min_len  smallest length in bytes
/// @param max_len  largest length in bytes; 0: any
/// @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: p is the policy of a nest
///
/// # Safety
/// `p` is NULL or a policy that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_set_length(p: *mut nlrs_policy, min_len: u32, max_len: u32) -> c_int {
    // SAFETY: the contract.
    unsafe { refine(p, |rule| (rule.min_len, rule.max_len) = (min_len, max_len)) }
}

/// Sets the allowed range of values in the rule that was added last.
///
/// @param p    the policy
/// @param min  smallest value; for an unsigned kind its bits are those of a uint64_t
/// @param max  largest value, likewise
/// @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: p is the policy of a nest
///
/// # Safety
/// `p` is NULL or a policy that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_set_range(p: *mut nlrs_policy, min: i64, max: i64) -> c_int {
    let change = |rule: &mut nlrs_attr_rule| {
        rule.flags |= NLRS_RULE_RANGE;
        (rule.min, rule.max) = (min, max);
    };
    // SAFETY: the contract.
    unsafe { refine(p, change) }
}

/// Sets the allowed bits in the rule that was added last.
///
/// @param p     the policy
/// @param mask  the bits that may be set
/// @return 0; -EINVAL: p is NULL or has no rule; NLRS_EBUSY: p is the policy of a nest
///
/// # Safety
/// `p` is NULL or a policy that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_set_mask(p: *mut nlrs_policy, mask: u64) -> c_int {
    let change = |rule: &mut nlrs_attr_rule| {
        rule.flags |= NLRS_RULE_MASK;
        rule.mask = mask;
    };
    // SAFETY: the contract.
    unsafe { refine(p, change) }
}

/// Sets the policy of the attributes inside the nest, in the rule that was added last.
///
/// @param p       the policy
/// @param nested  their policy, which cannot be changed from now on (NLRS_EBUSY) and must be freed after p
/// @return 0; -EINVAL: NULL, p has no rule, or nested is p; NLRS_EBUSY: p is the policy of a nest
///
/// # Safety
/// `p` and `nested` are NULL or policies that nothing else uses meanwhile; `nested` is freed after `p`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_set_nested(p: *mut nlrs_policy, nested: *mut nlrs_policy) -> c_int {
    not_null!(nested => EINVAL);
    if nested == p {
        return EINVAL;
    }
    // SAFETY: not NULL, not p, and the contract.
    let inner = unsafe { &mut *nested };
    let count = u32::try_from(inner.rules().len()).unwrap_or(u32::MAX);
    // SAFETY: the contract.
    let code = unsafe { refine(p, |rule| (rule.nested, rule.nested_count) = (inner.rules().as_ptr(), count)) };
    if code == 0 {
        inner.is_used = true;
    }
    code
}

/// Returns the rules of a policy, for nlrs_attr_index_checked().
///
/// @param p          the policy
/// @param ret_rules  the rules, valid until the policy is changed or freed
/// @param ret_count  number of rules
/// @return 0; -EINVAL: a pointer is NULL
///
/// # Safety
/// `p` is NULL or a policy; the others are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_policy_rules(
    p: *const nlrs_policy,
    ret_rules: *mut *const nlrs_attr_rule,
    ret_count: *mut usize,
) -> c_int {
    not_null!(p, ret_rules, ret_count => EINVAL);
    // SAFETY: not NULL, and the contract.
    let rules = unsafe { &*p }.rules();
    // SAFETY: not NULL, and the contract.
    unsafe { write_pair(ret_rules, ret_count, Ok((rules.as_ptr(), rules.len()))) }
}
