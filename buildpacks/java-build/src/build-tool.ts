import type { App, Bindings, Env, Logger, RunTool } from "libcnb";
import type { Context, Settings } from "./config.ts";

/** The tools that build Java apps, as users write them in `BP_JAVA_BUILD_TOOL`. */
export type ToolName = "maven" | "gradle";

/**
 * A tool that builds a Java app from source: Maven or Gradle.
 *
 * The implementation for each tool knows the tool's files and flags. Shared code decides when the
 * tool runs, what is cached between builds, and which artifact the image contains. One conformance
 * suite tests all implementations.
 */
export interface BuildTool {
  readonly name: ToolName;
  /** The display name: `Maven`, `Gradle`. */
  readonly title: string;
  /**
   * Reads the tool's files. Throws an error if a file is invalid. This method starts no program.
   */
  read(source: ProjectSource): Promise<Project>;
  /**
   * Provides the tool's program in its own layer or in `ToolLocation.home`. Missing files are
   * downloaded. This method is called in each build, even if the tool does not run, because a layer
   * that is not provided would be dropped.
   */
  provide(context: Context, project: Project): Promise<Tool>;
  /**
   * Environment variables for every run of the tool; `undefined` removes one. `Work.run` sets them.
   */
  environment?(location: ToolLocation): Variables;
  /**
   * Builds the project without its tests, as reproducibly as the tool can, and returns artifacts
   * and dependencies. `Project.outputs` do not exist at the start. No process of the tool may
   * continue to run afterwards.
   */
  build(work: Work): Promise<Outcome>;
}

/** The build tool that was chosen for an app, and the reason. See `chooseTool`. */
export interface ToolChoice {
  readonly name: ToolName;
  /** The source that decided, for the log and messages: `pom.xml`, `BP_JAVA_BUILD_TOOL`. */
  readonly source: string;
  /** Log messages about overruled sources. */
  readonly losers: readonly string[];
}

/** The location of a project, and its build environment. */
export interface ProjectSource {
  readonly app: App;
  /** The project's directory relative to the app; "" for the app's root directory. */
  readonly dir: string;
  /** The environment of the build. */
  readonly env: Env;
  /** The values of the `BP_*` variables that buildpack.toml declares. */
  readonly settings: Settings;
  /** The bindings, which may contain settings of the tool and logins. */
  readonly bindings: Bindings;
  readonly choice: ToolChoice;
  readonly jdk: Jdk;
}

/** The JDK with which the build tool runs and compiles. */
export interface Jdk {
  /** The version in the JDK's file `release`: `17.0.21`, `1.8.0_492`. */
  readonly version: string;
  /** The release line: `17`, `8`. */
  readonly feature: number;
  /** The absolute path of the JDK. */
  readonly home: string;
}

/** A project, with the content of its files that affects the build. */
export interface Project extends ProjectSource {
  /**
   * Inputs of the build in addition to the app's files: texts by readable names, such as `build
   * arguments`, `settings.xml`, `Maven`. Only their digests are stored, and a difference is logged
   * as "settings.xml changed". The texts contain no credentials.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /**
   * The reason why the tool must run even if nothing has changed, such as "pom.xml depends on
   * snapshots"; `undefined` if it need not.
   */
  readonly mustBuild: string | undefined;
  /**
   * The tool's output directories, relative to the app: `target`, `shop/build`. They are removed
   * before the tool runs and excluded from digests, because the output of a developer's own build
   * is not source.
   */
  readonly outputs: readonly string[];
  /** Passwords and tokens that the log must not show. */
  readonly secrets: readonly string[];
  readonly warnings: readonly string[];
}

/** An installed build tool: its version, its command and its environment. */
export interface Tool {
  /** The exact version: `3.9.11`. */
  readonly version: string;
  /** The source of the version: `.mvn/wrapper/maven-wrapper.properties`, `BP_MAVEN_VERSION`, `default`. */
  readonly source: string;
  /**
   * The command, to be run in the project's directory: `["/layers/…/maven/bin/mvn"]`, `["sh",
   * "./gradlew"]`.
   */
  readonly command: readonly [program: string, ...args: string[]];
  readonly env?: Variables;
}

/** The directories that a build tool uses. */
export interface ToolLocation {
  readonly project: Project;
  readonly tool: Tool;
  /**
   * The absolute path of the tool's downloads, like a developer's `~/.m2` or `~/.gradle`. The
   * directory is cached for the next build, so it must not contain credentials.
   */
  readonly home: string;
  /** The absolute path of this buildpack's own files. */
  readonly buildpackDir: string;
  /**
   * The absolute path of a directory outside of layers, for temporary files and files with
   * credentials. It is removed after the build.
   */
  readonly workDir: string;
}

/** Environment variables to add to an environment. The value `undefined` removes a variable. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A project and its tool while a build is running. */
export interface Work extends ToolLocation {
  /**
   * Runs a command in the project's directory with the environment variables of `Tool.env` and
   * `environment`. Secrets are hidden in the log.
   */
  readonly run: RunTool;
  readonly log: Logger;
}

/** The result of running a build tool. */
export interface Outcome {
  /**
   * All artifacts that the image could contain, in build order. Shared code chooses one of them. An
   * adapter only omits unsuitable artifacts: sources, documentation, tests, and a plain jar next to
   * the complete one.
   */
  readonly artifacts: readonly Artifact[];
  /** The dependencies; `undefined` if unknown, so that the SBOM is derived from the jars. */
  readonly graph: DependencyGraph | undefined;
}

/** A file or directory that a build created and that the image may contain. */
export interface Artifact {
  /**
   * A file or directory, relative to the app: `target/shop.jar`, `target/quarkus-app`,
   * `build/install/shop`.
   */
  readonly path: string;
  /**
   * `archive`: a jar or war. `distribution`: a zip or tar with one directory that contains `bin`
   * and `lib`. `folder`: a directory in its final layout.
   */
  readonly kind: "archive" | "distribution" | "folder";
  /** The directory of the module, relative to the project: `web`, or "" for the project itself. */
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
   * The directory relative to the project: "" for the root. It identifies the module of the
   * artifact that is in the image.
   */
  readonly dir: string;
  /** The licenses in the module's own build file, as SPDX ids or names. */
  readonly licenses?: readonly string[];
  /** The `id`s of the direct dependencies. */
  readonly dependencies: readonly string[];
  /** All resolved dependencies, direct and indirect, without duplicates. */
  readonly resolved: readonly ResolvedArtifact[];
}

export interface Coordinates {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/** A library that is used to build or run a module. */
export interface ResolvedArtifact extends Coordinates {
  /**
   * The unique id in the list: `group:name:version`, followed by `:type` if the type is not `jar`,
   * and by `:classifier` if there is one.
   */
  readonly id: string;
  /** The type of the file: `jar`, `pom`, `war`, …. */
  readonly type: string;
  readonly classifier?: string;
  /**
   * The scope in Maven's terms; for Gradle: `compile` and `runtime` in the runtime classpath,
   * `provided` for the compiler only (with annotation processors and `developmentOnly`), `test` for
   * tests only.
   */
  readonly scope: "compile" | "runtime" | "provided" | "test" | "system";
  readonly optional?: boolean;
  /** True for a module of the project itself. */
  readonly isModule?: boolean;
  /** The absolute path of the file. It exists until the build ends. */
  readonly file?: string;
  /**
   * The absolute path of the `.pom`, if it was read. Parents are found by their coordinates in the
   * same `repository`.
   */
  readonly pom?: string;
  /** The `id`s of the resolved dependencies. */
  readonly dependencies: readonly string[];
}
