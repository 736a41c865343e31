import { expect, test } from "vitest";
import { shellCommand } from "./shell-command.ts";

test.for<[string, readonly string[]]>([
  ["serve --port $PORT", ["sh", "-c", "exec serve --port $PORT"]],
  [`serve "a $B" 'c'`, ["sh", "-c", `exec serve "a $B" 'c'`]],
  ["exec serve $PORT && x", ["sh", "-c", "exec serve $PORT && x"]],
  ["A=$B serve", ["with-signals", "sh", "-c", "A=$B serve"]],
  ["serve $(cat name)", ["with-signals", "sh", "-c", "serve $(cat name)"]],
  ["cd web && serve", ["with-signals", "sh", "-c", "cd web && serve"]],
  ["{ serve", ["with-signals", "sh", "-c", "{ serve"]],
  ["tool run serve -- $A", ["with-signals", "sh", "-c", "tool run serve -- $A"]],
])("the command %j becomes the arguments of a shell", ([line, expected]) =>
  expect(shellCommand(line, new Set(["tool"]))).toEqual(expected),
);
