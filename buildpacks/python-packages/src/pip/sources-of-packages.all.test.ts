import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import "libcnb/testing/vitest";
import { type BuildFixture, type BuildOutcome, build, buildFailure, rebuild, writeFiles } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import buildpack from "../buildpack.ts";
import { pythonEnv } from "../test-python.ts";
import { sha256, wheel, wheelName, wheelsIn } from "../test-wheel.ts";

const [base, demo, other] = [
  { name: "libcnb_base", version: "1.0" },
  { name: "libcnb_demo", version: "1.0", requires: ["libcnb_base"] },
  { name: "libcnb_other", version: "2.0" },
];
const env = { ...(await pythonEnv()), PIP_INDEX_URL: "http://127.0.0.1:9/simple", PIP_RETRIES: "0" };
const dir = resolve(import.meta.dirname, "../..");

const builds = (given: BuildFixture) =>
  build(buildpack, { buildpack: dir, downloads: "real", ...given, env: { ...env, ...given.env } });

/** Names and versions in the environment. */
const installed = ({ layers }: BuildOutcome): readonly string[] =>
  Object.keys(layers)
    .flatMap((path) => /^venv\/lib\/[^/]+\/site-packages\/([^/]+)\.dist-info\/METADATA$/.exec(path)?.slice(1) ?? [])
    .toSorted();

describe("packages that pip installs from the app's directory", { timeout: 120_000 }, () => {
  test("can come from the directory vendor, must match constraints and digests, and are installed again by a build without SBOMs", async () => {
    const wheels = await wheelsIn("vendor", [base, { ...base, version: "2.0" }, demo]);
    const digest = (each: typeof base) => `--hash=sha256:${sha256(wheels[`vendor/${wheelName(each)}`] as Uint8Array)}`;
    const app = {
      ...wheels,
      "requirements.txt": "-r requirements/web.txt\n",
      "requirements/web.txt": `-c pins.txt\nlibcnb_demo==1.0 \\\n    ${digest(demo)}\nlibcnb_base==1.0 ${digest(base)}\n`,
      "requirements/pins.txt": "libcnb_base<2\n",
    };
    const first = await builds({ app });
    expect(installed(first)).toEqual(["libcnb_base-1.0", "libcnb_demo-1.0"]);
    const options = { env: { ...env, BP_PYTHON_ALWAYS_INSTALL: "true", BP_DISABLE_SBOM: "true" } };
    const next = await rebuild(buildpack, first, options);
    expect(next).toHaveLogged("Installing dependencies (BP_PYTHON_ALWAYS_INSTALL is set)");
    expect(Object.keys(next.layers).filter((path) => path.includes(".sbom."))).toEqual([]);
  });

  test("can be selected with BP_PIP_REQUIREMENT and BP_PIP_FIND_LINKS, and the log warns about unpinned packages", async () => {
    const app = {
      ...(await wheelsIn("wheels", [base, demo])),
      ...(await wheelsIn("more", [other])),
      "a.txt": "libcnb_demo",
      "b.txt": "libcnb_other",
    };
    const variables = { BP_PIP_REQUIREMENT: "a.txt b.txt", BP_PIP_DEST_PATH: "wheels", BP_PIP_FIND_LINKS: "./more" };
    const first = await builds({ app, env: variables });
    expect(installed(first)).toEqual(["libcnb_base-1.0", "libcnb_demo-1.0", "libcnb_other-2.0"]);
    expect(first).toHaveLogged(
      'a.txt does not pin all versions (libcnb_demo, libcnb_other): another build may install different ones. Pin them as "pip freeze" does, for example flask==3.1.2.',
    );
    const changes = { app: { ...app, ...(await wheelsIn("more", [{ ...other, version: "2.1" }])) } };
    const next = await rebuild(buildpack, first, changes);
    expect(next).toHaveLogged("Installing dependencies (more changed)");
    expect(installed(next)).toEqual(["libcnb_base-1.0", "libcnb_demo-1.0", "libcnb_other-2.1"]);
  });

  test("come from requirements.txt next to uv.lock if BP_PYTHON_PACKAGE_MANAGER is pip", async () => {
    const app = {
      ...(await wheelsIn("vendor", [base])),
      "requirements.txt": "libcnb_base==1.0\n",
      "uv.lock": "version = 1\n",
      "pyproject.toml": '[project]\nname = "app"\nversion = "1"\ndependencies = ["libcnb_other"]\n',
    };
    const built = await builds({ app, env: { BP_PYTHON_PACKAGE_MANAGER: "pip" } });
    expect(built).toHaveLogged(/^pip \S+ \(BP_PYTHON_PACKAGE_MANAGER\)$/);
    expect(built).toHaveLogged("uv.lock is ignored: BP_PYTHON_PACKAGE_MANAGER takes precedence. Delete uv.lock.");
    expect(installed(built)).toEqual(["libcnb_base-1.0"]);
  });

  test("can come from pylock.toml and be installed by the pip that BP_PIP_VERSION names", async () => {
    const bytes = await wheel(other);
    const pylock = `lock-version = "1.0"
created-by = "test"
[[packages]]
name = "libcnb-other"
version = "2.0"
wheels = [{ name = "${wheelName(other)}", path = "wheels/${wheelName(other)}", hashes = { sha256 = "${sha256(bytes)}" } }]
`;
    const { PIP_INDEX_URL: _, ...reaching } = { ...env, ...(await pythonEnv()) };
    const app = { "pylock.toml": pylock, [`wheels/${wheelName(other)}`]: bytes };
    const built = await build(buildpack, {
      buildpack: dir,
      downloads: "real",
      app,
      env: { ...reaching, BP_PIP_VERSION: "26.3" },
    });
    expect(built).toHaveLogged("pip 26.3 (pylock.toml)");
    expect(installed(built)).toEqual(["libcnb_other-2.0"]);
    expect(built).toHaveLayer("pip", { types: ["build", "cache"] });
  });

  test.for<[string, BuildFixture, string]>([
    ["if BP_PIP_DEST_PATH does not exist", { env: { BP_PIP_DEST_PATH: "wheels" } }, "PYTHON_VENDOR_MISSING"],
    [
      "if groups are requested from a pip that does not support them",
      { env: { BP_PYTHON_GROUPS: "web" } },
      "PYTHON_GROUPS_UNSUPPORTED",
    ],
    [
      "if extras are requested of a requirements.txt",
      { env: { BP_PYTHON_EXTRAS: "web" } },
      "PYTHON_EXTRAS_UNSUPPORTED",
    ],
    ["if BP_PIP_VERSION is not a version", { env: { BP_PIP_VERSION: "new" } }, "PYTHON_TOOL_VERSION_INVALID"],
    [
      "if BP_PYTHON_PROJECT_PATH does not exist",
      { env: { BP_PYTHON_PROJECT_PATH: "api" } },
      "PYTHON_PROJECT_PATH_INVALID",
    ],
  ])("are refused %s", async ([, given, code]) => {
    const failure = await buildFailure(buildpack, {
      buildpack: dir,
      app: { "requirements.txt": "demo" },
      env: { ...env, ...given.env },
    });
    expect(failure.stderr).toContain(`(${code})`);
  });
});

