//! The event loop: JavaScript runs in one thread; what would block it runs in others and calls back.

use crate::async_context;
use crate::threads;
use crate::value::Out;
use rquickjs::{Ctx, Function, IntoJs, Object, Persistent, Result, Value};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

type Hook = Persistent<Function<'static>>;

/// A function of JavaScript that runs later, in the async context in which it was given.
#[derive(Clone)]
struct Callback {
    function: Persistent<Function<'static>>,
    context: Persistent<Value<'static>>,
}

impl Callback {
    fn save<'js>(ctx: &Ctx<'js>, function: Function<'js>) -> Self {
        Self { function: Persistent::save(ctx, function), context: Persistent::save(ctx, async_context::get(ctx)) }
    }

    fn call<'js, A: rquickjs::function::IntoArgs<'js>>(self, ctx: &Ctx<'js>, args: A) -> Result<Value<'js>> {
        async_context::set(self.context.restore(ctx)?);
        let result = self.function.restore(ctx)?.call(args);
        async_context::set(Value::new_undefined(ctx.clone()));
        result
    }
}

/// What happened outside of JavaScript.
enum Event {
    Done { operation: u64, result: Out },
    Signal(i32),
}

struct Timer {
    callback: Callback,
    due: Instant,
    is_referenced: bool,
}

struct Hooks {
    uncaught: Hook,
    idle: Hook,
    exit: Hook,
}

struct State {
    next: u64,
    /// In the order of their time, then of their making.
    order: BTreeMap<(Instant, u64), ()>,
    timers: HashMap<u64, Timer>,
    immediates: VecDeque<(u64, Callback)>,
    operations: HashMap<u64, Callback>,
    signals: HashMap<i32, Callback>,
    /// Promises that were rejected while nobody listened, in this turn.
    rejections: Vec<(Persistent<Value<'static>>, Persistent<Value<'static>>)>,
    hooks: Option<Hooks>,
    events: Receiver<Event>,
    sender: Sender<Event>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::new());
    static EXIT_CODE: Cell<Option<i32>> = const { Cell::new(None) };
    pub static START: Instant = Instant::now();
}

impl State {
    fn new() -> Self {
        let (sender, events) = channel();
        Self {
            next: 1,
            order: BTreeMap::new(),
            timers: HashMap::new(),
            immediates: VecDeque::new(),
            operations: HashMap::new(),
            signals: HashMap::new(),
            rejections: Vec::new(),
            hooks: None,
            events,
            sender,
        }
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn has_work(&self) -> bool {
        !self.operations.is_empty()
            || !self.immediates.is_empty()
            || self.timers.values().any(|timer| timer.is_referenced)
    }
}

pub fn set_timer<'js>(ctx: &Ctx<'js>, callback: Function<'js>, ms: f64) -> f64 {
    let callback = Callback::save(ctx, callback);
    // as Node.js: NaN, less than 1 and more than 2^31 - 1 become 1
    let ms = if (1.0..=2_147_483_647.0).contains(&ms) { ms } else { 1.0 };
    STATE.with_borrow_mut(|state| {
        let number = state.number();
        let due = Instant::now() + Duration::from_micros((ms.floor() * 1e3) as u64);
        state.order.insert((due, number), ());
        state.timers.insert(number, Timer { callback, due, is_referenced: true });
        number as f64
    })
}

pub fn clear_timer(timer: f64) {
    let number = timer as u64;
    let removed = STATE.with_borrow_mut(|state| {
        let timer = state.timers.remove(&number)?;
        state.order.remove(&(timer.due, number));
        Some(timer)
    });
    drop(removed); // outside of the borrow: what the callback holds may have destructors
}

pub fn ref_timer(timer: f64, is_referenced: bool) {
    STATE.with_borrow_mut(|state| {
        if let Some(timer) = state.timers.get_mut(&(timer as u64)) {
            timer.is_referenced = is_referenced;
        }
    });
}

