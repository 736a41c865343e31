import { join } from "node:path";
import { inheritedEnv } from "../../env/compose.ts";
import {
  type DetectHost,
  type Detection,
  type DetectRun,
  detectOrder,
  EndlessOrder,
} from "../../lifecycle-rules/detect-order.ts";
import type { GroupElement, Order } from "../../lifecycle-rules/group.ts";
import { emptyPlan, type WrittenPlan } from "../../lifecycle-rules/written-plan.ts";
import { exitCodeOf } from "../../render-error.ts";
import type { BuildPlan, Requirement } from "../../spec/build-plan.ts";
import { escapeBuildpackId } from "../../spec/names.ts";
import { matchesTarget } from "../../spec/target.ts";
import { defaultTarget } from "../fixture/phase-env.ts";
import type { World } from "../fixture/world.ts";
import type { DetectOutcome } from "../outcomes.ts";
import { detectIn, prepare } from "../sandbox.ts";
import type { GroupFixture } from "./fixture.ts";
import { type Member, type Members, memberOf, toOrder, unbuildable } from "./members.ts";

/** The detect results by buildpack id. Each buildpack runs once, even if it is in several groups. */
export type Detects = Readonly<Record<string, DetectOutcome | { readonly outcome: "error"; readonly error: unknown }>>;

/**
 * The result of running detect for an order: the chosen group, and the results of each buildpack.
 */
export interface GroupDetects {
  readonly detection: Detection<Requirement>;
  readonly detects: Detects;
}

/** Runs detect for the groups of an order, as the lifecycle does, until one passes. */
export async function detectMembers(world: World, members: Members, given: GroupFixture): Promise<GroupDetects> {
  const detects: Record<string, Detects[string]> = {};
  const running: Promise<unknown>[] = [];
  const run = ({ id }: GroupElement, member: Member): Promise<DetectRun<Requirement>> => {
    const started = detectMember(world, member, given).then((outcome) => {
      detects[id] = outcome;
      return runOf(outcome);
    });
    running.push(started);
    return started;
  };
  try {
    const order = withVersions(toOrder(given.order), members);
    return { detection: await detectOrder(order, detectHost(members, given, run)), detects };
  } catch (error) {
    throw error instanceof EndlessOrder ? unbuildable(error.message) : error;
  } finally {
    await Promise.allSettled(running); // they still use the world
  }
}

type Run = DetectHost<Member, Requirement>["run"];

function detectHost(members: Members, given: GroupFixture, run: Run): DetectHost<Member, Requirement> {
  const { target = defaultTarget, execEnv = "production" } = given;
  return {
    lookup: async (element) => withVersionedOrder(memberOf(members, element), members),
    run,
    targetMismatch: ({ descriptor: { targets = [] } = {} }) =>
      targets.length === 0 || targets.some((declared) => matchesTarget(declared, target))
        ? undefined
        : `the buildpack does not support ${target.os}/${target.arch}`,
    runsInExecEnv: (member) => runsIn(member, execEnv),
  };
}

/** Adds missing versions to the order. A test has one version of each buildpack. */
const withVersions = (order: Order, members: Members): Order =>
  order.map((group) =>
    group.map((element) => ({ ...element, version: element.version || (members.get(element.id)?.version ?? "") })),
  );

const withVersionedOrder = (member: Member, members: Members): Member => ({
  ...member,
  order: withVersions(member.order, members),
});

// Platform API 0.15 heeds the list of buildpacks with API 0.12
function runsIn({ api, descriptor }: Member, current: string): boolean {
  const list = descriptor?.buildpack.execEnv ?? [];
  return Number(api.split(".")[1]) < 12 || list.length === 0 || list.includes("*") || list.includes(current);
}

async function detectMember(world: World, member: Member, given: GroupFixture): Promise<Detects[string]> {
  const { buildpack, id, dir } = member;
  if (buildpack === undefined)
    return { outcome: "error", error: unbuildable(`the buildpack ${id} has no detect function`) };
  const planFile = join(world.plans, `${escapeBuildpackId(id)}.toml`);
  try {
    const location = { inherited: inheritedEnv(given.inherited ?? {}), planFile };
    return await detectIn(world, buildpack, await prepare(world, { ...given, buildpack: dir }, location));
  } catch (error) {
    return { outcome: "error", error };
  }
}

function runOf(outcome: Detects[string]): DetectRun<Requirement> {
  switch (outcome.outcome) {
    case "pass":
      return { code: 0, output: outcome.stdout, plan: written(outcome.plan) };
    case "fail":
      return { code: 100, output: outcome.stdout, plan: emptyPlan, error: outcome.reason };
    case "error":
      return { code: exitCodeOf(outcome.error), output: "", plan: emptyPlan, error: messageOf(outcome.error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function written([first, ...or]: BuildPlan): WrittenPlan<Requirement> {
  const sections = ({ provides, requires }: BuildPlan[number]) => ({
    provides: provides.map((name) => ({ name })),
    requires,
  });
  const { provides, requires } = first ? sections(first) : emptyPlan;
  return { provides, requires, or: or.map(sections) };
}

/**
 * Describes why no group passed: a line per failed member, and a line per unresolved alternative.
 */
export function reasonsOf(detection: Extract<Detection, { readonly outcome: "undetected" }>): readonly string[] {
  return detection.failures.flatMap(({ members, reasons }, index) => {
    const said = members.flatMap(({ element, run }) => {
      if (run.code === 0) return [];
      return [`${element.id} ${run.code === 100 ? "failed" : "ended with an error"}: ${run.error}`];
    });
    return [...said, ...reasons].map((line) => `group ${index + 1}: ${line}`);
  });
}
