// @needs processes
import { expect, test } from "vitest";
import { callExecutable, descriptor, executableOf } from "../../../test/support/conformance/executable.ts";

const call = (phase: string, functions: string, calling = {}) =>
  callExecutable(executableOf(`{ ${functions} }`, "fail, pass, UserError"), phase, {}, calling);

const shown = "  in build of test/x@1.0.0";
const bug = `${shown}, a mistake of the buildpack`;
const report = "HINT: Report this to the authors of the buildpack.";

/** Without the frames of a stack, which name places of the test's own. */
const text = (stderr: string) => stderr.replace(/^ {4}at .*\n/gm, "");

test.for<[string, string, string]>([
  [
    "a thrown string",
    `build() { throw "gone"; }`,
    `ERROR: gone was thrown, which is not an Error\n${bug}\n${report}\n`,
  ],
  [
    "an unhandled rejection",
    `build() { void Promise.reject(new TypeError("lost")); return new Promise((done) => setTimeout(done, 10_000)); }`,
    `ERROR: unexpected TypeError: lost\n${bug}\n${report}\n`,
  ],
  [
    "an error in a timer",
    `build() { setTimeout(() => { throw new UserError("LATE", "too late"); }); return new Promise((done) => setTimeout(done, 10_000)); }`,
    `ERROR: too late (LATE)\n${shown}\n`,
  ],
  [
    "process.exit(0)",
    "build() { process.exit(0); }",
    `ERROR: the buildpack exited with exit code 0 before build had completed (BUILDPACK_UNFINISHED)
${bug}
HINT: Return from the function, or throw an error, instead of calling process.exit().
`,
  ],
  [
    "a promise that is never settled",
    "build: () => new Promise(() => {})",
    `ERROR: build awaits a promise that never settles (BUILDPACK_UNFINISHED)
${bug}
HINT: Find the promise that never settles, for example a request without a timeout.
`,
  ],
  [
    "an invalid result of build",
    "build: () => 5",
    `ERROR: build returned 5 (BUILD_RESULT_INVALID)\n${bug}\nHINT: Return an object such as { processes }, or nothing.\n`,
  ],
  [
    "an error that onError explains",
    `build() { throw new Error("raw"); },
     onError: (error, { phase, buildpack, fault }) => new UserError("EXPLAINED", [error.message, phase, buildpack.id, buildpack.version, fault].join()) `,
    `ERROR: raw,build,test/x,1.0.0,author (EXPLAINED)\n${shown}\n`,
  ],
  [
    "an error that onError logs",
    `build() { throw new UserError("RAW", "raw"); }, async onError(error, { log }) { log.warn("noted " + error.code); } `,
    `WARNING: noted RAW\nERROR: raw (RAW)\n${shown}\n`,
  ],
  [
    "an error for which the buildpack's onError throws another error",
    `build() { throw new UserError("RAW", "raw"); }, onError() { throw new RangeError("worse"); } `,
    `ERROR: raw (RAW)\n${shown}\nWARNING: the onError handler failed:\nERROR: unexpected RangeError: worse\n${bug}\n${report}\n`,
  ],
  [
    "an unhandled rejection while build succeeds and onError is slow",
    `async build() { void Promise.reject(new UserError("LOST", "lost")); await new Promise((done) => setTimeout(done, 20)); },
     onError: () => new Promise((done) => setTimeout(done, 200))`,
    `ERROR: lost (LOST)\n${shown}\n`,
  ],
  [
    "an unhandled rejection while onError handles another error",
    `build() { throw new UserError("FIRST", "first"); },
     onError: () => { void Promise.reject(new Error("second")); return new Promise((done) => setTimeout(done, 200)); }`,
    `ERROR: first (FIRST)\n${shown}\n`,
  ],
  [
    "an error while onError never settles",
    `build() { throw new UserError("RAW", "raw"); }, onError: () => new Promise(() => {})`,
    `ERROR: raw (RAW)
${shown}
WARNING: the onError handler failed:
ERROR: onError awaits a promise that never settles (BUILDPACK_UNFINISHED)
${bug}
HINT: Find the promise that never settles, for example a request without a timeout.
`,
  ],
  [
    "an error while onError calls process.exit",
    `build() { throw new UserError("RAW", "raw"); }, onError() { process.exit(0); }`,
    `ERROR: raw (RAW)
${shown}
WARNING: the onError handler failed:
ERROR: the buildpack exited with exit code 0 before onError had completed (BUILDPACK_UNFINISHED)
${bug}
HINT: Return from the function, or throw an error, instead of calling process.exit().
`,
  ],
  [
    "an unhandled rejection while onError never settles",
    `build() { void Promise.reject(new UserError("LOST", "lost")); }, onError: () => new Promise(() => {})`,
    `ERROR: lost (LOST)
${shown}
WARNING: the onError handler failed:
ERROR: onError awaits a promise that never settles (BUILDPACK_UNFINISHED)
${bug}
HINT: Find the promise that never settles, for example a request without a timeout.
`,
  ],
  [
    "a thrown object that throws at access to any property",
    `build() { throw new Proxy(new Error("x"), { get() { throw new Error("trap"); } }); }`,
    `ERROR: unexpected Error: the thrown value cannot be converted to text\n${bug}\n${report}\n`,
  ],
  [
    "an error that throws at access to its message",
    `build() { throw Object.defineProperty(new UserError("X", "x"), "message", { get() { throw new Error("trap"); } }); }`,
    `ERROR: unexpected Error: the thrown value cannot be converted to text\n${bug}\n${report}\n`,
  ],
  [
    "an error whose message is not a string",
    `build() { throw Object.assign(new Error(), { message: { a: 1 }, stack: 5 }); }`,
    `ERROR: unexpected Error: {"a":1}\n${bug}\n${report}\n`,
  ],
  [
    "a buildpack whose build is not a function",
    "build: 5",
    `ERROR: the default export of the buildpack test/x has no function build (BUILDPACK_INVALID)
${bug}
HINT: Write \`export default defineBuildpack({ detect, build })\`.
`,
  ],
])("%s fails the phase with exit code 1 and is reported", async ([, functions, expected]) => {
  const { status, stderr } = await call("build", `detect: () => pass(), ${functions}`);
  expect([status, text(stderr)]).toEqual([1, expected]);
});

