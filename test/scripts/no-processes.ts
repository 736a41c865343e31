import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";

/** Tests of the project `unit` start no process, so that they run in seconds and need no program of the machine. */
for (const name of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"] as const)
  Object.assign(childProcess, {
    [name]: (program: unknown) => {
      throw new Error(
        `a unit test starts ${String(program)}: put "// @needs processes" into the first line of its file`,
      );
    },
  });
syncBuiltinESMExports();
