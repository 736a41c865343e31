import type { Env } from "../../env/apply.ts";
import type { Requirement } from "../../spec/build-plan.ts";
import { escapeBuildpackId } from "../../spec/names.ts";
import type { FileMap } from "../fixture/file-map.ts";
import { inWorld, type World } from "../fixture/world.ts";
import type { BuildOutcome } from "../outcomes.ts";
import { type PlatformState, type RememberedParts, remember, restored } from "../state/remembered.ts";
import { buildMembers } from "./build.ts";
import { type Detects, detectMembers, type GroupDetects, reasonsOf } from "./detect.ts";
import type { GroupFixture } from "./fixture.ts";
import { type GroupImage, imageOf, launchEnvOf } from "./image.ts";
import { knownDirectories, type Members, unbuildable, writeMembers } from "./members.ts";

/** The buildpacks of the chosen group, in build order. */
export type DetectedGroup = readonly { readonly id: string; readonly version: string }[];

/** The result of a group's detection. */
export type GroupDetection =
  | {
      readonly outcome: "pass";
      readonly group: DetectedGroup;
      /**
       * One entry per name, with its providers and all requirements. The entries are in no
       * particular order.
       */
      readonly plan: readonly GroupPlanEntry[];
      readonly detects: Detects;
    }
  | {
      readonly outcome: "fail";
      /**
       * True if a detect ended with an error. The exit code of the lifecycle is then 21 instead of
       * 20.
       */
      readonly errored: boolean;
      /** The reasons why the groups failed, one line each. */
      readonly reasons: readonly string[];
      readonly detects: Detects;
    };

/** An entry of the build plan: the ids of its providers, and its requirements. */
export interface GroupPlanEntry {
  readonly providers: readonly string[];
  readonly requires: readonly Requirement[];
}

/**
 * The remains of an earlier build: `kept` (it is still there), `lost`, or the state of another
 * build.
 */
export type GroupLeftOf = "kept" | "lost" | GroupOutcome;

/** The inputs of a group's second build that differ from those of the first build. */
export interface GroupRebuildFixture extends Partial<GroupFixture> {
  readonly image?: GroupLeftOf;
  readonly cache?: GroupLeftOf;
}

/** The result of a group's build: the image, and the results of each buildpack. */
export interface GroupOutcome extends GroupImage {
  readonly group: DetectedGroup;
  readonly plan: readonly GroupPlanEntry[];
  readonly detects: Detects;
  /** The builds by id, in build order. */
  readonly builds: Readonly<Record<string, BuildOutcome>>;
  /** The log of all builds, in order. */
  readonly log: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  /** All files of the application directory after the last build. */
  readonly app: FileMap;
  /**
   * The environment that the launcher gives a process, before exec.d. Default: that of the default
   * process, or without a process type if there is none.
   */
  launchEnv(processType?: string): Env;
  /** Builds the same app again, with the layers that the lifecycle restores from this build. */
  rebuild(given?: GroupRebuildFixture): Promise<GroupOutcome>;
}

type Past = ReadonlyMap<string, PlatformState>;

/**
 * Tries groups of buildpacks as the lifecycle does: order, composite and optional buildpacks,
 * targets, execution environments, and the build plan with its alternatives. Nothing is built.
 *
 * @throws LibcnbError TEST_INPUT_MISSING for a buildpack that the test does not provide,
 * TEST_UNBUILDABLE for a composite buildpack that contains itself
 * @example
 * ```ts
 * const detection = await detectGroup({ order: [["acme/node", "acme/npm?"]], buildpacks: { "acme/node": buildpack, "acme/npm": buildpack } });
 * expect(detection).toMatchObject({ outcome: "pass", group: [{ id: "acme/node" }] });
 * ```
 */
export async function detectGroup(given: GroupFixture): Promise<GroupDetection> {
  return inWorld(given, knownDirectories(given), async (world) => {
    const members = await writeMembers(world, given);
    const { detection, detects } = await detectMembers(world, members, given);
    if (detection.outcome === "undetected")
      return { outcome: "fail", errored: detection.errored, reasons: reasonsOf(detection), detects };
    return { outcome: "pass", ...detected(detection, members), detects };
  });
}

