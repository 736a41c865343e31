import type { Texts } from "@libcnb/node-app";

/**
 * The programs that run scripts of package.json, or programs of packages, with their own arguments.
 */
export const managers: ReadonlySet<string> = new Set("npm npx yarn yarnpkg pnpm pnpx pn bun bunx corepack".split(" "));

/** True if a script has hooks (`pre…` or `post…`). */
export const hasHooks = (name: string, scripts: Texts): boolean => `pre${name}` in scripts || `post${name}` in scripts;

/** Returns the script that a command such as `npm run x` or `yarn x` runs. */
export function aliasOf([manager, ...words]: readonly string[], scripts: Texts): string | undefined {
  const [first, second] = words.filter((word) => word !== "-s" && word !== "--silent");
  const isRun = first === "run" || first === "run-script";
  const name = isRun ? second : first;
  const mayOmitRun = manager !== "npm" || name === "start";
  const isAlone = words.at(-1) === name && (isRun || mayOmitRun);
  return isAlone && name !== undefined && Object.hasOwn(scripts, name) ? name : undefined;
}
