import EventEmitter, {
  addAbortListener,
  captureRejectionSymbol,
  captureRejections,
  defaultMaxListeners,
  errorMonitor,
  getEventListeners,
  getMaxListeners,
  listenerCount,
  EventEmitter as NamedEmitter,
  on,
  once,
  setMaxListeners,
} from "node:events";
import { report, reportLater, untyped } from "./report.ts";

report("order", () => {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  emitter.on("newListener", (name) => seen.push(`new ${String(name)}`));
  emitter.on("removeListener", (name) => seen.push(`removed ${String(name)}`));
  emitter.on("a", (...args) => seen.push(["on", ...args]));
  emitter.once("a", (...args) => seen.push(["once", ...args]));
  emitter.prependListener("a", () => seen.push("first"));
  emitter.prependOnceListener("a", () => seen.push("first once"));
  return [
    emitter.emit("a", 1, 2),
    emitter.emit("a"),
    emitter.emit("nobody"),
    emitter.listenerCount("a"),
    emitter.eventNames(),
    seen,
  ];
});
report("removal while emitting", () => {
  const emitter = new EventEmitter();
  const seen: string[] = [];
  const second = () => seen.push("second");
  emitter.on("a", () => {
    seen.push("first");
    emitter.off("a", second);
    emitter.on("a", () => seen.push("late"));
  });
  emitter.on("a", second);
  emitter.emit("a");
  return [seen, emitter.emit("a"), seen];
});
report("removeAllListeners", () => {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  for (const name of ["a", "b"]) {
    emitter.on(name, () => {});
    emitter.once(name, () => {});
  }
  emitter.on("removeListener", (name) => seen.push(name));
  emitter.removeAllListeners("a");
  const left = emitter.eventNames();
  emitter.removeAllListeners();
  return [left, emitter.eventNames(), seen];
});
report("listeners", () => {
  const emitter = new EventEmitter();
  const listener = () => {};
  emitter.once("a", listener).on("a", listener);
  return [
    emitter.listeners("a").map((one) => one === listener),
    emitter.rawListeners("a").map((one) => one === listener),
    emitter.listenerCount("a", listener),
    getEventListeners(emitter, "a").length,
    emitter.getMaxListeners(),
    emitter.setMaxListeners(3).getMaxListeners(),
    EventEmitter.defaultMaxListeners,
  ];
});
report("the same class", () => [
  NamedEmitter === EventEmitter,
  new NamedEmitter() instanceof EventEmitter,
  captureRejections,
  defaultMaxListeners,
  EventEmitter.captureRejections,
  [captureRejectionSymbol, errorMonitor].map(String),
  EventEmitter.captureRejectionSymbol === captureRejectionSymbol,
  EventEmitter.errorMonitor === errorMonitor,
]);
report("listenerCount", () => {
  const emitter = new NamedEmitter();
  const target = new EventTarget();
  emitter.on("a", () => {}).once("a", () => {});
  target.addEventListener("a", () => {});
  return [
    listenerCount(emitter, "a"),
    listenerCount(emitter, "b"),
    untyped<(target: EventTarget, name: string) => number>(listenerCount)(target, "a"),
  ];
});
report("getMaxListeners and setMaxListeners", () => {
  const [first, second] = [new EventEmitter(), new EventEmitter()];
  const target = new EventTarget();
  const before = [getMaxListeners(first), getMaxListeners(target)];
  setMaxListeners(5, first, target);
  setMaxListeners(0, second);
  return [before, getMaxListeners(first), getMaxListeners(target), getMaxListeners(second)];
});
for (const value of [5, {}]) {
  report(`listenerCount of ${value}`, () => listenerCount(untyped(value), "a"));
  report(`getMaxListeners of ${value}`, () => getMaxListeners(untyped(value)));
  report(`setMaxListeners of ${value}`, () => setMaxListeners(1, untyped(value)));
  report(`getEventListeners of ${value}`, () => getEventListeners(untyped<EventTarget>(value), "a"));
  report(`addAbortListener of ${value}`, () => addAbortListener(untyped(value), () => {}));
}
for (const count of [-1, 1.5, "x", Number.NaN, null]) {
  report(`setMaxListeners to ${count}`, () => {
    const emitter = new EventEmitter();
    setMaxListeners(untyped(count), emitter);
    return getMaxListeners(emitter);
  });
}
report("setMaxListeners of all", () => {
  setMaxListeners(20);
  const changed = new EventEmitter().getMaxListeners();
  setMaxListeners(10);
  return [changed, EventEmitter.defaultMaxListeners];
});
report("defaultMaxListeners", () => {
  EventEmitter.defaultMaxListeners = 3;
  const changed = new EventEmitter().getMaxListeners();
  EventEmitter.defaultMaxListeners = 10;
  return changed;
});
report("defaultMaxListeners, bad", () => {
  EventEmitter.defaultMaxListeners = -1;
});
report("captureRejections, bad", () => {
  EventEmitter.captureRejections = untyped(5);
});
await reportLater("too many listeners", async () => {
  const warnings: unknown[] = [];
  const listener = (warning: Error & { type?: string; count?: number }) =>
    warnings.push([warning.name, warning.message, warning.type, warning.count]);
  const { write } = process.stderr;
  process.stderr.write = () => true;
  process.on("warning", listener);
  const emitter = new EventEmitter();
  emitter.setMaxListeners(1);
  emitter
    .on("a", () => {})
    .on("a", () => {})
    .on("a", () => {});
  const target = new EventTarget();
  setMaxListeners(1, target);
  target.addEventListener("b", () => {});
  target.addEventListener("b", () => {});
  await new Promise((resolve) => setTimeout(resolve, 2));
  process.off("warning", listener);
  process.stderr.write = write;
  return warnings;
});
report("error without listener", () => new EventEmitter().emit("error", new RangeError("mine")));
report("error of text", () => new EventEmitter().emit("error", "mine"));
report("error of nothing", () => new EventEmitter().emit("error"));
report("errorMonitor", () => {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  emitter.on(errorMonitor, (error) => seen.push(`monitor ${error}`));
  emitter.on("error", (error) => seen.push(`listener ${error}`));
  return [emitter.emit("error", 5), seen];
});
report("bad listener", () => new EventEmitter().on("a", untyped(5)));
report("bad count", () => new EventEmitter().setMaxListeners(-1));
report("old style", () => {
  function Old(this: EventEmitter) {
    untyped<(this: EventEmitter) => void>(EventEmitter).call(this);
  }
  Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
  const old = new (untyped<new () => EventEmitter>(Old))();
  let result = 0;
  old.on("a", (value: number) => {
    result = value;
  });
  old.emit("a", 7);
  return [result, old instanceof EventEmitter, EventEmitter.EventEmitter === EventEmitter];
});
await reportLater("once", () => {
  const emitter = new EventEmitter();
  setImmediate(() => emitter.emit("a", 1, 2));
  return once(emitter, "a");
});
await reportLater("once, error", () => {
  const emitter = new EventEmitter();
  setImmediate(() => emitter.emit("error", new Error("mine")));
  return once(emitter, "a");
});
await reportLater("once, target", async () => {
  const target = new EventTarget();
  setImmediate(() => target.dispatchEvent(new Event("a")));
  const [event] = await once(target, "a");
  return event.type;
});
await reportLater("once, aborted", () => once(new EventEmitter(), "a", { signal: AbortSignal.abort() }));
await reportLater("once, abort", async () => {
  const controller = new AbortController();
  const emitter = new EventEmitter();
  setImmediate(() => controller.abort());
  try {
    return await once(emitter, "a", { signal: controller.signal });
  } catch (error) {
    return [
      error,
      untyped<Error>(untyped<Error>(error).cause).name,
      emitter.listenerCount("a"),
      emitter.listenerCount("error"),
    ];
  }
});
await reportLater("on", async () => {
  const emitter = new EventEmitter();
  setImmediate(() => {
    emitter.emit("a", 1);
    emitter.emit("a", 2, 3);
    emitter.emit("end");
  });
  const seen: unknown[] = [];
  for await (const args of on(emitter, "a", { close: ["end"] })) {
    seen.push(args);
  }
  return [seen, emitter.eventNames()];
});
await reportLater("on, error", async () => {
  const emitter = new EventEmitter();
  setImmediate(() => {
    emitter.emit("a", 1);
    emitter.emit("error", new Error("mine"));
  });
  const seen: unknown[] = [];
  try {
    for await (const args of on(emitter, "a")) {
      seen.push(args);
    }
  } catch (error) {
    seen.push(error);
  }
  return seen;
});
await reportLater("on, break and abort", async () => {
  const emitter = new EventEmitter();
  setImmediate(() => emitter.emit("a", 1));
  for await (const _args of on(emitter, "a")) {
    break;
  }
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  const seen: unknown[] = [emitter.listenerCount("a")];
  try {
    for await (const args of on(emitter, "a", { signal: controller.signal })) {
      seen.push(args);
    }
  } catch (error) {
    seen.push(error);
  }
  return seen;
});
await reportLater(
  "captureRejections",
  () =>
    new Promise((resolve) => {
      const emitter = new EventEmitter({ captureRejections: true });
      emitter.on("error", resolve);
      emitter.on("a", async () => {
        throw new Error("mine");
      });
      emitter.emit("a");
    }),
);
await reportLater(
  "captureRejections, own handler",
  () =>
    new Promise((resolve) => {
      const emitter = Object.assign(new EventEmitter({ captureRejections: true }), {
        [captureRejectionSymbol]: (error: Error, name: string, value: number) => resolve([error, name, value]),
      });
      emitter.on("a", async () => {
        throw new Error("mine");
      });
      emitter.emit("a", 5);
    }),
);
await reportLater(
  "addAbortListener",
  () =>
    new Promise((resolve) => {
      const controller = new AbortController();
      addAbortListener(controller.signal, (event) => resolve(untyped<Event>(event).type));
      controller.abort();
    }),
);

