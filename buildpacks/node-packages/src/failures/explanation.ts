import type { ManagerName } from "@libcnb/node-app";

/** How a tool ended that was to install packages or to run a script. */
export interface ToolEnd {
  /** `undefined` if a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal?: string | undefined;
  /** What it printed, on standard output and standard error as it came; of much, the end. */
  readonly output: string;
}

/** What an error says. The words in capitals stand for what differs: MANAGER, LOCKFILE, INSTALL, ADD_DEV, APPROVE, SUBJECT, PACKAGE. */
export interface Explanation {
  /** When it comes, for the documentation. */
  readonly when: string;
  readonly message: string;
  readonly hint: string;
}

/** What is known of a failure besides the words of its explanation. */
export interface Facts {
  readonly manager: ManagerName;
  readonly lockfile?: string | undefined;
  /** The package, script or command that it is about, in the words of a sentence. */
  readonly subject?: string | undefined;
  /** The package that would help. */
  readonly package?: string | undefined;
}

/** The text with what is known of the failure in place of the words in capitals. */
export function filled(text: string, { manager, lockfile, subject = "it", package: missing = "" }: Facts): string {
  const words: Readonly<Record<string, string>> = {
    MANAGER: title[manager],
    LOCKFILE: lockfile ?? usualLockfile[manager],
    INSTALL: `${manager} install`,
    ADD_DEV: addDev[manager],
    APPROVE: approve[manager],
    SUBJECT: subject,
    PACKAGE: missing,
  };
  return text.replace(/\b[A-Z_]+\b/g, (word) => words[word] ?? word);
}

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
