export { normalizedName } from "@libcnb/python-app/distributions";
