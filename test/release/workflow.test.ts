import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../support/cnb.ts";
import { releaseOptions, releaseParts } from "./arguments.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly environment?: string | { readonly name: string };
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const file = join(root, ".github/workflows/release.yml");
const text = readFileSync(file, "utf8");
const workflow = parse(text) as {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
};
const jobs = Object.entries(workflow.jobs);
const steps = jobs.flatMap(([, job]) => job.steps);

test("the release workflow runs when the tag of a version is pushed, and only then", () => {
  expect(workflow.on).toEqual({ push: { tags: ["v*"] } });
});

test("each job of the release workflow has only the permissions that its steps need", () => {
  expect(workflow.permissions).toEqual({});
  expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
    check: { contents: "read" },
    npm: { contents: "read", "id-token": "write" },
    images: { contents: "read", packages: "write" },
    static: { contents: "read" },
    site: { contents: "read" },
    pages: { pages: "write", "id-token": "write" },
    assets: { contents: "write" },
  });
});

test("each job of the release workflow that publishes waits for a reviewer of its environment", () => {
  const environments = jobs.map(([name, { environment }]) => [
    name,
    typeof environment === "object" ? environment.name : environment,
  ]);
  expect(Object.fromEntries(environments)).toEqual({
    check: undefined,
    npm: "release",
    images: "release",
    static: undefined,
    site: undefined,
    pages: "github-pages",
    assets: "release",
  });
});

test("the release workflow publishes images after the npm packages, and assets last", () => {
  expect(Object.fromEntries(jobs.map(([name, { needs }]) => [name, needs]))).toEqual({
    check: undefined,
    npm: "check",
    images: "npm",
    static: "npm",
    site: "npm",
    pages: ["site", "images"],
    assets: ["site", "static", "images"],
  });
});

test("the release workflow pins each action to a commit, with its version in a comment", () => {
  const lines = text.split("\n").filter((line) => /\buses:/.test(line));
  expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
  expect(lines.filter((line) => !/uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test("checkouts of the release workflow leave no credentials behind", () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.length).toBeGreaterThan(0);
  for (const { with: inputs } of checkouts) expect(inputs).toEqual({ "persist-credentials": false });
});

test("commands of the release workflow read settings from environment variables, not from expressions", () => {
  expect(steps.flatMap(({ run = "" }) => run.match(/\$\{\{.*?\}\}/g) ?? [])).toEqual([]);
});

test("the release workflow passes options that npm run release accepts, and publishes each part once", () => {
  const commands = steps.flatMap(
    ({ run = "" }) => /npm run release -- (.*)/s.exec(run.replaceAll("\\\n", ""))?.[1] ?? [],
  );
  const options = commands.map((line) => releaseOptions(line.replaceAll('"', "").trim().split(/\s+/)));
  const published = options.filter(({ isDryRun }) => !isDryRun).flatMap(({ parts }) => parts);
  expect(published.toSorted()).toEqual([...releaseParts].toSorted());
});
