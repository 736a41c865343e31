import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { makeWorld } from "../../e2e/reference/reference-world.ts";
import { buildahIn, makeSlimImage, type Recipe, succeeded } from "../../support/apps/dockerfile-app.ts";
import { execute } from "../../support/cnb.ts";
import { startRegistry } from "../../support/service.ts";
import { against, type Figure } from "../figure.ts";
import { comparedApps } from "./apps.ts";
import { fix, pulled } from "./images.ts";
import { machine, versions } from "./machine.ts";
import { type Measurements, measured, type Plan } from "./measure.ts";
import { type AppName, type AppResult, appNames, record, type ToolName } from "./results.ts";
import { openCnb, openPack } from "./tools/buildpacks.ts";
import { openBuildah, openBuildKit } from "./tools/dockerfiles.ts";
import { kanikoProgram, openKaniko } from "./tools/kaniko.ts";
import type { Input, Tool } from "./tools/tool.ts";

interface Options {
  readonly apps?: readonly AppName[];
}

/** Five apps by five tools, into docs/comparison.json; only some of them with `apps`. */
export async function* comparisonTimes({ apps = appNames }: Options = {}): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-compare-"));
  try {
    const [missing] = await Promise.all([missingTools(), makeWorld(dir)]);
    for (const [index, name] of apps.entries()) {
      const about = { machine: machine(), versions: await versions(), missing };
      const measured = apps.slice(0, index + 1);
      const result = await compared(name, dir, missing, (part) => record(part, about, measured));
      yield* figuresOf(result);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const all: Readonly<Record<ToolName, (input: Input) => Promise<Tool>>> = {
  "cnb build": openCnb,
  "pack build": openPack,
  BuildKit: openBuildKit,
  buildah: openBuildah,
  kaniko: openKaniko,
};

/** kaniko is archived: its module may not compile some day. */
const missingTools = (): Promise<Partial<Record<ToolName, string>>> =>
  kanikoProgram().then(
    () => ({}),
    (error: Error) => ({ kaniko: error.message.split("\n", 1)[0] ?? "" }),
  );

type Missing = Awaited<ReturnType<typeof missingTools>>;

export async function compared(
  name: AppName,
  dir: string,
  missing: Missing,
  report: (part: AppResult) => Promise<void>,
): Promise<AppResult> {
  const app = comparedApps[name];
  const begun = load();
  const source = join(dir, `source-${name}`);
  await app.makeSource(source);
  await using world = await app.world(dir);
  const registry = await startRegistry();
  const { host } = registry;
  try {
    await copy(world.builder, `${host}/builder:1`);
    await copy(`oci:${dir}/base-run`, `${host}/run:1`);
    const bases = [
      `${host}/run:1`,
      ...(await pushSlim(host, join(dir, `slim-${name}`), await app.base(dir), app.recipe)),
    ];
    const dockerfile = app.recipe.dockerfile.replaceAll(/localhost\/(slim|tools)/g, `${host}/$1:1`);
    const input = { host, app: source, world, dockerfile, settings: await app.recipe.settings() };
    const tools = Object.entries(all)
      .filter(([tool]) => !(tool in missing))
      .map(([tool, open]) => [tool, () => open(input)]);
    const date = new Date().toISOString().slice(0, 10);
    const resultOf = (measurements: Measurements): AppResult => ({
      app: name,
      name: app.name,
      date,
      load: { start: begun, end: load() },
      tools: measurements,
    });
    const plan: Plan = {
      host,
      tools: Object.fromEntries(tools),
      changeCode: () => app.changeCode(source),
      addDependency: () => app.addDependency(source),
      async fixBases() {
        for (const base of bases) await fix(base, join(dir, "fixed"));
        return Promise.all(bases.map(pulled));
      },
    };
    return resultOf(await measured(plan, (part) => report(resultOf(part))));
  } finally {
    await registry.stop();
  }
}

/** Creates the images that stand for the official ones, and returns their names in the registry. */
async function pushSlim(host: string, dir: string, base: string, recipe: Recipe): Promise<readonly string[]> {
  const buildah = buildahIn(dir);
  await makeSlimImage(dir, base, recipe, buildah);
  const names = recipe.tools === undefined ? ["slim"] : ["slim", "tools"];
  for (const name of names) await buildah("push", "--tls-verify=false", name, `docker://${host}/${name}:1`);
  await rm(dir, { recursive: true, force: true });
  return names.map((name) => `${host}/${name}:1`);
}

async function copy(from: string, to: string): Promise<void> {
  succeeded(await execute("skopeo", ["copy", "--insecure-policy", "--dest-tls-verify=false", from, `docker://${to}`]));
}

const load = (): number => Math.round((loadavg()[1] ?? 0) * 10) / 10;

/** cnb build against BuildKit. */
function* figuresOf({ name, tools }: AppResult): Generator<Figure> {
  for (const [step, text] of [
    ["first", "first build"],
    ["unchanged", "unchanged"],
    ["code", "code changed"],
    ["dependency", "dependency added"],
    ["base", "base image fixed"],
  ] as const) {
    const [ours, theirs] = [tools["cnb build"]?.seconds[step], tools.BuildKit?.seconds[step]];
    if (ours !== undefined && theirs !== undefined)
      yield against(`${name}, ${text}`, ours, "s", null, "BuildKit", theirs);
  }
}