test("process.exit(100) in detect is reported as an error, not as a failed detection", async () => {
  const { status, stderr } = await call("detect", "detect() { process.exit(100); }, build() {}");
  expect([status, stderr.split("\n")[0]]).toEqual([
    1,
    "ERROR: the buildpack exited with exit code 100 before detect had completed (BUILDPACK_UNFINISHED)",
  ]);
});

test("the stack of a bug shows the location in the buildpack's source", async () => {
  const { stderr } = await call("detect", "detect({ app }) { app.bug(); }, build() {}");
  expect(stderr.split("\n")[1]).toMatch(/^ {4}at Object.detect \(file:\/\/<root>\/bp\/bin\/main\.mjs:4:\d+\)$/);
});

test("a buildpack can be started with arguments instead of environment variables", async () => {
  const functions = "detect: ({ platform, log }) => { log.warn(platform.dir); return fail('none'); }, build() {}";
  const { status, stderr } = await call("detect", functions, {
    args: ["<root>/platform", "<root>/plan.toml"],
    env: { CNB_BUILDPACK_DIR: undefined, CNB_PLATFORM_DIR: undefined, CNB_BUILD_PLAN_PATH: undefined },
  });
  expect([status, stderr]).toEqual([100, "WARNING: <root>/platform\n"]);
});

test("a buildpack can be started through a symbolic link to its directory", async () => {
  const outcome = await callExecutable(
    executableOf(
      `{ detect: ({ buildpack, log }) => { log.warn(buildpack.dir); return fail("none"); }, build() {} }`,
      "fail",
    ),
    "detect",
    { linked: "-> bp" },
    { name: "linked/bin/detect", env: { CNB_BUILDPACK_DIR: undefined } },
  );
  expect([outcome.status, outcome.stderr]).toEqual([100, "WARNING: <root>/linked\n"]);
});

test("a buildpack whose targets do not match the platform fails detection before its detect function runs", async () => {
  const outcome = await callExecutable(
    executableOf(`{ detect() { throw new Error("must not run"); }, build() {} }`, "fail"),
    "detect",
    { "bp/buildpack.toml": `${descriptor}[[targets]]\nos = "linux"\narch = "arm64"\n` },
  );
  expect([outcome.status, outcome.stdout, outcome.stderr]).toEqual([
    100,
    "  the target is linux/amd64, but the buildpack is for linux/arm64\n",
    "",
  ]);
});

test("debug logging can be enabled by a file in the platform directory", async () => {
  const outcome = await callExecutable(
    executableOf(`{ detect({ log }) { log.debug("detail"); return fail("none"); }, build() {} }`, "fail"),
    "detect",
    { "platform/env/BP_LOG_LEVEL": "debug" },
  );
  expect(outcome.stdout).toBe("  detail\n  none\n");
});
