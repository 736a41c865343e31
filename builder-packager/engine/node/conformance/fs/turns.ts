import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import fsp from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflate, gunzip, gzip } from "node:zlib";
import { reportLater, untyped } from "../report.ts";

/*
 * Timers fire between the operations of a long series, also where an operation is done on the thread of JavaScript. Each
 * series ends when the timer has fired, or after far more operations than fit into its time.
 */

const MOST = 200_000;
const base = mkdtempSync(join(tmpdir(), "case-"));
const file = join(base, "file");
writeFileSync(file, "text");
for (let index = 0; index < 50; index++) {
  writeFileSync(join(base, `${index}`), "");
}

/** Repeats an operation until a timer fires; returns whether it did. */
async function untilTimer(operation: () => unknown): Promise<boolean> {
  let isFired = false;
  const timer = setTimeout(() => {
    isFired = true;
  }, 1);
  for (let count = 0; count < MOST && !isFired; count++) {
    await operation();
  }
  clearTimeout(timer);
  return isFired;
}

/** Repeats an operation with a signal that a timer aborts; returns the error of the operation. */
async function untilAbort(operation: (signal: AbortSignal) => unknown): Promise<unknown> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort("the timer"), 1);
  try {
    for (let count = 0; count < MOST; count++) {
      await operation(controller.signal);
    }
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
  return "not aborted";
}

/** More pieces than can be written before the timer. */
function* pieces(): Generator<string> {
  for (let count = 0; count < MOST; count++) {
    yield "piece";
  }
}

for (const [name, operation] of Object.entries({
  stat: () => fsp.stat(file),
  readFile: () => fsp.readFile(file, "utf8"),
  writeFile: () => fsp.writeFile(join(base, "written"), "text"),
  readdir: () => fsp.readdir(base),
  "open and close": async () => (await fsp.open(file)).close(),
  opendir: async () => {
    for await (const _entry of await fsp.opendir(base)) {
    }
  },
  glob: async () => {
    for await (const _path of fsp.glob("*", { cwd: base })) {
    }
  },
  cp: () => fsp.cp(file, join(base, "copy")),
  gzip: () => promisify(gzip)("text"),
  deflate: () => promisify(deflate)(Buffer.alloc(1000)),
  gunzip: async () => promisify(gunzip)(await promisify(gzip)("text")),
})) {
  await reportLater(`a timer during ${name}`, () => untilTimer(operation));
}
await reportLater("an abort during readFile", () => untilAbort((signal) => fsp.readFile(file, { signal })));
await reportLater("an abort during writeFile", () =>
  untilAbort((signal) => fsp.writeFile(join(base, "written"), "text", { signal })),
);
await reportLater("an abort within writeFile", () =>
  untilAbort((signal) => fsp.writeFile(join(base, "written"), pieces(), { signal })),
);
await reportLater("an abort within writeFile of a handle", async () => {
  const handle = await fsp.open(join(base, "written"), "w");
  try {
    return await untilAbort((signal) => handle.writeFile(untyped<string>(pieces()), { signal }));
  } finally {
    await handle.close();
  }
});
await reportLater("an abort during gzip", () =>
  untilAbort(async (signal) => {
    signal.throwIfAborted();
    await promisify(gzip)("text");
  }),
);
rmSync(base, { recursive: true });
