// @needs busybox, cnb-tester, docker-registry, root
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference, type TarEntry } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, type Outcome, pinnedNode, root } from "../../support/cnb.ts";
import { incompleteTags } from "../../support/registry/audit.ts";
import { type FaultProxy, startFaultProxy } from "../../support/registry/faults.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** Keeps a small layer and a large one, which is moved out of the cache, and makes a layer of the app's version. */
const build = `#!/bin/sh
set -e
cd "$CNB_LAYERS_DIR"
mkdir -p small large of-app
echo small > small/file
i=0; while [ $i -lt 100 ]; do test -f large/$i || echo $i > large/$i; i=$((i+1)); done
cat /workspace/version /workspace/version > of-app/version
printf '[types]\\ncache = true\\nlaunch = true\\n' > small.toml
printf '[types]\\ncache = true\\nlaunch = true\\n' > large.toml
printf '[types]\\nlaunch = true\\n' > of-app.toml
`;
const descriptor = `api = "0.10"\n[buildpack]\nid = "test/kept"\nversion = "1.0.0"\n`;
const program: TarEntry = {
  type: "file",
  path: "lifecycle/launcher",
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: Buffer.from("launcher"),
};

let dir: string;
let registry: Registry;
let proxy: FaultProxy;
const location = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "build-kills-"));
  await chmod(dir, 0o755);
  for (const name of ["images", "app"]) await mkdir(location(name));
  const run = await shellImage(dir, { env: ["PATH=/bin"] });
  await oci.write(run, { kind: "oci", dir: location("images/run") }, { name: "localhost/run:1" });
  const builder = await shellBuilder({
    dir,
    runImage: "localhost/run:1",
    platformApis: ["0.13"],
    buildpacks: [
      {
        id: "test/kept",
        version: "1.0.0",
        files: { "buildpack.toml": descriptor, "bin/detect": "#!/bin/sh\nexit 0\n", "bin/build": build },
      },
    ],
    order: `[[order]]\n[[order.group]]\nid = "test/kept"\nversion = "1.0.0"\n`,
    lifecycle: { version: "0.0.0", entries: [program] },
  });
  await oci.write(builder, { kind: "oci", dir: location("images/builder") }, { name: "builder:1" });
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
}, 60_000);
afterAll(async () => {
  await Promise.all([proxy?.stop(), registry?.stop()]);
  await rm(dir, { recursive: true, force: true });
});

const versions = ["one", "two", "three"] as const;
const setVersion = (version: string): Promise<void> => writeFile(location("app/version"), version);

interface Location {
  readonly cache: string;
  readonly output: string;
}

const argsOf = ({ output }: Location): readonly string[] => [
  join(root, "builder-packager/bin/cnb.js"),
  "build",
  output,
  "--path",
  location("app"),
  "--builder",
  `oci:${location("images/builder")}`,
];
const envOf = ({ cache }: Location) => ({ PATH: process.env.PATH, HOME: dir, LIBCNB_CACHE_DIR: location(cache) });
const cnbBuild = (at: Location): Promise<Outcome> => execute(pinnedNode, argsOf(at), { env: envOf(at) });

const digestOf = ({ stdout, stderr, exitCode }: Outcome): string => {
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
};

/** The digests of undisturbed builds, each in a cache of its own, and how long one takes. */
async function undisturbed(): Promise<{ readonly digests: ReadonlyMap<string, string>; readonly ms: number }> {
  const digests = new Map<string, string>();
  let ms = 0;
  for (const version of versions) {
    await setVersion(version);
    const start = performance.now();
    digests.set(
      version,
      digestOf(await cnbBuild({ cache: `alone-${version}`, output: `oci:${location(`alone/${version}`)}` })),
    );
    ms = performance.now() - start;
  }
  return { digests, ms };
}
let known: ReturnType<typeof undisturbed> | undefined;
const reference = () => (known ??= undisturbed());

/** The same numbers in each run of the tests (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Builds in a process that is killed after a while; true when it was done before. */
async function killedAfter(ms: number, at: Location): Promise<boolean> {
  const child = spawn(pinnedNode, argsOf(at), { env: envOf(at), stdio: "ignore" });
  const ended = once(child, "exit");
  await Promise.race([ended, delay(ms)]);
  child.kill("SIGKILL");
  const [code] = (await ended) as [number | null];
  return code === 0;
}

const kills = process.env["LIBCNB_TEST_ALL"] === "1" ? 100 : 10;

describe.for(["layout", "registry"] as const)("builds into a %s", (kind) => {
  const at: Location = { cache: `killed-${kind}`, output: "" };
  const locationOf = (): Location => ({
    ...at,
    output: kind === "layout" ? `oci:${location("out/killed")}` : `${registry.host}/killed:1`,
  });

  test(`killed at ${kills / 2} random moments leave nothing incomplete, and the next build has the digest of an undisturbed build`, {
    timeout: 20 * 60_000,
  }, async () => {
    const { digests, ms } = await reference();
    const random = randomFrom(kind.length);
    for (let count = 0; count < kills / 2; count++) {
      const version = versions[count % versions.length] ?? "one";
      await setVersion(version);
      await killedAfter(random() * ms * 1.1, locationOf());
      await expectWhole(kind, [...digests.values()]);
      expect([count, digestOf(await cnbBuild(locationOf()))]).toEqual([count, digests.get(version)]);
      expect(await readdir(location(`${at.cache}/work`))).toEqual([]);
    }
  });
});

