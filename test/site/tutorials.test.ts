import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { commandTree } from "../../builder-packager/src/cli.ts";
import { root } from "../support/cnb.ts";

const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** The files that a page shows, each below a line with its name. */
const filesOf = (page: string): ReadonlyMap<string, string> =>
  new Map(
    Array.from(read(page).matchAll(/^`([^`]+)`:\n\n```\w+\n([\s\S]*?)^```$/gm), ([, name = "", text = ""]) => [
      name,
      text,
    ]),
  );

test.each([
  ["docs/tutorials/buildpack.md", 3],
  ["framework/README.md", 1],
])("the buildpack of %s passes the tests on the same page", async (page, tests) => {
  await mkdir(join(root, "dist"), { recursive: true });
  // in the repository, where libcnb is found
  const dir = await mkdtemp(join(root, "dist/tutorial-"));
  try {
    for (const [name, text] of filesOf(page)) {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      await writeFile(join(dir, name), text);
    }
    const config = `export default { resolve: { conditions: ["@libcnb/source", "node"] }, ssr: { resolve: { conditions: ["@libcnb/source", "node"] } } };\n`;
    await writeFile(join(dir, "vitest.config.ts"), config);
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, [vitest, "run", "--root", dir], {
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], NO_COLOR: "1" },
    });
    expect(stdout).toContain(`Tests  ${tests} passed (${tests})`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

/** The commands of cnb in the pages' blocks of shell, as words, continued lines joined. */
const pages = [
  "{.,framework,builder-packager,templates,buildpacks/*}/README.md",
  "docs/*.md",
  "docs/{guide,tutorials,how-to,explanation,coming-from}/*.md",
];
const commands = globSync(pages, { cwd: root }).flatMap((page) =>
  Array.from(read(page).matchAll(/^```(?:sh|yaml)\n([\s\S]*?)^```$/gm), ([, block = ""]) => block)
    .flatMap((block) => block.replaceAll(/\\?\n\s+(?=--)/g, " ").split("\n"))
    .flatMap((line) => Array.from(line.matchAll(/(?:^|\s)cnb ([a-z][^|#&]*)/g), ([, call = ""]) => ({ page, call }))),
);

test("every cnb option in the documentation exists", async () => {
  const program = await commandTree([]);
  const unknown = commands.flatMap(({ page, call }) => {
    // options of another command in quotes, such as that of --key-command, are not those of cnb
    const own = call.replace(/"[^"]*"|'[^']*'/g, "text").split(" -- ")[0];
    const words = own?.trim().split(/\s+/) ?? [];
    const command = named(program, words);
    const known = [program, command].flatMap((each) => each.options.flatMap(({ short, long }) => [short, long]));
    return words
      .filter((word) => /^--?[a-z]/i.test(word))
      .map((word) => word.split("=")[0])
      .filter((option) => option !== "--help" && !known.includes(option))
      .map((option) => `${page}: cnb ${words[0]} … ${option}`);
  });
  expect(commands.length).toBeGreaterThan(50);
  expect(unknown).toEqual([]);
});

// No registry is built in: without one, node-engine ends the build with NPM_REGISTRY_UNKNOWN.
test("every tutorial build that downloads Node.js from npm names the registry", () => {
  const builds = commands.filter(({ call }) => call.includes("BP_NODE_DISTRIBUTION=npm"));
  expect(builds.length).toBeGreaterThan(0);
  expect(builds.filter(({ call }) => !call.includes("NPM_CONFIG_REGISTRY="))).toEqual([]);
});

function named(parent: Command, [word, ...rest]: readonly string[]): Command {
  const child = parent.commands.find((command) => command.name() === word);
  return child ? named(child, rest) : parent;
}
