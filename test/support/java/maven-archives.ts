// @needs unzip
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute } from "../cnb.ts";
import type { Mirror } from "../file-mirror.ts";
import { centralFile, centralMirror } from "./central-mirror.ts";
import { mavenCentral } from "./maven-central.ts";

const distribution = (version: string, ending: string): string =>
  `org/apache/maven/apache-maven/${version}/apache-maven-${version}-bin.${ending}`;

/** A mirror of Maven's downloads on the loopback interface, for `BP_MAVEN_MIRROR`. */
export const mavenMirror = (): Promise<Mirror> =>
  centralMirror((file) => {
    const [, version, ending] = /^apache-maven-(.+)-bin\.(tar\.gz|zip)$/.exec(file) ?? [];
    return version !== undefined && ending !== undefined ? distribution(version, ending) : undefined;
  });

/** The directory of a Maven for tests that need no layers: `<folder>/bin/mvn`. It is made once and kept in the cache. Nobody may change it. */
export async function installedMaven(version = "3.9.9"): Promise<string> {
  const dir = cacheDir(process.env, "test-maven", version);
  await populateOnce(dir, async (workDir) => {
    const archive = await centralFile(distribution(version, "tar.gz"));
    const { exitCode, stderr } = await execute("tar", ["-xzf", archive, "-C", workDir, "--strip-components=1"]);
    if (exitCode !== 0) throw new Error(stderr);
  });
  return dir;
}

/** The files of a wrapper, as developers commit them, of the kind that is a script alone. */
export async function mavenWrapper(version = "3.9.9"): Promise<Readonly<Record<"mvnw" | "properties", string>>> {
  const wrapper = "org/apache/maven/wrapper/maven-wrapper-distribution/3.3.2";
  const archive = await centralFile(`${wrapper}/maven-wrapper-distribution-3.3.2-only-script.zip`);
  const { exitCode, stdout, stderr } = await execute("unzip", ["-p", archive, "mvnw"]);
  if (exitCode !== 0) throw new Error(stderr);
  const url = `${await mavenCentral()}/${distribution(version, "zip")}`;
  return { mvnw: stdout, properties: `wrapperVersion=3.3.2\ndistributionType=only-script\ndistributionUrl=${url}\n` };
}
