import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { execFile } from "node:child_process";
import { EventEmitter, on, once } from "node:events";
import { createReadStream, promises as files, readFile } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { gzip } from "node:zlib";
import { report, reportLater } from "./report.ts";

const storage = new AsyncLocalStorage<string>();
const second = new AsyncLocalStorage<number>();
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

report("run", () => [
  storage.getStore(),
  storage.run("a", () => [storage.getStore(), storage.run("b", () => storage.getStore()), storage.getStore()]),
  storage.getStore(),
]);
report("run, thrown", () => {
  try {
    storage.run("a", () => {
      throw new Error("mine");
    });
  } catch {
    return storage.getStore();
  }
  return "not thrown";
});
report("exit", () => storage.run("a", () => [storage.exit(() => storage.getStore()), storage.getStore()]));
report("arguments", () => storage.run("a", (x: number, y: number) => [x, y, storage.getStore()], 1, 2));
report("two", () => storage.run("a", () => second.run(5, () => [storage.getStore(), second.getStore()])));
report("bind", () => {
  const bound = storage.run("a", () => AsyncLocalStorage.bind(() => storage.getStore()));
  return [bound(), storage.run("b", () => bound())];
});
report("snapshot", () => {
  const snapshot = storage.run("a", () => AsyncLocalStorage.snapshot());
  return storage.run("b", () => snapshot((x: number) => [x, storage.getStore()], 3));
});
report("resource", () => {
  const resource = storage.run("a", () => new AsyncResource("mine"));
  return [resource.runInAsyncScope(() => storage.getStore()), resource.bind(() => storage.getStore())()];
});
await reportLater("then", () =>
  storage.run("a", () =>
    Promise.resolve()
      .then(() => storage.getStore())
      .then((value) => [value, storage.getStore()])
      .finally(() => {}),
  ),
);
await reportLater("catch", () =>
  storage.run("a", () => Promise.reject(new Error("mine")).catch(() => storage.getStore())),
);
await reportLater("await", () =>
  storage.run("a", async () => {
    const before = storage.getStore();
    await pause();
    const between = storage.getStore();
    await null;
    return [before, between, storage.getStore()];
  }),
);
await reportLater("nested tasks", async () => {
  const task = (name: string) =>
    storage.run(name, async () => {
      await pause();
      const inner = await storage.run(`${name}${name}`, async () => {
        await pause();
        return storage.getStore();
      });
      return [inner, storage.getStore()];
    });
  return [await Promise.all([task("a"), task("b")]), storage.getStore()];
});
await reportLater("async generator", () =>
  storage.run("a", async () => {
    const seen: unknown[] = [];
    async function* values() {
      yield storage.getStore();
      await pause();
      yield storage.getStore();
    }
    for await (const value of values()) {
      seen.push(value, storage.getStore());
    }
    return seen;
  }),
);
await reportLater("Promise.all", () =>
  storage.run("a", () => Promise.all([1, Promise.resolve(2)]).then((all) => [all, storage.getStore()])),
);

/** The value that a callback sees, which `start` passes on in the context `a`. */
const seenBy = (start: (callback: () => void) => unknown) =>
  storage.run("a", () => new Promise((resolve) => start(() => resolve(storage.getStore()))));
