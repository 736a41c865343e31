import type { ManagerName } from "@libcnb/node-app";
import type { Target } from "libcnb";

/** The properties of a machine that determine which executables it can run. */
export interface Machine extends Pick<Target, "arch"> {
  /** True if the processor has AVX2, which the faster build of Bun needs. */
  readonly avx2: boolean;
}

/** An npm package that contains a package manager. */
export interface ToolPackage {
  readonly name: string;
  /** Returns true if a version of the package manager is in this package. */
  readonly has: (version: string) => boolean;
  /** The architecture of the executables in the package. */
  readonly arch?: string;
}

/**
 * Returns the npm packages that contain a package manager, each with the versions that it contains.
 * For pnpm 12 and newer, this is the package that is the same for all machines.
 */
export function mainPackages(name: ManagerName, machine: Machine): readonly ToolPackage[] {
  if (name === "yarn") {
    return [
      { name: "yarn", has: (version) => majorOf(version) < 2 },
      { name: "@yarnpkg/cli-dist", has: (version) => majorOf(version) >= 2 },
    ];
  }
  if (name !== "bun") return [{ name, has: () => true }];
  const x64 = machine.avx2 ? "x64" : "x64-baseline";
  const suffix = machine.arch === "arm64" ? "aarch64" : x64;
  return [{ name: `@oven/bun-linux-${suffix}`, has: () => true, arch: machine.arch }];
}

/**
 * Returns the package with the executable of pnpm 12 and newer; `undefined` for other package
 * managers. pnpm itself would only download this package from a registry with signatures.
 */
export const nativePackage = (name: ManagerName, version: string, { arch }: Machine): ToolPackage | undefined =>
  name === "pnpm" && majorOf(version) >= 12
    ? { name: `@pnpm/exe.linux-${arch === "amd64" ? "x64" : arch}`, has: (each) => each === version, arch }
    : undefined;

const majorOf = (version: string): number => Number.parseInt(version, 10);
