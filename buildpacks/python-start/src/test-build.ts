import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type FileMap, launchEnv, writeFiles } from "libcnb/testing";
import pythonStart from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
export type Env = Readonly<Record<string, string>>;

/** The source of an app that uses Flask. */
export const flask = "from flask import Flask\napp = Flask(__name__)\n";
export const fastapi = "from fastapi import FastAPI\napp = FastAPI()\n";

/** A virtual environment, as far as is looked at it: names of packages, their modules, and programs. */
const installed = (names: string): FileMap =>
  Object.fromEntries(
    names
      .split(" ")
      .filter((name) => name !== "")
      .flatMap((name) => [
        [`lib/python3.14/site-packages/${name}-1.0.dist-info/METADATA`, ""],
        [`lib/python3.14/site-packages/${name.replaceAll("-", "_")}/__init__.py`, ""],
        [`bin/${name}`, "#!/bin/sh\n"],
      ]),
  );

/**
 * Builds an app for a test in an environment with the given packages. Adds to the outcome: the
 * environment of `web`, the log lines about processes, and the command of each process.
 */
export async function built(
  app: FileMap,
  packages = "flask fastapi starlette gunicorn uvicorn uvicorn-worker",
  env: Env = {},
) {
  const venv = await mkdtemp(join(tmpdir(), "venv-"));
  try {
    await writeFiles(venv, installed(packages));
    const outcome = await build(pythonStart, {
      buildpack,
      app,
      env: { VIRTUAL_ENV: venv, PATH: `${venv}/bin`, ...env },
    });
    const { processes } = outcome.parsed.launch;
    const commands = Object.fromEntries(
      Object.entries(processes).map(([type, { command }]) => [type, command.join(" ")]),
    );
    const first = outcome.log.findIndex((line) => /^(Starting|Process|The image has)/.test(line));
    return { ...outcome, webEnv: launchEnv(outcome, "web"), lines: outcome.log.slice(first), processes, commands };
  } finally {
    await rm(venv, { recursive: true });
  }
}
