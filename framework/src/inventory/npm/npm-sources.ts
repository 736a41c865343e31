import { join } from "node:path";
import type { App } from "../../app.ts";
import type { Bindings } from "../../binding/binding.ts";
import { textAt } from "../../host/files/read.ts";
import type { RegistrySources } from "./npm-registry.ts";

/** The app, the environment variables and the bindings, which can contain npm's settings. */
export interface NpmHost {
  readonly app: App;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly bindings: Pick<Bindings, "filter">;
}

/**
 * Reads the sources of the npm registry: bindings of the type `npmrc`, the app's and the user's
 * `.npmrc`, the lockfile.
 */
export async function registrySources({ app, env, bindings }: NpmHost): Promise<RegistrySources> {
  const bound = (await bindings.filter({ type: "npmrc" })).flatMap((binding) =>
    binding.has(".npmrc") ? [{ source: `the binding ${binding.name}`, text: binding.text(".npmrc") }] : [],
  );
  const userFile = env.NPM_CONFIG_USERCONFIG || env.npm_config_userconfig || (env.HOME && join(env.HOME, ".npmrc"));
  const own = [
    { source: ".npmrc", text: await appText(app, ".npmrc") },
    { source: userFile ?? "", text: userFile ? await textAt(userFile) : undefined },
  ];
  return {
    env,
    npmrcs: [...bound, ...own.flatMap(({ source, text }) => (text === undefined ? [] : [{ source, text }]))],
    lockfile: (await appText(app, "package-lock.json")) ?? (await appText(app, "npm-shrinkwrap.json")),
  };
}

const appText = async (app: App, file: string): Promise<string | undefined> =>
  (await app.exists(file)) ? app.readText(file) : undefined;
