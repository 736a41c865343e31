// @needs dockerd
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, startDocker } from "../../../support/service.ts";
import type { Tool } from "./tool.ts";

/**
 * Opens a tool with a Docker daemon and a temporary directory of its own. The daemon stops and the
 * directory is removed when the tool is closed, or if the tool cannot be opened.
 */
export async function withDaemon(
  prefix: string,
  open: (docker: Engine, dir: string) => Promise<Omit<Tool, "close">>,
): Promise<Tool> {
  const dir = await mkdtemp(join(tmpdir(), prefix));
  const ends = [() => rm(dir, { recursive: true, force: true })];
  const close = () => Promise.all(ends.map((end) => end()));
  try {
    const docker = await startDocker();
    ends.push(() => docker.stop());
    return { ...(await open(docker, dir)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
