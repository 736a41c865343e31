import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, * as names from "node:process";
import { report, reportLater, untyped } from "../report.ts";

/* The values and functions of the process. Those that end it are in `exit.ts`. */

report("the same values", () => [
  ["arch", "pid", "env", "version", "argv0", "cwd", "emitWarning", "exit", "kill", "nextTick"].filter(
    (name) => Reflect.get(process, name) !== Reflect.get(names, name),
  ),
  process === globalThis.process,
]);
report("constant values", () => [
  process.arch,
  process.platform,
  process.version,
  process.versions.node,
  process.release.name,
  process.release.lts,
  process.title.length > 0,
  process.execArgv.filter((option) => option !== "--no-warnings"),
]);
report("paths of the program", () => [
  process.execPath === realpathSync(process.execPath),
  existsSync(process.execPath),
  typeof process.argv0,
  process.argv[0] === process.execPath,
  process.argv.slice(2),
  process.argv.every((each) => typeof each === "string"),
]);
report("features", () => {
  // What depends on the engine: a debugger, modules in other formats, and OCSP.
  const ofEngine = ["inspector", "typescript", "require_module", "tls_ocsp"];
  return Object.entries(process.features).map(([name, value]) => [name, ofEngine.includes(name) || value]);
});
report("config", () => [typeof process.config.variables, typeof process.config.target_defaults]);
report("config is constant", () => Object.isFrozen(process.config));
report("users", () => [
  process.getuid?.(),
  process.geteuid?.(),
  process.getgid?.(),
  process.getegid?.(),
  process.pid > 1,
  process.ppid > 0,
]);
report("title", () => {
  const { title } = process;
  process.title = "mine";
  const changed = process.title;
  process.title = title;
  return changed;
});
report("resourceUsage", () => {
  const usage = process.resourceUsage();
  return [
    Object.keys(usage),
    Object.values(usage).every((value) => Number.isInteger(value) && value >= 0),
    usage.maxRSS > 1000,
  ];
});
report("memoryUsage", () => {
  const usage = process.memoryUsage();
  return [
    Object.keys(usage),
    Object.values(usage).every((value) => Number.isInteger(value)),
    usage.heapUsed <= usage.heapTotal,
  ];
});
report("hrtime", () => {
  const [seconds, nanoseconds] = process.hrtime();
  const since = process.hrtime([seconds - 5, nanoseconds]);
  return [since[0] === 5, process.hrtime.bigint() > 0n, nanoseconds < 1e9];
});
report("hrtime, bad", () => process.hrtime(untyped(5)));
report("hrtime, short", () => process.hrtime(untyped([1])));
report("uptime", () => [process.uptime() > 0, process.uptime() < 60]);
report("cwd of a removed directory", () => {
  const before = process.cwd();
  const dir = mkdtempSync(join(tmpdir(), "case-"));
  process.chdir(dir);
  rmSync(dir, { recursive: true });
  try {
    return process.cwd();
  } finally {
    process.chdir(before);
  }
});
report("chdir, missing", () => {
  process.chdir("/");
  process.chdir("/no/such");
});
report("chdir, file", () => process.chdir("/etc/passwd"));
for (const value of [undefined, null, 5, {}]) {
  report(`chdir to ${value}`, () => process.chdir(untyped(value)));
  report(`nextTick of ${value}`, () => process.nextTick(untyped(value)));
}
report("chdir, null byte", () => process.chdir("a\0b"));
for (const mask of ["99", "", -1, 1.5, 2 ** 33, {}, null]) {
  report(`umask of ${typeof mask} ${mask}`, () => {
    const before = process.umask();
    try {
      return process.umask(untyped(mask));
    } finally {
      process.umask(before);
    }
  });
}
for (const [pid, signal] of [
  ["x"],
  [1.5],
  [undefined],
  [null],
  [process.pid, "SIGNOPE"],
  [process.pid, 999],
  [process.pid, "sigterm"],
  [99_999_999, 0],
  [99_999_999, "SIGTERM"],
] as const) {
  report(`kill ${pid === process.pid ? "self" : pid} ${signal}`, () => process.kill(untyped(pid), signal));
}
report("kill, no signal", () => process.kill(process.pid, 0));
for (const code of ["abc", "3", "", "1.5", " 4 ", 1.5, {}, true, null, undefined, "-1", 256]) {
  report(`exitCode ${typeof code} ${code}`, () => {
    try {
      process.exitCode = untyped(code);
      return process.exitCode;
    } finally {
      process.exitCode = undefined;
    }
  });
}
report("env", () => {
  const env = process.env as Record<string, unknown>;
  env["CASE_NUMBER"] = 5;
  env["CASE_NULL"] = null;
  env["CASE_UNDEFINED"] = undefined;
  env[""] = "empty name";
  const values = ["CASE_NUMBER", "CASE_NULL", "CASE_UNDEFINED", "", "CASE_NONE"].map((name) => [
    env[name],
    name in env,
  ]);
  for (const name of ["CASE_NUMBER", "CASE_NULL", "CASE_UNDEFINED", ""]) {
    delete env[name];
  }
  return [values, "CASE_NUMBER" in env];
});
report("env, accessor", () => Object.defineProperty(process.env, "CASE", { get: () => "1" }));
report("env, not writable", () => Object.defineProperty(process.env, "CASE", { value: "1" }));
report("env, symbol", () => untyped<Record<symbol, unknown>>(process.env)[Symbol.iterator]);
report("env, defined", () => {
  Object.defineProperty(process.env, "CASE", { value: 5, writable: true, enumerable: true, configurable: true });
  const descriptor = Object.getOwnPropertyDescriptor(process.env, "CASE");
  delete process.env["CASE"];
  return descriptor;
});

