import { boolean, type Config, list, oneOf, optional, string } from "libcnb";

/** The user's settings for the start of the app; declared in buildpack.toml. */
export const settings = {
  BP_PYTHON_START: optional(string),
  BP_LAUNCHPOINT: optional(string),
  BP_PYTHON_APP: optional(string),
  BP_PYTHON_PROJECT_PATH: optional(string),
  BP_DJANGO_COLLECTSTATIC: boolean,
  GOOGLE_FUNCTION_TARGET: optional(string),
  GOOGLE_FUNCTION_SOURCE: optional(string),
  GOOGLE_FUNCTION_SIGNATURE_TYPE: optional(oneOf("http", "event", "cloudevent", "typed")),
  BP_WRITABLE_PATHS: optional(list(string)),
};

export type Settings = Config<typeof settings>;
