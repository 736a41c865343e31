import { existsSync, globSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Artifact } from "../build-tool.ts";
import type { ProjectReport, ReportedArchive } from "./report.ts";

/**
 * Returns the artifacts of a project that the image may contain. If an application is built in
 * several forms, only the complete form is returned.
 */
export function artifactsOf(app: string, root: string, project: ProjectReport): readonly Artifact[] {
  const module = relative(root, project.dir);
  const built = [...quarkus(project), ...archives(project)].map(({ file, kind }) => ({
    path: relative(app, file),
    kind,
    module,
  }));
  return built.filter(({ path }) => !path.startsWith(".."));
}

interface BuiltFile {
  readonly file: string;
  readonly kind: Artifact["kind"];
}

const quarkus = ({ buildDir }: ProjectReport): readonly BuiltFile[] => {
  const folder = join(buildDir, "quarkus-app");
  if (existsSync(join(folder, "quarkus-run.jar"))) return [{ file: folder, kind: "folder" }];
  return globSync("*-runner.jar", { cwd: buildDir }).map((name) => ({ file: join(buildDir, name), kind: "archive" }));
};

/** Forms of an application with everything in it, the most telling first. */
const wholes: readonly ((archive: ReportedArchive) => boolean)[] = [
  ({ types }) => types.includes("BootJar") || types.includes("BootWar"),
  ({ types }) => types.includes("ShadowJar"),
  ({ types, task }) => types.includes("War") && task === "war",
];

/** Forms that are to be laid out. */
const distributions: typeof wholes = [
  ({ task }) => /dist(?:ribution)?Zip$/i.test(task),
  ({ task }) => /dist(?:ribution)?Tar$/i.test(task),
];

function archives(project: ProjectReport): readonly BuiltFile[] {
  if (quarkus(project).length > 0) return [];
  const wanted = project.archives.filter((archive) => isWanted(archive) && existsSync(archive.file));
  const builtAs = (forms: typeof wholes, kind: Artifact["kind"]): readonly BuiltFile[] =>
    preferred(forms.map((isOf) => wanted.filter(isOf)).find((some) => some.length > 0) ?? []).map(({ file }) => ({
      file,
      kind,
    }));
  const installed = project.installations
    .filter((folder) => existsSync(folder))
    .map((file) => ({ file, kind: "folder" }) as const);
  // a jar that needs other jars next to it is the last choice
  const all = [
    builtAs(wholes, "archive"),
    installed,
    builtAs(distributions, "distribution"),
    builtAs([isJar], "archive"),
  ];
  return all.find((some) => some.length > 0) ?? [];
}

const isJar = ({ file }: ReportedArchive): boolean => /\.[jw]ar$/.test(file);

/** Neither for people nor for other builds. */
const isWanted = ({ classifier, file }: ReportedArchive): boolean =>
  !/^(?:.*-)?(?:sources|javadoc|tests?|test-fixtures|plain|groovydoc|kdoc)$/.test(classifier) &&
  !basename(file).startsWith("original-");

/** Plugins add distributions of what they pack besides the usual one: `bootDistZip`, `shadowDistZip`. */
const preferred = (some: readonly ReportedArchive[]): readonly ReportedArchive[] => {
  const usual = some.filter(({ task }) => task === "distZip" || task === "distTar");
  return usual.length > 0 ? usual : some;
};
