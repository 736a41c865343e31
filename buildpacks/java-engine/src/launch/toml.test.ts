// @needs processes
import { testTexts } from "./test-texts.ts";

testTexts(["sh"], 2);
