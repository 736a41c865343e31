import { inDir } from "@libcnb/app-kit/folders";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { App, Table } from "libcnb";
import { smallText } from "../scan/small-text.ts";
import { buildsSite, purposeOf } from "./languages.ts";
import { isNodeFile } from "./names.ts";

/** The purpose of the package.json in a Python app. */
export interface NodeSide {
  /** A script that starts a server according to its author; npm's default if there is a server.js. */
  readonly server: string | undefined;
  /** The script that starts the app is a command of Python. */
  readonly isOfPython: boolean;
  /** Something could be built or started: a site, a server that nothing names. */
  readonly mayBeMore: boolean;
}

export async function readNodeSide(app: App, dir: string, files: readonly string[]): Promise<NodeSide> {
  const scripts = tableOf((await packageJson(app, dir, files))["scripts"]);
  const start = scriptOf("start", scripts) ?? (files.includes("server.js") ? "node server.js" : undefined);
  const purpose = start === undefined ? undefined : purposeOf(start);
  return {
    server: purpose === "server" ? start : undefined,
    isOfPython: purpose === "python",
    mayBeMore: buildsSite(scriptOf("build", scripts) ?? "") || files.some(isNodeFile),
  };
}

/** The command of a script, also where it is the one of another script. */
function scriptOf(name: string, scripts: Table, left = 4): string | undefined {
  const line = Object.hasOwn(scripts, name) ? stringOf(scripts[name])?.trim() : undefined;
  const [, other = ""] = /^(?:npm run|yarn(?: run)?|pnpm(?: run)?|bun run) ([\w:.-]+)$/.exec(line ?? "") ?? [];
  return (
    (left > 0 && Object.hasOwn(scripts, other) ? scriptOf(other, scripts, left - 1) : undefined) ?? (line || undefined)
  );
}

/** What is no JSON is told by those who build it. */
async function packageJson(app: App, dir: string, files: readonly string[]): Promise<Table> {
  const text = files.includes("package.json") ? await smallText(app, inDir(dir, "package.json")) : undefined;
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isTable(value) ? value : {};
  } catch {
    return {};
  }
}
