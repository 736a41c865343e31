// @needs processes
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readImage, writeImage } from "../oci/image-io.ts";
import type { Platform } from "../oci/model/spec.ts";
import { recordingReporter } from "../reporter.ts";
import { type PackagingWorkspace, packagingWorkspace } from "./testing/packaging-workspace.ts";

let workspace: PackagingWorkspace;
beforeAll(async () => {
  workspace = await packagingWorkspace();
});
afterAll(() => workspace.remove());

const descriptor = (id: string, rest = "") => `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${rest}`;
const order = (...ids: readonly string[]) =>
  ids.map((id) => `[[order]]\n[[order.group]]\nid = "${id}"\nversion = "1.0.0"\n`).join("");
const depends = (...uris: readonly string[]) =>
  [`[buildpack]\nuri = "."\n`, ...uris.map((uri) => `[[dependencies]]\nuri = "${uri}"\n`)].join("");
const scripts = (folder: string, text: string) => ({ [`${folder}bin/detect`]: text, [`${folder}bin/build`]: text });
const targets = ["linux/amd64", "linux/arm64"];

async function diffIdIn(location: string, id: string, platform?: Platform): Promise<string> {
  const { labels } = await workspace.read(location, platform);
  return JSON.parse(labels["io.buildpacks.buildpack.layers"] ?? "{}")[id]["1.0.0"].layerDiffID;
}

/** The layers of a buildpack for both architectures. */
const layersOf = (location: string, id: string) =>
  Promise.all(["amd64", "arm64"].map((architecture) => diffIdIn(location, id, { os: "linux", architecture })));

test("a multi-platform composite takes each platform's image from members in directories and nested composites", async () => {
  await workspace.folder("part", {
    "buildpack.toml": descriptor("me/part"),
    ...scripts("linux/amd64/", "#!amd64\n"),
    ...scripts("linux/arm64/", "#!arm64\n"),
  });
  await workspace.packaged(join(workspace.dir, "part"), ["part.cnb"], { targets });
  await workspace.folder("inner", {
    "buildpack.toml": descriptor("me/inner", order("me/part")),
    "package.toml": depends("../part.cnb"),
  });
  await workspace.packaged(join(workspace.dir, "inner"), ["oci:inner-layout"], { targets });
  await workspace.folder("folder", { "buildpack.toml": descriptor("me/folder"), ...scripts("", "#!any\n") });
  const outer = await workspace.folder("outer", {
    "buildpack.toml": descriptor("me/outer", order("me/inner", "me/folder")),
    "package.toml": depends("../inner-layout", "../folder"),
  });
  const { written } = await workspace.packaged(outer, ["outer.cnb"], { targets });
  expect(written[0]?.platforms.map(({ architecture }) => architecture)).toEqual(["amd64", "arm64"]);
  const [amd64, arm64] = await layersOf("outer.cnb", "me/part");
  expect([amd64, arm64]).toEqual(await layersOf("part.cnb", "me/part"));
  expect(amd64).not.toBe(arm64);
  expect((await workspace.read("outer.cnb", { os: "linux", architecture: "arm64" })).modules).toEqual([
    "me/folder@1.0.0",
    "me/inner@1.0.0",
    "me/outer@1.0.0",
    "me/part@1.0.0",
  ]);
});

test("a member without an architecture matches all platforms, and a member for another architecture is refused", async () => {
  const part = await workspace.folder("free", { "buildpack.toml": descriptor("me/free"), ...scripts("", "#!sh\n") });
  await workspace.packaged(part, ["bound.cnb"], { targets: ["linux/amd64"] });
  const { config, layers } = await readImage({ kind: "oci-archive", file: join(workspace.dir, "bound.cnb") });
  const free = { config: { ...config, architecture: "" }, layers };
  await writeImage(free, { kind: "oci-archive", file: join(workspace.dir, "free.cnb") });
  const composite = (uri: string) =>
    workspace.folder(`of-${uri}`, {
      "buildpack.toml": descriptor("me/all", order("me/free")),
      "package.toml": depends(`../${uri}`),
    });
  const { written } = await workspace.packaged(await composite("free.cnb"), ["oci:for-all"], { targets });
  expect(written[0]?.platforms.length).toBe(2);
  await expect(workspace.packaged(await composite("bound.cnb"), ["oci:never"], { targets })).rejects.toMatchObject({
    code: "IMAGE_PLATFORM_MISMATCH",
    message: expect.stringContaining("has no image for linux/arm64, only for linux/amd64"),
  });
});

test("the last of two packages of the same member is used, with a warning", async () => {
  for (const [index, text] of ["#!old\n", "#!new\n"].entries()) {
    const part = await workspace.folder("again", { "buildpack.toml": descriptor("me/again"), ...scripts("", text) });
    await workspace.packaged(part, [`again-${index}.cnb`]);
  }
  const composite = (...uris: readonly string[]) =>
    workspace.folder("again-all", {
      "buildpack.toml": descriptor("me/all", order("me/again")),
      "package.toml": depends(...uris),
    });
  const reporter = recordingReporter();
  await workspace.packaged(await composite("../again-0.cnb", "../again-1.cnb"), ["oci:both-again"], { reporter });
  expect(reporter.lines.filter((line) => line.startsWith("warn"))).toEqual([
    "warn: several dependencies contain me/again@1.0.0 with different contents; the last one is used.",
  ]);
  await workspace.packaged(await composite("../again-1.cnb"), ["oci:only-again"]);
  const [both, only] = await Promise.all(
    ["oci:both-again", "oci:only-again"].map((name) => diffIdIn(name, "me/again")),
  );
  expect(both).toBe(only);
});

test("a member given both as a directory and as a package is taken from the directory", async () => {
  const part = await workspace.folder("twice", { "buildpack.toml": descriptor("me/twice"), ...scripts("", "#!old\n") });
  await workspace.packaged(part, ["twice.cnb"]);
  await workspace.folder("twice", scripts("", "#!new\n"));
  const all = await workspace.folder("twice-all", {
    "buildpack.toml": descriptor("me/all", order("me/twice")),
    "package.toml": depends("../twice.cnb", "../twice", "../twice.cnb"),
  });
  await workspace.packaged(all, ["oci:twice-all-package"]);
  await workspace.packaged(part, ["oci:new"]);
  const [made, wanted] = await Promise.all(
    ["oci:twice-all-package", "oci:new"].map((name) => diffIdIn(name, "me/twice")),
  );
  expect(made).toBe(wanted);
});
