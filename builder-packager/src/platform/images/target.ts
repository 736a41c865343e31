/** The target of an image. Unknown fields are absent, never empty. */
export interface TargetMetadata {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string;
  readonly distro?: { readonly name: string; readonly version: string };
}

/** One `[[targets]]` of buildpack.toml; an absent field matches anything. */
export interface BuildpackTarget {
  readonly os?: string | undefined;
  readonly arch?: string | undefined;
  readonly variant?: string | undefined;
  readonly distros?:
    | readonly { readonly name?: string | undefined; readonly version?: string | undefined }[]
    | undefined;
}

/** True if a buildpack made for `target` can run for the image (spec section 4.1). */
export function targetMatches(image: TargetMetadata, target: BuildpackTarget): boolean {
  return (
    matches(image.os, target.os) &&
    matches(image.arch, target.arch) &&
    matches(image.variant, target.variant) &&
    distroMatches(image, target)
  );
}

function distroMatches({ distro }: TargetMetadata, { distros }: BuildpackTarget): boolean {
  if (!distros?.length) return true;
  return (
    distro !== undefined &&
    distros.some(({ name, version }) => matches(distro.name, name) && matches(distro.version, version))
  );
}

const matches = (one: string | undefined, other: string | undefined): boolean => !one || !other || one === other;

/** `CNB_TARGET_*`: unknown values are unset, not empty (spec row 4). */
export function targetVariables(target: TargetMetadata): Record<string, string> {
  const known: Record<string, string | undefined> = {
    CNB_TARGET_OS: target.os,
    CNB_TARGET_ARCH: target.arch,
    CNB_TARGET_ARCH_VARIANT: target.variant,
    CNB_TARGET_DISTRO_NAME: target.distro?.name,
    CNB_TARGET_DISTRO_VERSION: target.distro?.version,
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** The distribution of an os-release file, read as loosely as the lifecycle reads it. */
export function distroOf(osRelease: string): TargetMetadata["distro"] {
  const value = (key: string) => {
    const line = osRelease.split("\n").find((line) => line.startsWith(`${key}=`) && line.split("=").length === 2);
    return line?.slice(key.length + 1).replace(/^[" ]+|[" ]+$/g, "") ?? "";
  };
  const distro = { name: value("ID"), version: value("VERSION_ID") };
  return distro.name || distro.version ? distro : undefined;
}

/** The target image's properties that detect and build pass to buildpacks. */
export interface BuildTarget {
  readonly target: TargetMetadata;
  /** `production`, `test`, `development` or the user's own word. */
  readonly execEnv: string;
}
