// @needs gradle, unzip
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileMap } from "libcnb/testing";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute } from "../cnb.ts";
import { type Mirror, serve } from "../file-mirror.ts";
import { installedJdk } from "./archives.ts";
import { succeeds } from "./archives-debian.ts";

/** The Gradle that tests use: Debian's, which runs with the JDKs 11 and 17. */
export const gradleVersion = "4.4.1";

/** Changes whenever the distribution is made in another way. */
const format = 1;
const debian = "/usr/share/gradle";
const libraries = "/usr/share/java";

/**
 * A directory with `gradle-4.4.1-bin.zip`, laid out as upstream's downloads are, and below `wrapper` what `gradle wrapper` writes. It is made once and
 * kept in the cache; `file://` and this directory is a mirror.
 */
export async function gradleArchives(): Promise<string> {
  const dir = cacheDir(process.env, "test-gradle-archives", String(format));
  await populateOnce(dir, async (workDir) => {
    const top = `gradle-${gradleVersion}`;
    await makeDistribution(join(workDir, top));
    await makeWrapper(join(workDir, top), join(workDir, "wrapper"));
    await succeeds("touch", ["--date=@946684800", ...(await allFiles(workDir, top))]);
    await succeeds("env", ["-C", workDir, "zip", "-q", "-X", "-r", `${top}-bin.zip`, top]);
    await rm(join(workDir, top), { recursive: true });
  });
  return dir;
}

/** SHA-256 of the distribution, in hex. */
export async function gradleChecksum(): Promise<string> {
  const archive = join(await gradleArchives(), `gradle-${gradleVersion}-bin.zip`);
  return createHash("sha256")
    .update(await readFile(archive))
    .digest("hex");
}

/** The directory of the distribution, unpacked: `<folder>/bin/gradle`. Nobody may change it. */
export async function installedGradle(): Promise<string> {
  const archive = join(await gradleArchives(), `gradle-${gradleVersion}-bin.zip`);
  const dir = cacheDir(process.env, "test-gradle-archives", `${format}-installed`);
  await populateOnce(dir, (workDir) => succeeds("unzip", ["-q", archive, "-d", workDir]));
  return join(dir, `gradle-${gradleVersion}`);
}

/** The files of a wrapper, as developers commit them. */
export async function gradleWrapper(
  distributionUrl = `https://services.gradle.org/distributions/gradle-${gradleVersion}-bin.zip`,
): Promise<FileMap> {
  const dir = join(await gradleArchives(), "wrapper");
  const properties = `distributionBase=GRADLE_USER_HOME
distributionPath=wrapper/dists
distributionUrl=${distributionUrl.replace(":", "\\:")}
zipStoreBase=GRADLE_USER_HOME
zipStorePath=wrapper/dists
`;
  return {
    gradlew: { contents: await readFile(join(dir, "gradlew")), mode: 0o755 },
    "gradle/wrapper/gradle-wrapper.jar": await readFile(join(dir, "gradle/wrapper/gradle-wrapper.jar")),
    "gradle/wrapper/gradle-wrapper.properties": properties,
  };
}

/** Debian's files without links, with the libraries that it has elsewhere, and at home wherever they are. */
async function makeDistribution(to: string): Promise<void> {
  await stat(debian).catch((cause: unknown) => {
    throw new Error("Gradle is absent: Debian's package is gradle", { cause });
  });
  await cp(debian, to, { recursive: true, dereference: true });
  const lib = join(to, "lib");
  for (const name of await misnamed(lib)) await cp(join(libraries, name), join(lib, name), { dereference: true });
  for (const name of await librariesOf(lib)) await cp(join(libraries, name), join(lib, name), { dereference: true });
  const script = join(to, "bin/gradle");
  await writeFile(script, (await readFile(script, "utf8")).replace(" -version ;", " -version >/dev/null 2>&1 ;"));
  await moveHome(to);
}

/** Some of Debian's links have other names than the modules that are looked for. */
async function misnamed(lib: string): Promise<readonly string[]> {
  const there = new Set([...(await readdir(lib)), ...(await readdir(join(lib, "plugins")))]);
  const modules = (await readdir(libraries)).filter((name) => /^gradle-.*-\d.*\.jar$/.test(name));
  return modules.filter((name) => !there.has(name));
}

