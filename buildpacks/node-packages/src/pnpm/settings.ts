import { tableOf, textOf, textsOf } from "@libcnb/app-kit/tables";
import { type Env, type Table, UserError } from "libcnb";
import { parseYaml } from "./yaml.ts";

/** A pnpm-workspace.yaml. Since pnpm 10, it also contains pnpm's settings. */
export interface Workspace {
  /** Patterns of folders. */
  readonly packages: readonly string[];
  /** The settings that affect an installation. */
  readonly settings: Table;
}

/** A `.npmrc` of the app. */
export interface Npmrc {
  /** Relative to the app. */
  readonly path: string;
  readonly text: string;
}

/** Reads the text of a pnpm-workspace.yaml. @throws UserError PACKAGES_FILE_INVALID */
export async function workspaceOf(text: string, name: string): Promise<Workspace> {
  const content = tableOf(await parseYaml(text, name));
  const settings = Object.fromEntries(Object.entries(content).filter(([key]) => !hasNoEffect.test(key)));
  return { packages: textsOf(content.packages), settings };
}

/** Names of settings that say where packages come from, who asks, where pnpm works or how much it prints. */
const hasNoEffect =
  /registr|auth|token|password|proxy|^ca$|cafile|loglevel|notifier|progress|cache|config$|fetch|max-?_?sockets|nodedir|store-?_?dir|state-?_?dir|reporter|concurrency/i;

/** The lines of a `.npmrc` that affect an installation. */
export const effectiveLines = ({ text }: Npmrc): readonly string[] =>
  text.split(/\r?\n/).filter((line) => /^\s*[^#;\s]/.test(line) && !hasNoEffect.test(line.split("=")[0] ?? ""));

/** pnpm's settings from environment variables. */
export const settingsIn = (env: Env): readonly (readonly [string, string | undefined])[] =>
  Object.entries(env)
    .filter(([name]) => /^p?npm_config_/i.test(name) && !hasNoEffect.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Paths of the app's patches for packages. */
export const patchFiles = ({ settings }: Workspace, packageJson: Table): readonly string[] =>
  [settings, tableOf(packageJson.pnpm)]
    .flatMap(({ patchedDependencies }) => Object.values(tableOf(patchedDependencies)))
    .flatMap((path) => textOf(path) ?? [])
    .filter((path) => !path.startsWith("/") && !path.split("/").includes(".."))
    .toSorted();

/**
 * Refuses settings that an image cannot support: a layout that only works at its original path.
 *
 * @throws UserError PACKAGES_LAYOUT_UNSUPPORTED
 */
export function checkSettings({ settings }: Workspace, npmrcs: readonly Npmrc[], env: Env): void {
  const lines = npmrcs.flatMap((each) => effectiveLines(each));
  const linkers = [
    textOf(settings.nodeLinker),
    ...lines.map((line) => /^\s*node-linker\s*=\s*"?(\w+)/.exec(line)?.[1]),
    ...settingsIn(env).map(([name, value]) => (/config_node_linker$/i.test(name) ? value : undefined)),
  ];
  if (!linkers.includes("pnp")) return;
  throw new UserError("PACKAGES_LAYOUT_UNSUPPORTED", "pnpm's node-linker is pnp", {
    cause: "a .pnp.cjs of pnpm has no list of what is for development, and Node.js must be started with it",
    hint: "Set nodeLinker to isolated or hoisted in pnpm-workspace.yaml.",
  });
}
