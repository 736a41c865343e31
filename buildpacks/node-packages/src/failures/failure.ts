import { plain } from "@libcnb/app-kit/failures/last-lines";
import { found } from "@libcnb/app-kit/failures/sign";
import { ending, isKilled, type ToolEnd } from "@libcnb/app-kit/failures/tool-end";
import { toolFailure } from "@libcnb/app-kit/failures/tool-failure";
import { type ManagerName, packageWith } from "@libcnb/node-app";
import type { UserError } from "libcnb";
import { bunSigns } from "./bun-signs.ts";
import { explanationOf, type FailureId } from "./catalogue.ts";
import { unknownCommand } from "./command.ts";
import { certificateSigns, gitSigns, machineSigns, nativeSigns, networkSigns } from "./common-signs.ts";
import { type Facts, wordsOf } from "./explanation.ts";
import { npmSigns } from "./npm-signs.ts";
import { pnpmSigns } from "./pnpm-signs.ts";
import { lesson, noise } from "./shown-output.ts";
import type { Sign } from "./sign.ts";
import { packageOf } from "./subject.ts";
import { yarnSigns } from "./yarn-signs.ts";

/** What else is known of a failure. */
export interface FailureContext {
  /** The lockfile's name, if there is one. */
  readonly lockfile?: string | undefined;
  /** The app's own name in package.json. */
  readonly app?: string | undefined;
  /** Texts that are hidden wherever the output is shown. */
  readonly secrets?: readonly string[];
}

const signs: Readonly<Record<ManagerName, readonly Sign[]>> = {
  npm: npmSigns,
  yarn: yarnSigns,
  pnpm: pnpmSigns,
  bun: bunSigns,
};

/** Explains why a package manager could not install packages. */
export function installFailure(manager: ManagerName, end: ToolEnd, context: FailureContext = {}): UserError {
  const output = plain(end.output);
  const id =
    memoryFailure(end) ??
    found(
      [...machineSigns, ...nativeSigns, ...certificateSigns, ...gitSigns, ...signs[manager], ...networkSigns],
      output,
    );
  const name = packageOf(output);
  const whose = name === undefined || name === context.app ? "the app" : `the package "${name}"`;
  if (id !== undefined) return failure(id, end, { manager, subject: subjectOf(id, whose, name) }, context);
  return failure("PACKAGES_INSTALL_FAILED", end, { manager, subject: codeIn(output) ?? ending(end) }, context);
}

const subjectOf = (id: FailureId, whose: string, name: string | undefined): string =>
  id.startsWith("NATIVE_") && name === undefined ? "a native module" : whose;

/** Explains why a script of package.json failed. */
export function scriptFailure(
  manager: ManagerName,
  script: string,
  end: ToolEnd,
  context: FailureContext = {},
): UserError {
  const output = plain(end.output);
  const called = `the script "${script}" of package.json`;
  const command = end.exitCode === 127 || end.exitCode === 1 ? unknownCommand(output) : undefined;
  if (command !== undefined)
    return failure(
      "SCRIPT_COMMAND_UNKNOWN",
      end,
      { manager, subject: `${called} calls ${command}`, package: packageWith(command) },
      context,
    );
  const id = memoryFailure(end) ?? found([...machineSigns, ...scriptSigns], output) ?? otherEnd(end);
  return failure(id, end, { manager, subject: scriptSubject(id, called, script, output) }, context);
}

const scriptSigns: readonly Sign[] = [
  [
    /Missing script: "|error Command "[^"]+" not found|Couldn't find a script named|ERR_PNPM_(?:RECURSIVE_RUN_)?NO_SCRIPT\b|Script not found "/,
    "SCRIPT_UNKNOWN",
  ],
  [/ERR_OSSL_EVP_UNSUPPORTED/, "SCRIPT_OPENSSL_LEGACY"],
  [/error TS\d+: |\bTS\d{4,5}: /, "SCRIPT_TYPES_WRONG"],
  [
    /Cannot find (?:module|package) '|ERR_MODULE_NOT_FOUND|Module not found: |Could not resolve "/,
    "SCRIPT_MODULE_UNKNOWN",
  ],
];

function scriptSubject(id: FailureId, called: string, script: string, output: string): string {
  if (id === "SCRIPT_UNKNOWN") return `"${script}"`;
  if (id !== "SCRIPT_MODULE_UNKNOWN") return called;
  const [, module] =
    /(?:Cannot find (?:module|package)|Can't resolve|Could not resolve) ['"]([^'"]+)['"]/.exec(output) ?? [];
  return module === undefined ? `${called} needs a module` : `${called} needs ${module}`;
}

const memoryFailure = (end: ToolEnd): FailureId | undefined => (isKilled(end) ? "BUILD_OUT_OF_MEMORY" : undefined);

const otherEnd = ({ exitCode, signal }: ToolEnd): FailureId =>
  signal !== undefined || (exitCode !== undefined && exitCode > 128 && exitCode < 160)
    ? "SCRIPT_KILLED"
    : "SCRIPT_FAILED";

const codeIn = (output: string): string | undefined =>
  /npm (?:ERR!|error) code ([A-Z]\w+)|"code": ?"([A-Z]\w+)"|\b(ERR_PNPM_\w+)/
    .exec(output)
    ?.slice(1)
    .find((code) => code !== undefined);

const failure = (id: FailureId, end: ToolEnd, facts: Facts, { lockfile, secrets }: FailureContext): UserError =>
  toolFailure(id, explanationOf(id), end, { words: wordsOf({ ...facts, lockfile }), secrets, lesson, noise });