const callbacks: Readonly<Record<string, (callback: () => void) => unknown>> = {
  setTimeout: (callback) => setTimeout(callback, 1),
  setImmediate,
  "process.nextTick": process.nextTick,
  queueMicrotask,
  readFile: (callback) => readFile("/etc/passwd", callback),
  execFile: (callback) => execFile("true", callback),
  "the event of a process": (callback) => execFile("true").on("close", callback),
  "the event of a stream": (callback) => createReadStream("/etc/passwd").on("close", callback).resume(),
  gzip: (callback) => gzip("text", callback),
  "a promise of a file": (callback) => files.readFile("/etc/passwd").then(callback),
  "an abort signal": (callback) => {
    AbortSignal.timeout(1).addEventListener("abort", callback);
    setTimeout(() => {}, 50); // the signal does not keep the process alive
  },
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what the case is about
  "a thenable": (callback) => Promise.resolve({ then: callback } as unknown as PromiseLike<void>),
  "a rejected promise": (callback) => Promise.reject(new Error("mine")).catch(callback),
};
for (const [name, start] of Object.entries(callbacks)) {
  await reportLater(`the callback of ${name}`, () => seenBy(start));
}
await reportLater("setInterval", () =>
  storage.run("a", () => {
    const seen: unknown[] = [];
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        seen.push(storage.getStore());
        if (seen.length === 3) {
          clearInterval(timer);
          resolve(seen);
        }
      }, 1);
    });
  }),
);
await reportLater("a listener sees the value of the emit", () => {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  storage.run("listener", () => emitter.on("event", () => seen.push(storage.getStore())));
  storage.run("emit", () => emitter.emit("event"));
  return seen;
});
await reportLater("a promise that another context resolves", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = storage.run("waits", async () => [await promise, storage.getStore()]);
  storage.run("resolves", () => resolve("done"));
  return [await waiting, storage.getStore()];
});
await reportLater("a promise that another context rejects", async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  const waiting = storage.run("waits", async () => {
    try {
      return await promise;
    } catch {
      return storage.getStore();
    } finally {
      second.enterWith(7);
    }
  });
  setTimeout(() => storage.run("rejects", () => reject(new Error("mine"))), 1);
  return [await waiting, storage.getStore(), second.getStore()];
});
await reportLater("events.once and events.on", () =>
  storage.run("a", async () => {
    const emitter = new EventEmitter();
    setTimeout(() => storage.run("b", () => emitter.emit("event", 1)), 1);
    const seen: unknown[] = [await once(emitter, "event"), storage.getStore()];
    setTimeout(() => storage.run("b", () => emitter.emit("event", 2)), 1);
    for await (const [value] of on(emitter, "event")) {
      seen.push(value, storage.getStore());
      break;
    }
    return [...seen, storage.getStore()];
  }),
);
await reportLater("streams", () =>
  storage.run("a", async () => {
    const seen: unknown[] = [];
    for await (const chunk of Readable.from(["x", "y"])) {
      seen.push(chunk, storage.getStore());
    }
    await pipeline(
      Readable.from(["z"]),
      async function* (source: AsyncIterable<unknown>) {
        for await (const chunk of source) {
          await sleep(1);
          seen.push(storage.getStore());
          yield chunk;
        }
      },
      new PassThrough().resume(),
    );
    return [...seen, storage.getStore()];
  }),
);
await reportLater("enterWith", async () => {
  const task = async (name: string) => {
    await pause();
    storage.enterWith(name);
    await pause();
    return storage.getStore();
  };
  return [await Promise.all([task("a"), task("b")]), storage.getStore()];
});
await reportLater("enterWith in a callback ends with the callback", async () => {
  setTimeout(() => storage.enterWith("left"), 1);
  await sleep(5);
  return new Promise((resolve) => setTimeout(() => resolve(storage.getStore()), 1));
});
await reportLater("enterWith before an await", async () => {
  const enter = async () => {
    storage.enterWith("inner");
    await null;
  };
  const running = storage.run("outer", async () => {
    const before = enter();
    const between = storage.getStore();
    await before;
    return [between, storage.getStore()];
  });
  return [await running, storage.getStore()];
});
await reportLater("disable", () =>
  storage.run("a", async () => {
    storage.disable();
    const seen = [storage.getStore()];
    await null;
    return [...seen, storage.getStore()];
  }),
);
await reportLater("bind after an await", async () => {
  const bound = await storage.run("a", async () => {
    await pause();
    return AsyncLocalStorage.bind(() => storage.getStore());
  });
  return storage.run("b", () => bound());
});
await reportLater("await using", () =>
  storage.run("a", async () => {
    const seen: unknown[] = [];
    const resource = { [Symbol.asyncDispose]: async () => void seen.push(await null, storage.getStore()) };
    {
      await using _ = resource;
      seen.push(storage.getStore());
    }
    return [...seen, storage.getStore()];
  }),
);
second.enterWith(9);
await pause();
report("enterWith in a module", () => [second.getStore(), storage.getStore()]);
