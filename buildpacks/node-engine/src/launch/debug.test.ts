import { expect, test } from "vitest";
import { debugOptions } from "./debug.ts";

type Variables = Readonly<Record<string, string>>;

const on = { BPL_DEBUG_ENABLED: "true" };
const local = "--inspect=127.0.0.1:9229";

test.for<[string, Variables, readonly string[], readonly string[]]>([
  ["is closed by default", {}, [], []],
  ["is closed if BPL_DEBUG_ENABLED is false", { BPL_DEBUG_ENABLED: "false" }, [], []],
  ["is open only inside the container with BPL_DEBUG_ENABLED", on, [local], []],
  [
    "is open on BPL_DEBUG_HOST and BPL_DEBUG_PORT",
    { ...on, BPL_DEBUG_HOST: "0.0.0.0", BPL_DEBUG_PORT: "9000" },
    ["--inspect=0.0.0.0:9000"],
    [],
  ],
  ["is open on an IPv6 address", { ...on, BPL_DEBUG_HOST: "[::1]" }, ["--inspect=[::1]:9229"], []],
  [
    "is open while the app waits for a debugger with BPL_DEBUG_SUSPEND",
    { ...on, BPL_DEBUG_SUSPEND: "1" },
    ["--inspect-brk=127.0.0.1:9229"],
    [],
  ],
  ["is not changed if NODE_OPTIONS contains --inspect", { ...on, NODE_OPTIONS: "--inspect=1234" }, [], []],
  [
    "is 9229 if BPL_DEBUG_PORT is invalid",
    { ...on, BPL_DEBUG_PORT: "99999" },
    [local],
    ["BPL_DEBUG_PORT is not valid: Node.js uses 9229 instead"],
  ],
  [
    "is open only inside the container if BPL_DEBUG_HOST contains another option",
    { ...on, BPL_DEBUG_HOST: "x --eval=1" },
    [local],
    ["BPL_DEBUG_HOST is not valid: Node.js uses 127.0.0.1 instead"],
  ],
])("the debug port of Node.js %s", ([, env, expected, warnings]) => {
  const reported: string[] = [];
  expect([debugOptions(env, (text) => reported.push(text)), reported]).toEqual([expected, warnings]);
});
