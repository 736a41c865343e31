import type { Digest } from "../oci/digest.ts";
import type { ContainerConfig } from "../oci/spec.ts";
import type { BasePlan, Stage } from "./base-plan.ts";
import { type ArchiveRelease, versionOf } from "./os-release.ts";

/** The distribution as the `io.buildpacks.base.distro` labels name it. */
export interface Distribution {
  /** For example `debian`. */
  readonly name: string;
  /** For example `12`. */
  readonly version: string;
}

/** What an image is made of, and how it is told from others. */
export interface ImageContents {
  readonly distribution: Distribution;
  /** All packages of the image, those of the image below included. */
  readonly packages: readonly PackageVersion[];
  /** Names of packages that both images have. */
  readonly common: ReadonlySet<string>;
  /** The language that programs speak; absent when the image has none. */
  readonly locale?: string | undefined;
  /** The diffID of the layer that holds the SBOM. */
  readonly sbom: Digest;
  /** ISO 8601; only when the caller asked for a time. */
  readonly released?: string | undefined;
}

/** A package as labels tell of it. */
export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The configuration of an image: spec rows D13 to D16. `User` is numeric, since Kubernetes cannot tell from a name that
 * it is not root. What the image below has and nothing here replaces is kept: entry point, variables, labels.
 */
export function imageConfig(
  plan: BasePlan,
  stage: Stage,
  contents: ImageContents,
  below: ContainerConfig = {},
): ContainerConfig {
  const { uid, gid } = plan[stage].user;
  const stageEnv = { CNB_USER_ID: `${uid}`, CNB_GROUP_ID: `${gid}`, CNB_STACK_ID: plan.id };
  const before = Object.fromEntries((below.Env ?? []).map(variable));
  const defaults = { PATH: path, ...(contents.locale !== undefined && { LANG: contents.locale }) };
  const wanted = plan.locale !== undefined && contents.locale !== undefined ? { LANG: contents.locale } : {};
  const env = { ...defaults, ...before, ...wanted, ...plan[stage].env, ...(stage === "build" && stageEnv) };
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

/** `io.buildpacks.stack.*` are deprecated, and kpack and older platforms refuse images without them. */
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
    ...(description && { "io.buildpacks.base.description": description }),
    ...(maintainer && { "io.buildpacks.base.maintainer": maintainer }),
    ...(homepage && { "io.buildpacks.base.homepage": homepage }),
    ...(released && { "io.buildpacks.base.released": released }),
    "io.buildpacks.base.metadata": JSON.stringify({
      packages: packages.map(({ name, version }) => ({ name, version })),
    }),
    "io.buildpacks.base.sbom": sbom,
    "io.buildpacks.stack.id": id,
    "io.buildpacks.stack.mixins": JSON.stringify(mixins(contents, stage, below)),
    ...(stage === "run" && { "io.buildpacks.rebasable": "true" }),
  };
}

/** A mixin without a prefix is in both images; `build:` and `run:` mark those of one alone. */
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
 * The distribution by its own `/etc/os-release`, which is what the lifecycle compares as well; images without
 * base-files have the archive's word for it (Debian's point release `12.11` is version 12).
 */
export function distributionOf(osRelease: string | undefined, release: ArchiveRelease): Distribution {
  const field = (name: string) => new RegExp(`^${name}=["']?([^"'\\n]*)["']?$`, "m").exec(osRelease ?? "")?.[1];
  const name = field("ID") ?? release.origin?.toLowerCase() ?? "linux";
  return { name, version: field("VERSION_ID") ?? versionOf(release) };
}
