// @needs cnb-tester, namespaces, root
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { formatToml } from "libcnb/spec";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute, type Outcome } from "../../support/cnb.ts";
import { type NewUser, newUser } from "../../support/new-user.ts";
import { type PublishedRelease, publishRelease } from "../../support/release/published.ts";

let published: PublishedRelease;
let first: Outcome;
beforeAll(async () => {
  published = await publishRelease();
  first = await published.release();
  if (first.exitCode !== 0) throw new Error(`the release failed\n${first.stdout}\n${first.stderr}`);
}, 2_400_000);
afterAll(() => published?.stop());

/** The npm packages and images that the release publishes, each after those that it needs. */
const names = {
  packages: [
    "@libcnb/engine-linux-arm64",
    "@libcnb/engine-linux-x64",
    "libcnb",
    "create-buildpack",
    "@libcnb/packager",
  ],
  images: ["base-build", "base-run", "lifecycle", "cnb", "nodejs", "procfile", "builder", "builder-with-cnb"],
};

const steps = ({ stdout }: Outcome): readonly string[] =>
  stdout.slice(stdout.indexOf("\nPublishing to")).match(/^ {2}(published|skipped).*$/gm) ?? [];

test("a release publishes packages in order, and images with signature, SBOM and provenance", () => {
  const subject = (line: string) =>
    line
      .trim()
      .split(/\s+/)
      .at(-1)
      ?.replace(/@sha256:.*$/, "");
  expect(steps(first).map((line) => [line.trim().replace(/\s+\S+$/, ""), subject(line)])).toEqual([
    ...names.packages.map((name) => ["published", `${name}@${published.version}`]),
    ...names.images.map((name) => [
      "published, signature, cyclonedx, slsaprovenance1",
      `${published.repository}/${name}:${published.version}`,
    ]),
  ]);
});

test("the checksums of a release match its files", async () => {
  const { exitCode, stdout } = await execute("sha256sum", ["--check", "SHA256SUMS"], { cwd: published.output });
  expect({ exitCode, failed: stdout.split("\n").filter((line) => line !== "" && !line.endsWith(": OK")) }).toEqual({
    exitCode: 0,
    failed: [],
  });
});

test("a second run of a release publishes nothing", { timeout: 1_200_000 }, async () => {
  const again = await published.release();
  expect(again.exitCode, again.stderr).toBe(0);
  expect(steps(again).map((line) => line.trim().split(/\s+/)[0])).toEqual(
    [...names.packages, ...names.images].map(() => "skipped"),
  );
});

/** The newest version of each release line, as npm packages bring it. */
const nodeVersions = ["20.20.2", "22.23.3", "24.21.0"];

describe.for(nodeVersions)("with Node.js %s, an empty home directory and no clone of the repository,", (version) => {
  let user: NewUser;
  let project: string;
  beforeAll(async () => {
    const bin = await nodeBin(version);
    const { npm } = published;
    user = await newUser({ env: { npm_config_registry: npm.url, PATH: `${bin}:${process.env.PATH}` } });
    project = join(user.dir, "my-bp");
  });
  afterAll(() => user?.remove());

  const insecure = () => ["--insecure-registry", published.images.host];
  const cnb = (...args: readonly string[]) => user.succeeds(project, ["npx", "cnb", ...args, ...insecure()]);
  const image = (name: string) => `${published.repository}/${name}:${published.version}`;
  const own = (name: string) => `${published.images.host}/node-${version}/${name}:1`;

  test("a buildpack is created, tested and packaged", { timeout: 600_000 }, async () => {
    const { stdout } = await user.succeeds(user.dir, ["node", "--version"]);
    expect(stdout.trim()).toBe(`v${version}`);
    const flags = ["--template", "minimal", "--yes"];
    await user.succeeds(user.dir, ["npm", "create", "--yes", "buildpack@latest", "my-bp", "--", ...flags]);
    await user.succeeds(project, ["npm", "install"]);
    for (const script of ["types", "test", "package"]) await user.succeeds(project, ["npm", "run", script]);
  });

  test("the published images have signatures and provenance by the release's key", { timeout: 300_000 }, async () => {
    for (const name of names.images)
      for (const type of [[], ["--type", "cyclonedx"], ["--type", "slsaprovenance1"]])
        await cnb("verify", image(name), "--key", published.publicKey, ...type);
  });

  test("a builder of published parts and a new buildpack builds and runs an app", { timeout: 900_000 }, async () => {
    const config = {
      buildpacks: [{ uri: `docker://${image("nodejs")}` }, { uri: "dist/my-bp.cnb" }],
      order: [{ group: [{ id: "libcnb/nodejs" }, { id: "my-bp" }] }],
      lifecycle: { uri: `docker://${image("lifecycle")}` },
      build: { image: image("base-build") },
      run: { images: [{ image: image("base-run") }] },
    };
    await writeFiles(project, { "builder.toml": formatToml(config) });
    await cnb("builder", "create", own("builder"), "--publish");
    await writeApp();
    const { stdout } = await cnb("build", own("app"), "--builder", own("builder"), ...(await appOptions()));
    expect(stdout.trim()).toMatch(/^sha256:[0-9a-f]{64}$/);
    // The default process is that of the last buildpack: the new one prints hello.txt.
    expect((await cnb("run", own("app"))).stdout).toBe("app\n");
    expect((await cnb("run", own("app"), "--process", "web")).stdout).toBe("Hello from an app\n");
  });

  test("the published builder builds and runs an app", { timeout: 900_000 }, async () => {
    await writeApp();
    await cnb("build", own("other-app"), "--builder", image("builder"), ...(await appOptions()));
    expect((await cnb("run", own("other-app"))).stdout).toBe("Hello from an app\n");
  });

  const writeApp = () =>
    writeFiles(join(user.dir, "app"), {
      "package.json": JSON.stringify({ name: "app", version: "1.0.0", scripts: { start: "node main.js" } }),
      "main.js": 'console.log("Hello from an app");\n',
      "hello.txt": "app\n",
    });

  /** Node.js comes from the npm registry, because its own server is not reachable everywhere. */
  async function appOptions(): Promise<readonly string[]> {
    const from = ["--env", "BP_NODE_DISTRIBUTION=npm", "--env", `NPM_CONFIG_REGISTRY=${published.npm.url}`];
    return ["--path", join(user.dir, "app"), ...from];
  }
});

/** A directory with `node` of a version and the machine's npm, as a version manager has it. */
async function nodeBin(version: string): Promise<string> {
  const name = `node-linux-${process.arch}`;
  const dir = cacheDir(process.env, "test-node", version);
  await populateOnce(dir, async (work) => {
    const { stdout, stderr, exitCode } = await execute("npm", [
      "pack",
      `${name}@${version}`,
      "--pack-destination",
      work,
    ]);
    if (exitCode !== 0) throw new Error(stderr);
    await execute("tar", ["--extract", "--file", join(work, stdout.trim()), "--directory", work]);
    await mkdir(join(work, "bin"));
    await symlink("../package/bin/node", join(work, "bin/node"));
    await chmod(join(work, "package/bin/node"), 0o755);
  });
  return join(dir, "bin");
}
