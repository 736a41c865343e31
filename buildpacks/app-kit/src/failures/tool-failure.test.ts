import { renderError } from "libcnb";
import { expect, test } from "vitest";
import { toolFailure } from "./tool-failure.ts";

const explanation = { when: "", message: "TOOL failed", hint: "Mend it." };

test("an error does not repeat output that the log already has", () => {
  const end = { exitCode: 1, tool: "npm", output: "the reason" };
  expect(renderError(toolFailure("CODE", explanation, end, { words: { TOOL: "npm" } }))).toBe(
    "ERROR: npm failed (CODE)\n  caused by: npm ended with exit code 1\nHINT: Mend it.\n",
  );
});

test("an error shows no secrets, colors or endless lines of output", () => {
  const output = [
    "\x1b[31mred\x1b[0m https://me:hunter2@registry.test/x",
    "//registry.test/:_authToken=npm_abcdef",
    'npmAuthToken: "t0ken-of-yarn"',
    "authorization: Bearer abcdefghijkl",
    "the variable says s3cret-given",
    "x".repeat(600),
  ].join("\r\n");
  const unseen = { output, secrets: ["s3cret-given"] };
  expect(
    toolFailure("CODE", explanation, { exitCode: 1, output: "" }, { unseen }).cause,
  ).toBe(`it ended with exit code 1; its last lines were
    red https://***@registry.test/x
    //registry.test/:_authToken=***
    npmAuthToken: "***"
    authorization: Bearer ***
    the variable says ***
    ${"x".repeat(500)}…`);
});
