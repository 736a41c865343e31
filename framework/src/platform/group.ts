/** A member of an order's group: a buildpack or an image extension, by id and version. */
export interface GroupElement {
  readonly id: string;
  readonly version: string;
  /** An image extension; a buildpack may have the same id. */
  readonly extension?: boolean;
  /** Buildpack API of its descriptor; known once it was looked up. */
  readonly api?: string;
  readonly homepage?: string;
  readonly optional?: boolean;
}

/** Buildpacks that are tried together, in the order in which they build. */
export type Group = readonly GroupElement[];

/** Groups in order of preference: the first that detects wins. */
export type Order = readonly Group[];

/**
 * `id@version`, as the lifecycle prints it.
 *
 * @example `nameOf({ id: "acme/node", version: "1.0.0" }) // "acme/node@1.0.0"`
 */
export const nameOf = (element: GroupElement): string => `${element.id}@${element.version}`;

/** What tells members of one group from each other. */
export type MemberKind = Pick<GroupElement, "id" | "extension">;

/**
 * Whether both are of one kind and id: a group has each once, whatever the version.
 *
 * @example `sameMember({ id: "acme/apt" }, { id: "acme/apt", extension: true }) // false`
 */
export const sameMember = (one: MemberKind, other: MemberKind): boolean =>
  one.id === other.id && Boolean(one.extension) === Boolean(other.extension);
