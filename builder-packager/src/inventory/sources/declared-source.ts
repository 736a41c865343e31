import { defined } from "../../defined.ts";
import { checksumIn, checksumOf } from "../checksum-file.ts";
import { verifyDetached } from "../detached-signature.ts";
import type { IndexReader } from "../index-reader.ts";
import type { IndexItem } from "../indexes/index-item.ts";
import { type Matcher, matcherOf } from "../matcher.ts";
import type {
  PublishedChecksum,
  PublishedRelease,
  ReleaseEntry,
  ReleaseId,
  ReleaseSource,
  TomlValue,
} from "../published-release.ts";
import { type DeclaredSource, isAddress } from "../source-table.ts";
import { filled, type Variables, variablesIn } from "../template.ts";
import { isStable, versionIn } from "../versions.ts";
import { readItems } from "./read-items.ts";
import { releaseAddress, unusable } from "./release-address.ts";

/** The platform of a release: Go's names, and the source's name of the architecture. */
interface Platform {
  readonly os: string | undefined;
  readonly arch: string | undefined;
  readonly sourceArch: string | undefined;
}

/** Creates the source that a table of `[[dependency-sources]]` declares. */
export function declaredSource(declared: DeclaredSource, reader: IndexReader): ReleaseSource {
  const { id, type, name, url } = declared;
  return {
    ids: [id],
    name: name === undefined ? (url ?? type) : `${type}:${name}`,
    async releases() {
      const found = await Promise.all(platformsOf(declared).map((platform) => releasesFor(declared, platform, reader)));
      return found.flat();
    },
  };
}

function platformsOf({ arch = {}, os }: DeclaredSource): readonly Platform[] {
  const all = Object.entries(arch).map(([name, sourceArch]) => ({ os: os ?? "linux", arch: name, sourceArch }));
  return all.length > 0 ? all : [{ os, arch: undefined, sourceArch: undefined }];
}

async function releasesFor(
  declared: DeclaredSource,
  platform: Platform,
  reader: IndexReader,
): Promise<readonly PublishedRelease[]> {
  const source = forArchitecture(declared, platform);
  const { items, url } = await readItems(source, reader);
  const [matchesTag, matchesFile] = [source.tag, source.file].map((form) =>
    form === undefined ? undefined : matcherOf(form),
  );
  const named = source.type === "maven" ? undefined : matchesFile;
  return items.flatMap((item): PublishedRelease[] => {
    const match = matched(item, { tag: matchesTag, file: named });
    const version = match && versionIn(versionText(source, item, match));
    if (version === undefined || match === undefined || !isOffered(declared, item, version)) return [];
    const { os, arch } = platform;
    const variables = {
      patch: patchOf(version),
      ...item.fields,
      ...match,
      ...variablesOf(version, platform, item),
      name: source.name,
      url,
    };
    const release = { id: declared.id, version, os, arch };
    const found = { source, item, variables, release };
    return [{ ...release, entry: () => entryOf(found, reader), checksum: () => publishedChecksum(found, reader) }];
  });
}

/** Replaces `{arch}` by the source's name of an architecture, so that an index of another one does not match. */
function forArchitecture(source: DeclaredSource, { sourceArch }: Platform): DeclaredSource {
  if (sourceArch === undefined) return source;
  const replaced = (text: string | undefined) => text?.replaceAll("{arch}", sourceArch);
  const { name, file, tag, url, where } = source;
  const values = Object.entries(where ?? {}).map(([key, value]) => [
    key,
    typeof value === "string" ? replaced(value) : value,
  ]);
  return {
    ...source,
    ...defined({ name: replaced(name), file: replaced(file), tag: replaced(tag), url: replaced(url) }),
    where: Object.fromEntries(values),
  };
}

/** The matchers of the keys `tag` and `file` of a source. */
interface NameForms {
  readonly tag: Matcher | undefined;
  readonly file: Matcher | undefined;
}

/** The values of the templates in `tag` and `file`; undefined if one does not match. */
function matched({ tag, file }: IndexItem, forms: NameForms): Variables | undefined {
  const ofTag = forms.tag === undefined ? {} : forms.tag(tag ?? "");
  const ofFile = forms.file === undefined ? {} : forms.file(file ?? "");
  return ofTag && ofFile && { ...ofTag, ...ofFile };
}

/** The version of an item. For an index other than JSON, the key `version` is a template: `8.0.{update}`. */
function versionText({ type, version }: DeclaredSource, { tag = "", fields }: IndexItem, match: Variables): string {
  if (version === undefined || type === "json") return match["version"] ?? tag;
  return filled(version, { ...fields, ...match }) ?? "";
}

