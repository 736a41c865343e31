/** A member of an order's group: a buildpack by id and version. */
export interface GroupElement {
  readonly id: string;
  readonly version: string;
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
