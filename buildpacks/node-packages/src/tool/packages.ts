import type { ManagerName } from "@libcnb/node-app";
import type { Target } from "libcnb";

/** The properties that determine which program a machine can run. */
export interface Machine extends Pick<Target, "arch"> {
  /** True if the processor has AVX2, which the faster Bun needs. */
  readonly avx2: boolean;
}

/** An npm package in which a package manager is published. */
export interface ToolPackage {
  readonly name: string;
  /** True if it is the package of a version. */
  readonly has: (version: string) => boolean;
  /** The architecture that it is for. */
  readonly arch?: string;
}

/**
 * The npm packages of a package manager; for pnpm 12 and newer, the part that is the same for all
 * machines.
 */
export function mainPackages(name: ManagerName, machine: Machine): readonly ToolPackage[] {
  if (name === "yarn") {
    return [
      { name: "yarn", has: (version) => majorOf(version) < 2 },
      { name: "@yarnpkg/cli-dist", has: (version) => majorOf(version) >= 2 },
    ];
  }
  if (name !== "bun") return [{ name, has: () => true }];
  const suffix = machine.arch === "arm64" ? "aarch64" : machine.avx2 ? "x64" : "x64-baseline";
  return [{ name: `@oven/bun-linux-${suffix}`, has: () => true, arch: machine.arch }];
}

/**
 * The package with the executable of pnpm 12 and newer. pnpm would download it itself, but only
 * from a registry with signatures.
 */
export const nativePackage = (name: ManagerName, version: string, { arch }: Machine): ToolPackage | undefined =>
  name === "pnpm" && majorOf(version) >= 12
    ? { name: `@pnpm/exe.linux-${arch === "amd64" ? "x64" : arch}`, has: (each) => each === version, arch }
    : undefined;

const majorOf = (version: string): number => Number.parseInt(version, 10);