/** Names of the jars that the modules ask for. */
async function librariesOf(lib: string): Promise<readonly string[]> {
  const jars = [...(await readdir(lib)), ...(await readdir(join(lib, "plugins"))).map((name) => `plugins/${name}`)];
  const names = new Set([
    "asm.jar",
    "commons-logging.jar",
    "hamcrest-core.jar",
    "xml-apis-ext.jar",
    "xml-resolver.jar",
  ]);
  for (const jar of jars.filter((name) => name.endsWith(".jar"))) {
    const { stdout } = await execute("unzip", ["-p", join(lib, jar), "*-classpath.properties"]);
    const line = /^runtime=(.*)$/m.exec(stdout)?.[1] ?? "";
    for (const name of line.split(",")) if (name !== "") names.add(name);
  }
  // Gradle looks for these by their versions
  const versioned = /^(ant|ant-launcher|groovy-all)-\d.*\.jar$/;
  return [...names, ...(await readdir(libraries)).filter((name) => versioned.test(name))].toSorted();
}

/** Debian's Gradle is at home in one place only; upstream's is where its jars are. */
const homes: Readonly<Record<string, string>> = {
  GradleInstallation: `package org.gradle.internal.installation;
import java.io.*;
import java.util.*;
public class GradleInstallation {
  public static final FileFilter DIRECTORY_FILTER = File::isDirectory;
  private final File home;
  public GradleInstallation(File home) { this.home = home; }
  public File getGradleHome() { return home; }
  public List<File> getLibDirs() { return Arrays.asList(new File(home, "lib"), new File(home, "lib/plugins")); }
}
`,
  CurrentGradleInstallationLocator: `package org.gradle.internal.installation;
import java.io.File;
abstract class CurrentGradleInstallationLocator {
  public static synchronized CurrentGradleInstallation locate() {
    String jar = CurrentGradleInstallationLocator.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return new CurrentGradleInstallation(new GradleInstallation(new File(jar).getParentFile().getParentFile()));
  }
}
`,
};

async function moveHome(distribution: string): Promise<void> {
  const jdk = await installedJdk("17");
  const jar = join(distribution, `lib/gradle-core-api-${gradleVersion}.jar`);
  const [sources, classes] = [join(distribution, "sources"), join(distribution, "classes")];
  await mkdir(sources);
  for (const [name, text] of Object.entries(homes)) await writeFile(join(sources, `${name}.java`), text);
  const files = Object.keys(homes).map((name) => join(sources, `${name}.java`));
  await succeeds(join(jdk, "bin/javac"), ["--release", "8", "-nowarn", "-cp", jar, "-d", classes, ...files]);
  await succeeds("zip", ["-q", "-d", jar, "org/gradle/internal/installation/GradleInstallation*"]);
  await succeeds(join(jdk, "bin/jar"), ["-uf", jar, "-C", classes, "org"]);
  for (const dir of [sources, classes]) await rm(dir, { recursive: true });
}

async function makeWrapper(distribution: string, to: string): Promise<void> {
  await mkdir(to);
  await writeFile(join(to, "build.gradle"), "");
  const home = join(to, ".home");
  const settings = [`JAVA_HOME=${await installedJdk("17")}`, "LC_ALL=C.UTF-8"];
  const gradle = [join(distribution, "bin/gradle"), "--gradle-user-home", home, "--no-daemon", "--offline", "wrapper"];
  await succeeds("env", ["-C", to, ...settings, ...gradle]);
  const script = join(to, "gradlew");
  const opens = `DEFAULT_JVM_OPTS='"--add-opens=java.base/java.lang=ALL-UNNAMED"'`;
  await writeFile(script, (await readFile(script, "utf8")).replace(/^DEFAULT_JVM_OPTS=.*$/m, opens));
  for (const name of [".home", ".gradle", "build.gradle"]) await rm(join(to, name), { recursive: true, force: true });
}

async function allFiles(dir: string, top: string): Promise<readonly string[]> {
  const entries = await readdir(join(dir, top), { recursive: true });
  return [top, ...entries].map((name, index) => (index === 0 ? join(dir, name) : join(dir, top, name)));
}

/** A mirror of the distribution on the loopback interface, for `BP_GRADLE_MIRROR`. */
export async function gradleMirror(): Promise<Mirror> {
  const dir = await gradleArchives();
  return serve(async (path) => join(dir, path));
}
