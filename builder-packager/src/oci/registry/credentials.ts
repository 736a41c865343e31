import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { parse } from "../document.ts";

/** How to prove who we are. */
export type Credentials =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  /** An OAuth 2 refresh token, which a token server changes into access tokens. */
  | { readonly kind: "identity"; readonly token: string }
  /** A ready value of the Authorization header. */
  | { readonly kind: "header"; readonly value: string };

const entry = v.looseObject({
  auth: v.optional(v.string()),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
  identitytoken: v.optional(v.string()),
  registrytoken: v.optional(v.string()),
});
const authFile = v.looseObject({
  auths: v.optional(v.record(v.string(), entry)),
  credHelpers: v.optional(v.record(v.string(), v.string())),
  credsStore: v.optional(v.string()),
});
type AuthFile = v.InferOutput<typeof authFile>;

const hubKey = "https://index.docker.io/v1/";

/**
 * Finds credentials for a repository where the lifecycle (`CNB_REGISTRY_AUTH`), podman (`REGISTRY_AUTH_FILE`,
 * `auth.json`) and docker (`config.json`, credential helpers) keep them, in this order.
 *
 * @throws CnbError REGISTRY_CREDENTIALS_INVALID when a file or helper gives nonsense.
 */
export async function findCredentials(
  { registry, repository }: { readonly registry: string; readonly repository: string },
  env: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  const given = fromVariable(registry, env.CNB_REGISTRY_AUTH);
  if (given) return given;
  for (const file of authFiles(env)) {
    const content = await readAuthFile(file);
    const found = content && ((await fromHelper(registry, content, env)) ?? fromEntries(registry, repository, content));
    if (found) return found;
  }
  return undefined;
}

function fromVariable(registry: string, json: string | undefined): Credentials | undefined {
  if (json === undefined || json === "") return undefined;
  const value = parsed(v.record(v.string(), v.string()), Buffer.from(json), "CNB_REGISTRY_AUTH")[
    registry === "docker.io" ? "index.docker.io" : registry
  ];
  return value === undefined ? undefined : { kind: "header", value };
}

function authFiles(env: NodeJS.ProcessEnv): string[] {
  const { REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME, DOCKER_CONFIG, HOME } = env;
  const config = XDG_CONFIG_HOME ?? (HOME && join(HOME, ".config"));
  const docker = DOCKER_CONFIG ?? (HOME && join(HOME, ".docker"));
  return [
    REGISTRY_AUTH_FILE,
    XDG_RUNTIME_DIR && join(XDG_RUNTIME_DIR, "containers/auth.json"),
    config && join(config, "containers/auth.json"),
    docker && join(docker, "config.json"),
  ].filter((file): file is string => file !== undefined && file !== "");
}

async function readAuthFile(file: string): Promise<AuthFile | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "EACCES") return undefined;
    throw error;
  });
  return bytes && parsed(authFile, bytes, file);
}

/** Errors must not quote the content: it is secret. */
function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  bytes: Uint8Array,
  where: string,
): v.InferOutput<Schema> {
  try {
    return parse(schema, bytes, where);
  } catch {
    throw new CnbError("REGISTRY_CREDENTIALS_INVALID", `${where} does not hold registry credentials in JSON`, {
      hint: "Log in again with docker login or podman login, or remove it.",
    });
  }
}

/** The most specific entry: podman's keys may name a namespace or a repository. */
function fromEntries(registry: string, repository: string, { auths = {} }: AuthFile): Credentials | undefined {
  const path = `${registry}/${repository}`;
  const keys = Object.keys(auths)
    .map((key) => [key, normalKey(key)] as const)
    .filter(([, name]) => path === name || path.startsWith(`${name}/`))
    .sort(([, a], [, b]) => b.length - a.length);
  for (const [key] of keys) {
    const found = credentialsOf(auths[key]);
    if (found) return found;
  }
  return undefined;
}

const normalKey = (key: string): string =>
  key === hubKey
    ? "docker.io"
    : key
        .replace(/^https?:\/\//, "")
        .replace(/\/v[12]\/?$/, "")
        .replace(/\/$/, "")
        .replace(/^index\.docker\.io/, "docker.io");

function credentialsOf(found: v.InferOutput<typeof entry> | undefined): Credentials | undefined {
  if (found?.registrytoken) return { kind: "header", value: `Bearer ${found.registrytoken}` };
  if (found?.identitytoken) return { kind: "identity", token: found.identitytoken };
  if (found?.auth) return basic(Buffer.from(found.auth, "base64").toString("utf8"));
  if (found?.username && found.password !== undefined)
    return { kind: "basic", username: found.username, password: found.password };
  return undefined;
}

function basic(pair: string): Credentials | undefined {
  const colon = pair.indexOf(":");
  return colon < 0
    ? undefined
    : { kind: "basic", username: pair.slice(0, colon), password: pair.slice(colon + 1).replace(/\0+$/, "") };
}

const helperAnswer = v.looseObject({ Username: v.string(), Secret: v.string() });

async function fromHelper(
  registry: string,
  { credHelpers = {}, credsStore }: AuthFile,
  env: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  const server = registry === "docker.io" ? hubKey : registry;
  const helper = credHelpers[registry] ?? credHelpers[server] ?? credsStore;
  if (helper === undefined || helper === "") return undefined;
  if (!/^[A-Za-z0-9._-]+$/.test(helper))
    throw new CnbError("REGISTRY_CREDENTIALS_INVALID", `"${helper}" is not the name of a credential helper`);
  const answer = await askHelper(`docker-credential-${helper}`, server, env);
  if (answer === undefined) return undefined;
  const { Username, Secret } = parsed(helperAnswer, Buffer.from(answer), `the answer of docker-credential-${helper}`);
  return Username === "<token>"
    ? { kind: "identity", token: Secret }
    : { kind: "basic", username: Username, password: Secret };
}

/** A helper that fails knows no credentials (that is its way to say so); one that is missing is a mistake. */
async function askHelper(program: string, server: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const child = spawn(program, ["get"], { env, stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  child.stdin.on("error", () => undefined).end(server);
  try {
    const [output, code] = await Promise.all([text(child.stdout), ended]);
    return code === 0 ? output : undefined;
  } catch (error) {
    throw new CnbError("REGISTRY_CREDENTIALS_INVALID", `the credential helper ${program} cannot be started`, {
      cause: error,
      hint: "Install it, or remove it from docker's config.json.",
    });
  }
}
