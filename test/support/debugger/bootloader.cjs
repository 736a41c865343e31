// Loaded first in each Node.js process of a debugged command, as editors do: waits until the debugger is attached.
const { mkdtempSync, renameSync, writeFileSync } = require("node:fs");
const inspector = require("node:inspector");
const { join } = require("node:path");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) {
  inspector.open(0, "127.0.0.1");
  const dir = process.env.DEBUGGED_PROCESSES;
  const file = join(mkdtempSync(join(dir, ".new-")), "url");
  writeFileSync(file, inspector.url());
  renameSync(file, join(dir, String(process.pid)));
  inspector.waitForDebugger();
}
