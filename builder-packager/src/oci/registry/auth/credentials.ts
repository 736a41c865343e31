import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { CnbError } from "../../../errors.ts";
import { looseObject, record } from "../../../schema.ts";
import { parse } from "../../model/document.ts";
import type { Clock, RegistryLogin, RegistryOptions } from "../../registry-options.ts";
import { systemClock } from "../clock.ts";
import type { HelperContext } from "./credential-helper.ts";

/**
 * The credentials for a registry: a user name and password, an identity token, or the value of a
 * header.
 */
export type Credentials =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  /** An OAuth 2 refresh token, which a token server changes into access tokens. */
  | { readonly kind: "identity"; readonly token: string }
  /** A ready value of the Authorization header. */
  | { readonly kind: "header"; readonly value: string };

const entry = looseObject({
  auth: v.optional(v.string()),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
  identitytoken: v.optional(v.string()),
  registrytoken: v.optional(v.string()),
});
const authFileSchema = looseObject({
  auths: v.optional(record(v.string(), entry)),
  credHelpers: v.optional(record(v.string(), v.string())),
  credsStore: v.optional(v.string()),
});

type AuthFile = v.InferOutput<typeof authFileSchema>;

const hubKey = "https://index.docker.io/v1/";

/** The content of a file like docker's config.json, and what it is called in errors. */
interface CredentialSource {
  readonly name: string;
  content(): Promise<AuthFile | undefined>;
}

/** The options for the location of credentials. */
type CredentialOptions = Pick<RegistryOptions, "env" | "logins" | "authFile" | "warn" | "signal" | "waiting" | "clock">;

/** Helpers of cloud registries return tokens that are valid for an hour or more. */
const rememberedMs = 5 * 60_000;

/**
 * Returns a function that finds credentials for a repository of a registry in environment variables (`CNB_REGISTRY_AUTH` of the
 * lifecycle, `REGISTRY_AUTH_FILE` of podman, `DOCKER_AUTH_CONFIG` of docker), in `logins` and `authFile`, and in the files of
 * podman (`auth.json`) and docker (`config.json`, with credential helpers), in this order. The function reads each file and
 * asks each credential helper at most once in five minutes.
 *
 * The function throws CnbError REGISTRY_CREDENTIALS_INVALID if a file or a helper returns invalid data.
 */
export function credentialFinder(
  registry: string,
  { env, logins, authFile, warn = () => undefined, clock = systemClock, ...how }: CredentialOptions,
): (repository: string) => Promise<Credentials | undefined> {
  const own = [...configured(logins), ...(authFile ? [givenFile(authFile, "auth-file in cnb's configuration")] : [])];
  const sources = [...variablesIn(env), ...own, ...filesIn(env)].map((source) =>
    remembered(async () => {
      const content = await source.content();
      const helped = content && (await fromHelper(registry, content, { env: env ?? process.env, warn, ...how }));
      return { content, helped };
    }, clock),
  );
  return async (repository) => {
    const given = fromVariable(registry, env?.CNB_REGISTRY_AUTH);
    if (given) return given;
    for (const source of sources) {
      const { content, helped } = await source();
      const found = helped ?? (content && fromEntries(registry, repository, content));
      if (found) return found;
    }
    return undefined;
  };
}

/** Calls a function again only after a failure, or after {@link rememberedMs}. */
function remembered<Value>(read: () => Promise<Value>, { now }: Clock): () => Promise<Value> {
  let known: { readonly value: Promise<Value>; readonly since: number } | undefined;
  return () => {
    if (known === undefined || now() - known.since >= rememberedMs) known = { value: read(), since: now() };
    const { value } = known;
    return value.catch((error: unknown) => {
      if (known?.value === value) known = undefined;
      throw error;
    });
  };
}

/** The lifecycle's variable holds header values, also for identity tokens, which no registry takes as a header. */
function fromVariable(registry: string, json: string | undefined): Credentials | undefined {
  if (json === undefined || json === "") return undefined;
  const values = parsed(record(v.string(), v.string()), Buffer.from(json), inVariable("CNB_REGISTRY_AUTH"));
  const value = Object.entries(values).find(([key]) => normalKey(key) === registry)?.[1];
  if (value === undefined) return undefined;
  const [, scheme = "", secret = ""] = /^(\S+)\s+(.+)$/.exec(value) ?? [];
  if (scheme.toLowerCase() === "basic") return basic(Buffer.from(secret, "base64").toString("utf8"));
  return scheme.toLowerCase() === "x-identity" ? { kind: "identity", token: secret } : { kind: "header", value };
}

const variablesIn = ({ REGISTRY_AUTH_FILE, DOCKER_AUTH_CONFIG }: NodeJS.ProcessEnv = {}): CredentialSource[] => [
  ...(REGISTRY_AUTH_FILE ? [givenFile(REGISTRY_AUTH_FILE, "REGISTRY_AUTH_FILE")] : []),
  ...(DOCKER_AUTH_CONFIG ? [variable("DOCKER_AUTH_CONFIG", DOCKER_AUTH_CONFIG)] : []),
];

