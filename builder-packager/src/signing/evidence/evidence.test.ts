import { expect, test } from "vitest";
import type { Content } from "../../copy/content.ts";
import { digestOf } from "../../oci/model/digest.ts";
import type { StoredManifest } from "../../oci/registry/manifest-read.ts";
import { bundleMediaType } from "../formats/bundle.ts";
import { evidenceOf } from "./evidence.ts";

const subject = digestOf("image");

/** An artifact with more bundles than an image may have. */
function manyBundles(): StoredManifest {
  const layer = { mediaType: bundleMediaType, digest: subject, size: 5 };
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType, config: layer, layers: Array(101).fill(layer) }),
  );
  return { bytes, digest: digestOf(bytes), mediaType };
}

const contentOf = (source: Pick<Content, "where" | "repository">): Content => ({
  ...source,
  manifest: async () => manyBundles(),
  blob: () => {
    throw new Error("no blob is read");
  },
  referrers: async () => [{ mediaType: "", artifactType: bundleMediaType, digest: subject, size: 5 }],
  taggedArtifacts: async () => [],
});

test.for<[Pick<Content, "where" | "repository">, string]>([
  [
    { where: "example.com/app:1", repository: { registry: "example.com", repository: "app" } },
    "Delete attached artifacts that are not needed: cnb image delete REPOSITORY@DIGEST.",
  ],
  [
    { where: "oci:dist/app" },
    "Delete attached artifacts that are not needed in the registry of the image, and copy the image again.",
  ],
])("too many signatures of %s are refused with a hint for this kind of reference", async ([source, hint]) => {
  await expect(evidenceOf(contentOf(source), subject).next()).rejects.toMatchObject({
    code: "SIGNATURE_INVALID",
    message: `${source.where} has more than 100 signatures and attestations`,
    hint,
  });
});
