// @needs fish, zsh
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds, execute } from "../../support/cnb.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "completion-"));
  for (const shell of ["bash", "zsh", "fish"])
    await writeFile(join(dir, shell), (await cnbSucceeds(["completion", shell])).stdout);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The words that a shell offers at the end of a command line. */
type Complete = (line: string) => Promise<readonly string[]>;

const lines = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim().split("\t")[0] ?? "")
    .filter((line) => line !== "");

const bash: Complete = async (line) => {
  const words = line.split(" ").map((word) => `'${word}'`);
  const script = `. '${dir}/bash'; COMP_WORDS=(${words.join(" ")}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _cnb; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { exitCode, stdout, stderr } = await execute("bash", ["-c", script]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return lines(stdout);
};

const fish: Complete = async (line) => {
  const { exitCode, stdout, stderr } = await execute(
    "fish",
    ["-N", "-c", `source '${dir}/fish'; complete -C '${line}'`],
    {
      env: { PATH: process.env.PATH ?? "", HOME: dir },
    },
  );
  expect([exitCode, stderr]).toEqual([0, ""]);
  return lines(stdout);
};

/** Replaces the functions that show matches by ones that print them. */
const zsh: Complete = async (line) => {
  const script = `
compdef() { }
_describe() { local name; for name in "\${(@P)2}"; do print -r -- "\${name%%:*}"; done }
_files() { }
compadd() { shift; print -rl -- "$@" }
. '${dir}/zsh'
words=(${line
    .split(" ")
    .map((word) => `'${word}'`)
    .join(" ")})
CURRENT=\${#words}
_cnb`;
  const { exitCode, stdout, stderr } = await execute("zsh", ["-f", "-c", script]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  const prefix = line.split(" ").at(-1) ?? "";
  return lines(stdout).filter((each) => each.startsWith(prefix));
};

describe.each<[string, Complete]>([
  ["bash", bash],
  ["fish", fish],
  ["zsh", zsh],
])("cnb completion %s offers", (_, complete) => {
  test("the commands that begin with the typed letters", async () => {
    expect([...(await complete("cnb b"))].sort()).toEqual(["base", "build", "builder", "buildpack"]);
  });

  test("the subcommands of a command", async () => {
    expect([...(await complete("cnb buildpack "))].sort()).toEqual([
      "inspect",
      "new",
      "package",
      "summarize",
      "version",
    ]);
  });

  test("the options of a subcommand after other options", async () => {
    expect(await complete("cnb --quiet builder create oci:builder --loc")).toEqual(["--lock"]);
  });

  test("the values of an option", async () => {
    expect([...(await complete("cnb sbom download app --format "))].sort()).toEqual(["cyclonedx", "spdx", "syft"]);
  });
});

test("cnb completion refuses an unknown shell and names the known ones", async () => {
  const { exitCode, stderr } = await cnb(["completion", "tcsh"]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain("bash, zsh, fish");
});
