//! Folders and files that hold a session for a while: nobody but their owner can read them, whatever the umask is.
//!
//! The permissions are given as a file is made, so there is no moment at which others can open it.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use tempfile::{Builder, TempDir};

/// Makes a folder for temporary files, in the system's folder for them.
pub fn temporary_folder() -> io::Result<TempDir> {
    for_owner(Builder::new().prefix("tgsession-")).tempdir()
}

/// Makes a folder for temporary files beside the file that they become.
pub fn temporary_folder_in(parent: &Path) -> io::Result<TempDir> {
    for_owner(Builder::new().prefix(".tgsession-")).tempdir_in(parent)
}

/// Makes a file. What is there already, a link too, is an error.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn for_owner<'a, 'b, 'c>(builder: &'a mut Builder<'b, 'c>) -> &'a mut Builder<'b, 'c> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o700))
}

// A user's folder for temporary files is the user's own there.
#[cfg(not(unix))]
fn for_owner<'a, 'b, 'c>(builder: &'a mut Builder<'b, 'c>) -> &'a mut Builder<'b, 'c> {
    builder
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn folders_and_files_are_their_owners_only() {
        let folder = temporary_folder().unwrap();
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(temporary_folder_in(folder.path()).unwrap().path()), 0o700);
        let file = folder.path().join("session");
        create(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
    }

    #[test]
    fn what_is_there_is_neither_opened_nor_followed() {
        let folder = temporary_folder().unwrap();
        let (precious, link) = (folder.path().join("precious"), folder.path().join("link"));
        std::fs::write(&precious, "a session").unwrap();
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &link).unwrap();
        for path in [&precious, &link] {
            assert_eq!(create(path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        }
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "a session");
        assert!(!folder.path().join("elsewhere").exists());
    }
}
