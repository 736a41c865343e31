import { performance as hooks, type MeasureOptions } from "node:perf_hooks";
import timers, * as names from "node:timers";
import later, * as laterNames from "node:timers/promises";
import { report, reportLater, untyped } from "./report.ts";

const NO_FUNCTIONS: readonly unknown[] = [undefined, null, 5, "a", {}];

report("the same functions", () => [
  timers.setTimeout === globalThis.setTimeout,
  names.setInterval === globalThis.setInterval,
  names.setImmediate === globalThis.setImmediate,
  names.clearTimeout === globalThis.clearTimeout,
  names.clearInterval === globalThis.clearInterval,
  names.clearImmediate === globalThis.clearImmediate,
  timers.promises === later,
  names.promises.setTimeout === later.setTimeout,
  names.promises === later,
  laterNames.setTimeout === later.setTimeout,
]);
for (const value of NO_FUNCTIONS) {
  report(`setTimeout of ${value}`, () => names.setTimeout(untyped<() => void>(value), 1));
  report(`setInterval of ${value}`, () => names.setInterval(untyped<() => void>(value), 1));
  report(`setImmediate of ${value}`, () => names.setImmediate(untyped<() => void>(value)));
  report(`clear ${value}`, () => [
    names.clearTimeout(untyped<undefined>(value)),
    names.clearInterval(untyped<undefined>(value)),
    names.clearImmediate(untyped<undefined>(value)),
  ]);
}
await reportLater("setTimeout", async () => {
  const seen: unknown[] = [];
  await new Promise<void>((resolve) => {
    names.setTimeout(
      (...args: unknown[]) => {
        seen.push(args);
        resolve();
      },
      1,
      "a",
      2,
    );
  });
  return seen;
});
await reportLater("delays that are none", async () => {
  const seen: unknown[] = [];
  for (const delay of [undefined, null, -5, "2", "x", Number.NaN, 2 ** 32, 0.5, {}]) {
    await new Promise<void>((resolve) => {
      names.setTimeout(() => {
        seen.push(delay);
        resolve();
      }, untyped<number>(delay));
    });
  }
  return seen;
});
await reportLater("setInterval", async () => {
  const seen: unknown[] = [];
  await new Promise<void>((resolve) => {
    const timer = names.setInterval(
      (...args: unknown[]) => {
        seen.push(args);
        if (seen.length === 3) {
          names.clearInterval(timer);
          resolve();
        }
      },
      1,
      "a",
    );
  });
  await later.setTimeout(5);
  return seen;
});
await reportLater("setImmediate", async () => {
  const seen: unknown[] = [];
  await new Promise<void>((resolve) => {
    const cleared = names.setImmediate(() => seen.push("never"));
    names.setImmediate((...args: unknown[]) => {
      seen.push(args);
      resolve();
    }, "a");
    names.clearImmediate(cleared);
  });
  return seen;
});
await reportLater("clearTimeout", async () => {
  const seen: unknown[] = [];
  const timer = names.setTimeout(() => seen.push("timer"), 1);
  const number = names.setTimeout(() => seen.push("number"), 1);
  const text = names.setTimeout(() => seen.push("text"), 1);
  names.clearTimeout(timer);
  names.clearTimeout(+number);
  names.clearTimeout(`${+text}`);
  names.clearTimeout(timer);
  await later.setTimeout(5);
  return seen;
});
report("methods of a timer", () => {
  const timer = names.setTimeout(() => {}, 1000);
  const states = [
    timer.hasRef(),
    timer.unref() === timer,
    timer.hasRef(),
    timer.ref().hasRef(),
    timer.refresh() === timer,
  ];
  names.clearTimeout(timer);
  return [...states, timer.constructor.name, typeof timer[Symbol.toPrimitive](), timer.close() === timer];
});
report("methods of an immediate", () => {
  const immediate = names.setImmediate(() => {});
  const states = [immediate.hasRef(), immediate.unref() === immediate, immediate.hasRef(), immediate.ref().hasRef()];
  names.clearImmediate(immediate);
  return [...states, immediate.constructor.name];
});
await reportLater("using a timer", async () => {
  const seen: unknown[] = [];
  {
    using _timer = names.setTimeout(() => seen.push("timer"), 1);
    using _immediate = names.setImmediate(() => seen.push("immediate"));
  }
  await later.setTimeout(5);
  return seen;
});

