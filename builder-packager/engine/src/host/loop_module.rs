//! `engine:loop`: what JavaScript asks of the event loop.

use super::fs::{errno, wait_for, write_all};
use super::native_module;
use crate::value::{Out, part};
use crate::{async_context, event_loop};
use rquickjs::{ArrayBuffer, Ctx, Function, Object, Result, Value};

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

fn read<'js>(ctx: Ctx<'js>, fd: i32, length: f64, done: Function<'js>) {
    event_loop::in_thread(&ctx, done, move || {
        let mut bytes = vec![0u8; (length as usize).min(1 << 24)];
        loop {
            // SAFETY: the buffer is this thread's own. A descriptor that was closed meanwhile gives EBADF.
            let count = unsafe { libc::read(fd, bytes.as_mut_ptr().cast(), bytes.len()) };
            if count >= 0 {
                bytes.truncate(count as usize);
                return Out::Bytes(bytes);
            }
            match errno() {
                libc::EINTR => {}
                libc::EAGAIN => wait_for(fd, libc::POLLIN),
                error => return Out::Error(error),
            }
        }
    });
}

fn write<'js>(ctx: Ctx<'js>, fd: i32, bytes: ArrayBuffer<'js>, offset: f64, length: f64, done: Function<'js>) {
    let bytes = part(&bytes, offset, length).to_vec();
    event_loop::in_thread(&ctx, done, move || match write_all(fd, &bytes) {
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
