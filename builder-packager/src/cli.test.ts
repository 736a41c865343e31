// @needs processes
import { execFileSync, spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import { templateNames } from "create-buildpack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandsFor } from "./commands/table.ts";
import { writeImage } from "./oci/image-io.ts";
import { emptyImage } from "./oci/model/mutate.ts";

/** The command as it is installed, but for what it loads: the sources, which are always up to date. */
let dir = "";
let command = "";
const main = pathToFileURL(join(import.meta.dirname, "cli.ts")).href;
/** Compiled code is kept by this name: under a fixed one another working copy would run the sources of this one. */
const parts = `cnb-${hash("sha256", main)}.parts`;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-cli-"));
  mkdirSync(join(dir, "package/dist"), { recursive: true });
  mkdirSync(join(dir, "node_modules/.bin"), { recursive: true });
  cpSync(join(import.meta.dirname, "../bin"), join(dir, "package/bin"), { recursive: true });
  writeFileSync(join(dir, "package/package.json"), '{ "type": "module" }');
  const start = `module.exports.main = async (argv) => (await later("${main}")).main(argv);`;
  const part = `"./cnb.js"(module, exports, require, later) { ${start} }`;
  writeFileSync(join(dir, "package/dist", parts), `({ ${part} })`);
  writeFileSync(join(dir, "package/dist/cnb.json"), JSON.stringify({ often: parts, rest: "cnb-1.parts" }));
  symlinkSync("../../package/bin/cnb.js", join(dir, "node_modules/.bin/cnb"));
  command = join(dir, "node_modules/.bin/cnb");
  await writeImage(emptyImage({ os: "linux", architecture: "amd64" }), { kind: "oci", dir: join(dir, "image") });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  NODE_OPTIONS: "--conditions=@libcnb/source",
};

/** Runs a line of shell in which `cnb` is the command. */
function shell(line: string, cwd = dir) {
  const script = `PATH='${dirname(command)}':"$PATH"; ${line}`;
  // Compiling the sources again for each command takes three times the processor time.
  const compiledOnce = { ...env, NODE_COMPILE_CACHE: join(dir, "compiled") };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { cwd, env: compiledOnce, encoding: "utf8" });
  return { exitCode: status, stdout, stderr: stderr.replaceAll(dir, "<dir>") };
}

describe("options of cnb that Node.js also interprets", () => {
  beforeAll(() => {
    writeFileSync(join(dir, "hostile.cjs"), `require("fs").writeFileSync(${JSON.stringify(join(dir, "ran"))}, "")`);
    writeFileSync(join(dir, "hostile.env"), `NODE_OPTIONS="--require ${join(dir, "hostile.cjs")}"\n`);
  });

  test.for([
    "--env-file hostile.env",
    "--env-file=hostile.env",
    "--env-file-if-exists hostile.env",
    "--env-file-if-exists=hostile.env",
    "--experimental-config-file=hostile.env",
  ])('such as "%s" have no effect on Node.js', (option) => {
    for (const name of ["run oci:image", "build oci:app --builder oci:image"]) {
      expect(shell(`cnb ${name} ${option}`).exitCode).toBe(3);
      expect(readdirSync(dir)).not.toContain("ran");
    }
  });

  test("have no effect on Node.js after --, as arguments of the app", () => {
    const config = { nodeOptions: { require: [join(dir, "hostile.cjs")] } };
    writeFileSync(join(dir, "node.config.json"), JSON.stringify(config));
    shell("cnb run oci:image -- --experimental-config-file=node.config.json --env-file hostile.env");
    shell("cnb run oci:image -- --experimental-default-config-file");
    expect(readdirSync(dir)).not.toContain("ran");
  });

  test.for(["run oci:image", "build oci:app --builder oci:image"])(
    "include --env-file, and the error of cnb %s names the option of cnb to use instead",
    (name) => {
      expect(shell(`cnb ${name} --env-file hostile.env`)).toEqual({
        exitCode: 3,
        stdout: "",
        stderr:
          "ERROR: --env-file is not an option of cnb, because Node.js would interpret it itself\n" +
          "HINT: Write --env-from hostile.env.\nCODE: ARGUMENT_INVALID\n",
      });
    },
  );

  test("have the alternative --env-from, whose file has no effect on Node.js", () => {
    const { exitCode, stderr } = shell("cnb run oci:image --env-from hostile.env --env-from absent.env");
    expect(readdirSync(dir)).not.toContain("ran");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr:
        "ERROR: cannot read the environment file absent.env: there is no such file\n" +
        "  caused by: ENOENT: no such file or directory, open 'absent.env'\n" +
        "HINT: Check the path given with --env-from.\nCODE: ENV_FILE_INVALID\n",
    });
  });

  test("leave arguments with spaces, quotes and $ unchanged", () =>
    expect(shell(`cnb "inspect" 'oci:a  b"$HOME' 2>&1`).stdout).toContain('a  b"$HOME is not an OCI layout'));
});

