import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, execute, root } from "../../support/cnb.ts";
import { nodeFromNpm, type ReferenceWorld, referenceWorld, sampleApp } from "../reference/reference-world.ts";

let world: ReferenceWorld;
let dir: string;

beforeAll(async () => {
  world = await referenceWorld();
  dir = await mkdtemp(join(tmpdir(), "bad-input-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Paths differ from run to run; everything else is pinned. */
const normalized = (text: string) =>
  text
    .replaceAll(dir, "<dir>")
    .replaceAll(world.dir, "<world>")
    .replaceAll(root, "<root>")
    .replaceAll(/:\d{4,5}\b/g, ":<port>");

/** From the first error on: what a user reads last. */
const errorOf = (stderr: string) => normalized(stderr.slice(Math.max(0, stderr.search(/^(?: +\| )?ERROR: /m))));

const buildArguments = async (app: string, ...flags: string[]) => [
  "build",
  `oci:${dir}/app`,
  "--path",
  app,
  "--builder",
  world.builder,
  ...(await nodeFromNpm()),
  ...flags,
];

describe("cnb build refuses", () => {
  test.for([
    ["an app without package.json", "no-package-json"],
    ["an app that needs an unsupported Node.js version", "unsupported-engine"],
    ["an app with a broken lockfile", "broken-lockfile"],
  ] as const)("%s", async ([, name]) => {
    const { exitCode, stdout, stderr } = await cnb(await buildArguments(join(root, "test/fixtures/apps", name)));
    expect(stdout).toBe("");
    expect({ exitCode, error: errorOf(stderr) }).toMatchSnapshot();
    expect(await readdir(dir)).toEqual([]);
  });

  test("a builder that does not exist", async () => {
    const { exitCode, stderr } = await cnb([
      "build",
      `oci:${dir}/app`,
      "--path",
      sampleApp,
      "--builder",
      `oci:${dir}/absent`,
    ]);
    expect({ exitCode, error: errorOf(stderr) }).toMatchSnapshot();
    expect(await readdir(dir)).toEqual([]);
  });

  test("an output that cannot be written, before the build starts", async () => {
    await writeFile(join(dir, "file"), "");
    const { exitCode, stderr } = await cnb([
      "build",
      `oci:${dir}/file/app`,
      "--path",
      sampleApp,
      "--builder",
      world.builder,
    ]);
    await rm(join(dir, "file"));
    expect({ exitCode, error: errorOf(stderr) }).toMatchSnapshot();
    expect(await readdir(dir)).toEqual([]);
  });

  test("a run image of another architecture", async () => {
    await execute("cp", ["-a", join(world.dir, "base-run"), join(dir, "arm64-run")]);
    await makeArm64(`oci:${dir}/arm64-run`);
    const { exitCode, stderr } = await cnb(await buildArguments(sampleApp, "--run-image", `oci:${dir}/arm64-run`));
    await rm(join(dir, "arm64-run"), { recursive: true });
    expect({ exitCode, error: errorOf(stderr) }).toMatchSnapshot();
    expect(await readdir(dir)).toEqual([]);
  });
});

describe("cnb base create refuses", () => {
  test("a mirror that cannot be reached", async () => {
    const args = [
      "base",
      "create",
      `oci:${dir}/base`,
      "--config",
      join(root, "buildpacks/base.toml"),
      "--mirror",
      "http://127.0.0.1:9/debian",
    ];
    const { exitCode, stderr } = await cnb(args, {
      env: { ...process.env, LIBCNB_CACHE_DIR: join(world.dir, "no-cache") },
    });
    expect({ exitCode, error: errorOf(stderr) }).toMatchSnapshot();
    expect(existsSync(join(dir, "base-build"))).toBe(false);
    expect(existsSync(join(dir, "base-run"))).toBe(false);
  });
});

/** The same image, said to be for another machine. */
async function makeArm64(reference: string): Promise<void> {
  const { imageFor, parseImageReference, read, write } = await import("@libcnb/packager/oci");
  const { raw: _, ...image } = imageFor(await read(parseImageReference(reference)));
  const other = { ...image, config: { ...image.config, architecture: "arm64" } };
  await write(other, parseImageReference(reference));
}
