import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { textAt } from "@libcnb/app-kit/launch/kernel-file";
import type { LaunchInputs } from "./java-facts.ts";
import { hasLocalResolver } from "./resolver.ts";
import type { Settings } from "./settings.ts";
import { quotedForJava } from "./user-options.ts";

/**
 * The name and the text of the file in the launch helper's layer that turns off Java's DNS cache.
 */
export const resolverProperties = {
  name: "local-resolver.properties",
  text: "networkaddress.cache.ttl=0\nnetworkaddress.cache.negative.ttl=0\n",
} as const;

const largestFile = 65536;

/** Inputs for security properties. */
interface SecurityInputs extends LaunchInputs {
  readonly layer: string;
  readonly root: string;
  readonly temporary: () => string | undefined;
}

/**
 * Returns the option for Java's security properties. They contain the user's properties in
 * JAVA_SECURITY_PROPERTIES. If the resolver caches names itself, they also turn off Java's DNS
 * cache.
 */
export function securityOptions({ layer, root, temporary, ...inputs }: SecurityInputs): readonly string[] {
  if (inputs.user.has("-Djava.security.properties=")) return [];
  const own = ownProperties(inputs);
  const isLocal = hasLocalResolver(textAt(`${root}/etc/resolv.conf`, largestFile) ?? "");
  const file = isLocal ? joined(join(layer, resolverProperties.name), own, { temporary, ...inputs }) : own;
  return file === undefined ? [] : [quotedForJava(`-Djava.security.properties=${file}`)];
}

function ownProperties({ env, warn }: Settings): string | undefined {
  const file = env.JAVA_SECURITY_PROPERTIES;
  if (!file || isReadable(file)) return file || undefined;
  warn(`JAVA_SECURITY_PROPERTIES is ignored: there is no file ${file}`);
  return undefined;
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

// The user's properties come last, so that they take precedence.
function joined(
  file: string,
  own: string | undefined,
  { temporary, warn }: Pick<SecurityInputs, "temporary" | "warn">,
): string | undefined {
  if (own === undefined) return file;
  const dir = temporary();
  try {
    if (dir === undefined)
      throw new Error("cannot write the Java security properties: no temporary directory is writable");
    const both = join(dir, "security.properties");
    writeFileSync(both, Buffer.concat([readFileSync(file), Buffer.from("\n"), readFileSync(own)]));
    return both;
  } catch {
    warn("No directory is writable: Java caches the addresses of hosts for its default time");
    return own;
  }
}
