/** A user account of an image: the account that runs the build or the app, or an additional one. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** The absolute path of the home directory. */
  readonly home: string;
  /** The absolute path of the login shell. @default a shell of the image, or nologin */
  readonly shell?: string;
}

/** An additional group of an image. Each user account also has a group of the same name. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** The core of `base-passwd`, for images without that package. */
const minimalPasswd = "root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const minimalGroup = "root:*:0:\nnogroup:*:65534:\n";

/**
 * Returns the text of `/etc/passwd`. The accounts of the distribution or of the extended image come
 * first. If there are none, root and nobody come first. Then come the given accounts, which replace
 * accounts of the same name. Password fields are `*`, which disables logins.
 */
export function passwdText(below: string | undefined, accounts: readonly Account[], shell: string): string {
  const lines = accounts.map(
    ({ name, uid, gid, home, shell: own = shell }) => `${name}:*:${uid}:${gid}::${home}:${own}\n`,
  );
  return others(below ?? minimalPasswd, accounts) + lines.join("");
}

/**
 * Returns the text of `/etc/group`. Each account has a group with the account's name, unless
 * another group already has its number.
 */
export function groupText(below: string | undefined, accounts: readonly Account[], groups: readonly Group[]): string {
  const text = below ?? minimalGroup;
  const known = new Set([...text.matchAll(/^[^:]*:[^:]*:(\d+)/gm)].map(([, gid]) => Number(gid)));
  const added: Group[] = [...groups];
  for (const { name, gid } of accounts) {
    if (!known.has(gid) && !added.some((group) => group.gid === gid)) added.push({ name, gid, members: [] });
  }
  return (
    others(text, added) + added.map(({ name, gid, members }) => `${name}:*:${gid}:${members.join(",")}\n`).join("")
  );
}

/** The lines of a file about other names, each with its newline. */
function others(text: string, named: readonly { readonly name: string }[]): string {
  const names = new Set(named.map(({ name }) => name));
  const lines = text.split("\n").filter((line) => line !== "" && !names.has(line.split(":", 1)[0] ?? ""));
  return lines.map((line) => `${line}\n`).join("");
}
