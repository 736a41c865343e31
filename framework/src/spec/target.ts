import { checked, list, optional, string, table } from "./schemas/schema.ts";
import type { Decoded, Schema } from "./schemas/standard-schema.ts";

/** The distribution of an image: the values of ID and VERSION_ID in its os-release file. */
export interface Distro {
  readonly name: string;
  readonly version?: string | undefined;
}

/**
 * The target of the build: the operating system, architecture (Go's names: `amd64`, `arm64`) and
 * distribution of the run image.
 */
export interface Target {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string;
  readonly distro?: Distro;
}

const rawTarget = table({
  os: optional(string),
  arch: optional(string),
  variant: optional(string),
  "arch-variant": optional(string),
  distros: optional(list(table({ name: string, version: optional(string) }))),
});

/** An entry of `[[targets]]` in buildpack.toml. A missing field matches anything. */
export type DeclaredTarget = Omit<Decoded<typeof rawTarget>, "arch-variant">;

/**
 * The schema of an entry of `[[targets]]`. The specification and pack read an architecture's
 * variant from the key `variant`, but the lifecycle only reads it from `arch-variant`. Authors
 * should therefore write both keys. Either key is decoded as `variant`.
 */
export const targetSchema: Schema<DeclaredTarget> = checked(
  (value) => {
    const result = rawTarget["~standard"].validate(value);
    if (result instanceof Promise)
      throw new TypeError("the schema of a target validates asynchronously, which is not supported");
    if (result.issues !== undefined) return result;
    const { "arch-variant": archVariant, ...target } = result.value;
    if (archVariant === undefined || archVariant === target.variant) return { value: target };
    if (target.variant === undefined) return { value: { ...target, variant: archVariant } };
    return {
      issues: [{ path: ["arch-variant"], message: `differs from variant, ${JSON.stringify(target.variant)}` }],
    };
  },
  [rawTarget],
);

/**
 * True if a declared target matches an actual one. Empty fields of the declared target match any
 * value. If the declared target lists distributions, one of them must match.
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
