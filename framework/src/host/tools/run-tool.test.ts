// @needs processes
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, realpathSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recordingLogger } from "../../logger/recording-logger.ts";
import { inheritedPath, inTemporaryDirectory } from "../files/temporary-directory.ts";
import { writeFileMap } from "../files/tree.ts";
import { run as run_ } from "./command.ts";

const cwd = realpathSync(tmpdir());

/** Runs tools. `log.lines` has what they print, `log.commands` the lines that name them. */
function runner(env: Record<string, string> = {}) {
  const recording = recordingLogger();
  const lines = (areCommands: boolean) => recording.lines.filter((line) => line.startsWith("$ ") === areCommands);
  const log = {
    get lines() {
      return lines(false);
    },
    get commands() {
      return lines(true);
    },
  };
  return { log, run: run_({ env: { ...inheritedPath(), ...env }, cwd, log: recording }) };
}

const quotedScript = (script: string) => `'${script.replaceAll("'", "'\\''")}'`;

/** True if a process is running. A process that has ended but was not reaped does not count. */
function exists(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a tool's output is logged line by line", async () => {
  const { log, run } = runner();
  expect(await run("sh", ["-c", "printf 'one\\ntwo\\n\\nlast'"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(log.lines).toEqual(["one", "two", "", "last"]);
});

test("the log omits blank lines around a tool's output, and shows several blank lines within the output as one blank line", async () => {
  const { log, run } = runner();
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  await run("sh", ["-c", String.raw`printf '\n\033[0m \none\n\n \ntwo\n\n\n'`], { onLine });
  expect([log.lines, lines.length]).toEqual([["one", "", "two"], 8]);
});

describe("the log line about a command", () => {
  test.for<[string, Parameters<ReturnType<typeof runner>["run"]>, readonly string[]]>([
    ["contains the command", ["true", ["a b", "c"]], ["$ true 'a b' c"]],
    ["is omitted if the output is captured", ["true", [], { output: "capture" }], []],
    ["is omitted with shownAs false", ["true", [], { shownAs: false }], []],
    ["contains the text of shownAs", ["true", ["--long"], { shownAs: "pip install" }], ["$ pip install"]],
    [
      "contains the text of shownAs even if the output is captured",
      ["true", [], { shownAs: "x", output: "capture" }],
      ["$ x"],
    ],
    ["has only the first line of the command", ["sh", ["-c", "true\ntrue"]], ["$ sh -c 'true …"]],
    [
      "hides secrets",
      ["true", ["t0ken"], { shownAs: "pip t0ken https://me:pass@test/", secrets: ["t0ken"] }],
      ["$ pip *** https://***@test/"],
    ],
  ])("%s", async ([, call, expected]) => {
    const { log, run } = runner();
    await run(...call);
    expect(log.commands).toEqual(expected);
  });

  test("is followed by the complete command at debug level", async () => {
    const lines: string[] = [];
    const log = {
      ...recordingLogger(),
      info: (text: string) => lines.push(text),
      debug: (text: string) => lines.push(text),
    };
    await run_({ env: inheritedPath(), cwd, log })("true", ["--long"], { shownAs: "short" });
    expect(lines).toEqual(["$ short", "$ true --long"]);
  });
});

test("the captured output of a tool is returned, and its standard error is logged", async () => {
  const { log, run } = runner();
  expect(await run("sh", ["-c", "echo out; echo err >&2"], { output: "capture" })).toEqual({
    exitCode: 0,
    stdout: "out\n",
    stderr: "",
  });
  expect(log.lines).toEqual(["err"]);
});

test("a tool's standard output and error can be captured, and their lines can be read as they arrive", async () => {
  const { log, run } = runner();
  const lines: string[] = [];
  const onLine = (line: string, stream: string) => void lines.push(`${stream}: ${line}`);
  expect(await run("sh", ["-c", "echo out; echo err >&2"], { output: "capture-both", onLine })).toEqual({
    exitCode: 0,
    stdout: "out\n",
    stderr: "err\n",
  });
  expect([log.lines, lines.sort()]).toEqual([[], ["stderr: err", "stdout: out"]]);
});

test("lines of a tool's output can be excluded from the log", async () => {
  const { log, run } = runner();
  const lines: string[] = [];
  const options = {
    filterLog: (line: string, stream: string) => stream === "stderr" || line !== "two",
    onLine: (line: string) => void lines.push(line),
  };
  await run("sh", ["-c", "echo one; echo two; echo two >&2"], options);
  expect([log.lines.toSorted(), lines.toSorted()]).toEqual([
    ["one", "two"],
    ["one", "two", "two"],
  ]);
});

test("a tool sees exactly the given environment", async () => {
  const { run } = runner({ A: "1", B: "2", PATH: "/usr/bin:/bin" });
  const { stdout } = await run("env", [], { output: "capture", env: { B: undefined, C: "3" } });
  expect(stdout.trim().split("\n").sort()).toEqual(["A=1", "C=3", "PATH=/usr/bin:/bin"]);
});

test("a tool runs in the given directory and reads the given standard input", async () => {
  const { run } = runner();
  expect((await run("sh", ["-c", "pwd; cat"], { output: "capture", cwd: "/", input: "typed" })).stdout).toBe(
    "/\ntyped",
  );
  expect((await run("pwd", [], { output: "capture" })).stdout).toBe(`${cwd}\n`);
});

test("a tool that does not read its standard input causes no error", async () => {
  expect(await runner().run("true", [], { input: "x".repeat(1_000_000) })).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "",
  });
});

