import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { jsonText } from "./json-text.ts";

test("TOML values that JSON does not have are converted to strings in a cache key", async () => {
  const file = "a = 9223372036854775807\nb = 1\nc = inf\nd = [1979-05-27]\ne = true\n";
  const table = await inApp({ "a.toml": file }, (app) => app.readToml("a.toml"));
  const change = (key: string, value: unknown) => (key === "e" ? undefined : value);
  expect(jsonText(table, change)).toBe('{"a":"9223372036854775807","b":1,"c":null,"d":["1979-05-27"]}');
});
