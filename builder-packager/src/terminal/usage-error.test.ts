import { Argument } from "commander";
import { expect, test } from "vitest";
import { usageError } from "./usage-error.ts";

test.for([
  [
    "error: unknown option '--taget'\n(Did you mean --target?)",
    "unknown option '--taget'",
    "Did you mean --target? Add --help for the options.",
  ],
  ["error: missing required argument 'image'", "missing required argument 'image'", "Add --help for the options."],
  [
    "error: option '-l, --label <name=value>' argument 'x' is invalid. Use NAME=VALUE.",
    "option '-l, --label <name=value>' argument 'x' is invalid. Use NAME=VALUE.",
    "Add --help for the options.",
  ],
] as const)("commander's usage error %j becomes the error %j with the hint %j", ([text, message, hint]) => {
  expect(usageError({ message: text })).toMatchObject({ code: "ARGUMENT_INVALID", exitCode: 3, message, hint });
});

test("the hint for a missing argument lists its choices", () => {
  const args = [new Argument("<image>"), new Argument("<shell>").choices(["bash", "zsh", "fish"])];
  const hintFor = (name: string) => usageError({ message: `error: missing required argument '${name}'` }, args).hint;
  expect(hintFor("shell")).toBe("Use bash, zsh or fish. Add --help for the options.");
  expect(hintFor("image")).toBe("Add --help for the options.");
});
