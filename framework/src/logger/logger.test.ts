import { describe, expect, test } from "vitest";
import { duration } from "./clock.ts";
import { recordingLogger } from "./recording-logger.ts";
import { displayWidth, tableLines } from "./table.ts";
import { textLogger } from "./text-logger.ts";

/** A clock that advances a second each time it is asked. */
function steps() {
  let now = 0;
  return { now: () => (now += 1000) };
}

function logger(env: Readonly<Record<string, string>> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const log = textLogger({ out: (text) => out.push(text), err: (text) => err.push(text) }, env, steps());
  return { log, said: () => ({ out: out.join(""), err: err.join("") }) };
}

function logged(env: Readonly<Record<string, string>>) {
  const { log, said } = logger(env);
  log.heading("Node.js");
  log.step("Installing");
  log.info("two\nlines");
  log.debug("detail");
  log.output("npm ci");
  log.warn("old version");
  log.table([["a", "1"]], { header: ["name", "value"] });
  return said();
}

const rows = "  name  value\n  a     1\n";
const plain = {
  out: `=== Node.js ===\nInstalling\n  two\n  lines\n    npm ci\n${rows}`,
  err: "WARNING: old version\n",
};
const detailed = {
  ...plain,
  out: `=== Node.js ===\nInstalling\n  two\n  lines\n  detail\n    npm ci\n${rows}`,
};

test.for<[string, Readonly<Record<string, string>>, { out: string; err: string }]>([
  ["information on standard output and warnings on standard error", {}, plain],
  ["details with BP_LOG_LEVEL=DEBUG", { BP_LOG_LEVEL: "DEBUG\n" }, detailed],
  ["details with BP_DEBUG=true", { BP_DEBUG: "true" }, detailed],
  ["no details with BP_DEBUG=false", { BP_DEBUG: "false", BP_LOG_LEVEL: "info" }, plain],
  [
    "colors with FORCE_COLOR=1",
    { FORCE_COLOR: "1" },
    {
      out: `\u001b[1m=== Node.js ===\u001b[22m\n\u001b[1mInstalling\u001b[22m\n  two\n  lines\n    npm ci\n${rows}`,
      err: "\u001b[33mWARNING: old version\u001b[39m\n",
    },
  ],
  ["no colors with NO_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, plain],
  ["no colors with FORCE_COLOR=0", { FORCE_COLOR: "0" }, plain],
])("the log has %s", ([, env, texts]) => {
  expect(logged(env)).toEqual(texts);
});

describe("a timed step of the log", () => {
  test("shows its duration and returns the result of the work", async () => {
    const { log, said } = logger();
    expect(await log.timed("Installing", () => 42)).toBe(42);
    expect(said().out).toBe("Installing\n  done in 1.0 s\n");
  });

  test("shows its duration even if the work fails", async () => {
    const { log, said } = logger();
    await expect(log.timed("Installing", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(said().out).toBe("Installing\n  failed after 1.0 s\n");
  });
});

test.for<[number, string]>([
  [0, "0 ms"],
  [12.4, "12 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min 0 s"],
  [3_725_000, "62 min 5 s"],
])("%d milliseconds are formatted as %s", ([ms, text]) => {
  expect(duration(ms)).toBe(text);
});

describe("control characters in logged text do not reach the terminal", () => {
  const hostile = "a\u001b[2J\u001b]0;title\u0007\u009b1A\rb\u202ec\u0000";

  test.for<[string, string, string]>([
    [
      "and are shown as escape sequences in a file name",
      hostile,
      "  a\\x1b[2J\\x1b]0;title\\x07\\x9b1A\\x0db\\u202ec\\x00\n",
    ],
    ["and colors are removed", "\u001b[1mbold\u001b[0m \u001b[38;5;1mred", "  bold red\n"],
    ["but tabs are kept", "a\tb", "  a\tb\n"],
  ])("%s", ([, text, shown]) => {
    const { log, said } = logger();
    log.info(text);
    expect(said().out).toBe(shown);
  });

  test.for<[string, string, string]>([
    ["and are removed from a tool's line", `${hostile}\u001b(B\u001b7`, "    abc\n"],
    ["and an unterminated escape sequence ends with the line", "a\u001b[12", "    a12\n"],
    ["and an unterminated window title ends with the line", "a\u001b]0;title", "    a\n"],
  ])("%s", ([, text, shown]) => {
    const { log, said } = logger();
    log.output(text);
    expect(said().out).toBe(shown);
  });

  test("and colors are reset at the end of the text", () => {
    const { log, said } = logger({ FORCE_COLOR: "1" });
    log.info("\u001b[31mred\u001b[2J");
    log.output("\u001b[32mgreen\u001b[K");
    expect(said().out).toBe("  \u001b[31mred\\x1b[2J\u001b[0m\n    \u001b[32mgreen\u001b[0m\n");
  });

  test("in tables and warnings", () => {
    const { log, said } = logger();
    log.table([["\u001b[2Jx\ny", "1"], ["z"]]);
    log.warn("\u001b[2J");
    expect(said()).toEqual({ out: "  \\x1b[2Jx y  1\n  z\n", err: "WARNING: \\x1b[2J\n" });
  });
});

test.for<[string, number]>([
  ["", 0],
  ["abc", 3],
  ["größe", 5],
  ["e\u0301", 1],
  ["日本語", 6],
  ["ﾊﾝ", 2],
  ["👍🏽", 2],
  ["👨‍👩‍👧", 2],
  ["⚠️", 2],
  ["–", 1],
])("the text %j is %d columns wide", ([text, width]) => {
  expect(displayWidth(text)).toBe(width);
});

test("a table in the log has aligned columns without trailing spaces, and rows may have fewer cells", () => {
  expect(tableLines([["名前", "a"], ["x"], [], ["xyz", "", "c"]], { header: ["name", "second", ""] })).toEqual([
    "name  second",
    "名前  a",
    "x",
    "",
    "xyz           c",
  ]);
  expect(tableLines([])).toEqual([]);
});

test("a recording logger keeps plain text, and its clock does not advance", async () => {
  const log = recordingLogger();
  log.heading("\u001b[1mTitle\u001b[22m");
  log.debug("detail");
  await log.timed("Installing", async () => log.output("line"));
  log.table([["a", "b"]], { header: ["name", "x"] });
  expect(log.lines).toEqual(["Title", "Installing", "line", "done in 0 ms", "name  x", "a     b"]);
});
