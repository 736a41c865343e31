import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnbSucceeds, execute, root } from "../../support/cnb.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "auto-runtime-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const source = `import { getHeapStatistics } from "node:v8";
import { defineBuildpack, fail, pass } from "libcnb";
import zlib from "node:zlib";
export default defineBuildpack({
  detect({ log, env }) {
    log.info("engine: " + ("engine" in process.versions));
    if (env.WANT === "lacking") return pass({ provides: [{ name: typeof getHeapStatistics() }] });
    if (env.WANT === "much") {
      for (let line = 0; line < 20_000; line += 1) log.info("x".repeat(60));
      getHeapStatistics();
    }
    if (env.WANT === "throw") throw new TypeError("thrown");
    if (env.WANT === "default") log.info(String(zlib.brotliCompressSync("").length));
    if (env.WANT === "global") log.info(typeof fetch.length);
    return env.WANT === "fail" ? fail("not for this app") : pass();
  },
  build({ log }) {
    log.info("engine: " + ("engine" in process.versions));
  },
});
`;

/** Packages a buildpack whose build imports what the engine lacks, and unpacks it. */
async function packaged(): Promise<{ readonly log: string; readonly files: string }> {
  const project = join(dir, "project");
  await cp(join(root, "templates/minimal"), project, { recursive: true });
  await rm(join(project, "node_modules"), { recursive: true, force: true });
  await symlink(join(root, "node_modules"), join(project, "node_modules"));
  await writeFile(join(project, "src/buildpack.ts"), source);
  const { stderr } = await cnbSucceeds(
    ["buildpack", "package", project, "--runtime", "auto", "--output", `oci:${dir}/package`],
    {
      cwd: dir,
    },
  );
  const index = JSON.parse(await readFile(join(dir, "package/index.json"), "utf8"));
  const blob = async (digest: string) =>
    JSON.parse(await readFile(join(dir, "package/blobs", digest.replace(":", "/")), "utf8"));
  let manifest = await blob(index.manifests[0].digest);
  if (manifest.manifests !== undefined) manifest = await blob(manifest.manifests[0].digest);
  const layer = join(dir, "package/blobs", manifest.layers[0].digest.replace(":", "/"));
  await mkdir(join(dir, "layer"));
  await execute("tar", ["-xzf", layer, "-C", join(dir, "layer")]);
  const { stdout } = await execute("sh", ["-c", "echo cnb/buildpacks/*/*"], { cwd: join(dir, "layer") });
  return { log: stderr, files: join(dir, "layer", stdout.trim()) };
}

interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly plan: string;
}

async function detect(files: string, variables: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const plan = join(dir, "plan.toml");
  await writeFile(plan, "");
  const platform = join(dir, "platform");
  await mkdir(platform, { recursive: true });
  const { exitCode, stdout, stderr } = await execute(join(files, "bin/detect"), [], {
    cwd: platform,
    env: {
      CNB_BUILDPACK_DIR: files,
      CNB_PLATFORM_DIR: platform,
      CNB_BUILD_PLAN_PATH: plan,
      CNB_TARGET_OS: "linux",
      CNB_TARGET_ARCH: "amd64",
      ...variables,
    },
  });
  return { exitCode, stdout, stderr, plan: await readFile(plan, "utf8") };
}

describe("a buildpack that imports a module without support on the small JavaScript engine", () => {
  let files: string;
  let log: string;
  beforeAll(async () => {
    ({ files, log } = await packaged());
  });

  test("is packaged with both runtimes, and the log names the import", async () => {
    expect(log).toContain(
      "example/my-buildpack builds on Node.js: project/src/buildpack.ts:1:10 imports getHeapStatistics of node:v8",
    );
    const { stdout } = await execute("find", [".", "-type", "f", "-o", "-type", "l"], { cwd: files });
    expect(stdout.trim().split("\n").sort()).toEqual([
      "./LICENSES-engine.txt",
      "./LICENSES.txt",
      "./bin/build",
      "./bin/detect",
      "./bin/engine",
      "./bin/main",
      "./buildpack.toml",
      "./sbom.cdx.json",
    ]);
    expect((await stat(join(files, "bin/engine"))).size).toBeLessThan(6_000_000);
  });

  const onEngine = "  engine: true\n";
  const onNode = "  engine: false\n";

  test.for<[string, Partial<Answer>, Readonly<Record<string, string>>?]>([
    ["passes on the small JavaScript engine", { exitCode: 0, stdout: onEngine, stderr: "", plan: "" }],
    [
      "fails on the small JavaScript engine",
      { exitCode: 100, stdout: `${onEngine}  not for this app\n`, stderr: "", plan: "" },
      { WANT: "fail" },
    ],
    [
      "starts again on Node.js after a call of a function that the engine lacks, and prints nothing twice",
      { exitCode: 0, stdout: onNode, stderr: "", plan: '[[provides]]\nname = "object"\n' },
      { WANT: "lacking" },
    ],
    [
      "starts again on Node.js after a call of a function that the engine lacks in a default import",
      { exitCode: 0, stdout: `${onNode}  1\n`, stderr: "", plan: "" },
      { WANT: "default" },
    ],
    [
      "starts again on Node.js after a read of a global variable that the engine lacks",
      { exitCode: 0, stdout: `${onNode}  number\n`, stderr: "", plan: "" },
      { WANT: "global" },
    ],
    [
      "is not affected by NODE_OPTIONS when it starts again on Node.js",
      { exitCode: 0, stdout: `${onNode}  number\n` },
      { WANT: "global", NODE_OPTIONS: "--require=/none" },
    ],
  ])("has a detect that %s", async ([, expected, variables]) => {
    expect(await detect(files, variables)).toEqual(expect.objectContaining(expected));
  });

  test("reports an error in the author's code with the line in the source", async () => {
    const { exitCode, stdout, stderr } = await detect(files, { WANT: "throw" });
    expect([exitCode, stdout]).toEqual([1, onNode]);
    expect(stderr).toContain("ERROR: unexpected TypeError: thrown\n");
    expect(stderr).toContain("src/buildpack.ts:12:");
  });

  test("fails detect with the name of the missing function if detect has already printed more than a megabyte", async () => {
    const { exitCode, stdout, stderr } = await detect(files, { WANT: "much" });
    expect([exitCode, stdout.split("\n").length]).toEqual([1, 20_002]);
    expect(stderr).toContain("the small engine has no getHeapStatistics of node:v8");
  });

  test("fails detect with the name of the missing function if the package contains no Node.js", async () => {
    await rm(join(files, "bin/main"));
    const { exitCode, stdout, stderr } = await detect(files, { WANT: "lacking" });
    expect([exitCode, stdout]).toEqual([1, onEngine]);
    expect(stderr).toContain(
      "the small engine has no getHeapStatistics of node:v8: package the buildpack with --runtime node",
    );
  });
});
