import { boolean, type Config, oneOf, optional, string } from "libcnb";

/** The user's settings, with the names of Paketo's web servers; declared in buildpack.toml. */
export const settings = {
  BP_WEB_SERVER: optional(oneOf("httpd", "nginx", "static", "none")),
  BP_WEB_SERVER_ENABLE_PUSH_STATE: boolean,
  BP_WEB_SERVER_FORCE_HTTPS: boolean,
  BP_WEB_SERVER_ROOT: optional(string),
};

export type Settings = Config<typeof settings>;

/** The type of binding with passwords, as users of Paketo's web servers know it. */
export const passwordType = "htpasswd";
