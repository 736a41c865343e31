import { existsSync, readdirSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import type { Module, ResolvedArtifact } from "../build-tool.ts";
import type { Coordinates, ProjectReport, ReportedComponent, ReportedConfiguration } from "./report.ts";

/**
 * Converts the init script's report of a Gradle project to a module with its resolved dependencies.
 */
export function moduleOf(root: string, home: string, project: ProjectReport): Module {
  const components = componentsOf(project);
  const ids = new Map([...components].map(([name, component]) => [name, idsOf(component)] as const));
  const idsAmong = (names: Iterable<string>) =>
    [...new Set([...names].flatMap((name) => ids.get(name) ?? []))].toSorted();
  const resolved = [...components.values()].flatMap((component) => {
    const dependencies = idsAmong(component.dependencies);
    const scope = scopeOf(component, project);
    const pom = pomOf(home, component.coordinates);
    return variantsOf(component).map((variant) => ({
      ...variant,
      scope,
      dependencies,
      ...defined({ pom }),
    }));
  });
  const asked = new Set(project.configurations.flatMap(({ dependencies }) => dependencies));
  return {
    ...named(project.coordinates),
    dir: relative(root, project.dir),
    dependencies: idsAmong(asked),
    resolved: resolved.toSorted(byId),
  };
}

/** A component with the facts of all configurations. */
interface Component extends ReportedComponent {
  readonly name: string;
  readonly files: readonly string[];
}

function componentsOf({ configurations }: ProjectReport): ReadonlyMap<string, Component> {
  const all = new Map<string, Component>();
  for (const { components, files } of configurations) {
    for (const [name, component] of Object.entries(components)) {
      const before = all.get(name);
      all.set(name, {
        ...component,
        name,
        dependencies: [...(before?.dependencies ?? []), ...component.dependencies],
        files: [...new Set([...(before?.files ?? []), ...files.flatMap(([of, file]) => (of === name ? [file] : []))])],
      });
    }
  }
  return all;
}

const named = ([group, name, version]: Coordinates) => ({ group: group ?? "", name, version: version ?? "" });

type Variant = Pick<
  ResolvedArtifact,
  "id" | "group" | "name" | "version" | "type" | "classifier" | "isModule" | "file"
>;

/** A component has one file, or several of other types and classifiers, or none that is there already. */
function variantsOf({ coordinates, files, isModule, isPlatform }: Component): readonly Variant[] {
  const names = named(coordinates);
  const id = [names.group, names.name, names.version].join(":");
  if (files.length === 0)
    return [
      isPlatform
        ? { ...names, id: `${id}:pom`, type: "pom" }
        : { ...names, id, type: "jar", ...defined({ isModule: isModule || undefined }) },
    ];
  return files.map((file) => {
    const type = extname(file).slice(1);
    const classifier = classifierOf(file, names);
    const parts = [id, ...(type === "jar" ? [] : [type]), ...(classifier === undefined ? [] : [classifier])];
    return { ...names, id: parts.join(":"), type, file, ...defined({ classifier }) };
  });
}

/** `linux-x86_64` of `netty-transport-native-epoll-4.1.130.Final-linux-x86_64.jar` */
function classifierOf(
  file: string,
  { name, version }: { readonly name: string; readonly version: string },
): string | undefined {
  const start = `${name}-${version}-`;
  const own = basename(file, extname(file));
  return own.startsWith(start) ? own.slice(start.length) : undefined;
}

const idsOf = (component: Component): readonly string[] => variantsOf(component).map(({ id }) => id);

const configuration = ({ configurations }: ProjectReport, name: string): ReportedConfiguration | undefined =>
  configurations.find((each) => each.name === name);

/** Spring Boot leaves out of its archives what is for development alone, a war what its server has. */
function scopeOf({ name, files }: Component, project: ProjectReport): ResolvedArtifact["scope"] {
  const isIn = (where: string) => Object.hasOwn(configuration(project, where)?.components ?? {}, name);
  const runtime = configuration(project, "productionRuntimeClasspath")
    ? "productionRuntimeClasspath"
    : "runtimeClasspath";
  const libraries = project.archives.find((archive) => archive.libraries !== null)?.libraries;
  if (isDevtools(name, project)) return "provided";
  const isPacked = !libraries || files.length === 0 || files.some((file) => libraries.includes(file));
  if (isIn(runtime) && isPacked) return isIn("compileClasspath") ? "compile" : "runtime";
  return ["runtimeClasspath", "compileClasspath", "annotationProcessor"].some(isIn) ? "provided" : "test";
}

/** Old versions of Spring Boot know no configuration for what is in production. */
const isDevtools = (name: string, { archives }: ProjectReport): boolean =>
  name.startsWith("org.springframework.boot:spring-boot-devtools:") &&
  archives.some(({ types }) => types.includes("BootJar") || types.includes("BootWar"));

/**
 * Returns the pom of a module in Gradle's cache:
 * `<group>/<name>/<version>/<digest>/<name>-<version>.pom`.
 */
function pomOf(home: string, [group, name, version]: Coordinates): string | undefined {
  if (!group || !version || [group, name, version].some((part) => /\/|^\.+$/.test(part))) return undefined;
  const folder = join(home, "caches/modules-2/files-2.1", group, name, version);
  if (!existsSync(folder)) return undefined;
  const poms = readdirSync(folder).map((digest) => join(folder, digest, `${name}-${version}.pom`));
  return poms.find((pom) => existsSync(pom));
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
