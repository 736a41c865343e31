import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeWorld, nodeFromNpm } from "../../e2e/reference/reference-world.ts";
import { pinnedNode, root } from "../../support/cnb.ts";
import { freePort } from "../../support/http.ts";
import { makePythonBuilder, worldOf } from "../../support/python/world.ts";
import { type Figure, median, plain, secondsOf } from "../figure.ts";

/** A sample app: the file that is saved, and a text in it that is in the app's answer. */
interface EditedApp {
  readonly folder: string;
  readonly file: string;
  readonly path: string;
  readonly text: string;
  readonly isPython: boolean;
}

const apps: Readonly<Record<string, EditedApp>> = {
  "Express app": {
    folder: "express-service",
    file: "src/app.ts",
    path: "/",
    text: "Hello from Express",
    isPython: false,
  },
  "FastAPI app": {
    folder: "fastapi-service",
    file: "app/main.py",
    path: "/",
    text: "Hello from FastAPI",
    isPython: true,
  },
  "Django app": {
    folder: "django-service",
    file: "pages/views.py",
    path: "/",
    text: "Hello from Django",
    isPython: true,
  },
};

const saves = 5;
const targetSeconds = 3;

/** Seconds from saving a file until the app of `cnb dev` answers with the new text: the median of five. */
export async function* devTimes(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-dev-"));
  try {
    await makeWorld(dir);
    await using python = await worldOf(await makePythonBuilder(dir));
    const pythonFlags = [
      ...Object.entries(python.env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...python.certificates.flatMap((file) => ["--ca-cert", file]),
    ];
    for (const [name, app] of Object.entries(apps)) {
      const builder = app.isPython ? "python-builder" : "builder";
      const flags = ["--builder", `oci:${dir}/${builder}`, ...(app.isPython ? pythonFlags : await nodeFromNpm())];
      yield plain(`dev, ${name}, save to answer`, median(await secondsOfSaves(dir, app, flags)), "s", targetSeconds);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function secondsOfSaves(dir: string, app: EditedApp, flags: readonly string[]): Promise<readonly number[]> {
  const source = join(dir, app.folder);
  await cp(join(root, "test/fixtures/apps", app.folder), source, { recursive: true });
  const port = await freePort();
  const command = [
    join(root, "builder-packager/bin/cnb.js"),
    "-q",
    "dev",
    source,
    ...flags,
    "--publish",
    `${port}:${port}`,
  ];
  const session = spawn(pinnedNode, command, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(session, "close");
  const answersWith = (text: string) =>
    answers(`http://127.0.0.1:${port}${app.path}`, text, () => session.exitCode === null);
  try {
    await answersWith(app.text);
    const seconds: number[] = [];
    const original = await readFile(join(source, app.file), "utf8");
    for (let save = 0; save < saves; save++) {
      const text = `Save number ${save}`;
      seconds.push(
        await secondsOf(async () => {
          await writeFile(join(source, app.file), original.replace(app.text, text));
          await answersWith(text);
        }),
      );
      await sleep(1000); // the comparison of the images
    }
    return seconds;
  } finally {
    session.kill("SIGTERM");
    await ended;
  }
}

async function answers(url: string, text: string, isRunning: () => boolean): Promise<void> {
  for (;;) {
    const answer = await fetch(url).then(
      (response) => response.text(),
      () => "",
    );
    if (answer.includes(text)) return;
    if (!isRunning()) throw new Error("cnb dev has ended");
    await sleep(5);
  }
}
