import { UserError } from "libcnb";
import { expect, test } from "vitest";
import { checkVersion, parseLockfile } from "./lockfile-checks.ts";

test.for([
  ["5.4", "8.15.9", "pnpm-lock.yaml has the lockfileVersion 5.4, which pnpm 3 to 7 can read"],
  ["6.0", "7.33.7", "pnpm-lock.yaml has the lockfileVersion 6.0, which pnpm 8 and 9 can read"],
  ["6.1", "10.34.9", "pnpm-lock.yaml has the lockfileVersion 6.1, which pnpm 8 and 9 can read"],
  ["9.0", "8.15.9", "pnpm-lock.yaml has the lockfileVersion 9.0, which pnpm 9 and newer can read"],
] as const)(
  'a pnpm lockfile of the version %s is refused with pnpm %s and the reason "%s"',
  ([lockfile, tool, cause]) => {
    expect(causeOf(() => checkVersion(lockfile, "pnpm-lock.yaml", tool))).toBe(cause);
  },
);

test.for([
  ["5.4", "7.33.7"],
  ["6.0", "8.15.9"],
  ["6.0", "9.15.9"],
  ["9.0", "9.15.9"],
  ["9.0", "12.21.0"],
  ["10.0", "12.21.0"],
  ["", "12.21.0"],
] as const)("a pnpm lockfile of the version %j is accepted with pnpm %s", ([lockfile, tool]) => {
  expect(causeOf(() => checkVersion(lockfile, "pnpm-lock.yaml", tool))).toBeUndefined();
});

function causeOf(action: () => void): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof UserError ? error.cause : error;
  }
}

test.for([
  ["<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> main\n", "line 1 is a merge conflict marker"],
  ["a: 1\r\n=======\r\n", "line 2 is a merge conflict marker"],
  ["a: [1\n", expect.stringContaining("(2:1)")],
] as const)("the malformed pnpm lockfile %j is refused", async ([text, cause]) => {
  await expect(parseLockfile(text, "web/pnpm-lock.yaml")).rejects.toMatchObject({
    code: "PACKAGES_LOCKFILE_INVALID",
    message: "web/pnpm-lock.yaml cannot be read",
    cause,
  });
});
