import { expect, test } from "vitest";
import { shellCommand } from "./shell-command.ts";

const launcher = "/cnb/lifecycle/launcher";

test.for([
  ["/bin/bash", true, [launcher, "/bin/bash", "--norc", "-i"]],
  ["/usr/bin/bash", false, ["/usr/bin/bash", "--norc", "-i"]],
  ["/bin/sh", true, [launcher, "--", "/bin/sh", "-i"]],
  ["/bin/sh", false, ["/bin/sh", "-i"]],
] as const)("the command of %s in an image, with a launcher: %s, is %j", ([shell, hasLauncher, command]) => {
  expect(shellCommand(shell, hasLauncher)).toEqual(command);
});