const isOffered = (
  { prereleases = false }: DeclaredSource,
  { isPrerelease = false }: IndexItem,
  version: string,
): boolean => prereleases || (!isPrerelease && isStable(version));

/** The third number of a version. A field of the index with this name takes precedence. */
const patchOf = (version: string): string | undefined => /^\d+\.\d+\.(\d+)/.exec(version)?.[1];

function variablesOf(version: string, { os, arch, sourceArch }: Platform, { tag, file }: IndexItem): Variables {
  const [major, minor] = version.replace(/[^\d.].*$/s, "").split(".");
  return { version, major, minor, os, arch: sourceArch ?? arch, ...defined({ tag, file }) };
}

/** A release in the index of a declared source. */
interface FoundRelease {
  readonly source: DeclaredSource;
  readonly item: IndexItem;
  readonly variables: Variables;
  readonly release: ReleaseId;
}

async function entryOf(found: FoundRelease, reader: IndexReader): Promise<ReleaseEntry> {
  const { source, release } = found;
  const { uri, file } = addressIn(found);
  const variables = { ...found.variables, uri, file: found.variables["file"] ?? file };
  const published = await publishedChecksum(found, reader);
  const checksum = published?.checksum ?? (await computedChecksum(uri, reader));
  return { ...release, uri, checksum, ...defined({ keys: source.entry && keysOf(source.entry, variables) }) };
}

function addressIn({ source, item, variables }: FoundRelease): { readonly uri: string; readonly file: string } {
  const written = source.uri === undefined ? item.uri : textOf(source, "uri", variables);
  const uri = releaseAddress(written, variables, source);
  return { uri, file: decodedName(/[^/]*$/.exec(uri.replace(/[?#].*$/s, ""))?.[0] ?? "") };
}

function computedChecksum(uri: string, reader: IndexReader): Promise<string> {
  reader.host.reporter.info(`Downloading ${uri} to compute its checksum, because the source has none`);
  return reader.digest(uri);
}

async function publishedChecksum(found: FoundRelease, reader: IndexReader): Promise<PublishedChecksum | undefined> {
  const { source, item, release } = found;
  const { uri, file } = addressIn(found);
  const variables = { ...found.variables, uri };
  const template = source.checksum;
  if (isAddress(template)) {
    const url = textOf(source, "checksum", variables);
    const text = await reader.text(url);
    await verifySignature(source, { text, url, variables }, reader);
    return { uri, checksum: checksumIn(text, file, url) };
  }
  const written = template === undefined ? item.checksum : textOf(source, "checksum", variables);
  const checksum = written === undefined ? undefined : checksumOf(written);
  if (checksum !== undefined) return { uri, checksum };
  if (template === undefined) return undefined;
  throw unusable(source, `the checksum of ${release.version} is not a SHA-256 or SHA-512`);
}

function decodedName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function verifySignature(
  { signature, keys }: DeclaredSource,
  { text, url, variables }: { readonly text: string; readonly url: string; readonly variables: Variables },
  reader: IndexReader,
): Promise<void> {
  if (signature === undefined || keys === undefined) return;
  const address = filled(signature, { ...variables, checksum: url }) ?? signature;
  const [bytes, keyring] = await Promise.all([reader.bytes(address), reader.localFile(keys, "keys")]);
  await verifyDetached({ text, signature: bytes, keys: keyring, url, now: reader.host.now ?? Date.now() });
}

/** Fills a template of the source. */
function textOf(source: DeclaredSource, key: "uri" | "checksum", variables: Variables): string {
  const template = source[key] ?? "";
  const text = filled(template, variables);
  if (text !== undefined) return text;
  const missing = variablesIn(template).filter((name) => variables[name] === undefined);
  throw unusable(source, `the index has no value for {${missing.join("}, {")}} in the key ${key}`);
}

/** Fills the templates in the further keys of an entry. A key without a value is omitted. */
function keysOf(entry: Readonly<Record<string, unknown>>, variables: Variables): Record<string, TomlValue> {
  return Object.fromEntries(
    Object.entries(entry).flatMap(([key, value]) => {
      const result = filledValue(value, variables);
      return result === undefined ? [] : [[key, result] as const];
    }),
  );
}

function filledValue(value: unknown, variables: Variables): TomlValue | undefined {
  if (typeof value === "string") return filled(value, variables);
  if (Array.isArray(value)) return value.flatMap((each) => filledValue(each, variables) ?? []);
  if (typeof value === "object" && value !== null && !(value instanceof Date))
    return keysOf(value as Readonly<Record<string, unknown>>, variables);
  return value as TomlValue;
}
