import { dependency, string, table } from "libcnb";

/** What this buildpack provides and others require, with the metadata that a requirement carries. */
export const greeter = dependency("greeter", table({ greeting: string }));
