import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheDir } from "../../cache-dirs.ts";
import { hostArchitecture } from "../../compile/executable/node-release.ts";
import { readImage } from "../../oci/image-io.ts";
import { parseImageReference } from "../../oci/model/reference.ts";
import { silentReporter } from "../../reporter.ts";
import { decompress } from "../../tar/compression.ts";
import { readTar } from "../../tar/read.ts";
import { packageBuildpack } from "../package.ts";

const framework = fileURLToPath(new URL("../../../../framework", import.meta.url));
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "included-files-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;
type Kind = "buildpack" | "extension";

async function folder(name: string, files: Files): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true });
    await writeFile(join(root, name, path), text);
  }
  await mkdir(join(root, name, "node_modules"), { recursive: true });
  await symlink(framework, join(root, name, "node_modules/libcnb"));
  return join(root, name);
}

const toml = (kind: Kind, include: string) =>
  `api = "0.11"\n[${kind}]\nid = "me/it"\nversion = "1.0.0"\n[metadata]\ninclude-files = ${include}\n`;

const packaged = (dir: string, kind: Kind = "buildpack") =>
  packageBuildpack(
    {
      kind,
      dir,
      outputs: [`oci:${dir}/image`],
    },
    { env: { ...process.env, LIBCNB_CACHE_DIR: cacheDir(process.env) }, cwd: root, reporter: silentReporter },
  );

/** Modes and paths below the module's directory. */
async function contents(dir: string): Promise<string[]> {
  const [layer] = (await readImage(parseImageReference(`oci:${dir}/image`))).layers;
  const entries = layer ? await readTar(decompress(layer.uncompressed())) : [];
  return entries.slice(2).map(({ mode, path }) => `${mode.toString(8)} ${path.split("/").slice(5).join("/")}`);
}

/** Unpacks the package as a builder has it and runs a phase of it; gives what it printed and its directory of layers. */
async function run(dir: string, kind: Kind, phase: string) {
  const { layers } = await readImage(parseImageReference(`oci:${dir}/image`));
  const blob = join(dir, "image/blobs/sha256", layers[0]?.digest.slice("sha256:".length) ?? "");
  const [rootfs, out] = [join(dir, "rootfs"), join(dir, "out")];
  await Promise.all([rootfs, out].map((each) => mkdir(each)));
  expect(spawnSync("tar", ["-xzf", blob, "-C", rootfs, "--no-same-owner"]).status).toBe(0);
  const own = join(rootfs, `cnb/${kind}s/me_it/1.0.0`);
  const plan = join(dir, "plan.toml");
  await writeFile(plan, "");
  const env = {
    [`CNB_${kind.toUpperCase()}_DIR`]: own,
    CNB_BUILDPACK_DIR: own,
    CNB_PLATFORM_DIR: join(dir, "platform"),
    CNB_LAYERS_DIR: out,
    CNB_OUTPUT_DIR: out,
    CNB_BP_PLAN_PATH: plan,
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: hostArchitecture() ?? "amd64",
  };
  const { status, stdout, stderr } = spawnSync(join(own, "bin", phase), { cwd: root, env, encoding: "utf8" });
  return { status, printed: stdout + stderr, out };
}

test("a packaged TypeScript buildpack contains its downloads and included files, and reads them", async () => {
  const dir = await folder("carries", {
    "buildpack.toml": toml(
      "buildpack",
      '["bin/build", "bin/engine", "bin/main", "buildpack.toml", "data/", "bin/tool", "data/a.txt"]',
    ),
    "src/buildpack.ts": `import { readFile } from "node:fs/promises";
import { defineBuildpack, pass } from "libcnb";
export default defineBuildpack({
  detect: () => pass(),
  build: async ({ log, buildpack }) => { log.info(await readFile(buildpack.dir + "/data/a.txt", "utf8")); return {}; },
});
`,
    "bin/build": "stale",
    "bin/tool": "#!/bin/sh\n",
    "data/a.txt": "carried",
    "data/old.cnb": "",
    "notes.txt": "no",
    "dependencies/0123/tool.tgz": "x",
  });
  await chmod(join(dir, "bin/tool"), 0o700);
  await packaged(dir);
  expect(await contents(dir)).toEqual([
    "644 LICENSES.txt",
    "755 bin",
    "755 bin/build",
    "755 bin/detect",
    "755 bin/engine",
    "755 bin/tool",
    "644 buildpack.toml",
    "755 data",
    "644 data/a.txt",
    "755 dependencies",
    "755 dependencies/0123",
    "644 dependencies/0123/tool.tgz",
    "644 sbom.cdx.json",
  ]);
  expect(await run(dir, "buildpack", "build")).toMatchObject({ status: 0, printed: "  carried\n" });
});

test("a packaged TypeScript extension contains the build contexts of its Dockerfiles", async () => {
  const dir = await folder("contexts", {
    "extension.toml": toml("extension", '["context"]'),
    "src/extension.ts": `import { defineExtension, dockerfile, pass } from "libcnb";
export default defineExtension({
  detect: () => pass(),
  generate: ({ extension }) => ({
    run: dockerfile.run().copy("etc/app.conf", "/etc/app.conf").rebasable(true),
    contexts: { run: extension.dir + "/context" },
  }),
});
`,
    "context/etc/app.conf": "colour = red\n",
  });
  await packaged(dir, "extension");
  expect(await contents(dir)).toEqual([
    "644 LICENSES.txt",
    "755 bin",
    "755 bin/detect",
    "755 bin/engine",
    "755 bin/generate",
    "755 context",
    "755 context/etc",
    "644 context/etc/app.conf",
    "644 extension.toml",
    "644 sbom.cdx.json",
  ]);
  const { status, printed, out } = await run(dir, "extension", "generate");
  expect({ status, printed }).toEqual({ status: 0, printed: "" });
  expect(await readFile(join(out, "context.run/etc/app.conf"), "utf8")).toBe("colour = red\n");
});

describe("the key include-files of buildpack.toml", () => {
  test.for([
    ["with a value that is not a list is refused", '"gone"', ["6:1: metadata.include-files: expected a list of paths"]],
    [
      "with several unusable paths is refused with one error that lists them",
      '["src", "../x", "/etc/passwd", ".", "", "a/../..", "gone/", 1]',
      [
        '6:25: metadata.include-files[1]: "../x" is not a path below the directory',
        '6:33: metadata.include-files[2]: "/etc/passwd" is not a path below the directory',
        '6:48: metadata.include-files[3]: "." is not a path below the directory',
        '6:53: metadata.include-files[4]: "" is not a path below the directory',
        '6:57: metadata.include-files[5]: "a/../.." is not a path below the directory',
        '6:68: metadata.include-files[6]: there is no "gone/"',
        "6:77: metadata.include-files[7]: expected a path",
      ],
    ],
  ] as const)("%s", async ([name, include, problems]) => {
    const dir = await folder(name, {
      "buildpack.toml": toml("buildpack", include),
      "src/buildpack.ts": "",
    });
    const error: Error & { code?: string } = await packaged(dir).then(
      () => new Error("it was packaged"),
      (reason: Error) => reason,
    );
    expect(error.code).toBe("BUILDPACK_INVALID");
    const lines = error.message.split("\n").slice(1);
    expect(lines.map((line) => line.replace(`  ${dir}/buildpack.toml:`, ""))).toEqual(problems);
  });
});
