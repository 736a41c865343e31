import { EventEmitter } from "node:events";
import stream, * as names from "node:stream";
import {
  addAbortSignal,
  Duplex,
  finished,
  getDefaultHighWaterMark,
  isErrored,
  isReadable,
  isWritable,
  PassThrough,
  Readable,
  Stream,
  setDefaultHighWaterMark,
  Transform,
  Writable,
} from "node:stream";
import consumers, * as consumerNames from "node:stream/consumers";
import later, * as laterNames from "node:stream/promises";
import { report, reportLater, untyped } from "../report.ts";

/** Functions that the types of Node.js lack. */
interface Untyped {
  readonly compose: (...streams: unknown[]) => Duplex;
  readonly destroy: (stream: unknown, error?: Error) => void;
  readonly isDestroyed: (stream: unknown) => boolean | null;
  readonly isDisturbed: (stream: unknown) => boolean;
}
const { compose, destroy, isDestroyed, isDisturbed } = untyped<Untyped>(stream);
const { bytes } = untyped<{ bytes(source: Readable): Promise<Uint8Array> }>(consumerNames);

/* What the functions of node:stream say of a stream in each of its states, and those that change it. */

const CHECKS = { isDestroyed, isDisturbed, isErrored, isReadable, isWritable } as const;
const states = (each: unknown): unknown =>
  Object.entries(CHECKS).map(([name, check]) => [name, untyped<(value: unknown) => unknown>(check)(each)]);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });

report("the same functions", () => [
  Object.keys(stream).filter((name) => name in names && Reflect.get(stream, name) !== Reflect.get(names, name)),
  stream.promises === later,
  names.promises.pipeline === laterNames.pipeline,
  names.promises.finished === later.finished,
  stream.Stream === stream,
  consumers.text === consumerNames.text,
]);
for (const value of [undefined, null, 5, "a", {}, [], new EventEmitter()]) {
  report(`states of ${JSON.stringify(value)}`, () => states(value));
}
const READABLES: Readonly<Record<string, () => Readable | Promise<Readable>>> = {
  new: () => Readable.from(["a"]),
  "read in part": async () => {
    const readable = Readable.from(["a", "b"]);
    for await (const _chunk of readable.iterator({ destroyOnReturn: false })) {
      break;
    }
    return readable;
  },
  ended: async () => {
    const readable = Readable.from(["a"]);
    readable.resume();
    await later.finished(readable);
    return readable;
  },
  destroyed: () => Readable.from(["a"]).destroy(),
  "destroyed with an error": async () => {
    const readable = new Readable({ read() {} });
    readable.on("error", () => {});
    readable.destroy(new RangeError("mine"));
    await turn();
    return readable;
  },
  flowing: () => new PassThrough().resume(),
  "with pushed null": () => {
    const readable = new Readable({ read() {} });
    readable.push(null);
    return readable;
  },
};
for (const [name, create] of Object.entries(READABLES)) {
  await reportLater(`readable, ${name}`, async () => {
    const readable = await create();
    return [
      states(readable),
      readable.readable,
      readable.readableEnded,
      readable.readableDidRead,
      readable.readableAborted,
      readable.destroyed,
      readable.closed,
      readable.errored,
    ];
  });
}
const WRITABLES: Readonly<Record<string, () => Writable | Promise<Writable>>> = {
  new: sink,
  written: () => {
    const writable = sink();
    writable.write("a");
    return writable;
  },
  ended: async () => {
    const writable = sink();
    writable.end();
    await later.finished(writable);
    return writable;
  },
  destroyed: () => sink().destroy(),
  "destroyed with an error": async () => {
    const writable = sink();
    writable.on("error", () => {});
    writable.destroy(new RangeError("mine"));
    await turn();
    return writable;
  },
  corked: () => {
    const writable = sink();
    writable.cork();
    writable.write("a");
    return writable;
  },
};
for (const [name, create] of Object.entries(WRITABLES)) {
  await reportLater(`writable, ${name}`, async () => {
    const writable = await create();
    return [
      states(writable),
      writable.writable,
      writable.writableEnded,
      writable.writableFinished,
      writable.writableCorked,
      writable.writableLength,
      writable.writableAborted,
      writable.destroyed,
      writable.closed,
      writable.errored,
    ];
  });
}
await reportLater("duplex, half open", async () => {
  const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const all = [states(duplex)];
  duplex.end();
  await turn();
  all.push(states(duplex));
  duplex.push(null);
  duplex.resume();
  await turn();
  return [...all, states(duplex), duplex.allowHalfOpen];
});

