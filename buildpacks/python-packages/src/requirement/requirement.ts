import { normalizedName } from "@libcnb/python-app/distributions";

/** A dependency specifier of PEP 508. */
export interface Requirement {
  /** The normalized name. */
  readonly name: string;
  /** The normalized names of extras. */
  readonly extras: readonly string[];
  /** The version specifier: `>=2,<3`; empty for any version. */
  readonly specifier: string;
  /** The URL or path after `@`. */
  readonly url: string | undefined;
  readonly marker: string | undefined;
}

/**
 * Parses a dependency specifier, without comments and options of requirements files; `undefined` if
 * it is invalid.
 */
export function parseRequirement(text: string): Requirement | undefined {
  const [, name, extras = "", rest = ""] = form.exec(text.slice(0, longest)) ?? [];
  if (name === undefined) return undefined;
  const names = extras.split(",").flatMap((extra) => (extra.trim() === "" ? [] : [normalizedName(extra.trim())]));
  return { name: normalizedName(name), extras: [...new Set(names)], ...target(rest.trim()) };
}

// metadata of strangers: nothing that long is a dependency
const longest = 20_000;

const form = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\]\s*)?(?=$|[(@;<>=!~])([\s\S]*)$/;

type Target = Pick<Requirement, "specifier" | "url" | "marker">;

function target(rest: string): Target {
  if (!rest.startsWith("@")) {
    const [specifier = "", ...marker] = rest.split(";");
    return { specifier: bare(specifier), url: undefined, marker: said(marker.join(";")) };
  }
  // an address may have a semicolon: only behind a blank does it begin the marker
  const [, url = "", marker = ""] = /^@\s*(\S*?)(?:\s+;([\s\S]*)|\s*)$/.exec(rest) ?? [];
  return { specifier: "", url: said(url), marker: said(marker) };
}

// old metadata have parentheses: `idna (>=2,<3)`
const bare = (specifier: string): string =>
  specifier
    .trim()
    .replace(/^\(([\s\S]*)\)$/, "$1")
    .replace(/\s+/g, "");

const said = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
