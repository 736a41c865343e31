/** The package whose script failed, in the words of a sentence; without one it was the app's own. */
export function packageOf(output: string): string | undefined {
  for (const pattern of marks) {
    const name = pattern.exec(output)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

// The last `node_modules/` of a path is the package's own; each tool names it in its way.
const name = "((?:@[\\w.~-]+/)?[\\w.~-]+)";
const marks: readonly RegExp[] = [
  new RegExp(`^npm (?:ERR!|error) path .*/node_modules/${name}$`, "m"),
  new RegExp(`^error .*/node_modules/${name}: Command failed`, "m"),
  new RegExp(`YN0009: [^\\w@]*${name}@(?!workspace:)`),
  new RegExp(`^> ${name}@\\S+ (?:pre|post)?install /.*/node_modules/`, "m"),
  new RegExp(`node_modules/${name} (?:pre|post)?install[:$] `),
  new RegExp(`script from "${name}" (?:exited|terminated)`),
  new RegExp(`gyp ERR! cwd .*/node_modules/${name}$`, "m"),
];
