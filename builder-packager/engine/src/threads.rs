//! The threads for what would block JavaScript. A thread that has nothing to do waits for more work: starting and ending a
//! thread takes ten system calls, which was a fifth of the processor time of a short command.

use std::io::Result;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

/// Reports the result of some work.
type Report = Box<dyn FnOnce()>;
/// Does some work. The thread is idle before its result is reported, so that what follows can run in the same thread.
pub type Work = Box<dyn FnOnce() -> Report + Send>;

static IDLE: Mutex<Vec<Sender<Work>>> = Mutex::new(Vec::new());

/// Does some work in an idle thread or a new one.
pub fn run(work: Work) -> Result<()> {
    // the last one: its stack and buffers are the likeliest to be in the processor's cache
    let idle = IDLE.lock().ok().and_then(|mut idle| idle.pop());
    let Some(thread) = idle else { return start(work) };
    // a thread that has ended gives the work back
    thread.send(work).or_else(|unsent| start(unsent.0))
}

fn start(work: Work) -> Result<()> {
    let (sender, receiver) = channel();
    std::thread::Builder::new().stack_size(256 << 10).spawn(move || {
        let mut next = Ok(work);
        while let Ok(work) = next {
            let report = work();
            if let Ok(mut idle) = IDLE.lock() {
                idle.push(sender.clone());
            }
            report();
            next = receiver.recv();
        }
    })?;
    Ok(())
}
