import { expect, test } from "vitest";
import { checkedExecEnv, creationTime } from "./build-flags.ts";

test.for(["production", "test", "my.own-1"])("--exec-env %s is accepted", (name) =>
  expect(checkedExecEnv(name)).toBe(name),
);
test.for(["", "a/b", "a b", "../up", "a\0"])("--exec-env %j is refused", (name) => {
  expect(() => checkedExecEnv(name)).toThrow("Only letters, digits, . and - are allowed.");
});

test.for<readonly [string, string]>([
  ["0", "1970-01-01T00:00:00.000Z"],
  ["1641013200", "2022-01-01T05:00:00.000Z"],
  ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31t12:00:00.5+02:00", "2026-01-31T10:00:00.500Z"],
])("--creation-time %s is parsed", ([text, time]) => expect(creationTime(text).toISOString()).toBe(time));

test("--creation-time now is the current time", () => {
  expect(Math.abs(creationTime("now").getTime() - Date.now())).toBeLessThan(60_000);
});

test.for(["", "yesterday", "-1", "1.5", "2026-01-31", "2026-13-31T12:00:00Z", "2026-01-31 12:00:00"])(
  "--creation-time %j is refused",
  (text) => expect(() => creationTime(text)).toThrow("Use now, seconds since 1970, or a time"),
);
