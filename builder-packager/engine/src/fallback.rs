//! Detect that continues on Node.js.
//!
//! A buildpack whose build needs Node.js has `bin/main`, Node.js with the same buildpack, beside the engine's `bin/detect`.
//! Detect on the engine holds its output back. If it ends with anything but an answer, or asks for a function of Node.js that
//! the engine lacks, the output is dropped and `main` gives the answer.

use std::cell::RefCell;
use std::ffi::{CString, OsStr};
use std::io::Read;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The exit codes of detect that are an answer (Buildpack specification): the buildpack applies, or it does not.
const ANSWERS: [i32; 2] = [0, 100];

/// More output than this is printed at once. From then on, Node.js cannot start from the beginning.
const HELD_AT_MOST: usize = 1 << 20;

/// What Node.js and the libraries in its program obey before any script runs: the names that phase-start hides.
const HIDDEN: [&str; 9] =
    ["LD_", "NODE_", "OPENSSL_", "SSLKEYLOGFILE=", "GLIBC_TUNABLES=", "GCONV_PATH=", "MALLOC_", "ICU_", "UV_"];

struct Held {
    main: PathBuf,
    output: Vec<(i32, Vec<u8>)>,
    size: usize,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

/// From now on output is held back, if this is a detect with `main` beside it.
pub fn begin() {
    let called = std::env::args_os().next().unwrap_or_default();
    let program = PathBuf::from(crate::payload::program_path());
    let is_detect = |path: &Path| path.file_name() == Some(OsStr::new("detect"));
    if !is_detect(Path::new(&called)) && !is_detect(&program) {
        return;
    }
    let main = program.with_file_name("main");
    // the system gives the path of the program: what runs as `main` does not start it again
    if main != program && main.exists() {
        HELD.set(Some(Held { main, output: Vec::new(), size: 0 }));
    }
}

/// Keeps what is written to standard output or error. `false`: it is to be written now.
pub fn hold(fd: i32, bytes: &[u8]) -> bool {
    if fd != 1 && fd != 2 {
        return false;
    }
    let is_held = HELD.with_borrow_mut(|held| {
        let Some(held) = held else { return false };
        held.size += bytes.len();
        if held.size > HELD_AT_MOST {
            return false;
        }
        held.output.push((fd, bytes.to_vec()));
        true
    });
    if !is_held {
        release();
    }
    is_held
}

/// Prints what was held back; nothing is held back from now on.
pub fn release() {
    let Some(held) = HELD.take() else { return };
    for (fd, bytes) in held.output {
        // an error, such as that of a closed pipe, has nobody to be told to
        let _ = crate::host::fs::write_all(fd, &bytes);
    }
}

/// Before the process ends with this code: prints an answer, or lets Node.js give it.
pub fn end(code: i32) {
    if !ANSWERS.contains(&code) {
        on_node();
    }
    release();
}

/// Replaces the process by `main`, if output was held back until now. Returns if there is no `main`, if it cannot start, or if
/// it is not Node.js.
pub fn on_node() {
    let Some(main) = HELD.with_borrow(|held| held.as_ref().map(|held| held.main.clone())) else { return };
    if is_engine(&main) {
        return;
    }
    let main = c_text(main.into_os_string().into_vec());
    let called = std::env::args_os().next().unwrap_or_default();
    // the name by which this program was called comes twice, as from phase-start: emulators replace the first one
    let args: Vec<CString> =
        std::iter::once(called).chain(std::env::args_os()).map(|arg| c_text(arg.into_vec())).collect();
    let env: Vec<CString> = std::env::vars_os()
        .map(|(name, value)| {
            let mut variable = [name.as_bytes(), b"=", value.as_bytes()].concat();
            if HIDDEN.iter().any(|hidden| variable.starts_with(hidden.as_bytes())) {
                variable[0] = b'_';
            }
            c_text(variable)
        })
        .collect();
    let pointers = |texts: &[CString]| -> Vec<*const libc::c_char> {
        texts.iter().map(|text| text.as_ptr()).chain([std::ptr::null()]).collect()
    };
    // SAFETY: lists of texts that end with NULL. Rust ignores SIGPIPE when a program starts, which a new program would inherit.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        libc::execve(main.as_ptr(), pointers(&args).as_ptr(), pointers(&env).as_ptr());
    }
}

/// Whether a file is a program of this engine, which would start itself again for ever: this one or a copy, whatever its
/// name is. The headers of its segments are in the first page.
fn is_engine(file: &Path) -> bool {
    let mut start = Vec::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(4096).read_to_end(&mut start));
    read.is_ok() && start.windows(8).any(|bytes| bytes == crate::payload::MAGIC.to_le_bytes())
}

/// Arguments and variables of a process have no NUL.
fn c_text(bytes: Vec<u8>) -> CString {
    CString::new(bytes).unwrap_or_default()
}
