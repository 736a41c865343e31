import { createHash } from "node:crypto";
import type { Image, Layer } from "@libcnb/packager/oci";
import type { TarEntry } from "../../../builder-packager/src/tar/entry.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";

/** All that can be seen of an image, one line each, so that two images are compared line by line. */
export type ImageView = Readonly<Record<string, string>>;

/** Fields of a configuration that are seen otherwise: labels, history and layers. */
const ownLines = new Set(["config", "history", "rootfs"]);

/** The contents of an image: its labels as text and by value, its configuration, and each file of each layer. */
export async function viewImage(image: Image): Promise<ImageView> {
  const { config } = image;
  const layers = await Promise.all(image.layers.map((layer) => viewLayer(layer)));
  const settings = Object.entries(config).filter(([name]) => !ownLines.has(name));
  const container = Object.entries(config.config ?? {}).filter(([name]) => name !== "Labels");
  return {
    "manifest type": image.raw?.mediaType ?? "none",
    ...lines("image", settings),
    ...lines("config", container),
    ...Object.assign({}, ...Object.entries(config.config?.Labels ?? {}).map(([name, text]) => viewLabel(name, text))),
    ...lines("history", Object.entries(config.history ?? [])),
    ...lines("layers", Object.entries(layers.map(({ name }) => name))),
    ...Object.assign({}, ...layers.map(({ view }) => view)),
  };
}

const lines = (name: string, entries: readonly (readonly [string, unknown])[]): ImageView =>
  Object.fromEntries(entries.map(([key, value]) => [`${name} ${key}`, JSON.stringify(value)]));

/** A label's values by their places, and the order of its keys, which together are its bytes. */
function viewLabel(name: string, text: string): ImageView {
  const value = jsonOr(text);
  const values = Object.fromEntries(leaves(value).map(([location, leaf]) => [`label ${name}${location}`, leaf]));
  return { ...values, [`label ${name} written as`]: writing(text) };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function leaves(value: unknown, location = ""): [string, string][] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0)
    return [[location, JSON.stringify(value)]];
  const list = Array.isArray(value);
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, `${location}${list ? `[${key}]` : `.${key}`}`),
  );
}

/** A label's text without its values: keys in their order, spaces, escapes. */
const writing = (text: string): string => text.replace(/:("(?:[^"\\]|\\.)*"|[\w.-]+)/g, ":…");

interface NamedView {
  readonly name: string;
  readonly view: ImageView;
}

async function viewLayer(layer: Layer): Promise<NamedView> {
  const entries = await readTar(layer.uncompressed());
  const name = layerName(entries);
  const files = entries.map((entry) => [`file ${entry.path} of ${name}`, describe(entry)] as const);
  const about = { [`type of ${name}`]: layer.mediaType, [`bytes of ${name}`]: layer.diffId };
  return { name, view: { ...about, ...Object.fromEntries(files) } };
}

/** The modules in it, else the first of its files by name. */
function layerName(entries: readonly TarEntry[]): string {
  const modules = entries.flatMap(
    ({ path }) => /^\/cnb\/(?:buildpacks|extensions)\/([^/]+\/[^/]+)/.exec(path)?.[1] ?? [],
  );
  const files = entries.filter(({ type }) => type !== "directory").map(({ path }) => path);
  return [...new Set(modules)].join(" + ") || files.sort()[0] || entries.at(-1)?.path || "nothing";
}

/** The files of an image, whichever layers they are in. */
export async function viewFiles(image: Image): Promise<ImageView> {
  const layers = await Promise.all(image.layers.map((layer) => readTar(layer.uncompressed())));
  return Object.fromEntries(layers.flat().map((entry) => [entry.path, describe(entry)]));
}

const kinds = {
  file: "-",
  directory: "d",
  symlink: "l",
  hardlink: "h",
  fifo: "p",
  "character-device": "c",
  "block-device": "b",
} as const;

function describe(entry: TarEntry): string {
  const { type, mode, uid, gid, mtime } = entry;
  const about = `${kinds[type]}${mode.toString(8).padStart(4, "0")} ${uid}:${gid} ${mtime}`;
  if (type === "symlink" || type === "hardlink") return `${about} -> ${entry.target}`;
  return type === "file" ? `${about} ${contentOf(entry.content as Uint8Array)}` : about;
}

/** Texts as they are, so that a difference can be read. */
function contentOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString();
  const isText = bytes.length < 4096 && !text.includes("\0") && Buffer.from(text).equals(bytes);
  return isText ? JSON.stringify(text) : `${bytes.length} bytes ${createHash("sha256").update(bytes).digest("hex")}`;
}
