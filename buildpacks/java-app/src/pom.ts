export { inSameApp } from "./poms/in-app.ts";
export { interpolated, type Lineage, pluginSetting, propertyOf } from "./poms/lineage.ts";
export { type Coordinates, type ParentPom, type Pom, type PomPlugin, type PomProfile, parsePom } from "./poms/pom.ts";
export { readXml, type Xml } from "./poms/xml.ts";