describe("a tool that fails", () => {
  test("causes an error that does not repeat the log", async () => {
    const error = await runner()
      .run("sh", ["-c", "echo out; exit 3"])
      .catch((thrown) => thrown);
    expect([error.code, error.message, error.cause, error.hint]).toEqual([
      "TOOL_FAILED",
      "sh -c 'echo out; exit 3' ended with exit code 3",
      undefined,
      "Fix the problem that the tool reports in its output above.",
    ]);
  });

  test("causes an error with its last lines if they are not in the log", async () => {
    const { run } = runner();
    const script = "for i in $(seq 30); do echo line $i; done; exit 3";
    const error = await run("sh", ["-c", script], { output: "capture" }).catch((thrown) => thrown);
    const lines = Array.from({ length: 20 }, (_, index) => `    line ${index + 11}`);
    expect([error.code, error.message, error.cause]).toEqual([
      "TOOL_FAILED",
      "sh -c 'for i in $(seq 30); do echo line $i; done; exit 3' ended with exit code 3",
      ["its last lines were", ...lines].join("\n"),
    ]);
  });

  test("causes no error if the caller permits its exit code", async () => {
    expect(await runner().run("sh", ["-c", "exit 3"], { allowedExitCodes: [3] })).toEqual({
      exitCode: 3,
      stdout: "",
      stderr: "",
    });
  });

  test("because of a signal causes an error with the signal's name", async () => {
    await expect(runner().run("sh", ["-c", "kill -TERM $$"])).rejects.toThrow(
      "sh -c 'kill -TERM $$' was killed by SIGTERM",
    );
  });

  test("causes an error with the last lines of captured output", async () => {
    await expect(runner().run("sh", ["-c", "echo '{}'; exit 1"], { output: "capture" })).rejects.toMatchObject({
      cause: "its last lines were\n    {}",
    });
  });

  test("causes an error that states that the tool printed nothing", async () => {
    await expect(runner().run("sh", ["-c", "exit 1"], { output: "capture" })).rejects.toMatchObject({
      hint: "The tool printed nothing. Run it by hand in the same directory to see why it fails.",
    });
  });

  test("causes an error that contains only the beginning of a long output line", async () => {
    const error = await runner()
      .run("sh", ["-c", "head -c 1000 /dev/zero | tr '\\0' x; exit 1"], { output: "capture" })
      .catch((thrown) => thrown);
    expect(error.cause).toBe(`its last lines were\n    ${"x".repeat(500)}…`);
  });

  test("because the caller aborted it causes an AbortError", async () => {
    const controller = new AbortController();
    const running = runner().run("sleep", ["60"], { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a tool that cannot be started", () => {
  test.for<[string, string, object, object]>([
    [
      "because it is not in PATH",
      "no-such-tool",
      { env: { PATH: "/no/such:/bin" } },
      {
        code: "TOOL_NOT_FOUND",
        message: "no-such-tool is not on the PATH",
        cause: "PATH is /no/such:/bin",
        hint: "An earlier buildpack or the build image must provide no-such-tool.",
      },
    ],
    [
      "because the app does not contain it",
      "./mvnw",
      {},
      {
        code: "TOOL_NOT_FOUND",
        message: "the tool ./mvnw does not exist",
        cause: undefined,
        hint: "Correct the path of the tool, or create the file before it is run.",
      },
    ],
    [
      "because its environment exceeds the system's limit",
      "true",
      { env: { LONG: "x".repeat(3_000_000) } },
      {
        code: "TOOL_NOT_STARTED",
        message: "true could not be started",
        cause: "its arguments and environment variables are longer than the system allows",
        hint: "Pass long values in a file, or through standard input.",
      },
    ],
    [
      "because its working directory does not exist",
      "true",
      { cwd: "/no/such" },
      {
        code: "TOOL_NOT_STARTED",
        message: "true could not be started",
        cause: "the working directory /no/such is not an existing directory",
        hint: "Create the directory first, or correct `cwd`.",
      },
    ],
  ])("%s is reported", async ([, tool, options, expected]) => {
    const error = await runner()
      .run(tool, [], options)
      .catch((thrown) => thrown);
    const { code, message, cause, hint } = error;
    expect({ code, message, cause, hint }).toEqual(expected);
  });

  test("because it is not executable or has no interpreter is reported", () =>
    inTemporaryDirectory(async (dir) => {
      await writeFileMap(dir, { plain: "text", script: "#!/no/such\n" });
      await chmod(join(dir, "script"), 0o755);
      const run = run_({ env: inheritedPath(), cwd: dir, log: recordingLogger() });
      await expect(run("./plain")).rejects.toMatchObject({
        code: "TOOL_NOT_STARTED",
        cause: { message: "spawn ./plain EACCES" },
        hint: "Check that ./plain is executable (chmod +x), and that its file system permits to run programs.",
      });
      await expect(run("./script")).rejects.toMatchObject({
        code: "TOOL_NOT_STARTED",
        cause: `${dir}/script exists, but its interpreter (named in the #! line) or its dynamic linker does not`,
      });
    }));
});

describe("a tool that takes too long", () => {
  test("gets SIGTERM", async () => {
    const { log, run } = runner();
    const script = "trap 'echo cleaned up; exit 0' TERM; echo waiting; sleep 60 & wait";
    await expect(run("sh", ["-c", script], { timeoutMs: 300 })).rejects.toMatchObject({
      code: "TOOL_TIMED_OUT",
      message: `sh -c ${quotedScript(script)} did not end within 300 ms`,
      hint: "Check what the tool waits for, or increase timeoutMs.",
    });
    expect(log.lines).toEqual(["waiting", "cleaned up"]);
  });

  test("is killed with its child processes if it ignores SIGTERM", async () => {
    const { log, run } = runner();
    const script = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.1; done'";
    const running = run("sh", ["-c", script], { timeoutMs: 300, killAfterMs: 50 });
    await expect(running).rejects.toMatchObject({ code: "TOOL_TIMED_OUT" });
    await expect.poll(() => exists(Number(log.lines[0]))).toBe(false);
  });
});

test("a tool whose background processes keep running does not block the build", async () => {
  const { log, run } = runner();
  const { exitCode } = await run("sh", ["-c", "sleep 60 & echo $!"]);
  const left = Number(log.lines[0]);
  expect([exitCode, exists(left)]).toEqual([0, true]);
  process.kill(left);
});

describe("secrets in a tool's command and output", () => {
  const secrets = ["s3cret", "s3cret-longer", "line one\nline two\n", ""];

  test("are hidden in the log and the error, but captured unchanged", async () => {
    const { log, run } = runner();
    const script = 'echo "$1"; echo "$2" >&2; exit 1';
    const error = await run("sh", ["-c", script, "-", "--token=s3cret-longer", "line two"], { secrets }).catch(
      (thrown) => thrown,
    );
    expect(log.lines.toSorted()).toEqual(["***", "--token=***"]);
    expect(error.message).toBe(`sh -c '${script}' - --token=*** '***' ended with exit code 1`);
    expect(JSON.stringify([error.message, error.cause])).not.toContain("s3cret");
    const { stdout } = await run("echo", ["s3cret"], { secrets, output: "capture" });
    expect(stdout).toBe("s3cret\n");
  });

  test("are found with any shell quoting", async () => {
    const failed = runner().run("sh", ["-c", "exit 1", "it's"], { secrets: ["it's"] });
    await expect(failed).rejects.toThrow("sh -c 'exit 1' '***' ended with exit code 1");
  });

  test("are found in an endless line, wherever it is split, and in partially colored output", async () => {
    const { log, run } = runner();
    const long = "printf '%65550s'; printf s3c; sleep 0.2; echo ret-longer";
    const coloured = String.raw`printf 's3\033[31mcret\ns3\0cret\n'`;
    await expect(run("sh", ["-c", `${long}; ${coloured}; exit 1`], { secrets })).rejects.toThrow("exit code 1");
    expect(log.lines.map((line) => line.trim())).toEqual(["***", "***", "***"]);
    const captured = await run("sh", ["-c", `${long}; ${coloured}; exit 1`], { secrets, output: "capture" }).catch(
      (thrown) => thrown,
    );
    expect(captured.cause.split("\n").map((line: string) => line.trim())).toEqual([
      "its last lines were",
      "…",
      "***",
      "***",
      "***",
    ]);
  });

  test("are always hidden if they are in a URL", async () => {
    const failed = runner().run("sh", ["-c", "exit 1", "https://me:secret@example.com/x"]);
    await expect(failed).rejects.toThrow("sh -c 'exit 1' https://***@example.com/x ended with exit code 1");
  });
});

describe("the output of a tool", () => {
  test("without line breaks does not fill the memory", async () => {
    const { log, run } = runner();
    await run("sh", ["-c", "head -c 3000000 /dev/zero | tr '\\0' x"]);
    expect([log.lines.length > 10, log.lines.join("").length]).toEqual([true, 3_000_000]);
  });

  test("that exceeds the limit for captured output stops the tool with an error", async () => {
    const running = runner().run("cat", ["/dev/zero"], { output: "capture" });
    await expect(running).rejects.toMatchObject({
      code: "TOOL_OUTPUT_TOO_LARGE",
      message: "cat /dev/zero printed more than 67108864 bytes",
    });
  });

  test("stops the tool with the caller's error if the caller's line callback throws", async () => {
    const onLine = () => {
      throw new Error("unexpected line");
    };
    await expect(runner().run("sh", ["-c", "echo x; exec sleep 60"], { onLine })).rejects.toThrow("unexpected line");
  });
});

describe("a signal that ends a phase", () => {
  const script = `
import { run } from ${JSON.stringify(join(import.meta.dirname, "command.ts"))};
const print = (line) => console.log(line);
const log = { output: print, info() {}, debug() {} };
await run({ env: process.env, cwd: "/", log })("sh", ["-c", process.argv[2]]).catch((error) => print("caught " + error));
print("went on");
if (process.argv[2].endsWith("&")) setInterval(() => {}, 60_000);
`;

  /** Signals the phase as soon as its tool has said so. */
  async function signalled(tool: string, signal: NodeJS.Signals) {
    return inTemporaryDirectory(async (dir) => {
      await writeFileMap(dir, { "phase.mjs": script });
      const child = spawn(process.execPath, ["--conditions=@libcnb/source", join(dir, "phase.mjs"), tool], {
        env: inheritedPath(),
      });
      let output = "";
      child.stdout.on("data", (chunk) => {
        if (!output.includes("ready") && String(chunk).includes("ready")) child.kill(signal);
        output += chunk;
      });
      const [code] = await once(child, "close");
      return { code, lines: output.trim().split("\n") };
    });
  }

  test.for<[NodeJS.Signals, number]>([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ])("such as %s is passed on to the tool, and the phase ends with the exit code %d", async ([signal, code]) => {
    const trap = "trap 'echo cleaned up; exit 3' INT TERM HUP; echo ready; sleep 60 & wait";
    expect(await signalled(trap, signal)).toEqual({ code, lines: ["ready", "cleaned up"] });
  });

  test("kills background processes of a tool", async () => {
    const { code, lines } = await signalled(
      "(sleep 1; echo ready; exec sleep 60) & echo $! ; sleep 60 > /dev/null 2>&1 &",
      "SIGTERM",
    );
    expect(code).toBe(143);
    await expect.poll(() => exists(Number(lines[0]))).toBe(false);
  });

  test("kills processes of a tool that ignore it", async () => {
    const { code, lines } = await signalled("(trap '' TERM; exec sleep 60) & echo $!; echo ready; wait", "SIGTERM");
    expect(code).toBe(143);
    await expect.poll(() => exists(Number(lines[0]))).toBe(false);
  });
});
