import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "../../cli-context.ts";
import type { Mirrors } from "../../config/registry-configuration.ts";
import { isMirroredHost, isRegistryHost, isRegistryMirror } from "../../config/registry-host.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { waitingLine } from "../../waiting.ts";
import { addValue } from "./listed-values.ts";

/** The parsed flags of {@link registryFlags}. */
export interface RegistryFlags {
  readonly insecureRegistry: readonly string[];
  readonly registryMirror: Mirrors;
  readonly caCert?: readonly string[];
  readonly registryCaCert?: readonly string[];
}

/**
 * Adds the flags of every command that uses registries. If the command already has a flag
 * `--ca-cert` with another meaning, `--registry-ca-cert` names the CA certificates of registries.
 */
export function registryFlags(command: Command): Command {
  const taken = command.options.some(({ long }) => long === "--ca-cert");
  return command
    .option(
      "--insecure-registry <host[:port]>",
      "a registry that uses HTTP, or HTTPS with a certificate that no trusted CA signed (repeatable)",
      addHost,
      [],
    )
    .option(
      `${taken ? "--registry-ca-cert" : "--ca-cert"} <file>`,
      "a CA certificate trusted for registries (repeatable)",
      addValue,
      [],
    )
    .option(
      "--registry-mirror <host=mirror>",
      'try MIRROR before HOST; "*=MIRROR" applies to every registry (repeatable)',
      addMirror,
      {},
    );
}

type Context = Pick<CommandContext, "env" | "signal" | "reporter">;

/** Returns the registry options from flags, environment variables and configuration files. */
export async function registryOptions(flags: RegistryFlags, context: Context): Promise<RegistryOptions> {
  return (await settingsOf(flags, context)).registry;
}

/**
 * Returns the registry options for a command that builds with images or starts them. Before an
 * image is read, the signatures that `[[verify]]` in config.toml requires are verified.
 */
export async function verifyingOptions(flags: RegistryFlags, context: Context): Promise<RegistryOptions> {
  const { registry, verify = [] } = await settingsOf(flags, context);
  if (verify.length === 0) return registry;
  const { verifiedImages } = await import("../../signing/admission.ts");
  return verifiedImages(registry, verify);
}

async function settingsOf(
  { insecureRegistry, registryMirror, caCert = [], registryCaCert = caCert }: RegistryFlags,
  { env, signal, reporter }: Context,
) {
  const { registrySettings } = await import("../../config/registry-settings.ts");
  const flags = { insecure: insecureRegistry, caCertificates: registryCaCert, mirrors: registryMirror };
  const warn = (text: string) => reporter.warn(text);
  const { verify, ...settings } = await registrySettings(flags, env, warn);
  const registry: RegistryOptions = { ...settings, env, signal, warn, waiting: waitingLine(reporter) };
  return { registry, verify };
}

const addHost = (host: string, before: readonly string[]): readonly string[] => [...before, hostOf(host)];

function addMirror(text: string, before: Mirrors): Mirrors {
  const equals = text.indexOf("=");
  const mirror = text.slice(equals + 1);
  if (equals < 1 || mirror === "") throw new InvalidArgumentError("Use HOST=MIRROR.");
  const host = text.slice(0, equals);
  if (!isMirroredHost(host) || !isRegistryMirror(mirror)) throw notHost();
  return { ...before, [host]: [...(before[host] ?? []), mirror] };
}

function hostOf(text: string): string {
  if (isRegistryHost(text)) return text;
  throw notHost();
}

const notHost = (): InvalidArgumentError => new InvalidArgumentError("Use HOST or HOST:PORT.");
