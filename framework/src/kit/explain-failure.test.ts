import { describe, expect, test } from "vitest";
import { renderError } from "../render-error.ts";
import {
  explainFailure,
  type FailureFacts,
  type FailurePattern,
  type FailureTable,
  failureCode,
  type NameInOutput,
  nameInOutput,
} from "./explain-failure.ts";
import type { ToolEnd } from "./tool-end.ts";

const table: FailureTable<"TOOL_PACKAGE_UNKNOWN" | "TOOL_OFFLINE" | "TOOL_FAILED"> = {
  failures: {
    TOOL_PACKAGE_UNKNOWN: { when: "", message: "TOOL does not find PACKAGE", hint: "Correct its name in FILE." },
    TOOL_OFFLINE: { when: "", message: "PACKAGE is not in the cache", hint: "Let TOOL use the network." },
    TOOL_FAILED: { when: "", message: "TOOL failed (ERROR)", hint: "See the OUTPUT of TOOL." },
  },
  patterns: [
    { code: "TOOL_PACKAGE_UNKNOWN", pattern: /^error: unknown package/m },
    { code: "TOOL_PACKAGE_UNKNOWN", end: [44] },
  ],
  fallback: "TOOL_FAILED",
  placeholders: {
    TOOL: "tool",
    FILE: "tool.toml",
    PACKAGE: {
      patterns: [/unknown package '([^']+)'/],
      text: 'the package "NAME" of TOOL',
      fallback: "a package of TOOL",
    },
    ERROR: { patterns: [/\b(E[A-Z]+)\b/], fallback: "ENDING" },
  },
};

describe("the error of a failed tool has the declared texts", () => {
  type Facts = FailureFacts<keyof typeof table.failures>;
  test.for<[title: string, end: Omit<ToolEnd, "output">, facts: Facts, output: string, expected: string]>([
    [
      "with a name from the tool's output",
      { exitCode: 1 },
      {},
      "error: unknown package 'a'",
      'TOOL_PACKAGE_UNKNOWN: tool does not find the package "a" of tool. Correct its name in tool.toml.',
    ],
    [
      "with a fallback for a name that the output does not contain",
      { exitCode: 1 },
      {},
      "error: unknown package",
      "TOOL_PACKAGE_UNKNOWN: tool does not find a package of tool. Correct its name in tool.toml.",
    ],
    [
      "with a name that looks like a placeholder",
      { exitCode: 1 },
      {},
      "error: unknown package 'FILE'",
      'TOOL_PACKAGE_UNKNOWN: tool does not find the package "FILE" of tool. Correct its name in tool.toml.',
    ],
    [
      "with placeholders whose values the caller gives",
      { exitCode: 44 },
      { placeholders: { FILE: "TOOL/$&.toml", PACKAGE: "x" } },
      "",
      "TOOL_PACKAGE_UNKNOWN: tool does not find x. Correct its name in TOOL/$&.toml.",
    ],
    [
      "of a more exact error code that the caller selects",
      { exitCode: 44 },
      { instead: { TOOL_PACKAGE_UNKNOWN: "TOOL_OFFLINE" } },
      "",
      "TOOL_OFFLINE: a package of tool is not in the cache. Let tool use the network.",
    ],
    [
      "of the general error code if the more exact error code is for another failure",
      { exitCode: 1 },
      { instead: { TOOL_PACKAGE_UNKNOWN: "TOOL_OFFLINE", TOOL_FAILED: undefined } },
      "",
      "TOOL_FAILED: tool failed (exit code 1). See the OUTPUT of tool.",
    ],
    [
      "for unknown failures, with the signal, if no pattern matches",
      { exitCode: undefined, signal: "SIGTERM" },
      {},
      "",
      "TOOL_FAILED: tool failed (SIGTERM). See the OUTPUT of tool.",
    ],
    [
      "for unknown failures, with the tool's own error code, if no pattern matches",
      { exitCode: 2 },
      {},
      "EWHAT",
      "TOOL_FAILED: tool failed (EWHAT). See the OUTPUT of tool.",
    ],
    [
      "even if the output contains colors",
      { exitCode: 1 },
      {},
      "\x1b[31merror: \x1b[0munknown package 'a'",
      'TOOL_PACKAGE_UNKNOWN: tool does not find the package "a" of tool. Correct its name in tool.toml.',
    ],
    [
      "with a name from a log file that is searched instead of the output",
      { exitCode: 1 },
      { output: "error: unknown package 'log'" },
      "error: unknown package 'a'",
      'TOOL_PACKAGE_UNKNOWN: tool does not find the package "log" of tool. Correct its name in tool.toml.',
    ],
  ])("%s", ([, end, facts, output, expected]) => {
    const { code, message, hint } = explainFailure(table, { ...end, output }, facts);
    expect(`${code}: ${message}. ${hint}`).toBe(expected);
  });
});

