import type { Target } from "libcnb/spec";
import { defined } from "../../defined.ts";
import { type LifecycleArch, lifecycleArchs } from "../../lifecycle/source.ts";
import type { Image } from "../../oci/model/image.ts";
import { envOf, labelsOf } from "../../oci/model/mutate.ts";

/** The properties of a build image that a builder uses. */
export interface BuildImageFacts {
  /** The user id that buildpacks run as. */
  readonly uid: number;
  readonly gid: number;
  readonly arch: LifecycleArch;
  readonly target: Target;
  readonly stackId: string | undefined;
  /** The mixins: packages that buildpacks for a stack can rely on. */
  readonly mixins: readonly string[];
}

/**
 * Reads the properties of a build image that a builder uses. If buildpacks cannot run in the image,
 * returns the problems instead.
 */
export function buildImageFacts(image: Image): BuildImageFacts | { readonly problems: readonly string[] } {
  const { os, architecture: arch } = image.config;
  const problems = [
    ...(["CNB_USER_ID", "CNB_GROUP_ID"] as const).flatMap((name) => idProblem(name, envOf(image)[name])),
    ...(os === "linux" && isLifecycleArch(arch)
      ? []
      : [`is for ${os}/${arch}, but builders need linux on ${lifecycleArchs.join(" or ")}`]),
  ];
  if (problems.length > 0 || !isLifecycleArch(arch)) return { problems };
  return {
    uid: Number(envOf(image)["CNB_USER_ID"]),
    gid: Number(envOf(image)["CNB_GROUP_ID"]),
    arch,
    target: targetOf(image),
    stackId: labelsOf(image)["io.buildpacks.stack.id"] || undefined,
    mixins: mixinsOf(image),
  };
}

const isLifecycleArch = (arch: string): arch is LifecycleArch => (lifecycleArchs as readonly string[]).includes(arch);

function idProblem(name: string, value: string | undefined): string[] {
  if (value === undefined) return [`has no environment variable ${name}`];
  return /^\d+$/.test(value) ? [] : [`has ${name}=${JSON.stringify(value)}, which is not a number`];
}

function targetOf(image: Image): Target {
  const { os, architecture, variant } = image.config;
  const labels = labelsOf(image);
  const name = labels["io.buildpacks.base.distro.name"];
  const version = labels["io.buildpacks.base.distro.version"];
  return {
    os,
    arch: architecture,
    ...defined({ variant, distro: name ? { name, ...defined({ version: version || undefined }) } : undefined }),
  };
}

/** The mixins in a label; an invalid label counts as empty. */
function mixinsOf(image: Image): readonly string[] {
  try {
    const mixins: unknown = JSON.parse(labelsOf(image)["io.buildpacks.stack.mixins"] ?? "null");
    return Array.isArray(mixins) ? mixins.filter((mixin) => typeof mixin === "string") : [];
  } catch {
    return [];
  }
}
