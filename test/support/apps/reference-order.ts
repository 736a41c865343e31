import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Buildpack } from "libcnb";
import { parseToml } from "libcnb/spec";
import { detectGroup, type FileMap, type GroupFixture, group } from "libcnb/testing";
import { root } from "../cnb.ts";

// Detection of the whole reference builder, in the order of buildpacks/builder.toml, without images.

interface GroupMember {
  readonly id: string;
  readonly version: string;
  readonly optional?: boolean;
}

interface Ordered {
  readonly order: readonly { readonly group: readonly GroupMember[] }[];
}

const parts = [
  "java-engine",
  "java-build",
  "java-start",
  "python-engine",
  "python-packages",
  "python-start",
  "node-engine",
  "node-packages",
  "node-start",
  "ca-certificates",
  "environment-variables",
  "front-end",
  "git",
  "image-labels",
  "procfile",
  "static-web",
];
const families = ["java", "python", "nodejs"];

/** The buildpacks of the reference builder that detect an app. */
export async function detection(app: FileMap, env: Readonly<Record<string, string>> = {}) {
  return detectGroup({ order: await referenceOrder(), buildpacks: await referenceBuildpacks(), app, env });
}

/** The members of the group that passes, without their common prefix; `none` when none does. */
export async function chosen(app: FileMap, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const detected = await detection(app, env);
  if (detected.outcome === "pass") return detected.group.map(({ id }) => id.replace("libcnb/", "")).join(" ");
  return "none";
}

/** The code of the error that ends a build without downloads: `TEST_INPUT_MISSING` if the first error is that something is to be downloaded. */
export async function codeBeforeDownloads(app: FileMap, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const given = { order: await referenceOrder(), buildpacks: await referenceBuildpacks(), app, env, downloads: {} };
  return group(given).then(
    () => "built",
    (error: { readonly code?: string }) => error.code ?? error,
  );
}

async function referenceOrder(): Promise<readonly (readonly GroupMember[])[]> {
  const file = join(root, "buildpacks/builder.toml");
  const { order } = parseToml(await readFile(file, "utf8"), file) as unknown as Ordered;
  return order.map(({ group }) => [...group]);
}

/** The ids of each group in this order, composites as their members. */
export async function referenceGroups(): Promise<readonly (readonly string[])[]> {
  const whole = await Promise.all(families.map(async (name) => [`libcnb/${name}`, await membersOf(name)] as const));
  const members = new Map<string, readonly string[]>(whole);
  return (await referenceOrder()).map((group) => group.flatMap(({ id }) => members.get(id) ?? [id]));
}

async function membersOf(name: string): Promise<readonly string[]> {
  const file = join(folder(name), "buildpack.toml");
  const { order } = parseToml(await readFile(file, "utf8"), file) as unknown as Ordered;
  return order.flatMap(({ group }) => group.map(({ id }) => id));
}

async function referenceBuildpacks(): Promise<GroupFixture["buildpacks"]> {
  const members = parts.map(async (name) => [`libcnb/${name}`, await member(name)] as const);
  const composites = families.map((name) => [`libcnb/${name}`, { descriptor: folder(name) }] as const);
  return Object.fromEntries([...composites, ...(await Promise.all(members))]);
}

async function member(name: string) {
  const module = (await import(`../../../buildpacks/${name}/src/buildpack.ts`)) as { readonly default: Buildpack };
  return { buildpack: module.default, descriptor: folder(name) };
}

const folder = (name: string) => join(root, "buildpacks", name);
