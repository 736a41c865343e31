import type { Sign as SignOf } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** A pattern that identifies a package manager's failure. */
export type Sign = SignOf<FailureId>;
