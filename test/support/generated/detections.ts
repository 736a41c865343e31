import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { detectOrder, type GroupElement, type Order } from "libcnb/lifecycle-rules";
import { type BuildPlan, buildPlanSchema } from "../../../builder-packager/src/platform/formats/build-plan.ts";
import { decodeToml, parseToml } from "../../../builder-packager/src/platform/formats/toml.ts";
import type { Ended, Files, LifecycleBinaries } from "../lifecycle/lifecycle-binaries.ts";

/** Buildpacks whose detection does what the app's files `<id>.code` and `<id>.toml` say. */
const components = ["a", "b", "c", "d", "forTest", "forPlan9"];
const element = (id: string): GroupElement => ({ id, version: "1" });
const compositeOrder = (): Order => [[element("a"), { ...element("b"), optional: true }], [element("c")]];

/** One runs in the execution environment `test` only, one on no machine of ours: an optional one of these is detected all the same. */
const extras: Readonly<Record<string, string>> = {
  forTest: `exec-env = ["test"]\n`,
  forPlan9: `[[targets]]\nos = "plan9"\n`,
  k: tomlOfOrder(compositeOrder()),
};

const scriptedBuildpacks: Files = Object.assign({}, ...[...components, "k"].map(scripted));

function scripted(id: string): Files {
  const script = `#!/bin/sh\ncat ${id}.toml > "$CNB_BUILD_PLAN_PATH"\nexit "$(cat ${id}.code)"\n`;
  const descriptor = `api = "0.12"\n[buildpack]\nid = "${id}"\nversion = "1"\n${extras[id] ?? ""}`;
  return { [`${id}/1/buildpack.toml`]: descriptor, [`${id}/1/bin/detect`]: script };
}

export interface DetectionCase {
  readonly execEnv: string;
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
  execEnv: fc.constantFrom("production", "test"),
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

/** The files of an app that make the buildpacks detect like this. */
function appFiles({ codes, plans }: DetectionCase): Files {
  return Object.assign(
    {},
    ...components.map((id) => ({ [`${id}.code`]: String(codes[id]), [`${id}.toml`]: plans[id] ?? "" })),
  );
}

// With a distribution: to find one, the detector's buildpacks read /etc/os-release at the same time, and now and then it panics (lifecycle 0.21.0).
const runImage = `[run-image.target]
os = "linux"
arch = "${process.arch === "arm64" ? "arm64" : "amd64"}"
[run-image.target.distro]
name = "debian"
version = "12"
`;

/** The official detector's resolution. */
export async function resolvedByDetector(lifecycle: LifecycleBinaries, given: DetectionCase): Promise<DetectionResult> {
  const app = await lifecycle.folder("app", appFiles(given));
  const layers = await lifecycle.folder("layers", {
    "order.toml": tomlOfOrder(given.order),
    "analyzed.toml": runImage,
  });
  const buildpacks = await lifecycle.folder("buildpacks", scriptedBuildpacks);
  const platform = await lifecycle.folder("platform", { "env/": "" });
  const folders = ["-app", app, "-layers", layers, "-buildpacks", buildpacks, "-platform", platform];
  const env = { PATH: "/usr/bin:/bin", CNB_PLATFORM_API: "0.15", CNB_EXEC_ENV: given.execEnv };
  const ended: Ended = await lifecycle.run("detector", [...folders, "-order", `${layers}/order.toml`], { env });
  if (![0, 20, 21].includes(ended.exitCode)) throw new Error(`the detector exited ${ended.exitCode}\n${ended.output}`);
  if (ended.exitCode !== 0) return { exitCode: ended.exitCode };
  const [group = "", plan = ""] = await Promise.all(
    ["group", "plan"].map((name) => readFile(`${layers}/${name}.toml`, "utf8")),
  );
  return detectionResult(group, plan);
}

/** The relevant parts of a detection: the exit code, or the group and the providers of requests. */
export interface DetectionResult {
  readonly exitCode: number;
  readonly group?: readonly string[];
  /** Sorted: the official detector's order of entries is random. */
  readonly plan?: readonly string[];
}

/** Reads group.toml and plan.toml. */
function detectionResult(group: string, plan: string): DetectionResult {
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
export async function resolvedByUs({ order, codes, plans, execEnv }: DetectionCase): Promise<DetectionResult> {
  const read = (id: string): BuildPlan => decodeToml(buildPlanSchema, plans[id] ?? "", id);
  const detection = await detectOrder(order, {
    lookup: async ({ id, version }) => ({
      api: "0.12",
      id,
      version,
      clearEnv: false,
      execEnv: id === "forTest" ? ["test"] : [],
      sbomFormats: [],
      targets: [],
      order: id === "k" ? compositeOrder() : [],
    }),
    run: async ({ id }) => ({ code: codes[id] ?? 0, output: "", plan: read(id) }),
    targetMismatch: ({ id }) => (id === "forPlan9" ? "it is made for plan9" : undefined),
    runsInExecEnv: (buildpack) => buildpack.execEnv.length === 0 || buildpack.execEnv.includes(execEnv),
  });
  if (detection.outcome === "undetected") return { exitCode: detection.errored ? 21 : 20 };
  return { exitCode: 0, group: detection.group.map(({ id }) => id), plan: detection.plan.map(entryText).sort() };
}
