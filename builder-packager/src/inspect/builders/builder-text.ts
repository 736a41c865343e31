import { type PackConfig, userMirrors } from "../../config/pack-config.ts";
import { columns } from "../columns.ts";
import type { InspectedImage } from "../inspected-image.ts";
import { heading, moduleTable, orderLines, section, visible } from "../text.ts";
import type { BuilderFacts } from "./builder-facts.ts";

/** Returns the text that `cnb builder inspect` prints, with pack's sections. */
export function builderText(
  name: string,
  given: BuilderFacts,
  { location, about }: Pick<InspectedImage, "location" | "about">,
  { config, verbose }: { readonly config: PackConfig; readonly verbose: boolean },
): string {
  const facts = visible(given);
  const { description, createdBy, extensions, orderExtensions } = facts;
  return [
    ...heading(config.defaultBuilder === name ? "default builder" : "builder", name, location, about),
    ...(description ? [`Description: ${description}`, ""] : []),
    ...(createdBy.name ? section("Created By", [`Name: ${createdBy.name}`, `Version: ${createdBy.version}`]) : []),
    `Trusted: ${config.trustedBuilders.includes(name) ? "Yes" : "No"}`,
    "",
    ...stackLines(facts.stack, verbose),
    ...section("Lifecycle", lifecycleLines(facts.lifecycle)),
    ...(facts.cnb ? section("cnb", cnbLines(facts.cnb)) : []),
    ...section("Run Images", runImageLines(facts, config)),
    ...section("Buildpacks", facts.buildpacks.length > 0 ? moduleTable(facts.buildpacks) : []),
    ...order("Detection Order", facts.order),
    ...(extensions.length > 0 ? section("Extensions", moduleTable(extensions)) : []),
    ...(extensions.length > 0 ? order("Detection Order (Extensions)", orderExtensions) : []),
  ].join("\n");
}

/** Returns warnings about parts that a builder lacks and that its users must provide. */
export function builderWarnings(
  name: string,
  { runImages, buildpacks, order: groups, lifecycle }: BuilderFacts,
): string[] {
  return [
    ...(runImages.length === 0 ? [`${name} lists no run image; builds need --run-image.`] : []),
    ...(buildpacks.length === 0 ? [`${name} has no buildpacks; builds need --buildpack.`] : []),
    ...(buildpacks.length > 0 && groups.length === 0 ? [`${name} has no order; builds need --buildpack.`] : []),
    ...(lifecycle.version === "" ? [`${name} does not record the version of its lifecycle.`] : []),
  ];
}

const order = (title: string, groups: BuilderFacts["order"]): readonly string[] => [
  `${title}:`,
  ...(groups.length > 0 ? orderLines(groups) : ["  (none)"]),
  "",
];

function stackLines(stack: BuilderFacts["stack"], verbose: boolean): readonly string[] {
  if (stack === undefined) return [];
  const mixins = verbose && stack.mixins.length > 0 ? ["Mixins:", ...stack.mixins.map((mixin) => `  ${mixin}`)] : [];
  return section("Stack", [`ID: ${stack.id}`, ...mixins]);
}

function lifecycleLines({ version, buildpackApis, platformApis }: BuilderFacts["lifecycle"]): readonly string[] {
  const listed = (versions: readonly string[]) => versions.join(", ") || "(none)";
  const support = (title: string, { deprecated, supported }: typeof buildpackApis) => [
    `${title}:`,
    `  Deprecated: ${listed(deprecated)}`,
    `  Supported: ${listed(supported)}`,
  ];
  return [
    `Version: ${version || "(none)"}`,
    ...support("Buildpack APIs", buildpackApis),
    ...support("Platform APIs", platformApis),
  ];
}

const cnbLines = ({ version, node }: NonNullable<BuilderFacts["cnb"]>): readonly string[] =>
  node === undefined ? [`Version: ${version}`] : [`Version: ${version}`, `Node.js: ${node}`];

function runImageLines({ runImages }: BuilderFacts, config: PackConfig): readonly string[] {
  const own = runImages.flatMap(({ image, mirrors }) => [image, ...mirrors]);
  const added = userMirrors(
    config,
    runImages.map(({ image }) => image),
  );
  return columns([...added.map((name) => [name, "(user-configured)"]), ...own.map((name) => [name])], 4);
}
