// @needs go
import * as oci from "@libcnb/packager/oci";
import { createLayer, type Image, labelsOf, openBlobStore, parseImageReference } from "@libcnb/packager/oci";
import { succeeded } from "../../support/apps/dockerfile-app.ts";
import { execute } from "../../support/cnb.ts";
import { put } from "../../support/images/rebase-world.ts";
import { goProgram } from "../../support/signing/go-program.ts";

export const syftVersion = "1.57.1";

const syftProgram = (): Promise<string> =>
  goProgram({ name: "syft", module: "github.com/anchore/syft", version: syftVersion, main: "./cmd/syft" });

export const pulled = async (name: string): Promise<Image> => oci.imageFor(await oci.read(parseImageReference(name)));

export const digestOf = (image: Image): string => oci.serialize(image).manifestDigest;

/** MB of compressed layers, without those that a registry has already. */
export function megabytes({ layers }: Image, had: readonly Image[] = []): number {
  const known = new Set(had.flatMap((image) => image.layers.map(({ diffId }) => diffId)));
  return layers.filter(({ diffId }) => !known.has(diffId)).reduce((total, { size }) => total + size, 0) / 1e6;
}

/** The number of packages that syft finds. */
export async function packagesIn(name: string): Promise<number> {
  const env = { ...process.env, SYFT_REGISTRY_INSECURE_USE_HTTP: "true", SYFT_CHECK_FOR_APP_UPDATE: "false" };
  const args = ["scan", `registry:${name}`, "--quiet", "--output", "syft-json"];
  const { stdout } = succeeded(await execute(await syftProgram(), args, { env }));
  return (JSON.parse(stdout) as { readonly artifacts: readonly unknown[] }).artifacts.length;
}

/** True if the image brings SBOMs, in the layer that the lifecycle's label names. */
export function hasSbom(image: Image): boolean {
  const label = labelsOf(image)["io.buildpacks.lifecycle.metadata"];
  return label !== undefined && (JSON.parse(label) as { readonly sbom?: object }).sbom !== undefined;
}

/** Replaces an image in a registry by the same one with one more layer, as if its publisher fixed a file. */
export async function fix(name: string, dir: string): Promise<void> {
  const file = {
    type: "file",
    path: "/etc/fixed",
    mode: 0o644,
    uid: 0,
    gid: 0,
    content: Buffer.from("fixed"),
  } as const;
  const layer = await createLayer([file], await openBlobStore(dir));
  await put(oci.mutate.appendLayers(await pulled(name), [{ layer }]), name);
}
