/** Returns the objects in a list. Other values are omitted, because the documents are untrusted. */
export const objectsIn = (value: unknown): readonly Json[] =>
  Array.isArray(value)
    ? value.filter((each): each is Json => typeof each === "object" && each !== null && !Array.isArray(each))
    : [];

export const objectIn = (value: unknown): Json | undefined => objectsIn([value])[0];

export const textIn = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
export type Json = Readonly<Record<string, unknown>>;

/** The image that a merged SBOM describes. */
export interface Subject {
  /** The image's name without tag and digest, for example `example.com/shop`. */
  readonly name: string;
  /** The digest of the image's manifest. */
  readonly digest: string;
}
