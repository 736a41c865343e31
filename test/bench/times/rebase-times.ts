import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, labelsOf } from "@libcnb/packager/oci";
import { concurrently } from "../../../builder-packager/src/concurrently.ts";
import { cnbSucceeds } from "../../support/cnb.ts";
import { put, type RebaseImages, rebaseImages } from "../../support/images/rebase-world.ts";
import { type OfficialPack, officialPack } from "../../support/pack/official-pack.ts";
import { startRegistry } from "../../support/service.ts";
import { type Figure, fasterThan, median, plain, secondsOf } from "../figure.ts";

const turns = 7;
const fleetSize = 1000;

/** One image by the command and by pack, and a fleet of images in repositories of their own. */
export async function* rebaseTimes(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-rebase-"));
  const [registry, pack] = await Promise.all([startRegistry(), officialPack()]);
  try {
    const images = await rebaseImages(dir, `${registry.host}/run:1`);
    await put(images.next, `${registry.host}/run:1`);
    yield* oneImage(registry.host, pack, images.app);
    yield* fleet(registry.host, dir, images);
  } finally {
    await registry.stop();
    await pack.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

async function* oneImage(host: string, pack: OfficialPack, app: Image): AsyncGenerator<Figure> {
  const times = { cnb: [] as number[], pack: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    const name = (who: string) => `${host}/${who}:${turn}`;
    await put(app, name("cnb"));
    await put(app, name("pack"));
    times.cnb.push(await secondsOf(() => cnbSucceeds(["rebase", name("cnb")])));
    times.pack.push(await secondsOf(() => pack.succeeds(["rebase", name("pack"), "--publish"])));
  }
  const value = median(times.cnb) * 1000;
  yield plain("rebase", value, "ms", 100);
  const peerValue = median(times.pack) * 1000;
  yield fasterThan("rebase", "ms", { value, peer: "pack rebase --publish", peerValue, times: 5 });
}

async function* fleet(host: string, dir: string, { app }: RebaseImages): AsyncGenerator<Figure> {
  const names = Array.from({ length: fleetSize }, (_, index) => `${host}/fleet/app-${index}:1`);
  const distinct = (index: number) => oci.mutate.labels(app, { ...labelsOf(app), number: `${index}` });
  await concurrently([...names.entries()], ([index, name]) => put(distinct(index), name), { limit: 16 });
  const list = join(dir, "images.txt");
  await writeFile(list, names.join("\n"));
  const seconds = await secondsOf(() => cnbSucceeds(["rebase", "--from", list, "--report", join(dir, "done.jsonl")]));
  yield plain(`rebase of ${fleetSize}, each`, (seconds * 1000) / fleetSize, "ms", 20);
}
