import { createHash } from "node:crypto";
import { Duplex, finished, PassThrough, pipeline, Readable, Transform, Writable } from "node:stream";
import * as consumers from "node:stream/consumers";
import { finished as finishedLater, pipeline as pipelineLater } from "node:stream/promises";
import { ReadableStream } from "node:stream/web";
import { report, reportLater, untyped } from "../report.ts";

const collect = async (source: AsyncIterable<unknown>): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const chunk of source) {
    all.push(chunk);
  }
  return all;
};
const upper = () =>
  new Transform({
    transform(chunk, _encoding, done) {
      done(null, String(chunk).toUpperCase());
    },
  });

report("defaults", () => {
  const readable = new Readable();
  return [readable.readableHighWaterMark, readable.readableObjectMode, new Writable().writableHighWaterMark];
});
await reportLater("from", () => collect(Readable.from(["a", "b", 5])));
await reportLater("from Buffer", () => collect(Readable.from(Buffer.from("abc"))));
await reportLater("from generator", () =>
  collect(
    Readable.from(
      (async function* () {
        yield "a";
        yield "b";
      })(),
    ),
  ),
);
await reportLater("from, error", () =>
  collect(
    Readable.from(
      (async function* () {
        yield "a";
        throw new RangeError("mine");
      })(),
    ),
  ),
);
await reportLater("text with setEncoding", async () => {
  const readable = Readable.from([Buffer.from([0xe2, 0x82]), Buffer.from([0xac])], { objectMode: false });
  readable.setEncoding("utf8");
  return await collect(readable);
});
await reportLater("pipeline", async () => {
  const through = new PassThrough();
  const all = collect(through);
  await pipelineLater(Readable.from(["a", "b"]), upper(), through);
  return (await all).map(String);
});
await reportLater("pipeline with a function", () =>
  pipelineLater(Readable.from(["a", "b"]), upper(), async (source: AsyncIterable<Buffer>) => {
    const parts = await collect(source);
    return parts.join("|");
  }),
);
await reportLater("pipeline, error", () =>
  pipelineLater(
    Readable.from(["a"]),
    new Transform({
      transform(_chunk, _encoding, done) {
        done(new RangeError("mine"));
      },
    }),
    new PassThrough(),
  ),
);
await reportLater("pipeline, abort", async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  return await pipelineLater(new PassThrough(), new PassThrough(), { signal: controller.signal });
});
await reportLater(
  "pipeline, callback",
  () =>
    new Promise((resolve) => {
      const target = new PassThrough();
      target.resume();
      pipeline(Readable.from(["a"]), target, (error) => resolve(error ?? "done"));
    }),
);
await reportLater("premature close", async () => {
  const readable = new PassThrough();
  setImmediate(() => readable.destroy());
  return await finishedLater(readable);
});
await reportLater(
  "finished",
  () =>
    new Promise((resolve) => {
      const readable = Readable.from(["a"]);
      finished(readable, (error) => resolve(error ?? "done"));
      readable.resume();
    }),
);
await reportLater(
  "destroy with error",
  () =>
    new Promise((resolve) => {
      const readable = new Readable({ read() {} });
      const seen: unknown[] = [];
      readable.on("error", (error) => seen.push(error));
      readable.on("close", () => resolve([seen, readable.destroyed, readable.errored]));
      readable.destroy(new RangeError("mine"));
    }),
);
await reportLater(
  "write after end",
  () =>
    new Promise((resolve) => {
      const writable = new Writable({ write: (_chunk, _encoding, done) => done() });
      writable.on("error", resolve);
      writable.end();
      writable.write("a");
    }),
);
await reportLater("backpressure", async () => {
  const written: number[] = [];
  const writable = new Writable({
    highWaterMark: 4,
    write(chunk, _encoding, done) {
      written.push(chunk.length);
      setImmediate(done);
    },
  });
  const results = [writable.write("abc"), writable.write("defg"), writable.writableLength, writable.writableNeedDrain];
  await new Promise((resolve) => writable.once("drain", resolve));
  writable.end();
  await finishedLater(writable);
  return [results, written, writable.writableFinished];
});
report("write of null", () => new Writable({ write() {} }).write(untyped(null)));
report("read not implemented", () => {
  const readable = new Readable();
  let seen: unknown;
  readable.on("error", (error) => {
    seen = error;
  });
  readable.read();
  return seen;
});
await reportLater(
  "order of events",
  () =>
    new Promise((resolve) => {
      const seen: string[] = [];
      const through = upper();
      for (const event of ["finish", "end", "close", "pipe", "prefinish"]) {
        through.on(event, () => seen.push(event));
      }
      through.on("close", () => resolve(seen));
      through.resume();
      Readable.from(["a"]).pipe(through);
    }),
);
await reportLater("Duplex.from", async () => {
  const duplex = Duplex.from(async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      yield `${chunk}!`;
    }
  });
  duplex.end("a");
  return (await collect(duplex)).map(String);
});
await reportLater("iteration, break", async () => {
  const readable = Readable.from(["a", "b"]);
  for await (const _chunk of readable) {
    break;
  }
  return readable.destroyed;
});
await reportLater("operators", async () => [
  await Readable.from([1, 2, 3, 4])
    .filter((value) => value % 2 === 0)
    .map((value) => value * 10)
    .toArray(),
  await Readable.from([1, 2, 3]).reduce((sum: number, value: number) => sum + value, 0),
]);
await reportLater("consumers", async () => [
  await consumers.text(Readable.from([Buffer.from([0xe2, 0x82]), Buffer.from([0xac])])),
  await consumers.json(Readable.from(['{"a":', "1}"])),
  await consumers.buffer(Readable.from([Buffer.from("a"), Buffer.from("b")])),
  (await consumers.arrayBuffer(Readable.from([Buffer.from("abc")]))).byteLength,
]);
await reportLater("hash as stream", async () => {
  const hash = createHash("sha1");
  await pipelineLater(Readable.from([Buffer.from("a"), Buffer.from("bc")]), hash);
  return [hash.read()];
});
await reportLater("hash by pipe", async () => {
  const hash = Readable.from([Buffer.from("abc")]).pipe(createHash("md5").setEncoding("hex"));
  return await collect(hash);
});
await reportLater("toWeb", async () => {
  const web = Readable.toWeb(Readable.from([Buffer.from("a"), Buffer.from("b")]));
  const reader = web.getReader();
  const steps = [await reader.read(), await reader.read(), await reader.read()];
  return [steps.map(({ done, value }) => [done, value && Buffer.from(value).toString()]), web.locked];
});
await reportLater("toWeb, error", async () => {
  const source = new Readable({ read() {} });
  setImmediate(() => source.destroy(new RangeError("mine")));
  return await Readable.toWeb(source).getReader().read();
});
await reportLater("toWeb, cancel", async () => {
  const source = new Readable({ read() {} });
  await Readable.toWeb(source).cancel();
  return source.destroyed;
});
await reportLater("fromWeb", () => {
  let count = 0;
  const web = new ReadableStream<Uint8Array>({
    pull(controller) {
      count += 1;
      if (count > 3) {
        controller.close();
      } else {
        controller.enqueue(Buffer.from(`${count}`));
      }
    },
  });
  return consumers.text(Readable.fromWeb(web));
});
await reportLater("fromWeb, error", () =>
  collect(
    Readable.fromWeb(
      new ReadableStream({
        start(controller) {
          controller.error(new RangeError("mine"));
        },
      }),
    ),
  ),
);
await reportLater("ReadableStream", async () => {
  const seen: unknown[] = [];
  const web = new ReadableStream<string>({
    start(controller) {
      controller.enqueue("a");
      controller.enqueue("b");
      seen.push(controller.desiredSize);
      controller.close();
    },
  });
  for await (const chunk of web) {
    seen.push(chunk);
  }
  return seen;
});
report("ReadableStream, locked", () => {
  const web = new ReadableStream();
  web.getReader();
  return web.getReader();
});
await reportLater("ReadableStream.from", () => collect(ReadableStream.from(["a", "b"])));
