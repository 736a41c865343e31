import { rm } from "node:fs/promises";
import { type BuiltImage, buildImage, type Container, container, ImageBuildError } from "@libcnb/packager/testing";
import type { FileMap } from "libcnb/testing";
import { expect } from "vitest";
import { type App, appFolder, changedApp } from "./app.ts";

/**
 * The expected response: an object or a number as JSON, a complete text, or a pattern in a text;
 * preceded by the status if it is not 200.
 */
type Body = object | number | string | RegExp;
type Answer = Body | readonly [status: number, answer: Body];
type Answers = Readonly<Record<string, Answer>>;

/** A build that follows: what is different, which layers of the image are others, what is answered then. */
export interface Change {
  readonly moved: readonly string[];
  readonly answers?: Answers;
}

/** An app, and all that is expected of it from the first build to a changed one. */
export interface AppCase {
  readonly name: string;
  readonly app: App;
  readonly env?: Readonly<Record<string, string>>;
  /** Parts of lines of the log. */
  readonly says: readonly string[];
  /** The commands by type; the default one is `web`. */
  readonly processes?: Readonly<Record<string, string>>;
  /** The responses of the process `web`, by path. The first one shows that the process is ready. */
  readonly answers: Answers;
  /** For the process `web`, while it runs. */
  readonly launchEnv?: Readonly<Record<string, string>>;
  /** The output of other processes before they end, and their end. */
  readonly ends?: Readonly<Record<string, { readonly exitCode: number; readonly prints: string }>>;
  /** How `web` ends within two seconds of SIGTERM. Default: by its own handler. */
  readonly stopped?: number;
  /**
   * Whether the build compiles the code, so that a change of it is work for Maven or Gradle. `false`: nothing is ever built, it comes as it is.
   * Default: only other dependencies are work.
   */
  readonly compiled?: boolean;
  /** Other code, the same dependencies. */
  readonly changed?: Change & { readonly files: FileMap };
  /** Other dependencies. */
  readonly upgraded?: Change & { readonly app: App };
}

/** The means to build: a builder, and settings of this machine. */
export interface AppWorld {
  readonly builder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly certificates: readonly string[];
}

/** Builds, starts, asks, ends and builds again what a case says, and compares all of it at once: one look tells what is wrong. */
export async function expectLife(of: AppCase, world: AppWorld): Promise<void> {
  const app = await appFolder(of.app);
  await using image = await buildImage({ ...world, app, env: { ...world.env, ...of.env } });
  const life = {
    built: await builtBy(of, image),
    ...(await startedBy(of, image)),
    unchanged: await builtAgain(image, app, {}),
    ...(of.changed && { changed: await builtChanged(image, app, of.changed) }),
    ...(of.upgraded && { upgraded: await builtAgain(image, await appFolder(of.upgraded.app), of.upgraded) }),
  };
  expect(life).toEqual(expectedLife(of));
}

function expectedLife(of: AppCase) {
  const { says, processes, answers, ends = {}, stopped = 0, compiled, changed, upgraded } = of;
  return {
    built: { says, ...(processes && { processes }) },
    answers: answersOf(answers),
    stopped,
    ends: expectedEnds(ends),
    unchanged: { moved: [], installed: false },
    ...(changed && { changed: expectedChange(changed, compiled ?? false) }),
    ...(upgraded && { upgraded: expectedChange(upgraded, compiled ?? true) }),
  };
}

const expectedChange = ({ moved, answers }: Change, installed: boolean) => ({
  moved,
  installed,
  ...(answers && { answers: answersOf(answers) }),
});

const expectedEnds = (ends: NonNullable<AppCase["ends"]>) =>
  Object.fromEntries(
    Object.entries(ends).map(([type, { exitCode, prints }]) => [
      type,
      { exitCode, prints: expect.stringContaining(prints) },
    ]),
  );

const answersOf = (answers: Answers) =>
  Object.fromEntries(Object.entries(answers).map(([path, answer]) => [path, answerOf(answer)]));

