type Given<Options> = { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> };

/**
 * The options that have a value, as those that are left out must not be there at all. An empty text is none: scripts write
 * `--builder "$BUILDER"`.
 *
 * @example `given({ builder: undefined, descriptor: "", execEnv: "test" }) // { execEnv: "test" }`
 */
export const given = <Options extends object>(options: Options): Given<Options> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== ""),
  ) as Given<Options>;
