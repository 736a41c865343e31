//! `engine:process`: the process and the machine.

use super::fs::errno;
use super::native_module;
use crate::value::{Out, Text};
use crate::{event_loop, fallback};
use rquickjs::prelude::Opt;
use rquickjs::{Ctx, Function, Result, Value};
use std::cell::Cell;
use std::ffi::{CStr, CString, OsString};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStringExt;
use std::time::Instant;

native_module!(Process {
    "environment": environment,
    "cwd": cwd,
    "chdir": chdir,
    "exit": exit,
    "umask": umask,
    "getuid": getuid,
    "getgid": getgid,
    "geteuid": geteuid,
    "getegid": getegid,
    "ppid": ppid,
    "kill": kill,
    "now": now,
    "hrtime": hrtime,
    "memory": memory,
    "isTerminal": is_terminal,
    "windowSize": window_size,
    "setRawMode": set_raw_mode,
    "errorText": error_text,
    "hostname": hostname,
    "homedir": homedir,
    "uname": uname,
    "totalmem": totalmem,
    "freemem": freemem,
    "cpuCount": cpu_count,
    "loadavg": loadavg,
    "onSignal": on_signal,
    "continueOnNode": continue_on_node,
    "interrupts": interrupts,
} values {
    "argv": argv(),
    "execPath": exec_path(),
    "pid": pid(),
    "arch": arch(),
});

thread_local! {
    static INTERRUPTS: Cell<u32> = const { Cell::new(0) };
}

/// Counts how often the engine asks whether to go on, which it does after a fixed number of steps. It always goes on.
pub fn count_interrupt() -> bool {
    INTERRUPTS.set(INTERRUPTS.get().wrapping_add(1));
    false
}

fn interrupts() -> f64 {
    f64::from(INTERRUPTS.get())
}

fn argv() -> Out {
    Out::Texts(std::env::args_os().map(text).collect())
}

fn text(text: OsString) -> String {
    super::text::lossy(text.into_vec())
}

fn exec_path() -> Out {
    Out::Text(crate::payload::program_path())
}

fn pid() -> f64 {
    f64::from(std::process::id())
}

fn arch() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" }
}

/// Not `std::env::vars`, which leaves out what is not UTF-8; as Node.js, U+FFFD stands for it.
fn environment() -> Out {
    Out::Texts(std::env::vars_os().flat_map(|(name, value)| [text(name), text(value)]).collect())
}

fn cwd() -> Out {
    match std::env::current_dir() {
        Ok(dir) => Out::Text(text(dir.into_os_string())),
        Err(error) => Out::Error(error.raw_os_error().unwrap_or(libc::ENOENT)),
    }
}

fn chdir(path: Text) -> Out {
    match std::env::set_current_dir(path.0) {
        Ok(()) => Out::Number(0.0),
        Err(error) => Out::Error(error.raw_os_error().unwrap_or(libc::EINVAL)),
    }
}

fn exit(code: i32) {
    fallback::end(code);
    // without destructors and handlers of the C library, which other threads could disturb
    // SAFETY: nothing returns.
    unsafe { libc::_exit(code) }
}

/// Returns only if Node.js cannot give the answer.
fn continue_on_node() {
    fallback::on_node();
}

fn umask(mask: Opt<u32>) -> u32 {
    // SAFETY: always succeeds.
    unsafe {
        let former = libc::umask(mask.0.unwrap_or(0));
        if mask.0.is_none() {
            libc::umask(former);
        }
        former
    }
}

fn getuid() -> u32 {
    unsafe { libc::getuid() }
}

fn getgid() -> u32 {
    unsafe { libc::getgid() }
}

fn geteuid() -> u32 {
    unsafe { libc::geteuid() }
}

fn getegid() -> u32 {
    unsafe { libc::getegid() }
}

fn ppid() -> i32 {
    unsafe { libc::getppid() }
}

fn kill(pid: i32, signal: i32) -> Out {
    match unsafe { libc::kill(pid, signal) } {
        -1 => Out::Error(errno()),
        _ => Out::Number(0.0),
    }
}

fn now() -> f64 {
    event_loop::START.with(Instant::elapsed).as_secs_f64() * 1e3
}

fn hrtime(ctx: Ctx<'_>) -> Result<Value<'_>> {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the clock exists, and the structure is ours.
    let time = unsafe {
        libc::clock_gettime(libc::CLOCK_MONOTONIC, time.as_mut_ptr());
        time.assume_init()
    };
    let nanoseconds = time.tv_sec * 1_000_000_000 + time.tv_nsec;
    rquickjs::BigInt::from_i64(ctx, nanoseconds).map(|number| number.into_value())
}

fn memory() -> Out {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1)?.parse::<f64>().ok())
        .unwrap_or(0.0);
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the structure is ours.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as f64;
    Out::Pair(pages * page, usage.ru_maxrss as f64 * 1024.0)
}

