/** A line of a requirements file, as interpreted by pip. */
export type Line =
  | { readonly kind: "include"; readonly path: string; readonly isConstraint: boolean }
  | { readonly kind: "option"; readonly text: string }
  | { readonly kind: "requirement"; readonly text: string; readonly isEditable: boolean };

/** Parses the lines of a requirements file, without comments. Continued lines are joined. */
export function requirementLines(text: string): readonly Line[] {
  const lines = text.replace(/^\uFEFF/, "").split(endOfLine);
  return joined(lines)
    .map((line) => line.replace(/(^|\s)#.*$/s, "").trim())
    .filter((line) => line !== "")
    .map(lineOf);
}

// where Python ends lines
const endOfLine = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** A comment is not continued, but ends what is. */
function joined(lines: readonly string[]): readonly string[] {
  const found: string[] = [];
  let before = "";
  for (const line of lines) {
    const isComment = /^\s*#/.test(line);
    if (line.endsWith("\\") && !isComment) {
      before += line.slice(0, -1);
    } else {
      found.push(before + (isComment && before !== "" ? "" : line));
      before = "";
    }
  }
  return before === "" ? found : [...found, before];
}

function lineOf(line: string): Line {
  const [, option = "", rest = ""] = /^(-[rce]|--requirement|--constraint|--editable)\s*=?(.*)$/s.exec(line) ?? [];
  if (option === "") return line.startsWith("-") ? { kind: "option", text: line } : requirement(line, false);
  if (option === "-e" || option === "--editable") return requirement(rest, true);
  return { kind: "include", path: unquoted(rest), isConstraint: option === "-c" || option === "--constraint" };
}

const requirement = (text: string, isEditable: boolean): Line => ({
  kind: "requirement",
  text: unquoted(text),
  isEditable,
});

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, "$2");

/** True if a requirement allows only one version. */
export function isPinned(text: string): boolean {
  const [requirement = ""] = text.split(/\s;|;\s/, 1);
  const versions = [...requirement.matchAll(/(?<![=!<>~])===?\s*([^,\s]*)/g)].map(([, version = ""]) => version);
  if (versions.some((version) => version !== "" && !version.includes("*"))) return true;
  return / @ |^[\w+.-]+:\/\/|--hash[= ]/.test(text) || localPath(text) !== undefined;
}

/**
 * Returns the local path in a requirement, such as `./lib`, `.[extra]` or `vendor/lib-1.0.whl`.
 * Returns `undefined` if the requirement names a package.
 */
export function localPath(text: string): string | undefined {
  const [, reference = text] = /^[\w.-]+(?:\[[^\]]*\])?\s*@(.*)$/s.exec(text) ?? [];
  const plain = withoutExtras(withoutOptions(reference));
  if (plain.startsWith("file:"))
    return decoded(plain.replace(/^file:(\/\/(localhost)?(?=\/))?/, "").replace(/#.*$/s, ""));
  if (/^[\w+.-]+:\/\//.test(plain)) return undefined;
  const isPath = /^\.{0,2}\//.test(plain) || /^\.{1,2}$/.test(plain) || /\.(whl|zip|tar\.(gz|bz2|xz)|tgz)$/.test(plain);
  return isPath || /^[^\s=<>~!;@]+\//.test(plain) ? plain : undefined;
}

// Files of an app may have lines of any length: nothing here looks at a place of a text more than once.

/** Without the text after a blank: a marker, `--hash`. */
function withoutOptions(reference: string): string {
  const end = reference.search(/\s(?:;|--)/);
  return (end < 0 ? reference : reference.slice(0, end)).trim();
}

function withoutExtras(reference: string): string {
  if (!reference.endsWith("]")) return reference;
  const start = reference.indexOf("[", reference.lastIndexOf("]", reference.length - 2) + 1);
  return start < 0 ? reference : reference.slice(0, start).trim();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a name with a percent sign as it is
  }
}
