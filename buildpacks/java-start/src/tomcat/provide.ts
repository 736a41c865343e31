import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicAddress } from "@libcnb/app-kit/addresses";
import { digestOfText } from "@libcnb/app-kit/digests";
import { extractNamed } from "@libcnb/app-kit/release/named-archive";
import { type BuildContext, launchLayer, type Release, sboms, string, table } from "libcnb";
import type { Settings } from "../settings.ts";
import { contextName } from "./context-path.ts";
import { externalConfiguration, noArchive } from "./external.ts";
import { loggingProperties, serverXml, tomcatScript } from "./files.ts";

type Context = BuildContext<Settings>;

const layer = launchLayer("tomcat", {
  metadata: table({ version: string, checksum: string, app: string, configuration: string, files: string }),
});

/** Adds Tomcat to the image, configured with the app's directory as its only web app. */
export async function provideTomcat(release: Release, dir: string, context: Context): Promise<void> {
  const { app, config, inventory, layers, log } = context;
  const name = contextName(config.BP_TOMCAT_CONTEXT_PATH);
  const external = externalConfiguration(config);
  const folder = app.path(dir);
  await layers.provide(layer, {
    metadata: {
      version: release.version,
      checksum: release.checksum ?? "",
      app: `${name} ${folder}`,
      configuration: external?.sha256 ?? "",
      files: digestOfText(serverXml + loggingProperties + tomcatScript),
    },
    async create({ path }) {
      log.step(`Installing Tomcat ${release.version}`);
      await inventory.install(release, path, { filter: isNeeded });
      await makeReadable(path);
      await writeOwnFiles(path);
      await mkdir(join(path, "webapps"));
      await symlink(folder, join(path, "webapps", name));
      if (external !== undefined) await addConfiguration(external, path, context);
    },
    ...(!config.BP_DISABLE_SBOM && { sbom: () => sboms([release.component]) }),
  });
}

/** Neither programs for other systems, nor documents, nor apps, nor what rewrites apps of before Jakarta. */
const isNeeded = (name: string): boolean =>
  /^(LICENSE|NOTICE|bin\/(bootstrap|tomcat-juli)\.jar|conf\/(catalina\.properties|context\.xml|web\.xml)|lib\/.*)$/.test(
    name,
  ) && !/^lib\/(jakartaee-migration|catalina-ant|catalina-storeconfig)/.test(name);

/** Apache's archives are for their owner alone; containers run as anybody. */
async function makeReadable(dir: string): Promise<void> {
  for (const each of await readdir(dir, { recursive: true, withFileTypes: true }))
    await chmod(join(each.parentPath, each.name), each.isDirectory() ? 0o755 : 0o644);
}

async function writeOwnFiles(path: string): Promise<void> {
  await writeFile(join(path, "conf/server.xml"), serverXml);
  await writeFile(join(path, "conf/logging.properties"), loggingProperties);
  await writeFile(join(path, "bin/tomcat"), tomcatScript, { mode: 0o755 });
}

type External = NonNullable<ReturnType<typeof externalConfiguration>>;

/** The user's files replace those of this buildpack. */
async function addConfiguration({ uri, sha256, strip }: External, path: string, { download }: Context): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tomcat-configuration-"));
  try {
    const file = join(dir, "archive");
    await download(uri, { to: file, integrity: `sha256:${sha256}` });
    await extractNamed(file, path, { strip, refusal: () => noArchive(publicAddress(uri)) });
  } finally {
    await rm(dir, { recursive: true });
  }
}