await reportLater("promises", async () => [
  await later.setTimeout(1, "timeout"),
  await later.setImmediate("immediate"),
  await later.setTimeout(),
  await later.setImmediate(),
]);
for (const options of [null, 5, "a", { signal: 5 }, { signal: {} }, { ref: 1 }, { ref: null }]) {
  const shown = JSON.stringify(options);
  await reportLater(`setTimeout of promises with ${shown}`, () => later.setTimeout(1, "a", untyped(options)));
  await reportLater(`setImmediate of promises with ${shown}`, () => later.setImmediate("a", untyped(options)));
  await reportLater(`setInterval of promises with ${shown}`, async () => {
    for await (const value of later.setInterval(1, "a", untyped(options))) {
      return value;
    }
    return "none";
  });
}
for (const delay of ["x", {}, null, -5, 1.5]) {
  await reportLater(`setTimeout of promises after ${JSON.stringify(delay)}`, () =>
    later.setTimeout(untyped(delay), "a"),
  );
}
await reportLater("setInterval of promises", async () => {
  const seen: unknown[] = [];
  for await (const value of later.setInterval(1, "a")) {
    seen.push(value);
    if (seen.length === 3) {
      break;
    }
  }
  return seen;
});
await reportLater("setInterval of promises, aborted", async () => {
  const controller = new AbortController();
  const seen: unknown[] = [];
  try {
    for await (const value of later.setInterval(1, "a", { signal: controller.signal })) {
      seen.push(value);
      controller.abort("why");
    }
  } catch (error) {
    seen.push(error);
  }
  return seen;
});
await reportLater("setTimeout of promises, aborted", async () => {
  const controller = new AbortController();
  names.setImmediate(() => controller.abort(new RangeError("mine")));
  return await later.setTimeout(10_000, "a", { signal: controller.signal });
});
await reportLater("setImmediate of promises, aborted", () => later.setImmediate("a", { signal: AbortSignal.abort() }));
await reportLater("scheduler", async () => [
  await later.scheduler.wait(1),
  await later.scheduler.yield(),
  typeof laterNames.scheduler.wait,
]);
await reportLater("scheduler, aborted", () => later.scheduler.wait(1000, { signal: AbortSignal.abort() }));
await reportLater("scheduler, bad delay", () => later.scheduler.wait(untyped("x")));

report("performance", () => [
  hooks === globalThis.performance,
  typeof hooks.now(),
  hooks.now() > 0,
  [hooks.now(), hooks.now()].every((now, index, all) => now >= (all[index - 1] ?? 0)),
  Math.abs(hooks.timeOrigin + hooks.now() - Date.now()) < 1000,
  Object.prototype.toString.call(hooks),
]);
report("performance, marks", () => {
  const first = hooks.mark("first", { detail: { a: 1 }, startTime: 5 });
  const second = hooks.mark("second");
  const entries = [
    [first.name, first.entryType, first.startTime, first.duration, first.detail],
    [second.entryType, second.duration, second.detail, second.startTime > 0],
    hooks.getEntriesByType("mark").map(({ name }) => name),
    hooks.getEntriesByName("first").length,
    hooks.getEntriesByName("first", "measure").length,
    hooks.getEntries().filter(({ entryType }) => entryType === "mark").length,
  ];
  hooks.clearMarks("first");
  const left = hooks.getEntriesByType("mark").map(({ name }) => name);
  hooks.clearMarks();
  return [...entries, left, hooks.getEntriesByType("mark").length];
});
report("performance, measures", () => {
  hooks.mark("a", { startTime: 10 });
  hooks.mark("b", { startTime: 25 });
  const shown = ({ name, entryType, startTime, duration, detail }: ReturnType<typeof hooks.measure>) => [
    name,
    entryType,
    startTime,
    duration,
    detail,
  ];
  const measures = [
    shown(hooks.measure("both", "a", "b")),
    shown(hooks.measure("options", { start: "a", duration: 5, detail: "d" })),
    shown(hooks.measure("numbers", { start: 3, end: 8 })),
    hooks.measure("from", "a").duration > 0,
    hooks.measure("all").startTime,
  ];
  const names = hooks.getEntriesByType("measure").map(({ name }) => name);
  hooks.clearMeasures("both");
  const left = hooks.getEntriesByType("measure").length;
  const marks = hooks.getEntriesByType("mark").length;
  hooks.clearMeasures();
  hooks.clearMarks();
  return [
    ...measures,
    names.sort(),
    left,
    marks,
    hooks.getEntries().filter(({ entryType }) => entryType !== "node").length,
  ];
});
for (const [index, options] of [
  { start: "none" },
  { start: 1, end: 2, duration: 3 },
  { duration: 3 },
  { end: 9, duration: 3 },
  { start: -1 },
  {},
  null,
  5,
].entries()) {
  report(`performance, options ${index}`, () => {
    const { startTime, duration } = hooks.measure("x", untyped<MeasureOptions>(options));
    return [startTime, Number.isInteger(duration) ? duration : "until now"];
  });
}
report("performance, options and an end", () => hooks.measure("x", untyped<string>({ start: 1 }), "a"));
report("performance, name of another type", () => hooks.measure(untyped(5)));
report("performance, bad options of a mark", () => hooks.mark("x", untyped(5)));
report("performance, unknown mark", () => hooks.measure("x", "none"));
report("performance, bad time", () => hooks.mark("x", { startTime: -1 }));
report("performance, entries as JSON", () => {
  const entry = hooks.mark("x", { startTime: 5, detail: [1] });
  return [JSON.stringify(entry), Object.prototype.toString.call(entry)];
});
report("performance, toJSON", () => typeof untyped<{ timeOrigin: number }>(hooks.toJSON()).timeOrigin);
