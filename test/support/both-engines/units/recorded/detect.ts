import * as real from "../../../../../framework/src/testing/detect.ts";
import { locate } from "./record.ts";

export const detect: typeof real.detect = (module, given) => {
  locate({ "": module });
  return real.detect(module, given);
};
export const detectFailure: typeof real.detectFailure = (module, given) => {
  locate({ "": module });
  return real.detectFailure(module, given);
};