report("high water marks", () => {
  const before = [getDefaultHighWaterMark(false), getDefaultHighWaterMark(true)];
  setDefaultHighWaterMark(false, 1000);
  setDefaultHighWaterMark(true, 5);
  const changed = [
    getDefaultHighWaterMark(false),
    getDefaultHighWaterMark(true),
    new Readable().readableHighWaterMark,
    new Writable({ objectMode: true }).writableHighWaterMark,
  ];
  setDefaultHighWaterMark(false, before[0] ?? 0);
  setDefaultHighWaterMark(true, before[1] ?? 0);
  return [before, changed, getDefaultHighWaterMark(untyped(undefined))];
});
for (const value of [-1, 1.5, "x", undefined, null]) {
  report(`setDefaultHighWaterMark of ${value}`, () => setDefaultHighWaterMark(false, untyped(value)));
  report(`highWaterMark of ${value}`, () => new Readable({ highWaterMark: untyped(value) }).readableHighWaterMark);
}

await reportLater("addAbortSignal", async () => {
  const controller = new AbortController();
  const readable = addAbortSignal(controller.signal, new Readable({ read() {} }));
  const seen: unknown[] = [];
  readable.on("error", (error) => seen.push(error));
  setImmediate(() => controller.abort(new RangeError("mine")));
  await new Promise((resolve) => readable.on("close", resolve));
  return [seen, readable.destroyed];
});
await reportLater("addAbortSignal, aborted before", async () => {
  const writable = sink();
  const seen: unknown[] = [];
  writable.on("error", (error) => seen.push(error));
  addAbortSignal(AbortSignal.abort("why"), writable);
  await new Promise((resolve) => writable.on("close", resolve));
  return seen;
});
report("addAbortSignal, bad signal", () => addAbortSignal(untyped(5), sink()));
report("addAbortSignal, bad stream", () => addAbortSignal(AbortSignal.abort(), untyped({})));
await reportLater("signal as an option", async () => {
  const controller = new AbortController();
  const readable = new Readable({ read() {}, signal: controller.signal });
  const seen: unknown[] = [];
  readable.on("error", (error) => seen.push(error));
  controller.abort();
  await turn();
  return seen;
});

await reportLater("compose", async () => {
  const composed = compose(
    async function* (source: AsyncIterable<unknown>) {
      for await (const chunk of source) {
        yield String(chunk).toUpperCase();
      }
    },
    new Transform({
      transform(chunk, _encoding, done) {
        done(null, `${chunk}!`);
      },
    }),
  );
  composed.end("a");
  return await consumerNames.text(composed);
});
await reportLater("compose from a source", async () => {
  const composed = compose(Readable.from(["a", "b"]), new PassThrough());
  return [await consumerNames.text(composed), isWritable(composed)];
});
report("compose of nothing", () => compose());
await reportLater("compose, error", async () => {
  const composed = compose(
    new PassThrough(),
    new Transform({
      transform(_chunk, _encoding, done) {
        done(new RangeError("mine"));
      },
    }),
  );
  composed.end("a");
  return await consumerNames.text(composed);
});

await reportLater("destroy", async () => {
  const readable = new Readable({ read() {} });
  const seen: unknown[] = [];
  readable.on("error", (error) => seen.push(error));
  readable.on("close", () => seen.push("close"));
  destroy(readable, new RangeError("mine"));
  await turn();
  return [seen, readable.destroyed];
});
await reportLater("destroy without an error", async () => {
  const writable = sink();
  const seen: unknown[] = [];
  writable.on("error", (error) => seen.push(error));
  writable.on("close", () => seen.push("close"));
  destroy(writable);
  await turn();
  return [seen, writable.destroyed];
});
report("destroy of nothing", () => destroy(null));

