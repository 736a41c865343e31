import { expect, test } from "vitest";
import { selectionOf } from "./selection.ts";

const known = { groups: ["dev", "docs-site"], extras: ["prod", "Redis.Cache"] };

const requests = [
  ["nothing by default", {}, { groups: [], extras: [] }],
  [
    "groups and extras in the project's spelling, each once",
    { BP_PYTHON_GROUPS: " dev, docs_site dev ", BP_PYTHON_EXTRAS: "redis-cache" },
    { groups: ["dev", "docs-site"], extras: ["Redis.Cache"] },
  ],
  [
    "all groups and extras if they contain *",
    { BP_PYTHON_GROUPS: "*", BP_PYTHON_EXTRAS: "prod,*" },
    { groups: ["dev", "docs-site"], extras: ["prod", "Redis.Cache"] },
  ],
] as const;
test.each(requests)("BP_PYTHON_GROUPS and BP_PYTHON_EXTRAS select %s", (_name, settings, selection) => {
  expect(selectionOf(settings as Parameters<typeof selectionOf>[0], known)).toEqual(selection);
});

const refusals = [
  [
    "a group that the project does not have",
    { BP_PYTHON_GROUPS: "dev,tests" },
    known,
    {
      code: "PYTHON_GROUP_UNKNOWN",
      message: 'BP_PYTHON_GROUPS names the group "tests", which the project does not have',
      cause: "the project has dev, docs-site",
      hint: "Correct BP_PYTHON_GROUPS, or declare the group in [dependency-groups] of pyproject.toml and update the lockfile.",
    },
  ],
  [
    "an extra of a project without extras",
    { BP_PYTHON_EXTRAS: "web" },
    { groups: [], extras: [] },
    {
      code: "PYTHON_EXTRA_UNKNOWN",
      message: 'BP_PYTHON_EXTRAS names the extra "web", which the project does not have',
      cause: "the project has no extras",
      hint: "Correct BP_PYTHON_EXTRAS, or declare the extra in [project.optional-dependencies] of pyproject.toml and update the lockfile.",
    },
  ],
] as const;
test.each(refusals)(
  "BP_PYTHON_GROUPS and BP_PYTHON_EXTRAS are refused if they name %s",
  (_name, settings, names, error) => {
    expect(() => selectionOf(settings as Parameters<typeof selectionOf>[0], names)).toThrow(
      expect.objectContaining(error),
    );
  },
);
