import { globSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnbSucceeds, root } from "../../support/cnb.ts";
import { debugged, type SourceLine } from "../../support/debugger/debugged.ts";
import { taploLint } from "../../support/taplo/lint.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "editor-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Template {
  readonly template: string;
  readonly kind: "buildpack" | "extension";
  /** The file that is open in the editor. */
  readonly open: string;
  /** Lines of the author's files in detect, in build or generate, and in a test. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
}

const hello = {
  "src/buildpack.ts": ['return (await app.exists("hello.txt"))', "const greeting ="],
  "src/buildpack.test.ts": ["expect(log)"],
};
const templates: readonly Template[] = [
  { template: "minimal", kind: "buildpack", open: "src/buildpack.test.ts", lines: hello },
  {
    template: "dependency",
    kind: "buildpack",
    open: "src/buildpack.test.ts",
    lines: {
      "src/buildpack.ts": ["return (await app.exists(entry))", "log.step(`Bundling"],
      "src/buildpack.test.ts": ["expect(commands).toEqual(["],
    },
  },
  {
    template: "composite",
    kind: "buildpack",
    open: "buildpacks/start/src/buildpack.test.ts",
    lines: {
      "buildpacks/start/src/buildpack.ts": ['if (!(await app.exists("name.txt")))', "const name ="],
      "buildpacks/start/src/buildpack.test.ts": ["expect((await build(buildpack, { app })).result)"],
    },
  },
  {
    template: "builder",
    kind: "buildpack",
    open: "buildpacks/hello/src/buildpack.test.ts",
    lines: Object.fromEntries(Object.entries(hello).map(([file, lines]) => [`buildpacks/hello/${file}`, lines])),
  },
  {
    template: "extension",
    kind: "extension",
    open: "src/extension.test.ts",
    lines: {
      "src/extension.ts": ['return (await app.exists("Aptfile"))', "log.step(`Installing"],
      "src/extension.test.ts": ["expect(log)"],
    },
  },
];

interface Launch {
  readonly name: string;
  readonly runtimeExecutable: string;
  readonly runtimeArgs: readonly string[];
  readonly cwd: string;
}

describe.each(templates)("in a project from the template $template,", ({ template, kind, open, lines }) => {
  let project: string;
  let launches: readonly Launch[];
  let breakpoints: readonly SourceLine[];
  beforeAll(async () => {
    project = join(dir, template);
    const flags = ["--yes", "--no-git", "--no-install", "--template", template];
    await cnbSucceeds([kind, "new", `acme/${template}`, "--path", project, ...flags]);
    await symlink(join(root, "node_modules"), join(project, "node_modules"));
    launches = JSON.parse(await readFile(join(project, ".vscode/launch.json"), "utf8")).configurations;
    expect(launches.map(({ name }) => name)).toEqual(["Debug all tests", "Debug the tests in this file"]);
    breakpoints = (await Promise.all(Object.entries(lines).map(linesOf))).flat();
  });

  /** The positions of lines in a file of the project. */
  async function linesOf([path, starts]: readonly [string, readonly string[]]): Promise<readonly SourceLine[]> {
    const file = join(project, path);
    const text = (await readFile(file, "utf8")).split("\n");
    const found = starts.map((start) => text.findIndex((line) => line.trim().startsWith(start)) + 1);
    expect(found).not.toContain(0);
    return found.map((line) => ({ file, line }));
  }

  test("taplo checks each descriptor by the schema in the project's packages", async () => {
    const files = globSync("**/*.toml", { cwd: project, exclude: ["node_modules/**"] }).map((path) =>
      join(project, path),
    );
    expect(files).not.toEqual([]);
    expect(await taploLint(files)).toMatchObject({ exitCode: 0, stderr: expect.not.stringMatching(/WARN|ERROR/) });
    const wrong = files.map((file) => file.replace(/\.toml$/, "-wrong.toml"));
    for (const [index, file] of files.entries()) {
      const text = await readFile(file, "utf8");
      await writeFile(wrong[index] ?? "", text.replace(/^\[+\w+.*$/m, "$&\nidd = 1"));
    }
    const { exitCode, stderr } = await taploLint(wrong);
    const refused = [...stderr.matchAll(/\('idd' was unexpected\)\s+┌─ (\S+?):\d+/g)].map(([, file]) => file);
    expect({ exitCode, refused: [...new Set(refused)].toSorted() }).toEqual({ exitCode: 1, refused: wrong.toSorted() });
    for (const file of wrong) await rm(file);
  });

  // all templates have the same configurations
  const names = ["Debug all tests", "Debug the tests in this file"].slice(0, template === "minimal" ? 2 : 1);
  test.each(names)(
    "the launch configuration %s stops at breakpoints in detect, in build and in a test",
    async (name) => {
      const { runtimeExecutable, runtimeArgs, cwd } = launches.find((launch) => launch.name === name) as Launch;
      const values = { "${workspaceFolder}": project, "${relativeFile}": open };
      const [command, ...args] = [runtimeExecutable, ...runtimeArgs, cwd].map((text) =>
        Object.entries(values).reduce((replaced, [variable, value]) => replaced.replaceAll(variable, value), text),
      );
      const folder = args.pop() ?? "";
      const outcome = await debugged([command ?? "", ...args], { cwd: folder, breakpoints });
      expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Tests +\d+ passed/) });
      expect(outcome.stops).toEqual(breakpoints.map(({ file, line }) => `${file}:${line}`).toSorted());
    },
  );
});
