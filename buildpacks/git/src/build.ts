import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildContext, type BuildResult, cachedLayer, defaultTo, override, s, temporaryLayer } from "libcnb";
import { gitConfig, type Helper, helpersOf } from "./credentials.ts";
import { readRevision } from "./repository.ts";

/** Records the app's commit in the image, and configures git to use the credentials of bindings. */
export async function build(context: BuildContext): Promise<BuildResult> {
  const found = await readRevision(context.app);
  await provideCredentials(context);
  if (found === undefined) return {};
  if ("problem" in found) {
    context.log.warn(`The commit of the app is unknown: ${found.problem}`);
    return {};
  }
  context.log.step(`Built from the commit ${found.commit}`);
  await provideRevision(context, found.commit);
  return { labels: { "org.opencontainers.image.revision": found.commit } };
}

/**
 * There are two layers, so that a change for the image does not rebuild the layer for the build.
 * Both have no contents.
 */
const revisionLayer = cachedLayer("git", { build: true, launch: true, metadata: s.table({ format: s.integer }) });
const credentialsLayer = temporaryLayer("credentials", { build: true });

const provideRevision = ({ layers }: BuildContext, commit: string) =>
  layers.provide(revisionLayer, {
    metadata: { format: 1 },
    create: () => undefined,
    env: () => ({ shared: { REVISION: defaultTo(commit) } }),
  });

async function provideCredentials({ bindings, env, layers, log }: BuildContext): Promise<void> {
  const helpers = helpersOf(await bindings.filter({ type: "git-credentials" }));
  if (helpers.length === 0) return;
  for (const { binding, context } of helpers) {
    log.step(`git uses the credentials of the binding ${binding.name} for ${context ?? "all URLs"}`);
    if (context === undefined)
      log.warn(
        `git sends these credentials to each host that it clones from. To limit them to one host, add an entry "context" to the binding ${binding.name}`,
      );
  }
  if (env.GIT_CONFIG_COUNT) log.warn("git does not use these credentials, because the build sets GIT_CONFIG_COUNT");
  await layers.provide(credentialsLayer, {
    create: ({ path }) => writeSettings(path, helpers),
    env: ({ path }) => ({ build: settingsOf(join(path, "gitconfig")) }),
  });
}

/** Through variables: HOME and its settings are the user's, and not every build has one. https://git-scm.com/docs/git-config#ENVIRONMENT */
const settingsOf = (file: string) => ({
  GIT_CONFIG_COUNT: override("1"),
  GIT_CONFIG_KEY_0: override("include.path"),
  GIT_CONFIG_VALUE_0: override(file),
});

async function writeSettings(dir: string, helpers: readonly Helper[]): Promise<void> {
  const files = new Map<Helper, string>();
  for (const [index, helper] of helpers.entries())
    files.set(helper, (await fileOf(helper)) ?? (await written(helper, join(dir, `binding-${index}`))));
  await writeFile(join(dir, "gitconfig"), gitConfig(files));
}

/** The file with the credentials in a binding. The second path is that of deprecated bindings. */
async function fileOf({ binding: { path } }: Helper): Promise<string | undefined> {
  const locations = path === undefined ? [] : [join(path, "credentials"), join(path, "secret/credentials")];
  for (const location of locations) if (await access(location).then(yes, no)) return location;
  return undefined;
}

const yes = () => true;
const no = () => false;

/**
 * Writes credentials that are in no file, such as those in VCAP_SERVICES, to a layer that is neither
 * in the image nor cached.
 */
async function written({ binding }: Helper, file: string): Promise<string> {
  await writeFile(file, binding.bytes("credentials"), { mode: 0o600 });
  return file;
}
