//! `engine:fs`: one call of the system each.

use super::native_module;
use crate::fallback;
use crate::value::{Name, Out, Text, part, part_mut};
use rquickjs::ArrayBuffer;
use std::ffi::{CStr, CString, OsString};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStringExt;

native_module!(Fs {
    "readFile": read_file,
    "readText": read_text,
    "writeFile": write_file,
    "writeText": write_text,
    "open": open,
    "close": close,
    "read": read,
    "write": write,
    "stat": stat,
    "lstat": lstat,
    "fstat": fstat,
    "readdir": readdir,
    "mkdir": mkdir,
    "mkdtemp": mkdtemp,
    "rmdir": rmdir,
    "unlink": unlink,
    "rename": rename,
    "link": link,
    "symlink": symlink,
    "readlink": readlink,
    "realpath": realpath,
    "access": access,
    "chmod": chmod,
    "fchmod": fchmod,
    "fchown": fchown,
    "chown": chown,
    "lchown": lchown,
    "utimes": utimes,
    "futimes": futimes,
    "ftruncate": ftruncate,
    "fsync": fsync,
    "statfs": statfs,
    "copyFile": copy_file,
});

type Fallible<T> = Result<T, i32>;

pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO)
}

/// A path for the system. The Node layer refuses NUL characters before; EINVAL is for whoever does not.
fn c(path: Name) -> Fallible<CString> {
    CString::new(path.0).map_err(|_| libc::EINVAL)
}

/// The result of a call that returns -1 if it fails. Calls that a signal interrupts are made again.
fn check(mut call: impl FnMut() -> i64) -> Fallible<i64> {
    loop {
        match call() {
            -1 if errno() == libc::EINTR => {}
            -1 => return Err(errno()),
            result => return Ok(result),
        }
    }
}

fn out(result: Fallible<i64>) -> Out {
    result.map_or_else(Out::Error, |number| Out::Number(number as f64))
}

fn with(path: Name, call: impl Fn(&CStr) -> i64) -> Out {
    out(c(path).and_then(|path| check(|| call(&path))))
}

fn with_two(first: Name, second: Name, call: impl Fn(&CStr, &CStr) -> i64) -> Out {
    out(c(first).and_then(|first| {
        let second = c(second)?;
        check(|| call(&first, &second))
    }))
}

/// A descriptor that is closed when it goes.
struct Fd(i32);

impl Drop for Fd {
    fn drop(&mut self) {
        // SAFETY: the descriptor is this value's own.
        unsafe { libc::close(self.0) };
    }
}

fn open_fd(path: &CStr, flags: i32, mode: u32) -> Fallible<Fd> {
    // SAFETY: the path ends with NUL.
    check(|| i64::from(unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) })).map(|fd| Fd(fd as i32))
}

fn read_whole(path: Name) -> Fallible<Vec<u8>> {
    let fd = open_fd(&c(path)?, libc::O_RDONLY, 0)?;
    let size = stat_of(|buffer| unsafe { libc::fstat(fd.0, buffer) })?.st_size;
    // files of /proc have no size; a file may also grow meanwhile
    let mut bytes = Vec::new();
    let mut wanted = (size as usize).saturating_add(1).clamp(4096, 1 << 30);
    loop {
        if bytes.try_reserve(wanted).is_err() {
            return Err(libc::ENOMEM);
        }
        let spare = bytes.spare_capacity_mut();
        let count = check(|| unsafe { libc::read(fd.0, spare.as_mut_ptr().cast(), spare.len()) } as i64)?;
        if count == 0 {
            return Ok(bytes);
        }
        // SAFETY: the system has written that many bytes.
        unsafe { bytes.set_len(bytes.len() + count as usize) };
        wanted = (bytes.capacity() - bytes.len()).max(4096);
    }
}

fn read_file(path: Name) -> Out {
    read_whole(path).map_or_else(Out::Error, Out::Bytes)
}

fn read_text(path: Name) -> Out {
    read_whole(path).map_or_else(Out::Error, |bytes| Out::Text(super::text::lossy(bytes)))
}