describe("the incomplete or invalid command line", () => {
  test.for([
    ["bild oci:x", "unknown command 'bild'", "Did you mean build? Add"],
    ["buildpack pakage .", "unknown command 'pakage'", "Did you mean package? Add"],
    ["run", "missing required argument 'image'", "Add"],
    ["rebase a b", "too many arguments for 'rebase'. Expected 1 argument but got 2: a, b.", "Add"],
    ["inspect oci:x --ouput json", "unknown option '--ouput'", "Did you mean --output? Add"],
    ["inspect a b c", "too many arguments for 'inspect'. Expected 2 arguments but got 3: a, b, c.", "Add"],
    ["buildpack package --target", "option '-t, --target <os/arch>' argument missing", "Add"],
    [
      "buildpack package --label x",
      "option '-l, --label <name=value>' argument 'x' is invalid. Use NAME=VALUE.",
      "Add",
    ],
  ])('"cnb %s" fails with an error and a hint', ([line, message, hint]) => {
    const stderr = `ERROR: ${message}\nHINT: ${hint} --help for the options.\nCODE: ARGUMENT_INVALID\n`;
    expect(shell(`cnb ${line}`)).toEqual({ exitCode: 3, stdout: "", stderr });
  });

  test('"cnb buildpack" fails and prints the list of its subcommands', () => {
    const { exitCode, stderr } = shell("cnb buildpack");
    expect([exitCode, stderr.split("\n")[0]]).toEqual([3, "Usage: cnb buildpack [options] [command]"]);
  });
});

