import * as v from "valibot";
import { CnbError } from "../errors.ts";
import type { Image } from "../oci/image.ts";
import { labelsOf } from "../oci/mutate.ts";
import { type BuilderModule, type ModuleDescription, type ModuleFacts, type ModuleKind, moduleKey } from "./module.ts";

const text = v.optional(v.string());
const texts = v.optional(v.nullable(v.array(v.string())));
const member = v.object({ id: v.string(), version: text, optional: v.optional(v.boolean()), "exec-env": texts });
const distro = v.object({ name: v.string(), version: text });
const target = v.object({ os: text, arch: text, variant: text, distros: v.optional(v.nullable(v.array(distro))) });
const facts = v.object({
  api: v.string(),
  stacks: v.optional(v.nullable(v.array(v.object({ id: v.string(), mixins: texts })))),
  targets: v.optional(v.nullable(v.array(target))),
  order: v.optional(v.nullable(v.array(v.object({ group: v.array(member) })))),
  layerDiffID: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
  homepage: text,
  name: text,
});
const layersLabel = v.record(v.string(), v.record(v.string(), facts));

/** The label's content: id, version, facts with the layer's diffID. */
export type ModuleLayers = Readonly<
  Record<string, Readonly<Record<string, ModuleFacts & { readonly layerDiffID: string }>>>
>;

/**
 * Reads `io.buildpacks.buildpack.layers` or `io.buildpacks.extension.layers`; empty when the image has no such label.
 *
 * @throws CnbError LABEL_INVALID
 */
export function moduleLayersOf(image: Image, kind: ModuleKind, where: string): ModuleLayers {
  const label = `io.buildpacks.${kind}.layers`;
  const json = labelsOf(image)[label];
  if (json === undefined) return {};
  const result = v.safeParse(v.nullable(layersLabel), parseJson(json, label, where));
  if (result.success) return withoutNulls(result.output ?? {}) as ModuleLayers;
  const issues = result.issues.map((issue) => `${v.getDotPath(issue) ?? "value"}: ${issue.message}`);
  throw new CnbError("LABEL_INVALID", `the label ${label} of ${where} is not valid: ${issues.join("; ")}`);
}

/**
 * The modules in an image that is a buildpackage (or a builder), each with its layer.
 *
 * @throws CnbError LABEL_INVALID, BUILDPACKAGE_INVALID for an image that holds none, or not the layers it says
 */
export function modulesOf(image: Image, where: string): BuilderModule[] {
  const modules = (["buildpack", "extension"] as const).flatMap((kind) =>
    Object.entries(moduleLayersOf(image, kind, where)).flatMap(([id, versions]) =>
      Object.entries(versions).map(([version, described]) => moduleIn(image, where, { kind, id, version }, described)),
    ),
  );
  if (modules.length > 0) return modules;
  throw new CnbError(
    "BUILDPACKAGE_INVALID",
    `${where} holds neither buildpack nor extension: it has no label io.buildpacks.buildpack.layers`,
    {
      hint: "Name an image or file that `cnb buildpack package`, `cnb extension package` or pack made.",
    },
  );
}

type Identity = Pick<BuilderModule, "kind" | "id" | "version">;

function moduleIn(
  image: Image,
  where: string,
  identity: Identity,
  described: ModuleLayers[string][string],
): BuilderModule {
  const { layerDiffID, ...moduleFacts } = described;
  const layer = image.layers.find(({ diffId }) => diffId === layerDiffID);
  if (!layer) {
    const problem = `the layer ${layerDiffID} of ${moduleKey(identity)} is not in it`;
    throw new CnbError("BUILDPACKAGE_INVALID", `${where} is not a complete buildpackage: ${problem}`);
  }
  return { ...identity, facts: moduleFacts, description: descriptionIn(image, where, identity), layer };
}

/** A package describes only its main module. */
function descriptionIn(image: Image, where: string, { id, version }: Identity): ModuleDescription {
  const label = "io.buildpacks.buildpackage.metadata";
  const json = labelsOf(image)[label];
  const metadata = json === undefined ? undefined : parseJson(json, label, where);
  const result = v.safeParse(description, metadata);
  if (!result.success || result.output.id !== id || result.output.version !== version) return {};
  const { id: _id, version: _version, ...rest } = result.output;
  return withoutNulls(rest) as ModuleDescription;
}

const description = v.object({
  id: v.string(),
  version: v.string(),
  description: text,
  keywords: texts,
  "exec-env": texts,
  licenses: v.optional(v.nullable(v.array(v.object({ Type: text, URI: text })))),
  "clear-env": v.optional(v.boolean()),
});

function parseJson(json: string, label: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new CnbError("LABEL_INVALID", `the label ${label} of ${where} is not JSON`, { cause });
  }
}

/** Go writes `null` for an empty list. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