pub fn set_immediate<'js>(ctx: &Ctx<'js>, callback: Function<'js>) -> f64 {
    let callback = Callback::save(ctx, callback);
    STATE.with_borrow_mut(|state| {
        let number = state.number();
        state.immediates.push_back((number, callback));
        number as f64
    })
}

pub fn clear_immediate(immediate: f64) {
    STATE.with_borrow_mut(|state| state.immediates.retain(|(number, _)| *number != immediate as u64));
}

/// Runs `work` in a thread, and then `done` with its result. The process stays alive until then.
pub fn in_thread<'js>(ctx: &Ctx<'js>, done: Function<'js>, work: impl FnOnce() -> Out + Send + 'static) {
    let (operation, sender) = begin(ctx, done);
    let started = threads::run({
        let sender = sender.clone();
        Box::new(move || {
            let result = work();
            Box::new(move || drop(sender.send(Event::Done { operation, result })))
        })
    });
    if let Err(error) = started {
        let result = Out::Error(error.raw_os_error().unwrap_or(libc::EAGAIN));
        drop(sender.send(Event::Done { operation, result }));
    }
}

/// Runs `done` in a later turn with the result of an operation that is complete.
pub fn later<'js>(ctx: &Ctx<'js>, done: Function<'js>, result: Out) {
    let (operation, sender) = begin(ctx, done);
    drop(sender.send(Event::Done { operation, result }));
}

fn begin<'js>(ctx: &Ctx<'js>, done: Function<'js>) -> (u64, Sender<Event>) {
    let done = Callback::save(ctx, done);
    STATE.with_borrow_mut(|state| {
        let operation = state.number();
        state.operations.insert(operation, done);
        (operation, state.sender.clone())
    })
}

/// The end of the pipe into which the handler writes.
static SIGNAL_PIPE: AtomicI32 = AtomicI32::new(-1);

extern "C" fn handle_signal(signal: libc::c_int) {
    let number = signal as u8;
    // SAFETY: a handler may only call such functions; a full pipe loses a signal that many others are before.
    unsafe {
        let saved = *libc::__errno_location();
        libc::write(SIGNAL_PIPE.load(Ordering::Relaxed), (&raw const number).cast(), 1);
        *libc::__errno_location() = saved;
    }
}

/// Calls the listener in a turn of the loop when the signal comes; without a listener, the default action is restored.
pub fn listen_to_signal<'js>(
    ctx: &Ctx<'js>,
    signal: i32,
    listener: Option<Function<'js>>,
) -> std::result::Result<(), i32> {
    let handler = match &listener {
        Some(_) => {
            start_signal_thread()?;
            handle_signal as *const () as libc::sighandler_t
        }
        None => libc::SIG_DFL,
    };
    // SAFETY: the structure is whole; the handler calls only what handlers may.
    let set = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        action.sa_flags = libc::SA_RESTART;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(signal, &raw const action, std::ptr::null_mut())
    };
    if set < 0 {
        return Err(crate::host::fs::errno());
    }
    let listener = listener.map(|listener| Callback::save(ctx, listener));
    let former = STATE.with_borrow_mut(|state| match listener {
        Some(listener) => state.signals.insert(signal, listener),
        None => state.signals.remove(&signal),
    });
    drop(former);
    Ok(())
}

/// A thread that reads the pipe of the handler, once for the process.
fn start_signal_thread() -> std::result::Result<(), i32> {
    static STARTED: OnceLock<std::result::Result<(), i32>> = OnceLock::new();
    let sender = STATE.with_borrow(|state| state.sender.clone());
    *STARTED.get_or_init(|| {
        let mut ends = [0; 2];
        // SAFETY: two descriptors.
        if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } < 0 {
            return Err(crate::host::fs::errno());
        }
        unsafe { libc::fcntl(ends[1], libc::F_SETFL, libc::O_NONBLOCK) };
        SIGNAL_PIPE.store(ends[1], Ordering::Relaxed);
        let thread = std::thread::Builder::new().stack_size(64 << 10).spawn(move || {
            let mut number = 0u8;
            loop {
                // SAFETY: one byte.
                let count = unsafe { libc::read(ends[0], (&raw mut number).cast(), 1) };
                let is_closed = count == 0 || (count < 0 && crate::host::fs::errno() != libc::EINTR);
                if is_closed || (count == 1 && sender.send(Event::Signal(i32::from(number))).is_err()) {
                    return;
                }
            }
        });
        thread.map(drop).map_err(|error| error.raw_os_error().unwrap_or(libc::EAGAIN))
    })
}

