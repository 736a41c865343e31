import { defineBuildpack, fail } from "libcnb";

export default defineBuildpack({
  detect: () => fail("not there yet"),

  build() {},
});
