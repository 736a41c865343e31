import { ChildProcess, spawn } from "./child.ts";
import { exec, execFile } from "./exec-file.ts";

/** `node:child_process`, without the synchronous functions and `fork`. */
export { ChildProcess, exec, execFile, spawn };

export default { ChildProcess, exec, execFile, spawn };
