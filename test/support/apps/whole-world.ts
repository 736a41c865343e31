// @needs debian-archive-keyring
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builderIn, madeOnce, referenceWorld } from "../../e2e/reference/reference-world.ts";
import { cnbSucceeds } from "../cnb.ts";
import { javaTestBuildpacks } from "../java/archives-buildpacks.ts";
import { javaWorldOf } from "../java/world.ts";
import { nodeWorld } from "../node/world.ts";
import { testBuildpacks } from "../python/archives.ts";
import { worldOf as pythonWorldOf } from "../python/world.ts";
import type { AppWorld } from "./app-cases.ts";

/** The reference builder, in which each family finds its runtimes at mirrors of these tests. */
export async function wholeWorld(): Promise<AppWorld & AsyncDisposable> {
  const { dir } = await referenceWorld();
  await madeOnce("whole-builder", () => makeWholeBuilder(dir));
  const builder = builderIn(dir, "whole-builder");
  const [node, python, java] = [await nodeWorld(), await pythonWorldOf(builder), await javaWorldOf(builder)];
  return {
    builder,
    certificates: java.certificates,
    env: { ...node.env, ...python.env, ...java.env },
    async [Symbol.asyncDispose]() {
      await python[Symbol.asyncDispose]();
      await java[Symbol.asyncDispose]();
    },
  };
}

async function makeWholeBuilder(dir: string): Promise<void> {
  const config = await readFile(join(dir, "builder.toml"), "utf8");
  const file = join(dir, "whole-builder.toml");
  const [python, java] = [await testBuildpacks(), await javaTestBuildpacks()];
  const own = config.replace(/uri = ".*\/python"/, `uri = "${python}/python"`);
  await writeFile(file, own.replace(/uri = ".*\/java"/, `uri = "${java}/java"`));
  await cnbSucceeds(["builder", "create", builderIn(dir, "whole-builder"), "--config", file]);
}
