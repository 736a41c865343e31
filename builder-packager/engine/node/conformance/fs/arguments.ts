import fs from "node:fs";
import fsp from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report, reportLater, untyped } from "../report.ts";

/* Arguments and options of the functions of node:fs: wrong ones, and those at the edge. */

const base = fs.mkdtempSync(join(tmpdir(), "case-"));
process.chdir(base);
const reset = (): void => {
  for (const name of fs.readdirSync(".")) {
    fs.rmSync(name, { recursive: true });
  }
  fs.writeFileSync("a", "text");
  fs.mkdirSync("d/e", { recursive: true });
  fs.symlinkSync("a", "l");
};

const { uid, gid } = fs.statSync(base);
/** The arguments of each function that exists synchronously and as a promise. */
const CASES: readonly (readonly [name: string, ...args: readonly unknown[]])[] = [
  ["access", "a", 8],
  ["access", "a", -1],
  ["access", "a", "r"],
  ["access", "a", null],
  ["access", "a", undefined],
  ["access", "none", 4],
  ["appendFile", "a", "x", 5],
  ["appendFile", "a", "x", { flag: "nope" }],
  ["appendFile", "a", "x", { mode: "9" }],
  ["appendFile", "a", "x", { flush: true }],
  ["appendFile", "a", "x", { flush: 1 }],
  ["chmod", "a", "9"],
  ["chmod", "a", {}],
  ["chmod", "a", -1],
  ["chmod", "a", 1.5],
  ["chmod", "a", undefined],
  ["chown", "a", uid, gid],
  ["chown", "a", -1, -1],
  ["chown", "a", "x", gid],
  ["chown", "a", uid, null],
  ["chown", "a", uid, 1.5],
  ["chown", "a", -2, gid],
  ["chown", "a", 2 ** 32, gid],
  ["chown", "none", uid, gid],
  ["lchown", "l", uid, gid],
  ["lchown", "l", -1, -1],
  ["lchown", "l", undefined, gid],
  ["lchown", "none", uid, gid],
  ["copyFile", "a", "b", 1],
  ["copyFile", "a", "d", 1],
  ["copyFile", "a", "b", 8],
  ["copyFile", "a", "b", "r"],
  ["copyFile", "a", "b", null],
  ["copyFile", "a", "b", undefined],
  ["cp", "a", "b", undefined],
  ["cp", "a", "b", null],
  ["cp", "a", "b", 5],
  ["cp", "a", "b", { mode: 8 }],
  ["cp", "a", "b", { mode: "x" }],
  ["cp", "a", "b", { recursive: 1 }],
  ["cp", "a", "b", { force: "x" }],
  ["cp", "a", "b", { errorOnExist: 1 }],
  ["cp", "a", "b", { dereference: 1 }],
  ["cp", "a", "b", { preserveTimestamps: 1 }],
  ["cp", "a", "b", { verbatimSymlinks: 1 }],
  ["cp", "a", "b", { filter: 5 }],
  ["cp", "a", "b", { dereference: true, verbatimSymlinks: true }],
  ["link", "a", "d"],
  ["link", "none", "b"],
  ["lstat", "none", undefined],
  ["lstat", "none", { throwIfNoEntry: false }],
  ["lutimes", "l", 1, "2"],
  ["lutimes", "l", "x", 2],
  ["lutimes", "l", -1, new Date(Number.NaN)],
  ["lutimes", "none", 1, 2],
  ["mkdir", "m", { mode: "9" }],
  ["mkdir", "m", { mode: {} }],
  ["mkdir", "m", "700"],
  ["mkdir", "m", "9"],
  ["mkdir", "m", null],
  ["mkdir", "m", { recursive: 1 }],
  ["mkdir", "m/n/o", { recursive: true }],
  ["mkdir", "a/n/o", { recursive: true }],
  ["mkdtemp", 5],
  ["mkdtemp", "none/x", "utf8"],
  ["mkdtemp", "x", 5],
  ["mkdtemp", "x", "nope"],
  ["open", "a", "nope"],
  ["open", "a", "r", {}],
  ["open", "a", "r", "9"],
  ["open", "none", "r"],
  ["open", "a", "wx"],
  ["opendir", "d", 5],
  ["opendir", "d", "nope"],
  ["readdir", "d", 5],
  ["readdir", "d", "nope"],
  ["readdir", "d", "hex"],
  ["readdir", "d", { encoding: "base64", recursive: true }],
  ["readdir", "d", { recursive: 1 }],
  ["readdir", "a"],
  ["readFile", "a", 5],
  ["readFile", "a", "nope"],
  ["readFile", "a", { encoding: "nope" }],
  ["readFile", "a", { flag: "nope" }],
  ["readFile", "new", { flag: "a+", encoding: "utf8" }],
  ["readFile", "a", { signal: 5 }],
  ["readFile", "a", null],
  ["readFile", "d"],
  ["readlink", "l", "hex"],
  ["readlink", "l", "nope"],
  ["readlink", "l", 5],
  ["readlink", "a"],
  ["realpath", "none", "hex"],
  ["realpath", "a", "nope"],
  ["realpath", "a", 5],
  ["rename", "a", "d"],
  ["rename", "d", "a"],
  ["rename", "none", "b"],
  ["rm", "a", 5],
  ["rm", "a", null],
  ["rm", "a", { force: 1 }],
  ["rm", "a", { recursive: "x" }],
  ["rm", "a", { maxRetries: -1 }],
  ["rm", "a", { maxRetries: 1.5 }],
  ["rm", "a", { retryDelay: -1 }],
  ["rm", "a", { retryDelay: "x" }],
  ["rm", "d", { force: true }],
  ["rm", "none"],
  ["rm", "none", { force: true, recursive: true }],
  ["rmdir", "d/e", {}],
  ["rmdir", "d", 5],
  ["rmdir", "d", undefined],
  ["rmdir", "a"],
  ["stat", "none", { bigint: true }],
  ["statfs", "none", undefined],
  ["symlink", "a", "s", "nope"],
  ["symlink", "a", "s", "file"],
  ["symlink", "a", "s", null],
  ["symlink", "a", "l"],
  ["truncate", "a", "x"],
  ["truncate", "a", 1.5],
  ["truncate", "a", -5],
  ["truncate", "a", null],
  ["truncate", "a", 2],
  ["truncate", "none", 2],
  ["unlink", "d"],
  ["utimes", "a", "x", 1],
  ["utimes", "a", 1, {}],
  ["utimes", "a", Number.POSITIVE_INFINITY, 1],
  ["utimes", "a", "5.5", new Date(7000)],
  ["utimes", "none", 1, 2],
  ["writeFile", "a", "x", 5],
  ["writeFile", "a", "x", { flag: "nope" }],
  ["writeFile", "a", "x", { flush: "x" }],
  ["writeFile", "a", "x", { flush: true }],
  ["writeFile", "a", "x", { encoding: "nope" }],
  ["writeFile", "a", "x", { mode: {} }],
  ["writeFile", "a", 5],
  ["writeFile", "a", undefined],
  ["writeFile", "none/x", "x"],
];
const shown = (args: readonly unknown[]): string =>
  args.map((each) => (each === undefined ? "undefined" : JSON.stringify(each))).join(", ");
