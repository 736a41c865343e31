import console, { Console } from "node:console";
import process from "node:process";
import { Writable } from "node:stream";
import { report, reportLater, untyped } from "./report.ts";

/** A console, and what it has written to its two streams. */
function recorded(options: object = {}): { logger: Console; written: () => unknown } {
  const texts = { out: "", err: "" };
  const sink = (name: "out" | "err") =>
    new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        texts[name] += chunk;
        done();
      },
    });
  const logger = new Console({ stdout: sink("out"), stderr: sink("err"), ...options });
  return { logger, written: () => ({ ...texts }) };
}

function shown(name: string, use: (logger: Console) => void, options?: object): void {
  report(name, () => {
    const { logger, written } = recorded(options);
    use(logger);
    return written();
  });
}

const METHODS = ["log", "info", "debug", "warn", "error", "dirxml"] as const;
const WRITTEN = [
  ["text"],
  ["%s is %d, %i, %f, %j, %o, %O, %c%%", "a", 1, 2.5, 3.5, { a: 1 }, [1], { b: [2] }, "css", "rest"],
  ["100%", 5],
  ["two\nlines"],
  [{ a: { b: { c: { d: 1 } } } }, [1, "x"]],
  [],
  [undefined, null, Symbol("s"), 1n, -0],
] as const;

