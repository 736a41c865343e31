// @needs docker-registry, go, skopeo
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { cnbSucceeds, execute, staticSucceeds } from "../../support/cnb.ts";
import { craneProgram } from "../../support/registry/crane.ts";
import { sampleImages } from "../../support/registry/sample.ts";
import { startRegistry } from "../../support/service.ts";
import { buildStaticProgram } from "../../support/static-program.ts";
import { type Figure, fasterThan, median, secondsOf } from "../figure.ts";

const turns = 5;
const imageBytes = 100_000_000;
const manyLayers = 20;

/** Seconds to copy an image to another registry: one of two platforms and one layer, one of many layers, and the first again. */
export async function* copyTimes(): AsyncGenerator<Figure> {
  const [crane] = await Promise.all([craneProgram(), buildStaticProgram()]);
  const [from, samples] = await Promise.all([startRegistry(), sampleImages()]);
  try {
    const one = await samples.image(1, imageBytes);
    const arm = { ...one, config: { ...one.config, architecture: "arm64" } };
    const parts = Array.from({ length: manyLayers }, (_, at) => samples.image(at + 2, imageBytes / manyLayers));
    const layers = (await Promise.all(parts)).flatMap((image) => image.layers.slice(0, 1));
    const many = oci.mutate.appendLayers(
      { ...one, layers: [], config: { ...one.config, rootfs: { type: "layers", diff_ids: [] }, history: [] } },
      layers.map((layer) => ({ layer })),
    );
    await oci.write({ images: [one, arm] }, parseImageReference(`${from.host}/one:1`));
    await oci.write(many, parseImageReference(`${from.host}/many:1`));
    for (const [name, source, again] of [
      ["copy of 100 MB", `${from.host}/one:1`, false],
      [`copy of ${manyLayers} layers`, `${from.host}/many:1`, false],
      ["copy again", `${from.host}/one:1`, true],
    ] as const)
      yield* compared(name, toolsFor(source, crane), again);
  } finally {
    await Promise.all([from.stop(), samples.remove()]);
  }
}

const toolsFor = (source: string, crane: string): readonly Tool[] => [
  { name: "cnb", copy: (target) => cnbSucceeds(["copy", source, target]) },
  { name: "static", copy: (target) => staticSucceeds(["copy", source, target]) },
  { name: "crane", copy: (target) => succeeds(crane, ["copy", "--insecure", source, target]) },
  { name: "skopeo", copy: (target) => succeeds("skopeo", [...skopeo, `docker://${source}`, `docker://${target}`]) },
];

async function* compared(name: string, tools: readonly Tool[], again: boolean): AsyncGenerator<Figure> {
  const [cnb = Number.NaN, inStatic = Number.NaN, ...peers] = await timesOf(tools, again);
  for (const [at, peerValue] of peers.entries()) {
    const peer = { peer: `${tools[at + 2]?.name} copy`, peerValue, times: 1 };
    yield fasterThan(name, "s", { value: cnb, ...peer });
    yield fasterThan(`${name}, static program`, "s", { value: inStatic, ...peer });
  }
}

const skopeo = ["copy", "--multi-arch=all", "--src-tls-verify=false", "--dest-tls-verify=false"];

interface Tool {
  readonly name: string;
  readonly copy: (target: string) => Promise<unknown>;
}

/** The median of each tool, in turns. */
async function timesOf(tools: readonly Tool[], again: boolean): Promise<readonly number[]> {
  const times = tools.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++)
    for (const [at, tool] of tools.entries()) times[at]?.push(await timeOf(tool, again));
  return times.map(median);
}

/**
 * Each copy has a registry of its own that contains nothing. skopeo records the repositories of
 * blobs that it has copied, and mounts the blobs from there when the same registry gets them again.
 */
async function timeOf({ copy }: Tool, again: boolean): Promise<number> {
  const to = await startRegistry();
  try {
    const target = `${to.host}/app:1`;
    if (again) await copy(target);
    return await secondsOf(() => copy(target));
  } finally {
    await to.stop();
  }
}

async function succeeds(program: string, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await execute(program, args);
  if (exitCode !== 0) throw new Error(`${program} exited ${exitCode}: ${stderr}`);
}
