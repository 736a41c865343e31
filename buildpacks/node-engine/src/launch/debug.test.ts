import { createRequire } from "node:module";
import { expect, test } from "vitest";

type Variables = Readonly<Record<string, string>>;
const { debugOptions } = createRequire(import.meta.url)("./debug.cjs") as {
  readonly debugOptions: (env: Variables, warn: (text: string) => void) => readonly string[];
};

const on = { BPL_DEBUG_ENABLED: "true" };
const local = "--inspect=127.0.0.1:9229";

test.for<[string, Variables, readonly string[], readonly string[]]>([
  ["nothing unless asked for", {}, [], []],
  ["nothing for another word", { BPL_DEBUG_ENABLED: "false" }, [], []],
  ["nobody outside of the container", on, [local], []],
  [
    "whoever the user lets in",
    { ...on, BPL_DEBUG_HOST: "0.0.0.0", BPL_DEBUG_PORT: "9000" },
    ["--inspect=0.0.0.0:9000"],
    [],
  ],
  ["an address of six", { ...on, BPL_DEBUG_HOST: "[::1]" }, ["--inspect=[::1]:9229"], []],
  ["waiting for a debugger", { ...on, BPL_DEBUG_SUSPEND: "1" }, ["--inspect-brk=127.0.0.1:9229"], []],
  ["the user's own option", { ...on, NODE_OPTIONS: "--inspect=1234" }, [], []],
  ["a wrong port", { ...on, BPL_DEBUG_PORT: "99999" }, [local], ["BPL_DEBUG_PORT is not valid: 9229 is used"]],
  [
    "further options",
    { ...on, BPL_DEBUG_HOST: "x --eval=1" },
    [local],
    ["BPL_DEBUG_HOST is not valid: 127.0.0.1 is used"],
  ],
])("the debug port: %s", ([, env, expected, warnings]) => {
  const reported: string[] = [];
  expect([debugOptions(env, (text) => reported.push(text)), reported]).toEqual([expected, warnings]);
});
