import { tableOf, textOf, textsOf } from "@libcnb/app-kit/tables";
import { type Env, type s, UserError } from "libcnb";
import { parseYaml } from "../yaml.ts";

/** The content of a pnpm-workspace.yaml. Since pnpm 10, the file also contains pnpm's settings. */
export interface Workspace {
  /** Patterns of workspace directories. */
  readonly packages: readonly string[];
  /** The settings that affect an installation. */
  readonly settings: s.Table;
}

/** The path and the text of a `.npmrc` of the app. */
export interface Npmrc {
  /** The path relative to the app. */
  readonly path: string;
  readonly text: string;
}

/**
 * Parses the text of a pnpm-workspace.yaml.
 *
 * @throws UserError PACKAGES_FILE_INVALID
 */
export async function workspaceOf(text: string, name: string): Promise<Workspace> {
  const content = tableOf(await parseYaml(text, name));
  const settings = Object.fromEntries(Object.entries(content).filter(([key]) => !hasNoEffect.test(key)));
  return { packages: textsOf(content.packages), settings };
}

/** Names of settings for registries, logins, pnpm's directories and the amount of output. */
const hasNoEffect =
  /registr|auth|token|password|proxy|^ca$|cafile|loglevel|notifier|progress|cache|config$|fetch|max-?_?sockets|nodedir|store-?_?dir|state-?_?dir|reporter|concurrency/i;

/** Returns the lines of a `.npmrc` that affect an installation. */
export const effectiveLines = ({ text }: Npmrc): readonly string[] =>
  text.split(/\r?\n/).filter((line) => /^\s*[^#;\s]/.test(line) && !hasNoEffect.test(line.split("=")[0] ?? ""));

/** Reads pnpm's settings from environment variables. */
export const settingsIn = (env: Env): readonly (readonly [string, string | undefined])[] =>
  Object.entries(env)
    .filter(([name]) => /^p?npm_config_/i.test(name) && !hasNoEffect.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Returns the paths of the patches that the app applies to packages. */
export const patchFiles = ({ settings }: Workspace, packageJson: s.Table): readonly string[] =>
  [settings, tableOf(packageJson.pnpm)]
    .flatMap(({ patchedDependencies }) => Object.values(tableOf(patchedDependencies)))
    .flatMap((path) => textOf(path) ?? [])
    .filter((path) => !path.startsWith("/") && !path.split("/").includes(".."))
    .toSorted();

/**
 * Refuses settings with which installed packages only work at their original path, because the
 * image has another path.
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
  throw new UserError(
    "PACKAGES_LAYOUT_UNSUPPORTED",
    "the app sets node-linker=pnp for pnpm, which this buildpack does not support",
    {
      cause: "the .pnp.cjs of pnpm does not list development dependencies, and Node.js needs it at launch",
      hint: 'Set nodeLinker to "isolated" or "hoisted" in pnpm-workspace.yaml.',
    },
  );
}
