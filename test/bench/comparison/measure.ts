import type { Image } from "@libcnb/packager/oci";
import { secondsOf } from "../figure.ts";
import { digestOf, hasSbom, megabytes, packagesIn, pulled } from "./images.ts";
import type { Measurement, Step, ToolName } from "./results.ts";
import type { Tool } from "./tools/tool.ts";

/** Starts a tool with empty caches. */
export type Open = () => Promise<Tool>;

/** What is done with one app, by all tools in turns. */
export interface Plan {
  readonly host: string;
  readonly tools: Readonly<Partial<Record<ToolName, Open>>>;
  changeCode(): Promise<unknown>;
  addDependency(): Promise<unknown>;
  /** Replaces the base images in the registry, and returns the new ones. */
  fixBases(): Promise<readonly Image[]>;
}

const unchangedBuilds = 2;

/** What is known of the tools so far. */
export type Measurements = Partial<Record<ToolName, Measurement>>;

/** Measures all tools step by step: the load of the machine affects all of them. Calls `report` after each step. */
export async function measured(plan: Plan, report: (so: Measurements) => Promise<void>): Promise<Measurements> {
  const runs: Run[] = [];
  const known = () => Object.fromEntries(runs.map((run) => [run.name, run.measurement()]));
  const inTurns = async (work: (run: Run) => Promise<unknown>) => {
    for (const run of runs) await work(run);
    await report(known());
  };
  try {
    for (const [name, open] of Object.entries(plan.tools)) runs.push(await newRun(plan.host, name as ToolName, open));
    await inTurns((run) => run.build("first"));
    await inTurns((run) => run.examine());
    for (let turn = 0; turn < unchangedBuilds; turn++) await inTurns((run) => run.build("unchanged"));
    await Promise.all(runs.map((run) => run.buildAgain())); // not timed
    await plan.changeCode();
    await inTurns((run) => run.build("code"));
    await plan.addDependency();
    await inTurns((run) => run.build("dependency"));
    const bases = await plan.fixBases();
    await inTurns((run) => run.repair(bases));
    return known();
  } finally {
    await closeAll(runs);
  }
}

/** A tool that cannot be closed keeps no other tool open, and does not hide the error of a step. */
async function closeAll(runs: readonly Run[]): Promise<void> {
  const outcomes = await Promise.allSettled(runs.map((run) => run.close()));
  for (const [index, outcome] of outcomes.entries())
    if (outcome.status === "rejected") console.error(`${runs[index]?.name} cannot be closed: ${outcome.reason}`);
}

type Run = Awaited<ReturnType<typeof newRun>>;

async function newRun(host: string, name: ToolName, open: Open) {
  const tool = await open();
  const image = `${host}/${name.replace(" ", "-").toLowerCase()}/app:1`;
  const seconds: Partial<Record<Step, number>> = {};
  const uploadedMb: Partial<Record<Step, number>> = {};
  let digest = "";
  let facts: Omit<Measurement, "seconds" | "uploadedMb"> = {};

  const timed = async (step: Step, work: () => Promise<unknown>, bases: readonly Image[] = []) => {
    const before = step === "first" ? [] : [await pulled(image)];
    const time = await secondsOf(work);
    console.error(`${name}, ${step}: ${time.toFixed(1)} s`);
    seconds[step] = rounded(Math.min(time, seconds[step] ?? Number.POSITIVE_INFINITY));
    if (step !== "first") uploadedMb[step] = rounded(megabytes(await pulled(image), [...before, ...bases]));
  };
  return {
    name,
    build: (step: Step) => timed(step, () => tool.build(image)),
    repair: (bases: readonly Image[]) => timed("base", () => tool.repair(image), bases),
    /** With empty caches, to a repository that has nothing. */
    async buildAgain() {
      const other = await open();
      const again = image.replace(/app:1$/, "again:1");
      try {
        await other.build(again);
      } finally {
        await other.close();
      }
      facts = { ...facts, reproducible: digest === digestOf(await pulled(again)) };
    },
    async examine() {
      const first = await pulled(image);
      digest = digestOf(first);
      facts = {
        imageMb: rounded(megabytes(first)),
        packages: await packagesIn(image),
        sbom: hasSbom(first),
        user: first.config.config?.User || "root",
      };
    },
    measurement: (): Measurement => ({ seconds: { ...seconds }, uploadedMb: { ...uploadedMb }, ...facts }),
    close: () => tool.close(),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