fn is_terminal(fd: i32) -> bool {
    unsafe { libc::isatty(fd) == 1 }
}

fn window_size(fd: i32) -> Out {
    let mut size = MaybeUninit::<libc::winsize>::zeroed();
    // SAFETY: the structure is ours.
    if unsafe { libc::ioctl(fd, libc::TIOCGWINSZ as _, size.as_mut_ptr()) } == -1 {
        return Out::Error(errno());
    }
    let size = unsafe { size.assume_init() };
    Out::Pair(f64::from(size.ws_col), f64::from(size.ws_row))
}

/// Passes on each key of a terminal as it is pressed, or restores what the terminal was before.
fn set_raw_mode(fd: i32, is_raw: bool) -> Out {
    thread_local! {
        static BEFORE: Cell<Option<libc::termios>> = const { Cell::new(None) };
    }
    let mut mode = MaybeUninit::<libc::termios>::zeroed();
    // SAFETY: the structure is ours.
    if unsafe { libc::tcgetattr(fd, mode.as_mut_ptr()) } == -1 {
        return Out::Error(errno());
    }
    // SAFETY: the system has filled it.
    let mut mode = unsafe { mode.assume_init() };
    if is_raw {
        if BEFORE.get().is_none() {
            BEFORE.set(Some(mode));
        }
        // as Node.js: output is still processed
        mode.c_iflag &= !(libc::BRKINT | libc::ICRNL | libc::INPCK | libc::ISTRIP | libc::IXON);
        mode.c_oflag |= libc::ONLCR;
        mode.c_cflag |= libc::CS8;
        mode.c_lflag &= !(libc::ECHO | libc::ICANON | libc::IEXTEN | libc::ISIG);
        mode.c_cc[libc::VMIN] = 1;
        mode.c_cc[libc::VTIME] = 0;
    } else if let Some(before) = BEFORE.take() {
        mode = before;
    }
    // SAFETY: as above.
    match unsafe { libc::tcsetattr(fd, libc::TCSADRAIN, &raw const mode) } {
        -1 => Out::Error(errno()),
        _ => Out::Number(0.0),
    }
}

fn error_text(number: i32) -> String {
    // SAFETY: the C library's text, which is copied at once.
    unsafe { CStr::from_ptr(libc::strerror(number)) }.to_string_lossy().into_owned()
}

fn names() -> libc::utsname {
    let mut names = MaybeUninit::<libc::utsname>::zeroed();
    // SAFETY: the structure is ours.
    unsafe {
        libc::uname(names.as_mut_ptr());
        names.assume_init()
    }
}

fn field(field: &[libc::c_char]) -> String {
    // SAFETY: the system ends each field with NUL.
    unsafe { CStr::from_ptr(field.as_ptr()) }.to_string_lossy().into_owned()
}

fn hostname() -> String {
    field(&names().nodename)
}

fn uname() -> Out {
    let names = names();
    Out::Texts([&names.sysname[..], &names.release, &names.version, &names.machine].map(field).to_vec())
}

fn homedir() -> String {
    let home = std::env::var_os("HOME").map(text);
    home.or_else(home_of_user).unwrap_or_default()
}

fn home_of_user() -> Option<String> {
    // SAFETY: the entry is copied before anything else asks the C library.
    unsafe {
        let entry = libc::getpwuid(libc::geteuid());
        (!entry.is_null()).then(|| CStr::from_ptr((*entry).pw_dir).to_string_lossy().into_owned())
    }
}

fn pages(name: i32) -> f64 {
    // SAFETY: numbers.
    unsafe { libc::sysconf(name) as f64 * libc::sysconf(libc::_SC_PAGESIZE) as f64 }
}

fn totalmem() -> f64 {
    pages(libc::_SC_PHYS_PAGES)
}

fn freemem() -> f64 {
    pages(libc::_SC_AVPHYS_PAGES)
}

fn cpu_count() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |count| count.get() as f64)
}

fn loadavg() -> Out {
    let mut load = [0.0; 3];
    // SAFETY: three numbers.
    unsafe { libc::getloadavg(load.as_mut_ptr(), 3) };
    Out::Numbers(load.to_vec())
}

fn on_signal<'js>(ctx: Ctx<'js>, signal: i32, listener: Option<Function<'js>>) -> Out {
    match event_loop::listen_to_signal(&ctx, signal, listener) {
        Ok(()) => Out::Number(0.0),
        Err(error) => Out::Error(error),
    }
}

/// A text for the system. NUL characters were refused before.
pub fn c_text(text: String) -> CString {
    CString::new(text).unwrap_or_default()
}
