import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
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

const packagedAs = (project: string, name: string) => join(project, "dist", name);

test.for([["minimal"]] as const)(
  "the template %s leaves a project that tests and packages itself",
  async ([template]) => {
    const user = await newUser({ env: npmEnv });
    try {
      const project = await scaffold(user, template);
      await user.succeeds(project, ["npm", "run", "types"]);
      await user.succeeds(project, ["npm", "test"]);
      await user.succeeds(project, ["npm", "run", "package"]);
      expect(existsSync(packagedAs(project, "my-bp.cnb"))).toBe(true);
    } finally {
      await user.remove();
    }
  },
);
