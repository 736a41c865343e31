import { createHash } from "node:crypto";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatToml, parseToml } from "libcnb/spec";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { root } from "../cnb.ts";
import { hostArch, testInventory } from "./archives.ts";
import { gradleChecksum, gradleVersion } from "./gradle-archives.ts";

/** The Java family. */
const family = ["java", "java-engine", "java-build", "java-start"];

/**
 * The directory of a workspace with copies of the Java buildpacks that have the test releases in their inventories: to be packaged as the originals
 * are, `<folder>/java` for all of them, `<folder>/java-engine` for one. Nobody may change it.
 */
export async function javaTestBuildpacks(arch = hostArch): Promise<string> {
  const [digest, inventory, gradle] = await Promise.all([
    digestOf(join(root, "buildpacks")),
    testInventory(arch),
    gradleEntry(),
  ]);
  const hash = createHash("sha256")
    .update(digest)
    .update(JSON.stringify(inventory))
    .update(gradle)
    .update(absentTomcats.join());
  const key = hash.digest("hex").slice(0, 16);
  // in the repository, where the packages that buildpacks import are found
  const dir = join(root, "dist/test-java-buildpacks", key);
  await populateOnce(dir, async (workDir) => {
    await writeFile(join(workDir, "package.json"), '{"workspaces":["*"]}');
    for (const name of family) await cp(join(root, "buildpacks", name), join(workDir, name), { recursive: true });
    const toml = join(workDir, "java-engine/buildpack.toml");
    await writeFile(toml, withReleases(await readFile(toml, "utf8"), inventory));
    await addGradle(join(workDir, "java-build/buildpack.toml"), gradle);
    await leaveOutTomcat(join(workDir, "java-start/buildpack.toml"));
  });
  return dir;
}

/** Replaces the releases of a buildpack.toml. */
function withReleases(text: string, dependencies: Awaited<ReturnType<typeof testInventory>>): string {
  const document = parseToml(text, "buildpack.toml");
  return formatToml({ ...document, metadata: { ...(document["metadata"] as object), dependencies } });
}

/** The one Gradle of these tests becomes the default. */
async function addGradle(toml: string, entry: string): Promise<void> {
  const text = (await readFile(toml, "utf8")).replace(/^gradle = ".*"$/m, `gradle = "${gradleVersion}"`);
  await writeFile(toml, `${text}${entry}`);
}

/** Upstream has releases of Tomcat that the mirror of these tests, Maven's repository, has not. */
const absentTomcats = ["9.0.121"];

async function leaveOutTomcat(toml: string): Promise<void> {
  const [settings = "", ...entries] = (await readFile(toml, "utf8")).split(/^(?=\[\[metadata\.dependencies\]\]$)/m);
  const isPresent = (entry: string) => !absentTomcats.some((version) => entry.includes(`\nversion = "${version}"\n`));
  await writeFile(toml, settings + entries.filter(isPresent).join(""));
}

const gradleEntry = async (): Promise<string> => `
[[metadata.dependencies]]
id = "gradle"
name = "Gradle"
version = "${gradleVersion}"
uri = "https://services.gradle.org/distributions/gradle-${gradleVersion}-bin.zip"
checksum = "sha256:${await gradleChecksum()}"
strip-components = 1
`;

async function digestOf(dir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of family) {
    const entries = await readdir(join(dir, name), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(file));
  }
  return hash.digest("hex");
}
