import * as v from "valibot";
import { decodedLabel } from "../../config/json-label.ts";
import { CnbError } from "../../errors.ts";
import type { Image } from "../../oci/model/image.ts";
import { object } from "../../schema.ts";

const text = v.optional(v.nullable(v.string()));
const flag = v.optional(v.nullable(v.boolean()));
const list = <Item extends v.GenericSchema>(item: Item) => v.optional(v.nullable(v.array(item)));

const moduleInfo = object({
  id: v.string(),
  name: text,
  version: text,
  description: text,
  homepage: text,
  keywords: list(v.string()),
  "exec-env": list(v.string()),
  licenses: list(object({ Type: text, URI: text })),
  "clear-env": flag,
});
const runImage = object({ image: text, mirrors: list(v.string()) });
const apiSupport = object({ deprecated: list(v.string()), supported: list(v.string()) });
const builderMetadata = object({
  description: text,
  buildpacks: list(moduleInfo),
  extensions: list(moduleInfo),
  stack: v.optional(v.nullable(object({ runImage: v.optional(v.nullable(runImage)) }))),
  lifecycle: v.optional(
    v.nullable(
      object({
        version: text,
        api: v.optional(v.nullable(object({ buildpack: text, platform: text }))),
        apis: v.optional(
          v.nullable(
            object({ buildpack: v.optional(v.nullable(apiSupport)), platform: v.optional(v.nullable(apiSupport)) }),
          ),
        ),
      }),
    ),
  ),
  createdBy: v.optional(v.nullable(object({ name: text, version: text }))),
  images: list(runImage),
});
const order = v.array(object({ group: v.array(object({ id: v.string(), version: text, optional: flag })) }));

/** A detection order in the form of a builder's labels. */
export type LabelledOrder = readonly {
  readonly group: readonly { readonly id: string; readonly version?: string; readonly optional?: boolean }[];
}[];

/**
 * A buildpack or extension in a builder's metadata. The keys of licenses are capitalized, as pack
 * writes them.
 */
export interface ModuleInfo {
  readonly id: string;
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly homepage?: string;
  readonly keywords?: readonly string[];
  readonly "exec-env"?: readonly string[];
  readonly licenses?: readonly { readonly Type?: string; readonly URI?: string }[];
  readonly "clear-env"?: boolean;
}

/** The Buildpack or Platform APIs that a lifecycle supports. */
export interface ApiSupport {
  readonly deprecated?: readonly string[];
  readonly supported?: readonly string[];
}

interface RunImage {
  readonly image?: string;
  readonly mirrors?: readonly string[];
}

/** The content of the label `io.buildpacks.builder.metadata`. */
export interface BuilderMetadata {
  readonly description?: string;
  readonly buildpacks?: readonly ModuleInfo[];
  readonly extensions?: readonly ModuleInfo[];
  readonly stack?: { readonly runImage?: RunImage };
  readonly lifecycle?: {
    readonly version?: string;
    readonly api?: { readonly buildpack?: string; readonly platform?: string };
    readonly apis?: { readonly buildpack?: ApiSupport; readonly platform?: ApiSupport };
  };
  readonly createdBy?: { readonly name?: string; readonly version?: string };
  readonly images?: readonly RunImage[];
}

const metadataLabel = "io.buildpacks.builder.metadata";

/**
 * Reads the builder's metadata.
 *
 * @throws CnbError BUILDER_INVALID for an image that is not a builder, LABEL_INVALID
 */
export function builderMetadataOf(image: Image, where: string): BuilderMetadata {
  const decoded = decodedLabel(builderMetadata, image, metadataLabel, where);
  if (decoded) return decoded as BuilderMetadata;
  throw new CnbError("BUILDER_INVALID", `${where} is not a builder: it has no label ${metadataLabel}`, {
    hint: "Pass a builder. For an app image use cnb inspect, for a buildpackage cnb buildpack inspect.",
  });
}

/**
 * Reads the detection order of the builder's buildpacks or extensions.
 *
 * @throws CnbError LABEL_INVALID
 */
export function orderOf(image: Image, kind: "buildpacks" | "extensions", where: string): LabelledOrder {
  const label = `io.buildpacks.buildpack.${kind === "buildpacks" ? "order" : "order-extensions"}`;
  return (decodedLabel(order, image, label, where) as LabelledOrder | undefined) ?? [];
}

/**
 * Reads the mixins of the builder's stack. Mixins for both the build image and the run image come
 * first, then those for the build image only.
 *
 * @throws CnbError LABEL_INVALID
 */
export function mixinsOf(image: Image, where: string): readonly string[] {
  const mixins =
    (decodedLabel(v.array(v.string()), image, "io.buildpacks.stack.mixins", where) as string[] | undefined) ?? [];
  const ofBuild = mixins.filter((mixin) => mixin.startsWith("build:"));
  return [...mixins.filter((mixin) => !ofBuild.includes(mixin)), ...ofBuild];
}
