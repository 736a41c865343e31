// @needs processes
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "../../../../test/support/cnb.ts";
import { silentReporter } from "../../reporter.ts";
import { compileExecD } from "../exec-d.ts";
import { parseElf } from "../executable/elf.ts";
import { type CompileOptions, compileExecutable, type ProgramFile } from "../executable/executable.ts";
import { type EngineKind, engineFor } from "./engine.ts";

const dir = mkdtempSync(join(tmpdir(), "same-payload-"));
afterAll(() => rmSync(dir, { recursive: true }));

const buildpack = join(root, "templates/composite/buildpacks/greeter");
const id = "example/greeter";

const compilers: Readonly<Record<EngineKind, (options: CompileOptions) => Promise<readonly ProgramFile[]>>> = {
  linux: async (options) =>
    (await compileExecutable([{ id, entry: join(buildpack, "src/buildpack.ts") }], options)).files,
  "launch-linux": async (options) => {
    const module = {
      name: "memory",
      entry: join(buildpack, "src/exec.d/memory.ts"),
      buildpack: { id, version: "1.0.0" },
    };
    return (await compileExecD([module], options)).programs;
  },
};

/** The program for an architecture, and the modules and texts that it contains after the engine. */
async function compiled(kind: EngineKind, arch: "amd64" | "arm64") {
  const env = { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") };
  const options = { arch, runtime: "small", env, cwd: buildpack, reporter: silentReporter } as const;
  const files = await compilers[kind](options);
  const [found] = files.filter(({ path }) => !path.endsWith("LICENSES.txt"));
  const program = readFileSync(found?.file ?? "");
  const [segment] = parseElf(program).segments.slice(-1);
  const { offset = 0, fileSize = 0 } = segment ?? {};
  return { program, payload: program.subarray(offset, offset + fileSize) };
}

describe.for<EngineKind>(["linux", "launch-linux"])(
  'a program for the small JavaScript engine of the kind "%s"',
  (kind) => {
    test("has the same payload for both architectures", async () => {
      const amd64 = await compiled(kind, "amd64");
      const arm64 = await compiled(kind, "arm64");
      // it contains the source map, which names the author's file
      expect(amd64.payload.includes('"src/')).toBe(true);
      expect(amd64.payload.length).toBeGreaterThan(100_000);
      expect(amd64.payload.equals(arm64.payload)).toBe(true);
      // each one is behind the engine of its architecture
      const engines = [engineFor("amd64", kind), engineFor("arm64", kind)];
      const tails = [amd64, arm64].map(({ program, payload }) => program.length - payload.length);
      expect(tails).toEqual(engines.map(({ program }) => Math.ceil(program.length / 0x10000) * 0x10000));
    });
  },
);
