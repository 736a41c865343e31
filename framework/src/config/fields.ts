import type { Decoded, Schema } from "../spec/standard-schema.ts";

/** The variables that a buildpack reads, each with the form of its value. */
export type ConfigFields = Readonly<Record<string, Schema<unknown>>>;

/** The fields of a buildpack that names none: all variables of its buildpack.toml, as text. */
export type TextFields = Readonly<Record<string, Schema<string | undefined>>>;

/** The values of such variables: what `config` of a context is. */
export type Config<Fields extends ConfigFields = ConfigFields> = {
  readonly [Name in keyof Fields]: Decoded<Fields[Name]>;
};
