import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, labelsOf } from "@libcnb/packager/oci";
import { concurrently } from "../../../builder-packager/src/concurrently.ts";
import { cnbSucceeds, staticSucceeds } from "../../support/cnb.ts";
import { put, type RebaseImages, rebaseImages } from "../../support/images/rebase-world.ts";
import { type OfficialPack, officialPack } from "../../support/pack/official-pack.ts";
import { startRegistry } from "../../support/service.ts";
import { buildStaticProgram } from "../../support/static-program.ts";
import { type Figure, fasterThan, median, plain, secondsOf } from "../figure.ts";

const turns = 7;
const fleetSize = 1000;

/** One image by the command and by pack, and a fleet of images in repositories of their own. */
export async function* rebaseTimes(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-rebase-"));
  const [registry, pack] = await Promise.all([startRegistry(), officialPack(), buildStaticProgram()]);
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
  const times = { cnb: [] as number[], static: [] as number[], pack: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    const name = (who: string) => `${host}/${who}:${turn}`;
    for (const who of Object.keys(times)) await put(app, name(who));
    times.cnb.push(await secondsOf(() => cnbSucceeds(["rebase", name("cnb")])));
    times.static.push(await secondsOf(() => staticSucceeds(["rebase", name("static")])));
    times.pack.push(await secondsOf(() => pack.succeeds(["rebase", name("pack"), "--publish"])));
  }
  const value = median(times.cnb) * 1000;
  yield plain("rebase", value, "ms", 100);
  const peer = { peer: "pack rebase --publish", peerValue: median(times.pack) * 1000 };
  yield fasterThan("rebase", "ms", { value, ...peer, times: 5 });
  yield fasterThan("rebase, static program", "ms", { value: median(times.static) * 1000, ...peer, times: 2 });
}

async function* fleet(host: string, dir: string, { app }: RebaseImages): AsyncGenerator<Figure> {
  const distinct = (index: number) => oci.mutate.labels(app, { ...labelsOf(app), number: `${index}` });
  for (const [form, suffix, run, target] of [
    ["cnb", "", cnbSucceeds, 20],
    ["static", ", static program", staticSucceeds, 5],
  ] as const) {
    const names = Array.from({ length: fleetSize }, (_, index) => `${host}/fleet-${form}/app-${index}:1`);
    await concurrently([...names.entries()], ([index, name]) => put(distinct(index), name), { limit: 16 });
    const list = join(dir, `${form}.txt`);
    await writeFile(list, names.join("\n"));
    const args = ["rebase", "--from", list, "--report", join(dir, `${form}.jsonl`)];
    const seconds = await secondsOf(() => run(args));
    yield plain(`rebase of ${fleetSize}, each${suffix}`, (seconds * 1000) / fleetSize, "ms", target);
  }
}
