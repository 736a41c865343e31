import { createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { type Mirror, serve } from "../file-mirror.ts";
import { mavenCentral } from "./maven-central.ts";

/**
 * A mirror on the loopback interface of what else is to be downloaded from sites that are not reachable everywhere these tests run: upstreams
 * publish the same archives as artefacts. Each is fetched once, when it is asked for, and kept in the cache.
 *
 * @param artefactOf where the artefact with a name of a file is: `org/apache/maven/apache-maven/3.9.9/apache-maven-3.9.9-bin.tar.gz`
 */
export const centralMirror = (artefactOf: (file: string) => string | undefined): Promise<Mirror> =>
  serve(async (path) => {
    const artefact = artefactOf(basename(path));
    return artefact === undefined ? undefined : centralFile(artefact);
  });

/** The file of an artefact in the cache. */
export async function centralFile(artefact: string): Promise<string> {
  const dir = cacheDir(process.env, "test-central", artefact.replaceAll("/", "_"));
  const name = basename(artefact);
  await populateOnce(dir, async (workDir) => {
    const url = `${await mavenCentral()}/${artefact}`;
    const { ok, status, body } = await fetch(url);
    if (!ok || body === null) throw new Error(`${url} answered ${status}`);
    await pipeline(Readable.fromWeb(body), createWriteStream(join(workDir, name)));
  });
  return join(dir, name);
}