function configured(logins: RegistryOptions["logins"] = {}): CredentialSource[] {
  const entries = Object.entries(logins);
  const auths = entries.flatMap(([name, login]) => ("helper" in login ? [] : [[name, authEntry(login)]]));
  const helpers = entries.flatMap(([name, login]) => ("helper" in login ? [[name, login.helper]] : []));
  const content = { auths: Object.fromEntries(auths), credHelpers: Object.fromEntries(helpers) };
  return entries.length === 0 ? [] : [{ name: "the configuration of cnb", content: async () => content }];
}

const authEntry = (login: Exclude<RegistryLogin, { readonly helper: string }>): v.InferOutput<typeof entry> =>
  "identityToken" in login ? { identitytoken: login.identityToken } : login;

function filesIn(env: NodeJS.ProcessEnv | undefined): CredentialSource[] {
  if (env === undefined) return [];
  const { XDG_RUNTIME_DIR, XDG_CONFIG_HOME, DOCKER_CONFIG, HOME } = env;
  const runtime = XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, "containers") : `/run/containers/${process.getuid?.() ?? 0}`;
  const config = XDG_CONFIG_HOME || (HOME && join(HOME, ".config"));
  const docker = DOCKER_CONFIG || (HOME && join(HOME, ".docker"));
  return [
    file(join(runtime, "auth.json")),
    ...(config ? [file(join(config, "containers/auth.json"))] : []),
    ...(docker ? [file(join(docker, "config.json"))] : []),
  ];
}

const file = (name: string): CredentialSource => ({ name, content: () => readAuthFile(name) });
const variable = (name: string, json: string): CredentialSource => ({
  name,
  content: async () => parsed(authFileSchema, Buffer.from(json), inVariable(name)),
});

/** A file that the user names must be there; the others are only places where one might be. */
const givenFile = (name: string, setting: string): CredentialSource => ({
  name,
  async content() {
    const content = await readAuthFile(name);
    if (content !== undefined) return content;
    throw new CnbError(
      "REGISTRY_CREDENTIALS_INVALID",
      `the credentials file ${name}, set in ${setting}, cannot be read`,
      {
        hint: `Correct ${setting}, or unset it.`,
      },
    );
  },
});

async function readAuthFile(name: string): Promise<AuthFile | undefined> {
  const bytes = await readFile(name).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "EACCES") return undefined;
    throw error;
  });
  return (
    bytes &&
    parsed(authFileSchema, bytes, {
      where: name,
      hint: "Log in again with docker login or podman login, or remove the file.",
    })
  );
}

const inVariable = (name: string) => ({ where: name, hint: `Correct ${name}, or unset it.` });

/** Errors must not quote the content: it is secret. */
function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  bytes: Uint8Array,
  { where, hint }: { readonly where: string; readonly hint: string },
): v.InferOutput<Schema> {
  try {
    return parse(schema, bytes, where);
  } catch {
    throw new CnbError("REGISTRY_CREDENTIALS_INVALID", `${where} does not contain registry credentials in JSON`, {
      hint,
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

/** `https://index.docker.io/v1/` is Docker Hub, `https://registry.example/v2` a host. */
const normalKey = (key: string): string =>
  key
    .replace(/^https?:\/\//, "")
    .replace(/\/v[12]\/?$/, "")
    .replace(/\/$/, "")
    .replace(/^(index|registry-1)\.docker\.io(?=\/|$)/, "docker.io");

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

const helperAnswer = looseObject({ Username: v.string(), Secret: v.string() });

async function fromHelper(
  registry: string,
  { credHelpers = {}, credsStore }: AuthFile,
  context: HelperContext,
): Promise<Credentials | undefined> {
  const server = registry === "docker.io" ? hubKey : registry;
  const own = Object.entries(credHelpers).find(([key]) => normalKey(key) === registry)?.[1];
  const helper = own ?? credsStore;
  if (helper === undefined || helper === "") return undefined;
  if (!/^[A-Za-z0-9._-]+$/.test(helper))
    throw new CnbError("REGISTRY_CREDENTIALS_INVALID", `"${helper}" is not a valid name of a credential helper`, {
      hint: 'Correct "credHelpers" or "credsStore" in the file with the registry logins, for example ~/.docker/config.json.',
    });
  // most logins need no child process
  const { askHelper } = await import("./credential-helper.ts");
  const answer = await askHelper(`docker-credential-${helper}`, server, context);
  if (answer === undefined) return undefined;
  const { Username, Secret } = parsed(helperAnswer, Buffer.from(answer), {
    where: `the answer of docker-credential-${helper}`,
    hint: `Log in again, or remove ${helper} from credHelpers or credsStore in the file with the registry logins.`,
  });
  return Username === "<token>"
    ? { kind: "identity", token: Secret }
    : { kind: "basic", username: Username, password: Secret };
}
