import { codedError, invalidArgType } from "../errors.ts";
import { resolve } from "../path/parts.ts";
import { URL } from "./class.ts";

export function fileURLToPath(address: URL | string): string {
  const url = typeof address === "string" ? new URL(address) : address;
  if (typeof url !== "object" || url === null || typeof url.href !== "string" || typeof url.protocol !== "string") {
    throw invalidArgType("path", "of type string or an instance of URL", address);
  }
  if (url.protocol !== "file:") {
    throw codedError(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  }
  if (url.hostname !== "") {
    throw codedError(TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
  }
  if (/%2f/i.test(url.pathname)) {
    const error = codedError(
      TypeError,
      "ERR_INVALID_FILE_URL_PATH",
      "File URL path must not include encoded / characters",
    );
    throw Object.assign(error, { input: url });
  }
  return decodeURIComponent(url.pathname);
}

/**
 * Characters that a path can contain and a URL cannot, or that Node.js escapes as well. The parser
 * of the engine leaves some of them unescaped.
 */
const SPECIAL = /[%\\\n\r\t?#[\]^|~]/g;

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

export function pathToFileURL(path: string): URL {
  if (typeof path !== "string") {
    throw invalidArgType("path", "of type string", path);
  }
  const absolute = resolve(path);
  const isDirectory = path.endsWith("/") && !absolute.endsWith("/");
  const full = isDirectory ? `${absolute}/` : absolute;
  return new URL(`file://${full.replace(SPECIAL, escapeCharacter)}`);
}
