import { expect, test } from "vitest";
import { textLogger } from "./log.ts";

function logged(env: Readonly<Record<string, string>>) {
  const [out, err]: [string[], string[]] = [[], []];
  const log = textLogger({ out: (text) => out.push(text), err: (text) => err.push(text) }, env);
  log.step("Installing");
  log.info("two\nlines");
  log.debug("detail");
  log.output("npm ci");
  log.warn("old version");
  return { out: out.join(""), err: err.join("") };
}

const plain = { out: "Installing\n  two\n  lines\n    npm ci\n", err: "WARNING: old version\n" };

test.for<[string, Readonly<Record<string, string>>, { out: string; err: string }]>([
  ["information on standard output, warnings on standard error", {}, plain],
  [
    "details if asked for",
    { BP_LOG_LEVEL: "DEBUG" },
    { ...plain, out: "Installing\n  two\n  lines\n  detail\n    npm ci\n" },
  ],
  [
    "colour if asked for",
    { FORCE_COLOR: "1" },
    {
      out: "\u001b[1mInstalling\u001b[22m\n  two\n  lines\n    npm ci\n",
      err: "\u001b[33mWARNING: old version\u001b[39m\n",
    },
  ],
  ["no colour with NO_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, plain],
  ["no colour with FORCE_COLOR=0", { FORCE_COLOR: "0" }, plain],
])("%s", ([, env, texts]) => {
  expect(logged(env)).toEqual(texts);
});
