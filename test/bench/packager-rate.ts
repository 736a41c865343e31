import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLayer, directoryEntries, openBlobStore } from "@libcnb/packager/oci";
import { execute, pinnedNode, root } from "../support/cnb.ts";
import { lifecycleProgram } from "../support/lifecycle/lifecycle-program.ts";
import { type Figure, plain, secondsOf } from "./figure.ts";

/** Megabytes of files a second that become a layer, hashed and compressed, beside `gzip -6` alone and what pack does with a tar. */
export async function* packagerRate(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-rate-"));
  const layerOf = await lifecycleProgram<string, number>("official-layer.go");
  try {
    const tar = await inputs(dir);
    const megabytes = (await stat(tar)).size / 1e6;
    const rates = { ours: 0, pack: 0, gzip: 0 };
    for (let turn = 0; turn < 3; turn++) {
      const [pack = Number.NaN] = await layerOf.ask([tar]);
      const ours = await secondsOf(() => layer(dir, turn));
      const gzip = await secondsOf(() => execute("sh", ["-c", `gzip -6 -c "${tar}" > /dev/null`]));
      rates.ours = Math.max(rates.ours, megabytes / ours);
      rates.pack = Math.max(rates.pack, megabytes / pack);
      rates.gzip = Math.max(rates.gzip, megabytes / gzip);
    }
    yield rate("layer: hashed and compressed", rates.ours, "pack's way, gzip level 1", rates.pack);
    yield rate("layer: beside gzip -6 alone", rates.ours, "gzip -6", rates.gzip);
  } finally {
    await layerOf.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

const rate = (name: string, value: number, peer: string, peerValue: number): Figure => ({
  ...plain(name, value, "MB/s"),
  peer,
  peerValue,
  ratio: value / peerValue,
});

/** Typical contents of buildpacks: an executable and many small files. For the peers, they are also in a tar. */
async function inputs(dir: string): Promise<string> {
  await mkdir(join(dir, "files"));
  await copyFile(pinnedNode, join(dir, "files/node"));
  await execute("cp", ["-r", join(root, "node_modules/typescript"), join(dir, "files/typescript")]);
  const tar = join(dir, "files.tar");
  await execute("tar", ["-cf", tar, "-C", dir, "files"]);
  return tar;
}

async function layer(dir: string, turn: number): Promise<void> {
  const store = await openBlobStore(join(dir, `store-${turn}`));
  await createLayer(await directoryEntries(join(dir, "files"), { at: "/files", uid: 0, gid: 0 }), store);
}
