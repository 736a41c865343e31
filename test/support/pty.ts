// @needs python3
import { join } from "node:path";
import { execute, pinnedNode, root } from "./cnb.ts";

/** One step of a session: a text to wait for, and then a text to type, or a new size of the terminal. */
export interface TerminalStep {
  /** A regular expression of Python, for the output since the last step. */
  readonly expect: string;
  readonly send?: string;
  readonly resize?: { readonly rows: number; readonly columns: number };
  /** The name of a signal that the program gets. */
  readonly kill?: string;
}

export interface TerminalSession {
  readonly exitCode: number;
  /** All that the terminal showed, with what was typed. */
  readonly output: string;
  /** True if the terminal again echoes and edits lines. */
  readonly isRestored: boolean;
}

const program = `
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time
job = json.load(sys.stdin)
pid, fd = pty.fork()
if pid == 0:
    os.chdir(job["cwd"])
    os.execvpe(job["command"][0], job["command"], job["env"])
def resize(rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
resize(30, 100)
found = True
seen, start, late = b"", 0, False
def more():
    global seen, late
    if not select.select([fd], [], [], 120)[0]:
        late = True
        os.kill(pid, signal.SIGKILL)
        return False
    try: chunk = os.read(fd, 65536)
    except OSError: return False
    seen += chunk
    return bool(chunk)
for step in job["steps"]:
    wanted = re.compile(step["expect"].encode())
    while True:
        found = wanted.search(seen, start)
        if found or not more(): break
    if not found: break
    start = found.end()
    if "resize" in step: resize(step["resize"]["rows"], step["resize"]["columns"])
    if "kill" in step: os.kill(pid, getattr(signal, step["kill"]))
    if "send" in step: os.write(fd, step["send"].encode())
while more(): pass
flags = termios.tcgetattr(fd)[3]
status = os.waitpid(pid, 0)[1]
if not found: seen += b"\\nNOT SEEN: " + step["expect"].encode()
print(json.dumps({"exitCode": os.waitstatus_to_exitcode(status), "output": seen.decode(errors="replace"),
    "isRestored": bool(flags & termios.ICANON) and bool(flags & termios.ECHO)}))
`;

/** Runs a program in a terminal of its own, as a user does, and types what the steps contain. */
export async function inTerminal(
  command: readonly string[],
  steps: readonly TerminalStep[],
  { env = process.env, cwd = root }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<TerminalSession> {
  const input = JSON.stringify({ command, steps, env, cwd });
  const { stdout, stderr } = await execute("python3", ["-c", program], { input });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The command line of the compiled `cnb`. */
export const cnbCommand = (args: readonly string[]): readonly string[] => [
  pinnedNode,
  join(root, "builder-packager/bin/cnb.js"),
  ...args,
];
