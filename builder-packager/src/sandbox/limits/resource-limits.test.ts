import { expect, test } from "vitest";
import { isAbandoned } from "./resource-limits.ts";

const hour = 60 * 60 * 1000;

test.for<[name: string, age: number, abandoned: boolean]>([
  ["libcnb-4026531836-100-0", 0, false],
  ["libcnb-4026531836-200-0", 0, true],
  // of a container: no process of it can be seen
  ["libcnb-4026532999-200-0", hour, false],
  ["libcnb-4026532999-200-0", 25 * hour, true],
  // as cnb called them before: of an unknown namespace
  ["libcnb-200-0", hour, false],
  ["libcnb-200-0", 25 * hour, true],
  ["docker", 25 * hour, false],
  ["libcnb-x-1", 25 * hour, false],
])("the check whether control group %s, %i ms old, is stale returns %s", ([name, age, abandoned]) => {
  const facts = { namespace: "4026531836", isRunning: (pid: string) => pid === "100", ageMs: () => age };
  expect(isAbandoned(name, facts)).toBe(abandoned);
});
