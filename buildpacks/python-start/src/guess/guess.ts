import { djangoGuess } from "../django/django-guess.ts";
import type { Project } from "../project.ts";
import type { Start } from "../start.ts";
import { frontEndGuesses } from "./front-ends.ts";
import { functionGuess } from "./functions.ts";
import type { Guess, Obstacle } from "./guess-result.ts";
import { objectGuesses } from "./objects.ts";
import { plainScript } from "./plain-script.ts";
import { projectScript } from "./project-scripts.ts";

/** All candidates, preferred one first. They are searched lazily. */
export async function* guesses(project: Project): AsyncGenerator<Guess> {
  yield* listOf(await djangoGuess(project));
  yield* objectGuesses(project);
  yield* frontEndGuesses(project);
  yield* listOf(await functionGuess(project));
  yield* listOf(await projectScript(project));
  yield* listOf(await plainScript(project));
}

const listOf = (guess: Guess | undefined): readonly Guess[] => (guess === undefined ? [] : [guess]);

/** The first thing that can be started, and all obstacles before it. */
export async function firstGuess(project: Project): Promise<{
  readonly start: Start | undefined;
  readonly obstacles: readonly Obstacle[];
}> {
  const obstacles: Obstacle[] = [];
  for await (const guess of guesses(project)) {
    if ("start" in guess) return { start: guess.start, obstacles };
    obstacles.push(guess);
  }
  return { start: undefined, obstacles };
}
