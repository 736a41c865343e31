import { createHash } from "node:crypto";
import type { Digest } from "@libcnb/packager/oci";

/** Pushes a signature to the tag at which cosign 2 looks for it. */
export async function pushSimpleSigning(
  repository: string,
  digest: Digest,
  { payload, signature }: { readonly payload: Buffer; readonly signature: string | undefined },
): Promise<void> {
  const [host = "", ...path] = repository.split("/");
  const below = `http://${host}/v2/${path.join("/")}`;
  const layer = await pushBlob(below, payload, "application/vnd.dev.cosign.simplesigning.v1+json");
  const config = { architecture: "", os: "", config: {}, rootfs: { type: "layers", diff_ids: [layer.digest] } };
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const annotations = signature === undefined ? {} : { "dev.cosignproject.cosign/signature": signature };
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: await pushBlob(below, Buffer.from(JSON.stringify(config)), "application/vnd.oci.image.config.v1+json"),
    layers: [{ ...layer, annotations }],
  };
  const tag = `${digest.replace(":", "-")}.sig`;
  await put(`${below}/manifests/${tag}`, Buffer.from(JSON.stringify(manifest)), mediaType);
}

async function pushBlob(below: string, content: Buffer, mediaType: string) {
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  const upload = await fetch(`${below}/blobs/uploads/`, { method: "POST" });
  const location = new URL(upload.headers.get("location") ?? "", below);
  location.searchParams.set("digest", digest);
  await put(location.href, content, "application/octet-stream");
  return { mediaType, digest, size: content.length };
}

async function put(url: string, body: Buffer, type: string): Promise<void> {
  const { status } = await fetch(url, { method: "PUT", body: new Uint8Array(body), headers: { "content-type": type } });
  if (status !== 201) throw new Error(`PUT ${url} answered ${status}`);
}
