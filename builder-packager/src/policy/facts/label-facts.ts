import { moduleLayersOf } from "../../config/module-labels.ts";
import { builderMetadataOf } from "../../inspect/builders/builder-labels.ts";
import { buildpackLabels } from "../../inspect/labels.ts";
import type { Image } from "../../oci/model/image.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import type { BaseFact, CheckedImage, ModuleFact } from "./facts.ts";

/** Determines the kind of an image (app, builder or package) by its labels. */
export function kindOf(image: Image): CheckedImage["kind"] {
  const labels = labelsOf(image);
  if ("io.buildpacks.builder.metadata" in labels) return "builder";
  if ("io.buildpacks.buildpackage.metadata" in labels) return "package";
  return "io.buildpacks.lifecycle.metadata" in labels && "io.buildpacks.build.metadata" in labels ? "app" : "other";
}

/**
 * Returns the buildpacks and extensions of an image. A builder and a package record the diff ID of
 * each. An app records only ids and versions.
 *
 * @throws CnbError LABEL_INVALID
 */
export function moduleFacts(image: Image, where: string): readonly ModuleFact[] {
  if (kindOf(image) === "app") {
    const { buildpacks = [], extensions = [] } = buildpackLabels(image, where)?.build ?? {};
    const asFacts = (kind: ModuleFact["kind"], list: typeof buildpacks) =>
      (list ?? []).map(({ id, version }) => ({ kind, id, version }));
    return [...asFacts("buildpack", buildpacks), ...asFacts("extension", extensions)];
  }
  return (["buildpack", "extension"] as const).flatMap((kind) =>
    Object.entries(moduleLayersOf(image, kind, where)).flatMap(([id, versions]) =>
      Object.entries(versions).map(([version, { layerDiffID: digest }]) => ({ kind, id, version, digest })),
    ),
  );
}

/**
 * Returns the base image of an app, or the run images of a builder.
 *
 * @throws CnbError LABEL_INVALID
 */
export function baseFacts(image: Image, where: string): readonly BaseFact[] {
  const kind = kindOf(image);
  if (kind === "builder")
    return runImages(image, where).map((name) => ({ names: [withoutDigest(name)], digest: digestIn(name) }));
  const { runImage, stack } = (kind === "app" ? buildpackLabels(image, where)?.lifecycle : undefined) ?? {};
  if (runImage === undefined) return [];
  const { reference = "", topLayer } = runImage;
  const name = runImage.image ?? stack?.runImage?.image ?? "";
  const names = [...new Set([withoutDigest(reference), name])].filter((each) => each !== "");
  const isPresent = image.layers.some(({ diffId }) => diffId === topLayer);
  return [{ names, digest: digestIn(reference), topLayer: isPresent ? topLayer : undefined }];
}

function runImages(image: Image, where: string): readonly string[] {
  const { images = [], stack } = builderMetadataOf(image, where);
  const all = [...images.map((each) => each.image), stack?.runImage?.image];
  return [...new Set(all.filter((name) => name !== undefined && name !== ""))] as string[];
}

const digestIn = (reference: string): string | undefined => /(?:^|@)(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];

const withoutDigest = (reference: string): string => reference.replace(/(^|@)sha256:[0-9a-f]{64}$/, "");
