import { spawn } from "node:child_process";
import { CnbError } from "../../errors.ts";
import { bytesOf } from "../../oci/registry/transport/body.ts";
import { isSignedBy, type PublicKey } from "./public-key.ts";
import type { Signer } from "./signer.ts";

/**
 * The environment variables of a signing command, the signal that ends the command, and its time
 * limit.
 */
export interface KeyCommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The time limit in milliseconds. @default 120_000, which is enough to enter a PIN or to touch a key */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 120_000;

/** A signature is at most 1 KiB, and in base64 at most twice that. */
const mostOutput = 64 * 1024;

/**
 * Creates a signer from a shell command that has access to a key service. The command reads the
 * bytes to sign from its standard input, and writes the signature to its standard output, in binary
 * or in base64. The signature is verified with the public key.
 */
export const commandSigner = (command: string, key: PublicKey, context: KeyCommandContext): Signer => ({
  where: command,
  publicKey: key.key,
  async sign(bytes) {
    const { code, output } = await run(command, bytes, context);
    if (code !== 0) throw failed(command, `exited with code ${code}`, "Run the command alone to see why it fails.");
    const signature = [output, Buffer.from(output.toString("latin1"), "base64")].find((each) =>
      isSignedBy(key, bytes, each),
    );
    if (signature) return signature;
    throw failed(
      command,
      `did not return a signature by the key ${key.where}`,
      "The command must read the bytes from standard input, sign them with SHA-256, and print the signature (DER for ECDSA), in binary or base64.",
    );
  },
});

async function run(
  command: string,
  input: Uint8Array,
  { env, signal, timeoutMs = defaultTimeoutMs }: KeyCommandContext,
) {
  const timeout = AbortSignal.timeout(timeoutMs);
  const child = spawn("/bin/sh", ["-c", command], {
    env,
    signal: AbortSignal.any([signal, timeout]),
    killSignal: "SIGKILL",
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  child.stdin.on("error", () => undefined).end(input); // a command may end without reading its input
  try {
    const [output, code] = await Promise.all([bytesOf(child.stdout, mostOutput, tooLong), ended]);
    return { output, code };
  } catch (cause) {
    signal.throwIfAborted();
    if (timeout.aborted)
      throw failed(
        command,
        `did not end within ${timeoutMs / 1000} s`,
        "Check that the key service can be reached, and run the command directly in a shell.",
      );
    throw new CnbError("SIGNING_FAILED", `cannot sign with the command ${JSON.stringify(command)}`, {
      cause,
      hint: "Run the command directly in a shell, and correct it.",
    });
  } finally {
    child.kill("SIGKILL");
    child.stdout.destroy(); // processes that the shell started may keep it open
  }
}

const tooLong = (): Error => new Error(`the signing command printed more than ${mostOutput} bytes`);

const failed = (command: string, reason: string, hint: string): CnbError =>
  new CnbError("SIGNING_FAILED", `cannot sign: the command ${JSON.stringify(command)} ${reason}`, { hint });
