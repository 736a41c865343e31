// @needs processes
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BuildOutcome, build, detect, type FileMap } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import npmInstall from "./buildpack.ts";
import { machineEnv, steps } from "./test-machine.ts";

const buildpack = resolve(import.meta.dirname, "..");
const fixture = (name: string) => fileMap(resolve(buildpack, "../../test/fixtures/apps", name));

describe("detect", () => {
  test("passes for an app with package.json", async () => {
    expect(await detect(npmInstall, { buildpack, app: { "package.json": "{}" } })).toMatchObject({
      outcome: "pass",
      plan: [
        {
          provides: ["node_modules", "node_package_manager"],
          requires: [
            { name: "node", metadata: {} },
            { name: "npm", metadata: {} },
            { name: "node_modules", metadata: {} },
            { name: "node_package_manager", metadata: {} },
          ],
        },
      ],
      log: [],
    });
  });

  test("fails without package.json and gives that reason", async () => {
    expect(await detect(npmInstall, { buildpack, app: { "server.js": "" } })).toMatchObject({
      outcome: "fail",
      reason: "no package.json",
    });
  });
});

describe("build", () => {
  const ms = { name: "app", version: "1.0.0", dependencies: { ms: "2.1.3" } };
  const lockOf = (packages: Record<string, unknown>) =>
    JSON.stringify({ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages });
  const msEntry = {
    version: "2.1.3",
    integrity: "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==",
    license: "MIT",
  };
  const msApp: FileMap = {
    "package.json": JSON.stringify(ms),
    "package-lock.json": lockOf({ "": ms, "node_modules/ms": msEntry }),
  };

  let app: FileMap;
  let first: BuildOutcome;
  beforeAll(async () => {
    app = await fixture("express-service");
    first = await build(npmInstall, { buildpack, app, env: machineEnv });
  });

  test("installs, builds and prunes an app", () => {
    expect(steps(first.log)).toEqual([
      "Installing dependencies (no cached layer)",
      "$ npm ci --include=dev --prefer-offline --no-audit --no-fund",
      "Installed packages: 81",
      'Running the script "build"',
      "$ npm run build",
      "Packages in the image: 68 of 81",
    ]);
    expect(first.result.slices).toEqual([["node_modules"]]);
    expect(names(first.app)).toEqual([
      ".gitignore",
      ".npmrc",
      "dist",
      "node_modules",
      "package-lock.json",
      "package.json",
      "src",
      "tsconfig.json",
    ]);
    expect(Object.keys(first.app)).toContain("node_modules/express/package.json");
    expect(Object.keys(first.app)).not.toContain("node_modules/typescript/package.json");
    expect(names(first.layers)).toEqual([
      "build-caches",
      "build-caches.toml",
      "build.sbom.cdx.json",
      "build.sbom.spdx.json",
      "build.sbom.syft.json",
      "downloads",
      "downloads.toml",
      "installation",
      "installation.toml",
      "launch.sbom.cdx.json",
      "launch.sbom.spdx.json",
      "launch.sbom.syft.json",
      "launch.toml",
      "result",
      "result.toml",
      "work",
      "work.toml",
    ]);
  });

  test("of an unchanged app runs neither npm nor a script, and creates the same files", async () => {
    const second = await build(npmInstall, { buildpack, app, env: machineEnv, layers: first.layers });
    expect(steps(second.log)).toEqual([...keptResult, "Packages in the image: 68 of 81"]);
    expect(second.app).toEqual(first.app);
    expect(second.layers["installation.toml"]).toEqual(first.layers["installation.toml"]);
    expect(second.layers["launch.sbom.cdx.json"]).toEqual(first.layers["launch.sbom.cdx.json"]);
  });

  test("compiles changed sources with the cached dependencies", async () => {
    const changed = { ...app, "src/app.ts": `${app["src/app.ts"]}\nexport const added = 1;\n` };
    const second = await build(npmInstall, { buildpack, app: changed, env: machineEnv, layers: first.layers });
    expect(steps(second.log)).toEqual([
      "Rebuilding (src/app.ts changed)",
      keptDependencies,
      'Running the script "build"',
      "$ npm run build",
      "Packages in the image: 68 of 81",
    ]);
    expect(second.app["dist/app.js"]).toContain("export const added = 1;");
    const withoutChange = ({ "dist/app.js": _, "src/app.ts": __, ...rest }: FileMap) => rest;
    expect(withoutChange(second.app)).toEqual(withoutChange(first.app));
  });

  test("installs again after a lockfile change and logs why", async () => {
    const first = await build(npmInstall, { buildpack, app: msApp, env: machineEnv });
    const changed = { ...msApp, "package-lock.json": `${msApp["package-lock.json"]}\n` };
    const second = await build(npmInstall, { buildpack, app: changed, env: machineEnv, layers: first.layers });
    expect(steps(second.log).slice(0, 2)).toEqual([
      "Rebuilding (package-lock.json changed)",
      "Installing dependencies (lockfile changed)",
    ]);
    expect(second.app["node_modules/ms/package.json"]).toEqual(first.app["node_modules/ms/package.json"]);
  });

  test("keeps credentials in the app's files out of layers, logs and the image", async () => {
    const address = new URL("ms/-/ms-2.1.3.tgz", machineEnv.NPM_CONFIG_REGISTRY);
    const resolved = Object.assign(address, { username: "me", password: "s3cret" }).href;
    const app = {
      ...msApp,
      "package-lock.json": lockOf({ "": ms, "node_modules/ms": { ...msEntry, resolved } }),
      ".npmrc": 'fund=false\n"//host.test/:_authToken"=s3cret\n',
    };
    const outcome = await build(npmInstall, { buildpack, app, env: machineEnv });
    const files = Object.entries({ ...outcome.app, ...outcome.layers, log: outcome.log.join("\n") });
    const holdsSecret = (data: string | Uint8Array) =>
      (typeof data === "string" ? data : Buffer.from(data)).includes("s3cret");
    expect(files.filter(([, data]) => holdsSecret(data)).map(([name]) => name)).toEqual([]);
    expect(outcome.app[".npmrc"]).toBe("fund=false\n");
    expect(outcome.log).toContain("package-lock.json is in the image without its credentials");
  });

  test("runs the app's own install script again if files of the app changed", async () => {
    const scripts = { postinstall: "node -e \"require('fs').writeFileSync('made.txt','made')\"" };
    const app = { ...msApp, "package.json": JSON.stringify({ ...ms, scripts }) };
    const first = await build(npmInstall, { buildpack, app, env: machineEnv });
    const second = await build(npmInstall, { buildpack, app, env: machineEnv, layers: first.layers });
    expect(steps(second.log).slice(0, 2)).toEqual(keptResult);
    expect(second.app).toEqual(first.app);
    const changed = { ...app, "index.js": "" };
    const third = await build(npmInstall, { buildpack, app: changed, env: machineEnv, layers: second.layers });
    expect(steps(third.log).slice(0, 2)).toEqual([
      "Rebuilding (index.js added)",
      "Installing dependencies (cached layer was rejected: install-scripts)",
    ]);
    expect(third.app["made.txt"]).toBe("made");
  });

  test("keeps workspaces as links into the app", async () => {
    const root = { name: "app", version: "1.0.0", workspaces: ["packages/*"] };
    const member = { name: "@app/member", version: "1.0.0", dependencies: { ms: "2.1.3" } };
    const app = {
      "package.json": JSON.stringify(root),
      "packages/member/package.json": JSON.stringify(member),
      "package-lock.json": lockOf({
        "": root,
        "node_modules/@app/member": { resolved: "packages/member", link: true },
        "node_modules/ms": msEntry,
        "packages/member": member,
      }),
    };
    const first = await build(npmInstall, { buildpack, app, env: machineEnv });
    expect(first.app["node_modules/@app/member"]).toBe("-> ../../packages/member");
    const env = { ...machineEnv, BP_NODE_ALWAYS_BUILD: "true" };
    const second = await build(npmInstall, { buildpack, app, env, layers: first.layers });
    expect(steps(second.log).slice(0, 2)).toEqual([
      "Rebuilding (cached layer was rejected: BP_NODE_ALWAYS_BUILD is set)",
      keptDependencies,
    ]);
    expect(second.app).toEqual(first.app);
    expect(bomNames(second)).toEqual(["member", "ms"]);
    const third = await build(npmInstall, { buildpack, app, env: machineEnv, layers: second.layers });
    expect(steps(third.log).slice(0, 2)).toEqual(keptResult);
    expect(third.app).toEqual(first.app);
  });

  test("installs an app without a lockfile with a warning", async () => {
    const { log, app } = await build(npmInstall, {
      buildpack,
      app: { "package.json": JSON.stringify(ms) },
      env: machineEnv,
    });
    expect(steps(log).slice(0, 2)).toEqual([
      "There is no package-lock.json: npm installs the newest versions that the app accepts, and another build may install different ones. " +
        'Run "npm install" and commit package-lock.json.',
      "Installing dependencies (no cached layer)",
    ]);
    expect(names(app)).toEqual(["node_modules", "package.json"]);
  });

  test("works without node_modules for an app without dependencies", async () => {
    const app = { "package.json": '{"name":"app"}', "package-lock.json": lockOf({ "": { name: "app" } }) };
    const first = await build(npmInstall, { buildpack, app, env: machineEnv });
    const second = await build(npmInstall, { buildpack, app, env: machineEnv, layers: first.layers });
    expect(steps(second.log)).toEqual([...keptResult, "Packages in the image: 0 of 0"]);
    expect(second.app).toEqual(first.app);
  });

  test.for<
    [
      string,
      FileMap,
      Readonly<Record<string, string>>,
      { code: string; message: string; hint: string; cause?: unknown },
    ]
  >([
    [
      "a lockfile with merge conflict markers",
      { "package.json": "{}", "package-lock.json": '{\n  "lockfileVersion": 3,\n<<<<<<< HEAD\n}' },
      {},
      {
        code: "PACKAGES_LOCKFILE_INVALID",
        message: "package-lock.json:3:1 is not valid JSON",
        hint: 'Look for merge conflict markers in package-lock.json; or delete the file, run "npm install" and commit the new lockfile.',
      },
    ],
    [
      "an npm-shrinkwrap.json that is not a lockfile",
      { "package.json": "{}", "npm-shrinkwrap.json": "{}" },
      {},
      {
        code: "PACKAGES_LOCKFILE_INVALID",
        message: "npm-shrinkwrap.json is not a lockfile of npm",
        hint: 'Look for merge conflict markers in npm-shrinkwrap.json; or delete the file, run "npm install" and commit the new lockfile.',
        cause: "lockfileVersion: is missing",
      },
    ],
    [
      "a lockfile that does not match package.json",
      { "package.json": JSON.stringify(ms), "package-lock.json": lockOf({ "": { name: "app", version: "1.0.0" } }) },
      {},
      {
        code: "PACKAGES_LOCKFILE_OUT_OF_SYNC",
        message: "package-lock.json does not match package.json",
        hint: 'Run "npm install" and commit the changed package-lock.json.',
      },
    ],
    [
      "a package whose digest differs from the lockfile",
      {
        "package.json": JSON.stringify(ms),
        "package-lock.json": lockOf({
          "": ms,
          "node_modules/ms": { ...msEntry, integrity: `sha512-${"A".repeat(86)}==` },
        }),
      },
      {},
      {
        code: "PACKAGES_INTEGRITY_MISMATCH",
        message: "a downloaded package does not match its integrity in package-lock.json",
        hint: "Find out why the registry serves a different file: a mirror may rewrite packages, or the package was replaced.",
      },
    ],
    [
      "a build script that fails",
      { "package.json": '{"scripts":{"build":"exit 3"}}', "package-lock.json": lockOf({ "": {} }) },
      {},
      {
        code: "SCRIPT_FAILED",
        message: 'the script "build" of package.json failed',
        hint: "Correct the error shown above. To run other scripts, set BP_NODE_RUN_SCRIPTS; an empty value runs no script.",
      },
    ],
    [
      "an unknown script in BP_NODE_RUN_SCRIPTS",
      { "package.json": '{"scripts":{"build":"true"}}' },
      { BP_NODE_RUN_SCRIPTS: "build,compile" },
      {
        code: "SCRIPT_UNKNOWN",
        message: 'BP_NODE_RUN_SCRIPTS names "compile", which package.json does not define',
        hint: "Use one of the app's scripts: build.",
      },
    ],
  ])("fails for %s", async ([, app, env, expected]) => {
    await expect(build(npmInstall, { buildpack, app, env: { ...machineEnv, ...env } })).rejects.toMatchObject(expected);
  });
});

const keptResult: readonly string[] = [
  "Reusing the result of the last build: no file, variable or tool has changed",
  "This build did not install packages or run scripts. To do both in every build, set BP_NODE_ALWAYS_BUILD=true",
];

const keptDependencies = "Reusing the dependencies of the last build: nothing that affects them has changed";

/** The names on the first level. */
const names = (files: FileMap) => [...new Set(Object.keys(files).map((path) => path.split("/")[0]))].toSorted();

function bomNames({ layers }: BuildOutcome): readonly string[] {
  const bom = JSON.parse(String(layers["launch.sbom.cdx.json"])) as {
    readonly components: readonly { readonly name: string }[];
  };
  return bom.components.map(({ name }) => name);
}

async function fileMap(dir: string): Promise<FileMap> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file.slice(dir.length + 1), await readFile(file, "utf8")] as const)),
  );
}
