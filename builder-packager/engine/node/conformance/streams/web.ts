import { Readable } from "node:stream";
import web, * as names from "node:stream/web";
import {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableStream,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
} from "node:stream/web";
import { report, reportLater, untyped } from "../report.ts";

const collect = async (source: AsyncIterable<unknown>): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const chunk of source) {
    all.push(chunk);
  }
  return all;
};

report("the same classes", () => [
  ["ReadableStream", "CountQueuingStrategy", "ReadableStreamDefaultReader"].filter(
    (name) => Reflect.get(web, name) !== Reflect.get(names, name),
  ),
  ReadableStream === globalThis.ReadableStream,
]);
report("CountQueuingStrategy", () => {
  const strategy = new CountQueuingStrategy({ highWaterMark: 5 });
  return [
    strategy.highWaterMark,
    strategy.size(),
    strategy.size === new CountQueuingStrategy({ highWaterMark: 1 }).size,
    strategy.size.name,
    strategy.size.length,
    Object.keys(strategy),
    Object.prototype.toString.call(strategy),
  ];
});
report("ByteLengthQueuingStrategy", () => {
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: 5 });
  return [
    strategy.highWaterMark,
    strategy.size(new Uint8Array(7)),
    strategy.size(untyped({ byteLength: "x" })),
    strategy.size.name,
    Object.keys(strategy),
    Object.prototype.toString.call(strategy),
  ];
});
for (const [index, options] of [
  undefined,
  null,
  5,
  {},
  { highWaterMark: "3" },
  { highWaterMark: Number.NaN },
].entries()) {
  report(`CountQueuingStrategy with options ${index}`, () => new CountQueuingStrategy(untyped(options)).highWaterMark);
  report(
    `ByteLengthQueuingStrategy with options ${index}`,
    () => new ByteLengthQueuingStrategy(untyped(options)).highWaterMark,
  );
}
await reportLater("strategies of a stream", async () => {
  const sizes: unknown[] = [];
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        sizes.push(controller.desiredSize);
        controller.enqueue(new Uint8Array(3));
        sizes.push(controller.desiredSize);
        controller.enqueue(new Uint8Array(4));
        sizes.push(controller.desiredSize);
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 5 }),
  );
  const { value } = await stream.getReader().read();
  return [sizes, value?.length];
});
await reportLater("calls of pull", async () => {
  let count = 0;
  const stream = new ReadableStream<number>(
    {
      pull(controller) {
        count += 1;
        controller.enqueue(count);
      },
    },
    new CountQueuingStrategy({ highWaterMark: 2 }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1));
  const before = count;
  const reader = stream.getReader();
  const steps = [await reader.read(), await reader.read(), await reader.read()];
  return [before, steps];
});
for (const [index, strategy] of [
  { highWaterMark: -1 },
  { highWaterMark: Number.NaN },
  { highWaterMark: "x" },
  { size: 5 },
  { highWaterMark: 0 },
  null,
  5,
].entries()) {
  report(`ReadableStream with strategy ${index}`, () => new ReadableStream({}, untyped<object>(strategy)).locked);
}
for (const [index, source] of [null, 5, { pull: "x" }, { cancel: 5 }, { type: "nope" }].entries()) {
  report(`ReadableStream with source ${index}`, () => new ReadableStream(untyped(source)).locked);
}
report("ReadableStream, start throws", () => {
  new ReadableStream({
    start() {
      throw new RangeError("mine");
    },
  });
});
await reportLater("ReadableStream, size throws", async () => {
  let seen: unknown;
  const stream = new ReadableStream(
    {
      start(controller) {
        try {
          controller.enqueue("a");
        } catch (error) {
          seen = error;
        }
      },
    },
    {
      size() {
        throw new RangeError("mine");
      },
    },
  );
  return [
    seen,
    await stream
      .getReader()
      .read()
      .catch((error: unknown) => error),
  ];
});

