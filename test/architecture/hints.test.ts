import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { parseSync, Visitor } from "oxc-parser";
import { beforeAll, expect, test } from "vitest";
import { commandsFor } from "../../builder-packager/src/commands/table.ts";
import { root } from "../support/cnb.ts";
import { sourcesIn } from "./imports.ts";

/** Commands by their words, with their flags; groups such as `buildpack`, too. */
const flags = new Map<string, readonly string[]>();
beforeAll(async () => {
  const program = new Command("cnb");
  for (const command of await commandsFor([])) command.register(program);
  const add = (command: Command, words: string): void => {
    flags.set(words, [...command.options.flatMap(({ long }) => long ?? []), "--help", "--verbose", "--quiet"]);
    for (const child of command.commands) add(child, `${words} ${child.name()}`.trim());
  };
  add(program, "");
});

/** Flags of tar, which a hint names without the program. */
const flagsOfTar = ["--sparse"];
/** Flags of other programs that hints name, each behind its program. */
const foreign = /\b(docker|podman|npm|npx|modprobe|sysctl|chmod|tar|git|buildah|apt-get) [^.;]*$/;

interface Hint {
  readonly location: string;
  readonly text: string;
}

/** The texts of `hint: …`, with a gap for each value. */
function hintsIn(file: string): readonly Hint[] {
  const source = readFileSync(join(root, file), "utf8");
  const found: Hint[] = [];
  new Visitor({
    Property: ({ key, value, start }) => {
      if (source.slice(key.start, key.end) !== "hint") return;
      const code = source.slice(value.start, value.end).replace(/\$\{[^}]*\}/g, "…");
      const texts = code.match(/"(?:[^"\\]|\\.)*"|`[^`]*`/g) ?? [];
      const line = source.slice(0, start).split("\n").length;
      found.push(...texts.map((text) => ({ location: `${file}:${line}`, text: text.slice(1, -1) })));
    },
  }).visit(parseSync(file, source).program);
  return found;
}

const hints = ["builder-packager/src", "framework/src"].flatMap((dir) =>
  sourcesIn(join(root, dir)).flatMap((file) => hintsIn(join(dir, file))),
);

/** The command that a text names behind `cnb`: of two words, of one, or none. */
function commandNamed(words: string): string | undefined {
  const [one = "", two = ""] = words.split(" ");
  return [`${one} ${two}`, one].find((name) => flags.has(name) && name !== "");
}

test("hints name only cnb commands that exist", () => {
  expect(hints.length).toBeGreaterThan(300);
  const named = hints.flatMap(({ location, text }) =>
    [...text.matchAll(/\b(?:run|use|with|npx) cnb ([a-z]+(?: [a-z]+)?)/gi)].map(([, words = ""]) => ({
      location,
      words,
    })),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter(({ words }) => commandNamed(words) === undefined)).toEqual([]);
});

test("hints name only flags of a cnb command", () => {
  const all = new Set([...flagsOfTar, ...[...flags.values()].flat()]);
  const unknown = hints.flatMap(({ location, text }) =>
    [...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)]
      .filter(({ 0: flag, index }) => !all.has(flag) && !foreign.test(text.slice(0, index)))
      .map(([flag]) => ({ location, flag })),
  );
  expect(unknown).toEqual([]);
});
