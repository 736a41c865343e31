import { CnbError } from "../../errors.ts";
import { closeNames } from "../../text/suggest.ts";
import { type UnpackablePackage, unpackPackages } from "../packages/unpack.ts";
import { canonicalPath, type FileTree, fileAt, put, symlink, textFile } from "./file-tree.ts";

const zones = "usr/share/zoneinfo/";

/**
 * Sets the time zone of an image as `dpkg-reconfigure tzdata` does: with the link `/etc/localtime`,
 * which the C library and other libraries read.
 *
 * @throws CnbError BASE_TIME_ZONE_UNKNOWN
 */
export function setTimeZone(tree: FileTree, zone: string): void {
  if (!fileAt(tree, zones + zone)) throw zoneUnknown(tree, zone);
  put(tree, "etc/localtime", symlink(`/${zones}${zone}`));
  put(tree, "etc/timezone", textFile(`${zone}\n`));
}

function zoneUnknown(tree: FileTree, zone: string): CnbError {
  const files = [...tree].filter(([path, node]) => path.startsWith(zones) && node.type !== "directory");
  const names = files.map(([path]) => path.slice(zones.length));
  const suggestions = closeNames(
    zone,
    names.filter((name) => !/^(posix|right)\//.test(name)),
  );
  const meant = suggestions.length > 0 ? ` (did you mean ${suggestions.join(", ")}?)` : "";
  return new CnbError("BASE_TIME_ZONE_UNKNOWN", `tzdata has no time zone ${zone}${meant}`, {
    hint: "Use a name such as Europe/Berlin or UTC. Old names may need the package tzdata-legacy.",
  });
}

/** Locales that the C library supports without files. */
const builtIn = /^(C|POSIX)$/;

/**
 * Returns the directory of a compiled locale. As in the C library, the name of the character set is
 * written in lower case and only with its letters and digits.
 *
 * @example `localeDir("de_DE.UTF-8") // "usr/lib/locale/de_DE.utf8"`
 */
export function localeDir(locale: string): string {
  const [, language = locale, charset, modifier = ""] = /^([^.@]+)(?:\.([^@]+))?(@.+)?$/.exec(locale) ?? [];
  const suffix = charset === undefined ? "" : `.${charset.toLowerCase().replace(/[^a-z0-9]/g, "")}`;
  return `usr/lib/locale/${language}${suffix}${modifier}`;
}

/** True if programs in the image can use the locale. */
export const hasLocale = (tree: FileTree, locale: string): boolean =>
  builtIn.test(locale) || fileAt(tree, `${localeDir(locale)}/LC_CTYPE`) !== undefined;

/**
 * Returns the name of the package that contains a locale in compiled form. cnb cannot compile
 * locales itself, because no program of a package, such as `localedef`, is executed. Only the
 * requested locale of the package is installed.
 */
export const localePackage = (locale: string): string => (/^C\./.test(locale) ? "libc-bin" : "locales-all");

/**
 * Reads the files of one locale from a package, with the package's copyright. Locales share files
 * through links; the result contains the files instead of the links.
 *
 * @throws CnbError BASE_LOCALE_UNKNOWN
 */
export async function localeFiles(locale: string, item: UnpackablePackage): Promise<FileTree> {
  const unpacked: FileTree = new Map();
  await unpackPackages(unpacked, [item]);
  if (!hasLocale(unpacked, locale)) throw localeUnknown(unpacked, locale, item.package.name);
  const folders = [`${localeDir(locale)}/`, `usr/share/doc/${item.package.name}/`];
  const files: FileTree = new Map();
  for (const [path, node] of unpacked) {
    if (!folders.some((folder) => path.startsWith(folder))) continue;
    const real = node.type === "symlink" ? unpacked.get(canonicalPath(unpacked, path, "follow")) : node;
    if (real && real.type !== "symlink") put(files, path, { ...real, owner: undefined });
  }
  return files;
}

function localeUnknown(tree: FileTree, locale: string, name: string): CnbError {
  const known = [...tree.keys()].flatMap((path) => /^usr\/lib\/locale\/([^/]+)\/LC_CTYPE$/.exec(path)?.[1] ?? []);
  const names = known.map((dir) => dir.replace(/\.utf8/, ".UTF-8"));
  const suggestions = closeNames(locale, names);
  const meant = suggestions.length > 0 ? ` (did you mean ${suggestions.join(", ")}?)` : "";
  return new CnbError("BASE_LOCALE_UNKNOWN", `the package ${name} has no locale ${locale}${meant}`, {
    hint: "Use a locale such as de_DE.UTF-8, or C.UTF-8 (no language, sorted by bytes).",
  });
}
