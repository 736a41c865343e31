import console, { Console } from "node:console";
import process from "node:process";
import { isatty } from "node:tty";
import { debuglog, styleText } from "node:util";
import { report, untyped } from "../report.ts";

/* The test runs this on a terminal. */

const { stdout, stderr } = process;

report("streams", () => [
  isatty(1),
  isatty(2),
  stdout.isTTY,
  stderr.isTTY,
  stdout.columns,
  stdout.rows,
  stdout.getWindowSize(),
]);
for (const env of [
  {},
  { TERM: "dumb" },
  { TERM: "xterm" },
  { TERM: "xterm-256color" },
  { TERM: "XTERM" },
  { TERM: "linux" },
  { TERM: "screen.xterm" },
  { TERM: "vt100" },
  { TERM: "mosh" },
  { TERM: "terminator" },
  { TERM: "xterm-kitty" },
  { TERM: "konsole" },
  { TERM: "unknown" },
  { TERM: "x-truecolor" },
  { TERM: "con80x25" },
  { COLORTERM: "truecolor" },
  { COLORTERM: "24bit" },
  { COLORTERM: "1" },
  { COLORTERM: "1", TERM: "dumb" },
  { NO_COLOR: "1", TERM: "xterm" },
  { NO_COLOR: "", TERM: "xterm" },
  { NODE_DISABLE_COLORS: "1", TERM: "xterm" },
  { FORCE_COLOR: "" },
  { FORCE_COLOR: "0" },
  { FORCE_COLOR: "1" },
  { FORCE_COLOR: "true" },
  { FORCE_COLOR: "2" },
  { FORCE_COLOR: "3" },
  { FORCE_COLOR: "nope" },
  { TMUX: "1" },
  { TF_BUILD: "1", AGENT_NAME: "x" },
  { CI: "" },
  { CI: "1", GITHUB_ACTIONS: "" },
  { CI: "1", GITLAB_CI: "1" },
  { CI: "1", CI_NAME: "codeship" },
  { TEAMCITY_VERSION: "9.0.5 (build 32523)" },
  { TEAMCITY_VERSION: "8.0" },
  { TEAMCITY_VERSION: "2020.1" },
  { TERM_PROGRAM: "iTerm.app" },
  { TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "2.9" },
  { TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.1" },
  { TERM_PROGRAM: "HyperTerm" },
  { TERM_PROGRAM: "MacTerm" },
  { TERM_PROGRAM: "Apple_Terminal" },
]) {
  report(`colors with ${JSON.stringify(env)}`, () => [
    stdout.getColorDepth(env),
    stdout.hasColors(env),
    stdout.hasColors(2, env),
    stdout.hasColors(256, env),
    stdout.hasColors(2 ** 24, env),
  ]);
}
for (const count of [1, 1.5, "x", null]) {
  report(`hasColors of ${count}`, () => stdout.hasColors(untyped<number>(count), {}));
}
/** Sets the variables of the environment that decide about colors. */
function setColors(variables: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) {
    if (/COLOR|^TERM|^CI|^TMUX|GITHUB|TEAMCITY/.test(name)) {
      delete process.env[name];
    }
  }
  Object.assign(process.env, variables);
}
for (const variables of [{ TERM: "xterm" }, { TERM: "dumb" }, { TERM: "xterm", NO_COLOR: "1" }, { FORCE_COLOR: "0" }]) {
  setColors(variables);
  report(`texts with ${JSON.stringify(variables)}`, () => styleText("red", "a"));
  console.log({ a: 1 }, "text", [null]);
  console.error({ a: "x" });
  console.dir({ a: true });
  console.table([{ a: 1 }]);
  new Console(stdout, stderr, true).log({ b: undefined });
  new Console({ stdout, colorMode: false }).log({ c: 1 });
  debuglog("case")("%O", { a: 1 });
  console.clear();
}
