import type { App, Bindings, Env, Logger, RunTool } from "libcnb";
import type { Context, Settings } from "./config.ts";

/** The tools that build Java apps, as users write them in `BP_JAVA_BUILD_TOOL`. */
export type ToolName = "maven" | "gradle";

/**
 * A tool that builds an app of Java from its source: Maven, Gradle.
 *
 * An adapter knows the tool's files and flags. When it runs, what is kept between builds, which of the files it built goes into the
 * image and how, is decided once, for all of them. One conformance suite holds for all adapters.
 */
export interface BuildTool {
  readonly name: ToolName;
  /** As users call it: `Maven`, `Gradle`. */
  readonly title: string;
  /** Reads the tool's files, and refuses what the tool could not use either in words that name the file. Starts nothing. */
  read(source: ProjectSource): Promise<Project>;
  /**
   * Provides the program, in a layer of its own or in `Place.home`. Called in each build, also in those that run nothing: it
   * declares the layer, which would not be kept otherwise, and downloads only what is not there.
   */
  provide(context: Context, project: Project): Promise<Tool>;
  /** Variables for the tool whenever it runs; `undefined` removes one. `Work.run` sets them. */
  environment?(place: Place): Variables;
  /**
   * Builds the project: without its tests, to the same bytes each time as far as the tool can, and tells what was built and of what.
   * `Project.outputs` are not there when it begins. Nothing that it starts may run on when it ends.
   */
  build(work: Work): Promise<Outcome>;
}

/** What was found out about the tool of an app, by `choice/`. */
export interface ToolChoice {
  readonly name: ToolName;
  /** What decided, for the log and for messages: `pom.xml`, `BP_JAVA_BUILD_TOOL`. */
  readonly source: string;
  /** Lines on what lost against the choice. */
  readonly losers: readonly string[];
}

/** Where a project lies, and with what it is built. */
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
  /** As its `release` file says: `17.0.21`, `1.8.0_492`. */
  readonly version: string;
  /** `17`, `8` */
  readonly feature: number;
  /** An absolute path. */
  readonly home: string;
}

/** What a tool's files say. */
export interface Project extends ProjectSource {
  /**
   * What decides about the result besides the files of the app: texts by names that users understand, such as `build arguments`,
   * `settings.xml`, `Maven`. Only digests of them are kept; a difference is told as "settings.xml changed". Without credentials.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /** Why the tool must run although nothing has changed, such as "pom.xml depends on snapshots"; `undefined` when it need not. */
  readonly mustBuild: string | undefined;
  /**
   * Folders that the tool writes, relative to the app: `target`, `shop/build`. They are removed before it runs, as what a developer
   * happens to have built is no source, and they count for nothing.
   */
  readonly outputs: readonly string[];
  /** Passwords and tokens that the log must not show. */
  readonly secrets: readonly string[];
  readonly warnings: readonly string[];
}

/** The program of a tool. */
export interface Tool {
  /** Exact, as far as it is known before it runs: `3.9.11`. */
  readonly version: string;
  /** Who asks for the version: `.mvn/wrapper/maven-wrapper.properties`, `BP_MAVEN_VERSION`, `default`. */
  readonly source: string;
  /** How it is started in the project's folder: `["/layers/…/maven/bin/mvn"]`, `["sh", "./gradlew"]`. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly env?: Variables;
}

/** Folders that a tool works with. */
export interface Place {
  readonly project: Project;
  readonly tool: Tool;
  /**
   * An absolute path, for the tool's downloads: what `~/.m2` or `~/.gradle` is to developers. Kept for the next build, so no
   * credentials in it.
   */
  readonly home: string;
  /** An absolute path: the files that this buildpack comes with. */
  readonly buildpackDir: string;
  /** An absolute path in no layer, for what nothing keeps, and for files with credentials; it is removed when the build ends. */
  readonly workDir: string;
}

/** Variables on top of an environment; `undefined` removes one. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A project while it is worked on. */
export interface Work extends Place {
  /** Runs in the project's folder with the variables of `Tool.env` and `environment`; hides secrets. */
  readonly run: RunTool;
  readonly log: Logger;
}

/** What a tool built. */
export interface Outcome {
  /**
   * All that may be what the image is to hold, in the order of building. Which one it is, the core decides: an adapter leaves out
   * only what can never be it (sources, documentation, tests, a plain jar besides the one with everything in it).
   */
  readonly artifacts: readonly Artifact[];
  /** `undefined` where it is not known: the bill of materials is then made from the jars alone. */
  readonly graph: DependencyGraph | undefined;
}

/** Something that was built. */
export interface Artifact {
  /** A file or a folder, relative to the app: `target/shop.jar`, `target/quarkus-app`, `build/install/shop`. */
  readonly path: string;
  /** `archive`: jar or war. `distribution`: zip or tar that holds one folder with `bin` and `lib`. `folder`: laid out as it is to be. */
  readonly kind: "archive" | "distribution" | "folder";
  /** The module's folder relative to the project: "" for its own, `web`. */
  readonly module: string;
}

/** What the modules of a project were built of, as the tool resolved it. */
export interface DependencyGraph {
  /** In the order of building. */
  readonly modules: readonly Module[];
}

/** A module of the project, and what was resolved for it. */
export interface Module extends Coordinates {
  /** Its folder relative to the project: "" for its own. Tells which one the artefact in the image is of. */
  readonly dir: string;
  /** SPDX ids or names, as its own build file says. */
  readonly licenses?: readonly string[];
  /** The `id`s of what it asks for itself. */
  readonly dependencies: readonly string[];
  /** All that was resolved for it, each once. */
  readonly resolved: readonly ResolvedArtifact[];
}

export interface Coordinates {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/** A library that a module is built or run with. */
export interface ResolvedArtifact extends Coordinates {
  /** Of this in the list: `group:name:version`, with `:type` and `:classifier` where they are not `jar` and none. */
  readonly id: string;
  /** `jar`, `pom`, `war`, … */
  readonly type: string;
  readonly classifier?: string;
  /**
   * In Maven's words; of Gradle: `compile` and `runtime` for what is in the runtime classpath, `provided` for what the compiler alone
   * sees (with annotation processors and `developmentOnly`), `test` for what only tests use.
   */
  readonly scope: "compile" | "runtime" | "provided" | "test" | "system";
  readonly optional?: boolean;
  /** A module of the project itself. */
  readonly isModule?: boolean;
  /** The file, as an absolute path; it is there until the build ends. */
  readonly file?: string;
  /** Its `.pom`, as an absolute path, if it was read; those of its parents are by coordinates in the same `repository`. */
  readonly pom?: string;
  /** The `id`s of what it needs and was resolved, whoever brought it first. */
  readonly dependencies: readonly string[];
}
