import type { ChosenValue } from "./choose.ts";

/** Returns the rows of the configuration table in the log: name, value, origin of the value. */
export const configurationRows = (chosen: readonly ChosenValue[]): readonly (readonly string[])[] =>
  chosen.map(({ configuration, text, source }) => [
    configuration.name,
    text === undefined ? "" : shown(text, configuration.secret),
    source === "none" ? "not set" : source,
  ]);

/** Returns the rows of {@link configurationRows}, with descriptions of the variables. */
export const describedRows = (chosen: readonly ChosenValue[]): readonly (readonly string[])[] =>
  configurationRows(chosen).map((row, index) => [...row, chosen[index]?.configuration.description ?? ""]);

const longest = 60;

function shown(text: string, secret: boolean): string {
  if (secret) return "***";
  const clean = withoutCredentials(text.slice(0, 10_000));
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}

/** Hides the credentials of URLs in a text. */
const withoutCredentials = (text: string): string => text.replace(/([a-z][a-z\d+.-]{0,20}:\/\/)[^\s/@]+@/gi, "$1***@");
