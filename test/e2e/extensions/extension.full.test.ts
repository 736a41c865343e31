import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { labelsOf, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds, root } from "../../support/cnb.ts";
import { type OfficialLifecycle, officialLifecycle } from "../../support/lifecycle/official-lifecycle.ts";
import { type ReferenceWorld, referenceWorld } from "../reference/reference-world.ts";

const source = join(root, "test/fixtures/extensions/packages");

const buildpack = {
  "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "acme/app"\nversion = "1.0.0"\n`,
  "bin/detect": `#!/bin/sh\nprintf '[[requires]]\\nname = "packages"\\n[requires.metadata]\\nname = "from-plan"\\n' > "$CNB_BUILD_PLAN_PATH"\n`,
  "bin/build": "#!/bin/sh\n",
};

const builderToml = ({ baseBuild, baseRun }: ReferenceWorld) => `
[build]
image = "${baseBuild}"
[[run.images]]
image = "${baseRun}"
[[buildpacks]]
uri = "buildpack"
[[extensions]]
uri = "packages.cnb"
[[order]]
group = [{ id = "acme/app" }]
[[order-extensions]]
group = [{ id = "acme/packages" }]
`;

describe("an image extension in TypeScript", () => {
  let dir: string;
  let lifecycle: OfficialLifecycle;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "extension-"));
    const world = await referenceWorld();
    await cnbSucceeds(["extension", "package", source, "--output", join(dir, "packages.cnb")]);
    for (const [path, text] of Object.entries(buildpack)) {
      await mkdir(join(dir, "buildpack/bin"), { recursive: true });
      await writeFile(join(dir, "buildpack", path), text);
      await chmod(join(dir, "buildpack", path), 0o755);
    }
    await writeFile(join(dir, "builder.toml"), builderToml(world));
    await cnbSucceeds(["builder", "create", `oci:${dir}/builder`, "--config", join(dir, "builder.toml")]);
    const platformEnv = { BP_PACKAGES: "jq", CNB_BUILDPACK_DIR: "/of/the/user" };
    lifecycle = await officialLifecycle(`oci:${dir}/builder`, { platformEnv, authority: undefined });
    await mkdir(join(dir, "app"));
    await writeFile(join(dir, "app/packages.txt"), "fd-find\na b\n");
    await lifecycle.useApp(join(dir, "app"));
  });
  afterAll(async () => {
    await lifecycle?.remove();
    if (dir !== undefined) await rm(dir, { recursive: true });
  });

  test("is packaged with the same labels as pack writes, and is below /cnb/extensions in a builder", async () => {
    const image = oci.imageFor(await oci.read({ kind: "oci-archive", file: join(dir, "packages.cnb") }));
    const labels = labelsOf(image);
    expect(JSON.parse(labels["io.buildpacks.buildpackage.metadata"] ?? "")).toEqual({
      id: "acme/packages",
      name: "Packages",
      version: "1.2.3",
      homepage: "https://acme.example",
      stacks: null,
    });
    const facts = {
      api: "0.11",
      targets: [{ os: "linux", arch: "" }],
      homepage: "https://acme.example",
      name: "Packages",
    };
    const layers = { "acme/packages": { "1.2.3": { ...facts, layerDiffID: image.layers[0]?.diffId } } };
    expect(JSON.parse(labels["io.buildpacks.extension.layers"] ?? "")).toEqual(layers);
    expect(labels["io.buildpacks.buildpack.layers"]).toBeUndefined();
    const builder = labelsOf(oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/builder`))));
    expect(Object.keys(JSON.parse(builder["io.buildpacks.extension.layers"] ?? ""))).toEqual(["acme/packages"]);
    expect(JSON.parse(builder["io.buildpacks.buildpack.order-extensions"] ?? "")).toEqual([
      { group: [{ id: "acme/packages" }] },
    ]);
  });

  test("is detected and run by the official lifecycle, which accepts its Dockerfiles", async () => {
    const flags = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-log-level", "debug"];
    const outcome = await lifecycle.run("detector", flags);
    expect({ exitCode: outcome.exitCode, log: outcome.exitCode === 0 ? "" : outcome.stdout + outcome.stderr }).toEqual({
      exitCode: 0,
      log: "",
    });
    expect(outcome.stdout + outcome.stderr).toContain("Installing fd-find, a b, from-plan in production");
    const generated = join(lifecycle.layersDir, "generated/acme_packages");
    const names = (await readdir(generated, { recursive: true })).sort();
    expect(names).toEqual([
      "build.Dockerfile",
      "context.run",
      "context.run/etc",
      "context.run/etc/packages.conf",
      "extend-config.toml",
      "run.Dockerfile",
    ]);
    expect(await readFile(join(generated, "build.Dockerfile"), "utf8")).toContain(
      'RUN ["install-packages", "fd-find", "a b", "from-plan"]\n',
    );
    expect(await readFile(join(generated, "extend-config.toml"), "utf8")).toContain('value = "jq"');
    // the run image that run.Dockerfile names
    const analyzed = await readFile(join(lifecycle.layersDir, "analyzed.toml"), "utf8");
    expect(analyzed).toContain('reference = "acme.example/run:2"');
    expect(analyzed).toContain("extend = true");
  });

  test("is refused by cnb buildpack package, and a buildpack by cnb extension package", async () => {
    const [wrong, other] = await Promise.all([
      cnb(["buildpack", "package", source]),
      cnb(["extension", "package", join(dir, "buildpack")]),
    ]);
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      3,
      `ERROR: there is no buildpack.toml in ${source}\nHINT: The directory contains extension.toml: run cnb extension package instead.\nCODE: BUILDPACK_NOT_FOUND\n`,
    ]);
    expect(other.stderr).toContain("The directory contains buildpack.toml: run cnb buildpack package instead.");
  });

  test("can consist of files only, without detect and generate programs", async () => {
    await cp(join(dir, "builder.toml"), join(dir, "ready.toml"));
    const files = {
      "extension.toml": `api = "0.10"\n[extension]\nid = "acme/packages"\nversion = "2.0.0"\n`,
      "generate/run.Dockerfile": "FROM acme.example/run:3\n",
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(dir, "ready/generate"), { recursive: true });
      await writeFile(join(dir, "ready", path), text);
    }
    await writeFile(
      join(dir, "ready.toml"),
      (await readFile(join(dir, "ready.toml"), "utf8")).replace("packages.cnb", "ready"),
    );
    await cnbSucceeds(["builder", "create", `oci:${dir}/ready-builder`, "--config", join(dir, "ready.toml")]);
    const labels = labelsOf(oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/ready-builder`))));
    expect(Object.keys(JSON.parse(labels["io.buildpacks.extension.layers"] ?? "")["acme/packages"])).toEqual(["2.0.0"]);
    await writeFile(
      join(dir, "swapped.toml"),
      (await readFile(join(dir, "builder.toml"), "utf8")).replace("packages.cnb", "buildpack"),
    );
    const swapped = await cnb(["builder", "create", `oci:${dir}/x`, "--config", join(dir, "swapped.toml")]);
    expect(swapped.stderr).toContain("contains no extension: cannot read extension.toml");
  });
});
