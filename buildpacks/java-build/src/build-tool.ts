import type { App, Bindings, Env, Logger, RunTool } from "libcnb";
import type { Context, Settings } from "./config.ts";

/** The tools that build Java apps, as users write them in `BP_JAVA_BUILD_TOOL`. */
export type ToolName = "maven" | "gradle";

/**
 * A tool that builds a Java app from source: Maven or Gradle.
 *
 * An adapter knows the tool's files and flags. Shared code decides when the tool runs, what is
 * cached between builds, and which artifact goes into the image. One conformance suite tests all
 * adapters.
 */
export interface BuildTool {
  readonly name: ToolName;
  /** The display name: `Maven`, `Gradle`. */
  readonly title: string;
  /**
   * Reads the tool's files, and refuses invalid ones with an error that names the file. It starts
   * nothing.
   */
  read(source: ProjectSource): Promise<Project>;
  /**
   * Provides the program, in its own layer or in `Place.home`. It is called in each build, even
   * without running the tool, because it declares the layer, which would otherwise be dropped; it
   * downloads only missing files.
   */
  provide(context: Context, project: Project): Promise<Tool>;
  /** Variables for the tool whenever it runs; `undefined` removes one. `Work.run` sets them. */
  environment?(location: ToolLocation): Variables;
  /**
   * Builds the project without its tests, as reproducibly as the tool can, and returns artifacts
   * and dependencies. `Project.outputs` do not exist at the start. No process may continue after
   * its end.
   */
  build(work: Work): Promise<Outcome>;
}

/** The choice of an app's build tool, by `choice/`. */
export interface ToolChoice {
  readonly name: ToolName;
  /** The deciding source, for the log and messages: `pom.xml`, `BP_JAVA_BUILD_TOOL`. */
  readonly source: string;
  /** Log lines about overruled sources. */
  readonly losers: readonly string[];
}

/** The location of a project, and its build environment. */
export interface ProjectSource {
  readonly app: App;
  /** The project's folder relative to the app; "" is the app's own. */
  readonly dir: string;
  /** The environment of the build. */
  readonly env: Env;
  /** Values of the `BP_*` variables that buildpack.toml declares. */
  readonly settings: Settings;
  /** Settings of the tool and logins may come in them. */
  readonly bindings: Bindings;
  readonly choice: ToolChoice;
  readonly jdk: Jdk;
}

/** The JDK of the build. */
export interface Jdk {
  /** The version in its `release` file: `17.0.21`, `1.8.0_492`. */
  readonly version: string;
  /** `17`, `8` */
  readonly feature: number;
  /** An absolute path. */
  readonly home: string;
}

/** The content of a tool's files. */
export interface Project extends ProjectSource {
  /**
   * Inputs of the build besides the app's files: texts by readable names, such as `build
   * arguments`, `settings.xml`, `Maven`. Only digests of them are stored; a difference is logged as
   * "settings.xml changed". They contain no credentials.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /**
   * The reason why the tool must run without changes, such as "pom.xml depends on snapshots";
   * `undefined` if it need not.
   */
  readonly mustBuild: string | undefined;
  /**
   * The tool's output directories, relative to the app: `target`, `shop/build`. They are removed
   * before it runs and excluded from digests, because a developer's own build output is not source.
   */
  readonly outputs: readonly string[];
  /** Passwords and tokens that the log must not show. */
  readonly secrets: readonly string[];
  readonly warnings: readonly string[];
}

/** The program of a tool. */
export interface Tool {
  /** The exact version, as far as known before it runs: `3.9.11`. */
  readonly version: string;
  /** The source of the version: `.mvn/wrapper/maven-wrapper.properties`, `BP_MAVEN_VERSION`, `default`. */
  readonly source: string;
  /** The command in the project's directory: `["/layers/…/maven/bin/mvn"]`, `["sh", "./gradlew"]`. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly env?: Variables;
}

/** The directories that a tool works with. */
export interface ToolLocation {
  readonly project: Project;
  readonly tool: Tool;
  /**
   * An absolute path for the tool's downloads, like a developer's `~/.m2` or `~/.gradle`. It is
   * cached for the next build, so it must not contain credentials.
   */
  readonly home: string;
  /** An absolute path: the files that this buildpack comes with. */
  readonly buildpackDir: string;
  /**
   * An absolute path outside of layers, for temporary files and files with credentials; it is
   * removed after the build.
   */
  readonly workDir: string;
}

/** Variables on top of an environment; `undefined` removes one. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A project while it is worked on. */
export interface Work extends ToolLocation {
  /** Runs in the project's folder with the variables of `Tool.env` and `environment`; hides secrets. */
  readonly run: RunTool;
  readonly log: Logger;
}

/** The result of a build tool. */
export interface Outcome {
  /**
   * All possible artifacts for the image, in build order. The core chooses one: an adapter omits
   * only unsuitable ones (sources, documentation, tests, a plain jar next to the complete one).
   */
  readonly artifacts: readonly Artifact[];
  /** `undefined` if unknown: the SBOM is then derived from the jars. */
  readonly graph: DependencyGraph | undefined;
}

/** Something that was built. */
export interface Artifact {
  /** A file or a folder, relative to the app: `target/shop.jar`, `target/quarkus-app`, `build/install/shop`. */
  readonly path: string;
  /**
   * `archive`: jar or war. `distribution`: zip or tar with one directory that contains `bin` and
   * `lib`. `folder`: in its final layout.
   */
  readonly kind: "archive" | "distribution" | "folder";
  /** The module's folder relative to the project: "" for its own, `web`. */
  readonly module: string;
}

/** The dependencies of a project's modules, as resolved by the tool. */
export interface DependencyGraph {
  /** The modules in build order. */
  readonly modules: readonly Module[];
}

/** A module of the project, with its resolved dependencies. */
export interface Module extends Coordinates {
  /**
   * Its directory relative to the project: "" for the root. It identifies the module of the image's
   * artifact.
   */
  readonly dir: string;
  /** SPDX ids or names in its own build file. */
  readonly licenses?: readonly string[];
  /** The `id`s of its direct dependencies. */
  readonly dependencies: readonly string[];
  /** All its resolved dependencies, each once. */
  readonly resolved: readonly ResolvedArtifact[];
}

export interface Coordinates {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/** A library that a module is built or run with. */
export interface ResolvedArtifact extends Coordinates {
  /**
   * The unique id in the list: `group:name:version`, with `:type` and `:classifier` if they are not
   * `jar` and empty.
   */
  readonly id: string;
  /** `jar`, `pom`, `war`, … */
  readonly type: string;
  readonly classifier?: string;
  /**
   * The scope in Maven's terms; for Gradle: `compile` and `runtime` in the runtime classpath,
   * `provided` for the compiler only (with annotation processors and `developmentOnly`), `test` for
   * tests only.
   */
  readonly scope: "compile" | "runtime" | "provided" | "test" | "system";
  readonly optional?: boolean;
  /** A module of the project itself. */
  readonly isModule?: boolean;
  /** The absolute path of the file, which exists until the build ends. */
  readonly file?: string;
  /**
   * The absolute path of its `.pom`, if it was read; parents are found by coordinates in the same
   * `repository`.
   */
  readonly pom?: string;
  /** The `id`s of its resolved dependencies. */
  readonly dependencies: readonly string[];
}
