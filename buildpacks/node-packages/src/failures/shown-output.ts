// what npm and Yarn say of their own flags after a failure that has nothing to do with them
export const lesson =
  /\n(?:npm (?:ERR!|error) )?(?:Clean install a project|Install a package|Usage:\n)[\s\S]*|\n\$ yarn \w+ \[[\s\S]*|\n━━━ Yarn Package Manager[\s\S]*/;

// where a log lies that is gone when the build has ended, pages of general advice, stacks of the tool's own code
export const noise =
  /^npm (?:ERR!|error)\s*$|A complete log of this run can be found|^info Visit https:\/\/yarnpkg|For a full report see:|-eresolve-report\.txt$|^(?:npm (?:ERR!|error)\s+|gyp ERR! stack )?\s*at .+:\d+:\d+\)?,?$|^npm (?:ERR!|error) +(?:-|\[-)|^npm (?:ERR!|error)\s+(?:Options|Usage):|gyp info spawn args|gyp ERR! (?:System|command|node -v|node-gyp -v|\$npm|not ok|stack at)/;

/** Tells of each line of npm whether it comes before what npm says of its own flags: those are some eighty lines. */
export function untilLesson(): (line: string) => boolean {
  let isLesson = false;
  return (line) => {
    isLesson ||= /^npm (?:ERR!|error) (?:Clean install a project|Install a package|Usage:)$/.test(line);
    return !isLesson;
  };
}
