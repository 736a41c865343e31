import * as v from "valibot";
import { decodedLabel } from "../config/json-label.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { looseObject, object, record } from "../schema.ts";

const sha = object({
  sha: v.pipe(
    v.string(),
    v.transform((text) => text as Digest),
  ),
});

const flag = v.optional(v.boolean(), false);
const layer = object({ ...v.partial(sha).entries, build: flag, launch: flag, cache: flag });

const lifecycleMetadata = looseObject({
  app: v.nullish(v.array(sha)),
  buildpacks: v.nullish(
    v.array(object({ key: v.string(), version: v.string(), layers: v.nullish(record(v.string(), layer)) })),
  ),
  config: v.optional(v.partial(sha)),
  launcher: v.optional(v.partial(sha)),
  "process-types": v.optional(v.partial(sha)),
  sbom: v.optional(v.partial(sha)),
  runImage: v.optional(
    object({
      topLayer: v.optional(v.string()),
      reference: v.optional(v.string()),
      image: v.optional(v.string()),
      mirrors: v.nullish(v.array(v.string())),
    }),
  ),
  stack: v.nullish(
    object({
      runImage: v.nullish(object({ image: v.optional(v.string()), mirrors: v.nullish(v.array(v.string())) })),
    }),
  ),
});

const module = looseObject({ id: v.string(), version: v.string(), homepage: v.optional(v.string()) });

const buildMetadata = looseObject({
  processes: v.nullish(
    v.array(
      looseObject({
        type: v.string(),
        command: v.union([
          v.array(v.string()),
          v.pipe(
            v.string(),
            v.transform((command) => [command]),
          ),
        ]),
        args: v.nullish(v.array(v.string())),
        direct: v.optional(v.boolean()),
        "working-dir": v.optional(v.string()),
        buildpackID: v.optional(v.string()),
      }),
    ),
  ),
  buildpacks: v.nullish(v.array(module)),
  extensions: v.nullish(v.array(module)),
  launcher: v.nullish(looseObject({ version: v.optional(v.string()) })),
  "buildpack-default-process-type": v.optional(v.string()),
});

/** The content of the label `io.buildpacks.lifecycle.metadata`. */
export type LifecycleMetadata = v.InferOutput<typeof lifecycleMetadata>;
/** The content of the label `io.buildpacks.build.metadata`. */
export type BuildMetadata = v.InferOutput<typeof buildMetadata>;

/** The contents of the labels that every image built by buildpacks has. */
export interface BuildpackLabels {
  readonly lifecycle: LifecycleMetadata;
  readonly build: BuildMetadata;
}

/**
 * Reads the labels that every image built by buildpacks has. Returns undefined for any other image.
 *
 * @throws CnbError LABEL_INVALID
 */
export function buildpackLabels(image: Image, where = "the image"): BuildpackLabels | undefined {
  const lifecycle = decodedLabel(lifecycleMetadata, image, "io.buildpacks.lifecycle.metadata", where);
  const build = decodedLabel(buildMetadata, image, "io.buildpacks.build.metadata", where);
  if (lifecycle === undefined || build === undefined) return undefined;
  return { lifecycle: lifecycle as LifecycleMetadata, build: build as BuildMetadata };
}
