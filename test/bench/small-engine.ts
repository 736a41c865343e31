import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { referenceGroups } from "../support/apps/reference-order.ts";
import { pinnedNode } from "../support/cnb.ts";
import { against, type Figure, plain } from "./figure.ts";
import { detectIn, makeDetectInput, packagedComposite, packagedExecD, packagedReference } from "./small/packages.ts";
import { type Cost, costOfGroups, costsOf, type Program } from "./small/turns.ts";
import { unchangedAgainstPack } from "./times/build-times.ts";

const runs = 60;
const five = ["procfile", "environment-variables", "image-labels", "git", "ca-certificates"];

/** Sizes, starts and memory of buildpacks and exec.d programs on the small engine, and what they make of a build. */
export async function* smallEngine(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-small-"));
  try {
    const procfile = await packagedReference(dir, "small", "procfile");
    const onNode = await packagedReference(dir, "node", "procfile");
    yield against("one buildpack, compressed", procfile.size, "MB", 2, "on Node.js", onNode.size);
    const utilities = await packagedComposite(dir, "small", { id: "utilities", members: five });
    yield plain("five buildpacks in one, compressed", utilities.size, "MB", 2.5);
    const execD = await packagedExecD(dir);
    yield plain("exec.d program, compressed", execD.size, "MB", 1.5);
    const input = await makeDetectInput(dir);
    const nodeEngine = await packagedReference(dir, "auto", "node-engine");
    const empty: Program = { file: pinnedNode, args: ["-e", "0"], env: {}, cwd: dir, exitCodes: [0] };
    const costs = costsOf(runs, {
      small: detectIn(procfile.directoryOf("libcnb/procfile"), input),
      large: detectIn(nodeEngine.directoryOf("libcnb/node-engine"), input),
      execD: execD.program,
      empty,
    });
    yield* starts("detect, descriptor of 0.6 kB", costs.small, 0.2, costs.empty);
    yield* starts("detect, descriptor of 16 kB", costs.large, 0.3, costs.empty);
    yield* starts("exec.d program", costs.execD, 0.2, costs.empty);
    yield plain("peak memory, descriptor of 0.6 kB", costs.small.peak, "MB", 8);
    yield plain("peak memory, descriptor of 16 kB", costs.large.peak, "MB", 8);
    yield* wholeOrder(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  yield* unchangedAgainstPack();
}

function* starts(name: string, cost: Cost, target: number, empty: Cost): Generator<Figure> {
  yield against(`${name}, processor`, cost.processor, "ms", target, "node -e 0", empty.processor);
  yield against(`${name}, wall`, cost.wall, "ms", target, "node -e 0", empty.wall);
}

/** All groups of the reference builder, one after the other, on an app that none of its buildpacks is for. */
async function* wholeOrder(dir: string): AsyncGenerator<Figure> {
  const input = { app: join(dir, "notes"), platform: join(dir, "no-platform"), plan: join(dir, "plan.toml") };
  await mkdir(input.app);
  await mkdir(input.platform);
  await writeFile(join(input.app, "notes.txt"), "nothing that starts\n");
  const known = new Set<string>();
  const groups = (await referenceGroups()).map((ids) => ids.filter((id) => !known.has(id) && known.add(id)));
  const members = groups.flat().map((id) => id.replace("libcnb/", ""));
  const { directoryOf } = await packagedComposite(dir, "auto", { id: "reference", members });
  const programs = groups.map((ids) => ids.map((id) => detectIn(directoryOf(id), input, [0, 100])));
  const { wall, processor } = costOfGroups(runs, programs);
  yield plain(`whole order, ${members.length} programs, processor`, processor, "ms");
  yield plain(`whole order, ${members.length} programs, wall`, wall, "ms", 100);
}
