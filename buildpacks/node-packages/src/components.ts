import type { Component } from "libcnb";
import type { Package } from "./package-manager.ts";

/** Packages for a bill of materials. */
export function components(packages: readonly Package[]): readonly Component[] {
  const found = packages.map(componentOf);
  return [...new Map(found.map((each) => [each.purl ?? each.name, each])).values()];
}

function componentOf({ name, version, license, integrity }: Package): Component {
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
