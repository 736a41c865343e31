import { expect, test } from "vitest";
import { selectionOf } from "./selection.ts";

const known = { groups: ["dev", "docs-site"], extras: ["prod", "Redis.Cache"] };

const requests = [
  [{}, { groups: [], extras: [] }],
  [
    { BP_PYTHON_GROUPS: " dev, docs_site dev ", BP_PYTHON_EXTRAS: "redis-cache" },
    { groups: ["dev", "docs-site"], extras: ["Redis.Cache"] },
  ],
  [
    { BP_PYTHON_GROUPS: "*", BP_PYTHON_EXTRAS: "prod,*" },
    { groups: ["dev", "docs-site"], extras: ["prod", "Redis.Cache"] },
  ],
] as const;
test.each(requests)("the option %j selects %j", (settings, selection) => {
  expect(selectionOf(settings as Parameters<typeof selectionOf>[0], known)).toEqual(selection);
});

const refusals = [
  [
    { BP_PYTHON_GROUPS: "dev,tests" },
    known,
    {
      code: "PYTHON_GROUP_UNKNOWN",
      message: 'BP_PYTHON_GROUPS names the group "tests", which the project does not have',
      cause: "it has dev, docs-site",
      hint: "Correct BP_PYTHON_GROUPS, or declare the group in [dependency-groups] of pyproject.toml and lock the versions again.",
    },
  ],
  [
    { BP_PYTHON_EXTRAS: "web" },
    { groups: [], extras: [] },
    {
      code: "PYTHON_EXTRA_UNKNOWN",
      message: 'BP_PYTHON_EXTRAS names the extra "web", which the project does not have',
      cause: "it has no extras",
      hint: "Correct BP_PYTHON_EXTRAS, or declare the extra in [project.optional-dependencies] of pyproject.toml and lock the versions again.",
    },
  ],
] as const;
test.each(refusals)("the option %j is refused", (settings, names, error) => {
  expect(() => selectionOf(settings as Parameters<typeof selectionOf>[0], names)).toThrow(
    expect.objectContaining(error),
  );
});
