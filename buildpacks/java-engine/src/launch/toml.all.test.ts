import { describe } from "vitest";
import { testTexts } from "./test-texts.ts";

const shells = ["dash", "bash", "bash --posix", "busybox sh"];

describe.each(shells)("in %s,", (shell) => testTexts(shell.split(" "), 10));
