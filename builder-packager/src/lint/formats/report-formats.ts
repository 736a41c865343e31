/** The formats of reports. They are apart from the code that prints them, because `--help` lists them. */
export const reportFormats = ["text", "json", "sarif", "github"] as const;

export type ReportFormat = (typeof reportFormats)[number];
