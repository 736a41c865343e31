import { type DetectPlan, dependency } from "libcnb";

const jre = dependency("jre").require({ launch: true });

/** With something that is built before: by `libcnb/java-build`, or by another buildpack that provides what Paketo's do. */
const built: DetectPlan = { requires: [dependency("jvm-application-package").require(), jre] };

/** With what the app has already. */
const asItIs: DetectPlan = { requires: [jre] };

export const plansFor = (isStartable: boolean): readonly [DetectPlan, ...DetectPlan[]] =>
  isStartable ? [built, asItIs] : [built];
