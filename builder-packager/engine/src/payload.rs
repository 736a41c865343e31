//! The files that the packager put into the program: modules in bytecode, and assets such as the source map.
//!
//! They are a segment of the program, which the system maps when it starts it. So they are found without `/proc`, without
//! opening a file and by any name that the program is called. The packager turns the header of our note segment into
//! that of the payload (`builder-packager/src/compile/small/payload.ts`).

use std::ffi::CStr;
use std::os::unix::ffi::OsStrExt;

/// In the physical address of the payload's segment header, which Linux ignores.
pub const MAGIC: u64 = u64::from_le_bytes(*b"CNB-JS-1");

/// The header of this note is what the packager replaces.
#[used]
#[unsafe(link_section = ".note.cnb-engine")]
static NOTE: Note = Note { name_size: 4, size: 4, kind: 1, name: *b"cnb\0", version: 1 };

#[repr(C, align(4))]
struct Note {
    name_size: u32,
    size: u32,
    kind: u32,
    name: [u8; 4],
    version: u32,
}

/// All of the payload, if the program has one.
fn bytes() -> Option<&'static [u8]> {
    // SAFETY: the system gives the address and the number of our own segment headers, and has mapped what they say.
    unsafe {
        let headers = libc::getauxval(libc::AT_PHDR) as *const libc::Elf64_Phdr;
        let count = libc::getauxval(libc::AT_PHNUM) as usize;
        if headers.is_null() {
            return None;
        }
        let all = std::slice::from_raw_parts(headers, count);
        let header = all.iter().find(|header| header.p_type == libc::PT_LOAD && header.p_paddr == MAGIC)?;
        // a program for amd64 runs at any address, one for arm64 at the address that it was linked for
        let own = all.iter().find(|header| header.p_type == libc::PT_PHDR)?;
        let moved_by = (headers as usize).wrapping_sub(own.p_vaddr as usize);
        let start = moved_by.wrapping_add(header.p_vaddr as usize) as *const u8;
        Some(std::slice::from_raw_parts(start, header.p_filesz as usize))
    }
}

/// Whether the packager has put anything into this program.
pub fn exists() -> bool {
    bytes().is_some()
}

/// Whether the file of the program has all of the payload: the system maps what its header says, and ends the process where
/// bytes are read that the file does not have.
pub fn is_whole() -> bool {
    const SIZE: usize = 8;
    let Some(last) = bytes().and_then(|all| all.last_chunk::<SIZE>()) else { return false };
    // SAFETY: the system reads eight bytes or says EFAULT; it knows no such operation, so that nothing changes.
    let result = unsafe { libc::syscall(libc::SYS_rt_sigprocmask, -1, last.as_ptr(), std::ptr::null::<u8>(), SIZE) };
    result == -1 && std::io::Error::last_os_error().raw_os_error() != Some(libc::EFAULT)
}

/// A name in the payload, and its content.
type File = (&'static [u8], &'static [u8]);

thread_local! {
    static FILES: Vec<File> = sorted_files().unwrap_or_default();
}

/// The files of the payload by name. Its table has names, offsets and sizes; the contents follow. A command loads some hundred
/// modules of as many hundred, so that a search from the start each time was a twentieth of its instructions.
fn sorted_files() -> Option<Vec<File>> {
    let all = bytes()?;
    let number = |at: usize| Some(u32::from_le_bytes(all.get(at..at + 4)?.try_into().ok()?) as usize);
    let count = number(0)?;
    let mut at = 4;
    let mut files = Vec::new();
    for _ in 0..count {
        let (name_size, offset, size) = (number(at)?, number(at + 4)?, number(at + 8)?);
        files.push((all.get(at + 12..at + 12 + name_size)?, all.get(offset..offset + size)?));
        at += 12 + name_size;
    }
    files.sort_unstable_by_key(|(name, _)| *name);
    Some(files)
}

/// A file of the payload.
pub fn file(wanted: &str) -> Option<&'static [u8]> {
    FILES.with(|files| {
        let index = files.binary_search_by_key(&wanted.as_bytes(), |(name, _)| name).ok()?;
        Some(files[index].1)
    })
}

/// The path of the program as the system was given it.
pub fn program_path() -> String {
    // SAFETY: the system ends the text with NUL.
    let called = unsafe { CStr::from_ptr(libc::getauxval(libc::AT_EXECFN) as *const libc::c_char) };
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(called.to_bytes()));
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}
