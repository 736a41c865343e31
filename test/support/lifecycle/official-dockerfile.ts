import { type LifecycleProgram, lifecycleProgram } from "./lifecycle-program.ts";

/** A Dockerfile, or an extend-config.toml. With `env` its words are expanded by BuildKit's own lexer. */
export interface DockerfileQuestion {
  readonly kind: "build" | "run" | "config";
  readonly text: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The lifecycle's result for a Dockerfile. */
export interface DockerfileAnswer {
  /** Empty: accepted. */
  readonly error: string;
  readonly withBase: string;
  readonly extend: boolean;
  /** Per instruction after FROM: its name and its words. */
  readonly words: readonly (readonly string[])[] | null;
}

export type DockerfileJudge = LifecycleProgram<DockerfileQuestion, DockerfileAnswer>;

/** The lifecycle's own checks of Dockerfiles. */
export const officialDockerfileJudge = (): Promise<DockerfileJudge> => lifecycleProgram("official-dockerfile.go");
