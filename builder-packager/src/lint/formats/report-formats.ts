/**
 * The formats of reports. The list is separate from the code that prints reports, because `--help`
 * needs only the list.
 */
export const reportFormats = ["text", "json", "sarif", "github"] as const;

export type ReportFormat = (typeof reportFormats)[number];