function answerOf(answer: Answer): readonly [number, unknown] {
  const [status, body] = Array.isArray(answer) ? answer : [200, answer];
  return [status, body instanceof RegExp ? expect.stringMatching(body) : body];
}

async function builtBy({ says, processes }: AppCase, image: BuiltImage) {
  const found = says.filter((text) => image.log.some((line) => line.includes(text)));
  return { says: found, ...(processes && { processes: await commandsOf(image) }) };
}

async function commandsOf(image: BuiltImage): Promise<Readonly<Record<string, string>>> {
  const { processes } = await image.inspect();
  return Object.fromEntries(
    Object.entries(processes).map(([type, { command, args }]) => [type, [...command, ...args].join(" ")]),
  );
}

async function startedBy({ answers, launchEnv = {}, ends = {} }: AppCase, image: BuiltImage) {
  const web = await asked(image, answers, launchEnv);
  return { ...web, ends: await ended(image, Object.keys(ends)) };
}

/** As long as Docker waits; then it is killed. */
const graceMs = 10_000;
const killed = 137;

async function asked(image: BuiltImage, answers: Answers, env: Readonly<Record<string, string>> = {}) {
  await using app = await ready(image, answers, env);
  const given: [string, unknown][] = [];
  for (const path of Object.keys(answers)) given.push([path, await answerTo(app, path)]);
  const { exitCode } = await app.stop(graceMs);
  return {
    answers: Object.fromEntries(given),
    stopped: exitCode === killed ? await stoppedAgain(image, answers) : exitCode,
  };
}

async function ready(image: BuiltImage, answers: Answers, env: Readonly<Record<string, string>> = {}) {
  const app = await container(image, { env });
  const [first = "/"] = Object.keys(answers);
  await app.ready({ http: first, timeoutMs: 120_000 });
  return app;
}

/** A machine that is busy with other tests may take longer than that for anything: once more, before it is a failure. */
async function stoppedAgain(image: BuiltImage, answers: Answers): Promise<number> {
  await using app = await ready(image, answers);
  return (await app.stop(graceMs)).exitCode;
}

async function answerTo(app: Container, path: string): Promise<readonly [number, unknown]> {
  const response = await app.fetch(path, { redirect: "manual" });
  const text = await response.text();
  return [response.status, response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text];
}

async function ended(image: BuiltImage, types: readonly string[]) {
  const outcomes: [string, object][] = [];
  for (const type of types) {
    await using app = await container(image, { process: type });
    const { exitCode } = await app.ended;
    outcomes.push([type, { exitCode, prints: app.logs() }]);
  }
  return Object.fromEntries(outcomes);
}

async function builtChanged(image: BuiltImage, folder: string, change: NonNullable<AppCase["changed"]>) {
  const app = await changedApp(folder, change.files);
  try {
    return await builtAgain(image, app, change);
  } finally {
    await rm(app, { recursive: true });
  }
}

async function builtAgain(image: BuiltImage, app: string, { answers }: Partial<Change>) {
  const again = await image.rebuild({ app });
  return {
    moved: movedFrom(image, again),
    installed: again.log.some((line) => /^(Installing dependencies|Building with (Maven|Gradle))/.test(line)),
    ...(answers && { answers: (await asked(again, answers)).answers }),
  };
}

/** The layers that the other image does not have: what a registry is sent. */
export function movedFrom(old: BuiltImage, { report }: BuiltImage): readonly string[] {
  const known = new Set(old.report.layers.map(({ diffId }) => diffId));
  return report.layers.filter(({ diffId }) => !known.has(diffId)).map(({ name }) => name);
}

/**
 * The output of a build that must fail: the whole log and the error. If no buildpack accepts the
 * app, there is only the error.
 */
export async function failureOf(app: App, world: AppWorld, env: Readonly<Record<string, string>> = {}) {
  const folder = await appFolder(app);
  const error = await buildImage({ ...world, app: folder, env: { ...world.env, ...env } }).then(
    (image) => image.remove(),
    (cause: unknown) => cause,
  );
  if (!(error instanceof ImageBuildError)) throw new Error("it was built", { cause: error });
  return [...error.log, error.message].join("\n");
}
