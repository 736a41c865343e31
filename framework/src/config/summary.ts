import type { ChosenValue } from "./choose.ts";

/** Rows of the table of configuration: name, value, whose value it is, what it is for. */
export function configurationRows(chosen: readonly ChosenValue[]): readonly (readonly string[])[] {
  return chosen.map(({ configuration, text, source }) => [
    configuration.name,
    text === undefined ? "" : shown(text, configuration.secret),
    source === "none" ? "not set" : source,
    configuration.description ?? "",
  ]);
}

/** Says that so many variables have their defaults, beside those that are shown. */
export function defaultsSentence(count: number, beside: boolean): string {
  const settings = `${count}${beside ? " more" : ""} setting${count > 1 ? "s have their defaults" : " has its default"}`;
  return `${settings}: BP_LOG_LEVEL=debug lists ${count > 1 ? "them" : "it"}`;
}

const longest = 60;

function shown(text: string, secret: boolean): string {
  if (secret) return "***";
  const clean = withoutCredentials(text.slice(0, 10_000));
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}

/** The text with the credentials of the URLs in it hidden. */
const withoutCredentials = (text: string): string => text.replace(/([a-z][a-z\d+.-]{0,20}:\/\/)[^\s/@]+@/gi, "$1***@");
