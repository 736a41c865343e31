import { inDir } from "@libcnb/app-kit/folders";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { App, s } from "libcnb";
import { smallText } from "../scan/small-text.ts";
import { buildsSite, purposeOf } from "./languages.ts";
import { isNodeFile } from "./names.ts";

/** The purpose of the package.json in a Python app. */
export interface NodeSide {
  /**
   * The command that starts a Node.js server: that of the script `start`, or npm's default `node
   * server.js` if the file exists; `undefined` if there is none.
   */
  readonly server: string | undefined;
  /** True if the script that starts the app runs a Python command. */
  readonly isOfPython: boolean;
  /**
   * True if there may be something else to build or start: a site, or a server that no setting
   * names.
   */
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
function scriptOf(name: string, scripts: s.Table, left = 4): string | undefined {
  const line = Object.hasOwn(scripts, name) ? stringOf(scripts[name])?.trim() : undefined;
  const [, other = ""] = /^(?:npm run|yarn(?: run)?|pnpm(?: run)?|bun run) ([\w:.-]+)$/.exec(line ?? "") ?? [];
  return (
    (left > 0 && Object.hasOwn(scripts, other) ? scriptOf(other, scripts, left - 1) : undefined) ?? (line || undefined)
  );
}

/** Ignores invalid JSON: the buildpack that builds the package reports it. */
async function packageJson(app: App, dir: string, files: readonly string[]): Promise<s.Table> {
  const text = files.includes("package.json") ? await smallText(app, inDir(dir, "package.json")) : undefined;
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isTable(value) ? value : {};
  } catch {
    return {};
  }
}
