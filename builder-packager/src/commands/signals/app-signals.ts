import type { RunningImage } from "../../run/running-image.ts";

/**
 * Signals that a terminal or a supervisor sends to end or reload a program. They are passed to the
 * app while cnb waits.
 */
const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const;

/** Signals that end the command until the app has started: `cli.ts` handles them. */
const ending: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"];

/** Forwards the signals that cnb receives to an app, while the app starts and runs. */
export interface AppSignals {
  /** Holds back signals that would end cnb. Call it before the app can print anything. */
  hold(): void;
  /** Sends the held signals, and all later ones, to the app. */
  passTo(app: Pick<RunningImage, "signal">): void;
  /** Stops forwarding. Signals again have the effect on cnb that they had before. */
  release(): void;
}

/**
 * Creates {@link AppSignals}, which forward the signals of this process to an app. cnb must listen
 * for signals before the app is ready, because Node.js handles a signal only if there is a
 * listener. Otherwise, a SIGQUIT for the app could end cnb on a busy machine.
 *
 * @example
 * `const signals = appSignals(); signals.hold(); const app = await start(); signals.passTo(app);`
 */
export function appSignals(): AppSignals {
  const held: NodeJS.Signals[] = [];
  let app: Pick<RunningImage, "signal"> | undefined;
  const receive = (signal: NodeJS.Signals) => {
    if (app) void app.signal(signal);
    else held.push(signal);
  };
  const listen = (signals: readonly NodeJS.Signals[]) => {
    for (const signal of signals) process.on(signal, receive);
  };
  return {
    hold: () => listen(forwarded.filter((signal) => !ending.includes(signal))),
    passTo(started) {
      app = started;
      listen(ending);
      for (const signal of held.splice(0)) void app.signal(signal);
    },
    release() {
      for (const signal of forwarded) process.off(signal, receive);
    },
  };
}

/**
 * The result of {@link endingSignals}: a signal that is aborted when the terminal is closed, and a
 * function that stops listening.
 */
export interface EndingSignals {
  /** Aborted when the terminal is closed. */
  readonly hangUp: AbortSignal;
  /** Stops listening. */
  release(): void;
}

/**
 * Listens for the signals that end the command, so that the command has time to end its app.
 * Without this listener, `cli.ts` ends the process soon after the first signal.
 */
export function endingSignals(): EndingSignals {
  const controller = new AbortController();
  const none = () => {};
  const hangUp = () => {
    process.exitCode = 129;
    controller.abort(new Error("cnb was stopped by SIGHUP"));
  };
  for (const signal of ending) process.on(signal, none);
  process.on("SIGHUP", hangUp);
  return {
    hangUp: controller.signal,
    release() {
      for (const signal of ending) process.off(signal, none);
      process.off("SIGHUP", hangUp);
    },
  };
}
