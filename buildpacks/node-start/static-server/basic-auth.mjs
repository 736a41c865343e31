import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { usersOf } from "./htpasswd.mjs";

/** The maximum number of cached logins. Without the cache, each check of an `$apr1$` password takes a millisecond. */
const most = 1000;

/** Returns a handler that answers 401 unless the request has the name and password of a user. */
export function withPasswords(users, handler) {
  const known = new Set();
  return (request, response) => {
    const { authorization = "" } = request.headers;
    if (!known.has(authorization) && !isAllowed(users, authorization)) return refuse(response);
    if (known.size < most) known.add(authorization);
    return handler(request, response);
  };
}

function isAllowed(users, authorization) {
  const [, encoded = ""] = /^basic +([\w+/=-]+)$/i.exec(authorization) ?? [];
  const text = Buffer.from(encoded, "base64").toString();
  const at = text.indexOf(":");
  return at > 0 && users.get(text.slice(0, at))?.(text.slice(at + 1)) === true;
}

function refuse(response) {
  const body = "Unauthorized\n";
  response.writeHead(401, {
    "www-authenticate": 'Basic realm="Password Protected", charset="UTF-8"',
    "content-type": "text/plain; charset=utf-8",
    "content-length": body.length,
    "cache-control": "no-store",
  });
  response.end(body);
}

/**
 * Returns the users of the bindings of the type `htpasswd`; `undefined` without such a binding.
 *
 * @param dir the directory of the bindings
 */
export function boundUsers(dir) {
  const texts = namesIn(dir)
    .filter(
      (name) =>
        textOf(join(dir, name, "type"))
          ?.trim()
          .toLowerCase() === "htpasswd",
    )
    .map((name) => textOf(join(dir, name, ".htpasswd")) ?? "");
  return texts.length === 0 ? undefined : usersOf(texts.join("\n"));
}

function namesIn(dir) {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}

function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
