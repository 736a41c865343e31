import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { pathsWith } from "@libcnb/app-kit/test-outcome";
import { type BuildOutcome, build, type FileMap, launchEnv, writeFiles } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import nodePackages from "./buildpack.ts";
import { machineEnv, steps } from "./test-machine.ts";

/** The inputs of the conformance tests for one package manager. */
export interface ConformanceFiles {
  /** Fields of the root's package.json: `{ packageManager: "pnpm@10.34.9" }`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The lockfile and settings for `simpleApp`. */
  readonly simple: FileMap;
  /** The lockfile and settings for `workspacesApp`. */
  readonly workspaces: FileMap;
  /** The range with which one workspace depends on another: `*`, `workspace:*`. */
  readonly range: string;
  /**
   * A file of the tool with the credential `s3cret`. It must not affect the registry that the tests
   * use.
   */
  readonly credentials: FileMap;
}

/**
 * Creates the app with which all package managers are tested. It has one package for launch and one
 * for development.
 */
export const simpleApp = ({ manifest }: Pick<ConformanceFiles, "manifest">): FileMap => ({
  "package.json": json({
    name: "app",
    version: "1.0.0",
    private: true,
    scripts: { build: "node build.cjs" },
    dependencies: { ms: "2.1.3" },
    devDependencies: { "is-number": "7.0.0" },
    ...manifest,
  }),
  "build.cjs": `require("fs").writeFileSync("built.txt", require("ms")("1 day") + " " + require("is-number")(1));\n`,
  "server.cjs": serverOf("ms"),
});

/**
 * Creates a test app with workspaces. `web` needs `lib`, which needs a package. The image of `web`
 * must not contain packages that only `other` needs.
 */
export const workspacesApp = ({ manifest, range }: Pick<ConformanceFiles, "manifest" | "range">): FileMap => ({
  "package.json": json({ name: "root", version: "1.0.0", private: true, workspaces: ["packages/*"], ...manifest }),
  "packages/web/package.json": json({
    name: "@app/web",
    version: "1.0.0",
    scripts: { build: `node -e "require('fs').writeFileSync('built.txt', String(require('@app/lib')))"` },
    dependencies: { "@app/lib": range },
  }),
  "packages/web/server.cjs": serverOf("@app/lib"),
  "packages/lib/package.json": json({
    name: "@app/lib",
    version: "1.0.0",
    main: "index.cjs",
    dependencies: { ms: "2.1.3" },
  }),
  "packages/lib/index.cjs": `module.exports = require("ms")("1 day");\n`,
  "packages/other/package.json": json({
    name: "@app/other",
    version: "1.0.0",
    dependencies: { "is-number": "7.0.0" },
  }),
});

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Prints what it finds of a package, and whether that of development is there as well. */
const serverOf = (name: string): string => `let dev = "with";
try { require("is-number"); } catch { dev = "without"; }
console.log(typeof require(${JSON.stringify(name)}), dev);
`;

const buildpack = resolve(import.meta.dirname, "..");

// nobody answers there
const offline = {
  NPM_CONFIG_REGISTRY: "http://127.0.0.1:9",
  YARN_NPM_REGISTRY_SERVER: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
};

/**
 * Defines the tests that the implementation of every package manager must pass. They install a few
 * small packages from the registry.
 */
export function describeConformance(title: string, files: ConformanceFiles): void {
  describe(`${title} as a package manager`, () => {
    const app: FileMap = { ...simpleApp(files), ...files.simple, ...files.credentials };
    const env = { ...machineEnv, NODE_ENV: "production", TOKEN: "s3cret" };
    let first: BuildOutcome;
    beforeAll(async () => {
      first = await build(nodePackages, { buildpack, app, env, downloads: "real" });
    });

    test("installs development dependencies for the build, whatever NODE_ENV is, and removes them for launch", async () => {
      expect(first.app["built.txt"]).toBe("86400000 true");
      expect(await started(first, "server.cjs")).toBe("function without\n");
    });

    test("leaves no credential in the image and lists the packages for launch and for the build in SBOMs", () => {
      expect(pathsWith("s3cret", first)).toEqual([]);
      expect(purls(first, "launch")).toEqual(["pkg:npm/ms@2.1.3"]);
      expect(purls(first, "build")).toEqual(["pkg:npm/is-number@7.0.0", "pkg:npm/ms@2.1.3"]);
    });

    test("reuses the dependencies without network access if only the code and the version of the app changed", async () => {
      const version = String(app["package.json"]).replace("1.0.0", "1.0.1");
      const changed = { ...app, "package.json": version, "server.cjs": `${app["server.cjs"]}// changed\n` };
      const next = await build(nodePackages, {
        buildpack,
        app: changed,
        env: { ...env, ...offline },
        layers: first.layers,
      });
      expect(steps(next.log)).toContain(keptDependencies);
      const { "server.cjs": server, "package.json": manifest, ...rest } = first.app;
      expect(next.app).toEqual({ ...rest, "package.json": version, "server.cjs": `${server}// changed\n` });
      expect(manifest).not.toBe(version);
    });

    test("produces the same files if it installs in another directory", async () => {
      const layers = Object.entries(first.layers).filter(([path]) => !/^(result|installation|downloads)/.test(path));
      const other = await build(nodePackages, {
        buildpack,
        app,
        env,
        downloads: "real",
        layers: Object.fromEntries(layers),
      });
      expect(other.app).toEqual(first.app);
      expect(other.layers["launch.sbom.cdx.json"]).toEqual(first.layers["launch.sbom.cdx.json"]);
    });

    test("builds and starts a workspace with the workspaces it needs, without packages that only others need", async () => {
      const monorepo = { ...workspacesApp(files), ...files.workspaces };
      const tool = Object.entries(first.layers).filter(([path]) => !/^(result|installation|launch)/.test(path));
      const built = await build(nodePackages, {
        buildpack,
        app: monorepo,
        downloads: "real",
        env: { ...env, BP_NODE_PROJECT_PATH: "packages/web" },
        layers: Object.fromEntries(tool),
      });
      expect(built.app["packages/web/built.txt"]).toBe("86400000");
      expect(await started(built, "packages/web/server.cjs")).toBe("number without\n");
      expect(purls(built, "launch")).toContain("pkg:npm/ms@2.1.3");
      expect(purls(built, "launch")).not.toContain("pkg:npm/is-number@7.0.0");
    });
  });
}

const keptDependencies = "Reusing the dependencies of the last build: nothing that affects them has changed";

/** The output of a program of the built app, which runs with the variables of the image. */
async function started(outcome: BuildOutcome, program: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-launch-"));
  try {
    await writeFiles(dir, outcome.app);
    const variables = Object.entries(launchEnv(outcome)).map(([name, value]) => [name, value.replaceAll("<app>", dir)]);
    const env = { PATH: process.env.PATH, ...Object.fromEntries(variables) };
    return (await promisify(execFile)("node", [program], { cwd: dir, env })).stdout;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Packages in an SBOM, without workspaces and tools. */
function purls({ layers }: BuildOutcome, phase: "launch" | "build"): readonly string[] {
  const bom = JSON.parse(String(layers[`${phase}.sbom.cdx.json`])) as {
    readonly components: readonly { readonly purl?: string }[];
  };
  return bom.components.flatMap(({ purl }) => (purl === undefined || purl.includes("%40app") ? [] : [purl]));
}
