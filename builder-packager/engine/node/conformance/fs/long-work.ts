import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { open, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { report, reportLater } from "../report.ts";

/*
 * Work on a large file, in pieces: timers fire during it, and an abort stops it. The file is so large that the first timer is
 * due long before its end.
 */

const SIZE = 64 * 1024 * 1024;
const PIECE = 64 * 1024;
const base = mkdtempSync(join(tmpdir(), "case-"));
const large = join(base, "large");
const copy = join(base, "copy");
writeFileSync(large, "start");
truncateSync(large, SIZE);

type Work = (signal?: AbortSignal) => Promise<unknown>;

/** Hashes the file as a stream. */
const hashStream: Work = async (signal) => {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(large, { signal })) {
    hash.update(piece);
  }
  return hash.digest("hex");
};

/** Hashes the file with a handle. */
const hashHandle: Work = async (signal) => {
  const hash = createHash("sha256");
  const handle = await open(large);
  try {
    const buffer = new Uint8Array(PIECE);
    for (let read = await handle.read(buffer); read.bytesRead > 0; read = await handle.read(buffer)) {
      signal?.throwIfAborted();
      hash.update(buffer.subarray(0, read.bytesRead));
    }
  } finally {
    await handle.close();
  }
  return hash.digest("hex");
};

/** Copies the file as a stream. */
const copyStream: Work = async (signal) => {
  await pipeline(createReadStream(large), createWriteStream(copy), { signal });
  return (await stat(copy)).size;
};

/** Copies the file through a hash, as a download does. */
const copyAndHash: Work = async (signal) => {
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(piece, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
  });
  await pipeline(createReadStream(large), hashing, createWriteStream(copy), { signal });
  return hash.digest("hex");
};

/** Compresses the file, and restores it. */
const compress: Work = async (signal) => {
  await pipeline(createReadStream(large), createGzip({ level: 1 }), createGunzip(), createWriteStream(copy), {
    signal,
  });
  return (await stat(copy)).size;
};

/** Work and a timer: the result, and whether the timer fired before the end of the work. */
async function withTimer(work: Work): Promise<unknown> {
  let isFired = false;
  const timer = setTimeout(() => {
    isFired = true;
  }, 1);
  const result = await work();
  clearTimeout(timer);
  return [result, isFired];
}

/** Work that a timer aborts: its error. */
async function aborted(work: Work): Promise<unknown> {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new RangeError("the timer")), 1);
  return work(controller.signal);
}

async function reportBoth(name: string, work: Work): Promise<void> {
  await reportLater(`a timer during ${name}`, () => withTimer(work));
  rmSync(copy, { force: true });
  await reportLater(`an abort during ${name}`, () => aborted(work));
}

for (const [name, work] of Object.entries({ hashStream, hashHandle })) {
  await reportBoth(name, work);
}
for (const [name, work] of Object.entries({ copyStream, copyAndHash, compress })) {
  await reportBoth(name, work);
  report(`${name} has stopped after the abort`, () => (statSync(copy, { throwIfNoEntry: false })?.size ?? 0) < SIZE);
}
rmSync(base, { recursive: true });
