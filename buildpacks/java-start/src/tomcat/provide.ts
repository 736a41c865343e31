import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicAddress } from "@libcnb/app-kit/addresses";
import { defined } from "@libcnb/app-kit/defined";
import { extractNamed } from "@libcnb/app-kit/release/unpacking";
import { type BuildContext, launchLayer, type Release, s, sboms, UserError } from "libcnb";
import { digestOfText } from "libcnb/kit";
import type { Settings } from "../settings.ts";
import { loggingProperties, serverXml, tomcatScript } from "./files.ts";

type Context = BuildContext<Settings>;

const layer = launchLayer("tomcat", {
  metadata: s.table({ version: s.string, checksum: s.string, app: s.string, configuration: s.string, files: s.string }),
});

/**
 * Adds a layer with Tomcat to the image. Tomcat is configured to run the app in `dir` as its only
 * web app.
 */
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
    ...defined({ sbom: config.BP_DISABLE_SBOM ? undefined : () => sboms([release.component]) }),
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

/** The user's files replace those of this buildpack. */
async function addConfiguration(
  { uri, sha256, strip }: ExternalConfiguration,
  path: string,
  { download }: Context,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tomcat-configuration-"));
  try {
    const file = join(dir, "archive");
    await download(uri, { to: file, integrity: `sha256:${sha256}` });
    await extractNamed(file, path, { strip, refusal: () => noArchive(publicAddress(uri)) });
  } finally {
    await rm(dir, { recursive: true });
  }
}

/**
 * The name of the directory for an app that Tomcat serves at a context path: `ROOT`, `shop`,
 * `shop#v1` for `/shop/v1`.
 *
 * @throws UserError TOMCAT_CONTEXT_PATH_INVALID
 */
function contextName(path = "/"): string {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0 || (parts.length === 1 && parts[0] === "ROOT")) return "ROOT";
  // # represents / there, and ## begins a version
  if (parts.every((part) => /^[\w.~-]+$/.test(part) && !/^\.+$/.test(part) && !/^(META|WEB)-INF$/i.test(part)))
    return parts.join("#");
  throw new UserError(
    "TOMCAT_CONTEXT_PATH_INVALID",
    `BP_TOMCAT_CONTEXT_PATH is "${path}", which is not a valid context path of Tomcat`,
    {
      hint: 'Set BP_TOMCAT_CONTEXT_PATH to a path such as /shop or /shop/v1. Only letters, digits, ".", "-", "_" and "~" are allowed between slashes.',
    },
  );
}

/** An archive with files for Tomcat. */
interface ExternalConfiguration {
  readonly uri: string;
  readonly sha256: string;
  /** The number of parent directories to strip from its files. */
  readonly strip: number;
}

/**
 * The archive that the user names, if any.
 *
 * @throws UserError TOMCAT_CONFIGURATION_INVALID
 */
function externalConfiguration({
  BP_TOMCAT_EXT_CONF_URI: uri,
  BP_TOMCAT_EXT_CONF_SHA256: sha256 = "",
  BP_TOMCAT_EXT_CONF_STRIP: strip = "0",
}: Settings): ExternalConfiguration | undefined {
  if (!uri) return undefined;
  if (!URL.canParse(uri) || !/^(https?|file):/.test(uri))
    throw invalid(
      "BP_TOMCAT_EXT_CONF_URI is not an http, https or file URL",
      "Set it to the URL of a .tar.gz or .zip archive.",
    );
  if (!/^[0-9a-f]{64}$/i.test(sha256))
    throw invalid(
      "BP_TOMCAT_EXT_CONF_URI needs BP_TOMCAT_EXT_CONF_SHA256, the SHA-256 of the archive in 64 hexadecimal digits",
      "The command sha256sum prints it.",
    );
  if (!/^\d$/.test(strip))
    throw invalid(
      "BP_TOMCAT_EXT_CONF_STRIP is not a number from 0 to 9",
      "Set it to the number of directories above conf in the archive.",
    );
  return { uri, sha256: sha256.toLowerCase(), strip: Number(strip) };
}

/** Creates the error for a file that is not an archive. */
const noArchive = (uri: string): UserError =>
  invalid(
    `BP_TOMCAT_EXT_CONF_URI is not a .tar.gz or .zip archive: ${uri}`,
    "Set it to the URL of a .tar.gz or .zip archive.",
  );
const invalid = (message: string, hint: string) => new UserError("TOMCAT_CONFIGURATION_INVALID", message, { hint });
