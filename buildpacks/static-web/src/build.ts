import { cp, realpath } from "node:fs/promises";
import { join } from "node:path";
import { digestOfFiles } from "@libcnb/app-kit/digests";
import {
  type BuildContext,
  type BuildResult,
  defaultTo,
  launchLayer,
  override,
  string,
  table,
  temporaryLayer,
  UserError,
} from "libcnb";
import { findRoot } from "./root.ts";
import { passwordType, type Settings } from "./settings.ts";

type Context = BuildContext<Settings>;

const serverLayer = launchLayer("static-server", { metadata: table({ digest: string }) });

/** Serves the folder. */
export async function build(context: Context): Promise<BuildResult> {
  const found = await findRoot(context.app, context.config);
  if ("problem" in found)
    throw new UserError("WEB_SERVER_ROOT_MISSING", `There is nothing to serve: ${found.problem}`, {
      hint: "Set BP_WEB_SERVER_ROOT to a folder of the app with files in it.",
    });
  const flags = await flagsOf(context);
  logSite(context, found);
  const server = await provideServer(context);
  await logOthers(context);
  return { processes: { web: { command: ["node", server, found.root || ".", ...flags], default: true } } };
}

function logSite({ config, log }: Context, { root, source }: { readonly root: string; readonly source: string }): void {
  log.step(`Serving ${root === "" ? "the app itself" : `the folder ${root}`}`);
  log.info(`Chosen because of ${source}; set BP_WEB_SERVER_ROOT for another folder`);
  if (root === "") log.warn("Everybody can read all files of the app, but hidden ones");
  if (config.BP_WEB_SERVER === "httpd" || config.BP_WEB_SERVER === "nginx")
    log.info(`A small server stands in for ${config.BP_WEB_SERVER}, whose own settings are not read`);
}

async function flagsOf({ bindings, config, log }: Context): Promise<readonly string[]> {
  const bound = await bindings.filter({ type: passwordType });
  const lacking = bound.find((binding) => !binding.has(".htpasswd"));
  if (lacking !== undefined)
    throw new UserError("WEB_SERVER_PASSWORDS_MISSING", `the binding ${lacking.name} has no entry ".htpasswd"`, {
      hint: "Give it a file .htpasswd, as the command htpasswd makes it.",
    });
  if (bound.length > 0) log.step("The site wants passwords: containers need the binding, too");
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

/** In the repository the folder is a link to that of node-start, in the package it is none. */
async function provideServer({ buildpack, layers }: Context): Promise<string> {
  const server = await realpath(join(buildpack.dir, "static-server"));
  await layers.provide(serverLayer, {
    metadata: { digest: await digestOfFiles(server) },
    create: ({ path }) => cp(server, path, { recursive: true }),
    env: () => ({ launch: { PORT: defaultTo("8080") } }),
  });
  return join(layers.dir, "static-server/main.mjs");
}