/**
 * Builds with the first group that passes. Each buildpack gets the environment that the lifecycle
 * composes from earlier buildpacks, and the plan entries that they left.
 *
 * @throws LibcnbError TEST_UNBUILDABLE if no group passes, and the errors of buildpacks
 * @example
 * ```ts
 * const order = [["acme/node", "acme/npm"]];
 * const first = await group({ order, buildpacks: { "acme/node": buildpack, "acme/npm": buildpack }, app: { "package.json": "{}" } });
 * expect(first.launchEnv("web").NODE_ENV).toBe("production");
 * expect((await first.rebuild({ cache: "lost" })).log).toEqual(["Installing Node.js"]);
 * ```
 */
export async function group(given: GroupFixture): Promise<GroupOutcome> {
  return buildGroup(given, new Map());
}

async function buildGroup(given: GroupFixture, past: Past): Promise<GroupOutcome> {
  return inWorld(given, knownDirectories(given), async (world) => {
    const members = await writeMembers(world, given);
    const detects = await detectMembers(world, members, given);
    return builtBy(world, members, { given, detects, past });
  });
}

interface GroupWork {
  readonly given: GroupFixture;
  readonly detects: GroupDetects;
  readonly past: Past;
}

async function builtBy(world: World, members: Members, { given, detects, past }: GroupWork): Promise<GroupOutcome> {
  const { detection } = detects;
  if (detection.outcome === "undetected")
    throw unbuildable("no group of buildpacks passed detection", reasonsOf(detection).join("\n"));
  const restore = (id: string) => restored(id, past.get(id) ?? {});
  const builds = await buildMembers(world, members, { ...detection, given, restore });
  const kept = new Map(
    builds.map(({ id, outcome }) => {
      const version = members.get(id)?.version ?? "";
      return [id, remember({ id, version, layers: outcome.layers, previous: past.get(id)?.image })];
    }),
  );
  return groupOutcome(given, kept, {
    ...detected(detection, members),
    ...imageOf(builds),
    detects: detects.detects,
    builds: Object.fromEntries(builds.map(({ id, outcome }) => [id, outcome])),
    log: builds.flatMap(({ outcome }) => outcome.log),
    stdout: builds.map(({ outcome }) => outcome.stdout).join(""),
    stderr: builds.map(({ outcome }) => outcome.stderr).join(""),
    app: builds.at(-1)?.outcome.app ?? {},
  });
}

function detected(
  { group, plan }: Extract<GroupDetects["detection"], { readonly outcome: "detected" }>,
  members: Members,
): Pick<GroupOutcome, "group" | "plan"> {
  const requested = plan.map(({ providers, requires }) => ({ providers: providers.map(({ id }) => id), requires }));
  return { group: group.map(({ id }) => ({ id, version: members.get(id)?.version ?? "" })), plan: requested };
}

const remembered = new WeakMap<GroupOutcome, Past>();

function groupOutcome(
  given: GroupFixture,
  kept: Past,
  facts: Omit<GroupOutcome, "launchEnv" | "rebuild">,
): GroupOutcome {
  const images = [...kept].flatMap(([id, { image }]): { readonly dir: string; readonly image: RememberedParts }[] =>
    image ? [{ dir: `<layers>/${escapeBuildpackId(id)}`, image }] : [],
  );
  const outcome: GroupOutcome = Object.defineProperties(facts as GroupOutcome, {
    launchEnv: {
      value: (type = facts.defaultProcess) => launchEnvOf(images, type, given.container),
    },
    rebuild: {
      value: ({ image = "kept", cache = "kept", ...changes }: GroupRebuildFixture = {}) =>
        buildGroup({ ...given, ...changes }, leftOf(outcome, image, cache)),
    },
  });
  remembered.set(outcome, kept);
  return outcome;
}

function leftOf(outcome: GroupOutcome, image: GroupLeftOf, cache: GroupLeftOf): Past {
  const pastOf = (of: GroupLeftOf): Past => {
    if (of === "lost") return new Map();
    return remembered.get(of === "kept" ? outcome : of) ?? new Map();
  };
  const [images, caches] = [pastOf(image), pastOf(cache)];
  const ids = new Set([...images.keys(), ...caches.keys()]);
  return new Map([...ids].map((id) => [id, { image: images.get(id)?.image, cache: caches.get(id)?.cache }]));
}
