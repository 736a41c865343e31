import { type PackConfig, userMirrors } from "../../config/pack-config.ts";
import type { InspectDocument, Table } from "../document.ts";
import type { InspectedImage } from "../inspected-image.ts";
import type { Plain } from "../yaml.ts";
import type { BuilderFacts } from "./builder-facts.ts";
import type { ModuleInfo } from "./builder-labels.ts";
import type { OrderGroup, OrderMember } from "./order-tree.ts";

/**
 * Returns the data that `cnb builder inspect` prints as JSON, YAML or TOML, with pack's field
 * names.
 */
export function builderDocument(
  name: string,
  facts: BuilderFacts,
  { location, about }: Pick<InspectedImage, "location" | "about">,
  { config, verbose }: { readonly config: PackConfig; readonly verbose: boolean },
): InspectDocument {
  const { description, createdBy, stack, lifecycle, extensions, orderExtensions } = facts;
  const info: Table = {
    ...(description && { description }),
    created_by: createdBy,
    ...(stack && { stack: { id: stack.id, ...(verbose && stack.mixins.length > 0 && { mixins: stack.mixins }) } }),
    lifecycle: {
      version: lifecycle.version,
      buildpack_apis: apis(lifecycle.buildpackApis),
      platform_apis: apis(lifecycle.platformApis),
    },
    run_images: runImages(facts, config),
    buildpacks: facts.buildpacks.map(moduleInfo),
    detection_order: detectionOrder(facts.order),
    ...(extensions.length > 0 && { extensions: extensions.map(moduleInfo) }),
    ...(orderExtensions.length > 0 && { order_extensions: orderExtensions.flat().map((member) => reference(member)) }),
    ...about,
  };
  const shared = {
    builder_name: name,
    trusted: config.trustedBuilders.includes(name),
    default: config.defaultBuilder === name,
  };
  return { shared, location, info, nullable: ["buildpacks", "detection_order"], yamlShared: "sharedbuilderinfo" };
}

const apis = ({ deprecated, supported }: BuilderFacts["lifecycle"]["buildpackApis"]): Table => ({
  deprecated,
  supported,
});

function runImages({ runImages: images }: BuilderFacts, config: PackConfig): Table[] {
  const own = images.flatMap(({ image, mirrors }) => [image, ...mirrors]);
  const added = userMirrors(
    config,
    images.map(({ image }) => image),
  );
  return [...added.map((name) => ({ name, user_configured: true })), ...own.map((name) => ({ name }))];
}

/** Converts a module to pack's field names. Empty fields are omitted. */
export function moduleInfo({
  id,
  name,
  version,
  description,
  homepage,
  keywords,
  licenses,
  ...more
}: ModuleInfo): Table {
  const { "exec-env": execEnv, "clear-env": clearEnv } = more;
  return {
    id,
    ...(name && { name }),
    ...(version && { version }),
    ...(description && { description }),
    ...(homepage && { homepage }),
    ...(keywords?.length && { keywords }),
    ...(execEnv?.length && { "exec-env": execEnv }),
    ...(licenses?.length && { licenses: licenses.map(({ Type = "", URI = "" }) => ({ Type, URI })) }),
    ...(clearEnv && { "clear-env": true }),
  };
}

/**
 * Converts the order to pack's form, in which a composite buildpack appears once for each of its
 * groups.
 */
export const detectionOrder = (order: readonly OrderGroup[]): Plain[] =>
  order.map((group) => ({ buildpacks: group.flatMap(entries) }));

const entries = (member: OrderMember): Plain[] =>
  member.groups.length === 0
    ? [reference(member)]
    : member.groups.map((group) => ({ ...reference(member), buildpacks: group.flatMap(entries) }));

const reference = ({ groups: _groups, ...rest }: OrderMember): Table => rest;
