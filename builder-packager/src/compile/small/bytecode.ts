import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CnbError } from "../../errors.ts";
import { type EngineKind, insteadOf } from "./engine.ts";
import type { PayloadFile } from "./payload.ts";

/** A module of a program: its name in the payload, and its source. */
export interface SourceChunk {
  readonly name: string;
  readonly text: string;
}

/**
 * Compiles modules into bytecode, which is the same for all architectures.
 *
 * @param engine a file that runs the engine on this machine
 * @throws CnbError COMPILE_FAILED with the engine's message, for syntax that the engine does not
 * support
 */
export async function compileModules(
  chunks: readonly SourceChunk[],
  {
    engine,
    kind = "linux",
    signal,
  }: { readonly engine: string; readonly kind?: EngineKind; readonly signal?: AbortSignal | undefined },
): Promise<readonly PayloadFile[]> {
  const dir = await mkdtemp(join(tmpdir(), "cnb-bytecode-"));
  try {
    const files = chunks.map(({ name }, index) => ({ name, source: `${index}.js`, target: `${index}.bytecode` }));
    await Promise.all(files.map(({ source }, index) => writeFile(join(dir, source), chunks[index]?.text ?? "")));
    const args = files.flatMap(({ name, source, target }) => [source, target, name]);
    await promisify(execFile)(engine, ["compile", ...args], { cwd: dir, env: {}, signal }).catch((cause) => {
      signal?.throwIfAborted();
      throw refused(cause, { files, chunks, kind });
    });
    return await Promise.all(
      files.map(async ({ name, target }) => ({ name, contents: await readFile(join(dir, target)) })),
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function refused(
  cause: Error & { readonly stderr?: string },
  {
    files,
    chunks,
    kind,
  }: {
    readonly files: readonly { readonly name: string; readonly source: string }[];
    readonly chunks: readonly SourceChunk[];
    readonly kind: EngineKind;
  },
): CnbError<"COMPILE_FAILED"> {
  const [source = "", ...message] = (cause.stderr ?? "").trim().split(": ");
  const index = files.findIndex((file) => file.source === source);
  const about = index < 0 ? cause.message : `${message.join(": ")} (in ${chunks[index]?.name})`;
  return new CnbError(
    "COMPILE_FAILED",
    `the JavaScript engine of --runtime small cannot compile the script: ${about}`,
    {
      cause,
      hint: insteadOf(kind, "Write this part in another way"),
    },
  );
}
