import "libcnb/testing/vitest";
import { join } from "node:path";
import { type BuildFixture, build, detect, rebuild, tarball, unchecked } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "./buildpack.ts";

// The real buildpack.toml; the npm registry, the release and the tool are the tests' own.
const release = unchecked(await tarball({ "package/bin/esbuild": "#!/bin/sh\n" }));
const url = (arch: string) => `https://npm.test/@esbuild/linux-${arch}/-/linux-${arch}-0.28.2.tgz`;
const given: BuildFixture = {
  buildpack: join(import.meta.dirname, ".."),
  app: { "src/main.ts": "console.log(1);\n" },
  env: { NPM_CONFIG_REGISTRY: "https://npm.test" },
  downloads: { [url("x64")]: release, [url("arm64")]: release },
  commands: { esbuild: () => ({ files: { "public/main.js": "console.log(1);\n" } }) },
};

test("detect passes for an app with a file to bundle", async () => {
  expect(await detect(buildpack, given)).toPass();
});

test("detect fails for an app without the file to bundle, and names the file", async () => {
  const env = { BP_ESBUILD_ENTRY: "web/index.ts" };
  expect(await detect(buildpack, { ...given, env })).toFail(
    "the app has no web/index.ts; BP_ESBUILD_ENTRY names another file",
  );
});

test("the first build installs esbuild and bundles the app", async () => {
  const result = await build(buildpack, given);
  const { app: files, commands, layers } = result;
  expect(commands).toEqual([
    { tool: "esbuild", args: ["src/main.ts", "--bundle", "--minify", "--outdir=public"], cwd: "<app>" },
  ]);
  expect(files["public/main.js"]).toBe("console.log(1);\n");
  expect(Object.keys(layers).sort()).toEqual([
    "esbuild.sbom.cdx.json",
    "esbuild.sbom.spdx.json",
    "esbuild.sbom.syft.json",
    "esbuild.toml",
    "esbuild/bin/esbuild",
  ]);
  expect(result).toHaveLayer("esbuild", { types: ["build", "cache"] });
});

test("a rebuild reuses esbuild without a download", async () => {
  const next = await rebuild(buildpack, await build(buildpack, given));
  expect(next.downloads).toEqual([]);
  expect(next).not.toHaveLogged("Installing");
});

test("a rebuild for another architecture downloads the release for it", async () => {
  const target = { os: "linux", arch: "arm64" };
  const next = await rebuild(buildpack, await build(buildpack, given), { target });
  expect(next.downloads.map((each) => each.url)).toEqual([url("arm64")]);
});