/** The warnings that the process emits. */
async function warned(name: string, use: () => void): Promise<void> {
  const warnings: unknown[] = [];
  const listener = (warning: Error & { detail?: string }) => warnings.push([warning, warning.detail]);
  process.on("warning", listener);
  await reportLater(name, async () => {
    use();
    const before = warnings.length;
    await new Promise((resolve) => setTimeout(resolve, 2));
    return [before, warnings];
  });
  process.off("warning", listener);
}

await warned("emitWarning", () => process.emitWarning("text"));
await warned("emitWarning with a type", () => process.emitWarning("text", "MineWarning"));
await warned("emitWarning with a code", () => process.emitWarning("text", "MineWarning", "MINE01"));
await warned("emitWarning with options", () =>
  process.emitWarning("text", { type: "MineWarning", code: "MINE02", detail: "the detail" }),
);
await warned("emitWarning with empty options", () => process.emitWarning("text", {}));
await warned("emitWarning with a function", () => process.emitWarning("text", function mine() {}));
await warned("emitWarning of an error", () => process.emitWarning(new RangeError("mine")));
await warned("emitWarning of an error with a type", () => process.emitWarning(new RangeError("mine"), "Ignored"));
await warned("emitWarning, several", () => {
  process.emitWarning("first");
  process.emitWarning("second", "DeprecationWarning", "DEP_CASE");
});
await warned("emitWarning, no deprecation", () => {
  Object.assign(process, { noDeprecation: true });
  process.emitWarning("old", "DeprecationWarning");
  process.emitWarning("new");
  Object.assign(process, { noDeprecation: false });
});
for (const [warning, type, code] of [
  [undefined],
  [5],
  [{}],
  ["text", 5],
  ["text", null],
  ["text", []],
  ["text", "Type", 5],
  ["text", { type: 5 }],
  ["text", { code: 5 }],
] as const) {
  await warned(`emitWarning of ${warning} ${JSON.stringify(type)} ${code}`, () => {
    process.emitWarning(untyped(warning), untyped(type), untyped(code));
  });
}
await reportLater("nextTick", async () => {
  const seen: unknown[] = [];
  process.nextTick((...args: unknown[]) => seen.push(args), 1, "a", null);
  await new Promise((resolve) => setImmediate(resolve));
  return seen;
});
