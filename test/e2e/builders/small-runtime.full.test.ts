import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineParts } from "../../../builder-packager/src/compile/small/engine.ts";
import { cnb, cnbSucceeds, execute, root } from "../../support/cnb.ts";
import { referenceWorld } from "../reference/reference-world.ts";

/** Buildpacks whose build runs on the small engine. */
const utilities = ["environment-variables", "image-labels", "procfile"];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "small-runtime-"));
  for (const runtime of ["small", "node"]) {
    for (const name of utilities) {
      const package_ = ["buildpack", "package", join(root, "buildpacks", name), "--runtime", runtime];
      await cnbSucceeds([...package_, "--output", `oci:${dir}/${runtime}/${name}`]);
    }
    await createBuilder(runtime);
  }
  await mkdir(join(dir, "app"));
  await writeFile(join(dir, "app/Procfile"), "web: echo Hello, $NAME\n");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function createBuilder(runtime: string): Promise<void> {
  const { baseBuild, baseRun } = await referenceWorld();
  const config = join(dir, runtime, "builder.toml");
  const lines = [
    `[build]\nimage = "${baseBuild}"\n[[run.images]]\nimage = "${baseRun}"`,
    ...utilities.map((name) => `[[buildpacks]]\nuri = "oci:${dir}/${runtime}/${name}"`),
    `[[order]]\ngroup = [${utilities.map((name) => `{ id = "libcnb/${name}", optional = true }`).join(", ")}]`,
  ];
  await writeFile(config, lines.join("\n"));
  await cnbSucceeds(["builder", "create", `oci:${dir}/${runtime}/builder`, "--config", config]);
}

async function build(runtime: string): Promise<string> {
  const { baseRun } = await referenceWorld();
  const image = `oci:${dir}/${runtime}/image`;
  const { stderr } = await cnbSucceeds([
    "build",
    image,
    "--path",
    join(dir, "app"),
    "--builder",
    `oci:${dir}/${runtime}/builder`,
    "--run-image",
    baseRun,
    "--env",
    "BPE_NAME=engine",
    "--env",
    "BP_IMAGE_LABELS=team=shop",
  ]);
  return stderr;
}

/**
 * The log without the lines that depend on what earlier runs left in the caches: an unpacked builder is used again, and
 * the export names layers of an earlier build.
 */
function withoutCaches(log: string): string {
  const [beforeExport = ""] = log.split("===> Exporting");
  return beforeExport.replaceAll(/^ *Unpacking \d+ layers?\n/gm, "").replaceAll(/\/(small|node)\//g, "/");
}

describe("buildpacks on the small JavaScript engine", () => {
  test("are layers of less than 2.5 MB, without Node.js in the files and the SBOM", async () => {
    const index = await oci.read(parseImageReference(`oci:${dir}/small/procfile`));
    const [layer] = oci.imageFor(index).layers;
    expect(layer?.size).toBeLessThan(2_500_000);
    const blob = join(dir, "small/procfile/blobs", (layer?.digest ?? "").replace(":", "/"));
    const location = "cnb/buildpacks/libcnb_procfile";
    await execute("tar", ["-xzf", blob, "-C", dir]);
    const { stdout } = await execute("find", [join(dir, location), "-type", "f", "-printf", "%f\\n"]);
    const files = ["LICENSES.txt", "buildpack.toml", "engine", "sbom.cdx.json"];
    expect(stdout.trim().split("\n").sort()).toEqual(files);
    const [version] = (await execute("ls", [join(dir, location)])).stdout.trim().split("\n");
    const sbom = JSON.parse(await readFile(join(dir, location, version ?? "", "sbom.cdx.json"), "utf8"));
    const components: readonly { readonly name: string; readonly purl: string }[] = sbom.components;
    const names = components.map(({ name }) => name);
    expect(["libcnb", "readable-stream", "node"].map((name) => names.includes(name))).toEqual([true, true, false]);
    const wordsOf = (text: string): string => text.trim().replaceAll(/\s+/g, " ");
    const licenses = await readFile(join(dir, location, version ?? "", "LICENSES.txt"), "utf8");
    const missing = engineParts().filter(
      ({ name, version, purl, texts }) =>
        !components.some((each) => each.purl === purl) ||
        !licenses.includes(`  ${name} ${version} (`) ||
        !texts.every((text) => wordsOf(licenses).includes(wordsOf(text))),
    );
    expect(missing.map(({ purl }) => purl)).toEqual([]);
  });

  test("build the same image as on Node.js, with the same log", async () => {
    const logs = [await build("small"), await build("node")];
    const [small, node] = logs.map(withoutCaches);
    expect(small).toBe(node);
    const indexes = ["small", "node"].map((runtime) => readFile(join(dir, runtime, "image/index.json"), "utf8"));
    const [onEngine, onNode] = (await Promise.all(indexes)).map((text) => JSON.parse(text).manifests[0].digest);
    expect(onEngine).toBe(onNode);
    const { stdout } = await cnbSucceeds(["run", `oci:${dir}/small/image`]);
    expect(stdout).toBe("Hello, engine\n");
  });

  test("cannot be packaged if they import a module that the engine lacks, and the error names the line", async () => {
    const source = join(dir, "source");
    await execute("cp", ["-r", join(root, "templates/minimal"), source]);
    const file = join(source, "src/buildpack.ts");
    await writeFile(
      file,
      `import { Worker } from "node:worker_threads";\n${await readFile(file, "utf8")}\nconsole.log(Worker);\n`,
    );
    await rm(join(source, "node_modules"), { recursive: true, force: true });
    await execute("ln", ["-s", join(root, "node_modules"), join(source, "node_modules")]);
    const { exitCode, stderr } = await cnb([
      "buildpack",
      "package",
      source,
      "--runtime",
      "small",
      "--output",
      join(dir, "x.cnb"),
    ]);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("src/buildpack.ts:1:10 imports Worker of node:worker_threads"),
    ]);
  });
});
