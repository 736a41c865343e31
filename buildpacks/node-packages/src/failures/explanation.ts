import type { ManagerName } from "@libcnb/node-app";

/** The facts about a failure for its explanation. */
export interface Facts {
  readonly manager: ManagerName;
  readonly lockfile?: string | undefined;
  /** The package, script or command that it is about, in the words of a sentence. */
  readonly subject?: string | undefined;
  /** The host that could not be reached. */
  readonly host?: string | undefined;
  /** The package that would help. */
  readonly package?: string | undefined;
}

/** The values of an explanation's placeholders. */
export const wordsOf = ({
  manager,
  lockfile,
  subject = "it",
  host = "a host",
  package: missing = "",
}: Facts): Readonly<Record<string, string>> => ({
  MANAGER: title[manager],
  LOCKFILE: lockfile ?? usualLockfile[manager],
  INSTALL: `${manager} install`,
  ADD_DEV: addDev[manager],
  APPROVE: approve[manager],
  SUBJECT: subject,
  HOST: host,
  PACKAGE: missing,
});

type ByManager = Readonly<Record<ManagerName, string>>;

const usualLockfile: ByManager = {
  npm: "package-lock.json",
  yarn: "yarn.lock",
  pnpm: "pnpm-lock.yaml",
  bun: "bun.lock",
};
const title: ByManager = { npm: "npm", yarn: "Yarn", pnpm: "pnpm", bun: "Bun" };
const addDev: ByManager = {
  npm: "npm install --save-dev",
  yarn: "yarn add --dev",
  pnpm: "pnpm add --save-dev",
  bun: "bun add --dev",
};
const approve: ByManager = {
  npm: "npm install-scripts approve",
  yarn: "dependenciesMeta in package.json",
  pnpm: "pnpm approve-builds",
  bun: "bun pm trust",
};