report("target", () => {
  const target = new EventTarget();
  const seen: unknown[] = [];
  const both = { handleEvent: (event: Event) => seen.push(["object", event.type, event.target === target]) };
  target.addEventListener("a", both);
  target.addEventListener("a", both);
  target.addEventListener("a", () => seen.push("once"), { once: true });
  target.addEventListener("a", (event) => {
    seen.push([event.defaultPrevented, event.cancelable]);
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  target.addEventListener("a", () => seen.push("never"));
  const event = new Event("a", { cancelable: true });
  return [target.dispatchEvent(event), target.dispatchEvent(new Event("a")), event.defaultPrevented, seen];
});
report("target, signal", () => {
  const target = new EventTarget();
  const controller = new AbortController();
  let count = 0;
  target.addEventListener("a", () => count++, { signal: controller.signal });
  target.dispatchEvent(new Event("a"));
  controller.abort();
  target.dispatchEvent(new Event("a"));
  return count;
});
report("target, bad", () => new EventTarget().dispatchEvent(untyped({})));
report("target, bad listener", () => new EventTarget().addEventListener("a", untyped(5)));
report("CustomEvent", () => {
  const event = new CustomEvent("a", { detail: { x: 1 } });
  return [event.detail, event.type, event.bubbles, new CustomEvent("b").detail, `${event}`];
});
report("abort", () => {
  const controller = new AbortController();
  const seen: unknown[] = [];
  controller.signal.onabort = (event) => seen.push(event.type);
  controller.signal.addEventListener("abort", () => seen.push(controller.signal.aborted));
  controller.abort();
  controller.abort("again");
  const { reason } = controller.signal;
  return [reason.name, reason.code, reason.message, reason instanceof DOMException, seen];
});
report("abort reason", () => {
  const controller = new AbortController();
  controller.abort("why");
  return [controller.signal.reason, AbortSignal.abort(5).reason, AbortSignal.abort().reason.name];
});
report("throwIfAborted", () => AbortSignal.abort(new RangeError("mine")).throwIfAborted());
report("throwIfAborted not", () => new AbortController().signal.throwIfAborted());
report("any", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const any = AbortSignal.any([first.signal, second.signal]);
  const nested = AbortSignal.any([any]);
  const seen: unknown[] = [];
  nested.addEventListener("abort", () => seen.push(["nested", any.aborted]));
  any.addEventListener("abort", () => seen.push(["any", nested.aborted]));
  second.signal.addEventListener("abort", () => seen.push(["source", any.aborted]));
  second.abort("second");
  first.abort("first");
  return [any.reason, nested.reason, seen.sort(), AbortSignal.any([]).aborted, AbortSignal.any([any]).reason];
});
report("any, bad", () => AbortSignal.any(untyped([5])).aborted);
report("new AbortSignal", () => new AbortSignal());
report("timeout bad", () => AbortSignal.timeout(-1));
report("timeout text", () => AbortSignal.timeout(untyped("5")));
await reportLater(
  "timeout",
  () =>
    new Promise((resolve) => {
      const signal = AbortSignal.timeout(5);
      const keepAlive = setTimeout(() => {}, 1000);
      signal.addEventListener("abort", () => {
        clearTimeout(keepAlive);
        const { name, message, code } = signal.reason;
        resolve([name, message, code]);
      });
    }),
);
report("DOMException", () => {
  const error = new DOMException("text", "NotFoundError");
  return [
    error.code,
    error.name,
    `${error}`,
    error instanceof Error,
    new DOMException().name,
    new DOMException("a").message,
  ];
});
