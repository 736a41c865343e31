import { defined } from "@libcnb/app-kit/defined";
import { plainCommand } from "@libcnb/app-kit/start/plain-command";
import { shellCommand } from "@libcnb/app-kit/start/shell-command";
import type { App, Process } from "libcnb";
import type { Starts } from "./start.ts";

/**
 * The processes of the image. Java runs as PID 1 of the container and handles SIGTERM itself;
 * scripts replace themselves with Java (`exec`).
 */
export function processesOf(starts: Starts, app: App): Readonly<Record<string, Process>> {
  const isOnly = Object.keys(starts).length === 1;
  return Object.fromEntries(
    Object.entries(starts).map(([type, { line, dir }]) => [
      type,
      {
        command: plainCommand(line)?.words ?? shellCommand(line),
        ...defined({
          workingDir: dir === "" ? undefined : app.path(dir),
          default: type === "web" || isOnly || undefined,
        }),
      },
    ]),
  );
}

/** The environment variables of each process, by type: the assignments in front of the command. */
export const processEnvs = (starts: Starts): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    Object.entries(starts)
      .map(([type, { line }]) => [type, plainCommand(line)?.env ?? {}] as const)
      .filter(([, env]) => Object.keys(env).length > 0),
  );
