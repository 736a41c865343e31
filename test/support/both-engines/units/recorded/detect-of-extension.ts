import { detectOf as real } from "../../../../../framework/src/runtime/detect-of-extension.ts";
import { noteOrigin } from "./record.ts";

export { extensionContext } from "../../../../../framework/src/runtime/detect-of-extension.ts";

export const detectOf: typeof real = (extension) => {
  const buildpack = real(extension);
  noteOrigin(buildpack, extension);
  noteOrigin(buildpack.detect, extension); // the kit spreads the buildpack where a detect is to fail
  return buildpack;
};
