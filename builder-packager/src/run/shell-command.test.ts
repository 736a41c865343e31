import { expect, test } from "vitest";
import { shellCommand } from "./shell-command.ts";

const launcher = "/cnb/lifecycle/launcher";

test.for([
  ["/bin/bash", "with a launcher", [launcher, "/bin/bash", "--norc", "-i"], true],
  ["/usr/bin/bash", "without a launcher", ["/usr/bin/bash", "--norc", "-i"], false],
  ["/bin/sh", "with a launcher", [launcher, "--", "/bin/sh", "-i"], true],
  ["/bin/sh", "without a launcher", ["/bin/sh", "-i"], false],
] as const)("the command that starts the shell %s in an image %s is %j", ([shell, , command, hasLauncher]) => {
  expect(shellCommand(shell, hasLauncher)).toEqual(command);
});