pub fn set_hooks<'js>(ctx: &Ctx<'js>, hooks: &Object<'js>) -> Result<()> {
    let hook = |name: &str| hooks.get::<_, Function>(name).map(|hook| Persistent::save(ctx, hook));
    let hooks = Hooks { uncaught: hook("uncaught")?, idle: hook("idle")?, exit: hook("exit")? };
    STATE.with_borrow_mut(|state| state.hooks = Some(hooks));
    Ok(())
}

/// The loop ends after this turn, and the process with this code.
pub fn set_exit_code(code: i32) {
    EXIT_CODE.set(Some(code));
}

/// Notes a promise that was rejected without a listener, or that has one now.
pub fn track_rejection<'js>(ctx: &Ctx<'js>, promise: Value<'js>, reason: Value<'js>, is_handled: bool) {
    if is_handled {
        let saved = STATE.with_borrow_mut(|state| std::mem::take(&mut state.rejections));
        let others = saved
            .into_iter()
            .filter(|(other, _)| other.clone().restore(ctx).is_ok_and(|other| other != promise))
            .collect::<Vec<_>>();
        STATE.with_borrow_mut(|state| state.rejections = others);
    } else {
        let pair = (Persistent::save(ctx, promise), Persistent::save(ctx, reason));
        STATE.with_borrow_mut(|state| state.rejections.push(pair));
    }
}

/// Runs until nothing is left to do, and returns the exit code.
pub fn run(ctx: &Ctx<'_>) -> i32 {
    settle(ctx);
    while EXIT_CODE.get().is_none() {
        turn(ctx);
        if EXIT_CODE.get().is_some() {
            break;
        }
        if STATE.with_borrow(State::has_work) {
            wait(ctx);
            continue;
        }
        // listeners of `beforeExit` may have found more to do
        call_hook(ctx, |hooks| &hooks.idle);
        if !STATE.with_borrow(State::has_work) {
            break;
        }
    }
    call_hook(ctx, |hooks| &hooks.exit);
    EXIT_CODE.get().unwrap_or(0)
}

/// What is due now: timers, the operations that were complete before, then the immediates that were there before.
fn turn(ctx: &Ctx<'_>) {
    let now = Instant::now();
    while let Some(callback) = STATE.with_borrow_mut(|state| take_due(state, now)) {
        call(ctx, callback, ());
    }
    // one that completes an operation may begin another that is complete at once, for ever
    let events = STATE.with_borrow(|state| state.events.try_iter().collect::<Vec<_>>());
    for event in events {
        handle(ctx, event);
    }
    let count = STATE.with_borrow(|state| state.immediates.len());
    for _ in 0..count {
        // one that was cleared meanwhile leaves fewer
        let Some((_, callback)) = STATE.with_borrow_mut(|state| state.immediates.pop_front()) else {
            break;
        };
        call(ctx, callback, ());
    }
}

fn take_due(state: &mut State, now: Instant) -> Option<Callback> {
    let (&(due, number), ()) = state.order.first_key_value()?;
    if due > now {
        return None;
    }
    state.order.pop_first();
    state.timers.remove(&number).map(|timer| timer.callback)
}

