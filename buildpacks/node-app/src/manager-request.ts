import { UserError } from "libcnb";
import type { ManagerName } from "./manager.ts";

/** A request for a package manager. */
export interface ManagerRequest {
  readonly name: ManagerName;
  readonly version?: string | undefined;
  readonly digest?: string | undefined;
  /** The path of the program in the app. */
  readonly vendored?: string | undefined;
  /** The source, in words for the user. */
  readonly source: string;
}

/**
 * Parses `name@version+digest` as corepack does. The version must be exact, so that the same tool
 * always installs the app.
 */
export function packageManagerRequest(text: string, source: string): ManagerRequest {
  const { name, rest } = parts(text, source);
  const [, version, digest] = /^(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+(sha\d+\.[0-9a-f]+))?$/.exec(rest ?? "") ?? [];
  if (version !== undefined) return { name, version, digest, source };
  throw invalid(text, source, `Write an exact version, such as "${examples[name]}".`);
}

/** Parses `name` or `name@range` from a setting of the build's user. */
export function rangeRequest(text: string, source: string): ManagerRequest {
  const { name, rest } = parts(text, source);
  if (rest === undefined || isRange(rest)) return { name, version: rest, source };
  throw invalid(text, source, `Write a name, or a name and a version range, such as "${name}@${major(name)}".`);
}

/**
 * True if a text is a version range. Some apps have a sentence such as "please use yarn" in
 * `engines.npm`.
 */
export const isRange = (text: string): boolean =>
  /^(?:[\sv\d.*xX^~<>=|,]|-[0-9A-Za-z.]*(?![0-9A-Za-z.]))+$/.test(text) && /[\d*x]/i.test(text);

/** True if a text is the name of a supported package manager. */
export const isManager = (name: unknown): name is ManagerName =>
  typeof name === "string" && Object.hasOwn(examples, name);

/** Example values of `packageManager`, for hints. */
export const examples: Readonly<Record<ManagerName, string>> = {
  npm: "npm@11.21.2",
  yarn: "yarn@4.18.1",
  pnpm: "pnpm@10.34.9",
  bun: "bun@1.4.5",
};

const major = (name: ManagerName): string => examples[name].replace(/^[^@]*@(\d+)\..*$/, "$1");

function parts(text: string, source: string): { readonly name: ManagerName; readonly rest: string | undefined } {
  const [, name, rest] = /^([^@]*)(?:@(.*))?$/s.exec(text.trim()) ?? [];
  if (isManager(name)) return { name, rest: rest?.trim() };
  throw invalid(text, source, `Use one of npm, yarn, pnpm and bun, such as "${examples.pnpm}".`);
}

const invalid = (text: string, source: string, hint: string): UserError =>
  new UserError("NODE_PACKAGE_MANAGER_INVALID", `${source} is "${shortened(text)}", which names no package manager`, {
    hint,
  });

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
