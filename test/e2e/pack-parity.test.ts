import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, root } from "../support/cnb.ts";
import { viewImage } from "../support/image-view.ts";
import { allowed } from "../support/pack-differences.ts";
import { builderTomls, moduleFolders } from "../support/pack-inputs.ts";
import { idleLifecycle, type PackWorld, packWorld } from "../support/pack-world.ts";
import { differences, explain } from "../support/view-differences.ts";

/**
 * The same builder.toml and package.toml given to the real pack and to cnb, into one registry: what they make differs only in what
 * the decision record lists.
 */
let world: PackWorld;
const met = new Set<string>();
const file = (name: string) => join(world.dir, name);

beforeAll(async () => {
  world = await packWorld();
  for (const [name, files] of Object.entries(moduleFolders)) await world.write(name, files);
  await execute("tar", ["-czf", file("three.tgz"), "-C", file("three"), "."]);
  await idleLifecycle(file("lifecycle.tgz"));
  const target = ["--target", "linux/amd64"];
  await world.pack.succeeds([
    "buildpack",
    "package",
    `${world.host}/three:1`,
    "--path",
    file("three"),
    "--publish",
    ...target,
  ]);
  await world.pack.succeeds([
    "buildpack",
    "package",
    file("all.cnb"),
    "--config",
    file("all/package.toml"),
    "--format",
    "file",
    ...target,
  ]);
}, 900_000);
afterAll(() => world?.remove());

/** The titles of the differences between two images of the registry, and the text of those that nobody wants. */
async function compare(name: string): Promise<readonly string[]> {
  const [pack, cnb] = await Promise.all(
    [`${name}:pack`, `${name}:cnb`].map(async (each) => viewImage(await world.image(each))),
  );
  const titles = [...new Set(differences(pack ?? {}, cnb ?? {}).map((difference) => explain(difference, allowed)))];
  for (const title of titles) met.add(title);
  return titles.filter((title) => !allowed.some((each) => each.title === title));
}

const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

describe("builders", () => {
  const cases = Object.entries(builderTomls).map(([name, toml]) => ({ name, toml, flags: [] as readonly string[] }));

  test.for(cases)("of $name are equal", async ({ name, toml, flags }) => {
    const image = `builder/${slug(name)}`;
    const text = `${toml.replaceAll("HOST", world.host)}[lifecycle]\nuri = "lifecycle.tgz"\n`;
    await world.write(".", { [`${slug(name)}.toml`]: text });
    const args = ["--config", file(`${slug(name)}.toml`), ...flags];
    await world.pack.succeeds(["builder", "create", `${world.host}/${image}:pack`, "--publish", ...args]);
    await world.cnb(["builder", "create", `${world.host}/${image}:cnb`, ...args]);
    expect(await compare(image)).toEqual([]);
  });
});

test("every difference that is allowed is there, and the decision record gives its reason", () => {
  const certain = allowed.filter(({ random }) => !random);
  expect([...met].filter((title) => certain.some((each) => each.title === title)).sort()).toEqual(
    certain.map(({ title }) => title).sort(),
  );
  const record = readFileSync(join(root, "docs/decisions/0007-differences-from-pack.md"), "utf8");
  expect(allowed.filter(({ title }) => !record.includes(`| ${title} |`))).toEqual([]);
});
