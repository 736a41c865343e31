import type { s } from "libcnb/internal";
import { isId, isVersion } from "../../config/module-label-schema.ts";
import { verifyIssues } from "../../config/verification/verify-rules.ts";
import type { RawBuilderToml } from "./builder-toml-schema.ts";

/**
 * Returns the errors in a builder.toml whose values are each valid, but conflict with each other.
 */
export function builderTomlIssues(raw: RawBuilderToml): s.Issue[] {
  return [
    ...buildImageIssues(raw),
    ...runImageIssues(raw),
    ...lifecycleIssues(raw),
    ...(raw.buildpacks ?? []).flatMap((source, index) => moduleIssues(source, `buildpacks[${index}]`)),
    ...(raw.extensions ?? []).flatMap((source, index) => moduleIssues(source, `extensions[${index}]`)),
    ...memberIssues(raw),
    ...variablesIssues(raw.build?.env ?? []),
    ...targetIssues(raw),
    ...verifyIssues(raw.verify),
  ];
}

const when = (wrong: boolean, path: string, message: string): s.Issue[] => (wrong ? [{ path, message }] : []);

function buildImageIssues({ build, stack }: RawBuilderToml): s.Issue[] {
  const image = build?.image;
  const older = stack?.["build-image"];
  return [
    ...when(!image && !older, "build.image", "is missing; set it to the image that buildpacks run in"),
    ...when(
      Boolean(image && older && image !== older),
      "stack.build-image",
      `differs from build.image, ${JSON.stringify(image)}`,
    ),
  ];
}

function runImageIssues({ run, stack }: RawBuilderToml): s.Issue[] {
  const images = run?.images ?? [];
  const image = images[0]?.image;
  const older = stack?.["run-image"];
  return [
    ...when(images.length === 0 && !older, "run.images", "is missing; set it to the image that apps run in"),
    ...images.flatMap((each, index) => when(!each.image, `run.images[${index}].image`, "is empty")),
    ...when(
      Boolean(image && older && image !== older),
      "stack.run-image",
      `differs from run.images[0].image, ${JSON.stringify(image)}`,
    ),
  ];
}

const lifecycleIssues = ({ lifecycle }: RawBuilderToml): s.Issue[] => [
  ...schemeIssues(lifecycle?.uri, "lifecycle.uri"),
  ...when(
    Boolean(lifecycle?.uri && lifecycle.version),
    "lifecycle.version",
    "cannot be given together with lifecycle.uri",
  ),
  ...when(
    Boolean(lifecycle?.version && !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(lifecycle.version)),
    "lifecycle.version",
    `${JSON.stringify(lifecycle?.version)} is not a version of the form X.Y.Z`,
  ),
];

/** Reports URIs with unsupported schemes. */
function schemeIssues(uri: string | undefined, path: string): s.Issue[] {
  const [start, scheme = ""] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri ?? "") ?? [];
  const known = ["http", "https", "file", "docker"].includes(scheme.toLowerCase());
  return when(
    start !== undefined && !known,
    path,
    `begins with ${start}, but must be a path, file://, https:// or docker://`,
  );
}

type ModuleSource = NonNullable<RawBuilderToml["buildpacks"]>[number];

function moduleIssues({ uri, image }: ModuleSource, path: string): s.Issue[] {
  return [
    ...schemeIssues(uri, `${path}.uri`),
    ...when(!uri && !image, `${path}.uri`, "is missing; set it to a directory, a .cnb file, oci:DIR or an image name"),
    ...when(Boolean(uri && image), `${path}.image`, "cannot be given together with uri"),
    ...when(
      /^urn:/i.test(uri ?? ""),
      `${path}.uri`,
      "refers to a buildpack registry, which cnb does not query; use the image of the buildpack",
    ),
    ...when(
      /^from=builder/i.test(uri ?? ""),
      `${path}.uri`,
      "refers to the buildpacks of an existing builder, but a new builder has none",
    ),
  ];
}

function memberIssues({ order, "order-extensions": extensions, system }: RawBuilderToml): s.Issue[] {
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
): s.Issue[] {
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
function variablesIssues(variables: readonly Variable[]): s.Issue[] {
  const delimited = new Set(variables.filter(({ delim }) => delim).map(({ name }) => name));
  return variables.flatMap((variable, index) => variableIssues(variable, `build.env[${index}]`, delimited));
}

/** Reports variable names that cannot be file names. */
function variableIssues({ name, suffix }: Variable, path: string, delimited: ReadonlySet<string>): s.Issue[] {
  return [
    ...when(
      !/^[^=/\0.]+$/.test(name),
      `${path}.name`,
      `${JSON.stringify(name)} is not the name of an environment variable`,
    ),
    ...when(
      (suffix === "append" || suffix === "prepend") && !delimited.has(name),
      `${path}.delim`,
      `is missing; ${suffix} needs the delimiter between the values`,
    ),
  ];
}

function targetIssues({ targets = [] }: RawBuilderToml): s.Issue[] {
  const seen = new Set<string>();
  return targets.flatMap(({ os, arch, variant }, index) => {
    const name = [os, arch, variant].filter(Boolean).join("/");
    const again = seen.has(name);
    seen.add(name);
    return [
      ...when(os !== "linux", `targets[${index}].os`, `${JSON.stringify(os)} is not supported; use "linux"`),
      ...when(arch === "", `targets[${index}].arch`, "is empty"),
      ...when(again, `targets[${index}]`, `repeats the platform ${name}; a builder has one image for each platform`),
    ];
  });
}
