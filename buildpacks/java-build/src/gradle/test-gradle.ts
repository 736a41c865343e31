import { join, resolve } from "node:path";
import { type BuildFixture, type BuildOutcome, build, buildFailure, type FileMap } from "libcnb/testing";
import { installedJdk } from "../../../../test/support/java/archives.ts";
import { gradleMirror } from "../../../../test/support/java/gradle-archives.ts";
import { mavenRepository } from "../../../../test/support/java/maven-repository.ts";
import buildpack from "../buildpack.ts";

/** The directory of this buildpack. */
export const folder = resolve(import.meta.dirname, "../..");

/** Returns an init script that points all Maven repositories of a build to a URL. */
export const repositoryScript = (url: string): string => `def own = { repositories ->
  repositories.all { if (it instanceof MavenArtifactRepository) it.url = '${url}' }
}
allprojects {
  own(buildscript.repositories)
  own(repositories)
}
`;

/**
 * The environment that the tests of a file share: a JDK, a local Maven repository, and a URL for
 * downloads of Gradle.
 */
export interface Machine extends AsyncDisposable {
  readonly given: BuildFixture;
  /** The address of the repository. */
  readonly repository: string;
  /**
   * The number of requested poms. Jars are not counted, because Gradle 4.4 finds them by absolute
   * paths, and in tests the path of a layer changes with each build.
   */
  readonly downloads: () => number;
  /** Builds the app. Downloads of earlier builds are reused, but not their artifacts. */
  build(app: FileMap, more?: BuildFixture): Promise<BuildOutcome>;
  /** Builds the app and returns the error. */
  fails(app: FileMap, more?: BuildFixture): Promise<string>;
}

export async function gradleMachine(line: "17" | "11" = "17"): Promise<Machine> {
  const [repository, mirror] = await Promise.all([mavenRepository(), gradleMirror()]);
  const jdk = await installedJdk(line);
  const env = {
    PATH: `${join(jdk, "bin")}:/usr/bin:/bin`,
    JAVA_HOME: jdk,
    BP_GRADLE_MIRROR: mirror.url,
    BP_GRADLE_VERSION: "4.4.1",
  };
  const bindings = { repository: { type: "gradle", "init.gradle": repositoryScript(repository.url) } };
  const given: BuildFixture = { buildpack: folder, env, bindings, downloads: "real" };
  let kept: FileMap = {};
  const with_ = (app: FileMap, more: BuildFixture): BuildFixture => ({
    ...given,
    layers: kept,
    ...more,
    app,
    env: { ...env, ...more.env },
    bindings: { ...bindings, ...(more.bindings as typeof bindings) },
  });
  return {
    given,
    repository: repository.url,
    downloads: () => repository.requests.filter((path) => path.endsWith(".pom")).length,
    async build(app, more = {}) {
      const outcome = await build(buildpack, with_(app, more));
      kept = Object.fromEntries(Object.entries(outcome.layers).filter(([path]) => /^(?:gradle|cache)\b/.test(path)));
      return outcome;
    },
    async fails(app, more = {}) {
      const { stderr } = await buildFailure(buildpack, with_(app, more));
      return stderr;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([repository[Symbol.asyncDispose](), mirror[Symbol.asyncDispose]()]);
    },
  };
}
