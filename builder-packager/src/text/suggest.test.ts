import { expect, test } from "vitest";
import { closeNames } from "./suggest.ts";

test.for<[string, string, readonly string[], readonly string[]]>([
  [
    "suggests the key that has one more letter than a misspelled key",
    "descripton",
    ["description", "order"],
    ["description"],
  ],
  ["suggests a short name that differs in one letter", "url", ["image", "uri"], ["uri"]],
  ["suggests nothing if no name is similar", "os", ["arch", "variant"], []],
  ["suggests at most three names", "bash", ["dash", "bash-doc", "ash", "bush", "bosh"], ["ash", "bosh", "bush"]],
  ["suggests nothing for a name of a million characters", "k".repeat(1_000_000), ["description"], []],
])("the search for similar names %s", ([, name, known, close]) => expect(closeNames(name, known)).toEqual(close));