describe("--help", () => {
  const commands = ["build", "run", "inspect", "builder create", "builder inspect", "base create"];
  const ofModules = ["buildpack", "extension"].flatMap((noun) => [`${noun} new`, `${noun} package`, `${noun} inspect`]);

  test.for([...commands, ...ofModules])('of "cnb %s" does not mention empty defaults', (name) => {
    const { exitCode, stdout } = shell(`cnb ${name} --help`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: cnb ${name} `);
    expect(stdout).not.toMatch(/default:\s+(\[\]|\{\})/);
  });

  test("lists all templates", () => {
    const texts = ["buildpack", "extension"].map((noun) => shell(`cnb ${noun} new --help`).stdout);
    for (const name of templateNames) expect(texts.join("")).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

test("a command fails with a hint to compile cnb if its source is not compiled", () => {
  const line = "mkdir other && cp -r package/bin other && cp package/package.json other && sh other/bin/cnb.js --help";
  expect(shell(line)).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: "ERROR: cnb is not compiled\nHINT: Run npm ci && npm run build in the root of the repository.\n",
  });
});

describe("cnb with closed standard streams", () => {
  const badDescriptor =
    "ERROR: cannot write the result to the standard output\n" +
    "  caused by: EBADF: bad file descriptor, write\n" +
    "HINT: Check the disk or device to which the standard output is redirected.\nCODE: OUTPUT_UNWRITABLE\n";

  test.for([
    [
      "exits with 1 and without a message if the program that reads its output has ended",
      "{ sleep 0.2; cnb inspect oci:image; echo $? >status; } | true; cat status",
      "1\n",
      "",
    ],
    ["reports an error if stdout is closed", "cnb inspect oci:image >&-; echo $?", "1\n", badDescriptor],
    ["reports an error if stdout is closed, even for --help", "cnb --help >&-; echo $?", "1\n", badDescriptor],
    [
      "prints the result if stderr is closed",
      "cnb inspect oci:image 2>&- >result; echo $?; head -1 result",
      "0\nInspecting image: 'oci:image'\n",
      "",
    ],
    ["exits with 1 if a command fails and stderr is closed", "cnb inspect oci:absent 2>&-; echo $?", "1\n", ""],
    ["exits with 1 if stdout and stderr are closed", "cnb inspect oci:image >&- 2>&-; echo $?", "1\n", ""],
    [
      "reports the error of a failed command if stdout is closed",
      "cnb inspect -o x oci:image >&- 2>error; echo $?; tail -1 error",
      "3\nCODE: ARGUMENT_INVALID\n",
      "",
    ],
  ] as const)("%s", ([, line, stdout, stderr]) => expect(shell(line)).toEqual({ exitCode: 0, stdout, stderr }));
});

describe("the compile cache of cnb", () => {
  const code = () => join(dir, `kept/libcnb-compiled-${process.getuid?.()}`);
  const name = `${parts}-inspect-${process.version}-${process.arch}`;
  beforeAll(() => {
    for (const each of ["kept", "apart"]) mkdirSync(join(dir, each));
  });

  test.for([
    ["that failed", "cnb inspect oci:absent", 1],
    ["with NODE_DISABLE_COMPILE_CACHE", "NODE_DISABLE_COMPILE_CACHE=1 cnb inspect oci:image", 0],
  ] as const)("stores nothing for a command %s", ([, line, exitCode]) => {
    expect(shell(`TMPDIR=kept ${line}`).exitCode).toBe(exitCode);
    expect(readdirSync(code())).toEqual([]);
  });

  test("is private to the user, and a damaged entry is replaced", () => {
    const first = shell("TMPDIR=kept cnb inspect oci:image");
    expect([first.exitCode, readdirSync(code())]).toEqual([0, [name]]);
    expect(statSync(code()).mode & 0o777).toBe(0o700);
    const kept = readFileSync(join(code(), name));
    const damaged = Buffer.from(kept).fill(0x5a, kept.length / 2);
    writeFileSync(join(code(), name), damaged);
    expect(shell("TMPDIR=kept cnb inspect oci:image")).toEqual(first);
    expect(readFileSync(join(code(), name)).equals(damaged)).toBe(false);
  });

  test("has one entry per command", async () => {
    const program = new Command();
    for (const each of await commandsFor([])) each.register(program);
    const names = program.commands.map((each) => each.name());
    for (const each of names) expect(shell(`TMPDIR=apart cnb ${each} --help`).exitCode).toBe(0);
    expect(shell("TMPDIR=apart cnb --help").exitCode).toBe(0);
    const kept = readdirSync(join(dir, `apart/libcnb-compiled-${process.getuid?.()}`));
    expect(kept.map((each) => each.split("-")[2]).sort()).toEqual([...names, "help"].sort());
  }, 60_000);

  test("is neither read nor written if others can write to it", () => {
    const open = join(dir, `open/libcnb-compiled-${process.getuid?.()}`);
    mkdirSync(open, { recursive: true });
    chmodSync(open, 0o777);
    const { exitCode, stderr } = shell("TMPDIR=open cnb inspect oci:image");
    expect({ exitCode, stderr, written: readdirSync(open) }).toEqual({ exitCode: 0, stderr: "", written: [] });
  });
});

describe("cnb reports", () => {
  test("a removed current directory as a system error with a hint", () => {
    const { exitCode, stderr } = shell(`mkdir gone; cd gone; rmdir ../gone; cnb inspect oci:image`);
    expect({ exitCode, error: stderr.slice(stderr.indexOf("ERROR: ")).replace(/^ {2}caused by: .*\n/m, "") }).toEqual({
      exitCode: 1,
      error:
        "ERROR: the current directory no longer exists\n" +
        "HINT: Change to a directory that exists.\nCODE: SYSTEM_ERROR\n",
    });
  });

  test.for([
    [
      "a builder that is a directory",
      "build oci:app --builder oci-archive:package",
      "oci-archive:package is a directory, not a regular file",
    ],
    [
      "an image that is a named pipe",
      "inspect oci-archive:pipe",
      "oci-archive:pipe is a named pipe, not a regular file",
    ],
  ] as const)("%s as an error of the image, not as a bug of cnb", ([, args, message]) => {
    execFileSync("sh", ["-c", "test -p pipe || mkfifo pipe"], { cwd: dir });
    expect(shell(`cnb ${args}`)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `ERROR: ${message}\nHINT: Check the path: cnb reads images only from regular files.\nCODE: IMAGE_INVALID\n`,
    });
  });

  test.for([
    ["oci-archive:package", "package: it is a directory", "Use the path of a file in this directory."],
    [
      "docker-archive:pipe",
      "pipe: it is a named pipe",
      "Use the path of a regular file, or one that does not exist yet.",
    ],
    [
      "oci-archive:/proc/self/fd/1",
      "/proc/self/fd/1: it is an open file of a process, not a file on a disk",
      "Use the path of a regular file, or one that does not exist yet.",
    ],
    [
      "oci:/proc/self/a/b",
      "/proc/self/a/b: operation not permitted",
      "Choose another path, or make this one writable.",
    ],
    ["oci:/proc/x", "/proc/x: its directory does not exist", "Choose another path, or create its directory."],
  ] as const)("the unusable output %j with the reason and a hint, not as a bug of cnb", ([output, message, hint]) => {
    execFileSync("sh", ["-c", "test -p pipe || mkfifo pipe"], { cwd: dir });
    const { exitCode, stderr } = shell(`cnb build ${output} --builder oci:absent`);
    expect({ exitCode, stderr: stderr.replace(/^ {2}caused by: .*\n/m, "") }).toEqual({
      exitCode: 1,
      stderr: `ERROR: cannot write ${message}\nHINT: ${hint}\nCODE: OUTPUT_UNWRITABLE\n`,
    });
  });

  test.for([
    ["cannot be created", "/proc/x/y"],
    ["is below a file", "/proc/self/status/x"],
    ["is a symbolic link to itself", "loop/x"],
    ["has too long a name", `/tmp/${"x".repeat(300)}`],
  ] as const)("no problem for a TMPDIR that %s if the command does not use TMPDIR", ([, location]) => {
    execFileSync("ln", ["-sfn", "loop", "loop"], { cwd: dir });
    const { exitCode, stderr } = shell(`TMPDIR=${location} cnb --version`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  test("no problem for an unusable cache directory if the command does not use the cache", () => {
    const { exitCode, stderr } = shell("LIBCNB_CACHE_DIR=/proc/x/y timeout -s KILL 60 cnb inspect oci:image");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  test.for(["/proc/x/y", "link/x"])(
    "the unusable cache directory %j with the reason and a hint, not as a bug of cnb",
    (cache) => {
      execFileSync("ln", ["-sfn", "/proc", "link"], { cwd: dir });
      const location = cache.startsWith("/") ? cache : `<dir>/${cache}`;
      expect(shell(`LIBCNB_CACHE_DIR=${cache} timeout -s KILL 60 cnb run oci:image`)).toEqual({
        exitCode: 1,
        stdout: "",
        stderr:
          `ERROR: ${location} cannot be the cache directory: files cannot be created below /proc\n` +
          "HINT: Set LIBCNB_CACHE_DIR to a directory that you can write to.\nCODE: OUTPUT_UNWRITABLE\n",
      });
    },
  );
});
