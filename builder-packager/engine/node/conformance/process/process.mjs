import { constants, EOL, tmpdir } from "node:os";
import process from "node:process";
import { setTimeout as delay, setInterval as every, setImmediate as immediately } from "node:timers/promises";
import { promisify } from "node:util";
import { printLine } from "../report.ts";

/*
 * The case runs on Node.js and on the small engine, and prints a line of JSON for each call: the two outputs must be equal.
 */

const print = (name, value) =>
  printLine(JSON.stringify([name, value], (_, x) => (x === undefined ? "(undefined)" : x)));
const show = (name, f) => {
  try {
    print(name, f());
  } catch (e) {
    print(name, {
      name: e.name,
      code: e.code,
      errno: e.errno,
      syscall: e.syscall,
      message: e.message,
      path: e.path,
      dest: e.dest,
    });
  }
};
const later = async (name, f) => {
  try {
    print(name, await f());
  } catch (e) {
    print(name, { name: e.name, code: e.code, message: e.message, cause: e.cause?.name });
  }
};
show("env", () => {
  process.env.CASE = 5;
  const r = [
    process.env.CASE,
    "CASE" in process.env,
    delete process.env.CASE,
    process.env.CASE,
    Object.keys(process.env).includes("PATH"),
  ];
  process.env.U = undefined;
  return [...r, process.env.U, { ...process.env }.U];
});
show("env symbol", () => {
  process.env[Symbol("x")] = "1";
});
show("cwd", () => {
  const before = process.cwd();
  process.chdir("/usr");
  const now = process.cwd();
  process.chdir(before);
  return [now, process.cwd() === before];
});
show("chdir", () => {
  process.chdir("/");
  process.chdir("/no/such");
});
show("umask", () => {
  const before = process.umask(0o27);
  const r = [process.umask(), process.umask("22"), process.umask()];
  process.umask(before);
  return r;
});
show("kill none", () => process.kill(999_999_9, 0));
show("kill self", () => process.kill(process.pid, 0));
show("kill unknown", () => process.kill(process.pid, "SIGNOPE"));
show("kill bad", () => process.kill("x"));
show("exitCode bad", () => {
  process.exitCode = "abc";
});
show("exitCode", () => {
  process.exitCode = "3";
  const r = process.exitCode;
  process.exitCode = undefined;
  return [r, process.exitCode];
});
show("types", () => [
  process.platform,
  process.version.split(".")[0],
  process.release.name,
  typeof process.pid,
  typeof process.ppid,
  process.argv.length > 1,
  typeof process.uptime(),
  typeof process.hrtime.bigint(),
  process.hrtime().length,
  process.memoryUsage().rss > 0,
  process.memoryUsage.rss() > 0,
  typeof process.getuid(),
  typeof process.versions.node,
  String(process),
]);
show("hrtime", () => {
  const [s, n] = process.hrtime(process.hrtime());
  return [s, n < 1e9 && n >= 0];
});
show("os", () => [constants.signals.SIGTERM, constants.errno.ENOENT, EOL, tmpdir()]);
show("timer callback", () => setTimeout());
show("nextTick callback", () => process.nextTick());
show("listener", () => process.on("x", 1));
show("events", () => {
  const seen = [];
  const f = (...a) => seen.push(a);
  process.once("case", f);
  process.on("case", f);
  const counts = [
    process.listenerCount("case"),
    process.emit("case", 1),
    process.emit("case", 2),
    process.off("case", f) === process,
    process.emit("case", 3),
    process.listenerCount("case"),
  ];
  return [seen, counts];
});
await later("order", async () => {
  const order = [];
  const all = [
    new Promise((r) => setTimeout(() => r(order.push("timeout")), 1)),
    new Promise((r) => setImmediate((a, b) => r(order.push(`immediate ${a}${b}`)), 1, 2)),
    new Promise((r) => process.nextTick((a) => r(order.push(`tick ${a}`)), 1)),
    new Promise((r) => queueMicrotask(() => r(order.push("microtask")))),
  ];
  await all[1];
  await Promise.all(all);
  return order.sort();
});
await later(
  "timers in order",
  () =>
    new Promise((resolve) => {
      const order = [];
      setTimeout(() => {
        order.push(30);
        resolve(order);
      }, 30);
      setTimeout(() => order.push(10), 10);
      setTimeout(() => order.push(20), 20);
    }),
);
await later("delay", async () => [
  await delay(5, "v"),
  await immediately("i"),
  await promisify(setTimeout)(1, "p"),
  await promisify(setImmediate)("q"),
]);
await later("delay aborted", () => delay(1000, "v", { signal: AbortSignal.timeout(5) }));
await later("delay aborted before", () => delay(1000, "v", { signal: AbortSignal.abort() }));
await later("delay options", () => delay(1, "v", 5));
await later("interval", async () => {
  let n = 0;
  for await (const v of every(2, "t")) {
    if (++n === 3) return [n, v];
  }
});
await later(
  "setInterval",
  () =>
    new Promise((resolve) => {
      let n = 0;
      const t = setInterval(function tick() {
        if (++n === 3) {
          clearInterval(t);
          resolve([n, this === t]);
        }
      }, 1);
    }),
);
await later("clear", async () => {
  const seen = [];
  clearTimeout(setTimeout(() => seen.push(1), 1));
  clearImmediate(setImmediate(() => seen.push(2)));
  const t = setTimeout(() => seen.push(3), 1);
  clearTimeout(+t);
  clearTimeout(undefined);
  clearTimeout({});
  await delay(5);
  return seen;
});
await later("refresh", async () => {
  const start = Date.now();
  let at;
  const t = setTimeout(() => {
    at = Date.now() - start;
  }, 30);
  await delay(20);
  t.refresh();
  await delay(60);
  return [at >= 45, t.hasRef(), t.unref().hasRef(), t.ref() === t];
});
await later(
  "timer throws",
  () =>
    new Promise((resolve) => {
      process.once("uncaughtException", (e, origin) => resolve([e.message, origin]));
      setTimeout(() => {
        throw new Error("in timer");
      }, 1);
    }),
);
await later(
  "rejection",
  () =>
    new Promise((resolve) => {
      process.once("unhandledRejection", (e) => resolve(e.message));
      Promise.reject(new Error("lost"));
    }),
);
await later(
  "tick throws",
  () =>
    new Promise((resolve) => {
      process.once("uncaughtException", (e) => resolve(e.message));
      process.nextTick(() => {
        throw new Error("in tick");
      });
    }),
);
await later(
  "signal",
  () =>
    new Promise((resolve) => {
      process.once("SIGUSR2", (...args) => {
        clearInterval(t);
        resolve([args, process.listenerCount("SIGUSR2")]);
      });
      const t = setInterval(() => {}, 1000);
      process.kill(process.pid, "SIGUSR2");
    }),
);
await later(
  "write",
  () =>
    new Promise((resolve) => {
      const r = process.stderr.write("", () => resolve(["done", r]));
    }),
);
show("clone", () => {
  const o = { a: [1, { b: new Date(0) }], m: new Map([[1, new Set([2])]]), r: /x/g, u: undefined };
  o.self = o;
  const c = structuredClone(o);
  return [c !== o, c.self === c, c.a, c.m.get(1).has(2), String(c.r), "u" in c, c.a[1].b instanceof Date];
});
show("clone function", () => structuredClone(() => 1));
show("globals", () =>
  [
    "Buffer",
    "URL",
    "URLSearchParams",
    "TextEncoder",
    "TextDecoder",
    "AbortController",
    "AbortSignal",
    "Event",
    "EventTarget",
    "structuredClone",
    "performance",
    "atob",
    "btoa",
    "console",
    "queueMicrotask",
  ].filter((n) => n === "x"),
);
show("use", () => [
  typeof Buffer,
  typeof URL,
  typeof URLSearchParams,
  typeof TextEncoder,
  typeof AbortSignal.timeout,
  typeof Event,
  typeof performance.now(),
  atob(btoa("x")),
  typeof global,
  typeof globalThis.process,
  global === globalThis,
]);
process.on("beforeExit", (code) => {
  if (!process.again) {
    process.again = true;
    setTimeout(() => print("after beforeExit", code), 1);
  } else print("beforeExit again", code);
});
process.on("exit", (code) => print("exit", [code, process.exitCode]));
process.exitCode = 5;
