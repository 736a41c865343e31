import { expect, test } from "vitest";
import { closeNames } from "./suggest.ts";

test.for<[string, readonly string[], readonly string[]]>([
  ["descripton", ["description", "order"], ["description"]],
  ["url", ["image", "uri"], ["uri"]],
  ["os", ["arch", "variant"], []],
  ["bash", ["dash", "bash-doc", "ash", "bush", "bosh"], ["ash", "bosh", "bush"]],
  ["k".repeat(1_000_000), ["description"], []],
])("%.20s is close to another word", ([name, known, close]) => expect(closeNames(name, known)).toEqual(close));