for (const method of METHODS) {
  for (const [index, args] of WRITTEN.entries()) {
    shown(`${method} ${index}`, (logger) => logger[method](...(args as [])));
  }
}
shown("assert", (logger) => {
  logger.assert(true, "never");
  logger.assert(false);
  logger.assert(0, "%s fails", "this");
  logger.assert("", untyped({ a: 1 }), 2);
  (logger.assert as () => void)();
});
shown("dir", (logger) => {
  logger.dir({ a: { b: { c: { d: 1 } } } });
  logger.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
  logger.dir("text");
  logger.dir(undefined);
});
shown("group", (logger) => {
  logger.group("first", 1);
  logger.log("two\nlines");
  logger.group();
  logger.error("error");
  logger.groupCollapsed("collapsed");
  logger.log({ a: 1 });
  logger.groupEnd();
  logger.groupEnd();
  logger.warn("\n");
  logger.groupEnd();
  logger.groupEnd();
  logger.log("end");
});
shown(
  "group, indentation",
  (logger) => {
    logger.group("a");
    logger.log("b");
    logger.groupEnd();
    logger.log("c");
  },
  { groupIndentation: 5 },
);
shown(
  "inspectOptions",
  (logger) => {
    logger.log({ a: { b: 1 } });
    logger.error({ a: { b: 1 } });
    logger.dir({ a: { b: 1 } });
  },
  { inspectOptions: { depth: 0, colors: true } },
);
shown("colorMode", (logger) => logger.log({ a: 1 }, "text"), { colorMode: true });
shown("count", (logger) => {
  logger.count();
  logger.count();
  logger.count("a");
  logger.count(untyped(5));
  logger.count("5");
  logger.countReset();
  logger.count();
  logger.countReset("a");
  logger.count("a");
});
report("time", () => {
  const { logger, written } = recorded();
  logger.time();
  logger.time("a");
  logger.timeLog("a", "more", { b: 1 });
  logger.timeLog();
  logger.timeEnd("a");
  logger.timeEnd();
  return JSON.stringify(written()).replace(/\d+(\.\d+)?ms/g, "(time)");
});
report("trace", () => {
  const { logger, written } = recorded();
  logger.trace("%s", "here", 1);
  const [first, second = ""] = `${(written() as { err: string }).err}`.split("\n");
  return [first, second.startsWith("    at ")];
});
for (const [name, table, ...columns] of [
  ["objects", [{ a: 1, b: "x" }, { a: 2, c: true }, { b: null }]],
  ["columns", [{ a: 1, b: "x" }, { a: 2 }], ["b", "none"]],
  ["primitives", [1, "a", null, undefined, 2n]],
  ["mixed", [1, { a: 2 }, [3, 4]]],
  ["lists", [[1, 2], [3]]],
  ["object", { first: { a: 1 }, second: { a: { b: 2 } } }],
  ["nested", [{ a: { b: 1, c: 2, d: 3 }, e: [1, 2, 3, 4] }]],
  [
    "Map",
    new Map<unknown, unknown>([
      ["a", 1],
      [{ b: 1 }, [2]],
    ]),
  ],
  ["Set", new Set(["a", { b: 1 }])],
  ["wide characters", [{ 名: "日本語", b: "é", c: "😀" }]],
  ["empty", []],
  ["empty object", {}],
  ["text", "text"],
  ["null", null],
  ["undefined", undefined],
  ["bytes", new Uint8Array([1, 2])],
  ["function in a row", [() => 1, Object.assign(() => 1, { a: 1 })]],
] as const) {
  shown(`table, ${name}`, (logger) => logger.table(table, ...untyped<[string[]]>(columns)));
}
report("table, bad columns", () => recorded().logger.table([1], untyped("a")));
shown("clear", (logger) => {
  logger.log("a");
  logger.clear();
  logger.log("b");
});
shown("methods taken out", ({ log, error, group, groupEnd, count }) => {
  group("a");
  log("b");
  error("c");
  groupEnd();
  count("d");
});
report("streams as arguments", () => {
  let text = "";
  const sink = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const logger = new Console(sink);
  logger.log("out");
  logger.error("err");
  const called = untyped<(stdout: Writable) => Console>(Console)(sink);
  called.log("called");
  return [text, logger instanceof Console, called instanceof Console];
});
report("bad stream", () => new Console(untyped({})));
report("no stream", () => new Console(untyped(undefined)));
report("bad error stream", () => new Console(process.stdout, untyped({})));
report("bad indentation", () => recorded({ groupIndentation: "a" }));
report("large indentation", () => recorded({ groupIndentation: 1001 }));
report("bad colorMode", () => recorded({ colorMode: "a" }));
report("bad inspectOptions", () => recorded({ inspectOptions: 5 }));
report("two colors", () => recorded({ inspectOptions: { colors: true }, colorMode: true }));
report("stream that throws", () => {
  const stdout = new Writable({
    write() {
      throw new RangeError("mine");
    },
  });
  new Console({ stdout }).log("a");
  return "ignored";
});
report("stream that throws, not ignored", () => {
  const stdout = new Writable({
    write() {
      throw new RangeError("mine");
    },
  });
  new Console({ stdout, ignoreErrors: false }).log("a");
});
await reportLater("stream with an error later", async () => {
  const stdout = new Writable({
    write(_chunk, _encoding, done) {
      setImmediate(() => done(new RangeError("mine")));
    },
  });
  new Console({ stdout }).log("a");
  await new Promise((resolve) => setTimeout(resolve, 5));
  return stdout.listenerCount("error");
});
report("global", () => [
  console === globalThis.console,
  console instanceof Console,
  Object.prototype.toString.call(console),
  console.Console === Console,
  Object.keys(console)
    .filter((name) => name in Console.prototype)
    .sort(),
]);
report("subclass", () => {
  class Loud extends Console {
    override log(...args: unknown[]): void {
      super.log("loud", ...args);
    }
  }
  let text = "";
  const stdout = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const loud = new Loud({ stdout });
  loud.log("a");
  loud.count();
  loud.info("b");
  loud.table(5);
  return text;
});

/** The warnings of a console go through the process. */
async function warnings(name: string, use: (logger: Console) => void): Promise<void> {
  const seen: unknown[] = [];
  const listener = (warning: Error) => seen.push([warning.name, warning.message]);
  const { write } = process.stderr;
  process.stderr.write = () => true;
  process.on("warning", listener);
  await reportLater(name, async () => {
    const { logger, written } = recorded();
    use(logger);
    await new Promise((resolve) => setTimeout(resolve, 2));
    return [seen, written()];
  });
  process.off("warning", listener);
  process.stderr.write = write;
}

await warnings("warning of countReset", (logger) => logger.countReset("none"));
await warnings("warning of timeEnd", (logger) => logger.timeEnd("none"));
await warnings("warning of timeLog", (logger) => logger.timeLog("none"));
await warnings("warning of time", (logger) => {
  logger.time("a");
  logger.time("a");
});
