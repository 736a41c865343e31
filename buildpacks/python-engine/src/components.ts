import { readdir } from "node:fs/promises";
import { packageUrl } from "@libcnb/app-kit/sbom/package-url";
import { distributionsAmong } from "@libcnb/python-app/distributions";
import type { Component, Release } from "libcnb";
import { sitePackagesOf } from "./install.ts";

/** Both that upstream's archives have ever brought along are licensed so. */
const licensed = (name: string) => (["pip", "setuptools"].includes(name) ? { licenses: ["MIT"] } : {});

/**
 * The packages included in upstream's archives, by the names of their metadata directories, for the
 * build's SBOM.
 */
export async function developmentComponents(python: Release, layer: string): Promise<readonly Component[]> {
  const names = await readdir(sitePackagesOf(python, layer));
  return distributionsAmong(names).flatMap(({ name, version }) =>
    version === undefined
      ? []
      : [{ type: "library", name, version, purl: packageUrl("pypi", [name], version, ""), ...licensed(name) }],
  );
}
