/** The type of an object without its undefined properties. */
export type Defined<Given> = { readonly [Name in keyof Given]?: Exclude<Given[Name], undefined> };

/**
 * Copies an object without its undefined properties. In the copy, an optional property is either
 * absent or has a value.
 *
 * @example `{ name, ...defined({ version, homepage }) }`
 */
export const defined = <Given extends object>(given: Given): Defined<Given> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<Given>;
