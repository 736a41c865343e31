import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore, parseImageReference, type TarEntry } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds, execute, pinnedNode, root } from "../../support/cnb.ts";
import { referenceWorld } from "../reference/reference-world.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "script-runtime-"));
  const template = join(root, "templates/minimal");
  const package_ = ["buildpack", "package", template, "--runtime", "script", "--target", "linux/amd64,linux/arm64"];
  await cnbSucceeds([...package_, "--output", `oci:${dir}/package`, "--output", join(dir, "package.cnb")]);
  await mkdir(join(dir, "app"));
  await writeFile(join(dir, "app/hello.txt"), "Hello, script\n");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const architecture = process.arch === "arm64" ? "arm64" : "amd64";
const layersFor = async (arch: string) =>
  oci.imageFor(
    await oci.read(parseImageReference(`oci:${dir}/package`), { platform: { os: "linux", architecture: arch } }),
  ).layers;

describe("a buildpack packaged with --runtime script", () => {
  test("is one small layer for all architectures, with licenses and an SBOM without Node.js", async () => {
    const [layer, ...others] = await layersFor("amd64");
    expect([others.length, (await layersFor("arm64")).map(({ diffId }) => diffId)]).toEqual([0, [layer?.diffId]]);
    expect(layer?.size).toBeLessThan(600_000);
    const blob = join(dir, "package/blobs", (layer?.digest ?? "").replace(":", "/"));
    const { stdout } = await execute("tar", ["-tzf", blob]);
    const location = "cnb/buildpacks/example_my-buildpack/0.1.0/";
    const inside = stdout
      .split("\n")
      .filter((path) => path.includes(location))
      .map((path) => path.split(location)[1]);
    expect(inside.filter((path) => path !== "").sort()).toEqual(
      ["LICENSES.txt", "bin", "bin/build", "bin/detect", "bin/main.cjs", "bin/main.cjs.map", "bin/start.cjs"].concat([
        "buildpack.toml",
        "sbom.cdx.json",
      ]),
    );
    await execute("tar", ["-xzf", blob, "-C", dir]);
    const sbom = JSON.parse(await readFile(join(dir, location, "sbom.cdx.json"), "utf8"));
    const names = sbom.components.map(({ name }: { name: string }) => name);
    expect([sbom.metadata.component.name, names.includes("libcnb"), names.includes("node")]).toEqual([
      "example/my-buildpack",
      true,
      false,
    ]);
  });

  test.for([
    ["on PATH", "/usr/local/bin", ""],
    ["at the path in LIBCNB_NODE", "/opt/node", operatorsNode],
  ] as const)("detects and builds if the build image has Node.js %s", async ([, folder, settings]) => {
    await createBuilder(await withNode(folder), settings);
    const { stderr } = await cnbSucceeds(await build());
    expect(stderr).toContain('The app will say "Hello, script"');
    const { stdout } = await cnbSucceeds(["run", `oci:${dir}/image`]);
    expect(stdout).toBe("Hello, script\n");
  });

  test("fails with an error if the build image has no Node.js", async () => {
    await createBuilder((await referenceWorld()).baseBuild);
    const { exitCode, stderr } = await cnb(await build());
    expect(exitCode).toBe(21);
    expect(stderr).toContain("ERROR: this buildpack needs Node.js 22.15.0 or newer in the build image");
    expect(stderr).toContain("(--runtime node)");
  });
});

const build = async () => {
  const run = ["--run-image", (await referenceWorld()).baseRun];
  return ["build", `oci:${dir}/image`, "--path", join(dir, "app"), "--builder", `oci:${dir}/builder`, ...run];
};

const operatorsNode = `[[build.env]]\nname = "LIBCNB_NODE"\nvalue = "/opt/node/node"\n`;

const builderToml = (build: string, run: string) => `
[build]
image = "${build}"
[[run.images]]
image = "${run}"
[[buildpacks]]
uri = "package.cnb"
[[order]]
group = [{ id = "example/my-buildpack" }]
`;

async function createBuilder(build: string, settings = ""): Promise<void> {
  const config = join(dir, "builder.toml");
  await writeFile(config, builderToml(build, (await referenceWorld()).baseRun) + settings);
  await rm(join(dir, "builder"), { recursive: true, force: true });
  await cnbSucceeds(["builder", "create", `oci:${dir}/builder`, "--config", config]);
}

/** The build image of the reference world with a Node.js, as platform teams have it. */
async function withNode(folder: string): Promise<string> {
  const own = { mode: 0o755, uid: 0, gid: 0 };
  const directories = [dirname(folder), folder].map((path): TarEntry => ({ ...own, type: "directory", path }));
  const content = await readFile(pinnedNode);
  await rm(join(dir, "with-node"), { recursive: true, force: true });
  const file: TarEntry = { ...own, type: "file", path: `${folder}/node`, content };
  const image = oci.imageFor(
    await oci.read(parseImageReference((await referenceWorld()).baseBuild), {
      platform: { os: "linux", architecture },
    }),
  );
  const layer = await createLayer([...directories, file], await openBlobStore(join(dir, "blobs")), { level: 1 });
  await oci.write(oci.mutate.appendLayers(image, [{ layer }]), parseImageReference(`oci:${dir}/with-node`));
  return `oci:${dir}/with-node`;
}
