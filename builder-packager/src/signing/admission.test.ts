import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readImage, writeImage } from "../oci/image-io.ts";
import { digestOf, hexOf } from "../oci/model/digest.ts";
import { mediaTypes } from "../oci/model/media-type.ts";
import { emptyImage } from "../oci/model/mutate.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { Descriptor } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { verifiedImages } from "./admission.ts";
import { keyBundles } from "./bundle-signer.ts";
import { readPublicKeys } from "./keys/key-file.ts";
import { parsePrivateKey } from "./keys/private-key.ts";
import { signImage } from "./sign.ts";
import { verifyImages } from "./verify.ts";

let dir: string;
let reference: ImageReference;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "libcnb-verified-"));
  reference = { kind: "oci", dir: join(dir, "layout") };
  await mkdir(join(dir, "layout/blobs/sha256"), { recursive: true });
  await writeIndex([await image("signed", "builder:1")]);
  await sign();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const indexFile = () => join(dir, "layout/index.json");

const writeIndex = (manifests: readonly Descriptor[]) =>
  writeFile(indexFile(), JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));

/** Writes a manifest without layers, whose configuration nobody reads. */
async function image(label: string, name: string): Promise<Descriptor> {
  const config = { mediaType: mediaTypes.ociConfig, digest: digestOf(label), size: label.length };
  const bytes = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] });
  const digest = digestOf(bytes);
  await writeFile(join(dir, "layout/blobs/sha256", hexOf(digest)), bytes);
  return {
    mediaType: mediaTypes.ociManifest,
    digest,
    size: bytes.length,
    annotations: { "org.opencontainers.image.ref.name": name },
  };
}

/** Signs the images of the layout, and writes the public key. */
async function sign(): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  const signer = keyBundles(await parsePrivateKey(Buffer.from(pem), "", "key.pem"));
  await signImage(reference, { signer, registry: {} });
  await writeFile(join(dir, "key.pub"), publicKey.export({ type: "spki", format: "pem" }));
}

const firstEntry = async (): Promise<Descriptor> => JSON.parse(await readFile(indexFile(), "utf8")).manifests[0];

async function add(descriptor: Descriptor): Promise<void> {
  const { manifests } = JSON.parse(await readFile(indexFile(), "utf8"));
  await writeIndex([...manifests, descriptor]);
}

const verified = (...images: readonly string[]) =>
  verifiedImages({}, [{ images, keys: [join(dir, "key.pub")], identities: [] }]);
const verify = () => verified().admit?.(reference);

const nameOfSignature = `sha256-${"0".repeat(64)}.sig`;

test("the verification of a signed image in an OCI layout returns its digest", async () => {
  await expect(verify()).resolves.toEqual([(await firstEntry()).digest]);
});

test("a cosign signature in an OCI layout is not verified like an image", async () => {
  await add(await image("signature", nameOfSignature));
  await expect(verify()).resolves.toEqual([(await firstEntry()).digest]);
});

test("an unsigned image is refused even if its name is that of a cosign signature", async () => {
  const platform = { os: "linux", architecture: "amd64" };
  await add({ ...(await image("unsigned", nameOfSignature)), platform });
  await expect(verify()).rejects.toMatchObject({ code: "SIGNATURE_NOT_FOUND" });
});

test("an image name in an OCI layout cannot add a line or a control character to the output", async () => {
  await writeIndex([await image("signed", "app:1@sha256:0\napp\u001b[8m:2")]);
  await sign();
  const keys = await readPublicKeys([join(dir, "key.pub")]);
  const [verified] = await verifyImages(reference, { keys, registry: {} });
  expect(verified?.image).toBe("app:1@sha256:0 app\\u001b[8m:2");
});

test("an image with a name of a million characters is signed and verified in bounded time", async () => {
  await writeIndex([await image("long", `${"@".repeat(1_000_000)}\n`)]);
  await sign();
  await expect(verify()).resolves.toEqual([(await firstEntry()).digest]);
});

test.for<[string, readonly string[], boolean]>([
  ["without patterns applies", [], true],
  ["for another registry does not apply", ["example.com/*"], false],
  ["for a registry and all OCI layouts applies", ["example.com/*", "oci:*"], true],
  ["whose pattern has the parts in another order does not apply", ["*layout*oci:"], false],
  ["whose pattern is a prefix without an asterisk does not apply", ["oci:"], false],
])("a verification rule %s to an OCI layout", async ([, images, applies]) => {
  expect((await verified(...images).admit?.(reference)) !== undefined).toBe(applies);
});

test("a verification rule's pattern is compared with the complete name of an image in a registry", async () => {
  const registry = verified("docker.io/library/*");
  const debian: ImageReference = { kind: "registry", registry: "example.com", repository: "library/debian" };
  await expect(registry.admit?.(debian)).resolves.toBe(undefined);
});

test("verification rules from all sources apply to an image", async () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const other = join(dir, "other.pub");
  await writeFile(other, publicKey.export({ type: "spki", format: "pem" }));
  const both = verifiedImages(verified(), [{ images: [], keys: [other], identities: [] }]);
  await expect(both.admit?.(reference)).rejects.toMatchObject({ code: "SIGNATURE_INVALID" });
});

test("an image in a Docker daemon is refused if a verification rule requires its signature", async () => {
  const daemon: ImageReference = { kind: "docker-daemon", name: "app" };
  await expect(readImage(daemon, { registry: verified() })).rejects.toMatchObject({
    code: "IMAGE_REFERENCE_UNSUPPORTED",
  });
});

test("an image that replaces the verified image before it is read is refused", async () => {
  const { admit } = verified();
  const registry: RegistryOptions = {
    async admit(asked) {
      const digests = await admit?.(asked);
      await writeIndex([]);
      await writeImage(emptyImage({ os: "linux", architecture: "amd64" }), reference);
      return digests;
    },
  };
  await expect(readImage(reference, { registry })).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    message: `oci:${join(dir, "layout")} changed while it was read`,
  });
});
