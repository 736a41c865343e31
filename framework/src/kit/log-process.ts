import type { Logger } from "../logger/logger.ts";

/** A process and the reason for it. */
export interface LoggedProcess {
  readonly type: string;
  /** The command, as its author wrote it. */
  readonly line: string;
  /** The reason for the command: `web in Procfile`. */
  readonly source: string;
  /** Environment variables that are set only for the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A hint on how to change the command: `to start another file, set BP_LAUNCHPOINT to it`. */
  readonly otherwise?: string | undefined;
}

/**
 * Logs the command of a process, the reason for it, and how to change it.
 *
 * @example `logProcess({ type: "web", line: "node server.js", source: "web in Procfile" }, log)`
 */
export function logProcess({ type, line, source, env = {}, otherwise }: LoggedProcess, log: Logger): void {
  log.step(type === "web" ? `Starting the app with "${line}"` : `Process ${type}: "${line}"`);
  log.info(
    `Chosen because of ${[source, ...variables(env), ...(otherwise === undefined ? [] : [otherwise])].join("; ")}`,
  );
}

const secretName = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|KEY/i;

function variables(env: Readonly<Record<string, string>>): readonly string[] {
  const shown = Object.entries(env).map(([name, value]) => `${name}=${secretName.test(name) ? "***" : value}`);
  return shown.length === 0 ? [] : [`environment: ${shown.join(", ")}`];
}
