import type { Digest } from "../model/digest.ts";
import type { Engine } from "./engine.ts";
import { refusedBy } from "./errors.ts";

/**
 * Sends an archive to a container engine as `docker load` does. An engine may respond with status
 * 200 and report a failure in the lines of the response.
 *
 * @throws CnbError DAEMON_FAILED; errors of reading the archive.
 */
export async function loadArchive(engine: Engine, archive: AsyncIterable<Uint8Array>, purpose: string): Promise<void> {
  const answer = await engine.send({ method: "POST", path: "/images/load?quiet=1", expect: [200], body: archive });
  const problem = (await answer.text())
    .split("\n")
    .map(errorIn)
    .find((error) => error !== undefined);
  if (problem !== undefined) throw refusedBy(engine.where, purpose, problem);
}

function errorIn(line: string): string | undefined {
  try {
    const { error, errorDetail } = JSON.parse(line);
    const message: unknown = errorDetail?.message ?? error;
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Gives an image in the engine an additional name. */
export async function tagImage(engine: Engine, id: Digest, repository: string, tag: string): Promise<void> {
  const path = `/images/${id}/tag?${new URLSearchParams({ repo: repository, tag })}`;
  (await engine.send({ method: "POST", path, expect: [200, 201] })).discard();
}
