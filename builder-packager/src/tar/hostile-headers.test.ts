import { expect, test } from "vitest";
import { editTar } from "./edit.ts";
import { encodeHeader } from "./header.ts";
import { readTar } from "./read.ts";
import { archiveEnd } from "./write.ts";

const attributes = { mode: 0o644, uid: 0, gid: 0 };
const empty = (path: string): Buffer => encodeHeader({ ...attributes, type: "file", path, content: Buffer.alloc(0) });

/** A header of another type, with what follows it. */
function extended(type: string, body: Buffer): Buffer {
  const block = encodeHeader({ ...attributes, type: "file", path: "it", content: { file: "", size: body.length } });
  block.write(type, 156, "latin1");
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([block, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

async function* archive(...parts: readonly Buffer[]) {
  yield* parts;
  yield archiveEnd();
}

function record(text: string): string {
  const bare = text.length + 2;
  return `${bare + String(bare + String(bare).length).length} ${text}\n`;
}

const manyRecords = Buffer.from(Array.from({ length: 40_000 }, (_, index) => record(`${10_000 + index}=`)).join(""));

/** One megabyte of headers for one member: many records, then many headers of one record. */
const flood = (): Buffer[] => [
  extended("x", manyRecords),
  ...Array.from({ length: 500 }, () => extended("x", Buffer.from(record("comment=a")))),
  empty("it"),
];

const readers = {
  readTar: (source: AsyncIterable<Uint8Array>) => readTar(source),
  async editTar(source: AsyncIterable<Uint8Array>) {
    for await (const _ of editTar(source, { member: () => undefined }));
  },
};

test.for(Object.entries(readers))(
  "the function %s() reads megabytes of extended headers in linear time",
  async ([, read]) => {
    const members = Array.from({ length: 5 }, () => flood()).flat();
    expect(await processorSeconds(() => read(archive(...members)))).toBeLessThan(5);
  },
);

test.for(Object.entries(readers))("the function %s() reads paths of many slashes in linear time", async ([, read]) => {
  const path = `a${"/".repeat(4000)}b`;
  const members = Array.from({ length: 1000 }, () => extended("5", Buffer.alloc(0)));
  const name = Buffer.from(record(`path=${path}`));
  const all = archive(...members.flatMap((member) => [extended("x", name), member]));
  expect(await processorSeconds(() => read(all))).toBeLessThan(5);
});

/** The time of the processor, which does not depend on what else runs on the machine. */
async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return process.cpuUsage(before).user / 1_000_000;
}
