// SPDX-License-Identifier: MIT OR Apache-2.0
//! A specification: YAML text, checked against its schema and compiled into tables.

pub(crate) mod load;
pub(crate) mod model;
pub(crate) mod schema;
pub(crate) mod yaml;
