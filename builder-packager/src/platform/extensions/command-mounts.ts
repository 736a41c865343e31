/**
 * Finds flags of `RUN` in a Dockerfile that cnb refuses, because some of them make buildah open
 * paths of the machine. Every line that could be an instruction is checked, because buildah parses
 * variables in flags and heredocs differently from the lifecycle.
 *
 * @example
 * `refusedFlags("FROM x\nRUN --mount=type=bind,source=a,target=/a ls /a\n") // ["--mount=type=bind,source=a,target=/a"]`
 */
export function refusedFlags(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines.join("\n").replaceAll(/[\\`][ \t\r]*\n/g, "");
  const commands = joined.matchAll(/^\s*(?:ONBUILD\s+)*RUN\s+((?:--\S*\s*)+)/gim);
  return [...commands].flatMap(([, flags = ""]) => flags.trim().split(/\s+/)).filter((flag) => !isApplied(flag));
}

const isApplied = (flag: string): boolean => /^--network=(none|default)$/.test(flag) || isOwnMount(flag);

const options =
  /^(type=(cache|tmpfs)|(target|dst|destination)=[^$"']+|id=\w[\w.-]*|sharing=(shared|private|locked)|(mode|uid|gid|size|tmpfs-size)=\w+|(ro|readonly|rw|readwrite)(=\w+)?)$/;

/** True for a mount of a cache or a tmpfs, which contain no files of the machine. */
function isOwnMount(flag: string): boolean {
  const [, value] = /^--mount=(.*)$/.exec(flag) ?? [];
  const given = value?.split(",") ?? [];
  return given.some((option) => option.startsWith("type=")) && given.every((option) => options.test(option));
}
