/**
 * True if a directory matches the patterns of `workspaces`: `packages/*`, `apps/**`, `{a,b}`. A
 * pattern with `!` excludes directories.
 *
 * @see https://classic.yarnpkg.com/lang/en/docs/workspaces/
 */
export function isMatched(dir: string, patterns: readonly string[]): boolean {
  const clean = patterns.map((pattern) => pattern.replace(/^(!?)(?:\.\/)+/, "$1").replace(/(?<!\/)\/+$/, ""));
  const wanted = clean.filter((pattern) => !pattern.startsWith("!"));
  const unwanted = clean.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  return wanted.some((each) => expression(each).test(dir)) && !unwanted.some((each) => expression(each).test(dir));
}

/** The maximal directory depth of paths that the patterns match. */
export const depthOf = (patterns: readonly string[]): number =>
  Math.max(0, ...patterns.map((each) => (each.includes("**") ? deepest : each.split("/").length)));

/** Nobody's workspaces lie deeper, and a directory may be linked into itself by hand. */
const deepest = 12;

function expression(pattern: string): RegExp {
  // the same wildcard again and again means no more, and takes exponential time
  const plain = pattern.replace(/(?:\*\*\/)+/g, "**/").replace(/\*{2,}(?!\*|\/)/g, "**");
  const parts = plain.split(/(\*\*\/?|\*|\?|\{[^{}]*\})/).map((part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/.][^/]*";
    if (part === "?") return "[^/]";
    if (/^\{.*\}$/.test(part)) return `(?:${part.slice(1, -1).split(",").map(escaped).join("|")})`;
    return escaped(part);
  });
  return new RegExp(`^${parts.join("")}$`);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
