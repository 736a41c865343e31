import * as fs from "node:fs";
import { createReadStream, createWriteStream } from "node:fs";
import fsp from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { printLine } from "../report.ts";

/*
 * The case runs on Node.js and on the small engine, and prints a line of JSON for each call: the two outputs must be equal.
 */

const base = await fsp.mkdtemp(join(tmpdir(), "case-"));
const rel = (t) => (typeof t === "string" ? t.replaceAll(base, "BASE") : t);
const print = (name, value) =>
  printLine(JSON.stringify([name, value], (_, x) => (x === undefined ? "(undefined)" : rel(x))));
const shown = (e) => ({
  name: e.name,
  message: e.message,
  code: e.code,
  errno: e.errno,
  syscall: e.syscall,
  path: e.path,
  dest: e.dest,
});
const show = async (name, f) => {
  try {
    print(name, await f());
  } catch (e) {
    print(name, shown(e));
  }
};
const j = (p) => join(base, p);
await show("write", () => fsp.writeFile(j("a"), "text"));
await show("read", () => fsp.readFile(j("a"), "utf8"));
await show("read bytes", async () => (await fsp.readFile(j("a"))).toString("hex"));
await show("append", async () => {
  await fsp.appendFile(j("a"), Buffer.from("!"));
  return fsp.readFile(j("a"), { encoding: "utf8" });
});
await show("write stream", async () => {
  await fsp.writeFile(
    j("s"),
    (async function* () {
      yield "a";
      yield Buffer.from("b");
    })(),
  );
  return fsp.readFile(j("s"), "utf8");
});
await show("write iterable", async () => {
  await fsp.writeFile(j("s"), ["x", "y"]);
  return fsp.readFile(j("s"), "utf8");
});
await show("write aborted", () => fsp.writeFile(j("a"), "x", { signal: AbortSignal.abort() }));
await show("read aborted", () => fsp.readFile(j("a"), { signal: AbortSignal.abort() }));
for (const f of [
  "readFile",
  "readdir",
  "stat",
  "lstat",
  "access",
  "realpath",
  "unlink",
  "rmdir",
  "rm",
  "readlink",
  "open",
  "statfs",
  "truncate",
  "chmod",
  "mkdir",
]) {
  await show(`${f} missing`, () => fsp[f](j("no/x"), f === "chmod" ? 0o644 : undefined));
  if (f !== "readlink") await show(`${f} nothing`, () => fsp[f](undefined, f === "chmod" ? 0o644 : undefined));
}
await show("mkdir", () => fsp.mkdir(j("d/e/f"), { recursive: true }));
await show("readdir", async () =>
  (await fsp.readdir(j("d"), { withFileTypes: true })).map((e) => [e.name, e.isDirectory(), e.parentPath]),
);
await show("symlink", async () => {
  await fsp.symlink("a", j("l"));
  return [await fsp.readlink(j("l")), (await fsp.lstat(j("l"))).isSymbolicLink(), await fsp.realpath(j("l"))];
});
await show("copyFile", async () => {
  await fsp.copyFile(j("a"), j("b"));
  return fsp.readFile(j("b"), "utf8");
});
await show("rename", async () => {
  await fsp.rename(j("b"), j("c"));
  return fsp.access(j("c"));
});
await show("rename missing", () => fsp.rename(j("no"), j("c")));
await show("link", async () => {
  await fsp.link(j("a"), j("h"));
  return (await fsp.stat(j("h"))).nlink;
});
await show("cp", async () => {
  await fsp.writeFile(j("d/e/x"), "x");
  await fsp.cp(j("d"), j("d2"), { recursive: true, filter: async (s) => !s.endsWith("f") });
  return fsp.readdir(j("d2"), { recursive: true });
});
for (const [name, args] of Object.entries({
  dir: ["d", "z"],
  self: ["a", "a"],
  sub: ["d", "d/e/k", { recursive: true }],
  ontofile: ["d", "a", { recursive: true }],
  ontodir: ["a", "d"],
  missing: ["no", "z"],
  exists: ["a", "c", { errorOnExist: true, force: false }],
}))
  await show(`cp ${name}`, () => fsp.cp(j(args[0]), j(args[1]), args[2]));
