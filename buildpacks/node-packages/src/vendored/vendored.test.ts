// @needs processes
import { resolve } from "node:path";
import { type BuildOutcome, build, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import nodePackages from "../buildpack.ts";
import { machineEnv, steps } from "../test-machine.ts";

const buildpack = resolve(import.meta.dirname, "../..");

const built = (app: FileMap, env: Readonly<Record<string, string>> = {}, layers: FileMap = {}) =>
  build(nodePackages, { buildpack, app, env: { ...machineEnv, ...env }, layers, downloads: "real" });

const decisions = ({ log }: BuildOutcome) => steps(log).filter((line) => /node_modules of the app/.test(line));

const text = JSON.stringify;

/** A package that no registry has, with an install script as one of native code. */
const ownPackage: FileMap = {
  "node_modules/only-here/package.json": text({
    name: "only-here",
    version: "1.2.3",
    license: "MIT",
    bin: { here: "bin.js" },
    scripts: { install: "node install.js" },
  }),
  "node_modules/only-here/install.js": 'require("node:fs").writeFileSync("made-for", process.version)',
  "node_modules/only-here/bin.js": "#!/usr/bin/env node\nrequire('node:fs').writeFileSync('ran', 'yes')",
  "node_modules/only-here/index.js": "module.exports = 1",
};

const npmLock = (packages: Record<string, unknown>) => text({ name: "app", lockfileVersion: 3, packages });
const used = (what: string) => `Using node_modules of the app: it contains all packages of ${what}`;
const leftOut = (why: string) =>
  `node_modules of the app is not used (${why}): the buildpack installs the dependencies. To use it as it is, set BP_NODE_VENDORED=true.`;

describe("a committed node_modules directory is used", () => {
  test.for<[string, FileMap, string]>([
    ["if the app has neither a lockfile nor dependencies", { "package.json": '{"name":"app"}' }, "package.json"],
    [
      "with dependencies that no registry has",
      { "package.json": text({ name: "app", dependencies: { "only-here": "^1" } }) },
      "package.json",
    ],
    [
      "with a lockfile that matches",
      {
        "package.json": text({ name: "app", dependencies: { "only-here": "^1" } }),
        "package-lock.json": npmLock({
          "": { name: "app", dependencies: { "only-here": "^1" } },
          "node_modules/only-here": { version: "1.2.3", hasInstallScript: true, bin: { here: "bin.js" } },
          "node_modules/for-windows": { version: "1.0.0", optional: true, os: ["win32"] },
          "node_modules/for-tests": { version: "1.0.0", dev: true },
        }),
      },
      "package-lock.json",
    ],
    [
      "with a yarn.lock that matches",
      {
        "package.json": text({ name: "app", dependencies: { "only-here": "^1" } }),
        "yarn.lock": '# yarn lockfile v1\n\n\nonly-here@^1:\n  version "1.2.3"\n',
      },
      "yarn.lock",
    ],
  ])("%s", async ([, files, what]) => {
    const outcome = await built({ ...files, ...ownPackage });
    expect(decisions(outcome)).toEqual([used(what)]);
    expect(outcome.log).toContain("Rebuilding native modules for this Node.js");
    expect(outcome.log).toContain("Packages of the app: 1");
    expect(outcome.log).toContain("Packages in the image: 1 of 1");
    expect(outcome.app).toMatchObject({
      "node_modules/only-here/index.js": "module.exports = 1",
      "node_modules/only-here/made-for": process.version,
      "node_modules/.bin/here": "-> ../only-here/bin.js",
    });
    expect(outcome.result.slices).toEqual([["node_modules"]]);
    const sbom = JSON.parse(String(outcome.layers["launch.sbom.cdx.json"]));
    expect(
      sbom.components.map(({ name, version, hashes }: Record<string, unknown>) => [name, version, hashes]),
    ).toEqual([["only-here", "1.2.3", undefined]]);
  });

  test("by build scripts of the app, and the next build reuses the result", async () => {
    const app = { "package.json": text({ name: "app", scripts: { build: "here" } }), ...ownPackage };
    const first = await built(app);
    expect(first.app.ran).toBe("yes");
    const second = await built(app, {}, first.layers);
    expect(second.log).toContain("Reusing the result of the last build: no file, variable or tool has changed");
    expect(second.app).toEqual(first.app);
  });
});

describe("a committed node_modules directory is ignored", () => {
  const app: FileMap = {
    "package.json": '{"name":"app","workspaces":["packages/*"]}',
    "package-lock.json":
      '{"name":"app","lockfileVersion":3,"packages":{"":{"name":"app","workspaces":["packages/*"]},"node_modules/web":{"resolved":"packages/web","link":true},"packages/web":{}}}',
    "packages/web/package.json": '{"name":"web"}',
  };

  test.for<[string, FileMap, readonly string[]]>([
    [
      "if it has files of another machine or dangling links, also in a workspace",
      {
        "node_modules/a/index.node": "for Windows",
        "node_modules/.bin/a": "-> ../../../gone",
        "packages/web/node_modules/b/index.js": "",
      },
      ["node_modules", "packages/web/node_modules"],
    ],
    ["if it is a symbolic link to a directory outside the app", { node_modules: "-> /usr/lib" }, ["node_modules"]],
    ["if node_modules is a file instead", { node_modules: "" }, ["node_modules"]],
  ])("%s", async ([, vendored, reported]) => {
    const outcome = await built({ ...app, ...vendored });
    const lines = steps(outcome.log).filter((line) => line.includes(" of the app is not used"));
    expect(lines.map((line) => line.split(" ")[0])).toEqual(reported);
    expect(Object.keys(outcome.app)).toEqual([
      "node_modules/.package-lock.json",
      "node_modules/web",
      "package-lock.json",
      "package.json",
      "packages/web/package.json",
    ]);
    expect(outcome.app["node_modules/web"]).toBe("-> ../packages/web");
  });

  const plain = { "package.json": '{"name":"app"}' };
  const tree = { "node_modules/a/package.json": '{"name":"a","version":"1.0.0"}' };

  test.for<[string, FileMap, string]>([
    [
      "if git ignores it",
      { ...plain, ...tree, ".gitignore": "dist\n/node_modules/\n" },
      ".gitignore lists it, so it is not committed",
    ],
    ["if it has no packages", { ...plain, "node_modules/.cache/a": "" }, "it contains no packages"],
    [
      "if it is older than the lockfile",
      {
        ...plain,
        ...tree,
        "package-lock.json": npmLock({
          "": {},
          "node_modules/a": { version: "1.0.1", optional: true, os: ["none"] },
          "node_modules/b": { version: "1.0.0", link: true },
        }),
      },
      "node_modules/b is missing",
    ],
    [
      "if it was installed on another system",
      {
        ...plain,
        "node_modules/native/package.json": text({
          name: "native",
          version: "1.0.0",
          optionalDependencies: {
            [`@native/${process.platform}-${process.arch}`]: "1.0.0",
            "@native/other-x86": "1.0.0",
          },
        }),
        "node_modules/@native/other-x86/package.json": '{"name":"@native/other-x86","version":"1.0.0"}',
      },
      `@native/${process.platform}-${process.arch}, which node_modules/native needs on this system, is missing`,
    ],
  ])("%s", async ([, files, why]) => {
    // what is installed instead does not matter here
    const outcome = await built(files).catch((error: { readonly hint: string }) => error);
    if ("hint" in outcome)
      expect(outcome.hint).toContain(
        `The buildpack did not use the app's node_modules directory (${why}). To use this directory unchanged, set BP_NODE_VENDORED=true`,
      );
    else expect(decisions(outcome)).toEqual([leftOut(why)]);
  });

  test("with BP_NODE_VENDORED=false", async () => {
    const outcome = await built({ ...plain, ...tree }, { BP_NODE_VENDORED: "false" });
    expect(decisions(outcome)).toEqual([leftOut("BP_NODE_VENDORED is false")]);
    expect(Object.keys(outcome.app)).toEqual(["package.json"]);
  });
});

test("the error of a failed installation explains why node_modules was not used", async () => {
  const manifest = { name: "app", dependencies: { "only-here": "^1", "@libcnb-test/nowhere": "^1" } };
  await expect(built({ "package.json": text(manifest), ...ownPackage })).rejects.toMatchObject({
    code: "PACKAGES_UNKNOWN",
    hint: expect.stringContaining(
      "The buildpack did not use the app's node_modules directory (@libcnb-test/nowhere from package.json is missing). To use this directory unchanged, set BP_NODE_VENDORED=true.",
    ),
  });
});

test("BP_NODE_VENDORED=true is an error if the app has no node_modules directory", async () => {
  await expect(built({ "package.json": "{}" }, { BP_NODE_VENDORED: "true" })).rejects.toMatchObject({
    code: "NODE_VENDORED_MISSING",
  });
});
