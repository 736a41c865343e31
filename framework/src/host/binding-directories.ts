import { readdirSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { BindingSource } from "../binding/source.ts";
import { LibcnbError } from "../errors.ts";
import { hasCode } from "./files/read.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The platform directory and the environment variables, which name the locations of bindings. */
export interface BindingDirectories {
  readonly platformDir: string;
  /** The build's environment variables, in which the user's variables take precedence. */
  readonly env: Variables;
}

// A secret of Kubernetes is at most 1 MiB. A directory that was named by mistake must not fill the memory.
const limits = { bindings: 1000, entries: 1000, entryBytes: 16 * 1024 * 1024, totalBytes: 128 * 1024 * 1024 } as const;

/**
 * Reads the bindings from the first source that exists: the directory SERVICE_BINDING_ROOT, the
 * JSON text VCAP_SERVICES, the file VCAP_SERVICES_FILE_PATH, or `<platform>/bindings`.
 *
 * @throws LibcnbError BINDING_INVALID
 */
export async function readBindings({ platformDir, env }: BindingDirectories): Promise<readonly BindingSource[]> {
  const root = env.SERVICE_BINDING_ROOT || undefined;
  if (root !== undefined && !isAbsolute(root))
    throw invalid(
      "SERVICE_BINDING_ROOT",
      `${root} is not an absolute path`,
      "Set SERVICE_BINDING_ROOT to an absolute path.",
    );
  if (root !== undefined && isDirectory(root)) return bindingsIn(root);
  if (env.VCAP_SERVICES) return vcap(env.VCAP_SERVICES, "VCAP_SERVICES");
  const file = env.VCAP_SERVICES_FILE_PATH || undefined;
  if (file !== undefined) return vcap(readVcapFile(file), "VCAP_SERVICES_FILE_PATH");
  const platform = join(platformDir, "bindings");
  return isDirectory(platform) ? bindingsIn(platform) : [];
}

async function vcap(text: string, origin: string): Promise<readonly BindingSource[]> {
  const { vcapBindings } = await import("../binding/vcap.ts");
  return vcapBindings(text, origin);
}

function readVcapFile(file: string): string {
  const name = "VCAP_SERVICES_FILE_PATH";
  if (!isFile(file)) throw invalid(name, `${file} is not a file`, `Set ${name} to the path of a file.`);
  return new TextDecoder().decode(readEntry(file, { name, total: { bytes: 0 } }));
}

// A directory that the file system creates in a volume, and that ordinary users cannot read.
const ofFileSystem = "lost+found";

function bindingsIn(root: string): readonly BindingSource[] {
  const names = namesIn(root, root).filter(
    (name) => !name.startsWith(".") && name !== ofFileSystem && isDirectory(join(root, name)),
  );
  if (names.length > limits.bindings)
    throw invalid(root, `it contains more than ${limits.bindings} bindings`, "Pass fewer bindings to the build.");
  const total = { bytes: 0 };
  const bindings = names.map((name) => {
    const path = join(root, name);
    const entries = isDirectory(join(path, "metadata"))
      ? oldEntries(path, total)
      : entriesIn(path, { name: path, total });
    return { name, path, origin: path, entries };
  });
  // an empty directory is a place to mount something at; one that only lacks its type is a mistake that somebody wants to hear of
  return bindings.filter(({ entries }) => entries.size > 0);
}

/** The deprecated form of the CNB bindings extension 0.2: `metadata/{kind,provider}` and `secret/*`. */
function oldEntries(path: string, total: Total): ReadonlyMap<string, Uint8Array> {
  const { kind, ...metadata } = Object.fromEntries(entriesIn(join(path, "metadata"), { name: path, total }));
  const secret = join(path, "secret");
  return new Map([
    ...Object.entries(metadata),
    ...(isDirectory(secret) ? entriesIn(secret, { name: path, total }) : []),
    ...(kind === undefined ? [] : [["type", kind] as const]),
  ]);
}

interface Total {
  bytes: number;
}

interface Reading {
  /** The name of the binding, for errors. */
  readonly name: string;
  readonly total: Total;
}

// Kubernetes puts the files of a mount into a directory `..<time>` behind a link `..data`, and links to it; `.npmrc` is an entry.
function entriesIn(dir: string, reading: Reading): ReadonlyMap<string, Uint8Array> {
  const names = namesIn(dir, reading.name).filter((name) => !name.startsWith("..") && isFile(join(dir, name)));
  if (names.length > limits.entries)
    throw invalid(
      reading.name,
      `a binding has more than ${limits.entries} entries`,
      "Check that this directory is a binding, or divide it into several bindings.",
    );
  return new Map(names.map((name) => [name, readEntry(join(dir, name), reading)]));
}

function readEntry(file: string, { name, total }: Reading): Uint8Array {
  const { size } = attempt(name, () => statSync(file));
  total.bytes += size;
  if (size > limits.entryBytes)
    throw invalid(name, `${file} has more than ${limits.entryBytes} bytes`, "Shorten this entry of the binding.");
  if (total.bytes > limits.totalBytes)
    throw invalid(name, `all bindings have more than ${limits.totalBytes} bytes`, "Pass fewer bindings to the build.");
  return attempt(name, () => readFileSync(file));
}

const namesIn = (dir: string, name: string): readonly string[] => attempt(name, () => readdirSync(dir).sort());

// links are followed, and a dangling link is not an entry
const isDirectory = (path: string) => statOf(path)?.isDirectory() ?? false;
const isFile = (path: string) => statOf(path)?.isFile() ?? false;

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw invalid(path, error, checkPermissions);
  }
}

function attempt<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalid(name, error, checkPermissions);
  }
}

const checkPermissions = "Check that the user of the build may read the bindings.";

function invalid(name: string, cause: unknown, hint: string): LibcnbError<"BINDING_INVALID"> {
  return new LibcnbError("BINDING_INVALID", `cannot read the service bindings of ${name}`, { cause, hint });
}
