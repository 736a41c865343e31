import { defined, unlessEmpty } from "../defined.ts";
import { parseChecksum } from "../host/downloads/checksum.ts";
import type { Component } from "../sbom/component-model.ts";
import { npmPackage } from "./npm/npm-package.ts";
import type { Release } from "./release.ts";

type ReleaseFacts = Omit<Release, "component" | "metadata">;

/** Returns the SBOM component for a release. */
export function releaseComponent(release: ReleaseFacts): Component {
  const { id, version, licenses, cpes } = release;
  const checksum = release.checksum === undefined ? undefined : parseChecksum(release.checksum);
  const names = licenses.flatMap(({ type, uri }) => type || uri || []);
  const url = downloadUrl(release.uri);
  return {
    type: "application",
    name: id,
    version,
    purl: release.purls[0] ?? packageUrl(release),
    ...defined({
      cpe: cpes[0],
      licenses: unlessEmpty(names),
      checksums: checksum && { [checksum.algorithm]: checksum.digest },
      downloadUrl: url,
    }),
  };
}

function packageUrl({ id, version, uri }: ReleaseFacts): string {
  const npm = npmPackage(uri);
  if (npm === undefined) return `pkg:generic/${encodeURIComponent(id)}@${encodeURIComponent(version)}`;
  return `pkg:npm/${npm.name.replace("@", "%40")}@${encodeURIComponent(npm.version)}`;
}

/**
 * The URL without user name and password. Files in the buildpack and from the user's registry have
 * no public URL.
 */
function downloadUrl(uri: string): string | undefined {
  const url = new URL(uri);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  url.username = "";
  url.password = "";
  return url.href;
}
