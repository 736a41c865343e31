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
import type { Sign } from "./sign.ts";
import { packageOf } from "./subject.ts";
import { unknownPackage } from "./unknown-package.ts";
import { type Unreachable, unreachableHost } from "./unreachable.ts";
import { yarnSigns } from "./yarn-signs.ts";

/** Further facts about a failure. */
export interface FailureContext {
  /** The name of the lockfile, if any. */
  readonly lockfile?: string | undefined;
  /** The app's own name in package.json. */
  readonly app?: string | undefined;
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
  const reported =
    memoryFailure(end) ??
    found(
      [...machineSigns, ...nativeSigns, ...certificateSigns, ...gitSigns, ...signs[manager], ...networkSigns],
      output,
    );
  const asked = unreachableHost(output);
  const id = asked === undefined ? reported : withHost(reported, asked);
  const name = packageOf(output);
  const whose = name === undefined || name === context.app ? "the app" : `the package "${name}"`;
  if (id !== undefined)
    return failure(
      id,
      end,
      { manager, subject: subjectOf(id, { whose, name, asked, output }), host: asked?.host },
      context,
    );
  return failure("PACKAGES_INSTALL_FAILED", end, { manager, subject: codeIn(output) ?? ending(end) }, context);
}

/** What a failure is if a host could not be reached. */
function withHost(id: FailureId | undefined, { isRegistry }: Unreachable): FailureId {
  if (id === undefined || id === "PACKAGES_REGISTRY_UNREACHABLE")
    return isRegistry ? "PACKAGES_REGISTRY_UNREACHABLE" : "PACKAGES_HOST_UNREACHABLE";
  if (id === "PACKAGES_SCRIPT_FAILED" || id === "PACKAGES_GIT_DENIED") return "PACKAGES_HOST_UNREACHABLE";
  return compiling.has(id) && !isRegistry ? "NATIVE_BINARY_UNREACHABLE" : id;
}

/** What is tried where there is no binary. */
const compiling: ReadonlySet<FailureId> = new Set([
  "NATIVE_PYTHON_MISSING",
  "NATIVE_COMPILER_MISSING",
  "NATIVE_BUILD_FAILED",
]);

interface SubjectFacts {
  readonly whose: string;
  readonly name: string | undefined;
  readonly asked: Unreachable | undefined;
  readonly output: string;
}

function subjectOf(id: FailureId, { whose, name, asked, output }: SubjectFacts): string {
  if (id === "PACKAGES_UNKNOWN") return unknownPackage(output) ?? "a package in the version that the app asks for";
  if (id === "PACKAGES_REGISTRY_UNREACHABLE")
    return `the registry of the packages${asked === undefined ? "" : ` (${asked.host})`}`;
  return id.startsWith("NATIVE_") && name === undefined ? "a native module" : whose;
}

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
  const asked = unreachableHost(output);
  const known = memoryFailure(end) ?? found([...machineSigns, ...scriptSigns], output) ?? otherEnd(end);
  const id = known === "SCRIPT_FAILED" && asked !== undefined ? "SCRIPT_HOST_UNREACHABLE" : known;
  return failure(id, end, { manager, subject: scriptSubject(id, called, script, output), host: asked?.host }, context);
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

const failure = (id: FailureId, end: ToolEnd, facts: Facts, { lockfile }: FailureContext): UserError =>
  toolFailure(id, explanationOf(id), end, { words: wordsOf({ ...facts, lockfile }) });
