import type { Image } from "../oci/model/image.ts";
import { labelsOf, withConfig } from "../oci/model/mutate.ts";
import { rebaseImage } from "../oci/model/rebase.ts";
import { type GoValue, goJson } from "../platform/formats/go-json.ts";
import { type BaseRecord, metadataLabel } from "./base-record.ts";

/** The run image that an app is rebased onto. */
export interface NewBase {
  readonly image: Image;
  /** The reference to record in labels: `repository@digest`. */
  readonly reference: string;
  /**
   * The name of the base, if it must replace the names recorded in the app image, because the app
   * image does not record it yet.
   */
  readonly renamed?: string | undefined;
}

/**
 * Returns the app image on another base: with the base's layers, the updated lifecycle metadata
 * label, and the base's `io.buildpacks.base.*` and `io.buildpacks.stack.*` labels.
 */
export function rebasedApp(app: Image, record: BaseRecord, base: NewBase): Image {
  const image = rebaseImage(app, record.topLayer, base.image);
  const own = Object.entries(labelsOf(app)).filter(([name]) => !isOfBase(name));
  const ofBase = Object.entries(labelsOf(base.image)).filter(([name]) => isOfBase(name));
  const label = { [metadataLabel]: goJson(changedLabel(record, base) as GoValue) };
  return withConfig(image, { Labels: { ...Object.fromEntries([...own, ...ofBase]), ...label } });
}

const isOfBase = (label: string): boolean => /^io\.buildpacks\.(base|stack)\./.test(label);

function changedLabel(
  { label }: BaseRecord,
  { image, reference, renamed }: NewBase,
): Readonly<Record<string, unknown>> {
  const before = label["runImage"] as Readonly<Record<string, unknown>>;
  const runImage = { ...before, topLayer: image.layers.at(-1)?.diffId ?? "", reference };
  if (renamed === undefined) return { ...label, runImage };
  const { mirrors: _, ...rest } = runImage as Readonly<Record<string, unknown>>;
  return { ...label, runImage: { ...rest, image: renamed }, stack: { runImage: { image: renamed } } };
}
