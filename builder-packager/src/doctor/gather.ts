import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, statfs } from "node:fs/promises";
import { userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { buildahAvailability } from "../buildah/availability.ts";
import { leftovers } from "../cache/entries.ts";
import { startsNoPrograms } from "../cache/no-programs.ts";
import { cacheSpace } from "../cache/survey.ts";
import { cacheDir } from "../cache-dirs.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { isInBuilder } from "../platform/images/container-builder.ts";
import { probeBackend, readKernelSettings } from "../sandbox/backends/choose-backend.ts";
import { openContainers } from "../sandbox/engine/containers.ts";
import { countsPerNamespace } from "../sandbox/limits/default-limits.ts";
import { availableLimits } from "../sandbox/limits/resource-limits.ts";
import type { Waiting } from "../waiting.ts";
import type { BackendFact, CacheFact, CredentialFact, MachineFacts } from "./facts.ts";

/** Gathers the facts about this machine, and tries each sandbox backend. */
export async function gatherFacts(env: NodeJS.ProcessEnv, waiting?: Waiting): Promise<MachineFacts> {
  const isRoot = process.getuid?.() === 0;
  const limits = availableLimits();
  return {
    platform: process.platform,
    arch: process.arch,
    node: process.version,
    isRoot,
    inContainer: existsSync("/.dockerenv") || existsSync("/run/.containerenv"),
    backends: await Promise.all([
      // As they are tried.
      namespaces(isRoot ? "unshare" : "bubblewrap", isRoot),
      namespaces(isRoot ? "bubblewrap" : "unshare", isRoot),
      engine("docker", env, waiting),
      engine("podman", env, waiting),
      direct(env),
    ]),
    kernel: await readKernelSettings(),
    subordinateIds: { ranges: hasRanges(), newuidmap: isOnPath("newuidmap", env) },
    openFiles: openFiles(),
    cache: await cacheFact(env),
    memoryLimits: limits.memory,
    processLimits: isRoot ? limits.processes : ownProcessLimit(),
    extensions: await buildahAvailability(),
    proxies: proxies(env),
    authorities: authorities(env),
    credentials: credentials(env),
    nowMs: Date.now(),
  };
}

/** The limit of processes for a user without root. */
const ownProcessLimit = (): MachineFacts["processLimits"] => (countsPerNamespace() ? "namespace" : "none");

async function namespaces(backend: "bubblewrap" | "unshare", isRoot: boolean): Promise<BackendFact> {
  if (process.platform !== "linux") return { backend, reason: "only on Linux" };
  const unshare = isRoot ? "unshare-root" : "unshare-user";
  return probeBackend(backend === "bubblewrap" ? backend : unshare, isRoot).then(
    (reason) => ({ backend, ...defined({ reason: reason === undefined ? undefined : firstLine(reason) }) }),
    (error: Error) => failed(backend, error),
  );
}

const engine = (
  backend: "docker" | "podman",
  env: NodeJS.ProcessEnv,
  waiting: Waiting | undefined,
): Promise<BackendFact> =>
  openContainers(backend, env, waiting && { waiting }).then(
    () => ({ backend }),
    (error: Error) => failed(backend, error),
  );

const failed = (backend: BackendFact["backend"], error: Error): BackendFact => ({
  backend,
  reason: firstLine(error.message),
  ...defined({ hint: error instanceof CnbError ? error.hint : undefined }),
});

const firstLine = (text: string): string => text.split("\n")[0] ?? text;

const direct = async (env: NodeJS.ProcessEnv): Promise<BackendFact> =>
  isInBuilder(env) ? { backend: "direct" } : { backend: "direct", reason: "cnb does not run in a builder" };

function hasRanges(): boolean {
  const { username, uid } = user();
  return textOf("/etc/subuid")
    .split("\n")
    .some((line) => line.startsWith(`${username}:`) || line.startsWith(`${uid}:`));
}

function user(): { readonly username: string; readonly uid: number } {
  try {
    return userInfo();
  } catch {
    return { username: "", uid: process.getuid?.() ?? -1 }; // an id without an entry
  }
}

function openFiles(): number | undefined {
  const found = /^Max open files +(\d+)/m.exec(textOf("/proc/self/limits"))?.[1];
  return found === undefined ? undefined : Number(found);
}

async function cacheFact(env: NodeJS.ProcessEnv): Promise<CacheFact> {
  try {
    const dir = cacheDir(env);
    const problem = await unwritable(dir);
    if (problem !== undefined) return { dir, problem };
    const { type } = await statfs(dir);
    const fileSystem = fileSystems[type];
    const left = leftovers(dir).map(({ path }) => path);
    return {
      dir,
      ...defined({ startsNoPrograms: startsNoPrograms(dir) || undefined }),
      ...(await cacheSpace(dir, env)),
      leftovers: left,
      ...defined({ fileSystem }),
    };
  } catch (error) {
    if (error instanceof CnbError && error.code === "ARGUMENT_INVALID") throw error;
    return { dir: env["LIBCNB_CACHE_DIR"] ?? "", problem: (error as Error).message };
  }
}

async function unwritable(dir: string): Promise<string | undefined> {
  try {
    await mkdir(dir, { recursive: true });
    await rm(await mkdtemp(join(dir, ".doctor-")), { recursive: true });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** File systems by their numbers in statfs(2). */
const fileSystems: Readonly<Record<number, string>> = {
  61267: "ext4",
  [0x58465342]: "xfs",
  [0x9123683e]: "btrfs",
  [0x2fc12fc1]: "zfs",
  [0x794c7630]: "overlay",
  [0x01021994]: "tmpfs",
  [0x6969]: "nfs",
  [0xff534d42]: "cifs",
  [0x65735546]: "fuse",
  [0x01021997]: "9p",
  [0x4d44]: "vfat",
  [0x2011bab0]: "exfat",
};

function proxies(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, withoutLogin(env[name] ?? "")]] : [])));
}

