// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where specifications are: a file, a folder of the caller's or the system's, or the library itself.

use crate::error::{Error, Result};
use crate::secure;
use crate::spec::load;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The variable that names folders to look into first, with colons between them.
pub const PATH_VARIABLE: &str = "NLRS_YNL_PATH";

/// Where the kernel's tools/net/ynl and distributions install specifications, after folders for this library alone.
const SYSTEM_FOLDERS: &[&str] = &[
    "/usr/local/share/nlrs-ynl/specs",
    "/usr/share/nlrs-ynl/specs",
    "/usr/local/share/ynl/specs",
    "/usr/share/ynl/specs",
    "/usr/share/ynl",
    "/usr/src/linux/Documentation/netlink/specs",
];

/// What the library carries.
const CARRIED: &[(&str, &str)] = &[
    ("nlctrl", include_str!("../specs/nlctrl.yaml")),
    ("rt-addr", include_str!("../specs/rt-addr.yaml")),
    ("rt-link", include_str!("../specs/rt-link.yaml")),
    ("rt-neigh", include_str!("../specs/rt-neigh.yaml")),
    ("rt-route", include_str!("../specs/rt-route.yaml")),
    ("rt-rule", include_str!("../specs/rt-rule.yaml")),
];

/// A specification that was found.
pub(crate) struct Found {
    /// The file, or `carried:` and the name.
    pub(crate) origin: String,
    pub(crate) text: Cow<'static, str>,
    /// It was given by its path, and is checked strictly.
    pub(crate) by_path: bool,
}

/// The folders in the order in which they are looked into.
pub(crate) fn folders() -> Vec<PathBuf> {
    // The caller of a program that has more rights than the caller must not choose what it reads.
    let own = if secure::has_more_rights() { None } else { std::env::var_os(PATH_VARIABLE) }.unwrap_or_default();
    let own = std::env::split_paths(&own).filter(|path| !path.as_os_str().is_empty());
    own.chain(SYSTEM_FOLDERS.iter().map(PathBuf::from)).collect()
}

/// Names of files that a family may have: older kernels have `rt_link.yaml` in place of `rt-link.yaml`.
fn file_names(family: &str) -> Vec<String> {
    let mut names = vec![family.to_owned(), family.replace('_', "-"), family.replace('-', "_")];
    names.dedup();
    names.into_iter().map(|name| format!("{name}.yaml")).collect()
}

fn read(path: &Path) -> Result<Cow<'static, str>> {
    let failed = |error: std::io::Error| {
        let code = error.raw_os_error().map_or(-libc::EINVAL, |code| -code);
        let mut fault = Error::new(code, format!("the specification cannot be read: {error}"));
        fault.file = Some(path.display().to_string());
        Err(fault)
    };
    let mut text = String::new();
    // One byte more than is accepted shows what is too long; a device may have no end.
    let limit = load::MAX_TEXT as u64 + 1;
    match std::fs::File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text)) {
        Ok(_) => Ok(Cow::Owned(text)),
        Err(error) => failed(error),
    }
}

/// Finds a specification. What contains a slash or ends in `.yaml` is a file, anything else the name of a family.
pub(crate) fn find(family_or_path: &str) -> Result<Found> {
    if family_or_path.contains('/') || family_or_path.ends_with(".yaml") {
        let text = read(Path::new(family_or_path))?;
        return Ok(Found { origin: family_or_path.to_owned(), text, by_path: true });
    }
    for folder in folders() {
        for name in file_names(family_or_path) {
            let path = folder.join(name);
            if path.is_file() {
                return Ok(Found { origin: path.display().to_string(), text: read(&path)?, by_path: false });
            }
        }
    }
    let name = family_or_path.replace('_', "-");
    match CARRIED.iter().find(|(carried, _)| *carried == name) {
        Some((name, text)) => {
            Ok(Found { origin: format!("carried:{name}"), text: Cow::Borrowed(text), by_path: false })
        }
        None => Err(Error::new(
            -libc::ENOENT,
            format!("there is no specification of '{family_or_path}' in the folders searched, nor in the library"),
        )),
    }
}

/// Every family that can be opened by name, and where its specification is.
pub(crate) fn families() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in folders() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            if let Some(name) = path.file_stem().and_then(|name| name.to_str()) {
                found.entry(name.to_owned()).or_insert_with(|| path.display().to_string());
            }
        }
    }
    for (name, _) in CARRIED {
        if !found.contains_key(&name.replace('-', "_")) {
            found.entry((*name).to_owned()).or_insert_with(|| format!("carried:{name}"));
        }
    }
    found
}
