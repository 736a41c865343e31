import { dependency, s } from "libcnb";

/** The dependency that this buildpack provides and others require, with the metadata of a requirement. */
export const greeter = dependency("greeter", s.table({ greeting: s.string }));
