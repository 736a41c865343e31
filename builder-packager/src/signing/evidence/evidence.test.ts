import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Content } from "../../copy/content.ts";
import { CnbError } from "../../errors.ts";
import { digestOf } from "../../oci/model/digest.ts";
import type { Descriptor } from "../../oci/model/spec.ts";
import type { StoredManifest } from "../../oci/registry/manifest-read.ts";
import { bundleMediaType } from "../formats/bundle.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";

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
  blob: () => Readable.from([Buffer.from("12345")]),
  referrers: async () => [{ mediaType: "", artifactType: bundleMediaType, digest: subject, size: 5 }],
  taggedArtifacts: async () => [],
});

async function allOf(content: Content): Promise<readonly Evidence[]> {
  const all: Evidence[] = [];
  for await (const each of evidenceOf(content, subject)) all.push(each);
  return all;
}

test.for<[string, Pick<Content, "where" | "repository">, string]>([
  [
    "in a registry are read, and the hint is to delete attached artifacts",
    { where: "example.com/app:1", repository: { registry: "example.com", repository: "app" } },
    "Delete attached artifacts that are not needed: cnb image delete REPOSITORY@DIGEST.",
  ],
  [
    "in an OCI layout are read, and the hint is to delete attached artifacts in the registry",
    { where: "oci:dist/app" },
    "Delete attached artifacts that are not needed in the registry of the image, and copy the image again.",
  ],
])("only the first 100 signatures of an image %s", async ([, source, hint]) => {
  const all = await allOf(contentOf(source));
  expect(all.length).toBe(101);
  expect(all.filter(({ kind }) => kind === "bundle").length).toBe(100);
  const reason = `was not read: ${source.where} has more than 100 signatures and attestations`;
  expect(all.at(-1)).toEqual({ kind: "unreadable", reason, hint });
});

const missing = new CnbError("IMAGE_NOT_FOUND", "it is gone");
const damaged: StoredManifest = { bytes: Buffer.from("{"), digest: subject, mediaType: "" };
const good = { kind: "bundle", digest: subject, bytes: Buffer.from("12345") };

test.for<[string, Partial<Content>, string]>([
  ["with a missing signature manifest", { manifest: () => Promise.reject(missing) }, "cannot be read: it is gone"],
  ["with a signature manifest that is not JSON", { manifest: async () => damaged }, "cannot be read: "],
  [
    "with a missing artifact behind a cosign tag",
    { taggedArtifacts: () => Promise.reject(missing), referrers: async () => [] },
    "cannot be read: it is gone",
  ],
  ["with an unreadable list of referrers", { referrers: () => Promise.reject(missing) }, "cannot be read: it is gone"],
])("an image %s is reported as having an unreadable signature", async ([, defect, reason]) => {
  const content = { ...contentOf({ where: "it" }), ...defect };
  const [first] = await allOf(content);
  expect(first).toMatchObject({ kind: "unreadable", reason: expect.stringContaining(reason) });
});

test("a damaged artifact does not hide the next signature of an image", async () => {
  const { manifest, referrers, ...content } = contentOf({ where: "it" });
  const [listed] = (await referrers(subject)) as [Descriptor];
  let count = 0;
  const damagedFirst: Content = {
    ...content,
    referrers: async () => [listed, listed],
    manifest: (descriptor) => (count++ === 0 ? Promise.reject(missing) : manifest(descriptor)),
  };
  const [first, second] = await allOf(damagedFirst);
  expect([first?.kind, second]).toEqual(["unreadable", good]);
});

test("an unreachable registry ends the verification of signatures", async () => {
  const unreachable = new CnbError("REGISTRY_UNREACHABLE", "it cannot be reached");
  const content = { ...contentOf({ where: "it" }), manifest: () => Promise.reject(unreachable) };
  await expect(evidenceOf(content, subject).next()).rejects.toBe(unreachable);
});
