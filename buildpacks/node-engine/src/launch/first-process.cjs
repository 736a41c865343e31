"use strict";

/**
 * Loaded into an app that is the first process of its container. For that one the kernel ignores signals nobody handles, so that an app without a
 * handler is killed only after the grace period (`docker stop`: 10 s). Here it ends at once, as everywhere else, by the shell's exit code for the signal.
 * An app that has a handler keeps it: then this one does nothing.
 */
if (process.pid === 1) {
  for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + number);
    });
  }
}
