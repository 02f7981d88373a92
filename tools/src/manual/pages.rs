// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which functions share a page. What no row names has a page of its own, with the first sentence of its comment behind its name.

/// A page, what its functions do, and which they are: names, or what names begin with where a * follows. Earlier rows win.
pub type Row = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
pub const PAGES: &[Row] = &[
    ("nlrs_nlmsg_align", "lengths, payload and end of netlink messages, as the macros NLMSG_* have them",
        &["nlrs_nlmsg_align", "nlrs_nlmsg_length", "nlrs_nlmsg_space", "nlrs_nlmsg_data", "nlrs_nlmsg_next", "nlrs_nlmsg_ok", "nlrs_nlmsg_payload"]),
    ("nlrs_rta_align", "lengths, payload and end of attributes, as the macros RTA_* have them", &["nlrs_rta_*"]),
    ("nlrs_attr_type", "type, flags and length of an attribute",
        &["nlrs_nla_*", "nlrs_attr_type", "nlrs_attr_is_nested", "nlrs_attr_is_net_byteorder", "nlrs_attr_len", "nlrs_attr_data"]),
    ("nlrs_msg_init", "create and free a message under construction", &["nlrs_msg_init", "nlrs_msg_new", "nlrs_msg_free", "nlrs_msg_sizeof"]),
    ("nlrs_msg_begin", "begin and end messages", &["nlrs_msg_begin", "nlrs_msg_put_header", "nlrs_msg_end"]),
    ("nlrs_msg_put_attr", "copy attributes and messages into a message under construction",
        &["nlrs_msg_put_attr", "nlrs_msg_put_attrs", "nlrs_msg_append", "nlrs_msg_append_*"]),
    ("nlrs_msg_begin_error", "build acks, errors and ends of dumps", &["nlrs_msg_begin_error", "nlrs_msg_begin_done", "nlrs_msg_put_ack"]),
    ("nlrs_msg_put", "append attributes to a message", &["nlrs_msg_put_*"]),
    ("nlrs_msg_nest_begin", "begin, end and drop nested attributes", &["nlrs_msg_nest_*"]),
    ("nlrs_msg_first", "the messages that were built, and what is known of them",
        &["nlrs_msg_first", "nlrs_msg_len", "nlrs_msg_count", "nlrs_msg_status", "nlrs_msg_space_left"]),
    ("nlrs_msg_reset", "drop messages, and limit their length", &["nlrs_msg_reset", "nlrs_msg_set_limit"]),
    ("nlrs_msg_set_type", "change the header of a message under construction", &["nlrs_msg_set_*"]),
    ("nlrs_attr_index", "sort attributes by type into a table", &["nlrs_attr_index", "nlrs_attr_index_nested"]),
    ("nlrs_attr_get_lax", "read values of attributes that may be longer or shorter", &["nlrs_attr_get_u8_lax", "nlrs_attr_get_u16_lax",
        "nlrs_attr_get_u32_lax", "nlrs_attr_get_u64_lax", "nlrs_attr_get_s8_lax", "nlrs_attr_get_s16_lax", "nlrs_attr_get_s32_lax",
        "nlrs_attr_get_s64_lax", "nlrs_attr_get_be16_lax", "nlrs_attr_get_be32_lax", "nlrs_attr_get_be64_lax"]),
    ("nlrs_attr_get", "read the value of an attribute", &["nlrs_attr_get_*", "nlrs_attr_copy"]),
    ("nlrs_attr_find", "find an attribute by its type or path", &["nlrs_attr_find", "nlrs_attr_find_path"]),
    ("nlrs_attr_walk", "walk over attributes", &["nlrs_attr_walk", "nlrs_attr_walk_*"]),
    ("nlrs_nlmsg_type", "fields of a message's header",
        &["nlrs_nlmsg_len", "nlrs_nlmsg_type", "nlrs_nlmsg_flags", "nlrs_nlmsg_seq", "nlrs_nlmsg_portid", "nlrs_nlmsg_is_answer", "nlrs_nlmsg_is_reply"]),
    ("nlrs_nlmsg_attrs", "the family's header and the attributes of a message", &["nlrs_nlmsg_get_header", "nlrs_nlmsg_attrs", "nlrs_nlmsg_index"]),
    ("nlrs_policy_new", "build the policy that attributes are checked against", &["nlrs_policy_*"]),
    ("nlrs_socket_options_new", "options with which a socket is opened", &["nlrs_socket_options_*"]),
    ("nlrs_socket_open", "open, adopt and close a netlink socket",
        &["nlrs_socket_open", "nlrs_socket_adopt", "nlrs_socket_borrow", "nlrs_socket_release", "nlrs_socket_close"]),
    ("nlrs_socket_fd", "descriptor, address and state of a socket", &["nlrs_socket_fd", "nlrs_socket_events", "nlrs_socket_protocol",
        "nlrs_socket_foreign", "nlrs_socket_portid", "nlrs_socket_dropped*", "nlrs_socket_counter"]),
    ("nlrs_socket_set_timeout", "how long a call may wait, and how it is ended", &["nlrs_socket_set_timeout", "nlrs_socket_timeout", "nlrs_socket_cancel"]),
    ("nlrs_socket_set_flag", "options of a socket", &["nlrs_socket_set_flag", "nlrs_socket_flag", "nlrs_socket_set_option", "nlrs_socket_option"]),
    ("nlrs_socket_join", "multicast groups of a socket", &["nlrs_socket_join", "nlrs_socket_leave", "nlrs_socket_groups", "nlrs_socket_group_mask"]),
    ("nlrs_socket_connect", "whom a socket sends to", &["nlrs_socket_connect", "nlrs_socket_disconnect", "nlrs_socket_peer"]),
    ("nlrs_socket_set_recv_buffer", "sizes of a socket's buffers", &["nlrs_socket_set_recv_buffer", "nlrs_socket_set_send_buffer",
        "nlrs_socket_recv_buffer", "nlrs_socket_send_buffer"]),
    ("nlrs_socket_send", "send datagrams", &["nlrs_socket_send", "nlrs_socket_send_*"]),
    ("nlrs_socket_recv", "receive datagrams", &["nlrs_socket_recv", "nlrs_socket_recv_*", "nlrs_inbox_*"]),
    ("nlrs_filter_new", "choose in the kernel what a socket receives",
        &["nlrs_filter_*", "nlrs_socket_set_filter", "nlrs_socket_set_program", "nlrs_socket_lock_filter"]),
    ("nlrs_request", "send a request and wait for its answer", &["nlrs_request", "nlrs_request_single", "nlrs_request_oneway"]),
    ("nlrs_dump", "read a table of the kernel", &["nlrs_dump", "nlrs_dump_*"]),
    ("nlrs_socket_next_event", "events that arrived among replies", &["nlrs_socket_next_*"]),
    ("nlrs_batch_new", "many requests at once, with a result for each", &["nlrs_batch_*"]),
    ("nlrs_monitor_open", "open and close a monitor", &["nlrs_monitor_open", "nlrs_monitor_open_on", "nlrs_monitor_close", "nlrs_monitor_fd", "nlrs_monitor_socket"]),
    ("nlrs_monitor_next", "wait for events", &["nlrs_monitor_next", "nlrs_monitor_loop", "nlrs_monitor_cancel", "nlrs_monitor_set_timeout", "nlrs_monitor_timeout", "nlrs_monitor_set_deadline"]),
    ("nlrs_monitor_join", "what a monitor receives", &["nlrs_monitor_join", "nlrs_monitor_leave", "nlrs_monitor_group", "nlrs_monitor_set_all_namespaces", "nlrs_monitor_set_raw"]),
    ("nlrs_monitor_follow", "keep a table in step with the kernel", &["nlrs_monitor_*", "nlrs_rtnl_key"]),
    ("nlrs_event_kind", "what happened", &["nlrs_event_*"]),
    ("nlrs_peer_new", "a peer in memory, in place of the kernel", &["nlrs_peer_*", "nlrs_socket_open_peer", "nlrs_socket_open_replay"]),
    ("nlrs_strerror", "what a code means", &["nlrs_strerror", "nlrs_code_*"]),
    ("nlrs_error_policy_kind", "the policy that an attribute did not meet", &["nlrs_error_policy_*"]),
    ("nlrs_error_path", "where in a request the error is", &["nlrs_error_path", "nlrs_error_offset", "nlrs_error_missing_*"]),
    ("nlrs_error_new", "the object with the details of a failure", &["nlrs_error_*"]),
    ("nlrs_version", "the library's version, and its constants by name", &["nlrs_version", "nlrs_constant"]),
];

/// The row of a function.
pub fn row(name: &str) -> Option<&'static Row> {
    PAGES.iter().find(|(_, _, patterns)| {
        patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == *pattern,
        })
    })
}