fn write_whole(path: Name, bytes: &[u8], flags: i32, mode: u32) -> Out {
    let written = c(path).and_then(|path| {
        let fd = open_fd(&path, flags, mode)?;
        write_all(fd.0, bytes)
    });
    out(written.map(|()| 0))
}

pub fn write_all(fd: i32, mut bytes: &[u8]) -> Fallible<()> {
    while !bytes.is_empty() {
        // SAFETY: the bytes are alive.
        let count = check(|| unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) } as i64);
        match count {
            Ok(count) => bytes = &bytes[count as usize..],
            Err(libc::EAGAIN) => wait_for(fd, libc::POLLOUT),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits until a descriptor that does not block is ready.
pub fn wait_for(fd: i32, events: i16) {
    let mut poll = libc::pollfd { fd, events, revents: 0 };
    // SAFETY: one entry.
    unsafe { libc::poll(&raw mut poll, 1, -1) };
}

fn write_file(path: Name, bytes: ArrayBuffer<'_>, offset: f64, length: f64, flags: i32, mode: u32) -> Out {
    write_whole(path, part(&bytes, offset, length), flags, mode)
}

fn write_text(path: Name, text: Text, flags: i32, mode: u32) -> Out {
    write_whole(path, text.0.as_bytes(), flags, mode)
}

fn open(path: Name, flags: i32, mode: u32) -> Out {
    with(path, |path| i64::from(unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) }))
}

fn close(fd: i32) -> Out {
    // not made again after EINTR: Linux has closed the descriptor already
    // SAFETY: a number.
    match unsafe { libc::close(fd) } {
        -1 => Out::Error(errno()),
        _ => Out::Number(0.0),
    }
}

fn read(fd: i32, bytes: ArrayBuffer<'_>, offset: f64, length: f64, position: f64) -> Out {
    let part = part_mut(&bytes, offset, length);
    out(check(|| {
        // SAFETY: the part is inside of the buffer.
        (unsafe {
            if position < 0.0 {
                libc::read(fd, part.as_mut_ptr().cast(), part.len())
            } else {
                libc::pread(fd, part.as_mut_ptr().cast(), part.len(), position as i64)
            }
        }) as i64
    }))
}

fn write(fd: i32, bytes: ArrayBuffer<'_>, offset: f64, length: f64, position: f64) -> Out {
    let part = part(&bytes, offset, length);
    if fallback::hold(fd, part) {
        return Out::Number(part.len() as f64);
    }
    out(check(|| {
        // SAFETY: the part is inside of the buffer.
        (unsafe {
            if position < 0.0 {
                libc::write(fd, part.as_ptr().cast(), part.len())
            } else {
                libc::pwrite(fd, part.as_ptr().cast(), part.len(), position as i64)
            }
        }) as i64
    }))
}

fn stat_of(call: impl Fn(*mut libc::stat) -> i32) -> Fallible<libc::stat> {
    let mut buffer = MaybeUninit::<libc::stat>::zeroed();
    check(|| i64::from(call(buffer.as_mut_ptr())))?;
    // SAFETY: the system has filled it; zeroes are a value of it, too.
    Ok(unsafe { buffer.assume_init() })
}

fn fields(result: Fallible<libc::stat>) -> Out {
    result.map_or_else(Out::Error, |of| {
        Out::Numbers(vec![
            of.st_dev as f64,
            f64::from(of.st_mode),
            of.st_nlink as f64,
            f64::from(of.st_uid),
            f64::from(of.st_gid),
            of.st_rdev as f64,
            of.st_blksize as f64,
            of.st_ino as f64,
            of.st_size as f64,
            of.st_blocks as f64,
            of.st_atime as f64,
            of.st_atime_nsec as f64,
            of.st_mtime as f64,
            of.st_mtime_nsec as f64,
            of.st_ctime as f64,
            of.st_ctime_nsec as f64,
        ])
    })
}

fn stat(path: Name) -> Out {
    fields(c(path).and_then(|path| stat_of(|buffer| unsafe { libc::stat(path.as_ptr(), buffer) })))
}

