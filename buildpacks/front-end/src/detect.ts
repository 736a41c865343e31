import { inDir } from "@libcnb/app-kit/folders";
import { readPackageJson, scriptsOfBuild } from "@libcnb/node-app";
import type { App, Env } from "libcnb";
import { nodeUseOf } from "./java-build-files.ts";

/** The purpose of Node.js in an app of another language. */
type Purpose =
  /** The scripts of a directory are run. `others` have a script for the build, too. */
  | { readonly kind: "assets"; readonly dir: string; readonly others: readonly string[] }
  /** Maven or Gradle run the scripts. Without a folder only Node.js and npm are installed. */
  | { readonly kind: "tools"; readonly dir: string | undefined; readonly source: string }
  | { readonly kind: "none"; readonly why: string };

/** The settings that affect the purpose of Node.js in an app. */
interface Request {
  readonly BP_FRONT_END: boolean;
  readonly BP_JAVA_INSTALL_NODE: boolean | undefined;
  readonly BP_NODE_PROJECT_PATH: string | undefined;
  readonly BP_PYTHON_PROJECT_PATH: string | undefined;
  readonly BP_JAVA_PROJECT_PATH: string | undefined;
}

/**
 * Determines for which purpose an app in another language needs Node.js. A package.json with a
 * build script indicates a front end, which this buildpack builds. If a Java build file runs
 * Node.js from `PATH`, only the tools are installed. If it downloads Node.js itself, nothing is
 * installed.
 */
export async function purposeOf(app: App, settings: Request, env: Env): Promise<Purpose> {
  const base = withoutSlashes(settings.BP_PYTHON_PROJECT_PATH ?? settings.BP_JAVA_PROJECT_PATH ?? "");
  const named = settings.BP_NODE_PROJECT_PATH;
  const dirs = named === undefined ? usualFolders.map((dir) => inDir(base, dir)) : [withoutSlashes(named)];
  const own = await nodeUseOf(app, base, dirs);
  const { BP_JAVA_INSTALL_NODE: installs } = settings;
  if (installs === true)
    return { kind: "tools", dir: await firstPackageJson(app, dirs), source: "BP_JAVA_INSTALL_NODE" };
  if (!settings.BP_FRONT_END) return { kind: "none", why: "BP_FRONT_END is false" };
  if (own?.brings === "node") return { kind: "none", why: `${own.source} installs Node.js itself` };
  if (own?.brings === "calls") {
    if (installs === false) return { kind: "none", why: "BP_JAVA_INSTALL_NODE is false" };
    return { kind: "tools", dir: await firstPackageJson(app, dirs), source: own.source };
  }
  return assetsIn(app, dirs, env);
}

async function assetsIn(app: App, dirs: readonly string[], env: Env): Promise<Purpose> {
  const found: string[] = [];
  for (const dir of dirs) if (await isFrontEnd(app, dir, env)) found.push(dir);
  const [dir, ...others] = found;
  if (dir !== undefined) return { kind: "assets", dir, others: dir === dirs[0] ? [] : others };
  return { kind: "none", why: "no package.json has a script that builds a front end" };
}

/**
 * True if the package.json contains scripts that build a front end. A package.json that cannot be
 * read is not a front end. The buildpacks that build its project report the error.
 */
async function isFrontEnd(app: App, dir: string, env: Env): Promise<boolean> {
  const scripts = (await readPackageJson(app, dir).catch(() => undefined))?.scripts ?? {};
  const names = scriptsOfBuild(scripts, env["BP_NODE_RUN_SCRIPTS"]);
  return names.some((name) => !otherBuild.test(scripts[name] ?? ""));
}

/** Scripts that build something else than a front end: the app itself, or its image. */
const otherBuild =
  /^\s*(?:$|(?:python[\d.]*|pip[\d.]*|uv|poetry|docker|podman|make|\S*mvnw?|\S*gradlew?|cargo|go|echo|exit)(?:\s|$))/;

async function firstPackageJson(app: App, dirs: readonly string[]): Promise<string | undefined> {
  for (const dir of dirs) if (await app.exists(inDir(dir, "package.json"))) return dir;
  return undefined;
}

const withoutSlashes = (path: string): string => path.replace(/^(?:\.?\/)+/, "").replace(/(?<!\/)\/+\.?$|^\.$/, "");

/**
 * Names that generators, frameworks and tutorials use for front end directories, most likely first.
 * "" is the project's own directory.
 */
const usualFolders: readonly string[] = [
  "",
  "frontend",
  "front-end",
  "client",
  "web",
  "webapp",
  "ui",
  "assets",
  "static_src",
  "theme/static_src", // django-tailwind
  "src/main/frontend",
  "src/main/webapp", // JHipster
  "src/main/webui", // Quarkus Quinoa
  "src/main/client",
];
