import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { execute } from "../support/cnb.ts";
import { type NewUser, newUser } from "../support/new-user.ts";
import { type NpmRegistry, startNpmRegistry } from "../support/npm-registry.ts";

/** Packages of this repository that go to the npm registry. */
const packages = ["libcnb", "@libcnb/packager", "create-buildpack"];

let dir: string;
let registry: NpmRegistry;
let tarballs: readonly Tarball[];
let npmEnv: NodeJS.ProcessEnv;

interface Tarball {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "scaffold-"));
  registry = await startNpmRegistry(packages);
  tarballs = await pack();
  for (const { filename } of tarballs) await registry.publish(join(dir, filename));
  // Tarballs of others are known by their digest, whichever registry they come from.
  npmEnv = { npm_config_registry: registry.url, npm_config_cache: cacheDir(process.env, "test-npm-cache") };
});
afterAll(async () => {
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Without the packages' own build, which ran before the tests. */
async function pack(): Promise<Tarball[]> {
  const workspaces = packages.flatMap((name) => ["--workspace", name]);
  const args = ["pack", ...workspaces, "--pack-destination", dir, "--json", "--ignore-scripts"];
  const { stdout, stderr, exitCode } = await execute("npm", args);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Tarball[];
}

/** What a new user types. */
async function scaffold(user: NewUser, template: string): Promise<string> {
  const project = join(user.dir, "my-bp");
  const flags = ["--template", template, "--yes"];
  await user.succeeds(user.dir, ["npm", "create", "--yes", "buildpack@latest", "my-bp", "--", ...flags]);
  await user.succeeds(project, ["npm", "install"]);
  return project;
}

/** What `npm run package` leaves in dist/, by template. */
const packaged = {
  minimal: ["my-bp.cnb"],
  dependency: ["my-bp.cnb"],
  composite: ["my-bp.cnb"],
  extension: ["my-bp.cnb"],
  builder: ["base-build", "base-run", "builder", "hello.cnb"],
};

/** The lifecycle, which Go may take minutes to build, and Debian packages: from the cache that all tests share. */
const shared = { LIBCNB_CACHE_DIR: cacheDir(process.env) };

test.concurrent.for(Object.entries(packaged))(
  "the template %s leaves a project that tests and packages itself",
  async ([template, made]) => {
    const user = await newUser({ env: { ...npmEnv, ...(template === "builder" && shared) } });
    try {
      const project = await scaffold(user, template);
      for (const script of ["types", "test", "package"]) await user.succeeds(project, ["npm", "run", script]);
      expect((await readdir(join(project, "dist"))).sort()).toEqual(made);
      if (template === "builder") await buildAndStart(user, project);
    } finally {
      await user.remove();
    }
  },
);

async function buildAndStart(user: NewUser, project: string): Promise<void> {
  await user.succeeds(project, ["npm", "run", "build-app"]);
  const { stdout } = await user.succeeds(project, ["npm", "run", "--silent", "start-app"]);
  expect(stdout).toBe("Hello from my own builder\n");
}

// Of somebody who is not root and shares nothing with the tests but the registry.
test.concurrent("an ordinary user gets the same", async () => {
  const user = await newUser({ name: "cnb-tester", env: { npm_config_registry: registry.url } });
  try {
    const project = await scaffold(user, "minimal");
    for (const script of ["test", "package"]) await user.succeeds(project, ["npm", "run", script]);
    expect(await readdir(join(project, "dist"))).toEqual(["my-bp.cnb"]);
  } finally {
    await user.remove();
  }
});

test("the tarballs hold what is needed and nothing of the workspace", () => {
  const files = Object.fromEntries(tarballs.map(({ name, files }) => [name, files.map(({ path }) => path)]));
  expect(Object.keys(files).sort()).toEqual([...packages].sort());
  for (const [name, paths] of Object.entries(files)) {
    const sources = paths.filter((path) => /^src\/.*\.ts$/.test(path));
    const compiled = sources.map((path) => path.replace(/^src/, "dist").replace(/ts$/, "js"));
    expect(compiled.filter((path) => !paths.includes(path))).toEqual([]);
    expect(paths.filter((path) => /^(src|dist)\/.*\.test\./.test(path) || path.includes("node_modules"))).toEqual([]);
    expect(paths.filter((path) => /^(LICENSE|README\.md)$/.test(path))).toEqual(["LICENSE", "README.md"]);
    expect({
      name,
      bins: tarballs.find((each) => each.name === name)?.files.filter(({ path }) => path.startsWith("bin/")),
    }).toEqual({
      name,
      bins: name === "libcnb" ? [] : [expect.objectContaining({ mode: 0o755 })],
    });
  }
  expect(files["create-buildpack"]).toContain("common/_gitignore");
});
