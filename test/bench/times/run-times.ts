import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeWorld, nodeFromNpm, sampleApp } from "../../e2e/reference/reference-world.ts";
import { cnbSucceeds, pinnedNode, root } from "../../support/cnb.ts";
import { type Figure, fasterThan, secondsOf } from "../figure.ts";

const turns = 4;
const changedBytes = 800;

/** The time from `cnb run` to the app's first answer: of an image that has run before, and of one whose app has changed by 800 bytes. */
export async function* runTimes(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-run-"));
  const env = { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") };
  try {
    await makeWorld(dir);
    const images = await changedImages(dir);
    const [first = ""] = images;
    await secondsToAnswer(first, env); // unpacks all
    const [changed, unchanged]: [number[], number[]] = [[], []];
    for (const image of images.slice(1)) {
      changed.push(await secondsToAnswer(image, env));
      unchanged.push(await secondsToAnswer(image, env));
    }
    const peer = { peer: "unchanged", peerValue: Math.min(...unchanged), times: 1 / 1.5 };
    yield fasterThan("run, first answer, 800 bytes changed", "s", { value: Math.min(...changed), ...peer });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Images of an app, each with another change. */
async function changedImages(dir: string): Promise<readonly string[]> {
  const app = join(dir, "source");
  await cp(sampleApp, app, { recursive: true });
  const flags = ["--path", app, "--builder", `oci:${dir}/builder`, ...(await nodeFromNpm())];
  const images: string[] = [];
  for (let turn = 0; turn <= turns; turn++) {
    const image = `oci:${dir}/app-${turn}`;
    await appendFile(join(app, "src/app.ts"), `export const v${turn} = "${"x".repeat(changedBytes - 20)}";\n`);
    await cnbSucceeds(["build", image, ...flags]);
    images.push(image);
  }
  return images;
}

const port = 8097;

async function secondsToAnswer(image: string, env: NodeJS.ProcessEnv): Promise<number> {
  const command = [join(root, "builder-packager/bin/cnb.js"), "-q", "run", image, "--env", `PORT=${port}`];
  const app = spawn(pinnedNode, command, { env, stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(app, "close");
  const seconds = await secondsOf(() => answered(() => app.exitCode !== null));
  app.kill("SIGTERM");
  await ended;
  return seconds;
}

async function answered(hasEnded: () => boolean): Promise<void> {
  while (!(await accepts())) {
    if (hasEnded()) throw new Error("the app has ended");
    await sleep(5);
  }
  await fetch(`http://127.0.0.1:${port}/`);
}

const accepts = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
