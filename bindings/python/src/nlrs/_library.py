# SPDX-License-Identifier: MIT OR Apache-2.0
"""The two shared libraries, and the prototypes of what the package calls of them."""

from __future__ import annotations

import os
from ctypes import CDLL, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any

_HERE = os.path.join(os.path.dirname(__file__), "lib")

P, S, I, U, U64, Z = c_void_p, c_char_p, c_int, c_uint32, c_int64, c_size_t  # noqa: E741

# Result and arguments. A void * result is an int, or None for NULL.
_NLRS: dict[str, tuple[Any, list[Any]]] = {
    "nlrs_strerror": (S, [I]),
    "nlrs_code_name": (S, [I]),
    "nlrs_version": (S, []),
    "nlrs_msg_new": (P, [Z]),
    "nlrs_msg_free": (None, [P]),
    "nlrs_msg_reset": (I, [P]),
    "nlrs_msg_end": (I, [P]),
    "nlrs_msg_first": (P, [P]),
    "nlrs_msg_nest_begin": (I, [P, U]),
    "nlrs_msg_nest_end": (I, [P, I]),
    "nlrs_msg_put_u32": (I, [P, U, U]),
    "nlrs_link_data_begin": (I, [P, S]),
    "nlrs_link_data_end": (I, [P, I]),
    "nlrs_link_put": (I, [P, S, Z]),
    "nlrs_link_read_stats": (I, [S, P, Z]),
    "nlrs_next_hop_begin": (I, [P, S, Z]),
    "nlrs_next_hop_end": (I, [P, I]),
    "nlrs_next_hop_walk": (I, [S, P, P, Z, P, P]),
    "nlrs_socket_options_new": (P, []),
    "nlrs_socket_options_free": (None, [P]),
    "nlrs_socket_options_set_timeout": (I, [P, U64]),
    "nlrs_socket_options_set_recv_buffer": (I, [P, Z]),
    "nlrs_socket_options_set_netns_fd": (I, [P, I]),
    "nlrs_socket_options_set_netns_path": (I, [P, S]),
    "nlrs_socket_options_set_netns_name": (I, [P, S]),
    "nlrs_socket_options_set_netns_pid": (I, [P, U]),
    "nlrs_socket_open": (I, [I, P, P]),
    "nlrs_socket_close": (None, [P]),
    "nlrs_socket_fd": (I, [P]),
    "nlrs_socket_portid": (U, [P]),
    "nlrs_socket_poll_events": (I, [P]),
    "nlrs_request_begin": (I, [P, P, P]),
    "nlrs_request_next": (I, [P, P]),
    "nlrs_request_end": (I, [P, P]),
    "nlrs_dump_begin": (I, [P, P, P]),
    "nlrs_dump_end": (I, [P, P]),
    "nlrs_records_new": (I, [U, Z, P]),
    "nlrs_records_free": (None, [P]),
    "nlrs_records_add_dump": (I, [P, P]),
    "nlrs_records_count": (Z, [P]),
    "nlrs_records_data": (P, [P]),
    "nlrs_records_message": (P, [P, Z]),
    "nlrs_batch_new": (P, []),
    "nlrs_batch_free": (None, [P]),
    "nlrs_batch_msg": (P, [P]),
    "nlrs_batch_send": (I, [P, P, P]),
    "nlrs_batch_count": (Z, [P]),
    "nlrs_batch_failed": (Z, [P]),
    "nlrs_batch_result": (I, [P, Z, P]),
    "nlrs_socket_set_timeout": (I, [P, U64]),
    "nlrs_monitor_open": (I, [I, P, Z, P, P]),
    "nlrs_monitor_close": (None, [P]),
    "nlrs_monitor_next": (I, [P, P]),
    "nlrs_monitor_fd": (I, [P]),
    "nlrs_monitor_set_timeout": (I, [P, U64]),
    "nlrs_monitor_group": (I, [P, S, S]),
    "nlrs_monitor_join": (I, [P, U]),
    "nlrs_monitor_follow": (I, [P, U, U]),
    "nlrs_monitor_set_difference": (I, [P, I]),
    "nlrs_monitor_set_interval": (I, [P, U64]),
    "nlrs_monitor_is_current": (I, [P]),
    "nlrs_monitor_resync": (I, [P]),
    "nlrs_event_kind": (U, [P]),
    "nlrs_event_message": (P, [P]),
    "nlrs_event_data": (I, [P, P, P]),
    "nlrs_event_old": (P, [P]),
    "nlrs_event_group": (U, [P]),
    "nlrs_event_nsid": (c_int32, [P]),
    "nlrs_event_count": (c_uint64, [P]),
    "nlrs_rtnl_key": (I, [S, P, P, P]),
    "nlrs_error_new": (P, []),
    "nlrs_error_free": (None, [P]),
    "nlrs_error_message": (S, [P]),
    "nlrs_error_path": (I, [P, P, Z]),
    "nlrs_error_missing_type": (I, [P, P]),
    "nlrs_error_missing_path": (I, [P, P, Z]),
    "nlrs_error_policy_range_s": (I, [P, P, P]),
    "nlrs_error_policy_range_u": (I, [P, P, P]),
    "nlrs_error_policy_length": (I, [P, P, P]),
    "nlrs_error_policy_mask": (I, [P, P]),
}
for _noun in ("link", "address", "route", "neighbour", "rule", "nexthop"):
    _NLRS["nlrs_%s_begin" % _noun] = (I, [P, U, U, S, Z])
    _NLRS["nlrs_%s_read" % _noun] = (I, [P, P, Z])

_YNL: dict[str, tuple[Any, list[Any]]] = {
    "nlrs_ynl_open": (I, [S, U, P, P]),
    "nlrs_ynl_close": (None, [P]),
    "nlrs_ynl_free": (None, [P]),
    "nlrs_ynl_name": (S, [P]),
    "nlrs_ynl_set_timeout": (I, [P, U64]),
    "nlrs_ynl_set_netns": (I, [P, S]),
    "nlrs_ynl_families": (I, [P]),
    "nlrs_ynl_call": (I, [P, S, S, U, P, P]),
    "nlrs_ynl_dump_begin": (I, [P, S, S, U, P, P]),
    "nlrs_ynl_dump_next": (I, [P, P, P]),
    "nlrs_ynl_dump_end": (None, [P]),
    "nlrs_ynl_events_open": (I, [P, S, Z, P, P]),
    "nlrs_ynl_events_next": (I, [P, P, P]),
    "nlrs_ynl_events_set_timeout": (I, [P, U64]),
    "nlrs_ynl_events_fd": (I, [P]),
    "nlrs_ynl_events_close": (None, [P]),
    "nlrs_ynl_describe": (I, [P, S, S, P, P]),
}


def _load(name: str, variable: str, prototypes: dict[str, tuple[Any, list[Any]]]) -> CDLL:
    """Loads a library: that of the environment variable, the wheel's own, or the system's."""
    bundled = os.path.join(_HERE, name)
    library = CDLL(os.environ.get(variable) or (bundled if os.path.exists(bundled) else name))
    for function, (result, arguments) in prototypes.items():
        entry = getattr(library, function)
        entry.restype = result
        entry.argtypes = arguments
    return library


nlrs = _load("libnlrs.so.0", "NLRS_LIBRARY", _NLRS)

_ynl: CDLL | None = None


def ynl() -> CDLL:
    """Returns libnlrs-ynl, which is loaded when it is needed first."""
    global _ynl
    if _ynl is None:
        _ynl = _load("libnlrs-ynl.so.0", "NLRS_YNL_LIBRARY", _YNL)
    return _ynl
