import { type Config, s } from "libcnb";

/** The user's settings for starting the app, which are declared in buildpack.toml. */
export const settings = {
  BP_PYTHON_START: s.optional(s.string),
  BP_LAUNCHPOINT: s.optional(s.string),
  BP_PYTHON_APP: s.optional(s.string),
  BP_PYTHON_PROJECT_PATH: s.optional(s.string),
  BP_DJANGO_COLLECTSTATIC: s.boolean,
  GOOGLE_FUNCTION_TARGET: s.optional(s.string),
  GOOGLE_FUNCTION_SOURCE: s.optional(s.string),
  GOOGLE_FUNCTION_SIGNATURE_TYPE: s.optional(s.oneOf("http", "event", "cloudevent", "typed")),
  BP_WRITABLE_PATHS: s.optional(s.list(s.string)),
};

export type Settings = Config<typeof settings>;