const flit = (name: string, more = "") => `[build-system]
requires = ["flit_core==3.12.0"]
build-backend = "flit_core.buildapi"
[project]
name = "${name}"
version = "1.0"
description = "test"
${more}`;

describe("projects that pip installs", { timeout: 120_000 }, () => {
  const { PIP_INDEX_URL: _, ...reaching } = env;

  test("can be editable, copied or from a git repository", async () => {
    await using repository = await gitRepository({ "pyproject.toml": flit("fromgit"), "fromgit.py": "" });
    const app = {
      "requirements.txt": `-e .\n./lib\nfromgit @ git+file://${repository.dir}@v1\n`,
      "pyproject.toml": flit("app"),
      "app.py": "",
      "lib/pyproject.toml": flit("lib"),
      "lib/lib.py": "",
    };
    const given = { buildpack: dir, downloads: "real", app, env: { ...reaching, ...(await pythonEnv()) } } as const;
    const first = await build(buildpack, given);
    expect(installed(first)).toEqual(["app-1.0", "fromgit-1.0", "lib-1.0"]);
    expect(Object.keys(first.app).toSorted()).toEqual(Object.keys(app).toSorted());
    const kept = await rebuild(buildpack, first, { app: { ...app, "app.py": "changed = 1" } });
    expect(kept).toHaveLogged("Reusing the dependencies of the last build: nothing that affects them has changed");
    const changed = await rebuild(buildpack, first, { app: { ...app, "lib/lib.py": "changed = 1" } });
    expect(changed).toHaveLogged("Installing dependencies (lib changed)");
  });

  test("can have extras and groups without a lockfile", async () => {
    const dependencies = `optional-dependencies.web = ["libcnb_demo"]\n[dependency-groups]\nlog = ["libcnb_other"]\n`;
    const app = {
      ...(await wheelsIn("wheels", [base, demo, other])),
      "pyproject.toml": flit("app", dependencies),
      "app.py": "",
    };
    const variables = { BP_PYTHON_EXTRAS: "*", BP_PYTHON_GROUPS: "log", BP_PIP_FIND_LINKS: "wheels" };
    const given = { ...(await pythonEnv("3.14")), ...variables };
    const built = await build(buildpack, { buildpack: dir, downloads: "real", app, env: given });
    expect(installed(built)).toEqual(["app-1.0", "libcnb_base-1.0", "libcnb_demo-1.0", "libcnb_other-2.0"]);
  });
});

/** A repository with one commit, `v1`. */
async function gitRepository(files: Readonly<Record<string, string>>) {
  const dir = await mkdtemp(join(tmpdir(), "repository-"));
  await writeFiles(dir, files);
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  for (const args of [
    ["init", "-q"],
    ["add", "."],
    [...identity, "commit", "-qm", "first"],
    ["tag", "v1"],
  ])
    await promisify(execFile)("git", args, { cwd: dir });
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}
