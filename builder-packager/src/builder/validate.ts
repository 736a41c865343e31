import { matchesTarget, type Target } from "libcnb/spec";
import { defined } from "../defined.ts";
import type { LifecycleDescriptor } from "../lifecycle/source.ts";
import type { Image } from "../oci/model/image.ts";
import { formatPlatform, platformMatches } from "../oci/model/image-platform.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import { compareApis } from "./api-order.ts";
import type { BuildImageFacts } from "./images/base-image.ts";
import { type BuilderModule, moduleKey } from "./modules/module.ts";
import type { BuilderToml } from "./toml/builder-toml.ts";

/**
 * A run image with the name that the builder records. `image` is undefined if its registry could
 * not be reached.
 */
export interface NamedRunImage {
  readonly name: string;
  readonly mirrors: readonly string[];
  readonly image: Image | undefined;
}

/**
 * Returns the reasons why modules (buildpacks and extensions) cannot run on the build image with
 * the lifecycle, one sentence each. The target of a composite buildpack is not checked, because it
 * runs nothing itself.
 */
export const moduleProblems = (
  modules: readonly BuilderModule[],
  base: BuildImageFacts,
  lifecycle: LifecycleDescriptor,
) =>
  modules.flatMap((module) => [
    ...apiProblem(module, lifecycle),
    ...(module.facts.order ? [] : targetProblem(module, base)),
    ...mixinProblem(module, base),
  ]);

/**
 * Checks if the lifecycle supports image extensions, which were experimental before Platform API
 * 0.13.
 *
 * @returns one sentence if the lifecycle is older and there are extensions
 */
export function extensionProblems(
  { extensions, orderExtensions }: Pick<BuilderToml, "extensions" | "orderExtensions">,
  { version, apis }: LifecycleDescriptor,
): string[] {
  const latest = [...apis.platform.supported].sort(compareApis).at(-1);
  const isOld = latest !== undefined && compareApis(latest, "0.13") < 0;
  if (!isOld || extensions.length + orderExtensions.length === 0) return [];
  return [`image extensions need Platform API 0.13, but lifecycle ${version} supports at most ${latest}`];
}

/**
 * Returns a warning for each module (a buildpack or an extension) whose Buildpack API is deprecated
 * in the lifecycle.
 */
export const moduleWarnings = (modules: readonly BuilderModule[], { apis }: LifecycleDescriptor): string[] =>
  modules
    .filter(({ facts }) => apis.buildpack.deprecated.includes(facts.api))
    .map((module) => `${moduleKey(module)} has Buildpack API ${module.facts.api}, which is deprecated.`);

function apiProblem(module: BuilderModule, { version, apis }: LifecycleDescriptor): string[] {
  const known = [...apis.buildpack.deprecated, ...apis.buildpack.supported];
  if (known.includes(module.facts.api)) return [];
  const possible = [...new Set(known)].join(", ");
  return [
    `${moduleKey(module)} has Buildpack API ${module.facts.api}, but lifecycle ${version} supports only ${possible}`,
  ];
}

function targetProblem(module: BuilderModule, { target, stackId }: BuildImageFacts): string[] {
  const { targets = [], stacks = [] } = module.facts;
  if (targets.length === 0 && stacks.length === 0) return [];
  if (targets.some((declared) => matchesTarget(declared, target))) return [];
  if (stacks.some(({ id }) => id === "*" || id === stackId)) return [];
  const wanted = [...targets.map(formatTarget), ...stacks.map(({ id }) => `stack ${id}`)].join(", ");
  return [`${moduleKey(module)} is for ${wanted}, but the build image is ${formatTarget(flat(target))}`];
}

/**
 * The error for packages that the module (a buildpack or an extension) requires of a stack during
 * the build.
 */
function mixinProblem(module: BuilderModule, { stackId, mixins }: BuildImageFacts): string[] {
  const stack = module.facts.stacks?.find(({ id }) => id === "*" || id === stackId);
  const missing = (stack?.mixins ?? []).filter((mixin) => !mixin.startsWith("run:") && !mixins.includes(mixin));
  if (missing.length === 0) return [];
  return [`${moduleKey(module)} needs the mixins ${missing.sort().join(", ")}, which the build image does not list`];
}

const flat = ({ distro, ...target }: Target) => ({ ...target, ...defined({ distros: distro && [distro] }) });

function formatTarget(target: NonNullable<BuilderModule["facts"]["targets"]>[number]): string {
  const platform = [target.os, target.arch, target.variant].filter(Boolean).join("/");
  const distros = (target.distros ?? []).map(({ name, version }) => [name, version].filter(Boolean).join(" "));
  return distros.length > 0 ? `${platform} with ${distros.join(" or ")}` : platform;
}

/** Returns the reasons why the run images do not match the build image, one sentence each. */
export function runImageProblems(
  runImages: readonly NamedRunImage[],
  buildImage: Image,
  stackId: string | undefined,
): string[] {
  return runImages.flatMap(({ name, image }) => {
    if (!image) return [];
    if (!platformMatches(image.config, buildImage.config)) {
      return [
        `the run image ${name} is for ${formatPlatform(image.config)}, but the build image is for ${formatPlatform(buildImage.config)}`,
      ];
    }
    const found = labelsOf(image)["io.buildpacks.stack.id"];
    return stackId && found !== stackId
      ? [`the run image ${name} has the stack ${found ?? "(none)"}, not ${stackId}`]
      : [];
  });
}
