import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { labelsOf } from "@libcnb/packager/oci";
import { concurrently } from "../../../builder-packager/src/concurrently.ts";
import { cnbSucceeds } from "../../support/cnb.ts";
import { put, type RebaseImages, rebaseImages } from "../../support/images/rebase-world.ts";
import { startRegistry } from "../../support/service.ts";
import { type Figure, plain, secondsOf } from "../figure.ts";

const workerCounts = [1, 2, 4] as const;

/** The size of the fleet, if the command line has no other. */
const defaultSize = 10_000;

/** The images of a fleet in a registry, and the two run images between which the fleet moves. */
interface Fleet {
  readonly host: string;
  readonly images: RebaseImages;
  readonly size: number;
  /** The prefix of the repositories. */
  readonly prefix: string;
}

/**
 * Rebases all images of a pattern with several processes at once, each of which has a shard. A tenth
 * of the fleet shows how the time of each image grows with the number of images.
 */
export async function* fleetTimes({ size = defaultSize }: { readonly size?: number }): AsyncGenerator<Figure> {
  for (const each of [Math.ceil(size / 10), size]) {
    const dir = await mkdtemp(join(tmpdir(), "bench-fleet-"));
    const registry = await startRegistry();
    try {
      const images = await rebaseImages(dir, `${registry.host}/run:1`);
      yield* timesOfFleet({ host: registry.host, images, size: each, prefix: "fleet" });
    } finally {
      await registry.stop();
      await rm(dir, { recursive: true, force: true });
    }
  }
}

async function* timesOfFleet(fleet: Fleet): AsyncGenerator<Figure> {
  const { host, images, size } = fleet;
  await putAll(fleet);
  for (const [turn, workers] of workerCounts.entries()) {
    // Each turn moves all images to the other run image.
    await put(turn % 2 === 0 ? images.next : images.old, `${host}/run:1`);
    const seconds = await secondsOf(() => rebaseAll(fleet, workers));
    yield plain(`rebase of ${size}, ${workers} at once, each`, (seconds * 1000) / size, "ms");
  }
  const unchanged = await secondsOf(() => rebaseAll(fleet, 1));
  yield plain(`check of ${size} on the current base, each`, (unchanged * 1000) / size, "ms");
}

/** Writes the images, which differ in a label, into repositories of their own. */
async function putAll({ host, images: { app }, size, prefix }: Fleet): Promise<void> {
  const numbers = Array.from({ length: size }, (_, index) => index);
  const one = (number: number) =>
    put(oci.mutate.labels(app, { ...labelsOf(app), number: `${number}` }), `${host}/${prefix}/app-${number}:latest`);
  await concurrently(numbers, one, { limit: 16 });
}

/** Starts one command for each shard, as on several machines. */
async function rebaseAll({ host, prefix }: Fleet, workers: number): Promise<void> {
  const shards = Array.from({ length: workers }, (_, index) => `${index + 1}/${workers}`);
  const filter = ["--filter", `${host}/${prefix}/*:latest`];
  await Promise.all(shards.map((shard) => cnbSucceeds(["rebase", ...filter, "--shard", shard])));
}
