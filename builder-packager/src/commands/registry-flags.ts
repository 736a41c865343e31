import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "../cli-context.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { addValue } from "./listed-values.ts";

/** What commander makes of the flags that {@link registryFlags} adds. */
export interface RegistryFlags {
  readonly insecureRegistry: readonly string[];
  readonly registryMirror: Mirrors;
  readonly caCert?: readonly string[];
  readonly registryCaCert?: readonly string[];
}

type Mirrors = Readonly<Record<string, readonly string[]>>;

/**
 * Adds the flags of every command that talks to registries. Where `--ca-cert` has another meaning already (it must have been
 * added before), the authorities of registries are given by `--registry-ca-cert`.
 */
export function registryFlags(command: Command): Command {
  const taken = command.options.some(({ long }) => long === "--ca-cert");
  return command
    .option("--insecure-registry <host[:port]>", "a registry without TLS (repeatable)", addHost, [])
    .option(
      `${taken ? "--registry-ca-cert" : "--ca-cert"} <file>`,
      "a certificate authority that registries may be signed by (repeatable)",
      addValue,
      [],
    )
    .option(
      "--registry-mirror <host=mirror>",
      'ask MIRROR before HOST, or before every registry with "*=MIRROR" (repeatable)',
      addMirror,
      {},
    );
}

/** How the flags and the environment say that registries are talked to. */
export function registryOptions(
  { insecureRegistry, registryMirror, caCert = [], registryCaCert = caCert }: RegistryFlags,
  { env, signal, reporter }: Pick<CommandContext, "env" | "signal" | "reporter">,
): RegistryOptions {
  return {
    env,
    signal,
    insecure: insecureRegistry,
    caCertificates: registryCaCert,
    mirrors: registryMirror,
    warn: (text) => reporter.warn(text),
    waiting: waitingLine((text) => reporter.info(text)),
  };
}

/** Several requests wait at a time: a host is named once in a while. */
const quietMs = 30_000;

function waitingLine(print: (text: string) => void): (host: string) => void {
  const named = new Map<string, number>();
  return (host) => {
    const now = performance.now();
    if (now - (named.get(host) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    named.set(host, now);
    print(`Waiting for ${host}`);
  };
}

const addHost = (host: string, before: readonly string[]): readonly string[] => [...before, hostOf(host)];

function addMirror(text: string, before: Mirrors): Mirrors {
  const equals = text.indexOf("=");
  const mirror = text.slice(equals + 1);
  if (equals < 1 || mirror === "") throw new InvalidArgumentError("It is not HOST=MIRROR.");
  const host = text.slice(0, equals) === "*" ? "*" : hostOf(text.slice(0, equals));
  hostOf(mirror.split("/", 1)[0] ?? "");
  return { ...before, [host]: [...(before[host] ?? []), mirror] };
}

/** A path or a scheme would be ignored in silence where hosts are compared. */
function hostOf(text: string): string {
  if (/^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/.test(text)) return text;
  throw new InvalidArgumentError("It is not HOST or HOST:PORT.");
}
