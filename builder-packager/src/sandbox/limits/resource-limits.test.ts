import { expect, test } from "vitest";
import { isAbandoned } from "./resource-limits.ts";

const hour = 60 * 60 * 1000;

test.for<[what: string, name: string, age: number, abandoned: boolean]>([
  ["of a running process is not stale", "libcnb-4026531836-100-0", 0, false],
  ["of an ended process is stale at once", "libcnb-4026531836-200-0", 0, true],
  // of a container: no process of it can be seen
  ["of another process namespace is not stale after an hour", "libcnb-4026532999-200-0", hour, false],
  ["of another process namespace is stale after 25 hours", "libcnb-4026532999-200-0", 25 * hour, true],
  // as cnb called them before: of an unknown namespace
  ["of an unknown process namespace is not stale after an hour", "libcnb-200-0", hour, false],
  ["of an unknown process namespace is stale after 25 hours", "libcnb-200-0", 25 * hour, true],
  ["of Docker is never stale", "docker", 25 * hour, false],
  ["whose name has no process ID is never stale", "libcnb-x-1", 25 * hour, false],
])("a control group %s", ([, name, age, abandoned]) => {
  const facts = { namespace: "4026531836", isRunning: (pid: string) => pid === "100", ageMs: () => age };
  expect(isAbandoned(name, facts)).toBe(abandoned);
});
