// @needs bwrap, cnb-tester, root
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, type Outcome, pinnedNode, root } from "../../support/cnb.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Builds and starts an image where the caller's limits, variables and file systems are odd. */
let world: TinyWorld;

const build = `mkdir made
echo built > made/file
printf '[types]\\nlaunch = true\\n' > made.toml`;

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/one", build)]);
  await world.write("app", { file: "content\n" });
  for (const user of ["root", "cnb-tester"]) {
    await mkdir(world.location(`${user}/home dir`), { recursive: true });
    await execute("chown", ["-R", user, world.location(user)]);
  }
  await chmod(world.dir, 0o755);
}, 60_000);
afterAll(() => world?.remove());

const backends = [
  ["unshare", "root"],
  ["bubblewrap", "cnb-tester"],
] as const;

const cnb = `"${pinnedNode}" "${join(root, "builder-packager/bin/cnb.js")}"`;

interface Started {
  readonly backend: string;
  readonly user: string;
  /** Shell text in front of the command. */
  readonly before: string;
  /** Runs before the user is changed, in a mount namespace of its own. */
  readonly mounts?: string;
}

let count = 0;

/** Builds the app, starts the image, and prints what the app prints behind the digest. */
function buildAndRun({ backend, user, before, mounts = ":" }: Started): Promise<Outcome> {
  const output = `oci:${world.location(`${user}/out-${++count}`)}`;
  const images = `--builder "oci:${world.location("images/builder")}" --run-image "oci:${world.location("images/run")}"`;
  const commands = [
    `${cnb} build "${output}" --path "${world.location("app")}" ${images}`,
    `${cnb} run "${output}" --entrypoint cat -- /layers/test_one/made/file`,
  ];
  const script = `cd "${world.location(user)}"; ${before}\n${commands.join(" && ")}`;
  const env = {
    PATH: process.env["PATH"],
    HOME: world.location(user),
    LIBCNB_SANDBOX: backend,
    LIBCNB_CACHE_DIR: world.location(`${user}/cache-${backend}`),
  };
  const asUser = user === "root" ? ["sh", "-c", script] : ["runuser", "-u", user, "--", "sh", "-c", script];
  return execute("unshare", ["--mount", "sh", "-c", `${mounts}; exec "$@"`, "sh", ...asUser], { env });
}

const result = ({ exitCode, stdout, stderr }: Outcome) =>
  exitCode === 0 ? stdout.replace(/^sha256:[0-9a-f]{64}$/m, "a digest") : stderr.slice(stderr.search(/^ERROR: /m));

/** The user's cache is where the variable says: each case begins with an empty one. */
const ownCache = `export LIBCNB_CACHE_DIR="$PWD/fresh cache"; rm -rf "$LIBCNB_CACHE_DIR"`;

/** Backends that give up being root open files as the sandbox's user. */
test.for<[string, string]>([
  ["bubblewrap", "root"],
  ["unshare", "cnb-tester"],
])(
  "cnb with the sandbox %s as %s builds and starts an image with the umask 0777",
  { timeout: 60_000 },
  async ([backend, user]) => {
    const outcome = await buildAndRun({ backend, user, before: `${ownCache}; umask 0777` });
    expect(result(outcome)).toBe("a digest\nbuilt\n");
  },
);

describe.for(backends)("cnb with the sandbox %s as %s builds and starts an image", ([backend, user]) => {
  test.for<[string, string]>([
    ["no stdin", "exec <&-"],
    ["the umask 0777", `${ownCache}; umask 0777`],
    ["the umask 0277", `${ownCache}; umask 0277`],
    ["the umask 0077", `${ownCache}; umask 0077`],
    ["a relative HOME", `mkdir -p relative; export HOME=relative; unset LIBCNB_CACHE_DIR; rm -rf relative/.cache`],
    ["a relative XDG_CACHE_HOME", `export XDG_CACHE_HOME=caches; unset LIBCNB_CACHE_DIR`],
    ["a HOME with spaces", `export HOME="$PWD/home dir"; unset LIBCNB_CACHE_DIR`],
    ["a HOME with a newline", `export HOME="$PWD/home\n,dir:\\""; mkdir -p "$HOME"; unset LIBCNB_CACHE_DIR`],
    ["a relative TMPDIR", "mkdir -p relative; export TMPDIR=relative"],
    ["a TMPDIR with a newline", `export TMPDIR="$PWD/tmp\n,dir:\\""; mkdir -p "$TMPDIR"`],
    ["an unknown locale", "export LC_ALL=tr_TR.ISO-8859-9 LANG=xx"],
    ["no PATH", "PATH="],
    ["ignored signals", 'trap "" HUP PIPE TSTP QUIT USR1 USR2 CHLD'],
    ["a large environment", "for each in $(seq 2000); do export V$each=$each; done"],
  ])("with %s", { timeout: 60_000 }, async ([, before]) => {
    const outcome = await buildAndRun({ backend, user, before });
    expect(result(outcome)).toBe("a digest\nbuilt\n");
  });

  test.for<[string, string]>([
    ["/sys", "umount --lazy /sys"],
    ["/dev/shm", "umount --lazy /dev/shm"],
    ["exec permission on /dev/shm", "mount -o remount,bind,noexec /dev/shm"],
  ])("without %s", { timeout: 60_000 }, async ([, mounts]) => {
    expect(result(await buildAndRun({ backend, user, before: "", mounts }))).toBe("a digest\nbuilt\n");
  });

  test("or reports that TMPDIR or /proc is missing", { timeout: 60_000 }, async () => {
    const missing = await buildAndRun({ backend, user, before: "export TMPDIR=/nonexistent/tmp" });
    expect(result(missing).replace(/-\w{6}'/, "-XXXXXX'")).toBe(
      "ERROR: no temporary directory can be created in /nonexistent/tmp\n" +
        "  caused by: ENOENT: no such file or directory, mkdtemp '/nonexistent/tmp/cnb-probe-XXXXXX'\n" +
        "HINT: Set TMPDIR to an existing directory that you can write to.\nCODE: OUTPUT_UNWRITABLE\n",
    );
    const mounts = "umount --lazy /proc";
    expect(result(await buildAndRun({ backend, user, before: "", mounts })).replaceAll(/\d+\/stat/g, "0/stat")).toBe(
      "ERROR: the start time of this process cannot be read from /proc\n" +
        "  caused by: ENOENT: no such file or directory, open '/proc/0/stat'\n" +
        "HINT: Mount /proc: mount -t proc proc /proc\nCODE: SYSTEM_ERROR\n",
    );
  });
});
