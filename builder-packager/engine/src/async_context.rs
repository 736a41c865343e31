//! The async context: a value of JavaScript for what runs now and later because of it. `node/async_hooks.ts` keeps the values of
//! `AsyncLocalStorage` in it. quickjs.patch adds it to quickjs: promises and microtasks run in the context in which they were
//! made. The event loop does the same with its callbacks.

use rquickjs::{Ctx, Value, qjs};

unsafe extern "C" {
    fn JS_GetAsyncContext(runtime: *mut qjs::JSRuntime) -> qjs::JSValue;
    fn JS_SetAsyncContext(runtime: *mut qjs::JSRuntime, value: qjs::JSValue);
}

/// The context in which JavaScript runs now; undefined if none was set.
pub fn get<'js>(ctx: &Ctx<'js>) -> Value<'js> {
    // SAFETY: the engine returns a value that is ours to free.
    unsafe { Value::from_raw(ctx.clone(), JS_GetAsyncContext(runtime(ctx))) }
}

/// Changes the context of the code that runs now, and of what it starts from here on.
pub fn set(context: Value<'_>) {
    let ctx = context.ctx();
    // SAFETY: the engine frees the value, so it gets a reference of its own.
    unsafe { JS_SetAsyncContext(runtime(ctx), qjs::JS_DupValue(ctx.as_raw().as_ptr(), context.as_raw())) }
}

fn runtime(ctx: &Ctx<'_>) -> *mut qjs::JSRuntime {
    // SAFETY: the context is alive.
    unsafe { qjs::JS_GetRuntime(ctx.as_raw().as_ptr()) }
}
