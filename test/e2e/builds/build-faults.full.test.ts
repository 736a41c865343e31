// @needs busybox
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference, type TarEntry } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, execute, type Outcome, pinnedNode, root } from "../../support/cnb.ts";
import { type ShellBuildpack, shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** One buildpack that does what the app's file `build.sh` says, so that each test is a script. */
const scripted: ShellBuildpack = {
  id: "test/scripted",
  version: "1.0.0",
  files: {
    "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/scripted"\nversion = "1.0.0"\n`,
    "bin/detect": `#!/bin/sh\ntest -f detect.sh || exit 0\n. ./detect.sh\n`,
    "bin/build": `#!/bin/sh\nset -e\ncd "$CNB_LAYERS_DIR"\n. /workspace/build.sh\n`,
  },
};

const witness: ShellBuildpack = {
  id: "test/witness",
  version: "1.0.0",
  files: {
    "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/witness"\nversion = "1.0.0"\n`,
    "bin/detect": "#!/bin/sh\nexit 0\n",
    "bin/build": `#!/bin/sh\necho "leaked: [$LEAK]"\n`,
  },
};

const order = [scripted, witness].map(({ id, version }) => `[[order.group]]\nid = "${id}"\nversion = "${version}"\n`);
const program: TarEntry = {
  type: "file",
  path: "lifecycle/launcher",
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: Buffer.from("launcher"),
};

let dir: string;
const location = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "faults-"));
  await chmod(dir, 0o755);
  await mkdir(location("images"));
  const run = await shellImage(dir, { env: ["PATH=/bin"] });
  await oci.write(run, { kind: "oci", dir: location("images/run") }, { name: "localhost/run:1" });
  const options = {
    lifecycle: { version: "0.0.0", entries: [program] },
    platformApis: ["0.13"],
    runImage: "localhost/run:1",
  };
  const builder = await shellBuilder({
    ...options,
    dir,
    buildpacks: [scripted, witness],
    order: `[[order]]\n${order.join("")}`,
  });
  await oci.write(builder, { kind: "oci", dir: location("images/builder") }, { name: "builder:1" });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const environment = () => ({ ...process.env, LIBCNB_CACHE_DIR: location("cache") });

