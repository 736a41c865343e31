import type { Sign as SignOf } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** By what a failure of a package manager is recognised. */
export type Sign = SignOf<FailureId>;
