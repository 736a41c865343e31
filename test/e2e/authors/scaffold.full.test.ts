import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatToml } from "libcnb/spec";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { execute } from "../../support/cnb.ts";
import { type NewUser, newUser } from "../../support/new-user.ts";
import { type NpmRegistry, startNpmRegistry } from "../../support/registry/npm-registry.ts";
import { referenceWorld } from "../reference/reference-world.ts";

/** Packages of this repository that go to the npm registry. */
const packages = [
  "libcnb",
  "@libcnb/engine-linux-arm64",
  "@libcnb/engine-linux-x64",
  "@libcnb/packager",
  "create-buildpack",
];

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

/** The commands that a new user enters. */
async function scaffold(user: NewUser, template: string): Promise<string> {
  const project = join(user.dir, "my-bp");
  const flags = ["--template", template, "--yes"];
  await user.succeeds(user.dir, ["npm", "create", "--yes", "buildpack@latest", "my-bp", "--", ...flags]);
  await user.succeeds(project, ["npm", "install"]);
  return project;
}

/** The lifecycle, which Go may take minutes to build, and Debian packages: from the cache that all tests share. */
const shared = { LIBCNB_CACHE_DIR: cacheDir(process.env) };

interface Case {
  readonly template: string;
  /** The files that `npm run package` leaves in dist/. */
  readonly made: readonly string[];
  /** Somebody who is not root and shares nothing with the tests but the registry. */
  readonly ordinary?: true;
  /** Packaged for this machine alone; the others show that all targets of buildpack.toml are. */
  readonly onlyHere?: true;
  readonly after?: (user: NewUser, project: string) => Promise<void>;
}

const cases: readonly Case[] = [
  {
    template: "builder",
    made: ["base-build", "base-run", "builder", "hello.cnb"],
    after: buildAndStart,
  },
  { template: "minimal", made: ["my-bp.cnb"], ordinary: true, after: refusesOthersFolders },
  {
    template: "dependency",
    made: ["my-bp.cnb"],
    onlyHere: true,
    after: async (user, project) => {
      await buildApp(user, project, { "src/main.ts": "console.log(1 + 1);\n" });
      const entrypoint = ["--entrypoint", "cat", "--", "/workspace/public/main.js"];
      const { stdout } = await user.succeeds(project, ["npx", "cnb", "run", "oci:dist/app", ...entrypoint]);
      expect(stdout).toBe("(()=>{console.log(2);})();\n");
    },
  },
  {
    template: "composite",
    made: ["my-bp.cnb"],
    onlyHere: true,
    after: async (user, project) => {
      await buildApp(user, project, { "name.txt": "Ada\n" });
      const { stdout } = await user.succeeds(project, ["npx", "cnb", "run", "oci:dist/app"]);
      expect(stdout).toBe("Good morning, Ada\n");
      const limited = await user.succeeds(project, ["npx", "cnb", "run", "oci:dist/app", "--memory", "256m"]);
      expect(limited.stdout).toBe("Good morning, Ada (in 256 MB)\n");
    },
  },
  { template: "extension", made: ["my-bp.cnb"], after: isMadeByCnbAlike },
];

const hostTarget = `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`;

test.concurrent.for(cases)(
  "a project from the template $template passes its tests and can be packaged",
  async ({ template, made, ordinary, onlyHere, after }) => {
    const account = ordinary
      ? { name: "cnb-tester", env: { npm_config_registry: registry.url } }
      : { env: { ...npmEnv, ...shared } };
    const user = await newUser(account);
    try {
      const project = await scaffold(user, template);
      for (const script of ["types", "test"]) await user.succeeds(project, ["npm", "run", script]);
      await user.succeeds(project, ["npm", "run", "package", ...(onlyHere ? ["--", "--target", hostTarget] : [])]);
      expect((await readdir(join(project, "dist"))).sort()).toEqual(made);
      await after?.(user, project);
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

/** With a builder of what `npm run package` made. */
async function buildApp(user: NewUser, project: string, app: Readonly<Record<string, string>>): Promise<void> {
  const { baseBuild, baseRun } = await referenceWorld();
  const builder = {
    buildpacks: [{ uri: "dist/my-bp.cnb" }],
    order: [{ group: [{ id: "my-bp" }] }],
    build: { image: baseBuild },
    run: { images: [{ image: baseRun }] },
  };
  await writeFiles(project, { "builder.toml": formatToml(builder) });
  await writeFiles(join(user.dir, "app"), app);
  await user.succeeds(project, ["npx", "cnb", "builder", "create", "oci:dist/builder", "--config", "builder.toml"]);
  const from = ["--path", join(user.dir, "app"), "--builder", "oci:dist/builder", "--run-image", baseRun];
  const environment = ["--env", `NPM_CONFIG_REGISTRY=${registry.url}`];
  await user.succeeds(project, ["npx", "cnb", "build", "oci:dist/app", ...from, ...environment]);
}

async function isMadeByCnbAlike(user: NewUser, project: string): Promise<void> {
  const other = join(user.dir, "other");
  const command = ["npx", "cnb", "extension", "new", "my-bp", "--path", other, "--output", "json"] as const;
  const { files } = JSON.parse((await user.succeeds(project, command)).stdout) as { files: string[] };
  const texts = (dir: string) => Promise.all(files.map((file) => readFile(join(dir, file), "utf8")));
  expect(await texts(other)).toEqual(await texts(project));
  expect(files).toContain("src/extension.ts");
}

async function refusesOthersFolders(user: NewUser): Promise<void> {
  const { exitCode, stderr } = await user.run(user.dir, ["npm", "create", "--yes", "buildpack@latest", "/usr/my-bp"]);
  expect({ exitCode, stderr: stderr.slice(stderr.indexOf("ERROR")).split("\n").slice(0, 3) }).toEqual({
    exitCode: 1,
    stderr: [
      "ERROR: cannot write the project to /usr/my-bp: permission denied",
      "HINT: Choose a directory that you can write to.",
      "CODE: OUTPUT_UNWRITABLE",
    ],
  });
}

test("the npm tarballs contain their own files and no other files of the workspace", () => {
  const files = Object.fromEntries(tarballs.map(({ name, files }) => [name, files.map(({ path }) => path)]));
  expect(Object.keys(files).sort()).toEqual([...packages].sort());
  for (const paths of Object.values(files)) {
    const sources = paths.filter((path) => /^src\/.*(?<!\.d)\.ts$/.test(path));
    const compiled = sources.map((path) => path.replace(/^src/, "dist").replace(/ts$/, "js"));
    expect(compiled.filter((path) => !paths.includes(path))).toEqual([]);
    expect(paths.filter((path) => /^(src|dist)\/.*\.test\./.test(path) || path.includes("node_modules"))).toEqual([]);
    expect(paths.filter((path) => /^(LICENSE|README\.md)$/.test(path))).toEqual(["LICENSE", "README.md"]);
  }
  const bins = tarballs.flatMap((each) => each.files.filter(({ path }) => path.startsWith("bin/")));
  expect(Object.fromEntries(bins.map(({ path, mode }) => [path, mode]))).toEqual({
    "bin/cnb.js": 0o755,
    "bin/create-buildpack.js": 0o755,
    "bin/load.cjs": 0o644,
  });
  expect(files["create-buildpack"]).toContain("common/_gitignore");
});
