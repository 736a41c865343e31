import { type NameInOutput, nameIn } from "@libcnb/app-kit/failures/explain-failure";
import { packageWith } from "@libcnb/node-app";
import { unreachableHost } from "./unreachable.ts";

// The last `node_modules/` of a path is the package's own.
const name = "((?:@[\\w.~-]+/)?[\\w.~-]+)";

/** The package whose script failed. Each package manager names it differently. */
const owners: NameInOutput["patterns"] = [
  new RegExp(`^npm (?:ERR!|error) path .*/node_modules/${name}$`, "m"),
  new RegExp(`^error .*/node_modules/${name}: Command failed`, "m"),
  new RegExp(`YN0009: [^\\w@]*${name}@(?!workspace:)`),
  new RegExp(`script from "${name}" (?:exited|terminated)`),
  new RegExp(`node_modules/${name} (?:pre|post)?install: Failed`),
  new RegExp(`gyp ERR! cwd .*/node_modules/${name}$`, "m"),
  lastUnfinished,
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

const host = (output: string): string | undefined => unreachableHost(output)?.host;

/** Placeholders whose values are in the output of an installation. */
export const installNames = {
  OWNER: { patterns: owners, text: 'the package "NAME"', fallback: "the app" },
  MODULE: { patterns: owners, text: 'the package "NAME"', fallback: "a native module" },
  PACKAGE: { patterns: [unknownPackage], fallback: "a package in the requested version" },
  REGISTRY: {
    patterns: [host],
    text: "the package registry (NAME)",
    fallback: "the package registry",
  },
  HOST: { patterns: [host], fallback: "a host" },
  // the package manager's own code
  ERROR: {
    patterns: [/npm (?:ERR!|error) code ([A-Z]\w+)|"code": ?"([A-Z]\w+)"|\b(ERR_PNPM_\w+)/],
    fallback: "ENDING",
  },
} as const satisfies Readonly<Record<string, NameInOutput>>;

/**
 * The package that the registry does not have, with the requested version if the tool names it:
 * `@acme/shop@^1.0.0`.
 */
function unknownPackage(output: string): string | undefined {
  for (const pattern of unknownPackages) {
    const { name, version } = pattern.exec(output)?.groups ?? {};
    if (name !== undefined) return decodeName(version === undefined ? name : `${name}@${version}`);
  }
  return undefined;
}

const spec = "(?<name>@?[^\\s'\"@]+@[^\\s'\"]+?)";

const unknownPackages: readonly RegExp[] = [
  new RegExp(`requested resource '${spec}' could not be found`), // npm 12
  new RegExp(`'${spec}' is not in this registry`), // npm up to 11
  new RegExp(`No matching version found for ${spec}\\.?(?=\\s|$)`, "m"), // npm, pnpm
  /YN00\d\d: │ (?<name>@?[^\s@]+)@npm:(?<version>\S+?): (?:Package not found|No candidates found)/,
  /Couldn't find any versions for "(?<name>[^"]+)" that matches "(?<version>[^"]+)"/, // Yarn 1
  /Couldn't find package "(?<name>[^"]+)"/, // Yarn 1
  /No version matching "(?<version>[^"]+)" found for specifier "(?<name>[^"]+)"/, // Bun
  /(?:GET |│ {3})https?:\/\/\S*?(?<![\w.~-])(?<name>@[\w.~-]+%2f[\w.~-]+|[\w.~-]+)(?: - 404\b|: Not Found - 404\b)/i, // Bun, pnpm
];

/** A version that is a URL may contain a password. */
const decodeName = (name: string): string => name.replace(/@[a-z+]+:\/\/.*$/s, "").replace(/%2f/i, "/");

/** The pattern of a shell's message about a command that it did not find. */
export const unknownCommand =
  /(?:^|\n)(?:\/\S{0,300}\/)?(?:sh|bash|dash|ash)?(?:: (?:line )?\d+)?(?:: )?([\w@./-]{1,300}): (?:command )?not found|command not found: ([\w@./-]+)/;

const command: NameInOutput = { patterns: [unknownCommand], fallback: "a command" };

/** Placeholders whose values are in the output of a script. */
export const scriptNames = {
  COMMAND: command,
  COMMAND_PACKAGE: {
    patterns: [
      (output) => {
        const unknown = nameIn(command, output);
        return unknown === undefined ? undefined : packageWith(unknown);
      },
    ],
    fallback: "",
  },
  IMPORT: {
    patterns: [/(?:Cannot find (?:module|package)|Can't resolve|Could not resolve) ['"]([^'"]+)['"]/],
    fallback: "a module",
  },
  HOST: installNames.HOST,
} as const satisfies Readonly<Record<string, NameInOutput>>;
