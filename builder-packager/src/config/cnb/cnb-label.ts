import * as v from "valibot";
import type { Image } from "../../oci/model/image.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import { object } from "../../schema.ts";

/** The label of an image that contains the command `cnb`: a builder, or the image of the static program. */
export const cnbLabel = "io.libcnb.cnb";

/** The content of {@link cnbLabel}. */
export interface CnbInImage {
  /** The version of `cnb`. */
  readonly version: string;
  /** The version of the Node.js that runs it; undefined for the static program. */
  readonly node?: string;
  /** The diff IDs of the layers with Node.js, `cnb` and their SBOMs. */
  readonly layers: readonly string[];
}

const schema = object({
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/)),
  node: v.exactOptional(v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/))),
  layers: v.pipe(v.array(v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/))), v.maxLength(8)),
});

/**
 * Reads the versions of `cnb` and Node.js in an image. Returns undefined if the image does not contain `cnb`, or if
 * the label is not valid: images of third parties may have any labels.
 */
export function cnbIn(image: Image): CnbInImage | undefined {
  const result = v.safeParse(schema, parsed(labelsOf(image)[cnbLabel] ?? ""));
  return result.success ? result.output : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
