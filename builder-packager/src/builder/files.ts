import { unlessEmpty } from "../defined.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { ResolvedOrder } from "./order.ts";
import { type StructTable, structToml } from "./struct-toml.ts";
import type { BuildVariable, OrderGroup, OrderMember } from "./toml/builder-toml.ts";
import type { NamedRunImage } from "./validate.ts";

const file = (path: string, text: string): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.from(text),
});

/** Creates `/cnb/order.toml`, which the detector reads. Empty fields are omitted, as pack does. */
export const orderToml = ({ order, orderExtensions }: ResolvedOrder): TarEntry =>
  file("/cnb/order.toml", structToml({ order: groupTables(order), "order-extensions": groupTables(orderExtensions) }));

const groupTables = (groups: readonly OrderGroup[]) => (groups.length > 0 ? groups.map(groupTable) : undefined);

/**
 * Creates `/cnb/system.toml`, which lists the buildpacks that run before and after every group.
 * Platforms read it since API 0.15.
 */
export const systemToml = ({ pre, post }: NonNullable<ResolvedOrder["system"]>): TarEntry =>
  file("/cnb/system.toml", structToml({ system: { pre: membersTable(pre), post: membersTable(post) } }));

/** Creates `/cnb/stack.toml`, which platforms before API 0.12 read. */
export const stackToml = (runImages: readonly NamedRunImage[]): TarEntry =>
  file("/cnb/stack.toml", structToml({ "run-image": imageTable(runImages[0]) }));

/** Creates `/cnb/run.toml`, which platforms since API 0.12 read. */
export const runToml = (runImages: readonly NamedRunImage[]): TarEntry =>
  file("/cnb/run.toml", structToml({ images: runImages.map(imageTable) }));

const groupTable = ({ group }: OrderGroup): StructTable => ({ group: group.map(memberTable) });

/** A member with pack's order of fields. */
const memberTable = ({ id, version, optional, "exec-env": execEnv }: OrderMember): StructTable => ({
  id,
  version,
  "exec-env": execEnv,
  optional,
});

const membersTable = (members: readonly OrderMember[]): StructTable | undefined =>
  members.length > 0 ? { buildpacks: members.map(memberTable) } : undefined;

const imageTable = (runImage: NamedRunImage | undefined): StructTable => ({
  image: runImage?.name ?? "",
  mirrors: unlessEmpty(runImage?.mirrors),
});

/**
 * Creates the files below `/cnb/build-config/env`, sorted. A file contains exactly the value of a
 * variable, without a trailing newline, because the lifecycle uses the content unchanged.
 */
export function buildConfigEntries(variables: readonly BuildVariable[]): TarEntry[] {
  const files = new Map<string, string>();
  for (const { name, value, suffix, delim } of variables) {
    files.set(suffix === "" ? name : `${name}.${suffix}`, value);
    if (delim !== undefined) files.set(`${name}.delim`, delim);
  }
  const names = [...files.keys()].sort((a, b) => (a < b ? -1 : 1));
  return names.map((name) => file(`/cnb/build-config/env/${name}`, files.get(name) ?? ""));
}
