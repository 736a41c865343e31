import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { CnbError } from "../../../errors.ts";
import { announcing } from "../../../waiting.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { printable } from "../errors.ts";

/** The environment and the reporting of a credential helper. */
export interface HelperContext extends Pick<RegistryOptions, "signal" | "waiting"> {
  readonly env: NodeJS.ProcessEnv;
  readonly warn: (text: string) => void;
}

/**
 * Asks a credential helper. A helper that has no credentials reports this with the words below and
 * fails. Any other failure is logged as a warning and does not fail the command, as in Docker,
 * because most read operations need no credentials.
 */
export async function askHelper(program: string, server: string, context: HelperContext): Promise<string | undefined> {
  const { warn, waiting } = context;
  const { code, output, words } = await run(program, server, context).finally(announcing(program, waiting));
  if (code === 0) return output;
  const said = printable((output.trim() || words.trim()).slice(0, 300));
  if (!/credentials not found/i.test(output)) warn(`${program} returned no credentials for ${server}: ${said}`);
  return undefined;
}

async function run(program: string, input: string, { env, signal }: HelperContext) {
  const child = spawn(program, ["get"], { env, stdio: ["pipe", "pipe", "pipe"], signal, killSignal: "SIGKILL" });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  child.stdin.on("error", () => undefined).end(input);
  try {
    const [output, words, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { output, words, code };
  } catch (error) {
    signal?.throwIfAborted();
    throw new CnbError("REGISTRY_CREDENTIALS_INVALID", `the credential helper ${program} cannot be started`, {
      cause: error,
      hint: `Install ${program}, or remove it from the file with the registry logins, for example ~/.docker/config.json.`,
    });
  }
}
