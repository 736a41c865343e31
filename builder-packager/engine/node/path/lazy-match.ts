import { lazily } from "../internal/lazy.ts";
import type * as match from "./match.ts";

/** Detect seldom needs patterns. */
export const matchesGlob = lazily<typeof match, "matchesGlob">("path/match", "matchesGlob");
