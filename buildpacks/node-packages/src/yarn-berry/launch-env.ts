import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import type { Project } from "../package-manager.ts";

interface LaunchedProject extends Pick<Project, "dirs"> {
  readonly app: Pick<App, "path">;
}

/**
 * The variables for `node server.js` under PnP, which has no node_modules: the options that `yarn
 * node` sets, in the same form, so that Yarn recognizes them.
 *
 * @see https://yarnpkg.com/features/pnp#initializing-pnp
 */
export function launchEnvironment({ app, dirs: { root } }: LaunchedProject): Readonly<Record<string, string>> {
  const at = (name: string) => app.path(inDir(root, name));
  const resolver = [at(".pnp.cjs"), at(".pnp.js")].find((path) => existsSync(path));
  if (resolver === undefined) return {};
  const loader = at(".pnp.loader.mjs");
  // since Yarn 3, where one of the workspaces has modules of its own
  const modules = existsSync(loader) ? [`--experimental-loader ${pathToFileURL(loader).href}`] : [];
  return { NODE_OPTIONS: [`--require ${quoted(resolver)}`, ...modules].join(" ") };
}

const quoted = (path: string): string => (/\s/.test(path) ? JSON.stringify(path) : path);
