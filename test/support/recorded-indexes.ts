import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { openHost, updateInventory } from "@libcnb/packager";
import { readInventory } from "libcnb/standalone";
import { root } from "./cnb.ts";
import { serve } from "./file-mirror.ts";

/** The path of the `buildpack.toml` of a reference buildpack. */
export const descriptorOf = (buildpack: string): string => join(root, "buildpacks", buildpack, "buildpack.toml");

/** The releases in the text of a `buildpack.toml`. */
export const releasesIn = (text: string) => readInventory(text, "buildpack.toml").releases;

/** What an update did, in one line each, and the new text. */
export interface RecordedUpdate {
  readonly text: string;
  /** `added maven 3.9.99`, `dropped node 24.1.0 linux/amd64`. */
  readonly changes: readonly string[];
  readonly failures: readonly string[];
  readonly outside: readonly string[];
}

/**
 * Updates the inventory of a reference buildpack from recorded indexes. No request leaves the
 * machine: a mirror of all hosts and an npm registry answer with the recorded documents only.
 *
 * @param documents the texts by URL without `https://`; a query is not part of the URL
 * @param text the text of the inventory, if it is not that of the repository
 */
export async function updateFrom(
  buildpack: string,
  documents: Readonly<Record<string, string>>,
  text = readFileSync(descriptorOf(buildpack), "utf8"),
): Promise<RecordedUpdate> {
  const dir = await mkdtemp(join(tmpdir(), "recorded-indexes-"));
  await using registry = await serve(async (path) => join(dir, npmHost, path));
  try {
    for (const [url, content] of Object.entries(documents)) {
      await mkdir(dirname(join(dir, url)), { recursive: true });
      await writeFile(join(dir, url), content);
    }
    const { changes, failures, outside, ...updated } = await updateInventory(
      { file: descriptorOf(buildpack), text },
      await openHost({ env: await environment(dir, registry.url) }),
    );
    return {
      text: updated.text,
      changes: changes.map(({ change, id, version, os, arch }) =>
        [change, id, version, ...(arch === undefined ? [] : [`${os}/${arch}`])].join(" "),
      ),
      failures: failures.map(({ message }) => message),
      outside: outside.map(({ id, version }) => `${id} ${version}`),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** The hosts, in `documents`, of the registries that the configuration of npm and Maven names. */
export const [npmHost, mavenHost] = ["npm.test", "maven.test"];

async function environment(dir: string, registry: string): Promise<NodeJS.ProcessEnv> {
  const mirror = `<mirror><mirrorOf>central</mirrorOf><url>https://${mavenHost}</url></mirror>`;
  await mkdir(join(dir, ".m2"));
  await writeFile(join(dir, ".m2/settings.xml"), `<settings><mirrors>${mirror}</mirrors></settings>`);
  return {
    PATH: process.env["PATH"],
    HOME: dir,
    NPM_CONFIG_REGISTRY: registry,
    BP_DEPENDENCY_MIRROR: `${pathToFileURL(dir).href}/{originalHost}`,
  };
}
