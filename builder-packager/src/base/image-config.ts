import type { ContainerConfig } from "../oci/spec.ts";
import type { BasePlan } from "./base-plan.ts";
import type { BinaryPackage } from "./package-index.ts";

/** The distribution as the `io.buildpacks.base.distro` labels name it. */
export interface Distribution {
  /** For example `debian`. */
  readonly name: string;
  /** For example `12`. */
  readonly version: string;
}

/** What the images are made of, and how they are told from one another. */
export interface ImageContents {
  readonly distribution: Distribution;
  /** Packages of both images. */
  readonly common: readonly BinaryPackage[];
  /** Packages of this image alone. */
  readonly own: readonly BinaryPackage[];
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The configuration of the build image: spec rows D13, D15 and D16. `User` is numeric, since Kubernetes cannot tell
 * from a name that it is not root.
 */
export function buildConfig(plan: BasePlan, contents: ImageContents): ContainerConfig {
  const { uid, gid } = plan.build.user;
  return {
    User: `${uid}:${gid}`,
    Env: [`PATH=${path}`, `CNB_USER_ID=${uid}`, `CNB_GROUP_ID=${gid}`, `CNB_STACK_ID=${plan.id}`],
    Labels: labels(plan, contents, "build"),
  };
}

/** The configuration of the run image: spec rows D14 to D16. */
export function runConfig(plan: BasePlan, contents: ImageContents): ContainerConfig {
  const { uid, gid } = plan.run.user;
  return {
    User: `${uid}:${gid}`,
    Env: [`PATH=${path}`],
    Labels: { ...labels(plan, contents, "run"), "io.buildpacks.rebasable": "true" },
  };
}

/** Labels of both images. `io.buildpacks.stack.*` are deprecated, and kpack and older platforms refuse images without them. */
function labels(
  plan: BasePlan,
  { distribution, common, own }: ImageContents,
  stage: "build" | "run",
): Record<string, string> {
  const { id, description, maintainer, homepage } = plan;
  const packages = [...common, ...own].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    "io.buildpacks.base.id": id,
    "io.buildpacks.base.distro.name": distribution.name,
    "io.buildpacks.base.distro.version": distribution.version,
    ...(description && { "io.buildpacks.base.description": description }),
    ...(maintainer && { "io.buildpacks.base.maintainer": maintainer }),
    ...(homepage && { "io.buildpacks.base.homepage": homepage }),
    "io.buildpacks.base.metadata": JSON.stringify({
      packages: packages.map(({ name, version }) => ({ name, version })),
    }),
    "io.buildpacks.stack.id": id,
    "io.buildpacks.stack.mixins": JSON.stringify(mixins(common, own, stage)),
    ...plan.labels,
  };
}

/** A mixin without a prefix is in both images; `build:` and `run:` mark those of one alone. */
const mixins = (common: readonly BinaryPackage[], own: readonly BinaryPackage[], stage: "build" | "run"): string[] =>
  [...common.map(({ name }) => name), ...own.map(({ name }) => `${stage}:${name}`)].sort();

/**
 * The distribution by its own `/etc/os-release`, which is what the lifecycle compares as well; images without
 * base-files have the archive's word for it (Debian's point release `12.11` is version 12).
 */
export function distributionOf(
  osRelease: string | undefined,
  release: { readonly origin: string | undefined; readonly version: string | undefined },
): Distribution {
  const field = (name: string) => new RegExp(`^${name}=["']?([^"'\\n]*)["']?$`, "m").exec(osRelease ?? "")?.[1];
  const name = field("ID") ?? release.origin?.toLowerCase() ?? "linux";
  const version = release.version ?? "";
  return { name, version: field("VERSION_ID") ?? (name === "debian" ? (version.split(".")[0] ?? "") : version) };
}
