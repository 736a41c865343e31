import errors from "readable-stream/lib/ours/errors.js";
import { codedError } from "../errors.ts";

/*
 * The error of `readable-stream` for missing arguments has a wrong text. This module is loaded before the other ones of that
 * package, which take the error from the list when they are loaded.
 */

class MissingArguments {
  constructor(name: string) {
    // biome-ignore lint/correctness/noConstructorReturn: it stands for a class of errors
    return codedError(TypeError, "ERR_MISSING_ARGS", `The "${name}" argument must be specified`);
  }
}

errors.codes["ERR_MISSING_ARGS"] = MissingArguments;
