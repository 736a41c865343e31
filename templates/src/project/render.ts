import { posix } from "node:path";
import { defined } from "../defined.ts";
import type { Release } from "../release.ts";
import { targetsToml, usualTargets } from "../target.ts";
import { lastPart, packageNameOf } from "./names.ts";
import type { Project } from "./project.ts";

/** A file of a project. Its path has `/` as separator on every system. */
export interface ProjectFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A file of a template. */
export interface TemplateFile extends ProjectFile {
  readonly content: string;
}

/**
 * The names in the templates, which are working projects, and which the new project's names
 * replace.
 */
const placeholder = { id: "example/my-buildpack", name: "My Buildpack", version: "0.1.0", api: "0.10" };

/** Creates the files of a project from those of its template. */
export function renderProject(files: readonly TemplateFile[], project: Project, release: Release): ProjectFile[] {
  const rendered = files.map(({ path, content }) => ({
    path,
    content: renderFile(path, content, { project, release }),
  }));
  const { registry } = project;
  return registry === undefined ? rendered : [...rendered, { path: ".npmrc", content: `registry=${registry}\n` }];
}

interface Context {
  readonly project: Project;
  readonly release: Release;
}

function renderFile(path: string, content: string, { project, release }: Context): string {
  // Ids hold nothing that any language would read as more than text; other texts are quoted as theirs demand.
  const text = content
    .replaceAll(placeholder.id, project.id)
    .replaceAll(`dist/${lastPart(placeholder.id)}`, `dist/${lastPart(project.id)}`);
  if (path.endsWith("package.json")) return renderManifest(text, project, release);
  if (path === "LICENSE") return text.replace("{year}", `${project.year}`).replace("{holder}", holder(project));
  if (path.endsWith(".toml")) return renderToml(text, project);
  if (path.endsWith(".md")) return renderMarkdown(text, project);
  return text;
}

const holder = ({ author, name }: Project): string => author.replace(/\s*<.*$/, "") || `The ${name} authors`;

function renderToml(toml: string, project: Project): string {
  const shared = toml
    .replaceAll(line("api", placeholder.api), () => line("api", project.api))
    .replaceAll(line("version", placeholder.version), () => line("version", project.version))
    .replaceAll(placeholderLicense, (_, noun: string) => licenseToml(noun, project.license))
    .replace(schemaLine, (_, path: string) => `#:schema ${modulesFrom(path, project.modulesPath)}`)
    .replaceAll(targetsToml(usualTargets), () => targetsToml(project.targets));
  const { name, description } = project;
  // The members of a composite buildpack keep names and descriptions of their own.
  const described =
    description !== undefined && shared.includes(line("name", placeholder.name))
      ? shared.replace(/^description = ".*"$/m, () => line("description", description))
      : shared;
  return described.replaceAll(tomlString(placeholder.name), () => tomlString(name));
}

/** The comment by which editors find the schema of a file. */
const schemaLine = /^#:schema (\S*?)node_modules(?=\/)/;

/** The path from a file to `node_modules`. In an npm workspace, packages are in its root. */
function modulesFrom(projectPath: string, modulesPath: string): string {
  const path = posix.join(projectPath, modulesPath.replaceAll("\\", "/"), "node_modules");
  return path.startsWith("../") ? path : `./${path}`;
}

const placeholderLicense = /\[\[(buildpack|extension)\.licenses\]\]\ntype = "MIT"\n\n/g;

const licenseToml = (noun: string, license: string): string =>
  license === "none" ? "" : `[[${noun}.licenses]]\n${line("type", license)}\n\n`;

const line = (key: string, value: string): string => `${key} = ${tomlString(value)}`;

/** JSON's strings are TOML's, but for the delete character, which TOML wants escaped. */
const tomlString = (text: string): string => JSON.stringify(text).replaceAll("\u007f", "\\u007f");

const renderMarkdown = (text: string, { name, license }: Project): string =>
  text
    .replaceAll(placeholder.name, () => name.replaceAll(/[\\`*_[\]<>#|]/g, "\\$&"))
    .replace(
      "{license}",
      license === "none" ? "All rights reserved." : `Licensed under ${license}, see [LICENSE](LICENSE).`,
    );

interface Manifest {
  readonly [key: string]: unknown;
  readonly description: string;
  readonly dependencies?: Release;
  readonly devDependencies?: Release;
  readonly optionalDependencies?: Release;
}

/** The template names the packages, and the release their versions. */
function renderManifest(text: string, project: Project, release: Release): string {
  const template = JSON.parse(text) as Manifest;
  const pinned = (names: Release = {}) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, pin(name, release)]));
  const { dependencies, devDependencies, optionalDependencies } = template;
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const manifest = {
    ...template,
    name: packageNameOf(project.id, names),
    version: project.version,
    description: project.description ?? template.description,
    license: project.license === "none" ? "UNLICENSED" : project.license,
    ...defined({
      author: project.author || undefined,
      dependencies: dependencies && pinned(dependencies),
      devDependencies: devDependencies && pinned(devDependencies),
      optionalDependencies: optionalDependencies && pinned(optionalDependencies),
    }),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function pin(name: string, release: Release): string {
  const version = release[name];
  if (version === undefined)
    throw new Error(`this release of create-buildpack does not know the version of the npm package ${name}`);
  return version;
}
