//! `engine:loop`: what JavaScript asks of the event loop.

use super::fs::{errno, wait_for, write_all};
use super::native_module;
use crate::value::{Out, part};
use crate::{async_context, event_loop};
use rquickjs::{ArrayBuffer, Ctx, Function, Object, Result, Value};
use std::cell::Cell;

native_module!(Loop {
    "setTimer": set_timer,
    "clearTimer": event_loop::clear_timer,
    "refTimer": event_loop::ref_timer,
    "setImmediate": set_immediate,
    "clearImmediate": event_loop::clear_immediate,
    "queueMicrotask": queue_microtask,
    "read": read,
    "write": write,
    "setHooks": set_hooks,
    "setExitCode": event_loop::set_exit_code,
    "asyncContext": get_async_context,
    "setAsyncContext": set_async_context,
});

fn set_timer<'js>(ctx: Ctx<'js>, callback: Function<'js>, ms: f64) -> f64 {
    event_loop::set_timer(&ctx, callback, ms)
}

fn set_immediate<'js>(ctx: Ctx<'js>, callback: Function<'js>) -> f64 {
    event_loop::set_immediate(&ctx, callback)
}

fn queue_microtask<'js>(callback: Function<'js>) -> Result<()> {
    callback.defer(())
}

/// A read of at most this size is copied out of the thread's buffer, so that the buffer is used again.
const COPIED: usize = 64 << 10;

/// A larger buffer is not kept while its thread is idle.
const KEPT: usize = 256 << 10;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

fn read<'js>(ctx: Ctx<'js>, fd: i32, length: f64, done: Function<'js>) {
    event_loop::in_thread(&ctx, done, move || {
        let length = (length as usize).min(1 << 24);
        let mut bytes = BUFFER.take();
        if bytes.len() < length {
            bytes = vec![0u8; length];
        }
        loop {
            // SAFETY: the buffer is this thread's own. A descriptor that was closed meanwhile gives EBADF.
            let count = unsafe { libc::read(fd, bytes.as_mut_ptr().cast(), length) };
            if count >= 0 && count as usize <= COPIED {
                let part = bytes[..count as usize].to_vec();
                keep(bytes);
                return Out::Bytes(part);
            }
            if count >= 0 {
                bytes.truncate(count as usize);
                return Out::Bytes(bytes);
            }
            match errno() {
                libc::EINTR => {}
                libc::EAGAIN => wait_for(fd, libc::POLLIN),
                error => {
                    keep(bytes);
                    return Out::Error(error);
                }
            }
        }
    });
}

fn keep(buffer: Vec<u8>) {
    if buffer.len() <= KEPT {
        BUFFER.set(buffer);
    }
}

/// Writes everything: what a socket takes at once in this thread, the rest in another one.
fn write<'js>(ctx: Ctx<'js>, fd: i32, bytes: ArrayBuffer<'js>, offset: f64, length: f64, done: Function<'js>) {
    let bytes = part(&bytes, offset, length);
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: the bytes are there during the call.
    let sent = unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) };
    // an error of the socket is given once only: the write below would fail with another one
    let error = if sent < 0 { errno() } else { libc::EAGAIN };
    if !matches!(error, libc::EAGAIN | libc::EINTR | libc::ENOTSOCK) {
        event_loop::later(&ctx, done, Out::Error(error));
        return;
    }
    let rest = bytes[sent.max(0) as usize..].to_vec();
    if rest.is_empty() && sent >= 0 {
        event_loop::later(&ctx, done, Out::Number(0.0));
        return;
    }
    event_loop::in_thread(&ctx, done, move || match write_all(fd, &rest) {
        Ok(()) => Out::Number(0.0),
        Err(error) => Out::Error(error),
    });
}

fn set_hooks<'js>(ctx: Ctx<'js>, hooks: Object<'js>) -> Result<()> {
    event_loop::set_hooks(&ctx, &hooks)
}

fn get_async_context(ctx: Ctx<'_>) -> Value<'_> {
    async_context::get(&ctx)
}

fn set_async_context(context: Value<'_>) {
    async_context::set(context);
}
