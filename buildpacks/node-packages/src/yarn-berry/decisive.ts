import type { Env, Table } from "libcnb";

/** The settings that affect an installation: not the sources of packages, logins, or network options. */
export const decisive = (table: Table): Table =>
  Object.fromEntries(Object.entries(table).filter(([name]) => !isAboutAccess(name)));

/** The Yarn variables that affect an installation. */
export const decisiveVariables = (env: Env): readonly (readonly [string, string | undefined])[] =>
  Object.entries(env)
    .filter(([name]) => name.startsWith("YARN_") && !isAboutAccess(name.slice("YARN_".length)))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Names as in `.yarnrc.yml`, or as variables have them. */
const isAboutAccess = (name: string): boolean => access.test(name.replaceAll("_", "").toLowerCase());

const access = new RegExp(
  `^(${[
    "npm(always)?auth.*|npm(audit|publish)?registr.*|npmscopes",
    "https?.*|network.*|cafilepath|unsafehttpwhitelist",
    "enable(network|telemetry|strictssl|globalcache|mirror|offlinemode)",
    "enable(progressbars|timers|colors|hyperlinks|messagenames|tips|inlinebuilds|inlinehunks)",
    "cachefolder|globalfolder|telemetry.*|logfilters|progressbarstyle|rcfilename|yarnpath|ignorepath",
  ].join("|")})$`,
);
