import type { Image } from "@libcnb/packager/oci";
import { processTypes } from "../../../builder-packager/src/platform/export/process-types.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { startImage } from "../../../builder-packager/src/run/start-image.ts";
import { chooseBackend } from "../../../builder-packager/src/sandbox/backends/choose-backend.ts";
import { runInSandbox } from "../../../builder-packager/src/sandbox/run-in-sandbox.ts";
import { unpackImage } from "../../../builder-packager/src/sandbox/unpack-image.ts";

/** How users want an image to be started, by `docker run` as by `cnb run`. */
export interface Start {
  readonly process?: string;
  readonly entrypoint?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The result of a start. */
export interface Started {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts an image in a sandbox; its files are unpacked in the cache. */
export type Starter = (image: Image, start: Start, cacheDir: string) => Promise<Started>;

/** The default process, each process by its name, both also with other arguments, and what a case adds; by what is wanted. */
export async function startAll(
  starter: Starter,
  { image, more, cacheDir }: { readonly image: Image; readonly more: readonly Start[]; readonly cacheDir: string },
): Promise<Readonly<Record<string, Started>>> {
  const args = ["given", "a  b", "", "$HOME"];
  const usual = [{}, ...processTypes(image.config).map((process) => ({ process }))];
  const starts: readonly Start[] = [...usual, ...usual.map((start) => ({ ...start, args })), ...more];
  const all: Record<string, Started> = {};
  for (const start of starts) all[JSON.stringify(start)] = await starter(image, start, cacheDir);
  return all;
}

/** As `cnb run` does. */
export const startByCnb: Starter = async (image, start, cacheDir) => {
  const { onOutput, said } = recorder();
  const options = { name: "the image", cacheDir, reporter: silentReporter, onOutput };
  const { exitCode } = await (await startImage(image, { ...options, ...start })).ended;
  return { exitCode, ...said() };
};

/** The official launcher by the rules of `docker run`, in a sandbox of the same kind. */
export const startByLauncher: Starter = async (image, start, cacheDir) => {
  const { onOutput, said } = recorder();
  const { Env = [], WorkingDir = "/" } = image.config.config ?? {};
  const given = Env.map((variable) => [variable.slice(0, variable.indexOf("=")), /=(.*)/s.exec(variable)?.[1] ?? ""]);
  const spec = {
    rootfs: await unpackImage(image, { cacheDir, reporter: silentReporter }),
    rootfsWritable: false,
    mounts: [],
    uid: 1000,
    gid: 1000,
    network: true,
    cwd: WorkingDir,
    command: argvOf(image, start),
    env: { HOME: "/home/cnb", ...Object.fromEntries(given), ...start.env },
  };
  const { exitCode } = await runInSandbox(spec, { backend: await chooseBackend(), onOutput });
  return { exitCode, ...said() };
};

/** A process is a name of the launcher; arguments take the place of the image's own. */
function argvOf(image: Image, { process, entrypoint, args }: Start): readonly [string, ...string[]] {
  const { Entrypoint, Cmd } = image.config.config ?? {};
  const other = process === undefined ? entrypoint : `/cnb/process/${process}`;
  const [program = "", ...before] = other === undefined ? (Entrypoint ?? []) : [other];
  return [program, ...before, ...(args ?? (other === undefined ? (Cmd ?? []) : []))];
}

/** Keeps standard output and standard error apart: in which order they came is chance. */
function recorder() {
  const chunks: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] };
  const onOutput = (chunk: Uint8Array, stream: "stdout" | "stderr") => void chunks[stream].push(chunk);
  const text = (stream: "stdout" | "stderr") => Buffer.concat(chunks[stream]).toString();
  return { onOutput, said: () => ({ stdout: text("stdout"), stderr: text("stderr") }) };
}
