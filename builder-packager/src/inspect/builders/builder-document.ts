import { type PackConfig, userMirrors } from "../../config/pack-config.ts";
import { defined, unlessEmpty } from "../../defined.ts";
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
  const { description, createdBy, stack, lifecycle, cnb, extensions, orderExtensions } = facts;
  const info: Table = {
    ...defined({ description: description || undefined }),
    created_by: createdBy,
    ...defined({
      stack: stack && {
        id: stack.id,
        ...defined({ mixins: verbose ? unlessEmpty(stack.mixins) : undefined }),
      },
    }),
    lifecycle: {
      version: lifecycle.version,
      buildpack_apis: apis(lifecycle.buildpackApis),
      platform_apis: apis(lifecycle.platformApis),
    },
    ...defined({ cnb: cnb && { ...cnb } }),
    run_images: runImages(facts, config),
    buildpacks: facts.buildpacks.map(moduleInfo),
    detection_order: detectionOrder(facts.order),
    ...defined({
      extensions: unlessEmpty(extensions.map(moduleInfo)),
      order_extensions:
        orderExtensions.length > 0 ? orderExtensions.flat().map((member) => reference(member)) : undefined,
    }),
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

/**
 * Converts a module (a buildpack or an extension) to pack's field names. Empty fields are omitted.
 */
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
    ...defined({
      name: name || undefined,
      version: version || undefined,
      description: description || undefined,
      homepage: homepage || undefined,
      keywords: unlessEmpty(keywords),
      "exec-env": unlessEmpty(execEnv),
      licenses: unlessEmpty(licenses?.map(({ Type = "", URI = "" }) => ({ Type, URI }))),
      "clear-env": clearEnv || undefined,
    }),
  };
}

/**
 * Converts a detection order to pack's form, in which a composite buildpack appears once for each
 * of its groups.
 */
export const detectionOrder = (order: readonly OrderGroup[]): Plain[] =>
  order.map((group) => ({ buildpacks: group.flatMap(entries) }));

const entries = (member: OrderMember): Plain[] =>
  member.groups.length === 0
    ? [reference(member)]
    : member.groups.map((group) => ({ ...reference(member), buildpacks: group.flatMap(entries) }));

const reference = ({ groups: _groups, ...rest }: OrderMember): Table => rest;
