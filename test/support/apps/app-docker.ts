import { rm } from "node:fs/promises";
import type { BuiltImage } from "@libcnb/packager/testing";
import { execute } from "../cnb.ts";
import { callWhenReady, freePort } from "../http.ts";
import type { Engine } from "../service.ts";

interface Ran {
  readonly answer: string;
  readonly exitCode: number;
}

/** Runs an image that a test built in a real Docker daemon. */
export const runIn = async (engine: Engine, image: BuiltImage, flags: readonly string[] = []): Promise<Ran> =>
  runReference(engine, await load(engine, image), flags);

/** Runs an image, asks it once and stops it: after the ten seconds that Docker gives, it is killed (137). */
export async function runReference(engine: Engine, name: string, flags: readonly string[] = []): Promise<Ran> {
  const port = await freePort();
  const { stdout, stderr } = await engine.docker("run", "-d", "--network=host", `--env=PORT=${port}`, ...flags, name);
  const id = stdout.trim();
  if (id === "") throw new Error(stderr);
  try {
    const { body } = await callWhenReady(`http://127.0.0.1:${port}/`, 120_000);
    await engine.docker("stop", id);
    const { stdout: code } = await engine.docker("inspect", "--format={{.State.ExitCode}}", id);
    return { answer: body, exitCode: Number(code) };
  } catch (cause) {
    throw new Error(`it printed ${(await engine.docker("logs", id)).stderr}`, { cause });
  } finally {
    await engine.docker("rm", "--force", id);
  }
}

/** Puts an image into the daemon: its layout is an archive that Docker reads, too. */
async function load({ docker }: Engine, { reference }: BuiltImage): Promise<string> {
  const dir = reference.replace("oci:", "");
  const archive = `${dir}.tar`;
  await execute("tar", ["-C", dir, "-c", "-f", archive, "."]);
  const { stdout, stderr } = await docker("load", "--input", archive);
  await rm(archive);
  const name = /Loaded image(?: ID)?: (\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new Error(stdout + stderr);
  return name;
}
