/** The package that an output is about; `undefined` if none is named. */
export function packageIn(output: string): string | undefined {
  for (const pattern of marks) {
    const name = pattern.exec(output)?.[1];
    if (name !== undefined) return name;
  }
  return Array.from(output.matchAll(begun), ([, first]) => first).at(-1);
}

/** The module that a build in Python did not find. */
export const moduleIn = (output: string): string | undefined =>
  /No module named '([\w.]+)'|Cannot import build backend '([\w.]+)'/
    .exec(output)
    ?.slice(1)
    .find((name) => name !== undefined);

// each tool names it in its way
const name = "([A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?)";
const marks: readonly RegExp[] = [
  new RegExp(`Because ${name} was not found in the package registry`),
  new RegExp(`No matching distribution found for ${name}`),
  new RegExp(`Failed building wheel for ${name}\\s`),
  new RegExp(`Failed to build '${name}' when`),
  new RegExp(`Failed to (?:download and )?build \`${name}(?:==| @|\`)`),
  new RegExp(`following issues with ${name} \\(`),
  new RegExp(`there (?:is|are) no versions? of ${name}`),
  new RegExp(`depends on ${name} \\([^)]*\\) which doesn't match any versions`),
  new RegExp(`(?:candidates for|No candidate is found for) \`?${name}`),
  new RegExp(`Failed to download \`${name}==`),
  new RegExp(`Install ${name} \\S+ failed`),
];

// what was begun at last is what failed
const begun = new RegExp(`^[ \\t]*(?:Collecting|- Installing) ${name}`, "gm");
