import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { execute } from "../../support/cnb.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../../support/lifecycle/lifecycle-binaries.ts";
import { startRegistry } from "../../support/service.ts";
import { tinyImage } from "../../support/tiny/images.ts";
import type { ExportInput } from "../export/export-input.ts";
import { writeExportLayers } from "../export/export-layers.ts";
import { ourExport } from "../export/export-ours.ts";
import { theirExport } from "../export/export-theirs.ts";
import { type Figure, fasterThan, median, plain, secondsOf } from "../figure.ts";

const turns = 3;

/** 1 GB in 20 launch layers that no one has seen before, exported to a registry on the loopback interface: in turns, ours and the lifecycle's exporter. */
export async function* exportTimes(): AsyncGenerator<Figure> {
  const lifecycle = await lifecycleBinaries();
  try {
    await writeInputs(lifecycle.dir);
    const [ours, theirs]: [Exported[], Exported[]] = [[], []];
    for (let turn = 0; turn < turns; turn++) {
      ours.push(await exported(lifecycle, ourExport));
      theirs.push(await exported(lifecycle, theirExport));
    }
    refuseOthers(ours, theirs);
    const [value, peerValue] = [ours, theirs].map((all) => median(all.map(({ seconds }) => seconds))) as [
      number,
      number,
    ];
    yield fasterThan("export of 1 GB in 20 layers", "s", { value, peer: "lifecycle exporter", peerValue, times: 3 });
    const [size, peerSize] = [ours, theirs].map(([one]) => (one?.bytes ?? 0) / 1e6) as [number, number];
    yield {
      ...plain("  compressed", size, "MB"),
      peer: "lifecycle exporter",
      peerValue: peerSize,
      ratio: size / peerSize,
    };
  } finally {
    await lifecycle.remove();
  }
}

/** All belongs to the user of this process, as whom the exporter runs. */
async function writeInputs(dir: string): Promise<void> {
  for (const name of ["app", "layers/config", "rootfs/cnb/lifecycle"])
    await mkdir(join(dir, name), { recursive: true });
  await writeFile(join(dir, "app/app.txt"), "hello\n");
  await writeFile(join(dir, "rootfs/cnb/lifecycle/launcher"), "#!/bin/sh\n", { mode: 0o755 });
  await writeExportLayers(join(dir, "layers"));
}

interface Exported {
  readonly seconds: number;
  /** The diff IDs of the buildpack's layers. */
  readonly diffIds: string;
  readonly bytes: number;
}

/** Into a registry that has nothing but the run image. */
async function exported(
  { dir }: LifecycleBinaries,
  prepare: (input: ExportInput) => Promise<() => Promise<unknown>>,
): Promise<Exported> {
  const { host, stop } = await startRegistry();
  try {
    const input = { dir, runImage: `${host}/run:1`, output: `${host}/app:1` };
    await oci.write(await tinyImage(join(dir, "run"), { env: ["PATH=/bin"] }), parseImageReference(input.runImage));
    const work = await prepare(input);
    await execute("sync", []); // nobody pays for what the other wrote
    const seconds = await secondsOf(work);
    const { layers } = oci.imageFor(await oci.read(parseImageReference(input.output)));
    const bytes = layers.reduce((total, { size }) => total + size, 0);
    return {
      seconds,
      bytes,
      diffIds: layers
        .slice(1, -4)
        .map(({ diffId }) => diffId)
        .join(),
    };
  } finally {
    await stop();
  }
}

/** Who makes another image need not be compared. */
function refuseOthers(ours: readonly Exported[], theirs: readonly Exported[]): void {
  const diffIds = new Set([...ours, ...theirs].map((each) => each.diffIds));
  if (diffIds.size > 1) throw new Error(`the images have other layers:\n${[...diffIds].join("\n")}`);
}
