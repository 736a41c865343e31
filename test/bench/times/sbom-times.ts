import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, type Image, labelsOf, openBlobStore, parseImageReference } from "@libcnb/packager/oci";
import { sboms } from "libcnb";
import { sbomMediaTypes } from "libcnb/spec";
import { emitSboms } from "../../../framework/src/sbom/emit.ts";
import { cnbSucceeds, staticSucceeds } from "../../support/cnb.ts";
import { officialPack } from "../../support/pack/official-pack.ts";
import { startRegistry } from "../../support/service.ts";
import { buildStaticProgram } from "../../support/static-program.ts";
import { tinyImage } from "../../support/tiny/images.ts";
import { type Figure, fasterThan, median, secondsOf } from "../figure.ts";

const turns = 7;
const componentCount = 500;
const otherBytes = 50_000_000;

/** The SBOM files of an app image in a registry, by the command and by pack. */
export async function* sbomTimes(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-sbom-"));
  const [registry, pack] = await Promise.all([startRegistry(), officialPack(), buildStaticProgram()]);
  try {
    const app = `${registry.host}/app:1`;
    await oci.write(await appImage(dir), parseImageReference(app));
    const out = (who: string, turn: number) => join(dir, `${who}-${turn}`);
    const download = (who: string, turn: number) => ["sbom", "download", app, "--output-dir", out(who, turn)];
    const times = { cnb: [] as number[], static: [] as number[], pack: [] as number[] };
    for (let turn = 0; turn < turns; turn++) {
      times.cnb.push(await secondsOf(() => cnbSucceeds(download("cnb", turn))));
      times.static.push(await secondsOf(() => staticSucceeds(download("static", turn))));
      times.pack.push(await secondsOf(() => pack.succeeds([...download("pack", turn), "--remote"])));
      for (const who of ["cnb", "static"]) await refuseOthers(out(who, turn), out("pack", turn));
    }
    const peer = { peer: "pack sbom download --remote", peerValue: median(times.pack) * 1000 };
    yield fasterThan("sbom download", "ms", { value: median(times.cnb) * 1000, ...peer, times: null });
    const value = median(times.static) * 1000;
    yield fasterThan("sbom download, static program", "ms", { value, ...peer, times: 2 });
  } finally {
    await registry.stop();
    await pack.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

/** One buildpack's SBOM in all formats, beside a layer that nobody has to download for it. */
async function appImage(dir: string): Promise<Image> {
  const components = Array.from({ length: componentCount }, (_, index) => ({
    name: `part-${index}`,
    version: `1.${index}.0`,
    licenses: ["MIT"],
    purl: `pkg:npm/part-${index}@1.${index}.0`,
  }));
  const texts = Object.entries(await emitSboms(sboms(components), Object.values(sbomMediaTypes)));
  const store = await openBlobStore(join(dir, "blobs"));
  const file = (path: string, content: Uint8Array) =>
    ({ type: "file", path, mode: 0o644, uid: 0, gid: 0, content }) as const;
  const location = "/layers/sbom/launch/libcnb_node-packages/modules";
  const sbom = await createLayer(
    texts.map(([extension, text]) => file(`${location}/sbom.${extension}`, Buffer.from(text))),
    store,
  );
  const other = await createLayer([file("/layers/other", randomBytes(otherBytes))], store);
  const image = oci.mutate.appendLayers(await tinyImage(dir), [{ layer: other }, { layer: sbom }]);
  const metadata = JSON.stringify({ sbom: { sha: sbom.diffId }, runImage: { topLayer: "", reference: "" } });
  const own = { "io.buildpacks.lifecycle.metadata": metadata, "io.buildpacks.build.metadata": "{}" };
  return oci.mutate.labels(image, { ...labelsOf(image), ...own });
}

/** Who writes other files need not be compared. */
async function refuseOthers(ours: string, theirs: string): Promise<void> {
  const [one, other] = [await filesIn(ours), await filesIn(theirs)];
  if (one.length === 0 || one.join() !== other.join()) throw new Error(`other files: ${one.join()}\n${other.join()}`);
}

async function filesIn(dir: string): Promise<readonly string[]> {
  const names = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(names.map(async (name) => `${name}=${await readFile(join(dir, name), "base64")}`));
}