await show("cp parents", async () => {
  await fsp.cp(j("a"), j("p/q/r"));
  return fsp.readFile(j("p/q/r"), "utf8");
});
await show("glob", async () => {
  const found = [];
  for await (const f of fsp.glob("**/x", { cwd: base })) found.push(f);
  return found.sort();
});
await show("opendir", async () => {
  const found = [];
  for await (const e of await fsp.opendir(j("d"), { recursive: true })) found.push(e.name);
  return found.sort();
});
await show("opendir missing", () => fsp.opendir(j("no")));
await show("rm", async () => {
  await fsp.rm(j("d"), { recursive: true });
  return fs.existsSync(j("d"));
});
await show("rm dir", () => fsp.rm(j("d2")));
await show("rm force", () => fsp.rm(j("no"), { force: true }));
const handle = await fsp.open(j("fh"), "w+");
await show("handle write", async () => [
  (await handle.write("abc")).bytesWritten,
  (await handle.write(Buffer.from("defg"), 1, 2)).bytesWritten,
  (await handle.write("Z", 0)).bytesWritten,
  (await handle.write(Buffer.from("--"), { offset: 1 })).bytesWritten,
]);
await show("handle read", async () => {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(10), 0, 10, 0);
  return [bytesRead, buffer.toString("utf8", 0, bytesRead)];
});
await show("handle read options", async () => {
  const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(4), position: 1, length: 2 });
  return [bytesRead, buffer.toString("utf8", 0, bytesRead)];
});
await show("handle read default", async () => {
  const { bytesRead, buffer } = await handle.read({ position: 0 });
  return [bytesRead, buffer.length, Buffer.isBuffer(buffer)];
});
await show("handle stat", async () => (await handle.stat()).size);
await show("handle truncate", async () => {
  await handle.truncate(2);
  return (await handle.stat()).size;
});
await show("handle sync", () => handle.sync());
await show("handle datasync", () => handle.datasync());
await show("handle chown", async () => [await handle.chown(process.getuid(), process.getgid())]);
await show("handle chmod", async () => {
  await handle.chmod(0o640);
  return (await handle.stat()).mode;
});
await show("handle utimes", async () => {
  await handle.utimes(1, 2);
  return (await handle.stat()).mtimeMs;
});
await show("handle writeFile", async () => {
  await handle.writeFile("whole");
  return fsp.readFile(j("fh"), "latin1");
});
await show("handle appendFile", async () => {
  await handle.appendFile("+");
  return fsp.readFile(j("fh"), "latin1");
});
await show("handle close", () => handle.close());
await show("handle fd", () => handle.fd);
await show("handle closed", () => handle.read(Buffer.alloc(1)).catch((e) => [e.code, e.syscall]));
await show("handle readFile", async () => {
  await using h = await fsp.open(j("a"));
  return h.readFile("utf8");
});
await show("handle stream", async () => {
  const h = await fsp.open(j("a"));
  let text = "";
  for await (const piece of h.createReadStream({ encoding: "utf8" })) text += piece;
  return [text, h.fd];
});
await show("open wx", () => fsp.open(j("a"), "wx"));
await show("open flags", () => fsp.open(j("a"), "q"));
const text = async (stream) => {
  let all = "";
  for await (const piece of stream) all += piece;
  return all;
};
await show("read stream", () => text(createReadStream(j("a"), "utf8")));
await show("read stream range", () => text(createReadStream(j("a"), { start: 1, end: 2, encoding: "utf8" })));
await show("read stream empty", async () => {
  fs.writeFileSync(j("empty"), "");
  return text(createReadStream(j("empty"), "utf8"));
});
await show("read stream missing", () => text(createReadStream(j("no"))));
await show("read stream dir", () => text(createReadStream(base)));
await show("read stream bad", () => createReadStream(j("a"), { start: 3, end: 1 }));
await show(
  "read stream events",
  () =>
    new Promise((resolve) => {
      const events = [];
      const s = createReadStream(j("a"));
      for (const e of ["open", "ready", "data", "end", "close", "error"])
        s.on(e, (v) => {
          events.push([e, e === "data" ? v.toString() : typeof v]);
          if (e === "close") resolve([events, s.bytesRead, s.path === j("a"), s.fd, s.pending]);
        });
    }),
);
await show(
  "read stream destroy",
  () =>
    new Promise((resolve) => {
      const events = [];
      const s = createReadStream(j("a"));
      for (const e of ["open", "data", "end", "error"]) s.on(e, (v) => events.push([e, v?.message]));
      s.on("close", () => resolve(events));
      s.destroy(new Error("stop"));
    }),
);
await show(
  "write stream events",
  () =>
    new Promise((resolve) => {
      const events = [];
      const s = createWriteStream(j("w"));
      for (const e of ["open", "ready", "finish", "close", "error"])
        s.on(e, (v) => {
          events.push([e, typeof v]);
          if (e === "close") resolve([events, s.bytesWritten, fs.readFileSync(j("w"), "utf8")]);
        });
      s.write("one ");
      s.write(Buffer.from("two "));
      s.end("three");
    }),
);
await show(
  "write stream missing",
  () => new Promise((resolve) => createWriteStream(j("no/x")).on("error", (e) => resolve(shown(e)))),
);
await show("write stream append", async () => {
  await pipeline(["a", "b"], createWriteStream(j("w"), { flags: "a" }));
  return fs.readFileSync(j("w"), "utf8");
});
await show("write stream start", async () => {
  await pipeline(["XY"], createWriteStream(j("w"), { start: 1 }));
  return fs.readFileSync(j("w"), "utf8");
});
await show("write stream mode", async () => {
  await pipeline(["x"], createWriteStream(j("wm"), { mode: 0o600 }));
  return fs.statSync(j("wm")).mode;
});
await show("pipeline", async () => {
  fs.writeFileSync(j("big"), Buffer.alloc(300_000, "q"));
  await pipeline(createReadStream(j("big")), createWriteStream(j("big2")));
  return fs.statSync(j("big2")).size;
});
await show("high water mark", async () => {
  const sizes = [];
  for await (const piece of createReadStream(j("big"), { highWaterMark: 100_000 })) sizes.push(piece.length);
  return sizes;
});
const call = (f, ...args) =>
  new Promise((resolve) => {
    f(...args, (...results) => resolve(results.map((r) => (r instanceof Error ? shown(r) : r))));
  });
await show("callback readFile", () => call(fs.readFile, j("a"), "utf8"));
await show("callback readFile missing", () => call(fs.readFile, j("no")));
await show("callback writeFile", () => call(fs.writeFile, j("cb"), "x"));
await show("callback stat", async () => {
  const [e, s] = await call(fs.stat, j("a"));
  return [e, s.size];
});
await show("callback stat missing", () => call(fs.stat, j("no")));
await show("callback open read close", async () => {
  const [, fd] = await call(fs.open, j("a"), "r");
  const buffer = Buffer.alloc(4);
  const [e, n, b] = await call(fs.read, fd, buffer, 0, 4, 0);
  return [e, n, b === buffer, buffer.toString(), await call(fs.close, fd)];
});
await show("callback mkdir", () => call(fs.mkdir, j("m1/m2"), { recursive: true }));
await show("callback readdir", () => call(fs.readdir, j("m1")));
await show("callback exists", () => new Promise((resolve) => fs.exists(j("a"), resolve)));
await show("callback cp", () => call(fs.cp, j("a"), j("a2")));
await show("callback rm", () => call(fs.rm, j("m1"), { recursive: true }));
await show("same module", () => fs.promises.readFile(j("a"), "utf8"));
await fsp.rm(base, { recursive: true });