/** The visible image is one of the complete images, or there is none. */
async function expectWhole(kind: "layout" | "registry", digests: readonly string[]): Promise<void> {
  if (kind === "registry") return expect(await incompleteTags(registry.host, "killed")).toEqual([]);
  if (!existsSync(location("out/killed"))) return;
  const reference = parseImageReference(`oci:${location("out/killed")}`);
  await oci.validate(oci.imageFor(await oci.read(reference)));
  const { manifests } = JSON.parse(await readFile(location("out/killed/index.json"), "utf8"));
  expect(digests).toContain(manifests[0].digest);
}

test("two concurrent builds of one app succeed with the same digest", { timeout: 120_000 }, async () => {
  const { digests } = await reference();
  await setVersion("one");
  const at = { cache: "at-once", output: `oci:${location("out/at-once")}` };
  for (let round = 0; round < 2; round++) {
    const both = await Promise.all([cnbBuild(at), cnbBuild(at)]);
    expect(both.map(digestOf)).toEqual([digests.get("one"), digests.get("one")]);
    await oci.validate(oci.imageFor(await oci.read(parseImageReference(at.output))));
  }
  expect(digestOf(await cnbBuild(at))).toBe(digests.get("one"));
});

test("damaged blobs in the cache do not become part of an image", { timeout: 120_000 }, async () => {
  const { digests } = await reference();
  await setVersion("one");
  const cache = "damaged";
  expect(digestOf(await cnbBuild({ cache, output: `oci:${location("out/damaged")}` }))).toBe(digests.get("one"));
  const blobs = location(`${cache}/blobs/blobs/sha256`);
  const names = await readdir(blobs);
  expect(names.length).toBeGreaterThan(3);
  for (const name of names) {
    const bytes = await readFile(join(blobs, name));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
    await writeFile(join(blobs, name), bytes);
  }
  const outcome = await cnbBuild({ cache, output: `${registry.host}/damaged:1` });
  expect(await incompleteTags(registry.host, "damaged")).toEqual([]);
  const next = outcome.exitCode === 0 ? outcome : await cnbBuild({ cache, output: `${registry.host}/damaged:1` });
  expect({ digest: next.stdout.trim(), stderr: next.exitCode === 0 ? "" : next.stderr }).toEqual({
    digest: digests.get("one"),
    stderr: "",
  });
  await oci.validate(oci.imageFor(await oci.read(parseImageReference(`${registry.host}/damaged:1`))));
});

test.for([
  ["answers 503 for a while", { kind: "status", status: 503 }],
  ["resets connections", { kind: "reset" }],
] as const)(
  "a build to a registry that %s still pushes the same image",
  { timeout: 120_000 },
  async ([name, fault]) => {
    const { digests } = await reference();
    await setVersion("one");
    const repository = name.replaceAll(" ", "-");
    proxy.inject({ on: /./, fault, times: 2 });
    const outcome = await cnbBuild({ cache: repository, output: `${proxy.host}/${repository}:1` });
    proxy.inject();
    expect(digestOf(outcome)).toBe(digests.get("one"));
    expect(await incompleteTags(registry.host, repository)).toEqual([]);
  },
);

// A disk that fills up in the midst of a build is that of full-disk-builds.
test.runIf(process.getuid?.() === 0)(
  "a build on a full disk leaves no incomplete file",
  { timeout: 120_000 },
  async () => {
    const { digests } = await reference();
    await setVersion("one");
    const at = { cache: "full", output: `oci:${location("out/full")}` };
    await mkdir(location(at.cache));
    // Only this build sees it; the builder alone is larger.
    const script = 'mount -t tmpfs -o size=1m none "$0" && exec "$@"';
    const args = ["--mount", "sh", "-c", script, location(at.cache), pinnedNode, ...argsOf(at)];
    const { exitCode, stderr } = await execute("unshare", args, { env: envOf(at) });
    expect({ exitCode, code: /^CODE: .*/m.exec(stderr)?.[0], stderr }).toEqual({
      exitCode: 1,
      code: "CODE: CACHE_FULL",
      stderr: expect.stringMatching(/ has \S+ MB of free space, but .* needs at least /),
    });
    expect(existsSync(location("out/full"))).toBe(false);
    expect(digestOf(await cnbBuild(at))).toBe(digests.get("one"));
  },
);

test("a read-only cache is reported before the build starts", async () => {
  await setVersion("one");
  const cache = location("read-only");
  await mkdir(cache, { mode: 0o555 });
  const args = argsOf({ cache: "read-only", output: `oci:${location("out/read-only")}` });
  const env = { PATH: process.env.PATH, HOME: "/", LIBCNB_CACHE_DIR: cache };
  const isRoot = process.getuid?.() === 0;
  const outcome = isRoot
    ? await execute("runuser", ["-u", "cnb-tester", "--", pinnedNode, ...args], { env })
    : await execute(pinnedNode, args, { env });
  expect({ exitCode: outcome.exitCode, code: /^CODE: .*/m.exec(outcome.stderr)?.[0] }).toEqual({
    exitCode: 1,
    code: "CODE: OUTPUT_UNWRITABLE",
  });
  expect(existsSync(location("out/read-only"))).toBe(false);
});
