import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { Component } from "libcnb";
import { parseRequirement, type Requirement } from "../requirement/requirement.ts";
import { readBundled } from "./bundled-files.ts";
import { fieldOf, parseMetadata } from "./core-metadata.ts";
import { type DirectUrl, parseDirectUrl } from "./direct-url.ts";
import { licensesOf } from "./licenses.ts";
import { parseWheel, type WheelFile } from "./wheel.ts";

/** The metadata of an installed package in its `.dist-info`. */
export interface Distribution {
  /** Normalised. */
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly requires: readonly Requirement[];
  /** The source, if it is not an index. */
  readonly origin: DirectUrl | undefined;
  readonly wheel: WheelFile;
  /** True if it was requested directly. Not all tools record that. */
  readonly isRequested: boolean;
  /** Its bundled libraries. */
  readonly bundled: readonly Component[];
}

/** Reads the packages that are installed in a directory, sorted. */
export async function readDistributions(sitePackages: string): Promise<readonly Distribution[]> {
  const names = (await readdir(sitePackages)).filter((name) => name.endsWith(".dist-info")).toSorted();
  const all = await Promise.all(names.map((name) => readDistribution(join(sitePackages, name))));
  return all.flatMap((each) => each ?? []);
}

async function readDistribution(dir: string): Promise<Distribution | undefined> {
  const text = (name: string) => readFile(join(dir, name), "utf8").catch(() => undefined);
  const metadata = parseMetadata((await text("METADATA")) ?? "");
  const name = fieldOf(metadata, "name");
  const version = fieldOf(metadata, "version");
  if (name === undefined || version === undefined) return undefined; // what a removal left behind is not a package, for pip neither
  return {
    name: normalizedName(name),
    version,
    licenses: licensesOf(metadata),
    requires: (metadata.get("requires-dist") ?? []).flatMap((each) => parseRequirement(each) ?? []),
    origin: parseDirectUrl(await text("direct_url.json")),
    wheel: parseWheel((await text("WHEEL")) ?? ""),
    isRequested: (await text("REQUESTED")) !== undefined,
    bundled: await readBundled(dir, normalizedName(name)),
  };
}
