import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fetchFile } from "libcnb/packaging";
import { pipIndex } from "../buildpackage/sources/pip-index.ts";
import { npmSetting } from "../compile/npm-package.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Reporter } from "../reporter.ts";
import { mavenRepository } from "./maven-repository.ts";
import { readNamedFile } from "./named-file.ts";

/** The environment and output of an operation on inventories. */
export interface InventoryHost {
  /** Environment variables: proxies, mirrors, registries, GITHUB_TOKEN and GOPROXY. */
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  /** The time in milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/** Downloads indexes and files of releases, each URL only once. */
export interface IndexReader {
  text(uri: string, options?: ReadOptions): Promise<string>;
  /** Reads a small binary file, such as a signature. */
  bytes(uri: string): Promise<Uint8Array>;
  /** Downloads a file and computes its SHA-256. */
  digest(uri: string): Promise<string>;
  /** Downloads a file, and verifies its checksum. */
  verify(uri: string, checksum: string): Promise<void>;
  /** Reads the file that a key of a source names, relative to the directory of the inventory. */
  localFile(path: string, key: "keys" | "path"): Promise<Uint8Array>;
  /** The Python package index that pip uses. */
  pypiIndex(): Promise<string | undefined>;
  /** The repository from which Maven downloads artifacts. */
  mavenRepository(): Promise<string | undefined>;
  readonly host: InventoryHost;
}

interface ReadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The npm registry, for `npm:` addresses. Default: the one in npm's configuration. */
  readonly registry?: string | undefined;
}

/**
 * Creates a reader for an inventory. npm and pip run in the inventory's directory, which may
 * contain their configuration.
 */
export function indexReader(file: string, host: InventoryHost): IndexReader {
  const { env, reporter, signal } = host;
  const dir = dirname(file);
  const log = { info: reporter.debug, warn: reporter.warn };
  const stop = defined({ signal });
  const once = remembered<string>();
  const npmRegistry = () =>
    once(
      "registry",
      async () => env["NPM_CONFIG_REGISTRY"] ?? (await npmSetting("registry", { env, cwd: dir, ...stop })) ?? "",
    );
  const pypiIndex = async () =>
    (await once("pypi", async () => (await pipIndex({ env, cwd: dir, ...stop })) ?? "")) || undefined;
  const fetched = async <Result>(
    uri: string,
    {
      headers,
      registry,
      maxBytes,
      integrity,
    }: ReadOptions & { readonly maxBytes?: number; readonly integrity?: string },
    use: (path: string) => Promise<Result>,
  ): Promise<Result> => {
    const own = uri.startsWith("npm:") ? (registry ?? (await npmRegistry())) : undefined;
    const index = uri.startsWith("pypi:") ? await pypiIndex() : undefined;
    const temporary = await mkdtemp(join(tmpdir(), "cnb-index-"));
    const to = join(temporary, "file");
    const from = {
      dir,
      env: { ...env, ...defined({ NPM_CONFIG_REGISTRY: own || undefined }) },
      log,
      pypiIndex: index,
      signal,
    };
    try {
      await fetchFile(uri, { to, ...defined({ headers, maxBytes, integrity }) }, from);
      return await use(to);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  };
  return {
    host,
    text: (uri, options = {}) =>
      once(`text ${options.registry ?? ""} ${uri}`, () =>
        fetched(uri, { ...options, maxBytes: limits.inventoryIndex.most }, (path) => readFile(path, "utf8")),
      ),
    bytes: (uri) => fetched(uri, { maxBytes: limits.inventorySignature.most }, (path) => readFile(path)),
    digest: (uri) =>
      once(`digest ${uri}`, () => fetched(uri, release, async (path) => `sha256:${await sha256Of(path)}`)),
    verify: (uri, integrity) => fetched(uri, { ...release, integrity }, async () => {}),
    localFile: (path, key) => localFile(join(dir, path), key),
    pypiIndex,
    mavenRepository: async () => (await once("maven", async () => (await mavenRepository(host)) ?? "")) || undefined,
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest("hex");
}

const localFile = (path: string, key: string): Promise<Uint8Array> =>
  readNamedFile(
    path,
    (reason) =>
      new CnbError("INVENTORY_INVALID", `cannot read the file ${path}: it ${reason}`, {
        hint: `Correct "${key}" in [[dependency-sources]]. The path in "${key}" is relative to the directory of the inventory.`,
      }),
  );

const release = { maxBytes: limits.inventoryRelease.most };

/** Computes a value once for each key. */
function remembered<Value>() {
  const values = new Map<string, Promise<Value>>();
  return (key: string, compute: () => Promise<Value>): Promise<Value> => {
    const value = values.get(key) ?? compute();
    values.set(key, value);
    return value;
  };
}
