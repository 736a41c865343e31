import { buildpackIdPattern, buildpackVersionPattern, type Issue } from "libcnb/spec";
import type { RawBuilderToml } from "./builder-toml-schema.ts";

/** What is wrong with a builder.toml whose values have the right forms. */
export function builderTomlIssues(raw: RawBuilderToml): Issue[] {
  return [
    ...buildImageIssues(raw),
    ...runImageIssues(raw),
    ...lifecycleIssues(raw),
    ...(raw.buildpacks ?? []).flatMap((source, index) => moduleIssues(source, `buildpacks[${index}]`)),
    ...(raw.extensions ?? []).flatMap((source, index) => moduleIssues(source, `extensions[${index}]`)),
    ...memberIssues(raw),
    ...(raw.build?.env ?? []).flatMap((variable, index) => variableIssues(variable, `build.env[${index}]`)),
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
  const image = run?.images?.[0]?.image;
  const older = stack?.["run-image"];
  return [
    ...when(!image && !older, "run.images", "is missing; it names the image that apps run in"),
    ...when(
      Boolean(image && older && image !== older),
      "stack.run-image",
      `differs from run.images[0].image, ${JSON.stringify(image)}`,
    ),
  ];
}

const lifecycleIssues = ({ lifecycle }: RawBuilderToml): Issue[] =>
  when(
    Boolean(lifecycle?.uri && lifecycle.version),
    "lifecycle.version",
    "cannot be given together with lifecycle.uri",
  );

type ModuleSource = NonNullable<RawBuilderToml["buildpacks"]>[number];

function moduleIssues({ uri, image }: ModuleSource, path: string): Issue[] {
  return [
    ...when(!uri && !image, `${path}.uri`, "is missing; it is a directory, a .cnb file, oci:DIR or a registry name"),
    ...when(Boolean(uri && image), `${path}.image`, "cannot be given together with uri"),
    ...when(/^https?:/i.test(uri ?? ""), `${path}.uri`, "is a web address; download the .cnb file and name its path"),
    ...when(
      /^urn:/i.test(uri ?? ""),
      `${path}.uri`,
      "is of a buildpack registry; name the image that holds the buildpack",
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
    ...when(!buildpackIdPattern.test(id), `${path}.id`, `${JSON.stringify(id)} is not a buildpack id`),
    ...when(
      Boolean(version) && !buildpackVersionPattern.test(version ?? ""),
      `${path}.version`,
      `${JSON.stringify(version)} is not a version X.Y.Z`,
    ),
  ];
}

type Variable = NonNullable<NonNullable<RawBuilderToml["build"]>["env"]>[number];

/** Each variable becomes a file of its name. */
function variableIssues({ name, suffix, delim }: Variable, path: string): Issue[] {
  return [
    ...when(!/^[^=/\0.]+$/.test(name), `${path}.name`, `${JSON.stringify(name)} is not the name of a variable`),
    ...when(
      (suffix === "append" || suffix === "prepend") && !delim,
      `${path}.delim`,
      `is missing; ${suffix} needs what stands between the values`,
    ),
  ];
}
