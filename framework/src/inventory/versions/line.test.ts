import { expect, test } from "vitest";
import { type Line, lineOf } from "./line.ts";
import { type VersionScheme, versionsOf } from "./versions.ts";

const python = ["3.14.7", "3.13.15", "3.12.14"];
const node = ["24.21.0", "22.23.3", "22.1.0"];

test.for<[string, VersionScheme, readonly string[], Line]>([
  ["3.12.4", "pep440", python, { range: "3.12", numbers: "3.12", newest: "3.12.14" }],
  ["v3.12.4", "pep440", python, { range: "3.12", numbers: "3.12", newest: "3.12.14" }],
  ["==3.12.4", "pep440", python, { range: "==3.12.*", numbers: "3.12", newest: "3.12.14" }],
  ["22.1.9", "semver", node, { range: "22.1", numbers: "22.1", newest: "22.1.0" }],
  ["22.9.1", "semver", node, { range: "22", numbers: "22", newest: "22.23.3" }],
  ["=24.0.0", "semver", node, { range: "24", numbers: "24", newest: "24.21.0" }],
])(
  "the release line of the version or range %j (version scheme %s) is found in the inventory",
  async ([wanted, scheme, versions, expected]) => {
    expect(lineOf(wanted, versions, await versionsOf(scheme))).toEqual(expected);
  },
);

test.for<[string, VersionScheme, readonly string[]]>([
  ["3.9.1", "pep440", python],
  ["3.12", "pep440", python],
  [">=3.12.20,<3.13", "pep440", python],
  ["3.1.4", "pep440", python],
  ["20.1.0", "semver", node],
])(
  "the version or range %j (version scheme %s) has no release line in the inventory",
  async ([wanted, scheme, versions]) => {
    expect(lineOf(wanted, versions, await versionsOf(scheme))).toBeUndefined();
  },
);
