import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, type Image, labelsOf, openBlobStore, parseImageReference } from "@libcnb/packager/oci";
import { tinyImage } from "../tiny/images.ts";

/** The differences between the images of a rebase. */
export interface RebaseCase {
  /** Labels of the new run image. */
  readonly base?: Readonly<Record<string, string>>;
  readonly architecture?: string;
  readonly variant?: string;
  /** Labels of the app. */
  readonly app?: Readonly<Record<string, string>>;
  readonly platformApi?: string;
  /** The app's run image by name. Default: the repository that the new one is in. */
  readonly runImage?: { readonly image?: string; readonly mirrors?: readonly string[] };
  /** True if the label has the lifecycle's form before Platform API 0.12. */
  readonly inStack?: boolean;
}

/** A run image in two versions, and an app on the first. Their blobs are kept in `dir`. */
export interface RebaseImages {
  readonly old: Image;
  readonly next: Image;
  readonly app: Image;
}

export async function rebaseImages(dir: string, name: string, given: RebaseCase = {}): Promise<RebaseImages> {
  const old = await tinyImage(dir);
  const { architecture = "amd64", base = {} } = given;
  const plain = oci.mutate.appendLayers(await tinyImage(dir, { architecture }), [
    { layer: await fileLayer(dir, "/etc/patched") },
  ]);
  const labelled = oci.mutate.labels(oci.mutate.env(plain, { NEW: "only in new apps" }), {
    maintainer: "base",
    ...base,
  });
  const next = given.variant === undefined ? labelled : withVariant(labelled, given.variant);
  return { old, next, app: await appOn(old, dir, name, given) };
}

const withVariant = ({ raw: _, ...image }: Image, variant: string): Image => ({
  ...image,
  config: { ...image.config, variant },
});

const fileLayer = async (dir: string, path: string) =>
  createLayer(
    [{ type: "file", path, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(path) }],
    await openBlobStore(join(dir, "blobs")),
  );

async function appOn(old: Image, dir: string, name: string, given: RebaseCase): Promise<Image> {
  const layers = [{ layer: await fileLayer(dir, "/layers/one") }, { layer: await fileLayer(dir, "/workspace/app") }];
  const { platformApi = "0.13", app = {}, runImage = { image: name } } = given;
  const image = oci.mutate.env(oci.mutate.config(oci.mutate.appendLayers(old, layers), { WorkingDir: "/workspace" }), {
    CNB_PLATFORM_API: platformApi,
  });
  const top = { topLayer: old.layers.at(-1)?.diffId, reference: `${name}@${oci.serialize(old).manifestDigest}` };
  const label = {
    app: [{ sha: layers[1]?.layer.diffId }],
    buildpacks: [{ key: "a/<b>", version: "1", layers: {} }],
    config: { sha: "" },
    launcher: { sha: "" },
    "process-types": { sha: "" },
    runImage: { ...top, ...(given.inStack ? {} : runImage) },
    stack: { runImage },
  };
  const own = { "io.buildpacks.lifecycle.metadata": goJson(label), maintainer: "app" };
  return oci.mutate.labels(image, { ...labelsOf(image), ...own, ...app });
}

const goJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);

export const put = (image: Image, name: string): Promise<unknown> => oci.write(image, parseImageReference(name));
