//! The threads for what would block JavaScript. A thread that has nothing to do waits for more work: starting and ending a
//! thread takes ten system calls, which was a fifth of the processor time of a short command. After some seconds it ends.

use std::io::Result;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, ThreadId};
use std::time::Duration;

/// Reports the result of some work.
type Report = Box<dyn FnOnce()>;
/// Does some work. The thread is idle before its result is reported, so that what follows can run in the same thread.
pub type Work = Box<dyn FnOnce() -> Report + Send>;

static IDLE: Mutex<Vec<(ThreadId, Sender<Work>)>> = Mutex::new(Vec::new());
/// How long a thread waits for work.
const PATIENCE: Duration = Duration::from_secs(5);

/// Does some work in an idle thread or a new one.
pub fn run(work: Work) -> Result<()> {
    // the last one: its stack and buffers are the likeliest to be in the processor's cache
    let idle = IDLE.lock().ok().and_then(|mut idle| idle.pop());
    let Some((_, thread)) = idle else { return start(work) };
    // a thread that has ended gives the work back
    thread.send(work).or_else(|unsent| start(unsent.0))
}

fn start(work: Work) -> Result<()> {
    let (sender, receiver) = channel();
    Builder::new().stack_size(256 << 10).spawn(move || {
        let own = std::thread::current().id();
        let mut next = Some(work);
        while let Some(work) = next {
            let report = work();
            if let Ok(mut idle) = IDLE.lock() {
                idle.push((own, sender.clone()));
            }
            report();
            next = more(&receiver, own);
        }
    })?;
    Ok(())
}

/// The next work of an idle thread, or none if it has waited long enough.
fn more(receiver: &Receiver<Work>, own: ThreadId) -> Option<Work> {
    if let Ok(work) = receiver.recv_timeout(PATIENCE) {
        return Some(work);
    }
    let mut idle = IDLE.lock().ok()?;
    if let Some(index) = idle.iter().position(|(thread, _)| *thread == own) {
        idle.remove(index);
        return None;
    }
    drop(idle);
    // `run` has taken the thread meanwhile, and sends work
    receiver.recv().ok()
}
