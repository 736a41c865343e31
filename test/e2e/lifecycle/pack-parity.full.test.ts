import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, type ImageIndex, parseImageReference } from "@libcnb/packager/oci";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "../../support/cnb.ts";
import { compared } from "../../support/conformance/rows.ts";
import { generatedBuilders } from "../../support/generated/builders.ts";
import { viewArchive } from "../../support/images/archive-view.ts";
import { type ImageView, viewFiles, viewImage } from "../../support/images/image-view.ts";
import { type Difference, differences, explain } from "../../support/images/view-differences.ts";
import { idleLifecycle } from "../../support/lifecycle/idle-lifecycle.ts";
import { lifecycleArchive } from "../../support/lifecycle/lifecycle-archive.ts";
import { allowed } from "../../support/pack/pack-differences.ts";
import { builderCases, flattenedBuilder, type PackageCase, packageCases } from "../../support/pack/pack-inputs.ts";
import { moduleFolders } from "../../support/pack/pack-modules.ts";
import { type PackWorld, packWorld } from "../../support/pack/pack-world.ts";

/**
 * The same builder.toml and package.toml given to the real pack and to cnb, into one registry: what they make differs only in what
 * the decision record lists.
 */
let world: PackWorld;
const met = new Set<string>();
const file = (name: string) => join(world.dir, name);
const named = (text: string) => text.replaceAll("HOST", world.host);
const amd64 = ["--target", "linux/amd64"];

beforeAll(async () => {
  world = await packWorld();
  for (const [folder, files] of Object.entries(moduleFolders)) {
    const texts = Object.entries(files).map(([path, text]) => [path, named(text)] as const);
    await world.write(folder, Object.fromEntries(texts));
  }
  await execute("tar", ["-czf", file("archived.tgz"), "--sort=name", "-C", file("archived"), "."]);
  await idleLifecycle(file("idle.tgz"));
  await idleLifecycle(file("foreign.tgz"), { uid: 501, mtime: 1_700_000_000 });
  await copyFile(await lifecycleArchive(), file("real.tgz"));
  const three = ["--path", file("three"), "--publish", ...amd64];
  await world.pack.succeeds(["buildpack", "package", `${world.host}/three:1`, ...three]);
  const all = ["--config", file("all/package.toml"), "--format", "file", ...amd64];
  await world.pack.succeeds(["buildpack", "package", file("all.cnb"), ...all]);
}, 900_000);
afterAll(() => world?.remove());

describe("builders created by pack and cnb", () => {
  test.for(builderCases)("from $name are equal", async ({ name, toml, flags = [], lifecycle = "idle" }) => {
    const folder = await world.write(".", { [`${slug(name)}.toml`]: withLifecycle(toml, `${lifecycle}.tgz`) });
    const config = join(folder, `${slug(name)}.toml`);
    expect(await createBoth(`builder/${slug(name)}`, ["--config", config, ...flags])).toEqual([]);
  });

  test("from generated inputs are equal", { timeout: 900_000 }, async (context) => {
    const numRuns = compared(context, [3, 60]);
    const inputs = fc.sample(generatedBuilders, { numRuns, ...(numRuns === 3 && { seed: 7 }) });
    for (const [index, { toml, folders }] of inputs.entries()) {
      const folder = `generated-${index}`;
      for (const [name, files] of Object.entries(folders)) await world.write(`${folder}/${name}`, files);
      await world.write(folder, { "builder.toml": withLifecycle(toml, "../idle.tgz") });
      const config = file(`${folder}/builder.toml`);
      expect({ toml, folders, unwanted: await createBoth(`builder/${folder}`, ["--config", config]) }).toEqual({
        toml,
        folders,
        unwanted: [],
      });
    }
  });
});

test("builders of pack and cnb from a flattened package have the same files in one layer", async () => {
  await world.pack.succeeds(["config", "experimental", "true"]);
  const flat = ["--config", file("flat/package.toml"), "--flatten", "--publish", ...amd64];
  await world.pack.succeeds(["buildpack", "package", `${world.host}/flat:1`, ...flat]);
  await world.write(".", { "flat.toml": withLifecycle(flattenedBuilder, "idle.tgz") });
  await createBoth("builder/flat", ["--config", file("flat.toml")]);
  const [pack, cnb] = await Promise.all(["pack", "cnb"].map((tag) => world.image(`builder/flat:${tag}`)));
  if (!pack || !cnb) throw new Error("there is no builder");
  expect(await viewFiles(cnb)).toEqual(await viewFiles(pack));
  const difference = {
    line: "layers of a flattened package",
    pack: await flatLayers(pack),
    cnb: await flatLayers(cnb),
  };
  expect(difference).toMatchObject({ pack: "3", cnb: "1" });
  met.add(explain(difference, allowed));
});

