import type { Project } from "./project-facts.ts";

/** What runs JavaScript, or a file of it. */
const runsJavaScript =
  /(^|[\s;&|/(])(node|nodejs|npm|npx|yarn|yarnpkg|pnpm|pnpx|bun|bunx|corepack|tsx|ts-node|pm2)\s|\.[cm]?[jt]sx?\s/;

/**
 * True if an app is for Node.js: a Procfile can start programs of any kind, which need no Node.js
 * in the image.
 */
export function isOfNode({ packageJson, settings, procfile }: Project, sources: readonly string[]): boolean {
  if (packageJson !== undefined || settings.BP_LAUNCHPOINT !== undefined) return true;
  if (sources.some((source) => !source.endsWith(" in Procfile"))) return true;
  return Object.values(procfile?.commands ?? {}).some((line) => runsJavaScript.test(`${line} `));
}

/** The reason why detect fails for an app that is not for Node.js. */
export const notOfNode =
  "no app of Node.js: there is no package.json, and no command of Procfile runs Node.js or a package manager. If it is one, add a package.json.";
