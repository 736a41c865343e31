import { existsSync, globSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import type { Artifact, Module, Outcome, Project, ResolvedArtifact } from "../build-tool.ts";

/** A file that a module built. */
interface BuiltFile {
  readonly file: string;
  readonly classifier?: string;
}

/** A module, as the extension writes it. */
interface ReportedModule {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  readonly packaging: string;
  readonly folder: string;
  readonly output: string;
  readonly licenses: readonly string[];
  readonly files: readonly BuiltFile[];
  /** The dependencies; absent, like the following fields, if they are unknown. */
  readonly dependencies?: readonly string[];
  readonly resolved?: readonly ResolvedArtifact[];
}

/**
 * Returns the artifacts and dependencies of a Maven build, from the report of this buildpack's
 * Maven extension. Without a report, the function searches for artifacts at Maven's default paths.
 */
export function outcomeOf(project: Project, report: string): Outcome {
  if (!existsSync(report)) return { artifacts: inUsualDirectories(project), graph: undefined };
  const { modules } = JSON.parse(readFileSync(report, "utf8")) as { readonly modules: readonly ReportedModule[] };
  const app = realpathSync(project.app.dir);
  const root = join(app, project.dir);
  const artifacts = modules.flatMap((module) => artifactsOf(app, root, module));
  return { artifacts, graph: { modules: modules.map((module) => moduleOf(root, module)) } };
}

function artifactsOf(app: string, root: string, { folder, output, files }: ReportedModule): readonly Artifact[] {
  const module = relative(root, folder);
  const quarkus = join(output, "quarkus-app");
  // what it takes to run is in the directory, of which the jar is a part
  if (existsSync(join(quarkus, "quarkus-run.jar"))) return [{ path: relative(app, quarkus), kind: "folder", module }];
  return files
    .filter(({ file, classifier = "" }) => isWanted(file, classifier))
    .map(({ file }) => ({ path: relative(app, file), kind: kindOf(file), module }) as const)
    .filter(({ path }) => !path.startsWith(".."));
}

/** Neither for people nor for other builds. */
const isWanted = (file: string, classifier: string): boolean =>
  /\.(?:[jw]ar|zip|tar|tar\.gz|tgz)$/.test(file) &&
  !/^(?:.*-)?(?:sources|javadoc|tests|test-sources|test-javadoc|original|plain|consumer|cyclonedx|client)$/.test(
    classifier,
  );

const kindOf = (file: string): Artifact["kind"] => (/\.[jw]ar$/.test(file) ? "archive" : "distribution");

function moduleOf(root: string, reported: ReportedModule): Module {
  const { group, name, version, folder, licenses, dependencies = [], resolved = [] } = reported;
  return { group, name, version, dir: relative(root, folder), licenses, dependencies, resolved };
}

function inUsualDirectories({ app, dir, outputs }: Project): readonly Artifact[] {
  return outputs.flatMap((output): readonly Artifact[] => {
    const module = relative(dir, output).replace(/\/?target$/, "");
    if (existsSync(app.path(output, "quarkus-app/quarkus-run.jar")))
      return [{ path: `${output}/quarkus-app`, kind: "folder", module }];
    return globSync("*.{jar,war}", { cwd: app.path(output) })
      .filter((name) => !/-(?:sources|javadoc|tests|test-sources|plain)\.jar$|^original-/.test(name))
      .toSorted()
      .map((name) => ({ path: `${output}/${name}`, kind: "archive", module }));
  });
}
