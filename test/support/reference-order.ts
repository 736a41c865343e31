import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Buildpack } from "libcnb";
import { parseToml } from "libcnb/spec";
import { detectGroup, type FileMap, type GroupGiven } from "libcnb/testing";
import { root } from "./cnb.ts";

// Detection of the whole reference builder, in the order of buildpacks/builder.toml, without images.

interface GroupMember {
  readonly id: string;
  readonly version: string;
  readonly optional?: boolean;
}

const parts = [
  ...["java-engine", "java-build", "java-start"],
  ...["python-engine", "python-packages", "python-start"],
  ...["node-engine", "node-packages", "node-start"],
  ...["ca-certificates", "environment-variables", "git", "image-labels", "procfile", "static-web"],
];
const families = ["java", "python", "nodejs"];

/** The buildpacks of the reference builder by their ids. */
export const referenceIds: readonly string[] = [...families, ...parts].map((name) => `libcnb/${name}`);

/** What the reference builder detects with an app. */
export async function detection(app: FileMap, env: Readonly<Record<string, string>> = {}) {
  return detectGroup({ order: await referenceOrder(), buildpacks: await referenceBuildpacks(), app, env });
}

/** The members of the group that passes, without their common prefix; `none` when none does. */
export async function chosen(app: FileMap, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const detected = await detection(app, env);
  if (detected.outcome === "pass") return detected.group.map(({ id }) => id.replace("libcnb/", "")).join(" ");
  return "none";
}

async function referenceOrder(): Promise<GroupGiven["order"]> {
  const file = join(root, "buildpacks/builder.toml");
  const { order } = parseToml(await readFile(file, "utf8"), file) as unknown as {
    readonly order: readonly { readonly group: readonly GroupMember[] }[];
  };
  return order.map(({ group }) => [...group]);
}

async function referenceBuildpacks(): Promise<GroupGiven["buildpacks"]> {
  const members = parts.map(async (name) => [`libcnb/${name}`, await member(name)] as const);
  const composites = families.map((name) => [`libcnb/${name}`, { descriptor: folder(name) }] as const);
  return Object.fromEntries([...composites, ...(await Promise.all(members))]);
}

async function member(name: string) {
  const module = (await import(`../../buildpacks/${name}/src/buildpack.ts`)) as { readonly default: Buildpack };
  return { buildpack: module.default, descriptor: folder(name) };
}

const folder = (name: string) => join(root, "buildpacks", name);
