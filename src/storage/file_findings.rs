//! What a session's file is beside its content: links, permissions.

use std::fs::Metadata;
use std::path::Path;

use super::file;
use crate::host::IS_WEB;
use crate::model::Finding;
use crate::redact;

const FILE: &str = "file";

/// Examines the file that a path leads to, and what SQLite keeps beside it.
pub fn findings(path: &Path) -> Vec<Finding> {
    // What a module has in its memory nobody else can read.
    if IS_WEB {
        return Vec::new();
    }
    let mut findings = Vec::new();
    findings.extend(link(path));
    let Ok(metadata) = std::fs::metadata(path) else { return findings };
    if metadata.is_dir() {
        findings.extend(readers(path));
        if findings.is_empty() {
            findings.push(Finding::ok(FILE, "it is a folder that only its owner can read"));
        }
        return findings;
    }
    findings.extend(names(&metadata));
    for suffix in ["", "-wal", "-journal"] {
        findings.extend(readers(&file::beside(path, suffix)));
    }
    findings.extend(writer(path));
    if findings.is_empty() {
        findings.push(Finding::ok(FILE, "it is an ordinary file that only its owner can read"));
    }
    findings
}

fn link(path: &Path) -> Option<Finding> {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    let target = std::fs::read_link(path).ok().filter(|_| is_link)?;
    let message = format!("it is a symbolic link to '{}'", redact::path(&target));
    let remedy = "copy, move and delete the file that it leads to, and what stands beside that";
    Some(Finding::warning("link", message, remedy))
}

#[cfg(unix)]
fn names(metadata: &Metadata) -> Option<Finding> {
    let count = std::os::unix::fs::MetadataExt::nlink(metadata);
    let message = format!("the file has {count} names (hard links)");
    let remedy = "keep one: SQLite looks for the journal beside the name by which a client opens the file";
    (count > 1).then(|| Finding::warning("link", message, remedy))
}

#[cfg(not(unix))]
fn names(_metadata: &Metadata) -> Option<Finding> {
    None
}

#[cfg(unix)]
fn readers(path: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).ok()?;
    let (mode, wanted) = (metadata.permissions().mode() & 0o777, if metadata.is_dir() { 700 } else { 600 });
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let message = format!("other users can read or write '{name}' (mode {mode:04o}), and with it the login");
    (mode & 0o077 != 0).then(|| Finding::warning("mode", message, format!("chmod {wanted} '{}'", redact::path(path))))
}

// There the folder hands its permissions down.
#[cfg(not(unix))]
fn readers(_path: &Path) -> Option<Finding> {
    None
}

fn writer(path: &Path) -> Option<Finding> {
    let remedy = "give its owner the permission to write both";
    if !may_write(path) {
        return Some(Finding::warning("mode", "the file cannot be written, which its client needs to do", remedy));
    }
    let message = "its folder cannot be written, in which SQLite makes a journal for each write";
    (!may_write(file::folder_of(path))).then(|| Finding::warning("mode", message, remedy))
}

#[cfg(unix)]
fn may_write(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

#[cfg(not(unix))]
fn may_write(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_dir() || !metadata.permissions().readonly())
}
