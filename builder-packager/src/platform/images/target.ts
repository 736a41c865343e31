/** The target (platform and distribution) of an image. Unknown fields are absent, never empty. */
export interface TargetMetadata {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string;
  readonly distro?: { readonly name: string; readonly version: string };
}

/** One entry of `[[targets]]` in buildpack.toml. An absent field matches any value. */
export interface BuildpackTarget {
  readonly os?: string | undefined;
  readonly arch?: string | undefined;
  readonly variant?: string | undefined;
  readonly distros?:
    | readonly { readonly name?: string | undefined; readonly version?: string | undefined }[]
    | undefined;
}

/** True if a buildpack made for `target` can run for the image. */
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

/**
 * Returns the environment variables `CNB_TARGET_*`. Unknown values are unset, not empty.
 */
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

/**
 * Returns the distribution in an os-release file. The file is parsed as leniently as by the
 * lifecycle.
 */
export function distroOf(osRelease: string): TargetMetadata["distro"] {
  const value = (key: string) => {
    const line = osRelease.split("\n").find((line) => line.startsWith(`${key}=`) && line.split("=").length === 2);
    return line?.slice(key.length + 1).replace(/^[" ]+|[" ]+$/g, "") ?? "";
  };
  const distro = { name: value("ID"), version: value("VERSION_ID") };
  return distro.name || distro.version ? distro : undefined;
}

/** The target and the execution environment, which detect and build pass to buildpacks. */
export interface BuildTarget {
  readonly target: TargetMetadata;
  /**
   * The execution environment: `production`, `test`, `development`, or another name that the user
   * chose.
   */
  readonly execEnv: string;
}
