// @needs busybox, docker, dockerd, python3, root
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, root } from "../../support/cnb.ts";
import { releasedLifecycle } from "../../support/lifecycle/released-lifecycle.ts";
import { cnbCommand, inTerminal, type TerminalSession, type TerminalStep } from "../../support/pty.ts";
import { type Engine, startDocker } from "../../support/service.ts";
import { tinyImage } from "../../support/tiny/images.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

const detect = `#!/bin/sh
if test -e "$CNB_PLATFORM_DIR/env/FAIL_DETECT"; then echo "no detection today"; exit 42; fi
exit 0
`;
const build = `#!/bin/sh
mkdir "$CNB_LAYERS_DIR/half"
echo finished > "$CNB_LAYERS_DIR/half/state"
printf '[types]\\ncache = true\\nlaunch = true\\n' > "$CNB_LAYERS_DIR/half.toml"
mkdir "$CNB_LAYERS_DIR/half/env.launch"
printf hello > "$CNB_LAYERS_DIR/half/env.launch/GREETING"
echo built > /workspace/made
test -e "$CNB_PLATFORM_DIR/env/FAIL_BUILD" || exit 0
echo "ERROR: the disk is full (DISK_FULL)"
exit 7
`;
let dir: string;
let docker: Engine;
const location = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "debugging-"));
  await chmod(dir, 0o755);
  for (const name of ["images", "app"]) await mkdir(location(name));
  for (const name of ["out", "cache"]) {
    await mkdir(location(name));
    await chmod(location(name), 0o777);
  }
  await writeFile(location("app/file"), "content\n");
  const run = await shellImage(dir, { env: ["PATH=/bin"] });
  await oci.write(run, { kind: "oci", dir: location("images/run") }, { name: "localhost/run:1" });
  const buildpack = {
    id: "test/all",
    version: "1.0.0",
    files: {
      "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/all"\nversion = "1.0.0"\n`,
      "bin/detect": detect,
      "bin/build": build,
    },
  };
  const builder = await shellBuilder({
    dir,
    runImage: "localhost/run:1",
    buildpacks: [buildpack],
    order: `[[order]]\n[[order.group]]\nid = "test/all"\nversion = "1.0.0"\n`,
    lifecycle: await releasedLifecycle(),
    platformApis: ["0.13"],
  });
  await oci.write(builder, { kind: "oci", dir: location("images/builder") }, { name: "builder:1" });
  docker = await startDocker();
  const socket = docker.host.replace("unix://", "");
  await chmod(dirname(socket), 0o711);
  await chmod(socket, 0o666);
  await oci.write(
    builder,
    { kind: "docker-daemon", name: "builder:1" },
    { daemon: { env: { DOCKER_HOST: docker.host } } },
  );
}, 120_000);
afterAll(async () => {
  await docker?.stop();
  await rm(dir, { recursive: true, force: true });
});

const common = () => ["--path", location("app"), "--run-image", `oci:${location("images/run")}`];

function buildCommand(name: string, user: string, more: readonly string[]) {
  const args = [
    "build",
    `oci:${location(`out/${name}`)}`,
    ...common(),
    "--builder",
    `oci:${location("images/builder")}`,
  ];
  const whole = cnbCommand([...args, ...more]);
  const { PATH } = process.env;
  const env = {
    PATH,
    DOCKER_HOST: docker.host,
    LIBCNB_CACHE_DIR: location(`cache/${name}`),
    TERM: "xterm",
    MINE: "mine",
  };
  if (user === "root") return { command: whole, env: { ...env, HOME: process.env.HOME } };
  return { command: ["runuser", "-u", user, "--", ...whole], env: { ...env, HOME: `/home/${user}` } };
}

/**
 * Types in the shell that starts after the failure. Words are cut by quotes, so that the echo differs from the output.
 * A step waits for the output of the one before it, because the shell may print its first prompt twice.
 */
const session: readonly TerminalStep[] = [
  { expect: "[$] ", send: "echo [$(id -u)] [$(pwd)] [$HOME] [$MINE] [$FAIL_BUILD]\r" },
  { expect: "\n\\[(?s:.*)[$] ", send: 'cat "$CNB_LAYERS_DIR/half/state" /workspace/made /workspace/file\r' },
  { expect: "\ncontent\r(?s:.*)[$] ", send: "stty size; test -t 0 && test -t 2 && echo termi''nal\r" },
  {
    expect: "terminal",
    resize: { rows: 41, columns: 133 },
    send: "sh -c 'echo slee\"\"ping; exec busybox sleep 600'\r",
  },
  { expect: "sleeping", send: "\u0003" },
  { expect: "[$] ", send: "stty size\r" },
  { expect: "41 133(?s:.*)[$] ", send: "exit 5\r" },
];

/** What a terminal showed, without its control sequences. */
const textOf = ({ output }: TerminalSession): string => stripVTControlCharacters(output).replaceAll("\r", "");

function expectShell(outcome: TerminalSession, uid: number): void {
  const output = textOf(outcome);
  expect(output).toContain(`     buildpack test/all@1.0.0 failed with exit code 7: the disk is full (DISK_FULL)
===> Starting a shell where bin/build of test/all@1.0.0 failed
     directory: /workspace
`);
  expect(output).toContain(`\n[${uid}] [/workspace] [/home/cnb] [] [yes]\n`);
  expect(output).toContain("\nfinished\nbuilt\ncontent\n");
  expect(output).toContain("\n30 100\nterminal\n");
  expect(output).toContain("\n41 133\n");
  expect(output).toMatch(
    /ERROR: buildpack test\/all@1\.0\.0 failed with exit code 7: the disk is full \(DISK_FULL\)\n.*\nCODE: BUILD_FAILED\n$/,
  );
  expect({ ...outcome, output: "" }).toEqual({ exitCode: 51, output: "", isRestored: true });
}

describe("cnb build --shell-on-failure starts a shell in the sandbox of the failed program", () => {
  test.for([
    ["unshare", "root", 1000],
    ["bubblewrap", "root", 1000],
    ["docker", "root", 1000],
    ["podman", "root", 1000],
    ["unshare", "cnb-tester", 1000],
    ["bubblewrap", "cnb-tester", 1000],
    ["docker", "cnb-tester", 1001],
    ["podman", "cnb-tester", 1000],
  ] as const)("with --backend %s as the user %s", async ([backend, user, uid]) => {
    const flags = ["--backend", backend, "--shell-on-failure", "--env", "FAIL_BUILD=yes"];
    const { command, env } = buildCommand(`${backend}-${user}`, user, flags);
    expectShell(await inTerminal(command, session, { env }), uid);
    expect(await readdir(location(`cache/${backend}-${user}/work`))).toEqual([]);
  });

  test("after a failure in detect, where the app is read-only", async () => {
    const flags = ["--backend", "unshare", "--shell-on-failure", "--env", "FAIL_DETECT=yes"];
    const { command, env } = buildCommand("detect", "cnb-tester", flags);
    const steps = [
      {
        expect: "[$] ",
        send: 'cat "$CNB_PLATFORM_DIR/env/FAIL_DETECT"; test -f "$CNB_BUILD_PLAN_PATH" && echo; touch x\r',
      },
      { expect: "Read-only(?s:.*)[$] ", send: "/cnb/buildpacks/test_all/1.0.0/bin/detect; echo again $?\r" },
      { expect: "again 42(?s:.*)[$] ", send: "\u0004" },
    ];
    const outcome = await inTerminal(command, steps, { env });
    expect(textOf(outcome)).toContain("===> Starting a shell where bin/detect of test/all@1.0.0 failed\n");
    expect(textOf(outcome)).toMatch(/yes\ntouch: x: Read-only file system\n/);
    expect(textOf(outcome)).toMatch(/no detection today\nagain 42\n(.*\n)*CODE: DETECT_ERRORED\n$/);
    expect({ ...outcome, output: "" }).toEqual({ exitCode: 21, output: "", isRestored: true });
  });

  test("and ends the shell and the build on SIGTERM", async () => {
    const { command, env } = buildCommand("ended", "root", ["--shell-on-failure", "--env", "FAIL_BUILD=yes"]);
    const steps = [
      { expect: "[$] ", send: "sh -c 'echo rea\"\"dy; exec busybox sleep 600'\r" },
      { expect: "ready", kill: "SIGTERM" },
    ];
    const outcome = await inTerminal(command, steps, { env });
    expect(textOf(outcome)).toMatch(/\nStopped by SIGTERM\n$/);
    expect({ ...outcome, output: "" }).toEqual({ exitCode: 143, output: "", isRestored: true });
    expect(await readdir(location("cache/ended/work"))).toEqual([]);
  });

  test("only if cnb runs in a terminal", async () => {
    const { command, env } = buildCommand("piped", "root", ["--shell-on-failure"]);
    const [program = "", ...args] = command;
    const { exitCode, stderr } = await execute(program, args, { env });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: `ERROR: --shell-on-failure needs a terminal, but the standard input is not one
HINT: Run the command in a terminal and without redirections, or remove --shell-on-failure.
CODE: TERMINAL_MISSING
`,
    });
  });

  test.for(["0:0", "1000:1000"])("with --backend direct as the user %s of a container", async (user) => {
    const mounts = ["/usr/lib:/lib:ro", "/usr/lib64:/lib64:ro", `${root}:${root}:ro`, `${dir}:${dir}`];
    const options = ["--rm", "--interactive", "--tty", "--network=host", "--user", user];
    const inside = [
      `--env=LIBCNB_CACHE_DIR=${location(`cache/direct-${user.replace(":", "-")}`)}`,
      "--env=HOME=/home/cnb",
    ];
    const volumes = mounts.flatMap((mount) => ["--volume", mount]);
    const flags = ["--shell-on-failure", "--env", "FAIL_BUILD=yes"];
    const build = cnbCommand(["build", `oci:${location("out/direct")}`, ...common(), ...flags]);
    const command = ["docker", "run", ...options, ...volumes, ...inside, "builder:1", ...build];
    expectShell(await inTerminal(command, session, { env: { ...process.env, DOCKER_HOST: docker.host } }), 1000);
  });
});

describe("cnb build --keep-workdir keeps the directories of the build", () => {
  const paths = (stderr: string) =>
    Object.fromEntries(
      [...stderr.matchAll(/^ {5}(\/\S+): (\/.*)$/gm)].map(([, inside = "", path = ""]) => [inside, path]),
    );

  test.for([
    ["root", "with a failure", 51],
    ["root", "without a failure", 0],
    ["cnb-tester", "with a failure", 51],
    ["cnb-tester", "without a failure", 0],
  ] as const)("of the user %s, %s", async ([user, , code]) => {
    const failure = code === 0 ? [] : ["--env", "FAIL_BUILD=yes"];
    const name = `kept-${user}-${code}`;
    const build = async () => {
      const { command, env } = buildCommand(name, user, ["--keep-workdir", "--backend", "unshare", ...failure]);
      const [program = "", ...args] = command;
      const { exitCode, stderr } = await execute(program, args, { env });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: code });
      return stderr;
    };
    const first = await build();
    // a later build neither removes the directory nor takes layers out of it
    await build();
    const kept = paths(first);
    expect(Object.keys(kept)).toEqual(["/workspace", "/layers", "/platform", "/tmp"]);
    expect(await readFile(`${kept["/layers"]}/test_all/half/state`, "utf8")).toBe("finished\n");
    expect(await readFile(`${kept["/workspace"]}/made`, "utf8")).toBe("built\n");
    expect(await readdir(`${kept["/platform"]}/env`)).toEqual(code === 0 ? [] : ["FAIL_BUILD"]);
    const [, remove = ""] = /^ {5}Remove them with: (.*)$/m.exec(first) ?? [];
    expect((await execute("sh", ["-c", remove])).exitCode).toBe(0);
    expect(await readdir(location(`cache/${name}/work`))).toHaveLength(1);
  });
});

describe("cnb run --shell starts a shell in an image", () => {
  const runCommand = (user: string, backend: string, image: string) => {
    const { env } = buildCommand(`run-${backend}-${user}`, user, []);
    const whole = cnbCommand(["run", "--shell", "--env", "MORE=more", "--backend", backend, image]);
    return { command: user === "root" ? whole : ["runuser", "-u", user, "--", ...whole], env };
  };
  const steps = [
    { expect: "[$#] ", send: "echo [$(id -u)] [$(pwd)] [$GREETING] [$MORE] [$MINE]; stty size\r" },
    { expect: "30 100(?s:.*)[$#] ", send: "sh -c 'echo slee\"\"ping; exec busybox sleep 600'\r" },
    { expect: "sleeping", send: "\u0003" },
    { expect: "[$#] ", send: "exit 5\r" },
  ];

  test.for([
    ["unshare", "root", 1000],
    ["bubblewrap", "root", 1000],
    ["docker", "root", 1000],
    ["podman", "root", 1000],
    ["unshare", "cnb-tester", 1000],
    ["bubblewrap", "cnb-tester", 1000],
    ["docker", "cnb-tester", 1001],
    ["podman", "cnb-tester", 1000],
  ] as const)(
    "built by buildpacks, with the launch environment, with --backend %s as %s",
    async ([backend, user, uid]) => {
      const { command: build, env: given } = buildCommand("app", "root", ["--backend", "unshare"]);
      expect((await execute(build[0] ?? "", build.slice(1), { env: given })).exitCode).toBe(0);
      const { command, env } = runCommand(user, backend, `oci:${location("out/app")}`);
      const outcome = await inTerminal(command, steps, { env });
      expect(textOf(outcome)).toContain(`\n[${uid}] [/workspace] [hello] [more] []\n`);
      expect({ ...outcome, output: textOf(outcome) }).toEqual({
        exitCode: 5,
        output: expect.stringContaining("sleeping\n"),
        isRestored: true,
      });
    },
  );

  test("without a launcher, with the environment variables of the image", async () => {
    const { command, env } = runCommand("cnb-tester", "unshare", `oci:${location("images/run")}`);
    const outcome = await inTerminal(command, steps, { env });
    expect(textOf(outcome)).toContain("\n[1000] [/] [] [more] []\n");
    expect({ ...outcome, output: textOf(outcome) }).toEqual({
      exitCode: 5,
      output: expect.stringContaining("sleeping\n"),
      isRestored: true,
    });
  });

  test("but reports an error if the image has no shell", async () => {
    const image = await tinyImage(dir, {});
    await oci.write(image, { kind: "oci", dir: location("images/empty") }, { name: "localhost/empty:1" });
    const { command, env } = runCommand("root", "unshare", `oci:${location("images/empty")}`);
    const outcome = await inTerminal(command, [], { env });
    expect(textOf(outcome)).toContain(`ERROR: oci:${location("images/empty")} has neither bash nor sh
HINT: Mount a static shell with --volume /bin/busybox:/busybox --entrypoint /busybox IMAGE -- sh, or build with a run image that has a shell.
CODE: SHELL_NOT_FOUND
`);
    expect(outcome.exitCode).toBe(3);
  });

  test.for([
    [[], "--shell needs a terminal, but the standard input is not one", "TERMINAL_MISSING"],
    [
      ["--process", "web"],
      "--shell starts a shell in place of the app, so it cannot be combined with --process",
      "ARGUMENT_INVALID",
    ],
    [
      ["--entrypoint", "x"],
      "--shell starts a shell in place of the app, so it cannot be combined with --entrypoint",
      "ARGUMENT_INVALID",
    ],
  ] as const)(
    "only with a terminal and without conflicting flags, here with the flags %j",
    async ([flags, message, code]) => {
      const [program = "", ...args] = cnbCommand(["run", "--shell", ...flags, `oci:${location("images/run")}`]);
      const { exitCode, stderr } = await execute(program, args);
      expect({ exitCode, lines: stderr.split("\n") }).toEqual({
        exitCode: 3,
        lines: [`ERROR: ${message}`, expect.stringMatching(/^HINT: /), `CODE: ${code}`, ""],
      });
    },
  );
});
