import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { imageFacts } from "../images/image-facts.ts";

/** All of an image. Layers of the app are there by their entries: pack makes the app's folder one that everybody may write. */
export async function packFacts(reference: string) {
  const all = oci.imageFor(await oci.read(parseImageReference(reference)));
  const history = (all.config.history ?? []).filter((entry) => !entry.empty_layer);
  const ofApp = all.layers.filter((_, at) => /^Application (Slice|Layer)/.test(history[at]?.created_by ?? ""));
  let facts = JSON.stringify(await imageFacts(all));
  for (const [at, { diffId }] of ofApp.entries()) facts = facts.replaceAll(diffId, `<part ${at} of the app>`);
  const app = await Promise.all(ofApp.map((each) => entriesOf(each)));
  return { ...JSON.parse(facts), app };
}

async function entriesOf(layer: Image["layers"][number]): Promise<readonly unknown[]> {
  const entries = await readTar(layer.uncompressed());
  return entries.map((entry) => ({
    ...entry,
    mode: entry.path === "/workspace" ? "of the app's folder" : entry.mode,
    ...(entry.type === "file" && { content: String(entry.content) }),
  }));
}
