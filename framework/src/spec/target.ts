import { list, optional, string, table } from "./schema.ts";
import type { Decoded } from "./standard-schema.ts";

/** The distribution of an image: ID and VERSION_ID of its os-release file. */
export interface Distro {
  readonly name: string;
  readonly version?: string | undefined;
}

/** What the build is for: the run image's operating system, architecture (Go's names: `amd64`, `arm64`) and distribution. */
export interface Target {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string;
  readonly distro?: Distro;
}

export const targetSchema = table({
  os: optional(string),
  arch: optional(string),
  variant: optional(string),
  distros: optional(list(table({ name: string, version: optional(string) }))),
});

/** One `[[targets]]` of buildpack.toml; a missing field matches anything. */
export type DeclaredTarget = Decoded<typeof targetSchema>;

/**
 * Whether a declared target admits an actual one: any empty side matches, and one of the distributions, if there are any.
 *
 * @example `matchesTarget({ os: "linux" }, { os: "linux", arch: "arm64" }) // true`
 */
export function matchesTarget(declared: DeclaredTarget, target: Target): boolean {
  return (
    matches(declared.os, target.os) &&
    matches(declared.arch, target.arch) &&
    matches(declared.variant, target.variant) &&
    matchesDistro(declared.distros ?? [], target.distro)
  );
}

function matchesDistro(declared: readonly Distro[], distro: Distro | undefined): boolean {
  if (declared.length === 0) return true;
  if (distro === undefined) return false; // the lifecycle: a buildpack with distros needs a known distribution
  return declared.some(({ name, version }) => matches(name, distro.name) && matches(version, distro.version));
}

const matches = (declared: string | undefined, actual: string | undefined) =>
  !declared || !actual || declared === actual;
