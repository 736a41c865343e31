//! `engine:child`: programs that JavaScript starts.

use super::fs::errno;
use super::native_module;
use super::process::c_text;
use crate::value::{Out, Text};
use crate::{event_loop, fallback};
use rquickjs::{Ctx, Function, Object, Result};
use std::ffi::CString;

native_module!(Child { "spawn": spawn, "wait": wait, "shutdown": shutdown });

/// Descriptors of a child: /dev/null, or a pipe whose other end is ours. From 3 on, a pipe is a socket, as in Node.js: both
/// sides write and read.
const NULL: i32 = -1;
const PIPE: i32 = -2;

struct Plan {
    candidates: Vec<CString>,
    args: Vec<CString>,
    env: Vec<CString>,
    cwd: Option<CString>,
    stdio: Vec<i32>,
    detached: bool,
    uid: Option<u32>,
    gid: Option<u32>,
}

fn spawn(options: Object<'_>) -> Result<Out> {
    let texts = |name: &str| -> Result<Vec<CString>> {
        Ok(options.get::<_, Vec<Text>>(name)?.into_iter().map(|text| c_text(text.0)).collect())
    };
    let env = texts("env")?;
    let file: Text = options.get("file")?;
    let plan = Plan {
        candidates: candidates(&file.0, &env),
        args: texts("args")?,
        env,
        cwd: options.get::<_, Option<Text>>("cwd")?.map(|text| c_text(text.0)),
        stdio: options.get("stdio")?,
        detached: options.get("detached")?,
        uid: options.get("uid")?,
        gid: options.get("gid")?,
    };
    Ok(start(&plan).map_or_else(Out::Error, Out::Numbers))
}

/// The files that the name can mean: itself with a slash, else one in each directory of the child's PATH.
fn candidates(file: &str, env: &[CString]) -> Vec<CString> {
    if file.contains('/') {
        return vec![c_text(file.to_owned())];
    }
    let path = env.iter().find_map(|variable| variable.to_str().ok()?.strip_prefix("PATH="));
    path.unwrap_or("/usr/local/bin:/bin:/usr/bin")
        .split(':')
        .map(|dir| c_text(if dir.is_empty() { format!("./{file}") } else { format!("{dir}/{file}") }))
        .collect()
}

fn start(plan: &Plan) -> std::result::Result<Vec<f64>, i32> {
    if plan.stdio.iter().any(|fd| *fd >= 0) {
        fallback::release(); // the child writes after us
    }
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    let result = open_all(plan, &mut ours, &mut theirs).and_then(|()| fork(plan, &theirs));
    for (fd, kind) in theirs.iter().zip(&plan.stdio) {
        if *kind < 0 {
            close(*fd);
        }
    }
    match result {
        Ok(pid) => Ok(std::iter::once(f64::from(pid)).chain(ours.into_iter().map(f64::from)).collect()),
        Err(error) => {
            ours.into_iter().filter(|fd| *fd >= 0).for_each(close);
            Err(error)
        }
    }
}

fn close(fd: i32) {
    // SAFETY: a descriptor that this module has opened.
    unsafe { libc::close(fd) };
}

fn open_all(plan: &Plan, ours: &mut Vec<i32>, theirs: &mut Vec<i32>) -> std::result::Result<(), i32> {
    for (at, kind) in plan.stdio.iter().enumerate() {
        match *kind {
            NULL => {
                // SAFETY: a path of the system.
                let fd = unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_RDWR | libc::O_CLOEXEC) };
                if fd < 0 {
                    return Err(errno());
                }
                theirs.push(fd);
                ours.push(-1);
            }
            PIPE => {
                let mut ends = [0; 2];
                // SAFETY: two descriptors.
                let result = unsafe {
                    if at < 3 {
                        libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC)
                    } else {
                        let kind = libc::SOCK_STREAM | libc::SOCK_CLOEXEC;
                        libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr())
                    }
                };
                if result < 0 {
                    return Err(errno());
                }
                // the child reads from the first one and writes to the others
                let (their, our) = if at == 0 { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
                theirs.push(their);
                ours.push(our);
            }
            fd => {
                theirs.push(fd);
                ours.push(-1);
            }
        }
    }
    Ok(())
}