report("Stream", () => {
  const old = new Stream();
  return [old instanceof EventEmitter, old instanceof Readable, new Readable() instanceof Stream, typeof old.pipe];
});
await reportLater("Stream, pipe", async () => {
  const old = new Stream();
  const target = new PassThrough();
  old.pipe(target);
  old.emit("data", "a");
  old.emit("data", Buffer.from("b"));
  old.emit("end");
  return await consumerNames.text(target);
});
report("constructors without new", () => [
  untyped<() => Stream>(PassThrough)() instanceof PassThrough,
  untyped<(options: object) => Stream>(Readable)({ read() {} }) instanceof Readable,
  untyped<(options: object) => Stream>(Duplex)({}) instanceof Duplex,
]);
report("instances of Writable", () => [
  new Duplex() instanceof Writable,
  new PassThrough() instanceof Writable,
  new Readable() instanceof Writable,
  untyped<object>({}) instanceof Writable,
]);

await reportLater("consumers", async () => [
  await consumers.text(Readable.from(["a", "é", Buffer.from("b")])),
  [...(await bytes(Readable.from([Buffer.from("ab"), "c"])))],
  Buffer.isBuffer(await bytes(Readable.from(["a"]))),
  (await consumerNames.buffer(Readable.from([new Uint8Array([1, 2])]))).length,
  (await consumerNames.arrayBuffer(Readable.from(["abc"]))).byteLength,
  await consumerNames.json(Readable.from(['{"a":', "[1]}"])),
  await consumerNames.text(Readable.from([])),
  (await bytes(Readable.from([]))).length,
]);
await reportLater("consumers, bad JSON", () => consumerNames.json(Readable.from(["{"])));
await reportLater("consumers, bad chunk", () => consumerNames.text(Readable.from([5])));
await reportLater("consumers, error", () =>
  consumerNames.buffer(
    Readable.from(
      (async function* () {
        yield "a";
        throw new RangeError("mine");
      })(),
    ),
  ),
);
await reportLater("finished, options", async () => {
  const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const done = later.finished(duplex, { readable: false });
  duplex.end();
  return await done;
});
await reportLater("finished, aborted", () => later.finished(new PassThrough(), { signal: AbortSignal.abort() }));
await reportLater("finished, cleanup", async () => {
  const readable = new PassThrough();
  const before = readable.listenerCount("end");
  const cleanup = finished(readable, () => {});
  const during = readable.listenerCount("end") - before;
  cleanup();
  return [during, readable.listenerCount("end") - before];
});
await reportLater("finished of nothing", () => later.finished(untyped({})));
await reportLater("pipeline, options", async () => {
  const target = new PassThrough();
  await later.pipeline(Readable.from(["a"]), target, { end: false });
  const isEnded = target.writableEnded;
  target.end();
  return [isEnded, await consumerNames.text(target)];
});
await reportLater("pipeline, aborted before", () =>
  later.pipeline(Readable.from(["a"]), new PassThrough(), { signal: AbortSignal.abort(new RangeError("mine")) }),
);
await reportLater("pipeline, aborted", async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort("why"));
  return await later.pipeline(new PassThrough(), new PassThrough(), { signal: controller.signal });
});
await reportLater("pipeline of one", () =>
  untyped<(source: Readable) => unknown>(later.pipeline)(Readable.from(["a"])),
);
await reportLater("pipeline of bad ones", () => later.pipeline(untyped<Readable>({}), new PassThrough()));
await reportLater("operators", async () => [
  await Readable.from([1, 2, 3, 4]).take(2).toArray(),
  await Readable.from([1, 2, 3, 4]).drop(3).toArray(),
  await Readable.from([1, 2, 3])
    .flatMap((value: number) => [value, value])
    .toArray(),
  await Readable.from([1, 2, 3]).some((value: number) => value > 2),
  await Readable.from([1, 2, 3]).every((value: number) => value > 2),
  await Readable.from([1, 2, 3]).find((value: number) => value > 1),
  await untyped<{ asIndexedPairs?(): { toArray(): Promise<unknown> } }>(Readable.from(["a"]))
    .asIndexedPairs?.()
    .toArray(),
]);
await reportLater("operators, aborted", () =>
  Readable.from([1])
    .map((value: number) => value, { signal: AbortSignal.abort() })
    .toArray(),
);
await reportLater("operators, error", () =>
  Readable.from([1])
    .map(() => {
      throw new RangeError("mine");
    })
    .toArray(),
);
await reportLater("reduce of nothing", () => Readable.from([]).reduce((sum: number) => sum));
