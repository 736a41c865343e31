/** The rows of the checklist: rules of Buildpack API 0.10 to 0.12 for a buildpack or extension. In a file of its own because reporters run outside vitest's tests. */
export const rowCount = 94;
