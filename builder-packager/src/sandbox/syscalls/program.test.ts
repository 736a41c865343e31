// @needs cc, qemu-aarch64, qemu-x86_64, readelf
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "../processes/execute.ts";
import { syscallArchitecture } from "./architecture.ts";
import { assembled, type SyscallArchitecture } from "./assembled.ts";
import { type Step, syscallProgram } from "./program.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "syscalls-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const host = syscallArchitecture();
const architectures = ["amd64", "arm64"] as const;
const toolPrefix = { amd64: "x86_64-linux-gnu-", arm64: "aarch64-linux-gnu-" };
const emulator = { amd64: "qemu-x86_64", arm64: "qemu-aarch64" };

function binutils(tool: string, arch: SyscallArchitecture, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(`${toolPrefix[arch]}${tool}`, args, { encoding: "utf8" });
  expect([status, stderr, error]).toEqual([0, "", undefined]);
}

test.for(architectures)("the sandbox loader's machine code for %s matches the output of as(1)", (arch) => {
  const [object, binary] = [join(dir, `${arch}.o`), join(dir, arch)];
  binutils("as", arch, [join(import.meta.dirname, `${arch}.s`), "-o", object]);
  binutils("objcopy", arch, ["-O", "binary", "-j", ".text", object, binary]);
  expect(readFileSync(binary).toString("base64")).toBe(Buffer.from(assembled(arch)).toString("base64"));
});

/** Runs a program, of another architecture by emulation. */
function run(steps: readonly Step[], arch: SyscallArchitecture = host) {
  const program = syscallProgram(steps, arch);
  const file = join(dir, "program");
  writeFileSync(file, program.bytes);
  chmodSync(file, 0o755);
  const [command = "", ...args] = arch === host ? [file] : [emulator[arch], file];
  const { status, stdout, stderr, output } = spawnSync(command, args, {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    cwd: dir,
    env: { SECRET: "of the caller" },
  });
  const report = (output as readonly unknown[])[3] as Buffer;
  return { status, stdout: `${stdout}`, stderr: `${stderr}`, failure: program.failure(report) };
}

const what = "test";
const write = (text: string): Step => ({ what, call: "write", args: [1, text, text.length] });
const exit = (code: number): Step => ({ what, call: "exit_group", args: [code] });

describe.for(architectures)("the sandbox loader for %s", (arch) => {
  test("makes the calls of a program in order", () => {
    expect(run([write("a "), write("b"), exit(7)], arch)).toMatchObject({ status: 7, stdout: "a b" });
  });

  test("reports a failed call and its error", () => {
    const missing: Step = { what: "open it", call: "openat", args: [-100, "/no/such", 0] };
    expect(run([write("x"), missing, exit(0)], arch)).toMatchObject({
      status: 125,
      stdout: "x",
      failure: { what: "open it", errno: constants.errno.ENOENT },
    });
  });

  test("passes a result as the first argument of the next step", () => {
    const file = join(dir, `${arch}-written`);
    writeFileSync(file, "....");
    const open: Step = { what, call: "openat", args: [-100, file, constants.signals.SIGHUP], passResult: true };
    run([open, { what, call: "write", args: [0, "new", 3] }, exit(0)], arch);
    expect(readFileSync(file, "utf8")).toBe("new.");
  });

  test("branches on success, failure and a certain error", () => {
    const missing = (onError: string): Step => {
      return { what, call: "openat", args: [-100, "/no/such", 0], onError };
    };
    const isAbsent = (onSuccess: string): Step => {
      return { what, call: "compare", args: [-constants.errno.ENOENT], onSuccess, onError: "next" };
    };
    const isDenied: Step = {
      what,
      call: "compare",
      args: [-constants.errno.EACCES],
      onSuccess: "bad",
      onError: "next",
    };
    const steps = [
      missing("next"),
      isDenied,
      isAbsent("good"),
      exit(1),
      { ...exit(2), label: "bad" },
      { ...write("good"), label: "good", onSuccess: "end" },
      exit(3),
      { ...exit(4), label: "end" },
    ];
    expect(run(steps, arch)).toMatchObject({ status: 4, stdout: "good" });
  });
});

describe("the sandbox loader executes a command", () => {
  const script = (name: string, text: string, mode = 0o755): void => {
    mkdirSync(join(dir, name, ".."), { recursive: true });
    writeFileSync(join(dir, name), text);
    chmodSync(join(dir, name), mode);
  };
  const env = () => ({ PATH: `${dir}/no/such:${dir}/one::${dir}/two`, A: "it's" });

  test("with its arguments and only the given environment", () => {
    const { status, stdout } = run(execute(["/bin/cat", "/proc/self/environ"], { A: "1", "b.c": "" }));
    expect([status, stdout]).toEqual([0, "A=1\0b.c=\0"]);
  });

  test("with environment variables that are not UTF-8", () => {
    const program = execute(["/usr/bin/od", "-An", "-c", "/proc/self/environ"], {
      A: "caf\udce9\udcff",
      "\udc80": "\uFFFD",
    });
    expect(run(program).stdout.replace(/\s+/g, " ")).toBe(" A = c a f 351 377 \\0 200 = 357 277 275 \\0 ");
  });

  test("that is found through PATH, in which an empty entry is the working directory", () => {
    script("two/tool", '#!/bin/sh\necho two "$@"\n');
    script("here", "#!/bin/sh\necho here\n");
    expect(run(execute(["tool", "a b", ""], env())).stdout).toBe("two a b \n");
    expect(run(execute(["here"], env())).stdout).toBe("here\n");
  });

  test("that is found in PATH after a file that is not executable", () => {
    script("one/both", "#!/bin/sh\n", 0o644);
    script("two/both", "#!/bin/sh\necho two\n");
    expect(run(execute(["both"], env())).stdout).toBe("two\n");
  });

  test("with /bin/sh if the command is a script without an interpreter line", () => {
    script("one/plain", 'echo "$0" "$1"\n');
    expect(run(execute(["plain", "x"], env())).stdout).toBe(`${dir}/one/plain x\n`);
  });

  test.for<[string, string, number]>([
    ["no-such-tool", "No such file or directory", 127],
    ["/no/such", "No such file or directory", 127],
    ["/etc/passwd/x", "Not a directory", 126],
    ["/etc", "Permission denied", 126],
    ["closed", "Permission denied", 126],
  ])(`but not "%s", which causes the error "%s" and the exit code %s`, ([name, words, status]) => {
    script("one/closed", "#!/bin/sh\n", 0o644);
    expect(run(execute([name], env()))).toMatchObject({
      status,
      stdout: "",
      stderr: `cnb: failed to execute ${name}: ${words}\n`,
    });
  });
});
