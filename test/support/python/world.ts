import type { SpawnOptions } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { builderIn, madeOnce, referenceWorld } from "../../e2e/reference/reference-world.ts";
import type { AppWorld } from "../apps/app-cases.ts";
import { cnbSucceeds } from "../cnb.ts";
import { type Arch, pythonMirror, testBuildpacks } from "./archives.ts";
import { packageIndex, pythonAuthority } from "./index.ts";

/**
 * For a file of tests: the reference builder, whose CPython is served by a mirror on the loopback interface, since the upstream archives are
 * not reachable everywhere these tests run. Using the index the index of this machine.
 */
export function usePythonWorld(): () => AppWorld {
  let world: Awaited<ReturnType<typeof pythonWorld>>;
  beforeAll(async () => {
    world = await pythonWorld();
  }, 900_000);
  afterAll(() => world?.[Symbol.asyncDispose]());
  return () => world;
}

/** The same for others than tests. */
export async function pythonWorld(): Promise<AppWorld & AsyncDisposable> {
  const { dir } = await referenceWorld();
  await madeOnce("python-builder", () => makePythonBuilder(dir));
  return worldOf(builderIn(dir, "python-builder"));
}

/** Makes the builder with CPython releases of the tests beside the reference builder in `dir`. */
export async function makePythonBuilder(dir: string, options: SpawnOptions = {}): Promise<string> {
  const config = await readFile(join(dir, "builder.toml"), "utf8");
  const file = join(dir, "python-builder.toml");
  await writeFile(file, config.replace(/uri = ".*\/python"/, `uri = "${await testBuildpacks()}/python"`));
  await cnbSucceeds(["builder", "create", builderIn(dir, "python-builder"), "--config", file], options);
  return builderIn(dir, "python-builder");
}

/** With the mirror, until it is disposed of. */
export async function worldOf(builder: string, arch?: Arch): Promise<AppWorld & AsyncDisposable> {
  const mirror = await pythonMirror(arch);
  const authority = await pythonAuthority();
  return {
    builder,
    env: { BP_CPYTHON_MIRROR: mirror.url, PIP_INDEX_URL: await packageIndex() },
    certificates: authority === undefined ? [] : [authority],
    [Symbol.asyncDispose]: () => mirror[Symbol.asyncDispose](),
  };
}
