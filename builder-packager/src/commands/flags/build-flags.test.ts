import { expect, test } from "vitest";
import { checkedExecEnv, creationTime } from "./build-flags.ts";

test.for(["production", "test", "my.own-1"])("--exec-env %j is accepted", (name) =>
  expect(checkedExecEnv(name)).toBe(name),
);
test.for(["", "a/b", "a b", "../up", "a\0"])(
  "--exec-env %j is refused, because only letters, digits, . and - are allowed",
  (name) => {
    expect(() => checkedExecEnv(name)).toThrow(
      'The name of an execution environment may contain only letters, digits, "." and "-", for example test.',
    );
  },
);

test.for<readonly [string, string]>([
  ["0", "1970-01-01T00:00:00.000Z"],
  ["1641013200", "2022-01-01T05:00:00.000Z"],
  ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31t12:00:00.5+02:00", "2026-01-31T10:00:00.500Z"],
])("--creation-time %j is parsed as the time %s", ([text, time]) =>
  expect(creationTime(text).toISOString()).toBe(time),
);

test("--creation-time now is the current time", () => {
  expect(Math.abs(creationTime("now").getTime() - Date.now())).toBeLessThan(60_000);
});

test.for(["", "yesterday", "-1", "1.5", "2026-01-31", "2026-13-31T12:00:00Z", "2026-01-31 12:00:00"])(
  "--creation-time %j is refused, because it is none of now, seconds since 1970 and a time with time zone",
  (text) => expect(() => creationTime(text)).toThrow('Use "now", a number of seconds since 1970, or a time'),
);
