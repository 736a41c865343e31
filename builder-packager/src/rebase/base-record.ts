import { CnbError } from "../errors.ts";
import { type Digest, parseDigest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { labelsOf } from "../oci/model/mutate.ts";

export const metadataLabel = "io.buildpacks.lifecycle.metadata";

/** The record of the run image in an app image's label. */
export interface BaseRecord {
  /** The names under which a new run image may be found. */
  readonly names: readonly string[];
  /** The diff ID of the last layer of the run image. */
  readonly topLayer: Digest;
  /** The complete content of the label. A rebase does not change its other parts. */
  readonly label: Readonly<Record<string, unknown>>;
}

/**
 * Reads the record of an app image's run image.
 *
 * @throws CnbError REBASE_IMPOSSIBLE if the image was not built by buildpacks
 */
export function readBaseRecord(image: Image, where: string): BaseRecord {
  const label = record(parsed(labelsOf(image)[metadataLabel]));
  const runImage = record(label?.["runImage"]);
  const topLayer = runImage && digestOf(runImage["topLayer"]);
  if (!label || !topLayer) throw notBuilt(where);
  // Builds with Platform API below 0.12 name the run image below `stack` alone.
  const inStack = record(record(label["stack"])?.["runImage"]);
  return { names: namesIn(runImage) ?? namesIn(inStack) ?? [], topLayer, label };
}

function namesIn(entry: Readonly<Record<string, unknown>> | undefined): readonly string[] | undefined {
  const { image, mirrors } = entry ?? {};
  if (typeof image !== "string" || image === "") return undefined;
  return [image, ...(Array.isArray(mirrors) ? mirrors.filter((each) => typeof each === "string") : [])];
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

function digestOf(value: unknown): Digest | undefined {
  try {
    return typeof value === "string" ? parseDigest(value) : undefined;
  } catch {
    return undefined;
  }
}

const notBuilt = (where: string): CnbError =>
  new CnbError("REBASE_IMPOSSIBLE", `${where} was not built by buildpacks, so its base is unknown`, {
    hint: `Only images with the label ${metadataLabel} can be rebased. Rebuild the image instead.`,
  });
