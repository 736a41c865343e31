import { chmod, stat } from "node:fs/promises";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import type { Script } from "../app/scripts.ts";
import type { Project } from "../project.ts";
import { quoted } from "../start.ts";
import type { Launch } from "./launch.ts";
import { jarsBelow, ownJars, slicesOf } from "./own-code.ts";

/**
 * Returns the launch settings of a distribution. The distribution's start script sets the class
 * path, the main class and the options.
 */
export async function launchDistribution({ file, home, text }: Script, { app }: Project): Promise<Launch> {
  await makeExecutable(app.path(file));
  const jars = [...(await jarsBelow(app, inDir(home, "lib"))), ...(await jarsBelow(app, inDir(home, "repo")))];
  const own = await ownJars(app, jars, { classes: classesIn(text) });
  const portVariable = portVariableOf(jars);
  return {
    start: {
      line: quoted(home === "" ? file : file.slice(home.length + 1)),
      source: `the script ${file}`,
      dir: home,
      otherwise: "to start another script, set BP_APPLICATION_SCRIPT to it",
      warnings: /^#!.*\bbash\b/.test(text) ? [bash(file)] : [],
    },
    ...defined({ portVariable }),
    slices: slicesOf(jars, (jar) => own.has(jar)),
    code: jars,
  };
}

/** Names of classes that a script has: among them is what it starts. */
const classesIn = (text: string): readonly string[] =>
  (text.match(/[\w.]+/g) ?? []).filter((name) => /\w\.[A-Z]\w*$/.test(name));

const bash = (file: string): string => `${file} is a bash script: the run image must have bash.`;

/** Archives that were made or unpacked elsewhere may have lost it. */
async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o111) !== 0o111) await chmod(path, (mode & 0o777) | 0o111);
}

function portVariableOf(jars: readonly string[]): string | undefined {
  const has = (name: string) => jars.some((jar) => jar.replace(/^.*\//, "").startsWith(`${name}-`));
  if (has("spring-boot") || has("helidon-microprofile")) return "SERVER_PORT";
  return has("micronaut-runtime") || has("micronaut-http-server") ? "MICRONAUT_SERVER_PORT" : undefined;
}
