import { Command } from "commander";
import { expect, test } from "vitest";
import { helpEnd } from "./examples.ts";
import { commandsFor } from "./table.ts";

/** The whole program, whose commands say what they were given instead of doing it. */
async function program(): Promise<{ readonly root: Command; readonly leaves: ReadonlyMap<string, Command> }> {
  const root = new Command("cnb")
    .option("-q, --quiet")
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const command of await commandsFor([])) command.register(root);
  const leaves = new Map<string, Command>();
  const visit = (command: Command, words: readonly string[]): void => {
    command.exitOverride();
    for (const child of command.commands) visit(child, [...words, child.name()]);
    if (command.commands.length === 0)
      leaves.set(
        words.join(" "),
        command.action(() => {}),
      );
  };
  visit(root, []);
  return { root, leaves };
}

const examplesOf = (words: string): readonly string[] =>
  helpEnd(words)
    .split("\n")
    .filter((line) => line.startsWith("  cnb "));

test("each command accepts the examples in its help", async () => {
  const { leaves } = await program();
  for (const words of leaves.keys()) {
    expect([words, examplesOf(words).length]).not.toEqual([words, 0]);
    for (const example of examplesOf(words)) {
      const { root } = await program();
      const [, ...args] = example.trim().split(" ");
      expect(args.slice(0, words.split(" ").length).join(" ")).toBe(words);
      await root.parseAsync(args, { from: "user" });
    }
  }
});
