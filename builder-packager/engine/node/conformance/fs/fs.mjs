import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/*
 * Files by the synchronous functions. The case runs on Node.js and on the small engine, and prints a line of JSON for each
 * call: the two outputs must be equal.
 */
const base = fs.mkdtempSync(join(tmpdir(), "case-"));
const rel = (t) => (typeof t === "string" ? t.replaceAll(base, "BASE") : t);
const clean = (v) =>
  JSON.parse(JSON.stringify(v === undefined ? null : v, (_k, x) => (typeof x === "bigint" ? `${x}n` : rel(x))));

const show = (name, f) => {
  let out;
  try {
    out = { ok: clean(f()) };
  } catch (e) {
    out = {
      name: e.name,
      message: rel(e.message),
      code: e.code,
      errno: e.errno,
      syscall: e.syscall,
      path: rel(e.path),
      dest: rel(e.dest),
      keys: Object.keys(e).sort(),
    };
  }
  console.log(JSON.stringify([name, out]));
};
const j = (p) => `${base}/${p}`;
show("mkdir -p", () => fs.mkdirSync(j("d/e"), { recursive: true }));
show("write", () => fs.writeFileSync(j("d/e/f"), "héllo"));
show("append", () => fs.appendFileSync(j("d/e/f"), " w"));
show("read", () => fs.readFileSync(j("d/e/f"), "utf8"));
show("read buffer", () => [...fs.readFileSync(j("d/e/f"))]);
show("read toString", () => fs.readFileSync(j("d/e/f")).toString());
show("read template", () => `${fs.readFileSync(j("d/e/f"))}`);
show("read hex", () => fs.readFileSync(j("d/e/f"), "hex"));
show("read base64", () => fs.readFileSync(j("d/e/f"), { encoding: "base64" }));
show("read json", () => fs.readFileSync(j("d/e/f")));
show("read latin1", () => fs.readFileSync(j("d/e/f"), "latin1"));
show("bad encoding", () => fs.readFileSync(j("d/e/f"), "utf9"));
show("write bytes", () => fs.writeFileSync(j("b"), new Uint8Array([0, 255, 128])));
show("write view", () => fs.writeFileSync(j("b2"), new Uint16Array([1, 2]).subarray(1)));
show("read b2", () => [...fs.readFileSync(j("b2"))]);
show("invalid utf8", () => fs.readFileSync(j("b"), "utf8"));
show("write number", () => fs.writeFileSync(j("b"), 1));
show("write object", () => fs.writeFileSync(j("b"), {}));
show("wx", () => fs.writeFileSync(j("b"), "", { flag: "wx" }));
show("bad flag", () => fs.writeFileSync(j("b"), "", { flag: "zz" }));
show("mode", () => {
  fs.writeFileSync(j("m"), "x", { mode: 0o600 });
  return fs.statSync(j("m")).mode;
});
for (const f of [
  "readFileSync",
  "readdirSync",
  "statSync",
  "lstatSync",
  "accessSync",
  "realpathSync",
  "unlinkSync",
  "rmdirSync",
  "rmSync",
  "readlinkSync",
  "openSync",
  "opendirSync",
  "mkdtempSync",
  "statfsSync",
  "truncateSync",
]) {
  if (f !== "opendirSync") show(`${f} missing`, () => fs[f](j("no/x")));
  if (f !== "opendirSync" && f !== "openSync" && f !== "accessSync" && f !== "mkdtempSync" && f !== "realpathSync")
    show(`${f} below file`, () => {
      const r = fs[f](j("b/x"));
      return typeof r === "object" ? "obj" : r;
    });
  show(`${f} number`, () => (f === "readFileSync" ? fs.readFileSync({}) : fs[f](true)));
  show(`${f} nul`, () => fs[f]("a\0b"));
  show(`${f} undefined`, () => fs[f](undefined));
}
show("realpath missing", () => fs.realpathSync(j("no/x")));
show("realpath native", () => fs.realpathSync.native(j("no/x")));
show("read dir", () => fs.readFileSync(j("d")));
show("read dir utf8", () => fs.readFileSync(j("d"), "utf8"));
show("exists", () => [fs.existsSync(j("b")), fs.existsSync(j("no")), fs.existsSync(undefined), fs.existsSync("a\0")]);
show("write missing", () => fs.writeFileSync(j("no/x"), "x"));
show("write dir", () => fs.writeFileSync(j("d"), "x"));
show("copy missing", () => fs.copyFileSync(j("no"), j("z")));
show("copy excl", () => fs.copyFileSync(j("b"), j("m"), fs.constants.COPYFILE_EXCL));
show("copy", () => {
  fs.copyFileSync(j("b"), j("c"));
  return [...fs.readFileSync(j("c"))];
});
show("copy dir", () => fs.copyFileSync(j("d"), j("z")));
show("rename missing", () => fs.renameSync(j("no"), j("z")));
show("rename", () => {
  fs.renameSync(j("c"), j("c2"));
  return fs.existsSync(j("c2"));
});
show("symlink", () => {
  fs.symlinkSync("b", j("l"));
  return [
    fs.readlinkSync(j("l")),
    fs.lstatSync(j("l")).isSymbolicLink(),
    fs.statSync(j("l")).isFile(),
    fs.realpathSync(j("l")),
  ];
});
show("symlink exist", () => fs.symlinkSync("b", j("l")));
show("link", () => {
  fs.linkSync(j("b"), j("h"));
  return fs.statSync(j("h")).nlink;
});
show("link missing", () => fs.linkSync(j("no"), j("h2")));
show("readlink file", () => fs.readlinkSync(j("b")));
show("chmod", () => {
  fs.chmodSync(j("b"), 0o4755);
  return fs.statSync(j("b")).mode.toString(8);
});
show("chmod string", () => {
  fs.chmodSync(j("b"), "644");
  return fs.statSync(j("b")).mode.toString(8);
});
show("chmod bad", () => fs.chmodSync(j("b"), "9"));
show("chmod bad2", () => fs.chmodSync(j("b"), -1));
show("chmod bad3", () => fs.chmodSync(j("b"), {}));
show("utimes", () => {
  fs.utimesSync(j("b"), 1.5, new Date(2000));
  const s = fs.statSync(j("b"));
  return [s.atimeMs, s.mtimeMs, s.mtime, s.atime];
});
show("utimes bad", () => fs.utimesSync(j("b"), {}, 1));
show("lutimes", () => {
  fs.lutimesSync(j("l"), 5, 6);
  return [fs.lstatSync(j("l")).mtimeMs, fs.statSync(j("l")).mtimeMs];
});
show("stat keys", () => Object.keys(fs.statSync(j("b"))).sort());
show("stat values", () => {
  const s = fs.statSync(j("b"));
  return [s.size, s.blksize, s.nlink, s.uid, s.isFile(), s.isDirectory(), s.constructor.name, s.blocks];
});
show("stat bigint", () => {
  const s = fs.statSync(j("b"), { bigint: true });
  return [s.size, s.mtimeNs, s.mtimeMs, s.mtime, s.isFile(), typeof s.ino];
});
show("stat nothrow", () => [
  fs.statSync(j("no"), { throwIfNoEntry: false }) === undefined,
  fs.lstatSync(j("no"), { throwIfNoEntry: false }) === undefined,
  fs.statSync(j("b/x"), { throwIfNoEntry: false }) === undefined,
]);
const fd = fs.openSync(j("rw"), "w+");
show("write fd", () => [
  fs.writeSync(fd, "abc"),
  fs.writeSync(fd, Buffer.from("defgh"), 1, 3),
  fs.writeSync(fd, "Z", 0),
  fs.writeSync(fd, "é", null, "latin1"),
  fs.writeSync(fd, new Uint8Array([65, 66]), { offset: 1 }),
]);
show("read fd", () => {
  const b = Buffer.alloc(10);
  const n = fs.readSync(fd, b, 0, 10, 0);
  return [n, b.toString("latin1")];
});
show("read fd opts", () => {
  const b = Buffer.alloc(4);
  const n = fs.readSync(fd, b, { position: 2, length: 2 });
  return [n, b.toString("latin1")];
});
show("read fd pos", () => {
  const b = Buffer.alloc(4);
  return [fs.readSync(fd, b)];
});
show("read range", () => fs.readSync(fd, Buffer.alloc(4), 0, 5, 0));
show("read range2", () => fs.readSync(fd, Buffer.alloc(4), 5, 1, 0));
show("read range3", () => fs.readSync(fd, Buffer.alloc(4), -1, 1, 0));
show("read nobuf", () => fs.readSync(fd, "x"));
show("write range", () => fs.writeSync(fd, Buffer.alloc(4), 0, 9));
show("write nobuf", () => fs.writeSync(fd, 5));
show("ftruncate", () => {
  fs.ftruncateSync(fd, 3);
  return fs.fstatSync(fd).size;
});
show("futimes", () => {
  fs.futimesSync(fd, 3, 4);
  return fs.fstatSync(fd).mtimeMs;
});
show("fchmod", () => {
  fs.fchmodSync(fd, 0o640);
  return fs.fstatSync(fd).mode;
});
show("fchown", () => {
  fs.fchownSync(fd, process.getuid(), process.getgid());
  return fs.fstatSync(fd).uid === process.getuid();
});
for (const args of [
  [-1, 0, 0],
  [fd, -2, 0],
  [fd, 0, "0"],
  ["1", 0, 0],
  [99_999, 0, 0],
]) {
  show(`fchown ${JSON.stringify(args.slice(1))} of ${args[0] === fd ? "file" : args[0]}`, () => fs.fchownSync(...args));
}
show("fsync", () => [fs.fsyncSync(fd), fs.fdatasyncSync(fd)]);
show("readFile fd", () => {
  const f = fs.openSync(j("rw"));
  try {
    return fs.readFileSync(f, "latin1");
  } finally {
    fs.closeSync(f);
  }
});
show("close", () => fs.closeSync(fd));
show("close again", () => fs.closeSync(fd));
show("fstat closed", () => fs.fstatSync(fd));
show("write closed", () => fs.writeSync(fd, "x"));
show("read closed", () => fs.readSync(fd, Buffer.alloc(2)));
show("fd string", () => fs.closeSync("x"));
show("fd neg", () => fs.closeSync(-1));
show("fd float", () => fs.fstatSync(1.5));
show("mkdir exist", () => fs.mkdirSync(j("d")));
show("mkdir rec file", () => fs.mkdirSync(j("b/x/y"), { recursive: true }));
show("mkdir rec onfile", () => fs.mkdirSync(j("b"), { recursive: true }));
show("mkdir rec again", () => fs.mkdirSync(j("d/e"), { recursive: true }));
show("mkdir rec slash", () => fs.mkdirSync(j("q//r/"), { recursive: true }));
show("mkdir mode", () => {
  fs.mkdirSync(j("dm"), 0o700);
  return fs.statSync(j("dm")).mode;
});
show("mkdir bad", () => fs.mkdirSync(j("dd"), { recursive: "x" }));
for (const x of ["z", "a", "é", "\uffee", ".h", "B", "a b"]) fs.writeFileSync(j(`d/${x}`), "");
fs.symlinkSync("e", j("d/ld"));
fs.symlinkSync("nope", j("d/dang"));
show("readdir", () => fs.readdirSync(j("d")));
show("readdir types", () =>
  fs
    .readdirSync(j("d"), { withFileTypes: true })
    .map((e) => [e.name, rel(e.parentPath), e.isFile(), e.isDirectory(), e.isSymbolicLink(), e.constructor.name]),
);
show("readdir recursive", () => fs.readdirSync(j("d"), { recursive: true }));
show("readdir recursive types", () =>
  fs.readdirSync(j("d"), { recursive: true, withFileTypes: true }).map((e) => [e.name, rel(e.parentPath)]),
);
show("readdir buffer", () => fs.readdirSync(j("d"), "buffer").map((b) => [Buffer.isBuffer(b), b.toString("hex")]));
show("non-utf8", () => {
  fs.writeFileSync(Buffer.concat([Buffer.from(j("d/")), Buffer.from([0xff, 0x61])]), "bytes");
  const [b] = fs.readdirSync(j("d"), "buffer").filter((x) => x[0] === 255);
  return [
    b.toString("hex"),
    fs.readFileSync(Buffer.concat([Buffer.from(j("d/")), b]), "utf8"),
    fs.readdirSync(j("d")).filter((x) => x.includes("\ufffd")).length,
  ];
});
show("rm non-utf8", () => fs.rmSync(Buffer.concat([Buffer.from(j("d/")), Buffer.from([0xff, 0x61])])));
show("readdir opts bad", () => fs.readdirSync(j("d"), { recursive: 1 }));
show("opendir", () => {
  const d = fs.opendirSync(j("d/e"));
  const names = [];
  for (let e = d.readSync(); e; e = d.readSync()) names.push(e.name);
  d.closeSync();
  return names;
});
show("rmdir notempty", () => fs.rmdirSync(j("d")));
show("rm dir", () => fs.rmSync(j("d")));
show("rm force", () => fs.rmSync(j("no"), { force: true }));
show("rm bad", () => fs.rmSync(j("d"), { recursive: 1 }));
show("rm link", () => {
  fs.symlinkSync(j("d"), j("ll"));
  fs.rmSync(j("ll"), { recursive: true });
  return fs.existsSync(j("d/e/f"));
});
show("cp file", () => {
  fs.cpSync(j("b"), j("p/q/b"));
  return [...fs.readFileSync(j("p/q/b"))];
});
show("cp exist", () => fs.cpSync(j("b"), j("p/q/b"), { force: false, errorOnExist: true }));
show("cp keep", () => {
  fs.writeFileSync(j("p/q/b"), "old");
  fs.cpSync(j("b"), j("p/q/b"), { force: false });
  return fs.readFileSync(j("p/q/b"), "utf8");
});
show("cp tree", () => {
  fs.chmodSync(j("d/e"), 0o750);
  fs.cpSync(j("d"), j("dc"), { recursive: true, filter: (s, _d) => !s.endsWith("z") });
  return [
    fs.readdirSync(j("dc"), { recursive: true }),
    fs.statSync(j("dc/e")).mode.toString(8),
    rel(fs.readlinkSync(j("dc/ld"))),
  ];
});
show("cp verbatim", () => {
  fs.cpSync(j("d"), j("dv"), { recursive: true, verbatimSymlinks: true });
  return fs.readlinkSync(j("dv/ld"));
});
show("cp times", () => {
  fs.cpSync(j("b"), j("bt"), { preserveTimestamps: true });
  return fs.statSync(j("bt")).mtimeMs;
});
show("cp missing", () => fs.cpSync(j("no"), j("z")));
show("cp code dir", () => {
  try {
    fs.cpSync(j("d"), j("zz"));
  } catch (e) {
    return e.code;
  }
});
show("cp code self", () => {
  try {
    fs.cpSync(j("b"), j("b"));
  } catch (e) {
    return e.code;
  }
});
show("cp code sub", () => {
  try {
    fs.cpSync(j("d"), j("d/e/k"), { recursive: true });
  } catch (e) {
    return e.code;
  }
});
show("cp code ontofile", () => {
  try {
    fs.cpSync(j("d"), j("b"), { recursive: true });
  } catch (e) {
    return e.code;
  }
});
show("cp code ontodir", () => {
  try {
    fs.cpSync(j("b"), j("d"), { recursive: true });
  } catch (e) {
    return e.code;
  }
});
show("glob", () => fs.globSync("**/*", { cwd: j("dc") }).sort());
for (const g of [
  "*",
  "*/",
  "e/*",
  "**",
  "**/f",
  "{a,B}",
  "e/**",
  "./a",
  ".*",
  "no/*",
  "?",
  "ld/*",
  "**/ld/*",
  "d*/**",
  "../b",
  "[a-z]",
  "",
])
  show(`glob ${g}`, () => fs.globSync(g, { cwd: j("dc") }).sort());
