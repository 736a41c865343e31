import { expect, test } from "vitest";
import { lockedPackages, lockedPatterns } from "./locked.ts";

const lockfile = `# yarn lockfile v1

"@a/b@^1.0.0":
  version "1.0.2"
  resolved "https://registry.test/@a/b/-/b-1.0.2.tgz#574c8138ce1d2b5861f0b44579dbadd60c6615b2"
  integrity sha512-AAAA

alias@npm:real@^2.0.0:
  version "2.1.0"
  resolved "https://registry.test/real/-/real-2.1.0.tgz#574c8138ce1d2b5861f0b44579dbadd60c6615b2"

"from-git@git+https://user:password@git.test/a/b.git#main":
  version "3.0.0"
  resolved "git+https://user:password@git.test/a/b.git#0123456789abcdef0123456789abcdef01234567"

from-host@owner/project:
  version "4.0.0"
  resolved "https://codeload.test/owner/project/tar.gz/0123456789abcdef0123456789abcdef01234567"

"in-app@file:./in-app":
  version "5.0.0"
`;

test("the integrity or the source of each package is read from yarn.lock", () => {
  expect(Object.fromEntries(lockedPackages(lockfile))).toEqual({
    "@a/b@1.0.2": { integrity: "sha512-AAAA" },
    "real@2.1.0": { integrity: "sha1-V0yBOM4dK1hh8LRFedut1gxmFbI=" },
    "from-git@3.0.0": { source: "git+https://git.test/a/b.git#0123456789abcdef0123456789abcdef01234567" },
    "from-host@4.0.0": {
      source: "https://codeload.test/owner/project/tar.gz/0123456789abcdef0123456789abcdef01234567",
    },
    "in-app@5.0.0": {},
  });
});

test("each part of a combined key in yarn.lock is read as a pattern", () => {
  expect([...lockedPatterns('a@^1, "a@>= 2":\n  version "2.0.0"\n')]).toEqual(['a@^1, "a@>= 2"', "a@^1", "a@>= 2"]);
});
