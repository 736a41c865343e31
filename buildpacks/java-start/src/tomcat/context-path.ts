import { UserError } from "libcnb";

/**
 * The name of the directory for an app that Tomcat serves at a context path: `ROOT`, `shop`,
 * `shop#v1` for `/shop/v1`.
 *
 * @throws UserError TOMCAT_CONTEXT_PATH_INVALID
 */
export function contextName(path = "/"): string {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0 || (parts.length === 1 && parts[0] === "ROOT")) return "ROOT";
  // # stands for / there, and ## begins a version
  if (parts.every((part) => /^[\w.~-]+$/.test(part) && !/^\.+$/.test(part) && !/^(META|WEB)-INF$/i.test(part)))
    return parts.join("#");
  throw new UserError(
    "TOMCAT_CONTEXT_PATH_INVALID",
    `BP_TOMCAT_CONTEXT_PATH is "${path}", which is not a path that Tomcat can answer at`,
    {
      hint: "Write letters, digits, ., -, _ and ~ between slashes, such as /shop or /shop/v1.",
    },
  );
}
