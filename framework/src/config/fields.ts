import type { Decoded, Schema } from "../spec/schemas/standard-schema.ts";

/** The environment variables of a buildpack with their schemas. */
export type ConfigFields = Readonly<Record<string, Schema<unknown>>>;

/**
 * The fields of a buildpack that does not define `config`: all variables in its buildpack.toml, as
 * strings.
 */
export type TextFields = Readonly<Record<string, Schema<string | undefined>>>;

/** The values of a buildpack's variables, which is the type of `config` in a context. */
export type Config<Fields extends ConfigFields = ConfigFields> = {
  readonly [Name in keyof Fields]: Decoded<Fields[Name]>;
};
