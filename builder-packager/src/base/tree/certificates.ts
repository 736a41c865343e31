import { createHash } from "node:crypto";
import { type FileTree, fileAt, put, putIfAbsent, putText, symlink, textAt, textFile } from "./file-tree.ts";

const bundlePath = "etc/ssl/certs/ca-certificates.crt";
const configurationPath = "etc/ca-certificates.conf";
const shippedDir = "usr/share/ca-certificates/";
const localDir = "usr/local/share/ca-certificates/";

/**
 * Adds the files that exist after ca-certificates is installed and `update-ca-certificates` has
 * run: the CA bundle, and the sources from which a later `update-ca-certificates` in a container or
 * a Dockerfile recreates the bundle.
 *
 * @param given certificates in PEM form that the image trusts in addition to the distribution's
 * @see https://manpages.debian.org/update-ca-certificates
 */
export function addCertificates(tree: FileTree, given: readonly string[]): void {
  const canUpdate = fileAt(tree, "usr/sbin/update-ca-certificates") !== undefined;
  const before = pemsIn(textAt(tree, bundlePath));
  const shipped = shippedNames(tree).filter((name) => !deselected(tree).has(name));
  const shippedTexts = shipped.map((name) => trimmed(textAt(tree, `${shippedDir}${name}`)));
  const own = [...(canUpdate ? before : []), ...given.flatMap(pemsIn)];
  for (const text of own) if (!shippedTexts.includes(text)) putIfAbsent(tree, localPath(text), textFile(text));
  const all = [...before, ...shippedTexts, ...localTexts(tree)];
  if (all.length === 0) return;
  if (canUpdate) addSources(tree, shipped);
  putText(tree, bundlePath, [...new Set(all)].join(""));
  // OpenSSL's default path. Debian's link to it belongs to the package openssl, which libraries do
  // not need.
  putIfAbsent(tree, "usr/lib/ssl/cert.pem", symlink(`/${bundlePath}`));
}

/**
 * Adds debconf's selection of certificates, and the links that `update-ca-certificates` considers
 * present.
 */
function addSources(tree: FileTree, shipped: readonly string[]): void {
  if (textAt(tree, configurationPath) === undefined)
    put(tree, configurationPath, textFile(shipped.map((name) => `${name}\n`).join("")));
  for (const name of shipped) putIfAbsent(tree, linkPath(name), symlink(`/${shippedDir}${name}`));
  for (const path of localPaths(tree)) putIfAbsent(tree, linkPath(path), symlink(`/${path}`));
}

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const trimmed = (text: string | undefined): string => `${text?.trim()}\n`;

/** The certificates in a bundle, without comments between them. A text without certificates is unchanged. */
function pemsIn(text: string | undefined): string[] {
  if (text === undefined) return [];
  return (text.match(certificatePattern) ?? [text]).map(trimmed);
}

const pathsBelow = (tree: FileTree, dir: string): string[] =>
  [...tree.keys()].filter((path) => path.startsWith(dir) && path.endsWith(".crt")).sort();

const shippedNames = (tree: FileTree): string[] =>
  pathsBelow(tree, shippedDir).map((path) => path.slice(shippedDir.length));

const localPaths = (tree: FileTree): string[] => pathsBelow(tree, localDir);
const localTexts = (tree: FileTree): string[] => localPaths(tree).flatMap((path) => pemsIn(textAt(tree, path)));

/** Names with a leading `!`, which an extended image distrusts. */
const deselected = (tree: FileTree): ReadonlySet<string> =>
  new Set([...(textAt(tree, configurationPath) ?? "").matchAll(/^!\s*(\S.*)$/gm)].map(([, name = ""]) => name));

/** A path derived from the content, because certificates can have the same subject. */
const localPath = (pem: string): string =>
  `${localDir}${createHash("sha256").update(pem).digest("hex").slice(0, 16)}.crt`;

/** The link names of `update-ca-certificates`. */
function linkPath(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1, -".crt".length);
  return `etc/ssl/certs/${base.replace(/[ ,]/g, "_").replace(/[()]/g, "=")}.pem`;
}
