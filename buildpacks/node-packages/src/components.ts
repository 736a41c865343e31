import type { Component } from "libcnb";
import type { InstalledPackage } from "./installed-packages.ts";

/** The installed packages for a bill of materials; workspaces are the app's own source and left out. */
export function components(packages: readonly InstalledPackage[]): readonly Component[] {
  const byPurl = new Map<string, Component>();
  for (const each of packages) {
    if (each.isLink || each.version === undefined) continue;
    const found = componentOf(each, each.version);
    byPurl.set(found.purl ?? found.name, found);
  }
  return [...byPurl.values()];
}

function componentOf({ name, license, integrity }: InstalledPackage, version: string): Component {
  const [, scope, base = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  return {
    name: base,
    version,
    ...(scope === undefined ? {} : { group: scope }),
    // a purl's namespace is percent-encoded: @types becomes %40types
    purl: `pkg:npm/${scope === undefined ? "" : `${encodeURIComponent(scope)}/`}${base}@${encodeURIComponent(version)}`,
    ...(license === undefined ? {} : { licenses: [license] }),
    checksums: checksums(integrity ?? ""),
  };
}

/** A lockfile's integrity may name several digests, separated by blanks. */
function checksums(integrity: string): NonNullable<Component["checksums"]> {
  const digests = integrity.split(/\s+/).flatMap((text) => {
    const [, algorithm, digest = ""] = /^(sha1|sha256|sha384|sha512)-([A-Za-z0-9+/=]+)/.exec(text) ?? [];
    return algorithm === undefined ? [] : [[algorithm, Buffer.from(digest, "base64").toString("hex")]];
  });
  return Object.fromEntries(digests);
}
