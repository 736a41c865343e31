import type { ProjectToml } from "libcnb/spec";
import type { ProjectSource } from "../platform/build-options.ts";

/**
 * Returns the source of the app from project.toml, as pack writes it to project-metadata.toml;
 * undefined if there is neither a version nor a URL. Credentials in the URL are removed.
 */
export function projectSource({ version, sourceUrl }: ProjectToml): ProjectSource | undefined {
  if (!version && !sourceUrl) return undefined;
  return { type: "project", version: { declared: version ?? "" }, metadata: { url: withoutLogin(sourceUrl ?? "") } };
}

function withoutLogin(address: string): string {
  return address.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, "$1");
}
