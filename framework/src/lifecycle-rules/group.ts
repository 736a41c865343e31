/** A member of a group: a buildpack or an image extension, by id and version. */
export interface GroupElement {
  readonly id: string;
  readonly version: string;
  /** True for an image extension. A buildpack can have the same id. */
  readonly extension?: boolean;
  /** The Buildpack API in the descriptor, which is known after the lookup. */
  readonly api?: string;
  readonly homepage?: string;
  readonly optional?: boolean;
}

/** Buildpacks that are tried together, in build order. */
export type Group = readonly GroupElement[];

/** Groups in order of preference: the first one that passes is used. */
export type Order = readonly Group[];

/**
 * Formats `id@version`, as the lifecycle prints it.
 *
 * @example `nameOf({ id: "acme/node", version: "1.0.0" }) // "acme/node@1.0.0"`
 */
export const nameOf = (element: GroupElement): string => `${element.id}@${element.version}`;

/** The identity of a member within a group. */
export type MemberKind = Pick<GroupElement, "id" | "extension">;

/**
 * True if two members have the same kind and id. A group contains such a member only once,
 * regardless of the version.
 *
 * @example `sameMember({ id: "acme/apt" }, { id: "acme/apt", extension: true }) // false`
 */
export const sameMember = (one: MemberKind, other: MemberKind): boolean =>
  one.id === other.id && Boolean(one.extension) === Boolean(other.extension);
