import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cnb } from "../cnb.ts";
import { type App, appFolder } from "./app.ts";
import type { AppWorld } from "./app-cases.ts";

/** An app that is built twice, and one whose build fails. */
export interface LoggedApps {
  readonly app: App;
  readonly broken: App;
}

/** The output of `cnb build`. */
export interface BuildLogs {
  readonly first: string;
  readonly unchanged: string;
  readonly failure: string;
}

/** Runs the three builds as a user does, next to the directories of the apps. */
export async function buildLogs({ app, broken }: LoggedApps, world: AppWorld): Promise<BuildLogs> {
  const dir = await mkdtemp(join(tmpdir(), "build-logs-"));
  try {
    await cp(await appFolder(app), join(dir, "shop"), { recursive: true });
    await cp(await appFolder(broken), join(dir, "broken"), { recursive: true });
    const build = (path: string) => printed(dir, path, world);
    return { first: await build("shop"), unchanged: await build("shop"), failure: await build("broken") };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function printed(cwd: string, path: string, { builder, env, certificates }: AppWorld): Promise<string> {
  const flags = [
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...certificates.flatMap((file) => ["--ca-cert", file]),
  ];
  const image = `image-of-${path}`;
  const args = ["build", `oci:${image}`, "--path", path, "--builder", builder, "--cache", `cache-of-${path}`];
  const { stderr } = await cnb([...args, ...flags], { cwd });
  return asOnAnyMachine(stderr);
}

/** The log without what only this machine's mirrors and caches have in it. */
const asOnAnyMachine = (log: string): string =>
  log
    .split("\n")
    .filter((line) => !/^ +Unpacking \d+ layers?$/.test(line) && !isProgress(line))
    .map((line) =>
      line
        .trimEnd()
        .replace(/https?:\/\/127\.0\.0\.1:\d+/g, "https://mirror.example.com")
        .replace(
          /(Downloading |NPM_CONFIG_REGISTRY +)https?:\/\/(?!mirror\.example)[^/ ]+/,
          "$1https://registry.example.com",
        )
        .replace(/oci:\/\S+\/(?=[\w-]+$)/, "oci:")
        .replace(/^( +)Reused (.+): same contents as in an earlier build$/, "$1Added  $2: there is no previous image"),
    )
    .join("\n")
    .trim();

/** A line of a download of several seconds: `10 % of 50.0 MB, 1.0 MB/s`. */
const isProgress = (line: string): boolean => /^ +\| +(?:\d+ % of )?[\d.]+ \w?B, [\d.]+ \w?B\/s$/.test(line);
