import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { pathsWith } from "@libcnb/app-kit/test-outcome";
import "libcnb/testing/vitest";
import { type BuildOutcome, build, type FileMap, rebuild, writeFiles } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import buildpack from "./buildpack.ts";
import { pythonEnv } from "./test-python.ts";

/** The inputs of the conformance tests for one package manager. */
export interface ConformanceFiles {
  /**
   * The manifest, lockfile and settings of an app that needs `itsdangerous` 2.2.0, and for
   * development `iniconfig` 2.1.0 if the tool supports that.
   */
  readonly simple: FileMap;
  /**
   * The same files as in `simple`, for an app that needs `blinker` 1.9.0 instead of `itsdangerous`.
   */
  readonly changed: FileMap;
  /** The log message about the change: `uv.lock changed`. */
  readonly change: string;
  /** A file with the credential `s3cret`. It must not affect the index that the tests use. */
  readonly credentials: FileMap;
  /** Environment variables of the build, in addition to those for the index. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Prints which packages it finds. */
const program = `import importlib.util as util, json
print(json.dumps([name for name in ("blinker", "iniconfig", "itsdangerous", "pip") if util.find_spec(name)]))
`;

const dir = resolve(import.meta.dirname, "..");

// nobody answers there
const offline = {
  PIP_INDEX_URL: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
};

/**
 * Defines the tests that the implementation of every package manager must pass. They install a few
 * small packages from the index.
 */
export function describeConformance(title: string, files: ConformanceFiles): void {
  describe(`${title} as a package manager`, { timeout: 300_000 }, () => {
    const app: FileMap = { "app.py": program, ...files.simple, ...files.credentials };
    let first: BuildOutcome;
    let env: Readonly<Record<string, string>>;
    beforeAll(async () => {
      env = { ...(await pythonEnv()), ...files.env, TOKEN: "s3cret" };
      first = await build(buildpack, { buildpack: dir, app, env, downloads: "real" });
    }, 300_000);

    test("installs the launch packages, but neither development packages nor itself", async () => {
      expect(await found(first)).toEqual(["itsdangerous"]);
      expect(first).toHaveLayer("venv", { types: ["build", "launch", "cache"] });
      const env = {
        VIRTUAL_ENV: "<layers>/venv",
        PATH: expect.stringMatching(/^<layers>\/venv\/bin:/),
        PYTHONPATH: undefined,
      };
      expect(first).toHaveEnv("web", env);
    });

    test("stores no credential in the image and the cache, and the SBOM lists the installed packages", () => {
      expect(pathsWith("s3cret", first)).toEqual([]);
      expect(purls(first)).toEqual(["pkg:pypi/itsdangerous@2.2.0"]);
    });

    test("reuses the virtual environment without network access if only the code changed", async () => {
      const changes = { app: { ...app, "app.py": `${program}# changed\n` }, env: { ...env, ...offline } };
      const next = await rebuild(buildpack, first, changes);
      expect(next).toHaveLogged("Reusing the dependencies of the last build: nothing that affects them has changed");
      expect(contents(next)).toEqual(contents(first));
      expect(next.layers["launch.sbom.cdx.json"]).toEqual(first.layers["launch.sbom.cdx.json"]);
    });

    test("installs reproducibly and adds no file to the app", async () => {
      const layers = Object.entries(first.layers).filter(([path]) => !/^(venv|cache|launch|build)\b/.test(path));
      const given = { buildpack: dir, app, env, layers: Object.fromEntries(layers), downloads: "real" } as const;
      const other = await build(buildpack, given);
      expect(contents(other)).toEqual(contents(first));
      expect(Object.keys(other.app).toSorted()).toEqual(Object.keys(app).toSorted());
    });

    test("rebuilds the virtual environment for other packages or another project directory, and logs why", async () => {
      const next = await rebuild(buildpack, first, { app: { ...app, ...files.changed } });
      expect(next).toHaveLogged(`Installing dependencies (${files.change})`);
      expect(await found(next)).toEqual(["blinker"]);
      const moved = Object.entries(app).map(([path, file]) => [`services/api/${path}`, file] as const);
      const changes = { app: Object.fromEntries(moved), env: { ...env, BP_PYTHON_PROJECT_PATH: "services/api" } };
      expect(await found(await rebuild(buildpack, next, changes))).toEqual(["itsdangerous"]);
    });
  });
}

/** The packages that a program finds with the environment of an image. */
async function found(outcome: BuildOutcome): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-launch-"));
  try {
    const venv = Object.entries(outcome.layers).filter(([path]) => path.startsWith("venv/"));
    await writeFiles(dir, Object.fromEntries(venv.map(([path, file]) => [path, file] as const)));
    const { stdout } = await promisify(execFile)(join(dir, "venv/bin/python"), ["-c", program], { cwd: "/", env: {} });
    return JSON.parse(stdout) as readonly string[];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Files of the environment, without what holds or depends on the directory of this test: compiled code, digests of programs. */
const contents = ({ layers }: BuildOutcome): FileMap =>
  Object.fromEntries(
    Object.entries(layers).flatMap(([path, file]) => {
      if (!path.startsWith("venv/")) return [];
      return [[path, /\.pyc$|\/RECORD$/.test(path) ? "" : file]];
    }),
  );

/** Packages in the SBOM, without the app. */
function purls({ layers }: BuildOutcome): readonly string[] {
  const bom = JSON.parse(String(layers["launch.sbom.cdx.json"])) as {
    readonly components: readonly { readonly purl?: string }[];
  };
  return bom.components.flatMap(({ purl }) => (purl === undefined || purl.includes("pypi/app@") ? [] : [purl]));
}
