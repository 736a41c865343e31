import { CnbError } from "../../errors.ts";
import { openEngine } from "../daemon/engine.ts";
import { inspectImage } from "../daemon/inspect.ts";
import type { DaemonOptions } from "../daemon/options.ts";
import { receiveArchive } from "../files/archive-file.ts";
import type { Image } from "../model/image.ts";
import { imagesInArchive } from "./docker-archive.ts";

/**
 * Reads an image from a Docker daemon or podman. The engine sends the whole image. The image is
 * stored in an unnamed temporary file, as large as the uncompressed layers.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, DAEMON_ADDRESS_INVALID, DAEMON_UNREACHABLE,
 * DAEMON_FAILED.
 */
export async function readDockerDaemon(
  { name }: { readonly name: string },
  options: DaemonOptions,
): Promise<readonly Image[]> {
  const where = `docker-daemon:${name}`;
  const engine = await openEngine(`read ${where}`, options);
  const found = await inspectImage(engine, name);
  if (found === undefined)
    throw new CnbError("IMAGE_NOT_FOUND", `the container engine at ${engine.where} has no image called ${name}`, {
      hint: `List the images with "docker images", or fetch this image with "docker pull ${name}".`,
    });
  const saved = await engine.send({ method: "GET", path: `/images/${found.id}/get`, expect: [200] });
  return imagesInArchive(await receiveArchive(saved.content(), where), undefined);
}
