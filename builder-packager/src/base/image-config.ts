import { defined } from "../defined.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { ContainerConfig } from "../oci/model/spec.ts";
import type { BasePlan, Stage } from "./base-plan.ts";
import { type ArchiveRelease, versionOf } from "./tree/os-release.ts";

/** A distribution, as in the `io.buildpacks.base.distro` labels. */
export interface Distribution {
  /** The name of the distribution, for example `debian`. */
  readonly name: string;
  /** The version of the distribution, for example `12`. */
  readonly version: string;
}

/** The contents and identity of an image. */
export interface ImageContents {
  readonly distribution: Distribution;
  /** All packages of the image, including those of the image that it extends. */
  readonly packages: readonly PackageVersion[];
  /** The names of packages that are in both images. */
  readonly common: ReadonlySet<string>;
  /** The image's locale, such as `de_DE.UTF-8`; absent if it has none. */
  readonly locale?: string | undefined;
  /** The diff ID of the layer with the SBOM. */
  readonly sbom: Digest;
  /** The creation time in ISO 8601; absent unless the user requested one. */
  readonly released?: string | undefined;
}

/** The name and version of a package, as a label lists it. */
export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Creates the configuration of a base image. `User` is numeric, because Kubernetes cannot determine
 * from a user name whether the user is root. Settings of the extended image (entry point,
 * variables, labels) are kept unless they are replaced.
 */
export function imageConfig(
  plan: BasePlan,
  stage: Stage,
  contents: ImageContents,
  below: ContainerConfig = {},
): ContainerConfig {
  const { uid, gid } = plan[stage].user;
  const buildEnv = { CNB_USER_ID: `${uid}`, CNB_GROUP_ID: `${gid}`, CNB_STACK_ID: plan.id };
  const stageEnv = stage === "build" ? buildEnv : {};
  const before = Object.fromEntries((below.Env ?? []).map(variable));
  const defaults = { PATH: path, ...defined({ LANG: contents.locale }) };
  const wanted = plan.locale !== undefined && contents.locale !== undefined ? { LANG: contents.locale } : {};
  const env = { ...defaults, ...before, ...wanted, ...plan[stage].env, ...stageEnv };
  return {
    ...below,
    User: `${uid}:${gid}`,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: { ...below.Labels, ...labels(plan, stage, contents, below.Labels ?? {}), ...plan[stage].labels },
  };
}

const variable = (text: string): readonly [string, string] => {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
};

/**
 * The labels. `io.buildpacks.stack.*` are deprecated, but kpack and older platforms refuse images
 * without them.
 */
function labels(
  plan: BasePlan,
  stage: Stage,
  contents: ImageContents,
  below: Readonly<Record<string, string>>,
): Record<string, string> {
  const { id, maintainer, homepage } = plan;
  const { description } = plan[stage];
  const { distribution, sbom, released } = contents;
  const packages = contents.packages.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    "io.buildpacks.base.id": id,
    "io.buildpacks.base.distro.name": distribution.name,
    "io.buildpacks.base.distro.version": distribution.version,
    ...defined({
      "io.buildpacks.base.description": description || undefined,
      "io.buildpacks.base.maintainer": maintainer || undefined,
      "io.buildpacks.base.homepage": homepage || undefined,
      "io.buildpacks.base.released": released || undefined,
    }),
    "io.buildpacks.base.metadata": JSON.stringify({
      packages: packages.map(({ name, version }) => ({ name, version })),
    }),
    "io.buildpacks.base.sbom": sbom,
    "io.buildpacks.stack.id": id,
    "io.buildpacks.stack.mixins": JSON.stringify(mixins(contents, stage, below)),
    ...defined({ "io.buildpacks.rebasable": stage === "run" ? "true" : undefined }),
  };
}

/** The mixins. One without a prefix is in both images; `build:` and `run:` mark those in only one. */
function mixins({ packages, common }: ImageContents, stage: Stage, below: Readonly<Record<string, string>>): string[] {
  const own = packages.map(({ name }) => (common.has(name) ? name : `${stage}:${name}`));
  return [...new Set([...mixinsBelow(below), ...own])].sort();
}

function mixinsBelow(labels: Readonly<Record<string, string>>): string[] {
  try {
    const listed: unknown = JSON.parse(labels["io.buildpacks.stack.mixins"] ?? "[]");
    return Array.isArray(listed) ? listed.filter((mixin) => typeof mixin === "string") : [];
  } catch {
    return []; // somebody's own label of the name
  }
}

/**
 * Reads the distribution from `/etc/os-release`, which the lifecycle compares as well. For an image
 * without base-files, which provides that file, the archive's metadata is used. Debian's point
 * release `12.11` is version 12.
 */
export function distributionOf(osRelease: string | undefined, release: ArchiveRelease): Distribution {
  const field = (name: string) => new RegExp(`^${name}=["']?([^"'\\n]*)["']?$`, "m").exec(osRelease ?? "")?.[1];
  const name = field("ID") ?? release.origin?.toLowerCase() ?? "linux";
  return { name, version: field("VERSION_ID") ?? versionOf(release) };
}
