/** The user that buildpacks, or the app, run as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Absolute. */
  readonly home: string;
}

/** What `base-passwd` has at its core, for images without that package. */
const minimalPasswd = "root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const minimalGroup = "root:*:0:\nnogroup:*:65534:\n";

/**
 * The text of `/etc/passwd`: the distribution's own accounts (or root and nobody), then the given one. Password fields
 * are `*`: nobody can log in.
 */
export const passwdText = (master: string | undefined, account: Account | undefined, shell: string): string =>
  lines(master ?? minimalPasswd) +
  (account ? `${account.name}:*:${account.uid}:${account.gid}::${account.home}:${shell}\n` : "");

/** The text of `/etc/group`, with a group of the account's own name. */
export const groupText = (master: string | undefined, account: Account | undefined): string =>
  lines(master ?? minimalGroup) + (account && account.gid !== 0 ? `${account.name}:*:${account.gid}:\n` : "");

const lines = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
