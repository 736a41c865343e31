import { detectPhase as real } from "../../../../../framework/src/runtime/detect-phase.ts";
import { recordDetect } from "./record.ts";

export const detectPhase: typeof real = async (...call) => {
  const ended = await recordDetect(...call);
  try {
    const result = await real(...call);
    await ended(result.outcome);
    return result;
  } catch (error) {
    await ended("error");
    throw error;
  }
};
