import { delimiter } from "node:path";
import { CnbError } from "../errors.ts";
import type { Mirrors, RegistrySettings } from "./registry-configuration.ts";
import { isMirroredHost, isRegistryHost, isRegistryMirror } from "./registry-host.ts";

/**
 * Reads the registry settings in `LIBCNB_INSECURE_REGISTRIES`, `LIBCNB_CA_CERTIFICATES`,
 * `LIBCNB_REGISTRY_MIRRORS` and `LIBCNB_RUN_IMAGE_MIRRORS`.
 *
 * @throws CnbError CONFIG_INVALID
 * @example
 * `registryVariables({ LIBCNB_REGISTRY_MIRRORS: "docker.io=mirror.example.com/hub" }).mirrors`
 */
export function registryVariables(env: NodeJS.ProcessEnv): RegistrySettings {
  const insecure = listed(env, "LIBCNB_INSECURE_REGISTRIES", ",");
  for (const host of insecure)
    if (!isRegistryHost(host)) throw invalid("LIBCNB_INSECURE_REGISTRIES", host, "HOST or HOST:PORT");
  return {
    insecure,
    caCertificates: listed(env, "LIBCNB_CA_CERTIFICATES", delimiter),
    mirrors: mirrorsIn(env),
    runImageMirrors: runImageMirrorsIn(env),
  };
}

function mirrorsIn(env: NodeJS.ProcessEnv): Mirrors {
  const mirrors: Record<string, readonly string[]> = {};
  for (const pair of listed(env, "LIBCNB_REGISTRY_MIRRORS", ",")) {
    const [, host = "", mirror = ""] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    if (!isMirroredHost(host) || !isRegistryMirror(mirror))
      throw invalid("LIBCNB_REGISTRY_MIRRORS", pair, "HOST=MIRROR or *=MIRROR");
    mirrors[host] = [...(mirrors[host] ?? []), mirror];
  }
  return mirrors;
}

function runImageMirrorsIn(env: NodeJS.ProcessEnv): Mirrors {
  const mirrors: Record<string, readonly string[]> = {};
  for (const pair of listed(env, "LIBCNB_RUN_IMAGE_MIRRORS", ",")) {
    const [, image = "", mirror = ""] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    if (image === "" || mirror === "") throw invalid("LIBCNB_RUN_IMAGE_MIRRORS", pair, "IMAGE=MIRROR");
    mirrors[image] = [...(mirrors[image] ?? []), mirror];
  }
  return mirrors;
}

const listed = (env: NodeJS.ProcessEnv, name: string, separator: string): readonly string[] =>
  (env[name] ?? "")
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");

const invalid = (name: string, value: string, form: string): CnbError =>
  new CnbError("CONFIG_INVALID", `${name} contains ${JSON.stringify(value)}, which does not have the form ${form}`, {
    hint: `Correct ${name}, or unset it.`,
  });
