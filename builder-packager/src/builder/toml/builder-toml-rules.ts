import type { Issue } from "libcnb/spec";
import { isId, isVersion } from "../../config/module-label-schema.ts";
import type { RawBuilderToml } from "./builder-toml-schema.ts";

/** Lists errors in a builder.toml whose values have valid types. */
export function builderTomlIssues(raw: RawBuilderToml): Issue[] {
  return [
    ...buildImageIssues(raw),
    ...runImageIssues(raw),
    ...lifecycleIssues(raw),
    ...(raw.buildpacks ?? []).flatMap((source, index) => moduleIssues(source, `buildpacks[${index}]`)),
    ...(raw.extensions ?? []).flatMap((source, index) => moduleIssues(source, `extensions[${index}]`)),
    ...memberIssues(raw),
    ...variablesIssues(raw.build?.env ?? []),
    ...targetIssues(raw),
  ];
}

const when = (wrong: boolean, path: string, message: string): Issue[] => (wrong ? [{ path, message }] : []);

function buildImageIssues({ build, stack }: RawBuilderToml): Issue[] {
  const image = build?.image;
  const older = stack?.["build-image"];
  return [
    ...when(!image && !older, "build.image", "is missing; it names the image that buildpacks run in"),
    ...when(
      Boolean(image && older && image !== older),
      "stack.build-image",
      `differs from build.image, ${JSON.stringify(image)}`,
    ),
  ];
}

function runImageIssues({ run, stack }: RawBuilderToml): Issue[] {
  const images = run?.images ?? [];
  const image = images[0]?.image;
  const older = stack?.["run-image"];
  return [
    ...when(images.length === 0 && !older, "run.images", "is missing; it names the image that apps run in"),
    ...images.flatMap((each, index) => when(!each.image, `run.images[${index}].image`, "is empty")),
    ...when(
      Boolean(image && older && image !== older),
      "stack.run-image",
      `differs from run.images[0].image, ${JSON.stringify(image)}`,
    ),
  ];
}

const lifecycleIssues = ({ lifecycle }: RawBuilderToml): Issue[] => [
  ...schemeIssues(lifecycle?.uri, "lifecycle.uri"),
  ...when(
    Boolean(lifecycle?.uri && lifecycle.version),
    "lifecycle.version",
    "cannot be given together with lifecycle.uri",
  ),
  ...when(
    Boolean(lifecycle?.version && !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(lifecycle.version)),
    "lifecycle.version",
    `${JSON.stringify(lifecycle?.version)} is not a version X.Y.Z`,
  ),
];

/** Reports URIs with unsupported schemes. */
function schemeIssues(uri: string | undefined, path: string): Issue[] {
  const [start, scheme = ""] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri ?? "") ?? [];
  const known = ["http", "https", "file", "docker"].includes(scheme.toLowerCase());
  return when(
    start !== undefined && !known,
    path,
    `begins with ${start}; possible are a path, file://, https:// and docker://`,
  );
}

type ModuleSource = NonNullable<RawBuilderToml["buildpacks"]>[number];

function moduleIssues({ uri, image }: ModuleSource, path: string): Issue[] {
  return [
    ...schemeIssues(uri, `${path}.uri`),
    ...when(!uri && !image, `${path}.uri`, "is missing; it is a directory, a .cnb file, oci:DIR or a registry name"),
    ...when(Boolean(uri && image), `${path}.image`, "cannot be given together with uri"),
    ...when(
      /^urn:/i.test(uri ?? ""),
      `${path}.uri`,
      "is of a buildpack registry; name the image that holds the buildpack",
    ),
    ...when(
      /^from=builder/i.test(uri ?? ""),
      `${path}.uri`,
      "is of a builder that is there already; a new one has no buildpacks yet",
    ),
  ];
}

function memberIssues({ order, "order-extensions": extensions, system }: RawBuilderToml): Issue[] {
  const groups = { order: order ?? [], "order-extensions": extensions ?? [] };
  const inGroups = Object.entries(groups).flatMap(([name, list]) =>
    list.flatMap(({ group }, index) => [
      ...when(group.length === 0, `${name}[${index}].group`, "is empty"),
      ...group.flatMap((member, at) => memberIssue(member, `${name}[${index}].group[${at}]`)),
    ]),
  );
  const inSystem = (["pre", "post"] as const).flatMap((phase) =>
    (system?.[phase]?.buildpacks ?? []).flatMap((member, at) =>
      memberIssue(member, `system.${phase}.buildpacks[${at}]`),
    ),
  );
  return [...inGroups, ...inSystem];
}

function memberIssue(
  { id, version }: { readonly id: string; readonly version?: string | undefined },
  path: string,
): Issue[] {
  return [
    ...when(!isId(id), `${path}.id`, `${JSON.stringify(id)} is not a buildpack id`),
    ...when(
      Boolean(version) && !isVersion(version ?? ""),
      `${path}.version`,
      `${JSON.stringify(version)} is not a version`,
    ),
  ];
}

type Variable = NonNullable<NonNullable<RawBuilderToml["build"]>["env"]>[number];

/** Reports several delimiters of one variable. */
function variablesIssues(variables: readonly Variable[]): Issue[] {
  const delimited = new Set(variables.filter(({ delim }) => delim).map(({ name }) => name));
  return variables.flatMap((variable, index) => variableIssues(variable, `build.env[${index}]`, delimited));
}

/** Reports variable names that cannot be file names. */
function variableIssues({ name, suffix }: Variable, path: string, delimited: ReadonlySet<string>): Issue[] {
  return [
    ...when(!/^[^=/\0.]+$/.test(name), `${path}.name`, `${JSON.stringify(name)} is not the name of a variable`),
    ...when(
      (suffix === "append" || suffix === "prepend") && !delimited.has(name),
      `${path}.delim`,
      `is missing; ${suffix} needs what stands between the values`,
    ),
  ];
}

function targetIssues({ targets = [] }: RawBuilderToml): Issue[] {
  const seen = new Set<string>();
  return targets.flatMap(({ os, arch, variant }, index) => {
    const name = [os, arch, variant].filter(Boolean).join("/");
    const again = seen.has(name);
    seen.add(name);
    return [
      ...when(os !== "linux", `targets[${index}].os`, `${JSON.stringify(os)} has no builders; use "linux"`),
      ...when(arch === "", `targets[${index}].arch`, "is empty"),
      ...when(again, `targets[${index}]`, `is for ${name} again; a builder has one image for each platform`),
    ];
  });
}