fn lstat(path: Name) -> Out {
    fields(c(path).and_then(|path| stat_of(|buffer| unsafe { libc::lstat(path.as_ptr(), buffer) })))
}

fn fstat(fd: i32) -> Out {
    fields(stat_of(|buffer| unsafe { libc::fstat(fd, buffer) }))
}

fn readdir(path: Name) -> Out {
    c(path).and_then(|path| entries(&path)).map_or_else(Out::Error, Out::Entries)
}

fn entries(path: &CStr) -> Fallible<Vec<(Vec<u8>, u8)>> {
    // SAFETY: the path ends with NUL; the stream is used by this function only and closed at its end.
    unsafe {
        let stream = libc::opendir(path.as_ptr());
        if stream.is_null() {
            return Err(errno());
        }
        let mut entries = Vec::new();
        let result = loop {
            *libc::__errno_location() = 0;
            let entry = libc::readdir(stream);
            if entry.is_null() {
                break match *libc::__errno_location() {
                    0 => Ok(entries),
                    error => Err(error),
                };
            }
            let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                entries.push((name.to_vec(), (*entry).d_type));
            }
        };
        libc::closedir(stream);
        result
    }
}

fn mkdir(path: Name, mode: u32) -> Out {
    with(path, |path| i64::from(unsafe { libc::mkdir(path.as_ptr(), mode) }))
}

fn mkdtemp(prefix: Name) -> Out {
    let Ok(template) = CString::new([prefix.0.as_slice(), b"XXXXXX"].concat()) else {
        return Out::Error(libc::EINVAL);
    };
    let name = template.into_raw();
    // SAFETY: the name is ours and writable; it is taken back in any case.
    let (made, name) = unsafe { (libc::mkdtemp(name), CString::from_raw(name)) };
    match made.is_null() {
        true => Out::Error(errno()),
        false => Out::Name(name.into_bytes()),
    }
}

fn rmdir(path: Name) -> Out {
    with(path, |path| i64::from(unsafe { libc::rmdir(path.as_ptr()) }))
}

fn unlink(path: Name) -> Out {
    with(path, |path| i64::from(unsafe { libc::unlink(path.as_ptr()) }))
}

fn rename(from: Name, to: Name) -> Out {
    with_two(from, to, |from, to| i64::from(unsafe { libc::rename(from.as_ptr(), to.as_ptr()) }))
}

fn link(from: Name, to: Name) -> Out {
    with_two(from, to, |from, to| i64::from(unsafe { libc::link(from.as_ptr(), to.as_ptr()) }))
}

fn symlink(target: Name, path: Name) -> Out {
    with_two(target, path, |target, path| i64::from(unsafe { libc::symlink(target.as_ptr(), path.as_ptr()) }))
}

fn readlink(path: Name) -> Out {
    let target = c(path).and_then(|path| {
        let mut target = vec![0u8; libc::PATH_MAX as usize];
        // SAFETY: the buffer has that many bytes.
        let length =
            check(|| unsafe { libc::readlink(path.as_ptr(), target.as_mut_ptr().cast(), target.len()) } as i64)?;
        target.truncate(length as usize);
        Ok(target)
    });
    target.map_or_else(Out::Error, |target| Out::Name(target))
}

fn realpath(path: Name) -> Out {
    match std::fs::canonicalize(OsString::from_vec(path.0)) {
        Ok(path) => Out::Name(path.into_os_string().into_vec()),
        Err(error) => Out::Error(error.raw_os_error().unwrap_or(libc::EINVAL)),
    }
}

fn access(path: Name, mode: i32) -> Out {
    with(path, |path| i64::from(unsafe { libc::access(path.as_ptr(), mode) }))
}

fn chmod(path: Name, mode: u32) -> Out {
    with(path, |path| i64::from(unsafe { libc::chmod(path.as_ptr(), mode) }))
}

fn fchmod(fd: i32, mode: u32) -> Out {
    out(check(|| i64::from(unsafe { libc::fchmod(fd, mode) })))
}

