import { invalidDescriptor } from "./descriptor.ts";
import { anyTable, list, oneOf, optional, string, type Table, table } from "./schemas/schema.ts";
import { type Decoded, type Decoding, decode, type Issue } from "./schemas/standard-schema.ts";
import { parseToml } from "./schemas/toml.ts";

const strings = optional(list(string));

const member = table({
  id: optional(string),
  version: optional(string),
  uri: optional(string),
  script: optional(table({ api: string, inline: string, shell: optional(string) })),
  "exec-env": strings,
});
const members = optional(list(member));
const variables = optional(list(table({ name: string, value: string, "exec-env": strings })));

const info = {
  id: optional(string),
  name: optional(string),
  version: optional(string),
  authors: strings,
  "documentation-url": optional(string),
  "source-url": optional(string),
  licenses: optional(list(table({ type: optional(string), uri: optional(string) }))),
  metadata: optional(anyTable),
};
const files = { builder: optional(string), include: strings, exclude: strings };

/**
 * The schema of project.toml in schema 0.2 and 0.3. Early versions of pack read `env.build` instead
 * of `build.env`.
 */
export const projectTomlSchema = table({
  _: optional(table({ ...info, "schema-version": optional(oneOf("0.1", "0.2", "0.3")) })),
  io: optional(
    table({
      buildpacks: optional(
        table({
          ...files,
          group: members,
          pre: optional(table({ group: members })),
          post: optional(table({ group: members })),
          build: optional(table({ env: variables })),
          env: optional(table({ build: variables })),
        }),
      ),
    }),
  ),
});

/** The schema of project.toml in schema 0.1. */
export const oldProjectTomlSchema = table({
  project: optional(table(info)),
  metadata: optional(anyTable),
  build: optional(table({ ...files, buildpacks: members, env: variables })),
});

/** A buildpack in project.toml: by id, by URI, or inline. */
export interface ProjectBuildpack {
  readonly id: string | undefined;
  readonly version: string | undefined;
  readonly uri: string | undefined;
  readonly script: { readonly api: string; readonly inline: string; readonly shell: string } | undefined;
  /** The execution environments (schema 0.3); empty for all. */
  readonly execEnv: readonly string[];
}

/** An environment variable that the app sets for the build. */
export interface ProjectVariable {
  readonly name: string;
  readonly value: string;
  /** The execution environments (schema 0.3); empty for all. */
  readonly execEnv: readonly string[];
}

/** The content of project.toml: the app's metadata, and build settings for the platform. */
export interface ProjectToml {
  readonly schemaVersion: "0.1" | "0.2" | "0.3";
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly authors: readonly string[];
  readonly documentationUrl: string | undefined;
  readonly sourceUrl: string | undefined;
  readonly licenses: readonly { readonly type?: string | undefined; readonly uri?: string | undefined }[];
  readonly metadata: Table;
  readonly build: {
    readonly builder: string | undefined;
    /** Patterns of the app's files to include. A file has either `include` or `exclude`. */
    readonly include: readonly string[] | undefined;
    readonly exclude: readonly string[] | undefined;
    readonly group: readonly ProjectBuildpack[];
    readonly pre: readonly ProjectBuildpack[];
    readonly post: readonly ProjectBuildpack[];
    readonly env: readonly ProjectVariable[];
  };
  /** The complete file, for decoding custom tables (`[com.example]`). */
  readonly tables: Table;
}

/**
 * Reads project.toml of schema 0.1 (`[project]`), 0.2 or 0.3 (`[_]`) and reports all errors at
 * once.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseProjectToml(text, "project.toml").build.env`
 * @see https://github.com/buildpacks/spec/blob/1c2ce7beb0d3c2a4950d795d31db49b11ceca0f7/extensions/project-descriptor.md
 */
export function parseProjectToml(source: string | Uint8Array, file: string): ProjectToml {
  const decoding = decodeProject(parseToml(source, file));
  if (decoding.issues === undefined) return decoding.value;
  throw invalidDescriptor(file, decoding.issues);
}

/**
 * Decodes a parsed project.toml. Returns either the project or all errors in the file.
 *
 * @example `decodeProject(parseToml(text, "project.toml")).issues`
 */
