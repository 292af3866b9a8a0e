import path from "node:path";

/** The folder of migrations; the name of each begins with the time at which it was written. */
export const MIGRATIONS = path.join(__dirname, "../../migrations");
