/** Finds the buildpack that a test gives to a call of the test kit, by running the test up to that call. */
import type { Buildpack, Extension } from "libcnb";
import type { BuildpackModules } from "libcnb/runtime";
import { idle } from "../../recording/idle.ts";
import type { Defined } from "../unit-detect.ts";
import type { Description } from "./description.ts";
import { runTest } from "./vitest.ts";

type Found = Buildpack | Extension;

const wanted = { test: -1, call: 0, member: "", found: (_: Found): void => {} };
const running = { test: -1, calls: 0 };

/** A call of the test kit. It ends with an outcome without any contents, unless it is the call that is looked for. */
export function called(buildpacks: Readonly<Record<string, Found>>): Promise<unknown> {
  const call = running.calls;
  running.calls += 1;
  const found = buildpacks[wanted.member];
  if (running.test !== wanted.test || call !== wanted.call || found === undefined) return Promise.resolve(idle());
  wanted.found(found);
  return new Promise(() => {});
}

/** The modules of a program with one buildpack: the default export of `load`, or defined in the tests that it loads. */
export const locatedModules = (
  { id, defined }: Pick<Description, "id" | "defined">,
  load: () => Promise<unknown>,
): BuildpackModules => ({
  [id]: async () =>
    "module" in defined ? ((await load()) as { readonly default: Found }) : { default: await locate(defined, load) },
});

function locate(defined: Exclude<Defined, { readonly module: string }>, load: () => Promise<unknown>): Promise<Found> {
  return new Promise((found, notFound) => {
    Object.assign(wanted, defined, { found });
    load()
      .then(async () => {
        Object.assign(running, { test: defined.test, calls: 0 });
        await runTest(defined.test);
        throw new Error("the test has ended without the detect that was looked for");
      })
      .catch(notFound);
  });
}
