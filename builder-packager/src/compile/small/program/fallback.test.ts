// @needs processes
import { copyFileSync, linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "../../../../../test/support/cnb.ts";
import { writeSmallProgram } from "../../../../../test/support/small/small-program.ts";

const dir = mkdtempSync(join(tmpdir(), "fallback-"));
const engine = join(dir, "engine");
beforeAll(async () => {
  const source = join(dir, "detect.mjs");
  writeFileSync(
    source,
    `import { getHeapStatistics } from "node:v8";
process.stdout.write("held back\\n");
try {
  if (process.argv[2] === "lacking") getHeapStatistics();
  throw Object.assign(new Error("detect is broken"), { code: "BROKEN" });
} catch (error) {
  process.stderr.write(error.code + ": " + error.message);
  process.exitCode = 1;
}
`,
  );
  await writeSmallProgram(source, engine, { lacks: new Map([["v8", new Set(["getHeapStatistics"])]]) });
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs bin/detect next to the bin/main that the function writes. */
async function detect(writeMain: (main: string) => void, args: readonly string[]) {
  const bin = mkdtempSync(join(dir, "bin-"));
  symlinkSync(engine, join(bin, "detect"));
  writeMain(join(bin, "main"));
  // a program that executes itself for ever ends with SIGKILL, not with an exit code
  const { exitCode, stdout, stderr } = await execute("timeout", ["-s", "KILL", "20", join(bin, "detect"), ...args]);
  return { exitCode, stdout, stderr };
}

const mains: Readonly<Record<string, (main: string) => void>> = {
  "a link to": (main) => symlinkSync(engine, main),
  "a hard link of": (main) => linkSync(engine, main),
  "a copy of": (main) => copyFileSync(engine, main),
};

test.for(Object.keys(mains))(
  "detect reports its own error if bin/main is %s the small JavaScript engine",
  async (name) => {
    const writeMain = mains[name] ?? (() => {});
    const broken = await detect(writeMain, []);
    expect(broken).toEqual({ exitCode: 1, stdout: "held back\n", stderr: "BROKEN: detect is broken" });
    const lacking = await detect(writeMain, ["lacking"]);
    expect(lacking).toEqual({
      exitCode: 1,
      stdout: "held back\n",
      stderr:
        "ERR_ENGINE_LACKS: the small engine has no getHeapStatistics of node:v8: package the buildpack with --runtime node",
    });
  },
);

test.for([[[]], [["lacking"]]] as const)(
  "detect with the arguments %j starts bin/main if that is another program",
  async ([args]) => {
    const answer = await detect(
      (main) => writeFileSync(main, "#!/bin/sh\necho from main\nexit 100\n", { mode: 0o755 }),
      args,
    );
    expect(answer).toEqual({ exitCode: 100, stdout: "from main\n", stderr: "" });
  },
);

test("detect reports its own error if bin/main is a directory", async () => {
  const answer = await detect((main) => symlinkSync(dir, main), []);
  expect(answer).toEqual({ exitCode: 1, stdout: "held back\n", stderr: "BROKEN: detect is broken" });
});