fn fork(plan: &Plan, theirs: &[i32]) -> std::result::Result<i32, i32> {
    let pointers = |texts: &[CString]| -> Vec<*const libc::c_char> {
        texts.iter().map(|text| text.as_ptr()).chain([std::ptr::null()]).collect()
    };
    let (args, env) = (pointers(&plan.args), pointers(&plan.env));
    let mut report = [0; 2];
    // SAFETY: two descriptors. The child calls only functions that are safe between fork and exec: it allocates nothing.
    unsafe {
        if libc::pipe2(report.as_mut_ptr(), libc::O_CLOEXEC) < 0 {
            return Err(errno());
        }
        let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        let mut before = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigfillset(all.as_mut_ptr());
        // no handler of ours may run in the child
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        let pid = libc::fork();
        if pid == 0 {
            let error = become_program(plan, theirs, &args, &env);
            libc::write(report[1], (&raw const error).cast(), 4);
            libc::_exit(127);
        }
        let failed = (pid < 0).then(errno);
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), std::ptr::null_mut());
        libc::close(report[1]);
        let mut error = 0i32;
        let count = loop {
            let count = libc::read(report[0], (&raw mut error).cast(), 4);
            if count >= 0 || errno() != libc::EINTR {
                break count;
            }
        };
        libc::close(report[0]);
        if let Some(error) = failed {
            return Err(error);
        }
        if count == 4 {
            libc::waitpid(pid, std::ptr::null_mut(), 0);
            return Err(error);
        }
        Ok(pid)
    }
}

/// Becomes the program, in the child; returns why it could not.
unsafe fn become_program(
    plan: &Plan,
    theirs: &[i32],
    args: &[*const libc::c_char],
    env: &[*const libc::c_char],
) -> i32 {
    unsafe {
        if plan.detached {
            libc::setsid();
        }
        // descriptors move out of the way first: the child's 1 may be our 2
        let mut moved = [-1; 16];
        for (at, fd) in theirs.iter().take(moved.len()).enumerate() {
            moved[at] = libc::fcntl(*fd, libc::F_DUPFD_CLOEXEC, 16);
            if moved[at] < 0 {
                return errno();
            }
        }
        for (at, fd) in moved.iter().enumerate().filter(|(_, fd)| **fd >= 0) {
            if libc::dup2(*fd, at as i32) < 0 {
                return errno();
            }
        }
        if let Some(cwd) = &plan.cwd
            && libc::chdir(cwd.as_ptr()) < 0
        {
            return errno();
        }
        if let Some(gid) = plan.gid {
            libc::setgroups(0, std::ptr::null());
            if libc::setgid(gid) < 0 {
                return errno();
            }
        }
        if let Some(uid) = plan.uid
            && libc::setuid(uid) < 0
        {
            return errno();
        }
        for signal in 1..32 {
            libc::signal(signal, libc::SIG_DFL); // the two that cannot be set fail without harm
        }
        let mut none = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigemptyset(none.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut());
        // as execvp: a file that may not be executed is remembered, one that is not there is not
        let mut error = libc::ENOENT;
        for file in &plan.candidates {
            libc::execve(file.as_ptr(), args.as_ptr(), env.as_ptr());
            match errno() {
                libc::ENOENT | libc::ENOTDIR => {}
                libc::EACCES => error = libc::EACCES,
                other => return other,
            }
        }
        error
    }
}

/// Ends the direction of a socket in which we send, or both, so that threads that wait for the descriptor come back. It stays
/// open until it is closed.
pub fn shutdown(fd: i32, is_sending_only: bool) -> Out {
    // SAFETY: numbers.
    match unsafe { libc::shutdown(fd, if is_sending_only { libc::SHUT_WR } else { libc::SHUT_RDWR }) } {
        -1 => Out::Error(errno()),
        _ => Out::Number(0.0),
    }
}

fn wait<'js>(ctx: Ctx<'js>, pid: i32, done: Function<'js>) {
    event_loop::in_thread(&ctx, done, move || {
        let mut status = 0;
        // SAFETY: a child of ours that nobody else waits for.
        while unsafe { libc::waitpid(pid, &raw mut status, 0) } < 0 && errno() == libc::EINTR {}
        if libc::WIFSIGNALED(status) {
            Out::Pair(-1.0, f64::from(libc::WTERMSIG(status)))
        } else {
            Out::Pair(f64::from(libc::WEXITSTATUS(status)), 0.0)
        }
    });
}
