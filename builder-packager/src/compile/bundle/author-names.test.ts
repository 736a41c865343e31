// @needs processes
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeScriptProgram } from "../script-program.ts";
import { bundle } from "./bundle.ts";

const framework = fileURLToPath(new URL("../../../../framework", import.meta.url));

const steps = `export async function installTools(what: string): Promise<void> {
  await null;
  failWith(what);
}
const failWith = (what: string): never => {
  throw new Error(what);
};
export function convertItem(item: string): string {
  throw new Error(item);
}
export class Installer {
  constructor(broken = false) {
    if (broken) throw new Error("broken");
  }
  async start() {
    await installTools("started");
  }
}
`;

const source = `import { defineBuildpack, pass } from "libcnb";
import { convertItem, Installer, installTools } from "./steps.ts";
const anything = (value: unknown) => value as any;
const bugs: Record<string, (logger: any) => unknown> = {
  helper: async () => { await installTools("x"); },
  passedOn: () => installTools("x"),
  method: () => new Installer().start(),
  constructed: () => new Installer(true),
  callback: () => ["each"].map(convertItem),
  misspelt(logger) { logger.stepp("x"); },
  nested(logger) { logger.info.stepp("x"); },
  called(logger) { logger(); },
  optional(logger) { logger?.stepp("x"); },
  constructing(logger) { return new logger(); },
  listed(logger) { return [...logger]; },
  listedProperty(logger) { return [...logger.info]; },
};
export default defineBuildpack({
  detect: () => pass(),
  async build({ app, log }) {
    const name = (await app.readText("bug.txt")).trim();
    if (name === "early") { anything(lateName); const lateName = 1; }
    await bugs[name]?.(log);
  },
});
`;

let root: string;
let stderrOf: (bug: string) => Promise<string>;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "author-names-"));
  const dir = join(root, "bp");
  for (const folder of ["bp/src", "bp/node_modules", "bp/bin", "app", "layers", "platform"])
    await mkdir(join(root, folder), { recursive: true });
  await symlink(framework, join(dir, "node_modules/libcnb"));
  const files = { "src/steps.ts": steps, "src/buildpack.ts": source, "buildpack.toml": descriptor, "plan.toml": "" };
  for (const [path, text] of Object.entries(files)) await writeFile(join(dir, path), text);
  const script = await bundle([{ id: "me/bugs", entry: join(dir, "src/buildpack.ts") }], {
    cwd: root,
    runtime: "script",
  });
  await writeScriptProgram({ ...script, packages: [], licenses: [], digests: new Map() }, join(dir, "bin"));
  stderrOf = async (bug) => {
    await writeFile(join(root, "app/bug.txt"), bug);
    const env = { ...contract, CNB_BUILDPACK_DIR: dir, CNB_BP_PLAN_PATH: join(dir, "plan.toml") };
    const paths = { CNB_LAYERS_DIR: join(root, "layers"), CNB_PLATFORM_DIR: join(root, "platform") };
    const args = [join(dir, "bin/start.cjs"), join(dir, "bin/build")];
    return spawnSync(process.execPath, args, { cwd: join(root, "app"), env: { ...env, ...paths }, encoding: "utf8" })
      .stderr;
  };
});
afterAll(() => rm(root, { recursive: true, force: true }));

const descriptor = `api = "0.10"\n[buildpack]\nid = "me/bugs"\nversion = "1.0.0"\n`;
const contract = { PATH: "/usr/bin:/bin", CNB_TARGET_OS: "linux", CNB_TARGET_ARCH: "amd64" };

/** The lines before the one that names the buildpack. */
const shown = (stderr: string): readonly string[] => stderr.split("\n  in build of ")[0]?.split("\n") ?? [];

/** Line and column of a part of a source file, as stacks name them. */
function path(file: "steps" | "buildpack", text: string): string {
  const lines = (file === "steps" ? steps : source).split("\n");
  const line = lines.findIndex((each) => each.includes(text));
  return `src/${file}.ts:${line + 1}:${(lines[line] ?? "").indexOf(text) + 1}`;
}

const build = (text: string) => `build (${path("buildpack", text)})`;
const step = (name: string, text: string) => `${name} (${path("steps", text)})`;
const bug = (name: string, text: string) => `${name} (${path("buildpack", text)})`;
const called = build("(log);");
const failing = step("failWith", "new Error(what)");

test.for<[string, string, readonly string[]]>([
  [
    "helper",
    "Error: x",
    [failing, step("installTools", "failWith(what);"), bug("helper", `await installTools("x")`), build("await bugs")],
  ],
  // what waits for it has not called it
  ["passedOn", "Error: x", [failing, path("steps", "failWith(what);"), build("await bugs")]],
  [
    "method",
    "Error: started",
    [failing, step("installTools", "failWith(what);"), step("start", "await installTools"), build("await bugs")],
  ],
  [
    "constructed",
    "Error: broken",
    [step("Installer", `new Error("broken")`), bug("constructed", "new Installer(true)"), called],
  ],
  // its name is nowhere: a built-in function calls it
  ["callback", "Error: each", [path("steps", "new Error(item)"), bug("callback", "map(convertItem)"), called]],
  ["misspelt", "TypeError: logger.stepp is not a function", [bug("misspelt", `stepp("x"); },`), called]],
  ["nested", "TypeError: logger.info.stepp is not a function", [`nested (src/buildpack.ts:11:32)`, called]],
  ["called", "TypeError: logger is not a function", [bug("called", "logger(); }"), called]],
  ["optional", "TypeError: logger?.stepp is not a function", [`optional (src/buildpack.ts:13:30)`, called]],
  ["constructing", "TypeError: logger is not a constructor", [bug("constructing", "new logger()"), called]],
  ["listed", "TypeError: logger is not iterable", [bug("listed", "logger]; }"), called]],
  ["listedProperty", "TypeError: logger.info is not iterable", [bug("listedProperty", "info]; }"), called]],
  ["early", "ReferenceError: Cannot access 'lateName' before initialization", [build("lateName); const")]],
])(
  'an error thrown in the function "%s" of a compiled buildpack names the author\'s functions and lines',
  async ([name, message, frames]) => {
    expect(shown(await stderrOf(name))).toEqual([
      `ERROR: unexpected ${message}`,
      ...frames.map((each) => `    at ${each}`),
    ]);
  },
);
