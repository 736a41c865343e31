import type { Logger } from "libcnb";

/** A process and its source. */
export interface LoggedProcess {
  readonly type: string;
  /** The command, as its author wrote it. */
  readonly line: string;
  /** The reason for its choice: `web in Procfile`. */
  readonly source: string;
  /** Variables that are set for it alone. */
  readonly env?: Readonly<Record<string, string>>;
  /** A hint to change it: `set BP_LAUNCHPOINT to a file of the app for another one`. */
  readonly otherwise?: string | undefined;
}

/** Logs how a process starts, why, and how to change it. */
export function logProcess({ type, line, source, env = {}, otherwise }: LoggedProcess, log: Logger): void {
  log.step(type === "web" ? `Starting the app with "${line}"` : `Process ${type}: "${line}"`);
  log.info(
    `Chosen because of ${[source, ...variables(env), ...(otherwise === undefined ? [] : [otherwise])].join("; ")}`,
  );
}

const secretName = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|KEY/i;

function variables(env: Readonly<Record<string, string>>): readonly string[] {
  const shown = Object.entries(env).map(([name, value]) => `${name}=${secretName.test(name) ? "***" : value}`);
  return shown.length === 0 ? [] : [`with ${shown.join(", ")}`];
}