const sync = fs as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
const promised = fsp as unknown as typeof sync;
/** Descriptors and directories differ in their objects only. */
const simple = (value: unknown): unknown =>
  typeof value === "number" ||
  (typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value))
    ? typeof value
    : value;
const withoutRandom = <T>(run: () => T): T => {
  try {
    return run();
  } catch (error) {
    const { message, path } = error as Error & { path?: string };
    const clean = (text: string): string => text.replace(/none\/x\w{6}/, "none/x(random)").replaceAll(base, "BASE");
    throw Object.assign(
      error as Error,
      { message: clean(message) },
      path === undefined || clean(path) === path ? {} : { path: clean(path) },
    );
  }
};

for (const [name, ...args] of CASES) {
  reset();
  report(`${name}Sync(${shown(args)})`, () => [
    simple(withoutRandom(() => sync[`${name}Sync`]?.(...args))),
    fs.existsSync("a") && fs.readFileSync("a", "utf8"),
    fs.readdirSync(".").filter((each) => !/^x\w{6}$/.test(each)),
  ]);
  reset();
  // `stat` without an error and such are of the synchronous functions alone
  await reportLater(`${name}(${shown(args)})`, async () => {
    const result = await untyped<Promise<unknown>>(promised[name]?.(...args)).catch((error: Error) =>
      withoutRandom(() => {
        throw error;
      }),
    );
    await untyped<{ close?(): Promise<void> } | undefined>(result)?.close?.();
    return [
      simple(result),
      fs.existsSync("a") && fs.readFileSync("a", "utf8"),
      fs.readdirSync(".").filter((each) => !/^x\w{6}$/.test(each)),
    ];
  });
}
reset();
for (const [pattern, options] of [
  [["a", 5]],
  [{}],
  [5],
  ["a", 5],
  ["a", null],
  ["a", { exclude: 5 }],
  ["a", { exclude: [5] }],
  ["a", { exclude: "a" }],
  ["a", { cwd: 5 }],
  ["**", { exclude: ["d"] }],
  ["*", { withFileTypes: true }],
] as const) {
  report(`globSync(${shown([pattern, options])})`, () =>
    fs
      .globSync(untyped<string>(pattern), untyped(options))
      .map((each) => untyped<fs.Dirent>(each).name ?? each)
      .sort(),
  );
  await reportLater(`glob(${shown([pattern, options])})`, async () => {
    const found: unknown[] = [];
    for await (const each of fsp.glob(untyped<string>(pattern), untyped(options))) {
      found.push(untyped<fs.Dirent>(each).name ?? each);
    }
    return found.sort();
  });
}
reset();
report("results of chmod and utimes", () => {
  fs.chmodSync("a", "4711");
  fs.utimesSync("a", "5.5", new Date(7000));
  const { mode, atimeMs, mtimeMs, atime, mtime } = fs.statSync("a");
  return [mode.toString(8), atimeMs, mtimeMs, atime, mtime];
});
report("rmdirSync, recursive", () => {
  fs.rmdirSync("d", { recursive: true });
  return fs.existsSync("d");
});
report("rmdirSync, recursive, of none", () => fs.rmdirSync("d", { recursive: true }));
report("rmdirSync, recursive, of a file", () => fs.rmdirSync("a", { recursive: true }));
// In Node.js, the errors of `opendirSync` do not name the directory.
await reportLater("opendir of none", () => fsp.opendir("none"));
await reportLater("opendir of a file", () => fsp.opendir("a"));
for (const bufferSize of [0, 1.5, "x", 2]) {
  report(`opendirSync with a buffer of ${bufferSize}`, () => {
    fs.mkdirSync("o/p", { recursive: true });
    using dir = fs.opendirSync("o", { bufferSize: untyped(bufferSize) });
    return dir.readSync()?.name;
  });
}
report("constants", () => [
  fs.constants === fsp.constants,
  fsp.constants.O_CREAT,
  { ...fs.constants },
  Object.isFrozen(fs.constants),
]);
for (const [flags, mode] of [
  [fs.constants.O_RDONLY, undefined],
  ["r", null],
  [undefined, undefined],
  [null, undefined],
  ["a", "600"],
  [fs.constants.O_CREAT | fs.constants.O_WRONLY, 0o640],
] as const) {
  report(`openSync with ${flags} and ${mode}`, () => {
    const fd = fs.openSync("a", untyped(flags), untyped(mode));
    fs.closeSync(fd);
    return fd > 2;
  });
}
for (const length of [undefined, 2, -5, 1.5, "x", null, 6]) {
  report(`ftruncateSync to ${length}`, () => {
    const fd = fs.openSync("a", "r+");
    try {
      fs.ftruncateSync(fd, untyped(length));
      return fs.fstatSync(fd).size;
    } finally {
      fs.closeSync(fd);
    }
  });
}
report("statfsSync, types", () => [
  Object.values(fs.statfsSync(".")).map((value) => typeof value),
  Object.values(fs.statfsSync(".", { bigint: true })).map((value) => typeof value),
]);
report("Dirent", () => {
  const [entry] = fs.readdirSync(".", { withFileTypes: true });
  return [entry instanceof fs.Dirent, entry?.name, entry?.isFile(), Object.keys(entry ?? {}), typeof fs.Dirent];
});
report("Stats", () => {
  const stats = fs.statSync(".");
  return [
    stats instanceof fs.Stats,
    stats.isDirectory(),
    stats.isFIFO(),
    stats.isSocket(),
    stats.isBlockDevice(),
    stats.isCharacterDevice(),
    Object.keys(stats),
    Object.keys(fs.statSync(".", { bigint: true })),
  ];
});
process.chdir("/");
fs.rmSync(base, { recursive: true });
