import { expect, test } from "vitest";
import { closeNames } from "./suggest.ts";

test.for<[string, string, readonly string[], readonly string[]]>([
  ["a name with a missing letter", "descripton", ["description", "order"], ["description"]],
  ["a short name with a wrong letter", "url", ["image", "uri"], ["uri"]],
  ["none for a name without a similar one", "os", ["arch", "variant"], []],
  ["at most three names", "bash", ["dash", "bash-doc", "ash", "bush", "bosh"], ["ash", "bosh", "bush"]],
  ["none for a name of a million characters", "k".repeat(1_000_000), ["description"], []],
])("similar names are suggested: %s", ([, name, known, close]) => expect(closeNames(name, known)).toEqual(close));
