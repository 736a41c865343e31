import { join } from "node:path";
import type { Env } from "../../env/apply.ts";
import { composeBuildEnv, inheritedEnv } from "../../env/compose.ts";
import { inheritedPath } from "../../host/files/temporary-directory.ts";
import type { Group } from "../../lifecycle-rules/group.ts";
import { type PlanEntry, planFor, withoutMet } from "../../lifecycle-rules/plan-resolution.ts";
import type { Requirement } from "../../spec/build-plan.ts";
import { escapeBuildpackId } from "../../spec/names.ts";
import type { FileMap } from "../fixture/file-map.ts";
import type { World } from "../fixture/world.ts";
import type { BuildOutcome } from "../outcomes.ts";
import { buildIn, prepare } from "../sandbox.ts";
import type { GroupFixture } from "./fixture.ts";
import { layerFiles, type MemberBuild } from "./image.ts";
import { type Members, memberOf, unbuildable } from "./members.ts";

/** The inputs of a group's build. */
export interface GroupBuild {
  readonly group: Group;
  readonly plan: readonly PlanEntry<Requirement>[];
  readonly given: GroupFixture;
  /** Returns the restored content of a buildpack's layers directory. */
  readonly restore: (id: string) => FileMap;
}

/**
 * Builds with each buildpack of a group in turn. Each one gets the variables that earlier
 * buildpacks set, and the plan entries that they left.
 */
export async function buildMembers(world: World, members: Members, work: GroupBuild): Promise<readonly MemberBuild[]> {
  let env: Env = { ...inheritedPath(), HOME: world.home, ...inheritedEnv(work.given.inherited ?? {}) };
  let plan = work.plan;
  const builds: MemberBuild[] = [];
  for (const { id, version } of work.group) {
    const asked = planFor(plan, { id });
    const location = locationOf(world, id);
    const { buildpack, dir } = memberOf(members, { id, version });
    if (buildpack === undefined) throw unbuildable(`the buildpack ${id} has no build function`);
    const phase = await prepare(world, { ...work.given, buildpack: dir }, { ...location, inherited: env });
    const outcome = await buildIn(world, buildpack, phase, { plan: asked, restored: work.restore(id) });
    builds.push({ id, outcome });
    env = withBuildLayers(env, outcome, world, location.layersDir);
    plan = withoutMet(plan, met(asked, outcome));
  }
  return builds;
}

function locationOf(world: World, id: string) {
  const layersDir = join(world.layers, escapeBuildpackId(id));
  return { layersDir, planFile: join(world.plans, `${escapeBuildpackId(id)}.toml`) };
}

const met = (asked: readonly Requirement[], { parsed }: BuildOutcome): readonly string[] =>
  asked.map(({ name }) => name).filter((name) => !parsed.unmet.includes(name));

function withBuildLayers(env: Env, { parsed, layers }: BuildOutcome, world: World, dir: string): Env {
  const names = Object.keys(parsed.layers).filter((name) => parsed.layers[name]?.types.build);
  const files = world.location(layers); // the next buildpack runs with real paths
  return composeBuildEnv(
    names.map((name) => layerFiles(files, name, dir)),
    env,
  );
}
