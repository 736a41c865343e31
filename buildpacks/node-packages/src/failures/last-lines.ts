import { stripVTControlCharacters } from "node:util";

// What is looked through: tools say why they fail in few and short lines.
const readLines = 2_000;
const readLength = 2_000;

const shownLines = 20; // as many as the framework shows of a tool
const shownLength = 500; // a line may be as long as the output

/** The end of an output as a part of an error: without colours, what tools say after each failure, and secrets. */
export function lastLines(output: string, secrets: readonly string[] = []): readonly string[] {
  const lines = masked(plain(output), secrets)
    .replace(lesson, "")
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !noise.test(line));
  return lines.slice(-shownLines).map((line) => (line.length > shownLength ? `${line.slice(0, shownLength)}…` : line));
}

/** An output without colours and other control sequences of terminals. */
export const plain = (output: string): string =>
  stripVTControlCharacters(output)
    .split(/\r?\n/)
    .slice(-readLines)
    .map((line) => line.slice(0, readLength))
    .join("\n");

// what npm and Yarn say of their own flags after a failure that has nothing to do with them
const lesson =
  /\n(?:npm (?:ERR!|error) )?(?:Clean install a project|Install a package|Usage:\n)[\s\S]*|\n\$ yarn \w+ \[[\s\S]*|\n━━━ Yarn Package Manager[\s\S]*/;

// where a log lies that is gone when the build has ended, pages of general advice, stacks of the tool's own code
const noise =
  /^npm (?:ERR!|error)\s*$|A complete log of this run can be found|^info Visit https:\/\/yarnpkg|For a full report see:|-eresolve-report\.txt$|^(?:npm (?:ERR!|error)\s+|gyp ERR! stack )?\s*at .+:\d+:\d+\)?,?$|^npm (?:ERR!|error) +(?:-|\[-)|^npm (?:ERR!|error)\s+(?:Options|Usage):|gyp info spawn args|gyp ERR! (?:System|command|node -v|node-gyp -v|\$npm|not ok|stack at)/;

function masked(text: string, secrets: readonly string[]): string {
  const withoutSecrets = secrets
    .filter((secret) => secret.length > 3)
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  return withoutSecrets
    .replace(/(:\/\/)[^\s/@:]*:[^\s/@]+@/g, "$1***@")
    .replace(/((?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent)\s*[=:]\s*"?)[^\s"]+/g, "$1***")
    .replace(/\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}/g, "$1***");
}
