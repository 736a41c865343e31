import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import type { Digest } from "../model/digest.ts";
import { decoded } from "./document.ts";
import type { Engine } from "./engine.ts";

/** A container engine's description of an image. */
export interface InspectedImage {
  /**
   * The digest of the image's configuration. If Docker uses its containerd store, the digest of the
   * manifest or index.
   */
  readonly id: Digest;
}

const inspected = looseObject({ Id: v.pipe(v.string(), v.regex(/^(sha256:)?[0-9a-f]{64}$/)) });

/** Inspects an image by name or ID. Returns undefined if the engine does not have the image. */
export async function inspectImage(engine: Engine, name: string): Promise<InspectedImage | undefined> {
  const path = `/images/${name.split("/").map(encodeURIComponent).join("/")}/json`;
  const answer = await engine.send({ method: "GET", path, expect: [200, 404] });
  if (answer.status === 404) {
    answer.discard();
    return undefined;
  }
  const what = `the response about the image ${name} from the container engine at ${engine.where}`;
  const { Id } = decoded(inspected, await answer.document(), what);
  return { id: Id.startsWith("sha256:") ? (Id as Digest) : `sha256:${Id}` };
}