fn fchown(fd: i32, uid: u32, gid: u32) -> Out {
    out(check(|| i64::from(unsafe { libc::fchown(fd, uid, gid) })))
}

fn chown(path: Name, uid: u32, gid: u32) -> Out {
    with(path, |path| i64::from(unsafe { libc::chown(path.as_ptr(), uid, gid) }))
}

fn lchown(path: Name, uid: u32, gid: u32) -> Out {
    with(path, |path| i64::from(unsafe { libc::lchown(path.as_ptr(), uid, gid) }))
}

fn times(atime: f64, mtime: f64) -> [libc::timespec; 2] {
    [atime, mtime].map(|time| {
        // SAFETY: zeroes are a value; on some architectures the structure has padding.
        let mut spec: libc::timespec = unsafe { MaybeUninit::zeroed().assume_init() };
        spec.tv_sec = time.floor() as _;
        spec.tv_nsec = ((time - time.floor()) * 1e9) as _;
        spec
    })
}

fn utimes(path: Name, atime: f64, mtime: f64, follow: bool) -> Out {
    let times = times(atime, mtime);
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    with(path, |path| i64::from(unsafe { libc::utimensat(libc::AT_FDCWD, path.as_ptr(), times.as_ptr(), flags) }))
}

fn futimes(fd: i32, atime: f64, mtime: f64) -> Out {
    let times = times(atime, mtime);
    out(check(|| i64::from(unsafe { libc::futimens(fd, times.as_ptr()) })))
}

fn ftruncate(fd: i32, length: f64) -> Out {
    out(check(|| i64::from(unsafe { libc::ftruncate(fd, length as i64) })))
}

fn fsync(fd: i32) -> Out {
    out(check(|| i64::from(unsafe { libc::fsync(fd) })))
}

fn statfs(path: Name) -> Out {
    let result = c(path).and_then(|path| {
        let mut buffer = MaybeUninit::<libc::statfs>::zeroed();
        // SAFETY: the buffer is one structure.
        check(|| i64::from(unsafe { libc::statfs(path.as_ptr(), buffer.as_mut_ptr()) }))?;
        Ok(unsafe { buffer.assume_init() })
    });
    result.map_or_else(Out::Error, |of| {
        Out::Numbers(vec![
            of.f_type as f64,
            of.f_bsize as f64,
            of.f_blocks as f64,
            of.f_bfree as f64,
            of.f_bavail as f64,
            of.f_files as f64,
            of.f_ffree as f64,
        ])
    })
}

fn copy_file(from: Name, to: Name, is_exclusive: bool) -> Out {
    out(c(from).and_then(|from| copy(&from, &c(to)?, is_exclusive)).map(|()| 0))
}

fn copy(from: &CStr, to: &CStr, is_exclusive: bool) -> Fallible<()> {
    let source = open_fd(from, libc::O_RDONLY, 0)?;
    let of = stat_of(|buffer| unsafe { libc::fstat(source.0, buffer) })?;
    if of.st_mode & libc::S_IFMT == libc::S_IFDIR {
        return Err(libc::EISDIR);
    }
    let flags = libc::O_WRONLY | libc::O_CREAT | if is_exclusive { libc::O_EXCL } else { 0 };
    let target = open_fd(to, flags, of.st_mode & 0o7777)?;
    let now = stat_of(|buffer| unsafe { libc::fstat(target.0, buffer) })?;
    if now.st_ino == of.st_ino && now.st_dev == of.st_dev {
        return Ok(());
    }
    check(|| i64::from(unsafe { libc::ftruncate(target.0, 0) }))?;
    check(|| i64::from(unsafe { libc::fchmod(target.0, of.st_mode & 0o7777) }))?;
    let mut buffer = vec![0u8; 1 << 16];
    loop {
        // SAFETY: the buffer has that many bytes.
        let count = check(|| unsafe { libc::read(source.0, buffer.as_mut_ptr().cast(), buffer.len()) } as i64)?;
        if count == 0 {
            return Ok(());
        }
        write_all(target.0, &buffer[..count as usize])?;
    }
}
