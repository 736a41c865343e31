import { cp, realpath } from "node:fs/promises";
import { join } from "node:path";
import {
  type BuildContext,
  type BuildResult,
  defaultTo,
  launchLayer,
  override,
  s,
  temporaryLayer,
  UserError,
} from "libcnb";
import { digestOfFiles } from "libcnb/kit";
import { findRoot } from "./root.ts";
import { passwordType, type Settings } from "./settings.ts";

type Context = BuildContext<Settings>;

const serverLayer = launchLayer("static-server", { metadata: s.table({ digest: s.string }) });

/** Adds a static file server to the image, and a process that serves the site's directory. */
export async function build(context: Context): Promise<BuildResult> {
  const found = await findRoot(context.app, context.config);
  if ("problem" in found)
    throw new UserError("WEB_SERVER_ROOT_MISSING", `the app has no files to serve: ${found.problem}`, {
      hint: "Set BP_WEB_SERVER_ROOT to a directory of the app that contains files, such as public.",
    });
  const flags = await flagsOf(context);
  logSite(context, found);
  const server = await provideServer(context);
  await logOthers(context);
  return { processes: { web: { command: ["node", server, found.root || ".", ...flags], default: true } } };
}

function logSite({ config, log }: Context, { root, source }: { readonly root: string; readonly source: string }): void {
  log.step(`Serving ${root === "" ? "the app's root" : `the directory ${root}`}`);
  log.info(`Chosen because of ${source}; to serve another directory, set BP_WEB_SERVER_ROOT`);
  if (root === "") log.warn("The server serves every file of the app except hidden ones");
  if (config.BP_WEB_SERVER === "httpd" || config.BP_WEB_SERVER === "nginx")
    log.info(
      `This buildpack's own server replaces ${config.BP_WEB_SERVER}: the configuration of that server has no effect`,
    );
}

async function flagsOf({ bindings, config, log }: Context): Promise<readonly string[]> {
  const bound = await bindings.filter({ type: passwordType });
  const lacking = bound.find((binding) => !binding.has(".htpasswd"));
  if (lacking !== undefined)
    throw new UserError("WEB_SERVER_PASSWORDS_MISSING", `the binding ${lacking.name} has no entry ".htpasswd"`, {
      hint: "Add the entry .htpasswd to the binding. To create the file, run htpasswd -cB .htpasswd USER.",
    });
  if (bound.length > 0) log.step("The site is password-protected: the container needs the binding as well");
  return [
    ...(config.BP_WEB_SERVER_ENABLE_PUSH_STATE ? ["--fallback=index.html"] : []),
    ...(config.BP_WEB_SERVER_FORCE_HTTPS ? ["--https"] : []),
    bound.length > 0 ? "--htpasswd=required" : "--htpasswd",
  ];
}

/** A worker of a Procfile is not to be what the image starts. */
const logOthers = ({ layers }: Context) =>
  layers.provide(temporaryLayer("process"), {
    create: () => undefined,
    env: () => ({ build: { BPI_DEFAULT_PROCESS: override("web") } }),
  });

/**
 * Provides the static server. In the repository, its directory is a symbolic link to the directory
 * in node-start. In the package, it is a regular directory.
 */
async function provideServer({ buildpack, layers }: Context): Promise<string> {
  const server = await realpath(join(buildpack.dir, "static-server"));
  await layers.provide(serverLayer, {
    metadata: { digest: await digestOfFiles(server) },
    create: ({ path }) => cp(server, path, { recursive: true }),
    env: () => ({ launch: { PORT: defaultTo("8080") } }),
  });
  return join(layers.dir, "static-server/main.mjs");
}
