import { CnbError } from "../errors.ts";
import { isId, maxId } from "../sandbox/check-spec.ts";

/** The user and group that run an image's command. */
export interface ImageUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** The texts of /etc/passwd and /etc/group in an image; empty for a missing file. */
export interface Accounts {
  readonly passwd: string;
  readonly group: string;
}

const rows = (text: string): readonly (readonly string[])[] => text.split("\n").map((line) => line.split(":"));
const isNumber = (text: string): boolean => /^\d+$/.test(text);

/**
 * Resolves `User` of an image configuration, `user[:group]`, with the image's account files. Each
 * part is a name or a number. The rules are Docker's: an empty user means root, a number does not
 * need an entry, and a number without an entry has the group 0.
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

/**
 * Parses an id. Larger ids are refused: tools would take them modulo 2^32, so the image would run
 * as another user.
 */
function idOf(text: string): number {
  const id = isNumber(text) ? Number(text) : Number.NaN;
  if (isId(id)) return id;
  throw new CnbError(
    "IMAGE_USER_UNKNOWN",
    `the user of the image contains the id "${text}", which is not between 0 and ${maxId}`,
    {
      hint: `Build the image with a user and group id between 0 and ${maxId}.`,
    },
  );
}

const unknown = (kind: string, name: string, file: string): CnbError =>
  new CnbError("IMAGE_USER_UNKNOWN", `the image runs as ${kind} "${name}", which is not in ${file} of the image`, {
    hint: `Build the image with a numeric user such as 1000:1000, or use a base image whose ${file} contains "${name}".`,
  });
