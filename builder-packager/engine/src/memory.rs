//! How much memory JavaScript may take: an allocation beyond that is an exception, and the machine keeps its memory.

use rquickjs::{Ctx, Exception, Value, qjs};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Without a smaller limit of the system.
const MOST: usize = 2 << 30;
/// With less, nothing runs.
const LEAST: usize = 16 << 20;
/// What reporting an exception may take beyond the limit.
const RESERVE: usize = 64 << 20;

static LIMIT: AtomicUsize = AtomicUsize::new(MOST);
/// The limit, and from the first exception that is reported also the reserve.
static ALLOWED: AtomicUsize = AtomicUsize::new(MOST);

/// How much memory the heap may take from the system, whether it is used or free.
pub fn allowed() -> usize {
    ALLOWED.load(Ordering::Relaxed)
}

/// Three quarters of what the container or the machine has, at most 2 GiB: the rest is for threads, buffers and tools.
pub fn limit() -> usize {
    let groups = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let given = groups.iter().find_map(|file| std::fs::read_to_string(file).ok()?.trim().parse::<usize>().ok());
    let limit =
        [given, machine(), address_space()].into_iter().flatten().map(|size| size / 4 * 3).fold(MOST, usize::min);
    let limit = limit.max(LEAST);
    LIMIT.store(limit, Ordering::Relaxed);
    ALLOWED.store(limit, Ordering::Relaxed);
    limit
}

fn machine() -> Option<usize> {
    // SAFETY: zeroes are a value of the structure, which is ours.
    let mut info: libc::sysinfo = unsafe { std::mem::zeroed() };
    let result = unsafe { libc::sysinfo(&raw mut info) };
    (result == 0).then(|| (info.totalram as usize).saturating_mul(info.mem_unit as usize))
}

fn address_space() -> Option<usize> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the structure is ours.
    let result = unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) };
    (result == 0 && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur as usize)
}

/// Lets the process report an exception even if all memory is taken.
pub fn use_reserve(ctx: &Ctx<'_>) {
    let limit = LIMIT.load(Ordering::Relaxed).saturating_add(RESERVE);
    ALLOWED.store(limit, Ordering::Relaxed);
    // SAFETY: the runtime of a context that is alive.
    unsafe { qjs::JS_SetMemoryLimit(qjs::JS_GetRuntime(ctx.as_raw().as_ptr()), limit as _) };
}

/// The error for an exception that is `null` because there was no memory for an error.
pub fn named<'js>(ctx: &Ctx<'js>, error: Value<'js>) -> Value<'js> {
    if !error.is_null() || !is_exhausted(ctx) {
        return error;
    }
    drop(Exception::throw_internal(ctx, "out of memory"));
    ctx.catch()
}

/// Whether the memory is or was almost all taken: until the exception arrives here, some of it may be free again.
fn is_exhausted(ctx: &Ctx<'_>) -> bool {
    // SAFETY: zeroes are values of the structures, which are ours; the runtime of a context that is alive.
    let (usage, resources) = unsafe {
        let mut usage: qjs::JSMemoryUsage = std::mem::zeroed();
        qjs::JS_ComputeMemoryUsage(qjs::JS_GetRuntime(ctx.as_raw().as_ptr()), &raw mut usage);
        let mut resources: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut resources);
        (usage, resources)
    };
    let most = (resources.ru_maxrss as usize).saturating_mul(1024).max(usage.malloc_size as usize);
    most > LIMIT.load(Ordering::Relaxed) / 10 * 9
}