const withoutLogin = (url: string): string => url.replace(/\/\/[^/@]*@/, "//***@");

function authorities(env: NodeJS.ProcessEnv): MachineFacts["authorities"] {
  const names = ["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"];
  return names.flatMap((variable) => {
    const file = env[variable];
    return file ? [{ variable, file, isReadable: isReadable(file) }] : [];
  });
}

function credentials(env: NodeJS.ProcessEnv): readonly CredentialFact[] {
  const runtime = env["XDG_RUNTIME_DIR"];
  const locations = [
    ...(env["REGISTRY_AUTH_FILE"] ? [env["REGISTRY_AUTH_FILE"]] : []),
    ...(runtime ? [join(runtime, "containers/auth.json")] : []),
    join(env["DOCKER_CONFIG"] || join(env["HOME"] || "/root", ".docker"), "config.json"),
  ];
  return locations.filter((file) => existsSync(file)).map((file) => credentialsIn(file, env));
}

function credentialsIn(file: string, env: NodeJS.ProcessEnv): CredentialFact {
  try {
    const { auths = {}, credHelpers = {}, credsStore } = JSON.parse(readFileSync(file, "utf8"));
    const stores = new Set<string>([...Object.values<string>(credHelpers), ...(credsStore ? [credsStore] : [])]);
    const names = [...stores].map((store) => `docker-credential-${store}`);
    const registries = new Set([...Object.keys(auths), ...Object.keys(credHelpers)]).size;
    return { file, registries, helpers: names.map((name) => ({ name, isFound: isOnPath(name, env) })) };
  } catch (error) {
    return { file, registries: 0, helpers: [], problem: (error as Error).message };
  }
}

const isOnPath = (name: string, env: NodeJS.ProcessEnv): boolean =>
  (env["PATH"] ?? "").split(delimiter).some((dir) => dir !== "" && existsSync(join(dir, name)));

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
