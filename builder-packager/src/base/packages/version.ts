/**
 * The order of a character in dpkg's `order()`: `~` before the end, the end before letters, letters
 * before all other characters.
 */
function weight(character: string | undefined): number {
  if (character === undefined || isDigit(character)) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= "0" && character <= "9";

/**
 * Compares upstream versions or revisions as dpkg's `verrevcmp` does: alternating non-digit and
 * digit parts.
 */
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const difference = weight(a[i]) - weight(b[j]);
      if (difference !== 0) return Math.sign(difference);
      i++;
      j++;
    }
    const first = digitsAt(a, i);
    const second = digitsAt(b, j);
    const difference = compareNumbers(first, second);
    if (difference !== 0) return difference;
    i += first.length;
    j += second.length;
  }
  return 0;
}

const digitsAt = (text: string, index: number): string => /^[0-9]*/.exec(text.slice(index))?.[0] ?? "";

/**
 * Compares digit strings of any length: versions such as 20230311123456789012 exceed a double's
 * precision.
 */
function compareNumbers(a: string, b: string): number {
  const first = a.replace(/^0+/, "");
  const second = b.replace(/^0+/, "");
  if (first.length !== second.length) return Math.sign(first.length - second.length);
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

function split(version: string): { readonly epoch: string; readonly upstream: string; readonly revision: string } {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const hyphen = rest.lastIndexOf("-");
  return {
    epoch: colon < 0 ? "" : version.slice(0, colon),
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? "" : rest.slice(hyphen + 1),
  };
}

/**
 * Compares two Debian version numbers exactly as `dpkg --compare-versions` does. Returns -1, 0 or
 * 1.
 *
 * @example `compareVersions("1.0~rc1-1", "1.0-1") // -1`
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export function compareVersions(a: string, b: string): number {
  const first = split(a);
  const second = split(b);
  return (
    compareNumbers(first.epoch, second.epoch) ||
    comparePart(first.upstream, second.upstream) ||
    comparePart(first.revision, second.revision)
  );
}
