import { type Config, s } from "libcnb";

/**
 * The user's settings, which are declared in buildpack.toml. The names are those of Paketo's web
 * servers.
 */
export const settings = {
  BP_WEB_SERVER: s.optional(s.oneOf("httpd", "nginx", "static", "none")),
  BP_WEB_SERVER_ENABLE_PUSH_STATE: s.boolean,
  BP_WEB_SERVER_FORCE_HTTPS: s.boolean,
  BP_WEB_SERVER_ROOT: s.optional(s.string),
};

export type Settings = Config<typeof settings>;

/**
 * The type of bindings that contain passwords. Paketo's web server buildpacks use the same type.
 */
export const passwordType = "htpasswd";
