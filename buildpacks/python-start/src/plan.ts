import { type DetectPlan, dependency } from "libcnb";

const python = dependency("python");
const packages = dependency("python_packages");

/**
 * The requirements. The start of an app is only known after the build. The second alternative is
 * for apps without packages, and groups without `libcnb/python-packages`.
 */
export const plans: readonly [DetectPlan, DetectPlan] = [
  { requires: [python.require({ launch: true }), packages.require({ launch: true })] },
  { requires: [python.require({ launch: true })] },
];