async function app(name: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await mkdir(location(`apps/${name}`), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(location(`apps/${name}/${file}`), text);
  return [
    "build",
    `oci:${location(`out/${name}`)}`,
    "--path",
    location(`apps/${name}`),
    "--builder",
    `oci:${location("images/builder")}`,
  ];
}

async function build(name: string, files: Readonly<Record<string, string>>, ...flags: string[]): Promise<Outcome> {
  return cnb([...(await app(name, files)), ...flags], { env: environment() });
}

const errorOf = ({ exitCode, stderr }: Outcome) => ({
  exitCode,
  error: stderr.slice(Math.max(0, stderr.search(/^ERROR: /m))).replaceAll(dir, "<dir>"),
});

const leftovers = () => readdir(location("cache/work"));

const cached = `
test -d kept && echo "found: $(cat kept/state)" || { mkdir kept; echo nothing found; }
echo good > kept/state
printf '[types]\\ncache = true\\nlaunch = true\\n' > kept.toml
`;

/** A layer with so many files that it is moved out of the cache instead of copied. */
const cachedLarge = `
test -d kept && echo "found: $(cat kept/99)" || { mkdir kept; echo nothing found; }
i=0; while [ $i -lt 100 ]; do test -f kept/$i || echo good > kept/$i; i=$((i+1)); done
printf '[types]\\ncache = true\\nlaunch = true\\n' > kept.toml
`;

describe("a failed build", () => {
  test("lists each buildpack's reason if no buildpack detects the app", async () => {
    const outcome = await build("undetected", {
      "detect.sh": "echo there is nothing to build; exit 100",
      "build.sh": "",
    });
    expect(errorOf(outcome)).toMatchInlineSnapshot(`
      {
        "error": "ERROR: no group of buildpacks detected <dir>/apps/undetected
        test/scripted@1.0.0: did not detect
          there is nothing to build
        test/witness@1.0.0: passed
      HINT: Correct what test/scripted reports: the other buildpacks of its group passed. Otherwise check --path, or use a builder whose buildpacks support this kind of application.
      CODE: DETECT_FAILED
      ",
        "exitCode": 20,
      }
    `);
  });

  test("has a separate exit code if detect ends with an error", async () => {
    const outcome = await build("errored", { "detect.sh": "echo cannot think >&2; exit 7", "build.sh": "" });
    expect(errorOf(outcome)).toMatchInlineSnapshot(`
      {
        "error": "ERROR: no group of buildpacks detected <dir>/apps/errored
        test/scripted@1.0.0: error (exit code 7)
          cannot think
        test/witness@1.0.0: passed
      HINT: At least one buildpack ended with an error in detect: see its output above.
      CODE: DETECT_ERRORED
      ",
        "exitCode": 21,
      }
    `);
  });

  test("names the buildpack and its exit code", async () => {
    const outcome = await build("failing", { "build.sh": "echo compiling; exit 3" });
    expect(outcome.stderr).toContain("| compiling");
    expect(errorOf(outcome)).toMatchInlineSnapshot(`
      {
        "error": "ERROR: buildpack test/scripted@1.0.0 failed with exit code 3
      HINT: See its output above for the reason.
      CODE: BUILD_FAILED
      ",
        "exitCode": 51,
      }
    `);
    expect(await readdir(location("out"))).toEqual([]);
  });

  test("ends with the error that the buildpack reported", async () => {
    const script = "echo 'ERROR: there is no start script (START_MISSING)'; echo 'HINT: Add one.'; exit 1";
    expect(errorOf(await build("reporting", { "build.sh": script }))).toMatchInlineSnapshot(`
      {
        "error": "ERROR: buildpack test/scripted@1.0.0 failed with exit code 1: there is no start script (START_MISSING)
      HINT: Add one.
      CODE: BUILD_FAILED
      ",
        "exitCode": 51,
      }
    `);
  });

  test("names the file if a buildpack writes an invalid launch.toml", async () => {
    const outcome = await build("invalid", {
      "build.sh": `printf '[[processes]]\\ntype = "web"\\ncommand = "node"\\n' > launch.toml`,
    });
    expect(errorOf(outcome)).toMatchInlineSnapshot(`
      {
        "error": "ERROR: buildpack test/scripted@1.0.0 wrote output that violates the specification
        caused by: launch.toml: process web: command must be a list with at least one string
      HINT: Contact the buildpack's author.
      CODE: BUILD_OUTPUT_INVALID
      ",
        "exitCode": 52,
      }
    `);
  });

  test("keeps the image and the cache of the last successful build", async () => {
    const good = await build("again", { "build.sh": cached });
    const broken = await build("again", { "build.sh": "echo bad > kept/state; exit 1" });
    const next = await build("again", { "build.sh": cached });
    expect([good.exitCode, broken.exitCode, next.exitCode]).toEqual([0, 51, 0]);
    expect(good.stderr).toContain("nothing found");
    expect(next.stderr).toContain("found: good");
    expect(next.stdout).not.toBe("");
    expect(await leftovers()).toEqual([]);
  });
});

describe("a cached layer that is restored by moving instead of copying", () => {
  const firstAndNext = async (name: string, between: string) => {
    await build(name, { "build.sh": cachedLarge });
    const broken = await build(name, { "build.sh": between });
    expect(broken.exitCode).toBe(51);
    const next = await build(name, { "build.sh": cachedLarge });
    expect(next.exitCode).toBe(0);
    expect(await leftovers()).toEqual([]);
    return { broken, next, last: await build(name, { "build.sh": cachedLarge }) };
  };

  test("is kept after a failed build that did not change it", async () => {
    const { broken, next } = await firstAndNext("large-kept", "cat kept/99; exit 1");
    expect(broken.stderr).toContain("| good");
    expect(broken.stderr).not.toContain("no longer in the cache");
    expect(next.stderr).toContain("found: good");
    expect(next.stderr).toMatch(/Reused test\/scripted:kept .*: restored and unchanged since/);
  });

  test("is dropped with a warning if a failed build changed it", async () => {
    const { broken, next, last } = await firstAndNext("large-lost", "echo bad > kept/99; exit 1");
    expect(broken.stderr).toContain(
      "WARNING: test_scripted/kept is no longer in the cache: this build changed it and failed",
    );
    expect(next.stderr).toContain(
      "WARNING: not restoring test/scripted:kept: its files in the cache were changed or lost",
    );
    expect(next.stderr).toContain("nothing found");
    expect(last.stderr).toContain("found: good");
  });

  test.for([
    ["is restored after a killed build that did not change it", "unchanged", "cat kept/99", "found: good"],
    ["is dropped after a killed build that changed it", "changed", "echo bad > kept/99", "nothing found"],
  ] as const)("%s", async ([, state, change, expected]) => {
    const name = `large-killed-${state}`;
    await build(name, { "build.sh": cachedLarge });
    const child = start(await app(name, { "build.sh": `${change}; echo waiting; sleep 60` }));
    await said(child, "waiting");
    child.kill("SIGKILL");
    await once(child, "close");
    const next = await build(name, { "build.sh": cachedLarge });
    expect(next.stderr).toContain(expected);
    expect((await build(name, { "build.sh": cachedLarge })).stderr).toContain("found: good");
    expect(await leftovers()).toEqual([]);
  });

  test("is not available to a second concurrent build", async () => {
    const name = "large-shared";
    await build(name, { "build.sh": cachedLarge });
    const child = start(await app(name, { "build.sh": "echo waiting; sleep 60" }));
    await said(child, "waiting");
    const second = await build(name, { "build.sh": cachedLarge });
    child.kill("SIGINT");
    await once(child, "close");
    expect(second.exitCode).toBe(0);
    expect(second.stderr).toContain("WARNING: building without the cache: another build of the same app is using it");
    expect(second.stderr).toContain("nothing found");
    expect((await build(name, { "build.sh": cachedLarge })).stderr).toContain("found: good");
  });
});

describe("a build stopped", () => {
  const slow = `echo bad > kept/state; echo waiting; sleep 60`;

  test.for(["SIGKILL", "SIGINT"] as const)(
    "by %s leaves no changed file in the cache of the next build",
    async (signal) => {
      const name = `stopped-${signal.toLowerCase()}`;
      expect((await build(name, { "build.sh": cached })).exitCode).toBe(0);
      const child = start(await app(name, { "build.sh": slow }));
      await said(child, "waiting");
      child.kill(signal);
      await once(child, "close");
      if (signal === "SIGINT") expect(await leftovers()).toEqual([]);
      const next = await build(name, { "build.sh": cached });
      expect(next.exitCode).toBe(0);
      expect(next.stderr).toContain("found: good");
      expect(await leftovers()).toEqual([]);
    },
  );
});

function start(args: readonly string[]): ChildProcess {
  return spawn(pinnedNode, [join(root, "builder-packager/bin/cnb.js"), ...args], {
    env: environment(),
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function said(child: ChildProcess, text: string): Promise<void> {
  let log = "";
  child.stderr?.on("data", (chunk) => (log += chunk));
  for (const deadline = Date.now() + 60_000; !log.includes(text); await delay(20)) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`"${text}" was never said:\n${log}`);
  }
}

describe("a hostile buildpack", () => {
  test("cannot read host files through links in its layers", async () => {
    await writeFile(location("secret"), "the host's secret");
    const script = `
mkdir -p l/env
ln -s "$SECRET" l/env/LEAK
ln -s "$SECRET" store.toml
ln -s "$(dirname "$SECRET")" /layers/test_witness
printf '[types]\\nbuild = true\\n' > l.toml
`;
    const outcome = await build("links", { "build.sh": script }, "-e", `SECRET=${location("secret")}`);
    expect(outcome.stdout + outcome.stderr).not.toContain("the host's secret");
    expect(await readdir(dir)).not.toContain("plan.toml");
  });

  test("does not receive a cached layer that was modified on disk", async () => {
    expect((await build("tampered", { "build.sh": cached })).exitCode).toBe(0);
    for (const file of await stateFiles()) await writeFile(file, "evil\n");
    const next = await build("tampered", { "build.sh": cached });
    expect(next.stderr).toContain(
      "WARNING: not restoring test/scripted:kept: its files in the cache were changed or lost",
    );
    expect(next.stderr).toContain("nothing found");
  });

  async function stateFiles(): Promise<readonly string[]> {
    const entries = await readdir(location("cache/builds"), { recursive: true, withFileTypes: true });
    return entries.filter(({ name }) => name === "state").map(({ parentPath, name }) => join(parentPath, name));
  }
});

test("a build never modifies the app's directory, and file modes in it do not change the image", async () => {
  const script = "echo more > /workspace/file; echo new > /workspace/new";
  const first = await build("modes", { "build.sh": script, file: "source" });
  await chmod(location("apps/modes/file"), 0o600);
  const second = await build("modes", {});
  expect(await readFile(location("apps/modes/file"), "utf8")).toBe("source");
  expect(await readdir(location("apps/modes"))).toEqual(["build.sh", "file"]);
  expect(second.stdout).toBe(first.stdout);
  const { config } = oci.imageFor(await oci.read(parseImageReference(`oci:${location("out/modes")}`)));
  expect(config.config?.WorkingDir).toBe("/workspace");
});

describe("cnb build reports", () => {
  test("an exhausted limit of open files", async () => {
    const args = await app("descriptors", { "build.sh": "" });
    // A file of the caller above the limit cannot be closed for the sandbox.
    const script = 'exec 100</dev/null; ulimit -n 64; exec "$@"';
    const program = [pinnedNode, join(root, "builder-packager/bin/cnb.js")];
    const backend = ["--backend", "unshare"]; // any would be tried in turn
    const command = ["-c", script, "bash", ...program, ...args, ...backend];
    const outcome = await execute("bash", command, { env: environment() });
    expect(errorOf(outcome)).toMatchInlineSnapshot(`
      {
        "error": "ERROR: no sandbox can be created on this machine. cnb tried: unshare-root (the sandbox could not be started: the limit of open files is too low)
      HINT: The limit of open files is too low: raise it, for example with \`ulimit -n 1024\`.
      CODE: NAMESPACES_UNAVAILABLE
      ",
        "exitCode": 1,
      }
    `);
    expect(await leftovers()).toEqual([]);
  });

  test("a cache path that is a file, before the build starts", async () => {
    const outcome = await build("cache-file", { "build.sh": "" }, "--cache", location("apps/cache-file/build.sh"));
    expect(outcome.stderr).not.toContain("Analyzing");
    expect(errorOf(outcome)).toMatchInlineSnapshot(`
      {
        "error": "ERROR: the cache <dir>/apps/cache-file/build.sh is not a directory
      HINT: Pass the path of a directory with --cache.
      CODE: ARGUMENT_INVALID
      ",
        "exitCode": 3,
      }
    `);
  });

  test("an output that would overwrite the builder, before the build starts", async () => {
    const args = (await app("over-builder", { "build.sh": "" })).with(1, `oci:${location("images/builder")}`);
    expect(errorOf(await cnb(args, { env: environment() }))).toMatchInlineSnapshot(`
      {
        "error": "ERROR: the image oci:<dir>/images/builder would overwrite the builder oci:<dir>/images/builder, from which it is built
      HINT: Write the image to another path, for example oci:../image.
      CODE: ARGUMENT_INVALID
      ",
        "exitCode": 3,
      }
    `);
  });
});

test("an output image and a cache inside the app's directory are not copied into the app image", async () => {
  const args = (await app("inside", { "build.sh": cached })).with(1, `oci:${location("apps/inside/out/image")}`);
  const run = () => cnb([...args, "--cache", location("apps/inside/cache")], { env: environment() });
  const [first, second, third] = [await run(), await run(), await run()];
  expect([first.exitCode, second.exitCode, third.exitCode]).toEqual([0, 0, 0]);
  expect(second.stderr).toContain("WARNING: ignoring out/image of the application: cnb creates this file itself");
  expect(second.stderr).toContain("WARNING: ignoring cache of the application: cnb creates this file itself");
  expect([second.stdout, third.stdout]).toEqual([first.stdout, first.stdout]);
});
