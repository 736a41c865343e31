// @needs docker-registry, go, skopeo
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { cnbSucceeds, execute } from "../../support/cnb.ts";
import { craneProgram } from "../../support/registry/crane.ts";
import { sampleImages } from "../../support/registry/sample.ts";
import { startRegistry } from "../../support/service.ts";
import { type Figure, fasterThan, median, secondsOf } from "../figure.ts";

const turns = 5;
const imageBytes = 100_000_000;

/** Seconds to copy an image of two platforms and 100 MB to another registry, and to copy it again. */
export async function* copyTimes(): AsyncGenerator<Figure> {
  const crane = await craneProgram();
  const [from, samples] = await Promise.all([startRegistry(), sampleImages()]);
  try {
    const source = `${from.host}/app:1`;
    const image = await samples.image(1, imageBytes);
    const images = [image, { ...image, config: { ...image.config, architecture: "arm64" } }];
    await oci.write({ images }, parseImageReference(source));
    const tools: readonly Tool[] = [
      { name: "cnb", copy: (target) => cnbSucceeds(["copy", source, target]) },
      { name: "crane", copy: (target) => succeeds(crane, ["copy", "--insecure", source, target]) },
      { name: "skopeo", copy: (target) => succeeds("skopeo", [...skopeo, `docker://${source}`, `docker://${target}`]) },
    ];
    for (const again of [false, true]) {
      const [cnb = Number.NaN, ...peers] = await timesOf(tools, again);
      for (const [at, peer] of peers.entries())
        yield fasterThan(again ? "copy again" : "copy of 100 MB", "s", {
          value: cnb,
          peer: `${tools[at + 1]?.name} copy`,
          peerValue: peer,
          times: 1,
        });
    }
  } finally {
    await Promise.all([from.stop(), samples.remove()]);
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