show("glob abs", () => fs.globSync(j("*/f*")).sort());
show("glob abs2", () => fs.globSync(j("d/*/f")).sort());
show("glob many", () => fs.globSync(["a", "B", "a"], { cwd: j("dc") }));
show("glob order", () => fs.globSync("*", { cwd: j("dc") }));
show("glob exclude", () => fs.globSync("**/*", { cwd: j("dc"), exclude: (n) => n === "e" }).sort());
show("glob exclude list", () => fs.globSync("**/*", { cwd: j("dc"), exclude: ["e/**", "a"] }).sort());
show("glob types", () =>
  fs
    .globSync("*", { cwd: j("dc"), withFileTypes: true })
    .map((e) => [e.name, rel(e.parentPath), e.isDirectory()])
    .sort(),
);
show("statfs", () => Object.keys(fs.statfsSync(base)));
show("mkdtemp", () => {
  const t = fs.mkdtempSync(j("t-"));
  return [rel(t).length, fs.statSync(t).mode.toString(8)];
});
show("url", () => fs.readFileSync(new URL(`file://${j("b2")}`)).length);
show("url http", () => fs.readFileSync(new URL("http://x/y")));
show("constants", () => fs.constants.O_CREAT + fs.constants.S_IFMT + fs.constants.X_OK);
show("deep rm", () => {
  let p = j("deep");
  fs.mkdirSync(p);
  for (let i = 0; i < 300; i++) {
    p += "/d";
    fs.mkdirSync(p);
  }
  fs.rmSync(j("deep"), { recursive: true });
  return fs.existsSync(j("deep"));
});
fs.rmSync(base, { recursive: true });
show("gone", () => fs.existsSync(base));
