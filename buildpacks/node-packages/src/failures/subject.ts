/**
 * The package whose script failed, in words; the app's own script if the output names no package.
 */
export function packageOf(output: string): string | undefined {
  for (const pattern of marks) {
    const name = pattern.exec(output)?.[1];
    if (name !== undefined) return name;
  }
  return lastUnfinished(output);
}

// The last `node_modules/` of a path is the package's own; each tool names it in its way.
const name = "((?:@[\\w.~-]+/)?[\\w.~-]+)";

/** What says that a script failed, and whose. */
const marks: readonly RegExp[] = [
  new RegExp(`^npm (?:ERR!|error) path .*/node_modules/${name}$`, "m"),
  new RegExp(`^error .*/node_modules/${name}: Command failed`, "m"),
  new RegExp(`YN0009: [^\\w@]*${name}@(?!workspace:)`),
  new RegExp(`script from "${name}" (?:exited|terminated)`),
  new RegExp(`node_modules/${name} (?:pre|post)?install: Failed`),
  new RegExp(`gyp ERR! cwd .*/node_modules/${name}$`, "m"),
];

/** Scripts run at the same time: of those that have started, the last that is not done. */
function lastUnfinished(output: string): string | undefined {
  const started = [...output.matchAll(starts)].map(([, first, second]) => first ?? second ?? "");
  return (
    started.findLast(
      (each) =>
        !output.includes(`node_modules/${each} install: Done`) &&
        !output.includes(`node_modules/${each} postinstall: Done`),
    ) ?? started.at(-1)
  );
}

const starts = new RegExp(
  `^> ${name}@\\S+ (?:pre|post)?install /.*/node_modules/|node_modules/${name} (?:pre|post)?install[:$] `,
  "gm",
);
