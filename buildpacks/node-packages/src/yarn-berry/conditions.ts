/**
 * True if a package is for a system, by the `conditions` that the lockfile has of it: `os=linux &
 * cpu=x64`, `(os=linux | os=darwin) & libc=glibc`. What is not known of the system is taken for
 * right.
 */
export function isFulfilled(conditions: string, system: Readonly<Record<string, string>>): boolean {
  const all = conditions.split("&").filter((each) => each.trim() !== "");
  return all.every((each) => each.split("|").some((part) => holds(part.replace(/[()\s]/g, ""), system)));
}

function holds(condition: string, system: Readonly<Record<string, string>>): boolean {
  const [, not, name = "", value] = /^(!?)(\w+)=(.*)$/.exec(condition) ?? [];
  const actual = system[name];
  return actual === undefined || (actual === value) !== (not === "!");
}
