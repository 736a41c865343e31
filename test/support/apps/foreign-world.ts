import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builderIn, madeOnce, referenceWorld } from "../../e2e/reference/reference-world.ts";
import { cnbSucceeds, root } from "../cnb.ts";
import { javaTestBuildpacks } from "../java/archives-buildpacks.ts";
import { javaWorldOf } from "../java/world.ts";
import { nodeWorld } from "../node/world.ts";
import { testBuildpacks } from "../python/archives.ts";
import { worldOf as pythonWorldOf } from "../python/world.ts";
import type { AppWorld } from "./app-cases.ts";

/** The reference builder for arm64, in which each family finds its runtimes at mirrors of these tests. Nothing for arm64 runs to make it. */
export async function foreignWorld(): Promise<AppWorld & AsyncDisposable & { readonly runImage: string }> {
  const { dir } = await referenceWorld();
  await madeOnce("foreign-builder", () => makeForeignBuilder(dir));
  const builder = builderIn(dir, "foreign-builder");
  const [node, python] = [await nodeWorld(), await pythonWorldOf(builder, "arm64")];
  const java = await javaWorldOf(builder, "arm64");
  return {
    builder,
    runImage: builderIn(dir, "foreign-run"),
    certificates: java.certificates,
    env: { ...node.env, ...python.env, ...java.env },
    async [Symbol.asyncDispose]() {
      await python[Symbol.asyncDispose]();
      await java[Symbol.asyncDispose]();
    },
  };
}

async function makeForeignBuilder(dir: string): Promise<void> {
  const base = ["--config", join(root, "buildpacks/base.toml"), "--arch", "arm64"];
  await cnbSucceeds(["base", "create", builderIn(dir, "foreign"), ...base]);
  const config = await readFile(join(dir, "builder.toml"), "utf8");
  const file = join(dir, "foreign-builder.toml");
  const [python, java] = [await testBuildpacks("arm64"), await javaTestBuildpacks("arm64")];
  const own = config
    .replace(/uri = ".*\/python"/, `uri = "${python}/python"`)
    .replace(/uri = ".*\/java"/, `uri = "${java}/java"`)
    .replaceAll("./base-", "./foreign-");
  await writeFile(file, own);
  const target = ["--target", "linux/arm64"];
  await cnbSucceeds(["builder", "create", builderIn(dir, "foreign-builder"), "--config", file, ...target]);
}
