import { CnbError } from "../errors.ts";
import { isId, maxId } from "../sandbox/check-spec.ts";

/** The user of an image's command. */
export interface ImageUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** The text of the two account files of an image; empty when it has none. */
export interface Accounts {
  readonly passwd: string;
  readonly group: string;
}

const rows = (text: string): readonly (readonly string[])[] => text.split("\n").map((line) => line.split(":"));
const isNumber = (text: string): boolean => /^\d+$/.test(text);

/**
 * Resolves `User` of an image configuration, `user[:group]`, each a name or a number, with the image's own account files.
 * The rules are Docker's: nothing means root, a number needs no entry, and the group of a number without an entry is 0.
 */
export function resolveUser(text: string, { passwd, group }: Accounts): ImageUser {
  const [userText = "", groupText = ""] = text.split(":");
  const user = userText || "0";
  const entry = rows(passwd).find((fields) => fields[0] === user || (isNumber(user) && fields[2] === user));
  if (!entry && !isNumber(user)) throw unknown("user", user, "/etc/passwd");
  return {
    uid: idOf(entry?.[2] ?? user),
    gid: groupText ? groupId(groupText, group) : idOf(entry?.[3] ?? "0"),
    home: entry?.[5] || "/",
  };
}

function groupId(name: string, group: string): number {
  const entry = rows(group).find((fields) => fields[0] === name);
  if (entry) return idOf(entry[2] ?? "");
  if (isNumber(name)) return idOf(name);
  throw unknown("group", name, "/etc/group");
}

/** Tools take a larger number modulo 2^32: the image would run as somebody else. */
function idOf(text: string): number {
  const id = isNumber(text) ? Number(text) : Number.NaN;
  if (isId(id)) return id;
  throw new CnbError(
    "IMAGE_USER_UNKNOWN",
    `The image wants to run as id "${text}", which is not a valid user or group id`,
    {
      hint: `Give the image a user and group between 0 and ${maxId}.`,
    },
  );
}

const unknown = (kind: string, name: string, file: string): CnbError =>
  new CnbError("IMAGE_USER_UNKNOWN", `The image wants to run as ${kind} "${name}", which is not in its ${file}`, {
    hint: "Give the image a numeric user, or use a base image that has the account.",
  });