report("controller", () => {
  let controller: unknown;
  new ReadableStream({
    start(given) {
      controller = given;
    },
  });
  return [
    controller instanceof ReadableStreamDefaultController,
    Object.prototype.toString.call(controller),
    untyped<{ constructor: { name: string } }>(controller).constructor.name,
  ];
});
report("new controller", () => new (untyped<new () => unknown>(ReadableStreamDefaultController))());
await reportLater("controller, after the end", async () => {
  const seen: unknown[] = [];
  const attempt = (run: () => void) => {
    try {
      run();
      seen.push("done");
    } catch (error) {
      seen.push(error);
    }
  };
  new ReadableStream({
    start(controller) {
      controller.close();
      attempt(() => controller.enqueue("a"));
      attempt(() => controller.close());
      attempt(() => controller.error(new RangeError("mine")));
      seen.push(controller.desiredSize);
    },
  });
  new ReadableStream({
    start(controller) {
      controller.error(new RangeError("mine"));
      attempt(() => controller.enqueue("a"));
      attempt(() => controller.close());
      attempt(() => controller.error("again"));
      seen.push(controller.desiredSize);
    },
  });
  return seen;
});

report("reader", () => {
  const stream = new ReadableStream();
  const reader = stream.getReader();
  return [
    reader instanceof ReadableStreamDefaultReader,
    stream.locked,
    Object.prototype.toString.call(reader),
    Object.prototype.toString.call(stream),
    reader.releaseLock(),
    stream.locked,
  ];
});
report("new reader", () => {
  const stream = new ReadableStream();
  new ReadableStreamDefaultReader(stream);
  return stream.locked;
});
for (const value of [undefined, null, 5, {}]) {
  report(`new reader of ${value}`, () => new ReadableStreamDefaultReader(untyped<ReadableStream>(value)));
}
report("reader of a locked stream", () => {
  const stream = new ReadableStream();
  stream.getReader();
  return new ReadableStreamDefaultReader(stream);
});
await reportLater("reader, closed", async () => {
  const stream = new ReadableStream({ start: (controller) => controller.close() });
  const reader = stream.getReader();
  return [await reader.closed, await reader.read()];
});
await reportLater("reader, error", async () => {
  const reader = new ReadableStream({ start: (controller) => controller.error(new RangeError("mine")) }).getReader();
  return [await reader.closed.catch((error: unknown) => error), await reader.read().catch((error: unknown) => error)];
});
await reportLater("reader, released", async () => {
  const stream = new ReadableStream();
  const reader = stream.getReader();
  const waiting = reader.read().catch((error: unknown) => error);
  reader.releaseLock();
  return [
    await waiting,
    await reader.read().catch((error: unknown) => error),
    await reader.closed.catch((error: unknown) => error),
    await reader.cancel().catch((error: unknown) => error),
    reader.releaseLock(),
  ];
});
await reportLater("reader, cancel", async () => {
  let reason: unknown;
  const stream = new ReadableStream({
    cancel(given) {
      reason = given;
    },
  });
  const reader = stream.getReader();
  return [await reader.cancel("why"), reason, await reader.read(), stream.locked];
});
await reportLater("cancel, error", () =>
  new ReadableStream({
    cancel() {
      throw new RangeError("mine");
    },
  }).cancel(),
);
await reportLater("cancel of a locked stream", () => {
  const stream = new ReadableStream();
  stream.getReader();
  return stream.cancel();
});
await reportLater("values, break", async () => {
  let isCancelled = false;
  const stream = new ReadableStream({
    pull: (controller) => controller.enqueue("a"),
    cancel() {
      isCancelled = true;
    },
  });
  for await (const _value of stream) {
    break;
  }
  return [isCancelled, stream.locked];
});
await reportLater("values, preventCancel", async () => {
  let isCancelled = false;
  const stream = new ReadableStream({
    pull: (controller) => controller.enqueue("a"),
    cancel() {
      isCancelled = true;
    },
  });
  for await (const _value of stream.values({ preventCancel: true })) {
    break;
  }
  return [isCancelled, stream.locked];
});
await reportLater("from", async () => [
  await collect(ReadableStream.from(["a", "b"])),
  await collect(ReadableStream.from("ab")),
  await collect(ReadableStream.from(Readable.from(["a", 5]))),
]);
for (const value of [5, {}]) {
  report(`from ${value}`, () => ReadableStream.from(untyped<string[]>(value)));
}
await reportLater("from, error", () =>
  collect(
    ReadableStream.from(
      (async function* () {
        yield "a";
        throw new RangeError("mine");
      })(),
    ),
  ),
);
await reportLater("toWeb and fromWeb", async () => [
  await collect(Readable.toWeb(Readable.from(["a", { b: 1 }]))),
  await collect(Readable.fromWeb(untyped(ReadableStream.from(["a", "b"])), { objectMode: true })),
]);
report("toWeb, bad", () => Readable.toWeb(untyped(5)));
report("fromWeb, bad", () => Readable.fromWeb(untyped(5)));