/// Waits for the next event or timer, unless an immediate is to run.
fn wait(ctx: &Ctx<'_>) {
    let (is_busy, due) = STATE
        .with_borrow(|state| (!state.immediates.is_empty(), state.order.first_key_value().map(|((due, _), ())| *due)));
    if is_busy {
        return;
    }
    let event = STATE.with_borrow(|state| match due {
        Some(due) => state.events.recv_timeout(due.saturating_duration_since(Instant::now())),
        None => state.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
    });
    if let Ok(event) = event {
        handle(ctx, event);
    }
}

fn handle(ctx: &Ctx<'_>, event: Event) {
    match event {
        Event::Done { operation, result } => {
            let callback = STATE.with_borrow_mut(|state| state.operations.remove(&operation));
            if let Some(callback) = callback {
                match result {
                    Out::Pair(first, second) => call(ctx, callback, (first, second)),
                    result => call(ctx, callback, (result,)),
                }
            }
        }
        Event::Signal(number) => {
            let callback = STATE.with_borrow(|state| state.signals.get(&number).cloned());
            if let Some(callback) = callback {
                call(ctx, callback, (number,));
            }
        }
    }
}

/// Calls JavaScript, then everything that it has promised.
fn call<'js, A: rquickjs::function::IntoArgs<'js>>(ctx: &Ctx<'js>, callback: Callback, args: A) {
    if EXIT_CODE.get().is_some() {
        return;
    }
    if callback.call(ctx, args).is_err() {
        uncaught(ctx, ctx.catch(), false);
    }
    settle(ctx);
}

/// Runs all microtasks, and reports what was lost in them.
pub fn settle(ctx: &Ctx<'_>) {
    loop {
        while ctx.execute_pending_job() {}
        let lost = STATE.with_borrow_mut(|state| std::mem::take(&mut state.rejections));
        if lost.is_empty() {
            return;
        }
        for (_, reason) in lost {
            if let Ok(reason) = reason.restore(ctx) {
                uncaught(ctx, reason, true);
            }
        }
    }
}

/// Gives an exception to the hook; without one, or if the hook itself throws, the process fails as Node.js does.
pub fn uncaught<'js>(ctx: &Ctx<'js>, error: Value<'js>, is_rejection: bool) {
    crate::memory::use_reserve(ctx);
    let error = crate::memory::named(ctx, error);
    let hook = STATE.with_borrow(|state| state.hooks.as_ref().map(|hooks| hooks.uncaught.clone()));
    let result = match hook {
        Some(hook) => hook.restore(ctx).and_then(|hook| hook.call::<_, Value>((error, is_rejection))),
        None => {
            print_error(ctx, error);
            set_exit_code(1);
            return;
        }
    };
    if result.is_err() {
        print_error(ctx, ctx.catch());
        set_exit_code(7);
    }
}

fn call_hook(ctx: &Ctx<'_>, select: impl Fn(&Hooks) -> &Hook) {
    let hook = STATE.with_borrow(|state| state.hooks.as_ref().map(|hooks| select(hooks).clone()));
    let Some(hook) = hook else { return };
    let result = hook.restore(ctx).and_then(|hook| hook.call::<_, Value>(()));
    if result.is_err() {
        uncaught(ctx, ctx.catch(), false);
    }
    settle(ctx);
}

/// The error as text on stderr, for when no JavaScript can show it.
pub fn print_error<'js>(ctx: &Ctx<'js>, error: Value<'js>) {
    let field = |name: &str| {
        let text = error.as_object()?.get::<_, crate::value::Text>(name).ok()?;
        Some(text.0)
    };
    let text = match (field("message"), field("name"), field("stack")) {
        (Some(message), name, stack) => {
            format!("{}: {message}\n{}", name.as_deref().unwrap_or("Error"), stack.unwrap_or_default())
        }
        _ => error
            .into_js(ctx)
            .and_then(|error| error.get::<rquickjs::Coerced<String>>())
            .map_or_else(|_| "unknown error".to_owned(), |text| text.0),
    };
    let line = format!("Uncaught {}\n", text.trim_end());
    if !crate::fallback::hold(2, line.as_bytes()) {
        eprint!("{line}");
    }
}