/** How many layers hold parts of the flattened package. */
async function flatLayers(image: Image): Promise<string> {
  const names = Object.entries(await viewImage(image)).filter(([line]) => line.startsWith("layers "));
  return String(names.filter(([, name]) => name.includes("test_flat")).length);
}

const withLifecycle = (toml: string, archive: string) => `${named(toml)}[lifecycle]\nuri = "${archive}"\n`;

/** Lets both create a builder; what differs and nobody wants. */
async function createBoth(image: string, args: readonly string[]): Promise<readonly string[]> {
  const create = (tag: string) => ["builder", "create", `${world.host}/${image}:${tag}`, "--publish", ...args];
  await world.pack.succeeds(create("pack"));
  await world.cnb(create("cnb"));
  return unwanted(image);
}

describe("packages created by pack and cnb", () => {
  test.for(packageCases)("from $name are equal", async (each) => {
    const image = `package/${slug(each.name)}`;
    await packageWith("pack", each, `${world.host}/${image}:pack`);
    await packageWith("cnb", each, `${world.host}/${image}:cnb`);
    expect(await unwanted(image)).toEqual([]);
  });

  test("as files contain the same entries and images", async () => {
    const [pack, cnb] = [file("pack.cnb"), file("cnb.cnb")];
    const all = { name: "a file", folder: "all", flags: ["--format", "file"], published: false } as const;
    await packageWith("pack", all, pack);
    await packageWith("cnb", all, cnb);
    expect(differences(await viewArchive(pack), await viewArchive(cnb))).toEqual([]);
    const images = await Promise.all(
      [pack, cnb].map((each) => oci.read({ kind: "oci-archive", file: each }).then((index) => oci.imageFor(index))),
    );
    expect(await unwantedOf({ images: images.slice(0, 1) }, { images: images.slice(1) })).toEqual([]);
  });
});

async function packageWith(program: "pack" | "cnb", given: PackageCase, output: string): Promise<void> {
  const { noun = "buildpack", folder, flags = [], targets = ["linux/amd64"], published = true } = given;
  const config = "package.toml" in (moduleFolders[folder] ?? {});
  const source = config ? ["--config", file(`${folder}/package.toml`)] : ["--path", file(folder)];
  const common = [...(published ? ["--publish"] : []), ...targets.flatMap((target) => ["--target", target]), ...flags];
  if (program === "pack") await world.pack.succeeds([noun, "package", output, ...source, ...common]);
  else await world.cnb([noun, "package", file(folder), "--output", output, ...common]);
}

/** The unexpected differences between two images of the registry, as text. Expected differences are recorded as met. */
async function unwanted(name: string): Promise<readonly string[]> {
  return unwantedOf(await read(`${name}:pack`), await read(`${name}:cnb`));
}

async function unwantedOf(pack: ImageIndex, cnb: ImageIndex): Promise<readonly string[]> {
  const all: Difference[] = [...differences(viewIndex(pack), viewIndex(cnb))];
  for (const [at, image] of pack.images.entries()) {
    const other = cnb.images[at];
    if (other) all.push(...differences(await viewImage(image), await viewImage(other)));
  }
  const titles = [...new Set(all.map((difference) => explain(difference, allowed)))];
  for (const title of titles) met.add(title);
  return titles.filter((title) => !allowed.some((each) => each.title === title));
}

const read = (name: string) => oci.read(parseImageReference(`${world.host}/${name}`));

/** The descriptors of an index's images, without their digests. */
function viewIndex(index: ImageIndex): ImageView {
  const { manifests = [], ...about } = JSON.parse(Buffer.from(index.raw?.index ?? "{}").toString());
  const entries = manifests.map(({ digest: _digest, size: _size, ...entry }: Record<string, unknown>) => entry);
  return Object.fromEntries(
    Object.entries({ ...about, ...entries, images: index.images.length }).map(([key, value]) => [
      `index ${key}`,
      JSON.stringify(value),
    ]),
  );
}

const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

test("each permitted difference between pack and cnb occurs in these tests", () => {
  const expected = allowed.filter(({ random }) => !random).map(({ title }) => title);
  expect(expected.filter((title) => !met.has(title))).toEqual([]);
});
