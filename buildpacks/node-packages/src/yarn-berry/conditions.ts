/**
 * True if a package supports a system, by its `conditions` in the lockfile: `os=linux & cpu=x64`,
 * `(os=linux | os=darwin) & libc=glibc`. Unknown properties of the system match.
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
