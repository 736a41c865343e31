import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { verifyDetached } from "../detached-signature.ts";
import type { IndexReader } from "../index-reader.ts";
import { checksumItems } from "../indexes/checksum-list.ts";
import { githubItems } from "../indexes/github.ts";
import { escaped, goItems } from "../indexes/go.ts";
import { htmlItems } from "../indexes/html.ts";
import { bounded, type IndexItem } from "../indexes/index-item.ts";
import { jsonItems } from "../indexes/json.ts";
import { mavenItems } from "../indexes/maven.ts";
import { npmItems } from "../indexes/npm.ts";
import { pypiItems } from "../indexes/pypi.ts";
import { type DeclaredSource, isAddress, type SourceType } from "../source-table.ts";
import { filled } from "../template.ts";
import { unusable } from "./release-address.ts";

/** The items of an index, and the URL to which relative URLs in the index refer. */
export interface ReadIndex {
  readonly items: readonly IndexItem[];
  readonly url: string;
}

/** Reads the index of a source. */
export async function readItems(source: DeclaredSource, reader: IndexReader): Promise<ReadIndex> {
  const { latest, type } = source;
  if (type === "inventory") throw new TypeError("a source of the type inventory has no index");
  return readers[type](latest === undefined ? source : await withLatest(source, latest, reader), reader);
}

/** Fills the URL of the index with the keys of the document about the newest release. */
async function withLatest(source: DeclaredSource, latest: string, reader: IndexReader): Promise<DeclaredSource> {
  const shape = { items: "", version: "version", where: {} };
  const [{ fields = {} } = {}] = jsonItems(await reader.text(latest), latest, shape);
  const url = filled(source.url ?? "", fields);
  if (url === undefined) throw unusable(source, `${latest} has no value for a variable in the key url`);
  if (!/^https?:|^file:/.test(url)) throw unusable(source, `${latest} does not lead to an https or http URL`);
  if (latest.startsWith("https:") && url.startsWith("http:")) throw unusable(source, `${latest} leads to http`);
  return { ...source, url };
}

const readers: Readonly<
  Record<Exclude<SourceType, "inventory">, (source: DeclaredSource, reader: IndexReader) => Promise<ReadIndex>>
> = {
  npm: readNpm,
  pypi: readPypi,
  github: readGithub,
  go: readGo,
  maven: readMaven,
  json: readJson,
  html: readHtml,
  checksums: readChecksums,
};

async function readNpm({ name = "", url }: DeclaredSource, { text }: IndexReader): Promise<ReadIndex> {
  return { items: npmItems(await text(`npm:${name}`, { registry: url }), name), url: url ?? "" };
}

async function readPypi({ name = "", url, id }: DeclaredSource, reader: IndexReader): Promise<ReadIndex> {
  const index = url ?? (await reader.pypiIndex());
  if (index === undefined) throw notConfigured(id, "Python package index", "Set PIP_INDEX_URL");
  const page = `${withoutSlash(index)}/${name.toLowerCase().replace(/[-_.]+/g, "-")}/`;
  const accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.5";
  return { items: pypiItems(await reader.text(page, { headers: { accept } }), page), url: page };
}

/** Older releases than these are not new. */
const mostReleases = 500;
const mostPerPage = 100;

async function readGithub(
  { name = "", url = "https://api.github.com", limit = mostReleases }: DeclaredSource,
  reader: IndexReader,
): Promise<ReadIndex> {
  const token = reader.host.env["GITHUB_TOKEN"];
  const headers = {
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    ...defined({ authorization: token ? `Bearer ${token}` : undefined }),
  };
  const items: IndexItem[] = [];
  const perPage = Math.min(limit, mostPerPage);
  for (let page = 1; page <= Math.ceil(limit / perPage); page++) {
    const address = `${withoutSlash(url)}/repos/${name}/releases?per_page=${perPage}&page=${page}`;
    const found = githubItems(await reader.text(address, { headers }), address);
    for (const item of found.items) items.push(item);
    bounded(items, url);
    if (found.releases < perPage) break;
  }
  return { items, url };
}

async function readGo({ name = "", url, id }: DeclaredSource, reader: IndexReader): Promise<ReadIndex> {
  const proxy = url ?? reader.host.env["GOPROXY"]?.split(/[,|]/).find((each) => /^(https?|file):/.test(each));
  if (proxy === undefined) throw notConfigured(id, "Go module proxy", "Set GOPROXY");
  const list = `${withoutSlash(proxy)}/${escaped(name)}/@v/list`;
  return { items: goItems(await reader.text(list), list), url: list };
}

async function readMaven(source: DeclaredSource, reader: IndexReader): Promise<ReadIndex> {
  const { name = "", file, id } = source;
  const repository = source.url ?? (await reader.mavenRepository());
  if (repository === undefined) throw notConfigured(id, "Maven repository", mavenHint);
  const [group = "", artifact = ""] = name.split(":");
  const dir = `${withoutSlash(repository)}/${group.replaceAll(".", "/")}/${artifact}`;
  const address = `${dir}/maven-metadata.xml`;
  const form = file ?? `${artifact}-{version}.jar`;
  const items = mavenItems(await reader.text(address), address).map((item) => {
    const name = form.replaceAll("{version}", item.tag ?? "");
    return { ...item, uri: `${dir}/${item.tag}/${name}`, file: name };
  });
  return { items, url: dir };
}

async function readJson(source: DeclaredSource, reader: IndexReader): Promise<ReadIndex> {
  const { url = "", items = "", version = "version", where = {} } = source;
  const text = await signedText(source, reader);
  return { items: jsonItems(text, url, { items, version, where }), url };
}

async function readHtml(source: DeclaredSource, reader: IndexReader): Promise<ReadIndex> {
  const { url = "" } = source;
  return { items: htmlItems(await signedText(source, reader), url), url };
}

async function readChecksums(source: DeclaredSource, reader: IndexReader): Promise<ReadIndex> {
  const { url = "" } = source;
  return { items: checksumItems(await signedText(source, reader), url), url };
}

/** Reads an index, and verifies its signature unless the signature is that of the file of checksums. */
async function signedText(
  { url = "", signature, keys, checksum }: DeclaredSource,
  reader: IndexReader,
): Promise<string> {
  const text = await reader.text(url);
  if (signature === undefined || keys === undefined || isAddress(checksum)) return text;
  const address = signature.replaceAll("{url}", url);
  const [bytes, keyring] = await Promise.all([reader.bytes(address), reader.localFile(keys, "keys")]);
  await verifyDetached({ text, signature: bytes, keys: keyring, url, now: reader.host.now ?? Date.now() });
  return text;
}

const withoutSlash = (url: string): string => url.replace(/(?<!\/)\/+$/, "");

const mavenHint = "Install Maven, or declare a mirror of central in ~/.m2/settings.xml";

const notConfigured = (id: string, what: string, hint: string): CnbError =>
  new CnbError("INVENTORY_SOURCE_UNAVAILABLE", `the releases of ${id} cannot be read: no ${what} is configured`, {
    hint: `${hint}, or add "url" to the source in [[dependency-sources]].`,
  });
