import type { s } from "libcnb/internal";
import type { ProjectToml } from "libcnb/spec";
import { firstProblems, locatedIssues } from "../config/problems.ts";
import { childPath } from "../config/toml-keys.ts";
import { type KnownKeys, unknownKeys } from "../config/unknown-keys.ts";
import { closeNames } from "../text/suggest.ts";

const member: KnownKeys = {
  id: true,
  version: true,
  uri: true,
  "exec-env": true,
  script: { api: true, inline: true, shell: true },
};
const variable: KnownKeys = { name: true, value: true, "exec-env": true };
const info: KnownKeys = {
  id: true,
  name: true,
  version: true,
  authors: true,
  "documentation-url": true,
  "source-url": true,
  licenses: { type: true, uri: true },
  metadata: true,
};
const files: KnownKeys = { builder: true, include: true, exclude: true };
const buildpacks: KnownKeys = {
  ...files,
  group: member,
  pre: { group: member },
  post: { group: member },
  build: { env: variable },
  env: { build: variable },
};
const current: KnownKeys = { _: { "schema-version": true, ...info } };
/** All known keys of project.toml in schema 0.2 and 0.3. */
export const projectTomlKeys: KnownKeys = { ...current, io: { buildpacks } };
/** The tables of project.toml that only schema 0.1 has. */
export const oldProjectTomlKeys: KnownKeys = {
  project: info,
  metadata: true,
  build: { ...files, buildpacks: member, env: variable },
};
const old: KnownKeys = { ...oldProjectTomlKeys, _: { "schema-version": true } };

/** The tables in newer schemas that correspond to tables of schema 0.1. */
const moved: Readonly<Record<string, string>> = { project: "[_]", build: "[io.buildpacks]", metadata: "[_.metadata]" };

/**
 * Returns a warning for each unknown key of a project.toml, with its position. Unknown keys are not
 * errors: tables below a domain (`[com.example]`) are custom, and the file may contain keys of
 * newer platforms.
 */
export function unknownProjectKeys(project: ProjectToml, source: string | Uint8Array, file: string): string[] {
  const issues = unknownProjectIssues(project);
  return firstProblems(locatedIssues({ file, source, issues }).map((line) => line.trim()));
}

/** Returns an issue for each unknown key of a project.toml. */
export const unknownProjectIssues = ({ schemaVersion, tables }: ProjectToml): readonly s.Issue[] =>
  schemaVersion === "0.1" ? oldIssues(tables) : currentIssues(tables);

function currentIssues({ io, ...tables }: s.Table): readonly s.Issue[] {
  const domain = isTable(io) ? io : {};
  return [
    ...Object.entries(domain).flatMap(([key, value]) =>
      key === "buildpacks" ? unknownKeys(value, buildpacks, "io.buildpacks") : suggestion("io", key, ["buildpacks"]),
    ),
    ...topIssues(tables, current, []),
    ...Object.keys(tables).flatMap((path) =>
      Object.hasOwn(moved, path)
        ? [
            issue(
              path,
              `is a key of schema 0.1 and is ignored, because [_] declares a newer schema; write ${moved[path]}`,
            ),
          ]
        : [],
    ),
  ];
}

function oldIssues({ io, ...tables }: s.Table): readonly s.Issue[] {
  const isNewer = isTable(io) && "buildpacks" in io;
  const message =
    'is ignored, because the file does not declare schema 0.2 or newer; write schema-version = "0.2" below [_]';
  return [...(isNewer ? [issue("io.buildpacks", message)] : []), ...topIssues(tables, old, Object.keys(moved))];
}

/**
 * The issues of top-level keys. Other tables are custom, and only reported if they resemble a known
 * name.
 */
function topIssues(tables: s.Table, known: KnownKeys, names: readonly string[]): readonly s.Issue[] {
  return Object.entries(tables).flatMap(([key, value]) => {
    if (Object.hasOwn(known, key)) return unknownKeys({ [key]: value }, known);
    if (isTable(value)) return suggestion("", key, names);
    return Object.hasOwn(moved, key)
      ? []
      : [issue(childPath("", key), "unknown key outside of [_] and [io.buildpacks]")];
  });
}

const suggestion = (parent: string, key: string, known: readonly string[]): readonly s.Issue[] =>
  closeNames(key, known).map((name) => issue(childPath(parent, key), `unknown key; did you mean ${name}?`));

const issue = (path: string, message: string): s.Issue => ({ path, message });

const isTable = (value: unknown): value is s.Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