describe("a failure pattern with", () => {
  const failed = { exitCode: 1, output: "" };
  test.for<[string, Omit<FailurePattern, "code">, string, ToolEnd | undefined, boolean]>([
    ["a regular expression that matches the output applies", { pattern: /a/ }, "cab", failed, true],
    ["a regular expression that does not match the output does not apply", { pattern: /a/ }, "b", failed, false],
    ["two regular expressions that match the output applies", { pattern: /a/, and: /b/ }, "ba", failed, true],
    [
      "two regular expressions, of which only one matches the output, does not apply",
      { pattern: /a/, and: /b/ },
      "a",
      failed,
      false,
    ],
    ["the tool's exit code applies", { end: [1, 2] }, "", failed, true],
    ["another exit code does not apply", { end: [2] }, "", failed, false],
    [
      "an exit code does not apply after a signal",
      { end: [2] },
      "",
      { exitCode: undefined, signal: "SIGTERM", output: "" },
      false,
    ],
    [
      "a matching regular expression and another exit code does not apply",
      { pattern: /a/, end: [2] },
      "a",
      failed,
      false,
    ],
    [
      "the condition signal applies after a signal",
      { end: "signal" },
      "",
      { exitCode: undefined, signal: "SIGTERM", output: "" },
      true,
    ],
    [
      "the condition signal applies after an exit code of a shell that means a signal",
      { end: "signal" },
      "",
      { exitCode: 143, output: "" },
      true,
    ],
    [
      "the condition signal does not apply after an exit code that means no signal",
      { end: "signal" },
      "",
      { exitCode: 128, output: "" },
      false,
    ],
    [
      "the condition killed applies after SIGKILL",
      { end: "killed" },
      "",
      { exitCode: undefined, signal: "SIGKILL", output: "" },
      true,
    ],
    [
      "the condition killed applies after the exit code of a shell that means SIGKILL",
      { end: "killed" },
      "",
      { exitCode: 137, output: "" },
      true,
    ],
    [
      "the condition killed does not apply after a signal other than SIGKILL",
      { end: "killed" },
      "",
      { exitCode: 143, output: "" },
      false,
    ],
    ["the condition signal does not apply if the tool's exit is unknown", { end: "signal" }, "", undefined, false],
    [
      "a matching regular expression applies even if the tool's exit is unknown",
      { pattern: /a/ },
      "a",
      undefined,
      true,
    ],
  ])("%s", ([, conditions, output, end, expected]) => {
    expect(failureCode([{ code: "CODE", ...conditions }], output, end)).toBe(expected ? "CODE" : undefined);
  });

  test("the first of two matching failure patterns takes precedence", () => {
    const rows = [
      { code: "FIRST", pattern: /a/ },
      { code: "SECOND", pattern: /a/ },
    ] as const;
    expect(failureCode(rows, "a")).toBe("FIRST");
  });
});

test.for<[string, Omit<NameInOutput, "fallback">, string, string | undefined]>([
  ["by the first pattern that matches", { patterns: [/a(\d)/, /b(\d)/, /c(\d)/] }, "c1 b2", "2"],
  ["by the alternative that matches", { patterns: [/a(\d)|b(\d)/] }, "b2", "2"],
  ["from several groups, joined", { patterns: [/(\w+)@(\d)?/], separator: ":" }, "lib@2", "lib:2"],
  ["from only the groups that match", { patterns: [/(\w+)@(\d)?/], separator: ":" }, "lib@", "lib"],
  ["by a function", { patterns: [/a(\d)/, () => undefined, (output) => output.slice(-1)] }, "x9", "9"],
  ["not at all if nothing matches", { patterns: [/a(\d)/] }, "x9", undefined],
])("a name is read from a failed tool's output %s", ([, source, output, expected]) => {
  expect(nameInOutput({ ...source, fallback: "" }, output)).toBe(expected);
});

describe("the cause of a failed tool's error", () => {
  test("does not repeat output that the log already has", () => {
    const end = { exitCode: 1, tool: "npm", output: "the reason" };
    expect(renderError(explainFailure(table, end))).toBe(
      "ERROR: tool failed (exit code 1) (TOOL_FAILED)\n  caused by: npm ended with exit code 1\nHINT: See the OUTPUT of tool.\n",
    );
  });

  test("shows no secrets, colors or endless lines of output", () => {
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
      explainFailure(table, { exitCode: 1, output: "" }, { unseen }).cause,
    ).toBe(`the tool ended with exit code 1; its last lines of output:
    red https://***@registry.test/x
    //registry.test/:_authToken=***
    npmAuthToken: "***"
    authorization: Bearer ***
    the variable says ***
    ${"x".repeat(500)}…`);
  });

  test("shows neither usage text nor lines without information", () => {
    const unseen = {
      output: "the reason\nprogress\nUsage:\n  tool FILE",
      usage: /\nUsage:[\s\S]*/,
      noise: /^progress/,
    };
    expect(explainFailure(table, { exitCode: 1, output: "" }, { unseen }).cause).toBe(
      "the tool ended with exit code 1; its last lines of output:\n    the reason",
    );
  });
});
