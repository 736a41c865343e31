type Defined<Options> = { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> };

/**
 * The options with a value, because others must be absent. An empty text counts as no value, as in
 * `--builder "$BUILDER"` in scripts.
 *
 * @example `given({ builder: undefined, descriptor: "", execEnv: "test" }) // { execEnv: "test" }`
 */
export const defined = <Options extends object>(options: Options): Defined<Options> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== ""),
  ) as Defined<Options>;
