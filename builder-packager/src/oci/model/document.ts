import * as v from "valibot";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { looseObject, record } from "../../schema.ts";
import type { Digest } from "./digest.ts";
import { isTooDeep } from "./json-depth.ts";
import type { ImageConfig, Index, Manifest } from "./spec.ts";

/**
 * The maximum size of a manifest or configuration in bytes. A hostile document could otherwise fill
 * the memory.
 */
export const maxDocumentBytes = limits.document.most;
/**
 * For a larger document only the first mistake is reported, because a list of all could be a
 * hundred times as large as the document.
 */
const maxListedBytes = 256 * 1024;
const maxIssues = 10;

const digest = v.custom<Digest>(
  (value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value),
  "expected a sha256 digest",
);
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = record(v.string(), v.string());
const platformFields = {
  os: v.string(),
  architecture: v.string(),
  variant: v.exactOptional(v.string()),
  "os.version": v.exactOptional(v.string()),
  "os.features": v.exactOptional(v.array(v.string())),
};
const platform = looseObject(platformFields);
const descriptor = looseObject({
  mediaType: v.string(),
  digest,
  size,
  annotations: v.exactOptional(text),
  platform: v.exactOptional(platform),
  artifactType: v.exactOptional(v.string()),
});
const manifest = looseObject({
  schemaVersion: v.literal(2),
  mediaType: v.exactOptional(v.string()),
  config: descriptor,
  layers: v.array(descriptor),
  annotations: v.exactOptional(text),
});
const index = looseObject({
  schemaVersion: v.literal(2),
  mediaType: v.exactOptional(v.string()),
  manifests: v.array(descriptor),
  annotations: v.exactOptional(text),
});
const containerConfig = looseObject({
  User: v.exactOptional(v.string()),
  Env: v.optional(v.nullable(v.array(v.string()))),
  Entrypoint: v.optional(v.nullable(v.array(v.string()))),
  Cmd: v.optional(v.nullable(v.array(v.string()))),
  WorkingDir: v.exactOptional(v.string()),
  Labels: v.optional(v.nullable(text)),
});
const history = looseObject({
  created: v.exactOptional(v.string()),
  created_by: v.exactOptional(v.string()),
  comment: v.exactOptional(v.string()),
  author: v.exactOptional(v.string()),
  empty_layer: v.exactOptional(v.boolean()),
});
const imageConfig = looseObject({
  ...platformFields,
  config: v.optional(v.nullable(containerConfig)),
  rootfs: looseObject({ type: v.literal("layers"), diff_ids: v.nullable(v.array(digest)) }),
  history: v.optional(v.nullable(v.array(history))),
});

/** Parses a manifest. `where` is its location, for errors. */
export const parseManifest = (bytes: Uint8Array, where: string): Manifest =>
  parse(manifest, bytes, `the manifest of ${where}`) as Manifest;

/** Parses an index, which Docker calls a manifest list. `where` is its location, for errors. */
export const parseIndex = (bytes: Uint8Array, where: string): Index =>
  parse(index, bytes, `the index of ${where}`) as Index;

/** Parses an image's configuration. Go's `null` for empty values is removed. */
export function parseImageConfig(bytes: Uint8Array, where: string): ImageConfig {
  const { config, history: lines, rootfs, ...rest } = parse(imageConfig, bytes, `the configuration of ${where}`);
  const container = Object.fromEntries(Object.entries(config ?? {}).filter(([, value]) => value !== null));
  return {
    ...rest,
    ...defined({ config: config ? container : undefined }),
    rootfs: { ...rootfs, diff_ids: rootfs.diff_ids ?? [] },
    ...defined({ history: lines ?? undefined }),
  } as ImageConfig;
}

/** Parses untrusted JSON against a schema; reports all issues at once. */
export function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  bytes: Uint8Array,
  what: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json(bytes, what), { abortEarly: bytes.length > maxListedBytes });
  if (result.success) return result.output;
  const issues = result.issues
    .slice(0, maxIssues)
    .map((issue) => `${v.getDotPath(issue) ?? "document"}: ${issue.message}`);
  const more = result.issues.length - issues.length;
  throw new CnbError(
    "IMAGE_INVALID",
    `${what} is not valid: ${issues.join("; ")}${more > 0 ? `; and ${more} more` : ""}`,
  );
}

function json(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > maxDocumentBytes)
    throw new CnbError(
      "IMAGE_INVALID",
      `${what} is too large: it has ${bytes.length} bytes, and at most ${maxDocumentBytes} are allowed`,
    );
  const content = parsed(bytes, what);
  if (!isTooDeep(content)) return content;
  throw new CnbError("IMAGE_INVALID", `${what} has more levels of nested JSON than cnb allows`);
}

function parsed(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (isPage(bytes)) throw pageFor(what);
    throw new CnbError("IMAGE_INVALID", `${what} is not JSON`, { cause: error });
  }
}

/** True for an HTML page, which proxies and login pages return instead of a document. */
const isPage = (bytes: Uint8Array): boolean =>
  /^\s*<(!doctype|html)/i.test(Buffer.from(bytes.subarray(0, 100)).toString("latin1"));

const pageFor = (what: string): CnbError =>
  new CnbError("IMAGE_INVALID", `${what} is an HTML page, not JSON`, {
    hint: "Check the host name and the proxy settings: this server is not a registry.",
  });
