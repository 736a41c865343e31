import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readImage } from "../oci/image-io.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import { recordingReporter, silentReporter } from "../reporter.ts";
import { decompress } from "../tar/compression.ts";
import { readTar } from "../tar/read.ts";
import { packageBuildpack } from "./package.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "extension-package-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function folder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true });
    await writeFile(join(root, name, path), text);
  }
  return join(root, name);
}

const packaged = (dir: string, kind: "buildpack" | "extension" = "extension", reporter = silentReporter) =>
  packageBuildpack(
    { kind, dir, outputs: ["x.cnb"] },
    { env: { ...process.env, LIBCNB_CACHE_DIR: join(root, "cache") }, cwd: root, reporter },
  );

const toml = `api = "0.10"\n[extension]\nid = "me/ext"\nversion = "1.0.0"\n`;

test("a declarative extension is packaged below /cnb/extensions with the labels of extensions", async () => {
  await packaged(
    await folder("ready", { "extension.toml": toml, "bin/generate": "#!/bin/sh\n", "detect/plan.toml": "" }),
  );
  const image = await readImage({ kind: "oci-archive", file: join(root, "x.cnb") });
  expect(labelsOf(image)).toEqual({
    "io.buildpacks.buildpackage.metadata": '{"id":"me/ext","version":"1.0.0","stacks":null}',
    "io.buildpacks.extension.layers": `{"me/ext":{"1.0.0":{"api":"0.10","layerDiffID":"${image.layers[0]?.diffId}"}}}`,
  });
  const lists = await Promise.all(image.layers.map((layer) => readTar(decompress(layer.uncompressed()))));
  expect(lists.flat().map(({ mode, path }) => `${mode.toString(8)} ${path}`)).toEqual([
    "755 /cnb/extensions/me_ext",
    "755 /cnb/extensions/me_ext/1.0.0",
    "755 /cnb/extensions/me_ext/1.0.0/bin",
    "755 /cnb/extensions/me_ext/1.0.0/bin/generate",
    "755 /cnb/extensions/me_ext/1.0.0/detect",
    "644 /cnb/extensions/me_ext/1.0.0/detect/plan.toml",
    "644 /cnb/extensions/me_ext/1.0.0/extension.toml",
  ]);
});

describe("packaging is refused with an error for", () => {
  const table: readonly [string, Readonly<Record<string, string>>, "buildpack" | "extension", string, string][] = [
    [
      "an extension passed to cnb buildpack package",
      { "extension.toml": toml },
      "buildpack",
      "BUILDPACK_NOT_FOUND",
      "The directory contains extension.toml: run cnb extension package instead.",
    ],
    [
      "a buildpack passed to cnb extension package",
      { "buildpack.toml": "" },
      "extension",
      "BUILDPACK_NOT_FOUND",
      "The directory contains buildpack.toml: run cnb buildpack package instead.",
    ],
    [
      "a directory without extension.toml",
      { x: "" },
      "extension",
      "BUILDPACK_NOT_FOUND",
      "Pass the directory that contains extension.toml. To create a new extension, run cnb extension new.",
    ],
    [
      "an extension without source or executables",
      { "extension.toml": toml },
      "extension",
      "BUILDPACK_ENTRY_MISSING",
      "Write src/extension.ts with the extension as default export, or set libcnb.entry in package.json to another file.",
    ],
  ];
  test.for(table)("%s", async ([name, files, kind, code, hint]) => {
    await expect(packaged(await folder(name, files), kind)).rejects.toMatchObject({ code, hint });
  });

  test("an extension with a buildpack's package.toml or with members", async () => {
    const dir = await folder("members", {
      "extension.toml": toml,
      "package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "x"\n`,
    });
    await expect(packaged(dir)).rejects.toMatchObject({
      code: "BUILDPACK_INVALID",
      message: expect.stringContaining("buildpack: belongs in a package.toml for cnb buildpack package"),
    });
    await expect(packaged(dir)).rejects.toMatchObject({
      message: expect.stringContaining("dependencies: only composite buildpacks have dependencies, not extensions"),
    });
  });
});

test("an extension in the dependencies of a composite buildpack is refused", async () => {
  await packaged(await folder("dependency", { "extension.toml": toml, "bin/generate": "#!/bin/sh\n" }));
  const dir = await folder("composite", {
    "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "me/all"\nversion = "1.0.0"\n[[order]]\n[[order.group]]\nid = "me/ext"\nversion = "1.0.0"\n`,
    "package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../x.cnb"\n`,
  });
  await expect(packaged(dir, "buildpack")).rejects.toMatchObject({
    code: "BUILDPACKAGE_INVALID",
    message: expect.stringMatching(
      /x\.cnb contains the extension me\/ext@1\.0\.0, but the \[\[dependencies\]\] of a composite buildpack can only be buildpacks$/,
    ),
    hint: "Add the extension to [[extensions]] in builder.toml.",
  });
});

test("exec-env under a Buildpack API that does not support it causes a warning", async () => {
  const reporter = recordingReporter();
  const text = toml.replace("[extension]", `[extension]\nexec-env = ["test"]`);
  const dir = await folder("early", { "extension.toml": text, "bin/generate": "" });
  await packaged(dir, "extension", reporter);
  expect(reporter.lines.filter((line) => line.includes("exec-env"))).toEqual([
    `warn: exec-env in ${dir}/extension.toml has no effect under Buildpack API 0.10; it needs api = "0.12".`,
  ]);
});
