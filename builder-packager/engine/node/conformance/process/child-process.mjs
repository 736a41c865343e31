import { ChildProcess, exec, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { printLine } from "../report.ts";

/*
 * The case runs on Node.js and on the small engine, and prints a line of JSON for each call: the two outputs must be equal.
 */

const print = (name, value) =>
  printLine(JSON.stringify([name, value], (_, x) => (x === undefined ? "(undefined)" : x)));
const shown = (e) => ({
  name: e.name,
  message: e.message,
  code: e.code,
  errno: e.errno,
  syscall: e.syscall,
  path: e.path,
  spawnargs: e.spawnargs,
  cmd: e.cmd,
  killed: e.killed,
  signal: e.signal,
  stdout: e.stdout,
  stderr: e.stderr,
});
const thrown = (name, f) => {
  try {
    f();
    print(name, "no error");
  } catch (e) {
    print(name, shown(e));
  }
};

/** All events of a child, in order. */
const watch = (name, child) =>
  new Promise((resolve) => {
    const events = [];
    const out = [];
    const err = [];
    child.stdout?.on("data", (d) => out.push(d));
    child.stderr?.on("data", (d) => err.push(d));
    for (const event of ["spawn", "exit", "error"])
      child.on(event, (...args) => events.push([event, ...args.map((a) => (a instanceof Error ? shown(a) : a))]));
    child.on("close", (...args) => {
      events.push(["close", ...args]);
      print(name, {
        events,
        out: Buffer.concat(out).toString(),
        err: Buffer.concat(err).toString(),
        exitCode: child.exitCode,
        signalCode: child.signalCode,
        killed: child.killed,
        pid: typeof child.pid,
        file: child.spawnfile,
        args: child.spawnargs,
        stdio: child.stdio.map((s) => s === null),
      });
      resolve();
    });
  });

await watch("echo", spawn("echo", ["a", "b c"]));
await watch("both", spawn("sh", ["-c", "echo out; echo err >&2; exit 3"]));
await watch("missing", spawn("no-such-program", ["x"]));
await watch("not executable", spawn("/etc/passwd"));
await watch("missing cwd", spawn("echo", [], { cwd: "/no/such" }));
await watch("cwd", spawn("pwd", { cwd: "/usr" }));
await watch("env", spawn("sh", ["-c", "echo $A-$B"], { env: { A: "1", PATH: process.env.PATH, B: undefined } }));
await watch("ignore", spawn("sh", ["-c", "echo x; cat"], { stdio: "ignore" }));
await watch("mixed", spawn("sh", ["-c", "echo x >&2; cat"], { stdio: ["ignore", "pipe", 2] }));
await watch("fd 3", spawn("sh", ["-c", "echo three >&3; echo one"], { stdio: ["ignore", "pipe", "pipe", "pipe"] }));
await watch("shell", spawn("echo $((1 + 2))", { shell: true }));
await watch("argv0", spawn("sh", ["-c", "echo $0"], { argv0: "zero" }));
const cat = spawn("cat");
const done = watch("stdin", cat);
cat.stdin.write("hello ");
cat.stdin.end("world");
await done;
const killed = spawn("sleep", ["10"]);
const ended = watch("kill", killed);
print("kill returns", killed.kill());
await ended;
print("kill again", killed.kill());
await watch("timeout", spawn("sleep", ["10"], { timeout: 50 }));
await watch("timeout killSignal", spawn("sleep", ["10"], { timeout: 50, killSignal: "SIGKILL" }));
const controller = new AbortController();
const aborted = watch("abort", spawn("sleep", ["10"], { signal: controller.signal }));
setTimeout(() => controller.abort(), 30);
await aborted;
await watch("aborted before", spawn("sleep", ["10"], { signal: AbortSignal.abort() }));
await watch("detached", spawn("sh", ["-c", "kill -9 $$"], { detached: true }));
const big = spawn("sh", ["-c", "head -c 3000000 /dev/zero | tr '\\0' x"]);
let size = 0;
for await (const piece of big.stdout) size += piece.length;
print("big", size);
const unread = spawn("sh", ["-c", "head -c 3000 /dev/zero"]);
print("unread", await new Promise((resolve) => unread.on("close", (...args) => resolve(args))));
thrown("no file", () => spawn());
thrown("empty", () => spawn(""));
thrown("nul", () => spawn("a\0b"));
thrown("nul arg", () => spawn("a", ["x\0"]));
thrown("bad args", () => spawn("a", 5));
thrown("bad options", () => spawn("a", [], 5));
thrown("bad stdio", () => spawn("a", [], { stdio: "nope" }));
thrown("bad signal", () => spawn("true").kill("SIGNOPE"));
thrown("bad detached", () => spawn("true", [], { detached: 1 }));
thrown("bad timeout", () => spawn("true", [], { timeout: -1 }));
const call = (f, ...args) =>
  new Promise((resolve) => f(...args, (e, stdout, stderr) => resolve({ e: e && shown(e), stdout, stderr })));
print("execFile", await call(execFile, "echo", ["hi"]));
print("execFile fails", await call(execFile, "sh", ["-c", "echo o; echo e >&2; exit 2"]));
print("execFile missing", await call(execFile, "no-such-program", ["a"]));
print("execFile buffer", await call(execFile, "echo", ["hi"], { encoding: "buffer" }));
print("execFile max", await call(execFile, "sh", ["-c", "echo 1234567890"], { maxBuffer: 5 }));
print("execFile timeout", await call(execFile, "sleep", ["9"], { timeout: 30 }));
print("exec", await call(exec, "echo $((2 + 3)) | cat"));
print("exec fails", await call(exec, "exit 4"));
print("promisified", await promisify(execFile)("echo", ["p"]));
print("promisified fails", await promisify(execFile)("sh", ["-c", "echo q; exit 1"]).catch(shown));
print("promisified exec", await promisify(exec)("echo r"));
const talk = spawn("sh", ["-c", "read line <&3; echo got $line >&3; cat <&4 >&4; echo end; test -S /proc/self/fd/4"], {
  stdio: ["ignore", "pipe", "ignore", "pipe", "pipe"],
});
const heard = [1, 3, 4].map(async (fd) => (await talk.stdio[fd].setEncoding("utf8").toArray()).join(""));
const talked = new Promise((done) => talk.on("close", (...end) => done(end)));
talk.stdio[3].write("hello\n");
talk.stdio[4].end("until the end");
print("further pipes", [await Promise.all(heard), await talked]);
const silent = spawn("true", [], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
print("further pipe that is not read", await new Promise((done) => silent.on("close", (...end) => done(end))));
const child = spawn("true");
print("ChildProcess", [
  child instanceof ChildProcess,
  execFile("true") instanceof ChildProcess,
  {} instanceof ChildProcess,
  ChildProcess.name,
  child.constructor === ChildProcess,
]);
