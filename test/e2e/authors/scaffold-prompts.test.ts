// @needs script
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pinnedNode, root } from "../../support/cnb.ts";

const create = [pinnedNode, join(root, "templates/bin/create-buildpack.js")];
const cnb = [pinnedNode, join(root, "builder-packager/bin/cnb.js")];

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "prompts-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const enter = "\r";
const controlC = "\u0003";

/** A question on the screen, and what somebody types then. */
type Answer = readonly [question: string, keys: string];

/** Runs a command in a terminal (util-linux's script), typing an answer whenever its question appears. */
function inTerminal(command: readonly string[], answers: readonly Answer[]) {
  const line = `stty cols 120 rows 40; exec ${command.map((word) => `'${word}'`).join(" ")}`;
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: "xterm", GIT_CEILING_DIRECTORIES: tmpdir() };
  const child = spawn("script", ["-qefc", line, "/dev/null"], { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  const left = [...answers];
  let screen = "";
  let seen = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    screen += stripVTControlCharacters(chunk.toString());
    const [next] = left;
    if (next === undefined || !screen.slice(seen).includes(next[0])) return;
    seen = screen.length;
    left.shift();
    child.stdin.write(next[1]);
  });
  return new Promise<{ exitCode: number | null; screen: string; unasked: readonly Answer[] }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, screen, unasked: left }));
  });
}

test("create-buildpack asks for each value that no flag gives", async () => {
  const { exitCode, screen, unasked } = await inTerminal(create, [
    ["Which template?", enter],
    ["In which directory?", `my-bp${enter}`],
    ["Which id?", `bad_id${enter}`],
    ["for example bad-id", `\u007f\u007f\u007f\u007f\u007f\u007facme/bp${enter}`],
    ["Under which licence?", enter],
    ["Install the dependencies now?", "n"],
  ]);
  expect({ exitCode, unasked, screen: exitCode === 0 ? "" : screen }).toEqual({ exitCode: 0, unasked: [], screen: "" });
  expect(await readFile(join(cwd, "my-bp/buildpack.toml"), "utf8")).toContain('id = "acme/bp"');
  expect(screen).toContain("npm run package");
});

test("create-buildpack --yes asks no questions", async () => {
  expect(await inTerminal([...create, "--yes"], [])).toMatchObject({ exitCode: 0 });
  expect(await readdir(cwd)).toContain("my-buildpack");
});

test("create-buildpack reports invalid flags before the first prompt", async () => {
  const { exitCode, screen } = await inTerminal([...create, "--license", "GPL"], []);
  expect({ exitCode, asked: screen.includes("?"), reported: screen.includes("CODE: ARGUMENT_INVALID") }).toEqual({
    exitCode: 3,
    asked: false,
    reported: true,
  });
});

test("create-buildpack suggests another id for a directory with a reserved name", async () => {
  const answers: Answer[] = [["Which id?", enter]];
  const said = ["sbom", "--template", "minimal", "--license", "MIT", "--no-install"];
  expect(await inTerminal([...create, ...said], answers)).toMatchObject({ exitCode: 0, unasked: [] });
  expect(await readFile(join(cwd, "sbom/buildpack.toml"), "utf8")).toContain('id = "sbom-buildpack"');
});

test("create-buildpack writes no file if the user presses Ctrl-C at a prompt", async () => {
  const answers: Answer[] = [
    ["Which template?", enter],
    ["In which directory?", controlC],
  ];
  expect(await inTerminal(create, answers)).toMatchObject({ exitCode: 130, unasked: [] });
  expect(await readdir(cwd)).toEqual([]);
});

test.for([
  ["leaves an existing file unchanged if the user declines", "n", 130, "mine"],
  ["replaces an existing file if the user agrees", "y", 0, "# Here\n"],
] as const)("cnb buildpack new %s", async ([, key, exitCode, start]) => {
  await writeFile(join(cwd, "README.md"), "mine");
  const said = ["buildpack", "new", "acme/here", "--path", ".", "--license", "MIT", "--no-install"];
  const answers: Answer[] = [
    ["Which template?", enter],
    ["Overwrite these files?", key],
  ];
  const outcome = await inTerminal([...cnb, ...said], answers);
  expect(outcome).toMatchObject({ exitCode, unasked: [] });
  expect((await readFile(join(cwd, "README.md"), "utf8")).slice(0, start.length)).toBe(start);
});