export function decodeProject(tables: Table): Decoding<ProjectToml> {
  const decoding = decode(projectTomlSchema, tables);
  if (decoding.issues !== undefined) return decoding;
  const version = decoding.value._?.["schema-version"];
  const isOld = version === "0.1" || (version === undefined && !("_" in tables));
  const project = isOld ? oldProject(tables) : { value: currentProject(decoding.value, version ?? "0.2", tables) };
  if (project.issues !== undefined) return project;
  const issues = ruleIssues(project.value);
  return issues.length > 0 ? { issues } : project;
}

function currentProject(
  raw: Decoded<typeof projectTomlSchema>,
  schemaVersion: ProjectToml["schemaVersion"],
  tables: Table,
): ProjectToml {
  const { group, pre, post, build, env, ...rest } = raw.io?.buildpacks ?? {};
  return {
    ...projectInfo(raw._ ?? {}),
    schemaVersion,
    build: {
      ...buildFiles(rest),
      group: (group ?? []).map(projectBuildpack),
      pre: (pre?.group ?? []).map(projectBuildpack),
      post: (post?.group ?? []).map(projectBuildpack),
      env: (build?.env ?? env?.build ?? []).map(projectVariable),
    },
    tables,
  };
}

function oldProject(tables: Table): Decoding<ProjectToml> {
  const decoding = decode(oldProjectTomlSchema, tables);
  if (decoding.issues !== undefined) return decoding;
  const { project = {}, metadata, build = {} } = decoding.value;
  return {
    value: {
      ...projectInfo({ ...project, metadata: metadata ?? project.metadata }),
      schemaVersion: "0.1",
      build: {
        ...buildFiles(build),
        group: (build.buildpacks ?? []).map(projectBuildpack),
        pre: [],
        post: [],
        env: (build.env ?? []).map(projectVariable),
      },
      tables,
    },
  };
}

type RawInfo = NonNullable<Decoded<typeof oldProjectTomlSchema>["project"]>;

function projectInfo(raw: RawInfo): Omit<ProjectToml, "schemaVersion" | "build" | "tables"> {
  return {
    id: raw.id,
    name: raw.name,
    version: raw.version,
    authors: raw.authors ?? [],
    documentationUrl: raw["documentation-url"],
    sourceUrl: raw["source-url"],
    licenses: raw.licenses ?? [],
    metadata: raw.metadata ?? {},
  };
}

const buildFiles = ({ builder, include, exclude }: NonNullable<Decoded<typeof oldProjectTomlSchema>["build"]>) => ({
  builder,
  include,
  exclude,
});

function projectBuildpack({ id, version, uri, script, "exec-env": execEnv = [] }: Decoded<typeof member>) {
  const shell = script?.shell ?? "/bin/sh";
  return { id, version, uri, script: script && { api: script.api, inline: script.inline, shell }, execEnv };
}

const projectVariable = (raw: {
  readonly name: string;
  readonly value: string;
  readonly "exec-env"?: readonly string[] | undefined;
}): ProjectVariable => ({ name: raw.name, value: raw.value, execEnv: raw["exec-env"] ?? [] });

/** The positions of a schema's tables. */
const locations = {
  "0.1": { info: "project", build: "build", group: "build.buildpacks" },
  current: { info: "_", build: "io.buildpacks", group: "io.buildpacks.group" },
} as const;

function ruleIssues({ schemaVersion, licenses, build }: ProjectToml): readonly Issue[] {
  const location = locations[schemaVersion === "0.1" ? "0.1" : "current"];
  const groups = {
    [location.group]: build.group,
    [`${location.build}.pre.group`]: build.pre,
    [`${location.build}.post.group`]: build.post,
  };
  return [
    ...(build.include !== undefined && build.exclude !== undefined
      ? [{ path: `${location.build}.exclude`, message: "cannot be combined with include" }]
      : []),
    ...licenses.flatMap(({ type, uri }, index) =>
      type || uri ? [] : [{ path: `${location.info}.licenses[${index}]`, message: "has neither type nor uri" }],
    ),
    ...Object.entries(groups).flatMap(([name, group]) =>
      group.flatMap((each, index) => memberIssues(`${name}[${index}]`, each)),
    ),
  ];
}

function memberIssues(path: string, { id, version, uri }: ProjectBuildpack): readonly Issue[] {
  if (!id && !uri) return [{ path, message: "has neither id nor uri" }];
  return uri && version ? [{ path, message: "has both uri and version" }] : [];
}
