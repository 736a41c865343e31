import { join, resolve } from "node:path";
import { type BuildFixture, type BuildOutcome, build, type FileMap } from "libcnb/testing";
import { installedJdk } from "../../../../test/support/java/archives.ts";
import { mavenMirror } from "../../../../test/support/java/maven-archives.ts";
import { mavenRepository, settingsFor } from "../../../../test/support/java/maven-repository.ts";
import buildpack from "../buildpack.ts";

/** The directory of this buildpack. */
export const folder = resolve(import.meta.dirname, "../..");

/**
 * The environment that the tests of a file share: a JDK, a local Maven repository, and a URL for
 * downloads of Maven.
 */
export interface Machine extends AsyncDisposable {
  readonly given: BuildFixture;
  /** The address of the repository. */
  readonly repository: string;
  /** The requested archives of Maven. */
  readonly archives: readonly string[];
  /** The number of requested files of the repository. */
  readonly downloads: () => number;
  /** Builds the app. Downloads of earlier builds are reused, but not their artifacts. */
  build(app: FileMap, more?: BuildFixture): Promise<BuildOutcome>;
}

export async function mavenMachine(line: "17" | "11" = "17"): Promise<Machine> {
  const [repository, mirror] = await Promise.all([mavenRepository(), mavenMirror()]);
  const jdk = await installedJdk(line);
  const env = { PATH: `${join(jdk, "bin")}:/usr/bin:/bin`, JAVA_HOME: jdk, BP_MAVEN_MIRROR: mirror.url };
  const bindings = { repository: { type: "maven", "settings.xml": settingsFor(repository.url) } };
  const given: BuildFixture = { buildpack: folder, env, bindings, downloads: "real" };
  let kept: FileMap = {};
  return {
    given,
    repository: repository.url,
    archives: mirror.requests,
    downloads: () => repository.requests.length,
    async build(app, more = {}) {
      const outcome = await build(buildpack, { ...given, layers: kept, ...more, app, env: { ...env, ...more.env } });
      kept = Object.fromEntries(Object.entries(outcome.layers).filter(([path]) => /^(?:maven|cache)\b/.test(path)));
      return outcome;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([repository[Symbol.asyncDispose](), mirror[Symbol.asyncDispose]()]);
    },
  };
}
