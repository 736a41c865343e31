import fc from "fast-check";
import { detectOrder, type GroupElement, type Order } from "libcnb/platform";
import { type BuildPlan, buildPlanSchema } from "../../builder-packager/src/platform/build-plan.ts";
import { decodeToml, parseToml } from "../../builder-packager/src/platform/toml.ts";
import type { ShellBuildpack } from "./shell-builder.ts";

/** Buildpacks whose detection does what the app's files `<id>.code` and `<id>.toml` say. */
const components = ["a", "b", "c", "d"];
const element = (id: string): GroupElement => ({ id, version: "1" });
const compositeOrder = (): Order => [[element("a"), { ...element("b"), optional: true }], [element("c")]];

export const scriptedDetections: readonly ShellBuildpack[] = [
  ...components.map((id) => scripted(id, "", `cat "/workspace/$1.toml" > "$CNB_BUILD_PLAN_PATH"`)),
  scripted("k", tomlOfOrder(compositeOrder()), "exit 1"),
];

function scripted(id: string, extra: string, detect: string): ShellBuildpack {
  const script = `#!/bin/sh\nset -- ${id}\n${detect}\nexit "$(cat "/workspace/${id}.code")"\n`;
  const descriptor = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1"\n${extra}`;
  return {
    id,
    version: "1",
    files: { "buildpack.toml": descriptor, "bin/detect": script, "bin/build": "#!/bin/sh\n" },
  };
}

export interface DetectionCase {
  readonly order: Order;
  readonly codes: Readonly<Record<string, number>>;
  readonly plans: Readonly<Record<string, string>>;
}

const names = fc.array(fc.constantFrom("x", "y", "z"), { maxLength: 2 });
const sections = fc.record({ provides: names, requires: names });
const plan = fc
  .tuple(sections, fc.array(sections, { maxLength: 2 }))
  .map(([top, or]) => planToml(top, "") + or.map((one) => `[[or]]\n${planToml(one, "or.")}`).join(""));
const member = fc.record({
  id: fc.constantFrom(...components, "k"),
  version: fc.constant("1"),
  optional: fc.boolean(),
});
const perComponent = <Value>(value: fc.Arbitrary<Value>) =>
  fc.record(Object.fromEntries(components.map((id) => [id, value])));

/** Orders of few names, so that plans often resolve and often do not. */
export const detectionCases: fc.Arbitrary<DetectionCase> = fc.record({
  order: fc.array(fc.array(member, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  codes: perComponent(fc.constantFrom(0, 0, 0, 0, 100, 3)),
  plans: perComponent(plan),
});

function planToml(
  { provides, requires }: { readonly provides: readonly string[]; readonly requires: readonly string[] },
  prefix: string,
): string {
  const tables = (kind: string, list: readonly string[]) =>
    list.map((name) => `[[${prefix}${kind}]]\nname = "${name}"\n`).join("");
  return tables("provides", provides) + tables("requires", requires);
}

function tomlOfOrder(order: Order): string {
  const groupToml = ({ id, version, optional }: GroupElement) =>
    `[[order.group]]\nid = "${id}"\nversion = "${version}"\noptional = ${optional === true}\n`;
  return order.map((group) => `[[order]]\n${group.map(groupToml).join("")}`).join("");
}

/** The app that makes the buildpacks detect like this. */
export function filesOf({ order, codes, plans }: DetectionCase): Record<string, string> {
  const perBuildpack = components.flatMap(
    (id) =>
      [
        [`${id}.code`, String(codes[id])],
        [`${id}.toml`, plans[id] ?? ""],
      ] as const,
  );
  return { "order.toml": tomlOfOrder(order), ...Object.fromEntries(perBuildpack) };
}

/** What counts of a detection: the exit code, or the group and who meets which requests. */
export interface DetectionResult {
  readonly exitCode: number;
  readonly group?: readonly string[];
  /** Sorted: the official detector's order of entries is random. */
  readonly plan?: readonly string[];
}

/** Reads group.toml and plan.toml. */
export function detectionResult(group: string, plan: string): DetectionResult {
  const { group: members = [] } = parseToml(group) as unknown as { group?: readonly { id: string }[] };
  const { entries = [] } = parseToml(plan) as unknown as { entries?: readonly Entry[] };
  return { exitCode: 0, group: members.map(({ id }) => id), plan: entries.map(entryText).sort() };
}

interface Entry {
  readonly providers?: readonly { readonly id: string }[];
  readonly requires?: readonly { readonly name: string }[];
}

const entryText = ({ providers = [], requires = [] }: Entry): string =>
  `${requires.map(({ name }) => name).join("+")} by ${providers.map(({ id }) => id).join("+")}`;

/** Our resolution of the same case. */
export async function resolvedByUs({ order, codes, plans }: DetectionCase): Promise<DetectionResult> {
  const read = (id: string): BuildPlan => decodeToml(buildPlanSchema, plans[id] ?? "", id);
  const detection = await detectOrder(order, {
    lookup: async ({ id, version }) => ({
      api: "0.10",
      id,
      version,
      clearEnv: false,
      execEnv: [],
      sbomFormats: [],
      targets: [],
      order: id === "k" ? compositeOrder() : [],
    }),
    run: async ({ id }) => ({ code: codes[id] ?? 0, output: "", plan: read(id) }),
    targetMismatch: () => undefined,
    runsInExecEnv: () => true,
  });
  if (detection.outcome === "undetected") return { exitCode: detection.errored ? 21 : 20 };
  return { exitCode: 0, group: detection.group.map(({ id }) => id), plan: detection.plan.map(entryText).sort() };
}
