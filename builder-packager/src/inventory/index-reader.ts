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
import { readForeignFile } from "../files/foreign-file.ts";
import { limits } from "../limits.ts";
import type { Reporter } from "../reporter.ts";

/** The environment and output of an operation on inventories. */
export interface InventoryHost {
  /** Environment variables: proxies, mirrors, registries, GITHUB_TOKEN and GOPROXY. */
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  /** The time in milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/** Reads indexes and files of releases, each address once. */
export interface IndexReader {
  text(uri: string, options?: ReadOptions): Promise<string>;
  /** Reads a small binary file, such as a signature. */
  bytes(uri: string): Promise<Uint8Array>;
  /** Downloads a file and computes its SHA-256. */
  digest(uri: string): Promise<string>;
  /** Downloads a file, and verifies its checksum. */
  verify(uri: string, checksum: string): Promise<void>;
  /** Reads a file next to the inventory. */
  localFile(path: string): Promise<Uint8Array>;
  /** The Python package index that pip uses. */
  pypiIndex(): Promise<string | undefined>;
  readonly host: InventoryHost;
}

interface ReadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The npm registry, for `npm:` addresses. Default: the one in npm's configuration. */
  readonly registry?: string | undefined;
}

/** Creates a reader for an inventory, in whose directory npm and pip may have a configuration. */
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
    digest: (uri) => once(`digest ${uri}`, () => fetched(uri, {}, async (path) => `sha256:${await sha256Of(path)}`)),
    verify: (uri, integrity) => fetched(uri, { integrity }, async () => {}),
    localFile: (path) => localFile(join(dir, path)),
    pypiIndex,
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest("hex");
}

async function localFile(path: string): Promise<Uint8Array> {
  const bytes = await readForeignFile(path, limits.configFile.most);
  if (bytes !== undefined) return bytes;
  throw new CnbError("INVENTORY_INVALID", `cannot read the key file ${path}`, {
    hint: 'Correct "keys" in [[dependency-sources]]. Its path is relative to the directory of the inventory.',
  });
}

/** Computes a value once for each key. */
function remembered<Value>() {
  const values = new Map<string, Promise<Value>>();
  return (key: string, compute: () => Promise<Value>): Promise<Value> => {
    const value = values.get(key) ?? compute();
    values.set(key, value);
    return value;
  };
}
