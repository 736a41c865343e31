/** What tools say behind a failure, of their own use. */
export const lesson =
  /\n(?:\[ERROR\] *\n)?\[ERROR\] To see the full stack trace of the errors[\s\S]*|\n\* Try:\n[\s\S]*|\nUSAGE: gradle [\s\S]*|\nusage: mvn [\s\S]*/;

/** Lines that help nobody: progress, frames, where help is, the time that it took. */
export const noise =
  /^\s*$|^\[(?:INFO|ERROR|WARNING)\]\s*$|^\[INFO\] (?:-+|Total time|Finished at|Scanning for projects|BUILD FAILURE|Building |Reactor Summary)|^\[INFO\] -+[<[]|^\[ERROR\] \[Help|^Starting a Gradle Daemon|^> Task :\S+$|^Download(?:ing)? |^FAILURE: Build failed with|^BUILD FAILED in|actionable tasks?: |^\* Get more help|^:\S+ (?:UP-TO-DATE|NO-SOURCE)$|^\s+at [\w.$/]+\(/;
