import { defineBuildpack, pass } from "libcnb";

export default defineBuildpack({ detect: () => pass(), build: () => {} });
