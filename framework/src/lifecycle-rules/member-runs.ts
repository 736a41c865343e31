import type { GroupElement } from "./group.ts";

/** The result of a run of bin/detect that others depend on. */
interface EndedRun {
  readonly code: number;
}

/** A member of a detection group whose bin/detect has run, is running, or may still run. */
export interface Member<Run extends EndedRun> {
  readonly element: GroupElement;
  /** The key of the run. Members with the same key share one run. */
  readonly key: string;
  readonly start: () => Promise<Run>;
}

/**
 * Sorts the members of a group so that a failing group fails early. The group's last required
 * member comes first, because earlier members mostly provide dependencies for it and pass for any
 * app. Then come members that are in all groups, because they always run.
 *
 * @example `startOrder([engine, packages, start], () => false)[0] === start`
 */
export function startOrder<Run extends EndedRun>(
  members: readonly Member<Run>[],
  isCommon: (element: GroupElement) => boolean,
): readonly Member<Run>[] {
  const decider = members.findLast(({ element }) => !element.optional);
  const urgency = (member: Member<Run>) => {
    if (member === decider) return 0;
    if (isCommon(member.element)) return 1;
    return member.element.optional ? 3 : 2;
  };
  return members.toSorted((a, b) => urgency(a) - urgency(b));
}

/**
 * Runs bin/detect of the members of groups with limited concurrency. Each member runs only once.
 *
 * @example `const viable = await new MemberRuns(2).pass(members)`
 */
export class MemberRuns<Run extends EndedRun> {
  readonly #atOnce: number;
  readonly #started = new Map<string, Promise<Run>>();
  readonly #results = new Map<string, Run>();
  readonly #running = new Set<Promise<void>>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /**
   * Starts members until a required member has failed. Returns true if all have ended without such
   * a failure.
   */
  async pass(members: readonly Member<Run>[]): Promise<boolean> {
    const isOpen = () => !members.some((member) => isFailure(member, this.#results.get(member.key)));
    const runs = await this.#startWhile(isOpen, members);
    const failures = runs.map(async ({ member, run }) => {
      if (!isFailure(member, await run)) throw new Error(`the result of ${member.key} does not end the detection`);
    });
    await Promise.any(failures).catch(() => Promise.all(runs.map(({ run }) => run)));
    return isOpen();
  }

  /** Runs all members that have not started, and waits for all. */
  async complete(members: readonly Member<Run>[]): Promise<readonly { element: GroupElement; run: Run }[]> {
    const runs = await this.#startWhile(() => true, members);
    return Promise.all(runs.map(async ({ member: { element }, run }) => ({ element, run: await run })));
  }

  /** Waits for all running members, including those that run in the background. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
  }

  async #startWhile(isWanted: () => boolean, members: readonly Member<Run>[]) {
    const runs: { readonly member: Member<Run>; readonly run: Promise<Run> }[] = [];
    for (const member of members) {
      while (!this.#started.has(member.key) && this.#running.size >= this.#atOnce) await Promise.race(this.#running);
      if (!isWanted()) break;
      runs.push({ member, run: this.#started.get(member.key) ?? this.#start(member) });
    }
    return runs;
  }

  #start({ key, start }: Member<Run>): Promise<Run> {
    const run = start();
    const end = run
      .then((result) => void this.#results.set(key, result))
      .catch(() => undefined) // whoever needs it sees why
      .finally(() => this.#running.delete(end));
    this.#started.set(key, run);
    this.#running.add(end);
    return run;
  }
}

const isFailure = <Run extends EndedRun>({ element }: Member<Run>, run: Run | undefined): boolean =>
  run !== undefined && run.code !== 0 && !element.optional;
