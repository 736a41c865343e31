import fs, * as names from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { report, reportLater, untyped } from "../report.ts";

/* The functions of node:fs that call back. Wrong arguments throw at once, everything else goes to the callback. */

const base = fs.mkdtempSync(join(tmpdir(), "case-"));
const path = (name: string): string => join(base, name);
/** A copy of the value, in which errors are shown by their properties, and directories without random names. */
const withoutBase = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, each) => {
      if (each instanceof Error) {
        const { name, message, cause } = each;
        const own = Object.entries({ ...each }).sort(([a], [b]) => (a < b ? -1 : 1));
        return { name, message, cause, ...Object.fromEntries(own) };
      }
      if (typeof each === "object" && each !== null && "syscall" in each) {
        return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
      }
      return typeof each === "bigint" ? `${each}n` : (each ?? "(nothing)");
    })
      .replaceAll(base, "BASE")
      .replace(/(none|a)\/x\w{6}(?=['"])/g, "$1/(random)"),
  );

type Function = (...args: unknown[]) => unknown;
const functions = fs as unknown as Readonly<Record<string, Function>>;

/** What the callback receives, and whether it was called before the function returned. */
const called = (name: string, ...args: unknown[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    let isLater = false;
    try {
      const result: unknown = functions[name]?.(...args, (...results: unknown[]) => {
        const wasLater = isLater;
        // After the function has returned, also if it called back at once.
        queueMicrotask(() => resolve(withoutBase([wasLater, result === undefined, ...results])));
      });
    } catch (error) {
      reject(Object.assign(untyped<Error>(error), { message: untyped<Error>(error).message.replaceAll(base, "BASE") }));
    }
    isLater = true;
  });

const show = (label: string, name: string, ...args: unknown[]): Promise<void> =>
  reportLater(label, () => called(name, ...args));
const fresh = (name: string, text = "text"): string => {
  fs.writeFileSync(path(name), text);
  return path(name);
};
const kept = (name: string): number => {
  const fd = fs.openSync(path(name), "r+");
  return fd;
};

fresh("a");
fs.mkdirSync(path("d/e"), { recursive: true });
fresh("d/e/f");
fs.symlinkSync("a", path("l"));

await show("access", "access", path("a"));
await show("access with a mode", "access", path("a"), fs.constants.R_OK);
await show("appendFile", "appendFile", path("a"), "!");
await show("appendFile with options", "appendFile", path("a"), Buffer.from("?"), { mode: 0o600 });
await show("readFile", "readFile", path("a"), "utf8");
await show("readFile as bytes", "readFile", path("a"));
await show("readFile with options", "readFile", path("a"), { encoding: "hex", flag: "r" });
await show("chmod", "chmod", path("a"), 0o640);
await show("chmod with text", "chmod", path("a"), "600");
report("chmod, result", () => fs.statSync(path("a")).mode.toString(8));
const { uid, gid } = fs.statSync(path("a"));
await show("chown", "chown", path("a"), uid, gid);
await show("lchown", "lchown", path("l"), uid, gid);
await show("copyFile", "copyFile", path("a"), path("b"));
await show("copyFile with a mode", "copyFile", path("a"), path("b"), fs.constants.COPYFILE_EXCL);
await show("cp", "cp", path("d"), path("d2"), { recursive: true });
await show("cp without options", "cp", path("a"), path("c"));
report("cp, result", () => fs.readdirSync(path("d2"), { recursive: true }));
await show("glob", "glob", "*", { cwd: path("d") });
await show("glob without options", "glob", join(base, "d/*/f"));
await show("link", "link", path("a"), path("h"));
await reportLater("lstat", async () => untyped<unknown[]>(await called("lstat", path("l"))).length);
await show("lutimes", "lutimes", path("l"), 5, 6);
report("lutimes, result", () => fs.lstatSync(path("l")).mtimeMs);
await show("utimes", "utimes", path("a"), 7, new Date(8000));
report("utimes, result", () => [fs.statSync(path("a")).atimeMs, fs.statSync(path("a")).mtimeMs]);
await show("mkdir", "mkdir", path("m"));
await show("mkdir with a mode", "mkdir", path("m2"), 0o700);
await show("mkdir with options", "mkdir", path("m3/m4"), { recursive: true });
await show("mkdir again", "mkdir", path("m3/m4"), { recursive: true });
await reportLater(
  "mkdtemp",
  () =>
    new Promise((resolve) => {
      fs.mkdtemp(path("t-"), (error, made) => resolve([error, made.length - base.length, fs.existsSync(made)]));
    }),
);
await reportLater(
  "mkdtemp with an encoding",
  () =>
    new Promise((resolve) => {
      fs.mkdtemp(path("t-"), "buffer", (error, made) => resolve([error, Buffer.isBuffer(made)]));
    }),
);
await reportLater(
  "opendir",
  () =>
    new Promise((resolve) => {
      fs.opendir(path("d"), (error, dir) => {
        dir.read((failure, entry) =>
          dir.close((closed) => resolve([error, failure, entry?.name, closed, withoutBase(dir.path)])),
        );
      });
    }),
);
await show("opendir of none", "opendir", path("none"));
await show("readdir", "readdir", path("d"));
await show("readdir as bytes", "readdir", path("d"), "buffer");
await show("readdir with types", "readdir", path("d"), { withFileTypes: true });
await show("readdir, recursive", "readdir", path("d"), { recursive: true });
await show("readlink", "readlink", path("l"));
await show("readlink as bytes", "readlink", path("l"), { encoding: "buffer" });
await show("realpath", "realpath", path("l"));
await show("realpath in an encoding", "realpath", path("none"), "hex");
await reportLater(
  "realpath.native",
  () =>
    new Promise((resolve) => {
      fs.realpath.native(path("l"), (error, real) => resolve([error, withoutBase(real)]));
    }),
);
await show("rename", "rename", path("b"), path("b2"));
await show("rm", "rm", path("b2"));
await show("rm with options", "rm", path("d2"), { recursive: true });
await show("rmdir", "rmdir", path("m"));
await show("rmdir with options", "rmdir", path("m2"), {});
await reportLater("stat", async () => untyped<unknown[]>(await called("stat", path("a"))).length);
await reportLater(
  "stat, bigint",
  () =>
    new Promise((resolve) => {
      fs.stat(path("a"), { bigint: true }, (error, stats) => resolve([error, stats.size, stats.mtimeNs]));
    }),
);
await show("stat without an error for none", "stat", path("none"), { throwIfNoEntry: false });
await reportLater("statfs", async () => {
  const [, , error, found] = untyped<[boolean, boolean, null, object]>(await called("statfs", path("a")));
  return [error, Object.keys(found)];
});
await reportLater("statfs, bigint", async () => {
  const [, , error, found] = untyped<[boolean, boolean, null, object]>(
    await called("statfs", path("a"), { bigint: true }),
  );
  return [error, Object.values(found).every((value) => `${value}`.endsWith("n"))];
});
await show("symlink", "symlink", "a", path("l2"));
await show("symlink with a type", "symlink", "a", path("l3"), "file");
await show("truncate", "truncate", path("a"), 2);
await show("truncate to nothing", "truncate", path("a"));
await show("unlink", "unlink", path("h"));
await show("writeFile", "writeFile", path("w"), "text");
await show("writeFile with options", "writeFile", path("w"), "x", { flag: "wx" });
await show("writeFile with an encoding", "writeFile", path("w"), "6162", "hex");
report("writeFile, result", () => fs.readFileSync(path("w"), "utf8"));
await reportLater("exists", () => new Promise((resolve) => fs.exists(path("a"), (...results) => resolve(results))));
await reportLater(
  "exists of none",
  () => new Promise((resolve) => fs.exists(untyped(undefined), (...results) => resolve(results))),
);

const fd = kept("a");
await show("write", "write", fd, "written text");
await show("write at a position", "write", fd, "W", 0);
await show("write in an encoding", "write", fd, "2121", 1, "hex");
await reportLater(
  "write of bytes",
  () =>
    new Promise((resolve) => {
      const bytes = Buffer.from("abcdef");
      fs.write(fd, bytes, 1, 3, 2, (error, count, same) => resolve([error, count, same === bytes]));
    }),
);
await reportLater(
  "write of bytes with options",
  () =>
    new Promise((resolve) => {
      const bytes = Buffer.from("xyz");
      fs.write(fd, bytes, { offset: 1, position: 0 }, (error, count, same) => resolve([error, count, same === bytes]));
    }),
);
await show("write of all bytes", "write", fd, new Uint8Array([65, 66]));
await reportLater(
  "read",
  () =>
    new Promise((resolve) => {
      const bytes = Buffer.alloc(4);
      fs.read(fd, bytes, 1, 3, 0, (error, count, same) => resolve([error, count, same === bytes, bytes.toString()]));
    }),
);
await reportLater(
  "read with options",
  () =>
    new Promise((resolve) => {
      const bytes = Buffer.alloc(4);
      fs.read(fd, bytes, { position: 1, length: 2 }, (error, count) => resolve([error, count, bytes.toString()]));
    }),
);
await reportLater(
  "read with options only",
  () =>
    new Promise((resolve) => {
      const buffer = Buffer.alloc(3);
      fs.read(fd, { buffer, position: 0 }, (error, count, same) => resolve([error, count, same === buffer]));
    }),
);
await reportLater(
  "read without a buffer",
  () =>
    new Promise((resolve) => {
      fs.read(fd, (error, count, buffer) => resolve([error, count, buffer.length]));
    }),
);
await reportLater("promisified read and write", async () => {
  const { bytesRead, buffer } = await promisify(fs.read)(fd, Buffer.alloc(3), 0, 3, 0);
  const { bytesWritten } = await promisify(fs.write)(fd, Buffer.from("p"), 0, 1, 0);
  return [bytesRead, buffer.toString(), bytesWritten, await promisify(fs.exists)(path("a"))];
});
await show("fchmod", "fchmod", fd, 0o644);
await show("fchown", "fchown", fd, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
await show("fdatasync", "fdatasync", fd);
await show("fsync", "fsync", fd);
await reportLater("fstat", async () => untyped<unknown[]>(await called("fstat", fd)).length);
await show("ftruncate", "ftruncate", fd, 3);
await show("futimes", "futimes", fd, 9, 10);
report("results of the descriptor", () => {
  const { size, mode, mtimeMs } = fs.fstatSync(fd);
  return [size, mode.toString(8), mtimeMs];
});
await show("close", "close", fd);

const ONE_PATH = [
  "access",
  "appendFile",
  "chmod",
  "chown",
  "lchown",
  "lstat",
  "lutimes",
  "mkdir",
  "mkdtemp",
  "open",
  "opendir",
  "readdir",
  "readFile",
  "readlink",
  "realpath",
  "rm",
  "rmdir",
  "stat",
  "statfs",
  "truncate",
  "unlink",
  "utimes",
  "writeFile",
] as const;
/** The arguments between the path and the callback. */
const REST: Readonly<Record<string, readonly unknown[]>> = {
  appendFile: ["x"],
  chmod: [0o644],
  chown: [0, 0],
  lchown: [0, 0],
  lutimes: [1, 2],
  utimes: [1, 2],
  writeFile: ["x"],
};
for (const name of ONE_PATH) {
  const rest = REST[name] ?? [];
  await show(`${name} of none`, name, path("none/x"), ...rest);
  await show(`${name} below a file`, name, path("a/x"), ...rest);
  await show(`${name} of a null byte`, name, "a\0b", ...rest);
  for (const value of [undefined, null, true, {}]) {
    await show(`${name} of ${JSON.stringify(value)}`, name, value, ...rest);
  }
  // Without a callback, `rm` ends the program later.
  if (name !== "rm") {
    report(`${name} without a callback`, () => functions[name]?.(path("none"), ...rest));
  }
}
for (const name of ["copyFile", "cp", "link", "rename", "symlink"] as const) {
  await show(`${name} of none`, name, path("none"), path("none/x"));
  await show(`${name} onto a directory`, name, path("a"), path("d"));
  await show(`${name} from undefined`, name, undefined, path("x"));
  await show(`${name} to undefined`, name, path("a"), undefined);
  await show(`${name} to a null byte`, name, path("a"), "a\0b");
  report(`${name} without a callback`, () => functions[name]?.(path("none"), path("x")));
}
const OF_DESCRIPTOR: Readonly<Record<string, readonly unknown[]>> = {
  close: [],
  fchmod: [0o644],
  fchown: [0, 0],
  fdatasync: [],
  fstat: [],
  fsync: [],
  ftruncate: [1],
  futimes: [1, 2],
  read: [Buffer.alloc(2), 0, 2, 0],
  write: ["text"],
};
for (const [name, rest] of Object.entries(OF_DESCRIPTOR)) {
  await show(`${name} of a closed descriptor`, name, 9_999, ...rest);
  for (const value of [-1, 1.5, "1", undefined, null, 2 ** 31]) {
    await show(`${name} of ${typeof value} ${value}`, name, value, ...rest);
  }
  if (name !== "close") {
    report(`${name} without a callback`, () => functions[name]?.(9_999, ...rest));
  }
}
await show("chmod, bad mode", "chmod", path("a"), "9");
await show("chmod, no mode", "chmod", path("a"), undefined);
await show("chown, bad user", "chown", path("a"), "x", 0);
await show("chown, negative user", "chown", path("a"), -2, 0);
await show("chown, bad group", "chown", path("a"), 0, 1.5);
await show("lchown, bad user", "lchown", path("a"), undefined, 0);
await show("utimes, bad time", "utimes", path("a"), {}, 1);
await show("lutimes, bad time", "lutimes", path("a"), 1, "x");
await show("access, bad mode", "access", path("a"), 8);
await show("access, mode of text", "access", path("a"), "r");
await show("copyFile, bad mode", "copyFile", path("a"), path("x"), 8);
await show("mkdir, bad mode", "mkdir", path("x"), { mode: "9" });
await show("mkdir, bad recursive", "mkdir", path("x"), { recursive: 1 });
await show("readdir, bad encoding", "readdir", path("d"), "nope");
await show("readFile, bad encoding", "readFile", path("a"), "nope");
await show("readFile, bad flag", "readFile", path("a"), { flag: "nope" });
await show("readFile, bad options", "readFile", path("a"), 5);
await show("readFile, aborted", "readFile", path("a"), { signal: AbortSignal.abort() });
await show("writeFile, bad data", "writeFile", path("x"), 5);
await show("writeFile, bad flag", "writeFile", path("x"), "a", { flag: "nope" });
await show("writeFile, aborted", "writeFile", path("x"), "a", { signal: AbortSignal.abort() });
await show("open, bad flags", "open", path("a"), "nope");
await show("open, bad mode", "open", path("a"), "r", {});
await show("rm, bad options", "rm", path("a"), { recursive: 1 });
await show("rm of a directory", "rm", path("d"));
await show("rmdir of a full directory", "rmdir", path("d"));
await show("truncate, bad length", "truncate", path("a"), "x");
await show("truncate, float", "truncate", path("a"), 1.5);
await show("truncate, negative", "truncate", path("a"), -5);
await show("glob, bad pattern", "glob", 5);
await show("symlink, bad type", "symlink", "a", path("x"), "nope");
await show("cp, bad options", "cp", path("a"), path("x"), 5);
await show("cp, same", "cp", path("a"), path("a"));
report("the same functions", () => [
  names.stat === fs.stat,
  names.readFile === fs.readFile,
  names.realpath === fs.realpath,
  names.rmSync === fs.rmSync,
  names.cpSync === fs.cpSync,
  names.Dirent === fs.Dirent,
  names.Stats === fs.Stats,
  fs.statSync(base) instanceof fs.Stats,
  fs.readdirSync(base, { withFileTypes: true })[0] instanceof fs.Dirent,
]);
fs.rmSync(base, { recursive: true });
report("a replaced function", () => {
  const { statSync } = fs;
  Object.assign(fs, { statSync: () => "other" });
  const during = fs.statSync("nothing");
  Object.assign(fs, { statSync });
  return [during, fs.existsSync(base), fs.statSync === names.statSync];
});
