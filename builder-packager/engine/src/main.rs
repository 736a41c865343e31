//! The engine: quickjs-ng with the host functions that the Node layer needs, in one static program.
//!
//! With a payload it runs the payload's `main.js`, whatever its arguments say. Without one it is the packager's tool:
//! `cnb-engine compile IN OUT NAME [IN OUT NAME…]` writes modules in bytecode, `cnb-engine run FILE` runs a module from files.

mod async_context;
#[cfg(target_arch = "x86_64")]
mod copy;
mod event_loop;
mod fallback;
mod heap;
mod host;
mod loader;
mod memory;
mod payload;
mod threads;
mod unwind;
mod value;

use rquickjs::{CatchResultExt, Context, Ctx, Module, Runtime};
use std::process::ExitCode;

/// The name of the module that a payload starts with.
const MAIN: &str = "main.js";

/// The size of the heap at which objects are collected for the first time. A detect ends before; quickjs's own 256 KiB would
/// make it collect while its modules are loaded, when nothing is garbage.
const FIRST_COLLECTION: usize = 4 << 20;

fn main() -> ExitCode {
    event_loop::START.with(|_| {}); // the clock of the process starts here
    if payload::exists() {
        if !payload::is_whole() {
            eprintln!("{}: the program is truncated", payload::program_path());
            return ExitCode::FAILURE;
        }
        fallback::begin();
        return run(MAIN, loader::Source::Payload);
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["run", file, ..] => run(file, loader::Source::Files),
        ["compile", files @ ..] if files.len() % 3 == 0 && !files.is_empty() => compile(files),
        _ => {
            eprintln!("usage: cnb-engine run FILE | cnb-engine compile IN OUT NAME [IN OUT NAME…]");
            ExitCode::from(2)
        }
    }
}

fn context(source: loader::Source) -> (Runtime, Context) {
    let runtime = Runtime::new_with_alloc(heap::Heap::new()).expect("memory for the engine");
    runtime.set_max_stack_size(stack_size());
    runtime.set_memory_limit(memory::limit());
    runtime.set_gc_threshold(FIRST_COLLECTION);
    runtime.set_loader(loader::Resolver(source), loader::Loader(source));
    runtime.set_host_promise_rejection_tracker(Some(Box::new(|ctx, promise, reason, is_handled| {
        event_loop::track_rejection(&ctx, promise, reason, is_handled);
    })));
    let context = Context::full(&runtime).expect("memory for a context");
    (runtime, context)
}

/// Half of what the system gives the main thread, at most 4 MiB: deeper recursion is a RangeError, never a crash.
fn stack_size() -> usize {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the structure is ours.
    unsafe { libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit) };
    (limit.rlim_cur / 2).clamp(16 << 10, 4 << 20) as usize
}

fn run(file: &str, source: loader::Source) -> ExitCode {
    let (runtime, context) = context(source);
    if matches!(source, loader::Source::Files) {
        runtime.set_interrupt_handler(Some(Box::new(host::process::count_interrupt)));
    }
    let code = context.with(|ctx| {
        start(&ctx, file);
        event_loop::run(&ctx)
    });
    fallback::end(code);
    // without destructors: the memory goes with the process, and threads may still run
    // SAFETY: nothing returns.
    unsafe { libc::_exit(code) }
}

fn start(ctx: &Ctx<'_>, file: &str) {
    // the promise is tracked like any other: a rejection is reported once the microtasks have run
    if Module::import(ctx, file).is_err() {
        event_loop::uncaught(ctx, ctx.catch(), false);
    }
}

/// Compiles modules under their names. Nothing runs.
fn compile(files: &[&str]) -> ExitCode {
    for three in files.chunks_exact(3) {
        // of its own: modules that were imported by another one have their names already
        let (_runtime, context) = context(loader::Source::Nothing);
        let [source, target, name] = three else { unreachable!() };
        if let Err(problem) = context.with(|ctx| compile_one(&ctx, source, target, name)) {
            eprintln!("{source}: {problem}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn compile_one(ctx: &Ctx<'_>, source: &str, target: &str, name: &str) -> Result<(), String> {
    let text = std::fs::read(source).map_err(|error| error.to_string())?;
    let module = Module::declare(ctx.clone(), name, text).catch(ctx).map_err(|error| error.to_string())?;
    // debug information stays: without file names, quickjs-ng refuses `import()`, and errors name no lines
    let options = rquickjs::WriteOptions { strip_source: true, ..Default::default() };
    let bytecode = module.write(options).catch(ctx).map_err(|error| error.to_string())?;
    std::fs::write(target, bytecode).map_err(|error| error.to_string())
}
