import { createHash } from "node:crypto";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { populateOnce } from "../../builder-packager/src/compile/populate.ts";
import { render } from "../../buildpacks/java-engine/src/inventory/render.ts";
import { root } from "./cnb.ts";
import { testInventory } from "./java-archives.ts";

/** The Java family. */
const family = ["java", "java-engine", "java-build", "java-start"];

/**
 * The folder of a workspace with copies of the Java buildpacks, of which `java-engine` has the test releases in its inventory: to be packaged as the
 * originals are, `<folder>/java` for all of them, `<folder>/java-engine` for one. Nobody may change it.
 */
export async function javaTestBuildpacks(): Promise<string> {
  const [digest, inventory] = await Promise.all([digestOf(join(root, "buildpacks")), testInventory()]);
  const key = createHash("sha256").update(digest).update(JSON.stringify(inventory)).digest("hex").slice(0, 16);
  // in the repository, where the packages that buildpacks import are found
  const dir = join(root, "dist/test-java-buildpacks", key);
  await populateOnce(dir, async (workDir) => {
    await writeFile(join(workDir, "package.json"), '{"workspaces":["*"]}');
    for (const name of family) await cp(join(root, "buildpacks", name), join(workDir, name), { recursive: true });
    const toml = join(workDir, "java-engine/buildpack.toml");
    await writeFile(toml, render(await readFile(toml, "utf8"), inventory));
  });
  return dir;
}

async function digestOf(dir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of family) {
    const entries = await readdir(join(dir, name), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(file));
  }
  return hash.digest("hex");
}
